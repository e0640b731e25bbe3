r"""Roman numerals, as letters and signs of their shape stand for them.

Engines that read Russian alone know no `I` and no `V`, and read the numerals of a typist as `Т`,
`Г`, `[`, `У`, a stroke. That a numeral stands somewhere is told by what is around it.

    10/Х-49   5.\1-52   20.Т.   18/11Т      the month of a date
    ГУ часть   Х сессия   табл. ХУ          a numeral with a word that is counted in numerals
"""

from __future__ import annotations

from typing import NamedTuple

import regex

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV",
         "XV", "XVI", "XVII", "XVIII", "XIX", "XX", "XXI")  # fmt: skip
MONTHS = 12
# What stands for the strokes of a numeral; `\\/` is a V torn apart.
_STROKES = {"\\/": "V", "П": "II", "Ш": "III"}
_STROKE = str.maketrans("1lІiТтГ[]|!УVХX\\", "IIIIIIIIIIIVVXXV")
_NUMERAL = r"(?:\\/|[I1lІТтГ\[\]|!УVХXПШ\\]){1,5}"

_FIGURE = r"[\dIОЗТГ]"
_MONTH = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}.])(?P<day>{_FIGURE}{{1,2}})(?P<mark>\s?/\s?|[.,])(?P<numeral>{_NUMERAL})"
    rf"(?P<year>\s?[-–/.,]\s?{_FIGURE}{{2}}|\s{_FIGURE}{{4}}|[.,]{{0,2}}(?=\s|$))"
)
_INITIALS = regex.compile(r"[ОЗТГ]\.[ТГУХПШ]\.")  # no date: `Харитонова О.Г., для`
_INITIAL = regex.compile(r"\p{Lu}\.\s?\p{Lu}")  # `3.П. Петров` is a point with a name
_BEFORE = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}])(?P<numeral>{_NUMERAL})(?=[-\s]{{1,2}}(?:част|кварт|кв\.|съезд|сесси|"
    r"пленум|век|разряд|степен|класс|отделени|интернационал|конференц|очеред|пятилет))"
)
_BEHIND = regex.compile(
    r"(?<!\p{L})(?:табл\p{L}*\.?|том[еа]?|глав[аеы]|гл\.|раздел[еа]?|част[ьи]|кварт\p{L}*|"
    rf"приложени[еяю])\s(?P<numeral>{_NUMERAL})(?![\p{{L}}\p{{N}}])"
)


class Numeral(NamedTuple):
    """A Roman numeral: where it stands in the text, and its value in Latin letters."""

    start: int
    end: int
    latin: str


def numerals(text: str) -> list[Numeral]:
    """The Roman numerals that what is around them shows to be such, in order.

    Those of figures alone are left out: `20.11.46` is a date in figures, whoever meant `II`.
    """
    found = {}
    for expression, most in ((_MONTH, MONTHS), (_BEFORE, len(ROMAN)), (_BEHIND, len(ROMAN))):
        for match in expression.finditer(text, overlapped=True):
            start, end = match.span("numeral")
            latin = roman(match["numeral"])
            if latin not in ROMAN[:most] or match["numeral"].isdigit():
                continue
            if expression is _MONTH and _INITIALS.fullmatch(text, match.start("day"), end + 1):
                continue
            if not _other_word(text, start, end):
                found[start] = Numeral(start, end, latin)
    return [found[start] for start in sorted(found)]


def _other_word(text: str, start: int, end: int) -> bool:
    """A lone letter that is an initial, or the word `У` at the start of a sentence; a lone sign."""
    if end - start > 1:
        return False
    if not text[start].isupper():
        return True
    opens = not text[:start].strip() or text[:start].rstrip().endswith((".", "!", "?"))
    point = text[start - 1 : start] in (".", ",")
    initial = _INITIAL.match(text, start) is not None
    return initial or (text[start] == "У" and opens and not point)


def roman(read: str) -> str | None:
    """The Roman numeral that these characters look like: `У11Т` → VIII; None for none."""
    for strokes, letters in _STROKES.items():
        read = read.replace(strokes, letters)
    latin = read.translate(_STROKE)
    return latin if latin in ROMAN else None
