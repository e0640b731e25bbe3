"""How often do 95 % intervals hold the true rate? Simulated pages whose rate is known.

    python benchmarks/coverage.py [--samples 2000]

Pages of 20 lines of 20 to 64 characters, a true CER of 3 %. Rates of pages spread as the first
column says; within a page lines spread too, so that few lines hold most errors. Beside it plain
percentiles of pages drawn with replacement, and the difference of a run that errs by a fifth less.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
from rich.console import Console
from rich.table import Table

from ocr.evaluate.bootstrap import Floats, differences, intervals

RATE = 0.03
BETTER = 0.8
LINES = 20
PAGES = (2, 3, 4, 6, 8, 12, 20, 30, 60)
PERCENTILE_RESAMPLES = 1000

Spread = Callable[[np.random.Generator, tuple[int, ...]], Floats]
"""Rates of pages, mean 1."""


def gamma(spread: float) -> Spread:
    return lambda rng, shape: rng.gamma(spread**-2, spread**2, shape)


def lognormal(spread: float) -> Spread:
    variance = np.log(1 + spread**2)
    return lambda rng, shape: rng.lognormal(-variance / 2, np.sqrt(variance), shape)


def bad_pages(share: float, times: float) -> Spread:
    mean = 1 + share * (times - 1)
    return lambda rng, shape: np.where(rng.random(shape) < share, times, 1.0) / mean


SPREADS = {
    "0.3 of their mean": gamma(0.3),
    "0.6 of their mean": gamma(0.6),
    "their mean": gamma(1.0),
    "0.6, lognormal": lognormal(0.6),
    "their mean, lognormal": lognormal(1.0),
    "one in seven five times as bad": bad_pages(1 / 7, 5),
}


def simulate(spread: Spread, samples: int, pages: int, rng: np.random.Generator) -> Floats:
    """(3, S, C): errors of a run, of a better one, and characters, of each page."""
    page = spread(rng, (samples, pages, 1))
    line = rng.gamma(0.5, 2, (samples, pages, LINES))
    totals = rng.integers(20, 65, line.shape)
    errors = [rng.poisson(RATE * better * page * line * totals) for better in (1, BETTER)]
    return np.stack([part.sum(axis=2) for part in (*errors, totals)]).astype(np.float64)


def percentiles(errors: Floats, totals: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    pages = errors.shape[1]
    draws = rng.multinomial(pages, np.full(pages, 1 / pages), PERCENTILE_RESAMPLES).T
    low, high = np.quantile((errors @ draws) / (totals @ draws), [0.025, 0.975], axis=1)
    return low, high


def held(ends: tuple[Floats, Floats], truth: float) -> str:
    """Percent of the intervals that hold the truth."""
    return f"{100 * ((ends[0] <= truth) & (truth <= ends[1])).mean():.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--samples", type=int, default=2000)
    options = parser.parse_args()
    table = Table("rates of pages spread by", "interval of", *(f"{n} pages" for n in PAGES))
    for name, spread in SPREADS.items():
        rows: list[list[str]] = [[], [], []]
        for pages in PAGES:
            rng = np.random.default_rng(pages)
            a, b, totals = simulate(spread, options.samples, pages, rng)
            rows[0].append(held(intervals(a, totals, rng), RATE))
            rows[1].append(held(percentiles(a, totals, rng), RATE))
            pair = differences(np.stack([a, b, totals, totals]), rng)
            rows[2].append(held(pair, (BETTER - 1) * RATE))
        for kind, row in zip(
            ("the rate", "the same, percentiles", "a difference"), rows, strict=True
        ):
            table.add_row(name if kind == "the rate" else "", kind, *row)
    console = Console()
    (console if console.is_terminal else Console(width=140)).print(table)


if __name__ == "__main__":
    main()
