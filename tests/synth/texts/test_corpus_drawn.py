"""Texts that are made up: the same from the same seed, never alike, wide, and well formed."""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from ocr.synth.fonts import covered
from ocr.synth.form import TelegramForm, further_sheet
from ocr.synth.texts.compose import (
    CATCHWORD,
    draw_list,
    draw_memorandum,
    draw_report,
    draw_telegram,
    typed_block,
    typed_line,
)
from ocr.synth.texts.corpus import VOWELS, wrap
from ocr.synth.texts.figures import in_words
from ocr.synth.texts.grammar import draw, rules
from ocr.synth.texts.lexicon import modifier_form, nature, noun_form, wide, with_yo
from ocr.synth.texts.names import declined_surname
from ocr.synth.texts.passages import Manner, points
from ocr.synth.texts.typist import OVER_THE_EDGE, type_line
from ocr.synth.typewriter import Machine

LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюя"


def rng(seed):
    return np.random.default_rng(seed)


def any_telegram(seed):
    return draw_telegram(TelegramForm(), Machine(), rng(seed))


@pytest.mark.parametrize(
    "drawn",
    [
        any_telegram,
        lambda seed: draw_memorandum(rng(seed)),
        lambda seed: draw_report(rng(seed)),
        lambda seed: draw_list(rng(seed)),
        lambda seed: typed_line(rng(seed)),
        lambda seed: typed_block(9, 60, rng(seed)),
    ],
)
def test_a_seed_draws_one_text_and_no_other(drawn):
    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


def test_no_two_texts_are_alike():
    one = rng(0)
    texts = [" ".join(points(3, Manner(), one)) for _ in range(2000)]
    assert len(set(texts)) == 2000
    # a line alone may be a date or an address: now and then one is drawn twice
    lines = [typed_line(one).text for _ in range(2000)]
    assert len(set(lines)) > 1900


def test_the_vocabulary_is_wide():
    """Of the 6 000 words in 1 000 lines every second is a form that was not there before."""
    assert len(wide().nouns) > 10_000
    assert len(wide().modifiers) > 10_000
    one = rng(3)
    words = [w for _ in range(1000) for w in re.findall(r"\w+", typed_line(one).text.lower())]
    assert len(set(words)) > 3000
    assert set("".join(words)) >= set(LETTERS + "0123456789")


def test_lines_end_within_words_as_school_teaches():
    one = rng(7)
    broken = 0
    for _ in range(300):
        words = points(2, Manner(), one)[0].split(" ")
        lines = wrap([" ".join(words)], 45, 5)
        assert max(map(len, lines)) <= 45
        for line, following in pairwise(lines):
            left, right = line.split(" ")[-1], following.split(" ")[0]
            if left.endswith("-") and left not in words and left + right not in words:
                broken += 1
                left = left.removesuffix("-").lstrip("(\"'")
                assert left + right.rstrip(".,:;?)\"'") in " ".join(words)
                assert VOWELS & set(left) and VOWELS & set(right)
                assert len(left) > 1 and right[0] not in "ьъйы"
    assert broken > 100


def test_blocks_keep_their_columns():
    for seed in range(30):
        block = typed_block(12, 50, rng(seed))
        assert len(block) == 12
        assert max(len(line.text) for line in block) <= 50 + OVER_THE_EDGE


def test_catchwords_lead_from_sheet_to_sheet():
    led = set()
    for seed in range(25):
        telegram = any_telegram(seed)
        assert not telegram.sheets[-1].catchword
        for here, there in pairwise(telegram.sheets):
            assert here.catchword.endswith(CATCHWORD)
            tail = here.catchword.removesuffix(CATCHWORD).strip()
            last = here.paragraphs[-1].split(" ")[-1] if here.paragraphs else ""
            first = there.paragraphs[0].split(" ")[0]
            if tail:
                assert last.endswith("-") and first == tail
                led.add("parted")
            elif first[0].islower() and first[1:2] != ")":
                assert last.endswith(first) and last != first
                led.add("repeated")
    assert led == {"parted", "repeated"}


