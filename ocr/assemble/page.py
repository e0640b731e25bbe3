"""From what was read to the page: words and lines in scan pixels, in reading order.

This is the one place where prepared pixels become scan pixels. A word is as sure as its least
sure character (engines that only know a confidence per word repeat it for each character, so a
product would punish long words); a line has the mean of its characters, i.e. the share of them
that is expected to be right. Words that a mark lay over are flagged, and trusted less.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, groupby
from statistics import fmean

from ocr.assemble.changes import Edit, apply_edits
from ocr.assemble.endings import ending_edits
from ocr.assemble.habits import in_one_hand
from ocr.assemble.letter_case import (
    case_edits,
    doubted_case_edits,
    small_height,
    word_case_edits,
)
from ocr.assemble.long_words import long_word_edits
from ocr.assemble.lookalikes import (
    list_letter,
    list_letter_edits,
    list_number,
    list_number_edits,
    lookalike_edits,
)
from ocr.assemble.meant import meant
from ocr.assemble.rows import is_guess
from ocr.assemble.settings import AssembleSettings
from ocr.assemble.spelling import Others, is_half, spaced_edits, spelling_edits
from ocr.assemble.trust import trusted
from ocr.document import (
    TEXT_KINDS,
    Char,
    DigitalPage,
    Line,
    LineReading,
    Page,
    PreparedPage,
    Step,
    Word,
    Zone,
    ZoneKind,
)
from ocr.geometry import Box, Point, hull
from ocr.raster import crop


def assemble_page(
    page: PreparedPage,
    zones: Sequence[Zone],
    readings: Sequence[LineReading],
    s: AssembleSettings,
) -> Page:
    """The page in scan pixels, lines by `Zone.order`, then `TextLine.order`.

    Lines in which nothing was read, nothing but dirt, or what is no better than a guess are left
    out and counted in the step "read", which measures `lines`, `lines_without_text` and
    `confidence`. Raises KeyError for a line of an unknown zone.
    """
    zone_order = {zone.id: zone.order for zone in zones}
    ordered = sorted(readings, key=lambda r: (zone_order[r.line.zone_id], r.line.order))
    small = small_height(ordered) if s.letter_case else 0.0
    typed = [reading.line.box for reading in ordered if not reading.line.on_marks]
    lines: list[Line] = []
    for reading in ordered:
        if reading.line.on_marks and _is_scrap(reading, typed):
            continue
        if (line := _line(reading, page, lines, small, s)) is not None:
            lines.append(line)
    if s.look_alikes:
        texts = {zone.id for zone in zones if zone.kind in TEXT_KINDS}
        lines = in_one_hand(lines, texts)
    read = Step(
        "read",
        {
            "lines": float(len(lines)),
            "lines_without_text": float(len(ordered) - len(lines)),
            "confidence": fmean(line.confidence for line in lines) if lines else 0.0,
        },
    )
    return Page(
        index=page.ref.index,
        size_px=page.scan_size,
        dpi=page.dpi,
        steps=(*page.steps, read),
        zones=tuple(
            replace(z, box=_to_scan(z.box, page)) for z in sorted(zones, key=lambda z: z.order)
        ),
        lines=tuple(lines),
        marks=tuple(replace(m, box=_to_scan(m.box, page)) for m in page.removed),
    )


def assemble_digital_page(page: DigitalPage, s: AssembleSettings) -> Page:
    """A page that was never scanned: one born-digital zone, its own text, confidence 1."""
    frame = Box(0, 0, page.width, page.height)
    area = hull(line.box for line in page.lines).clip(*frame[2:]) if page.lines else frame
    zone = Zone(f"p{page.ref.index + 1}-z1", ZoneKind.BORN_DIGITAL, area, 0)
    lines = tuple(
        Line(
            id=f"p{page.ref.index + 1}-l{n}",
            zone=zone.id,
            box=line.box,
            text=line.text,
            confidence=1.0,
            words=tuple(Word(text, box, 1.0) for text, box in line.words),
        )
        for n, line in enumerate(page.lines, start=1)
        if line.text.strip()
    )
    return Page(
        index=page.ref.index,
        size_px=(page.width, page.height),
        dpi=page.dpi,
        steps=(Step("text_layer", {"lines": float(len(lines))}),),
        zones=(zone,),
        lines=lines,
    )


def _to_scan(box: Box, page: PreparedPage) -> Box:
    return page.to_scan.box(box).clip(*page.scan_size)


OF_TYPE, SURE_OF_MARK = 0.8, 0.85
"""Share of a line on marks that lies within a line of type, and mean confidence under which it is
then letters of that line that went with the mark, and no words of the mark's own."""


def _is_scrap(reading: LineReading, typed: Sequence[Box]) -> bool:
    """Whether a line on marks is a piece of a line of type that it lies over."""
    box = reading.line.box
    sure = [c.confidence for c in reading.chars if c.text.strip()]
    if not sure or fmean(sure) >= SURE_OF_MARK:
        return False
    return any(box.intersect(other).area >= OF_TYPE * box.area for other in typed)


