"""Declines, one after the other: what is given back, and what the engine then makes of it.

In `sequential` mode nobody loses what it has: each hole is offered down the reserve list, then quota places left over
go through the pathways that are repeated. In `rerun` mode everything is allocated again without the declined entries.
Which places are given back is the same bookkeeping for both engines; who gets them is theirs to decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from quotaproof.model.allocation import Allocation, Placed
from quotaproof.model.changes import Decline, GivingBack, Withdraw
from quotaproof.model.errors import IncompleteError, InputError
from quotaproof.model.kept import hold, reallocation
from quotaproof.model.later_changes import DeclineRow, ReturnedPlaces
from quotaproof.model.quantities import counted
from quotaproof.model.rules import Declines, Event
from quotaproof.model.scenario import Scenario
from quotaproof.model.start import undone_sentence
from quotaproof.solver.engines import Engine

from .late_declines import left_free, without_free_places
from .listed_declines import ListedStep, after_decline, after_withdrawal

GivenBack = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class AnsweredDecline:
    """One decline: what was given back (event, NOC, number), and the allocations before and after.

    `replaced` is (event, athlete) -> who of its NOC has its place instead, where an athlete withdraws.
    """

    decline: GivingBack
    given_back: tuple[GivenBack, ...]
    before: Allocation
    after: Allocation
    replaced: Mapping[tuple[str, str], Placed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The allocation after all declines, the scenario as they left it, the steps, and what decliners want at most.

    `at_most` is (event, NOC) -> number, as in `Course`: who gave places back is not offered them by a later decline.
    """

    allocation: Allocation
    scenario: Scenario
    steps: tuple[AnsweredDecline, ...]
    at_most: Mapping[tuple[str, str], int] = field(default_factory=dict)


def undone_first(scenario: Scenario) -> str | None:
    """Return the sentence that the record is undone first, if it leaves open who declined; otherwise None."""
    events = dict.fromkeys(entry.event for entry in scenario.declined_entries if entry.noc is None)
    return undone_sentence([scenario.rules.event(event).label for event in events])


def declines_of(scenario: Scenario) -> tuple[Decline, ...]:
    """Return the declines that the scenario itself records, in the order of `in_order`.

    Raises
    ------
    IncompleteError
        If it is not known which NOC declined.
    """
    declines: list[Decline] = []
    for entry in in_order(scenario):
        if isinstance(entry, ReturnedPlaces):
            declines.append(Decline(entry.noc, number=entry.number, gender=entry.gender, date=entry.date))
            continue
        if entry.noc is None:
            raise IncompleteError(
                f"a decline in the {scenario.rules.event(entry.event).label} is of an unknown NOC, and an allocation "
                "needs to know who declined",
                file="declines.csv",
            )
        declines.append(Decline(entry.noc, entry.event, qualifier=entry.qualifier, date=entry.date))
    return tuple(declines)


def in_order(scenario: Scenario) -> tuple[DeclineRow, ...]:
    """Return the declines on record in the order of their dates; on one day start places come before quota places."""
    return tuple(sorted(scenario.declines, key=lambda one: (one.date, isinstance(one, ReturnedPlaces))))


def allocate_with_declines(scenario: Scenario, by: Engine) -> Outcome:
    """Return the scenario's allocation, the declines that it records answered as its reading says.

    If the record leaves open who declined, it is undone: then this is what the rules give (see `undone_first`).
    """
    key = ("allocation", by.name, by.settings)
    if key not in scenario.memo:
        if undone_first(scenario) is not None:
            scenario.memo[key] = allocate_with_declines(replace(scenario, declines=(), invitations=()), by)
            undone: Outcome = scenario.memo[key]
            return undone
        first = by.allocate(scenario)
        declines = declines_of(scenario)
        outcome = Outcome(first, scenario, ())
        if declines:
            outcome = after_declines(scenario, first, declines, by, scenario.readings.declines)
            outcome = replace(outcome, scenario=replace(outcome.scenario, declines=()))
        scenario.memo[key] = outcome
    found: Outcome = scenario.memo[key]
    return found


@dataclass(frozen=True)
class Course:
    """Declines answered so far: a course can be gone on with in several ways.

    Attributes
    ----------
    scenario
        As the declines have left it.
    present
        The allocation after them.
    at_most
        (event, NOC) -> the places it wants there at most.
    """

    scenario: Scenario
    present: Allocation
    steps: tuple[AnsweredDecline, ...] = ()
    at_most: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @property
    def declines(self) -> tuple[Decline, ...]:
        """The declines of NOCs that were answered, in their order."""
        return tuple(step.decline for step in self.steps if isinstance(step.decline, Decline))


