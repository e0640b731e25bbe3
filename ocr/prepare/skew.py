"""Skew: the clockwise angle by which the lines of type are turned on the scan, within ±15°.

Method: only components of the size of letters count, so dark borders, holes, frames and ruled
lines have no say. Their upper and lower edge points are projected along a trial angle; where the
angle is right, the feet and heads of the letters of a line fall together and the sum of squares
of the profile is largest (Postl 1986, as in Leptonica's `pixFindSkewSweepAndSearch`). Three
sweeps, each finer in angle and in bins than the last; a parabola through the finest scores gives
the angle.

Expected: mean error ≤ 0.05° on typed pages of 100–300 dpi, about 15 ms a page. Confidence tells
how far the peak stands out of the scores at the wrong angles; below `min_confidence` the page is
left as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from ocr.prepare.ink import Letters

COARSE_STEP_DEG = 0.5
MIDDLE_STEP_DEG = 0.1
FINE_STEP_DEG = 0.02
FINE_REACH_DEG = 0.16  # 17 scores: enough to fit a parabola, narrow enough that it fits
COARSE_POINTS = 12_000  # enough for half a degree, and four times as fast as all
MIN_LETTERS = 12  # fewer are no line: three short lines of a sparse page have 20


@dataclass(frozen=True, slots=True)
class SkewSettings:
    """When a page is straightened."""

    max_angle_deg: float = 15.0
    min_angle_deg: float = 0.05  # half a pixel over a word: resampling would cost more
    min_confidence: float = 0.5


class Skew(NamedTuple):
    """What was measured; sharpness: how much of the ink falls together, comparable on a page."""

    angle_deg: float
    confidence: float
    sharpness: float


Points = npt.NDArray[np.float32]
"""(N, 2) x, y in pixels, about the middle of the page."""


def find_skew(letters: Letters, s: SkewSettings, vertical: bool = False) -> Skew:
    """Measures the turn of the lines; `vertical`: as if the page were turned by a quarter."""
    if len(letters) < MIN_LETTERS:
        return Skew(0.0, 0.0, 0.0)
    mask = letters.mask.T if vertical else letters.mask
    upper, lower = _edge_points(mask)
    thin = max(1, (len(upper) + len(lower)) // COARSE_POINTS)
    few = (upper[::thin], lower[::thin])
    reach = s.max_angle_deg
    angles = np.arange(-reach, reach + 1e-6, COARSE_STEP_DEG)
    coarse = _scores(few, angles, bin_px=4.0 * letters.dpi / 150)
    best = float(angles[int(np.argmax(coarse))])
    confidence = _confidence(angles, coarse)
    near = best + np.arange(-0.6, 0.61, MIDDLE_STEP_DEG)
    best = float(near[int(np.argmax(_scores((upper, lower), near, bin_px=1.0)))])
    near = best + np.arange(-FINE_REACH_DEG, FINE_REACH_DEG + 1e-6, FINE_STEP_DEG)
    fine = _scores((upper, lower), near, bin_px=0.5)
    angle = _peak(near, fine)
    if vertical:
        angle = -angle
    sharpness = float(coarse.max() / max(1.0, float(np.median(coarse))))
    return Skew(float(np.clip(angle, -reach, reach)), confidence, sharpness)


def _edge_points(mask: npt.NDArray[np.bool_]) -> tuple[Points, Points]:
    """Ink above which, and ink below which, there is none; origin in the middle."""
    padded = np.pad(mask, ((1, 1), (0, 0)))
    centre = np.array([mask.shape[1] / 2, mask.shape[0] / 2], dtype=np.float32)

    def points(edge: npt.NDArray[np.bool_]) -> Points:
        y, x = np.nonzero(edge)
        return np.column_stack([x, y]).astype(np.float32) - centre

    return points(mask & ~padded[:-2]), points(mask & ~padded[2:])


def _scores(
    points: tuple[Points, Points], angles_deg: npt.NDArray[np.float64], bin_px: float
) -> npt.NDArray[np.float64]:
    """Sum of squares of the smoothed profile at each angle."""
    out = np.zeros(len(angles_deg))
    for edge in points:
        if not len(edge):
            continue
        radius = float(np.abs(edge).max()) * 1.5
        bins = int(2 * radius / bin_px) + 3
        x, y = edge[:, 0], edge[:, 1]
        for i, angle in enumerate(np.radians(angles_deg)):
            place = (y * np.cos(angle) - x * np.sin(angle) + radius) / np.float32(bin_px)
            profile = np.bincount(place.astype(np.int32), minlength=bins).astype(np.float32)
            smooth = cv2.GaussianBlur(profile[None], (5, 1), 1.0).ravel()
            out[i] += float(np.dot(smooth, smooth))
    return out


def _confidence(angles_deg: npt.NDArray[np.float64], scores: npt.NDArray[np.float64]) -> float:
    """0–1 from the height of the peak over the scores further off, in their own deviations."""
    best = int(np.argmax(scores))
    off = scores[np.abs(angles_deg - angles_deg[best]) > 2.0]
    level = float(np.median(off))
    spread = 1.4826 * float(np.median(np.abs(off - level))) + 1e-3 * level + 1e-9
    z = (float(scores[best]) - level) / spread
    gain = float(scores[best]) / max(level, 1e-9)
    return float(np.clip((z - 3.0) / 12.0, 0.0, 1.0) * np.clip((gain - 1.03) / 0.25, 0.0, 1.0))


def _peak(angles_deg: npt.NDArray[np.float64], scores: npt.NDArray[np.float64]) -> float:
    """Top of the parabola fitted to the scores around the highest."""
    best = int(np.argmax(scores))
    low, high = max(0, best - 4), min(len(scores), best + 5)
    x = angles_deg[low:high] - angles_deg[best]
    y = scores[low:high] / scores[best]
    a, b, _ = np.polyfit(x, y, 2)
    if a >= 0:
        return float(angles_deg[best])
    shift = float(np.clip(-b / (2 * a), x[0], x[-1]))
    return float(angles_deg[best]) + shift
