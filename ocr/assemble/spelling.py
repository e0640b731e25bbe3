"""Letters misread for others of nearly their shape, mended where the dictionary leaves one choice.

Worn and filled type makes `о` look like `е`, `н` like `и`, `д` like `л`. An engine that says what
each letter might be instead is asked: a word that the dictionary does not know becomes the
likeliest known word that differs from it in one or two letters, if that word is not much less
likely than what was read, and much likelier than any other known word. Where capitals make a name
likely it has to be nearly as likely as what was read. For other engines one letter of words in
small letters is changed, from a short list of shapes; when just one known word comes out, that is
what was read. Numbers and words cut by a hyphen are never touched, every change is logged and can
be undone.

Measured by benchmarks/spelling.py on the 32 sheets of `scans/`: of 97 words changed 81 became
right, 2 wrong, 14 were and stayed wrong.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations

import regex

from ocr.assemble.changes import Edit
from ocr.assemble.dictionary import is_known

# Pairs that worn, filled or broken type makes alike, whatever the typewriter.
SHAPES = (
    *("ое", "ес", "ос", "ао"),
    *("ни", "нм", "нв", "нк", "нп", "им", "пи", "йи"),
    *("вз", "эз", "лд", "шп", "шщ", "цч", "ьъ", "ьы", "тг", "жк", "жх"),
)
REASON = "dictionary"
LEAST_LETTERS = 4  # most shorter strings are one letter away from several words
LEAST_LIKELY = 0.002  # shares of the letters changed to against those read, multiplied
LEAST_LIKELY_NAME = 0.05  # the same in words with capitals: a rare name is no misread common word
CLEARLY = 4.0  # times likelier than the next known word
MOST_CHANGED = 2  # letters of a word

Others = Sequence[tuple[tuple[str, float], ...]]
"""For each character of a text what it might be instead, with shares, and its own share first."""

_WORD = regex.compile(r"(?<![\p{L}\p{N}\-])\p{L}+(?![\p{L}\p{N}\-])")
_CYRILLIC = regex.compile(r"\p{Cyrillic}+")


def spelling_edits(text: str, after_hyphen: bool, others: Others | None = None) -> list[Edit]:
    """One edit for each word that is mended.

    after_hyphen  the first word is half of one, as `is_half` tells
    others        what each character might be instead, its own share first; None: not known
    """
    edits = []
    for word in _WORD.finditer(text):
        if after_hyphen and not text[: word.start()].strip():
            continue
        if word[0].lower() in KEPT and text[word.end() : word.end() + 1] == ".":
            continue
        if len(word[0]) < LEAST_LETTERS or not _CYRILLIC.fullmatch(word[0]) or is_known(word[0]):
            continue
        if others is None and not word[0].islower():
            continue
        if others is None:
            known = _known_alike(word[0])
            meant = next(iter(known)) if len(known) == 1 else None
        else:
            meant = _likeliest(word[0], others[word.start() : word.end()])
        if meant is not None:
            edits.append(Edit(word.start(), word.end(), meant, REASON))
    return edits


def is_half(text: str, above: str | None) -> bool:
    """Whether the first word of a line may be half of one: behind a hyphen, or where that was lost.

    above  the line before; None at the top of a sheet
    """
    first = regex.match(r"\p{Ll}+", text)
    if first is None or above is None or above.endswith("-"):
        return first is not None or (above or "").endswith("-")
    last = regex.search(r"\p{L}+$", above)
    return last is not None and is_known(last[0] + first[0])


KEPT = frozenset(("расш", "отп", "отпеч", "напеч", "разосл", "исполн"))
"""What is cut short at the foot of papers, and no misread word."""
_SPACED = regex.compile(r"(?<!\S)\p{Lu}(?:\s\p{Lu}){3,}(?![^\s.,])")


def spaced_edits(text: str, others: Others | None) -> list[Edit]:
    """Letter-spaced capitals mended as one word is: one edit for each letter.

    Most are names, of which one letter misread makes another man.
    """
    edits = []
    for run in _SPACED.finditer(text) if others is not None else ():
        places = range(run.start(), run.end(), 2)
        word = "".join(text[i] for i in places)
        if not _CYRILLIC.fullmatch(word) or is_known(word):
            continue
        meant = _likeliest(word, [others[i] for i in places]) if others is not None else None
        for place, read, letter in zip(places, word, meant or word, strict=True):
            if read != letter:
                edits.append(Edit(place, place + 1, letter, REASON))
    return edits


def _likeliest(word: str, others: Others) -> str | None:
    """The known word that was meant, if there is one clearly."""
    likely = sorted(_alternatives(word, others), key=lambda c: -c[1])
    known = [(w, share) for w, share in likely if is_known(w)]
    if not known or (len(known) > 1 and known[0][1] < CLEARLY * known[1][1]):
        return None
    return known[0][0]


def _alternatives(word: str, others: Others) -> Iterator[tuple[str, float]]:
    """Words with some letters changed, and how likely they are against what was read."""
    least = LEAST_LIKELY if word.islower() else LEAST_LIKELY_NAME
    places = [
        (i, letter, share / own)
        for i, ((_, own), *rest) in enumerate(others)
        for letter, share in rest
        if letter.isalpha() and share >= least * own
    ]
    for count in range(1, MOST_CHANGED + 1):
        for changed in combinations(places, count):
            likely = math.prod(share for _, _, share in changed)
            if likely >= least and len({i for i, _, _ in changed}) == count:
                letters = list(word)
                for i, letter, _ in changed:
                    letters[i] = letter
                meant = "".join(letters)
                if meant.islower() or meant.istitle() or meant.isupper():
                    yield meant, likely


@cache
def _alike(letter: str) -> str:
    """The letters that one may be misread for."""
    return "".join(pair.replace(letter, "", 1) for pair in SHAPES if letter in pair)


def _known_alike(word: str) -> set[str]:
    return {changed for changed in _one_letter_off(word) if is_known(changed)}


def _one_letter_off(word: str) -> Iterator[str]:
    for i, letter in enumerate(word):
        for other in _alike(letter):
            yield word[:i] + other + word[i + 1 :]
