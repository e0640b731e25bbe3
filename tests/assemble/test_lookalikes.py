from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.assemble import undo
from ocr.assemble.changes import apply_edits
from ocr.assemble.lookalikes import (
    list_letter_edits,
    list_number,
    list_number_edits,
    lookalike_edits,
)
from ocr.assemble.meant import edits_between, meant, meant_edits
from ocr.assemble.numerals import numerals

# What engines and typists mix, with what tells a number, a date, a word and a numeral apart.
PIECES = st.sampled_from(
    [*'I1lТГУХVПОЗ03б6Aа№.,/-[}\\")', " ", " ", "г.", "часть", "табл.", "мая", "В", "Мao"]
)
TEXTS = st.lists(PIECES, max_size=14).map("".join)


@pytest.mark.parametrize(
    ("read", "typed"),
    [
        ("в Kоpeю", "в Корею"),  # Latin K, p, e
        ("8651Т и Г7Т", "8651I и I7I"),
        ("ТО1-я дивизия", "IО1-я дивизия"),
        ('" Т8 " м. " ТО " марта', '" I8 " м. " IО " марта'),
        ("от 20.Т. и 18/11Т 1950", "от 20.I. и 18/III 1950"),
        ("на 5.\\1-52 г.", "на 5.VI-52 г."),
        ("в ГУ часть ОС", "в IV часть ОС"),
        ("на 9.Х.46 г. и табл. ХХ", "на 9.X.46 г. и табл. XX"),  # Cyrillic to Latin
        ("0б этом, 0т нас", "об этом, от нас"),
        ("а} для войск", "а) для войск"),
        ("Вх. No 79I от", "Вх. № 79I от"),
        ("N№ 27-816 и на Ne 2", "№ 27-816 и на № 2"),
        ("На Ваши №е 23, 8627", "На Ваши №№ 23, 8627"),
        ("Ме 1 - адресату", "№ 1 - адресату"),
        ("Ne 283/c", "№ 283/c"),
    ],
)
def test_what_no_typist_types_is_mended_as_typed(read: str, typed: str) -> None:
    assert apply_edits(read, lookalike_edits(read))[0] == typed


STAYS = (
    *(
        "I950",
        "4О",
        "IIЗ6",
        "IV и XX",
        "Pravda",
        "No 5",
        "т. Рощин",
        "Т-34 и Т34",
        "ГУ МВД",
        "5 т",
        'отдел "ТО" майора',
    ),
    *(
        "20.11.46",
        "маршала Харитонова О.Г., для",
        "5.Г. Иванов",
        "3.П. Петров",
        "У часть нет",
        "У нас",
        "МОЛОТОВ",
        "0тп.",
    ),
    *("30/I 1951 г.", 'отдел "ТО" майора'),
    *("Journal No 5, том 2", "No 5", "№№ 23 и 24", "N 79 от"),
)
AS_MEANT = (
    *("II. Он", "За II кв. 1950 г.", "30/I 1951 г.", "19/10 1950", "т/х, ж/д", "5/ Я сказал"),
    *("с.г.", "т.т. Зинченко", "гор.Пекин", "О З", "МАО ЦЗЕ-ДУН", "в 13.00 7.10.50"),
)


@pytest.mark.parametrize("text", STAYS)
def test_what_may_have_been_typed_stays(text: str) -> None:
    assert lookalike_edits(text) == []


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ("в I950 г. 4О дней, IIЗ6 орудий", "в 1950 г. 40 дней, 1136 орудий"),
        ("I0I-я дивизия, I2-го", "101-я дивизия, 12-го"),
        ('№ I, I февраля, " II " ч.', '№ 1, 1 февраля, " 11 " ч.'),
        ("на 10/Х-49 г.", "на 10/X-49 г."),
        ("к Х сессии, табл. ХУ", "к X сессии, табл. XV"),
        ("0тп. Я.3. Колесников в М0СКВЕ", "Отп. Я.З. Колесников в МОСКВЕ"),
        ("ВКП/б/ и /три дивизии/", "ВКП(б) и (три дивизии)"),
        ("вопрос,прошу ответ.Сообщите", "вопрос, прошу ответ. Сообщите"),
    ],
)
def test_what_was_meant(typed: str, reading: str) -> None:
    assert meant(typed) == reading
    edits = edits_between(typed, reading)
    assert apply_edits(typed, edits)[0] == reading


@pytest.mark.parametrize("text", AS_MEANT)
def test_where_nothing_else_was_meant(text: str) -> None:
    assert meant(text) is None


def test_a_list_tells_its_letters() -> None:
    assert apply_edits("6) для", list_letter_edits("6) для", "а", None))[0] == "б) для"
    assert apply_edits("т) для", list_letter_edits("т) для", "в", 4))[0] == "г) для"
    assert apply_edits("п) для", list_letter_edits("п) для", "в", None))[0] == "г) для"
    assert list_letter_edits("6) для", None, None) == list_letter_edits("6) для", "д", 5) == []


def test_the_sixth_point_of_a_list_of_numbers_is_no_letter() -> None:
    assert apply_edits("б) По", list_letter_edits("б) По", None, 5))[0] == "6) По"
    assert apply_edits("б) По", list_letter_edits("б) По", "в", 5))[0] == "6) По"
    assert list_letter_edits("б) по", "а", 5) == list_letter_edits("б) по", "а", None) == []


@given(TEXTS)
def test_every_change_can_be_undone(read: str) -> None:
    typed, changes = apply_edits(read, lookalike_edits(read))
    assert undo(typed, changes) == read
    assert len(typed.split(" ")) == len(read.split(" "))
    said, joins = apply_edits(typed, meant_edits(typed))
    assert undo(said, joins) == typed
    again, back = apply_edits(typed, edits_between(typed, said))
    assert again == said and undo(again, back) == typed


@given(TEXTS)
def test_numerals_are_where_they_are_said_to_be(text: str) -> None:
    for found in numerals(text):
        assert 0 <= found.start < found.end <= len(text)
        assert not text[found.start : found.end].isdigit()


@pytest.mark.parametrize(
    ("read", "before", "right"),
    [
        ("З. Из рисунка видно", None, "3. Из рисунка видно"),
        ("З/ СТЕПАНОВ прибыл", None, "3/ СТЕПАНОВ прибыл"),
        ("З. Подготовив вагоны", None, "3. Подготовив вагоны"),
        ("З. Степанов прибыл вчера в порт", 2, "3. Степанов прибыл вчера в порт"),
        ("ТО. Настоящий акт", 9, "IО. Настоящий акт"),
        ("З.На вопрос этот ответа нет", 2, "3.На вопрос этот ответа нет"),
        ("З. Иванов", 2, "З. Иванов"),
        ("З. Б О Н Д А Р Ч У К", 47, "З. Б О Н Д А Р Ч У К"),
        ("З. Иванов прибыл вчера в порт", None, "З. Иванов прибыл вчера в порт"),
        ("З.Ф. Иванов прибыл вчера в порт", 2, "З.Ф. Иванов прибыл вчера в порт"),
        ("ТО. Настоящий акт", 3, "ТО. Настоящий акт"),
    ],
)
def test_numbers_of_points_read_as_letters(read: str, before: int | None, right: str) -> None:
    assert apply_edits(read, list_number_edits(read, before))[0] == right


def test_the_number_of_a_point() -> None:
    assert list_number("9. Для флота") == 9
    assert list_number("IО) Для флота") == 10
    assert list_number("в 9. полку") is None
