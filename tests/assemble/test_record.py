from __future__ import annotations

from dataclasses import replace

import pytest
from typed_telegram import FIRST, RECORD, THIRD, Rows, make_page, telegram

from ocr.assemble import AssembleSettings
from ocr.assemble.fields import record
from ocr.document import Page, ZoneKind

S = AssembleSettings()


def values(pages: list[Page]) -> dict[str, str | int]:
    return {field.name: field.value for field in record(pages, S)}


def misread(pages: list[Page], wrong: dict[str, str]) -> list[Page]:
    """The pages with some pieces of their lines read as something else."""

    def line_text(text: str) -> str:
        for before, after in wrong.items():
            text = text.replace(before, after)
        return text

    return [
        replace(page, lines=tuple(replace(x, text=line_text(x.text), words=()) for x in page.lines))
        for page in pages
    ]


def test_record_of_the_typed_telegram_is_complete_and_right() -> None:
    assert values(telegram(1.3)) == RECORD


def test_fields_quote_what_was_typed_and_where() -> None:
    fields = {field.name: field for field in record(telegram(), S)}
    assert fields["addressee"].as_written == "Ф И Л И П П О В У"
    assert fields["received_at"].as_written == '" 11 " ч. " 55 " м. " 7 " октября 1950 г.'
    assert fields["copies.6.addressee"].as_written == "Кагановичу"
    assert fields["return_notice"].line_ids == ("p1-l6", "p1-l7", "p1-l8")
    assert fields["sheets"].line_ids == ("p3-l4",)
    assert fields["number"].confidence == pytest.approx(0.9)


def test_record_survives_reading_errors() -> None:
    wrong = {
        "ШИФРТЕЛЕГРАММА №": "ШИФРТЕЛЕГРАМЫА Ne",
        "Продолжение шифртелеграммы №": "Продолженне шифртелеграимы Л6",
        "СОВЕРШЕННО СЕКРЕТНО": "СОВЕРШЕННО СЕКРЕТЫО",
        "Снятие копий": "Снятие коппй",
        "ПОДЛЕЖИТ ВОЗВРАТУ ЧЕРЕЗ": "ПОДЛЕЖИТ В0ЗВРАТУ ЧЕРЕЗ",
        "Из ПЕКИНА": "Из _ ПЕКИНА",
        "получена": "пелучена",
        '" 11 " ч. " 55 "': "„ I1 ч. * 55",
        "октября 1950": "октибря 195О",
        "№ 12": "№ lZ",
        "№ 9": "9",
        "Экз. № 7": "Зкз. Мо 7",
        "ВНЕОЧЕРЕДНАЯ": "ВНЕОЧЕРЕДПАЯ",
        "Р О Щ И Н": "Р ОЩ И Н",
        "Ф И Л И П П О В У": "Ф И Л ИП П О ВУ",
        "Расш.": "Раcш,",
        "Отп.": "Отп",
        "13.00 7.10.50": "I3.00 7.I0.50",
        'Лист " 3 "': "Лиот * З *",
        "Вх. № 3645": "Вх. Ne 3645",
        "На Ваш №": "На Ваш Ne",
        "№ 2318.": "No 2318.",
    }
    assert values(misread(telegram(), wrong)) == RECORD


def test_a_number_unreadable_in_the_head_is_taken_from_the_further_sheets() -> None:
    pages = telegram()
    pages[0] = misread(pages[:1], {"№ 25348": "№ 25%?8"})[0]
    assert values(pages)["number"] == "25348"


def test_lines_in_the_wrong_zone_are_found_by_their_printed_words() -> None:
    zones = [(ZoneKind.HEAD if kind is ZoneKind.RECEPTION else kind, rows) for kind, rows in FIRST]
    third = [(ZoneKind.BODY if kind is ZoneKind.SIGN_OFF else kind, rows) for kind, rows in THIRD]
    got = values([make_page(0, zones), make_page(1, third)])
    for name in ("origin", "received_at", "return_notice", "deciphered.at", "typed.by"):
        assert got[name] == RECORD[name]


def body_page(rows: Rows) -> Page:
    return make_page(0, [(ZoneKind.BODY, rows)])


def test_no_telegram_no_record() -> None:
    report = body_page(
        [
            ("СЕКРЕТНО Экз. № 2", 30),
            ("На Ваш № 4676 от 7.10.50 сообщаем, что шифртелеграмма № 12 получена.", 5),
            ("Отп. Иванова", 0),
            ("13.50 7.10.50", 0),
            ("№ 8609", 0),
        ]
    )
    assert record([report], S) == ()
    assert record([], S) == ()


