"""The document as JSON, with its record as a tree of fields, and back.

The shape is published as a JSON Schema (2020-12) beside this file. Confidences and measurements
are rounded to four decimals, points and resolutions to two, so that a last bit of a float never
makes two outputs differ; keys come in a fixed order and fields in the order of the record.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from importlib.resources import files
from typing import Any

from ocr.document import (
    Change,
    Document,
    Field,
    Line,
    Mark,
    MarkKind,
    Page,
    Paragraph,
    SheetSource,
    Source,
    Step,
    Word,
    Zone,
    ZoneKind,
)
from ocr.errors import TruthError
from ocr.formats.findings import (
    read_check,
    read_translation,
    write_check,
    write_translation,
)
from ocr.geometry import Box, Point

SCHEMA_NAME = "shifrovka-document"
SCHEMA_VERSION = "1.0"

LEAF = ("value", "as_written", "confidence", "line_ids")
# Beside truth: {name of a document: level of its damage}, so that figures can be told apart by it.
LEVELS_FILE = "levels.json"
# Width in characters up to which a value stays on one line of the file.
LINE_WIDTH = 100


def schema() -> dict[str, Any]:
    """The published JSON Schema of `to_json`."""
    text = files("ocr.formats").joinpath("document.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


# --- record ----------------------------------------------------------------------------------


def nest(fields: Iterable[Field]) -> dict[str, Any]:
    """Fields as a tree: "copies.0.addressee" → {"copies": [{"addressee": leaf}]}.

    A leaf is {value, as_written, confidence, line_ids}. Numbers in names make lists, in the order
    of the numbers; gaps close. Raises ValueError when a name is used twice, or both as a field
    and as a group.
    """
    tree: dict[str, Any] = {}
    for field in fields:
        *path, last = field.name.split(".")
        node = tree
        for part in path:
            node = node.setdefault(part, {})
            if set(LEAF) <= set(node):
                raise ValueError(f"{field.name}: {part} is a field and cannot hold others")
        if last in node:
            raise ValueError(f"{field.name}: there is a field or group of this name already")
        node[last] = {
            "value": field.value,
            "as_written": field.as_written,
            "confidence": round(float(field.confidence), 4),
            "line_ids": list(field.line_ids),
        }
    return {name: _with_lists(node) for name, node in tree.items()}


def _with_lists(node: Any) -> Any:
    if not isinstance(node, dict) or _is_leaf(node):
        return node
    if all(name.isdecimal() for name in node):
        return [_with_lists(node[name]) for name in sorted(node, key=int)]
    return {name: _with_lists(child) for name, child in node.items()}


def flatten(record: Mapping[str, Any]) -> tuple[Field, ...]:
    """The inverse of `nest`. Raises ValueError naming the place that is no field."""
    return tuple(_fields(record, ""))


def _fields(node: Any, name: str) -> Iterable[Field]:
    if isinstance(node, Mapping) and _is_leaf(node):
        value = node["value"]
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise ValueError(f"record.{name}: value {value!r} is neither text nor a whole number")
        line_ids = tuple(str(i) for i in node["line_ids"])
        yield Field(name, value, str(node["as_written"]), line_ids, float(node["confidence"]))
    elif isinstance(node, Mapping):
        for key, child in node.items():
            yield from _fields(child, f"{name}.{key}" if name else str(key))
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for i, child in enumerate(node):
            yield from _fields(child, f"{name}.{i}")
    else:
        raise ValueError(f"record.{name}: a field is an object of {', '.join(LEAF)}")


def _is_leaf(node: Mapping[str, Any]) -> bool:
    return set(node) == set(LEAF)


# --- writing ---------------------------------------------------------------------------------


def to_json(document: Document) -> dict[str, Any]:
    """The document as `schema()` describes it, ready for `dump`."""
    source, translation = document.source, document.translation
    archive = {"archive": nest(source.archive)} if source.archive else {}
    sheets = {"sheets": [asdict(sheet) for sheet in source.sheets]} if source.sheets else {}
    translated = {} if translation is None else {"translation": write_translation(translation)}
    return {
        "schema": {"name": SCHEMA_NAME, "version": SCHEMA_VERSION},
        "source": {
            "file_name": source.file_name,
            "sha256": source.sha256,
            "pages": source.pages,
            **sheets,
            **archive,
        },
        "record": nest(document.record),
        "checks": [write_check(check) for check in document.checks],
        "paragraphs": [
            {
                "text": paragraph.text,
                "line_ids": list(paragraph.line_ids),
                "joins": [_change(change) for change in paragraph.joins],
                **({"emphasis": list(map(list, paragraph.emphasis))} if paragraph.emphasis else {}),
            }
            for paragraph in document.paragraphs
        ],
        **translated,
        "pages": [_page(page) for page in document.pages],
        "provenance": dict(document.provenance),
    }


def dump(data: Mapping[str, Any]) -> str:
    """JSON text, UTF-8 letters as they are, what fits on a line on one line; ends with one.

    Raises ValueError for NaN and infinities, which JSON does not have.
    """
    return _dump(data, "", 0) + "\n"


def _dump(value: Any, indent: str, before: int) -> str:
    """`before`: characters of the key that stands before the value on its first line."""
    flat = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if len(indent) + before + len(flat) <= LINE_WIDTH or not isinstance(value, dict | list):
        return flat
    deeper = indent + "  "
    if isinstance(value, dict):
        keys = [json.dumps(str(key), ensure_ascii=False) + ": " for key in value]
        rows = [
            key + _dump(v, deeper, len(key)) for key, v in zip(keys, value.values(), strict=True)
        ]
        return "{\n" + ",\n".join(deeper + row for row in rows) + f"\n{indent}}}"
    rows = [_dump(v, deeper, 0) for v in value]
    return "[\n" + ",\n".join(deeper + row for row in rows) + f"\n{indent}]"


def _page(page: Page) -> dict[str, Any]:
    return {
        "index": page.index,
        "size_px": list(page.size_px),
        "dpi": round(float(page.dpi), 2),
        "steps": [{"name": s.name, "measured": _measured(s)} for s in page.steps],
        "zones": [
            {
                "id": zone.id,
                "kind": zone.kind.value,
                "box": _box(zone.box),
                "order": zone.order,
                "field": zone.field,
            }
            for zone in page.zones
        ],
        "lines": [_line(line) for line in page.lines],
        "marks": [{"kind": mark.kind.value, "box": _box(mark.box)} for mark in page.marks],
    }


def _line(line: Line) -> dict[str, Any]:
    meant = {} if line.meant is None else {"meant": line.meant}
    return {
        "id": line.id,
        "zone": line.zone,
        "box": _box(line.box),
        "baseline": [[round(float(p.x), 2), round(float(p.y), 2)] for p in line.baseline],
        "text": line.text,
        **meant,
        "confidence": round(float(line.confidence), 4),
        **({"under_mark": True} if line.under_mark else {}),
        "words": [
            {
                "text": w.text,
                "box": _box(w.box),
                "confidence": round(float(w.confidence), 4),
                **({"under_mark": True} if w.under_mark else {}),
            }
            for w in line.words
        ],
        "changes": [_change(change) for change in line.changes],
    }


def _measured(step: Step) -> dict[str, float]:
    """What could not be measured (NaN, infinite) is left out: JSON has no word for it."""
    return {
        name: round(float(value), 4)
        for name, value in step.measured.items()
        if math.isfinite(value)
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "start": change.start,
        "before": change.before,
        "after": change.after,
        "reason": change.reason,
    }


def _box(box: Box) -> list[int]:
    return [int(edge) for edge in box]


# --- reading ---------------------------------------------------------------------------------


def load(data: bytes, name: str) -> dict[str, Any]:
    """A JSON object out of a file's bytes. Raises TruthError naming file and line."""
    try:
        loaded = json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as e:
        raise TruthError(f"{name}, line {e.lineno}: not valid JSON: {e.msg}") from e
    except UnicodeDecodeError as e:
        line = data[: e.start].count(b"\n") + 1
        raise TruthError(f"{name}, line {line}: not UTF-8 text") from e
    except RecursionError as e:
        raise TruthError(f"{name}, line 1: JSON nested too deeply") from e
    if not isinstance(loaded, dict):
        raise TruthError(f"{name}, line 1: a JSON object is wanted, not a {type(loaded).__name__}")
    return loaded


