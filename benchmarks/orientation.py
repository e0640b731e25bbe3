"""Orientation of typescript pages in four turns: ours beside Tesseract's own detection.

    python benchmarks/orientation.py [--pages 200] [--seed 0] [--only-ours]

Makes PAGES first sheets of telegrams, memoranda, reports and lists, on light and on medium paper
in turn, with their stamps and handwriting, turns them by 0, 90, 180 and 270 degrees in turn, and
sets each upright as `transcribe` does: by its margins, and where these do not say, by how its
lines read (our reader, a few lines). Peer in the same run: `tesseract --psm 0`, which needs
osd.traineddata (apt: tesseract-ocr-osd).

Prints pages set right, upright pages that were turned, pages on which the method was unsure (ours:
confidence 0; Tesseract: no answer), readings a page, and seconds a page on one core, upright and
turned apart, of finding the orientation and of preparing the page for each reading.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from ocr.document import PageImage, PageRef, PreparedPage
from ocr.geometry import Pixels
from ocr.pipeline import legibility
from ocr.prepare import PrepareSettings, prepare
from ocr.prepare.ink import find_letters
from ocr.prepare.orientation import find_axis
from ocr.raster import to_gray
from ocr.recognize.engine import ENGINES, open_engine
from ocr.settings import Settings
from ocr.synth.documents import KINDS, draw_document, render
from ocr.synth.page import MadeSheet

LEVELS = ("light", "medium")


@dataclass(slots=True)
class Tally:
    """What a method did on all pages."""

    right: int = 0
    upright_turned: int = 0
    unsure: int = 0
    readings: int = 0
    spent_s: dict[bool, list[float]] = field(default_factory=lambda: {True: [], False: []})

    def add(self, turn_deg: int | None, true_deg: int, sure: bool, spent: float) -> None:
        self.right += turn_deg == true_deg
        self.upright_turned += true_deg == 0 and turn_deg not in (0, None)
        self.unsure += not sure
        self.spent_s[true_deg == 0].append(spent)


def made_sheet(number: int, seed: int) -> MadeSheet:
    """Page `number` of a run: kinds and levels in turn."""
    rng = np.random.default_rng((seed, number))
    level, kind = LEVELS[number // 4 % 2], KINDS[number // 8 % len(KINDS)]
    drawn = draw_document(level, rng, kind)
    return render(replace(drawn, plans=drawn.plans[:1]), rng)[0]


def ours(pixels: Pixels, dpi: float, judge: Callable[[PreparedPage], float]) -> tuple[int, float]:
    image = PageImage(PageRef(Path("page"), "", 0), pixels, dpi)
    measured = prepare(image, PrepareSettings(), judge).steps[0].measured
    return int(measured["turned_deg"]), measured["confidence"]


def tesseract(pixels: Pixels, dpi: float) -> int | None:
    """The clockwise turn that Tesseract would make, None where it says nothing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.png"
        cv2.imwrite(str(path), to_gray(pixels))
        command = ["tesseract", str(path), "-", "--psm", "0", "--dpi", str(round(dpi))]
        env = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        run = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    found = re.search(r"Rotate: (\d+)", run.stdout)
    return int(found[1]) if found else None


def has_osd() -> bool:
    if not shutil.which("tesseract"):
        return False
    command = ["tesseract", "--list-langs"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return "osd" in run.stdout.split()


def spent_s() -> float:
    """Seconds of processor time of this process and of those it waited for."""
    both = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(use.ru_utime + use.ru_stime for use in both)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only-ours", action="store_true", help="no peer")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    settings = Settings()
    engine = open_engine(ENGINES[0], settings.recognize)  # the one that `transcribe` judges by
    tallies = {"shifrovka": Tally()}
    if given.only_ours:
        pass
    elif has_osd():
        tallies["Tesseract --psm 0"] = Tally()
    else:
        print("no osd.traineddata here: apt install tesseract-ocr tesseract-ocr-osd")
    geometry_s = []
    for number in range(given.pages):
        sheet, true_deg = made_sheet(number, given.seed), number % 4 * 90
        pixels = np.ascontiguousarray(np.rot90(sheet.pixels, number % 4))
        readings = 0

        def judge(page: PreparedPage) -> float:
            nonlocal readings
            readings += 1
            return legibility(page, engine, settings)

        start = spent_s()
        letters = find_letters(to_gray(pixels), sheet.dpi, settings.prepare.ink)
        find_axis(letters, settings.prepare.skew, settings.prepare.orientation)
        geometry_s.append(spent_s() - start)
        start = spent_s()
        turn, confidence = ours(pixels, sheet.dpi, judge)
        spent = spent_s() - start
        tallies["shifrovka"].add(turn, true_deg, confidence > 0, spent)
        tallies["shifrovka"].readings += readings
        if turn != true_deg or not confidence:
            print(f"page {number} ({true_deg}°): {turn}°, confidence {confidence:.2f}", flush=True)
        if "Tesseract --psm 0" in tallies:
            start = spent_s()
            answer = tesseract(pixels, sheet.dpi)
            told = answer is not None
            tallies["Tesseract --psm 0"].add(answer, true_deg, told, spent_s() - start)
    show(tallies, given.pages)
    print(f"geometry alone, letters included: {1000 * np.mean(geometry_s):.0f} ms a page")


def show(tallies: dict[str, Tally], pages: int) -> None:
    table = Table(title=f"Orientation of {pages} typescript pages in four turns")
    columns = ("right", "upright turned", "unsure", "readings a page", "s upright", "s turned")
    table.add_column("method")
    for column in columns:
        table.add_column(column, justify="right")
    for name, tally in tallies.items():
        seconds = [f"{np.mean(tally.spent_s[upright] or [0]):.2f}" for upright in (True, False)]
        counts = (f"{n / pages:.1%}" for n in (tally.right,))
        others = (str(tally.upright_turned), f"{tally.unsure / pages:.1%}")
        readings = f"{tally.readings / pages:.2f}" if name == "shifrovka" else "–"
        table.add_row(name, *counts, *others, readings, *seconds)
    Console().print(table)


if __name__ == "__main__":
    main()
