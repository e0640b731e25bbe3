"""Letters counted in words: what was seen is likely, what was not is less so, all make up one."""

import io
import math
from pathlib import Path

import pytest

from ocr.recognize.language import BEGIN, BITS, CODES, END, LetterStatistics
from ocr.train.letter_statistics import count_rows, statistics

WORDS = {"сектор": 4.0, "секрет": 2.0, "совет": 1.0, "реестр": 1.0}


def row(letters: str) -> int:
    code = BEGIN
    for letter in letters:
        code = code << BITS | CODES[letter]
    return code & ((1 << BITS * 5) - 1)


@pytest.mark.parametrize("before", ["", "с", "сек", "секр", "ъъ"])
def test_shares_of_all_letters_make_up_one(before: str) -> None:
    made = statistics(count_rows(WORDS), least=0.0)
    shares = [math.exp(made.log_p(row(before), letter)) for letter in (END, *CODES.values())]
    assert sum(shares) == pytest.approx(1.0, abs=0.06)


def test_what_was_met_oftener_is_likelier() -> None:
    made = statistics(count_rows(WORDS), least=0.0)
    t, r, b = (made.log_p(row("сек"), CODES[letter]) for letter in "трб")
    assert t > r > b


def test_rows_that_are_hardly_met_are_left_out_and_a_file_keeps_the_rest(tmp_path: Path) -> None:
    whole, less = (statistics(count_rows(WORDS), least) for least in (0.0, 1.5))
    assert len(less.rows) < len(whole.rows)
    file = io.BytesIO()
    less.save(file)
    (tmp_path / "letters.npz").write_bytes(file.getvalue())
    again = LetterStatistics.load(tmp_path / "letters.npz")
    assert again.log_p(row("сек"), CODES["т"]) == less.log_p(row("сек"), CODES["т"])
