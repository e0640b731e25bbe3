"""What a pencil or grain left beside a line goes; what was typed there stays."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ocr.assemble.strays import without_strays
from ocr.document import Char, LineReading, TextLine
from ocr.geometry import Box

PITCH = 20
MARGIN = 200
TEXT = ["наших войск", "требуется помощь", "не позднее мая", "и доложите", "об исполнении"]


def line(text: str, at: int, left: int = MARGIN, sure: Sequence[float] = ()) -> LineReading:
    """A line in cells of `PITCH`; `sure`: confidence of its first characters."""
    chars = tuple(
        Char(c, Box(left + PITCH * i, 40 * at, left + PITCH * i + 16, 40 * at + 20), s)
        for i, (c, s) in enumerate(zip(text, [*sure, *[1.0] * len(text)], strict=False))
    )
    box = Box(left, 40 * at, left + PITCH * len(text), 40 * at + 20)
    return LineReading(TextLine(f"l{at}", "z1", at, box, (), 20.0, float(PITCH)), chars, "neural")


PAGE = [line(text, at) for at, text in enumerate(TEXT)]


def kept(stray: LineReading) -> LineReading:
    before, after = PAGE[:2], PAGE[2:]
    found = without_strays([*before, stray, *after])
    assert [*found[:2], *found[3:]] == PAGE
    return found[2]


def test_a_sign_alone_in_the_margin_goes() -> None:
    left = kept(line("! помощь", 9, MARGIN - 2 * PITCH, [0.8]))
    assert left.text == "помощь"
    assert left.line.box.left == MARGIN


@pytest.mark.parametrize(
    "typed",
    [
        line("1 помощь", 9, MARGIN - 2 * PITCH, [1.0]),  # read without doubt
        line("8. помощь", 9, MARGIN - 3 * PITCH, [0.7, 0.9]),  # more than a sign
        line("! помощь", 9, MARGIN, [0.8]),  # in the margin of the text
        line("! помощь", 9, MARGIN - 4 * PITCH, [0.8]),  # others begin elsewhere
    ],
)
def test_what_may_be_type_stays(typed: LineReading) -> None:
    assert kept(typed) == typed


def test_a_column_of_numbers_in_the_margin_stays() -> None:
    points = [
        line(f"{at} {text}", at, MARGIN - 2 * PITCH, [0.9]) for at, text in enumerate(TEXT, 1)
    ]
    assert without_strays([*PAGE, *points]) == [*PAGE, *points]


def test_guesses_at_the_ends_go_and_those_within_stay() -> None:
    ends = line("ии помощь ар", 9, MARGIN, [0.2, 0.2, *[1.0] * 8, 0.2, 0.2])
    assert kept(ends).text == "помощь"
    within = line("об ии помощи", 9, MARGIN, [1.0, 1.0, 1.0, 0.2, 0.2])
    assert kept(within) == within


def test_a_line_of_one_word_and_one_on_a_mark_stay() -> None:
    assert kept(line("ар", 9, MARGIN, [0.2, 0.2])).text == "ар"
    stamp = line("! помощь", 9, MARGIN - 2 * PITCH, [0.8])
    stamp = replace(stamp, line=replace(stamp.line, on_marks=True))
    assert kept(stamp) == stamp
