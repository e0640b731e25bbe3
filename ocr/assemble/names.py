"""Persons, places and offices as they are addressed, brought to the nominative."""

from __future__ import annotations

import regex

from ocr.assemble.dictionary import is_abbreviation, place_nominative, surname_nominative, title
from ocr.assemble.gazetteer import (
    ANYONE_FROM,
    ONE_WRONG_FROM,
    nearest_person,
    nearest_place,
)

_COMRADE = regex.compile(r"^\W*(?:т\s?о\s?в|тт|т)\s?[.,]+\s*", regex.IGNORECASE)
_INITIALS = regex.compile(r"\b\p{L}\.\s?")
_LETTERS = str.maketrans("03", "ОЗ")  # figures read within a name
_NAME = regex.compile(r"[\p{L}][\p{L}\-]*\p{L}")


def addressed(typed: str, anyone: bool = False) -> str:
    """`тов. Кагановичу` → `Каганович`; several names part by part; an office as typed.

    `anyone`: the name need not be one of the leadership's, so a short one is left as read.
    """
    least = ANYONE_FROM if anyone else ONE_WRONG_FROM
    parts = regex.split(r"[,;]|\sи\s", _COMRADE.sub("", typed))
    people = [_person(part, least) for part in parts]
    return ", ".join(person for person in people if person)


def signed(typed: str) -> str:
    """A name in the nominative already, without initials: `А. РОЩИН` → `Рощин`."""
    return " ".join(nearest_person(word, ANYONE_FROM) or title(word) for word in _words(typed))


def clerk(typed: str) -> str:
    """The name of one who typed or deciphered: in no list, so as read."""
    return " ".join(title(word) for word in _words(typed))


def _words(typed: str) -> list[str]:
    found: list[str] = _NAME.findall(_INITIALS.sub("", typed.translate(_LETTERS)))
    return found


def place(typed: str) -> str:
    """`ПЕКИНА` → `Пекин`, `НЬЮ-ЙОРКА` → `Нью-Йорк`."""
    words = typed.translate(_LETTERS).split()
    return " ".join(nearest_place(word) or place_nominative(word) for word in words)


def _person(typed: str, least: int) -> str:
    bare: str = _INITIALS.sub("", _COMRADE.sub("", typed)).strip()
    if regex.search(r"(?<!\p{L})\d+(?!\p{L})", bare):
        return bare  # an office: `8 Отдел`
    words = _NAME.findall(bare.translate(_LETTERS))
    if any(is_abbreviation(word) for word in words):
        return bare
    if len(words) == 1:
        return nearest_person(words[0], least) or surname_nominative(words[0])
    return title(" ".join(words))
