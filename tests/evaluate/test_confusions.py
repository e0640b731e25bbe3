"""Planted misreadings are counted as what they are."""

import pytest

from ocr.document import ZoneKind
from ocr.evaluate.align import Edits
from ocr.evaluate.confusions import Confusion, confusions
from ocr.evaluate.rates import TextScore
from ocr.evaluate.score import LineScore
from ocr.geometry import Box


def line(truth, output, kind=ZoneKind.BODY, paired=None):
    some = TextScore(Edits(len(truth), 1), Edits(1, 1))
    return LineScore("l", kind, Box(0, 0, 9, 9), False, False, some, some, truth, output, paired)


def test_substitutions_gaps_and_additions_are_counted_commonest_first():
    found = confusions(
        [line("кот", "кет"), line("том", "тем"), line("дом", "до"), line("до", "дои")]
    )
    assert found == (Confusion("о", "е", 2), Confusion("", "и", 1), Confusion("м", "", 1))


def test_lost_lines_and_long_gaps_tell_of_layout_and_handwriting_of_nothing():
    lost = [line("Москва", ""), line("", "Москва"), line("Москва и Пекин", "Москва")]
    assert confusions([*lost, line("кот", "кет", ZoneKind.HANDWRITING)]) == ()


def test_a_line_read_elsewhere_is_compared_with_what_was_read_there():
    assert confusions([line("кот", "щ", paired="кет")]) == (Confusion("о", "е", 1),)


@pytest.mark.parametrize("pair", ["О0", "CС", "З3", "I1", "1І"])
def test_twins_are_marked(pair):
    assert Confusion(*pair, 1).look_alike


@pytest.mark.parametrize("pair", [("о", "е"), ("О", "о"), (" ", ""), ("", "0")])
def test_other_pairs_are_not(pair):
    assert not Confusion(*pair, 1).look_alike
