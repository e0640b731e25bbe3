"""The record of a telegram that was drawn, known without reading it.

Each fact is looked up among the lines that were typed, so that a scan of some of the sheets gets
the facts that stand on them and no others, and every fact names the lines it stands on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from ocr.document import Field, Line, Page, ZoneKind
from ocr.synth.texts.corpus import Telegram

HEADS = (ZoneKind.HEAD, ZoneKind.CONTINUATION)


def renumber(page: Page, index: int) -> Page:
    """The page as number `index` of another scan: ids of zones and lines tell the page."""
    old, new = f"p{page.index + 1}-", f"p{index + 1}-"

    def moved(name: str) -> str:
        return new + name.removeprefix(old)

    zones = tuple(replace(zone, id=moved(zone.id)) for zone in page.zones)
    lines = tuple(replace(line, id=moved(line.id), zone=moved(line.zone)) for line in page.lines)
    return replace(page, index=index, zones=zones, lines=lines)


def true_record(telegram: Telegram, pages: Sequence[Page]) -> tuple[Field, ...]:
    """The facts that stand on these pages of the telegram, in the order of the record."""
    typed = _Typed(pages)
    fields = [
        *_identity(telegram, typed),
        *_reception(telegram, typed),
        *_instructions(telegram, typed),
        *_copies(telegram, typed),
        *_references(telegram, typed),
        *_sign_off(telegram, typed),
        *_stamps(telegram, typed),
    ]
    return tuple(fields)


def meant(line: Line) -> str:
    """What the typist meant, whatever she typed."""
    return line.text if line.meant is None else line.meant


class _Typed:
    """The lines of some pages, to be asked for by what stands on them."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self.lines: list[tuple[ZoneKind, Line]] = [
            (page.zone(line.zone).kind, line) for page in pages for line in page.lines
        ]

    def with_text(self, part: str, kinds: Collection[ZoneKind]) -> tuple[str, ...]:
        """Ids of the lines in zones of these kinds that hold `part`."""
        return tuple(i.id for kind, i in self.lines if kind in kinds and part in meant(i))

    def field(
        self, name: str, value: str | int, written: str, part: str, *kinds: ZoneKind
    ) -> Iterator[Field]:
        """The fact, once, if there is a line in one of these zones that holds `part`."""
        found = self.with_text(part, kinds)
        if found:
            yield Field(name, value, self.written(written, found[0]), found, 1.0)

    def written(self, words: str, line_id: str) -> str:
        """The words as they stand on a line where the typist may have struck other characters."""
        line = next(line for _, line in self.lines if line.id == line_id)
        at = meant(line).find(words)
        if at < 0 or len(meant(line)) != len(line.text):
            return words
        return line.text[at : at + len(words)]


def _identity(t: Telegram, typed: _Typed) -> Iterator[Field]:
    title = t.title.lower()
    head = tuple(typed.field("kind", title, t.title, f"{t.title} №", ZoneKind.HEAD))
    goes_on = f"{title}ы №".replace("аы", "ы")
    yield from head or typed.field("kind", title, goes_on[:-2], goes_on, ZoneKind.CONTINUATION)
    yield from typed.field("number", t.number, t.number, f"№ {t.number}", *HEADS)


def _reception(t: Telegram, typed: _Typed) -> Iterator[Field]:
    r = t.reception
    written = f'" {r.hour} " ч. " {r.minute} " м. " {r.day} " {r.month} {r.year} г.'
    yield from typed.field("origin", r.place.value, r.place.typed, "Из ", ZoneKind.RECEPTION)
    yield from typed.field("received_at", r.at, written, written, ZoneKind.RECEPTION)


