"""The way of a page, on one screen: prepare, find, read, assemble.

`transcribe_page` is the one unit of work. It is a pure function of the page, the engine and the
settings, and it pickles: serial and parallel runs submit the same call.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from ocr.assemble import assemble_digital_page, assemble_page
from ocr.assemble.dictionary import known_share
from ocr.assemble.parts import name_parts
from ocr.document import DigitalPage, Page, PageImage, PreparedPage, TextLine, Zone
from ocr.layout import find_layout, measured, take_off_rules
from ocr.prepare import prepare
from ocr.recognize.engine import Engine
from ocr.settings import Settings

SAMPLE_LINES = 4
"""Lines that show whether a page stands upright: the longest, for they hold most words."""


class LaidOut(NamedTuple):
    """A page without its rules, and what stands on it."""

    page: PreparedPage
    zones: tuple[Zone, ...]
    lines: tuple[TextLine, ...]


def transcribe_page(image: PageImage | DigitalPage, engine: Engine, s: Settings) -> Page:
    """The transcription of one page. Raises EngineError when the engine fails."""
    if isinstance(image, DigitalPage):
        return assemble_digital_page(image, s.assemble)
    tried: list[tuple[PreparedPage, LaidOut]] = []

    def judge(candidate: PreparedPage) -> float:
        tried.append((candidate, lay_out(candidate, s)))
        return _known_share(tried[-1][1], engine)

    prepared = prepare(image, s.prepare, judge)
    # the turn that was chosen has been laid out already if it had to be read to be chosen
    done = (laid for candidate, laid in tried if candidate.gray is prepared.gray)
    page, zones, lines = next(done, None) or lay_out(prepared, s)
    page = replace(page, steps=(*prepared.steps, measured(lines, page.dpi)))
    zones, readings = name_parts(zones, engine.read(page, lines))
    return assemble_page(page, zones, readings, s.assemble)


def lay_out(page: PreparedPage, s: Settings) -> LaidOut:
    """The page's rules taken off, its zones and lines found."""
    bare, rules = take_off_rules(page, s.layout)
    return LaidOut(bare, *find_layout(bare, rules, s.layout))


def legibility(page: PreparedPage, engine: Engine, s: Settings) -> float:
    """How well a few lines of a page read as Russian, 0–1; 0 where there is nothing to read.

    The share of characters that stand in words of the dictionary. The engine's own confidence
    does not tell: type upside down reads as nonsense with a confidence of 0.9.
    """
    return _known_share(lay_out(page, s), engine)


def _known_share(laid: LaidOut, engine: Engine) -> float:
    typed = [line for line in laid.lines if not line.on_marks]
    sample = sorted(typed, key=lambda line: -line.box.width)[:SAMPLE_LINES]
    return known_share(" ".join(reading.text for reading in engine.read(laid.page, sample)))
