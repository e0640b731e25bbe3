"""Two pages aligned in reading order, and each edit put down to the line that it belongs to.

Substitutions and deletions belong to the line of the truth that they are in. An insertion
belongs to the line of the truth against which the rest of its own output line stands. An output
line of which no letter stands against the truth is spurious and keeps its insertions. The errors
of a line are therefore the distance of the line to what stands against it, and their sum is the
distance of the pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ocr.evaluate.align import Edits, Operation, aligned, settle
from ocr.evaluate.lines import Indices, Items, Laid

NOWHERE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """One alignment, of graphemes or words, by lines.

    edits     of each line of the truth
    added     insertions of each line of the output that belong to no line of the truth
    host      (N,) the line of the truth that each item of the output stands against, or NOWHERE
    right     (N,) True where an item of the output is equal to the truth
    """

    edits: tuple[Edits, ...]
    added: tuple[int, ...]
    host: Indices
    right: Indices


def place_letters(truth: Laid, output: Laid) -> Placed:
    """Graphemes; no blank makes a line stand against another."""
    t, o = truth.letters, output.letters
    ops = settle(
        aligned(t.all, o.all), t.all, o.all, set(t.starts.tolist()), set(o.starts.tolist())
    )
    solid = np.array([not letter.isspace() for letter in o.all], bool)
    return _place(t, o, ops, solid, [NOWHERE] * len(output.ends_in_blank))


def place_words(truth: Laid, output: Laid, letters: Placed) -> Placed:
    """Words; where no word of an output line is right, its letters say against what it stands."""
    t, o = truth.words, output.words
    ops = settle(
        aligned(t.all, o.all), t.all, o.all, set(t.starts.tolist()), set(o.starts.tolist())
    )
    home = []
    for n in range(len(output.ends_in_blank)):
        hosts = letters.host[output.letters.starts[n] : output.letters.starts[n + 1]]
        known = hosts[hosts != NOWHERE]
        home.append(int(known[0]) if len(known) and not letters.added[n] else NOWHERE)
    return _place(t, o, ops, np.ones(len(o.all), bool), home)


def _place(
    truth: Items,
    output: Items,
    ops: Sequence[Operation],
    solid: Indices,
    home: Sequence[int],
) -> Placed:
    """`solid`: items that tie their line to the truth; `home`: for lines that nothing ties."""
    lines = len(truth.starts) - 1
    host = np.full(len(output.all), NOWHERE, np.int64)
    right = np.zeros(len(output.all), np.int64)
    counts = np.zeros((3, lines), np.int64)  # substitutions, insertions, deletions
    inserted: list[int] = []
    for op in ops:
        of_truth = truth.line[op.truth_start : op.truth_end]
        if op.kind == "insert":
            inserted += range(op.output_start, op.output_end)
            continue
        if op.kind == "delete":
            np.add.at(counts[2], of_truth, 1)
            continue
        host[op.output_start : op.output_end] = of_truth
        if op.kind == "equal":
            right[op.output_start : op.output_end] = 1
        else:
            np.add.at(counts[0], of_truth, 1)
    added = _place_inserted(inserted, output, host, solid, home)
    np.add.at(counts[1], host[[i for i in inserted if host[i] != NOWHERE]], 1)
    lengths = np.diff(truth.starts)
    edits = tuple(Edits(int(n), *map(int, row)) for n, row in zip(lengths, counts.T, strict=True))
    return Placed(edits, added, host, right)


def _place_inserted(
    inserted: Sequence[int], output: Items, host: Indices, solid: Indices, home: Sequence[int]
) -> tuple[int, ...]:
    """Fills in `host` of what is inserted; the count, by output line, of what stays NOWHERE."""
    tied = {int(n) for n in np.unique(output.line[(host != NOWHERE) & (solid != 0)])}
    added = [0] * (len(output.starts) - 1)
    for i in inserted:
        line = int(output.line[i])
        if line in tied:
            host[i] = _neighbour(i, output, host)
        else:
            host[i] = home[line]
        if host[i] == NOWHERE:
            added[line] += 1
    return tuple(added)


def _neighbour(i: int, output: Items, host: Indices) -> int:
    """The host of the nearest item before it in its line, else of the first one behind it."""
    start, end = output.starts[output.line[i]], output.starts[output.line[i] + 1]
    if i > start and host[i - 1] != NOWHERE:
        return int(host[i - 1])
    known = host[i + 1 : end]
    return int(known[known != NOWHERE][0])
