"""Tables without rules: short runs of type that stand in columns over three rows and more.

The rows that keep the blanks between the columns open make the table. The row above or below them
belongs to it too where it is as far off as the rows are from each other: `Экз. № 7` reaches
further to the left than `№ 8` below it, and a tick fills what is left of the blank, so that the
whole row is one run. Such a row is parted at its widest blank near that of the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

import numpy as np

from ocr.geometry import Box, Mask, hull
from ocr.layout.lines import Fragment
from ocr.raster import components

FULL = 0.5
"""Share of the rows that must have more than one field."""
STEP_OFF = 0.35
"""Share of the distance between rows by which that of a further one may differ."""
BLANK = 1.7
"""Least blank between columns, in strokes: between words it is 1.4 from ink to ink."""
MOST_FOUND = 0.6
"""Share of the fields that must have been found before others are put in between them."""
ALIGNED = 1.2
"""Strokes by which a field may begin off its column's edge."""
JUTS_OUT = (1.0, 7.0)
"""Strokes by which `Экз. ` juts out to the left before the first number of each column."""
JUT_ALIGNED, JUT_BLANK = 0.9, 0.7
"""The same two lengths where all columns jut out alike: that is no accident of wide blanks."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows of a table from the top down, and the blanks (left, right) that all of them keep."""

    rows: list[list[Fragment]]
    gaps: list[tuple[float, float]]

    @property
    def cuts(self) -> list[float]:
        """The middles of the blanks."""
        return [(left + right) / 2 for left, right in self.gaps]

    @property
    def fields(self) -> int:
        """How many of the fields hold type."""
        return sum(len({self.column(f) for f in row}) for row in self.rows)

    def column(self, f: Fragment) -> int:
        """In which column a run stands, from 0."""
        return sum(f.box.center.x > cut for cut in self.cuts)


def find_columns(fragments: Sequence[Fragment], least_rows: int) -> Columns | None:
    """The table without rules that has most fields; None where there is none."""
    return max(_tables(fragments, least_rows), key=lambda table: table.fields, default=None)


def _tables(fragments: Sequence[Fragment], least_rows: int) -> Iterator[Columns]:
    """Tables without rules, one for each row that begins one.

    A first row shows the columns, and the rows below it, evenly spaced, keep its gaps open. Lone
    characters, such as ticks, have no say.
    """
    rows = rows_of([f for f in fragments if f.letters > 1])
    for start, first in enumerate(rows):
        gaps = [(float(a.box.right), float(b.box.left)) for a, b in pairwise(first)]
        found = [first] if gaps else []
        for row in rows[start + 1 :] if gaps else []:
            if len(found) == 1:
                gaps = _without_jut(gaps, first, row)
            open_gaps = [_left_open(gap, row) for gap in gaps]
            if len(found) == 1 and any(open_gaps):  # a blank of the first row's own
                open_gaps = [gap for gap in open_gaps if gap]
            if not all(open_gaps) or (_uneven(found, row) and not _after_hidden(found, row)):
                break
            if len(found) >= least_rows and not _begins_alike(row, found[1:]):
                break
            gaps = [gap for gap in open_gaps if gap]
            found.append(row)
        while found and len(found[-1]) < 2 and not _in_columns(found[-1], found[1:-1]):
            found.pop()
        # a note in the margin and the text beside it are no table, however far down they go
        full = _full(found)
        if full >= max(least_rows, FULL * len(found)):
            yield _without_lone(Columns(found, gaps))


def _without_jut(
    gaps: list[tuple[float, float]], first: Sequence[Fragment], row: Sequence[Fragment]
) -> list[tuple[float, float]]:
    """The gaps of a first row that begins each column with `Экз. `, up to where the next begins.

    Names below may reach under it.
    """
    stroke = first[0].pitch_px
    juts = [(b.box.left - a.box.left) / stroke for a, b in zip(first, row, strict=False)]
    even = max(juts) - min(juts) < ALIGNED and min(juts) > JUTS_OUT[0] and max(juts) < JUTS_OUT[1]
    if len(first) != len(row) or not even:
        return gaps
    return [(left, float(f.box.left)) for (left, _), f in zip(gaps, row[1:], strict=True)]


def _without_lone(table: Columns) -> Columns:
    """Without columns in which one row alone has something: dirt beside the first."""
    for i in range(len(table.gaps) + 1):
        held = sum(any(table.column(f) == i for f in row) for row in table.rows)
        if held < LEAST_HELD and len(table.gaps) > 1:
            kept = [gap for g, gap in enumerate(table.gaps) if g != max(0, i - 1)]
            return _without_lone(replace(table, gaps=kept))
    return table


LEAST_HELD = 2


