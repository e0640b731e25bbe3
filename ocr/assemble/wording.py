"""Printed wordings of stamps and blanks, put back where letters of them were misread or lost.

A rubber stamp presses unevenly and often lies over type, so that its words lose letters; but what
it says is one of few wordings. A line is read as a row of such wordings, of words that the
dictionary knows, and of what is neither, by the path with the fewest wrong letters (dynamic
programming over the line without its blanks). What stands between the wordings, figures above all,
stays as it was read. On stamps over type it puts right about two lines of three; where too much is
wrong the line stays as it is and `known` tells so.
"""

from __future__ import annotations

from collections.abc import Container
from functools import cache
from typing import NamedTuple

import regex
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from ocr.assemble.dictionary import is_abbreviation, is_known
from ocr.assemble.printed import fold

OFFICES = (
    *("в IV часть ОС ЦК ВКП(б)", "IV часть ОС ЦК ВКП(б)", "особый сектор ЦК ВКП(б)"),
    *("общий отдел ЦК КПСС", "общий отдел", "ЦК ВКП(б)", "ЦК КПСС", "секретариат ЦК ВКП(б)"),
    *("в Секретариат МИД СССР", "секретариат МИД СССР", "канцелярия МИД СССР", "МИД СССР"),
    *("министерство иностранных дел СССР", "министерства иностранных дел СССР"),
    *("министерство внутренних дел СССР", "министерство вооруженных сил СССР"),
    *("министерство обороны СССР", "министерство государственной безопасности СССР"),
    *("секретариат Совета Министров СССР", "управление делами Совета Министров СССР"),
    *("Совета Министров СССР", "Президиум Верховного Совета СССР"),
    *("8 управление ГШ СА", "управление ГШ СА", "8 управление", "генерального штаба"),
    *(
        "генеральный штаб",
        "главное управление",
        "советской армии",
        "советской армий",
        "разведывательное управление",
    ),
    *("секретная часть", "секретный отдел", "шифровальный отдел", "шифровальное управление"),
    *("секретариат тов.", "секретариат", "канцелярия", "управление", "управления", "отдел"),
    *("сектор", "министерства", "министерство", "экспедиция", "архив", "тов."),
    *("МИД", "СССР", "ГШ СА"),
)
NOTICES = (
    *("подлежит возврату", "подлежит обязательному возврату", "подлежит немедленному возврату"),
    *("подлеж", "входящий", "исходящий", "секретно", "совершенно секретно", "контроль"),
)
TERMS = ("через", "не позднее", "суток", "часов", "немедленно", "обязательному", "дней")
OF_WHOM = (
    *("Сталина", "Молотова", "Маленкова", "Берия", "Микояна", "Кагановича", "Булганина"),
    *("Хрущева", "Ворошилова", "Вышинского", "Вознесенского", "Громыко", "Поскребышева"),
)
"""Whose secretariats had stamps of their own."""
STAMP_WORDS = (*OFFICES, *NOTICES, *OF_WHOM)
NOTICE_WORDS = (*OFFICES, *NOTICES, *TERMS)

WRONG, FREE, FREE_RUN = 0.7, 0.5, 0.6
"""What a letter costs that is wrong in a wording, what one costs that belongs to none, and how much
more the first of several does: a wording of which most is wrong is none."""
ALLOWED = ((4, 0.0), (8, 0.26), (12, 0.38), (99, 0.45))
"""Share of the letters of a wording that may be wrong, if it has fewer letters than this: of a long
one more, since nothing else that stamps say is so near to it; of a name as of a short one."""
LEAST_WORD = 4
"""Letters of a word that is taken for what it is because the dictionary has it."""
AS_READ = 0.1
"""What figures cost, or a preposition that stands alone, costs as it was read."""
LEAST_LIKE = 50.0
"""Of 100: how like a part of the line is to a wording, at least, for it to be looked for."""
_AS_READ = regex.compile(r"\d+|(?<!\S)[вксиу](?!\S)", regex.IGNORECASE)
_UPPER = 0.6
_KEPT = ("тов.", "(б)")  # what print in capitals leaves small
_FIGURES = regex.compile(r"\d+")
_WORD = regex.compile(r"\p{L}+")
_ALIKE = str.maketrans("03", "ОЗ")


class Worded(NamedTuple):
    """A line with its wordings put back, which share of its letters and figures is known, and which
    wordings it holds.
    """

    text: str
    known: float
    wordings: tuple[str, ...] = ()


