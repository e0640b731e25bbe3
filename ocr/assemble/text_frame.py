"""The frame of a page's text: its margins, stroke and line feed, and what is measured against them.

Margins are taken from the lines themselves, for sheets lie askew and edges are ragged: the left one
from where a fifth of the lines begin, the right one from where full lines end. Shared by all that
tells titles, lists, tables and verse by how lines stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from statistics import median

import regex

from ocr.assemble.rows import FEW_LETTERS, Row

MARGIN_QUANTILE = 0.2
"""Of the lefts of the lines, in order: the margin."""
FULL = 0.75
"""Share of the widest line from which a line fills the page."""
COLUMN_OFF = 1.6
"""Strokes by which the fields of a column may begin off each other."""
TITLE_IN, TITLE_DEEP = 2.5, 9.0
"""Strokes by which a title is set in on the left: at least, and where nothing but that tells it
from the first line of a paragraph."""
CENTRED = 6.0
"""Strokes by which the two margins of a title may differ: the right edge is ragged."""
PARTED = 1.7
"""Line feeds below a point from which a line is none of it: the signature."""
ROWS_APART = 3
"""Between two rows of one table or list stand fewer others."""

YEAR = regex.compile(r"\d{2}(?:\s?г)+\.?$|\s[гс]\.\s?г\.$")
"""A year at the end of a line: its stop ends no sentence."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Edges of the text, the width of a stroke and the usual line feed, in pixels."""

    left: float
    right: float
    stroke: float
    feed: float

    def indent(self, row: Row) -> float:
        """Strokes from the margin to the line."""
        return (row.box.left - self.left) / self.stroke

    def room(self, row: Row) -> float:
        """Strokes from the end of the line to the right edge."""
        return (self.right - row.box.right) / self.stroke


def frame_of(rows: Sequence[Row]) -> Frame | None:
    """The frame of the lines of a page; None where nothing is written."""
    written = [row for row in rows if row.letters > FEW_LETTERS]
    if not written:
        return None
    widest = max(row.box.width for row in written)
    full = [row for row in written if row.box.width > FULL * widest]
    lefts = sorted(row.box.left for row in written)
    stroke = max(1.0, median(row.reading.line.pitch_px for row in written))
    return Frame(
        left=float(lefts[int(MARGIN_QUANTILE * (len(lefts) - 1))]),
        right=_right_edge([row.box.right for row in full], stroke),
        stroke=stroke,
        feed=median([b.foot - a.foot for a, b in pairwise(written) if b.foot > a.foot] or [inf]),
    )


def _right_edge(rights: Sequence[int], stroke: float) -> float:
    """Where full lines end; one that alone runs far beyond all others has a mark joined to it."""
    *others, last = sorted(rights)
    alone = len(others) >= FEW_FULL and last - others[-1] > BEYOND * stroke
    return float(others[-1] if alone else last)


FEW_FULL, BEYOND = 4, 5.0
"""Full lines besides, and strokes by which one ends behind them all, from which it is no measure:
a typist's bell rings for every line."""


STOPS = (".", ",", ";", ":", "!", "?")


def is_stopped(text: str) -> bool:
    """Whether a line ends with a stop that titles have none of."""
    return not YEAR.search(text) and text.rstrip("\"')»")[-1:] in STOPS


def chains(places: Sequence[int]) -> list[list[int]]:
    """Places that follow each other closely."""
    found: list[list[int]] = [[]]
    for place in places:
        if found[-1] and place - found[-1][-1] > ROWS_APART:
            found.append([])
        found[-1].append(place)
    return found
