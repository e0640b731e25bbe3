"""What the typist meant where she struck something else: figures, letters, brackets, blanks.

Many machines had no type for one, three or nought, and the typist struck `I`, `З` and `О`; many had
no brackets, and she struck strokes. The text as typed keeps all that; the text to read has what was
meant, and says where it differs.

    I950 → 1950      4О → 40      IIЗ6 → 1136      within a number
    0тп. → Отп.      Я.3. → Я.З.                   within a word, among initials
    ХУ съезд → XV    10/Х-49 → 10/X-49             Roman numerals in Latin letters
    ВКП/б/ → ВКП(б)  /три дивизии/ → (три дивизии)
    вопрос,прошу → вопрос, прошу                   a blank left out behind a stop

A run of `I` alone may be a numeral or a number, and is one only where the words around it say so:
`№ I`, `I февраля`, `" II " ч.`
"""

from __future__ import annotations

from collections.abc import Iterator

import regex
from rapidfuzz.distance import Levenshtein

from ocr.assemble.changes import Edit, apply_edits
from ocr.assemble.dictionary import is_known
from ocr.assemble.lookalikes import REASON
from ocr.assemble.numerals import numerals

BRACKET, BLANK, MEANT = "bracket", "blank", "meant"
LEAST_WORD = 4
"""Letters before a full stop that is no abbreviation's: `с.г.`, `т.т.`, `гор.Пекин` are."""
LONGEST_INSERTION = 60
"""Characters between strokes that stand for brackets."""

_FIGURES = str.maketrans("IlІОоЗз", "1110033")
# A number as typed: figures and what stands for them, parted by stops, with an ending and stops.
_NUMBER = regex.compile(
    r"(?<![\p{L}\p{N}]|\p{Lu}\.)[\dIlІОоЗз]+(?:[.,:/\-][\dIlІОоЗз]+)*"
    r"(?=(?:-\p{Ll}{1,3})?[.,:;)/\"»!?]*(?:\s|$)|[,.]\p{L}|/[IVXХУ]|[сsк]{1,2}\b|-\p{L})"
)
_PART = regex.compile(r"[\dIlІОоЗз]+")
_MONTHS = "январ|феврал|март|апрел|ма[яй]|июн|июл|август|сентябр|октябр|ноябр|декабр"
# Behind these a run of I is a number, and before those.
_NUMBERED = regex.compile(r"(?:№|[ЭЗ]кз\.)\s?\"?\s?$")
_COUNTED = regex.compile(rf"\s?\"?\s(?:{_MONTHS}|час|мин|год|[чмг]\.)")
_WORD = regex.compile(r"(?<![\p{L}\p{N}])[03]\p{Cyrillic}{2,}")
_INNER = regex.compile(r"(?<=[А-ЯЁ])[03](?=[А-ЯЁ])|(?<=[а-яё])[03](?=[а-яё])")
_INITIAL = regex.compile(
    r"(?<![\p{L}\p{N}.])(?:\p{Lu}\.\s?(?P<a>3)\.|(?P<b>3)\.\s?\p{Lu}\.)(?=\s?\p{Lu}\p{Ll})"
)
_INSERTION = regex.compile(
    rf"(?<!\p{{N}})/(?P<inner>(?=\S)[^/]{{1,{LONGEST_INSERTION}}}(?<=\S))/(?![\p{{L}}\p{{N}}])"
)
_STOP = regex.compile(r"(?P<a>\p{L}+)(?P<stop>[,;:])(?=[\"«]?(?P<b>\p{L}+))")
_END = regex.compile(rf"(?<=\p{{Ll}}{{{LEAST_WORD}}})\.(?=\p{{Lu}}\p{{Ll}})")


def meant(text: str) -> str | None:
    """The line as it was meant; None where that is what was typed."""
    read, _ = apply_edits(text, meant_edits(text))
    return None if read == text else read


def meant_edits(text: str) -> list[Edit]:
    """One edit for each thing that was meant otherwise, in order."""
    edits: list[Edit] = [
        Edit(found.start, found.end, found.latin, REASON)
        for found in numerals(text)
        if text[found.start : found.end] != found.latin
    ]
    roman = [(found.start, found.end) for found in numerals(text)]
    for edit in (*_numbers(text, roman), *_letters(text), *_brackets(text), *_blanks(text)):
        if all(edit.end <= other.start or other.end <= edit.start for other in edits):
            edits.append(edit)
    return sorted(edits)


def edits_between(typed: str, read: str) -> list[Edit]:
    """The edits that lead from a line as typed to what was meant, wherever the latter is from."""
    return [
        Edit(op.src_start, op.src_end, read[op.dest_start : op.dest_end], MEANT)
        for op in Levenshtein.opcodes(typed, read)
        if op.tag != "equal"
    ]


def _numbers(text: str, roman: list[tuple[int, int]]) -> Iterator[Edit]:
    for number in _NUMBER.finditer(text):
        figures = any(c.isdigit() for c in number[0])
        for part in _PART.finditer(text, *number.span()):
            numeral = set(part[0]) <= set("IlІ")
            sure = any(c.isdigit() for c in part[0]) or (figures and not numeral)
            if any(a <= part.start() < b for a, b in roman):
                continue
            if sure or _is_number(text, number.start(), part.start(), part.end()):
                yield from (
                    Edit(i, i + 1, text[i].translate(_FIGURES), REASON)
                    for i in range(*part.span())
                    if text[i] != text[i].translate(_FIGURES)
                )


def _is_number(text: str, first: int, start: int, end: int) -> bool:
    """Letters alone that what stands before or behind makes a number; `first`: of its parts."""
    if start > first:
        return False
    return bool(_NUMBERED.search(text[:start]) or _COUNTED.match(text, end))


def _letters(text: str) -> Iterator[Edit]:
    """Figures in words: at the start, where type of one height is mistaken, and as initials."""
    for word in _WORD.finditer(text):
        yield Edit(word.start(), word.start() + 1, "О" if word[0][0] == "0" else "З", REASON)
    for inner in _INNER.finditer(text):
        letter = "О" if inner[0] == "0" else "З"
        small = text[inner.start() - 1].islower()
        yield Edit(inner.start(), inner.end(), letter.lower() if small else letter, REASON)
    for initial in _INITIAL.finditer(text):
        start, end = initial.span("a" if initial["a"] else "b")
        yield Edit(start, end, "З", REASON)


def _brackets(text: str) -> Iterator[Edit]:
    """Pairs of strokes around words; `т/х`, `19/10` and `1/2` are none."""
    for match in _INSERTION.finditer(text):
        start, end = match.span()
        if text[start - 1 : start].isalpha() and len(match["inner"]) > 1:
            continue
        yield Edit(start, start + 1, "(", BRACKET)
        yield Edit(end - 1, end, ")", BRACKET)


def _blanks(text: str) -> Iterator[Edit]:
    """Behind a comma or a full stop between known words; elsewhere it may be dirt read as one."""
    for stop in _STOP.finditer(text):
        if is_known(stop["a"]) and (is_known(stop["b"]) or stop["b"][0].isupper()):
            yield Edit(stop.end(), stop.end(), " ", BLANK)
    for end in _END.finditer(text):
        yield Edit(end.end(), end.end(), " ", BLANK)
