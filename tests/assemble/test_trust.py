"""How far words are believed: by what they are, and how their line reads."""

import pytest

from ocr.assemble.trust import Sort, sort_of, sorts, trusted
from ocr.document import Word
from ocr.geometry import Box

BOX = Box(0, 0, 9, 9)


def line(text: str, *confidences: float) -> list[Word]:
    return [Word(t, BOX, c) for t, c in zip(text.split(), confidences, strict=True)]


@pytest.mark.parametrize(
    ("text", "cut", "sort"),
    [
        ("товарищу,", False, Sort.KNOWN),
        ("тов.товарищу", False, Sort.KNOWN),
        ("тсварищу", False, Sort.UNKNOWN),
        ("тсв", False, Sort.SHORT),
        ("н", False, Sort.SINGLE),
        ("сообще-", True, Sort.CUT),
        ("25348", False, Sort.FIGURE),
        ("7.X.50", False, Sort.MIXED),
        ("—", False, Sort.SIGN),
    ],
)
def test_what_sort_a_word_is(text: str, cut: bool, sort: Sort) -> None:
    assert sort_of(text, cut) is sort


def test_parts_of_words_at_line_ends_are_no_unknown_words() -> None:
    words = line("щение переда но сообще-", 0.9, 0.9, 0.9, 0.9)
    assert sorts(words, goes_on=True)[0] is Sort.CUT
    assert sorts(words, goes_on=False)[0] is not Sort.CUT
    assert sorts(words, goes_on=True)[-1] is Sort.CUT


def test_a_word_is_believed_less_that_nobody_knows_or_that_stands_among_bad_ones() -> None:
    known, unknown = (trusted(line(f"{w} товарищу", 0.9, 0.9), False)[0] for w in ("было", "бшло"))
    assert unknown.confidence < known.confidence
    good, bad = (trusted(line("было товарищу", 0.9, c), False)[0] for c in (0.99, 0.2))
    assert bad.confidence < good.confidence
    rising = [trusted(line("было", c), False)[0].confidence for c in (0.0, 0.3, 0.7, 1.0)]
    assert rising == sorted(rising) and 0 < rising[0] < rising[-1] < 1
