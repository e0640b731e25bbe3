"""Blanks of small print put right: `Г ЕНШТАБА`, `24ЧАСА`, `ОТДЕЛГЕНШТАБА`.

Print keeps no grid of strokes, so where a reader puts blanks into it is a guess by the width of the
gaps, worst in the smallest sizes and in stamps. The dictionary decides: pieces that make a known
word together are joined if one of them is none by itself, a word that is not known is parted where
both parts are known, a figure is parted from a word. What is still no word and nearly one of those
that such forms have is that one. Only values of the record are made so; what is quoted beside them
is as it was read.
"""

from __future__ import annotations

from functools import cache

import regex
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from ocr.assemble.dictionary import is_known

MOST_PIECES = 5
"""Into so many pieces a word falls at most."""
LEAST_JOINED, LEAST_PART = 4, 4
"""Letters of a word that is joined, and of each part of one that is parted: shorter strings are
words by chance."""
_ALONE = frozenset("авикосуяАВИКОСУЯ")
"""Letters that are words."""
_TERMS = ("СУТОК", "СУТКИ", "ЧАСОВ", "ЧАСА", "ДНЕЙ", "ДНЯ")
_LOOSE = "|".join(r"\s*".join(term) for term in _TERMS)
_TERM = regex.compile(rf"(?<=\d)\s*(?P<term>{_LOOSE})(?!\p{{L}})", regex.IGNORECASE)
_IN = regex.compile(
    rf"(?<=\d\s(?:{'|'.join(_TERMS)})\s)8(?=\s[\p{{L}}\d])|(?<=ВОЗВРАТУ\s)8(?=\s\d)",
    regex.IGNORECASE,
)
_AFTER = regex.compile(
    rf"(?<=\bВОЗВРАТУ\s)\p{{L}}{{2,6}}(?=\s\d{{1,2}}\s(?:{'|'.join(_TERMS)})\b)", regex.IGNORECASE
)
"""What alone stands between `ВОЗВРАТУ` and a term, if it is one word: `ЧЕРЕЗ`."""
_THREE = regex.compile(rf"(?<=\s)[Зз](?=\s(?:{'|'.join(_TERMS)})\b)", regex.IGNORECASE)
_CUT_TERM = regex.compile(
    r"(?<=(?:ЧЕРЕЗ|ПОЗДНЕЕ)\s(?P<count>\d{1,2})\s)(?P<term>\p{L}{2,5})(?=$|\s(?:В|К|ДО)\s)",
    regex.IGNORECASE,
)
"""A term of which a letter was misread, or the end cut off: `24 ЧА`, `3 СТОК`."""
_TWICE_IN = regex.compile(r"(?<!\S)В\sВ(?=\s)", regex.IGNORECASE)
_STOP = regex.compile(r"(?<=\p{L}{2})[.](?=\p{L}{3})")
_FIGURE_AND_WORD = regex.compile(r"(\d{1,3})(\p{L}{3,})|(\p{L}{4,})(\d{1,3})")
_LETTER_AND_FIGURE = regex.compile(r"(?<!\S)(\p{L})(\d{1,2})(\p{L}{3,})")  # `В8ОТДЕЛ`
_TEN = regex.compile(r"(?<=(?<!\S)\d)\s[ОоOo0](?=\s\p{L}{4,})")  # `В 1 О ОТДЕЛ`
_PARTY = regex.compile(r"(?<!\S)[ВЕ][КХ][ПН]\W?[б6]\W?(?!\S)", regex.IGNORECASE)
_WORD = regex.compile(r"\p{L}+")
_AFTER_A_TERM = regex.compile(r"(?<=ЧЕРЕЗ\s\d{1,2})(?=\p{L})", regex.IGNORECASE)
_COMMITTEE = regex.compile(r"(?<=\p{L})ЦК(?=\s+(?:[Вв]КП|КПСС))")
_FOURTH = regex.compile(r"(?<=\bв)\s*[/|]\s*V(?=\s+част)", regex.IGNORECASE)  # a thin I
_SHORTENED = regex.compile(r"\b(?:ГЛАВН|УПРАВ)\b(?!\.)", regex.IGNORECASE)
_OF_FORMS = (
    *(
        "подлежит",
        "возврату",
        "немедленному",
        "обязательному",
        "через",
        "позднее",
        "суток",
        "часов",
    ),
    *("отдел", "отдела", "сектор", "сектора", "секретариат", "секретариата", "управление"),
    *("управления", "министерства", "министерство", "иностранных", "внутренних", "генштаба"),
    *("генерального", "штаба", "советской", "армии", "шифровальный", "секретная", "канцелярия"),
    *("особый", "главного", "второго", "союза", "часть"),
)
"""Words of offices and of what is to become of a telegram, as blanks and stamps have them."""
_MIXED = regex.compile(r"(?=\p{L}*[03])(?:\p{L}|[03]){4,}[.,;:]?")  # `ЧЕРЕ3`
_FIGURED = regex.compile(r"(?=\S*\d)[\dОЗ]{2,3}")  # `1О`
_FIGURES_OF_LETTERS = str.maketrans("ОЗ", "03")
_LETTERS_OF_FIGURES = str.maketrans("03", "ОЗ")
MOST_WRONG, LEAST_WORD = 0.28, 5
"""Share of a word's letters that may be wrong, and letters that it has at least, if it is none that
the dictionary knows."""


