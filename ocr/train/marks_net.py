"""Two small nets that tell marks from type on grey and black-and-white scans.

    python -m ocr.train.marks_net DATA.zip OUT_DIR [--minutes 40] [--begun OTHER_DIR]
                                                 [--which-alone]

`Where` looks at the whole page at 50 dpi and says for each square of 4 mm whether a mark lies on
it, and whether it lies within a stamp; what else it has seen, up to 30 mm away, it hands on to
`Which`, which looks at those parts at 150 dpi and says of every pixel whether it is a mark's. So a
letter within the frame of a stamp is told from one of a printed head. Where mark and type lie over
each other, that is type. Marks are laid on pages as training goes, never twice alike
(`marks_laid`).

What is kept are the weights' running means. Minutes are of the process's own time: on a shared core
they last longer. Forty on one core are enough to begin with; `--which-alone` then goes on with
`Which`, `Where` staying as it is. Held-out pages and marks, printed at the end, are the
figures to expect.
"""

from __future__ import annotations

import argparse
import math
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812
from torch.optim.swa_utils import AveragedModel

from ocr.prepare.mark_nets import CELL, REDUCED
from ocr.train.marks_laid import CELLS, WINDOW, Composer

BATCH = 8
SEEN_CELLS = 12  # squares a side of what `Which` learns from: part of a window, for time
ON_MARKS = 0.75  # of these are laid on a mark
CONTEXT = 14  # numbers on each square that `Where` hands on beside its two answers
PEAK_RATE = 3e-3  # of learning
TYPE_WEIGHT = 3.0  # type that is lost weighs as much more than a mark that stays
CONTESTED_WEIGHT = 3.0  # where mark and type are near each other, which is what counts
CONTESTED_PX = 15  # 2.5 mm: no farther from either
PAPER_WEIGHT = 0.1
STEPS_AVERAGED = 1000  # in the running mean of the weights: a tenth to a third of all steps


def conv(i: int, o: int, stride: int = 1, dilation: int = 1, side: int = 3) -> nn.Sequential:
    pad = (side - stride) // 2 if side == 4 else dilation
    return nn.Sequential(
        nn.Conv2d(i, o, side, stride, pad, dilation, bias=False), nn.BatchNorm2d(o), nn.ReLU()
    )


def larger(i: int, o: int, times: int = 2) -> nn.Sequential:
    """OpenCV runs this ten times faster than a transposed convolution."""
    return nn.Sequential(nn.Conv2d(i, o, 1), nn.Upsample(scale_factor=times))


class Where(nn.Module):
    """(B, 1, h, w) darkness at 50 dpi → (B, 2 + CONTEXT, h / 8, w / 8); 1.5 kMAC a pixel.

    First whether a mark is there, then whether a stamp is around, as logits.
    """

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            conv(1, 12, 2),
            conv(12, 24, 2),
            conv(24, 24),
            conv(24, 48, 2),
            conv(48, 48),
            conv(48, 48, 1, 2),
            conv(48, 48, 1, 4),
            conv(48, 48),
        )
        self.head = nn.Conv2d(48, 2 + CONTEXT, 1)

    def forward(self, dark: Tensor) -> Tensor:
        seen: Tensor = self.head(self.body(dark))
        return seen


class Which(nn.Module):
    """(B, 1, H, W) darkness at 150 dpi and what `Where` says of its squares, H / 24, W / 24

    → (B, 4, H / 2, W / 2) logits, the four pixels of each place side by side; 1.3 kMAC a pixel.
    """

    def __init__(self) -> None:
        super().__init__()
        self.at_half = conv(1, 8, 2, side=4)
        self.at_quarter = nn.Sequential(conv(8, 24, 2), conv(24, 24))
        self.at_eighth = nn.Sequential(conv(24, 40, 2), conv(40, 40))
        self.around = larger(2 + CONTEXT, 40, 3)
        self.deep = nn.Sequential(conv(40, 48, 2), conv(48, 48), conv(48, 48))
        self.to_eighth, self.eighth_out = larger(48, 40), conv(40, 40)
        self.to_quarter, self.quarter_out = larger(40, 24), conv(24, 24)
        self.to_half = larger(24, 8)
        self.head = nn.Conv2d(8, 4, 3, padding=1)

    def forward(self, dark: Tensor, context: Tensor) -> Tensor:
        half = self.at_half(dark)
        quarter = self.at_quarter(half)
        eighth = self.at_eighth(quarter) + self.around(context)
        eighth = self.eighth_out(self.to_eighth(self.deep(eighth)) + eighth)
        quarter = self.quarter_out(self.to_quarter(eighth) + quarter)
        logits: Tensor = self.head(self.to_half(quarter) + half)
        return logits


