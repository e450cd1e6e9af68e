"""Findings: what is wrong with a published table, in words, from local checks (totals, caps, rows) and from repairs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from quotaproof.model.allocation import Allocation
from quotaproof.model.decisions import ONE
from quotaproof.model.documents import document_of
from quotaproof.model.published import ATHLETES, TOTAL, Published, row_name
from quotaproof.model.quantities import counted, in_words, spelled
from quotaproof.model.row_consistency import least_athletes, most_athletes, possible_athletes
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.solver.documents import VerificationDocument
from quotaproof.solver.unknown.row_names import possible_hosts

from .repair import RepairedCell


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with the table.

    ``kind`` is `column-total` (the printed total is not the column's sum: `published` is the total, `expected` the
    sum), `event-cap`, `noc-cap`, `host`, `quota-cap` (more than the rules allow: `expected` is the cap), `row` (the
    athletes cannot come from the row's start places), `cell` (the cell the rules or the only smallest repair give
    another number), or `unreachable` (no single cell is at fault). Of a published list also `points`,
    `time`, `unknown-entry`, `order`, `number` (the printed number of a place) and `noc-places`.
    """

    kind: str
    noc: str | None
    column: str
    published: int | None
    expected: int | None
    message: str


def verified(of: object, /, **stated: object) -> VerificationDocument:
    """Return the document of a verification that goes by neither repairs nor a record of later changes.

    See `document_of`; keys that are neither stated nor attributes are empty.
    """
    empty: dict[str, object] = {
        "explanation": [],
        "explanation_unique": None,
        "repairs": [],
        "repairs_complete": False,
        "repairs_at_least": 0,
        "why_only": {},
        "readings": [],
        "repaired_readings": [],
        "chosen_readings": {},
        "changes": [],
        "deviations": [],
        "unjudged": getattr(of, "unjudged", []),
        "totals": None,
        "implied": [],
        "unknown_cells": None,
    }
    return document_of(VerificationDocument, of, **{**empty, **stated})


def total_findings(scenario: Scenario, table: Published) -> Iterator[Finding]:
    """Yield columns whose printed total is not their sum."""
    for column, total in table.totals.items():
        own = table.column_sum(column)
        if own == total:
            continue
        label, below = label_of(scenario, column), "the total printed below"
        if column != ATHLETES and scenario.rules.event(column).kind == "relay":
            are = "is" if own == 1 else "are"
            message = f"{label}: {spelled(own, 'NOC')} {are} marked, but {below} them is {in_words(total)}"
        else:
            message = f"{label}: the column adds up to {own}, but {below} it is {total}"
        yield Finding("column-total", None, column, total, own, message)


def cap_findings(scenario: Scenario, table: Published) -> Iterator[Finding]:
    """Yield what exceeds a cap, and events in which the host has nothing."""
    for event in scenario.rules.events:
        column = event.identifier
        own = table.column_sum(column)
        if own > event.start_places:
            message = f"{event.label}: {spelled(own, 'start place')}; the rules have {in_words(event.start_places)}"
            yield Finding("event-cap", None, column, own, event.start_places, message)
        for noc, row in table.cells.items():
            if row[column] > (cap := scenario.noc_cap(event, noc)):
                places = f"{spelled(row[column], 'start place')}; {scenario.holder(noc)} may have {cap}"
                message = f"{row_name(noc)}, {event.label}: {places}"
                yield Finding("noc-cap", noc, column, row[column], cap, message)
    yield from _host_findings(scenario, table)
    if scenario.rules.fixes_athletes or scenario.rules.by_lists:
        yield from _total_findings(scenario, table)


def _total_findings(scenario: Scenario, table: Published) -> Iterator[Finding]:
    """Yield that there are more athletes than quota places, unless the rule file says that the column says nothing."""
    own, most = table.column_sum(ATHLETES), scenario.rules.total
    if own > most and scenario.rules.athletes_counted != "unchecked":
        message = f"{counted(own, 'athlete')}; the rules have {counted(most, 'quota place')}"
        yield Finding("quota-cap", None, ATHLETES, own, most, message)


def _host_findings(scenario: Scenario, table: Published) -> Iterator[Finding]:
    """Yield host events in which the host has nothing; of unnamed rows, one that has all is enough."""
    host = scenario.host
    lacking = [
        event
        for event in scenario.rules.events
        if scenario.is_host_event(event.identifier) and not table.number(host or "", event.identifier)
    ]
    if host is None or possible_hosts(scenario, table):
        return
    if host not in table.cells and table.unnamed and lacking:
        message = f"{host}: no row can be the host's; none has a start place wherever one is guaranteed to the host"
        yield Finding("host", host, "table", None, None, message)
        return
    for event in lacking:
        message = f"{host}, {event.label}: the host has no start place, but one is guaranteed"
        yield Finding("host", host, event.identifier, 0, 1, message)


