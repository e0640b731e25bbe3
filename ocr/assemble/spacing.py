"""Letter-spaced words: `Р О Щ И Н` is РОЩИН, typed wide for emphasis.

A run of single letters with blanks between is closed. Several spaced words in a row are told
apart by the gaps: within a word the letters stand two strokes apart, between words three or
more, so a distance clearly above the usual one of the run begins a new word. Typists were not that
even, so the dictionary has the last word: letters that make a word whole are not parted by a wide
gap (`Р О  Щ И Н`), letters that make none are parted at their widest gaps where that gives words,
and a one-letter word beside the run is none of its letters (`о ш п а л е`).

An engine may have closed part of a word already (`Ф ИЛ И ППОВУ`, `МЕ Д ВЕ ДЕВ`): in capitals a run
may hold such pieces, as long as single letters are the greater part of it, or the whole is a word
that the dictionary has. A figure of a letter's shape is that letter (`Ш О Р О Х 0 В`).

The edit of a closed word has the reason `SPACED`: by it the text to read knows what was emphasised.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import dist
from statistics import median_low

import regex

from ocr.assemble.changes import Edit
from ocr.assemble.dictionary import is_known
from ocr.assemble.settings import AssembleSettings
from ocr.document import SPACED, Word

_LETTER = regex.compile(r"[\"«(]?[\p{L}03]")  # with the figures that О and З are read as
_LAST = regex.compile(r"\p{L}[.,:;!?\"»)]+")  # ends a run: `и т. д. и т. п.` is none
_HYPHEN = regex.compile(r"[-–—]")
_MARKS = '.,:;!?"«»()'
_PIECE = regex.compile(r"\p{Lu}{2,3}|\p{Lu}{1,3}-\p{Lu}{1,3}")  # of a spaced word, read as one
_REST = regex.compile(r"\p{Lu}{2,}[.,:;!?\"»)]*")  # the end of a spaced word, read as one
_ONE_LETTER_WORDS = frozenset("авикоуся")
MOST_WORDS = 4
"""Words that a run is parted into by its widest gaps alone."""
LEAST_WORD = 3
"""Letters: shorter strings are words by chance."""
WIDER = 1.12
"""By so much gaps between words are wider than any within: more than a centre is measured wrong."""

_Span = tuple[int, int]


def spacing_edits(text: str, words: Sequence[Word], s: AssembleSettings) -> list[Edit]:
    """One edit for each letter-spaced word of a line.

    `words` are the words of `text` with their boxes; where they do not fit the text (it was
    corrected by hand), the gaps are unknown and a run is taken for one word.
    """
    tokens = list(regex.finditer(r"\S+", text))
    pieces = [t[0] for t in tokens]
    boxed = [w.text for w in words] == pieces
    edits = []
    for first, end in _runs(pieces, s.spaced_letters):
        steps = _steps(words[first:end]) if boxed else []
        for a, b in _parted(pieces[first:end], steps, s.spaced_gap):
            if b - a > 1:
                start, stop = tokens[first + a].start(), tokens[first + b - 1].end()
                edits.append(Edit(start, stop, _closed(pieces[first + a : first + b]), SPACED))
    return edits


def _closed(pieces: Sequence[str]) -> str:
    """The letters together; figures among them are the letters that they look like.

    A dot of dirt read as a hyphen within a word (`К О-М У`) goes.
    """
    whole = "".join(pieces)
    parts = whole.strip(_MARKS).split("-")
    if len(parts) > 1 and is_known("".join(parts)) and not all(map(is_known, parts)):
        whole = whole.replace("-", "")
    small = whole.islower()
    for figure, letter in (("0", "о"), ("3", "з")):
        whole = whole.replace(figure, letter if small else letter.upper())
    return whole


def _is_word(pieces: Sequence[str]) -> bool:
    """Whether the pieces together are a word, or several with hyphens between."""
    parts = _closed(pieces).strip(_MARKS).split("-")
    return all(is_known(part) for part in parts) and len("".join(parts)) >= LEAST_WORD


# --- runs -------------------------------------------------------------------------------------


def _runs(tokens: Sequence[str], least: int) -> list[_Span]:
    """Half-open index ranges of runs that are letter-spaced."""
    runs, start = [], 0
    for i in range(len(tokens) + 1):
        if i < len(tokens) and _may_be_spaced(tokens[i]):
            continue
        last = i < len(tokens) and _LAST.fullmatch(tokens[i]) is not None
        a, b = _trim(tokens, start, i + last)
        if _is_spaced(tokens[a:b], least):
            runs.append((a, _with_rest(tokens, a, b)))
        start = i + 1
    return runs


def _may_be_spaced(token: str) -> bool:
    return any(p.fullmatch(token) is not None for p in (_LETTER, _HYPHEN, _PIECE))


def _is_spaced(run: Sequence[str], least: int) -> bool:
    letters = sum(any(c.isalpha() for c in token) for token in run)
    singles = sum(len(token.strip(_MARKS)) == 1 for token in run)
    if singles == len(run):
        return letters >= least
    if not "".join(run).isupper():
        return False
    if letters >= least and 2 * singles > len(run):
        return True
    # mostly read in pieces: only a whole word proves it, of pieces that are none
    return singles > 0 and letters >= LEAST_WORD and _is_word(run) and not all(map(is_known, run))


def _with_rest(tokens: Sequence[str], start: int, end: int) -> int:
    """The end of the run, past a longer piece that makes its letters a word."""
    if end == len(tokens) or not _REST.fullmatch(tokens[end]) or is_known(tokens[end]):
        return end
    return end + 1 if _is_word([*tokens[start:end], tokens[end]]) else end


def _trim(tokens: Sequence[str], start: int, end: int) -> _Span:
    """Without hyphens at either end: those are dashes beside the word."""
    while start < end and _HYPHEN.fullmatch(tokens[start]):
        start += 1
    while end > start and _HYPHEN.fullmatch(tokens[end - 1]):
        end -= 1
    return start, end


# --- words of a run ---------------------------------------------------------------------------


def _parted(run: Sequence[str], steps: Sequence[float], spaced_gap: float) -> list[_Span]:
    """The words of a run; `steps`: distances from piece to piece, empty where unknown."""
    breaks = _breaks(run, steps, spaced_gap)
    spans = list(pairwise([0, *breaks, len(run)]))
    if breaks:
        whole = _is_word(run) and not all(_is_word(run[a:b]) for a, b in spans)
        return [(0, len(run))] if whole else spans
    if _is_word(run):
        return spans
    return _without_one_letter_words(run) or _by_widest_gaps(run, steps) or spans


def _steps(words: Sequence[Word]) -> list[float]:
    """Centres are compared, since the width of a letter's ink says nothing about its stroke."""
    return [dist(a.box.center, b.box.center) for a, b in pairwise(words)]


