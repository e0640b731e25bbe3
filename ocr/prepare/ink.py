"""Ink masks: a local threshold, letters for the geometry, and the mask of the prepared page.

Method: Sauvola and Pietikäinen (2000), T = m·(1 + k·(s/R − 1)), with m and s the mean and the
standard deviation in a window given in mm, and R twice the strongest s on the page: taken from
the page as Wolf and Jolion (2003) do, so that a page in faint ribbon is not lost. Mean and
deviation change slowly, so the threshold is worked out at reduced resolution and stretched back:
30 ms for a page of A4 at 300 dpi on one core, and as much again to drop single specks.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Gray, Mask, mm_to_px
from ocr.raster import Components, components

THRESHOLD_DPI = 100.0  # px per inch at which mean and deviation are taken: half a stroke
LETTERS_DPI = 100.0  # px per inch at which letters are looked for: a stroke is still 1–2 px wide
MIN_DEVIATION = 12.0  # grey levels; a page without any stronger contrast holds no ink
LETTER_LONG_MM = (1.0, 15.0)  # longer side of a letter; filled letters run together to words
LETTER_SHORT_MAX_MM = 7.0  # shorter side: headings in capitals of 5 mm, not stamps' frames


@dataclass(frozen=True, slots=True)
class InkSettings:
    """How gray becomes ink."""

    window_mm: float = 8.0  # two lines of type: always holds paper as well as strokes
    k: float = 0.25  # Sauvola's sensitivity: 0.35 breaks faint letters, 0.2 fills small ones
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
    small = reduce_to(gray, scale)
    level = small.astype(np.float32)
    # means over a window of thirty dots need half of them alone, once squares are taken
    half = (-(-small.shape[1] // 2), -(-small.shape[0] // 2))
    power = cv2.resize(level * level, half, interpolation=cv2.INTER_LINEAR)
    mean = cv2.resize(level, half, interpolation=cv2.INTER_LINEAR)
    side = max(3, round(mm_to_px(s.window_mm, dpi * scale) / 2)) | 1
    mean = cv2.blur(mean, (side, side), borderType=cv2.BORDER_REPLICATE)
    power = cv2.blur(power, (side, side), borderType=cv2.BORDER_REPLICATE)
    deviation = np.sqrt(np.maximum(power - mean * mean, 0.0))
    strongest = max(float(np.percentile(deviation[::2, ::2], 99)), MIN_DEVIATION)
    surface = mean * (1.0 + s.k * (np.minimum(deviation / strongest, 1.0) / 2 - 1.0))
    surface8 = np.clip(surface, 0, 255).astype(np.uint8)
    return resize(surface8, (width, height))


def find_letters(gray: Gray, dpi: float, s: InkSettings) -> Letters:
    """The components of the size of letters; borders, rules, frames and dust are left out.

    Letters turned by a quarter pass as well, so both text directions can be told from them.
    """
    small, scale = _to_letters_dpi(gray, dpi)
    at_dpi = dpi * scale
    level = local_threshold(small, at_dpi, s)
    parts: Components = components(small < level)
    long_side = np.maximum(parts.width, parts.height)
    short_side = np.minimum(parts.width, parts.height)
    low, high = (mm_to_px(mm, at_dpi) for mm in LETTER_LONG_MM)
    keep = (long_side >= max(low, 4)) & (long_side <= high)
    keep &= (short_side <= mm_to_px(LETTER_SHORT_MAX_MM, at_dpi)) & (short_side >= 2)
    keep &= parts.area >= 0.08 * parts.width * parts.height  # a scratch fills less of its box
    return Letters(
        parts.mask(keep),
        small,
        level,
        scale,
        at_dpi,
        parts.left[keep],
        parts.top[keep],
        parts.width[keep],
        parts.height[keep],
        parts.area[keep],
    )


def _to_letters_dpi(gray: Gray, dpi: float) -> tuple[Gray, float]:
    """A copy at about `LETTERS_DPI`, and its scale. Whole steps take a tenth of the time."""
    steps = max(1, round(dpi / LETTERS_DPI))
    height, width = (n // steps * steps for n in gray.shape)
    if abs(dpi / LETTERS_DPI - steps) > 0.1 * steps or not (height and width):
        scale = min(1.0, LETTERS_DPI / dpi)
        small = reduce_to(gray, scale)
        return small, small.shape[1] / gray.shape[1]
    if steps == 1:
        return gray, 1.0
    size = (width // steps, height // steps)
    # at a half, linear is the mean of four dots, and fastest
    how = cv2.INTER_LINEAR if steps == 2 else cv2.INTER_AREA
    whole = cv2.resize(gray[:height, :width], size, interpolation=how)
    return whole.astype(np.uint8, copy=False), 1.0 / steps


def find_ink(gray: Gray, dpi: float, s: InkSettings) -> Mask:
    """(H, W) True where the flattened page shows ink; single specks are left out."""
    ink = (gray < local_threshold(gray, dpi, s)).astype(np.uint8)
    speck = round(mm_to_px(s.min_speck_mm, dpi))
    if speck >= 2:
        ink = _without_specks(ink, speck)
    return ink.astype(np.bool_)


def _without_specks(ink: npt.NDArray[np.uint8], side: int) -> npt.NDArray[np.uint8]:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8, ltype=cv2.CV_32S)
    keep = stats[:, cv2.CC_STAT_AREA] >= side * side
    keep[0] = False
    return np.asarray(keep[labels], dtype=np.uint8)


def stroke_width(ink: Mask) -> float:
    """Median length in px of the horizontal and vertical runs' smaller share; 0 without ink.

    A stroke is crossed at a right angle by one of the two families of runs, so the median of
    the shorter family is the width of the strokes to about a pixel.
    """
    if not ink.any():
        return 0.0
    medians = [float(np.median(_runs(m))) for m in (ink, ink.T)]
    return min(medians)


def _runs(ink: Mask) -> npt.NDArray[np.intp]:
    """Lengths of the runs of True along the rows, each row ended by False."""
    flat = np.pad(ink, ((0, 0), (0, 1))).ravel()
    ends = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    if flat[0]:
        ends = np.concatenate([[0], ends])
    return ends[1::2] - ends[0::2]
