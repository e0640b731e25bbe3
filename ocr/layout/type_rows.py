"""Rows of letters: ridges of the ink blurred along the lines, and which letters stand on which.

Lines of type stand out as ridges, also where letters of neighbouring lines touch; a ridge is
followed from left to right, so that a line may sag. Letters that touch the line below are cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Box, Floats
from ocr.layout.letters import Letters, LineSettings, quantile
from ocr.raster import Components, components

Ints = npt.NDArray[np.int32]


def find_ridges(
    image: npt.NDArray[np.uint8],
    x_height: float,
    pitch: float,
    blurred: tuple[float, float],
    s: LineSettings,
) -> Ints:
    """(H, W / SQUEEZE) int32: 0, or the number of the ridge that runs through a pixel.

    image    (H, W) coverage of letters alone: specks, pictures and edges are left out
    blurred  along the lines, in strokes, and across them, in x-heights: `SET_USUAL` or another
    """
    narrow = max(1, image.shape[1] // SQUEEZE)
    whole = image[:, : narrow * SQUEEZE]
    small = cv2.resize(whole, (narrow, image.shape[0]), interpolation=cv2.INTER_AREA)
    along, across = blurred
    blur = cv2.GaussianBlur(
        small.astype(np.float32),
        (0, 0),
        sigmaX=along * pitch / SQUEEZE,
        sigmaY=across * x_height,
        borderType=cv2.BORDER_CONSTANT,
    )
    inked = blur[blur > 4][::SOME]  # neighbours are nearly the same
    full = float(np.percentile(inked, 90)) if inked.size else 255.0
    reach = max(1, round(0.45 * x_height))
    peak = cv2.dilate(blur, np.ones((2 * reach + 1, 1), np.uint8))
    seeds = (blur >= peak) & (blur > s.ridge_share * full)
    # neighbouring columns of one ridge may lie a pixel or two apart: join them
    joined = cv2.dilate(seeds.view(np.uint8), np.ones((3, 3), np.uint8))
    found = components(joined > 0)
    long_enough = found.width >= 0.4 * pitch / SQUEEZE
    table = np.concatenate([[0], np.where(long_enough, np.arange(1, len(found.left) + 1), 0)])
    return np.asarray(np.take(table, found.labels), dtype=np.int32)


SET_USUAL, SET_CLOSE, BROKEN_TYPE = (0.9, 0.32), (2.7, 0.22), (1.8, 0.32)
"""How far ink is blurred along the lines, in strokes, and across them, in x-heights: further along
and less across where lines are set close, lest ridges stray from one to the next; further along
where type is broken, lest they follow its pieces up and down."""

SOME = 4
"""Every so many pixels of the blurred ink tell how much of it a full line has."""
SQUEEZE = 4
"""Ridges run along x: so many columns at work resolution are looked at as one."""


@dataclass(frozen=True, slots=True, eq=False)
class TypeRow:
    """The middle line of a row of letters: points from left to right, at work resolution."""

    x: Floats
    y: Floats

    @property
    def left(self) -> float:
        return float(self.x[0])

    @property
    def right(self) -> float:
        return float(self.x[-1])

    @property
    def span(self) -> tuple[float, float, float, float]:
        """Left and right end, and the height of the row at each."""
        return self.left, self.right, float(self.y[0]), float(self.y[-1])

    def at(self, x: Floats | float) -> Floats:
        """The height of the row at `x`; level beyond its ends."""
        return np.asarray(np.interp(x, self.x, self.y), dtype=np.float64)


def owners(letters: Letters, rows: list[TypeRow], x_height: float) -> npt.NDArray[np.int64]:
    """(N,) the row of each letter, or -1. The ridges make the rows; then each letter goes to the
    row nearest to it.

    A ridge ends where its line thins out, so a lone first letter or a closing quotation mark may
    lie beyond it: rows are therefore drawn on, level, by a few letters at both ends.
    """
    cx, cy = (letters.left + letters.right) / 2, (letters.top + letters.bottom) / 2
    best = np.full(len(letters), -1)
    least = np.full(len(letters), 1.15 * x_height)
    down = np.argsort(cy, kind="stable")
    reach = 1.15 * x_height
    for i, row in enumerate(rows):
        ends = row.y.min() - reach, row.y.max() + reach
        first, last = np.searchsorted(cy, ends, sorter=down)
        at = down[first:last]
        x = cx[at]
        beyond = np.maximum(row.left - x, x - row.right).clip(min=0.0)
        away = abs(cy[at] - row.at(x)) + 0.05 * beyond
        near = (away < least[at]) & (x > row.left - 4 * x_height) & (x < row.right + 4 * x_height)
        best[at[near]], least[at[near]] = i, away[near]
    return best.astype(np.int64)


LONE_NEAR = 3.6
"""x-heights between the middle of a lone letter and those of the lines above and below it."""


RIM = 0.1
"""x-heights by which a letter is larger than its darkest ink: much, where it is a line alone."""


def between_lines(letters: Letters, lines: Sequence[Box], x_height: float) -> list[Letters]:
    """Lone letters with a line above and one below, such as `и` on a line of its own.

    A single letter makes no ridge, and most of what makes none is dirt.
    """
    found: list[Letters] = []
    for letter in _near_pieces(letters, x_height):
        left, top = float(letter.left.min()), float(letter.top.min())
        right, bottom = float(letter.right.max()), float(letter.bottom.max())
        high, wide = (bottom - top) / x_height, (right - left) / x_height
        if not (0.45 < high < 1.7 and 0.3 < wide < 3.0):
            continue
        x, y = (left + right) / 2, (top + bottom) / 2
        steps = [
            box.center.y - y
            for box in lines
            if box.left - x_height < x < box.right + x_height
            if abs(box.center.y - y) < LONE_NEAR * x_height
        ]
        if steps and min(steps) < -x_height and max(steps) > x_height:
            found.append(letter.grown(RIM * x_height))
    return found


def _near_pieces(letters: Letters, x_height: float) -> list[Letters]:
    """Letters, thin ones in pieces that stand side by side."""
    if len(letters) == 0:
        return []
    order = np.argsort(letters.left)
    ordered = letters.take(order)
    apart = ordered.left[1:] - ordered.right[:-1] >= 0.35 * x_height
    apart |= abs(np.diff(ordered.bottom)) >= 0.35 * x_height
    return [letters.take(group) for group in np.split(order, np.flatnonzero(apart) + 1)]


def rows_along(ridges: Ints, x_height: float, pitch: float) -> list[TypeRow]:
    """Each ridge as a row, its level taken from piece to piece; ridges of one row are made one."""
    y, x = np.nonzero(ridges)
    if len(y) == 0:
        return []
    labels = ridges[y, x]
    piece = max(1, round(PIECE * x_height / SQUEEZE))
    pieces = ridges.shape[1] // piece + 1
    place = labels.astype(np.int64) * pieces + x // piece
    count = np.bincount(place)
    keys = np.flatnonzero(count)
    middle_x = (np.bincount(place, x)[keys] / count[keys] + 0.5) * SQUEEZE
    middle_y = np.bincount(place, y)[keys] / count[keys]
    found: list[TypeRow] = []
    bounds = np.flatnonzero(np.diff(keys // pieces)) + 1
    order = np.argsort(labels.astype(np.min_scalar_type(int(labels.max()))), kind="stable")
    starts = np.concatenate([[0], np.flatnonzero(np.diff(labels[order])) + 1])
    first_x = np.minimum.reduceat(x[order], starts) * SQUEEZE
    last_x = (np.maximum.reduceat(x[order], starts) + 1) * SQUEEZE
    for part, *edges in zip(np.split(np.arange(len(keys)), bounds), first_x, last_x, strict=True):
        ends = np.array(edges, dtype=float)
        px = np.concatenate([ends[:1], middle_x[part], ends[1:]])
        py = np.concatenate([middle_y[part[:1]], middle_y[part], middle_y[part[-1:]]])
        found.append(TypeRow(px, py))
    return _joined(found, x_height, pitch)


def higher_in_rows(
    image: npt.NDArray[np.uint8], rows: Sequence[TypeRow], x_height: float
) -> float | None:
    """The x-height in pixels, where the rows' ink shows that the page's was taken too small.

    Components mislead where letters fell to pieces, or are so high that most were taken for
    capitals. The band that the small letters of a row fill has more ink than what is above and
    below it, whatever they fell to; long rows that agree are believed. Else None.

    image  (H, W) coverage of letters alone
    """
    bands = np.array([
        _band(image, row, x_height) for row in rows if row.right - row.left > LONG * x_height
    ])  # fmt: skip
    if len(bands) < FEWEST_BANDS:
        return None
    # not their median: short pieces of rows and heads are as many as lines on some sheets
    alike = abs(bands[:, None] - bands[None, :]) < ALIKE * bands[:, None]
    most = alike[int(alike.sum(axis=1).argmax())]
    usual = float(np.median(bands[most]))
    if most.mean() < LEAST_ALIKE or x_height > TOO_SMALL * usual:
        return None
    return OF_BAND * usual


def _band(image: npt.NDArray[np.uint8], row: TypeRow, x_height: float) -> float:
    """How high the band of most ink along a row is, where it has half as much as at most.

    Letters have more ink at their heads and feet than between: gaps in the band are part of it.
    """
    reach = round(BAND_REACH * x_height)
    x = np.arange(max(0, round(row.left)), min(image.shape[1], round(row.right)), BAND_STEP)
    off = np.arange(-reach, reach + 1)
    y = np.clip(np.round(row.at(x)).astype(np.int64)[:, None] + off, 0, len(image) - 1)
    ink = np.convolve(image[y, x[:, None]].mean(axis=0), np.full(3, 1 / 3), "same")
    at, paper = int(ink.argmax()), quantile(ink, 0.1)
    half = paper + (float(ink[at]) - paper) / 2
    inked = np.flatnonzero(ink > half)
    if len(inked) == 0:
        return 0.0  # what made the ridge lies beside the row
    near = np.split(inked, np.flatnonzero(np.diff(inked) > BAND_GAP * x_height + 1) + 1)
    first, last = next((int(g[0]), int(g[-1])) for g in near if g[0] <= at <= g[-1])
    above = (ink[first] - half) / (ink[first] - ink[first - 1]) if first > 0 else 0.0
    below = (ink[last] - half) / (ink[last] - ink[last + 1]) if last + 1 < len(ink) else 0.0
    return last - first + float(above) + float(below)


BAND_REACH, BAND_GAP = 2.2, 0.5
"""x-heights above and below a row that are looked at, and of less ink between heads and feet."""
BAND_STEP = 16
"""Every so many columns are looked at."""
FEWEST_BANDS, ALIKE, LEAST_ALIKE = 6, 0.08, 0.35
"""Rows that must be there, by what share of their height they differ, how many must agree."""
TOO_SMALL = 0.85
"""An x-height of so much of the band is not what components usually say, 1.05 times the band."""
OF_BAND = 1.05


def _joined(found: list[TypeRow], x_height: float, pitch: float) -> list[TypeRow]:
    """Ridges with those of one row made one, the longest first."""
    rows: list[TypeRow] = []
    spans: list[tuple[float, float, float, float]] = []  # of `rows`: left, right, y there
    for row in sorted(found, key=lambda r: r.left - r.right):
        left, right, y_left, y_right = span = row.span
        for i, (other_left, other_right, other_y_left, other_y_right) in enumerate(spans):
            before = left < other_left
            gap = other_left - right if before else left - other_right
            off = other_y_left - y_right if before else y_left - other_y_right
            if gap >= LETTER_SPACED * pitch or abs(off) > FAR * x_height:
                continue
            first, last = (row, rows[i]) if before else (rows[i], row)
            step = abs(float(first.at(last.left)) - float(last.at(first.right)))
            most = (TOUCHING if gap < 1.5 * pitch else 0.45) * x_height
            if step < most:
                x_all, y_all = np.concatenate([first.x, last.x]), np.concatenate([first.y, last.y])
                order = np.argsort(x_all, kind="stable")
                rows[i] = TypeRow(x_all[order], y_all[order])
                spans[i] = rows[i].span
                break
        else:
            rows.append(row)
            spans.append(span)
    return rows


TOUCHING = 0.65
"""Step in x-heights between ridges of one row where one was drawn down to the line below: half of
what lines set close are apart."""
FAR = 6.0
"""x-heights between the ends of two ridges that are surely not of one row, however they overlap."""
LETTER_SPACED = 4.5
"""Strokes between the ends of two ridges of one row: between spaced letters ridges fade out."""
PIECE = 8.0
"""Length in x-heights over which a row counts as straight: lines that prepare left bent sag by
half an x-height over a quarter of a page at most."""


ENDS = 2.5
"""x-heights beyond its ends in which a row has a letter more: its ridge began behind that."""
FEED_OFF, FEED_OFF_CLOSE = 0.2, 0.4
"""Share of the line feed by which ridges of neighbouring lines that touch are off it; more where
capitals of one line draw up the ridge of the next, as they do where all are set close."""


def line_feed(rows: Sequence[TypeRow], x_height: float) -> float:
    """The usual distance of neighbouring lines, over all that are long; 0 where there are few."""
    long = sorted(
        float(row.at((row.left + row.right) / 2)) for row in rows
        if row.right - row.left > LONG * x_height
    )  # fmt: skip
    steps = [b - a for a, b in pairwise(long) if 1.2 * x_height < b - a < 4 * x_height]
    return float(np.median(steps)) if len(steps) > 2 else 0.0


LONG = 12.0
"""x-heights: so wide a row is a line of type, and no print of a form."""


FEW_OWN = 3
"""Letters that stand on a row alone; lines with as many are two, however near they are."""


def _own_letters(letters: Letters, rows: list[TypeRow], x_height: float) -> npt.NDArray[np.int64]:
    """(R,) how many letters, of the size of type, stand on each row."""
    high = letters.height / x_height
    typed = letters.take(np.flatnonzero((high > TYPE_HIGH[0]) & (high < TYPE_HIGH[1])))
    owner = owners(typed, rows, x_height)
    return np.bincount(owner[owner >= 0], minlength=len(rows))


def _one_each(levels: list[Level], own: npt.NDArray[np.int64], x_height: float) -> list[Level]:
    """`levels` with one for each line: of two that are nearer the one with more letters."""
    kept: list[Level] = []
    for level in levels:
        if not kept or level[0] - kept[-1][0] >= APART * x_height:
            kept.append(level)
        elif own[level[1]] > own[kept[-1][1]]:
            kept[-1] = level
    return kept


Level = tuple[float, int]
"""Height of a row at some place, and the row's number."""
APART = 0.6
"""x-heights between lines, at least, however close they are set."""
TYPE_HIGH = 0.75, 1.6
"""x-heights from small letters to capitals."""


