"""What prepare does for reading, and what it costs: Tesseract on raw and on prepared pages.

    python benchmarks/prepare.py [--pages 12] [--seed 0] [--folder DIR] [--look DIR] [--no-cost]

Draws `--pages` first sheets of documents of each level of damage, or takes DIR/NAME.png with
DIR/NAME.gt.txt, and reads each twice with the same Tesseract (`-l rus --psm 6`): as scanned, and
as prepared. Prints for each level

- body CER   of the lines of the body, each against the line of output that it pairs with best, so
             that layout is not judged (normalisation `typed`)
- stray      letters read in lines that are in no line of the page, per 100 letters of the body
- pays       pages whose body reads better, and worse, prepared than raw

Then the cost: the same sheet at 300 dpi A4 in colour, in grey and in black and white, and an A3
sheet of 600 dpi, each in a fresh process: CPU seconds of all of prepare on one core (least of
`--runs`), and without taking marks off, peak memory of the process, scan and imports included, and
as peer the CPU seconds that Tesseract takes to read that page.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from ocr.document import Line, Page, PageImage, PageRef, ZoneKind
from ocr.evaluate.normalize import typed
from ocr.evaluate.page_score import score_page
from ocr.evaluate.rates import Rate
from ocr.geometry import Box, Gray, Pixels
from ocr.prepare import PrepareSettings, prepare
from ocr.prepare.marks import MarkSettings
from ocr.raster import to_gray
from ocr.synth.documents import draw_document, render

LEVELS = ("clean", "light", "medium", "hard")
TARGET_S, TARGET_MB = 0.25, 400.0
A4_DPI, A3_DPI = 300.0, 600.0
NO_BOX = Box(0, 0, 0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A page and its truth."""

    name: str
    pixels: Pixels
    dpi: float
    truth: Page


@dataclass(slots=True)
class Tally:
    """Sums over pages of one level."""

    pages: int = 0
    body: dict[str, Rate] = field(default_factory=dict)
    stray: dict[str, int] = field(default_factory=dict)
    better: int = 0
    worse: int = 0


def made(level: str, pages: int, seed: int) -> Iterator[Case]:
    for number in range(pages):
        rng = np.random.default_rng((seed, len(level), number))
        sheet = render(draw_document(level, rng), rng)[0]
        yield Case(f"{level}-{number:02}", sheet.pixels, sheet.dpi, sheet.page)


def in_folder(folder: Path, dpi: float) -> Iterator[Case]:
    for path in sorted(folder.glob("*.png")):
        truth = path.with_suffix(".gt.txt")
        if truth.exists():
            with Image.open(path) as image:
                pixels = np.asarray(image.convert("L" if image.mode in "1LI" else "RGB"))
                at = float(image.info.get("dpi", (dpi, dpi))[0])
            yield Case(path.stem, pixels, at, as_page(truth.read_text(encoding="utf-8")))


def as_page(text: str) -> Page:
    """A page of lines without zones."""
    rows = [row for row in text.splitlines() if row.strip()]
    lines = (Line(str(n), "", NO_BOX, row, 1.0, ()) for n, row in enumerate(rows))
    return Page(0, (1, 1), A4_DPI, (), (), tuple(lines))


def prepared(case: Case) -> Gray:
    image = PageImage(PageRef(Path(case.name), "", 0), case.pixels, case.dpi)
    return prepare(image, PrepareSettings()).gray


def tesseract(pixels: Pixels, dpi: float) -> str:
    order = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    _, data = cv2.imencode(".png", order)
    command = ["tesseract", "-", "-", "-l", "rus", "--psm", "6", "--dpi", str(round(dpi))]
    env = os.environ | {"OMP_THREAD_LIMIT": "1"}
    run = subprocess.run(command, input=data.tobytes(), env=env, capture_output=True, check=True)
    return run.stdout.decode()


def measure(case: Case, tally: Tally, look: Path | None) -> None:
    """Adds the page, raw and prepared, to `tally`."""
    pages = {"raw": case.pixels, "prepared": prepared(case)}
    errors = {}
    for name, pixels in pages.items():
        score = score_page(case.truth, as_page(tesseract(pixels, case.dpi)), typed)
        body = [line for line in score.lines if line.kind is ZoneKind.BODY]
        read = sum((line.unordered.cer for line in body if not line.spurious), Rate())
        stray = sum(line.unordered.chars.errors for line in body if line.spurious)
        tally.body[name] = tally.body.get(name, Rate()) + read
        tally.stray[name] = tally.stray.get(name, 0) + stray
        errors[name] = read
    tally.pages += 1
    tally.better += errors["prepared"].errors < errors["raw"].errors
    tally.worse += errors["prepared"].errors > errors["raw"].errors
    if look:
        look.mkdir(parents=True, exist_ok=True)
        for name, pixels in pages.items():
            Image.fromarray(pixels).save(look / f"{case.name}.{name}.png", dpi=(case.dpi,) * 2)
        raw, ours = errors["raw"], errors["prepared"]
        print(f"{case.name}  {case.dpi:.0f} dpi  {raw.percent()} -> {ours.percent()}", flush=True)


