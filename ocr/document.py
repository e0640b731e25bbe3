"""Every type that passes between stages. One type per stage, frozen, never half-filled.

`PreparedPage`, `Zone`, `TextLine` and `LineReading` live in prepared pixels, i.e. on the upright,
straightened page. `Page` and all below it live in the pixels of the scan. `assemble` crosses
once, through `PreparedPage.to_scan`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from ocr.geometry import Affine, Bend, Box, Gray, Mask, Pixels, Point

# --- load ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PageRef:
    """Which page of which scan: enough to load it again, in any process."""

    scan: Path
    sha256: str
    index: int


@dataclass(frozen=True, slots=True, eq=False)
class PageImage:
    """A page as the scan shows it, at the scan's own resolution."""

    ref: PageRef
    pixels: Pixels
    dpi: float


@dataclass(frozen=True, slots=True)
class DigitalLine:
    """A line of a born-digital PDF page, in points × dpi / 72, origin top left."""

    box: Box
    text: str
    words: tuple[tuple[str, Box], ...]


@dataclass(frozen=True, slots=True)
class DigitalPage:
    """A PDF page that was never scanned: its own text is the truth, nothing is to be read."""

    ref: PageRef
    width: int
    height: int
    dpi: float
    lines: tuple[DigitalLine, ...]


# --- prepare ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """What was done to a page and what it measured, e.g. skew: {angle_deg, confidence}."""

    name: str
    measured: Mapping[str, float]


class MarkKind(StrEnum):
    """What lies on a page besides type."""

    STAMP = "stamp"
    HANDWRITING = "handwriting"
    RULE = "rule"
    HOLE = "hole"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that is not type and was taken off the image that is read."""

    kind: MarkKind
    box: Box


@dataclass(frozen=True, slots=True, eq=False)
class PreparedPage:
    """An upright, straight, evenly lit page, with foreign marks taken off and kept apart.

    gray     (H, W) uint8: the type alone on white paper; this is what is read
    ink      (H, W) bool: True where `gray` shows ink (type and printed rules)
    marks    (H, W) uint8: the marks that were taken off, alone on white paper
    to_scan  maps a point of this page to the scan; a Bend where lines were straightened
    """

    ref: PageRef
    gray: Gray
    ink: Mask
    marks: Gray
    dpi: float
    to_scan: Affine | Bend
    scan_size: tuple[int, int]
    removed: tuple[Mark, ...]
    steps: tuple[Step, ...]


# --- layout ----------------------------------------------------------------------------------


class ZoneKind(StrEnum):
    """The parts of a telegram, in the order in which they are usually met on a sheet.

    What is no telegram has these instead:

    title      heading of a paper or of a section of it
    paragraph  running text and blocks of a letter, of one paragraph or several
    list       three or more points, of two lines each at most; lines that leaders end
    table      rows in columns
    verse      lines that end where the verse does
    """

    HEAD = "head"
    GRID = "grid"
    RECEPTION = "reception"
    CONTINUATION = "continuation"
    MARGIN = "margin"
    URGENCY = "urgency"
    ADDRESSEE = "addressee"
    PAGE_NUMBER = "page_number"
    BODY = "body"
    CATCHWORD = "catchword"
    SIGN_OFF = "sign_off"
    TITLE = "title"
    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"
    VERSE = "verse"
    STAMP = "stamp"
    HANDWRITING = "handwriting"
    BORN_DIGITAL = "born_digital"


TEXT_KINDS = (
    ZoneKind.BODY,
    ZoneKind.TITLE,
    ZoneKind.PARAGRAPH,
    ZoneKind.LIST,
    ZoneKind.TABLE,
    ZoneKind.VERSE,
)
"""What was written, and not the blank it was written on."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A region of one kind. A grid has one zone a cell, with `field` = "copies".

    `order` is the place in the reading order of the page, from 0. `field` names the record
    field that the zone feeds, where it feeds one alone.
    """

    id: str
    kind: ZoneKind
    box: Box
    order: int
    field: str | None = None


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line to be read. `on_marks`: its ink is on `PreparedPage.marks` (the text of a stamp).

    baseline     two or more points from left to right, on the feet of the letters
    x_height_px  height of a small letter without ascender
    pitch_px     width of one stroke of the typewriter
    """

    id: str
    zone_id: str
    order: int
    box: Box
    baseline: tuple[Point, ...]
    x_height_px: float
    pitch_px: float
    on_marks: bool = False


