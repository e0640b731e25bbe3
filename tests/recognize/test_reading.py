"""Lines are cut out alone, level and of one size; blanks follow the pitch; Tesseract is tamed."""

import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ocr.document import Char, PageRef, PreparedPage, TextLine
from ocr.errors import EngineError
from ocr.geometry import Affine, Box, Point
from ocr.recognize.blanks import set_blanks
from ocr.recognize.engine import RecognizeSettings, open_engine
from ocr.recognize.line_image import LineImageSettings, cut_lines
from ocr.recognize.tesseract import TesseractEngine, TesseractSettings

S = LineImageSettings(x_height_px=20)


def page(ink: np.ndarray) -> PreparedPage:
    gray = np.where(ink, 20, 235).astype(np.uint8)
    white = np.full_like(gray, 255)
    size = (gray.shape[1], gray.shape[0])
    ref = PageRef(Path("drawn.png"), "0" * 64, 0)
    return PreparedPage(ref, gray, ink, white, 150.0, Affine(), size, (), ())


def line(number: int, box: Box, foot: float, slope: float = 0.0) -> TextLine:
    ends = tuple(Point(x, foot + slope * (x - box.left)) for x in (box.left, box.right))
    return TextLine(f"p1-l{number}", "p1-z1", number, box, ends, 12.0, 15.0)


def bars(ink: np.ndarray, left: int, foot: int, count: int) -> Box:
    for i in range(count):
        ink[foot - 12 : foot, left + 15 * i : left + 15 * i + 9] = True
    return Box(left, foot - 12, left + 15 * count - 6, foot)


def columns_of_ink(pixels: np.ndarray) -> int:
    """Runs of columns with ink: how many bars the picture shows."""
    inked = np.concatenate([[False], (pixels < 128).any(axis=0)])
    return int(np.count_nonzero(inked[1:] & ~inked[:-1]))


def test_a_line_is_cut_without_its_neighbours_and_comes_in_one_size() -> None:
    ink = np.zeros((200, 400), dtype=np.bool_)
    first, second = bars(ink, 20, 60, 10), bars(ink, 20, 80, 20)
    a, b = cut_lines(page(ink), [line(1, first, 60), line(2, second, 80)], S)
    assert a.pixels.shape[0] == b.pixels.shape[0]
    assert (columns_of_ink(a.pixels), columns_of_ink(b.pixels)) == (10, 20)
    rows = np.flatnonzero((a.pixels < 128).any(axis=1))
    assert abs(rows[-1] - rows[0] + 1 - S.x_height_px) <= 2
    assert a.pixels.max() == 255
    assert a.pixels[:, 0].min() == 255


def test_letters_that_touch_a_neighbour_are_cut_between_the_lines() -> None:
    ink = np.zeros((200, 400), dtype=np.bool_)
    first, second = bars(ink, 20, 60, 10), bars(ink, 20, 82, 10)
    ink[50:80, 50:54] = True  # a tail that runs into the letter below
    a, b = cut_lines(page(ink), [line(1, first, 60), line(2, second, 82)], S)
    assert (columns_of_ink(a.pixels), columns_of_ink(b.pixels)) == (10, 10)


def test_capitals_that_reach_into_the_line_above_take_nothing_of_it_along() -> None:
    ink = np.zeros((200, 400), dtype=np.bool_)
    first, second = bars(ink, 20, 60, 10), bars(ink, 20, 76, 10)
    ink[56:76, 170:179] = True  # a capital, and a foot of the line above that it touches
    ink[48:60, 160:172] = True
    ends = [box._replace(right=180) for box in (first, second)]
    a, b = cut_lines(page(ink), [line(1, ends[0], 60), line(2, ends[1], 76)], S)
    assert columns_of_ink(b.pixels) == 11
    widths = [np.count_nonzero((each.pixels < 128).any(axis=0)) for each in (a, b)]
    assert widths[1] < widths[0]  # of the foot above nothing stands beside the capital


def test_brackets_that_touch_from_line_to_line_stay_and_rules_do_not() -> None:
    ink = np.zeros((300, 400), dtype=np.bool_)
    lines = [line(i, bars(ink, 20, 60 + 22 * i, 10), 60 + 22 * i) for i in range(8)]
    for i in range(8):  # a bracket at the end of each line, and a rule beside it
        for y in range(22):
            x = 170 + round(5 * np.sin(np.pi * y / 22))
            ink[44 + 22 * i + y, x : x + 3] = True
    ink[40:240, 182:184] = True
    lines = [replace(each, box=each.box._replace(right=186)) for each in lines]
    for image in cut_lines(page(ink), lines, S):
        assert columns_of_ink(image.pixels) == 11


