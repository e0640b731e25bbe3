from __future__ import annotations

import pytest

from ocr.assemble.dates import find_dates, find_timestamp
from ocr.assemble.names import addressed, place, signed
from ocr.assemble.printed import fold


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("7.10.50", "1950-10-07"),
        ('" 11 " ч. " 55 " м. " 7 " октября 1950 г.', "1950-10-07T11:55"),
        ("13.00 7.10.50", "1950-10-07T13:00"),
        ("13.10 17.10.50", "1950-10-17T13:10"),
        ("19/10 1950 г.", "1950-10-19"),
        ("30/I 1951 г.", "1951-01-30"),
        ("30/III-51 г.", "1951-03-30"),
        ("7.X.1950г.", "1950-10-07"),
        ("13 октября с.г.", "1948-10-13"),
        ("5/X с.г.", "1948-10-05"),
        ("в 3 час. 5 мин. 7 октября 1950 года", "1950-10-07T03:05"),
        ("I3.50 7.I0.5О", "1950-10-07T13:50"),  # capital I and letter О for figures
        ("„ 11 “ ч. * 55 м. „ 7 “ октибря 195О", "1950-10-07T11:55"),
        ("19/10 1О50 г.", None),  # a figure of the year misread, and none to mend it by
        ("7 октября 1048 г.", "1948-10-07"),
        ('" 11 " ч. " 5?5 " м. " 7 " октября 1950 г.', "1950-10-07"),  # no minutes made up
        ("в 7 ч. 52 м. 12 ная 195 1 г.", "1951-05-12T07:52"),
        ("12.5.5 1", "1951-05-12"),
        ("23 ч 27 м 284 ноября I946 Эз№ 2", "1946-11-28T23:27"),  # a quotation mark read as 4
        ("23 ч 27 м 128 ноября I946", None),  # the 12th or the 28th
        ('" 1 8 " ч. " 2 1 " м. " 2 1 " февраля 1948 г.', "1948-02-21T18:21"),  # a thin 1 is apart
        ("4.39 4.5 50", "1950-05-04T04:39"),
        ("21.37.4.7.49", "1949-07-04T21:37"),  # a stop for the blank
        ("20 56 1.8.47", "1947-08-01T20:56"),  # and a blank for the stop
        ("31.02.50", None),
        ("№ 2318.", None),
        ("108 орудий, около 1500", None),
        ("Экз. № 9-10 - 8 Отдел", None),
    ],
)
def test_dates_and_times_become_iso(typed: str, value: str | None) -> None:
    found = find_timestamp(fold(typed), 1948)
    assert (found and found.value) == value


def test_a_date_without_a_year_needs_a_document_that_states_one() -> None:
    assert find_dates(fold("13 октября с.г."), None) == []


def test_a_date_is_quoted_with_its_quotation_marks() -> None:
    text = fold('получена " 7 " октября 1950 г. Экз.')
    found = find_dates(text, None)[0]
    assert text[found.start : found.end] == '" 7 " октября 1950 г.'


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("тов. Кагановичу", "Каганович"),
        ("Сталину", "Сталин"),
        ("Берия", "Берия"),
        ("Микояну", "Микоян"),
        ("т. Вышинскому А.Я.", "Вышинский"),
        ("ФИЛИППОВУ", "Филиппов"),
        ("Хрущеву", "Хрущев"),
        ("Мелешко", "Мелешко"),
        ("тов. Сталину и тов. Молотову", "Сталин, Молотов"),
        ("Булганипу", "Булганин"),  # misread, no name the dictionary knows
        ("Стапинy", "Сталин"),
        ("Котову", "Котов"),
        ("МИД СССР", "МИД СССР"),
        ("8 Отдел", "8 Отдел"),
    ],
)
def test_addressees_become_nominative(typed: str, name: str) -> None:
    assert addressed(fold(typed)) == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("ПЕКИНА", "Пекин"),
        ("ВАШИНГТОНА", "Вашингтон"),
        ("ПХЕНЬЯНА", "Пхеньян"),
        ("МОСКВЫ", "Москва"),
        ("НЬЮ-ЙОРКА", "Нью-Йорк"),
        ("ТОКИО", "Токио"),
        ("ПЕКИИА", "Пекин"),
    ],
)
def test_places_become_nominative(typed: str, name: str) -> None:
    assert place(typed) == name


def test_a_signature_is_nominative_already() -> None:
    assert signed("А. РОЩИН") == "Рощин"
    assert signed("Чередикина") == "Чередикина"
