"""The recipe of a made page: resolution, machine, paper, wear, marks and camera, all frozen.

A recipe goes to JSON and back; together with a document and the seed of the rng it fixes every
byte of the pixels. `draw_recipe` draws one of a level of damage:

- clean   the drawing itself: no paper, no camera
- light   a decent archive scan of a well-kept machine's work
- medium  clogged type, worn ribbon or a carbon copy, stained paper, a careless scan
- hard    faint or blotted, on bad paper, coarse, bent, copied or filmed

What raw Tesseract makes of each is measured by benchmarks/realism.py, with figures in
docs/synthetic-pages.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from ocr.synth.clutter import PENCILS, STAMP_INKS, Clutter
from ocr.synth.damage import Camera
from ocr.synth.fonts import x_height
from ocr.synth.marks import HandLook, StampLook
from ocr.synth.paper import Paper
from ocr.synth.typewriter import Machine
from ocr.synth.wear import Wear


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides how a document looks, besides its text, its form and the rng.

    skews_deg gives the sheets their own turns, in order and over again; `marks` says whether
    stamps and handwriting are put on; `seed` is for who wants to start an rng from it.
    """

    dpi: float = 250.0
    machine: Machine = field(default_factory=Machine)
    paper: Paper = field(default_factory=Paper)
    wear: Wear = field(default_factory=Wear)
    camera: Camera = field(default_factory=Camera)
    stamp: StampLook = field(default_factory=StampLook)
    hand: HandLook = field(default_factory=HandLook)
    clutter: Clutter = field(default_factory=Clutter)
    skews_deg: tuple[float, ...] = (0.0,)
    marks: bool = True
    seed: int = 0


NARROW = (0.84, 0.98)  # of letters against the face: types are cut for broad strokes


class Face(NamedTuple):
    """A face that machines may have: by how much its letters are stretched upwards, how much
    broader its strokes are struck, how often it is used against the others, and its breadth.
    """

    family: str
    style: str
    stretch: tuple[float, float]
    weight_mm: tuple[float, float]
    share: float
    narrow: tuple[float, float] = NARROW


# Soviet machines had slab serifs, small letters nearly as high as the pitch is wide and capitals
# half as high again; no packaged face is like that unstretched. Faces without slab serifs are
# few: they keep a reader from learning one face by heart.
FACES: tuple[Face, ...] = tuple(
    Face(*face)
    for face in (
        ("Nimbus Mono PS", "Regular", (1.22, 1.36), (0.05, 0.10), 0.28),
        ("FreeMono", "Regular", (1.22, 1.36), (0.06, 0.11), 0.22),
        ("CMU Typewriter Text", "Regular", (1.06, 1.18), (0.02, 0.07), 0.18),
        ("CMU Typewriter Text", "Bold", (1.06, 1.18), (-0.03, 0.01), 0.08),
        ("GNUTypewriter", "Regular", (1.05, 1.16), (-0.03, 0.01), 0.10),
        ("FreeMono", "Bold", (1.18, 1.30), (-0.05, -0.01), 0.05),
        ("PT Mono", "Regular", (1.02, 1.12), (0.0, 0.04), 0.025),
        ("Liberation Mono", "Regular", (1.0, 1.1), (0.0, 0.04), 0.02),
        ("Cousine", "Regular", (1.0, 1.1), (0.0, 0.04), 0.02),
        ("Anonymous Pro", "Regular", (1.05, 1.15), (0.01, 0.05), 0.015),
    )
)

LIGHT = Recipe(skews_deg=(1.3, -0.9, 1.7))
CLEAN = Recipe(
    machine=Machine(rough_mm=0.0, dry=0.0),
    paper=Paper((255, 255, 255), 0.0, 0.0, 0.0, 0.0, 0.0),
    camera=Camera(bed=1.0, light=0.0, blur_px=0.0, grain=0.0, jpeg_quality=0),
    marks=False,
)


MEDIUM = Recipe(
    machine=Machine(
        type_offset_mm=0.09,
        type_tilt_deg=0.9,
        stroke_offset_mm=0.05,
        worn=0.2,
        filled=0.5,
        force=0.8,
        force_spread=0.12,
        spread_mm=0.025,
        dry=0.3,
    ),
    paper=Paper((214, 196, 164), 0.016, 0.09, tooth=0.02, browning=0.25, stains=0.06),
    camera=Camera(bed=0.15, light=0.15, blur_px=0.9, grain=0.02, jpeg_quality=60),
    stamp=StampLook(evenness=0.45),
    skews_deg=(-2.3, 1.4, 2.8),
)
HARD = Recipe(
    dpi=150.0,
    machine=replace(
        MEDIUM.machine, filled=0.9, force=0.65, force_spread=0.15, spread_mm=0.035, dry=0.5
    ),
    paper=Paper((178, 158, 128), 0.03, 0.14, tooth=0.03, browning=0.4, stains=0.15),
    wear=Wear(folds=2, scratches=3),
    camera=Camera(bed=0.1, light=0.25, blur_px=0.9, grain=0.035, jpeg_quality=38),
    stamp=StampLook(evenness=0.3),
    skews_deg=(4.2, -3.7, 5.5),
)
LEVELS: Mapping[str, Recipe] = MappingProxyType(
    {"clean": CLEAN, "light": LIGHT, "medium": MEDIUM, "hard": HARD}
)
"""One recipe of each level that never changes; `draw_recipe` draws others."""


