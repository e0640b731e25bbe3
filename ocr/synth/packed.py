"""Lines for training in one file a shard: pictures and texts behind one index, read in place.

    8 bytes        SHLINES1
    8 bytes        number of lines, little endian as all numbers here
    index          one row of `INDEX` a line: where its picture and its texts lie in the file
    pictures       one JPEG a line, grey
    texts          UTF-8: what was typed and, where it is something else, what was meant

The file is mapped into memory, not read: a training run picks lines in any order, and many
processes share one copy. A picture is decoded when asked for, in about 0.3 ms. 100 000 lines of
x-height 20 would take 9 GB as plain pixels and 3 GB as PNG, for what is left of the paper's grain
does not pack; as JPEG they take 1.8 GB, and pixels lie 1.3 grey levels off on average.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from ocr.errors import TruthError
from ocr.geometry import Gray
from ocr.synth.lines import Strip

MAGIC = b"SHLINES1"
HEAD_BYTES = 16
SUFFIX = ".lines"
INDEX = np.dtype(
    [
        ("picture", "<u8"),
        ("picture_bytes", "<u4"),
        ("text", "<u8"),
        ("text_bytes", "<u4"),
        ("meant_bytes", "<u4"),  # 0: what was meant is what was typed
        ("width", "<u4"),
        ("height", "<u4"),
        ("dpi", "<f4"),
    ]
)
QUALITY = (cv2.IMWRITE_JPEG_QUALITY, 87)  # better than that of the scans that lines are cut from


def pack(strips: Sequence[Strip]) -> bytes:
    """A shard as it stands on disk."""
    pictures = [cv2.imencode(".jpg", strip.pixels, QUALITY)[1].tobytes() for strip in strips]
    texts = [strip.text.encode() for strip in strips]
    meant = [b"" if strip.meant is None else strip.meant.encode() for strip in strips]
    index = np.zeros(len(strips), INDEX)
    index["picture_bytes"] = [len(data) for data in pictures]
    index["text_bytes"] = [len(data) for data in texts]
    index["meant_bytes"] = [len(data) for data in meant]
    index["height"] = [strip.pixels.shape[0] for strip in strips]
    index["width"] = [strip.pixels.shape[1] for strip in strips]
    index["dpi"] = [strip.dpi for strip in strips]
    start = HEAD_BYTES + index.nbytes
    index["picture"] = start + _starts(index["picture_bytes"])
    start += sum(map(len, pictures))
    index["text"] = start + _starts(index["text_bytes"].astype(np.uint64) + index["meant_bytes"])
    words = [part for pair in zip(texts, meant, strict=True) for part in pair]
    count = len(strips).to_bytes(8, "little")
    return b"".join([MAGIC, count, index.tobytes(), *pictures, *words])


def _starts(sizes: npt.NDArray[np.unsignedinteger]) -> npt.NDArray[np.uint64]:
    ends = np.cumsum(sizes, dtype=np.uint64)
    return ends - sizes.astype(np.uint64)


class Shard:
    """A shard read in place; `index` tells sizes without decoding, to sort lines by width.

    Raises TruthError when the file is no shard or is cut short.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._data: npt.NDArray[np.uint8] = np.memmap(path, np.uint8, "r")
        except (OSError, ValueError) as e:
            raise TruthError(f"{path}: cannot be read ({e})") from e
        if self._data[:8].tobytes() != MAGIC:
            raise TruthError(f"{path}: is no file of lines; make one with shifrovka synth lines")
        count = int.from_bytes(self._data[8:16].tobytes(), "little")
        end = HEAD_BYTES + count * INDEX.itemsize
        self.index = self._data[HEAD_BYTES : min(end, len(self._data))]
        if len(self.index) < count * INDEX.itemsize:
            raise TruthError(f"{path}: is cut short; make it anew with shifrovka synth lines")
        self.index = self.index.view(INDEX)
        if count and self._end(count - 1) > len(self._data):
            raise TruthError(f"{path}: is cut short; make it anew with shifrovka synth lines")

    def __len__(self) -> int:
        return len(self.index)

    def __getitem__(self, i: int) -> Strip:
        """Line `i` from 0. Raises IndexError beyond the last."""
        if not 0 <= i < len(self):
            raise IndexError(f"{self.path} has {len(self)} lines, not {i + 1}")
        row = self.index[i]
        return Strip(self.pixels(i), self.text(i), self.meant(i), float(row["dpi"]))

    def pixels(self, i: int) -> Gray:
        """(H, W) uint8, black on white."""
        start, size = int(self.index[i]["picture"]), int(self.index[i]["picture_bytes"])
        decoded = cv2.imdecode(self._data[start : start + size], cv2.IMREAD_GRAYSCALE)
        if decoded is None:
            raise TruthError(f"{self.path}: the picture of line {i + 1} is broken")
        return decoded.astype(np.uint8, copy=False)

    def text(self, i: int) -> str:
        """What was typed."""
        start, size = int(self.index[i]["text"]), int(self.index[i]["text_bytes"])
        return self._data[start : start + size].tobytes().decode()

    def meant(self, i: int) -> str | None:
        """What was meant, or None where that is what was typed."""
        size = int(self.index[i]["meant_bytes"])
        start = self._end(i) - size
        return self._data[start : start + size].tobytes().decode() if size else None

    def _end(self, i: int) -> int:
        row = self.index[i]
        return int(row["text"]) + int(row["text_bytes"]) + int(row["meant_bytes"])
