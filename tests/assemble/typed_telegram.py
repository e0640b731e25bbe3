"""Telegram 25348 as pages with known text, set on a grid of strokes; made for these tests."""

from __future__ import annotations

from ocr.document import Line, Page, Step, Word, Zone, ZoneKind
from ocr.geometry import Affine, Box, Point, hull

STROKE, FEED, HEIGHT = 20, 44, 26  # pixels at 200 dpi: pica, spacing one and a half
SIZE = (1700, 2400)
MARGIN = 200

Rows = list[tuple[str, int]]
"""Text of a line and its indent in strokes."""

SLOTS = ["Сталину", "Сталину", "Молотову", "Маленкову", "Берия", "Микояну", "Кагановичу"]
SLOTS += ["Булганину"]

FIRST: list[tuple[ZoneKind, Rows]] = [
    (
        ZoneKind.HEAD,
        [
            ("ВТОРОЕ ГЛАВНОЕ УПРАВЛЕНИЕ", 5),
            ("ГЕНШТАБА СОВЕТСКОЙ АРМИИ", 5),
            ("ШИФРТЕЛЕГРАММА № 25348", 20),
            ("СОВЕРШЕННО СЕКРЕТНО", 22),
            ("Снятие копий воспрещается", 22),
            ("ПОДЛЕЖИТ ВОЗВРАТУ ЧЕРЕЗ 6 СУТС", 40),
            ("В 8 ОТДЕЛ ВТОРОГО ГЛАВН. УПРАВ.", 40),
            ("ГЕНШТАБА СОВЕТСКОЙ АРМИИ", 40),
        ],
    ),
    *[
        (
            ZoneKind.GRID,
            [
                (
                    ("Экз. " if n % 6 == 1 else "")
                    + f"№ {n}"
                    + (f" тов. {SLOTS[n - 1]}" if n <= len(SLOTS) else ""),
                    0,
                )
            ],
        )
        for n in range(1, 19)
    ],
    (
        ZoneKind.RECEPTION,
        [('Из ПЕКИНА получена " 11 " ч. " 55 " м. " 7 " октября 1950 г. Экз. № 1', 0)],
    ),
    (ZoneKind.MARGIN, [("Для заметок", 0), ("и", 0), ("резолюций", 0)]),
    (ZoneKind.URGENCY, [("ВНЕОЧЕРЕДНАЯ Т", 10)]),
    (ZoneKind.ADDRESSEE, [("Ф И Л И П П О В У", 20)]),
    (
        ZoneKind.BODY,
        [
            ("На Ваш № 4676.", 5),
            ("6 октября в 22 часа 30 минут пекинского времени я посетил", 5),
            ("МАО ЦЗЕ-ДУНА и передал ему Ваш ответ.", 0),
            ("Выслушав меня, МАО ЦЗЕ-ДУН заявил, что:", 5),
            ("3. Что касается посылки китайских войск в Корею, то МАО ЦЗЕ-", 5),
            ("ДУН считает, что целесообразно направить не пять-шесть ди-", 0),
            ("визий, а по крайней мере девять дивизий.", 0),
            ("МАО ЦЗЕ-ДУН считает, что китайцы должны иметь четырехкрат-", 5),
            ("ное превосходство в живой силе и двойное превосходство", 0),
        ],
    ),
    (ZoneKind.CATCHWORD, [("(см. сл. лист)", 40)]),
    (
        ZoneKind.STAMP,
        [
            ("908 ПОДЛЕЖИТ ВОЗВРАТУ", 30),
            ("в IV часть ОС ЦК ВКП(б)", 30),
            ("Вх. № 3645 от 19/10 1950 г.", 30),
        ],
    ),
    (ZoneKind.HANDWRITING, []),
]


def further_head(number: int, copy: str) -> list[tuple[ZoneKind, Rows]]:
    return [
        (
            ZoneKind.CONTINUATION,
            [
                ("СОВЕРШЕННО СЕКРЕТНО", 40),
                ("Продолжение шифртелеграммы № 25348", 30),
                (f"Экз. № {copy}", 40),
                (f'Лист " {number} "', 40),
            ],
        )
    ]


