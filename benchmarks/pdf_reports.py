"""Typed reports as PDF, which are no telegrams: no page may be lost, no field invented.

    python benchmarks/pdf_reports.py DIR [--pages N] [--jobs N]

Transcribes every PDF in DIR, or the first N pages of each, and checks that there are as many
pages as pypdfium2 counts and that the record is empty; exit code 1 if not. Peer: none, these have
no truth; the share of Cyrillic among the letters shows text layers of Latin look-alikes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import regex
from rich.console import Console

from ocr.evaluate.tables import Table, to_rich

SHIFROVKA = [sys.executable, "-m", "ocr.cli"]
HEADER = ("file", "pages", "of", "lines", "confidence", "Cyrillic %", "fields", "born digital")


def first_pages(source: Path, target: Path, limit: int | None) -> int:
    """Copy the first pages; returns how many there are in the copy."""
    with pdfium.PdfDocument(source) as pdf, pdfium.PdfDocument.new() as part:
        part.import_pages(pdf, list(range(len(pdf)))[:limit])
        part.save(target)
        return len(part)


def measure(name: str, wanted: int, data: dict[str, Any]) -> tuple[str, ...]:
    lines = [line for page in data["pages"] for line in page["lines"]]
    text = "".join(line["text"] for line in lines)
    letters = len(regex.findall(r"\p{L}", text))
    cyrillic = len(regex.findall(r"\p{Cyrillic}", text))
    confidence = sum(line["confidence"] for line in lines) / len(lines) if lines else 0.0
    digital = [z for p in data["pages"] for z in p["zones"] if z["kind"] == "born_digital"]
    return (
        name,
        str(len(data["pages"])),
        str(wanted),
        str(len(lines)),
        f"{confidence:.3f}",
        f"{100 * cyrillic / letters:.1f}" if letters else "–",
        ", ".join(data["record"]) or "none",
        str(len(digital)),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, help="only the first N pages of each file")
    parser.add_argument("--jobs", type=int, default=1)
    args = parser.parse_args()
    rows, bad = [], []
    with tempfile.TemporaryDirectory() as tmp:
        copies, out = Path(tmp) / "in", Path(tmp) / "out"
        copies.mkdir()
        sources = sorted(args.folder.glob("*.pdf"))
        wanted = {s.stem: first_pages(s, copies / s.name, args.pages) for s in sources}
        command = [*SHIFROVKA, "transcribe", str(copies), "-o", str(out)]
        began = time.monotonic()
        code = subprocess.run([*command, "--jobs", str(args.jobs)], check=False).returncode
        seconds = time.monotonic() - began
        for name, pages in wanted.items():
            file = out / f"{name}.json"
            if not file.exists():
                bad.append(name)
                continue
            data = json.loads(file.read_text(encoding="utf-8"))
            rows.append(measure(name, pages, data))
            lost = len(data["pages"]) != pages or "failed_pages" in data["provenance"]
            if lost or data["record"]:
                bad.append(name)
    Console(width=120).print(to_rich(Table("Typed reports", HEADER, tuple(rows))))
    total = sum(wanted.values())
    print(f"{total} pages in {seconds:.0f} s with {args.jobs} jobs")
    print("lost a page or invented a field: " + (", ".join(bad) or "none"))
    return 1 if bad or code else 0


if __name__ == "__main__":
    sys.exit(main())
