"""Titles, lists, tables and verse are told from running text by how they stand."""

from typed_rows import MEASURE, kinds, rows

from ocr.assemble.text_kinds import text_parts

TEXT = [
    "     Передаю содержание беседы, которая состоялась сегодня",
    "в министерстве иностранных дел по просьбе заместителя мини-",
    "стра, и прошу сообщить, когда можно ожидать нового ответа.",
]


def test_titles_are_centred() -> None:
    title = ["ПОЛОЖЕНИЕ".center(MEASURE).rstrip(), "о безвизовом въезде".center(MEASURE).rstrip()]
    section = "1. О ходе переговоров".center(MEASURE).rstrip()
    assert kinds(*title, *TEXT, section, *TEXT) == [
        ("title", 2), ("paragraph", 3), ("title", 1), ("paragraph", 3),
    ]  # fmt: skip


def test_a_numbered_title_is_no_point_and_years_are_part_of_a_title() -> None:
    title = ["ОБЗОР".center(MEASURE).rstrip(), "за 1955-56 г.г.".center(MEASURE).rstrip()]
    points = ["     1) Имеются рекорды.", "     2) Работы начались."]
    heading = "2. О ходе работ".center(MEASURE).rstrip()
    assert kinds(*title, *TEXT, heading, *points, *TEXT) == [
        ("title", 2), ("paragraph", 3), ("title", 1), ("paragraph", 5),
    ]  # fmt: skip


def test_a_dash_at_the_margin_goes_on_with_the_line_above() -> None:
    text = [*TEXT[:2], "- Дамаск движение прекращено."]
    points = ["     а) с линией переселений;", "     б) с вопросом снабжения."]
    assert kinds(*text, *points) == [("paragraph", 5)]


def test_groups_of_a_cipher_are_no_title() -> None:
    groups = "98608 4436I 18394".center(MEASURE).rstrip()
    assert kinds(*TEXT, groups, *TEXT) == [("paragraph", 7)]


def test_a_short_paragraph_is_no_title() -> None:
    assert kinds(*TEXT, "     Ответа нет, и едва ли он скоро придет к нам сюда.", *TEXT) == [
        ("paragraph", 7)
    ]


def test_columns_are_a_table_with_what_had_no_room() -> None:
    entries = [
        "Кто                          Должность",
        "1) Кравченко Тихон Ильич     директор института",
        "2) Власов Н.Е.               заместитель начальника всего от-",
        "                             дела",
        "3) Осипов С.С.               заведующий",
    ]
    assert kinds("          СПИСОК", *entries, *TEXT) == [
        ("title", 1), ("table", 5), ("paragraph", 3),
    ]  # fmt: skip


def test_three_short_points_are_a_list_and_two_are_not() -> None:
    points = ["     а) первое замечание;", "     б) второе,", "     в) третье."]
    assert kinds(*TEXT, *points, *TEXT) == [("paragraph", 3), ("list", 3), ("paragraph", 3)]
    assert kinds(*TEXT, *points[:2], *TEXT) == [("paragraph", 8)]


def test_leaders_make_a_list() -> None:
    contents = [
        f"{name} {'. ' * 18} {n}" for n, name in enumerate(("Введение", "Метод", "Итог"), 7)
    ]
    assert kinds(*TEXT, *contents) == [("paragraph", 3), ("list", 3)]


def test_verse_is_set_in_and_begins_every_line_anew() -> None:
    verse = [
        "            Белеет парус одинокой",
        "            В тумане моря голубом!..",
        "            Что ищет он в стране далекой?",
        "            Что кинул он в краю родном?..",
    ]
    assert kinds(*TEXT, *verse, *TEXT) == [("paragraph", 3), ("verse", 4), ("paragraph", 3)]


def test_nothing_and_dirt() -> None:
    assert text_parts([]) == []
    assert kinds("!") == [("paragraph", 1)]


def test_a_list_goes_on_over_the_edge_of_the_sheet() -> None:
    later = ["     в) для визы;", "     г) для окопа."]
    assert kinds(*later, *TEXT) == [("list", 2), ("paragraph", 3)]
    assert kinds("     а) для визы;", "     б) для окопа.", *TEXT) == [("paragraph", 5)]


def test_one_line_that_runs_on_beyond_all_others_moves_no_edge() -> None:
    title = ["ИНСТРУКЦИЯ".center(MEASURE).rstrip(), "по вопросу о победе".center(MEASURE).rstrip()]
    wide = TEXT[1] + " из стам"
    assert kinds(*title, *TEXT, wide, *TEXT, *TEXT) == [("title", 2), ("paragraph", 10)]


def test_a_full_line_between_two_of_a_title_is_of_it() -> None:
    title = ["ИНФОРМАЦИЯ".center(MEASURE).rstrip(), TEXT[1], "ставки".center(MEASURE).rstrip()]
    assert kinds(*title, *TEXT) == [("title", 3), ("paragraph", 3)]


def test_a_signature_below_a_table_is_no_row_and_no_point_of_it() -> None:
    table = rows(
        "1. Соколов Георгий Афанасьевич    заведующий отделом",
        "",
        "2. Белинский Е.А.                 старшина",
        "",
        "3. Павлов Павел Васильевич        член коллегии",
        "",
        "4. Антонов Константин             начальник отдела",
        "",
        "",
        "Начальник генерального штаба",
        "Б.Ф.Щепкин",
    )
    found = [(kind.value, len(part)) for kind, part in text_parts(table)]
    assert found == [("table", 4), ("paragraph", 2)]
