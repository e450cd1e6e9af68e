"""Proofs of what is certain and possible: numbers that no outcome of the meets to come goes below, or beyond."""

from __future__ import annotations

import time
from functools import cached_property

from cachetools import cachedmethod

from quotaproof.model.pathways import LEFT_OVER, ParallelWalk, RelayPlaces, require_known
from quotaproof.model.rules import GENDERS, Gender

from .athlete_caps import AthleteCaps
from .open_event import OpenEvent, SortKey
from .overtaking import fewest_ahead
from .season import Season
from .shared_ahead import SharedAhead

NAME = "season's certain and possible places"


class Proofs:
    """The numbers that are proved of a season; each is found when it is first asked for.

    Parameters
    ----------
    ends
        The `time.monotonic()` after which only caps and the host's places are said; None for no such limit.
    """

    def __init__(self, season: Season, ends: float | None) -> None:
        require_known(NAME, season.scenario.rules.pathways)
        self.season, self.ends, self.ended = season, ends, False
        self.rules = season.scenario.rules
        self.races = {event: OpenEvent.of(season, event) for event in season.events}
        self.ahead = {event: SharedAhead(race) for event, race in self.races.items()}
        self.nocs = next(iter(self.races.values())).nocs if self.races else ()
        self._certain: dict[object, int] = {}
        self._possible: dict[object, int] = {}
        self._certain_alone: dict[object, int] = {}
        self._possible_alone: dict[object, int] = {}
        self._rows: dict[object, int] = {}

    @cached_property
    def by_ranking(self) -> tuple[str, ...]:
        """The events whose start places go down their ranking."""
        kinds = (RelayPlaces, ParallelWalk)
        return tuple(e for pathway in self.rules.pathways if isinstance(pathway, kinds) for e in pathway.events)

    # What the ranking of an event gives, without caps on athletes ----------------------------------------

    @cachedmethod(lambda self: self._certain_alone)
    def certain_alone(self, event: str, noc: str) -> int:
        """Start places that an NOC's ranking gives it in every outcome."""
        race, number = self.races[event], 0
        while number < min(race.cap(noc), race.starters[noc]) and not self.over():
            order = race.worst((noc, number + 1))
            if order is None:
                break
            room = race.event.start_places - number
            if self.ahead[event].ahead(noc, order, room).bound >= room:
                break
            number += 1
        return max(number, 1) if noc == race.host and race.cap(noc) else number

    def halve(self, event: str) -> None:
        """Ask for first places of an event in an order that leaves little to ask: in the middle of what is open.

        What is shown or proved of an entry in the middle answers for most of those behind it, or in front.
        """
        race = self.races[event]
        if len(race.left) <= 1:
            return
        first = {noc: order for noc in race.nocs if race.cap(noc) and (order := race.worst((noc, 1))) is not None}
        ranked = sorted(first, key=lambda noc: (first[noc], noc))
        parts = [ranked]
        while parts:
            part = parts.pop(0)
            if part and not self.over():
                self.ahead[event].ahead(part[len(part) // 2], first[part[len(part) // 2]], race.event.start_places)
                parts += [part[: len(part) // 2], part[len(part) // 2 + 1 :]]

    @cachedmethod(lambda self: self._possible_alone)
    def possible_alone(self, event: str, noc: str) -> int:
        """Start places that an NOC's ranking gives it at best."""
        race, number = self.races[event], 0
        if self.over():
            return race.cap(noc)
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

    def over(self) -> bool:
        """Whether the time is over."""
        self.ended = self.ended or (self.ends is not None and time.monotonic() > self.ends)
        return self.ended

    @cachedmethod(lambda self: self._certain)
    def certain(self, event: str, noc: str) -> int:
        """Start places that are proved for every outcome."""
        race = self.races[event]
        guaranteed = 1 if noc == race.host and race.cap(noc) else 0
        if self.over() or event not in self.by_ranking:
            return guaranteed
        alone = self.certain_alone(event, noc)
        if race.event.kind == "relay":
            return alone if self.caps.relays_fit(race.event.own_gender) else guaranteed
        number = guaranteed
        while number < alone and self._never_refused(race, noc, number + 1):
            number += 1
        return number

    def _never_refused(self, race: OpenEvent, noc: str, number: int) -> bool:
        """Whether no cap on athletes can refuse an NOC its `number`-th place.

        It has the athlete as soon as it has so many places of one event, so the event counts in which that is first.
        """
        gender = race.event.own_gender
        if self.caps.never_bind(gender):
            return True
        row, fixed = self.first_row(noc, gender, number), self.fixed(noc, gender, number)
        return self.caps.never_refuse(noc, race.identifier, number, row, fixed)

    def fixed(self, noc: str, gender: Gender, number: int) -> dict[str, SortKey]:
        """Events whose ranking gives an NOC so many places in every outcome -> the worst its entry is ranked by."""
        found: dict[str, SortKey] = {}
        for event in self.rules.individual(gender):
            order = self.races[event.identifier].worst((noc, number))
            if order is not None and self.certain_alone(event.identifier, noc) >= number:
                found[event.identifier] = order
        return found

    def first_row(self, noc: str, gender: Gender, number: int) -> int:
        """The row by which an NOC's `number`-th entry of some event has its turn, of those whose ranking is enough."""
        events = [event.identifier for event in self.rules.individual(gender)]
        enough = [event for event in events if self.certain_alone(event, noc) >= number]
        rows = [self._last_row(event, noc, number) for event in enough]
        return min(rows, default=max(self.races[event].last + len(self.races[event].ranked) for event in events))

    @cachedmethod(lambda self: self._rows)
    def _last_row(self, event: str, noc: str, number: int) -> int:
        """The worst rank that an NOC's entry can have."""
        race = self.races[event]
        order = race.worst((noc, number))
        if order is None:
            return race.last + len(race.ranked)
        return self.ahead[event].ahead(noc, order).bound + race.beyond(noc) + number

    @cachedmethod(lambda self: self._possible)
    def possible(self, event: str, noc: str) -> int:
        """Start places that are proved to be the most."""
        race = self.races[event]
        if self.over():
            return race.cap(noc)
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

    def athletes(self, noc: str, gender: Gender) -> tuple[int, int]:
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
