"""Whole batches: pages a minute with one worker and with two, beside OCRmyPDF; what the books
cost; and the memory of everything as pages go by.

    python benchmarks/batch.py [--pages 5000] [--full 60] [--volume 1000] [--scans scans]

Needs cores that are free, and Tesseract with `rus`; OCRmyPDF is measured when it is installed.
Timings are ratios taken in one run: other work on the machine counts in both.

- `--full` whole sheets: all of `scans/` again and again as files of a page, read by one worker,
  by two, and by `ocrmypdf -j 2` (of one PDF of the same pages, its own way to use two cores)
- overhead: the time of one worker's run that its worker was not at work, its start and end apart
- `--pages` small pages: memory of the parent from page 500 on
- `--volume` pages of a PDF: memory of parent and workers together
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from PIL import Image
from rich.console import Console
from small_pages import make_scans

from ocr.evaluate.tables import Table, to_rich
from ocr.load import LoadSettings, open_scan, picture_of

SETTLED = 500  # pages after which memory should not grow


@dataclass
class Watched:
    """A run as it was seen from outside. memory: (pages so far, parent MB, all MB)."""

    seconds: float = 0.0
    events: list[tuple[float, dict[str, object]]] = field(default_factory=list)
    memory: list[tuple[int, float, float]] = field(default_factory=list)

    @property
    def pages(self) -> list[tuple[float, float]]:
        """(when it came in, seconds of work) of each page."""
        told = [(at, e) for at, e in self.events if e["event"] == "page"]
        return [(at, float(str(e["seconds"]))) for at, e in told]

    def pages_a_minute(self) -> float:
        """From the first page that came in to the last: without start and end."""
        pages = self.pages
        return 60 * (len(pages) - 1) / (pages[-1][0] - pages[0][0])

    def idle_share(self) -> float:
        """The share of the time between the first and the last page without work; one worker."""
        pages = self.pages
        return 1 - sum(seconds for _, seconds in pages[1:]) / (pages[-1][0] - pages[0][0])


def transcribe(inputs: Path, out: Path, jobs: int, *, weighed: bool = True) -> Watched:
    """A run of the command, watched as it goes; to weigh it takes time of the cores it runs on."""
    shutil.rmtree(out, ignore_errors=True)
    watched, began = Watched(), time.monotonic()
    run = subprocess.Popen(
        [
            *(sys.executable, "-m", "ocr.cli", "transcribe", str(inputs), "-o", str(out)),
            *("--jobs", str(jobs), "--log-json"),
        ],
        stderr=subprocess.PIPE,
        text=True,
    )
    if weighed:
        threading.Thread(target=weigh, args=(run.pid, watched), daemon=True).start()
    assert run.stderr is not None
    for line in run.stderr:
        watched.events.append((time.monotonic(), json.loads(line)))
    if run.wait():
        failures = [e["error"] for _, e in watched.events if e["event"] == "failed"]
        print(f"transcribe ended with {run.returncode}: {failures[:3]}", file=sys.stderr)
    watched.seconds = time.monotonic() - began
    return watched


def weigh(pid: int, watched: Watched) -> None:
    """Memory of the parent, and of all its processes, twice a second."""
    parent = psutil.Process(pid)
    while parent.is_running() and parent.status() != psutil.STATUS_ZOMBIE:
        try:
            own = parent.memory_info().rss / 1e6
            # what is shared (libraries, the model's file) counts once
            theirs = sum(c.memory_full_info().uss for c in parent.children(recursive=True)) / 1e6
        except psutil.Error:
            break
        pages = sum(e["event"] == "page" for _, e in list(watched.events))
        watched.memory.append((pages, own, own + theirs))
        time.sleep(0.5)


def full_sheets(folder: Path, scans: Path, wanted: int) -> int:
    """`wanted` whole sheets as PNG files of a page, from all that `scans` holds."""
    folder.mkdir()
    s = LoadSettings()
    refs = [
        ref
        for path in sorted(scans.iterdir())
        if path.suffix in (".jpg", ".pdf", ".tif")
        for ref in open_scan(path, s)
    ]
    for number in range(wanted):
        page = picture_of(refs[number % len(refs)], 300.0, s)
        image = Image.fromarray(page.pixels)
        image.save(folder / f"{number:04d}.png", dpi=(page.dpi, page.dpi), compress_level=1)
    return wanted


def ocrmypdf(sheets: Sequence[Path], folder: Path) -> float | None:
    """Pages a minute of OCRmyPDF with two jobs; None where it is not installed."""
    program = shutil.which("ocrmypdf") or shutil.which("ocrmypdf", path=Path(sys.executable).parent)
    if program is None:
        return None
    volume = folder / "volume.pdf"
    first, *more = (Image.open(path).convert("RGB") for path in sheets)
    first.save(volume, save_all=True, append_images=more, resolution=300.0)
    began = time.monotonic()
    flags = ["-l", "rus", "-j", "2", "--deskew", "--output-type", "pdf", "--quiet"]
    done = [program, *flags, str(volume), str(folder / "read.pdf")]
    subprocess.run(done, check=True, env=None)
    return 60 * len(sheets) / (time.monotonic() - began)


def growth(watched: Watched) -> tuple[float, float]:
    """MB of the parent around page `SETTLED`, and the most after."""
    before = [own for pages, own, _ in watched.memory if SETTLED <= pages < SETTLED + 50]
    after = [own for pages, own, _ in watched.memory if pages >= SETTLED + 50]
    return max(before, default=0.0), max(after, default=0.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--pages", type=int, default=5000)
    parser.add_argument("--full", type=int, default=60)
    parser.add_argument("--volume", type=int, default=1000)
    parser.add_argument("--scans", type=Path, default=Path("scans"))
    arguments = parser.parse_args()
    rows: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory(prefix="batch-") as name:
        folder = Path(name)
        if arguments.full:
            rows += throughput(folder, arguments.scans, arguments.full)
        if arguments.pages:
            pages = arguments.pages
            make_scans(folder / "many", arguments.scans, pages)
            many = transcribe(folder / "many", folder / "out", 2)
            before, after = growth(many)
            rate = many.pages_a_minute()
            rows.append((f"{pages} small pages, two workers", f"{rate:.0f} a minute"))
            rows.append(
                (f"parent at page {SETTLED}, and most after", f"{before:.0f}, {after:.0f} MB")
            )
        if arguments.volume:
            make_scans(folder / "volume", arguments.scans, 0, (arguments.volume,))
            volume = transcribe(folder / "volume", folder / "out", 2)
            most = max(everything for _, _, everything in volume.memory)
            rows.append((f"a PDF of {arguments.volume} pages, all processes", f"{most:.0f} MB"))
            rows.append(("its seconds", f"{volume.seconds:.0f}"))
    Console(width=110).print(to_rich(Table("Batches", ("what", "result"), tuple(rows))))


def throughput(folder: Path, scans: Path, wanted: int) -> list[tuple[str, str]]:
    """One worker, two, and the peer, on the same sheets."""
    sheets = folder / "sheets"
    full_sheets(sheets, scans, wanted)
    one = transcribe(sheets, folder / "one", 1, weighed=False)
    two = transcribe(sheets, folder / "two", 2, weighed=False)
    peer = ocrmypdf(sorted(sheets.iterdir()), folder)
    rates = one.pages_a_minute(), two.pages_a_minute()
    rows = [
        (f"{wanted} whole sheets, one worker", f"{rates[0]:.0f} a minute"),
        ("two workers", f"{rates[1]:.0f} a minute, {rates[1] / rates[0]:.2f} ×"),
        ("one worker not at work: books and scheduling", f"{100 * one.idle_share():.1f} %"),
    ]
    if peer is not None:
        told = f"{peer:.0f} a minute; we {rates[1] / peer:.1f} × that"
        rows.append(("OCRmyPDF -j 2 on the same sheets", told))
    return rows


if __name__ == "__main__":
    main()
