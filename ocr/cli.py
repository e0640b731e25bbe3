"""The command `shifrovka`: parse, call, print.

Results go to files, tables and text to stdout, progress and errors to stderr. Whatever needs a
large library is imported within its command, so that help and completion answer at once.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ocr.errors import FontError, ShifrovkaError

if TYPE_CHECKING:
    from rich.console import Console

    from ocr.batch.doctor import Finding
    from ocr.batch.run import RunOptions, Summary

EXIT_CODES = """\b
Exit codes:
  0  everything was done         5  a result cannot be written
  1  worse (gate), or our fault  6  the engine is missing or failed
  2  wrong use of this command   7  ground truth is missing or invalid
  3  a scan cannot be read       8  a typewriter face is missing
  4  an input holds no scans     130  interrupted
Of several errors the lowest code counts; what could be done is done."""
INTERRUPTED = 130
GATE_FAILED = 1
TERMINATED = 143
TO_STDOUT = "-"
# columns of a table that does not go to a terminal: enough for the longest field
WIDTH_OF_FILES = 120


class _Commands(click.Group):
    """Turns the errors of `ocr.errors` into one line on stderr and their exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ShifrovkaError as e:
            if ctx.params.get("debug"):
                raise
            click.echo(f"shifrovka: error: {e}", err=True)
            ctx.exit(e.exit_code)
        except KeyboardInterrupt:
            click.echo("shifrovka: interrupted; finished documents are kept", err=True)
            ctx.exit(INTERRUPTED)


def _version() -> str:
    try:
        return version("shifrovka")
    except PackageNotFoundError:
        return "unknown (not installed)"


@click.group(
    cls=_Commands, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(_version(), prog_name="shifrovka")
@click.option("--debug", is_flag=True, envvar="SHIFROVKA_DEBUG", help="Show where errors arose.")
@click.pass_context
def cli(ctx: click.Context, debug: bool) -> None:
    """Reads scans of typewritten Russian archive documents into text and records."""
    ctx.obj = debug


@cli.command(epilog=EXIT_CODES, short_help="Scans to text and records.")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option(
    "-o", "--out", required=True, metavar="OUT", help="Folder for the results; - prints the text."
)
@click.option("--engine", default="tesseract", show_default=True, help="What reads the lines.")
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
    options = _run_options(out, engine, formats, jobs, overlay)
    summary = _run_shown(inputs, options, out, debug)
    sys.exit(summary.exit_code)


def _run_options(
    out: str, engine: str, formats: str, jobs: int | None, overlay: bool
) -> RunOptions:
    """The options of a run. Raises click.BadParameter for unknown names."""
    from ocr.batch.executors import cores
    from ocr.batch.pages import ReadOptions
    from ocr.batch.run import FORMATS, RunOptions
    from ocr.recognize.engine import ENGINES

    if engine not in ENGINES:
        raise click.BadParameter(
            f"{engine!r} is none of {', '.join(ENGINES)}", param_hint="--engine"
        )
    wanted = tuple(dict.fromkeys(name.strip() for name in formats.split(",") if name.strip()))
    unknown = [name for name in wanted if name not in FORMATS]
    if unknown or not wanted:
        raise click.BadParameter(
            f"{', '.join(unknown) or 'nothing'} is none of {', '.join(FORMATS)}",
            param_hint="--formats",
        )
    if out == TO_STDOUT:
        if overlay:
            raise click.BadParameter(
                "there is no overlay on stdout; name a folder", param_hint="--out"
            )
        wanted = ("txt",)
    read = ReadOptions(engine, overlay)
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


@cli.command(epilog=EXIT_CODES, short_help="Loose sheets to whole telegrams.")
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
    _console().print(to_rich(table))
    for note in notes:
        click.echo(note)
    click.echo(f"{len(done.names)} telegrams -> {folder}", err=True)


NORMALISATION_NAMES = ("strict", "typed", "reading", "lookalike")


@cli.command(epilog=EXIT_CODES, short_help="Results against ground truth: CER, WER, records.")
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--truth",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder of ground truth: PAGE XML, ALTO, text or JSON; NAME.json may be a record.",
)
@click.option(
    "--normalisation",
    type=click.Choice(NORMALISATION_NAMES),
    default="typed",
    show_default=True,
    help="What counts as the same text; it is printed with the figures.",
)
@click.option("--details", "full", is_flag=True, help="Also pages, every kind, every field.")
@click.option(
    "--report", type=click.Path(path_type=Path), help="Also write all tables as Markdown."
)
def score(out: Path, truth: Path, normalisation: str, full: bool, report: Path | None) -> None:
    """Compare the results in OUT with ground truth: CER, WER, zones, records.

    A document is NAME.json, NAME.xml (PAGE or ALTO), NAME.hocr, NAME.html (hOCR) or NAME.txt,
    a form feed between pages, or a file for each page: NAME.1.xml, NAME.2.xml and on. So other
    engines' results can be scored too. levels.json in the folder of truth says how damaged each
    document is: {"NAME": "light"}.

    \b
    Normalisations:
      strict     Unicode's composed form, nothing else
      typed      blanks folded; all quotation marks alike, all dashes alike
      reading    typed; hyphens and letter-spacing resolved, e for yo, as meant
      lookalike  typed; Latin and Cyrillic letters of one shape are the same

    \b
    Examples:
      shifrovka score out --truth ground_truth
      shifrovka score out --truth ground_truth --details --report out/report.md
      shifrovka score tesseract --truth ground_truth --normalisation lookalike
    """  # noqa: D301
    from ocr.batch.writing import write_whole
    from ocr.evaluate.details import details
    from ocr.evaluate.files import score_folder
    from ocr.evaluate.summary import summary
    from ocr.evaluate.tables import to_markdown, to_rich

    result = score_folder(out, truth, normalisation)
    shown = summary(result)
    more = details(result) if full or report is not None else ()
    if report is not None:
        write_whole(report, "\n".join(map(to_markdown, (*shown, *more))).encode())
    console = _console()
    for table in (*shown, *more) if full else shown:
        console.print(to_rich(table))


