"""A file that someone saved: what format it has, and its page."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from quotaproof.model.errors import InputError

from .page import Page

if TYPE_CHECKING:
    import pandas as pd

Form = Literal["html", "text", "wikitext", "csv", "xlsx"]
FORMS: tuple[Form, ...] = get_args(Form)

LIMITS: dict[Form, int] = {
    "html": 5_000_000,
    "text": 5_000_000,
    "wikitext": 2_100_000,
    "csv": 5_000_000,
    "xlsx": 5_000_000,
}
"""Largest file in bytes. Real pages have up to 1 MB; the encyclopaedia itself takes wikitext of 2 MB and no more.
The worst that fits into these limits is read or refused within about five seconds."""

SUFFIXES: dict[str, Form] = {
    ".html": "html", ".htm": "html", ".xhtml": "html", ".xlsx": "xlsx", ".xlsm": "xlsx", ".wiki": "wikitext",
    ".wikitext": "wikitext", ".mediawiki": "wikitext", ".md": "text", ".markdown": "text",
}  # fmt: skip
FOREIGN = {
    ".pdf": "a table of a PDF can be imported once it is saved as CSV",
    ".xls": "save it as .xlsx",
    ".ods": "save it as .xlsx or CSV",
    ".docx": "save it as HTML",
    ".mht": "save the page as HTML",
    ".mhtml": "save the page as HTML",
    ".json": "only tables are read: HTML, text, wikitext, CSV or Excel",
}


def read(source: Path | pd.DataFrame, form: Form | None = None) -> Page:
    """Return the page of a file or a frame.

    Parameters
    ----------
    form
        The file's format; found out from its name and its first characters if not given.

    Raises
    ------
    InputError
        If it cannot be read: missing, too large, of a foreign format, or beyond what is read of one.
    """
    if not isinstance(source, Path):
        from .frame import page_of_frame

        return page_of_frame(source)
    data = _bytes(source)
    found = form or _form(source, data)
    if len(data) > LIMITS[found]:
        problem = f"the file has {len(data):,} bytes; at most {LIMITS[found]:,} are read as {found}"
        raise InputError(problem, file=source)
    try:
        return _reader(found)(source, data)
    except InputError as error:
        if error.file is not None:
            raise
        raise InputError(error.problem, file=source, line=error.line, field=error.field) from error


def _reader(form: Form) -> Callable[[Path, bytes], Page]:
    if form == "html":
        from .html import page_of_html

        return lambda source, data: page_of_html(data)
    if form == "wikitext":
        from .guarded import guarded_page_of_wikitext

        return lambda source, data: guarded_page_of_wikitext(_text(source, data))
    if form == "xlsx":
        from .excel import page_of_workbook

        return lambda source, data: page_of_workbook(data)
    if form == "csv":
        from .sheet import page_of_csv

        return lambda source, data: page_of_csv(_text(source, data), source.stem)
    from .plain import page_of_text

    return lambda source, data: page_of_text(_text(source, data))


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


def _text(source: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError("the text is not UTF-8; save the file as UTF-8", file=source, line=line) from error


def _form(source: Path, data: bytes) -> Form:
    """The format by the file's suffix, else by how it begins."""
    suffix = source.suffix.lower()
    if suffix in FOREIGN or data.startswith(b"%PDF"):
        raise InputError(f"this format is not read; {FOREIGN.get(suffix, FOREIGN['.pdf'])}", file=source)
    if not data.strip():
        raise InputError("the file is empty", file=source)
    if data.startswith(b"PK\x03\x04"):
        return "xlsx"
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    head = data[:200_000].decode("utf-8", errors="replace")
    if re.search(r"<!doctype html|<html\b|<table\b", head, re.IGNORECASE):
        return "html"
    if re.search(r"^\s*:*\{\|", head, re.MULTILINE):
        return "wikitext"
    if suffix in (".csv", ".tsv"):
        return "csv"
    if re.search(r"^\s*\|", head, re.MULTILINE) or re.search(r"^(=+).*\1\s*$", head, re.MULTILINE):
        return "text"
    return "csv"
