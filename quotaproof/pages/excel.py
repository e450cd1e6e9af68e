"""An Excel workbook as a page: one section per sheet, values only; no formula is computed and no link followed."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from quotaproof.extras import library
from quotaproof.model.errors import InputError

from .archive import check_archive
from .frame import shown
from .page import Budget, Cell, Grid, Headings, Page
from .plain import cell_of
from .sheet import PADDED, tables

MOST_SHEETS = 50
MOST_ROWS, MOST_COLUMNS = 5_000, 100
MOST_MERGED = 5_000


def page_of_workbook(data: bytes) -> Page:
    """Return the page of an `.xlsx` file.

    A cell with a formula has the value that was last computed for it; where none was saved, that is said of it. The
    value of merged cells counts for each of them.

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
        # Values and formulas are two ways to load a workbook; the second is for cells without a saved value.
        values = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        formulas = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        for number, sheet in enumerate(values.worksheets):
            name = str(sheet.title)
            if number >= MOST_SHEETS:
                budget.note("ignored", f"sheet {name!r}", f"at most {MOST_SHEETS} sheets are read")
                continue
            if sheet.sheet_state != "visible":
                budget.note("guessed", f"sheet {name!r}", "it is hidden, and read as if it were not")
            headings.add(2, name)
            records = list(_records(sheet, formulas.worksheets[number], budget))
            merge(records, _merged(sheet), budget)
            grids += tables(records, headings, budget)
        values.close()
        formulas.close()
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"the workbook is damaged or no Excel workbook ({type(error).__name__})") from error
    return Page("", tuple(grids), "xlsx", tuple(budget.asides))


def _records(sheet: Any, formulas: Any, budget: Budget) -> Iterator[list[Cell]]:
    """The rows of a sheet; a cell far outside is named and no reason to go there."""
    limits = {"max_row": MOST_ROWS, "max_col": MOST_COLUMNS}
    if (sheet.max_row or 0) > MOST_ROWS or (sheet.max_column or 0) > MOST_COLUMNS:
        words = f"cells below row {MOST_ROWS:,} or right of column {MOST_COLUMNS} are not read"
        budget.note("ignored", f"sheet {sheet.title!r}", words)
    for row, written in zip(sheet.iter_rows(**limits), formulas.iter_rows(**limits), strict=False):
        record = [_cell(cell, formula) for cell, formula in zip(row, written, strict=False)]
        while record and record[-1].empty and not record[-1].shade:
            record.pop()
        budget.spend(len(record) + 1)
        yield [*record, PADDED]


def _cell(cell: Any, formula: Any) -> Cell:
    fill = getattr(cell, "fill", None)
    shade = ""
    if fill is not None and fill.fill_type == "solid" and isinstance(fill.fgColor.rgb, str):
        shade = fill.fgColor.rgb.lower()
    value = cell.value
    if value is None:
        if formula.data_type == "f":
            return Cell(shade=shade, unclear=(f"the formula {str(formula.value)[:40]} without a saved value",))
        return Cell(shade=shade) if shade else Cell()
    text, font = shown(value), getattr(cell, "font", None)
    bold = bool(font is not None and font.bold)
    if font is not None and font.strike:
        return Cell(struck=text, bold=bold, shade=shade)
    if font is not None and font.vertAlign == "superscript":
        return Cell(notes=(text,), shade=shade)
    if isinstance(value, str) and ("<" in value or "~~" in value):
        read = cell_of(value)
        return Cell(read.text, struck=read.struck, bold=bold or read.bold, shade=shade, notes=read.notes)
    return Cell(text, bold=bold, shade=shade)


def _merged(sheet: Any) -> list[tuple[int, int, int, int]]:
    """The merged ranges of a sheet as (first row, last row, first column, last column), from 0."""
    etree = library("lxml.etree", "import")
    cells = library("openpyxl.utils.cell", "import")
    found: list[tuple[int, int, int, int]] = []
    with sheet._get_source() as source:  # what reads rows one by one does not tell what is merged
        for _, element in etree.iterparse(source, resolve_entities=False, no_network=True):
            if element.tag.endswith("}mergeCell") and len(found) < MOST_MERGED:
                left, top, right, bottom = cells.range_boundaries(element.get("ref"))
                found.append((top - 1, bottom - 1, left - 1, right - 1))
            element.clear()
    return found


def merge(records: list[list[Cell]], ranges: Sequence[tuple[int, int, int, int]], budget: Budget) -> None:
    """Put the value of each merged range into all its cells that are within the rows that have any."""
    for top, bottom, left, right in ranges:
        if top >= len(records) or left >= len(records[top]):
            continue
        cell = records[top][left]
        if cell.empty and not cell.notes:
            continue
        for row in records[top : bottom + 1]:
            last = min(right, MOST_COLUMNS - 1)
            budget.spend(last - left + 1)
            padded = bool(row) and row[-1] is PADDED
            if padded:
                row.pop()
            row += [Cell()] * (last + 1 - len(row))
            row[left : last + 1] = [cell] * (last + 1 - left)
            if padded:
                row.append(PADDED)