@cli.command(epilog=EXIT_CODES, short_help="A report to look at: plots, pages, the worst lines.")
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--truth", required=True, type=click.Path(path_type=Path), help="Folder of ground truth."
)
@click.option(
    "-o",
    "--out",
    "target",
    required=True,
    metavar="REPORT",
    type=click.Path(path_type=Path),
    help="Folder for the report, or its HTML file, NAME.html.",
)
@click.option(
    "--scans",
    type=click.Path(path_type=Path),
    help="Folder of the scans, for pictures of lines and pages.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    help="Figures of an earlier run, to show what changed.",
)
@click.option(
    "--normalisation",
    type=click.Choice(NORMALISATION_NAMES),
    default="typed",
    show_default=True,
    help="What counts as the same text.",
)
def report(
    out: Path,
    truth: Path,
    target: Path,
    scans: Path | None,
    baseline: Path | None,
    normalisation: str,
) -> None:
    """Make a report of how well OUT was read: figures, plots, pages, the worst lines.

    \b
    REPORT is a folder, where these appear, or the HTML file, beside which the others do:
      report.html   for the eye: one file that needs no network, with pictures of the worst
                    lines, every page beside its scan, filters and keys (press ?)
      report.json   the same figures for programs
      report.md     tables and the worst lines as text
      report.xml    JUnit, for CI: a page fails with more than 10 % of its characters wrong

    OUT and the folder of truth are what `shifrovka score` takes. Scans are looked up in their
    folder by name and fingerprint; without them the report has no pictures and says so. Reports
    stay under 20 MB: of very many pages those with the most errors can be opened.

    \b
    Examples:
      shifrovka report out --truth ground_truth --scans scans -o out/report
      shifrovka report out --truth ground_truth -o today.html --baseline ground_truth/baseline.json
    """  # noqa: D301
    from ocr.batch.progress import counted
    from ocr.batch.writing import write_whole
    from ocr.evaluate.files import read_baseline, reader, score_run
    from ocr.evaluate.report.build import build_report
    from ocr.evaluate.report.changes import changes
    from ocr.evaluate.report.gallery import Sources
    from ocr.evaluate.report.render import place_of, report_files

    result, run = score_run(out, truth, normalisation)
    before = {} if baseline is None else changes(read_baseline(baseline), run)
    with counted("pages", sum(1 for _ in result.pages())) as done:
        sources = Sources(reader(out, truth), scans, done=done)
        made = build_report(result, sources, before)
    place = place_of(target)
    for suffix, data in report_files(result, made).items():
        write_whole(place.with_suffix(suffix), data)
    for note in made.notes:
        click.echo(f"shifrovka: {note}", err=True)
    click.echo(str(place))


