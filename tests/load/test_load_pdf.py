"""PDF pages: scans, born-digital text, old OCR layers, broken and locked files."""

import io
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ocr.document import DigitalPage, PageImage
from ocr.errors import ScanError
from ocr.geometry import Box, hull
from ocr.load import LoadSettings, load_page, open_scan, picture_of, text_layer

S = LoadSettings()
A4 = (210 * mm, 297 * mm)
SENTENCE = "Ambassador Roshchin passes a message to Stalin"


def sheet(width: int, height: int) -> Image.Image:
    """A scan of black bars on white paper."""
    pixels = np.full((height, width), 255, dtype=np.uint8)
    pixels[height // 10 : -height // 10 : 16, width // 8 : -width // 8] = 0
    return Image.fromarray(pixels).convert("1")


def canvas(path: Path, size=A4, **options) -> Canvas:
    return Canvas(str(path), pagesize=size, **options)


def only_page(path: Path):
    (ref,) = open_scan(path, S)
    return load_page(ref, S)


def test_born_digital_page_is_kept_as_text(tmp_path: Path):
    c = canvas(tmp_path / "a.pdf")
    c.setFont("Helvetica", 12)
    c.drawString(30 * mm, 250 * mm, SENTENCE)
    c.drawString(30 * mm, 240 * mm, "regarding the Chinese deployment of troops")
    c.save()
    page = only_page(tmp_path / "a.pdf")
    assert isinstance(page, DigitalPage)
    assert (page.width, page.height) == (1241, 1754)  # A4 at 150 dpi, as it is rendered
    assert [line.text for line in page.lines] == [
        SENTENCE,
        "regarding the Chinese deployment of troops",
    ]
    assert [text for text, _ in page.lines[0].words] == SENTENCE.split()
    assert page.lines[0].box.left == pytest.approx(30 / 25.4 * 150, abs=2)


def test_columns_and_table_rows_keep_together(tmp_path: Path):
    c = canvas(tmp_path / "a.pdf")
    for x, word in ((20, "left"), (110, "right")):
        for i in range(3):
            c.drawString(x * mm, (250 - 6 * i) * mm, f"{word} column line {i}")
    c.drawString(20 * mm, 200 * mm, "Date:")
    c.drawString(110 * mm, 200 * mm, "7 October 1950")
    c.save()
    page = only_page(tmp_path / "a.pdf")
    columns = [f"{word} column line {i}" for word in ("left", "right") for i in range(3)]
    assert [line.text for line in page.lines] == [*columns, "Date: 7 October 1950"]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_boxes_lie_on_the_ink_of_cropped_and_turned_pages(tmp_path: Path, rotation: int):
    path = tmp_path / "a.pdf"
    c = canvas(path)
    c.drawString(60 * mm, 200 * mm, SENTENCE)
    c.save()
    with pdfium.PdfDocument(path) as document:
        document[0].set_mediabox(-10 * mm, -20 * mm, 210 * mm, 297 * mm)
        document[0].set_cropbox(25 * mm, 40 * mm, 190 * mm, 260 * mm)
        document[0].set_rotation(rotation)
        document.save(tmp_path / "b.pdf")
    (ref,) = open_scan(tmp_path / "b.pdf", S)
    page, picture = load_page(ref, S), picture_of(ref, S.digital_dpi, S)
    assert isinstance(page, DigitalPage)
    assert picture.pixels.shape[:2] == (page.height, page.width)
    rows, columns = np.nonzero(picture.pixels < 128)
    ink = Box(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    words = hull(line.box for line in page.lines)
    assert words.grow(2, 2).intersect(ink) == ink
    assert ink.grow(9, 9).intersect(words) == words  # boxes reach from ascender to descender


@pytest.mark.parametrize(("width_mm", "dpi"), [(210, 200), (180, 300), (105, 600)])
def test_scan_is_rendered_pixel_for_pixel_at_its_own_resolution(
    tmp_path: Path, width_mm: float, dpi: int
):
    size = (width_mm * mm, width_mm * 1.4 * mm)
    scan = sheet(*(round(v / 72 * dpi) for v in size))
    c = canvas(tmp_path / "a.pdf", size)
    c.drawImage(ImageReader(scan), 0, 0, *size)
    c.save()
    page = only_page(tmp_path / "a.pdf")
    assert isinstance(page, PageImage)
    assert page.dpi == pytest.approx(dpi, rel=0.002)
    assert np.array_equal(page.pixels, np.asarray(scan.convert("L")))


def test_old_ocr_under_a_scan_is_not_believed(tmp_path: Path):
    for mode, coverage in ((3, 1.0), (0, 1.0), (3, 0.6)):
        c = canvas(tmp_path / "a.pdf")
        text = c.beginText(40 * mm, 200 * mm)
        text.setTextRenderMode(mode)
        text.textLine("B.E.AHHXOBCKHH")
        c.drawText(text)
        scan = ImageReader(sheet(827, 1169))
        c.drawImage(scan, 0, A4[1] * (1 - coverage), A4[0], A4[1] * coverage)
        c.save()
        assert isinstance(only_page(tmp_path / "a.pdf"), PageImage), (mode, coverage)


def test_picture_in_a_text_does_not_make_it_a_scan(tmp_path: Path):
    c = canvas(tmp_path / "a.pdf")
    c.drawString(30 * mm, 250 * mm, SENTENCE)
    c.drawImage(ImageReader(sheet(300, 300)), 60 * mm, 60 * mm, 90 * mm, 90 * mm)
    c.save()
    assert isinstance(only_page(tmp_path / "a.pdf"), DigitalPage)


def test_scan_in_strips_and_with_an_invisible_layer_only(tmp_path: Path):
    c = canvas(tmp_path / "a.pdf")
    c.drawString(30 * mm, 150 * mm, "JIblX")
    for i in range(10):
        strip = ImageReader(sheet(827, 117))
        c.drawImage(strip, 0, A4[1] * i / 10, A4[0], A4[1] / 10)
    c.showPage()
    hidden = c.beginText(40 * mm, 200 * mm)
    hidden.setTextRenderMode(3)
    hidden.textLine("letters drawn as curves, text of an old OCR below")
    c.drawText(hidden)
    c.save()
    strips, traced = (load_page(ref, S) for ref in open_scan(tmp_path / "a.pdf", S))
    assert isinstance(strips, PageImage)
    assert strips.dpi == pytest.approx(100, rel=0.01)
    assert isinstance(traced, PageImage)
    assert traced.dpi == S.vector_dpi


def test_pixels_given_as_points_make_no_poster(tmp_path: Path):
    c = canvas(tmp_path / "a.pdf", (1654, 2339))  # A4 at 200 dpi, "58 cm × 83 cm"
    scan = sheet(1654, 2339)
    c.drawImage(ImageReader(scan), 0, 0, 1654, 2339)
    c.save()
    page = only_page(tmp_path / "a.pdf")
    assert page.dpi == pytest.approx(200, rel=0.01)
    assert np.array_equal(page.pixels, np.asarray(scan.convert("L")))


@pytest.mark.parametrize(
    ("words", "believable"),
    [
        (["Из", "Пекина", "получена", "№", "4676"], True),
        (["Le", "télégramme", "a", "été", "envoyé", "à", "Pékin"], True),
        (["(cid:12)(cid:7)", "(cid:3)", "и"], False),
        (["Øèôðîòåëåãðàììà", "ïîëó÷åíà"], False),
        (["\ue012\ue013\ue014", "тов."], False),
        (["1950", "—", "7.10"], True),
    ],
)
def test_what_text_is_believable(words: list[str], believable: bool):
    assert text_layer.is_believable(words) is believable


def test_page_on_which_pdfplumber_is_blind_is_read(tmp_path: Path, monkeypatch):
    c = canvas(tmp_path / "a.pdf")
    c.drawImage(ImageReader(sheet(827, 1169)), 0, 0, *A4)
    c.save()
    with pdfium.PdfDocument(tmp_path / "a.pdf") as document:
        document[0].set_rotation(90)
        document.save(tmp_path / "b.pdf")
    monkeypatch.setattr(text_layer.pdfplumber, "open", lambda *_, **__: 1 / 0)
    page = only_page(tmp_path / "b.pdf")
    assert page.pixels.shape == (827, 1169)
    assert page.dpi == pytest.approx(100, rel=0.01)


def pdf_bytes(**options) -> bytes:
    buffer = io.BytesIO()
    c = Canvas(buffer, pagesize=A4, **options)
    c.drawString(100, 100, SENTENCE)
    c.save()
    return buffer.getvalue()


def no_pages() -> bytes:
    buffer = io.BytesIO()
    pdfium.PdfDocument.new().save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (pdf_bytes(encrypt=StandardEncryption("secret", "owner")), "is locked by a password; save"),
        (no_pages(), "is a PDF without pages; have"),
        (b"%PDF-1.4\nnothing else\n", "is a broken PDF .*; repair"),
    ],
)
def test_pdf_that_cannot_be_read(tmp_path: Path, data: bytes, why: str):
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    with pytest.raises(ScanError, match=rf"a\.pdf: {why}"):
        open_scan(path, S)


