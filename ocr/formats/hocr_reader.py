"""Reads hOCR, XHTML or HTML, of any maker, as well as it allows.

hOCR 1.2 (kba.github.io/hocr-spec). The outermost blocks (`ocr_carea`, else `ocr_par`) become zones
of body text, since hOCR names no parts of a letter. Lines are the innermost elements called
`ocr_line`, `ocrx_line`, `ocr_header`, `ocr_caption` or `ocr_textfloat`. Files are taken for hostile
(`xml_source`); what calls itself XML must be XML, anything else is read as browsers read HTML.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from lxml import etree

from ocr.document import Line, Page, Word, Zone, ZoneKind
from ocr.errors import TruthError
from ocr.formats.page_reader import ASSUMED_DPI
from ocr.formats.xml_source import fault, number, parse
from ocr.geometry import Box, Point, hull

LINES = frozenset({"ocr_line", "ocrx_line", "ocr_header", "ocr_caption", "ocr_textfloat"})
BLOCKS = frozenset({"ocr_carea", "ocrx_block", "ocr_par"})
WORD = frozenset({"ocrx_word"})
QUOTED = re.compile(r""""[^"]*"|'[^']*'""")
XML_START = re.compile(rb"\s*<\?xml|(?s:.{0,1000})<html[^>]{0,1000}xmlns", re.IGNORECASE)


def from_hocr(data: bytes, name: str) -> tuple[Page, ...]:
    """The pages of an hOCR file, indices counted from 0; `name` is the file's, for messages.

    A line's text is what its elements hold, runs of blanks as one. Confidences (x_wconf) become
    0–1; a line has that of its least sure word. Without one they are 1.

    Raises TruthError, with file and line, for broken XML, and where no page or no box is stated.
    """
    root = parse(data, name, doctype=True) if XML_START.match(data) else _parse_html(data, name)
    sheets = [e for e in root.iter(etree.Element) if "ocr_page" in _classes(e)]
    if not sheets:
        raise fault(name, root, "not hOCR: no element of class ocr_page")
    return tuple(_Reader(name).page(n, sheet) for n, sheet in enumerate(sheets))


def _parse_html(data: bytes, name: str) -> etree._Element:
    encoding = None if b"charset" in data[:1000].lower() else "utf-8"  # hOCR's own
    parser = etree.HTMLParser(
        no_network=True, remove_comments=True, remove_pis=True, encoding=encoding
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as e:
        raise TruthError(f"{name}, line {e.lineno}: not HTML: {e.msg}") from e
    if root is None:
        raise TruthError(f"{name}, line 1: not HTML: the file is empty")
    return root


class _Reader:
    """Reads elements and knows the file's name, for its messages."""

    def __init__(self, name: str) -> None:
        self.name = name

    def page(self, index: int, sheet: etree._Element) -> Page:
        whole = self.box(sheet)
        if whole is None:
            raise fault(self.name, sheet, "ocr_page lacks its bbox")
        resolution = self.numbers(sheet, "scan_res")
        zones: dict[etree._Element, list[etree._Element]] = {}
        for element in _within(sheet, LINES | BLOCKS):
            rows = zones.setdefault(_block_of(element, sheet), [])
            innermost = next(_within(element, LINES), None) is None
            if innermost and not LINES.isdisjoint(_classes(element)):
                rows.append(element)
        made, lines = [], []
        for n, (block, own) in enumerate(zones.items()):
            zone_id = block.get("id") or f"p{index + 1}-z{n + 1}"
            boxes = [self.line_box(row) for row in own]
            box = self.box(block) or hull([b for b in boxes if b] or [whole])
            made.append(Zone(zone_id, ZoneKind.BODY, box, n))
            for m, (row, place) in enumerate(zip(own, boxes, strict=True), 1):
                line_id = row.get("id") or f"{zone_id}-l{m}"
                lines.append(self.line(row, line_id, zone_id, place or box))
        dpi = float(resolution[0]) if resolution and resolution[0] > 0 else ASSUMED_DPI
        # The page's own box may start elsewhere than at 0, 0; places are the image's all the same.
        size = (whole.right, whole.bottom)
        return Page(index, size, dpi, (), tuple(made), tuple(lines))

    def line(self, row: etree._Element, line_id: str, zone_id: str, box: Box) -> Line:
        words = tuple(
            Word(_text(e), self.box(e) or box, self.confidence(e))
            for e in _within(row, WORD)
            if _text(e)
        )
        return Line(
            line_id,
            zone_id,
            box,
            _text(row),
            min((word.confidence for word in words), default=self.confidence(row)),
            () if any(" " in word.text for word in words) else words,
            baseline=self.baseline(row, box),
        )

    def line_box(self, row: etree._Element) -> Box | None:
        words = [box for e in _within(row, WORD) if (box := self.box(e))]
        return self.box(row) or (hull(words) if words else None)

    def baseline(self, row: etree._Element, box: Box) -> tuple[Point, ...]:
        """`slope offset`: through the lower left corner of the box, `offset` lower."""
        values = self.numbers(row, "baseline")
        if len(values) != 2:
            return ()
        slope, offset = values
        left = box.bottom + offset
        return Point(box.left, left), Point(box.right, left + slope * box.width)

    def confidence(self, element: etree._Element) -> float:
        percent = self.numbers(element, "x_wconf")
        return min(1.0, max(0.0, percent[0] / 100)) if percent else 1.0

    def box(self, element: etree._Element) -> Box | None:
        edges = self.numbers(element, "bbox")
        if len(edges) != 4:
            if edges:
                raise fault(self.name, element, f"bbox of {len(edges)} numbers, not 4")
            return None
        return Box(*(round(edge) for edge in edges))

    def numbers(self, element: etree._Element, key: str) -> list[float]:
        text = _properties(element).get(key, "")
        try:
            return [number(part) for part in text.split()]
        except ValueError:
            raise fault(self.name, element, f"{key} is no list of numbers: {text[:40]!r}") from None


def _classes(element: etree._Element) -> list[str]:
    return str(element.get("class", "")).split()


def _within(element: etree._Element, classes: frozenset[str]) -> Iterator[etree._Element]:
    """Elements of these classes inside `element`, in the order of the file."""
    inside = element.iterdescendants(etree.Element)
    return (e for e in inside if not classes.isdisjoint(_classes(e)))


def _block_of(element: etree._Element, sheet: etree._Element) -> etree._Element:
    """The outermost block around an element, itself included, else the page."""
    around = [element, *element.iterancestors()]
    within = around[: around.index(sheet)]
    blocks = [e for e in within if not BLOCKS.isdisjoint(_classes(e))]
    return blocks[-1] if blocks else sheet


def _properties(element: etree._Element) -> dict[str, str]:
    """`title` as {name: value}, without what stands in quotation marks: names of files."""
    entries = QUOTED.sub("", element.get("title", "")).split(";")
    pairs = (entry.strip().partition(" ") for entry in entries)
    return {key: value.strip() for key, _, value in pairs}


def _text(element: etree._Element) -> str:
    """All text inside, blanks folded."""
    return " ".join("".join(_pieces(element)).split())


def _pieces(element: etree._Element) -> Iterator[str]:
    """Pieces of text; of entities, which nothing resolved, HTML's own are known."""
    yield element.text or ""
    for child in element:
        if isinstance(child, etree._Entity):
            yield html.unescape(f"&{child.name};")
        else:
            yield from _pieces(child)
        yield child.tail or ""
