"""Counts which letters follow which in Russian words, for `ocr.recognize.language`.

    python -m ocr.train.letter_statistics OUT.npz

Words and how often they are met come from the package wordfreq. Frequent words are held back
(`FLATTENED`), so that rare ones count; rows of letters that are hardly met are left out, which
costs nothing. Takes a minute.
"""

from __future__ import annotations

import argparse
import io
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ocr.formats.writing import write_whole
from ocr.recognize.language import BEGIN, BITS, CODES, END, ORDER, STEP, LetterStatistics

FLATTENED = 0.6  # power of a word's frequency that it counts by
TYPES_WEIGHT = 0.3  # of the number of letters seen in a place, against how often any was seen
LEAST = 4.0  # mean weights of a word, under which a row of four letters and more is left out
SHORT = 3  # rows of so many letters are all kept

Rows = dict[int, float]
"""Rows of letters, each row one number (`ocr.recognize.language`), and their weight or share."""


def count_rows(words: Mapping[str, float]) -> list[Rows]:
    """For each length from 1 to `ORDER` the rows of letters in `words`, by the words' weights."""
    counts: list[Rows] = [defaultdict(float) for _ in range(ORDER)]
    for word, weight in words.items():
        codes = [BEGIN, *(CODES[c] for c in word), END]
        for end in range(1, len(codes)):
            row = 0
            for length in range(min(ORDER, end + 1)):
                row |= codes[end - length] << BITS * length
                counts[length][row] += weight
    return counts


def statistics(counts: Sequence[Rows], least: float) -> LetterStatistics:
    """What is known of rows as counted; rows of more than `SHORT` letters that weigh `least`."""
    likely: Rows = {}  # the last letter of a row
    left: Rows = {}  # for letters not seen after a context
    kept: list[int] = []
    for length, rows in enumerate(counts):
        seen, letters = _by_context(rows)
        unseen = TYPES_WEIGHT * sum(rows.values()) / len(rows)
        for context, weight in seen.items():
            left[context] = unseen * letters[context] / (weight + unseen * letters[context])
        shorter = (1 << BITS * length) - 1
        for row, weight in rows.items():
            share = left[row >> BITS]
            lower = likely[row & shorter] if length else 1 / len(CODES)
            likely[row] = (1 - share) * weight / seen[row >> BITS] + share * lower
        kept += [row for row, weight in rows.items() if length < SHORT or weight >= least]
    kept.sort()
    contexts = sorted({row >> BITS for row in kept})
    return LetterStatistics(
        np.array(kept, dtype=np.uint64),
        np.array([_steps(likely[row]) for row in kept], dtype=np.uint8),
        np.array(contexts, dtype=np.uint64),
        np.array([_steps(left[context]) for context in contexts], dtype=np.uint8),
    )


def _by_context(rows: Rows) -> tuple[Rows, Rows]:
    """What rows weigh that differ in the last letter alone, and how many they are."""
    seen: Rows = defaultdict(float)
    letters: Rows = defaultdict(float)
    for row, weight in rows.items():
        seen[row >> BITS] += weight
        letters[row >> BITS] += 1
    return seen, letters


def _steps(share: float) -> int:
    return min(255, round(-math.log(share) / STEP))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("out", type=Path, help="the .npz file to write")
    given = parser.parse_args()
    import wordfreq  # comes with the extra `train`; counting does without

    known = wordfreq.get_frequency_dict("ru")
    words = {w: p**FLATTENED for w, p in sorted(known.items()) if all(c in CODES for c in w)}
    least = LEAST * sum(words.values()) / len(words)
    made = io.BytesIO()
    statistics(count_rows(words), least).save(made)
    write_whole(given.out, made.getvalue())


if __name__ == "__main__":
    main()
