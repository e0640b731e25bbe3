"""Dates and times as telegrams write them, to ISO 8601.

    7.10.50    19/10 1950 г.    30/I 1951 г.    30-I-51    7-го окт. 1950 г.
    " 7 " октября 1950 г.    13 октября с.г.    13 октября сего года
    13.00    11 ч. 55 м.    " 11 " ч. " 55 " м.    13 час. 50 мин.

Two-figure years are of the twentieth century; a month behind a stroke may be Roman; the name of a
month may be misread in a few letters. `с.г.` (this year) and a missing year take the year that
the caller knows from the document; without one there is no date.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import regex
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from ocr.assemble.printed import GAP, SURE_FIGURES, D, digits, looks_like, pattern

MONTHS = (
    "ЯНВАРЯ",
    "ФЕВРАЛЯ",
    "МАРТА",
    "АПРЕЛЯ",
    "МАЯ",
    "ИЮНЯ",
    "ИЮЛЯ",
    "АВГУСТА",
    "СЕНТЯБРЯ",
    "ОКТЯБРЯ",
    "НОЯБРЯ",
    "ДЕКАБРЯ",
)
# Of 100: `окт8бря` and `октибря` have 86; `июня` and `июля`, both right, are 75 alike.
MONTH_LIKENESS = 76
LAST_DAY = 31
_MAY = "МАЯ"  # the only month of three letters: one misread leaves two
CENTURY = 1900
# `окт. 1950 г.`; of four letters too, as `сент.` and `нояб.` have
ABBREVIATED = {"янв": 1, "фев": 2, "февр": 2, "апр": 4, "авг": 8, "сен": 9, "сент": 9, "окт": 10}
ABBREVIATED |= {"ноя": 11, "нояб": 11, "дек": 12, "мар": 3, "июн": 6, "июл": 7}
LONGEST_SHORT = 4

_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9}
_ROMAN |= {"X": 10, "XI": 11, "XII": 12}
_LATIN = str.maketrans("ХхУУІiІ1l", "XXVVIIIII")

_START = r"(?<![\p{L}\p{N}/])(?<!\d[.,])"
_NUMERAL = "[IVXХУІ]{1,4}"
# `19 52 г.`: the century is printed, the year filled in; `195 1 г.`, `12.5.5 1`: a thin 1 is apart
_IN_TWO = r"19\d \d(?=\W{0,3}г)|\d \d(?=\W*$)"
_YEAR = (
    rf"(?P<year>{D}{{4}}|19 {D}{{2}}(?=\W{{0,3}}г)|{_IN_TWO}|{D}{{2}})"
    r"(?!\p{N}|(?!г\b|года?\b)\p{L})"
)
_DOTTED = pattern(
    rf"{_START}(?P<day>{D}{{1,2}})[.,][ ]?(?P<month>{D}{{1,2}}|{_NUMERAL})[.,][ ]?{_YEAR}"
)
_THIS = r"(?P<this>[ст][.,/]?[ ]?г\b\.?|(?:сего|текущего)\s+года\b)"
_STROKED = pattern(
    rf"{_START}(?P<day>{D}{{1,2}})[ ]?/[ ]?(?P<roman>{_NUMERAL}|{D}{{1,2}})"
    rf"[ ]?[-/. ,][ ]?(?:{_YEAR}|{_THIS})"
)
# with figures alone between hyphens only where the year shows: `9-10-8` are copies
_HYPHENED = pattern(
    rf"{_START}(?P<day>{D}{{1,2}})-(?:(?P<roman>[IVXХУІ]{{1,4}})-{_YEAR}"
    rf"|(?P<month>\d{{1,2}})-(?P<year>\d{{4}}|\d{{2}}(?=\s?г\b))(?!\d))"
)
_TWO = rf"(?:{D}{{1,2}}|(?<=[\"]\s?){D}[ ]{D}(?=\s?[\"]))"  # `" 2 1 "`: a thin 1 is apart
_NAMED = pattern(
    rf"{_START}(?P<day>{_TWO})(?:-го\b)?{GAP}\s?(?P<name>\p{{L}}[\p{{L}}\d]{{2,8}})\b"
    rf"(?:{GAP}\s?(?:{_YEAR}|{_THIS}))?"
)
_MINUTES = r"м(?:ин\p{L}*)?\b\.?"
_CLOCK = pattern(
    rf"{_START}(?P<hour>{_TWO})(?:[.:,-][ ]?(?P<minute>{D}{{2}})(?![\p{{L}}\p{{N}}])"
    rf"|{GAP}ч(?:ас\p{{L}}*)?\b(?:{GAP}(?P<minute>{_TWO}){GAP}{_MINUTES}"
    rf"|(?![^\n]{{0,12}}?\b{_MINUTES})))"  # an hour alone, but not before unreadable minutes
)
# `21.37.4.7.49`, `20 56 1.8.47`: the blank between them, or the stop within the time, misread
_TIME_AND_DAY = pattern(
    rf"(?<![\p{{L}}\p{{N}}.,])(?P<hour>{D}{{1,2}})[.,: ](?P<minute>{D}{{2}})[., ]{{1,2}}"
    rf"(?P<day>{D}{{1,2}})[.,][ ]?(?P<month>{D}{{1,2}})(?:[.,][ ]?|[ ])(?P<year>{D}{{2}})"
    r"(?![\p{L}\p{N}])"
)
_OPENING = regex.compile(r'["]\s?$')
_YEAR_WORD = regex.compile(r'(?:[ ]?["])?[ ]?г(?:ода?\b|\.|\b)')
# The printed form, filled in: here the printed letters place the figures, whatever lies between.
_BETWEEN = r"\D{1,12}?"
_FORM = pattern(
    rf"(?<!\d)(?P<hour>{D}{{1,2}})\W{{1,6}}ч\W{{1,6}}(?P<minute>{D}{{1,2}})\W{{1,6}}м{_BETWEEN}"
    rf"(?P<day>\d{{1,3}}){_BETWEEN}\b(?P<name>\p{{L}}{{3,9}}){_BETWEEN}(?P<year>{D}\d{{3}})"
)


PRINTED_CENTURY = "19"
"""A year of which no more could be read has the form's own figures only."""


