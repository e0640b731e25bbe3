"""Figures as papers of 1945–1955 have them: dates, hours, numbers, quantities, cipher groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ocr.synth.texts.corpus import MONTHS
from ocr.synth.texts.lexicon import counted_form, noun_form, pick, words

MONTHS_LOCATIVE = tuple(m[:-1] + "е" for m in MONTHS)
FIRST_YEAR, LAST_YEAR = 1945, 1955


@dataclass(frozen=True, slots=True)
class Day:
    """A date; `typed` writes it in one of the forms that occur."""

    day: int
    month: int
    year: int

    @property
    def iso(self) -> str:
        return f"{self.year}-{self.month:02}-{self.day:02}"

    @property
    def short(self) -> str:
        """`7.10.50`, as beside signatures."""
        return f"{self.day}.{self.month}.{self.year % 100}"

    @property
    def long(self) -> str:
        return f"{self.day} {MONTHS[self.month - 1]} {self.year}"


def _listed(name: str) -> tuple[str, ...]:
    return words()["figures"][name]


def below(n: int, rng: np.random.Generator) -> int:
    """0 … n − 1. Many times faster than `rng.integers` for single numbers."""
    return int(rng.random() * n)


def between(low: int, high: int, rng: np.random.Generator) -> int:
    """A whole number from `low` to `high`, both included."""
    return low + int(rng.random() * (high - low + 1))


def digits(n: int, rng: np.random.Generator) -> str:
    """A number of n digits that does not begin with 0."""
    return str(between(10 ** (n - 1), 10**n - 1, rng))


def draw_day(rng: np.random.Generator) -> Day:
    return Day(between(1, 28, rng), between(1, 12, rng), between(FIRST_YEAR, LAST_YEAR, rng))


def date(rng: np.random.Generator) -> str:
    """A date in the genitive or in figures, in one of the forms that occur."""
    d = draw_day(rng)
    month, year = MONTHS[d.month - 1], d.year
    short = f"{year % 100:02}"
    roman = _listed("roman")[d.month - 1]
    forms = (
        f"{d.day} {month}",
        f"{d.day} {month}",
        f"{d.day} {month} с.г.",
        f"{d.day} {month} {year} года",
        f"{d.day} {month} {year} г.",
        f"{d.day}-го {month}",
        f"{d.day}.{d.month}.{short}",
        f"{d.day:02}.{d.month:02}.{year}",
        f"{d.day}.{roman}.{short} г.",
        f"{d.day}.{roman}-{short} г.",
        f"{d.day}/{roman}-{short} г.",
        f"{d.day}/{roman} с.г.",
        f"{d.day}.{roman}.",
        f"{d.day}/{d.month} {year} г.",
        f'" {d.day} " {month} {year} г.',
    )
    return str(pick(forms, rng))


def month(rng: np.random.Generator) -> str:
    """`октябре месяце с.г.`, after `в`."""
    name = pick(MONTHS_LOCATIVE, rng)
    tail = str(pick(("", "", " с.г.", " пр.г.", " м-це", f" {between(1945, 1955, rng)} года"), rng))
    return f"{name}{tail}"


def clock(rng: np.random.Generator) -> str:
    """A time of day, after `в`."""
    hour, minute = below(24, rng), below(60, rng)
    forms = (
        f"{hour}.{minute:02}",
        f"{hour} час. {minute:02} мин.",
        f"{hour} {counted_form('час', hour)} {minute} {counted_form('минута', minute)}",
        f"{hour}.{minute:02} местного времени",
        f"{hour}.00",
        f"{between(2, 11, rng)} {pick(('часов утра', 'часов вечера', 'ч. дня'), rng)}",
    )
    return str(pick(forms, rng))


def period(rng: np.random.Generator) -> str:
    """A stretch of time, in the accusative, after `за`."""
    quarter, year = pick(_listed("roman")[:4], rng), between(FIRST_YEAR, LAST_YEAR, rng)
    first, months = below(10, rng), _listed("months")
    d = draw_day(rng)
    forms = (
        f"{quarter} квартал {year} г.",
        f"{quarter} кв. с.г.",
        f"{months[first]}-{months[first + 1]} {year} г.",
        f"период с {d.day} по {between(d.day, 30, rng)} {MONTHS[d.month - 1]}",
        f"{between(2, 60, rng)} суток",
        f"{year}-{(year + 1) % 100} г.г.",
        f"{year} год",
        f"последние {pick(_listed('numerals')[3:9], rng)} месяцев",
        f"{pick(('I', 'II', '1-ю', '2-ю', '3-ю'), rng)} декаду {MONTHS[d.month - 1]}",
        f"{pick(('1-е', '2-е', 'I-е', 'II-е'), rng)} полугодие",
    )
    return str(pick(forms, rng))


def number(rng: np.random.Generator) -> str:
    """A cardinal as written before a noun in the genitive plural: 5 and more."""
    draw = rng.random()
    if draw < 0.45:
        return str(between(5, 20, rng) if draw < 0.1 else 10 * between(1, 90, rng) + 5)
    if draw < 0.6:
        whole = between(1, 960, rng)
        return f"{whole}{pick(('.', ' ', ''), rng)}{between(0, 199, rng) * 5:03}"
    if draw < 0.7:
        low = between(5, 40, rng)
        return f"{low}-{low + between(1, 15, rng)}"
    if draw < 0.8:
        return f"{between(1, 99, rng)},{between(1, 9, rng)} {pick(('тыс.', 'млн.'), rng)}"
    if draw < 0.88:
        return str(pick(("свыше", "около", "до", "более"), rng)) + f" {between(5, 90, rng) * 10}"
    if draw < 0.95:
        return str(pick(_listed("numerals")[3:], rng))
    return f"{between(2, 20, rng)} тысяч"


def number_of(measure: str, rng: np.random.Generator) -> str:
    """`36,7 тыс.рублей`, never `36,7 тыс. тыс.рублей`."""
    figure = number(rng)
    while measure.startswith(("тыс", "млн")) and figure.endswith(("тыс.", "млн.", "тысяч")):
        figure = number(rng)
    return f"{figure} {measure}"


def count(rng: np.random.Generator) -> str:
    """A number and what is counted: `108 орудий`, `2,5 тыс. тонн угля`, `15 проц.`"""
    draw = rng.random()
    if draw < 0.5:
        n = between(2, 400, rng)
        things = words()["nouns"]["thing" if draw < 0.4 else "person"]
        noun = pick(things, rng)
        return f"{n} {counted_form(noun, n % 100)}"
    if draw < 0.7:
        noun = noun_form(pick(words()["nouns"]["thing"], rng), "gent", "plur")
        return f"{number(rng)} {noun}"
    if draw < 0.88:
        return f"{amount(rng)} {noun_form(pick(words()['nouns']['stuff'], rng), 'gent', 'sing')}"
    return amount(rng)


def in_words(n: int) -> str:
    """`двести сорок один` for 241; n from 1 to 999 999."""
    if n >= 1000:
        thousands = in_words(n // 1000)
        for masculine, feminine in (("один", "одна"), ("два", "две")):
            if thousands.endswith(masculine):
                thousands = thousands.removesuffix(masculine) + feminine
        counted = f"{thousands} {counted_form('тысяча', n // 1000 % 100)}"
        return f"{counted} {in_words(n % 1000)}" if n % 1000 else counted
    said = [_listed("hundreds")[n // 100 - 1]] if n >= 100 else []
    n %= 100
    if n >= 20:
        said.append(_listed("tens")[n // 10 - 2])
        n %= 10
    if n:
        said.append(_listed("teens")[n - 10] if n >= 10 else _listed("ones")[n - 1])
    return " ".join(said)


def figure_in_words(rng: np.random.Generator) -> str:
    """`241 (двести сорок один)`, a number that takes the genitive plural."""
    n = between(1, 400 if rng.random() < 0.5 else 99_999, rng) * 10 + between(5, 9, rng)
    return f"{n} ({in_words(n)})"


def amount(rng: np.random.Generator) -> str:
    """A number and a measure: `1.250 тн`, `48%`, `3 километра`."""
    measure = str(pick(_listed("measures"), rng))
    if measure in ("%", "проц.", "процент", "градус"):
        n = between(1, 100, rng)
        name = measure if len(measure) < 6 and measure != "градус" else counted_form(measure, n)
        part = f",{between(1, 9, rng)}" if rng.random() < 0.3 and len(measure) < 6 else ""
        return f"{n}{part}{'' if measure == '%' else ' '}{name}"
    if measure.endswith(".") or len(measure) < 3 or "." in measure or measure == "юаней":
        return number_of(measure, rng)
    if measure == "сутки":
        return f"{between(5, 20, rng)} суток"
    n = between(1, 990, rng)
    return f"{n} {counted_form(measure, n % 100)}"


def reference(rng: np.random.Generator) -> str:
    """The number of a paper: `4676`, `318/сс`, `15-417`."""
    draw = rng.random()
    if draw < 0.6:
        return digits(between(2, 5, rng), rng)
    if draw < 0.75:
        return f"{digits(3, rng)}{pick(('/с', '/сс', 'с', 'сс', '-с', 'ш', 'сс/ов'), rng)}"
    if draw < 0.9:
        return f"{between(1, 40, rng)}-{digits(3, rng)}"
    return f"{digits(2, rng)}/{digits(4, rng)}"


def cipher_groups(n: int, rng: np.random.Generator) -> str:
    """Groups of five figures, n of them."""
    return " ".join(f"{below(100000, rng):05}" for _ in range(n))


def roman_numerals() -> tuple[str, ...]:
    """I, II, III …"""
    return _listed("roman")


def roman(rng: np.random.Generator) -> str:
    return str(pick(roman_numerals(), rng))


def ordinal(rng: np.random.Generator) -> str:
    """`38-я`, `127`, before `дивизия`."""
    return f"{between(1, 400, rng)}{pick(('-я', '', 'я'), rng)}"
