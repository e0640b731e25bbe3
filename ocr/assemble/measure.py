"""Where lines stand on the page turned upright: margin, measure, line feed, stroke.

A `Page` keeps scan pixels, and a scan may be turned: by a degree or two, which moves the left
margin by several strokes over the height of a sheet, or by a quarter. The slope of the baselines
says how far; without baselines, the step that measured `angle_deg` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, cos, degrees, radians
from statistics import median

from ocr.document import Line, Page
from ocr.geometry import Affine, Box, Point

# Of the lefts of a zone's lines, in order: the margin. Low, since every paragraph has an
# indented line; not the lowest, since one line may reach out by a stain read as a letter.
MARGIN_QUANTILE = 0.2

# Of the distances between its lines, in order: the line feed. The lower ones, since the others
# part paragraphs, and on some pages those are the most.
FEED_QUANTILE = 0.2


@dataclass(frozen=True, slots=True)
class Place:
    """A line on the upright page: its ends along the row and the height of its centre, pixels."""

    left: float
    right: float
    y: float


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """What is usual in a zone: left margin, width of a full line, line feed, stroke; pixels."""

    left: float
    width: float
    feed: float
    stroke: float


def upright(page: Page) -> Affine:
    """Turns points of the scan so that its lines run from left to right."""
    return Affine.rotation(-_slope_deg(page))


def _slope_deg(page: Page) -> float:
    """The clockwise angle by which the lines of the page are turned.

    The direction is taken from the sum of all baselines, which gives the long ones their weight
    and needs no care at ±180°.
    """
    ends = [(line.baseline[0], line.baseline[-1]) for line in page.lines if line.baseline]
    dx = sum(b.x - a.x for a, b in ends)
    dy = sum(b.y - a.y for a, b in ends)
    if dx or dy:
        return degrees(atan2(dy, dx))
    return next((s.measured["angle_deg"] for s in page.steps if s.name == "skew"), 0.0)


def measure_zone(lines: Sequence[Line], turn: Affine) -> tuple[list[Place], Measure]:
    """The places of a zone's lines, and what is usual among them. `lines` must not be empty."""
    places = [_place(line, turn) for line in lines]
    lefts = sorted(p.left for p in places)
    left = lefts[int(MARGIN_QUANTILE * (len(lefts) - 1))]
    strokes = [
        (p.right - p.left) / max(1, len(line.text)) for p, line in zip(places, lines, strict=True)
    ]
    feeds = sorted(b.y - a.y for a, b in pairwise(places) if b.y > a.y)
    return places, Measure(
        left=left,
        width=max(p.right for p in places) - left,
        feed=feeds[int(FEED_QUANTILE * (len(feeds) - 1))] if feeds else 0.0,
        stroke=max(1.0, median(strokes)),
    )


def _place(line: Line, turn: Affine) -> Place:
    boxes = [word.box for word in line.words] or [line.box]
    first, last = boxes[0], boxes[-1]
    centers = [turn.point(first.center), turn.point(last.center)]
    return Place(
        left=centers[0].x - _width(first, turn) / 2,
        right=centers[1].x + _width(last, turn) / 2,
        y=(centers[0].y + centers[1].y) / 2,
    )


def _width(box: Box, turn: Affine) -> float:
    """The width of the upright box that `box` is drawn around, for turns near 0° or 90°."""
    across = turn.point(Point(1.0, 0.0)).x - turn.point(Point(0.0, 0.0)).x
    return float(box.width if abs(across) > cos(radians(45.0)) else box.height)
