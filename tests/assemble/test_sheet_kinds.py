"""What looks like the foot of a telegram or the head of a letter, and what does not."""

from collections.abc import Container

from ocr.assemble.parts import name_parts
from ocr.document import Char, LineReading, TextLine, Zone, ZoneKind
from ocr.geometry import Box, Point

PITCH, FEED = 20, 50
ZONE = Zone("p1-z1", ZoneKind.BODY, Box(0, 0, 1, 1), 0)
BODY = [
    "Передаю содержание беседы, которая состоялась сегодня в министерстве",
    "иностранных дел по просьбе заместителя министра. Ваш № 937",
    "расшифрован в 12.00, группы искажены, прошу их повторить.",
]


def named(*placed: tuple[str, int], unsure: Container[str] = ()) -> list[tuple[str, list[str]]]:
    """(kind, texts) of each part of a sheet of these lines, each with its left edge in strokes."""
    readings = []
    for n, (text, column) in enumerate(placed):
        y, left, sure = 100 + FEED * n, PITCH * column, 0.5 if text in unsure else 0.98
        chars = tuple(
            Char(c, Box(left + PITCH * i, y - 25, left + PITCH * (i + 1), y), sure)
            for i, c in enumerate(text)
        )
        foot = (Point(left, y), Point(chars[-1].box.right, y))
        box = Box(left, y - 25, chars[-1].box.right, y)
        line = TextLine(f"p1-l{n + 1}", ZONE.id, n, box, foot, 20.0, float(PITCH))
        readings.append(LineReading(line, chars, "test"))
    zones, found = name_parts([ZONE], readings)
    return [(z.kind.value, [r.text for r in found if r.line.zone_id == z.id]) for z in zones]


def test_a_sentence_that_goes_on_with_deciphered_ends_no_telegram() -> None:
    assert [kind for kind, _ in named(*((text, 10) for text in BODY))] == ["paragraph"]


def test_a_sentence_that_begins_letter_spaced_is_no_signatory() -> None:
    head = [("Продолжение шифртелеграммы № 12345", 10)]
    last = ("В а ш е согласие прошу телеграфировать.", 15)
    foot = [("Р О Щ И Н", 15), ("№ 2318.", 15), ("7.10.50", 15), ("Расш. Козлов", 15)]
    parts = dict(named(*head, *((text, 10) for text in BODY), last, *foot))
    assert parts["body"] == [*BODY, last[0]]
    assert parts["sign_off"] == [text for text, _ in foot]


def test_the_edge_of_the_sheet_below_the_foot_is_no_text() -> None:
    head = [("Продолжение шифртелеграммы № 12345", 10)]
    foot = [("Р О Щ И Н", 15), ("№ 2318.", 15), ("7.10.50", 15), ("Расш. Козлов", 15)]
    edge = ("______________всен том леннансноаента аа а а л 1 тоне атеист е", 12)
    parts = dict(named(*head, *((text, 10) for text in BODY), *foot, edge, unsure={edge[0]}))
    assert parts["sign_off"] == [*(text for text, _ in foot), edge[0]]


def test_an_office_that_runs_into_the_secrecy_beside_it_is_parted_from_it() -> None:
    head = [
        ("МИНИСТЕРСТВО ВООРУЖЕННЫХ СИЛ СОЮЗА ССР Совершенно секретно", 10),
        ("ГЕНЕРАЛЬНЫЙ ШТАБ", 14),
        ("№ 300/17", 10),
    ]
    texts = named(*head, *((text, 10) for text in BODY))[0][1]
    assert texts[:4] == [
        "МИНИСТЕРСТВО ВООРУЖЕННЫХ СИЛ СОЮЗА ССР", head[1][0], head[2][0], "Совершенно секретно",
    ]  # fmt: skip
