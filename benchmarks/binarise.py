"""Ink masks beside doxapy's: F-measure on pages whose ink is known to the pixel, and time.

    python benchmarks/binarise.py [--pages 3] [--seed 0] [--dpi 300] [--only NAME …] [--look DIR]

Types sheets of A5, straight, and scans them in grey, so that the coverage of the type before
paper and camera lies pixel on pixel with the scan; where it is more than half of what the machine
strikes, there is ink. Six kinds of sheet:

- plain     cream paper, good ribbon
- stained   brown paper with water stains and browned edges, light that falls off
- bleeding  type of the verso shines through at 0.3 of its darkness
- faint     a worn ribbon at 0.35 of full black, on cloudy paper
- dark      a dark sheet, coarse grain, weak light in the corners, JPEG of quality 40
- carbon    a carbon copy: soft and smudged

Two rows are ours, both with the paper flattened first, which is in their time: the mask as
`prepare` makes it, which holds the pale rims of strokes as well, for those who cut letters out
along it; and the mask that ends where strokes do. Peers run with doxapy's own settings. F-measure
is 2·P·R / (P + R) over the pixels of ink of all sheets of a kind; the last column is CPU time on
one core for an A4 page of that resolution, reckoned from the area.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import doxapy
import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from ocr.geometry import Affine, Gray, Mask, mm_to_px
from ocr.prepare.illumination import IlluminationSettings, find_background, flatten
from ocr.prepare.ink import InkSettings, find_ink
from ocr.prepare.straighten import lay_straight, source_of
from ocr.synth.damage import Camera, photograph
from ocr.synth.documents import draw_document
from ocr.synth.paper import Paper, bleed, make_paper, tones
from ocr.synth.recipe import draw_recipe
from ocr.synth.typewriter import Machine, Typewriter

SHEET_MM = (148.0, 210.0)
MARGIN_MM = 18.0
FEED_MM = 8.5  # from line to line: two of a typewriter's
A4_MM2 = 210.0 * 297.0
CREAM = (226, 214, 190)
OUTLINE = 0.55  # of the way from paper to ink, as a mean over a stroke tells it
PEERS = ("OTSU", "BERNSEN", "NIBLACK", "SAUVOLA", "WOLF", "NICK", "SU")
PEERS += ("TRSINGH", "BATAINEH", "ISAUVOLA", "WAN", "GATOS")


@dataclass(frozen=True, slots=True)
class Kind:
    """How sheets of a kind look; `force` is the share of full black that strokes have."""

    paper: Paper
    camera: Camera
    force: float = 0.92
    process: str = "ribbon"


FLATBED = Camera(light=0.05, grain=0.01, gray=True, jpeg_quality=80)
KINDS = {
    "plain": Kind(Paper(CREAM), FLATBED),
    "stained": Kind(
        Paper((196, 176, 140), 0.03, 0.1, tooth=0.025, browning=0.4, stains=0.2),
        replace(FLATBED, light=0.3, vignette=0.3),
    ),
    "bleeding": Kind(Paper(CREAM, 0.015, bleeding=0.3), FLATBED),
    "faint": Kind(Paper(CREAM, 0.03, 0.1, tooth=0.02, stains=0.05), FLATBED, force=0.35),
    "dark": Kind(
        Paper((168, 148, 118), 0.03, 0.14, tooth=0.03, browning=0.4, stains=0.12),
        Camera(light=0.3, vignette=0.8, blur_px=1.2, grain=0.035, gray=True, jpeg_quality=40),
        force=0.75,
    ),
    "carbon": Kind(Paper(CREAM, 0.02, 0.08), FLATBED, force=0.7, process="carbon"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A grey scan (H, W) and its ink (H, W)."""

    kind: str
    gray: Gray
    ink: Mask


def cases(pages: int, seed: int, dpi: float) -> Iterator[Case]:
    for n, (name, kind) in enumerate(KINDS.items()):
        for number in range(pages):
            yield _made(name, kind, dpi, np.random.default_rng((seed, n, number)))


def _made(name: str, kind: Kind, dpi: float, rng: np.random.Generator) -> Case:
    drawn = draw_document("medium", rng, "report")
    texts = [run.text for plan in drawn.plans for line in plan.lines for run in line.runs]
    machine = replace(draw_recipe("medium", rng).machine, process=kind.process)
    machine = replace(machine, second_rgb=None, force=kind.force, force_spread=0.05)
    size = (round(mm_to_px(SHEET_MM[0], dpi)), round(mm_to_px(SHEET_MM[1], dpi)))
    ink = _typed(texts, machine, size, dpi, rng)
    sheet = make_paper(kind.paper, size, dpi, rng, gray=True)
    (tone,) = tones(machine.ribbon_rgb, 1)
    if kind.paper.bleeding:
        sheet[..., 0] *= 1 + bleed(ink, kind.paper, dpi, rng) * np.float32(tone - 1)
    sheet[..., 0] *= 1 + ink * np.float32(tone - 1)
    depth = float(np.quantile(ink[ink > 0.1], 0.75))
    return Case(name, photograph(sheet, kind.camera, dpi, rng), ink > 0.5 * depth)


