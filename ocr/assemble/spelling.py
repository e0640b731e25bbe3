"""Letters misread for others of nearly their shape, mended where the dictionary leaves one choice.

Worn and filled type makes `о` look like `е`, `н` like `и`, `д` like `л`. A word in small letters
that the dictionary does not know is changed in one letter, from a short list of such shapes; when
just one known word comes out, that is what was read. Names, numbers, abbreviations and words cut
by a hyphen are never touched, every change is logged and can be undone.

Measured by benchmarks/spelling.py on the 32 sheets of `scans/`: of 97 words changed 81 became
right, 2 wrong, 14 were and stayed wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import regex

from ocr.assemble.changes import Edit
from ocr.assemble.dictionary import is_known

# Pairs that worn, filled or broken type makes alike, whatever the typewriter.
SHAPES = (
    *("ое", "ес", "ос", "ао"),
    *("ни", "нм", "нв", "нк", "нп", "им", "пи", "йи"),
    *("вз", "эз", "лд", "шп", "шщ", "цч", "ьъ", "ьы", "тг", "жк", "жх"),
)
LEAST_LETTERS = 4  # most shorter strings are one letter away from several words

_WORD = regex.compile(r"(?<![\p{L}\p{N}\-])\p{Ll}+(?![\p{L}\p{N}\-])")
_CYRILLIC = regex.compile(r"\p{Cyrillic}+")


def spelling_edits(text: str, after_hyphen: bool) -> list[Edit]:
    """One edit for each word that is mended.

    after_hyphen  the line before ends in a hyphen, so the first word is half of one
    """
    edits = []
    for word in _WORD.finditer(text):
        if after_hyphen and not text[: word.start()].strip():
            continue
        if len(word[0]) < LEAST_LETTERS or not _CYRILLIC.fullmatch(word[0]) or is_known(word[0]):
            continue
        known = _known_alike(word[0])
        if len(known) == 1:
            edits.append(Edit(word.start(), word.end(), next(iter(known)), "dictionary"))
    return edits


@cache
def _alike(letter: str) -> str:
    """The letters that one may be misread for."""
    return "".join(pair.replace(letter, "", 1) for pair in SHAPES if letter in pair)


def _known_alike(word: str) -> set[str]:
    return {changed for changed in _one_letter_off(word) if is_known(changed)}


def _one_letter_off(word: str) -> Iterator[str]:
    for i, letter in enumerate(word):
        for other in _alike(letter):
            yield word[:i] + other + word[i + 1 :]
