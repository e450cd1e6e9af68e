"""Facts about an allocation: what excluded each claim, given the places of all claims before it.

The rules are read here as constraints, not as steps. `validation` turns these facts into violations, `decision_record`
into a record of decisions. The engines share none of this code.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from .allocation import Allocation
from .decisions import Decision, Figures
from .kept import Held, most_athletes, reallocation
from .pathways import ParallelWalk, Pathway, RelayPlaces
from .rules import GENDERS, Event, Gender
from .scenario import Scenario

LAST = sys.maxsize
NO_LIMIT = 10**6

NOTHING: Mapping[str, Figures] = MappingProxyType({})
"""What excludes a claim when nothing does."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Someone in line for a quota place: order (lower is better), NOC, gender, and whether it got one."""

    order: tuple[int, int]
    noc: str
    gender: Gender
    granted: bool


class JudgedClaim(NamedTuple):
    """A ranked entry's claim to a start place, and what excluded it when its turn came (kind -> figures).

    `number` is the start place of the event it would have been given.
    """

    event: str
    noc: str
    qualifier: int
    rank: int
    number: int
    granted: bool
    obstacles: Mapping[str, Figures]

    def words(self) -> str:
        """All that excluded it, in words."""
        return " and ".join(
            Decision(
                "", self.event, self.noc, None, None, False, kind, {"rank": self.rank, "gender": "NOCs", **figures}
            ).reason
            for kind, figures in self.obstacles.items()
        )


