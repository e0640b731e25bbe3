"""Persons, places and offices as they are addressed, brought to the nominative."""

from __future__ import annotations

import regex

from ocr.assemble.dictionary import is_abbreviation, place_nominative, surname_nominative, title

_COMRADE = regex.compile(r"^\W*(?:т\s?о\s?в|тт|т)\s?[.,]+\s*", regex.IGNORECASE)
_INITIALS = regex.compile(r"\b\p{L}\.\s?")
_NAME = regex.compile(r"[\p{L}][\p{L}\-]*\p{L}")


def addressed(typed: str) -> str:
    """`тов. Кагановичу` → `Каганович`; several names part by part; an office as typed."""
    people = [_person(part) for part in regex.split(r"[,;]|\sи\s", _COMRADE.sub("", typed))]
    return ", ".join(person for person in people if person)


def signed(typed: str) -> str:
    """A name in the nominative already, without initials: `А. РОЩИН` → `Рощин`."""
    return title(" ".join(_NAME.findall(_INITIALS.sub("", typed))))


def place(typed: str) -> str:
    """`ПЕКИНА` → `Пекин`, `НЬЮ-ЙОРКА` → `Нью-Йорк`."""
    return " ".join(place_nominative(word) for word in typed.split())


def _person(typed: str) -> str:
    bare: str = _INITIALS.sub("", _COMRADE.sub("", typed)).strip()
    words = _NAME.findall(bare)
    if regex.search(r"\d", bare) or any(is_abbreviation(w) for w in words):
        return bare
    if len(words) == 1:
        return surname_nominative(words[0])
    return title(" ".join(words))
