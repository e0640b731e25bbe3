"""The parts of a page that can be told by eye alone, before anything is read.

    cells      where rules close a field on all four sides, or where runs of type stand in columns
               over three rows and more: the slots of a distribution grid
    margin     left of a long upright rule
    stamp      from the marks that were taken off
    body       all else; that of two sheets on one scan is parted by the gutter between them

What a part *is called* (urgency, addressee, sign-off) mostly shows in its words: `assemble`
names those when they have been read. Zones are numbered in reading order: body and cells by
their place from the top, the margin before the body it stands beside, marks last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from ocr.document import MarkKind, PreparedPage, Zone, ZoneKind
from ocr.geometry import Box, Point, hull
from ocr.layout.columns import column_cells, level
from ocr.layout.lattice import find_lattice
from ocr.layout.lines import Fragment
from ocr.layout.rules import Rules


@dataclass(frozen=True, slots=True)
class ZoneSettings:
    """Shares are of the page."""

    margin_rule_share: float = 0.15  # shortest rule, of the page's height, that parts a margin
    margin_share: float = 0.4  # a margin is not wider than this
    table_rows: int = 3  # fewer rows of columns are an accident of wide blanks
    spread: float = 1.05  # width to height from which a scan may show two sheets
    gutter_share: float = 0.025  # narrowest gutter between two sheets on one scan
    gutter_from: float = 0.35  # where, across the page, a gutter may lie
    gutter_to: float = 0.65
    gutter_crossings: float = 0.03  # share of the runs of type that may cross it: dirt, a drawing
    gutter_lines: int = 6  # a gutter has so many lines of type on either side


@dataclass(frozen=True, slots=True)
class Part:
    """A zone in the making: its kind and the runs of type in it."""

    kind: ZoneKind
    fragments: tuple[Fragment, ...]
    box: Box
    field: str | None = field(default=None)


def find_parts(
    page: PreparedPage, fragments: tuple[Fragment, ...], rules: Rules, s: ZoneSettings
) -> tuple[Part, ...]:
    """The page's parts in reading order; every fragment is in exactly one."""
    height, width = page.gray.shape
    parts: list[Part] = []
    for sheet in _sheets(list(fragments), (width, height), s):
        parts += _sheet_parts(sheet, rules, page, s)
    return (*parts, *_marks(page))


def _sheet_parts(
    fragments: list[Fragment], rules: Rules, page: PreparedPage, s: ZoneSettings
) -> list[Part]:
    """Cells, margin and body of one sheet, in reading order."""
    cells, rest = _ruled_cells(fragments, rules, page, s)
    if not cells:
        cells, rest = column_cells(fragments, s.table_rows)
    cells, rest = _without_ticks(cells, rest)
    margin, rest = _margin(rest, rules, cells, page.gray.shape[::-1], s)
    grid = [Part(ZoneKind.GRID, fs, box, "copies") for box, fs in cells]
    parts = _around_cells(rest, grid)
    if margin:
        beside = (i for i, p in enumerate(parts) if p.kind == ZoneKind.BODY)
        at = next((i for i in beside if parts[i].box.bottom > margin.box.top), len(parts))
        parts.insert(at, margin)
    return parts


SCRATCHED = 0.3
"""Share of the runs beside an upright rule that go on through it, from which it is a scratch on
the film or a fold: a rule of the form has type on either side of it, not under it."""


LONG_SCRATCH, SCRATCHED_LINES = 0.6, 3
"""Share of the page's height from which upright pieces that stand one above the other are a
scratch where they run through so many lines: beside them there may be many more in the columns of
a grid that it happens to keep clear of."""


