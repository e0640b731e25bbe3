"""Letters read for others of their shape: what no typist typed is mended, in the text as typed.

A reading engine that knows both scripts mixes them within a word. A token that mixes is made
Cyrillic when every Latin letter of it has a Cyrillic twin; tokens of one script are left alone,
so Roman numerals and foreign words stay (`IV`, `XX`, `Pravda`), and so does a figure one typed
as a capital I (`I950`). Words made of twins alone (`KOT`) cannot be told apart by shape and stay
as read.

An engine that knows Cyrillic alone reads the typist's `I` as `Т`, sometimes `Г`. Within a number
both are `I` again, and so are all letters of a Roman numeral that no typist would have typed so.
What she may have typed stays: `I`, `О` and `З` in a number, `Х` and `У` in a numeral; `meant` has
the figures. In a word `0` is a letter only where the word is a known one with it.

Measured by benchmarks/lookalikes.py on `scans/`.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from ocr.assemble.changes import Edit
from ocr.assemble.dictionary import is_abbreviation, is_known, is_name, parts_of_speech
from ocr.assemble.numerals import numerals

LATIN = "ABCEHKMOPTXYaceopxy"
CYRILLIC = "АВСЕНКМОРТХУасеорху"
TWINS = dict(zip(LATIN, CYRILLIC, strict=True))
TO_CYRILLIC = str.maketrans(TWINS)
REASON = "look-alike"

_TOKEN = regex.compile(r"\p{L}+")
_LATIN = regex.compile(r"\p{Latin}")
_CYRILLIC = regex.compile(r"\p{Cyrillic}")
# Figures with `Т` or `Г` among them, an ending (`-я`) and stops behind. At least two figures for
# a `Т` before them, or one figure and another letter: `Т7` may be a tank.
_NUMBER = regex.compile(r"(?<![\p{L}\p{N}\-])[\dIОЗТГт]+(?=(?:-?\p{Ll}{1,3})?[.,:;)/\"]*(?:\s|$))")
_ODD = regex.compile(r"[ТГ]|т(?=[\dIОЗТГ])")
# What was typed into the blanks of a printed line: `" II " ч. " 55 " м. " IО " марта`.
_MONTH = r"(?:янв|февр|март|апр|ма[йя]\b|июн|июл|авг|сент|окт|нояб|декабр)"
_FILLED_IN = regex.compile(
    rf'"\s*(?P<number>[\dIОЗТГ]{{1,2}})\s*"\s*(?:[чм]\b|{_MONTH})', regex.IGNORECASE
)
_TANK = regex.compile(r"Т[\d]{1,2}")
_NOT_TYPED = regex.compile(r"[ТтГХ\[\]|!\\]")  # a Cyrillic Х is the numeral's own shape
_NOUGHT = regex.compile(r"(?<![\p{L}\p{N}])0\p{Ll}{1,3}(?![\p{L}\p{N}\-])")
_POINT = regex.compile(r"\W?(?P<read>[\p{Ll}6ТГ])[)/}]\s?\p{L}")
# `З. Из`, `З/ Подготовив`, `I0) Для`; `З.Ф. Иванов` has a stop behind the next letter
_NUMBERED = regex.compile(
    r"\W{0,2}(?P<read>З|[\dIОЗТ]{1,2})(?P<mark>[.)/])(?P<blank>\s?)(?P<word>\p{L}+)(?!\p{L}?\.\s?\p{Lu})"
)
_TO_FIGURES = str.maketrans("IОЗТ", "1031")
LEAST_SENTENCE = 4
"""Words of a line that is a sentence's, and no signature."""
LEAST_PLAIN = 4
"""Letters: of shorter words the dictionary has some name for nearly each."""
_OPENING = frozenset({"PREP", "CONJ", "NPRO", "PRCL"})
_LIST_LETTERS = {("а", "6"): "б", ("в", "т"): "г", ("в", "п"): "г"}
SIXTH = 6
"""The point whose number is read as the letter б."""
# The sign № is as broad as two letters, and read as an N with what hangs on it, or as a № with it.
_NUMBER_SIGN = regex.compile(
    r"(?<![\p{L}\p{N}№])(?:(?P<sure>J?N[eе°º№]|[MМ][eе°º])|J?N[oон]|(?P<two>№[oоeенpр]))"
    r"(?=\s?\"?\s?[\dIОЗ])"
)
_SEVERAL = regex.compile(r"\s?[\dIОЗ\-/]+(?:,| и )\s?[\dIОЗ]")
_LATIN_WORD = regex.compile(r"\p{Latin}{3}")
_BRACE = regex.compile(r"(?<=[\p{L}\p{N}])[}](?=\s|$)")


def lookalike_edits(text: str) -> list[Edit]:
    """All edits of look-alikes in a line as read, in order, none over another."""
    edits = [*numeral_edits(text), *figure_edits(text)]
    for edit in cyrillic_edits(text):
        if all(edit.end <= other.start or other.end <= edit.start for other in edits):
            edits.append(edit)
    return sorted(edits)


