"""What a run scores: lines, pages, documents and all of it; every figure a sum of line counts.

A page is aligned once, in reading order, and every edit is put down to a line: substitutions and
deletions to the line of the truth that they are in, insertions to the line of the truth that the
rest of their output line stands against. An output line of which no letter stands against the
truth is a line by itself, whose truth is empty. So the figures of lines, kinds of zones, levels,
type under marks, pages and documents are sums of the same counts, and agree.

Beside it stands the count in any order: lines paired by what they say, so that a zone in the
wrong place costs nothing. Handwriting, which is not promised to be read, and born-digital text,
which need not be, are scored apart, each against its own kind, and are in no sum of text.

This module holds the types; `page_score.py` scores pages, `files.py` finds and pairs the files.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ocr.document import ZoneKind
from ocr.evaluate.align import Edits, Operation, aligned, graphemes
from ocr.evaluate.bootstrap import Interval, interval
from ocr.evaluate.calibration import Calibration, reliability
from ocr.evaluate.detection import Detection
from ocr.evaluate.rates import TextScore, sum_scores
from ocr.evaluate.records import RecordScore, Tally
from ocr.geometry import Box

APART = frozenset({ZoneKind.HANDWRITING, ZoneKind.BORN_DIGITAL})
LEVELS = ("clean", "light", "medium", "hard")
NO_LEVEL = ""

AT_ONCE = 256  # pages whose words are counted together: some 100 000 words, 10 MB

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LineScore:
    """A line of the truth, or one that the output has and the truth has not.

    id         the line's in the truth; in the output where `spurious`
    kind       of the line's zone in the truth; in the output where `spurious`
    box        in pixels of the scan
    marked     type with a stamp or handwriting of the truth over more than 5 % of its box; never
               a line of a stamp or by hand itself
    spurious   in the output alone
    text       counts of the alignment of the page in reading order
    unordered  counts in any order; equal to `text` on a page where order gains nothing
    truth      the line after normalisation, with the blank that parts it from the next line;
               None where the line has no error: texts are kept only where there is one to show
    output     what of the output stands against it in reading order, "" where nothing does;
               None as `truth`. The distance of the two is `text.chars.errors`
    paired     the line of output that it is paired with in any order, where that is not
               `output`; "" where it has no partner; else None
    """

    id: str
    kind: ZoneKind
    box: Box
    marked: bool
    spurious: bool
    text: TextScore
    unordered: TextScore
    truth: str | None = None
    output: str | None = None
    paired: str | None = None

    @property
    def apart(self) -> bool:
        """In no figure but that of its own kind."""
        return self.kind in APART

    @property
    def operations(self) -> tuple[Operation, ...]:
        """The alignment of `truth` and `output`, places counted in `graphemes`; () without."""
        if self.truth is None or self.output is None:
            return ()
        return aligned(graphemes(self.truth), graphemes(self.output))


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums over lines. What stands apart is in the two `by_kind` alone.

    text, unordered  in reading order, and in any order of lines
    by_kind          in reading order; kinds as `ZoneKind` lists them
    by_kind_unordered
    by_mark          in reading order: type under marks (True) and elsewhere (False), the texts
                     of stamps left out
    """

    text: TextScore = field(default_factory=TextScore)
    unordered: TextScore = field(default_factory=TextScore)
    by_kind: Mapping[ZoneKind, TextScore] = field(default_factory=dict)
    by_kind_unordered: Mapping[ZoneKind, TextScore] = field(default_factory=dict)
    by_mark: Mapping[bool, TextScore] = field(default_factory=dict)


def figures(lines: Iterable[LineScore]) -> Figures:
    """The sums of these lines, whatever page or document they are of."""
    by_kind: dict[ZoneKind, list[LineScore]] = {}
    for line in lines:
        by_kind.setdefault(line.kind, []).append(line)
    kinds = [kind for kind in ZoneKind if kind in by_kind]
    scored = [line for kind in kinds if kind not in APART for line in by_kind[kind]]
    typed = [line for line in scored if line.kind != ZoneKind.STAMP]
    return Figures(
        sum_scores(line.text for line in scored),
        sum_scores(line.unordered for line in scored),
        {kind: sum_scores(line.text for line in by_kind[kind]) for kind in kinds},
        {kind: sum_scores(line.unordered for line in by_kind[kind]) for kind in kinds},
        {
            marked: sum_scores(line.text for line in typed if line.marked == marked)
            for marked in (True, False)
        },
    )


@dataclass(frozen=True, slots=True, eq=False)
class PageScore:
    """One page of the truth and what became of it.

    index           place in the scan, from 0
    lines           lines of the truth in reading order, each spurious line behind the line that
                    it stands after; those that stand apart at the end
    bag             words without any order: `rates.bag_of_words`
    confidences     of the words put out that could be judged: (N,) 0–1
    right           (N,) True where the word is in the truth, at its place or in its line
    skew_error_deg  |measured − true angle|; None where either side has none
    detection       zones and lines found where they are; empty where a side knows no places
    """

    index: int
    lines: tuple[LineScore, ...]
    bag: Edits = field(default_factory=Edits)
    confidences: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    right: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))
    skew_error_deg: float | None = None
    detection: Detection = field(default_factory=Detection)

    @property
    def figures(self) -> Figures:
        """Summed anew each time."""
        return figures(self.lines)


