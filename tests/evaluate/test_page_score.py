"""Errors planted in a line show in that line, and all sums are sums of the same counts."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.document import Line, Mark, MarkKind, Page, Word, Zone, ZoneKind
from ocr.evaluate.align import Edits, align, graphemes
from ocr.evaluate.normalize import NORMALISATIONS, reading, typed
from ocr.evaluate.page_score import score_page, score_pages
from ocr.evaluate.rates import Rate, score_text, sum_scores
from ocr.geometry import Box

KINDS = (ZoneKind.HEAD, ZoneKind.BODY, ZoneKind.SIGN_OFF)


def page(rows, marks=(), index=0):
    """Rows of (kind, text), a zone each; boxes one below the other, 1000 px wide."""
    zones, lines = [], []
    for n, (kind, text) in enumerate(rows):
        box = Box(0, 50 * n, 1000, 50 * n + 40)
        zones.append(Zone(f"z{n}", kind, box, n))
        lines.append(Line(f"l{n}", f"z{n}", box, text, 1.0, ()))
    return Page(index, (1000, 5000), 300.0, (), tuple(zones), tuple(lines), tuple(marks))


def random_rows(rng, count=30, length=40):
    """Lines of letters in no order at all, so that no two are alike."""
    alphabet = "абвгдежзиклмнопрстуфхцчшщэюя"
    return [
        (
            rng.choice(KINDS),
            " ".join("".join(rng.choices(alphabet, k=length // 5)) for _ in "12345"),
        )
        for _ in range(count)
    ]


rows_of_few_letters = st.lists(
    st.tuples(st.sampled_from(KINDS), st.text("аб -", max_size=8)), max_size=6
)


@pytest.mark.parametrize("name", NORMALISATIONS)
@settings(max_examples=80, deadline=None)
@given(truth=rows_of_few_letters, output=rows_of_few_letters)
def test_lines_sum_to_the_page(name, truth, output):
    norm = NORMALISATIONS[name]
    score = score_page(page(truth), page(output), norm)
    texts = ["\n".join(text for _, text in rows if text.strip()) for rows in (truth, output)]
    whole = score_text(*texts, norm)
    sums = score.figures
    assert sums.text.cer == whole.cer and sums.text.wer == whole.wer
    assert sum_scores(sums.by_kind.values()) == sums.text
    assert sum_scores(sums.by_mark.values()) == sums.text
    assert sum_scores(sums.by_kind_unordered.values()) == sums.unordered
    assert sums.unordered.cer.total == whole.cer.total
    assert sums.unordered.cer.errors <= whole.cer.errors
    assert score.bag.errors <= whole.wer.errors
    for line in score.lines:
        if line.truth is None:
            assert line.text.chars.errors == line.text.words.errors == 0
        else:
            distance = align(graphemes(line.truth), graphemes(line.output))
            assert distance.errors == line.text.chars.errors
            assert distance.errors == sum(op.errors for op in line.operations)
            assert line.spurious == (line.text.chars.truth == 0 and line.truth == "")


def test_planted_errors_are_found_at_their_places_and_rates():
    rng = random.Random(25348)
    truth = random_rows(rng)
    planted = {}
    output = []
    for n, (kind, text) in enumerate(truth):
        letters = list(text)
        for place in sorted(rng.sample(range(0, len(letters), 3), n % 5), reverse=True):
            if rng.random() < 0.5:
                letters[place : place + 1] = ["Ж"]
                planted.setdefault(n, []).append(("replace", place))
            else:
                letters[place:place] = ["Ж"]
                planted.setdefault(n, []).append(("insert", place))
        output.append((kind, "".join(letters)))
    score = score_page(page(truth), page(output), typed)
    found = {}
    for n, line in enumerate(score.lines):
        for op in line.operations:
            if op.kind != "equal":
                assert op.errors == 1
                found.setdefault(n, []).append((op.kind, op.truth_start))
    assert found == {n: places[::-1] for n, places in planted.items()}
    errors = dict.fromkeys(KINDS, 0)
    for n, places in planted.items():
        errors[truth[n][0]] += len(places)
    assert {k: s.chars.errors for k, s in score.figures.by_kind.items()} == errors


def test_a_zone_in_the_wrong_place_costs_nothing_in_any_order():
    truth = random_rows(random.Random(1))
    output = truth[20:] + truth[:20]
    score = score_page(page(truth), page(output), typed)
    assert score.figures.text.chars.errors > 300
    assert score.figures.unordered.chars.errors == score.figures.unordered.words.errors == 0
    assert score.bag.errors == 0
    moved = [line for line in score.lines if line.paired is not None and not line.spurious]
    assert moved and all(line.paired.strip() == line.truth.strip() for line in moved)


def test_lines_cut_otherwise_cost_no_more_than_in_order():
    truth = random_rows(random.Random(2), 10)
    whole = [(ZoneKind.BODY, " ".join(text for _, text in truth))]
    score = score_page(page(truth), page(whole), typed)
    assert score.figures.text == score.figures.unordered
    assert score.figures.text.chars.errors == 0


def test_an_added_line_stands_alone_with_the_kind_of_its_zone():
    truth = random_rows(random.Random(3), 6)
    output = [*truth[:3], (ZoneKind.STAMP, "ЖЖЖЖ ЩЩЩ"), *truth[3:]]
    score = score_page(page(truth), page(output), typed)
    assert [line.id for line in score.lines if line.spurious] == ["l3"]
    extra = score.lines[3]
    assert (extra.kind, extra.output, extra.truth) == (ZoneKind.STAMP, "ЖЖЖЖ ЩЩЩ ", "")
    assert extra.text.chars == Edits(0, 0, 9, 0) and extra.text.words == Edits(0, 0, 2, 0)
    assert score.figures.text.cer.errors == 9
    assert score.figures.by_kind[ZoneKind.STAMP].cer == Rate(9, 0)


def test_a_missing_line_is_missing_alone():
    truth = random_rows(random.Random(4), 6)
    score = score_page(page(truth), page(truth[:2] + truth[3:]), typed)
    wrong = [line for line in score.lines if line.truth is not None]
    assert [(line.id, line.output) for line in wrong] == [("l2", "")]
    assert wrong[0].text.chars == Edits(len(truth[2][1]) + 1, 0, 0, len(truth[2][1]) + 1)
    assert score_page(page(truth), None, typed).figures.text.cer.value == 1.0


def test_nothing_against_nothing_is_no_error():
    empty = score_page(page([]), page([]), typed)
    assert empty.figures.text.cer == Rate(0, 0) and empty.lines == ()
    added = score_page(page([]), page([(ZoneKind.BODY, "раз")]), typed)
    assert added.figures.text.cer == Rate(3, 0) and added.figures.text.cer.value is None


def test_what_stands_apart_is_in_no_sum():
    truth = [(ZoneKind.BODY, "раз"), (ZoneKind.HANDWRITING, "Михайлов")]
    score = score_page(page(truth), page(truth[:1]), typed)
    assert score.figures.text.cer == Rate(0, 3)
    assert score.figures.by_kind[ZoneKind.HANDWRITING].cer == Rate(8, 8)
    assert [line.apart for line in score.lines] == [False, True]


def test_type_under_marks_is_told_from_type_elsewhere():
    rows = [(ZoneKind.BODY, "аааа"), (ZoneKind.BODY, "бббб"), (ZoneKind.STAMP, "вввв")]
    marks = [
        Mark(MarkKind.STAMP, Box(900, 60, 1000, 100)),
        Mark(MarkKind.HANDWRITING, Box(990, 0, 1000, 40)),  # a hundredth of the line
        Mark(MarkKind.RULE, Box(0, 0, 1000, 40)),
    ]
    wrong = [(kind, text.replace(text[0], "ж", 2)) for kind, text in rows]
    score = score_page(page(rows, marks), page(wrong), typed)
    assert [line.marked for line in score.lines] == [False, True, False]
    by_mark = score.figures.by_mark
    assert (by_mark[True].cer, by_mark[False].cer) == (Rate(2, 5), Rate(2, 5))


def test_words_are_right_at_their_place_or_in_their_line():
    truth = random_rows(random.Random(5), 6)
    output = page(truth[3:] + truth[:3])
    lines = []
    for n, line in enumerate(output.lines):
        texts = [*line.text.split()[:4], "ЖЖ"]
        words = tuple(Word(t, line.box, 0.9 - k / 10) for k, t in enumerate(texts))
        lines.append(
            Line(line.id, line.zone, line.box, " ".join(texts), 1.0, words[: 5 - (n == 0)])
        )
    output = Page(0, output.size_px, 300.0, (), output.zones, tuple(lines))
    score = score_page(page(truth), output, typed)
    # the first line's words are not told one by one: none of them is judged
    assert score.right.tolist() == [True, True, True, True, False] * 5
    assert np.allclose(score.confidences, [0.9, 0.8, 0.7, 0.6, 0.5] * 5)


def test_reading_resolves_hyphens_over_sheets_and_takes_what_was_meant():
    sheets = {
        0: page([(ZoneKind.BODY, "большое превос-")]),
        1: page([(ZoneKind.HEAD, "Лист 2"), (ZoneKind.BODY, "ходство I950")], index=1),
    }
    line = sheets[1].lines[1]
    meant = Line(line.id, line.zone, line.box, line.text, 1.0, (), meant="ходство 1950")
    sheets[1] = Page(1, (1000, 5000), 300.0, (), sheets[1].zones, (sheets[1].lines[0], meant))
    joined = {
        0: page([(ZoneKind.BODY, "большое превос")]),
        1: page([(ZoneKind.HEAD, "Лист 2"), (ZoneKind.BODY, "ходство 1950")], index=1),
    }
    first, second = score_pages(sheets, joined, reading)
    assert first.figures.text.chars.errors == second.figures.text.chars.errors == 0
    first, second = score_pages(sheets, joined, typed)
    assert (first.figures.text.chars.errors, second.figures.text.chars.errors) == (1, 1)
