"""Reads ALTO of any version and maker, as well as it allows.

Versions and namespaces are ignored, blocks become zones, and what says nothing becomes body text.
What ALTO may leave out is filled in: a box from the outline, from what lies inside, or from what
lies around; a confidence that is not given is 1. Files are taken for hostile (`xml_source`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree

from ocr.document import Line, Page, Word, Zone, ZoneKind
from ocr.formats.page_reader import ASSUMED_DPI
from ocr.formats.page_terms import KIND_OF_TYPE, box_corners
from ocr.formats.xml_source import child, children, fault, local, number, parse
from ocr.geometry import Box, Point, box_around, hull

# Pixels of each unit of measurement at `ASSUMED_DPI`, since ALTO names no resolution.
PX_OF_UNIT = {"pixel": 1.0, "inch1200": ASSUMED_DPI / 1200, "mm10": ASSUMED_DPI / 254}
# Labels of SegmOnto, the vocabulary of eScriptorium and kraken (segmonto.github.io).
KIND_OF_LABEL = {
    "marginzone": ZoneKind.MARGIN,
    "margintextzone": ZoneKind.MARGIN,
    "numberingzone": ZoneKind.PAGE_NUMBER,
    "quiremarkszone": ZoneKind.CATCHWORD,
    "runningtitlezone": ZoneKind.HEAD,
    "sealzone": ZoneKind.STAMP,
    "stampzone": ZoneKind.STAMP,
    "tablezone": ZoneKind.TABLE,
    "titlepagezone": ZoneKind.TITLE,
    "titlezone": ZoneKind.TITLE,
}
AREAS = ("TopMargin", "LeftMargin", "RightMargin", "BottomMargin", "PrintSpace")
SIDES = ("LeftMargin", "RightMargin")


def from_alto(data: bytes, name: str) -> tuple[Page, ...]:
    """The pages of an ALTO file, indices counted from 0; `name` is the file's, for messages.

    Words are joined as the file has them: with a blank where an SP stands, or between all of a
    line that has none. A hyphen at the end of a line (HYP) is part of it, whole words that a
    String repeats for both halves (SUBS_CONTENT) are not. A String with blanks in it is no word:
    such lines have text and no words. Lengths in mm/10 and inch/1200 become pixels of
    `ASSUMED_DPI`.

    Raises TruthError, with file and line, for what is no XML, no ALTO, or has no page.
    """
    root = parse(data, name)
    if local(root).lower() != "alto":
        raise fault(name, root, f"not ALTO but <{local(root)}>")
    unit = next((e.text or "" for e in root.iter() if local(e) == "MeasurementUnit"), "pixel")
    scale = PX_OF_UNIT.get(unit.strip().lower())
    if scale is None:
        raise fault(name, root, f"unknown MeasurementUnit {unit!r}")
    reader = _Reader(name, scale, _labels(root), _listed(root))
    sheets = [e for layout in children(root, "Layout") for e in children(layout, "Page")]
    if not sheets:
        raise fault(name, root, "ALTO file without a Page element")
    return tuple(reader.page(n, sheet) for n, sheet in enumerate(sheets))


class _Reader:
    """Reads elements and knows what holds for the whole file.

    scale   pixels of a unit of measurement
    labels  {id of a tag: its label}
    listed  ids in reading order, where the file states one
    """

    def __init__(
        self, name: str, scale: float, labels: dict[str, str], listed: Sequence[str]
    ) -> None:
        self.name = name
        self.scale = scale
        self.labels = labels
        self.rank = {ref: n for n, ref in reversed(list(enumerate(listed)))}

    def page(self, index: int, sheet: etree._Element) -> Page:
        sides = [self.length(sheet, side) for side in ("WIDTH", "HEIGHT")]
        width, height = (0 if side is None else round(side) for side in sides)
        blocks = [
            (block, area)
            for area in children(sheet, *AREAS)
            for block in area.iter()
            if local(block) == "TextBlock"
        ]
        # Stable: blocks that no reading order lists follow as they stand.
        blocks.sort(key=lambda pair: self.rank.get(pair[0].get("ID", ""), len(self.rank)))
        zones, lines = [], []
        for n, (block, area) in enumerate(blocks):
            rows = children(block, "TextLine")
            boxes = [self.line_box(row) for row in rows]
            around = self.box(area, []) or Box(0, 0, width, height)
            box = self.box(block, [b for b in boxes if b]) or around
            zone_id = block.get("ID") or f"p{index + 1}-z{n + 1}"
            zones.append(Zone(zone_id, self.kind(block, area), box, n))
            for m, (row, own) in enumerate(zip(rows, boxes, strict=True), 1):
                line_id = row.get("ID") or f"{zone_id}-l{m}"
                lines.append(self.line(row, line_id, zone_id, own or box))
        return Page(index, (width, height), ASSUMED_DPI, (), tuple(zones), tuple(lines))

    def kind(self, block: etree._Element, area: etree._Element) -> ZoneKind:
        """By the first of the block's labels that says something, else by the margin it is in."""
        for tag in block.get("TAGREFS", "").split():
            label = self.labels.get(tag, "").strip().lower()
            if label in {kind.value for kind in ZoneKind}:
                return ZoneKind(label)
            # SegmOnto numbers and refines its labels: `MarginTextZone:note#2`.
            kind = KIND_OF_TYPE.get(label) or KIND_OF_LABEL.get(re.split("[:#]", label)[0])
            if kind is not None:
                return kind
        return ZoneKind.MARGIN if local(area) in SIDES else ZoneKind.BODY

    def line(self, row: etree._Element, line_id: str, zone_id: str, box: Box) -> Line:
        strings = children(row, "String")
        words = tuple(
            Word(e.get("CONTENT", ""), self.box(e, []) or box, self.confidence(e)) for e in strings
        )
        outline = self.outline(row)
        return Line(
            line_id,
            zone_id,
            box,
            _text(row),
            min((word.confidence for word in words), default=1.0),
            () if any(word.text.split() != [word.text] for word in words) else words,
            baseline=self.baseline(row, box),
            polygon=() if set(outline) <= set(box_corners(box)) else outline,
        )

    def line_box(self, row: etree._Element) -> Box | None:
        strings = [self.box(e, []) for e in children(row, "String")]
        return self.box(row, [box for box in strings if box])

    def box(self, element: etree._Element, inside: Sequence[Box]) -> Box | None:
        """As stated, or around the outline, or around what lies inside; None without any."""
        edges = [self.length(element, name) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT")]
        left, top, width, height = edges
        if left is not None and top is not None and width is not None and height is not None:
            return box_around([Point(left, top), Point(left + width, top + height)])
        outline = self.outline(element)
        if outline:
            return box_around(outline)
        return hull(inside) if inside else None

    def outline(self, element: etree._Element) -> tuple[Point, ...]:
        shape = child(element, "Shape")
        polygon = None if shape is None else child(shape, "Polygon")
        return () if polygon is None else self.points(polygon, "POINTS")

    def baseline(self, row: etree._Element, box: Box) -> tuple[Point, ...]:
        """Points since ALTO 4.2; before, one number: the height at which a level line runs."""
        if len(row.get("BASELINE", "").split()) > 1:
            return self.points(row, "BASELINE")
        y = self.length(row, "BASELINE")
        return () if y is None else (Point(box.left, y), Point(box.right, y))

    def points(self, element: etree._Element, attribute: str) -> tuple[Point, ...]:
        """`x,y x,y` or `x y x y`; both are in use."""
        text = element.get(attribute, "")
        try:
            numbers = [number(n) * self.scale for n in re.split(r"[\s,]+", text.strip()) if n]
            return tuple(Point(x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=True))
        except ValueError:
            what = f"{attribute} is no list of x,y pairs: {text[:40]!r}"
            raise fault(self.name, element, what) from None

    def length(self, element: etree._Element, attribute: str) -> float | None:
        """In pixels; None where it is not stated."""
        text = element.get(attribute)
        if text is None or not text.strip():
            return None
        try:
            return number(text) * self.scale
        except ValueError:
            raise fault(self.name, element, f"{attribute}={text!r} is no number") from None

    def confidence(self, string: etree._Element) -> float:
        """WC; what is not from 0 to 1 counts as not stated."""
        text = string.get("WC", "1")
        try:
            value = number(text)
        except ValueError:
            raise fault(self.name, string, f"WC={text!r} is no number") from None
        return value if 0 <= value <= 1 else 1.0


def _text(row: etree._Element) -> str:
    spaced = bool(children(row, "SP"))
    text = ""
    for part in row:
        if local(part) == "String":
            gap = " " if text and not spaced else ""
            text += gap + part.get("CONTENT", "")
        elif local(part) == "SP":
            text += " "
        elif local(part) == "HYP":
            hyphen = part.get("CONTENT") or "-"
            text = text.rstrip(" ")  # some write an SP before the hyphen
            text += "" if text.endswith(hyphen) else hyphen
    return text


def _labels(root: etree._Element) -> dict[str, str]:
    return {
        tag.get("ID", ""): tag.get("LABEL", "") for tags in children(root, "Tags") for tag in tags
    }


def _listed(root: etree._Element) -> list[str]:
    """References of the reading order that ALTO has since 4.3, groups within groups in order."""
    orders = [e for e in root.iter() if local(e) == "ReadingOrder"]
    return [ref.get("REF", "") for order in orders for ref in order.iter() if ref.get("REF")]