@dataclass(frozen=True, slots=True)
class _Ranges:
    """What the values of a level are drawn from, evenly between two ends."""

    dpi: tuple[float, ...]
    force: tuple[float, float]
    force_spread: tuple[float, float]
    ink_mm: tuple[float, float]
    spread_mm: tuple[float, float]
    rough_mm: tuple[float, float]
    dry: tuple[float, float]
    filled: tuple[float, float]
    worn: tuple[float, float]
    misplaced: tuple[float, float]
    tone: tuple[float, float]
    stains: tuple[float, float]
    bleeding: tuple[float, float]
    light: tuple[float, float]
    blur_mm: tuple[float, float]
    grain: tuple[float, float]
    quality: tuple[float, float]
    skew_deg: float
    bent_mm: float
    chance: float  # of each of the rarer sorts of damage: folds, tears, holes, carbon, film


_LIGHT = _Ranges(
    dpi=(100.0, 120.0, 150.0, 200.0, 200.0, 300.0, 300.0, 400.0),
    force=(0.84, 0.98),
    force_spread=(0.03, 0.07),
    ink_mm=(0.0, 0.075),
    spread_mm=(0.015, 0.035),
    rough_mm=(0.008, 0.018),
    dry=(0.05, 0.25),
    filled=(0.0, 0.4),
    worn=(0.0, 0.2),
    misplaced=(0.6, 1.2),
    tone=(0.72, 0.97),
    stains=(0.0, 0.04),
    bleeding=(0.0, 0.03),
    light=(0.02, 0.08),
    blur_mm=(0.03, 0.07),
    grain=(0.006, 0.014),
    quality=(70, 92),
    skew_deg=1.0,
    bent_mm=0.3,
    chance=0.08,
)
_MEDIUM = _Ranges(
    dpi=(100.0, 100.0, 110.0, 120.0, 150.0, 150.0, 200.0, 300.0),
    force=(0.78, 0.97),
    force_spread=(0.04, 0.09),
    ink_mm=(0.01, 0.12),
    spread_mm=(0.025, 0.05),
    rough_mm=(0.014, 0.028),
    dry=(0.15, 0.4),
    filled=(0.15, 0.7),
    worn=(0.1, 0.4),
    misplaced=(0.9, 1.7),
    tone=(0.68, 0.93),
    stains=(0.01, 0.09),
    bleeding=(0.0, 0.12),
    light=(0.05, 0.18),
    blur_mm=(0.06, 0.11),
    grain=(0.01, 0.024),
    quality=(50, 80),
    skew_deg=1.8,
    bent_mm=0.6,
    chance=0.2,
)
_HARD = _Ranges(
    dpi=(100.0, 120.0, 130.0, 150.0, 200.0),
    force=(0.66, 0.95),
    force_spread=(0.08, 0.15),
    ink_mm=(-0.04, 0.11),
    spread_mm=(0.02, 0.045),
    rough_mm=(0.018, 0.035),
    dry=(0.25, 0.5),
    filled=(0.1, 0.8),
    worn=(0.2, 0.6),
    misplaced=(1.2, 2.1),
    tone=(0.56, 0.84),
    stains=(0.06, 0.2),
    bleeding=(0.02, 0.16),
    light=(0.1, 0.32),
    blur_mm=(0.07, 0.13),
    grain=(0.014, 0.034),
    quality=(28, 60),
    skew_deg=2.5,
    bent_mm=1.1,
    chance=0.33,
)
_RANGES: Mapping[str, _Ranges] = MappingProxyType(
    {"light": _LIGHT, "medium": _MEDIUM, "hard": _HARD}
)


