"""Facts about an allocation: what stood for and against each claim, given the places of all claims before it.

The rules are read here as constraints, not as steps. `validate` turns these facts into violations, `account` into a
record of decisions. The engines share none of this code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .allocation import Allocation
from .decisions import Decision
from .held import Held, reallocation
from .rules import GENDERS, Event, Gender, ParallelWalk, Pathway, RelayPlaces
from .scenario import Scenario

LAST = 10**9
NO_LIMIT = 10**6

Figures = dict[str, int | str | None]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Someone in line for a quota place: order (lower is better), NOC, gender, and whether it got one."""

    order: tuple[int, int]
    noc: str
    gender: Gender
    granted: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """A ranked entry's claim to a start place, and what stood against it when its turn came (kind -> figures).

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
        """All that stood against it, as words."""
        return " and ".join(
            Decision(
                "", self.event, self.noc, None, None, False, kind, {"rank": self.rank, "gender": "NOCs", **figures}
            ).reason
            for kind, figures in self.obstacles.items()
        )


class Judge:
    """What the rules say of each claim of an allocation.

    Parameters
    ----------
    scenario
        With complete standings.
    allocation
        To be judged.
    held
        What stood before, if the allocation fills holes after declines (pathway of kind reallocation).
    """

    def __init__(self, scenario: Scenario, allocation: Allocation, held: Held | None = None) -> None:
        self.scenario = scenario
        self.rules = scenario.rules
        self.allocation = allocation
        self.held = held
        self._claims: dict[str, list[Claim]] = {}
        self.ranks: dict[str, dict[str, int]] = {}
        self.entries: dict[str, tuple[tuple[str, int], ...]] = {}
        standings = next(scenario.standings.settled(()))
        for event, ranking in standings.rankings.items():
            self.entries[event] = ranking.claims()
            first: dict[str, int] = {}
            for rank, (noc, _) in enumerate(self.entries[event], 1):
                first.setdefault(noc, rank)
            self.ranks[event] = first
        self.got: dict[tuple[str, str, Gender], int] = {}
        for award in allocation.awards:
            key = (award.pathway, award.noc, award.gender)
            self.got[key] = self.got.get(key, 0) + award.number
        self.stands = self._standing()
        self.nocs = sorted(set(scenario.nocs) | set(allocation.nocs))

    def _standing(self) -> dict[tuple[str, str, Gender], int]:
        """Quota places of later pathways that stand from before.

        What an NOC needs for its start places comes first; only what it had beyond that still stands on its old
        pathway.
        """
        stands: dict[tuple[str, str, Gender], int] = {}
        if self.held is None:
            return stands
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
                stands[award.pathway, *who] = number
                left[who] -= number
        return stands

    # Plain facts ----------------------------------------

    def places(self, event: str, noc: str) -> int:
        """Return an NOC's start places in an event."""
        return self.allocation.places.get(event, {}).get(noc, 0)

    def new(self, pathway: str, noc: str, gender: Gender) -> int:
        """Return the quota places a pathway gave now, without those that stand from before."""
        key = (pathway, noc, gender)
        return self.got.get(key, 0) - self.stands.get(key, 0)

    def held_number(self, event: str, noc: str) -> int:
        """Return the start places of an NOC that stand from before."""
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
        return noc is not None and noc == self.scenario.host and self.scenario.is_host_event(event)

    def individual(self, noc: str, gender: Gender) -> int:
        """Return an NOC's individual start places in a gender."""
        return sum(self.places(event.identifier, noc) for event in self.rules.individual(gender))

    def has_relay(self, noc: str, gender: Gender) -> bool:
        """Return whether an NOC has a start place in the relay of a gender."""
        relay = self.rules.relay(gender)
        return relay is not None and self.places(relay.identifier, noc) > 0

    def _relay_rank(self, noc: str, gender: Gender) -> int:
        relay = self.rules.relay(gender)
        return LAST if relay is None else self.ranks.get(relay.identifier, {}).get(noc, LAST)

    def sum_until(self, pathway: Pathway, gender: Gender) -> int:
        """Return the quota places in a gender before this pathway; what stands from before is among them."""
        return sum(self.athletes_until(pathway, noc, gender) for noc in self.nocs)

    def athletes_until(self, pathway: Pathway, noc: str, gender: Gender) -> int:
        """Return an NOC's quota places in a gender before this pathway; what stands from before is among them."""
        total = sum(number for (_, n, g), number in self.stands.items() if (n, g) == (noc, gender))
        for other in self.rules.pathways:
            if other.identifier == pathway.identifier:
                break
            total += self.new(other.identifier, noc, gender)
        return total

    def sum_of(self, pathway: Pathway, gender: Gender) -> int:
        """Return the quota places in a gender that a pathway gave now."""
        return sum(self.new(pathway.identifier, noc, gender) for noc in self.nocs)

    def order(self, noc: str, gender: Gender) -> tuple[int, int]:
        """Place in line for a quota place: relay rank, then the gender where the reading says so."""
        ties = self.scenario.readings.remaining_ties
        behind = (ties == "men-first" and gender == "women") or (ties == "women-first" and gender == "men")
        return self._relay_rank(noc, gender), int(behind)

    # Claims to start places ----------------------------------------

    def claims(self, pathway: RelayPlaces | ParallelWalk) -> list[Claim]:
        """Return the claims of a pathway in its order, each with all that stood against it when its turn came.

        Claims whose place stands from before are not among them.
        """
        if pathway.identifier not in self._claims:
            self._claims[pathway.identifier] = list(self._judged(pathway))
        return self._claims[pathway.identifier]

    def _judged(self, pathway: RelayPlaces | ParallelWalk) -> Iterator[Claim]:
        ordered = sorted(
            (rank, column, event, noc, qualifier)
            for column, event in enumerate(pathway.events)
            for rank, (noc, qualifier) in enumerate(self.entries.get(event, ()), 1)
        )
        need = _Needs(self, self._earlier(pathway))
        passed: dict[tuple[str, str], int] = {}
        for rank, _, event, noc, qualifier in ordered:
            passed[event, noc] = passed.get((event, noc), 0) + 1
            if passed[event, noc] <= self.held_number(event, noc):
                continue
            granted = passed[event, noc] <= self.places(event, noc)
            obstacles = self._obstacles(self.rules.event(event), noc, need.counts, need)
            number = sum(need.counts.get(event, {}).values()) + 1
            yield Claim(event, noc, qualifier, rank, number, granted, obstacles)
            if granted:
                need.give(event, noc)

    def _earlier(self, pathway: Pathway) -> dict[str, dict[str, int]]:
        """Start places before this pathway: what stands, and what earlier pathways gave."""
        given = {event: dict(places) for event, places in self.held.places.items()} if self.held else {}
        for other in self.rules.pathways:
            if other.identifier == pathway.identifier:
                break
            for event in getattr(other, "events", ()):
                given[event] = dict(self.allocation.places.get(event, {}))
        return given

    def _obstacles(
        self, event: Event, noc: str, counts: Mapping[str, Mapping[str, int]], need: _Needs
    ) -> dict[str, Figures]:
        """Return everything that stands against one more place: kind -> figures."""
        found: dict[str, Figures] = {}
        here = counts.get(event.identifier, {})
        if self.held is not None and here.get(noc, 0) >= self.held.at_most.get((event.identifier, noc), NO_LIMIT):
            found["declined"] = {}
        if here.get(noc, 0) + 1 > event.noc_cap:
            found["noc-cap"] = {"cap": event.noc_cap}
        taken, host = sum(here.values()), self.scenario.host
        waits = self.guaranteed(event.identifier, host) and noc != host and not here.get(str(host))
        if waits and taken + 2 > event.start_places:
            found["host-kept"] = {"places": event.start_places, "host": host}
        elif taken + 1 > event.start_places:
            found["event-full"] = {"places": event.start_places}
        return found | need.exceeded(event, noc)


