"""The recipe of a scan: all that decides how a telegram looks, in one frozen, serialisable value.

With the text, the form and the seed of the rng it fixes every byte of the pixels.

Levels run from `clean` (the drawing itself) over `light` (a decent archive scan) and `medium`
(worn ribbon, browned paper, a careless scan) to `hard` (faint, blurred and dark at once). On the
body of telegram 25348, straightened and without marks, raw Tesseract (5.3, `rus`, psm 6) errs by
0.7, 0.7, 1.6 and 31 %; most of the first two is this face's `д` read as `л`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from ocr.synth.damage import Camera
from ocr.synth.marks import HandLook, StampLook
from ocr.synth.paper import Paper
from ocr.synth.typewriter import Machine


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides how a telegram looks, besides its text, its form and the rng.

    skews_deg gives the sheets their own turns, in order and over again; `marks` says whether
    stamps and handwriting are put on.
    """

    dpi: float = 250.0
    machine: Machine = field(default_factory=Machine)
    paper: Paper = field(default_factory=Paper)
    camera: Camera = field(default_factory=Camera)
    stamp: StampLook = field(default_factory=StampLook)
    hand: HandLook = field(default_factory=HandLook)
    skews_deg: tuple[float, ...] = (0.0,)
    marks: bool = True


CLEAN = Recipe(
    paper=Paper((255, 255, 255), 0.0, 0.0, 0.0, 0.0, 0.0),
    camera=Camera(bed=1.0, light=0.0, blur_px=0.0, grain=0.0),
    marks=False,
)
LIGHT = Recipe(skews_deg=(1.3, -0.9, 1.7))
MEDIUM = Recipe(
    machine=Machine(
        type_offset_mm=0.09, type_tilt_deg=0.9, stroke_offset_mm=0.05, force=0.72, force_spread=0.13
    ),
    paper=Paper((214, 196, 164), clouds=0.016, fibres=0.09, tooth=0.02, browning=0.25),
    camera=Camera(bed=0.15, light=0.15, blur_px=0.9, grain=0.025, jpeg_quality=55),
    stamp=StampLook(evenness=0.45),
    skews_deg=(-2.3, 1.4, 2.8),
)
HARD = Recipe(
    dpi=200.0,
    machine=Machine(
        type_offset_mm=0.12,
        type_tilt_deg=1.3,
        stroke_offset_mm=0.07,
        force=0.62,
        force_spread=0.15,
        lean=0.25,
    ),
    paper=Paper((188, 168, 136), clouds=0.03, fibres=0.14, tooth=0.035, browning=0.4),
    camera=Camera(bed=0.1, light=0.25, blur_px=1.0, grain=0.035, jpeg_quality=38),
    stamp=StampLook(evenness=0.3),
    skews_deg=(4.2, -3.7, 5.5),
)
LEVELS: Mapping[str, Recipe] = MappingProxyType(
    {"clean": CLEAN, "light": LIGHT, "medium": MEDIUM, "hard": HARD}
)


# pixels per inch, drawn evenly on a logarithmic scale
RESOLUTIONS = {
    "clean": (200.0, 300.0),
    "light": (200.0, 300.0),
    "medium": (150.0, 300.0),
    "hard": (100.0, 250.0),
}


def draw_recipe(level: str, rng: np.random.Generator) -> Recipe:
    """A recipe of one of the `LEVELS`: machine, resolution and turns vary about the preset."""
    preset = LEVELS[level]
    low, high = RESOLUTIONS[level]
    most = max(abs(angle) for angle in preset.skews_deg)
    turns = tuple(float(v) for v in rng.uniform(-most, most, 6))
    machine = replace(
        preset.machine,
        pitch_mm=float(rng.uniform(2.3, 2.6)),
        interval_mm=float(rng.uniform(4.1, 4.4)),
        force=preset.machine.force * float(rng.uniform(0.9, 1.08)),
    )
    dpi = float(np.exp(rng.uniform(np.log(low), np.log(high))))
    return replace(preset, dpi=float(round(dpi)), machine=machine, skews_deg=turns)


def recipe_to_json(recipe: Recipe) -> str:
    """The recipe as text; equal recipes give equal texts."""
    return json.dumps(asdict(recipe), ensure_ascii=False, sort_keys=True)


def recipe_from_json(text: str) -> Recipe:
    """The inverse of `recipe_to_json`. Raises TypeError on a key that no recipe has."""
    data: dict[str, Any] = {name: _frozen(value) for name, value in json.loads(text).items()}
    parts = {
        "machine": Machine,
        "paper": Paper,
        "camera": Camera,
        "stamp": StampLook,
        "hand": HandLook,
    }
    for name, kind in parts.items():
        if name in data:
            data[name] = kind(**{key: _frozen(value) for key, value in data[name].items()})
    return Recipe(**data)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
