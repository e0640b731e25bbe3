"""Folders scored: what is planted in one page shows there, and nothing goes missing in silence."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from ocr.document import Document, Field, Line, Page, Source, Step, Zone, ZoneKind
from ocr.errors import TruthError
from ocr.evaluate.rates import Rate
from ocr.evaluate.records import Verdict, score_record
from ocr.evaluate.report import score_folder
from ocr.evaluate.tables import tables, to_markdown, to_rich
from ocr.formats.page_xml import to_page_xml
from ocr.formats.record import dump, nest, to_json
from ocr.geometry import Box

BOX = Box(0, 0, 50, 20)
KINDS = (ZoneKind.HEAD, ZoneKind.BODY, ZoneKind.SIGN_OFF, ZoneKind.HANDWRITING)
TEXTS = ("ШИФРТЕЛЕГРАММА", "Прошу Ваших\nуказаний.", "Р О Щ И Н", "Михайлов")


def page(index=0, texts=TEXTS, kinds=KINDS, angle_deg=1.5):
    zones = tuple(Zone(f"p{index}-z{n}", k, BOX, n) for n, k in enumerate(kinds))
    lines = [
        Line(f"p{index}-l{n}-{m}", zones[n].id, BOX, row, 1.0, ())
        for n, text in enumerate(texts)
        for m, row in enumerate(text.split("\n"))
    ]
    return Page(
        index, (100, 100), 300.0, (Step("skew", {"angle_deg": angle_deg}),), zones, tuple(lines)
    )


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


def write(folder, name, pages, record=RECORD):
    path = folder / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    document = Document(Source(f"{name}.jpg", "", len(pages)), tuple(pages), (), record)
    path.write_text(dump(to_json(document)), encoding="utf-8")


@pytest.fixture
def folders(tmp_path):
    out, truth = tmp_path / "out", tmp_path / "truth"
    out.mkdir()
    truth.mkdir()
    (truth / "a.xml").write_bytes(to_page_xml(page(), "a.jpg"))
    (truth / "a.json").write_text(dump(nest(RECORD)), encoding="utf-8")
    (truth / "b.1.xml").write_bytes(to_page_xml(page(), "b.pdf"))
    (truth / "b.2.xml").write_bytes(to_page_xml(page(1), "b.pdf"))
    write(out, "a", [page()])
    write(out, "b", [page(), page(1)])
    return out, truth


def test_the_truth_scores_nothing_but_zeros(folders):
    score = score_folder(*folders)
    assert score.text.cer.value == score.unordered.cer.value == score.text.wer.value == 0.0
    assert [d.name for d in score.documents] == ["a", "b"]
    # 14 + 1 + 21 + 1 + 9 graphemes a page, three pages; handwriting is left out
    assert score.text.cer == Rate(0, 3 * 46)
    assert score.by_kind[ZoneKind.HANDWRITING].cer == Rate(0, 3 * 8)
    record = score.documents[0].record
    assert record.count(Verdict.RIGHT) == len(record.fields) == 6
    assert (record.grid, record.addressees) == (Rate(0, 4), Rate(0, 2))
    assert score.documents[0].pages[0].skew_error_deg == 0.0


def test_a_planted_error_shows_in_its_zone_and_page_alone(folders):
    out, truth = folders
    spoilt = page(1, (TEXTS[0], "Прошу Вашнх\nуказаний.", TEXTS[2], "ЖЖЖ"), angle_deg=1.25)
    write(out, "b", [page(), spoilt])
    b = score_folder(out, truth).documents[1]
    assert [p.text.cer.errors for p in b.pages] == [0, 1]
    assert {k: s.cer.errors for k, s in b.pages[1].by_kind.items() if s.cer.errors} == {
        ZoneKind.BODY: 1,
        ZoneKind.HANDWRITING: 8,
    }
    assert b.pages[1].skew_error_deg == 0.25


def test_text_that_nobody_had_to_read_betters_no_figure(folders):
    out, truth = folders
    kinds = (ZoneKind.BORN_DIGITAL, *KINDS[1:])
    (truth / "a.xml").write_bytes(to_page_xml(page(0, TEXTS, kinds), "a.jpg"))
    write(out, "a", [page(0, TEXTS, kinds)])
    a = score_folder(out, truth).documents[0]
    assert a.text.cer == Rate(0, 31) and a.by_kind[ZoneKind.BORN_DIGITAL].cer == Rate(0, 14)


def test_a_swapped_zone_costs_in_order_and_not_without(folders):
    out, truth = folders
    turned = page(0, TEXTS[::-1], KINDS[::-1])
    write(out, "a", [turned])
    a = score_folder(out, truth).documents[0]
    assert a.text.cer.errors > 20 and a.unordered.cer.errors == 0
    assert all(s.cer.errors == 0 for s in a.by_kind.values())


def test_what_has_no_counterpart_is_listed_and_lost_pages_count(folders):
    out, truth = folders
    write(out, "b", [page(), page(2)])
    write(out, "deep/c", [page()])
    (truth / "d.xml").write_bytes(to_page_xml(page(), "d.jpg"))
    (truth / "baseline.json").write_text("{}")
    (out / "manifest.json").write_text("{}")
    (out / "none").mkdir()
    nothing = tables(score_folder(out / "none", truth))
    assert [table.title for table in nothing] == ["Without counterpart"]
    score = score_folder(out, truth)
    assert score.truth_without_output == ("d",)
    assert score.output_without_truth == ("deep/c",)
    b = score.documents[1]
    assert (b.pages_without_output, b.pages_without_truth) == ((1,), (2,))
    assert b.text.chars.deletions == 46 and b.text.cer == Rate(46, 92)
    assert b.pages[1].skew_error_deg is None
    assert to_markdown(tables(score)[-1]).splitlines()[4:] == [
        "| d | output |",
        "| deep/c | truth |",
        "| b, page 2 | output |",
        "| b, page 3 | truth |",
    ]


def test_names_pair_through_subfolders_and_dots(tmp_path):
    out, truth = tmp_path / "out", tmp_path / "truth"
    write(out, "1950/e.2", [page()])
    truth.mkdir()
    (truth / "e.2.xml").write_bytes(to_page_xml(page(), "e.2.jpg"))
    assert score_folder(out, truth).documents[0].text.cer == Rate(0, 46)


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
    assert (score.precision, score.recall) == (4 / 6, 4 / 6)
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
    nothing = score_record((), ())
    assert nothing.precision is None and nothing.recall is None


def test_broken_files_are_named_with_their_line(folders):
    out, truth = folders
    (truth / "a.xml").write_bytes(b"<PcGts>\n<Page>\n</PcGts>")
    with pytest.raises(TruthError, match=r"a\.xml, line 3"):
        score_folder(out, truth)
    (truth / "a.xml").unlink()
    (truth / "a.json").write_text('{"number": 25348}')
    with pytest.raises(TruthError, match=r"a\.json: .*record\.number"):
        score_folder(out, truth)
    with pytest.raises(TruthError, match="no such folder"):
        score_folder(out / "none", truth)
    (out / "empty").mkdir()
    with pytest.raises(TruthError, match="no ground truth"):
        score_folder(out, out / "empty")


def test_tables_show_every_document_in_both_forms(folders):
    out, truth = folders
    write(out, "a", [page(0, ("ШИФР|ТЕЛЕГРАММА [b]", *TEXTS[1:]))], RECORD[1:])
    shown = tables(score_folder(out, truth))
    assert [t.title.split(" (")[0] for t in shown] == [
        "Accuracy",
        "Skew",
        "Records",
        "Record of a",
    ]
    assert all(len(row) == len(t.header) for t in shown for row in t.rows)
    assert "| number | missing | – | 25348 |" in to_markdown(shown[3])
    console = Console(width=100, record=True, file=io.StringIO())
    for table in shown:
        console.print(to_rich(table))
    assert "4 of 4" in console.export_text() and "number" not in to_markdown(shown[0])


def test_empty_truth_has_no_rate_and_shows_its_errors(folders):
    out, truth = folders
    (truth / "a.xml").write_bytes(to_page_xml(replace(page(), lines=(), zones=()), "a.jpg"))
    a = score_folder(out, truth).documents[0]
    assert a.text.cer == Rate(46, 0) and a.text.cer.value is None
    assert "| a | – | 46 / 0 |" in to_markdown(tables(score_folder(out, truth))[0])
