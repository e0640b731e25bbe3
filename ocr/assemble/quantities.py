"""Figures in running text, Russian and English, as quantities that can be compared.

    двойное  вдвое  в два раза  двукратный    double  twice  two-fold  two-to-one       ×2
    два миллиарда двести миллионов  2,2 млрд.  two billion two hundred million         2 200 000 000
    пять-шесть   five-six                                                              5 and 6
    15 процентов  15 %   15 per cent                                                   15 %
    второй  2-й          second  2nd                                                   2nd
    22 часа 30 минут     22:30   10:30 p.m.                                            22 and 30

Words are brought to their dictionary form and combined from large to small, as they are said. What
languages use loosely, `один`, `оба`, `половина`, `thousands of`, is marked: it means something
where the other text has another figure of its kind, but nothing where it has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import regex

from ocr.assemble import english
from ocr.assemble.dates import find_dates
from ocr.assemble.dictionary import lemma
from ocr.assemble.printed import fold


class Kind(StrEnum):
    """What a figure counts."""

    NUMBER = "number"
    MULTIPLE = "multiple"
    PERCENT = "percent"
    ORDINAL = "ordinal"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure, what it counts, and the words that say so. `loose`: no contradiction if absent.

    `value` is a number, or the date as `--10-08` where no year is stated.
    """

    kind: Kind
    value: float | str
    text: str
    start: int
    loose: bool = False


def _numbered(words: str, first: int, step: int = 1) -> dict[str, int]:
    return {word: first + i * step for i, word in enumerate(words.split())}


RUSSIAN = (
    _numbered("один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать", 1)
    | _numbered("тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать", 13)
    | {"девятнадцать": 19, "двое": 2, "трое": 3, "четверо": 4, "пятеро": 5, "сорок": 40, "сто": 100}
    | _numbered("двадцать тридцать", 20, 10)
    | _numbered("пятьдесят шестьдесят семьдесят восемьдесят девяносто", 50, 10)
    | _numbered("двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот", 200, 100)
)
ENGLISH = (
    _numbered("one two three four five six seven eight nine ten eleven twelve thirteen", 1)
    | _numbered("fourteen fifteen sixteen seventeen eighteen nineteen", 14)
    | _numbered("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10)
)
RUSSIAN_SCALES = {"тысяча": 10**3, "тыс": 10**3, "миллион": 10**6, "млн": 10**6}
RUSSIAN_SCALES |= {"миллиард": 10**9, "млрд": 10**9}
ENGLISH_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}
ORDINALS = (
    _numbered("первый второй третий четвёртый пятый шестой седьмой восьмой девятый десятый", 1)
    | _numbered("first second third fourth fifth sixth seventh eighth ninth tenth", 1)
    | {"четвертый": 4}
)
MULTIPLES = {"двойной": 2, "двойне": 2, "вдвое": 2, "дважды": 2, "удвоить": 2, "удвоенный": 2}
MULTIPLES |= {"тройной": 3, "втрое": 3, "трижды": 3, "утроить": 3, "вчетверо": 4, "впятеро": 5}
MULTIPLES |= {"double": 2, "doubled": 2, "doubling": 2, "twice": 2, "twofold": 2, "dual": 2}
MULTIPLES |= {"triple": 3, "tripled": 3, "thrice": 3, "threefold": 3, "quadruple": 4}
MULTIPLES |= {"fourfold": 4, "fivefold": 5, "sixfold": 6, "tenfold": 10}
LOOSE = {"оба": 2.0, "пара": 2.0, "половина": 0.5, "полтора": 1.5, "десяток": 10.0, "сотня": 100.0}
LOOSE |= {"both": 2.0, "couple": 2.0, "pair": 2.0, "half": 0.5, "dozen": 12.0, "двоякий": 2.0}
_PREFIXES = {"двух": 2, "двук": 2, "двое": 2, "трех": 3, "трёх": 3, "четырех": 4, "четырёх": 4}
_PREFIXES |= {"пяти": 5, "шести": 6, "семи": 7, "восьми": 8, "девяти": 9, "десяти": 10, "сто": 100}
_COMPOUND = regex.compile(
    rf"(?P<n>{'|'.join(_PREFIXES)})"
    r"(?:(?P<times>к?ратн)|дневн|месячн|летн|недельн|часов|суточн|тысячн|сотенн)\p{L}+"
)

