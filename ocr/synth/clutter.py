"""Marks that came onto a sheet at one desk after another, wherever there was room, or was none.

Round and dated stamps, pencil lines under words, ticks and strokes in the margin, notes that can
be read and notes that cannot.
How many there are is drawn for every sheet; where they are follows what is typed on it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from ocr.document import MarkKind
from ocr.geometry import Affine, Box, Point, box_around, mm_to_px
from ocr.synth.fonts import font
from ocr.synth.handwriting import note
from ocr.synth.marks import (
    BLUE_PENCIL,
    GRAY_PENCIL,
    RED_PENCIL,
    RGB,
    VIOLET,
    VIOLET_INK,
    DrawnMark,
    MarkedLine,
    StampLook,
    boxed_stamp,
    pencil,
    scrawl,
    smooth,
    stamp_ink,
    tick,
)

STAMP_INKS: tuple[RGB, ...] = (VIOLET, (40, 60, 140), (170, 44, 52), (52, 48, 56))
PENCILS: tuple[RGB, ...] = (RED_PENCIL, BLUE_PENCIL, GRAY_PENCIL, VIOLET_INK)
LEGIBLE = 0.5  # of the notes: the others are scrawls
MONTHS = ("ЯНВ", "ФЕВ", "МАР", "АПР", "МАЯ", "ИЮН", "ИЮЛ", "АВГ", "СЕН", "ОКТ", "НОЯ", "ДЕК")
RING_WORDS = (
    "МИНИСТЕРСТВО ИНОСТРАННЫХ ДЕЛ СССР",
    "СЕКРЕТАРИАТ СОВЕТА МИНИСТРОВ СССР",
    "ГЕНЕРАЛЬНЫЙ ШТАБ ВООРУЖЕННЫХ СИЛ СССР",
    "ЦЕНТРАЛЬНЫЙ ГОСУДАРСТВЕННЫЙ АРХИВ",
)
RING, RING_EM = 0.78, 0.2  # of a round stamp's radius: middle and em of the letters around it
# from there to the letters' feet, and to the edges of what they take up, as parts of the em
FEET, INNER, OUTER = -0.36, -0.5, 0.5
RING_END = " * "
RING_HEARTS = ("ОБЩИЙ ОТДЕЛ", "8 УПР.", "ДЛЯ ПАКЕТОВ", "КАНЦЕЛЯРИЯ")


@dataclass(frozen=True, slots=True)
class Clutter:
    """How many marks of each sort a sheet has on average."""

    underlines: float = 0.0
    ticks: float = 0.0
    margin_strokes: float = 0.0
    notes: float = 0.0
    round_stamps: float = 0.0
    dated_stamps: float = 0.0

    def none(self) -> bool:
        return not any(getattr(self, name) for name in self.__slots__)


def scatter(
    clutter: Clutter,
    words: Sequence[Box],
    size: tuple[int, int],
    dpi: float,
    rng: np.random.Generator,
) -> list[DrawnMark]:
    """Marks on a sheet of `size` whose words lie in these boxes, in pixels of the sheet."""
    if not words:
        return []
    marks: list[DrawnMark] = []
    rgb = PENCILS[int(rng.integers(len(PENCILS)))]  # one reader, one pencil
    pen = (rgb, float(rng.uniform(0.25, 0.6)))
    left = min(b.left for b in words)
    for _ in range(rng.poisson(clutter.underlines)):
        marks.append(_underline(words[int(rng.integers(len(words)))], pen, dpi, rng))
    for _ in range(rng.poisson(clutter.ticks)):
        word = words[int(rng.integers(len(words)))]
        at = Point(left - mm_to_px(float(rng.uniform(3, 9)), dpi), float(word.bottom))
        marks.append(tick(at, float(rng.uniform(2.5, 4.5)), pen, dpi, rng))
    for _ in range(rng.poisson(clutter.margin_strokes)):
        marks.append(_margin_stroke(left, words, pen, dpi, rng))
    for _ in range(rng.poisson(clutter.notes)):
        at = Point(*(float(v) for v in rng.uniform((0.05, 0.04), (0.6, 0.97)) * size))
        color = PENCILS[int(rng.integers(len(PENCILS)))]
        if rng.random() < LEGIBLE:
            marks.append(note(at, (color, 0.3), dpi, rng))
        else:
            marks.append(scrawl(at, float(rng.uniform(12, 60)), (color, 0.3), dpi, rng))
    for _ in range(rng.poisson(clutter.round_stamps)):
        marks.append(round_stamp(_somewhere(size, rng), _look(rng), dpi, rng))
    for _ in range(rng.poisson(clutter.dated_stamps)):
        marks.append(dated_stamp(_somewhere(size, rng), _look(rng), dpi, rng))
    return [m for m in marks if m.box.clip(*size).area and m.coverage.max() > 0.3]


def round_stamp(at: Point, look: StampLook, dpi: float, rng: np.random.Generator) -> DrawnMark:
    """A round seal with its centre `at`: two rings, words around, words across the middle."""
    radius = mm_to_px(float(rng.uniform(15, 20)), dpi)
    pad = round(mm_to_px(1.5, dpi))
    side = 2 * (round(radius) + pad)
    middle = side / 2
    image = Image.new("L", (side, side))
    draw = ImageDraw.Draw(image)
    for part, width_mm in ((1.0, 0.6), (0.94, 0.2), (0.62, 0.2)):
        r = radius * part
        around = (middle - r, middle - r, middle + r, middle + r)
        draw.ellipse(around, outline=255, width=max(1, round(mm_to_px(width_mm, dpi))))
    heart = RING_HEARTS[int(rng.integers(len(RING_HEARTS)))]
    face = font(look.face, radius * RING_EM, "Bold")
    draw.text((middle, middle), heart, font=face, fill=255, anchor="mm")
    words = RING_WORDS[int(rng.integers(len(RING_WORDS)))]
    _around(image, words + RING_END, radius * RING, face)
    angle_deg = float(rng.uniform(-35, 35))
    turn = cv2.getRotationMatrix2D((middle, middle), angle_deg, 1.0)
    flat = cv2.warpAffine(np.asarray(image), turn, (side, side)).astype(np.float32) / 255
    ink = np.clip(flat * stamp_ink(look, (side, side), dpi, rng), 0, 1).astype(np.float32)
    left, top = round(at.x - middle), round(at.y - middle)
    across = draw.textbbox((middle, middle), heart, font=face, anchor="mm")
    # cv2 turns anticlockwise
    place = Affine.rotation(-angle_deg, Point(middle, middle)).then(Affine.translation(left, top))
    lines = _ring_line(words, radius, place, middle), _heart_line(heart, across, place)
    box = Box(left, top, left + side, top + side)
    return DrawnMark(MarkKind.STAMP, look.rgb, box, ink, lines)


def _ring_line(words: str, radius: float, place: Affine, middle: float) -> MarkedLine:
    """The words along the ring, from its top on clockwise, as one line that runs around."""
    step = 2 * math.pi / (len(words) + len(RING_END))
    turns = (np.arange(2 * len(words)) / 2 - 0.25) * step

    def arc(em: float) -> list[Point]:
        r = radius * (RING + RING_EM * em)
        return [
            place.point(Point(middle + r * math.sin(t), middle - r * math.cos(t))) for t in turns
        ]

    outline = (*arc(OUTER), *reversed(arc(INNER)))
    return MarkedLine(words, box_around(outline), tuple(arc(FEET)), outline)


def _heart_line(heart: str, box: tuple[float, float, float, float], place: Affine) -> MarkedLine:
    """The words across the middle, turned with the stamp."""
    left, top, right, bottom = box
    corners = [Point(left, top), Point(right, top), Point(right, bottom), Point(left, bottom)]
    outline = tuple(place.point(p) for p in corners)
    # capitals: their feet are where their ink ends
    ends = place.point(Point(left, bottom)), place.point(Point(right, bottom))
    return MarkedLine(heart, box_around(outline), ends, outline)


def _around(image: Image.Image, words: str, radius: float, face: ImageFont.FreeTypeFont) -> None:
    """Words around the middle of a square image, in place; letters stand outwards."""
    side = image.size[0]
    for i, letter in enumerate(words):
        turned = Image.new("L", image.size)
        ImageDraw.Draw(turned).text(
            (side / 2, side / 2 - radius),
            letter,
            font=face,
            fill=255,
            anchor="mm",
        )
        turned = turned.rotate(-360.0 * i / len(words), resample=Image.Resampling.BILINEAR)
        image.paste(255, mask=turned)


def dated_stamp(at: Point, look: StampLook, dpi: float, rng: np.random.Generator) -> DrawnMark:
    """A date in a box or without, as a clerk's adjustable stamp gives it."""
    day, month = int(rng.integers(1, 29)), MONTHS[int(rng.integers(len(MONTHS)))]
    words = f"{day} {month} {int(rng.integers(1945, 1956))}"
    lines = (words,) if rng.random() < 0.6 else ("ВХОДЯЩИЙ", words)
    return boxed_stamp(lines, at, replace(look, boxed=bool(rng.random() < 0.5)), dpi, rng)


