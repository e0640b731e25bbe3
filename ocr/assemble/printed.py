"""The printed and set words of telegram blanks, found in spite of misread letters.

Patterns are matched against `fold(text)`, which is as long as the text, so that what was found
can be quoted as typed. A printed phrase is allowed about one wrong letter in five; words under
four letters none. Numbers are only looked for behind a printed word, so there letters that look
like figures count as such.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import regex

from ocr.assemble.lookalikes import TO_CYRILLIC

_FOLD = TO_CYRILLIC | str.maketrans("ёЁ„“”«»‘’–—−‐", 'еЕ"""""""' + "----")


def fold(text: str) -> str:
    """Same length: Cyrillic for Latin twins, е for ё, one quotation mark, one dash."""
    return text.translate(_FOLD)


@cache
def pattern(expression: str) -> regex.Pattern[str]:
    """Compiled to ignore case, to take the best of several fuzzy matches, ^ and $ at lines."""
    return regex.compile(expression, regex.IGNORECASE | regex.BESTMATCH | regex.MULTILINE)


def printed(phrase: str) -> str:
    """An expression for a printed phrase, blanks loose, some letters misread."""
    letters = len(phrase.replace(" ", ""))
    wrong = 0 if letters < 4 else max(1, letters // 5)
    body = regex.escape(fold(phrase), special_only=True).replace(" ", r"\s*")
    for letter, figure in ("О0", "З3", "о0", "з3"):  # of machines without these figures
        body = body.replace(letter, f"[{letter}{figure}]")
    return rf"(?:{body}){{e<={wrong}}}"


# The sign №, which engines read as `Ne`, `No`, `М`, `Л6`, `№®`, `№Р` …
NO = r"(?:(?:№[ер]?|J?N[ое0°º]?|[МЛ][6б]|[ЛХ][ео]|[ЖМХ])[№®°º.:,]?)"
# A figure, or a letter that looks like one; `I` is what machines without a 1 typed.
D = r"[0-9ОIІl|!ЗбS]"
NUMBER = rf"{D}{{1,7}}(?!\p{{N}}|(?!от\b)\p{{L}})"
_FIGURES = str.maketrans("ОоIІіil|!LЗзбБSs", "0011111111336655")
# What an office puts behind its number: `0345/ш`, `12/1`.
SUFFIX = r"(?:/[\p{L}\d]{1,3}(?![\p{L}\p{N}/]|\.\d))"
SURE_FIGURES = frozenset("0123456789Il|!І")
# A mark or two that is no letter: quotes round a number written in by hand or machine.
GAP = r"[^\p{L}\p{N}\n]{0,5}"


def digits(typed: str) -> str | None:
    """The number in figures; None where nothing in it is a figure for sure, as in `Об` or `ЗО`.

    A machine without a zero typed `5ОО`, so one sure figure is enough.
    """
    figures = looks_like(typed)
    return figures if figures is not None and any(c in SURE_FIGURES for c in typed) else None


def number(typed: str) -> str | None:
    """A number in figures, with the office's mark behind a stroke: `0345/ш`; None as `digits`."""
    figures, stroke, mark = regex.sub("[ :_]", "", typed).partition("/")
    sure = digits(figures)
    return None if sure is None else sure + stroke + (digits(mark) or mark)


def looks_like(typed: str) -> str | None:
    """The figures that these characters look like, `О` and `ОО` too; None where one looks else."""
    figures = typed.translate(_FIGURES)
    return figures if figures.isdigit() else None


class Term(NamedTuple):
    """An entry of a closed list: the value and the forms in which it is set."""

    value: str
    forms: tuple[str, ...]


