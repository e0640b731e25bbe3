"""Processor time of reading: our reader a line and a page, the whole of transcribing, Tesseract.

    python benchmarks/reader_speed.py [--documents 4] [--seed 5] [--level light] [--scans DIR]

Draws documents at 300 dpi (or takes the images of DIR) and measures, on one core and in
processor seconds, so that other work on the machine counts little:

- the network alone, for lines of 60 characters and for all lines of a page
- `transcribe_page`, the whole way from pixels to a page
- the peer, `tesseract PAGE.png stdout -l rus --psm 6` with OMP_THREAD_LIMIT=1, its start apart

The start of a process is what it takes for an empty page; both are told.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from statistics import median

import cv2
import numpy as np
from PIL import Image
from rich.console import Console

from ocr.document import PageImage, PageRef
from ocr.evaluate.tables import Table, to_rich
from ocr.layout import find_layout, take_off_rules
from ocr.load import load_page, open_scan
from ocr.pipeline import transcribe_page
from ocr.prepare import prepare
from ocr.recognize.line_image import cut_lines
from ocr.recognize.neural import LINE_IMAGE, NeuralEngine, NeuralSettings
from ocr.settings import Settings
from ocr.synth.documents import draw_document, render
from ocr.synth.lines import StripSettings, draw_strips

DPI = 300.0
LINE_CHARS, NEARLY = 60, 3
LINES = 12


def drawn(level: str, documents: int, seed: int) -> Iterator[PageImage]:
    for number in range(documents):
        rng = np.random.default_rng((seed, number))
        document = draw_document(level, rng)
        document = replace(document, recipe=replace(document.recipe, dpi=DPI))
        for sheet in render(document, rng):
            yield PageImage(PageRef(Path("made"), "", 0), sheet.pixels, sheet.dpi)


def loaded(folder: Path, s: Settings) -> Iterator[PageImage]:
    for path in sorted(p for p in folder.iterdir() if p.suffix in (".png", ".jpg", ".tif")):
        for ref in open_scan(path, s.load):
            page = load_page(ref, s.load)
            if isinstance(page, PageImage):
                yield page


def processor_s(work: Callable[[], object]) -> float:
    """Processor seconds of this process."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def tesseract_s(pixels: np.ndarray, dpi: float) -> float:
    """Processor seconds of the command on one page, its start included."""
    with tempfile.TemporaryDirectory() as tmp:
        path = Path(tmp) / "page.png"
        Image.fromarray(pixels).save(path, dpi=(dpi, dpi))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            ["tesseract", str(path), "stdout", "-l", "rus", "--psm", "6"],
            env=os.environ | {"OMP_THREAD_LIMIT": "1"},
            capture_output=True,
            check=True,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--documents", type=int, default=4)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--level", default="light")
    parser.add_argument("--scans", type=Path, help="images instead of drawn pages")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    s, engine = Settings(), NeuralEngine(NeuralSettings())
    pages = (
        list(loaded(given.scans, s))
        if given.scans
        else list(drawn(given.level, given.documents, given.seed))
    )
    transcribe_page(pages[0], engine, s)  # dictionaries and networks are opened once
    start_s = median(tesseract_s(np.full((400, 400), 255, np.uint8), DPI) for _ in range(3))
    ours, peers, reading, lines_of = [], [], [], []
    for image in pages:
        ours.append(processor_s(lambda image=image: transcribe_page(image, engine, s)))
        peers.append(tesseract_s(image.pixels, image.dpi) - start_s)
        page, rules = take_off_rules(prepare(image, s.prepare), s.layout)
        lines = find_layout(page, rules, s.layout)[1]
        strips = [line.pixels for line in cut_lines(page, lines, LINE_IMAGE)]
        reading.append(processor_s(lambda strips=strips: engine.read_strips(strips)))
        lines_of.append(len(lines))
    per_line = line_s(engine, given.level)
    rows = (
        ("line of 60 characters", f"{1000 * per_line:.1f} ms"),
        ("all lines of a page, network alone", f"{mean(reading):.3f} s"),
        ("lines of a page", f"{mean(lines_of):.0f}"),
        ("whole of transcribe_page", f"{mean(ours):.3f} s"),
        ("tesseract on the page, its start apart", f"{mean(peers):.3f} s"),
        ("start of tesseract", f"{start_s:.3f} s"),
        ("pages of ours for one of tesseract's", f"{mean(peers) / mean(ours):.2f}"),
    )
    title = f"Processor time, {len(pages)} pages"
    Console(width=100).print(to_rich(Table(title, ("what", "on one core"), rows)))
    return 0


def line_s(engine: NeuralEngine, level: str) -> float:
    """Seconds a line of about 60 characters of made type, the best of some tries."""
    lines = draw_strips(StripSettings(levels=(level,), image=LINE_IMAGE), np.random.default_rng(1))
    long = (line.pixels for line in lines if abs(len(line.text) - LINE_CHARS) <= NEARLY)
    strips = list(islice(long, LINES))
    return min(processor_s(lambda: engine.read_strips(strips)) for _ in range(7)) / LINES


def mean(values: list[float] | list[int]) -> float:
    return sum(values) / len(values)


if __name__ == "__main__":
    sys.exit(main())
