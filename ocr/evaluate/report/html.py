"""A report as one HTML file that needs nothing else: style, script, plots and pictures in it."""

from __future__ import annotations

import base64
from dataclasses import replace
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ocr.evaluate.rates import Rate
from ocr.evaluate.report import plots
from ocr.evaluate.report.data import index_of, lines_of, to_script
from ocr.evaluate.report.model import Measure, Picture, Report
from ocr.evaluate.report.wording import FILTERS, words
from ocr.evaluate.score import APART

FOLDER = "page"  # of template, style and script, beside this module
LEAST_WORDS = 30  # judged words without which a curve of confidences shows nothing but chance


def to_html(report: Report) -> bytes:
    """UTF-8. The same report gives the same bytes."""
    template = _environment().get_template("report.html.j2")
    pages = [
        (
            page.key,
            Markup(to_script(lines_of(page))),
            Markup(data_uri(page.picture)) if page.picture else None,
        )
        for page in report.pages
        if page.line_views
    ]
    text = template.render(
        report=report,
        plots={name: Markup(svg) for name, svg in _plots(report).items()},
        style=Markup(_own("report.css")),
        script=Markup(_own("report.js")),
        data={"index": Markup(to_script(index_of(report))), "pages": pages},
    )
    return text.encode()


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__, FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= FILTERS | {"uri": data_uri}
    return environment


def _own(name: str) -> str:
    return files(__package__).joinpath(FOLDER, name).read_text(encoding="utf-8")


def data_uri(picture: Picture) -> str:
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.data).decode()}"


def _plots(report: Report) -> dict[str, str]:
    """{name: SVG}, "" where there is nothing to draw."""
    drawn = dict.fromkeys(("rates", "pages", "reliability", "caught", "confusions"), "")
    groups = {
        "Level of damage": report.by_level if len(report.by_level) > 1 else (),
        "Part of the sheet": tuple(_named(m) for m in report.by_kind),
        "Type": report.by_mark,
    }
    shown = {name: group for name, group in groups.items() if any(m.rate.total for m in group)}
    if shown:
        drawn["rates"] = plots.rates_plot("rates", "Wrong characters by level and part", shown)
    typed = [page for page in report.pages if page.cer != Rate()]
    if typed:
        levels = [m.name for m in report.by_level] or [""]
        by_level = {
            level: [
                1.0 if page.cer.value is None else page.cer.value
                for page in typed
                if page.level == level
            ]
            for level in dict.fromkeys((*levels, *(page.level for page in typed)))
        }
        drawn["pages"] = plots.pages_plot("pages", "Pages by their errors", by_level)
    if report.calibration.total >= LEAST_WORDS:
        c = report.calibration
        drawn["reliability"] = plots.reliability_plot("reliability", "Confidence and truth", c)
        drawn["caught"] = plots.caught_plot("caught", "Errors found by checking", c)
    if report.confusions:
        title = "Characters typed and what they were read as"
        drawn["confusions"] = plots.confusion_plot("confusions", title, report.confusions)
    return drawn


def _named(measure: Measure) -> Measure:
    """With the name as it is shown."""
    apart = " (apart)" if measure.name in {kind.value for kind in APART} else ""
    return replace(measure, name=words(measure.name) + apart)
