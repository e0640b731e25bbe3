"""How many words of a proofread text an engine finds on real typed pages: Tesseract and Shifrovka.

    python benchmarks/silver.py DIR [--model FILE]

DIR holds NAME.png and NAME.silver.txt: a text that was proofread but reflowed, its hyphens
resolved and some of it missing, so that no character error rate can be had from it, but a recall
of words can: each word of the text counts as found as often as the reading has it. Words at line
ends are joined over their hyphen in both readings; small and capital letters count as the same,
and so do I and 1, О and 0 in figures, since machines without a one or a nought typed the letter.
Peer: `tesseract NAME.png stdout -l rus --psm 6`, in the same run.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import regex
from rich.console import Console

from ocr.evaluate.normalize import NORMALISATIONS
from ocr.evaluate.rates import Rate
from ocr.evaluate.tables import Table, to_rich

TYPED = NORMALISATIONS["typed"]


def words(text: str) -> Counter[str]:
    """Words of two letters or more, as often as they stand there."""
    joined = regex.sub(r"(?<=\p{L})-\s*\n\s*(?=\p{Ll})", "", text)
    found = regex.findall(r"[\p{L}\p{N}]{2,}", TYPED(joined).lower())
    return Counter(figures(word) for word in found)


def figures(word: str) -> str:
    """A word of figures, and of letters that stand for some, in figures."""
    return word.translate(FIGURES) if regex.fullmatch(r"[\dioо]*\d[\dioо]*", word) else word


FIGURES = str.maketrans("ioо", "100")


def recall(silver: Counter[str], reading: Counter[str]) -> Rate:
    """Words missed, of all in the text."""
    return Rate((silver - reading).total(), silver.total())


def by_tesseract(image: Path) -> str:
    command = ["tesseract", str(image), "stdout", "-l", "rus", "--psm", "6"]
    env = os.environ | {"OMP_THREAD_LIMIT": "1"}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", help="another reader's .onnx file")
    given = parser.parse_args()
    images = sorted(given.folder.glob("*.png"))
    images = [image for image in images if image.with_suffix(".silver.txt").exists()]
    if not images:
        print(f"{given.folder}: holds no NAME.png with NAME.silver.txt", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as tmp:
        command = [sys.executable, "-m", "ocr.cli", "transcribe", *map(str, images), "-o", tmp]
        subprocess.run([*command, *(["--model", given.model] if given.model else [])], check=True)
        rows, sums = [], [Rate(), Rate()]
        for image in images:
            silver = words(image.with_suffix(".silver.txt").read_text(encoding="utf-8"))
            ours = (Path(tmp) / f"{image.stem}.txt").read_text(encoding="utf-8")
            rates = [recall(silver, words(text)) for text in (by_tesseract(image), ours)]
            sums = [a + b for a, b in zip(sums, rates, strict=True)]
            rows.append((image.stem, *map(found, rates), str(silver.total())))
        rows.append(("all", *map(found, sums), str(sums[0].total)))
    header = ("page", "tesseract %", "shifrovka %", "words")
    Console(width=100).print(to_rich(Table("Words of the text found", header, tuple(rows))))
    return 0


def found(missed: Rate) -> str:
    return f"{100 * (1 - missed.errors / max(1, missed.total)):.2f}"


if __name__ == "__main__":
    sys.exit(main())
