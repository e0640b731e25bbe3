"""All that makes the text to read can be undone from the JSON: the typed lines come out again."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typed_telegram import Rows, further_head, make_page

from ocr.assemble import AssembleSettings, assemble_document, undo
from ocr.assemble.meant import meant
from ocr.assemble.paragraphs import paragraphs
from ocr.assemble.sheets import marker_start
from ocr.assemble.spacing import spacing_edits
from ocr.document import Page, Source, Word, ZoneKind
from ocr.formats.record import dump, from_json, to_json
from ocr.geometry import Box

S = AssembleSettings()
WORDS = st.sampled_from(
    (
        *("двойное", "превосходство", "ходство", "Ф И Л И П П О В У", "н е м е д л е н н о"),
        *("I950", "IIЗ6", "4О", "0тп.", "10/Х-49", "ВКП/б/", "вопрос,прошу", "Ц З Е - Д У Н"),
        *("-", "и", "с", "3.", "а)", "конец.", "техническом", "пять-шесть", "МАО"),
    )
)
LINES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
ENDS = st.sampled_from(["", "", "-", ",", "."])
CATCHWORDS = st.sampled_from(["", "(см. сл. лист)", "ходство (см. след. лист)", "/см. на обороте/"])
ROWS = st.lists(st.tuples(st.builds(str.__add__, LINES, ENDS), st.sampled_from([0, 5])), max_size=6)


def sheet(index: int, rows: Rows, catchword: str) -> Page:
    """A sheet whose lines say what was meant, as they come out of `assemble_page`."""
    zones = further_head(index + 1, "1") if index else []
    zones.append((ZoneKind.BODY, rows))
    if catchword:
        zones.append((ZoneKind.CATCHWORD, [(catchword, 40)]))
    page = make_page(index, zones)
    lines = tuple(replace(line, meant=meant(line.text)) for line in page.lines)
    return replace(page, lines=lines)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(ROWS, CATCHWORDS), min_size=1, max_size=3))
def test_the_typed_lines_come_out_of_the_json_again(sheets: list[tuple[Rows, str]]) -> None:
    pages = [sheet(i, rows, catchword) for i, (rows, catchword) in enumerate(sheets)]
    document = assemble_document(Source("a.jpg", "", len(pages)), pages, {}, S)
    read = from_json(json.loads(dump(to_json(document))), "a")
    typed = {line.id: line.text for page in read.pages for line in page.lines}
    for paragraph in read.paragraphs:
        rows = undo(paragraph.text, paragraph.joins).split("\n")
        assert rows == [typed[line_id] for line_id in paragraph.line_ids]
        for start, end in paragraph.emphasis:
            assert " " not in paragraph.text[start:end] and end > start


def test_what_was_meant_is_read_and_what_was_spaced_is_emphasised() -> None:
    page = sheet(0, [("В I950 году ВКП/б/ н е м е д л е н н о решила", 5)], "")
    (paragraph,) = paragraphs([page], S)
    assert paragraph.text == "В 1950 году ВКП(б) немедленно решила"
    ((start, end),) = paragraph.emphasis
    assert paragraph.text[start:end] == "немедленно"
    data = to_json(assemble_document(Source("a.jpg", "", 1), [page], {}, S))
    assert data["paragraphs"][0]["emphasis"] == [[start, end]]


def closed(pieces: list[tuple[str, int]]) -> list[str]:
    """What pieces at these columns are closed to; a stroke is 20 pixels."""
    words = [Word(t, Box(20 * n, 0, 20 * (n + len(t)), 26), 1.0) for t, n in pieces]
    text = " ".join(word.text for word in words)
    return [edit.after for edit in spacing_edits(text, words, S)]


def at(text: str) -> list[tuple[str, int]]:
    """Pieces of a text with the columns they stand at; blanks as typed."""
    found, column = [], 0
    for piece in text.split(" "):
        if piece:
            found.append((piece, column))
        column += len(piece) + 1
    return found


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Р О  Щ И Н", ["РОЩИН"]),  # a gap too wide within a name
        ("П Р О Ш У   О Т В Е Т А", ["ПРОШУ", "ОТВЕТА"]),
        ("о т в е т   н е м е д л е н н о", ["ответ", "немедленно"]),
        ("о ш п а л е", ["шпале"]),  # a preposition beside it
        ("МЕ Д ВЕ ДЕВ", ["МЕДВЕДЕВ"]),  # closed in part by the engine
        ("Ф И Л И ППОВУ", ["ФИЛИППОВУ"]),
        ("Ш О Р О Х 0 В", ["ШОРОХОВ"]),
        ("ЦК КПК и СССР", []),
        ("И я с ним", []),
    ],
)
def test_uneven_and_several_spaced_words(typed: str, words: list[str]) -> None:
    assert closed(at(typed)) == words


@pytest.mark.parametrize(
    "text",
    [
        *("(см. сл. лист)", "/см.след.стр./", "(см. на обороте)", "[см.сл.л.]", "СМ. СЛ. ЛИСТ"),
        *("(смотри следующий лист)", "(продолжение на сл. листе)", "(сн. сл. лнст)"),
        "см. сл. листе",
    ],
)
def test_variants_of_the_catchword(text: str) -> None:
    assert marker_start(text) == 0
    assert marker_start(f"ходство {text}") == len("ходство ")


@pytest.mark.parametrize("text", ["(см. лист 5)", "см. лист", "(см. выше)", "смена на обороте"])
def test_what_is_no_catchword(text: str) -> None:
    assert marker_start(f"кроме того {text}") is None
