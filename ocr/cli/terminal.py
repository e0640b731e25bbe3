"""Where tables are printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

# columns of a table that does not go to a terminal: enough for the longest field
WIDTH_OF_FILES = 120


def table_console() -> Console:
    """For tables on stdout."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=WIDTH_OF_FILES)
