"""Makes up papers without a printed blank: memoranda, reports and lists in two columns.

All of it is typed, so the typist may err anywhere; the texts here are as meant, and
`typist.type_line` says what stands on the paper.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from ocr.synth.texts import names
from ocr.synth.texts.corpus import Memorandum, NameList, Report, Section
from ocr.synth.texts.figures import (
    amount,
    between,
    digits,
    draw_day,
    period,
    reference,
    roman_numerals,
)
from ocr.synth.texts.grammar import draw, fill, noun_phrase
from ocr.synth.texts.lexicon import pick, with_yo
from ocr.synth.texts.passages import Manner, count_of, points, spaced_out
from ocr.synth.texts.typist import draw_typist

WITH_YO = 0.06  # of all papers, those of a typist who tells ё from е
MOST_SENTENCES = 60  # of a memorandum; some five sheets
MOST_SECTIONS = 5
MOST_ENTRIES = 45  # of a list; some two sheets


def draw_memorandum(
    rng: np.random.Generator, drawable: Collection[str] | None = None
) -> Memorandum:
    """Any letter from office to office. `drawable`: the characters the machine has, all if None."""
    sentences = 2 + int(rng.random() ** 2 * MOST_SENTENCES)
    paragraphs = points(sentences, Manner(numbered=rng.random() < 0.4), rng)
    if rng.random() < 0.5:
        paragraphs.insert(0, draw("opening", rng))
    if rng.random() < 0.5:
        paragraphs.append(draw("ending", rng))
    if rng.random() < WITH_YO:
        paragraphs = [with_yo(text) for text in paragraphs]
    return Memorandum(
        letterhead=names.block("letterheads", rng),
        issued=_issued(rng),
        secrecy=_secrecy(rng),
        addressee=_addressee(rng),
        subject="" if rng.random() < 0.3 else draw("heading", rng),
        paragraphs=tuple(paragraphs),
        position=_position(rng),
        signatory=_signatory(rng),
        notes=_notes(rng),
        typist=draw_typist(rng, drawable),
    )


def draw_report(rng: np.random.Generator, drawable: Collection[str] | None = None) -> Report:
    """Any plain report, minutes or survey."""
    kind, subject = pick(names.names()["papers"]["kinds"], rng).split("|")
    title = [kind, fill(subject, rng)]
    if rng.random() < 0.3:
        title.append(f"за {period(rng)}")
    sections = []
    yo = rng.random() < WITH_YO
    plain = pick((0.05, 0.05, 0.8), rng)
    for i in range(count_of(MOST_SECTIONS, rng)):
        sentences = 2 + int(rng.random() ** 2 * 24)
        paragraphs = points(sentences, Manner(numbered=rng.random() < 0.5, plain=plain), rng)
        if yo:
            paragraphs = [with_yo(text) for text in paragraphs]
        sections.append(Section(_heading(i, rng), tuple(paragraphs)))
    signature = (*_position(rng), _signatory(rng), f"{draw_day(rng).long} г.")
    typist = draw_typist(rng, drawable)
    return Report(tuple(title), tuple(sections), signature[: between(0, 4, rng)], typist)


def draw_list(rng: np.random.Generator, drawable: Collection[str] | None = None) -> NameList:
    """Any list in two columns: of people and what they are, or of goods and how much."""
    papers = names.names()["papers"]
    people = rng.random() < 0.6
    title, heads = (
        ("СПИСОК", papers["heads_people"]) if people else ("ВЕДОМОСТЬ", papers["heads_goods"])
    )
    of = fill(pick(papers["lists_people" if people else "lists_goods"], rng), rng)
    style = pick(("{}. ", "{}. ", "{}) ", ""), rng)
    entries = []
    for i in range(4 + int(rng.random() * MOST_ENTRIES)):
        left, right = entry(rng, people=people)
        entries.append((style.format(i + 1) + left, right))
    left_head, right_head = pick(heads, rng).split("|")
    return NameList(
        title=(title if rng.random() < 0.5 else spaced_out(title), of),
        heads=(left_head, right_head),
        entries=tuple(entries),
        signature=(*_position(rng), _signatory(rng)) if rng.random() < 0.6 else (),
        typist=draw_typist(rng, drawable),
    )


def entry(rng: np.random.Generator, *, people: bool) -> tuple[str, str]:
    """A row of a list: `ИВАНОВ Петр Ильич`, `начальник отдела`."""
    if not people:
        return noun_phrase("nomn", rng, depth=1).text, amount(rng)
    chance = rng.random()
    if chance < 0.15:
        left = names.chinese(rng) if chance < 0.08 else names.korean(rng)
    elif chance < 0.4:
        left = f"{names.surname(rng)} {names.initials(rng)}"
    else:
        papers = names.names()["papers"]
        surname = names.surname(rng)
        left = f"{surname.upper() if chance < 0.7 else surname} {pick(papers['first_names'], rng)}"
        left += f" {pick(papers['fathers'], rng)}"
    rank = rng.random() < 0.3
    return left, names.rank(rng) if rank else names.post(rng)


# --- parts of a letter ------------------------------------------------------------------------


def _issued(rng: np.random.Generator) -> tuple[str, ...]:
    day = draw_day(rng)
    date = pick((f'" {day.day} " {day.long.split(" ", 1)[1]} г.', f"{day.long} г.", day.short), rng)
    lines = (date, f"№ {reference(rng)}", pick(names.names()["papers"]["towns"], rng))
    return tuple(line for line in lines if line)


def _secrecy(rng: np.random.Generator) -> tuple[str, ...]:
    if rng.random() < 0.15:
        return ()
    words = pick(names.names()["papers"]["secrecy"], rng)
    copy = pick(("", f"Экз. № {between(1, 9, rng)}", f"экз.№ {between(1, 9, rng)}"), rng)
    return (words, copy) if copy else (words,)


def _addressee(rng: np.random.Generator) -> tuple[str, ...]:
    name = names.declined_surname(names.surname(rng), "datv").upper()
    initials = names.initials(rng)
    whom = (f"товарищу {name} {initials}", f"тов. {name} {initials}", f"тов. {name}")
    office = pick(names.names()["papers"]["addressees"], rng)
    return (office, pick(whom, rng)) if rng.random() < 0.75 else (pick(whom, rng),)


def _position(rng: np.random.Generator) -> tuple[str, ...]:
    post = names.post(rng)
    post = post.upper() if rng.random() < 0.4 else post[:1].upper() + post[1:]
    return (post, names.rank(rng)) if rng.random() < 0.35 else (post,)


def _signatory(rng: np.random.Generator) -> str:
    surname, first = names.surname(rng), names.initials(rng)
    upper = surname.upper()
    forms = (f"({first[:2]}{surname})", f"{first}{surname}", f"{first} {upper}", f"/ {surname} /")
    return str(pick((*forms, spaced_out(upper), f"{first[:2]} {spaced_out(upper)}"), rng))


def _notes(rng: np.random.Generator) -> tuple[str, ...]:
    """Who wrote and typed it, how many copies went where, when."""
    if rng.random() < 0.3:
        return ()
    n = between(1, 5, rng)
    day = draw_day(rng)
    where = ("адресату", "в дело", "в секретариат", "тов. " + names.surname(rng), "8 Отдел")
    notes = [f"Отп. {n} экз."]
    if rng.random() < 0.5:
        notes += [f"{pick(('№', 'Экз. №'), rng)} {i + 1} - {pick(where, rng)}" for i in range(n)]
    notes.append(f"{pick(('Исп.', 'исп.', 'Исполн.'), rng)} {names.surname(rng)}")
    if rng.random() < 0.6:
        typed_by = names.surname(rng, woman=True)
        notes.append(f"{pick(('Печ.', 'Отп.', 'маш.'), rng)} {typed_by}")
    notes.append(pick((day.short, f"{day.short} г.", f"№ {digits(4, rng)}"), rng))
    return tuple(notes)


def _heading(i: int, rng: np.random.Generator) -> str:
    """`II. О СОСТОЯНИИ …`, `2. Итоги`, or none."""
    chance = rng.random()
    if chance < 0.35:
        return ""
    text = noun_phrase("nomn", rng).text if chance < 0.6 else draw("heading", rng)
    if chance < 0.8:
        return f"{roman_numerals()[i]}. {text.upper()}"
    return f"{i + 1}. {text[:1].upper()}{text[1:]}"