def _levels_at(rows: Sequence[TypeRow], x: Floats, beyond: float) -> list[list[Level]]:
    """For each of some places along x the heights and numbers of the rows there, downwards."""
    levels: list[list[Level]] = [[] for _ in x]
    for number, row in enumerate(rows):
        here = np.flatnonzero((row.left - beyond < x) & (x < row.right + beyond))
        for i, level in zip(here, row.at(x[here]), strict=True):
            levels[i].append((float(level), number))
    return [sorted(found) for found in levels]


def _is_feed(step: float, feed: float, off: float) -> bool:
    """Whether lines so far apart are fed as the page's lines are, or at a narrower interval."""
    return any(abs(step - share * feed) <= off * share * feed for share in INTERVALS)


INTERVALS = (1.0, 0.75, 2 / 3)
"""Line feeds against that of the page: a turn of the platen is one, one and a half or two lines."""


def cut_apart(
    letters: Letters,
    labels: npt.NDArray[np.int64],
    found: Components,
    rows: list[TypeRow],
    x_height: float,
    close: bool,
) -> Letters:
    """`letters` with those that stand on two rows or more cut between the rows.

    Heavy type set close touches the type below. `labels` (N,): the place of each letter in `found`;
    close: whether all lines are set so, and rows were steadied.
    """
    tall = np.flatnonzero(letters.height > 1.9 * x_height)
    if len(tall) == 0:
        return letters
    middle = (letters.left + letters.right) / 2
    feed = line_feed(rows, x_height)
    whole = np.ones(len(letters), dtype=np.bool_)
    cut: list[tuple[int, int, int, int]] = []
    levels_at = _levels_at(rows, middle[tall], ENDS * x_height)
    own = _own_letters(letters, rows, x_height)
    for i, found_levels in zip(tall, levels_at, strict=True):
        top, bottom = letters.top[i], letters.bottom[i]
        within = [v for v in found_levels if top + 0.2 * x_height < v[0] < bottom - 0.2 * x_height]
        within = _one_each(within, own, x_height)
        levels = [level for level, _ in within]
        # two ridges nearer than lines can be are of one line, or of print set large
        off = FEED_OFF_CLOSE if close else FEED_OFF
        near = any(
            b - a < 1.5 * x_height
            and not _is_feed(b - a, feed, off)
            and min(own[upper], own[lower]) < FEW_OWN
            for (a, upper), (b, lower) in pairwise(within)
        )
        if len(levels) < 2 or near:
            continue
        box = found.box(int(labels[i]))
        here = found.labels[box.top : box.bottom, box.left : box.right] == labels[i] + 1
        edges = [0, *(round((a + b) / 2 - box.top) for a, b in pairwise(levels)), box.height]
        for a, b in pairwise(edges):
            columns, lines = np.flatnonzero(here[a:b].any(0)), np.flatnonzero(here[a:b].any(1))
            if len(columns):
                ends = (columns[0], lines[0] + a, columns[-1] + 1, lines[-1] + a + 1)
                x0, y0, x1, y1 = (int(v) for v in ends)
                cut.append((box.left + x0, box.top + y0, box.left + x1, box.top + y1))
        whole[i] = False
    return letters.take(whole).with_boxes(cut)
