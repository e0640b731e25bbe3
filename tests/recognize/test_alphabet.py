"""Shapes and the letters they stand for: a word is of one alphabet, and twins are one class."""

import pytest

from ocr.recognize.alphabet import CLASSES, SHAPES, TWINS, spell, to_classes


def text_of(classes: list[int]) -> str:
    return "".join(SHAPES[c - 1] for c in classes)


def test_every_shape_is_one_class_and_no_twin_is_one() -> None:
    assert len(set(SHAPES)) == len(SHAPES) == CLASSES - 1
    assert not set(SHAPES) & set(TWINS)


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("Товарищу", "Товарищу"),
        ("MOCKBA", "МОСКВА"),  # typed with Latin letters: the same shapes
        ("«НКВД» – 1950 г.", "«НКВД» — 1950 г."),
        ("  два\u00a0 слова ", "два слова"),
        ("café", "саfе"),
        ("“так” и ‚так’", "\"так\" и 'так'"),
    ],
)
def test_texts_become_shapes(text: str, shapes: str) -> None:
    classes = to_classes(text)
    assert classes is not None
    assert text_of(classes) == shapes


def test_a_text_with_a_strange_sign_has_no_classes() -> None:
    assert to_classes("漢字") is None


@pytest.mark.parametrize(
    ("shapes", "text"),
    [
        ("Товарищу", "Товарищу"),
        ("СССР", "СССР"),  # all shapes are shared: Russian
        ("Wаshingtоn и Москва", "Washington и Москва"),
        ("FОRТRАN", "FORTRAN"),
        ("thе сосоа", "the cocoa"),  # a line without a Russian word
        ("рис. VI", "рис. VI"),
        ("О292О 8I8О2", "О292О 8I8О2"),  # figures that were typed as letters are Russian ones
        ("слово IВМ слово", "слово IBM слово"),
    ],
)
def test_a_word_is_of_one_alphabet(shapes: str, text: str) -> None:
    assert "".join(spell(list(shapes))) == text