def test_long_telegrams_fit_their_sheets_at_any_spacing():
    for seed, intervals in enumerate((1.0, 1.5, 2.0) * 3):
        form = replace(TelegramForm(), intervals=intervals)
        telegram = draw_telegram(form, Machine(), rng(seed))
        for i in range(1, len(telegram.sheets)):
            further_sheet(telegram, i, form, Machine())


def test_a_telegram_refers_to_the_numbers_it_says():
    for seed in range(20):
        telegram = any_telegram(seed)
        text = "\n".join(p for sheet in telegram.sheets for p in sheet.paragraphs)
        assert set(re.findall(r"№№? (\d+)", text)) <= set(telegram.references)
        assert all(number in text for number in telegram.references)


def test_texts_keep_to_the_types_of_the_machine():
    """A machine with small and capital letters, figures and the least of signs."""
    has = {*LETTERS, *LETTERS.upper(), *'0123456789.,-:;"/? *NI'} - {"0", "I"}
    for seed in range(150):
        drawn = typed_line(rng(seed), has)
        assert set(drawn.text + drawn.under) <= has
    paper = draw_memorandum(rng(3), has)
    everything = [*paper.letterhead, *paper.issued, *paper.secrecy, *paper.paragraphs]
    for line in [*everything, *paper.notes, paper.signatory, *paper.position]:
        assert set(type_line(paper.typist, line).text) <= has


@pytest.mark.parametrize(
    ("name", "case", "declined"),
    [
        ("Громыко", "datv", "Громыко"),
        ("Вышинский", "datv", "Вышинскому"),
        ("РОЩИН", "ablt", "РОЩИНЫМ"),
        ("Чередикина", "accs", "Чередикину"),
        ("ДУН", "gent", "ДУНА"),
        ("ЛАЙ", "ablt", "ЛАЕМ"),
        ("БЯО", "gent", "БЯО"),
    ],
)
def test_names_are_declined(name, case, declined):
    assert declined_surname(name, case) == declined


@pytest.mark.parametrize(
    ("noun", "case", "number", "words"),
    [
        ("дивизия", "gent", "plur", "новых дивизий"),
        ("мост", "accs", "sing", "новый мост"),
        ("посол", "accs", "sing", "нового посла"),
        ("переговоры", "ablt", "plur", "новыми переговорами"),
        ("самолет", "nomn", "plur", "новые самолеты"),
    ],
)
def test_nouns_and_what_describes_them_agree(noun, case, number, words):
    adjective = modifier_form("новый", case, number, nature(noun))
    assert f"{adjective} {noun_form(noun, case, number)}" == words


def test_every_pattern_of_the_grammar_can_be_filled():
    """A slot without a source, a rule or a verb of its name would raise KeyError."""
    one = rng(0)
    for rule in rules():
        for _ in range(5 * len(rules()[rule])):
            text = draw(rule, one)
            assert not set(text) & set("{}<>") and "  " not in text


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (5, "пять"),
        (12, "двенадцать"),
        (241, "двести сорок один"),
        (2001, "две тысячи один"),
        (31_415, "тридцать одна тысяча четыреста пятнадцать"),
    ],
)
def test_numbers_are_said_in_words(n, said):
    assert in_words(n) == said


def test_a_typist_may_tell_yo_from_ye():
    assert with_yo("Еще СЧЕТ за самолет, но не все.") == "Ещё СЧЁТ за самолёт, но не все."


@pytest.mark.parametrize("face", ["GNUTypewriter", "CMU Typewriter Text", "FreeMono"])
def test_texts_can_be_drawn_by_a_face_alone(face):
    has = covered(face) | {" "}
    for seed in range(200):
        drawn = typed_line(rng(seed), has)
        assert set(drawn.text + drawn.under) <= has
