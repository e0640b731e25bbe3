"""How a command ends: exit codes as `--help` tells them, and errors as one line on stderr."""

from __future__ import annotations

from typing import Any

import click

from ocr.errors import ShifrovkaError, printable

EXIT_CODES = """\b
Exit codes:
  0  everything was done         5  a result cannot be written
  1  worse (gate), or our fault  6  the engine is missing or failed
  2  wrong use of this command   7  ground truth is missing or invalid
  3  a scan cannot be read       8  a typewriter face is missing
  4  an input holds no scans     9  a page took too much time or memory
  130  interrupted              10  stopped, for so much failed
Of several errors the lowest code counts; what could be done is done."""
INTERRUPTED = 130
GATE_FAILED = 1
TERMINATED = 143


class Commands(click.Group):
    """Turns the errors of `ocr.errors` into one line on stderr and their exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ShifrovkaError as e:
            if ctx.params.get("debug"):
                raise
            click.echo(f"shifrovka: error: {printable(str(e))}", err=True)
            ctx.exit(e.exit_code)
        except KeyboardInterrupt:
            click.echo("shifrovka: interrupted; finished documents are kept", err=True)
            ctx.exit(INTERRUPTED)
