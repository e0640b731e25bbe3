"""What came onto the sheet after the type: stamps in coloured ink, pencil, pen.

Marks are drawn flat, each on a layer of its own, and turned or bent there; a layer keeps its
colour, so that the page with and without marks, and their masks, are one and the same drawing.
Handwriting is made of smooth curves that rise and fall like a running hand; it bears no text.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from ocr.document import MarkKind
from ocr.geometry import Affine, Box, Point, box_around, mm_to_px
from ocr.raster import warp
from ocr.synth.fonts import font
from ocr.synth.paper import cloud
from ocr.synth.plan import POINT_MM
from ocr.synth.strokes import Coverage

RGB = tuple[int, int, int]
VIOLET: RGB = (88, 60, 150)
VIOLET_INK: RGB = (74, 60, 128)
BLUE_PENCIL: RGB = (52, 74, 150)
RED_PENCIL: RGB = (178, 48, 44)
GRAY_PENCIL: RGB = (92, 92, 98)

# heights of running letters as parts of a small one: most are small, some loop up or down
SMALL_LETTER_MM = 2.2
LETTER_RISES = (1.0, 0.9, 1.1, 0.8, 1.0, 0.6, 2.0, -0.9)


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """A line of text in a mark: its box and baseline, and its outline where that is no box."""

    text: str
    box: Box
    baseline: tuple[Point, ...]
    outline: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class DrawnMark:
    """A mark on the flat sheet: (h, w) coverage of `box`, its colour and its lines of text."""

    kind: MarkKind
    rgb: RGB
    box: Box
    coverage: Coverage
    lines: tuple[MarkedLine, ...] = ()


@dataclass(frozen=True, slots=True)
class StampLook:
    """A rubber stamp: size of its type in points, turn in degrees, evenness of its ink 0–1."""

    rgb: RGB = VIOLET
    face: str = "PT Serif"
    points: float = 11.0
    angle_deg: float = -3.0
    evenness: float = 0.6
    boxed: bool = True


def boxed_stamp(
    lines: tuple[str, ...],
    at: Point,
    look: StampLook,
    dpi: float,
    rng: np.random.Generator,
) -> DrawnMark:
    """A rectangular stamp with its centre `at`, in pixels of the sheet."""
    size = mm_to_px(look.points * POINT_MM, dpi)
    flat, boxes = _stamp_face(lines, look, size)
    h, w = flat.shape
    turn = Affine.translation(-w / 2, -h / 2).then(Affine.rotation(look.angle_deg))
    around = box_around([turn.point(Point(x, y)) for x in (0, w) for y in (0, h)])
    left, top = round(at.x) + around.left, round(at.y) + around.top
    place = turn.then(Affine.translation(-around.left, -around.top))
    turned = warp(255 - flat, place, (around.width, around.height)).astype(np.float32)
    ink = 1 - turned / 255
    ink *= stamp_ink(look, (around.width, around.height), dpi, rng)
    placed = place.then(Affine.translation(left, top))
    marked = tuple(
        MarkedLine(
            text,
            placed.box(box),
            (placed.point(Point(box.left, base)), placed.point(Point(box.right, base))),
        )
        for text, box, base in zip(lines, boxes[0], boxes[1], strict=True)
    )
    box = Box(left, top, left + around.width, top + around.height)
    return DrawnMark(MarkKind.STAMP, look.rgb, box, np.clip(ink, 0, 1), marked)


def _stamp_face(
    lines: tuple[str, ...], look: StampLook, size: float
) -> tuple[npt.NDArray[np.uint8], tuple[list[Box], list[float]]]:
    """The rubber, unturned: (h, w) 255 = raised; boxes and baselines of its lines."""
    face = font(look.face, size, "Bold")
    pad, step = size * 0.7, size * 1.45
    width = max(face.getlength(words) for words in lines) + 2 * pad
    height = step * len(lines) + 1.1 * pad
    image = Image.new("L", (round(width), round(height)))
    draw = ImageDraw.Draw(image)
    boxes, baselines = [], []
    for i, words in enumerate(lines):
        baseline = pad + step * i + size * 0.75
        where = (width / 2, baseline)
        draw.text(where, words, font=face, fill=255, anchor="ms")
        x1, y1, x2, y2 = draw.textbbox(where, words, font=face, anchor="ms")
        boxes.append(Box(int(x1), int(y1), int(np.ceil(x2)), int(np.ceil(y2))))
        baselines.append(baseline)
    if look.boxed:
        edge = round(size * 0.12)
        draw.rectangle((1, 1, round(width) - 2, round(height) - 2), outline=255, width=edge)
    return np.asarray(image), (boxes, baselines)


def stamp_ink(
    look: StampLook, size: tuple[int, int], dpi: float, rng: np.random.Generator
) -> Coverage:
    """(h, w) 0–1: broad patches where the rubber did not touch, and a grain of dry pores."""
    rough = 1 - look.evenness
    broad = cloud(size, mm_to_px(9, dpi), rng) * rough
    pores = cloud(size, mm_to_px(0.25, dpi), rng) * rough * 0.9
    return np.clip(0.82 + 0.55 * broad + 0.5 * pores, 0.08, 1.0).astype(np.float32)


# --- pencil and pen ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HandLook:
    """Colours of what is written by hand, and the width of pen and pencil on paper."""

    note: RGB = VIOLET_INK
    tick: RGB = BLUE_PENCIL
    signature: RGB = VIOLET_INK
    pen_mm: float = 0.28
    pencil_mm: float = 0.4


def scrawl(
    at: Point, length_mm: float, pen: tuple[RGB, float], dpi: float, rng: np.random.Generator
) -> DrawnMark:
    """A line of running handwriting from `at` (its baseline) that no one can read.

    `pen` is its colour and its width in mm.
    """
    unit = mm_to_px(SMALL_LETTER_MM, dpi)
    strokes, x = [], 0.0
    while x < mm_to_px(length_mm, dpi):
        word, advance = _written_word(int(rng.integers(3, 9)), unit, rng)
        strokes.append(word + np.array([x, 0.0]))
        x += advance + unit * 0.9
    rise = float(rng.normal(0, 0.03)) - 0.04
    return pencil([s + np.outer(s[:, 0], (0, rise)) for s in strokes], at, pen, dpi, rng)


def _written_word(
    letters: int, unit: float, rng: np.random.Generator
) -> tuple[npt.NDArray[np.float64], float]:
    """(N, 2) points of one word, and its width: arches, loops and tails on a leaning baseline."""
    points, x = [(0.0, 0.0)], 0.0
    for i in range(letters):
        wide = unit * rng.uniform(0.45, 1.3)
        tall = unit * float(rng.choice(LETTER_RISES)) * rng.uniform(0.7, 1.2)
        shape = rng.integers(3) if i else 0
        if i == 0:
            tall = unit * rng.uniform(1.7, 2.6)
        if tall < 0:  # a tail
            points += [(x + wide * 0.5, -unit * 0.9), (x + wide * 0.35, -tall), (x, -tall * 0.8)]
        elif shape == 0:  # a loop
            points += [(x + wide * 0.45, -tall), (x + wide * 0.3, -tall / 2), (x + wide / 2, 0.0)]
        elif shape == 1:  # an arch
            points += [(x + wide * 0.1, -tall), (x + wide * 0.6, -tall * 0.9), (x + wide * 0.7, 0)]
        else:  # a round letter
            points += [(x + wide * 0.6, -tall), (x, -tall / 2), (x + wide / 2, 0.1 * tall)]
            points += [(x + wide * 0.7, -tall * 0.8)]
        x += wide
        points.append((x, -unit * rng.uniform(0.0, 0.5)))
    wobble = rng.normal(0, unit * 0.07, (len(points), 2))
    curve = smooth(np.array(points) + wobble)
    curve[:, 0] -= 0.35 * curve[:, 1]  # the hand leans right
    return curve, x


def smooth(points: npt.NDArray[np.float64], steps: int = 8) -> npt.NDArray[np.float64]:
    """A Catmull-Rom curve through (N, 2) `points`, `steps` points to a piece."""
    p = np.concatenate([points[:1], points, points[-1:]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = []
    for a, b, c, d in zip(p[:-3], p[1:-2], p[2:-1], p[3:], strict=True):
        square, cube = 2 * a - 5 * b + 4 * c - d, 3 * b - a - 3 * c + d
        pieces.append(0.5 * (2 * b + (c - a) * t + square * t**2 + cube * t**3))
    return np.concatenate([*pieces, points[-1:]])


def tick(
    at: Point, size_mm: float, pen: tuple[RGB, float], dpi: float, rng: np.random.Generator
) -> DrawnMark:
    """A small triangle drawn in one go, as clerks put it beside a name."""
    s = mm_to_px(size_mm, dpi)
    corners = np.array([(0.5, -1.0), (0.0, 0.0), (1.05, -0.05), (0.45, -1.05)]) * s
    path = smooth(corners + rng.normal(0, s * 0.08, corners.shape), 6)
    return pencil([path], at, pen, dpi, rng)


def pencil(
    strokes: list[npt.NDArray[np.float64]],
    at: Point,
    pen: tuple[RGB, float],
    dpi: float,
    rng: np.random.Generator,
) -> DrawnMark:
    """Draw paths (each (N, 2), relative to `at`) with a lead that the paper's tooth breaks up."""
    rgb, width_mm = pen
    every = np.concatenate(strokes)
    pad = int(mm_to_px(1.0, dpi)) + 2
    left, top = (np.floor(every.min(axis=0)) - pad).astype(int)
    w, h = (np.ceil(every.max(axis=0)) + pad).astype(int) - (left, top)
    flat = np.zeros((h, w), dtype=np.uint8)
    thick = max(1, round(mm_to_px(width_mm, dpi)))
    for path in strokes:
        line = ((path - (left, top)) * 8).round().astype(np.int32)
        cv2.polylines(flat, [line], False, 255, thick, cv2.LINE_AA, 3)
    x, y = round(at.x) + int(left), round(at.y) + int(top)
    box = Box(x, y, x + int(w), y + int(h))
    return DrawnMark(MarkKind.HANDWRITING, rgb, box, on_paper(flat, rng))


def on_paper(flat: npt.NDArray[np.uint8], rng: np.random.Generator) -> Coverage:
    """Strokes (h, w), 255 = drawn, as the paper's tooth takes them up."""
    ink = cv2.GaussianBlur(flat.astype(np.float32) / 255, (0, 0), 0.6)
    tooth = 0.75 + 0.28 * rng.standard_normal(flat.shape, dtype=np.float32)
    taken = ink * cv2.GaussianBlur(tooth, (0, 0), 0.5)
    return np.asarray(np.clip(taken, 0, 1), dtype=np.float32)