def draw_recipe(level: str, rng: np.random.Generator, faces: Sequence[Face] = FACES) -> Recipe:
    """A recipe of a level: "clean", "light", "medium" or "hard". Raises KeyError for another."""
    seed = int(rng.integers(2**63))
    if level == "clean":
        face = _face(faces, rng)
        return replace(CLEAN, dpi=300.0, machine=replace(CLEAN.machine, **face), seed=seed)
    r = _RANGES[level]
    dpi = float(rng.choice(r.dpi))
    return Recipe(
        dpi=dpi,
        machine=_machine(r, faces, rng),
        paper=_paper(r, rng),
        wear=_wear(r, rng),
        camera=_camera(r, dpi, rng),
        stamp=StampLook(
            rgb=STAMP_INKS[int(rng.choice(len(STAMP_INKS), p=(0.6, 0.15, 0.15, 0.1)))],
            angle_deg=float(rng.normal(-1, 4)),
            evenness=float(rng.uniform(0.35, 0.85)),
        ),
        hand=HandLook(
            note=PENCILS[int(rng.integers(len(PENCILS)))],
            tick=PENCILS[int(rng.integers(len(PENCILS)))],
            pen_mm=float(rng.uniform(0.2, 0.4)),
        ),
        clutter=_clutter(r, rng),
        skews_deg=tuple(float(v) for v in rng.normal(0, r.skew_deg, 6).round(2)),
        seed=seed,
    )


def _between(ends: tuple[float, float], rng: np.random.Generator) -> float:
    return round(float(rng.uniform(*ends)), 4)


def _face(faces: Sequence[Face], rng: np.random.Generator) -> dict[str, Any]:
    shares = np.array([face.share for face in faces])
    face = faces[int(rng.choice(len(faces), p=shares / shares.sum()))]
    drawn: dict[str, Any] = {
        "face": face.family,
        "style": face.style,
        "stretch": _between(face.stretch, rng),
        "narrow": _between(face.narrow, rng),
        "weight_mm": _between(face.weight_mm, rng),
        "pitch_mm": round(float(rng.choice([2.3, 2.54, 2.6, rng.uniform(2.3, 2.6)])), 3),
    }
    unstretched_mm = x_height(face.family)[1] * drawn["pitch_mm"]
    drawn["stretch"] = min(drawn["stretch"], round(TALLEST_MM / unstretched_mm, 4))
    return drawn


TALLEST_MM = 2.65
"""Height of the highest small letters: with them capitals end just below the line above, one turn
of the ratchet away. No machine has higher type, however narrow its pitch."""


def _machine(r: _Ranges, faces: Sequence[Face], rng: np.random.Generator) -> Machine:
    ribbon = "ribbon"
    if rng.random() < r.chance:
        ribbon = "carbon" if rng.random() < 0.65 else "stencil"
    black = [int(v) for v in np.clip(rng.normal((36, 34, 40), 8), 8, 70)]
    if rng.random() < 0.15 or ribbon == "carbon":
        black = [int(v) for v in np.clip(rng.normal((52, 48, 92), 10), 20, 120)]
    two = bool(rng.random() < r.chance / 2)
    out = rng.uniform()  # one machine is out of true in all its ways
    misplaced = r.misplaced[0] + (r.misplaced[1] - r.misplaced[0]) * float(out)
    return Machine(
        **_face(faces, rng),
        type_offset_mm=round(0.05 * misplaced, 4),
        type_tilt_deg=round(0.5 * misplaced, 3),
        stroke_offset_mm=round(0.03 * misplaced, 4),
        stroke_tilt_deg=round(0.3 * misplaced, 3),
        case_offset_mm=round(float(rng.normal(0, 0.06 * misplaced)), 4),
        worn=_between(r.worn, rng),
        broken=round(_between(r.worn, rng) / 5, 4),
        filled=_between(r.filled, rng),
        force=_between(r.force, rng) * (0.85 if ribbon == "carbon" else 1.0),
        force_spread=_between(r.force_spread, rng),
        lean=round(float(rng.uniform(0.05, 0.22)), 3),
        ink_mm=_between(r.ink_mm, rng),
        spread_mm=_between(r.spread_mm, rng),
        rough_mm=_between(r.rough_mm, rng) * (0.4 if ribbon == "stencil" else 1.0),
        dry=_between(r.dry, rng),
        bounce=round(float(rng.uniform(0, 0.01)) * misplaced, 4),
        process=ribbon,
        ribbon_rgb=(black[0], black[1], black[2]),
        second_rgb=(150, 36, 40) if two else None,
        catching=round(float(rng.uniform(0.02, 0.3)), 3) if two else 0.0,
    )


