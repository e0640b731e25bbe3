"""A typewriter: every letter is a stroke of its own type, as on a real machine.

The glyph is drawn once, four times too large, then set down stroke by stroke through an affine
map, so that the offset and the tilt of a stroke are finer than a pixel. Two kinds of error lie on
top of each other: those of the machine (a type that hangs high or leans does so every time) and
those of the stroke (force, play of the carriage, a type that lands harder on one side).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from ocr.errors import FontError
from ocr.geometry import Box, Gray, mm_to_px
from ocr.synth.fonts import covered, font

Coverage = npt.NDArray[np.float32]
"""(H, W) 0–1: how much of a pixel a layer of ink covers."""

OVERSAMPLE = 4  # a quarter pixel is finer than the play of any carriage at 300 dpi
LEAST_FORCE = 0.5  # part of its force that even the weakest stroke has: no letter is lost whole
INK_SEEN = 0.2  # coverage from which the eye, and the truth box, counts a pixel as ink


@dataclass(frozen=True, slots=True)
class Machine:
    """What a typewriter is, the same over a whole document; lengths on paper.

    type_offset_mm, type_tilt_deg        standard deviation from type to type
    stroke_offset_mm, stroke_tilt_deg    standard deviation from stroke to stroke
    thinned_mm                           what worn type loses of its strokes, on each side
    force, force_spread                  mean and spread of the blackness of a stroke, 0–1
    lean                                 how much harder a type may land on one side, 0–1
    """

    face: str = "GNUTypewriter"
    fallback: str = "CMU Typewriter Text"
    pitch_mm: float = 2.45
    interval_mm: float = 4.15  # one turn of the platen's ratchet; 1½ intervals are usual
    type_offset_mm: float = 0.05
    type_tilt_deg: float = 0.5
    stroke_offset_mm: float = 0.03
    stroke_tilt_deg: float = 0.3
    thinned_mm: float = 0.0
    force: float = 0.9
    force_spread: float = 0.07
    lean: float = 0.18
    ribbon_rgb: tuple[int, int, int] = (38, 36, 42)


@dataclass(frozen=True, slots=True)
class Stroke:
    """One letter on the paper: what was struck, and where its ink is."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True, eq=False)
class _Type:
    """A piece of type: the glyph drawn OVERSAMPLE times too large and its own errors."""

    image: Gray
    origin: tuple[float, float]
    dx: float
    dy: float
    tilt_deg: float


class Typewriter:
    """A machine at work at one resolution. Types are cut as they are first struck."""

    def __init__(self, machine: Machine, dpi: float, rng: np.random.Generator) -> None:
        self.machine = machine
        self.dpi = dpi
        self.pitch_px = mm_to_px(machine.pitch_mm, dpi)
        # types err by their own seed, so that the order of striking does not matter
        self._seed = int(rng.integers(2**31))
        self._types: dict[str, _Type] = {}
        self._ribbon = _ribbon(rng)

    def strike_line(
        self, ink: Coverage, text: str, x: float, baseline: float, rng: np.random.Generator
    ) -> tuple[Stroke, ...]:
        """Type `text` from `x` along `baseline` onto `ink` in place; blanks leave nothing.

        Raises FontError when neither the face nor its fallback has a letter.
        """
        errors = rng.normal(size=(len(text), 6))
        struck = []
        for i, char in enumerate(text):
            if char == " ":
                continue
            box = self._strike(ink, char, (x + i * self.pitch_px, baseline), errors[i])
            struck.append(Stroke(char, box))
        return tuple(struck)

    def _strike(
        self,
        ink: Coverage,
        char: str,
        at: tuple[float, float],
        error: npt.NDArray[np.float64],
    ) -> Box:
        m = self.machine
        kind = self._types.get(char)
        if kind is None:
            kind = self._types[char] = self._cut(char)
        play = mm_to_px(m.stroke_offset_mm, self.dpi)
        cx = at[0] + self.pitch_px / 2 + kind.dx + play * error[0]
        cy = at[1] + kind.dy + play * error[1]
        patch, left, top = _set_down(kind, cx, cy, kind.tilt_deg + m.stroke_tilt_deg * error[2])
        h, w = patch.shape
        force = max(m.force + m.force_spread * error[3], LEAST_FORCE * m.force)
        across = np.linspace(-1, 1, w, dtype=np.float32) * np.float32(m.lean * error[4] / 2)
        along = np.linspace(-1, 1, h, dtype=np.float32)[:, None] * np.float32(m.lean * error[5] / 2)
        weave = self._ribbon[top % 256 : top % 256 + h, left % 256 : left % 256 + w]
        patch = np.clip(patch * (force + across + along) * weave, 0, 1)
        return _add(ink, patch, left, top)

    def _cut(self, char: str) -> _Type:
        m = self.machine
        family = next((f for f in (m.face, m.fallback) if char in covered(f)), None)
        if family is None:
            raise FontError(f"neither {m.face} nor {m.fallback} has a type for {char!r}")
        em = self.pitch_px * OVERSAMPLE / font(family, 1000.0).getlength("н") * 1000.0
        face = font(family, em)
        wide, high = round(em * 1.4), round(em * 1.8)
        origin = (wide / 2, em * 1.2)
        image = Image.new("L", (wide, high))
        ImageDraw.Draw(image).text(origin, char, font=face, fill=255, anchor="ms")
        cut = mm_to_px(m.thinned_mm, self.dpi) * OVERSAMPLE
        # averaged over one target pixel here, so that sampling it later does not alias
        flat = cv2.blur(_thin(np.asarray(image), cut), (OVERSAMPLE, OVERSAMPLE))
        own = np.random.default_rng((self._seed, ord(char))).normal(size=3)
        offset = mm_to_px(m.type_offset_mm, self.dpi)
        return _Type(
            flat.astype(np.uint8, copy=False),
            origin,
            float(own[0]) * offset,
            float(own[1]) * offset,
            float(own[2]) * m.type_tilt_deg,
        )


