"""What holds for every made document, whatever its kind, form, level and seed."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from ocr.document import Page, ZoneKind
from ocr.formats.page_xml import from_page_xml, to_page_xml
from ocr.geometry import Affine, Box, Point
from ocr.raster import crop, to_gray
from ocr.synth.damage import Camera, to_scan
from ocr.synth.documents import KINDS, Drawn, draw_document, drawable, render
from ocr.synth.page import MadeSheet
from ocr.synth.recipe import LEVELS, recipe_from_json, recipe_to_json

RECIPES = 500
LOW_DPI = 75.0  # strokes are still a pixel wide


def drawn(i: int) -> Drawn:
    """Document i: every kind at every level comes by."""
    level, kind = tuple(LEVELS)[i % 4], KINDS[i // 4 % 4]
    return draw_document(level, np.random.default_rng((9, i)), kind)


def rendered(i: int, **camera: object) -> MadeSheet:
    """The first sheet of document i, coarse."""
    one = drawn(i)
    recipe = replace(one.recipe, dpi=LOW_DPI, camera=replace(one.recipe.camera, **camera))
    return render(replace(one, plans=one.plans[:1], recipe=recipe), np.random.default_rng(i))[0]


@pytest.fixture(scope="module")
def sheets() -> list[MadeSheet]:
    return [rendered(i) for i in range(12)]


def test_no_recipe_of_500_fails_and_all_that_is_typed_has_a_type() -> None:
    for i in range(RECIPES):
        one = drawn(i)
        assert recipe_from_json(recipe_to_json(one.recipe)) == one.recipe
        types = drawable(one.recipe.machine) | {" "}
        for plan in one.plans:
            width = plan.form.page_mm[0]
            for line in plan.lines:
                end = line.x_mm + sum(plan.width_mm(run) for run in line.runs)
                assert 0 <= line.x_mm < end <= width, (i, line.text)
                struck = (run.text + run.under for run in line.runs if not run.points)
                assert set("".join(struck)) <= types, (i, line.text)


def test_there_is_ink_under_every_line_and_baselines_run_below_it(sheets: list[MadeSheet]) -> None:
    for i, sheet in enumerate(sheets):
        gray = to_gray(sheet.before)
        paper = cv2.medianBlur(gray, 31)
        for line in sheet.page.lines:
            if sheet.page.zone(line.zone).kind in (ZoneKind.STAMP, ZoneKind.HANDWRITING):
                continue  # not there before the marks
            area = np.zeros(gray.shape, np.uint8)
            outline = line.polygon or corners(line.box)
            cv2.fillPoly(area, [np.array(outline, np.int32)], 1)
            lighter = paper[area > 0].astype(int) - gray[area > 0]
            assert np.percentile(lighter, 97) > 12, (i, line.text)
            first, last = line.baseline[0], line.baseline[-1]
            box = line.box.grow(2, 4)
            assert box.contains(first) and box.contains(last), (i, line.text)


def corners(box: Box) -> list[Point]:
    left, top, right, bottom = box
    return [Point(left, top), Point(right, top), Point(right, bottom), Point(left, bottom)]


def test_marks_change_nothing_outside_their_masks() -> None:
    marked = 0
    for i in range(1, 6):
        # JPEG and thresholds carry a mark's trace further than the lens does
        sheet = rendered(i, jpeg_quality=0, bilevel=False, contrast=1.0)
        changed = np.abs(sheet.pixels.astype(int) - sheet.before)
        changed = changed.max(axis=2) if changed.ndim == 3 else changed
        masks = (sheet.stamps | sheet.hands).astype(np.uint8)
        near = cv2.dilate(masks, np.ones((9, 9), np.uint8)) > 0  # the lens blurs their edges
        assert changed[~near].max() < 45, i
        marked += int(masks.any())
        for zone in sheet.page.zones:
            mask = {ZoneKind.STAMP: sheet.stamps, ZoneKind.HANDWRITING: sheet.hands}.get(zone.kind)
            if mask is not None and zone.box.area > 50:
                assert crop(mask, zone.box).any(), (i, zone.id)
    assert marked > 2


def test_a_flat_sheet_turned_back_has_its_baselines_level() -> None:
    for i in range(4):
        sheet = rendered(i, keystone=(0.0, 0.0), curl_mm=0.0, wave_mm=0.0)
        angle = next(s.measured["angle_deg"] for s in sheet.page.steps if s.name == "skew")
        back = Affine.rotation(-angle)
        for line in sheet.page.lines:
            if sheet.page.zone(line.zone).kind == ZoneKind.BODY:
                first, last = back.point(line.baseline[0]), back.point(line.baseline[-1])
                assert last.y == pytest.approx(first.y, abs=1e-6)


def test_a_bent_sheet_has_its_skew_in_its_middle() -> None:
    camera = Camera(skew_deg=1.37, curl_mm=1.5, wave_mm=2.0, keystone=(0.01, -0.01))
    for high in (300, 1200):
        place = to_scan(camera, (1000, 1400), 100.0)
        left, right = place.point(Point(499.0, high)), place.point(Point(501.0, high))
        slope = np.degrees(np.arctan2(right.y - left.y, right.x - left.x))
        assert slope == pytest.approx(1.37, abs=0.4 if camera.keystone[1] else 0.01)


def test_truth_is_written_and_read_back_whole(sheets: list[MadeSheet]) -> None:
    for sheet in sheets:
        page: Page = from_page_xml(to_page_xml(sheet.page, "a.jpg"), "a.xml")
        assert page == sheet.page


def test_the_same_seed_gives_the_same_page() -> None:
    assert rendered(5).pixels.tobytes() == rendered(5).pixels.tobytes()