def with_gaps(text: str) -> str:
    """`text`, one line, with its blanks as the words want them.

    An `8` behind a term of days or hours, or before a number, where a place must follow, is the `В`
    before it; a `З` before a term is a 3. A word cut short ends with a stop.
    """
    apart = _SHORTENED.sub(r"\g<0>.", _STOP.sub(r"\g<0> ", text))
    apart = _FOURTH.sub(" IV", _COMMITTEE.sub(" ЦК", _AFTER_A_TERM.sub(" ", apart)))
    closed = _TERM.sub(lambda m: " " + regex.sub(r"\s", "", m["term"]), apart)
    closed = _CUT_TERM.sub(_whole_term, closed)
    closed = _PARTY.sub("ВКП(б)", _LETTER_AND_FIGURE.sub(r"\1 \2 \3", closed))
    closed = _TEN.sub("0", " ".join(closed.split()))
    parts = [part for word in _joined(closed.split()) for part in _parted(word)]
    words = [_of_forms(word) for word in parts]
    line = _THREE.sub("3", _IN.sub("В", " ".join(words)))
    line = _TWICE_IN.sub(lambda m: m[0][0], line)
    return str(_AFTER.sub(lambda m: "через" if m[0].islower() else "ЧЕРЕЗ", line))


def _whole_term(match: regex.Match[str]) -> str:
    """The one term that fits the number and what was read of it; as read where none or more do."""
    count, read = int(match["count"]), str(match["term"])
    few = count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14)
    terms = ("СУТОК", "ЧАСА", "ДНЯ") if few else ("СУТОК", "ЧАСОВ", "ДНЕЙ")
    near = [
        term
        for term in terms
        if term.startswith(read.upper()) or Levenshtein.distance(read.upper(), term) == 1
    ]
    if len(near) != 1:
        return read
    return near[0].lower() if read.islower() else near[0]


@cache
def _of_forms(word: str) -> str:
    """A word that is unknown and next to one of the forms' own as that; any other as it is."""
    lettered = word.translate(_LETTERS_OF_FIGURES)
    if _MIXED.fullmatch(word) and is_known(lettered.rstrip(".,;:")):
        return lettered
    if _FIGURED.fullmatch(word):
        return word.translate(_FIGURES_OF_LETTERS)
    bare = word.rstrip(".,;:")
    if len(bare) < LEAST_WORD or not _WORD.fullmatch(bare) or is_known(bare):
        return word
    most = round(MOST_WRONG * len(bare))
    best = process.extract(
        bare.lower(), _OF_FORMS, scorer=Levenshtein.distance, score_cutoff=most, limit=2
    )
    if not best or (len(best) > 1 and best[0][1] == best[1][1]):
        return word
    meant = best[0][0]
    return (meant.upper() if sum(c.isupper() for c in bare) > len(bare) / 2 else meant) + word[
        len(bare) :
    ]


def _joined(pieces: list[str]) -> list[str]:
    """Pieces that are a word together, the longest first, as one."""
    words: list[str] = []
    at = 0
    while at < len(pieces):
        lengths = range(min(MOST_PIECES, len(pieces) - at), 1, -1)
        count = next((n for n in lengths if _is_one(pieces[at : at + n])), 1)
        words.append("".join(pieces[at : at + count]))
        at += count
    return words


def _is_one(pieces: list[str]) -> bool:
    word = "".join(pieces).rstrip(".,;:")
    if len(word) < LEAST_JOINED or not _WORD.fullmatch(word) or not is_known(word):
        return False
    whole = any(len(piece) >= LEAST_PART and is_known(piece) for piece in pieces)
    odd = [piece for piece in pieces if not _stands_alone(piece)]
    # a word and what is none: a scrap of a letter or two is dirt
    return bool(odd) and (not whole or max(map(len, odd)) >= LEAST_PART - 1)


def _stands_alone(piece: str) -> bool:
    bare = piece.rstrip(".,;:")
    return bare in _ALONE if len(bare) == 1 else is_known(bare)


def _parted(word: str) -> list[str]:
    """A word that is two run together, or a figure and one; where more ways than one, as it is."""
    bare = word.rstrip(".,;:")
    if (both := _FIGURE_AND_WORD.fullmatch(bare)) is not None:
        first, second = (part for part in both.groups() if part)
        known = is_known(second if first.isdigit() else first)
        return [first, second + word[len(bare) :]] if known else [word]
    if not _WORD.fullmatch(bare) or is_known(bare):
        return [word]
    if len(bare) > LEAST_JOINED + 3 and bare[-3:].lower() == "тов" and is_known(bare[:-3]):
        return [bare[:-3], word[len(bare) - 3 :]]
    cuts = [
        at
        for at in range(LEAST_PART, len(bare) - LEAST_PART + 1)
        if is_known(bare[:at]) and is_known(bare[at:])
    ]
    return [word[: cuts[0]], word[cuts[0] :]] if len(cuts) == 1 else [word]
