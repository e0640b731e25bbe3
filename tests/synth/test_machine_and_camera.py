"""The machine, the paper and the camera keep what their docstrings promise."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from ocr.errors import FontError
from ocr.geometry import Affine, Box, Point
from ocr.raster import crop
from ocr.synth import fonts
from ocr.synth.clutter import Clutter, round_stamp, scatter
from ocr.synth.damage import Bend, Camera, lay_down, scan_size, to_scan
from ocr.synth.marks import StampLook
from ocr.synth.paper import Paper, make_paper
from ocr.synth.recipe import FACES, LEVELS, draw_recipe, recipe_from_json, recipe_to_json
from ocr.synth.strokes import Coverage
from ocr.synth.typewriter import Machine, Typewriter
from ocr.synth.wear import Wear, wear_out

EVEN = Machine(
    type_offset_mm=0.0,
    type_tilt_deg=0.0,
    stroke_offset_mm=0.0,
    stroke_tilt_deg=0.0,
    force_spread=0.0,
    lean=0.0,
    spread_mm=0.0,
    rough_mm=0.0,
    dry=0.0,
)


def typed(machine: Machine, text: str, seed: int = 3) -> Coverage:
    ink = np.zeros((60, 60 + 24 * len(text)), dtype=np.float32)
    typewriter = Typewriter(machine, 200.0, np.random.default_rng(seed))
    typewriter.strike_line(ink, text, 20.0, 40.0, np.random.default_rng(seed))
    return ink


def letter(ink: Coverage, place: int) -> Coverage:
    pitch = EVEN.pitch_mm * 200 / 25.4
    return ink[:, round(20 + place * pitch) : round(20 + (place + 1) * pitch)]


def test_the_same_type_errs_alike_and_another_machine_otherwise() -> None:
    crooked = replace(EVEN, type_offset_mm=0.3, type_tilt_deg=3.0)
    one, other = typed(crooked, "нн", 3), typed(crooked, "нн", 4)
    # half a pixel apart at most: the pitch is no whole number of pixels
    assert letter(one, 0).sum() == pytest.approx(letter(one, 1).sum(), rel=0.1)
    assert np.abs(one - typed(crooked, "нн", 3)).max() == 0
    assert np.abs(one - other).max() > 0.5


def in_the_middle(char: str, half_height_mm: float) -> float:
    """Ink in the middle of a counter, on average over machines."""
    clogged, y = replace(EVEN, filled=1.6), round(40 - half_height_mm * 200 / 25.4)
    return float(np.mean([letter(typed(clogged, char, n), 0)[y, 8:11].mean() for n in range(12)]))


def test_clogged_type_fills_small_counters_and_leaves_wide_ones() -> None:
    assert typed(replace(EVEN, filled=1.6), "е").sum() > 1.1 * typed(EVEN, "е").sum()
    small, wide = in_the_middle("о", 1.0), in_the_middle("О", 1.5)
    assert small > 0.05 and wide < 0.8 * small


def test_a_blow_prints_broader_with_a_small_type_than_with_a_large_one() -> None:
    def breadth(char: str) -> float:
        """Ink of a type against that of the same type on a machine without any more ink."""
        thin, thick = typed(EVEN, char), typed(replace(EVEN, spread_mm=0.05), char)
        return float(np.abs(thick - thin).sum() / thin.sum())

    # a full stop's edge is long for its area as well
    assert breadth(".") > 1.5 * breadth("н")


def test_hard_strokes_print_broader_and_x_crosses_out() -> None:
    assert typed(replace(EVEN, ink_mm=0.08), "н").sum() > 1.2 * typed(EVEN, "н").sum()
    ink = np.zeros((60, 120), dtype=np.float32)
    typewriter = Typewriter(EVEN, 200.0, np.random.default_rng(0))
    typewriter.strike_out(ink, 3, 20.0, 40.0, np.random.default_rng(0))
    assert np.array_equal(ink[:, :100], typed(EVEN, "ххх", 0)[:, :100])


@pytest.mark.parametrize("seed", range(4))
def test_a_point_goes_to_the_bent_scan_where_its_pixel_goes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    border = tuple(float(v) for v in rng.uniform(0, 6, 4))
    camera = Camera(
        skew_deg=float(rng.normal(0, 3)),
        border_mm=(border[0], border[1], border[2], border[3]),
        keystone=(0.02, -0.015),
        curl_mm=float(rng.normal(0, 3)),
        wave_mm=float(rng.normal(0, 2)),
    )
    size, dpi = (420, 600), 50.0
    place = to_scan(camera, size, dpi)
    assert isinstance(place, Bend)
    wide, high = scan_size(camera, size, dpi)
    for x, y in rng.uniform(0.15, 0.85, (6, 2)) * size:
        sheet = np.zeros((600, 420), dtype=np.uint8)
        sheet[int(y) - 2 : int(y) + 3, int(x) - 2 : int(x) + 3] = 255
        laid = lay_down(sheet, place, np.zeros((high, wide), np.uint8)).astype(float)
        rows, columns = np.mgrid[:high, :wide] + 0.5
        seen = (columns * laid).sum() / laid.sum(), (rows * laid).sum() / laid.sum()
        assert seen == pytest.approx(place.point(Point(int(x) + 0.5, int(y) + 0.5)), abs=0.15)


def test_a_flat_sheet_is_only_turned() -> None:
    assert to_scan(Camera(), (100, 200), 100.0) == Affine()
    middle = to_scan(Camera(skew_deg=5.0), (100, 200), 100.0).point(Point(50, 100))
    assert middle == pytest.approx((50, 100))


def test_holes_show_what_lies_below_and_folds_take_ink() -> None:
    rng = np.random.default_rng(1)
    sheet = make_paper(Paper(browning=0.0), (400, 600), 60.0, rng)
    holes = wear_out(sheet, Wear(holes=True), 0.1, 60.0, rng)
    through = np.abs(sheet - 0.1).max(axis=2) < 0.01
    assert 50 < through.sum() < 500
    assert len(holes) == 2
    for hole in holes:
        assert crop(through.astype(np.uint8), hole).mean() > 0.6
    assert through.sum() == sum(crop(through.astype(np.uint8), hole).sum() for hole in holes)
    black = np.full((600, 400, 3), 0.1, dtype=np.float32)
    wear_out(black, Wear(folds=2, folded=0.9), 0.1, 60.0, rng)
    assert black.max() <= 1.0 and black.min() >= 0.0


def test_marks_of_every_sort_are_drawn_onto_the_sheet() -> None:
    words = [Box(100 + 60 * i, 100, 150 + 60 * i, 120) for i in range(5)]
    clutter = Clutter(*[3.0] * 6)
    marks = scatter(clutter, words, (600, 800), 80.0, np.random.default_rng(2))
    assert len(marks) > 6
    assert all(m.coverage.shape == (m.box.height, m.box.width) for m in marks)
    assert scatter(Clutter(), words, (600, 800), 80.0, np.random.default_rng(2)) == []


def test_the_words_along_a_ring_lie_within_their_outline() -> None:
    look = StampLook(evenness=1.0)
    mark = round_stamp(Point(300, 300), look, 150.0, np.random.default_rng(5))
    ring, heart = mark.lines
    assert len(ring.text) > 20 and len(heart.text) < 15
    inside = np.zeros(mark.coverage.shape, np.uint8)
    here = np.array(ring.outline) - (mark.box.left, mark.box.top)
    cv2.fillPoly(inside, [here.round().astype(np.int32)], 1)
    middle = np.array(mark.coverage.shape) / 2
    rows, columns = np.indices(mark.coverage.shape)
    away = np.hypot(rows - middle[0], columns - middle[1])
    # from the inner ring to the double one at the edge there is nothing else but a star
    between = (away > away.max() * 0.44) & (away < away.max() * 0.58)
    ink = mark.coverage * between
    assert ink[inside > 0].sum() > 0.9 * ink.sum()
    assert all(ring.box.grow(2, 2).contains(p) for p in ring.baseline)


@pytest.mark.parametrize("level", LEVELS)
def test_a_drawn_recipe_goes_to_json_and_back(level: str) -> None:
    for seed in range(20):
        recipe = draw_recipe(level, np.random.default_rng(seed))
        assert recipe_from_json(recipe_to_json(recipe)) == recipe
        assert recipe == draw_recipe(level, np.random.default_rng(seed))


def test_every_face_is_in_a_package_that_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {name for name, *_ in FACES} <= set(fonts.DEBIAN_PACKAGE)
    monkeypatch.setitem(fonts.DEBIAN_PACKAGE, "No Such Face", "fonts-no-such")
    with pytest.raises(FontError, match="fonts-no-such"):
        fonts.face_file("No Such Face")
