"""Typed lines of every sort, one by one or in blocks, for training a reader of lines.

Most are lines of running text as they stand on a page, broken by the typist; the others are what
stands around it: names in capitals and spaced out, dates, numbers, cipher groups, notes of the
typing office, rows of lists; and rows of words without sense, in any form the dictionary makes,
so that no reader learns the language of the papers in place of their letters.
A line takes about 0.5 ms, reading the dictionary two seconds once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from string import ascii_letters

import numpy as np

from ocr.synth.texts import figures, names
from ocr.synth.texts.corpus import wrap
from ocr.synth.texts.figures import between, digits, draw_day
from ocr.synth.texts.grammar import draw, noun_phrase
from ocr.synth.texts.lexicon import modifier_form, nature, noun_form, pick, wide, with_yo
from ocr.synth.texts.papers import entry
from ocr.synth.texts.passages import Manner, sentence, spaced_out
from ocr.synth.texts.typist import TypedText, Typist, draw_typist, type_line

COLUMNS = (38, 72)  # strokes of a line: narrow beside the margin column, wide on plain sheets
INDENT = 5
PART_OF_TEXT = 0.66  # of all lines, those of running text
PLAIN = 0.4  # of the sentences, those of plain speech
WITH_YO = 0.12  # of all lines, those of a typist who tells ё from е

Source = Callable[[np.random.Generator], str]


def typed_line(
    rng: np.random.Generator,
    drawable: Collection[str] | None = None,
    typist: Typist | None = None,
) -> TypedText:
    """A line of any sort, by a typist of its own if none is given; never empty, no blanks around.

    `drawable`: the characters that the machine has types for, all if None.
    """
    typist = typist or draw_typist(rng, drawable)
    if rng.random() < PART_OF_TEXT:
        columns = between(*COLUMNS, rng)
        line = pick(text_lines(3, columns, rng), rng)
    else:
        line = _of_any_sort(drawable, rng)
    line = with_yo(line) if rng.random() < WITH_YO else line
    return type_line(typist, line.strip())


def typed_block(
    lines: int, columns: int, rng: np.random.Generator, drawable: Collection[str] | None = None
) -> list[TypedText]:
    """Lines of at most `columns` strokes that stand below each other, by one typist.

    Passages of running text, with lines of other sorts between; indents are blanks.
    """
    typist = draw_typist(rng, drawable)
    block: list[str] = []
    while len(block) < lines:
        if rng.random() < 0.5:
            passage = text_lines(between(1, 4, rng), columns, rng)
            block += passage[: between(1, len(passage), rng)]
        else:
            line = _of_any_sort(drawable, rng)
            line = line if len(line) <= columns else wrap([line], columns, 0)[0]
            spare = columns - len(line)
            block.append(" " * pick((0, 0, spare // 2, spare), rng) + line)
    if rng.random() < WITH_YO:
        block = [with_yo(line) for line in block]
    return [type_line(typist, line, columns) for line in block[:lines]]


def _of_any_sort(drawable: Collection[str] | None, rng: np.random.Generator) -> str:
    """A line that is no running text, of another sort where the machine has no Latin letters."""
    sort = pick(SORTS, rng)
    if sort is _latin and drawable is not None and not set(ascii_letters) <= set(drawable):
        sort = _words
    return str(sort(rng))


def text_lines(sentences: int, columns: int, rng: np.random.Generator) -> list[str]:
    """A paragraph as broken into lines."""
    manner = Manner(plain=PLAIN)
    paragraph = " ".join(sentence(manner, rng) for _ in range(sentences))
    return wrap([paragraph], columns, INDENT)


# --- lines that are no running text -----------------------------------------------------------


def _spaced(rng: np.random.Generator) -> str:
    name = names.surname(rng).upper()
    return spaced_out(names.declined_surname(name, pick(("nomn", "datv", "datv"), rng)))


def _capitals(rng: np.random.Generator) -> str:
    chance = rng.random()
    if chance < 0.25:
        kind = pick(("heads", "letterheads", "return_notices"), rng)
        return str(pick(names.block(kind, rng), rng))
    if chance < 0.5:
        return noun_phrase("nomn", rng).text.upper()
    if chance < 0.75:
        return draw("heading", rng).upper()
    return f"{names.chinese(rng)}, {names.korean(rng)}, {names.surname(rng).upper()}"


def _dated(rng: np.random.Generator) -> str:
    day = draw_day(rng)
    forms = (
        day.short,
        figures.date(rng),
        f"{figures.clock(rng)} {day.short}",
        f"№ {figures.reference(rng)} от {figures.date(rng)}",
        f"{day.long} г.",
        f"г. {names.place(rng)}, {figures.date(rng)}",
    )
    return str(pick(forms, rng))


def _numbers(rng: np.random.Generator) -> str:
    forms: tuple[Source, ...] = (
        lambda rng: f"№ {figures.reference(rng)}",
        lambda rng: f"№№ {figures.reference(rng)}, {figures.reference(rng)}",
        lambda rng: f"Экз. № {between(1, 18, rng)}",
        lambda rng: f"Лист {between(1, 9, rng)}",
        lambda rng: f"- {between(2, 90, rng)} -",
        lambda rng: f"{between(1, 99, rng)} + {between(1, 99, rng)} = {between(3, 200, rng)}",
        lambda rng: f"§ {between(1, 99, rng)}. {figures.reference(rng)}",
        lambda rng: f"Экз. № {'_' * between(3, 9, rng)}",
        lambda rng: f"{'_' * between(3, 20, rng)} {names.surname(rng)}",
        lambda rng: "   ".join(figures.amount(rng) for _ in range(between(1, 4, rng))),
        lambda rng: f"{figures.roman(rng)}. {figures.count(rng)}, {figures.count(rng)}",
    )
    return str(pick(forms, rng)(rng))


def _groups(rng: np.random.Generator) -> str:
    return figures.cipher_groups(between(3, 10, rng), rng)


def _note(rng: np.random.Generator) -> str:
    name = names.surname(rng, woman=rng.random() < 0.5)
    first = between(1, 9, rng)
    copies = f"Экз. № {first}-{first + between(1, 4, rng)} - {between(2, 12, rng)} Отдел"
    heads = ("Расш.", "Отп.", "Исп.", "Печ.", "Верно:", "Проверил:", "Принял", "Сверил:")
    signed = f"{names.post(rng)} {names.initials(rng)}{name}"
    forms = (copies, f"{pick(heads, rng)} {name}", f"тов. {name} {names.initials(rng)}", signed)
    return str(pick(forms, rng))


def _row(rng: np.random.Generator) -> str:
    left, right = entry(rng, people=rng.random() < 0.6)
    return f"{between(1, 99, rng)}. {left} - {right}"


def _words(rng: np.random.Generator) -> str:
    """Words without sense."""
    words = []
    for _ in range(between(2, 6, rng)):
        noun, case = pick(wide().nouns, rng), pick(names.CASES, rng)
        kind = nature(noun)
        number = kind.only or pick(("sing", "plur"), rng)
        words.append(noun_form(noun, case, number))
        if rng.random() < 0.6:
            words.insert(-1, modifier_form(pick(wide().modifiers, rng), case, number, kind))
        words[-1] += pick(("", "", "", ",", ";", ".", ":", "!"), rng)
    return " ".join(words)[: COLUMNS[1]].rsplit(" ", 1)[0]


def _latin(rng: np.random.Generator) -> str:
    """Latin words and marks of types among Russian words; sounds without sense, as in _words."""
    words = []
    for _ in range(between(1, 7, rng)):
        chance = rng.random()
        if chance < 0.35:
            words.append(noun_phrase("nomn", rng).text)
        elif chance < 0.5:
            words.append(f"{_syllables(rng).upper()[:4]}-{digits(between(1, 4, rng), rng)}")
        else:
            word = _syllables(rng)
            words.append(pick((word, word, word.capitalize(), word.upper()), rng))
        words[-1] += pick(("", "", "", ",", ".", ";", ":", "="), rng)
    return " ".join(words)[: COLUMNS[1]].strip()


def _syllables(rng: np.random.Generator) -> str:
    parts = range(between(1, 4, rng))
    word = "".join(pick(HARD + JOINED, rng) + pick(SOFT, rng) for _ in parts)
    return word + str(pick(("", "", "n", "s", "t", "r", "x", "ng", "q", "th"), rng))


HARD = ("b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "q", "r", "s", "t", "v", "w")
JOINED = ("x", "z", "br", "ch", "cl", "dr", "fl", "gr", "kn", "ph", "pl", "qu", "sch", "st", "tr")
SOFT = ("a", "e", "i", "o", "u", "y", "ai", "au", "ea", "ee", "ie", "io", "ou")


def _point(rng: np.random.Generator) -> str:
    mark = pick((digits(1, rng) + ".", digits(1, rng) + ")", "а)", "б)", "в)", "-", "*"), rng)
    return wrap([f"{mark} {draw('clause', rng)}"], COLUMNS[1], 0)[0]


SORTS: tuple[Source, ...] = (
    _spaced,
    _capitals,
    _dated,
    _numbers,
    _groups,
    _note,
    _row,
    _words,
    _words,
    _latin,
    _point,
)
