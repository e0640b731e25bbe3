"""What layout could not name is named by its words; what is no telegram stays body."""

import pytest

from ocr.assemble.parts import name_parts
from ocr.document import Char, LineReading, TextLine, Zone, ZoneKind
from ocr.geometry import Box, Point

PITCH, FEED = 20, 50


class Sheet:
    """Lines as layout hands them over: every one in a zone, in prepared pixels."""

    def __init__(self) -> None:
        self.zones: list[Zone] = []
        self.readings: list[LineReading] = []
        self.y = 100

    def zone(self, kind: ZoneKind) -> None:
        n = len(self.zones)
        self.zones.append(Zone(f"p1-z{n + 1}", kind, Box(0, 0, 1, 1), n))

    def line(self, text: str, left: int = 200, feed: int = FEED) -> None:
        self.y += feed
        n = len(self.readings)
        box = Box(left, self.y - 25, left + PITCH * len(text), self.y)
        chars = tuple(
            Char(c, Box(left + PITCH * i, box.top, left + PITCH * (i + 1), box.bottom), 0.98)
            for i, c in enumerate(text)
        )
        foot = (Point(box.left, self.y), Point(box.right, self.y))
        line = TextLine(f"p1-l{n + 1}", self.zones[-1].id, n, box, foot, 20.0, float(PITCH))
        self.readings.append(LineReading(line, chars, "test"))

    def named(self) -> list[tuple[str, list[str]]]:
        """(kind, texts) of each part in order, cells of the grid as one."""
        zones, readings = name_parts(self.zones, self.readings)
        assert [z.order for z in zones] == list(range(len(zones)))
        assert [r.line.order for r in readings] == list(range(len(readings)))
        assert sorted(r.text for r in readings) == sorted(r.text for r in self.readings)
        out: list[tuple[str, list[str]]] = []
        for zone in zones:
            texts = [r.text for r in readings if r.line.zone_id == zone.id]
            if out and zone.kind == ZoneKind.GRID and out[-1][0] == "grid":
                out[-1][1].extend(texts)
            else:
                out.append((zone.kind.value, texts))
        return out


BODY = [
    "Передаю содержание беседы, которая состоялась сегодня в министерстве",
    "иностранных дел по просьбе заместителя министра.",
    "2. Просим сообщить, когда можно ожидать ответа на нашу телеграмму.",
]


def first_sheet(title: str = "ШИФРТЕЛЕГРАММА № 12345") -> Sheet:
    sheet = Sheet()
    sheet.zone(ZoneKind.BODY)
    for text in ("МИНИСТЕРСТВО ИНОСТРАННЫХ ДЕЛ", title, "СОВЕРШЕННО СЕКРЕТНО"):
        sheet.line(text, 500)
    for i in range(6):
        sheet.zone(ZoneKind.GRID)
        sheet.line(f"№ {i + 1}" + (" тов. Молотову" if i < 2 else ""))
    sheet.zone(ZoneKind.BODY)
    sheet.line('Из ПРАГИ получена " 5 " ч. " 10 " м. " 3 " мая 1949 г. Экз. № 1')
    sheet.line("СРОЧНАЯ")
    sheet.line("М О Л О Т О В У", 600)
    return sheet


def test_a_first_sheet_falls_into_its_parts() -> None:
    sheet = first_sheet()
    for text in BODY:
        sheet.line(text)
    sheet.line("(см. сл. лист)", 1300)
    kinds = [kind for kind, _ in sheet.named()]
    wanted = ["head", "grid", "reception", "urgency", "addressee", "body", "catchword"]
    assert kinds == wanted
    assert sheet.named()[5][1] == BODY


@pytest.mark.parametrize("title", ["ШИФРТЕЛЕГРАММА № 12345", "ШИФРТЕЛЕГРАМНА М 12345"])
def test_a_misread_title_still_makes_a_telegram(title: str) -> None:
    sheet = first_sheet(title)
    sheet.line(BODY[0])
    assert sheet.named()[0][0] == "head"


def test_the_sign_off_begins_with_the_name() -> None:
    sheet = first_sheet()
    for text in BODY:
        sheet.line(text)
    foot = [
        "Р О Щ И Н",
        "» 2318.",
        "7.10.50",
        "Расш. Араушкин",
        "13.00 7.10.50",
        "Отп. Чередикина",
        "Экз. № 9-10 - 8 Отдел",
    ]
    for text in foot:
        sheet.line(text, 250)
    named = dict(sheet.named())
    assert named["sign_off"] == foot
    assert named["body"] == BODY


def test_a_further_sheet() -> None:
    sheet = Sheet()
    sheet.zone(ZoneKind.BODY)
    head = ["СОВЕРШЕННО СЕКРЕТНО", "Продолжение шифртелеграммы № 12345", "Экз. № 1", 'Лист " 2 "']
    for text in [*head, *BODY]:
        sheet.line(text)
    assert sheet.named() == [("continuation", head), ("body", BODY)]


def test_a_stamp_without_colour_is_known_by_its_words() -> None:
    sheet = first_sheet()
    for text in BODY:
        sheet.line(text)
    sheet.line("Вх. № 3645 от 19/10 1950 г.", 250)
    assert dict(sheet.named())["stamp"] == ["Вх. № 3645 от 19/10 1950 г."]


def test_what_is_no_telegram_is_body_row_by_row() -> None:
    sheet = Sheet()
    sheet.zone(ZoneKind.GRID)
    sheet.line("масло", 200)
    sheet.zone(ZoneKind.GRID)
    sheet.line("сахар", 200)
    sheet.zone(ZoneKind.GRID)
    sheet.line("120 кг", 900, feed=-FEED)
    sheet.zone(ZoneKind.GRID)
    sheet.line("80 кг", 900)
    zones, readings = name_parts(sheet.zones, sheet.readings)
    assert [zone.kind for zone in zones] == [ZoneKind.BODY]
    assert [r.text for r in readings] == ["масло 120 кг", "сахар 80 кг"]


def test_a_page_that_mentions_a_telegram_is_none() -> None:
    sheet = Sheet()
    sheet.zone(ZoneKind.BODY)
    for text in ["- 7 -", "Получив шифртелеграмму от 5 мая, посол выехал в министерство.", *BODY]:
        sheet.line(text)
    for i in range(12):
        sheet.line(f"Строка {i}, которая ничего не значит и стоит здесь для объёма.")
    kinds = [kind for kind, _ in sheet.named()]
    assert kinds == ["page_number", "body"]


def test_nothing_read() -> None:
    assert name_parts([], []) == ((), ())
