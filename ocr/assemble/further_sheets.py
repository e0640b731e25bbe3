"""Further sheets of a telegram: how they are known, and where their running head ends.

A further sheet says `Продолжение шифртелеграммы № …` at its top. Where that was read too badly,
what else of the running head was read must bear it out (the secrecy, `Экз. №`, `Лист "2"`); or the
last sheet is known by its foot, where who deciphered and typed stands with the hour and the day.
"""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from ocr.assemble.foot import text_and_foot
from ocr.assemble.printed import (
    GAP,
    SECRECY,
    TITLES_OF,
    D,
    forms,
    is_running_head,
    pattern,
    printed,
)
from ocr.assemble.rows import FEW_LETTERS, SHORT_SHARE, Row, by_levels, is_short, width_of
from ocr.document import ZoneKind

RUNNING_HEAD_LINES = 7
FOOT_ROWS = 14
"""The sign-off, with all that is dirt, takes no more."""

_OF = "|".join(printed(form[:-1]) for form in TITLES_OF)
# the genitive alone tells `Продолжение шифртелеграммы` from the title: its ending is not fuzzy
_CONTINUED = pattern(
    rf"^\W*{printed('Продолжение')}|^\W*(?:\S{{5,14}}\s+)?(?:{_OF})[ыи]\b(?:\W+\S{{1,8}}){{0,2}}\W*$"
    rf"|(?:{_OF})[ыи]\b\W*\S{{0,3}}\W*{D}{{3,7}}\W*$"
)
# not the text's `расшифрован в 12.00`: the foot begins large, and names who did it
_DECIPHERED = pattern(
    rf"^\W*(?:Расш|Раеш)\W+(?-i:\p{{Lu}})"
    rf"|^\W*(?=(?-i:\p{{Lu}})){printed('Расшифровал')}а?\W+(?:и\b|(?-i:\p{{Lu}}))"
)

GOES_ON = "шифртелеграммы"
LIKE_IT, LIKE_ALL = 64.0, 42.0
"""Likeness, of 100, to the genitive of the title, and to all of the printed words, from which a
line with a number may be the running head, though half its letters are wrong."""
_SECRET = pattern(rf"^\W*(?:{forms(SECRECY)})\W*$")
_COPY = pattern(r"^\W*[ЭЗ3]к[зЗ3э][.,:]?\W{0,4}\S{0,6}\W*$")
_SHEET = pattern(rf"^\W*{printed('Лист')}{GAP}{D}{{1,2}}\W*$")
_FOOT = tuple(
    pattern(words)
    for words in (
        r"^\W*(?:Расш){e<=1}\W+\p{Lu}",
        r"^\W*(?:Отп){e<=1}\W+\p{Lu}",
        rf"^\W*{D}{{1,2}}[.:]\s?{D}{{2}}\W+{D}{{1,2}}[./]{D}{{1,2}}[./]{D}{{2}}\W*$",
        rf"^\W*[ЭЗ3]к[зЗ3э][.,:]?\W*\S{{0,2}}\W*{D}{{1,2}}\s?-\s?{D}{{1,2}}\b",
        rf"^\W*{printed('Проверил')}",
    )
)
FOOT_SIGNS = 3
"""So many of the five kinds of lines of the foot make one; one alone may stand under any paper."""

HALF = 0.5
FROM_RIGHT = 0.8
"""A line of text begins left of this share of the width, counted from the right."""
BESIDE = 0.35
"""Number of the copy and of the sheet stand in this share of the width, to the right."""


def continues(top: Sequence[Row]) -> bool:
    """Whether the first written lines of a sheet say that it goes on from another."""
    return any(row.says(_CONTINUED) for row in top[:RUNNING_HEAD_LINES])


def seems_to_continue(top: Sequence[Row]) -> bool:
    """The same of lines read badly, where nothing shows a first sheet."""
    top = top[:RUNNING_HEAD_LINES]
    sheet = any(row.says(_SHEET) for row in top)
    like = any(_is_like_head(row) for row in top)
    others = sum(any(row.says(what) for row in top) for what in (_SECRET, _COPY))
    return (sheet or like) and sheet + like + others > 1


def _is_like_head(row: Row) -> bool:
    letters = "".join(c for c in row.folded.lower() if c.isalpha())
    numbered = any(c.isdigit() or c == "№" for c in row.text)
    if not numbered or len(letters) < len(GOES_ON):
        return False
    whole = fuzz.ratio("продолжение" + GOES_ON, letters)
    return fuzz.partial_ratio(GOES_ON, letters) >= LIKE_IT and whole >= LIKE_ALL


def ends_telegram(flow: Sequence[Row]) -> bool:
    """Whether the last lines are the foot of a telegram."""
    foot = flow[-FOOT_ROWS:]
    if any(row.says(_DECIPHERED) for row in foot):
        return True
    return sum(any(row.says(what) for row in foot) for what in _FOOT) >= FOOT_SIGNS


def further_sheet(flow: Sequence[Row]) -> list[tuple[ZoneKind, list[Row]]]:
    """The running head: its known lines, and what stands short to the right below them."""
    rows = list(flow)
    if any(row.zone.kind is ZoneKind.GRID for row in flow):
        rows = [row for level in by_levels(flow) for row in level]
    width, right = width_of(rows), max(row.box.right for row in rows)
    cut = seen = 0
    for i, row in enumerate(rows):
        seen += row.letters > FEW_LETTERS
        known = is_running_head(row.text) or row.says(_CONTINUED) or _is_like_head(row)
        beside = cut and row.box.left > right - BESIDE * width and row.box.width < BESIDE * width
        text = cut and row.letters > FEW_LETTERS and row.box.left < right - FROM_RIGHT * width
        if known or (beside and row.letters):
            cut = i + 1
        elif text or seen > RUNNING_HEAD_LINES or row.box.width > SHORT_SHARE * width:
            break
    if not cut:  # nothing of it was read
        full = next((i for i, row in enumerate(rows) if not is_short(row, width)), 0)
        low = [i for i, row in enumerate(rows[:full]) if row.box.left > right - HALF * width]
        cut = low[-1] + 1 if low and full <= RUNNING_HEAD_LINES else 0
    return [(ZoneKind.CONTINUATION, rows[:cut]), *text_and_foot(rows[cut:])]
