"""Checks of quota places that follow from start places by caps, and of places taken back for a total."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from quotaproof.model.allocation import Placed
from quotaproof.model.pathways import NocQuota, RankingPlaces, ReduceToTotal
from quotaproof.model.rules import GENDERS, Gender

from .listed_check import ListedCheck

PlacedEntries = Mapping[str, Sequence[Placed]]


def noc_quota(check: ListedCheck, pathway: NocQuota) -> None:
    """Quota places are counted again, on the start places at the end."""
    awards: Counter[tuple[str, Gender]] = Counter()
    for one in check.allocation.awards:
        awards[one.noc, one.gender] += one.number
    if check.torn:
        if awards:
            check.add(pathway.identifier, None, "table", "quota places although a tie leaves start places open")
        return
    for gender in GENDERS:
        counted = recount(check, pathway, gender, check.allocation.entries)
        for noc in sorted({*counted, *(noc for noc, own in awards if own == gender)}):
            has = awards.get((noc, gender), 0)
            if has != counted.get(noc, 0):
                check.add(pathway.identifier, noc, gender, f"{has} quota places, and {counted.get(noc, 0)} follow")


def recount(check: ListedCheck, pathway: NocQuota, gender: Gender, entries: PlacedEntries) -> dict[str, int]:
    """Return NOC -> quota places for some start places."""
    own = {event.identifier: event for event in check.rules.individual(gender)}
    every = Counter(one.noc for event in own for one in entries.get(event, ()))
    teams = {
        one.noc
        for event in check.rules.events
        if event.kind == "relay" and event.gender == gender
        for one in entries.get(event.identifier, ())
    }
    found: dict[str, int] = {}
    for noc, number in every.items():
        for cap in pathway.caps:
            if cap.team and noc not in teams:
                continue
            counts = [
                (sum(o.noc == noc and o.pathway in (cap.by or (o.pathway,)) for o in entries.get(event, ())), most)
                for event, most in ((identifier, one.noc_cap) for identifier, one in own.items())
            ]
            if cap.each_event == "a-place" and any(has == 0 for has, _ in counts):
                continue
            if cap.each_event == "the-maximum" and any(has < most for has, most in counts):
                continue
            found[noc] = min(number, cap.athletes)
            break
    return found


def reduce_to_total(check: ListedCheck, pathway: ReduceToTotal) -> None:
    """What was taken back are the last places in turn, one more each time there were still too many."""
    if check.torn:
        return
    quotas = next(one for one in check.rules.pathways if isinstance(one, NocQuota))
    allocation = check.allocation
    for event in allocation.taken_back:
        _ranks_of_their_own(check, pathway, event)
    for gender in GENDERS:
        cap = check.rules.gender_caps[gender]
        entries = {event: list(placed) for event, placed in allocation.entries.items()}
        events = [event for event in pathway.cycle if check.rules.event(event).gender == gender]
        rounds = max((len(allocation.taken_back.get(event, ())) for event in events), default=0)
        turns = [(n, e) for n in range(rounds) for e in events if n < len(allocation.taken_back.get(e, ()))]
        whole = {event: check.whole(event) for event in events}
        due = [(n, e) for n in range(rounds + 1) for e in events if n < len(whole[e])]
        if turns != due[: len(turns)]:
            check.add(pathway.identifier, None, gender, "the places taken back do not follow the cycle")
            continue
        standing: dict[str, Sequence[Placed]] = {**entries, **whole}
        for number, event in enumerate([event for _, event in turns]):
            total = sum(recount(check, quotas, gender, standing).values())
            if total <= cap:
                check.add(pathway.identifier, None, event, f"place {number + 1} is taken back, and {total} fit {cap}")
            standing = {**standing, event: standing[event][:-1]}
        total = sum(recount(check, quotas, gender, standing).values())
        if total > cap and len(turns) < len(due):
            check.add(pathway.identifier, None, gender, f"{total} quota places are more than {cap}")


def _ranks_of_their_own(check: ListedCheck, pathway: ReduceToTotal, event: str) -> None:
    """Nobody whose place is taken back shares a rank with another who had a place by the same list."""
    for given in check.rules.pathways:
        if not isinstance(given, RankingPlaces):
            continue
        rank = {one.athlete: one.rank for one in check.ranked(event, given.ranking)}
        had = [one.athlete for one in check.before_host[event] if one.pathway == given.identifier]
        often = Counter(rank.get(athlete) for athlete in had)
        for one in check.allocation.taken_back[event]:
            if one.pathway == given.identifier and often[rank.get(one.athlete)] > 1:
                check.add(
                    pathway.identifier, one.noc, event, f"{one.athlete} shares a rank, and its place is taken back"
                )
