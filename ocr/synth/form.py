"""The blank: where the printed form puts its words, and where the typist puts hers.

All geometry of a telegram's sheets stands in one frozen `TelegramForm`, in millimetres from the
sheet's top left corner; `first_sheet` and `further_sheet` turn it and a `Telegram` into a plan:
lines made of printed and typed runs, rules and zones. Nothing is drawn here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ocr.document import ZoneKind
from ocr.geometry import MM_PER_INCH
from ocr.synth.corpus import SheetText, Telegram, wrap
from ocr.synth.fonts import font
from ocr.synth.typewriter import Machine

FOOT_MM = 7.0  # a typewriter loses its grip on the last of the sheet
POINT_MM = MM_PER_INCH / 72  # printer's point


@dataclass(frozen=True, slots=True)
class TelegramForm:
    """A telegram's blank; lengths in mm, sizes of printed type in points.

    title_x, notice_x    where the head's two blocks are set: "left", "center" or "right"
    ruled                whether the grid of addressees has lines
    rule_fills           whether there is a line under what is filled in by typewriter
    intervals            spacing of the typed text, in turns of the platen
    """

    page_mm: tuple[float, float] = (210.0, 297.0)
    left_mm: float = 16.0
    right_mm: float = 203.0
    top_mm: float = 13.0
    face: str = "PT Serif"
    head_x: str = "center"
    office_pt: float = 9.0
    title_pt: float = 15.0
    small_pt: float = 8.5
    grid_columns: int = 3
    grid_rows: int = 6
    slot_mm: float = 5.9
    ruled: bool = True
    rule_fills: bool = True
    margin_rule_mm: float = 42.0
    body_left_mm: float = 46.0
    further_left_mm: float = 27.0
    body_right_mm: float = 203.0
    indent: int = 5
    intervals: float = 1.5


@dataclass(frozen=True, slots=True)
class Run:
    """Part of a line in one hand: printed by the printer or struck on the machine.

    `points` is 0 for typed runs. `gap_mm` is left free before the run; `field_mm` is the least
    width a filled-in run takes up, with a rule under it where the form has one.
    """

    text: str
    points: float = 0.0
    bold: bool = False
    gap_mm: float = 0.0
    field_mm: float = 0.0


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


@dataclass(slots=True)
class SheetPlan:
    """A sheet while it is laid out, top to bottom; `y_mm` is where the next line may begin."""

    form: TelegramForm
    machine: Machine
    y_mm: float
    zones: list[PlannedZone] = field(default_factory=list)
    lines: list[PlannedLine] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)

    def zone(
        self,
        kind: ZoneKind,
        name: str | None = None,
        cell_mm: tuple[float, float, float, float] | None = None,
    ) -> int:
        self.zones.append(PlannedZone(kind, name, cell_mm))
        return len(self.zones) - 1

    def line(self, zone: int, at: str | float, *runs: Run) -> None:
        """Set a line with its baseline on `y_mm`, at an x or "left", "center" or "right"."""
        width = sum(self.width_mm(run) for run in runs)
        left, right = self.form.left_mm, self.form.right_mm
        places = {"left": left, "center": (left + right - width) / 2, "right": right - width}
        x = places[at] if isinstance(at, str) else at
        self.lines.append(PlannedLine(zone, x, self.y_mm, runs))

    def width_mm(self, run: Run) -> float:
        return run.gap_mm + max(run.field_mm, run_width_mm(run, self.form, self.machine))

    def feed(self, intervals: float) -> None:
        self.y_mm += intervals * self.machine.interval_mm


def run_width_mm(run: Run, form: TelegramForm, machine: Machine) -> float:
    """Width of a run's text on paper."""
    if not run.points:
        return len(run.text) * machine.pitch_mm
    face = font(form.face, 100.0, "Bold" if run.bold else "Regular")
    return face.getlength(run.text) / 100.0 * run.points * POINT_MM


# --- the first sheet --------------------------------------------------------------------------


def first_sheet(telegram: Telegram, form: TelegramForm, machine: Machine) -> SheetPlan:
    """The blank with head, slots, reception line and margin column, filled in."""
    plan = SheetPlan(form, machine, form.top_mm)
    _head(plan, telegram)
    _grid(plan, telegram)
    _reception(plan, telegram)
    _margin(plan)
    _address(plan, telegram)
    _text(plan, telegram.sheets[0], form.body_left_mm)
    if len(telegram.sheets) == 1:
        _sign_off(plan, telegram, form.body_left_mm)
    return _fitting(plan)


