"""How close: the least change of one result that makes a target true, with all else as it is, replayed by greedy.

For named entries that is a gain in points, or in hundredths, of one entry in one list; for places of NOCs a lower sum
or a better rank; for quota places further start places.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from quotaproof.model.allocation import Allocation
from quotaproof.model.athletes import Athlete
from quotaproof.model.pathways import FillByRank, RankingPlaces, SumOfBest
from quotaproof.model.published import ATHLETES
from quotaproof.model.quantities import joined, spelled
from quotaproof.model.results.ranked_lists import ListedEntry
from quotaproof.model.results.ranking_rules import RankingRule
from quotaproof.model.rules import Gender
from quotaproof.model.scenario import Scenario
from quotaproof.solver.explain.answer import Distance
from quotaproof.solver.explain.target import Target

from .margins import amount_words, ranked, rule_of, unit_of
from .quota import lacking, quota_pathway, standing
from .relaxed import EventWorld, entries_left
from .sums import sums


def nearness(
    scenario: Scenario, allocation: Allocation, target: Target, athlete: Athlete | None
) -> tuple[Distance, ...]:
    """Return the least changes that make a target true which is not, the nearest of each list first."""
    if target.column == ATHLETES:
        return ()
    if scenario.rules.is_quota_column(target.column):
        return tuple(_quota_places(scenario, allocation, target, target.column))
    world = EventWorld(scenario, target, athlete)
    if scenario.rules.names_entries(target.column):
        return tuple(_of_entries(world, allocation))
    return tuple(_of_nocs(world, allocation))


# Named entries ---------------------------------------


def _of_entries(world: EventWorld, allocation: Allocation) -> Iterator[Distance]:
    """Yield for each list the least gain of one entry."""
    left = entries_left(world.scenario, allocation, world.target, world.athlete)
    base = world.relaxed(())
    for pathway in world.scenario.rules.pathways:
        if not isinstance(pathway, RankingPlaces) or world.event not in pathway.places:
            continue
        rule = rule_of(world.scenario, world.event, pathway.ranking)
        entries = ranked(world.scenario, world.event, pathway.ranking)
        found = [d for e in entries if e.athlete in left and (d := _least(world, base, rule, entries, e)) is not None]
        if found:
            yield min(found, key=lambda distance: distance.amount or 0)


def _least(
    world: EventWorld, base: Scenario, rule: RankingRule, entries: tuple[ListedEntry, ...], own: ListedEntry
) -> Distance | None:
    """The least gain of an entry in a list that makes the target true.

    A gain counts as enough when it puts the entry ahead of another without a tie; every place further down was tried.
    """
    ahead = [entry for entry in entries if entry.rank < own.rank]
    for other in reversed(ahead):
        if not world.holds(_moved(world, base, rule, own, other)):
            continue
        unit = unit_of(rule, other, own)
        if unit == "points":
            gain, equal = other.points - own.points + 1, other.points - own.points
        elif unit == "hundredths":
            gain, equal = (own.time or 0) - (other.time or 0) + 1, (own.time or 0) - (other.time or 0)
        else:
            gain, equal = own.rank - other.rank, own.rank - other.rank
        better = {"points": "more", "hundredths": "faster", "ranks": "better"}[unit]
        text = f"{own.label}, {amount_words(unit, gain)} {better}"
        text += f" in the {world.scenario.rules.event(world.event).label}"
        text += f": ahead of {other.label} ({other.noc}), rank {other.rank} by {rule.identifier}"
        if gain != equal:
            text += (
                f" ({amount_words(unit, equal)} would make them equal)"
                if equal
                else " (they are equal, and a tie decides)"
            )
        return Distance(unit, f"{world.event} by {rule.identifier}", gain, max(equal, 0), text)
    return None


def _moved(world: EventWorld, base: Scenario, rule: RankingRule, own: ListedEntry, other: ListedEntry) -> Scenario:
    """The scenario with an entry right ahead of all that have what another has, in one list."""

    def change(ranking: str, entries: tuple[ListedEntry, ...]) -> tuple[ListedEntry, ...]:
        if ranking != rule.identifier:
            return entries
        rest = [entry for entry in entries if entry.athlete != own.athlete]
        unit = unit_of(rule, other, own)
        same = [
            entry
            for entry in rest
            if entry.rank == other.rank
            or (unit == "points" and entry.points == other.points)
            or (unit == "hundredths" and entry.time == other.time)
        ]
        place = rest.index(same[0])
        return _numbered([*rest[:place], replace(own, tied=False), *rest[place:]], own.athlete)

    return world.with_entries(base, change)


def _numbered(entries: list[ListedEntry], moved: str) -> tuple[ListedEntry, ...]:
    """Entries with ranks from 1, those tied before still sharing one; the moved entry has a rank of its own."""
    found: list[ListedEntry] = []
    before: ListedEntry | None = None
    for place, entry in enumerate(entries, 1):
        together = (
            before is not None and entry.tied and before.tied and entry.rank == before.rank and entry.athlete != moved
        )
        found.append(replace(entry, rank=found[-1].rank if together else place))
        before = entry
    return tuple(found)


# Places of NOCs ---------------------------------------


def _of_nocs(world: EventWorld, allocation: Allocation) -> Iterator[Distance]:
    label = world.scenario.rules.event(world.event).label
    noc = world.target.noc
    for pathway in world.scenario.rules.pathways:
        if isinstance(pathway, SumOfBest) and world.event in pathway.places:
            own = sums(world.scenario, pathway, world.event).get(noc)
            if own is None or own.single or len(own.values) != 2:
                continue
            for total in range(own.sum - 1, 1, -1):
                if world.holds(_with_sum(world, pathway.ranking, total)):
                    less = own.sum - total
                    text = f"{noc}'s two best results together {total} instead of {own.sum} in the {label}: {less} less"
                    yield Distance("sum", world.event, less, less, text)
                    break
        elif (
            isinstance(pathway, FillByRank)
            and world.event in pathway.places
            and not allocation.number(noc, world.event)
        ):
            entries = ranked(world.scenario, world.event, pathway.ranking)
            own_entry = next((entry for entry in entries if entry.noc == noc), None)
            if own_entry is None or world.target.least > 1:
                continue
            for other in reversed([entry for entry in entries if entry.rank < own_entry.rank]):
                if world.holds(_ahead(world, pathway.ranking, own_entry, other)):
                    ranks = own_entry.rank - other.rank
                    text = f"{own_entry.label}, {spelled(ranks, 'rank')} better in the {label}: at rank {other.rank}"
                    yield Distance("ranks", world.event, ranks, ranks, text)
                    break


def _with_sum(world: EventWorld, ranking: str, total: int) -> Scenario:
    """The scenario in which an NOC's two best results count so much together; its rank in the list stays."""

    def change(name: str, entries: tuple[ListedEntry, ...]) -> tuple[ListedEntry, ...]:
        mine = [entry.athlete for entry in entries if entry.noc == world.target.noc] if name == ranking else []
        # A result without a race counts as its rank, and the list goes by the order of entries.
        values = dict(zip(mine, (total // 2, total - total // 2), strict=False))
        return tuple(
            replace(entry, results=(), rank=values[entry.athlete]) if entry.athlete in values else entry
            for entry in entries
        )

    return world.with_entries(world.scenario, change)


def _ahead(world: EventWorld, ranking: str, own: ListedEntry, other: ListedEntry) -> Scenario:
    def change(name: str, entries: tuple[ListedEntry, ...]) -> tuple[ListedEntry, ...]:
        if name != ranking:
            return entries
        rest = [entry for entry in entries if entry.athlete != own.athlete]
        place = next(n for n, entry in enumerate(rest) if entry.rank == other.rank)
        return _numbered([*rest[:place], replace(own, tied=False), *rest[place:]], own.athlete)

    return world.with_entries(world.scenario, change)


# Quota places ---------------------------------------


def _quota_places(scenario: Scenario, allocation: Allocation, target: Target, gender: Gender) -> Iterator[Distance]:
    """Yield for each cap that would do what an NOC lacks: start places, and what its condition asks."""
    pathway, own = quota_pathway(scenario), standing(scenario, allocation, target.noc, gender)
    if pathway is None:
        return
    for cap in reversed(pathway.caps):
        if cap.athletes < target.least:
            continue
        asked: dict[str, int] = {}
        for event in own.short(cap):
            asked[event.identifier] = (event.noc_cap if cap.each_event == "the-maximum" else 1) - own.counts(cap, event)
        room = sum(e.noc_cap - own.places[e.identifier] for e in own.events)
        more = max(target.least - own.sum, sum(min(n, 99) for n in asked.values()), 0)
        if more > room and not cap.by:
            continue
        parts = [f"{spelled(more, 'start place')} more"] if more > sum(asked.values()) or not asked else []
        if asked or (cap.team and not own.team):
            parts.append(joined(lacking(cap, own)))
        text = f"{joined(parts)}: then an NOC may have {cap.athletes} {gender}"
        yield Distance("start-places", gender, more + (cap.team and not own.team), more, text)
        return
