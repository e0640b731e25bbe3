"""`transcribe` and `collate`: scans to texts, loose sheets to telegrams."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ocr.cli.exits import EXIT_CODES, TERMINATED
from ocr.cli.terminal import table_console

if TYPE_CHECKING:
    from ocr.batch.pages import ReadOptions
    from ocr.batch.run import RunOptions, Summary

TO_STDOUT = "-"


@click.command(epilog=EXIT_CODES, short_help="Scans to text and records.")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option(
    "-o", "--out", required=True, metavar="OUT", help="Folder for the results; - prints the text."
)
@click.option(
    "--engine",
    default="neural",
    show_default=True,
    help="What reads the lines: neural, which is part of the program, or tesseract.",
)
@click.option(
    "--model",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A reader of your own, made by `shifrovka train`, for the engine neural.",
)
@click.option(
    "--formats",
    default="txt,json",
    show_default=True,
    metavar="LIST",
    help="Which results, with commas between: txt, json, page (PAGE XML).",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Pages read at once; one per core if not given.",
)
@click.option("--overlay", is_flag=True, help="Also draw what was found over each page.")
@click.pass_obj
def transcribe(
    debug: bool,
    inputs: tuple[str, ...],
    out: str,
    engine: str,
    model: Path | None,
    formats: str,
    jobs: int | None,
    overlay: bool,
) -> None:
    """Transcribe scans: images (JPEG, PNG, TIFF, JP2, BMP, WebP) and PDFs.

    INPUT is a file, a folder, which is searched through, or a quoted pattern. For each NAME.ext
    these appear in OUT, below the folders that NAME has in INPUT:

    \b
      NAME.txt           the sheets line by line as typed, a form feed between pages
      NAME.reading.txt   the text to read: hyphens joined, a paragraph a line
      NAME.json          everything: record, paragraphs, pages, lines, boxes
      NAME.PAGE.png      with --overlay: the page with zones, lines and marks
      NAME.PAGE.MARK.png with --overlay: each stamp and note, cut from the scan
      NAME.xml           with --formats page: PAGE XML (NAME.PAGE.xml of several pages)

    \b
    Examples:
      shifrovka transcribe telegram.pdf -o out
      shifrovka transcribe scans/ -o out --jobs 4 --overlay
      shifrovka transcribe 'archive/**/*.tif' -o out --formats txt,json,page
      shifrovka transcribe telegram.jpg -o - | less
    """  # noqa: D301
    signal.signal(signal.SIGTERM, _terminated)
    read = _read_options(engine, model, overlay)
    options = _run_options(out, read, formats, jobs)
    summary = _run_shown(inputs, options, out, debug)
    sys.exit(summary.exit_code)


def _read_options(engine: str, model: Path | None, overlay: bool) -> ReadOptions:
    """How pages are read. Raises click.BadParameter for an engine or model that is none."""
    from ocr.batch.pages import ReadOptions
    from ocr.recognize.engine import ENGINES, RecognizeSettings
    from ocr.recognize.neural import NeuralSettings
    from ocr.settings import Settings

    if engine not in ENGINES:
        raise click.BadParameter(
            f"{engine!r} is none of {', '.join(ENGINES)}", param_hint="--engine"
        )
    if model is not None and engine != "neural":
        raise click.BadParameter(f"the engine {engine} takes no model", param_hint="--model")
    neural = NeuralSettings(model=None if model is None else str(model.resolve()))
    return ReadOptions(engine, overlay, Settings(recognize=RecognizeSettings(neural=neural)))


def _run_options(out: str, read: ReadOptions, formats: str, jobs: int | None) -> RunOptions:
    """The options of a run. Raises click.BadParameter for unknown names."""
    from ocr.batch.executors import cores
    from ocr.batch.run import FORMATS, RunOptions

    wanted = tuple(dict.fromkeys(name.strip() for name in formats.split(",") if name.strip()))
    unknown = [name for name in wanted if name not in FORMATS]
    if unknown or not wanted:
        raise click.BadParameter(
            f"{', '.join(unknown) or 'nothing'} is none of {', '.join(FORMATS)}",
            param_hint="--formats",
        )
    if out == TO_STDOUT:
        if read.overlay:
            raise click.BadParameter(
                "there is no overlay on stdout; name a folder", param_hint="--out"
            )
        wanted = ("txt",)
    return RunOptions(Path(out), wanted, jobs or cores(), read)


def _run_shown(inputs: tuple[str, ...], options: RunOptions, out: str, debug: bool) -> Summary:
    from dataclasses import replace
    from tempfile import TemporaryDirectory

    from ocr.batch.progress import Display
    from ocr.batch.run import run

    if out != TO_STDOUT:
        with Display(debug) as display:
            return run(inputs, options, display.tell)
    with TemporaryDirectory(prefix="shifrovka-") as folder:
        with Display(debug, places=False) as display:
            summary = run(inputs, replace(options, out=Path(folder)), display.tell)
        texts = [w.files[0].read_text(encoding="utf-8") for w in summary.written]
        click.echo("\f".join(texts), nl=False)
        return summary


def _terminated(*_: object) -> None:
    raise SystemExit(TERMINATED)


@click.command(epilog=EXIT_CODES, short_help="Loose sheets to whole telegrams.")
@click.argument("out", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "-o",
    "--out",
    "target",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the telegrams.  [default: collated in OUT]",
)
def collate(out: Path, target: Path | None) -> None:
    """Put sheets that were scanned to files of their own together into telegrams.

    OUT is where `shifrovka transcribe` put its results. Each result of one page is a loose sheet;
    results of several pages are left as they are. Sheets belong together by the number of the
    telegram, their own number, the copy, and the text that goes on from one to the next, so that
    a misread figure parts nothing. What is missing, there twice or belongs nowhere is told and
    never guessed.

    \b
    In DIR appear
      telegram-NUMBER.json           the telegram: record, text over its sheets, checks;
                                     source.sheets names the scan of each page
      telegram-NUMBER.txt            the sheets line by line, a form feed between them
      telegram-NUMBER.reading.txt    the text to read: words parted by a sheet are whole, what
                                     was typed on two sheets stands once
      collation.json                 all sheets with their telegrams, missing, doubled, foreign

    \b
    Example:
      shifrovka transcribe sheets/ -o out && shifrovka collate out
    """  # noqa: D301
    from ocr.batch.collate import collate_folder, collation_table
    from ocr.evaluate.tables import to_rich

    folder = target or out / "collated"
    done = collate_folder(out, folder)
    table, notes = collation_table(done)
    table_console().print(to_rich(table))
    for note in notes:
        click.echo(note)
    click.echo(f"{len(done.names)} telegrams -> {folder}", err=True)