def _thin(glyph: Gray, cut_px: float) -> Gray:
    """A glyph (255 = raised) that has lost `cut_px` on every side, but no whole stroke."""
    depth = cv2.distanceTransform((glyph > 127).astype(np.uint8), cv2.DIST_L2, 5)
    # a hair line keeps the ridge it stands on
    lost = np.minimum(cut_px, np.maximum(cv2.dilate(depth, np.ones((9, 9))) - 2, 0))
    return np.asarray(np.clip(depth - lost, 0, 1) * 255, dtype=np.uint8)


def _ribbon(rng: np.random.Generator) -> Coverage:
    """(512, 512) factor around 1: the weave of the ribbon and the pores of the paper."""
    fine = rng.normal(size=(512, 512)).astype(np.float32)
    coarse = cv2.GaussianBlur(rng.normal(size=(512, 512)).astype(np.float32), (0, 0), 2.0) * 5.0
    return np.clip(1.0 + 0.05 * fine + 0.07 * coarse, 0.3, 1.3).astype(np.float32)


def _set_down(kind: _Type, cx: float, cy: float, tilt_deg: float) -> tuple[Coverage, int, int]:
    """The type's ink at the target resolution, and the left and top pixel of that patch."""
    t = np.deg2rad(tilt_deg)
    cos, sin = np.cos(t) / OVERSAMPLE, np.sin(t) / OVERSAMPLE
    h, w = kind.image.shape
    w_px, h_px = w // OVERSAMPLE + 2, h // OVERSAMPLE + 2
    ox, oy = kind.origin
    left, top = int(np.floor(cx - ox / OVERSAMPLE)), int(np.floor(cy - oy / OVERSAMPLE))
    matrix = np.array(
        [
            [cos, -sin, cx - left - cos * ox + sin * oy],
            [sin, cos, cy - top - sin * ox - cos * oy],
        ]
    )
    patch = cv2.warpAffine(kind.image, matrix, (w_px, h_px), flags=cv2.INTER_LINEAR)
    return patch.astype(np.float32) / np.float32(255), left, top


def _add(ink: Coverage, patch: Coverage, left: int, top: int) -> Box:
    """Lay a patch of ink over what is there, in place; returns the box of its visible ink."""
    h, w = ink.shape
    t0, l0 = max(0, -top), max(0, -left)
    part = patch[t0 : max(0, h - top), l0 : max(0, w - left)]
    top, left = top + t0, left + l0
    here = ink[top : top + part.shape[0], left : left + part.shape[1]]
    here[...] = 1 - (1 - here) * (1 - part)
    seen = part > INK_SEEN
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if not len(rows):
        return Box(left, top, left, top)
    return Box(
        left + int(columns[0]),
        top + int(rows[0]),
        left + int(columns[-1]) + 1,
        top + int(rows[-1]) + 1,
    )