@cli.command(epilog=EXIT_CODES, short_help="Fails when scans are read worse than before.")
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--truth", required=True, type=click.Path(path_type=Path), help="Folder of ground truth."
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    help="Figures to compare with.  [default: baseline.json in the folder of truth]",
)
@click.option("--update", is_flag=True, help="Take this run as the baseline from now on.")
@click.option(
    "--junit",
    type=click.Path(path_type=Path),
    help="Also write the outcome as JUnit XML, which CI systems show.",
)
@click.option(
    "--normalisation",
    type=click.Choice(NORMALISATION_NAMES),
    default="typed",
    show_default=True,
    help="What counts as the same text.",
)
def gate(
    out: Path,
    truth: Path,
    baseline: Path | None,
    update: bool,
    junit: Path | None,
    normalisation: str,
) -> None:
    """Say whether OUT was read worse than the baseline, and where: exit code 0 or 1.

    Compared are the CER of each level and kind of zone, slots and addressees of the grid, records
    and the error of the skew, line by line. A figure fails when it is worse by more than its
    tolerance. That comes from the interval of the difference: engines read a little differently
    from one processor to another, and that alone fails one run in twenty at most. Every line with
    new errors is shown with its place, whether the gate passes or not.

    With --update the run becomes the baseline; what changed is printed as Markdown, for the
    message of the commit.

    \b
    Examples:
      shifrovka transcribe scans -o out && shifrovka gate out --truth ground_truth
      shifrovka gate out --truth ground_truth --junit out/gate.xml
      shifrovka gate out --truth ground_truth --update
    """  # noqa: D301
    from ocr.batch.writing import write_whole
    from ocr.evaluate import baseline as known
    from ocr.evaluate.files import BASELINE_FILE, read_baseline, score_run
    from ocr.evaluate.gate import judge
    from ocr.evaluate.tables import to_markdown, to_rich
    from ocr.evaluate.verdict import change_tables, gate_junit, gate_tables

    place = baseline or truth / BASELINE_FILE
    result, run = score_run(out, truth, normalisation)
    before = read_baseline(place) if place.exists() or not update else run
    outcome = judge(known.compare(before, run), result)
    if junit is not None:
        write_whole(junit, gate_junit(outcome))
    if update:
        write_whole(place, known.to_json(run))
        click.echo("\n".join(to_markdown(table) for table in change_tables(outcome)))
        click.echo(f"baseline -> {place}", err=True)
        return
    console = _console()
    for table in gate_tables(outcome):
        console.print(to_rich(table))
    for note in outcome.notes:
        click.echo(f"shifrovka: note: {note}", err=True)
    compared = f"{len(outcome.figures)} figures over {len(result.documents)} documents"
    if outcome.passed:
        click.echo(f"gate: passed; {compared}")
        return
    worse = len(outcome.worse) + len(outcome.missing)
    click.echo(f"gate: failed; {worse} worse of {compared}")
    sys.exit(GATE_FAILED)


@cli.group(epilog=EXIT_CODES, short_help="Pages and lines with known truth.")
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
    from ocr.batch.writing import check_writable, write_whole

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
    from ocr.batch.writing import check_writable, write_whole

    with _needs_synth():
        from ocr.synth.folder import shards
    check_writable(out)
    with counted("lines", number) as done:
        for name, data in shards(number, levels, seed, done):
            write_whole(out / name, data)
    click.echo(f"{number} lines -> {out}", err=True)


def _console() -> Console:
    """For tables on stdout."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=WIDTH_OF_FILES)


@cli.command(epilog=EXIT_CODES, short_help="What is installed, what is missing, what to do.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(as_json: bool) -> None:
    """Say what is installed, what is missing and what to do about it.

    The exit code is 0 when everything that transcribing needs is there, and 6 when the engine
    is missing. Faces are needed only for making scans.
    """
    import dataclasses
    import json

    from ocr.batch.doctor import examine, exit_code

    findings = examine()
    if as_json:
        rows = [dataclasses.asdict(finding) for finding in findings]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        _print_findings(findings)
    sys.exit(exit_code(findings))


def _print_findings(findings: tuple[Finding, ...]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD)
    for name in ("what", "state", "found", "what to do"):
        table.add_column(name, overflow="fold")
    for finding in findings:
        table.add_row(finding.name, str(finding.state), finding.found, finding.remedy)
    _console().print(table, markup=False, highlight=False)


def main() -> None:
    """What the installed command runs."""
    cli(prog_name="shifrovka")


if __name__ == "__main__":
    main()
