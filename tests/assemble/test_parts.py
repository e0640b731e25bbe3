"""What layout could not name is named by its words; what is no telegram is text."""

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


@pytest.mark.parametrize("catchword", ["(см. сл. лист)", "Тем. сл. лист"])
def test_a_first_sheet_falls_into_its_parts(catchword: str) -> None:
    sheet = first_sheet()
    for text in BODY:
        sheet.line(text)
    sheet.line(catchword, 1300)
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


def test_what_is_no_telegram_is_text_row_by_row() -> None:
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
    assert [zone.kind for zone in zones] == [ZoneKind.PARAGRAPH]
    assert [r.text for r in readings] == ["масло 120 кг", "сахар 80 кг"]


def test_a_page_that_mentions_a_telegram_is_none() -> None:
    sheet = Sheet()
    sheet.zone(ZoneKind.BODY)
    for text in ["- 7 -", "Получив шифртелеграмму от 5 мая, посол выехал в министерство.", *BODY]:
        sheet.line(text)
    for i in range(12):
        sheet.line(f"Строка {i}, которая ничего не значит и стоит здесь для объёма.")
    kinds = [kind for kind, _ in sheet.named()]
    assert kinds == ["page_number", "paragraph"]


def test_nothing_read() -> None:
    assert name_parts([], []) == ((), ())


def test_what_was_misread_is_known_by_its_place() -> None:
    sheet = first_sheet()
    reception = next(r for r in sheet.readings if r.text.startswith("Из"))
    at = sheet.readings.index(reception)
    typed = "ю САНТЪЯГО полуенг 10 ч 20 м 17 ожеября 1947 ею 2 и так далее тут"
    chars = tuple(
        Char(c, Box(200 + PITCH * i, 0, 220 + PITCH * i, 20), 0.4) for i, c in enumerate(typed)
    )
    box = reception.line.box
    line = TextLine(
        reception.line.id,
        reception.line.zone_id,
        reception.line.order,
        Box(box.left, box.top, box.left + PITCH * len(typed), box.bottom),
        reception.line.baseline,
        20.0,
        float(PITCH),
    )
    sheet.readings[at] = LineReading(line, chars, "test")
    for text in BODY:
        sheet.line(text)
    sheet.line("лось, (бы, СЯ. Лис)", 1300)
    named = dict(sheet.named())
    assert named["reception"] == [typed]
    assert named["catchword"] == ["лось, (бы, СЯ. Лис)"]


def test_a_further_sheet_whose_head_was_not_read() -> None:
    sheet = Sheet()
    sheet.zone(ZoneKind.BODY)
    head = ["СОВЕРШ- °С ЕКРЕТНО", "Про ютление шифграммы", "Эк; 4"]
    for text in head:
        sheet.line(text, 1200)
    foot = ["Х А Л А Ш О В", "# 200.", "9.3.48", "Расш. Боброва"]
    for text in [*BODY, *foot]:
        sheet.line(text, 1000 if text == foot[0] else 200)
    assert sheet.named() == [("continuation", head), ("body", BODY), ("sign_off", foot)]


def test_a_further_sheet_of_which_half_was_misread() -> None:
    sheet = Sheet()
    sheet.zone(ZoneKind.BODY)
    head = ["СОВЕРШЕННО СЕКРЕТНО", "прдоткеие ыпифртелетремь № 36427"]
    for text in [*head, *BODY]:
        sheet.line(text, 900 if text in head else 200)
    assert sheet.named() == [("continuation", head), ("body", BODY)]


def test_a_last_sheet_is_known_by_its_foot() -> None:
    sheet = Sheet()
    sheet.zone(ZoneKind.BODY)
    foot = ["№ 343.", "21.4.54", "Расы. Федоренко", "17.45 21.4.54", "Отп. Федотова"]
    for text in [*BODY, *foot]:
        sheet.line(text)
    assert sheet.named()[-1] == ("sign_off", foot)


def test_a_reception_line_under_rules_is_no_slot() -> None:
    sheet = Sheet()
    sheet.zone(ZoneKind.BODY)
    sheet.line("ШИФРТЕЛЕГРАММА № 12345", 500)
    for i in range(6):
        sheet.zone(ZoneKind.GRID)
        sheet.line(f"№ {i + 1}")
    received = 'Из ПРАГИ получена " 5 " ч. " 10 " м. " 3 " мая 1949 г. Экз. № 1'
    sheet.zone(ZoneKind.GRID)
    sheet.line(received)
    assert ("reception", [received]) in sheet.named()


