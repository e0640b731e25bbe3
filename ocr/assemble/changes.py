"""Corrections that can be undone.

A text is corrected by edits: pieces of it, which do not overlap, are replaced. Each leaves a
`Change`, whose `start` counts in the corrected text, so that undoing them from last to first
gives the text as it was, character for character.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ocr.document import Change


class Edit(NamedTuple):
    """Replace `text[start:end]` by `after`, because of `reason`."""

    start: int
    end: int
    after: str
    reason: str


def apply_edits(text: str, edits: Iterable[Edit]) -> tuple[str, tuple[Change, ...]]:
    """The corrected text and the changes that lead back. Raises ValueError on an overlap."""
    out: list[str] = []
    changes: list[Change] = []
    done = length = 0
    for edit in sorted(edits):
        if edit.start < done:
            raise ValueError(f"edits overlap at character {edit.start}")
        out += (text[done : edit.start], edit.after)
        length += edit.start - done
        changes.append(Change(length, text[edit.start : edit.end], edit.after, edit.reason))
        length += len(edit.after)
        done = edit.end
    return "".join(out) + text[done:], tuple(changes)


def undo(text: str, changes: Sequence[Change]) -> str:
    """The text as it was before `changes`. Raises ValueError where they do not fit it."""
    for change in reversed(changes):
        end = change.start + len(change.after)
        if text[change.start : end] != change.after:
            raise ValueError(f"no {change.after!r} at character {change.start}")
        text = text[: change.start] + change.before + text[end:]
    return text
