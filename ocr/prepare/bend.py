"""Bend: how lines of type run on a page that is straight on the whole.

A sheet photographed at a slant shows lines that fan out, a curled one lines that bow, and a sheet
that was taken out of the machine and put back has blocks at angles of their own. All three are
measured on the same evidence. Letters of about the usual height are joined with the next letter
to the right; the feet of such a chain trace a line of type. The rise of all chains together is
fitted, with u across and t down the page, by

    fan     D = u·(a + b·t + c·t²)
    bow     D = fan + u²·(d + e·t) + u³·(f + g·t)
    blocks  D = u·a above a row and u·b below it

by least squares in which strays (descenders, stamps, dirt) lose their weight (Tukey's biweight).
A model is taken when it foretells lines it was not fitted to: chains are dealt into two hands,
fitted on the one and tried on the other. Only shifts up and down are undone: the change of scale
along a line is too small to hinder reading.

Slopes that fall into two families, one above the other, are two blocks only where no fan tells
them as well.

Expected: lines of a bent page straight to 0.1–0.3 mm where they bowed by 1–3 mm; blocks 0.4° apart
told to 0.02°; pages of straight lines left alone (benchmarks/skew.py). 5 ms a page on one core,
15 ms where lines are bent.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ocr.geometry import Affine, Bend, Floats, mm_to_px
from ocr.prepare.traces import (
    ROUNDS,
    Slopes,
    Traces,
    TraceSettings,
    biweight,
    chain_lengths,
    chain_means,
    chain_slopes,
    weighted_median,
)

Ints = npt.NDArray[np.int64]

UNIT_MM = 100.0  # of u and t: about half a page, so that no term outweighs another
DEVIATION_MM = 0.05  # of feet on a line, at least: a fifth of a dot of 100 dpi
CELL_MM = 20.0  # along a line, over which errors are averaged: some eight letters
FOOT_MM = 0.8  # of error counts at most: no more is left by a model that is any good
CELL_LETTERS = 3  # in a cell that counts
STRAY_SLOPE = 0.02  # 1.1° off the trend of the others: a stamp's line, or a note
LIKE_OTHERS = 0.7  # of chains that follow the trend: where fewer do, it is none
MOST_FAN = 0.052  # by which slopes change over `UNIT_MM` down a page: 3°, seen are 1.5°
APART_MM = 15.0  # rows of two chains that together tell a trend of slopes
ROW_STEP_MM = 5.0  # between rows of the map: straight over this length to a hundredth of a mm


@dataclass(frozen=True, slots=True)
class BendSettings:
    """When lines prove that a page is bent."""

    traces: TraceSettings = field(default_factory=TraceSettings)
    min_chains: int = 6
    min_bend_mm: float = 0.25  # at the ends of lines: from here straightening pays
    min_bend_again_mm: float = 1.3  # of a page flattened before: its own leavings reach 1.02
    max_bend_mm: float = 15.0  # more is no sheet under a lid, but lines gone astray
    gain: float = 0.8  # errors left on lines not seen before, as a part of those of straight lines
    gain_again: float = 0.65  # of a page whose lines were taken for straight before
    better: float = 0.85  # what a richer model must leave of a simpler one's errors
    block_deg: tuple[float, float] = (0.15, 3.0)  # by which two blocks differ
    block_chains: int = 3  # in each block
    block_mm: float = 250.0  # of chains in each: a stamp of three lines has half of that
    block_apart: float = 3.0  # by how many usual errors of slopes the blocks must differ
    block_better: float = 0.8  # what blocks must leave of a fan's errors of slopes

    def again(self) -> BendSettings:
        """For a page that was flattened before, and had marks that hid some of its lines."""
        return replace(self, min_bend_mm=self.min_bend_again_mm, gain=self.gain_again)


class Lean(NamedTuple):
    """What was measured; all 0 where lines are straight and parallel.

    bend        maps the flattened page to the page as it was; None: left alone
    turn_deg    median slope of the lines: by this the page's angle is to be corrected
    spread_deg  slope of the lowest line less that of the uppermost
    blocks_deg  slopes of two blocks, the one with more type first; None: no such blocks
    bend_mm     how far points of lines are moved at most
    model       which terms the bend has
    """

    bend: Bend | None = None
    turn_deg: float = 0.0
    spread_deg: float = 0.0
    blocks_deg: tuple[float, float] | None = None
    bend_mm: float = 0.0
    model: Model | None = None


def find_bend(
    traces: Traces,
    size: tuple[int, int],
    dpi: float,
    s: BendSettings,
    proven: Model | None = None,
) -> Lean:
    """How lines run on a straightened page of `size` (width, height).

    `proven`: the model found on the same lines, turned a little since; only its factors change.
    """
    if traces.chains < s.min_chains:
        return Lean()
    traced = _Lines.of(traces, size, mm_to_px(UNIT_MM, dpi))
    lines = traced.near(traced.trend())
    # the row between blocks is that of a page before it was turned
    known = proven if proven is not None and proven.split is None else None
    model = known or traced.blocks(s)
    if model is not None and model.split is not None:
        lines = traced.near(traced.steps(model))
    elif model is None and lines.chains >= s.min_chains:
        model = lines.best(s)
    if model is None or lines.chains < LIKE_OTHERS * traced.chains:
        return Lean()
    fit = lines.fit(model)
    bent = float(np.abs(lines.bent(fit)[fit.weights > 0]).max()) * UNIT_MM
    steep = model.split is None and lines.fan(fit) > MOST_FAN
    if steep or not s.min_bend_mm <= bent <= s.max_bend_mm:
        return Lean()
    return lines.lean(fit, bent)


def _weights(error: Floats, among: npt.NDArray[np.bool_] | None = None) -> Floats:
    """(N,) biweight of errors ≥ 0."""
    return biweight(error, DEVIATION_MM / UNIT_MM, among)


class Model(NamedTuple):
    """Which terms a fit has: powers of u, those of t with u itself, and the row between blocks."""

    powers: int
    rows: int
    split: float | None = None

    def terms(self, u: Floats, t: Floats) -> list[Floats]:
        if self.split is not None:
            return [u * (t < self.split), u * (t >= self.split)]
        first = [u, u * t, u * t * t][: self.rows]
        rest = [u**k * t**j for k in range(2, self.powers + 1) for j in (0, 1)]
        return first + rest

    def rises(self, found: Floats, t: Floats) -> Floats:
        """(J, K) the factor of each power of u at the rows t (K,)."""
        ones = np.ones_like(t)
        terms = np.array(self.terms(ones, t)) * found[:, None]
        first = 2 if self.split is not None else self.rows
        parts = [terms[:first].sum(axis=0)]
        parts += [terms[i : i + 2].sum(axis=0) for i in range(first, len(terms), 2)]
        return np.array(parts)


STRAIGHT, FAN, BOW = Model(1, 1), Model(1, 3), Model(3, 3)


class _Fit(NamedTuple):
    """A model with its factors; the weights (N,) of feet and the rows (C,) of chains it found."""

    model: Model
    found: Floats
    weights: Floats
    rows: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Lines:
    """Feet in units of `UNIT_MM` about the middle of the page, (N,), and their chains."""

    u: Floats
    v: Floats
    chain: Ints
    middle: tuple[float, float]
    unit: float

    @classmethod
    def of(cls, traces: Traces, size: tuple[int, int], unit: float) -> _Lines:
        middle = (size[0] / 2, size[1] / 2)
        u, v = (traces.x - middle[0]) / unit, (traces.y - middle[1]) / unit
        return cls(u, v, traces.chain, middle, unit)

    @property
    def chains(self) -> int:
        return int(self.chain.max()) + 1 if len(self.chain) else 0

    def near(self, trend: Floats) -> _Lines:
        """Without chains whose slope is far from `trend` (C,): stamps, notes, links gone astray."""
        _, slopes, _ = self.chain_slopes()
        feet = (np.abs(slopes - trend) <= STRAY_SLOPE)[self.chain]
        _, chain = np.unique(self.chain[feet], return_inverse=True)
        return replace(self, u=self.u[feet], v=self.v[feet], chain=chain.astype(np.int64))

    def trend(self) -> Floats:
        """(C,) slopes of chains as a straight function of their row.

        A median over pairs of chains (Theil and Sen): three in ten may be strays.
        """
        rows, slopes, _ = self.chain_slopes()
        first, second = np.triu_indices(len(rows), 1)
        down = rows[second] - rows[first]
        apart = np.abs(down) > APART_MM / UNIT_MM
        rise = 0.0
        if apart.any():
            rises = (slopes[second] - slopes[first])[apart] / down[apart]
            rise = float(np.clip(np.median(rises), -MOST_FAN, MOST_FAN))
        return np.asarray(rise * rows + weighted_median(slopes - rise * rows, self.lengths()))

    def steps(self, model: Model) -> Floats:
        """(C,) the median slope of the block that a chain stands in."""
        rows, slopes, _ = self.chain_slopes()
        lengths, upper = self.lengths(), rows < (model.split or 0.0)
        both = [weighted_median(slopes[part], lengths[part]) for part in (upper, ~upper)]
        return np.where(upper, *both)

    def chain_slopes(self) -> Slopes:
        """Of each chain; descenders lose their weight."""
        return chain_slopes(self.u, self.v, self.chain, DEVIATION_MM / UNIT_MM)

    def means(self, values: Floats, weights: Floats) -> Floats:
        """(C,) of each chain."""
        return chain_means(values, weights, self.chain)

    def fit(self, model: Model, hand: Ints | None = None) -> _Fit:
        """Least squares over the chains whose number is in `hand`, all if None."""
        dealt: Floats = np.ones(len(self.u))
        if hand is not None:
            dealt = np.isin(self.chain, hand).astype(np.float64)
        weights: Floats = dealt
        rows = self.means(self.v, np.ones(len(self.u)))
        found: Floats = np.zeros(0)
        for _ in range(ROUNDS):
            terms = model.terms(self.u, rows[self.chain])
            offset: Floats = self.means(self.v, weights)[self.chain]
            left = [term - self.means(term, weights)[self.chain] for term in terms]
            root = np.sqrt(weights)
            matrix: Floats = np.stack(left, axis=1)
            weighted = matrix * root[:, None]
            # the normal equations: terms are of the order of 1, and there are thousands of feet
            normal, right = weighted.T @ weighted, weighted.T @ ((self.v - offset) * root)
            found = np.asarray(np.linalg.lstsq(normal, right)[0], dtype=np.float64)
            error: Floats = np.abs(self.v - offset - np.asarray(matrix @ found))
            weights = np.asarray(dealt * _weights(error, dealt > 0), dtype=np.float64)
            rows = self.means(self.v - np.stack(terms, axis=1) @ found, np.ones(len(self.u)))
        return _Fit(model, found, weights, rows)

    def shift(self, fit: _Fit) -> Floats:
        """(N,) D at the feet."""
        terms = np.stack(fit.model.terms(self.u, fit.rows[self.chain]), axis=1)
        return np.asarray(terms @ fit.found, dtype=np.float64)

    def slopes(self, fit: _Fit) -> Floats:
        """(C,) rise of each line from its first to its last letter, over their distance."""
        down = self.shift(fit)
        across = self.u - self.means(self.u, np.ones(len(self.u)))[self.chain]
        ones = np.ones(len(self.u))
        return np.asarray(self.means(across * down, ones) / self.means(across * across, ones))

    def fan(self, fit: _Fit) -> float:
        """By how much slopes change down the page at most, per `UNIT_MM`."""
        ends = np.array([fit.rows.min(), fit.rows.max()])
        step = 1e-3
        up, down = (fit.model.rises(fit.found, ends + d)[0] for d in (-step, step))
        return float(np.abs(down - up).max() / (2 * step))

    def bent(self, fit: _Fit) -> Floats:
        """(N,) D less what a turn of the page undoes."""
        return self.shift(fit) - self.u * self.usual_slope(fit)

    def lengths(self) -> Floats:
        """(C,) of the chains."""
        return chain_lengths(self.u, self.chain)

    def usual_slope(self, fit: _Fit) -> float:
        """The median slope of lines, each weighted by its length."""
        return weighted_median(self.slopes(fit), self.lengths())

    def best(self, s: BendSettings) -> Model | None:
        """The simplest model that foretells lines well, or None where straight ones do."""
        if max(np.abs(self.bent(self.fit(m))).max() for m in (FAN, BOW)) < s.min_bend_mm / UNIT_MM:
            return None
        models = [self.gentle(m) for m in (FAN, BOW)]
        straight, fan, bow = (self.error(m) for m in (STRAIGHT, *models))
        if bow < s.better * fan or fan > s.gain * straight:
            return models[1] if bow <= s.gain * straight else None
        return models[0]

    def gentle(self, model: Model) -> Model:
        """`model`, or without its term of t² where this makes it steep.

        Lines of a few clusters do not tell that term, and at its ends it may run anywhere.
        """
        return model._replace(rows=2) if self.fan(self.fit(model)) > MOST_FAN else model

    def error(self, model: Model) -> float:
        """Mean error on chains that the fit has not seen, averaged over cells along the line."""
        by_row = np.argsort(self.means(self.v, np.ones(len(self.u))))
        errors = [self._unseen(model, by_row[i::2], by_row[1 - i :: 2]) for i in (0, 1)]
        return float(np.concatenate(errors).mean())

    def _unseen(self, model: Model, seen: Ints, unseen: Ints) -> Floats:
        fit = self.fit(model, seen)
        left = self.v - self.shift(fit)
        left = left - self.means(left, np.ones(len(left)))[self.chain]
        left = left - self.means(left, _weights(np.abs(left)))[self.chain]
        left = np.clip(left, -FOOT_MM / UNIT_MM, FOOT_MM / UNIT_MM)
        tried = np.isin(self.chain, unseen)
        cell = np.floor(self.u[tried] * (UNIT_MM / CELL_MM)).astype(np.int64)
        _, cell = np.unique(self.chain[tried] * 1000 + cell, return_inverse=True)
        count = np.bincount(cell)
        mean = np.abs(np.bincount(cell, left[tried]) / count)
        return np.asarray(mean[count >= CELL_LETTERS])

    def blocks(self, s: BendSettings) -> Model | None:
        """Two blocks, if slopes fall into two families, one above the other, and into no fan."""
        rows, slopes, _ = self.chain_slopes()
        lengths, order = self.lengths(), np.argsort(rows)
        rows, slopes, lengths = rows[order], slopes[order], lengths[order]
        least: tuple[float, int] | None = None
        for k in range(s.block_chains, len(rows) - s.block_chains + 1):
            if min(lengths[:k].sum(), lengths[k:].sum()) < s.block_mm / UNIT_MM:
                continue
            upper, lower = (
                weighted_median(slopes[:k], lengths[:k]),
                weighted_median(slopes[k:], lengths[k:]),
            )
            if not s.block_deg[0] <= abs(np.degrees(lower - upper)) <= s.block_deg[1]:
                continue
            fitted = np.where(np.arange(len(rows)) < k, upper, lower)
            error = float((lengths * np.minimum(np.abs(slopes - fitted), STRAY_SLOPE)).sum())
            if least is None or error < least[0]:
                least = (error, k)
        if least is None:
            return None
        k = least[1]
        step = weighted_median(slopes[:k], lengths[:k]) - weighted_median(slopes[k:], lengths[k:])
        for part in (slice(0, k), slice(k, None)):
            off = np.abs(slopes[part] - weighted_median(slopes[part], lengths[part]))
            if s.block_apart * weighted_median(off, lengths[part]) > abs(step):
                return None
        model = Model(1, 1, float(rows[k - 1] + rows[k]) / 2)
        alone = self.near(self.steps(model))
        # a fan over two clusters of lines looks much like two blocks: it goes first
        fan = min(alone.slope_error(m) for m in (FAN, BOW))
        return model if alone.slope_error(model) < s.block_better * fan else None

    def slope_error(self, model: Model) -> float:
        """How far slopes of chains are from those of a fit, each weighted by its length."""
        error = np.abs(self.chain_slopes()[1] - self.slopes(self.fit(model)))
        return float(np.average(error, weights=self.lengths()))

    def lean(self, fit: _Fit, bent_mm: float) -> Lean:
        """The measurements and the map of a fit."""
        slopes, split = np.degrees(np.arctan(self.slopes(fit))), fit.model.split
        first, last = int(fit.rows.argmin()), int(fit.rows.argmax())
        ends = fit.rows[first], fit.rows[last]
        blocks = None
        if split is None:
            rows = np.linspace(*ends, max(2, round((ends[1] - ends[0]) * UNIT_MM / ROW_STEP_MM)))
        else:
            upper = fit.rows < split
            rows = np.array([fit.rows[upper].max(), fit.rows[~upper].min()])
            type_in = self.lengths()
            both = float(slopes[first]), float(slopes[last])
            blocks = both if type_in[upper].sum() >= type_in[~upper].sum() else both[::-1]
        used = self.u[fit.weights > 0]
        bend = Bend(
            Affine(),
            self.middle[0],
            self.unit,
            (float(used.min()), float(used.max())),
            tuple(float(r) for r in rows * self.unit + self.middle[1]),
            tuple(
                tuple(float(r) for r in rise)
                for rise in fit.model.rises(fit.found, rows) * self.unit
            ),
        )
        turn = float(np.degrees(np.arctan(self.usual_slope(fit))))
        spread = float(slopes[last] - slopes[first])
        return Lean(bend, turn, spread, blocks, bent_mm, fit.model)
