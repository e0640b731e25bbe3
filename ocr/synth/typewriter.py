"""A typewriter: every letter is a stroke of its own type, as on a real machine.

A type is cut once, as the signed distance from the glyph's outline, and set down stroke by stroke
through an affine map, so that the offset and the tilt of a stroke are finer than a pixel, and the
ink of a hard stroke spreads beyond the outline that a weak one does not fill. Errors lie on top
of each other: those of the machine (a type that hangs high, leans, is worn, broken or clogged
does so every time), those of the ribbon or the carbon paper, and those of the stroke (force, play
of the carriage, a type that lands harder on one side).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from ocr.errors import FontError
from ocr.geometry import Box, mm_to_px
from ocr.synth.fonts import covered, font, x_height
from ocr.synth.paper import white_noise
from ocr.synth.strokes import (
    TILE,
    Blows,
    Coverage,
    Type,
    boxes_of,
    feet,
    lay_on,
    print_strokes,
)

FINE_PX = 100.0  # em in which types are cut: finer than any ribbon prints
FINER = 2.5  # and no more times finer than the page: outlines lie within a tenth of its pixel
LEAST_FORCE = 0.5  # part of its force that even the weakest stroke has: no letter is lost whole
INK_REACH_MM = 0.3  # beyond the outline of a type no ink prints
BASELINE = 0.66  # height of the baseline in a type's field, from its top
# The same blow falls on every type: the smaller its face, the deeper it drives the ribbon into the
# paper and the broader it prints. Full stops are blobs, capitals and figures thin.
PRESSED_MM = 0.022  # broader on each side for every halving of the face, against that of "н"
PRESSES = (-1.2, 2.7)  # halvings after which paper and platen give no more
PRESSED_SPREAD = 0.3  # how much more the breadth of a stroke varies, for every halving
WEIGHT_ERROR_MM = 0.008  # standard deviation from type to type
CLOGGED_BY_FORCE = 0.3  # how much more of it prints with a stroke harder by one deviation
LEAST_CLOGGED = 0.05  # less does not print
CLOG_EM = 0.11  # how far from the outline ink gathers: small counters fill, wide ones do not
CELL = 1.06  # widths of "н" that the broadest letter may take up
FLAT = 0.13  # slope of force of a type that is worn on one side, standard deviation
BOUNCED = 0.5  # force of a type that bounces and strikes again
BOUNCE = 0.12  # how far off it does, as part of the pitch, standard deviation
CATCHES = 0.45  # height, as part of a type's, below which it may strike the ribbon's other half


@dataclass(frozen=True, slots=True)
class Machine:
    """What a typewriter is, the same over a whole document; lengths on paper.

    face, style, fallback                its type, and where it has no such letter
    stretch, narrow                      height and breadth of its letters against the face's
    weight_mm, ink_mm                    how much broader than the face's its strokes are on each
                                         side, by the cut of its type and by its ribbon's ink
    type_offset_mm, type_tilt_deg        standard deviation from type to type
    stroke_offset_mm, stroke_tilt_deg    standard deviation from stroke to stroke
    case_offset_mm                       how much too low its capitals stand
    worn, broken, filled                 share of its types that are flat on a side, or lost a
                                         corner; how full of ink and fluff they are on average
    force, force_spread                  mean and spread of the blackness of a stroke, 0–1
    lean                                 how much harder a type may land on one side, 0–1
    spread_mm                            how far the ink of a hard stroke runs, standard deviation
    rough_mm                             raggedness of the edges of a stroke
    dry                                  weave that shows through an old ribbon's ink, 0–1
    bounce                               share of strokes that strike twice
    process                              "ribbon", "carbon" copy or print from a "stencil"
    second_rgb, catching                 lower half of a two-coloured ribbon, and the share of
                                         strokes whose feet strike it
    """

    face: str = "Nimbus Mono PS"
    style: str = "Regular"
    fallback: str = "CMU Typewriter Text"
    pitch_mm: float = 2.45
    interval_mm: float = 4.15  # one turn of the platen's ratchet; 1½ intervals are usual
    stretch: float = 1.25
    narrow: float = 0.92
    weight_mm: float = 0.06
    ink_mm: float = 0.0
    type_offset_mm: float = 0.05
    type_tilt_deg: float = 0.5
    stroke_offset_mm: float = 0.03
    stroke_tilt_deg: float = 0.3
    case_offset_mm: float = 0.0
    worn: float = 0.0
    broken: float = 0.0
    filled: float = 0.0
    force: float = 0.9
    force_spread: float = 0.07
    lean: float = 0.18
    spread_mm: float = 0.01
    rough_mm: float = 0.012
    dry: float = 0.15
    bounce: float = 0.0
    process: str = "ribbon"
    ribbon_rgb: tuple[int, int, int] = (38, 36, 42)
    second_rgb: tuple[int, int, int] | None = None
    catching: float = 0.0


@dataclass(frozen=True, slots=True)
class Stroke:
    """One letter on the paper: what was struck, and where its ink is."""

    text: str
    box: Box


class Typewriter:
    """A machine at work at one resolution. Types are cut as they are first struck."""

    def __init__(self, machine: Machine, dpi: float, rng: np.random.Generator) -> None:
        self.machine = machine
        self.dpi = dpi
        self.pitch_px = mm_to_px(machine.pitch_mm, dpi)
        # types err by their own seed, so that the order of striking does not matter
        self._seed = int(rng.integers(2**31))
        self._types: dict[str, Type] = {}
        self._usual: dict[str, int] = {}  # pixels of the "н" of a face
        self._weave = _weave(machine, dpi, rng)
        self._edges = _edges(machine, dpi, rng)

    @property
    def x_height_px(self) -> float:
        """Height of a small letter."""
        return x_height(self.machine.face)[1] * self.machine.stretch * self.pitch_px

    def strike_line(
        self,
        ink: Coverage,
        text: str,
        x: float,
        baseline: float,
        rng: np.random.Generator,
        second: Coverage | None = None,
    ) -> tuple[Stroke, ...]:
        """Type `text` from `x` along `baseline` onto `ink` in place; blanks leave nothing.

        Feet of letters that catch the other half of the ribbon go onto `second`, where given.
        Raises FontError when neither the face nor its fallback has a letter.
        """
        places = [i for i, char in enumerate(text) if char != " "]
        if not places:
            return ()
        errors = rng.standard_normal((len(text), 8))[places]
        chances = rng.random((len(text), 2))[places]
        types = [self._type(text[i]) for i in places]
        foot = x + (np.array(places) + 0.5) * self.pitch_px
        struck = print_strokes(self._blows(types, foot, baseline, errors), self._edges, self._weave)
        lay_on(ink, struck)
        catching = chances[:, 0] < self.machine.catching
        if second is not None and catching.any():
            lay_on(second, feet(struck, catching, CATCHES))
        again = np.flatnonzero(chances[:, 1] < self.machine.bounce)
        if again.size:
            off = BOUNCE * self.pitch_px * errors[again, 6:]
            foot = foot[again] + off[:, 0]
            blows = self._blows([types[n] for n in again], foot, baseline, errors[again])
            weak = blows._replace(y=blows.y + off[:, 1], force=BOUNCED * blows.force)
            lay_on(ink, print_strokes(weak, self._edges, self._weave))
        boxes = boxes_of(struck, (ink.shape[1], ink.shape[0]))
        return tuple(Stroke(text[i], box) for i, box in zip(places, boxes, strict=True))

    def underline(
        self, ink: Coverage, strokes: int, x: float, baseline: float, rng: np.random.Generator
    ) -> None:
        """Underline `strokes` places from `x` on; any machine has this type."""
        self.strike_line(ink, "_" * strokes, x, baseline, rng)

    def strike_out(
        self, ink: Coverage, strokes: int, x: float, baseline: float, rng: np.random.Generator
    ) -> None:
        """Cross out `strokes` places from `x` on with х."""
        self.strike_line(ink, "х" * strokes, x, baseline, rng)

    def develop(self, ink: Coverage, rng: np.random.Generator) -> Coverage:
        """What the strokes of a whole sheet look like on the copy that was scanned.

        A carbon copy is soft, because the paper lies between, and smudged where hands pressed.
        """
        if self.machine.process != "carbon":
            return ink
        soft = cv2.GaussianBlur(ink, (0, 0), max(0.4, mm_to_px(0.07, self.dpi)))
        halo = cv2.GaussianBlur(cv2.resize(ink, None, fx=0.25, fy=0.25), (0, 0), 3.0)
        size = (ink.shape[1], ink.shape[0])
        return np.asarray(np.maximum(soft, 0.35 * cv2.resize(halo, size)), dtype=np.float32)

    def _blows(
        self,
        types: list[Type],
        foot: npt.NDArray[np.float64],
        baseline: float,
        errors: npt.NDArray[np.float64],
    ) -> Blows:
        """Strokes whose feet belong at (foot (N,), baseline), with `errors` (N, 8) of their own."""
        m = self.machine
        own = np.array([(*t.offset, t.tilt_deg, t.clogged, *t.flat) for t in types])
        play = mm_to_px(m.stroke_offset_mm, self.dpi)
        hard = errors[:, 3]
        clogged = own[:, 3] + CLOGGED_BY_FORCE * hard if m.filled else np.zeros(len(types))
        return Blows(
            types,
            foot + own[:, 0] + play * errors[:, 0],
            baseline + own[:, 1] + play * errors[:, 1],
            own[:, 2] + m.stroke_tilt_deg * errors[:, 2],
            np.array([t.spread_px for t in types]) * hard,
            np.where(clogged > LEAST_CLOGGED, clogged, 0.0),
            np.maximum(m.force + m.force_spread * hard, LEAST_FORCE * m.force),
            m.lean * errors[:, 4] / 2 + own[:, 4],
            m.lean * errors[:, 5] / 2 + own[:, 5],
        )

    def _type(self, char: str) -> Type:
        kind = self._types.get(char)
        if kind is None:
            kind = self._types[char] = self._cut(char)
        return kind

    def _cut(self, char: str) -> Type:
        m = self.machine
        family = next((f for f in (m.face, m.fallback) if char in covered(f)), None)
        if family is None:
            raise FontError(f"neither {m.face} nor {m.fallback} has a type for {char!r}")
        style = m.style if family == m.face else "Regular"
        whole_em = font(family, 1000.0, style)
        per_em = whole_em.getlength("н") / 1000.0
        # in print letters are of unequal width; a machine's broad ones are squeezed into the cell
        broad = min(1.0, CELL * 1000.0 * per_em / max(1.0, whole_em.getlength(char)))
        scale = max(1.0, min(FINER, FINE_PX * per_em / self.pitch_px))
        em = self.pitch_px * scale / per_em
        own = np.random.default_rng((self._seed, ord(char)))
        whole = _glyph(char, font(family, em, style), em, (m.narrow * broad, m.stretch))
        pad = math.ceil((mm_to_px(INK_REACH_MM, self.dpi) + 2) * scale)
        glyph, x0, y0 = _trimmed(whole, pad)
        errors, chances = own.standard_normal(8), own.random(2)
        depth = _depth(glyph) / np.float32(scale)
        small = self._small(glyph, family, style, em)
        heavy = m.weight_mm + m.ink_mm + PRESSED_MM * small
        depth += np.float32(mm_to_px(heavy + WEIGHT_ERROR_MM * errors[3], self.dpi))
        if chances[0] < m.broken:
            depth = _broken(depth, glyph, own)
        field = np.dstack([depth, _gaps(glyph, em)]).astype(np.float32, copy=False)
        # a small type leans with the whole head, of which it is a small part
        share = glyph.shape[1] / whole.shape[1], glyph.shape[0] / whole.shape[0]
        flat = (0.0, 0.0)
        if chances[1] < m.worn:
            flat = (FLAT * float(errors[4]), FLAT * float(errors[5]))
        clogged = m.filled * float(own.exponential())  # few types are full, most nearly clean
        offset = mm_to_px(m.type_offset_mm, self.dpi)
        low = mm_to_px(m.case_offset_mm, self.dpi) if char.isupper() or char.isdigit() else 0.0
        return Type(
            field,
            (whole.shape[1] / 2 - x0, whole.shape[0] * BASELINE - y0),
            scale,
            share,
            (float(errors[0]) * offset, float(errors[1]) * offset + low),
            float(errors[2]) * m.type_tilt_deg,
            clogged,
            mm_to_px(m.spread_mm, self.dpi) * (1 + PRESSED_SPREAD * small),
            flat,
        )

    def _small(self, glyph: npt.NDArray[np.uint8], family: str, style: str, em: float) -> float:
        """How often the face of "н" must be halved to be as small as this type's."""
        m = self.machine
        usual = self._usual.get(family)
        if usual is None:
            letter = _glyph("н", font(family, em, style), em, (m.narrow, m.stretch))
            usual = self._usual[family] = max(1, int((letter > 127).sum()))
        share = max(1, int((glyph > 127).sum())) / usual
        return float(np.clip(-math.log2(share), *PRESSES))