class Found(NamedTuple):
    """A date or time stamp and where in the text it stands."""

    value: str
    start: int
    end: int


def find_dates(text: str, this_year: int | None) -> list[Found]:
    """All dates in a folded text, in order, as `1950-10-07`."""
    found: list[Found] = []
    for expression in (_DOTTED, _STROKED, _HYPHENED, _NAMED):
        for match in expression.finditer(text):
            if (value := _date(match, this_year)) is not None:
                found.append(_widened(value, text, *match.span()))
    return sorted(found, key=lambda f: f.start)


def find_timestamp(text: str, this_year: int | None) -> Found | None:
    """The first date in a folded text with the clock time beside it, as `1950-10-07T11:55`.

    Without a time the date alone; None without a date.
    """
    if (both := _TIME_AND_DAY.search(text)) is not None:
        time, on = _time(both), _date(both, None)
        if time is not None and on is not None:
            return _widened(f"{on}T{time}", text, *both.span())
    day = next(iter(find_dates(text, this_year)), None)
    if day is None:
        return _filled_form(text)
    for at in _times(text):
        if at.end <= day.start or at.start >= day.end:
            start, end = min(day.start, at.start), max(day.end, at.end)
            return Found(f"{day.value}T{at.value}", start, end)
    return day


def _filled_form(text: str) -> Found | None:
    """The reception line's form with something between its figures that should not be there."""
    for match in _FORM.finditer(text):
        value = _date(match, None) or _without_quotation_mark(match)
        hour, minute = looks_like(match["hour"]), looks_like(match["minute"])
        if value and hour and minute and int(hour) < 24 and int(minute) < 60:
            return _widened(f"{value}T{int(hour):02}:{int(minute):02}", text, *match.span())
    return None


