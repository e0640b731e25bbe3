from __future__ import annotations

import pytest
from printed_page import printed_page

from ocr.assemble import AssembleSettings
from ocr.assemble.checks import checks
from ocr.assemble.english import find_timestamp
from ocr.assemble.fields import record

S = AssembleSettings()
COUNTED = """\
Ciphered Telegram # 61107
FROM: NEW YORK
Top Secret
Received in Moscow on 3/14/51 at 01:38 a.m.
Deciphered by Ivanova on 3/14/51 at 02:00 a.m.
Typed by Petrova on 3/14/51 at 03:20 p.m.
Cabled by VTCH to the South
Distribution list - 4 copies: Stalin - 2, Molotov -1, 8MDGS - 1.
PRIORITY T
To FILIPPOV [STALIN]
In addition to my No. 705 (incoming No. 61004) and in reply to your Nos. 11, 12, I went to see them.
They will wait.
S I D O R O V
No. 706
13.3 [13 March]"""
NUMBERED = """\
TELEGRAM NO. 5
STRICTLY SECRET
Copies to:
1 - cde. Stalin
2. - cde Mikoyan
Received from Prague on 11: 55 on October 7, 1950.
URGENT
To comrade VYSHINSKY
I have nothing to add.
BODROV
No. 44
7.10.50"""


def values(text: str) -> dict[str, str | int]:
    return {field.name: field.value for field in record([printed_page(0, text)], S)}


def test_the_facts_as_a_list() -> None:
    copies = ["Stalin", "Stalin", "Molotov", "8MDGS"]
    assert values(COUNTED) == {
        "kind": "шифртелеграмма",
        "number": "61107",
        "origin": "New York",
        "received_at": "1951-03-14T01:38",
        "urgency": "внеочередная",
        "classification": "совершенно секретно",
        "addressee": "Filippov",
        "deciphered.by": "Ivanova",
        "deciphered.at": "1951-03-14T02:00",
        "typed.by": "Petrova",
        "typed.at": "1951-03-14T15:20",
        "cabled": "Cabled by VTCH to the South",
        **{f"copies.{i}.number": i + 1 for i in range(4)},
        **{f"copies.{i}.addressee": name for i, name in enumerate(copies)},
        "references.0": "705",
        "references.1": "61004",
        "references.2": "11",
        "references.3": "12",
        "signatory": "Sidorov",
        "outgoing_number": "706",
        "signed_on": "1951-03-13",
    }


def test_copies_numbered_line_by_line() -> None:
    found = values(NUMBERED)
    assert (found["kind"], found["number"], found["origin"]) == ("телеграмма", "5", "Prague")
    assert (found["copies.1.number"], found["copies.1.addressee"]) == (2, "Mikoyan")
    assert (found["urgency"], found["classification"]) == ("срочная", "строго секретно")
    assert (found["addressee"], found["signatory"]) == ("Vyshinsky", "Bodrov")
    assert found["signed_on"] == "1950-10-07"


def test_its_checks_count_the_copies() -> None:
    page = printed_page(0, COUNTED.replace("4 copies", "5 copies"))
    found = {c.name: c for c in checks([page], record([page], S))}
    assert not found["copies_counted"].ok
    assert found["slots_run"].ok
    assert found["references_before"].ok


def test_a_text_about_a_telegram_is_none() -> None:
    assert values("Ciphered telegrams of 1950\nA telegram No. 12 was sent to Stalin.") == {}


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("On 6 October, at 22:30 of Beijing time", "1950-10-06T22:30"),
        ("10/14/50 at 01:38 a.m.", "1950-10-14T01:38"),
        ("14/10/50, 1:38 pm", "1950-10-14T13:38"),
        ("11: 55 on October 7, 1951", "1951-10-07T11:55"),
        ("Oct. 3rd, 1952", "1952-10-03"),
        ("7.10.50", "1950-10-07"),
        ("may 5 divisions", None),
        ("the 1951 budget", None),
    ],
)
def test_english_dates_become_iso(typed: str, value: str | None) -> None:
    found = find_timestamp(typed, 1950)
    assert (found and found.value) == value


@pytest.mark.parametrize(
    ("listed", "slots"),
    [
        ("Copies: Stalin (2), Molotov, 8th Department", "Stalin Stalin Molotov 8th Department"),
        ("Distribution: copy 1 - Stalin; copy 2 - General Staff", "Stalin General Staff"),
    ],
)
def test_copies_in_a_line(listed: str, slots: str) -> None:
    found = values(COUNTED.replace(COUNTED.split("\n")[7], listed))
    names = [v for k, v in found.items() if k.endswith("addressee") and k.startswith("copies")]
    assert " ".join(map(str, names)) == slots


def test_the_number_behind_the_place_and_a_signature_without_one() -> None:
    text = (
        "CIPHERED TELEGRAM\nFrom PRAGUE, No. 36\nTo: Comrade VYSHINSKY\nReceived 20:10, 19 January"
    )
    found = values(f"{text} 1950\nNothing new.\nBODROV\n19.1.50")
    assert (found["number"], found["origin"], found["addressee"]) == ("36", "Prague", "Vyshinsky")
    assert (found["signatory"], found["signed_on"]) == ("Bodrov", "1950-01-19")
    assert "outgoing_number" not in found