def _breaks(run: Sequence[str], steps: Sequence[float], spaced_gap: float) -> list[int]:
    """Indices at which a new word begins, from the distances between single letters."""
    single = [len(token.strip(_MARKS)) == 1 for token in run]
    between = [a and b for a, b in pairwise(single)]
    usual = [step for step, both in zip(steps, between, strict=False) if both]
    if len(usual) < 2:
        return []
    limit = spaced_gap * median_low(usual)
    return [i + 1 for i, step in enumerate(steps) if between[i] and step > limit]


def _without_one_letter_words(run: Sequence[str]) -> list[_Span]:
    """`о ш п а л е`: the word behind the preposition; nothing where that makes no word.

    In small letters alone: in capitals stand names that are longer by a letter than another one.
    """
    if not "".join(run).strip(_MARKS).islower():
        return []
    ends = ((1, len(run)), (0, len(run) - 1), (1, len(run) - 1))
    for a, b in ends:
        beside = [*run[:a], *run[b:]]
        if _is_word(run[a:b]) and all(token in _ONE_LETTER_WORDS for token in beside):
            return [(a, b)]
    return []


def _by_widest_gaps(run: Sequence[str], steps: Sequence[float]) -> list[_Span]:
    """Words with gaps between them that are wider than any within; nothing where there are none."""
    order = sorted(range(len(steps)), key=lambda i: -steps[i])
    for most in range(1, min(MOST_WORDS, len(order))):
        chosen, rest = order[:most], order[most:]
        if steps[chosen[-1]] < WIDER * steps[rest[0]]:
            continue
        spans = list(pairwise([0, *sorted(i + 1 for i in chosen), len(run)]))
        if all(_is_word(run[a:b]) for a, b in spans):
            return spans
    return []
