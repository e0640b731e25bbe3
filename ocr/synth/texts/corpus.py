"""What is typed: telegrams and other papers as data, and how text is broken into lines.

A typed form and its meaning stand side by side (`Worded`), so that the truth of a record needs no
grammar. Telegram 25348 is kept as text beside this file. Lines are broken as a typist does it: at
a blank where the line is nearly full, otherwise inside a word by the syllable rules of school.
"""

from __future__ import annotations

import tomllib
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, NamedTuple

from ocr.synth.texts.typist import FAULTLESS, Typist

# fmt: off
MONTHS = ("января", "февраля", "марта", "апреля", "мая", "июня",
          "июля", "августа", "сентября", "октября", "ноября", "декабря")
# fmt: on

VOWELS = frozenset("аеёиоуыэюяАЕЁИОУЫЭЮЯ")
NEVER_FIRST = frozenset("ьъйыЬЪЙЫ")  # no part of a word begins with these
RAGGED_MAX = 5  # columns a typist leaves empty before she breaks a word


class Worded(NamedTuple):
    """What was typed and what it means: a name in the dative and in the nominative."""

    typed: str
    value: str


@dataclass(frozen=True, slots=True)
class Reception:
    """Where from and when a telegram came in, and which copy this is."""

    place: Worded
    hour: str
    minute: str
    day: str
    month: str
    year: str
    copy: str

    @property
    def at(self) -> str:
        """ISO 8601, to the minute."""
        month = MONTHS.index(self.month) + 1
        day = f"{int(self.year):04}-{month:02}-{int(self.day):02}"
        return f"{day}T{int(self.hour):02}:{int(self.minute):02}"


@dataclass(frozen=True, slots=True)
class SignOff:
    """What stands under the text of the last sheet; dates as typed, `7.10.50`."""

    signatory: Worded
    outgoing: str
    date: str
    deciphered_by: str
    deciphered_at: str
    typed_by: str
    typed_at: str
    file_number: str
    copies_kept: str
    checked: str


@dataclass(frozen=True, slots=True)
class IncomingStamp:
    """The boxed stamp of the office that received the sheets; the last line is filled in."""

    head: tuple[str, ...]
    number: str
    day_month: str
    year: str

    @property
    def lines(self) -> tuple[str, ...]:
        return (*self.head, f"Вх. № {self.number} от {self.day_month} {self.year} г.")


@dataclass(frozen=True, slots=True)
class SheetText:
    """The running text of one sheet; `copy` is filled into its head, `catchword` ends it."""

    paragraphs: tuple[str, ...]
    catchword: str = ""
    copy: str = ""


@dataclass(frozen=True, slots=True)
class Telegram:
    """A ciphered telegram: all that was typed into its blank. `copies` counts from slot 1."""

    number: str
    office: tuple[str, ...]
    return_notice: tuple[str, ...]
    copies: tuple[Worded, ...]
    ticked: tuple[int, ...]
    urgency: Worded
    addressee: Worded
    references: tuple[str, ...]
    reception: Reception
    sheets: tuple[SheetText, ...]
    sign_off: SignOff
    stamp: IncomingStamp | None
    title: str = "ШИФРТЕЛЕГРАММА"
    classification: str = "СОВЕРШЕННО СЕКРЕТНО"
    copying: str = "Снятие копий воспрещается"
    typist: Typist = FAULTLESS


@dataclass(frozen=True, slots=True)
class Memorandum:
    """A letter from office to office, all of it typed. Texts are as meant; `typist` types them.

    letterhead  the office, line by line, at the top left, centred on itself
    issued      under it: date, number and town, each a line
    secrecy     at the top right: degree of secrecy, number of the copy
    addressee   line by line, to the right
    subject     what it is about, over the text; "" where nothing is said
    position    who signs, line by line; `signatory` stands to the right of the last
    notes       at the foot, small matters of the typing office, line by line
    """

    letterhead: tuple[str, ...]
    issued: tuple[str, ...]
    secrecy: tuple[str, ...]
    addressee: tuple[str, ...]
    subject: str
    paragraphs: tuple[str, ...]
    position: tuple[str, ...]
    signatory: str
    notes: tuple[str, ...]
    typist: Typist


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, "" where there is none, and what stands under it."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Plain typescript: title lines, centred; sections; who signs and when, line by line."""

    title: tuple[str, ...]
    sections: tuple[Section, ...]
    signature: tuple[str, ...]
    typist: Typist


