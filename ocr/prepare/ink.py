"""Ink masks: a local threshold, letters for the geometry, and the mask of the prepared page.

Method, in two steps. First Sauvola and Pietikäinen (2000), T = m·(1 + k·(s/R − 1)), with m and s
the mean and the standard deviation in a window given in mm, and R twice the strongest s on the
page: taken from the page as Wolf and Jolion (2003) do, so that a page in faint ribbon is not lost.
What lies below that tells how dark the ink is around each place, and the mask keeps what is darker
than a share (`half`) of the way from the paper to that ink, and than a share (`faintest`) of what
is usual on the page. All levels change slowly, so they are worked out at a third of 300 dpi and
stretched back.

The mask of a prepared page holds the pale rims of strokes and pale printed rules as well, since
line images are cut out along it and layout looks for rules in it. With `half` at 0.55 it ends
where strokes do.

Expected, on six kinds of sheets of 300 dpi whose ink is known (benchmarks/binarise.py: plain,
stained, bleeding through, faint, dark, carbon), F-measure as a mean and on the worst kind, ms for
A4 on one core, ours with the flattening of the paper: ours with `half` 0.55 95.0, 87.5, 43 ms;
Gatos 92.7, 83.0, 5151 ms; ours with rims 91.3, 84.2, 44 ms; Sauvola 90.3, 82.0, 49 ms; NICK 89.6,
68.3, 49 ms; Wolf 87.4, 73.3, 86 ms; Su 82.9, 46.5, 666 ms; Otsu 66.3, 21.2, 9 ms (doxapy's).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Gray, Mask, mm_to_px
from ocr.raster import WHITE, Components, components

Floats = npt.NDArray[np.float32]

THRESHOLD_DPI = 100.0  # px per inch at which mean and deviation are taken: half a stroke
LETTERS_DPI = 100.0  # px per inch at which letters are looked for: a stroke is still 1–2 px wide
MIN_DEVIATION = 12.0  # grey levels; a page without any stronger contrast holds no ink
LETTER_LONG_MM = (1.0, 15.0)  # longer side of a letter; filled letters run together to words
LEAST = 1e-3  # share of a window, so that nothing is divided by nothing
RUNS_STEP = 8  # every eighth row and column tells how wide strokes are
LETTER_SHORT_MAX_MM = 7.0  # shorter side: headings in capitals of 5 mm, not stamps' frames


@dataclass(frozen=True, slots=True)
class InkSettings:
    """How gray becomes ink."""

    window_mm: float = 8.0  # two lines of type: always holds paper as well as strokes
    k: float = 0.25  # Sauvola's sensitivity: 0.35 breaks faint letters, 0.2 fills small ones
    k_first: float = 0.22  # and where a second step follows, which empties what was filled
    half: float = 0.25  # of the way from paper to ink: rims of strokes and pale rules as well
    faintest: float = 0.2  # of the page's usual darkness, under which there is no ink
    min_speck_mm: float = 0.18  # side of the smallest speck kept; a full stop has 0.4 mm


@dataclass(frozen=True, slots=True, eq=False)
class Letters:
    """What is of the size of letters on a page, at reduced resolution.

    mask (h, w) bool; gray, level (h, w) uint8: the page, and the surface below which it is ink;
    scale: pixels of `mask` per pixel of the page; the kept components' left, top, width, height,
    area, each (N,) int32.
    """

    mask: Mask
    gray: Gray
    level: Gray
    scale: float
    dpi: float
    left: npt.NDArray[np.int32]
    top: npt.NDArray[np.int32]
    width: npt.NDArray[np.int32]
    height: npt.NDArray[np.int32]
    area: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.left)

    def only(self, keep: npt.NDArray[np.bool_]) -> Letters:
        """Those whose entry in `keep` (N,) is True."""
        mask = self.mask.copy()
        for i in np.flatnonzero(~keep):
            left, top = self.left[i], self.top[i]
            mask[top : top + self.height[i], left : left + self.width[i]] = False
        names = ("left", "top", "width", "height", "area")
        return replace(self, mask=mask, **{name: getattr(self, name)[keep] for name in names})


def reduce_to(image: npt.NDArray[np.uint8], scale: float) -> npt.NDArray[np.uint8]:
    """Area-averaged copy, `scale` ≤ 1 times as large and at least 1×1; the image itself at 1."""
    if scale >= 1.0:
        return image
    height, width = image.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def resize(image: npt.NDArray[np.uint8], size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Bilinear copy of `size` (width, height)."""
    return cv2.resize(image, size, interpolation=cv2.INTER_LINEAR).astype(np.uint8, copy=False)


