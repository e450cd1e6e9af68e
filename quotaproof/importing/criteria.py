"""Relay tables by criterion: how many NOCs are in a relay, with how many athletes, and which, if they are legible."""

from __future__ import annotations

import re
from collections.abc import Sequence

from quotaproof.model.criteria import Criterion
from quotaproof.model.quantities import counted
from quotaproof.model.rules import Event, Rules
from quotaproof.pages import Cell, Grid

from .cells import without_notes
from .columns import event_of
from .nocs import nocs_in, strangers_in
from .outcome import Remarks

CRITERION = re.compile(r"(criteri(a|on|o)?|kriteri(en|um)|crit[eè]res?)\b", re.IGNORECASE)
TOTAL = re.compile(r"\s{0,9}(total|sum)\b", re.IGNORECASE)


def read_criteria(grid: Grid, rules: Rules, remarks: Remarks) -> tuple[Criterion, ...]:
    """Return the rows of a table by criterion; none if the table is no such one.

    Where a page was flattened to text, a cell that spanned two rows is missing in the second: a row that begins with
    its figures belongs to the criterion above it.
    """
    if len(grid.rows) < 2 or not grid.rows[0] or not CRITERION.match(grid.rows[0][0].text):
        return ()
    event = _event(grid, rules)
    place = f"table by criterion ({grid.place})"
    if event is None:
        remarks.add("ignored", place, "no heading says which relay it is of")
        return ()
    remarks.use(cell for row in grid.rows for cell in row)
    width = len(grid.rows[0])
    found: list[Criterion] = []
    total: int | None = None
    text = ""
    for full in grid.rows[1:]:
        row = list(full)
        if TOTAL.match(row[0].text):
            total = next((n for cell in row[1:] if (n := _number(cell)) is not None), None)
            continue
        if _number(row[0]) is not None and text:
            row.insert(0, Cell(text))
        text = row[0].text.replace("\n", " ").strip() or text
        if not text or all(cell.text == row[0].text for cell in row):
            if text:
                remarks.add("ignored", place, f"a row with one text only: {text[:60]!r}")
            continue
        numbers = [_number(cell) for cell in row[1 : width - 1]]
        per_noc, athletes = (*numbers, None, None)[:2]
        nocs = dict.fromkeys(noc for cell in row[1:] if _number(cell) is None for noc in nocs_in(cell))
        strangers = [word for cell in row[1:] if _number(cell) is None for word in strangers_in(cell)]
        if strangers:
            shown = ", ".join(word[:40] for word in strangers[:5])
            cells = [cell for cell in row[1:] if _number(cell) is None and strangers_in(cell)]
            remarks.add("missing", place, f"{shown!r} in the row {text[:40]!r} is no NOC that is known", cells=cells)
        found.append(Criterion(event.identifier, text[:500], tuple(nocs), per_noc, athletes))
    if found:
        _report(found, total, place, remarks)
    return tuple(found)


def _event(grid: Grid, rules: Rules) -> Event | None:
    """The relay that the headings name; tables by criterion are of relays, so the gender is enough."""
    context = [grid.caption, *reversed(grid.headings)]
    for heading in context:
        event = event_of(rules, f"{heading} relay", context) if heading else None
        if event is not None and event.kind == "relay":
            return event
    return None


def _number(cell: Cell) -> int | None:
    text = without_notes(cell.text)[0]
    return int(text) if re.fullmatch(r"\d{1,4}", text) else None


def _report(rows: Sequence[Criterion], total: int | None, place: str, remarks: Remarks) -> None:
    figures = [row.athletes for row in rows if row.athletes is not None]
    shown = f"{' + '.join(map(str, figures))} = {counted(sum(figures), 'athlete')}" if figures else "no figures"
    remarks.add("read", place, f"{counted(len(rows), 'criterion', 'criteria')}, {shown}")
    if total is not None and figures and total != sum(figures):
        remarks.add("difference", place, f"the rows add up to {sum(figures)}, but the printed total is {total}")
    blank = [row.text for row in rows if not row.nocs]
    if blank:
        remarks.add("missing", place, f"the NOCs of {len(blank)} of {len(rows)} criteria")
