from __future__ import annotations

from dataclasses import replace

import pytest
from printed_page import printed_page
from typed_telegram import telegram

from ocr.assemble import AssembleSettings, assemble_document
from ocr.assemble.differences import contrasts, said
from ocr.assemble.quantities import quantities
from ocr.assemble.transliteration import same_person
from ocr.document import DifferenceKind, Document, Source

ENGLISH = """\
CIPHERED TELEGRAM NO. 25348
Top Secret.
1 - cde. Stalin
To FILIPPOV [STALIN]
In response to your no. 4676
On 6 October, at 22:30 of Beijing time I visited MAO ZEDONG and passed to him your reply.
After listening to me, MAO ZEDONG declared that:
3. As to the dispatch of Chinese troops to Korea, MAO ZEDONG believes that it makes sense to send \
not five-six divisions, but at least nine divisions.
MAO ZEDONG believes that Chinese should have four-to-one superiority in human force and \
three-to-one superiority in technical equipment.
It is necessary to have aviation, in the opinion of MAO ZEDONG, for:
a) the cover of the Chinese ground troops that will be sent to Korea;
b) for combat operations on the front;
5. MAO ZEDONG drew attention to the fact that in Korea the roads are destroyed and this gravely \
complicates the task of supplying the army. In this case, he said, the Chinese could rely only on \
Soviet assistance.
I am waiting for your instructions,
ROSHCHIN
No. 2318
7.10.50"""


def document(english: str) -> Document:
    pages = [*telegram(), printed_page(3, english)]
    return assemble_document(Source("a.pdf", "", 4), pages, {}, AssembleSettings())


def pairs(english: str) -> list[tuple[str, str]]:
    """What each English paragraph translates, both by their first words."""
    made = document(english)
    assert made.translation is not None
    return [
        (" + ".join(made.paragraphs[i].text[:12] for i in p.original), p.text[:12])
        for p in made.translation.paragraphs
    ]


def test_paragraphs_stand_beside_what_they_translate() -> None:
    assert pairs(ENGLISH) == [
        ("ШИФРТЕЛЕГРАМ", "CIPHERED TEL"),
        ("СОВЕРШЕННО С", "Top Secret."),
        ("Экз. № 1 тов", "1 - cde. Sta"),
        ("ФИЛИППОВУ", "To FILIPPOV "),
        ("На Ваш № 467", "In response "),
        ("6 октября в ", "On 6 October"),
        ("Выслушав мен", "After listen"),
        ("3. Что касае", "3. As to the"),
        ("МАО ЦЗЕ-ДУН ", "MAO ZEDONG b"),
        ("Наличие авиа", "It is necess"),
        ("а) Для прикр", "a) the cover"),
        ("б) для боевы", "b) for comba"),
        ("5. МАО ЦЗЕ-Д", "5. MAO ZEDON"),
        ("Прошу Ваших ", "I am waiting"),
        ("РОЩИН", "ROSHCHIN"),
        ("№ 2318.", "No. 2318"),
        ("7.10.50", "7.10.50"),
    ]


def test_three_to_one_is_not_double_and_nothing_else_differs() -> None:
    made = document(ENGLISH)
    assert made.translation is not None
    (found,) = made.translation.differences
    assert (found.kind, found.in_original, found.in_translation) == (
        DifferenceKind.NUMBER,
        "двойное",
        "three-to-one",
    )
    assert found.original is not None
    assert "двойное превосходство" in made.paragraphs[found.original].text


def test_a_paragraph_left_out_is_named_and_shifts_no_other() -> None:
    rows = ENGLISH.split("\n")
    made = document("\n".join(row for row in rows if not row.startswith("a)")))
    assert made.translation is not None
    lost = [d for d in made.translation.differences if d.kind is DifferenceKind.PARAGRAPH]
    assert [d.in_original[:12] for d in lost] == ["а) Для прикр"]
    assert ("б) для боевы", "b) for comba") in pairs("\n".join(rows))


def test_a_paragraph_run_together_with_the_next_belongs_to_both() -> None:
    joined = ENGLISH.replace("Mao reply.\n", "").replace("your reply.\n", "your reply. ")
    assert ("6 октября в  + Выслушав мен", "On 6 October") in pairs(joined)


def test_a_running_head_is_no_part_of_the_text() -> None:
    rows = ENGLISH.split("\n")
    head = "Archive of Moscow   Translation - English   Page "
    pages = [
        printed_page(3, "\n".join([f"{head}7", *rows[:8]]).replace("nine divisions.", "nine")),
        printed_page(4, "\n".join([f"{head}8", "divisions.", *rows[8:]])),
    ]
    made = assemble_document(Source("a", "", 5), [*telegram(), *pages], {}, AssembleSettings())
    assert made.translation is not None
    assert [d.in_translation for d in made.translation.differences] == ["three-to-one"]
    assert all("Archive" not in p.text for p in made.translation.paragraphs)


def test_english_that_translates_nothing_of_it_is_no_translation() -> None:
    terms = "TERMS OF USE\nThe archive holds 12,000 papers in 30 languages.\nAll rights reserved."
    assert document(terms).translation is None
    sheets = assemble_document(Source("a", "", 3), telegram(), {}, AssembleSettings())
    assert sheets.translation is None


