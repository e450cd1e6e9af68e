r"""How few athletes could fill the start places of a gender, and how many places stay empty at a cap.

A start place belongs to the NOC; an athlete may start in several events, and uses one place of each. With s[n,e] the
start places of NOC n in event e, q[n] its quota places, A[n,e] who may start for it there, m[e] the athletes of a team:

    x[a]    =  1   where athlete a is sent (one number for those who may start in the same events)
    f[n,e]  <=  s[n,e],   f[n,e]  <=  sum of x[a] over A[n,e]              individual events
    t[n,e]  =>  sum of x[a] over the athletes of n  >=  m[e]               teams
    sum of x[a] over the athletes of n  <=  q[n]
    sum of all x  <=  cap of the gender                                    where it is asked for

Given who is sent, each event is filled by itself, so that nothing but the counts matters. The first tier is the sum of
f and t, the places filled; the second, with that fixed, the sum of x, to be least.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from quotaproof.model.allocation import Allocation
from quotaproof.model.documents import document_of
from quotaproof.model.errors import SolverError
from quotaproof.model.rules import GENDERS, Event, Gender
from quotaproof.model.scenario import Scenario
from quotaproof.solver import cp_model
from quotaproof.solver.engines.cpsat.status import DEFAULT, Settings, new_solver, solve, values

from .documents import FillingDocument, Starter

STARTERS: tuple[Starter, ...] = ("anybody", "classified", "winners")


@dataclass(frozen=True, slots=True)
class Sent:
    """An athlete who is sent, and the events in which it uses a start place; no name where anybody may start."""

    noc: str
    athlete: str | None
    name: str | None
    events: tuple[str, ...]


@dataclass(frozen=True)
class Demand:
    """What there is to fill in a gender, and by whom.

    Attributes
    ----------
    individual, teams
        Events.
    places
        NOC -> event -> start places.
    quota
        NOC -> quota places.
    may_start
        NOC -> athlete -> events in which it may start, those who won a place there first.
    """

    gender: Gender
    starters: Starter
    individual: tuple[Event, ...]
    teams: tuple[Event, ...]
    places: Mapping[str, Mapping[str, int]]
    quota: Mapping[str, int]
    may_start: Mapping[str, Mapping[str, frozenset[str]]]

    @property
    def total(self) -> int:
        """All start places."""
        return sum(sum(own.values()) for own in self.places.values())

    def filled(self, sent: Mapping[str, Iterable[str]]) -> int:
        """Return how many start places the athletes of each NOC can fill, counted without a solver."""
        return sum(self.filled_by(noc, athletes) for noc, athletes in sent.items())

    def filled_by(self, noc: str, athletes: Iterable[str]) -> int:
        """Return how many start places of an NOC these athletes of it can fill."""
        own, events = set(athletes), self.places[noc]
        number = 0
        for event in self.individual:
            able = sum(event.identifier in self.may_start[noc][athlete] for athlete in own)
            number += min(able, events.get(event.identifier, 0))
        return number + sum(events.get(team.identifier, 0) for team in self.teams if len(own) >= team.athletes)


@dataclass(frozen=True)
class Filling:
    """How few athletes of a gender fill as many start places as NOCs can fill, proved.

    Attributes
    ----------
    places, quota_places
        Start places to be filled, teams included, and quota places of all NOCs.
    filled
        The most that can be filled within each NOC's quota places.
    fewest
        The smallest number of athletes who fill so many.
    cap, filled_at_cap
        How many athletes may start in all, and the most places that so many can fill.
    sent, sent_at_cap
        A choice that does it.
    short
        NOC -> places that it can fill at most within its quota places, and all its places, where these are more.
    """

    gender: Gender
    starters: Starter
    places: int
    quota_places: int
    filled: int
    fewest: int
    cap: int
    filled_at_cap: int
    sent: tuple[Sent, ...]
    sent_at_cap: tuple[Sent, ...]
    short: Mapping[str, tuple[int, int]]

    @property
    def unfilled_at_cap(self) -> int:
        """The fewest start places that stay empty if no more athletes start than the cap."""
        return self.places - self.filled_at_cap

    @property
    def per_noc(self) -> Mapping[str, int]:
        """NOC -> the fewest athletes who fill its places; the sum over all NOCs is least only if each is."""
        numbers: dict[str, int] = {}
        for one in self.sent:
            numbers[one.noc] = numbers.get(one.noc, 0) + 1
        return dict(sorted(numbers.items()))

    def to_dict(self) -> FillingDocument:
        """Return the filling as JSON."""
        short = {noc: {"filled": filled, "places": places} for noc, (filled, places) in self.short.items()}
        return document_of(FillingDocument, self, short=short)


def demand(scenario: Scenario, allocation: Allocation, gender: Gender, starters: Starter) -> Demand:
    """Return what there is to fill in a gender, and by whom."""
    individual = scenario.rules.individual(gender)
    teams = tuple(one for one in scenario.rules.events if (one.kind, one.gender) == ("relay", gender))
    places: dict[str, dict[str, int]] = {}
    for event in (*individual, *teams):
        for noc, number in allocation.places[event.identifier].items():
            places.setdefault(noc, {})[event.identifier] = number
    quota = {noc: allocation.number(noc, gender) for noc in sorted(places)}
    everywhere = frozenset(event.identifier for event in individual)
    if starters == "anybody":
        # No names: as many athletes as the NOC may send, each of whom may start everywhere.
        may_start = {noc: {f"{number}": everywhere for number in range(1, own + 1)} for noc, own in quota.items()}
    else:
        may_start = {noc: {} for noc in quota}
        for event in individual:
            for noc, athlete in _starters(scenario, allocation, event.identifier, starters):
                if noc in may_start:
                    own_events = may_start[noc].get(athlete, frozenset())
                    may_start[noc][athlete] = own_events | {event.identifier}
    return Demand(gender, starters, individual, teams, {noc: places[noc] for noc in sorted(places)}, quota, may_start)


def _starters(scenario: Scenario, allocation: Allocation, event: str, starters: Starter) -> list[tuple[str, str]]:
    won = [(one.noc, one.athlete) for one in allocation.entries.get(event, ())]
    if starters == "winners":
        return won
    ranked = [
        (entry.noc, entry.athlete) for (own, _), one in scenario.lists.items() if own == event for entry in one.entries
    ]
    return list(dict.fromkeys([*won, *ranked]))


def filling(
    scenario: Scenario, allocation: Allocation, gender: Gender, starters: Starter, settings: Settings = DEFAULT
) -> Filling:
    """Return how few athletes fill the places of a gender, and how many places stay empty at its cap.

    Raises
    ------
    LimitError
        If the solver's limit of effort was reached.
    SolverError
        If the choice that the solver names does not fill what it says.
    """
    asked = demand(scenario, allocation, gender, starters)
    cap = scenario.rules.gender_caps[gender]
    filled, sent = _best(asked, None, settings)
    number = sum(map(len, sent.values()))
    filled_at_cap, sent_at_cap = (filled, sent) if number <= cap else _best(asked, cap, settings)
    most = {noc: (asked.filled_by(noc, own), sum(asked.places[noc].values())) for noc, own in sent.items()}
    names = {entry.athlete: entry.label for one in scenario.lists.values() for entry in one.entries}
    return Filling(
        gender,
        starters,
        asked.total,
        sum(asked.quota.values()),
        filled,
        number,
        cap,
        filled_at_cap,
        _named(asked, sent, names),
        _named(asked, sent_at_cap, names),
        {noc: numbers for noc, numbers in most.items() if numbers[0] < numbers[1]},
    )


def _best(asked: Demand, cap: int | None, settings: Settings) -> tuple[int, dict[str, list[str]]]:
    """The most places filled, and who is sent to fill them: no more than must be."""
    model = cp_model.CpModel()
    alike = {noc: _alike(own) for noc, own in asked.may_start.items()}
    x = {
        (noc, events): model.new_int_var(0, len(athletes), f"{noc}/{' '.join(sorted(events))}")
        for noc, groups in alike.items()
        for events, athletes in groups.items()
    }
    filled: list[cp_model.IntVar] = []
    for noc, places in asked.places.items():
        own = {events: x[noc, events] for events in alike[noc]}
        model.add(sum(own.values()) <= asked.quota[noc])
        for event in asked.individual:
            if event.identifier in places:
                f = model.new_int_var(0, places[event.identifier], f"{noc}/{event.identifier}")
                model.add(f <= sum(number for events, number in own.items() if event.identifier in events))
                filled.append(f)
        for team in asked.teams:
            if team.identifier in places:
                t = model.new_bool_var(f"{noc}/{team.identifier}")
                model.add(sum(own.values()) >= team.athletes).only_enforce_if(t)
                filled += [t] * places[team.identifier]
    chosen = list(x.values())
    if cap is not None:
        model.add(sum(chosen) <= cap)
    most = sum(_tier(model, sum(filled), filled, settings))
    model.add(sum(filled) >= most)
    numbers = _tier(model, -sum(chosen), chosen, settings)
    sent: dict[str, list[str]] = {noc: [] for noc in asked.places}
    for (noc, events), number in zip(x, numbers, strict=True):
        sent[noc] += alike[noc][events][:number]
    over = [noc for noc, athletes in sent.items() if len(athletes) > asked.quota[noc]]
    if over or asked.filled(sent) != most or (cap is not None and sum(map(len, sent.values())) > cap):
        raise SolverError("the athletes that the solver names do not fill what it says")
    return most, sent


def _alike(may_start: Mapping[str, frozenset[str]]) -> dict[frozenset[str], list[str]]:
    """The athletes of an NOC by the events in which they may start: which of a group are sent makes no difference."""
    groups: dict[frozenset[str], list[str]] = {}
    for athlete, events in may_start.items():
        groups.setdefault(events, []).append(athlete)
    return groups


def _tier(
    model: cp_model.CpModel,
    objective: cp_model.LinearExprT,
    variables: Sequence[cp_model.IntVar],
    settings: Settings,
) -> list[int]:
    """Return the values of the variables at the proved maximum; the objective's own value comes as a float."""
    model.maximize(objective)
    solver = new_solver(settings)
    # The full linear relaxation: with 20 men of long track, 0.04 s instead of 12.
    solver.parameters.linearization_level = 2
    if not solve(model, solver):
        raise SolverError("there is no way at all to send athletes, though nobody need be sent")
    found = values(solver, variables)
    model.clear_objective()  # type: ignore[no-untyped-call]
    return found


def _named(asked: Demand, sent: Mapping[str, Sequence[str]], names: Mapping[str, str]) -> tuple[Sent, ...]:
    """Who is sent, with the events: in each, those who come first among its athletes use the places."""
    found: list[Sent] = []
    for noc, athletes in sent.items():
        events: dict[str, list[str]] = {athlete: [] for athlete in athletes}
        for event in asked.individual:
            able = [athlete for athlete in athletes if event.identifier in asked.may_start[noc][athlete]]
            for athlete in able[: asked.places[noc].get(event.identifier, 0)]:
                events[athlete].append(event.identifier)
        anybody = asked.starters == "anybody"
        for athlete, own in events.items():
            name = None if anybody else names.get(athlete, athlete)
            found.append(Sent(noc, None if anybody else athlete, name, tuple(own)))
    return tuple(found)


def fillings(scenario: Scenario, allocation: Allocation, settings: Settings = DEFAULT) -> tuple[Filling, ...]:
    """Return the fillings of both genders under each answer to who may start, genders together."""
    return tuple(filling(scenario, allocation, gender, one, settings) for one in STARTERS for gender in GENDERS)
