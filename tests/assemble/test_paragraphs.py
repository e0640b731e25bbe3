from __future__ import annotations

from dataclasses import replace

import pytest
from typed_telegram import FIRST, SECOND, Rows, further_head, make_page, telegram

from ocr.assemble import AssembleSettings, undo
from ocr.assemble.hyphens import keep_hyphen, vocabulary
from ocr.assemble.paragraphs import paragraphs
from ocr.assemble.sheets import doubled_length, marker_start
from ocr.assemble.spacing import spacing_edits
from ocr.document import Page, ZoneKind

S = AssembleSettings()


def texts(pages: list[Page]) -> list[str]:
    return [p.text for p in paragraphs(pages, S)]


def body(rows: Rows, index: int = 0) -> Page:
    return make_page(index, [(ZoneKind.BODY, rows)])


@pytest.mark.parametrize("angle_deg", [0.0, 1.9, -1.9, 90.0, 180.0])
def test_the_telegram_reads_on_over_its_sheets(angle_deg: float) -> None:
    got = texts(telegram(angle_deg))
    start = got.index("На Ваш № 4676.")
    assert got[start - 2 : start] == ["ВНЕОЧЕРЕДНАЯ Т", "ФИЛИППОВУ"]
    assert [text for text in got[start : got.index("РОЩИН")] if not text.startswith("908")] == [
        "На Ваш № 4676.",
        "6 октября в 22 часа 30 минут пекинского времени я посетил МАО ЦЗЕ-ДУНА и передал ему "
        "Ваш ответ.",
        "Выслушав меня, МАО ЦЗЕ-ДУН заявил, что:",
        "3. Что касается посылки китайских войск в Корею, то МАО ЦЗЕ-ДУН считает, что "
        "целесообразно направить не пять-шесть дивизий, а по крайней мере девять дивизий.",
        "МАО ЦЗЕ-ДУН считает, что китайцы должны иметь четырехкратное превосходство в живой силе "
        "и двойное превосходство в техническом отношении.",
        "Наличие авиации, по мнению МАО ЦЗЕ-ДУНА, необходимо:",
        "а) Для прикрытия китайских наземных войск, направляемых в Корею,",
        "б) для боевых действий на фронте,",
        "5. МАО ЦЗЕ-ДУН обратил внимание, что пути сообщения в Корею разрушены и это создает "
        "серьезные трудности материального обеспечения для армии. И в данном случае, сказал он, "
        "китайцы могут рассчитывать только на помощь Советского Союза.",
        "Прошу Ваших указаний.",
    ]


def test_the_typed_lines_can_be_had_again() -> None:
    pages = telegram(1.2)
    typed = {line.id: line.text for page in pages for line in page.lines}
    for paragraph in paragraphs(pages, S):
        rows = undo(paragraph.text, paragraph.joins).split("\n")
        assert rows == [typed[line_id] for line_id in paragraph.line_ids]


def test_every_typed_line_is_read_but_for_running_heads() -> None:
    pages = telegram()
    read = {line_id for p in paragraphs(pages, S) for line_id in p.line_ids}
    heads = {
        line.id
        for page in pages
        for line in page.lines
        if page.zone(line.zone).kind is ZoneKind.CONTINUATION
    }
    assert read == {line.id for page in pages for line in page.lines} - heads


def test_a_body_line_taken_for_a_running_head_is_not_lost() -> None:
    head = further_head(2, "1")
    head[0][1].append(("ходство в техническом отношении.", 0))
    assert "ходство в техническом отношении." in texts([make_page(1, [*head, SECOND[1]])])


@pytest.mark.parametrize(
    ("end", "catchword", "again"),
    [
        ("двойное превосходство", "(см. сл. лист)", "ходство"),
        ("двойное превосходство", "/cм.сл.лист/", "превосходство"),
        ("двойное превосходство", "(сы. сл. лнст)", "хедство"),
        ("двойное превос-", "ходство (см. сл. лист)", "ходство"),
        ("двойное превос-", "ходство (см. сл. лист)", "хсдство"),
        ("двойное", "превосходство (см. след. лист)", "превосходство"),
        ("двойное превосходство (см. сл. лист)", None, "ходство"),
        ("двойное превос-", "(см. сл. лист)", "ходство"),
    ],
)
def test_what_is_typed_twice_is_read_once(end: str, catchword: str | None, again: str) -> None:
    first = [(ZoneKind.BODY, [("четырехкратное в живой силе и", 0), (end, 0)])]
    if catchword:
        first.append((ZoneKind.CATCHWORD, [(catchword, 40)]))
    got = texts([make_page(0, first), body([(f"{again} в технике.", 0)], 1)])
    read = "ходство" if end.endswith("ходство") or catchword is None else again
    whole = read if read.startswith("пре") else f"превос{read}"
    assert got == [f"четырехкратное в живой силе и двойное {whole} в технике."]


def test_a_catchword_that_the_next_sheet_does_not_repeat_is_text() -> None:
    first = [
        (ZoneKind.BODY, [("они имеют двойное превос-", 0)]),
        (ZoneKind.CATCHWORD, [("ходство (см. сл. лист)", 40)]),
    ]
    got = texts([make_page(0, first), body([("в технике.", 0)], 1)])
    assert got == ["они имеют двойное превосходство в технике."]