class Obstacles:
    """What the rules say of each claim of an allocation.

    Parameters
    ----------
    scenario
        With complete standings.
    allocation
        To be judged.
    held
        What was held before, if the allocation fills holes after declines (pathway of kind reallocation).
    """

    def __init__(self, scenario: Scenario, allocation: Allocation, held: Held | None = None) -> None:
        self.scenario = scenario
        self.rules = scenario.rules
        self.later_gender = scenario.readings.later_gender
        self.hard = scenario.rules.gender_caps if scenario.readings.gender_cap == "hard" else {}
        self.allocation = allocation
        self.held = held
        self._claims: dict[str, list[JudgedClaim]] = {}
        self.ranks: dict[str, dict[str, int]] = {}
        self.entries: dict[str, tuple[tuple[str, int], ...]] = {}
        self.number_of_entries: dict[str, dict[str, int]] = {}
        self.guarantees = frozenset(
            event.identifier for event in scenario.rules.events if scenario.is_host_event(event.identifier)
        )
        standings = next(scenario.standings.settled(()))
        for event, ranking in standings.rankings.items():
            self.entries[event] = ranking.claims()
            first: dict[str, int] = {}
            own: dict[str, int] = {}
            for rank, (noc, _) in enumerate(self.entries[event], 1):
                if noc not in own:
                    first[noc] = rank
                own[noc] = own.get(noc, 0) + 1
            self.ranks[event], self.number_of_entries[event] = first, own
        self.got: dict[tuple[str, str, Gender], int] = {}
        for award in allocation.awards:
            key = (award.pathway, award.noc, award.gender)
            self.got[key] = self.got.get(key, 0) + award.number
        self.kept = self._kept_quota()
        self.nocs = sorted(set(scenario.nocs) | set(allocation.nocs))
        self._individual: dict[tuple[str, Gender], int] = {}
        self._largest: dict[tuple[str, Gender], int] = {}
        for gender in GENDERS:
            for one in self.rules.individual(gender):
                for noc, number in allocation.places.get(one.identifier, {}).items():
                    self._individual[noc, gender] = self._individual.get((noc, gender), 0) + number
                    self._largest[noc, gender] = max(self._largest.get((noc, gender), 0), number)
        self._teams: dict[Gender, Mapping[str, int]] = {
            gender: allocation.places.get(relay.identifier, {}) if (relay := self.rules.relay(gender)) else {}
            for gender in GENDERS
        }
        self._until: dict[str, dict[tuple[str, Gender], int]] = {}
        self._now: dict[str, dict[tuple[str, Gender], int]] = {}

    def _kept_quota(self) -> dict[tuple[str, str, Gender], int]:
        """Quota places of later pathways kept from before.

        What an NOC needs for its start places comes first; only what it had beyond that is kept on its old
        pathway.
        """
        kept: dict[tuple[str, str, Gender], int] = {}
        if self.held is None:
            return kept
        quota = self.rules.quota_places.identifier
        left: dict[tuple[str, Gender], int] = {}
        for award in self.held.awards:
            who = (award.noc, award.gender)
            left[who] = left.get(who, 0) + award.number
        for who, number in left.items():
            left[who] = max(0, number - self.got.get((quota, *who), 0))
        for award in self.held.awards:
            who = (award.noc, award.gender)
            number = min(left[who], award.number) if award.pathway != quota else 0
            if number:
                kept[award.pathway, *who] = number
                left[who] -= number
        return kept

    # Plain facts ----------------------------------------

    def places(self, event: str, noc: str) -> int:
        """Return an NOC's start places in an event."""
        return self.allocation.places.get(event, {}).get(noc, 0)

    def now(self, pathway: str) -> Mapping[tuple[str, Gender], int]:
        """Return the quota places a pathway gave now, by (NOC, gender), without those kept from before."""
        if pathway not in self._now:
            keys = [(noc, gender) for other, noc, gender in {**self.got, **self.kept} if other == pathway]
            self._now[pathway] = {
                key: self.got.get((pathway, *key), 0) - self.kept.get((pathway, *key), 0) for key in keys
            }
        return self._now[pathway]

    def new(self, pathway: str, noc: str, gender: Gender) -> int:
        """Return the quota places a pathway gave an NOC now, without those kept from before."""
        return self.now(pathway).get((noc, gender), 0)

    def held_number(self, event: str, noc: str) -> int:
        """Return the start places of an NOC kept from before."""
        return self.held.number(event, noc) if self.held else 0

    def gave_back(self, event: str, noc: str) -> bool:
        """Return whether an NOC wants no further place in an event, because it gave places back there."""
        if self.held is None:
            return (event, noc) in self.scenario.abstains
        return self.places(event, noc) >= self.held.at_most.get((event, noc), NO_LIMIT)

    def repeated(self, pathway: Pathway) -> bool:
        """Return whether a pathway for quota places left over is gone through."""
        return self.held is None or pathway.identifier in reallocation(self.rules).repeats

    def granting(self, pathway: Pathway) -> str:
        """Return the pathway by which start places are granted: this one or, after declines, reallocation."""
        return pathway.identifier if self.held is None else reallocation(self.rules).identifier

    def guaranteed(self, event: str, noc: str | None) -> bool:
        """Return whether this NOC is the host and has a start place in this event in any case."""
        return noc is not None and noc == self.scenario.host and event in self.guarantees

    def individual(self, noc: str, gender: Gender) -> int:
        """Return an NOC's individual start places in a gender."""
        return self._individual.get((noc, gender), 0)

    def largest(self, noc: str, gender: Gender) -> int:
        """Return the largest number of start places that an NOC has in one individual event of a gender."""
        return self._largest.get((noc, gender), 0)

    def has_relay(self, noc: str, gender: Gender) -> bool:
        """Return whether an NOC has a start place in the relay of a gender."""
        return self._teams[gender].get(noc, 0) > 0

    def _relay_rank(self, noc: str, gender: Gender) -> int:
        relay = self.rules.relay(gender)
        return LAST if relay is None else self.ranks.get(relay.identifier, {}).get(noc, LAST)

    def before(self, pathway: Pathway) -> dict[Gender, int]:
        """Return the quota places before this pathway, by gender; what is kept from before is among them."""
        sums = self.until(pathway).items()
        return {gender: sum([number for (_, other), number in sums if other == gender]) for gender in GENDERS}

    def until(self, pathway: Pathway) -> Mapping[tuple[str, Gender], int]:
        """Return the quota places before a pathway, by (NOC, gender); what is kept from before is among them."""
        if pathway.identifier not in self._until:
            sums: dict[tuple[str, Gender], int] = {}
            for (_, noc, gender), number in self.kept.items():
                sums[noc, gender] = sums.get((noc, gender), 0) + number
            for other in self.rules.pathways:
                if other.identifier == pathway.identifier:
                    break
                for key, number in self.now(other.identifier).items():
                    sums[key] = sums.get(key, 0) + number
            self._until[pathway.identifier] = sums
        return self._until[pathway.identifier]

    def sum_of(self, pathway: Pathway, gender: Gender) -> int:
        """Return the quota places in a gender that a pathway gave now."""
        return sum([number for (_, other), number in self.now(pathway.identifier).items() if other == gender])

    def order(self, noc: str, gender: Gender) -> tuple[int, int]:
        """Place in line for a quota place: relay rank, then the gender where the reading says so."""
        return self._relay_rank(noc, gender), int(gender == self.later_gender)

    # Claims to start places ----------------------------------------

    def claims(self, pathway: RelayPlaces | ParallelWalk) -> list[JudgedClaim]:
        """Return the claims of a pathway in its order, each with all that excluded it when its turn came.

        Claims whose place is kept from before are not among them, and none is where only quota places were given back.
        """
        if pathway.identifier not in self._claims:
            offered = self.held is None or not self.held.quota_only
            self._claims[pathway.identifier] = list(self._judged(pathway)) if offered else []
        return self._claims[pathway.identifier]

    def _judged(self, pathway: RelayPlaces | ParallelWalk) -> Iterator[JudgedClaim]:
        lists = [
            (self.rules.event(event), self.entries.get(event, ()), self.allocation.places.get(event, {}))
            for event in pathway.events
        ]
        need = _Needs(self, self._earlier(pathway))
        passed: dict[str, dict[str, int]] = {event: {} for event in pathway.events}
        for rank in range(1, max((len(entries) for _, entries, _ in lists), default=0) + 1):
            for event, entries, places in lists:
                if rank > len(entries):
                    continue
                noc, qualifier = entries[rank - 1]
                name = event.identifier
                so_far = passed[name]
                so_far[noc] = number = so_far.get(noc, 0) + 1
                if self.held is not None and number <= self.held.number(name, noc):
                    continue
                granted = number <= places.get(noc, 0)
                obstacles = self._obstacles(event, noc, need)
                yield JudgedClaim(name, noc, qualifier, rank, need.taken[name] + 1, granted, obstacles)
                if granted:
                    need.give(event, noc)

    def _earlier(self, pathway: Pathway) -> dict[str, dict[str, int]]:
        """Start places before this pathway: those held, and what earlier pathways gave."""
        given = {event: dict(places) for event, places in self.held.places.items()} if self.held else {}
        for other in self.rules.pathways:
            if other.identifier == pathway.identifier:
                break
            for event in other.hands_out:
                given[event] = dict(self.allocation.places.get(event, {}))
        return given

    def _obstacles(self, event: Event, noc: str, need: _Needs) -> Mapping[str, Figures]:
        """Return everything that excludes one more place: kind -> figures."""
        identifier, places = event.identifier, event.start_places
        here, taken = need.counts[identifier], need.taken[identifier]
        had = here.get(noc, 0)
        far = not need.may_exceed(event)
        if far and self.held is None and had < self.scenario.noc_cap(event, noc) and taken + 2 <= places:
            return NOTHING
        found: dict[str, Figures] = {}
        if self.held is not None and had >= self.held.at_most.get((identifier, noc), NO_LIMIT):
            found["declined"] = {}
        if had + 1 > (cap := self.scenario.noc_cap(event, noc)):
            found["noc-cap"] = {"cap": cap}
        if taken + 2 > places:
            host = self.scenario.host
            if identifier in self.guarantees and noc != host and not here.get(str(host)):
                found["host-kept"] = {"places": places, "host": host}
            elif taken + 1 > places:
                found["event-full"] = {"places": places}
        return found if far else found | need.exceeded(event, noc)


