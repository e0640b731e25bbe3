"""ALTO of several makers and versions is read; traps are refused with file and line."""

import pytest

from ocr.document import ZoneKind
from ocr.errors import TruthError
from ocr.formats.alto_reader import from_alto
from ocr.geometry import Box, Point

V4 = "http://www.loc.gov/standards/alto/ns-v4#"


def alto(page: str, head: str = "", space: str = f'xmlns="{V4}"') -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<alto {space}>{head}\n'
        f"<Layout>{page}</Layout></alto>"
    ).encode()


def page_of(blocks: str, unit: str = "pixel", **options: str) -> bytes:
    head = f"<Description><MeasurementUnit>{unit}</MeasurementUnit></Description>"
    page = (
        '<Page WIDTH="2000" HEIGHT="3000" PHYSICAL_IMG_NR="17">'
        f'<PrintSpace HPOS="0" VPOS="0" WIDTH="2000" HEIGHT="3000">{blocks}</PrintSpace></Page>'
    )
    return alto(page, head + options.pop("head", ""), **options)


def texts(data: bytes) -> list[str]:
    return [line.text for page in from_alto(data, "a.xml") for line in page.lines]


TESSERACT = """
<ComposedBlock ID="c" HPOS="1" VPOS="2" WIDTH="3" HEIGHT="4">
<TextBlock ID="b0" HPOS="100" VPOS="200" WIDTH="397" HEIGHT="80">
 <TextLine ID="l0" HPOS="100" VPOS="200" WIDTH="397" HEIGHT="28" BASELINE="225">
  <String HPOS="100" VPOS="203" WIDTH="221" HEIGHT="25" WC="0.96" CONTENT="СОВЕРШЕННО"/><SP/>
  <String HPOS="331" VPOS="200" WIDTH="166" HEIGHT="25" WC="0.43" CONTENT="СЕКРЕТНО"/>
 </TextLine></TextBlock></ComposedBlock>
"""


def test_words_and_places_of_tesseract():
    (page,) = from_alto(page_of(TESSERACT), "a.xml")
    assert (page.index, page.size_px) == (0, (2000, 3000))
    (zone,), (line,) = page.zones, page.lines
    assert (zone.id, zone.kind, zone.box) == ("b0", ZoneKind.BODY, Box(100, 200, 497, 280))
    assert (line.id, line.zone, line.text) == ("l0", "b0", "СОВЕРШЕННО СЕКРЕТНО")
    assert line.box == Box(100, 200, 497, 228)
    assert line.baseline == ((100, 225), (497, 225))
    assert [word.confidence for word in line.words] == [0.96, line.confidence] == [0.96, 0.43]
    assert line.words[1].box == Box(331, 200, 497, 225)


ESCRIPTORIUM = """
<TextBlock ID="second" TAGREFS="none BT2"><Shape><Polygon POINTS="5 6 900 6 900 99"/></Shape>
</TextBlock>
<TextBlock ID="first">
 <TextLine TAGREFS="LT1" BASELINE="349 2134 491 2140">
  <Shape><Polygon POINTS="349,2134 349,2161 491,2165 491,2102"/></Shape>
  <String CONTENT="Sir: and so on"/></TextLine></TextBlock>
"""
TAGS = """<Tags><OtherTag ID="BT2" LABEL="MarginTextZone:note#1"/><OtherTag ID="none" LABEL="x"/>
</Tags>"""
ORDER = '<ReadingOrder><OrderedGroup><ElementRef ID="r" REF="first"/></OrderedGroup></ReadingOrder>'


def test_outlines_labels_and_order_of_escriptorium():
    (page,) = from_alto(page_of(ESCRIPTORIUM, head=TAGS + ORDER), "a.xml")
    assert [(z.id, z.kind, z.order) for z in page.zones] == [
        ("first", ZoneKind.BODY, 0),
        ("second", ZoneKind.MARGIN, 1),
    ]
    (line,) = page.lines
    assert (line.id, line.text, line.words, line.confidence) == (
        "first-l1",
        "Sir: and so on",
        (),
        1,
    )
    assert page.zones[0].box == line.box == Box(349, 2102, 491, 2165)
    assert page.zones[1].box == Box(5, 6, 900, 99)
    assert line.baseline == (Point(349, 2134), Point(491, 2140))
    assert len(line.polygon) == 4


def test_hyphens_blanks_and_words_told_twice():
    line = "<TextBlock><TextLine>{}</TextLine></TextBlock>"
    a, b = '<String CONTENT="Совет"/>', '<String CONTENT="ский"/>'
    part = '<String CONTENT="Совет" SUBS_TYPE="HypPart1" SUBS_CONTENT="Советский"/>'
    for row, text in (
        (a + b, "Совет ский"),
        (a + "<SP/>" + b + a, "Совет скийСовет"),
        (a + "<SP/>" + part + '<HYP CONTENT="-"/>', "Совет Совет-"),
        (part + "<HYP/>", "Совет-"),
        ('<String CONTENT="Совет-"/><SP/><HYP CONTENT="-"/>', "Совет-"),
        ("", ""),
    ):
        assert texts(page_of(line.format(row))) == [text]


@pytest.mark.parametrize(("unit", "size"), [("mm10", (2100, 2970)), ("inch1200", (9921, 14031))])
def test_lengths_on_paper_become_pixels(unit, size):
    data = page_of("<TextBlock/>", unit).replace(b'"2000"', b'"%d"' % size[0])
    (page,) = from_alto(data.replace(b'"3000"', b'"%d"' % size[1]), "a.xml")
    assert page.size_px == (2480, 3508)  # A4 at 300 dpi
    assert page.zones[0].box == Box(0, 0, 2481, 3508)


@pytest.mark.parametrize("space", ["", 'xmlns="http://schema.ccs-gmbh.com/ALTO"'])
def test_any_version_and_every_page_and_margin(space):
    page = '<Page WIDTH="9" HEIGHT="9"><LeftMargin><TextBlock/></LeftMargin></Page>'
    pages = from_alto(alto(page * 2, space=space), "a.xml")
    assert [p.index for p in pages] == [0, 1]
    assert {p.zones[0].kind for p in pages} == {ZoneKind.MARGIN}
    assert pages[1].zones[0].id == "p2-z1"


BAD_LINE = '\n<TextBlock ID="b"><TextLine HPOS="x" VPOS="1" WIDTH="1" HEIGHT="1"/></TextBlock>'


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "a.xml, line 1: not valid XML"),
        (page_of("<TextBlock>"), "a.xml, line 3: not valid XML"),
        (b"<PcGts/>", "line 1: not ALTO but <PcGts>"),
        (alto(""), "line 2: ALTO file without a Page"),
        (page_of(BAD_LINE), "line 4: HPOS='x' is no number"),
        (page_of(BAD_LINE.replace('"x"', '"nan"')), "line 4: HPOS='nan' is no number"),
        (page_of(ESCRIPTORIUM.replace("349,2134", "349")), "POINTS is no list of x,y pairs"),
        (page_of(TESSERACT.replace("0.96", "sure")), "WC='sure' is no number"),
        (page_of("", "furlong"), "unknown MeasurementUnit 'furlong'"),
        (b'<!DOCTYPE alto SYSTEM "http://127.0.0.1:9/x.dtd">' + b"<alto/>", "no DOCTYPE"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(data, message):
    with pytest.raises(TruthError, match=message):
        from_alto(data, "a.xml")
