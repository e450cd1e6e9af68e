"""Whether a cap on athletes can refuse an entry a start place before its turn.

In the walk an entry is refused if its place would need one athlete more than a cap has left. What an entry's NOC needs
then is `number - 1`, so it is never refused if what all other NOCs can need by then leaves room for `number`. Whether
they can need more is asked over all outcomes at once, more generously than they are. Who has a place before the entry
has its first turn, over the events, is ahead of the entry in its own event, and ranked no worse than who is in that row
so far, because results make no order worse; and it keeps the deadlines by which it gets there (`overtaking`). So what
is proved here holds, and what is not proved may hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from quotaproof.model.pathways import ParallelWalk, RelayPlaces
from quotaproof.model.rules import GENDERS, Gender
from quotaproof.solver import cp_model
from quotaproof.solver.engines.cpsat.status import DEFAULT, Linear, attempt, new_solver

from .open_event import OpenEvent, SortKey
from .overtaking import EFFORT, EFFORT_SEVERAL, Lineup, Overtaking
from .season import Season


@dataclass(frozen=True, slots=True)
class Reached:
    """Whether others may need a number of athletes by a row, as far as the solver knows.

    Attributes
    ----------
    possible
        False: proved that they never do.
    lineups
        By event, with which they may.
    """

    possible: bool
    lineups: Mapping[str, tuple[Lineup, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AthletesQuestion:
    """A question whether others may need so many athletes, as `AthleteCaps.others` has it.

    Where they were not proved to need fewer, a later turn, worse orders to beat or fewer athletes to need would be
    harder to prove. With several meets to come that is not asked again: nothing is proved then, which is never wrong.
    """

    gender: Gender
    noc: str | None
    number: int
    row: int | None
    athletes: int
    relay_nocs: frozenset[str] | None
    fixed: tuple[tuple[str, SortKey], ...]
    by_row: bool

    def answers(self, other: AthletesQuestion) -> bool:
        """Return whether the other one is at least as hard to prove."""
        later = self.row is not None and (other.row is None or other.row >= self.row)
        same = (self.gender, self.relay_nocs, self.by_row) == (other.gender, other.relay_nocs, other.by_row)
        own = dict(self.fixed)
        worse = all(event in own and order >= own[event] for event, order in other.fixed)
        return same and later and worse and other.athletes <= self.athletes


@dataclass
class AthleteCaps:
    """The caps on athletes in the walk of a season.

    Attributes
    ----------
    relays
        Relay -> (NOCs that have a place in it in any case, NOCs that may have one).
    """

    season: Season
    races: Mapping[str, OpenEvent]
    relays: dict[str, tuple[frozenset[str], frozenset[str]]] = field(default_factory=dict)
    _memo: dict[AthletesQuestion, Reached] = field(init=False, default_factory=dict)
    _possible: list[AthletesQuestion] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        rules, readings = self.season.scenario.rules, self.season.scenario.readings
        self.quota = rules.quota_places
        counts = self.quota.bonus_from is not None and readings.fifth_in_walk == "yes"
        self.bonus_from = self.quota.bonus_from if counts else None
        self.of_relay = self.quota.relay_athletes + (self.bonus_from is not None)
        self.caps: dict[Gender, int] = {} if readings.gender_cap == "nominal" else dict(rules.gender_caps)
        kinds = [type(pathway) for pathway in rules.pathways if isinstance(pathway, RelayPlaces | ParallelWalk)]
        self.relays_first = ParallelWalk not in kinds or RelayPlaces not in kinds[kinds.index(ParallelWalk) :]
        self._plain = {gender: self._plain_most(gender) for gender in GENDERS}

    def _plain_most(self, gender: Gender) -> int:
        """Athletes needed if each place needed one of its own."""
        rules = self.season.scenario.rules
        relay = rules.relay(gender)
        teams = 0 if relay is None else relay.start_places * self.of_relay
        return teams + sum(event.start_places for event in rules.individual(gender))

    def relays_fit(self, gender: Gender) -> bool:
        """Return whether no cap can refuse a relay its place: all of them, and the host's places, always fit."""
        rules = self.season.scenario.rules
        relay = rules.relay(gender)
        if relay is None or not self.relays_first:
            return relay is None
        teams: dict[Gender, int] = {}
        for one in GENDERS:
            other = rules.relay(one)
            # One more for a host that has its other guaranteed places, and no relay yet.
            teams[one] = (other.start_places * self.quota.relay_athletes if other else 0) + 1
        fits = gender not in self.caps or teams[gender] <= self.caps[gender]
        return fits and sum(teams.values()) <= rules.total

    def never_bind(self, gender: Gender) -> bool:
        """Return whether no cap can refuse anything in a gender's walk."""
        room = self.room(gender)
        return room is None or not self.others(gender, None, 0, None, room + 1).possible

    def never_refuse(self, noc: str, event: str, number: int, row: int, fixed: Mapping[str, SortKey]) -> bool:
        """Return whether it is proved that no cap refuses an NOC its `number`-th place of an event.

        Parameters
        ----------
        row
            By which its `number`-th entry of one of the events in `fixed` has its turn, in every outcome.
        fixed
            Events whose ranking surely gives it so many places -> what its entry is ranked by there, or better.
        """
        gender = self.season.scenario.rules.event(event).own_gender
        room = self.room(gender)
        if room is None or self.never_bind(gender) or self._keeps_its_need(noc, event, number):
            return True
        athletes = room - number + 1
        return not (
            self.others(gender, noc, number, row, athletes, fixed=fixed).possible
            and self.others(gender, noc, number, row, athletes, fixed=fixed, by_row=True).possible
        )

    def room(self, gender: Gender) -> int | None:
        """Return how many athletes a gender may need before a cap refuses any; None where none can."""
        rules = self.season.scenario.rules
        rooms = [self.caps[gender]] if gender in self.caps else []
        other = next(one for one in GENDERS if one != gender)
        most = min(self._plain[other], self.caps.get(other, rules.total))
        if min([self._plain[gender], *rooms]) + most > rules.total:
            rooms.append(rules.total - most)
        room = min(rooms, default=self._plain[gender])
        return None if self._plain[gender] <= room else room

    def _keeps_its_need(self, noc: str, event: str, number: int) -> bool:
        """Whether an NOC surely has a relay and with it all athletes that it needs, so that no cap concerns it."""
        rules, scenario = self.season.scenario.rules, self.season.scenario
        gender = rules.event(event).own_gender
        relay = rules.relay(gender)
        if relay is None or not self.relays_fit(gender) or noc not in self.relays[relay.identifier][0]:
            return False
        others = sum(scenario.noc_cap(one, noc) for one in rules.individual(gender) if one.identifier != event)
        return self.bonus_from is None or others + number < self.bonus_from

    def others(
        self,
        gender: Gender,
        noc: str | None,
        number: int,
        row: int | None,
        athletes: int,
        relay_nocs: frozenset[str] | None = None,
        *,
        fixed: Mapping[str, SortKey] | None = None,
        by_row: bool = False,
    ) -> Reached:
        """Return whether other NOCs may need so many athletes before an NOC's `number`-th entry has its first turn.

        Parameters
        ----------
        noc
            None for all NOCs, and all places.
        row
            By which the entry has its turn in some event; None where that is not known.
        relay_nocs
            Who has the relay, where only outcomes with these are looked at.
        fixed
            Event -> what the entry is ranked by there, or better. Its turn is the first of these; nothing is known of
            its other events.
        by_row
            Whether those who need them are to be ranked no worse than who is in the row so far, as they must, and
            not that as many are ahead of the entry as its row says, which must be so as well.
        """
        fixed_keys = tuple(sorted((fixed or {}).items()))
        asked = AthletesQuestion(gender, noc, number, row, athletes, relay_nocs, fixed_keys, by_row)
        if asked not in self._memo:
            several = any(len(race.left) > 1 for race in self.races.values())
            known = next((one for one in self._possible if several and one.answers(asked)), None) if noc else None
            found = self._memo[asked] = self._memo[known] if known else self._others(asked)
            if found.possible and noc and known is None:
                self._possible.append(asked)
        return self._memo[asked]

    def _others(self, asked: AthletesQuestion) -> Reached:
        gender, noc, row, fixed = asked.gender, asked.noc, asked.row, dict(asked.fixed)
        scenario = self.season.scenario
        rules = scenario.rules
        model = cp_model.CpModel()
        models: dict[str, Overtaking] = {}
        granted: dict[tuple[str, str, int], cp_model.IntVar] = {}
        # The first of the entry's turns, over the events: who has a place by then is in a row no later, so it is ahead
        # of the entry in each event.
        turn = model.new_int_var(1, row if row is not None else 10**6, "turn")
        for event in rules.individual(gender):
            race = self.races[event.identifier]
            own = fixed.get(event.identifier)
            so_far = _rank_so_far(race, row)
            order = own if so_far is None or (own is not None and (not asked.by_row or own < so_far)) else so_far
            model_of = models[event.identifier] = Overtaking(model, race, order, noc)
            places: list[cp_model.IntVar] = []
            for claim, literal in model_of.ahead.items():
                place = granted[(event.identifier, *claim)] = model.new_bool_var(f"{event.identifier} {claim} granted")
                places.append(place)
                if not isinstance(literal, bool):
                    model.add_implication(place, literal)
            model.add(sum(places) <= event.start_places)
            if noc is not None:
                model.add(sum(places) <= turn)
            if own is not None and not asked.by_row:
                model.add(turn <= sum(model_of.ahead.values()) + race.beyond(noc) + asked.number)
        relay = rules.relay(gender)
        sure, may = self.relays[relay.identifier] if relay is not None else (frozenset[str](), frozenset[str]())
        sure, may = (sure, may) if asked.relay_nocs is None else (asked.relay_nocs,) * 2
        teams: list[cp_model.IntVar] = []
        athletes_of_distances: list[cp_model.IntVar] = []
        needed: list[Linear] = []
        for other in next(iter(models.values())).race.nocs if models else ():
            if other == noc:
                continue
            team = model.new_bool_var(f"{other} relay")
            model.add(team == 1) if other in sure else model.add(team == 0) if other not in may else None
            teams.append(team)
            needed.append(self.of_relay * team)
            most = max((scenario.noc_cap(event, other) for event in rules.individual(gender)), default=0)
            for nth in range(1, most + 1):
                athlete = model.new_bool_var(f"{other} athlete {nth}")
                model.add_implication(athlete, ~team)
                if not (nth == 1 and other == scenario.host):
                    own_places = [granted[key] for name in models if (key := (name, other, nth)) in granted]
                    model.add(athlete <= sum(own_places))
                athletes_of_distances.append(athlete)
        # This follows from the rest, and spares the solver the search for it.
        hosts = int(scenario.host is not None and scenario.host != noc)
        model.add(sum(athletes_of_distances) <= sum(granted.values()) + hosts)
        needed += athletes_of_distances
        if relay is not None:
            model.add(sum(teams) <= max(relay.start_places, len(sure - {noc})))
        model.add(sum(needed) >= asked.athletes)
        several = any(len(one.race.left) > 1 for one in models.values())
        solver = new_solver(replace(DEFAULT, limit=EFFORT_SEVERAL if several else EFFORT))
        solver.parameters.linearization_level = 2
        status = attempt(model, solver)
        if status == cp_model.INFEASIBLE:
            return Reached(possible=False)
        if status == cp_model.UNKNOWN:
            return Reached(possible=True)
        return Reached(True, {event: one.lineups(solver) for event, one in models.items()})


def _rank_so_far(race: OpenEvent, row: int | None) -> SortKey | None:
    """What the entry at a rank is ranked by so far; None where so many are not ranked yet."""
    orders = sorted(order for claim in race.ranked if (order := race.absent(claim)) is not None)
    return None if row is None or row > len(orders) else orders[row - 1]
