"""Draws the picture in docs/synthetic-pages.md: the same document at every level of damage.

    python benchmarks/picture_of_levels.py docs/synthetic-pages.jpg

Above, the first sheet of a telegram at each level, drawn from a fixed seed; below, a piece of its
text, enlarged to one and the same pitch.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image

from ocr.document import ZoneKind
from ocr.geometry import MM_PER_INCH
from ocr.synth.documents import draw_document, render
from ocr.synth.page import MadeSheet

LEVELS = ("clean", "light", "medium", "hard")
SEEDS = (1, 12, 3, 8)
WIDE, HIGH, PIECE = 520, 735, 230  # pixels of a sheet in the picture, and of a piece of its text
PITCH_PX = 18.0  # of the pieces


def sheet_of(level: str, seed: int) -> tuple[MadeSheet, float]:
    """The first sheet, and its pitch in mm."""
    rng = np.random.default_rng((1950, seed))
    drawn = draw_document(level, rng, "telegram")
    return render(drawn, rng)[0], drawn.recipe.machine.pitch_mm


def column(sheet: MadeSheet, pitch_mm: float) -> Image.Image:
    whole = Image.fromarray(sheet.pixels).convert("RGB")
    out = Image.new("RGB", (WIDE, HIGH + PIECE), "white")
    out.paste(whole.resize((WIDE, HIGH), Image.Resampling.LANCZOS), (0, 0))
    body = [ln for ln in sheet.page.lines if sheet.page.zone(ln.zone).kind == ZoneKind.BODY]
    at = body[min(1, len(body) - 1)].box
    scale = PITCH_PX / (pitch_mm / MM_PER_INCH * sheet.dpi)
    box = (at.left, at.top - 6 / scale, at.left + WIDE / scale, at.top + (PIECE - 16) / scale)
    piece = whole.crop(tuple(round(v) for v in box))  # type: ignore[arg-type]
    out.paste(piece.resize((WIDE, PIECE - 10), Image.Resampling.BICUBIC), (0, HIGH + 10))
    return out


def main(target: Path) -> int:
    columns = [column(*sheet_of(*pair)) for pair in zip(LEVELS, SEEDS, strict=True)]
    picture = Image.new("RGB", (len(columns) * (WIDE + 10) - 10, HIGH + PIECE), "white")
    for i, drawn in enumerate(columns):
        picture.paste(drawn, (i * (WIDE + 10), 0))
    target.parent.mkdir(parents=True, exist_ok=True)
    picture.save(target, quality=80, optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
