"""How sure a rate is: 95 % intervals by resampling pages, and of the difference of two runs.

A rate is a ratio of sums, errors over totals. Errors come in bunches, a bad page here and a bad
stamp there, so the page is what is drawn, with all of its lines; a sample of one page draws its
lines instead and speaks of that page alone.

Method. Studentised bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, 12.5)
with the linearised standard error of a ratio, on the scale of the square root, which is nearer to
symmetric and cannot fall below 0. The tails are taken at Φ(−t) of Student's t with one degree of
freedom less than there are pages, not at 2.5 %, since few pages show less spread than there is
(Hesterberg, The American Statistician 69, 2015, 371–386, does the same for percentiles). Two or
three pages are too few to resample: there Student's t itself serves. A difference is treated
likewise, without the root.

Floor. No interval is narrower than if every character were a coin of its own (Wilson, JASA 22,
1927): a run without an error still has an upper bound, about 3.8 / total, which is the rule of
three for two sides. It is a little too good, as errors in bunches are fewer independent ones.

Accuracy. Simulated pages of 20 lines, errors in bunches, rates of pages spread by 0.3 to 1 times
their mean (gamma and lognormal), 2 000 samples each: the true rate lies in 93.7 to 96.5 % of the
intervals with 12, 20, 30 or 60 pages, in 94 to 98 % with 4 to 8, in 90 to 96 % with 2 or 3.
Percentiles hold it in 84 to 90 % with 12 pages. No method knows of what a sample doesn't show:
where one page in seven is five times as bad as the rest, 12 pages give 86 % and 30 give 95 %.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations_with_replacement
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
NORMAL = NormalDist()

# Resamples. Of 2 000 some 28 lie beyond the tails of 12 pages; ends move by 2 % of the width
# from seed to seed, 10 000 move them by 1 %.
RESAMPLES = 2000
# Clusters. Two or three have so few different resamples that 10 to 40 % of the intervals miss.
FEW_CLUSTERS = 4
# Clusters. More are dealt into this many bundles, which are as independent as the pages were;
# keeps 10 000 pages at some hundredths of a second.
MOST_CLUSTERS = 400
# Of the sample's own standard error: the least that a resample may show. One of a page many times
# over shows next to none and would throw the ends 100 times the rate away; 0.5 keeps coverage
# from 4 pages on (measured, 0.01 to 1) and the widest intervals at some 10 times the rate.
LEAST_SPREAD = 0.5


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, a rate or a difference of rates (1 is 100 %).

    Both are NaN where there is nothing to measure, i.e. where the truth is empty.
    """

    low: float
    high: float


def interval(
    errors: npt.ArrayLike,
    totals: npt.ArrayLike,
    clusters: npt.ArrayLike,
    rng: np.random.Generator,
    level: float = 0.95,
) -> Interval:
    """Confidence interval of Σ errors / Σ totals.

    errors    (N,) counts, one a line
    totals    (N,) counts of the truth; errors may be more than the total (insertions)
    clusters  (N,) which page a line is of: any integers. Of one page, its lines are drawn.
    level     share of such intervals that are to hold the true rate

    Raises ValueError for arrays of unequal length.
    """
    _, table = _clustered([errors, totals], clusters)
    if table[1].sum() <= 0:
        return Interval(math.nan, math.nan)
    low, high = intervals(table[0][None], table[1][None], rng, level)
    return Interval(float(low[0]), float(high[0]))


