"""Lines of type: where they run, where their letters stand, and how wide one stroke is.

Method: the ink, freed of rules, is blurred along the lines (anisotropic Gaussian, wide as a
letter, low as half an x-height). Lines of type stand out as ridges, also where letters of
neighbouring lines touch; each ridge is followed from left to right and its letters' feet give
the baseline. Ridges of one row whose gap is no wider than a word gap are one fragment; what
stands further apart (columns, slots of a grid) stays apart, and `find_lines` joins the fragments
of one row inside one zone.

The work is done at 150 dpi or less: a 0.3 mm stroke is still two pixels wide there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Box, Mask, Point, mm_to_px
from ocr.raster import Components, components

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class LineSettings:
    """Lengths on paper; the range of letters covers pica, élite and printed heads."""

    work_dpi: float = 150.0
    min_letter_mm: float = 1.1  # x-height of a small printed face
    max_letter_mm: float = 7.0  # a printed title
    usual_letter_mm: float = 2.1  # x-height of Soviet typewriters, where too few letters tell
    usual_pitch_mm: float = 2.54  # ten strokes to the inch
    speck_mm: float = 0.22  # smaller than a full stop
    coarse_speck_mm: float = 0.75  # on a page full of dirt, full stops are left out with it
    dirty: float = 4.0  # so many specks to a letter make a page dirty; type has one to five letters
    gap_pitches: float = 3.2  # wider than two blanks: another column
    ridge_share: float = 0.22  # a ridge is ink above this share of a full line's blur


@dataclass(frozen=True, slots=True)
class Fragment:
    """A run of type on one row, in pixels of the page."""

    box: Box
    baseline: tuple[Point, ...]
    x_height_px: float
    pitch_px: float
    letters: int
    hand: bool = False  # strokes too high for type and none of type's size: a signature

    @property
    def foot(self) -> float:
        """Height of the baseline at mid-length."""
        return float(np.mean([p.y for p in self.baseline]))

    def foot_at(self, x: float) -> float:
        """Height of the baseline, drawn on straight, at `x`."""
        first, last = self.baseline[0], self.baseline[-1]
        run = last.x - first.x
        slope = (last.y - first.y) / run if run > 0 else 0.0
        return first.y + slope * (x - first.x)


@dataclass(frozen=True, slots=True, eq=False)
class _Letters:
    """Letter-like components at work resolution: arrays (N,) of equal length."""

    left: Floats
    top: Floats
    right: Floats
    bottom: Floats

    def take(self, which: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> _Letters:
        return _Letters(self.left[which], self.top[which], self.right[which], self.bottom[which])

    def with_boxes(self, boxes: Sequence[tuple[int, int, int, int]]) -> _Letters:
        """With (left, top, right, bottom) added."""
        more = np.array(boxes, dtype=float).reshape(-1, 4).T
        edges = (self.left, self.top, self.right, self.bottom)
        return _Letters(*(np.concatenate(pair) for pair in zip(edges, more, strict=True)))

    @property
    def height(self) -> Floats:
        return self.bottom - self.top

    @property
    def width(self) -> Floats:
        return self.right - self.left

    def __len__(self) -> int:
        return len(self.left)


def find_fragments(
    ink: Mask, dpi: float, s: LineSettings, walls: Sequence[Box] = ()
) -> tuple[Fragment, ...]:
    """Runs of type in `ink` ((H, W), True = ink, rules taken off) of a straight page, unordered.

    walls  upright rules, in pixels of the page: no run goes on through one
    """
    scale = min(1.0, s.work_dpi / dpi)
    work_dpi = dpi * scale
    density = reduce_ink(ink, scale)
    found = components(density > LETTER_INK)
    letters, kept = _letters(found, work_dpi, s)
    if len(letters) == 0:
        return ()
    x_height = _x_height(letters, work_dpi, s)
    pitch = mm_to_px(s.usual_pitch_mm, work_dpi)
    rows = _rows(_ridges(density * found.mask(kept), x_height, pitch, s), x_height)
    letters = _cut_apart(letters, np.flatnonzero(kept), found, rows, x_height)
    scaled = [Box(*(round(v * scale) for v in wall)) for wall in walls]
    owner = _assign(letters, rows, x_height)
    groups = [letters.take(owner == i) for i in range(len(rows)) if np.any(owner == i)]
    parts = [p for g in groups for p in _split(g, s.gap_pitches * pitch, scaled)]
    parts = [p for part in parts for p in _off_scrawls(part, x_height, pitch)]
    runs = [f for part in parts if (f := _fragment(part, x_height, pitch)) is not None]
    alone = _between_lines(letters.take(owner < 0), runs, x_height)
    runs += [f for part in alone if (f := _fragment(part, x_height, pitch)) is not None]
    return tuple(_to_page(f, 1.0 / scale) for f in _same_pitch(runs, pitch))


LETTER_INK = 96
"""Coverage, of 255, from which a pixel at work resolution is ink."""


def reduce_ink(ink: Mask, scale: float) -> npt.NDArray[np.uint8]:
    """Ink coverage 0–255 at `scale`, 1 at most."""
    full = ink.view(np.uint8) * np.uint8(255)
    if scale >= 1.0:
        return full
    return cv2.resize(full, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.uint8)


def _letters(
    found: Components, dpi: float, s: LineSettings
) -> tuple[_Letters, npt.NDArray[np.bool_]]:
    """Components as large as a full stop and no larger than a few touching letters; which (N,)."""
    size = np.maximum(found.width, found.height)
    speck, coarse = mm_to_px(s.speck_mm, dpi), mm_to_px(s.coarse_speck_mm, dpi)
    tall = mm_to_px(s.max_letter_mm, dpi)
    letters = int(np.count_nonzero(found.height >= mm_to_px(s.min_letter_mm, dpi)))
    if np.count_nonzero(size < coarse) > s.dirty * max(letters, 10):
        speck = coarse
    keep = (size >= speck) & (found.height <= 1.6 * tall) & (found.width <= 6 * tall)
    left, top = found.left[keep].astype(float), found.top[keep].astype(float)
    return _Letters(left, top, left + found.width[keep], top + found.height[keep]), keep


def _x_height(letters: _Letters, dpi: float, s: LineSettings) -> float:
    """The height most letters have: the fullest 0.3 mm of the histogram of heights."""
    low, high = mm_to_px(s.min_letter_mm, dpi), mm_to_px(s.max_letter_mm, dpi)
    heights = letters.height[(letters.height >= low) & (letters.height <= high)]
    if len(heights) < 8:
        return mm_to_px(s.usual_letter_mm, dpi)
    width = max(1.0, mm_to_px(0.3, dpi))
    counts = [np.count_nonzero(abs(heights - h) <= width) for h in np.unique(heights)]
    peak = np.unique(heights)[int(np.argmax(counts))]
    return float(np.median(heights[abs(heights - peak) <= width]))


def _ridges(image: npt.NDArray[np.uint8], x_height: float, pitch: float, s: LineSettings) -> Ints:
    """(H, W / SQUEEZE) int32: 0, or the number of the ridge that runs through a pixel.

    image  (H, W) coverage of letters alone: specks, pictures and edges are left out
    """
    narrow = max(1, image.shape[1] // SQUEEZE)
    small = cv2.resize(image, (narrow, image.shape[0]), interpolation=cv2.INTER_AREA)
    blur = cv2.GaussianBlur(
        small.astype(np.float32),
        (0, 0),
        sigmaX=0.9 * pitch / SQUEEZE,
        sigmaY=0.32 * x_height,
        borderType=cv2.BORDER_CONSTANT,
    )
    inked = blur[blur > 4]
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


SQUEEZE = 4
"""Ridges run along x: so many columns at work resolution are looked at as one."""


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """The middle line of a row of letters: points from left to right, at work resolution."""

    x: Floats
    y: Floats

    @property
    def left(self) -> float:
        return float(self.x[0])

    @property
    def right(self) -> float:
        return float(self.x[-1])

    def at(self, x: Floats | float) -> Floats:
        """The height of the row at `x`; level beyond its ends."""
        return np.asarray(np.interp(x, self.x, self.y), dtype=np.float64)


def _assign(letters: _Letters, rows: list[_Row], x_height: float) -> npt.NDArray[np.int64]:
    """(N,) the row of each letter, or -1. The ridges make the rows; then each letter goes to the
    row nearest to it.

    A ridge ends where its line thins out, so a lone first letter or a closing quotation mark may
    lie beyond it: rows are therefore drawn on, level, by a few letters at both ends.
    """
    cx, cy = (letters.left + letters.right) / 2, (letters.top + letters.bottom) / 2
    best = np.full(len(letters), -1)
    least = np.full(len(letters), 1.15 * x_height)
    for i, row in enumerate(rows):
        away = abs(cy - row.at(cx))
        away = away + 0.05 * np.maximum(row.left - cx, cx - row.right).clip(min=0.0)
        near = (away < least) & (cx > row.left - 4 * x_height) & (cx < row.right + 4 * x_height)
        best[near], least[near] = i, away[near]
    return best.astype(np.int64)


LONE_NEAR = 3.6
"""x-heights between the middle of a lone letter and those of the lines above and below it."""


def _between_lines(letters: _Letters, runs: Sequence[Fragment], x_height: float) -> list[_Letters]:
    """Lone letters with a line above and one below, such as `и` on a line of its own.

    A single letter makes no ridge, and most of what makes none is dirt.
    """
    sized = (letters.height > 0.55 * x_height) & (letters.height < 1.7 * x_height)
    sized &= (letters.width > 0.4 * x_height) & (letters.width < 3 * x_height)
    lines = [f for f in runs if f.letters > 2]
    found: list[_Letters] = []
    for i in np.flatnonzero(sized):
        x = (letters.left[i] + letters.right[i]) / 2
        y = (letters.top[i] + letters.bottom[i]) / 2
        steps = [
            f.box.center.y - y
            for f in lines
            if f.box.left - x_height < x < f.box.right + x_height
            if abs(f.box.center.y - y) < LONE_NEAR * x_height
        ]
        if steps and min(steps) < -x_height and max(steps) > x_height:
            found.append(letters.take(np.array([i])))
    return found


def _rows(ridges: Ints, x_height: float) -> list[_Row]:
    """Each ridge as a row, its level taken from piece to piece; ridges of one row are made one."""
    y, x = np.nonzero(ridges)
    if len(y) == 0:
        return []
    labels = ridges[y, x]
    piece = max(1, round(PIECE * x_height / SQUEEZE))
    pieces = ridges.shape[1] // piece + 1
    keys, inverse = np.unique(labels.astype(np.int64) * pieces + x // piece, return_inverse=True)
    count = np.bincount(inverse)
    middle_x = (np.bincount(inverse, x) / count + 0.5) * SQUEEZE
    middle_y = np.bincount(inverse, y) / count
    found: list[_Row] = []
    bounds = np.flatnonzero(np.diff(keys // pieces)) + 1
    for part in np.split(np.arange(len(keys)), bounds):
        here = x[labels == keys[part[0]] // pieces]
        ends = np.array([here.min() * SQUEEZE, (here.max() + 1) * SQUEEZE], dtype=float)
        px = np.concatenate([ends[:1], middle_x[part], ends[1:]])
        py = np.concatenate([middle_y[part[:1]], middle_y[part], middle_y[part[-1:]]])
        found.append(_Row(px, py))
    found.sort(key=lambda r: r.left - r.right)
    rows: list[_Row] = []
    for row in found:
        for i, other in enumerate(rows):
            first, last = (row, other) if row.left < other.left else (other, row)
            step = abs(float(first.at(last.left)) - float(last.at(first.right)))
            if last.left - first.right < 3 * x_height and step < 0.45 * x_height:
                x_all, y_all = np.concatenate([first.x, last.x]), np.concatenate([first.y, last.y])
                order = np.argsort(x_all, kind="stable")
                rows[i] = _Row(x_all[order], y_all[order])
                break
        else:
            rows.append(row)
    return rows


PIECE = 8.0
"""Length in x-heights over which a row counts as straight: lines that prepare left bent sag by
half an x-height over a quarter of a page at most."""


def _cut_apart(
    letters: _Letters,
    labels: npt.NDArray[np.int64],
    found: Components,
    rows: list[_Row],
    x_height: float,
) -> _Letters:
    """`letters` with those that stand on two rows or more cut between the rows.

    Heavy type set close touches the type below. `labels` (N,): the place of each letter in `found`.
    """
    tall = np.flatnonzero(letters.height > 1.9 * x_height)
    if len(tall) == 0:
        return letters
    middle = (letters.left + letters.right) / 2
    whole = np.ones(len(letters), dtype=np.bool_)
    cut: list[tuple[int, int, int, int]] = []
    for i in tall:
        x, top, bottom = middle[i], letters.top[i], letters.bottom[i]
        levels = sorted(
            float(row.at(x)) for row in rows
            if row.left - x_height < x < row.right + x_height
        )  # fmt: skip
        levels = [v for v in levels if top + 0.2 * x_height < v < bottom - 0.2 * x_height]
        # two ridges nearer than lines can be are of one line, or of print set large
        near = any(b - a < 1.5 * x_height for a, b in pairwise(levels))
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


def _split(group: _Letters, gap: float, walls: Sequence[Box]) -> list[_Letters]:
    """One row's letters, cut where a gap is wider than words stand apart, and at walls."""
    group = group.take(np.argsort(group.left))
    reach = np.maximum.accumulate(group.right)
    cut = group.left[1:] - reach[:-1] > gap
    middle = (group.left + group.right) / 2
    level = float(np.median((group.top + group.bottom) / 2))
    for wall in walls:
        if wall.top <= level <= wall.bottom:
            x = wall.center.x
            cut |= (middle[:-1] < x) & (middle[1:] >= x)
    return [group.take(p) for p in np.split(np.arange(len(group)), np.flatnonzero(cut) + 1)]