def _line(
    reading: LineReading,
    page: PreparedPage,
    before: Sequence[Line],
    small_px: float,
    s: AssembleSettings,
) -> Line | None:
    """The line in scan pixels, or None where nothing was read.

    before    the lines above it
    small_px  height of the page's small letters, 0 where it is not known
    """
    read_chars = _without_frame(reading.chars) if reading.line.on_marks else reading.chars
    words, sure = [], []
    runs = list(_split(read_chars))
    for run in runs:
        under = not reading.line.on_marks and _under_mark(run, page, s)
        trust = s.under_mark_trust if under else 1.0
        words.append(_word(run, trust, under, page))
        sure += [c.confidence * trust for c in run]
    guess = is_guess(read_chars, on_marks=reading.line.on_marks)
    if guess or _is_dirt("".join(word.text for word in words)):
        return None
    read = " ".join(word.text for word in words)
    whole = len(read) == sum(len(c.text.strip()) for run in runs for c in run) + len(runs) - 1
    others = _others(runs) if whole else None
    cases: list[Edit] = []
    if s.letter_case and whole:
        # a reader that sees the whole line knows how high letters are, but for single ones
        cases = (
            case_edits(runs, small_px)
            if others is None
            else [*word_case_edits(read), *doubted_case_edits(runs)]
        )
    source = reading.line
    looks = _look_alikes(read, before) if s.look_alikes else []
    spelled = _spelling(read, _above(before, source.zone_id), others) if s.spelling else []
    text, changes = apply_edits(read, _first_of(cases, looks, spelled))
    words = [replace(w, text=t) for w, t in zip(words, text.split(" "), strict=True)]
    if s.word_trust and others is not None:
        words = trusted(words, goes_on=bool(before) and before[-1].text.endswith("-"))
    return Line(
        id=source.id,
        zone=source.zone_id,
        box=_to_scan(source.box, page),
        text=text,
        confidence=fmean(sure),
        words=tuple(words),
        changes=changes,
        baseline=tuple(Point(*page.to_scan.point(p)) for p in source.baseline),
        meant=meant(text) if s.look_alikes else None,
    )


def _others(runs: Sequence[Sequence[Char]]) -> Others | None:
    """What each character of the line might be instead; None from engines that do not tell."""
    if not any(c.others for run in runs for c in run):
        return None
    blank = ((" ", 1.0),)
    found: list[tuple[tuple[str, float], ...]] = []
    for run in runs:
        found += [blank] if found else []
        found += [((c.text, c.confidence), *c.others) for c in run]
    return found


def _look_alikes(read: str, before: Sequence[Line]) -> list[Edit]:
    """Letters and figures read for others of their shape, as words and points of lists tell."""
    above = [line.text for line in reversed(before)]
    letter = next((p for text in above if (p := list_letter(text)) is not None), None)
    number = next((n for text in above if (n := list_number(text)) is not None), None)
    points = list_letter_edits(read, letter, number)
    return list_number_edits(read, number) + lookalike_edits(read) + points


def _above(before: Sequence[Line], zone: str) -> str | None:
    """The line before in the same zone; a text without one may go on from another sheet."""
    return before[-1].text if before and before[-1].zone == zone else None


def _spelling(read: str, above: str | None, others: Others | None) -> list[Edit]:
    """Words that the dictionary and grammar mend."""
    half = is_half(read, above)
    found = spelling_edits(read, half, others) + long_word_edits(read, half, others)
    return found + spaced_edits(read, others) + ending_edits(read, above or "", others)


def _first_of(*proposed: Sequence[Edit]) -> list[Edit]:
    """All edits; of two that touch the same the first."""
    edits: list[Edit] = []
    for edit in chain.from_iterable(proposed):
        if all(edit.end <= other.start or other.end <= edit.start for other in edits):
            edits.append(edit)
    return edits


def _without_frame(chars: Sequence[Char]) -> Sequence[Char]:
    """The text of a stamp less the upright sides of its frame, read as bars at either end."""
    inner = [i for i, c in enumerate(chars) if c.text.strip(FRAME_SIDES)]
    return chars[inner[0] : inner[-1] + 1] if inner else ()


FRAME_SIDES = "|¦`_ "


def _is_dirt(read: str) -> bool:
    """Nothing, or a mark or two that is neither letter nor figure: a stain, the end of a rule.

    A typed row of dashes or asterisks is longer.
    """
    if set(read) == {"_", "-"}:
        return True  # pieces of a rule; what is typed is a row of either
    least = ROW_OF_RULE if set(read) <= {"_"} else ROW_OF_MARKS
    return len(read) < least and not any(c.isalnum() for c in read)


ROW_OF_MARKS, ROW_OF_RULE = 3, 5
"""Characters of a typed row; more of one that may be a piece of a rule."""


def _split(chars: Sequence[Char]) -> Iterator[list[Char]]:
    """The characters between blanks."""
    for blank, run in groupby(chars, key=lambda c: not c.text.strip()):
        if not blank:
            yield list(run)


def _under_mark(chars: Sequence[Char], page: PreparedPage, s: AssembleSettings) -> bool:
    """Whether ink of marks was taken off the word's box."""
    ink = crop(page.marks, hull(c.box for c in chars)) < MARK_INK
    return bool(ink.size) and float(ink.mean()) > s.under_mark_share


MARK_INK = 180
"""Grey level under which the layer of marks shows ink rather than a trace of it."""


def _word(chars: Sequence[Char], trust: float, under_mark: bool, page: PreparedPage) -> Word:
    text = unicodedata.normalize("NFC", "".join(c.text.strip() for c in chars))
    box = _to_scan(hull(c.box for c in chars), page)
    return Word(text, box, trust * min(c.confidence for c in chars), under_mark)
