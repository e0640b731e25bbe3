"""A translation that follows its original in one file, set beside it paragraph by paragraph.

The translation is the Latin text on the born-digital pages behind the original. Paragraphs are
aligned in their order, by dynamic programming: one to one, one to two, two to one, or left alone.
A pair is good when its numbers, dates and names are the same, its point is (`б)` and `b)`), and its
lengths agree as those of a sentence and its translation do (Gale and Church, A Program for Aligning
Sentences in Bilingual Corpora, 1993). What differs in a pair is listed (`differences`).

A paragraph of the text without a partner is a difference as well; one of the blank is none, since a
translator takes of a blank what he likes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cache
from math import log

import regex

from ocr.assemble.differences import Context, Contrast, Said, contrasts, said, unmatched
from ocr.assemble.english_form import LONGEST_ITEM, blank_terms
from ocr.assemble.printed import SECRECY, TITLES, URGENCY, fold, pattern, printed
from ocr.assemble.proper_names import Named, in_russian
from ocr.assemble.quantities import Kind, Quantity
from ocr.document import (
    TEXT_KINDS,
    Difference,
    DifferenceKind,
    Page,
    Paragraph,
    Translated,
    Translation,
    ZoneKind,
)

NOT_TEXT = frozenset({ZoneKind.STAMP, ZoneKind.HANDWRITING, ZoneKind.MARGIN, ZoneKind.PAGE_NUMBER})
LEAST_LATIN = 0.7
"""Share of the letters that makes a paragraph English, or, of Cyrillic ones, Russian."""
LENGTH_RATIO = 1.05
"""English is about as long as the Russian it translates."""
SKIP = -0.5
"""A paragraph without a partner; a pair that says less for itself than two of these is none."""
MERGE = -0.6
"""Paragraphs are seldom run together."""
BAND = 30
"""Paragraphs by which partners may lie off the diagonal, at least; more in a long text."""
TERM = 2.0
"""A title, a secrecy, an urgency of the same meaning."""
NO_PAIR = -9.0
LEAST_PROVED, LEAST_PAIRS = 0.3, 2
"""Share and number of pairs with a figure, a name or a point in common; else it is another text."""
SHOWN = 60
"""Characters of a paragraph without a partner that are quoted."""

EDGE_LINES = 2
"""Lines of a printed page among which its running head or foot stands."""
_FIGURES = regex.compile(r"\d+")
_POINT = regex.compile(r"\s*(?:(?P<figure>\d{1,2})\s?[.)]|(?P<letter>\p{L})\))(?=\s|\W)")
_LETTERS = dict(zip("абвгдежзиклм", "abcdefghijkl", strict=True)) | {"6": "b"}


@dataclass(frozen=True, slots=True)
class _Side:
    """A paragraph with what it says; `point`: `3` or `b`, "" where it is none.

    `terms` are values of the closed lists of a head: urgency, secrecy, title.
    """

    place: int
    said: Said
    point: str
    terms: frozenset[str]
    is_text: bool

    @property
    def length(self) -> int:
        return len(self.said.text)


def align_translation(
    pages: Sequence[Page], paragraphs: Sequence[Paragraph], archive: AbstractSet[str]
) -> Translation | None:
    """The translation of the document, None where the file has none, or none of this text.

    `archive`: ids of the lines that are the archive's own.
    """
    kinds = {x.id: page.zone(x.zone).kind for page in pages for x in page.lines}
    first, last = _behind_original(paragraphs, kinds, archive)
    if first is None:
        return None
    own = [i for i in range(first) if _is_original(paragraphs[i], kinds, archive)]
    left = [_side(paragraphs[i], i, kinds, russian=True) for i in own]
    heads = _running_heads(pages)
    english = ((i, _without(paragraphs[i], heads)) for i in range(first, last))
    right = [
        _side(p, i, kinds, russian=False) for i, p in english if any(c.isalnum() for c in p.text)
    ]
    alike = _Likeness(left, right)
    partners = _aligned(left, right, alike)
    pairs = [(i, j) for j, pair in enumerate(partners) for i in pair]
    proved = sum(alike.pair(i, j) > 0 for i, j in pairs)
    if proved < max(min(LEAST_PAIRS, len(right)), LEAST_PROVED * len(pairs)):
        return None
    translated = [
        Translated(r.said.text, paragraphs[r.place].line_ids, tuple(left[i].place for i in pair))
        for r, pair in zip(right, partners, strict=True)
    ]
    return Translation(tuple(translated), tuple(_differences(left, right, partners)))


def _running_heads(pages: Sequence[Page]) -> frozenset[str]:
    """What stands at the head or foot of two born-digital pages, but for the page's number."""
    counts: Counter[str] = Counter()
    for page in pages:
        if any(zone.kind is ZoneKind.BORN_DIGITAL for zone in page.zones):
            ends = {x.text for x in (*page.lines[:EDGE_LINES], *page.lines[-EDGE_LINES:])}
            counts.update({_FIGURES.sub("0", text): 1 for text in ends if text.strip()})
    return frozenset(text for text, n in counts.items() if n > 1)


