"""Pages drawn for the tests of layout: bars for letters, at known places."""

from pathlib import Path

import numpy as np

from ocr.document import PageRef, PreparedPage
from ocr.geometry import Affine, Box, Mask

DPI = 150.0
PITCH = 15  # px: ten strokes to the inch
X_HEIGHT = 12  # px: 2 mm


class Sheet:
    """An A4 sheet at 150 dpi; y grows downward, lines stand on `foot`."""

    def __init__(self, landscape: bool = False) -> None:
        size = (1240, 1754) if landscape else (1754, 1240)
        self.ink: Mask = np.zeros(size, dtype=np.bool_)

    def type(self, left: int, foot: int, text: str) -> Box:
        """A bar of ink for each letter; capitals are higher, `.` and `-` are as small as typed."""
        boxes = []
        for i, letter in enumerate(text):
            x = left + i * PITCH
            if letter == " ":
                continue
            top, bottom, width = foot - X_HEIGHT, foot, 10
            if letter.isupper() or letter.isdigit():
                top -= 5
            if letter == ".":
                top, width = foot - 4, 4
            if letter == "-":
                top, bottom = foot - 7, foot - 5
            if letter in "ру":
                bottom += 4
            self.ink[top:bottom, x : x + width] = True
            self.ink[top + 3 : bottom - 3, x + 3 : x + width - 3] = False
            boxes.append(Box(x, top, x + width, bottom))
        return Box(
            min(b.left for b in boxes),
            min(b.top for b in boxes),
            max(b.right for b in boxes),
            max(b.bottom for b in boxes),
        )

    def rule(self, left: int, top: int, right: int, bottom: int) -> None:
        self.ink[top:bottom, left:right] = True

    def page(self) -> PreparedPage:
        gray = np.where(self.ink, 0, 255).astype(np.uint8)
        height, width = gray.shape
        ref = PageRef(Path("drawn.png"), "0" * 64, 0)
        white = np.full_like(gray, 255)
        return PreparedPage(
            ref, gray, self.ink, white, DPI, Affine(), (width, height), removed=(), steps=()
        )
