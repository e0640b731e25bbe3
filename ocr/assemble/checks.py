"""Facts of a telegram that must bear each other out: where they do not, something was misread.

A telegram says most things twice. Its slots are numbered from 1 without a gap, and the copies that
the cipher section kept are those that went to nobody. Further sheets repeat the number and the
copy, and count on. It is signed, received, deciphered, typed and registered in this order. Earlier
telegrams of a series have lower numbers, and groups of a cipher have five figures.

A check that fails names the lines concerned. It does not say which of them is wrong, and nothing is
changed by it. What is not there is not checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

import regex

from ocr.assemble.blocks import Sheet
from ocr.assemble.head import stated_numbers
from ocr.assemble.printed import GAP, NO, D, digits, looks_like, pattern
from ocr.assemble.sign_off import sheet_number
from ocr.document import TEXT_KINDS, Check, Field, Page, ZoneKind

# Clocks east of Moscow run ahead by up to 9 hours (Wellington), and a telegram is dated by them.
AHEAD = timedelta(hours=9)
# All dates of a telegram lie within this; a year or a month misread does not.
SPAN = timedelta(days=200)
# Numbers begin anew with the year; in its first weeks those of the last one are still named.
NEW_SERIES_DAYS = 60
GROUP = 5
"""Figures in a group of a cipher."""
LEAST_GROUPS = 3
GROUP_SHARE = 0.6
"""So many, and such a share of a line's words, make it a line of groups."""

_KEPT = pattern(
    rf"^\W*[ЭЗ3]к[зЗ3][.,:]?\s*{NO}{{1,2}}\s*(?P<first>{D}{{1,2}})(?:\s?-\s?(?P<last>{D}{{1,2}}))?"
    r"(?=\W+\p{L}|\W+\d+\s+\p{L})"
)
_TOTAL = regex.compile(r"\b(\d{1,2})\s+(?:copies|экз)\b")
_COPY = pattern(rf"[ЭЗ3]к[зЗ3][.,:]?\s*{NO}{GAP}(?P<number>{D}{{1,2}})(?![\p{{L}}\p{{N}}])")
_OWN = pattern(r"\b(?:мо(?:й|ю|я|ей|его|ему|их|им)|my)\b(?:[^.\n]|(?:No|тел)\.){0,30}$")
_RECEIVED_AS = pattern(rf"(?:\bвх(?:одящ\p{{L}}*)?[.,]?|\bincoming)\s*(?:{NO}|no\.?|#)*\s*$")


def checks(pages: Sequence[Page], record: Sequence[Field]) -> tuple[Check, ...]:
    """What could be checked of the record; empty where there is none."""
    if not record:
        return ()
    facts = {fact.name: fact for fact in record}
    scanned = [Sheet(page) for page in pages if not _is_digital(page)]
    return (
        *_slots(facts),
        *_counted(pages, facts),
        *_kept(scanned, facts),
        *_sheets_run(scanned, facts),
        *_heads(scanned, facts),
        *_order(facts),
        *_references(pages, facts),
        *_groups(scanned),
    )


def _is_digital(page: Page) -> bool:
    return any(zone.kind is ZoneKind.BORN_DIGITAL for zone in page.zones)


# --- the grid ---------------------------------------------------------------------------------


def _slots(facts: Mapping[str, Field]) -> Iterator[Check]:
    """`slots_run`: from 1, without a gap, each read as what its place makes it."""
    slots = [f for name, f in facts.items() if regex.fullmatch(r"copies\.\d+\.number", name)]
    if not slots:
        return
    numbers = [int(slot.value) for slot in slots]
    faults: list[str] = []
    lines: list[str] = []
    if missing := sorted(set(range(1, max(numbers) + 1)) - set(numbers)):
        faults.append(f"no slot {_listed(missing)}")
    for slot in slots if any(slot.as_written for slot in slots) else ():
        read = looks_like(slot.as_written)
        if read is None or int(read) != slot.value:
            faults.append(f"slot {slot.value} reads {slot.as_written or 'nothing'}")
            lines += slot.line_ids
    if doubled := sorted({n for n in numbers if numbers.count(n) > 1}):
        faults.append(f"slot {_listed(doubled)} twice")
    good = f"slots 1 to {max(numbers)}"
    yield _check("slots_run", faults, good, lines or [i for s in slots for i in s.line_ids])


def _counted(pages: Sequence[Page], facts: Mapping[str, Field]) -> Iterator[Check]:
    """`copies_counted`: a list of so many copies names so many."""
    ids = {i for name, f in facts.items() if name.startswith("copies.") for i in f.line_ids}
    given = sum(name.startswith("copies.") and name.endswith(".number") for name in facts)
    for line in (line for page in pages for line in page.lines if line.id in ids):
        if match := _TOTAL.search(line.text):
            faults = [] if int(match[1]) == given else [f"{match[1]} copies, {given} named"]
            yield _check("copies_counted", faults, f"{given} copies", sorted(ids))