SECOND: list[tuple[ZoneKind, Rows]] = [
    *further_head(2, "1"),
    (
        ZoneKind.BODY,
        [
            ("ходство в техническом отношении.", 0),
            ("Наличие авиации, по мнению МАО ЦЗЕ-ДУНА, необходимо:", 5),
            ("а) Для прикрытия китайских наземных войск, направляемых в", 5),
            ("Корею,", 8),
            ("б) для боевых действий на фронте,", 5),
            ("5. МАО ЦЗЕ-ДУН обратил внимание, что пути сообщения в Корею", 5),
            ("разрушены и это создает серьезные трудности материального обеспечения", 0),
        ],
    ),
    (ZoneKind.CATCHWORD, [("(см. сл. лист)", 40)]),
]
THIRD: list[tuple[ZoneKind, Rows]] = [
    *further_head(3, "_____"),
    (
        ZoneKind.BODY,
        [
            ("печения для армии. И в данном случае, сказал он, китайцы могут", 0),
            ("рассчитывать только на помощь Советского Союза.", 0),
            ("Прошу Ваших указаний.", 5),
        ],
    ),
    (
        ZoneKind.SIGN_OFF,
        [
            ("Р О Щ И Н", 30),
            ("№ 2318.", 0),
            ("7.10.50", 0),
            ("Расш. Араушкин", 0),
            ("13.00 7.10.50", 0),
            ("Отп. Чередикина", 0),
            ("13.50 7.10.50", 0),
            ("№ 8609", 0),
            ("Экз. № 9-10 - 8 Отдел", 0),
            ("Проверил: нач. смены -", 0),
        ],
    ),
]

NOTICE = "ПОДЛЕЖИТ ВОЗВРАТУ ЧЕРЕЗ 6 СУТС В 8 ОТДЕЛ ВТОРОГО ГЛАВН. УПРАВ. ГЕНШТАБА СОВЕТСКОЙ АРМИИ"
NAMES = ["Сталин", "Сталин", "Молотов", "Маленков", "Берия", "Микоян", "Каганович", "Булганин"]
RECORD: dict[str, str | int] = {
    "kind": "шифртелеграмма",
    "number": "25348",
    "origin": "Пекин",
    "received_at": "1950-10-07T11:55",
    "urgency": "внеочередная",
    "classification": "совершенно секретно",
    "copying": "снятие копий воспрещается",
    "return_notice": NOTICE,
    "addressee": "Филиппов",
    **{f"copies.{n - 1}.number": n for n in range(1, 19)},
    **{f"copies.{n}.addressee": name for n, name in enumerate(NAMES)},
    "references.0": "4676",
    "signatory": "Рощин",
    "outgoing_number": "2318",
    "signed_on": "1950-10-07",
    "deciphered.by": "Араушкин",
    "deciphered.at": "1950-10-07T13:00",
    "typed.by": "Чередикина",
    "typed.at": "1950-10-07T13:50",
    "file_number": "8609",
    "sheets": 3,
    "incoming_stamps.0.number": "3645",
    "incoming_stamps.0.date": "1950-10-19",
    "incoming_stamps.0.text": (
        "908 ПОДЛЕЖИТ ВОЗВРАТУ в IV часть ОС ЦК ВКП(б) Вх. № 3645 от 19/10 1950 г."
    ),
}


def make_page(
    index: int, zones: list[tuple[ZoneKind, Rows]], angle_deg: float = 0.0, confidence: float = 0.9
) -> Page:
    """Every zone below the one before, turned clockwise about the middle of the sheet."""
    turn = Affine.rotation(angle_deg, Point(SIZE[0] / 2, SIZE[1] / 2))
    top, number, made, lines = 100, 0, [], []
    for order, (kind, rows) in enumerate(zones):
        zone = f"p{index + 1}-z{order + 1}"
        boxes = [Box(MARGIN, top, MARGIN + STROKE, top + HEIGHT)]
        for text, indent in rows:
            number += 1
            line = make_line(f"p{index + 1}-l{number}", zone, text, (indent, top), turn, confidence)
            lines.append(line)
            boxes.append(line.box)
            top += FEED
        made.append(Zone(zone, kind, hull(boxes), order))
    steps = (Step("skew", {"angle_deg": angle_deg, "confidence": 1.0}),)
    return Page(index, SIZE, 200.0, steps, tuple(made), tuple(lines))


def make_line(
    name: str, zone: str, text: str, at: tuple[int, int], turn: Affine, confidence: float
) -> Line:
    indent, top = at
    words, column = [], indent
    for word in text.split(" "):
        left = MARGIN + column * STROKE
        box = turn.box(Box(left, top, left + len(word) * STROKE, top + HEIGHT))
        if word:
            words.append(Word(word, box, confidence))
        column += len(word) + 1
    left, right = MARGIN + indent * STROKE, MARGIN + column * STROKE
    foot = float(top + HEIGHT)
    baseline = (turn.point(Point(left, foot)), turn.point(Point(right, foot)))
    shown = " ".join(text.split())
    box = hull(w.box for w in words)
    return Line(name, zone, box, shown, confidence, tuple(words), (), baseline)


def telegram(angle_deg: float = 0.0) -> list[Page]:
    """The three sheets."""
    return [make_page(i, zones, angle_deg) for i, zones in enumerate((FIRST, SECOND, THIRD))]
