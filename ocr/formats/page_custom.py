"""The notation of PAGE's `custom` attribute: `group {key:value; key:value;} group {…}`.

Nothing in PAGE says so; Transkribus introduced it and others read it. A semicolon, brace or
backslash within a value is written as a Unicode escape, as Transkribus does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree


def write_custom(groups: Mapping[str, Mapping[str, str]]) -> str:
    """{group: {key: value}} as one attribute value."""
    return " ".join(
        f"{name} {{{' '.join(f'{key}:{_escape(value)};' for key, value in entries.items())}}}"
        for name, entries in groups.items()
    )


def read_custom(element: etree._Element) -> dict[str, dict[str, str]]:
    """The element's `custom` as {group: {key: value}}; of groups that repeat, the last counts."""
    found = {}
    for name, body in re.findall(r"([\w-]+)\s*\{([^}]*)\}", element.get("custom", "")):
        pairs = (part.split(":", 1) for part in body.split(";") if ":" in part)
        found[name] = {key.strip(): _unescape(value.strip()) for key, value in pairs}
    return found


def _escape(value: str) -> str:
    return re.sub(r"[;{}\\]", lambda m: f"\\u{ord(m.group()):04x}", value)


def _unescape(value: str) -> str:
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m.group(1), 16)), value)
