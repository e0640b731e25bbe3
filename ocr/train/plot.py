"""The log of a training as a picture: loss and errors over minutes."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ocr.formats.writing import write_whole


def plot_log(log: Path, picture: Path) -> None:
    """Draw LOG (tab-separated: step, lines, minutes, loss, then an error rate a set) as PNG."""
    with log.open(encoding="utf-8", newline="") as file:
        names, *rows = csv.reader(file, delimiter="\t")
    values = [[float(v) for v in row] for row in rows if len(row) == len(names)]
    columns = dict(zip(names, zip(*values, strict=True), strict=True)) if values else {}
    figure = Figure(figsize=(9, 4.5), layout="constrained")
    FigureCanvasAgg(figure)
    losses, errors = figure.subplots(1, 2)
    lines = [v / 1000 for v in columns.get("lines", ())]
    losses.plot(lines, columns.get("loss", ()), color="0.3")
    losses.set(xlabel="thousand lines learnt from", ylabel="loss a letter", yscale="log")
    for name in names[4:]:
        errors.plot(lines, [100 * v for v in columns.get(name, ())], label=name)
    errors.set(xlabel="thousand lines learnt from", ylabel="CER %, lines never seen", yscale="log")
    errors.grid(alpha=0.3, which="both")
    if names[4:]:
        errors.legend(frameon=False)
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=110)
    write_whole(picture, out.getvalue())
