"""All settings of a run: each stage declares its own beside its code, here they stand together."""

from __future__ import annotations

from dataclasses import dataclass, field

from ocr.assemble import AssembleSettings
from ocr.layout import LayoutSettings
from ocr.load import LoadSettings
from ocr.prepare import PrepareSettings
from ocr.recognize.engine import RecognizeSettings


@dataclass(frozen=True, slots=True)
class Settings:
    """What a transcription depends on besides the scan; its hash goes into the provenance."""

    load: LoadSettings = field(default_factory=LoadSettings)
    prepare: PrepareSettings = field(default_factory=PrepareSettings)
    layout: LayoutSettings = field(default_factory=LayoutSettings)
    recognize: RecognizeSettings = field(default_factory=RecognizeSettings)
    assemble: AssembleSettings = field(default_factory=AssembleSettings)
