"""Makes up telegrams: other offices, numbers, people and texts, as many as wanted.

All that is made up can be had here: papers without a blank (`papers`), single lines (`samples`).

Sentences come from the grammar. A text is cut into sheets where the sheet is full: the next sheet
begins with the end of a word, which stands on the sheet before either as part of the whole word
or, parted by a hyphen, in the catchword. Typists did both.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ocr.synth.form import TelegramForm, body_lines, text_columns
from ocr.synth.texts import names
from ocr.synth.texts.corpus import (
    MONTHS,
    IncomingStamp,
    Reception,
    SheetText,
    SignOff,
    Telegram,
    Worded,
    part_of_word,
    wrap,
)
from ocr.synth.texts.figures import Day, below, between, digits, draw_day
from ocr.synth.texts.grammar import draw
from ocr.synth.texts.lexicon import pick, place_form
from ocr.synth.texts.papers import draw_list, draw_memorandum, draw_report
from ocr.synth.texts.passages import Manner, points, spaced_out
from ocr.synth.texts.samples import typed_block, typed_line
from ocr.synth.texts.typist import FAULTLESS, Typist, draw_typist
from ocr.synth.typewriter import Machine

__all__ = [
    "Wish",
    "compose_telegram",
    "cut_sheet",
    "draw_list",
    "draw_memorandum",
    "draw_report",
    "draw_telegram",
    "typed_block",
    "typed_line",
]

CATCHWORD = "(см. сл. лист)"
SIGN_OFF_TURNS = 18  # of the platen, that the sign-off takes
LAST_MINUTE = 24 * 60 - 1  # of the day: all is done on the day of its reception
MOST_SENTENCES = 70  # some six sheets
# Numbers of other papers would be references of the record; plain speech is quoted now and then.
MANNER = Manner(with_numbers=False, plain=0.05)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a made-up telegram should be like: sentences of text, addressees of copies, typist."""

    sentences: int = 18
    copies: int = 8
    typist: Typist = FAULTLESS


def draw_telegram(
    form: TelegramForm,
    machine: Machine,
    rng: np.random.Generator,
    drawable: Collection[str] | None = None,
) -> Telegram:
    """Any telegram that fits the form: one sheet to six, by any typist.

    `drawable`: the characters that the machine has types for, all if None.
    """
    sentences = 2 + int(rng.random() ** 2 * MOST_SENTENCES)
    slots = form.grid_columns * form.grid_rows
    wish = Wish(sentences, between(1, slots, rng), draw_typist(rng, drawable))
    return compose_telegram(wish, form, machine, rng)


def compose_telegram(
    wish: Wish, form: TelegramForm, machine: Machine, rng: np.random.Generator
) -> Telegram:
    """A telegram that fits the form, on as many sheets as its text needs."""
    day = draw_day(rng)
    stamped = Day(min(day.day + between(0, 3, rng), 28), day.month, day.year)
    references = tuple(digits(between(2, 5, rng), rng) for _ in range(pick((0, 1, 1, 1, 2), rng)))
    number = digits(5, rng)
    reception = _reception(day, rng)
    copies = _copies(min(wish.copies, form.grid_columns * form.grid_rows), rng)
    telegram = Telegram(
        number=number,
        office=names.block("heads", rng),
        return_notice=names.block("return_notices", rng),
        copies=copies,
        ticked=tuple(i + 1 for i in range(wish.copies) if rng.random() < 0.2),
        urgency=_worded("urgencies", rng),
        addressee=_addressee(rng),
        references=references,
        reception=reception,
        sheets=(),
        sign_off=_sign_off(day, reception, len(copies), rng),
        stamp=_stamp(stamped, rng) if rng.random() < 0.8 else None,
        classification=pick(("СОВЕРШЕННО СЕКРЕТНО",) * 5 + ("СЕКРЕТНО",), rng),
        typist=wish.typist,
    )
    paragraphs = [_opening(references, rng), *points(wish.sentences, MANNER, rng)]
    paragraphs = [text for text in (*paragraphs, draw("ending", rng)) if text]
    return replace(telegram, sheets=_sheets(paragraphs, telegram, form, machine, rng))


def _opening(references: Sequence[str], rng: np.random.Generator) -> str:
    """The sentence that names the telegrams which are answered."""
    if not references:
        return ""
    if len(references) == 2:
        return str(pick(("На Ваши №№ {} и {}.", "На Ваши №№ {}, {}."), rng)).format(*references)
    openings = ("На Ваш № {}.", "На Ваш № {}.", "На № {} от {day}.", "На Ваш № {} от {day}.")
    day = draw_day(rng)
    return str(pick(openings, rng)).format(*references, day=f"{day.day} {MONTHS[day.month - 1]}")


def _worded(kind: str, rng: np.random.Generator) -> Worded:
    return Worded(*pick(names.names()["telegram"][kind], rng).split("|"))


