"""Which ties can decide anything: those that a refusal depends on (proof in docs/model.md, "Ties that decide nothing").

Whatever the order of the tied, a claim that comes before another in all orders comes before it. If every refused claim
is excluded already by granted claims that come before it in all orders, all orders grant the same claims. A refusal for
which that does not hold depends on the order of its own group or of one that reaches across its place in line.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from quotaproof.model.allocation import Allocation
from quotaproof.model.decisions import Decision
from quotaproof.model.kept import Held, entitled, most_athletes
from quotaproof.model.pathways import ParallelWalk, RelayPlaces, TeamTopUp
from quotaproof.model.rules import GENDERS, Gender
from quotaproof.model.scenario import Scenario

Group = tuple[str, tuple[int, ...]]
"""An event and the ranks that are tied in it."""

LinePlace = tuple[int, int]
"""A place in line: a rank, and what comes first within a rank."""

LAST = 10**9
"""The rank of those that no ranking has."""


@dataclass(frozen=True, slots=True)
class _Asking:
    """A claim in line, with its earliest and its latest turn over all orders of the group that it is in, if any."""

    decision: Decision
    turn: LinePlace
    first: LinePlace
    last: LinePlace
    group: Group | None

    def surely_before(self, other: _Asking) -> bool:
        """Whether this one comes before the other in all orders; an NOC's own entries keep their sequence."""
        if self.group is not None and self.group == other.group and self.decision.noc == other.decision.noc:
            return self.turn < other.turn
        return self.last < other.first


def deciding(
    scenario: Scenario, allocation: Allocation, free: Collection[Group], held: Held | None = None
) -> set[Group]:
    """Return those of the tied groups on whose order a refusal may depend; if there are none, no order matters.

    Parameters
    ----------
    scenario
        With standings in the order that the allocation was made for.
    allocation
        With its decisions on record.
    free
        The groups whose order is open; all others count as settled.
    held
        What is kept after declines, if the allocation fills holes.
    """
    if not free:
        return set()
    if held is not None and _relay_may_lower_needs(scenario):
        return set(free)
    return _Lines(scenario, allocation, free, held).deciding()


def _relay_may_lower_needs(scenario: Scenario) -> bool:
    """Whether a relay has fewer athletes than an NOC may have places in an event; then fewer places may need more."""
    rules = scenario.rules
    most = max((event.noc_cap for event in rules.events if event.kind != "relay"), default=0)
    return most > rules.quota_places.relay_athletes


