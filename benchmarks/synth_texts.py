"""How wide made-up texts are, and what of real texts they have.

    python benchmarks/synth_texts.py [FILE.txt ...] [--lines N] [--seed N]

Draws N typed lines and counts words, forms of words, alike lines, lines in which the typist erred,
and the time. Beside it stand telegram 25348 and the texts given: how many of their words, and how
many of their runs of three characters, occur in the lines drawn. A reader of lines that was
trained on them has seen the rest never. Peer: the texts of the first version, twelve sentences
filled with numbers, had 260 forms of words.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from pathlib import Path

import numpy as np
from rich.console import Console

from ocr.evaluate.tables import Table, to_rich
from ocr.synth.texts.compose import typed_line
from ocr.synth.texts.corpus import telegram_25348

WORD = re.compile(r"[а-яё]+")


def words_of(text: str) -> list[str]:
    return WORD.findall(text.lower())


def trigrams(text: str) -> Counter[str]:
    """Runs of three characters, blanks and signs among them."""
    return Counter(text[i : i + 3] for i in range(len(text) - 2))


def drawn_table(lines: int, seed: int) -> tuple[Table, set[str], set[str]]:
    """Figures of the lines drawn, after each power of ten; their words and trigrams."""
    rng = np.random.default_rng(seed)
    rows, words, forms, runs, texts, erred = [], 0, set[str](), set[str](), set[str](), 0
    typed_line(rng)  # the dictionary is read once
    start = time.perf_counter()
    for n in range(1, lines + 1):
        line = typed_line(rng)
        meant = line.meant or line.text
        texts.add(line.text)
        erred += line.meant is not None or bool(line.under)
        found = words_of(meant)
        words += len(found)
        forms.update(found)
        runs.update(trigrams(line.text))
        if n in (1000, 10_000, 100_000, lines):
            ms = (time.perf_counter() - start) / n * 1000
            row = (n, words, len(forms), n - len(texts), f"{100 * erred / n:.1f}", f"{ms:.2f}")
            rows.append(tuple(map(str, row)))
    header = ("lines", "words", "forms", "alike", "with errors %", "ms a line")
    return Table("Lines drawn", header, tuple(dict.fromkeys(rows))), forms, runs


def beside(texts: dict[str, str], forms: set[str], runs: set[str]) -> Table:
    rows = []
    for name, text in texts.items():
        running = " ".join(text.replace("-\n", "").split())
        words, threes = words_of(running), trigrams(running)
        known = sum(word in forms for word in words) / len(words)
        seen = sum(n for run, n in threes.items() if run in runs) / threes.total()
        rows.append((name, str(len(words)), f"{100 * known:.1f}", f"{100 * seen:.2f}"))
    header = ("text", "words", "words drawn %", "runs of three drawn %")
    return Table("Real texts beside them", header, tuple(rows))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--lines", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    sheets = telegram_25348().sheets
    texts = {"telegram 25348": "\n".join(p for sheet in sheets for p in sheet.paragraphs)}
    texts |= {path.name: path.read_text("utf-8") for path in args.files}
    table, forms, runs = drawn_table(args.lines, args.seed)
    console = Console()
    console.print(to_rich(table))
    console.print(to_rich(beside(texts, forms, runs)))


if __name__ == "__main__":
    main()