def _head(plan: SheetPlan, telegram: Telegram) -> None:
    form = plan.form
    head, at = plan.zone(ZoneKind.HEAD), form.head_x
    office, small = form.office_pt, form.small_pt
    for words in telegram.office:
        plan.line(head, at, Run(words, office))
        plan.y_mm += office * POINT_MM * 1.15
    plan.y_mm += form.title_pt * POINT_MM * 0.75
    title = Run(f"{telegram.title} №", form.title_pt, bold=True)
    plan.line(head, at, title, Run(telegram.number, gap_mm=2.0, field_mm=18.0))
    plan.y_mm += form.title_pt * POINT_MM * 1.05
    plan.line(head, at, Run(telegram.classification, office + 1, bold=True))
    plan.y_mm += office * POINT_MM * 1.2
    plan.line(head, at, Run(telegram.copying, small))
    plan.y_mm += small * POINT_MM * 1.5
    for words in telegram.return_notice:
        plan.line(head, at, Run(words, small - 1))
        plan.y_mm += small * POINT_MM * 1.1
    plan.y_mm += 0.5


def _grid(plan: SheetPlan, telegram: Telegram) -> None:
    """Slots numbered down the columns, `Экз. № 1` at the top of each column, then `№ 2` …"""
    form = plan.form
    top, left, right = plan.y_mm, form.left_mm, form.right_mm
    width = (right - left) / form.grid_columns
    number_mm = run_width_mm(Run("Экз. ", form.small_pt), form, plan.machine)
    for slot in range(form.grid_columns * form.grid_rows):
        column, row = divmod(slot, form.grid_rows)
        x, y = left + column * width, top + row * form.slot_mm
        zone = plan.zone(ZoneKind.GRID, "copies", (x, y, x + width, y + form.slot_mm))
        printed = f"№ {slot + 1}" if row else f"Экз. № {slot + 1}"
        plan.y_mm = y + form.slot_mm * 0.7
        runs = [Run(printed, form.small_pt)]
        if slot < len(telegram.copies) and telegram.copies[slot].typed:
            runs.append(Run(telegram.copies[slot].typed, gap_mm=2.5))
        plan.line(zone, x + 2.0 + (number_mm if row else 0.0), *runs)
    bottom = top + form.grid_rows * form.slot_mm
    if form.ruled:
        for i in range(form.grid_rows + 1):
            y = top + i * form.slot_mm
            plan.rules.append(Rule(left, y, right, y))
        for i in range(form.grid_columns + 1):
            x = left + i * width
            plan.rules.append(Rule(x, top, x, bottom))
    plan.y_mm = bottom + 6.5


def _reception(plan: SheetPlan, telegram: Telegram) -> None:
    r, pt = telegram.reception, plan.form.small_pt + 1
    filled = (r.hour, '" ч. "', r.minute, '" м. "', r.day, '"')
    runs = [Run("Из", pt), Run(r.place.typed, gap_mm=1.5, field_mm=24.0)]
    runs += [Run('получена "', pt, gap_mm=1.5)]
    for i, words in enumerate(filled):
        typed = i % 2 == 0
        runs.append(Run(words, 0.0 if typed else pt, gap_mm=1.0, field_mm=5.5 if typed else 0.0))
    runs.append(Run(r.month, gap_mm=1.5, field_mm=20.0))
    runs += [Run(r.year, gap_mm=1.0), Run("г. Экз. №", pt, gap_mm=1.0)]
    runs.append(Run(r.copy, gap_mm=1.0, field_mm=5.0))
    plan.line(plan.zone(ZoneKind.RECEPTION), "left", *runs)
    plan.y_mm += 3.0


def _margin(plan: SheetPlan) -> None:
    """The column for notes: its words and the rule that parts it from the text."""
    form, top = plan.form, plan.y_mm
    zone = plan.zone(ZoneKind.MARGIN)
    middle = (form.left_mm + form.margin_rule_mm) / 2
    for words in ("Для заметок", "и", "резолюций"):
        plan.y_mm += form.small_pt * POINT_MM * 1.3
        run = Run(words, form.small_pt)
        plan.line(zone, middle - plan.width_mm(run) / 2, run)
    plan.rules.append(Rule(form.margin_rule_mm, top, form.margin_rule_mm, form.page_mm[1] - 12.0))
    plan.y_mm = top


def _address(plan: SheetPlan, telegram: Telegram) -> None:
    left = plan.form.body_left_mm
    plan.feed(1.7)
    plan.line(plan.zone(ZoneKind.URGENCY, "urgency"), left, Run(telegram.urgency.typed))
    plan.feed(2)
    column = left + 22 * plan.machine.pitch_mm
    plan.line(plan.zone(ZoneKind.ADDRESSEE, "addressee"), column, Run(telegram.addressee.typed))
    plan.feed(2)


# --- further sheets ---------------------------------------------------------------------------


