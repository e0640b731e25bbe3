"""The README's commands on the scans of telegram 25348, and on pages of other kinds."""

import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from rapidfuzz import fuzz

from ocr.cli import cli
from ocr.document import ZoneKind
from ocr.evaluate.files import score_folder
from ocr.evaluate.score import Score
from ocr.formats.record import schema

ROOT = Path(__file__).parent.parent
SCANS = sorted((ROOT / "scans").glob("telegram-25348*"))


def shifrovka(*arguments: object) -> str:
    result = CliRunner().invoke(cli, [str(a) for a in arguments], prog_name="shifrovka")
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    formats = "txt,json,page"
    shifrovka("transcribe", *SCANS, "-o", folder, "--jobs", 2, "--overlay", "--formats", formats)
    return folder


@pytest.fixture(scope="module")
def score(out: Path) -> Score:
    return score_folder(out, ROOT / "ground_truth")


def by_name(score: Score) -> dict[str, object]:
    return {d.name: d for d in score.documents}


def test_the_body_is_read(score: Score) -> None:
    body = score.figures.by_kind[ZoneKind.BODY].cer
    assert body.total > 7000
    assert body.value is not None
    assert body.value < 0.02


def test_every_slot_of_the_grid_is_read(score: Score) -> None:
    with_grid = [d for d in score.documents if d.record and d.record.slots]
    assert {d.name for d in with_grid} == {"telegram-25348", "telegram-25348-1"}
    for document in with_grid:
        assert (document.record.grid.errors, document.record.grid.total) == (0, 18)
        assert (document.record.addressees.errors, document.record.addressees.total) == (0, 8)


def test_the_record_is_right_but_for_two_fields_at_most(score: Score) -> None:
    for document in score.documents:
        assert document.record is not None
        fields = document.record.tally
        assert fields.wrong + fields.missing + fields.invented <= 2, document.name
        assert fields.right >= 3


def test_the_skew_is_measured(score: Score) -> None:
    errors = [
        p.skew_error_deg for d in score.documents for p in d.pages if p.skew_error_deg is not None
    ]
    assert len(errors) == 6
    assert max(errors) < 0.05


def test_results_keep_to_the_schema_and_point_at_their_lines(out: Path) -> None:
    for path in sorted(out.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        jsonschema.validate(data, schema())
        lines = {line["id"] for page in data["pages"] for line in page["lines"]}
        assert lines
        assert set(_line_ids(data["record"])) <= lines
        for page in data["pages"]:
            zones = {zone["id"] for zone in page["zones"]}
            assert {line["zone"] for line in page["lines"]} <= zones


def _line_ids(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value.get("line_ids", ())
        for part in value.values():
            yield from _line_ids(part)
    elif isinstance(value, list):
        for part in value:
            yield from _line_ids(part)


def test_sheets_hyphens_and_letter_spacing_are_joined(out: Path) -> None:
    reading = (out / "telegram-25348.reading.txt").read_text(encoding="utf-8")
    assert "превосходство в техническом отношении" in reading
    assert "см. сл. лист" not in reading
    assert "РОЩИН" in reading
    typed = (out / "telegram-25348.txt").read_text(encoding="utf-8")
    assert typed.count("\f") == 5
    assert "Р О Щ И Н" in typed


def test_the_stamp_stays_as_evidence(out: Path) -> None:
    data = json.loads((out / "telegram-25348-1.json").read_text(encoding="utf-8"))
    (page,) = data["pages"]
    assert [z["kind"] for z in page["zones"]].count("stamp") == 1
    assert "stamp" in {m["kind"] for m in page["marks"]}


def test_overlays_are_as_large_as_the_scan(out: Path) -> None:
    for name in ("telegram-25348-1.1.png", "telegram-25348.2.png"):
        with Image.open(out / name) as overlay:
            assert min(overlay.size) > 1000


def test_one_process_and_two_give_the_same_bytes(out: Path, tmp_path: Path) -> None:
    some = [s for s in SCANS if s.stem in ("telegram-25348-2", "telegram-25348-3")]
    shifrovka("transcribe", *some, "-o", tmp_path, "--jobs", 1, "--overlay")
    made = sorted(p for p in tmp_path.iterdir() if p.is_file())
    assert len(made) >= 8, "two texts, a JSON and an overlay each, and what was taken off"
    for path in made:
        assert path.read_bytes() == (out / path.name).read_bytes(), path.name


def test_score_prints_the_table(out: Path) -> None:
    text = shifrovka("score", out, "--truth", ROOT / "ground_truth")
    for word in ("telegram-25348-1", "body", "grid", "18 of 18", "in any order"):
        assert word in text


@pytest.mark.parametrize("turn", [90, 180])
def test_a_turned_page_is_set_upright(turn: int, out: Path, tmp_path: Path) -> None:
    with Image.open(ROOT / "scans" / "telegram-25348-3.jpg") as scan:
        scan.rotate(-turn, expand=True).save(tmp_path / "turned.png", dpi=scan.info["dpi"])
    shifrovka("transcribe", tmp_path / "turned.png", "-o", tmp_path / "out", "--formats", "json")
    (page,) = json.loads((tmp_path / "out" / "turned.json").read_text(encoding="utf-8"))["pages"]
    steps = {step["name"]: step["measured"] for step in page["steps"]}
    assert steps["orientation"]["turned_deg"] == 360 - turn
    upright = json.loads((out / "telegram-25348-3.json").read_text(encoding="utf-8"))
    texts = [[line["text"] for line in p["lines"]] for p in (page, upright["pages"][0])]
    assert fuzz.ratio(*(" ".join(t) for t in texts)) > 98


def test_a_page_that_is_no_telegram_has_no_record(tmp_path: Path) -> None:
    from ocr.synth.page import render_typescript
    from ocr.synth.recipe import LEVELS

    lines = [
        "Докладная записка о ходе весенних работ в районе.",
        "7 октября закончен ремонт. Исполнил: Петров.",
        "Отп. 2 экз. 13.50 7.10.50",
    ]
    sheet = render_typescript(lines, LEVELS["clean"], np.random.default_rng(5))
    Image.fromarray(sheet.pixels).save(tmp_path / "note.png", dpi=(250, 250))
    shifrovka("transcribe", tmp_path / "note.png", "-o", tmp_path / "out")
    data = json.loads((tmp_path / "out" / "note.json").read_text(encoding="utf-8"))
    assert data["record"] == {}
    assert "весенних работ" in (tmp_path / "out" / "note.txt").read_text(encoding="utf-8")


def test_a_blank_page_gives_an_empty_text(tmp_path: Path) -> None:
    Image.new("L", (1000, 1400), 235).save(tmp_path / "blank.png", dpi=(120, 120))
    shifrovka("transcribe", tmp_path / "blank.png", "-o", tmp_path / "out")
    assert (tmp_path / "out" / "blank.txt").read_text(encoding="utf-8").strip() == ""
