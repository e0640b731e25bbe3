"""Latin letters that stand for Cyrillic ones of the same shape.

A reading engine that knows both scripts mixes them within a word. A token that mixes is made
Cyrillic when every Latin letter of it has a Cyrillic twin; tokens of one script are left alone,
so Roman numerals and foreign words stay (`IV`, `XX`, `Pravda`), and so does a figure one typed
as a capital I (`I950`). Words made of twins alone (`KOT`) cannot be told apart by shape and stay
as read.
"""

from __future__ import annotations

import regex

from ocr.assemble.changes import Edit

LATIN = "ABCEHKMOPTXYaceopxy"
CYRILLIC = "АВСЕНКМОРТХУасеорху"
TWINS = dict(zip(LATIN, CYRILLIC, strict=True))
TO_CYRILLIC = str.maketrans(TWINS)

_TOKEN = regex.compile(r"\p{L}+")
_LATIN = regex.compile(r"\p{Latin}")
_CYRILLIC = regex.compile(r"\p{Cyrillic}")


def cyrillic_edits(text: str) -> list[Edit]:
    """One edit for each Latin letter that is to become Cyrillic, in order."""
    edits = []
    for token in _TOKEN.finditer(text):
        latin = _LATIN.findall(token[0])
        if not latin or not _CYRILLIC.search(token[0]) or not all(c in TWINS for c in latin):
            continue
        edits += [
            Edit(i, i + 1, TWINS[text[i]], "look-alike")
            for i in range(token.start(), token.end())
            if text[i] in TWINS
        ]
    return edits