def further_sheet(
    telegram: Telegram, index: int, form: TelegramForm, machine: Machine
) -> SheetPlan:
    """Sheet `index` (from 0, at least 1): head of continuation, text, on the last the sign-off."""
    plan = SheetPlan(form, machine, form.top_mm)
    zone, pt = plan.zone(ZoneKind.CONTINUATION), form.office_pt
    sheet, step = telegram.sheets[index], pt * POINT_MM * 1.5
    plan.line(zone, "right", Run(telegram.classification, pt, bold=True))
    plan.y_mm += step + 0.6
    goes_on = Run("Продолжение шифртелеграммы №", pt)
    plan.line(zone, "center", goes_on, Run(telegram.number, gap_mm=1.5, field_mm=18.0))
    plan.y_mm += step
    copy = Run(sheet.copy, gap_mm=1.0, field_mm=16.0)
    plan.line(zone, form.right_mm - 38.0, Run("Экз. №", pt), copy)
    plan.y_mm += step
    number = Run(str(index + 1), gap_mm=1.5, field_mm=6.0)
    plan.line(zone, form.right_mm - 38.0, Run('Лист "', pt), number, Run('"', pt, gap_mm=1.0))
    plan.feed(1.5)
    _text(plan, sheet, form.further_left_mm)
    if index == len(telegram.sheets) - 1:
        _sign_off(plan, telegram, form.further_left_mm)
    return _fitting(plan)


def _text(plan: SheetPlan, sheet: SheetText, left_mm: float) -> None:
    """The body, one line an advance, and the catchword to the right below it."""
    form, machine = plan.form, plan.machine
    columns = int((form.body_right_mm - left_mm) / machine.pitch_mm)
    body = plan.zone(ZoneKind.BODY)
    for words in wrap(sheet.paragraphs, columns, form.indent):
        plan.feed(form.intervals)
        indent = len(words) - len(words.lstrip())
        plan.line(body, left_mm + indent * machine.pitch_mm, Run(words.strip()))
    if sheet.catchword:
        plan.feed(form.intervals)
        at = left_mm + (columns - len(sheet.catchword) - 2) * machine.pitch_mm
        plan.line(plan.zone(ZoneKind.CATCHWORD), at, Run(sheet.catchword))


def _sign_off(plan: SheetPlan, telegram: Telegram, left_mm: float) -> None:
    s, machine = telegram.sign_off, plan.machine
    zone = plan.zone(ZoneKind.SIGN_OFF)
    plan.feed(3)
    plan.line(zone, left_mm + 36 * machine.pitch_mm, Run(s.signatory.typed))
    plan.feed(2)
    plan.line(zone, left_mm, Run(f"№ {s.outgoing}."))
    plan.feed(1.5)
    plan.line(zone, left_mm, Run(s.date))
    plan.feed(1.5)
    office = (
        f"Расш. {s.deciphered_by}",
        s.deciphered_at,
        f"Отп. {s.typed_by}",
        s.typed_at,
        f"№ {s.file_number}",
        s.copies_kept,
        s.checked,
    )
    for words in office:
        plan.feed(1.25)
        plan.line(zone, left_mm, Run(words))


def plain_sheet(lines: tuple[str, ...], form: TelegramForm, machine: Machine) -> SheetPlan:
    """A page of typed lines and nothing else."""
    plan = SheetPlan(form, machine, form.top_mm)
    body = plan.zone(ZoneKind.BODY)
    for words in lines:
        plan.feed(form.intervals)
        if words.strip():
            indent = len(words) - len(words.lstrip())
            plan.line(body, form.further_left_mm + indent * machine.pitch_mm, Run(words.strip()))
    return _fitting(plan)


def _fitting(plan: SheetPlan) -> SheetPlan:
    """The plan as it is. Raises ValueError when it runs over the foot of the sheet."""
    over = plan.y_mm - (plan.form.page_mm[1] - FOOT_MM)
    if over > 0:
        raise ValueError(f"the text runs over the foot of the sheet by {over:.1f} mm")
    return plan


def body_lines(telegram: Telegram, form: TelegramForm, machine: Machine, *, first: bool) -> int:
    """How many lines of text a first or a further sheet takes, catchword and sign-off left free."""
    empty = replace(telegram, sheets=(SheetText(()),) * 3)
    plan = first_sheet(empty, form, machine) if first else further_sheet(empty, 1, form, machine)
    free = form.page_mm[1] - FOOT_MM - plan.y_mm
    return int(free / (machine.interval_mm * form.intervals)) - 1


def text_columns(form: TelegramForm, machine: Machine, *, first: bool) -> int:
    """How many strokes a line of text takes on a first or a further sheet."""
    left = form.body_left_mm if first else form.further_left_mm
    return int((form.body_right_mm - left) / machine.pitch_mm)
