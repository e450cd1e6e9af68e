"""Ties in the standings: whether the order of tied entries changes the allocation."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from quotaproof.model.allocation import Allocation, Award, Tied
from quotaproof.model.errors import LimitError
from quotaproof.model.kept import Held
from quotaproof.model.quantities import counted
from quotaproof.model.remedies import draw
from quotaproof.model.rules import Gender
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import MOST_ORDERS

from .deciding_ties import Group, deciding

OrderNumbers = tuple[int, ...]
"""For each tie the number of the order that is tried, from 0: the order of the file."""


def settle(scenario: Scenario, run: Callable[[Scenario], Allocation], held: Held | None = None) -> Allocation:
    """Return `run(scenario)`, or what is certain with status `tie` if an unsettled tie in the standings matters.

    `run` allocates for standings without ties. Ties on which no refusal depends keep the order of the file; of all
    others every order is tried.

    Parameters
    ----------
    held
        What is kept after declines, where `run` fills holes.

    Raises
    ------
    LimitError
        If there are more than `MOST_ORDERS` orders.
    """
    groups = scenario.standings.tied_groups()
    if not groups:
        return run(scenario)
    plain = next(scenario.standings.settled(groups))
    first = run(replace(scenario, standings=plain))
    live = deciding(replace(scenario, standings=plain), first, groups, held)
    if not live:
        return first
    while True:
        if scenario.standings.number_of_orders(live) > MOST_ORDERS:
            raise LimitError(
                f"{counted(len(live), 'tie')} in the standings can be ordered in more than {MOST_ORDERS} "
                f"ways{_settle(scenario)}"
            )
        ordered = sorted(live)
        free = [group for group in groups if group not in live]
        results: dict[OrderNumbers, Allocation] = {}
        more: set[Group] = set()
        for order, settled in _in_all_orders(scenario, ordered):
            result = run(settled) if results else first  # the first keeps the file's order
            results[order] = result
            more |= deciding(settled, result, free, held)
        if more:
            live |= more
            continue
        if any(not _same(result, first) for result in results.values()):
            return _certain_part(results, scenario, ordered)
        return first


def _in_all_orders(scenario: Scenario, groups: Sequence[Group]) -> Iterator[tuple[OrderNumbers, Scenario]]:
    """Yield the scenario with these ties settled in every order, and the number of the order in each of them."""
    numbers = itertools.product(*(range(len(list(scenario.standings.settled([group])))) for group in groups))
    for order, settled in zip(numbers, scenario.standings.settled(groups), strict=True):
        yield order, replace(scenario, standings=settled)


def _settle(scenario: Scenario) -> str:
    """How the ties can be settled, behind a semicolon, if the rules have a draw."""
    return "".join(f"; {way}" for way in draw(scenario))


def _certain_part(found: Mapping[OrderNumbers, Allocation], scenario: Scenario, groups: Sequence[Group]) -> Allocation:
    """Return what all orders have in common, with the ties that matter named."""
    tied = tuple(
        Tied(None, event, str(scenario.standings.rankings[event].entries[rank - 1].noc), None, ranks[0])
        for place, (event, ranks) in enumerate(groups)
        if _matters(found, place)
        for rank in ranks
    )
    results = list(found.values())
    first = results[0]
    places = {
        event: {
            noc: least
            for noc in sorted(nocs)
            if (least := min(result.places[event].get(noc, 0) for result in results)) > 0
        }
        for event, nocs in first.places.items()
    }
    sums = [_award_sums(result) for result in results]
    awards = tuple(Award(*key, least) for key in sums[0] if (least := min(total.get(key, 0) for total in sums)) > 0)
    decided = [set(map(_identity, result.decisions)) for result in results]
    decisions = tuple(d for d in first.decisions if all(_identity(d) in others for others in decided))
    return replace(
        first,
        status="tie",
        unique=False,
        places=places,
        awards=awards,
        decisions=decisions,
        tied=tied,
        optima=(),
    )


def _matters(found: Mapping[OrderNumbers, Allocation], place: int) -> bool:
    """Whether reordering one tie alone, with some order of the others, changes the allocation."""
    return any(
        order[place] and not _same(result, found[*order[:place], 0, *order[place + 1 :]])
        for order, result in found.items()
    )


def _same(one: Allocation, other: Allocation) -> bool:
    """Whether two orders of the tied lead to the same: places, quota places, and who is tied after that."""
    return one.same_places(other) and set(one.tied) == set(other.tied)


def _award_sums(allocation: Allocation) -> dict[tuple[str, str, Gender], int]:
    sums: dict[tuple[str, str, Gender], int] = {}
    for award in allocation.awards:
        key = (award.pathway, award.noc, award.gender)
        sums[key] = sums.get(key, 0) + award.number
    return sums


def _identity(decision: object) -> str:
    return repr(decision)
