"""What twenty lines of truth from one machine are worth on further pages of that machine.

    python benchmarks/adapt.py [--reader models/reader.pt] [--minutes 3] [--seed 3] [--out DIR]

A machine with a strange face types pages of running text: an italic, whose т, д, и and п are
drawn as no typewriter's. Twenty lines of its first page, with their text beside the scan, go to
`shifrovka train --resume --real`; what comes out reads the other pages, and so does the reader that
it began with. Both are scored line for line under the normalisation `typed`. So that nothing is
forgotten, both also read pages in the faces that no reader learnt from (`ocr.train.faces`).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image
from rich.console import Console

from ocr.document import PageImage, PageRef
from ocr.evaluate.normalize import NORMALISATIONS
from ocr.evaluate.page_score import score_page
from ocr.evaluate.rates import Rate
from ocr.evaluate.tables import Table, to_rich
from ocr.pipeline import transcribe_page
from ocr.recognize.engine import Engine
from ocr.recognize.neural import NeuralEngine, NeuralSettings
from ocr.settings import Settings
from ocr.synth.page import MadeSheet, render_typescript
from ocr.synth.recipe import Face, Recipe, draw_recipe
from ocr.synth.texts.samples import typed_block
from ocr.train.faces import fitted, held_out_faces
from ocr.train.run import TrainOptions, train

STRANGE = ("CMU Typewriter Text", "Italic")
LINES, COLUMNS, TAUGHT, PAGES = 30, 58, 20, 4
TYPED = NORMALISATIONS["typed"]


def recipe_of(face: Face, seed: int) -> Recipe:
    rng = np.random.default_rng((seed, 0))
    return replace(draw_recipe("light", rng, (face,)), marks=False, dpi=200.0)


def page_of(recipe: Recipe, lines: int, seed: tuple[int, int]) -> MadeSheet:
    rng = np.random.default_rng(seed)
    texts = [line.text for line in typed_block(lines, COLUMNS, rng)]
    return render_typescript(texts, recipe, rng)


def error_rate(sheets: list[MadeSheet], engine: Engine) -> Rate:
    total = Rate()
    for sheet in sheets:
        image = PageImage(PageRef(Path("made"), "", 0), sheet.pixels, sheet.dpi)
        score = score_page(sheet.page, transcribe_page(image, engine, Settings()), TYPED)
        total = total + score.figures.unordered.cer
    return total


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--reader", type=Path, default=Path("models/reader.pt"))
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--out", type=Path, help="folder for the new reader; else forgotten")
    given = parser.parse_args()
    strange = recipe_of(fitted(*STRANGE, 1.0), given.seed)
    others = [recipe_of(face, given.seed) for face in held_out_faces()]
    further = [page_of(strange, LINES, (given.seed, n)) for n in range(1, PAGES)]
    usual = [page_of(recipe, LINES, (given.seed, 9)) for recipe in others]
    with tempfile.TemporaryDirectory() as tmp:
        real, out = Path(tmp) / "real", given.out or Path(tmp) / "reader"
        real.mkdir()
        taught = page_of(strange, TAUGHT, (given.seed, 0))
        Image.fromarray(taught.pixels).save(real / "page.png", dpi=(200, 200))
        truth = "\n".join(line.text for line in taught.page.lines)
        (real / "page.gt.txt").write_text(truth, encoding="utf-8")
        options = TrainOptions(out, given.minutes, lines=1000, resume=given.reader, real=real)
        train(options, lambda _: None)
        before = NeuralEngine(NeuralSettings())
        after = NeuralEngine(NeuralSettings(model=str(out / "reader.onnx")))
        rows = []
        for name, sheets in (
            ("the strange machine", further),
            ("machines with usual faces", usual),
        ):
            rates = [error_rate(sheets, engine) for engine in (before, after)]
            rows.append((name, *(rate.percent() for rate in rates), str(rates[0].total)))
    header = ("further pages of", "CER % before", "CER % after", "letters")
    title = f"Twenty lines of truth, {given.minutes:g} minutes"
    Console(width=100).print(to_rich(Table(title, header, tuple(rows))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
