"""The way of a page, on one screen: prepare, find, read, assemble.

`transcribe_page` is the one unit of work. It is a pure function of the page, the engine and the
settings, and it pickles: serial and parallel runs submit the same call.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from ocr.assemble import assemble_digital_page, assemble_page
from ocr.assemble.dictionary import known_share
from ocr.assemble.parts import name_parts
from ocr.document import DigitalPage, Page, PageImage, PreparedPage
from ocr.layout import find_layout, measured, take_off_rules
from ocr.prepare import prepare
from ocr.recognize.engine import Engine
from ocr.settings import Settings

SAMPLE_LINES = 4
"""Lines that show whether a page stands upright: the longest, for they hold most words."""


def transcribe_page(image: PageImage | DigitalPage, engine: Engine, s: Settings) -> Page:
    """The transcription of one page. Raises EngineError when the engine fails."""
    if isinstance(image, DigitalPage):
        return assemble_digital_page(image, s.assemble)
    page = prepare(image, s.prepare, partial(legibility, engine=engine, s=s))
    page, rules = take_off_rules(page, s.layout)
    zones, lines = find_layout(page, rules, s.layout)
    page = replace(page, steps=(*page.steps, measured(lines, page.dpi)))
    zones, readings = name_parts(zones, engine.read(page, lines))
    return assemble_page(page, zones, readings, s.assemble)


def legibility(page: PreparedPage, engine: Engine, s: Settings) -> float:
    """How well a few lines of a page read as Russian, 0–1; 0 where there is nothing to read.

    The share of characters that stand in words of the dictionary. The engine's own confidence
    does not tell: type upside down reads as nonsense with a confidence of 0.9.
    """
    page, rules = take_off_rules(page, s.layout)
    _, lines = find_layout(page, rules, s.layout)
    typed = [line for line in lines if not line.on_marks]
    sample = sorted(typed, key=lambda line: -line.box.width)[:SAMPLE_LINES]
    return known_share(" ".join(reading.text for reading in engine.read(page, sample)))
