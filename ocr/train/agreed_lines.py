"""Lines of scans that nobody has transcribed, with the text that two readers agree upon.

Our reader and Tesseract err in different ways, so what both read is nearly always right. Where
they differ in a word, and the dictionary knows one of the two readings and not the other, that one
is taken; a line with a word that stays open is left out. These lines teach how real type, paper and
ink look; that they are the easier ones is mended in part by the words that the dictionary decided.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from ocr.assemble.dictionary import is_known
from ocr.document import DigitalPage, PageImage
from ocr.errors import ScanError
from ocr.layout import find_layout, take_off_rules
from ocr.load import find_scans, load_page, open_scan
from ocr.pipeline import legibility
from ocr.prepare import prepare
from ocr.recognize.alphabet import SHAPES, spell, to_classes
from ocr.recognize.engine import Engine
from ocr.recognize.line_image import LineImageSettings, cut_lines
from ocr.settings import Settings
from ocr.synth.lines import Strip

LEAST_LETTERS = 6  # of a line: shorter ones agree by chance
_EDGES = re.compile(r"^\W+|\W+$")


def agreed_strips(
    folder: Path, ours: Engine, other: Engine, s: LineImageSettings
) -> Iterator[Strip]:
    """Strips of all pages of the scans in `folder`; a page that cannot be read is left out.

    Raises NoScansError when there are none, EngineError when a reader fails.
    """
    settings = Settings()
    for scan in find_scans([str(folder)])[0]:
        for ref in open_scan(scan.path, settings.load):
            try:
                image = load_page(ref, settings.load)
            except ScanError:
                continue
            if not isinstance(image, DigitalPage):
                yield from _of_page(image, ours, other, settings, s)


def _of_page(
    image: PageImage, ours: Engine, other: Engine, settings: Settings, s: LineImageSettings
) -> Iterator[Strip]:
    judge = partial(legibility, engine=ours, s=settings)
    page, rules = take_off_rules(prepare(image, settings.prepare, judge), settings.layout)
    lines = [x for x in find_layout(page, rules, settings.layout)[1] if not x.on_marks]
    readings = (engine.read(page, lines) for engine in (ours, other))
    strips = cut_lines(page, lines, s)
    for a, b, strip in zip(*readings, strips, strict=True):
        if (text := agreed(a.text, b.text)) is not None:
            yield Strip(strip.pixels, text, None, page.dpi)


def agreed(ours: str, other: str) -> str | None:
    """The text of a line by two readings of it, or None where they leave it open."""
    a, b = _plain(ours), _plain(other)
    if len(a.replace(" ", "")) < LEAST_LETTERS:
        return None
    if a.replace(" ", "") == b.replace(" ", ""):
        return a  # our blanks are learnt from type, the other's from print
    words = list(zip(a.split(), b.split(), strict=False))
    if len(a.split()) != len(b.split()):
        return None
    chosen = [_word(*pair) for pair in words]
    return None if None in chosen else " ".join(word for word in chosen if word)


def _plain(text: str) -> str:
    """The text in shapes and back, so that both readers write signs and twins alike."""
    classes = to_classes(text.replace("—", "-"))
    return "" if classes is None else "".join(spell([SHAPES[c - 1] for c in classes]))


def _word(ours: str, other: str) -> str | None:
    if ours == other:
        return ours
    a, b = _EDGES.sub("", ours), _EDGES.sub("", other)
    if a == b:
        return None  # they differ in a sign, of which no dictionary knows
    known = is_known(a), is_known(b)
    if len(a) < 2 or len(b) < 2 or known[0] == known[1]:
        return None
    return ours if known[0] else other
