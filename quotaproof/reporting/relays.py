"""The relays of a report, by criterion."""

from __future__ import annotations

from quotaproof.model.criteria import Criterion, compared, mixed_criteria, relay_criteria
from quotaproof.model.pathways import TeamTopUp
from quotaproof.model.rules import GENDERS, Event
from quotaproof.model.scenario import Scenario

from .basis import Basis
from .document import Item, Line, ReportTable, Section, plain_table


def relay_sections(scenario: Scenario, basis: Basis) -> tuple[Section, ...]:
    """Return the section on relays, with one below it per relay."""
    rules, table = scenario.rules, basis.table
    if table is None:
        return ()
    found: list[Section] = []
    for gender in GENDERS:
        relay = rules.relay(gender)
        if relay is not None:
            rows = relay_criteria(rules, table, basis.athletes, gender)
            found.append(_section(scenario, relay, rows, (_gender_table(scenario, basis, relay, rows),)))
    pathway = next((p for p in rules.pathways if isinstance(p, TeamTopUp)), None)
    if pathway is not None:
        event = rules.event(pathway.event)
        rows = mixed_criteria(rules, table, _ranked(scenario, event))
        lines = [Line((Item(row.text), Item(nocs=row.nocs))) for row in rows]
        grid = plain_table(("Criteria", "NOC"), lines, event.label.capitalize(), "criteria")
        found.append(_section(scenario, event, rows, (grid,)))
    return (Section("Relays", 2), *found) if found else ()


def _section(scenario: Scenario, event: Event, rows: tuple[Criterion, ...], tables: tuple[ReportTable, ...]) -> Section:
    printed = tuple(row for row in scenario.criteria if row.event == event.identifier)
    told = tuple(f"On the page that this was read from, {words}." for words in compared(event, rows, printed))
    return Section(event.label.capitalize(), 3, told if printed else (), tables)


def _gender_table(scenario: Scenario, basis: Basis, relay: Event, rows: tuple[Criterion, ...]) -> ReportTable:
    lines = [Line((Item(row.text), _number(row.per_noc), _number(row.athletes), Item(nocs=row.nocs))) for row in rows]
    following = _next(scenario, basis, relay)
    who = Item("none within the caps") if following is None else Item(nocs=(following,))
    lines.append(Line((Item("Next available NOC"), Item(number=True), Item(number=True), who)))
    total = None if any(row.athletes is None for row in rows) else sum(row.athletes or 0 for row in rows)
    lines.append(Line((Item("Total"), Item(number=True), _number(total), Item()), "total"))
    names = ("Criteria", "Athletes per NOC", "Total athletes", "NOC")
    return plain_table(names, lines, relay.label.capitalize(), "criteria")


def _number(number: int | None) -> Item:
    return Item("?" if number is None else str(number), number=True)


def _next(scenario: Scenario, basis: Basis, relay: Event) -> str | None:
    """Who is next in line for a relay place; `?` where the ranking is not known, None if nobody is."""
    if basis.allocation is None or basis.allocation.status == "tie":
        return "?"
    from quotaproof.solver.engines import engine
    from quotaproof.solver.whatif.starting_table import reserves

    waiting = reserves(scenario, relay.identifier, engine("cp-sat"), basis.start)
    return next((entry.noc for entry in waiting if entry.turn == 1), None)


def _ranked(scenario: Scenario, event: Event) -> tuple[str, ...]:
    """NOCs that are known to be in an event's ranking, best first as far as ranks are known."""
    ranking = scenario.standings.rankings.get(event.identifier)
    if ranking is not None:
        return tuple(entry.noc for entry in ranking.entries if entry.noc is not None)
    ranks = {f.noc: f.value for f in scenario.facts if f.event == event.identifier and f.kind == "rank" and f.noc}
    others = sorted(
        {f.noc for f in scenario.facts if f.event == event.identifier and f.kind == "ranked" and f.value and f.noc}
    )
    return (*sorted(ranks, key=lambda noc: ranks[noc]), *(noc for noc in others if noc not in ranks))