def _look(rng: np.random.Generator) -> StampLook:
    return StampLook(
        rgb=STAMP_INKS[int(rng.integers(len(STAMP_INKS)))],
        points=float(rng.uniform(10, 15)),
        angle_deg=float(rng.normal(0, 6)),
        evenness=float(rng.uniform(0.3, 0.8)),
    )


def _somewhere(size: tuple[int, int], rng: np.random.Generator) -> Point:
    x, y = rng.uniform((0.15, 0.05), (0.88, 0.95)) * size
    return Point(float(x), float(y))


def _underline(
    word: Box, pen: tuple[RGB, float], dpi: float, rng: np.random.Generator
) -> DrawnMark:
    """A line under a word and often under what follows it, straight or waved."""
    length = word.width * float(rng.choice([1.0, 1.0, 2.5, 5.0])) + mm_to_px(1, dpi)
    x = np.linspace(0, length, max(3, int(length / mm_to_px(8, dpi)) + 3))
    bow = mm_to_px(0.4, dpi) * rng.standard_normal(len(x)) + x * rng.normal(0, 0.015)
    path = smooth(np.stack([x, bow], 1))
    if rng.random() < 0.2:
        path[:, 1] += mm_to_px(0.7, dpi) * np.sin(path[:, 0] / mm_to_px(0.8, dpi))
    at = Point(float(word.left), word.bottom + mm_to_px(float(rng.uniform(0.0, 1.2)), dpi))
    return pencil([path], at, pen, dpi, rng)


def _margin_stroke(
    left: int,
    words: Sequence[Box],
    pen: tuple[RGB, float],
    dpi: float,
    rng: np.random.Generator,
) -> DrawnMark:
    """One or two strokes down the margin, beside a passage."""
    word = words[int(rng.integers(len(words)))]
    length = mm_to_px(float(rng.uniform(8, 45)), dpi)
    paths: list[npt.NDArray[np.float64]] = []
    for n in range(int(rng.integers(1, 3))):
        y = np.linspace(0, length, 6)
        x = mm_to_px(1.6 * n, dpi) + mm_to_px(0.5, dpi) * rng.standard_normal(6)
        paths.append(smooth(np.stack([x, y], 1)))
    at = Point(left - mm_to_px(float(rng.uniform(3, 8)), dpi), float(word.top))
    return pencil(paths, at, pen, dpi, rng)
