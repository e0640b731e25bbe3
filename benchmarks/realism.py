"""How much made-up pages resemble real ones to a reader: raw Tesseract's errors on both.

    python benchmarks/realism.py DIR [PAGES] [--markdown]

Reads every DIR/NAME.png whose truth stands in DIR/NAME.gt.txt, line for line as typed, and PAGES
(16 if not given) reports of each level, made in this run from fixed seeds, without
marks. Peer: `tesseract PAGE stdout -l rus --psm 6`, scored under the normalisation `typed`, figures
typed as letters counted as figures.

Prints the character error rate of each level, and what was taken for what: the most frequent
substitutions on real and on made-up pages side by side, in thousandths of all substitutions. Two
figures say how far they agree: the cosine of the two tables (1: in proportion), and which part of
the real pages' substitutions is of a kind that made-up pages (light and medium) show as well.
Few real pages make few errors, so the same is done with as many substitutions drawn at random from
every second made-up page against the other pages: no better agreement can be asked for.
"""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image
from rapidfuzz.distance import Levenshtein
from rich.console import Console

from ocr.evaluate.align import graphemes
from ocr.evaluate.normalize import typed
from ocr.evaluate.rates import Rate, score_text
from ocr.evaluate.tables import Table, to_markdown, to_rich
from ocr.synth.documents import draw_document, render
from ocr.synth.page import Clerks, MadeSheet

LEVELS = ("clean", "light", "medium", "hard")
SHOWN = 25  # rows of the table of substitutions
PAGES = 16
LEAST_LINES = 20

FIGURE = re.compile(r"[Il|]")
BESIDE = re.compile(r"(?<=\d)[ОЗоб]|[ОЗоб](?=\d)")

Confusions = Counter[tuple[str, str]]


def read_raw(image: Path) -> str:
    command = ["tesseract", str(image), "stdout", "-l", "rus", "--psm", "6"]
    env = os.environ | {"OMP_THREAD_LIMIT": "1"}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout


def as_figures(text: str) -> str:
    """`typed`, with letters that stand for figures made figures.

    Truth of real pages writes `1950` where the paper shows `I950`; that is no error of a reader.
    """
    text = FIGURE.sub("1", typed(text))
    return BESIDE.sub(lambda m: {"О": "0", "З": "3", "о": "0", "б": "6"}[m[0]], text)


def confusions(truth: str, output: str) -> Confusions:
    """What was read for what, one grapheme for one."""
    a, b = graphemes(as_figures(truth)), graphemes(as_figures(output))
    edits = Levenshtein.editops(a, b)
    return Counter(
        (a[e.src_pos], b[e.dest_pos])
        for e in edits
        if e.tag == "replace" and not (a[e.src_pos].isspace() or b[e.dest_pos].isspace())
    )


def made(level: str, n: int) -> MadeSheet:
    """The first sheet of a report, never seen by a clerk: plain typescript, as the real pages.

    It bears as many lines as the emptiest of them: on blank paper Tesseract reads noise without
    end, and the rate would tell of that alone.
    """
    rng = np.random.default_rng((25348, LEVELS.index(level), n))
    drawn = draw_document(level, rng, "report")
    while len(drawn.plans[0].lines) < LEAST_LINES:
        drawn = draw_document(level, rng, "report")
    recipe = replace(drawn.recipe, marks=False)
    drawn = replace(
        drawn, plans=drawn.plans[:1], recipe=recipe, clerks=Clerks(None, (), False, False)
    )
    return render(drawn, rng)[0]


def measure_made(level: str, pages: int, folder: Path) -> tuple[list[Rate], list[Confusions]]:
    rates, found = [], []
    for n in range(pages):
        sheet = made(level, n)
        path = folder / f"{level}-{n}.png"
        Image.fromarray(sheet.pixels).save(path, dpi=(sheet.dpi, sheet.dpi))
        truth, output = "\n".join(line.text for line in sheet.page.lines), read_raw(path)
        rates.append(score_text(truth, output, as_figures).cer)
        found.append(confusions(truth, output))
    return rates, found


