"""The distribution grid: numbered slots, some with an addressee.

Layout gives one zone a slot, in the order of the printed numbers, which run without a gap. So
the place of a slot in the run tells its number where the reading does not; the readings in turn
tell whether the run begins at 1. When most of the readings contradict the run, they are taken at
their word and slots without a readable number are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ocr.assemble.blocks import Block, Sheet
from ocr.assemble.names import addressed
from ocr.assemble.printed import NO, D, digits, pattern
from ocr.document import Field, ZoneKind

_SLOT = pattern(
    rf"^\W*(?:[ЭЗ3]к[зЗ3э][.,:]?\s*)?(?:{NO}\s*)?(?P<number>{D}{{1,2}}(?![\p{{L}}\p{{N}}]))?"
)
_NAME = pattern(
    r"(?:т\s?о\s?в|тт|т)\s?[.,]\s*(?P<name>\p{L}.*)|(?P<name>(?:\d{1,2}\s)?\p{L}[\p{L}\-]{3,}.*)"
)
_TAIL = pattern(r"[^\p{L}\p{N}.]+(?:\p{L}[^\p{L}]*)?$")  # ticks and triangles made by hand


class _Slot(NamedTuple):
    block: Block
    number: int | None
    span: tuple[int, int]
    rest: int


def copies(sheet: Sheet) -> Iterator[Field]:
    """`copies.0.number`, `copies.0.addressee` … for every printed slot of the sheet."""
    slots = [_slot(block) for block in sheet.zones(ZoneKind.GRID)]
    place = 0
    for slot, number in zip(slots, _numbers([slot.number for slot in slots]), strict=True):
        if number is None or not slot.block.lines:
            continue
        yield slot.block.fact(f"copies.{place}.number", number, *slot.span)
        name = _NAME.search(slot.block.folded, slot.rest)
        if name is not None:
            start, end = name.span("name")
            end = start + len(_TAIL.sub("", slot.block.folded[start:end]))
            value = addressed(slot.block.folded[start:end])
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
    """The slots' numbers, mended by their run."""
    known = [(place, number) for place, number in enumerate(read) if number is not None]
    if not known:
        return list(read)
    offset, votes = Counter(number - place for place, number in known).most_common(1)[0]
    if 2 * votes > len(known):
        return [place + offset for place in range(len(read))]
    counts = Counter(number for _, number in known)
    return [number if number is not None and counts[number] == 1 else None for number in read]