def from_json(data: Mapping[str, Any], name: str) -> Document:
    """The inverse of `to_json`; `name` is the file's, for messages.

    Raises TruthError when the data are no document of this schema.
    """
    try:
        stated = data["schema"]["name"], str(data["schema"]["version"]).split(".")[0]
        if stated != (SCHEMA_NAME, SCHEMA_VERSION.split(".")[0]):
            raise ValueError(
                f"schema {stated[0]} {stated[1]} is not {SCHEMA_NAME} {SCHEMA_VERSION}"
            )
        source = data["source"]
        return Document(
            source=Source(
                _text(source["file_name"]),
                _text(source["sha256"]),
                int(source["pages"]),
                flatten(source.get("archive", {})),
                tuple(map(_read_sheet, source.get("sheets", ()))),
            ),
            pages=tuple(_read_page(page) for page in data["pages"]),
            paragraphs=tuple(
                Paragraph(
                    _text(p["text"]),
                    tuple(map(_text, p["line_ids"])),
                    tuple(map(_read_change, p["joins"])),
                )
                for p in data["paragraphs"]
            ),
            record=flatten(data["record"]),
            provenance=dict(data["provenance"]),
            checks=tuple(map(read_check, data.get("checks", ()))),
            translation=read_translation(data["translation"]) if "translation" in data else None,
        )
    except KeyError as e:
        raise TruthError(f"{name}: no document of shifrovka: {e.args[0]} is missing") from e
    except (TypeError, ValueError, AttributeError, OverflowError) as e:
        raise TruthError(f"{name}: no document of shifrovka: {e}") from e


