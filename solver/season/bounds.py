"""Start places and quota places that an NOC has in every outcome of the meets to come, and those it can still reach.

Each number is proved; where an outcome shows that the number is attained it is exact, and that outcome is its witness.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
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
from .outcomes import Memo, Outcome, Replayed, in_order, replay, with_leaders
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
        self._memo: Memo = {}
        self._rows: dict[tuple[str, str, int], int] = {}

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
        """Whether no cap on athletes can refuse an NOC its `number`-th place.

        It has the athlete as soon as it has so many places of one event, so the event counts in which that is first.
        """
        gender = race.event.own_gender
        if self.caps.never_bind(gender):
            return True
        row = self._first_row(noc, gender, number)
        return self.caps.never_refuse(noc, race.identifier, number, row)

    def _first_row(self, noc: str, gender: Gender, number: int) -> int:
        """The row by which an NOC's `number`-th entry of some event has its turn, of those whose ranking is enough."""
        events = [event.identifier for event in self.rules.individual(gender)]
        return min(
            self._last_row(self.races[event], noc, number)
            for event in events
            if self.certain_alone(event, noc) >= number
        )

    def _last_row(self, race: Race, noc: str, number: int) -> int:
        """The worst rank that an NOC's entry can have."""
        key = (race.identifier, noc, number)
        if key not in self._rows:
            self._rows[key] = self._worst_rank(race, noc, number)
        return self._rows[key]

    def _worst_rank(self, race: Race, noc: str, number: int) -> int:
        order = race.worst((noc, number))
        if order is None:
            return race.last + len(race.ranked)
        return most_ahead(race, noc, order).bound + race.beyond(noc) + number

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

    def show(self, outcome: Outcome) -> Replayed:
        """Replay an outcome, keep what it shows, and return it."""
        replayed = replay(self.season, outcome, self._memo)
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
        return replayed

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
        return self._overtaken(noc, events, None)

    def _overtaken(self, noc: str, events: Collection[str], spared: Mapping[str, int] | None) -> Positions:
        positions: Positions = {}
        for event in events:
            race = self.races[event]
            number = max(1, min(self.certain(event, noc) + 1, race.cap(noc)))
            order = race.worst((noc, number))
            if order is not None:
                needed = None if spared is None else race.event.start_places - number + 1
                lineups = most_ahead(race, noc, order, needed, sparing=spared).lineups
                positions |= {(m, event): in_order(one) for m, one in zip(race.left, lineups, strict=True)}
        return positions

    def few_athletes(self, noc: str, event: str, *, frugal: bool) -> Positions:
        """Positions by which enough others come ahead of an NOC's first entry at risk, with as few athletes as can be.

        Those come first whose NOC needs no further athlete for it, so that no cap refuses them.

        Parameters
        ----------
        frugal
            Whether NOCs that have the relay so far come in first over all other distances, where they need nobody.
        """
        gender = self.races[event].event.own_gender
        relay = self.rules.relay(gender)
        teams = [one for one in self.so_far.get(relay.identifier, {}) if one != noc] if relay is not None else []
        positions: Positions = {}
        for other in self.rules.individual(gender):
            race = self.races[other.identifier]
            if frugal and other.identifier != event and teams:
                most = max(race.starters[team] for team in teams)
                order = tuple(t for place in range(most) for t in teams if place < race.starters[t])
                positions |= {(meet, other.identifier): order for meet in race.left}
        so_far = replay(self.season, self.without(noc, positions), self._memo).allocation.places
        events = [other.identifier for other in self.rules.individual(gender)]
        spared = {one: max(so_far[other].get(one, 0) for other in events) for one in self.races[event].nocs}
        spared |= dict.fromkeys(teams, self.rules.quota_places.relay_athletes)
        return positions | self._overtaken(noc, [event], spared)

    @cached_property
    def so_far(self) -> Mapping[str, Mapping[str, int]]:
        """Event -> NOC -> start places, if only the leaders start at the meets to come."""
        return replay(self.season, Outcome(with_leaders(self.races, {})), self._memo).allocation.places

    def many_athletes(self, noc: str, gender: Gender, number: int) -> Positions:
        """Positions by which an NOC has no relay, and others need as many athletes as they can before its turn."""
        room, relay = self.caps.room(gender), self.rules.relay(gender)
        if room is None:
            return {}
        positions: Positions = {}
        nocs: frozenset[str] | None = None
        if relay is not None and relay.identifier in self.by_ranking:
            positions = self.overtaken(noc, [relay.identifier])
            shown = self.show(self.without(noc, positions))
            nocs = frozenset(shown.allocation.places[relay.identifier])
            if noc in nocs:
                return {}
        found = self.caps.others(gender, noc, number, self._first_row(noc, gender, number), room - number + 1, nocs)
        for other, lineups in found.lineups.items():
            for meet, lineup in zip(self.races[other].left, lineups, strict=True):
                positions[meet, other] = in_order(lineup)
        return positions

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
        if self.least[key][0] > self.lowest[key]:
            self.show(self.without(noc, self.overtaken(noc, [event])))
        race = self.races[event]
        if race.event.kind == "relay":
            return
        for frugal in (False, True):
            if self.least[key][0] > self.lowest[key]:
                self.show(self.without(noc, self.few_athletes(noc, event, frugal=frugal)))
        if self.least[key][0] == self.lowest[key]:
            return
        # A cap on athletes may refuse it a place, if it has no relay and others need many athletes.
        many = self.many_athletes(noc, race.event.own_gender, self.lowest[key] + 1)
        if many:
            self.show(self.without(noc, many))
            if self.least[key][0] > self.lowest[key]:
                self.show(self.without(noc, many | self.overtaken(noc, [event])))

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
