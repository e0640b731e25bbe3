"""Lines of type: where they run, where their letters stand, and how wide one stroke is.

Method: the ink, freed of rules, is blurred along the lines (anisotropic Gaussian, wide as a
letter, low as half an x-height) and its ridges are followed (`type_rows`); the feet of the letters
on a ridge give the baseline. Ridges of one row whose gap is no wider than a word gap are one
fragment; what stands further apart (columns, slots of a grid) stays apart, and `find_layout`
joins the fragments of one row inside one zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ocr.geometry import Box, Floats, Mask, Point, mm_to_px
from ocr.layout.close_lines import filled_in, find_clumps, set_close, steadied
from ocr.layout.hands import is_scrawl, off_scrawls, stands_between
from ocr.layout.letters import (
    LETTER_INK,
    Letters,
    LineSettings,
    find_letters,
    fit_baseline,
    highest,
    quantile,
    reduce_ink,
    x_height_of,
)
from ocr.layout.pitch import find_pitch
from ocr.layout.type_rows import (
    BROKEN_TYPE,
    SET_CLOSE,
    SET_USUAL,
    between_lines,
    cut_apart,
    find_ridges,
    higher_in_rows,
    owners,
    rows_along,
)
from ocr.raster import components, find_chains

__all__ = ["Fragment", "LineSettings", "find_fragments", "find_rows", "runs_of"]


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
        return sum(p.y for p in self.baseline) / len(self.baseline)

    def shift(self, down: int) -> Fragment:
        """The same so many pixels further down."""
        ends = tuple(Point(p.x, p.y + down) for p in self.baseline)
        return replace(self, box=self.box.shift(0, down), baseline=ends)

    def foot_at(self, x: float) -> float:
        """Height of the baseline, drawn on straight, at `x`."""
        first, last = self.baseline[0], self.baseline[-1]
        run = last.x - first.x
        slope = (last.y - first.y) / run if run > 0 else 0.0
        return first.y + slope * (x - first.x)


@dataclass(frozen=True, slots=True, eq=False)
class TypeOnRows:
    """Letters at work resolution by the row they stand on, and those that stand on none."""

    rows: tuple[Letters, ...]
    alone: Letters
    x_height: float
    pitch: float
    dirty: bool
    grainy: bool  # specks or pieces of letters are more than letters
    close: bool  # lines are set so close that tall letters touch the line above
    scale: float


def find_fragments(ink: Mask, dpi: float, s: LineSettings) -> tuple[Fragment, ...]:
    """Runs of type in `ink` ((H, W), True = ink, rules taken off) of a straight page, unordered."""
    return runs_of(find_rows(ink, dpi, s), s)


def find_rows(ink: Mask, dpi: float, s: LineSettings) -> TypeOnRows | None:
    """The rows of letters in `ink` ((H, W), True = ink, rules taken off); None without letters."""
    scale = min(1.0, s.work_dpi / dpi)
    work_dpi = dpi * scale
    density = reduce_ink(ink, scale)
    work_ink = density > LETTER_INK
    found = components(work_ink)
    seen = find_letters(found, work_dpi, s)
    letters, kept = seen.letters, seen.kept
    if len(letters) == 0:
        return None
    x_height = x_height_of(work_ink, seen, work_dpi, s)
    pitch = mm_to_px(s.usual_pitch_mm, work_dpi)
    image = density * found.mask(kept)
    blurred = BROKEN_TYPE if seen.broken else SET_USUAL
    close = set_close(image, x_height)
    if not close:
        rows = rows_along(find_ridges(image, x_height, pitch, blurred, s), x_height, pitch)
        if (higher := higher_in_rows(image, rows, x_height)) is not None:
            x_height = higher
            close = set_close(image, x_height)
            rows = rows_along(find_ridges(image, x_height, pitch, blurred, s), x_height, pitch)
    chains = find_chains(found, x_height)
    if close:
        chains |= find_clumps(found, x_height)
        image = density * found.mask(kept | chains)
        rows = rows_along(find_ridges(image, x_height, pitch, SET_CLOSE, s), x_height, pitch)
        rows = filled_in(steadied(rows, x_height), image, x_height, pitch)
    chains &= ~kept
    labels = np.concatenate([np.flatnonzero(kept), np.flatnonzero(chains)])
    edges = [found.box(int(i)) for i in np.flatnonzero(chains)]
    letters = cut_apart(letters.with_boxes(edges), labels, found, rows, x_height, close)
    letters = letters.take(letters.height <= highest(work_dpi, s))
    owner = owners(letters, rows, x_height)
    groups = (np.flatnonzero(owner == i) for i in range(len(rows)))
    on_rows = tuple(letters.take(group) for group in groups if len(group))
    alone, grainy = letters.take(owner < 0), seen.dirty or seen.broken
    return TypeOnRows(on_rows, alone, x_height, pitch, seen.dirty, grainy, close, scale)


def runs_of(
    found: TypeOnRows | None, s: LineSettings, walls: Sequence[Box] = ()
) -> tuple[Fragment, ...]:
    """Runs of type of a page, in its pixels, unordered.

    walls  upright rules, in pixels of the page: no run goes on through one
    """
    if found is None:
        return ()
    x_height, pitch = found.x_height, found.pitch
    scaled = [Box(*(round(v * found.scale) for v in wall)) for wall in walls]
    parts = [p for row in found.rows for p in _split(row, s.gap_pitches * pitch, scaled)]
    pieces = [
        (piece, hand and not stands_between(piece, found.rows, x_height))
        for part in parts
        for piece, hand in off_scrawls(part, x_height, pitch)
    ]
    parts = [_without_specks(part, x_height, pitch) for part, hand in pieces if not hand]
    if found.grainy:
        parts = [_without_grain(part, pitch) for part in parts]
    boxes = [part.box for part in parts if len(part) > FEW_LETTERS]
    parts += between_lines(found.alone, boxes, x_height)
    found_runs = [(part, _fragment(part, found)) for part in parts]
    hands = [(part, _fragment(part, found)) for part, hand in pieces if hand]
    found_runs += [(part, replace(f, hand=True)) for part, f in hands if f is not None]
    runs = _of_one_machine([(part, f) for part, f in found_runs if f is not None], found)
    runs = [(part, _sized(f, [g for _, g in runs], x_height)) for part, f in runs]
    if found.dirty:
        kept_runs = _without_dirt([f for _, f in runs])
        runs = [(part, f) for part, f in runs if f in kept_runs]
    level = _level_with_long([f for _, f in runs])
    return tuple(_to_page(f, 1.0 / found.scale) for f in level)


SMALL_BESIDE = 0.8
"""Height of print, in x-heights of the type, from which a letter alone between two lines of it is
of their size."""


def _sized(f: Fragment, others: Sequence[Fragment], x_height: float) -> Fragment:
    """A lone letter in the size of the lines right above and below it, where both are small."""
    if f.letters > 1:
        return f
    near = [
        g for g in others
        if g.letters > FEW_LETTERS and g.box.left < f.box.center.x < g.box.right
        if abs(g.foot - f.foot) < BELOW * x_height
    ]  # fmt: skip
    above = max((g for g in near if g.foot < f.foot), key=lambda g: g.foot, default=None)
    below = min((g for g in near if g.foot > f.foot), key=lambda g: g.foot, default=None)
    if above is None or below is None:
        return f
    sizes = above.x_height_px, below.x_height_px
    if max(sizes) > SMALL_BESIDE * x_height:
        return f
    return replace(f, x_height_px=float(np.mean(sizes)))


FEW_LETTERS = 2
"""A run of so many letters and fewer may be dirt."""
BELOW = 5.0
"""x-heights between short runs that stand below each other: slots, numbers of points."""


def _without_dirt(runs: Sequence[Fragment]) -> set[Fragment]:
    """Of a dirty page the runs that are long enough, and `№ 4` that begins right below one."""
    kept: list[Fragment] = []
    for f in sorted(runs, key=lambda f: f.foot):
        below = f.letters == FEW_LETTERS and any(
            abs(f.box.left - g.box.left) < 0.5 * f.pitch_px
            and f.x_height_px < f.foot - g.foot < BELOW * f.x_height_px
            for g in reversed(kept)
        )
        if f.letters > FEW_LETTERS or below:
            kept.append(f)
    return set(kept)


def _split(group: Letters, gap: float, walls: Sequence[Box]) -> list[Letters]:
    """One row's letters, cut where a gap is wider than words stand apart, and at walls."""
    group = group.take(np.argsort(group.left))
    reach = np.maximum.accumulate(group.right)
    cut = group.left[1:] - reach[:-1] > gap
    middle = (group.left + group.right) / 2
    level = quantile((group.top + group.bottom) / 2, 0.5)
    for wall in walls:
        if wall.top <= level <= wall.bottom:
            x = wall.center.x
            cut |= (middle[:-1] < x) & (middle[1:] >= x)
    return [group.take(p) for p in np.split(np.arange(len(group)), np.flatnonzero(cut) + 1)]


