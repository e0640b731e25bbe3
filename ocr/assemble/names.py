"""Persons, places and offices as they are addressed, brought to the nominative."""

from __future__ import annotations

import regex

from ocr.assemble.dictionary import (
    is_abbreviation,
    is_known,
    is_name,
    is_place,
    last_nominative,
    place_nominative,
    surname_nominative,
    title,
)
from ocr.assemble.gazetteer import (
    ANYONE_FROM,
    ONE_WRONG_FROM,
    begins_with_person,
    nearest_person,
    nearest_place,
    place_alike,
)

_COMRADE = regex.compile(
    r"^\W*(?:т\s?о\s?в|т\.?\s?т|т)\s?[.,]+\s*|^\W*товарищ\p{L}{0,3}\s+", regex.IGNORECASE
)
_INITIALS = regex.compile(r"\b\p{L}\.\s?")
_LETTERS = str.maketrans("03", "ОЗ")  # figures read within a name
_NAME = regex.compile(r"[\p{L}][\p{L}\-]*\p{L}")
SHORTEST_POST = 4
"""Letters: shorter words may be Chinese or Korean names, whatever else they are in Russian."""


def addressed(typed: str, anyone: bool = False) -> str:
    """`тов. Кагановичу` → `Каганович`; several names part by part; an office as typed.

    `anyone`: the name need not be one of the leadership's, so a short one is left as read. A place
    before a comrade is where he is: `МОСКВА, тов. МОЛОТОВУ` → `Молотов`.
    """
    least = ANYONE_FROM if anyone else ONE_WRONG_FROM
    parts = regex.split(r"[,;]|\sи\s", typed)
    comrades = [i for i, part in enumerate(parts) if _COMRADE.match(part)]
    people = [_person(part, least) for part in parts[comrades[0] if comrades else 0 :]]
    return ", ".join(person for person in people if person)


def without_scraps(typed: str) -> str:
    """One of the leadership without what a pencil put behind him: `Маленкову Ху`, `Хрущевуниу`."""
    for name in _NAME.finditer(typed):
        if (known := begins_with_person(name[0])) is not None:
            letters = sum(c.isalpha() for c in typed[name.end() :])
            return typed[: name.start()] + known if letters <= MOST_SCRAPS else typed
    return typed


MOST_SCRAPS = 3
"""Letters behind a name that are none: Chinese and Korean names are not of the leadership's."""


def signed(typed: str) -> str:
    """A name in the nominative already, without initials and post: `Посол А. РОЩИН` → `Рощин`."""
    people = [_without_post(_words(part)) for part in regex.split(r"[,;]|\sи\s", typed)]
    return ", ".join(
        " ".join(nearest_person(word, ANYONE_FROM) or title(word) for word in words)
        for words in people
        if words
    )


def is_post(typed: str) -> bool:
    """A line that says what someone is and not who: `ПОСОЛ СССР В КНР`."""
    return all(_is_post(word) for word in _words(typed) if len(word) >= SHORTEST_POST)


def clerk(typed: str) -> str:
    """The name of one who typed or deciphered: in no list, so as read."""
    return " ".join(title(word) for word in _words(typed))


def _words(typed: str) -> list[str]:
    found: list[str] = _NAME.findall(_INITIALS.sub("", typed.translate(_LETTERS)))
    return found


def _without_post(words: list[str]) -> list[str]:
    """Without what the person is: `Генералу армии`, `ПОСОЛ СССР В КНР`; as they are if all is."""
    named = [word for word in words if not _is_post(word)]
    return named or words


def _is_post(word: str) -> bool:
    """A common word or abbreviation that is nobody's name: `посол`, `Генерал-майор`, `СССР`."""
    if is_abbreviation(word):
        return True
    first = word.split("-")[0]
    return len(first) >= SHORTEST_POST and is_known(first) and not is_name(first)


def place(typed: str) -> str:
    """`ПЕКИНА` → `Пекин`, `НЬЮ-ЙОРКА` → `Нью-Йорк`."""
    words = typed.translate(_LETTERS).split()
    whole = "".join(words)
    if len(words) > 1 and not all(map(is_place, words)):
        # letters of one word stand apart where the pad's print is worn: `МОСК ВЫ`
        found = nearest_place(whole) or (place_nominative(whole) if is_place(whole) else None)
        if found := found or place_alike(whole, torn=True):
            return found
    elif nearest_place(whole) is None and (found := place_alike(whole, torn=False)):
        return found
    return " ".join(nearest_place(word) or place_nominative(word) for word in words)


def _person(typed: str, least: int) -> str:
    bare: str = _INITIALS.sub("", _COMRADE.sub("", typed)).strip()
    if regex.search(r"(?<!\p{L})\d+(?!\p{L})", bare):
        return bare  # an office: `8 Отдел`
    words = _NAME.findall(bare.translate(_LETTERS))
    named = _without_post(words)
    if any(is_abbreviation(word) for word in words) and not _has_name(named):
        return bare
    if len(named) == 1:
        return nearest_person(named[0], least) or surname_nominative(named[0])
    return title(" ".join([*named[:-1], last_nominative(named[-1])])) if named else ""


def _has_name(words: list[str]) -> bool:
    return any(is_name(word) and not is_abbreviation(word) for word in words)
