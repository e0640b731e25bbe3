"""When two values of a record are the same: dates by the day they mean, names by the person.

    dates  1950-10-07   7.10.50   07/10 1950 г.   7 октября 1950 г.; with a time 13.00 7.10.50
    names  Молотов   тов. Молотов   В. М. Молотов   МОЛОТОВ В.М.

All else is equal after NFC, in small letters, with blanks folded and `ё` as `е`. Dates that are
no date and times that are no time are compared as text. Cases are not resolved: `Молотову` is not
`Молотов`, since a record is to hold the nominative. A year of two figures is of the twentieth
century.
"""

from __future__ import annotations

import re
import unicodedata

DATES = frozenset({"date", "at", "received_at", "signed_on"})
NAMES = frozenset({"addressee", "signatory", "by"})
SLOT = "copies."  # a slot of the grid is named by its number and holds an addressee
CENTURY = 1900

MONTHS = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)
ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[t ](\d\d):(\d\d)(?::\d\d)?)?")
DAY = r"(?P<day>\d{1,2})"
YEAR = r"(?P<year>\d{4}|\d\d)(?: ?г\.?)?"
CLOCK = r"(?:(?P<hour>\d{1,2})[.:](?P<minute>\d\d)[ ,]+)?"
TYPED = re.compile(rf"{CLOCK}{DAY} ?[./-] ?(?P<month>\d{{1,2}}) ?[./ -] ?{YEAR}")
SPELT = re.compile(rf"{CLOCK}{DAY} (?P<name>[а-я]+) {YEAR}")
COMRADE = re.compile(r"^(?:тов|товарищ[а-я]*|т|тт)\b\.?\s*")
INITIAL = re.compile(r"\b([^\W\d_])\.")


def plain(value: str) -> str:
    """Small letters, one blank for several, `ё` as `е`."""
    folded = unicodedata.normalize("NFC", value).casefold().replace("ё", "е")
    return " ".join(folded.split())


def same_value(field: str, a: str, b: str) -> bool:
    """Whether both mean the same as the value of this field, `deciphered.at`, `copies.addressee`.

    Initials that one side leaves out say nothing against it.
    """
    last = field.split(".")[-1]
    if last in DATES:
        return _date(a) == _date(b)
    if last in NAMES or field.startswith(SLOT):
        (name_a, initials_a), (name_b, initials_b) = _name(a), _name(b)
        known = bool(initials_a and initials_b)
        return name_a == name_b and (initials_a == initials_b or not known)
    return plain(a) == plain(b)


def _date(value: str) -> tuple[int, ...] | str:
    """(year, month, day) and hour and minute where they are told; the text where it is no date."""
    text = plain(value)
    iso = ISO.fullmatch(text)
    if iso:
        return tuple(int(part) for part in iso.groups() if part is not None)
    match = TYPED.fullmatch(text) or SPELT.fullmatch(text)
    if match is None:
        return text
    parts = match.groupdict()
    month = parts.get("month") or _month(parts["name"])
    if month is None:
        return text
    year = int(parts["year"]) + (CENTURY if len(parts["year"]) == 2 else 0)
    clock = () if parts["hour"] is None else (int(parts["hour"]), int(parts["minute"]))
    return year, int(month), int(parts["day"]), *clock


def _month(name: str) -> int | None:
    return MONTHS.index(name) + 1 if name in MONTHS else None


def _name(value: str) -> tuple[str, str]:
    """The name without title and initials, and the initials."""
    text = COMRADE.sub("", plain(value))
    rest = " ".join(INITIAL.sub(" ", text).split())
    return (rest, "".join(INITIAL.findall(text))) if rest else (text, "")
