"""Capitals and small letters of one shape, told apart by their height.

Most Cyrillic capitals are their small letters drawn larger: Т and т, О and о, К and к. An engine
that sees one word at a time knows no scale, and reads `тов.` as `ТОВ.` where nothing beside it
tells it better. On a typewriter there are two heights and no others; so a letter that stands as
high as the small letters beside it is small, and one that overtops them by a quarter is a capital
(1.3 on the faces of typewriters). Letters with a tail, a top or a shape of their own are
left as read; they are what the others are measured by.

A reader that sees whole lines seldom errs so, and then in single letters: for it the case of the
other letters of the word decides (`word_case_edits`), and the height of a word's first letter where
the reader itself was in two minds about it (`doubted_case_edits`).

What is compared: a letter with the small letters of its own word; a word of such letters alone with
the words beside it; a letter-spaced line with the small letters of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from statistics import median
from typing import NamedTuple

from ocr.assemble.changes import Edit
from ocr.document import Char, LineReading

REASON = "height"
ONE_SHAPE = frozenset("вгжзиклмнопстхчшъыьэюя")
SMALL = ONE_SHAPE | frozenset("ае")  # as high as those, with capitals of another shape
OWN_SHAPE = frozenset("абеёйруфцщд")  # small letters that no capital looks like, or that reach out
AS_SMALL = (0.85, 1.12)  # of the small letters' height
AS_CAPITAL = (1.2, 1.6)
LEAST_PX = 13.0  # height of small letters, below which a pixel decides
LEAST_LETTERS = 3  # small letters that say how high small letters are
LEAST_OF_PAGE = 40
SHAPED_ALIKE = ONE_SHAPE | frozenset("дуцщ")  # those with a tail too
LEAST_CAPITALS = 0.6  # of the letters behind a word's first, from which all of it is capitals
DOUBT = 0.03  # how likely the other case was, from which the height decides
_WORD = re.compile(r"[А-ЯЁа-яё]{4,}")
SPACED = 4  # single letters in a row: a word that was spaced out


class _Word(NamedTuple):
    """A run without blanks: where it starts in the text, and its characters."""

    start: int
    chars: tuple[Char, ...]

    @property
    def small(self) -> list[int]:
        """Heights of what was read as small letters."""
        return [c.box.height for c in self.chars if c.text in SMALL]


def small_height(readings: Sequence[LineReading]) -> float:
    """Median height in pixels of the small letters of a page, 0 where it has few."""
    heights = [c.box.height for r in readings for c in r.chars if c.text in SMALL]
    return float(median(heights)) if len(heights) >= LEAST_OF_PAGE else 0.0


def word_case_edits(text: str) -> list[Edit]:
    """Single letters that alone are of the other case in their word, of those of one shape.

    `ДРУзЬЯ`, `удОв`: in words of four letters and more whose letters behind the first are mostly
    capitals, small letters of a capital's shape are capitals; a single capital there is small.
    """
    edits = []
    for word in _WORD.finditer(text):
        behind = word[0][1:]
        capitals = sum(c.isupper() for c in behind)
        begun = word[0][0].isupper() or capitals == len(behind)
        as_capitals = begun and capitals >= LEAST_CAPITALS * len(behind)
        if not as_capitals and capitals != 1:
            continue
        for i, c in enumerate(word[0]):
            if c.lower() in SHAPED_ALIKE and (i or as_capitals) and c.isupper() != as_capitals:
                other = c.upper() if as_capitals else c.lower()
                edits.append(Edit(word.start() + i, word.start() + i + 1, other, REASON))
    return edits


def doubted_case_edits(words: Sequence[Sequence[Char]]) -> list[Edit]:
    """First letters of words in small letters whose height is not that of the case read.

    `Экз.` at the head of a copy is `экз.` where its Э is as low as the rest. Only where the reader
    says that the other case was likely too.
    """
    edits = []
    for word in _placed(words):
        first = next(_letters(word), None)
        if first is None:
            continue
        at, char = first
        behind = [c for c in word.chars if c.text.isalpha() and c is not char]
        height = float(median([c.box.height for c in behind if c.text in SMALL] or [0]))
        other = char.text.swapcase()
        if dict(char.others).get(other, 0.0) < DOUBT or other.lower() not in ONE_SHAPE:
            continue
        if height < LEAST_PX or not all(c.text.islower() for c in behind):
            continue
        low, high = AS_SMALL if other.islower() else AS_CAPITAL
        if low * height <= char.box.height <= high * height:
            edits.append(Edit(at, at + 1, other, REASON))
    return edits


def case_edits(words: Sequence[Sequence[Char]], of_page: float) -> list[Edit]:
    """Edits of the text that these words make with one blank between them.

    of_page  from `small_height`
    """
    placed = _placed(words)
    if _is_spaced(placed):
        return list(_spaced(placed, of_page))
    edits: list[Edit] = []
    for i, word in enumerate(placed):
        edits += _within(word)
        beside = placed[i + 1 : i + 2] + placed[max(0, i - 1) : i]
        edits += _beside(word, beside)
    return edits


def _placed(words: Sequence[Sequence[Char]]) -> list[_Word]:
    """Words with their places in the text that they make with one blank between them."""
    placed: list[_Word] = []
    start = 0
    for chars in words:
        placed.append(_Word(start, tuple(chars)))
        start += sum(len(c.text.strip()) for c in chars) + 1
    return placed


def _within(word: _Word) -> Iterator[Edit]:
    """Capitals inside a word that has small letters enough to be measured by.

    The first letter is left as read: there, names and beginnings of sentences tell an engine more
    than a height that a stain beside the word may have changed.
    """
    height = _reference(word.small)
    for at, char in list(_letters(word))[1:] if height else ():
        low = AS_SMALL[0] * height <= char.box.height <= AS_SMALL[1] * height
        if low and char.text.isupper() and char.text.lower() in ONE_SHAPE:
            yield Edit(at, at + 1, char.text.lower(), REASON)


def _beside(word: _Word, neighbours: Sequence[_Word]) -> Iterator[Edit]:
    """A word of capitals that are no higher than the small letters of the word beside it."""
    letters = list(_letters(word))
    if len(word.chars) < 2 or not letters:  # a lone letter may well begin a sentence
        return
    if not all(c.text.isupper() and c.text.lower() in ONE_SHAPE for _, c in letters):
        return
    height = next((h for other in neighbours if (h := _reference(other.small))), 0.0)
    if not height:
        return
    shares = [char.box.height / height for _, char in letters]
    if AS_SMALL[0] <= min(shares) and max(shares) <= AS_SMALL[1]:
        yield from (Edit(at, at + 1, char.text.lower(), REASON) for at, char in letters)


def _is_spaced(words: Sequence[_Word]) -> bool:
    singles = [word for word in words if len(word.chars) == 1]
    return len(singles) >= SPACED and len(singles) == len(words)


def _spaced(words: Sequence[_Word], of_page: float) -> Iterator[Edit]:
    """A name spaced out in capitals, part of which was read as small letters."""
    letters = [pair for word in words for pair in _letters(word)]
    if of_page < LEAST_PX or any(char.text in OWN_SHAPE for _, char in letters):
        return
    usual = median(char.box.height for _, char in letters) if letters else 0.0
    if AS_CAPITAL[0] * of_page <= usual <= AS_CAPITAL[1] * of_page:
        for at, char in letters:
            if char.text in ONE_SHAPE:
                yield Edit(at, at + 1, char.text.upper(), REASON)


def _reference(heights: Sequence[int]) -> float:
    """How high small letters are here; 0 where there are too few, or they are too low to tell."""
    if len(heights) < LEAST_LETTERS:
        return 0.0
    height = float(median(heights))
    return height if height >= LEAST_PX else 0.0


def _letters(word: _Word) -> Iterator[tuple[int, Char]]:
    """(place in the text, character) of the letters."""
    at = word.start
    for char in word.chars:
        text = char.text.strip()
        if len(text) == 1 and text.isalpha():
            yield at, char
        at += len(text)