class _Piece(NamedTuple):
    """A stretch of the line: what is put there, from where to where, and what that costs."""

    text: str | None  # None: as it was read
    start: int
    end: int


_MEANT = {"подлеж": "подлежит возврату", "советской армий": "советской армии"}
"""How a wording begins that may have lost its end, and nothing else does; two words that are known
and never stand together."""
_RETURNED = regex.compile(r"(?<=\bподлежит\s)(возврат)(?!у)\p{L}?(?!\p{L})", regex.IGNORECASE)
"""What is not `ВОЗВРАТУ` behind `ПОДЛЕЖИТ`, though it be a word."""
_WHOSE = regex.compile(
    rf"^секретн\p{{L}}{{1,2}}(?:\sчасть)?(?=\s(?:{'|'.join(OF_WHOM)})$)", regex.IGNORECASE
)
"""A name stands behind `СЕКРЕТАРИАТ тов.` alone, and not behind `СЕКРЕТНАЯ ЧАСТЬ`."""
_OF_ARMY = regex.compile(r"(?<=\bсоветской)\s\p{L}{2,6}$", regex.IGNORECASE)
"""What stands behind `ГЕНШТАБА СОВЕТСКОЙ` at the end, and is no other word that print has there."""
_OF_SECRETARIAT = regex.compile(
    rf"(?<=\bсекретариат)(?:\w?[.,]|\s\S{{1,4}})(?:\s\S{{1,3}})?\s(?=(?:{'|'.join(OF_WHOM)})\b)",
    regex.IGNORECASE,
)


@cache
def worded(text: str, wordings: tuple[str, ...]) -> Worded:
    """The line with what is nearly one of `wordings` as that."""
    places = [i for i, c in enumerate(text) if not c.isspace()]
    letters = "".join(fold(text[i]) for i in places).upper()
    written = sum(c.isalnum() for c in letters)
    if not written:
        return Worded("", 0.0)
    words = _sure_words(text, places)
    sure = {end for ends in words.values() for end, cost in ends if cost == 0.0}
    pieces = _cheapest(letters, words, wordings)
    if OF_WHOM[0] in wordings:
        pieces = _with_whose(pieces, letters, sure)
    out: list[str] = []
    known = 0
    for piece in pieces:
        first, last = places[piece.start], places[piece.end - 1] + 1
        read = text[first:last]
        if piece.text is None:
            known += sum(c.isdigit() for c in read)
            apart = first > 0 and not text[first - 1].isspace() and out and read[0] in ".,:;)"
            out.append((out.pop() if apart else "") + read)
        else:
            known += sum(c.isalnum() for c in letters[piece.start : piece.end])
            out.append(_as_printed(_MEANT.get(piece.text, piece.text), read))
    found = tuple(piece.text for piece in pieces if piece.text)
    line = _OF_SECRETARIAT.sub(" тов. ", " ".join(out))
    line = _RETURNED.sub(lambda m: m[1] + ("У" if m[1].isupper() else "у"), line)
    line = _WHOSE.sub(lambda m: f"{_as_printed('секретариат', m[0])} тов.", line)
    army = " АРМИИ" if line.isupper() else " армии"
    line = _OF_ARMY.sub(lambda m: m[0] if is_known(m[0].strip()) and len(m[0]) > 4 else army, line)
    return Worded(line, min(1.0, known / written), found)


def _with_whose(pieces: list[_Piece], letters: str, sure: Container[int]) -> list[_Piece]:
    """With the name behind `СЕКРЕТАРИАТ`, of which more letters are wrong than elsewhere may be.

    There stands one of few names, and the one that is nearest is it. `sure`: where known words end.
    """
    at = next((i for i, p in enumerate(pieces) if p.text in SECRETARIATS), None)
    end = pieces[-1].end
    if at is None or end in sure or any(p.text in OF_WHOM for p in pieces):
        return pieces
    bare = _bare(SECRETARIATS[0])
    ends = range(pieces[at].start + len(bare) - 1, min(end, pieces[at].start + len(bare) + 1) + 1)
    start = min(ends, key=lambda e: Levenshtein.distance(letters[pieces[at].start : e], bare))
    rests = [letters[e:end] for e in range(start, min(start + MOST_TITLE, end - LEAST_WORD) + 1)]
    found = sorted(
        (min((Levenshtein.distance(rest, _bare(name)) for rest in rests), default=99), name)
        for name in OF_WHOM
    )
    (wrong, name), (second, _) = found[:2]
    if wrong > WHOSE * len(name) or second == wrong:
        return pieces
    whole = _Piece(SECRETARIATS[1], pieces[at].start, start)
    return [*pieces[:at], whole, _Piece(name, start, end)]


