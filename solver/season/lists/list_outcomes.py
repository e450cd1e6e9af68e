"""Outcomes of the races to come: invented results with ranks and times, and the lists and places that follow."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from quotaproof.model.allocation import Allocation
from quotaproof.model.files import Row
from quotaproof.model.results.listed_file import standings_of_lists
from quotaproof.model.results.race_results import RaceResult, RaceResults
from quotaproof.model.results.ranked_lists import ranked_lists
from quotaproof.model.scenario import Scenario
from quotaproof.model.scenario_folder import RESULTS
from quotaproof.solver.engines import engine
from quotaproof.solver.season.outcomes import ListedOutcome
from quotaproof.solver.season.season import Season

from .list_proofs import RacePlan
from .open_lists import OpenList, Racer, RaceToCome

USUAL_TIME = 90_000
"""Hundredths of a second from which invented times are counted down where nobody has a time over the event."""


def with_results(season: Season, outcome: ListedOutcome) -> Scenario:
    """Return the scenario that an outcome makes of a season: its results, and the lists they give."""
    scenario, rules = season.scenario, season.scenario.rules
    if scenario.results is None or rules.results is None:
        return scenario
    results = RaceResults((*scenario.results.rows, *outcome.results))
    lists = ranked_lists(results, rules.results, rules.rankings)
    return replace(scenario, results=results, lists=lists, standings=standings_of_lists(lists))


def allocated(season: Season, outcome: ListedOutcome) -> Allocation:
    """Return what the rules give for an outcome, by the reference engine."""
    return engine("greedy").allocate(with_results(season, outcome))


def invented(lists: Mapping[str, OpenList], starts: Mapping[RaceToCome, Sequence[Racer]]) -> ListedOutcome:
    """Return the outcome in which some athletes take the best ranks of races, in their order.

    Where times are skated they are faster than all so far: each start of a race a hundredth slower than the one before.
    """
    rows: list[RaceResult] = []
    for race, racers in starts.items():
        one = lists[race.event]
        own = [racer.time for racers in one.racers.values() for racer in racers if racer.time is not None]
        fastest = min(own, default=USUAL_TIME)
        for place, racer in enumerate(racers):
            rank = race.rank(place)
            time = fastest - len(racers) + place if one.by_times is not None else None
            row = Row(Path(RESULTS.name), 0, {})
            rows.append(
                RaceResult(
                    race.meet,
                    race.event,
                    race.number,
                    rank.division,
                    rank.rank,
                    racer.noc,
                    racer.athlete,
                    racer.name,
                    time,
                    rank.points,
                    "invented",
                    row,
                )
            )
    return ListedOutcome(tuple(rows))


def starts_of_winner(one: OpenList, noc: str, plan: RacePlan | None) -> dict[RaceToCome, list[Racer]]:
    """Who starts if an NOC's best come in first at all races that count for an event, and nobody else is there."""
    mine = sorted(one.racers[noc], key=lambda racer: (racer.rank, -racer.kept))[: max(1, one.cap(noc))]
    return {
        race: [*own, *(racer for racer in mine if racer not in own)]
        for race, own in zip(one.races, plan or [()] * len(one.races), strict=True)
    }


def starts_of_others(one: OpenList, noc: str, plan: RacePlan | None) -> dict[RaceToCome, list[Racer]]:
    """Who starts if an NOC is not there, some others come in first, and many are faster than all so far.

    In the first race over the event as many of each other NOC race as it may have start places: so all places by times
    go to others, as far as their caps allow. Elsewhere somebody starts.
    """
    planned = {racer for own in plan or () for racer in own}
    faster: list[Racer] = []
    for other in one.nocs:
        if other != noc:
            racers = sorted(one.racers[other], key=lambda racer: (racer not in planned, racer.rank, -racer.kept))
            faster += racers[: one.cap(other)]
    if not faster:
        faster = list(one.racers[noc][:1])  # there is no other NOC, and somebody starts
    leader = sorted(faster, key=lambda racer: (racer.rank, racer.athlete))[:1]
    found: dict[RaceToCome, list[Racer]] = {}
    nobody: tuple[Racer, ...] = ()
    for race, own in zip(one.races, plan or [nobody] * len(one.races), strict=True):
        first = bool(one.time_places) and race in one.own_races[:1]
        further: Sequence[Racer] = faster if first else [] if own else leader
        found[race] = [*own, *(racer for racer in further if racer not in own)]
    return found


def named_starts(
    parts: Collection[Mapping[RaceToCome, Sequence[Racer]]],
) -> dict[RaceToCome, Sequence[Racer]]:
    """Return the starts of all events, those named first where two say something of a race that they share."""
    found: dict[RaceToCome, Sequence[Racer]] = {}
    for part in parts:
        for race, racers in part.items():
            found.setdefault(race, racers)
    return found
