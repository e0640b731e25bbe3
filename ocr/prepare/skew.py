"""Skew: the clockwise angle by which the lines of type are turned on the scan, within ±15°.

Method: only components of the size of letters count, so dark borders, holes, frames and ruled
lines have no say. Their upper and lower edges, found to a part of a pixel, are projected along a
trial angle; where the angle is right, the feet and heads of the letters of a line fall together
and the sum of squares of the profile is largest (Postl 1986, as in Leptonica's
`pixFindSkewSweepAndSearch`). Three sweeps, each finer in angle and in bins than the last; a
parabola through the finest scores gives the angle.

Expected: mean error 0.002°, worst 0.01° on drawn pages of 150–300 dpi with borders, stamps, noise
or three lines only (benchmarks/skew.py); 12 ms a page of 200 dpi on one core, finding the letters
included. Peers on the same 120 pages of 200 dpi, mean and worst: Leptonica's sweep 0.025°, 0.091°,
63 ms; PyPI deskew 0.031°, 0.083°, 906 ms; Hough lines 0.048°, 0.174°, 391 ms; jdeskew and
`tesseract --psm 2` miss a fifth and three quarters of the pages. Confidence tells how far the peak
stands out of the scores at the other angles; below `min_confidence` the page is left as it is,
unless letters chained to lines show the same angle (`confirmed`): where lines stand so near that
they touch, or scratches run through them, the peak is low though it is right. So is a page with few
letters that are not of one height, for a line or two of handwriting have an angle as well.

On four real pages with ALTO files (`benchmarks/skew.py --real`) the lines, once prepared, run at
−0.06, −0.01, −0.01 and −0.02°, with standard errors of 0.06, 0.02, 0.01 and 0.01°, measured along
the ink of each line. The baselines in these files are not fit to tell a tenth of a degree: drawn
into crops, some are level and some three times as steep as the feet of the letters.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Affine, mm_to_px
from ocr.prepare.ink import Letters
from ocr.prepare.traces import TraceSettings, chain_lengths, chain_slopes, trace_lines

COARSE_STEP_DEG = 0.5
MIDDLE_STEP_DEG = 0.1
LIKELY = 2  # angles of the first sweep that are looked at closely
NEARBY_DEG = np.array([-0.4, -0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3, 0.4])
FINE_STEP_DEG = 0.03
FINE_REACH_DEG = 0.12  # 9 scores: enough to fit a parabola, narrow enough that it fits
COARSE_POINTS = 4_000  # enough for half a degree
FINE_POINTS = 12_000  # enough for a hundredth
COARSE_BIN_MM = 0.34  # two dots of 150 dpi
FINE_BIN_MM = 0.085
NOISE_LIFT = 1.10  # peak over next best angle; noise has 1.00–1.03, columns of letters to 1.19
TYPE_LIFT = 1.38  # typed pages have 1.41–2.4, title pages of a few lines the least
MIN_LETTERS = 12  # fewer are no line: three short lines of a sparse page have 20
FEW_LETTERS = 250  # a page of fewer may be handwriting alone, whose one line has an angle too
MOST_HIGH_MM = 4.5  # median height of type, joined letters of turned lines included
LIKE_HEIGHT = (0.6, 1.7)  # of the median: small letters and capitals of one type
LIKE_SHARE = 0.75  # of letters so high: three typed lines have 0.9, handwriting up to 0.71
FEW_NOISE_LIFT = 1.20  # in the narrowest bins: scattered letters have 0.96–1.07
FEW_TYPE_LIFT = 1.45  # eleven short lines on a torn sheet 1.46, more lines 1.5–2.5
FOOT_ERROR_MM = 0.05  # of letters on a line, at least
LEVEL_DEG = 0.5  # a chain flatter than this on the straightened page runs as lines do
LEVEL_MM = (150.0, 300.0)  # of such chains: at wrong angles up to 120, at right ones from 280
LEVEL_LENGTH = (0.2, 0.4)  # of the length of all chains: typed pages have 0.4–0.9
LIKE_SPREAD = 0.6  # of heights between quarters, to the median: type 0.1–0.4, handwriting 0.64–3


@dataclass(frozen=True, slots=True)
class SkewSettings:
    """When a page is straightened."""

    max_angle_deg: float = 15.0
    min_angle_deg: float = 0.05  # half a pixel over a word: resampling would cost more
    min_angle_again_deg: float = 0.25  # of a page that was straightened before
    min_confidence: float = 0.5
    chains: TraceSettings = field(default_factory=lambda: TraceSettings(8, 20.0))

    def again(self) -> SkewSettings:
        """For a page that was straightened before: its letters have moved by parts of a dot."""
        return replace(self, min_angle_deg=self.min_angle_again_deg)


class Skew(NamedTuple):
    """What was measured; lift: score at the angle over the best far from it, 1 for noise."""

    angle_deg: float
    confidence: float
    lift: float = 1.0


Points = npt.NDArray[np.float32]
"""(2, N) x and y in pixels, about the middle of the page."""
Angles = npt.NDArray[np.float64]
"""(A,) degrees."""


def find_skew(letters: Letters, s: SkewSettings, vertical: bool = False) -> Skew:
    """Measures the turn of the lines; `vertical`: of a page that lies on its side."""
    if len(letters) < FEW_LETTERS and not _alike(letters, vertical):
        return Skew(0.0, 0.0)
    return likeliest_skew(letters, s, vertical)


def likeliest_skew(letters: Letters, s: SkewSettings, vertical: bool = False) -> Skew:
    """The same for a page on which there may be no type."""
    if len(letters) < MIN_LETTERS:
        return Skew(0.0, 0.0)
    edges = edge_points(letters, vertical)
    coarse, lift = _sweep(edges, letters.dpi, s)
    fine = tuple(_thinned(e, FINE_POINTS // 2) for e in edges)
    bin_px = mm_to_px(FINE_BIN_MM, letters.dpi)
    near = coarse + np.arange(-0.5, 0.51, MIDDLE_STEP_DEG)
    best = float(near[int(np.argmax(_scores(fine, near, 2 * bin_px, 1.0)))])
    near = best + np.arange(-FINE_REACH_DEG, FINE_REACH_DEG + 1e-6, FINE_STEP_DEG)
    angle = _peak(near, _scores(fine, near, bin_px, 1.4))
    confidence = float(np.clip((lift - NOISE_LIFT) / (TYPE_LIFT - NOISE_LIFT), 0.0, 1.0))
    if len(letters) < FEW_LETTERS:
        confidence = max(confidence, _confidence_of_few(fine, angle, 2 * bin_px, s))
    return Skew(-angle if vertical else angle, confidence, lift)


def confirmed(letters: Letters, skew: Skew, turn_deg: int, s: SkewSettings) -> Skew:
    """`skew` with more confidence where letters chained to lines show that angle too.

    `turn_deg`: a turn by quarters that lays lines across; `skew` is the angle that is left.
    """
    if len(letters) < MIN_LETTERS:
        return skew
    dpi = letters.dpi / letters.scale
    straight = Affine.rotation(turn_deg).then(Affine.rotation(-skew.angle_deg))
    traces = trace_lines(letters, straight, turn_deg, dpi, s.chains)
    if not traces.chains:
        return skew
    least = mm_to_px(FOOT_ERROR_MM, dpi)
    slopes = chain_slopes(traces.x, traces.y, traces.chain, least).slope
    lengths = chain_lengths(traces.x, traces.chain) / mm_to_px(1.0, dpi)
    level = float(lengths[np.abs(np.degrees(slopes)) < LEVEL_DEG].sum())
    told = min(
        (value - low) / (high - low)
        for value, (low, high) in ((level, LEVEL_MM), (level / lengths.sum(), LEVEL_LENGTH))
    )
    return skew._replace(confidence=max(skew.confidence, float(np.clip(told, 0.0, 1.0))))


def _confidence_of_few(
    edges: tuple[Points, ...], angle_deg: float, bin_px: float, s: SkewSettings
) -> float:
    """Of a sheet of a few short lines: in bins so narrow that only feet and heads fill them.

    In wider ones the page's other angles score nearly as high, for it has little type to sum up.
    """
    angles = np.arange(-s.max_angle_deg, s.max_angle_deg + 1e-6, COARSE_STEP_DEG)
    far = angles[np.abs(angles - angle_deg) > 2.0]
    peak = float(_scores(edges, np.array([angle_deg]), bin_px, 1.0)[0])
    lift = peak / max(float(_scores(edges, far, bin_px, 1.0).max()), 1e-9)
    return float(np.clip((lift - FEW_NOISE_LIFT) / (FEW_TYPE_LIFT - FEW_NOISE_LIFT), 0.0, 1.0))


def _alike(letters: Letters, vertical: bool) -> bool:
    """Whether letters are no larger than type, and of nearly one height, as handwriting is not."""
    if not len(letters):
        return False
    high = letters.width if vertical else letters.height
    low, middle, top = np.percentile(high, (25, 50, 75))
    if middle > mm_to_px(MOST_HIGH_MM, letters.dpi):
        return False
    usual = (high > LIKE_HEIGHT[0] * middle) & (high < LIKE_HEIGHT[1] * middle)
    return bool(usual.mean() >= LIKE_SHARE and top - low <= LIKE_SPREAD * middle)


def _sweep(edges: tuple[Points, ...], dpi: float, s: SkewSettings) -> tuple[float, float]:
    """The angle to half a degree, and its score over the best of all others.

    Scores are taken in wide bins for the angle, so that no peak falls between two trials, and in
    narrow ones for the confidence: in wide ones the lines of single-spaced type run together.
    """
    reach = s.max_angle_deg + 2 * COARSE_STEP_DEG  # so that the largest skew has neighbours
    angles = np.arange(-reach, reach + 1e-6, COARSE_STEP_DEG)
    few = tuple(_thinned(e, COARSE_POINTS // 2) for e in edges)
    bin_px = mm_to_px(COARSE_BIN_MM, dpi)
    wide, narrow = _scores(few, angles, bin_px, 2.0), _scores(few, angles, bin_px, 1.0)
    # on a sheet of a few short lines the columns of their letters may score as high in wide bins
    likely = [*_tops(angles, wide, LIKELY), *_tops(angles, narrow, 1)]
    peaks = [float(_scores(few, angle + NEARBY_DEG, bin_px, 1.0).max()) for angle in likely]
    best, peak = likely[int(np.argmax(peaks))], max(peaks)
    others = narrow[np.abs(angles - best) > 2.0]
    return best, peak / max(float(others.max()), 1e-9)


def _tops(angles: Angles, scores: Angles, count: int) -> list[float]:
    """The angles with the highest scores, more than two degrees from each other."""
    found: list[float] = []
    for i in np.argsort(-scores):
        if all(abs(angles[i] - other) > 2.0 for other in found):
            found.append(float(angles[i]))
        if len(found) == count:
            break
    return found


def _thinned(points: Points, count: int) -> Points:
    """Evenly fewer points, at most about twice `count`."""
    return np.ascontiguousarray(points[:, :: max(1, points.shape[1] // count)])


def edge_points(letters: Letters, vertical: bool = False) -> tuple[Points, Points]:
    """Upper and lower edges of the letters' ink, to a part of a pixel; origin in the middle.

    The edge lies where grey crosses the threshold on its way from a pixel to the one below.
    """
    mask, gray, level = letters.mask, letters.gray, letters.level
    if vertical:
        mask, gray = np.ascontiguousarray(mask.T), np.ascontiguousarray(gray.T)
        level = np.ascontiguousarray(level.T)
    height, width = mask.shape
    flat, values, levels = mask.ravel(), gray.ravel(), level.ravel()
    here, below = flat[:-width], flat[width:]

    def points(edge: npt.NDArray[np.bool_]) -> Points:
        at = np.flatnonzero(edge)
        y, x = np.divmod(at, width)
        first, second = (values[at + k].astype(np.float32) for k in (0, width))
        middle = (levels[at].astype(np.float32) + levels[at + width]) / 2
        part = np.clip((middle - first) / np.where(second == first, 1, second - first), 0, 1)
        out = np.empty((2, len(at)), dtype=np.float32)
        out[0] = x - np.float32(width / 2)
        out[1] = y + part - np.float32(height / 2)
        return out

    return points(below & ~here), points(here & ~below)


def _scores(
    points: tuple[Points, ...], angles_deg: Angles, bin_px: float, sigma_bins: float
) -> Angles:
    """Sum of squares of the smoothed profile at each angle, of upper and lower edges apart."""
    turns = np.radians(angles_deg)
    cos, sin = (f(turns).astype(np.float32)[:, None] / np.float32(bin_px) for f in (np.cos, np.sin))
    out = np.zeros(len(angles_deg))
    for edge in points:
        if not edge.size:
            continue
        radius = float(np.hypot(*np.abs(edge).max(axis=1))) / bin_px + 2
        bins = int(2 * radius) + 2
        place = (cos * edge[1] - sin * edge[0] + np.float32(radius)).astype(np.int32)
        place += (np.arange(len(turns), dtype=np.int32) * bins)[:, None]
        count = np.bincount(place.ravel(), minlength=bins * len(turns))
        profile = count.reshape(len(turns), bins).astype(np.float32)
        smooth = cv2.GaussianBlur(profile, (2 * round(2 * sigma_bins) + 1, 1), sigma_bins)
        out += np.einsum("ij,ij->i", smooth, smooth)
    return out


def _peak(angles_deg: Angles, scores: Angles) -> float:
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