# --- a type -----------------------------------------------------------------------------------


def _glyph(
    char: str, face: ImageFont.FreeTypeFont, em: float, scale: tuple[float, float]
) -> npt.NDArray[np.uint8]:
    """(h, w) 255 = raised, `scale` (x, y) of the face; its baseline at BASELINE of the height."""
    wide, high = round(em * 1.3), round(em * 1.75)
    image = Image.new("L", (wide, high))
    where = (wide / 2, high * BASELINE)
    ImageDraw.Draw(image).text(where, char, font=face, fill=255, anchor="ms")
    size = (round(wide * scale[0]), round(high * scale[1]))
    return cv2.resize(np.asarray(image), size, interpolation=cv2.INTER_LINEAR).astype(np.uint8)


def _trimmed(glyph: npt.NDArray[np.uint8], pad: int) -> tuple[npt.NDArray[np.uint8], int, int]:
    """The glyph with `pad` pixels around it, and the left and top of what is kept."""
    h, w = glyph.shape
    rows, columns = np.flatnonzero(glyph.any(axis=1)), np.flatnonzero(glyph.any(axis=0))
    if not len(rows):
        return glyph, 0, 0
    top, bottom = max(0, int(rows[0]) - pad), min(h, int(rows[-1]) + 1 + pad)
    left, right = max(0, int(columns[0]) - pad), min(w, int(columns[-1]) + 1 + pad)
    return np.ascontiguousarray(glyph[top:bottom, left:right]), left, top


