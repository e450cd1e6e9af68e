"""The tables of an upload as a form shows them: every cell an input, the doubtful ones marked and linked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from quotaproof.importing.outcome import Remarks
from quotaproof.importing.outline import Outline
from quotaproof.pages import Cell, Page

from .corrections import (
    ColumnName,
    CorrectedPage,
    Corrections,
    RowKey,
    column_names,
    row_name,
    text_of_cell,
    told_or_read,
)

MOST_INPUTS = 15_000
"""Most cells of an upload that a page offers for correction."""

MOST_LINKS = 12
"""Most cells that a note links to; it says how many there are."""

FormPlace = tuple[int, RowKey, int]


@dataclass(frozen=True, slots=True)
class NoteLink:
    """A link to a cell of the form: its id, and what is in it, if anything."""

    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know of how the upload was read: `kind` as in a remark on an import, or `refused`."""

    number: int
    kind: str
    subject: str
    message: str
    links: tuple[NoteLink, ...] = ()
    cells: int = 0


@dataclass(frozen=True, slots=True)
class CellInput:
    """A cell as an input. `mark` is `refused`, `doubt`, `changed` or empty; `notes` are the numbers of its notes."""

    name: str
    value: str
    sent: str
    mark: str
    notes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RowInputs:
    """A row: its key in the form, what it is called (nothing if it has neither NOC nor text), and its cells."""

    key: RowKey
    name: str
    cells: tuple[CellInput, ...]
    removed: bool = False
    added: bool = False


@dataclass(frozen=True, slots=True)
class ColumnInput:
    """A column: the text above it and what it is taken for, and what it was taken for as it was sent."""

    name: ColumnName
    read: str

    @property
    def number(self) -> int:
        """Its place in the table, counted from 0."""
        return self.name.number


@dataclass(frozen=True, slots=True)
class TableView:
    """A table of an upload.

    Attributes
    ----------
    place
        What stands above it; nothing if it is the page alone.
    height, begins, too_large
        How many rows it has, how it begins, and whether it is too large to be corrected.
    is_quota, read_as_quota
        Whether it is read as a quota table or a part of one, and whether it was as it was sent.
    mappable
        Whether there is anything to say of its columns; those of a scenario's own file are what they are.
    first_row, read_first_row
        Rows of its header, and those that it was found to have as it was sent.
    rows
        Its rows below the header, to be corrected; empty if it is not offered for correction.
    """

    number: int
    place: str
    height: int
    begins: str
    too_large: bool
    is_quota: bool
    read_as_quota: bool
    is_left_out: bool
    mappable: bool
    first_row: int
    read_first_row: int
    columns: tuple[ColumnInput, ...]
    rows: tuple[RowInputs, ...] = ()


def views_of(
    page: Page,
    corrections: Corrections,
    read: Outline,
    as_wanted: CorrectedPage,
    remarks: Remarks,
    *,
    mappable: bool = True,
) -> tuple[tuple[TableView, ...], tuple[Note, ...]]:
    """Return the tables of an upload and the notes on how it was read.

    Parameters
    ----------
    read
        What the tables were taken for as they were sent.
    as_wanted
        The page with its corrections, as it was read.
    remarks
        What was said of the cells of that page.
    """
    places: dict[int, list[FormPlace]] = {}
    for cell, place in as_wanted.places():
        places.setdefault(id(cell), []).append(place)
    offered = _offered(page, corrections, read, {place[0] for place in _doubted(remarks, places)})
    notes, marks = _notes(remarks, places, offered, read, corrections)
    tables = tuple(
        _table(table, page, corrections, read, marks if table in offered else None, mappable=mappable)
        for table in range(len(page.grids))
    )
    return tables, notes


def _doubted(remarks: Remarks, places: Mapping[int, Sequence[FormPlace]]) -> Iterable[FormPlace]:
    cells = [cell for _, about in remarks.faults for cell in about]
    cells += [cell for remark in remarks.all for cell in remarks.cells_of(remark)]
    yield from (place for cell in cells for place in places.get(id(cell), ()))


