"""What a typist struck for figures, told by the whole page.

On a machine without the figures three and nought, or used to another one, a typist strikes `З` and
`О` for them, the same again and again. So where nearly all threes of a page's numbers are one or
the other, the few that were read otherwise were misread, and are taken for what she always struck.
What she struck now this way, now that, stays as it was read; so do `1` and `I`, which differ in
shape enough.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

import regex

from ocr.assemble.meant import meant
from ocr.document import Change, Line

REASON = "habit"

PAIRS = (("3", "З"), ("0", "О"))
LEAST_OFTEN = 3
"""How many times as often as the other a typist strikes what she always strikes."""

_NUMBER = regex.compile(r"(?<!\p{L})[\dОЗI]*\d[\dОЗI]*(?!\p{L})")


def in_one_hand(lines: Sequence[Line], zones: AbstractSet[str]) -> list[Line]:
    """The lines of a page, in those of `zones` all numbers' figures struck as most of them are.

    zones  ids of the zones that were typed as a whole: forms and stamps have printed figures
    """
    typed = [line.text for line in lines if line.zone in zones]
    struck = Counter(c for text in typed for number in _NUMBER.findall(text) for c in number)
    always: dict[str, str] = {}
    for figure, letter in PAIRS:
        for usual, seldom in ((figure, letter), (letter, figure)):
            if struck[seldom] and struck[usual] >= LEAST_OFTEN * struck[seldom]:
                always[seldom] = usual
    if not always:
        return list(lines)
    return [_with(line, always) if line.zone in zones else line for line in lines]


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
        meant=meant(typed),
    )