def without_scratches(rules: Rules, fragments: Sequence[Fragment], height: int) -> Rules:
    """The rules less the upright ones that run through the type. `height`: of the page."""
    kept: list[Box] = []
    for pieces in _upright(rules.vertical):
        reach = max(p.bottom for p in pieces) - min(p.top for p in pieces)
        through = sum(crosses(f, piece) for piece in pieces for f in fragments)
        if reach > LONG_SCRATCH * height and through >= SCRATCHED_LINES:
            continue
        for piece in pieces:
            beside = [f for f in fragments if piece.top <= f.foot <= piece.bottom]
            through = sum(crosses(f, piece) for f in beside)
            if through <= max(1.0, SCRATCHED * len(beside)):
                kept.append(piece)
    return replace(rules, vertical=tuple(kept))


def _upright(boxes: Sequence[Box]) -> list[list[Box]]:
    """Upright rules that may be pieces of one: each begins where one above it stood."""
    groups: list[list[Box]] = []
    for box in sorted(boxes, key=lambda b: b.top):
        for group in groups:
            last = group[-1]
            if abs(box.center.x - last.center.x) < box.width + last.width + ASIDE * last.height:
                group.append(box)
                break
        else:
            groups.append([box])
    return groups


ASIDE = 0.02
"""A piece of a slanted rule stands aside of the one above it by this share of its height."""


def crosses(f: Fragment, wall: Box) -> bool:
    """Whether a run of type goes on from one side of an upright rule to the other."""
    x = wall.center.x
    return wall.top <= f.foot <= wall.bottom and (
        f.box.left + f.pitch_px < x < f.box.right - f.pitch_px
    )


def _ruled_cells(
    fragments: list[Fragment], rules: Rules, page: PreparedPage, s: ZoneSettings
) -> tuple[list[tuple[Box, tuple[Fragment, ...]]], list[Fragment]]:
    """The fields of a ruled table, down its columns, and the fragments outside."""
    table = find_lattice(rules, page.dpi, page.ink)
    if table is None or len(table.columns) < 2 or len(table.rows) < s.table_rows:
        return [], list(fragments)
    boxes = list(table.cells())
    held: list[list[Fragment]] = [[] for _ in boxes]
    rest: list[Fragment] = []
    for f in fragments:
        at = table.place(Point(f.box.center.x, f.foot - 0.5 * f.x_height_px))
        (rest if at is None else held[at]).append(f)
    if sum(bool(fs) for fs in held) < MOST_EMPTY * len(held):
        return [], list(fragments)
    cells = [
        (box, tuple(sorted(fs, key=lambda f: f.box.left)))
        for box, fs in zip(boxes, held, strict=True)
    ]
    return cells, rest


MOST_EMPTY = 0.5
"""Share of the fields of a ruled table that must hold type: slots have printed numbers."""


TICK_GAP = 2.0
"""Blank between a lone character at either end of a slot and the rest, in strokes, from which it
is a tick."""


TICK_LETTERS = 2
"""A tick falls into so many pieces at most."""


def _is_tick(f: Fragment, beside: Fragment) -> bool:
    """Few pieces, fewer than what stands beside it, far off that or on no level with it."""
    if f.letters > TICK_LETTERS or f.letters >= beside.letters:
        return False
    gap = max(f.box.left - beside.box.right, beside.box.left - f.box.right)
    return gap >= TICK_GAP * beside.pitch_px or not level(f, beside)


def _without_ticks(
    cells: list[tuple[Box, tuple[Fragment, ...]]], rest: list[Fragment]
) -> tuple[list[tuple[Box, tuple[Fragment, ...]]], list[Fragment]]:
    """Slots without the ticks that hands made behind the names."""
    out = []
    for box, runs in cells:
        kept = list(runs)
        while len(kept) > 1 and _is_tick(kept[-1], kept[-2]):
            kept.pop()
        while len(kept) > 1 and _is_tick(kept[0], kept[1]):
            kept.pop(0)
        out.append((box, tuple(kept)))
    return out, rest


