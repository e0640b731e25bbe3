"""Does it pay to weigh unsure letters with what is usual in Russian words? For better, for worse.

    python benchmarks/language.py [--lines 1500] [--seed 8101] [--weights 0.2,0.4,0.8]

Draws lines of each level in faces that the reader never learnt from, reads each once, and lets
`ocr.recognize.language` settle the unsure letters. A line is changed for better or for worse as it
has fewer or more errors than by the strokes alone; names are words with a capital behind the first
of a line. The texts' words are drawn from a dictionary, hardly by how often they are met, so that
common words have no lead in them.
"""

from __future__ import annotations

import argparse
import sys
from itertools import islice

import numpy as np
import regex
from rapidfuzz.distance import Levenshtein
from rich.console import Console
from rich.progress import track

from ocr.evaluate.tables import Table, to_rich
from ocr.recognize.alphabet import SHAPES, to_classes
from ocr.recognize.ctc import Struck
from ocr.recognize.language import likelier_words
from ocr.recognize.neural import LINE_IMAGE, NeuralEngine, NeuralSettings
from ocr.synth.lines import StripSettings, draw_strips
from ocr.train.faces import held_out_faces

LEVELS = ("clean", "light", "medium", "hard")
NAME = regex.compile(r"(?<=\S\s)\p{Lu}[\p{L}\-]+")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--lines", type=int, default=1500, help="of each level")
    parser.add_argument("--seed", type=int, default=8101)
    parser.add_argument("--weights", default="0.2,0.4,0.8")
    given = parser.parse_args()
    engine = NeuralEngine(NeuralSettings(usual_words=0.0))
    weights = [float(w) for w in given.weights.split(",")]
    rows = []
    for level in LEVELS:
        s = StripSettings(levels=(level,), faces=held_out_faces(), image=LINE_IMAGE)
        rng = np.random.default_rng((given.seed, LEVELS.index(level)))
        lines: list[tuple[str, list[Struck]]] = []
        strips = islice(draw_strips(s, rng), given.lines)
        for strip in track(strips, level, given.lines, console=Console(stderr=True)):
            classes = to_classes(strip.text)
            if classes:
                lines.append((spelt(classes), engine.read_strips([strip.pixels])[0]))
        rows += [row(level, weight, lines) for weight in weights]
    header = ("level", "weight", "CER % before", "after", "lines better", "worse", "names lost")
    table = Table("Unsure letters by what is usual", header, tuple(rows))
    Console(width=110).print(to_rich(table))
    return 0


def row(level: str, weight: float, lines: list[tuple[str, list[Struck]]]) -> tuple[str, ...]:
    before = after = better = worse = lost = 0
    for truth, letters in lines:
        plain = spelt([s.shape for s in letters])
        settled = spelt([s.shape for s in likelier_words(letters, weight)])
        errors = [Levenshtein.distance(truth, text) for text in (plain, settled)]
        before, after = before + errors[0], after + errors[1]
        better, worse = better + (errors[1] < errors[0]), worse + (errors[1] > errors[0])
        names = NAME.findall(truth)
        lost += sum(name in plain and name not in settled for name in names)
    total = sum(len(truth) for truth, _ in lines)
    rates = (f"{100 * errors / total:.2f}" for errors in (before, after))
    return (level, f"{weight:.2f}", *rates, str(better), str(worse), str(lost))


def spelt(shapes: list[int]) -> str:
    return "".join(SHAPES[shape - 1] for shape in shapes)


if __name__ == "__main__":
    sys.exit(main())
