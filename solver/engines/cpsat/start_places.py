r"""Start places (relay places and the parallel walk) with CP-SAT.

The tier of a pathway is the vector of its claims in the order of the walk: rank 1 of each event, then rank 2 of each.
`template` has the constraints, which know nothing of that order, and `tiers` makes the vector lexicographically
largest and proves it. Here what the standings and declines say is filled in.

Only the caps on athletes tie events to each other. Which of them can bind is found from the rules and the claims, by an
upper bound on the athletes that all NOCs together could need:

    sum over a of max over e of open(e,a)  +  the largest S(relay) differences that a relay place could make

With open(e,a) the places of NOC a in event e, or its claims where they are still open. A cap that this does not exceed
is left out. What is then not connected is solved apart: the genders if the total cannot bind, and events without a cap
on athletes over them.

After declines some places are kept: their claims are granted from the beginning, the rest of the rankings is solved
around them, and an NOC counts towards the total with the quota places it keeps if these are more than it needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from quotaproof.model.allocation import TierValue
from quotaproof.model.kept import Held, most_athletes
from quotaproof.model.pathways import ParallelWalk, RelayPlaces
from quotaproof.model.rules import GENDERS, Event, Gender
from quotaproof.model.scenario import Scenario

from .proto_builder import Draft
from .state import Entries, PlacesSoFar, State
from .status import Settings
from .template import Frame, Template, template_for
from .tiers import Stages

NO_LIMIT = 10**9

WORTH_SPLITTING = 1000
"""Claims from which on parts that do not touch each other have a model each (docs/performance.md)."""


@dataclass(frozen=True, slots=True)
class StartPlaces:
    """The start places of one pathway: event -> NOC -> number, and the proved optima."""

    places: PlacesSoFar
    optima: tuple[TierValue, ...]


def step(state: State, pathway: RelayPlaces | ParallelWalk) -> None:
    """The best start places of a pathway, all of its events at once or in parts that do not touch each other."""
    if state.held is not None and state.held.quota_only:
        return
    given = solve_start_places(state.scenario, pathway, state.entries, state.places, state.settings, state.held)
    state.places |= given.places
    state.optima += given.optima


def solve_start_places(
    scenario: Scenario,
    pathway: RelayPlaces | ParallelWalk,
    entries: Entries,
    given: PlacesSoFar,
    settings: Settings,
    held: Held | None = None,
) -> StartPlaces:
    """Return the lexicographically best start places of a pathway.

    Parameters
    ----------
    entries
        Event -> (NOC, qualifier) pairs, best first.
    given
        The start places of earlier pathways, which are fixed.
    held
        What is kept after declines; then only the holes are filled.
    """
    task = _Task(scenario, pathway, entries, given, settings, held)
    places: PlacesSoFar = {}
    optima: list[TierValue] = []
    for events, genders, total in task.parts():
        solved = task.solve(events, genders, total=total)
        places |= solved.places
        optima += solved.optima
    return StartPlaces(places, tuple(optima))


def kept_athletes(held: Held | None, gender: Gender) -> dict[str, int]:
    """Return the quota places kept in a gender, by NOC."""
    kept: dict[str, int] = {}
    for award in held.awards if held else ():
        if award.gender == gender:
            kept[award.noc] = kept.get(award.noc, 0) + award.number
    return kept


@dataclass(frozen=True, slots=True)
class _Claims:
    """What an event brings into a pathway.

    Attributes
    ----------
    open
        The claims that are decided, as (rank, NOC, number of the claim among its NOC's).
    standing
        NOC -> places that it has in any case; its first claims.
    counts
        NOC -> claims that can be granted, kept ones among them.
    """

    open: list[tuple[int, str, int]]
    standing: dict[str, int]
    counts: dict[str, int]


class _Task:
    """One pathway for one scenario: which parts it falls into, and each part's solution."""

    def __init__(
        self,
        scenario: Scenario,
        pathway: RelayPlaces | ParallelWalk,
        entries: Entries,
        given: PlacesSoFar,
        settings: Settings,
        held: Held | None,
    ) -> None:
        self.scenario, self.settings, self.held = scenario, settings, held
        self.rules = scenario.rules
        self.pathway = pathway.identifier
        self.events = [self.rules.event(event) for event in pathway.events]
        self.caps = {} if scenario.readings.gender_cap == "nominal" else dict(self.rules.gender_caps)
        self.kept = {gender: kept_athletes(held, gender) for gender in GENDERS}
        self.claims = {
            event.identifier: self._claims(event.identifier, entries[event.identifier]) for event in self.events
        }
        self.lower = {event.identifier: self._lower(event) for event in self.events} if scenario.aliases else {}
        self.settled = {
            event.identifier: self._settled(event.identifier, given)
            for event in self.rules.events
            if event.identifier not in self.claims and event.gender != "mixed"
        }

    def _claims(self, event: str, entries: Sequence[tuple[str, int]]) -> _Claims:
        """The claims that are still open: not those that are kept, nor any of an NOC that gave places back."""
        standing = dict(self.held.places.get(event, {})) if self.held else {}
        counts: dict[str, int] = {}
        still: list[tuple[int, str, int]] = []
        for rank, (noc, _) in enumerate(entries, 1):
            counts[noc] = number = counts.get(noc, 0) + 1
            if self.held is None or standing.get(noc, 0) < number <= self.held.at_most.get((event, noc), number):
                still.append((rank, noc, number))
        if self.held is not None:
            counts = dict(standing)
            for _, noc, number in still:
                counts[noc] = number
        host = self.scenario.host
        if host is not None and host not in counts and self.scenario.is_host_event(event):
            standing[host] = counts[host] = 1
        return _Claims(still, standing, counts)

    def _settled(self, event: str, given: PlacesSoFar) -> dict[str, int]:
        """Places in an event that this pathway does not decide; what the host is guaranteed counts already."""
        places = dict(given.get(event, {}))
        host = self.scenario.host
        if host is not None and self.scenario.is_host_event(event):
            places[host] = max(1, places.get(host, 0))
        return places

    def _lower(self, event: Event) -> dict[str, int]:
        """The caps of NOCs whose cap is lower than the event's."""
        nocs = sorted(self.claims[event.identifier].counts)
        return {noc: cap for noc in nocs if (cap := self.scenario.noc_cap(event, noc)) < event.noc_cap}

    # Which parts ----------------------------------------

    def parts(self) -> Iterator[tuple[Sequence[Event], tuple[Gender, ...], bool]]:
        """Yield what is solved together: events, genders whose athletes tie them, and whether the total does.

        Events that nothing ties, and small genders that the total does not tie, share a model all the same: a solve
        of its own for each would cost more than it saves.
        """
        most = {gender: self._most_athletes(gender) for gender in GENDERS}
        within = self.held is None and len(self.caps) == len(GENDERS) and sum(self.caps.values()) <= self.rules.total
        if not within and sum(most.values()) > self.rules.total:
            yield self.events, GENDERS, True
            return
        tied = tuple(gender for gender in GENDERS if most[gender] > self.caps.get(gender, NO_LIMIT))
        if sum(len(self.claims[event.identifier].open) for event in self.events) <= WORTH_SPLITTING:
            yield self.events, tied, False
            return
        if loose := [event for event in self.events if event.gender not in tied]:
            yield loose, (), False
        for gender in tied:
            if own := [event for event in self.events if event.gender == gender]:
                yield own, (gender,), False

    def _most_athletes(self, gender: Gender) -> int:
        """An upper bound on the athletes of a gender: those needed, or the quota places kept if more."""
        quota, kept = self.rules.quota_places, self.kept[gender]
        relay = self.rules.relay(gender)
        numbers = [self._most_places(event) for event in self.rules.individual(gender)]
        teams = self._most_places(relay) if relay else {}
        counts_bonus = self.scenario.readings.fifth_in_walk == "yes"
        largest = {noc: number for noc, number in kept.items() if number}
        sums: dict[str, int] = {}
        for places in numbers:
            for noc, number in places.items():
                sums[noc] = sums.get(noc, 0) + number
                if number > largest.get(noc, 0):
                    largest[noc] = number
        relay_athletes, bonus_from = quota.relay_athletes, quota.bonus_from if counts_bonus else None
        more = [
            max(0, relay_athletes + (bonus_from is not None and sums.get(noc, 0) >= bonus_from) - largest.get(noc, 0))
            for noc in teams
        ]
        seats = relay.start_places if relay and relay.identifier in self.claims else len(more)
        return sum(largest.values()) + sum(sorted(more, reverse=True)[:seats])

    def _most_places(self, event: Event) -> dict[str, int]:
        if event.identifier not in self.claims:
            return self.settled[event.identifier]
        own, cap, lower = self.claims[event.identifier], event.noc_cap, self.lower.get(event.identifier, {})
        if not own.standing and not lower:
            return {noc: min(number, cap) for noc, number in own.counts.items()}
        return {
            noc: min(number, max(lower.get(noc, cap), own.standing.get(noc, 0))) for noc, number in own.counts.items()
        }

    # One part ----------------------------------------

    def solve(self, events: Sequence[Event], genders: tuple[Gender, ...], *, total: bool) -> StartPlaces:
        """Return the best start places of one part."""
        template = self._template(events, genders, total=total)
        model = template.model.copy()
        self._fill(template, model, events, genders)
        # Row by row, and within a row in the order of the events.
        turns = sorted(
            (rank, column, template.y[event.identifier][noc][number - 1], event.identifier, noc)
            for column, event in enumerate(events)
            for rank, noc, number in self.claims[event.identifier].open
        )
        stages = Stages(self.settings, model)
        name = "+".join(event.identifier for event in events)
        chosen = stages.maximise([variable for _, _, variable, _, _ in turns], f"{self.pathway}/{name}")
        places: PlacesSoFar = {event.identifier: dict(self.claims[event.identifier].standing) for event in events}
        for value, (_, _, _, event_, noc) in zip(chosen, turns, strict=True):
            if value:
                own = places[event_]
                own[noc] = own.get(noc, 0) + 1
        return StartPlaces(places, tuple(stages.optima))

    def _template(self, events: Sequence[Event], genders: tuple[Gender, ...], *, total: bool) -> Template:
        rules, quota = self.rules, self.rules.quota_places
        names = {event.identifier for event in events}
        individual = tuple((gender, tuple(e.identifier for e in rules.individual(gender))) for gender in genders)
        relay = tuple((gender, one.identifier) for gender in genders if (one := rules.relay(gender)))
        counted = [name for _, own in individual for name in own] + [name for _, name in relay]
        frame = Frame(
            decided=tuple((event.identifier, event.noc_cap) for event in events),
            lower=tuple(
                (event.identifier, noc, cap)
                for event in events
                for noc, cap in self.lower.get(event.identifier, {}).items()
            ),
            host=self.scenario.host,
            guaranteed=tuple(name for name in sorted(names) if self.scenario.is_host_event(name)),
            individual=individual,
            relay=relay,
            total=total,
            kept=self.held is not None,
            relay_athletes=quota.relay_athletes,
            bonus_from=quota.bonus_from if self.scenario.readings.fifth_in_walk == "yes" else None,
            shuffle=self.settings.shuffle,
        )
        claims = {name: self.claims[name].counts for name in names}
        return template_for(frame, claims, {n: frozenset(self.settled[n]) for n in counted if n not in names})

    def _fill(self, template: Template, model: Draft, events: Sequence[Event], genders: tuple[Gender, ...]) -> None:
        """Put in what the standings, the declines and the caps say."""
        for event in events:
            own = self.claims[event.identifier]
            model.set_most(template.event_cap[event.identifier], event.start_places)
            if not own.standing and own.counts == template.claims[event.identifier]:
                continue
            for noc, variables in template.y[event.identifier].items():
                standing, count = own.standing.get(noc, 0), own.counts.get(noc, 0)
                if not standing and count == len(variables):
                    continue
                for number, variable in enumerate(variables):
                    if number < standing:
                        model.limit(variable, 1, 1)
                    elif number >= count:
                        model.limit(variable, 0, 0)
        for name, nocs in template.n.items():
            for noc, variable in nocs.items():
                if places := self.settled[name].get(noc, 0):
                    model.limit(variable, places, places)
        outside = 0
        for gender in genders:
            model.set_most(template.gender_cap[gender], self.caps.get(gender, NO_LIMIT))
            if self.held is None:
                continue
            for (noc, counted), rule in template.bonus_rule.items():
                if (
                    counted == gender
                    and most_athletes(self.held, noc, gender) <= self.rules.quota_places.relay_athletes
                ):
                    model.set_most(rule, NO_LIMIT)
            kept = dict(self.kept[gender])
            for (noc, counted), variable in template.given.items():
                if counted == gender:
                    model.limit(variable, kept.pop(noc, 0), NO_LIMIT)
            rest = sum(kept.values())
            outside += rest
            hard = self.scenario.readings.gender_cap == "hard"
            model.set_most(template.hard_cap[gender], self.rules.gender_caps[gender] - rest if hard else NO_LIMIT)
        if template.total_cap is not None:
            model.set_most(template.total_cap, self.rules.total - outside)
