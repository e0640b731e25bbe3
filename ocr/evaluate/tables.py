"""Tables of strings: for the terminal through rich, and as Markdown."""

from __future__ import annotations

import math
from dataclasses import dataclass

import rich.box
import rich.markup
import rich.table

from ocr.evaluate.bootstrap import Interval
from ocr.evaluate.rates import Rate, TextScore

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of strings as long as `header`; the first column reads from the left.

    words  columns of words, which read from the left too
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: tuple[str, ...] = ()


def to_rich(table: Table) -> rich.table.Table:
    """For the terminal."""
    shown = rich.table.Table(title=table.title, box=rich.box.SIMPLE_HEAD, title_justify="left")
    for n, name in enumerate(table.header):
        left = n == 0 or name in table.words
        shown.add_column(name, justify="left" if left else "right", overflow="fold")
    for row in table.rows:
        shown.add_row(*(rich.markup.escape(cell) for cell in row))
    return shown


def to_markdown(table: Table) -> str:
    """A heading and a Markdown table; ends with a line feed."""
    aligned = [
        "---" if n == 0 or name in table.words else "---:" for n, name in enumerate(table.header)
    ]
    rows = [table.header, aligned, *table.rows]
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return f"## {table.title}\n\n" + "\n".join(lines) + "\n"


def text_cells(score: TextScore) -> tuple[str, str, str, str]:
    """CER, its counts, WER, its counts."""
    return score.cer.percent(), counts(score.cer), score.wer.percent(), counts(score.wer)


def counts(rate: Rate) -> str:
    return f"{rate.errors} / {rate.total}"


def percent(share: float | None, digits: int = 1) -> str:
    """A share of 0–1 in percent, or `–`."""
    return NOTHING if share is None else f"{100 * share:.{digits}f}"


def range_of(interval: Interval) -> str:
    """`1.20–1.88` in percent, or `–` where there is nothing to measure."""
    if math.isnan(interval.low):
        return NOTHING
    return f"{100 * interval.low:.2f}–{100 * interval.high:.2f}"


def right_of(rate: Rate) -> str:
    """Right of all; what was invented makes it smaller, and never less than none."""
    if rate.total == 0:
        return NOTHING if rate.errors == 0 else f"{rate.errors} invented"
    return f"{max(0, rate.total - rate.errors)} of {rate.total}"