@dataclass(frozen=True, slots=True, eq=False)
class DocumentScore:
    """All pages of a document, and its record where the truth has one.

    name   path within the folder of truth, without suffix
    level  of damage, by the truth's `levels.json`; "" where that does not name the document
    scan   file name of the scan as the output gives it; "" where it gives none
    A page without output counts as wholly deleted; a page without truth counts nowhere and is
    listed. Page indices count from 0.
    """

    name: str
    pages: tuple[PageScore, ...]
    record: RecordScore | None = None
    level: str = NO_LEVEL
    scan: str = ""
    pages_without_output: tuple[int, ...] = ()
    pages_without_truth: tuple[int, ...] = ()

    def lines(self) -> Iterator[LineScore]:
        return (line for page in self.pages for line in page.lines)

    @property
    def figures(self) -> Figures:
        """Summed anew each time."""
        return figures(self.lines())

    @property
    def bag(self) -> Edits:
        return sum((page.bag for page in self.pages), Edits())


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """A whole run, documents by name. Sums over documents are sums of counts.

    normalisation  its name in `NORMALISATIONS`; belongs beside every figure
    """

    normalisation: str
    documents: tuple[DocumentScore, ...]
    truth_without_output: tuple[str, ...] = ()
    output_without_truth: tuple[str, ...] = ()

    def lines(self) -> Iterator[LineScore]:
        return (line for document in self.documents for line in document.lines())

    @property
    def figures(self) -> Figures:
        """Summed anew each time."""
        return figures(self.lines())

    def pages(self) -> Iterator[tuple[DocumentScore, PageScore]]:
        """Every page with its document: what a cluster of the bootstrap is."""
        return ((document, page) for document in self.documents for page in document.pages)

    @property
    def bag(self) -> Edits:
        return sum((document.bag for document in self.documents), Edits())

    @property
    def by_level(self) -> dict[str, Figures]:
        """Levels in the order of `LEVELS`, then others by name, `NO_LEVEL` at the end."""
        groups: dict[str, list[DocumentScore]] = {}
        for document in self.documents:
            groups.setdefault(document.level, []).append(document)
        known = [*LEVELS, *sorted(groups.keys() - {*LEVELS, NO_LEVEL}), NO_LEVEL]
        return {
            level: figures(line for document in groups[level] for line in document.lines())
            for level in known
            if level in groups
        }

    def unpaired(self) -> Iterator[tuple[str, str]]:
        """(document or page, "output" or "truth"): what it lacks to be scored."""
        yield from ((name, "output") for name in self.truth_without_output)
        yield from ((name, "truth") for name in self.output_without_truth)
        for document in self.documents:
            for indices, what in (
                (document.pages_without_output, "output"),
                (document.pages_without_truth, "truth"),
            ):
                yield from ((f"{document.name}, page {index + 1}", what) for index in indices)

    @property
    def calibration(self) -> Calibration:
        """Of all words that could be judged, 0 of them where the output gives no confidences."""
        pages = [page for _, page in self.pages()]
        if not any((page.confidences < 1.0).any() for page in pages):
            return Calibration()  # formats without confidences read as wholly sure
        total = Calibration()
        for start in range(0, len(pages), AT_ONCE):
            some = pages[start : start + AT_ONCE]
            confidences = np.concatenate([page.confidences for page in some])
            total += reliability(confidences, np.concatenate([page.right for page in some]))
        return total

    @property
    def detection(self) -> Detection:
        return sum((page.detection for _, page in self.pages()), Detection())

    @property
    def record(self) -> Tally:
        """Fields of all records that the truth has."""
        return sum((d.record.tally for d in self.documents if d.record is not None), Tally())


@dataclass(frozen=True, slots=True, eq=False)
class LineCounts:
    """Lines as the bootstrap takes them: errors and length of each, and the page it is of.

    errors, totals, clusters: (N,); clusters are numbered from 0 as pages come in the score.
    """

    errors: Counts
    totals: Counts
    clusters: Counts


def line_counts(
    score: Score | Iterable[DocumentScore],
    chosen: Callable[[LineScore], bool] = lambda line: not line.apart,
    *,
    words: bool = False,
    unordered: bool = False,
) -> LineCounts:
    """Counts of the chosen lines, page after page: graphemes, or words; in reading order or not.

    The sums of `errors` and `totals` are those of the figure that they make.
    """
    documents = score.documents if isinstance(score, Score) else score
    errors, totals, clusters = array("q"), array("q"), array("q")
    pages = (page for document in documents for page in document.pages)
    for cluster, page in enumerate(pages):
        for line in page.lines:
            if chosen(line):
                text = line.unordered if unordered else line.text
                edits = text.words if words else text.chars
                errors.append(edits.errors)
                totals.append(edits.truth)
                clusters.append(cluster)
    return LineCounts(*(np.array(row, np.int64) for row in (errors, totals, clusters)))


def rate_interval(counts: LineCounts, seed: int = 0, level: float = 0.95) -> Interval:
    """Confidence interval of the figure that these lines make; NaN where their truth is empty.

    Each is drawn from its seed alone, so that no figure depends on what was asked before it.
    """
    rng = np.random.default_rng(seed)
    return interval(counts.errors, counts.totals, counts.clusters, rng, level)
