"""Sentences without end: patterns with slots, filled from the lexicon, declined and agreeing.

`grammar.toml` holds the patterns and tells their notation. A noun phrase is a noun with none
to two words before it that agree with it and, now and then, another noun phrase in the genitive
after it; a part of its words is drawn from the wide vocabulary, so that what is learnt from these
texts is letters and not a few hundred words. Sentences are grammatical as a rule and true never.
Beside the sentences of offices stand those of plain speech. A sentence takes about 0.2 ms once its
forms are known.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np

from ocr.synth.texts import figures, names
from ocr.synth.texts.lexicon import (
    Nature,
    finite_form,
    gerund,
    is_perfective,
    modifier_form,
    nature,
    noun_form,
    passive_form,
    past_form,
    pick,
    present_form,
    wide,
    words,
)
from ocr.synth.texts.names import CASES

WIDE_NOUNS = 0.3  # part of the nouns that is drawn from the wide vocabulary
WIDE_MODIFIERS = 0.6  # and of the words that agree with them: these do not mar the sense
MODIFIED = (0.45, 0.08)  # chance of a first and of a second word before a noun
COMPLEMENTED = 0.3  # chance of a phrase in the genitive after a noun

BEFORE_VOWEL = re.compile(r"(?<!\w)([оО]) (?=[аиоуэАИОУЭ])")  # there `о` is said and written `об`
SLOT = re.compile(r"\{(\w+)(?::(\w+))?(?:([<>])(\w+))?\}")

# `в` before a cluster that begins like it, `с` before one that hisses: `во Франкфурте`, `со Ж…`
BEFORE_LIKE = re.compile(
    r"(?<!\w)([вВ](?= [вфВФ][^аеиоуыэюяАЕИОУЫЭЮЯ\W])|[сС](?= [сзшжСЗШЖ][^аеиоуыэюяАЕИОУЫЭЮЯ\W])) "
)


class Slot(NamedTuple):
    """`{name:case>mark}` or `{name<mark}`."""

    name: str
    case: str
    binds: str
    agrees: str
    capital: bool


class Phrase(NamedTuple):
    """Words, and what a verb beside them agrees with."""

    text: str
    gender: str = "masc"
    number: str = "sing"
    person: str = "3per"


Template = tuple[str | Slot, ...]


@cache
def rules() -> dict[str, tuple[Template, ...]]:
    """`grammar.toml`, its patterns taken apart."""
    text = resources.files("ocr.synth.texts").joinpath("grammar.toml").read_text("utf-8")
    return {
        name: tuple(_compiled(pattern) for pattern in patterns)
        for name, patterns in tomllib.loads(text).items()
    }


def _compiled(pattern: str) -> Template:
    parts: list[str | Slot] = []
    at = 0
    for found in SLOT.finditer(pattern):
        parts.append(pattern[at : found.start()])
        name, case, arrow, mark = found.groups()
        binds, agrees = (mark, "") if arrow == ">" else ("", mark or "")
        parts.append(Slot(name.lower(), case or "nomn", binds, agrees, name[0].isupper()))
        at = found.end()
    parts.append(pattern[at:])
    return tuple(part for part in parts if part)


def draw(rule: str, rng: np.random.Generator) -> str:
    """A text by one of the rules: `sentence`, `opening`, `ending`, `heading`, `clause` …"""
    return _tidy(_expand(pick(rules()[rule], rng), rng))


def fill(pattern: str, rng: np.random.Generator) -> str:
    """A text by a pattern of one's own, with noun phrases for its cases: `о {loct}`."""
    for case in CASES:
        slot = f"{{{case}}}"
        if slot in pattern:
            pattern = pattern.replace(slot, noun_phrase(case, rng).text)
    return _tidy(pattern)


def _tidy(text: str) -> str:
    """Slots may stay empty: no blank is typed for them."""
    while "  " in text:
        text = text.replace("  ", " ")
    for sign in ",.;:?":
        text = text.replace(" " + sign, sign)
    text = BEFORE_VOWEL.sub(r"\1б ", text.replace("..", ".").strip())
    return BEFORE_LIKE.sub(r"\1о ", text)


def _expand(template: Template, rng: np.random.Generator) -> str:
    marked = {
        part.binds: _filled(part, rng) for part in template if isinstance(part, Slot) and part.binds
    }
    text = ""
    for part in template:
        if isinstance(part, str):
            text += part
            continue
        if part.agrees:
            words_here = _agreeing(part, marked.get(part.agrees) or ANYONE[part.agrees], rng)
        else:
            words_here = (marked[part.binds] if part.binds else _filled(part, rng)).text
        text += words_here[:1].upper() + words_here[1:] if part.capital else words_here
    return text


def _filled(slot: Slot, rng: np.random.Generator) -> Phrase:
    source = SOURCES.get(slot.name)
    if source is not None:
        return source(slot.case, rng)
    return Phrase(_expand(pick(rules()[slot.name], rng), rng))


