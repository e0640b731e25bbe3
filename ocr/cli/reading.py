"""`transcribe` and `collate`: scans to texts, loose sheets to telegrams."""

from __future__ import annotations

import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ocr.cli.exits import EXIT_CODES, TERMINATED
from ocr.cli.terminal import table_console

if TYPE_CHECKING:
    from ocr.batch.events import Event, Summary, Written
    from ocr.batch.executors import Executor
    from ocr.batch.run import RunOptions
    from ocr.batch.work import ReadOptions

TO_STDOUT = "-"


class _Failures(click.ParamType):  # type: ignore[type-arg]
    """`20`: so many; `5%`: such a share of the pages read."""

    name = "number or share"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float | None:
        text = str(value).strip()
        try:
            number = float(text.removesuffix("%"))
        except ValueError:
            self.fail(f"{text!r} is no number and no share like 5%", param, ctx)
        if not text.endswith("%"):
            return number if number == int(number) >= 0 else self.fail("no whole number")
        if not 0 < number < 100:
            self.fail(f"{text}: a share lies between 0 and 100 %", param, ctx)
        return number / 100


FAILURES = _Failures()


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
    "--careful",
    is_flag=True,
    help="Read lines with a letter in doubt five times and let the readings vote: a tenth fewer "
    "errors, a fifth to two thirds more time. For the engine neural.",
)
@click.option(
    "--formats",
    default="txt,json",
    show_default=True,
    metavar="LIST",
    help="Which results, with commas between: txt, json, page (PAGE XML).",
)
@click.option("--overlay", is_flag=True, help="Also draw what was found over each page.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that read; one per core if not given.",
)
@click.option(
    "--redo",
    type=click.Choice(["failed", "changed", "all"]),
    help="Read again: what failed; what changed, by content instead of size and time; all.",
)
@click.option(
    "--on-error",
    type=click.Choice(["skip", "stop"]),
    default="skip",
    show_default=True,
    help="Whether the first failure ends the run.",
)
@click.option(
    "--max-failures",
    type=FAILURES,
    metavar="N|P%",
    help="End the run when more pages fail: a number, or a share of those read.",
)
@click.option(
    "--page-seconds",
    type=click.FloatRange(min=1),
    metavar="S",
    help="Time that a page may take.  [default: 120]",
)
@click.option(
    "--memory",
    type=click.IntRange(min=300),
    metavar="MB",
    help="Memory that a process may take.  [default: 4000]",
)
@click.option("--log-json", is_flag=True, help="Tell what happens as lines of JSON, on stderr.")
@click.option(
    "--executor",
    type=click.Choice(["processes", "dask"]),
    default="processes",
    show_default=True,
    help="Who reads: processes here, or the workers of a Dask cluster.",
)
@click.option("--scheduler", metavar="ADDRESS", help="Of the Dask cluster: tcp://HOST:PORT.")
@click.option(
    "--send-scans",
    is_flag=True,
    help="Send scans to the Dask workers, where they do not see the same disk.",
)
@click.pass_obj
def transcribe(debug: bool, /, inputs: tuple[str, ...], out: str, **chosen: Any) -> None:
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

    OUT also keeps books, in the hidden folder .shifrovka. The same command again reads only what
    is not there yet, has changed, or was made by other settings or another model; so a run may be
    broken off at any moment. Ctrl-C finishes the pages in hand, a second one does not. A page
    that fails is tried twice, told, and set aside; it costs no other page.

    \b
    Examples:
      shifrovka transcribe telegram.pdf -o out
      shifrovka transcribe scans/ -o out --jobs 4 --overlay
      shifrovka transcribe 'archive/**/*.tif' -o out --formats txt,json,page
      shifrovka transcribe telegram.jpg -o - | less
      shifrovka transcribe archive/ -o out --max-failures 5%
      shifrovka transcribe archive/ -o out --redo failed --memory 8000
      shifrovka transcribe archive/ -o out --executor dask --scheduler tcp://10.0.0.1:8786
    """  # noqa: D301
    signal.signal(signal.SIGTERM, _terminated)
    _check_cluster(chosen)
    options = _run_options(out, chosen)
    summary = _run_shown(inputs, options, out, debug, chosen)
    sys.exit(summary.exit_code)


def _check_cluster(chosen: Mapping[str, Any]) -> None:
    """Raises click.UsageError for options that do not go together."""
    if chosen["executor"] == "dask" and not chosen["scheduler"]:
        raise click.UsageError(
            "--executor dask needs --scheduler ADDRESS: that of a running Dask scheduler, which "
            "`dask scheduler` prints as it starts"
        )
    if chosen["executor"] != "dask" and (chosen["scheduler"] or chosen["send_scans"]):
        raise click.UsageError("--scheduler and --send-scans go with --executor dask")


def _read_options(chosen: Mapping[str, Any], formats: tuple[str, ...]) -> ReadOptions:
    """How pages are read. Raises click.BadParameter for an engine or model that is none."""
    from ocr.batch.work import ReadOptions
    from ocr.recognize.engine import ENGINES, RecognizeSettings
    from ocr.recognize.neural import NeuralSettings
    from ocr.settings import Settings

    engine, model, careful = chosen["engine"], chosen["model"], chosen["careful"]
    if engine not in ENGINES:
        raise click.BadParameter(
            f"{engine!r} is none of {', '.join(ENGINES)}", param_hint="--engine"
        )
    if model is not None and engine != "neural":
        raise click.BadParameter(f"the engine {engine} takes no model", param_hint="--model")
    if careful and engine != "neural":
        raise click.BadParameter(f"the engine {engine} reads once", param_hint="--careful")
    path = None if model is None else str(model.resolve())
    neural = NeuralSettings(model=path, careful=careful)
    settings = Settings(recognize=RecognizeSettings(neural=neural))
    return ReadOptions(engine, chosen["overlay"], formats, settings)


def _run_options(out: str, chosen: Mapping[str, Any]) -> RunOptions:
    """The options of a run. Raises click.BadParameter for unknown names."""
    from ocr.batch.executors import cores
    from ocr.batch.limits import Limits
    from ocr.batch.plan import Redo
    from ocr.batch.run import RunOptions
    from ocr.batch.stopping import Stopping

    formats = _formats(chosen["formats"])
    if out == TO_STDOUT:
        if chosen["overlay"]:
            raise click.BadParameter(
                "there is no overlay on stdout; name a folder", param_hint="--out"
            )
        formats = ("txt",)
    usual = Limits()
    return RunOptions(
        Path(out),
        chosen["jobs"] or cores(),
        _read_options(chosen, formats),
        Limits(chosen["page_seconds"] or usual.page_s, chosen["memory"] or usual.memory_mb),
        Redo(chosen["redo"] or Redo.NOTHING),
        Stopping(chosen["on_error"] == "stop", chosen["max_failures"]),
    )


def _formats(names: str) -> tuple[str, ...]:
    from ocr.batch.results import FORMATS

    wanted = tuple(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    unknown = [name for name in wanted if name not in FORMATS]
    if unknown or not wanted:
        raise click.BadParameter(
            f"{', '.join(unknown) or 'nothing'} is none of {', '.join(FORMATS)}",
            param_hint="--formats",
        )
    return wanted


def _run_shown(
    inputs: tuple[str, ...], options: RunOptions, out: str, debug: bool, chosen: Mapping[str, Any]
) -> Summary:
    from contextlib import ExitStack
    from dataclasses import replace
    from tempfile import TemporaryDirectory

    from ocr.batch.events import Written
    from ocr.batch.progress import Display
    from ocr.batch.run import run
    from ocr.batch.stopping import interruptible

    to_stdout = out == TO_STDOUT
    texts: list[Written] = []
    with ExitStack() as stack:
        if to_stdout:
            folder = stack.enter_context(TemporaryDirectory(prefix="shifrovka-"))
            options = replace(options, out=Path(folder))
        executor = _cluster(options, chosen) if chosen["executor"] == "dask" else None
        display = Display(debug, log_json=chosen["log_json"], summing=not to_stdout)

        def tell(event: Event) -> None:
            display.tell(event)
            if to_stdout and isinstance(event, Written):
                texts.append(event)

        with display, interruptible(options.stopping, display.say):
            summary = run(inputs, options, tell, executor)
        display.sum_up(summary, out)
        parts = [_text_of(done) for done in sorted(texts, key=lambda done: done.order)]
    if to_stdout:
        click.echo("\f".join(parts), nl=False)
    return summary


def _text_of(done: Written) -> str:
    (file,) = (f for f in done.files if not f.name.endswith(".reading.txt"))
    return file.read_text(encoding="utf-8")


def _cluster(options: RunOptions, chosen: Mapping[str, Any]) -> Executor:
    from ocr.batch.cluster import Cluster
    from ocr.batch.work import worker

    return Cluster(
        worker(options.read), chosen["scheduler"], options.limits, send=chosen["send_scans"]
    )


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
