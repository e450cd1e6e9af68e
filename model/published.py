"""A published quota table: start places per NOC and event, athletes, and the printed totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from .errors import InputError
from .files import csv_text, read_rows
from .rules import Rules

TOTAL = "TOTAL"
ATHLETES = "athletes"


@dataclass(frozen=True)
class Published:
    """The table as printed.

    Attributes
    ----------
    columns
        Event identifiers in table order, then `athletes`.
    cells
        NOC -> column -> number.
    totals
        Column -> number of the TOTAL row; columns without a printed total are absent.
    """

    columns: tuple[str, ...]
    cells: Mapping[str, Mapping[str, int]]
    totals: Mapping[str, int]

    @property
    def nocs(self) -> tuple[str, ...]:
        """NOCs in table order."""
        return tuple(self.cells)

    def column_sum(self, column: str) -> int:
        """Return the sum of a column over all NOCs."""
        return sum(row[column] for row in self.cells.values())

    def all_cells(self) -> Iterator[tuple[str, str, int]]:
        """Yield (NOC or TOTAL, column, number) for each printed cell, in table order."""
        for noc, row in self.cells.items():
            for column in self.columns:
                yield noc, column, row[column]
        for column in self.columns:
            if column in self.totals:
                yield TOTAL, column, self.totals[column]

    def with_cells(self, changes: Mapping[tuple[str, str], int]) -> Published:
        """Return the table with some cells, named (NOC or TOTAL, column), replaced."""
        cells = {noc: dict(row) for noc, row in self.cells.items()}
        totals = dict(self.totals)
        for (noc, column), value in changes.items():
            if noc == TOTAL:
                totals[column] = value
            else:
                cells[noc][column] = value
        return replace(self, cells=cells, totals=totals)

    def to_csv(self) -> str:
        """Return the table as the text of a `published.csv`."""
        rows: list[tuple[object, ...]] = [
            (noc, *(row[column] for column in self.columns)) for noc, row in self.cells.items()
        ]
        if self.totals:
            rows.append((TOTAL, *(self.totals.get(column, "") for column in self.columns)))
        return csv_text(("noc", *self.columns), rows)


def load_published(path: Path, rules: Rules) -> Published:
    """Return the table of a CSV file with the columns noc, one per event, athletes; a TOTAL row may come last.

    Raises
    ------
    InputError
        With file, line and field.
    """
    columns = (*(event.identifier for event in rules.events), ATHLETES)
    cells: dict[str, dict[str, int]] = {}
    totals: dict[str, int] = {}
    total_seen = False
    for row in read_rows(path, ("noc", *columns)):
        if total_seen:
            raise row.error("noc", "a row follows the TOTAL row, which must be the last")
        if row.values["noc"].strip() == TOTAL:
            total_seen = True
            totals = {column: row.integer(column) for column in columns if row.values[column].strip()}
            continue
        noc = row.noc()
        if noc is None:
            raise row.error("noc", "the NOC is missing")
        if noc in cells:
            raise row.error("noc", f"{noc} has a second row")
        cells[noc] = {column: row.integer(column, most=999) for column in columns}
    if not cells:
        raise InputError("the table has no NOC", file=path, line=1)
    return Published(columns, cells, totals)
