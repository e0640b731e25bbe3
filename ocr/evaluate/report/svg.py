"""Figures of matplotlib as SVG that stands in a page: its fonts, its colours, light or dark.

Text stays text, so that it can be searched and takes the page's font. Colours are drawn as
stand-ins and become the page's CSS variables, so that one picture serves light and dark. The
same figure gives the same bytes.
"""

from __future__ import annotations

import io
import re
from contextlib import AbstractContextManager
from typing import Any

import matplotlib
from lxml import etree
from matplotlib.figure import Figure

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"

# Stand-ins, in colours that nothing else of matplotlib has, and the CSS variables they become.
INK, MUTED, RULE, PAPER = "#010203", "#040506", "#070809", "#0a0b0c"
BLUE, ORANGE, GREEN, PURPLE = "#0d0e0f", "#101112", "#131415", "#161718"
VARIABLES = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    RULE: "var(--rule)",
    PAPER: "var(--card)",
    BLUE: "var(--blue)",
    ORANGE: "var(--orange)",
    GREEN: "var(--green)",
    PURPLE: "var(--purple)",
}
_STAND_IN = re.compile("|".join(VARIABLES))
_POINT_PER_INCH = 72
STYLE: Any = {  # typed otherwise in each version of matplotlib
    "svg.fonttype": "none",
    "svg.hashsalt": "shifrovka",  # else ids are drawn by chance
    "font.family": "DejaVu Sans",
    "font.size": 9.5,  # points; about the size of the page's small print
    "text.color": INK,
    "axes.edgecolor": RULE,
    "axes.labelcolor": MUTED,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "xtick.color": RULE,
    "ytick.color": RULE,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": INK,
    "figure.facecolor": "none",
    "hatch.linewidth": 0.8,
    "text.parse_math": False,  # a dollar is a dollar
    "legend.frameon": False,
}


def style() -> AbstractContextManager[None]:
    """A context within which figures are built and drawn."""
    return matplotlib.rc_context(STYLE)


def to_svg(figure: Figure, name: str, title: str, description: str) -> str:
    """`figure` as an `<svg>` element, its ids begun with `name`, told to screen readers.

    Must be called within `style()`.
    """
    file = io.BytesIO()
    figure.savefig(file, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format")))
    root = etree.fromstring(file.getvalue())
    for extra in [*root.iter(f"{{{SVG}}}metadata", f"{{{SVG}}}style", etree.Comment)]:
        parent = extra.getparent()
        if parent is not None:
            parent.remove(extra)
    _rename_ids(root, name)
    _describe(root, name, title, description)
    text = etree.tostring(root, encoding="unicode").replace("font-family: 'DejaVu Sans'; ", "")
    return _STAND_IN.sub(lambda found: VARIABLES[found.group()], text)


def _rename_ids(root: etree._Element, name: str) -> None:
    """Only ids that something points to stay, begun with `name`: a page holds many figures."""
    text = etree.tostring(root, encoding="unicode")
    used = set(re.findall(r"url\(#([^)]+)\)", text)) | set(re.findall(r'href="#([^"]+)"', text))
    for element in root.iter():
        old = element.get("id")
        if old in used:
            element.set("id", f"{name}-{old}")
        elif old is not None:
            del element.attrib["id"]
        for key, value in ((str(k), str(v)) for k, v in element.items()):
            if key == f"{{{XLINK}}}href":
                element.set(key, re.sub("^#", f"#{name}-", value))
            elif "url(#" in value:
                element.set(key, value.replace("url(#", f"url(#{name}-"))


def _describe(root: etree._Element, name: str, title: str, description: str) -> None:
    """A title and a description that are read out instead of the single marks."""
    for n, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = etree.Element(f"{{{SVG}}}{tag}", id=f"{name}-{tag}")
        element.text = text
        root.insert(n, element)
    root.set("class", "plot")
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    for key in ("width", "height"):  # CSS sets them; the viewBox keeps the shape
        del root.attrib[key]
    width = float(root.get("viewBox", "0 0 1 1").split()[2]) * 96 / _POINT_PER_INCH
    root.set("style", f"max-width: {width:.0f}px")
