"""What the schema cannot see of rules whose places go down ranked lists: wrong names, and what has no meaning."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from .files import shown
from .near_words import asked
from .pathways import (
    AnyPathway,
    FillByRank,
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
from .rules import REDUCTION, Event


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
        Makes the error for a problem and its place.
    """
    foreign = "this belongs to SOQCs of qualifiers; here places go down ranked lists"
    if table.soqc is not None:
        raise wrong(foreign, "soqc")
    for number, reading in enumerate(table.readings):
        if reading.name != REDUCTION:
            raise wrong(foreign, "readings", number)
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
                    own = sorted(name for other, name in lists if other == event)
                    known = f"{asked(ranking, own)}; it has {', '.join(own) or 'none'}"
                    raise wrong(f"{event} has no list {shown(ranking)}{known}", *where, key)
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
        if not _falling([tier.places for tier in pathway.tiers]):
            raise wrong("each tier must have fewer places than the one before it", *where, "tiers")
        spans = zip([0, *ranks[:-1]], pathway.tiers, strict=True)
        total = sum((tier.at_most - before) * tier.places for before, tier in spans)
        _tiers(pathway.events, total, max(tier.places for tier in pathway.tiers), events, wrong, where)
    elif isinstance(pathway, KthEntryTiers):
        if not _falling([tier.entry for tier in pathway.tiers]):
            raise wrong("each tier must go by an earlier entry than the one before it", *where, "tiers")
        total = sum(tier.entry * tier.nocs for tier in pathway.tiers)
        _tiers(pathway.events, total, max(tier.entry for tier in pathway.tiers), events, wrong, where)
    elif isinstance(pathway, SumOfBest):
        for key, tiers in (("sums", pathway.sums), ("single", pathway.single)):
            bounds = [tier.at_most for tier in tiers]
            if bounds != sorted(set(bounds)):
                raise wrong("each tier must reach further than the one before it", *where, key)
            if not _falling([tier.places for tier in tiers]):
                raise wrong("each tier must have fewer places than the one before it", *where, key)
            for event in pathway.places:
                if any(tier.places > events[event].noc_cap for tier in tiers):
                    raise wrong(f"an NOC may have {events[event].noc_cap} places in {event}", *where, key)
    elif isinstance(pathway, ReserveList):
        if set(pathway.ranking) != set(pathway.lengths):
            odd = sorted(set(pathway.ranking) ^ set(pathway.lengths))[0]
            raise wrong(f"{odd} must have both a ranking and a length", *where, "lengths")
    elif isinstance(pathway, FillByRank):
        for event, number in pathway.places.items():
            for one in earlier:
                if isinstance(one, SumOfBest) and one.places.get(event, number) != number:
                    problem = (
                        f"{event} has {one.places[event]} places by {one.identifier}, so it must have as many here"
                    )
                    raise wrong(problem, *where, "places")
    elif isinstance(pathway, Reallocation):
        if pathway.repeats:
            problem = "quota places by ranked lists are counted again, and no pathway is gone through again; write []"
            raise wrong(problem, *where, "repeats")
        if bool(pathway.ranking) != bool(pathway.competition):
            key = "competition" if pathway.ranking else "ranking"
            raise wrong("ranking and competition belong together: a list, and what it is of in words", *where, key)
        if pathway.until:
            raise wrong("a deadline is for places of qualifiers, and these go down ranked lists", *where, "until")
    elif isinstance(pathway, HostPlaces):
        listed = {event for one in earlier if isinstance(one, ReserveList) for event in one.lengths}
        named = {event for one in earlier if isinstance(one, RankingPlaces) for event in one.places}
        for event in pathway.events:
            if event not in named:
                problem = f"{event} has no places of named entries before this pathway, among which the host's would be"
                raise wrong(problem, *where, "events")
            if pathway.on_reserve_list and event not in listed:
                problem = f"{event} has no reserve list before this pathway, on which the host must be"
                raise wrong(problem, *where, "events")
    elif isinstance(pathway, NocQuota):
        names = [other.identifier for other in earlier]
        for quota_cap in pathway.caps:
            for name in quota_cap.by:
                if name not in names:
                    raise wrong(f"{name} is no pathway before this one{asked(name, names)}", *where, "caps")
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


def _falling(numbers: Sequence[int]) -> bool:
    """Whether each number is less than the one before it."""
    return all(other < one for one, other in itertools.pairwise(numbers))


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
    """At most one pathway of a kind that settles something for all, and no two for an event that do not go together."""
    for kind in (NocQuota, ReduceToTotal, HostPlaces, ReserveList, Reallocation):
        numbers = [number for number, pathway in enumerate(pathways) if isinstance(pathway, kind)]
        if len(numbers) > 1:
            raise wrong(f"there is more than one pathway of kind {kind.kind}", "pathways", numbers[1])
    for number, pathway in enumerate(pathways):
        for place, other in enumerate(pathways[number + 1 :], number + 1):
            _shared(pathway, other, wrong, ("pathways", place))
    order = [pathway.stage for pathway in pathways]
    for number in range(1, len(order)):
        if order[number] < order[number - 1]:
            problem = "pathways must come in the order start places, noc-quota, reduce-to-total, reallocation"
            raise wrong(problem, "pathways", number)


def _shared(pathway: AnyPathway, other: AnyPathway, wrong: Any, where: tuple[str | int, ...]) -> None:
    """An event's places go down lists of entries, one after the other, or to NOCs by one pathway.

    Only sums may be filled up after.
    """
    sums = isinstance(pathway, SumOfBest) and isinstance(other, FillByRank)
    if not sums and not (isinstance(pathway, RankingPlaces) and isinstance(other, RankingPlaces)):
        for event in sorted(set(pathway.hands_out) & set(other.hands_out)):
            raise wrong(f"{event} is handed out by {pathway.identifier} too", *where)
    for one, by_entries in ((pathway, other), (other, pathway)):
        if not isinstance(one, SumOfBest | FillByRank | RankTiers | KthEntryTiers):
            continue
        events = by_entries.lengths if isinstance(by_entries, ReserveList) else {}
        for event in sorted(set(one.hands_out) & set(events)):
            problem = f"the places of {event} by {one.identifier} are of NOCs, and {by_entries.kind} goes by entries"
            raise wrong(problem, *where)
