"""Every pattern ends on every text: misread letters are searched for, which can take for ever."""

import importlib
import pkgutil

import pytest
import regex

import ocr.assemble

PATTERNS = [
    pytest.param(value, id=f"{module.name}.{name}")
    for module in pkgutil.iter_modules(ocr.assemble.__path__)
    for name, value in vars(importlib.import_module(f"ocr.assemble.{module.name}")).items()
    if isinstance(value, regex.Pattern)
]
LINES = (
    "ПОДЛЕЖИТ ВОЗВРАТУ ЧЕРЕЗ 24 ЧАСА В 8 УПРАВЛЕНИЕ ГШ СА",
    "Из ПЕКИНА получена 11 ч. 55 м. 7 октября 1950 г. Экз. № 3",
    "Расшифрована 12 ч. 20 м. 7.10.50 Отп. 9 экз. Напечатала Мелешко",
    "СОВЕРШЕННО СЕКРЕТНО СНЯТИЕ КОПИЙ ВОСПРЕЩАЕТСЯ",
    "Вх. № 4699 от 10/11 1947 г. IV часть ОС ЦК ВКП(б)",
)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_it_ends_wherever_a_line_is_cut_off(pattern: regex.Pattern[str]) -> None:
    for line in LINES:
        for end in range(1, len(line) + 1):
            pattern.search(line[:end], timeout=5)
            pattern.search(line[-end:], timeout=5)
