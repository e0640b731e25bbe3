"""Pages drawn by construction: turned by known angles, stamped with known pixels."""

import cv2
import numpy as np
import pytest

from ocr.document import Mark, MarkKind, PageImage, PageRef, PreparedPage
from ocr.geometry import Affine, Box, Point
from ocr.prepare import PrepareSettings, prepare
from ocr.prepare.illumination import IlluminationSettings, as_prepared, find_background
from ocr.prepare.ink import find_letters
from ocr.prepare.skew import confirmed, find_skew
from ocr.prepare.straighten import lay_straight, source_of
from ocr.raster import to_gray, warp

DPI = 150.0
PAPER = (238, 228, 205)
TYPE = (45, 42, 40)
VIOLET = (120, 70, 165)
WORDS = ("Zug", "Hand", "Pfad", "mild", "quer", "Bund", "hoch", "jung", "wohl", "Tag", "nimmt")


def typed(
    lines: int = 18, seed: int = 7, size: tuple[int, int] = (1140, 1400), feed: int = 56
) -> np.ndarray:
    """(H, W, 3): lines of words across a sheet at 150 dpi, `feed` px apart."""
    rng = np.random.default_rng(seed)
    page = np.full((size[1], size[0], 3), PAPER, dtype=np.uint8)
    for i in range(lines):
        text = " ".join(rng.choice(WORDS, size=10))
        where = (150, 220 + i * feed)
        cv2.putText(page, text, where, cv2.FONT_HERSHEY_COMPLEX, 0.75, TYPE, 2, cv2.LINE_AA)
    return page


def image(pixels: np.ndarray, dpi: float = DPI) -> PageImage:
    return PageImage(PageRef(__file__, "", 0), pixels, dpi)  # type: ignore[arg-type]


def turned(pixels: np.ndarray, angle_deg: float, fill: int = 255) -> np.ndarray:
    height, width = pixels.shape[:2]
    turn = Affine.rotation(angle_deg, Point(width / 2, height / 2))
    return warp(pixels, turn, (width, height), fill)


def measured(page: PreparedPage, name: str) -> dict[str, float]:
    return dict(next(s.measured for s in page.steps if s.name == name))


@pytest.mark.parametrize("angle_deg", [-14.0, -3.7, -0.5, 0.5, 1.37, 8.2, 14.0])
def test_a_known_turn_is_measured_and_undone(angle_deg: float) -> None:
    page = prepare(image(turned(typed(), angle_deg)), PrepareSettings())
    skew = measured(page, "skew")
    assert skew["angle_deg"] == pytest.approx(angle_deg, abs=0.05)
    assert skew["confidence"] > 0.8
    again = prepare(image(page.gray), PrepareSettings())
    assert abs(measured(again, "skew")["angle_deg"]) < 0.05


def test_border_holes_and_a_crooked_rule_have_no_say() -> None:
    pixels = turned(typed(), 2.3)
    pixels[:, :60] = 12
    pixels[-50:] = 20
    for y in (500, 1050):
        cv2.circle(pixels, (110, y), 18, (10, 10, 10), -1)
    cv2.line(pixels, (100, 150), (1200, 180), TYPE, 4)
    page = prepare(image(pixels), PrepareSettings())
    assert measured(page, "skew")["angle_deg"] == pytest.approx(2.3, abs=0.05)
    assert page.gray[700, 30:80].min() > 200  # dark border is no ink
    assert [m.kind for m in page.removed] == [MarkKind.HOLE] * 2
    seen = page.to_scan.box(page.removed[0].box)
    assert seen.iou(Box(92, 482, 129, 519)) > 0.6


def test_three_lines_are_enough() -> None:
    page = prepare(image(turned(typed(lines=3), -1.6)), PrepareSettings())
    assert measured(page, "skew")["angle_deg"] == pytest.approx(-1.6, abs=0.1)


def test_lines_that_touch_are_straightened_by_what_chains_of_letters_show() -> None:
    pixels = turned(typed(lines=43, feed=16), 2.3)
    for x in (330, 800):  # scratches of a film
        cv2.line(pixels, (x, 0), (x, 1399), TYPE, 2)
    s = PrepareSettings()
    letters = find_letters(to_gray(pixels), DPI, s.ink)
    found = find_skew(letters, s.skew)
    assert found.confidence < s.skew.min_confidence
    assert measured(prepare(image(pixels), s), "skew")["angle_deg"] == pytest.approx(2.3, abs=0.05)
    assert confirmed(letters, found._replace(angle_deg=8.0), 0, s.skew) == found._replace(
        angle_deg=8.0
    )


def test_bed_paler_than_a_border_goes_and_letters_cut_by_the_edge_stay() -> None:
    pixels = typed()
    pixels[300:900, :8] = 120  # a sliver of bed, at half of the paper
    cv2.putText(pixels, "Hm", (-12, 1200), cv2.FONT_HERSHEY_COMPLEX, 0.75, TYPE, 2, cv2.LINE_AA)
    page = prepare(image(pixels), PrepareSettings())
    assert page.gray[310:890, :8].min() > 200
    assert page.gray[1180:1205, :20].min() < 100


