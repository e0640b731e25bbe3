"""Every check passes on the telegram as typed, and fails where one fact of it is misread."""

from __future__ import annotations

from dataclasses import replace

import pytest
from typed_telegram import make_page, telegram

from ocr.assemble import AssembleSettings
from ocr.assemble.checks import checks
from ocr.assemble.fields import record
from ocr.document import Check, Page, ZoneKind

S = AssembleSettings()


def checked(pages: list[Page]) -> dict[str, Check]:
    return {check.name: check for check in checks(pages, record(pages, S))}


def misread(before: str, after: str, page: int | None = None) -> list[Page]:
    """The telegram with one piece read as another, on one sheet or on all."""
    return [
        replace(
            p,
            lines=tuple(replace(x, text=x.text.replace(before, after), words=()) for x in p.lines),
        )
        if page in (None, p.index)
        else p
        for p in telegram()
    ]


def test_the_telegram_bears_itself_out() -> None:
    found = checked(telegram())
    assert {name for name, check in found.items() if not check.ok} == set()
    assert set(found) == {
        "slots_run",
        "copies_kept",
        "sheets_run",
        "heads_agree",
        "received_after_signed",
        "deciphered_after_received",
        "typed_after_deciphered",
        "registered_after_received",
        "dates_near",
    }


@pytest.mark.parametrize(
    ("name", "before", "after", "page", "says"),
    [
        ("slots_run", "№ 12", "№ 17", 0, "slot 12 reads 17"),
        ("copies_kept", "№ 9-10", "№ 7-8", 2, "copy 7, 8 is both given out and kept"),
        ("copies_kept", "№ 8 тов. Булганину", "№ 8", 0, "copy 8 is neither"),
        ("sheets_run", 'Лист " 2 "', 'Лист " 3 "', 1, "sheet 3 twice"),
        ("heads_agree", "№ 25348", "№ 26348", 1, "26348 where others have 25348"),
        ("heads_agree", "Экз. № 1", "Экз. № 7", 1, "copy 7"),
        ("received_after_signed", '" 7 " октября', '" 1 " октября', 0, "1950-10-01"),
        ("deciphered_after_received", "13.00 7", "10.00 7", 2, "T10:00"),
        ("typed_after_deciphered", "13.50", "12.50", 2, "T12:50"),
        ("registered_after_received", "19/10", "1/10", 0, "1950-10-01"),
        ("dates_near", "13.50 7.10.50", "13.50 7.10.60", 2, "typed.at"),
    ],
)
def test_a_misreading_is_found(name: str, before: str, after: str, page: int, says: str) -> None:
    found = checked(misread(before, after, page))[name]
    assert not found.ok
    assert says in found.what
    assert found.line_ids


def test_a_lost_sheet_is_named() -> None:
    first, _, third = telegram()
    found = checked([first, third])["sheets_run"]
    assert (found.ok, found.what) == (False, "no sheet 2")


def test_the_senders_day_may_run_ahead() -> None:
    """Signed in Peking after midnight, received in Moscow the evening before."""
    pages = misread('" 11 " ч. " 55 " м. " 7 "', '" 21 " ч. " 55 " м. " 6 "', 0)
    assert checked(pages)["received_after_signed"].ok


@pytest.mark.parametrize(("number", "ok"), [("2317", True), ("2381", False)])
def test_an_earlier_telegram_of_the_series_has_a_lower_number(number: str, ok: bool) -> None:
    pages = misread("На Ваш № 4676", f"В дополнение к моей № {number}", 0)
    assert checked(pages)["references_before"].ok is ok


def test_groups_of_a_cipher_have_five_figures() -> None:
    groups = [("13579 24680 11223 44556 77889", 0), ("90817 2635 44556 17263 54091", 0)]
    pages = [*telegram(), make_page(3, [(ZoneKind.BODY, list(groups))])]
    found = checked(pages)["groups_complete"]
    assert (found.ok, found.what) == (False, "1 of 10 groups: 2635")


def test_no_record_no_checks() -> None:
    assert checks(telegram(), ()) == ()
