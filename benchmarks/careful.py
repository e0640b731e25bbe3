"""Does it pay to read doubtful lines again (`shifrovka transcribe --careful`)? Errors and time.

    python benchmarks/careful.py [--documents 12] [--seed 7202] [--levels clean,light,medium,hard]

Draws documents as `benchmarks/reader.py` does, on machines with faces the reader never learnt from,
finds the lines of each sheet once, and reads them once and carefully, up to assembled pages. Error
rates are of lines of bodies under the normalisation `typed`; a line is better or worse as it has
fewer or more errors. Time is the processor's, of reading alone.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass, field

from reader import BODIES, TYPED, lines_of, sheets
from rich.console import Console
from rich.progress import track

from ocr.assemble import assemble_page
from ocr.assemble.parts import name_parts
from ocr.document import Page
from ocr.evaluate.page_score import score_page
from ocr.evaluate.rates import Rate
from ocr.evaluate.tables import Table, to_rich
from ocr.recognize.neural import NeuralEngine, NeuralSettings
from ocr.settings import Settings
from ocr.synth.page import MadeSheet


@dataclass
class Way:
    """One way of reading: errors of each body line it was scored on, letters, seconds."""

    engine: NeuralEngine
    errors: list[int] = field(default_factory=list)
    letters: int = 0
    seconds: float = 0.0

    def add(self, truth: Page, page: Page) -> None:
        for line in score_page(truth, page, TYPED).lines:
            if line.kind in BODIES and not line.spurious:
                self.errors.append(line.unordered.chars.errors)
                self.letters += line.unordered.chars.truth

    @property
    def rate(self) -> Rate:
        return Rate(sum(self.errors), self.letters)


def read(sheet: MadeSheet, ways: list[Way], s: Settings) -> None:
    page, zones, lines = lines_of(sheet, ways[0].engine, s)
    for way in ways:
        begun = time.process_time()
        readings = way.engine.read(page, lines)
        way.seconds += time.process_time() - begun
        named, readings = name_parts(zones, readings)
        way.add(sheet.page, assemble_page(page, named, readings, s.assemble))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--documents", type=int, default=12, help="of each level")
    parser.add_argument("--seed", type=int, default=7202)
    parser.add_argument("--levels", default="clean,light,medium,hard")
    given = parser.parse_args()
    s = Settings()
    engines = [NeuralEngine(NeuralSettings(careful=careful)) for careful in (False, True)]
    rows = []
    for level in given.levels.split(","):
        ways = [Way(engine) for engine in engines]
        made = sheets(level, given.documents, given.seed)
        for sheet in track(made, level, total=None, console=Console(stderr=True)):
            read(sheet, ways, s)
        once, careful = ways
        pairs = list(zip(once.errors, careful.errors, strict=True))
        better, worse = sum(b < a for a, b in pairs), sum(b > a for a, b in pairs)
        cost = f"{careful.seconds / max(once.seconds, 1e-9):.2f}"
        rates = once.rate.percent(), careful.rate.percent()
        rows.append((level, *rates, str(better), str(worse), cost, str(once.letters)))
    header = ("level", "CER % once", "carefully", "lines better", "worse", "time ×", "letters")
    Console(width=110).print(to_rich(Table("Doubtful lines read again", header, tuple(rows))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