def _fragment(letters: _Letters, x_height: float, pitch: float) -> Fragment | None:
    """None where nothing is as large as a letter or a dash."""
    body = letters.take(letters.height >= 0.55 * x_height)
    wide = np.any(letters.width >= 0.6 * x_height)
    if len(body) == 0 and not wide:
        return None
    box = Box(
        int(letters.left.min()),
        int(letters.top.min()),
        int(letters.right.max()),
        int(letters.bottom.max()),
    )
    own = body if len(body) else letters
    return Fragment(
        box=box,
        baseline=_baseline(own, box, x_height),
        x_height_px=_own_x_height(own, x_height),
        pitch_px=_pitch(own, pitch),
        letters=len(own),
        hand=_is_scrawl(letters, x_height, pitch),
    )


HIGH, HIGH_NARROW = 2.1, 2.5
"""x-heights from which a stroke is higher than type, if a letter wide; a bracket or a slash, which
are narrow, may have more than the first."""
LARGE_PRINT = 0.5
"""Share of letters higher than capitals from which a line is set in large print."""
SCRAWL_GAP = 1.0
"""Blank before a signature, in strokes."""
SCRAWL = 0.7
"""Share of the inked width that is too high for type, from which it is all handwriting."""


def _too_high(letters: _Letters, x_height: float, pitch: float) -> npt.NDArray[np.bool_]:
    """(N,) which are higher than type."""
    narrow = letters.width < 0.9 * pitch
    return letters.height > np.where(narrow, HIGH_NARROW, HIGH) * x_height


