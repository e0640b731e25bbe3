"""The loop that teaches the network: batches in, loss down, every few minutes a checkpoint.

The rate of learning rises, then falls along a cosine to the end of the minutes given. What is
kept beside the weights is their running mean, which reads better than where they happen to stand.
On a CPU products are taken in bfloat16, half the time of float32.
"""

from __future__ import annotations

import csv
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rapidfuzz.distance import Levenshtein
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from ocr.recognize.alphabet import SHAPES
from ocr.synth.packed import Shard
from ocr.train.data import Batch, Pool, disturb, in_order
from ocr.train.net import LineNet, NetSettings, log_probabilities

JUDGED = 400  # lines of each set that is judged


@dataclass(frozen=True, slots=True)
class FitSettings:
    """rate: of learning at its height; warm_steps: until there; mean_steps: of the weights."""

    minutes: float = 60.0
    rate: float = 1.5e-3
    last_rate: float = 2e-5
    warm_steps: int = 300
    mean_steps: int = 500
    save_minutes: float = 4.0
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the loop stands; `errors`: CER of each judged set, when it was just judged."""

    step: int
    done: float
    loss: float
    lines: int
    lines_per_s: float
    errors: Mapping[str, float]


class Trainer:
    """Network, its mean and the optimiser, that can be saved and taken up again."""

    def __init__(self, net: NetSettings, s: FitSettings, device: str) -> None:
        torch.manual_seed(s.seed)
        self.s, self.net_settings, self.device = s, net, device
        # channels last: twice as fast on CPUs
        self.net = LineNet(net).to(device, memory_format=torch.channels_last)
        self.mean = LineNet(net).to(device, memory_format=torch.channels_last).eval()
        self.mean.load_state_dict(self.net.state_dict())
        self.optimizer = torch.optim.AdamW(self.net.parameters(), s.rate, weight_decay=1e-4)
        self.step = 0
        self.lines = 0
        self.done = 0.0

    def learn(self, batch: Batch, rate: float) -> float:
        """One step; the loss a letter."""
        self.optimizer.param_groups[0]["lr"] = rate
        self.net.train()
        dark = disturb(batch.dark).to(self.device, memory_format=torch.channels_last)
        with torch.autocast(self.device, torch.bfloat16):
            logits = self.net(dark)
        loss = F.ctc_loss(
            log_probabilities(logits).cpu(),
            batch.classes,
            batch.steps,
            batch.lengths,
            reduction="mean",
            zero_infinity=True,
        )
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
        self.optimizer.step()
        self.step += 1
        self.lines += len(batch.texts)
        self._follow()
        return float(loss.item())

    def _follow(self) -> None:
        """The mean goes a little way towards the weights; at first a longer way."""
        share = max(1 / (self.step + 1), 1 / self.s.mean_steps)
        with torch.no_grad():
            now = self.net.state_dict()
            for name, value in self.mean.state_dict().items():
                if value.dtype.is_floating_point:
                    value.lerp_(now[name], share)
                else:
                    value.copy_(now[name])

    def state(self) -> dict[str, Any]:
        return {
            "net": asdict(self.net_settings),
            "shapes": "".join(SHAPES),
            "weights": self.net.state_dict(),
            "mean": self.mean.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "lines": self.lines,
            "done": self.done,
        }

    def take_up(self, state: Mapping[str, Any]) -> None:
        """Go on from `state`: where it stopped, or from the mean weights of what is finished.

        Raises ValueError when it is of another alphabet or network.
        """
        if state["shapes"] != "".join(SHAPES):
            raise ValueError("the checkpoint knows another alphabet")
        if net_settings(state) != self.net_settings:
            raise ValueError("the checkpoint is of another network")
        self.mean.load_state_dict(state["mean"])
        self.net.load_state_dict(state.get("weights", state["mean"]))
        if is_unfinished(state):
            self.optimizer.load_state_dict(state["optimizer"])
            self.step, self.done = state["step"], state["done"]
        self.lines = state["lines"]


def net_settings(state: Mapping[str, Any]) -> NetSettings:
    """What network a checkpoint is of."""
    return NetSettings(**{**state["net"], "channels": tuple(state["net"]["channels"])})


def is_unfinished(state: Mapping[str, Any]) -> bool:
    """Whether the checkpoint is of a training that was broken off."""
    return "optimizer" in state and state["done"] < 1


def released(state: Mapping[str, Any]) -> dict[str, Any]:
    """The checkpoint of a finished reader: its mean weights at half the bytes, nothing else."""
    kept = {name: state[name] for name in ("net", "shapes", "step", "lines")}
    half = {k: v.half() if v.is_floating_point() else v for k, v in state["mean"].items()}
    return {**kept, "mean": half, "done": 1.0}


def fit(
    trainer: Trainer,
    lines: Pool,
    judged: Mapping[str, Sequence[Shard]],
    out: Path,
    report: Callable[[Progress], None],
) -> dict[str, float]:
    """Teach for `minutes`, writing OUT/checkpoint.pt and OUT/log.tsv as it goes.

    A trainer that was taken up in the middle has that share of the minutes behind it.

    lines   to learn from
    judged  lines never learnt from, by name; what is returned is the CER of each
    """
    s = trainer.s
    rng = np.random.default_rng((s.seed, trainer.step))
    now = saved = taken_up = time.monotonic()
    begun = now - trainer.done * 60 * s.minutes
    current, first, counted = 0.0, trainer.step, trainer.lines
    out.mkdir(parents=True, exist_ok=True)
    while (done := (time.monotonic() - begun) / (60 * s.minutes)) < 1:
        trainer.done = done
        rate = s.last_rate + (s.rate - s.last_rate) * 0.5 * (1 + math.cos(math.pi * done))
        rate *= min(1.0, (trainer.step - first + 1) / s.warm_steps)
        loss = trainer.learn(lines.draw(rng), rate)
        current = loss if trainer.step == first + 1 else 0.98 * current + 0.02 * loss
        now = time.monotonic()
        errors: dict[str, float] = {}
        if now - saved > 60 * s.save_minutes:
            saved = now
            save(trainer, out)
            errors = {name: error_rate(trainer.mean, shards) for name, shards in judged.items()}
        speed = (trainer.lines - counted) / (now - taken_up)
        report(Progress(trainer.step, done, current, trainer.lines, speed, errors))
        if errors:
            _log(out / "log.tsv", trainer, current, (now - begun) / 60, errors)
    trainer.done = 1.0
    save(trainer, out)
    errors = {name: error_rate(trainer.mean, shards) for name, shards in judged.items()}
    speed = (trainer.lines - counted) / (time.monotonic() - taken_up)
    report(Progress(trainer.step, 1.0, current, trainer.lines, speed, errors))
    _log(out / "log.tsv", trainer, current, s.minutes, errors)
    return errors


def save(trainer: Trainer, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    part = out / "checkpoint.pt.part"
    torch.save(trainer.state(), part)
    part.replace(out / "checkpoint.pt")


def _log(
    path: Path, trainer: Trainer, loss: float, minutes: float, errors: Mapping[str, float]
) -> None:
    fresh = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter="\t")
        if fresh:
            rows.writerow(["step", "lines", "minutes", "loss", *errors])
        figures = [f"{value:.5f}" for value in errors.values()]
        rows.writerow([trainer.step, trainer.lines, f"{minutes:.1f}", f"{loss:.4f}", *figures])


def error_rate(net: LineNet, shards: Sequence[Shard], limit: int = JUDGED) -> float:
    """Characters read wrong, of those that stand there, decoded greedily, shapes for letters."""
    net.eval()
    wrong = total = 0
    device = next(net.parameters()).device
    for batch in in_order(shards, limit):
        with torch.no_grad(), torch.autocast(device.type, torch.bfloat16):
            logits = net(batch.dark.to(device, memory_format=torch.channels_last))
        truth = torch.split(batch.classes, batch.lengths.tolist())
        for best, classes in zip(logits.argmax(dim=2).cpu(), truth, strict=True):
            wrong += Levenshtein.distance(collapse(best), classes.tolist())
            total += len(classes)
    return wrong / max(1, total)


def collapse(best: Tensor) -> list[int]:
    """(steps,) the likeliest class of each step to the classes of the letters."""
    kept = torch.unique_consecutive(best)
    return [int(c) for c in kept if c]