def test_office_and_secrecy_of_a_letter_are_read_one_after_the_other() -> None:
    sheet = Sheet()
    sheet.zone(ZoneKind.BODY)
    left = ["МИНИСТЕРСТВО", "ИНОСТРАННЫХ ДЕЛ", "5 мая 1949 г.", "г. Киев"]
    right = ["Сов. секретно", "Экз. № 2"]
    for i, text in enumerate(left):
        sheet.line(text)
        if i < len(right):
            sheet.line(right[i], 1200, feed=0)
    sheet.line("тов. ОРЛОВСКОМУ", 1000)
    for text in BODY:
        sheet.line(text)
    assert sheet.named() == [("paragraph", [*left, *right, "тов. ОРЛОВСКОМУ", *BODY])]


def test_the_signature_beside_the_post_is_one_line() -> None:
    sheet = Sheet()
    sheet.zone(ZoneKind.BODY)
    for text in BODY:
        sheet.line(text)
    sheet.line("Временный поверенный")
    sheet.line("И. Осипов", 1100, feed=0)
    zones, readings = name_parts(sheet.zones, sheet.readings)
    assert [r.text for r in readings][-1] == "Временный поверенный И. Осипов"
    assert readings[-1].line.box.right == 1100 + PITCH * len("И. Осипов")
    assert len({zone.id for zone in zones}) == 1


def test_a_slot_in_which_nothing_was_read_keeps_its_place() -> None:
    sheet = first_sheet()
    sheet.readings = [r for r in sheet.readings if not r.text.startswith("№ 4")]
    zones, readings = name_parts(sheet.zones, sheet.readings)
    cells = [zone for zone in zones if zone.kind == ZoneKind.GRID]
    texts = {r.line.zone_id: r.text for r in readings}
    assert len(cells) == 6
    assert [texts.get(cell.id, "") for cell in cells][2:5] == ["№ 3", "", "№ 5"]


def test_each_sheet_of_a_spread_is_named_for_itself() -> None:
    sheet = Sheet()
    for left, number in ((200, 2), (2400, 3)):
        sheet.y = 100
        sheet.zone(ZoneKind.BODY)
        head = [f"Продолжение шифртелеграммы № 1234{number}", f'Лист " {number} "']
        for text in [*head, *BODY]:
            sheet.line(text, left)
        rows = [r.line.box for r in sheet.readings if r.line.zone_id == sheet.zones[-1].id]
        sheet.zones[-1] = Zone(
            sheet.zones[-1].id,
            ZoneKind.BODY,
            Box(left, rows[0].top, max(b.right for b in rows), rows[-1].bottom),
            sheet.zones[-1].order,
        )
    kinds = [kind for kind, _ in sheet.named()]
    assert kinds == ["continuation", "body"] * 2


def test_a_reference_letter_spaced_is_no_addressee() -> None:
    sheet = first_sheet()
    sheet.line("На В а ш и №№ 20532, 9083.")
    for text in BODY:
        sheet.line(text)
    named = dict(sheet.named())
    assert named["addressee"] == ["М О Л О Т О В У"]
    assert named["body"][0].startswith("На В а ш и")


def test_a_lone_group_above_the_catchword_is_text() -> None:
    sheet = first_sheet()
    for text in [*BODY, "92911 61702 61388 04139 28814 71169 40540 42094 77474 10101", "14126"]:
        sheet.line(text)
    sheet.line("/см. сл. лист/", 1000)
    parts = sheet.named()
    assert [kind for kind, _ in parts[-2:]] == ["body", "catchword"]
    assert parts[-2][1][-1] == "14126"


def test_a_reception_line_that_stood_in_columns_leaves_no_slots() -> None:
    sheet = first_sheet()
    sheet.readings = sheet.readings[:-3]
    sheet.zone(ZoneKind.GRID)
    sheet.line('Из ПРАГИ получена " 5 " ч. " 10 " м. " 3 " мая')
    sheet.zone(ZoneKind.GRID)
    sheet.line("Для заметок", 100)
    sheet.zone(ZoneKind.GRID)
    sheet.line("№ 7", 900, feed=-5 * FEED)
    sheet.zone(ZoneKind.MARGIN)
    sheet.line("и", 130, feed=6 * FEED)
    sheet.zone(ZoneKind.BODY)
    for text in ("СРОЧНАЯ", *BODY):
        sheet.line(text, 500)
    named = sheet.named()
    assert [kind for kind, _ in named][:4] == ["head", "grid", "reception", "margin"]
    assert len(dict(named)["grid"]) == 7
    assert sum(z.kind is ZoneKind.GRID for z in name_parts(sheet.zones, sheet.readings)[0]) == 7
    assert dict(named)["margin"] == ["Для заметок", "и"]