def _margin(
    fragments: list[Fragment],
    rules: Rules,
    cells: list[tuple[Box, tuple[Fragment, ...]]],
    size: tuple[int, int],
    s: ZoneSettings,
) -> tuple[Part | None, list[Fragment]]:
    """What stands left of the longest upright rule in the left part of the page."""
    width, height = size
    table = hull([box for box, _ in cells]) if cells else Box(0, 0, 0, 0)
    upright = [
        r
        for r in rules.vertical
        if r.height >= s.margin_rule_share * height
        and 0.04 * width < r.left < s.margin_share * width
        and not table.contains(r.center)
    ]
    if not upright:
        return None, fragments
    rule = max(upright, key=lambda r: r.height)
    inside = [
        f
        for f in fragments
        if f.box.right <= rule.right + 0.5 * f.pitch_px
        and rule.top - 0.3 * f.x_height_px <= f.box.center.y <= rule.bottom
    ]
    if not inside or len(inside) == len(fragments):
        return None, fragments
    chosen = {id(f) for f in inside}
    part = Part(ZoneKind.MARGIN, tuple(inside), hull([f.box for f in inside]))
    return part, [f for f in fragments if id(f) not in chosen]


def _sheets(
    fragments: list[Fragment], size: tuple[int, int], s: ZoneSettings
) -> list[list[Fragment]]:
    """The type of one sheet, or of the two sheets of a spread, left before right."""
    width, height = size
    if width <= s.spread * height:
        return [fragments]
    crossed = np.zeros(width + 1)
    for f in fragments:
        crossed[max(0, f.box.left) : f.box.right] += 1
    start, stop = round(s.gutter_from * width), round(s.gutter_to * width)
    open_columns = crossed[start:stop] <= s.gutter_crossings * len(fragments)
    left_end, right_start = _longest_run(open_columns)
    wide = right_start - left_end >= s.gutter_share * width
    middle = start + (left_end + right_start) / 2
    sides = [
        [f for f in fragments if f.box.center.x < middle],
        [f for f in fragments if f.box.center.x >= middle],
    ]
    enough = min(len(side) for side in sides) >= s.gutter_lines
    if wide and enough:
        return sides
    return [fragments]


def _longest_run(open_columns: npt.NDArray[np.bool_]) -> tuple[int, int]:
    """Start and end of the longest run of True; (0, 0) where there is none."""
    padded = np.concatenate([[False], open_columns, [False]]).astype(np.int8)
    starts, ends = np.flatnonzero(np.diff(padded) == 1), np.flatnonzero(np.diff(padded) == -1)
    if len(starts) == 0:
        return 0, 0
    longest = int(np.argmax(ends - starts))
    return int(starts[longest]), int(ends[longest])


def _around_cells(column: list[Fragment], cells: list[Part]) -> list[Part]:
    """Body above the cells, the cells, body below: each a part of its own."""
    if not cells:
        return [_body(column)] if column else []
    top, bottom = min(p.box.top for p in cells), max(p.box.bottom for p in cells)
    above = [f for f in column if f.foot <= (top + bottom) / 2]
    below = [f for f in column if f.foot > (top + bottom) / 2]
    return [
        *([_body(above)] if above else []),
        *cells,
        *([_body(below)] if below else []),
    ]


def _body(fragments: list[Fragment]) -> Part:
    return Part(ZoneKind.BODY, tuple(fragments), hull([f.box for f in fragments]))


def _marks(page: PreparedPage) -> list[Part]:
    """Stamps and handwriting that were taken off the image that is read."""
    kinds = {MarkKind.STAMP: ZoneKind.STAMP, MarkKind.HANDWRITING: ZoneKind.HANDWRITING}
    marks = [m for m in page.removed if m.kind in kinds]
    marks.sort(key=lambda m: (m.kind != MarkKind.STAMP, m.box.top, m.box.left))
    return [Part(kinds[m.kind], (), m.box) for m in marks]


def to_zone(part: Part, page_index: int, order: int) -> Zone:
    return Zone(f"p{page_index + 1}-z{order + 1}", part.kind, part.box, order, part.field)
