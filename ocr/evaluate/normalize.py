"""What counts as the same text: four named normalisations, always printed with a figure.

strict     NFC; a line break is a blank; nothing else
typed      strict, and: runs of blanks are one blank, all quotation marks are `"`, all dashes and
           hyphens are `-`, the horizontal ellipsis is three stops. What a typewriter cannot tell
           apart, a figure for another engine need not tell apart either. `I` for `1`, `О` for
           `0` and strokes for brackets stay as the typist had them
reading    typed, and: a word hyphenated over a line break or from sheet to sheet is whole, a
           letter-spaced word is closed, `ё` is `е`; and of a line that the typist got wrong,
           what she meant is the truth, where the truth tells
lookalike  typed, and: Latin letters that look like Cyrillic ones are those; the difference to
           typed is the cost of look-alikes

Each is a map of lines to pieces, one piece a line with whatever joins it to the next; a text is
its pieces put together. So what is counted in a text can be put down to its lines. Applying one
twice changes nothing more.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

QUOTES = "«»„“”‟″‹›‘’‚‛′"
DASHES = "–—―−‐‑‒⁃"
LATIN_TWINS = "ABCEHIKMOPTXYaceiopxy"
CYRILLIC_TWINS = "АВСЕНІКМОРТХУасеіорху"

_TYPED = str.maketrans(
    dict.fromkeys(QUOTES, '"') | dict.fromkeys(DASHES, "-") | {"…": "...", "\u00ad": "-"}
)
_TWINS = str.maketrans(LATIN_TWINS, CYRILLIC_TWINS)
_YO = str.maketrans("ёЁ", "еЕ")

LINE_BREAK = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
# A hyphen after a letter at the end of a line, and a small letter at the start of the next.
HYPHEN_AT_END = re.compile(r"[^\W\d_]-$")
SMALL_AT_START = re.compile(r"[a-zа-яё]")
# Three single letters or more, each parted from the next by one blank.
LETTER_SPACING = re.compile(r"(?<!\S)[^\W\d_](?: [^\W\d_]){2,}(?!\S)")


@dataclass(frozen=True, slots=True)
class Normalisation:
    """Call it with a text, or with lines through `pieces`.

    pieces  lines without breaks → as many pieces; together they are the text normalised
    meant   a line counts as the typist meant it, not as she typed it, where the truth tells that,
            and the output
    """

    name: str
    pieces: Callable[[Sequence[str]], list[str]]
    meant: bool = False

    def __call__(self, text: str) -> str:
        return "".join(self.pieces(LINE_BREAK.split(text)))


def _strict(rows: Sequence[str]) -> list[str]:
    plain = [LINE_BREAK.sub(" ", unicodedata.normalize("NFC", row)) for row in rows]
    return [f"{row} " for row in plain[:-1]] + plain[-1:]


def _typed_rows(rows: Sequence[str]) -> list[str]:
    plain = (unicodedata.normalize("NFC", row).translate(_TYPED) for row in rows)
    return [" ".join(row.split()) for row in plain]


def _joined(rows: Sequence[str], hyphens: bool = False) -> list[str]:
    """A blank behind each row that is not the last with text; none where a hyphen is resolved."""
    filled = [n for n, row in enumerate(rows) if row]
    pieces = list(rows)
    for n, following in pairwise(filled):
        if hyphens and HYPHEN_AT_END.search(rows[n]) and SMALL_AT_START.match(rows[following]):
            pieces[n] = rows[n][:-1]
        else:
            pieces[n] = rows[n] + " "
    return pieces


def _typed(rows: Sequence[str]) -> list[str]:
    return _joined(_typed_rows(rows))


def _reading(rows: Sequence[str]) -> list[str]:
    closed = _close_letter_spacing(_joined(_typed_rows(rows), hyphens=True))
    return [_without_yo(piece) for piece in closed]


def _close_letter_spacing(pieces: Sequence[str]) -> list[str]:
    """Blanks taken out of letter-spaced words, those too that run over the end of a piece."""
    text = "".join(pieces)
    ends = list(accumulate(map(len, pieces)))
    closed = list(pieces)
    blanks = [
        place
        for match in LETTER_SPACING.finditer(text)
        for place in range(match.start() + 1, match.end(), 2)
    ]
    for place in reversed(blanks):
        n = bisect_right(ends, place)
        at = place - (ends[n] - len(pieces[n]))
        closed[n] = closed[n][:at] + closed[n][at + 1 :]
    return closed


def _without_yo(text: str) -> str:
    """Again while dots are left over: `ё` with two more dots above becomes `ё` once more."""
    while "ё" in text or "Ё" in text:
        text = unicodedata.normalize("NFC", text.translate(_YO))
    return text


def _lookalike(rows: Sequence[str]) -> list[str]:
    twins = (row.translate(_TWINS) for row in _typed_rows(rows))
    return _joined([unicodedata.normalize("NFC", row) for row in twins])


strict = Normalisation("strict", _strict)
typed = Normalisation("typed", _typed)
reading = Normalisation("reading", _reading, meant=True)
lookalike = Normalisation("lookalike", _lookalike)

NORMALISATIONS: Mapping[str, Normalisation] = {
    each.name: each for each in (strict, typed, reading, lookalike)
}
