"""The validator's checks of an allocation by ranked lists: those of each kind of pathway, and what holds for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from quotaproof.model.allocation import Allocation
from quotaproof.model.pathways import (
    KINDS,
    FillByRank,
    HostPlaces,
    KthEntryTiers,
    ListedPathway,
    NocQuota,
    Pathway,
    RankingPlaces,
    RankTiers,
    Reallocation,
    ReduceToTotal,
    Refused,
    ReserveList,
    SumOfBest,
    steps_in,
    supported,
)
from quotaproof.model.scenario import Scenario

from . import listed_entries, listed_nocs, listed_quota
from .check import Violation
from .listed_check import ListedCheck
from .listed_record import check_listed_record

NAME = "the validator"

STEPS: Mapping[type[Pathway], Callable[[ListedCheck, Any], None] | Refused] = {
    **steps_in(__package__, lambda module: module.check, [kind for kind in KINDS if issubclass(kind, ListedPathway)]),
    RankingPlaces: listed_entries.ranking_places,
    ReserveList: listed_entries.reserve_list,
    HostPlaces: listed_entries.host_places,
    NocQuota: listed_quota.noc_quota,
    ReduceToTotal: listed_quota.reduce_to_total,
    SumOfBest: listed_nocs.sum_of_best,
    FillByRank: listed_nocs.fill_by_rank,
    RankTiers: listed_nocs.rank_tiers,
    KthEntryTiers: listed_nocs.kth_entry_tiers,
    Reallocation: lambda check, pathway: None,
}
"""The check of each kind of pathway that goes by ranked lists."""


def violations(scenario: Scenario, allocation: Allocation) -> list[Violation]:
    """Return every violation, in the order of the pathways; empty if the allocation is right."""
    steps = supported(NAME, scenario.pathways, STEPS)
    check = ListedCheck(scenario, allocation)
    _known(check)
    if {*allocation.entries, *allocation.reserve, *allocation.taken_back} - {
        one.identifier for one in check.rules.events
    }:
        return check.found
    for pathway in scenario.rules.pathways:
        if isinstance(pathway, HostPlaces):
            check.recall(pathway)
            check.undo_host(pathway)
    _reserves(check)
    for step, pathway in steps:
        step(check, pathway)
    if not any(isinstance(pathway, ReduceToTotal) for pathway in scenario.pathways):
        for event in sorted(allocation.taken_back):
            check.add(None, None, event, "places are taken back, and no pathway that applies does so")
    if not check.found and allocation.decisions:
        check_listed_record(check)
    return check.found


def _known(check: ListedCheck) -> None:
    """Start places of NOCs are those of their entries, where places are of entries; nobody has two in an event."""
    allocation = check.allocation
    events = {event.identifier for event in check.rules.events}
    torn = {str(event) for _, event in check.torn}
    for unknown in sorted(
        {*allocation.places, *allocation.entries, *allocation.reserve, *allocation.taken_back, *torn} - events
    ):
        check.add(None, None, unknown, "the rules have no such event")
    for event in check.rules.events:
        name = event.identifier
        placed = [*allocation.entries.get(name, ()), *allocation.taken_back.get(name, ())]
        for athlete, times in Counter(one.athlete for one in placed).items():
            if times > 1:
                check.add(None, None, name, f"{athlete} has more than one place")
        gives = {
            one.identifier
            for one in check.rules.pathways
            if name in (one.events if isinstance(one, HostPlaces) else one.hands_out)
        }
        for one in placed:
            if one.pathway not in gives:
                check.add(one.pathway, one.noc, name, "the rules have no such pathway to places in this event")
            if not any(e.athlete == one.athlete and e.noc == one.noc for e in _entries(check, name)):
                check.add(one.pathway, one.noc, name, f"{one.athlete} is in no list of the event")
        for by in {by for by, of in check.torn if of == name}:
            if by not in gives or check.undecided(next(p for p in check.rules.pathways if p.identifier == by), name):
                check.add(by, None, name, "the tie is not one that the rules leave open")
        by_entry = Counter(one.noc for one in allocation.entries.get(name, ()))
        goes_down_lists = any(isinstance(one, RankingPlaces) and name in one.places for one in check.rules.pathways)
        if goes_down_lists and dict(by_entry) != dict(allocation.places.get(name, {})):
            check.add(None, None, name, "the places of NOCs are not those of their entries")


def _reserves(check: ListedCheck) -> None:
    """Reserve lists are where the rules have them."""
    have = {event for one in check.rules.pathways if isinstance(one, ReserveList) for event in one.lengths}
    for event, line in check.reserve_before.items():
        if line and event not in have:
            check.add(None, None, event, "the rules have no reserve list of this event")


def _entries(check: ListedCheck, event: str) -> list[Any]:
    return [entry for (own, _), one in check.scenario.lists.items() if own == event for entry in one.entries]
