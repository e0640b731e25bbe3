"""A typist's errors: what is typed leads back to what is meant."""

import re

import numpy as np
import pytest

from ocr.errors import FontError
from ocr.synth.texts.passages import Manner, points
from ocr.synth.texts.typist import FAULTLESS, HABITS, Typist, draw_typist, on_machine, type_line

LINE = "3. На Ваш № 1030 от 10 октября (см. лист 11), сообщаю: „Прибыли три полка, а осталось два“."


def undone(text):
    """A line without what habits of the machine and missing blanks make of it."""
    table = str.maketrans({"I": "1", "О": "0", "о": "0", "З": "3", "(": "/", ")": "/", "„": '"'})
    return text.translate(table | str.maketrans({"“": '"'})).replace(" ", "")


def test_a_faultless_typist_types_what_is_meant():
    typed = type_line(FAULTLESS, LINE)
    assert (typed.text, typed.meant, typed.under) == (LINE, None, "")


@pytest.mark.parametrize(
    ("error", "typed"),
    [
        ("one_as_i", LINE.replace("1", "I")),
        ("three_as_z", LINE.replace("3", "З")),
        ("nought_as_o", LINE.replace("0", "О")),
        ("slashes", LINE.replace("(", "/").replace(")", "/")),
        ("quotes", LINE.replace("„", '"').replace("“", '"')),
    ],
)
def test_habits_are_kept_throughout_a_line(error, typed):
    drawn = type_line(Typist(**{error: 1.0}), LINE)
    assert (drawn.text, drawn.meant) == (typed, LINE)


def test_the_bracket_of_a_point_stays():
    assert type_line(Typist(slashes=1.0), "  а) полк (два)").text == "  а) полк /два/"


def test_blanks_are_left_out_after_stops_alone():
    assert type_line(Typist(no_blank=1.0), "полк, рота, 5 танков").text == "полк,рота, 5 танков"


def test_letters_struck_over_lie_below_those_that_are_seen():
    drawn = type_line(Typist(seed=4, slip=1.0), LINE)
    assert (drawn.text, drawn.meant) == (LINE, None)
    assert len(drawn.under) == len(LINE)
    struck = [(over, below) for over, below in zip(LINE, drawn.under, strict=True) if below != " "]
    assert len(struck) > 3
    assert all(over != below and over != " " for over, below in struck)


def test_a_word_begun_wrong_is_crossed_out_and_typed_again():
    drawn = type_line(Typist(seed=2, crossed_out=1.0), "Прибыли полка")
    crossed = re.fullmatch(r"(х+) Прибыли (х+) полка", drawn.text)
    assert crossed and drawn.meant == "Прибыли полка"
    assert len(drawn.under.split()[0]) == len(crossed[1])
    assert len(drawn.under) == len(drawn.text)


def test_words_are_spaced_out_while_there_is_room():
    assert type_line(Typist(spaced=1.0), "полк").text == "п о л к"
    assert type_line(Typist(spaced=1.0), "полк готов", 10).text == "полк готов"


def test_a_hyphen_at_the_end_of_a_line_is_forgotten():
    assert type_line(Typist(no_hyphen=1.0), "из-за превос-").text == "из-за превос"


def test_errors_of_any_typist_can_be_undone():
    rng = np.random.default_rng(11)
    erred = 0
    for _ in range(60):
        drawn = draw_typist(rng)
        typist = Typist(
            **{e: getattr(drawn, e) for e in HABITS if e not in ("misprint", "crossed_out")},
            seed=drawn.seed,
        )
        for line in points(2, Manner(), rng):
            typed = type_line(typist, line)
            erred += typed.meant is not None
            meant = typed.meant or typed.text
            assert meant == line
            assert undone(typed.text).removesuffix("-") == undone(meant).removesuffix("-")
    assert erred > 15


def test_misprints_leave_the_word_its_length():
    drawn = type_line(Typist(seed=8, misprint=1.0), "Прибыли полка осталось октября")
    assert drawn.text != drawn.meant
    assert [len(w) for w in drawn.text.split()] == [7, 5, 8, 7]


def test_a_line_is_typed_alike_whenever_it_is_typed():
    typist = draw_typist(np.random.default_rng(5))
    assert [type_line(typist, LINE) for _ in range(2)] == [type_line(typist, LINE)] * 2


def test_what_a_machine_lacks_is_typed_as_something_else_or_refused():
    has = set(LINE + '/"') - set("()1№") | {"I", "N"}
    typed = type_line(on_machine(FAULTLESS, has), LINE).text
    assert set(typed) <= has
    assert typed.startswith("3. На Ваш N I030")
    with pytest.raises(FontError, match="no type for '№'"):
        type_line(Typist(lacks="№NН"), "№ 5")


def test_blanks_before_high_signs_are_not_meant():
    drawn = type_line(Typist(blank_before=1.0), "Слушали: о ходе; постановили")
    assert (drawn.text, drawn.meant) == (
        "Слушали : о ходе ; постановили",
        "Слушали: о ходе; постановили",
    )
