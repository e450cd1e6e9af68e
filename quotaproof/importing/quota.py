"""Quota tables: start places per NOC and event, athletes, printed totals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from quotaproof.model.errors import InputError
from quotaproof.model.published import ATHLETES, Published, unnamed_row
from quotaproof.model.rules import Rules
from quotaproof.pages import Cell, Grid

from .columns import NOC, OTHER, Layout, bare, number_of, quota_layout
from .nocs import noc_in
from .outcome import Remarks

TOTAL = re.compile(r"\s*(total|totals|sum|overall|all)\b", re.IGNORECASE)
COUNTED = re.compile(r"\(\s*\d+\s*\)")
"""A total in brackets was counted by whoever made the page, and not printed in the table."""

NUMBER_OF_NOCS = re.compile(r"(\d+)\s*(nocs|nations|countries|teams)", re.IGNORECASE)


@dataclass(slots=True)
class _Rows:
    cells: dict[str, dict[str, int]] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    printed_nocs: int | None = None


def read_quota_table(grid: Grid, rules: Rules, remarks: Remarks) -> Published | None:
    """Return the quota table that a table of the page is, None if it is no quota table of these rules.

    Raises
    ------
    InputError
        If an NOC has two rows, or a cell holds something that is no number of start places.
    """
    layout = quota_layout(grid, rules)
    if layout is None:
        return None
    place = f"quota table ({grid.place})"
    rows = _Rows()
    for row in grid.rows[layout.first_row :]:
        _read_row(row, layout, rows, place, remarks)
    if not rows.cells:
        return None
    columns = (*(event.identifier for event in rules.events), ATHLETES)
    if ATHLETES not in layout.columns:
        raise InputError(f"the quota table ({grid.place}) has no column for the athletes of an NOC")
    table = Published(columns, rows.cells, {c: rows.totals[c] for c in columns if c in rows.totals})
    _report(table, rows, place, remarks)
    return table


def _read_row(row: Sequence[Cell], layout: Layout, rows: _Rows, place: str, remarks: Remarks) -> None:
    at = layout.columns.index(NOC)
    name = row[at] if at < len(row) else Cell()
    if TOTAL.match(name.text):
        _read_totals(row, layout, rows)
        return
    if len({id(cell) for cell in row}) == 1 or all(cell.text == name.text for cell in row):
        remarks.add("ignored", place, f"a row with one text only: {name.text[:60]!r}")
        return
    if len(row) < len(layout.columns) - 1:
        who = name.text or "a row without an NOC"
        remarks.add("missing", place, f"{who[:60]}: {len(row)} of {len(layout.columns)} cells; the row is left out")
        return
    number = len(rows.cells) + 1
    where = f"row {number} of the quota table"
    if rows.totals:
        remarks.add("ignored", place, f"a row below the totals: {name.text[:60]!r}")
        return
    named = noc_in(name, where, remarks)
    noc = named.noc or unnamed_row(number)
    if noc in rows.cells:
        raise InputError(f"{where}: {noc} has a row above already")
    cells: dict[str, int] = {}
    for column, cell in zip(layout.columns, (*row, Cell(), Cell()), strict=False):
        if column in (NOC, OTHER):
            continue
        value = number_of(bare(cell.text))
        if value is None:
            raise InputError(f"{where} ({noc}), {column}: {cell.text[:60]!r} is no number of places")
        if cell.struck is not None and cell.struck.strip():
            remarks.add("ignored", where, f"{column}: {cell.struck[:20]!r} is struck out; {value} counts")
        cells[column] = value
    rows.cells[noc] = cells


def _read_totals(row: Sequence[Cell], layout: Layout, rows: _Rows) -> None:
    text = next((cell.text for cell in row if TOTAL.match(cell.text)), "")
    counted = NUMBER_OF_NOCS.search(text)
    rows.printed_nocs = int(counted[1]) if counted else rows.printed_nocs
    for column, cell in zip(layout.columns, row, strict=False):
        shown = bare(cell.text)
        if column in (NOC, OTHER) or COUNTED.fullmatch(shown):
            continue
        if re.fullmatch(r"\d{1,4}", shown):
            rows.totals.setdefault(column, int(shown))


def _report(table: Published, rows: _Rows, place: str, remarks: Remarks) -> None:
    unnamed = len(table.unnamed)
    events = len(table.columns) - 1
    remarks.add("read", place, f"{len(table.cells)} NOCs and {events} events, {len(table.totals)} printed totals")
    if unnamed:
        remarks.add("missing", place, f"the NOC of {unnamed} of {len(table.cells)} rows; they are written ?")
    for column in table.columns:
        if column not in table.totals:
            remarks.add("missing", place, f"no total is printed for {column}")
        elif table.totals[column] != table.column_sum(column):
            own, total = table.column_sum(column), table.totals[column]
            remarks.add("difference", place, f"{column} adds up to {own}, but the printed total is {total}")
    if rows.printed_nocs is not None and rows.printed_nocs != len(table.cells):
        message = f"the total row speaks of {rows.printed_nocs} NOCs; the table has {len(table.cells)} rows"
        remarks.add("difference", place, message)
