"""From a checkpoint to the file that is read with: the mean weights, as ONNX, quantised.

The file says of itself what it knows and how sure it may be, for `ocr.recognize.neural` to check.
"""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import onnx
import torch

from ocr.recognize.alphabet import SHAPES
from ocr.recognize.quantize import quantize
from ocr.train.data import HEIGHT, Batch
from ocr.train.fit import net_settings
from ocr.train.net import LineNet


def load_net(state: Mapping[str, Any]) -> LineNet:
    """The network of a checkpoint, with its mean weights, ready to read."""
    net = LineNet(net_settings(state))
    net.load_state_dict(state["mean"])
    net.eval()
    return net


def export(state: Mapping[str, Any], out: Path, temperature: float, lines: Iterable[Batch]) -> None:
    """Write `out`.onnx file of the checkpoint; with `lines` to measure by it is quantised."""
    with tempfile.TemporaryDirectory() as tmp, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # any number of lines is right: the LSTM begins with zeros
        plain = Path(tmp) / "plain.onnx"
        torch.onnx.export(
            load_net(state),
            (torch.zeros(2, 1, HEIGHT, 320),),
            str(plain),
            input_names=["dark"],
            output_names=["logits"],
            dynamic_axes={"dark": {0: "lines", 3: "width"}, "logits": {0: "lines", 1: "steps"}},
            opset_version=17,
            dynamo=False,
        )
        measured = list(lines)
        ready = Path(tmp) / "int8.onnx" if measured else plain
        if measured:
            quantize(plain, ready, (batch.dark.numpy() for batch in measured))
        model = onnx.load(str(ready))
        about = model.metadata_props.add()
        about.key = "reader"
        about.value = json.dumps(
            {"shapes": "".join(SHAPES), "temperature": temperature, "lines": state["lines"]},
            ensure_ascii=False,
        )
        part = out.with_name(out.name + ".part")
        onnx.save(model, str(part))
        part.replace(out)
