"""A report in Markdown; struck entries are written `~~...~~`."""

from __future__ import annotations

import re

from .document import Document, Item, ReportTable, Section, words_of

SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~#])")
NOTE_MARK = "†"


def to_markdown(document: Document) -> str:
    """Return a report as Markdown text."""
    parts = [f"# {escaped(document.title)}", *(escaped(text) for text in document.lead)]
    for section in document.all_sections:
        parts += _section(section)
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> list[str]:
    parts = [f"{'#' * section.level} {escaped(section.title)}", *(escaped(text) for text in section.paragraphs)]
    for table in section.tables:
        if table.kind in ("list", "ranked"):
            parts.append(f"{'#' * (section.level + 1)} {escaped(table.caption)}")
        parts.append(_table(table))
        parts += [f"{NOTE_MARK} {escaped(note)}" for note in table.notes]
    return parts


def _table(table: ReportTable) -> str:
    header = table.flat_header()
    lines = [
        [escaped(text) for text in header],
        ["--:" if number else ":--" for number in table.number_columns],
        *([_cell(item) for item in line.items] for line in table.lines),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(item: Item) -> str:
    shown = escaped(words_of(item))
    if item.struck:
        shown = f"~~{shown}~~"
    return f"{shown}{NOTE_MARK}" if item.note else shown


def escaped(text: str) -> str:
    """Return text so that Markdown shows it as it is, on one line."""
    shown = SPECIAL.sub(r"\\\1", " ".join(text.split()).replace("&", "&amp;"))
    return re.sub(r"'(?=')|(?<=')'", "&#39;", shown)
