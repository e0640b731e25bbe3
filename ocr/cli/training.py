"""`train`: a reader of one's own, or the embedded one taught a machine it does not know."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ocr.cli.exits import EXIT_CODES
from ocr.errors import FontError

if TYPE_CHECKING:
    from ocr.train.fit import Progress
    from ocr.train.run import Making

FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command(epilog=EXIT_CODES, short_help="Teach a reader, or go on teaching one.")
@click.option(
    "-o",
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the reader and all that made it.",
)
@click.option("--minutes", default=60.0, show_default=True, type=click.FloatRange(min=0.01))
@click.option(
    "--resume",
    metavar="CKPT",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Go on from OUT/checkpoint.pt of a training that was broken off, or teach a finished "
    "reader.pt (the embedded one: models/reader.pt of the sources) something more.",
)
@click.option("--lines", default=40_000, show_default=True, type=click.IntRange(min=500))
@click.option("--fonts", metavar="DIR", type=FOLDER, help="More faces: .ttf and .otf files.")
@click.option("--real", metavar="DIR", type=FOLDER, help="Real lines with their text: see below.")
@click.option(
    "--unlabelled",
    metavar="DIR",
    type=FOLDER,
    help="Scans without text: their lines that both our reader and Tesseract read alike.",
)
@click.option("--rate", type=click.FloatRange(min=0), help="Of learning, at its height.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0))
def train(
    out: Path,
    minutes: float,
    resume: Path | None,
    lines: int,
    fonts: Path | None,
    real: Path | None,
    unlabelled: Path | None,
    rate: float | None,
    seed: int,
) -> None:
    """Teach a reader on made-up lines of type, and on real ones where there are any.

    First LINES lines are made, then the network learns for so many MINUTES. OUT holds

    \b
      reader.onnx       for `shifrovka transcribe --model`
      reader.pt         the same in float, for --resume
      checkpoint.pt     written every few minutes; --resume goes on from it
      log.tsv, log.png  loss, and errors on faces and lines that were never learnt from
      lines/            what was learnt from; made once

    --real DIR takes, in any mixture, pages with their text (NAME.png|jpg|tif|pdf with NAME.xml,
    PAGE XML, or NAME.gt.txt, a line of text for each line of type), and lines that someone cut
    out (pictures named in lines.tsv: name, tab, text).

    \b
    Examples:
      shifrovka train -o mine --minutes 120 --lines 200000
      shifrovka train -o ours --resume models/reader.pt --real pages/ --minutes 10 --lines 3000
      shifrovka transcribe scans/ -o out --model ours/reader.onnx
    """  # noqa: D301
    from ocr.formats.writing import check_writable

    try:
        from ocr.train.run import TrainOptions
        from ocr.train.run import train as run
    except ModuleNotFoundError as e:
        what = f"{e.name} is not installed, and training needs it"
        raise FontError(f"{what}: pip install 'shifrovka[train]'") from e
    check_writable(out)
    options = TrainOptions(out, minutes, lines, resume, fonts, real, unlabelled, rate, seed)
    with _Display() as display:
        errors = run(options, display.tell)
    for name, cer in errors.items():
        click.echo(f"CER on {name} lines never learnt from: {100 * cer:.2f} %")
    click.echo(f"reader -> {out / 'reader.onnx'}", err=True)


class _Display:
    """A bar for each stage, on stderr; on no terminal a line now and then."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._console = Console(stderr=True)
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[note]}"),
            TimeRemainingColumn(),
            console=self._console,
        )
        self._tasks: dict[str, object] = {}
        self._said = -1

    def __enter__(self) -> _Display:
        if self._console.is_terminal:
            self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def tell(self, what: Making | Progress) -> None:
        from ocr.train.run import Making

        if isinstance(what, Making):
            wanted = what.wanted or None
            self._show(f"{what.kind} lines", what.there, wanted, f"{what.there}")
            return
        note = f"loss {what.loss:.3f}, {what.lines_per_s:.0f} lines/s"
        self._show("learning", what.done, 1.0, note)
        if what.errors:
            rates = ", ".join(f"{name} {100 * cer:.2f} %" for name, cer in what.errors.items())
            self._console.print(f"{what.lines} lines: {note}; CER {rates}", highlight=False)

    def _show(self, name: str, done: float, total: float | None, note: str) -> None:
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(name, total=total, note=note)
        self._bars.update(self._tasks[name], completed=done, total=total, note=note)  # type: ignore[arg-type]
