"""One page as PAGE XML (2019-07-15), written as a tree; `page_reader` reads it back without loss.

Zones become TextRegions, marks GraphicRegions and SeparatorRegions, steps MetadataItems. What
PAGE has no word for (kind and field of a zone, the index of a page, fractions of a pixel) stands
in `custom` (see `page_terms`).

Two conventions differ. PAGE's `orientation` is the clockwise turn that mends the skew; our
`angle_deg` is the clockwise angle of the skew itself: the one is minus the other. PAGE's points
are corners of pixels, from 0,0 to imageWidth,imageHeight, so half-open boxes carry over as they
are.

Source: https://github.com/PRImA-Research-Lab/PAGE-XML, pagecontent.xsd of 2019-07-15.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree

from ocr.document import Line, Mark, MarkKind, Page, Step, Zone, ZoneKind
from ocr.formats.page_reader import from_page_xml
from ocr.formats.page_terms import (
    CREATOR,
    MARK_TYPES,
    MEANT,
    NAMESPACE,
    TYPE_OF_KIND,
    UNDER_MARK,
    box_corners,
    write_custom,
)
from ocr.geometry import Box, Point

__all__ = ["from_page_xml", "to_page_xml"]

SCHEMA_FILE = "https://www.primaresearch.org/schema/PAGE/gts/pagecontent/2019-07-15/pagecontent.xsd"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

# PAGE demands a time of writing; the same page must give the same bytes, so it is a fixed one.
CREATED = "1970-01-01T00:00:00"
# What XML 1.0 cannot hold: control characters, surrogates, the two last of the plane.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def to_page_xml(page: Page, image_name: str) -> bytes:
    """The page as UTF-8 PAGE XML; the same page and name give the same bytes.

    Raises ValueError when a line belongs to no zone of the page.
    """
    known = {zone.id for zone in page.zones}
    for line in page.lines:
        if line.zone not in known:
            raise ValueError(f"line {line.id} lies in zone {line.zone!r}, which page has not")
    nsmap: dict[str | None, str] = {None: NAMESPACE, "xsi": XSI}
    root = etree.Element(_tag("PcGts"), nsmap=nsmap)  # type: ignore[arg-type]
    root.set(f"{{{XSI}}}schemaLocation", f"{NAMESPACE} {SCHEMA_FILE}")
    _write_metadata(root, page.steps)
    sheet = etree.SubElement(
        root,
        _tag("Page"),
        imageFilename=image_name,
        imageWidth=str(page.size_px[0]),
        imageHeight=str(page.size_px[1]),
        imageXResolution=repr(float(page.dpi)),
        imageYResolution=repr(float(page.dpi)),
        imageResolutionUnit="PPI",
        custom=f"page {{index:{page.index};}}",
    )
    skew = _skew(page.steps)
    if skew is not None:
        sheet.set("orientation", repr(0.0 - skew))
    _write_reading_order(sheet, page.zones)
    for zone in page.zones:
        _write_zone(sheet, zone, [line for line in page.lines if line.zone == zone.id])
    for n, mark in enumerate(page.marks, 1):
        _write_mark(sheet, mark, f"p{page.index + 1}-m{n}")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _write_metadata(root: etree._Element, steps: Sequence[Step]) -> None:
    metadata = etree.SubElement(root, _tag("Metadata"))
    for tag, text in (("Creator", CREATOR), ("Created", CREATED), ("LastChange", CREATED)):
        etree.SubElement(metadata, _tag(tag)).text = text
    for step in steps:
        item = etree.SubElement(
            metadata, _tag("MetadataItem"), type="processingStep", name=step.name, value=CREATOR
        )
        labels = etree.SubElement(item, _tag("Labels"), externalModel=CREATOR)
        for name, value in step.measured.items():
            etree.SubElement(labels, _tag("Label"), value=repr(float(value)), type=name)


def _write_reading_order(sheet: etree._Element, zones: Sequence[Zone]) -> None:
    if not zones:
        return  # PAGE allows no empty order
    order = etree.SubElement(sheet, _tag("ReadingOrder"))
    group = etree.SubElement(order, _tag("OrderedGroup"), id="reading-order")
    for zone in sorted(zones, key=lambda z: z.order):
        ref = etree.SubElement(group, _tag("RegionRefIndexed"), index=str(zone.order))
        ref.set("regionRef", zone.id)


def _write_zone(sheet: etree._Element, zone: Zone, lines: Sequence[Line]) -> None:
    region = etree.SubElement(sheet, _tag("TextRegion"), id=zone.id)
    own = {"kind": zone.kind.value} | ({"field": zone.field} if zone.field is not None else {})
    region.set(
        "custom",
        write_custom({"readingOrder": {"index": str(zone.order)}, "zone": own, **_exact(zone.box)}),
    )
    if zone.kind in TYPE_OF_KIND:
        region.set("type", TYPE_OF_KIND[zone.kind])
    by_hand = zone.kind is ZoneKind.HANDWRITING
    region.set("production", "handwritten-cursive" if by_hand else "typewritten")
    _write_coords(region, zone.box)
    for n, line in enumerate(lines):
        _write_line(region, line, n)


def _write_line(region: etree._Element, line: Line, index: int) -> None:
    row = etree.SubElement(region, _tag("TextLine"), id=line.id)
    groups = {"readingOrder": {"index": str(index)}, **_exact(line.box)}
    if line.polygon:
        groups |= _edges(line.box)
    if len(line.baseline) == 1 or any(p != _whole(p) for p in line.baseline):
        exact = " ".join(f"{float(p.x)!r},{float(p.y)!r}" for p in line.baseline)
        groups["baseline"] = {"points": exact}
    row.set("custom", write_custom(groups))
    if line.polygon:
        _write_points(row, "Coords", [_whole(p) for p in line.polygon])
    else:
        _write_coords(row, line.box)
    if line.baseline:
        ends = line.baseline if len(line.baseline) > 1 else line.baseline * 2  # a path needs two
        _write_points(row, "Baseline", [_whole(p) for p in ends])
    for n, word in enumerate(line.words, 1):
        part = etree.SubElement(row, _tag("Word"), id=f"{line.id}-w{n}")
        own = _exact(word.box) | ({UNDER_MARK: {"value": "true"}} if word.under_mark else {})
        if own:
            part.set("custom", write_custom(own))
        _write_coords(part, word.box)
        _write_text(part, word.text, word.confidence)
    _write_text(row, line.text, line.confidence)
    if line.meant is not None:
        meant = _write_text(row, line.meant, line.confidence)
        meant.set("index", "1")
        meant.set("comments", MEANT)


def _write_mark(sheet: etree._Element, mark: Mark, mark_id: str) -> None:
    is_rule = mark.kind is MarkKind.RULE
    region = etree.SubElement(sheet, _tag("SeparatorRegion" if is_rule else "GraphicRegion"))
    region.set("id", mark_id)
    region.set("custom", write_custom({"mark": {"kind": mark.kind.value}, **_exact(mark.box)}))
    if not is_rule:
        region.set("type", MARK_TYPES[mark.kind])
    _write_coords(region, mark.box)


def _write_coords(parent: etree._Element, box: Box) -> None:
    _write_points(parent, "Coords", box_corners(box))


def _write_points(parent: etree._Element, tag: str, points: Sequence[Point]) -> None:
    text = " ".join(f"{int(p.x)},{int(p.y)}" for p in points)
    etree.SubElement(parent, _tag(tag), points=text)


def _write_text(parent: etree._Element, text: str, confidence: float) -> etree._Element:
    equiv = etree.SubElement(parent, _tag("TextEquiv"), conf=f"{confidence:.4f}")
    etree.SubElement(equiv, _tag("Unicode")).text = UNWRITABLE.sub("\ufffd", text)
    return equiv


def _skew(steps: Sequence[Step]) -> float | None:
    for step in steps:
        if step.name == "skew" and "angle_deg" in step.measured:
            return float(step.measured["angle_deg"])
    return None


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _whole(p: Point) -> Point:
    """The nearest point that PAGE can write: whole and not negative."""
    return Point(max(0, round(p.x)), max(0, round(p.y)))


def _exact(box: Box) -> dict[str, dict[str, str]]:
    """The box for `custom`, where Coords cannot hold it."""
    return {} if min(box) >= 0 else _edges(box)


def _edges(box: Box) -> dict[str, dict[str, str]]:
    return {"box": {"edges": " ".join(str(int(edge)) for edge in box)}}
