"""What a report shows, ready to be shown: plain values, in the order of the page.

The template, the plots, JSON, Markdown and JUnit all take a `Report`; none of them reckons.
Shares are fractions (0.0153), boxes are scan pixels, indices count from 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ocr.evaluate.calibration import Calibration
from ocr.evaluate.confusions import Confusion
from ocr.evaluate.detection import Detection
from ocr.evaluate.rates import Rate
from ocr.evaluate.records import FieldScore, Tally
from ocr.geometry import Box

Segment = tuple[str, str]
"""(truth, reading) of a stretch of a line; equal where it was read right."""


@dataclass(frozen=True, slots=True)
class Change:
    """Against the baseline: the figure then, now less then, and the interval of that."""

    before: float
    by: float
    low: float | None = None
    high: float | None = None

    @property
    def sure(self) -> bool:
        """Whether the interval leaves out zero: chance alone would hardly have done it."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high


@dataclass(frozen=True, slots=True)
class Measure:
    """A rate of errors with its 95 % interval, and its change where a baseline has it.

    note  in place of the counts
    """

    name: str
    rate: Rate
    low: float | None = None
    high: float | None = None
    change: Change | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded image: its media type, bytes and size in its own pixels."""

    media_type: str
    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Crop:
    """A line cut from its scan. `line` is the line's box within it, in fractions of its size."""

    picture: Picture
    line: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of the truth, or one that the output alone has (`extra`; kind and box are then its).

    errors, total and segments are those in any order of lines; `moved` says that the line was
    read at another place of the page.
    """

    kind: str
    box: Box | None
    errors: int
    total: int
    segments: tuple[Segment, ...]
    marked: bool = False
    moved: bool = False
    extra: bool = False

    @property
    def texts(self) -> tuple[str, str]:
        """(truth, reading)."""
        truth, reading = ("".join(segment[side] for segment in self.segments) for side in (0, 1))
        return truth, reading


@dataclass(frozen=True, slots=True)
class ZoneView:
    """A zone to be drawn: of the truth, or found where the truth has none (`extra`)."""

    kind: str
    box: Box
    extra: bool = False


@dataclass(frozen=True, slots=True)
class PageView:
    """A page: its figures, and its lines where there is room for them (else empty)."""

    document: str
    index: int
    level: str
    cer: Rate
    wer: Rate
    unordered: Rate
    by_kind: Mapping[str, Rate]
    lines_wrong: int
    lines: int
    skew_error_deg: float | None = None
    has_output: bool = True
    size_px: tuple[int, int] = (0, 0)
    zones: tuple[ZoneView, ...] = ()
    line_views: tuple[LineView, ...] = ()
    picture: Picture | None = None

    @property
    def name(self) -> str:
        """`telegram-25348, page 2`."""
        return f"{self.document}, page {self.index + 1}"

    @property
    def key(self) -> str:
        """`telegram-25348.2`: the page in links and in JUnit."""
        return f"{self.document}.{self.index + 1}"


@dataclass(frozen=True, slots=True)
class WorstLine:
    """One of the lines with the most errors, and its crop where the scan was found."""

    page: str
    document: str
    page_index: int
    place: int
    level: str
    line: LineView
    crop: Crop | None = None


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field of the record over all documents."""

    name: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class RecordView:
    """The record of one document: every field, and the slots of its grid."""

    document: str
    fields: tuple[FieldScore, ...]
    slots: tuple[FieldScore, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole. Groups of `Measure` are sums over all documents."""

    title: str
    normalisation: str
    headline: tuple[Measure, ...]
    by_level: tuple[Measure, ...] = ()
    by_kind: tuple[Measure, ...] = ()
    by_mark: tuple[Measure, ...] = ()
    by_kind_and_level: Mapping[tuple[str, str], Rate] = field(default_factory=dict)
    pages: tuple[PageView, ...] = ()
    worst: tuple[WorstLine, ...] = ()
    made_up: tuple[WorstLine, ...] = ()
    confusions: tuple[Confusion, ...] = ()
    calibration: Calibration = field(default_factory=Calibration)
    detection: Detection = field(default_factory=Detection)
    fields: tuple[FieldRow, ...] = ()
    records: tuple[RecordView, ...] = ()
    unpaired: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
