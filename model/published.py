"""A published quota table: start places per NOC and event, athletes, and the printed totals.

A row whose NOC is not legible is written `?`. Each such row is an NOC of its own, which no other row names; inside the
program it goes by its place in the table, `?15` for the fifteenth row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from .errors import InputError
from .files import csv_text, read_rows
from .rules import Rules
from .scenario_folder import PUBLISHED

TOTAL = "TOTAL"
ATHLETES = "athletes"
CellName = tuple[str, str]
"""(NOC or TOTAL, column)."""

UNNAMED = "?"
"""What stands for the NOC of a row that has none."""


def unnamed_row(number: int) -> str:
    """Return the name by which the row at a place of the table (from 1) goes if its NOC is unknown."""
    return f"{UNNAMED}{number}"


def is_unnamed(noc: str) -> bool:
    """Return whether a name is that of a row whose NOC is unknown."""
    return noc.startswith(UNNAMED)


def row_name(noc: str) -> str:
    """Return what a sentence calls a row: its NOC, or `row 15 of the table`."""
    return f"row {noc.removeprefix(UNNAMED)} of the table" if is_unnamed(noc) else noc


@dataclass(frozen=True)
class Published:
    """The table as printed.

    Attributes
    ----------
    columns
        Event identifiers in table order, then `athletes`.
    cells
        NOC -> column -> number; the NOC of an unnamed row is `?` and its place in the table.
    totals
        Column -> number of the TOTAL row; columns without a printed total are absent.
    unknown
        Cells that are not known, in a table that is partly known; they hold 0. Only `Scenario.partial` is such a table.
    lines
        NOC or TOTAL -> line of its row in the file, if there is one.
    """

    columns: tuple[str, ...]
    cells: Mapping[str, Mapping[str, int]]
    totals: Mapping[str, int]
    unknown: frozenset[CellName] = frozenset()
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    @property
    def nocs(self) -> tuple[str, ...]:
        """NOCs in table order."""
        return tuple(self.cells)

    @property
    def unnamed(self) -> tuple[str, ...]:
        """Rows whose NOC is unknown, in table order."""
        return tuple(noc for noc in self.cells if is_unnamed(noc))

    def renamed(self, names: Mapping[str, str]) -> Published:
        """Return the table with the NOCs of some rows replaced."""
        return replace(
            self,
            cells={names.get(noc, noc): row for noc, row in self.cells.items()},
            unknown=frozenset((names.get(noc, noc), column) for noc, column in self.unknown),
        )

    def number(self, noc: str, column: str) -> int:
        """Return the number in a cell; 0 for an NOC without a row."""
        return self.cells.get(noc, {}).get(column, 0)

    def differing(self, other: Published) -> Iterator[tuple[str, str, int, int]]:
        """Yield (NOC, column, number, number in the other table) where they differ, totals aside.

        NOCs are in the order of this table; those that only the other one has follow.
        """
        for noc in dict.fromkeys((*self.nocs, *other.nocs)):
            for column in self.columns:
                if (here := self.number(noc, column)) != (there := other.number(noc, column)):
                    yield noc, column, here, there

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
        """Return the table with some cells, named (NOC or TOTAL, column), replaced; an NOC without a row gets one."""
        cells = {noc: dict(row) for noc, row in self.cells.items()}
        totals = dict(self.totals)
        for (noc, column), value in changes.items():
            if noc == TOTAL:
                totals[column] = value
            else:
                cells.setdefault(noc, dict.fromkeys(self.columns, 0))[column] = value
        return replace(self, cells=cells, totals=totals)

    def to_csv(self) -> str:
        """Return the table as the text of a `published.csv`."""
        rows: list[tuple[object, ...]] = [
            (
                UNNAMED if is_unnamed(noc) else noc,
                *(UNNAMED if (noc, column) in self.unknown else row[column] for column in self.columns),
            )
            for noc, row in self.cells.items()
        ]
        if self.totals:
            rows.append((TOTAL, *(self.totals.get(column, "") for column in self.columns)))
        return csv_text(("noc", *self.columns), rows)


def load_published(path: Path, rules: Rules) -> Published:
    """Return the table of a CSV file with the columns noc, one per event, athletes; a TOTAL row may come last.

    The NOC of a row may be `?`. So may a cell, or it is empty: then it is not known (`unknown`), as are all of the
    column athletes where there is none.

    Raises
    ------
    InputError
        With file, line and field.
    """
    columns = (*(event.identifier for event in rules.events), ATHLETES)
    cells: dict[str, dict[str, int]] = {}
    totals: dict[str, int] = {}
    unknown: set[CellName] = set()
    lines: dict[str, int] = {}
    needed = [column for column in PUBLISHED.columns(columns[:-1]) if column != ATHLETES]
    for row in read_rows(path, needed, (ATHLETES,)):
        if TOTAL in lines:
            raise row.error("noc", "a row follows the TOTAL row, which must be the last")
        said = [column for column in columns if row.text(column) not in ("", UNNAMED)]
        if row.text("noc") == TOTAL:
            lines[TOTAL] = row.line
            totals = {column: row.integer(column) for column in said}
            continue
        noc = row.noc_or_unknown() or unnamed_row(len(cells) + 1)
        if noc in cells:
            raise row.error("noc", f"{noc} has a second row")
        lines[noc] = row.line
        cells[noc] = {column: row.integer(column, most=999) if column in said else 0 for column in columns}
        unknown |= {(noc, column) for column in columns if column not in said}
    if not cells:
        raise InputError("the table has no NOC", file=path, line=1)
    return Published(columns, cells, totals, frozenset(unknown), lines)
