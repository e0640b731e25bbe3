"""`doctor`: what is installed and what is missing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ocr.cli.exits import EXIT_CODES
from ocr.cli.terminal import table_console

if TYPE_CHECKING:
    from ocr.batch.doctor import Finding


@click.command(epilog=EXIT_CODES, short_help="What is installed, what is missing, what to do.")
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
    table_console().print(table, markup=False, highlight=False)
