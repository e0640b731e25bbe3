"""Frames of rubber stamps: a box at an angle of its own, or a ring.

The frame tells where a stamp stands when its ink is as black as type's, or half of it was taken
for type. It is looked for at 100 dpi among the ink that is larger than letters; on most pages
there is next to none. A box is two rules of one direction that end at the same places with rules
or remains of them across; the fields of a form are none, for they lie level. A ring is a circle
through three points of the ink that most of its circumference bears out.

On made-up sheets about eight frames of ten in black ink are found, and nothing else is taken for
one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np

from ocr.geometry import Box, Floats, Mask, Point, box_around, mm_to_px
from ocr.layout.letters import reduce_ink
from ocr.raster import components

WORK_DPI = 100.0
INK = 70
"""Coverage, of 255, from which a pixel at work resolution is ink: frames are thin."""
LARGE_MM = 9.0
"""Frames and pieces of them reach further than letters."""
LOW_MM, THIN_MM = 5.0, 1.1
"""Height of a run of letters that touch, and the mean thickness of a side of a frame, at most."""
WIDE_MM, HIGH_MM = (22.0, 90.0), (7.0, 45.0)
"""Width and height of boxed stamps."""
RADIUS_MM = (11.0, 27.0)
"""Of round seals."""
LEVEL_DEG, STEEP_DEG = 0.6, 22.0
"""A stamp in black ink that lies more level than this may be a field of the form; none is set on
steeper than the other."""
APART_DEG = 2.0
"""The upper and the lower side are parallel as far."""
BAND_MM = 0.55
"""So far off its place the ink of a side may lie."""
SIDE_MM = 0.8
"""Half the width of a side of the frame, worn and blurred."""
BORNE_OUT = 0.6
"""Share of a ring's length that shows ink, at least."""
LONG_SIDE, SHORT_SIDE = 0.6, 0.75
"""The same share of the upper and the lower side, and of the better one of the two short sides:
the other may be worn off."""
BOX_BORNE_OUT = 0.72
GOES_ON = 0.9
BEYOND_MM = 4.0
"""A rule that goes on so far beyond the corner is no side of a stamp."""
TRIES = 150
"""Circles that are tried; with a third of the ink on the ring, five of them are right."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a stamp stands: corners clockwise from the top left, or points around a ring."""

    outline: tuple[Point, ...]
    is_ring: bool

    @property
    def box(self) -> Box:
        return box_around(self.outline)

    @property
    def slope(self) -> float:
        """Of the upper side, down to the right."""
        left, right = self.outline[0], self.outline[1]
        return 0.0 if self.is_ring else (right.y - left.y) / max(1.0, right.x - left.x)

    def mask(self, shape: tuple[int, ...], grow_px: int) -> Mask:
        """(H, W) True inside, and `grow_px` around."""
        inside = np.zeros(shape[:2], np.uint8)
        points = np.array(self.outline).round().astype(np.int32)
        cv2.fillPoly(inside, [points], 1)
        cv2.polylines(inside, [points], True, 1, thickness=2 * max(1, grow_px))
        return inside.view(np.bool_)

    def sides(self, shape: tuple[int, ...], half_px: int) -> Mask:
        """(H, W) True on the outline, and `half_px` to either side of it."""
        drawn = np.zeros(shape[:2], np.uint8)
        points = np.array(self.outline).round().astype(np.int32)
        cv2.polylines(drawn, [points], True, 1, thickness=2 * half_px)
        return drawn.view(np.bool_)


def find_frames(ink: Mask, dpi: float) -> tuple[Frame, ...]:
    """Boxes and rings in `ink` ((H, W), True = ink, of type and of marks), in its pixels."""
    scale = min(1.0, WORK_DPI / dpi)
    at = dpi * scale
    strokes = _strokes(ink, scale, at)
    if strokes is None:
        return ()
    whole: list[Frame] = []
    for frame in (*_rings(strokes, at), *_boxes(strokes, at)):
        if all(frame.box.intersect(other.box).area < 0.3 * frame.box.area for other in whole):
            whole.append(frame)
    return tuple(_at_full_size(frame, scale) for frame in whole)


def find_ring(ink: Mask, dpi: float) -> Frame | None:
    """The first ring in `ink` ((H, W), True = ink), in its pixels."""
    scale = min(1.0, WORK_DPI / dpi)
    strokes = _strokes(ink, scale, dpi * scale)
    ring = None if strokes is None else next(_rings(strokes, dpi * scale), None)
    return None if ring is None else _at_full_size(ring, scale)


def _strokes(ink: Mask, scale: float, at_dpi: float) -> Mask | None:
    """Ink at `scale` of pieces that are larger than letters; None where there are none."""
    found = components(reduce_ink(ink, scale) > INK)
    size = np.maximum(found.width, found.height)
    # letters that touch run on as far, but lie low and close
    low = found.height < mm_to_px(LOW_MM, at_dpi)
    close = found.area > mm_to_px(THIN_MM, at_dpi) * found.width
    large = (size >= mm_to_px(LARGE_MM, at_dpi)) & ~(low & close)
    return found.mask(large) if large.any() else None