class _Lines:
    """The claims of an allocation, pathway by pathway."""

    def __init__(self, scenario: Scenario, allocation: Allocation, free: Collection[Group], held: Held | None) -> None:
        self.scenario, self.rules = scenario, scenario.rules
        self.allocation = allocation
        self.held = held
        self.group_at = {(event, rank): (event, ranks) for event, ranks in free for rank in ranks}
        self.free = free

    def deciding(self) -> set[Group]:
        found: set[Group] = set()
        granted: tuple[Decision, ...] = ()  # start places by earlier pathways
        decisions = self.allocation.decisions
        for pathway in self.rules.pathways:
            if isinstance(pathway, RelayPlaces | ParallelWalk):
                own = [d for d in decisions if d.event in pathway.events and d.qualifier is not None]
                order = {event: place for place, event in enumerate(pathway.events)}
                line = [self._asking(d, str(d.event), order[str(d.event)]) for d in own]
                found |= self._undecided(line, partial(self._excluded, granted))
                granted += tuple(d for d in own if d.granted)
                continue
            own = [d for d in decisions if d.pathway == pathway.identifier]
            if isinstance(pathway, TeamTopUp):
                teams = [self._asking(d, pathway.event, 0) for d in own if d.event is not None]
                found |= self._undecided(teams, lambda one, sure: False)
                asking = [self._asking(d, pathway.event, 0) for d in own if d.event is None and d.kind in _TOP_UP]
            else:
                asking = [self._in_relay_order(d) for d in own if d.event is None and d.kind in _IN_LINE]
            found |= self._undecided(asking, _short_of_room(asking))
        return found | set(self._across_a_tie())

    def _asking(self, decision: Decision, event: str, within: int) -> _Asking:
        rank = decision.figures.get("rank")
        number = LAST if rank is None else int(rank)
        group = self.group_at.get((event, number))
        ranks = group[1] if group else (number,)
        return _Asking(decision, (number, within), (ranks[0], within), (ranks[-1], within), group)

    def _in_relay_order(self, decision: Decision) -> _Asking:
        gender: Gender = "men" if decision.gender == "men" else "women"
        relay = self.rules.relay(gender)
        within = int(gender == self.scenario.readings.later_gender)
        return self._asking(decision, relay.identifier if relay else "", within)

    @staticmethod
    def _undecided(line: Sequence[_Asking], excluded: Callable[[_Asking, list[Decision]], bool]) -> set[Group]:
        """Return the groups on which the refusals of a line depend that `excluded` does not find certain."""
        found: set[Group] = set()
        spans = {(one.first, one.last) for one in line if one.group is not None and one.decision.granted}
        for one in line:
            if one.decision.granted:
                continue
            if one.group is None and not any(first <= one.turn <= last for first, last in spans):
                continue  # whatever is granted before it is so in all orders
            before = [d for d in line if d.decision.granted and d.turn < one.turn]
            open_to = [d for d in before if not d.surely_before(one)]
            if not open_to or excluded(one, [d.decision for d in before if d.surely_before(one)]):
                continue
            found |= {d.group for d in (one, *open_to) if d.group is not None}
        return found

    def _excluded(self, earlier: Sequence[Decision], asking: _Asking, sure: Sequence[Decision]) -> bool:
        """Whether the start places of earlier pathways, and those that are sure, leave no room for one more."""
        decision = asking.decision
        noc, event = decision.noc, self.rules.event(str(decision.event))
        places: dict[str, dict[str, int]] = {one.identifier: {} for one in self.rules.events}
        if self.held is not None:
            places |= {name: dict(numbers) for name, numbers in self.held.places.items()}
        for one in (*earlier, *sure):
            numbers = places[str(one.event)]
            numbers[one.noc] = numbers.get(one.noc, 0) + 1
        own = places[event.identifier]
        most = self.scenario.noc_cap(event, noc)
        if self.held is not None:
            most = min(most, self.held.at_most.get((event.identifier, noc), most))
        host = self.scenario.host
        kept = self.scenario.is_host_event(event.identifier) and host is not None and not own.get(host) and noc != host
        if own.get(noc, 0) >= most or sum(own.values()) + kept >= event.start_places:
            return True
        before = self._needs(places)
        own[noc] = own.get(noc, 0) + 1
        return self._exceeded(event.own_gender, before, self._needs(places))

    def _needs(self, places: Mapping[str, Mapping[str, int]]) -> dict[Gender, dict[str, int]]:
        """Athletes that start places need, the host's guaranteed ones among them: gender -> NOC -> number."""
        host, bonus = self.scenario.host, self.scenario.readings.fifth_in_walk == "yes"
        nocs = {noc for numbers in places.values() for noc in numbers} | ({host} if host is not None else set())
        needs: dict[Gender, dict[str, int]] = {gender: {} for gender in GENDERS}
        for noc in nocs:
            row = {name: numbers.get(noc, 0) for name, numbers in places.items()}
            if noc == host:
                row = {name: max(n, int(self.scenario.is_host_event(name))) for name, n in row.items()}
            for gender in GENDERS:
                needed = entitled(self.rules, row, gender, counts_bonus=bonus)
                needs[gender][noc] = min(needed, most_athletes(self.held, noc, gender))
        return needs

    def _exceeded(
        self, gender: Gender, before: Mapping[Gender, Mapping[str, int]], after: Mapping[Gender, Mapping[str, int]]
    ) -> bool:
        """Whether a cap on athletes is exceeded by what start places need, if they need more than before."""
        reading, caps = self.scenario.readings.gender_cap, self.rules.gender_caps
        needed = sum(after[gender].values())
        if needed > sum(before[gender].values()) and reading != "nominal" and gender in caps and needed > caps[gender]:
            return True
        counted = {one: self._with_kept(one, after[one]) for one in GENDERS}
        if counted[gender] == self._with_kept(gender, before[gender]):
            return False
        if reading == "hard" and gender in caps and counted[gender] > caps[gender]:
            return True
        return sum(counted.values()) > self.rules.total

    def _with_kept(self, gender: Gender, needs: Mapping[str, int]) -> int:
        """Quota places that are needed or kept."""
        if self.held is None:
            return sum(needs.values())
        kept: dict[str, int] = {}
        for award in self.held.awards:
            if award.gender == gender:
                kept[award.noc] = kept.get(award.noc, 0) + award.number
        return sum(max(needs.get(noc, 0), kept.get(noc, 0)) for noc in {*needs, *kept})

    def _across_a_tie(self) -> Iterator[Group]:
        """Yield the groups of relays that reach across the rank at which a tie ends the allocation."""
        ranks = {one.rank for one in self.allocation.tied if one.rank is not None}
        for event, group in self.free:
            if self.rules.event(event).kind == "relay" and any(group[0] <= rank <= group[-1] for rank in ranks):
                yield event, group


def _short_of_room(line: Sequence[_Asking]) -> Callable[[_Asking, list[Decision]], bool]:
    """Return whether quota places, or teams, run out even if only some of a line had theirs before."""

    def excluded(one: _Asking, sure: list[Decision]) -> bool:
        decision = one.decision
        figure = "teams" if decision.kind == "teams-full" else "total"
        cap = "places" if decision.kind == "teams-full" else "cap"
        if decision.kind not in ("teams-full", "no-quota-place", "gender-full"):
            return False
        genders = (decision.gender,) if decision.kind == "gender-full" else GENDERS
        before = sum(d.decision.granted and d.turn < one.turn and d.decision.gender in genders for d in line)
        surely = sum(d.gender in genders for d in sure)
        return int(decision.figures[figure] or 0) - (before - surely) >= int(decision.figures[cap] or 0)

    return excluded


_TOP_UP = frozenset({"top-up", "teams-full", "no-quota-place", "gender-full"})
_IN_LINE = frozenset({"bonus-granted", "next", "no-quota-place", "gender-full"})
