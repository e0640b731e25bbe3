"""CER on real typed pages: raw Tesseract and Shifrovka side by side, in the same run.

    python benchmarks/real_typed.py DIR

Reads every DIR/NAME.png whose truth stands in DIR/NAME.gt.txt, line for line as typed. Peer:
`tesseract NAME.png stdout -l rus --psm 6`. Both are scored under the normalisation `typed`; the
second pair of columns leaves blanks and hyphens out of truth and outputs, which is how far a
reading agrees with one that was published without its line breaks.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from ocr.evaluate.normalize import typed
from ocr.evaluate.rates import Rate, TextScore, score_text, sum_scores
from ocr.evaluate.tables import Table, to_rich

SHIFROVKA = [sys.executable, "-m", "ocr.cli"]
HEADER = (
    "page",
    "tesseract CER %",
    "shifrovka CER %",
    "tesseract, bare %",
    "shifrovka, bare %",
    "graphemes",
)


def bare(text: str) -> str:
    """`typed` without blanks and hyphens."""
    return typed(text).replace(" ", "").replace("-", "")


def read_raw(image: Path) -> str:
    command = ["tesseract", str(image), "stdout", "-l", "rus", "--psm", "6"]
    env = os.environ | {"OMP_THREAD_LIMIT": "1"}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout


def transcribe(images: list[Path], out: Path) -> None:
    command = [*SHIFROVKA, "transcribe", *map(str, images), "-o", str(out)]
    subprocess.run(command, check=True)


def row(name: str, scores: list[TextScore]) -> tuple[str, ...]:
    return name, *(score.cer.percent() for score in scores), str(scores[0].cer.total)


def main(folder: Path) -> int:
    images = [i for i in sorted(folder.glob("*.png")) if i.with_suffix(".gt.txt").exists()]
    if not images:
        print(f"{folder}: holds no NAME.png with NAME.gt.txt", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as tmp:
        transcribe(images, Path(tmp))
        rows, columns = [], []
        for image in images:
            truth = image.with_suffix(".gt.txt").read_text(encoding="utf-8")
            ours = (Path(tmp) / f"{image.stem}.txt").read_text(encoding="utf-8")
            readings = (read_raw(image), ours)
            norms: tuple[Callable[[str], str], ...] = (typed, bare)
            columns.append([score_text(truth, r, norm) for norm in norms for r in readings])
            rows.append(row(image.stem, columns[-1]))
    rows.append(row("all", [sum_scores(column) for column in zip(*columns, strict=True)]))
    Console(width=110).print(to_rich(Table("Real typed pages", HEADER, tuple(rows))))
    total = [sum((c[i].cer for c in columns), Rate()) for i in (0, 1)]
    print(f"errors of shifrovka against tesseract's: {total[1].errors} / {total[0].errors}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
