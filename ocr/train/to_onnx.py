"""From a checkpoint to the file that is read with: the mean weights, as ONNX, convolutions in int8.

The convolutions, which are most of the time, are quantised with scales measured once on lines of
all kinds; scales measured while reading would make a line's text depend on the lines beside it.
The LSTM layers stay in float32 for the same reason.
"""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

from ocr.recognize.alphabet import SHAPES
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
        plain, clean = Path(tmp) / "plain.onnx", Path(tmp) / "clean.onnx"
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
        ready = plain
        if measured:
            quant_pre_process(str(plain), str(clean), skip_symbolic_shape=True)
            ready = Path(tmp) / "int8.onnx"
            quantize_static(
                str(clean),
                str(ready),
                _Lines(measured),
                quant_format=QuantFormat.QDQ,
                op_types_to_quantize=["Conv", "MaxPool", "Relu"],
                per_channel=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                calibrate_method=CalibrationMethod.MinMax,
                nodes_to_exclude=[],
            )
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


class _Lines(CalibrationDataReader):
    def __init__(self, batches: Iterable[Batch]) -> None:
        self._left: Iterator[Batch] = iter(batches)

    def get_next(self) -> dict[str, np.ndarray[Any, Any]] | None:
        batch = next(self._left, None)
        return None if batch is None else {"dark": batch.dark.numpy()}
