"""How our reader and Tesseract read the same made-up pages, typed in faces it never learnt from.

    python benchmarks/reader.py [--documents 12] [--seed 7101] [--levels clean,light,medium,hard]
                                [--model FILE]

Draws documents of each level on machines with the faces of `ocr.train.faces.HELD_OUT`, prepares
each sheet and finds its lines once, and lets both engines read these lines; for Tesseract that is
kinder than its own layout. Character error rates are of lines of bodies (of telegrams, and what
stands for one in papers that are none), under the normalisation `typed`, as read and after
assembling (look-alikes, dictionary). Apart: lines under marks, letter-spaced lines, figures, and
words with a capital behind the first of a line (names, mostly); and all lines once more with the
letters О, З and I in numbers taken for the figures 0, 3 and 1, which typists struck them for.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
import regex
from rich.console import Console
from rich.progress import track

from ocr.assemble import assemble_page
from ocr.assemble.parts import name_parts
from ocr.document import Page, PageImage, PageRef, PreparedPage, TextLine, Zone, ZoneKind
from ocr.evaluate.align import aligned, graphemes
from ocr.evaluate.normalize import LETTER_SPACING, NORMALISATIONS, Normalisation
from ocr.evaluate.page_score import score_page
from ocr.evaluate.rates import Rate
from ocr.evaluate.tables import Table, to_rich
from ocr.layout import find_layout, take_off_rules
from ocr.pipeline import legibility
from ocr.prepare import prepare
from ocr.recognize.engine import Engine, RecognizeSettings, open_engine
from ocr.recognize.neural import NeuralSettings
from ocr.settings import Settings
from ocr.synth.documents import draw_document, render
from ocr.synth.page import MadeSheet
from ocr.train.faces import held_out_faces

TYPED = NORMALISATIONS["typed"]
BODIES = (ZoneKind.BODY, ZoneKind.PARAGRAPH, ZoneKind.LIST, ZoneKind.TABLE, ZoneKind.VERSE)
MEANT = "figures as meant"
KINDS = ("body", MEANT, "plain", "under marks", "letter-spaced", "figures", "names")
NUMBER = regex.compile(r"[\dОЗI]*\d[\dОЗI]*")
NAME = regex.compile(r"(?<=\S\s)\p{Lu}[\p{L}\-]+")


@dataclass
class Tally:
    """Errors and letters of each of `KINDS`, and of body lines before assembling."""

    rates: dict[str, Rate] = field(default_factory=lambda: dict.fromkeys(KINDS, Rate()))

    def add(self, kind: str, errors: int, total: int) -> None:
        self.rates[kind] = self.rates[kind] + Rate(errors, total)


def sheets(level: str, documents: int, seed: int) -> Iterator[MadeSheet]:
    faces = held_out_faces()
    for number in range(documents):
        rng = np.random.default_rng((seed, number))
        yield from render(draw_document(level, rng, faces=faces), rng)


Found = tuple[PreparedPage, tuple[Zone, ...], tuple[TextLine, ...]]


def lines_of(sheet: MadeSheet, engine: Engine, s: Settings) -> Found:
    """The prepared sheet, its zones and lines; `engine` tells which way up it reads."""
    image = PageImage(PageRef(Path("made"), "", 0), sheet.pixels, sheet.dpi)
    judge = partial(legibility, engine=engine, s=s)
    page, rules = take_off_rules(prepare(image, s.prepare, judge), s.layout)
    return page, *find_layout(page, rules, s.layout)


def read(sheet: MadeSheet, engines: Sequence[Engine], s: Settings) -> list[Page]:
    """The sheet as each engine reads the lines that were found once; then the same as read."""
    raw = replace(s.assemble, spelling=False, look_alikes=False, letter_case=False)
    page, zones, lines = lines_of(sheet, engines[0], s)
    parts = [name_parts(zones, engine.read(page, lines)) for engine in engines]
    return [
        assemble_page(page, named, readings, how)
        for how in (s.assemble, raw)
        for named, readings in parts
    ]


def _with_figures(rows: Sequence[str]) -> list[str]:
    to_figures = str.maketrans("ОЗI", "031")
    return [NUMBER.sub(lambda m: m[0].translate(to_figures), row) for row in TYPED.pieces(rows)]


def count(tally: Tally, truth: Page, output: Page) -> None:
    for line in score_page(truth, output, Normalisation(MEANT, _with_figures)).lines:
        if line.kind in BODIES and not line.spurious:
            tally.add(MEANT, line.unordered.chars.errors, line.unordered.chars.truth)
    texts = {line.id: TYPED(line.text) for line in truth.lines}
    for line in score_page(truth, output, TYPED).lines:
        if line.kind not in BODIES or line.spurious:
            continue
        errors, total = line.unordered.chars.errors, line.unordered.chars.truth
        tally.add("body", errors, total)
        tally.add("under marks" if line.marked else "plain", errors, total)
        text = texts[line.id]
        if LETTER_SPACING.search(text):
            tally.add("letter-spaced", errors, total)
        read_as = text if line.truth is None else line.paired or line.output or ""
        wrong = misread(text, read_as)
        for kind, found in (
            ("figures", regex.finditer(r"\d+", text)),
            ("names", NAME.finditer(text)),
        ):
            for span in found:
                inside = sum(span.start() <= at < span.end() for at in wrong)
                tally.add(kind, inside, span.end() - span.start())


def misread(truth: str, output: str) -> list[int]:
    """Places of the truth that are wrong in the output; an insertion counts at its place."""
    places: list[int] = []
    for op in aligned(graphemes(truth), graphemes(TYPED(output))):
        if op.kind != "equal":
            places += range(op.truth_start, max(op.truth_end, op.truth_start + 1))
    return places


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--documents", type=int, default=12, help="of each level")
    parser.add_argument("--seed", type=int, default=7101)
    parser.add_argument("--levels", default="clean,light,medium,hard")
    parser.add_argument("--model", help="another reader's .onnx file")
    given = parser.parse_args()
    s = Settings()
    neural = RecognizeSettings(neural=NeuralSettings(model=given.model))
    engines = [open_engine("neural", neural), open_engine("tesseract", neural)]
    columns = [(engine.id, how) for how in ("", ", as read") for engine in engines]
    rows = []
    for level in given.levels.split(","):
        tallies = [Tally() for _ in columns]
        made = sheets(level, given.documents, given.seed)
        for sheet in track(made, level, total=None, console=Console(stderr=True)):
            for tally, page in zip(tallies, read(sheet, engines, s), strict=True):
                count(tally, sheet.page, page)
        for kind in KINDS:
            rates = [tally.rates[kind] for tally in tallies]
            rows.append((level, kind, *(r.percent() for r in rates), str(rates[0].total)))
    header = ("level", "of", *(f"{name}{how} %" for name, how in columns), "letters")
    console = Console(width=120)
    console.print(to_rich(Table("CER of bodies, faces never learnt from", header, tuple(rows))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