def _without(p: Paragraph, heads: AbstractSet[str]) -> Paragraph:
    """Without the running heads, which may part a sentence that goes on over the page."""
    text = p.text
    for head in heads:
        found = regex.escape(head, literal_spaces=True).replace("0", r"\d+")
        text = regex.sub(rf"(?<!\S){found}(?!\S)", "", text)
    return p if text == p.text else replace(p, text=" ".join(text.split()))


def _behind_original(
    paragraphs: Sequence[Paragraph], kinds: dict[str, ZoneKind], archive: AbstractSet[str]
) -> tuple[int | None, int]:
    """Where the translation begins and ends: born-digital English behind something Russian."""
    russian = [i for i, p in enumerate(paragraphs) if _is_original(p, kinds, archive)]
    if not russian:
        return None, 0
    english = [
        i
        for i, p in enumerate(paragraphs)
        if i > russian[-1] and kinds[p.line_ids[0]] is ZoneKind.BORN_DIGITAL and _is_latin(p.text)
    ]
    return (english[0], len(paragraphs)) if english else (None, 0)


def _is_original(p: Paragraph, kinds: dict[str, ZoneKind], archive: AbstractSet[str]) -> bool:
    kind = kinds[p.line_ids[0]]
    if kind in NOT_TEXT or p.line_ids[0] in archive or not any(c.isalnum() for c in p.text):
        return False
    return not _is_latin(p.text) if kind is ZoneKind.BORN_DIGITAL else True


