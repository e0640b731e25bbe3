"""Misread letters of unknown words are mended; what a dictionary cannot judge is left alone."""

import pytest

from ocr.assemble import undo
from ocr.assemble.changes import apply_edits
from ocr.assemble.spelling import spelling_edits


def mended(text: str, after_hyphen: bool = False) -> str:
    return apply_edits(text, spelling_edits(text, after_hyphen))[0]


@pytest.mark.parametrize(
    ("read", "typed"),
    [
        ("человек, у котерого много", "человек, у которого много"),
        ("нарелное правительство", "нарелное правительство"),  # two letters off
        ("наролное правительство", "народное правительство"),
        ("(три ливизии)", "(три дивизии)"),
    ],
)
def test_one_misread_letter_is_mended(read: str, typed: str) -> None:
    assert mended(read) == typed


@pytest.mark.parametrize(
    "read",
    [
        "ЛИВИЗИЯ",  # capitals: names and abbreviations
        "Ливизия",
        "Чередикина и Араушкин",
        "межлуна-",  # half a word
        "1950г. и 300кг",
        "кот",  # known
        "фбврл",  # nothing near
        "Pravda kotopoe",
    ],
)
def test_what_cannot_be_judged_stays(read: str) -> None:
    assert mended(read) == read


def test_the_second_half_of_a_word_stays() -> None:
    assert mended("ролной обстановки", after_hyphen=True) == "ролной обстановки"


def test_mending_is_logged_and_undone() -> None:
    text, changes = apply_edits("наролное", spelling_edits("наролное", False))
    assert [c.reason for c in changes] == ["dictionary"]
    assert undo(text, changes) == "наролное"
