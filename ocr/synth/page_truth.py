"""The truth of a page: what was drawn flat, carried into the frame of the scan.

Boxes come from the ink itself. A line's outline and baseline pass through the same map as its
pixels, point by point, so that they hold on turned and on bent sheets.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np

from ocr.document import Line, Mark, MarkKind, Word, Zone, ZoneKind
from ocr.geometry import Affine, Box, Point, box_around, hull


class Place(Protocol):
    """The map from the flat sheet to the scan."""

    def point(self, p: Point) -> Point: ...


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A line as drawn, in pixels of the flat sheet; `zone` is its place in the plan.

    `x_height_px` is the height of a small letter of the face that most of it is set in. `outline`
    is that of a line that does not run straight.
    """

    zone: int
    text: str
    words: tuple[tuple[str, Box], ...]
    baseline: tuple[Point, ...]
    meant: str | None = None
    x_height_px: float = 0.0
    outline: tuple[Point, ...] = ()


class PageTruth:
    """Collects zones and lines of a page, numbered as they come and mapped to the scan.

    `size` = (width, height) of the scan, `step_px` how far apart points of an outline may lie;
    infinite: their ends alone, and no boxes of words.
    """

    def __init__(self, index: int, place: Place, size: tuple[int, int], step_px: float) -> None:
        self.prefix, self.place, self.size = f"p{index + 1}", place, size
        # a straight line stays straight under an affine map: its ends say all
        self.words = step_px < math.inf
        self.step_px = math.inf if isinstance(place, Affine) else step_px
        self.zones: list[Zone] = []
        self.lines: list[Line] = []
        self.marks: list[Mark] = []
        self.x_heights_px: list[float] = []

    def add(
        self, kind: ZoneKind, box: Box, drawn: Sequence[DrawnLine], name: str | None = None
    ) -> None:
        """A zone and its lines, next in reading order."""
        order = len(self.zones)
        zone = Zone(f"{self.prefix}-z{order + 1}", kind, self.box(box), order, name)
        self.zones.append(zone)
        for line in drawn:
            self.lines.append(self._line(line, zone.id))
            self.x_heights_px.append(line.x_height_px)

    def turn_deg(self, flat_deg: float) -> float:
        """Clockwise turn of the lines of type, in degrees; `flat_deg` is that of the sheet.

        The lines of a bent sheet are turned differently from place to place: the median over
        their length tells them, however the sheet as a whole lies.
        """
        zones = {z.id for z in self.zones if z.kind not in (ZoneKind.STAMP, ZoneKind.HANDWRITING)}
        ways = [line.baseline for line in self.lines if line.zone in zones]
        steps = np.array([(q.x - p.x, q.y - p.y) for way in ways for p, q in pairwise(way)])
        if isinstance(self.place, Affine) or not len(steps):
            return flat_deg
        slopes, lengths = np.arctan2(steps[:, 1], steps[:, 0]), np.hypot(*steps.T)
        order = np.argsort(slopes)
        reach = np.cumsum(lengths[order])
        return float(np.degrees(slopes[order][np.searchsorted(reach, reach[-1] / 2)]))

    def mark(self, kind: MarkKind, box: Box) -> None:
        self.marks.append(Mark(kind, self.box(box)))

    def _line(self, line: DrawnLine, zone: str) -> Line:
        around = hull(b for _, b in line.words)
        edge = [self.place.point(p) for p in line.outline] or self.outline(around)
        outline = tuple(dict.fromkeys(self._whole(p) for p in edge))
        box = self.box(around)
        corners = {Point(x, y) for x in (box.left, box.right) for y in (box.top, box.bottom)}
        return Line(
            f"{self.prefix}-l{len(self.lines) + 1}",
            zone,
            box,
            line.text,
            1.0,
            tuple(Word(text, self.box(b), 1.0) for text, b in line.words if self.words),
            (),
            self._baseline(line.baseline),
            line.meant,
            () if set(outline) <= corners else outline,
        )

    def _baseline(self, points: tuple[Point, ...]) -> tuple[Point, ...]:
        if len(points) == 2:
            return tuple(self.path(*points))
        return tuple(self.place.point(p) for p in points)

    def path(self, start: Point, end: Point) -> list[Point]:
        """The way from start to end on the scan."""
        length = float(np.hypot(end.x - start.x, end.y - start.y))
        pieces = max(1, int(np.ceil(length / self.step_px)))
        return [
            self.place.point(
                Point(*(a + (b - a) * i / pieces for a, b in zip(start, end, strict=True)))
            )
            for i in range(pieces + 1)
        ]

    def outline(self, box: Box) -> list[Point]:
        """A box of the sheet on the scan, clockwise from its top left."""
        left, top, right, bottom = (float(edge) for edge in box)
        along = self.path(Point(left, top), Point(right, top))
        back = self.path(Point(right, bottom), Point(left, bottom))
        return [*along, *back]

    def box(self, box: Box) -> Box:
        """The smallest upright box around a box of the sheet, as far as it lies on the scan."""
        around = [Point(round(p.x, 6), round(p.y, 6)) for p in self.outline(box)]
        return box_around(around).clip(*self.size)

    def _whole(self, p: Point) -> Point:
        width, height = self.size
        return Point(min(max(0, round(p.x)), width), min(max(0, round(p.y)), height))