SECRETARIATS = ("секретариат", "секретариат тов.")
WHOSE, MOST_TITLE = 0.4, 5
"""Share of the letters of such a name that may be wrong; what may stand before it: `ТОВ. `."""


def _sure_words(text: str, places: list[int]) -> dict[int, list[tuple[int, float]]]:
    """Where what stays as it was read ends and what that costs, by where it begins, counted in
    letters without blanks: known words, figures, prepositions.
    """
    number = {place: n for n, place in enumerate(places)}
    found: dict[int, list[tuple[int, float]]] = {}
    for word in _WORD.finditer(text):
        if (len(word[0]) >= LEAST_WORD and is_known(word[0])) or is_abbreviation(word[0]):
            found.setdefault(number[word.start()], []).append((number[word.end() - 1] + 1, 0.0))
    for run in _AS_READ.finditer(text):
        found.setdefault(number[run.start()], []).append((number[run.end() - 1] + 1, AS_READ))
    return found


def _cheapest(
    letters: str, sure: dict[int, list[tuple[int, float]]], wordings: tuple[str, ...]
) -> list[_Piece]:
    """The row of wordings, known words and letters as read that leaves the fewest wrong."""
    costs = [0.0] + [float("inf")] * len(letters)
    ways: list[_Piece | None] = [None] * (len(letters) + 1)
    near = [(w, bare) for w in wordings if _may_stand(bare := _bare(w), letters)]

    def offer(piece: _Piece, cost: float) -> None:
        # of two ways that cost the same the one with the longer wording
        if costs[piece.start] + cost < costs[piece.end] - 1e-9:
            costs[piece.end] = costs[piece.start] + cost
            ways[piece.end] = piece

    for start in range(len(letters)):
        for wording, bare in near:
            for end, cost in _ends(letters, start, bare):
                offer(_Piece(wording, start, end), cost)
        for end, cost in sure.get(start, ()):
            offer(_Piece("", start, end), cost)
        before = ways[start]
        runs_on = before is not None and before.text is None
        offer(_Piece(None, start, start + 1), FREE if runs_on else FREE + FREE_RUN)
    path: list[_Piece] = []
    at = len(letters)
    while at > 0:
        piece = ways[at]
        assert piece is not None
        at = piece.start
        last = path[-1] if path else None
        if piece.text is None and last is not None and last.text is None:
            path[-1] = _Piece(None, piece.start, last.end)
        else:
            path.append(piece)
    return path[::-1]


def _ends(letters: str, start: int, bare: str) -> list[tuple[int, float]]:
    """Where the wording may end that begins at `start`, and how many letters are wrong then."""
    size = len(bare)
    share = next(share for least, share in ALLOWED if size < least)
    share = min(share, ALLOWED[1][1]) if bare in _NAMES else share
    most = int(share * size)
    own = _FIGURES.findall(bare)
    found = []
    for end in range(start + max(1, size - most), min(len(letters), start + size + most) + 1):
        part = letters[start:end]
        wrong = Levenshtein.distance(part.translate(_ALIKE), bare, score_cutoff=most)
        if wrong > most or (wrong and _other_figures(_FIGURES.findall(part), own)):
            continue
        # what stands before or behind the wording is no wrong letter of it
        loose = (part[1:], part[:-1]) if wrong else ()
        if all(Levenshtein.distance(less.translate(_ALIKE), bare) >= wrong for less in loose):
            found.append((end, WRONG * wrong))
    return found


def _may_stand(bare: str, letters: str) -> bool:
    """Whether enough of a wording is in the line to look for it at each place."""
    return fuzz.partial_ratio(bare, letters.translate(_ALIKE)) >= LEAST_LIKE


def _other_figures(read: list[str], own: list[str]) -> bool:
    """Whether figures that were read would be lost; a lone one may be a letter's likeness."""
    return read != own if read and own else any(len(run) > 1 for run in read)


_NAMES = frozenset(fold(name).upper() for name in OF_WHOM)


@cache
def _bare(wording: str) -> str:
    return fold(wording.replace(" ", "")).upper()


def _as_printed(wording: str, read: str) -> str:
    """The wording in the case that the line is printed in; a known word as it was read."""
    if not wording:
        return read
    cased = [c for c in read if c.isalpha()]
    if cased and sum(c.isupper() for c in cased) > _UPPER * len(cased):
        large = wording.upper()
        for small in _KEPT:
            large = large.replace(small.upper(), small)
        return large
    return wording
