"""Finds transcriptions and ground truth in two folders, pairs them by name, and scores them.

A document is NAME.json (ours), NAME.xml (PAGE or ALTO), NAME.hocr or NAME.html (hOCR) or NAME.txt
(plain text, a form feed between pages); or a file for each page: NAME.1.xml, NAME.2.xml and on.
Either side may be of any of these kinds. Of several the first in this list is read; the truth's
NAME.json may be a record alone beside the pages. One document is in memory at a time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from ocr.document import Document, Field, Page, Source
from ocr.errors import TruthError
from ocr.evaluate.baseline import Baseline, baseline_of
from ocr.evaluate.baseline import from_json as baseline_from_json
from ocr.evaluate.normalize import NORMALISATIONS
from ocr.evaluate.page_score import score_document
from ocr.evaluate.score import NO_LEVEL, DocumentScore, Score
from ocr.formats.alto_reader import from_alto
from ocr.formats.hocr_reader import from_hocr
from ocr.formats.page_xml import from_page_xml
from ocr.formats.record import LEVELS_FILE, SCHEMA_NAME, flatten, from_json, load
from ocr.formats.text import from_text

BASELINE_FILE = "baseline.json"  # figures of an earlier run, kept beside the truth
OTHER_BASELINES = "baseline.*.json"  # and of other engines'
# Of the provenance: what a later run should have in common with this one.
MADE_WITH = ("versions", "engine", "settings_sha256", "cpu_features")
RECIPE = ".recipe.json"  # how a made page was drawn
READING = ".reading"  # NAME.reading.txt: the text to read, beside NAME.txt
# Kinds of files that hold pages, the fullest first.
SUFFIXES = (".json", ".xml", ".hocr", ".html", ".htm", ".txt")
NUMBERED = re.compile(r"(.+)\.([1-9]\d*)")
WHOLE = -1  # in place of a page's index: the file holds all pages
HEAD_BYTES = 16_384  # a file says within these what it is
# The root of an XML file, whatever its prefix.
ROOT = re.compile(rb"<(?:[\w.-]+:)?(PcGts|alto|html)\b")


def score_folder(out: Path, truth: Path, normalisation: str = "typed") -> Score:
    """Pair the documents of OUT with those of TRUTH and score them, by name.

    Names pair by their path within the folder, and by the bare name where that is the only one
    on both sides. `normalisation` is a key of `NORMALISATIONS`.

    Raises TruthError, naming file and line, for invalid XML or JSON on either side, and when
    either folder is missing or the truth holds none.
    """
    for folder in (out, truth):
        if not folder.is_dir():
            raise TruthError(f"{folder}: no such folder; nothing to score")
    outputs, truths = find_documents(out, truth)
    if not truths:
        raise TruthError(f"{truth}: holds no ground truth (NAME.xml, NAME.1.xml, NAME.json …)")
    pairs = _pair(truths, outputs)
    levels = read_levels(truth)
    documents = tuple(
        _score_files(name, truths[name], outputs[pairs[name]], normalisation, levels)
        for name in sorted(pairs)
    )
    unpaired = outputs.keys() - set(pairs.values())
    return Score(
        normalisation,
        documents,
        tuple(sorted(truths.keys() - pairs.keys())),
        tuple(sorted(name for name in unpaired if _is_document(outputs[name]))),
    )


def reader(out: Path, truth: Path) -> Callable[[str], tuple[dict[int, Page], Document]]:
    """Reads documents of a score again, by their names: pages of the truth, and the output.

    For what a score doesn't keep: texts without error, boxes of zones. The function raises
    TruthError as `score_folder` does, and KeyError for a name that is not in its score.
    """
    outputs, truths = find_documents(out, truth)
    pairs = _pair(truths, outputs)
    return lambda name: (read_truth(truths[name])[0], read_output(outputs[pairs[name]]))


def score_run(out: Path, truth: Path, normalisation: str = "typed") -> tuple[Score, Baseline]:
    """The score of OUT, and what is kept of it to compare later runs with.

    What made the run is told as its first document tells it. Raises as `score_folder`.
    """
    score = score_folder(out, truth, normalisation)
    document = reader(out, truth)
    names = [each.name for each in score.documents]
    made_with = document(names[0])[1].provenance if names else {}
    kept = {key: made_with[key] for key in MADE_WITH if key in made_with}
    return score, baseline_of(score, kept)


def read_baseline(path: Path) -> Baseline:
    """Raises TruthError where there is none, or it is none."""
    try:
        data = path.read_bytes()
    except OSError as e:
        why = f"cannot be read ({e.strerror}); make it with shifrovka gate --update"
        raise TruthError(f"{path}: {why}") from e
    return baseline_from_json(data, str(path))


# --- finding ---------------------------------------------------------------------------------


@dataclass(slots=True)
class Files:
    """Files of one document: of each suffix {page index or WHOLE: file}."""

    of_suffix: dict[str, dict[int, Path]] = field(default_factory=dict)

    @property
    def json(self) -> Path | None:
        return self.of_suffix.get(".json", {}).get(WHOLE)


def find_documents(out: Path, truth: Path) -> tuple[dict[str, Files], dict[str, Files]]:
    """{name: files} of either folder; a name is the path within it, without suffix.

    NAME.2.xml is page 2 of NAME, unless a JSON file of the name `NAME.2` says otherwise. Raises
    TruthError where a page is there twice.
    """
    found = [(path, out) for path in _candidates(out)], [(p, truth) for p in _candidates(truth)]
    whole = {_key(*row) for rows in found for row in rows if row[0].suffix.lower() == ".json"}
    bare = {PurePosixPath(key).name for key in whole}
    outputs, truths = (_grouped(rows, bare) for rows in found)
    return outputs, truths


def _candidates(folder: Path) -> list[Path]:
    paths = [p for p in sorted(folder.rglob("*")) if p.suffix.lower() in SUFFIXES and p.is_file()]
    return [path for path in paths if not _is_beside(path)]


def _is_beside(path: Path) -> bool:
    """No document, but something that lies beside them."""
    if path.name in (BASELINE_FILE, LEVELS_FILE) or path.name.endswith(RECIPE):
        return True
    if path.match(OTHER_BASELINES):
        return True
    if path.suffix.lower() != ".txt" or not path.stem.endswith(READING):
        return False
    name = path.stem.removesuffix(READING)
    return any(path.with_name(name + suffix).exists() for suffix in SUFFIXES)


def _grouped(rows: Iterable[tuple[Path, Path]], bare: set[str]) -> dict[str, Files]:
    documents: dict[str, Files] = {}
    for path, folder in rows:
        key, index = _key(path, folder), WHOLE
        numbered = NUMBERED.fullmatch(key)
        if numbered and PurePosixPath(key).name not in bare:
            key, index = numbered[1], int(numbered[2]) - 1
        suffix = path.suffix.lower()
        files = documents.setdefault(key, Files()).of_suffix.setdefault(suffix, {})
        if index in files:
            raise TruthError(f"{path}: the same as {files[index]}; keep one of them")
        files[index] = path
    return documents


def _key(path: Path, folder: Path) -> str:
    return path.relative_to(folder).with_suffix("").as_posix()


def _pair(truths: Iterable[str], outputs: Mapping[str, Files]) -> dict[str, str]:
    """{truth key: output key}. An output that is no document pairs with nothing."""
    pairs = {key: key for key in truths if key in outputs and _is_output(outputs[key])}
    free = _by_name(key for key in outputs if key not in pairs and _is_document(outputs[key]))
    for name, keys in _by_name(key for key in truths if key not in pairs).items():
        if len(keys) == 1 and len(free.get(name, ())) == 1:
            pairs[keys[0]] = free[name][0]
    return pairs


def _by_name(keys: Iterable[str]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for key in keys:
        names.setdefault(PurePosixPath(key).name, []).append(key)
    return names


def _is_output(files: Files) -> bool:
    """Whether these can be an output: all but JSON that is something else."""
    return files.of_suffix.keys() != {".json"} or _is_document(files)


def _is_document(files: Files) -> bool:
    """Whether one of these files says of itself that it holds a page; plain text always does."""
    if files.json is not None and _is_ours(files.json):
        return True
    for suffix, paths in files.of_suffix.items():
        head = _head(next(iter(paths.values())))
        if suffix == ".txt" or (suffix == ".xml" and _root(head)) or b"ocr_page" in head:
            return True
    return False


def _head(path: Path) -> bytes:
    """The beginning of a file; of UTF-16 without the zeros, so that names are found in it."""
    with path.open("rb") as file:
        return file.read(HEAD_BYTES).replace(b"\0", b"")


def _root(head: bytes) -> str:
    """`PcGts`, `alto`, `html`, or "" for what is none of these."""
    match = ROOT.search(head)
    return match[1].decode() if match else ""


def _is_ours(path: Path) -> bool:
    """Whether a JSON file is a document. Raises TruthError where it is no JSON at all."""
    data = path.read_bytes()
    if SCHEMA_NAME.encode() in data[:HEAD_BYTES]:  # we write the schema first
        return True
    if data.lstrip()[:1] == b"[":  # a list is some other program's
        return False
    return _schema_name(load(data, str(path))) == SCHEMA_NAME


def _schema_name(data: Mapping[str, object]) -> object:
    stated = data.get("schema")
    return stated.get("name") if isinstance(stated, Mapping) else None


# --- reading ---------------------------------------------------------------------------------


def read_output(files: Files) -> Document:
    """A document of an output, in whatever format. Raises TruthError naming file and line."""
    if files.json is not None and _is_ours(files.json):
        data = load(files.json.read_bytes(), str(files.json))
        return _checked(from_json(data, str(files.json)), files.json)
    pages = read_pages(files)
    return Document(Source("", "", len(pages)), tuple(pages.values()), (), ())


def _checked(document: Document, path: Path) -> Document:
    """Raises TruthError where a page is there twice."""
    indices = [page.index for page in document.pages]
    for index in indices:
        if indices.count(index) > 1:
            raise TruthError(f"{path}: page {index + 1} is there {indices.count(index)} times")
    return document


def read_pages(files: Files) -> dict[int, Page]:
    """{page index: page} out of the fullest kind that is there but JSON; {} where there is none.

    Raises TruthError naming file and line, and where two files hold the same page.
    """
    suffix = next((s for s in SUFFIXES[1:] if s in files.of_suffix), None)
    pages: dict[int, Page] = {}
    for start, path in sorted(files.of_suffix.get(suffix or "", {}).items()):
        for n, page in enumerate(_read(path)):
            index = max(start, 0) + n
            if index in pages:
                raise TruthError(f"{path}: page {index + 1} is in another file already")
            pages[index] = _numbered(page, index)
    return pages


def _read(path: Path) -> tuple[Page, ...]:
    data, name = path.read_bytes(), str(path)
    suffix = path.suffix.lower()
    if suffix == ".txt":
        return from_text(_decoded(data, name))
    root = _root(_head(path)) if suffix == ".xml" else "html"
    if root == "html":
        return from_hocr(data, name)
    return from_alto(data, name) if root == "alto" else (from_page_xml(data, name),)


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        line = data[: e.start].count(b"\n") + 1
        raise TruthError(f"{name}, line {line}: not UTF-8 text") from e


def _numbered(page: Page, index: int) -> Page:
    return page if page.index == index else replace(page, index=index)


def read_truth(files: Files) -> tuple[dict[int, Page], tuple[Field, ...] | None]:
    """Pages and record of a document of the truth; the record is None where there is none."""
    if files.json is None:
        return read_pages(files), None
    data = load(files.json.read_bytes(), str(files.json))
    if _schema_name(data) == SCHEMA_NAME:
        document = _checked(from_json(data, str(files.json)), files.json)
        return {page.index: page for page in document.pages}, document.record
    try:
        return read_pages(files), flatten(data)
    except (KeyError, ValueError, TypeError) as e:
        raise TruthError(f"{files.json}: not a record: {e}") from e


def read_levels(truth: Path) -> dict[str, str]:
    """{name of a document: level} out of `levels.json`; {} where there is none.

    Raises TruthError where that is no object of words.
    """
    path = truth / LEVELS_FILE
    if not path.is_file():
        return {}
    levels = load(path.read_bytes(), str(path))
    for name, level in levels.items():
        if not isinstance(level, str):
            raise TruthError(f"{path}: the level of {name} is {level!r} and not a word")
    return levels


def _score_files(
    name: str, truth: Files, output: Files, normalisation: str, levels: Mapping[str, str]
) -> DocumentScore:
    pages, record = read_truth(truth)
    level = levels.get(name, levels.get(PurePosixPath(name).name, NO_LEVEL))
    norm = NORMALISATIONS[normalisation]
    return score_document(name, pages, record, read_output(output), norm, level)
