"""Who entered at the Games, for comparison with the places: one row per athlete, couple or team."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .files import read_rows
from .rules import Rules
from .scenario_folder import ENTRIES


@dataclass(frozen=True, slots=True)
class EnteredOne:
    """Somebody who entered an event."""

    event: str
    noc: str
    name: str
    note: str = ""


def load_entries(path: Path, rules: Rules) -> tuple[EnteredOne, ...]:
    """Return the rows of an `entries.csv`.

    Raises
    ------
    InputError
        With file, line and field: an unknown event, no IOC code, or a duplicate row.
    """
    events = [event.identifier for event in rules.events]
    found: list[EnteredOne] = []
    for row in read_rows(path, ENTRIES.required, ENTRIES.optional):
        noc = row.noc()
        one = EnteredOne(row.choice("event", events), noc, row.text("name"), row.text("note"))
        if one.name and any((o.event, o.noc, o.name) == (one.event, noc, one.name) for o in found):
            raise row.error("name", f"{one.name} ({noc}) is in {one.event} already")
        found.append(one)
    return tuple(found)
