"""The gate on what the engine reads: blurred scans are told from the scans as they are."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image, ImageFilter

from ocr.cli import cli

ROOT = Path(__file__).parent.parent
SHEETS = ("telegram-25348-2", "telegram-25348-3")
BLUR_PX = 4.0  # at 300 dpi: a third of a millimetre, as much as a stroke is wide


def shifrovka(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(a) for a in arguments], prog_name="shifrovka")


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    folder = tmp_path / "truth"
    folder.mkdir()
    for name in SHEETS:
        for path in (ROOT / "ground_truth").glob(f"{name}.*"):
            shutil.copy(path, folder)
    return folder


def test_blurred_scans_fail_the_gate(tmp_path: Path, truth: Path) -> None:
    sharp, blurred = tmp_path / "sharp", tmp_path / "blurred"
    for folder, radius in ((sharp, 0.0), (blurred, BLUR_PX)):
        folder.mkdir()
        for name in SHEETS:
            image = Image.open(ROOT / "scans" / f"{name}.jpg")
            made = image.filter(ImageFilter.GaussianBlur(radius))
            made.save(folder / f"{name}.jpg", quality=95, dpi=image.info["dpi"])
        assert shifrovka("transcribe", folder, "-o", folder / "out", "--jobs", 2).exit_code == 0
    assert shifrovka("gate", sharp / "out", "--truth", truth, "--update").exit_code == 0
    assert shifrovka("gate", sharp / "out", "--truth", truth).exit_code == 0
    result = shifrovka("gate", blurred / "out", "--truth", truth)
    assert result.exit_code == 1
    assert "CER body" in result.output
    assert "New errors" in result.output
