"""A whole training: lines made and cut, the network taught, the reader written.

OUT holds, when it is done:

    reader.onnx      what `shifrovka transcribe --model` reads with
    reader.pt        the same network in float, to go on from with other lines
    checkpoint.pt    where the training stands, to go on from when it was broken off
    log.tsv, log.png loss and errors over time
    lines/           what was learnt from, made/, real/ and agreed/, and judged/, which never was

Lines are made once: another run on the same OUT takes them up.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from ocr.errors import TruthError
from ocr.formats.writing import write_whole
from ocr.recognize.engine import ENGINES, RecognizeSettings, open_engine
from ocr.recognize.neural import LINE_IMAGE
from ocr.synth.lines import Strip, StripSettings, draw_strips
from ocr.synth.packed import SUFFIX, Shard, pack
from ocr.synth.recipe import Face
from ocr.train.agreed_lines import agreed_strips
from ocr.train.calibrate import fit_temperature
from ocr.train.data import Pool, Source, in_order
from ocr.train.faces import held_out_faces, training_faces
from ocr.train.fit import (
    FitSettings,
    Progress,
    Trainer,
    fit,
    is_unfinished,
    net_settings,
    released,
)
from ocr.train.net import NetSettings
from ocr.train.plot import plot_log
from ocr.train.real_lines import real_strips
from ocr.train.to_onnx import export

LEVELS = ("clean", "light", "light", "medium", "medium", "medium", "hard", "hard")
FORMS = 0.5  # of the blocks: an eighth of the lines stands on printed forms
LINES_OF_SHARD = 2500
JUDGED_LINES = 600
HELD_BACK = 10  # of real lines every tenth is judged by, and not learnt from
SHARES = {"made": 0.6, "real": 0.25, "agreed": 0.15}
"""Of the lines of a batch, against each other, where there are lines of the kind."""
ADAPTING_SHARES = {"made": 0.35, "real": 0.5, "agreed": 0.15}
"""The same where a finished reader is taught something more."""
NEW_RATE, ADAPTING_RATE = 1.5e-3, 3e-4
MEASURED = 300  # lines by which scales and temperature are measured


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """What to learn from and for how long; `resume`: a checkpoint to go on from.

    lines   how many are made
    fonts   folder of more faces
    real    folder of real lines or pages with their text
    unlabelled  folder of scans without any, to be read by two readers
    rate    of learning at its height; None: what suits a new or a finished reader
    """

    out: Path
    minutes: float = 60.0
    lines: int = 40_000
    resume: Path | None = None
    fonts: Path | None = None
    real: Path | None = None
    unlabelled: Path | None = None
    rate: float | None = None
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Making:
    """Lines of `kind` are there: so many of so many."""

    kind: str
    there: int
    wanted: int


Tell = Callable[[Making | Progress], None]


def train(options: TrainOptions, tell: Tell) -> dict[str, float]:
    """CER on each set of judged lines. Raises FontError, TruthError, OutputError."""
    state = _checkpoint(options)
    lines = options.out / "lines"
    _make(options, tell)
    judged = {kind: _shards(lines / "judged" / kind) for kind in SHARES}
    judged = {kind: shards for kind, shards in judged.items() if shards}
    shares = SHARES if state is None or is_unfinished(state) else ADAPTING_SHARES
    sources = {kind: _shards(lines / kind) for kind in shares}
    pool = Pool([Source(tuple(s), shares[kind]) for kind, s in sources.items() if s])
    device = "cuda" if torch.cuda.is_available() else "cpu"
    afresh = state is None or is_unfinished(state)
    rate = options.rate or (NEW_RATE if afresh else ADAPTING_RATE)
    s = FitSettings(minutes=options.minutes, rate=rate, seed=options.seed)
    trainer = Trainer(NetSettings() if state is None else net_settings(state), s, device)
    if state is not None:
        try:
            trainer.take_up(state)
        except (ValueError, RuntimeError) as error:  # torch tells of other shapes by RuntimeError
            raise TruthError(f"{options.resume}: {error}") from error
    errors = fit(trainer, pool, judged, options.out, tell)
    batches = list(itertools.chain.from_iterable(in_order(j, MEASURED) for j in judged.values()))
    final = trainer.state()
    write_whole(options.out / "reader.pt", _bytes(released(final)))
    export(final, options.out / "reader.onnx", fit_temperature(trainer.mean, batches), batches)
    plot_log(options.out / "log.tsv", options.out / "log.png")
    return errors


def _checkpoint(options: TrainOptions) -> dict[str, Any] | None:
    if options.resume is None:
        return None
    try:
        state: dict[str, Any] = torch.load(options.resume, map_location="cpu", weights_only=True)
    except Exception as error:  # torch and pickle raise what they like
        raise TruthError(f"{options.resume}: is no checkpoint of a reader") from error
    if not isinstance(state, dict) or not {"net", "shapes", "mean", "lines", "done"} <= set(state):
        raise TruthError(f"{options.resume}: is no checkpoint of a reader")
    return state


def _bytes(state: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    torch.save(state, out)
    return out.getvalue()


def _shards(folder: Path) -> list[Shard]:
    return [Shard(path) for path in sorted(folder.glob("*" + SUFFIX))]


# --- lines ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Task:
    """A shard of made lines to draw."""

    path: Path
    count: int
    seed: tuple[int, int]
    faces: tuple[Face, ...]


def _make(options: TrainOptions, tell: Tell) -> None:
    """Draw the lines that are not there yet, and cut the real ones."""
    folder = options.out / "lines"
    faces = training_faces(options.fonts)
    tasks = []
    for number in range(-(-options.lines // LINES_OF_SHARD)):
        count = min(LINES_OF_SHARD, options.lines - number * LINES_OF_SHARD)
        path = folder / "made" / f"{number + 1:04}{SUFFIX}"
        tasks.append(_Task(path, count, (options.seed, number), faces))
    judged = folder / "judged" / "made" / f"0001{SUFFIX}"
    tasks.append(_Task(judged, JUDGED_LINES, (0, 0), held_out_faces()))
    there = sum(task.count for task in tasks if task.path.exists())
    wanted = sum(task.count for task in tasks)
    tell(Making("made", there, wanted))
    open_tasks = [task for task in tasks if not task.path.exists()]
    if open_tasks:
        with ProcessPoolExecutor(mp_context=get_context("spawn")) as crew:
            for done in as_completed([crew.submit(_draw, task) for task in open_tasks]):
                there += done.result()
                tell(Making("made", there, wanted))
    if options.real is not None:
        found = _told(real_strips(options.real, LINE_IMAGE), "real", tell)
        if not found:
            raise TruthError(f"{options.real}: holds no lines.tsv and no page with its text")
        held = found[::HELD_BACK] if len(found) >= 2 * HELD_BACK else []
        kept = {id(strip) for strip in held}
        _write(folder / "judged" / "real", held)
        _write(folder / "real", [strip for strip in found if id(strip) not in kept])
    if options.unlabelled is not None:
        readers = [open_engine(name, RecognizeSettings()) for name in ENGINES]
        strips = agreed_strips(options.unlabelled, readers[0], readers[1], LINE_IMAGE)
        _write(folder / "agreed", _told(strips, "agreed", tell))


def _draw(task: _Task) -> int:
    cv2.setNumThreads(1)  # the processes fill the cores
    s = StripSettings(LEVELS, task.faces, FORMS, LINE_IMAGE)
    rng = np.random.default_rng(task.seed)
    write_whole(task.path, pack(list(itertools.islice(draw_strips(s, rng), task.count))))
    return task.count


def _told(strips: Iterator[Strip], kind: str, tell: Tell) -> list[Strip]:
    """All of them, each told as it comes."""
    found = []
    for strip in strips:
        found.append(strip)
        tell(Making(kind, len(found), 0))
    return found


def _write(folder: Path, strips: Sequence[Strip]) -> None:
    for old in folder.glob("*" + SUFFIX):
        old.unlink()
    for number, start in enumerate(range(0, len(strips), LINES_OF_SHARD), start=1):
        name = f"{number:04}{SUFFIX}"
        write_whole(folder / name, pack(strips[start : start + LINES_OF_SHARD]))