def test_a_born_digital_page_adds_nothing() -> None:
    archive = make_page(0, [(ZoneKind.BORN_DIGITAL, [("ШИФРТЕЛЕГРАММА № 1", 0)])])
    assert record([archive], S) == ()
    telegram_after_it = [archive, *[replace(p, index=p.index + 1) for p in telegram()]]
    assert values(telegram_after_it) == RECORD


def test_another_office_and_year() -> None:
    sheet: list[tuple[ZoneKind, Rows]] = [
        (
            ZoneKind.HEAD,
            [
                ("МИНИСТЕРСТВО ИНОСТРАННЫХ ДЕЛ СССР", 0),
                ("10 УПРАВЛЕНИЕ", 0),
                ("СТРОГО СЕКРЕТНО", 0),
                ("Копии снимать воспрещается", 0),
                ("ШИФРОВАННАЯ ТЕЛЕГРАММА № 1207", 0),
            ],
        ),
        *[
            (ZoneKind.GRID, [(text, 0)])
            for text in ("Экз. № 1 т. Вышинскому", "№ 2 т. Громыко А.А.", "№ 3 10 отдел", "№ 4")
        ],
        (ZoneKind.RECEPTION, [("Из НЬЮ-ЙОРКА получена 3 час. 5 мин. 30/I 1951 г.", 0)]),
        (ZoneKind.URGENCY, [("ВНЕ ОЧЕРЕДИ", 0)]),
        (ZoneKind.ADDRESSEE, [("ВЫШИНСКОМУ", 0)]),
        (ZoneKind.BODY, [("В дополнение к моей телеграмме №№ 12, 13 сообщаю.", 5)]),
        (ZoneKind.SIGN_OFF, [("А. ЦАРАПКИН", 30), ("29 января с.г. № 44", 0)]),
    ]
    assert values([make_page(0, sheet)]) == {
        "kind": "шифртелеграмма",
        "number": "1207",
        "origin": "Нью-Йорк",
        "received_at": "1951-01-30T03:05",
        "urgency": "вне очереди",
        "classification": "строго секретно",
        "copying": "копии снимать воспрещается",
        "addressee": "Вышинский",
        "copies.0.number": 1,
        "copies.0.addressee": "Вышинский",
        "copies.1.number": 2,
        "copies.1.addressee": "Громыко",
        "copies.2.number": 3,
        "copies.2.addressee": "10 отдел",
        "copies.3.number": 4,
        "references.0": "12",
        "references.1": "13",
        "signatory": "Царапкин",
        "outgoing_number": "44",
        "signed_on": "1951-01-29",
    }


@pytest.mark.parametrize("typed", ["25 348", "2 5348", "253 48.", "2: 5 348 _"])
def test_figures_of_the_number_may_stand_apart(typed: str) -> None:
    pages = misread(telegram(), {"25348": typed})
    assert values(pages)["number"] == "25348"


def test_small_print_and_a_printed_century_are_made_out() -> None:
    wrong = {
        "Снятие копий воспрещается": "Ситре косий вопрещиется",
        "Из ПЕКИНА получена": "и, ПЕКИНА порчена",
        "1950 г. Экз": "19 50 г. Экз",
        "На Ваш №": "На Ваш №Р",
    }
    found = values(misread(telegram(), wrong))
    for name in ("copying", "origin", "received_at", "references.0"):
        assert found[name] == RECORD[name]


def test_a_year_of_which_the_printed_figures_alone_were_read_is_the_documents() -> None:
    found = values(misread(telegram(), {"19/10 1950 г.": "19/10 19 г."}))
    assert found["incoming_stamps.0.date"] == RECORD["incoming_stamps.0.date"]


def test_a_stamp_over_type_keeps_its_wording_and_its_figures() -> None:
    wrong = {
        "908 ПОДЛЕЖИТ ВОЗВРАТУ": "908 ОДЛЕЖИТ ВОРРР",
        "IV часть ОС": "/V час ьОС",
        "Вх. № 3645 от 19/10 1950 г.": "В 4 1№ 3645 о2 19710 1950 г",
    }
    assert values(misread(telegram(), wrong)) == RECORD


def test_what_the_frame_of_a_stamp_adds_is_left_out() -> None:
    wrong = {
        "в IV часть ОС ЦК ВКП(б)": "в IV часть ОС ЦК ВКП(б),",
        "908 ПОДЛЕЖИТ": "н 908 ПОДЛЕЖИТ",
    }
    assert values(misread(telegram(), wrong)) == RECORD


def test_a_turning_date_alone_registers_nothing() -> None:
    gone = {"908 ПОДЛЕЖИТ ВОЗВРАТУ": "ВХОДЯЩИЙ", "в IV часть ОС ЦК ВКП(б)": "", "Вх. № 3645 от": ""}
    found = values(misread(telegram(), gone))
    assert not [name for name in found if name.startswith("incoming_stamps")]
