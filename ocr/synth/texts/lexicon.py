"""Russian words in the form a sentence needs: declined, conjugated, agreeing.

Words come from two sources. `words.toml` has those of offices in 1945–1955, by what they can
stand beside. The wide ones, some 20 000, are those that occur in the tagged corpus of OpenCorpora,
as pymorphy3's own dictionary notes (its estimates P(tag | word)); names, slang and words younger
than these papers are left out. Forms are made by pymorphy3 once and remembered. `ё` is always
written `е`, as typists did.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import numpy as np
import pymorphy3

# Least P(tag | word), in millionths, at which the dictionary's reading counts as the usual one.
USUAL = 300_000


WORD = re.compile(r"[а-яА-Я]*[еЕ][а-яА-Я]*")


class Nature(NamedTuple):
    """What a noun demands of the words beside it; `only` is its one number, or ""."""

    gender: str
    animate: bool
    only: str


@dataclass(frozen=True, slots=True)
class Wide:
    """Words beyond those of the offices: nouns, and words that agree with a noun."""

    nouns: tuple[str, ...]
    modifiers: tuple[str, ...]


@cache
def analyzer() -> Any:
    """The dictionary, opened once: that takes 0.1 s."""
    return pymorphy3.MorphAnalyzer(lang="ru")


@cache
def words() -> dict[str, dict[str, tuple[str, ...]]]:
    """The offices' words: part of speech → class → first forms."""
    text = resources.files("ocr.synth.texts").joinpath("words.toml").read_text("utf-8")
    return {
        part: {name: tuple(w.replace("_", " ") for w in dict.fromkeys(listed.split()))
               for name, listed in classes.items()}
        for part, classes in tomllib.loads(text).items()
    }  # fmt: skip


@cache
def wide() -> Wide:
    """The wide words, in the dictionary's order. Reading them takes about two seconds."""
    chances = analyzer().prob_estimator.p_t_given_w
    kinds: dict[str, str] = {}
    found: dict[str, dict[str, None]] = {"noun": {}, "modifier": {}, "": {}}
    for key, chance in chances.items():
        word, tag = key.split(":", 1)
        kind = kinds.get(tag)
        if kind is None:
            kind = kinds[tag] = _kind(tag)
        if kind and chance >= USUAL and _fit(word):
            found[kind][word] = None
    return Wide(tuple(found["noun"]), tuple(found["modifier"]))


def _kind(tag: str) -> str:
    grammemes = frozenset(tag.replace(" ", ",").split(","))
    if not grammemes.isdisjoint(words()["passed_over"]["grammemes"]):
        return ""
    if "NOUN" in grammemes:
        return "noun"
    return "modifier" if grammemes & {"ADJF", "PRTF"} else ""


def _fit(word: str) -> bool:
    passed_over = words()["passed_over"]["beginnings"]
    return len(word) > 3 and word.isalpha() and not word.startswith(passed_over)


# --- forms ------------------------------------------------------------------------------------


def pick(choices: Sequence[Any], rng: np.random.Generator) -> Any:
    """One of the choices. Many times faster than `rng.choice`."""
    return choices[int(rng.random() * len(choices))]


@cache
def _parse(word: str, accept: Callable[[Any], bool]) -> Any:
    """The likeliest reading of the word that is accepted, else the likeliest."""
    readings = analyzer().parse(word)
    return next((r for r in readings if accept(r.tag)), readings[0])


def _is_noun(tag: Any) -> bool:
    return "NOUN" in tag and "Surn" not in tag and "Name" not in tag and "Patr" not in tag


def _is_first_form(tag: Any) -> bool:
    return _is_noun(tag) and "nomn" in tag


def _is_modifier(tag: Any) -> bool:
    return "ADJF" in tag or "PRTF" in tag


def _is_verb(tag: Any) -> bool:
    return "INFN" in tag


def _is_place(tag: Any) -> bool:
    return "Geox" in tag and "nomn" in tag


@cache
def _noun(word: str) -> Any:
    first = _parse(word, _is_first_form)
    return first if _is_first_form(first.tag) else _parse(word, _is_noun)


