"""What a typist struck for figures, told by the whole page.

A machine without the figures one, three and nought, or a typist used to another one, has `I`, `З`
and `О` for them; she strikes the same again and again. So where nearly all threes of a page's
numbers are one or the other, the few that were read otherwise were misread, and are taken for what
she always struck. Numbers of which she struck some each way stay as they were read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import regex

from ocr.assemble.meant import meant
from ocr.document import Change, Line

REASON = "habit"

PAIRS = (("3", "З"), ("0", "О"), ("1", "I"))
LEAST_OFTEN = 3
"""How many times as often as the other a typist strikes what she always strikes."""

_NUMBER = regex.compile(r"(?<!\p{L})[\dОЗI]*\d[\dОЗI]*(?!\p{L})")


def in_one_hand(lines: Sequence[Line]) -> list[Line]:
    """The lines of a page with the figures of all numbers struck as most of them are."""
    struck = Counter(c for line in lines for number in _NUMBER.findall(line.text) for c in number)
    always: dict[str, str] = {}
    for figure, letter in PAIRS:
        for usual, seldom in ((figure, letter), (letter, figure)):
            if struck[seldom] and struck[usual] >= LEAST_OFTEN * struck[seldom]:
                always[seldom] = usual
    return [_with(line, always) for line in lines] if always else list(lines)


def _with(line: Line, always: dict[str, str]) -> Line:
    """The line with each sign that is a key of `always` within a number as its value.

    What was corrected before stays.
    """
    corrected = {i for c in line.changes for i in range(c.start, c.start + len(c.after))}
    text, changes = list(line.text), list(line.changes)
    for number in _NUMBER.finditer(line.text):
        for i in range(*number.span()):
            if i not in corrected and (usual := always.get(text[i])) is not None:
                changes.append(Change(i, text[i], usual, REASON))
                text[i] = usual
    if len(changes) == len(line.changes):
        return line
    typed = "".join(text)
    pieces = iter(typed.split(" "))
    return replace(
        line,
        text=typed,
        words=tuple(replace(word, text=next(pieces)) for word in line.words),
        changes=tuple(sorted(changes, key=lambda change: change.start)),
        meant=None if line.meant is None else meant(typed),
    )
