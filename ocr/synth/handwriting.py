"""Short notes in a hand that can be read, letter by letter from a handwriting face.

The face (Klee One, drawn with a pen) was made for characters of one width: each letter is set by
its own width, a little up or down, smaller or larger than its neighbours, and the whole leans and
rises as a hand does. What was written is part of the truth.
"""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw

from ocr.document import MarkKind
from ocr.geometry import Box, Gray, Point, mm_to_px
from ocr.synth.fonts import font
from ocr.synth.marks import RGB, DrawnMark, MarkedLine, on_paper

FACE = "Klee One"
LETTER_MM = (4.2, 6.5)  # em of the hand: small letters of 2 to 3 mm
LEAN = (0.1, 0.35)  # to the right, per height
NOTES = (
    "Ознакомить",
    "Доложено",
    "К делу",
    "В архив",
    "Согласен",
    "Исполнено",
    "Прошу доложить",
    "Переговорить",
    "Срочно",
    "Копию в дело",
    "Ответ дан",
    "Снять с контроля",
)


def note(at: Point, pen: tuple[RGB, float], dpi: float, rng: np.random.Generator) -> DrawnMark:
    """One of the usual resolutions, sometimes with a day, from `at` along its baseline.

    `pen` is its colour and its width in mm. Raises FontError when the face is missing.
    """
    text = str(rng.choice(NOTES))
    if rng.random() < 0.4:
        text += f" {int(rng.integers(1, 29))}/{rng.choice(['I', 'II', 'V', 'VI', 'X', 'XI'])}"
    rgb, _ = pen
    em = mm_to_px(float(rng.uniform(*LETTER_MM)), dpi)
    flat, base = _letters(text, em, rng)
    rise, lean = float(rng.normal(0, 0.03)), float(rng.uniform(*LEAN))
    pad = round(0.6 * em)
    flat = np.pad(flat, pad)
    base += pad
    # x' = x − lean·(y − base), y' = y + rise·x, about the start of the baseline
    matrix = np.array([[1.0, -lean, lean * base], [rise, 1.0, -rise * pad]])
    h, w = flat.shape
    leaned = cv2.warpAffine(flat, matrix, (w, h)).astype(np.uint8, copy=False)
    left, top = round(at.x) - pad, round(at.y) - base
    box = Box(left, top, left + w, top + h)
    ends = (at, Point(at.x + w - 2 * pad, at.y + rise * (w - 2 * pad)))
    line = MarkedLine(text, _inked(leaned, box), ends)
    return DrawnMark(MarkKind.HANDWRITING, rgb, box, on_paper(leaned, rng), (line,))


def _letters(text: str, em: float, rng: np.random.Generator) -> tuple[Gray, int]:
    """(h, w) uint8, 255 = written, and the row of the baseline."""
    base, size = round(1.1 * em), (round(2 * em), round(1.6 * em))
    flat = np.zeros((size[1], round(em * (len(text) + 2))), np.uint8)
    x = 0.0
    for letter in text:
        if letter == " ":
            x += 0.4 * em
            continue
        glyph = Image.new("L", size)
        face = font(FACE, round(em * float(rng.uniform(0.92, 1.08)), 1))
        at = (0.5 * em, base + float(rng.normal(0, 0.02)) * em)
        ImageDraw.Draw(glyph).text(at, letter, fill=255, font=face, anchor="ls")
        drawn = np.asarray(glyph)
        columns = np.flatnonzero(drawn.any(axis=0))
        letter_ink = drawn[:, columns[0] : columns[-1] + 1]
        here = flat[:, round(x) : round(x) + letter_ink.shape[1]]
        np.maximum(here, letter_ink, out=here)
        x += letter_ink.shape[1] + em * float(rng.uniform(0.03, 0.1))
    return flat[:, : round(x + 0.1 * em)], base


def _inked(flat: Gray, box: Box) -> Box:
    rows, columns = np.flatnonzero(flat.any(axis=1)), np.flatnonzero(flat.any(axis=0))
    return Box(
        box.left + int(columns[0]),
        box.top + int(rows[0]),
        box.left + int(columns[-1]) + 1,
        box.top + int(rows[-1]) + 1,
    )