def _at_full_size(frame: Frame, scale: float) -> Frame:
    return Frame(tuple(Point(p.x / scale, p.y / scale) for p in frame.outline), frame.is_ring)


# --- rings ------------------------------------------------------------------------------------


def _rings(strokes: Mask, dpi: float) -> Iterator[Frame]:
    """Circles among the large pieces of ink."""
    least, most = (mm_to_px(r, dpi) for r in RADIUS_MM)
    joined = cv2.dilate(strokes.view(np.uint8), np.ones((5, 5), np.uint8))
    found = components(joined > 0)
    near = _near(strokes, dpi)
    rng = np.random.default_rng(0)  # which points are tried is no matter of chance from run to run
    for i in np.flatnonzero((found.width >= 1.5 * least) & (found.height >= 1.5 * least)):
        box = found.box(int(i))
        y, x = np.nonzero((found.labels[box.top : box.bottom, box.left : box.right] == i + 1)
                          & strokes[box.top : box.bottom, box.left : box.right])  # fmt: skip
        points = np.stack([x + box.left, y + box.top], axis=1).astype(float)
        best = _best_circle(points, near, (least, most), rng)
        if best is not None:
            yield Frame(_around(*best), True)


def _near(strokes: Mask, dpi: float) -> Mask:
    """(H, W) True within the width of a band of ink."""
    side = 2 * round(mm_to_px(BAND_MM, dpi)) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return cv2.dilate(strokes.view(np.uint8), disc).view(np.bool_)


def _best_circle(
    points: Floats,
    near: Mask,
    radii: tuple[float, float],
    rng: np.random.Generator,
) -> tuple[float, float, float] | None:
    """Centre and radius of the largest circle that the ink bears out; None where it bears none."""
    if len(points) < 30:
        return None
    chosen = points[rng.integers(len(points), size=(TRIES, 3))]
    best: tuple[float, float, float] | None = None
    for a, b, c in chosen:
        circle = _through(a, b, c)
        if circle is None or not radii[0] <= circle[2] <= radii[1]:
            continue
        if best is not None and circle[2] < best[2]:
            continue
        if _borne_out(_circle(*circle), near) > BORNE_OUT:
            best = circle
    return best


def _through(a: Floats, b: Floats, c: Floats) -> tuple[float, float, float] | None:
    """The circle through three points: centre and radius."""
    (bx, by), (cx, cy) = b - a, c - a
    d = 2 * (bx * cy - by * cx)
    if abs(d) < 1e-6:
        return None
    bb, cc = bx * bx + by * by, cx * cx + cy * cy
    x, y = (cy * bb - by * cc) / d, (bx * cc - cx * bb) / d
    return float(x + a[0]), float(y + a[1]), math.hypot(x, y)


_TURNS = np.radians(np.arange(0, 360, 3))
_ROUND = np.stack([np.cos(_TURNS), np.sin(_TURNS)], axis=1)


def _circle(x: float, y: float, radius: float) -> Floats:
    """(120, 2) points on a circle, one every three degrees."""
    return np.asarray(_ROUND * radius + (x, y), dtype=np.float64)


def _around(x: float, y: float, radius: float) -> tuple[Point, ...]:
    """The same as an outline."""
    return tuple(Point(float(px), float(py)) for px, py in _circle(x, y, radius))


def _borne_out(points: Floats, near: Mask) -> float:
    """Share of points (N, 2) that lie near ink; those off the page do not."""
    x, y = points.round().astype(int).T
    inside = (x >= 0) & (y >= 0) & (x < near.shape[1]) & (y < near.shape[0])
    return float(near[y[inside], x[inside]].sum() / len(points))


# --- boxes ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Side:
    """A straight stroke: its ends, from left to right, and its direction."""

    start: Floats
    end: Floats
    angle_deg: float


def _boxes(strokes: Mask, dpi: float) -> Iterator[Frame]:
    """Boxes at an angle, those first that their sides bear out best."""
    near = _near(strokes, dpi)
    scored = []
    for upper, lower in combinations(_sides(strokes, dpi), 2):
        for corners in _box_of(upper, lower, dpi):
            score = _score(corners, near, mm_to_px(BEYOND_MM, dpi))
            if score > BOX_BORNE_OUT:
                scored.append((score * _length(corners), corners))
    scored.sort(key=lambda pair: -pair[0])
    for _, corners in scored:
        yield Frame(tuple(Point(float(x), float(y)) for x, y in corners), False)


MOST_SIDES = 40
"""Straight strokes of a page that are looked at, the longest first."""


