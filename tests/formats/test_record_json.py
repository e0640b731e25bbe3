"""The JSON document: nothing lost on the way, valid by its own schema, the same bytes each time."""

import json
import math
from dataclasses import replace

import jsonschema
import pytest

from ocr.document import (
    Change,
    Document,
    Field,
    Line,
    Mark,
    MarkKind,
    Page,
    Paragraph,
    Source,
    Step,
    Word,
    Zone,
    ZoneKind,
)
from ocr.errors import TruthError
from ocr.formats.record import dump, flatten, from_json, load, nest, schema, to_json
from ocr.formats.text import reading_text, sheet_text
from ocr.geometry import Box, Point


def field(name, value, ids=("p1-l1",)):
    return Field(name, value, str(value), ids, 0.875)


RECORD = (
    field("kind", "шифртелеграмма"),
    field("received_at", "1950-10-07T11:55"),
    *(field(f"copies.{n}.number", n + 1) for n in range(12)),
    field("references.0", "4676"),
    field("deciphered.by", "Араушкин"),
    field("deciphered.at", "1950-10-07T13:00"),
    field("sheets", 3),
    field("incoming_stamps.0.number", "3645"),
)
ZONES = (
    Zone("p1-z1", ZoneKind.HEAD, Box(0, 0, 90, 20), 0),
    Zone("p1-z2", ZoneKind.GRID, Box(0, 20, 90, 40), 1, "copies"),
)
LINES = (
    Line(
        "p1-l1",
        "p1-z1",
        Box(1, 2, 80, 18),
        "ШИФР",
        0.75,
        (Word("ШИФР", Box(1, 2, 80, 18), 0.5),),
        (Change(0, "W", "Ш", "latin look-alike"),),
        (Point(1.25, 18.0), Point(80.0, 18.5)),
    ),
    Line("p1-l2", "p1-z2", Box(1, 22, 80, 38), "№ I9", 1.0, (), meant="№ 19"),
)
PAGE = Page(
    0,
    (100, 140),
    300.0,
    (Step("skew", {"angle_deg": -1.37}),),
    ZONES,
    LINES,
    (Mark(MarkKind.HOLE, Box(3, 4, 9, 9)),),
)
DOCUMENT = Document(
    Source("25348.pdf", "0" * 64, 2),
    (PAGE, replace(PAGE, index=1, zones=(), lines=(), marks=())),
    (
        Paragraph("раз два", ("p1-l1", "p1-l2"), (Change(3, "-\n", "", "hyphen"),)),
        Paragraph("три", ("p1-l2",)),
    ),
    RECORD,
    {"engine": "tesseract", "versions": {"tesseract": "5.3"}},
)


def test_a_record_is_nested_and_flattened_without_loss():
    record = nest(RECORD)
    assert record["copies"][11]["number"]["value"] == 12
    assert record["deciphered"]["by"]["line_ids"] == ["p1-l1"]
    assert flatten(record) == RECORD


@pytest.mark.parametrize("names", [("a", "a"), ("a", "a.b"), ("a.b", "a"), ("a.0", "a.0.b")])
def test_a_name_is_a_field_or_a_group_and_only_once(names):
    with pytest.raises(ValueError, match="field"):
        nest(field(name, "x") for name in names)


def test_a_document_survives_its_file():
    text = dump(to_json(DOCUMENT))
    assert from_json(load(text.encode(), "25348.json"), "25348.json") == DOCUMENT
    assert text == dump(to_json(DOCUMENT)) and text.endswith("}\n") and "ШИФР" in text


def test_the_schema_holds_for_what_is_written_and_for_nothing_else():
    validator = jsonschema.Draft202012Validator(schema())
    validator.check_schema(schema())
    data = to_json(DOCUMENT)
    assert not list(validator.iter_errors(data))
    for spoil in (
        lambda d: d["record"].update(colour=d["record"]["kind"]),
        lambda d: d["record"]["kind"].update(confidence=1.5),
        lambda d: d["record"]["sheets"].update(value="3"),
        lambda d: d["pages"][0]["zones"][0].update(kind="foot"),
        lambda d: d["pages"][0]["lines"][0].pop("words"),
        lambda d: d.pop("provenance"),
    ):
        bad = json.loads(json.dumps(data))
        spoil(bad)
        assert list(validator.iter_errors(bad))


def test_the_schema_knows_every_kind_and_explains_every_property():
    defs = schema()["$defs"]
    kinds = defs["page"]["properties"]["zones"]["items"]["properties"]["kind"]["enum"]
    assert set(kinds) == {k.value for k in ZoneKind}
    marks = defs["page"]["properties"]["marks"]["items"]["properties"]["kind"]["enum"]
    assert set(marks) == {k.value for k in MarkKind}


def test_small_values_stay_on_one_line_and_long_ones_do_not():
    lines = dump(to_json(DOCUMENT)).splitlines()
    assert any('"box": [0, 0, 90, 20]' in line for line in lines)
    assert max(map(len, lines)) <= 130


def test_floats_are_rounded_and_what_json_cannot_say_is_left_out():
    step = Step("skew", {"angle_deg": 1 / 3, "confidence": math.nan})
    page = to_json(replace(DOCUMENT, pages=(replace(PAGE, steps=(step,)),)))["pages"][0]
    assert page["steps"] == [{"name": "skew", "measured": {"angle_deg": 0.3333}}]


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"{\n,", "a.json, line 2"),
        (b"[]", "a.json, line 1"),
        (b"{\n\xff}", "a.json, line 2: not UTF-8"),
        (b"[" * 100_000, "a.json, line 1"),
        (b"{}", "a.json: no document of shifrovka: schema is missing"),
        (b'{"schema": {"name": "other", "version": 1}}', "schema other 1 is not"),
        (dump(to_json(DOCUMENT)).replace("[0, 0, 90, 20]", "[0, 0, 90]").encode(), "a.json"),
        (dump(to_json(DOCUMENT)).replace('"hole"', '"whole"').encode(), "whole"),
        (
            dump(to_json(DOCUMENT)).replace('"value": 3', '"value": null').encode(),
            "copies.2.number",
        ),
    ],
)
def test_what_is_no_document_is_named(data, complaint):
    with pytest.raises(TruthError) as e:
        from_json(load(data, "a.json"), "a.json")
    assert complaint in str(e.value) and "\n" not in str(e.value)


def test_sheet_text_goes_by_zones_and_pages():
    swapped = replace(PAGE, lines=LINES[::-1])
    empty = DOCUMENT.pages[1]
    document = replace(DOCUMENT, pages=(swapped, empty, PAGE))
    assert sheet_text(document) == "ШИФР\n№ I9\n\f\n\fШИФР\n№ I9\n"


def test_reading_text_has_a_paragraph_a_line():
    assert reading_text(DOCUMENT) == "раз два\n\nтри\n"
