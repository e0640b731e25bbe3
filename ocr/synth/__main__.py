"""`python -m ocr.synth --scans scans --truth ground_truth` makes the scans anew."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ocr.errors import ShifrovkaError
from ocr.synth.scans import make_scans


@click.command()
@click.option("--scans", type=click.Path(path_type=Path), required=True, help="Folder for scans.")
@click.option("--truth", type=click.Path(path_type=Path), required=True, help="Folder for truth.")
@click.option("--contact", type=click.Path(path_type=Path), help="Picture of all scans.")
def main(scans: Path, truth: Path, contact: Path | None) -> None:
    """Make the scans and their ground truth; the same bytes every time."""
    try:
        for path in make_scans(scans, truth, contact):
            click.echo(f"{path}: {path.stat().st_size / 1e6:.2f} MB")
    except ShifrovkaError as e:
        click.echo(f"error: {e}", err=True)
        sys.exit(e.exit_code)


if __name__ == "__main__":
    main()
