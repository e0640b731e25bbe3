"""Dates and times as English translations write them, to ISO 8601.

    October 7, 1950    7 October 1950    6 October    10/14/50    7.10.50    1950-10-07
    11: 55    22:30    01:38 a.m.    1:38 pm    0138 hours

A date between strokes begins with the month, as the translators of these archives write it, unless
the text has one that cannot (`14/10/50`) and none that must. With dots the day comes first: such
dates were left as the original has them. A date without a year takes the year that the caller
knows; without one there is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import regex

from ocr.assemble.dates import CENTURY, Found

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_MONTH = r"(?P<name>" + "|".join(rf"{m[:3]}(?:{m[3:]}|t)?\b\.?" for m in MONTHS) + ")"
_YEAR = r"(?:,?\s+(?P<year>1\d{3}|20\d\d)\b)?"
_NTH = r"(?:st|nd|rd|th)?"
_EXPRESSIONS = tuple(
    regex.compile(expression, regex.IGNORECASE)
    for expression in (
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}}){_NTH}\b(?!:\d|\s*[-–]to[-–])(?:,)?{_YEAR}",
        rf"(?<![\d.:/])\b(?P<day>\d{{1,2}}){_NTH}\s+(?:of\s+)?{_MONTH}{_YEAR}",
        r"(?<![\d./])(?P<one>\d{1,2})/(?P<two>\d{1,2})/(?P<year>\d{4}|\d{2})(?![\d/])",
        r"(?<![\d./])(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4}|\d{2})(?!\d|\.\d)",
        r"(?<!\d)(?P<year>1\d{3}|20\d\d)-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)",
    )
)
_CLOCK = regex.compile(
    r"(?<![\d.:/])(?:(?P<hour>\d{1,2})(?::\s?(?P<minute>\d{2}))(?:\s?(?P<half>[ap])\.?\s?m\b\.?)?"
    r"|(?P<hour>\d{1,2})\s?(?P<half>[ap])\.?\s?m\b\.?"
    r"|(?P<hour>\d{1,2})\.(?P<minute>\d{2})\s?(?:(?P<half>[ap])\.?\s?m\b\.?|(?=hours|o'clock))"
    r"|(?P<hour>\d{2})(?P<minute>\d{2})\s+(?=hours))(?!\d|[:/]\d)",
    regex.IGNORECASE,
)
LAST_MONTH = 12


def find_dates(text: str, this_year: int | None) -> list[Found]:
    """All dates in an English text, in order, as `1950-10-07`; none overlap."""
    found: list[Found] = []
    for expression in _EXPRESSIONS:
        for match in expression.finditer(text):
            groups = match.groupdict()
            if (groups.get("name") or "M")[0].islower():  # `may 5 divisions`
                continue
            value = _date(groups, this_year, _month_first(text))
            free = all(match.end() <= f.start or f.end <= match.start() for f in found)
            if value is not None and free:
                found.append(Found(value, match.start(), match.end()))
    return sorted(found, key=lambda f: f.start)


def find_times(text: str) -> Iterator[Found]:
    """Clock times, as `22:30`."""
    for match in _CLOCK.finditer(text):
        hour, minute, half = int(match["hour"]), int(match["minute"] or 0), match["half"]
        if half:
            hour = hour % 12 + 12 * (half in "pP")
        if hour < 24 and minute < 60:
            yield Found(f"{hour:02}:{minute:02}", *match.span())


def find_timestamp(text: str, this_year: int | None) -> Found | None:
    """The first date with the clock time beside it, as `1950-10-07T11:55`; the date alone."""
    day = next(iter(find_dates(text, this_year)), None)
    if day is None:
        return None
    for time in find_times(text):
        if time.end <= day.start or time.start >= day.end:
            start, end = min(day.start, time.start), max(day.end, time.end)
            return Found(f"{day.value}T{time.value}", start, end)
    return day


def _month_first(text: str) -> bool:
    stroked = [(int(m["one"]), int(m["two"])) for m in _EXPRESSIONS[2].finditer(text)]
    must = any(two > LAST_MONTH for _, two in stroked)
    cannot = any(one > LAST_MONTH for one, _ in stroked)
    return must or not cannot


def _date(groups: dict[str, str | None], this_year: int | None, month_first: bool) -> str | None:
    if groups.get("one"):
        month, day = int(groups["one"] or 0), int(groups["two"] or 0)
        if not month_first:
            month, day = day, month
    else:
        day = int(groups["day"] or 0)
        month = _month(groups)
    typed = groups.get("year")
    year = this_year if typed is None else int(typed) + (CENTURY if len(typed) == 2 else 0)
    if year is None:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _month(groups: dict[str, str | None]) -> int:
    if name := groups.get("name"):
        return next(i for i, m in enumerate(MONTHS, 1) if m[:3].lower() == name[:3].lower())
    return int(groups["month"] or 0)
