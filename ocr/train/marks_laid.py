"""Lays marks on pages, each time anew: what the nets of marks see as they train.

A window of a page, turned, scaled and brightened a little, gets up to five marks, at any darkness
from a pale stamp's to that of type. What counts as type comes too: on a third of the windows a
line of straight print, on some frames around what is typed. Inks that lie over each other
multiply. What is laid on is as soft as a scan of the page's own dpi makes it, and the whole goes
through JPEG or a threshold, so that no mark is told by being sharper or cleaner than the type
below it.
"""

from __future__ import annotations

import io
import zipfile
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from ocr.geometry import Affine, Gray, mm_to_px
from ocr.prepare.illumination import PAPER
from ocr.prepare.mark_nets import CELL, NET_DPI

CELLS = 21  # squares of `where` a side of a window: 85 mm, wider than most stamps
WINDOW = CELLS * CELL  # px
MARGIN = 96  # px of white around a page, for what lies at its edge
LAID = (0.9, 0.6, 0.45, 0.3, 0.15)  # chance of a first, a second … mark
STAMPS = 0.65  # of the marks: it is they that lie across type
PRINTED = 0.35  # of the windows
FRAMED, MOST_FRAMES = 0.2, 4  # of the windows, and how many each: type stands in boxes, too
SHADOWED = 0.12
BILEVEL, PACKED = 0.33, 0.45  # of the windows: black and white, and through JPEG
SCAN_DPI = (100.0, 130.0, 150.0, 200.0, 300.0, 400.0)
SEEN = 0.1  # share of a mark's ink from which a pixel is its own
LEAST_INKED = 6  # px of a mark in a square that bears one

Floats = npt.NDArray[np.float32]


class Sample(NamedTuple):
    """dark (WINDOW, WINDOW) 0 = paper; mark, typed of the same shape, bool: whose pixel it is.

    squares (2, CELLS, CELLS) bool: which bear a mark, which lie within a stamp.
    """

    dark: Floats
    mark: npt.NDArray[np.bool_]
    typed: npt.NDArray[np.bool_]
    squares: npt.NDArray[np.bool_]


class _Page(NamedTuple):
    gray: Gray
    typed: Gray
    dpi: float


class _Layer(NamedTuple):
    """ink (h, w), 255 = covered; outline (N, 2) float32 of a stamp, empty for what is written."""

    ink: Gray
    outline: Floats


