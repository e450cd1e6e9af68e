"""The quota table of a report, and the table of its differences from the published one."""

from __future__ import annotations

import itertools

from quotaproof.importing.records import DIFFERENCES, NO_ROW, NOT_KNOWN, NOT_PRINTED
from quotaproof.model.published import ATHLETES, TOTAL, Published, row_name
from quotaproof.model.quantities import counted, men_and_women
from quotaproof.model.rules import Event
from quotaproof.model.scenario import Scenario

from .basis import KNOWN_IN_PART, Basis, MarkedCell, sums
from .document import Head, Item, Line, ReportTable, Section, noc_item, plain_table

GROUPS = {"men": "Men", "women": "Women", "mixed": "Mixed"}


def quota_section(scenario: Scenario, basis: Basis) -> Section:
    """Return the section with the quota table."""
    if basis.table is None:
        return Section("Quota allocation", 2, basis.sentences)
    table, gives = basis.table, ATHLETES in basis.table.columns
    lines = [_line(scenario, basis, table, noc) for noc in table.cells]
    sentences = basis.sentences
    if basis.caption != KNOWN_IN_PART:
        sentences = (*sentences, _count(basis, table, gives=gives))
        lines.append(_totals(scenario, basis, table))
    elif table.totals:  # of a table with cells that are not known nothing is added up
        totals = [Item(str(table.totals.get(column, "")), number=True) for column in table.columns]
        lines.append(Line((Item(f"Total: {counted(len(table.cells), 'NOC')}"), *totals), "total"))
    caption = f"Start places per event{', and quota places' if gives else ''}, {basis.caption}"
    grid = ReportTable(_header(scenario, gives=gives), tuple(lines), caption, "quota")
    return Section("Quota allocation", 2, sentences, (grid,))


def _count(basis: Basis, table: Published, *, gives: bool) -> str:
    """How many NOCs have how many places, and which totals are counted here."""
    both = sums(basis)
    number = sum(row[ATHLETES] if gives else sum(row.values()) for row in table.cells.values())
    have = "has" if len(table.cells) == 1 else "have"
    what = counted(number, "quota place" if gives else "start place")
    count = f"{counted(len(table.cells), 'NOC')} {have} {what}"
    sentence = f"{count}." if both is None or not gives else f"{count}: {men_and_women(both)}."
    if basis.printed != set(table.columns):
        sentence += " Totals in brackets are counted here and not printed in a published table."
    return sentence


def _header(scenario: Scenario, *, gives: bool) -> tuple[tuple[Head, ...], ...]:
    by_gender = itertools.groupby(scenario.rules.events, lambda event: event.gender)
    groups = [(gender, list(events)) for gender, events in by_gender]
    above = [Head(GROUPS[gender], columns=len(events)) for gender, events in groups]
    athletes = (Head("Athletes", rows=2),) if gives else ()
    if all(map(_names_itself, scenario.rules.events)):
        below = [Head(short_label(event)) for event in scenario.rules.events]
        return ((Head("NOC"), *below, *(Head("Athletes") for _ in athletes)),)
    below = [Head(short_label(event)) for _, events in groups for event in events]
    return (Head("NOC", rows=2), *above, *athletes), tuple(below)


def short_label(event: Event) -> str:
    """Return an event in words without its gender, such as `500 m`; all of it where no gender is named."""
    rest = event.label if _names_itself(event) else event.label.partition(" ")[2]
    return rest[:1].upper() + rest[1:]


def _names_itself(event: Event) -> bool:
    """Whether the label of an event needs no gender above it: `pairs`, or `men` where there is no other event."""
    return event.kind == "couple" or event.label == event.gender


def _line(scenario: Scenario, basis: Basis, table: Published, noc: str) -> Line:
    items = [noc_item(scenario, noc)]
    for column in table.columns:
        number = table.cells[noc][column]
        note = _note(scenario, basis, noc, column)
        # A row with nothing under the athletes would look as if cells were lost, or as a heading.
        text = str(number) if number or note or column == ATHLETES else ""
        if column != ATHLETES and scenario.rules.event(column).kind == "relay" and number == 1:
            text = "X"
        if (noc, column) in table.unknown:
            text = NOT_KNOWN
        items.append(Item(text, note=note, number=True))
    return Line(tuple(items))


def _totals(scenario: Scenario, basis: Basis, table: Published) -> Line:
    items = [Item(f"Total: {counted(len(table.cells), 'NOC')}")]
    for column in table.columns:
        text = str(table.totals[column])
        printed = column in basis.printed
        items.append(Item(text if printed else f"({text})", note=_note(scenario, basis, TOTAL, column), number=True))
    return Line(tuple(items), "total")


def _note(scenario: Scenario, basis: Basis, noc: str, column: str) -> str:
    found = basis.difference(noc, column)
    if found is None:
        return ""
    published = "has no such row" if found.published is None else f"has {found.published}"
    published = "cannot be read there" if found.unknown else published
    return f"{row_name(noc)}, {_label(scenario, column)}: the published table {published}; {_why(found)}."


def _why(found: MarkedCell) -> str:
    return f"{found.here if found.instead is None else found.instead} is {found.why}"


def _label(scenario: Scenario, column: str) -> str:
    return column if column == ATHLETES else scenario.rules.event(column).label


def differences_section(scenario: Scenario, basis: Basis) -> tuple[Section, ...]:
    """Return the section that lists where the table is not the published one; none if it is."""
    if not basis.differences:
        return ()
    lines = []
    for one in basis.differences:
        published = "" if one.published is None else str(one.published)
        column = _label(scenario, one.column)
        row = Item(TOTAL) if one.noc == TOTAL else noc_item(scenario, one.noc)
        absent = NOT_PRINTED if one.noc == TOTAL else NOT_KNOWN if one.unknown else NO_ROW
        numbers = Item(published or absent, number=True), Item(str(one.here), number=True)
        lines.append(Line((row, Item(column), *numbers, Item(one.why if one.instead is None else _why(one)))))
    table = plain_table(DIFFERENCES, lines, "Cells that differ")
    return (Section("Differences from the published table", 2, (), (table,)),)
