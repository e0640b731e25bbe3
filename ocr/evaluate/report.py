"""A folder of transcriptions scored against a folder of ground truth.

Zones are compared kind by kind: the text of all lines of the kind on a page, in order, against
the same of the output, wherever its boxes lie. The page is compared as a whole in reading order,
so a zone in the wrong place costs twice its length there; `unordered`, which pairs lines by what
they say, shows how much of the page's figure is that. Handwriting, which is not promised to be
read, and born-digital text, which need not be, are scored apart and are part of no other figure,
on either side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ocr.document import Document, Field, Line, Page, ZoneKind
from ocr.errors import TruthError
from ocr.evaluate.normalize import NORMALISATIONS, Normalisation
from ocr.evaluate.rates import TextScore, score_lines, score_text, sum_scores
from ocr.evaluate.records import RecordScore, score_record
from ocr.formats.page_xml import from_page_xml
from ocr.formats.record import SCHEMA_NAME, flatten, from_json, load

# Figures of an earlier run, kept beside the truth; no record of a document.
BASELINE_FILE = "baseline.json"
APART = frozenset({ZoneKind.HANDWRITING, ZoneKind.BORN_DIGITAL})


@dataclass(frozen=True, slots=True)
class PageScore:
    """One page of the truth and what became of it.

    text            the page in reading order, without the kinds that stand apart
    unordered       the same, lines paired by what they say
    by_kind         the zones of each kind that stand in the truth or the output
    skew_error_deg  |measured − true angle|; None where either side has none
    """

    index: int
    text: TextScore
    unordered: TextScore
    by_kind: Mapping[ZoneKind, TextScore]
    skew_error_deg: float | None


@dataclass(frozen=True, slots=True)
class DocumentScore:
    """All pages of a document, and its record where the truth has one.

    Page indices count from 0. A page without output counts as wholly deleted; a page without
    truth counts nowhere and is listed.
    """

    name: str
    pages: tuple[PageScore, ...]
    record: RecordScore | None = None
    pages_without_output: tuple[int, ...] = ()
    pages_without_truth: tuple[int, ...] = ()

    @property
    def text(self) -> TextScore:
        return sum_scores(page.text for page in self.pages)

    @property
    def unordered(self) -> TextScore:
        return sum_scores(page.unordered for page in self.pages)

    @property
    def by_kind(self) -> dict[ZoneKind, TextScore]:
        return _sum_kinds(page.by_kind for page in self.pages)


@dataclass(frozen=True, slots=True)
class Score:
    """A whole run. Sums over documents are sums of counts."""

    normalisation: str
    documents: tuple[DocumentScore, ...]
    truth_without_output: tuple[str, ...] = ()
    output_without_truth: tuple[str, ...] = ()

    @property
    def text(self) -> TextScore:
        return sum_scores(document.text for document in self.documents)

    @property
    def unordered(self) -> TextScore:
        return sum_scores(document.unordered for document in self.documents)

    @property
    def by_kind(self) -> dict[ZoneKind, TextScore]:
        return _sum_kinds(document.by_kind for document in self.documents)


def score_folder(out: Path, truth: Path, normalisation: str = "typed") -> Score:
    """Pair OUT/**/NAME.json with TRUTH/**/NAME.xml, NAME.1.xml … and NAME.json, and score them.

    Names pair by their path within the folder, and by the bare name where that is the only one
    on both sides. `normalisation` is a key of `NORMALISATIONS`.

    Raises TruthError, naming file and line, for invalid XML or JSON on either side, and when
    either folder is missing or the truth holds none.
    """
    for folder in (out, truth):
        if not folder.is_dir():
            raise TruthError(f"{folder}: no such folder; nothing to score")
    outputs = _find_outputs(out)
    truths = _find_truths(truth, outputs)
    if not truths:
        raise TruthError(f"{truth}: holds no ground truth (NAME.xml, NAME.1.xml, NAME.json)")
    pairs = _pair(truths, outputs)
    documents = tuple(
        _score_files(name, truths[name], outputs[pairs[name]], NORMALISATIONS[normalisation])
        for name in sorted(pairs)
    )
    return Score(
        normalisation,
        documents,
        tuple(sorted(truths.keys() - pairs.keys())),
        tuple(sorted(outputs.keys() - set(pairs.values()))),
    )


# --- files -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Truth:
    """Files of one document: {page index: PAGE file}, and its record."""

    pages: dict[int, Path] = field(default_factory=dict)
    record: Path | None = None


def _find_outputs(out: Path) -> dict[str, Path]:
    """{path within `out` without suffix: file} of the JSON files that are documents."""
    return {
        _key(path, out): path
        for path in sorted(out.rglob("*.json"))
        if _schema_name(load(path.read_bytes(), str(path))) == SCHEMA_NAME
    }


def _schema_name(data: Mapping[str, object]) -> object:
    stated = data.get("schema")
    return stated.get("name") if isinstance(stated, Mapping) else None


def _find_truths(truth: Path, outputs: Iterable[str]) -> dict[str, _Truth]:
    """NAME.2.xml is page 2 of NAME, unless an output of the name `NAME.2` says otherwise."""
    bare = {PurePosixPath(key).name for key in outputs}
    truths: dict[str, _Truth] = {}
    for path in sorted(truth.rglob("*.xml")):
        key = _key(path, truth)
        numbered = re.fullmatch(r"(.+)\.([1-9]\d*)", key)
        if numbered and PurePosixPath(key).name not in bare:
            pages, index = truths.setdefault(numbered[1], _Truth()).pages, int(numbered[2]) - 1
        else:
            pages, index = truths.setdefault(key, _Truth()).pages, 0
        if index in pages:
            raise TruthError(f"{path}: page {index + 1} is in {pages[index].name} already")
        pages[index] = path
    for path in sorted(truth.rglob("*.json")):
        if path.name != BASELINE_FILE:
            truths.setdefault(_key(path, truth), _Truth()).record = path
    return truths


def _key(path: Path, folder: Path) -> str:
    return path.relative_to(folder).with_suffix("").as_posix()


def _pair(truths: Iterable[str], outputs: Iterable[str]) -> dict[str, str]:
    """{truth key: output key}."""
    pairs = {key: key for key in truths if key in set(outputs)}
    free = _by_name(key for key in outputs if key not in pairs)
    for name, keys in _by_name(key for key in truths if key not in pairs).items():
        if len(keys) == 1 and len(free.get(name, ())) == 1:
            pairs[keys[0]] = free[name][0]
    return pairs


def _by_name(keys: Iterable[str]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for key in keys:
        names.setdefault(PurePosixPath(key).name, []).append(key)
    return names


def _score_files(name: str, truth: _Truth, output: Path, norm: Normalisation) -> DocumentScore:
    document = from_json(load(output.read_bytes(), str(output)), str(output))
    pages = {
        index: from_page_xml(path.read_bytes(), str(path))
        for index, path in sorted(truth.pages.items())
    }
    record = None if truth.record is None else _read_record(truth.record)
    return score_document(name, pages, record, document, norm)


def _read_record(path: Path) -> tuple[Field, ...]:
    """A nested record, or a document that holds one."""
    data = load(path.read_bytes(), str(path))
    try:
        return flatten(data["record"] if _schema_name(data) == SCHEMA_NAME else data)
    except (KeyError, ValueError, TypeError) as e:
        raise TruthError(f"{path}: not a record: {e}") from e


# --- scores ----------------------------------------------------------------------------------


def score_document(
    name: str,
    truth: Mapping[int, Page],
    record: Sequence[Field] | None,
    output: Document,
    norm: Normalisation,
) -> DocumentScore:
    """`truth`: {page index: page}. Without a `record` the output's record is not judged."""
    read = {page.index: page for page in output.pages}
    return DocumentScore(
        name,
        tuple(_score_page(index, truth[index], read.get(index), norm) for index in sorted(truth)),
        None if record is None else score_record(record, output.record),
        tuple(sorted(truth.keys() - read.keys())),
        tuple(sorted(read.keys() - truth.keys())) if truth else (),
    )


