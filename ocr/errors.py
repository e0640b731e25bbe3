"""Every error a user can meet, as one tree, each with the exit code of the command line.

    ShifrovkaError              1   anything that is our own fault
    ├── ScanError               3   a scan that cannot be read: empty, broken, locked, too large
    ├── NoScansError            4   an input folder or pattern that holds no scan
    ├── OutputError             5   a result that cannot be written
    ├── EngineError             6   a reading engine that is missing, fails or takes too long
    ├── TruthError              7   ground truth that is missing or invalid
    └── FontError               8   a typewriter face that is not installed

0 is success, 2 is wrong use of the command line (click's own code), 130 an interrupted run.
When one run meets several kinds, the lowest code of those it met is returned.
A message is one line: it names the file or thing concerned and says what to do about it.
"""

from __future__ import annotations


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
