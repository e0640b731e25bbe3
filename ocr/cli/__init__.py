"""The command `shifrovka`: parse, call, print.

Results go to files, tables and text to stdout, progress and errors to stderr. Whatever needs a
large library is imported within its command, so that help and completion answer at once.

    reading       transcribe, collate
    books         status, verify, replay
    accuracy      score, report, gate
    making        synth pages, synth lines
    training      train
    installation  doctor
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import click

from ocr.cli.accuracy import gate, report, score
from ocr.cli.books import replay, status, verify
from ocr.cli.exits import EXIT_CODES, Commands
from ocr.cli.installation import doctor
from ocr.cli.making import synth
from ocr.cli.reading import collate, transcribe
from ocr.cli.training import train

__all__ = ["cli", "main"]


def _version() -> str:
    try:
        return version("shifrovka")
    except PackageNotFoundError:
        return "unknown (not installed)"


@click.group(
    cls=Commands, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(_version(), prog_name="shifrovka")
@click.option("--debug", is_flag=True, envvar="SHIFROVKA_DEBUG", help="Show where errors arose.")
@click.pass_context
def cli(ctx: click.Context, debug: bool) -> None:
    """Reads scans of typewritten Russian archive documents into text and records."""
    ctx.obj = debug


for _command in (
    transcribe,
    status,
    verify,
    replay,
    collate,
    score,
    report,
    gate,
    synth,
    train,
    doctor,
):
    cli.add_command(_command)


def main() -> None:
    """What the installed command runs."""
    cli(prog_name="shifrovka")
