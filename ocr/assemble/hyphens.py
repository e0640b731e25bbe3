"""Hyphens at line ends: part of the word, or only the end of the line.

Method, first match decides:

1. a figure at the join: kept (`1949-/1950`);
2. the document itself has the word within a line, in one of the two ways;
3. a large letter behind the join: kept, unless all is in capitals and makes a known word
   (`ЦЗЕ-/ДУНА`, `Северо-/Восток`; but `ВОСПРЕ-/ЩАЕТСЯ`);
4. the dictionary has it with the hyphen: kept (`кто-/то`, `северо-/восточный`);
5. the dictionary has it as one word: joined;
6. both parts are words of one kind, or the second is a particle: kept (`пять-/шесть`, and
   `день-/два`);
7. else joined: most words that no dictionary knows are names and misread ones.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

import regex

from ocr.assemble.dictionary import is_known, parts_of_speech

# The soft hyphen and `¬` come from engines and text layers, the longer dashes from misreading.
HYPHENS = "-‐‑–—\u00ad¬"

_LEFT = regex.compile(rf"[\p{{L}}\p{{N}}][\p{{L}}\p{{N}}{HYPHENS}]*(?=[{HYPHENS}]$)")
_RIGHT = regex.compile(rf"^[\p{{L}}\p{{N}}][\p{{L}}\p{{N}}{HYPHENS}]*")
_WORD = regex.compile(rf"\p{{L}}[\p{{L}}{HYPHENS}]*")
_PARTICLES = {"то", "либо", "нибудь", "таки", "ка", "де", "с"}
_OR_TWO = {"два", "две", "три", "другой", "другая", "другое"}  # `день-два`
_SHORTEST_WORD = 4  # letters: shorter strings are known by chance (`грез-/вые` for `грозные`)


def vocabulary(texts: list[str]) -> frozenset[str]:
    """The words that stand within the lines, in small letters: evidence for rule 2.

    The last word of a line with a hyphen at its end and the first of the next are parts of
    words, and left out.
    """
    words: set[str] = set()
    after_hyphen = False
    for text in texts:
        found = [w.lower() for w in _WORD.findall(text)]
        broken = ends_in_hyphen(text)
        words.update(found[after_hyphen : len(found) - broken])
        after_hyphen = broken
    return frozenset(words)


def ends_in_hyphen(text: str) -> bool:
    """A hyphen right after a letter or figure ends the line; a dash after a blank does not."""
    return _LEFT.search(text) is not None


def keep_hyphen(left: str, right: str, document_words: AbstractSet[str] = frozenset()) -> bool:
    """Whether the hyphen that ends the line `left` belongs to the word that `right` goes on with.

    `left` must end in a hyphen (`ends_in_hyphen`). True also where `right` begins with no letter.
    """
    before, after = _LEFT.search(left), _RIGHT.search(right)
    if before is None or after is None:
        return True
    # Of `социально-эконо-/мический` only the last part is in question.
    first = regex.split(f"[{HYPHENS}]", before[0])[-1]
    second = regex.split(f"[{HYPHENS}]", after[0])[0]
    if first[-1:].isdigit() or second[:1].isdigit():
        return True
    if regex.search(r"\p{Latin}", first + second):
        return True  # no dictionary for these here
    joined, hyphened = (first + second).lower(), f"{first}-{second}".lower()
    if joined in document_words or hyphened in document_words:
        return joined not in document_words
    if second[0].isupper():
        capitals = first.isupper() and (second.isupper() or len(second) == 1)
        return not (capitals and is_known(joined))
    if is_known(hyphened):
        return True
    if is_known(joined):
        return False
    return _compound(first.lower(), second.lower())


def _compound(first: str, second: str) -> bool:
    if second in _PARTICLES:
        return is_known(first)
    if second in _OR_TWO and "NOUN" in parts_of_speech(first):
        return True
    shared = parts_of_speech(first) & parts_of_speech(second)
    return "NUMR" in shared or (bool(shared) and min(len(first), len(second)) >= _SHORTEST_WORD)
