"""Margins between entries of a ranked list: in points, hundredths of a second, or ranks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from quotaproof.model.allocation import Allocation
from quotaproof.model.pathways import RankingPlaces
from quotaproof.model.quantities import spelled
from quotaproof.model.results.race_results import time_text
from quotaproof.model.results.ranked_lists import ListedEntry
from quotaproof.model.results.ranking_rules import RankingRule
from quotaproof.model.scenario import Scenario

Unit = Literal["points", "hundredths", "ranks"]


@dataclass(frozen=True, slots=True)
class Cut:
    """Where the places of a pathway end in an event.

    Attributes
    ----------
    last_in
        The lowest entry of the list with a place by the pathway; None if nobody has one.
    first_out
        The best entry of the list without a place in the event, whose NOC may have one more; None if there is none.
    """

    pathway: RankingPlaces
    rule: RankingRule
    last_in: ListedEntry | None
    first_out: ListedEntry | None


def rule_of(scenario: Scenario, event: str, ranking: str) -> RankingRule:
    """Return how a list of an event is made."""
    return next(rule for rule in scenario.rules.rankings if rule.identifier == ranking and event in rule.events)


def ranked(scenario: Scenario, event: str, ranking: str) -> tuple[ListedEntry, ...]:
    """Return the entries of a list, best first; none where nobody has a result."""
    found = scenario.lists.get((event, ranking))
    return found.entries if found is not None else ()


def label_of(scenario: Scenario, event: str, athlete: str) -> str:
    """Return an athlete's name, as the first list of the event that has it gives it."""
    lists = [one for (own, _), one in scenario.lists.items() if own == event]
    return next((entry.label for one in lists for entry in one.entries if entry.athlete == athlete), athlete)


def cuts(scenario: Scenario, allocation: Allocation, event: str) -> Iterator[Cut]:
    """Yield where the places of each pathway end that goes down a list of the event."""
    by = {one.athlete: one.pathway for one in allocation.entries.get(event, ())}
    cap = scenario.rules.event(event).noc_cap
    for pathway in scenario.rules.pathways:
        if isinstance(pathway, RankingPlaces) and event in pathway.places:
            entries = ranked(scenario, event, pathway.ranking)
            inside = [entry for entry in entries if by.get(entry.athlete) == pathway.identifier]
            outside = [
                entry for entry in entries if entry.athlete not in by and allocation.number(entry.noc, event) < cap
            ]
            rule = rule_of(scenario, event, pathway.ranking)
            yield Cut(pathway, rule, inside[-1] if inside else None, outside[0] if outside else None)


def unit_of(rule: RankingRule, *entries: ListedEntry) -> Unit:
    """Return what a margin between entries is measured in: ranks where the list came without figures."""
    if rule.measure == "points" and any(entry.points for entry in entries):
        return "points"
    if rule.measure == "time" and all(entry.time is not None for entry in entries):
        return "hundredths"
    return "ranks"


def margin(rule: RankingRule, better: ListedEntry, worse: ListedEntry) -> int:
    """Return by how much one entry is ahead of another, in the unit of `unit_of`."""
    unit = unit_of(rule, better, worse)
    if unit == "points":
        return better.points - worse.points
    if unit == "hundredths":
        return (worse.time or 0) - (better.time or 0)
    return worse.rank - better.rank


def amount_words(unit: Unit, amount: int) -> str:
    """Return a margin in words: `12 points`, `0.07 s`, `three ranks`."""
    if unit == "points":
        return "one point" if amount == 1 else f"{amount} points"
    return f"{amount / 100:.2f} s" if unit == "hundredths" else spelled(amount, "rank")


def margin_words(rule: RankingRule, better: ListedEntry, worse: ListedEntry) -> str:
    """Return the margin in words; where the figures are equal, that the ties of the list decide."""
    unit, amount = unit_of(rule, better, worse), margin(rule, better, worse)
    if amount:
        return amount_words(unit, amount)
    return f"with equal {'points' if unit == 'points' else 'times'} and only by a tie"


def figure(rule: RankingRule, entry: ListedEntry) -> str:
    """Return what an entry has in the list: `with 210 points`, `in 34.79`, or nothing where the list has no figures."""
    unit = unit_of(rule, entry)
    if unit == "points":
        return f" with {amount_words('points', entry.points)}"
    return f" in {time_text(entry.time)}" if unit == "hundredths" and entry.time is not None else ""


def stands(rule: RankingRule, entry: ListedEntry) -> str:
    """Return where an entry stands in a list: `rank 38 by points with 71 points`."""
    return f"rank {entry.rank}{'=' * entry.tied} by {rule.identifier}{figure(rule, entry)}"


def named(entry: ListedEntry) -> str:
    """Return an entry by name, with its NOC."""
    return entry.noc if entry.athlete == entry.noc.lower() else f"{entry.label} ({entry.noc})"
