"""Our own reader of typescript: a small network over the picture of a line, run by onnxruntime.

The network (`ocr.train.net`) and its release lie in the package (`model/`), so that nothing else
has to be installed. Lines are cut to `LINE_IMAGE` in training and in reading alike, padded to a
multiple of `QUANTUM`, and read one by one: together they would be read no faster, and each line's
text would depend on the others (`ocr.recognize.quantize`).

docs/model-card.md says what it learnt from, how well it reads, and what it is bad at.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ocr.document import Char, LineReading, PreparedPage, TextLine
from ocr.errors import EngineError
from ocr.geometry import Box, Gray
from ocr.raster.network import RUNTIME_VERSION, Network
from ocr.recognize.alphabet import CLASSES, SHAPES, spell
from ocr.recognize.blanks import is_typed, set_blanks, typed_pitch
from ocr.recognize.careful import LOOKS, agreed, in_strip, is_doubtful, seen
from ocr.recognize.ctc import Struck, greedy, probabilities
from ocr.recognize.language import likelier_words
from ocr.recognize.line_image import LineImage, LineImageSettings, cut_lines
from ocr.recognize.under_marks import with_marks

LINE_IMAGE = LineImageSettings(x_height_px=14, above=1.95, below=0.75, margin_px=1)
"""40 px high: what the network was trained on, and nothing else."""
STEP_PX = 4  # width of a step of the network
QUANTUM = 64  # px; widths are padded to multiples of it
LONGEST_PX = 4096  # no line of type is longer: 250 strokes

MODEL = Path(__file__).parent / "model" / "reader.onnx"


@dataclass(frozen=True, slots=True)
class NeuralSettings:
    """model: another reader's .onnx file, made by `shifrovka train`; None is the embedded one.

    usual_words  weight of how usual letters are after each other where strokes leave them open;
                 0 reads by the strokes alone
    careful      lines with a letter in doubt are read again (`ocr.recognize.careful`)
    """

    model: str | None = None
    threads: int = 1
    usual_words: float = 0.4
    careful: bool = False


class NeuralEngine:
    """Reads lines by the network. Raises EngineError for a model that cannot be opened."""

    id = "neural"

    def __init__(self, s: NeuralSettings) -> None:
        path = MODEL if s.model is None else Path(s.model)
        try:
            model = path.read_bytes()
        except OSError as error:
            raise EngineError(f"{path}: the model cannot be read: {error.strerror}") from error
        self.model_sha256 = hashlib.sha256(model).hexdigest()
        try:
            self._network = Network(model, s.threads)
        except ValueError as error:
            raise EngineError(f"{path}: is no model of this reader: {error}") from error
        self._usual_words, self._careful = s.usual_words, s.careful
        self._temperature = float(_described(self._network, path)["temperature"])

    def versions(self) -> Mapping[str, str]:
        return {"onnxruntime": RUNTIME_VERSION}

    def read(self, page: PreparedPage, lines: Sequence[TextLine]) -> list[LineReading]:
        if not lines:
            return []
        images = cut_lines(page, lines, LINE_IMAGE)
        marked = with_marks(page, lines, images, LINE_IMAGE)
        struck = self.read_strips([image.pixels for image in images], marked)
        pitch = pitch_of(lines, struck)
        return [
            LineReading(line, _on_page(line, image, letters, pitch), self.id)
            for line, image, letters in zip(lines, images, struck, strict=True)
        ]

    def read_strips(
        self, strips: Sequence[Gray], marked: Sequence[Gray | None] = ()
    ) -> list[list[Struck]]:
        """The letters of each strip (40, W) uint8, black on white.

        marked  the same strips with the marks that lay over them, or None
        """
        both = zip_longest(strips, marked)
        return [likelier_words(self._letters(*looks), self._usual_words) for looks in both]

    def _letters(self, strip: Gray, marked: Gray | None = None) -> list[Struck]:
        letters = self._look(strip, marked)
        if not self._careful or not is_doubtful(letters):
            return letters
        again = [in_strip(self._look(seen(strip, look)), look) for look in LOOKS]
        return agreed([letters, *again])

    def _look(self, strip: Gray, marked: Gray | None = None) -> list[Struck]:
        answer = self.answer(strip)
        if marked is not None:
            answer = answer + np.float32(WITH_MARKS) * (self.answer(marked) - answer)
        return once_each(greedy(probabilities(answer, self._temperature)))

    def answer(self, strip: Gray) -> npt.NDArray[np.float32]:
        """The network's logits (steps, classes) for a strip (40, W) uint8, black on white."""
        strip = strip[:, :LONGEST_PX]
        height, width = strip.shape
        dark = np.zeros((1, 1, height, -(-width // QUANTUM) * QUANTUM), np.float32)
        dark[0, 0, :, :width] = (255 - strip) / np.float32(255)
        return self._network(dark=dark)


WITH_MARKS = 0.25
"""Weight of what a line shows with the marks on."""


def once_each(letters: Sequence[Struck]) -> list[Struck]:
    """Letters with one number sign, or per cent sign, in the place of two halves of it.

    `№` is broad and in two parts: either may be read as the whole, the first as an N; so is `%`,
    whose lower ring may be read once more. Of the same sign struck twice both have a stroke's
    width, as in `№№ 12 и 13`.
    """
    found: list[Struck] = []
    for letter in letters:
        whole = _whole_of(found[-1], letter) if found else None
        if whole is not None:
            first = found.pop()
            sure = max(first.confidence, letter.confidence)
            found.append(Struck(whole, (first.step + letter.step) / 2, sure))
        else:
            found.append(letter)
    return found


def _whole_of(first: Struck, second: Struck) -> int | None:
    """The sign of which both are halves, or None where each is a letter of its own."""
    if (second.step - first.step) * STEP_PX < NARROWEST_PX:
        for sign, (firsts, seconds) in HALVES.items():
            if first.shape in firsts and second.shape in seconds:
                return sign
    return None


def _shapes(letters: str) -> frozenset[int]:
    return frozenset(SHAPES.index(c) + 1 for c in letters if c in SHAPES)


NUMBER_SIGN, PER_CENT = (SHAPES.index(sign) + 1 for sign in "№%")
HALVES = {
    NUMBER_SIGN: (_shapes("№NН"), _shapes("№°")),
    PER_CENT: (_shapes("%"), _shapes("%680о°")),
}
NARROWEST_PX = 10.0
"""Width of a stroke in a strip, at least: letters 14 px high stand 11 to 20 px apart."""


def _described(network: Network, path: Path) -> dict[str, Any]:
    """What the model says of itself. Raises EngineError where it does not fit this program."""
    try:
        described: dict[str, Any] = json.loads(network.about["reader"])
    except (KeyError, ValueError) as error:
        raise EngineError(f"{path}: is no model of this reader") from error
    if described.get("shapes") != "".join(SHAPES):
        raise EngineError(f"{path}: knows another alphabet than this program; train it anew")
    if network.answer_shape[2] != CLASSES:
        raise EngineError(f"{path}: has another number of classes than its alphabet")
    return described


def pitch_of(lines: Sequence[TextLine], struck: Sequence[Sequence[Struck]]) -> float:
    """The pitch of the page's typewriter in pixels.

    Layout measures it by the ink, to a thousandth; but where letters touch, as broad ones do on
    narrow machines, it may take two for one. So it has to agree with how far apart the letters
    are that were read next to each other; else that is the pitch, to some hundredths.
    """
    measured = typed_pitch(lines)
    found: list[float] = []
    for line, letters in zip(lines, struck, strict=True):
        scale = STEP_PX * line.x_height_px / LINE_IMAGE.x_height_px
        found += [
            (b.step - a.step) * scale
            for a, b in pairwise(letters)
            if SPACE not in (a.shape, b.shape)
        ]
    if len(found) < LEAST_PAIRS:
        return measured
    steps = np.array(found)
    usual = float(np.median(steps))
    read = float(steps[np.abs(steps - usual) < usual / 2].mean())
    return measured if abs(measured - read) <= AGREED * read else read


AGREED = 0.12
SPACE = SHAPES.index(" ") + 1
LEAST_PAIRS = 60


def _on_page(
    line: TextLine, image: LineImage, letters: Sequence[Struck], pitch_px: float
) -> tuple[Char, ...]:
    """Characters with boxes in pixels of the page, one grapheme each.

    pitch_px  of the page's typewriter, in pixels of the page
    """
    texts = spell([SHAPES[letter.shape - 1] for letter in letters])
    cell = pitch_px * LINE_IMAGE.x_height_px / line.x_height_px
    boxes = boxes_of(letters, image.pixels, cell)
    others = [tuple((SHAPES[shape - 1], p) for shape, p in letter.others) for letter in letters]
    confidences = [letter.confidence for letter in letters]
    chars = list(map(Char, texts, boxes, confidences, others))
    typed = is_typed(line, pitch_px)
    chars = set_blanks(chars, image.pixels, cell, typed, trusted=True)
    on_page = image.to_page.boxes([c.box for c in chars])
    return tuple(
        Char(c.text, box, c.confidence, c.others) for c, box in zip(chars, on_page, strict=True)
    )


def boxes_of(letters: Sequence[Struck], pixels: Gray, cell: float) -> list[Box]:
    """Where each letter's ink is: in its cell of the pitch, up to half-way to its neighbours.

    pixels  (H, W) uint8 strip, 0 = black
    cell    width of a stroke in pixels of the strip
    """
    height, width = pixels.shape
    if not letters:
        return []
    middles = np.array([(letter.step + 0.5) * STEP_PX for letter in letters])
    between = (middles[:-1] + middles[1:]) / 2
    left = np.maximum(middles - cell / 2, np.concatenate([[0.0], between]))
    right = np.minimum(middles + cell / 2, np.concatenate([between, [float(width)]]))
    starts = np.clip(np.round(left), 0, width - 1).astype(int).tolist()
    stops = np.clip(np.round(right), 1, width).astype(int).tolist()
    ink = pixels < INK_BELOW
    inked = np.flatnonzero(ink.any(axis=0))
    tops: list[int] = ink.argmax(axis=0)[inked].tolist()
    feet: list[int] = (height - ink[::-1].argmax(axis=0))[inked].tolist()
    columns: list[int] = inked.tolist()
    out = []
    for start, stop in zip(starts, stops, strict=True):
        end = max(stop, start + 1)
        a, b = bisect_left(columns, start), bisect_left(columns, end)
        if a < b:
            out.append(Box(columns[a], min(tops[a:b]), columns[b - 1] + 1, max(feet[a:b])))
        else:
            out.append(Box(start, height // 3, end, 2 * height // 3))
    return out


INK_BELOW = 128
