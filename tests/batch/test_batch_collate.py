from __future__ import annotations

import json
import sys
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from ocr.assemble import AssembleSettings, assemble_document
from ocr.assemble.identity import renumbered
from ocr.cli import cli
from ocr.document import Source
from ocr.formats.record import dump, from_json, schema, to_json

sys.path.append(str(Path(__file__).parents[1] / "assemble"))
from typed_telegram import telegram


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Results of the three sheets of a telegram as loose scans, and of the second once more."""
    for name, at in (("c", 0), ("a", 1), ("b", 2), ("d", 1)):
        page = renumbered(telegram()[at], 0)
        source = Source(f"{name}.jpg", "0" * 64, 1)
        document = assemble_document(source, [page], {"engine": "none"}, AssembleSettings())
        (tmp_path / f"{name}.json").write_text(dump(to_json(document)), encoding="utf-8")
    (tmp_path / "levels.json").write_text("{}", encoding="utf-8")
    return tmp_path


def test_loose_sheets_become_one_document(results: Path) -> None:
    run = CliRunner().invoke(cli, ["collate", str(results)])
    assert run.exit_code == 0, run.output
    out = results / "collated"
    data = json.loads((out / "telegram-25348.json").read_text(encoding="utf-8"))
    jsonschema.validate(data, schema())
    document = from_json(data, "telegram")
    assert [sheet.file_name for sheet in document.source.sheets] == ["c.jpg", "a.jpg", "b.jpg"]
    assert to_json(document) == data
    assert "двойное превосходство в техническом" in " ".join(p.text for p in document.paragraphs)
    failed = {check.name: check.what for check in document.checks if not check.ok}
    assert "d" in failed.pop("sheets_doubled")
    assert "sheets_complete" not in failed
    report = json.loads((out / "collation.json").read_text(encoding="utf-8"))
    (told,) = report["telegrams"]
    assert [sheet["name"] for sheet in told["sheets"]] == ["c", "a", "b"]
    assert told["sheets"][1]["doubles"] == ["d"]


def test_a_missing_sheet_is_said_and_a_second_run_does_not_read_the_first(results: Path) -> None:
    for name in "ad":
        (results / f"{name}.json").unlink()
    for _ in range(2):
        run = CliRunner().invoke(cli, ["collate", str(results)])
        assert "sheet 2 is missing" in " ".join(run.output.split())
    report = json.loads((results / "collated" / "collation.json").read_text(encoding="utf-8"))
    assert len(report["telegrams"]) == 1 and report["telegrams"][0]["missing"] == [2]


def test_a_folder_without_results_is_an_error(tmp_path: Path) -> None:
    assert CliRunner().invoke(cli, ["collate", str(tmp_path)]).exit_code == 4
