"""How close in points: the least gain at one meet that makes a target true, where results at meets are known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from quotaproof.model.quantities import spelled
from quotaproof.model.results.classifications import Classifications, Result
from quotaproof.model.results.scoring import standings_of
from quotaproof.model.rules import Event
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Claim, Ranking, Standings

from .answer import Distance
from .phrases import ordinal
from .replay import holds
from .target import Target

RankedClaims = tuple[tuple[Claim, ...], tuple[tuple[int, ...], ...]]


def points_at_one_meet(scenario: Scenario, target: Target, events: Iterable[Event]) -> Iterator[Distance]:
    """Yield, for each event and meet, the fewest points that one result of the NOC would have to gain there.

    A result that becomes better takes a better position, and those that it passes are one position further back;
    nothing else changes. Every worse position is tried first. Nothing is yielded where the standings do not follow from
    results at meets.
    """
    if scenario.classifications is None or scenario.rules.soqc is None or scenario.classifications.draws:
        return
    for event in events:
        results = scenario.classifications.by_event.get(event.identifier, ())
        if scenario.classifications.why_open(event.identifier, scenario.rules) is not None:
            continue
        failed = {_order(scenario.standings.rankings[event.identifier])}
        for meet in scenario.rules.soqc.held(event.identifier):
            there = [result for result in results if result.meet == meet]
            own = [result for result in there if result.noc == target.noc]
            found = [d for result in own if (d := _least(scenario, target, event, there, result, failed)) is not None]
            if found:
                yield min(found, key=lambda distance: distance.amount or 0)


def _order(ranking: Ranking) -> RankedClaims:
    """What an allocation depends on: who is where, and who shares a rank."""
    return tuple(ranking.claims()), ranking.tied


def _least(
    scenario: Scenario, target: Target, event: Event, there: list[Result], own: Result, failed: set[RankedClaims]
) -> Distance | None:
    """The least gain of one result that is enough; `failed` are orders that are not, and more are added."""
    soqc = scenario.rules.soqc
    if soqc is None or scenario.classifications is None:
        return None
    had = soqc.points_for(event.identifier, own.meet, own.position)
    for position in range(own.position - 1, 0, -1):
        changed = _with(scenario.classifications, there, own, position)
        ranking = _ranking(scenario, changed, event)
        order = _order(ranking)
        if order in failed:
            continue
        standings = Standings({**scenario.standings.rankings, event.identifier: ranking})
        if not holds(replace(scenario, standings=standings), target):
            failed.add(order)
            continue
        gain = soqc.points_for(event.identifier, own.meet, position) - had
        nth = "result" if event.kind == "relay" else f"{ordinal(own.qualifier or 1)} result"
        text = (
            f"{spelled(gain, 'point')} at {own.meet} in the {event.label}: {target.noc}'s {nth} there at position "
            f"{position} instead of {own.position} (position {position + 1} would not be enough)"
        )
        if position + 1 == own.position:
            text = text.partition(" (position")[0]
        return Distance("points", f"{event.identifier} at {own.meet}", gain, gain, text, (), standings)
    return None


def _with(classifications: Classifications, there: list[Result], own: Result, position: int) -> Classifications:
    """The results with one of them at a better position, and those it passes one further back."""
    moved: list[Result] = []
    for result in there:
        if result is own:
            moved.append(replace(result, position=position))
        elif position <= result.position < own.position:
            moved.append(replace(result, position=result.position + 1))
        else:
            moved.append(result)
    # An NOC's results at a meet are numbered from the best.
    numbered: dict[str | None, int] = {}
    renumbered: list[Result] = []
    for result in sorted(moved, key=lambda one: (one.position, one.qualifier or 0)):
        numbered[result.noc] = numbered.get(result.noc, 0) + 1
        renumbered.append(replace(result, qualifier=numbered[result.noc]))
    kept = [result for result in classifications.results if (result.meet, result.event) != (own.meet, own.event)]
    return Classifications((*kept, *renumbered))


def _ranking(scenario: Scenario, classifications: Classifications, event: Event) -> Ranking:
    """The ranking of one event that changed results give."""
    only = Classifications(classifications.by_event[event.identifier])
    return standings_of(only, scenario.rules, scenario.readings).rankings[event.identifier]
