"""Turning a page by any known angle is measured, margins tell its ends, and no image breaks it."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ocr.document import PageImage
from ocr.geometry import Affine, Point
from ocr.load import LoadSettings, load_page, open_scan
from ocr.prepare import PrepareSettings, prepare
from ocr.prepare.ink import InkSettings, Letters, find_letters
from ocr.prepare.orientation import OrientationSettings, find_axis
from ocr.prepare.skew import SkewSettings, find_skew
from ocr.raster import warp

DPI = 100.0
SIZE = (830, 1170)
WORDS = ("zum", "Wann", "oro", "maus", "ruhig", "noname", "essen", "waren", "nur", "einen", "so")


def typed() -> np.ndarray:
    """(H, W) lines that begin at one stop, or at that of a paragraph, and end where words do."""
    rng = np.random.default_rng(3)
    page = np.full(SIZE[::-1], 225, dtype=np.uint8)
    for i, y in enumerate(range(150, 1050, 34)):
        text = " ".join(rng.choice(WORDS, size=9))[: int(rng.integers(30, 42))]
        x = 160 if i % 6 == 0 else 120
        cv2.putText(page, text, (x, y), cv2.FONT_HERSHEY_COMPLEX, 0.45, 60, 1, cv2.LINE_AA)
    return page


PAGE = typed()


def letters_of(pixels: np.ndarray) -> Letters:
    return find_letters(np.ascontiguousarray(pixels), DPI, InkSettings())


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.floats(-15, 15))
def test_any_known_turn_is_measured(angle_deg: float) -> None:
    turn = Affine.rotation(angle_deg, Point(SIZE[0] / 2, SIZE[1] / 2))
    turned = warp(PAGE, turn, SIZE, fill=225)
    skew = find_skew(letters_of(turned), SkewSettings())
    assert skew.angle_deg == pytest.approx(angle_deg, abs=0.03)
    assert skew.confidence > 0.8
    on_side = find_skew(letters_of(np.rot90(turned)), SkewSettings(), vertical=True)
    assert on_side.angle_deg == pytest.approx(angle_deg, abs=0.03)


def test_margins_tell_which_end_is_up() -> None:
    axes = [
        find_axis(letters_of(np.rot90(PAGE, q)), SkewSettings(), OrientationSettings())
        for q in range(4)
    ]
    assert [axis.vertical for axis in axes] == [False, True, False, True]
    assert min(axes[0].margins, axes[1].margins) > 0.5
    assert max(axes[2].margins, axes[3].margins) < -0.3


def test_an_upright_page_is_not_read_to_know_it() -> None:
    def read(page: object) -> float:
        raise AssertionError("read without need")

    page = prepare(PageImage(None, PAGE, DPI), PrepareSettings(), read)  # type: ignore[arg-type]
    assert page.steps[0].measured["turned_deg"] == 0
    assert page.steps[0].measured["confidence"] > 0.5


def test_pencil_strokes_have_no_angle() -> None:
    rng = np.random.default_rng(8)
    page = np.full(SIZE[::-1], 225, dtype=np.uint8)
    for x in range(150, 700, 60):  # words of a hand, rising, of all heights
        wave = rng.normal(0, 14, 9).cumsum()
        steps = np.linspace(x, x + 45, 9)
        points = np.column_stack([steps, 600 - 0.1 * (x - 150) + wave]).astype(np.int32)
        cv2.polylines(page, [points], False, 90, 2, cv2.LINE_AA)
        cv2.line(page, (x + 50, 598), (x + 53, 604), 90, 2)
    assert find_skew(letters_of(page), SkewSettings()).confidence == 0.0


@pytest.mark.parametrize("mode", ["1", "L", "I;16", "RGB", "RGBA", "CMYK", "P", "LA"])
def test_scans_of_every_kind_are_prepared(mode: str, tmp_path: Path) -> None:
    small = Image.fromarray(PAGE[100:500, 80:700])
    if mode == "I;16":
        small = Image.fromarray(np.asarray(small).astype(np.uint16) * 257)
    path = tmp_path / ("page.tif" if mode in ("CMYK", "I;16", "1") else "page.png")
    (small if mode == "I;16" else small.convert(mode)).save(path, dpi=(100, 100))
    (ref,) = open_scan(path, LoadSettings())
    image = load_page(ref, LoadSettings())
    assert isinstance(image, PageImage)
    page = prepare(image, PrepareSettings(), lambda p: 0.0)
    assert 0.02 < page.ink.mean() < 0.3
    assert page.scan_size == (620, 400)
