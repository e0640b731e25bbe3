"""What an overlay shows, and where."""

from pathlib import Path

import numpy as np

from ocr.document import Line, Mark, MarkKind, Page, PageImage, PageRef, Zone, ZoneKind
from ocr.geometry import Box, Point
from ocr.overlay import KIND_COLOURS, draw_overlay, mark_crops

SIZE = (600, 800)
BODY, STAMP = Box(100, 200, 500, 600), Box(50, 650, 250, 750)
LINE = Box(120, 250, 480, 290)


def overlay(dpi: float = 150.0, pixels=None):
    pixels = np.full((SIZE[1], SIZE[0]), 255, np.uint8) if pixels is None else pixels
    image = PageImage(PageRef(Path("a.png"), "", 0), pixels, dpi)
    zone = Zone("p1-z1", ZoneKind.BODY, BODY, 0)
    baseline = (Point(120, 280), Point(480, 284))
    line = Line("p1-l1", zone.id, LINE, "слово", 1.0, (), baseline=baseline)
    marks = (Mark(MarkKind.STAMP, STAMP),)
    return draw_overlay(image, Page(0, SIZE, dpi, (), (zone,), (line,), marks))


def test_zones_lines_and_marks_are_drawn_and_nothing_else():
    drawn = overlay()
    assert drawn.shape == (SIZE[1], SIZE[0], 3)
    colour = KIND_COLOURS[ZoneKind.BODY]
    assert tuple(drawn[400, BODY.left]) == colour
    assert tuple(drawn[BODY.bottom - 1, 300]) == colour
    assert (drawn[277:283, 121] == colour).all(axis=1).any()  # the baseline
    stamp = drawn[STAMP.top + 3 : STAMP.bottom - 3, STAMP.left + 3 : STAMP.right - 3]
    hatched = (stamp < 200).any(axis=2)
    assert 0.02 < hatched.mean() < 0.3
    bare = np.ones(drawn.shape[:2], bool)
    for box in (BODY.grow(0, 30), STAMP.grow(1, 1)):  # with its tag; half a stroke more
        bare[box.top : box.bottom, box.left : box.right] = False
    assert (drawn[bare] == 255).all()


def test_widths_follow_the_resolution():
    def border(dpi: float) -> int:
        row = overlay(dpi)[400, BODY.left : BODY.left + 40]
        return int((row == KIND_COLOURS[ZoneKind.BODY]).all(axis=1).sum())

    assert border(600) > 2 * border(150)


def test_scan_stays_as_it_was():
    pixels = np.full((SIZE[1], SIZE[0], 3), 200, np.uint8)
    overlay(pixels=pixels)
    assert (pixels == 200).all()


def test_stamps_and_notes_are_cut_from_the_scan_and_rules_are_not():
    pixels = np.arange(SIZE[0] * SIZE[1], dtype=np.uint32).reshape(SIZE[1], SIZE[0])
    pixels = (pixels % 251).astype(np.uint8)
    rule, note = Box(10, 10, 500, 12), Box(590, 790, 640, 820)  # the note runs off the scan
    marks = (
        Mark(MarkKind.RULE, rule),
        Mark(MarkKind.STAMP, STAMP),
        Mark(MarkKind.HANDWRITING, note),
        Mark(MarkKind.HANDWRITING, Box(700, 0, 720, 9)),
    )
    image = PageImage(PageRef(Path("a.png"), "", 0), pixels, 150.0)
    crops = dict(mark_crops(image, Page(0, SIZE, 150.0, (), (), (), marks)))
    assert list(crops) == ["stamp-2", "handwriting-3"]
    assert (crops["stamp-2"] == pixels[650:750, 50:250]).all()
    assert crops["handwriting-3"].shape == (10, 10)
