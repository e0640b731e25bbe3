"""What a reader learns from: faces made to look typed, real lines cut again, texts that fit."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr.errors import FontError, TruthError
from ocr.recognize.neural import LINE_IMAGE
from ocr.synth.fonts import font, x_height
from ocr.synth.recipe import FACES, TALLEST_MM, draw_recipe
from ocr.train.faces import FILLED, HELD_OUT, fitted, held_out_faces, training_faces
from ocr.train.real_lines import cut_again, nearest, real_strips


def picture(text: str) -> np.ndarray:
    """A line of print on grey paper, cut out with the edge of the line above it."""
    image = Image.new("L", (900, 48), 190)
    draw = ImageDraw.Draw(image)
    face = font("Liberation Mono", 26)
    draw.text((6, 34), text, font=face, fill=40, anchor="ls")
    draw.text((6, 3), "о" * len(text), font=face, fill=40, anchor="ls")
    width = int(face.getlength(text)) + 14
    return np.asarray(image)[:, :width]


def test_faces_fill_the_pitch_and_the_held_out_are_not_among_those_learnt_from() -> None:
    faces = training_faces()
    assert {face.family for face in FACES} - set(HELD_OUT) <= {face.family for face in faces}
    assert not {face.family for face in faces} & set(HELD_OUT)
    assert {face.family for face in held_out_faces()} == set(HELD_OUT)
    slab = fitted("PT Serif", "Regular", 1.0)
    assert slab.stretch[0] < slab.stretch[1]
    assert slab.stretch[1] / slab.stretch[0] == pytest.approx(FILLED[1] / FILLED[0], rel=0.01)


def test_no_machine_has_type_that_reaches_into_the_line_above() -> None:
    rng = np.random.default_rng(5)
    for _ in range(60):
        machine = draw_recipe("hard", rng, held_out_faces()).machine
        small_mm = x_height(machine.face)[1] * machine.stretch * machine.pitch_mm
        assert 1.6 < small_mm <= TALLEST_MM + 0.01
        assert 1.5 * small_mm < machine.interval_mm


def test_a_folder_without_faces_is_told(tmp_path: Path) -> None:
    with pytest.raises(FontError, match=r"no \.ttf or \.otf"):
        training_faces(tmp_path)
    (tmp_path / "broken.ttf").write_bytes(b"nothing")
    with pytest.raises(FontError, match=r"broken\.ttf"):
        training_faces(tmp_path)


def test_a_cut_out_line_is_cut_again_to_the_readers_measure() -> None:
    strip = cut_again(picture("работа по исполнению заказа"), LINE_IMAGE)
    assert strip is not None
    assert strip.shape[0] == 40
    inked = (strip < 128).any(axis=1)
    assert not inked[:4].any(), "the line above is still there"
    assert inked[14:29].any()
    assert cut_again(np.full((48, 300), 200, np.uint8), LINE_IMAGE) is None


def test_lines_of_a_folder_come_with_their_texts(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), picture("первая строка"))
    (tmp_path / "lines.tsv").write_text("a.png\tпервая строка\n", encoding="utf-8")
    (strip,) = real_strips(tmp_path, LINE_IMAGE)
    assert strip.text == "первая строка"
    (tmp_path / "lines.tsv").write_text("b.png\tнет её\n", encoding="utf-8")
    with pytest.raises(TruthError, match=r"b\.png"):
        list(real_strips(tmp_path, LINE_IMAGE))


def test_a_line_gets_the_text_it_is_clearly_nearest_to() -> None:
    truth = ["на основании приказа", "товарищу Филиппову", "сообщаем для сведения"]
    read = ["тозарищу Филиппозу", "на оснозании прикаэа", "чужая строка", ""]
    assert nearest(read, truth) == [truth[1], truth[0], None, None]
    assert nearest(["отдел 12", "отдел 12"], ["отдел 12", "отдел 13"]) == [None, None]
