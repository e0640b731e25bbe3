"""Lines of type set so close that capitals reach into the line above.

Such a page is known by how its rows of ink repeat. Letters of several lines are one piece there, as
high as a picture; ridges are drawn up and down by the letters of the next line; and letter-spaced
capitals between two full lines make no ridge. The even feed of the lines and the slope and sag
that all share put that right.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Floats
from ocr.layout.type_rows import LETTER_SPACED, LONG, PIECE, SQUEEZE, TypeRow, line_feed
from ocr.raster import Components


def set_close(image: npt.NDArray[np.uint8], x_height: float) -> bool:
    """Whether tall letters stand on lines so close that hardly any white is between them.

    Told by how the ink of the page's rows repeats from line to line.
    """
    ink = cv2.reduce(image, 1, cv2.REDUCE_AVG, dtype=cv2.CV_32F).ravel()
    ink = ink - ink.mean()
    steps = np.arange(round(CLOSEST * x_height), round(FARTHEST * x_height) + 1)
    steps = steps[(steps > 0) & (steps < len(ink) // 2)]
    if len(steps) == 0 or not ink.any():
        return False
    alike = np.array([float(ink[:-n] @ ink[n:]) for n in steps]) / float(ink @ ink)
    peaks = np.flatnonzero((alike[1:-1] >= alike[:-2]) & (alike[1:-1] > alike[2:])) + 1
    if len(peaks) == 0:
        return False
    feed = peaks[alike[peaks].argmax()]
    if steps[feed] >= CLOSE * x_height:
        return False
    between = alike[(steps > steps[feed]) & (steps < 1.5 * steps[feed])]
    return bool(alike[feed] > between.min() + REPEATS)


CLOSEST, CLOSE, FARTHEST = 1.1, 1.65, 2.4
"""Line feed in x-heights: the least there is, that of such a page, the most that is looked at."""
REPEATS = 0.1
"""By how much the rows a line apart are more alike than those that are half a line further."""


def find_clumps(found: Components, x_height: float) -> npt.NDArray[np.bool_]:
    """(N,) whether a component may be letters of several lines set close, or a few clogged ones.

    Such are as high as a picture, or as filled as a punched hole, and are type none the less.
    """
    ink = found.area / np.maximum(found.width * found.height, 1)
    column = (found.width < COLUMN_WIDE * x_height) & (ink > COLUMN_INK)
    tall = found.height > np.where(column, TALLEST_COLUMN, TALLEST) * x_height
    lines = ~tall & (found.height > 1.9 * x_height)
    few = found.width < CLUMP_WIDE * x_height
    open_ = ink < CLUMP_INK
    clogged = (found.height < CLOGGED * x_height) & (found.height > 0.5 * x_height)
    return np.asarray(few & (lines & open_ | clogged), dtype=np.bool_)


TALLEST = 5.5
"""Height in x-heights of letters that touch over three or four lines."""
TALLEST_COLUMN, COLUMN_WIDE, COLUMN_INK = 8.0, 2.2, 0.25
"""Height and width at most, in x-heights, of letters on letters down a column, and the share of
their box that ink fills, at least: a stroke of a pencil down the margin fills less."""
CLUMP_WIDE, CLUMP_INK = 5.0, 0.62
"""Width in x-heights of such a clump, and the share of its box that its ink fills, at most."""
CLOGGED = 1.6
"""Height of clogged letters of one line in x-heights."""


def steadied(rows: list[TypeRow], x_height: float) -> list[TypeRow]:
    """Rows of lines set close, without the steps that tall letters of the next line make in them.

    A row keeps the sag that all have in common, and the slope most of its pieces agree on.
    """
    long = [row for row in rows if row.right - row.left > LONG * x_height]
    if len(long) < FEW_ROWS:
        return rows
    slopes = [_slope(row) for row in long]
    usual = float(np.median(slopes))
    bins = np.arange(min(r.left for r in rows), max(r.right for r in rows) + 1, PIECE * x_height)
    off = np.full((len(long), len(bins)), np.nan)
    for i, row in enumerate(long):
        inside = (bins >= row.left) & (bins <= row.right)
        bent = row.at(bins) - usual * bins
        off[i, inside] = bent[inside] - np.median(bent[inside])
    seen = np.count_nonzero(~np.isnan(off), axis=0) >= FEW_ROWS
    sag = np.nanmedian(off[:, seen], axis=0) if seen.any() else np.zeros(0)
    out: list[TypeRow] = []
    for row in rows:
        shape = usual * row.x
        if len(sag):
            shape = shape + np.interp(row.x, bins[seen], sag)
        level = float(np.median(np.asarray(row.y) - shape))
        out.append(
            TypeRow(
                row.x,
                np.clip(
                    row.y, shape + level - STEADY * x_height, shape + level + STEADY * x_height
                ),
            )
        )
    return out


def filled_in(
    rows: list[TypeRow], image: npt.NDArray[np.uint8], x_height: float, pitch: float
) -> list[TypeRow]:
    """Rows of lines set close, with those that are wanting between two that are two feeds apart.

    Letter-spaced capitals between two full lines make no ridge, but ink half-way between these,
    where neither tails from above nor capitals from below reach.
    """
    feed = line_feed(rows, x_height)
    long = [row for row in rows if row.right - row.left > HALF_LINE * x_height]
    level = [float(np.median(row.y)) for row in long]
    added: list[TypeRow] = []
    for i, a in enumerate(long):
        for b in (b for b, at in zip(long, level, strict=True) if 0 < at - level[i] < FAR * feed):
            left, right = max(a.left, b.left), min(a.right, b.right)
            if right - left < 3 * pitch:
                continue
            x = np.linspace(left, right, PLACES)
            apart = float(np.median(b.at(x) - a.at(x))) / feed
            if not TWO_FEEDS[0] < apart < TWO_FEEDS[1]:
                continue
            near = [r for r, at in zip(long, level, strict=True) if abs(at - level[i]) < FAR * feed]
            if any(_lies_between(r, a, b, (left, right), feed) for r in (*near, *added)):
                continue
            added += _inked_between(a, b, image, x_height, pitch)
    known = [*added, *long]
    spans = np.array([(row.left, row.right) for row in known]).reshape(-1, 2)
    return [row for row in rows if not _within(row, known, spans, feed)] + added


def _lies_between(
    row: TypeRow, a: TypeRow, b: TypeRow, span: tuple[float, float], feed: float
) -> bool:
    """Whether `row` runs between the rows `a` and `b`, anywhere in `span`."""
    left, right = max(span[0], row.left), min(span[1], row.right)
    x = (left + right) / 2
    if right <= left:
        return False
    return bool(a.at(x) + 0.4 * feed < row.at(x) < b.at(x) - 0.4 * feed)


def _within(row: TypeRow, others: Sequence[TypeRow], spans: Floats, feed: float) -> bool:
    """Whether `row` is a piece of a row of which more was found, or strays between two lines.

    spans  (N, 2) left and right end of each of the `others`
    """
    x = (row.left + row.right) / 2
    inside = (spans[:, 0] - feed < x) & (x < spans[:, 1] + feed)
    longer = spans[:, 1] - spans[:, 0] > row.right - row.left
    level, near = row.at(x), np.flatnonzero(inside & longer)
    return any(abs(level - others[int(i)].at(x)) < STRAY * feed for i in near)


def _inked_between(
    a: TypeRow, b: TypeRow, image: npt.NDArray[np.uint8], x_height: float, pitch: float
) -> list[TypeRow]:
    """Rows half-way between two others where there is ink."""
    left = max(0, round(min(a.left, b.left)))
    right = min(image.shape[1], round(max(a.right, b.right)) + 1)
    x = np.arange(left, right, dtype=np.float64)
    middle = (a.at(x) + b.at(x)) / 2
    reach = max(1, round(BETWEEN * x_height))
    at = np.clip(np.round(middle)[:, None] + np.arange(-reach, reach + 1), 0, len(image) - 1)
    inked = np.flatnonzero(image[at.astype(np.int64), x[:, None].astype(np.int64)].max(1) > 0)
    if len(inked) == 0:
        return []
    groups = np.split(inked, np.flatnonzero(np.diff(inked) > LETTER_SPACED * pitch) + 1)
    return [
        TypeRow(x[g[0] : g[-1] + 1 : SQUEEZE], middle[g[0] : g[-1] + 1 : SQUEEZE])
        for g in groups
        if g[-1] - g[0] > 3 * pitch and len(g) > THICK * (g[-1] - g[0])
    ]


STRAY = 0.5
"""Share of the line feed: a row so near a longer one is none of its own."""
HALF_LINE = 6.0
"""x-heights: rows at least so wide show that one is wanting between them."""
PLACES = 9
"""Where along two rows their distance is looked at."""
FAR = 5.0
"""Line feeds between rows that are surely no two apart, however they sag."""
TWO_FEEDS = (1.6, 2.4)
"""Distance in line feeds of rows between which one is wanting."""
BETWEEN = 0.25
"""x-heights about the middle of a row where only its own letters have ink."""
THICK = 0.15
"""Share of the columns of a row of spaced letters that have ink in its middle."""


def _slope(row: TypeRow) -> float:
    """Median slope between points of a row that are far apart."""
    half = len(row.x) // 2
    run = row.x[-half:] - row.x[:half]
    return float(np.median((row.y[-half:] - row.y[:half])[run > 0] / run[run > 0]))


FEW_ROWS = 3
"""Rows that must share a sag or a slope for it to be the page's."""
STEADY = 0.1
"""x-heights by which a row may stray from the page's sag and slope."""

HALF = 0.55
"""x-heights between the middle of a row and what is no row of its own: even small print of a form
is farther apart."""
