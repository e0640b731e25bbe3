"""Made pages and lines as files: names and bytes, for the command to write.

Document k of a run is drawn from (seed, k) alone, so that a longer run begins with the very files
of a shorter one, and several machines can make parts of one run.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from ocr.formats.page_xml import to_page_xml
from ocr.formats.record import LEVELS_FILE, dump, nest
from ocr.synth.documents import Drawn, draw_document, record_of, render
from ocr.synth.encode import jpeg, mask_png
from ocr.synth.lines import StripSettings, draw_strips
from ocr.synth.packed import SUFFIX, pack
from ocr.synth.page import MadeSheet
from ocr.synth.recipe import recipe_to_json
from ocr.synth.truth import renumber

SCANS, TRUTH = "scans", "truth"
LEVELS = f"{TRUTH}/{LEVELS_FILE}"
LINES_OF_SHARD = 5_000  # some 90 MB: a shard is held in memory until it is written


@dataclass(frozen=True, slots=True)
class MadePage:
    """The files of one page by their place in the folder; the scan comes last."""

    name: str
    files: dict[str, bytes]


def made_pages(pages: int, level: str, seed: int) -> Iterator[MadePage]:
    """`pages` pages, document after document; the last document may be left unfinished.

    Raises FontError when a face is missing.
    """
    left = pages
    for number in itertools.count(1):
        rng = np.random.default_rng((seed, number))
        drawn = draw_document(level, rng)
        for i, sheet in enumerate(render(drawn, rng), 1):
            if not left:
                return
            left -= 1
            name = f"{drawn.kind}-{number:05}-{i}"
            yield MadePage(name, _files(name, drawn, sheet))
        if not left:
            return


def levels_json(names: Iterable[str], level: str) -> bytes:
    """The level of these pages, for the file `LEVELS`."""
    return dump(dict.fromkeys(names, level)).encode()


def _files(name: str, drawn: Drawn, sheet: MadeSheet) -> dict[str, bytes]:
    quality = drawn.recipe.camera.jpeg_quality
    page = renumber(sheet.page, 0)
    record = nest(record_of(drawn.text, [page]))
    return {
        f"{TRUTH}/{name}.xml": to_page_xml(page, f"{name}.jpg"),
        f"{TRUTH}/{name}.json": dump(record).encode(),
        f"{TRUTH}/{name}.recipe.json": recipe_to_json(drawn.recipe).encode(),
        f"{TRUTH}/{name}.stamps.png": mask_png(sheet.stamps),
        f"{TRUTH}/{name}.hands.png": mask_png(sheet.hands),
        f"{TRUTH}/{name}.before.jpg": jpeg(sheet.before, sheet.dpi, quality),
        f"{SCANS}/{name}.jpg": jpeg(sheet.pixels, sheet.dpi, quality),
    }


def shards(
    lines: int, levels: tuple[str, ...], seed: int, made: Callable[[int], None]
) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each shard; `made` is told of lines as they come.

    Raises FontError when a face is missing.
    """
    s = StripSettings(levels)
    for number in range(-(-lines // LINES_OF_SHARD)):
        count = min(LINES_OF_SHARD, lines - number * LINES_OF_SHARD)
        rng = np.random.default_rng((seed, number))
        strips = []
        for strip in itertools.islice(draw_strips(s, rng), count):
            strips.append(strip)
            made(1)
        yield f"{number + 1:04}{SUFFIX}", pack(strips)
