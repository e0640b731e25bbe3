"""Confidences of known worth have the curve, the error and the catch that they must have."""

import numpy as np
import pytest

from ocr.evaluate.calibration import BINS, CHECKED_PERCENT, Calibration, reliability


def test_honest_confidences_have_no_calibration_error():
    sure = np.repeat([0.05, 0.35, 0.75, 1.0], 100)
    right = np.concatenate([np.arange(100) < share for share in (5, 35, 75, 100)])
    honest = reliability(sure, right)
    assert honest.expected_error == pytest.approx(0)
    assert [(b.words, b.share_right) for b in honest.curve if b.words] == [
        (100, 0.05),
        (100, 0.35),
        (100, 0.75),
        (100, 1),
    ]
    assert honest.curve[0].high == honest.curve[1].low == 0.1
    assert honest.curve[-1].confidence == 1


def test_boasting_is_measured():
    """60 words at 0.9 of which two thirds are right, 40 at 0.5 of which all are."""
    boast = reliability([0.9] * 60 + [0.5] * 40, [True] * 40 + [False] * 20 + [True] * 40)
    assert boast.expected_error == pytest.approx(0.6 * (0.9 - 2 / 3) + 0.4 * 0.5)


def test_errors_are_caught_where_confidence_is_low():
    sure = np.arange(100) / 100
    right = np.ones(100, dtype=bool)
    right[[0, 4, 7, 99]] = False
    caught = {k: reliability(sure, right).caught(k) for k in CHECKED_PERCENT}
    assert caught == {1: 0.25, 2: 0.25, 5: 0.5, 10: 0.75, 20: 0.75}


def test_a_tie_is_checked_in_no_order():
    """All equally sure: whoever checks k % finds k %, wherever the errors stand."""
    for right in ([False] * 5 + [True] * 95, [True] * 95 + [False] * 5):
        same = reliability([0.7] * 100, right)
        assert [same.caught(k) for k in CHECKED_PERCENT] == pytest.approx(
            [k / 100 for k in CHECKED_PERCENT]
        )
    cut = reliability([0.1] * 2 + [0.5] * 10 + [0.9] * 88, [False, True] * 6 + [True] * 88)
    # 5 of 100 words: both of the first, three of the ten with five errors.
    assert cut.caught(5) == pytest.approx((1 + 3 * 5 / 10) / 6)


def test_pages_add_up():
    rng = np.random.default_rng(0)
    sure = rng.random(500)
    right = rng.random(500) < sure
    whole = reliability(sure, right)
    pages = [reliability(sure[n : n + 100], right[n : n + 100]) for n in range(0, 500, 100)]
    added = sum(pages, Calibration())
    assert added.curve == whole.curve
    assert (added.total, added.errors) == (500, int((~right).sum()))
    assert [added.caught(k) for k in range(101)] == [whole.caught(k) for k in range(101)]
    assert whole.expected_error < 0.1
    assert whole.caught(20) > 0.3


def test_nothing_and_nonsense():
    for nothing in (Calibration(), reliability([], [])):
        assert nothing.expected_error is None
        assert nothing.caught(5) is None
        assert len(nothing.curve) == BINS
    assert reliability([0.2], [True]).caught(5) is None
    for wrong in ([1.2], [-0.1], [float("nan")], [0.5, 0.5]):
        with pytest.raises(ValueError, match="confidences"):
            reliability(wrong, [True])
