"""Letter-spaced words: `Р О Щ И Н` is РОЩИН, typed wide for emphasis.

A run of single letters with blanks between is closed. Several spaced words in a row are told
apart by the gaps: within a word the letters stand two strokes apart, between words three or
more, so a distance clearly above the usual one of the run begins a new word. An engine may have
closed part of a word already (`Ф ИЛ И ППОВУ`): in capitals a run may hold such short pieces,
as long as single letters are the greater part of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import dist
from statistics import median_low

import regex

from ocr.assemble.changes import Edit
from ocr.assemble.settings import AssembleSettings
from ocr.document import Word

_LETTER = regex.compile(r"[\"«(]?[\p{L}03]")  # with the figures that О and З are read as
_LAST = regex.compile(r"\p{L}[.,:;!?\"»)]+")  # ends a run: `и т. д. и т. п.` is none
_HYPHEN = regex.compile(r"[-–—]")
_MARKS = '.,:;!?"«»()'
_PIECE = regex.compile(r"\p{Lu}{2,3}")  # letters of a spaced word read as one


def spacing_edits(text: str, words: Sequence[Word], s: AssembleSettings) -> list[Edit]:
    """One edit for each letter-spaced word of a line.

    `words` are the words of `text` with their boxes; where they do not fit the text (it was
    corrected by hand), the gaps are unknown and a run is taken for one word.
    """
    tokens = list(regex.finditer(r"\S+", text))
    boxed = [w.text for w in words] == [t[0] for t in tokens]
    edits = []
    for first, end in _runs([t[0] for t in tokens], s.spaced_letters):
        breaks = _breaks(words[first:end], s.spaced_gap) if boxed else []
        cuts = [first, *(first + b for b in breaks), end]
        for a, b in pairwise(cuts):
            if b - a > 1:
                start, stop = tokens[a].start(), tokens[b - 1].end()
                closed = "".join(t[0] for t in tokens[a:b])
                edits.append(Edit(start, stop, closed, "letter-spacing"))
    return edits


def _runs(tokens: Sequence[str], least: int) -> list[tuple[int, int]]:
    """Half-open index ranges of runs that are letter-spaced."""
    runs, start = [], 0
    for i in range(len(tokens) + 1):
        if i < len(tokens) and _may_be_spaced(tokens[i]):
            continue
        last = i < len(tokens) and _LAST.fullmatch(tokens[i]) is not None
        a, b = _trim(tokens, start, i + last)
        singles = sum(1 for t in tokens[a:b] if len(t.strip(_MARKS)) == 1)
        capitals = "".join(tokens[a:b]).isupper()
        letters = sum(1 for t in tokens[a:b] if any(c.isalpha() for c in t))
        if letters >= least and (singles == b - a or (capitals and 2 * singles > b - a)):
            runs.append((a, b))
        start = i + 1
    return runs


def _may_be_spaced(token: str) -> bool:
    return any(p.fullmatch(token) is not None for p in (_LETTER, _HYPHEN, _PIECE))


def _trim(tokens: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """Without hyphens at either end: those are dashes beside the word."""
    while start < end and _HYPHEN.fullmatch(tokens[start]):
        start += 1
    while end > start and _HYPHEN.fullmatch(tokens[end - 1]):
        end -= 1
    return start, end


def _breaks(words: Sequence[Word], spaced_gap: float) -> list[int]:
    """Indices at which a new word begins, from the distances between the letters.

    Centres are compared, since the width of a letter's ink says nothing about its stroke.
    """
    singles = [len(w.text.strip(_MARKS)) == 1 for w in words]
    steps = [dist(a.box.center, b.box.center) for a, b in pairwise(words)]
    usual = [d for d, a, b in zip(steps, singles, singles[1:], strict=False) if a and b]
    if len(usual) < 2:
        return []
    limit = spaced_gap * median_low(usual)
    return [i + 1 for i, d in enumerate(steps) if singles[i] and singles[i + 1] and d > limit]
