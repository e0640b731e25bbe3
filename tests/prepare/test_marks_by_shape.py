"""Marks without colour, drawn over known type: they come off, and the type stays."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr.document import MarkKind, PageImage, PageRef, PreparedPage
from ocr.geometry import Affine, Point
from ocr.prepare import PrepareSettings, prepare
from ocr.raster import warp

DPI = 200.0
PAPER, TYPE = 236, 45
WORDS = ("приказ", "секретно", "посол", "совет", "ответ", "встреча", "министр", "ваш", "от", "на")


def typed(lines: int = 14) -> np.ndarray:
    """(H, W): lines of Russian in a typewriter's face, 200 dpi."""
    fonts = pytest.importorskip("ocr.synth.fonts")
    image = pytest.importorskip("PIL.Image").new("L", (1500, 1200), PAPER)
    pen = pytest.importorskip("PIL.ImageDraw").Draw(image)
    face = fonts.font("FreeMono", 34, "Bold")
    rng = np.random.default_rng(3)
    for i in range(lines):
        text = " ".join(rng.choice(WORDS, 8))[:58]
        pen.text((140, 120 + 66 * i), text, font=face, fill=TYPE, anchor="ls")
    noise = rng.normal(0, 3, (1200, 1500))
    return cv2.GaussianBlur(np.asarray(image) + noise, (0, 0), 0.8).clip(0, 255).astype(np.uint8)


def stamp(turn_deg: float = -7.0) -> np.ndarray:
    """(H, W) a boxed stamp across three lines, 255 = inked."""
    image = pytest.importorskip("PIL.Image").new("L", (1500, 1200))
    pen = pytest.importorskip("PIL.ImageDraw").Draw(image)
    face = pytest.importorskip("ocr.synth.fonts").font("Liberation Serif", 46, "Bold")
    pen.rectangle((760, 570, 1250, 750), outline=255, width=5)
    for i, text in enumerate(("RECEIVED No 3645", "19 OCT 1950")):
        pen.text((1005, 640 + 80 * i), text, font=face, fill=255, anchor="ms")
    ink = np.asarray(image)
    about = Point(900.0, 700.0)
    return 255 - warp(255 - ink, Affine.rotation(turn_deg, about), (1500, 1200)).clip(0, 255)


def scrawl() -> np.ndarray:
    """(H, W) a run of loops between and across lines."""
    ink = np.zeros((1200, 1500), np.uint8)
    t = np.linspace(0, 14 * np.pi, 400)
    path = np.stack([300 + 11 * t + 22 * np.cos(t), 500 - 3 * t + 40 * np.sin(t)], 1)
    cv2.polylines(ink, [np.rint(path).astype(np.int32)], False, 255, 4, cv2.LINE_AA)
    return ink


def over(page: np.ndarray, ink: np.ndarray, dark: float) -> np.ndarray:
    share = cv2.GaussianBlur(ink, (0, 0), 0.8).astype(np.float32) / 255
    return (page * (1 - dark * share)).astype(np.uint8)


def prepared(pixels: np.ndarray) -> PreparedPage:
    return prepare(PageImage(PageRef(Path("a.png"), "", 0), pixels, DPI), PrepareSettings())


def black_and_white(pixels: np.ndarray) -> np.ndarray:
    return np.where(pixels < 150, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("scan", ["grey", "1-bit"])
@pytest.mark.parametrize(
    "ink", [stamp(), stamp(0.5), scrawl()], ids=["stamp", "straight", "scrawl"]
)
def test_a_mark_comes_off_and_type_stays(scan: str, ink: np.ndarray) -> None:
    clean = typed()
    pixels = over(clean, ink, 0.7)
    page = prepared(pixels if scan == "grey" else black_and_white(pixels))
    assert page.to_scan == Affine()
    type_ink = clean < 120
    near_type = cv2.dilate(type_ink.astype(np.uint8), np.ones((7, 7))) > 0
    alone = (ink > 200) & ~near_type
    assert (page.gray[alone] > 200).mean() > 0.65
    assert (page.gray[type_ink] < 170).mean() > 0.98
    assert (page.marks[alone] < 200).mean() > 0.6
    assert {mark.kind for mark in page.removed} <= {MarkKind.STAMP, MarkKind.HANDWRITING}


@pytest.mark.parametrize("scan", ["grey", "1-bit"])
def test_type_alone_loses_nothing(scan: str) -> None:
    pixels = typed()
    cv2.line(pixels, (140, 1080), (1300, 1080), TYPE, 3)  # a printed rule
    page = prepared(pixels if scan == "grey" else black_and_white(pixels))
    assert page.removed == ()
    assert (page.marks == 255).all()


def test_a_prepared_page_stays_as_it_is() -> None:
    once = prepared(over(over(typed(), stamp(), 0.7), scrawl(), 0.6))
    again = prepared(once.gray)
    assert len(once.removed) >= 2
    assert again.removed == ()
    assert (again.gray == once.gray).all()


def test_type_in_a_frame_stays() -> None:
    pixels = typed()
    for left, right in ((120, 640), (660, 1350)):
        cv2.rectangle(pixels, (left, 272), (right, 470), TYPE, 3)
    page = prepared(pixels)
    type_ink = typed() < 120
    assert (page.gray[type_ink] < 170).mean() > 0.98


def test_a_page_of_handwriting_alone_is_left_as_it_is() -> None:
    pixels = np.full((1200, 1500), PAPER, np.uint8)
    for shift in range(6):
        pixels = over(pixels, np.roll(scrawl(), (130 * shift - 300, 100 * shift), (0, 1)), 0.8)
    page = prepared(pixels)
    assert page.removed == ()