def test_a_catchword_and_a_stain_left_in_the_body_do_not_part_the_sheets() -> None:
    rows = [("и двойное превосходство", 0), ("(см. сл. лист)", 40), ("—", 10)]
    assert texts([body(rows), body([("ходство в технике.", 0)], 1)]) == [
        "и двойное превосходство в технике."
    ]


def test_a_missing_next_sheet_leaves_only_the_marker_out() -> None:
    got = texts([make_page(0, FIRST)])
    assert got[-2].endswith("живой силе и двойное превосходство")


def test_what_ends_alike_by_chance_is_kept() -> None:
    assert doubled_length("он сказал, что", "это так") == 0
    assert doubled_length("новый завод", "вод было много") == 0
    assert doubled_length("превосходство", "ходство в") == len("ходство")
    assert doubled_length("в техническом", "в техническом деле") == len("в техническом")
    assert marker_start("кроме того (см. лист 5)") is None
    assert marker_start("как сказано (см. выше)") is None


def test_a_new_telegram_does_not_go_on_with_the_one_before() -> None:
    first = [(ZoneKind.BODY, [("без конца", 0)])]
    second = [(ZoneKind.HEAD, [("ШИФРТЕЛЕГРАММА № 2", 0)]), (ZoneKind.BODY, [("начало", 0)])]
    assert texts([make_page(0, first), make_page(1, second)]) == [
        "без конца",
        "ШИФРТЕЛЕГРАММА № 2",
        "начало",
    ]


def test_a_gap_and_a_short_line_part_paragraphs() -> None:
    page = body(
        [
            ("Первая строка первого абзаца, полная,", 0),
            ("и конец.", 0),
            ("Вторая строка после короткой, полная,", 0),
            ("и дальше до самого правого края поля.", 0),
            ("Третья после большого промежутка сверху", 0),
        ]
    )
    last = page.lines[-1]
    words = tuple(replace(w, box=w.box.shift(0, 40)) for w in last.words)
    page = replace(page, lines=(*page.lines[:-1], replace(last, words=words)))
    assert [text.split()[0] for text in texts([page])] == ["Первая", "Вторая", "Третья"]


@pytest.mark.parametrize(
    ("left", "right", "kept"),
    [
        ("живой силе и превос-", "ходство в", False),
        ("не пять-", "шесть дивизий", True),
        ("то МАО ЦЗЕ-", "ДУН считает", True),
        ("на Северо-", "Восток", True),
        ("северо-", "восточный фронт", True),
        ("копий ВОСПРЕ-", "ЩАЕТСЯ", False),
        ("кто-", "то из них", True),
        ("социально-эконо-", "мический", False),
        ("в 1949-", "1950 годах", True),
        ("город Тянь-", "цзин", False),
        ("город Харь-", "бин,", False),
        ("через день-", "два", True),
        ("во-", "первых", True),
        ("Чан-", "кайшистский", False),
    ],
)
def test_hyphens_at_line_ends(left: str, right: str, kept: bool) -> None:
    assert keep_hyphen(left, right) is kept


def test_the_document_itself_settles_a_hyphen() -> None:
    words = vocabulary(["прибыл в Ань-Дун", "из Муданъ-", "цзян выехал"])
    assert keep_hyphen("город ань-", "дун", words)
    assert "цзян" not in words
    assert not keep_hyphen("ШИФРТЕЛЕ-", "ГРАММА", vocabulary(["по шифртелеграмма № 5"]))


def spaced(text: str) -> str:
    page = body([(text, 0)])
    line = page.lines[0]
    edits = spacing_edits(line.text, line.words, S)
    out = line.text
    for edit in reversed(edits):
        out = out[: edit.start] + edit.after + out[edit.end :]
    return out


@pytest.mark.parametrize(
    ("typed", "closed"),
    [
        ("Р О Щ И Н", "РОЩИН"),
        ("М А О   Ц З Е - Д У Н", "МАО ЦЗЕ-ДУН"),  # words three blanks apart
        ("прошу н е м е д л е н н о, сегодня", "прошу немедленно, сегодня"),
        ("Ф И ЛИ П П О В У", "ФИЛИППОВУ"),
        ("и т. д. и т. п. и о нем", "и т. д. и т. п. и о нем"),
        ("и в с нем", "и в с нем"),
        ("Экз. № 9-10 - 8 Отдел", "Экз. № 9-10 - 8 Отдел"),
    ],
)
def test_letter_spaced_words_are_closed(typed: str, closed: str) -> None:
    assert spaced(typed) == closed


def test_a_title_parts_paragraphs_and_rows_of_a_table_stand_alone() -> None:
    text = ["Передаю содержание беседы, которая состоя-", "лась вчера в министерстве и"]
    zones = [
        (ZoneKind.PARAGRAPH, [(line, 0) for line in text]),
        (ZoneKind.TITLE, [("О ХОДЕ", 20), ("ПЕРЕГОВОРОВ", 18)]),
        (ZoneKind.TABLE, [("масло 120 кг", 0), ("сахар 80 кг", 0)]),
        (ZoneKind.PARAGRAPH, [("продолжается.", 0)]),
    ]
    assert texts([make_page(0, zones)]) == [
        "Передаю содержание беседы, которая состоялась вчера в министерстве и",
        "О ХОДЕ ПЕРЕГОВОРОВ",
        "масло 120 кг",
        "сахар 80 кг",
        "продолжается.",
    ]
