"""Errors planted at known places are counted as such, whatever letters are made of."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.evaluate.align import COMPOUND, GRAPHEME, Edits, align, aligned, graphemes, settle
from ocr.evaluate.normalize import NORMALISATIONS, lookalike, reading, strict, typed
from ocr.evaluate.rates import Rate, TextScore, bag_of_words, score_text, sum_scores

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


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(["а", "б", " ", "а\u0301"]), max_size=16),
    st.lists(st.sampled_from(["а", "б", " ", "а\u0301"]), max_size=16),
    st.sets(st.integers(0, 16)),
    st.sets(st.integers(0, 16)),
)
def test_an_alignment_rebuilds_the_output_at_its_cost(a, b, a_starts, b_starts):
    for ops in (aligned(a, b), settle(aligned(a, b), a, b, a_starts, b_starts)):
        assert sum(op.errors for op in ops) == align(a, b).errors
        places = [0, 0]
        for op in ops:
            assert places == [op.truth_start, op.output_start]
            places = [op.truth_end, op.output_end]
            same = a[op.truth_start : op.truth_end] == b[op.output_start : op.output_end]
            assert same == (op.kind == "equal")
        assert places == [len(a), len(b)]


def test_a_missing_line_is_cut_out_with_its_own_blank():
    truth, output = list("раз два три"), list("раз три")
    moved = settle(aligned(truth, output), truth, output, {0, 4, 8}, {0, 4})
    assert [op for op in moved if op.kind != "equal"] == [("delete", 4, 8, 4, 4)]


def test_a_letter_with_its_marks_is_one_grapheme():
    assert graphemes("й") == ["й"]
    assert graphemes("и\u0306а\u0301") == ["й", "а\u0301"]
    assert align(graphemes("за\u0301мок"), graphemes("замо\u0301к")).errors == 2


def test_letters_that_are_taken_singly_are_graphemes():
    simple = [chr(n) for n in range(0x2200) if not COMPOUND.search(chr(n))]
    assert len(simple) > 800 and {"Ё", "№", "«", "Z"} <= set(simple)
    joined = "".join(a + b for a in simple for b in ("\n", "а", "=", a))
    assert GRAPHEME.findall(joined) == list(joined)


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
    score = score_text("раз", "рас", typed)
    assert sum_scores([score, score]).cer == Rate(2, 6)


def test_words_are_counted_beside_graphemes():
    score = score_text("раз два три", "раз дза три четыре", typed)
    assert score.cer == Rate(8, 11)
    assert score.wer == Rate(2, 3)


def test_a_bag_of_words_has_no_order():
    assert bag_of_words(["а", "б", "б", "в"], ["б", "в", "а", "б"]) == Edits(4)
    assert bag_of_words(["а", "б", "б", "в"], ["б", "г"]) == Edits(4, 1, 0, 2)
    assert bag_of_words([], ["а"]) == Edits(0, 0, 1, 0)


def test_a_line_break_is_one_blank():
    assert score_text("раз\nдва\r\nтри", "раз два три", strict).cer == Rate(0, 11)


def test_normalisations_do_what_they_say():
    assert strict("и\u0306  «а»") == "й  «а»"
    assert typed(" «а»  —  “б” \n\n…") == '"а" - "б" ...'
    assert typed("I950 /3О/ (1)") == "I950 /3О/ (1)"
    assert reading("превос-\nходство  Ф И Л И П П О В У ещё Мао-\nЦзе") == (
        "превосходство ФИЛИППОВУ еще Мао- Цзе"
    )
    assert lookalike("PОЩИH") == "РОЩИН"
    cost = score_text("РОЩИН", "PОЩИH", typed).cer, score_text("РОЩИН", "PОЩИH", lookalike).cer
    assert cost == (Rate(2, 5), Rate(0, 5))


@pytest.mark.parametrize("name", NORMALISATIONS)
@given(st.text("абЁиe\u0306\u0308«»—- \n\u00ad…A", max_size=30))
def test_a_normalisation_changes_nothing_twice(name, text):
    once = NORMALISATIONS[name](text)
    assert NORMALISATIONS[name](once) == once


@pytest.mark.parametrize("name", NORMALISATIONS)
@given(st.lists(st.text("абЁи\u0306«»- …A", max_size=12), max_size=5))
def test_a_text_is_its_pieces(name, rows):
    pieces = NORMALISATIONS[name].pieces(rows)
    assert len(pieces) == len(rows)
    assert "".join(pieces) == NORMALISATIONS[name]("\n".join(rows))