def _is_scrawl(letters: _Letters, x_height: float, pitch: float) -> bool:
    high = _too_high(letters, x_height, pitch)
    wide = float(letters.width[high].sum())
    large = np.count_nonzero(letters.height > 1.6 * x_height) > LARGE_PRINT * len(letters)
    if large and len(letters) > 3:
        return False
    return wide > SCRAWL * float(letters.width.sum())


def _off_scrawls(letters: _Letters, x_height: float, pitch: float) -> list[_Letters]:
    """A run of type, from left to right, parted from a signature behind or before it."""
    high = _too_high(letters, x_height, pitch)
    large = np.count_nonzero(letters.height > 1.6 * x_height)
    if not high.any() or large > LARGE_PRINT * len(letters):
        return [letters]
    reach = np.maximum.accumulate(letters.right)
    gaps = np.flatnonzero(letters.left[1:] - reach[:-1] > SCRAWL_GAP * pitch) + 1
    bounds = [0, *(int(g) for g in gaps), len(letters)]
    pieces = [letters.take(np.arange(a, b)) for a, b in pairwise(bounds)]
    scrawled = [_is_scrawl(piece, x_height, pitch) for piece in pieces]
    if all(scrawled) or not any(scrawled):
        return [letters]
    first, last = scrawled.index(False), len(scrawled) - scrawled[::-1].index(False)
    cuts = [0, bounds[first], bounds[last], len(letters)]
    return [letters.take(np.arange(a, b)) for a, b in pairwise(cuts) if b > a]


