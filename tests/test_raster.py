"""Components of a mask with few rows of ink are those of the same mask with many."""

import numpy as np

from ocr.raster import components


def test_empty_rows_change_nothing_but_the_time() -> None:
    rng = np.random.default_rng(5)
    ink = rng.random((12, 40)) < 0.4
    ink[[3, 7]] = False
    sparse = np.zeros((60, 40), dtype=np.bool_)
    sparse[20:32] = ink
    a, b = components(ink), components(sparse)
    assert sorted(zip(a.left, a.top + 20, a.width, a.height, a.area, strict=True)) == sorted(
        zip(b.left, b.top, b.width, b.height, b.area, strict=True)
    )
    for i in range(len(b.left)):
        box = b.box(i)
        assert (b.labels[box.top : box.bottom, box.left : box.right] == i + 1).sum() == b.area[i]
    assert (b.labels > 0).sum() == ink.sum()


def test_a_mask_of_few_components_is_that_of_many() -> None:
    ink = np.zeros((20, 200), dtype=np.bool_)
    ink[4:9, ::2] = True
    ink[10, 4:100] = True
    found = components(ink)
    few = np.zeros(len(found.left), dtype=np.bool_)
    few[[0, 7, 99]] = True
    assert (found.mask(few) == np.isin(found.labels, np.flatnonzero(few) + 1)).all()
    assert (found.mask(~few) == (ink & ~found.mask(few))).all()


def test_no_ink_no_components() -> None:
    assert len(components(np.zeros((9, 9), dtype=np.bool_)).left) == 0
