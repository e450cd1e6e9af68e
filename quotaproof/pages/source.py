"""A file that someone saved, or a text that someone pasted: what format it has, and its page."""

from __future__ import annotations

import html
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from quotaproof.model.errors import InputError

from .archive import names_in
from .encoding import KnownWords, text_of
from .json_records import is_json
from .kinds import WORD, advice
from .page import MOST_COLUMNS, Page

if TYPE_CHECKING:
    import pandas as pd

Form = Literal["html", "text", "wikitext", "csv", "xlsx", "ods", "json"]
FORMS: tuple[Form, ...] = get_args(Form)

LIMITS: dict[Form, int] = dict.fromkeys(FORMS, 5_000_000) | {"wikitext": 2_100_000}
"""Largest file in bytes. Real pages have up to 1 MB; the encyclopaedia itself takes wikitext of 2 MB and no more.
The worst that fits into these limits is read or refused within about five seconds."""

SUFFIXES: dict[str, Form] = {
    ".html": "html", ".htm": "html", ".xhtml": "html", ".xlsx": "xlsx", ".xlsm": "xlsx", ".wiki": "wikitext",
    ".wikitext": "wikitext", ".mediawiki": "wikitext", ".md": "text", ".markdown": "text", ".ods": "ods",
    ".json": "json", ".jsonl": "json", ".ndjson": "json",
}  # fmt: skip
STANDARD_INPUT = "-"
BBCODE = re.compile(r"\[tr\]\s{0,9}\[t[dh]", re.IGNORECASE)


def read(source: Path | pd.DataFrame, form: Form | None = None, known: KnownWords | None = None) -> Page:
    """Return the page of a file (`-`: of standard input) or a frame.

    Parameters
    ----------
    form
        The file's format; found out from its name and its first characters if not given.
    known
        How many words of a text are known, by which its encoding is guessed.

    Raises
    ------
    InputError
        If it cannot be read: missing, too large, of a foreign format, or beyond what is read of one.
    """
    if not isinstance(source, Path):
        from .frame import page_of_frame

        return page_of_frame(source)
    if str(source) == STANDARD_INPUT:
        return read_bytes(sys.stdin.buffer.read(max(LIMITS.values()) + 1), "standard-input", form, known)
    return read_bytes(_bytes(source), str(source), form, known)


def read_bytes(data: bytes, name: str, form: Form | None = None, known: KnownWords | None = None) -> Page:
    """Return the page of a file's content; `name` is its name or path, as messages have it.

    Raises
    ------
    InputError
        As `read` does.
    """
    source = Path(name)
    most = max(LIMITS.values())
    if len(data) > most:
        raise InputError(f"the file has {len(data):,} bytes; at most {most:,} are read", file=name)
    try:
        found = form or _form(source, data, known)
        return _no_wider_than_any(_page(source, data, found, known))
    except InputError as error:
        if error.file is not None:
            raise
        raise InputError(error.problem, file=name, line=error.line, field=error.field) from error


def _page(source: Path, data: bytes, form: Form, known: KnownWords | None) -> Page:
    from .guarded import guarded_page

    if len(data) > LIMITS[form]:
        raise InputError(f"the file has {len(data):,} bytes; at most {LIMITS[form]:,} are read as {form}")
    if form == "html":
        from .html import page_of_html

        return page_of_html(_without_bbcode(data, known), known)
    if form in ("xlsx", "ods"):
        return guarded_page(form, data)
    text, asides = text_of(data, known=known)
    if form == "wikitext":
        page = guarded_page(form, text.encode())
    elif form == "json":
        from .json_records import page_of_json

        page = page_of_json(text, source.stem)
    elif form == "csv":
        from .sheet import page_of_csv

        page = page_of_csv(text, source.stem)
        if not any(len(row) > 1 for grid in page.grids for row in grid.rows):
            from .plain import page_of_text

            apart = page_of_text(text)  # its cells may be set apart by blanks
            page = replace(apart, form="csv", title="") if apart.grids else page
    else:
        from .plain import page_of_text

        page = page_of_text(text)
    return replace(page, asides=(*asides, *page.asides))


def _no_wider_than_any(page: Page) -> Page:
    """Return a page whose rows have as many cells as real ones have; finding out what columns mean counts on it."""
    width = max((len(row) for grid in page.grids for row in grid.rows), default=0)
    if width > MOST_COLUMNS:
        raise InputError(f"a row of a table has {width:,} cells; at most {MOST_COLUMNS} are read")
    return page


def _without_bbcode(data: bytes, known: KnownWords | None) -> bytes:
    """The tables of a forum's text, `[tr][td]...[/td][/tr]`, as those of HTML; other data as it is."""
    if b"[td]" not in data.lower() or re.search(rb"<t[dhr]\b", data, re.IGNORECASE):
        return data
    text = html.escape(text_of(data, known=known)[0], quote=False)
    tables = re.sub(r"\[(/?)(table|tr|td|th|b|i|s|sup)(?:=[^\[\]]{0,60})?\]", r"<\1\2>", text, flags=re.IGNORECASE)
    return f"<!doctype html>{tables}".encode()


def _bytes(source: Path) -> bytes:
    most = max(LIMITS.values())
    try:
        if not source.is_file():
            raise InputError("this is not a file" if source.exists() else "the file does not exist", file=source)
        size = source.stat().st_size
        if size > most:
            raise InputError(f"the file has {size:,} bytes; at most {most:,} are read", file=source)
        return source.read_bytes()
    except OSError as error:
        raise InputError(f"the file cannot be read ({error.strerror})", file=source) from error


def _form(source: Path, data: bytes, known: KnownWords | None) -> Form:
    """The format by the file's suffix, else by how it begins."""
    suffix = source.suffix.lower()
    instead = advice(suffix, data)
    if instead is not None:
        raise InputError(f"this format is not read; {instead}")
    if not data.strip():
        raise InputError("the file is empty")
    if data.startswith(b"PK\x03\x04"):
        return _packed(data)
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    text = text_of(data, known=known)[0]
    if is_json(text):
        return "json"
    if BBCODE.search(text[:200_000]):
        return "html"
    head = text[:200_000]
    if re.search(r"<!doctype html|<html\b|<table\b", head, re.IGNORECASE):
        return "html"
    if any(line.lstrip(" \t:").startswith("{|") for line in head.splitlines()):
        return "wikitext"
    if suffix in (".csv", ".tsv", ".tab"):
        return "csv"
    lines = [line.strip() for line in head.splitlines() if line.strip()]
    if any(line.startswith(("|", "==", "# ", "## ", "---|")) for line in lines):
        return "text"
    if sum(" | " in line or line.endswith("|") for line in lines) > 1:
        return "text"
    first = lines[:20]
    for sign in (",", ";", "\t", "，", "；"):
        counts = {line.count(sign) for line in first}
        if (len(counts) == 1 and counts != {0}) or sum(line.count(sign) > 1 for line in first) * 2 >= len(first):
            return "csv"
    return "text"


def _packed(data: bytes) -> Form:
    names = names_in(data)
    if any(name.startswith("word/") for name in names):
        raise InputError(f"this format is not read; {WORD}")
    if "content.xml" in names:
        return "ods"
    if names and not any(name.startswith("xl/") for name in names) and "[Content_Types].xml" not in names:
        raise InputError("this zip file is damaged or no Excel workbook; unpack it and import what is in it")
    return "xlsx"
