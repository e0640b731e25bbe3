"""Reads PAGE XML of any year, ours without loss and others' as well as they allow.

The namespace's year is ignored, polygons become upright boxes, region types become the nearest
`ZoneKind`, and what says nothing becomes body text. Files are taken for hostile (`xml_source`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lxml import etree

from ocr.document import Line, Mark, MarkKind, Page, Step, Word, Zone, ZoneKind
from ocr.errors import TruthError
from ocr.formats.page_terms import (
    CREATOR,
    FAMILY,
    KIND_OF_TYPE,
    MARK_OF_TYPE,
    MEANT,
    UNDER_MARK,
    box_corners,
    read_custom,
)
from ocr.formats.xml_source import child, children, fault, local, number, parse
from ocr.geometry import Box, Point, box_around

# Resolution in dpi where a file names none (all PAGE before 2019): what archives scan at.
ASSUMED_DPI = 300.0


def from_page_xml(data: bytes, name: str) -> Page:
    """A page out of PAGE XML of any year, ours or another's; `name` is the file's, for messages.

    Never resolves an entity, loads a DTD or opens a connection. Confidences that are not given
    are 1, a resolution that is not given is `ASSUMED_DPI`, a page index that is not given is 0.
    A region that has text and no lines gives one line for each line of the text, in its own box.

    Raises TruthError, with file and line, for what is no XML, no PAGE, or lacks its coordinates.
    """
    root = _parse(data, name)
    sheet = child(root, "Page")
    if sheet is None:
        raise TruthError(f"{name}, line {root.sourceline}: PAGE file without a Page element")
    reader = _Reader(name)
    regions = [e for e in sheet.iter() if local(e) in ("TextRegion", "TableCell")]
    zones = reader.zones(sheet, regions)
    lines: list[Line] = []
    for zone, region in sorted(zip(zones, regions, strict=True), key=lambda zr: zr[0].order):
        lines += reader.lines(region, zone)
    index = read_custom(sheet).get("page", {}).get("index", "")
    return Page(
        index=int(index) if index.isdecimal() else 0,
        size_px=(reader.whole(sheet, "imageWidth"), reader.whole(sheet, "imageHeight")),
        dpi=reader.dpi(sheet),
        steps=reader.steps(root, sheet),
        zones=tuple(zones),
        lines=tuple(lines),
        marks=tuple(reader.marks(sheet)),
    )


def _parse(data: bytes, name: str) -> etree._Element:
    root = parse(data, name)
    if local(root) != "PcGts" or not (etree.QName(root).namespace or "").startswith(FAMILY):
        raise TruthError(f"{name}, line {root.sourceline}: not PAGE XML but <{local(root)}>")
    return root


class _Reader:
    """Reads elements and knows the file's name, for its messages."""

    def __init__(self, name: str) -> None:
        self.name = name

    def fail(self, element: etree._Element, what: str) -> TruthError:
        return fault(self.name, element, what)

    def number(self, element: etree._Element, attribute: str) -> float | None:
        text = element.get(attribute)
        if text is None:
            return None
        try:
            return number(text)
        except ValueError:
            raise self.fail(element, f"{attribute}={text!r} is no number") from None

    def whole(self, element: etree._Element, attribute: str) -> int:
        value = self.number(element, attribute)
        if value is None:
            raise self.fail(element, f"{local(element)} lacks {attribute}")
        return int(value)

    def dpi(self, sheet: etree._Element) -> float:
        value = self.number(sheet, "imageXResolution")
        if value is None or value <= 0 or sheet.get("imageResolutionUnit") == "other":
            return ASSUMED_DPI
        return value * 2.54 if sheet.get("imageResolutionUnit") == "PPCM" else value

    def steps(self, root: etree._Element, sheet: etree._Element) -> tuple[Step, ...]:
        steps = []
        for item in root.iter(f"{{{etree.QName(root).namespace}}}MetadataItem"):
            for labels in children(item, "Labels"):
                if labels.get("externalModel") == CREATOR:  # other programs' labels are words
                    measured = {
                        label.get("type", ""): self.number(label, "value") or 0.0
                        for label in children(labels, "Label")
                    }
                    steps.append(Step(item.get("name", ""), measured))
        turn_back = self.number(sheet, "orientation")
        if turn_back is None:
            return tuple(steps)
        skew = {"angle_deg": 0.0 - turn_back}
        if not any(step.name == "skew" for step in steps):
            return (*steps, Step("skew", skew))
        return tuple(
            replace(s, measured={**s.measured, **skew}) if s.name == "skew" else s for s in steps
        )

    def zones(self, sheet: etree._Element, regions: Sequence[etree._Element]) -> list[Zone]:
        places = _reading_order(sheet, regions)
        zones = []
        for n, region in enumerate(regions):
            zone_id = region.get("id") or f"r{n + 1}"
            own = read_custom(region).get("zone", {})
            zones.append(
                Zone(zone_id, _kind(region), self.box(region), places[n], own.get("field"))
            )
        return zones

    def lines(self, region: etree._Element, zone: Zone) -> Iterator[Line]:
        rows = children(region, "TextLine")
        if not rows:
            text, conf = self.text(region)
            for n, part in enumerate(text.splitlines(), 1):
                yield Line(f"{zone.id}-l{n}", zone.id, zone.box, part, conf, ())
            return
        for n, row in enumerate(sorted(rows, key=_index_of), 1):
            words = tuple(map(self.word, children(row, "Word")))
            text, conf = self.text(row)
            if not children(row, "TextEquiv"):
                text = " ".join(w.text for w in words)
                conf = min((w.confidence for w in words), default=1.0)
            line_id = row.get("id") or f"{zone.id}-l{n}"
            line = Line(line_id, zone.id, self.box(row), text, conf, words, (), self.baseline(row))
            yield replace(line, meant=self.meant(row), polygon=self.polygon(row, line.box))

    def word(self, element: etree._Element) -> Word:
        text, conf = self.text(element)
        return Word(text, self.box(element), conf, UNDER_MARK in read_custom(element))

    def text(self, element: etree._Element) -> tuple[str, float]:
        """Main reading and its confidence: of several, the one with the lowest index."""
        equivs = children(element, "TextEquiv")
        if not equivs:
            return "", 1.0
        best = min(equivs, key=lambda e: self.number(e, "index") or 0.0)
        unicode = child(best, "Unicode")
        conf = self.number(best, "conf")
        return (unicode.text or "" if unicode is not None else ""), 1.0 if conf is None else conf

    def meant(self, row: etree._Element) -> str | None:
        """What was meant where the typist erred: a second reading that says so."""
        for equiv in children(row, "TextEquiv"):
            unicode = child(equiv, "Unicode")
            if equiv.get("comments") == MEANT and unicode is not None:
                return unicode.text or ""
        return None

    def box(self, element: etree._Element) -> Box:
        exact = read_custom(element).get("box", {}).get("edges", "")
        if re.fullmatch(r"(-?\d+ ){3}-?\d+", exact):
            return Box(*(int(edge) for edge in exact.split()))
        coords = child(element, "Coords")
        if coords is None:
            raise self.fail(element, f"{local(element)} {element.get('id')} lacks Coords")
        points = self.points(coords)
        if not points:
            raise self.fail(coords, "Coords without points")
        return box_around(points)

    def polygon(self, row: etree._Element, box: Box) -> tuple[Point, ...]:
        """The outline of a line, unless it is the box itself."""
        coords = child(row, "Coords")
        points = self.points(coords) if coords is not None else ()
        return () if set(points) <= set(box_corners(box)) else points

    def baseline(self, row: etree._Element) -> tuple[Point, ...]:
        element = child(row, "Baseline")
        if element is None:
            return ()
        exact = read_custom(row).get("baseline", {}).get("points")
        return self.points(element, exact)

    def points(self, element: etree._Element, text: str | None = None) -> tuple[Point, ...]:
        """`points="x,y x,y"`, or the Point children of PAGE before 2013."""
        text = element.get("points", "") if text is None else text
        try:
            pairs = [pair.split(",") for pair in text.split()]
            points = [Point(number(x), number(y)) for x, y in pairs]
            points += [
                Point(number(e.get("x", "")), number(e.get("y", "")))
                for e in children(element, "Point")
            ]
        except ValueError:
            raise self.fail(element, f"points are no list of x,y pairs: {text[:40]!r}") from None
        return tuple(points)

    def marks(self, sheet: etree._Element) -> Iterator[Mark]:
        for element in sheet.iter():
            if local(element) == "SeparatorRegion":
                yield Mark(MarkKind.RULE, self.box(element))
            elif local(element) == "GraphicRegion":
                kind = MARK_OF_TYPE.get(_type(element))
                if kind is not None:
                    yield Mark(kind, self.box(element))


