"""Draws sheets: form, type, marks, paper and scan, together with the truth about them.

Everything is drawn flat at the resolution of the scan, layer upon layer, and photographed once;
boxes and baselines come from the ink itself and pass through the same map as the pixels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageDraw

from ocr.document import MarkKind, Page, Step, ZoneKind
from ocr.geometry import Affine, Box, Mask, Pixels, Point, box_around, hull, mm_to_px
from ocr.synth.clutter import scatter
from ocr.synth.damage import Bend, mask_on_scan, photograph, scan_size, to_scan
from ocr.synth.fonts import font, x_height
from ocr.synth.form import TelegramForm, telegram_sheets
from ocr.synth.marks import DrawnMark, boxed_stamp, scrawl, tick
from ocr.synth.page_truth import DrawnLine, PageTruth
from ocr.synth.paper import Reflectance, bleed, cloud, make_paper, tones
from ocr.synth.plan import POINT_MM, Form, PlannedLine, Run, SheetPlan
from ocr.synth.recipe import Recipe
from ocr.synth.strokes import INK_SEEN, Coverage
from ocr.synth.texts.corpus import IncomingStamp, Telegram
from ocr.synth.typescript import plain_sheet
from ocr.synth.typewriter import Typewriter
from ocr.synth.wear import wear_out

PRINTER_RGB = (44, 40, 40)  # printer's black on absorbent paper
OUTLINE_STEP_MM = 15.0  # a bent sheet is straight over this length, to a tenth of a millimetre
MARK_SEEN = 0.12  # coverage from which a pixel belongs to a mark's mask


@dataclass(frozen=True, slots=True, eq=False)
class MadeSheet:
    """A scan and all that is known about it, in the pixels of the scan.

    pixels         (H, W, 3) or (H, W) uint8
    page           truth: zones, lines as typed with baseline and outline, the skew as a Step
    stamps, hands  (H, W) bool: where stamps and handwriting lie
    before         like `pixels`: the same scan, had the sheet never been stamped or written on
    x_heights_px   height of a small letter in each of the page's lines; 0 in those around a stamp
    """

    pixels: Pixels
    dpi: float
    page: Page
    stamps: Mask
    hands: Mask
    before: Pixels
    x_heights_px: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Clerks:
    """What the offices put on a document: its stamp, names ticked off, a note, a signature."""

    stamp: IncomingStamp | None = None
    ticked: tuple[int, ...] = ()
    note: bool = True
    signed: bool = True


def render_telegram(
    telegram: Telegram,
    form: TelegramForm,
    recipe: Recipe,
    rng: np.random.Generator,
) -> list[MadeSheet]:
    """All sheets of a telegram. Raises FontError when a face is missing."""
    plans = telegram_sheets(telegram, form, recipe.machine)
    return render_sheets(plans, Clerks(telegram.stamp, telegram.ticked), recipe, rng)


def render_sheets(
    plans: Sequence[SheetPlan[Form]],
    clerks: Clerks,
    recipe: Recipe,
    rng: np.random.Generator,
    *,
    full: bool = True,
) -> list[MadeSheet]:
    """The sheets of a document, typed on one machine. Raises FontError when a face is missing.

    Unless `full`, what takes time and training does without is left out: boxes of words and the
    picture from before the marks, which is then the scan itself.
    """
    typewriter = Typewriter(recipe.machine, recipe.dpi, rng)
    made = []
    for i, plan in enumerate(plans):
        turned = replace(recipe.camera, skew_deg=recipe.skews_deg[i % len(recipe.skews_deg)])
        sheet = _Sheet(plan, replace(recipe, camera=turned), i, typewriter, rng)
        sheet.draw()
        if recipe.marks:
            marks = _first_marks(sheet, clerks) if i == 0 else []
            marks += _last_marks(sheet) if clerks.signed and i == len(plans) - 1 else []
            words = [box for line in sheet.lines for _, box in line.words]
            marks += scatter(recipe.clutter, words, sheet.size, recipe.dpi, rng)
            sheet.marks += marks
        made.append(sheet.scan(full))
    return made


def render_typescript(
    lines: Sequence[str], recipe: Recipe, rng: np.random.Generator, form: Form | None = None
) -> MadeSheet:
    """One plain typed page, line for line as given; blank lines are fed over."""
    plan = plain_sheet(lines, form or TelegramForm(), recipe.machine)
    bare = replace(recipe, marks=False)
    return render_sheets([plan], Clerks(), bare, rng)[0]


class _Sheet:
    """One sheet while it is drawn: layers of ink, and what lies where on them."""

    def __init__(
        self,
        plan: SheetPlan[Form],
        recipe: Recipe,
        index: int,
        typewriter: Typewriter,
        rng: np.random.Generator,
    ) -> None:
        self.plan, self.recipe, self.index = plan, recipe, index
        self.typewriter, self.rng = typewriter, rng
        wide, high = plan.form.page_mm
        self.size = (round(mm_to_px(wide, recipe.dpi)), round(mm_to_px(high, recipe.dpi)))
        self.typed: Coverage = np.zeros(self.size[::-1], dtype=np.float32)
        # the lower half of a two-coloured ribbon
        self.second = np.zeros_like(self.typed) if recipe.machine.second_rgb else None
        self._print = Image.new("L", self.size)
        self.lines: list[DrawnLine] = []
        self.marks: list[DrawnMark] = []
        self.holes: tuple[Box, ...] = ()

    def px(self, length_mm: float) -> float:
        return mm_to_px(length_mm, self.recipe.dpi)

    # --- ink

    def draw(self) -> None:
        """Print the form and type what was planned."""
        pen = ImageDraw.Draw(self._print)
        for rule in self.plan.rules:
            ends = [self.px(v) for v in (rule.x1_mm, rule.y1_mm, rule.x2_mm, rule.y2_mm)]
            pen.line(
                [round(v) for v in ends], fill=235, width=max(1, round(self.px(rule.width_mm)))
            )
        for line in self.plan.lines:
            self.lines.append(self._draw_line(line, pen))

    def _draw_line(self, line: PlannedLine, pen: ImageDraw.ImageDraw) -> DrawnLine:
        x_mm, words = line.x_mm, []
        for run in line.runs:
            x_mm += run.gap_mm
            words += self._draw_run(run, x_mm, line.baseline_mm, pen)
            x_mm += self.plan.width_mm(run) - run.gap_mm
        box = hull(b for _, b in words)
        y = self.px(line.baseline_mm)
        ends = (Point(float(box.left), y), Point(float(box.right), y))
        return DrawnLine(line.zone, line.text, tuple(words), ends, line.meant, self._small(line))

    def _small(self, line: PlannedLine) -> float:
        """Height of a small letter in the longest run."""
        run = max(line.runs, key=lambda r: len(r.text))
        if run.points:
            return x_height(self.plan.form.face)[0] * self.px(run.points * POINT_MM)
        return self.typewriter.x_height_px

    def _draw_run(
        self, run: Run, x_mm: float, baseline_mm: float, pen: ImageDraw.ImageDraw
    ) -> list[tuple[str, Box]]:
        """Print or type a run; its words with their boxes."""
        x, y = self.px(x_mm), self.px(baseline_mm)
        if run.points:
            return self._print_run(run, x, y, pen)
        if run.field_mm and self.plan.form.rule_fills:
            below = round(y + self.px(0.7))
            end = round(x + self.px(max(run.field_mm, self.plan.width_mm(run) - run.gap_mm)))
            pen.line([round(x), below, end, below], fill=200, width=max(1, round(self.px(0.15))))
        if run.field_mm and run.text:
            spare = self.px(run.field_mm) - len(run.text) * self.typewriter.pitch_px
            x += max(0.0, spare / 2)
        self.typewriter.strike_line(self.typed, run.under, x, y, self.rng)
        boxes = [
            stroke.box
            for stroke in self.typewriter.strike_line(
                self.typed, run.text, x, y, self.rng, self.second
            )
        ]
        words, at = [], 0
        for word in run.text.split(" "):
            if word:
                words.append((word, hull(boxes[at : at + len(word)])))
            at += len(word)
        if run.underlined:
            self.typewriter.underline(self.typed, len(run.text), x, y, self.rng)
        return words

    def _print_run(
        self, run: Run, x: float, y: float, pen: ImageDraw.ImageDraw
    ) -> list[tuple[str, Box]]:
        style = "Bold" if run.bold else "Regular"
        face = font(self.plan.form.face, self.px(run.points * POINT_MM), style)
        words = []
        for word in run.text.split(" "):
            if word:
                pen.text((x, y), word, font=face, fill=240, anchor="ls")
                left, top, right, bottom = pen.textbbox((x, y), word, font=face, anchor="ls")
                words.append((word, box_around((Point(left, top), Point(right, bottom)))))
            x += face.getlength(word + " ")
        return words

    # --- scan

    def scan(self, full: bool) -> MadeSheet:
        """Lay the layers on paper, photograph it, and carry the truth along."""
        recipe = self.recipe
        place = to_scan(recipe.camera, self.size, recipe.dpi)
        size = scan_size(recipe.camera, self.size, recipe.dpi)
        # without marks, colour is nothing that training could see
        gray = recipe.camera.gray or recipe.camera.bilevel or not (full or self.marks)
        sheet = make_paper(recipe.paper, self.size, recipe.dpi, self.rng, gray=gray)
        whole = Box(0, 0, *self.size)
        if self._print.getbbox():
            # the press did not ink every part of the form alike
            even = np.clip(0.92 + 0.06 * cloud(self.size, self.px(6), self.rng), 0, 1)
            printed = np.asarray(self._print) * (even * np.float32(1 / 255))
            _ink(sheet, printed, PRINTER_RGB, whole)
        if recipe.paper.bleeding:
            verso = bleed(self.typed, recipe.paper, recipe.dpi, self.rng)
            _ink(sheet, verso, recipe.machine.ribbon_rgb, whole)
        typed = self.typewriter.develop(self.typed, self.rng)
        _ink(sheet, typed, recipe.machine.ribbon_rgb, whole)
        if self.second is not None and recipe.machine.second_rgb:
            _ink(sheet, self.second, recipe.machine.second_rgb, whole)
        bare = sheet.copy(order="K") if self.marks and full else sheet
        for mark in self.marks:
            _ink(sheet, mark.coverage, mark.rgb, mark.box)
        stamps, hands = (
            self._mask(kind, place, size) for kind in (MarkKind.STAMP, MarkKind.HANDWRITING)
        )
        seed = int(self.rng.integers(2**63))  # light and grain are those of one exposure
        wear = self.recipe.wear, self.recipe.camera.bed, recipe.dpi
        self.holes = wear_out(sheet, *wear, np.random.default_rng(seed))
        if bare is not sheet:
            wear_out(bare, *wear, np.random.default_rng(seed))
        pixels = photograph(sheet, recipe.camera, recipe.dpi, np.random.default_rng(seed))
        before = pixels
        if self.marks and full:
            before = photograph(bare, recipe.camera, recipe.dpi, np.random.default_rng(seed))
        truth = self._truth(
            PageTruth(self.index, place, size, self.px(OUTLINE_STEP_MM) if full else math.inf)
        )
        page = Page(
            self.index,
            size,
            recipe.dpi,
            (Step("skew", {"angle_deg": truth.turn_deg(recipe.camera.skew_deg)}),),
            tuple(truth.zones),
            tuple(truth.lines),
            tuple(truth.marks),
        )
        return MadeSheet(
            pixels,
            recipe.dpi,
            page,
            stamps,
            hands,
            before,
            tuple(truth.x_heights_px),
        )

    def _mask(self, kind: MarkKind, place: Affine | Bend, size: tuple[int, int]) -> Mask:
        """Where the scan shows marks of one kind."""
        marks = [mark for mark in self.marks if mark.kind == kind]
        if not marks:
            return np.zeros(size[::-1], dtype=np.bool_)
        flat = np.zeros(self.size[::-1], np.float32)
        for mark in marks:
            _cover(flat, mark.coverage, mark.box)
        return mask_on_scan(flat > MARK_SEEN, place, size)

    def _truth(self, truth: PageTruth) -> PageTruth:
        recipe = self.recipe
        for n, zone in enumerate(self.plan.zones):
            drawn = [line for line in self.lines if line.zone == n]
            if zone.cell_mm:
                left, top, right, bottom = (round(self.px(v)) for v in zone.cell_mm)
                box = Box(left, top, right, bottom)
            else:
                box = hull(b for line in drawn for _, b in line.words)
            truth.add(zone.kind, box, drawn, zone.field)
        for mark in sorted(self.marks, key=lambda m: m.kind != MarkKind.STAMP):
            size = self.px(recipe.stamp.points * POINT_MM) * x_height(recipe.stamp.face)[0]
            lines = [
                DrawnLine(
                    0,
                    m.text,
                    ((m.text, m.box),),
                    m.baseline,
                    None,
                    0.0 if m.outline else size,  # no line for training: all capitals, turned
                    m.outline,
                )
                for m in mark.lines
            ]
            truth.add(ZoneKind(mark.kind.value), _seen(mark), lines)
            truth.mark(mark.kind, _seen(mark))
        for hole in self.holes:
            truth.mark(MarkKind.HOLE, hole)
        return truth


def _ink(sheet: Reflectance, ink: Coverage, rgb: tuple[int, int, int], box: Box) -> None:
    """Lay translucent ink on the sheet, in place: it lets through what is below, dyed."""
    ink, box = _on_sheet(ink, box, (sheet.shape[1], sheet.shape[0]))
    here = sheet[box.top : box.bottom, box.left : box.right]
    if not here.size:
        return
    for n, tone in enumerate(tones(rgb, sheet.shape[2])):
        let_through = ink * np.float32(tone - 1)
        let_through += np.float32(1)
        here[..., n] *= let_through


def _cover(mask: Coverage, ink: Coverage, box: Box) -> None:
    ink, box = _on_sheet(ink, box, (mask.shape[1], mask.shape[0]))
    here = mask[box.top : box.bottom, box.left : box.right]
    np.maximum(here, ink, out=here)


def _on_sheet(ink: Coverage, box: Box, size: tuple[int, int]) -> tuple[Coverage, Box]:
    """The part of a mark that lies on a sheet of `size`."""
    b = box.clip(*size)
    return ink[b.top - box.top : b.bottom - box.top, b.left - box.left : b.right - box.left], b


def _seen(mark: DrawnMark) -> Box:
    """The box of a mark's visible ink."""
    rows = np.flatnonzero((mark.coverage > INK_SEEN).any(axis=1))
    columns = np.flatnonzero((mark.coverage > INK_SEEN).any(axis=0))
    x, y = mark.box.left, mark.box.top
    return Box(
        x + int(columns[0]), y + int(rows[0]), x + int(columns[-1]) + 1, y + int(rows[-1]) + 1
    )


