"""What an allocation has given so far, and what that leaves: places, the athletes they need, quota places."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from quotaproof.model.allocation import Award, Tied
from quotaproof.model.decisions import Decision, Figures
from quotaproof.model.errors import InputError
from quotaproof.model.kept import Held, most_athletes, reallocation
from quotaproof.model.pathways import (
    Pathway,
    QuotaPlaces,
)
from quotaproof.model.rules import GENDERS, Event, Gender
from quotaproof.model.scenario import Scenario

UNRANKED = 10**9


class TieError(Exception):
    """A tie that the rules refuse to break; ends the allocation."""


class Starts(NamedTuple):
    """Start places that an NOC has or is guaranteed in the events of a gender."""

    individual: int = 0
    largest: int = 0
    """Most in one individual event."""
    relay: bool = False

    def with_one(self, event: Event, number: int) -> Starts:
        """Return them after one more place, the NOC's `number`-th in this event."""
        if event.kind == "relay":
            return Starts(self.individual, self.largest, relay=True)
        return Starts(self.individual + 1, max(self.largest, number), self.relay)


@dataclass
class State:
    """What one allocation has given so far, and what that leaves."""

    scenario: Scenario
    held: Held | None = None
    places: dict[str, dict[str, int]] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    starts: dict[Gender, dict[str, Starts]] = field(default_factory=dict)
    needs: dict[Gender, dict[str, int]] = field(default_factory=dict)
    needed: dict[Gender, int] = field(default_factory=dict)
    kept: dict[Gender, dict[str, int]] = field(default_factory=dict)
    given_so_far: dict[Gender, int] = field(default_factory=dict)
    athletes: dict[Gender, dict[str, int]] = field(default_factory=dict)
    given: dict[Gender, int] = field(default_factory=dict)
    ranks: dict[str, dict[str, int]] = field(default_factory=dict)
    awards: list[Award] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    tied: list[Tied] = field(default_factory=list)

    def __post_init__(self) -> None:
        rules = self.scenario.rules
        self.rules = rules
        self.quota: QuotaPlaces = rules.quota_places
        self.guaranteed = {e.identifier for e in rules.events if self.scenario.is_host_event(e.identifier)}
        self.claims = {event: ranking.claims() for event, ranking in self.scenario.standings.rankings.items()}
        self.individual = {gender: tuple(e.identifier for e in rules.individual(gender)) for gender in GENDERS}
        relays = {gender: rules.relay(gender) for gender in GENDERS}
        self.relay = {gender: relay.identifier if relay else None for gender, relay in relays.items()}
        self.places = {event.identifier: {} for event in rules.events}
        self.taken = dict.fromkeys(self.places, 0)
        self.starts = {gender: {} for gender in GENDERS}
        self.needs = {gender: {} for gender in GENDERS}
        self.athletes = {gender: {} for gender in GENDERS}
        self.given = dict.fromkeys(GENDERS, 0)
        self.needed = dict.fromkeys(GENDERS, 0)
        self.kept = {gender: {} for gender in GENDERS}
        self.given_so_far = dict.fromkeys(GENDERS, 0)
        self.caps_in_walk = {} if self.scenario.readings.gender_cap == "nominal" else dict(self.rules.gender_caps)
        self.caps_afterwards = dict(self.rules.gender_caps) if self.scenario.readings.gender_cap == "hard" else {}
        if self.held is not None:
            self._take_over(self.held)
        if self.scenario.host is not None:
            for gender in GENDERS:
                self._count(self.scenario.host, gender)
            self._check_host()

    def _take_over(self, held: Held) -> None:
        """Begin with what is held instead of with nothing."""
        self.places = {event: dict(held.places.get(event, {})) for event in self.places}
        self.taken = {event: sum(places.values()) for event, places in self.places.items()}
        for award in held.awards:
            kept = self.kept[award.gender]
            kept[award.noc] = kept.get(award.noc, 0) + award.number
            self.given_so_far[award.gender] += award.number
        for noc in {noc for places in self.places.values() for noc in places}:
            for gender in GENDERS:
                self._count(noc, gender)

    def repeated(self, pathway: Pathway) -> bool:
        """Whether a pathway for quota places left over is gone through (after a decline, only those named for it)."""
        return self.held is None or pathway.identifier in reallocation(self.rules).repeats

    def host_lacks(self, event: str) -> bool:
        """Whether a place of this event is still kept for the host."""
        return event in self.guaranteed and self.scenario.host not in self.places[event]

    def _counted(self, noc: str, event: str) -> int:
        """Start places an NOC has or is guaranteed in an event."""
        number = self.places[event].get(noc, 0)
        return 1 if number == 0 and noc == self.scenario.host and event in self.guaranteed else number

    def _count(self, noc: str, gender: Gender) -> None:
        """Count an NOC's start places in all events, and what they need."""
        numbers = [self._counted(noc, event) for event in self.individual[gender]]
        relay = self.relay[gender]
        has_relay = relay is not None and self._counted(noc, relay) > 0
        self._now(noc, gender, Starts(sum(numbers), max(numbers, default=0), has_relay))

    def _now(self, noc: str, gender: Gender, starts: Starts) -> None:
        need, before, kept = self.need(starts, noc, gender), self.needs[gender].get(noc, 0), self.kept_by(noc, gender)
        self.needed[gender] += need - before
        self.given_so_far[gender] += max(need, kept) - max(before, kept)
        self.needs[gender][noc] = need
        self.starts[gender][noc] = starts

    def need(self, starts: Starts, noc: str, gender: Gender) -> int:
        """Athletes needed for start places (spec: "athletes needed so far"); at most those that the NOC wants."""
        needed = self._need(starts)
        return needed if self.held is None else min(needed, most_athletes(self.held, noc, gender))

    def _need(self, starts: Starts) -> int:
        if not starts.relay:
            return starts.largest
        counts_bonus = self.quota.bonus_from is not None and self.scenario.readings.fifth_in_walk == "yes"
        return self.quota.relay_athletes + (counts_bonus and starts.individual >= (self.quota.bonus_from or 0))

    def _check_host(self) -> None:
        for gender, cap in self.caps_in_walk.items():
            if self.needed[gender] > cap:
                raise InputError(
                    f"the host's guaranteed places need {self.needed[gender]} {gender}, and the cap is {cap}"
                )
        if sum(self.needed.values()) > self.rules.total:
            raise InputError(
                f"the host's guaranteed places need {sum(self.needed.values())} athletes, "
                f"and the cap is {self.rules.total}"
            )
        for event in self.rules.events:
            if event.identifier in self.guaranteed and min(event.start_places, event.noc_cap) < 1:
                raise InputError(f"{event.identifier} has no start place to keep for the host")

    def kept_by(self, noc: str, gender: Gender) -> int:
        """Return the quota places that an NOC kept after a decline."""
        return self.kept[gender].get(noc, 0)

    def with_one(self, event: Event, noc: str) -> Starts:
        """An NOC's start places after one more in an event; its first may be the one it was guaranteed."""
        gender = event.own_gender
        starts, number = self.starts[gender].get(noc, Starts()), self.places[event.identifier].get(noc, 0) + 1
        return starts if number == self._counted(noc, event.identifier) else starts.with_one(event, number)

    def give(self, event: Event, noc: str) -> None:
        """Give an NOC one more start place."""
        starts, places = self.with_one(event, noc), self.places[event.identifier]
        places[noc] = places.get(noc, 0) + 1
        self.taken[event.identifier] += 1
        self._now(noc, event.own_gender, starts)

    def individual_places(self, noc: str, gender: Gender) -> int:
        """Return an NOC's individual start places in a gender."""
        return sum(self.places[event].get(noc, 0) for event in self.individual[gender])

    def rank(self, event: str | None, noc: str) -> int | None:
        """The rank of an NOC's best entry in an event."""
        if event is None:
            return None
        if event not in self.ranks:
            own = self.ranks[event] = {}
            for rank, (claimant, _) in enumerate(self.claims[event], 1):
                own.setdefault(claimant, rank)
        return self.ranks[event].get(noc)

    def award(self, pathway: str, noc: str, gender: Gender, number: int, kind: str, figures: Figures) -> None:
        """Give an NOC quota places, with the fact that decides it."""
        self.count_award(Award(pathway, noc, gender, number))
        self.decisions.append(Decision(pathway, None, noc, gender, None, True, kind, figures))

    def count_award(self, award: Award) -> None:
        """Count quota places that an NOC has, without a decision."""
        own = self.athletes[award.gender]
        own[award.noc] = own.get(award.noc, 0) + award.number
        self.given[award.gender] += award.number
        self.awards.append(award)

    def refuse(
        self,
        pathway: str,
        noc: str,
        gender: Gender | None,
        kind: str,
        figures: Figures,
        event: str | None = None,
    ) -> None:
        """Refuse an NOC a quota place, with the fact that decides it."""
        # A refused quota place names the event in its figures: as `event` of the decision it would be a start place.
        figures = {**figures, "event": event} if event else figures
        self.decisions.append(Decision(pathway, None, noc, gender, None, False, kind, figures))

    @property
    def all_given(self) -> int:
        """Quota places given to all NOCs."""
        return self.given["men"] + self.given["women"]

    def room(self, gender: Gender) -> tuple[str | None, Figures]:
        """What excludes one more quota place, if anything."""
        if self.all_given >= self.rules.total:
            return "no-quota-place", {"total": self.all_given, "cap": self.rules.total}
        cap = self.caps_afterwards.get(gender)
        if cap is not None and self.given[gender] >= cap:
            return "gender-full", {"total": self.given[gender], "cap": cap}
        return None, {}