def row_findings(scenario: Scenario, table: Published) -> Iterator[Finding]:
    """Yield NOCs whose athletes cannot come from their own start places, whatever others have."""
    if not scenario.rules.fixes_athletes:
        yield from counting_findings(scenario, table)
        return
    for noc, row in table.cells.items():
        sums = _sums(scenario, row)
        if row[ATHLETES] not in sums:
            expected = next(iter(sums)) if len(sums) == 1 else None
            message = f"{row_name(noc)}: {_row_words(scenario, row, sums)}; the table says {in_words(row[ATHLETES])}"
            yield Finding("row", noc, ATHLETES, row[ATHLETES], expected, message)


def outside_any_counting(scenario: Scenario, table: Published) -> tuple[str, ...]:
    """Return the NOCs whose athletes are fewer or more than any way to count them gives."""
    between = {noc: _between(scenario, row) for noc, row in table.cells.items()}
    return tuple(noc for noc, (least, most) in between.items() if not least <= table.cells[noc][ATHLETES] <= most)


def _between(scenario: Scenario, row: Mapping[str, int]) -> tuple[int, int]:
    """Return the fewest athletes, by the largest event, and the most: for all events together, or with what is left.

    An NOC that has little but a relay can be given a quota place for which it has no start place.
    """
    rules = scenario.rules
    return sum(least_athletes(rules, row)), max(most_athletes(rules, row), *_sums(scenario, row), 0)


def counting_findings(scenario: Scenario, table: Published) -> Iterator[Finding]:
    """Yield what no way to count athletes gives, where the rule file says that the column is at least in between."""
    if scenario.rules.athletes_counted != "between":
        return
    for noc in outside_any_counting(scenario, table):
        row = table.cells[noc]
        least, most = _between(scenario, row)
        message = (
            f"{row_name(noc)}: its start places are for {in_words(least)} to {in_words(most)} athletes; the table says "
            f"{in_words(row[ATHLETES])}"
        )
        yield Finding("row", noc, ATHLETES, row[ATHLETES], None, message)
    yield from _total_findings(scenario, table)


def _sums(scenario: Scenario, row: Mapping[str, int]) -> list[int]:
    return sorted({men + women for men, women in possible_athletes(scenario.rules, scenario.readings, row)})


def _row_words(scenario: Scenario, row: Mapping[str, int], sums: list[int]) -> str:
    """What the start places of one row come to, in words."""
    if not sums:
        return "with these start places it cannot have the athletes for its mixed relay"
    states = possible_athletes(scenario.rules, scenario.readings, row)
    parts = []
    for index, gender in enumerate(GENDERS):
        numbers = sorted({state[index] for state in states})
        because = " with the relay" if scenario.rules.starts_in(gender, row)[1] else ""
        parts.append(f"{_either(numbers, ONE[gender])}{because}")
    return f"its start places come to {parts[0]} and {parts[1]}, {_either(sums, 'athlete')}"


def _either(numbers: list[int], noun: str) -> str:
    """Ascending numbers of which one holds, with their noun: `four or five men`."""
    return " or ".join([*map(in_words, numbers[:-1]), spelled(numbers[-1], noun)])


def label_of(scenario: Scenario, column: str) -> str:
    """Return a column in words."""
    return column if column == ATHLETES else scenario.rules.event(column).label


def repair_finding(scenario: Scenario, change: RepairedCell) -> Finding:
    """Return a cell of the only smallest repair as a finding."""
    cell = f"{row_name(change.noc)}, {label_of(scenario, change.column)}"
    message = f"{cell}: the table says {change.published}; it must be {change.repaired}"
    noc = None if change.noc == TOTAL else change.noc
    return Finding("cell", noc, change.column, change.published, change.repaired, message)


def changed_by(only: RepairedCell) -> int:
    """Return by how much an NOC's cell would have to change instead; a printed total that is too low asks for less."""
    difference = only.repaired - only.published
    return -difference if only.noc == TOTAL else difference


def why_only_here(scenario: Scenario, table: Published, only: RepairedCell) -> dict[str, str]:
    """Return why the same change of the repaired column will not do for another NOC: NOC -> its row in words."""
    by = changed_by(only)
    most = scenario.rules.total if only.column == ATHLETES else scenario.rules.event(only.column).noc_cap
    reasons: dict[str, str] = {}
    for noc, row in table.cells.items():
        number = row[only.column] + by
        if noc == only.noc or not 0 <= number <= most:
            continue
        other = {**row, only.column: number}
        sums = _sums(scenario, other)
        if noc == scenario.host and scenario.is_host_event(only.column) and not number:
            reasons[noc] = "the host has one in any case"
        elif scenario.rules.fixes_athletes and other[ATHLETES] not in sums:
            reasons[noc] = f"{_row_words(scenario, other, sums)}, not {in_words(other[ATHLETES])}"
        else:
            reasons[noc] = "its own row would do, but then no standings give the whole table"
    return reasons


def cell_findings(scenario: Scenario, table: Published, allocation: Allocation) -> Iterator[Finding]:
    """Yield the cells in which the table is not the allocation."""
    differing = table.differing(allocation.to_published())
    for noc, column, published, expected in sorted(differing, key=lambda cell: cell[0]):
        if column != ATHLETES or scenario.rules.fixes_athletes:
            cell = f"{row_name(noc)}, {label_of(scenario, column)}"
            message = f"{cell}: the table says {published}; by the rules and the standings it is {expected}"
            yield Finding("cell", noc, column, published, expected, message)
