"""How fast pages and training lines are made, on one core.

    .venv/bin/python benchmarks/synth_speed.py [--lines 2400] [--pages 8]

Pages are first and further sheets of telegrams at 300 dpi, with masks and with the picture from
before the stamps, not written to disk. Lines are made and packed as `shifrovka synth lines` does
it, at the resolutions that the levels draw. What is loaded once, the dictionary first of all, is
told apart. Seconds are those that one core was at work, so that other work on the same machine
counts little. We ask for 2 s a page or less and 120 lines a second or more.

From clean to hard: 0.4, 0.6, 0.8 and 1.0 s a page; 221, 151, 188 and 153 lines a second, 174 of the
three mixed, on a machine that had four times as much to do as it has cores.
"""

from __future__ import annotations

import itertools
import os
import time
from dataclasses import replace

os.environ["OMP_NUM_THREADS"] = "1"

import click
import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from ocr.synth.documents import draw_document, render
from ocr.synth.lines import StripSettings, draw_strips
from ocr.synth.packed import pack
from ocr.synth.recipe import LEVELS

PAGE_DPI = 300.0
MOST_SECONDS, LEAST_LINES = 2.0, 120.0


def seconds_a_page(level: str, pages: int) -> float:
    """Mean over sheets of telegrams, texts and plans included."""
    made, seconds = 0, 0.0
    for seed in itertools.count():
        rng = np.random.default_rng((300, seed))
        start = time.process_time()
        drawn = draw_document(level, rng, "telegram")
        drawn = replace(drawn, recipe=replace(drawn.recipe, dpi=PAGE_DPI))
        made += len(render(drawn, rng))
        seconds += time.process_time() - start
        if made >= pages:
            return seconds / made
    raise AssertionError("unreachable")


def lines_a_second(levels: tuple[str, ...], lines: int) -> float:
    """Lines made and packed."""
    start = time.process_time()
    made = draw_strips(StripSettings(levels), np.random.default_rng(1))
    pack(list(itertools.islice(made, lines)))
    return lines / (time.process_time() - start)


@click.command()
@click.option("--lines", default=2400, show_default=True)
@click.option("--pages", default=6, show_default=True)
def main(lines: int, pages: int) -> None:
    """Print the speed for each level."""
    cv2.setNumThreads(1)
    start = time.process_time()
    pack(list(itertools.islice(draw_strips(StripSettings(), np.random.default_rng(0)), 1)))
    loading = time.process_time() - start
    table = Table(title=f"Speed on one core; {loading:.1f} s of loading come once")
    for name in ("level", "s/page at 300 dpi", "lines/s"):
        table.add_column(name, justify="left" if name == "level" else "right")
    for level in LEVELS:
        page, line = seconds_a_page(level, pages), lines_a_second((level,), lines)
        marks = ("" if page <= MOST_SECONDS else " !", "" if line >= LEAST_LINES else " !")
        table.add_row(level, f"{page:.2f}{marks[0]}", f"{line:.0f}{marks[1]}")
    mixed = lines_a_second(StripSettings().levels, lines)
    table.add_row("mixed", "", f"{mixed:.0f}" + ("" if mixed >= LEAST_LINES else " !"))
    Console().print(table)


if __name__ == "__main__":
    main()