_TOKEN = regex.compile(
    r"(?P<ratio>\d+(?:[.,]\d+)?\s?:\s?1(?!\d)|(?:(?P<left>\p{L}+)|(?P<fig>\d+))[\s-]to[\s-]one\b"
    r"|(?P<left>\p{L}+|\d+)\sк\s(?:одному|1)\b)"
    r"|(?P<nth>\d+)(?:st|nd|rd|th|-?(?:й|го|му|я|ю|е|м|ым|ой|ую|ая|ое|х|ых))\b"
    r"|(?P<fold>\p{L}+|\d+)-?fold\b"
    r"|(?P<figure>\d{1,3}(?:\.\d{3}){2,}(?!\d)|\d{1,3}(?:[ ,]\d{3})+(?!\d)(?:\.\d+)?"
    r"|\d+(?:[.,]\d+)?)"
    r"|(?P<half>\bс\s+половиной\b|\band\s+a\s+half\b)"
    r"|(?P<word>\p{L}+)"
)
_PERCENT = regex.compile(r"\s*(?:%|проц\b\.?|процент\p{L}*|per\s?cent)", regex.IGNORECASE)
_TIMES = regex.compile(r"[\s-]+(?:раза?|times)\b", regex.IGNORECASE)
_BETWEEN = regex.compile(r"[\s-]*(?:and\s+)?")


def quantities(text: str, russian: bool) -> list[Quantity]:
    """All that a paragraph says in figures, in order."""
    found = list(_dates(text, russian))
    for q in found:
        text = text[: q.start] + "·" * len(q.text) + text[q.start + len(q.text) :]
    if not russian:
        for time in english.find_times(text):
            typed = text[time.start : time.end]
            found += [
                Quantity(Kind.NUMBER, float(part), typed, time.start, loose=part == "00")
                for part in time.value.split(":")
            ]
            text = text[: time.start] + "·" * len(typed) + text[time.end :]
    return sorted([*found, *_numbers(text, russian)], key=lambda q: q.start)


def _dates(text: str, russian: bool) -> Iterator[Quantity]:
    """Full dates as ISO; where the year is left out, as `--10-08`."""
    year = 1904  # a leap year that no telegram has: what it stands for is "none stated"
    dates = find_dates(fold(text), year) if russian else english.find_dates(text, year)
    for date in dates:
        value = date.value.replace(f"{year}-", "--")
        yield Quantity(Kind.DATE, value, text[date.start : date.end], date.start)


@dataclass(slots=True)
class _Sum:
    """A number while its words come in: `whole` of the scales said, `part` below the next one."""

    start: int
    end: int
    whole: float = 0.0
    part: float = 0.0
    level: float = 1e15
    scale: float = 1e15
    loose: bool = False

    @property
    def value(self) -> float:
        return self.whole + self.part


def _numbers(text: str, russian: bool) -> Iterator[Quantity]:
    sum_: _Sum | None = None
    for match in _TOKEN.finditer(text):
        if match["half"] and sum_ is not None:
            sum_.part, sum_.end = sum_.part + 0.5, match.end()
            continue
        token = _value(match, russian)
        if token is None:
            continue
        kind, value, scale = token
        if sum_ is not None:
            gap = text[sum_.end : match.start()]
            goes_on = kind is Kind.NUMBER and _BETWEEN.fullmatch(gap) and _add(sum_, value, scale)
            if goes_on:
                sum_.end = match.end()
                continue
            yield _quantity(sum_, text)
            sum_ = None
        if kind is not Kind.NUMBER:
            loose = kind is Kind.ORDINAL or scale < 0
            yield Quantity(kind, value, match[0], match.start(), loose)
            continue
        sum_ = _Sum(match.start(), match.end())
        figure = match["figure"] is not None
        if scale < 0:
            sum_.part, sum_.level, sum_.loose = value, 0.0, True
        elif scale == 100:  # `a hundred and five`
            sum_.part, sum_.level, sum_.loose = scale, 3, True
        elif scale:
            sum_.whole, sum_.scale, sum_.loose = scale, scale, True
        else:
            sum_.part, sum_.level = value, 0.0 if figure else _level(value)
            sum_.loose = not figure and value == 1
    if sum_ is not None:
        yield _quantity(sum_, text)


