"""Telegrams of other offices and years: the facts stand elsewhere and are said otherwise."""

from __future__ import annotations

import pytest
from typed_telegram import make_page

from ocr.assemble import AssembleSettings
from ocr.assemble.fields import record
from ocr.assemble.names import addressed, signed
from ocr.document import ZoneKind

Parts = dict[ZoneKind, list[str]]

EMBASSY: Parts = {
    ZoneKind.HEAD: [
        "НАРОДНЫЙ КОМИССАРИАТ ИНОСТРАННЫХ ДЕЛ",
        "СТРОГО СЕКРЕТНО",
        "Снимать копии воспрещается",
        "ВХОДЯЩАЯ ШИФРТЕЛЕГРАММА",
        "Экз. № 3",
    ],
    ZoneKind.RECEPTION: ["Из ЛОНДОНА № 1234 получена 14 час. 20 мин. 5 мая 1945 г."],
    ZoneKind.URGENCY: ["Вне очереди"],
    ZoneKind.ADDRESSEE: ["МОСКВА, тов. МОЛОТОВУ"],
    ZoneKind.BODY: ["Ссылаюсь на Вашу телеграмму № 512 от 3 мая."],
    ZoneKind.SIGN_OFF: [
        "ГУСЕВ",
        "4.V.45 г.",
        "Расшифровал Петров",
        "Отпечатала: Сидорова",
        "5.5.45 15.10",
    ],
}
ARMY: Parts = {
    ZoneKind.HEAD: [
        "МИНИСТЕРСТВО ВООРУЖЕННЫХ СИЛ СОЮЗА ССР",
        "СОВ. СЕКРЕТНО",
        "ШИФРОВКА вх. № 13/47",
        "ПОДЛЕЖИТ НЕМЕДЛЕННОМУ ВОЗВРАТУ",
    ],
    ZoneKind.RECEPTION: ["Из УЛАН-БАТОРА принята 23-40 12.IX.48 г."],
    ZoneKind.ADDRESSEE: ["Генералу армии ШТЕМЕНКО"],
    ZoneKind.BODY: ["На № 17/оп доношу: части выведены."],
    ZoneKind.SIGN_OFF: [
        "ГЕНЕРАЛ-МАЙОР ИВАНОВ",
        "№ 0345/ш",
        "12 сентября 1948 года",
        "Расшифр. ст. лейтенант Козлов 0.15 13.9.48",
        "Маш. Петрова 0 ч. 50 м. 13.9.48",
    ],
}
MISSION: Parts = {
    ZoneKind.HEAD: ["ШИФРТЕЛЕГРАММА", "№ 501869", "СОВЕРШЕННО СЕКРЕТНО", "ОСОБАЯ ПАПКА"],
    ZoneKind.RECEPTION: ['Из ПХЕНЬЯНА получена " 3 " ч. " 05 " м. " 31 " января 1951 г.'],
    ZoneKind.ADDRESSEE: ["К И М  И Р  С Е Н У"],
    ZoneKind.BODY: ["В дополнение к моей № 12/1 и № 13."],
    ZoneKind.SIGN_OFF: [
        "ПОСОЛ СССР В КНДР",
        "(РАЗУВАЕВ)",
        "№ 78/М",
        "30 января с.г.",
        "Расшифровала и отпечатала т. Орлова 31.I.51",
    ],
}


def values(parts: Parts) -> dict[str, str | int]:
    zones = [(kind, [(row, 0) for row in rows]) for kind, rows in parts.items()]
    return {f.name: f.value for f in record([make_page(0, zones)], AssembleSettings())}


def test_an_embassy() -> None:
    assert values(EMBASSY) == {
        "kind": "шифртелеграмма",
        "number": "1234",
        "origin": "Лондон",
        "received_at": "1945-05-05T14:20",
        "urgency": "вне очереди",
        "classification": "строго секретно",
        "copying": "снимать копии воспрещается",
        "addressee": "Молотов",
        "references.0": "512",
        "signatory": "Гусев",
        "signed_on": "1945-05-04",
        "deciphered.by": "Петров",
        "typed.by": "Сидорова",
        "typed.at": "1945-05-05T15:10",
    }


def test_an_army() -> None:
    assert values(ARMY) == {
        "kind": "шифровка",
        "number": "13/47",
        "origin": "Улан-Батор",
        "received_at": "1948-09-12T23:40",
        "classification": "совершенно секретно",
        "addressee": "Штеменко",
        "references.0": "17/оп",
        "signatory": "Иванов",
        "outgoing_number": "0345/ш",
        "signed_on": "1948-09-12",
        "deciphered.by": "Козлов",
        "deciphered.at": "1948-09-13T00:15",
        "typed.by": "Петрова",
        "typed.at": "1948-09-13T00:50",
    }


def test_a_mission_whose_clerk_did_both() -> None:
    found = values(MISSION)
    assert "urgency" not in found  # `ОСОБАЯ ПАПКА` is none
    assert (found["number"], found["addressee"]) == ("501869", "Ким Ир Сен")
    assert (found["references.0"], found["references.1"]) == ("12/1", "13")
    assert (found["signatory"], found["outgoing_number"]) == ("Разуваев", "78/М")
    assert (found["signed_on"], found["deciphered.by"]) == ("1951-01-30", "Орлова")
    assert (found["typed.by"], found["typed.at"]) == ("Орлова", "1951-01-31")


def test_a_machine_without_figures_for_zero_and_three() -> None:
    typed = {kind: list(rows) for kind, rows in ARMY.items()}
    typed[ZoneKind.RECEPTION] = ["Из УЛАН-БАТ0РА принята 2З-4О 12.З.48 г."]
    typed[ZoneKind.HEAD][2] = "ШИФР0ВКА № 5ОО"
    found = values(typed)
    assert (found["kind"], found["number"], found["origin"]) == ("шифровка", "500", "Улан-Батор")
    assert found["received_at"] == "1948-03-12T23:40"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Товарищу МАЛЕНКОВУ Г.М.", "Маленков"),
        ("т.т. Маленкову, Берия", "Маленков, Берия"),
        ("ЧЖОУ ЭНЬ-ЛАЮ", "Чжоу Энь-Лай"),
        ("РОМАНУКУ", "Романук"),
        ("РОЖИНУ", "Рожин"),  # not the ambassador
        ("Василевском", "Василевский"),  # its end under a tick
    ],
)
def test_addressees_of_all_kinds(typed: str, name: str) -> None:
    assert addressed(typed, anyone=True) == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("В. СОКОЛОВСКИЙ, В. СЕМЕНОВ, П. ЮДИН", "Соколовский, Семенов, Юдин"),
        ("Посол Н. РОЩИН", "Рощин"),
        ("Генерал-лейтенант РАЗУВАЕВ", "Разуваев"),
    ],
)
def test_signatures_of_all_kinds(typed: str, name: str) -> None:
    assert signed(typed) == name


def test_a_day_and_month_take_the_year_that_the_telegram_states() -> None:
    rows = ["№ 2408", "13.9"]
    assert values(ARMY | {ZoneKind.SIGN_OFF: ["ИВАНОВ", *rows]})["signed_on"] == "1948-09-13"
    undated = {kind: rows for kind, rows in ARMY.items() if kind is not ZoneKind.RECEPTION}
    assert "signed_on" not in values(undated | {ZoneKind.SIGN_OFF: ["ИВАНОВ", *rows]})