def _sides(strokes: Mask, dpi: float) -> list[_Side]:
    """Straight strokes that lie a little slanted, pieces of one made one; from the top down."""
    found = cv2.HoughLinesP(
        strokes.view(np.uint8) * np.uint8(255),
        rho=1,
        theta=math.pi / 240,
        threshold=round(mm_to_px(6.0, dpi)),
        minLineLength=mm_to_px(LARGE_MM, dpi),
        maxLineGap=mm_to_px(1.5, dpi),
    )
    if found is None:
        return []
    sides: list[_Side] = []
    rows = found.reshape(-1, 4).astype(float)
    for x0, y0, x1, y1 in rows[
        np.argsort(-np.hypot(rows[:, 2] - rows[:, 0], rows[:, 3] - rows[:, 1]))
    ]:
        start, end = np.array([x0, y0]), np.array([x1, y1])
        if x1 < x0:
            start, end = end, start
        angle = math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))
        if not LEVEL_DEG <= abs(angle) <= STEEP_DEG:
            continue
        side = _Side(start, end, angle)
        for i, other in enumerate(sides):
            if _on_one_line(side, other, mm_to_px(0.8, dpi)):
                sides[i] = _merged(other, side)
                break
        else:
            sides.append(side)
        if len(sides) >= MOST_SIDES:
            break
    return sorted(sides, key=lambda s: float(s.start[1] + s.end[1]))


def _on_one_line(side: _Side, other: _Side, off_px: float) -> bool:
    along = (other.end - other.start) / np.hypot(*(other.end - other.start))
    normal = np.array([-along[1], along[0]])
    offs = [abs(float((p - other.start) @ normal)) for p in (side.start, side.end)]
    return abs(side.angle_deg - other.angle_deg) < APART_DEG and max(offs) < off_px


def _merged(other: _Side, side: _Side) -> _Side:
    """The longer stroke, `other`, drawn out to the ends of both."""
    along = (other.end - other.start) / np.hypot(*(other.end - other.start))
    at = [float((p - other.start) @ along) for p in (other.start, other.end, side.start, side.end)]
    return _Side(other.start + min(at) * along, other.start + max(at) * along, other.angle_deg)


def _box_of(upper: _Side, lower: _Side, dpi: float) -> Iterator[Floats]:
    """(4, 2) corners of the box between two sides: of the width of either, and of both."""
    if abs(upper.angle_deg - lower.angle_deg) > APART_DEG:
        return
    turn = math.radians((upper.angle_deg + lower.angle_deg) / 2)
    along = np.array([math.cos(turn), math.sin(turn)])
    down = np.array([-along[1], along[0]])
    top, bottom = (float(((s.start + s.end) / 2) @ down) for s in (upper, lower))
    high = mm_to_px(HIGH_MM[0], dpi), mm_to_px(HIGH_MM[1], dpi)
    if not high[0] <= bottom - top <= high[1]:
        return
    ends = [(float(s.start @ along), float(s.end @ along)) for s in (upper, lower)]
    lefts, rights = zip(*ends, strict=True)
    if min(rights) - max(lefts) < 0.3 * (max(rights) - min(lefts)):
        return
    wide = mm_to_px(WIDE_MM[0], dpi), mm_to_px(WIDE_MM[1], dpi)
    for left, right in {*ends, (min(lefts), max(rights))}:
        if wide[0] <= right - left <= wide[1] and right - left > bottom - top:
            places = ((left, top), (right, top), (right, bottom), (left, bottom))
            yield np.array([x * along + y * down for x, y in places])


def _score(corners: Floats, near: Mask, beyond: float) -> float:
    """Share of the box's length that shows ink; 0 where its sides go on beyond the corners."""
    sides = [(corners[i], corners[j]) for i, j in ((0, 1), (1, 2), (3, 2), (0, 3))]
    shown = [_borne_out(_between(a, b), near) for a, b in sides]
    lengths = [float(np.hypot(*(b - a))) for a, b in sides]
    if min(shown[0], shown[2]) < LONG_SIDE or max(shown[1], shown[3]) < SHORT_SIDE:
        return 0.0
    level, upright = np.array([beyond, 0.0]), np.array([0.0, beyond])
    if any(_goes_on(*sides[i], level, near) for i in (0, 2)):
        return 0.0
    if all(shown[i] < SHORT_SIDE or _goes_on(*sides[i], upright, near) for i in (1, 3)):
        return 0.0
    return sum(s * n for s, n in zip(shown, lengths, strict=True)) / sum(lengths)


def _goes_on(a: Floats, b: Floats, straight: Floats, near: Mask) -> bool:
    """Whether a side from `a` to `b` is part of a rule: of a slanted one, or of a straight one that
    was taken for slanted.
    """
    along = (b - a) / np.hypot(*(b - a)) * np.hypot(*straight)
    ends = [
        end
        for way in (along, straight)
        for end in ((b + 0.4 * way, b + way), (a - way, a - 0.4 * way))
    ]
    return max(_borne_out(_between(*end), near) for end in ends) > GOES_ON


def _length(corners: Floats) -> float:
    return float(sum(np.hypot(*(corners[i] - corners[i - 1])) for i in range(4)))


def _between(a: Floats, b: Floats) -> Floats:
    """(N, 2) points a pixel apart."""
    count = max(2, round(float(np.hypot(*(b - a)))))
    return np.linspace(a, b, count)
