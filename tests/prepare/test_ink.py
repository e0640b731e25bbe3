"""Ink masks and flattening on pages drawn so that the ink is known to the pixel."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr.document import PageImage, PageRef, PreparedPage
from ocr.geometry import Affine, Bend, Box, Mask
from ocr.prepare import PrepareSettings, prepare
from ocr.prepare.illumination import PAPER, flatten
from ocr.prepare.ink import InkSettings, find_ink, stroke_width
from ocr.prepare.straighten import lay_straight, source_of
from ocr.raster import to_gray

DPI = 200.0
SIZE = (1100, 900)
WORDS = ("Zug", "Hand", "Pfad", "mild", "quer", "Bund", "hoch", "jung", "wohl", "Tag", "nimmt")
STROKE_PX = 4


def typed(seed: int = 5) -> Mask:
    """(H, W) True where lines of words have ink."""
    rng = np.random.default_rng(seed)
    page = np.zeros(SIZE[::-1], dtype=np.uint8)
    for y in range(150, 780, 66):
        text = " ".join(rng.choice(WORDS, size=8))
        cv2.putText(page, text, (110, y), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 1, STROKE_PX)
    return page > 0


def scanned(ink: Mask, dark: float, verso: Mask | None = None) -> np.ndarray:
    """The ink on paper that darkens to the right, with some grain, `dark` part of it missing."""
    level = np.linspace(235, 150, SIZE[0], dtype=np.float32)[None, :] * np.ones(ink.shape)
    if verso is not None:
        level *= 1 - 0.15 * cv2.GaussianBlur(verso.astype(np.float32), (0, 0), 1.5)
    level *= 1 - dark * ink
    level += np.random.default_rng(0).normal(0, 3, ink.shape)
    return np.clip(level, 0, 255).astype(np.uint8)


def prepared(pixels: np.ndarray, dpi: float = DPI) -> PreparedPage:
    return prepare(PageImage(PageRef(Path("made"), "", 0), pixels, dpi), PrepareSettings())


def f_measure(found: Mask, ink: Mask) -> float:
    return float(2 * (found & ink).sum() / (found.sum() + ink.sum()))


@pytest.mark.parametrize("dark", [0.85, 0.35, 0.2])
def test_ink_is_found_on_uneven_paper_however_faint(dark: float) -> None:
    ink = typed()
    page = prepared(scanned(ink, dark))
    assert page.gray.shape == ink.shape
    assert f_measure(page.ink, ink) > 0.97
    assert stroke_width(page.ink) == pytest.approx(STROKE_PX, abs=1.5)


def test_type_of_the_verso_is_no_ink() -> None:
    ink, verso = typed(), np.ascontiguousarray(typed(6)[:, ::-1])
    found = prepared(scanned(ink, 0.85, verso)).ink
    assert (found & ink).sum() > 0.98 * ink.sum()
    alone = verso & (cv2.dilate(ink.astype(np.uint8), np.ones((7, 7), np.uint8)) == 0)
    assert (found & alone).sum() < 0.02 * alone.sum()


def test_specks_go_and_stops_stay() -> None:
    page = np.full((400, 400), PAPER, dtype=np.uint8)
    page[100:104, 50:350] = 40
    page[200:206, 200:206] = 40  # a full stop of half a millimetre at 300 dpi
    page[300, 300] = page[300, 60:62] = 40
    ink = find_ink(page, 300.0, InkSettings())
    assert ink[100:104, 60:340].all()
    assert ink[201:205, 201:205].all()
    assert not ink[290:310].any()


def test_white_and_even_paper_stays_as_it_is() -> None:
    page = np.where(typed(), 30, 255).astype(np.uint8)
    assert (prepared(page).gray == page).all()
    assert flatten(page, np.full((40, 40), 250, np.uint8)) is page


@pytest.mark.parametrize("dark", [0.85, 0.35])
def test_a_prepared_page_is_left_as_it_is(dark: float) -> None:
    first = prepared(scanned(typed(), dark))
    again = prepared(first.gray)
    assert (again.gray == first.gray).all()
    assert (again.ink == first.ink).all()


@pytest.mark.parametrize(
    "to_scan",
    [
        Affine.rotation(3.0).then(Affine.translation(20, -15)),
        Affine.rotation(90).then(Affine.translation(900, 0)),
        Bend(Affine.rotation(1.0), 550, 400, (-1, 1), (100, 800), ((0, 9), (4, 0))),
    ],
)
def test_a_part_of_the_page_is_that_of_the_whole(to_scan: Affine | Bend) -> None:
    rng = np.random.default_rng(2)
    scan = cv2.GaussianBlur(rng.integers(0, 255, (900, 1100, 3), dtype=np.uint8), (0, 0), 5)
    page = lay_straight(source_of(scan, DPI), to_scan, (880, 700))
    box = Box(310, 205, 480, 333)
    part = to_gray(page.part(box)).astype(int)
    whole = page.gray[box.top : box.bottom, box.left : box.right]
    assert np.abs(part - whole).max() <= 3
    small = cv2.resize(page.gray, page.small.shape[1::-1], interpolation=cv2.INTER_AREA)
    inner = np.s_[60:200, 60:300]
    assert np.abs(to_gray(page.small)[inner].astype(int) - small[inner]).mean() < 2
