"""Results of loose sheets made into documents: which results there are, and what is written.

Works on what `transcribe` wrote, so that nothing is read anew, and a JSON that was corrected by
hand is taken as it is. The results of the single sheets stay as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ocr.assemble import AssembleSettings, assemble_document
from ocr.assemble.collate import Bundle, Collation, collate
from ocr.assemble.identity import head_lines, renumbered
from ocr.batch.results import render
from ocr.document import Check, Document, Page, SheetSource, Source
from ocr.errors import NoScansError
from ocr.evaluate.tables import Table
from ocr.formats.record import SCHEMA_NAME, dump, from_json, load
from ocr.formats.writing import check_writable, write_whole

FORMATS = ("txt", "json")
REPORT_FILE = "collation.json"


@dataclass(frozen=True, slots=True)
class LooseSheet:
    """The result of a scan of one page; `name` is its place in the folder, without `.json`."""

    name: str
    document: Document

    @property
    def page(self) -> Page:
        return self.document.pages[0]


@dataclass(frozen=True, slots=True)
class Collated:
    """What came of a folder: `names` of the telegrams as written, for each bundle in turn.

    several  names of results that have several pages and were left as they are
    """

    sheets: tuple[LooseSheet, ...]
    several: tuple[str, ...]
    collation: Collation
    names: tuple[str, ...]


def collate_folder(folder: Path, out: Path) -> Collated:
    """Collate the results in `folder` and write documents and a report to `out`.

    Raises NoScansError where there are no results of single sheets, TruthError for a result that
    is broken, OutputError where `out` cannot be written.
    """
    sheets, several = read_results(folder, out)
    if not sheets:
        raise NoScansError(
            f"{folder}: no results of single sheets; make some with shifrovka transcribe first"
        )
    check_writable(out)
    collation = collate([sheet.page for sheet in sheets], AssembleSettings())
    done = Collated(tuple(sheets), tuple(several), collation, _names(collation.bundles, sheets))
    for name, bundle in zip(done.names, collation.bundles, strict=True):
        for file, data in render(collated_document(name, bundle, sheets), name, FORMATS):
            write_whole(out / file, data)
    write_whole(out / REPORT_FILE, dump(report(done)).encode())
    return done


def read_results(folder: Path, out: Path) -> tuple[list[LooseSheet], list[str]]:
    """Results of one page each, by name, and the names of all others; `out` is left out."""
    sheets, several = [], []
    for path in sorted(folder.rglob("*.json")):
        if path.is_relative_to(out) and out != folder:
            continue
        data = load(path.read_bytes(), str(path))
        if not isinstance(stated := data.get("schema"), dict) or stated.get("name") != SCHEMA_NAME:
            continue
        document = from_json(data, str(path))
        name = path.relative_to(folder).with_suffix("").as_posix()
        if len(document.pages) == 1 and not document.source.sheets:
            sheets.append(LooseSheet(name, document))
        elif not document.source.sheets:
            several.append(name)
    return sheets, several


def collated_document(name: str, bundle: Bundle, sheets: Sequence[LooseSheet]) -> Document:
    """The telegram with its sheets as pages, and checks of what was collated."""
    used = [sheets[placed.item] for placed in bundle.sheets]
    pages = [renumbered(sheet.page, index) for index, sheet in enumerate(used)]
    files = tuple(
        SheetSource(x.document.source.file_name, x.document.source.sha256, x.page.index)
        for x in used
    )
    source = Source(name, "", len(pages), sheets=files)
    document = assemble_document(source, pages, _provenance(used), AssembleSettings())
    return replace(document, checks=(*_checks(bundle, sheets, pages), *document.checks))


def _provenance(used: Sequence[LooseSheet]) -> dict[str, Any]:
    """That of the sheets, where it is the same; else one for each sheet."""
    made = [dict(sheet.document.provenance) for sheet in used]
    return made[0] if all(each == made[0] for each in made) else {"sheets": made}


def _checks(bundle: Bundle, sheets: Sequence[LooseSheet], pages: Sequence[Page]) -> Iterator[Check]:
    """`sheets_complete`, `sheets_doubled`, `sheets_identified`."""
    heads = [head_lines(page) for page in pages]
    everywhere = tuple(i for head in heads for i in head)
    there = ", ".join(f"{p.sheet} ({sheets[p.item].name})" for p in bundle.sheets)
    faults = defects(bundle)
    yield Check("sheets_complete", not faults, "; ".join([f"sheets {there}", *faults]), everywhere)
    twice = [
        f"sheet {p.sheet} also in {', '.join(sheets[d].name for d in p.doubles)}"
        for p in bundle.sheets
        if p.doubles
    ]
    if twice:
        yield Check("sheets_doubled", False, "; ".join(twice), everywhere)
    odd = [
        (f"sheet {p.sheet} ({sheets[p.item].name}): {', '.join(p.notes)}", head)
        for p, head in zip(bundle.sheets, heads, strict=True)
        if p.notes
    ]
    if odd:
        lines = tuple(i for _, head in odd for i in head)
        yield Check("sheets_identified", False, "; ".join(what for what, _ in odd), lines)


def defects(bundle: Bundle) -> list[str]:
    """What is missing, in words."""
    words = [f"sheet {n} is missing" for n in bundle.missing]
    if not bundle.ends:
        words.append(f"no sign-off: what follows sheet {bundle.sheets[-1].sheet} is missing")
    return words


def _names(bundles: Sequence[Bundle], sheets: Sequence[LooseSheet]) -> tuple[str, ...]:
    """`telegram-25348`; with the copy where there are several; never two alike."""
    numbers = Counter(bundle.number for bundle in bundles)
    names: list[str] = []
    for bundle in bundles:
        name = f"telegram-{bundle.number}"
        if bundle.number is None:
            name = f"telegram-of-{Path(sheets[bundle.sheets[0].item].name).name}"
        elif numbers[bundle.number] > 1 and bundle.copy:
            name += f"-copy-{bundle.copy}"
        same = sum(other == name or other.startswith(f"{name}.") for other in names)
        names.append(f"{name}.{same + 1}" if same else name)
    return tuple(names)


def report(done: Collated) -> dict[str, Any]:
    """All that was found out, for programs."""
    sheets, result = done.sheets, done.collation
    return {
        "telegrams": [
            {
                "name": name,
                "number": bundle.number,
                "copy": bundle.copy,
                "sheets": [
                    {
                        "sheet": placed.sheet,
                        "name": sheets[placed.item].name,
                        "doubles": [sheets[d].name for d in placed.doubles],
                        "notes": list(placed.notes),
                    }
                    for placed in bundle.sheets
                ],
                "missing": list(bundle.missing),
                "ends": bundle.ends,
            }
            for name, bundle in zip(done.names, result.bundles, strict=True)
        ],
        "foreign": [
            {
                "name": sheets[foreign.item].name,
                "doubles": [sheets[d].name for d in foreign.doubles],
                "why": foreign.why,
            }
            for foreign in result.foreign
        ],
        "no_telegram": [sheets[i].name for i in result.others],
        "several_pages": list(done.several),
    }


def collation_table(done: Collated) -> tuple[Table, list[str]]:
    """For the eye: a row a telegram, and a line for each sheet that is in none of them."""
    sheets, rows = done.sheets, []
    for name, bundle in zip(done.names, done.collation.bundles, strict=True):
        doubles = [f"sheet {p.sheet}: {sheets[d].name}" for p in bundle.sheets for d in p.doubles]
        notes = [f"sheet {p.sheet}: {', '.join(p.notes)}" for p in bundle.sheets if p.notes]
        there = " ".join(str(p.sheet) for p in bundle.sheets)
        missing = "; ".join(defects(bundle)) or "–"
        rows.append((name, there, missing, "; ".join(doubles) or "–", "; ".join(notes) or "–"))
    words = ("sheets", "missing", "twice", "read otherwise")
    table = Table("Telegrams collated", ("telegram", *words), tuple(rows), words)
    told = [f"foreign: {sheets[f.item].name}: {f.why}" for f in done.collation.foreign]
    told += [f"no telegram: {sheets[i].name}" for i in done.collation.others]
    told += [f"several pages, left alone: {name}" for name in done.several]
    return table, told
