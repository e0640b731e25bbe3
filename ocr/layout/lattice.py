"""A ruled table as a lattice of rows and columns, from rules of which some are broken or hidden.

Method: rules that run across the table are levels; levels that follow each other at the distance
of a slot make the rows, and where one is wanting (worn print, pencil over it) the rows around it
say where it was. Upright rules over a good part of that height part the columns; where none was
found, one that is a little slanted is looked for in the ink. A form printed askew to the type
has rules that all rise alike: the rise at which their pieces stand most level is taken off first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import cv2
import numpy as np

from ocr.geometry import Box, Mask, Point, mm_to_px
from ocr.layout.rules import Rules

LOW_MM, HIGH_MM = 3.8, 14.0
"""Height of a slot: no lower than a line of type, no higher than three."""
LEVEL_MM = 1.5
"""Pieces of one rule, or of the two sides of a double one, stand no further apart."""
ACROSS = 0.45
"""Share of the longest rule that a level covers: fields to fill in below the table are shorter."""
UPRIGHT = 0.35
"""Share of the table's height that the pieces of an upright rule cover."""
HIDDEN = 3
"""So many slots' height, at most, lies between two levels that were found."""


MOST_RISE, RISE_STEP = 0.025, 0.001
"""Rise of the rules of a form against the lines of type, and the step in which it is looked for."""
CLEARER = 1.15
"""How much more level rules must stand with a rise than without one."""
SLANT, SLANT_STEP = 0.024, 0.003
"""The same of an upright against the edge of the page."""
IN_INK = 0.75
"""Share of the table's height over which there is ink along an upright that is no rule as found."""


@dataclass(frozen=True, slots=True)
class Lattice:
    """Edges of rows and columns, each (start, end), in pixels of the page as its rules were level.

    rise  of the rules, per pixel from left to right, about the line x = middle
    """

    rows: tuple[tuple[int, int], ...]
    columns: tuple[tuple[int, int], ...]
    rise: float = 0.0
    middle: float = 0.0

    def cells(self) -> Iterator[Box]:
        """Down the columns, columns from left to right, where they are on the page."""
        for left, right in self.columns:
            off = round(self.rise * ((left + right) / 2 - self.middle))
            for top, bottom in self.rows:
                yield Box(left, top + off, right, bottom + off)

    def place(self, point: Point) -> int | None:
        """The number of the cell that a point of the page lies in, as `cells` counts them."""
        y = point.y - self.rise * (point.x - self.middle)
        row = next((i for i, (a, b) in enumerate(self.rows) if a <= y < b), None)
        column = next((i for i, (a, b) in enumerate(self.columns) if a <= point.x < b), None)
        return None if row is None or column is None else column * len(self.rows) + row


def find_lattice(rules: Rules, dpi: float, ink: Mask | None = None) -> Lattice | None:
    """The table with most rows; None where no rules stand like one.

    ink  (H, W), what is left of the page's without its rules: uprights that are none are there
    """
    rise = _rise(rules.horizontal, dpi)
    middle = rules.mask.shape[1] / 2
    across = [_levelled(box, rise, middle) for box in rules.horizontal]
    levels = _levels(across, dpi)
    chains = _chains(levels, dpi)
    if not chains:
        return None
    chain = max(chains, key=len)
    edges = _filled(chain)
    if len(edges) < 2:
        return None
    boxes = [box for _, pieces in levels for box in pieces if edges[0] - 2 <= box.center.y]
    boxes = [box for box in boxes if box.center.y <= edges[-1] + 2]
    left, right = min(b.left for b in boxes), max(b.right for b in boxes)
    upright = [_levelled(box, rise, middle) for box in rules.vertical]
    walls = _walls(upright, (edges[0], edges[-1]), (left, right), dpi)
    near = mm_to_px(LEVEL_MM * 2, dpi)
    inner = [x for x in walls if left + near < x < right - near]
    if not inner and walls and len(edges) > LEAST_EDGES and ink is not None:
        inner = _walls_in_ink(ink, Box(left, edges[0], right, edges[-1]), dpi)
    if not (walls or inner):
        return None
    sides = [left, *inner, right]
    return Lattice(tuple(pairwise(edges)), tuple(pairwise(sides)), rise, middle)


LEAST_EDGES = 3
"""Edges of a table of three slots and more, in which alone uprights are looked for in the ink."""


def _rise(boxes: Sequence[Box], dpi: float) -> float:
    """The rise at which most of the rules' length stands on common levels; 0 where it is not clear.

    Each pair of pieces counts by the product of their lengths if they stand on one level.
    """
    if len(boxes) < 2:
        return 0.0
    x, y = (np.array([b.center[i] for b in boxes]) for i in (0, 1))
    wide = np.array([b.width for b in boxes], dtype=float)
    near, weight = mm_to_px(LEVEL_MM / 3, dpi), wide[:, None] * wide[None, :]

    def agreement(rise: float) -> float:
        level = y - rise * x
        return float((weight * (np.abs(level[:, None] - level[None, :]) <= near)).sum())

    rises = np.arange(-MOST_RISE, MOST_RISE + RISE_STEP / 2, RISE_STEP)
    found = np.array([agreement(float(rise)) for rise in rises])
    best = int(np.argmax(found))
    return float(rises[best]) if found[best] > CLEARER * agreement(0.0) else 0.0


def _levelled(box: Box, rise: float, middle: float) -> Box:
    return box.shift(0, -round(rise * (box.center.x - middle))) if rise else box


