"""Maps of boxes."""

import numpy as np
import pytest

from ocr.geometry import Affine, Box

TURNED = Affine.rotation(7.3).then(Affine.scaling(0.47, 1.9)).then(Affine.translation(-31.2, 8.0))


@pytest.mark.parametrize("to_new", [Affine(), TURNED, TURNED.inverse(), Affine.rotation(180.0)])
def test_many_boxes_map_as_each_alone(to_new: Affine) -> None:
    rng = np.random.default_rng(3)
    drawn = rng.integers(0, 900, (200, 4)).tolist()
    boxes = [Box(left, top, left + width, top + height) for left, top, width, height in drawn]
    assert to_new.boxes(boxes) == [to_new.box(box) for box in boxes]
    assert to_new.boxes([]) == []


def test_the_identity_grows_no_box() -> None:
    box = Box(3, 5, 8, 13)
    there_and_back = TURNED.then(TURNED.inverse())
    assert there_and_back.boxes([box]) == [there_and_back.box(box)] == [box]