def paired(
    errors_a: npt.ArrayLike,
    errors_b: npt.ArrayLike,
    totals_a: npt.ArrayLike,
    totals_b: npt.ArrayLike,
    clusters: npt.ArrayLike,
    rng: np.random.Generator,
    level: float = 0.95,
) -> Interval:
    """Confidence interval of (rate of b − rate of a), two runs over the same lines.

    Arrays as in `interval`, row by row the same line in both. What both runs find hard cancels
    out, so this is narrower than what two intervals side by side suggest; 0 outside it is a
    difference that chance alone seldom makes.

    Raises ValueError for arrays of unequal length.
    """
    lines, table = _clustered([errors_a, errors_b, totals_a, totals_b], clusters)
    least = float(lines[2:].sum(axis=1).min(initial=math.inf))
    if least <= 0:
        return Interval(math.nan, math.nan)
    low, high = differences(table[:, None], rng, level)
    # Errors that only one of them has, each a coin of its own; without any, the rule of three.
    z = NORMAL.inv_cdf(0.5 + level / 2)
    apart = float(np.abs(lines[1] - lines[0]).sum())
    reach = z * math.sqrt(apart + z * z) / least
    middle = float(_measure(table[:, None], None)[0][0])
    return Interval(min(float(low[0]), middle - reach), max(float(high[0]), middle + reach))


def intervals(
    errors: Floats, totals: Floats, rng: np.random.Generator, level: float = 0.95
) -> tuple[Floats, Floats]:
    """`interval` of many samples of equally many clusters at once, with the same resamples.

    errors, totals  (S, C) sums of each cluster; every sample has a total above 0

    Returns lower and upper ends, (S,) each.
    """
    rate, spread = _measure(np.stack([errors, totals]), None)
    middle, scale = _root(rate, spread)
    if errors.shape[1] < FEW_CLUSTERS:
        reach = _student(errors.shape[1] - 1, level) * scale
        low, high = middle - reach, middle + reach
    else:
        again = _root(*_measure(np.stack([errors, totals]), _draws(errors.shape[1], rng)))
        low, high = _studentised((middle, scale), again, _tail(errors.shape[1], level))
    low_coin, high_coin = _coins(rate, totals.sum(axis=1), level)
    return np.minimum(low.clip(0) ** 2, low_coin), np.maximum(high**2, high_coin)


def differences(
    table: Floats, rng: np.random.Generator, level: float = 0.95
) -> tuple[Floats, Floats]:
    """`paired` of many samples at once, without its floor.

    table  (4, S, C): errors of a, errors of b, totals of a, totals of b, sums of each cluster

    Returns lower and upper ends, (S,) each.
    """
    clusters = table.shape[2]
    middle, spread = _measure(table, None)
    if clusters < FEW_CLUSTERS:
        reach = _student(clusters - 1, level) * spread
        return middle - reach, middle + reach
    again = _measure(table, _draws(clusters, rng))
    return _studentised((middle, spread), again, _tail(clusters, level))


# --- one page, many resamples ----------------------------------------------------------------


