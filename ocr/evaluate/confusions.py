"""Which characters are taken for which, and which of them no eye could tell apart.

Counted over the edits of lines. A line that is wholly missing or made up, and a run of more than
`LONGEST_GAP` characters left out or put in, tell of layout and not of letters, and are left out.

Where several alignments cost the same, single pairs may be put down differently; over a page or
more it is the common confusions that come out on top.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from ocr.evaluate.align import Operation, aligned, graphemes
from ocr.evaluate.normalize import CYRILLIC_TWINS, LATIN_TWINS
from ocr.evaluate.score import LineScore

# Characters. Up to four letters are lost at the edge of a stamp or a fold; more is a lost word.
LONGEST_GAP = 4
NOTHING = ""
# Figures and strokes that have the shape of a letter in type; many machines had no 1, 0 or 3.
FIGURE_TWINS = {"0": "О", "3": "З", "1": "І", "l": "І", "|": "І"}
_SHAPES = str.maketrans(dict(zip(LATIN_TWINS, CYRILLIC_TWINS, strict=True)) | FIGURE_TWINS)


@dataclass(frozen=True, slots=True)
class Confusion:
    """`truth` was read as `reading`, `count` times; `NOTHING` where left out or put in."""

    truth: str
    reading: str
    count: int

    @property
    def look_alike(self) -> bool:
        """The two have one shape: a Latin and a Cyrillic twin, or a figure and a letter."""
        return self.truth.translate(_SHAPES) == self.reading.translate(_SHAPES)


class Compared(NamedTuple):
    """A line's graphemes on both sides and the edits between them."""

    truth: list[str]
    output: list[str]
    operations: tuple[Operation, ...]


def compared(line: LineScore) -> Compared | None:
    """What a line is best shown against: its partner in any order where it has one there.

    None where the line is right.
    """
    if line.truth is None or line.output is None:
        return None
    truth = graphemes(line.truth)
    output = graphemes(line.output if line.paired is None else line.paired)
    return Compared(truth, output, aligned(truth, output))


def confusions(lines: Iterable[LineScore]) -> tuple[Confusion, ...]:
    """The commonest first, of equal counts by letter; lines that stand apart are left out."""
    counts: Counter[tuple[str, str]] = Counter()
    for line in lines:
        found = None if line.apart else compared(line)
        if found is not None and found.truth and found.output:
            counts.update(_pairs(found))
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    return tuple(Confusion(truth, reading, count) for (truth, reading), count in rows)


def _pairs(line: Compared) -> Iterable[tuple[str, str]]:
    for op in line.operations:
        truth = line.truth[op.truth_start : op.truth_end]
        output = line.output[op.output_start : op.output_end]
        if op.kind == "replace":
            yield from zip(truth, output, strict=True)
        elif op.kind != "equal" and op.errors <= LONGEST_GAP:
            yield from ((letter, NOTHING) for letter in truth)
            yield from ((NOTHING, letter) for letter in output)