def measure_real(folder: Path) -> tuple[list[Rate], list[Confusions]]:
    rates, found = [], []
    for image in sorted(folder.glob("*.png")):
        truth_path = image.with_suffix(".gt.txt")
        if truth_path.exists():
            truth, output = truth_path.read_text(encoding="utf-8"), read_raw(image)
            rates.append(score_text(truth, output, as_figures).cer)
            found.append(confusions(truth, output))
    return rates, found


def cosine(a: Confusions, b: Confusions) -> float:
    product = sum(n * b[pair] for pair, n in a.items())
    lengths = math.hypot(*a.values()) * math.hypot(*b.values())
    return product / lengths if lengths else 0.0


def sampled_cosine(one: Confusions, other: Confusions, size: int) -> float:
    """Mean cosine of `other` and `size` substitutions drawn from `one`."""
    rng = np.random.default_rng(1)
    every = list(one.elements())
    draws = (rng.choice(len(every), size) for _ in range(50))
    return float(np.mean([cosine(Counter(every[i] for i in drawn), other) for drawn in draws]))


def shared(real: Confusions, made_up: Confusions) -> float:
    """Part of the real substitutions whose kind made-up pages show."""
    return sum(n for pair, n in real.items() if pair in made_up) / max(1, real.total())


def rate_row(name: str, rates: list[Rate]) -> tuple[str, ...]:
    each = sorted(100 * r.errors / r.total for r in rates)
    middle, all_pages = each[len(each) // 2], sum(rates, Rate())
    spread = f"{each[0]:.1f}", f"{middle:.1f}", f"{each[-1]:.1f}"
    return name, str(len(rates)), all_pages.percent(), *spread


def substitution_rows(real: Confusions, made_up: Confusions) -> tuple[tuple[str, ...], ...]:
    """The most frequent of both, side by side, each with its share on the other side."""

    def cells(pair: tuple[str, str], own: Confusions, other: Confusions) -> tuple[str, ...]:
        shares = (f"{1000 * c[pair] / max(1, c.total()):.0f}" for c in (own, other))
        return f"{pair[0]} → {pair[1]}", *shares

    sides = real.most_common(SHOWN), made_up.most_common(SHOWN)
    return tuple(
        cells(left, real, made_up) + cells(right, made_up, real)
        for (left, _), (right, _) in zip(*sides, strict=False)
    )


def main(folder: Path, pages: int, markdown: bool) -> int:
    real_rates, real_found = measure_real(folder)
    if not real_rates:
        print(f"{folder}: holds no NAME.png with NAME.gt.txt", file=sys.stderr)
        return 1
    real = sum(real_found, Counter())
    rows, by_level = [rate_row("real pages", real_rates)], {}
    with tempfile.TemporaryDirectory() as tmp:
        for level in LEVELS:
            rates, by_level[level] = measure_made(level, pages, Path(tmp))
            rows.append(rate_row(level, rates))
    both = by_level["light"] + by_level["medium"]
    made_up = sum(both, Counter())
    best = sampled_cosine(*(sum(both[i::2], Counter()) for i in (0, 1)), real.total())
    header = ("pages", "number", "CER %", "least", "median", "most")
    side = ("real", "‰ there", "‰ made", "made", "‰ made ", "‰ real")
    shown = [
        Table("Raw Tesseract", header, tuple(rows)),
        Table("Substitutions", side, substitution_rows(real, made_up)),
    ]
    for table in shown:
        if markdown:
            print(to_markdown(table))
        else:
            Console(width=100).print(to_rich(table))
    print(f"cosine of the tables, real and made: {cosine(real, made_up):.2f}")
    print(f"cosine of as many from one half of the made pages and the other half: {best:.2f}")
    print(f"real substitutions of a kind seen on made pages: {100 * shared(real, made_up):.0f} %")
    print(f"substitutions: {real.total()} real, {made_up.total()} made")
    return 0


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--markdown"]
    number = int(words[1]) if len(words) > 1 else PAGES
    sys.exit(main(Path(words[0]), number, "--markdown" in sys.argv))
