"""Lines of type for training, cut from made pages as the reader cuts them from scans.

A block of lines is drawn by the code that draws pages, with its machine, paper, marks and camera,
then prepared and cut by the reader's own stages. So a strip has what strips of real scans have:
what is left of neighbours' tails, of stamps and of underlines, and slips of the reader's own
measures, which are drawn at random: baseline, x-height and both ends of a line.

A block takes up as little paper as its lines, so that no time goes into blank paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from ocr.document import Line, PageRef, PreparedPage, TextLine, ZoneKind
from ocr.geometry import Affine, Box, Gray, Point, box_around
from ocr.prepare import PrepareSettings, clean
from ocr.prepare.ink import find_ink
from ocr.prepare.straighten import lay_straight, source_of
from ocr.recognize.line_image import LineImageSettings, cut_lines
from ocr.synth.documents import draw_document, draw_stamp, drawable
from ocr.synth.form import INTERVALS
from ocr.synth.page import Clerks, MadeSheet, render_sheets
from ocr.synth.plan import PlannedLine, Run, SheetPlan
from ocr.synth.recipe import FACES, Face, Recipe, draw_recipe
from ocr.synth.texts.samples import typed_block
from ocr.synth.texts.typist import OVER_THE_EDGE, TypedText

LINES_OF_BLOCK, BLOCKS_OF_MACHINE = 18, 8
"""More lines share the cost of the block; fewer make more machines and papers."""
FINEST_DPI = 220.0  # there a small letter is 18 px high: what is finer is shrunk to about that
COLUMNS = (38, 72)  # strokes of a line: narrow beside the margin column, wide on plain sheets
UNDERLINED = 0.03  # lines
HEAD_MM = (60.0, 125.0)  # how much of it
NOTED = 0.3  # machines whose first block someone scribbled over; as many have a signed last one
STAMPED = 0.5  # and those whose first block bears an incoming stamp, beside and over the type
BORDER_MM = 6.0  # paper around the lines: the reader needs some to know its tone
SHORTEST_BASELINE_PX = 2.0  # a single letter's baseline still has a direction


@dataclass(frozen=True, slots=True)
class Slips:
    """How far the reader's measures of a line lie beside the truth: standard deviations.

    Shares are of the line's x-height. baseline: up or down; tilt_deg: of its direction;
    x_height: of the size; end: each end of the line, outward or inward.
    """

    baseline: float = 0.07
    tilt_deg: float = 0.12
    x_height: float = 0.05
    end: float = 0.12


@dataclass(frozen=True, slots=True)
class StripSettings:
    """What strips are cut to, and from what: `levels` of damage, each as likely, and `faces`.

    forms  how many blocks are the upper part of a telegram's sheet, printed and filled in; of the
           lines these are fewer, since a machine types several blocks of its own
    """

    levels: tuple[str, ...] = ("light", "medium", "hard")
    faces: tuple[Face, ...] = FACES
    forms: float = 0.15
    image: LineImageSettings = field(default_factory=LineImageSettings)
    prepare: PrepareSettings = field(default_factory=PrepareSettings)
    slips: Slips = field(default_factory=Slips)


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """A line to learn from: pixels (H, W) uint8, black on white; what was typed, what was meant.

    `meant` is None where it is what was typed.
    """

    pixels: Gray
    text: str
    meant: str | None
    dpi: float


@dataclass(frozen=True, slots=True)
class _Block:
    """The paper that some lines take up; a form that has nothing printed."""

    page_mm: tuple[float, float]
    intervals: float
    left_mm: float = BORDER_MM
    top_mm: float = BORDER_MM
    text_left_mm: float = BORDER_MM
    face: str = "PT Serif"
    rule_fills: bool = False
    indent: int = 0

    @property
    def right_mm(self) -> float:
        return self.page_mm[0] - BORDER_MM


def draw_strips(s: StripSettings, rng: np.random.Generator) -> Iterator[Strip]:
    """Strips without end, from one machine after another. Raises FontError for a missing face."""
    while True:
        level = s.levels[int(rng.integers(len(s.levels)))]
        if rng.random() < s.forms:
            made = [_sheet_head(level, s.faces, rng)]
        else:
            recipe = draw_recipe(level, rng, s.faces)
            made = _typed(_no_finer(recipe), rng)
        for sheet in made:
            yield from strips_of(sheet, s, rng)


def _no_finer(recipe: Recipe) -> Recipe:
    return replace(recipe, dpi=min(recipe.dpi, FINEST_DPI))


def _typed(recipe: Recipe, rng: np.random.Generator) -> list[MadeSheet]:
    """Blocks of lines of all sorts, from one machine and one stock of paper."""
    machine, types = recipe.machine, drawable(recipe.machine)
    columns = int(rng.integers(*COLUMNS))
    intervals = float(rng.choice(INTERVALS, p=(0.35, 0.5, 0.15)))
    width = (columns + OVER_THE_EDGE) * machine.pitch_mm + 2 * BORDER_MM
    height = (LINES_OF_BLOCK * intervals + 0.5) * machine.interval_mm + 2 * BORDER_MM
    form = _Block((width, height), intervals)
    plans = []
    for _ in range(BLOCKS_OF_MACHINE):
        plan = SheetPlan(form, machine, BORDER_MM)
        body = plan.zone(ZoneKind.BODY)
        for line in typed_block(LINES_OF_BLOCK, columns, rng, types):
            plan.feed(intervals)
            indent = len(line.text) - len(line.text.lstrip())
            x = BORDER_MM + indent * machine.pitch_mm
            plan.lines.append(PlannedLine(body, x, plan.y_mm, (_run(line, rng),)))
        plan.note_mm = (float(rng.uniform(0, width / 2)), float(rng.uniform(0, height)))
        plans.append(plan)
    plans[0].stamp_mm = (float(rng.uniform(20, width)), float(rng.uniform(5, height)))
    stamp = draw_stamp(rng) if rng.random() < STAMPED else None
    clerks = Clerks(stamp, (), bool(rng.random() < NOTED), bool(rng.random() < NOTED))
    return render_sheets(plans, clerks, recipe, rng, full=False)


def _run(line: TypedText, rng: np.random.Generator) -> Run:
    """The line without the blanks before it."""
    indent = len(line.text) - len(line.text.lstrip())
    meant = None if line.meant is None else line.meant.strip()
    text, under = line.text.strip(), line.under[indent:]
    return Run(text, meant=meant, under=under, underlined=bool(rng.random() < UNDERLINED))


def _sheet_head(level: str, faces: tuple[Face, ...], rng: np.random.Generator) -> MadeSheet:
    """The upper part of a telegram's first or second sheet, where the printed form is."""
    drawn = draw_document(level, rng, "telegram", faces)
    plan = drawn.plans[int(rng.integers(min(2, len(drawn.plans))))]
    height = float(rng.uniform(*HEAD_MM))
    kept = [line for line in plan.lines if line.baseline_mm < height - 2]
    zones = {line.zone for line in kept}
    # a rule or a cell may run over the lower edge as on any sheet that is cut off
    numbers = {old: new for new, old in enumerate(sorted(zones))}
    cut = SheetPlan(
        _Block((plan.form.page_mm[0], height), plan.form.intervals, face=plan.form.face),
        plan.machine,
        height,
        plan.typist,
        [plan.zones[n] for n in sorted(zones)],
        [replace(line, zone=numbers[line.zone]) for line in kept],
        plan.rules,
        plan.note_mm,
        (float(rng.uniform(30, 150)), float(rng.uniform(10, height))),
    )
    clerks = replace(drawn.clerks, ticked=(), signed=False)
    return render_sheets([cut], clerks, _no_finer(drawn.recipe), rng, full=False)[0]