def _kept(sheets: Sequence[Sheet], facts: Mapping[str, Field]) -> Iterator[Check]:
    """`copies_kept`: the copies kept follow on those that were given out."""
    given = {
        int(facts[name.replace("addressee", "number")].value): fact
        for name, fact in facts.items()
        if name.startswith("copies.") and name.endswith(".addressee")
    }
    for sheet in sheets:
        block = sheet.of(ZoneKind.SIGN_OFF)
        match = _KEPT.search(block.folded)
        if match is None or not given:
            continue
        first = digits(match["first"])
        last = digits(match["last"]) if match["last"] else first
        line_ids = list(block.fact("", "", *match.span()).line_ids)
        if first is None or last is None:
            continue
        kept = set(range(int(first), int(last) + 1))
        faults = [] if kept else [f"kept {first} to {last}"]
        if both := sorted(kept & set(given)):
            faults.append(f"copy {_listed(both)} is both given out and kept")
            line_ids += [i for n in both for i in given[n].line_ids]
        neither = sorted(set(range(1, min(kept, default=1))) - set(given))
        if neither:
            faults.append(f"copy {_listed(neither)} is neither given out nor kept")
        yield _check(
            "copies_kept", faults, f"{len(given)} given out, {_listed(kept)} kept", line_ids
        )


# --- the sheets -------------------------------------------------------------------------------


def _sheets_run(sheets: Sequence[Sheet], facts: Mapping[str, Field]) -> Iterator[Check]:
    """`sheets_run`: the heads of further sheets count on from 2, to as many as are stated."""
    numbers, lines = [], []
    for sheet in sheets:
        block = sheet.of(ZoneKind.CONTINUATION)
        if sheet.of(ZoneKind.HEAD).lines:
            numbers.append(1)
        elif block.lines:
            stated = sheet_number(block)
            numbers.append(stated[0] if stated else 0)
            lines += [line.id for line in block.lines]
    if not lines:
        return
    faults = []
    last = facts.get("sheets")
    total = max(*numbers, int(last.value) if last else 0)
    unread = numbers.count(0)
    if missing := sorted(set(range(1, total + 1)) - set(numbers))[unread:]:
        faults.append(f"no sheet {_listed(missing)}")
    if unread:
        faults.append(f"{unread} head(s) without a readable number of the sheet")
    read = [n for n in numbers if n]
    if doubled := sorted({n for n in read if read.count(n) > 1}):
        faults.append(f"sheet {_listed(doubled)} twice")
    elif any(b < a for a, b in pairwise(read)):
        faults.append("sheets in another order: " + ", ".join(map(str, read)))
    yield _check("sheets_run", faults, f"sheets 1 to {total}", lines)


def _heads(sheets: Sequence[Sheet], facts: Mapping[str, Field]) -> Iterator[Check]:
    """`heads_agree`: further sheets bear the number and the copy of the first."""
    stated = list(stated_numbers(sheets))
    copies = []
    for sheet in sheets:
        for block in (sheet.of(ZoneKind.RECEPTION), sheet.of(ZoneKind.CONTINUATION)):
            for match in _COPY.finditer(block.folded):
                if (figures := digits(match["number"])) is not None:
                    copies.append(block.fact("copy", figures, *match.span("number")))
    faults: list[str] = []
    lines: list[str] = []
    if len(stated) + len(copies) < 3:  # the first sheet alone
        return
    for name, said in (("number", stated), ("copy", copies)):
        values = [str(fact.value) for fact in said]
        usual = str(facts["number"].value) if name == "number" and "number" in facts else None
        usual = usual or (max(values, key=values.count) if values else "")
        for fact in said:
            if str(fact.value) != usual:
                faults.append(f"{name} {fact.value} where others have {usual}")
                lines += fact.line_ids
    number = facts["number"].value if "number" in facts else "?"
    everywhere = [i for fact in (*stated, *copies) for i in fact.line_ids]
    yield _check("heads_agree", faults, f"all heads have {number}", lines or everywhere)


# --- times ------------------------------------------------------------------------------------