def _typed(
    texts: list[str], machine: Machine, size: tuple[int, int], dpi: float, rng: np.random.Generator
) -> np.ndarray:
    """(H, W) coverage of a sheet typed full."""
    typewriter = Typewriter(machine, dpi, rng)
    out = np.zeros(size[::-1], dtype=np.float32)
    letters = int((SHEET_MM[0] - 1.5 * MARGIN_MM) / machine.pitch_mm)
    rows = int((SHEET_MM[1] - 2 * MARGIN_MM) / FEED_MM)
    for row in range(rows):
        y = mm_to_px(MARGIN_MM + row * FEED_MM, dpi)
        text = texts[row % len(texts)][:letters]
        typewriter.strike_line(out, text, mm_to_px(MARGIN_MM, dpi), y, rng)
    return typewriter.develop(out, rng)


def ours(half: float) -> Callable[[Gray, float], Mask]:
    """`find_ink` on the flattened page, whose mask ends at `half` of the way from paper to ink."""

    def run(gray: Gray, dpi: float) -> Mask:
        size = (gray.shape[1], gray.shape[0])
        page = lay_straight(source_of(gray, dpi), Affine(), size)
        ground = find_background(page, dpi, IlluminationSettings())
        return find_ink(
            flatten(page.gray, ground.luminance()),
            dpi,
            InkSettings(half=half, faintest=0.65 * half),
        )

    return run


def peer(name: str) -> Callable[[Gray, float], Mask]:
    def run(gray: Gray, dpi: float) -> Mask:
        algorithm = doxapy.Binarization(getattr(doxapy.Binarization.Algorithms, name))
        out = np.empty_like(gray)
        algorithm.initialize(np.ascontiguousarray(gray))
        algorithm.to_binary(out, {})
        return np.asarray(out == 0, dtype=np.bool_)

    return run


@dataclass(slots=True)
class Tally:
    """Pixels of ink found rightly, found and there; CPU seconds."""

    right: int = 0
    found: int = 0
    there: int = 0
    seconds: float = 0.0

    def add(self, mask: Mask, ink: Mask, seconds: float) -> None:
        self.right += int((mask & ink).sum())
        self.found += int(mask.sum())
        self.there += int(ink.sum())
        self.seconds += seconds

    @property
    def f_measure(self) -> float:
        return 200.0 * self.right / max(1, self.found + self.there)


def table(tallies: dict[str, dict[str, Tally]], pages: int) -> Table:
    shown = Table(title="F-measure of ink masks, per cent", title_justify="left")
    for n, column in enumerate(("method", *KINDS, "mean", "least", "ms a page")):
        shown.add_column(column, justify="right" if n else "left")
    rows = []
    for method, kinds in tallies.items():
        values = [kinds[kind].f_measure for kind in KINDS]
        area = pages * len(KINDS) * SHEET_MM[0] * SHEET_MM[1]
        ms = 1000 * sum(t.seconds for t in kinds.values()) / area * A4_MM2
        rows.append((float(np.mean(values)), method, values, ms))
    for mean, method, values, ms in sorted(rows, key=lambda row: -row[0]):
        figures = [f"{v:.1f}" for v in (*values, mean, min(values))]
        shown.add_row(method, *figures, f"{ms:.0f}")
    return shown


def look(case: Case, masks: dict[str, Mask], folder: Path) -> None:
    """Scan, truth and masks of a part of the sheet, one below the other."""
    folder.mkdir(parents=True, exist_ok=True)
    height, width = (min(n, 700) for n in case.gray.shape)
    part = np.s_[height // 3 : height, :width]
    rows = [case.gray[part]]
    rows += [np.where(m[part], 0, 255).astype(np.uint8) for m in (case.ink, *masks.values())]
    Image.fromarray(np.vstack(rows)).save(folder / f"{case.kind}.png")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--pages", type=int, default=3, help="of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--dpi", type=float, default=300.0)
    parser.add_argument("--only", nargs="*", default=PEERS, help="of the peers")
    parser.add_argument("--look", type=Path, metavar="DIR")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    methods = {"ours, with rims": ours(InkSettings().half), "ours, outlines": ours(OUTLINE)}
    methods |= {name: peer(name) for name in given.only}
    tallies = {name: {kind: Tally() for kind in KINDS} for name in methods}
    for case in cases(given.pages, given.seed, given.dpi):
        masks = {}
        for name, method in methods.items():
            start = time.process_time()
            masks[name] = method(case.gray, given.dpi)
            seconds = time.process_time() - start
            tallies[name][case.kind].add(masks[name], case.ink, seconds)
        if given.look:
            look(case, {n: masks[n] for n in list(masks)[:4]}, given.look)
    Console(width=130).print(table(tallies, given.pages))


if __name__ == "__main__":
    main()