def _is_latin(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    latin = sum(c.isascii() for c in letters)
    return not letters or latin >= LEAST_LATIN * len(letters)


def _side(p: Paragraph, place: int, kinds: dict[str, ZoneKind], russian: bool) -> _Side:
    match = _POINT.match(p.text)
    point, text = "", p.text
    if match is not None:
        point = match["figure"] or match["letter"].lower()
        point = _LETTERS.get(point, point) if russian and text[match.end() - 1] == ")" else point
        text = " " * match.end() + text[match.end() :]
    kind = kinds[p.line_ids[0]]
    is_text = kind in (*TEXT_KINDS, ZoneKind.CATCHWORD, ZoneKind.BORN_DIGITAL)
    found = said(text, russian)
    terms = _russian_terms(p.text) if russian else blank_terms(p.text)
    return _Side(place, Said(p.text, found.quantities, found.names), point, terms, is_text)


def _russian_terms(text: str) -> frozenset[str]:
    if len(text) > LONGEST_ITEM:
        return frozenset()
    folded = fold(text)
    return frozenset(
        term.value
        for terms in (TITLES, SECRECY, URGENCY)
        for term in terms
        if any(pattern(printed(form)).search(folded) for form in term.forms)
    )


# --- alignment --------------------------------------------------------------------------------

_MOVES = ((1, 1), (1, 0), (0, 1), (2, 1), (1, 2))


def _aligned(
    left: Sequence[_Side], right: Sequence[_Side], alike: _Likeness
) -> list[tuple[int, ...]]:
    """For each paragraph of the translation the indices of its partners in `left`."""
    band = max(BAND, len(left) // 20, abs(len(left) - len(right)) + BAND // 2)
    best: dict[tuple[int, int], tuple[float, tuple[int, int]]] = {(0, 0): (0.0, (0, 0))}
    for i in range(len(left) + 1):
        middle = i * len(right) // max(1, len(left))
        for j in range(max(0, middle - band), min(len(right), middle + band) + 1):
            ways = [
                (best[i - a, j - b][0] + alike.of(i - a, i, j - b, j), (a, b))
                for a, b in _MOVES
                if (i - a, j - b) in best
            ]
            if ways:
                best[i, j] = max(ways)
    out: list[tuple[int, ...]] = [()] * len(right)
    i, j = len(left), len(right)
    while (i, j) != (0, 0):
        a, b = best[i, j][1]
        for k in range(j - b, j):
            out[k] = tuple(range(i - a, i))
        i, j = i - a, j - b
    return out


class _Likeness:
    """How good it is to set some paragraphs beside others; remembers what it was asked."""

    def __init__(self, left: Sequence[_Side], right: Sequence[_Side]) -> None:
        self.left, self.right = left, right
        self.pair = cache(self._measured)

    def of(self, a: int, b: int, c: int, d: int) -> float:
        """Of the paragraphs `a:b` with `c:d`; of a single one alone the cost to leave it out."""
        if a == b or c == d:
            return SKIP
        merged = (b - a, d - c) != (1, 1)
        if merged and not all(side.is_text for side in self.left[a:b]):
            return NO_PAIR
        pairs = [self.pair(i, j) for i in range(a, b) for j in range(c, d)]
        length = _length_score(
            sum(p.length for p in self.left[a:b]), sum(p.length for p in self.right[c:d])
        )
        return max(sum(pairs), *pairs) + length + (MERGE if merged else 0.0)

    def _measured(self, i: int, j: int) -> float:
        """What two paragraphs share, less what they do not."""
        a, b = self.left[i], self.right[j]
        score = 0.0
        if a.point and b.point:
            score += 1.5 if a.point == b.point else -1.5
        q, r = _with_point(a, b), _with_point(b, a)
        lost, new = unmatched(q, r)
        shared = len(q) - len(lost)
        score += min(3, shared) - 0.3 * min(4, len(lost) + len(new))
        # a signature in capitals is no firm name, yet it is one
        names = [n for n in b.said.names.names if n.firm or b.length <= LONGEST_ITEM]
        known = sum(in_russian(n, a.said.names) for n in names)
        score += 0.5 * min(4, known) - 0.4 * min(4, len(names) - known)
        score += TERM * len(a.terms & b.terms)
        if not (a.is_text or shared or known or a.terms & b.terms):
            return NO_PAIR  # the parts of a head are short: their lengths say nothing
        return score


def _with_point(side: _Side, other: _Side) -> tuple[Quantity, ...]:
    """`5. - cde. Beria` translates `№ 5 тов. Берия`: the point is a number then."""
    if side.point.isdigit() and not other.point:
        number = Quantity(Kind.NUMBER, float(side.point), side.point, 0, loose=True)
        return (number, *side.said.quantities)
    return side.said.quantities


def _length_score(russian: int, english: int) -> float:
    """1 for the length to be expected, falling with the logarithm of the ratio."""
    ratio = (english + 15) / (LENGTH_RATIO * russian + 15)
    return 1.0 - 1.6 * abs(log(ratio))


# --- differences ------------------------------------------------------------------------------


def _differences(
    left: Sequence[_Side], right: Sequence[_Side], partners: Sequence[tuple[int, ...]]
) -> Iterator[Difference]:
    """Of each pair, in the order of the translation, then the paragraphs left alone."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for j, pair in enumerate(partners):
        if pair:
            groups.setdefault(pair, []).append(j)
    context = Context(
        _joined([side.said for side in left]).names, _joined([side.said for side in right]).names
    )
    found = []
    for pair, places in groups.items():
        whole = all(left[i].is_text for i in pair)
        a = _joined([left[i].said for i in pair])
        b = _joined([right[j].said for j in places])
        found += [(left[pair[0]].place, places[0], c) for c in contrasts(a, b, whole, context)]
    yield from (
        Difference(c.kind, place, j, c.in_original, c.in_translation)
        for place, j, c in _without_moved(found)
    )
    yield from _alone(left, right, partners)


def _joined(parts: Sequence[Said]) -> Said:
    names = [p.names for p in parts]
    return Said(
        " ".join(p.text for p in parts),
        tuple(q for p in parts for q in p.quantities),
        Named(
            tuple(n for part in names for n in part.names),
            tuple(w for part in names for w in part.words),
        ),
    )


_Found = tuple[int, int, Contrast]


def _without_moved(found: Sequence[_Found]) -> list[_Found]:
    """Without a figure that only stands in the paragraph before or behind on the other side."""
    kept = list(found)
    for a in found:
        for b in found:
            apart = abs(a[1] - b[1]) == 1 and not (a[2].in_translation or b[2].in_original)
            if apart and a in kept and b in kept and a[2].kind is b[2].kind:
                q, r = said(a[2].in_original, True), said(b[2].in_translation, False)
                if not contrasts(q, r):
                    kept.remove(a)
                    kept.remove(b)
    return kept


def _alone(
    left: Sequence[_Side], right: Sequence[_Side], partners: Sequence[tuple[int, ...]]
) -> Iterator[Difference]:
    """Paragraphs of the text that the other side lacks; only between such as it has."""
    text = [j for j, pair in enumerate(partners) if any(left[i].is_text for i in pair)]
    if not text:
        return
    used = {i for pair in partners for i in pair}
    for i, side in enumerate(left):
        if side.is_text and i not in used and min(used) < i < max(used):
            yield Difference(DifferenceKind.PARAGRAPH, side.place, None, _begin(side), "")
    for j in range(text[0], text[-1]):
        if not partners[j]:
            yield Difference(DifferenceKind.PARAGRAPH, None, j, "", _begin(right[j]))


def _begin(side: _Side) -> str:
    text = side.said.text
    return text if len(text) <= SHOWN else text[:SHOWN].rsplit(" ", 1)[0] + " …"
