"""Names in running text, Russian and English, and whether a text has a name of the other.

A name is a run of words written large: all in capitals, as telegrams set persons, or capitalised
within a sentence. Firm names must be found on the other side; others may be. Not firm are the first
word of a sentence, abbreviations, words that English writes large anyway, and Russian adjectives of
a land. Names are compared by transliteration and by the list of names that are another word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import regex

from ocr.assemble.bilingual import large_anyway, listed, rendered, renders
from ocr.assemble.dictionary import is_abbreviation, is_known, is_name, parts_of_speech
from ocr.assemble.transliteration import same_name, same_person, sounds

_WORD = regex.compile(r"[\p{L}]+(?:['’\-][\p{L}]+)*")
_BRACKETS = regex.compile(r"\[[^\]]*\]")
_SENTENCE_END = regex.compile(r"(?:^|[.!?:;]|\n)[\s\"'«»()\-–—\d.]*$|^\W*\p{L}\)\s*$")
_POLITE = regex.compile(r"В(?:ы|ас|ам|ами|аш\p{L}*)")
SHORT_WORD = 4
"""Letters: shorter Russian words are common and Chinese or Korean names alike."""
_OPENING = frozenset({"PREP", "NPRO", "CONJ"})
_ABBREVIATED = regex.compile(r"\p{Lu}\.(?:\s?\p{Lu}\.)*")
_DOTTED = regex.compile(r"\b(?:\p{Lu}\.){2,}")
"""`U.S.`, `P.R.C.`"""
SHOUTED = 0.8
"""Of the words of a paragraph: where more are in capitals, these say nothing: it is a heading."""
_OF_A_LAND = regex.compile(r".*(?:ese|ians?|eans?|cans?|ish|men|ets?)$", regex.IGNORECASE)
"""`Chinese troops` may be `их войск`."""
LEAST_SOUNDS, LEAST_LARGE = 3, 2
"""Consonants from which single words are compared; fewer sound alike by chance. """


@dataclass(frozen=True, slots=True)
class Name:
    """Words written large that stand together; `firm`: a name for sure."""

    words: tuple[str, ...]
    firm: bool

    @property
    def text(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Named:
    """The names of a text, and all its words, to look names of the other language up in."""

    names: tuple[Name, ...]
    words: tuple[str, ...]


def named(text: str, russian: bool) -> Named:
    """What a paragraph names. What a translator added in square brackets is left out."""
    text = _BRACKETS.sub(" ", text)
    if not russian:
        text = _DOTTED.sub(lambda m: m[0].replace(".", ""), text)
    words = list(_WORD.finditer(text))
    shouted = sum(len(w[0]) > 1 and w[0].isupper() for w in words) > SHOUTED * max(1, len(words))
    runs = [part for run in _runs(text, words) for part in _parted(run, russian)]
    names = tuple(
        Name(tuple(w[0] for w in run), not shouted and _is_firm(run, text, russian)) for run in runs
    )
    return Named(names, tuple(w[0] for w in words))


def _runs(text: str, words: Sequence[regex.Match[str]]) -> Iterator[list[regex.Match[str]]]:
    """Large words that stand together, those in capitals apart from the others."""
    run: list[regex.Match[str]] = []
    for word in words:
        large = word[0][0].isupper()
        joined = run and text[run[-1].end() : word.start()] == " "
        alike = run and _is_capital(word[0]) == _is_capital(run[0][0])
        if run and not (large and joined and alike):
            yield run
            run = []
        if large:
            run.append(word)
    if run:
        yield run


def _parted(run: list[regex.Match[str]], russian: bool) -> list[list[regex.Match[str]]]:
    """A run by what are names and what are not: `До Иркутска`, `Comrade Gao Gang`.

    In capitals a Russian word may be a name whatever the dictionary says of it, and so may a short
    one: `Чан` is a vat, `Ли` a particle.
    """
    if russian and all(_is_capital(w[0]) for w in run):
        return [run]

    def common(word: regex.Match[str]) -> bool:
        if not russian:
            return large_anyway(word[0])
        if len(word[0]) < SHORT_WORD:
            opens = word is run[0] and word[0] != "Ли"  # which no sentence begins with
            return opens and bool(parts_of_speech(word[0]) & _OPENING)
        return is_known(word[0]) and not is_name(word[0])

    return [list(part) for _, part in groupby(run, key=common)]


def _is_capital(word: str) -> bool:
    return word.isupper()


def _is_firm(run: Sequence[regex.Match[str]], text: str, russian: bool) -> bool:
    words = [w[0] for w in run]
    letters = sum(len(w) for w in words)
    known = all(listed(w) if russian else renders(w) for w in words)
    if all(_is_capital(w) for w in words) and known:
        return True  # abbreviations too: СССР, CCP
    if letters <= 2 or _ABBREVIATED.match(text, run[0].start()):
        return False
    if all(_is_capital(w) for w in words):
        if russian:
            return not any(is_abbreviation(w) or _is_bare(w) for w in words)
        return letters > 3 and not any(large_anyway(w) or _is_bare(w) for w in words)
    first = _SENTENCE_END.search(text[: run[0].start()]) is not None
    kept = run[1:] if first else run
    if russian:
        plain = [w[0] for w in kept if not _POLITE.fullmatch(w[0])]
        if len(plain) > 1 and known:
            return True  # `Советского Союза`: common words, but a name
        return bool(plain) and all(is_name(w) or not is_known(w) for w in plain)
    plain = [w[0] for w in kept]
    return bool(plain) and not any(large_anyway(w) or _OF_A_LAND.fullmatch(w) for w in plain)


def _is_bare(word: str) -> bool:
    """Consonants alone, or nearly: an abbreviation (`КНР`, `PRC`)."""
    vowels = sum(c in "АЕЁИОУЫЭЮЯAEIOUY" for c in word)
    return len(word) > 1 and vowels == 0


def in_english(name: Name, english: Named) -> bool:
    """Whether an English text has this Russian name."""
    if any(same_person(name.words, other.words) for other in english.names):
        return True
    return all(
        any(_one_word(word, other) for other in english.words) for word in _telling(name.words)
    )


def in_russian(name: Name, russian: Named) -> bool:
    """Whether a Russian text has this English name."""
    if any(same_person(other.words, name.words) for other in russian.names):
        return True
    words = [w for w in name.words if not large_anyway(w)] or name.words
    whole = " ".join(words)
    if any(same_name(other, whole) and _may_be(other, whole) for other in russian.words):
        return True
    return all(any(_one_word(other, word) for other in russian.words) for word in words)


def meant_in_english(name: Name, english: Named) -> bool:
    """Whether a pronoun may stand for this Russian name: a person whom the English text names."""
    land = all(listed(word) for word in name.words)
    return not land and any(same_person(name.words, other.words) for other in english.names)


def meant_in_russian(name: Name, russian: Named) -> bool:
    """The same of an English name."""
    land = all(renders(word) for word in name.words)
    return not land and any(same_person(other.words, name.words) for other in russian.names)


def _telling(words: Sequence[str]) -> Sequence[str]:
    """Without initials and single letters, which translations turn round or leave out."""
    return [w for w in words if len(w) > 1] or words


def _one_word(russian: str, english: str) -> bool:
    return rendered(russian, english) or (same_name(russian, english) and _may_be(russian, english))


def _may_be(russian: str, english: str) -> bool:
    """Short words sound alike by chance; written large on both sides they may be a name."""
    heard = min(len(sounds(russian)), len(sounds(english)))
    large = russian[0].isupper() and english[0].isupper()
    return heard >= (LEAST_LARGE if large else LEAST_SOUNDS)
