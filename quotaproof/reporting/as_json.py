"""A report as one JSON document: its sentences, and its tables cell by cell."""

from __future__ import annotations

import json
from collections.abc import Iterable

from typing_extensions import TypedDict  # pydantic reads that of `typing` from Python 3.12 on only

from quotaproof.model.documents import document_of

from .document import Document, ReportTable, Section, TableKind


class ReportCellDocument(TypedDict):
    """A cell: its text, the NOCs that it names (`?` for one that is unknown), and why it is not what was published."""

    text: str
    nocs: list[str]
    qualifier: int | None
    struck: bool
    note: str


class ReportRowDocument(TypedDict):
    """A row: `row`, `behind-cut` for the first behind the cut, or `total`."""

    kind: str
    cells: list[ReportCellDocument]


class ReportTableDocument(TypedDict):
    """A table; `columns` has for each column all that is written above it."""

    kind: TableKind
    caption: str
    columns: list[str]
    rows: list[ReportRowDocument]


class ReportSectionDocument(TypedDict):
    """A section of a report."""

    title: str
    level: int
    paragraphs: list[str]
    tables: list[ReportTableDocument]


class ReportDocument(TypedDict):
    """A report; `records` are the sections for those who check it."""

    scenario: str
    title: str
    games: str
    language: str
    lead: list[str]
    sections: list[ReportSectionDocument]
    records: list[ReportSectionDocument]


def to_json(scenario: str, document: Document) -> str:
    """Return a report of the scenario with this id as the text of a JSON file."""
    found: ReportDocument = document_of(
        ReportDocument,
        document,
        scenario=scenario,
        sections=_sections(document.sections),
        records=_sections(document.records),
    )
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _sections(sections: Iterable[Section]) -> list[ReportSectionDocument]:
    return [document_of(ReportSectionDocument, one, tables=[_table(table) for table in one.tables]) for one in sections]


def _table(table: ReportTable) -> ReportTableDocument:
    rows: list[ReportRowDocument] = [
        {"kind": line.kind, "cells": [document_of(ReportCellDocument, item) for item in line.items]}
        for line in table.lines
    ]
    return document_of(ReportTableDocument, table, columns=list(table.flat_header()), rows=rows)
