"""Folders scored: what is planted in one page shows there, and nothing goes missing in silence."""

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from ocr.document import Document, Field, Line, Page, Source, Step, Word, Zone, ZoneKind
from ocr.errors import TruthError
from ocr.evaluate.details import details
from ocr.evaluate.files import score_folder
from ocr.evaluate.rates import Rate
from ocr.evaluate.records import Tally
from ocr.evaluate.score import line_counts, rate_interval
from ocr.evaluate.summary import summary
from ocr.evaluate.tables import to_markdown, to_rich
from ocr.formats.page_xml import to_page_xml
from ocr.formats.record import dump, nest, to_json
from ocr.formats.text import sheet_text
from ocr.geometry import Box

BOX = Box(0, 0, 50, 20)
KINDS = (ZoneKind.HEAD, ZoneKind.BODY, ZoneKind.SIGN_OFF, ZoneKind.HANDWRITING)
TEXTS = ("ШИФРТЕЛЕГРАММА", "Прошу Ваших\nуказаний.", "Р О Щ И Н", "Михайлов")
LENGTH = 14 + 1 + 21 + 1 + 9  # graphemes of a page; handwriting is left out


def page(index=0, texts=TEXTS, kinds=KINDS, angle_deg=1.5, confidence=1.0):
    zones = tuple(Zone(f"p{index}-z{n}", k, BOX, n) for n, k in enumerate(kinds))
    lines = [
        Line(
            f"p{index}-l{n}-{m}",
            zones[n].id,
            BOX,
            row,
            1.0,
            tuple(Word(word, BOX, confidence) for word in row.split()),
        )
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
    field("signed_on", "1950-10-07"),
    *(field(f"copies.{n}.number", n + 1) for n in range(4)),
    field("copies.0.addressee", "Сталин"),
)


def document(name, pages, record=RECORD):
    return Document(Source(f"{name}.jpg", "", len(pages)), tuple(pages), (), record)


def write(folder, name, pages, record=RECORD):
    path = folder / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dump(to_json(document(name, pages, record))), encoding="utf-8")


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
    sums = score.figures
    assert sums.text.cer.value == sums.unordered.cer.value == sums.text.wer.value == 0.0
    assert [d.name for d in score.documents] == ["a", "b"]
    assert sums.text.cer == Rate(0, 3 * LENGTH)
    assert sums.by_kind[ZoneKind.HANDWRITING].cer == Rate(0, 3 * 8)
    a = score.documents[0]
    assert (a.record.tally, a.scan) == (Tally(2, 0, 0, 0), "a.jpg")
    assert (a.record.grid, a.record.addressees) == (Rate(0, 4), Rate(0, 1))
    assert a.pages[0].skew_error_deg == 0.0
    assert score.detection.all_lines.truth > 0


def test_a_planted_error_shows_in_its_zone_and_page_alone(folders):
    out, truth = folders
    spoilt = page(1, (TEXTS[0], "Прошу Вашнх\nуказаний.", TEXTS[2], "ЖЖЖ"), angle_deg=1.25)
    write(out, "b", [page(), spoilt])
    b = score_folder(out, truth).documents[1]
    assert [p.figures.text.cer.errors for p in b.pages] == [0, 1]
    assert {k: s.cer.errors for k, s in b.pages[1].figures.by_kind.items() if s.cer.errors} == {
        ZoneKind.BODY: 1,
        ZoneKind.HANDWRITING: 8,
    }
    (line,) = [line for line in b.lines() if line.truth is not None and not line.apart]
    assert (line.truth, line.output) == ("Прошу Ваших ", "Прошу Вашнх ")
    assert b.pages[1].skew_error_deg == 0.25


def test_text_that_nobody_had_to_read_betters_no_figure(folders):
    out, truth = folders
    kinds = (ZoneKind.BORN_DIGITAL, *KINDS[1:])
    (truth / "a.xml").write_bytes(to_page_xml(page(0, TEXTS, kinds), "a.jpg"))
    write(out, "a", [page(0, TEXTS, kinds)])
    sums = score_folder(out, truth).documents[0].figures
    assert sums.text.cer == Rate(0, 31) and sums.by_kind[ZoneKind.BORN_DIGITAL].cer == Rate(0, 14)


