"""What a translation has otherwise than its original: figures, dates, names.

Both paragraphs are asked for their quantities and names; what both have is struck out, what is left
differs. A figure counts by its value, whatever words or scale say it, a multiple and an ordinal too
where the other side has the number alone. A name counts once a paragraph. Where a side has a
pronoun, a name that it has elsewhere may be meant: that it has none here is no difference then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TypeVar

import regex

from ocr.assemble.proper_names import (
    Name,
    Named,
    in_english,
    in_russian,
    meant_in_english,
    meant_in_russian,
    named,
)
from ocr.assemble.quantities import Kind, Quantity, quantities
from ocr.document import DifferenceKind

_PRONOUN = {
    True: regex.compile(
        r"\b(?:он|она|они|оно|его|ее|её|их|ему|ей|им|ими|него|нее|них|нему|ним|ними|свой|сво\p{L}+)\b",
        regex.IGNORECASE,
    ),
    False: regex.compile(
        r"\b(?:he|she|they|it|his|her|hers|their|theirs|its|him|them|himself|themselves)\b",
        regex.IGNORECASE,
    ),
}
NOON = 12
"""`10 часов вечера` is `22:00`."""
CENTURY = 1900
_HALF_DAY = regex.compile(r"\b[ap]\.?\s?m\b", regex.IGNORECASE)
SCALES = (1.0, 1e3, 1e6, 1e9)
"""`7-8 тысяч` is `7,000-8,000`."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a paragraph says that can be compared."""

    text: str
    quantities: tuple[Quantity, ...]
    names: Named


@dataclass(frozen=True, slots=True)
class Contrast:
    """A difference without its places; "" on a side that says nothing."""

    kind: DifferenceKind
    in_original: str
    in_translation: str


def said(text: str, russian: bool) -> Said:
    return Said(text, tuple(quantities(text, russian)), named(text, russian))


@dataclass(frozen=True, slots=True)
class Context:
    """All names of both texts: what a pronoun may stand for."""

    original: Named
    translation: Named


def contrasts(
    original: Said, translation: Said, whole: bool = True, context: Context | None = None
) -> list[Contrast]:
    """The differences; unless `whole`, only those where both sides say something.

    Not whole are parts of a blank, of which a translator takes what he likes.
    """
    context = context or Context(original.names, translation.names)
    left, right = unmatched(original.quantities, translation.quantities)
    found = [*_figures(left, right)]
    lost, new = unmatched_names(original.names, translation.names)
    if _PRONOUN[False].search(translation.text):
        lost = _kept(lost, new, lambda n: not meant_in_english(n, context.translation))
    if _PRONOUN[True].search(original.text):
        new = _kept(new, lost, lambda n: not meant_in_russian(n, context.original))
    found += _name_pairs(lost, new)
    return [c for c in found if whole or (c.in_original and c.in_translation)]


# --- figures ----------------------------------------------------------------------------------


def unmatched(
    a: Sequence[Quantity], b: Sequence[Quantity]
) -> tuple[list[Quantity], list[Quantity]]:
    """What is left of both when equal ones are struck out, the likest first."""
    for same in (_equal, _equal_value, _equal_but_scale):
        a, b = _struck_out(a, b, same)
    return list(a), list(b)


T = TypeVar("T")


def _struck_out(
    a: Sequence[T], b: Sequence[T], same: Callable[[T, T], bool]
) -> tuple[list[T], list[T]]:
    left, right = [], list(b)
    for x in a:
        at = next((i for i, y in enumerate(right) if same(x, y)), None)
        if at is None:
            left.append(x)
        else:
            del right[at]
    return left, right


def _equal(a: Quantity, b: Quantity) -> bool:
    return a.kind is b.kind and _equal_value(a, b)


def _equal_value(a: Quantity, b: Quantity) -> bool:
    if isinstance(a.value, str) or isinstance(b.value, str):
        return isinstance(a.value, str) and isinstance(b.value, str) and _same_day(a.value, b.value)
    return abs(a.value - b.value) < 1e-6 * max(1.0, abs(a.value))


def _same_day(a: str, b: str) -> bool:
    """A year that one side leaves out is no difference."""
    return a[-5:] == b[-5:] if "--" in (a[:2], b[:2]) else a == b


def _equal_but_scale(a: Quantity, b: Quantity) -> bool:
    if isinstance(a.value, str) or isinstance(b.value, str) or not (a.value and b.value):
        return False
    if abs(a.value - b.value) == NOON and _HALF_DAY.search(a.text + b.text):
        return True
    if CENTURY + min(a.value, b.value) == max(a.value, b.value):  # `1948-49`
        return True
    ratio = max(a.value, b.value) / min(a.value, b.value)
    return any(abs(ratio - scale) < 1e-6 * scale for scale in SCALES)


def _figures(left: Sequence[Quantity], right: Sequence[Quantity]) -> Iterator[Contrast]:
    """Left-overs of one kind are each other's contradiction, in order; loose ones only so."""
    left, right = list(left), list(right)
    for kinds in ((k,) for k in Kind):
        pairs = zip(
            [q for q in left if q.kind in kinds],
            [q for q in right if q.kind in kinds],
            strict=False,
        )
        for a, b in list(pairs):
            if a.loose and b.loose and a.kind is not Kind.ORDINAL:
                continue
            yield Contrast(_kind(a), a.text, b.text)
            left.remove(a)
            right.remove(b)
    rest_left = [q for q in left if not q.loose]
    rest_right = [q for q in right if not q.loose]
    while rest_left and rest_right and _kind(rest_left[0]) is _kind(rest_right[0]):
        a, b = rest_left.pop(0), rest_right.pop(0)
        yield Contrast(_kind(a), a.text, b.text)
    yield from (Contrast(_kind(q), q.text, "") for q in rest_left)
    yield from (Contrast(_kind(q), "", q.text) for q in rest_right)


def _kind(q: Quantity) -> DifferenceKind:
    return DifferenceKind.DATE if q.kind is Kind.DATE else DifferenceKind.NUMBER


# --- names ------------------------------------------------------------------------------------


def unmatched_names(original: Named, translation: Named) -> tuple[list[Name], list[Name]]:
    """Firm names that the other side does not have, each once."""
    lost = [n for n in original.names if n.firm and not in_english(n, translation)]
    new = [n for n in translation.names if n.firm and not in_russian(n, original)]
    return _once(lost), _once(new)


def _once(names: Sequence[Name]) -> list[Name]:
    return list({name.text.casefold(): name for name in names}.values())


def _kept(
    names: Sequence[Name], against: Sequence[Name], told: Callable[[Name], bool]
) -> list[Name]:
    """Those that have one to stand against, and of the others those that no pronoun can mean."""
    return [n for i, n in enumerate(names) if i < len(against) or told(n)]


def _name_pairs(lost: Sequence[Name], new: Sequence[Name]) -> Iterator[Contrast]:
    for a, b in zip_longest(lost, new):
        yield Contrast(DifferenceKind.NAME, a.text if a else "", b.text if b else "")
