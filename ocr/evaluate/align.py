r"""Where two texts differ: graphemes, and the cheapest way to turn one text into the other.

A grapheme is what a reader calls a letter, combining marks and all: `\X` of the Unicode rules
after NFC. Levenshtein's distance is rapidfuzz's (bit-parallel, Hyyrö 2003), over whole numbers
that stand for graphemes or words, so it is exact whatever a grapheme is made of.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import regex
from rapidfuzz.distance import Levenshtein

GRAPHEME = regex.compile(r"\X")
# Whatever is not surely a grapheme by itself: all but Latin, Greek and Cyrillic letters,
# punctuation and the line feed. A text without such is cut into letters, 20 times as fast.
COMPOUND = regex.compile(
    r"[^\n\x20-\x7e\xa0-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u2100-\u2138]"
)

# Items of a long text, and the share of errors that is looked for there first: the exact result
# comes in a quarter of the time where there are no more, and takes half as long again where there
# are. Shorter texts are too quick to gain.
LONG = 10_000
LIKELY_ERRORS = 0.06


def graphemes(text: str) -> list[str]:
    """`text` after NFC, cut into graphemes."""
    whole = unicodedata.normalize("NFC", text)
    if COMPOUND.search(whole) is None:
        return list(whole)
    found: list[str] = GRAPHEME.findall(whole)
    return found


@dataclass(frozen=True, slots=True)
class Edits:
    """Counts of a cheapest alignment; they add up over lines, zones, pages and documents.

    truth          length of the truth, in graphemes or words
    substitutions  one for another
    insertions     in the output alone
    deletions      in the truth alone
    """

    truth: int = 0
    substitutions: int = 0
    insertions: int = 0
    deletions: int = 0

    @property
    def errors(self) -> int:
        return self.substitutions + self.insertions + self.deletions

    def __add__(self, other: Edits) -> Edits:
        return Edits(
            self.truth + other.truth,
            self.substitutions + other.substitutions,
            self.insertions + other.insertions,
            self.deletions + other.deletions,
        )


class Operation(NamedTuple):
    """`truth[truth_start:truth_end]` stands against `output[output_start:output_end]`.

    kind: `equal`, `replace` (two runs of one length), `insert` or `delete` (one of them empty).
    """

    kind: str
    truth_start: int
    truth_end: int
    output_start: int
    output_end: int

    @property
    def errors(self) -> int:
        length = max(self.truth_end - self.truth_start, self.output_end - self.output_start)
        return 0 if self.kind == "equal" else length


def align(truth: Sequence[str], output: Sequence[str]) -> Edits:
    """The edits that turn `truth` into `output`, each at cost 1, as few as possible.

    Where several ways cost the same, the total is certain and its split into kinds is not.
    """
    counts = {"replace": 0, "insert": 0, "delete": 0}
    for op in Levenshtein.editops(*_numbered(truth, output), score_hint=_hint(truth, output)):
        counts[op.tag] += 1
    return Edits(len(truth), counts["replace"], counts["insert"], counts["delete"])


def aligned(truth: Sequence[str], output: Sequence[str]) -> tuple[Operation, ...]:
    """The same edits with their places: runs that cover both sides from end to end."""
    found = Levenshtein.opcodes(*_numbered(truth, output), score_hint=_hint(truth, output))
    return tuple(
        Operation(op.tag, op.src_start, op.src_end, op.dest_start, op.dest_end) for op in found
    )


def _hint(truth: Sequence[str], output: Sequence[str]) -> int | None:
    """How many errors to look for first; the result is exact either way."""
    length = max(len(truth), len(output))
    return int(length * LIKELY_ERRORS) if length >= LONG else None


def _numbered(
    truth: Sequence[str], output: Sequence[str]
) -> tuple[str, str] | tuple[list[int], list[int]]:
    """Both sides as rapidfuzz takes them fast: strings of single characters, else numbers."""
    joined = "".join(truth), "".join(output)
    if (
        "" not in truth
        and "" not in output
        and tuple(map(len, joined)) == (len(truth), len(output))
    ):
        return joined
    numbers: dict[str, int] = {}
    a = [numbers.setdefault(item, len(numbers)) for item in truth]
    b = [numbers.setdefault(item, len(numbers)) for item in output]
    return a, b


def settle(
    operations: Sequence[Operation],
    truth: Sequence[str],
    output: Sequence[str],
    truth_starts: Collection[int],
    output_starts: Collection[int],
) -> tuple[Operation, ...]:
    """The same alignment at the same cost, with runs moved to begin where lines begin.

    A line that is missing or added may as well be one with the blank before it as with the blank
    behind it. Told where lines start on either side, a run is moved along its neighbours, where
    they allow it, to the nearest start of a line.
    """
    ops = list(operations)
    for n in range(1, len(ops) - 1):
        before, op, after = ops[n - 1 : n + 2]
        if before.kind != "equal" or after.kind != "equal":
            continue
        if op.kind == "insert":
            start, end, row, starts = op.output_start, op.output_end, output, output_starts
        elif op.kind == "delete":
            start, end, row, starts = op.truth_start, op.truth_end, truth, truth_starts
        else:
            continue
        room = (before.truth_end - before.truth_start, after.truth_end - after.truth_start)
        shift = _shift(row, start, end, room, starts)
        if shift:
            ops[n - 1] = Operation("equal", *_moved(before, end_by=shift))
            ops[n] = Operation(op.kind, *_moved(op, start_by=shift, end_by=shift))
            ops[n + 1] = Operation("equal", *_moved(after, start_by=shift))
    return tuple(op for op in ops if op[2] > op[1] or op[4] > op[3])


def _shift(
    row: Sequence[str], start: int, end: int, room: tuple[int, int], starts: Collection[int]
) -> int:
    """How far the run `row[start:end]` moves, right positive, to begin at one of `starts`."""
    if start in starts:
        return 0
    for by in range(1, room[1] + 1):
        if row[start + by - 1] != row[end + by - 1]:
            break
        if start + by in starts:
            return by
    for by in range(1, room[0] + 1):
        if row[start - by] != row[end - by]:
            break
        if start - by in starts:
            return -by
    return 0


def _moved(op: Operation, start_by: int = 0, end_by: int = 0) -> tuple[int, int, int, int]:
    return (
        op.truth_start + start_by,
        op.truth_end + end_by,
        op.output_start + start_by,
        op.output_end + end_by,
    )
