"""Which letter a stroke is where several are likely: by the word it stands in."""

import math

import numpy as np
import pytest

from ocr.recognize.alphabet import SHAPES
from ocr.recognize.ctc import Struck
from ocr.recognize.language import (
    BEGIN,
    CODES,
    END,
    LetterStatistics,
    likelier_words,
    usual,
)

SHAPE = {letter: i for i, letter in enumerate(SHAPES, start=1)}


def struck(text: str, unsure: dict[int, tuple[str, float]]) -> list[Struck]:
    """The letters of `text`, some of which might be another with some share."""
    letters = []
    for i, letter in enumerate(text):
        other = unsure.get(i)
        others = ((SHAPE[other[0]], other[1]),) if other else ()
        sure = 0.99 - other[1] if other else 0.99
        letters.append(Struck(SHAPE[letter], float(i), sure, others))
    return letters


def read(letters: list[Struck], weight: float = 0.4) -> str:
    return "".join(SHAPES[s.shape - 1] for s in likelier_words(letters, weight))


@pytest.mark.parametrize(
    ("text", "at", "other", "meant"),
    [
        ("резульшате", 6, "т", "результате"),
        ("нам пенерал дал", 4, "г", "нам генерал дал"),
        ("ВОЙЕКА", 3, "С", "ВОЙСКА"),
    ],
)
def test_the_likelier_word_is_read(text: str, at: int, other: str, meant: str) -> None:
    letters = struck(text, {at: (other, 0.3)})
    assert read(letters) == meant
    assert read(letters, weight=0.0) == text
    assert read(struck(text, {at: (other, 0.005)})) == text, "strokes that are clear stay"


def test_a_letter_is_as_sure_as_the_likely_words_make_it() -> None:
    word = struck("резульшате", {6: ("т", 0.3)})
    settled = likelier_words(word, 0.4)[6]
    surer = likelier_words(struck("результате", {6: ("ш", 0.3)}), 0.4)[6]
    assert [SHAPES[shape - 1] for shape, _ in settled.others] == ["ш"]
    assert 0.5 < settled.confidence < surer.confidence < 0.99
    assert settled.confidence + settled.others[0][1] == pytest.approx(0.99)
    assert likelier_words(word, 0.4)[5] == word[5], "what was sure stays as it was"


@pytest.mark.parametrize(
    ("text", "at", "other"),
    [("389", 0, "З"), ("3", 0, "з"), ("дом.", 3, "а"), ("ЛО ДАН", 0, "П"), ("стол", 1, "1")],
)
def test_figures_signs_and_words_of_two_letters_stay(text: str, at: int, other: str) -> None:
    assert read(struck(text, {at: (other, 0.45)})) == text


def test_letters_after_a_beginning_make_up_one() -> None:
    for before in (BEGIN, BEGIN << 6 | CODES["с"], CODES["т"] << 6 | CODES["в"]):
        shares = [math.exp(usual(before, letter)) for letter in (END, *CODES.values())]
        assert sum(shares) == pytest.approx(1.0, abs=0.08)


def test_what_is_not_known_falls_back_on_what_was_counted_of_less() -> None:
    rows = np.array([CODES["а"], CODES["а"] << 6 | CODES["б"]], dtype=np.uint64)
    said = np.array([16, 32], dtype=np.uint8)
    known = LetterStatistics(rows, said, np.array([CODES["а"]], np.uint64), np.array([8], np.uint8))
    assert known.log_p(CODES["а"], CODES["б"]) == -2.0
    assert known.log_p(CODES["а"], CODES["а"]) == -1.5
    assert known.log_p(CODES["б"], CODES["а"]) == -1.0
