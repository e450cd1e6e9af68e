"""A CSV file as a page of one table, or of several with empty lines between."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from quotaproof.model.errors import InputError

from .dialects import unquoted
from .page import Budget, Cell, Grid, Headings, Page
from .plain import cell_of

SEPARATORS = (",", ";", "\t", "|", "，", "；")
HEAD = 20
"""Lines by which the separator is found out."""

NUMBER_SIGN = re.compile(r"#\s{0,3}(\d{1,4}\b.*)?", re.DOTALL)
"""What a first cell with a number sign may hold that is no comment: the header of row numbers, or a rank and a name."""


AS_TEXT = re.compile(r'^="([^"]*)"$')
"""A formula for a text, by which programs keep Excel from changing a number."""


def page_of_csv(text: str, name: str) -> Page:
    """Return the page of a CSV text; `name` (the file's) is the heading of its table.

    Commas, semicolons, tabs or bars may separate the cells, those of Chinese too.

    Raises
    ------
    InputError
        If a line is not valid CSV.
    """
    if "\0" in text:
        raise InputError("the file holds a zero byte, so it is not a text file")
    text = "\n".join(unquoted(text.split("\n")))
    lines = text.splitlines()
    budget = Budget()
    told = re.fullmatch(r"sep=(.)", lines[0].strip()) if lines else None  # how Excel marks its separator
    if told:
        text = text.partition("\n")[2]
    separator = told[1] if told else separator_of(lines)
    records: list[list[Cell]] = []
    raw = list(io.StringIO(text, newline=""))
    reader = csv.reader(raw, delimiter=separator)
    most = max(3, *(line.count(separator) - 1 for line in raw[:HEAD])) if raw else 3
    begin = end = 0
    while True:
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise InputError(f"the line is not valid CSV ({error})", line=reader.line_num) from error
        if record is None:
            break
        begin, end = end, reader.line_num
        rows_within = any(line.count(separator) >= most for cell in record for line in cell.splitlines()[1:])
        if rows_within or (end == len(raw) and _is_open(raw[begin:end], separator)):
            words = "a quotation mark opens a cell here that takes in the rows behind it"
            raise InputError(f"{words} ({max(record, key=len)[:40]!r}); close it, or take it away", line=begin + 1)
        budget.spend(len(record) + 1)
        if record and record[0].lstrip().startswith("#") and not NUMBER_SIGN.fullmatch(record[0].strip()):
            shown = separator.join(record).strip("# ")[:60]
            budget.note("ignored", f"line {reader.line_num}", f"a comment: {shown!r}")
            continue
        records.append([cell_of(AS_TEXT.sub(r"\1", cell) if cell.startswith("=") else cell) for cell in record])
    headings = Headings()
    headings.add(2, name.replace("_", " "))
    return Page("", tables(records, headings, budget), "csv", tuple(budget.asides))


def _is_open(lines: Sequence[str], separator: str) -> bool:
    """Whether a quotation mark of the last record is never closed."""
    try:
        list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error as error:
        return "end of data" in str(error)
    return False


def separator_of(lines: Sequence[str]) -> str:
    """Return what separates the cells: what the most of the first lines have in the same number."""
    best, most = ",", (0, 0)
    for separator in SEPARATORS:
        counts = [len(next(csv.reader([line[:5000]], delimiter=separator), [])) for line in _first(lines)]
        usual = max(set(counts), key=lambda n: (counts.count(n), n), default=1)
        score = (counts.count(usual) if usual > 1 else 0, usual)
        if score > most:
            best, most = separator, score
    return best


def _first(lines: Sequence[str]) -> list[str]:
    return [line for line in lines[: 3 * HEAD] if line.strip() and not line.lstrip().startswith("# ")][:HEAD]


def tables(records: Sequence[Sequence[Cell]], headings: Headings, budget: Budget) -> tuple[Grid, ...]:
    """Return the tables among rows of a sheet: an empty row ends one, rows of one text before one are its caption."""
    grids: list[Grid] = []
    rows: list[tuple[Cell, ...]] = []
    captions: list[str] = []

    def close() -> None:
        if not rows:
            return
        width = max(len(row) - _is_padded(row) for row in rows)
        rows[:] = [(*row[:-1], *[Cell()] * (width - len(row) + 1)) if _is_padded(row) else row for row in rows]
        budget.begin_table()
        grids.append(Grid(tuple(rows), headings.above(), " > ".join(captions)))
        captions.clear()
        rows.clear()

    for record in records:
        filled = [cell for cell in record if not cell.empty or cell.notes]
        if not filled:
            close()
            continue
        if not rows and len(filled) == 1 and filled[0].text and not filled[0].text.isdecimal():
            captions.append(filled[0].text)
            continue
        rows.append(tuple(record))
    close()
    if captions:
        budget.note("ignored", headings.above()[-1] if headings.above() else "text", " > ".join(captions)[:200])
    return tuple(grids)


def _is_padded(row: tuple[Cell, ...]) -> bool:
    """Whether a row may be filled up with empty cells: a workbook does not keep those at its end."""
    return bool(row) and row[-1] is PADDED


PADDED = Cell()
"""The last cell of a row of a workbook: all behind it are empty."""
