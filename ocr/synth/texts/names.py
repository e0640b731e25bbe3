"""Made-up people and real places, in every case.

Russian surnames are put together from stems and endings and declined by rule, Chinese and Korean
names from syllables, in capitals as telegrams have them; a Chinese or Korean name is declined by
its last syllable alone (МАО ЦЗЕ-ДУНА, ЧЖОУ ЭНЬ-ЛАЕМ, ЛИ ЧЖИ).
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from ocr.synth.texts.lexicon import noun_form, pick, place_form

CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")
MEN = {
    "ов": ("", "а", "у", "а", "ым", "е"),
    "ий": ("ий", "ого", "ому", "ого", "им", "ом"),
    "": ("", "а", "у", "а", "ом", "е"),
    "й": ("й", "я", "ю", "я", "ем", "е"),
    "ь": ("ь", "я", "ю", "я", "ем", "е"),
}
WOMEN = {
    "ов": ("а", "ой", "ой", "у", "ой", "ой"),
    "ий": ("ая", "ой", "ой", "ую", "ой", "ой"),
}
VOWEL_ENDS = tuple("АЕЁИОУЫЭЮЯаеёиоуыэюя")


@cache
def names() -> dict[str, Any]:
    """`names.toml`, its lists of words as tuples."""
    text = resources.files("ocr.synth.texts").joinpath("names.toml").read_text("utf-8")
    return {
        group: {
            key: tuple(value.split()) if isinstance(value, str) else tuple(value)
            for key, value in entries.items()
        }
        for group, entries in tomllib.loads(text).items()
    }


def surname(rng: np.random.Generator, *, woman: bool = False) -> str:
    """A Russian surname in the nominative."""
    russian = names()["russian"]
    draw = rng.random()
    if draw < 0.5:
        made = _with_ov(pick(russian["ov"], rng))
    elif draw < 0.72:
        made = pick(russian["in"], rng) + "ин"
    elif draw < 0.84:
        made = pick(russian["sky"], rng).removesuffix("с") + "ский"
        made = made.replace("цский", "цкий")
    elif draw < 0.94:
        return str(pick(russian["ko"], rng)) + "ко"
    else:
        return str(pick(russian["uk"], rng)) + "ук"
    return made[:-2] + "ая" if woman and made.endswith("ий") else made + "а" * woman


def _with_ov(stem: str) -> str:
    if stem.endswith(("ов", "ев")):
        return stem
    return stem + ("ев" if stem[-1] in "йьщч" else "ов")


@cache
def declined_surname(name: str, case: str) -> str:
    """A Russian surname, given in the nominative, in a case; capitals stay."""
    small, i = name.lower(), CASES.index(case)
    if small.endswith(("ов", "ев", "ин", "ын")):
        return _as(name, name + _cased(MEN["ов"][i], name))
    if small.endswith(("ова", "ева", "ина", "ына")):
        return _as(name, name[:-1] + _cased(WOMEN["ов"][i], name))
    if small.endswith("ий"):
        return _as(name, name[:-2] + _cased(MEN["ий"][i], name))
    if small.endswith("ая"):
        return _as(name, name[:-2] + _cased(WOMEN["ий"][i], name))
    return _by_last_letter(name, i)


def _by_last_letter(name: str, i: int) -> str:
    if name.endswith(VOWEL_ENDS):
        return name
    last = name[-1].lower()
    if last in "йь":
        return name[:-1] + _cased(MEN[last][i], name)
    return name + _cased(MEN[""][i], name)


def _cased(ending: str, name: str) -> str:
    return ending.upper() if name.isupper() else ending


def _as(name: str, declined: str) -> str:
    return declined.upper() if name.isupper() else declined


def initials(rng: np.random.Generator) -> str:
    """`В.М.`"""
    russian = names()["russian"]
    first, second = pick(russian["initials"][0], rng), pick(russian["patronymics"][0], rng)
    return f"{first}.{second}."


def chinese(rng: np.random.Generator, case: str = "nomn") -> str:
    """`МАО ЦЗЕ-ДУНА`: family name, then one or two syllables, declined at the end."""
    syllables = names()["chinese"]
    given = pick(syllables["given"], rng)
    if rng.random() < 0.75:
        given += ("-" if rng.random() < 0.8 else " ") + pick(syllables["given"], rng)
    return f"{pick(syllables['family'], rng)} {_by_last_letter(given, CASES.index(case))}"


def korean(rng: np.random.Generator, case: str = "nomn") -> str:
    """`КИМ ИР СЕНА`."""
    syllables = names()["korean"]
    last = _by_last_letter(pick(syllables["given"], rng), CASES.index(case))
    return f"{pick(syllables['family'], rng)} {pick(syllables['given'], rng)} {last}".replace(
        "Ё", "Е"
    )


def western(rng: np.random.Generator, case: str = "nomn") -> str:
    """A name of another land."""
    return declined_surname(pick(names()["western"]["names"], rng), case)


def person(rng: np.random.Generator, case: str = "nomn", *, capitals: bool | None = None) -> str:
    """A person as papers name them: `тов. Молотова`, `КИМ ИР СЕН`, `генерал-майор Орлов А.П.`"""
    draw = rng.random()
    if draw < 0.22:
        return chinese(rng, case)
    if draw < 0.38:
        return korean(rng, case)
    if draw < 0.46:
        name = western(rng, case)
        return name.upper() if capitals or rng.random() < 0.3 else name
    name = declined_surname(surname(rng), case)
    if capitals or (capitals is None and rng.random() < 0.3):
        name = name.upper()
    if rng.random() < 0.35:
        name = f"{name} {initials(rng)}" if rng.random() < 0.7 else f"{initials(rng)} {name}"
    draw = rng.random()
    if draw < 0.3:
        return f"{'тов.' if draw < 0.25 else 'т.'} {name}"
    if draw < 0.4:
        return f"{noun_form('товарищ', case, 'sing')} {name}"
    if draw < 0.65:
        return f"{rank(rng, case)} {name}"
    return name


def rank(rng: np.random.Generator, case: str = "nomn") -> str:
    """`генерал-майора артиллерии`: the last part of a compound is declined."""
    ranks = names()["ranks"]
    head, dash, last = str(pick(ranks["names"], rng)).rpartition("-")
    branch = str(pick(ranks["branches"], rng)).replace("_", " ").strip()
    return f"{head}{dash}{noun_form(last, case, 'sing')} {branch}".strip()


def place(rng: np.random.Generator, case: str = "nomn") -> str:
    """A city."""
    return place_form(pick(names()["places"]["names"], rng), case)


def land(rng: np.random.Generator, case: str = "nomn") -> str:
    """A country or a large region."""
    return place_form(pick(names()["places"]["lands"], rng), case)


def abbreviation(rng: np.random.Generator) -> str:
    """`ЦК ВКП(б)`, `КНДР`."""
    return str(pick(names()["offices"]["abbreviations"], rng)).replace("_", " ")


def post(rng: np.random.Generator) -> str:
    """`первый заместитель министра`, in the nominative."""
    return str(pick(names()["offices"]["posts"], rng)).replace("_", " ")


def block(kind: str, rng: np.random.Generator) -> tuple[str, ...]:
    """Lines of a head, letterhead, return notice or stamp, as `names.toml` lists them."""
    return tuple(pick(names()["offices"][kind], rng).split("|"))
