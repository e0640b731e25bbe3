"""Readings of one line that are put to the vote."""

import numpy as np
import pytest

from ocr.recognize.careful import LOOKS, Look, agreed, in_strip, is_doubtful, seen
from ocr.recognize.ctc import Struck


def reading(shapes: list[int], sure: float = 0.9) -> list[Struck]:
    return [Struck(shape, 5.0 * i, sure) for i, shape in enumerate(shapes)]


def shapes(letters: list[Struck]) -> list[int]:
    return [letter.shape for letter in letters]


@pytest.mark.parametrize(
    ("readings", "voted"),
    [
        ([[1, 2, 3], [1, 7, 3], [1, 7, 3]], [1, 7, 3]),  # a letter that one look alone saw falls
        ([[1, 2, 3], [1, 3], [1, 3]], [1, 3]),  # one too many
        ([[1, 3], [1, 2, 3], [1, 2, 3]], [1, 2, 3]),  # one too few
        ([[], [4], []], []),
    ],
)
def test_what_most_looks_see_stands(readings: list[list[int]], voted: list[int]) -> None:
    assert shapes(agreed([reading(each) for each in readings])) == voted


def test_a_sure_look_outweighs_two_in_doubt_and_leaves_their_letter_as_possible() -> None:
    doubtful = [Struck(2, 0.0, 0.5, ((1, 0.45),))]
    (letter,) = agreed([[Struck(1, 0.0, 0.98)], doubtful, doubtful])
    assert letter.shape == 1
    assert letter.others[0][0] == 2
    assert letter.confidence + letter.others[0][1] <= 1.0


def test_a_line_alike_in_all_looks_stays_as_it_is_and_where_it_is() -> None:
    once = reading([5, 6, 7], sure=0.5)
    voted = agreed([once, once, once])
    assert shapes(voted) == [5, 6, 7]
    assert [x.step for x in voted] == [x.step for x in once]
    assert is_doubtful(once)
    assert not is_doubtful(reading([5, 6, 7], sure=0.99))


@pytest.mark.parametrize("look", LOOKS)
def test_a_stroke_is_found_where_it_was(look: Look) -> None:
    strip = np.full((40, 400), 255, np.uint8)
    strip[10:30, 200:204] = 0
    view = seen(strip, look)
    assert view.shape[0] == 40
    column = float(np.flatnonzero((view < 128).any(axis=0)).mean()) + 0.5
    (letter,) = in_strip([Struck(1, column / 4 - 0.5, 0.9)], look)
    assert abs((letter.step + 0.5) * 4 - 202) < 2
    rows = np.flatnonzero((view < 128).any(axis=1))
    assert rows[0] == 10 + look.lower_px
