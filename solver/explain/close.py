"""How close: the least change of each kind that makes a target true, every smaller one having been tried.

Each change is replayed by the greedy reference, which `whatif` confirms with any engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from quotaproof.model.changes import MoveEntry, SetCap, apply
from quotaproof.model.errors import InputError, LimitError, SolverError
from quotaproof.model.published import ATHLETES
from quotaproof.model.rules import GENDERS, Event, Gender
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings import Standings
from quotaproof.solver.cpsat.status import DEFAULT, Settings

from .answer import Distance
from .points import points_at_one_meet
from .replay import holds
from .target import Target
from .words import counted, ordinal

MOST_SWAPS = 6
"""Adjacent swaps that are searched for at most, where no single move does."""

SWAP_EFFORT = 4.0
"""Deterministic seconds per number of swaps."""

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
    ranks = sorted(_ranks(bare, target, events), key=lambda distance: distance.amount or 0)
    found = [
        *ranks,
        *_swaps(bare, target, ranks[0] if ranks else None, settings),
        *sorted(points_at_one_meet(bare, target, events), key=lambda distance: distance.amount or 0),
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


def _ranks(scenario: Scenario, target: Target, events: Iterable[Event]) -> Iterator[Distance]:
    """For each ranking, the least number of ranks that one entry of the NOC would have to gain."""
    for event in events:
        best: Distance | None = None
        for entry_rank, entry in enumerate(scenario.standings.rankings[event.identifier].entries, 1):
            if entry.noc != target.noc or entry.qualifier is None:
                continue
            most = entry_rank - 1 if best is None or best.amount is None else min(entry_rank - 1, best.amount - 1)
            move = _mover(scenario, target, event, entry.qualifier, entry_rank)
            amount = least(range(1, most + 1), move)
            if amount is not None:
                best = _rank_distance(scenario, target, event, entry.qualifier, entry_rank, amount)
        if best is not None:
            yield best


def _mover(scenario: Scenario, target: Target, event: Event, qualifier: int, rank: int) -> Callable[[int], bool]:
    def suffices(amount: int) -> bool:
        try:
            moved = apply(scenario, [MoveEntry(target.noc, event.identifier, rank - amount, qualifier)])
        except InputError:  # it would pass the NOC's own better entry
            return False
        return holds(moved, target)

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
    text = f"{counted(amount, 'rank')} in the {event.label}{fewer}: {there_words}{points}"
    change = f"--move {target.noc}:{event.identifier}:{qualifier}={rank - amount}"
    return Distance("ranks", event.identifier, amount, amount, text, (change,))


def _swaps(scenario: Scenario, target: Target, single: Distance | None, settings: Settings) -> Iterator[Distance]:
    """The fewest adjacent swaps over all rankings; one entry that gains n ranks is n swaps, and fewer may do.

    Numbers are refuted one after the other while the effort lasts, so what is proved may be less than what is enough.
    """
    from .swaps import nearest

    enough = single.amount if single is not None else None
    proved, changes = 1, single.changes if single is not None else ()
    witness: Standings | None = None
    # Ties that matter have no explanation at all, and others may stand in the order of the file.
    scenario = replace(scenario, standings=next(scenario.standings.settled(())))
    effort = replace(settings, limit=min(settings.limit, SWAP_EFFORT))
    try:
        while proved <= MOST_SWAPS and (enough is None or proved < enough):
            number, standings = nearest(scenario, target, proved, effort)
            if standings is not None:
                if not holds(replace(scenario, standings=standings), target):
                    raise SolverError(f"{number} swaps that should make {target} true for {target.noc} do not")
                enough, witness, changes = number, standings, _moves(scenario.standings, standings)
            else:
                proved = number
    except (LimitError, InputError):  # beyond the effort, or not modelled: what is proved so far stands
        pass
    if enough is not None:
        short = "no smaller number is enough" if enough == proved else f"fewer than {proved} are proved not to be"
        are = "is" if enough == 1 else "are"
        text = f"{counted(enough, 'adjacent swap')} over all rankings {are} enough; {short}"
        yield Distance("swaps", "all", enough, proved, text, changes, witness)
    else:
        text = f"fewer than {counted(proved, 'adjacent swap')} over all rankings are proved not to be enough"
        yield Distance("swaps", "all", None, proved, text)


def _moves(before: Standings, after: Standings) -> tuple[str, ...]:
    """Return the moves of `whatif` that turn one order into the other, best rank first."""
    moves: list[str] = []
    for event, ranking in before.rankings.items():
        order = list(ranking.claims())
        for rank, claim in enumerate(after.rankings[event].claims(), 1):
            if order[rank - 1] != claim:
                order.remove(claim)
                order.insert(rank - 1, claim)
                moves.append(f"--move {claim[0]}:{event}:{claim[1]}={rank}")
    return tuple(moves)


# Caps ---------------------------------------


def _start_places(scenario: Scenario, target: Target, events: Iterable[Event]) -> Iterator[Distance]:
    """For each event, the least number of further start places that would do."""
    for event in events:
        ranked = len(scenario.standings.rankings[event.identifier].entries)

        def suffices(amount: int, event: Event = event) -> bool:
            cap = SetCap(event.identifier, event.start_places + amount)
            return holds(apply(scenario, [cap]), target)

        amount = least(range(1, max(0, ranked - event.start_places) + 2), suffices)
        if amount is not None:
            fewer = "" if amount == 1 else f" ({amount - 1} would not be enough)"
            text = f"{counted(amount, 'more start place')} in the {event.label}{fewer}"
            change = f"--set {event.identifier}={event.start_places + amount}"
            yield Distance("start-places", event.identifier, amount, amount, text, (change,))


def _quota_places(scenario: Scenario, target: Target) -> Iterator[Distance]:
    """The least number of further quota places in all, and per gender where that cap binds, that would do."""
    rules = scenario.rules
    caps: list[tuple[str, int]] = [("total", rules.total)]
    if scenario.readings.gender_cap != "nominal":
        caps += [(gender, rules.gender_caps[gender]) for gender in _genders(scenario, target)]
    for name, cap in caps:

        def suffices(amount: int, name: str = name, cap: int = cap) -> bool:
            return holds(apply(scenario, [SetCap(name, cap + amount)]), target)

        amount = least(range(1, MOST_QUOTA_PLACES + 1), suffices)
        if amount is not None:
            fewer = "" if amount == 1 else f" ({amount - 1} would not be enough)"
            where = "in all" if name == "total" else f"in the cap of the {name}"
            text = f"{counted(amount, 'more quota place')} {where}{fewer}"
            yield Distance("quota-places", name, amount, amount, text, (f"--set {name}={cap + amount}",))


def _genders(scenario: Scenario, target: Target) -> tuple[Gender, ...]:
    events = concerned(scenario, target)
    return tuple(gender for gender in GENDERS if any(event.gender == gender for event in events))
