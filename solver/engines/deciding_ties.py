"""Which ties can decide anything: those that a refusal depends on (proof in docs/model.md, "Ties that decide nothing").

Whatever the order of the tied, a claim that comes before another in all orders comes before it. If every refused claim
is excluded already by granted claims that come before it in all orders, all orders grant the same claims. A refusal for
which that does not hold depends on the order of its own group or of one that reaches across its place in line.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

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
                line = _Line(self, own, pathway.events, partial(_in_walk, pathway.events))
                found |= line.undecided(partial(self._excluded, granted))
                granted += tuple(d for d in own if d.granted)
                continue
            own = [d for d in decisions if d.pathway == pathway.identifier]
            if isinstance(pathway, TeamTopUp):
                line_of = partial(_Line, self, events=(pathway.event,), where=partial(_in_walk, (pathway.event,)))
                found |= line_of([d for d in own if d.event is not None]).undecided(lambda one, sure: False)
                asking = line_of([d for d in own if d.event is None and d.kind in _TOP_UP])
            else:
                waiting = [d for d in own if d.event is None and d.kind in _IN_LINE]
                asking = _Line(self, waiting, {event for event, _ in self.free}, self._in_relay_order)
            found |= asking.undecided(partial(_short_of_room, asking))
        return found | set(self._across_a_tie())

    def asking(self, decision: Decision, event: str, within: int) -> _Asking:
        rank = decision.figures.get("rank")
        number = LAST if rank is None else int(rank)
        group = self.group_at.get((event, number))
        if group is None:
            turn = (number, within)
            return _Asking(decision, turn, turn, turn, None)
        return _Asking(decision, (number, within), (group[1][0], within), (group[1][-1], within), group)

    def _in_relay_order(self, decision: Decision) -> tuple[str, int]:
        gender: Gender = "men" if decision.gender == "men" else "women"
        relay = self.rules.relay(gender)
        return relay.identifier if relay else "", int(gender == self.scenario.readings.later_gender)

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


def _in_walk(events: Sequence[str], decision: Decision) -> tuple[str, int]:
    """Return the event in whose ranking a claim stands, and its place among those that are walked row by row."""
    event = str(decision.event) if len(events) > 1 else events[0]
    return event, events.index(event)


class _Line:
    """The claims of one pathway in their order; those that no tie can concern are built only where they are needed.

    A tie concerns a claim only if its rank is one of those tied or between them: whatever else comes before another
    does so in all orders.
    """

    def __init__(
        self,
        lines: _Lines,
        own: Sequence[Decision],
        events: Collection[str],
        where: Callable[[Decision], tuple[str, int]],
    ) -> None:
        self._lines, self._own, self._where = lines, own, where
        self._near = {rank for event, group in lines.free if event in events for rank in range(group[0], group[-1] + 1)}

    def undecided(self, excluded: Callable[[_Asking, list[Decision]], bool]) -> set[Group]:
        """Return the groups on which the refusals of the line depend that `excluded` does not find certain."""
        found: set[Group] = set()
        near = self._near
        concerned = [d for d in self._own if d.figures.get("rank") in near] if near else []
        if all(d.granted for d in concerned):
            return found
        close = [self._lines.asking(d, *self._where(d)) for d in concerned]
        granted = [one for one in close if one.decision.granted]
        spans = {(one.first, one.last) for one in granted if one.group is not None}
        for one in close:
            if one.decision.granted:
                continue
            if one.group is None and not any(first <= one.turn <= last for first, last in spans):
                continue  # whatever is granted before it is so in all orders
            open_to = [d for d in granted if d.last >= one.first and d.turn < one.turn and not d.surely_before(one)]
            if open_to and not excluded(one, self._surely_granted(one)):
                found |= {d.group for d in (one, *open_to) if d.group is not None}
        return found

    @cached_property
    def granted(self) -> list[_Asking]:
        """All that are granted, in the order of the record."""
        return [self._lines.asking(d, *self._where(d)) for d in self._own if d.granted]

    def _surely_granted(self, one: _Asking) -> list[Decision]:
        return [d.decision for d in self.granted if d.turn < one.turn and d.surely_before(one)]


def _short_of_room(line: _Line, one: _Asking, sure: list[Decision]) -> bool:
    """Whether quota places, or teams, run out even if only some of a line had theirs before."""
    decision = one.decision
    figure = "teams" if decision.kind == "teams-full" else "total"
    cap = "places" if decision.kind == "teams-full" else "cap"
    if decision.kind not in ("teams-full", "no-quota-place", "gender-full"):
        return False
    genders = (decision.gender,) if decision.kind == "gender-full" else GENDERS
    before = sum(d.turn < one.turn and d.decision.gender in genders for d in line.granted)
    surely = sum(d.gender in genders for d in sure)
    return int(decision.figures[figure] or 0) - (before - surely) >= int(decision.figures[cap] or 0)


_TOP_UP = frozenset({"top-up", "teams-full", "no-quota-place", "gender-full"})
_IN_LINE = frozenset({"bonus-granted", "next", "no-quota-place", "gender-full"})
