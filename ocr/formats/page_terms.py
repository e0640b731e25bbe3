"""PAGE's vocabulary against ours: namespaces, types of regions, the notation of `custom`.

`custom` reads `group {key:value; key:value;} group {…}`. Nothing in PAGE says so; Transkribus
introduced it and others read it. A semicolon, brace or backslash within a value is written as a
Unicode escape, as Transkribus does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from ocr.document import MarkKind, ZoneKind
from ocr.geometry import Box, Point

FAMILY = "http://schema.primaresearch.org/PAGE/gts/pagecontent/"
NAMESPACE = FAMILY + "2019-07-15"

CREATOR = "shifrovka"
MEANT = "meant"  # `comments` of a second reading of a line: what the typist meant to type
UNDER_MARK = "under_mark"  # group in a word's `custom`: a mark lay over it and was taken off
TYPE_OF_KIND = {
    ZoneKind.HEAD: "header",
    ZoneKind.CONTINUATION: "header",
    ZoneKind.MARGIN: "marginalia",
    ZoneKind.URGENCY: "heading",
    ZoneKind.ADDRESSEE: "heading",
    ZoneKind.PAGE_NUMBER: "page-number",
    ZoneKind.BODY: "paragraph",
    ZoneKind.CATCHWORD: "catch-word",
    ZoneKind.BORN_DIGITAL: "paragraph",
    ZoneKind.TITLE: "heading",
    ZoneKind.PARAGRAPH: "paragraph",
    ZoneKind.LIST: "other",
    ZoneKind.TABLE: "other",
    ZoneKind.VERSE: "other",
}
KIND_OF_TYPE = {
    "header": ZoneKind.HEAD,
    "heading": ZoneKind.TITLE,
    "TOC-entry": ZoneKind.LIST,
    "marginalia": ZoneKind.MARGIN,
    "page-number": ZoneKind.PAGE_NUMBER,
    "catch-word": ZoneKind.CATCHWORD,
    "credit": ZoneKind.SIGN_OFF,
    "stamp": ZoneKind.STAMP,
    "signature": ZoneKind.HANDWRITING,
    "handwritten-annotation": ZoneKind.HANDWRITING,
}
MARK_TYPES = {
    MarkKind.STAMP: "stamp",
    MarkKind.HANDWRITING: "handwritten-annotation",
    MarkKind.HOLE: "punch-hole",
}
MARK_OF_TYPE = {name: kind for kind, name in MARK_TYPES.items()} | {
    "signature": MarkKind.HANDWRITING,
}


def box_corners(box: Box) -> tuple[Point, ...]:
    """Clockwise from the top left; PAGE writes nothing left of or above the scan."""
    left, top, right, bottom = (max(0, int(edge)) for edge in box)
    return Point(left, top), Point(right, top), Point(right, bottom), Point(left, bottom)


def write_custom(groups: Mapping[str, Mapping[str, str]]) -> str:
    """{group: {key: value}} as one attribute value."""
    return " ".join(
        f"{name} {{{' '.join(f'{key}:{_escape(value)};' for key, value in entries.items())}}}"
        for name, entries in groups.items()
    )


def read_custom(element: etree._Element) -> dict[str, dict[str, str]]:
    """The element's `custom` as {group: {key: value}}; of groups that repeat, the last counts."""
    found = {}
    for name, body in re.findall(r"([\w-]+)\s*\{([^}]*)\}", element.get("custom", "")):
        pairs = (part.split(":", 1) for part in body.split(";") if ":" in part)
        found[name] = {key.strip(): _unescape(value.strip()) for key, value in pairs}
    return found


def _escape(value: str) -> str:
    return re.sub(r"[;{}\\]", lambda m: f"\\u{ord(m.group()):04x}", value)


def _unescape(value: str) -> str:
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m.group(1), 16)), value)
