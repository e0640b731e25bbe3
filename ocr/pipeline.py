"""The way of a page, on one screen: prepare, find, read, assemble.

`transcribe_page` is the one unit of work. It is a pure function of the page, the engine and the
settings, and it pickles: serial and parallel runs submit the same call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from ocr.assemble import assemble_digital_page, assemble_page
from ocr.assemble.dictionary import known_share
from ocr.assemble.parts import name_parts
from ocr.document import (
    DigitalPage,
    LineReading,
    Page,
    PageImage,
    PreparedPage,
    TextLine,
    Zone,
)
from ocr.layout import find_layout, measured, take_off_rules
from ocr.prepare import prepare
from ocr.recognize.engine import Engine
from ocr.settings import Settings

SAMPLE_LINES = 4
"""So many show whether a page stands upright: the longest lines, for they hold most words."""


class LaidOut(NamedTuple):
    """A page without its rules, and what stands on it."""

    page: PreparedPage
    zones: tuple[Zone, ...]
    lines: tuple[TextLine, ...]


def transcribe_page(image: PageImage | DigitalPage, engine: Engine, s: Settings) -> Page:
    """The transcription of one page. Raises EngineError when the engine fails."""
    if isinstance(image, DigitalPage):
        return assemble_digital_page(image, s.assemble)
    done: list[tuple[PreparedPage, LaidOut, list[LineReading]]] = []

    def read(page: PreparedPage) -> tuple[LaidOut, list[LineReading]]:
        # a page that had to be read to tell its turn or its angle has been read by then
        for known, laid, readings in done:
            if known.gray is page.gray:
                return laid, readings
        laid = lay_out(page, s)
        done.append((page, laid, engine.read(laid.page, laid.lines)))
        return laid, done[-1][2]

    prepared = prepare(image, s.prepare, lambda candidate: _known_share(read(candidate)[1]))
    laid, readings = read(prepared)
    page = replace(laid.page, steps=(*prepared.steps, measured(laid.lines, prepared.dpi)))
    zones, named = name_parts(laid.zones, readings)
    return assemble_page(page, zones, named, s.assemble)


def lay_out(page: PreparedPage, s: Settings) -> LaidOut:
    """The page's rules taken off, its zones and lines found."""
    bare, rules = take_off_rules(page, s.layout)
    return LaidOut(bare, *find_layout(bare, rules, s.layout))


def legibility(page: PreparedPage, engine: Engine, s: Settings) -> float:
    """How well a few lines of a page read as Russian, 0–1; 0 where there is nothing to read.

    The share of characters that stand in words of the dictionary. The engine's own confidence
    does not tell: type upside down reads as nonsense with a confidence of 0.9.
    """
    laid = lay_out(page, s)
    return _known_share(engine.read(laid.page, _longest(laid.lines)))


def _known_share(readings: Sequence[LineReading]) -> float:
    of = {reading.line.id: reading.text for reading in readings}
    sample = _longest([reading.line for reading in readings])
    return known_share(" ".join(of[line.id] for line in sample))


def _longest(lines: Sequence[TextLine]) -> list[TextLine]:
    """The longest lines of type, which show whether a page stands upright."""
    typed = [line for line in lines if not line.on_marks]
    return sorted(typed, key=lambda line: -line.box.width)[:SAMPLE_LINES]
