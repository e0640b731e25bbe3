"""Misread letters of unknown words are mended; what a dictionary cannot judge is left alone."""

import pytest

from ocr.assemble import undo
from ocr.assemble.changes import apply_edits
from ocr.assemble.spelling import spaced_edits, spelling_edits


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


def shares(text: str, **others: float) -> list[tuple[tuple[str, float], ...]]:
    """What each letter might be: itself at 0.9, and `others` where a letter of the text is named.

    Names are the letter read and the one it might be, as `ое`.
    """
    return [
        ((c, 0.9), *((pair[1], share) for pair, share in others.items() if pair[0] == c))
        for c in text
    ]


@pytest.mark.parametrize(
    ("read", "others", "typed"),
    [
        ("кодорсе", {"се": 0.05}, "кодорсе"),  # no known word comes out
        ("человск", {"се": 0.05}, "человек"),
        ("человск", {"се": 0.001}, "человск"),  # hardly likely
        ("пимвели", {"ир": 0.3, "ми": 0.2}, "привели"),
        ("столь", {"тк": 0.8}, "столь"),  # known
        ("Адександрия", {"дл": 0.3}, "Александрия"),
        ("Адександрия", {"дл": 0.02}, "Адександрия"),  # perhaps a name
        ("РЕЗОЛЮЦИИ", {"ЮЛ": 0.8}, "РЕЗОЛЮЦИИ"),
        ("резолюцня 12", {"ни": 0.4}, "резолюция 12"),
    ],
)
def test_what_an_engine_offers_is_taken_where_a_known_word_comes_out(
    read: str, others: dict[str, float], typed: str
) -> None:
    edits = spelling_edits(read, False, shares(read, **others))
    assert apply_edits(read, edits)[0] == typed


def test_letters_of_a_spaced_name_are_mended_as_those_of_a_word() -> None:
    read = "В О Б Р О В"
    others = [(("В", 0.8), ("Б", 0.2)), *shares(read[1:])]
    assert apply_edits(read, spaced_edits(read, others))[0] == "Б О Б Р О В"
    others[0] = (("В", 0.99), ("Б", 0.01))
    assert spaced_edits(read, others) == []
