"""The foot of a sheet of a telegram: catchword, sign-off, and stamps set over or below the text.

Words tell most of it. Where they were read badly the place does: the signatory stands letter-spaced
above the number and the date, the catchword alone to the right at the very end.
"""

from __future__ import annotations

from collections.abc import Sequence

from ocr.assemble.printed import NO, D, pattern, printed
from ocr.assemble.rows import FEW_LETTERS, Row, is_short, width_of
from ocr.assemble.sheets import is_like_marker, marker_start
from ocr.document import ZoneKind

FOOT_LINES = 6
"""Among so many last lines the catchword stands; below it only dirt and stamps do."""
STRANGE_LINES = 2
"""So many lines of the sign-off in a row may be read too badly to be known."""
INDENT = 0.1
"""Share of the text's width by which a signatory's name is indented."""
NAME_FAR = 0.2
"""Share of it, beyond that, from which a lone word is the signatory's name, however it reads."""
AT_RIGHT = 0.4
"""A catchword begins right of this share of the text's width."""

MONTHS = "ЯНВ|ФЕВ|МАР|АПР|МАЯ|ИЮН|ИЮЛ|АВГ|СЕН|ОКТ|НОЯ|ДЕК"
"""As stamps with turning dates have them: `10 МАЯ 1952`."""
# No misread letters are looked for behind (?!: on `ВОЗВРАТУ ЧЕРЕ` that has no end.
_STAMP = pattern(
    rf"{printed('ПОДЛЕЖИТ ВОЗВРАТУ')}(?!\s*[ЧИУ][ЕБ])|{printed('часть ОС ЦК ВКП')}"
    rf"|^[\W_]*[В8][хк][.,]?\s*{NO}\s*{D}+(?:\W*$|\W+\p{{L}}{{1,3}}\W+{D}{{1,2}}\s?/)"
    rf"|^\W*{printed('ВХОДЯЩИЙ')}\W*$|^\W*{D}{{1,2}}\s+(?:{MONTHS})\s+{D}{{4}}\W*$"
    rf"|^[\W_]*\p{{L}}{{0,3}}[.,]?\s*{NO}\s*{D}{{2,6}}\s+от\s+{D}{{1,2}}/{D}{{1,2}}\W+{D}{{4}}"
)
_FOOT = pattern(
    rf"^\W*(?:(?:Расш|Раеш|[О0]т[пнл]|Исп)\b"
    # a sentence may go on with `расшифрован в 12.00`
    rf"|(?=(?-i:\p{{Lu}}))(?:Расшифр|Отпеч|Напеч|Исполнил|Передал|Принял|Верно\b|Разослан)\p{{L}}*\b"
    rf"|{printed('Проверил')}|[ЭЗ3]к[зЗ3э][.,:]|{NO}\s*{D}+\W*$|\W{{0,3}}\d{{2,6}}\W*$)"
)
_SURE = pattern(
    rf"^\W*(?:Расш|Раеш|Расшифр\p{{L}}*|[О0]тп|Отпеч\p{{L}}*|Напеч\p{{L}}*)\b|{printed('Проверил')}"
)
_DATE = pattern(
    rf"^\W*(?:{D}{{1,2}}[.:]{D}{{2}}\W+)?{D}{{1,2}}[./,\s]+(?:{D}{{1,2}}|[IVX]+)[./,\s]+{D}{{2,4}}\W*(?:г\W*)?$"
)
# `(см. сл. лист)` with most letters misread: the bracket and the length of the words are left
_GOES_ON = pattern(
    r"[(\[{/|<][^\p{L}\p{N}]{0,2}\p{L}{1,3}[^\p{L}\p{N}]{1,3}\p{L}{1,3}"
    r"[^\p{L}\p{N}]{0,3}\p{L}{3,6}\W*$"
)


def text_and_foot(rows: list[Row]) -> list[tuple[ZoneKind, list[Row]]]:
    """Body, catchword, sign-off, and a stamp that could not be told by its colour."""
    stamp = stamps_of(rows)
    rows = [row for row in rows if row not in stamp]
    width = width_of(rows)
    cut = _foot_start(rows, width)
    text, foot = _above_catchword(rows[:cut], rows[cut:], width)
    catchword = [
        row
        for row in text[-FOOT_LINES:]
        if is_short(row, width) and marker_start(row.text) is not None
    ]
    if not (catchword or foot):
        catchword = _last_to_the_right(text, width)
    body = [row for row in text if row not in catchword]
    return [
        (ZoneKind.BODY, body),
        (ZoneKind.CATCHWORD, catchword),
        (ZoneKind.SIGN_OFF, foot),
        (ZoneKind.STAMP, stamp),
    ]


