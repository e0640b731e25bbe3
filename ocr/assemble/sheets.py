"""Where one sheet ends and the next goes on: catchwords.

A typist who ran out of paper typed `(см. сл. лист)` at the foot, and part of the text twice:

    двойное превосходство / (см. сл. лист)         |  ходство в техническом отношении
    двойное превос- / ходство (см. сл. лист)       |  ходство в техническом отношении
    двойное / превосходство (см. сл. лист)         |  превосходство в техническом отношении

The marker is found by likeness, so that a few misread letters do not hide it, and so is the
doubled piece. What is not doubled is not dropped.
"""

from __future__ import annotations

import regex
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from ocr.assemble.dictionary import is_known
from ocr.assemble.lookalikes import TO_CYRILLIC

# Letters alone, small: blanks, stops and brackets are what is misread first.
MARKERS = (
    *("смсллист", "смследлист", "смследующийлист", "смотриследующийлист", "смнаследлисте"),
    *("смслстр", "смследстр", "смследующуюстраницу", "смслл", "смнасллисте"),
    *("смнаоб", "смнаобор", "смнаобороте", "смоборот", "смобор"),
    *("продолжениенаследлисте", "продолжениенаследующемлисте", "продолжениенасллисте"),
    *("продолжениенаследстр", "продолжениенаследующейстранице", "продолжениенаобороте"),
    *("продолжениесмнаследлисте", "продолжениесмнаобороте", "продолжениеследует"),
    *("продслед", "прсмнаоб", "окончаниенаследлисте", "окончаниенаобороте"),
)
# Letters wrong, lost or added, as a share of the marker's: two of `смсллист`. A marker without
# its bracket may have one, since prose can end in `см. лист`.
MARKER_ERRORS = 0.25
BARE_MARKER_ERRORS = 0.125
# Of 100: the doubled piece is typed twice and read twice, so both may be misread.
PIECE_LIKENESS = 80
LONGEST_REPEAT = 4  # words
SHORTEST_PIECE = 3  # letters: two letters end many a word by chance

_MARKER = regex.compile(r"(?<![\p{L}\p{N}])(?P<bracket>[(/\[{|<])?\s*\p{L}")
_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{N}\-]*")


def marker_start(text: str) -> int | None:
    """Where `(см. сл. лист)` begins at the end of `text`; None where there is none."""
    best, at = 1.0, None
    for start in _MARKER.finditer(text, overlapped=True):
        letters = _letters(text[start.start() :].rstrip("1Il|!"))  # a bracket read as a figure
        most = MARKER_ERRORS if start["bracket"] else BARE_MARKER_ERRORS
        share = min(Levenshtein.distance(letters, m) / len(m) for m in MARKERS)
        if share <= most and share < best:
            best, at = share, start.start()
    return at


def is_like_marker(text: str) -> bool:
    """Whether a line is nothing but a marker, with more letters wrong than prose could have."""
    letters = _letters(text.rstrip("1Il|!"))
    return any(Levenshtein.distance(letters, m) <= MARKER_ERRORS * len(m) for m in MARKERS)


def is_repeated(piece: str, start: str) -> bool:
    """Whether the text `start` of a sheet begins with the catchword `piece`."""
    words = [m[0] for m in _WORD.finditer(piece)]
    begin = [m[0] for m in _WORD.finditer(start)][: len(words)]
    return bool(words) and _alike("".join(words), "".join(begin))


def doubled_length(end: str, start: str) -> int:
    """How many characters of `start` repeat the end of the sheet before, `end`; 0 if none.

    Whole words (up to four), or one word's latter part.
    """
    last = list(_WORD.finditer(end))
    first = list(_WORD.finditer(start))
    for k in range(min(LONGEST_REPEAT, len(last), len(first)), 0, -1):
        typed = "".join(m[0] for m in last[-k:])
        again = "".join(m[0] for m in first[:k])
        if len(again) >= SHORTEST_PIECE and _alike(typed, again):
            return _end_of_piece(start, first[k - 1].end(), end)
    if last and first and _is_tail(first[0][0], last[-1][0]):
        return _end_of_piece(start, first[0].end(), end)
    return 0


def _is_tail(piece: str, word: str) -> bool:
    """`ходство` is the tail of `превосходство`; a known word of three letters is its own."""
    if not SHORTEST_PIECE <= len(piece) < len(word):
        return False
    if len(piece) == SHORTEST_PIECE and is_known(piece):
        return False
    return _alike(word[-len(piece) :], piece)


def _end_of_piece(start: str, at: int, end: str) -> int:
    """Past a stop as well where the sheet before has the same."""
    mark = end.rstrip()[-1:]
    return at + 1 if start[at : at + 1] == mark and not mark.isalnum() else at


def _alike(a: str, b: str) -> bool:
    return fuzz.ratio(_letters(a), _letters(b)) >= PIECE_LIKENESS


def _letters(text: str) -> str:
    return "".join(c for c in text.translate(TO_CYRILLIC) if c.isalnum()).lower()
