"""What a reading engine is, and how one is opened by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ocr.document import LineReading, PreparedPage, TextLine
from ocr.recognize.line_image import LineImageSettings
from ocr.recognize.neural import NeuralEngine, NeuralSettings
from ocr.recognize.tesseract import TesseractEngine, TesseractSettings

ENGINES = ("neural", "tesseract")
"""The first is the default; its model is part of the package."""


class Engine(Protocol):
    """Reads the lines of a page. Opened once by each worker, never sent between processes."""

    id: str
    model_sha256: str

    def read(self, page: PreparedPage, lines: Sequence[TextLine]) -> list[LineReading]:
        """One reading a line, in the order of `lines`. Raises EngineError."""
        ...

    def versions(self) -> Mapping[str, str]:
        """Name and version of the programs and libraries that do the reading."""
        ...


@dataclass(frozen=True, slots=True)
class RecognizeSettings:
    """How lines are read; `line_image`: how they are cut out for Tesseract."""

    neural: NeuralSettings = field(default_factory=NeuralSettings)
    line_image: LineImageSettings = field(default_factory=LineImageSettings)
    tesseract: TesseractSettings = field(default_factory=TesseractSettings)


def open_engine(name: str, s: RecognizeSettings) -> Engine:
    """The engine of that name, ready to read.

    Raises ValueError for a name not in ENGINES, EngineError when the engine is not installed.
    """
    if name == "neural":
        return NeuralEngine(s.neural)
    if name == "tesseract":
        return TesseractEngine(s.line_image, s.tesseract)
    raise ValueError(f"no engine {name!r}; there is {', '.join(ENGINES)}")
