"""JUnit XML, which CI systems show: suites of cases that passed, failed or were skipped."""

from __future__ import annotations

import re

from lxml import etree

# What XML 1.0 cannot hold.
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def child(
    parent: etree._Element, tag: str, text: str | None = None, **attributes: str
) -> etree._Element:
    """A new element in `parent`; what XML cannot hold becomes U+FFFD."""
    made = etree.SubElement(parent, tag, {key: _safe(value) for key, value in attributes.items()})
    made.text = None if text is None else _safe(text)
    return made


def to_bytes(root: etree._Element) -> bytes:
    """UTF-8, with the counts of tests, failures and skipped cases filled in."""
    for suite in (*root, root):
        suite.set("tests", str(len([*suite.iter("testcase")])))
        suite.set("failures", str(len([*suite.iter("failure")])))
        suite.set("skipped", str(len([*suite.iter("skipped")])))
    etree.indent(root)
    data: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return data + b"\n"


def _safe(text: str) -> str:
    return FORBIDDEN.sub("\ufffd", text)
