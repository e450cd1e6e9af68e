"""Outcomes of the meets to come: invented results, the scenario that they complete, and the places that follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from quotaproof.model.allocation import Allocation
from quotaproof.model.files import Row
from quotaproof.model.results.classifications import Classifications, Draw, Result
from quotaproof.model.results.race_results import RaceResult
from quotaproof.model.results.scoring import standings_of
from quotaproof.model.rules import NocGender
from quotaproof.model.scenario import Scenario
from quotaproof.model.scenario_folder import DRAWS
from quotaproof.model.standings.rankings import Ranking, Standings
from quotaproof.solver.engines import engine

from .open_event import OpenEvent
from .overtaking import Lineup
from .season import Season


@dataclass(frozen=True)
class SeasonOutcome:
    """Results of the meets to come, all of them invented.

    Attributes
    ----------
    positions
        (meet, event) -> NOCs in the order of positions from 1; an NOC is named once for each of its entries. Where an
        season is over there are none.
    about, favoured
        The NOC that an open tie is drawn for, and whether its entries come first in the draw or last.
    """

    positions: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    about: str | None = None
    favoured: bool = False


@dataclass(frozen=True)
class ListedOutcome:
    """Results of the races to come where places go down ranked lists, all of them invented."""

    results: tuple[RaceResult, ...] = ()


@dataclass(frozen=True)
class Replayed:
    """What an outcome gives: start places by event and NOC, quota places by NOC and gender."""

    outcome: SeasonOutcome | ListedOutcome
    allocation: Allocation

    def places(self, event: str, noc: str) -> int:
        """Return an NOC's start places in an event."""
        return self.allocation.places[event].get(noc, 0)

    def athletes(self) -> dict[NocGender, int]:
        """Return (NOC, gender) -> quota places, where there are any."""
        found: dict[NocGender, int] = {}
        for award in self.allocation.awards:
            key = (award.noc, award.gender)
            found[key] = found.get(key, 0) + award.number
        return found


Ranked = tuple[tuple[Result, ...], tuple[Draw, ...], Ranking | None]
Memo = dict[tuple[object, ...], Ranked]
"""What events were ranked before, by their results and draws."""


def completed(season: Season, outcome: SeasonOutcome, memo: Memo | None = None) -> Scenario:
    """Return the scenario that an outcome makes of a season: its results and draws, and the standings they give."""
    scenario = season.scenario
    known = scenario.classifications or Classifications()
    added: list[Result] = []
    drawn: list[Draw] = []
    rankings: dict[str, Ranking] = {}
    for event in (one.identifier for one in scenario.rules.events):
        own = {meet: nocs for (meet, other), nocs in outcome.positions.items() if other == event}
        key = (event, outcome.about, outcome.favoured, tuple(sorted(own.items())))
        if memo is None or key not in memo:
            found = _ranked(season, event, own, outcome)
            if memo is not None:
                memo[key] = found
        else:
            found = memo[key]
        results, draws, ranking = found
        added += results
        drawn += draws
        if ranking is not None:
            rankings[event] = ranking
    return replace(
        scenario,
        classifications=Classifications((*known.results, *added), (*known.draws, *drawn)),
        standings=Standings(rankings),
        listed=None,
    )


def _ranked(season: Season, event: str, own: Mapping[str, tuple[str, ...]], outcome: SeasonOutcome) -> Ranked:
    """The results and draws of one event, and the ranking that they give."""
    scenario = season.scenario
    known = scenario.classifications or Classifications()
    results: list[Result] = []
    for meet, nocs in own.items():
        numbers: dict[str, int] = {}
        for position, noc in enumerate(nocs, 1):
            numbers[noc] = numbers.get(noc, 0) + 1
            results.append(Result(meet, event, noc, numbers[noc], position))
    recorded = tuple(draw for draw in known.draws if draw.event == event)
    classifications = Classifications((*known.by_event.get(event, ()), *results), recorded)
    ranking = standings_of(classifications, scenario.rules, scenario.readings).rankings.get(event)
    draws: list[Draw] = []
    if ranking is not None:
        claims, settled = ranking.claims(), ranking
        for ranks in ranking.tied:
            order = sorted(ranks, key=lambda rank: (_lot(claims[rank - 1][0], outcome), *claims[rank - 1]))
            settled = settled.reordered(ranks, order)
            row = Row(Path(DRAWS.name), 0, {})
            draws += [Draw(event, *claims[rank - 1], number, row) for number, rank in enumerate(order, 1)]
        ranking = settled
    return tuple(results), tuple(draws), ranking


def _lot(noc: str, outcome: SeasonOutcome) -> int:
    """Where an NOC's entries come in a draw, the NOC that it is about first or last."""
    if noc != outcome.about:
        return 0
    return -1 if outcome.favoured else 1


def replay(season: Season, outcome: SeasonOutcome, memo: Memo | None = None) -> Replayed:
    """Return what the rules give for an outcome, by the reference engine."""
    return Replayed(outcome, engine("greedy").allocate(completed(season, outcome, memo)))


def in_order(lineup: Lineup) -> tuple[str, ...]:
    """Return the NOCs of a lineup by position, which is in order of deadlines and begins with the first."""
    return tuple(noc for (noc, _), _ in lineup)


def with_leaders(
    races: Mapping[str, OpenEvent],
    positions: Mapping[tuple[str, str], tuple[str, ...]],
    without: str | None = None,
) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return positions in which somebody starts wherever an event is held: where nobody does, the leader so far alone.

    That is the least there can be, since a meet without a starter is none; and who leads already gains nothing by it.

    Parameters
    ----------
    without
        An NOC that starts only where no other one could.
    """
    filled = dict(positions)
    for race in races.values():
        for meet in race.left:
            if not filled.get((meet, race.identifier)):
                filled[meet, race.identifier] = (race.leader(without),)
    return filled