def _above_catchword(text: list[Row], foot: list[Row], width: float) -> tuple[list[Row], list[Row]]:
    """Text and foot where what looked like the foot stands above a catchword: a lone group of a
    cipher is as short as a number. Below a catchword there is nothing but dirt.
    """
    marks = (
        i for i, r in enumerate(foot) if is_short(r, width) and marker_start(r.text) is not None
    )
    at = next(marks, None)
    if at is None or at > STRANGE_LINES or any(r.says(_SURE) or r.says(_DATE) for r in foot):
        return text, foot
    return text + foot, []


def _last_to_the_right(text: list[Row], width: float) -> list[Row]:
    """The last written line where it looks like a catchword, though its words were not read."""
    last = next((row for row in reversed(text) if row.letters > FEW_LETTERS), None)
    if last is None or not is_short(last, width):
        return []
    if not (last.says(_GOES_ON) or is_like_marker(last.text)):
        return []
    left = min(row.box.left for row in text)
    return [last] if last.box.left > left + AT_RIGHT * width else []


def _foot_start(rows: list[Row], width: float) -> int:
    """Where the sign-off begins: from the foot up, as long as lines are short and of its kind.

    A line read badly (a signature, a tick) does not end it, when a line of its kind stands above.
    """
    start = len(rows)
    for i in reversed(range(len(rows))):
        row = rows[i]
        if start == len(rows) and row.is_dirt:
            continue  # the edge of the sheet
        if not is_short(row, width) and not row.says(_FOOT):
            break
        if row.says(_FOOT) or row.says(_DATE):
            start = i
    if start == len(rows):
        return start
    left = min(row.box.left for row in rows) + INDENT * width
    start = _with_names(rows, start, width, left)
    above = rows[max(0, start - STRANGE_LINES - 1) : start]
    for i, row in enumerate(above):
        if _is_spaced_name(row) and all(is_short(r, width) for r in above[i:]):
            return start - len(above) + i
    return start


def _with_names(rows: list[Row], start: int, width: float, left: float) -> int:
    """With the signatories above line `start`; `left`: they are indented as far."""
    while start > 0 and is_short(rows[start - 1], width):
        row = rows[start - 1]
        far = row.box.left > left + NAME_FAR * width and len(row.text.split()) == 1
        if not (far or (_is_name(row) and (_is_spaced_name(row) or row.box.left > left))):
            break
        start -= 1
    return start


def _is_name(row: Row) -> bool:
    """A signatory: letter-spaced, or a name or two in capitals, with no stop of a sentence."""
    words = [w for w in row.text.split() if any(c.isalpha() for c in w)]
    capital = all(w.strip("\"'(.,")[:1].isupper() for w in words)
    return bool(words) and (_is_spaced_name(row) or (capital and len(words) <= 3))


def _is_spaced_name(row: Row) -> bool:
    """Letter-spaced, and no sentence that begins so: `В а ш е согласие прошу телеграфировать.`"""
    words = [w.strip(".,") for w in row.text.split()]
    return row.spaced and sum(len(w) > 3 and w.islower() for w in words) < SENTENCE_WORDS


SENTENCE_WORDS = 2
"""Words in small letters: a rank and a post may stand before a name."""


STAMP_HIGH = 12.0
"""x-heights above and below the line with the number in which the other lines of a stamp stand."""
CENTRED = 0.22
"""Share of that line's width by which the middles of the others may be off its own."""


def stamps_of(rows: Sequence[Row]) -> list[Row]:
    """Lines of stamps, known by their words, and what stands centred above and below them."""
    if not rows:
        return []
    width = width_of(rows)
    sure = [row for row in rows if row.says(_STAMP) and is_short(row, width)]
    found = list(sure)
    for row in rows:
        if row not in found and row.letters and any(_of_stamp(row, mark) for mark in sure):
            found.append(row)
    return sorted(found, key=lambda row: row.foot)


def _of_stamp(row: Row, mark: Row) -> bool:
    wide = mark.box.width
    near = abs(row.foot - mark.foot) < STAMP_HIGH * min(row.x_height, mark.x_height)
    centred = abs(row.box.center.x - mark.box.center.x) < CENTRED * wide
    return near and centred and 0.3 * wide < row.box.width < 1.2 * wide