class Composer:
    """Windows on the pages and marks of a file that `marks_data` wrote.

    held keeps that part of pages and marks back, and `of_held` draws from these alone.
    """

    def __init__(self, data: zipfile.ZipFile, of_held: bool = False, held: float = 0.1) -> None:
        def mine(folder: str) -> list[str]:
            names = sorted(n for n in data.namelist() if n.startswith(folder + "/"))
            first = round(held * len(names))
            return names[:first] if of_held else names[first:]

        def layers(folder: str, stamps: bool) -> list[_Layer]:
            return [_layer(_read(data, name), stamps) for name in mine(folder)]

        self.pages = [
            _page(_read(data, page), _read(data, ink), page)
            for page, ink in zip(mine("pages"), mine("types"), strict=True)
        ]
        self.stamps, self.hands = layers("stamp", True), layers("handwriting", False)
        self.prints = layers("prints", False)

    def sample(self, rng: np.random.Generator) -> Sample:
        page = self.pages[int(rng.integers(len(self.pages)))]
        paper, typed = _window(page, rng)
        squares = np.zeros((2, CELLS, CELLS), np.uint8)
        ink = np.zeros((WINDOW, WINDOW), np.float32)
        for chance in LAID:
            if rng.random() < chance:
                np.maximum(ink, self._laid(squares[1], rng), out=ink)
        printed = np.zeros_like(ink)
        if rng.random() < PRINTED:
            layer = self.prints[int(rng.integers(len(self.prints)))]
            place = _place(layer.ink, rng.uniform(0.8, 1.2), rng.normal(0, 0.2), rng)
            printed = _put(layer.ink, place)
        if rng.random() < FRAMED:
            np.maximum(printed, _frames(rng), out=printed)
        ink, printed = (_as_soft_as(each, page.dpi) for each in (ink, printed))
        typed |= printed > 0.4
        light = (1 - paper) * (1 - ink) * (1 - printed * np.float32(rng.uniform(0.5, 0.95)))
        light *= 1 - _shadow(rng)
        dark = _scanned(np.clip(1 - light, 0, 1), rng)
        mark = (ink > SEEN) & ~typed
        inked = (mark & (dark > SEEN)).reshape(CELLS, CELL, CELLS, CELL).sum(axis=(1, 3))
        squares[0] = inked >= LEAST_INKED
        return Sample(dark, mark, typed, squares > 0)

    def _laid(self, within: Gray, rng: np.random.Generator) -> Floats:
        """Coverage times darkness of one mark; its outline is filled in `within`, in place."""
        stamp = rng.random() < STAMPS
        bank = self.stamps if stamp else self.hands
        layer = bank[int(rng.integers(len(bank)))]
        kind = rng.random()
        turn = rng.normal(0, 1.0 if kind < 0.4 else 5.0) if kind < 0.8 else rng.uniform(-180, 180)
        scale = rng.uniform(0.85, 1.2) if stamp else rng.uniform(0.75, 1.3)
        place = _place(layer.ink, scale, turn, rng)
        if len(layer.outline):
            points = cv2.transform(layer.outline[None], place)[0] / CELL - 0.5
            cv2.fillConvexPoly(within, np.rint(points * 16).astype(np.int32), 1, shift=4)
        laid = _put(layer.ink, place)
        softer = rng.random()
        laid = softer * cv2.blur(laid, (3, 3)) + (1 - softer) * laid
        return np.asarray(laid * np.float32(rng.uniform(0.3, 0.97)), np.float32)


def _read(data: zipfile.ZipFile, name: str) -> Gray:
    return np.asarray(Image.open(io.BytesIO(data.read(name))), np.uint8)


def _page(gray: Gray, typed: Gray, name: str) -> _Page:
    dpi = float(name.rsplit("-", 1)[1].split(".")[0])
    return _Page(
        np.pad(gray, MARGIN, constant_values=PAPER), np.pad(typed, MARGIN, constant_values=0), dpi
    )


def _layer(ink: Gray, stamp: bool) -> _Layer:
    points = cv2.findNonZero((ink > 60).astype(np.uint8)) if stamp else None
    if points is None:
        return _Layer(ink, np.zeros((0, 2), np.float32))
    return _Layer(ink, cv2.convexHull(points)[:, 0].astype(np.float32))


