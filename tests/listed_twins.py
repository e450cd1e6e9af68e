"""Twins of the engines for kinds that give NOCs places: every allocation of a tiny case, and what the clause says.

A clause is written down as what must be true of an allocation, or which of two is better; nothing is handed out here.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from quotaproof.model.pathways import FillByRank, KthEntryTiers, RankTiers, SumOfBest
from quotaproof.model.results.ranked_lists import ListedEntry
from quotaproof.model.scenario import Scenario

Numbers = dict[str, int]
One = TypeVar("One")


def subsets(names: Sequence[One]) -> Iterator[tuple[One, ...]]:
    """Yield every choice from some names."""
    for size in range(len(names) + 1):
        yield from itertools.combinations(names, size)


def order_of(entries: Sequence[ListedEntry]) -> dict[str, list[int]]:
    """Return NOC -> places of its entries in a list without ties, NOCs by their best."""
    found: dict[str, list[int]] = {}
    for place, entry in enumerate(entries, 1):
        found.setdefault(entry.noc, []).append(place)
    return found


def by_sums(given: Scenario, pathway: SumOfBest, event: str) -> list[Numbers]:
    """Return each allocation of which the clause is true: NOC -> places, for those with two or more by their results.

    "The two best values add up to so many or fewer: three places; two. With one entry: by its rank. Too many: the
    highest sum loses one." So whoever lost one has a sum as high as nobody with more than one place; nobody lost an
    only place while somebody had more, and nothing was lost that fits.
    """
    entries = given.lists[event, pathway.ranking].entries
    results = order_of(entries)
    divisions = {place: entry.division for place, entry in enumerate(entries, 1)}
    bounds = {one.division: one for one in pathway.worth}

    def value(place: int) -> int:
        bound = bounds.get(divisions[place] or "")
        return place if bound is None else bound.most if bound.fixed else min(place, bound.most)

    claims: Numbers = {}
    sums: Numbers = {}
    for noc, places in results.items():
        values = sorted(map(value, places))[: pathway.best]
        sums[noc] = sum(values)
        reached, tiers = (sums[noc], pathway.sums) if len(values) == pathway.best else (places[0], pathway.single)
        won = [tier.places for tier in tiers if reached <= tier.at_most]
        if won:
            claims[noc] = max(won)
    claims = {noc: number for noc, number in claims.items() if number > 1}
    most = pathway.places[event]
    found = []
    for numbers in itertools.product(*(range(number + 1) for number in claims.values())):
        has = dict(zip(claims, numbers, strict=True))
        lost = {noc for noc in claims if has[noc] < claims[noc]}
        if sum(numbers) > most or (lost and sum(numbers) < most):
            continue
        higher = {noc: [o for o in claims if sums[o] > sums[noc]] for noc in lost}
        if any(has[o] > 1 for noc in lost for o in higher[noc]):
            continue  # a higher sum could have lost one before
        if any(has[noc] == 0 and any(number > 1 for number in numbers) for noc in lost):
            continue  # an only place went although others had more
        if any(has[noc] == 0 and any(has[o] > 0 for o in higher[noc]) for noc in lost):
            continue
        found.append(has)
    return found


def filled(given: Scenario, pathway: FillByRank, event: str, had: Numbers) -> Numbers:
    """One each to NOCs without any, "down the result": no choice of NOCs that fits has a better one in it."""
    order = [noc for noc in order_of(given.lists[event, pathway.ranking].entries) if not had.get(noc)]
    left = max(0, pathway.places[event] - sum(had.values()))
    chosen = max((c for c in subsets(order) if len(c) <= left), key=lambda own: [noc in own for noc in order])
    return {**{noc: number for noc, number in had.items() if number}, **dict.fromkeys(chosen, 1)}


def ranked_tiers(given: Scenario, pathway: RankTiers, event: str) -> Numbers:
    """So many NOCs in each tier, the best with the most: no way to put NOCs into tiers gives a better one more."""
    order = list(order_of(given.lists[event, pathway.ranking].entries))
    reach = [tier.at_most for tier in pathway.tiers]
    sizes = [end - start for start, end in zip([0, *reach], reach, strict=False)]
    places = [*(tier.places for tier in pathway.tiers), 0]
    ways = (
        [places[tier] for tier in way]
        for way in itertools.product(range(len(places)), repeat=len(order))
        if all(way.count(tier) <= size for tier, size in enumerate(sizes))
    )
    return {noc: number for noc, number in zip(order, max(ways), strict=True) if number}


def kth_tiers(given: Scenario, pathway: KthEntryTiers, event: str) -> Numbers:
    """So many NOCs with three places by their third entry, then with two, then with one, those with places left out."""
    results = order_of(given.lists[event, pathway.ranking].entries)
    has: Numbers = {}
    for tier in pathway.tiers:
        asking = sorted(
            (noc for noc, own in results.items() if len(own) >= tier.entry and noc not in has),
            key=lambda noc: results[noc][tier.entry - 1],
        )
        fitting = (own for own in subsets(asking) if len(own) <= tier.nocs)
        chosen = max(fitting, key=lambda own: [noc in own for noc in asking])
        has |= dict.fromkeys(chosen, tier.entry)
    return has


def noc_places(given: Scenario) -> dict[str, list[Numbers]]:
    """Return event -> all allocations that the clauses allow; more than one where equal sums leave a choice."""
    found: dict[str, list[Numbers]] = {}
    for pathway in given.rules.pathways:
        for event in pathway.hands_out:
            if isinstance(pathway, SumOfBest):
                found[event] = by_sums(given, pathway, event)
            elif isinstance(pathway, FillByRank):
                found[event] = [filled(given, pathway, event, has) for has in found.get(event, [{}])]
            elif isinstance(pathway, RankTiers):
                found[event] = [ranked_tiers(given, pathway, event)]
            elif isinstance(pathway, KthEntryTiers):
                found[event] = [kth_tiers(given, pathway, event)]
    return found


def orders(given: Scenario, key: tuple[str, str]) -> Iterator[list[str]]:
    """Yield every order of a list's athletes that its shared ranks allow."""
    groups: dict[int, list[str]] = {}
    for entry in given.lists[key].entries:
        groups.setdefault(entry.rank, []).append(entry.athlete)
    for way in itertools.product(*(itertools.permutations(own) for own in groups.values())):
        yield [athlete for group in way for athlete in group]


def number_of_orders(given: Scenario, key: tuple[str, str]) -> int:
    """Return how many orders there are."""
    number = 1
    for size in Counter(entry.rank for entry in given.lists[key].entries).values():
        for factor in range(2, size + 1):
            number *= factor
    return number


def same(one: Mapping[str, int], other: Mapping[str, int]) -> bool:
    """Whether two allocations give the same, places that are none left out."""
    return {noc: n for noc, n in one.items() if n} == {noc: n for noc, n in other.items() if n}
