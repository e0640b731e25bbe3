"""The telegram's blank: where the printed form puts its words, and where the typist puts hers.

All geometry of a telegram's sheets stands in one frozen `TelegramForm`, in millimetres from the
sheet's top left corner; `first_sheet` and `further_sheet` turn it and a `Telegram` into a plan.
`draw_form` draws a blank as one of several offices had it printed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ocr.document import ZoneKind
from ocr.synth.plan import POINT_MM, Rule, Run, SheetPlan, run_width_mm
from ocr.synth.texts.corpus import SheetText, Telegram, wrap
from ocr.synth.typewriter import Machine

SLOT_PAD_MM, SLOT_GAP_MM = 2.0, 2.5  # before a slot's number, and between it and the name
STAMP_FOOT_MM = 14.0  # no clerk stamps off the foot of the sheet
PAGES_MM = ((210.0, 297.0), (203.0, 288.0))  # A4, and the sheet of Soviet offices before GOST 9327
PRINTED_FACES = ("PT Serif", "Liberation Serif", "FreeSerif", "PT Sans Narrow")
GRIDS = ((3, 6), (2, 5), (2, 8))  # columns and rows of the slots for copies
INTERVALS = (1.0, 1.5, 2.0)  # turns of the platen that a typist may set


@dataclass(frozen=True, slots=True)
class TelegramForm:
    """A telegram's blank; lengths in mm, sizes of printed type in points.

    head_x          where the head is set: "left", "center" or "right"
    ruled           whether the grid of addressees has lines
    rule_fills      whether there is a line under what is filled in by typewriter
    margin_rule_mm  where the column for notes ends; 0 where the blank has none
    intervals       spacing of the typed text, in turns of the platen
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
    text_left_mm: float = 27.0
    body_right_mm: float = 203.0
    indent: int = 5
    intervals: float = 1.5


def draw_form(rng: np.random.Generator) -> TelegramForm:
    """A telegram's blank of some office: paper, type, slots and columns as they varied."""
    wide, high = PAGES_MM[int(rng.integers(len(PAGES_MM)))]
    columns, rows = GRIDS[int(rng.integers(len(GRIDS)))]
    left, right = float(rng.uniform(11, 15)), wide - float(rng.uniform(5, 8))
    margin = float(rng.random() < 0.7) * (left + float(rng.uniform(22, 28)))
    further = left + float(rng.uniform(4, 13))
    return TelegramForm(
        page_mm=(wide, high),
        left_mm=left,
        right_mm=right,
        top_mm=float(rng.uniform(11, 17)),
        face=PRINTED_FACES[int(rng.integers(len(PRINTED_FACES)))],
        head_x=("center", "right", "left")[int(rng.choice(3, p=(0.6, 0.25, 0.15)))],
        office_pt=float(rng.uniform(8, 10)),
        title_pt=float(rng.uniform(13, 17)),
        small_pt=float(rng.uniform(7.8, 9)),
        grid_columns=columns,
        grid_rows=rows,
        slot_mm=float(rng.uniform(5.2, 6.6)),
        ruled=bool(rng.random() < 0.65),
        rule_fills=bool(rng.random() < 0.75),
        margin_rule_mm=margin,
        body_left_mm=margin + float(rng.uniform(3, 5)) if margin else further,
        text_left_mm=further,
        body_right_mm=right - float(rng.uniform(3, 7)),
        indent=int(rng.integers(3, 7)),
        intervals=INTERVALS[int(rng.choice(3, p=(0.2, 0.55, 0.25)))],
    )


def slot_strokes(form: TelegramForm, machine: Machine) -> int:
    """How many strokes fit into a slot of the grid after its printed number."""
    width = (form.right_mm - form.left_mm) / form.grid_columns
    printed = run_width_mm(Run("Экз. № 18", form.small_pt), form, machine)
    return int((width - SLOT_PAD_MM - printed - SLOT_GAP_MM) / machine.pitch_mm)


# --- the first sheet --------------------------------------------------------------------------


def first_sheet(
    telegram: Telegram, form: TelegramForm, machine: Machine
) -> SheetPlan[TelegramForm]:
    """The blank with head, slots, reception line and margin column, filled in."""
    plan = SheetPlan(form, machine, form.top_mm, telegram.typist)
    _head(plan, telegram)
    _grid(plan, telegram)
    _reception(plan, telegram)
    _margin(plan)
    _address(plan, telegram)
    _text(plan, telegram.sheets[0], form.body_left_mm)
    if len(telegram.sheets) == 1:
        _sign_off(plan, telegram, form.body_left_mm)
    beside = 4.0 if form.head_x != "left" else 80.0
    plan.note_mm = (form.left_mm + beside, form.top_mm - 3.0)
    low = min(plan.y_mm + 2.0, form.page_mm[1] - STAMP_FOOT_MM)
    plan.stamp_mm = ((form.margin_rule_mm or form.body_left_mm) + 20.0, low)
    return plan.fitting()