class _Needs:
    """Athletes needed for start places given so far, the host's guaranteed ones among them."""

    def __init__(self, judge: Judge, counts: dict[str, dict[str, int]]) -> None:
        self.judge = judge
        self.counts = counts
        self.by_noc: dict[tuple[str, Gender], int] = {}
        self.sums: dict[Gender, int] = dict.fromkeys(GENDERS, 0)
        self.kept: dict[tuple[str, Gender], int] = {}
        for award in judge.held.awards if judge.held else ():
            who = (award.noc, award.gender)
            self.kept[who] = self.kept.get(who, 0) + award.number
        self.given: dict[Gender, int] = {
            gender: sum(number for (_, g), number in self.kept.items() if g == gender) for gender in GENDERS
        }
        for noc in {*(n for places in counts.values() for n in places), judge.scenario.host}:
            for gender in GENDERS:
                if noc is not None:
                    self._recount(noc, gender)

    def give(self, event: str, noc: str) -> None:
        here = self.counts.setdefault(event, {})
        here[noc] = here.get(noc, 0) + 1
        for gender in GENDERS:
            if gender == self.judge.rules.event(event).gender:
                self._recount(noc, gender)

    def exceeded(self, event: Event, noc: str) -> dict[str, Figures]:
        """Return the caps on athletes that one more place would break."""
        gender: Gender = "men" if event.gender == "men" else "women"
        then, now = self._of(noc, gender, event.identifier), self.by_noc.get((noc, gender), 0)
        kept = self.kept.get((noc, gender), 0)
        rise, more = then - now, max(then, kept) - max(now, kept)
        found: dict[str, Figures] = {}
        rules, readings = self.judge.rules, self.judge.scenario.readings
        everybody = sum(self.given.values())
        cap = rules.gender_caps[gender]
        if readings.gender_cap != "nominal" and rise > 0 and self.sums[gender] + rise > cap:
            found["gender-cap"] = {"needed": self.sums[gender], "more": rise, "cap": cap}
        elif readings.gender_cap == "hard" and more > 0 and self.given[gender] + more > cap:
            found["gender-cap"] = {"needed": self.given[gender], "more": more, "cap": cap}
        if more > 0 and everybody + more > rules.total:
            found["total-cap"] = {"needed": everybody, "more": more, "cap": rules.total}
        return found

    def _recount(self, noc: str, gender: Gender) -> None:
        need, before, kept = (
            self._of(noc, gender, None),
            self.by_noc.get((noc, gender), 0),
            self.kept.get((noc, gender), 0),
        )
        self.sums[gender] += need - before
        self.given[gender] += max(need, kept) - max(before, kept)
        self.by_noc[noc, gender] = need

    def _of(self, noc: str, gender: Gender, one_more: str | None) -> int:
        rules, quota = self.judge.rules, self.judge.rules.quota_places

        def number(event: str) -> int:
            given = self.counts.get(event, {}).get(noc, 0) + (event == one_more)
            return max(given, 1) if self.judge.guaranteed(event, noc) else given

        relay = rules.relay(gender)
        numbers = [number(event.identifier) for event in rules.individual(gender)]
        if relay is None or number(relay.identifier) == 0:
            return max(numbers, default=0)
        counts_fifth = self.judge.scenario.readings.fifth_in_walk == "yes" and quota.bonus_from is not None
        return quota.relay_athletes + int(counts_fifth and sum(numbers) >= (quota.bonus_from or 0))
