"""Lines drawn for the tests of text kinds, one stroke of the typewriter a character."""

from ocr.assemble.rows import Row
from ocr.assemble.text_kinds import text_parts
from ocr.document import Char, LineReading, TextLine, Zone, ZoneKind
from ocr.geometry import Box, Point

PITCH, FEED, MEASURE = 20, 50, 60
ZONE = Zone("p1-z1", ZoneKind.BODY, Box(0, 0, 1, 1), 0)


def rows(*lines: str) -> list[Row]:
    """Lines as typed, one below the other; each begins where its first letter stands."""
    out = []
    for n, text in enumerate(lines):
        if not text:
            continue
        y = 100 + FEED * n
        chars = tuple(
            Char(c, Box(PITCH * i, y - 25, PITCH * (i + 1) - 4, y), 0.98)
            for i, c in enumerate(text)
            if i >= len(text) - len(text.lstrip())
        )
        box = Box(chars[0].box.left, y - 25, chars[-1].box.right, y)
        foot = (Point(box.left, y), Point(box.right, y))
        line = TextLine(f"p1-l{n + 1}", ZONE.id, n, box, foot, 20.0, float(PITCH))
        out.append(Row(LineReading(line, chars, "test"), ZONE, text.strip(), text.strip()))
    return out


def kinds(*lines: str) -> list[tuple[str, int]]:
    return [(kind.value, len(part)) for kind, part in text_parts(rows(*lines))]
