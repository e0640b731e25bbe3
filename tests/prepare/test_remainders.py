"""Pale pieces inside a stamp's outline go to the marks; type stays, and so does all outside."""

import numpy as np

from ocr.geometry import Box
from ocr.prepare.remainders import outline_of, take_pale, type_darkness

BOX = Box(50, 40, 250, 140)


def page() -> tuple[np.ndarray, np.ndarray]:
    """Dark type, some of it under the stamp; the stamp on the marks, a piece of it left behind."""
    gray, marks = np.full((200, 300), 250, np.uint8), np.full((200, 300), 255, np.uint8)
    for x in range(10, 290, 16):
        gray[10:30, x : x + 8] = 40
    gray[60:80, 60:68] = 60  # a letter under the stamp
    gray[60:80, 5:13] = 150  # a faint letter beside it
    gray[60:80, 100:108] = 150  # a piece of the stamp
    for x in range(120, 240, 16):
        marks[60:80, x : x + 8] = 140
    return gray, marks


def test_pale_pieces_are_moved() -> None:
    gray, marks = page()
    before = (marks < 255).sum()
    take_pale(gray, marks, BOX, np.ones((100, 200), np.bool_), type_darkness(gray))
    assert (gray[60:80, 100:108] == 255).all()
    assert (marks[60:80, 100:108] == 150).all()
    assert (gray[60:80, 60:68] == 60).all()
    assert (gray[60:80, 5:13] == 150).all()
    assert (marks < 255).sum() == before + 20 * 8


def test_what_lies_outside_the_outline_stays() -> None:
    gray, marks = page()
    before = marks.copy()
    take_pale(gray, marks, BOX, np.zeros((100, 200), np.bool_), type_darkness(gray))
    assert (marks == before).all()


def test_what_is_as_dark_as_the_type_stays() -> None:
    gray, marks = page()
    gray[60:80, 100:108] = 60
    before = gray.copy()
    take_pale(gray, marks, BOX, np.ones((100, 200), np.bool_), type_darkness(gray))
    assert (gray == before).all()


def test_the_darkness_of_type_is_that_of_its_cores() -> None:
    gray, _ = page()
    assert abs(type_darkness(gray) - (1 - 40 / 250)) < 0.02
    assert type_darkness(np.full((50, 50), 250, np.uint8)) == 1.0


def test_the_outline_is_the_convex_hull() -> None:
    mask = np.zeros((50, 50), np.bool_)
    mask[5, 5:45] = mask[44, 5:45] = True
    outline = outline_of(mask)
    assert outline[5:45, 5:45].all()
    assert not outline[0].any()