def _score_page(index: int, truth: Page, output: Page | None, norm: Normalisation) -> PageScore:
    t = _lines_by_kind(truth)
    o = {} if output is None else _lines_by_kind(output)
    kinds = [kind for kind in ZoneKind if kind in t or kind in o]
    t_page, o_page = _typed_lines(truth), [] if output is None else _typed_lines(output)
    return PageScore(
        index,
        score_text("\n".join(t_page), "\n".join(o_page), norm),
        score_lines(t_page, o_page, norm),
        {k: score_text("\n".join(t.get(k, [])), "\n".join(o.get(k, [])), norm) for k in kinds},
        _skew_error(truth, output),
    )


def _in_order(page: Page) -> list[tuple[ZoneKind, Line]]:
    """Lines with the kinds of their zones, by the order of zones, then as they come."""
    zones = {zone.id: zone for zone in page.zones}
    rows = [(zones[line.zone], line) for line in page.lines if line.zone in zones]
    return [(zone.kind, line) for zone, line in sorted(rows, key=lambda row: row[0].order)]


def _lines_by_kind(page: Page) -> dict[ZoneKind, list[str]]:
    kinds: dict[ZoneKind, list[str]] = {}
    for kind, line in _in_order(page):
        if line.text.strip():
            kinds.setdefault(kind, []).append(line.text)
    return kinds


def _typed_lines(page: Page) -> list[str]:
    """All lines in reading order but those of the kinds that stand apart."""
    return [line.text for kind, line in _in_order(page) if kind not in APART]


def _skew_error(truth: Page, output: Page | None) -> float | None:
    wanted, measured = _skew(truth), None if output is None else _skew(output)
    return None if wanted is None or measured is None else abs(measured - wanted)


def _skew(page: Page) -> float | None:
    for step in page.steps:
        if step.name == "skew" and "angle_deg" in step.measured:
            return step.measured["angle_deg"]
    return None


def _sum_kinds(parts: Iterable[Mapping[ZoneKind, TextScore]]) -> dict[ZoneKind, TextScore]:
    total: dict[ZoneKind, TextScore] = {}
    for part in parts:
        for kind, score in part.items():
            total[kind] = total.get(kind, TextScore()) + score
    return {kind: total[kind] for kind in ZoneKind if kind in total}