TITLES = (
    Term("шифртелеграмма", ("ШИФРТЕЛЕГРАММА", "ШИФРОТЕЛЕГРАММА", "ШИФРОВАННАЯ ТЕЛЕГРАММА")),
    Term("шифровка", ("ШИФРОВКА",)),
    Term("телеграмма", ("ТЕЛЕГРАММА",)),
)
TITLES_OF = ("ШИФРТЕЛЕГРАММЫ", "ШИФРОТЕЛЕГРАММЫ", "ШИФРОВКИ", "ТЕЛЕГРАММЫ")
SECRECY = (
    Term("совершенно секретно", ("СОВЕРШЕННО СЕКРЕТНО", "СОВ. СЕКРЕТНО", "СОВ.СЕКРЕТНО")),
    Term("строго секретно", ("СТРОГО СЕКРЕТНО",)),
    Term("особая папка", ("ОСОБАЯ ПАПКА",)),
    Term("секретно", ("СЕКРЕТНО",)),
    Term("для служебного пользования", ("ДЛЯ СЛУЖЕБНОГО ПОЛЬЗОВАНИЯ",)),
)
COPYING = (
    Term("снятие копий воспрещается", ("СНЯТИЕ КОПИЙ ВОСПРЕЩАЕТСЯ",)),
    Term("снятие копий запрещается", ("СНЯТИЕ КОПИЙ ЗАПРЕЩАЕТСЯ",)),
    Term("снимать копии воспрещается", ("СНИМАТЬ КОПИИ ВОСПРЕЩАЕТСЯ",)),
    Term("снимать копии запрещается", ("СНИМАТЬ КОПИИ ЗАПРЕЩАЕТСЯ",)),
    Term("копии снимать воспрещается", ("КОПИИ СНИМАТЬ ВОСПРЕЩАЕТСЯ",)),
    Term("копии снимать запрещается", ("КОПИИ СНИМАТЬ ЗАПРЕЩАЕТСЯ",)),
    Term("копированию не подлежит", ("КОПИРОВАНИЮ НЕ ПОДЛЕЖИТ",)),
)
RETURN = ("ПОДЛЕЖИТ ВОЗВРАТУ", "ПОДЛЕЖИТ ОБЯЗАТЕЛЬНОМУ ВОЗВРАТУ", "ПРОСЬБА ВОЗВРАТИТЬ")
URGENCY = (
    Term("вне всякой очереди", ("ВНЕ ВСЯКОЙ ОЧЕРЕДИ",)),
    Term("внеочередная", ("ВНЕОЧЕРЕДНАЯ", "ВНЕОЧЕРЕДНО")),
    Term("вне очереди", ("ВНЕ ОЧЕРЕДИ",)),
    Term("весьма срочная", ("ВЕСЬМА СРОЧНАЯ", "ВЕСЬМА СРОЧНО")),
    Term("очень срочная", ("ОЧЕНЬ СРОЧНАЯ", "ОЧЕНЬ СРОЧНО")),
    Term("срочная", ("СРОЧНАЯ", "СРОЧНО")),
    Term("молния", ("МОЛНИЯ",)),
    Term("немедленно", ("НЕМЕДЛЕННО",)),
    Term("экстренная", ("ЭКСТРЕННАЯ", "ЭКСТРЕННО")),
    Term("обыкновенная", ("ОБЫКНОВЕННАЯ",)),
    Term("особая", ("ОСОБАЯ",)),
    Term("простая", ("ПРОСТАЯ",)),
)


def forms(terms: tuple[Term, ...]) -> str:
    """An expression that finds any form of any term."""
    return "|".join(printed(form) for term in terms for form in term.forms)


_RUNNING_HEAD = pattern(
    rf"^\W*(?:(?:{forms(SECRECY)})\W*|{printed('ПРОДОЛЖЕНИЕ')}\b.*|"
    rf"[ЭЗ3]к[зЗ3]\b.*|{printed('ЛИСТ')}{GAP}{D}{{1,2}}\W*)$"
)
_HEAD_ITEM = pattern(
    rf"^\W*(?:{forms(TITLES)}|{forms(SECRECY)}|{forms(COPYING)}"
    rf"|{'|'.join(printed(phrase) for phrase in RETURN)})"
)


def is_running_head(text: str) -> bool:
    """A line of the printed head that each further sheet repeats."""
    return _RUNNING_HEAD.match(fold(text)) is not None


def opens_head_item(text: str) -> bool:
    """A line of the head that says something new, and does not go on with the line before."""
    return _HEAD_ITEM.match(fold(text)) is not None