def after_declines(
    scenario: Scenario, first: Allocation, declines: Sequence[Decline], by: Engine, mode: Declines
) -> Outcome:
    """Return what `declines`, taken in their order, make of the allocation `first`.

    Raises
    ------
    InputError
        If an NOC declines what it does not have, or the rules have no reallocation pathway.
    LimitError, SolverError
        As the engine raises them.
    """
    return continued(Outcome(first, scenario, ()), declines, by, mode)


def continued(base: Outcome, declines: Sequence[GivingBack], by: Engine, mode: Declines) -> Outcome:
    """Return what further declines make of an outcome; the steps are those of the further declines.

    Errors as `after_declines`.
    """
    reallocation(base.scenario.rules)
    course = Course(base.scenario, base.allocation, at_most=base.at_most)
    for decline in declines:
        course = answered(course, decline, by, mode)
    return Outcome(course.present, course.scenario, course.steps, course.at_most)


def answered(course: Course, decline: GivingBack, by: Engine, mode: Declines) -> Course:
    """Return the course after one more decline; after an unsettled tie nothing more is answered.

    Errors as `after_declines`.
    """
    scenario, present = course.scenario, course.present
    if present.status == "tie":
        return course
    if isinstance(decline, Withdraw):
        listed = after_withdrawal(scenario, present, decline, course.at_most, by, mode)
        return _gone_on(course, decline, listed, course.at_most)
    has = {event: numbers.get(decline.noc, 0) for event, numbers in present.places.items()}
    returned_before = any(scenario.rules.is_quota_column(column) for column, _ in course.at_most)
    if mode == "rerun" and (decline.of_quota_places or returned_before):
        if not decline.of_quota_places:
            raise InputError(
                "a quota place was given back alone before, and a rerun, which allocates by start places, would bring "
                "it again; use the mode sequential"
            )
        raise InputError(
            "a quota place alone is given back in the mode sequential only; a rerun allocates by start places, which "
            "would bring it again"
        )
    if decline.of_quota_places:
        limits = wanted_with_fewer_athletes(scenario, decline, present)
        given_back = tuple((e, decline.noc, n - limits[e]) for e, n in has.items() if n > limits.get(e, n))
        at_most = {**course.at_most}
        for column, most in limits.items():
            at_most[column, decline.noc] = min(most, at_most.get((column, decline.noc), most))
    else:
        given_back = given_back_of(scenario, decline, has)
        if not given_back:
            raise InputError(nothing_to_decline(decline, scenario))
        at_most = {**course.at_most, **at_most_after(scenario, decline, has, given_back)}
    if scenario.rules.by_lists:
        return _gone_on(course, decline, after_decline(scenario, present, given_back, at_most, by, mode), at_most)
    scenario = without_guarantee(scenario, decline.noc, at_most)
    late = scenario.rules.too_late(decline.date)
    if mode == "sequential" or late:
        counts_bonus = scenario.readings.fifth_in_walk == "yes"
        returning = decline.noc if decline.of_quota_places else None
        held = hold(scenario.rules, present, given_back, at_most, counts_bonus=counts_bonus, returning=returning)
        if late:
            after = left_free(present, held)
            scenario = without_free_places(scenario, present, after)
        else:
            after = by.fill(scenario, held)
    else:
        after = by.allocate(_without_entries(scenario, at_most))
    return Course(scenario, after, (*course.steps, AnsweredDecline(decline, given_back, present, after)), at_most)


def _gone_on(course: Course, decline: GivingBack, listed: ListedStep, at_most: Mapping[tuple[str, str], int]) -> Course:
    """The course after a step where places go down ranked lists."""
    step = AnsweredDecline(decline, listed.given_back, course.present, listed.after, listed.replaced)
    return Course(listed.scenario, listed.after, (*course.steps, step), at_most)


def given_back_of(scenario: Scenario, decline: Decline, has: Mapping[str, int]) -> tuple[GivenBack, ...]:
    """Return what a decline gives back; nothing if the NOC has nothing in the gender, or at all.

    Parameters
    ----------
    has
        Event -> start places of the NOC.

    Raises
    ------
    InputError
        If it has less in the event that is named.
    """
    noc = decline.noc
    if decline.event is not None:
        event = scenario.rules.event(decline.event)
        had = has.get(event.identifier, 0)
        number = had if decline.number is None else decline.number
        if decline.qualifier is not None:
            number = had - decline.qualifier + 1
            if had and number < 1:
                has_now = f"{noc} has {counted(had, 'start place')} in the {event.label} then"
                raise InputError(f"{has_now}, so its qualifier {decline.qualifier} has none to decline")
        if not 1 <= number <= had:
            raise InputError(cannot_decline(noc, event, had, number, scenario))
        return ((event.identifier, noc, number),)
    return tuple((event, noc, number) for event in _left_for_good(scenario, decline) if (number := has.get(event, 0)))


