"""An Excel workbook as a page: one section per sheet, values only; no formula is computed and no link followed."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any

from quotaproof.extras import library
from quotaproof.model.errors import InputError

from .frame import shown
from .page import Budget, Cell, Grid, Headings, Page
from .sheet import tables

MOST_PARTS = 500
MOST_BYTES = 50_000_000
"""Uncompressed size of all parts of a workbook; the largest real one has about 1 MB."""

MOST_RATIO = 200
"""Uncompressed to compressed size of a part of more than 1 MB; sheets of text and numbers come to 5 to 30."""

MOST_SHEETS = 50
MOST_ROWS, MOST_COLUMNS = 5_000, 100


def page_of_workbook(data: bytes) -> Page:
    """Return the page of an `.xlsx` file.

    A cell with a formula has the value that was last computed for it, and is empty if none was saved.

    Raises
    ------
    InputError
        If openpyxl is not installed, the file is no workbook, or it would unpack to more than is read.
    """
    check_archive(data)
    openpyxl = library("openpyxl", "import")
    headings, budget = Headings(), Budget()
    grids: list[Grid] = []
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets[:MOST_SHEETS]:
            headings.add(2, str(sheet.title))
            records: list[list[Cell]] = []
            for row in sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS):
                record = [_cell(cell) for cell in row]
                while record and record[-1].empty:
                    record.pop()
                budget.spend(len(record))
                records.append(record)
            grids += tables(records, headings, budget)
        book.close()
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"the workbook is damaged or no Excel workbook ({type(error).__name__})") from error
    return Page("", tuple(grids), "xlsx")


def check_archive(data: bytes) -> None:
    """Refuse an archive that would unpack to more than a workbook can need, before anything is unpacked.

    Raises
    ------
    InputError
        If it is damaged, too large, packed too tightly, or declares entities.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS:
                raise InputError(f"the workbook has {len(parts):,} parts; at most {MOST_PARTS} are read")
            size = sum(part.file_size for part in parts)
            if size > MOST_BYTES:
                raise InputError(f"the workbook unpacks to {size:,} bytes; at most {MOST_BYTES:,} are read")
            for part in parts:
                if part.file_size > 1_000_000 and part.file_size > MOST_RATIO * max(part.compress_size, 1):
                    raise InputError(f"a part of the workbook unpacks to more than {MOST_RATIO} times its size")
                if part.flag_bits & 1:
                    raise InputError("the workbook is encrypted; save it without a password")
            for part in parts:
                # A workbook declares no document type; one that does may expand without end.
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as stream:
                        if b"<!DOCTYPE" in stream.read(4096).upper():
                            raise InputError("a part of the workbook declares a document type, as no workbook does")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, ValueError) as error:
        raise InputError("the workbook is damaged or no Excel workbook") from error


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return Cell()
    text, font, fill = shown(value), cell.font, cell.fill
    shade = ""
    if fill is not None and fill.fill_type == "solid" and isinstance(fill.fgColor.rgb, str):
        shade = fill.fgColor.rgb.lower()
    if font is not None and font.strike:
        return Cell(struck=text, bold=bool(font.bold), shade=shade)
    return Cell(text, bold=bool(font is not None and font.bold), shade=shade)