def _order(facts: Mapping[str, Field]) -> Iterator[Check]:
    """Signed, received, deciphered, typed, registered: each not before the one before it."""
    steps = [
        ("received_after_signed", "signed_on", "received_at"),
        ("deciphered_after_received", "received_at", "deciphered.at"),
        ("typed_after_deciphered", "deciphered.at", "typed.at"),
    ]
    stamps = [n for n in facts if regex.fullmatch(r"incoming_stamps\.\d+\.date", n)]
    steps += [("registered_after_received", "received_at", name) for name in stamps]
    for check, first, second in steps:
        if first in facts and second in facts:
            yield _follows(check, facts[first], facts[second])
    dates = [
        fact
        for name, fact in facts.items()
        if name in ("signed_on", "received_at", "deciphered.at", "typed.at", *stamps)
    ]
    if len(dates) > 1:
        yield _near(dates)


def _follows(name: str, first: Field, second: Field) -> Check:
    """By the minute where both have it, else by the day; the sender's day may run ahead."""
    a, b = _time(first), _time(second)
    if name == "received_after_signed":
        late = b + AHEAD if _has_hour(second) else b + timedelta(days=1)
        wrong = late.date() < a.date()
    elif _has_hour(first) and _has_hour(second):
        wrong = b < a
    else:
        wrong = b.date() < a.date()
    what = f"{first.as_written} ({first.value}), then {second.as_written} ({second.value})"
    return Check(name, not wrong, what, (*first.line_ids, *second.line_ids))


def _near(dates: Sequence[Field]) -> Check:
    """`dates_near`: all dates of the record lie close together."""
    days = sorted(_time(fact).date() for fact in dates)
    middle: date = days[len(days) // 2]
    far = [fact for fact in dates if abs(_time(fact).date() - middle) > SPAN]
    faults = [f"{fact.name} {fact.value} is far from {middle}" for fact in far]
    return _check(
        "dates_near",
        faults,
        f"{days[0]} to {days[-1]}",
        [i for fact in far or dates for i in fact.line_ids],
    )


def _time(fact: Field) -> datetime:
    return datetime.fromisoformat(str(fact.value))


def _has_hour(fact: Field) -> bool:
    return "T" in str(fact.value)


# --- numbers ----------------------------------------------------------------------------------


def _references(pages: Sequence[Page], facts: Mapping[str, Field]) -> Iterator[Check]:
    """`references_before`: earlier telegrams of the same series have lower numbers."""
    lines = {line.id: line.text for page in pages for line in page.lines}
    signed = facts.get("signed_on") or facts.get("received_at")
    early = signed is not None and _time(signed).timetuple().tm_yday <= NEW_SERIES_DAYS
    faults: list[str] = []
    used: list[str] = []
    compared = 0
    for name, fact in facts.items():
        if not name.startswith("references."):
            continue
        text = "\n".join(lines.get(i, "") for i in fact.line_ids)
        at = regex.search(rf"(?<!\w){regex.escape(fact.as_written)}(?!\w)", text)
        before = text[: at.start()] if at else ""
        own = "number" if _RECEIVED_AS.search(before) else "outgoing_number"
        if own == "outgoing_number" and not _OWN.search(before):
            continue
        limit = facts.get(own)
        if limit is None or (early and _figures(fact) > _figures(limit)):
            continue
        compared += 1
        used += fact.line_ids
        if _figures(fact) >= _figures(limit):
            faults.append(f"{fact.value} is named in {limit.value}, and not before it")
    if compared:
        yield _check("references_before", faults, f"{compared} earlier number(s)", used)


def _figures(fact: Field) -> int:
    """A number without the office's mark: `12/1` is 12."""
    return int(str(fact.value).partition("/")[0])


def _groups(sheets: Sequence[Sheet]) -> Iterator[Check]:
    """`groups_complete`: every group of a cipher has its five figures."""
    faults, lines, count = [], [], 0
    for sheet in sheets:
        for line in sheet.of(*TEXT_KINDS).lines:
            words = line.text.split()
            groups = [word for word in words if _is_group(word)]
            if len(groups) < max(LEAST_GROUPS, GROUP_SHARE * len(words)):
                continue
            count += len(words)
            if wrong := [word for word in words if not _is_group(word)]:
                faults += wrong
                lines.append(line.id)
    if count:
        what = [f"{len(faults)} of {count} groups: {', '.join(faults)}"] if faults else []
        yield _check("groups_complete", what, f"{count} groups of five figures", lines)


def _is_group(word: str) -> bool:
    """Five figures, or what machines without a 1, a 3 or a 0 typed for them."""
    bare = word.strip(".,;:-")
    return len(bare) == GROUP and looks_like(bare) is not None and any(c.isdigit() for c in bare)


def _check(name: str, faults: Sequence[str], good: str, line_ids: Sequence[str]) -> Check:
    what = "; ".join(faults) if faults else good
    return Check(name, not faults, what, tuple(dict.fromkeys(line_ids)))


def _listed(numbers: Sequence[int] | set[int]) -> str:
    return ", ".join(str(n) for n in sorted(numbers))
