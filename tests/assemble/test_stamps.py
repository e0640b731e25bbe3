"""What is mended of stamps over type, of their filled-in line and their wordings, and what not."""

from dataclasses import replace

import pytest
from typed_telegram import telegram

from ocr.assemble import AssembleSettings
from ocr.assemble.fields import record

LINE = "Вх. № 3645 от 19/10 1950 г."


def stamp(wrong: dict[str, str]) -> dict[str, str]:
    """The stamp of the telegram with some of its lines read as something else."""
    pages = [
        replace(
            page,
            lines=tuple(
                replace(line, text=wrong.get(line.text, line.text), words=()) for line in page.lines
            ),
        )
        for page in telegram()
    ]
    name = "incoming_stamps.0."
    facts = record(pages, AssembleSettings())
    return {f.name.removeprefix(name): str(f.value) for f in facts if f.name.startswith(name)}


@pytest.mark.parametrize(
    "read",
    [
        "Вх. № 36 4 5 от 19 / 10 1950 г.",  # figures of the pad stand apart
        "Вх. № 3645 от 19/10 19 50 г.",
        "Вх. № 3645 от 19/10 1",  # the rest is cut off: the year that the telegram states
        "Вх. № 3645 от 19/10 1910 г.",  # a figure of it misread
    ],
)
def test_the_filled_in_line_is_mended(read: str) -> None:
    found = stamp({LINE: read})
    assert found["number"] == "3645"
    assert found["date"] == "1950-10-19"
    assert found["text"].endswith(LINE)


def test_of_what_is_no_date_one_figure_is_put_right_where_one_alone_fits() -> None:
    assert stamp({LINE: "Вх. № 3645 от 8/13 1950 г."})["date"] == "1950-10-08"
    assert "date" not in stamp({LINE: "Вх. № 3645 от 38/10 1950 г."})  # the 8th or the 30th


def test_a_date_that_is_far_off_otherwise_stays() -> None:
    assert stamp({LINE: "Вх. № 3645 от 19/10 1962 г."})["date"] == "1962-10-19"


def test_above_the_office_stands_what_is_to_be_returned_and_no_type() -> None:
    wrong = {"908 ПОДЛЕЖИТ ВОЗВРАТУ": "Н О ЗВРАТУ", "в IV часть ОС ЦК ВКП(б)": "в МИД СССР"}
    assert stamp(wrong)["text"] == f"ПОДЛЕЖИТ ВОЗВРАТУ в МИД СССР {LINE}"


def test_a_stamp_that_begins_with_to_whom_has_lost_its_first_line() -> None:
    assert "text" not in stamp({"908 ПОДЛЕЖИТ ВОЗВРАТУ": ""})
