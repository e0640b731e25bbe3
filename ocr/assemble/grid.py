"""The distribution grid: numbered slots, some with an addressee.

Layout gives one zone a slot, in the order of the printed numbers, which run without a gap. So
the place of a slot in the run tells its number where the reading does not; the readings in turn
tell whether the run begins at 1, and where a cell was not found. When most of the readings
contradict the run, they are taken at their word and slots without a readable number are left out.
A slot that lies hidden, its place known from those around it, has its number too, quoting nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ocr.assemble.blocks import Block, Sheet
from ocr.assemble.names import addressed, without_scraps
from ocr.assemble.printed import NO, D, digits, pattern
from ocr.document import Field, ZoneKind

_SLOT = pattern(
    rf"^\W*(?:[ЭЗ3]к[зЗ3э][.,:]?\s*)?(?:{NO}\s*)?(?P<number>{D}{{1,2}}(?![\p{{L}}\p{{N}}]))?"
)
_NAME = pattern(
    r"(?:т\s?о\s?в|т\.?\s?т|т)\s?[.,]\s*(?P<name>\p{L}.*)|(?P<name>(?:\d{1,2}\s)?\p{L}[\p{L}\-]{3,}.*)"
)
_TAIL = pattern(r"[^\p{L}\p{N}.]+(?:[\p{L}\p{N}][^\p{L}]*)?$")  # ticks and triangles made by hand


# Numbers that cells were not found for, against a number misread: two readings in a row prove it.
STEP_OVER = 1.5
MOST_SLOTS = 40
"""No distribution grid has as many slots."""


class _Slot(NamedTuple):
    block: Block
    number: int | None
    span: tuple[int, int]
    rest: int


def copies(sheet: Sheet) -> Iterator[Field]:
    """`copies.0.number`, `copies.0.addressee` … for every printed slot of the sheet."""
    slots = [_slot(block) for block in sheet.zones(ZoneKind.GRID)]
    place = 0
    last = max((i for i, slot in enumerate(slots) if slot.number is not None), default=-1)
    for i, number in enumerate(_numbers([slot.number for slot in slots])):
        slot = slots[i]
        # a slot that is hidden has its number from those around it; behind the last there is none
        if number is None or (not slot.block.lines and i > last):
            continue
        yield slot.block.fact(f"copies.{place}.number", number, *slot.span)
        name = _NAME.search(slot.block.folded, slot.rest)
        if name is not None:
            start, end = name.span("name")
            end = start + len(_TAIL.sub("", slot.block.folded[start:end]))
            value = addressed(without_scraps(slot.block.folded[start:end]))
            if value:
                yield slot.block.fact(f"copies.{place}.addressee", value, start, end)
        place += 1


def _slot(block: Block) -> _Slot:
    match = _SLOT.match(block.folded)
    if match is None or match["number"] is None:
        return _Slot(block, None, (0, 0), match.end() if match else 0)
    figures = digits(match["number"])
    span = match.span("number")
    return _Slot(block, int(figures) if figures else None, span, match.end())


def _numbers(read: Sequence[int | None]) -> list[int | None]:
    """The slots' numbers, mended by their run.

    The run is the rising one that contradicts the fewest readings, where a step over numbers, or
    a start above 1, weighs more than one misread number and less than two.
    """
    known = [number for number in read if number is not None]
    if not known or len(read) > MOST_SLOTS:
        return list(read)
    run = _best_run(read)
    agree = sum(a == b for a, b in zip(read, run, strict=True))
    if 2 * agree > len(known):
        return list(run)
    counts = Counter(known)
    return [number if number is not None and counts[number] == 1 else None for number in read]


def _best_run(read: Sequence[int | None]) -> list[int]:
    """One number a slot, by the least cost; best[n]: cost of a run that ends in n, and the run."""
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    for number in read:
        step: dict[int, tuple[float, list[int]]] = {}
        for here in range(1, MOST_SLOTS + 1):
            ways = [
                (cost + STEP_OVER * (here - before > 1), run)
                for before, (cost, run) in best.items()
                if before < here
            ]
            if ways:
                cost, run = min(ways)
                step[here] = (cost + (number is not None and number != here), [*run, here])
        best = step
    return min(best.values())[1]
