"""A reader's convolutions in int8: a quarter of their time, and no letter less.

Scales are measured once, on lines of all kinds; scales measured while reading would make a line's
text depend on the lines beside it. The LSTM layers stay in float32 for the same reason. Needs the
package onnx, which training brings along and reading does without.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process


def quantize(model: Path, out: Path, batches: Iterable[npt.NDArray[np.float32]]) -> None:
    """Write to `out` what reads as the .onnx file `model` does.

    batches  (B, 1, 40, W) darkness 0–1 of lines to measure by
    """
    with tempfile.TemporaryDirectory() as tmp:
        clean = Path(tmp) / "clean.onnx"
        quant_pre_process(str(model), str(clean), skip_symbolic_shape=True)
        quantize_static(
            str(clean),
            str(out),
            _Lines(batches),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv", "MaxPool", "Relu"],
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
        )


class _Lines(CalibrationDataReader):
    def __init__(self, batches: Iterable[npt.NDArray[np.float32]]) -> None:
        self._left: Iterator[npt.NDArray[np.float32]] = iter(batches)

    def get_next(self) -> dict[str, npt.NDArray[Any]] | None:
        batch = next(self._left, None)
        return None if batch is None else {"dark": batch}
