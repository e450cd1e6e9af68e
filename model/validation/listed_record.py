"""What the record of an allocation by ranked lists must hold: worked out anew from the lists and the places.

It is looked at only where the places are right. Each decision that is due has its subject and every reason that is true
of it, with the figures; the record must hold just these, in the order of the pathways.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from quotaproof.model.decisions import Figures
from quotaproof.model.pathways import (
    FillByRank,
    HostPlaces,
    KthEntryTiers,
    NocQuota,
    Pathway,
    RankingPlaces,
    RankTiers,
    ReduceToTotal,
    ReserveList,
    SumOfBest,
)
from quotaproof.model.results.ranked_lists import ListedEntry
from quotaproof.model.rules import GENDERS, Gender

from .listed_check import ListedCheck
from .listed_nocs import by_noc, claims, tier_of
from .listed_quota import recount

Reasons = Mapping[str, Figures]


class ListedDue(NamedTuple):
    """A decision that the record must hold, with every reason that is true of it: kind -> figures."""

    event: str | None
    noc: str
    gender: Gender | None
    number: int | None
    granted: bool
    reasons: Reasons


def check_listed_record(check: ListedCheck) -> None:
    """Note the first decision that is not due, is missing, or has a reason that is not true."""
    steps = [(pathway, DUE.get(type(pathway), _nothing)) for pathway in check.scenario.pathways]
    check_due(check, ((pathway.identifier, due) for pathway, step in steps for due in step(check, pathway)))


def check_due(check: ListedCheck, dues: Iterable[tuple[str, ListedDue]]) -> None:
    """Compare the record with the decisions that are due, each with its pathway, in their order."""
    said = iter(check.allocation.decisions)
    for pathway, due in dues:
        one = next(said, None)
        where = (pathway, due.noc, due.event or due.gender or "table")
        subject = (pathway, due.event, due.noc, due.gender, due.number)
        if one is None or one[:5] != subject:
            check.add(*where, "the decision is not on record, or not in its turn")
            return
        if one.granted != due.granted:
            check.add(*where, "the recorded decision does not agree with the places")
        elif one.kind not in due.reasons or due.reasons[one.kind] != one.figures:
            check.add(*where, f"the record's reason is not true: {_reason(one.kind, one.figures)}")
    if (more := next(said, None)) is not None:
        check.add(more.pathway, more.noc, more.event or "table", "the record has a decision that is not due")


def _reason(kind: str, figures: Mapping[str, object]) -> str:
    return f"{kind}, with {', '.join(f'{name} {value}' for name, value in sorted(figures.items()))}"


def _nothing(check: ListedCheck, pathway: Pathway) -> Iterator[ListedDue]:
    """Reallocation decides nothing in a first allocation."""
    yield from ()


def gender_of(check: ListedCheck, event: str) -> Gender | None:
    """Return the gender in which decisions on an event are recorded; None for mixed events."""
    gender = check.rules.event(event).gender
    return None if gender == "mixed" else gender


def _ranking_places(check: ListedCheck, pathway: RankingPlaces) -> Iterator[ListedDue]:
    for event, places in pathway.places.items():
        if check.undecided(pathway, event):
            continue
        own = {one.athlete for one in check.before_host[event] if one.pathway == pathway.identifier}
        had = {one.athlete: one.pathway for one in check.earlier(pathway, event)}
        numbers = Counter(one.noc for one in check.earlier(pathway, event))
        torn = check.torn.get((pathway.identifier, event), [])
        end = min((rank or 0 for _, rank in torn), default=None)
        given = 0
        for entry in check.ranked(event, pathway.ranking):
            base: Figures = {"name": entry.label, "rank": entry.rank, "ranking": pathway.ranking}
            cap = check.most(event, entry.noc)
            subject = (event, entry.noc, gender_of(check, event), entry.number)
            if end is not None and entry.rank >= end:
                open_ = entry.athlete not in had and numbers[entry.noc] < cap
                if entry.rank == end and open_ and entry.noc in {noc for noc, _ in torn}:
                    yield ListedDue(*subject, False, {"listed-tie": base})
                continue
            base = {**base, "athlete": entry.athlete}
            reasons: dict[str, Figures] = {}
            if entry.athlete in had:
                reasons["listed-has-place"] = {**base, "by": had[entry.athlete]}
            if numbers[entry.noc] >= cap:
                reasons["listed-noc-cap"] = {**base, "cap": cap}
            if given == places:
                reasons["listed-full"] = {**base, "places": places}
            if entry.athlete in own:
                given += 1
                numbers[entry.noc] += 1
                reasons = {"listed": {**base, "number": given, "places": places}}
            yield ListedDue(*subject, entry.athlete in own, reasons)


def _reserve_list(check: ListedCheck, pathway: ReserveList) -> Iterator[ListedDue]:
    for event in pathway.lengths:
        name = pathway.ranking[event]
        listed = {entry.athlete: entry for entry in check.ranked(event, name)}
        for number, athlete in enumerate(check.judged_reserve.get(event, ()), 1):
            entry = listed[athlete]
            figures: Figures = {"name": entry.label, "rank": entry.rank, "ranking": name}
            figures |= {"athlete": athlete, "number": number}
            reasons = {"in-reserve": figures}
            yield ListedDue(event, entry.noc, gender_of(check, event), entry.number, False, reasons)


def _name(check: ListedCheck, event: str, athlete: str) -> str:
    lists = (one.entries for (own, _), one in check.scenario.lists.items() if own == event)
    return next((entry.label for entries in lists for entry in entries if entry.athlete == athlete), athlete)


def _host_places(check: ListedCheck, pathway: HostPlaces) -> Iterator[ListedDue]:
    for event in pathway.events:
        own = next((one for one in check.whole(event) if one.pathway == pathway.identifier), None)
        if own is None:
            continue
        name, gender = _name(check, event, own.athlete), gender_of(check, event)
        if pathway.mode == "additional":
            yield ListedDue(event, own.noc, gender, None, True, {"host-added": {"name": name}})
            continue
        gone = check.allocation.reserve[event][0]
        other = _name(check, event, gone.athlete)
        figures: Figures = {"name": name, "replaced": other, "replaced_noc": gone.noc}
        yield ListedDue(event, own.noc, gender, None, True, {"host-replaces": figures})
        yield ListedDue(event, gone.noc, gender, None, False, {"host-replaced": {"name": other}})


def noc_quota_due(check: ListedCheck, pathway: NocQuota) -> Iterator[ListedDue]:
    """Yield the quota places of each NOC and gender; nothing while a tie leaves start places open."""
    if check.torn:
        return
    whole = {event.identifier: check.whole(event.identifier) for event in check.rules.events}
    for gender in GENDERS:
        sums = Counter(one.noc for event in check.rules.individual(gender) for one in whole[event.identifier])
        for noc, number in sorted(recount(check, pathway, gender, whole).items()):
            figures: Figures = {"athletes": number, "individual": sums[noc]}
            kind = "quota-sum" if number == sums[noc] else "quota-capped"
            yield ListedDue(None, noc, gender, None, True, {kind: figures})


def _reduce_to_total(check: ListedCheck, pathway: ReduceToTotal) -> Iterator[ListedDue]:
    if check.torn:
        return
    gone = check.allocation.taken_back
    for turn in range(max(map(len, gone.values()), default=0)):
        for event in pathway.cycle:
            gender = gender_of(check, event)
            if gender is not None and turn < len(gone.get(event, ())):
                last = gone[event][turn]
                figures: Figures = {"name": _name(check, event, last.athlete), "cap": check.rules.gender_caps[gender]}
                yield ListedDue(event, last.noc, gender, None, False, {"taken-back": figures})


def _sum_of_best(check: ListedCheck, pathway: SumOfBest) -> Iterator[ListedDue]:
    for event, places in pathway.places.items():
        if (pathway.identifier, event) in check.torn:
            continue
        has = check.allocation.places.get(event, {})
        entries = by_noc(check, event, pathway.ranking)
        for noc, (wanted, own) in sorted(claims(check, pathway, event).items(), key=lambda one: (one[1][1], one[0])):
            number = has.get(noc, 0) if wanted > 1 else 1
            figures: Figures = {"sum": own, "best": pathway.best, "places": places, "number": number, "wanted": wanted}
            figures["rank"] = min(entry.best_rank for entry in entries[noc])
            few = len(entries[noc]) < pathway.best
            kind = "best-single" if few else "best-sum"
            if wanted == 1:
                kind = "single-none" if few else "best-none"
            elif number < wanted:
                kind = "best-cut"
            yield ListedDue(event, noc, gender_of(check, event), None, wanted > 1 and number > 0, {kind: figures})


def _groups(check: ListedCheck, event: str, ranking: str) -> list[tuple[int, str, list[ListedEntry]]]:
    """(Rank of the first entry, NOC, entries), best first and then by NOC."""
    found = by_noc(check, event, ranking)
    return sorted((entries[0].rank, noc, entries) for noc, entries in found.items())


def _fill_by_rank(check: ListedCheck, pathway: FillByRank) -> Iterator[ListedDue]:
    sums = [one for one in check.rules.pathways if isinstance(one, SumOfBest)]
    for event, places in pathway.places.items():
        if check.undecided(pathway, event):
            continue
        has = check.allocation.places.get(event, {})
        earlier: set[str] = set()
        for one in sums:
            if event in one.places:
                earlier |= {n for n, (wanted, _) in claims(check, one, event).items() if wanted > 1 and has.get(n)}
        torn = check.torn.get((pathway.identifier, event), [])
        end = min((rank or 0 for _, rank in torn), default=None)
        handed = sum(has.get(noc, 0) for noc in earlier)
        for rank, noc, _ in _groups(check, event, pathway.ranking):
            if noc in earlier or (end is not None and rank >= end):
                continue
            figures: Figures = {"rank": rank, "ranking": pathway.ranking, "places": places}
            granted = bool(has.get(noc))
            if granted:
                handed += 1
                figures["number"] = handed
            kind = "next-noc" if granted else "next-full"
            yield ListedDue(event, noc, gender_of(check, event), None, granted, {kind: figures})


def _rank_tiers(check: ListedCheck, pathway: RankTiers) -> Iterator[ListedDue]:
    for event in pathway.events:
        torn = check.torn.get((pathway.identifier, event), [])
        end = min((rank or 0 for _, rank in torn), default=None)
        groups = _groups(check, event, pathway.ranking)
        for rank, noc, _ in groups:
            if end is not None and rank >= end:
                break
            number = 1 + sum(other < rank for other, _, _ in groups)
            places = tier_of(pathway, number)
            reached = [tier.at_most for tier in pathway.tiers if tier.at_most >= number]
            figures: Figures = {"rank": number, "ranking": pathway.ranking, "number": places}
            figures["at_most"] = reached[0] if reached else pathway.tiers[-1].at_most
            kind = "rank-tier" if places else "rank-none"
            yield ListedDue(event, noc, gender_of(check, event), None, places > 0, {kind: figures})


def _kth_entry_tiers(check: ListedCheck, pathway: KthEntryTiers) -> Iterator[ListedDue]:
    for event in pathway.events:
        entries = by_noc(check, event, pathway.ranking)
        has = check.allocation.places.get(event, {})
        gender = gender_of(check, event)
        for tier in pathway.tiers:
            own = sorted((entries[noc][tier.entry - 1].rank, noc) for noc, n in has.items() if n == tier.entry)
            for number, (rank, noc) in enumerate(own, 1):
                figures: Figures = {"rank": rank, "ranking": pathway.ranking, "entry": tier.entry}
                figures |= {"number": number, "nocs": tier.nocs}
                yield ListedDue(event, noc, gender, None, True, {"kth-entry": figures})
        if (pathway.identifier, event) not in check.torn:
            for noc in sorted(set(entries) - set(has)):
                yield ListedDue(event, noc, gender, None, False, {"kth-none": {"ranking": pathway.ranking}})


DUE: Mapping[type[Pathway], Callable[[ListedCheck, Any], Iterator[ListedDue]]] = {
    RankingPlaces: _ranking_places,
    ReserveList: _reserve_list,
    HostPlaces: _host_places,
    NocQuota: noc_quota_due,
    ReduceToTotal: _reduce_to_total,
    SumOfBest: _sum_of_best,
    FillByRank: _fill_by_rank,
    RankTiers: _rank_tiers,
    KthEntryTiers: _kth_entry_tiers,
}
"""The decisions that are due of each kind, in their order."""