def test_pdf_without_user_password_is_read(tmp_path: Path):
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf_bytes(encrypt=StandardEncryption("", "owner")))
    assert only_page(path).lines[0].text == SENTENCE


def test_one_oversized_page_does_not_cost_the_others(tmp_path: Path):
    c = canvas(tmp_path / "a.pdf")
    c.drawImage(ImageReader(sheet(1654, 2339)), 0, 0, *A4)
    c.showPage()
    c.drawString(30 * mm, 250 * mm, SENTENCE)
    c.save()
    large, text = open_scan(tmp_path / "a.pdf", S)
    low = LoadSettings(max_pixels=3_000_000)
    with pytest.raises(ScanError, match=r"a\.pdf, page 1: 1654 × 2339 px are more than"):
        load_page(large, low)
    assert isinstance(load_page(text, low), DigitalPage)


def test_drawing_on_a_huge_sheet_stays_within_the_limit(tmp_path: Path):
    c = canvas(tmp_path / "a.pdf", (14000, 14000))
    c.line(0, 0, 14000, 14000)
    c.save()
    (ref,) = open_scan(tmp_path / "a.pdf", S)
    small = LoadSettings(max_pixels=2_000_000)
    page = load_page(ref, small)
    assert 1_500_000 < page.pixels.size <= 2_000_000


def test_an_image_that_says_it_has_no_pixels_has_no_resolution() -> None:
    assert text_layer.Placed((0.0, 0.0, 72.0, 72.0), 0, 300).dpi == 0
    assert text_layer.Placed((0.0, 0.0, 72.0, 72.0), 300, 300).dpi == 300
