"""Records compared field by field, and the distribution grid slot by slot.

Two values are equal when they are so after NFC, in small letters, with blanks folded. Repeated
fields are told apart by what they say and not by their place: a reference by its number, a slot
by the number of its copy, a stamp by its incoming number.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ocr.document import Field
from ocr.evaluate.rates import Rate

GRID = "copies"


class Verdict(StrEnum):
    """What became of a field."""

    RIGHT = "right"
    WRONG = "wrong"
    MISSING = "missing"
    INVENTED = "invented"


@dataclass(frozen=True, slots=True)
class FieldScore:
    """One field; a value is None on the side that does not have it."""

    name: str
    truth: str | None
    output: str | None

    @property
    def verdict(self) -> Verdict:
        if self.truth is None:
            return Verdict.INVENTED
        if self.output is None:
            return Verdict.MISSING
        same = plain(self.truth) == plain(self.output)
        return Verdict.RIGHT if same else Verdict.WRONG


@dataclass(frozen=True, slots=True)
class RecordScore:
    """fields: all but the grid; slots and addressees: errors in the grid.

    slots       of all numbered slots, those that are missing, invented, there twice or with
                another addressee than the truth's (none where it has none)
    addressees  of the slots that have one, those in which it is missing or wrong
    """

    fields: tuple[FieldScore, ...] = ()
    slots: Rate = field(default_factory=Rate)
    addressees: Rate = field(default_factory=Rate)

    def count(self, verdict: Verdict) -> int:
        return sum(each.verdict is verdict for each in self.fields)

    @property
    def precision(self) -> float | None:
        """Right among the fields put out; None where none was put out."""
        put_out = len(self.fields) - self.count(Verdict.MISSING)
        return self.count(Verdict.RIGHT) / put_out if put_out else None

    @property
    def recall(self) -> float | None:
        """Right among the fields of the truth; None where it has none."""
        wanted = len(self.fields) - self.count(Verdict.INVENTED)
        return self.count(Verdict.RIGHT) / wanted if wanted else None


def plain(value: str) -> str:
    """The form in which values are compared."""
    return " ".join(unicodedata.normalize("NFC", value).casefold().split())


def score_record(truth: Iterable[Field], output: Iterable[Field]) -> RecordScore:
    """Fields in the order of the truth, invented ones after them."""
    t, o = _values(truth), _values(output)
    names = [*t, *(name for name in o if name not in t)]
    fields = tuple(
        FieldScore(name, t.get(name), o.get(name)) for name in names if not _in_grid(name)
    )
    slots, addressees = _score_grid(_slots(t), _slots(o))
    return RecordScore(fields, slots, addressees)


def _values(fields: Iterable[Field]) -> dict[str, str]:
    """{name: value}; what repeats is named by what it says: references.4676, stamps.3645.date."""
    raw = {each.name: str(each.value) for each in fields}
    values = {}
    for name, value in raw.items():
        parts = name.split(".")
        if len(parts) > 1 and parts[1].isdecimal() and not _in_grid(name):
            own = raw.get(f"{parts[0]}.{parts[1]}.number") if len(parts) > 2 else value
            if own is not None:
                parts[1] = plain(own)
        values[".".join(parts)] = value
    return values


def _in_grid(name: str) -> bool:
    return name.split(".")[0] == GRID


def _slots(values: Mapping[str, str]) -> list[tuple[str, str]]:
    """(number of the copy, addressee in plain form or "") of each slot, as it comes."""
    return [
        (number, plain(values.get(name.removesuffix("number") + "addressee", "")))
        for name, number in values.items()
        if _in_grid(name) and name.endswith(".number")
    ]


def _score_grid(truth: list[tuple[str, str]], output: list[tuple[str, str]]) -> tuple[Rate, Rate]:
    t, o = dict(truth), dict(output)
    twice = len(output) - len(o)
    wrong = sum(n not in t or n not in o or t[n] != o[n] for n in t.keys() | o.keys())
    named = [n for n, addressee in t.items() if addressee]
    lost = sum(o.get(n) != t[n] for n in named)
    return Rate(wrong + twice, len(t)), Rate(lost, len(named))