def local_threshold(gray: Gray, dpi: float, s: InkSettings) -> Gray:
    """(H, W) uint8: ink is where `gray` lies below this surface."""
    height, width = gray.shape
    scale = min(1.0, THRESHOLD_DPI / dpi)
    surface = _sauvola(reduce_to(gray, scale), mm_to_px(s.window_mm, dpi * scale), s.k)
    return resize(surface, (width, height))


def _sauvola(small: Gray, window_px: float, k: float) -> Gray:
    """(h, w) the surface for a page at `THRESHOLD_DPI` or less, at its own resolution."""
    level = small.astype(np.float32)
    # means over a window of thirty dots need half of them alone, once squares are taken
    half = (-(-small.shape[1] // 2), -(-small.shape[0] // 2))
    power = cv2.resize(level * level, half, interpolation=cv2.INTER_LINEAR)
    mean = cv2.resize(level, half, interpolation=cv2.INTER_LINEAR)
    side = max(3, round(window_px / 2)) | 1
    mean = cv2.blur(mean, (side, side), borderType=cv2.BORDER_REPLICATE)
    power = cv2.blur(power, (side, side), borderType=cv2.BORDER_REPLICATE)
    deviation = np.sqrt(np.maximum(power - mean * mean, 0.0))
    strongest = max(float(np.percentile(deviation[::2, ::2], 99)), MIN_DEVIATION)
    surface = mean * (1.0 + k * (np.minimum(deviation / strongest, 1.0) / 2 - 1.0))
    return resize(np.clip(surface, 0, 255).astype(np.uint8), (small.shape[1], small.shape[0]))


def find_letters(gray: Gray, dpi: float, s: InkSettings) -> Letters:
    """The components of the size of letters; borders, rules, frames and dust are left out.

    Letters turned by a quarter pass as well, so both text directions can be told from them.
    """
    small, scale = at_dpi(gray, dpi, LETTERS_DPI)
    dpi_seen = dpi * scale
    level = local_threshold(small, dpi_seen, s)
    parts: Components = components(small < level)
    long_side = np.maximum(parts.width, parts.height)
    short_side = np.minimum(parts.width, parts.height)
    low, high = (mm_to_px(mm, dpi_seen) for mm in LETTER_LONG_MM)
    keep = (long_side >= max(low, 4)) & (long_side <= high)
    keep &= (short_side <= mm_to_px(LETTER_SHORT_MAX_MM, dpi_seen)) & (short_side >= 2)
    keep &= parts.area >= 0.08 * parts.width * parts.height  # a scratch fills less of its box
    return Letters(
        parts.mask(keep),
        small,
        level,
        scale,
        dpi_seen,
        parts.left[keep],
        parts.top[keep],
        parts.width[keep],
        parts.height[keep],
        parts.area[keep],
    )


def at_dpi(image: npt.NDArray[np.uint8], dpi: float, wanted: float) -> _Reduced:
    """A copy at about `wanted` dpi, and its scale. Whole steps take a third of the time.

    Scaled by one factor both ways; its last row and column may show less than the others.
    """
    steps = max(1, round(dpi / wanted))
    height, width = (n // steps * steps for n in image.shape[:2])
    scale = min(1.0, wanted / dpi)
    if not (height and width) or min(image.shape[:2]) * scale < 1.0:
        small = reduce_to(image, scale)
        return _Reduced(small, small.shape[1] / image.shape[1])
    if abs(dpi / wanted - steps) > 0.1 * steps:
        part = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        return _Reduced(_with_rest(image, part.astype(np.uint8, copy=False), 1 / scale), scale)
    if steps == 1:
        return _Reduced(image, 1.0)
    if image.ndim == 2 and steps % 2:
        # the mean around the middle dot of each cell: the same, in half the time
        mean = cv2.blur(image[:height, :width], (steps, steps))[steps // 2 :: steps]
        whole = np.ascontiguousarray(mean[:, steps // 2 :: steps])
        return _Reduced(_with_rest(image, whole.astype(np.uint8, copy=False), steps), 1.0 / steps)
    size = (width // steps, height // steps)
    # at a half, linear is the mean of four dots, and fastest
    how = cv2.INTER_LINEAR if steps == 2 else cv2.INTER_AREA
    whole = cv2.resize(image[:height, :width], size, interpolation=how)
    return _Reduced(_with_rest(image, whole.astype(np.uint8, copy=False), steps), 1.0 / steps)


def _with_rest(
    image: npt.NDArray[np.uint8], small: npt.NDArray[np.uint8], step: float
) -> npt.NDArray[np.uint8]:
    """`small` with one more row and column for what is left of `image` after whole steps.

    There scanners show slivers of their bed, which are to be seen.
    """
    height, width = image.shape[:2]
    rows, columns = small.shape[:2]
    out = small
    if width - columns * step > LEAST:
        rest = image[: math.ceil(rows * step), int(columns * step) :]
        strip = cv2.resize(rest, (1, rows), interpolation=cv2.INTER_AREA)
        out = np.hstack([out, strip.reshape(rows, 1, *image.shape[2:])])
    if height - rows * step > LEAST:
        columns = out.shape[1]
        strip = cv2.resize(image[int(rows * step) :], (columns, 1), interpolation=cv2.INTER_AREA)
        out = np.vstack([out, strip.reshape(1, columns, *image.shape[2:])])
    return out


class _Reduced(NamedTuple):
    """A copy, and its pixels per pixel of the page."""

    image: npt.NDArray[np.uint8]
    scale: float


def find_ink(gray: Gray, dpi: float, s: InkSettings) -> Mask:
    """(H, W) True where the page shows ink; single specks are left out."""
    height, width = gray.shape
    level = resize(_ink_level(gray, dpi, s), (width, height))
    # written over what is no longer needed: at full size new memory costs as much as the work
    ink = np.less(gray, level, out=level.view(np.bool_)).view(np.uint8)
    speck = round(mm_to_px(s.min_speck_mm, dpi))
    if speck >= 2:
        # a speck has too little ink around it to be part of anything
        side = 3 * speck | 1
        depth = cv2.CV_8U if side * side < 256 else cv2.CV_16U
        near = cv2.boxFilter(ink, depth, (side, side), normalize=False)
        ink &= cv2.threshold(near, speck * speck - 1, 1, cv2.THRESH_BINARY)[1].astype(np.uint8)
    return ink.view(np.bool_)


def _ink_level(gray: Gray, dpi: float, s: InkSettings) -> Gray:
    """(h, w) at `THRESHOLD_DPI`: ink lies below it."""
    small, scale = at_dpi(gray, dpi, THRESHOLD_DPI)
    window = mm_to_px(s.window_mm, dpi * scale)
    first = _sauvola(small, window, s.k_first)
    size = (small.shape[1], small.shape[0])
    # pixels as they are: a mean over nine of them would be paler than the ink
    seen = np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_NEAREST), dtype=np.uint8)
    ink = seen < first
    paper, depth, weight = _paper_and_ink(seen, ink, window)
    usual = float((depth * weight).sum() / max(float(weight.sum()), 1.0))
    surface = paper - np.maximum(s.half * depth, s.faintest * usual)
    surface8 = np.clip(surface, 0, 255).astype(np.uint8)
    return np.minimum(first, resize(surface8, size))


def _paper_and_ink(seen: Gray, ink: Mask, window_px: float) -> tuple[Floats, Floats, Floats]:
    """(h, w) of half the size: level of the paper around, how far below it ink lies, its weight.

    A mean in which dark pixels count more: cores of strokes, not their rims.
    """
    half = (-(-seen.shape[1] // 2), -(-seen.shape[0] // 2))
    side = max(3, round(window_px / 2)) | 1

    def around(values: npt.NDArray[np.generic]) -> Floats:
        whole = values.astype(np.float32)
        small = cv2.resize(whole, half, interpolation=cv2.INTER_LINEAR)
        return np.asarray(cv2.blur(small, (side, side)), dtype=np.float32)

    paper = np.divide(around(seen * ~ink), np.maximum(around(~ink), LEAST), dtype=np.float32)
    dark = cv2.bitwise_not(seen) * ink.astype(np.float32)
    weight = around(dark)
    darkness = np.divide(around(dark * dark), np.maximum(weight, LEAST), dtype=np.float32)
    return paper, np.maximum(darkness + paper - WHITE, 0).astype(np.float32), weight


def stroke_width(ink: Mask) -> float:
    """Median length in px of the horizontal and vertical runs' smaller share; 0 without ink.

    A stroke is crossed at a right angle by one of the two families of runs, so the median of
    the shorter family is the width of the strokes to about a pixel. Every eighth row and column
    is looked at.
    """
    columns = np.ascontiguousarray(ink[:, ::RUNS_STEP]).view(np.uint8)
    across, down = ink[::RUNS_STEP], cv2.transpose(columns).view(np.bool_)
    runs = [_runs(m) for m in (across, down)]
    medians = [float(np.median(r)) for r in runs if len(r)]
    return min(medians, default=0.0)


def _runs(ink: Mask) -> npt.NDArray[np.intp]:
    """Lengths of the runs of True along the rows, each row ended by False."""
    flat = np.pad(ink, ((0, 0), (0, 1))).ravel()
    ends = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    if flat[0]:
        ends = np.concatenate([[0], ends])
    return ends[1::2] - ends[0::2]
