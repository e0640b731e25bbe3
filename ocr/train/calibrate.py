"""How sure the network may be: one temperature for all its answers.

A network that has learnt its lines by heart is surer than it is right. Its logits are divided by
the temperature under which the share of letters that are right agrees best with how sure it says
it is (Guo et al., 2017), on lines it never learnt from.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from rapidfuzz.distance import Levenshtein

from ocr.recognize.ctc import Struck, greedy, probabilities
from ocr.train.data import Batch
from ocr.train.net import LineNet

TEMPERATURES = np.geomspace(0.6, 4.0, 24)
SUREST = 1 - 1e-6


def fit_temperature(net: LineNet, batches: Sequence[Batch]) -> float:
    """The temperature of the least loss over whether letters are right; 1 without any lines."""
    if not batches:
        return 1.0
    answers = [(net_answers(net, batch), batch) for batch in batches]
    losses = [_loss(answers, float(t)) for t in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(losses))])


def net_answers(net: LineNet, batch: Batch) -> np.ndarray:
    """(B, steps, classes) float32 logits."""
    device = next(net.parameters()).device
    with torch.no_grad():
        logits: np.ndarray = net.eval()(batch.dark.to(device)).float().cpu().numpy()
    return logits


def _loss(answers: Sequence[tuple[np.ndarray, Batch]], temperature: float) -> float:
    sure, right = [], []
    for logits, batch in answers:
        truths = torch.split(batch.classes, batch.lengths.tolist())
        for steps, truth in zip(logits, truths, strict=True):
            letters = greedy(probabilities(steps, temperature))
            sure += [letter.confidence for letter in letters]
            right += rightly_read(letters, truth.tolist())
    share = np.clip(np.array(sure), 1 - SUREST, SUREST)
    hit = np.array(right, dtype=bool)
    return float(-np.mean(np.where(hit, np.log(share), np.log(1 - share))))


def rightly_read(letters: Sequence[Struck], truth: Sequence[int]) -> list[bool]:
    """Whether each letter stands in the truth, where the two are aligned."""
    right = [True] * len(letters)
    for edit in Levenshtein.editops([letter.shape for letter in letters], truth):
        if edit.tag in ("replace", "delete"):
            right[edit.src_pos] = False
    return right
