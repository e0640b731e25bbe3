"""Lines that marks lay over, seen once more with the marks on.

Where a stamp or a pencil's stroke was taken off, strokes of letters may have gone with it. With the
mark over it again a line has all its strokes, and more than its own. Neither look is right
everywhere; weighed together they are wrong less often than the first alone (docs/model-card.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ocr.document import PreparedPage, TextLine
from ocr.geometry import Gray
from ocr.raster import crop
from ocr.recognize.line_image import LineImage, LineImageSettings, cut_lines

MARK_INK = 170
"""Grey level below which the layer of marks has strokes that may have hidden type."""
COVERED = 0.01
"""Share of a line's box from which marks lay over it."""
NEAR = 1.5
"""Heights of a line above and below it within which ink may be a neighbour's."""


def with_marks(
    page: PreparedPage, lines: Sequence[TextLine], images: Sequence[LineImage], s: LineImageSettings
) -> list[Gray | None]:
    """For each line its strip with the marks on, as large as that of `images`; None without any."""
    covered = [line for line in lines if not line.on_marks and _covered(line, page.marks)]
    if not covered:
        return [None] * len(lines)
    near = [line for line in lines if any(_is_near(line, other) for other in covered)]
    gray, ink = np.minimum(page.gray, page.marks), page.ink | (page.marks < MARK_INK)
    cut = cut_lines(replace(page, gray=gray, ink=ink), near, s)
    strips = {line.id: image.pixels for line, image in zip(near, cut, strict=True)}
    names = {line.id for line in covered}
    return [
        strip
        if line.id in names and (strip := strips[line.id]).shape == image.pixels.shape
        else None
        for line, image in zip(lines, images, strict=True)
    ]


def _covered(line: TextLine, marks: Gray) -> bool:
    here = crop(marks, line.box)
    return bool(here.size) and float((here < MARK_INK).mean()) > COVERED


def _is_near(line: TextLine, covered: TextLine) -> bool:
    box = covered.box
    around = box.grow(box.width, round(NEAR * box.height))
    return not line.on_marks and around.intersect(line.box).area > 0