def strips_of(sheet: MadeSheet, s: StripSettings, rng: np.random.Generator) -> list[Strip]:
    """The lines of a made page, those of its stamps as well, not those written by hand.

    Lines of which nothing is left on the scan are left out.
    """
    page = _prepared(sheet, s.prepare)
    found = []
    for line, x_height in zip(sheet.page.lines, sheet.x_heights_px, strict=True):
        kind = sheet.page.zone(line.zone).kind
        stamped = kind == ZoneKind.STAMP
        if line.box.area and x_height and kind != ZoneKind.HANDWRITING:
            found.append((line, _slipped(line, page, x_height, stamped, (s.slips, rng))))
    images = cut_lines(page, [text_line for _, text_line in found], s.image)
    return [
        Strip(image.pixels, line.text, line.meant, sheet.dpi)
        for (line, _), image in zip(found, images, strict=True)
        if image.pixels.min() < 128
    ]


def _prepared(sheet: MadeSheet, s: PrepareSettings) -> PreparedPage:
    """The page as `prepare` leaves it, but for finding out what is known: how it is turned."""
    height, width = sheet.pixels.shape[:2]
    angle_deg = next(step.measured["angle_deg"] for step in sheet.page.steps)
    to_scan = Affine.rotation(angle_deg, Point(width / 2, height / 2))
    page = lay_straight(source_of(sheet.pixels, sheet.dpi), to_scan, (width, height))
    _, found = clean(page, sheet.dpi, s)
    ink = find_ink(found.gray, sheet.dpi, s.ink)
    ref = PageRef(Path("made"), "", 0)
    size = (width, height)
    return PreparedPage(
        ref, found.gray, ink, found.marks, sheet.dpi, to_scan, size, found.removed, ()
    )


def _slipped(
    line: Line,
    page: PreparedPage,
    x_height: float,
    on_marks: bool,
    chance: tuple[Slips, np.random.Generator],
) -> TextLine:
    """The line as the reader might find it on the prepared page."""
    slips, rng = chance
    back = page.to_scan.inverse()
    off, tilt, size, start, end = (float(v) for v in rng.normal(size=5))
    first, last = back.point(line.baseline[0]), back.point(line.baseline[-1])
    middle = Point((first.x + last.x) / 2, (first.y + last.y) / 2 + slips.baseline * off * x_height)
    turn = Affine.rotation(slips.tilt_deg * tilt, middle)
    shift = slips.baseline * off * x_height
    ends = [turn.point(Point(p.x, p.y + shift)) for p in (first, last)]
    outline = [back.point(p) for p in line.polygon or _corners(line.box)]
    box = box_around([*outline, *ends])
    wide = slips.end * x_height
    box = Box(box.left + round(wide * start), box.top, box.right + round(wide * end), box.bottom)
    if box.width < SHORTEST_BASELINE_PX:
        box = box_around(outline)
    if ends[1].x - ends[0].x < SHORTEST_BASELINE_PX:
        ends[1] = Point(ends[0].x + SHORTEST_BASELINE_PX, ends[0].y)
    x_height *= max(0.5, 1 + slips.x_height * size)
    return TextLine(line.id, line.zone, 0, box, tuple(ends), x_height, 0.0, on_marks)


def _corners(box: Box) -> list[Point]:
    return [Point(x, y) for x in (box.left, box.right) for y in (box.top, box.bottom)]
