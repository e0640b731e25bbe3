"""The network that reads a line: convolutions, two layers of LSTM both ways, one answer a step.

Strips are 40 px high (`ocr.recognize.neural.LINE_IMAGE`), a step is 4 px wide: a stroke has four
steps, enough for CTC to part doubled letters. Narrow first layers keep it fast, since there the
picture is large; about 2 million weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ocr.recognize.alphabet import CLASSES

STEP_PX = 4


@dataclass(frozen=True, slots=True)
class NetSettings:
    """channels: of the five layers that look at pixels; features, hidden: of a step."""

    channels: tuple[int, int, int, int, int] = (16, 32, 64, 96, 160)
    features: int = 256
    hidden: int = 192
    dropout: float = 0.1
    classes: int = CLASSES


class LineNet(nn.Module):
    """(B, 1, 40, W) darkness 0–1, W a multiple of 4, to (B, W / 4, classes) logits."""

    def __init__(self, s: NetSettings) -> None:
        super().__init__()
        c = s.channels
        self.look = nn.Sequential(
            *_layer(1, c[0], 5, stride=2),
            *_layer(c[0], c[1], 3),
            nn.MaxPool2d(2),
            *_layer(c[1], c[2], 3),
            *_layer(c[2], c[3], 3),
            nn.MaxPool2d((2, 1)),
            *_layer(c[3], c[4], 3),
            nn.Conv2d(c[4], s.features, (5, 1), bias=False),
            nn.BatchNorm2d(s.features),
            nn.ReLU(),
        )
        self.read = nn.LSTM(
            s.features, s.hidden, 2, batch_first=True, bidirectional=True, dropout=s.dropout
        )
        self.drop = nn.Dropout(s.dropout)
        self.name = nn.Linear(2 * s.hidden, s.classes)

    def forward(self, dark: Tensor) -> Tensor:
        steps = self.look(dark).squeeze(2).transpose(1, 2)
        steps, _ = self.read(steps)
        logits: Tensor = self.name(self.drop(steps))
        return logits


def _layer(before: int, after: int, side: int, stride: int = 1) -> list[nn.Module]:
    conv = nn.Conv2d(before, after, side, stride, side // 2, bias=False)
    return [conv, nn.BatchNorm2d(after), nn.ReLU()]


def log_probabilities(logits: Tensor) -> Tensor:
    """(steps, B, classes) in float32, as CTC wants it."""
    return torch.log_softmax(logits.float(), dim=2).transpose(0, 1)