def reading_table(tallies: dict[str, Tally]) -> Table:
    shown = Table(title="Tesseract on raw and on prepared pages", title_justify="left")
    columns = ("level", "pages", "body CER raw %", "prepared %", "stray raw", "prepared")
    for n, column in enumerate((*columns, "pays / costs")):
        shown.add_column(column, justify="right" if n else "left")
    for level, t in tallies.items():
        total = max(1, t.body["raw"].total)
        cer = [t.body[name].percent() for name in ("raw", "prepared")]
        stray = [f"{100 * t.stray[name] / total:.2f}" for name in ("raw", "prepared")]
        shown.add_row(level, str(t.pages), *cer, *stray, f"{t.better} / {t.worse}")
    return shown


# --- cost ------------------------------------------------------------------------------------


def scans_for_cost(seed: int) -> Iterator[tuple[str, Pixels, float]]:
    """A sheet with marks on it, as several kinds of scan."""
    rng = np.random.default_rng((seed, 300))
    drawn = draw_document("medium", rng, "telegram")
    camera = replace(drawn.recipe.camera, gray=False, bilevel=False)
    drawn = replace(drawn, recipe=replace(drawn.recipe, dpi=A4_DPI, camera=camera))
    colour = render(replace(drawn, plans=drawn.plans[:1]), rng)[0].pixels
    gray = to_gray(colour)
    level = cv2.blur(gray, (201, 201)).astype(np.float32) * np.float32(0.76)
    yield "A4 300 dpi colour", colour, A4_DPI
    yield "A4 300 dpi grey", gray, A4_DPI
    yield "A4 300 dpi 1-bit", np.where(gray < level, 0, 255).astype(np.uint8), A4_DPI
    pair = np.hstack([colour, colour])
    yield "A3 600 dpi colour", cv2.resize(pair, None, fx=2, fy=2).astype(np.uint8), A3_DPI


def cost_of(path: Path, dpi: float, runs: int) -> None:
    """Prints CPU seconds, all and without marks, and peak MB; run in a process of its own."""
    cv2.setNumThreads(1)
    image = PageImage(PageRef(path, "", 0), np.load(path), dpi)
    all_of_it = least_seconds(image, PrepareSettings(), runs)
    without = PrepareSettings(marks=MarkSettings(by_colour=False, by_shape=False))
    seconds = (all_of_it, least_seconds(image, without, runs))
    # what getrusage tells outlives the start of a program, so it may be the parent's
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak = next(int(row.split()[1]) for row in status.splitlines() if row.startswith("VmHWM"))
    print(json.dumps([*seconds, peak / 1024]))


def least_seconds(image: PageImage, s: PrepareSettings, runs: int) -> float:
    seconds = []
    for _ in range(runs):
        start = time.process_time()
        prepare(image, s)
        seconds.append(time.process_time() - start)
    return min(seconds)


def tesseract_seconds(pixels: Pixels, dpi: float) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    tesseract(pixels, dpi)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def cost_table(seed: int, runs: int) -> Table:
    shown = Table(title="Cost of all of prepare, on one core", title_justify="left")
    columns = ("scan", "CPU s", "without marks", "peak MB", "Tesseract, CPU s", "ratio")
    for n, column in enumerate(columns):
        shown.add_column(column, justify="right" if n else "left")
    with tempfile.TemporaryDirectory() as folder:
        for name, pixels, dpi in scans_for_cost(seed):
            path = Path(folder) / "scan.npy"
            np.save(path, pixels)
            command = [sys.executable, __file__, "--cost-of", str(path), "--dpi", str(dpi)]
            command += ["--runs", str(runs if dpi == A4_DPI else 1)]
            out = subprocess.run(command, capture_output=True, check=True, text=True).stdout
            seconds, without, peak = json.loads(out)
            peer = tesseract_seconds(pixels, dpi) if dpi == A4_DPI else None
            row = (f"{peer:.1f}", f"1 : {peer / seconds:.0f}") if peer else ("–", "–")
            shown.add_row(name, f"{seconds:.2f}", f"{without:.2f}", f"{peak:.0f}", *row)
    shown.caption = f"asked for: {TARGET_S} s and {TARGET_MB:.0f} MB for A4 at 300 dpi in colour"
    return shown


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--pages", type=int, default=12, help="of each level; 0: cost alone")
    parser.add_argument("--levels", nargs="*", default=LEVELS, choices=LEVELS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path, help="real pages in place of made ones")
    parser.add_argument("--dpi", type=float, default=100.0, help="of pages that do not tell theirs")
    parser.add_argument("--look", type=Path, metavar="DIR", help="write pages there, name each")
    parser.add_argument("--no-cost", action="store_true")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--cost-of", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.cost_of:
        cost_of(given.cost_of, given.dpi, given.runs)
        return
    cv2.setNumThreads(1)
    console, tallies = Console(width=120), {}
    if given.folder:
        sources = {given.folder.name: in_folder(given.folder, given.dpi)}
    else:
        sources = {level: made(level, given.pages, given.seed) for level in given.levels}
    for level, cases in sources.items():
        tallies[level] = Tally()
        for case in cases:
            measure(case, tallies[level], given.look)
    if given.pages or given.folder:
        console.print(reading_table(tallies))
    if not (given.no_cost or given.folder):
        console.print(cost_table(given.seed, given.runs))


if __name__ == "__main__":
    main()
