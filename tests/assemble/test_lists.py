"""Points of a list are known by their marks, and where those were misread by the stops around."""

from typed_rows import kinds

TEXT = [
    "     Передаю содержание беседы, которая состоялась сегодня",
    "в министерстве иностранных дел по просьбе заместителя мини-",
    "стра, и прошу сообщить, когда можно ожидать нового ответа:",
]


def test_a_point_whose_mark_was_misread_is_one() -> None:
    points = ["     ) для визы;", "     б) для окопа,", "     ов) для суда;", "     г) для бюро."]
    assert kinds(*TEXT, *points, *TEXT) == [("paragraph", 3), ("list", 4), ("paragraph", 3)]


def test_dirt_beside_a_list_parts_nothing() -> None:
    points = ["     а) для визы;", '"', "     б) для окопа,", "     в) для суда."]
    assert kinds(*TEXT, *points, *TEXT) == [("paragraph", 3), ("list", 4), ("paragraph", 3)]


def test_what_had_room_on_the_line_above_is_no_more_of_a_point() -> None:
    points = ["     а) для визы;", "     б) для окопа;", "     в) для суда."]
    signed = ["Секретарь", "посольства"]
    assert kinds(*TEXT, *points, *signed) == [("paragraph", 3), ("list", 3), ("paragraph", 2)]


def test_a_list_that_the_sheet_cuts_off() -> None:
    first = ["     а) для визы;", "     б) для окопа;"]
    assert kinds(*TEXT, *first) == [("paragraph", 3), ("list", 2)]
    longer = "     в) для этого нужно прежде всего подтверждение из"
    assert kinds(*TEXT, *first, longer, TEXT[1][:-5] + "и") == [("paragraph", 7)]


def test_a_numbered_heading_as_wide_as_the_text_is_a_title() -> None:
    heading = "   III. ПРЕИМУЩЕСТВЕННАЯ БЕЗВОЗМЕЗДНАЯ РАЗРАБОТКА СУДНА УРА"
    later = "     д) для судоходства."
    assert kinds(later, heading, *TEXT) == [("list", 1), ("title", 1), ("paragraph", 3)]


def test_an_addressee_set_in_deep_is_no_title() -> None:
    office = "                     МИНИСТРУ ИНОСТРАННЫХ ДЕЛ СОЮЗА ССР С.С."
    whom = "                     тов. ТКАЧУКУ"
    assert kinds(*TEXT, office, whom, *TEXT) == [("paragraph", 8)]
