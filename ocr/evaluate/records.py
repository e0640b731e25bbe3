"""Records compared field by field, and the distribution grid slot by slot.

Two values are equal when `values.same_value` says so: dates and names normalised. Repeated
fields are told apart by what they say and not by their place: a reference by its number, a slot
by the number of its copy, a stamp by its incoming number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from ocr.document import Field
from ocr.evaluate.rates import Rate
from ocr.evaluate.values import plain, same_value

GRID = "copies"


class Verdict(StrEnum):
    """What became of a field."""

    RIGHT = "right"
    WRONG = "wrong"
    MISSING = "missing"
    INVENTED = "invented"


class Key(NamedTuple):
    """A field's name, where `group` may repeat: references.4676, incoming_stamps.3645.date."""

    group: str
    label: str
    part: str


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
        same = same_value(self.name, self.truth, self.output)
        return Verdict.RIGHT if same else Verdict.WRONG


@dataclass(frozen=True, slots=True)
class Tally:
    """Fields by their verdict; tallies add up over fields, documents and runs."""

    right: int = 0
    wrong: int = 0
    missing: int = 0
    invented: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.right + other.right,
            self.wrong + other.wrong,
            self.missing + other.missing,
            self.invented + other.invented,
        )

    @property
    def wanted(self) -> int:
        """Fields of the truth."""
        return self.right + self.wrong + self.missing

    @property
    def precision(self) -> float | None:
        """Right among the fields put out; None where none was put out."""
        put_out = self.right + self.wrong + self.invented
        return self.right / put_out if put_out else None

    @property
    def recall(self) -> float | None:
        """Right among the fields of the truth; None where it has none."""
        return self.right / self.wanted if self.wanted else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of the two; None where neither side has a field."""
        both = 2 * self.right + 2 * self.wrong + self.missing + self.invented
        return 2 * self.right / both if both else None


def tally(fields: Iterable[FieldScore]) -> Tally:
    counts = Counter(each.verdict for each in fields)
    return Tally(*(counts[verdict] for verdict in Verdict))


@dataclass(frozen=True, slots=True)
class RecordScore:
    """fields: all but the grid; slots: the grid, each with its addressee, "" where it has none."""

    fields: tuple[FieldScore, ...] = ()
    slots: tuple[FieldScore, ...] = ()

    @property
    def grid(self) -> Rate:
        """Slots missing, invented, there twice or with another addressee, of the truth's slots."""
        errors = sum(slot.verdict is not Verdict.RIGHT for slot in self.slots)
        return Rate(errors, sum(slot.truth is not None for slot in self.slots))

    @property
    def addressees(self) -> Rate:
        """Addressees missing or wrong, of the truth's."""
        named = [slot for slot in self.slots if slot.truth]
        return Rate(sum(slot.verdict is not Verdict.RIGHT for slot in named), len(named))

    @property
    def tally(self) -> Tally:
        """Fields by verdict; the grid is judged by slots and is not among them."""
        return tally(self.fields)


def field_kind(name: str) -> str:
    """`incoming_stamps.3645.date` → `incoming_stamps.date`: the same field of all documents."""
    group, *rest = name.split(".")
    return ".".join([group, *(part for part in rest[-1:] if not part.isdecimal())])


def score_record(truth: Iterable[Field], output: Iterable[Field]) -> RecordScore:
    """Fields in the order of the truth, invented ones after them."""
    t, o = _values(truth), _values(output)
    slots = tuple(_score_grid(_take_slots(t), _take_slots(o)))
    o = _relabel(o, t)
    keys = [*t, *(key for key in o if key not in t)]
    fields = tuple(
        FieldScore(".".join(part for part in key if part), t.get(key), o.get(key)) for key in keys
    )
    return RecordScore(fields, slots)


def _values(fields: Iterable[Field]) -> dict[Key, str]:
    """What repeats is labelled by what it says, and by its place only where it says nothing."""
    raw = {each.name: str(each.value) for each in fields}
    values = {}
    for name, value in raw.items():
        group, place, *rest = [*name.split("."), ""]
        if not place.isdecimal():
            values[Key(group, "", name.partition(".")[2])] = value
            continue
        number = raw.get(f"{group}.{place}.number", place) if rest[:-1] else value
        # in the grid two slots of one number stay two
        label = place if group == GRID else plain(number)
        values[Key(group, label, ".".join(rest[:-1]))] = value
    return values


def _take_slots(values: dict[Key, str]) -> list[tuple[str, str]]:
    """(number of the copy, addressee or "") of each slot, as it comes; takes the grid out."""
    grid = {key: values.pop(key) for key in list(values) if key.group == GRID}
    return [
        (number, grid.get(key._replace(part="addressee"), ""))
        for key, number in grid.items()
        if key.part == "number"
    ]


def _relabel(output: Mapping[Key, str], truth: Mapping[Key, str]) -> dict[Key, str]:
    """Labels that the truth does not know take the names, in order, of those it has left.

    So a stamp whose number is misread has one field wrong, and not all missing and invented.
    """
    known = dict.fromkeys((key.group, key.label) for key in truth if key.label)
    found = dict.fromkeys((key.group, key.label) for key in output if key.label)
    names: dict[tuple[str, str], str] = {}
    for group in dict.fromkeys(group for group, _ in found):
        strange = [label for g, label in found if g == group and (g, label) not in known]
        left = [label for g, label in known if g == group and (g, label) not in found]
        names |= {(group, old): new for old, new in zip(strange, left, strict=False)}
    return {
        key._replace(label=names.get((key.group, key.label), key.label)): value
        for key, value in output.items()
    }


def _score_grid(
    truth: list[tuple[str, str]], output: list[tuple[str, str]]
) -> Iterator[FieldScore]:
    """Slots of the truth, then those that are in the output alone or once more."""
    left = list(output)
    for number, addressee in truth:
        found = next((slot for slot in left if slot[0] == number), None)
        if found is not None:
            left.remove(found)
        yield FieldScore(f"{GRID}.{number}", addressee, None if found is None else found[1])
    for number, addressee in left:
        yield FieldScore(f"{GRID}.{number}", None, addressee)
