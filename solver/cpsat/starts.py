r"""Start places (relay places and the parallel walk) as a CP-SAT model.

For each ranked entry i of event e a 0/1 variable y[e,i], and for a host that an event's ranking does not name one
constant place. With S(e) the start places of e, c its cap per NOC, n(e,a) the places of NOC a in e:

    sum over i of y[e,i]  <=  S(e)                                      the event's cap
    n(e,a)                <=  c(e)                                      the cap per NOC
    n(e,host)             >=  1        where the host is guaranteed     the host place
    need(a,g)             >=  n(e,a)   for e individual, a without relay
    need(a,g)             >=  r + [sum of n(e,a) >= b]   for a with relay
    sum over a of need(a,g)   <=  cap(g)        sum over a, g  <=  total

with r quota places for a relay and one more from the b-th individual start place on. The tier is the vector of y in
the order of the walk. It is the rules' own statement, with no word on how to find it.

Where the caps on athletes do not bind, events do not touch each other. This is found, not assumed: each event is first
solved alone, which relaxes the model by exactly the athlete constraints. If the result satisfies them, it is the
lexicographic optimum of the full model too (it is feasible there, and nothing feasible can be better than the optimum
of a relaxation). Otherwise the genders, and if the total binds both together, are solved in one model.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model
from quotaproof.model.rules import GENDERS, Event, Gender, ParallelWalk, RelayPlaces
from quotaproof.model.scenario import Scenario

from .status import Linear, Settings, Truth
from .tiers import Stages, TierValue

Places = dict[str, dict[str, int]]
Entries = Mapping[str, Sequence[tuple[str, int]]]


@dataclass(frozen=True, slots=True)
class StartPlaces:
    """The start places of one pathway: event -> NOC -> number, and the proved optima."""

    places: Places
    optima: tuple[TierValue, ...]


def solve_start_places(
    scenario: Scenario, pathway: RelayPlaces | ParallelWalk, entries: Entries, given: Places, settings: Settings
) -> StartPlaces:
    """Return the lexicographically best start places of a pathway.

    Parameters
    ----------
    entries
        Event -> (NOC, qualifier) pairs, best first.
    given
        The start places of earlier pathways, which stand.
    """
    events = [scenario.rules.event(event) for event in pathway.events]
    places: Places = {}
    optima: list[TierValue] = []

    def solved(together: Sequence[Event], genders: Iterable[Gender]) -> None:
        model = _StartModel(scenario, together, entries, given | places, tuple(genders), settings)
        places.update(model.solve(pathway.identifier))
        optima.extend(model.stages.optima)

    for event in events:
        solved([event], ())
    if not _exceeded(scenario, given | places):
        return StartPlaces(places, tuple(optima))
    if not _total_can_bind(scenario):
        for gender in _exceeded(scenario, given | places):
            own = [event for event in events if event.gender == gender]
            optima = [o for o in optima if o.name.split("/")[1] not in {event.identifier for event in own}]
            for event in own:
                del places[event.identifier]
            solved(own, (gender,))
    else:
        places.clear()
        optima.clear()
        solved(events, GENDERS)
    return StartPlaces(places, tuple(optima))


def _caps(scenario: Scenario) -> dict[Gender, int]:
    """The caps per gender that bind start places."""
    return {} if scenario.readings.gender_cap == "nominal" else dict(scenario.rules.gender_caps)


def _total_can_bind(scenario: Scenario) -> bool:
    caps = _caps(scenario)
    return len(caps) < len(GENDERS) or sum(caps.values()) > scenario.rules.total


def _exceeded(scenario: Scenario, places: Places) -> list[Gender]:
    """The genders whose places need too many athletes; all, if the total is exceeded."""
    needs = {gender: sum(needed_athletes(scenario, places, gender).values()) for gender in GENDERS}
    if sum(needs.values()) > scenario.rules.total and _total_can_bind(scenario):
        return list(GENDERS)
    return [gender for gender, cap in _caps(scenario).items() if needs[gender] > cap]


def needed_athletes(scenario: Scenario, places: Places, gender: Gender) -> dict[str, int]:
    """Athletes each NOC needs; places still to come count for the host where it is guaranteed one."""
    rules, quota = scenario.rules, scenario.rules.quota_places
    relay = rules.relay(gender)
    own = {event.identifier: dict(places.get(event.identifier, {})) for event in rules.individual(gender)}
    teams = dict(places.get(relay.identifier, {})) if relay else {}
    if scenario.host:
        for event, numbers in own.items():
            if scenario.is_host_event(event):
                numbers.setdefault(scenario.host, 1)
        if relay and scenario.is_host_event(relay.identifier):
            teams.setdefault(scenario.host, 1)
    needs: dict[str, int] = {}
    for noc in {noc for numbers in (*own.values(), teams) for noc in numbers}:
        numbers_ = [numbers.get(noc, 0) for numbers in own.values()]
        if not teams.get(noc):
            needs[noc] = max(numbers_, default=0)
            continue
        needs[noc] = quota.relay_athletes
        if quota.bonus_from is not None and scenario.readings.fifth_in_walk == "yes":
            needs[noc] += sum(numbers_) >= quota.bonus_from
    return needs


class _StartModel:
    """The model of some events of a pathway, with the athlete constraints of some genders (perhaps of none)."""

    def __init__(
        self,
        scenario: Scenario,
        events: Sequence[Event],
        entries: Entries,
        given: Places,
        genders: tuple[Gender, ...],
        settings: Settings,
    ) -> None:
        self.scenario = scenario
        self.events = events
        self.entries = {event.identifier: entries[event.identifier] for event in events}
        self.given = given
        self.stages = Stages(settings)
        self.model = self.stages.model
        self.granted: dict[str, list[cp_model.IntVar]] = {}
        self.by_noc: dict[str, dict[str, list[cp_model.IntVar]]] = {}
        self.host_extra: set[str] = set()
        self._variables(settings)
        for event in events:
            self._event_caps(event)
        if genders:
            self._athlete_caps(genders)

    def solve(self, pathway: str) -> Places:
        """Return event -> NOC -> start places of the lexicographic optimum."""
        order = [
            self.granted[event.identifier][row]
            for row in range(max((len(claims) for claims in self.entries.values()), default=0))
            for event in self.events
            if row < len(self.entries[event.identifier])
        ]
        name = "+".join(event.identifier for event in self.events)
        chosen = dict(zip((v.index for v in order), self.stages.maximise(order, f"{pathway}/{name}"), strict=True))
        places: Places = {}
        for event in self.events:
            numbers: dict[str, int] = {}
            for (noc, _), variable in zip(self.entries[event.identifier], self.granted[event.identifier], strict=True):
                if chosen[variable.index]:
                    numbers[noc] = numbers.get(noc, 0) + 1
            if event.identifier in self.host_extra:
                numbers[str(self.scenario.host)] = 1
            places[event.identifier] = numbers
        return places

    def _variables(self, settings: Settings) -> None:
        slots = [(event, row) for event, claims in self.entries.items() for row in range(len(claims))]
        if settings.shuffle is not None:
            random.Random(settings.shuffle).shuffle(slots)
        made = {slot: self.model.new_bool_var(f"{slot[0]}#{slot[1] + 1}") for slot in slots}
        for event, claims in self.entries.items():
            self.granted[event] = [made[event, row] for row in range(len(claims))]
            self.by_noc[event] = {}
            for (noc, _), variable in zip(claims, self.granted[event], strict=True):
                self.by_noc[event].setdefault(noc, []).append(variable)

    def _event_caps(self, event: Event) -> None:
        """Cap of the event, cap per NOC, host place."""
        host, own = self.scenario.host, self.by_noc[event.identifier]
        places = event.start_places
        if host is not None and self.scenario.is_host_event(event.identifier):
            if host in own:
                self.model.add_at_least_one(own[host])
            else:
                self.host_extra.add(event.identifier)
                places -= 1
        self.model.add(cp_model.LinearExpr.sum(self.granted[event.identifier]) <= places)
        for variables in own.values():
            if len(variables) > event.noc_cap:
                self.model.add(cp_model.LinearExpr.sum(variables) <= event.noc_cap)

    def _athlete_caps(self, genders: Sequence[Gender]) -> None:
        """Athletes needed, per gender and in all."""
        everybody: list[Linear] = []
        caps = _caps(self.scenario)
        for gender in genders:
            needs = [self._need(noc, gender) for noc in sorted(self._nocs(gender))]
            everybody += needs
            if gender in caps:
                self.model.add(sum(needs) <= caps[gender])
        if len(genders) == len(GENDERS):
            self.model.add(sum(everybody) <= self.scenario.rules.total)

    def _nocs(self, gender: Gender) -> set[str]:
        events = [*self.scenario.rules.individual(gender)]
        relay = self.scenario.rules.relay(gender)
        events += [relay] if relay else []
        nocs = {self.scenario.host} if self.scenario.host else set()
        for event in events:
            nocs.update(self.by_noc.get(event.identifier, self.given.get(event.identifier, {})))
        return nocs

    def _number(self, event: str, noc: str) -> Linear:
        """Start places of an NOC in an event: decided here, given before, or guaranteed to come."""
        if event in self.by_noc:
            return sum(self.by_noc[event].get(noc, [])) + (noc == self.scenario.host and event in self.host_extra)
        number = self.given.get(event, {}).get(noc, 0)
        guaranteed = noc == self.scenario.host and self.scenario.is_host_event(event)
        return max(number, int(guaranteed))

    def _need(self, noc: str, gender: Gender) -> Linear:
        """A variable that is at least the athletes an NOC needs; only caps bear on it, so more would only hurt."""
        rules, quota = self.scenario.rules, self.scenario.rules.quota_places
        numbers = [self._number(event.identifier, noc) for event in rules.individual(gender)]
        relay = rules.relay(gender)
        team: Linear = self._number(relay.identifier, noc) if relay else 0
        if isinstance(team, int) and all(isinstance(number, int) for number in numbers) and not team:
            return max((number for number in numbers if isinstance(number, int)), default=0)
        most = quota.relay_athletes + 1 + max(event.noc_cap for event in rules.events)
        need = self.model.new_int_var(0, most, f"need {noc} {gender}")
        if isinstance(team, int):
            self._need_with(need, numbers, bool(team), ())
        else:
            literal = self.model.new_bool_var(f"relay {noc} {gender}")
            self.model.add(team == 1).only_enforce_if(literal)
            self.model.add(team == 0).only_enforce_if(~literal)
            self._need_with(need, numbers, True, (literal,))
            self._need_with(need, numbers, False, (~literal,))
        return need

    def _need_with(
        self,
        need: cp_model.IntVar,
        numbers: Sequence[Linear],
        relay: bool,
        when: tuple[Truth, ...],
    ) -> None:
        quota = self.scenario.rules.quota_places
        if not relay:
            for number in numbers:
                self.model.add(need >= number).only_enforce_if(*when)
            return
        self.model.add(need >= quota.relay_athletes).only_enforce_if(*when)
        if quota.bonus_from is not None and self.scenario.readings.fifth_in_walk == "yes":
            bonus = self.model.new_bool_var("")
            self.model.add(sum(numbers) < quota.bonus_from).only_enforce_if(~bonus, *when)
            self.model.add(need >= quota.relay_athletes + bonus).only_enforce_if(*when)
