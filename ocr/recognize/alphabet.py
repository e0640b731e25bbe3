"""The shapes that a typewriter strikes, and which letter a shape stands for.

А and A are one shape: no reader can tell them apart by looking, and one that tries puts Latin
letters into Russian words. So the network knows shapes, one class each, named by the Cyrillic
letter where two alphabets share one; which alphabet a word is written in is told afterwards by
the letters of the word that only one of them has. A word of shared shapes alone is Russian, unless
the line around it is Latin (`spell`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
LATIN = "abcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"
SIGNS = " .,:;!?-—\"'()/\\№§%+=*_<>«»°[]&|`"

TWINS = dict(zip("ABCEHKMOPTXaceopxy", "АВСЕНКМОРТХасеорху", strict=True))
"""Latin letters that look like Russian ones on a typewriter, and which."""
_LATIN_OF = {russian: latin for latin, russian in TWINS.items()}

LETTERS = RUSSIAN + "ё" + RUSSIAN.upper() + "Ё"
SHAPES: tuple[str, ...] = tuple(
    LETTERS + DIGITS + SIGNS + "".join(c for c in LATIN + LATIN.upper() if c not in TWINS)
)
"""Class i + 1 of the network; class 0 is the blank of CTC."""
CLASSES = len(SHAPES) + 1
_CLASS = {shape: i for i, shape in enumerate(SHAPES, start=1)}

SAME = str.maketrans(
    dict.fromkeys("“”„‟″", '"')
    | dict.fromkeys("‘’‚ʼ´′", "'")
    | dict.fromkeys("‐‑‒−¬", "-")
    | {"–": "—", "…": "...", "\u00a0": " ", "і": "i", "І": "I", "º": "°"}
)
"""Signs that are one type on a machine, or look alike, and the one that is known."""


def to_classes(text: str) -> list[int] | None:
    """The classes of the shapes of `text`; None when it has a sign that is not in the alphabet.

    Accents of Latin letters are dropped: ordinary machines had none, and é is still an e.
    """
    plain = "".join(_plain(c) for c in unicodedata.normalize("NFC", text).translate(SAME))
    shapes = [TWINS.get(c, c) for c in re.sub(r"\s+", " ", plain).strip()]
    if not all(shape in _CLASS for shape in shapes):
        return None
    return [_CLASS[shape] for shape in shapes]


def _plain(char: str) -> str:
    if char in _CLASS:
        return char
    base = unicodedata.normalize("NFD", char)[0]
    return base if base in LATIN + LATIN.upper() else char


def spell(shapes: Sequence[str]) -> list[str]:
    """The letters that the shapes of a line stand for, one each: a word is of one alphabet.

    Words with a letter that is Latin alone, and none that is Russian alone, are Latin, and so are
    words of shared shapes in a line that has Latin words and no Russian ones. An I alone is a
    figure or a numeral, in lines of either. Roman numerals without I, V or L look Russian here;
    context tells them, further on.
    """
    words = [m.span() for m in re.finditer(r"[^\W\d_]+", "".join(shapes))]
    scripts = [_script(shapes[start:stop]) for start, stop in words]
    said = [
        script for (a, b), script in zip(words, scripts, strict=True) if set(shapes[a:b]) != {"I"}
    ]
    latin_line = "latin" in said and "russian" not in said
    letters = list(shapes)
    for (start, stop), script in zip(words, scripts, strict=True):
        if script == "latin" or (script is None and latin_line):
            letters[start:stop] = [_LATIN_OF.get(c, c) for c in letters[start:stop]]
    return letters


def _script(word: Sequence[str]) -> str | None:
    """`russian`, `latin`, or None where the shapes fit both; the majority of a mixed word."""
    russian = sum(c in LETTERS and c not in _LATIN_OF for c in word)
    latin = sum(c not in LETTERS for c in word)
    if russian == latin:
        return "russian" if russian else None
    return "russian" if russian > latin else "latin"
