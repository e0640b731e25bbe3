"""An hour at full load: memory, file handles and temporary files as pages go by, as a picture.

    python benchmarks/soak.py [--minutes 60] [--scans scans] [--jobs 2] [-o docs/soak.png]

All of `scans/` lies in a folder again and again under other names (hard links). One run reads it
until the time is over, then gets Ctrl-C, which it must follow with what it has in hand done. What
grew is told as the slope of a line through the second half, where everything has been seen.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import matplotlib as mpl
import numpy as np
import psutil
from rich.console import Console

from ocr.evaluate.tables import Table, to_rich

mpl.use("Agg")
from matplotlib import pyplot as plt

EVERY_S = 5.0
PAGES_A_MINUTE = 400  # more than any machine of two cores reads
SCANS_PAGES = 35


@dataclass
class Course:
    """What was seen every `EVERY_S` seconds."""

    minutes: list[float] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)
    parent_mb: list[float] = field(default_factory=list)
    workers_mb: list[float] = field(default_factory=list)
    handles: list[int] = field(default_factory=list)
    temporary: list[int] = field(default_factory=list)


def copies(folder: Path, scans: Path, wanted: int) -> None:
    """So many copies of all scans, as links."""
    found = [p for p in sorted(scans.iterdir()) if p.suffix in (".jpg", ".pdf", ".tif")]
    for number in range(wanted):
        place = folder / f"{number:04d}"
        place.mkdir(parents=True)
        for path in found:
            os.link(path, place / path.name)


def watch(pid: int, out: Path, scratch: Path, course: Course, pages: list[int]) -> None:
    parent, began = psutil.Process(pid), time.monotonic()
    while parent.is_running() and parent.status() != psutil.STATUS_ZOMBIE:
        try:
            workers = parent.children(recursive=True)
            course.workers_mb.append(sum(w.memory_full_info().uss for w in workers) / 1e6)
            course.handles.append(parent.num_fds() + sum(w.num_fds() for w in workers))
            course.parent_mb.append(parent.memory_info().rss / 1e6)
        except psutil.Error:
            for values in (course.workers_mb, course.handles, course.parent_mb):
                del values[len(course.minutes) :]
            time.sleep(0.2)
            continue
        drafts = out / ".shifrovka/drafts"
        left = [p for place in (drafts, scratch) if place.exists() for p in place.iterdir()]
        course.temporary.append(len(left))
        course.minutes.append((time.monotonic() - began) / 60)
        course.pages.append(pages[0])
        time.sleep(EVERY_S)


def draw(course: Course, file: Path) -> None:
    figure, axes = plt.subplots(3, 1, figsize=(9, 7), sharex=True, layout="constrained")
    axes[0].plot(course.minutes, course.parent_mb, label="the run itself, RSS")
    axes[0].plot(course.minutes, course.workers_mb, label="its workers, USS", lw=0.7)
    axes[0].set_ylabel("MB")
    axes[0].set_ylim(bottom=0)
    axes[0].legend()
    axes[1].plot(course.minutes, course.handles, label="file handles, all processes", lw=0.7)
    axes[1].plot(course.minutes, course.temporary, label="temporary files", lw=0.7)
    axes[1].set_ylim(bottom=0)
    axes[1].legend()
    axes[2].plot(course.minutes, course.pages)
    axes[2].set_ylabel("pages done")
    axes[2].set_xlabel("minutes")
    for axis in axes:
        axis.grid(alpha=0.3)
    figure.savefig(file, dpi=110)


def slope(course: Course, values: list[float] | list[int]) -> float:
    """Growth an hour, of a line through the second half."""
    half = len(values) // 2
    return float(np.polyfit(course.minutes[half:], values[half:], 1)[0]) * 60


def grown(course: Course, values: list[float] | list[int]) -> str:
    return f"{np.median(values):.0f}, {slope(course, values):+.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--scans", type=Path, default=Path("scans"))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("-o", "--out", type=Path, default=Path("soak.png"))
    arguments = parser.parse_args()
    # on the disk of the scans, or they could not be linked
    with tempfile.TemporaryDirectory(prefix=".soak-", dir=arguments.scans.resolve().parent) as name:
        folder = Path(name)
        wanted = int(arguments.minutes * PAGES_A_MINUTE / SCANS_PAGES) + 1
        copies(folder / "in", arguments.scans, wanted)
        scratch = folder / "tmp"
        scratch.mkdir()
        run = subprocess.Popen(
            [
                *(sys.executable, "-m", "ocr.cli", "transcribe", str(folder / "in")),
                *("-o", str(folder / "out"), "--jobs", str(arguments.jobs), "--log-json"),
            ],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": str(scratch)},
        )
        course, pages = Course(), [0]
        seen = (run.pid, folder / "out", scratch, course, pages)
        threading.Thread(target=watch, args=seen, daemon=True).start()
        timer = threading.Timer(arguments.minutes * 60, run.send_signal, (signal.SIGINT,))
        timer.start()
        failed = 0
        assert run.stderr is not None
        for line in run.stderr:
            event = json.loads(line)
            pages[0] += event["event"] == "page"
            failed += event["event"] == "failed"
        run.wait()
        timer.cancel()
        left = [p for place in (scratch, folder / "out/.shifrovka/drafts") for p in place.iterdir()]
    draw(course, arguments.out)
    rows = (
        ("minutes, pages", f"{course.minutes[-1]:.0f}, {pages[0]}"),
        ("exit code after Ctrl-C", str(run.returncode)),
        ("failures", str(failed)),
        ("parent, MB, and growth an hour", grown(course, course.parent_mb)),
        ("workers, MB, and growth an hour", grown(course, course.workers_mb)),
        ("file handles, and growth an hour", grown(course, course.handles)),
        ("temporary files left", ", ".join(p.name for p in left) or "none"),
    )
    Console(width=100).print(to_rich(Table("An hour at full load", ("what", "result"), rows)))


if __name__ == "__main__":
    main()