def _fragment(letters: Letters, page: TypeOnRows) -> Fragment | None:
    """None where nothing is as large as a letter or a dash, or all is left of a rule."""
    x_height, pitch = page.x_height, page.pitch
    own = _without_stops(letters, x_height)
    wide = np.any(letters.width >= 0.6 * x_height)
    rule = np.any(letters.width > LONGEST_DASH * pitch)
    if len(own) == 0 and (rule or not wide):
        return None
    box, own = letters.box, own if len(own) else letters
    return Fragment(
        box=box,
        baseline=fit_baseline(own, box, x_height),
        x_height_px=x_height,
        pitch_px=_pitch(own, pitch),
        letters=len(own),
        hand=is_scrawl(letters, x_height, pitch),
    )


LONGEST_DASH = 2.2
"""Strokes; what is flat and longer, with no letter beside it, is left of a rule or of an edge."""


def _without_stops(letters: Letters, x_height: float) -> Letters:
    """Without stops and commas: what is less high, in a run of small print, than in one of type."""
    high = letters.height[letters.height >= SMALLEST * x_height]
    small = len(high) > 3 and quantile(high, 0.5) < 0.75 * x_height
    least = SMALLEST if small or len(letters) <= FEW_LETTERS else 0.55
    return letters.take(letters.height >= least * x_height)


