"""Where the nets of marks look, and what they may take: blocks, and words within rows."""

import numpy as np
import pytest

from ocr.geometry import Box
from ocr.prepare.mark_nets import BLOCK, _blocks
from ocr.prepare.marks import Group
from ocr.prepare.marks_by_shape import _within_row


@pytest.mark.parametrize("share", [0.02, 0.2, 1.0])
def test_blocks_cover_all_squares_with_no_more_than_a_grid_needs(share: float) -> None:
    there = np.random.default_rng(1).random((30, 22)) < share
    covered = np.zeros_like(there)
    blocks = list(_blocks(there))
    for row, column in blocks:
        covered[row : row + BLOCK, column : column + BLOCK] = True
    on_grid = sum(
        bool(there[r : r + BLOCK, c : c + BLOCK].any())
        for r in range(0, 30, BLOCK)
        for c in range(0, 22, BLOCK)
    )
    assert not (there & ~covered).any()
    assert len(blocks) <= on_grid


def test_squares_beside_each_other_are_seen_in_one_block() -> None:
    there = np.zeros((12, 12), dtype=np.bool_)
    there[3:5, 3:5] = True  # across the corner of four blocks of a fixed grid
    assert len(list(_blocks(there))) == 1


@pytest.mark.parametrize(
    ("lower", "ends_at", "expected"), [(0, 12, True), (6, 12, False), (0, 8, False)]
)
def test_what_stands_within_a_row_is_a_word_of_it(lower: int, ends_at: int, expected: bool) -> None:
    """Twelve letters of a row, the fifth to eighth taken for a mark, perhaps lower, or the last."""
    ink, is_mark = (np.zeros((80, 300), dtype=np.bool_) for _ in range(2))
    for i in range(ends_at):
        top = 30 + lower * (4 <= i < 8)
        (is_mark if 4 <= i < 8 else ink)[top : top + 16, 20 + 15 * i : 31 + 15 * i] = True
    box = Box(80, 30 + lower, 136, 46 + lower)
    group = Group(box, is_mark[box.top : box.bottom, box.left : box.right].copy(), 1)
    assert _within_row(group, is_mark, ink) == expected