def _baseline(letters: _Letters, box: Box, x_height: float) -> tuple[Point, ...]:
    """A straight line through the feet of the letters, descenders left out."""
    x, y = (letters.left + letters.right) / 2, letters.bottom
    slope, level = 0.0, float(np.median(y))
    if len(x) >= 6 and x.max() - x.min() > 8 * x_height:
        for _ in range(4):
            off = y - (slope * x + level)
            near = abs(off - np.median(off)) <= 0.22 * x_height
            if np.count_nonzero(near) < 4:
                break
            slope, level = _fit(x[near], y[near])
        if abs(slope) > 0.05:  # 3°: no line of a straightened page; too few letters to tell
            slope, level = 0.0, float(np.median(y))
    return (Point(box.left, slope * box.left + level), Point(box.right, slope * box.right + level))


def _fit(x: Floats, y: Floats) -> tuple[float, float]:
    """Slope and level at x = 0 of the line of least squares; level where all x are one."""
    mean_x, mean_y = float(x.mean()), float(y.mean())
    off = x - mean_x
    spread = float(off @ off)
    slope = float(off @ (y - mean_y)) / spread if spread > 0 else 0.0
    return slope, mean_y - slope * mean_x


def _own_x_height(letters: _Letters, usual: float) -> float:
    """Lines of another size of type (printed heads) have their own; short lines take the page's."""
    if len(letters) < 4:
        return usual
    own = float(np.percentile(letters.height, 40))
    middle = float(np.median(letters.height))
    small = own < 0.7 * usual or (len(letters) >= 8 and middle < SMALL_PRINT * usual)
    return min(own, middle) if small else own if own > 1.35 * usual else usual


SMALL_PRINT = 0.85
"""Height of a line's letters, against those of the page, from which it is set in smaller type."""


def _pitch(letters: _Letters, usual: float) -> float:
    """The commonest distance between neighbouring letters' middles."""
    middles = (letters.left + letters.right) / 2
    steps = np.diff(np.sort(middles))
    steps = steps[(steps > 0.6 * usual) & (steps < 1.5 * usual)]
    return float(np.median(steps)) if len(steps) >= 6 else usual


def _same_pitch(runs: list[Fragment], usual: float) -> list[Fragment]:
    """Short runs, too short to measure, take the pitch of the page's long ones."""
    long = [f.pitch_px for f in runs if f.letters >= 20]
    page = float(np.median(long)) if long else usual
    return [f if f.letters >= 10 else replace(f, pitch_px=page) for f in runs]


def _to_page(f: Fragment, k: float) -> Fragment:
    """From work resolution to the page's."""
    return replace(
        f,
        box=Box(*(round(v * k) for v in f.box)),
        baseline=tuple(Point(p.x * k, p.y * k) for p in f.baseline),
        x_height_px=f.x_height_px * k,
        pitch_px=f.pitch_px * k,
    )