SMALLEST = 0.42
"""Height of small letters in the smallest print of a form, in x-heights of the type on it."""
SPECK_GAP = 1.7
"""Blank in strokes between a line and a speck beyond its end that is no stop of it."""
SPECK = 0.45
"""Size of a speck in x-heights: no larger than a stop."""
GRAIN_GAP, GRAIN_SPECK = 0.9, 0.2
"""The same of one smaller than a stop: a stop stands nearer to its word."""
SLIVER = 0.25, 1.7
"""Width at most and height at least, in x-heights, of what is left of an upright rule."""


def _without_specks(letters: Letters, x_height: float, pitch: float) -> Letters:
    """A run, from left to right, without specks of dirt that lie far off its ends, and rules."""
    width, height = letters.width / x_height, letters.height / x_height
    size = np.maximum(width, height)
    gap = np.where(size < GRAIN_SPECK, GRAIN_GAP, SPECK_GAP) * pitch
    gap[size >= SPECK] = np.inf
    gap[(width < SLIVER[0]) & (height > SLIVER[1])] = 0.0
    after = _dirt_before(letters.left, letters.right, gap)
    before = _dirt_before(-letters.right[::-1], -letters.left[::-1], gap[::-1])
    if after + before >= len(letters):
        return letters
    return letters.take(np.arange(after, len(letters) - before))


def _dirt_before(left: Floats, right: Floats, gap: Floats) -> int:
    """How many letters from the left are dirt, off the rest by as many pixels as `gap` says.

    gap  (N,) for each letter; infinite for one that is no dirt wherever it stands
    """
    dirt = 0
    for k in range(1, len(left)):
        if not np.isfinite(gap[k - 1]):
            break
        if left[k:].min() - right[:k].max() >= gap[:k].max():
            dirt = k
    return dirt


def _without_grain(letters: Letters, pitch: float) -> Letters:
    """A run, from left to right, without grain of the paper at its ends.

    Clumps of grain stand as near each other as pieces of letters do, but fill less of a stroke's
    cell: a run begins and ends with cells that have a quarter of the ink of its usual ones.
    """
    cells = np.floor((letters.left + letters.right) / 2 / pitch).astype(np.int64)
    cells -= cells.min()
    inked = np.bincount(cells, letters.width * letters.height)
    full = np.flatnonzero(inked >= GRAIN * np.median(inked[inked > 0]))
    kept = (cells >= full[0]) & (cells <= full[-1])
    return letters.take(np.flatnonzero(kept))


GRAIN = 0.25
"""Share of the ink of a run's usual cell from which its first and its last cell hold type."""


def _own_x_height(letters: Letters, usual: float, typed: bool) -> float:
    """Lines of another size of print (heads) have their own; what is typed has the page's.

    typed: whether the letters stand at whole strokes of the page's typewriter.
    """
    if len(letters) < 4:
        return usual
    own = quantile(letters.height, 0.4)
    middle = quantile(letters.height, 0.5)
    if typed and SMALL_PRINT * usual < middle < HIGHEST_TYPE * usual:
        return usual
    as_small = AS_SMALL[0] * usual < middle < AS_SMALL[1] * usual
    many = len(letters) >= (MANY_CAPITALS if as_small else FEW_CAPITALS)
    if many and _is_even(letters) and not _of_one_width(letters):
        return middle / CAPITAL  # a printed head, whatever its size
    small = own < 0.7 * usual or (len(letters) >= 8 and middle < SMALL_PRINT * usual)
    return min(own, middle) if small else own if own > HIGHEST_TYPE * usual else usual