def _read_sheet(sheet: Mapping[str, Any]) -> SheetSource:
    return SheetSource(_text(sheet["file_name"]), _text(sheet["sha256"]), int(sheet["page"]))


def _read_page(page: Mapping[str, Any]) -> Page:
    width, height = page["size_px"]
    return Page(
        index=int(page["index"]),
        size_px=(int(width), int(height)),
        dpi=float(page["dpi"]),
        steps=tuple(
            Step(_text(s["name"]), {k: float(v) for k, v in s["measured"].items()})
            for s in page["steps"]
        ),
        zones=tuple(
            Zone(
                _text(z["id"]),
                ZoneKind(z["kind"]),
                _read_box(z["box"]),
                int(z["order"]),
                None if z["field"] is None else _text(z["field"]),
            )
            for z in page["zones"]
        ),
        lines=tuple(_read_line(line) for line in page["lines"]),
        marks=tuple(Mark(MarkKind(m["kind"]), _read_box(m["box"])) for m in page["marks"]),
    )


def _read_line(line: Mapping[str, Any]) -> Line:
    return Line(
        id=_text(line["id"]),
        zone=_text(line["zone"]),
        box=_read_box(line["box"]),
        text=_text(line["text"]),
        confidence=float(line["confidence"]),
        words=tuple(
            Word(
                _text(w["text"]),
                _read_box(w["box"]),
                float(w["confidence"]),
                w.get("under_mark", False) is True,
            )
            for w in line["words"]
        ),
        changes=tuple(_read_change(change) for change in line["changes"]),
        meant=None if line.get("meant") is None else _text(line["meant"]),
        baseline=tuple(Point(float(x), float(y)) for x, y in line["baseline"]),
    )


def _read_change(change: Mapping[str, Any]) -> Change:
    return Change(
        int(change["start"]),
        _text(change["before"]),
        _text(change["after"]),
        _text(change["reason"]),
    )


def _read_box(edges: Sequence[Any]) -> Box:
    left, top, right, bottom = edges
    return Box(int(left), int(top), int(right), int(bottom))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} stands where text is wanted")
    return value
