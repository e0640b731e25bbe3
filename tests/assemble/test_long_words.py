"""Long unknown words a letter from a known one, and nouns whose и and й were confused."""

import pytest

from ocr.assemble.changes import apply_edits
from ocr.assemble.endings import ending_edits
from ocr.assemble.long_words import long_word_edits


def shares(text: str, sure: float = 0.99, **others: float) -> list[tuple[tuple[str, float], ...]]:
    """What each letter might be: itself, and `others`, named by the letter read and the other."""
    return [
        ((c, sure), *((pair[1], share) for pair, share in others.items() if pair[0] == c))
        for c in text
    ]


@pytest.mark.parametrize(
    ("read", "mended"),
    [
        ("полки авинции и флота", "полки авиации и флота"),
        ("профшоюзной организации", "профсоюзной организации"),
        ("был выаолнен план", "был выаолнен план"),  # а and п lie side by side: the typist's
        ("сказал шопотом нам", "сказал шопотом нам"),  # an older spelling
        ("безпокойство растет", "безпокойство растет"),
        ("в промышл. районе", "в промышл. районе"),  # cut short
        ("о принятом соглаше", "о принятом соглаше"),  # the line's end is lost
        ("две авинции-", "две авинции-"),
        ("Авинции полков", "Авинции полков"),
    ],
)
def test_a_long_word_is_mended_where_one_known_word_comes_of_it(read: str, mended: str) -> None:
    edits = long_word_edits(read, False, shares(read))
    assert apply_edits(read, edits)[0] == mended


def test_nothing_is_mended_in_a_line_read_badly() -> None:
    read = "полки авинции и флота"
    assert long_word_edits(read, False, shares(read, 0.9)) == []
    assert long_word_edits(read, False, None) == []


@pytest.mark.parametrize(
    ("above", "read", "mended"),
    [
        ("", "не получил подтверждении", "не получил подтверждений"),
        ("", "он был на большом собраний", "он был на большом собраний"),
        ("", "он был на собраний", "он был на собрании"),
        ("", "он был на большом собрании", "он был на большом собрании"),
        ("", "в письмах и собрании", "в письмах и собрании"),
        ("он был на боль-", "шом собрании", "шом собрании"),
        ("", "командир дивизии", "командир дивизии"),
    ],
)
def test_endings_are_as_the_preposition_wants_them(above: str, read: str, mended: str) -> None:
    edits = ending_edits(read, above, shares(read, ий=0.05, йи=0.05))
    assert apply_edits(read, edits)[0] == mended


def test_an_ending_of_which_the_reader_is_certain_stays() -> None:
    read = "не получил подтверждении"
    assert ending_edits(read, "", shares(read, ий=0.001)) == []