def test_a_comma_that_touches_the_letter_below_stays_with_its_line() -> None:
    ink = np.zeros((200, 400), dtype=np.bool_)
    first, second = bars(ink, 20, 60, 10), bars(ink, 20, 80, 16)
    ink[57:69, 171:174] = True
    first = first._replace(right=176)
    a, b = cut_lines(page(ink), [line(1, first, 60), line(2, second, 80)], S)
    assert (columns_of_ink(a.pixels), columns_of_ink(b.pixels)) == (11, 16)


def test_a_comma_and_the_capital_below_that_it_touches_are_cut_apart() -> None:
    ink = np.zeros((200, 400), dtype=np.bool_)
    first, second = bars(ink, 20, 60, 10), bars(ink, 20, 80, 16)
    ink[58:64, 174:177] = True  # the comma
    ink[63:80, 170:179] = True  # the capital, no higher with it than letters may be
    first = first._replace(right=180)
    a, b = cut_lines(page(ink), [line(1, first, 60), line(2, second, 80)], S)
    assert (columns_of_ink(a.pixels), columns_of_ink(b.pixels)) == (11, 16)
    rows = [np.flatnonzero((each.pixels < 128).any(axis=1)) for each in (a, b)]
    assert rows[0][-1] < b.pixels.shape[0] - 4  # nothing of the capital below the comma
    assert rows[1][-1] - rows[1][0] < 1.5 * S.x_height_px  # and no comma above the capital


def test_what_hangs_free_between_close_lines_is_the_lower_ones() -> None:
    ink = np.zeros((200, 400), dtype=np.bool_)
    first, second = bars(ink, 20, 60, 10), bars(ink, 20, 79, 10)
    ink[62:65, 50:59] = True  # the breve of й, nearer the line above than its own
    a, b = cut_lines(page(ink), [line(1, first, 60), line(2, second, 79)], S)
    heights = [np.ptp(np.flatnonzero((each.pixels < 128).any(axis=1))) for each in (a, b)]
    assert heights[0] < 1.1 * S.x_height_px < heights[1]


def test_figures_typed_large_in_a_line_of_small_print_are_not_cut_off() -> None:
    ink = np.zeros((120, 500), dtype=np.bool_)
    box = bars(ink, 20, 60, 10)
    for i in range(4):
        ink[60 - 28 : 60, 200 + 20 * i : 200 + 20 * i + 12] = True
    box = Box(box.left, 60 - 28, 272, box.bottom)
    (image,) = cut_lines(page(ink), [line(1, box, 60)], S)
    assert columns_of_ink(image.pixels) == 14
    rows = np.flatnonzero((image.pixels < 128).any(axis=1))
    assert rows[0] > S.margin_px
    assert rows[-1] - rows[0] > 0.9 * S.above * S.x_height_px


def test_a_line_beyond_the_page_is_a_white_strip() -> None:
    ink = np.zeros((60, 400), dtype=np.bool_)
    bars(ink, 20, 40, 10)
    (image,) = cut_lines(page(ink), [line(1, Box(20, 55, 160, 60), 400)], S)
    assert image.pixels.min() == 255


def test_a_slanting_line_comes_out_level_and_maps_back() -> None:
    ink = np.zeros((300, 900), dtype=np.bool_)
    slope = 0.03
    for i in range(50):
        x = 40 + 15 * i
        foot = round(100 + slope * (x - 40))
        ink[foot - 12 : foot, x : x + 9] = True
    box = Box(40, 88, 784, 124)
    (image,) = cut_lines(page(ink), [line(1, box, 100, slope)], S)
    assert columns_of_ink(image.pixels) == 50
    rows = np.flatnonzero((image.pixels < 128).any(axis=1))
    assert rows[-1] - rows[0] + 1 <= S.x_height_px + 3
    start = image.to_page.point(
        Point(S.margin_px + S.beside * S.x_height_px, S.margin_px + S.above * S.x_height_px)
    )
    assert abs(start.x - 40) < 1.0
    assert abs(start.y - 100) < 1.0


PITCH = 24.0


