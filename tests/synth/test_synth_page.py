import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ocr.document import Page, ZoneKind
from ocr.formats.page_xml import from_page_xml
from ocr.formats.record import flatten, load
from ocr.geometry import Affine, Point
from ocr.raster import crop, to_gray, warp
from ocr.synth.form import TelegramForm
from ocr.synth.page import MadeSheet, render_telegram, render_typescript
from ocr.synth.recipe import CLEAN, LIGHT
from ocr.synth.texts.corpus import telegram_25348
from ocr.synth.truth import renumber, true_record

ROOT = Path(__file__).parents[2]
LOW = replace(LIGHT, dpi=100.0)  # coarse, so that the tests are quick
SENTENCES = ["Первая строка.", "", "   Вторая, с отступом.", "№ 3: ЦК ВКП(б) - Ёж"]


@pytest.fixture(scope="module")
def sheets() -> list[MadeSheet]:
    return render_telegram(telegram_25348(), TelegramForm(), LOW, np.random.default_rng(1))


def zone_text(page: Page, kind: ZoneKind) -> list[str]:
    return [line.text for line in page.lines if page.zone(line.zone).kind == kind]


def test_ink_is_where_the_truth_says_and_nowhere_else() -> None:
    sheet = render_typescript(SENTENCES, replace(CLEAN, dpi=150.0), np.random.default_rng(2))
    dark = to_gray(sheet.pixels) < 128
    assert [line.text for line in sheet.page.lines] == [s.strip() for s in SENTENCES if s]
    inside = np.zeros_like(dark)
    for line in sheet.page.lines:
        for word in line.words:
            assert crop(dark.astype(np.uint8), word.box).mean() > 0.05, word
            crop(inside.view(np.uint8), word.box)[...] = 1
    assert not (dark & ~inside).any()


@pytest.mark.parametrize("angle_deg", [-7.3, 0.4, 1.37])
def test_a_turned_page_turned_back_has_its_ink_in_the_same_rows(angle_deg: float) -> None:
    recipe = replace(CLEAN, dpi=150.0, skews_deg=(angle_deg,))
    sheet = render_typescript(SENTENCES * 3, recipe, np.random.default_rng(2))
    assert sheet.page.steps[0].measured["angle_deg"] == angle_deg
    size = sheet.page.size_px
    back = Affine.rotation(-angle_deg, Point(size[0] / 2, size[1] / 2))
    rows = (warp(to_gray(sheet.pixels), back, size) < 128).sum(axis=1)
    for line in sheet.page.lines:
        first, last = line.baseline
        slope = math.degrees(math.atan2(last.y - first.y, last.x - first.x))
        assert slope == pytest.approx(angle_deg, abs=1e-6)
        baseline = round(back.point(first).y)
        # letters stand on the baseline: full rows above it, nearly none below
        assert (
            rows[baseline - 6 : baseline - 1].sum() > 5 * rows[baseline + 5 : baseline + 10].sum()
        )


def test_the_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    def made(seed: int) -> bytes:
        rng = np.random.default_rng(seed)
        return render_typescript(SENTENCES, LOW, rng).pixels.tobytes()

    assert made(5) == made(5)
    assert made(5) != made(6)


def test_the_telegram_has_the_parts_of_its_form(sheets: list[MadeSheet]) -> None:
    first, second, third = (sheet.page for sheet in sheets)
    slots = zone_text(first, ZoneKind.GRID)
    assert len(slots) == 18
    assert (slots[0], slots[1], slots[8]) == ("Экз. № 1 тов. Сталину", "№ 2 тов. Сталину", "№ 9")
    assert zone_text(first, ZoneKind.RECEPTION) == [
        'Из ПЕКИНА получена " 11 " ч. " 55 " м. " 7 " октября 1950 г. Экз. № 1'
    ]
    assert zone_text(first, ZoneKind.BODY)[-1].endswith("двойное превосходство")
    assert zone_text(second, ZoneKind.BODY)[0] == "ходство в техническом отношении."
    assert zone_text(second, ZoneKind.CATCHWORD) == ["(см. сл. лист)"]
    assert zone_text(second, ZoneKind.CONTINUATION)[-1] == 'Лист " 2 "'
    assert zone_text(third, ZoneKind.SIGN_OFF)[0] == "Р О Щ И Н"
    assert [zone.order for zone in first.zones] == list(range(len(first.zones)))


def test_marks_lie_under_their_masks_and_boxes(sheets: list[MadeSheet]) -> None:
    sheet = sheets[0]
    stamp = next(zone for zone in sheet.page.zones if zone.kind == ZoneKind.STAMP)
    rows, columns = np.nonzero(sheet.stamps)
    assert stamp.box.left - 2 <= columns.min() and columns.max() < stamp.box.right + 2
    assert stamp.box.top - 2 <= rows.min() and rows.max() < stamp.box.bottom + 2
    paper = np.median(sheet.pixels, axis=(0, 1))
    red, green, blue = sheet.pixels[sheet.stamps].mean(axis=0) / paper
    assert blue > red > green, "the stamp is not violet"
    assert not sheets[1].stamps.any()


def test_a_record_holds_what_stands_on_the_sheets(sheets: list[MadeSheet]) -> None:
    telegram = telegram_25348()
    whole = {f.name: f for f in true_record(telegram, [sheet.page for sheet in sheets])}
    assert whole["received_at"].value == "1950-10-07T11:55"
    assert whole["typed.at"].value == "1950-10-07T13:50"
    assert whole["incoming_stamps.0.date"].value == "1950-10-19"
    assert whole["sheets"].value == 3
    assert "copies.17.number" in whole and "copies.8.addressee" not in whole
    second = {f.name for f in true_record(telegram, [renumber(sheets[1].page, 0)])}
    assert second == {"kind", "number", "classification"}


def test_the_published_truth_is_that_of_the_telegram(sheets: list[MadeSheet]) -> None:
    truth = ROOT / "ground_truth"
    for i, sheet in enumerate(sheets, 1):
        path = truth / f"telegram-25348-{i}.xml"
        page = from_page_xml(path.read_bytes(), path.name)
        assert [line.text for line in page.lines] == [line.text for line in sheet.page.lines]
        assert page.steps == sheet.page.steps
    path = truth / "telegram-25348.json"
    facts = {f.name: f.value for f in flatten(load(path.read_bytes(), path.name))}
    made = true_record(telegram_25348(), [sheet.page for sheet in sheets])
    assert facts == {f.name: f.value for f in made}
