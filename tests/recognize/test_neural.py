"""The network's answers become letters; the reader in the package reads, whatever stands beside."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from ocr.errors import EngineError
from ocr.recognize.alphabet import CLASSES, SHAPES
from ocr.recognize.ctc import Struck, greedy, probabilities
from ocr.recognize.engine import ENGINES, RecognizeSettings, open_engine
from ocr.recognize.neural import (
    LINE_IMAGE,
    NeuralEngine,
    NeuralSettings,
    boxes_of,
    once_each,
)
from ocr.synth.lines import Strip, StripSettings, draw_strips


def answer(*steps: tuple[str, float]) -> np.ndarray:
    """Logits of steps that say a letter (or "" for the blank) with this share."""
    logits = np.full((len(steps), CLASSES), -20.0, np.float32)
    for row, (shape, share) in zip(logits, steps, strict=True):
        row[SHAPES.index(shape) + 1 if shape else 0] = np.log(share)
        row[SHAPES.index("щ") + 1] = np.log(1 - share)
    return logits


def test_runs_are_letters_and_blanks_part_doubled_ones() -> None:
    logits = answer(("н", 0.7), ("н", 0.9), ("", 0.99), ("н", 0.8), ("", 0.9), ("о", 0.6))
    letters = greedy(probabilities(logits, 1.0))
    assert [SHAPES[s.shape - 1] for s in letters] == ["н", "н", "о"]
    assert [round(s.confidence, 2) for s in letters] == [0.9, 0.8, 0.6]
    assert [round(s.step, 1) for s in letters] == [0.6, 3.0, 5.0]
    assert [SHAPES[c - 1] for c, _ in letters[2].others] == ["щ"]
    assert letters[2].others[0][1] == pytest.approx(0.4, abs=0.01)


def test_a_broad_sign_read_as_two_is_one_and_two_stay_two() -> None:
    def read(signs: str, step: float) -> str:
        letters = [Struck(SHAPES.index(c) + 1, 3.0 + step * i, 0.9) for i, c in enumerate(signs)]
        return "".join(SHAPES[each.shape - 1] for each in once_each(letters))

    assert [read(signs, 2.0) for signs in ("№№", "N№", "N°", "1№")] == ["№", "№", "№", "1№"]
    assert [read(signs, 2.0) for signs in ("%6", "%%", "6%")] == ["%", "%", "6%"]
    assert [read(signs, 3.0) for signs in ("№№", "N№", "%6")] == ["№№", "N№", "%6"]


def test_a_temperature_makes_less_sure_and_changes_no_letter() -> None:
    logits = answer(("н", 0.9), ("", 0.9), ("о", 0.6))
    cold, warm = (greedy(probabilities(logits, t)) for t in (1.0, 2.0))
    assert [s.shape for s in cold] == [s.shape for s in warm]
    assert all(w.confidence < c.confidence for c, w in zip(cold, warm, strict=True))


def test_boxes_are_the_ink_in_each_cell() -> None:
    strip = np.full((40, 80), 255, np.uint8)
    strip[14:29, 10:20] = 0
    strip[14:34, 26:36] = 0
    steps = answer(*[("", 0.99)] * 3, ("о", 0.9), *[("", 0.99)] * 3, ("р", 0.9), ("", 0.99))
    first, second = boxes_of(greedy(probabilities(steps, 1.0)), strip, 16.0)
    assert first == (10, 14, 20, 29)
    assert second == (26, 14, 36, 34)


@pytest.fixture(scope="module")
def strips() -> list[Strip]:
    settings = StripSettings(levels=("clean", "light"), image=LINE_IMAGE)
    strips = draw_strips(settings, np.random.default_rng(12))
    return [next(strips) for _ in range(24)]


@pytest.fixture(scope="module")
def engine() -> NeuralEngine:
    return NeuralEngine(NeuralSettings())


def texts(engine: NeuralEngine, strips: list[Strip]) -> list[str]:
    read = engine.read_strips([strip.pixels for strip in strips])
    return ["".join(SHAPES[s.shape - 1] for s in letters) for letters in read]


def test_the_embedded_reader_reads(engine: NeuralEngine, strips: list[Strip]) -> None:
    errors = sum(
        Levenshtein.distance(text, strip.text)
        for text, strip in zip(texts(engine, strips), strips, strict=True)
    )
    assert errors <= 0.02 * sum(len(strip.text) for strip in strips)


def test_what_is_read_together_and_by_how_many_threads_does_not_matter(
    engine: NeuralEngine, strips: list[Strip]
) -> None:
    together = texts(engine, strips)
    assert [texts(engine, [strip])[0] for strip in strips] == together
    assert texts(engine, strips[::-1])[::-1] == together
    assert texts(NeuralEngine(NeuralSettings(threads=2)), strips) == together


def test_the_default_needs_no_other_program() -> None:
    assert ENGINES[0] == "neural"
    assert open_engine("neural", RecognizeSettings()).versions().keys() == {"onnxruntime"}


def test_what_is_no_model_of_ours_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.onnx"
    file.write_bytes(b"no model")
    s = NeuralSettings(model=str(file))
    with pytest.raises(EngineError, match=r"other\.onnx"):
        NeuralEngine(s)
    with pytest.raises(EngineError, match=r"missing\.onnx"):
        NeuralEngine(replace(s, model=str(tmp_path / "missing.onnx")))


def test_the_engine_tells_nobody_that_it_was_used(tmp_path: Path) -> None:
    """Its telemetry would show as a cache of events to send, in one of these folders."""
    homes = {name: str(tmp_path) for name in ("TMPDIR", "HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")}
    code = (
        "import time; from ocr.recognize.neural import NeuralEngine, NeuralSettings\n"
        "NeuralEngine(NeuralSettings()); time.sleep(0.5)"
    )
    here = {"PYTHONPATH": str(Path(__file__).parents[2])}
    unasked = {k: v for k, v in os.environ.items() if not k.startswith(("ORT_", "CI"))}
    subprocess.run([sys.executable, "-c", code], env={**unasked, **homes, **here}, check=True)
    assert list(tmp_path.rglob("*")) == []