@dataclass(frozen=True, slots=True)
class NameList:
    """A list in two columns under a title; `heads` stand over them, "" where they have none."""

    title: tuple[str, ...]
    heads: tuple[str, str]
    entries: tuple[tuple[str, str], ...]
    signature: tuple[str, ...]
    typist: Typist


@dataclass(frozen=True, slots=True)
class ArchivePages:
    """What an archive prints before and after the scanned sheets of its PDF."""

    date: str
    title: str
    citation: str
    summary: str
    credits: str
    language: str
    contents: tuple[str, ...]
    translation: tuple[str, ...]


def read_table(name: str) -> dict[str, Any]:
    """A table of texts that lies beside this file."""
    return tomllib.loads(resources.files("ocr.synth.texts").joinpath(name).read_text("utf-8"))


def _worded(table: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The table with the named pairs made `Worded` and every list a tuple."""
    plain = {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}
    return plain | {name: Worded(*table[name]) for name in names}


def telegram_25348() -> Telegram:
    """Roshchin to Filippov, 7 October 1950, on three sheets."""
    data = read_table("telegram-25348.toml")
    del data["archive"]
    data = _worded(data, "urgency", "addressee")
    data["copies"] = tuple(Worded(*pair) for pair in data["copies"])
    data["reception"] = Reception(**_worded(data["reception"], "place"))
    data["sign_off"] = SignOff(**_worded(data["sign_off"], "signatory"))
    data["stamp"] = IncomingStamp(**_worded(data["stamp"]))
    data["sheets"] = tuple(SheetText(**_worded(sheet)) for sheet in data["sheets"])
    return Telegram(**data)


def archive_pages_25348() -> ArchivePages:
    """The archive's own pages around telegram 25348."""
    return ArchivePages(**_worded(read_table("telegram-25348.toml")["archive"]))


# --- lines ------------------------------------------------------------------------------------


def wrap(paragraphs: Sequence[str], columns: int, indent: int) -> list[str]:
    """Break paragraphs into typed lines of at most `columns` strokes.

    A paragraph begins `indent` blanks in, unless it begins with a small letter and no point
    letter `а)`: then it goes on from the sheet before.
    """
    lines = []
    for paragraph in paragraphs:
        goes_on = paragraph[:1].islower() and paragraph[1:2] != ")"
        lines += _wrap_paragraph(paragraph, columns, 0 if goes_on else indent)
    return lines


def _wrap_paragraph(paragraph: str, columns: int, indent: int) -> list[str]:
    lines, line = [], " " * indent
    words = deque(paragraph.split(" "))
    while words:
        word = words.popleft()
        gap = " " if line.strip() else ""
        space = columns - len(line) - len(gap)
        if len(word) <= space:
            line += gap + word
            continue
        head, rest = _break(word, space) if space > RAGGED_MAX else ("", word)
        if not head and not line.strip():
            head, rest = word[:space], word[space:]
        words.appendleft(rest)
        lines.append(line + gap + head if head else line)
        line = ""
    return [*lines, line]


def _break(word: str, space: int) -> tuple[str, str]:
    """The longest first part of `word` that fits, hyphen and all, into `space` columns, and the
    rest; the first part is "" when the word may not be broken there.
    """
    for end in range(min(space, len(word) - 2), 1, -1):
        if word[end - 1] == "-":
            return word[:end], word[end:]
        if end < space and _may_part(word, end):
            return word[:end] + "-", word[end:]
    return "", word


def part_of_word(word: str) -> tuple[str, str] | None:
    """A long word cut near its middle where a line may end, or None when it may not be cut."""
    for i in range(len(word) // 2, len(word) - 3):
        if i > 2 and _may_part(word, i):
            return word[:i], word[i:]
    return None


def _may_part(word: str, i: int) -> bool:
    """Whether a line may end between `word[:i]` and `word[i:]`, both of letters alone."""
    letters = word.rstrip(".,:;)")
    if not (letters.isalpha() and letters.islower()) or i > len(letters) - 2:
        return False
    left, right = letters[:i], letters[i:]
    if not (VOWELS & set(left) and VOWELS & set(right)) or right[0] in NEVER_FIRST:
        return False
    opens = right[0] not in VOWELS and right[1] in VOWELS
    return opens and (left[-1] in VOWELS or left[-2] in VOWELS or left[-1] in "ьй")
