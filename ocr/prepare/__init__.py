"""Prepare: from the page as scanned to an upright, straight, evenly lit page of type alone.

`prepare` decides orientation and skew on a small copy of the scan, resamples the scan once for
all geometry together, flattens the paper, takes marks and punch holes off and makes the
ink mask. A step that is not sure changes nothing. The steps, in order, and what they measure:

    orientation   turned_deg  clockwise turn (0, 90, 180, 270) that set the page upright
                  confidence  0 where it was not judged or no turn stood out
                  margins     above 0 where lines of the page as scanned (turned by 90° if they
                  run down) begin together and end apart, as upright ones do
    skew          angle_deg   clockwise angle by which the upright page is turned on the scan
                  confidence
                  spread_deg  slope of the lowest line less that of the uppermost, where they are
                              proved not to be parallel; bend_mm  by how much they were moved
                  second_angle_deg  of the smaller of two blocks typed at angles of their own
    illumination  paper, spread  grey level of the paper and its range; border_share; holes;
                  neighbour_share  of the page where another sheet was cut away
    marks         stamps, handwriting  how many were taken off; share of the page's pixels
    ink           stroke_px   width of a stroke; share of the page's pixels

A page that was prepared is known by its paper, and is straightened again only by more than its own
correction can have left. Where marks or bed hid how lines run, angle and bend are measured again
once they are off, and the scan is laid down anew if that tells otherwise. So a page that was
prepared comes back as it is.

For A4 at 300 dpi on one core 0.11 s in colour before marks are taken off, each reading by
`legibility` not counted; taking eight marks off makes it 0.22 s, in grey 0.17, in black and white
0.17 s. At most 300 MB, imports included (benchmarks/prepare.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from ocr.document import Mark, MarkKind, PageImage, PageRef, PreparedPage, Step
from ocr.geometry import Affine, Bend
from ocr.prepare.bend import BendSettings, Lean, find_bend
from ocr.prepare.illumination import (
    Background,
    IlluminationSettings,
    as_prepared,
    find_background,
    flatten,
    whiten,
)
from ocr.prepare.ink import InkSettings, Letters, find_ink, find_letters, stroke_width
from ocr.prepare.marks import Found, MarkSettings, remove_marks
from ocr.prepare.marks_by_shape import remove_by_shape
from ocr.prepare.orientation import Axis, OrientationSettings, Turn, find_axis, find_turn
from ocr.prepare.skew import (
    MIN_LETTERS,
    Skew,
    SkewSettings,
    confirmed,
    find_skew,
    likeliest_skew,
)
from ocr.prepare.straighten import Source, Straight, lay_straight, source_of, upright
from ocr.prepare.traces import Traces, trace_lines
from ocr.raster import to_gray

WENT = 0.06  # of the letters on the scan, from which they may have hidden how lines run
BENT_OTHERWISE_MM = 0.5  # by which lines must run otherwise for a page to be laid down again
LOOKED_AT = 5  # points across and down a letter that tell whether it is still there
LEAST_LIKELY_DEG = 0.3  # of an unsure angle: at less a page reads as well without
LIKELY = 0.1  # confidence in it, with which a page may read a little worse
LEGIBLE = 0.4  # share of characters in known words that type has
MORE_LEGIBLE, LESS_LEGIBLE = 0.05, 0.1  # by which a page must, and may, read otherwise along it
WRITTEN = (MarkKind.STAMP, MarkKind.HANDWRITING)

__all__ = ["Legibility", "PrepareSettings", "prepare"]

Legibility = Callable[[PreparedPage], float]
"""How well a few lines of a page read, 0–1."""


@dataclass(frozen=True, slots=True)
class PrepareSettings:
    """The settings of all steps."""

    orientation: OrientationSettings = field(default_factory=OrientationSettings)
    skew: SkewSettings = field(default_factory=SkewSettings)
    bend: BendSettings = field(default_factory=BendSettings)
    illumination: IlluminationSettings = field(default_factory=IlluminationSettings)
    marks: MarkSettings = field(default_factory=MarkSettings)
    ink: InkSettings = field(default_factory=InkSettings)

    def again(self) -> PrepareSettings:
        """For a page that was prepared: what its own correction has left is no reason for more."""
        lit = self.illumination.again()
        return replace(self, skew=self.skew.again(), bend=self.bend.again(), illumination=lit)


def prepare(
    image: PageImage, s: PrepareSettings, legibility: Legibility | None = None
) -> PreparedPage:
    """Straightens and cleans a page.

    `legibility` judges candidates for orientation; without it the page is not turned by quarters.
    The page as it stands is judged first, and kept when it reads well. It has a say as well where
    a page has too little type to be sure of its angle.
    """
    source = source_of(image.pixels, image.dpi)
    small = to_gray(source.small)
    if as_prepared(source.gray, source.small):
        s = s.again()
    letters = find_letters(small, image.dpi * source.scale, s.ink)
    letters = replace(letters, scale=letters.scale * source.scale)
    axis = find_axis(letters, s.skew, s.orientation)
    scan = _Scan(image.ref, source, letters, axis)
    if legibility is None or len(letters) < MIN_LETTERS:
        return _prepare_turned(scan, Turn(0, 0.0), s)
    candidates: dict[int, PreparedPage] = {}

    def judge(turn_deg: int) -> float:
        candidates[turn_deg] = _prepare_turned(scan, Turn(turn_deg, 0.0), s)
        return float(legibility(candidates[turn_deg]))

    turn = find_turn(axis, judge, s.orientation)
    page = candidates.get(turn.turn_deg)
    if page is None:
        page = _prepare_turned(scan, turn, s)
    page = _along_likeliest(scan, page, turn, legibility, s)
    return replace(page, steps=(_orientation_step(turn, axis.margins), *page.steps[1:]))


class _Scan(NamedTuple):
    """A scan and what was seen on it as it lies."""

    ref: PageRef
    source: Source
    letters: Letters
    axis: Axis


def _prepare_turned(scan: _Scan, turn: Turn, s: PrepareSettings) -> PreparedPage:
    """All steps after the turn by quarters is settled."""
    skew = _skew_of(scan, turn.turn_deg, s)
    page = _prepare_straight(scan, skew, turn.turn_deg, s)
    sure = skew.confidence >= s.skew.min_confidence
    if not sure and any(m.kind in WRITTEN for m in page.removed):
        # marks may have hidden how the lines run
        clean = find_letters(page.gray, page.dpi, s.ink)
        skew = confirmed(clean, find_skew(clean, s.skew), 0, s.skew)
        if skew.confidence >= s.skew.min_confidence:
            page = _prepare_straight(scan, skew, turn.turn_deg, s)
    elif sure:
        page = _without_what_went(scan, page, turn.turn_deg, s)
    steps = (_orientation_step(turn, scan.axis.margins), *page.steps)
    return replace(page, steps=steps)


def _without_what_went(
    scan: _Scan, page: PreparedPage, turn_deg: int, s: PrepareSettings
) -> PreparedPage:
    """The page again, where its lines run otherwise once what is no type has no say in it."""
    there = _still_there(scan.letters, page)
    if there.mean() > 1 - WENT:
        return page
    letters = scan.letters.only(there)
    axis = scan.axis._replace(skew=find_skew(letters, s.skew, scan.axis.vertical))
    scan = scan._replace(letters=letters, axis=axis)
    skew = _skew_of(scan, turn_deg, s)
    if skew.confidence < s.skew.min_confidence:
        return page
    before, after = page.steps[0].measured, _straighten(scan, skew, turn_deg, s).measured
    turned = abs(after["angle_deg"] - before["angle_deg"]) >= s.skew.min_angle_again_deg
    bent = abs(after["bend_mm"] - before["bend_mm"]) >= BENT_OTHERWISE_MM
    return _prepare_straight(scan, skew, turn_deg, s) if turned or bent else page


def _along_likeliest(
    scan: _Scan, page: PreparedPage, turn: Turn, legibility: Legibility, s: PrepareSettings
) -> PreparedPage:
    """The page along the angle its type may have, if it was left as it is and is read so.

    A few lines read by chance a little better or worse; what no one can read is no type.
    """
    _, skew_step, *_ = page.steps
    if skew_step.measured["confidence"] >= s.skew.min_confidence:
        return page
    skew = likeliest_skew(scan.letters, s.skew, vertical=turn.turn_deg % 180 == 90)
    if abs(skew.angle_deg) < LEAST_LIKELY_DEG:
        return page
    more = -LESS_LEGIBLE if skew.confidence >= LIKELY else MORE_LEGIBLE
    skew = skew._replace(confidence=max(skew.confidence, s.skew.min_confidence))
    other = _prepare_straight(scan, skew, turn.turn_deg, s)
    read = legibility(other)
    if read < LEGIBLE or read < legibility(page) + more:
        return page
    return replace(other, steps=(page.steps[0], *other.steps))


def _still_there(letters: Letters, page: PreparedPage) -> npt.NDArray[np.bool_]:
    """(N,) which letters of the scan have ink on the prepared page, looked for at some points."""
    part = (np.arange(LOOKED_AT) + 0.5) / LOOKED_AT
    x = (letters.left[:, None, None] + part * letters.width[:, None, None]) / letters.scale
    y = (letters.top[:, None, None] + part[:, None] * letters.height[:, None, None]) / letters.scale
    x, y = page.to_scan.inverse().points(*np.broadcast_arrays(x, y))
    height, width = page.ink.shape
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    rows, columns = (np.clip(v, 0, n - 1).astype(np.int64) for v, n in ((y, height), (x, width)))
    return np.asarray((page.ink[rows, columns] & inside).any(axis=(1, 2)))


def _skew_of(scan: _Scan, turn_deg: int, s: PrepareSettings) -> Skew:
    """Of the scan turned clockwise by `turn_deg`."""
    axis = scan.axis
    down = axis.vertical and axis.confidence >= s.orientation.sure_axis
    on_side = down or turn_deg % 180 == 90
    skew = axis.skew if on_side == axis.vertical else find_skew(scan.letters, s.skew, on_side)
    if skew.confidence >= s.skew.min_confidence:
        return skew
    across = turn_deg if (turn_deg % 180 == 90) == on_side else turn_deg + 90
    return confirmed(scan.letters, skew, across % 360, s.skew)


def _prepare_straight(scan: _Scan, skew: Skew, turn_deg: int, s: PrepareSettings) -> PreparedPage:
    """The page laid straight and cleaned, without the step of its orientation."""
    source = scan.source
    straight = _straighten(scan, skew, turn_deg, s)
    page = lay_straight(source, straight.to_scan, straight.size)
    dpi, (scan_height, scan_width) = source.dpi, source.gray.shape
    ground, found = clean(page, dpi, s)
    ink = find_ink(found.gray, dpi, s.ink)
    share = cv2.countNonZero(ink.view(np.uint8)) / ink.size
    steps = (
        Step("skew", straight.measured),
        Step("illumination", ground.measured()),
        Step("marks", _counts(found)),
        Step("ink", {"stroke_px": stroke_width(ink), "share": share}),
    )
    return PreparedPage(
        scan.ref,
        found.gray,
        ink,
        found.marks,
        dpi,
        page.to_scan,
        (scan_width, scan_height),
        (*found.removed, *(Mark(MarkKind.HOLE, box) for box in ground.holes)),
        steps,
    )


def clean(page: Straight, dpi: float, s: PrepareSettings) -> tuple[Background, Found]:
    """The paper of a page laid straight, and the page evenly lit, with its marks taken off."""
    ground = find_background(page, dpi, s.illumination)
    gray = flatten(page.gray, ground.luminance())
    gray = whiten(gray, ground.border | ground.punched)
    found = remove_marks(page, gray, ground, dpi, s.marks)
    return ground, remove_by_shape(found, page, ground, dpi, s.marks)


def _orientation_step(turn: Turn, margins: float) -> Step:
    measured = {"turned_deg": turn.turn_deg, "confidence": turn.confidence, "margins": margins}
    return Step("orientation", measured)


def _counts(found: Found) -> dict[str, float]:
    kinds = [mark.kind for mark in found.removed]
    return {
        "stamps": kinds.count(MarkKind.STAMP),
        "handwriting": kinds.count(MarkKind.HANDWRITING),
        "share": found.share,
    }


class _Straightened(NamedTuple):
    """The map from the straight page to the scan, the page's (width, height), what was measured."""

    to_scan: Affine | Bend
    size: tuple[int, int]
    measured: dict[str, float]


