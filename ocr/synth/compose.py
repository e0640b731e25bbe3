"""Makes up telegrams: other offices, numbers, people and texts, as many as wanted.

Sentences are put together from lists in `texts/parts.toml`. A text is cut into sheets where the
sheet is full: the next sheet begins with the end of a word, which stands on the sheet before
either as part of the whole word or, parted by a hyphen, in the catchword. Typists did both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ocr.synth.corpus import (
    MONTHS,
    IncomingStamp,
    Reception,
    SheetText,
    SignOff,
    Telegram,
    Worded,
    part_of_word,
    read_table,
    wrap,
)
from ocr.synth.form import TelegramForm, body_lines, text_columns
from ocr.synth.typewriter import Machine

CATCHWORD = "(см. сл. лист)"
SIGN_OFF_LINES = 12  # lines of text that the sign-off takes the room of, at 1½ intervals


@dataclass(frozen=True, slots=True)
class Wish:
    """What a made-up telegram should be like: sentences of text, and addressees of copies."""

    sentences: int = 18
    copies: int = 8


def compose_telegram(
    wish: Wish, form: TelegramForm, machine: Machine, rng: np.random.Generator
) -> Telegram:
    """A telegram that fits the form, on as many sheets as its text needs."""
    parts = read_table("parts.toml")
    day, month, year = (
        int(rng.integers(1, 27)),
        int(rng.integers(12)),
        int(rng.integers(1945, 1956)),
    )
    hours = rng.integers(0, 24, 4)
    minutes = rng.integers(0, 60, 4)
    short = f"{day}.{month + 1}.{year % 100}"
    number = _digits(5, rng)
    telegram = Telegram(
        number=number,
        office=tuple(_pick(parts["offices"], rng)),
        return_notice=tuple(_pick(parts["return_notices"], rng)),
        copies=_copies(parts, min(wish.copies, form.grid_columns * form.grid_rows), rng),
        ticked=(),
        urgency=Worded(*_pick(parts["urgencies"], rng)),
        addressee=Worded(*_pick(parts["addressees"], rng)),
        references=(_digits(4, rng),),
        reception=Reception(
            Worded(*_pick(parts["places"], rng)),
            str(hours[0]),
            f"{minutes[0]:02}",
            str(day),
            MONTHS[month],
            str(year),
            "1",
        ),
        sheets=(),
        sign_off=SignOff(
            signatory=Worded(*_pick(parts["signatories"], rng)),
            outgoing=_digits(4, rng),
            date=short,
            deciphered_by=_pick(parts["clerks"], rng),
            deciphered_at=f"{hours[1]}.{minutes[1]:02} {short}",
            typed_by=_pick(parts["clerks"], rng),
            typed_at=f"{hours[2]}.{minutes[2]:02} {short}",
            file_number=_digits(4, rng),
            copies_kept="Экз. № 9-10 - 8 Отдел",
            checked="Проверил: нач. смены -",
        ),
        stamp=_stamp(parts, day, month, year, rng),
    )
    paragraphs = _paragraphs(parts, telegram, wish.sentences, rng)
    return replace(telegram, sheets=_sheets(paragraphs, telegram, form, machine, rng))


def _pick(choices: Sequence[Any], rng: np.random.Generator) -> Any:
    return choices[int(rng.integers(len(choices)))]


def _digits(n: int, rng: np.random.Generator) -> str:
    return str(int(rng.integers(10 ** (n - 1), 10**n)))


def _copies(parts: dict[str, Any], n: int, rng: np.random.Generator) -> tuple[Worded, ...]:
    order = rng.permutation(len(parts["copies_to"]))[:n]
    return tuple(Worded(*parts["copies_to"][i]) for i in order)


def _stamp(
    parts: dict[str, Any], day: int, month: int, year: int, rng: np.random.Generator
) -> IncomingStamp:
    head = tuple(_pick(parts["stamps"], rng))
    return IncomingStamp(head, _digits(4, rng), f"{day + 1}/{month + 1}", str(year))


def _paragraphs(
    parts: dict[str, Any], telegram: Telegram, sentences: int, rng: np.random.Generator
) -> list[str]:
    paragraphs = [f"На Ваш № {telegram.references[0]}."]
    said: list[str] = []
    for n in range(sentences):
        words = [_pick(parts[name], rng) for name in ("subjects", "actions", "facts")]
        while "{n}" in words[2]:
            words[2] = words[2].replace("{n}", str(int(rng.integers(2, 900))), 1)
        sentence = " ".join(words) + "."
        said.append(sentence[0].upper() + sentence[1:])
        if n + 1 == sentences or rng.random() < 0.5:
            paragraphs.append(f"{len(paragraphs)}. {' '.join(said)}")
            said = []
    return [*paragraphs, _pick(parts["ends"], rng)]


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
    while True:
        first = not sheets
        room = body_lines(telegram, form, machine, first=first)
        columns = text_columns(form, machine, first=first)
        needed = len(wrap(rest, columns, form.indent))
        if needed + SIGN_OFF_LINES <= room:
            return (*sheets, SheetText(tuple(rest), copy="1"))
        taken, rest, catchword = _cut(
            rest, min(room, max(1, needed - 1)), (columns, form.indent), rng
        )
        sheets.append(SheetText(tuple(taken), catchword, "1"))


def _cut(
    paragraphs: Sequence[str], lines: int, measure: tuple[int, int], rng: np.random.Generator
) -> tuple[list[str], list[str], str]:
    """What fits into `lines`, what is left for the next sheet, and the catchword."""
    taken: list[str] = []
    for i, paragraph in enumerate(paragraphs):
        if len(wrap([*taken, paragraph], *measure)) <= lines:
            taken.append(paragraph)
            continue
        words = paragraph.split(" ")
        at, parts = _last_cut(words, taken, lines, measure)
        if parts is None:
            return taken, list(paragraphs[i:]), CATCHWORD
        (head, tail), begun, left = parts, words[:at], " ".join(words[at + 1 :])
        goes_on = [f"{tail} {left}", *paragraphs[i + 1 :]]
        if rng.random() < 0.5:
            return [*taken, " ".join([*begun, words[at]])], goes_on, CATCHWORD
        return [*taken, " ".join([*begun, head + "-"])], goes_on, f"{tail} {CATCHWORD}"
    return taken, [], ""


def _last_cut(
    words: Sequence[str], taken: Sequence[str], lines: int, measure: tuple[int, int]
) -> tuple[int, tuple[str, str] | None]:
    """The last word that still fits whole into `lines` and may be parted: its place and parts."""
    for at in range(len(words) - 3, 1, -1):
        parts = part_of_word(words[at])
        if parts and len(wrap([*taken, " ".join(words[: at + 1])], *measure)) <= lines:
            return at, parts
    return 0, None
