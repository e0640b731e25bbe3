"""Boxes planted at known places are found, missed, doubled or spurious there."""

import pytest

from ocr.document import Line, Page, Zone, ZoneKind
from ocr.evaluate.detection import Detection, Found, detect
from ocr.geometry import Box

BODY, HEAD, STAMP = ZoneKind.BODY, ZoneKind.HEAD, ZoneKind.STAMP


def page(zones, lines=(), size=(1000, 1400)) -> Page:
    """zones (kind, box); lines (number of the zone, box)."""
    return Page(
        0,
        size,
        300,
        (),
        tuple(Zone(f"z{n}", kind, Box(*box), n) for n, (kind, box) in enumerate(zones)),
        tuple(Line(f"l{n}", f"z{z}", Box(*b), "", 1.0, ()) for n, (z, b) in enumerate(lines)),
    )


ZONES = [(HEAD, (0, 0, 400, 100)), (BODY, (0, 200, 900, 1200))]
LINES = [(0, (0, 0, 400, 40)), (1, (0, 200, 900, 240)), (1, (0, 260, 900, 300))]
TRUTH = page(ZONES, LINES)


def test_what_is_there_is_found_whole():
    seen = detect(TRUTH, TRUTH)
    assert seen.zones == {HEAD: Found(1, 1, overlap=1), BODY: Found(1, 1, overlap=1)}
    assert seen.lines == {HEAD: Found(1, 1, overlap=1), BODY: Found(2, 2, overlap=2)}
    assert (seen.all_lines.recall, seen.all_lines.precision, seen.all_lines.f1) == (1, 1, 1)


@pytest.mark.parametrize(("bottom", "found"), [(20, 1), (19, 0)])
def test_half_of_a_line_is_the_least_that_is_found(bottom, found):
    seen = detect(TRUTH, page(ZONES, [(0, (0, 0, 400, bottom))])).lines[HEAD]
    assert (seen.found, seen.missed, seen.spurious) == (found, 1 - found, 1 - found)
    assert seen.mean_iou == (0.5 if found else None)


def test_lines_found_twice_and_lines_that_are_none():
    twice = [*LINES, (1, (5, 205, 895, 240)), (1, (0, 700, 900, 740))]
    body = detect(TRUTH, page(ZONES, twice)).lines[BODY]
    assert body == Found(2, 2, 1, 1, overlap=2)
    assert body.precision == 0.5
    assert body.recall == 1


def test_lines_cut_and_lines_in_one():
    halves = [LINES[0], LINES[2], (1, (0, 200, 400, 240)), (1, (400, 200, 900, 240))]
    cut = detect(TRUTH, page(ZONES, halves)).lines[BODY]
    assert (cut.truth, cut.found, cut.doubled, cut.spurious) == (2, 2, 1, 0)
    thirds = [(1, (300 * n, 200, 300 * (n + 1), 240)) for n in range(3)]
    cut = detect(TRUTH, page(ZONES, [LINES[0], LINES[2], *thirds])).lines[BODY]
    assert (cut.found, cut.missed, cut.doubled, cut.spurious) == (1, 1, 0, 3)
    one = detect(TRUTH, page(ZONES, [LINES[0], (1, (0, 200, 900, 300))])).lines[BODY]
    assert (one.found, one.missed, one.doubled, one.spurious) == (0, 2, 0, 1)


def test_the_best_pair_comes_first_whatever_the_order():
    near, far = (0, 205, 900, 240), (0, 215, 900, 255)
    for boxes in ([near, far], [far, near]):
        body = detect(page(ZONES, LINES[1:2]), page(ZONES, [(0, b) for b in boxes])).all_lines
        assert body.overlap == pytest.approx(35 / 40)


def test_a_zone_of_another_kind_is_missed_and_spurious_and_its_lines_are_found():
    seen = detect(TRUTH, page([(STAMP, ZONES[0][1]), ZONES[1]], LINES))
    assert seen.zones[HEAD] == Found(truth=1)
    assert seen.zones[STAMP] == Found(spurious=1)
    assert seen.lines == detect(TRUTH, TRUTH).lines


def test_pages_add_up():
    whole = detect(TRUTH, TRUTH)
    total = whole + detect(TRUTH, None) + Detection()
    assert total.zones[BODY] == Found(2, 1, overlap=1)
    assert total.all_lines == Found(6, 3, overlap=3)
    assert total.all_zones.missed == 2


def test_an_output_of_another_size_is_scaled():
    half = page([(k, [v // 2 for v in b]) for k, b in ZONES], size=(500, 700))
    assert detect(TRUTH, half).all_zones == Found(2, 2, overlap=2)


def test_nothing_divides_by_zero():
    empty = page([])
    for seen in (detect(empty, empty), detect(empty, None), detect(TRUTH, page([], size=(0, 0)))):
        assert seen == Detection()
        none = seen.all_zones
        assert {none.recall, none.precision, none.f1, none.mean_iou} == {None}
    assert detect(empty, TRUTH).all_lines == Found(spurious=3)
    assert detect(TRUTH, empty).all_lines.precision is None
