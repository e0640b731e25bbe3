"""Rows of type, and inks that differ a little: what they tell of pixels whose truth is known."""

import numpy as np
import pytest

from ocr.prepare.evidence import in_rows, told_by_ink
from ocr.prepare.illumination import PAPER

TYPE, VIOLET, GREY = (60, 55, 50), (105, 90, 118), (105, 105, 105)


def page(ink: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(60, 120, 3) strokes of type at the left, of `ink` at the right; (60, 120) where each is."""
    typed, mark = np.zeros((2, 60, 120), np.bool_)
    typed[4:56:8, 2:60] = typed[5:56:8, 2:60] = True
    mark[4:56:8, 60:118] = mark[5:56:8, 60:118] = True
    image = np.full((60, 120, 3), PAPER, np.float64)
    image[typed], image[mark] = TYPE, ink
    image += np.random.default_rng(0).normal(0, 4, image.shape)
    return image.clip(0, 255).astype(np.uint8), typed, mark


def gray_of(image: np.ndarray) -> np.ndarray:
    return image.mean(axis=2).astype(np.uint8)


@pytest.mark.parametrize("ink", [VIOLET, GREY], ids=["by hue", "by darkness"])
def test_an_ink_unlike_types_is_told(ink: tuple[int, int, int]) -> None:
    image, typed, mark = page(ink)
    known = np.zeros_like(mark)
    known[:40] = True  # what lies below is to be told
    told = told_by_ink(gray_of(image), image, mark & known, typed & known)
    assert (told[mark & ~known] > 1).mean() > 0.95
    assert (told[typed & ~known] < -1).mean() > 0.95
    assert (told[~mark & ~typed] == 0).all()


def test_inks_that_are_alike_tell_nothing() -> None:
    image, typed, mark = page(TYPE)
    assert not told_by_ink(gray_of(image), image, mark, typed).any()
    image, typed, mark = page(VIOLET)
    few = mark & (np.arange(120) < 65)
    assert not told_by_ink(gray_of(image), image, few, typed).any()


def test_a_darker_mark_is_not_told_by_darkness() -> None:
    image, typed, mark = page(GREY)
    assert not told_by_ink(gray_of(image), None, typed, mark).any()


def test_rows_go_on_beside_type_and_not_between() -> None:
    typed = np.zeros((60, 400), np.float32)
    for top in (10, 34):
        typed[top : top + 8, 20:200:3] = 1
    rows = in_rows(typed, 60)
    assert rows[14, 20:215].min() == 1
    assert rows[24:30].max() == 0
    assert rows[14, 300:].max() == 0
