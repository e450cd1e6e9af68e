"""What the schema cannot see of rules whose places go down ranked lists: wrong names, and what has no meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from .files import shown
from .pathways import (
    AnyPathway,
    HostPlaces,
    KthEntryTiers,
    ListedPathway,
    NocQuota,
    RankingPlaces,
    RankTiers,
    Reallocation,
    ReduceToTotal,
    ReserveList,
    SumOfBest,
)
from .results.ranking_rules import RankingRule
from .rules import Event


class _Tables(Protocol):
    soqc: Any
    readings: Any
    host: Any


def check_lists(
    table: _Tables,
    pathways: Sequence[AnyPathway],
    rankings: Sequence[RankingRule],
    events: Mapping[str, Event],
    wrong: Any,
) -> None:
    """Raise InputError for the first thing in the pathways that does not fit the events, the lists or one another.

    Parameters
    ----------
    table
        The rule file.
    wrong
        Makes the error for a problem and where it stands.
    """
    for key, given in (("soqc", table.soqc is not None), ("readings", bool(table.readings))):
        if given:
            raise wrong("this belongs to SOQCs of qualifiers; here places go down ranked lists", key)
    if table.host.events:
        raise wrong("where places go down ranked lists the host's are a pathway of kind host-places", "host", "events")
    lists = {(event, rule.identifier) for rule in rankings for event in rule.events}
    for number, pathway in enumerate(pathways):
        where = ("pathways", number)
        if not isinstance(pathway, ListedPathway | Reallocation):
            problem = (
                f"{pathway.kind} goes by SOQCs of qualifiers, and the other pathways or [[rankings]] by ranked lists; "
                "rules have one of the two"
            )
            raise wrong(problem, *where, "kind")
        if isinstance(pathway, ListedPathway):
            for event, ranking, key in pathway.asks:
                if (event, ranking) not in lists:
                    known = ", ".join(sorted(name for own, name in lists if own == event)) or "none"
                    raise wrong(f"{event} has no list {shown(ranking)}; it has {known}", *where, key)
        _own(pathway, pathways[:number], events, wrong, where)
    _once_each(pathways, wrong)
    handed = {event for pathway in pathways for event in pathway.hands_out}
    for event in events:
        if pathways and event not in handed:
            raise wrong(f"no pathway hands out the start places of {event}", "pathways")


def _own(
    pathway: AnyPathway,
    earlier: Sequence[AnyPathway],
    events: Mapping[str, Event],
    wrong: Any,
    where: tuple[str | int, ...],
) -> None:
    """What is asked of one kind alone."""
    if isinstance(pathway, RankingPlaces):
        for event, number in pathway.places.items():
            others = sum(one.places.get(event, 0) for one in earlier if isinstance(one, RankingPlaces))
            if number + others > events[event].start_places:
                cap = events[event].start_places
                raise wrong(f"{event} has {cap} start places, and {number + others} are handed out", *where, "places")
    elif isinstance(pathway, RankTiers):
        ranks = [tier.at_most for tier in pathway.tiers]
        if ranks != sorted(set(ranks)):
            raise wrong("each tier must reach further down than the one before it", *where, "tiers")
        spans = zip([0, *ranks[:-1]], pathway.tiers, strict=True)
        total = sum((tier.at_most - before) * tier.places for before, tier in spans)
        _tiers(pathway.events, total, max(tier.places for tier in pathway.tiers), events, wrong, where)
    elif isinstance(pathway, KthEntryTiers):
        total = sum(tier.entry * tier.nocs for tier in pathway.tiers)
        _tiers(pathway.events, total, max(tier.entry for tier in pathway.tiers), events, wrong, where)
    elif isinstance(pathway, SumOfBest):
        for key, tiers in (("sums", pathway.sums), ("single", pathway.single)):
            bounds = [tier.at_most for tier in tiers]
            if bounds != sorted(set(bounds)):
                raise wrong("each tier must reach further than the one before it", *where, key)
            for event in pathway.places:
                if any(tier.places > events[event].noc_cap for tier in tiers):
                    raise wrong(f"an NOC may have {events[event].noc_cap} places in {event}", *where, key)
    elif isinstance(pathway, ReserveList):
        if set(pathway.ranking) != set(pathway.lengths):
            odd = sorted(set(pathway.ranking) ^ set(pathway.lengths))[0]
            raise wrong(f"{odd} must have both a ranking and a length", *where, "lengths")
    elif isinstance(pathway, Reallocation):
        if pathway.repeats:
            problem = "quota places by ranked lists are counted again, and no pathway is gone through again; write []"
            raise wrong(problem, *where, "repeats")
        if bool(pathway.ranking) != bool(pathway.competition):
            key = "competition" if pathway.ranking else "ranking"
            raise wrong("ranking and competition belong together: a list, and what it is of in words", *where, key)
    elif isinstance(pathway, HostPlaces) and pathway.on_reserve_list:
        listed = {event for one in earlier if isinstance(one, ReserveList) for event in one.lengths}
        for event in pathway.events:
            if event not in listed:
                problem = f"{event} has no reserve list before this pathway, on which the host must be"
                raise wrong(problem, *where, "events")
    elif isinstance(pathway, NocQuota):
        names = [other.identifier for other in earlier]
        for one in pathway.caps:
            for name in one.by:
                if name not in names:
                    raise wrong(f"{name} is no pathway before this one", *where, "caps")
        if pathway.caps[-1].team or pathway.caps[-1].each_event:
            raise wrong("the last cap must have no condition, so that one applies to every NOC", *where, "caps")
    elif isinstance(pathway, ReduceToTotal):
        if not any(isinstance(one, NocQuota) for one in earlier):
            raise wrong("there must be a pathway of kind noc-quota before it, whose quota places it lowers", *where)
        for event in pathway.cycle:
            if events[event].kind != "individual":
                raise wrong(f"{event} does not fit; an individual event is meant", *where, "cycle")
            if pathway.cycle.count(event) > 1:
                raise wrong(f"{event} is named twice", *where, "cycle")


def _tiers(
    names: Sequence[str],
    total: int,
    most: int,
    events: Mapping[str, Event],
    wrong: Any,
    where: tuple[str | int, ...],
) -> None:
    for event in names:
        if most > events[event].noc_cap:
            raise wrong(f"an NOC may have {events[event].noc_cap} places in {event}, not {most}", *where, "tiers")
        if total > events[event].start_places:
            cap = events[event].start_places
            raise wrong(f"{event} has {cap} start places, and the tiers come to {total}", *where, "tiers")


def _once_each(pathways: Sequence[AnyPathway], wrong: Any) -> None:
    """At most one pathway of a kind that settles something for all; tiers and sums have their events to themselves."""
    for kind in (NocQuota, ReduceToTotal, HostPlaces, ReserveList, Reallocation):
        numbers = [number for number, pathway in enumerate(pathways) if isinstance(pathway, kind)]
        if len(numbers) > 1:
            raise wrong(f"there is more than one pathway of kind {kind.kind}", "pathways", numbers[1])
    for number, pathway in enumerate(pathways):
        for other in pathways[number + 1 :]:
            alone = isinstance(other, RankTiers | KthEntryTiers | SumOfBest)
            if not alone and not isinstance(pathway, RankTiers | KthEntryTiers):
                continue
            if shared := sorted(set(pathway.hands_out) & set(other.hands_out)):
                place = pathways.index(other)
                raise wrong(f"{shared[0]} is handed out by {pathway.identifier} too", "pathways", place)
    order = [pathway.stage for pathway in pathways]
    for number in range(1, len(order)):
        if order[number] < order[number - 1]:
            problem = "pathways must come in the order start places, noc-quota, reduce-to-total, reallocation"
            raise wrong(problem, "pathways", number)
