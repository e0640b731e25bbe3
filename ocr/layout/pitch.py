"""The typewriter's own grid: the width of a stroke and the line feed of a page.

Every stroke moves the carriage by the same width, so the middles of a line's letters stand at
multiples of it, wherever the line begins. The pitch is the one at which the middles agree best
in phase (the length of their mean phasor, a periodogram), over all runs that were typed together.
It is found to 0.2 % on clean pages and to 0.5 % on coarse ones; half of that in a line of sixty
strokes is a third of a stroke, so that blanks and missing letters can be counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ocr.document import Step, TextLine
from ocr.geometry import MM_PER_INCH, Floats

RANGE, STEP = 0.08, 0.002
"""Pitches that are tried, on either side of a first guess and from one to the next, as shares."""
FEW = 8
"""Letters of a run that has a say."""
MOST = 1500
"""Letters of a page that have one: more cost time and tell nothing new."""
TYPED = 0.6
"""Length of the mean phasor from which a run was typed: print, whose letters differ in width, has
0.1–0.4, type 0.75–0.98."""


@dataclass(frozen=True, slots=True)
class Pitch:
    """Width of a stroke in pixels; `typed`: which of the runs it was measured from keep it."""

    px: float
    typed: npt.NDArray[np.bool_]


def find_pitch(runs: Sequence[Floats], guess_px: float) -> Pitch:
    """The pitch of a page's typewriter near a guess; the guess itself where nothing was typed.

    runs  middles of the letters of each run of type, in pixels
    """
    sizes = np.array([len(run) for run in runs], dtype=np.intp)
    chosen = np.flatnonzero(sizes >= FEW)
    chosen = chosen[np.argsort(-sizes[chosen], kind="stable")]
    chosen = chosen[: max(1, int(np.searchsorted(np.cumsum(sizes[chosen]), MOST)) + 1)]
    none = Pitch(guess_px, np.zeros(len(runs), dtype=np.bool_))
    if len(chosen) == 0:
        return none
    pitches = guess_px * np.arange(1 - RANGE, 1 + RANGE + STEP / 2, STEP)
    lengths = np.array([_phasors(runs[int(i)], pitches) for i in chosen])
    weights = sizes[chosen][:, None]
    best = int(np.argmax((lengths**2 * weights).sum(axis=0)))
    px = float(pitches[best])
    typed = np.array([len(run) >= FEW and _phasors(run, np.array([px]))[0] > TYPED for run in runs])
    return Pitch(px, typed) if typed.any() else none


def _phasors(middles: Floats, pitches: Floats) -> Floats:
    """(P,) length of the mean phasor of `middles` at each pitch, 0–1."""
    turns = (middles - middles[0])[:, None] / pitches[None, :]
    phase = (2 * np.pi * (turns - np.floor(turns))).astype(np.float32)  # a tenth of the time
    out: Floats = np.hypot(np.cos(phase).mean(axis=0), np.sin(phase).mean(axis=0)).astype(float)
    return out


def measured(lines: Sequence[TextLine], dpi: float) -> Step:
    """What layout found out about the machine: stroke and line feed in mm, 0 where unknown."""
    typed = [line for line in lines if not line.on_marks]
    long = [line for line in typed if line.box.width > 10 * line.pitch_px]
    pitch = float(np.median([line.pitch_px for line in long])) if long else 0.0
    mm = MM_PER_INCH / dpi
    values = {"pitch_mm": pitch * mm, "feed_mm": _feed(long) * mm, "lines": float(len(typed))}
    return Step("layout", values)


def _feed(lines: Sequence[TextLine]) -> float:
    """The commonest distance between lines that follow each other, in pixels; 0 for none."""
    feet = np.sort([(line.baseline[0].y + line.baseline[-1].y) / 2 for line in lines])
    steps = np.diff(feet)
    if len(steps) == 0:
        return 0.0
    high = np.median([line.x_height_px for line in lines])
    steps = steps[(steps > high) & (steps < 8 * high)]
    if len(steps) == 0:
        return 0.0
    near = np.abs(steps[:, None] - steps[None, :]) < SAME_FEED * steps[:, None]
    return float(np.median(steps[near[int(np.argmax(near.sum(axis=1)))]]))


SAME_FEED = 0.06
"""Share by which distances between lines of one spacing differ."""
