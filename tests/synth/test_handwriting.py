"""A note by hand says what the truth says, and its ink is where the truth says it is."""

import numpy as np

from ocr.document import MarkKind
from ocr.geometry import Point
from ocr.synth.handwriting import NOTES, note
from ocr.synth.marks import BLUE_PENCIL

AT = Point(300.0, 400.0)


def test_a_note_is_one_of_the_usual_ones_with_its_ink_in_its_box() -> None:
    for seed in range(20):
        mark = note(AT, (BLUE_PENCIL, 0.3), 200.0, np.random.default_rng(seed))
        (line,) = mark.lines
        assert mark.kind == MarkKind.HANDWRITING
        assert line.text.startswith(NOTES)
        box = line.box.shift(-mark.box.left, -mark.box.top)
        ink = mark.coverage > 0.2
        assert ink[box.top : box.bottom, box.left : box.right].sum() > 0.98 * ink.sum()
        assert abs(line.box.left - AT.x) < 40
        assert line.box.top < AT.y < line.box.bottom + 40


def test_the_same_seed_writes_the_same() -> None:
    first, second = (note(AT, (BLUE_PENCIL, 0.3), 150.0, np.random.default_rng(4)) for _ in "ab")
    assert first.lines == second.lines
    assert np.array_equal(first.coverage, second.coverage)
