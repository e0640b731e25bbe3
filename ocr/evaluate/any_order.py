"""What is left of the errors of a page when the order of its lines costs nothing.

Lines of truth and output are paired by what they say. What stands well in reading order stays
as it is, so that lines cut otherwise than the truth's cost no more than in order; the rest of the
truth's lines, less than half right there, and the output lines that stand against nothing else
are paired so that pairing saves most. The better of this, pairing all lines of the page, and the
reading order itself is taken: the count is never more than in order. Pairs are taken greedily,
so it is an upper bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from ocr.evaluate.align import Edits, align, aligned
from ocr.evaluate.in_order import NOWHERE, Placed
from ocr.evaluate.lines import Laid
from ocr.evaluate.rates import TextScore

# Lines of truth × lines of output that are compared: 2 000 on either side take 16 MB and a second.
# A text without page breaks may have more; what is equal in it pairs all the same.
MOST_PAIRS = 4_000_000
GOOD = 0.5  # a line with a smaller share of errors in reading order is where it belongs


@dataclass(frozen=True, slots=True)
class AnyOrder:
    """Changes to the count in order: lines that are not named here stay as they are.

    truth   counts of lines of the truth, by place
    output  counts of lines of the output, by place; errors where they are paired with nothing
    pairs   lines of the truth and what they are paired with, None: with nothing
    right   words of the output, by place among all of the page, that are right in their pair
    """

    truth: dict[int, TextScore] = field(default_factory=dict)
    output: dict[int, TextScore] = field(default_factory=dict)
    pairs: dict[int, int | None] = field(default_factory=dict)
    right: frozenset[int] = frozenset()


def in_any_order(truth: Laid, output: Laid, letters: Placed) -> AnyOrder:
    """`letters`: graphemes in reading order, where the count starts from."""
    best, fewest = AnyOrder(), 0
    every = (list(range(len(letters.edits))), list(range(len(letters.added))))
    tried: list[tuple[list[int], list[int]]] = []
    for t_lines, o_lines in (_misplaced(output, letters), every):
        if not t_lines or not o_lines or (t_lines, o_lines) in tried:
            break
        tried.append((t_lines, o_lines))
        found = _paired(truth, output, t_lines, o_lines)
        before = sum(letters.edits[n].errors for n in t_lines)
        before += sum(letters.added[n] for n in o_lines)
        gain = _errors(found) - before
        if gain < fewest:
            best, fewest = found, gain
    return best


def _errors(found: AnyOrder) -> int:
    scores = [*found.truth.values(), *found.output.values()]
    return sum(score.chars.errors for score in scores)


def _misplaced(output: Laid, letters: Placed) -> tuple[list[int], list[int]]:
    """Bad lines of the truth, and output lines that stand against bad ones alone.

    The two are closed: nothing of these output lines stands against any other line of the truth,
    and nothing of another output line against these.
    """
    bad = {n for n, e in enumerate(letters.edits) if e.errors > GOOD * max(1, e.truth)}
    starts = output.letters.starts
    hosts = [
        {int(h) for h in np.unique(letters.host[a:b])} - {NOWHERE} for a, b in pairwise(starts)
    ]
    free = set(range(len(hosts)))
    while True:
        leaving = {n for n in free if not hosts[n] <= bad}
        if not leaving:
            return sorted(bad), sorted(free)
        free -= leaving
        for n in leaving:
            bad -= hosts[n]


def _paired(truth: Laid, output: Laid, t_lines: Sequence[int], o_lines: Sequence[int]) -> AnyOrder:
    t_texts = ["".join(truth.letters.of(n)) for n in t_lines]
    o_texts = ["".join(output.letters.of(n)) for n in o_lines]
    pairs: dict[int, int | None] = dict.fromkeys(t_lines)
    pairs |= {t_lines[i]: o_lines[j] for i, j in pair_lines(t_texts, o_texts)}
    taken = set(pairs.values())
    right = {
        place
        for t, o in pairs.items()
        if o is not None
        for place in _right_words(truth, output, t, o)
    }
    return AnyOrder(
        {t: _compare(truth, t, output, o) for t, o in pairs.items()},
        {o: TextScore() if o in taken else _compare(truth, None, output, o) for o in o_lines},
        pairs,
        frozenset(right),
    )


def _compare(truth: Laid, t: int | None, output: Laid, o: int | None) -> TextScore:
    """Two lines, or one and nothing. The blank at the end of two that are paired is right."""
    t_letters, t_blank = _letters(truth, t)
    o_letters, o_blank = _letters(output, o)
    chars = align(t_letters, o_letters)
    if t_blank:
        chars += Edits(truth=1, deletions=int(o is None))
    elif o_blank and t is None:
        chars += Edits(insertions=1)
    words = align([] if t is None else truth.words.of(t), [] if o is None else output.words.of(o))
    return TextScore(chars, words)


def _letters(laid: Laid, line: int | None) -> tuple[list[str], bool]:
    """Without the blank at the end, and whether there is one."""
    if line is None:
        return [], False
    letters = laid.letters.of(line)
    return (letters[:-1], True) if laid.ends_in_blank[line] else (letters, False)


def _right_words(truth: Laid, output: Laid, t: int, o: int) -> list[int]:
    start = int(output.words.starts[o])
    ops = aligned(truth.words.of(t), output.words.of(o))
    return [
        start + n for op in ops if op.kind == "equal" for n in range(op.output_start, op.output_end)
    ]


def pair_lines(truth: Sequence[str], output: Sequence[str]) -> list[tuple[int, int]]:
    """(index in truth, index in output), each index once at most; lines without text stay alone.

    What a pair saves is the length of both lines less their distance. Equal lines pair first,
    in their order; of equal savings the pair that stands first in both texts wins.
    """
    waiting: dict[str, list[int]] = {}
    for j in reversed(range(len(output))):
        waiting.setdefault(output[j].strip(), []).append(j)
    pairs = []
    for i, text in enumerate(truth):
        if text.strip() and waiting.get(text.strip()):
            pairs.append((i, waiting[text.strip()].pop()))
    free_t = set(range(len(truth))) - {i for i, _ in pairs}
    free_o = set(range(len(output))) - {j for _, j in pairs}
    return pairs + _greedy(truth, output, sorted(free_t), sorted(free_o))


def _greedy(
    truth: Sequence[str], output: Sequence[str], t: Sequence[int], o: Sequence[int]
) -> list[tuple[int, int]]:
    if not t or not o or len(t) * len(o) > MOST_PAIRS:
        return []
    t_texts, o_texts = [truth[i].strip() for i in t], [output[j].strip() for j in o]
    distances = cdist(t_texts, o_texts, scorer=Levenshtein.distance, dtype=np.int32)
    t_lengths = np.array([len(text) for text in t_texts], np.int32)[:, None]
    o_lengths = np.array([len(text) for text in o_texts], np.int32)[None, :]
    savings = t_lengths + o_lengths - distances
    rows, columns = np.nonzero(distances < np.maximum(t_lengths, o_lengths))
    order = np.argsort(-savings[rows, columns], kind="stable")
    pairs: list[tuple[int, int]] = []
    free_t, free_o = set(range(len(t))), set(range(len(o)))
    for i, j in zip(rows[order].tolist(), columns[order].tolist(), strict=True):
        if i in free_t and j in free_o:
            pairs.append((t[i], o[j]))
            free_t.remove(i)
            free_o.remove(j)
    return pairs
