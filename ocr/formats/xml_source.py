"""XML from anywhere: files are taken for hostile, whatever format they hold.

No entity is resolved, no DTD loaded, no connection opened, no tree deeper or larger than libxml2's
own limits built. What is wrong is a TruthError that names file and line.
"""

from __future__ import annotations

import math
from typing import Any

from lxml import etree

from ocr.errors import TruthError


def parse(data: bytes, name: str, *, doctype: bool = False) -> etree._Element:
    """The root element; comments and processing instructions are left out.

    name     the file's, for messages
    doctype  whether the format has one (XHTML); entities of its own are refused even so

    Raises TruthError for what is no XML, and for a DOCTYPE where none belongs.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as e:
        why = " ".join((e.msg or "").split())  # some of libxml's messages break the line
        raise TruthError(f"{name}, line {e.lineno}: not valid XML: {why}") from e
    info: Any = root.getroottree().docinfo
    if info.doctype and not doctype:
        raise TruthError(f"{name}, line 1: such files have no DOCTYPE; remove it")
    if info.internalDTD is not None and info.internalDTD.entities():
        raise TruthError(f"{name}, line 1: the DOCTYPE defines entities; remove them")
    return root


def fault(name: str, element: etree._Element, what: str) -> TruthError:
    """An error that says where in the file it is."""
    return TruthError(f"{name}, line {element.sourceline}: {what}")


def local(element: etree._Element) -> str:
    """The name without namespace; entities that were not resolved have none."""
    tag = element.tag  # a page asks this ten thousand times: QName would take three times as long
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: etree._Element, *names: str) -> list[etree._Element]:
    return [child for child in element if local(child) in names]


def child(element: etree._Element, name: str) -> etree._Element | None:
    return next((each for each in element if local(each) == name), None)


def number(text: str) -> float:
    """A whole number as int. Raises ValueError for what is no number or not finite."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return int(value) if value.is_integer() else value
