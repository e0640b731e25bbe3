"""Can word confidences be believed? Calibration error, and wrong words among the least sure.

    python benchmarks/trust.py [-n 24] [--seed 902] [--fit]

Documents are made up, as many of each level, and read; each word is compared with the truth. Told
are the confidences as results have them and the reader's own, before `ocr.assemble.trust`. `--fit`
prints the weights that these documents would give it: they come from 80 documents of seed 901, and
are measured on others.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.progress import track

from ocr.assemble.trust import OF_LINE, OF_WORD, OFFSETS, Sort, log_odds, sorts, trusted
from ocr.document import Page, PageImage, PageRef, Word
from ocr.evaluate.calibration import Calibration, reliability
from ocr.evaluate.normalize import NORMALISATIONS
from ocr.evaluate.page_score import score_page
from ocr.evaluate.tables import Table, percent, to_rich
from ocr.pipeline import transcribe_page
from ocr.recognize.engine import open_engine
from ocr.settings import Settings
from ocr.synth.documents import draw_document, render

LEVELS = ("clean", "light", "medium", "hard")
# words are told apart by numbers in place of their confidences, exact in float32
MOST_WORDS = 2**20
RIDGE = 1.0  # as if so many words said that each weight is nothing


class Judged(NamedTuple):
    """A word: its sort, log odds of its own and around it, told confidence, whether right."""

    sort: Sort
    own: float
    around: float
    raw: float
    told: float
    right: bool


def read(n: int, seed: int) -> Iterator[Judged]:
    """The words of `n` documents that could be judged."""
    usual = Settings()
    s = replace(usual, assemble=replace(usual.assemble, word_trust=False))
    engine = open_engine("neural", s.recognize)
    for number in track(range(n), "documents", console=Console(stderr=True)):
        rng = np.random.default_rng((seed, number))
        for sheet in render(draw_document(LEVELS[number % 4], rng), rng):
            ref = PageRef(Path("made"), "", sheet.page.index)
            page = transcribe_page(PageImage(ref, sheet.pixels, sheet.dpi), engine, s)
            yield from judged(sheet.page, page)


def judged(truth: Page, page: Page) -> Iterator[Judged]:
    known: list[tuple[Sort, float, float, float, float]] = []
    lines = []
    before = ""
    for line in page.lines:
        goes_on = before.endswith("-")
        before = line.text
        odds = [log_odds(word.confidence) for word in line.words]
        told = trusted(line.words, goes_on)
        marked: list[Word] = []
        for n, (word, sort) in enumerate(zip(line.words, sorts(line.words, goes_on), strict=True)):
            others = odds[:n] + odds[n + 1 :]
            around = sum(others) / len(others) if others else odds[n]
            marked.append(replace(word, confidence=len(known) / MOST_WORDS))
            known.append((sort, odds[n], around, word.confidence, told[n].confidence))
        lines.append(replace(line, words=tuple(marked)))
    score = score_page(truth, replace(page, lines=tuple(lines)), NORMALISATIONS["typed"])
    for mark, right in zip(score.confidences, score.right, strict=True):
        yield Judged(*known[round(float(mark) * MOST_WORDS)], bool(right))


def fitted(words: list[Judged]) -> npt.NDArray[np.float64]:
    """Weights by Newton's method: of each sort, of the word, of the line."""
    x = np.array([[*(w.sort is sort for sort in Sort), w.own, w.around] for w in words], float)
    y = np.array([w.right for w in words], float)
    weights = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (p - y) + RIDGE * weights
        curve = (x * (p * (1 - p))[:, None]).T @ x + RIDGE * np.eye(len(weights))
        weights -= np.linalg.solve(curve, slope)
    return weights


def row(name: str, c: Calibration) -> tuple[str, ...]:
    caught = (percent(c.caught(k)) for k in (1, 2, 5, 10))
    return name, f"{c.total}", f"{c.errors}", percent(c.expected_error, 2), *caught


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("-n", type=int, default=24)
    parser.add_argument("--seed", type=int, default=902)
    parser.add_argument("--fit", action="store_true")
    arguments = parser.parse_args()
    words = list(read(arguments.n, arguments.seed))
    right = [w.right for w in words]
    rows = [
        row("as told", reliability([w.told for w in words], right)),
        row("the reader's own", reliability([w.raw for w in words], right)),
    ]
    header = (
        "confidences",
        "words",
        "wrong",
        "ECE %",
        *(f"caught by {k} %" for k in (1, 2, 5, 10)),
    )
    Console(width=110).print(to_rich(Table("Word confidences", header, tuple(rows))))
    if arguments.fit:
        *offsets, of_word, of_line = fitted(words)
        for sort, value in zip(Sort, offsets, strict=True):
            print(f"{sort:8} {value:+.2f}  (now {OFFSETS[sort]:+.2f})")
        print(f"of word {of_word:.2f} (now {OF_WORD}), of line {of_line:.2f} (now {OF_LINE})")


if __name__ == "__main__":
    main()
