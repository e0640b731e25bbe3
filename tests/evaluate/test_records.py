"""Records: what is right, wrong, missing and invented, and which values are the same."""

from dataclasses import replace

import pytest

from ocr.document import Field
from ocr.evaluate.rates import Rate
from ocr.evaluate.records import Tally, field_kind, score_record
from ocr.evaluate.values import same_value


def field(name, value):
    return Field(name, value, str(value), (), 1.0)


RECORD = (
    field("number", "25348"),
    field("origin", "Пекин"),
    field("references.0", "4676"),
    field("references.1", "4677"),
    *(field(f"copies.{n}.number", n + 1) for n in range(4)),
    field("copies.0.addressee", "Сталин"),
    field("copies.2.addressee", "Молотов"),
    field("incoming_stamps.0.number", "3645"),
    field("incoming_stamps.0.date", "1950-10-19"),
)


def test_records_are_judged_field_by_field():
    output = (
        field("number", " 25348 "),
        field("origin", "Нанкин"),
        field("references.0", "4677"),
        field("sheets", 3),
        field("copies.0.number", 1),
        field("copies.1.number", 3),
        field("copies.1.addressee", "МОЛОТОВ"),
        field("copies.2.number", 4),
        field("copies.2.addressee", "Микоян"),
        field("copies.3.number", 7),
        field("incoming_stamps.0.date", "1950-10-19"),
        field("incoming_stamps.0.number", "3645"),
    )
    score = score_record(RECORD, output)
    verdicts = {f.name: f.verdict.value for f in score.fields}
    assert verdicts == {
        "number": "right",
        "origin": "wrong",
        "references.4676": "missing",
        "references.4677": "right",
        "incoming_stamps.3645.number": "right",
        "incoming_stamps.3645.date": "right",
        "sheets": "invented",
    }
    # slot 1 lost its name, 2 is missing, 4 got a name, 7 is invented; only 3 is right
    assert (score.grid, score.addressees) == (Rate(4, 4), Rate(1, 2))
    assert score.tally == Tally(4, 1, 1, 1)
    assert {s.name: s.verdict.value for s in score.slots} == {
        "copies.1": "wrong",
        "copies.2": "missing",
        "copies.3": "right",
        "copies.4": "wrong",
        "copies.7": "invented",
    }
    twice = score_record(RECORD, (*RECORD, field("copies.9.number", 4)))
    assert twice.grid == Rate(1, 4)
    misread = [replace(f, value="3845") if f.name.endswith("0.number") else f for f in RECORD[-2:]]
    stamp = {f.name: f.verdict.value for f in score_record(RECORD[-2:], misread).fields}
    assert stamp == {"incoming_stamps.3645.number": "wrong", "incoming_stamps.3645.date": "right"}


def test_tallies_add_and_never_divide_by_zero():
    total = Tally(3, 1, 0, 0) + Tally(1, 0, 1, 2)
    assert (total.precision, total.recall, total.wanted) == (4 / 7, 4 / 6, 6)
    assert total.f1 == pytest.approx(2 * (4 / 7) * (4 / 6) / (4 / 7 + 4 / 6))
    nothing = score_record((), ()).tally
    assert nothing.precision is None and nothing.recall is None and nothing.f1 is None


def test_a_field_is_the_same_in_all_documents():
    names = ("number", "references.4676", "incoming_stamps.3645.date", "deciphered.at")
    kinds = ["number", "references", "incoming_stamps.date", "deciphered.at"]
    assert [field_kind(name) for name in names] == kinds


@pytest.mark.parametrize(
    ("name", "a", "b", "same"),
    [
        ("signed_on", "1950-10-07", "7.10.50", True),
        ("signed_on", "1950-10-07", "7/10 1950 г.", True),
        ("signed_on", "1950-10-07", "7  Октября 1950 г.", True),
        ("signed_on", "1950-10-07", "8.10.50", False),
        ("typed.at", "1950-10-07T13:00", "13.00 7.10.50", True),
        ("typed.at", "1950-10-07T13:00", "1950-10-07", False),
        ("received_at", "неразб.", "Неразб.", True),
        ("incoming_stamps.3645.date", "7 октября 50", "1950-10-07", True),
        ("number", "7.10.50", "1950-10-07", False),
        ("copies.3", "Молотов", "тов. МОЛОТОВ", True),
        ("copies.3", "Молотов", "Молотову", False),
        ("signatory", "Рощин", "А. Рощин", True),
        ("signatory", "В.М. Молотов", "Молотов В. М.", True),
        ("signatory", "А. Рощин", "Н. Рощин", False),
        ("copies.3", "", "", True),
        ("copies.3", "", "Молотов", False),
        ("origin", "Орёл", "ОРЕЛ", True),
    ],
)
def test_dates_and_names_are_compared_by_what_they_mean(name, a, b, same):
    assert same_value(name, a, b) is same is same_value(name, b, a)
