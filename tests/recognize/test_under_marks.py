"""Lines that marks lay over are cut with the marks on; others are not."""

from pathlib import Path

import numpy as np

from ocr.document import PageRef, PreparedPage, TextLine
from ocr.geometry import Affine, Box, Point
from ocr.recognize.line_image import cut_lines
from ocr.recognize.neural import LINE_IMAGE
from ocr.recognize.under_marks import with_marks

LINES = tuple(
    TextLine(f"l{n}", "z1", n, Box(100, y - 20, 500, y), (Point(100, y), Point(500, y)), 20.0, 24.0)
    for n, y in enumerate((100, 150, 200))
)


def page() -> PreparedPage:
    """Three lines of bars; a stroke of a mark lies across the middle one."""
    ink = np.zeros((300, 600), np.bool_)
    for line in LINES:
        for left in range(100, 490, 24):
            ink[line.box.top : line.box.bottom, left : left + 6] = True
    gray = np.where(ink, 40, 255).astype(np.uint8)
    marks = np.full_like(gray, 255)
    marks[138:142, 110:480] = 90
    size = (600, 300)
    ref = PageRef(Path("made"), "", 0)
    return PreparedPage(ref, gray, ink, marks, 300.0, Affine(), size, removed=(), steps=())


def test_a_line_under_a_mark_is_seen_with_it() -> None:
    images = cut_lines(page(), LINES, LINE_IMAGE)
    above, covered, below = with_marks(page(), LINES, images, LINE_IMAGE)
    assert above is None and below is None
    assert covered is not None and covered.shape == images[1].pixels.shape
    darker = (covered < 128) & (images[1].pixels >= 128)
    assert darker.any(axis=0).mean() > 0.5, "the stroke runs along it"
    assert not ((covered >= 128) & (images[1].pixels < 128)).any(), "and no type is gone"


def test_a_page_without_marks_is_seen_once() -> None:
    bare = page()
    bare.marks[:] = 255
    images = cut_lines(bare, LINES, LINE_IMAGE)
    assert with_marks(bare, LINES, images, LINE_IMAGE) == [None] * 3