# --- marks ------------------------------------------------------------------------------------


def _first_marks(sheet: _Sheet, clerks: Clerks) -> list[DrawnMark]:
    """Ticks beside names, an inscription in the margin, the incoming stamp low over the text."""
    rng, dpi, plan = sheet.rng, sheet.recipe.dpi, sheet.plan
    hand, marks = sheet.recipe.hand, []
    slots = [z for z in plan.zones if z.kind == ZoneKind.GRID]
    for number in clerks.ticked:
        _, top, right, bottom = slots[number - 1].cell_mm or (0, 0, 0, 0)
        at = Point(sheet.px(right - 9 + rng.normal(0, 1.0)), sheet.px((top + 2 * bottom) / 3))
        marks.append(tick(at, 3.2, (hand.tick, hand.pencil_mm), dpi, rng))
    if clerks.note and plan.note_mm:
        at = Point(*(sheet.px(v) for v in plan.note_mm))
        marks.append(scrawl(at, 62, (hand.note, hand.pen_mm), dpi, rng))
    if clerks.stamp and plan.stamp_mm:
        where = Point(*(sheet.px(v) for v in plan.stamp_mm))
        marks.append(boxed_stamp(clerks.stamp.lines, where, sheet.recipe.stamp, dpi, rng))
    return marks


def _last_marks(sheet: _Sheet) -> list[DrawnMark]:
    """The signature after the last line of the sheet."""
    line = sheet.lines[-1]
    end = hull(b for _, b in line.words)
    at = Point(end.right + sheet.px(4), line.baseline[1].y)
    hand = sheet.recipe.hand
    return [scrawl(at, 24, (hand.signature, hand.pen_mm), sheet.recipe.dpi, sheet.rng)]
