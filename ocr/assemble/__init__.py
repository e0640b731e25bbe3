"""From readings to pages, from pages to a document: text to read, and the record.

assemble_page           what an engine read        → Page, in scan pixels, as typed
assemble_digital_page   a born-digital PDF page    → Page
assemble_document       pages                      → Document: paragraphs and record
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ocr.assemble.archive import archive_page
from ocr.assemble.changes import undo
from ocr.assemble.checks import checks
from ocr.assemble.fields import record
from ocr.assemble.page import assemble_digital_page, assemble_page
from ocr.assemble.paragraphs import paragraphs
from ocr.assemble.settings import AssembleSettings
from ocr.assemble.translation import align_translation
from ocr.document import Document, Page, Source

__all__ = [
    "AssembleSettings",
    "assemble_digital_page",
    "assemble_document",
    "assemble_page",
    "undo",
]


def assemble_document(
    source: Source, pages: Sequence[Page], provenance: Mapping[str, Any], s: AssembleSettings
) -> Document:
    """The document that these pages make, in their order."""
    archive = archive_page(pages)
    facts = record(pages, s, archive.line_ids)
    text = paragraphs(pages, s)
    return Document(
        source=replace(source, archive=archive.fields),
        pages=tuple(pages),
        paragraphs=text,
        record=facts,
        provenance=dict(provenance),
        checks=checks(pages, facts),
        translation=align_translation(pages, text, archive.line_ids),
    )
