"""Ties in the standings: whether the order of tied entries changes the allocation."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

from quotaproof.model.allocation import Allocation, Award, Tied
from quotaproof.model.errors import LimitError
from quotaproof.model.quantities import counted
from quotaproof.model.remedies import draw
from quotaproof.model.rules import Gender
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import MOST_ORDERS

Group = tuple[str, tuple[int, ...]]


def settle(scenario: Scenario, run: Callable[[Scenario], Allocation]) -> Allocation:
    """Return `run(scenario)`, or what is certain with status `tie` if an unsettled tie in the standings matters.

    `run` allocates for standings without ties. Ties that a run shows to be without effect keep the order of the file;
    of all others every order is tried.

    Raises
    ------
    LimitError
        If there are more than `MOST_ORDERS` orders.
    """
    groups = scenario.standings.tied_groups()
    first = run(_with_order(scenario, ()))
    if not groups:
        return first
    live: set[Group] = {group for group in groups if not _inert(first, scenario, group)}
    while True:
        if scenario.standings.number_of_orders(live) > MOST_ORDERS:
            raise LimitError(
                f"{counted(len(live), 'tie')} in the standings can be ordered in more than {MOST_ORDERS} "
                f"ways{_settle(scenario)}"
            )
        ordered = sorted(live)
        others = itertools.islice(scenario.standings.settled(ordered), 1, None)  # the first keeps the file's order
        results = [first, *(run(replace(scenario, standings=settled)) for settled in others)]
        if any(not _same(result, results[0]) for result in results[1:]):
            return _certain_part(results, scenario, ordered, run)
        more = {group for group in groups if group not in live and any(not _inert(r, scenario, group) for r in results)}
        if not more:
            return results[0]
        live |= more


def _settle(scenario: Scenario) -> str:
    """How the ties can be settled, behind a semicolon, if the rules have a draw."""
    return "".join(f"; {way}" for way in draw(scenario))


def _with_order(scenario: Scenario, groups: tuple[Group, ...]) -> Scenario:
    return replace(scenario, standings=next(scenario.standings.settled(groups)))


def _inert(allocation: Allocation, scenario: Scenario, group: Group) -> bool:
    """Whether the order inside a tie plainly changes nothing.

    In an individual event: the event was full before all of them, or no cap on athletes refused anybody and none of
    them was refused for a full event. In a relay: no pathway ordered by it had to choose among them.
    """
    event, ranks = group
    entries = {
        (
            scenario.standings.rankings[event].entries[rank - 1].noc,
            scenario.standings.rankings[event].entries[rank - 1].qualifier,
        )
        for rank in ranks
    }
    nocs = {noc for noc, _ in entries}
    kinds = {
        decision.kind
        for decision in allocation.decisions
        if decision.event == event and (decision.noc, decision.qualifier) in entries
    }
    gender = scenario.rules.event(event).gender
    later = {
        decision.kind
        for decision in allocation.decisions
        if decision.event is None
        and decision.noc in nocs
        and decision.gender in (gender, None)
        and decision.kind not in ("relay", "relay-bonus", "largest", "lacks-more", "top-up-unranked")
    }
    if gender == "mixed":
        asked = {d.kind for d in allocation.decisions if d.event is None and d.noc in nocs and d.kind in _TOP_UP_KINDS}
        return not asked and kinds <= {"enters", "enters-host"}
    if scenario.rules.event(event).kind == "relay" and later:
        return False
    if kinds == {"event-full"}:
        return True
    capped = any(d.kind in ("gender-cap", "total-cap") for d in allocation.decisions)
    return not capped and kinds <= {"ranked", "noc-cap"}


_TOP_UP_KINDS = {"top-up", "teams-full", "no-quota-place", "gender-full"}


def _certain_part(
    results: list[Allocation], scenario: Scenario, groups: list[Group], run: Callable[[Scenario], Allocation]
) -> Allocation:
    """Return what all orders have in common, with the ties that matter named."""
    tied = tuple(
        Tied(None, event, str(scenario.standings.rankings[event].entries[rank - 1].noc), None, ranks[0])
        for event, ranks in groups
        if _matters(scenario, (event, ranks), groups, run)
        for rank in ranks
    )
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


def _matters(scenario: Scenario, group: Group, groups: list[Group], run: Callable[[Scenario], Allocation]) -> bool:
    """Whether reordering this tie alone, with some order of the others, changes the allocation."""
    others = [other for other in groups if other != group]
    for settled in scenario.standings.settled(others):
        results = [run(replace(scenario, standings=final)) for final in settled.settled([group])]
        if any(not _same(result, results[0]) for result in results[1:]):
            return True
    return False


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