def _depth(glyph: npt.NDArray[np.uint8]) -> Coverage:
    """(h, w) distance from the outline in pixels, positive inside the glyph."""
    raised = (glyph > 127).astype(np.uint8)
    inside = cv2.distanceTransform(raised, cv2.DIST_L2, 5)
    outside = cv2.distanceTransform(1 - raised, cv2.DIST_L2, 5)
    return np.asarray(inside - outside, dtype=np.float32)


def _gaps(glyph: npt.NDArray[np.uint8], em: float) -> Coverage:
    """(h, w) 0–1: counters and narrow bays, where ink and fluff gather."""
    raised = (glyph > 127).astype(np.uint8)
    h, w = raised.shape
    flood = cv2.copyMakeBorder(raised, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    cv2.floodFill(flood, None, (0, 0), 2)
    closed = (flood[1 : h + 1, 1 : w + 1] != 2).astype(np.uint8)
    side = max(3, round(em * 0.18)) | 1
    bays = cv2.morphologyEx(raised, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    away = cv2.distanceTransform(1 - raised, cv2.DIST_L2, 3) / np.float32(CLOG_EM * em)
    filled = np.maximum(closed, 0.75 * bays) * np.minimum(1, 1.2 * np.exp(-away * away))
    soft = cv2.GaussianBlur(filled.astype(np.float32), (0, 0), em * 0.012)
    return np.asarray(soft, dtype=np.float32)


def _broken(depth: Coverage, glyph: npt.NDArray[np.uint8], rng: np.random.Generator) -> Coverage:
    """The type without what lies beyond a random line across one of its corners."""
    rows, columns = np.nonzero(glyph)
    if not len(rows):
        return depth
    turn = float(rng.uniform(0, 2 * np.pi))
    along = columns * np.cos(turn) + rows * np.sin(turn)
    edge = float(np.quantile(along, rng.uniform(0.86, 0.97)))
    h, w = depth.shape
    x = np.arange(w, dtype=np.float32) * np.float32(np.cos(turn))
    y = np.arange(h, dtype=np.float32)[:, None] * np.float32(np.sin(turn))
    return np.minimum(depth, (np.float32(edge) - x - y) * np.float32(0.3))


# --- ribbon and paper -------------------------------------------------------------------------


def _noise(scale_px: float, rng: np.random.Generator) -> Coverage:
    """(TILE, TILE) noise of standard deviation 1 that changes over `scale_px`."""
    raw = white_noise((TILE, TILE), rng)
    if scale_px < 0.4:
        return raw
    soft = cv2.GaussianBlur(raw, (0, 0), scale_px).astype(np.float32, copy=False)
    return np.asarray(soft / soft.std(), dtype=np.float32)


def _weave(m: Machine, dpi: float, rng: np.random.Generator) -> Coverage:
    """(TILE, TILE) factor around 1: the ribbon's threads and the pores of the paper."""
    fine, coarse = _noise(mm_to_px(0.05, dpi), rng), _noise(mm_to_px(0.2, dpi), rng)
    # threads of cotton or silk, six to the millimetre
    step = 2 * np.pi / max(2.2, mm_to_px(0.17, dpi))
    at = np.arange(TILE, dtype=np.float32) * np.float32(step)
    threads = np.sin(at)[:, None] * np.sin(at)[None, :]
    factor = 1 + m.dry * (0.45 * fine + 0.4 * coarse + 0.3 * threads) - 0.3 * m.dry
    if m.process == "stencil":
        # the wax was not cut through everywhere
        factor *= np.clip(1.6 + 0.75 * _noise(mm_to_px(0.13, dpi), rng), 0, 1)
    return np.asarray(np.clip(factor, 0.02, 1.3), dtype=np.float32)


def _edges(m: Machine, dpi: float, rng: np.random.Generator) -> Coverage:
    """(TILE, TILE) by how much the outline of a stroke is displaced, in pixels."""
    rough = mm_to_px(m.rough_mm, dpi)
    fine, broad = _noise(mm_to_px(0.06, dpi), rng), _noise(mm_to_px(0.25, dpi), rng)
    return np.asarray(rough * (0.75 * fine + 0.6 * broad), dtype=np.float32)
