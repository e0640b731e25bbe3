"""Points, boxes, affine maps and pixel arrays: the conventions that hold everywhere else.

- Unit: pixels. Origin: the top left corner of the image; x runs right, y runs down.
- Boxes are half-open: `right` and `bottom` lie just outside.
- Angles are degrees, clockwise positive as seen on screen.
- Images are uint8 with 0 = black; ink masks are bool with True = ink.
- Confidences run from 0 to 1. Indices count from 0 and are printed from 1.
- Physical lengths are millimetres and become pixels once, through `mm_to_px`.
- Every other unit stands in the name: `_deg`, `_mm`, `_s`, `_px`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Gray = npt.NDArray[np.uint8]
"""(H, W), 0 = black."""
Pixels = npt.NDArray[np.uint8]
"""(H, W) grey or (H, W, 3) RGB, 0 = black."""
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
"""(H, W), True = ink or whatever the mask is named after."""

MM_PER_INCH = 25.4


def mm_to_px(length_mm: float, dpi: float) -> float:
    """Length on paper to length on the image, both along one axis."""
    return length_mm * dpi / MM_PER_INCH


class Point(NamedTuple):
    """A position in pixels."""

    x: float
    y: float


class Box(NamedTuple):
    """An upright half-open rectangle of whole pixels."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def area(self) -> int:
        return max(0, self.width) * max(0, self.height)

    @property
    def center(self) -> Point:
        return Point((self.left + self.right) / 2, (self.top + self.bottom) / 2)

    def intersect(self, other: Box) -> Box:
        """The common part; its area is 0 where the two do not meet."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Box(left, top, max(left, right), max(top, bottom))

    def contains(self, point: Point) -> bool:
        return self.left <= point.x < self.right and self.top <= point.y < self.bottom

    def grow(self, dx: int, dy: int) -> Box:
        """Moved outward by `dx` on the left and right, by `dy` above and below."""
        return Box(self.left - dx, self.top - dy, self.right + dx, self.bottom + dy)

    def shift(self, dx: int, dy: int) -> Box:
        return Box(self.left + dx, self.top + dy, self.right + dx, self.bottom + dy)

    def clip(self, width: int, height: int) -> Box:
        """The part that lies on an image of this size."""
        return self.intersect(Box(0, 0, width, height))

    def iou(self, other: Box) -> float:
        """Intersection over union, 0–1."""
        common = self.intersect(other).area
        union = self.area + other.area - common
        return common / union if union else 0.0


def hull(boxes: Iterable[Box]) -> Box:
    """The smallest box around all of `boxes`. Raises ValueError when there is none."""
    rows = list(boxes)
    if not rows:
        raise ValueError("hull of no boxes")
    return Box(
        min(b.left for b in rows),
        min(b.top for b in rows),
        max(b.right for b in rows),
        max(b.bottom for b in rows),
    )


def box_around(points: Sequence[Point]) -> Box:
    """The smallest box of whole pixels that covers `points`."""
    return Box(
        math.floor(min(p.x for p in points)),
        math.floor(min(p.y for p in points)),
        math.ceil(max(p.x for p in points)),
        math.ceil(max(p.y for p in points)),
    )


@dataclass(frozen=True, slots=True)
class Affine:
    """x' = a·x + b·y + c, y' = d·x + e·y + f: maps points of one image to another."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0
    e: float = 1.0
    f: float = 0.0

    @classmethod
    def translation(cls, dx: float, dy: float) -> Affine:
        return cls(c=dx, f=dy)

    @classmethod
    def scaling(cls, sx: float, sy: float | None = None) -> Affine:
        return cls(a=sx, e=sx if sy is None else sy)

    @classmethod
    def rotation(cls, angle_deg: float, about: Point = Point(0.0, 0.0)) -> Affine:
        """Turn clockwise (on screen) by `angle_deg` about a point."""
        t = math.radians(angle_deg)
        cos, sin = math.cos(t), math.sin(t)
        turn = cls(a=cos, b=-sin, d=sin, e=cos)
        return cls.translation(-about.x, -about.y).then(turn).then(cls.translation(*about))

    def then(self, after: Affine) -> Affine:
        """The map that applies `self` first and `after` second."""
        s, t = self, after
        return Affine(
            t.a * s.a + t.b * s.d,
            t.a * s.b + t.b * s.e,
            t.a * s.c + t.b * s.f + t.c,
            t.d * s.a + t.e * s.d,
            t.d * s.b + t.e * s.e,
            t.d * s.c + t.e * s.f + t.f,
        )

    def inverse(self) -> Affine:
        """Raises ValueError when the map cannot be undone."""
        det = self.a * self.e - self.b * self.d
        if det == 0:
            raise ValueError("this map has no inverse")
        a, b, d, e = self.e / det, -self.b / det, -self.d / det, self.a / det
        return Affine(a, b, -(a * self.c + b * self.f), d, e, -(d * self.c + e * self.f))

    def point(self, p: Point) -> Point:
        return Point(self.a * p.x + self.b * p.y + self.c, self.d * p.x + self.e * p.y + self.f)

    def points(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Many points at once: x and y of one shape, or that broadcast."""
        return self.a * x + self.b * y + self.c, self.d * x + self.e * y + self.f

    def box(self, box: Box) -> Box:
        """The smallest upright box around the mapped corners of `box`."""
        # a sum of terms in x and in y is least where each of them is: no need to map the corners
        x1, x2 = self.a * box.left, self.a * box.right
        x3, x4 = self.b * box.top, self.b * box.bottom
        y1, y2 = self.d * box.left, self.d * box.right
        y3, y4 = self.e * box.top, self.e * box.bottom
        return Box(
            math.floor(_settle(min(x1, x2) + min(x3, x4) + self.c)),
            math.floor(_settle(min(y1, y2) + min(y3, y4) + self.f)),
            math.ceil(_settle(max(x1, x2) + max(x3, x4) + self.c)),
            math.ceil(_settle(max(y1, y2) + max(y3, y4) + self.f)),
        )

    def boxes(self, boxes: Sequence[Box]) -> list[Box]:
        """What `box` makes of each; of a line's letters in a fifth of the time."""
        sides = np.array([(b.left, b.right, b.top, b.bottom) for b in boxes], np.float64)
        if not len(sides):
            return []
        across, down = sides[:, :2], sides[:, 2:]
        found = []
        for by_x, by_y, moved in ((self.a, self.b, self.c), (self.d, self.e, self.f)):
            x, y = by_x * across, by_y * down
            least, most = x.min(axis=1) + y.min(axis=1), x.max(axis=1) + y.max(axis=1)
            found += [
                np.floor(np.round(least + moved, SETTLED)),
                np.ceil(np.round(most + moved, SETTLED)),
            ]
        left, right, top, bottom = (side.astype(int).tolist() for side in found)
        return list(map(Box, left, top, right, bottom))


@dataclass(frozen=True, slots=True)
class Bend:
    """Lines that do not run straight, and the affine map behind them: y' = y + Σ uʲ·gⱼ(y).

    x stays; u = (x − middle) / unit, no further than `reach`; gⱼ is linear between `rows` and
    constant beyond them. `flat` is applied afterwards. Maps the flattened page to the scan.

    rows   (K,) rising y, in pixels
    rises  (J, K) g₁, g₂ … at the rows, in pixels
    reach  (least, greatest) u at which lines were seen
    """

    flat: Affine
    middle: float
    unit: float
    reach: tuple[float, float]
    rows: tuple[float, ...]
    rises: tuple[tuple[float, ...], ...]

    def shift(self, x: Floats, y: Floats) -> Floats:
        """How far points are moved down, in pixels; arrays of one shape, or that broadcast."""
        u = np.clip((x - self.middle) / self.unit, *self.reach)
        out = np.zeros(np.broadcast_shapes(np.shape(x), np.shape(y)))
        for power, rise in enumerate(self.rises, start=1):
            out += u**power * np.interp(y, self.rows, rise)
        return out

    def points(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Many points at once: x and y of one shape, or that broadcast."""
        return self.flat.points(x, y + self.shift(x, y))

    def point(self, p: Point) -> Point:
        x, y = self.points(np.array(p.x), np.array(p.y))
        return Point(float(x), float(y))

    def box(self, box: Box) -> Box:
        """The smallest upright box around the mapped outline of `box`."""
        x = np.linspace(box.left, box.right, OUTLINE_POINTS)
        y = np.linspace(box.top, box.bottom, OUTLINE_POINTS)
        sides = [(x, np.full_like(x, v)) for v in (box.top, box.bottom)]
        sides += [(np.full_like(y, v), y) for v in (box.left, box.right)]
        ends = [self.points(*side) for side in sides]
        found = [Point(float(a), float(b)) for xs, ys in ends for a, b in zip(xs, ys, strict=True)]
        return box_around([Point(_settle(p.x), _settle(p.y)) for p in found])

    def inverse(self) -> Unbend:
        """Raises ValueError when `flat` cannot be undone."""
        return Unbend(self, self.flat.inverse())


@dataclass(frozen=True, slots=True)
class Unbend:
    """The way back through a `Bend`, from the scan to the flattened page."""

    bend: Bend
    flat: Affine

    def point(self, p: Point) -> Point:
        bent = self.flat.point(p)
        x, y = np.array(bent.x), bent.y
        for _ in range(UNBEND_STEPS):
            near = bent.y - float(self.bend.shift(x, np.array(y)))
            if abs(near - y) < UNBEND_PX:
                break
            y = near
        return Point(bent.x, y)

    def points(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Many points at once, (N,) each."""
        across, bent = self.flat.points(x, y)
        down = bent
        for _ in range(UNBEND_STEPS):
            near = bent - self.bend.shift(across, down)
            moved = float(np.abs(near - down).max(initial=0.0))
            down = near
            if moved < UNBEND_PX:
                break
        return across, down


OUTLINE_POINTS = 9  # along a side of a mapped box; bends are smooth over a tenth of a page
UNBEND_STEPS = 60  # at most; each makes the error smaller by half or more
UNBEND_PX = 1e-6


def _settle(at: float) -> float:
    """Drop rounding noise, so that an identity map does not grow a box by a pixel."""
    return round(at, SETTLED)


SETTLED = 6  # decimals
