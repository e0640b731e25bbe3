"""Sheets laid beside others: what is cut away, and what must stay."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr.document import PageImage, PageRef, PreparedPage
from ocr.prepare import PrepareSettings, prepare
from ocr.prepare.sheet import SheetSettings, _beyond_shadows

DPI = 100.0
SIZE = (860, 1170)
WORDS = ("zum", "wann", "oro", "maus", "ruane", "noname", "essen", "waren", "nur", "einen", "so")


def typed() -> np.ndarray:
    rng = np.random.default_rng(3)
    page = np.full(SIZE[::-1], 225, dtype=np.uint8)
    for y in range(150, 1050, 34):
        text = " ".join(rng.choice(WORDS, size=10))[:44]
        cv2.putText(page, text, (120, y), cv2.FONT_HERSHEY_COMPLEX, 0.45, 60, 1, cv2.LINE_AA)
    return page


def beside(page: np.ndarray, wide: int, bed: int, lean: int = 0) -> np.ndarray:
    """The page with `bed` pixels of dark bed, a shadow, and `wide` of the next sheet's type."""
    height = page.shape[0]
    strip = typed()[:, 118 : 118 + wide + 40]
    out = np.hstack([page, np.full((height, bed), 25, np.uint8), np.zeros_like(strip[:, :wide])])
    for y in range(height):
        x = page.shape[1] + bed - round(lean * (0.5 - y / height))
        out[y, x:] = strip[y, : out.shape[1] - x]
        out[y, x - 4 : x] = np.minimum(out[y, x - 4 : x], 120)
    return out


def prepared(pixels: np.ndarray) -> PreparedPage:
    return prepare(PageImage(PageRef(Path("p"), "", 0), pixels, DPI), PrepareSettings())


def neighbour_share(page: PreparedPage) -> float:
    return next(s.measured["neighbour_share"] for s in page.steps if s.name == "illumination")


@pytest.mark.parametrize(("bed", "lean", "left"), [(0, 0, False), (0, 12, True), (30, 6, False)])
def test_the_type_of_the_next_sheet_goes(bed: int, lean: int, left: bool) -> None:
    alone = prepared(typed())
    both = beside(typed(), 70, bed, lean)
    page = prepared(np.ascontiguousarray(both[:, ::-1]) if left else both)
    ink = page.ink[:, ::-1] if left else page.ink
    assert neighbour_share(page) > 0.05
    assert not ink[20:-20, SIZE[0] + bed + 8 :].any()
    own = ink[:, : SIZE[0] - 40]
    assert own.sum() == pytest.approx(alone.ink.sum(), rel=0.03)


def test_a_sheet_alone_stays_whole() -> None:
    pixels = typed()
    cv2.rectangle(pixels, (60, 60), (800, 1110), 60, 3)  # a form's frame
    cv2.line(pixels, (100, 60), (100, 1110), 60, 2)
    page = prepared(pixels)
    assert neighbour_share(page) == 0.0
    assert page.ink[600, 58:64].any()


def test_a_shadow_beyond_the_sheet_harms_nothing() -> None:
    dark, sheet = np.zeros((300, 210), np.bool_), np.zeros((300, 210), np.bool_)
    dark[:, 6:8] = True
    sheet[:, 12:200] = True
    assert not _beyond_shadows(dark, sheet, 300, 25.4, SheetSettings())[:, 12:200].any()
