"""What was found out about a document beside its text, as JSON and back: checks, translation.

The shapes are part of `document.schema.json`. Reading raises KeyError, TypeError or ValueError
where the data have another shape; `record.from_json` makes that an error of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ocr.document import Check, Difference, DifferenceKind, Translated, Translation


def write_check(check: Check) -> dict[str, Any]:
    return {
        "name": check.name,
        "ok": check.ok,
        "what": check.what,
        "line_ids": list(check.line_ids),
    }


def read_check(data: Mapping[str, Any]) -> Check:
    return Check(
        _text(data["name"]),
        _truth(data["ok"]),
        _text(data["what"]),
        tuple(map(_text, data["line_ids"])),
    )


def write_translation(translation: Translation) -> dict[str, Any]:
    return {
        "paragraphs": [
            {"original": list(p.original), "text": p.text, "line_ids": list(p.line_ids)}
            for p in translation.paragraphs
        ],
        "differences": [
            {
                "kind": d.kind.value,
                "original": d.original,
                "translation": d.translation,
                "in_original": d.in_original,
                "in_translation": d.in_translation,
            }
            for d in translation.differences
        ],
    }


def read_translation(data: Mapping[str, Any]) -> Translation:
    return Translation(
        tuple(
            Translated(
                _text(p["text"]),
                tuple(map(_text, p["line_ids"])),
                tuple(int(n) for n in p["original"]),
            )
            for p in data["paragraphs"]
        ),
        tuple(
            Difference(
                DifferenceKind(d["kind"]),
                None if d["original"] is None else int(d["original"]),
                None if d["translation"] is None else int(d["translation"]),
                _text(d["in_original"]),
                _text(d["in_translation"]),
            )
            for d in data["differences"]
        ),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} stands where text is wanted")
    return value


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} stands where true or false is wanted")
    return value
