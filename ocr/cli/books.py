"""`status`, `verify`, `replay`: what a folder of results holds, and whether it is to be trusted."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ocr.cli.exits import EXIT_CODES, GATE_FAILED
from ocr.cli.terminal import table_console

if TYPE_CHECKING:
    from ocr.batch.manifest import Manifest

OUT = click.argument("out", type=click.Path(path_type=Path, exists=True, file_okay=False))
SHOWN_FAILURES = 20


@click.command(epilog=EXIT_CODES, short_help="How far a folder of results is.")
@OUT
@click.option("--failures", is_flag=True, help="List all failures, not only the first twenty.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
def status(out: Path, failures: bool, as_json: bool) -> None:
    """Say what is done in OUT, what waits, what failed and why, and when it was worked at.

    A run may be going on meanwhile. What waits is read, and only that, when the same transcribe
    command is given again; what failed, with --redo failed.
    """
    import json

    from ocr.batch.manifest import Manifest

    with Manifest(out, write=False) as manifest:
        told = _status(manifest)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    _print_status(told, None if failures else SHOWN_FAILURES)


def _status(manifest: Manifest) -> dict[str, Any]:
    from datetime import UTC, datetime

    from ocr.errors import printable

    def when(seconds: float | None) -> str | None:
        if seconds is None:
            return None
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")

    return {
        **{table: {str(s): n for s, n in c.items()} for table, c in manifest.counts().items()},
        "page_seconds": round(manifest.seconds(), 1),
        "runs": [
            {**run, "began": when(run["began"]), "ended": when(run["ended"])}
            for run in manifest.runs()
        ],
        "failures": [
            {"scan": printable(str(entry.path)), "error": why, "exit_code": code}
            for entry, why, code in manifest.failures()
        ],
    }


def _print_status(told: dict[str, Any], most: int | None) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD)
    for name in ("", "done", "waiting", "failed"):
        table.add_column(name, justify="right" if name else "left")
    for what, name in (("documents", "scans"), ("pages", "pages")):
        table.add_row(name, *(str(told[what].get(s, 0)) for s in ("done", "waiting", "failed")))
    console = table_console()
    console.print(table)
    pages = told["pages"].get("done", 0) + told["pages"].get("failed", 0)
    if pages:
        click.echo(f"{told['page_seconds'] / pages:.2f} s a page")
    for run in told["runs"][-5:]:
        ended = run["ended"] or "broken off, or still going on"
        code = "" if run["exit_code"] is None else f", exit code {run['exit_code']}"
        click.echo(f"run {run['id']}: {run['began']} – {ended}{code}")
    for failure in told["failures"][:most]:
        click.echo(f"failed: {failure['error']}")
    if most is not None and len(told["failures"]) > most:
        click.echo(f"and {len(told['failures']) - most} more; see --failures")


@click.command(epilog=EXIT_CODES, short_help="Whether all results are there and whole.")
@OUT
@click.option("--scans", is_flag=True, help="Also see whether the scans are still the same.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
def verify(out: Path, scans: bool, as_json: bool) -> None:
    """Prove that every result in OUT is there and as it was written, and say what made it.

    Each file is hashed and compared with the manifest. The exit code is 0 when all is as it
    should be, else 5, and each thing that is not is told.
    """
    import json

    from ocr.batch.manifest import Manifest
    from ocr.batch.verify import verify as examine
    from ocr.errors import OutputError, printable

    with Manifest(out, write=False) as manifest:
        found = examine(out, manifest, scans=scans)
        made_by = {n: json.loads(manifest.settings_of(n)["made_by"]) for n in found.settings}
    if as_json:
        told = {
            "documents": found.documents,
            "files": found.files,
            "problems": [{"file": printable(str(p.file)), "what": p.what} for p in found.problems],
            "made_by": [{"documents": found.settings[n], **made_by[n]} for n in made_by],
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for problem in found.problems:
            click.echo(f"{printable(str(problem.file))}: {problem.what}")
        click.echo(
            f"{found.documents} documents, {found.files} files, {len(found.problems)} problems"
        )
        for number, how in made_by.items():
            click.echo(
                f"{found.settings[number]} made by shifrovka {how['versions'].get('shifrovka')}, "
                f"engine {how['engine']['id']}, model {how['engine']['model_sha256'][:12]}, "
                f"settings {how['settings_sha256'][:12]}"
            )
    sys.exit(OutputError.exit_code if found.problems else 0)


@click.command(epilog=EXIT_CODES, short_help="Whether a scan still reads as recorded.")
@click.argument("result", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--scan", type=click.Path(path_type=Path), help="Where the scan lies, if it moved.")
@click.option(
    "--model",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The reader of your own that it was read with.",
)
def replay(result: Path, scan: Path | None, model: Path | None) -> None:
    """Read the scan of RESULT, OUT/NAME.json, again with the settings that it records.

    Says whether text and record are the same, shows what is not, and what of the program has
    changed since. The exit code is 0 when they are the same, else 1.
    """
    from ocr.batch.executors import cores
    from ocr.batch.replay import replay as read_again

    found = read_again(result, scan, model, cores())
    for line in found.difference:
        click.echo(line)
    for name in found.record:
        click.echo(f"record: {name} differs")
    for what in found.made_by:
        click.echo(f"changed since: {what}", err=True)
    verdict = "the same text and record" if found.same else "not the same"
    click.echo(f"{result}: {verdict}, {found.lines} lines on {found.pages} pages")
    sys.exit(0 if found.same else GATE_FAILED)