# --- recognize -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Char:
    """One grapheme as read; a blank between words is a Char of its own.

    others  what it might be instead with how likely, best first, where the engine tells
    """

    text: str
    box: Box
    confidence: float
    others: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class LineReading:
    """What an engine read in a line; `chars` is empty when it read nothing."""

    line: TextLine
    chars: tuple[Char, ...]
    engine: str

    @property
    def text(self) -> str:
        return "".join(c.text for c in self.chars)


# --- assemble --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters without a blank, in scan pixels.

    under_mark  a stamp or handwriting lay over it and was taken off: read it with distrust
    """

    text: str
    box: Box
    confidence: float
    under_mark: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A correction of the reading: `before` stood at character `start`, `after` stands now."""

    start: int
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the page as typed, in scan pixels.

    `changes` leads back, taken from last to first, to what the engine read. `meant` is what the
    typist meant where she typed something else (`I950`: 1950), else None. `polygon` is for truth
    alone: the outline in whole pixels where it is no upright box; JSON leaves it out.
    """

    id: str
    zone: str
    box: Box
    text: str
    confidence: float
    words: tuple[Word, ...]
    changes: tuple[Change, ...] = ()
    baseline: tuple[Point, ...] = ()
    meant: str | None = None
    polygon: tuple[Point, ...] = ()

    @property
    def under_mark(self) -> bool:
        """Whether a mark that was taken off lay over any of its words."""
        return any(word.under_mark for word in self.words)


@dataclass(frozen=True, slots=True)
class Page:
    """All that came out of one page, in scan pixels, lines in reading order."""

    index: int
    size_px: tuple[int, int]
    dpi: float
    steps: tuple[Step, ...]
    zones: tuple[Zone, ...]
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...] = ()

    def zone(self, zone_id: str) -> Zone:
        """Raises KeyError when the page has no such zone."""
        for zone in self.zones:
            if zone.id == zone_id:
                return zone
        raise KeyError(zone_id)


SPACED = "letter-spacing"
"""The reason of a change that closes a letter-spaced word."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text to read: hyphens, sheets and letter-spacing resolved.

    `joins` says what was resolved, so that the typed lines can be had again.
    """

    text: str
    line_ids: tuple[str, ...]
    joins: tuple[Change, ...] = ()

    @property
    def emphasis(self) -> tuple[tuple[int, int], ...]:
        """Where in `text` letter-spaced words stand: half-open ranges of characters, in order."""
        spaced = sorted((c.start, c.after) for c in self.joins if c.reason == SPACED)
        return tuple((start, start + len(after)) for start, after in spaced)


@dataclass(frozen=True, slots=True)
class Field:
    """One fact of the record, with the lines it was read from.

    name        place in the record: "number", "copies.0.addressee", "deciphered.by"
    value       normalised: dates ISO 8601, numbers as int or digits
    as_written  the characters as typed
    """

    name: str
    value: str | int
    as_written: str
    line_ids: tuple[str, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class SheetSource:
    """The file that one page of a collated document was read from, and its page there, from 0."""

    file_name: str
    sha256: str
    page: int


@dataclass(frozen=True, slots=True)
class Source:
    """The file a document was read from; `sheets`: the files of its pages, if it was collated.

    Of a collated document `file_name` is its own name, and `sha256` is empty.
    `archive`: what the archive's own printed page says of the document, where the file has one:
    `date`, `title`, `citation`, `summary`, `credits`, `original_language`, `contents.0` …
    """

    file_name: str
    sha256: str
    pages: int
    archive: tuple[Field, ...] = ()
    sheets: tuple[SheetSource, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """Whether facts of the record bear each other out, in words; a failed one names its lines."""

    name: str
    ok: bool
    what: str
    line_ids: tuple[str, ...]


class DifferenceKind(StrEnum):
    """What a translation has otherwise than its original."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    PARAGRAPH = "paragraph"


@dataclass(frozen=True, slots=True)
class Difference:
    """Something said on one side alone, or differently; "" on the side that does not have it.

    original     index in `Document.paragraphs`, None where nothing there corresponds
    translation  index in `Translation.paragraphs`, None likewise
    """

    kind: DifferenceKind
    original: int | None
    translation: int | None
    in_original: str
    in_translation: str


@dataclass(frozen=True, slots=True)
class Translated:
    """A paragraph of the translation; `original`: indices in `Document.paragraphs`, maybe none."""

    text: str
    line_ids: tuple[str, ...]
    original: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Translation:
    """A translation that follows the original in the same file, paragraph by paragraph."""

    paragraphs: tuple[Translated, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole transcription."""

    source: Source
    pages: tuple[Page, ...]
    paragraphs: tuple[Paragraph, ...]
    record: tuple[Field, ...]
    provenance: Mapping[str, Any] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    translation: Translation | None = None
