"""Errors planted at known places are counted as such, whatever letters are made of."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.evaluate.align import Edits, align, graphemes
from ocr.evaluate.normalize import NORMALISATIONS, lookalike, reading, strict, typed
from ocr.evaluate.rates import Rate, TextScore, score_lines, score_text, sum_scores

ALPHABET = "абвгдежз ий́-1\n"


def distance_by_the_book(a, b):
    """Wagner and Fischer's table, as slow and as plain as they wrote it."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        above, row[0] = row[:], i
        for j, y in enumerate(b, 1):
            row[j] = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y))
    return row[-1]


@settings(max_examples=150, deadline=None)
@given(st.text(ALPHABET, max_size=20), st.text(ALPHABET, max_size=20))
def test_the_distance_is_levenshteins(truth, output):
    a, b = graphemes(truth), graphemes(output)
    edits = align(a, b)
    assert edits.errors == distance_by_the_book(a, b)
    assert edits.truth == len(a)
    assert len(a) - edits.deletions + edits.insertions == len(b)


def test_a_letter_with_its_marks_is_one_grapheme():
    assert graphemes("й") == ["й"]
    assert graphemes("и\u0306а\u0301") == ["й", "а\u0301"]
    assert align(graphemes("за\u0301мок"), graphemes("замо\u0301к")).errors == 2


def test_planted_errors_are_counted_as_planted():
    rng = random.Random(25348)
    truth = [rng.choice("абвгдежзик") for _ in range(4000)]
    places = list(range(0, 4000, 100))
    output = truth[:]
    for n, place in reversed(list(enumerate(places))):
        if n % 4 == 0:
            del output[place]
        elif n % 4 == 1:
            output.insert(place, "Ж")
        else:
            output[place] = "Ж"
    assert align(truth, output) == Edits(4000, 20, 10, 10)


def test_rates_add_by_counts_and_never_divide_by_zero():
    total = Rate(1, 10) + Rate(0, 990)
    assert total == Rate(1, 1000) and total.value == 0.001 and total.percent() == "0.10"
    assert Rate(0, 0).value == 0.0
    assert Rate(3, 0).value is None and Rate(3, 0).percent() == "–"
    assert score_text("", "раз", typed).cer == Rate(3, 0)
    assert score_text("", "", typed) == TextScore()
    assert score_lines([], ["раз"], typed).cer == Rate(3, 0)


def test_words_are_counted_beside_graphemes():
    score = score_text("раз два три", "раз дза три четыре", typed)
    assert score.cer == Rate(8, 11)
    assert score.wer == Rate(2, 3)


def test_a_line_break_is_one_blank():
    assert score_text("раз\nдва\r\nтри", "раз два три", strict).cer == Rate(0, 11)


def test_lines_pair_by_what_they_say():
    truth = ["первая строка", "вторая строка", "№ 9"]
    output = ["№ 9", "вторая стрОка", "первая строка", "лишнее"]
    score = score_lines(truth, output, typed)
    assert score.cer == Rate(1 + len("лишнее"), 13 + 13 + 3)
    assert score_text("\n".join(truth), "\n".join(output), typed).cer.errors > 15
    assert sum_scores([score, score]).cer == Rate(14, 58)


def test_normalisations_do_what_they_say():
    assert strict("и\u0306  «а»") == "й  «а»"
    assert typed(" «а»  —  “б” \n\n…") == '"а" - "б" ...'
    assert reading("превос-\nходство  Ф И Л И П П О В У ещё Мао-\nЦзе") == (
        "превосходство ФИЛИППОВУ еще Мао- Цзе"
    )
    assert lookalike("PОЩИH") == "РОЩИН"
    cost = score_text("РОЩИН", "PОЩИH", typed).cer, score_text("РОЩИН", "PОЩИH", lookalike).cer
    assert cost == (Rate(2, 5), Rate(0, 5))


@pytest.mark.parametrize("name", NORMALISATIONS)
@given(st.text("абЁи\u0306«»—- \n\u00ad…A", max_size=30))
def test_a_normalisation_changes_nothing_twice(name, text):
    once = NORMALISATIONS[name](text)
    assert NORMALISATIONS[name](once) == once
