"""Batches of lines to learn from: of few widths, and each time a little different.

Every new width costs a CPU seconds once, so strips are padded to one of `WIDTHS`. What is done to
them on the way is what layout and scanners do beyond what was drawn: crops that sit too high or
too low, other sizes and slants, coarser scans, thicker and thinner strokes, weaker ink.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from ocr.recognize.alphabet import to_classes
from ocr.synth.packed import Shard
from ocr.train.net import STEP_PX

HEIGHT = 40
WIDTHS = (320, 640, 896, 1152, 1472)
COLUMNS = 40_000  # pixels across in a batch, so that batches take about equally long
BASELINE = 0.46  # of a strip, where -1 is its top and 1 its bottom
LEAST_STEPS = 1.15  # steps a letter and doubled letter, below which a strip cannot hold its text


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """dark (B, 1, 40, W) float32 0–1; classes (sum of lengths,); steps and lengths (B,)."""

    dark: Tensor
    classes: Tensor
    steps: Tensor
    lengths: Tensor
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Shards that are drawn from together, for `share` of all lines against the other sources."""

    shards: tuple[Shard, ...]
    share: float


class Known(NamedTuple):
    """A line of a shard and the classes of its text."""

    shard: Shard
    number: int
    classes: list[int]


class Pool:
    """Lines of some sources, by width. A line of a text that no shapes spell is left out."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.shares = np.array([source.share for source in sources], dtype=float)
        self.lines: list[list[Known]] = []
        self.by_width: list[list[list[int]]] = []
        for source in sources:
            kept: list[Known] = []
            places: list[list[int]] = [[] for _ in WIDTHS]
            for shard in source.shards:
                for i in range(len(shard)):
                    width = int(shard.index[i]["width"])
                    classes = to_classes(shard.text(i))
                    bucket = bucket_of(width)
                    if classes and bucket is not None and _holds(width, classes):
                        places[bucket].append(len(kept))
                        kept.append(Known(shard, i, classes))
            self.lines.append(kept)
            self.by_width.append(places)
        sizes = [[len(p) for p in places] for places in self.by_width]
        self.count = int(np.sum(sizes))
        # a width is drawn as often as lines of it stand in the sources, weighed by their shares
        of = np.array(sizes, dtype=float)
        weighed = (of / np.maximum(1, of.sum(axis=1, keepdims=True))) * self.shares[:, None]
        self.width_share = weighed.sum(axis=0) / weighed.sum()
        self.source_share = weighed / np.maximum(1e-12, weighed.sum(axis=0, keepdims=True))

    def draw(self, rng: np.random.Generator) -> Batch:
        """A batch of strips of about one width."""
        per_line = self.width_share * np.array(WIDTHS)  # a wide batch holds fewer lines
        bucket = int(rng.choice(len(WIDTHS), p=per_line / per_line.sum()))
        size = COLUMNS // WIDTHS[bucket]
        sources = rng.choice(len(self.lines), size=size, p=self.source_share[:, bucket])
        chosen = []
        for n in sources:
            places = self.by_width[n][bucket]
            chosen.append(self.lines[n][places[int(rng.integers(len(places)))]])
        return stack(chosen, WIDTHS[bucket], rng)


def bucket_of(width: int) -> int | None:
    """Which of `WIDTHS` a strip is padded to; None when it is wider than all."""
    return next((i for i, w in enumerate(WIDTHS) if width <= w), None)


def _holds(width: int, classes: Sequence[int]) -> bool:
    doubled = sum(a == b for a, b in pairwise(classes))
    return width / STEP_PX >= LEAST_STEPS * (len(classes) + doubled)


def stack(chosen: Sequence[Known], width: int, rng: np.random.Generator | None) -> Batch:
    """The strips in one tensor, each a little way in from the left where there is room for it."""
    dark = np.zeros((len(chosen), 1, HEIGHT, width), np.uint8)
    for row, line in zip(dark, chosen, strict=True):
        strip = line.shard.pixels(line.number)
        room = width - strip.shape[1]
        left = int(rng.integers(min(room, 24) + 1)) if rng is not None else 0
        row[0, :, left : left + strip.shape[1]] = 255 - strip
    classes = [c for line in chosen for c in line.classes]
    lengths = [len(line.classes) for line in chosen]
    return Batch(
        torch.from_numpy(dark).float() / 255,
        torch.tensor(classes),
        torch.full((len(chosen),), width // STEP_PX),
        torch.tensor(lengths),
        tuple(line.shard.text(line.number) for line in chosen),
    )


def in_order(shards: Sequence[Shard], limit: int) -> Iterator[Batch]:
    """Up to `limit` lines as they stand, for judging, by width."""
    pool = Pool([Source(tuple(shards), 1.0)])
    for bucket, places in enumerate(pool.by_width[0]):
        share = round(limit * len(places) / max(1, pool.count))
        size = COLUMNS // WIDTHS[bucket]
        for start in range(0, min(share, len(places)), size):
            chosen = [pool.lines[0][n] for n in places[start : min(share, start + size)]]
            yield stack(chosen, WIDTHS[bucket], None)


def disturb(dark: Tensor) -> Tensor:
    """The batch as another crop, machine and scanner would have it."""
    dark = _placed(dark)
    dark = _thickened(dark)
    dark = _coarse(dark)
    size = (len(dark), 1, 1, 1)
    strength = _rand(size, 0.65, 1.1) * (1 - 0.35 * _some(size, 0.3) * _waves(dark))
    dark = dark * strength + torch.randn_like(dark) * _rand(size, 0.0, 0.05) * _some(size, 0.5)
    return dark.clamp(0, 1)


def _rand(size: tuple[int, ...], low: float, high: float) -> Tensor:
    return low + (high - low) * torch.rand(size)


def _some(size: tuple[int, ...], share: float) -> Tensor:
    return (torch.rand(size) < share).float()


def _placed(dark: Tensor) -> Tensor:
    """Moved, sized, slanted and turned."""
    count, _, height, width = dark.shape
    theta = torch.zeros(count, 2, 3)
    # lines of capitals alone do not tell their size: what is small is taken for the page's type
    small = 1 + 0.6 * torch.rand(count) * (torch.rand(count) < 0.15)
    high = torch.exp(torch.randn(count) * 0.05) * small
    usual, narrow = 1 + torch.randn(count) * 0.04, 1 + torch.rand(count) * 0.35
    wide = torch.where(torch.rand(count) < 0.4, narrow, usual) * small
    theta[:, 0, 0] = wide.clamp(min=1.0)  # never wider than the strip
    theta[:, 0, 1] = torch.randn(count) * 0.06 * height / width
    theta[:, 0, 2] = theta[:, 0, 0] - 1  # the left edge stays where it is
    theta[:, 1, 0] = torch.randn(count) * 0.0015 * width / height
    theta[:, 1, 1] = high
    theta[:, 1, 2] = torch.randn(count) * 0.045 + BASELINE * (1 - high)
    grid = F.affine_grid(theta, list(dark.shape), align_corners=False)
    return F.grid_sample(dark, grid, align_corners=False)


def _thickened(dark: Tensor) -> Tensor:
    """Ink that ran, filling counters, or a dry ribbon's."""
    size = (len(dark), 1, 1, 1)
    fat = F.max_pool2d(dark, 3, 1, 1)
    thin = -F.max_pool2d(-dark, 3, 1, 1)
    much, little = (
        _some(size, 0.25) * _rand(size, 0.1, 0.8),
        _some(size, 0.15) * _rand(size, 0, 0.5),
    )
    return dark + much * (fat - dark) + little * (thin - dark)


def _coarse(dark: Tensor) -> Tensor:
    """A third of the batches as from a scan of fewer dots to the letter."""
    if torch.rand(()) > 0.35:
        return dark
    height, width = dark.shape[2:]
    small = (
        int(height / (1.3 + 0.9 * torch.rand(()))),
        width // 2 + int(width * torch.rand(()) / 4),
    )
    less = F.interpolate(dark, size=small, mode="bilinear", antialias=True)
    soft = F.interpolate(less, size=(height, width), mode="bicubic", align_corners=False)
    chosen = _some((len(dark), 1, 1, 1), 0.5)
    return dark + chosen * (soft - dark)


def _waves(dark: Tensor) -> Tensor:
    """(B, 1, 1, W) 0–1, slow: ink that comes and goes along the line."""
    count, width = len(dark), dark.shape[3]
    knots = torch.rand(count, 1, 1, max(2, width // 64))
    return F.interpolate(knots, size=(1, width), mode="bilinear", align_corners=True)