def test_a_blank_page_abstains_and_is_unchanged() -> None:
    rng = np.random.default_rng(1)
    blank = rng.normal(225, 4, (1400, 1140)).clip(0, 255).astype(np.uint8)
    page = prepare(image(blank), PrepareSettings())
    assert measured(page, "skew")["confidence"] < 0.5
    assert page.to_scan == Affine()
    assert page.ink.mean() < 0.001


def stamp(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The page with a violet stamp multiplied onto it, and (H, W) where the stamp has ink."""
    ink = np.zeros(pixels.shape[:2], dtype=np.uint8)
    cv2.rectangle(ink, (260, 640), (720, 840), 255, 4)
    for i, text in enumerate(("RETURN TO", "PART IV 3645", "19/10 1950")):
        cv2.putText(ink, text, (290, 700 + 55 * i), cv2.FONT_HERSHEY_DUPLEX, 1.2, 255, 3)
    share = cv2.GaussianBlur(ink, (3, 3), 0)[..., None] / 255
    over = pixels * (1 - share + share * np.array(VIOLET) / 255)
    return over.astype(np.uint8), ink > 0


def test_a_coloured_ribbon_on_a_black_form_is_no_mark() -> None:
    """Typed lines in blue under a head printed in black."""
    pixels = typed()
    ink = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY) < 128
    ink[: ink.shape[0] // 4] = False
    pixels[ink] = (50, 55, 95)
    page = prepare(image(pixels), PrepareSettings())
    assert page.removed == ()
    assert (page.marks == 255).all()


def test_a_stamp_comes_off_and_the_letters_below_it_stay() -> None:
    clean = typed()
    stamped, where = stamp(clean)
    page = prepare(image(stamped), PrepareSettings())
    type_ink = cv2.cvtColor(clean, cv2.COLOR_RGB2GRAY) < 90
    assert [m.kind for m in page.removed] == [MarkKind.STAMP]
    alone = where & ~cv2.dilate(type_ink.astype(np.uint8), np.ones((3, 3))).astype(bool)
    both = where & type_ink
    assert (page.gray[alone] > 200).mean() > 0.97
    assert (page.gray[both] < 140).mean() > 0.97
    assert (page.gray[type_ink & ~where] < 140).mean() > 0.97
    assert (page.marks[alone] < 200).mean() > 0.9
    assert (
        (page.marks[~cv2.dilate(where.astype(np.uint8), np.ones((9, 9))).astype(bool)]).min() > 200
    )


def test_red_pencil_is_handwriting() -> None:
    pixels = typed(lines=12)
    points = np.array([(300, 1000), (420, 1130), (520, 980), (700, 1200), (760, 990)])
    cv2.polylines(pixels, [points], False, (205, 60, 70), 5, cv2.LINE_AA)
    page = prepare(image(pixels), PrepareSettings())
    assert [m.kind for m in page.removed] == [MarkKind.HANDWRITING]
    assert page.gray[960:1220, 280:800].min() > 200


@pytest.mark.parametrize("ink", [(96, 70, 110), (70, 60, 140), (40, 40, 40)])
def test_the_ribbons_own_colour_is_no_mark(ink: tuple[int, int, int]) -> None:
    share = 1 - (typed().astype(np.float32).mean(axis=2, keepdims=True) - 42) / (224 - 42)
    share = share.clip(0, 1)
    pixels = (np.array(PAPER) * (1 - share) + np.array(ink) * share).astype(np.uint8)
    page = prepare(image(pixels), PrepareSettings())
    assert page.removed == ()


def test_a_page_is_turned_only_when_it_reads_better_turned() -> None:
    pixels = typed()
    upright = prepare(image(pixels), PrepareSettings())

    def legible(page: PreparedPage) -> float:
        if page.gray.shape != upright.gray.shape:
            return 0.1
        return 0.9 if (page.gray.astype(int) - upright.gray).std() < 5 else 0.2

    for quarters in range(4):
        scan = np.ascontiguousarray(np.rot90(pixels, -quarters))
        page = prepare(image(scan), PrepareSettings(), legible)
        assert measured(page, "orientation")["turned_deg"] == (360 - 90 * quarters) % 360
        assert np.abs(page.gray.astype(int) - upright.gray).max() < 30
    unsure = prepare(image(np.rot90(pixels, 2).copy()), PrepareSettings(), lambda _: 0.4)
    seen = measured(unsure, "orientation")
    assert (seen["turned_deg"], seen["confidence"]) == (0, 0.0)
    assert seen["margins"] < 0


@pytest.mark.parametrize(
    ("read_level", "read_turned", "turned_back"), [(0.5, 0.8, True), (0, 0.2, False)]
)
def test_a_few_words_among_scrawls_are_laid_as_they_read_better(
    read_level: float, read_turned: float, turned_back: bool
) -> None:
    pixels = typed(lines=3)
    pixels[:, 400:] = PAPER
    rng = np.random.default_rng(3)
    for x, y in rng.integers((150, 450), (990, 1300), (60, 2)).tolist():
        size = rng.integers(4, 40, 2).tolist()
        cv2.ellipse(pixels, (x, y), size, float(rng.uniform(0, 180)), 0, 330, TYPE, 2)
    scan = image(turned(pixels, 3.0))
    level = prepare(scan, PrepareSettings())
    assert measured(level, "skew")["confidence"] < PrepareSettings().skew.min_confidence

    def legible(page: PreparedPage) -> float:
        return read_level if page.gray.shape == level.gray.shape else read_turned

    laid = prepare(scan, PrepareSettings(), legible)
    assert (laid.gray.shape != level.gray.shape) == turned_back
    assert not turned_back or measured(laid, "skew")["angle_deg"] == pytest.approx(3.0, abs=0.2)


@pytest.mark.parametrize("quarters", [0, 1, 3])
def test_to_scan_leads_back_to_the_pixel(quarters: int) -> None:
    pixels = turned(typed(), 3.0)
    spot = (400, 140)  # x, y on white paper
    cv2.circle(pixels, spot, 4, (0, 0, 0), -1)
    scan = np.ascontiguousarray(np.rot90(pixels, -quarters))
    x, y = spot
    height, width = pixels.shape[:2]
    expected = [(x, y), (height - 1 - y, x), (width - 1 - x, height - 1 - y), (y, width - 1 - x)]
    page = prepare(image(scan), PrepareSettings(), lambda p: 1.0)
    assert page.scan_size == (scan.shape[1], scan.shape[0])
    seen = page.to_scan.inverse().point(Point(*(v + 0.5 for v in expected[quarters])))
    cx, cy = round(seen.x - 0.5), round(seen.y - 0.5)
    assert page.gray[cy - 1 : cy + 2, cx - 1 : cx + 2].max() < 60


@pytest.mark.parametrize("left_deg", [0.0, 0.15])
def test_preparing_twice_changes_nothing(left_deg: float) -> None:
    """Nor where the first time left a little: the page is known by its paper."""
    first = prepare(image(turned(typed(), 4.2)), PrepareSettings())
    page = turned(first.gray, left_deg)
    again = prepare(image(page), PrepareSettings())
    assert again.to_scan == Affine()
    assert np.array_equal(again.gray, page)


@pytest.mark.parametrize("shape", [(1, 1), (1, 1, 3), (2, 900), (7, 5, 3), (300, 200), (90, 90, 3)])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_no_size_or_tone_breaks_it(shape: tuple[int, ...], level: int) -> None:
    page = prepare(image(np.full(shape, level, dtype=np.uint8)), PrepareSettings(), lambda p: 0.0)
    assert page.gray.shape == page.ink.shape == page.marks.shape
    assert page.scan_size == (shape[1], shape[0])
    assert page.removed == () or isinstance(page.removed[0], Mark)


@pytest.mark.parametrize("angle_deg", [0.0, 0.75])
def test_slivers_of_bed_at_the_edge_go_at_once(angle_deg: float) -> None:
    """Where no dot of 50 dpi is whole, and beside the wedge of canvas that a turn leaves."""
    pixels = turned(typed(size=(1141, 1402)), angle_deg)
    pixels[:, -2:] = 25
    pixels[-2:] = 25
    first = prepare(image(pixels), PrepareSettings())
    assert first.gray[:, -40:].min() > 200
    assert first.gray[-30:].min() > 200
    again = prepare(image(first.gray), PrepareSettings())
    assert np.array_equal(again.gray, first.gray)


def test_a_hole_in_the_shadow_is_found_over_its_paper() -> None:
    """Dark against its own paper, though not against the page's, and not found the second time."""
    pixels = typed()
    light = np.linspace(1.25, 0.85, pixels.shape[1])[None, :, None]
    pixels = (pixels / 1.25 * light).clip(0, 255).astype(np.uint8)
    cv2.circle(pixels, (70, 700), 18, (84, 84, 84), -1)
    first = prepare(image(pixels), PrepareSettings())
    assert [m.kind for m in first.removed] == [MarkKind.HOLE]
    assert first.gray[690:710, 60:80].min() > 200


def test_a_black_and_white_scan_of_any_dpi_counts_as_raw() -> None:
    """A copy of it has grey, which the scan has not: a lean of 0.15° is its own, not left over."""
    gray = turned(cv2.cvtColor(typed(), cv2.COLOR_RGB2GRAY), 0.15)
    pixels = np.where(gray < 150, 0, 255).astype(np.uint8)
    page = prepare(image(pixels, 120.0), PrepareSettings())
    assert page.to_scan != Affine()


def test_a_light_coloured_scan_is_no_prepared_page() -> None:
    gray = np.full((300, 300), 250, np.uint8)
    gray[100:110, 50:250] = 60
    gray[110:112, 50:250] = 150
    cream = np.dstack([gray, gray, np.minimum(gray, 232)])
    assert as_prepared(gray, gray)
    assert as_prepared(gray, np.dstack([gray, gray, gray]))
    assert not as_prepared(to_gray(cream), cream)
    page = lay_straight(source_of(cream, 150.0), Affine(), (300, 300))
    paper = find_background(page, 150.0, IlluminationSettings()).paper
    assert np.median(paper[..., 2]) < 236  # its own, by which colours are told from it
