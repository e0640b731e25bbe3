"""The gate by construction: the truth as output, with errors planted in it."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from lxml import etree

from ocr.cli import cli

TRUTH = Path(__file__).parents[2] / "ground_truth"
NAMES = ("telegram-25348-1", "telegram-25348-2", "memorandum-1", "list-1")


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A folder of truth and one of output that reads it without an error."""
    out, truth = tmp_path / "out", tmp_path / "truth"
    for folder in (out, truth):
        folder.mkdir()
        for name in NAMES:
            shutil.copy(TRUTH / f"{name}.xml", folder)
    shutil.copy(TRUTH / "levels.json", truth)
    shutil.copy(TRUTH / "telegram-25348-1.json", truth)
    return out, truth


def gate(out: Path, truth: Path, *options: str) -> Result:
    return CliRunner().invoke(cli, ["gate", str(out), "--truth", str(truth), *options])


def lines(page: etree._ElementTree) -> list[etree._Element]:
    """The elements that hold the texts of lines as typed."""
    return page.xpath("//*[local-name()='TextLine']/*[local-name()='TextEquiv'][1]/*")


def change(path: Path, line: int, made: str) -> None:
    """Replaces the text of the n-th line of the file."""
    page = etree.parse(path)
    lines(page)[line].text = made
    page.write(path, encoding="UTF-8", xml_declaration=True)


def test_the_same_run_passes(folders: tuple[Path, Path]) -> None:
    assert gate(*folders, "--update").exit_code == 0
    result = gate(*folders)
    assert result.exit_code == 0
    assert "gate: passed" in result.output


def test_a_swapped_letter_is_reported_at_its_place(folders: tuple[Path, Path]) -> None:
    out, truth = folders
    gate(out, truth, "--update")
    page = out / "memorandum-1.xml"
    texts = [element.text or "" for element in lines(etree.parse(page))]
    place, text = next((n, text) for n, text in enumerate(texts) if "по" in text)
    change(page, place, text.replace("по", "оп", 1))
    result = gate(out, truth)
    assert result.exit_code == 0, "two letters are within the tolerance"
    row = next(row for row in result.output.splitlines() if "memorandum-1, page 1, p" in row)
    assert "+2" in row
    assert "оп" in row


def test_letters_wrong_everywhere_fail(folders: tuple[Path, Path], tmp_path: Path) -> None:
    out, truth = folders
    gate(out, truth, "--update")
    rng = np.random.default_rng(5)
    for name in ("memorandum-1", "list-1"):
        page = out / f"{name}.xml"
        tree = etree.parse(page)
        for element in lines(tree):
            text = element.text or ""
            element.text = "".join("ъ" if rng.random() < 0.05 else c for c in text)
        tree.write(page, encoding="UTF-8", xml_declaration=True)
    junit = tmp_path / "gate.xml"
    result = gate(out, truth, "--junit", str(junit))
    assert result.exit_code == 1
    assert re.search(r"CER paragraph +0\.00 % +\d", result.output)
    assert "memorandum-1, page 1 (+" in result.output
    assert "CER head" not in result.output, "the heads are as they were"
    cases = {case.get("name"): case for case in etree.parse(junit).iter("testcase")}
    assert cases["CER paragraph"].find("failure") is not None
    assert cases["CER head"].find("failure") is None


def test_what_is_not_read_any_more_fails(folders: tuple[Path, Path]) -> None:
    out, truth = folders
    gate(out, truth, "--update")
    (out / "list-1.xml").unlink()
    result = gate(out, truth)
    assert result.exit_code == 1
    assert "list-1: not read" in result.output


def test_better_passes_and_is_told_on_update(folders: tuple[Path, Path]) -> None:
    out, truth = folders
    whole = (out / "list-1.xml").read_bytes()
    for line in range(8):
        change(out / "list-1.xml", line, "ъ" * 20)
    gate(out, truth, "--update")
    (out / "list-1.xml").write_bytes(whole)
    assert gate(out, truth).exit_code == 0
    told = gate(out, truth, "--update").output
    assert re.search(r"\| CER table \| \d+\.\d+ % \| 0\.00 % \| −", told)


def test_a_truth_that_changed_is_noted(folders: tuple[Path, Path]) -> None:
    out, truth = folders
    gate(out, truth, "--update")
    change(truth / "list-1.xml", 3, "совсем другая строка, длиннее прежней на много букв и слов")
    result = gate(out, truth)
    assert "1 lines of the truth have changed" in result.output


def test_without_a_baseline_the_remedy_is_named(folders: tuple[Path, Path]) -> None:
    result = gate(*folders)
    assert result.exit_code == 7
    assert "--update" in result.output


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "shifrovka-baseline", "version": 9}'])
def test_a_file_that_is_no_baseline_is_named(folders: tuple[Path, Path], text: str) -> None:
    (folders[1] / "baseline.json").write_text(text)
    result = gate(*folders)
    assert result.exit_code == 7
    assert "baseline.json" in result.output


def test_other_normalisations_are_not_compared(folders: tuple[Path, Path]) -> None:
    gate(*folders, "--update")
    result = gate(*folders, "--normalisation", "reading")
    assert result.exit_code == 7
    assert "typed" in result.output


def test_another_processor_is_noted(folders: tuple[Path, Path]) -> None:
    out, truth = folders
    gate(out, truth, "--update")
    kept = json.loads((truth / "baseline.json").read_text(encoding="utf-8"))
    assert kept["made_with"] == {}, "PAGE XML does not tell what made it"
    kept["made_with"] = {"cpu_features": ["avx2"]}
    (truth / "baseline.json").write_text(json.dumps(kept), encoding="utf-8")
    assert "other processor" in gate(out, truth).output