def _kind(region: etree._Element) -> ZoneKind:
    own = read_custom(region).get("zone", {}).get("kind")
    if own in {kind.value for kind in ZoneKind}:
        return ZoneKind(own)
    if local(region) == "TableCell":
        return ZoneKind.TABLE
    if region.get("production", "").startswith("handwritten"):
        return ZoneKind.HANDWRITING
    return KIND_OF_TYPE.get(_type(region), ZoneKind.BODY)


def _type(region: etree._Element) -> str:
    """PAGE's own attribute, or the tag that Transkribus sets instead."""
    return region.get("type") or read_custom(region).get("structure", {}).get("type", "")


def _reading_order(sheet: etree._Element, regions: Sequence[etree._Element]) -> list[int]:
    """The place of each region: ours as written, otherwise counted from 0 along the file's order.

    Regions that the ReadingOrder leaves out follow by their `custom` index, then as they stand.
    """
    indices = [_index_of(r) for r in regions]
    if all("zone" in read_custom(r) for r in regions) and all(map(math.isfinite, indices)):
        return [int(i) for i in indices]
    order = child(sheet, "ReadingOrder")
    listed = [] if order is None else list(_refs(order))
    rank = {ref: n for n, ref in reversed(list(enumerate(listed)))}
    keys = [(rank.get(r.get("id", ""), len(rank)), _index_of(r), n) for n, r in enumerate(regions)]
    return [sorted(keys).index(key) for key in keys]


def _refs(group: etree._Element) -> Iterator[str]:
    """Region ids under a group, depth first, by `index` where there is one."""
    for element in sorted(group, key=_ref_index):
        ref = element.get("regionRef")
        if ref is not None:
            yield ref
        yield from _refs(element)


def _ref_index(ref: etree._Element) -> int:
    index = ref.get("index", "")
    return int(index) if index.isdecimal() else 0


def _index_of(element: etree._Element) -> float:
    """The place in `custom`, or behind all that have one: sorting is stable."""
    index = read_custom(element).get("readingOrder", {}).get("index", "")
    return float(index) if index.isdecimal() else float("inf")
