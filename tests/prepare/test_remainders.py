"""Pale pieces inside a stamp's outline go to the marks; type stays, and so does all outside."""

import numpy as np

from ocr.geometry import Box
from ocr.prepare.remainders import outline_of, take_pale, type_darkness

BOX = Box(50, 40, 250, 140)


def page() -> tuple[np.ndarray, np.ndarray]:
    gray = np.full((200, 300), 250, np.uint8)
    gray[60:80, 60:68] = 40  # a letter under the stamp
    gray[60:80, 100:108] = 170  # a pale piece of the stamp
    gray[60:80, 5:13] = 170  # a faint letter beside it
    return gray, np.full_like(gray, 255)


def test_pale_pieces_are_moved() -> None:
    gray, marks = page()
    take_pale(gray, marks, BOX, np.ones((100, 200), np.bool_), dark=0.84)
    assert (gray[60:80, 100:108] == 255).all()
    assert (marks[60:80, 100:108] == 170).all()
    assert (gray[60:80, 60:68] == 40).all()
    assert (gray[60:80, 5:13] == 170).all()
    assert (marks < 255).sum() == 20 * 8


def test_what_lies_outside_the_outline_stays() -> None:
    gray, marks = page()
    take_pale(gray, marks, BOX, np.zeros((100, 200), np.bool_), dark=0.84)
    assert (marks == 255).all()


def test_a_page_in_faint_type_has_faint_type_darkness() -> None:
    gray, _ = page()
    letters = gray == 170
    assert 0.25 < type_darkness(gray, letters) < 0.4
    assert type_darkness(gray, np.zeros_like(letters)) == 1.0


def test_the_outline_is_the_convex_hull() -> None:
    mask = np.zeros((50, 50), np.bool_)
    mask[5, 5:45] = mask[44, 5:45] = True
    outline = outline_of(mask)
    assert outline[5:45, 5:45].all()
    assert not outline[0].any()