def column_cells(
    fragments: Sequence[Fragment], least_rows: int
) -> tuple[list[tuple[Box, tuple[Fragment, ...]]], list[Fragment]]:
    """The fields of a table without rules, down its columns, and the fragments outside."""
    table = find_columns(fragments, least_rows)
    if table is None:
        return [], list(fragments)
    slots: dict[tuple[float, float], list[Fragment]] = defaultdict(list)
    inside: set[int] = set()

    def put(f: Fragment, row: int) -> None:
        slots[table.column(f), row].append(f)
        inside.add(id(f))

    for i, row in enumerate(table.rows):
        for f in row:
            put(f, i)
    frame = hull([f.box for row in table.rows for f in row])
    for f in fragments:  # lone characters of these rows
        at = next((i for i, row in enumerate(table.rows) if level(f, row[0])), None)
        if f.letters <= 1 and at is not None and frame.left <= f.box.center.x <= frame.right:
            put(f, at)
    cells = {
        key: (hull([f.box for f in runs]), tuple(sorted(runs, key=lambda f: f.box.left)))
        for key, runs in slots.items()
    }
    for key, box in list(_hidden(table, {k: c[0] for k, c in cells.items()})):
        left = [f for f in fragments if id(f) not in inside and box.contains(f.box.center)]
        cells[key] = (box, tuple(left))
        inside |= {id(f) for f in left}
    return [cells[key] for key in sorted(cells)], [f for f in fragments if id(f) not in inside]


def _hidden(
    table: Columns, found: Mapping[tuple[float, float], Box]
) -> Iterator[tuple[tuple[float, float], Box]]:
    """Where fields have to be that were not found, with their places (column, row).

    Of a table most fields of which were found, those between two of a column, or in a row that is
    wanting as a whole; columns may be of unequal height.
    """
    columns, rows = len(table.gaps) + 1, len(table.rows)
    if len(found) < MOST_FOUND * columns * rows or columns < 2:
        return
    feet = [row[0].foot for row in table.rows]
    usual = float(np.median(np.diff(feet)))
    places: list[tuple[float, float]] = [(float(i), foot) for i, foot in enumerate(feet)]
    for i, (a, b) in enumerate(pairwise(feet)):
        if 1.6 < (b - a) / usual < 2.4:
            places.append((i + 0.5, (a + b) / 2))
    for column in range(columns):
        boxes = {row: box for (c, row), box in found.items() if c == column}
        if not boxes:
            continue
        left, right = min(b.left for b in boxes.values()), max(b.right for b in boxes.values())
        high = round(float(np.median([b.height for b in boxes.values()])))
        for row, foot in places:
            if row not in boxes and min(boxes) < row < max(boxes):
                yield (column, row), Box(left, round(foot) - high, right, round(foot))


def column_walls(ink: Mask, fragments: Sequence[Fragment], least_rows: int) -> tuple[Box, ...]:
    """Upright walls through rows next to a table that close its blanks with runs of type.

    Of two tables that with more columns counts where, with the rows so parted, it has more fields.
    """
    tables = [table for table in _tables(fragments, least_rows) if len(table.rows) > 1]
    best = max(tables, key=lambda table: table.fields, default=None)
    if best is None:
        return ()
    rows = rows_of([f for f in fragments if f.letters > 1])
    walls, most = _walls_beside(ink, rows, best)
    for table in tables:
        if len(table.gaps) > len(best.gaps):
            found, fields = _walls_beside(ink, rows, table)
            if fields > most:
                walls, most = found, fields
    return tuple(walls)


def _walls_beside(
    ink: Mask, rows: Sequence[Sequence[Fragment]], table: Columns
) -> tuple[list[Box], int]:
    """Walls through the rows next to a table, and how many fields it has with these rows."""
    steps = [b[0].foot - a[0].foot for a, b in pairwise(table.rows)]
    step = float(np.median(steps))
    walls: list[Box] = []
    fields = table.fields
    for edge, way, first in ((table.rows[0], -step, True), (table.rows[-1], step, False)):
        row: Sequence[Fragment] | None = edge
        while row is not None:
            at = row[0].foot + way
            row = next((r for r in rows if abs(r[0].foot - at) < STEP_OFF * step), None)
            found = list(_walls_in(ink, row, table, first)) if row else []
            walls += found
            fields += len(row) + len(found) if row and found else 0
            row = row if found else None
    return walls, fields


def _walls_in(ink: Mask, row: Sequence[Fragment], table: Columns, first: bool) -> Iterator[Box]:
    """Where a row is to be parted, from the left; none where it keeps all blanks, or has none.

    first  it is above the table, so that `Экз. ` may stand before the numbers
    """
    stroke = row[0].pitch_px
    jut = median(r[0].box.left for r in table.rows) - row[0].box.left
    juts = first and JUTS_OUT[0] < jut / stroke < JUTS_OUT[1]
    off, blank = (JUT_ALIGNED, JUT_BLANK) if juts else (ALIGNED, BLANK)
    for i, (left, right) in enumerate(table.gaps):
        begins = [min(f.box.left for f in r if table.column(f) > i) for r in table.rows
                  if any(table.column(f) > i for f in r)]  # fmt: skip
        edge = median(begins) - jut * juts  # dirt may stand before a number or two
        for f in row:
            if f.box.left < left and f.box.right > right + stroke:
                x = _blank_before(ink, f, (edge - off * stroke, edge + off * stroke), blank)
                if x is not None:
                    yield Box(x, f.box.top, x + 1, f.box.bottom)


