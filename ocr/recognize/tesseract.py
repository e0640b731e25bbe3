"""Tesseract as a reader of lines.

Method: every line of a page is cut out, levelled and cleaned (`line_image`), and all of them go
to one Tesseract process as the pages of one TIFF, read in single-line mode. One process a page
costs one start and one loading of the model, and Tesseract's own page layout, which loses lines
of stained pages and grids, has nothing to decide. Characters come back as hOCR with boxes.

The process runs with one thread (`OMP_THREAD_LIMIT=1`: more starve each other), in a process
group of its own and under a time limit, so that nothing outlives the page it was started for.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import signal
import subprocess
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import regex
from lxml import etree
from PIL import Image

from ocr.document import Char, LineReading, PreparedPage, TextLine
from ocr.errors import EngineError
from ocr.geometry import Box
from ocr.recognize.blanks import is_typed, set_blanks, typed_pitch
from ocr.recognize.line_image import LineImage, LineImageSettings, cut_lines

INSTALL = "install it with: apt-get install tesseract-ocr tesseract-ocr-rus"


@dataclass(frozen=True, slots=True)
class TesseractSettings:
    """How the process is called."""

    program: str = "tesseract"
    language: str = "rus"
    page_segmentation: int = 7  # the image is one line of text
    time_limit_s: float = 120.0  # a full page takes 1–2 s on one core
    stated_dpi: int = 300  # what the cut lines' x-height corresponds to


class TesseractEngine:
    """Reads lines through the `tesseract` command. Raises EngineError when it is not there."""

    id = "tesseract"

    def __init__(self, line_image: LineImageSettings, s: TesseractSettings) -> None:
        self._line_image = line_image
        self._s = s
        program = shutil.which(s.program)
        if program is None:
            raise EngineError(f"{s.program}: the program is not installed; {INSTALL}")
        self._program = program
        self._versions = _versions(_call([program, "--version"], b"", 20.0).decode())
        self.model_sha256 = _model_sha256(program, s.language)

    def versions(self) -> Mapping[str, str]:
        return dict(self._versions)

    def read(self, page: PreparedPage, lines: Sequence[TextLine]) -> list[LineReading]:
        if not lines:
            return []
        images = cut_lines(page, lines, self._line_image)
        read = self._read_images(images)
        pitch = typed_pitch(lines)
        return [
            LineReading(line, _on_page(line, image, chars, pitch, self._line_image), self.id)
            for line, image, chars in zip(lines, images, read, strict=True)
        ]

    def _read_images(self, images: Sequence[LineImage]) -> list[list[Char]]:
        """Characters of each image. A line that Tesseract crashes on (some stains end it with a
        division by zero) is looked for by halving and read as empty; the others are not lost.
        """
        try:
            read = _parse(_call(self._command(), _tiff(images, self._s), self._s.time_limit_s))
        except _CrashError:
            read = []
        if len(read) == len(images):
            return read
        if len(images) == 1:
            return [[]]
        half = len(images) // 2
        return self._read_images(images[:half]) + self._read_images(images[half:])

    def _command(self) -> list[str]:
        s = self._s
        mode = ["-l", s.language, "--psm", str(s.page_segmentation)]
        return [self._program, "stdin", "stdout", *mode, "-c", "hocr_char_boxes=1", "hocr"]


class _CrashError(EngineError):
    """The process was ended by a signal."""


def _tiff(images: Sequence[LineImage], s: TesseractSettings) -> bytes:
    """All line images as the pages of one TIFF."""
    first, *more = [Image.fromarray(image.pixels) for image in images]
    out = io.BytesIO()
    dpi = (s.stated_dpi, s.stated_dpi)
    first.save(out, "TIFF", save_all=True, append_images=more, dpi=dpi)
    return out.getvalue()


def _call(command: list[str], data: bytes, time_limit_s: float) -> bytes:
    """Standard output of `command`; the whole process group ends with this call."""
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    ) as process:
        try:
            out, errors = process.communicate(data, timeout=time_limit_s)
        except subprocess.TimeoutExpired:
            raise EngineError(
                f"{command[0]}: took more than {time_limit_s:.0f} s for one page and was stopped"
            ) from None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    if process.returncode != 0:
        said = errors.decode(errors="replace").strip().splitlines()
        message = f"{command[0]}: failed ({said[-1] if said else process.returncode})"
        raise _CrashError(message) if process.returncode < 0 else EngineError(message)
    return out


def _versions(text: str) -> dict[str, str]:
    """From what `tesseract --version` prints."""
    found = dict(re.findall(r"^\s*(tesseract|leptonica)[ -]v?([\d.]+)", text, re.MULTILINE))
    return {name: str(version) for name, version in found.items()}


def _model_sha256(program: str, language: str) -> str:
    """Hash of the model file; tells which of the published models read a page."""
    listing = _call([program, "--list-langs"], b"", 20.0).decode(errors="replace")
    first, *names = listing.splitlines() or [""]
    if language not in {name.strip() for name in names}:
        raise EngineError(f"{program}: its model '{language}' is not installed; {INSTALL}")
    folder = re.search(r'"(.+)"', first)
    model = Path(folder.group(1) if folder else "") / f"{language}.traineddata"
    return hashlib.sha256(model.read_bytes()).hexdigest() if model.is_file() else "unknown"


def _parse(hocr: bytes) -> list[list[Char]]:
    """Characters of each page of an hOCR file, blanks between words included."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=True)
    root = etree.fromstring(hocr, parser)
    if root is None:
        return []
    pages = root.iterfind(".//{*}div[@class='ocr_page']")
    return [_characters(page) for page in pages]


def _characters(page: etree._Element) -> list[Char]:
    chars: list[Char] = []
    for word in page.iterfind(".//{*}span[@class='ocrx_word']"):
        letters = [_character(c) for c in word.iterfind(".//{*}span[@class='ocrx_cinfo']")]
        letters = [c for c in letters if c.text.strip()]
        if not letters:
            continue
        if chars:
            gap = Box(
                chars[-1].box.right, chars[-1].box.top, letters[0].box.left, letters[0].box.bottom
            )
            chars.append(Char(" ", gap, min(chars[-1].confidence, letters[0].confidence)))
        chars += letters
    return chars


def _character(element: etree._Element) -> Char:
    title = str(element.get("title", ""))
    box = re.search(r"x_bboxes (-?\d+) (-?\d+) (-?\d+) (-?\d+)", title)
    sure = re.search(r"x_conf ([\d.]+)", title)
    text = unicodedata.normalize("NFC", element.text or "")
    return Char(
        text,
        Box(*(int(v) for v in box.groups())) if box else Box(0, 0, 0, 0),
        min(1.0, max(0.0, float(sure.group(1)) / 100)) if sure else 0.0,
    )


def _on_page(
    line: TextLine, image: LineImage, chars: list[Char], pitch_px: float, s: LineImageSettings
) -> tuple[Char, ...]:
    """Characters with blanks set by the pitch, one grapheme each, in pixels of the page.

    pitch_px  of the page's typewriter, in pixels of the page
    """
    cell = pitch_px * s.x_height_px / line.x_height_px
    chars = set_blanks(chars, image.pixels, cell, is_typed(line, pitch_px))
    graphemes = [Char(g, c.box, c.confidence) for c in chars for g in regex.findall(r"\X", c.text)]
    return tuple(Char(c.text, image.to_page.box(c.box), c.confidence) for c in graphemes)
