"""What the page's script reads: figures of all pages, lines of those that can be opened."""

from __future__ import annotations

import json
from typing import Any

from ocr.evaluate.report.model import LineView, PageView, Report

NO_LINES = (
    "This page is here by its figures alone, to keep the file small: it has few errors. "
    "All of its lines stand in the files that were scored."
)
NO_PICTURE = "No picture of this sheet: in its place the frames hold what is typed."


def index_of(report: Report) -> dict[str, Any]:
    """Figures by which pages are filtered; cer and kinds are [errors, total]."""
    return {
        "noLines": NO_LINES,
        "noPicture": NO_PICTURE,
        "pages": [
            {
                "key": page.key,
                "name": page.name,
                "doc": page.document,
                "level": page.level,
                "cer": [page.cer.errors, page.cer.total],
                "kinds": {kind: [r.errors, r.total] for kind, r in page.by_kind.items()},
            }
            for page in report.pages
        ],
    }


def lines_of(page: PageView) -> dict[str, Any]:
    """Size [w, h]; zones {k: kind, b: box, x: not in the truth}; lines, see `_line`."""
    return {
        "size": page.size_px,
        "zones": [
            {"k": zone.kind, "b": zone.box} | ({"x": 1} if zone.extra else {})
            for zone in page.zones
        ],
        "lines": [_line(line) for line in page.line_views],
    }


def _line(line: LineView) -> dict[str, Any]:
    """A line under short names.

    k kind, e errors, t length of the truth, d a string, or strings and [truth, reading];
    b box where there is one, x: in the output alone, m: read at another place of the page.
    """
    row: dict[str, Any] = {"k": line.kind, "e": line.errors, "t": line.total}
    if line.errors:
        row["d"] = [t if t == r else [t, r] for t, r in line.segments]
    else:
        row["d"] = "".join(t for t, _ in line.segments)
    if line.box is not None:
        row["b"] = line.box
    if line.extra:
        row["x"] = 1
    if line.moved:
        row["m"] = 1
    return row


def to_script(data: Any) -> str:
    """JSON that can stand within a script element, whatever texts it holds."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
