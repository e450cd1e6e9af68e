"""Checks of places down ranked lists, of reserve lists and of the host's places, as a priority statement.

A claim without a place is explained by better claims that fill the pathway, by a place that the claimant has already,
or by better claims of its NOC that reach the cap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
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
        hosts = [one.identifier for one in check.rules.pathways if isinstance(one, HostPlaces)]
        if any((name, event) in check.torn for name in hosts):
            continue  # Whose place the host has is open, so that some of these places are not named.
        entries = check.ranked(event, pathway.ranking)
        had = [(one.noc, one.athlete) for one in check.earlier(pathway, event)]
        ends = check.torn.get((pathway.identifier, event))
        last = min((rank or 0 for _, rank in ends), default=None) if ends else None
        reasons = _judge(check, pathway.identifier, event, entries, own, had, places, last)
        if ends is not None and not _torn(check, event, entries, own, had, places, last or 0, ends):
            check.add(pathway.identifier, None, event, "the tie is not one that the rules leave open")
        _record(check, pathway, event, entries, reasons)


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
        hosts = [one.identifier for one in check.rules.pathways if isinstance(one, HostPlaces)]
        if any((name, event) in check.torn for name in hosts):
            continue
        before, entries = list(check.found), check.ranked(event, pathway.ranking[event])
        for own in ways:
            check.found[:] = before
            _judge(check, pathway.identifier, event, entries, own, had, length, None, in_file_order=True)
            if len(check.found) == len(before):
                break


def host_places(check: ListedCheck, pathway: HostPlaces) -> None:
    """The host has one place where it had none and may enter, by its best entry, and nowhere else."""
    host = check.scenario.host
    for event in check.rules.events:
        name = event.identifier
        own = [one for one in check.allocation.entries.get(name, ()) if one.pathway == pathway.identifier]
        own += [one for one in check.allocation.taken_back.get(name, ()) if one.pathway == pathway.identifier]
        before = check.before_host[name]
        candidates = [one.athlete for one in check.reserve_before[name] if one.noc == host]
        if not pathway.on_reserve_list:
            first = next((one for (own_event, _), one in check.scenario.lists.items() if own_event == name), None)
            candidates = [one.athlete for one in first.entries if one.noc == host] if first else []
        wanted = (
            name in pathway.events
            and host is not None
            and not check.undecided(pathway, name)
            and (pathway.identifier, name) not in check.torn
            and all(one.noc != host for one in before)
            and bool(candidates)
            and (pathway.mode == "additional" or bool(before))
        )
        if [one.athlete for one in own] != (candidates[:1] if wanted else []):
            what = f"{candidates[0]} is the host's, and has it not" if wanted else "the host has no claim to one"
            check.add(pathway.identifier, host, name, f"the host's place is wrong: {what}")


Reasons = dict[str, frozenset[str]]
"""Athlete -> the kinds of decision that are true of it."""


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
) -> Reasons:
    """Note what is wrong with those chosen from a list.

    Parameters
    ----------
    last
        The rank from which a tie leaves all open.
    in_file_order
        Whether of those who share a rank the first of the list comes first; otherwise none excludes another.
    """
    cap = check.rules.event(event).noc_cap
    before = {athlete for _, athlete in had}
    listed = [entry.athlete for entry in entries]
    if list(own) != [athlete for athlete in listed if athlete in set(own)]:
        check.add(pathway, None, event, "the places are not in the order of the list")
    if len(own) > places:
        check.add(pathway, None, event, f"{len(own)} of {places} are given")
    numbers = Counter(noc for noc, _ in had)
    better = 0
    reasons: Reasons = {}
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
            if of_nocs[entry.noc] >= cap:
                true.add("listed-noc-cap")
            if given >= places:
                true.add("listed-full")
            if granted:
                if true:
                    check.add(pathway, entry.noc, event, f"{entry.athlete} has what it cannot have")
                better += 1
                numbers[entry.noc] += 1
                true = {"listed"}
            elif not true:
                check.add(pathway, entry.noc, event, f"{entry.athlete} has a claim that nothing excludes")
            reasons[entry.athlete] = frozenset(true)
    return reasons


def _torn(
    check: ListedCheck,
    event: str,
    entries: Sequence[ListedEntry],
    own: Sequence[str],
    had: Sequence[tuple[str, str]],
    places: int,
    rank: int,
    said: Collection[tuple[str, int | None]],
) -> bool:
    """Whether those who share a rank cannot all have what each of them could have."""
    cap, before = check.rules.event(event).noc_cap, {athlete for _, athlete in had}
    better = [entry for entry in entries if entry.athlete in own]
    numbers = Counter([noc for noc, _ in had] + [entry.noc for entry in better])
    left = places - len(better)
    asking = [e for e in entries if e.rank == rank and e.athlete not in before and numbers[e.noc] < cap]
    by_noc = Counter(entry.noc for entry in asking)
    fitting = sum(min(number, cap - numbers[noc]) for noc, number in by_noc.items())
    too_many = {noc for noc, number in by_noc.items() if number > cap - numbers[noc]}
    torn = set(by_noc) if fitting > left else too_many
    return left > 0 and bool(torn) and {noc for noc, _ in said} == torn


def _record(
    check: ListedCheck, pathway: RankingPlaces, event: str, entries: Sequence[ListedEntry], reasons: Reasons
) -> None:
    """Each entry that is decided has one decision, with a reason that is true of it."""
    if check.found or not check.allocation.decisions:
        return
    told = [
        one
        for one in check.allocation.decisions
        if (one.pathway, one.event) == (pathway.identifier, event) and one.kind != "listed-tie"
    ]
    if [one.figures.get("athlete") for one in told] != [e.athlete for e in entries if e.athlete in reasons]:
        check.add(pathway.identifier, None, event, "the record does not go down the list, a decision for each entry")
        return
    for one in told:
        true = reasons[str(one.figures["athlete"])]
        if one.kind not in true or one.granted != (one.kind == "listed"):
            check.add(pathway.identifier, one.noc, event, f"the record's reason is not true: {one.reason}")