def _addressee(rng: np.random.Generator) -> Worded:
    name = names.surname(rng)
    return Worded(spaced_out(names.declined_surname(name, "datv").upper()), name)


def _copies(n: int, rng: np.random.Generator) -> tuple[Worded, ...]:
    """Slots as filled in: some stay empty."""
    listed = names.names()["telegram"]["copies_to"]
    order = [*rng.permutation(len(listed)), *rng.permutation(len(listed))][:n]
    copies = [Worded(*listed[i].split("|")) for i in order]
    return tuple(copies)


def _reception(day: Day, rng: np.random.Generator) -> Reception:
    place = names.place(rng)
    minute = f"{below(60, rng):02}"
    return Reception(
        Worded(place_form(place, "gent").upper(), place),
        str(below(24, rng)),
        minute,
        str(day.day),
        MONTHS[day.month - 1],
        str(day.year),
        str(between(1, 9, rng)),
    )


def _sign_off(day: Day, reception: Reception, given: int, rng: np.random.Generator) -> SignOff:
    """What the clerks typed below: after it was received, and from copy `given` + 1 on kept."""
    received = 60 * int(reception.hour) + int(reception.minute)
    deciphered = min(received + between(5, 180, rng), LAST_MINUTE)
    signatory = names.surname(rng)
    return SignOff(
        signatory=Worded(spaced_out(signatory.upper()), signatory),
        outgoing=digits(between(2, 4, rng), rng),
        date=day.short,
        deciphered_by=names.surname(rng, woman=rng.random() < 0.5),
        deciphered_at=f"{_clock(deciphered)} {day.short}",
        typed_by=names.surname(rng, woman=rng.random() < 0.8),
        typed_at=f"{_clock(min(deciphered + between(5, 120, rng), LAST_MINUTE))} {day.short}",
        file_number=digits(4, rng),
        copies_kept=(
            f"Экз. № {given + 1}-{given + between(2, 5, rng)} - {between(2, 12, rng)} Отдел"
        ),
        checked="Проверил: нач. смены -",
    )


def _clock(minutes: int) -> str:
    """Of the day: `13.05`."""
    return f"{minutes // 60}.{minutes % 60:02}"


def _stamp(day: Day, rng: np.random.Generator) -> IncomingStamp:
    head = names.block("stamps", rng)
    return IncomingStamp(head, digits(4, rng), f"{day.day}/{day.month}", str(day.year))


# --- sheets -----------------------------------------------------------------------------------


def _sheets(
    paragraphs: Sequence[str],
    telegram: Telegram,
    form: TelegramForm,
    machine: Machine,
    rng: np.random.Generator,
) -> tuple[SheetText, ...]:
    """Cut the text where sheets are full; the last leaves room for the sign-off."""
    sheets: list[SheetText] = []
    rest = list(paragraphs)
    sign_off = math.ceil(SIGN_OFF_TURNS / form.intervals)
    while True:
        first = not sheets
        room = body_lines(telegram, form, machine, first=first)
        columns = text_columns(form, machine, first=first)
        needed = len(wrap(rest, columns, form.indent))
        if needed + sign_off <= room:
            return (*sheets, SheetText(tuple(rest), copy=telegram.reception.copy))
        taken, rest, catchword = cut_sheet(
            rest, min(room, max(1, needed - 1)), (columns, form.indent), rng
        )
        sheets.append(SheetText(tuple(taken), catchword, telegram.reception.copy))


def cut_sheet(
    paragraphs: Sequence[str], lines: int, measure: tuple[int, int], rng: np.random.Generator
) -> tuple[list[str], list[str], str]:
    """What fits into `lines`, what is left for the next sheet, and the catchword.

    `measure` is the columns and the indent of `wrap`.
    """
    taken: list[str] = []
    used = 0
    for i, paragraph in enumerate(paragraphs):
        needed = len(wrap([paragraph], *measure))
        if used + needed <= lines:
            taken.append(paragraph)
            used += needed
            continue
        words = paragraph.split(" ")
        at, parts = _last_cut(words, lines - used, measure)
        if parts is None:
            return taken, list(paragraphs[i:]), CATCHWORD
        (head, tail), begun, left = parts, words[:at], " ".join(words[at + 1 :])
        goes_on = [f"{tail} {left}", *paragraphs[i + 1 :]]
        if rng.random() < 0.5:
            return [*taken, " ".join([*begun, words[at]])], goes_on, CATCHWORD
        return [*taken, " ".join([*begun, head + "-"])], goes_on, f"{tail} {CATCHWORD}"
    return taken, [], ""


def _last_cut(
    words: Sequence[str], lines: int, measure: tuple[int, int]
) -> tuple[int, tuple[str, str] | None]:
    """The last word that still fits whole into `lines` and may be parted: its place and parts."""
    for at in range(len(words) - 3, 1, -1):
        parts = part_of_word(words[at])
        if parts and len(wrap([" ".join(words[: at + 1])], *measure)) <= lines:
            return at, parts
    return 0, None
