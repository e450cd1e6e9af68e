"""Tables with a row per event and the NOCs that have places in it in one cell: `CAN (3), KOR (2), ITA`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from quotaproof.model.errors import InputError
from quotaproof.model.rules import Event, Rules
from quotaproof.nations import noc_of
from quotaproof.pages import Cell, Grid

from .cells import MOST, read_places, without_notes
from .columns import Layout, event_of, words_of
from .outcome import Remarks
from .parts import Part, is_total_name
from .roles import NOC

ITEMS = re.compile(r"[\n,;·•/&、，；]|\band\b|\bund\b|\bet\b")
AHEAD = re.compile(r"(\d{1,2}) ?[x×]? ?(?=[^\d\s])")
BEHIND = re.compile(r"\s?(?:[x×:=–-] ?(\d{1,2})|\((\d{1,2})\)|(?<=\s)(\d{1,2}))$")
MOST_ROWS, MOST_TEXT = 100, 60_000
"""Rows and characters of a table with a row per event; such tables have up to 20 rows."""

NUMBERED = frozenset({"1", "2", "3"})


@dataclass(frozen=True, slots=True)
class ListedNoc:
    """An NOC of a list, with the number beside it as written; empty if there is none."""

    noc: str | None
    text: str
    number: str = ""
    notes: tuple[str, ...] = ()


def _listed(cell: Cell) -> list[ListedNoc]:
    if not cell.text:
        return [ListedNoc(noc_of(name), name) for name in cell.names]
    found = []
    for part in ITEMS.split(cell.text):
        text, notes = without_notes(part)
        text = text.strip(" .")
        if not text:
            continue
        ahead, behind = AHEAD.match(text), BEHIND.search(text)
        name, number = text, ""
        if behind and noc_of(text[: behind.start()].strip()):
            name, number = text[: behind.start()].strip(), behind[1] or behind[2] or behind[3]
        elif ahead and noc_of(text[ahead.end() :].strip()):
            name, number = text[ahead.end() :].strip(), ahead[1]
        found.append(ListedNoc(noc_of(name), text, number, notes))
    return found


def list_column(grid: Grid, rules: Rules) -> tuple[int, dict[int, Event]] | None:
    """Return the column of the lists of a table with a row per event, and the event of each row; else None."""
    width = max(map(len, grid.rows), default=0)
    if len(grid.rows) > MOST_ROWS or sum(len(cell.text) for row in grid.rows for cell in row) > MOST_TEXT:
        return None
    several = [
        sum(at < len(row) and sum(one.noc is not None for one in _listed(row[at])) > 1 for row in grid.rows)
        for at in range(1, width)
    ]
    if max(several, default=0) < 2:
        return None
    column = several.index(max(several)) + 1
    context = (grid.caption, *reversed(grid.headings))
    events: dict[int, Event] = {}
    for number, row in enumerate(grid.rows):
        text = " ".join(dict.fromkeys(cell.text for cell in row[:column] if cell.text))
        event = event_of(rules, text, context) if text and not any(noc_of(cell.text) for cell in row[:column]) else None
        if event is not None and column < len(row):
            events[number] = event
    listed = sum(len(_listed(grid.rows[number][column])) > 0 for number in events)
    return (column, events) if listed > 1 and len({e.identifier for e in events.values()}) == len(events) else None


def read_noc_lists(grid: Grid, column: int, events: dict[int, Event], remarks: Remarks) -> Part:
    """Return the quota table that lists of NOCs per event are.

    Raises
    ------
    InputError
        If a list holds something that names no NOC; row, column and text are named.
    """
    place = f"quota table ({grid.place})"
    roles = (NOC, *(event.identifier for event in events.values()))
    part = Part(place, Layout(roles, min(events), roles))
    for number, row in enumerate(grid.rows):
        event = events.get(number)
        if event is None:
            _beside(number, row, column, min(events), place, remarks)
            continue
        where = f"row {number + 1} of the {place}, {event.identifier}"
        cell = row[column]
        if cell.unclear or cell.struck is not None:
            seen = cell.unclear[0] if cell.unclear else f"{cell.struck!r} is struck out, which"
            raise InputError(f"{where}: {seen} is seen and not understood")
        for noc, places in _places(cell, where, remarks).items():
            part.cells.setdefault(noc, dict.fromkeys(roles[1:], 0))[event.identifier] = places
            if places > event.noc_cap:
                words = f"{places} is more than the {event.noc_cap} that an NOC may have there"
                remarks.add("guessed", f"{where} ({noc})", words, 4)
        remarks.use(row[: column + 1])
        whole = sum(own[event.identifier] for own in part.cells.values())
        for beside in row[:column]:
            if re.fullmatch(r"\d{1,4}", beside.text) and int(beside.text) < MOST and int(beside.text) != whole:
                remarks.add("difference", where, f"{beside.text} is beside its list, which has {whole} places")
        # What is behind a list and is the sum of its places has been compared with them.
        remarks.use(cell for cell in row[column + 1 :] if not cell.empty and read_places(cell).number == whole)
    words = "a number beside an NOC is that of its places, and an NOC without one has one"
    remarks.add("guessed", place, f"lists of NOCs per event: {words}", 2)
    return part


def _places(cell: Cell, where: str, remarks: Remarks) -> dict[str, int]:
    """The places of each NOC in a list; one that comes several times has as many, numbered or not."""
    found: dict[str, list[str]] = {}
    for one in _listed(cell):
        if one.noc is None:
            raise InputError(f"{where}: {one.text[:60]!r} in its list names no NOC; write CAN (2), KOR or Canada x2")
        found.setdefault(one.noc, []).append(one.number)
        if one.notes:
            words = f"footnote marks are no part of a number or name: {' '.join(one.notes)[:40]} at {one.text[:40]!r}"
            remarks.add("ignored", where, words)
    places: dict[str, int] = {}
    for noc, numbers in found.items():
        if len(numbers) > 1 and set(numbers) <= NUMBERED and len(set(numbers)) == len(numbers):
            remarks.add("guessed", where, f"{noc} ({', '.join(numbers)}) are its first, second and third entries", 3)
            places[noc] = len(numbers)
        else:
            places[noc] = sum(int(number or 1) for number in numbers)
    return places


def _beside(number: int, row: Sequence[Cell], column: int, first: int, place: str, remarks: Remarks) -> None:
    """Use the rows of the header; a row of totals is named, and any other with a list is left to be named as lost."""
    text = " ".join(cell.text for cell in row[:column])
    shown = " | ".join(cell.shown for cell in row if not cell.empty)[:150]
    is_title = number < first and not (column < len(row) and any(one.noc for one in _listed(row[column])))
    if is_title:
        remarks.use(row)
    elif is_total_name(text)[0] or words_of(text) & {"total"}:
        remarks.use(row)
        remarks.add("ignored", place, f"row {number + 1} is of totals: {shown}")
