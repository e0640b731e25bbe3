"""`synth pages` and `synth lines`: pages and lines whose truth is known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from ocr.cli.exits import EXIT_CODES
from ocr.errors import FontError


@click.group(epilog=EXIT_CODES, short_help="Pages and lines with known truth.")
def synth() -> None:
    """Make pages and lines of type whose truth is known, to train and measure with."""


@contextmanager
def _needs_synth() -> Iterator[None]:
    """Raises FontError where the libraries for making pages are left out of the installation."""
    try:
        yield
    except ModuleNotFoundError as e:
        what = f"{e.name} is not installed, and made pages need it"
        raise FontError(f"{what}: pip install 'shifrovka[synth]'") from e


LEVELS = ("clean", "light", "medium", "hard")


@synth.command(epilog=EXIT_CODES, short_help="Scans with truth, masks and recipe.")
@click.option(
    "-n", "number", default=10, show_default=True, type=click.IntRange(min=1), help="How many."
)
@click.option(
    "--level",
    type=click.Choice(LEVELS),
    default="medium",
    show_default=True,
    help="How worn the sheets and how poor the scans are.",
)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(min=0),
    help="The same seed gives the same bytes; a longer run begins like a shorter one.",
)
@click.option(
    "-o", "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder."
)
def pages(number: int, level: str, seed: int, out: Path) -> None:
    """Make scans of telegrams, memoranda, reports and lists, with all that is known of them.

    For each sheet, NAME being its kind, the number of the document and the sheet:

    \b
      OUT/scans/NAME.jpg            the scan, its resolution in the header
      OUT/truth/NAME.xml            PAGE XML: zones, lines as typed (and as meant), skew
      OUT/truth/NAME.json           the record, as far as it stands on this sheet
      OUT/truth/NAME.stamps.png     white where stamps lie
      OUT/truth/NAME.hands.png      white where there is handwriting
      OUT/truth/NAME.before.jpg     the scan, had no one stamped or written on the sheet
      OUT/truth/NAME.recipe.json    machine, paper, marks and camera
      OUT/truth/levels.json         the level of all pages of this run

    The scan is written last: where there is one, its truth is whole.

    \b
    Examples:
      shifrovka synth pages -n 100 --level medium --seed 7 -o made
      shifrovka transcribe made/scans -o read && shifrovka score read --truth made/truth
    """  # noqa: D301
    from ocr.batch.progress import counted
    from ocr.formats.writing import check_writable, write_whole

    with _needs_synth():
        from ocr.synth.folder import LEVELS, levels_json, made_pages
    check_writable(out)
    names: list[str] = []
    with counted("pages", number) as done:
        try:
            for page in made_pages(number, level, seed):
                for name, data in page.files.items():
                    write_whole(out / name, data)
                names.append(page.name)
                done(1)
        finally:  # an interrupted run says of what it made how damaged it is
            if names:
                write_whole(out / LEVELS, levels_json(names, level))
    click.echo(f"{number} pages -> {out}", err=True)


@synth.command(epilog=EXIT_CODES, short_help="Pictures of lines and their texts, packed.")
@click.option(
    "-n", "number", default=10_000, show_default=True, type=click.IntRange(min=1), help="How many."
)
@click.option(
    "--level",
    "levels",
    multiple=True,
    type=click.Choice(LEVELS),
    default=("light", "medium", "hard"),
    show_default=True,
    help="Levels of damage to draw from; may be given several times.",
)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0))
@click.option(
    "-o", "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder."
)
def lines(number: int, levels: tuple[str, ...], seed: int, out: Path) -> None:
    """Make lines to train a reader with, cut from made pages as scans are cut.

    OUT/0001.lines and on hold 5000 lines each. Python reads them in place:

    \b
      from ocr.synth.packed import Shard
      shard = Shard(Path("lines/0001.lines"))
      len(shard); shard[0].pixels; shard[0].text; shard.index["width"]

    A file appears when it is whole; the same seed gives the same bytes.

    \b
    Example:
      shifrovka synth lines -n 100000 -o lines
    """  # noqa: D301
    from ocr.batch.progress import counted
    from ocr.formats.writing import check_writable, write_whole

    with _needs_synth():
        from ocr.synth.folder import shards
    check_writable(out)
    with counted("lines", number) as done:
        for name, data in shards(number, levels, seed, done):
            write_whole(out / name, data)
    click.echo(f"{number} lines -> {out}", err=True)
