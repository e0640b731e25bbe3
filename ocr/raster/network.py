"""Small networks kept as .onnx files, run by onnxruntime on as many threads as they are given.

This is the one place that loads onnxruntime. It takes half the time of OpenCV's own runner for
the same numbers, and its sessions may be used by several threads at once.
"""

from __future__ import annotations

import os

# From 1.29 on, onnxruntime reports its use to its makers, over the network, unless it is told not
# to before it is loaded. Who reads archives tells nobody.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np
import numpy.typing as npt
import onnxruntime

RUNTIME_VERSION = str(onnxruntime.__version__)


class Network:
    """The network of an .onnx file that gives one answer. Raises ValueError where it is none.

    about         what the file says of itself
    answer_shape  of its answer; a name where a length depends on what is asked
    """

    def __init__(self, model: bytes, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                model, options, providers=["CPUExecutionProvider"]
            )
            (answer,) = self._session.get_outputs()
        except Exception as error:  # onnxruntime's own errors have no common class
            raise ValueError(str(error)) from error
        self.about: dict[str, str] = dict(self._session.get_modelmeta().custom_metadata_map)
        self.answer_shape: tuple[int | str | None, ...] = tuple(answer.shape)

    def __call__(self, **images: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The answer for one of a batch: `images` by their names, each with all its lengths."""
        (answer,) = self._session.run(None, images)
        return np.asarray(answer[0], dtype=np.float32)
