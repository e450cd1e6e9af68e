"""Checks of places down ranked lists, of reserve lists and of the host's places, as a priority statement.

A claim without a place is explained by better claims that fill the pathway, by a place that the claimant has already,
or by better claims of its NOC that reach the cap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from quotaproof.model.pathways import HostPlaces, RankingPlaces, ReserveList
from quotaproof.model.results.ranked_lists import ListedEntry

from .listed_check import ListedCheck


def ranking_places(check: ListedCheck, pathway: RankingPlaces) -> None:
    """Places are in the order of the list, keep within both caps, and leave no justified claim."""
    for event, places in pathway.places.items():
        own = [one.athlete for one in check.before_host[event] if one.pathway == pathway.identifier]
        if check.undecided(pathway, event):
            if own:
                check.add(pathway.identifier, None, event, "places although a tie leaves the event open")
            continue
        if event in check.unnamed:
            continue
        entries = check.ranked(event, pathway.ranking)
        had = [(one.noc, one.athlete) for one in check.earlier(pathway, event)]
        ends = check.torn.get((pathway.identifier, event))
        last = min((rank or 0 for _, rank in ends), default=None) if ends else None
        _judge(check, pathway.identifier, event, entries, own, had, places, last)
        if ends is not None:
            torn = {(one.noc, one.rank) for one in torn_entries(check, event, entries, own, had, places, last or 0)}
            if not torn or set(ends) != torn:
                check.add(pathway.identifier, None, event, "the tie is not one that the rules leave open")


def reserve_list(check: ListedCheck, pathway: ReserveList) -> None:
    """A reserve list is in order and within both limits, and whoever is not on it is behind or one too many."""
    for event, length in pathway.lengths.items():
        ways = [[one.athlete for one in check.reserve_before[event]]]
        if event in check.reserve_or:
            ways.append([one.athlete for one in check.reserve_or[event]])
        if check.undecided(pathway, event):
            if ways[0]:
                check.add(pathway.identifier, None, event, "a reserve list although a tie leaves the event open")
            continue
        had = [(one.noc, one.athlete) for one in check.before_host[event]]
        if event in check.unnamed:
            continue
        before, entries = list(check.found), check.ranked(event, pathway.ranking[event])
        for own in ways:
            check.found[:] = before
            check.judged_reserve[event] = own
            _judge(check, pathway.identifier, event, entries, own, had, length, None, in_file_order=True)
            if len(check.found) == len(before):
                break
        _reserve_as_listed(check, pathway, event)


def _reserve_as_listed(check: ListedCheck, pathway: ReserveList, event: str) -> None:
    """Each entry of a reserve list has the NOC of its list, and says whether a tie leaves its order open.

    Whom the host replaced heads the list, and its order is not open.
    """
    lists = {name: check.ranked(event, name) for own, name in check.scenario.lists if own == event}
    nocs = {entry.athlete: entry.noc for entries in lists.values() for entry in entries}
    open_ = {entry.athlete: entry.tied for entry in lists.get(pathway.ranking[event], ())}
    replacing = [p.identifier for p in check.rules.pathways if isinstance(p, HostPlaces) and p.mode == "replace-last"]
    replaced = any(one.pathway in replacing for one in check.whole(event))
    for place, one in enumerate(check.allocation.reserve.get(event, ())):
        tied = open_.get(one.athlete, False) and not (replaced and place == 0)
        if one.noc != nocs.get(one.athlete):
            check.add(pathway.identifier, one.noc, event, f"{one.athlete} is on the reserve list for another NOC")
        if one.tied != tied:
            check.add(pathway.identifier, one.noc, event, f"whether the order of {one.athlete} is open is wrong")


def host_places(check: ListedCheck, pathway: HostPlaces) -> None:
    """The host has one place where it had none and may enter, by its best entry, and nowhere else."""
    host = check.scenario.host
    for event in check.rules.events:
        name = event.identifier
        own = [one for one in check.whole(name) if one.pathway == pathway.identifier]
        before = check.before_host[name]
        candidates = [one.athlete for one in check.reserve_before[name] if one.noc == host]
        if not pathway.on_reserve_list:
            first = next((one for (own_event, _), one in check.scenario.lists.items() if own_event == name), None)
            candidates = [one.athlete for one in first.entries if one.noc == host] if first else []
        wanted = (
            name in pathway.events
            and host is not None
            and not check.undecided(pathway, name)
            and all(one.noc != host for one in before)
            and bool(candidates)
            and (pathway.mode == "additional" or bool(before))
        )
        torn = set() if name in check.unnamed or check.undecided(pathway, name) else _torn_host(check, pathway, name)
        if (pathway.identifier, name) in check.torn:
            said = set(check.torn[pathway.identifier, name])
            if own or (name not in check.unnamed and said != torn):
                check.add(pathway.identifier, host, name, "the tie is not one that the rules leave open")
        elif torn:
            check.add(pathway.identifier, host, name, "a tie is decided in silence")
        elif [one.athlete for one in own] != (candidates[:1] if wanted else []):
            what = f"{candidates[0]} is the host's, and has it not" if wanted else "the host has no claim to one"
            check.add(pathway.identifier, host, name, f"the host's place is wrong: {what}")


def _torn_host(check: ListedCheck, pathway: HostPlaces, event: str) -> set[tuple[str, int | None]]:
    """Who is torn for the host's place: the host, where its best entry is not certain, or who may have the last."""
    host, before = check.scenario.host, check.before_host[event]
    if event not in pathway.events or host is None or any(one.noc == host for one in before):
        return set()
    if pathway.mode == "replace-last" and not before:
        return set()
    perhaps: list[ListedEntry] = []
    if pathway.on_reserve_list:
        line = next(one for one in check.rules.pathways if isinstance(one, ReserveList))
        own = [one.athlete for one in check.reserve_before[event]]
        entries = check.ranked(event, line.ranking[event])
        had = [(one.noc, one.athlete) for one in before]
        for rank in sorted({entry.rank for entry in entries}):
            perhaps += torn_entries(check, event, entries, own, had, line.lengths[event], rank)
        candidates = [entry for entry in entries if entry.noc == host and entry.athlete in own]
    else:
        ranking = next((name for (own_event, name) in check.scenario.lists if own_event == event), "")
        candidates = [entry for entry in check.ranked(event, ranking) if entry.noc == host]
    perhaps = [entry for entry in perhaps if entry.noc == host]
    if not candidates:
        return {(host, entry.rank) for entry in perhaps[:1]}
    best = candidates[0]
    if best in perhaps or sum(entry.rank == best.rank for entry in candidates) > 1:
        return {(host, best.rank)}
    last = check.last_of(event, before) if pathway.mode == "replace-last" else []
    return {(entry.noc, entry.rank) for entry in last} if len(last) > 1 else set()