class Batch:
    """(B, 1, WINDOW, WINDOW) darkness, mark, typed; (B, 2, CELLS, CELLS) squares; all float.

    `part` cuts out what `Which` is shown of each window, at the squares in `at`.
    """

    def __init__(self, composer: Composer, rng: np.random.Generator) -> None:
        samples = [composer.sample(rng) for _ in range(BATCH)]
        self.dark, self.mark, self.typed = (
            torch.from_numpy(np.stack(layers).astype(np.float32)[:, None])
            for layers in list(zip(*samples, strict=True))[:3]
        )
        self.squares = torch.from_numpy(np.stack([s.squares for s in samples]).astype(np.float32))
        self.at = [_looked_at(s.squares[0], rng) for s in samples]

    def part(self, image: Tensor, step: int) -> Tensor:
        side = SEEN_CELLS * step
        rows = [
            one[:, y * step : y * step + side, x * step : x * step + side]
            for one, (y, x) in zip(image, self.at, strict=True)
        ]
        return torch.stack(rows)


def _looked_at(marked: np.ndarray, rng: np.random.Generator) -> tuple[int, int]:
    """Top and left square of a part of the window, most often with a mark in it."""
    most = CELLS - SEEN_CELLS
    places = np.argwhere(marked)
    if not len(places) or rng.random() > ON_MARKS:
        y, x = rng.integers(0, most + 1, 2)
    else:
        middle = places[rng.integers(len(places))] + rng.integers(-4, 5, 2)
        y, x = np.clip(middle - SEEN_CELLS // 2, 0, most)
    return int(y), int(x)


def run(where: nn.Module, which: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:
    """What both say: of the squares of the windows, and of the pixels of their parts."""
    seen = where(F.avg_pool2d(batch.dark, REDUCED))
    logits = which(batch.part(batch.dark, CELL), batch.part(seen, 1))
    return seen.float(), F.pixel_shuffle(logits.float(), 2)


def loss(seen: Tensor, logits: Tensor, batch: Batch) -> Tensor:
    dark, mark, typed = (batch.part(i, CELL) for i in (batch.dark, batch.mark, batch.typed))
    contested = 1 + (CONTESTED_WEIGHT - 1) * _around(mark) * _around(typed)
    inked = (dark > 0.1).float() * (1 + (TYPE_WEIGHT - 1) * typed)
    fine = F.binary_cross_entropy_with_logits(logits, mark, PAPER_WEIGHT + inked * contested)
    coarse = F.binary_cross_entropy_with_logits(seen[:, :2], batch.squares)
    return fine + 0.3 * coarse


def _around(masks: Tensor) -> Tensor:
    """(B, 1, h, w) what lies near to anything of the masks; OpenCV does it fifty times faster."""
    cell = np.ones((2 * CONTESTED_PX + 1, 2 * CONTESTED_PX + 1), np.uint8)
    return torch.from_numpy(np.stack([cv2.dilate(mask[0], cell)[None] for mask in masks.numpy()]))


@dataclass(frozen=True, slots=True)
class Fitting:
    """How long the nets learn, how fast, from where, and whether `Where` stays as it was."""

    minutes: float = 40.0
    peak_rate: float = PEAK_RATE
    begun: Path | None = None
    which_alone: bool = False


def fit(data: zipfile.ZipFile, out: Path, how: Fitting) -> tuple[nn.Module, nn.Module]:
    """Trained nets; what is reached every thousand steps lies in `out`."""
    torch.manual_seed(0)
    rng = np.random.default_rng(1 if how.begun else 0)
    composer = Composer(data)
    where = Where().to(memory_format=torch.channels_last)
    which = Which().to(memory_format=torch.channels_last)
    if how.begun:
        where.load_state_dict(torch.load(how.begun / "where.pt"))
        which.load_state_dict(torch.load(how.begun / "which.pt"))
    if how.which_alone:
        where.eval().requires_grad_(False)
    means = [AveragedModel(net, avg_fn=_running, use_buffers=True) for net in (where, which)]
    learning = [p for p in (*where.parameters(), *which.parameters()) if p.requires_grad]
    optimizer = torch.optim.AdamW(learning, how.peak_rate)
    start, step, mean = time.process_time(), 0, 0.0
    while (done := (time.process_time() - start) / (60 * how.minutes)) < 1:
        rate = how.peak_rate * min(1.0, (step + 1) / 200) * 0.5 * (1 + math.cos(math.pi * done))
        optimizer.param_groups[0]["lr"] = rate + 1e-5
        batch = Batch(composer, rng)
        with torch.autocast("cpu", torch.bfloat16):
            seen, logits = run(where, which, batch)
        value = loss(seen, logits, batch)
        optimizer.zero_grad(set_to_none=True)
        value.backward()
        optimizer.step()
        for averaged, net in zip(means, (where, which), strict=True):
            averaged.update_parameters(net)
        step, mean = step + 1, mean + value.item()
        if step % 100 == 0:
            print(step, f"{done:.0%} {mean / 100:.4f}", flush=True)
            mean = 0.0
        if step % 1000 == 0:
            save(means[0].module, means[1].module, out)
    save(means[0].module, means[1].module, out)
    return means[0].module, means[1].module


def _running(mean: Tensor, new: Tensor, count: Tensor | int) -> Tensor:
    """Of all steps at first, then of the last `STEPS_AVERAGED`."""
    return mean + (new - mean) / min(int(count) + 1, STEPS_AVERAGED)


def save(where: nn.Module, which: nn.Module, out: Path) -> None:
    torch.save(where.state_dict(), out / "where.pt")
    torch.save(which.state_dict(), out / "which.pt")


def check(where: nn.Module, which: nn.Module, composer: Composer) -> None:
    """Prints what is found of marks and lost of type, on what was not learnt from."""
    rng = np.random.default_rng(0)
    sums = {t: [0.0, 0.0] for t in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)}
    there = types = 0.0
    squares = np.zeros((2, 3))  # named, there, both: of marks and of stamps
    for _ in range(40):
        batch = Batch(composer, rng)
        seen, logits = run(where, which, batch)
        dark, mark, typed = (batch.part(i, CELL) for i in (batch.dark, batch.mark, batch.typed))
        inked, share = dark > 0.2, torch.sigmoid(logits)
        is_mark, is_type = (mark > 0) & inked, (typed > 0) & inked
        there, types = there + float(is_mark.sum()), types + float(is_type.sum())
        for t, s in sums.items():
            s[0] += float((is_mark & (share > t)).sum())
            s[1] += float((is_type & (share > t)).sum())
        named, truth = torch.sigmoid(seen[:, :2]) > 0.3, batch.squares > 0
        for i, each in enumerate((named, truth, named & truth)):
            squares[:, i] += each.sum(dim=(0, 2, 3)).numpy()
    for t, (found, lost) in sums.items():
        print(f"over {t}: marks found {found / there:.4f}, type lost {lost / types:.5f}")
    for name, (n, t, both) in zip(("marks", "stamps"), squares, strict=True):
        print(f"squares of {name}: {both / t:.4f} found, {n / t:.2f} times as many named")


def export(net: nn.Module, shown: dict[str, Tensor], path: Path) -> None:
    names = [*shown, "logits"]
    torch.onnx.export(
        net.eval().to(memory_format=torch.contiguous_format),
        tuple(shown.values()),
        str(path),
        input_names=list(shown),
        output_names=["logits"],
        dynamic_axes={name: {2: f"h_{name}", 3: f"w_{name}"} for name in names},
        opset_version=13,
        dynamo=False,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=40.0)
    parser.add_argument("--peak-rate", type=float, default=PEAK_RATE)
    parser.add_argument("--begun", type=Path, help="OUT_DIR of an earlier run, to go on from")
    parser.add_argument("--which-alone", action="store_true", help="where stays as it was begun")
    given = parser.parse_args()
    torch.set_num_threads(1)
    given.out.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(given.data) as data:
        how = Fitting(given.minutes, given.peak_rate, given.begun, given.which_alone)
        where, which = fit(data, given.out, how)
        with torch.no_grad():
            check(where.eval(), which.eval(), Composer(data, of_held=True))
    side = WINDOW // REDUCED
    export(where, {"dark": torch.zeros(1, 1, side, side)}, given.out / "where.onnx")
    parts = torch.zeros(1, 1, 240, 240), torch.zeros(1, 2 + CONTEXT, 10, 10)
    export(which, dict(zip(("dark", "context"), parts, strict=True)), given.out / "which.onnx")


if __name__ == "__main__":
    main()
