"""The day that a telegram's dates agree on, and dates of registration held against it.

A telegram is signed, received, deciphered and typed within a day or two, and registered within
weeks. Where a stamp's date lies years off and would be one of that time but for a single figure of
its year, that figure was misread: stamps press unevenly. The telegram's own dates are left as they
were read, and the checks tell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from rapidfuzz.distance import Hamming

from ocr.document import Field

DATED = ("received_at", "signed_on", "deciphered.at", "typed.at")
REGISTERED_AFTER, BEFORE = 45, 3
"""Days after that day in which a telegram is registered, and before it: turning dates are set
forward late."""
AGREEING = 2
"""So many dates that are one, at least, outweigh another."""


def agreed_day(facts: Iterable[Field]) -> date | None:
    """The day that most of a telegram's dates have, by how sure they are; None where none agree."""
    votes: dict[str, list[float]] = defaultdict(list)
    for fact in facts:
        if fact.name in DATED:
            votes[str(fact.value)[:10]].append(fact.confidence**2)
    day, held = max(votes.items(), key=lambda vote: sum(vote[1]), default=("", []))
    return date.fromisoformat(day) if len(held) >= AGREEING else None


def registered(read: str, day: date) -> str | None:
    """An ISO date on which a telegram of that day may have been registered: as read, or with a
    figure of its year put right. None where it is far off otherwise.
    """
    if _is_near(read, day):
        return read
    years = (str(day.year), str(day.year + 1))
    mended = [f"{year}{read[4:]}" for year in years if Hamming.distance(year, read[:4]) == 1]
    near = [value for value in mended if _is_near(value, day)]
    return near[0] if len(near) == 1 else None


def _is_near(value: str, day: date) -> bool:
    try:
        days = (date.fromisoformat(value) - day).days
    except ValueError:  # the 29th of February
        return False
    return -BEFORE <= days <= REGISTERED_AFTER
