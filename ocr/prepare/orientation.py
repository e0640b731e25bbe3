"""Orientation: by which multiple of 90° a page must be turned to stand upright.

Method: geometry first, reading second. Whether lines run across or down is told by gaps: the next
letter of a line is half a stroke away, that of the next line a blank line or half of one. (The
skew sweep does not tell: on a typewriter's grid letters stand in columns as well.) Which end is up
is told by the margins: a typist's lines begin at one stop or another and end where words end, so
places where lines begin fall together far better than those where they end. (Shapes do not tell:
in Cyrillic type as many letters reach below the line as above it, and Tesseract's own detection
is wrong or silent there for many pages.) A page whose margins say clearly that it is upright is
not read at all; otherwise a few lines are read, the likelier way first, and reading decides.

The page is turned only when it reads well or clearly better turned; unsure means unchanged.

Expected: all of 200 typescript pages in four turns right (benchmarks/orientation.py); 5 ms for an
upright page, one reading for a turned one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ocr.geometry import Affine, Floats, mm_to_px
from ocr.prepare.ink import Letters
from ocr.prepare.skew import Skew, SkewSettings, find_skew
from ocr.prepare.traces import (
    LEVEL_SHARE,
    USUAL_HEIGHT,
    Traces,
    TraceSettings,
    next_letters,
    trace_lines,
)

SURE_GAPS = 0.5  # log ratio: typed pages have 0.7–2.5, sheets of figures −0.2–1
MOST_GAP_MM = 12.0  # farther letters are not neighbours
LEAST_GAP_MM = 0.2  # letters that all but touch
MIN_NEXT = 6  # letters with a neighbour, for a median
LEAST_LEAD = 0.1  # of `margin`: reading must at least agree with the margins
SAME_ROW_MM = 2.0  # chains of letters nearer than this stand in one line
SAME_STOP_MM = 1.5  # how far apart beginnings of lines weigh half and less: half a stroke
MIN_ROWS = 5  # fewer lines have no margin


@dataclass(frozen=True, slots=True)
class OrientationSettings:
    """When a page is turned. Legibility runs from 0 to 1."""

    good: float = 0.50  # a page that reads as well as this stands upright
    margin: float = 0.15  # a turn must read better by this much
    sure_axis: float = 0.5  # confidence from which geometry alone rules two turns out
    sure_margins: float = 0.5  # typed pages have 0.3–2.2, tables of figures down to −0.6
    chains: TraceSettings = field(default_factory=lambda: TraceSettings(6, 15.0))


class Axis(NamedTuple):
    """vertical: the lines of type run down the page; skew: their angle.

    margins: above 0 when the page, turned clockwise by 90° if vertical, has lines that begin
    together and end apart; below 0 when it is the other way round.
    """

    vertical: bool
    confidence: float
    skew: Skew
    margins: float


class Turn(NamedTuple):
    """Clockwise turn that sets the page upright, and how sure that is."""

    turn_deg: int
    confidence: float


def find_axis(letters: Letters, skew: SkewSettings, s: OrientationSettings) -> Axis:
    """Whether lines run across or down, and which end of them the margin is at."""
    told = compare_gaps(letters)
    sure = min(1.0, abs(told) / SURE_GAPS / 2)
    found = find_skew(letters, skew, vertical=told < 0)
    if sure < s.sure_axis:
        # few letters, or figures in columns: lines may be told by their alignment
        other = find_skew(letters, skew, vertical=told >= 0)
        if other.confidence > found.confidence:
            found, told = other, -told
        sure = abs(other.confidence - found.confidence)
    down = told < 0
    return Axis(down, sure, found, _margins(letters, found, 90 * down, s))


def compare_gaps(letters: Letters) -> float:
    """Log ratio of the gaps between letters down the page to those across; 0: no telling."""
    left, top, width, height = (
        v.astype(np.float64) for v in (letters.left, letters.top, letters.width, letters.height)
    )
    x, y = left + width / 2, top + height / 2
    across = _usual_gap(x, y, width, height, letters.dpi)
    down = _usual_gap(y, x, height, width, letters.dpi)
    return float(np.log(down / across))


def _usual_gap(x: Floats, y: Floats, wide: Floats, high: Floats, dpi: float) -> float:
    """Median gap in mm from letters to the next to the right; `MOST_GAP_MM` if too few have one."""
    usual = float(np.median(high)) if len(high) else 0.0
    keep = (high > USUAL_HEIGHT[0] * usual) & (high < USUAL_HEIGHT[1] * usual)
    x, y, wide = x[keep], y[keep], wide[keep]
    if len(x) < MIN_NEXT:
        return MOST_GAP_MM
    after = next_letters(x, y, wide, mm_to_px(MOST_GAP_MM, dpi), LEVEL_SHARE * usual)
    some = np.flatnonzero(after >= 0)
    if len(some) < MIN_NEXT:
        return MOST_GAP_MM
    gap = x[after[some]] - x[some] - (wide[after[some]] + wide[some]) / 2
    return max(float(np.median(gap)) * 25.4 / dpi, LEAST_GAP_MM)


def _margins(letters: Letters, skew: Skew, turn_deg: int, s: OrientationSettings) -> float:
    straight = Affine.rotation(turn_deg).then(Affine.rotation(-skew.angle_deg))
    dpi = letters.dpi / letters.scale
    return compare_margins(trace_lines(letters, straight, turn_deg, dpi, s.chains), dpi)


def compare_margins(lines: Traces, dpi: float) -> float:
    """Log ratio of how well lines begin together to how well they end together; 0: no telling."""
    if lines.chains < MIN_ROWS:
        return 0.0
    count = np.bincount(lines.chain)
    row = np.bincount(lines.chain, lines.y) / count
    begin, end = np.full(lines.chains, np.inf), np.full(lines.chains, -np.inf)
    np.minimum.at(begin, lines.chain, lines.x)
    np.maximum.at(end, lines.chain, lines.x)
    order = np.argsort(row)
    apart = np.diff(row[order]) > mm_to_px(SAME_ROW_MM, dpi)
    starts = np.concatenate([[0], np.flatnonzero(apart) + 1])
    if len(starts) < MIN_ROWS:
        return 0.0
    firsts, lasts = (
        np.minimum.reduceat(begin[order], starts),
        np.maximum.reduceat(end[order], starts),
    )
    reach = mm_to_px(SAME_STOP_MM, dpi)
    return float(np.log(_together(firsts, reach) / _together(lasts, reach)))


def _together(places: Floats, reach: float) -> float:
    """Mean over all pairs, 0–1: 1 when all places are the same."""
    return float(np.exp(-np.abs(places[:, None] - places) / reach).mean())


def find_turn(axis: Axis, judge: Callable[[int], float], s: OrientationSettings) -> Turn:
    """Chooses among 0, 90, 180 and 270 with as few judgements as can be.

    `judge(turn_deg)` says how well the page reads when turned clockwise by `turn_deg`.
    """
    sure = axis.confidence >= s.sure_axis
    if sure and not axis.vertical and axis.margins >= s.sure_margins:
        return Turn(0, min(1.0, axis.margins / (2 * s.sure_margins)))
    read: dict[int, float] = {}
    for turn in _candidates(axis, s):
        read[turn] = judge(turn)
        if sure and read[turn] >= s.good:
            return Turn(turn, read[turn])
    best = max(read, key=lambda turn: read[turn])
    rest = max(value for turn, value in read.items() if turn != best)
    lead = read[best] - max(rest, read.get(0, 0.0) if best else 0.0)
    # where margins say the same, a smaller lead will do: spaced or joined words read badly
    told = abs(axis.margins) if sure and best == next(iter(read)) else 0.0
    needed = s.margin * max(LEAST_LEAD, 1.0 - told)
    if best and lead < needed:
        return Turn(0, 0.0)
    return Turn(best, float(np.clip(lead / needed, 0.0, 1.0)) * max(read[best], min(told / 2, 1.0)))


def _candidates(axis: Axis, s: OrientationSettings) -> tuple[int, ...]:
    """Turns worth judging, the likeliest first."""
    if axis.confidence < s.sure_axis:
        return (0, 180, 90, 270)
    both = (90, 270) if axis.vertical else (0, 180)
    return both if axis.margins >= 0 else both[::-1]
