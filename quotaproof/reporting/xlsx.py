"""A report as an Excel workbook: a sheet for each section, text that can never be a formula."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from typing import Any

from quotaproof.extras import library
from quotaproof.model.errors import LimitError

from .document import Document, ReportTable, Section, words_of

SHADES = {2: "FFDDEEFF", 3: "FFFFEECC"}
NOTED = "FFFFD6D6"
HEAD = "FFEEEEEE"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every part, so that the same report has the same bytes."""


NO_ROOM = (
    "the workbook cannot be made, since its parts cannot be written into the folder for temporary files ({why}); name "
    "another in the environment variable TMPDIR"
)


def to_workbook(document: Document) -> bytes:
    """Return a report as the bytes of an `.xlsx` file.

    Raises
    ------
    InputError
        If openpyxl is not installed.
    LimitError
        If the folder for temporary files has no room for its parts.
    """
    openpyxl = library("openpyxl", "report")
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.title = clean(document.title)
    book.properties.creator = "quotaproof"
    parent = ""
    for section in document.all_sections:
        parent = section.title if section.level == 2 else parent
        name = section.title if section.level == 2 else f"{parent} {section.title}"
        if section.tables or section.paragraphs:
            _sheet(book, _free_name(book, name), section)
    return _undated(_saved(book))


def _saved(book: Any) -> bytes:
    """A workbook as a file; openpyxl writes its parts into the folder for temporary files first."""
    stream = io.BytesIO()
    try:
        book.save(stream)
    except OSError as error:
        raise LimitError(NO_ROOM.format(why=error.strerror)) from error
    except Exception as error:
        if not type(error).__module__.startswith("lxml"):  # which writes the parts where it is installed
            raise
        raise LimitError(NO_ROOM.format(why=error)) from error
    return stream.getvalue()


def _free_name(book: Any, name: str) -> str:
    """A sheet name of at most 31 characters without those that Excel forbids, not yet taken."""
    base = re.sub(r"[\[\]:*?/\\]", " ", clean(name)).strip("' ")[:31] or "Sheet"
    found, number = base, 2
    while found in book.sheetnames:
        found = f"{base[:27]} {number}"
        number += 1
    return found


def _sheet(book: Any, name: str, section: Section) -> None:
    sheet = book.create_sheet(name)
    styles = library("openpyxl.styles", "report")
    row = 1
    for text in section.paragraphs:
        _write(sheet, row, 1, text)
        row += 1
    widths: dict[int, int] = {}
    for table in section.tables:
        row += row > 1
        _write(sheet, row, 1, table.caption).font = styles.Font(bold=True, size=12)
        row = _table(sheet, row + 1, table, styles, widths) + 1
    letter = library("openpyxl.utils", "report").get_column_letter
    for column, width in widths.items():
        sheet.column_dimensions[letter(column)].width = width


def _table(sheet: Any, row: int, table: ReportTable, styles: Any, widths: dict[int, int]) -> int:
    comments = library("openpyxl.comments", "report")
    for column, text in enumerate(table.flat_header(), 1):
        cell = _write(sheet, row, column, text)
        cell.font = styles.Font(bold=True)
        cell.fill = styles.PatternFill("solid", fgColor=HEAD)
        cell.alignment = styles.Alignment(wrap_text=True, vertical="bottom")
        widths[column] = max(widths.get(column, 0), min(len(text), 12) + 2)
    for line in table.lines:
        row += 1
        for column, item in enumerate(line.items, 1):
            text = words_of(item)
            cell = _write(sheet, row, column, text, number=item.number)
            cell.font = styles.Font(bold=line.kind == "total", strike=item.struck)
            shade = NOTED if item.note else SHADES.get(item.qualifier or 0, "") if item.nocs else ""
            if shade:
                cell.fill = styles.PatternFill("solid", fgColor=shade)
            if item.note:
                cell.comment = comments.Comment(clean(item.note), "quotaproof")
            if line.kind == "behind-cut":
                cell.border = styles.Border(top=styles.Side(style="medium"))
            widths[column] = max(widths.get(column, 0), min(len(text) + 2, 60))
    return row + 1


def _write(sheet: Any, row: int, column: int, text: str, *, number: bool = False) -> Any:
    """Write a cell: a whole number as a number where one is meant, all else as text, which is never computed."""
    cell = sheet.cell(row=row, column=column)
    shown = clean(text)
    if number and re.fullmatch(r"\d{1,9}", shown):
        cell.value = int(shown)
    elif shown:
        cell.value = shown
        cell.data_type = "s"
        if shown[0] in "=+-@":
            # Excel then keeps it text when someone edits the cell.
            cell.quotePrefix = True
    return cell


def clean(text: str) -> str:
    """Return text without the control characters that a workbook cannot hold, on one line."""
    return " ".join(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text).split())[:32_000]


def _undated(data: bytes) -> bytes:
    """The workbook without the time at which it was made."""
    stamp = datetime(*EPOCH, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
            new.writestr(zipfile.ZipInfo(part.filename, EPOCH), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
