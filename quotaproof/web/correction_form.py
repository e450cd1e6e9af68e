"""What the form for corrections holds when it is sent back: only what differs from the upload is a correction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from quotaproof.pages import ToldColumns

from .correction_views import TableView
from .correction_words import column_in_words, names_of, row_in_words
from .corrections import MOST_CORRECTIONS, MOST_TEXT, ColumnName, Corrections, RuledEvent, tidied
from .languages import decimal, gettext
from .problems import RequestError, TooLargeError

AS_FOUND, QUOTA, LEFT_OUT, SHOWN = "", "quota", "skip", "show"
"""What a table can be said to be: what it was found to be, the quota table, or nothing; or that it is to be shown."""

FormFields = Mapping[str, str]


def corrections_of(
    fields: FormFields, tables: Sequence[TableView], before: Corrections, events: Sequence[RuledEvent]
) -> Corrections:
    """Return the corrections that a form states; what it does not show stays as it was.

    Parameters
    ----------
    tables
        The tables as the form was made of them.
    events
        The events of the rules that it was made with, by which a refusal names columns.

    Raises
    ------
    RequestError
        If a cell is too long, or there are too many corrections.
    """
    cells = {place: text for place, text in before.cells.items() if not _shows(tables, place[0], place[1])}
    removed = {place for place in before.removed if not _shows(tables, *place)}
    added = {n: rows for n, rows in before.added.items() if not (n < len(tables) and tables[n].rows)}
    told: dict[int, ToldColumns] = {}
    left_out: set[int] = set()
    shown = set(before.shown)
    for table in tables:
        use = fields.get(f"use-{table.number}", LEFT_OUT if table.is_left_out else AS_FOUND)
        if use == LEFT_OUT:
            left_out.add(table.number)
        elif use == SHOWN:
            shown.add(table.number)
        elif table.mappable:
            own = _told(fields, table, use, before.told.get(table.number))
            if own is not None:
                told[table.number] = own
        rows: list[tuple[str, ...]] = []
        for row in table.rows:
            is_removed = f"remove-{table.number}-{row.key}" in fields
            texts = [
                _text(fields, cell.name, (row_in_words(row.name, row.key), column.name, events), cell.value)
                for column, cell in zip(table.columns, row.cells, strict=True)
            ]
            if row.added:
                rows += [tuple(texts)] if any(texts) and not is_removed else []
                continue
            if is_removed:
                removed.add((table.number, int(row.key)))
            for column, (text, cell) in enumerate(zip(texts, row.cells, strict=True)):
                if text != cell.sent:
                    cells[table.number, int(row.key), column] = text
        if table.rows:
            key = f"new{sum(row.added for row in table.rows) + 1}"
            who = row_in_words("", key)
            texts = [
                _text(fields, f"cell-{table.number}-{key}-{column.number}", (who, column.name, events), "")
                for column in table.columns
            ]
            rows += [tuple(texts)] if any(texts) else []
        if rows:
            added[table.number] = tuple(rows)
    found = Corrections(cells, frozenset(removed), added, told, frozenset(left_out), frozenset(shown))
    if found.size > MOST_CORRECTIONS:
        raise TooLargeError(
            gettext(
                "These are %(number)s corrected cells; at most %(most)s are kept. Send a corrected file.",
                number=decimal(found.size),
                most=decimal(MOST_CORRECTIONS),
            )
        )
    return found


def _shows(tables: Sequence[TableView], table: int, row: int) -> bool:
    """Whether the form has a row of the upload."""
    return table < len(tables) and any(own.key == str(row) for own in tables[table].rows)


LabelledCell = tuple[str, ColumnName, Sequence[RuledEvent]]
"""What the row of a cell is called, what its column can be called by, and the events that columns can be."""


def _text(fields: FormFields, name: str, place: LabelledCell, otherwise: str) -> str:
    text = tidied(fields[name]) if name in fields else otherwise
    if len(text) > MOST_TEXT and text != otherwise:
        who, column, events = place
        label = f"{who}, {column_in_words(column, names_of(events))}"
        told = {"most": MOST_TEXT, "label": label, "number": decimal(len(text))}
        raise RequestError(
            gettext("A cell may have at most %(most)s characters; that of %(label)s has %(number)s.", **told)
        )
    return text


def _told(fields: FormFields, table: TableView, use: str, before: ToldColumns | None) -> ToldColumns | None:
    """What the columns of a table are said to be; None where that is what they were found to be."""
    if not table.read_as_quota and use != QUOTA:
        return None
    if not any(f"role-{table.number}-{column.number}" in fields for column in table.columns):
        return before or (
            None if table.read_as_quota else ToldColumns(tuple(c.read for c in table.columns), table.first_row)
        )
    roles = tuple(fields.get(f"role-{table.number}-{column.number}", column.name.role) for column in table.columns)
    stated = fields.get(f"header-{table.number}", "").strip()
    rows = min(int(stated), 20) if stated.isdecimal() and len(stated) < 4 else table.first_row
    as_read = roles == tuple(column.read for column in table.columns) and rows == table.read_first_row
    return None if table.read_as_quota and as_read else ToldColumns(roles, rows)