def _window(page: _Page, rng: np.random.Generator) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Darkness and type of a part of the page."""
    height, width = page.gray.shape
    at = rng.uniform(
        0.5 * WINDOW, np.maximum(0.5 * WINDOW + 1, np.array([width, height]) - 0.5 * WINDOW)
    )
    scale, turn = rng.uniform(0.85, 1.25), rng.normal(0, 0.4)
    matrix = _about(at, scale, turn, np.full(2, WINDOW / 2))
    gray, typed = (
        cv2.warpAffine(image, matrix, (WINDOW, WINDOW), borderValue=float(fill))
        for image, fill in ((page.gray, PAPER), (page.typed, 0))
    )
    dark = (1 - gray.astype(np.float32) / PAPER) * np.float32(rng.uniform(0.65, 1.1))
    return np.clip(dark, 0, 1), np.asarray(typed > 127)


def _frames(rng: np.random.Generator) -> Floats:
    """(WINDOW, WINDOW) straight boxes as in drawings and forms, around what is typed there."""
    out = np.zeros((WINDOW, WINDOW), np.uint8)
    for _ in range(int(rng.integers(1, MOST_FRAMES + 1))):
        left, top = rng.uniform(-0.2 * WINDOW, 0.9 * WINDOW, 2)
        width, height = rng.uniform(0.06, 0.7) * WINDOW, rng.uniform(0.04, 0.4) * WINDOW
        corners = np.array([(0, 0), (width, 0), (width, height), (0, height)])
        corners[:, 1] += corners[:, 0] * rng.normal(0, 0.004)
        corners += np.array([left, top])
        path = np.rint(corners * 16).astype(np.int32)
        thick = int(rng.integers(1, 4))
        cv2.polylines(out, [path], True, 255, thick, cv2.LINE_AA, 4)
    return np.asarray(out, np.float32) / np.float32(255)


def _place(ink: Gray, scale: float, turn_deg: float, rng: np.random.Generator) -> Floats:
    """From the layer to anywhere in the window, or half beside it."""
    middle = np.array(ink.shape[::-1]) / 2
    return _about(middle, scale, turn_deg, rng.uniform(-0.1 * WINDOW, 1.1 * WINDOW, 2))


def _about(
    at: npt.NDArray[np.float64], scale: float, turn_deg: float, to: npt.NDArray[np.float64]
) -> Floats:
    """(2, 3) scales and turns about `at`, which comes to lie at `to`."""
    a = Affine.translation(-at[0], -at[1]).then(Affine.scaling(scale, scale))
    a = a.then(Affine.rotation(turn_deg)).then(Affine.translation(to[0], to[1]))
    return np.array([[a.a, a.b, a.c], [a.d, a.e, a.f]], np.float32)


def _put(ink: Gray, place: Floats) -> Floats:
    placed = cv2.warpAffine(ink, place, (WINDOW, WINDOW))
    return np.asarray(placed, np.float32) / np.float32(255)


def _as_soft_as(layer: Floats, dpi: float) -> Floats:
    """The layer as a scan of that dpi, enlarged, shows it."""
    if dpi >= NET_DPI:
        return layer
    side = round(WINDOW * dpi / NET_DPI)
    small = cv2.resize(layer, (side, side), interpolation=cv2.INTER_AREA)
    back = cv2.resize(small, (WINDOW, WINDOW), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(back, 0, 1), np.float32)


def _shadow(rng: np.random.Generator) -> Floats:
    """(WINDOW, WINDOW) what is left of a shadow along one edge of a page, on few windows."""
    if rng.random() > SHADOWED:
        return np.zeros((1, 1), np.float32)
    x, y = np.meshgrid(*[np.arange(WINDOW, dtype=np.float32)] * 2)
    away = (x, WINDOW - x, y, WINDOW - y)[int(rng.integers(4))]
    away = np.maximum(0, away - rng.uniform(0, WINDOW / 2) + 0.02 * (x + y) * rng.normal())
    fade = mm_to_px(float(rng.uniform(0.3, 3)), NET_DPI)
    return np.asarray(rng.uniform(0.1, 0.9) * np.exp(-away / fade) * (away > 0), np.float32)


def _scanned(dark: Floats, rng: np.random.Generator) -> Floats:
    """With grain, then through JPEG or black and white, at a resolution of its own."""
    dark = dark + rng.standard_normal(dark.shape, np.float32) * np.float32(rng.uniform(0, 0.03))
    kind = rng.random()
    if kind < BILEVEL:
        side = round(WINDOW * float(rng.choice(SCAN_DPI)) / NET_DPI)
        fine = cv2.resize(dark, (side, side), interpolation=cv2.INTER_CUBIC)
        bits = (fine > rng.uniform(0.25, 0.5)).astype(np.float32)
        how = cv2.INTER_AREA if side > WINDOW else cv2.INTER_CUBIC
        dark = np.asarray(cv2.resize(bits, (WINDOW, WINDOW), interpolation=how), np.float32)
    elif kind < BILEVEL + PACKED:
        coded = io.BytesIO()
        gray = np.clip((1 - dark) * PAPER, 0, 255).astype(np.uint8)
        Image.fromarray(gray).save(coded, "JPEG", quality=int(rng.integers(40, 95)))
        dark = np.float32(1) - np.asarray(Image.open(coded), np.float32) / np.float32(PAPER)
    return np.asarray(np.clip(dark, 0, 1), np.float32)