def _head(plan: SheetPlan[TelegramForm], telegram: Telegram) -> None:
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


def _grid(plan: SheetPlan[TelegramForm], telegram: Telegram) -> None:
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
            runs.append(Run(telegram.copies[slot].typed, gap_mm=SLOT_GAP_MM))
        plan.line(zone, x + SLOT_PAD_MM + (number_mm if row else 0.0), *runs)
    bottom = top + form.grid_rows * form.slot_mm
    if form.ruled:
        for i in range(form.grid_rows + 1):
            y = top + i * form.slot_mm
            plan.rules.append(Rule(left, y, right, y))
        for i in range(form.grid_columns + 1):
            x = left + i * width
            plan.rules.append(Rule(x, top, x, bottom))
    plan.y_mm = bottom + 6.5


def _reception(plan: SheetPlan[TelegramForm], telegram: Telegram) -> None:
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


def _margin(plan: SheetPlan[TelegramForm]) -> None:
    """The column for notes: its words and the rule that parts it from the text."""
    form, top = plan.form, plan.y_mm
    if not form.margin_rule_mm:
        return
    zone = plan.zone(ZoneKind.MARGIN)
    middle = (form.left_mm + form.margin_rule_mm) / 2
    for words in ("Для заметок", "и", "резолюций"):
        plan.y_mm += form.small_pt * POINT_MM * 1.3
        run = Run(words, form.small_pt)
        plan.line(zone, middle - plan.width_mm(run) / 2, run)
    plan.rules.append(Rule(form.margin_rule_mm, top, form.margin_rule_mm, form.page_mm[1] - 12.0))
    plan.y_mm = top


def _address(plan: SheetPlan[TelegramForm], telegram: Telegram) -> None:
    left = plan.form.body_left_mm
    plan.feed(1.7)
    plan.line(plan.zone(ZoneKind.URGENCY, "urgency"), left, Run(telegram.urgency.typed))
    plan.feed(2)
    column = left + 22 * plan.machine.pitch_mm
    plan.line(plan.zone(ZoneKind.ADDRESSEE, "addressee"), column, Run(telegram.addressee.typed))
    plan.feed(2)


# --- further sheets ---------------------------------------------------------------------------


def further_sheet(
    telegram: Telegram,
    index: int,
    form: TelegramForm,
    machine: Machine,
) -> SheetPlan[TelegramForm]:
    """Sheet `index` (from 0, at least 1): head of continuation, text, on the last the sign-off."""
    plan = SheetPlan(form, machine, form.top_mm, telegram.typist)
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
    _text(plan, sheet, form.text_left_mm)
    if index == len(telegram.sheets) - 1:
        _sign_off(plan, telegram, form.text_left_mm)
    return plan.fitting()


def _text(plan: SheetPlan[TelegramForm], sheet: SheetText, left_mm: float) -> None:
    """The body, one line an advance, and the catchword to the right below it."""
    form, machine = plan.form, plan.machine
    columns = int((form.body_right_mm - left_mm) / machine.pitch_mm)
    body = plan.zone(ZoneKind.BODY)
    for words in wrap(sheet.paragraphs, columns, form.indent):
        plan.feed(form.intervals)
        indent = len(words) - len(words.lstrip())
        plan.line(
            body, left_mm + indent * machine.pitch_mm, Run(words.strip()), columns=columns - indent
        )
    if sheet.catchword:
        plan.feed(form.intervals)
        at = left_mm + (columns - len(sheet.catchword) - 2) * machine.pitch_mm
        plan.line(plan.zone(ZoneKind.CATCHWORD), at, Run(sheet.catchword))


def _sign_off(plan: SheetPlan[TelegramForm], telegram: Telegram, left_mm: float) -> None:
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


def telegram_sheets(
    telegram: Telegram, form: TelegramForm, machine: Machine
) -> list[SheetPlan[TelegramForm]]:
    """All sheets of a telegram. Raises ValueError when a text is too long for its sheet."""
    further = range(1, len(telegram.sheets))
    first = first_sheet(telegram, form, machine)
    return [first, *(further_sheet(telegram, i, form, machine) for i in further)]


def body_lines(telegram: Telegram, form: TelegramForm, machine: Machine, *, first: bool) -> int:
    """How many lines of text a first or a further sheet takes, catchword and sign-off left free."""
    empty = replace(telegram, sheets=(SheetText(()),) * 3)
    plan = first_sheet(empty, form, machine) if first else further_sheet(empty, 1, form, machine)
    return plan.room() - 1


def text_columns(form: TelegramForm, machine: Machine, *, first: bool) -> int:
    """How many strokes a line of text takes on a first or a further sheet."""
    left = form.body_left_mm if first else form.text_left_mm
    return int((form.body_right_mm - left) / machine.pitch_mm)