GRAIN = 0.3
"""x-heights: smaller pieces of ink fill no blank."""


def _blank_before(ink: Mask, f: Fragment, begin: tuple[float, float], strokes: float) -> int | None:
    """The middle of the last blank of so many strokes in a run behind which type begins there."""
    foot = f.foot_at((begin[0] + begin[1]) / 2)
    top = max(0, round(foot - 1.2 * f.x_height_px))
    rows = ink[top : max(top + 1, round(foot)), f.box.left : f.box.right]
    found = components(np.ascontiguousarray(rows))
    grain = np.maximum(found.width, found.height) < GRAIN * f.x_height_px
    inked = np.flatnonzero(found.mask(~grain).sum(axis=0) > 1)
    blanks = [
        f.box.left + (int(a) + int(b)) // 2
        for a, b in pairwise(inked)
        if b - a > strokes * f.pitch_px and begin[0] <= f.box.left + b <= begin[1]
    ]
    return blanks[-1] if blanks else None


def _in_columns(row: Sequence[Fragment], above: Sequence[Sequence[Fragment]]) -> bool:
    """Whether a last row of one run is of the table, as where a number is misread or too faint.

    It is short, as numbers of slots are, and begins where a column does. `above`: without the
    first row, of which `Экз.` may jut out.
    """
    (run,) = row
    if run.box.width > SHORT_FIELD * run.pitch_px:
        return False
    begins = [f.box.left for other in above if len(other) > 1 for f in other]
    off = ALIGNED * run.pitch_px
    return sum(abs(x - run.box.left) < off for x in begins) >= NEIGHBOURS


SHORT_FIELD, NEIGHBOURS = 6.0, 2
"""Strokes that a number of a slot is wide, at most, and how many above it begin where it does."""


def _full(rows: list[list[Fragment]]) -> int:
    """Rows that have more than one run."""
    return sum(len(row) > 1 for row in rows)


def _uneven(above: list[list[Fragment]], row: list[Fragment]) -> bool:
    """Further below the last row than the rows of the table stand apart."""
    step = row[0].foot - above[-1][0].foot
    usual = above[1][0].foot - above[0][0].foot if len(above) > 1 else 7 * row[0].x_height_px
    return step > 1.5 * usual


def _begins_alike(row: list[Fragment], above: list[list[Fragment]]) -> bool:
    """Whether any run of a row begins where one above does; what follows a table does not."""
    begins = [f.box.left for other in above for f in other]
    return any(abs(x - f.box.left) < ALIGNED * f.pitch_px for f in row for x in begins)


TWO_STEPS = (1.7, 2.3)
"""How much further off a row stands if the one before it is hidden."""


def _after_hidden(above: list[list[Fragment]], row: list[Fragment]) -> bool:
    """Whether a row is the next but one of a table, and all its runs are short and in columns."""
    if len(above) < 3:
        return False
    usual = float(np.median([b[0].foot - a[0].foot for a, b in pairwise(above)]))
    step = (row[0].foot - above[-1][0].foot) / usual
    return TWO_STEPS[0] < step < TWO_STEPS[1] and all(_in_columns([f], above[1:]) for f in row)


def _left_open(gap: tuple[float, float], row: list[Fragment]) -> tuple[float, float] | None:
    """The part of a gap that a row leaves open; None when it stands in the middle of it."""
    left, right = gap
    for f in row:
        if f.box.left < right and f.box.right > left:
            if f.box.center.x < (left + right) / 2:
                left = max(left, f.box.right)
            else:
                right = min(right, f.box.left)
    return (left, right) if right - left >= row[0].pitch_px else None


def rows_of(fragments: Sequence[Fragment]) -> list[list[Fragment]]:
    """Fragments that stand on one row, from left to right; rows from top to bottom.

    Two stand on one row when the bands between their baseline and x-height overlap by half:
    a typed entry may sit a little above or below the printed words beside it.
    """
    rows: list[list[Fragment]] = []
    for f in sorted(fragments, key=lambda f: (f.foot, f.box.left)):
        for row in reversed(rows[-6:]):
            if any(level(f, g) for g in row):
                row.append(f)
                break
        else:
            rows.append([f])
    return [sorted(row, key=lambda f: f.box.left) for row in rows]


def level(f: Fragment, g: Fragment) -> bool:
    """Whether two runs stand on one row, compared where they come nearest."""
    x = (max(f.box.left, g.box.left) + min(f.box.right, g.box.right)) / 2
    foot_f, foot_g = f.foot_at(x), g.foot_at(x)
    common = min(foot_f, foot_g) - max(foot_f - f.x_height_px, foot_g - g.x_height_px)
    return common > 0.5 * min(f.x_height_px, g.x_height_px)
