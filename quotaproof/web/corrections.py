"""What somebody corrects in a table that was sent: cells, rows, and what its columns are; and the words for it.

Cells are named by their places in the page as it was sent: (table, row, column), each counted from 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal

from quotaproof.importing.columns import Layout
from quotaproof.importing.nocs import noc_of_cells
from quotaproof.importing.roles import NOC
from quotaproof.model.quantities import counted
from quotaproof.pages import Cell, Grid, Page, ToldColumns

if TYPE_CHECKING:
    from quotaproof.importing.outline import Outline

MOST_TEXT = 200
"""Most characters of a cell that is written in the page."""

MOST_CORRECTIONS = 3_000
"""Most cells that are written in one upload, those of rows that are added counted too."""

RowKey = str
"""A row in a form: its number in the table as it was sent, or `new1` and so on for one that was added."""


@dataclass(frozen=True, slots=True)
class Corrections:
    """What was changed in a page.

    Attributes
    ----------
    cells
        (table, row, column) -> what is to be there.
    removed
        (table, row) of rows that are to go.
    added
        Table -> rows that are to come below its last NOC.
    told
        Table -> what its columns are said to be.
    left_out
        Tables that are not to be read.
    shown
        Tables whose cells are to be shown though nothing in them is doubtful; that changes nothing.
    """

    cells: Mapping[tuple[int, int, int], str] = field(default_factory=dict)
    removed: frozenset[tuple[int, int]] = frozenset()
    added: Mapping[int, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    told: Mapping[int, ToldColumns] = field(default_factory=dict)
    left_out: frozenset[int] = frozenset()
    shown: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.cells or self.removed or self.added or self.told or self.left_out)

    def row(self, table: int, number: int, cells: Sequence[Cell]) -> tuple[Cell, ...]:
        """Return a row of the page as it is to be."""
        written = (self.cells.get((table, number, column)) for column in range(len(cells)))
        return tuple(
            cell if text is None else Cell(text, header=cell.header) for cell, text in zip(cells, written, strict=True)
        )

    @property
    def size(self) -> int:
        """Cells that are written."""
        return len(self.cells) + sum(len(row) for rows in self.added.values() for row in rows)


@dataclass(frozen=True, slots=True)
class CorrectedPage:
    """A page as it is to be read: the tables that are left, and for each row of theirs which one it is in the form."""

    page: Page
    tables: tuple[tuple[int, tuple[RowKey, ...]], ...]

    def places(self) -> Iterator[tuple[Cell, tuple[int, RowKey, int]]]:
        """Return each cell with (table, row, column) of the form."""
        for grid, (table, keys) in zip(self.page.grids, self.tables, strict=True):
            for key, row in zip(keys, grid.rows, strict=True):
                for column, cell in enumerate(row):
                    yield cell, (table, key, column)


def text_of_cell(cell: Cell) -> str:
    """Return what a form shows of a cell, to be changed: text, or what a flag says, or what is struck."""
    return " ".join((cell.text or next(iter(cell.names), "") or cell.struck or "").split())


def tidied(text: str) -> str:
    """Return what was typed into a cell, on one line and without signs that are not printed."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def corrected(page: Page, corrections: Corrections) -> CorrectedPage:
    """Return the page with its corrections."""
    grids: list[Grid] = []
    tables: list[tuple[int, tuple[RowKey, ...]]] = []
    for table, grid in enumerate(page.grids):
        if table in corrections.left_out:
            continue
        rows: list[tuple[Cell, ...]] = []
        keys: list[RowKey] = []
        end = _end_of_nocs(grid) if table in corrections.added else 0
        for number, row in enumerate(grid.rows):
            if (table, number) not in corrections.removed:
                rows.append(corrections.row(table, number, row))
                keys.append(str(number))
            if number + 1 == end:
                for position, texts in enumerate(corrections.added.get(table, ()), 1):
                    rows.append(tuple(map(Cell, texts)))
                    keys.append(f"new{position}")
        grids.append(replace(grid, rows=tuple(rows), told=corrections.told.get(table)))
        tables.append((table, tuple(keys)))
    return CorrectedPage(replace(page, grids=tuple(grids)), tuple(tables))


def _end_of_nocs(grid: Grid) -> int:
    """The number of rows down to the last that names an NOC, so that a row added there is above the totals."""
    named = [number for number, row in enumerate(grid.rows, 1) if noc_of_cells(row) is not None]
    return named[-1] if named else len(grid.rows)


