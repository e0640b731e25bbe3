"""Does mending look-alikes pay? Words changed for better and for worse, and the CER of both texts.

    python benchmarks/lookalikes.py OUT TRUTH [--changes]

OUT holds results of `shifrovka transcribe`, TRUTH the ground truth of the same names. What the
engine read is had back from the changes that the results record; from it the lines are made anew,
without look-alikes and with them. `typed` is what stands on the sheet, `reading` what was meant:
its truth is `Line.meant`.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from rapidfuzz.distance import Levenshtein
from rich.console import Console
from rich.table import Table

from ocr.assemble import undo
from ocr.assemble.changes import apply_edits
from ocr.assemble.lookalikes import cyrillic_edits, lookalike_edits
from ocr.assemble.meant import meant
from ocr.assemble.spelling import spelling_edits
from ocr.document import Line, Page
from ocr.evaluate.normalize import NORMALISATIONS
from ocr.evaluate.rates import Rate, score_text
from ocr.formats.page_xml import from_page_xml
from ocr.formats.record import SCHEMA_NAME, from_json

SAME_PLACE = 0.4  # IoU


def mended(read: str, after_hyphen: bool, full: bool) -> str:
    """The line as `assemble` makes it; with Latin letters alone made Cyrillic unless `full`."""
    edits = lookalike_edits(read) if full else cyrillic_edits(read)
    spelt = spelling_edits(read, after_hyphen)
    edits += [e for e in spelt if all(e.end <= x.start or x.end <= e.start for x in edits)]
    return apply_edits(read, edits)[0]


def truth_pages(folder: Path, name: str) -> dict[int, Page]:
    """Pages of the truth by index."""
    pages = {}
    for path in sorted([*folder.glob(f"{name}.xml"), *folder.glob(f"{name}.*.xml")]):
        number = path.name.removeprefix(name).strip(".").removesuffix("xml").strip(".")
        pages[int(number) - 1 if number else 0] = from_page_xml(path.read_bytes(), str(path))
    return pages


def same_place(line: Line, page: Page) -> Line | None:
    best = max(page.lines, key=lambda other: line.box.iou(other.box), default=None)
    return best if best is not None and line.box.iou(best.box) >= SAME_PLACE else None


def nearer(truth: str, before: str, after: str) -> str:
    """Whether a change brought the line nearer to the truth."""
    gain = Levenshtein.distance(truth, before) - Levenshtein.distance(truth, after)
    return "better" if gain > 0 else "worse" if gain < 0 else "as wrong"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--changes", action="store_true", help="list every line that is changed")
    options = parser.parse_args()
    rates: dict[tuple[str, str], Rate] = {}
    lines: Counter[tuple[str, str]] = Counter()
    for path in sorted(options.out.rglob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(data.get("schema"), dict) or data["schema"].get("name") != SCHEMA_NAME:
            continue
        truths = truth_pages(options.truth, path.stem)
        for page in from_json(data, str(path)).pages:
            truth = truths.get(page.index)
            if truth is None:
                continue
            read = [undo(line.text, line.changes) for line in page.lines]
            hyphens = [False, *(text.endswith("-") for text in read)]
            plain = [mended(r, h, full=False) for r, h in zip(read, hyphens, strict=False)]
            typed = [mended(r, h, full=True) for r, h in zip(read, hyphens, strict=False)]
            texts = {"without": (plain, plain), "with": (typed, [meant(t) or t for t in typed])}
            true = ([x.text for x in truth.lines], [x.meant or x.text for x in truth.lines])
            for way, both in texts.items():
                for name, t, o in zip(("typed", "reading"), true, both, strict=True):
                    norm = NORMALISATIONS[name]
                    cer = score_text("\n".join(t), "\n".join(o), norm).cer
                    rates[name, way] = rates.get((name, way), Rate(0, 0)) + cer
            for line, a, b in zip(page.lines, plain, typed, strict=True):
                other = same_place(line, truth)
                if other is None:
                    continue
                said = meant(b) or b
                for name, t, x, y in (
                    ("typed", other.text, a, b),
                    ("reading", other.meant or other.text, a, said),
                ):
                    if x != y:
                        verdict = nearer(t, x, y)
                        lines[name, verdict] += 1
                        if options.changes:
                            print(f"{name} {verdict}: {path.stem}: {t} | {x} | {y}")
    table = Table("text", "CER % without", "CER % with", "lines better", "worse", "as wrong")
    for name in ("typed", "reading"):
        both = [rates[name, way].percent() for way in ("without", "with")]
        counts = [str(lines[name, verdict]) for verdict in ("better", "worse", "as wrong")]
        table.add_row(name, *both, *counts)
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
