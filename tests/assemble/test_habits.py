"""A typist strikes the same sign for a figure all over a page."""

from dataclasses import replace

from ocr.assemble.changes import undo
from ocr.assemble.habits import in_one_hand
from ocr.document import Change, Line, Word
from ocr.geometry import Box

BOX = Box(0, 0, 10, 10)


def line(text: str, *changes: Change) -> Line:
    words = tuple(Word(word, BOX, 0.9) for word in text.split(" "))
    return Line("p1-l1", "p1-z1", BOX, text, 0.9, words, changes)


def texts(*rows: str) -> list[str]:
    return [each.text for each in in_one_hand([line(row) for row in rows], {"p1-z1"})]


def test_a_three_read_as_a_letter_is_the_figure_where_the_others_are() -> None:
    assert texts("73103 33941", "9З420 З. Зуев 13") == ["73103 33941", "93420 З. Зуев 13"]


def test_a_figure_read_where_the_typist_strikes_letters_is_a_letter() -> None:
    assert texts("I9З4 З2ЗЗ7", "53 руб.") == ["I9З4 З2ЗЗ7", "5З руб."]


def test_what_is_struck_either_way_stays() -> None:
    rows = ["73 З4 З5", "13 9З"]
    assert texts(*rows) == rows


def test_words_follow_and_the_change_leads_back() -> None:
    first, second = in_one_hand(
        [line("33333"), line("на З5 с", Change(6, "c", "с", "look-alike"))], {"p1-z1"}
    )
    assert [word.text for word in second.words] == ["на", "35", "с"]
    assert undo(second.text, second.changes) == "на З5 c"
    assert second.meant is None  # nothing else is to be read than stands there
    assert not first.changes


def test_print_has_figures_whatever_the_typist_strikes() -> None:
    form = replace(line("НЕ ПОЗДНЕЕ 3 СУТОК"), zone="p1-z2")
    assert in_one_hand([line("З4ЗЗ З5"), form], {"p1-z1"})[1] == form


def test_what_was_meant_by_a_letter_is_told() -> None:
    assert in_one_hand([line("З4ЗЗ"), line("73")], {"p1-z1"})[1].meant == "73"
