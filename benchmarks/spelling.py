"""Does mending by the dictionary pay? Words changed for better and for worse, and the CER of both.

    python benchmarks/spelling.py OUT TRUTH

OUT holds results of `shifrovka transcribe`, TRUTH the ground truth of the same names. The reading
without the dictionary is had back from the changes that the results record.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ocr.assemble import undo
from ocr.document import Change, Line
from ocr.evaluate.normalize import NORMALISATIONS
from ocr.evaluate.rates import score_text
from ocr.formats.page_xml import from_page_xml
from ocr.formats.record import from_json

REASON = "dictionary"


def without(line: Line) -> str:
    """The line as it would stand without the dictionary."""
    text, kept = line.text, list(line.changes)
    for change in reversed(line.changes):
        if change.reason == REASON:
            text = undo(text, [change])
            shift = len(change.before) - len(change.after)
            kept = [
                Change(c.start + shift, c.before, c.after, c.reason)
                if c.start > change.start
                else c
                for c in kept
            ]
    return text


def truth_pages(folder: Path, name: str) -> dict[int, str]:
    """Text of the truth by page index."""
    files = sorted([*folder.glob(f"{name}.xml"), *folder.glob(f"{name}.*.xml")])
    pages = (from_page_xml(path.read_bytes(), str(path)) for path in files)
    texts = {}
    for path, page in zip(files, pages, strict=True):
        number = path.name.removeprefix(name).strip(".").removesuffix("xml").strip(".")
        index = int(number) - 1 if number else 0
        texts[index] = "\n".join(line.text for line in page.lines)
    return texts


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("truth", type=Path)
    options = parser.parse_args()
    typed = NORMALISATIONS["typed"]
    table = Table("page", "CER % without", "CER % with", "changed", "better", "worse", "as wrong")
    for path in sorted(options.out.rglob("*.json")):
        document = from_json(json.loads(path.read_text(encoding="utf-8")), str(path))
        truths = truth_pages(options.truth, path.stem)
        for page in document.pages:
            truth = truths.get(page.index)
            if truth is None or not any(line.words for line in page.lines):
                continue
            before = "\n".join(without(line) for line in page.lines)
            after = "\n".join(line.text for line in page.lines)
            changes = [
                (bare(a), bare(b))
                for line in page.lines
                for a, b in zip(without(line).split(), line.text.split(), strict=True)
                if a != b
            ]
            known = {bare(word) for word in truth.split()}
            better = sum(b in known and a not in known for a, b in changes)
            worse = sum(a in known and b not in known for a, b in changes)
            table.add_row(
                f"{path.stem} {page.index + 1}",
                score_text(truth, before, typed).cer.percent(),
                score_text(truth, after, typed).cer.percent(),
                *(str(n) for n in (len(changes), better, worse, len(changes) - better - worse)),
            )
    console = Console()
    (console if console.is_terminal else Console(width=110)).print(table)


def bare(word: str) -> str:
    return "".join(c for c in word if c.isalnum())


if __name__ == "__main__":
    main()
