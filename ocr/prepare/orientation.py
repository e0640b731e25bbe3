"""Orientation: by which multiple of 90° a page must be turned to stand upright.

Method: geometry first, reading second. Whether lines run across or down is told by the skew sweep
of `skew.py`, done both ways: letters stand in line at one angle only, columns of letters never as
well (the pitch of a typewriter aligns them, but blanks and margins do not). Which way up is then
decided by how well the page reads, because in
Cyrillic typescript neither ascenders nor stroke shapes tell it (Tesseract's own detection is
wrong there for a good part of all pages). A page that reads well as it stands costs one reading.

The page is turned only when a turn reads clearly better; unsure means unchanged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ocr.prepare.ink import Letters
from ocr.prepare.skew import SkewSettings, alignment


@dataclass(frozen=True, slots=True)
class OrientationSettings:
    """When a page is turned. Legibility runs from 0 to 1."""

    good: float = 0.50  # a page that reads as well as this stands upright
    margin: float = 0.15  # a turn must read better by this much
    sure_axis: float = 0.5  # confidence from which geometry alone rules two turns out


class Axis(NamedTuple):
    """vertical: the lines of type run down the page."""

    vertical: bool
    confidence: float


class Turn(NamedTuple):
    """Clockwise turn that sets the page upright, and how sure that is."""

    turn_deg: int
    confidence: float


def find_axis(letters: Letters, s: SkewSettings) -> Axis:
    """Whether lines run across or down."""
    across = alignment(letters, s)
    if across >= 0.5:
        return Axis(False, across)
    down = alignment(letters, s, vertical=True)
    return Axis(down > across, abs(down - across))


def find_turn(axis: Axis, judge: Callable[[int], float], s: OrientationSettings) -> Turn:
    """Chooses among 0, 90, 180 and 270 with as few judgements as can be.

    `judge(turn_deg)` says how well the page reads when turned clockwise by `turn_deg`.
    """
    first, *others = _candidates(axis, s)
    read = {first: judge(first)}
    if first == 0 and read[0] >= s.good:
        return Turn(0, read[0])
    for turn in others:
        read[turn] = judge(turn)
    best = max(read, key=lambda turn: read[turn])
    rest = max(value for turn, value in read.items() if turn != best)
    lead = read[best] - max(rest, read.get(0, 0.0) if best else 0.0)
    if best and lead < s.margin:
        return Turn(0, 0.0)
    return Turn(best, float(np.clip(lead / s.margin, 0.0, 1.0)) * max(read[best], 0.0))


def _candidates(axis: Axis, s: OrientationSettings) -> tuple[int, ...]:
    """Turns worth judging, the likeliest first."""
    if axis.confidence < s.sure_axis:
        return (0, 180, 90, 270)
    return (90, 270) if axis.vertical else (0, 180)