def cyrillic_edits(text: str) -> list[Edit]:
    """One edit for each Latin letter that is to become Cyrillic, in order."""
    edits = []
    for token in _TOKEN.finditer(text):
        latin = _LATIN.findall(token[0])
        if not latin or not _CYRILLIC.search(token[0]) or not all(c in TWINS for c in latin):
            continue
        edits += [
            Edit(i, i + 1, TWINS[text[i]], REASON)
            for i in range(token.start(), token.end())
            if text[i] in TWINS
        ]
    return edits


def numeral_edits(text: str) -> list[Edit]:
    """Roman numerals in which something stands that no typist types for a numeral."""
    return [
        Edit(found.start, found.end, found.latin, REASON)
        for found in numerals(text)
        if _NOT_TYPED.search(text, found.start, found.end)
    ]


def figure_edits(text: str) -> list[Edit]:
    """Letters that are figures, and the other way round, where they stand."""
    taken = numeral_edits(text)
    found = [*_ones(text), *_noughts(text), *_braces(text), *_number_signs(text)]
    return [e for e in found if all(e.end <= t.start or t.end <= e.start for t in taken)]


def list_letter_edits(text: str, before: str | None, number: int | None) -> list[Edit]:
    """`6)` behind `а)` is `б)`, `т)` behind `в)` is `г)`, and `б)` behind `5)` is `6)`.

    before, number  letter of the last point that has one, and number of the last that has one
    """
    point = _POINT.match(text)
    if point is None:
        return []
    read = point["read"].lower()
    sixth = read == "б" and number == SIXTH - 1 and before != "а"
    right = str(SIXTH) if sixth else _LIST_LETTERS.get((before or "", read))
    start, end = point.span("read")
    return [Edit(start, end, right, REASON)] if right else []


def list_letter(text: str) -> str | None:
    """The letter of a point, `а` of `а) для`; None where the line begins none."""
    point = _POINT.match(text)
    return point["read"] if point is not None and point["read"].isalpha() else None


def list_number_edits(text: str, before: int | None) -> list[Edit]:
    """`З. Из` is `3. Из`, `ТО. Для` behind 9 is `IО. Для`; `before`: number of the last point.

    `З. Иванов` are initials unless a sentence follows behind point 2.
    """
    point = _NUMBERED.match(text)
    if point is None:
        return []
    start, end = point.span("read")
    read, word = point["read"], point["word"]
    if read != "З":
        due = before is not None and _value(read) == before + 1
        return [Edit(i, i + 1, "I", REASON) for i in range(start, end) if due and text[i] == "Т"]
    follows = before == 2 and len(text.split()) >= LEAST_SENTENCE
    if point["mark"] != "." or (follows or (point["blank"] and len(word) > 1 and _is_plain(word))):
        return [Edit(start, end, "3", REASON)]
    return []


def _is_plain(word: str) -> bool:
    """A word that is nobody's name: `Из`, `Подготовив`."""
    if len(word) < LEAST_PLAIN:
        return bool(parts_of_speech(word) & _OPENING)
    return is_known(word) and not is_name(word) and not is_abbreviation(word)


def list_number(text: str) -> int | None:
    """The number of a point, 9 of `9. Для`; None where the line begins none."""
    point = _NUMBERED.match(text)
    return None if point is None else _value(point["read"])


def _value(read: str) -> int | None:
    figures = read.translate(_TO_FIGURES)
    return int(figures) if figures.isdecimal() else None


def _ones(text: str) -> Iterator[Edit]:
    """`8651Т` → `8651I`, `ТОТ-я` stays, `ТО1-я` → `IО1-я`, `" ТО " марта` → `" IО " марта`."""
    spans = [
        number.span()
        for number in _NUMBER.finditer(text)
        if any(c.isdigit() for c in number[0]) and not _TANK.fullmatch(number[0])
    ]
    filled = [blank.span("number") for blank in _FILLED_IN.finditer(text)]
    odd = {m.start() for span in (*spans, *filled) for m in _ODD.finditer(text, *span)}
    yield from (Edit(at, at + 1, "I", REASON) for at in sorted(odd))


def _noughts(text: str) -> Iterator[Edit]:
    """`0б` → `об`, `0т` → `от`: in small letters no typist has a nought."""
    for word in _NOUGHT.finditer(text):
        if is_known("о" + word[0][1:]):
            yield Edit(word.start(), word.start() + 1, "о", REASON)


def _number_signs(text: str) -> Iterator[Edit]:
    """`No 79I`, `N№ 27`, `Ме 2` → `№`; `№е 23, 8627` → `№№`; not in a line with Latin words."""
    if _LATIN_WORD.search(text):
        return
    russian = _CYRILLIC.search(text) is not None
    for sign in _NUMBER_SIGN.finditer(text):
        if not (russian or sign["sure"]):
            continue  # `No 5` is English
        several = sign["two"] and _SEVERAL.match(text, sign.end())
        yield Edit(sign.start(), sign.end(), "№№" if several else "№", REASON)


def _braces(text: str) -> Iterator[Edit]:
    """`а}` → `а)`: typewriters have no braces."""
    for brace in _BRACE.finditer(text):
        yield Edit(brace.start(), brace.end(), ")", REASON)