def _agreeing(slot: Slot, subject: Phrase, rng: np.random.Generator) -> str:
    """A verb, mostly in the past tense, or `который`, that agrees with its subject."""
    name = slot.name
    if name == "passive":
        form = ""
        while not form:
            verb = pick(words()["verbs"]["do"], rng)
            form = passive_form(verb, subject.gender, subject.number)
        return form
    if name == "which":
        kind = Nature(subject.gender, False, "")
        return modifier_form("который", slot.case, subject.number, kind)
    if name == "will_be":
        return finite_form("быть", "futr", subject.person, subject.number)
    if name in ("see", "live"):
        return _said_plainly(name, subject, rng)
    if name == "see_past":
        return past_form(pick(words()["verbs"]["see"], rng), subject.gender, subject.number)
    if name == "now":
        return present_form(pick(words()["verbs"]["doing"], rng), subject.number)
    listed = words()["verbs"].get(name)
    verb = pick(listed, rng) if listed else _expand(pick(rules()[name], rng), rng)
    return past_form(verb, subject.gender, subject.number)


def _said_plainly(name: str, subject: Phrase, rng: np.random.Generator) -> str:
    """A verb of plain speech in any tense."""
    verb = pick(words()["verbs"][name], rng)
    if rng.random() < 0.5:
        return past_form(verb, subject.gender, subject.number)
    tense = "futr" if is_perfective(verb) else "pres"
    return finite_form(verb, tense, subject.person, subject.number)


# --- noun phrases -----------------------------------------------------------------------------


def noun_phrase(case: str, rng: np.random.Generator, depth: int = 0) -> Phrase:
    """A matter, with what describes it."""
    if rng.random() < WIDE_NOUNS:
        noun = pick(wide().nouns, rng)
    else:
        kinds = words()["nouns"]
        noun = pick(kinds["matter" if rng.random() < 0.8 else "thing"], rng)
    return _described(noun, case, rng, depth)


def _described(noun: str, case: str, rng: np.random.Generator, depth: int = 0) -> Phrase:
    kind = nature(noun)
    number = kind.only or ("plur" if rng.random() < 0.3 else "sing")
    text = noun_form(noun, case, number)
    for chance in MODIFIED:
        if rng.random() >= chance:
            break
        if rng.random() < WIDE_MODIFIERS:
            word = pick(wide().modifiers, rng)
        else:
            word = pick(words()["adjectives"]["common"], rng)
        text = f"{modifier_form(word, case, number, kind)} {text}"
    if depth < 2 and rng.random() < COMPLEMENTED:
        text = f"{text} {noun_phrase('gent', rng, depth + 1).text}"
    return Phrase(text, kind.gender, number)


def _who(case: str, rng: np.random.Generator) -> Phrase:
    """One who acts: a body, a named person, a person by what he is."""
    chance = rng.random()
    if chance < 0.3:
        return _described(pick(words()["nouns"]["body"], rng), case, rng, depth=1)
    if chance < 0.75:
        return Phrase(names.person(rng, case))
    person = pick(words()["nouns"]["person"], rng)
    phrase = _described(person, case, rng, depth=2)
    if chance < 0.85:
        body = noun_form(pick(words()["nouns"]["body"], rng), "gent", "sing")
        return phrase._replace(text=f"{phrase.text} {body}")
    return phrase


def _of(kind: str) -> Callable[[str, np.random.Generator], Phrase]:
    def source(case: str, rng: np.random.Generator) -> Phrase:
        number = "sing" if kind == "stuff" else "plur" if kind == "thing" else "sing"
        return Phrase(noun_form(pick(words()["nouns"][kind], rng), case, number))

    return source


def _body(case: str, rng: np.random.Generator) -> Phrase:
    return _described(pick(words()["nouns"]["body"], rng), case, rng, depth=1)


def _surname(case: str, rng: np.random.Generator) -> Phrase:
    return Phrase(names.declined_surname(names.surname(rng), case))


def _infinitive(case: str, rng: np.random.Generator) -> Phrase:
    return Phrase(pick(words()["verbs"]["do" if rng.random() < 0.8 else "doing"], rng))


def _sum(case: str, rng: np.random.Generator) -> Phrase:
    money = pick(("руб.", "рублей", "тыс.рублей", "млн. юаней", "ам.долларов", "фунтов"), rng)
    return Phrase(figures.number_of(money, rng))


def _pronoun(case: str, rng: np.random.Generator) -> Phrase:
    return Phrase(*pick(PRONOUNS, rng))


def _speaker(case: str, rng: np.random.Generator) -> Phrase:
    phrase: Phrase
    phrase, others = pick(SPEAKERS, rng)
    if case == "nomn":
        return phrase
    return Phrase(others.split()[CASES.index(case) - 1])


