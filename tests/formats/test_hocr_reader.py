"""hOCR as XHTML and as HTML is read; traps are refused with file and line."""

import pytest

from ocr.document import ZoneKind
from ocr.errors import TruthError
from ocr.formats.hocr_reader import from_hocr
from ocr.geometry import Box

XHTML = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
    "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><title></title></head><body>
{}
</body></html>"""
TESSERACT = """
<div class='ocr_page' id='page_1'
 title='image "a; bbox 9 9 9 9.jpg"; bbox 0 0 2067 2923; ppageno 0; scan_res 250 250'>
 <div class='ocr_carea' id='block_1' title="bbox 700 140 1400 300">
  <p class='ocr_par' title="bbox 704 143 1379 192">
   <span class='ocr_header' id='line_1'
     title="bbox 704 143 1379 192; baseline -0.015 -6; x_size 29">
    <span class='ocrx_word' title='bbox 704 163 902 192; x_wconf 93'>Продол<b>жение</b></span>
    <span class='ocrx_word' title='bbox 913 159 1175 188; x_wconf 42'>№&quot;1&nbsp;</span>
    <span class='ocrx_word' title='bbox 0 0 1 1; x_wconf 95'> </span>
   </span></p>
  <p class='ocr_par'><span class='ocr_line big' title="bbox 700 200 800 230">
    <span class='ocrx_word' title='bbox 700 200 800 230'>вторая</span></span></p>
 </div>
</div>"""


def test_words_and_places_of_tesseract():
    (page,) = from_hocr(XHTML.format(TESSERACT).encode(), "a.hocr")
    assert (page.index, page.size_px, page.dpi) == (0, (2067, 2923), 250)
    assert [(z.id, z.kind, z.box) for z in page.zones] == [
        ("block_1", ZoneKind.BODY, Box(700, 140, 1400, 300))
    ]
    first, second = page.lines
    assert (first.id, first.text, first.confidence) == ("line_1", 'Продолжение №"1', 0.42)
    assert [(w.text, w.box, w.confidence) for w in first.words] == [
        ("Продолжение", Box(704, 163, 902, 192), 0.93),
        ('№"1', Box(913, 159, 1175, 188), 0.42),
    ]
    assert first.baseline == ((704, 186), (1379, pytest.approx(186 - 0.015 * 675)))
    assert (second.id, second.text, second.confidence) == ("block_1-l2", "вторая", 1)


BARE = """<!DOCTYPE html><meta name=ocr-system content=x>
<div class=ocr_page title="bbox 0 0 100 200">
<p class=ocr_par><span class=ocr_line>без слов
 и &lt;мест&amp;lt;</span>
<p class=ocr_par title="bbox 5 6 50 60"><span class=ocr_line>
  <span class=ocrx_word title="bbox 7 8 20 18">с</span> <span class=ocrx_word
  title="bbox 22 9 40 19">местом</span></span>
<div class=ocr_header><span class=ocrx_line title="bbox 1 2 3 4">внутри</span></div></div>
<div class=ocr_page title="bbox 0 0 10 20"></div>"""


def test_html_of_another_maker():
    first, second = from_hocr(BARE.encode(), "a.html")
    assert [line.text for line in first.lines] == ["без слов и <мест&lt;", "с местом", "внутри"]
    assert [line.box for line in first.lines] == [(0, 0, 100, 200), (7, 8, 40, 19), (1, 2, 3, 4)]
    assert [zone.box for zone in first.zones][:2] == [(0, 0, 100, 200), (5, 6, 50, 60)]
    assert (second.index, second.size_px, second.lines) == (1, (10, 20), ())


BOMB = """<!DOCTYPE html [<!ENTITY a "ха"><!ENTITY b "&a;&a;&a;">]>
<html xmlns="http://www.w3.org/1999/xhtml"><div class="ocr_page" title="bbox 0 0 9 9">
<span class="ocr_line" title="bbox 0 0 9 9">&b;</span></div></html>"""


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "a.hocr, line 1: not HTML"),
        ("<p>просто</p>", "line 1: not hOCR"),
        (XHTML.format("<p>"), "a.hocr, line 6: not valid XML"),
        (XHTML.format("<p/>"), "line 4: not hOCR"),
        (XHTML.format("<p class='ocr_page'/>"), "line 5: ocr_page lacks its bbox"),
        (XHTML.format("<p class='ocr_page' title='bbox 1 2 3'/>"), "bbox of 3 numbers"),
        (XHTML.format(TESSERACT.replace("x_wconf 42", "x_wconf high")), "x_wconf is no list"),
        (BOMB, "line 1: the DOCTYPE defines entities"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(data, message):
    with pytest.raises(TruthError, match=message):
        from_hocr(data.encode(), "a.hocr")