def test_an_archives_page_is_not_taken_for_it() -> None:
    front = printed_page(0, "Citation:\nFile 5\nSummary:\nMao asks for 9 divisions.")
    pages = [front, *(replace(p, index=p.index + 1) for p in telegram())]
    assert assemble_document(Source("a", "", 4), pages, {}, AssembleSettings()).translation is None


SAME = (
    (
        "По данным Пэн Дэ-хуая, на 25 декабря 1950 года имеется 17 дивизий, около 250 тысяч.",
        "According to Peng Dehuai, as of December 25, 1950, there were 17 divisions, some 250,000.",
    ),
    (
        "Тов. ГАО ГАН просит ускорить отправку 2-го эшелона и двадцати пяти паровозов.",
        "Comrade Gao Gang asks to speed up the second echelon and twenty-five engines.",
    ),
    (
        "ЛЮ ШАО-ЦИ сообщил, что 60% рабочих Шанхая и половина рабочих Тяньцзина согласны.",
        "Liu Shaoqi reported that 60 percent of workers of Shanghai and half of Tientsin agree.",
    ),
    (
        "Посол Индии 3 октября в 22 часа был у ЧЖОУ ЭНЬ-ЛАЯ. Он располагает 2,2 млрд. руб.",
        "The Indian Ambassador saw Chou En-lai on 3 October at 10 p.m. He has 2.2 billion rubles.",
    ),
    (
        "Чан Кай-ши перебросил на Тайвань 500-600 тысяч войск; США - в 2,5 раза больше.",
        "Chiang Kai-shek has moved 500,000-600,000 troops to Taiwan; the U.S. 2.5 times as many.",
    ),
    (
        "Двухмесячный срок истекает 1 ноября; в 1948-1949 гг. создано шесть полков.",
        "The two-month period expires on November 1; six regiments were created in 1948-49.",
    ),
)
OTHER = (
    ("имеют лишь 108 орудий", "have only 180 pieces", "108", "180"),
    ("около 1500 орудий", "around 15,000 pieces", "1500", "15,000"),
    ("вылетят 8 октября", "will leave on 9 October", "8 октября", "9 October"),
    ("бюджет 1951 года", "the 1952 budget", "1951", "1952"),
    ("выросло вдвое", "has grown threefold", "вдвое", "threefold"),
    ("третий корпус", "the second corps", "третий", "second"),
    ("на 15 процентов", "by 50 per cent", "15 процентов", "50 per cent"),
    ("вчера встретил ЧЖОУ ЭНЬ-ЛАЯ", "met LIN BIAO yesterday", "ЧЖОУ ЭНЬ-ЛАЯ", "LIN BIAO"),
    ("прибыл в Пекин", "arrived in Moscow", "Пекин", "Moscow"),
    ("помощь СССР", "help from the USA", "СССР", "USA"),
)


@pytest.mark.parametrize(("russian", "english"), SAME)
def test_what_is_said_otherwise_is_no_difference(russian: str, english: str) -> None:
    assert contrasts(said(russian, True), said(english, False)) == []


@pytest.mark.parametrize(("russian", "english", "ours", "theirs"), OTHER)
def test_what_differs_is_found(russian: str, english: str, ours: str, theirs: str) -> None:
    found = contrasts(said(russian, True), said(english, False))
    assert [(c.in_original, c.in_translation) for c in found] == [(ours, theirs)]


@pytest.mark.parametrize(
    ("russian", "english", "value"),
    [
        ("два миллиарда двести миллионов", "two billion two hundred million", 2.2e9),
        ("сто двадцать пять тысяч", "a hundred and twenty-five thousand", 125_000),
        ("в два с половиной раза", "two and a half times", 2.5),
        ("четырехкратное", "four-to-one", 4),
        ("1 500", "1,500", 1500),
        ("2,2 млн.", "2.2 million", 2.2e6),
    ],
)
def test_figures_in_words_have_a_value(russian: str, english: str, value: float) -> None:
    for text, is_russian in ((russian, True), (english, False)):
        assert [q.value for q in quantities(text, is_russian)] == [pytest.approx(value)]


@pytest.mark.parametrize(
    ("russian", "english", "same"),
    [
        ("Мао Цзэдун", "Mao Zedong", True),
        ("МАО ЦЗЕ-ДУНА", "Mao Tse-tung", True),
        ("Пэн Дэхуай", "Peng Dehuai", True),
        ("У СЮ-ЦУАНЬ", "Wu Xiuquan", True),
        ("Жао Шу-ши", "Rao Shushi", True),
        ("Ли Сын Ман", "Syngman Rhee", True),
        ("РОЩИН", "Roshchin", True),
        ("Риджуэй", "Ridgway", True),
        ("МАО ЦЗЕ-ДУН", "Zhou Enlai", False),
        ("Иркутск", "Yakutsk", False),
        ("Булганин", "Beria", False),
    ],
)
def test_names_in_two_alphabets(russian: str, english: str, same: bool) -> None:
    assert same_person(tuple(russian.split()), tuple(english.split())) is same
