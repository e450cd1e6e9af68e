"""What somebody corrects in a table that was sent: cells, rows, and what its columns are.

Cells are named by their places in the page as it was sent: (table, row, column), each counted from 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal

from quotaproof.importing.columns import Layout
from quotaproof.importing.nocs import noc_of_cells
from quotaproof.importing.roles import NOC
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


# What was changed ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RuledEvent:
    """An event of the rules: what its name in any language is made of."""

    identifier: str
    label: str
    gender: str
    kind: str


@dataclass(frozen=True, slots=True)
class ColumnName:
    """What a column can be called by: its place in the table, counted from 0, the text above it, and what it is."""

    number: int
    title: str
    role: str


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """One change: where it is, what was there and what is there now.

    Attributes
    ----------
    table
        The number of the table, counted from 1; 0 where there is no other.
    row, number
        What the row is called (its NOC, or a text in it), and its place in the table; nothing and -1 for none.
    before, after
        Texts of cells; for `columns` what the column is taken for, for `header` the number of its rows.
    place
        Where a table that is left out is.
    anchor
        Where the change is in the page.
    """

    kind: Literal["cell", "removed", "added", "columns", "header", "left-out"]
    table: int = 0
    row: str = ""
    number: int = -1
    column: ColumnName | None = None
    before: str = ""
    after: str = ""
    place: str = ""
    anchor: str = ""

    @property
    def alters(self) -> bool:
        """Whether the data is another than was sent, and not only the way of reading it."""
        return self.kind in ("cell", "removed", "added", "left-out")


def lines_of(page: Page, corrections: Corrections, read: Outline) -> tuple[CorrectionLine, ...]:
    """Return what was changed, table by table and row by row; `read` is what the tables were taken for as sent."""
    found: list[CorrectionLine] = []
    several = len(page.grids) > 1
    for table, grid in enumerate(page.grids):
        if table in corrections.left_out:
            found.append(CorrectionLine("left-out", table + 1, place=grid.above[:100]))
            continue
        own = partial(CorrectionLine, table=table + 1 if several else 0)
        layout = told_or_read(read.layouts[table], corrections.told.get(table))
        columns = column_names(layout)
        for name, before in zip(columns, read.layouts[table].columns, strict=True):
            if before != name.role:
                found.append(own("columns", column=name, before=before, after=name.role))
        if read.layouts[table].first_row != layout.first_row:
            found.append(own("header", before=str(read.layouts[table].first_row), after=str(layout.first_row)))
        touched = {row for at, row in corrections.removed if at == table}
        touched |= {row for at, row, _ in corrections.cells if at == table}
        for number in sorted(touched):
            row = grid.rows[number]
            who = row_name(row, layout)
            if (table, number) in corrections.removed:
                found.append(own("removed", row=who, number=number, before=_in_a_row(map(text_of_cell, row))))
                continue
            for column, cell in enumerate(row):
                text = corrections.cells.get((table, number, column))
                if text is not None:
                    anchor = f"cell-{table}-{number}-{column}"
                    line = own("cell", row=who, number=number, column=columns[column], anchor=anchor)
                    found.append(replace(line, before=text_of_cell(cell), after=text))
        for position, texts in enumerate(corrections.added.get(table, ()), 1):
            who = row_name([Cell(text) for text in texts], layout)
            found.append(own("added", row=who, after=_in_a_row(texts), anchor=f"cell-{table}-new{position}-0"))
    return tuple(found)


def events_of(read: Outline) -> tuple[RuledEvent, ...]:
    """Return the events of the rules, where these are known."""
    events = read.rules.events if read.rules is not None else ()
    return tuple(RuledEvent(event.identifier, event.label, event.gender, event.kind) for event in events)


def told_or_read(layout: Layout, told: ToldColumns | None) -> Layout:
    """Return what the columns of a table are: as they were said to be, or else as they were read."""
    if told is None:
        return layout
    roles = (*told.roles, *[""] * len(layout.columns))[: len(layout.columns)]
    return replace(layout, columns=roles, first_row=told.header_rows)


def column_names(layout: Layout) -> tuple[ColumnName, ...]:
    """Return what the columns of a table can be called by."""
    titles = layout.titles[: len(layout.columns)]
    columns = zip_longest(layout.columns, titles, fillvalue="")
    return tuple(ColumnName(number, title, role) for number, (role, title) in enumerate(columns))


def row_name(row: Sequence[Cell], layout: Layout) -> str:
    """Return what a row is called: its NOC, or the text in its column; nothing if it has neither."""
    cells = [row[column] for column in layout.at(NOC) if column < len(row)] or list(row[:1])
    text = next((text_of_cell(cell) for cell in cells if text_of_cell(cell)), "")
    return noc_of_cells(cells) or text[:60]


def _in_a_row(texts: Iterator[str] | Sequence[str]) -> str:
    return " | ".join(texts)[:300]