FEW_CAPITALS, MANY_CAPITALS = 6, 14
"""Letters that show a line to be of capitals; more where they are as high as the page's small ones,
since `тыс. шт.` is even as well."""
AS_SMALL = (0.87, 1.2)
CAPITAL = 1.42
"""Height of capitals in x-heights, of print and type alike."""
EVEN = 0.2
"""Of their height, by which capitals and figures differ at most; of small letters every fifth
reaches further up or down by a third and more."""
ON_GRID = 0.12
"""Mean distance of the steps between letters from whole strokes, in strokes: type has less, print
0.2 and more."""
HIGHEST_TYPE = 1.55
"""Height of the type's capitals and figures, in its x-heights, at most."""


def _is_even(letters: Letters) -> bool:
    """Whether all but a few letters are of one height: capitals."""
    middle = quantile(letters.height, 0.5)
    heights = letters.height[letters.height > 0.6 * middle]
    low, high = quantile(heights, 0.1), quantile(heights, 0.88)
    return bool(high - low <= EVEN * middle)


def _of_one_width(letters: Letters) -> bool:
    """Whether the letters stand at whole strokes of a pitch of their own, as no print does."""
    steps = np.diff(np.sort((letters.left + letters.right) / 2))
    stroke = quantile(steps, 0.5)
    steps = steps[(steps > 0.5 * stroke) & (steps < 4.5 * stroke)] / max(stroke, 1.0)
    return bool(np.mean(np.abs(steps - np.round(steps))) < ON_GRID)


SMALL_PRINT = 0.85
"""Height of a line's letters, against those of the page, from which it is set in smaller type."""


def _pitch(letters: Letters, usual: float) -> float:
    """The commonest distance between neighbouring letters' middles."""
    middles = (letters.left + letters.right) / 2
    steps = np.diff(np.sort(middles))
    steps = steps[(steps > 0.6 * usual) & (steps < 1.5 * usual)]
    return quantile(steps, 0.5) if len(steps) >= 6 else usual


def _of_one_machine(
    runs: Sequence[tuple[Letters, Fragment]], page: TypeOnRows
) -> list[tuple[Letters, Fragment]]:
    """Runs that were typed have the page's pitch and x-height; others their own x-height.

    What is too short to measure has the page's pitch.
    """
    long = [f.pitch_px for _, f in runs if f.letters >= 20]
    guess = float(np.median(long)) if long else page.pitch
    middles = []
    for part, _ in runs:
        single = part.take(part.width < TWO_LETTERS * guess)
        middles.append((single.left + single.right) / 2)
    machine = find_pitch(middles, guess)
    out: list[tuple[Letters, Fragment]] = []
    for (part, f), typed in zip(runs, machine.typed, strict=True):
        own = _without_stops(part, page.x_height)
        x_height = _own_x_height(own if len(own) else part, page.x_height, bool(typed))
        px = machine.px if typed or f.letters < 10 else f.pitch_px
        out.append((part, replace(f, x_height_px=x_height, pitch_px=px)))
    return out


TWO_LETTERS = 1.15
"""Strokes: what is as wide is two letters that touch, whose middle is at none of a whole stroke."""


LONG, SHORT = 15, 12
"""Letters from which the slope of a line can be told for others, and under which it is not told."""
NEAREST = 5
"""Long lines by which the slope of a short one between them goes."""


def _level_with_long(runs: Sequence[Fragment]) -> list[Fragment]:
    """Runs too short to tell their slope have that of the long lines next to them.

    So numbers of slots far apart on one row of a sheet that lies askew still stand on one row.
    """
    long = [f for f in runs if f.letters >= LONG and not f.hand]
    if len(long) < NEAREST:
        return list(runs)
    feet = np.array([f.foot for f in long])
    slopes = np.array([f.foot_at(1.0) - f.foot_at(0.0) for f in long])
    out: list[Fragment] = []
    for f in runs:
        if f.letters >= SHORT or f.hand:
            out.append(f)
            continue
        near = np.argsort(abs(feet - f.foot))[:NEAREST]
        half = float(np.median(slopes[near])) * f.box.width / 2
        foot = f.foot
        ends = Point(f.box.left, foot - half), Point(f.box.right, foot + half)
        out.append(replace(f, baseline=ends))
    return out


def _to_page(f: Fragment, k: float) -> Fragment:
    """From work resolution to the page's."""
    return replace(
        f,
        box=Box(*(round(v * k) for v in f.box)),
        baseline=tuple(Point(p.x * k, p.y * k) for p in f.baseline),
        x_height_px=f.x_height_px * k,
        pitch_px=f.pitch_px * k,
    )
