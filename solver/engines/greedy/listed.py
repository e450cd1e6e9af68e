"""Allocation by ranked lists: the steps of the kinds of pathways that go by them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from quotaproof.model.allocation import Allocation
from quotaproof.model.kept import Held, reallocation
from quotaproof.model.pathways import (
    FillByRank,
    HostPlaces,
    KthEntryTiers,
    NocQuota,
    Pathway,
    RankingPlaces,
    RankTiers,
    Reallocation,
    ReduceToTotal,
    ReserveList,
    SumOfBest,
)
from quotaproof.model.scenario import Scenario

from . import (
    fill_by_rank,
    host_places,
    kth_entry_tiers,
    listed_reallocation,
    noc_quota,
    rank_tiers,
    ranking_places,
    reduce_to_total,
    reserve_list,
    sum_of_best,
)
from .listed_state import ListedState
from .state import TieError

STEPS: Mapping[type[Pathway], Callable[[ListedState, Any], None]] = {
    RankingPlaces: ranking_places.step,
    ReserveList: reserve_list.step,
    HostPlaces: host_places.step,
    NocQuota: noc_quota.step,
    ReduceToTotal: reduce_to_total.step,
    SumOfBest: sum_of_best.step,
    FillByRank: fill_by_rank.step,
    RankTiers: rank_tiers.step,
    KthEntryTiers: kth_entry_tiers.step,
}
"""What the engine does at a pathway that goes by ranked lists, by its kind."""


def allocation(scenario: Scenario) -> Allocation:
    """Return what the lists of a scenario give; the caller has made sure that every kind has a step."""
    state = ListedState(scenario)
    try:
        for pathway in scenario.rules.pathways:
            if not isinstance(pathway, Reallocation):  # declined places are no part of a first allocation
                STEPS[type(pathway)](state, pathway)
    except TieError:
        pass
    return _read(state)


def refilled(scenario: Scenario, held: Held) -> Allocation:
    """Return the allocation after places that were given back are handed on; quota places are counted again."""
    state = ListedState(scenario)
    state.entries = {event: list(placed) for event, placed in held.entries.items()}
    state.reserve = {event: list(line) for event, line in held.reserve.items()}
    state.numbers = {event.identifier: dict(held.places.get(event.identifier, {})) for event in scenario.rules.events}
    listed_reallocation.step(state, reallocation(scenario.rules), held)
    try:
        for pathway in scenario.rules.pathways:
            if isinstance(pathway, NocQuota):
                noc_quota.step(state, pathway)
    except TieError:
        pass
    return _read(state)


def _read(state: ListedState) -> Allocation:
    scenario = state.scenario
    return Allocation(
        scenario=scenario.identifier,
        rules=scenario.rules,
        engine="greedy",
        status="tie" if state.tied else "optimal",
        unique=not state.tied,
        places={event: dict(sorted(numbers.items())) for event, numbers in state.numbers.items()},
        awards=tuple(state.awards),
        decisions=tuple(state.decisions),
        tied=tuple(state.tied),
        entries={event: tuple(placed) for event, placed in state.entries.items()},
        reserve={event: tuple(line) for event, line in state.reserve.items()},
        taken_back={event: tuple(placed) for event, placed in state.taken_back.items()},
    )
