"""The faces that a reader learns from, and the two it never sees, by which it is judged.

To the faces that made-up scans are typed in come others, fitted by measure: whatever a face looks
like in print, its letters are stretched until they fill the pitch as a typewriter's do, and its
strokes are thickened or thinned to the breadth that types print. Faces of unequal width are
squeezed into the cell stroke by stroke. What a reader gets from them is that a letter may look
many ways; so every face that has Cyrillic letters with serifs is welcome, and of the others a few.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

import cv2
import numpy as np
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw

from ocr.errors import FontError
from ocr.synth.fonts import covered, font, x_height
from ocr.synth.recipe import FACES, Face

HELD_OUT = ("Go Mono", "Anonymous Pro")
"""Never trained on: a face with slabs and one without."""

MORE = (
    ("DejaVu Serif", "Book", 0.04),
    ("Old Standard TT", "Regular", 0.04),
    ("CMU Concrete", "Roman", 0.05),
    ("CMU Serif", "Bold", 0.03),
    ("Roboto Slab", "Regular", 0.04),
    ("Linux Libertine O", "Regular", 0.03),
    ("FreeSerif", "Bold", 0.02),
    ("PT Serif", "Regular", 0.04),
    ("C059", "Roman", 0.03),
    ("Liberation Serif", "Regular", 0.02),
    ("DejaVu Sans Mono", "Book", 0.02),
    ("Noto Mono", "Regular", 0.015),
    ("JetBrains Mono", "Regular", 0.015),
    ("Fira Code", "Regular", 0.015),
    ("Hack", "Bold", 0.01),
)
"""Family, style and share beside those of `FACES`; left out where they are not installed."""

FILLED = (0.82, 1.24)
"""Heights of small letters in pitches: 0.85–1.0 on Soviet machines, 1.2 on those of narrow type; on
none more than `ocr.synth.recipe.TALLEST_MM`."""
NARROW = (0.86, 1.1)  # breadth of letters against the face's: broad ones touch their neighbours
STROKE_MM = (0.24, 0.37)  # breadth of a type's stroke, before ink and pressure
PITCH_MM = 2.5
WEIGHT_MM = (-0.05, 0.11)  # more would close counters or break hairlines
LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюяАБВ0123456789.,-"


def training_faces(more: Path | None = None) -> tuple[Face, ...]:
    """All faces to learn from that are installed, with those of the folder `more`.

    Raises FontError when a file in `more` is no font or lacks Russian letters.
    """
    found = [_of_any_height(face) for face in FACES if face.family not in HELD_OUT]
    for family, style, share in MORE:
        try:
            found.append(fitted(family, style, share))
        except FontError:
            continue
    if more is not None:
        files = sorted(p for p in more.rglob("*") if p.suffix.lower() in (".ttf", ".otf"))
        if not files:
            raise FontError(f"no .ttf or .otf file in {more}")
        make_known(more)
        found += [fitted(*_name(file), share=1.0 / (4 * len(files))) for file in files]
    return tuple(found)


def held_out_faces() -> tuple[Face, ...]:
    """The faces by which a reader is judged. Raises FontError where one is missing."""
    return tuple(fitted(family, "Regular", 0.5) for family in HELD_OUT)


def fitted(family: str, style: str, share: float) -> Face:
    """The face made to look typed. Raises FontError when missing or without Russian letters."""
    if lacking := [c for c in LETTERS if c not in covered(family)]:
        raise FontError(f"the face {family} has no {' '.join(lacking)}")
    ratio = x_height(family)[1]
    stroke_mm = _stroke(family, style) * PITCH_MM
    weights = np.clip([(breadth - stroke_mm) / 2 for breadth in STROKE_MM], *WEIGHT_MM)
    low, high = (round(filled / ratio, 3) for filled in FILLED)
    weight_mm = (float(weights[0]), float(weights[1]))
    return Face(family, style, (low, high), weight_mm, share, NARROW)


def _of_any_height(face: Face) -> Face:
    """A face of made-up scans as other machines have it: lower and higher, broader and narrower."""
    ratio = x_height(face.family)[1]
    low, high = (round(filled / ratio, 3) for filled in FILLED)
    return face._replace(stretch=(low, high), narrow=NARROW)


def _stroke(family: str, style: str) -> float:
    """Breadth of the upright of "н", in widths of the letter."""
    face = font(family, 400.0, style)
    image = Image.new("L", (800, 800))
    ImageDraw.Draw(image).text((400, 600), "н", font=face, fill=255, anchor="ms")
    within = cv2.distanceTransform((np.asarray(image) > 127).astype(np.uint8), cv2.DIST_L2, 5)
    return 2.0 * float(np.quantile(within[within > 0], 0.95)) / face.getlength("н")


def make_known(folder: Path) -> None:
    """Let fontconfig find the faces in `folder`, for this process and those it starts."""
    with tempfile.NamedTemporaryFile("w", suffix=".conf", delete=False) as config:
        config.write(
            '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
            '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
            f"<dir>{escape(str(folder.resolve()))}</dir></fontconfig>"
        )
    os.environ["FONTCONFIG_FILE"] = config.name


def _name(file: Path) -> tuple[str, str]:
    """Family and style of a font file."""
    try:
        with TTFont(file) as face:
            names = face["name"]
            return str(names.getBestFamilyName()), str(names.getBestSubFamilyName())
    except Exception as error:
        raise FontError(f"{file}: not a font that can be read: {error}") from error
