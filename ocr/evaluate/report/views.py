"""Pages and lines of a score, turned into what is drawn: boxes, and truth beside reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ocr.document import Line, Page
from ocr.evaluate.confusions import Compared, compared
from ocr.evaluate.report.model import LineView, PageView, Segment, WorstLine, ZoneView
from ocr.evaluate.score import DocumentScore, LineScore, PageScore

WORST_LINES = 50  # enough to see what goes wrong, and few enough to look at each
# Of a line's length: with more errors in reading order than in any, it was read elsewhere.
MOVED = 0.5
MADE_UP_LINES = 10  # much the same dirt makes all of them


def page_figures(document: DocumentScore, page: PageScore) -> PageView:
    """A page without its lines."""
    sums = page.figures
    judged = [line for line in page.lines if not line.apart]
    return PageView(
        document=document.name,
        index=page.index,
        level=document.level,
        cer=sums.text.cer,
        wer=sums.text.wer,
        unordered=sums.unordered.cer,
        by_kind={kind.value: score.cer for kind, score in sums.by_kind.items()},
        lines_wrong=sum(line.unordered.chars.errors > 0 for line in judged if not line.spurious),
        lines=sum(not line.spurious for line in judged),
        skew_error_deg=page.skew_error_deg,
        has_output=page.index not in document.pages_without_output,
    )


def with_lines(view: PageView, page: PageScore, truth: Page, output: Page | None) -> PageView:
    """The same with boxes and texts. `truth` and `output` are the pages as in their files."""
    texts = {line.id: line for line in truth.lines}
    found = () if output is None else output.zones
    kinds = {zone.kind for zone in truth.zones}
    extra = [zone for zone in found if zone.kind not in kinds]
    return replace(
        view,
        size_px=truth.size_px,
        zones=(
            *(ZoneView(zone.kind.value, zone.box) for zone in truth.zones),
            *(ZoneView(zone.kind.value, zone.box, extra=True) for zone in extra),
        ),
        line_views=tuple(line_view(line, texts.get(line.id)) for line in shown(page)),
    )


def shown(page: PageScore) -> list[LineScore]:
    """All lines but those of the output whose letters are shown at another place."""
    return [
        line
        for line in page.lines
        if not line.spurious or (line.unordered.chars.errors and (line.output or "").strip())
    ]


def line_view(score: LineScore, truth: Line | None = None) -> LineView:
    """A line to be shown; `truth` gives its text where there is no error and the score has none."""
    both = compared(score)
    edits = score.unordered.chars
    if both is not None and edits.errors:
        segments = _segments(both)
        if score.spurious:  # the blank to the next line is none of its text
            segments = (("", (score.output or "").strip()),)
    else:
        text = score.truth if score.truth is not None else truth.text if truth else ""
        text = text or score.output or ""
        segments = ((text, text),) if text else ()
    return LineView(
        kind=score.kind.value,
        box=score.box if score.box.area else None,
        errors=edits.errors,
        total=edits.truth,
        segments=segments,
        marked=score.marked,
        moved=score.text.chars.errors - edits.errors > MOVED * edits.truth > 0,
        extra=score.spurious,
    )


def _segments(line: Compared) -> tuple[Segment, ...]:
    return tuple(
        (
            "".join(line.truth[op.truth_start : op.truth_end]),
            "".join(line.output[op.output_start : op.output_end]),
        )
        for op in line.operations
    )


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the score, and where it stands: its number among those shown of its page."""

    document: DocumentScore
    page: PageScore
    number: int
    line: LineScore


def worst_lines(documents: Sequence[DocumentScore], most: int = WORST_LINES) -> list[Place]:
    """Lines of the truth with the most errors in any order of lines, ties by share, then place."""
    return _worst(documents, spurious=False)[:most]


def made_up_lines(documents: Sequence[DocumentScore], most: int = MADE_UP_LINES) -> list[Place]:
    """The longest lines that only the output has."""
    return _worst(documents, spurious=True)[:most]


def _worst(documents: Sequence[DocumentScore], spurious: bool) -> list[Place]:
    places = [
        place
        for place in _places(documents)
        if place.line.unordered.chars.errors and place.line.spurious == spurious
    ]
    places.sort(key=lambda p: (-p.line.unordered.chars.errors, p.line.unordered.chars.truth))
    return places


def _places(documents: Sequence[DocumentScore]) -> Iterator[Place]:
    for document in documents:
        for page in document.pages:
            for number, line in enumerate(shown(page)):
                if not line.apart:
                    yield Place(document, page, number, line)


def worst_view(place: Place) -> WorstLine:
    """Without its picture."""
    document, page = place.document, place.page
    return WorstLine(
        page=f"{document.name}.{page.index + 1}",
        document=document.name,
        page_index=page.index,
        place=place.number,
        level=document.level,
        line=line_view(place.line),
    )
