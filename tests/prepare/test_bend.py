"""Pages bent by construction: lines that fan out or bow, and blocks typed at other angles."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr.document import PageImage, PageRef, PreparedPage
from ocr.geometry import Affine, Bend, Point
from ocr.prepare import PrepareSettings, prepare
from ocr.raster import flatten_lines, warp

DPI = 150.0
SIZE = (1240, 1600)
LINE_ROWS = range(220, 1450, 52)
WORDS = ("zum", "wann", "oro", "maus", "ruane", "noname", "essen", "waren", "nur", "einen", "so")


def typed(rows: range = LINE_ROWS) -> np.ndarray:
    rng = np.random.default_rng(5)
    page = np.full(SIZE[::-1], 235, dtype=np.uint8)
    for y in rows:
        x = 150
        for letter in " ".join(rng.choice(WORDS, size=11))[:52]:  # in pitch, as on a typewriter
            cv2.putText(page, letter, (x, y), cv2.FONT_HERSHEY_COMPLEX, 0.6, 50, 2, cv2.LINE_AA)
            x += 18
    return page


def bend(fan_px: float = 0.0, bow_px: float = 0.0, flat: Affine | None = None) -> Bend:
    """Fans out by `fan_px` at top and bottom, bows by `bow_px`, at the sides of the sheet."""
    rows = (0.0, float(SIZE[1]))
    rises = ((-fan_px, fan_px), (bow_px, bow_px))
    return Bend(flat or Affine(), SIZE[0] / 2, SIZE[0] / 2, (-1.0, 1.0), rows, rises)


def scanned(flat: np.ndarray, bent: Bend) -> np.ndarray:
    """The sheet as a scan would show it: `bent` maps sheet to scan, resampling asks for its way
    back, which for a small bend is near enough to the bend with its sign turned."""
    back = Bend(Affine(), bent.middle, bent.unit, bent.reach, bent.rows, _turned(bent.rises))
    return flatten_lines(flat, back, SIZE)


def _turned(rises: tuple[tuple[float, ...], ...]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(-v for v in rise) for rise in rises)


def prepared(pixels: np.ndarray) -> PreparedPage:
    return prepare(PageImage(PageRef(Path("p"), "", 0), pixels, DPI), PrepareSettings())


def skew(page: PreparedPage) -> dict[str, float]:
    return dict(page.steps[1].measured)


def crookedness_px(page: PreparedPage, bent: Bend, rows: range = LINE_ROWS) -> float:
    """Greatest height that a typed baseline takes up on the prepared page."""
    back = page.to_scan.inverse()
    tall = []
    for y in rows:
        seen = [back.point(bent.point(Point(x, float(y)))).y for x in range(150, 1080, 60)]
        tall.append(max(seen) - min(seen))
    return max(tall)


@pytest.mark.parametrize(("fan_px", "bow_px"), [(14, 0), (9, -10)])
def test_a_bent_page_is_flattened(fan_px: float, bow_px: float) -> None:
    bent = bend(fan_px, bow_px)
    page = prepared(scanned(typed(), bent))
    assert isinstance(page.to_scan, Bend)
    assert skew(page)["bend_mm"] > 0.35
    assert crookedness_px(page, bent) < 2.5  # was 7 to 20
    assert isinstance(prepared(page.gray).to_scan, Affine)  # once is enough


@pytest.mark.parametrize("angle_deg", [0.0, 2.0])
def test_straight_lines_are_left_alone(angle_deg: float) -> None:
    turned = warp(typed(), Affine.rotation(angle_deg, Point(620, 800)), SIZE)
    page = prepared(turned)
    assert isinstance(page.to_scan, Affine)
    assert skew(page)["bend_mm"] == skew(page)["spread_deg"] == 0.0


@pytest.mark.parametrize("second_deg", [-0.8])
def test_two_blocks_have_angles_of_their_own(second_deg: float) -> None:
    upper, lower = range(220, 900, 52), range(952, 1450, 52)
    below = warp(typed(lower), Affine.rotation(second_deg, Point(620, 1200)), SIZE)
    page = prepared(np.minimum(typed(upper), below))
    measured = skew(page)
    assert measured["angle_deg"] == pytest.approx(0.0, abs=0.05)
    assert measured["second_angle_deg"] == pytest.approx(second_deg, abs=0.06)
    assert skew(prepared(page.gray))["bend_mm"] == 0.0


def test_a_lone_stamp_at_an_angle_bends_nothing() -> None:
    pixels = typed(range(220, 800, 52))
    stamp = np.full(SIZE[::-1], 235, dtype=np.uint8)
    for i, text in enumerate(("RETURN TO SENDER", "PART IV 3645 ABC", "RECEIVED 19/10 50")):
        cv2.putText(stamp, text, (500, 1100 + 40 * i), cv2.FONT_HERSHEY_DUPLEX, 0.9, 60, 2)
    turned = warp(stamp, Affine.rotation(-5.0, Point(620, 1100)), SIZE)
    page = prepared(np.minimum(pixels, turned))
    assert isinstance(page.to_scan, Affine)


def test_points_come_back_through_a_bend() -> None:
    bent = bend(20, 12, Affine.rotation(3.0, Point(600, 700)))
    back = bent.inverse()
    for x, y in ((0.0, 0.0), (333.3, 1200.0), (1240.0, 1600.0), (620.0, 800.0)):
        seen = back.point(bent.point(Point(x, y)))
        assert seen == pytest.approx((x, y), abs=1e-4)
