"""From a score to a report: what is shown, ready to be shown."""

from __future__ import annotations

from ocr.evaluate.confusions import confusions
from ocr.evaluate.report import measures
from ocr.evaluate.report.gallery import Gallery, Sources
from ocr.evaluate.report.model import RecordView, Report
from ocr.evaluate.report.views import made_up_lines, worst_lines
from ocr.evaluate.score import Score

TITLE = "How well was it read?"


def build_report(
    score: Score, sources: Sources, baseline: measures.Baseline | None = None
) -> Report:
    """All that a report shows. Reads scans and, once more, the files of pages that are shown.

    Raises TruthError where a file has become invalid since it was scored.
    """
    m = measures.Measuring(score, baseline or {})
    gallery = Gallery(score, sources)
    worst = gallery.lines(worst_lines(score.documents))
    made_up = gallery.lines(made_up_lines(score.documents))
    pages = gallery.pages()
    records = [(d.name, d.record) for d in score.documents if d.record is not None]
    return Report(
        title=TITLE,
        normalisation=score.normalisation,
        headline=measures.headline(m),
        by_level=measures.by_level(m),
        by_kind=measures.by_kind(m),
        by_mark=measures.by_mark(m),
        by_kind_and_level=measures.by_kind_and_level(score),
        pages=pages,
        worst=worst,
        made_up=made_up,
        confusions=confusions(score.lines()),
        calibration=score.calibration,
        detection=score.detection,
        fields=measures.field_rows([record for _, record in records]),
        records=tuple(
            RecordView(name, record.fields, record.slots)
            for name, record in records
            if record.fields or record.slots
        ),
        unpaired=tuple(score.unpaired()),
        notes=tuple(gallery.notes(pages)),
    )
