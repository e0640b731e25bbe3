"""Letters whose heights are given: which become small, which capitals, which stay."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ocr.assemble.changes import apply_edits
from ocr.assemble.letter_case import (
    case_edits,
    doubted_case_edits,
    small_height,
    word_case_edits,
)
from ocr.document import Char, LineReading, TextLine
from ocr.geometry import Box

SMALL, CAPITAL = 20, 27


def word(text: str, heights: Sequence[int] | int) -> list[Char]:
    high = [heights] * len(text) if isinstance(heights, int) else heights
    return [
        Char(c, Box(20 * i, 0, 20 * i + 18, h), 0.9)
        for i, (c, h) in enumerate(zip(text, high, strict=True))
    ]


def mended(words: Sequence[list[Char]], of_page: float = SMALL) -> str:
    text = " ".join("".join(c.text for c in chars) for chars in words)
    return apply_edits(text, case_edits(words, of_page))[0]


NAME = word("Сталину", [CAPITAL, *[SMALL] * 5, CAPITAL])


def test_capitals_as_low_as_the_small_letters_beside_them_are_small() -> None:
    assert mended([word("№", 20), word("ТОВ.", [20, 21, 20, 4]), NAME]) == "№ тов. Сталину"


def test_capitals_that_overtop_them_stay() -> None:
    assert mended([word("СССР", CAPITAL), NAME]) == "СССР Сталину"
    assert mended([word("МОСКВЫ", CAPITAL), NAME]) == "МОСКВЫ Сталину"


def test_a_capital_inside_a_word_is_small_where_it_is_no_higher() -> None:
    assert mended([word("сОветский", SMALL)]) == "советский"
    assert mended([word("Советский", SMALL)]) == "Советский", "the first letter stays as read"


def test_a_lone_letter_stays() -> None:
    assert mended([word("В", SMALL), NAME]) == "В Сталину"


def test_a_name_spaced_out_in_capitals_is_whole() -> None:
    letters = [word(c, CAPITAL) for c in "Соколов"]
    assert mended(letters) == "С О К О Л О В"
    assert mended([word(c, SMALL) for c in "соколов"]) == "с о к о л о в"
    assert mended(letters, of_page=0.0) == "С о к о л о в", "the page does not tell"


def test_few_pixels_tell_nothing() -> None:
    name = word("Сталину", [12, *[9] * 5, 12])
    assert mended([word("ТОВ.", [9, 9, 9, 2]), name]) == "ТОВ. Сталину"


@pytest.mark.parametrize(("letters", "height"), [(39, 0.0), (40, 20.0)])
def test_the_height_of_a_page_needs_letters(letters: int, height: float) -> None:
    box = Box(0, 0, 800, 30)
    line = TextLine("p1-l1", "p1-z1", 0, box, (), 20.0, 20.0)
    assert small_height([LineReading(line, tuple(word("о" * letters, SMALL)), "x")]) == height


@pytest.mark.parametrize(
    ("read", "typed"),
    [
        ("ДРУзЬЯ, дОРОГИЕ", "ДРУЗЬЯ, ДОРОГИЕ"),
        ("СовЕРШЕННО", "СОВЕРШЕННО"),
        ("удОвлетворительно", "удовлетворительно"),
        ("Осенью КПСС и МВДшник", "Осенью КПСС и МВДшник"),
        ("кВт, МэВ", "кВт, МэВ"),
    ],
)
def test_one_odd_letter_of_a_word_follows_the_others(read: str, typed: str) -> None:
    assert apply_edits(read, word_case_edits(read))[0] == typed


def doubted(text: str, heights: Sequence[int] | int, other: float) -> str:
    first, *behind = word(text, heights)
    run = [replace(first, others=((first.text.swapcase(), other),)), *behind]
    return apply_edits(text, doubted_case_edits([run]))[0]


def test_a_first_letter_in_doubt_has_the_case_of_its_height() -> None:
    assert doubted("Экз.", [SMALL, SMALL, SMALL, 4], 0.05) == "экз."
    assert doubted("Экз.", [CAPITAL, SMALL, SMALL, 4], 0.4) == "Экз."
    assert doubted("из", [CAPITAL, SMALL], 0.4) == "Из"
    assert doubted("из", [SMALL, SMALL], 0.4) == "из"


def test_a_first_letter_without_doubt_stays() -> None:
    assert doubted("Экз", SMALL, 0.01) == "Экз"
    assert doubted("Союз", [9, 9, 9, 9], 0.3) == "Союз", "too few pixels"
    assert doubted("КОСМОС", SMALL, 0.3) == "КОСМОС", "nothing to measure by"