def _plain_thing(case: str, rng: np.random.Generator) -> Phrase:
    """Something that everyone speaks of, described at times."""
    nouns = wide().nouns if rng.random() < WIDE_NOUNS else words()["nouns"]["plain"]
    noun = pick(nouns, rng)
    kind = nature(noun)
    number = kind.only or ("plur" if rng.random() < 0.3 else "sing")
    text = noun_form(noun, case, number)
    if rng.random() < 0.35:
        listed = words()["adjectives"]["plain"] if rng.random() < 0.6 else wide().modifiers
        text = f"{modifier_form(pick(listed, rng), case, number, kind)} {text}"
    return Phrase(text, kind.gender, number)


def _gerund(rng: np.random.Generator) -> str:
    form = ""
    while not form:
        form = gerund(pick(words()["verbs"]["do"], rng))
    return form


def _lasting(rng: np.random.Generator) -> str:
    """An infinitive that may follow `будет`: an imperfective one."""
    verb = str(pick(words()["verbs"]["live"], rng))
    while is_perfective(verb):
        verb = str(pick(words()["verbs"]["live"], rng))
    return verb


def _plain(drawn: Callable[[np.random.Generator], str]) -> Callable[..., Phrase]:
    """A source of words that are never declined."""
    return lambda case, rng: Phrase(drawn(rng))


# Who speaks and acts in plain speech: nominative, gender, number, person; then his other cases.
SPEAKERS = (
    (Phrase("я", "masc", "sing", "1per"), "меня мне меня мной мне"),
    (Phrase("ты", "masc", "sing", "2per"), "тебя тебе тебя тобой тебе"),
    (Phrase("он", "masc"), "него ему его ним нем"),
    (Phrase("она", "femn"), "нее ей ее ней ней"),
    (Phrase("оно", "neut"), "него ему его ним нем"),
    (Phrase("мы", "masc", "plur", "1per"), "нас нам нас нами нас"),
    (Phrase("вы", "masc", "plur", "2per"), "вас вам вас вами вас"),
    (Phrase("они", "masc", "plur"), "них им их ними них"),
    (Phrase("кто-то", "masc"), "кого-то кому-то кого-то кем-то ком-то"),
    (Phrase("никто не", "masc"), "никого никому никого никем никого"),
    (Phrase("все", "masc", "plur"), "всех всем всех всеми всех"),
    (Phrase("каждый из нас", "masc"), "каждого каждому каждого каждым каждом"),
    (Phrase("это", "neut"), "этого этому это этим этом"),
)
# Subjects that a pattern does not name: he, they, somebody.
ANYONE = {
    "h": Phrase("он"),
    "f": Phrase("она", "femn"),
    "many": Phrase("они", "masc", "plur"),
    "s3": Phrase("он"),
}
PRONOUNS = (("он",), ("он",), ("она", "femn"), ("они", "masc", "plur"), ("мы", "masc", "plur"))
SOURCES: Mapping[str, Callable[[str, np.random.Generator], Phrase]] = {
    "np": noun_phrase,
    "who": _who,
    "body": _body,
    "thing": _of("thing"),
    "stuff": _of("stuff"),
    "surname": _surname,
    "do_inf": _infinitive,
    "sum": _sum,
    "pron": _pronoun,
    "iam": _speaker,
    "me": _speaker,
    "thing_p": _plain_thing,
    "adv_p": _plain(lambda rng: str(pick(words()["adverbs"]["plain"], rng))),
    "first": _plain(lambda rng: str(pick(names.names()["papers"]["first_names"], rng))),
    "live_inf": _plain(_lasting),
    "emphasis": lambda case, rng: Phrase(_plain_thing(case, rng).text.upper()),
    "see_inf": _plain(lambda rng: str(pick(words()["verbs"]["see"], rng))),
    "gerund": _plain(_gerund),
    "rank": _plain(names.rank),
    "n": _plain(lambda rng: str(figures.between(1, 30, rng))),
    "unit": _plain(lambda rng: figures.digits(5, rng)),
    "year": _plain(lambda rng: str(figures.between(1913, 1955, rng))),
    "phone": _plain(lambda rng: f"{figures.digits(1, rng)}-{figures.below(10000, rng):04}"),
    "percent_n": _plain(lambda rng: f"{figures.between(5, 20, rng)}"),
    "name": lambda case, rng: Phrase(names.person(rng, case)),
    "place": lambda case, rng: Phrase(names.place(rng, case)),
    "land": lambda case, rng: Phrase(names.land(rng, case)),
    "abbr": _plain(names.abbreviation),
    "initials": _plain(names.initials),
    "adv": _plain(lambda rng: str(pick(words()["adverbs"]["manner"], rng))),
    "ref": _plain(figures.reference),
    "date": _plain(figures.date),
    "month": _plain(figures.month),
    "clock": _plain(figures.clock),
    "period": _plain(figures.period),
    "count": _plain(figures.count),
    "amount": _plain(figures.amount),
    "roman": _plain(figures.roman),
    "ordinal": _plain(figures.ordinal),
    "figure_in_words": _plain(figures.figure_in_words),
    "leaves": _plain(lambda rng: str(figures.between(2, 40, rng))),
    "percent": _plain(lambda rng: f"{figures.between(1, 160, rng)}{pick(('%', ' проц.'), rng)}"),
}
