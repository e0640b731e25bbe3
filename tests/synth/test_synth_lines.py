"""Lines for training: cut where the text is, packed and read back."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from ocr.cli import cli
from ocr.errors import FontError, TruthError
from ocr.synth.lines import Strip, StripSettings, draw_strips
from ocr.synth.packed import Shard, pack


@pytest.fixture(scope="module")
def strips() -> list[Strip]:
    settings = StripSettings(("clean", "medium"))
    return list(itertools.islice(draw_strips(settings, np.random.default_rng(4)), 40))


def test_strips_are_as_long_as_their_texts(strips: list[Strip]) -> None:
    assert len({strip.pixels.shape[0] for strip in strips}) == 1
    for strip in strips:
        assert strip.text == strip.text.strip() != ""
        dark = np.flatnonzero((strip.pixels < 128).any(axis=0))
        assert len(dark), strip.text
    long = [strip for strip in strips if len(strip.text) > 20]
    strokes = [strip.pixels.shape[1] / len(strip.text) for strip in long]
    # an x-height of 20 px makes a stroke 20 to 27 px wide
    assert np.percentile(strokes, 90) < 1.6 * np.percentile(strokes, 10)


def test_a_shard_gives_back_what_was_packed(strips: list[Strip], tmp_path: Path) -> None:
    (tmp_path / "a.lines").write_bytes(pack(strips))
    shard = Shard(tmp_path / "a.lines")
    assert len(shard) == len(strips)
    for strip, read in zip(strips, shard, strict=True):
        assert (read.text, read.meant) == (strip.text, strip.meant)
        assert read.pixels.shape == strip.pixels.shape
        assert np.abs(read.pixels.astype(int) - strip.pixels).mean() < 4
    assert list(shard.index["width"]) == [strip.pixels.shape[1] for strip in strips]
    with pytest.raises(IndexError):
        shard[len(strips)]


def test_a_broken_shard_is_refused(strips: list[Strip], tmp_path: Path) -> None:
    whole = pack(strips[:3])
    for n in (0, 7, 20, 60, len(whole) - 1):
        (tmp_path / "a.lines").write_bytes(whole[:n])
        with pytest.raises(TruthError, match=r"a\.lines"):
            Shard(tmp_path / "a.lines")


def test_commands_make_folders_and_the_same_seed_the_same_bytes(tmp_path: Path) -> None:
    def made(name: str) -> dict[str, bytes]:
        out = tmp_path / name
        for command in ("pages -n 2 --level medium", "lines -n 8 --level light"):
            words = ["synth", *command.split(), "--seed", "3", "-o", str(out)]
            result = CliRunner().invoke(cli, words)
            assert result.exit_code == 0, result.output
        return {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()}

    first = made("a")
    assert first == made("b")
    scans = [name for name in first if name.startswith("scans/")]
    assert len(scans) == 2
    for scan in scans:
        name = Path(scan).stem
        for suffix in ("xml", "json", "recipe.json", "stamps.png", "hands.png", "before.jpg"):
            assert f"truth/{name}.{suffix}" in first
    assert len(Shard(tmp_path / "a" / "0001.lines")) == 8


def test_a_missing_face_ends_the_command_with_8(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def missing(*_: object) -> None:
        raise FontError("the face X is not installed: apt install fonts-x")

    monkeypatch.setattr("ocr.synth.folder.draw_document", missing)
    result = CliRunner().invoke(cli, ["synth", "pages", "-n", "1", "-o", str(tmp_path)])
    assert result.exit_code == 8
    assert "apt install fonts-x" in result.output