def typed(text: str, read: str, worn: str = "", *, trusted: bool = False) -> str:
    """`text` typed cell by cell with bars of ink, `read` by an engine; what `set_blanks` says.

    Of letters in `worn` the right half is left.
    """
    pixels = np.full((60, int(PITCH * (len(text) + 2))), 255, dtype=np.uint8)
    boxes = []
    for i, c in enumerate(text):
        if c == " ":
            continue
        wide = 6 if c in ".,I1" else 19
        left = int(PITCH * (i + 1) - wide / 2)
        if c in worn:
            left, wide = left + wide - 6, 6
        pixels[20:40, left : left + wide] = 0
        boxes.append(Box(left, 20, left + wide, 40))
    chars = []
    places = iter(boxes)
    for c in read:
        box = Box(0, 0, 0, 0) if c == " " else next(places)
        chars.append(Char(c, box, 0.9))
    blanked = set_blanks(chars, pixels, PITCH, typed=True, trusted=trusted)
    return "".join(c.text for c in blanked)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("стране.Шахты,заводы", "стране. Шахты, заводы"),
        ("Р О Щ И Н", "РОЩИН"),
        ("Р О Щ И Н", "РО ЩИН"),
        ("им. В.И.Ленина", "им. В. И. Ленина"),
        ("в 1.1 часа", "в 1. 1 часа"),
        ("на помощь идут", "на помощь идут"),
        ("войска  идут", "войска идут"),
    ],
)
def test_blanks_follow_the_pitch(text: str, read: str) -> None:
    assert typed(text, read) == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("тоннIмы стали", "тоннIмы стали"),  # no blank before the worn `м`
        ("Р О Щ И Н", "РОЩИН"),
        ("тонны   стали", "тонныстали"),
    ],
)
def test_a_reader_that_learnt_blanks_is_believed_beside_worn_letters(text: str, read: str) -> None:
    assert typed(text, read, worn="м", trusted=True) == " ".join(text.split())


def test_print_keeps_the_blanks_that_were_read() -> None:
    rng = np.random.default_rng(0)
    pixels = np.full((60, 600), 255, dtype=np.uint8)
    chars, x = [], 10
    for c in "СНЯТИЕКОПИЙ":
        wide = int(rng.integers(8, 30))
        pixels[20:40, x : x + wide] = 0
        chars.append(Char(c, Box(x, 20, x + wide, 40), 0.9))
        x += wide + 4
    chars.insert(6, Char(" ", Box(0, 0, 0, 0), 0.9))
    read = "".join(c.text for c in set_blanks(chars, pixels, PITCH, typed=False))
    assert read == "СНЯТИЕ КОПИЙ"


def test_a_missing_program_says_what_to_install() -> None:
    settings = RecognizeSettings(tesseract=TesseractSettings(program="tesseract-is-not-here"))
    with pytest.raises(EngineError, match="apt-get install tesseract-ocr tesseract-ocr-rus"):
        open_engine("tesseract", settings)


def test_a_missing_language_says_what_to_install() -> None:
    with pytest.raises(EngineError, match=r"'xyz'.*apt-get install"):
        TesseractEngine(S, TesseractSettings(language="xyz"))


def stand_in(folder: Path, body: str) -> TesseractSettings:
    """A program that answers the questions of the start like Tesseract, then does `body`."""
    program = folder / "tesseract"
    program.write_text(
        "#!/bin/sh\n"
        'case "$1" in\n'
        "--version) echo 'tesseract 5.3.0'; exit 0;;\n"
        "--list-langs) printf 'List (1):\\nrus\\n'; exit 0;;\n"
        f"esac\n{body}\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return TesseractSettings(program=str(program), time_limit_s=1.0)


def one_line() -> tuple[PreparedPage, TextLine]:
    ink = np.zeros((200, 400), dtype=np.bool_)
    return page(ink), line(1, bars(ink, 20, 60, 10), 60)


def test_a_hanging_program_is_stopped_with_all_it_started(tmp_path: Path) -> None:
    marker = tmp_path / "outlived"
    settings = stand_in(tmp_path, f"(sleep 3; touch {marker}) & sleep 60")
    engine = TesseractEngine(S, settings)
    image, text = one_line()
    with pytest.raises(EngineError, match="more than 1 s"):
        engine.read(image, [text])
    import time

    time.sleep(3.2)
    assert not marker.exists()


def test_a_line_that_crashes_the_program_is_read_as_empty(tmp_path: Path) -> None:
    engine = TesseractEngine(S, stand_in(tmp_path, "kill -FPE $$"))
    image, text = one_line()
    assert [r.chars for r in engine.read(image, [text, text])] == [(), ()]


def test_a_failing_program_is_an_error_with_its_last_words(tmp_path: Path) -> None:
    engine = TesseractEngine(S, stand_in(tmp_path, "echo 'no memory' >&2; exit 1"))
    image, text = one_line()
    with pytest.raises(EngineError, match="no memory"):
        engine.read(image, [text])


def test_every_process_has_one_thread(tmp_path: Path) -> None:
    seen = tmp_path / "limit"
    engine = TesseractEngine(S, stand_in(tmp_path, f'echo "$OMP_THREAD_LIMIT" > {seen}; exit 1'))
    image, text = one_line()
    with pytest.raises(EngineError):
        engine.read(image, [text])
    assert seen.read_text().strip() == "1"