def _instructions(t: Telegram, typed: _Typed) -> Iterator[Field]:
    urgency, addressee = t.urgency, t.addressee
    yield from typed.field("urgency", urgency.value, urgency.typed, urgency.typed, ZoneKind.URGENCY)
    secret = t.classification
    yield from typed.field("classification", secret.lower(), secret, secret, *HEADS)
    yield from typed.field("copying", t.copying.lower(), t.copying, t.copying, ZoneKind.HEAD)
    notice = " ".join(t.return_notice)
    # the issuing body may be named in the same words higher up
    found = [typed.with_text(words, (ZoneKind.HEAD,))[-1:] for words in t.return_notice]
    if all(found):
        yield Field("return_notice", notice, notice, sum(found, ()), 1.0)
    yield from typed.field(
        "addressee", addressee.value, addressee.typed, addressee.typed, ZoneKind.ADDRESSEE
    )


def _copies(t: Telegram, typed: _Typed) -> Iterator[Field]:
    slots = [line for kind, line in typed.lines if kind == ZoneKind.GRID]
    for i, line in enumerate(slots):
        yield Field(f"copies.{i}.number", i + 1, str(i + 1), (line.id,), 1.0)
        if i < len(t.copies) and t.copies[i].typed:
            written = t.copies[i].typed.removeprefix("тов. ")
            name = f"copies.{i}.addressee"
            yield Field(name, t.copies[i].value, written, (line.id,), 1.0)


def _references(t: Telegram, typed: _Typed) -> Iterator[Field]:
    """Numbered from 0 in the order of the telegram, as far as they stand on these pages."""
    n = 0
    for number in t.references:
        for found in typed.field(f"references.{n}", number, number, number, ZoneKind.BODY):
            yield found
            n += 1


def _sign_off(t: Telegram, typed: _Typed) -> Iterator[Field]:
    s, kind = t.sign_off, ZoneKind.SIGN_OFF
    who = s.signatory
    yield from typed.field("signatory", who.value, who.typed, who.typed, kind)
    yield from typed.field("outgoing_number", s.outgoing, s.outgoing, f"№ {s.outgoing}.", kind)
    signed = typed.with_text(s.date, (kind,))[:1]
    if signed:
        yield Field("signed_on", iso_date(s.date), s.date, signed, 1.0)
    for name, by, at in (
        ("deciphered", s.deciphered_by, s.deciphered_at),
        ("typed", s.typed_by, s.typed_at),
    ):
        yield from typed.field(f"{name}.by", by, by, by, kind)
        yield from typed.field(f"{name}.at", iso_time(at), at, at, kind)
    yield from typed.field("file_number", s.file_number, s.file_number, f"№ {s.file_number}", kind)
    last = len(t.sheets)
    if signed and last > 1:
        yield from typed.field("sheets", last, str(last), f'Лист " {last} "', *HEADS)


def _stamps(t: Telegram, typed: _Typed) -> Iterator[Field]:
    if t.stamp is None:
        return
    s, kind = t.stamp, ZoneKind.STAMP
    day, month = s.day_month.split("/")
    date = f"{int(s.year):04}-{int(month):02}-{int(day):02}"
    filled = s.lines[-1]
    name = "incoming_stamps.0"
    yield from typed.field(f"{name}.number", s.number, s.number, filled, kind)
    yield from typed.field(f"{name}.date", date, f"{s.day_month} {s.year} г.", filled, kind)
    found = tuple(line.id for zone, line in typed.lines if zone == kind)
    if found:
        text = " ".join(s.lines)
        yield Field(f"{name}.text", text, text, found, 1.0)


def iso_date(typed: str) -> str:
    """`7.10.50` as 1950-10-07: the years of these telegrams are 1900 and on."""
    day, month, year = (int(part) for part in typed.split("."))
    return f"{year + 1900 if year < 100 else year:04}-{month:02}-{day:02}"


def iso_time(typed: str) -> str:
    """`13.00 7.10.50` as 1950-10-07T13:00."""
    clock, date = typed.split(" ")
    hour, minute = (int(part) for part in clock.split("."))
    return f"{iso_date(date)}T{hour:02}:{minute:02}"
