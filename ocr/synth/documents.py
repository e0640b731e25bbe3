"""Whole documents drawn at random: kind, form, text, machine, paper, marks and camera.

One rng decides everything, so a level and a seed name a document; the recipe that was drawn goes
with it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from ocr.document import Field, Page
from ocr.synth.fonts import covered
from ocr.synth.form import draw_form, telegram_sheets
from ocr.synth.page import Clerks, MadeSheet, render_sheets
from ocr.synth.plan import Form, SheetPlan
from ocr.synth.recipe import FACES, Face, Recipe, draw_recipe
from ocr.synth.texts import names
from ocr.synth.texts.compose import draw_telegram
from ocr.synth.texts.corpus import IncomingStamp, Memorandum, NameList, Report, Telegram
from ocr.synth.texts.figures import digits, draw_day
from ocr.synth.texts.papers import draw_list, draw_memorandum, draw_report
from ocr.synth.truth import true_record
from ocr.synth.typescript import (
    draw_typescript_form,
    list_sheets,
    memorandum_sheets,
    report_sheets,
)
from ocr.synth.typewriter import Machine

KINDS = ("telegram", "memorandum", "report", "list")
SHARES = (0.5, 0.22, 0.18, 0.1)  # telegrams first: it is they that have forms to be learnt
NOTED, SIGNED, STAMPED = 0.6, 0.8, 0.4  # documents that clerks write on, sign, stamp
MOST_TICKED = 4

Text = Telegram | Memorandum | Report | NameList


@dataclass(frozen=True, slots=True)
class Drawn:
    """A document before it is rendered: its kind, text, sheets as planned, and the recipe."""

    kind: str
    text: Text
    plans: tuple[SheetPlan[Form], ...]
    clerks: Clerks
    recipe: Recipe


def draw_document(
    level: str,
    rng: np.random.Generator,
    kind: str | None = None,
    faces: Sequence[Face] = FACES,
) -> Drawn:
    """A document of a level of damage: a telegram, memorandum, report or list, `kind` if given.

    Raises FontError when a face is missing.
    """
    kind = kind or KINDS[int(rng.choice(len(KINDS), p=SHARES))]
    recipe = draw_recipe(level, rng, faces)
    text, plans = _planned(kind, recipe.machine, rng)
    return Drawn(kind, text, tuple(plans), _clerks(text, rng), recipe)


def render(drawn: Drawn, rng: np.random.Generator) -> list[MadeSheet]:
    """The document's sheets, typed, marked and photographed."""
    return render_sheets(drawn.plans, drawn.clerks, drawn.recipe, rng)


def record_of(text: Text, pages: Sequence[Page]) -> tuple[Field, ...]:
    """The facts that stand on these pages; only telegrams have a record."""
    return true_record(text, pages) if isinstance(text, Telegram) else ()


def drawable(machine: Machine) -> Collection[str]:
    """The characters that the machine has types for."""
    return covered(machine.face) | covered(machine.fallback)


def _planned(
    kind: str, machine: Machine, rng: np.random.Generator
) -> tuple[Text, Sequence[SheetPlan[Form]]]:
    types = drawable(machine)
    if kind == "telegram":
        form = draw_form(rng)
        telegram = draw_telegram(form, machine, rng, types)
        return telegram, telegram_sheets(telegram, form, machine)
    plain = draw_typescript_form(rng)
    if kind == "memorandum":
        memo = draw_memorandum(rng, types)
        return memo, memorandum_sheets(memo, plain, machine)
    if kind == "report":
        report = draw_report(rng, types)
        return report, report_sheets(report, plain, machine)
    listed = draw_list(rng, types)
    return listed, list_sheets(listed, plain, machine)


def _clerks(text: Text, rng: np.random.Generator) -> Clerks:
    noted, signed = bool(rng.random() < NOTED), bool(rng.random() < SIGNED)
    if not isinstance(text, Telegram):
        return Clerks(draw_stamp(rng) if rng.random() < STAMPED else None, (), noted, signed)
    filled = [i + 1 for i, copy in enumerate(text.copies) if copy.typed]
    ticked = rng.permutation(filled)[: int(rng.integers(0, MOST_TICKED + 1))]
    return Clerks(text.stamp, tuple(int(n) for n in sorted(ticked)), noted, signed)


def draw_stamp(rng: np.random.Generator) -> IncomingStamp:
    """The boxed stamp of some office that received a paper."""
    day = draw_day(rng)
    head = names.block("stamps", rng)
    return IncomingStamp(head, digits(4, rng), f"{day.day}/{day.month}", str(day.year))
