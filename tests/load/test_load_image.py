"""Image files: every mode, orientation, resolution, and files that are broken."""

import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ocr.document import PageImage
from ocr.errors import ScanError
from ocr.geometry import Pixels
from ocr.load import LoadSettings, load_page, open_scan

S = LoadSettings()
# a page with a dark corner at the top left: 300 × 420 px
PAGE = np.full((420, 300), 255, dtype=np.uint8)
PAGE[:60, :100] = 0


def load(path: Path, index: int = 0) -> PageImage:
    page = load_page(open_scan(path, S)[index], S)
    assert isinstance(page, PageImage)
    return page


def dark_corner(pixels: Pixels) -> bool:
    gray = pixels if pixels.ndim == 2 else pixels.mean(axis=2)
    return bool((gray[5:50, 5:90] < 40).all() and (gray[100:, 150:] > 215).all())


def image_of_mode(mode: str) -> Image.Image:
    if mode == "I;16":
        return Image.fromarray(PAGE.astype(np.uint16) * 257)
    if mode == "RGBA":  # ink on a page that is transparent, not white
        rgba = np.zeros((*PAGE.shape, 4), dtype=np.uint8)
        rgba[..., 3] = 255 - PAGE
        return Image.fromarray(rgba)
    return Image.fromarray(PAGE).convert(mode)


@pytest.mark.parametrize(
    ("mode", "name", "options"),
    [
        ("1", "a.png", {}),
        ("L", "a.png", {}),
        ("I;16", "a.png", {}),
        ("P", "a.png", {}),
        ("RGBA", "a.png", {}),
        ("LA", "a.png", {}),
        ("RGB", "a.jpg", {}),
        ("CMYK", "a.jpg", {}),
        ("1", "a.tif", {"compression": "group4"}),
        ("I;16", "a.tif", {}),
        ("CMYK", "a.tif", {}),
        ("L", "a.bmp", {}),
        ("L", "a.jp2", {}),
        ("RGB", "a.webp", {"lossless": True}),
    ],
)
def test_every_mode_shows_the_same_page(tmp_path: Path, mode: str, name: str, options: dict):
    image_of_mode(mode).save(tmp_path / name, **options)
    pixels = load(tmp_path / name).pixels
    assert pixels.shape == PAGE.shape  # grey, though some files say RGB
    assert pixels.dtype == np.uint8
    assert dark_corner(pixels)


def test_colour_stays_colour(tmp_path: Path):
    rgb = np.full((50, 40, 3), 255, dtype=np.uint8)
    rgb[10:20, 10:20] = (120, 40, 160)
    Image.fromarray(rgb).save(tmp_path / "a.png")
    assert np.array_equal(load(tmp_path / "a.png").pixels, rgb)


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_tag_is_applied(tmp_path: Path, orientation: int, suffix: str):
    # how each tag's viewer transform is undone, so that a viewer shows PAGE
    undo = {
        1: lambda a: a,
        2: np.fliplr,
        3: lambda a: np.rot90(a, 2),
        4: np.flipud,
        5: np.transpose,
        6: lambda a: np.rot90(a, 1),
        7: lambda a: np.rot90(np.transpose(a), 2),
        8: lambda a: np.rot90(a, -1),
    }[orientation]
    stored = Image.fromarray(np.ascontiguousarray(undo(PAGE)))
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"a.{suffix}"
    stored.save(path, exif=exif)
    pixels = load(path).pixels
    assert pixels.shape == PAGE.shape
    assert dark_corner(pixels)


@pytest.mark.parametrize(
    ("header", "size", "expected"),
    [
        ((300, 300), (2480, 3508), 300),
        ((72, 72), (2480, 3508), 300),  # 72 stands for "not known"
        ((96, 96), (1754, 1240), 150),
        (None, (800, 1217), 104.1),
        ((600, 600), (500, 700), 600 / 10.02),  # a sheet of 3 cm: not believed, but clamped
        ((204, 204), (1728, 2376), 204),
    ],
)
def test_resolution(tmp_path: Path, header, size, expected):
    options = {} if header is None else {"dpi": header}
    Image.new("1", size, 1).save(tmp_path / "a.png", **options)
    assert load(tmp_path / "a.png").dpi == pytest.approx(max(expected, S.min_dpi), rel=0.01)


