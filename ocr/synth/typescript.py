"""Sheets without a telegram's blank: plain typescript, memoranda, reports, lists in two columns."""

from __future__ import annotations

from collections.abc import Sequence

from ocr.document import ZoneKind
from ocr.synth.plan import Form, Run, SheetPlan
from ocr.synth.typewriter import Machine


def plain_sheet(lines: Sequence[str], form: Form, machine: Machine) -> SheetPlan[Form]:
    """A page of typed lines and nothing else."""
    plan = SheetPlan(form, machine, form.top_mm)
    body = plan.zone(ZoneKind.BODY)
    for words in lines:
        plan.feed(form.intervals)
        if words.strip():
            indent = len(words) - len(words.lstrip())
            plan.line(body, form.text_left_mm + indent * machine.pitch_mm, Run(words.strip()))
    return plan.fitting()
