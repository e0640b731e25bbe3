"""PAGE XML: what is written comes back whole; files of others are read; traps are refused."""

from dataclasses import replace

import pytest
from lxml import etree

from ocr.document import Line, Mark, MarkKind, Page, Step, Word, Zone, ZoneKind
from ocr.errors import TruthError
from ocr.formats.page_reader import ASSUMED_DPI
from ocr.formats.page_terms import NAMESPACE
from ocr.formats.page_xml import from_page_xml, to_page_xml
from ocr.geometry import Box, Point

WORD = Word("ШИФР", Box(11, 22, 60, 50), 0.5)
OUTLINE = (Point(0, 102), Point(98, 110), Point(97, 150), Point(0, 142))
PAGE = Page(
    index=2,
    size_px=(1000, 1400),
    dpi=203.2,
    steps=(Step("skew", {"angle_deg": 1.37, "confidence": 0.8}), Step("ink", {"share": 0.04})),
    zones=(
        Zone("p3-z1", ZoneKind.HEAD, Box(10, 20, 300, 90), 0),
        Zone("p3-z2", ZoneKind.GRID, Box(10, 100, 300, 190), 1, "copies"),
        Zone("p3-z3", ZoneKind.HANDWRITING, Box(-4, 100, 300, 190), 2),
    ),
    lines=(
        Line(
            "p3-l1",
            "p3-z1",
            Box(11, 22, 200, 50),
            'ШИФР  "х" & <а> ;}',
            0.9321,
            (WORD,),
            (),
            (Point(11.5, 48.25), Point(200, 49)),
        ),
        Line("p3-l2", "p3-z1", Box(11, 52, 200, 80), "", 1.0, (), (), (Point(11, 48),)),
        Line("p3-l3", "p3-z2", Box(11, 102, 200, 150), "№ I9", 1.0, (), meant="№ 19"),
        Line("p3-l4", "p3-z2", Box(-3, 102, 99, 150), "угол", 1.0, (), polygon=OUTLINE),
    ),
    marks=tuple(Mark(kind, Box(1, 2, 30, 40)) for kind in MarkKind),
)


def page_of(body: str, year: str = "2013-07-15", page: str = "") -> bytes:
    space = NAMESPACE.replace("2019-07-15", year)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<PcGts xmlns="{space}">\n<Page'
        f' imageFilename="a.png" imageWidth="800" imageHeight="600" {page}>{body}</Page></PcGts>'
    ).encode()


def test_what_is_written_comes_back():
    assert from_page_xml(to_page_xml(PAGE, "a.jpg"), "a.xml") == PAGE
    assert to_page_xml(PAGE, "a.jpg") == to_page_xml(PAGE, "a.jpg")


@pytest.mark.parametrize("kind", ZoneKind)
def test_every_kind_of_zone_comes_back(kind):
    page = replace(PAGE, zones=(Zone("z", kind, Box(0, 0, 9, 9), 0),), lines=(), marks=())
    assert from_page_xml(to_page_xml(page, "a.jpg"), "a.xml").zones[0].kind is kind


def test_orientation_is_the_turn_that_mends_the_skew():
    sheet = etree.fromstring(to_page_xml(PAGE, "a.jpg")).find(f"{{{NAMESPACE}}}Page")
    assert float(sheet.get("orientation")) == -1.37
    turned = page_of("", page='orientation="2.5"')
    assert from_page_xml(turned, "a.xml").steps == (Step("skew", {"angle_deg": -2.5}),)


def test_control_characters_do_not_break_the_file():
    line = replace(PAGE.lines[2], text="а\x0cб")
    page = replace(PAGE, lines=(line,))
    assert from_page_xml(to_page_xml(page, "a"), "a.xml").lines[0].text == "а\ufffdб"


def test_a_line_without_its_zone_is_no_page():
    with pytest.raises(ValueError, match="p3-z9"):
        to_page_xml(replace(PAGE, lines=(replace(PAGE.lines[0], zone="p3-z9"),)), "a")