def _straighten(scan: _Scan, skew: Skew, turn_deg: int, s: PrepareSettings) -> _Straightened:
    """The scan turned clockwise by `turn_deg`, straightened and its lines flattened, in one map."""
    source = scan.source

    def traced(to_page: Affine) -> Traces:
        return trace_lines(scan.letters, to_page, turn_deg, source.dpi, s.bend.traces)

    sure = skew.confidence >= s.skew.min_confidence
    straighten = sure and abs(skew.angle_deg) >= s.skew.min_angle_deg
    angle, lean = skew.angle_deg, Lean()
    to_page, size = upright(source.gray, turn_deg, angle * straighten)
    if sure:
        lean = find_bend(traced(to_page), size, source.dpi, s.bend)
    if lean.bend is not None:
        # where lines are not parallel, the page has the angle of their median
        angle += lean.turn_deg
        to_page, size = upright(source.gray, turn_deg, angle)
        lean = find_bend(traced(to_page), size, source.dpi, s.bend, lean.model)
    measured = {
        "angle_deg": angle,
        "confidence": skew.confidence,
        "spread_deg": lean.spread_deg,
        "bend_mm": lean.bend_mm,
    }
    if lean.blocks_deg is not None:
        measured["second_angle_deg"] = angle + lean.blocks_deg[1]
    to_scan: Affine | Bend = to_page.inverse()
    if lean.bend is not None:
        to_scan = replace(lean.bend, flat=to_page.inverse())
    return _Straightened(to_scan, size, measured)
