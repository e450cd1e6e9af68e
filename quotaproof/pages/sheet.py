"""A CSV file as a page of one table, or of several with empty lines between."""

from __future__ import annotations

import csv
import io

from quotaproof.model.errors import InputError

from .page import Budget, Cell, Grid, Headings, Page
from .plain import plain


def page_of_csv(text: str, name: str) -> Page:
    """Return the page of a CSV text; `name` (the file's) is the heading of its table.

    Commas, semicolons or tabs may separate the cells: whichever the first lines have most of.

    Raises
    ------
    InputError
        If a line is not valid CSV.
    """
    if "\0" in text:
        raise InputError("the file holds a zero byte, so it is not a text file")
    head = text[:5000]
    separator = max((",", ";", "\t"), key=head.count)
    records: list[list[Cell]] = []
    budget = Budget()
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    while True:
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise InputError(f"the line is not valid CSV ({error})", line=reader.line_num) from error
        if record is None:
            break
        budget.spend(len(record))
        if not "".join(record).lstrip().startswith("#"):
            records.append([Cell(plain(cell)) for cell in record])
    headings = Headings()
    headings.add(2, name.replace("_", " "))
    return Page("", tables(records, headings, budget), "csv")


def tables(records: list[list[Cell]], headings: Headings, budget: Budget) -> tuple[Grid, ...]:
    """Return the tables among rows of a sheet: an empty row ends one, a row of one text before one is its heading."""
    grids: list[Grid] = []
    rows: list[tuple[Cell, ...]] = []
    captions: list[str] = []

    def close() -> None:
        if len(rows) > 1 or (rows and len(_filled(rows[0])) > 1):
            budget.begin_table()
            grids.append(Grid(tuple(rows), headings.above(), " > ".join(captions)))
            captions.clear()
        elif rows:
            captions[:] = [_filled(rows[0])[0].text]
        rows.clear()

    for record in records:
        if not any(not cell.empty for cell in record):
            close()
            continue
        if not rows and len(_filled(record)) == 1 and record[0].text and not record[0].text.isdigit():
            captions[:] = [record[0].text]
            continue
        rows.append(tuple(record))
    close()
    return tuple(grids)


def _filled(row: list[Cell] | tuple[Cell, ...]) -> list[Cell]:
    return [cell for cell in row if not cell.empty]
