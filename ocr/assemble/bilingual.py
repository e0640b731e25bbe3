"""Names that are another word in English, and words that English writes large without need.

`bilingual.toml` holds Russian stems with the English words that render them: Russian words are
declined and make adjectives, and `китайские войска` may be `Chinese troops` and no name at all.
"""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any


@cache
def _tables() -> dict[str, Any]:
    text = files("ocr.assemble").joinpath("bilingual.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _rendered() -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((stem, frozenset(said.split())) for stem, said in _tables()["rendered"].items())


@cache
def _large() -> frozenset[str]:
    return frozenset(_tables()["large_anyway"].split())


def large_anyway(english: str) -> bool:
    """Whether English writes this word large though it names nobody and no place."""
    return english.lower().removesuffix("'s") in _large()


def rendered(russian: str, english: str) -> bool:
    """Whether an English word is how a Russian word, in any form, is said in English."""
    return english.lower().removesuffix("'s") in _said(russian)


@lru_cache(maxsize=50_000)  # words of a long document
def _said(russian: str) -> frozenset[str]:
    """All English words of the list for a Russian one."""
    low = _plain(russian)
    return frozenset().union(*(said for stem, said in _rendered() if low.startswith(stem)))


def listed(russian: str) -> bool:
    """A Russian word for which the list has English ones."""
    return bool(_said(russian))


def renders(english: str) -> bool:
    """An English word of the list that is a name in itself."""
    word = english.lower().removesuffix("'s")
    return not large_anyway(word) and word in _all_said()


@cache
def _all_said() -> frozenset[str]:
    return frozenset().union(*(said for _, said in _rendered()))


def _plain(word: str) -> str:
    return word.lower().replace("ё", "е")
