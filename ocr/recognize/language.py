"""Which word is likelier where strokes leave a letter open: what letters follow which in Russian.

Worn type leaves `резульшате` and `результате` about equally likely to the eye; six letters in a row
tell them apart. The network's shares of each unsure letter are weighed with how usual the letter is
after those before it, over the words of Russian (an interpolated model of Witten and Bell, 1991;
`ocr.train.letter_statistics` makes it from word frequencies). Only a letter is put for a letter:
figures and signs stay as they are read, and what the strokes show clearly stays, however rare the
word. Afterwards a letter is as sure as all words that are likely there make it.
`benchmarks/language.py` counts what changes for better and for worse.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from ocr.recognize.alphabet import LETTERS, RUSSIAN, SHAPES
from ocr.recognize.ctc import Struck

MODEL = Path(__file__).parent / "model" / "letters.npz"

ORDER = 6  # letters in a row that are counted
BITS = 6  # of a letter's code: a row of letters is one number, the last letter lowest
BEGIN, END, FIRST = 1, 2, 3  # codes: before a word, behind it, and of `а`; 0 is no letter
STEP = 1 / 16  # of the logarithms as they are kept
CODES = {letter: FIRST + i for i, letter in enumerate(RUSSIAN + "ё")}

OPEN = 0.02  # share of a letter against the likeliest from which it is asked about
NAMED = 0.5  # of the weight in words with a capital: rare names are no misread common words
BEAM = 12  # beginnings of a word that are followed at once
_KNOWN = (1 << BITS * (ORDER - 1)) - 1
_CODE_OF_SHAPE = {i: CODES[c.lower()] for i, c in enumerate(SHAPES, start=1) if c in LETTERS}


@dataclass(frozen=True, slots=True, eq=False)
class LetterStatistics:
    """How likely a letter is after others, as a logarithm.

    rows      (N,) uint64, rising: rows of up to `ORDER` letters that are known
    said      (N,) uint8: minus the logarithm of how likely each row's last letter is, in `STEP`s
    contexts  (M,) uint64, rising: rows of letters with something known after them
    given_up  (M,) uint8: minus the logarithm of what is left there for letters not known, likewise
    """

    rows: npt.NDArray[np.uint64]
    said: npt.NDArray[np.uint8]
    contexts: npt.NDArray[np.uint64]
    given_up: npt.NDArray[np.uint8]

    def log_p(self, before: int, letter: int) -> float:
        """Of `letter` after the row `before`, of which the last `ORDER` - 1 letters count."""
        spent = 0
        for length in range(ORDER - 1, -1, -1):
            if length and before >> BITS * (length - 1) == 0:
                continue  # the word is not so long yet
            context = before & ((1 << BITS * length) - 1)
            at = _place(self.rows, context << BITS | letter)
            if at is not None:
                return -STEP * (spent + int(self.said[at]))
            at = _place(self.contexts, context)
            spent += int(self.given_up[at]) if at is not None else 0
        return -STEP * spent - math.log(len(CODES))

    def save(self, file: BinaryIO) -> None:
        """As an .npz file, which `load` takes."""
        np.savez_compressed(
            file,
            rows=self.rows,
            said=self.said,
            contexts=self.contexts,
            given_up=self.given_up,
        )

    @classmethod
    def load(cls, path: Path) -> LetterStatistics:
        with np.load(path) as kept:
            return cls(kept["rows"], kept["said"], kept["contexts"], kept["given_up"])


def _place(numbers: npt.NDArray[np.uint64], number: int) -> int | None:
    at = int(numbers.searchsorted(np.uint64(number)))
    return at if at < len(numbers) and numbers[at] == number else None


@cache
def _russian() -> LetterStatistics:
    """Opened once."""
    return LetterStatistics.load(MODEL)


@lru_cache(maxsize=1 << 16)
def usual(before: int, letter: int) -> float:
    """How likely `letter` is after `before` in Russian words (`LetterStatistics.log_p`)."""
    return _russian().log_p(before, letter)


def likelier_words(struck: Sequence[Struck], weight: float) -> list[Struck]:
    """The letters of a line, each word's unsure ones as they make the likeliest word.

    weight  of what is usual against what the strokes show; 0 changes nothing
    """
    out = list(struck)
    if weight <= 0:
        return out
    start = 0
    for stop in range(len(out) + 1):
        if stop < len(out) and out[stop].shape in _CODE_OF_SHAPE:
            continue
        word = out[start:stop]
        if len(word) > 2 and any(_choices(letter)[1:] for letter in word if letter.others):
            named = SHAPES[word[0].shape - 1].isupper()
            out[start:stop] = _likeliest(word, NAMED * weight if named else weight)
        start = stop + 1
    return out


def _choices(letter: Struck) -> list[tuple[int, float]]:
    """The letters that a stroke may be with their shares, as read first."""
    least = OPEN * letter.confidence
    others = [(c, p) for c, p in letter.others if c in _CODE_OF_SHAPE and p >= least]
    return [(letter.shape, letter.confidence), *others]


def _likeliest(word: Sequence[Struck], weight: float) -> list[Struck]:
    """The likeliest word; each letter as sure as all likely words together make it."""
    choices = [_choices(letter) for letter in word]
    beam: list[tuple[float, int, tuple[int, ...]]] = [(0.0, BEGIN, ())]
    for offered in choices:
        letters = [(c, _CODE_OF_SHAPE[c], math.log(p)) for c, p in offered]
        beam = [
            (
                sum_ + log_p + weight * usual(before, code),
                (before << BITS | code) & _KNOWN,
                (*to, c),
            )
            for sum_, before, to in beam
            for c, code, log_p in letters
        ]
        beam = sorted(beam, reverse=True)[:BEAM]
    words = [(sum_ + weight * usual(before, END), to) for sum_, before, to in beam]
    most, best = max(words)
    shares = [(math.exp(sum_ - most), to) for sum_, to in words]
    whole = sum(share for share, _ in shares)
    found = []
    for i, (letter, offered) in enumerate(zip(word, choices, strict=True)):
        held = sum(p for _, p in offered) / whole
        now = dict(letter.others) | {
            c: held * sum(share for share, to in shares if to[i] == c) for c, _ in offered
        }
        own = now.pop(best[i])
        others = tuple(sorted(now.items(), key=lambda other: -other[1]))
        found.append(Struck(best[i], letter.step, own, others if letter.others else ()))
    return found
