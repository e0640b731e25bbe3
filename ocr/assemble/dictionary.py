"""What the Russian dictionary knows: words, names and places (pymorphy3, OpenCorpora).

The dictionary is opened on first use, once per process (0.1 s).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pymorphy3
import regex


@cache
def _morph() -> Any:
    return pymorphy3.MorphAnalyzer()


@cache
def is_known(word: str) -> bool:
    """The dictionary holds this word form, in whatever case of letters."""
    return bool(_morph().word_is_known(word.lower()))


@cache
def parts_of_speech(word: str) -> frozenset[str]:
    """The parts of speech that a known form can be; empty for an unknown one."""
    if not is_known(word):
        return frozenset()
    return frozenset(str(p.tag.POS) for p in _morph().parse(word.lower()))


@cache
def cases(word: str) -> frozenset[str]:
    """The cases that a known form of a noun can be (`gent`, `loct` …); empty for any other word."""
    parses = _morph().parse(word.lower()) if is_known(word) else ()
    if not all(p.tag.POS == "NOUN" for p in parses):
        return frozenset()
    return frozenset(str(p.tag.case) for p in parses)


@cache
def lemma(word: str) -> str:
    """The dictionary form, in small letters: `двухсот` → `двести`; numerals before all else."""
    parses = _morph().parse(word.lower())
    numerals = [p for p in parses if p.tag.POS == "NUMR" or "Anum" in p.tag]
    return str((numerals or parses)[0].normal_form)


@cache
def is_name(word: str) -> bool:
    """A form that the dictionary knows, or guesses, as that of a person's or a place's name."""
    marks = ("Name", "Surn", "Patr", "Geox")
    return any(mark in p.tag for p in _morph().parse(word.lower())[:3] for mark in marks)


@cache
def is_place(word: str) -> bool:
    """A known form of a place's name, in the singular."""
    parses = _morph().parse(word.lower()) if is_known(word) else ()
    return any("Geox" in p.tag and "plur" not in p.tag for p in parses)


@cache
def is_abbreviation(word: str) -> bool:
    """A known abbreviation in capitals: `МИД`, `ЦК`."""
    return word.isupper() and is_known(word) and "Abbr" in _morph().parse(word.lower())[0].tag


@cache
def surname_nominative(word: str) -> str:
    """`Кагановичу` → `Каганович`, `ФИЛИППОВУ` → `Филиппов`; title case.

    The dative is preferred, since it is what a telegram is addressed in; a form that is already
    nominative or is declined by no rule stays (`Берия`, `Мелешко`, `ЧЖОУ`).
    """
    readings = [p for p in _morph().parse(word.lower()) if "Surn" in p.tag]
    # the locative is the dative of `Василевскому` with its end under a tick
    for case in ("datv", "nomn", "loct"):
        for masculine in (True, False):
            for p in readings:
                if case in p.tag and "sing" in p.tag and ("masc" in p.tag or not masculine):
                    return title(_same_e(word, _singular_nominative(p)))
    return title(_by_rule(word))


def inflected(name: str, case: str) -> str:
    """A surname or place from the nominative to a case (`datv`, `gent`), in small letters."""
    for p in _morph().parse(name.lower()):
        if "nomn" in p.tag and ("Surn" in p.tag or "Geox" in p.tag) and "femn" not in p.tag:
            form = p.inflect({case})
            return str(form.word if form is not None else p.word).replace("ё", "е")
    parse = _morph().parse(name.lower())[0].inflect({case})
    return str(parse.word).replace("ё", "е") if parse is not None else name.lower()


@cache
def place_nominative(word: str) -> str:
    """`ПЕКИНА` → `Пекин`; title case, parts after a hyphen as well."""
    parses = _morph().parse(word.lower())
    places = [p for p in parses if "Geox" in p.tag and "gent" in p.tag]
    places = places or [p for p in parses if "Geox" in p.tag]
    places = places or [p for p in parses if "gent" in p.tag and p.tag.POS in ("NOUN", "ADJF")]
    return title(_same_e(word, _singular_nominative(places[0]))) if places else title(word)


def title(words: str) -> str:
    """First letters large, also after a blank or a hyphen; the others small."""
    return "-".join(
        " ".join(w[:1].upper() + w[1:].lower() for w in part.split(" "))
        for part in words.split("-")
    )


def _singular_nominative(parse: Any) -> str:
    """The nominative of the same gender and number; the dictionary form where there is none."""
    form = parse.inflect({"nomn"})
    return str(form.word if form is not None else parse.normal_form)


def _same_e(typed: str, word: str) -> str:
    """Without ё unless it was typed: the dictionary writes Хрущёв, the telegram Хрущев."""
    return word if "ё" in typed.lower() else word.replace("ё", "е")


# Endings of surnames in the dative: what the dictionary does not know is declined by these.
_DATIVE_ENDINGS = (
    ("скому", "ский"),
    ("цкому", "цкий"),
    ("ову", "ов"),
    ("еву", "ев"),
    ("ёву", "ёв"),
    ("ину", "ин"),
    ("ыну", "ын"),
    ("ичу", "ич"),
    ("яну", "ян"),
    ("ику", "ик"),
    ("уку", "ук"),
    ("юку", "юк"),
    ("аку", "ак"),
)


def _by_rule(word: str) -> str:
    low = word.lower()
    for dative, nominative in _DATIVE_ENDINGS:
        if low.endswith(dative) and len(low) > len(dative):
            return low[: -len(dative)] + nominative
    return low


def last_nominative(word: str) -> str:
    """The last part of an Eastern name, which alone is declined: `СЕНУ` → `СЕН`, `ЛАЮ` → `ЛАЙ`."""
    for dative, nominative in ((r"(?<=[аеиоуыэ])ю$", "й"), (r"(?<=н)ю$", "ь")):
        if regex.search(dative, word, regex.IGNORECASE):
            return str(regex.sub(dative, nominative, word, flags=regex.IGNORECASE))
    bare = regex.sub(r"(?<=[аеёиоуыэюя][нмркптлг])у$", "", word, flags=regex.IGNORECASE)
    return str(bare)


def known_share(text: str) -> float:
    """Share of the characters of `text`, blanks aside, that stand in known words; 0 for none.

    Words of one or two letters are left out: most pairs of letters are some word.
    """
    written = sum(not c.isspace() for c in text)
    words = regex.findall(r"\p{Cyrillic}{3,}", text)
    return sum(len(w) for w in words if is_known(w)) / written if written else 0.0