def _offered(page: Page, corrections: Corrections, read: Outline, doubted: set[int]) -> set[int]:
    """The tables that may be corrected: those of quotas, those in which something is wrong, or else the largest."""
    sizes = [len(grid.rows) * max(map(len, grid.rows), default=0) for grid in page.grids]
    corrected = {
        *corrections.told,
        *corrections.added,
        *(place[0] for place in (*corrections.cells, *corrections.removed)),
    }
    chosen = doubted | corrected | corrections.shown
    wanted = [number for number in range(len(sizes)) if number in chosen or read.quota[number]]
    wanted = wanted or sorted(range(len(sizes)), key=lambda number: -sizes[number])[:1]
    left, offered = MOST_INPUTS, set()
    for number in wanted:
        if number not in corrections.left_out and 0 < sizes[number] <= left:
            offered.add(number)
            left -= sizes[number]
    return offered


def _notes(
    remarks: Remarks,
    places: Mapping[int, Sequence[FormPlace]],
    offered: set[int],
    read: Outline,
    corrections: Corrections,
) -> tuple[tuple[Note, ...], dict[FormPlace, list[tuple[int, str]]]]:
    """The notes, and for each cell those on it with what they make of it."""
    said = [("refused", "", words, cells) for words, cells in remarks.faults]
    said += [(one.kind, one.subject, one.message, remarks.cells_of(one)) for one in remarks.all]
    notes: list[Note] = []
    marks: dict[FormPlace, list[tuple[int, str]]] = {}
    for number, (kind, subject, message, cells) in enumerate(said, 1):
        links: dict[tuple[int, RowKey], NoteLink] = {}
        found = 0
        for cell in {id(cell): cell for cell in cells}.values():
            for place in places.get(id(cell), ()):
                table, key, column = place
                told = told_or_read(read.layouts[table], corrections.told.get(table))
                if table not in offered or (key.isdecimal() and int(key) < told.first_row):
                    continue
                marks.setdefault(place, []).append((number, "refused" if kind == "refused" else "doubt"))
                found += 1
                anchor = f"cell-{table}-{key}-{column}"
                if len(cells) == 1 or len({row for _, row in links}) < MOST_LINKS:
                    links.setdefault((table, key), NoteLink(anchor, text_of_cell(cell)[:40]))
        notes.append(Note(number, kind, subject, message, tuple(links.values())[:MOST_LINKS], found))
    return tuple(notes), marks


def _table(
    table: int,
    page: Page,
    corrections: Corrections,
    read: Outline,
    marks: Mapping[FormPlace, Sequence[tuple[int, str]]] | None,
    *,
    mappable: bool,
) -> TableView:
    grid = page.grids[table]
    layout = told_or_read(read.layouts[table], corrections.told.get(table))
    width = len(layout.columns)
    view = TableView(
        number=table,
        place=grid.above,
        height=len(grid.rows),
        begins=" | ".join(text_of_cell(cell) for cell in (grid.rows[0] if grid.rows else ()))[:120],
        too_large=len(grid.rows) * width > MOST_INPUTS,
        is_quota=read.quota[table] or table in corrections.told,
        read_as_quota=read.quota[table],
        is_left_out=table in corrections.left_out,
        mappable=mappable,
        first_row=layout.first_row,
        read_first_row=read.layouts[table].first_row,
        columns=tuple(map(ColumnInput, column_names(layout), read.layouts[table].columns)),
    )
    if marks is None:
        return view
    rows: list[RowInputs] = []

    def add(key: RowKey, row: Sequence[Cell], sent: Sequence[Cell], who: str, *, removed: bool, added: bool) -> None:
        cells = []
        for column in range(width):
            told = marks.get((table, key, column), ())
            value = text_of_cell(row[column]) if column < len(row) else ""
            before = text_of_cell(sent[column]) if column < len(sent) else ""
            mark = "refused" if any(m == "refused" for _, m in told) else "doubt" if told else ""
            mark = mark or ("changed" if value != before or added else "")
            numbers = tuple(number for number, _ in told)
            name = f"cell-{table}-{key}-{column}"
            cells.append(CellInput(name, value, before, mark, numbers))
        rows.append(RowInputs(key, who, tuple(cells), removed, added))

    for number, row in enumerate(grid.rows[layout.first_row :], layout.first_row):
        now = corrections.row(table, number, row)
        removed = (table, number) in corrections.removed
        add(str(number), now, row, row_name(now, layout), removed=removed, added=False)
    for position, texts in enumerate(corrections.added.get(table, ()), 1):
        own = [Cell(text) for text in texts]
        add(f"new{position}", own, (), "", removed=False, added=True)
    return replace(view, rows=tuple(rows))