def test_tiff_pages_in_order_without_thumbnails(tmp_path: Path):
    pages = [Image.new("1", (200 + i, 300), 1) for i in range(3)]
    path = tmp_path / "a.tif"
    pages[0].save(path, save_all=True, append_images=pages[1:], compression="group4")
    refs = open_scan(path, S)
    assert [r.index for r in refs] == [0, 1, 2]
    assert [load(path, i).pixels.shape[1] for i in range(3)] == [200, 201, 202]
    assert len({r.sha256 for r in refs}) == 1


def test_too_many_pixels_are_refused_before_decoding(tmp_path: Path):
    path = tmp_path / "big.png"
    Image.new("1", (8, 8), 1).save(path)
    data = bytearray(path.read_bytes())
    data[16:24] = struct.pack(">II", 30000, 30000)  # width and height; then their checksum
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    path.write_bytes(data)
    with pytest.raises(ScanError, match=r"big\.png: 30000 × 30000 px .* limit .*; scan at a lower"):
        open_scan(path, S)
    a3_at_600_dpi = tmp_path / "a3.tif"
    Image.new("1", (7016, 9921), 1).save(a3_at_600_dpi, compression="group4")
    assert len(open_scan(a3_at_600_dpi, S)) == 1


NOISE = np.random.default_rng(5).integers(0, 255, (400, 300), dtype=np.uint8)


@pytest.mark.parametrize("part", [0.02, 0.5, 0.98])
@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif", "a.jp2", "a.bmp", "a.webp"])
def test_cut_off_files_are_never_filled_up(tmp_path: Path, name: str, part: float):
    path = tmp_path / name
    options = {"compression": "tiff_lzw"} if name == "a.tif" else {}
    Image.fromarray(NOISE).save(path, **options)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(ScanError, match=name) as caught:
        load(path)
    assert "\n" not in str(caught.value)
    assert ";" in str(caught.value)  # what is wrong; what to do


def test_cut_off_tiff_with_its_directory_in_front(tmp_path: Path, capfd):
    path = tmp_path / "a.tif"
    Image.fromarray(NOISE > 127).save(path, compression="group4")
    with Image.open(path) as image:
        start, length = image.tag_v2[273][0], image.tag_v2[279][0]
        photometric = image.tag_v2[262]
    data = path.read_bytes()[start : start + length]
    tags = [(256, 300), (257, 400), (258, 1), (259, 4), (262, photometric), (273, 122)]
    tags += [(277, 1), (278, 400), (279, length)]
    head = b"II*\0" + struct.pack("<IH", 8, len(tags))
    head += b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    path.write_bytes(head + bytes(122 - len(head)) + data)
    assert np.array_equal(load(path).pixels > 127, NOISE > 127)
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(ScanError, match=r"a\.tif: .* cut off \(500 bytes are missing"):
        load(path)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.jpg", b"", "is empty"),
        ("a.pdf", b"", "is empty"),
        ("a.jpg", b"only words\n", "is no image"),
        ("a.pdf", "только слова\n".encode(), "is no PDF"),
        ("a.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "is no image"),
    ],
)
def test_what_is_no_scan(tmp_path: Path, name: str, data: bytes, why: str):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ScanError, match=rf"{name}: {why}.*; "):
        open_scan(path, S)


def test_unreadable_file(tmp_path: Path):
    path = tmp_path / "a.png"
    path.symlink_to(path)  # cannot be opened even by root
    with pytest.raises(ScanError, match=r"a\.png: cannot be read .*; check"):
        open_scan(path, S)


def test_pipe_is_refused_instead_of_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(ScanError, match="is no regular file"):
        open_scan(tmp_path / "a.png", S)
