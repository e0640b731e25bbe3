"""Intervals hold the true rate as often as they say: pages differ, errors come in bunches."""

import math

import numpy as np
import pytest

from ocr.evaluate.bootstrap import differences, interval, intervals, paired

SIMULATIONS = 1000
LINES = 20
RATE = 0.03


def simulate(pages: int, rng: np.random.Generator, factor: float = 1.0):
    """Errors and totals, (S, C, L), of lines; rates of pages spread by 0.6 of their mean.

    Bad lines are bad on their own: three in ten of them hold most of their page's errors.
    """
    page = rng.gamma(1 / 0.6**2, 0.6**2, (SIMULATIONS, pages, 1))
    bunch = rng.gamma(0.5, 2, (SIMULATIONS, pages, LINES))
    totals = rng.integers(20, 65, bunch.shape)
    return [
        rng.poisson(RATE * f * page * bunch * totals).astype(float) for f in (1, factor)
    ], totals.astype(float)


def coverage(ends, truth: float) -> float:
    low, high = ends
    return float(((low <= truth) & (truth <= high)).mean())


@pytest.mark.parametrize("pages", [6, 12, 30, 60])
def test_the_true_rate_lies_in_95_of_100_intervals(pages):
    rng = np.random.default_rng(pages)
    (errors, _), totals = simulate(pages, rng)
    held = coverage(intervals(errors.sum(2), totals.sum(2), rng), RATE)
    assert 0.93 <= held <= 0.97


def test_lines_as_if_they_were_independent_hold_it_too_seldom():
    rng = np.random.default_rng(3)
    (errors, _), totals = simulate(12, rng)
    flat = (SIMULATIONS, -1)
    assert coverage(intervals(errors.reshape(flat), totals.reshape(flat), rng), RATE) < 0.75


@pytest.mark.parametrize("pages", [12, 30])
def test_the_true_difference_of_two_runs_lies_in_95_of_100(pages):
    rng = np.random.default_rng(pages)
    (a, b), totals = simulate(pages, rng, factor=0.8)
    table = np.stack([part.sum(2) for part in (a, b, totals, totals)])
    assert 0.93 <= coverage(differences(table, rng), -0.2 * RATE) <= 0.97


def test_the_interval_of_lines_is_that_of_their_pages():
    (errors, _), totals = simulate(12, np.random.default_rng(0))
    clusters = np.repeat(np.arange(12), LINES) * 7 - 3
    one = interval(
        errors[0].ravel(), totals[0].ravel(), clusters, np.random.default_rng(5), level=0.9
    )
    many = intervals(errors[:1].sum(2), totals[:1].sum(2), np.random.default_rng(5), level=0.9)
    assert (one.low, one.high) == pytest.approx((many[0][0], many[1][0]))
    assert one.low < errors[0].sum() / totals[0].sum() < one.high


def test_pairing_sees_what_two_intervals_hide():
    rng = np.random.default_rng(1)
    (errors, _), totals = simulate(30, rng)
    a, t = errors[0].ravel(), totals[0].ravel()
    b = a + (np.arange(a.size) % 10 == 0)  # a new error in every tenth line
    clusters = np.repeat(np.arange(30), LINES)
    difference = paired(a, b, t, t, clusters, rng)
    alone = interval(a, t, clusters, rng)
    assert difference.low > 0
    assert b.sum() / t.sum() < alone.high
    swapped = paired(b, a, t, t, clusters, np.random.default_rng(1))
    assert swapped.high < 0


@pytest.mark.parametrize("pages", [1, 2, 5, 40])
def test_no_error_seen_is_not_no_error(pages):
    rows = 200
    clusters = np.arange(rows) % pages
    none = interval(np.zeros(rows), np.full(rows, 50), clusters, np.random.default_rng(0))
    assert none.low == 0
    assert 3 / 10_000 < none.high < 4 / 10_000  # the rule of three; two-sided, so a little more
    same = paired(
        *[np.ones(rows)] * 2, *[np.full(rows, 50)] * 2, clusters, np.random.default_rng(0)
    )
    assert same.high == -same.low
    assert 3 / 10_000 < same.high < 4 / 10_000


def test_one_page_is_judged_by_its_lines():
    errors, totals = np.tile([0, 0, 0, 4], 10), np.full(40, 40)
    lines = interval(errors, totals, np.zeros(40), np.random.default_rng(0))
    rows = interval(errors, totals, np.arange(40), np.random.default_rng(0))
    assert lines == rows
    assert lines.low < 0.025 < lines.high < 0.06


def test_few_rows_and_odd_ones_divide_nothing_by_zero():
    rng = np.random.default_rng(0)
    assert interval([40], [40], [0], rng).high == 1
    assert interval([3], [40], [0], rng).low > 0
    assert interval([60], [40], [0], rng).low < 1.5 < interval([60], [40], [0], rng).high
    one_bad = interval([9, *[0] * 7], [90] * 8, range(8), rng)
    assert one_bad.low == 0
    assert one_bad.high < 12 * 9 / 720
    spurious = interval([3, *[1] * 7], [0, *[90] * 7], range(8), rng)  # a page without truth
    assert 0 < spurious.low < 10 / 630 < spurious.high < math.inf
    for errors, totals in (([], []), ([0, 0], [0, 0]), ([2, 0], [0, 0])):
        nothing = interval(errors, totals, range(len(errors)), rng)
        assert math.isnan(nothing.low)
        assert math.isnan(nothing.high)
    with pytest.raises(ValueError, match="unequal"):
        interval([1, 2], [1, 2], [0], rng)


def test_thousands_of_pages_are_dealt_into_bundles():
    rng = np.random.default_rng(0)
    errors, totals = rng.poisson(1.2, (1, 3000)).astype(float), np.full((1, 3000), 40.0)
    whole = intervals(errors, totals, rng)
    dealt = interval(errors[0], totals[0], range(3000), rng)
    assert (dealt.low, dealt.high) == pytest.approx((whole[0][0], whole[1][0]), rel=0.02)