def _without_quotation_mark(match: regex.Match[str]) -> str | None:
    """`284 ноября`: of three figures one is a quotation mark, if but one way gives a date."""
    run = match["day"]
    days = {day for day in (run[1:], run[:-1]) if len(run) == 3 and 1 <= int(day) <= LAST_DAY}
    month, year = _month(match.groupdict()), _year(match.groupdict(), None)
    if len(days) != 1 or month is None or year is None:
        return None
    return _valid(year, month, int(days.pop()))


def stated_year(text: str) -> int | None:
    """The first year that a date in a folded text states."""
    return next((int(found.value[:4]) for found in find_dates(text, None)), None)


def _times(text: str) -> Iterator[Found]:
    for match in _CLOCK.finditer(text, overlapped=True):
        if not any(c in SURE_FIGURES or c in "чЧ" for c in match[0]):
            continue
        if (time := _time(match)) is not None:
            yield _widened(time, text, *match.span())


def _time(match: regex.Match[str]) -> str | None:
    hour = looks_like(match["hour"].replace(" ", ""))
    minute = looks_like((match["minute"] or "00").replace(" ", ""))
    if hour is None or minute is None or int(hour) > 23 or int(minute) > 59:
        return None
    return f"{int(hour):02}:{int(minute):02}"


def _widened(value: str, text: str, start: int, end: int) -> Found:
    """With the quotation mark before and the `г.` behind, as the date was written."""
    before = _OPENING.search(text[:start])
    behind = _YEAR_WORD.match(text[end:])
    return Found(value, before.start() if before else start, end + (behind.end() if behind else 0))


def _date(match: regex.Match[str], this_year: int | None) -> str | None:
    groups = match.groupdict()
    day, month, year = _part(groups["day"]), _month(groups), _year(groups, this_year)
    if day is None or month is None or year is None:
        return None
    return _valid(year, month, int(day))


def _valid(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _month(groups: dict[str, str | None]) -> int | None:
    if name := groups.get("name"):
        if (short := ABBREVIATED.get(name[:4].lower())) and len(name) <= LONGEST_SHORT:
            return short
        if len(name) == len(_MAY) and Levenshtein.distance(name.upper(), _MAY) == 1:
            return MONTHS.index(_MAY) + 1
        best = process.extractOne(name.upper(), MONTHS, scorer=fuzz.ratio)
        return best[2] + 1 if best is not None and best[1] >= MONTH_LIKENESS else None
    if roman := groups.get("roman"):
        typed, numeral = roman, not regex.search(r"\d", roman)
    else:
        typed = groups["month"] or ""
        numeral = regex.search("[VXХУ]", typed, regex.IGNORECASE) is not None
    if numeral:
        return _ROMAN.get(typed.translate(_LATIN).upper())
    figures = _part(typed)
    return int(figures) if figures is not None else None


def _part(typed: str | None) -> str | None:
    """A day or month in figures; a lone `З` between figures is a 3."""
    if typed is None:
        return None
    typed = typed.replace(" ", "")
    return digits(typed) or (looks_like(typed) if typed.isupper() else None)


def _year(groups: dict[str, str | None], this_year: int | None) -> int | None:
    typed = groups.get("year")
    if typed is None:
        return this_year
    figures = digits(typed.replace(" ", ""))
    if figures is None:
        return None
    if figures == PRINTED_CENTURY:
        return this_year
    if len(figures) == 2:
        return CENTURY + int(figures)
    if int(figures) // 100 * 100 == CENTURY:
        return int(figures)
    # A figure misread: only a year that the document states elsewhere can tell.
    wrong = sum(a != b for a, b in zip(figures, str(this_year or ""), strict=False))
    return this_year if wrong == 1 else None