# In words ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """One change: where it is, what was there and what is there now; `anchor` is its place in the page."""

    kind: Literal["cell", "removed", "added", "columns", "left-out"]
    where: str
    before: str
    after: str
    anchor: str = ""

    @property
    def words(self) -> str:
        """The change in words, as the scenario's own files have it."""
        if self.kind == "cell":
            return f"{self.where}: {self.after!r} instead of {self.before!r}"
        if self.kind == "removed":
            return f"{self.where}: removed ({self.before})"
        if self.kind == "added":
            return f"{self.where}: added ({self.after})"
        if self.kind == "columns":
            return f"{self.where}: {self.after} instead of {self.before}"
        return f"{self.where}: left out"

    @property
    def alters(self) -> bool:
        """Whether the data is another than was sent, and not only the way of reading it."""
        return self.kind in ("cell", "removed", "added", "left-out")


def lines_of(page: Page, corrections: Corrections, read: Outline) -> tuple[CorrectionLine, ...]:
    """Return what was changed, table by table and row by row; `read` is what the tables were taken for as sent."""
    found: list[CorrectionLine] = []
    several = len(page.grids) > 1
    for table, grid in enumerate(page.grids):
        behind = f" (table {table + 1})" if several else ""
        if table in corrections.left_out:
            found.append(CorrectionLine("left-out", f"table {table + 1} ({grid.place[:100]})", "", ""))
            continue
        layout = told_or_read(read.layouts[table], corrections.told.get(table))
        labels = column_labels(layout, read)
        for column, (before, after) in enumerate(zip(read.layouts[table].columns, layout.columns, strict=True)):
            if before != after:
                title = layout.titles[column] or f"number {column + 1}"
                where = f"column {title[:80]!r}{behind}"
                found.append(CorrectionLine("columns", where, before or "not read", after or "not read"))
        if read.layouts[table].first_row != layout.first_row:
            rows = counted(layout.first_row, "row")
            before = counted(read.layouts[table].first_row, "row")
            found.append(CorrectionLine("columns", f"header{behind}", before, rows))
        touched = {row for own, row in corrections.removed if own == table}
        touched |= {row for own, row, _ in corrections.cells if own == table}
        for number in sorted(touched):
            row = grid.rows[number]
            who = f"{row_label(row, layout, number)}{behind}"
            if (table, number) in corrections.removed:
                found.append(CorrectionLine("removed", f"row of {who}", _in_a_row(map(text_of_cell, row)), ""))
                continue
            for column, cell in enumerate(row):
                text = corrections.cells.get((table, number, column))
                if text is not None:
                    where = f"{who}, {labels[column]}"
                    anchor = f"cell-{table}-{number}-{column}"
                    found.append(CorrectionLine("cell", where, text_of_cell(cell), text, anchor))
        for position, texts in enumerate(corrections.added.get(table, ()), 1):
            label = row_label([Cell(text) for text in texts], layout, -1)
            found.append(
                CorrectionLine(
                    "added", f"row of {label}{behind}", "", _in_a_row(texts), f"cell-{table}-new{position}-0"
                )
            )
    return tuple(found)


def events_of(read: Outline) -> tuple[tuple[str, str], ...]:
    """Return (id, label) of the events of the rules, where these are known."""
    return tuple((event.identifier, event.label) for event in read.rules.events) if read.rules is not None else ()


def told_or_read(layout: Layout, told: ToldColumns | None) -> Layout:
    """Return what the columns of a table are: as they were said to be, or else as they were read."""
    if told is None:
        return layout
    roles = (*told.roles, *[""] * len(layout.columns))[: len(layout.columns)]
    return replace(layout, columns=roles, first_row=told.header_rows)


def column_labels(layout: Layout, read: Outline) -> list[str]:
    """Return what the columns are called: each the event by its name, or the text above it, or its number."""
    names = {NOC: "NOC"} | dict(events_of(read))
    columns = enumerate(zip_longest(layout.columns, layout.titles[: len(layout.columns)], fillvalue=""), 1)
    return [names.get(role) or role or title[:60] or f"column {number}" for number, (role, title) in columns]


def row_label(row: Sequence[Cell], layout: Layout, number: int) -> str:
    """Return what a row is called: its NOC, or the text in its column, or its number in the table."""
    cells = [row[column] for column in layout.at(NOC) if column < len(row)] or list(row[:1])
    text = next((text_of_cell(cell) for cell in cells if text_of_cell(cell)), "")
    return noc_of_cells(cells) or text[:60] or (f"row {number + 1}" if number >= 0 else "no NOC")


def _in_a_row(texts: Iterator[str] | Sequence[str]) -> str:
    return " | ".join(texts)[:300]