def _clustered(rows: Sequence[npt.ArrayLike], clusters: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Rows as (R, N) and their sums by cluster, (R, C); lines are the clusters of one page."""
    lines = np.stack([np.asarray(row, dtype=np.float64) for row in rows])
    index = np.unique(np.asarray(clusters), return_inverse=True)[1]
    if lines.ndim != 2 or index.shape != lines.shape[1:]:
        raise ValueError(f"arrays of unequal length: {lines.shape[1:]} and {index.shape}")
    if len(index) and index.max() == 0:
        index = np.arange(len(index))
    index %= MOST_CLUSTERS
    sums = [np.bincount(index, row, minlength=1) for row in lines]
    table = np.stack(sums).astype(np.float64)
    return lines, table[:, table.any(axis=0)]  # pages where nothing is or was read say nothing


def _draws(clusters: int, rng: np.random.Generator) -> Floats:
    """(C, B): how often each resample draws each cluster."""
    equal = np.full(clusters, 1 / clusters)
    return rng.multinomial(clusters, equal, RESAMPLES).T.astype(np.float64)


def _measure(table: Floats, draws: Floats | None) -> tuple[Floats, Floats]:
    """The rate or difference of rates, and its standard error.

    table  (2, S, C) errors and totals, or (4, S, C) as in `differences`
    draws  (C, B), or None for the sample itself

    Returns two of (S, B), or (S,) for the sample itself; NaN where a resample has no total.

    The error is that of the linear part: with residues u = Σ k·x over the parts x of a cluster,
    its square is Σ u² · C / (C − 1). Σ u² is written out as products of parts, so that all
    resamples are matrix products.
    """
    clusters = table.shape[2]
    weights = np.ones((clusters, 1)) if draws is None else draws
    sums = table @ weights
    with np.errstate(divide="ignore", invalid="ignore"):
        if len(table) == 2:
            value = sums[0] / sums[1]
            factors = [1 / sums[1], -value / sums[1]]
        else:
            a, b = sums[0] / sums[2], sums[1] / sums[3]
            value = b - a
            factors = [-1 / sums[2], 1 / sums[3], a / sums[2], -b / sums[3]]
        square = np.zeros_like(value)
        for i, j in combinations_with_replacement(range(len(table)), 2):
            twice = 1.0 if i == j else 2.0
            square += twice * factors[i] * factors[j] * ((table[i] * table[j]) @ weights)
    spread = np.sqrt(square.clip(0) * (clusters / max(clusters - 1, 1)))
    return (value[:, 0], spread[:, 0]) if draws is None else (value, spread)


def _root(rate: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """√rate and its standard error, spread / 2√rate; a rate of 0 has none to speak of."""
    root = np.sqrt(rate)
    return root, np.divide(spread, 2 * root, out=np.zeros_like(rate), where=root > 0)


def _studentised(
    sample: tuple[Floats, Floats], again: tuple[Floats, Floats], tail: float
) -> tuple[Floats, Floats]:
    """Ends from values and standard errors of the sample, (S,), and of its resamples, (S, B)."""
    middle, scale = sample
    values, scales = again
    least = np.maximum(LEAST_SPREAD * scale, np.finfo(np.float64).tiny)[:, None]
    off = np.nan_to_num((values - middle[:, None]) / np.maximum(scales, least), nan=0.0)
    below, above = np.quantile(off, [tail, 1 - tail], axis=1)
    return middle - above * scale, middle - below * scale


def _coins(rate: Floats, total: Floats, level: float) -> tuple[Floats, Floats]:
    """The interval of `total` independent characters: Wilson's up to a rate of 1, Poisson's above.

    Poisson's on the scale of the root, where counts have a standard error of 1/2.
    """
    z = NORMAL.inv_cdf(0.5 + level / 2)
    spare = z * z / total
    p = rate.clip(0, 1)
    reach = np.sqrt(spare * (p * (1 - p) + spare / 4))
    low, high = ((p + spare / 2 + sign * reach) / (1 + spare) for sign in (-1, 1))
    roots = [np.sqrt(rate) + sign * np.sqrt(spare) / 2 for sign in (-1, 1)]
    low = np.where(rate > 1, roots[0].clip(0) ** 2, low).clip(0)
    return low, np.where(rate > 1, roots[1] ** 2, high)


@cache
def _tail(clusters: int, level: float) -> float:
    """Share of the resamples beyond either end: Φ(−t)."""
    return NORMAL.cdf(-_student(clusters - 1, level))


@cache
def _student(freedom: int, level: float) -> float:
    """Student's t with P(|T| ≤ t) = level, by halving; 0 for no degree of freedom.

    The probability is the finite sum over powers of cos θ, t = √freedom · tan θ (Abramowitz and
    Stegun 26.7.3 and 26.7.4), exact to rounding.
    """
    if freedom < 1:
        return 0.0
    low, high = 0.0, math.pi / 2
    for _ in range(60):
        angle = (low + high) / 2
        odd = freedom % 2
        term = math.cos(angle) if odd else 1.0
        total = term if freedom > 1 else 0.0
        for n in range(2 + odd, freedom - 1, 2):
            term *= (n - 1) / n * math.cos(angle) ** 2
            total += term
        share = math.sin(angle) * total
        if odd:
            share = 2 / math.pi * (angle + share)
        low, high = (angle, high) if share < level else (low, angle)
    return math.sqrt(freedom) * math.tan(low)
