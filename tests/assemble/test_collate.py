from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from typed_telegram import FIRST, Rows, further_head, make_page, telegram

from ocr.assemble import AssembleSettings
from ocr.assemble.collate import Collation, collate
from ocr.assemble.identity import identify, renumbered
from ocr.document import Page, ZoneKind

S = AssembleSettings()
SIGNED: tuple[ZoneKind, Rows] = (
    ZoneKind.SIGN_OFF,
    [("Р О Щ И Н", 30), ("№ 2318.", 0), ("7.10.50", 0), ("Расш. Араушкин", 0)],
)


def loose(pages: Sequence[Page]) -> list[Page]:
    """Each page as that of a file of its own."""
    return [renumbered(page, 0) for page in pages]


def again(page: Page, old: str, new: str) -> Page:
    """The page with a word read otherwise."""

    def read(text: str) -> str:
        return text.replace(old, new)

    lines = tuple(
        replace(
            line,
            text=read(line.text),
            words=tuple(replace(w, text=read(w.text)) for w in line.words),
        )
        for line in page.lines
    )
    return replace(page, lines=lines)


def other(number: str, text: str) -> list[Page]:
    """A telegram of two sheets with a number and a text of its own, parted within a word."""
    first = [
        (kind, [(t.replace("25348", number), n) for t, n in rows])
        for kind, rows in FIRST
        if kind is not ZoneKind.BODY
    ]
    first.append((ZoneKind.BODY, [(f"{text} и по этому поводу состоялось совеща-", 5)]))
    further = [
        (kind, [(t.replace("25348", number), n) for t, n in rows])
        for kind, rows in further_head(2, "1")
    ]
    body = (ZoneKind.BODY, [(f"ние, на котором говорилось про {text} с цифрами и фактами.", 0)])
    return [make_page(0, first), make_page(1, [*further, body, SIGNED])]


def order(result: Collation) -> dict[str | None, list[tuple[int, int]]]:
    """{number: [(item, sheet)]}"""
    return {b.number: [(p.item, p.sheet) for p in b.sheets] for b in result.bundles}


def test_what_a_sheet_says_of_itself() -> None:
    first, second, third = (identify(page, S) for page in telegram())
    assert first and second and third
    assert (first.first, first.number, first.sheet, first.copy) == (True, "25348", 1, "1")
    assert (second.first, second.number, second.sheet, second.copy) == (False, "25348", 2, "1")
    assert (third.sheet, third.copy) == (3, None)
    assert [first.signed, second.signed, third.signed] == [False, False, True]


def test_shuffled_sheets_of_several_telegrams_come_together() -> None:
    heap = loose([*telegram(), *other("25349", "о рыбе"), *other("61207", "об угле")])
    places = list(range(len(heap)))
    random.Random(4).shuffle(places)
    result = collate([heap[i] for i in places], S)
    assert {n: [places[i] for i, _ in got] for n, got in order(result).items()} == {
        "25348": [0, 1, 2],
        "25349": [3, 4],
        "61207": [5, 6],
    }
    assert all(b.ends and not b.missing for b in result.bundles)
    assert not result.foreign and not result.others


def test_missing_doubled_and_foreign_sheets_are_named() -> None:
    one, two, three = loose(telegram())
    _, stray = loose(other("90210", "о хлопке"))
    result = collate([three, one, stray, one], S)
    (bundle,) = result.bundles
    assert [(p.item, p.sheet, p.doubles) for p in bundle.sheets] == [(1, 1, (3,)), (0, 3, ())]
    assert bundle.missing == (2,) and bundle.ends
    assert [(f.item, "no other sheet" in f.why) for f in result.foreign] == [(2, True)]
    assert not collate([one, two], S).bundles[0].ends


def test_a_misread_number_parts_no_telegram() -> None:
    one, two, three = loose(telegram())
    misread = again(two, "25348", "25З43")
    result = collate([misread, three, one, *loose(other("25343", "о рыбе"))[:1]], S)
    assert order(result)["25348"] == [(2, 1), (0, 2), (1, 3)]
    (note,) = next(b for b in result.bundles if b.number == "25348").sheets[1].notes
    assert "25343" in note


def test_a_sheet_that_two_telegrams_claim_is_put_into_neither() -> None:
    first, second = loose(other("25348", "о рыбе"))
    rival, _ = loose(other("25348", "об угле"))
    lost = again(again(second, "ние,", "Затем"), "рыбе", "лесе")
    result = collate([first, rival, lost], S)
    assert [f.item for f in result.foreign] == [2]
    assert sorted(len(b.sheets) for b in result.bundles) == [1, 1]


def test_two_copies_of_a_telegram_are_two_documents() -> None:
    mine = [again(page, "Экз. № _____", "Экз. № 1") for page in telegram()]
    copies = [again(again(p, "Экз. № 1", "Экз. № 4"), "г. Экз. № 1", "г. Экз. № 4") for p in mine]
    result = collate(loose([*mine, *copies]), S)
    assert [(b.copy, [p.item for p in b.sheets]) for b in result.bundles] == [
        ("1", [0, 1, 2]),
        ("4", [3, 4, 5]),
    ]


def test_what_is_no_telegram_is_left_alone() -> None:
    page = make_page(0, [(ZoneKind.BODY, [("Отчет о работе за 1950 год", 5)])])
    result = collate([page], S)
    assert (result.bundles, result.foreign, result.others) == ((), (), (0,))
    assert collate([], S).bundles == ()
