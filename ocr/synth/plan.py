"""A sheet while it is laid out: what is printed and typed where, in millimetres.

`SheetPlan` is filled from top to bottom by the layouts of `form` and `typescript`; `page` draws it.
Nothing is drawn here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Generic, Protocol, Self, TypeVar

from ocr.document import ZoneKind
from ocr.geometry import MM_PER_INCH
from ocr.synth.fonts import font
from ocr.synth.texts.typist import FAULTLESS, Typist, type_line
from ocr.synth.typewriter import Machine

FOOT_MM = 7.0  # a typewriter loses its grip on the last of the sheet
POINT_MM = MM_PER_INCH / 72  # printer's point


class Form(Protocol):
    """What every blank has; lengths in mm from the sheet's top left corner.

    left_mm, right_mm  where print may stand; text_left_mm: where typed lines begin
    face        of what is printed
    rule_fills  whether there is a line under what is filled in by typewriter
    intervals   spacing of the typed text, in turns of the platen
    indent      blanks before a paragraph
    """

    @property
    def page_mm(self) -> tuple[float, float]: ...
    @property
    def left_mm(self) -> float: ...
    @property
    def right_mm(self) -> float: ...
    @property
    def top_mm(self) -> float: ...
    @property
    def text_left_mm(self) -> float: ...
    @property
    def face(self) -> str: ...
    @property
    def rule_fills(self) -> bool: ...
    @property
    def intervals(self) -> float: ...
    @property
    def indent(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Run:
    """Part of a line in one hand: printed by the printer or struck on the machine.

    `points` is 0 for typed runs. `meant` is what the typist meant, where she erred. `gap_mm` is
    left free before the run; `field_mm` is the least width a filled-in run takes up, with a rule
    under it where the form has one. `under` are strokes below those of `text`, struck over.
    """

    text: str
    points: float = 0.0
    bold: bool = False
    gap_mm: float = 0.0
    field_mm: float = 0.0
    meant: str | None = None
    under: str = ""
    underlined: bool = False


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A line to be drawn: its zone in the plan, left edge, baseline and runs."""

    zone: int
    x_mm: float
    baseline_mm: float
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        return " ".join(run.text.strip() for run in self.runs if run.text.strip())

    @property
    def meant(self) -> str | None:
        """What was meant, or None where that is what was typed."""
        meant = [run.text if run.meant is None else run.meant for run in self.runs]
        whole = " ".join(words.strip() for words in meant if words.strip())
        return None if whole == self.text else whole


@dataclass(frozen=True, slots=True)
class PlannedZone:
    """A part of the sheet, as large as its ink unless the form gives it a cell.

    `cell_mm` is (left, top, right, bottom).
    """

    kind: ZoneKind
    field: str | None = None
    cell_mm: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A printed line, from point to point."""

    x1_mm: float
    y1_mm: float
    x2_mm: float
    y2_mm: float
    width_mm: float = 0.22


FormT_co = TypeVar("FormT_co", bound=Form, covariant=True)


@dataclass(slots=True)
class SheetPlan(Generic[FormT_co]):
    """A sheet while it is laid out, top to bottom; `y_mm` is where the next line may begin.

    `note_mm` and `stamp_mm` (x, y) are where clerks write their notes and set their stamps.
    """

    form: FormT_co
    machine: Machine
    y_mm: float
    typist: Typist = FAULTLESS
    zones: list[PlannedZone] = field(default_factory=list)
    lines: list[PlannedLine] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    note_mm: tuple[float, float] | None = None
    stamp_mm: tuple[float, float] | None = None

    def zone(
        self,
        kind: ZoneKind,
        name: str | None = None,
        cell_mm: tuple[float, float, float, float] | None = None,
    ) -> int:
        self.zones.append(PlannedZone(kind, name, cell_mm))
        return len(self.zones) - 1

    def line(self, zone: int, at: str | float, *runs: Run, columns: int = 0) -> None:
        """Set a line with its baseline on `y_mm`, at an x or "left", "center" or "right".

        What is typed is typed as the typist does it, within `columns` strokes where given.
        """
        runs = tuple(self._typed(run, columns) for run in runs)
        width = sum(self.width_mm(run) for run in runs)
        left, right = self.form.left_mm, self.form.right_mm
        places = {"left": left, "center": (left + right - width) / 2, "right": right - width}
        x = places[at] if isinstance(at, str) else at
        self.lines.append(PlannedLine(zone, x, self.y_mm, runs))

    def _typed(self, run: Run, columns: int) -> Run:
        if run.points or not run.text.strip():
            return run
        typed = type_line(self.typist, run.text, columns or len(run.text))
        return replace(run, text=typed.text, meant=typed.meant, under=typed.under)

    def width_mm(self, run: Run) -> float:
        return run.gap_mm + max(run.field_mm, run_width_mm(run, self.form, self.machine))

    def feed(self, intervals: float) -> None:
        self.y_mm += intervals * self.machine.interval_mm

    def room(self) -> int:
        """How many more lines of text the sheet takes."""
        free = self.form.page_mm[1] - FOOT_MM - self.y_mm
        return int(free / (self.machine.interval_mm * self.form.intervals))

    def fitting(self) -> Self:
        """The plan as it is. Raises ValueError when it runs over the foot of the sheet."""
        lowest = max((line.baseline_mm for line in self.lines), default=0.0)
        over = lowest - (self.form.page_mm[1] - FOOT_MM)
        if over > 0:
            raise ValueError(f"the text runs over the foot of the sheet by {over:.1f} mm")
        return self


def run_width_mm(run: Run, form: Form, machine: Machine) -> float:
    """Width of a run's text on paper."""
    if not run.points:
        return len(run.text) * machine.pitch_mm
    face = font(form.face, 100.0, "Bold" if run.bold else "Regular")
    return face.getlength(run.text) / 100.0 * run.points * POINT_MM
