"""Where the net of marks looks: blocks cover every square named, and no more than need be."""

import numpy as np
import pytest

from ocr.prepare.marks_by_shape import BLOCK, _blocks


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
