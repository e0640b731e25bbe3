"""Points of a list are known by their marks, and where those were misread by the stops around."""

from ocr.assemble.rows import Row
from ocr.assemble.text_kinds import text_parts
from ocr.document import Char, LineReading, TextLine, Zone, ZoneKind
from ocr.geometry import Box, Point

PITCH, FEED, MEASURE = 20, 50, 60
ZONE = Zone("p1-z1", ZoneKind.BODY, Box(0, 0, 1, 1), 0)
TEXT = [
    "     Передаю содержание беседы, которая состоялась сегодня",
    "в министерстве иностранных дел по просьбе заместителя мини-",
    "стра, и прошу сообщить, когда можно ожидать нового ответа:",
]


def kinds(*lines: str) -> list[tuple[str, int]]:
    """Runs of one kind with their lengths; each line begins where its first letter stands."""
    rows = []
    for n, text in enumerate(lines):
        y = 100 + FEED * n
        chars = tuple(
            Char(c, Box(PITCH * i, y - 25, PITCH * (i + 1) - 4, y), 0.98)
            for i, c in enumerate(text)
            if i >= len(text) - len(text.lstrip())
        )
        box = Box(chars[0].box.left, y - 25, chars[-1].box.right, y)
        foot = (Point(box.left, y), Point(box.right, y))
        line = TextLine(f"p1-l{n + 1}", ZONE.id, n, box, foot, 20.0, float(PITCH))
        rows.append(Row(LineReading(line, chars, "test"), ZONE, text.strip(), text.strip()))
    return [(kind.value, len(part)) for kind, part in text_parts(rows)]


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
