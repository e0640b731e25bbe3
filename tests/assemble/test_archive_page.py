from __future__ import annotations

from dataclasses import replace

import pytest
from printed_page import printed_page
from typed_telegram import telegram

from ocr.assemble import AssembleSettings, assemble_document
from ocr.assemble.archive import archive_page
from ocr.document import Page, Source

BELOW = """\
March 3, 1951
Telegram No. 61, Petrov to Sidorov
Citation:
"Telegram No. 61, Petrov to Sidorov", March 3, 1951, Archive of the Fleet, f. 12, op. 3,
d. 45, ll. 6-7. https://archive.example/document/61
Summary:
Petrov asks for two tugs.
Credits:
With support from a foundation
Original Language:
Russian
Contents:
Original Scan
Translation - English"""
BESIDE = """\
www.archive.example
Archive of the Fleet
Date: 3 March 1951
Document title: Petrov to Sidorov
Source: f. 12, op. 3
Abstract
Petrov asks for two tugs.
Donor:
A. Smith
Language: Russian
CIPHERED TELEGRAM No. 61 follows here"""
RUSSIAN = """\
Дата: 3 марта 1951 г.
Название: Петров - Сидорову
Архивный шифр: Ф. 12. Оп. 3
Аннотация:
Просит два буксира.
Язык оригинала: русский"""


def said(page: Page) -> dict[str, str | int]:
    return {fact.name: fact.value for fact in archive_page([page]).fields}


def test_labels_above_their_text() -> None:
    assert said(printed_page(0, BELOW)) == {
        "date": "1951-03-03",
        "title": "Telegram No. 61, Petrov to Sidorov",
        "citation": '"Telegram No. 61, Petrov to Sidorov", March 3, 1951, Archive of the Fleet, '
        "f. 12, op. 3, d. 45, ll. 6-7. https://archive.example/document/61",
        "summary": "Petrov asks for two tugs.",
        "credits": "With support from a foundation",
        "original_language": "Russian",
        "contents.0": "Original Scan",
        "contents.1": "Translation - English",
    }


@pytest.mark.parametrize(
    ("text", "title", "citation"),
    [(BESIDE, "Petrov to Sidorov", "f. 12, op. 3"), (RUSSIAN, "Петров - Сидорову", "Ф. 12. Оп. 3")],
)
def test_labels_beside_their_text(text: str, title: str, citation: str) -> None:
    found = said(printed_page(0, text))
    assert (found["date"], found["title"], found["citation"]) == ("1951-03-03", title, citation)


def test_what_the_list_does_not_know_is_kept_and_the_document_left_out() -> None:
    page = printed_page(0, BESIDE)
    found = said(page)
    assert (found["other.0.label"], found["other.0.text"]) == ("Donor", "A. Smith")
    assert found["original_language"] == "Russian"
    assert page.lines[-1].id not in archive_page([page]).line_ids


def test_the_title_is_what_is_set_largest() -> None:
    page = printed_page(0, f"The Archive of the Fleet\n{BELOW}")
    large = tuple(
        replace(x, box=x.box._replace(bottom=x.box.bottom + 10)) if x.text.endswith("rov") else x
        for x in page.lines
    )
    assert said(replace(page, lines=large))["title"] == "Telegram No. 61, Petrov to Sidorov"


def test_text_with_one_label_is_no_archives_page() -> None:
    assert said(printed_page(0, "Report\nSummary:\nAll is well.")) == {}


def test_it_stands_in_the_document_and_not_in_its_record() -> None:
    sheets = [replace(p, index=p.index + 1) for p in telegram()]
    document = assemble_document(
        Source("a.pdf", "", 4), [printed_page(0, BELOW), *sheets], {}, AssembleSettings()
    )
    assert {f.name for f in document.source.archive} >= {"title", "citation", "summary"}
    assert {f.value for f in document.record if f.name == "number"} == {"25348"}
