"""Traces: the feet of letters that follow one another, so lines of type wherever they run.

Letters of about the usual height are joined with the next letter to the right, if each is the
other's nearest; a chain of them traces a line. Nothing is assumed of where lines run but that
they rise by less than half a letter from one letter to the next. 1 ms a page on one core. The
slope of a chain is fitted by least squares, in which strays (descenders, stamps, dirt) lose their
weight (Tukey's biweight).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ocr.geometry import Affine, Floats, mm_to_px
from ocr.prepare.ink import Letters

Ints = npt.NDArray[np.int64]

NEXT_MM = 6.0  # from a letter to the next: across two blanks of the widest pitch
MOST_LEVEL = 200  # letters at one height on a page; of more, some are not looked at
LEVEL_SHARE = 0.4  # of a letter's height: feet of neighbours differ by less
USUAL_HEIGHT = (0.6, 1.7)  # of the median height: capitals pass, stops and touching lines do not
ROUNDS = 4  # of reweighting; weights settle in three or four
STRAY = 4.7  # deviations from which a foot has no weight: Tukey's constant for normal errors


@dataclass(frozen=True, slots=True)
class TraceSettings:
    """Which chains are kept."""

    min_letters: int = 8  # fewer tell no slope
    min_length_mm: float = 30.0


class Traces(NamedTuple):
    """Feet of chained letters: x, y in pixels of the page, and the number of the chain, (N,)."""

    x: Floats
    y: Floats
    chain: Ints

    @property
    def chains(self) -> int:
        return int(self.chain.max()) + 1 if len(self.chain) else 0


class Slopes(NamedTuple):
    """Of C chains: row, rise over run, sum of squares of the feet's distances across, (C,) each."""

    row: Floats
    slope: Floats
    power: Floats


def trace_lines(
    letters: Letters, to_page: Affine, turn_deg: int, dpi: float, s: TraceSettings
) -> Traces:
    """Chains of letters on the straightened page; `to_page` maps pixels of the scan to it.

    `turn_deg`: the turn by quarters within that map, which says where the feet of letters are.
    """
    x, y, wide, high = _feet(letters, turn_deg % 360)
    x, y = to_page.a * x + to_page.b * y + to_page.c, to_page.d * x + to_page.e * y + to_page.f
    usual = float(np.median(high)) if len(high) else 0.0
    keep = (high > USUAL_HEIGHT[0] * usual) & (high < USUAL_HEIGHT[1] * usual)
    x, y, wide = x[keep], y[keep], wide[keep]
    if not len(x):
        return Traces(x, y, np.zeros(0, np.int64))
    after = next_letters(x, y, wide, mm_to_px(NEXT_MM, dpi), LEVEL_SHARE * usual)
    chain = _chains(after)
    least = np.full(len(x), np.inf)
    np.minimum.at(least, chain, x)
    most = np.full(len(x), -np.inf)
    np.maximum.at(most, chain, x)
    long = most - least >= mm_to_px(s.min_length_mm, dpi)
    long &= np.bincount(chain, minlength=len(x)) >= s.min_letters
    kept = long[chain]
    _, numbers = np.unique(chain[kept], return_inverse=True)
    return Traces(x[kept], y[kept], numbers.astype(np.int64))


def biweight(error: Floats, least: float, among: npt.NDArray[np.bool_] | None = None) -> Floats:
    """(N,) Tukey's weights 0–1 of errors ≥ 0.

    Their usual size, at least `least`, is taken `among` some of them.
    """
    usual = 1.48 * float(np.median(error if among is None else error[among]))
    return np.asarray(np.maximum(1 - (error / (STRAY * max(usual, least))) ** 2, 0) ** 2)


def weighted_median(values: Floats, weights: Floats) -> float:
    """The value that half of the weight lies below."""
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    return float(values[order[int(np.searchsorted(reached, reached[-1] / 2))]])


def chain_means(values: Floats, weights: Floats, chain: Ints) -> Floats:
    """(C,) weighted mean of each chain."""
    total = np.bincount(chain, weights)
    return np.asarray(np.bincount(chain, weights * values) / np.maximum(total, 1e-9))


def chain_slopes(x: Floats, y: Floats, chain: Ints, least: float) -> Slopes:
    """Slope of each of C chains through feet (N,), whose usual error is at least `least`."""
    weights: Floats = np.ones(len(x))
    for _ in range(ROUNDS):
        row, across = chain_means(y, weights, chain), chain_means(x, weights, chain)
        u, v = x - across[chain], y - row[chain]
        power = np.bincount(chain, weights * u * u)
        slopes = np.bincount(chain, weights * u * v) / np.maximum(power, 1e-9)
        weights = biweight(np.abs(v - slopes[chain] * u), least)
    return Slopes(row, np.asarray(slopes), np.asarray(power))


def chain_lengths(x: Floats, chain: Ints) -> Floats:
    """(C,) from the first foot to the last."""
    ends = np.full((2, int(chain.max()) + 1), -np.inf)
    np.maximum.at(ends[0], chain, x)
    np.maximum.at(ends[1], chain, -x)
    return np.asarray(ends[0] + ends[1], dtype=np.float64)


def _feet(letters: Letters, turn_deg: int) -> tuple[Floats, Floats, Floats, Floats]:
    """x, y of the middle of each letter's foot on the scan, its width and height as it stands."""
    left, top, width, height = (
        v.astype(np.float64) / letters.scale
        for v in (letters.left, letters.top, letters.width, letters.height)
    )
    if turn_deg in (0, 180):
        return left + width / 2, top + height * (turn_deg == 0), width, height
    return left + width * (turn_deg == 90), top + height / 2, height, width


def next_letters(x: Floats, y: Floats, wide: Floats, reach: float, level: float) -> Ints:
    """(N,) the letter to the right of each, −1 for none. Two letters must choose each other."""
    count = len(x)
    order = np.argsort(y, kind="stable")
    x, y, wide = x[order], y[order], wide[order]
    low, high = np.searchsorted(y, y - level), np.searchsorted(y, y + level)
    other = low[:, None] + np.arange(min(int((high - low).max()), MOST_LEVEL))
    seen = other < high[:, None]
    other = np.minimum(other, count - 1)
    gap = (x - wide / 2)[other] - (x + wide / 2)[:, None]
    seen &= (x[other] > x[:, None]) & (gap < reach)
    far = np.where(seen, gap + 2 * np.abs(y[other] - y[:, None]), np.inf)
    rows = np.arange(count)
    choice = far.argmin(axis=1)
    cost, right = far[rows, choice], other[rows, choice]
    asking = np.argsort(-cost, kind="stable")  # the nearest is written last and stays
    asking = asking[np.isfinite(cost[asking])]
    left = np.full(count, -1)
    left[right[asking]] = asking
    after = np.full(count, -1)
    chosen = left >= 0
    after[order[left[chosen]]] = order[np.flatnonzero(chosen)]
    return after


def _chains(after: Ints) -> Ints:
    """(N,) the first letter of each letter's chain, by doubling steps to the left."""
    before = np.arange(len(after))
    linked = after >= 0
    before[after[linked]] = np.flatnonzero(linked)
    while True:
        further = before[before]
        if np.array_equal(further, before):
            return before
        before = further
