"""Passages of a paper: paragraphs, numbered and lettered points, rows of cipher groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ocr.synth.texts.figures import below, between, cipher_groups
from ocr.synth.texts.grammar import draw, noun_phrase
from ocr.synth.texts.lexicon import pick

LETTERS = "абвгде"


def spaced_out(word: str) -> str:
    """`Р О Щ И Н`; between words three blanks."""
    return "   ".join(" ".join(part) for part in word.split(" "))


def passage(rule: str, rng: np.random.Generator, *, with_numbers: bool = True) -> str:
    """A text by a rule; without numbers of other papers (№) if these would mean something there."""
    while True:
        text = draw(rule, rng)
        if with_numbers or "№" not in text:
            return text


@dataclass(frozen=True, slots=True)
class Manner:
    """How a text is written.

    with_numbers  whether numbers of other papers (№) may be named
    numbered      whether paragraphs may be numbered
    plain         part of the sentences that are plain speech and no office's
    """

    with_numbers: bool = True
    numbered: bool = True
    plain: float = 0.1


def sentence(manner: Manner, rng: np.random.Generator) -> str:
    """One sentence of a text."""
    rule = "plain" if rng.random() < manner.plain else "sentence"
    return passage(rule, rng, with_numbers=manner.with_numbers)


def points(sentences: int, manner: Manner, rng: np.random.Generator) -> list[str]:
    """Paragraphs of some `sentences` in all, numbered if so wished, with lettered points."""
    paragraphs: list[str] = []
    left = sentences
    number = 0
    style = pick(("{}. ", "{}. ", "{}) ", "{}/ "), rng) if manner.numbered and sentences > 2 else ""
    while left > 0:
        n = min(left, pick((1, 1, 2, 2, 3, 4), rng))
        left -= n
        text = " ".join(sentence(manner, rng) for _ in range(n))
        number += 1
        if style and rng.random() < 0.85:
            text = style.format(number) + text
        chance = rng.random()
        if chance < 0.1 and left > 1:
            items = _lettered(rng, with_numbers=manner.with_numbers)
            left -= len(items) // 2
            text = f"{text.rstrip('.?')}:" if text.endswith((".", "?")) else text
            paragraphs += [text, *items]
        elif chance < 0.12:
            paragraphs += [text, cipher_groups(between(4, 30, rng), rng)]
        elif chance < 0.13:
            paragraphs += [text, *table_of_groups(between(2, 6, rng), rng)]
        else:
            paragraphs.append(text)
    return paragraphs


def _lettered(rng: np.random.Generator, *, with_numbers: bool) -> list[str]:
    """`а) Для прикрытия …,` to `в) … .`"""
    n = between(2, len(LETTERS) - 1, rng)
    case, head = pick((("nomn", ""), ("gent", "для "), ("datv", "по "), ("ablt", "с ")), rng)
    capital = rng.random() < 0.3
    items = []
    for i in range(n):
        whole = rng.random() < 0.4
        if whole:
            text = passage("clause", rng, with_numbers=with_numbers)
        else:
            text = head + noun_phrase(case, rng).text
        text = text[:1].upper() + text[1:] if capital else text
        items.append(f"{LETTERS[i]}) {text}{'.' if i + 1 == n else pick((',', ';'), rng)}")
    return items


def table_of_groups(rows: int, rng: np.random.Generator) -> list[str]:
    """Rows of cipher groups, as many in each."""
    n = pick((4, 5, 6, 8), rng)  # five figures and a blank each: eight fit the narrowest text
    return [cipher_groups(n, rng) for _ in range(rows)]


def count_of(n: int, rng: np.random.Generator) -> int:
    """A count from 1 to n, small ones being likelier."""
    return 1 + min(below(n, rng), below(n, rng))
