"""A ruled table as a lattice of rows and columns, from rules of which some are broken or hidden.

Method: rules that run across the table are levels; levels that follow each other at the distance
of a slot make the rows, and where one is wanting (worn print, pencil over it) the rows around it
say where it was. Upright rules over a good part of that height part the columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ocr.geometry import Box, mm_to_px
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


@dataclass(frozen=True, slots=True)
class Lattice:
    """Edges of rows and columns, each (start, end), in pixels of the page."""

    rows: tuple[tuple[int, int], ...]
    columns: tuple[tuple[int, int], ...]

    def cells(self) -> Iterator[Box]:
        """Down the columns, columns from left to right."""
        for left, right in self.columns:
            for top, bottom in self.rows:
                yield Box(left, top, right, bottom)


def find_lattice(rules: Rules, dpi: float) -> Lattice | None:
    """The table with most rows; None where no rules stand like one."""
    levels = _levels(rules.horizontal, dpi)
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
    walls = _walls(rules.vertical, (edges[0], edges[-1]), (left, right), dpi)
    if not walls:
        return None
    near = mm_to_px(LEVEL_MM * 2, dpi)
    inner = [x for x in walls if left + near < x < right - near]
    sides = [left, *inner, right]
    return Lattice(tuple(pairwise(edges)), tuple(pairwise(sides)))


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
    return [
        round(sum(b.center.x for b in group) / len(group))
        for group in groups
        if _covered([Box(b.top, b.left, b.bottom, b.right) for b in group]) >= UPRIGHT * height
    ]