def _paper(r: _Ranges, rng: np.random.Generator) -> Paper:
    tone = _between(r.tone, rng)
    yellow = float(rng.uniform(0.02, 0.2)) * (1.3 - tone)
    rgb = tuple(
        int(v) for v in np.clip(255 * tone * np.array([1.0, 1 - yellow, 1 - 3 * yellow]), 0, 255)
    )
    worse = 1.2 - tone
    return Paper(
        rgb=(rgb[0], rgb[1], rgb[2]),
        clouds=round(0.05 * worse * float(rng.uniform(0.5, 1.5)), 4),
        fibres=round(0.15 * worse * float(rng.uniform(0.3, 1.5)), 4),
        fibres_per_cm2=round(float(rng.uniform(1, 4)), 2),
        tooth=round(0.03 * worse * float(rng.uniform(0.5, 1.5)), 4),
        browning=round(0.6 * worse * float(rng.uniform(0.1, 1.0)), 4),
        browned_mm=round(float(rng.uniform(4, 14)), 2),
        stains=_between(r.stains, rng),
        stained=round(float(rng.uniform(0.1, 0.6)), 3),
        dirt=round(float(rng.uniform(0, 60)) * worse, 2),
        bleeding=_between(r.bleeding, rng),
    )


def _wear(r: _Ranges, rng: np.random.Generator) -> Wear:
    return Wear(
        folds=int(rng.poisson(2 * r.chance)),
        folded=round(float(rng.uniform(0.2, 0.7)), 3),
        scratches=int(rng.poisson(20 * r.chance)) if rng.random() < 2 * r.chance else 0,
        tears=int(rng.poisson(r.chance)),
        holes=bool(rng.random() < 2 * r.chance),
    )


def _camera(r: _Ranges, dpi: float, rng: np.random.Generator) -> Camera:
    film = bool(rng.random() < r.chance / 3)
    bilevel = not film and bool(rng.random() < r.chance / 2)
    bent = bool(rng.random() < 3 * r.chance)
    border = (
        tuple(float(v) for v in rng.uniform(0, 7, 4).round(2)) if rng.random() < 0.4 else (0.0,) * 4
    )
    neighbour = round(float(rng.uniform(0.6, 0.95)), 3) if border[2] > 3 else 0.0
    return Camera(
        border_mm=(border[0], border[1], border[2], border[3]),
        keystone=(
            round(float(rng.normal(0, 0.008)) * bent, 5),
            round(float(rng.normal(0, 0.008)) * bent, 5),
        ),
        curl_mm=round(float(rng.normal(0, r.bent_mm)) * bent, 3),
        wave_mm=round(float(rng.normal(0, r.bent_mm)) * bent, 3),
        bed=round(float(rng.choice([0.06, 0.12, 0.3, 0.93])), 3),
        neighbour=neighbour,
        light=_between(r.light, rng),
        vignette=round(float(rng.uniform(0.1, 0.4)), 3) if film else 0.0,
        contrast=round(float(rng.uniform(1.2, 1.6)), 3) if film else 1.0,
        blur_px=round(
            max(0.35, _between(r.blur_mm, rng) * dpi / 25.4 * (1.25 if film else 1.0)), 3
        ),
        # what scans in black and white has a threshold that grain does not reach
        grain=_between(r.grain, rng) * (2.0 if film else 0.4 if bilevel else 1.0),
        grain_px=round(float(rng.uniform(0.4, 0.9)), 3) if film or rng.random() < 0.4 else 0.0,
        gray=film or bool(rng.random() < 0.35),
        bilevel=bilevel,
        lines=int(rng.poisson(2)) if film else 0,
        jpeg_quality=0 if bilevel else int(rng.uniform(*r.quality)),
    )


def _clutter(r: _Ranges, rng: np.random.Generator) -> Clutter:
    busy = float(rng.uniform(0, 6 * r.chance)) if rng.random() < 0.6 else 0.0
    return Clutter(
        underlines=round(2 * busy, 3),
        ticks=round(busy, 3),
        margin_strokes=round(0.6 * busy, 3),
        notes=round(0.4 * busy, 3),
        round_stamps=round(0.2 * busy, 3),
        dated_stamps=round(0.12 * busy, 3),
    )


def recipe_to_json(recipe: Recipe) -> str:
    """The recipe as text; equal recipes give equal texts."""
    return json.dumps(asdict(recipe), ensure_ascii=False, sort_keys=True)


def recipe_from_json(text: str) -> Recipe:
    """The inverse of `recipe_to_json`. Raises TypeError on a key that no recipe has."""
    data: dict[str, Any] = {name: _frozen(value) for name, value in json.loads(text).items()}
    parts = {
        "machine": Machine,
        "paper": Paper,
        "wear": Wear,
        "camera": Camera,
        "stamp": StampLook,
        "hand": HandLook,
        "clutter": Clutter,
    }
    for name, kind in parts.items():
        if name in data:
            data[name] = kind(**{key: _frozen(value) for key, value in data[name].items()})
    return Recipe(**data)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
