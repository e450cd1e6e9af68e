"""Checks of places that NOCs have by their best results, as a priority statement."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from quotaproof.model.pathways import FillByRank, KthEntryTiers, RankTiers, SumOfBest
from quotaproof.model.results.ranked_lists import ListedEntry

from .listed_check import ListedCheck


def by_noc(check: ListedCheck, event: str, ranking: str) -> dict[str, list[ListedEntry]]:
    """Return NOC -> its entries of a list, best first."""
    found: dict[str, list[ListedEntry]] = {}
    for entry in check.ranked(event, ranking):
        found.setdefault(entry.noc, []).append(entry)
    return found


def claims(check: ListedCheck, pathway: SumOfBest, event: str) -> dict[str, tuple[int, int]]:
    """Return NOC -> (places that its results stand for, its sum)."""
    found: dict[str, tuple[int, int]] = {}
    for noc, entries in by_noc(check, event, pathway.ranking).items():
        values: list[int] = []
        for entry in entries:
            bound = next((one for one in pathway.worth if one.division == entry.division), None)
            rank = entry.best_rank
            values.append(rank if bound is None else bound.most if bound.fixed else min(bound.most, rank))
        values.sort()
        if len(entries) >= pathway.best:
            reached, tiers = sum(values[: pathway.best]), pathway.sums
        else:
            reached, tiers = min(entry.best_rank for entry in entries), pathway.single
        places = [tier.places for tier in tiers if tier.at_most >= reached]
        found[noc] = (places[0] if places else 1, sum(values[: pathway.best]))
    return found


def sum_of_best(check: ListedCheck, pathway: SumOfBest) -> None:
    """Whoever has fewer than its sum stands for has a sum as high as any that loses, and nothing was left over."""
    for event, places in pathway.places.items():
        standing = {n: c for n, c in claims(check, pathway, event).items() if c[0] > 1}
        has, ranked = check.allocation.places.get(event, {}), by_noc(check, event, pathway.ranking)
        torn = check.torn.get((pathway.identifier, event))
        if torn is not None:
            firsts = {noc: min(entry.best_rank for entry in own) for noc, own in ranked.items()}
            if has or not _torn_sums(standing, places, {noc for noc, _ in torn}) or _ranks_differ(torn, firsts):
                check.add(pathway.identifier, None, event, "the tie is not one that the rules leave open")
            continue
        if not any(isinstance(one, FillByRank) and event in one.places for one in check.rules.pathways):
            for noc in set(has) - set(standing):
                check.add(pathway.identifier, noc, event, f"{has[noc]} places, and its results stand for none")
        total = sum(has.get(noc, 0) for noc in standing)
        if total > places:
            check.add(pathway.identifier, None, event, f"{total} of {places} are given")
        for noc, (wanted, own) in standing.items():
            number = has.get(noc, 0)
            if number > wanted:
                check.add(pathway.identifier, noc, event, f"{number} places, and its results stand for {wanted}")
            if number >= wanted:
                continue
            higher = [has.get(n, 0) for n, (_, s) in standing.items() if n != noc and s >= own]
            more = [has.get(n, 0) for n in standing if n != noc]
            if total < places or any(n > 1 for n in (higher if number else more)) or (not number and any(higher)):
                check.add(pathway.identifier, noc, event, f"{number} places, and nothing explains that it lost one")


def _torn_sums(standing: dict[str, tuple[int, int]], places: int, torn: set[str]) -> bool:
    """Whether those with one sum lose some but not all of what they can, after all with higher sums have lost it."""
    excess = sum(wanted for wanted, _ in standing.values()) - places
    able = {noc: wanted - 1 for noc, (wanted, _) in standing.items()}
    if excess > sum(able.values()):
        excess, able = excess - sum(able.values()), dict.fromkeys(standing, 1)
    sums = {standing[noc][1] for noc in torn if noc in standing}
    if len(sums) != 1:
        return False
    (own,) = sums
    higher = sum(number for noc, number in able.items() if standing[noc][1] > own)
    equal = {noc: number for noc, number in able.items() if standing[noc][1] == own}
    return higher < excess < higher + sum(equal.values()) and torn == set(equal) and len(equal) > 1


def _ranks_differ(torn: Sequence[tuple[str, int | None]], ranks: Mapping[str, int]) -> bool:
    """Whether a tie is said to be of other ranks than its NOCs have."""
    return any(ranks.get(noc) != rank for noc, rank in torn)


def fill_by_rank(check: ListedCheck, pathway: FillByRank) -> None:
    """NOCs that no earlier pathway gives a place have one each, the best ranked, until the event is full."""
    for event, places in pathway.places.items():
        has = check.allocation.places.get(event, {})
        if check.undecided(pathway, event):
            continue
        by_sum: set[str] = set()
        for other in check.rules.pathways:
            if isinstance(other, SumOfBest) and event in other.places:
                by_sum |= {noc for noc, (wanted, _) in claims(check, other, event).items() if wanted > 1}
        best = {noc: entries[0].rank for noc, entries in by_noc(check, event, pathway.ranking).items()}
        earlier = {one.noc for one in check.before_host[event]} | {noc for noc in by_sum if has.get(noc)}
        asking = {noc: rank for noc, rank in best.items() if noc not in earlier}
        filled = {noc: rank for noc, rank in asking.items() if has.get(noc)}
        for noc in filled:
            if has[noc] != 1:
                check.add(pathway.identifier, noc, event, f"{has[noc]} places, and this pathway gives one each")
        for noc in set(has) - earlier - set(asking):
            check.add(pathway.identifier, noc, event, "a place without an entry in the list")
        total = sum(has.values())
        if total > max(places, sum(has.get(noc, 0) for noc in earlier)):
            check.add(pathway.identifier, None, event, f"{total} of {places} are given")
        torn = check.torn.get((pathway.identifier, event))
        if torn is not None and not _is_tie(torn, asking, filled, places - total):
            check.add(pathway.identifier, None, event, "the tie is not one that the rules leave open")
        end = torn[0][1] if torn is not None else None
        for noc, rank in asking.items():
            behind = end is not None and rank >= end
            if behind and noc in filled:
                check.add(pathway.identifier, noc, event, "a place in or behind a tie that leaves all open")
            if not behind and noc not in filled and (total < places or any(rank <= o for o in filled.values())):
                check.add(pathway.identifier, noc, event, "no place, and no better NOCs fill the event")


def _is_tie(
    torn: Collection[tuple[str, int | None]], asking: Mapping[str, int], has: Collection[str], left: int
) -> bool:
    """Whether those said to be tied are all who ask with one rank, with too few places left after all better ones."""
    ranks = {rank for _, rank in torn}
    end = min(rank or 0 for rank in ranks)
    equal = {noc for noc, rank in asking.items() if rank == end}
    better = {noc for noc, rank in asking.items() if rank < end}
    return ranks == {end} and {noc for noc, _ in torn} == equal and set(has) == better and 0 < left < len(equal)


def rank_tiers(check: ListedCheck, pathway: RankTiers) -> None:
    """Each NOC has the places of the tier that its number is in; with a tie it must be clear of it."""
    for event in pathway.events:
        first = {noc: entries[0].rank for noc, entries in by_noc(check, event, pathway.ranking).items()}
        has = check.allocation.places.get(event, {})
        torn = check.torn.get((pathway.identifier, event))
        end = min(rank or 0 for _, rank in torn) if torn else None
        if torn is not None and {(noc, rank) for noc, rank in first.items() if rank == end} != set(torn):
            check.add(pathway.identifier, None, event, "the tie is not one that the rules leave open")
        for noc in set(has) - set(first):
            check.add(pathway.identifier, noc, event, "a place without an entry in the list")
        for noc, rank in first.items():
            above = sum(other < rank for other in first.values())
            share = sum(other == rank for other in first.values())
            due = {tier_of(pathway, number) for number in range(above + 1, above + share + 1)}
            if end is not None and rank >= end:
                if has.get(noc) or (rank == end and len(due) < 2):
                    check.add(pathway.identifier, noc, event, "the tie is not one that the rules leave open")
            elif due != {has.get(noc, 0)}:
                check.add(pathway.identifier, noc, event, f"{has.get(noc, 0)} places, and its number gives {max(due)}")


def tier_of(pathway: RankTiers, number: int) -> int:
    """Return the places of an NOC by its number, none behind the last tier."""
    return next((tier.places for tier in pathway.tiers if number <= tier.at_most), 0)


def kth_entry_tiers(check: ListedCheck, pathway: KthEntryTiers) -> None:
    """Whoever has not the places of a tier has those of an earlier one, too few entries, or the tier is full."""
    for event in pathway.events:
        entries = by_noc(check, event, pathway.ranking)
        has = check.allocation.places.get(event, {})
        torn = check.torn.get((pathway.identifier, event))
        done: set[str] = set()
        for tier in pathway.tiers:
            ranks = {noc: one[tier.entry - 1].rank for noc, one in entries.items() if len(one) >= tier.entry}
            asking = {noc: rank for noc, rank in ranks.items() if noc not in done}
            own = {noc: rank for noc, rank in asking.items() if has.get(noc) == tier.entry}
            done |= set(own)
            if len(own) > tier.nocs:
                check.add(pathway.identifier, None, event, f"{len(own)} NOCs of {tier.nocs} have {tier.entry}")
            if torn is not None and _is_tie(torn, asking, own, tier.nocs - len(own)):
                tied = torn[0][1] or 0
                behind = {noc for noc in has if noc not in done} | {noc for noc, rank in own.items() if rank >= tied}
                for noc in sorted(behind):
                    check.add(pathway.identifier, noc, event, "a place in or behind a tie that leaves all open")
                break
            for noc, rank in asking.items():
                if noc not in own and (len(own) < tier.nocs or any(rank <= other for other in own.values())):
                    message = f"it has not {tier.entry} places, and no better NOCs have them all"
                    check.add(pathway.identifier, noc, event, message)
        else:
            if torn is not None:
                check.add(pathway.identifier, None, event, "the tie is not one that the rules leave open")
        for noc, number in has.items():
            if noc not in done:
                check.add(pathway.identifier, noc, event, f"{number} places by no tier")