TRANSKRIBUS = """
<ReadingOrder><OrderedGroup id="ro"><!-- two --><RegionRefIndexed index="1" regionRef="r1"/>
<RegionRefIndexed index="0" regionRef="r2"/></OrderedGroup></ReadingOrder>
<TextRegion id="r1" custom="readingOrder {index:1;}"><Coords points="10,20 210,15 205,90 8,80"/>
 <TextLine id="b" custom="readingOrder {index:1;}"><Coords points="10,50 200,50 200,80"/>
  <TextEquiv index="1"><Unicode>другая</Unicode></TextEquiv>
  <TextEquiv index="0" conf="0.25"><Unicode>вторая</Unicode></TextEquiv></TextLine>
 <TextLine id="a" custom="readingOrder {index:0;}"><Coords points="10,20 200,20 200,50"/>
  <Baseline points="10,45 100,46 200,45"/>
  <Word id="w1"><Coords points="1,2 3,4"/><TextEquiv><Unicode>первая</Unicode></TextEquiv></Word>
  <Word id="w2"><Coords points="1,2 3,4"/><TextEquiv><Unicode>строка</Unicode></TextEquiv></Word>
 </TextLine></TextRegion>
<TextRegion id="r2" custom="structure {type:heading;}"><Coords points="0,0 9,0 9,9"/>
 <TextEquiv><Unicode>раз\nдва</Unicode></TextEquiv></TextRegion>
<!-- no text --><?pi x?>
<TextRegion id="r3" type="marginalia"><Coords points="0,0 9,0 9,9"/></TextRegion>
<GraphicRegion id="g" type="stamp"><Coords points="5,6 70,6 70,80"/></GraphicRegion>
"""


def test_a_file_of_transkribus_is_read():
    page = from_page_xml(page_of(TRANSKRIBUS), "a.xml")
    assert [(z.id, z.kind, z.order) for z in page.zones] == [
        ("r1", ZoneKind.BODY, 1),
        ("r2", ZoneKind.TITLE, 0),
        ("r3", ZoneKind.MARGIN, 2),
    ]
    assert page.zones[0].box == Box(8, 15, 210, 90)
    assert [line.text for line in page.lines] == ["раз", "два", "первая строка", "вторая"]
    assert page.lines[2].baseline == ((10, 45), (100, 46), (200, 45))
    assert page.lines[3].confidence == 0.25
    assert page.marks == (Mark(MarkKind.STAMP, Box(5, 6, 70, 80)),)
    assert page.dpi == ASSUMED_DPI


def test_points_of_old_page_are_read():
    coords = '<Coords><Point x="3" y="4"/><Point x="30" y="40"/></Coords>'
    page = from_page_xml(
        page_of(f'<TextRegion id="r">{coords}</TextRegion>', "2010-03-19"), "a.xml"
    )
    assert page.zones[0].box == Box(3, 4, 30, 40)


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "a.xml, line"),
        (b"<PcGts>\n<Page></PcGts>", "a.xml, line 2: not valid XML"),
        (b"<html/>", "a.xml, line 1: not PAGE XML"),
        (page_of("\n<TextRegion id='r'/>"), "a.xml, line 4: TextRegion r lacks Coords"),
        (page_of("<TextRegion id='r'><Coords points='1;2'/></TextRegion>"), "no list of x,y"),
        (page_of("<TextRegion id='r'><Coords points='nan,1 2,2'/></TextRegion>"), "no list of x,y"),
        (page_of("", page='orientation="steep"'), "orientation='steep'"),
        (f'<PcGts xmlns="{NAMESPACE}"/>'.encode(), "without a Page"),
        (page_of("").replace(b'"800"', b'"wide"'), "imageWidth='wide'"),
    ],
)
def test_what_is_no_page_is_named_with_its_line(data, complaint):
    with pytest.raises(TruthError) as e:
        from_page_xml(data, "a.xml")
    assert complaint in str(e.value) and "\n" not in str(e.value)


def test_entities_are_refused(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    trap = page_of("<TextRegion id='r'><Coords points='0,0 1,1'/></TextRegion>").replace(
        b"<PcGts", f'<!DOCTYPE PcGts [<!ENTITY x SYSTEM "{secret}">]><PcGts'.encode(), 1
    )
    with pytest.raises(TruthError, match="DOCTYPE"):
        from_page_xml(trap, "a.xml")
