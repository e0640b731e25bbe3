"""Orientation: by which multiple of 90° a page must be turned to stand upright.

Method: geometry first, reading second. The gaps between a letter and its neighbours tell whether
the lines run across or down: along a line letters stand half a millimetre apart, from line to
line two millimetres or more. Which way up is then decided by how well the page reads, because in
Cyrillic typescript neither ascenders nor stroke shapes tell it (Tesseract's own detection is
wrong there for a good part of all pages). A page that reads well as it stands costs one reading.

The page is turned only when a turn reads clearly better; unsure means unchanged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from ocr.geometry import mm_to_px
from ocr.prepare.ink import Letters

BRIDGE_MM = 1.3  # joins the letters of a line (0.3–1 mm apart), not two lines (2 mm and more)
MIN_LETTERS = 12  # fewer letters say nothing about the direction of lines


@dataclass(frozen=True, slots=True)
class OrientationSettings:
    """When a page is turned. Legibility runs from 0 to 1."""

    good: float = 0.70  # a page that reads as well as this stands upright
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


def find_axis(letters: Letters) -> Axis:
    """Whether lines run across or down, from how letters join when bridged either way."""
    if len(letters) < MIN_LETTERS:
        return Axis(False, 0.0)
    reach = max(2, round(mm_to_px(BRIDGE_MM, letters.dpi)))
    ink = letters.mask.astype(np.uint8)
    across = _groups(cv2.dilate(ink, np.ones((1, reach), np.uint8)))
    down = _groups(cv2.dilate(ink, np.ones((reach, 1), np.uint8)))
    lean = (down - across) / max(1, down + across)  # > 0: letters join more readily across
    return Axis(lean < 0, float(np.clip(abs(lean) / 0.3, 0.0, 1.0)))


def _groups(ink: np.ndarray) -> int:
    count, _ = cv2.connectedComponents(ink, connectivity=8, ltype=cv2.CV_32S)
    return int(count) - 1


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
