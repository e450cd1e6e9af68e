"""The record of decisions of an allocation: each claim that was granted or refused, and the fact that decides it.

The facts are read off the finished allocation, as the validator reads it; an engine that does not decide claim by
claim (such as a solver) gets its record this way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from quotaproof.model.decisions import Figures

from .allocation import Allocation
from .decisions import Decision
from .kept import Held, reallocation
from .obstacles import LAST, Obstacles
from .pathways import (
    ParallelWalk,
    QuotaPlaces,
    Reallocation,
    RelayPlaces,
    Remainder,
    TeamTopUp,
    refuse,
)
from .rules import GENDERS, Gender
from .scenario import Scenario


def record(scenario: Scenario, allocation: Allocation, held: Held | None = None) -> Allocation:
    """Return the allocation with its decisions, in the order of the pathways.

    Parameters
    ----------
    held
        What stood before, if the allocation fills holes after declines; then only what was decided anew is accounted.

    Raises
    ------
    IncompleteError
        If the standings are not complete.
    """
    scenario.require_complete()
    return replace(allocation, decisions=told_by(Obstacles(scenario, allocation, held)))


def told_by(facts: Obstacles) -> tuple[Decision, ...]:
    """Return the decisions that `record` adds, for an allocation whose facts are at hand already."""
    return tuple(_Account(facts).decisions())


class _Account:
    def __init__(self, facts: Obstacles) -> None:
        self.facts = facts
        self.scenario = scenario = facts.scenario
        self.rules = scenario.rules
        self.allocation = facts.allocation
        self.hard = scenario.rules.gender_caps if scenario.readings.gender_cap == "hard" else {}

    def decisions(self) -> Iterator[Decision]:
        tie_pathways = {tied.pathway for tied in self.allocation.tied}
        for pathway in self.rules.pathways:
            match pathway:
                case RelayPlaces() | ParallelWalk():
                    yield from self._start_places(pathway)
                case QuotaPlaces():
                    first = self.facts.held is None
                    yield from self._quota_places(pathway) if first else self._quota_places_after(pathway)
                case TeamTopUp():
                    if self.facts.repeated(pathway):
                        yield from self._top_up(pathway)
                        if pathway.identifier not in tie_pathways:
                            yield from self._teams(pathway)
                case Remainder():
                    if self.facts.repeated(pathway):
                        yield from self._remainder(pathway)
                case Reallocation():
                    pass
                case _:
                    refuse("the record of decisions", pathway)
            if pathway.identifier in tie_pathways:
                return

    def _start_places(self, pathway: RelayPlaces | ParallelWalk) -> Iterator[Decision]:
        granting = self.facts.granting(pathway)
        genders: dict[str, Gender] = {}
        for event in pathway.events:
            genders[event] = self.rules.event(event).own_gender
        places = {event: self.rules.event(event).start_places for event in pathway.events}
        for event, noc, qualifier, rank, number, granted, obstacles in self.facts.claims(pathway):
            kind = "ranked"
            figures: Figures = {"rank": rank}
            if granted:
                figures = {"rank": rank, "number": number, "places": places[event]}
            elif obstacles:
                kind, own = next(iter(obstacles.items()))
                figures |= own
            yield Decision(granting, event, noc, genders[event], qualifier, granted, kind, figures)
        host = self.scenario.host
        for identifier in pathway.events:
            ranked = host in self.facts.ranks.get(identifier, {})
            stood = host is not None and self.facts.held_number(identifier, host)
            if host is not None and self.facts.guaranteed(identifier, host) and not ranked and not stood:
                gender = genders[identifier]
                yield Decision(pathway.identifier, identifier, host, gender, None, True, "host", {})

    def _quota_places(self, pathway: QuotaPlaces) -> Iterator[Decision]:
        waiting: list[tuple[str, Gender]] = []
        for gender in GENDERS:
            for noc in self.facts.nocs:
                number = self.facts.got.get((pathway.identifier, noc, gender), 0)
                if not number:
                    continue
                individual = self.facts.individual(noc, gender)
                kind = "largest"
                if self.facts.has_relay(noc, gender):
                    kind = "relay"
                    if pathway.bonus_from is not None and individual >= pathway.bonus_from:
                        if self.scenario.readings.fifth_in_walk == "yes":
                            kind = "relay-bonus"
                        else:
                            waiting.append((noc, gender))
                            number = pathway.relay_athletes
                figures: Figures = {"athletes": number, "base": pathway.relay_athletes, "individual": individual}
                yield Decision(pathway.identifier, None, noc, gender, None, True, kind, figures)
        got = {
            (noc, gender): self.facts.got[pathway.identifier, noc, gender] > pathway.relay_athletes
            for noc, gender in waiting
        }
        given = {g: self.facts.sum_until(pathway, g) for g in GENDERS}
        for gender in GENDERS:
            given[gender] += sum(
                n for (p, _, g), n in self.facts.got.items() if (p, g) == (pathway.identifier, gender)
            ) - sum(granted for (_, g), granted in got.items() if g == gender)
        yield from self._line(pathway.identifier, waiting, got, given, "bonus-granted")

    def _quota_places_after(self, pathway: QuotaPlaces) -> Iterator[Decision]:
        """Who needs more quota places for its start places than it had on this pathway."""
        own = self.facts.held.awards if self.facts.held else ()
        for gender in GENDERS:
            for noc in self.facts.nocs:
                had = sum(award.number for award in own if (award.noc, award.gender) == (noc, gender))
                who = (pathway.identifier, noc, gender)
                before = sum(award.number for award in own if (award.pathway, award.noc, award.gender) == who)
                number = self.facts.got.get(who, 0)
                if number > before:
                    kind = "needed" if number > had else "needed-had"
                    granting = reallocation(self.rules).identifier
                    figures: Figures = {"athletes": number, "had": had}
                    yield Decision(granting, None, noc, gender, None, True, kind, figures)

    def _line(
        self,
        pathway: str,
        waiting: list[tuple[str, Gender]],
        got: dict[tuple[str, Gender], bool],
        given: dict[Gender, int],
        granted_kind: str,
    ) -> Iterator[Decision]:
        tied = {(tied.noc, tied.gender): tied for tied in self.allocation.tied if tied.pathway == pathway}
        before, place = dict(given), (0, 0)
        for noc, gender in sorted(waiting, key=lambda one: (self.facts.order(*one), GENDERS.index(one[1]), one[0])):
            relay = self.rules.relay(gender)
            order = self.facts.order(noc, gender)
            if order != place:  # who shares a place in line is judged by what was left before all of them
                before, place = dict(given), order
            rank = None if order[0] == LAST else order[0]
            if (noc, gender) in tied:
                others = ", ".join(f"{t.noc} {t.gender}" for t in tied.values() if (t.noc, t.gender) != (noc, gender))
                yield Decision(pathway, None, noc, gender, None, False, "tie", {"rank": rank, "others": others})
                continue
            if tied and order >= min(self.facts.order(t.noc, t.gender) for t in tied.values() if t.gender):
                continue
            figures: Figures = {
                "rank": rank,
                "relay": relay.identifier if relay else None,
                "individual": self.facts.individual(noc, gender),
            }
            kind = granted_kind
            if got[noc, gender]:
                given[gender] += 1
            else:
                kind, numbers = self._no_room(gender, before)
                figures |= numbers
            yield Decision(pathway, None, noc, gender, None, got[noc, gender], kind, figures)

    def _no_room(self, gender: Gender, given: dict[Gender, int]) -> tuple[str, Figures]:
        total = sum(given.values())
        if total >= self.rules.total:
            return "no-quota-place", {"total": total, "cap": self.rules.total}
        return "gender-full", {"total": given[gender], "cap": self.hard.get(gender)}

    def _top_up(self, pathway: TeamTopUp) -> Iterator[Decision]:
        event = self.rules.event(pathway.event)
        team = event.team
        ranks = self.facts.ranks.get(event.identifier, {})
        given = {gender: self.facts.sum_until(pathway, gender) for gender in GENDERS}
        until = self.facts.until(pathway)
        had = {noc: {gender: until.get((noc, gender), 0) for gender in GENDERS} for noc in self.facts.nocs}
        lacks = {
            noc: [gender for gender in GENDERS for _ in range(max(0, team[gender] - had[noc][gender]))]
            for noc in self.facts.nocs
        }
        wants = {noc: not self.facts.gave_back(event.identifier, noc) for noc in self.facts.nocs}
        entered = self.allocation.places.get(event.identifier, {})
        teams = sum(not missing and (wants[noc] or noc in entered) for noc, missing in lacks.items())
        for noc in sorted(self.facts.nocs, key=lambda noc: (ranks.get(noc, LAST), noc)):
            if not lacks[noc] or not any(had[noc].values()) or not wants[noc]:
                continue
            figures: Figures = {**_by_name(had[noc]), "rank": ranks.get(noc), "event": event.identifier}
            if len(lacks[noc]) > 1:
                yield Decision(pathway.identifier, None, noc, None, None, False, "lacks-more", figures)
                continue
            gender = lacks[noc][0]
            figures["lacking"] = gender
            granted = bool(self.facts.new(pathway.identifier, noc, gender))
            if noc not in ranks:
                kind = "top-up-unranked"
            elif granted:
                kind = "top-up"
                teams += 1
                given[gender] += 1
            elif teams >= event.start_places:
                kind = "teams-full"
                figures |= {"teams": teams, "places": event.start_places}
            else:
                kind, numbers = self._no_room(gender, given)
                figures |= numbers
            yield Decision(pathway.identifier, None, noc, gender, None, granted, kind, figures)

    def _teams(self, pathway: TeamTopUp) -> Iterator[Decision]:
        event = self.rules.event(pathway.event)
        team = event.team
        ranks = self.facts.ranks.get(event.identifier, {})
        until, now = self.facts.until(pathway), self.facts.now(pathway.identifier)
        numbers = {
            noc: {gender: until.get((noc, gender), 0) + now.get((noc, gender), 0) for gender in GENDERS}
            for noc in self.facts.nocs
        }
        teams = [
            noc
            for noc in self.facts.nocs
            if all(numbers[noc][gender] >= team[gender] for gender in GENDERS)
            and (self.facts.places(event.identifier, noc) or not self.facts.gave_back(event.identifier, noc))
        ]
        crowded = len(teams) > event.start_places
        for noc in sorted(teams, key=lambda noc: (ranks.get(noc, LAST), noc)):
            if self.facts.held_number(event.identifier, noc):
                continue
            granted = bool(self.allocation.places.get(event.identifier, {}).get(noc))
            kind = "enters-best" if crowded else "enters"
            if not granted:
                kind = "not-best"
            elif self.facts.guaranteed(event.identifier, noc):
                kind = "enters-host"
            figures: Figures = {**_by_name(numbers[noc]), "rank": ranks.get(noc), "places": event.start_places}
            yield Decision(pathway.identifier, event.identifier, noc, None, 1, granted, kind, figures)

    def _remainder(self, pathway: Remainder) -> Iterator[Decision]:
        until = self.facts.until(pathway)
        waiting: list[tuple[str, Gender]] = [
            (noc, gender)
            for gender in GENDERS
            for noc in self.facts.nocs
            if until.get((noc, gender), 0) == pathway.quota_places
            and (self.facts.has_relay(noc, gender) or not pathway.relay_only)
            and pathway.individual_places in (None, self.facts.individual(noc, gender))
        ]
        got = {key: bool(self.facts.new(pathway.identifier, *key)) for key in waiting}
        given = {gender: self.facts.sum_until(pathway, gender) for gender in GENDERS}
        yield from self._line(pathway.identifier, waiting, got, given, "next")


def _by_name(numbers: Mapping[Gender, int]) -> Figures:
    return {str(gender): number for gender, number in numbers.items()}
