"""One place given back where places go down ranked lists: what is given back, and what the engine then makes of it.

As in `declines`, but what is given back is the place of a named entry, and who withdraws may be replaced by its NOC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from quotaproof.model.allocation import Allocation, Placed
from quotaproof.model.athletes import find_athlete
from quotaproof.model.changes import Decline, GivingBack, Withdraw
from quotaproof.model.errors import InputError
from quotaproof.model.kept import reallocation
from quotaproof.model.kept_entries import hold_entries, replacement
from quotaproof.model.listed_changes import without_entries
from quotaproof.model.pathways import ReduceToTotal
from quotaproof.model.rules import Declines
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines import Engine

AtMost = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class ListedStep:
    """What one decline or withdrawal comes to.

    Attributes
    ----------
    given_back
        (event, NOC, number) of the places that were given back.
    replaced
        (event, athlete) -> who has its place instead.
    """

    after: Allocation
    scenario: Scenario
    given_back: tuple[tuple[str, str, int], ...]
    replaced: Mapping[tuple[str, str], Placed]


def entries_given_back(
    scenario: Scenario, present: Allocation, given_back: tuple[tuple[str, str, int], ...]
) -> frozenset[tuple[str, str]]:
    """Return (event, athlete) of the entries whose places an NOC gives back: its last ones of each event."""
    gone: set[tuple[str, str]] = set()
    for event, noc, number in given_back:
        if scenario.rules.names_entries(event):
            own = [one.athlete for one in present.entries.get(event, ()) if one.noc == noc]
            gone |= {(event, athlete) for athlete in own[len(own) - number :]}
    return frozenset(gone)


def after_decline(
    scenario: Scenario,
    present: Allocation,
    given_back: tuple[tuple[str, str, int], ...],
    at_most: AtMost,
    by: Engine,
    mode: Declines,
) -> ListedStep:
    """Return what an NOC's decline comes to; `at_most` has what it then wants at most.

    Raises
    ------
    InputError
        If the mode does not answer such a decline.
    LimitError, SolverError
        As the engine raises them.
    """
    gone = entries_given_back(scenario, present, given_back)
    numbers = {(e, noc): number for e, noc, number in given_back if not scenario.rules.names_entries(e)}
    if mode == "sequential":
        _require_places_stand(scenario)
        after = by.fill(scenario, hold_entries(scenario, present, gone, numbers, at_most))
        return ListedStep(after, scenario, given_back, {})
    if numbers:
        label = scenario.rules.event(next(iter(numbers))[0]).label
        raise InputError(
            f"places in the {label} follow from an NOC's results, and a decline does not undo these, so there is "
            "nothing to allocate again; use the mode sequential"
        )
    # Of the NOC only those who keep their places stay in the lists of the event.
    mine = {noc for _, noc, _ in given_back}
    keep = {(event, one.athlete) for event, placed in present.entries.items() for one in placed} - gone
    out = {
        (event, entry.athlete)
        for (event, _), one in scenario.lists.items()
        for entry in one.entries
        if entry.noc in mine and (event, entry.noc) in at_most and (event, entry.athlete) not in keep
    }
    changed = without_entries(scenario, out)
    return ListedStep(by.allocate(changed), changed, given_back, {})


def after_withdrawal(
    scenario: Scenario, present: Allocation, withdrawal: Withdraw, at_most: AtMost, by: Engine, mode: Declines
) -> ListedStep:
    """Return what an athlete's withdrawal comes to; errors as `after_decline`, and if the athlete has nothing there."""
    athlete = find_athlete(scenario, withdrawal.athlete)
    gone = frozenset((event, athlete.identifier) for event in _events_of(scenario, present, withdrawal))
    placed = {(event, one.athlete): one for event, entries in present.entries.items() for one in entries}
    held = [key for key in sorted(gone) if key in placed]
    if mode == "rerun":
        if reallocation(scenario.rules).withdrawn == "noc-replaces":
            raise InputError(
                "by these rules the place of who withdraws is the NOC's, so a rerun without the athlete would take "
                "away what the NOC keeps; use the mode sequential"
            )
        changed = without_entries(scenario, gone)
        return ListedStep(by.allocate(changed), changed, tuple((e, athlete.noc, 1) for e, _ in held), {})
    _require_places_stand(scenario)
    replaced: dict[tuple[str, str], Placed] = {}
    for event, identifier in held:
        other = replacement(scenario, present, event, identifier, ())
        if other is not None:
            replaced[event, identifier] = other
    after = by.fill(scenario, hold_entries(scenario, present, gone, {}, at_most, replaced))
    given_back = tuple((event, athlete.noc, 1) for event, own in held if (event, own) not in replaced)
    return ListedStep(after, without_entries(scenario, gone), given_back, replaced)


def _events_of(scenario: Scenario, present: Allocation, withdrawal: Withdraw) -> list[str]:
    """The events in which an athlete has a place or is on the reserve list."""
    athlete = find_athlete(scenario, withdrawal.athlete)
    if not any(scenario.rules.names_entries(event.identifier) for event in scenario.rules.events):
        raise InputError(
            f"the places of these rules are the NOCs' and not of who skated, so a withdrawal of {athlete.words} "
            f"changes none of them; write --decline {athlete.noc}:EVENT if the NOC gives one back"
        )
    events = [
        event.identifier
        for event in scenario.rules.events
        if event.kind != "relay" and withdrawal.event in (None, event.identifier)
    ]
    if not events:
        raise InputError(
            f"{withdrawal.event} is an event of teams, from which no athlete withdraws; "
            f"write --decline {athlete.noc}:{withdrawal.event}"
        )
    found = [
        event
        for event in events
        if any(one.athlete == athlete.identifier for one in present.entries.get(event, ()))
        or any(one.athlete == athlete.identifier for one in present.reserve.get(event, ()))
    ]
    if not found:
        where = f"in the {scenario.rules.event(events[0]).label}" if withdrawal.event else "anywhere"
        raise InputError(f"{athlete.words} has no start place {where} and is on no reserve list there to withdraw from")
    return found


def _require_places_stand(scenario: Scenario) -> None:
    """Places taken back for a total have no say in what a hole is filled with, so that is not modelled."""
    if any(isinstance(pathway, ReduceToTotal) for pathway in scenario.pathways):
        raise InputError(
            "these rules take places back until a total fits, and do not say whether a place given back is handed on "
            "then; use the mode rerun, which allocates everything again"
        )


def named(change: GivingBack, scenario: Scenario) -> GivingBack:
    """Return a change with the athlete's id in place of its name."""
    if isinstance(change, Decline) or not scenario.rules.by_lists:
        return change
    return Withdraw(find_athlete(scenario, change.athlete).identifier, change.event)