def wanted_with_fewer_athletes(scenario: Scenario, decline: Decline, present: Allocation) -> dict[str, int]:
    """Return gender or event -> the places that an NOC wants at most after it gave quota places of a gender back.

    It keeps the start places that its athletes can still fill: in each individual event as many as it has athletes, the
    relay if it has those of a relay (P3), the mixed relay if it has those of its team.

    Raises
    ------
    InputError
        If it has fewer quota places in the gender.
    """
    rules, gender = scenario.rules, decline.gender
    if gender is None:
        raise InputError(f"{decline} names no gender, so it gives no quota place back")
    had, number = present.number(decline.noc, gender), decline.number or 0
    if not 1 <= number <= had:
        places = counted(had, "quota place") if had else "no quota place"
        raise InputError(f"{decline.noc} has {places} among the {gender}, so it cannot decline {number}")
    left = had - number
    limits: dict[str, int] = {gender: left}
    limits |= {event.identifier: left for event in rules.individual(gender)}
    relay = rules.relay(gender)
    if relay is not None and left < rules.quota_places.relay_athletes:
        limits[relay.identifier] = 0
    limits |= {event.identifier: 0 for event in rules.events if event.team.get(gender, 0) > left}
    return limits


def at_most_after(
    scenario: Scenario, decline: Decline, has: Mapping[str, int], given_back: Sequence[GivenBack]
) -> dict[tuple[str, str], int]:
    """Return (event, NOC) -> the places it wants there at most, for the events of a decline."""
    return {(event, noc): has.get(event, 0) - number for event, noc, number in given_back} | {
        (event, decline.noc): 0 for event in _left_for_good(scenario, decline)
    }


def nothing_to_decline(decline: Decline, scenario: Scenario) -> str:
    """Return the sentence for an NOC that would give back everything, or a gender, and has nothing of it."""
    whose = f" among the {decline.gender}" if decline.gender else ""
    sentence = f"{decline.noc} has no start place{whose} to decline"
    events = [event.identifier for event in scenario.rules.events if decline.gender in (None, event.gender)]
    return sentence + _but_by_invitation(decline.noc, events, scenario)


def cannot_decline(noc: str, event: Event, has: int, number: int, scenario: Scenario) -> str:
    """Return the sentence for an NOC that would give back more of an event than it has."""
    if not has:
        sentence = f"{noc} has no start place in the {event.label} to decline"
    else:
        sentence = f"{noc} has {counted(has, 'start place')} in the {event.label}, so it cannot decline {number}"
    return sentence + _but_by_invitation(noc, [event.identifier], scenario)


def _but_by_invitation(noc: str, events: Sequence[str], scenario: Scenario) -> str:
    """That what an NOC has more is by invitation, and so nothing that the rules give to others; empty if it is not."""
    invited = [scenario.rules.event(event).label for event in events if _invited(scenario, noc, event) > 0]
    if not invited:
        return ""
    return (
        f"; its places by invitation ({', '.join(invited)}) are outside the rules, and go to nobody if it gives them "
        "back"
    )


def _invited(scenario: Scenario, noc: str, event: str) -> int:
    return sum(one.number for one in scenario.invitations if (one.noc, one.column) == (noc, event))


def _left_for_good(scenario: Scenario, decline: Decline) -> list[str]:
    """Events in which an NOC that gives a gender or everything back takes nothing any more."""
    if decline.event is not None:
        return []
    return [event.identifier for event in scenario.rules.events if decline.gender in (None, event.gender)]


def without_guarantee(scenario: Scenario, noc: str, at_most: Mapping[tuple[str, str], int]) -> Scenario:
    """Return the scenario as a decline leaves it: a host that gives a guaranteed place back waives the guarantee."""
    if noc != scenario.host:
        return scenario
    waived = {event for (event, other), most in at_most.items() if other == noc and most == 0}
    return replace(scenario, waived=scenario.waived | (waived & set(scenario.rules.host_events)))


def _without_entries(scenario: Scenario, at_most: Mapping[tuple[str, str], int]) -> Scenario:
    """The scenario without the declined entries: of each such NOC and event, all behind those it keeps."""
    gone: list[tuple[str, str, int]] = []
    for event, ranking in scenario.standings.rankings.items():
        passed: dict[str, int] = {}
        for noc, qualifier in ranking.claims():
            passed[noc] = passed.get(noc, 0) + 1
            if passed[noc] > at_most.get((event, noc), passed[noc]):
                gone.append((event, noc, qualifier))
    teams = {event.identifier for event in scenario.rules.events if event.team}
    abstains = {(event, noc) for (event, noc), most in at_most.items() if event in teams and most == 0}
    return replace(scenario, standings=scenario.standings.without(gone), abstains=scenario.abstains | abstains)