def _walls_in_ink(ink: Mask, table: Box, dpi: float) -> list[int]:
    """Where thin uprights run through a table that were too slanted, or too worn, for rules."""
    height, width = ink.shape
    part = table.clip(width, height)
    if part.area == 0:
        return []
    here = np.ascontiguousarray(ink[part.top : part.bottom, part.left : part.right])
    wide = cv2.dilate(here.view(np.uint8), np.ones((1, 3), np.uint8))
    rows, x = np.arange(part.height), np.arange(part.width)
    best = np.zeros(part.width)
    for slant in np.arange(-SLANT, SLANT + SLANT_STEP / 2, SLANT_STEP):
        off = np.round(slant * (rows - part.height / 2)).astype(int)
        at = np.clip(x[None, :] + off[:, None], 0, part.width - 1)
        best = np.maximum(best, wide[rows[:, None], at].mean(axis=0))
    near = round(mm_to_px(2 * LEVEL_MM, dpi))
    inner = best[near : part.width - near]
    inked = np.flatnonzero(inner >= IN_INK) + near
    groups = np.split(inked, np.flatnonzero(np.diff(inked) > near) + 1) if len(inked) else []
    return [part.left + int(g[int(np.argmax(best[g]))]) for g in groups]


def _levels(boxes: Sequence[Box], dpi: float) -> list[tuple[float, list[Box]]]:
    """Heights at which rules cross a good part of the table, with their pieces."""
    groups: list[list[Box]] = []
    for box in sorted(boxes, key=lambda b: b.center.y):
        if groups and box.center.y - groups[-1][0].center.y <= mm_to_px(LEVEL_MM, dpi):
            groups[-1].append(box)
        else:
            groups.append([box])
    longest = max((_covered(group) for group in groups), default=0)
    return [
        (sum(b.center.y * b.width for b in group) / sum(b.width for b in group), group)
        for group in groups
        if _covered(group) >= ACROSS * longest
    ]


def _covered(boxes: Sequence[Box]) -> int:
    """Length along x that the boxes cover together."""
    covered, reached = 0, -1
    for box in sorted(boxes, key=lambda b: b.left):
        covered += max(0, box.right - max(reached, box.left))
        reached = max(reached, box.right)
    return covered


def _chains(levels: Sequence[tuple[float, list[Box]]], dpi: float) -> list[list[float]]:
    """Runs of levels that follow each other no further apart than slots, some hidden, are high."""
    low, high = mm_to_px(LOW_MM, dpi), mm_to_px(HIGH_MM, dpi)
    chains: list[list[float]] = []
    for y, _ in levels:
        if chains:
            last = chains[-1]
            steps = [b - a for a, b in pairwise(last)]
            usual = min(median(steps), high) if steps else high / HIDDEN
            step = y - last[-1]
            if step < low:
                continue
            if step <= max(high if not steps else 0.0, (HIDDEN + 0.3) * usual):
                last.append(y)
                continue
        chains.append([y])
    return chains


def _filled(chain: Sequence[float]) -> list[int]:
    """The levels of a chain with those that are wanting put in."""
    if len(chain) < 2:
        return [round(y) for y in chain]
    usual = _slot_height([b - a for a, b in pairwise(chain)])
    edges = [round(chain[0])]
    for a, b in pairwise(chain):
        parts = max(1, round((b - a) / usual))
        edges += [round(a + (b - a) * i / parts) for i in range(1, parts + 1)]
    return edges


def _slot_height(steps: Sequence[float]) -> float:
    """The least distance of two levels where all others are multiples of it, else a low one."""
    low = sorted(steps)
    even = all(abs(step / low[0] - round(step / low[0])) < EVEN for step in low)
    return low[0] if even else low[len(low) // 3]


EVEN = 0.2
"""Distances of levels are off whole numbers of slots by less."""


def _walls(
    boxes: Sequence[Box], rows: tuple[int, int], sides: tuple[int, int], dpi: float
) -> list[int]:
    """Where upright rules part the columns."""
    near = mm_to_px(LEVEL_MM, dpi)
    inside = [
        Box(b.left, max(b.top, rows[0]), b.right, min(b.bottom, rows[1]))
        for b in boxes
        if b.bottom > rows[0] and b.top < rows[1]
        if sides[0] - near <= b.center.x <= sides[1] + near
    ]
    groups: list[list[Box]] = []
    for box in sorted(inside, key=lambda b: b.center.x):
        if groups and box.center.x - groups[-1][-1].center.x <= near:
            groups[-1].append(box)
        else:
            groups.append([box])
    height = rows[1] - rows[0]
    high = mm_to_px(ABOVE_MM, dpi)
    above = [b for b in boxes if b.top < rows[0] - high]
    walls = []
    for group in groups:
        covered = _covered([Box(b.top, b.left, b.bottom, b.right) for b in group]) / height
        begins_above = any(_in_line(b, group[0], near) for b in above)
        if covered >= (WHOLE if begins_above else UPRIGHT):
            walls.append(round(sum(b.center.x for b in group) / len(group)))
    return walls


def _in_line(upper: Box, lower: Box, near: float) -> bool:
    """Whether two upright pieces may be of one, a little slanted."""
    down = abs(lower.center.y - upper.center.y)
    return abs(lower.center.x - upper.center.x) <= near + SLANT * down


ABOVE_MM, WHOLE = 10.0, 0.8
"""An upright that begins so far above the table is a scratch or a fold, unless its pieces cover
this share of the table's height."""
