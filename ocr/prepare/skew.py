"""Skew: the clockwise angle by which the lines of type are turned on the scan, within ±15°.

Method: only components of the size of letters count, so dark borders, holes, frames and ruled
lines have no say. Their upper and lower edge points are projected along a trial angle; where the
angle is right, the feet and heads of the letters of a line fall together and the sum of squares
of the profile is largest (Postl 1986, as in Leptonica's `pixFindSkewSweepAndSearch`). Three
sweeps, each finer in angle and in bins than the last; a parabola through the finest scores gives
the angle.

Expected: mean error 0.003°, worst 0.01° on drawn pages of 150–300 dpi with borders, stamps, noise
or three lines only (benchmarks/skew.py); 50 ms a page on one core, finding the letters included.
Confidence tells how far the peak stands out of the scores at the other angles; below
`min_confidence` the page is left as it is.
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
COARSE_POINTS = 12_000  # enough for half a degree
FINE_POINTS = 40_000  # enough for a hundredth
NOISE_LIFT = 1.10  # peak over next best angle; noise has 1.00–1.03, columns of letters to 1.19
TYPE_LIFT = 1.38  # typed pages have 1.41–2.4, title pages of a few lines the least
MIN_LETTERS = 12  # fewer are no line: three short lines of a sparse page have 20


@dataclass(frozen=True, slots=True)
class SkewSettings:
    """When a page is straightened."""

    max_angle_deg: float = 15.0
    min_angle_deg: float = 0.05  # half a pixel over a word: resampling would cost more
    min_confidence: float = 0.5


class Skew(NamedTuple):
    """What was measured."""

    angle_deg: float
    confidence: float


Points = npt.NDArray[np.float32]
"""(N, 2) x, y in pixels, about the middle of the page."""


def find_skew(letters: Letters, s: SkewSettings, vertical: bool = False) -> Skew:
    """Measures the turn of the lines; `vertical`: of a page that lies on its side."""
    if len(letters) < MIN_LETTERS:
        return Skew(0.0, 0.0)
    edges = _edge_points(letters.mask.T if vertical else letters.mask)
    coarse = _sweep(edges, letters.dpi, s)
    fine = _thinned(edges, FINE_POINTS)
    near = coarse + np.arange(-0.6, 0.61, MIDDLE_STEP_DEG)
    best = float(near[int(np.argmax(_scores(fine, near, bin_px=1.0)))])
    near = best + np.arange(-FINE_REACH_DEG, FINE_REACH_DEG + 1e-6, FINE_STEP_DEG)
    angle = _peak(near, _scores(fine, near, bin_px=0.5))
    confidence = _confidence(edges, angle, letters.dpi, s)
    return Skew(-angle if vertical else angle, confidence)


def alignment(letters: Letters, s: SkewSettings, vertical: bool = False) -> float:
    """How sure it is, 0–1, that letters stand in lines across (or down) the page."""
    return find_skew(letters, s, vertical).confidence


def _trials(s: SkewSettings) -> npt.NDArray[np.float64]:
    """Angles of the first sweep: a little beyond the largest skew, so that it has neighbours."""
    reach = s.max_angle_deg + 2 * COARSE_STEP_DEG
    return np.arange(-reach, reach + 1e-6, COARSE_STEP_DEG)


def _sweep(edges: tuple[Points, Points], dpi: float, s: SkewSettings) -> float:
    """The angle to half a degree; bins are wide, so that no peak falls between two trials."""
    angles = _trials(s)
    scores = _scores(_thinned(edges, COARSE_POINTS), angles, bin_px=4.0 * dpi / 150)
    return float(angles[int(np.argmax(scores))])


def _confidence(
    edges: tuple[Points, Points], angle_deg: float, dpi: float, s: SkewSettings
) -> float:
    """How far the peak stands out of the best score more than two degrees away.

    Bins are narrower than in the sweep: in wide ones the lines of single-spaced type run together.
    """
    points, bin_px = _thinned(edges, COARSE_POINTS), 2.0 * dpi / 150
    others = _trials(s)
    others = others[np.abs(others - angle_deg) > 2.0]
    peak = float(_scores(points, np.array([angle_deg]), bin_px)[0])
    lift = peak / max(float(_scores(points, others, bin_px).max()), 1e-9)
    return float(np.clip((lift - NOISE_LIFT) / (TYPE_LIFT - NOISE_LIFT), 0.0, 1.0))


def _thinned(edges: tuple[Points, Points], count: int) -> tuple[Points, Points]:
    """Evenly fewer points, at most about `count` in all."""
    step = max(1, (len(edges[0]) + len(edges[1])) // count)
    return edges[0][::step], edges[1][::step]


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
