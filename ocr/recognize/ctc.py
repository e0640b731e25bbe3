"""From what the network says at each step to letters: greedy decoding of CTC.

The network names a letter at one or some of the steps over which its stroke goes, and the blank
class between. A run of steps with the same best class is one letter. It is as sure as its surest
step, and stands where its steps weigh most.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Steps = npt.NDArray[np.float32]

BLANK = 0


@dataclass(frozen=True, slots=True)
class Struck:
    """A letter as decoded: its class, the middle of its steps, and how sure it is, 0–1.

    others  classes that it might be as well with their shares, the likeliest first
    """

    shape: int
    step: float
    confidence: float
    others: tuple[tuple[int, float], ...] = ()


def probabilities(logits: Steps, temperature: float) -> Steps:
    """(steps, classes) logits to shares of 1; a temperature over 1 makes them less sure."""
    scaled = logits / np.float32(temperature)
    scaled -= scaled.max(axis=1, keepdims=True)
    np.exp(scaled, out=scaled)
    return np.asarray(scaled / scaled.sum(axis=1, keepdims=True), dtype=np.float32)


def greedy(shares: Steps) -> list[Struck]:
    """The likeliest letter of each run of steps, from left to right."""
    if not len(shares):
        return []
    best, own = shares.argmax(axis=1), shares.max(axis=1)
    edges = np.flatnonzero(np.diff(best, prepend=-1))
    surest = np.maximum.reduceat(own, edges)
    middles = np.add.reduceat(own * np.arange(len(own)), edges) / np.add.reduceat(own, edges)
    stops = [*edges[1:].tolist(), len(own)]
    found = []
    for n, (start, stop) in enumerate(zip(edges.tolist(), stops, strict=True)):
        shape, sure = int(best[start]), float(surest[n])
        if shape == BLANK:
            continue
        others: tuple[tuple[int, float], ...] = ()
        if sure < SURE:
            others = _others(shares[start + int(own[start:stop].argmax())], shape)
        found.append(Struck(shape, float(middles[n]), sure, others))
    return found


LEAST_SHARE, MOST_OTHERS = 0.004, 5
SURE = 1 - LEAST_SHARE


def _others(step: Steps, shape: int) -> tuple[tuple[int, float], ...]:
    """What a step (classes,) might be but for `shape` and the blank."""
    likely = [int(c) for c in np.flatnonzero(step >= LEAST_SHARE) if c not in (BLANK, shape)]
    likely.sort(key=lambda c: -float(step[c]))
    return tuple((c, float(step[c])) for c in likely[:MOST_OTHERS])
