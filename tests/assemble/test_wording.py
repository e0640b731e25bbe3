from __future__ import annotations

import pytest

from ocr.assemble.wording import STAMP_WORDS, worded


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("ПОДЛЕИТТОЗВРАТУ", "ПОДЛЕЖИТ ВОЗВРАТУ"),
        ("КАЧШОЕЛЯРИЯ МИД СССР", "КАНЦЕЛЯРИЯ МИД СССР"),
        ("в V часть ос цк вкпб)", "в IV часть ОС ЦК ВКП(б)"),
        ("ГЕНШТАБА СОВЕТСКОЙ АРМИЙ", "ГЕНШТАБА СОВЕТСКОЙ АРМИИ"),
        ("Я УПРАВМИНИЕ ГШ СА", "8 УПРАВЛЕНИЕ ГШ СА"),
        ("ПОДЛЕЖИТ ВОЗВРАТА", "ПОДЛЕЖИТ ВОЗВРАТУ"),
        ("СЕКРЕТНАИЗА ЕРМОЛОТОВА", "СЕКРЕТАРИАТ тов. МОЛОТОВА"),
        ("СЕКРЕТАРИАТА.МОЛОТОВА", "СЕКРЕТАРИАТ тов. МОЛОТОВА"),
        ("СЕКРЕТАРИ АТ В МОЛОТОВА", "СЕКРЕТАРИАТ тов. МОЛОТОВА"),
        ("СЕКРЕТАРИАТ.АЛТОВА", "СЕКРЕТАРИАТ тов. МОЛОТОВА"),
    ],
)
def test_wordings_come_back(read: str, printed: str) -> None:
    found = worded(read, STAMP_WORDS)
    assert found.text == printed
    assert found.known > 0.9


@pytest.mark.parametrize(
    "text",
    [
        "2 УПРАВЛЕНИЕ ГШ СА",
        "СЕКРЕТАРИАТ МВД СССР",
        "СЕКРЕТАРИАТ тов. ИВАНОВА",
        "Наркомат тяжелой промышленности",
        "в 48 ОТДЕЛ",
        "Legation of Finland 1941",
    ],
)
def test_figures_and_other_words_stay(text: str) -> None:
    assert worded(text, STAMP_WORDS).text == text


def test_what_is_unreadable_is_said_to_be() -> None:
    assert worded("чт S ЗАiАЬЕНИЕ fhГGA", STAMP_WORDS).known < 0.5


def test_behind_soviet_stands_the_army_alone() -> None:
    assert worded("ГЕНШТАБА СОВЕТСКОЙ АУС", STAMP_WORDS).text == "ГЕНШТАБА СОВЕТСКОЙ АРМИИ"
