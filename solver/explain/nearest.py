"""How close: the least change of each kind that makes a target true, every smaller one having been tried.

Each change is replayed by the greedy reference, which `whatif` confirms with any engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from quotaproof.model.changes import MoveEntry, SetCap, apply
from quotaproof.model.errors import InputError
from quotaproof.model.published import ATHLETES
from quotaproof.model.quantities import spelled
from quotaproof.model.rules import GENDERS, Event, Gender
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines.cpsat.status import DEFAULT, Settings
from quotaproof.solver.telling import tell

from .answer import Distance
from .phrases import ordinal
from .points import points_at_one_meet
from .replay import TriedOrders, first_allocation
from .starts import ATHLETE_CAPS, start_pathway
from .swaps import over_all_rankings
from .target import Target

MOST_QUOTA_PLACES = 30
"""Further quota places that are tried at most."""


def distances(scenario: Scenario, target: Target, settings: Settings = DEFAULT) -> tuple[Distance, ...]:
    """Return the least changes that make a target true which is not, the nearest of each kind first.

    Parameters
    ----------
    scenario
        With complete standings; its recorded declines are left aside.
    """
    bare = replace(scenario, declines=())
    events = concerned(scenario, target)
    tried = {event.identifier: TriedOrders(bare, target, event.identifier) for event in events}
    ranks = sorted(_ranks(bare, target, events, tried), key=lambda distance: distance.amount or 0)
    found = [
        *ranks,
        *over_all_rankings(bare, target, ranks[0] if ranks else None, settings),
        *sorted(points_at_one_meet(bare, target, events, tried), key=lambda distance: distance.amount or 0),
        *sorted(_start_places(bare, target, events), key=lambda distance: distance.amount or 0),
        *_quota_places(bare, target),
    ]
    return tuple(found)


def concerned(scenario: Scenario, target: Target) -> tuple[Event, ...]:
    """Return the events whose ranking or cap is looked at: the target's gender's, all for athletes and mixed relays."""
    genders = {"men", "women", "mixed"}
    if target.column in GENDERS:
        genders = {target.column, "mixed"}
    elif target.column != ATHLETES and scenario.rules.event(target.column).gender != "mixed":
        genders = {scenario.rules.event(target.column).gender}
    return tuple(event for event in scenario.rules.events if event.gender in genders)


def least(amounts: Iterable[int], suffices: Callable[[int], bool]) -> int | None:
    """Return the first amount that suffices, all before it having been tried; None if none does."""
    return next((amount for amount in amounts if suffices(amount)), None)


# Ranks ---------------------------------------


def _ranks(
    scenario: Scenario, target: Target, events: Iterable[Event], tried: Mapping[str, TriedOrders]
) -> Iterator[Distance]:
    """For each ranking, the least number of ranks that one entry of the NOC would have to gain."""
    for event in events:
        tell(f"how close in ranks of the {event.label}")
        best: Distance | None = None
        for entry_rank, entry in enumerate(scenario.standings.rankings[event.identifier].entries, 1):
            if entry.noc != target.noc or entry.qualifier is None:
                continue
            most = entry_rank - 1 if best is None or best.amount is None else min(entry_rank - 1, best.amount - 1)
            move = _mover(scenario, target, event, entry.qualifier, entry_rank, tried[event.identifier])
            amount = least(range(1, most + 1), move)
            if amount is not None:
                best = _rank_distance(scenario, target, event, entry.qualifier, entry_rank, amount)
        if best is not None:
            yield best


def _mover(
    scenario: Scenario, target: Target, event: Event, qualifier: int, rank: int, tried: TriedOrders
) -> Callable[[int], bool]:
    def suffices(amount: int) -> bool:
        try:
            moved = apply(scenario, [MoveEntry(target.noc, event.identifier, rank - amount, qualifier)])
        except InputError:  # it would pass the NOC's own better entry
            return False
        return tried.suffices(moved.standings.rankings[event.identifier])

    return suffices


def _rank_distance(
    scenario: Scenario, target: Target, event: Event, qualifier: int, rank: int, amount: int
) -> Distance:
    nth = "entry" if event.kind == "relay" else f"{ordinal(qualifier)} entry"
    entries = scenario.standings.rankings[event.identifier].entries
    own, there = entries[rank - 1].points, entries[rank - amount - 1].points
    points = f"; it has {own} points, and the entry there has {there}" if own is not None and there is not None else ""
    fewer = "" if amount == 1 else f" ({amount - 1} would not be enough)"
    there_words = f"{target.noc}'s {nth} at rank {rank - amount} instead of {rank}"
    text = f"{spelled(amount, 'rank')} in the {event.label}{fewer}: {there_words}{points}"
    change = f"--move {target.noc}:{event.identifier}:{qualifier}={rank - amount}"
    return Distance("ranks", event.identifier, amount, amount, text, (change,))


# Caps ---------------------------------------


def _start_places(scenario: Scenario, target: Target, events: Iterable[Event]) -> Iterator[Distance]:
    """For each event, the least number of further start places that would do."""
    for event in events:
        tell(f"how close in start places of the {event.label}")
        amount = _further_places(scenario, target, event)
        if amount is not None:
            fewer = "" if amount == 1 else f" ({amount - 1} would not be enough)"
            text = f"{spelled(amount, 'more start place')} in the {event.label}{fewer}"
            change = f"--set {event.identifier}={event.start_places + amount}"
            yield Distance("start-places", event.identifier, amount, amount, text, (change,))


def _further_places(scenario: Scenario, target: Target, event: Event) -> int | None:
    asking = max(len(scenario.standings.rankings[event.identifier].entries), len(scenario.nocs))
    for amount in range(1, max(0, asking - event.start_places) + 2):
        places = event.start_places + amount
        allocation = first_allocation(apply(scenario, [SetCap(event.identifier, places)]))
        if allocation is None:
            continue
        if allocation.number(target.noc, target.column) >= target.least:
            return amount
        if allocation.status == "optimal" and sum(allocation.places[event.identifier].values()) < places:
            return None  # the event was never full, so more places change nothing
    return None


def _quota_places(scenario: Scenario, target: Target) -> Iterator[Distance]:
    """The least number of further quota places in all, and per gender where that cap binds, that would do."""
    rules = scenario.rules
    caps: list[tuple[str, int]] = [("total", rules.total)]
    if scenario.readings.gender_cap != "nominal":
        caps += [(gender, rules.gender_caps[gender]) for gender in _genders(scenario, target)]
    for name, cap in caps:
        tell(f"how close in quota places, {name}")
        amount = _further_quota_places(scenario, target, name, cap)
        if amount is not None:
            fewer = "" if amount == 1 else f" ({amount - 1} would not be enough)"
            where = "in all" if name == "total" else f"in the cap of the {name}"
            text = f"{spelled(amount, 'more quota place')} {where}{fewer}"
            yield Distance("quota-places", name, amount, amount, text, (f"--set {name}={cap + amount}",))


def _further_quota_places(scenario: Scenario, target: Target, name: str, cap: int) -> int | None:
    starts = start_pathway(scenario.rules, target.column) is not None
    for amount in range(1, MOST_QUOTA_PLACES + 1):
        allocation = first_allocation(apply(scenario, [SetCap(name, cap + amount)]))
        if allocation is None:
            continue
        if allocation.number(target.noc, target.column) >= target.least:
            return amount
        if starts and allocation.status == "optimal" and not any(d.kind in ATHLETE_CAPS for d in allocation.decisions):
            return None  # nobody was refused a start place for want of quota places, so more of them change nothing
    return None


def _genders(scenario: Scenario, target: Target) -> tuple[Gender, ...]:
    events = concerned(scenario, target)
    return tuple(gender for gender in GENDERS if any(event.gender == gender for event in events))
