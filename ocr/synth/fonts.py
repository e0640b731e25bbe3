"""Faces for making scans, found through fontconfig; nothing is shipped in the package.

fontconfig answers every question with some face, so its answer counts only when the family it
names is the one that was asked for. A missing face is a FontError that names the Debian package.
"""

from __future__ import annotations

import shutil
import subprocess
from functools import cache

from fontTools.ttLib import TTFont
from PIL import ImageFont

from ocr.errors import FontError

DEBIAN_PACKAGE = {
    "Anonymous Pro": "fonts-anonymous-pro",
    "Cousine": "fonts-croscore",
    "Klee One": "fonts-klee",
    "Nimbus Mono PS": "fonts-urw-base35",
    "PT Mono": "fonts-paratype",
    "GNUTypewriter": "fonts-gnutypewriter",
    "CMU Typewriter Text": "fonts-cmu",
    "FreeMono": "fonts-freefont-ttf",
    "FreeSerif": "fonts-freefont-ttf",
    "Liberation Mono": "fonts-liberation",
    "Liberation Serif": "fonts-liberation",
    "PT Serif": "fonts-paratype",
    "Go Mono": "fonts-go",
    "CMU Concrete": "fonts-cmu",
    "CMU Serif": "fonts-cmu",
    "C059": "fonts-urw-base35",
    "DejaVu Sans Mono": "fonts-dejavu-core",
    "DejaVu Serif": "fonts-dejavu-core",
    "Fira Code": "fonts-firacode",
    "Hack": "fonts-hack",
    "JetBrains Mono": "fonts-jetbrains-mono",
    "Linux Libertine O": "fonts-linuxlibertine",
    "Noto Mono": "fonts-noto-mono",
    "Old Standard TT": "fonts-oldstandard",
    "Roboto Slab": "fonts-roboto-slab",
    "PT Sans Narrow": "fonts-paratype",
}

# GNUTypewriter draws brackets as slashes, as many machines had to; truth would be wrong then.
DRAWN_AS_SOMETHING_ELSE = {"GNUTypewriter": "()"}


@cache
def face_file(family: str, style: str = "Regular") -> str:
    """Path of the installed face. Raises FontError when it or fontconfig is missing."""
    if shutil.which("fc-match") is None:
        raise FontError("fc-match is not installed: apt install fontconfig")
    pattern = f"{family}:style={style}"
    asked = ["fc-match", "-f", "%{family}\n%{file}", pattern]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    families, _, path = answer.partition("\n")
    if family not in families.split(","):
        package = DEBIAN_PACKAGE.get(family, "the package that carries it")
        raise FontError(f"the face {family} is not installed: apt install {package}")
    return path


@cache
def font(family: str, size_px: float, style: str = "Regular") -> ImageFont.FreeTypeFont:
    """The face with an em of `size_px`, laid out without ligatures or combining tricks."""
    return ImageFont.truetype(
        face_file(family, style), size_px, layout_engine=ImageFont.Layout.BASIC
    )


@cache
def x_height(family: str) -> tuple[float, float]:
    """Height of a small letter of the face, in ems and in widths of one letter."""
    face = font(family, 1000.0)
    _, top, _, bottom = face.getbbox("н", anchor="ls")
    return (bottom - top) / 1000.0, (bottom - top) / face.getlength("н")


@cache
def covered(family: str) -> frozenset[str]:
    """The characters that the face draws as themselves."""
    with TTFont(face_file(family)) as face:
        drawn = {chr(code) for code in face.getBestCmap()}
    return frozenset(drawn - set(DRAWN_AS_SOMETHING_ELSE.get(family, "")))
