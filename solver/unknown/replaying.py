"""Whether a completion found under some readings gives the table under others: replayed by the greedy reference."""

from __future__ import annotations

from dataclasses import replace

from quotaproof.model.published import Published
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.facts import ABOUT_QUOTA, EVERYTHING
from quotaproof.model.standings.rankings import Entry, Ranking, Standings
from quotaproof.solver.engines import greedy

UNNAMED_CODES = 26 * 26


def gives(scenario: Scenario, table: Published, completion: Standings) -> bool:
    """Return whether the rules give a table under a completion of its relays' rankings; False may mean: not known.

    In individual events those with places come first, and then the list ends, so a completion says nothing of them.
    Facts on quota places are not looked at, nor is what was declined, so where there are any nothing is known.
    """
    rules = scenario.rules
    relays = {event.identifier for event in rules.events if event.kind == "relay"}
    if scenario.declines or not rules.fixes_athletes or table.unnamed or not relays <= set(completion.rankings):
        return False
    for fact in scenario.facts:
        on_quota = fact.kind in ABOUT_QUOTA or (fact.kind == "column-total" and fact.event in (*GENDERS, EVERYTHING))
        if on_quota or (fact.event in relays and fact.kind in ("declined-rank", "came-in-rank")):
            return False
    codes = unnamed_codes(scenario, table, UNNAMED_CODES)[::-1]
    rankings = {
        event.identifier: named(completion.rankings[event.identifier], codes)
        if event.kind == "relay"
        else Ranking(tuple(Entry(noc, k) for noc, k in holders(table, event.identifier)))
        for event in rules.events
    }
    allocation = greedy.allocate(replace(scenario, standings=Standings(rankings), facts=()))
    return allocation.status == "optimal" and not any(table.differing(allocation.to_published()))


def named(ranking: Ranking, codes: tuple[str, ...]) -> Ranking:
    """Return a relay's ranking with codes for NOCs of which nothing else is known at the ranks of nobody named."""
    code = iter(codes)
    return Ranking(tuple(one if one.noc is not None else Entry(next(code), 1) for one in ranking.entries))


def holders(table: Published, event: str) -> list[tuple[str, int]]:
    """Return the start places of an individual event, all first ones of NOCs before all second ones."""
    rows = table.cells.items()
    most = max((row[event] for _, row in rows), default=0)
    return [(noc, k) for k in range(1, most + 1) for noc, row in rows if row[event] >= k]


def unnamed_codes(scenario: Scenario, table: Published, number: int) -> tuple[str, ...]:
    """Return codes that no NOC has, for NOCs that the scenario does not name: XAA, XAB, ..."""
    taken = {*scenario.nocs, *table.nocs}
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    codes = (f"X{a}{b}" for a in letters for b in letters)
    free = [code for code in codes if code not in taken]
    return tuple(free[:number])
