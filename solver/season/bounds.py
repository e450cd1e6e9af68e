"""Start places and quota places that an NOC has in every outcome of the meets to come, and those it can still reach.

Each number is proved; where an outcome shows that the number is attained it is exact, and that outcome is its witness.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from quotaproof.model.errors import UnsupportedError
from quotaproof.model.pathways import (
    LEFT_OVER,
    ParallelWalk,
    RelayPlaces,
    require_known,
)
from quotaproof.model.rules import GENDERS, Gender, NocGender

from .athlete_caps import AthleteCaps
from .outcomes import Outcome, Replayed, in_order, replay, with_leaders
from .overtaking import fewest_ahead, most_ahead
from .race import Race
from .season import Season

Positions = dict[tuple[str, str], tuple[str, ...]]
"""(meet, event) -> NOCs in the order of positions."""

NAME = "season's certain and possible places"

Side = Literal["certain", "possible"]
Tell = Callable[[int, int], None]
"""Is told how many steps are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A proved bound on a number of places.

    Attributes
    ----------
    number
        Certain: never fewer. Possible: never more.
    attained
        What the outcome that comes nearest gives; None if none was replayed.
    witness
        Its number among `Bounds.outcomes`.
    """

    number: int
    attained: int | None = None
    witness: int | None = None

    @property
    def exact(self) -> bool:
        """Whether an outcome gives this very number."""
        return self.attained == self.number


@dataclass(frozen=True, slots=True)
class Certainty:
    """What is certain and what is possible of one number."""

    certain: Bound
    possible: Bound


@dataclass(frozen=True)
class Bounds:
    """What is certain and possible in a season.

    Attributes
    ----------
    places
        (event, NOC) -> start places.
    athletes
        (NOC, gender) -> quota places.
    outcomes
        Outcomes that were replayed and are the witness of something.
    """

    season: Season
    places: dict[tuple[str, str], Certainty]
    athletes: dict[NocGender, Certainty]
    outcomes: tuple[Replayed, ...]

    def numbers(self, side: Side) -> dict[str, dict[str, int]]:
        """Return event -> NOC -> the number that is certain or possible, where it is not zero."""
        found: dict[str, dict[str, int]] = {}
        for (event, noc), one in self.places.items():
            number = (one.certain if side == "certain" else one.possible).number
            own = found.setdefault(event, {})
            if number:
                own[noc] = number
        return found

    @property
    def all_exact(self) -> bool:
        """Whether every number of start places is attained by an outcome."""
        return all(one.certain.exact and one.possible.exact for one in self.places.values())


def bounds(
    season: Season,
    nocs: Collection[str] = (),
    events: Collection[str] = (),
    tell: Tell | None = None,
) -> Bounds:
    """Return what is certain and possible.

    Parameters
    ----------
    nocs, events
        Those that are asked about; all if empty. Quota places are given where no event is named.
    tell
        Is told how far this is.

    Raises
    ------
    UnsupportedError
        If the rules have a kind of pathway of which nothing can be proved here.
    """
    return _Search(season, frozenset(nocs), frozenset(events), tell or (lambda done, of: None)).answer()


class _Search:
    """The numbers proved so far, and what outcomes have shown."""

    def __init__(self, season: Season, nocs: frozenset[str], events: frozenset[str], tell: Tell) -> None:
        require_known(NAME, season.scenario.rules.pathways)
        self.season, self.tell = season, tell
        self.rules, self.host = season.scenario.rules, season.scenario.host
        self.races = {event: Race.of(season, event) for event in season.events}
        known = next(iter(self.races.values())).nocs if self.races else ()
        self.nocs = tuple(noc for noc in known if not nocs or noc in nocs)
        self.events = tuple(event for event in self.races if not events or event in events)
        self.everything = not events
        self.lowest: dict[tuple[str, str], int] = {}
        self.highest: dict[tuple[str, str], int] = {}
        self.least: dict[object, tuple[int, int]] = {}
        self.most: dict[object, tuple[int, int]] = {}
        self.replayed: list[Replayed] = []
        self._alone: dict[tuple[str, str, Side], int] = {}

    @cached_property
    def by_ranking(self) -> tuple[str, ...]:
        """The events whose start places go down their ranking."""
        kinds = (RelayPlaces, ParallelWalk)
        return tuple(e for pathway in self.rules.pathways if isinstance(pathway, kinds) for e in pathway.events)

    # What the ranking of an event gives, without caps on athletes ----------------------------------------

    def certain_alone(self, event: str, noc: str) -> int:
        """Start places that an NOC's ranking gives it in every outcome."""
        key = (event, noc, "certain")
        if key not in self._alone:
            self._alone[event, noc, "certain"] = self._certain_alone(self.races[event], noc)
        return self._alone[event, noc, "certain"]

    def _certain_alone(self, race: Race, noc: str) -> int:
        number = 0
        while number < min(race.cap(noc), race.starters[noc]):
            order = race.worst((noc, number + 1))
            if order is None:
                break
            room = race.event.start_places - number
            if most_ahead(race, noc, order, room).bound >= room:
                break
            number += 1
        return max(number, 1) if noc == race.host and race.cap(noc) else number

    def possible_alone(self, event: str, noc: str) -> int:
        """Start places that an NOC's ranking gives it at best."""
        key = (event, noc, "possible")
        if key not in self._alone:
            self._alone[event, noc, "possible"] = self._possible_alone(self.races[event], noc)
        return self._alone[event, noc, "possible"]

    def _possible_alone(self, race: Race, noc: str) -> int:
        number = 0
        while number < min(race.cap(noc), race.starters[noc]):
            order = race.best((noc, number + 1))
            if order is None or fewest_ahead(race, noc, order) >= race.event.start_places - number:
                break
            number += 1
        return max(number, 1) if noc == race.host and race.cap(noc) else number

    # With the caps on athletes ----------------------------------------

    @cached_property
    def caps(self) -> AthleteCaps:
        """The caps on athletes; what is sure of relays is proved first."""
        caps = AthleteCaps(self.season, self.races)
        for gender in GENDERS:
            relay = self.rules.relay(gender)
            if relay is not None and relay.identifier in self.races:
                race = self.races[relay.identifier]
                sure = {noc for noc in race.nocs if self.certain_alone(relay.identifier, noc)}
                may = {noc for noc in race.nocs if self.possible_alone(relay.identifier, noc)}
                if not caps.relays_fit(gender):
                    sure = {race.host} & set(race.nocs) if race.host is not None else set()
                    may = set(race.nocs)
                caps.relays[relay.identifier] = (frozenset(sure), frozenset(may))
        return caps

    def certain(self, event: str, noc: str) -> int:
        """Start places that are proved for every outcome."""
        key = (event, noc)
        if key not in self.lowest:
            self.lowest[key] = self._certain(event, noc)
        return self.lowest[key]

    def _certain(self, event: str, noc: str) -> int:
        race = self.races[event]
        guaranteed = 1 if noc == race.host and race.cap(noc) else 0
        if event not in self.by_ranking:
            return guaranteed
        alone = self.certain_alone(event, noc)
        if race.event.kind == "relay":
            return alone if self.caps.relays_fit(race.event.own_gender) else guaranteed
        number = guaranteed
        while number < alone and self._never_refused(race, noc, number + 1):
            number += 1
        return number

    def _never_refused(self, race: Race, noc: str, number: int) -> bool:
        """Whether no cap on athletes can refuse an NOC its `number`-th place."""
        order = race.worst((noc, number))
        if order is None:
            return False
        if self.caps.never_bind(race.event.own_gender):
            return True
        return self.caps.never_refuse(noc, race.identifier, number, self._last_row(race, noc, number))

    def _last_row(self, race: Race, noc: str, number: int) -> int:
        """The worst rank that an NOC's entry can have."""
        order = race.worst((noc, number))
        if order is None:
            return race.last + len(race.ranked)
        beyond = sum(max(0, race.starters[other] - race.cap(other)) for other in race.nocs if other != noc)
        return most_ahead(race, noc, order).bound + beyond + number

    def possible(self, event: str, noc: str) -> int:
        """Start places that are proved to be the most."""
        key = (event, noc)
        if key not in self.highest:
            self.highest[key] = self._possible(event, noc)
        return self.highest[key]

    def _possible(self, event: str, noc: str) -> int:
        race = self.races[event]
        if event not in self.by_ranking:
            return min(1, race.cap(noc)) if race.event.kind == "relay" else race.cap(noc)
        alone, most = self.possible_alone(event, noc), min(race.cap(noc), race.starters[noc])
        if race.event.kind == "relay" or alone == most or self.caps.never_bind(race.event.own_gender):
            return alone
        # Who is refused for an athlete leaves a place to those behind, so only places that are certain are in the way.
        number = alone
        while number < most:
            order = race.best((noc, number + 1))
            if order is None:
                break
            ahead = {
                (other, qualifier)
                for other in race.nocs
                if other != noc
                for qualifier in range(1, self.certain(event, other) + 1)
                if (own := race.absent((other, qualifier))) is not None and own < order
            }
            ahead |= {(race.host, 1)} if race.host is not None and race.host != noc else set()
            if len(ahead) >= race.event.start_places - number:
                break
            number += 1
        return number

    # Outcomes ----------------------------------------

    def show(self, outcome: Outcome) -> None:
        """Replay an outcome, and keep what it shows."""
        replayed = replay(self.season, outcome)
        place, used = len(self.replayed), False
        athletes = replayed.athletes()
        numbers: dict[object, int] = {
            (event, noc): replayed.places(event, noc) for event in self.events for noc in self.nocs
        }
        numbers |= {(noc, gender): athletes.get((noc, gender), 0) for noc in self.nocs for gender in GENDERS}
        for key, number in numbers.items():
            if key not in self.least or number < self.least[key][0]:
                self.least[key], used = (number, place), True
            if key not in self.most or number > self.most[key][0]:
                self.most[key], used = (number, place), True
        if used:
            self.replayed.append(replayed)

    def best_of(self, noc: str, events: Collection[str]) -> Outcome:
        """An outcome in which an NOC's entries come in first in some events, and nobody else starts there."""
        positions = {
            (meet, event): (noc,) * min(race.cap(noc), race.starters[noc])
            for event, race in self.races.items()
            if event in events
            for meet in race.left
        }
        return Outcome(with_leaders(self.races, positions, noc), noc, favoured=True)

    def overtaken(self, noc: str, events: Collection[str]) -> Positions:
        """Positions by which as many others as can be come ahead of an NOC's first entry at risk in each event."""
        positions: Positions = {}
        for event in events:
            race = self.races[event]
            number = min(self.certain(event, noc) + 1, race.cap(noc)) if event in self.by_ranking else 1
            order = race.worst((noc, max(1, number)))
            if order is not None:
                lineups = most_ahead(race, noc, order).lineups
                positions |= {(m, event): in_order(one) for m, one in zip(race.left, lineups, strict=True)}
        return positions

    def many_athletes(self, noc: str, event: str) -> Positions:
        """Positions by which others need as many athletes as they can before an NOC's first entry at risk."""
        race = self.races[event]
        number, gender = self.certain(event, noc) + 1, race.event.own_gender
        room = self.caps.room(gender)
        if room is None:
            return {}
        found = self.caps.others(gender, noc, self._last_row(race, noc, number), room - number + 1)
        return {
            (meet, other): in_order(lineup)
            for other, lineups in found.lineups.items()
            for meet, lineup in zip(self.races[other].left, lineups, strict=True)
        }

    def without(self, noc: str, positions: Positions) -> Outcome:
        """An outcome with some positions, in which an NOC is not there."""
        return Outcome(with_leaders(self.races, positions, noc), noc)

    # All of it ----------------------------------------

    def answer(self) -> Bounds:
        """Prove the numbers, and look for outcomes that attain them."""
        cells = [(event, noc) for noc in self.nocs for event in self.events]
        done, steps = 0, 2 * len(cells) + 2 * len(self.nocs)

        def went(number: int) -> None:
            nonlocal done
            done += number
            self.tell(min(done, steps), steps)

        for event, noc in cells:
            self.certain(event, noc), self.possible(event, noc)
            went(1)
        for noc in self.nocs:
            ranked = [event for event in self.events if event in self.by_ranking]
            self.show(self.best_of(noc, self.by_ranking))
            self.show(self.without(noc, self.overtaken(noc, ranked)))
            went(2)
        for event, noc in cells:
            self._look_further(event, noc)
            went(1)
        return self._result(cells)

    def _look_further(self, event: str, noc: str) -> None:
        """Try outcomes that are made for one cell."""
        key = (event, noc)
        if event not in self.by_ranking:
            return
        if self.most[key][0] < self.highest[key]:
            self.show(self.best_of(noc, [event]))
        race = self.races[event]
        gender = race.event.own_gender
        relay = self.rules.relay(gender)
        teams = [relay.identifier] if relay is not None and relay.identifier in self.by_ranking else []
        if self.least[key][0] > self.lowest[key]:
            self.show(self.without(noc, self.overtaken(noc, [event])))
        if race.event.kind == "relay" or self.least[key][0] == self.lowest[key]:
            return
        # A cap on athletes may refuse it a place, if it has no relay and others need many athletes.
        many = self.many_athletes(noc, event)
        for overtaken in (teams, [*teams, event]):
            if self.least[key][0] > self.lowest[key]:
                self.show(self.without(noc, many | self.overtaken(noc, overtaken)))

    def _result(self, cells: Collection[tuple[str, str]]) -> Bounds:
        places = {
            key: Certainty(
                Bound(self.lowest[key], *self.least[key]),
                Bound(self.highest[key], *self.most[key]),
            )
            for key in cells
        }
        athletes: dict[NocGender, Certainty] = {}
        if self.everything and self.rules.gives_quota_places:
            for noc in self.nocs:
                for gender in GENDERS:
                    low, high = self._athletes(noc, gender)
                    own = (noc, gender)
                    athletes[own] = Certainty(Bound(low, *self.least[own]), Bound(high, *self.most[own]))
        return Bounds(self.season, places, athletes, tuple(self.replayed))

    def _athletes(self, noc: str, gender: Gender) -> tuple[int, int]:
        """Quota places that are proved to be the fewest and the most, from start places that are."""
        quota, relay = self.rules.quota_places, self.rules.relay(gender)
        distances = [event.identifier for event in self.rules.individual(gender)]
        low = max((self.certain(event, noc) for event in distances), default=0)
        high = max((self.possible(event, noc) for event in distances), default=0)
        team, bonus = quota.relay_athletes, quota.bonus_from is not None
        if relay is not None and relay.identifier in self.races:
            if self.certain(relay.identifier, noc):
                low = team
            elif self.possible(relay.identifier, noc):
                low = min(low, team)
            if self.possible(relay.identifier, noc):
                high = max(high, team + bonus)
        # A pathway for quota places left over gives an NOC one at most in a gender.
        more = sum(pathway.stage == LEFT_OVER for pathway in self.rules.pathways)
        cap = self.rules.gender_caps.get(gender, self.rules.total)
        most = cap if self.season.scenario.readings.gender_cap == "hard" else self.rules.total
        return low, min(high + more if high or more else 0, most)


def require_qualifiers(season: Season) -> None:
    """Raise UnsupportedError if places go by ranked lists, of which nothing is proved while meets are to come."""
    if season.by_lists:
        raise UnsupportedError(
            "what is certain and possible is proved for SOQCs of qualifiers; here places go by ranked lists of points "
            "and of times, and a time of a race to come may be any"
        )