@cache
def nature(noun: str) -> Nature:
    """Gender, animacy and the one number of a noun, given in any of its forms."""
    tag = _noun(noun).tag
    only = "plur" if "Pltm" in tag else "sing" if "Sgtm" in tag else ""
    gender = str(tag.gender or "masc")
    return Nature(gender, tag.animacy == "anim", only)


@cache
def noun_form(noun: str, case: str, number: str) -> str:
    """A noun, given in any form, in `case` (nomn, gent, datv, accs, ablt, loct) and number."""
    return _form(_noun(noun), {case, number}) or _form(_noun(noun), {case}) or noun


@cache
def modifier_form(word: str, case: str, number: str, nature: Nature) -> str:
    """An adjective or participle, given in any form, that agrees with a noun of that nature."""
    wanted = {case, number}
    if number == "sing":
        wanted.add(nature.gender)
    if case == "accs" and (number == "plur" or nature.gender == "masc"):
        wanted.add("anim" if nature.animate else "inan")
    return _form(_parse(word, _is_modifier), wanted) or word


@cache
def past_form(verb: str, gender: str, number: str) -> str:
    """A verb, or verb and object, in the past tense: `высказать мнение` → `высказал мнение`."""
    head, blank, rest = verb.partition(" ")
    wanted = {"VERB", "past"} | ({"sing", gender} if number == "sing" else {"plur"})
    return (_form(_parse(head, _is_verb), wanted) or head) + blank + rest


@cache
def present_form(verb: str, number: str) -> str:
    """An imperfective verb in the present tense, third person: `вести` → `ведет`."""
    return _form(_parse(verb, _is_verb), {"VERB", "pres", "3per", number}) or verb


@cache
def finite_form(verb: str, tense: str, person: str, number: str) -> str:
    """A verb in the present or, when perfective, the future tense; `tense` is pres or futr."""
    head, blank, rest = verb.partition(" ")
    return (_form(_parse(head, _is_verb), {"VERB", tense, person, number}) or head) + blank + rest


@cache
def is_perfective(verb: str) -> bool:
    return "perf" in _parse(verb.partition(" ")[0], _is_verb).tag


@cache
def gerund(verb: str) -> str:
    """`выслушать` → `выслушав`; "" for verbs that have none."""
    return _form(_parse(verb, _is_verb), {"GRND", "past"})


@cache
def passive_form(verb: str, gender: str, number: str) -> str:
    """`закончить` → `закончена`; "" for verbs that have no such form."""
    wanted = {"PRTS", "past", "sing", gender} if number == "sing" else {"PRTS", "past", "plur"}
    return _form(_parse(verb, _is_verb), wanted)


@cache
def counted_form(noun: str, n: int) -> str:
    """The noun after a number: 1 танк, 2 танка, 5 танков. Pass n modulo 100."""
    if noun == "человек":
        return "человека" if n % 10 in (2, 3, 4) and n // 10 != 1 else "человек"
    first = _noun(noun).inflect({"nomn", "sing"}) or _noun(noun)
    made = first.make_agree_with_number(n)
    return _plain((made or first).word)


@cache
def place_form(place: str, case: str) -> str:
    """A place name in a case, its capitals kept: `Нью-Йорк` → `Нью-Йорка`."""
    if case == "accs" and place[-1] not in "ая":
        return place  # the dictionary takes some of the towns for people
    made = _form(_parse(place, _is_place), {case, "sing"}) or _form(
        _parse(place, _is_place), {case}
    )
    if not made:
        return place
    return "-".join(part.capitalize() for part in made.split("-"))


def with_yo(text: str) -> str:
    """The text as the few typists have it who tell ё from е."""
    return WORD.sub(lambda found: _word_with_yo(found[0]), text)


@cache
def _word_with_yo(word: str) -> str:
    spelt = str(analyzer().parse(word)[0].word)
    readings = {reading.word for reading in analyzer().parse(word)}
    if len(spelt) != len(word) or len(readings) > 1:  # `все` may be either
        return word
    pairs = zip(word, spelt, strict=True)
    return "".join({"е": "ё", "Е": "Ё"}.get(c, c) if d == "ё" else c for c, d in pairs)


def _form(reading: Any, grammemes: set[str]) -> str:
    made = reading.inflect(frozenset(grammemes))
    return _plain(made.word) if made else ""


def _plain(word: str) -> str:
    return word.replace("ё", "е").replace("Ё", "Е")