class _Needs:
    """Athletes needed for start places given so far, the host's guaranteed ones among them.

    Attributes
    ----------
    counts, taken
        The start places given: event -> NOC -> number, and event -> number.
    """

    def __init__(self, facts: Obstacles, counts: dict[str, dict[str, int]]) -> None:
        self.facts = facts
        self.host = facts.scenario.host
        self.counts = {event.identifier: counts.get(event.identifier, {}) for event in facts.rules.events}
        self.taken = {event: sum(places.values()) for event, places in self.counts.items()}
        rules, readings = facts.rules, facts.scenario.readings
        self.individual = {g: tuple(event.identifier for event in rules.individual(g)) for g in GENDERS}
        relays = {gender: rules.relay(gender) for gender in GENDERS}
        self.relay = {gender: relay.identifier if relay else None for gender, relay in relays.items()}
        self.relay_athletes = rules.quota_places.relay_athletes
        counts_fifth = readings.fifth_in_walk == "yes"
        self.bonus_from = (rules.quota_places.bonus_from if counts_fifth else None) or NO_LIMIT
        self.total = rules.total
        self.caps = rules.gender_caps
        self.binding = {} if readings.gender_cap == "nominal" else rules.gender_caps
        self.hard = facts.hard
        self.by_noc: dict[tuple[str, Gender], int] = {}
        self.sums: dict[Gender, int] = dict.fromkeys(GENDERS, 0)
        self.kept: dict[tuple[str, Gender], int] = {}
        for award in facts.held.awards if facts.held else ():
            who = (award.noc, award.gender)
            self.kept[who] = self.kept.get(who, 0) + award.number
        self.given = {gender: sum(n for (_, own), n in self.kept.items() if own == gender) for gender in GENDERS}
        for noc in {*(n for places in counts.values() for n in places), facts.scenario.host}:
            for gender in GENDERS:
                if noc is not None:
                    self._recount(noc, gender)

    def give(self, event: Event, noc: str) -> None:
        here = self.counts[event.identifier]
        here[noc] = here.get(noc, 0) + 1
        self.taken[event.identifier] += 1
        if event.gender == "mixed":
            return
        relay = self.relay[event.gender]
        if event.kind != "individual" or noc == self.host:
            self._recount(noc, event.gender)
        elif relay is not None and self.counts[relay].get(noc):  # with a team it needs one more where the bonus is due
            if sum([self.counts[own].get(noc, 0) for own in self.individual[event.gender]]) == self.bonus_from:
                self._recount(noc, event.gender)
        elif here[noc] > self.by_noc.get((noc, event.gender), 0):  # without a team it needs its largest number
            self._note(noc, event.gender, here[noc])

    def may_exceed(self, event: Event) -> bool:
        """Whether a cap on athletes is near enough for one more place to break it.

        An individual place needs one more athlete at most. Far below the caps there is nothing to work out.
        """
        most = 1 if event.kind == "individual" else self.relay_athletes + 1
        gender = event.own_gender
        given = self.given
        room = self.caps[gender] - most
        return given["men"] + given["women"] + most > self.total or self.sums[gender] > room or given[gender] > room

    def exceeded(self, event: Event, noc: str) -> dict[str, Figures]:
        """Return the caps on athletes that one more place would break."""
        gender = event.own_gender
        then, now = self._of(noc, gender, event.identifier), self.by_noc.get((noc, gender), 0)
        kept = self.kept.get((noc, gender), 0)
        rise, more = then - now, max(then, kept) - max(now, kept)
        found: dict[str, Figures] = {}
        everybody = sum(self.given.values())
        cap = self.caps[gender]
        if gender in self.binding and rise > 0 and self.sums[gender] + rise > cap:
            found["gender-cap"] = {"needed": self.sums[gender], "more": rise, "cap": cap}
        elif gender in self.hard and more > 0 and self.given[gender] + more > cap:
            found["gender-cap"] = {"needed": self.given[gender], "more": more, "cap": cap}
        if more > 0 and everybody + more > self.total:
            found["total-cap"] = {"needed": everybody, "more": more, "cap": self.total}
        return found

    def _recount(self, noc: str, gender: Gender) -> None:
        self._note(noc, gender, self._of(noc, gender, None))

    def _note(self, noc: str, gender: Gender, need: int) -> None:
        who = (noc, gender)
        before, kept = self.by_noc.get(who, 0), self.kept.get(who, 0)
        if need != before:
            self.sums[gender] += need - before
            self.given[gender] += max(need, kept) - max(before, kept)
            self.by_noc[who] = need

    def _of(self, noc: str, gender: Gender, one_more: str | None) -> int:
        counts = self.counts
        numbers = [counts[event].get(noc, 0) + (event == one_more) for event in self.individual[gender]]
        relay = self.relay[gender]
        team = relay is not None and (relay == one_more or counts[relay].get(noc, 0) > 0)
        if noc == self.host:
            guarantees = self.facts.guarantees
            numbers = [
                max(number, event in guarantees) for number, event in zip(numbers, self.individual[gender], strict=True)
            ]
            team = team or relay in guarantees
        if not team:
            return max(numbers, default=0)
        needed = self.relay_athletes + (sum(numbers) >= self.bonus_from)
        return min(needed, most_athletes(self.facts.held, noc, gender))
