from __future__ import annotations

import pytest

from ocr.assemble.print_gaps import with_gaps


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("В 8 ОТДЕЛ Г ЕНШТАБА СОВЕТСКОЙ АРМИИ", "В 8 ОТДЕЛ ГЕНШТАБА СОВЕТСКОЙ АРМИИ"),
        ("ЧЕ РЕ З 5 С УТОК В ОСОБЫЙ С Е КТОР", "ЧЕРЕЗ 5 СУТОК В ОСОБЫЙ СЕКТОР"),
        ("ЧЕРЕЗ 24ЧАСА 8 ШИФРОВАЛЬНЫЙ ОТДЕЛ", "ЧЕРЕЗ 24 ЧАСА В ШИФРОВАЛЬНЫЙ ОТДЕЛ"),
        ("В 8 ОТДЕЛГЕНШТАБА", "В 8 ОТДЕЛ ГЕНШТАБА"),
        ("ЧЕРЕЗ 6СУТС В 8 ГЛАВН УПРАВ.", "ЧЕРЕЗ 6 СУТС В 8 ГЛАВН. УПРАВ."),
        ("ВОЗВРАТУ ЧЕРЕ3 5 СУТ0К", "ВОЗВРАТУ ЧЕРЕЗ 5 СУТОК"),
        ("ВОЗВРАТУ МЕРЕ 24 ЧАСА", "ВОЗВРАТУ ЧЕРЕЗ 24 ЧАСА"),
        ("В 1 О ОТДЕЛ МИНИСТЕРСТВА", "В 10 ОТДЕЛ МИНИСТЕРСТВА"),
        ("В 1О ОТДЕЛ", "В 10 ОТДЕЛ"),
        ("в/V часть ОСЦК ВКП(б)", "в IV часть ОС ЦК ВКП(б)"),
    ],
)
def test_blanks_are_where_the_words_want_them(read: str, printed: str) -> None:
    assert with_gaps(read) == printed


@pytest.mark.parametrize(
    "text", ["И К УТРУ", "В ЦК ВКП(б) ДО 12-го ЧИСЛА", "в IV часть ОС", "в V часть", "ЧЕРЕЗ 6 СУТС"]
)
def test_what_words_do_not_prove_stays(text: str) -> None:
    assert with_gaps(text) == text