def _judge(
    check: ListedCheck,
    pathway: str,
    event: str,
    entries: Sequence[ListedEntry],
    own: Sequence[str],
    had: Sequence[tuple[str, str]],
    places: int,
    last: int | None,
    *,
    in_file_order: bool = False,
) -> None:
    """Note what is wrong with those chosen from a list.

    Parameters
    ----------
    last
        The rank from which a tie leaves all open.
    in_file_order
        Whether of those who share a rank the first of the list comes first; otherwise none excludes another.
    """
    before = {athlete for _, athlete in had}
    listed = [entry.athlete for entry in entries]
    if list(own) != [athlete for athlete in listed if athlete in set(own)]:
        check.add(pathway, None, event, "the places are not in the order of the list")
    if len(own) > places:
        check.add(pathway, None, event, f"{len(own)} of {places} are given")
    numbers = Counter(noc for noc, _ in had)
    better = 0
    groups = (
        [[one] for one in entries] if in_file_order else [list(g) for _, g in groupby(entries, lambda one: one.rank)]
    )
    for group in groups:
        if last is not None and group[0].rank >= last:
            for entry in group:
                if entry.athlete in own:
                    check.add(pathway, entry.noc, event, f"{entry.athlete} is in or behind the tie and has a place")
            continue
        ahead = (better, numbers.copy())
        for entry in group:
            granted = entry.athlete in own
            given, of_nocs = (better, numbers) if granted else ahead
            true: set[str] = set()
            if entry.athlete in before:
                true.add("listed-has-place")
            if of_nocs[entry.noc] >= check.most(event, entry.noc):
                true.add("listed-noc-cap")
            if given >= places:
                true.add("listed-full")
            if granted:
                if true:
                    check.add(pathway, entry.noc, event, f"{entry.athlete} has what it cannot have")
                better += 1
                numbers[entry.noc] += 1
            elif not true:
                check.add(pathway, entry.noc, event, f"{entry.athlete} has a claim that nothing excludes")


def torn_entries(
    check: ListedCheck,
    event: str,
    entries: Sequence[ListedEntry],
    own: Sequence[str],
    had: Sequence[tuple[str, str]],
    places: int,
    rank: int,
) -> list[ListedEntry]:
    """Return those who share a rank and cannot all have what each of them could have, after all who rank better."""
    before = {athlete for _, athlete in had}
    better = [entry for entry in entries if entry.athlete in own and entry.rank < rank]
    numbers = Counter([noc for noc, _ in had] + [entry.noc for entry in better])
    left = places - len(better)
    room = {entry.noc: check.most(event, entry.noc) - numbers[entry.noc] for entry in entries}
    asking = [entry for entry in entries if entry.rank == rank and entry.athlete not in before and room[entry.noc] > 0]
    by_noc = Counter(entry.noc for entry in asking)
    if left <= 0 or sum(entry.rank == rank for entry in entries) < 2:
        return []
    if sum(min(number, room[noc]) for noc, number in by_noc.items()) > left:
        return asking
    return [entry for entry in asking if by_noc[entry.noc] > room[entry.noc]]
