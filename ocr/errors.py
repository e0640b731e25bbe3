"""Every error a user can meet, as one tree, each with the exit code of the command line.

    ShifrovkaError              1   anything that is our own fault
    ├── ScanError               3   a scan that cannot be read: empty, broken, locked, too large
    ├── NoScansError            4   an input folder or pattern that holds no scan
    ├── OutputError             5   a result that cannot be written
    ├── EngineError             6   a reading engine that is missing, fails or takes too long
    ├── TruthError              7   ground truth that is missing or invalid
    ├── FontError               8   a typewriter face that is not installed
    ├── LimitError              9   a page that took too long, too much memory, or its process down
    └── TooManyFailures        10   a run that was told to stop when so much fails

0 is success, 2 is wrong use of the command line (click's own code), 130 an interrupted run.
When one run meets several kinds, the lowest code of those it met is returned.
A message is one line: it names the file or thing concerned and says what to do about it.
"""

from __future__ import annotations

import os


class ShifrovkaError(Exception):
    """Root of the tree. `exit_code` is what the command returns when this error ends it."""

    exit_code = 1


class ScanError(ShifrovkaError):
    """A scan cannot be read as it is: the message says why and how to mend it."""

    exit_code = 3


class NoScansError(ShifrovkaError):
    """An input names no scan at all."""

    exit_code = 4


class OutputError(ShifrovkaError):
    """A result cannot be written."""

    exit_code = 5


class EngineError(ShifrovkaError):
    """A reading engine is missing, lacks its model, fails, or exceeds its time limit."""

    exit_code = 6


class TruthError(ShifrovkaError):
    """Ground truth is missing or is no valid PAGE XML or record."""

    exit_code = 7


class FontError(ShifrovkaError):
    """A face needed for making scans is not installed; the message names its package."""

    exit_code = 8


class LimitError(ShifrovkaError):
    """A page took more time or memory than it may, or the process that read it died."""

    exit_code = 9


class TooManyFailures(ShifrovkaError):  # noqa: N818 - what it is, not what it does
    """So many pages failed that the run was stopped, as it was told to."""

    exit_code = 10


def printable(text: str) -> str:
    """`text` without what moves a cursor, breaks a line, turns the direction or is no character.

    Each such character is told by its number, each byte that is no UTF-8 too, so that different
    names stay different. For names of files, which may hold anything.
    """
    return "".join(c if c.isprintable() else _escaped(c) for c in text)


def _escaped(char: str) -> str:
    if "\udc80" <= char <= "\udcff":  # a byte that is no UTF-8, as Python hands it on
        return f"\\x{os.fsencode(char)[0]:02x}"
    return char.encode("unicode_escape").decode("ascii")