def test_what_has_no_counterpart_is_listed_and_lost_pages_count(folders):
    out, truth = folders
    write(out, "b", [page(), page(2)])
    write(out, "deep/c", [page()])
    (truth / "d.xml").write_bytes(to_page_xml(page(), "d.jpg"))
    for name in ("baseline.json", "baseline.x.json", "levels.json", "d.recipe.json"):
        (truth / name).write_text("{}")
    (out / "manifest.json").write_text("{}")
    (out / "junit.xml").write_text("<testsuites/>")
    (out / "report.html").write_text("<html></html>")
    (out / "none").mkdir()
    nothing = summary(score_folder(out / "none", truth))
    assert [table.title for table in nothing] == ["Without counterpart"]
    score = score_folder(out, truth)
    assert score.truth_without_output == ("d",)
    assert score.output_without_truth == ("deep/c",)
    b = score.documents[1]
    assert (b.pages_without_output, b.pages_without_truth) == ((1,), (2,))
    assert b.figures.text.chars.deletions == LENGTH and b.figures.text.cer == Rate(46, 92)
    assert b.pages[1].skew_error_deg is None
    assert to_markdown(summary(score)[-1]).splitlines()[4:] == [
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
    assert score_folder(out, truth).figures.text.cer == Rate(0, LENGTH)


def test_text_and_xml_of_other_engines_are_scored_too(folders, tmp_path):
    _, truth = folders
    typed = tuple(replace(p, lines=p.lines[:-1]) for p in (page(), page(1)))
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.txt").write_text(sheet_text(document("a", typed[:1])), encoding="utf-8")
    (other / "a.reading.txt").write_text("beside a.txt")
    for n in (1, 2):
        (other / f"b.{n}.xml").write_bytes(to_page_xml(page(n - 1), "b.pdf"))
    score = score_folder(other, truth)
    assert [d.name for d in score.documents] == ["a", "b"]
    assert score.output_without_truth == ()
    assert score.figures.text.cer == Rate(0, 3 * LENGTH)
    # a form feed parts pages; text can be the truth as well
    (other / "b.1.xml").unlink()
    (other / "b.2.xml").unlink()
    (other / "b.txt").write_text(sheet_text(document("b", typed)), encoding="utf-8")
    assert score_folder(folders[0], other).figures.by_kind[ZoneKind.BODY].cer == Rate(0, 3 * LENGTH)
    write(other, "a", [page()])
    a = score_folder(folders[0], other).documents[0]
    assert a.record.tally.right == 2 and a.figures.by_kind[ZoneKind.HEAD].cer == Rate(0, 15)


def test_broken_files_are_named_with_their_line(folders):
    out, truth = folders
    (truth / "a.xml").write_bytes(b"<PcGts>\n<Page>\n</PcGts>")
    with pytest.raises(TruthError, match=r"a\.xml, line 3"):
        score_folder(out, truth)
    (truth / "a.xml").unlink()
    (truth / "a.json").write_text('{"number": 25348}')
    with pytest.raises(TruthError, match=r"a\.json: .*record\.number"):
        score_folder(out, truth)
    (truth / "a.json").unlink()
    (truth / "a.txt").write_bytes("раз\nдва".encode("cp1251"))
    with pytest.raises(TruthError, match=r"a\.txt, line 1: not UTF-8"):
        score_folder(out, truth)
    (truth / "a.txt").unlink()
    (out / "b.json").write_text('{"schema":\n{"name": "shifrovka-document",}')
    with pytest.raises(TruthError, match=r"b\.json, line 2"):
        score_folder(out, truth)
    write(out, "b", [page(1), page(1)])
    with pytest.raises(TruthError, match=r"b\.json: page 2 is there 2 times"):
        score_folder(out, truth)
    with pytest.raises(TruthError, match="no such folder"):
        score_folder(out / "none", truth)
    (out / "empty").mkdir()
    with pytest.raises(TruthError, match="no ground truth"):
        score_folder(out, out / "empty")


def test_figures_are_told_apart_by_level(folders):
    out, truth = folders
    (truth / "levels.json").write_text(json.dumps({"a": "clean", "b": "hard"}))
    write(out, "b", [page(), page(1, ("ШИФР", *TEXTS[1:]))])
    score = score_folder(out, truth)
    levels = score.by_level
    assert list(levels) == ["clean", "hard"]
    assert (levels["clean"].text.cer, levels["hard"].text.cer) == (Rate(0, 46), Rate(10, 92))
    assert levels["hard"].by_kind[ZoneKind.HEAD].cer.errors == 10
    (truth / "levels.json").write_text('{"a": 1}')
    with pytest.raises(TruthError, match=r"levels\.json: the level of a"):
        score_folder(out, truth)


def test_counts_for_the_bootstrap_add_up_to_the_figures(folders):
    out, truth = folders
    write(out, "b", [page(), page(1, ("ШИФР", *TEXTS[1:]))])
    score = score_folder(out, truth)
    lines = line_counts(score)
    assert Rate(int(lines.errors.sum()), int(lines.totals.sum())) == score.figures.text.cer
    by_page = np.bincount(lines.clusters, lines.errors)
    assert by_page.tolist() == [0, 0, 10]
    words = line_counts(score, lambda line: line.kind is ZoneKind.HEAD, words=True)
    assert (words.errors.tolist(), words.totals.tolist()) == ([0, 0, 1], [1, 1, 1])
    interval = rate_interval(lines)
    assert interval.low <= score.figures.text.cer.value <= interval.high
    assert rate_interval(lines) == interval


def test_tables_show_every_document_in_both_forms(folders):
    out, truth = folders
    spoilt = page(0, ("ШИФР|ТЕЛЕГРАММА [b]", *TEXTS[1:]), confidence=0.9)
    write(out, "a", [spoilt], RECORD[1:])
    score = score_folder(out, truth)
    short, full = summary(score), details(score)
    assert [t.title.split(" (")[0] for t in short] == ["Accuracy", "Kinds of zones", "Documents"]
    assert [t.title.split(" (")[0] for t in full] == [
        "Pages and zones",
        "Skew",
        "Zones found",
        "Lines found",
        "Calibration of words",
        "Wrong words caught",
        "Fields of all records",
        "Records",
        "Record of a",
    ]
    assert all(len(row) == len(t.header) for t in (*short, *full) for row in t.rows)
    assert "| number | missing | – | 25348 |" in to_markdown(full[-1])
    console = Console(width=100, record=True, file=io.StringIO())
    for table in (*short, *full):
        console.print(to_rich(table))
    assert "4 of 4" in console.export_text() and "typed" in to_markdown(short[0])


def test_empty_truth_has_no_rate_and_shows_its_errors(folders):
    out, truth = folders
    (truth / "a.xml").write_bytes(to_page_xml(replace(page(), lines=(), zones=()), "a.jpg"))
    score = score_folder(out, truth)
    a = score.documents[0].figures
    assert a.text.cer == Rate(LENGTH, 0) and a.text.cer.value is None
    assert "| a | – | 46 / 0 |" in to_markdown(details(score)[0])
    (truth / "b.1.xml").unlink()
    (truth / "b.2.xml").unlink()
    alone = summary(score_folder(out, truth))
    assert "| CER, in reading order | – | – | 46 / 0 |" in to_markdown(alone[0])
