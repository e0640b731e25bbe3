from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.errors import FontError
from ocr.synth.fonts import face_file
from ocr.synth.form import TelegramForm, first_sheet, further_sheet
from ocr.synth.recipe import LEVELS, recipe_from_json, recipe_to_json
from ocr.synth.texts.compose import Wish, compose_telegram
from ocr.synth.texts.corpus import telegram_25348, wrap
from ocr.synth.typewriter import Machine


@settings(max_examples=50, deadline=None)
@given(st.integers(30, 80), st.integers(0, 2))
def test_wrapping_keeps_columns_and_text(columns: int, sheet: int) -> None:
    paragraphs = telegram_25348().sheets[sheet].paragraphs
    lines = wrap(paragraphs, columns, 5)
    assert max(map(len, lines)) <= columns
    # blanks and line-end hyphens aside, every letter is typed once and in order
    typed = "".join(line.strip().removesuffix("-") for line in lines).replace(" ", "")
    assert typed.replace("-", "") == "".join(paragraphs).replace(" ", "").replace("-", "")


@pytest.mark.parametrize(
    ("word", "columns", "lines"),
    [
        ("международной", 16, ["слово междуна-", "родной"]),
        ("пять-шесть", 15, ["слово пять-", "шесть"]),
        ("ЦЗЕ-ДУНА", 11, ["слово", "ЦЗЕ-ДУНА"]),
    ],
)
def test_words_are_parted_as_typists_do(word: str, columns: int, lines: list[str]) -> None:
    assert wrap([f"слово {word}"], columns, 0) == lines


def test_a_text_that_is_too_long_for_its_sheet_is_refused() -> None:
    telegram = telegram_25348()
    crowded = replace(telegram, sheets=(replace(telegram.sheets[1], copy="1"), telegram.sheets[1]))
    with pytest.raises(ValueError, match="over the foot"):
        first_sheet(crowded, TelegramForm(), Machine())


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("columns", "rows"), [(3, 6), (2, 5), (2, 8)])
def test_made_up_telegrams_fit_their_sheets(seed: int, columns: int, rows: int) -> None:
    form = TelegramForm(grid_columns=columns, grid_rows=rows)
    rng = np.random.default_rng(seed)
    telegram = compose_telegram(Wish(4 + 9 * seed), form, Machine(), rng)
    slots = [zone for zone in first_sheet(telegram, form, Machine()).zones if zone.cell_mm]
    assert len(slots) == columns * rows
    for i in range(1, len(telegram.sheets)):
        further_sheet(telegram, i, form, Machine())
    assert len(telegram.sheets) > 1 or seed < 2


def test_recipes_survive_being_written_down() -> None:
    for recipe in LEVELS.values():
        assert recipe_from_json(recipe_to_json(recipe)) == recipe


def test_a_missing_face_names_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ocr.synth.fonts.DEBIAN_PACKAGE", {"No Such Face": "fonts-none"})
    with pytest.raises(FontError, match="apt install fonts-none"):
        face_file("No Such Face")
