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

After declines some places stand: they are constants, the rest of the rankings is solved around them, and an NOC counts
towards the total with the quota places it keeps if these are more than it needs:  given(a,g) >= need(a,g), kept(a,g).
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from quotaproof.model.held import Held
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
    scenario: Scenario,
    pathway: RelayPlaces | ParallelWalk,
    entries: Entries,
    given: Places,
    settings: Settings,
    held: Held | None = None,
) -> StartPlaces:
    """Return the lexicographically best start places of a pathway.

    Parameters
    ----------
    entries
        Event -> (NOC, qualifier) pairs, best first.
    given
        The start places of earlier pathways, which stand.
    held
        What stands after declines; then only the holes are filled.
    """
    events = [scenario.rules.event(event) for event in pathway.events]
    places: Places = {}
    optima: list[TierValue] = []

    def solved(together: Sequence[Event], genders: Iterable[Gender]) -> None:
        model = _StartModel(scenario, together, entries, given | places, tuple(genders), settings, held)
        places.update(model.solve(pathway.identifier))
        optima.extend(model.stages.optima)

    for event in events:
        solved([event], ())
    if not _exceeded(scenario, given | places, held):
        return StartPlaces(places, tuple(optima))
    if not _total_can_bind(scenario, held):
        for gender in _exceeded(scenario, given | places, held):
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


def _total_can_bind(scenario: Scenario, held: Held | None) -> bool:
    """Whether the total can bind where no gender's cap does; kept quota places may exceed those caps."""
    caps = _caps(scenario)
    return held is not None or len(caps) < len(GENDERS) or sum(caps.values()) > scenario.rules.total


def kept_athletes(held: Held | None, gender: Gender) -> dict[str, int]:
    """Return the quota places that stand in a gender, by NOC."""
    kept: dict[str, int] = {}
    for award in held.awards if held else ():
        if award.gender == gender:
            kept[award.noc] = kept.get(award.noc, 0) + award.number
    return kept


def _exceeded(scenario: Scenario, places: Places, held: Held | None) -> list[Gender]:
    """The genders whose places need too many athletes; all, if the total is exceeded."""
    needs = {gender: needed_athletes(scenario, places, gender) for gender in GENDERS}
    given: dict[Gender, int] = {}
    for gender in GENDERS:
        kept = kept_athletes(held, gender)
        given[gender] = sum(max(needs[gender].get(noc, 0), kept.get(noc, 0)) for noc in {*needs[gender], *kept})
    if sum(given.values()) > scenario.rules.total:
        return list(GENDERS)
    hard = scenario.readings.gender_cap == "hard"
    return [
        gender
        for gender, cap in _caps(scenario).items()
        if sum(needs[gender].values()) > cap or (hard and given[gender] > cap)
    ]


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


def _open(claims: Sequence[tuple[str, int]], event: str, held: Held | None) -> list[tuple[int, str]]:
    """The claims that are still open, as (rank, NOC): not those that stand, nor any of an NOC that gave places back."""
    if held is None:
        return [(rank, noc) for rank, (noc, _) in enumerate(claims, 1)]
    passed: dict[str, int] = {}
    still: list[tuple[int, str]] = []
    for rank, (noc, _) in enumerate(claims, 1):
        passed[noc] = passed.get(noc, 0) + 1
        if held.number(event, noc) < passed[noc] <= held.at_most.get((event, noc), passed[noc]):
            still.append((rank, noc))
    return still


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
        held: Held | None,
    ) -> None:
        self.scenario = scenario
        self.events = events
        self.held = held
        self.entries = {event.identifier: _open(entries[event.identifier], event.identifier, held) for event in events}
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
        turns = sorted(
            (rank, column, number)
            for column, event in enumerate(self.events)
            for number, (rank, _) in enumerate(self.entries[event.identifier])
        )
        order = [self.granted[self.events[column].identifier][number] for _, column, number in turns]
        name = "+".join(event.identifier for event in self.events)
        chosen = dict(zip((v.index for v in order), self.stages.maximise(order, f"{pathway}/{name}"), strict=True))
        places: Places = {}
        for event in self.events:
            numbers: dict[str, int] = dict(self.held.places.get(event.identifier, {})) if self.held else {}
            for (_, noc), variable in zip(self.entries[event.identifier], self.granted[event.identifier], strict=True):
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
            for (_, noc), variable in zip(claims, self.granted[event], strict=True):
                self.by_noc[event].setdefault(noc, []).append(variable)

    def _event_caps(self, event: Event) -> None:
        """Cap of the event, cap per NOC, host place."""
        host, own = self.scenario.host, self.by_noc[event.identifier]
        stand = dict(self.held.places.get(event.identifier, {})) if self.held else {}
        places = event.start_places - sum(stand.values())
        if host is not None and self.scenario.is_host_event(event.identifier) and host not in stand:
            if host in own:
                self.model.add_at_least_one(own[host])
            else:
                self.host_extra.add(event.identifier)
                places -= 1
        self.model.add(cp_model.LinearExpr.sum(self.granted[event.identifier]) <= places)
        for noc, variables in own.items():
            most = event.noc_cap - stand.get(noc, 0)
            if len(variables) > most:
                self.model.add(cp_model.LinearExpr.sum(variables) <= most)

    def _athlete_caps(self, genders: Sequence[Gender]) -> None:
        """Athletes needed, per gender and in all."""
        everybody: list[Linear] = []
        caps = _caps(self.scenario)
        for gender in genders:
            needs = {noc: self._need(noc, gender) for noc in sorted(self._nocs(gender))}
            given = self._given(needs, gender)
            everybody += given
            if gender in caps:
                self.model.add(sum(needs.values()) <= caps[gender])
                if self.held is not None and self.scenario.readings.gender_cap == "hard":
                    self.model.add(sum(given) <= caps[gender])
        if len(genders) == len(GENDERS):
            self.model.add(sum(everybody) <= self.scenario.rules.total)

    def _given(self, needs: Mapping[str, Linear], gender: Gender) -> list[Linear]:
        """What each NOC counts towards the total: its need, or the quota places it keeps if they are more."""
        kept = kept_athletes(self.held, gender)
        given: list[Linear] = []
        for noc in sorted({*needs, *kept}):
            need, least = needs.get(noc, 0), kept.get(noc, 0)
            if isinstance(need, int) or not least:
                given.append(max(need, least) if isinstance(need, int) else need)
                continue
            number = self.model.new_int_var(least, self.scenario.rules.total + least, "")
            self.model.add(number >= need)
            given.append(number)
        return given

    def _nocs(self, gender: Gender) -> set[str]:
        events = [*self.scenario.rules.individual(gender)]
        relay = self.scenario.rules.relay(gender)
        events += [relay] if relay else []
        nocs = {self.scenario.host} if self.scenario.host else set()
        for event in events:
            nocs.update(self.by_noc.get(event.identifier, {}))
            nocs.update(self._settled(event.identifier))
        return nocs

    def _settled(self, event: str) -> Mapping[str, int]:
        """Start places that this model does not decide: of earlier pathways, and those that stand."""
        if event in self.given:
            return self.given[event]
        return self.held.places.get(event, {}) if self.held else {}

    def _number(self, event: str, noc: str) -> Linear:
        """Start places of an NOC in an event: decided here, given before, or guaranteed to come."""
        number = self._settled(event).get(noc, 0)
        if self.by_noc.get(event, {}).get(noc):
            return sum(self.by_noc[event][noc]) + number
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