def _quantity(sum_: _Sum, text: str) -> Quantity:
    end = sum_.end
    kind = Kind.NUMBER
    if behind := _PERCENT.match(text, end):
        kind, end = Kind.PERCENT, behind.end()
    elif behind := _TIMES.match(text, end):
        kind, end = Kind.MULTIPLE, behind.end()
    loose = sum_.loose and kind is Kind.NUMBER
    return Quantity(kind, sum_.value, text[sum_.start : end], sum_.start, loose)


def _add(sum_: _Sum, value: float, scale: float) -> bool:
    """Take a further word in, if numbers are said so; False where it begins a new number."""
    if scale > 0:
        if scale == 100 and 0 < sum_.part < 10:  # `two hundred`
            sum_.part, sum_.level, sum_.loose = sum_.part * 100, 3, False
            return True
        if not sum_.part or scale >= sum_.scale or scale == 100:
            return False
        sum_.whole, sum_.part = sum_.whole + sum_.part * scale, 0.0
        sum_.scale, sum_.level, sum_.loose = scale, 1e15, False
        return True
    if scale < 0 or _level(value) >= sum_.level:
        return False
    sum_.part, sum_.level, sum_.loose = sum_.part + value, _level(value), False
    return True


def _level(value: float) -> float:
    """Hundreds, tens, then all below twenty: a smaller one may follow a larger."""
    return 3 if value >= 100 else 2 if value >= 20 else 1


def _value(match: regex.Match[str], russian: bool) -> tuple[Kind, float, float] | None:
    """Kind, value and scale of a token; a scale of −1 marks what is said loosely."""
    words, scales = (RUSSIAN, RUSSIAN_SCALES) if russian else (ENGLISH, ENGLISH_SCALES)
    if match["ratio"]:
        left = match["left"] or match["fig"] or regex.split(r"\s?:", match["ratio"])[0]
        value = _figure(left, russian) if left[0].isdigit() else _known(left, words, russian)
        return None if value is None else (Kind.MULTIPLE, value, 0)
    if match["nth"]:
        return Kind.ORDINAL, float(match["nth"]), 0
    if match["fold"]:
        left = match["fold"]
        value = float(left) if left.isdigit() else _known(left, words, russian)
        return None if value is None else (Kind.MULTIPLE, value, 0)
    if match["half"]:
        return None
    if match["figure"]:
        return Kind.NUMBER, _figure(match["figure"], russian), 0
    word = match["word"].lower()
    form = lemma(word) if russian else word
    for name in (word, form, word.rstrip("s")):
        if name in MULTIPLES:
            return Kind.MULTIPLE, float(MULTIPLES[name]), 0
        if name in ORDINALS:
            return Kind.ORDINAL, float(ORDINALS[name]), 0
        if name in LOOSE:
            return Kind.NUMBER, LOOSE[name], -1
        if name in words:
            return Kind.NUMBER, float(words[name]), 0
        if name in scales:
            return Kind.NUMBER, 0.0, float(scales[name])
    if compound := _COMPOUND.fullmatch(word):
        kind = Kind.MULTIPLE if compound["times"] else Kind.NUMBER
        return kind, float(_PREFIXES[compound["n"]]), 0
    return None


def _known(word: str, words: Mapping[str, int], russian: bool) -> float | None:
    name = lemma(word.lower()) if russian else word.lower()
    return float(words[name]) if name in words else None


def _figure(typed: str, russian: bool) -> float:
    """`1 500` and `1,500` are thousands; before one or two figures a comma is Russian decimals."""
    if regex.fullmatch(r"\d+(?:\.\d{3}){2,}", typed):
        return float(typed.replace(".", ""))
    if regex.fullmatch(r"\d+(?:[ ,]\d{3})+(?:\.\d+)?", typed) and not (
        russian and regex.fullmatch(r"0,\d+", typed)
    ):
        typed = regex.sub("[ ,]", "", typed)
    return float(typed.replace(",", "."))
