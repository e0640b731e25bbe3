"""`score`, `report` and `gate`: results against ground truth."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ocr.cli.exits import EXIT_CODES, GATE_FAILED
from ocr.cli.terminal import table_console

NORMALISATION_NAMES = ("strict", "typed", "reading", "lookalike")

# what all three commands take
_out = click.argument("out", type=click.Path(path_type=Path))
_truth = click.option(
    "--truth",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder of ground truth: PAGE XML, ALTO, text or JSON; NAME.json may be a record.",
)
_normalisation = click.option(
    "--normalisation",
    type=click.Choice(NORMALISATION_NAMES),
    default="typed",
    show_default=True,
    help="What counts as the same text; it is printed with the figures.",
)


@click.command(epilog=EXIT_CODES, short_help="Results against ground truth: CER, WER, records.")
@_out
@_truth
@_normalisation
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
    from ocr.evaluate.details import details
    from ocr.evaluate.files import score_folder
    from ocr.evaluate.summary import summary
    from ocr.evaluate.tables import to_markdown, to_rich
    from ocr.formats.writing import write_whole

    result = score_folder(out, truth, normalisation)
    shown = summary(result)
    more = details(result) if full or report is not None else ()
    if report is not None:
        write_whole(report, "\n".join(map(to_markdown, (*shown, *more))).encode())
    console = table_console()
    for table in (*shown, *more) if full else shown:
        console.print(to_rich(table))


@click.command(epilog=EXIT_CODES, short_help="A report to look at: plots, pages, the worst lines.")
@_out
@_truth
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
@_normalisation
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
    from ocr.evaluate.files import read_baseline, reader, score_run
    from ocr.evaluate.report.build import build_report
    from ocr.evaluate.report.changes import changes
    from ocr.evaluate.report.gallery import Sources
    from ocr.evaluate.report.render import place_of, report_files
    from ocr.formats.writing import write_whole

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


@click.command(epilog=EXIT_CODES, short_help="Fails when scans are read worse than before.")
@_out
@_truth
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
@_normalisation
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
    from ocr.evaluate import baseline as known
    from ocr.evaluate.files import BASELINE_FILE, read_baseline, score_run
    from ocr.evaluate.gate import judge
    from ocr.evaluate.tables import to_markdown, to_rich
    from ocr.evaluate.verdict import change_tables, gate_junit, gate_tables
    from ocr.formats.writing import write_whole

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
    console = table_console()
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
