"""Sheets without a telegram's blank: memoranda, reports, lists in two columns, plain typescript.

A text is set line by line; where a sheet is full the next begins, with its number typed at the
top, in the middle of a sentence or of a word, as typists broke it. What is never parted (a
heading and the line after it, the signature) is set as a block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from ocr.document import TEXT_KINDS, ZoneKind
from ocr.synth.form import INTERVALS, PAGES_MM, PRINTED_FACES
from ocr.synth.plan import POINT_MM, Form, Run, SheetPlan
from ocr.synth.texts.corpus import Memorandum, NameList, Report, wrap
from ocr.synth.texts.typist import Typist
from ocr.synth.typewriter import Machine

SIGNATURE_COLUMN = 0.62  # where the signatory's name begins, as part of the width
ADDRESSEE_COLUMN = 0.58
FIRST_NUMBERED = 2  # the first sheet bears no number


@dataclass(frozen=True, slots=True)
class TypescriptForm:
    """A sheet that is typed all over, but for a letterhead; lengths in mm.

    letterhead  "printed", "typed" or "none": how the office is named at the top
    numbering   how sheets are numbered: "{}", "{}." or "- {} -"
    """

    page_mm: tuple[float, float] = (210.0, 297.0)
    left_mm: float = 25.0
    right_mm: float = 200.0
    top_mm: float = 22.0
    text_left_mm: float = 27.0
    text_right_mm: float = 195.0
    face: str = "PT Serif"
    printed_pt: float = 10.0
    rule_fills: bool = True
    letterhead: str = "printed"
    numbering: str = "- {} -"
    indent: int = 5
    intervals: float = 1.5


def draw_typescript_form(rng: np.random.Generator) -> TypescriptForm:
    """Paper, margins and spacing as they varied from office to office."""
    wide, high = PAGES_MM[int(rng.integers(len(PAGES_MM)))]
    left, right = float(rng.uniform(18, 32)), wide - float(rng.uniform(7, 12))
    return TypescriptForm(
        page_mm=(wide, high),
        left_mm=left,
        right_mm=right,
        top_mm=float(rng.uniform(15, 26)),
        text_left_mm=left + float(rng.uniform(0, 4)),
        text_right_mm=right - float(rng.uniform(3, 8)),
        face=PRINTED_FACES[int(rng.integers(len(PRINTED_FACES)))],
        printed_pt=float(rng.uniform(8.5, 11)),
        rule_fills=bool(rng.random() < 0.75),
        letterhead=("printed", "typed", "none")[int(rng.choice(3, p=(0.5, 0.4, 0.1)))],
        numbering=("{}", "{}.", "- {} -")[int(rng.integers(3))],
        indent=int(rng.integers(3, 7)),
        intervals=INTERVALS[int(rng.choice(3, p=(0.25, 0.5, 0.25)))],
    )


class _Sheets:
    """Sheets while they fill up: a new one is begun where the last has no room left."""

    def __init__(self, form: TypescriptForm, machine: Machine, typist: Typist) -> None:
        self.form, self.machine, self.typist = form, machine, typist
        self.columns = int((form.text_right_mm - form.text_left_mm) / machine.pitch_mm)
        self.plans: list[SheetPlan[TypescriptForm]] = []
        self._zones: dict[ZoneKind, int] = {}
        self._text: ZoneKind | None = None  # what of the text was typed last
        self.turn()

    @property
    def plan(self) -> SheetPlan[TypescriptForm]:
        return self.plans[-1]

    def turn(self) -> None:
        """Begin a sheet."""
        number = len(self.plans) + 1
        self.plans.append(SheetPlan(self.form, self.machine, self.form.top_mm, self.typist))
        self._zones = {}
        self._text = None
        if number >= FIRST_NUMBERED:
            self._set(
                ZoneKind.PAGE_NUMBER, self.columns // 2 - 2, self.form.numbering.format(number)
            )
            self.plan.feed(1.0)

    def need(self, intervals: float) -> None:
        """Turn the sheet unless it takes so much more."""
        free = self.plan.room() * self.form.intervals
        if intervals > free and self.plan.lines:
            self.turn()

    def type(
        self, words: str, column: int = 0, feed: float = 0.0, kind: ZoneKind = ZoneKind.PARAGRAPH
    ) -> None:
        """A line from `column` on, after `feed` turns (0: those of the text)."""
        feed = feed or self.form.intervals
        self.need(feed)
        self.plan.feed(feed)
        if words.strip():
            indent = len(words) - len(words.lstrip())
            self._set(kind, column + indent, words.strip())

    def beside(self, words: str, column: int, kind: ZoneKind = ZoneKind.PARAGRAPH) -> None:
        """More on the row that was typed last: on a typewriter it is the same line."""
        before = self.plan.lines[-1] if self.plan.lines else None
        self._set(kind, column, words)
        after = self.plan.lines[-1]
        if before is None or before.baseline_mm != after.baseline_mm or before.zone != after.zone:
            return
        end = before.x_mm + sum(self.plan.width_mm(run) for run in before.runs)
        added = replace(after.runs[0], gap_mm=max(self.machine.pitch_mm, after.x_mm - end))
        self.plan.lines[-2:] = [replace(before, runs=(*before.runs, added))]

    def _set(self, kind: ZoneKind, column: int, words: str) -> None:
        if kind in TEXT_KINDS and kind != self._text:
            self._zones.pop(kind, None)
            self._text = kind
        if kind not in self._zones:
            # head, addressee and signature are parts of telegrams; here each is a block of its own
            own = kind in (ZoneKind.PAGE_NUMBER, *TEXT_KINDS)
            self._zones[kind] = self.plan.zone(kind if own else ZoneKind.PARAGRAPH)
        at = self.form.text_left_mm + max(0, column) * self.machine.pitch_mm
        self.plan.line(self._zones[kind], at, Run(words), columns=self.columns - max(0, column))

    def part(self, kind: ZoneKind) -> None:
        """The next line of this kind begins another zone."""
        self._zones.pop(kind, None)

    def text(self, paragraphs: Sequence[str]) -> None:
        wrapped = [wrap([words], self.columns, self.form.indent) for words in paragraphs]
        for lines, listed in zip(wrapped, _listed(paragraphs, wrapped), strict=True):
            for words in lines:
                self.type(words, kind=ZoneKind.LIST if listed else ZoneKind.PARAGRAPH)

    def centered(self, lines: Sequence[str], feed: float) -> None:
        for words in lines:
            for part in wrap([words], self.columns, 0):
                column = (self.columns - len(part.strip())) // 2
                self.type(part.strip(), column, feed, ZoneKind.TITLE)

    def signature(self, position: Sequence[str], signatory: str) -> None:
        """Position to the left, name to the right of its last line; one block."""
        if not (position or signatory):
            return
        self.need(2.0 + len(position) + self.form.intervals)
        self.plan.feed(1.0)
        for words in position:
            self.type(words, 0, 1.0, ZoneKind.SIGN_OFF)
        if not signatory:
            return
        column = min(int(self.columns * SIGNATURE_COLUMN), self.columns - len(signatory))
        if position and len(position[-1]) + 2 <= column:
            self.beside(signatory, column, ZoneKind.SIGN_OFF)
        else:
            self.type(signatory, column, 1.0, ZoneKind.SIGN_OFF)

    def done(self) -> list[SheetPlan[TypescriptForm]]:
        first, form = self.plans[0], self.form
        wide, high = form.page_mm
        first.note_mm = (form.left_mm + 0.15 * wide, max(8.0, form.top_mm - 8.0))
        low = min(self.plans[0].y_mm + 4.0, high - 16.0)
        first.stamp_mm = (form.left_mm + 0.3 * wide, low)
        return [plan.fitting() for plan in self.plans]


_POINT = re.compile(r"(?:\d{1,2}[.)/]|[а-я]\)|[-–—])\s?\S")
POINTS, POINT_LINES = 3, 2  # as `ZoneKind.LIST` has them


def _listed(paragraphs: Sequence[str], wrapped: Sequence[Sequence[str]]) -> list[bool]:
    """Which paragraphs are points of a list: short ones, three and more in a row."""
    short = [
        len(lines) <= POINT_LINES and _POINT.match(words) is not None
        for words, lines in zip(paragraphs, wrapped, strict=True)
    ]
    runs = [(point, len(list(run))) for point, run in groupby(short)]
    return [point and many >= POINTS for point, many in runs for _ in range(many)]


def memorandum_sheets(
    memo: Memorandum, form: TypescriptForm, machine: Machine
) -> list[SheetPlan[TypescriptForm]]:
    """Letterhead to the left, secrecy to the right, addressee, text, signature, small notes."""
    sheets = _Sheets(form, machine, memo.typist)
    plan, top = sheets.plan, sheets.plan.y_mm
    _letterhead(sheets, memo)
    below, plan.y_mm = plan.y_mm, top
    sheets.part(ZoneKind.HEAD)
    secrecy = max((len(words) for words in memo.secrecy), default=0)
    for words in memo.secrecy:
        sheets.type(words, sheets.columns - secrecy, 1.0, ZoneKind.HEAD)
    plan.y_mm = max(plan.y_mm, below) + machine.interval_mm
    longest = max((len(words) for words in memo.addressee), default=0)
    column = min(int(sheets.columns * ADDRESSEE_COLUMN), sheets.columns - longest)
    for words in memo.addressee:
        sheets.type(words, column, 1.0, ZoneKind.ADDRESSEE)
    plan.feed(1.0)
    if memo.subject:
        for words in wrap([memo.subject], sheets.columns // 2, 0):
            sheets.type(words, 0, 1.0)
        plan.feed(1.0)
    sheets.text(memo.paragraphs)
    sheets.signature(memo.position, memo.signatory)
    if memo.notes:
        sheets.need(1.0 + len(memo.notes))
        sheets.plan.feed(1.0)
    for words in memo.notes:
        sheets.type(words, 0, 1.0, ZoneKind.SIGN_OFF)
    return sheets.done()


def _letterhead(sheets: _Sheets, memo: Memorandum) -> None:
    """The office, each line centred on the longest, and under it date and number."""
    form, plan, machine = sheets.form, sheets.plan, sheets.machine
    if form.letterhead == "printed":
        head = plan.zone(ZoneKind.PARAGRAPH)
        runs = [Run(words, form.printed_pt, bold=i == 0) for i, words in enumerate(memo.letterhead)]
        widest = max((plan.width_mm(run) for run in runs), default=0.0)
        for run in runs:
            plan.y_mm += form.printed_pt * POINT_MM * 1.35
            plan.line(head, form.left_mm + (widest - plan.width_mm(run)) / 2, run)
        plan.y_mm += 0.4 * machine.interval_mm
    elif form.letterhead == "typed":
        longest = max((len(words) for words in memo.letterhead), default=0)
        for words in memo.letterhead:
            sheets.type(words, (longest - len(words)) // 2, 1.0, ZoneKind.HEAD)
    for words in memo.issued:
        sheets.type(words, 0, 1.2, ZoneKind.HEAD)


def report_sheets(
    report: Report, form: TypescriptForm, machine: Machine
) -> list[SheetPlan[TypescriptForm]]:
    """Title, sections under their headings, signature."""
    sheets = _Sheets(form, machine, report.typist)
    sheets.centered(report.title, 1.5)
    for section in report.sections:
        sheets.plan.feed(0.5)
        if section.heading:
            sheets.need(1.5 + 2 * form.intervals)
            sheets.centered([section.heading], 1.5)
        sheets.text(section.paragraphs)
    sheets.signature(report.signature, "")
    return sheets.done()


def list_sheets(
    names: NameList, form: TypescriptForm, machine: Machine
) -> list[SheetPlan[TypescriptForm]]:
    """Entries in two columns, row by row; an entry too long for its column is broken."""
    sheets = _Sheets(form, machine, names.typist)
    sheets.centered(names.title, 1.5)
    sheets.plan.feed(1.0)
    left = max(len(entry[0]) for entry in (names.heads, *names.entries))
    left = min(left, int(sheets.columns * 0.6))
    column = left + 3
    for row in (names.heads, *names.entries) if any(names.heads) else names.entries:
        for words in _rows(row, (left, sheets.columns - column)):
            sheets.type(words[0], kind=ZoneKind.TABLE)
            if words[1].strip():
                sheets.beside(words[1].strip(), column, ZoneKind.TABLE)
    sheets.signature(names.signature, "")
    return sheets.done()


def _rows(entry: tuple[str, str], columns: tuple[int, int]) -> Iterator[tuple[str, str]]:
    """An entry's rows: each column broken on its own."""
    left, right = (
        wrap([words], wide, 0) if words else [] for words, wide in zip(entry, columns, strict=True)
    )
    for i in range(max(len(left), len(right))):
        yield (left[i] if i < len(left) else "", right[i] if i < len(right) else "")


def plain_sheet(lines: Sequence[str], form: Form, machine: Machine) -> SheetPlan[Form]:
    """A page of typed lines and nothing else."""
    plan = SheetPlan(form, machine, form.top_mm)
    body = plan.zone(ZoneKind.PARAGRAPH)
    for words in lines:
        plan.feed(form.intervals)
        if words.strip():
            indent = len(words) - len(words.lstrip())
            plan.line(body, form.text_left_mm + indent * machine.pitch_mm, Run(words.strip()))
    return plan.fitting()
