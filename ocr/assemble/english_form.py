"""The record of a telegram in its English form: an archive's translation without the scan.

The facts of the head stand as a list there: number, place, received, deciphered by, typed by,
cabled, and a distribution list that counts copies per person (`Stalin - 2, Molotov - 1`) or numbers
them (`3 - cde. Molotov`). Each is found by its English words, at the head of a line where the text
could have them too. Closed lists (kind, urgency, secrecy, copying) take the values of the Russian
form, so that one search finds both; names and places stay in the letters of the text. Copies that
are only counted are numbered in the order of the list.

A text is a telegram when its title says so and two more facts of a head stand in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from ocr.assemble.blocks import Block
from ocr.assemble.changes import apply_edits
from ocr.assemble.dictionary import title
from ocr.assemble.english import find_dates, find_timestamp
from ocr.assemble.settings import AssembleSettings
from ocr.assemble.spacing import spacing_edits
from ocr.document import Field, Line
from ocr.geometry import Box

LEAST_FACTS = 2
LONGEST_ITEM = 60
"""Characters: an urgency, a degree of secrecy or an addressee has a short line of its own."""
FULL_LINE = 70
"""Characters from which a line of a translation may go on in the next."""
_NO = r"(?:nos?\.|no\b|numbers?|nr\.?|№|#)"
_NAME = r"(?P<name>(?-i:\p{Lu})[\p{L}'’\-]+(?:[ ](?-i:\p{Lu})[\p{L}'’\-]+)?)"


def _compiled(expression: str) -> regex.Pattern[str]:
    return regex.compile(expression, regex.IGNORECASE | regex.MULTILINE)


_TITLE = _compiled(
    r"^\W*(?P<kind>(?P<cipher>(?:en)?cipher(?:ed)?|coded?|encrypted|encoded)\s+"
    rf"(?:telegram|cable|message)|telegram|cable)\b,?\s*(?:{_NO}\s*)?"
    r"(?P<number>\d[\d ]{0,6}\b(?:/\w{1,3}\b)?)?"
)
_FROM = _compiled(rf"(?:(?:^\W*|\.\s+)from\b\s*:?\s*|\breceived\s+from\s+(?:the\s+)?){_NAME}")
_NUMBER_OF_PLACE = _compiled(rf"\W{{1,3}}{_NO}\s*(?P<number>\d{{1,6}}(?:/\w{{1,3}})?)\b")
_RECEIVED = _compiled(r"(?:^\W*|[.,;]\s+)(?:received|arrived)\b")
_DECIPHERED = _compiled(rf"\b(?:deciphered|decrypted|decoded)\s*(?:by|:)\s*(?:comrade\s+)?{_NAME}")
_TYPED = _compiled(rf"\b(?:typed|printed)\s*(?:by|:)\s*(?:comrade\s+)?{_NAME}")
_CABLED = _compiled(r"^\W*(?P<what>(?:cabled|forwarded|transmitted|sent)\s+by\b.*?)\W*$")
_COPIES = _compiled(
    r"^\W*(?:distribution(?:\s+list)?|copies(?:\s+sent)?(?:\s+to)?|copy\s+to)\b"
    r"[\s:–-]*(?:(?P<total>\d+)\s+copies\W+)?"
)
# an item of a list of copies: `copy 2 - Molotov`, `Stalin - 2`, `Stalin (2)`, `8MDGS`
_ITEM = _compiled(
    r"\s*(?:(?:copy\s*)?(?:no\.?\s*)?(?P<number>\d{1,2})\s*[-–—:.)]\s*)?(?:cde?\b\.?|comrade)?\s*"
    r"(?P<name>[\p{L}\d][^,;:\n()]*?)\s*(?:[-–—]\s*(?P<count>\d{1,2})|\((?P<count>\d{1,2})\))?\s*\.?\s*$"
)
_NUMBERED = _compiled(
    rf"^\W*(?P<number>\d{{1,2}})\s*[.)]?\W*(?:cde?\b\.?|comrade|com\.)?\s*{_NAME}\W*$"
)
_TO = _compiled(
    r"^\W*to\b[ ]*:?\s*(?:moscow,?\s*(?:to\s+)?)?(?:cde?\.|comrade|com\.)?[ ]*"
    r"(?P<name>(?-i:\p{Lu})[\p{L}'’\-]+(?:[ ](?-i:\p{Lu})[\p{L}'’.\-]*)*"
    r"(?:[ ]*[\[(][^\])]*[\])])?)\W*$"
)
_REFERENCE = _compiled(
    r"\b(?:your|my|our|his|incoming|outgoing|reference|telegrams?|cables?)\s+"
    rf"(?:telegrams?\s+|cables?\s+)?{_NO}\s*(?P<list>\d+(?:\s*(?:,|and|&)\s*(?:{_NO}\s*)?\d+)*)"
)
_OUTGOING = _compiled(rf"^\W*{_NO}\s*(?P<number>\d{{1,6}})\W*$")
_DAY_MONTH = regex.compile(r"^\W*(?P<day>\d{1,2})\.(?P<month>\d{1,2})\W*$")
_SIGNATURE = regex.compile(r"\W*(?:(?:\p{Lu}\.\s?){0,2}\p{Lu}[\p{L}'’\-]*(?:\s|\W*$)){1,3}\W*")
_BRACKETS = regex.compile(r"\s*[\[(].*?[\])]")

# Values as in the Russian form; the first that stands at the head of a line counts.
URGENCY = (
    ("внеочередная", r".*\bvne[\s-]*ocheredn\w*|priority|extraordinary|out[\s-]of[\s-]turn"),
    ("весьма срочная", r"(?:very|most|extremely)\s+urgent"),
    ("срочная", r"urgent"),
    ("немедленно", r"immediate(?:ly)?"),
    ("молния", r"flash|lightning"),
    ("особая", r"special(?!\s+(?:folder|file))"),
    ("обыкновенная", r"routine|ordinary"),
)
SECRECY = (
    ("совершенно секретно", r"top\s+secret"),
    ("строго секретно", r"strictly\s+secret"),
    ("особая папка", r"special\s+(?:folder|file)"),
    ("секретно", r"secret"),
    ("для служебного пользования", r"for\s+official\s+use\s+only"),
)
COPYING = (
    (
        "снятие копий воспрещается",
        r"(?:copying|making\s+copies|reproduction)\s+(?:is\s+)?(?:strictly\s+)?(?:prohibited|forbidden)",
    ),
)


def english_record(block: Block, s: AssembleSettings) -> tuple[Field, ...]:
    """The fields of the telegram that these lines are; empty where they are none."""
    at = next(_titles(block), None)
    if at is None:
        return ()
    year = next((int(f.value[:4]) for f in find_dates(block.text, None)), None)
    facts = [*_head(block, at, year), *_copies(block), *_references(block, at.end())]
    facts += _foot(block, year, s)
    enough = LEAST_FACTS + (at["cipher"] is None)
    others = {f.name.partition(".")[0] for f in facts} - {"kind", "number", "classification"}
    return tuple(facts) if len(others) >= enough else ()


def _titles(block: Block) -> Iterator[regex.Match[str]]:
    """Titles of a telegram, those with a number first."""
    found = [m for m in _TITLE.finditer(block.text) if m["cipher"] or m["number"]]
    yield from sorted(found, key=lambda m: m["number"] is None)


def _head(block: Block, at: regex.Match[str], year: int | None) -> Iterator[Field]:
    kind = "шифртелеграмма" if at["cipher"] else "телеграмма"
    yield block.fact("kind", kind, *at.span("kind"))
    if at["number"]:
        yield block.fact("number", at["number"].replace(" ", ""), *at.span("number"))
    if match := _FROM.search(block.text):
        sent = _NUMBER_OF_PLACE.match(block.text, match.end())
        if sent is not None and not at["number"]:
            yield block.fact("number", sent["number"], *sent.span("number"))
        yield block.fact("origin", title(match["name"]), *match.span("name"))
    if match := _RECEIVED.search(block.text):
        yield from _timed("received_at", block, match.end(), year)
    yield from _listed("urgency", URGENCY, block, whole_line=True)
    yield from _listed("classification", SECRECY, block)
    yield from _listed("copying", COPYING, block)
    if match := _TO.search(block.text):
        name = _BRACKETS.sub("", match["name"])
        if match.end() - match.start() <= LONGEST_ITEM:
            yield block.fact("addressee", title(name), *match.span("name"))
    for name, expression in (("deciphered", _DECIPHERED), ("typed", _TYPED)):
        if match := expression.search(block.text):
            yield block.fact(f"{name}.by", title(match["name"]), *match.span("name"))
            yield from _timed(f"{name}.at", block, match.end(), year)
    if match := _CABLED.search(block.text):
        yield block.fact("cabled", " ".join(match["what"].split()), *match.span("what"))


def _timed(name: str, block: Block, start: int, year: int | None) -> Iterator[Field]:
    """The time behind a word, up to where the next thing is said."""
    cues = [m.start() for e in (_RECEIVED, _DECIPHERED, _TYPED) for m in e.finditer(block.text)]
    rows = [end for _, begin, end in block.rows() if end >= start][:2]
    limit = min([*(cue for cue in cues if cue > start), rows[-1] if rows else start])
    if (time := find_timestamp(block.text[start:limit], year)) is not None:
        yield block.fact(name, time.value, start + time.start, start + time.end)


def _listed(
    name: str, terms: Sequence[tuple[str, str]], block: Block, whole_line: bool = False
) -> Iterator[Field]:
    """The first short line that begins with a term of a closed list."""
    for line, start, _ in block.rows():
        if len(line.text) > LONGEST_ITEM:
            continue
        for value, expression in terms:
            match = _compiled(rf"^\W*(?P<term>{expression})\b").match(line.text)
            if match and (whole_line or match.end() > len(line.text) // 2):
                a, b = (0, len(line.text)) if whole_line else match.span("term")
                yield block.fact(name, value, start + a, start + b)
                return


def blank_terms(text: str) -> frozenset[str]:
    """The values of the closed lists that a short line of an English head holds."""
    if len(text) > LONGEST_ITEM:
        return frozenset()
    block = Block((Line("", "", Box(0, 0, 0, 0), text, 1.0, ()),))
    listed = [*_listed("", URGENCY, block), *_listed("", SECRECY, block)]
    kinds = [m["cipher"] is not None for m in _titles(block)]
    named = {"шифртелеграмма" if cipher else "телеграмма" for cipher in kinds}
    return frozenset({str(f.value) for f in listed} | named)


# --- copies and references --------------------------------------------------------------------


def _copies(block: Block) -> Iterator[Field]:
    """One slot a copy: numbered as listed, or counted in the order of the list."""
    head = _COPIES.search(block.text)
    if head is None:
        return
    slots = list(_numbered(block, head.end())) or list(_in_line(block, head.end()))
    for i, (number, typed, name, start, end) in enumerate(slots):
        yield block.fact(f"copies.{i}.number", number, *typed)
        yield block.fact(f"copies.{i}.addressee", name, start, end)


_Slot = tuple[int, tuple[int, int], str, int, int]


def _numbered(block: Block, start: int) -> Iterator[_Slot]:
    """Lines `3 - cde. Molotov` that follow each other."""
    for _, begin, end in block.rows():
        if end <= start:
            continue
        match = _NUMBERED.match(block.text, begin, end)
        if match is None:
            if block.text[begin:end].strip() and begin >= start:
                return
            continue
        yield int(match["number"]), match.span("number"), title(match["name"]), *match.span("name")


def _in_line(block: Block, start: int) -> Iterator[_Slot]:
    """`Stalin - 2, Molotov -1` or `Stalin (2), Molotov`: so many copies each, numbered on."""
    given = 0
    end = _end_of_list(block, start)
    for part in regex.compile(r"[^,;]+").finditer(block.text, start, end):
        match = _ITEM.match(block.text, *part.span())
        if match is None:
            return
        name = match["name"]
        value = name if regex.search(r"\d", name) or name.isupper() else title(name)
        for _ in range(int(match["count"] or 1)):
            given = int(match["number"] or given + 1)
            typed = match.span("number") if match["number"] else (match.start("name"),) * 2
            yield given, typed, value, *match.span("name")


def _end_of_list(block: Block, start: int) -> int:
    """With its sentence, or with the line, unless that is full or ends in a comma."""
    rows = [(begin, end) for _, begin, end in block.rows() if end > start]
    for begin, end in rows:
        line = block.text[max(begin, start) : end].rstrip()
        if line.endswith(".") or not (line.endswith((",", ";", "-")) or end - begin > FULL_LINE):
            return end
    return rows[-1][1] if rows else start


def _references(block: Block, start: int) -> Iterator[Field]:
    seen: set[str] = set()
    for match in _REFERENCE.finditer(block.text, start):
        for each in regex.compile(r"\d+").finditer(block.text, *match.span("list")):
            if each[0] not in seen:
                yield block.fact(f"references.{len(seen)}", each[0], *each.span())
                seen.add(each[0])


# --- the foot ---------------------------------------------------------------------------------


def _foot(block: Block, year: int | None, s: AssembleSettings) -> Iterator[Field]:
    """Signatory, outgoing number, date: the last lines, in this order; the number may lack."""
    rows = [row for row in block.rows() if row[0].text.strip()]
    to = _TO.search(block.text)
    top = max(LEAST_FACTS, sum(end <= to.end() for _, _, end in rows) if to else 0)
    places = reversed(range(top, len(rows)))
    at = next((i for i in places if _OUTGOING.match(rows[i][0].text)), None)
    last = len(rows) - 1
    if at is not None:
        upper, below = at, rows[at + 1 :]
    elif last > top and (find_dates(rows[last][0].text, year) and len(rows[last][0].text) < 30):
        upper, below = last, rows[last:]
    else:
        upper, below = len(rows), []
    if upper > top:
        yield from _signatory(block, rows[upper - 1], upper < len(rows), s)
    if at is not None and (match := _OUTGOING.match(block.text, rows[at][1])) is not None:
        yield block.fact("outgoing_number", match["number"], *match.span("number"))
    yield from _signed_on(block, below[:2], year)


_Row = tuple[Line, int, int]


def _signatory(block: Block, row: _Row, sure: bool, s: AssembleSettings) -> Iterator[Field]:
    """The line above the number or date; else, not `sure`, a letter-spaced one alone."""
    line, start, end = row
    closed, _ = apply_edits(line.text, spacing_edits(line.text, line.words, s))
    bare = _BRACKETS.sub("", closed).strip(" ,.;")
    if bare and (closed != line.text or (sure and _SIGNATURE.fullmatch(bare))):
        yield block.fact("signatory", title(bare.split(".")[-1].strip()), start, end)


def _signed_on(block: Block, rows: Sequence[_Row], year: int | None) -> Iterator[Field]:
    for line, start, end in rows:
        dates = find_dates(line.text, year)
        if not dates and year and (match := _DAY_MONTH.match(line.text)):
            dates = find_dates(f"{match['day']}.{match['month']}.{year}", None)
        if dates:
            yield block.fact("signed_on", dates[0].value, start, end)
            return
