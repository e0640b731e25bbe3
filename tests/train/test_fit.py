"""The network learns, is saved, taken up and exported; needs the extra `train`."""

import itertools
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from ocr.recognize.neural import LINE_IMAGE, NeuralEngine, NeuralSettings  # noqa: E402
from ocr.synth.lines import Strip, StripSettings, draw_strips  # noqa: E402
from ocr.synth.packed import Shard, pack  # noqa: E402
from ocr.train.calibrate import fit_temperature, rightly_read  # noqa: E402
from ocr.train.data import WIDTHS, Pool, Source, disturb, in_order  # noqa: E402
from ocr.train.fit import FitSettings, Trainer, error_rate, fit, released  # noqa: E402
from ocr.train.net import NetSettings  # noqa: E402
from ocr.train.plot import plot_log  # noqa: E402
from ocr.train.to_onnx import export  # noqa: E402

SMALL = NetSettings(channels=(4, 8, 8, 8, 16), features=16, hidden=16)


@pytest.fixture(scope="module")
def shard(tmp_path_factory: pytest.TempPathFactory) -> Shard:
    settings = StripSettings(levels=("clean",), image=LINE_IMAGE)
    strips = list(itertools.islice(draw_strips(settings, np.random.default_rng(1)), 60))
    odd = Strip(strips[0].pixels, "漢字", None, 200.0)
    path = tmp_path_factory.mktemp("lines") / "0001.lines"
    path.write_bytes(pack([*strips, odd]))
    return Shard(path)


@pytest.fixture(scope="module")
def pool(shard: Shard) -> Pool:
    return Pool([Source((shard,), 1.0)])


def test_batches_are_of_few_widths_and_leave_out_what_no_shape_spells(pool: Pool) -> None:
    assert pool.count == 60
    rng = np.random.default_rng(2)
    for _ in range(6):
        batch = pool.draw(rng)
        assert batch.dark.shape[1:3] == (1, 40)
        assert batch.dark.shape[3] in WIDTHS
        assert int(batch.lengths.sum()) == len(batch.classes)
        disturbed = disturb(batch.dark)
        assert disturbed.shape == batch.dark.shape
        assert 0 <= float(disturbed.min()) <= float(disturbed.max()) <= 1


def test_learning_lowers_the_loss_and_can_be_taken_up(
    pool: Pool, shard: Shard, tmp_path: Path
) -> None:
    trainer = Trainer(SMALL, FitSettings(minutes=0.25, rate=2e-2, warm_steps=5), "cpu")
    told = []
    errors = fit(trainer, pool, {"made": [shard]}, tmp_path, told.append)
    assert told[-1].loss < 0.9 * told[0].loss
    assert errors["made"] == pytest.approx(error_rate(trainer.mean, [shard]))
    plot_log(tmp_path / "log.tsv", tmp_path / "log.png")
    assert (tmp_path / "log.png").read_bytes().startswith(b"\x89PNG")

    state = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    again = Trainer(SMALL, FitSettings(), "cpu")
    again.take_up(state)
    assert error_rate(again.mean, [shard]) == errors["made"]
    again.take_up({**state, "done": 0.75})
    again.s, before = FitSettings(minutes=0.1), len(told)
    fit(again, pool, {}, tmp_path / "again", told.append)
    assert told[before].done >= 0.75, "what was done is done"
    assert again.step > state["step"]
    again.take_up(released(state))
    with pytest.raises(ValueError, match="another network"):
        Trainer(NetSettings(), FitSettings(), "cpu").take_up(state)
    with pytest.raises(ValueError, match="another alphabet"):
        again.take_up({**state, "shapes": "абв"})


def test_what_is_exported_reads_as_the_network_does(shard: Shard, tmp_path: Path) -> None:
    trainer = Trainer(SMALL, FitSettings(), "cpu")
    batches = list(in_order([shard], 20))
    temperature = fit_temperature(trainer.mean, batches)
    export(trainer.state(), tmp_path / "float.onnx", temperature, [])
    export(trainer.state(), tmp_path / "int8.onnx", temperature, batches)
    engines = [NeuralEngine(NeuralSettings(str(tmp_path / f"{k}.onnx"))) for k in ("float", "int8")]
    strips = [shard.pixels(i) for i in range(4)]
    exact, rounded = ([engine.answer(strip) for strip in strips] for engine in engines)
    for a, b in zip(exact, rounded, strict=True):
        assert a.shape == b.shape
        assert float(np.abs(a - b).mean()) < 0.2 * float(a.std())


def test_letters_are_right_where_the_alignment_says_so() -> None:
    from ocr.recognize.ctc import Struck

    letters = [Struck(shape, 0.0, 0.9) for shape in (1, 2, 9, 4, 5)]
    assert rightly_read(letters, [1, 2, 3, 4]) == [True, True, False, True, False]
