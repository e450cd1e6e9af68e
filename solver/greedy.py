"""The greedy reference: reads the rules as a person would, pathway by pathway, in plain Python.

An entry is accepted if the places accepted so far, this one and the host's guaranteed places keep within every cap.
Because those caps are downward closed (fewer places never break one), this gives the lexicographic optimum; the proof
is in docs/model.md. No solver is imported here, and nothing is shared with the CP-SAT engine but the data model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from quotaproof.model.allocation import Allocation, Award, Tied
from quotaproof.model.decisions import Decision
from quotaproof.model.errors import InputError
from quotaproof.model.held import Held, reallocation
from quotaproof.model.rules import (
    GENDERS,
    Event,
    Gender,
    ParallelWalk,
    Pathway,
    QuotaPlaces,
    RelayPlaces,
    Remainder,
    TeamTopUp,
)
from quotaproof.model.scenario import Scenario

from .ties import settle

UNRANKED = 10**9
Figures = dict[str, int | str | None]


def allocate(scenario: Scenario) -> Allocation:
    """Return the allocation that the rules give for complete standings.

    Raises
    ------
    IncompleteError
        If the standings are not complete.
    InputError
        If the caps leave no room for the host's guaranteed places.
    LimitError
        If too many orders of tied entries would have to be tried.
    """
    scenario.require_complete()
    return settle(scenario, lambda settled: _Walk(settled).run())


def fill(scenario: Scenario, held: Held) -> Allocation:
    """Return the allocation after the holes around what is held are filled (pathway of kind reallocation).

    Each hole is offered down the ranking; quota places left over then go through the pathways that are repeated.

    Raises
    ------
    InputError
        If the rules have no reallocation pathway.
    IncompleteError, LimitError
        As `allocate`.
    """
    scenario.require_complete()
    reallocation(scenario.rules)
    return settle(scenario, lambda settled: _Walk(settled, held).run())


class _TieError(Exception):
    """A tie that the rules refuse to break; ends the allocation."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An NOC that asks for one more quota place in a gender, with what it would be justified by."""

    noc: str
    gender: Gender
    rank: int | None
    individual: int

    @property
    def order(self) -> int:
        return UNRANKED if self.rank is None else self.rank


class _Starts(NamedTuple):
    """Start places that an NOC has or is guaranteed in the events of a gender."""

    individual: int = 0
    largest: int = 0
    """Most in one individual event."""
    relay: bool = False

    def with_one(self, event: Event, number: int) -> _Starts:
        """Return them after one more place, the NOC's `number`-th in this event."""
        if event.kind == "relay":
            return self._replace(relay=True)
        return self._replace(individual=self.individual + 1, largest=max(self.largest, number))


@dataclass
class _Walk:
    """The state of one allocation, and the steps that build it."""

    scenario: Scenario
    held: Held | None = None
    places: dict[str, dict[str, int]] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    starts: dict[Gender, dict[str, _Starts]] = field(default_factory=dict)
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

    def run(self) -> Allocation:
        try:
            for pathway in self.rules.pathways:
                match pathway:
                    case RelayPlaces() | ParallelWalk():
                        self._start_places(pathway)
                    case QuotaPlaces():
                        self._quota_places(pathway)
                    case TeamTopUp() if self._repeated(pathway):
                        self._top_up(pathway)
                    case Remainder() if self._repeated(pathway):
                        self._remainder(pathway)
        except _TieError:
            pass
        return Allocation(
            scenario=self.scenario.identifier,
            rules=self.rules,
            engine="greedy",
            status="tie" if self.tied else "optimal",
            unique=not self.tied,
            places={event: dict(sorted(places.items())) for event, places in self.places.items()},
            awards=tuple(self.awards),
            decisions=tuple(self.decisions),
            tied=tuple(self.tied),
        )

    def _repeated(self, pathway: Pathway) -> bool:
        """Whether a pathway for quota places left over is gone through (after a decline, only those named for it)."""
        return self.held is None or pathway.identifier in reallocation(self.rules).repeats

    # Counting ----------------------------------------

    def _host_lacks(self, event: str) -> bool:
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
        self._now(noc, gender, _Starts(sum(numbers), max(numbers, default=0), has_relay))

    def _now(self, noc: str, gender: Gender, starts: _Starts) -> None:
        need, before, kept = self._need(starts), self.needs[gender].get(noc, 0), self.kept[gender].get(noc, 0)
        self.needed[gender] += need - before
        self.given_so_far[gender] += max(need, kept) - max(before, kept)
        self.needs[gender][noc] = need
        self.starts[gender][noc] = starts

    def _need(self, starts: _Starts) -> int:
        """Athletes needed for start places (spec: "athletes needed so far")."""
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

    # P1 and P2: start places ----------------------------------------

    def _start_places(self, pathway: RelayPlaces | ParallelWalk) -> None:
        events = [self.rules.event(event) for event in pathway.events]
        passed: dict[tuple[str, str], int] = {}
        for rank, event, noc, qualifier in self._rows(events):
            key = (event.identifier, noc)
            passed[key] = passed.get(key, 0) + 1
            if self.held is None:
                self._claim(pathway.identifier, event, noc, qualifier, rank)
            elif passed[key] > self.held.number(*key):
                self._claim(reallocation(self.rules).identifier, event, noc, qualifier, rank)
        for event in events:
            host = self.scenario.host
            if host is not None and self._host_lacks(event.identifier):
                self._give(event, host)
                self.decisions.append(
                    Decision(pathway.identifier, event.identifier, host, _gender(event), None, True, "host", {})
                )

    def _rows(self, events: Sequence[Event]) -> Iterator[tuple[int, Event, str, int]]:
        """Rank 1 of each event, then rank 2 of each, and so on."""
        lists = [(event, self.claims[event.identifier]) for event in events]
        for row in range(max((len(claims) for _, claims in lists), default=0)):
            for event, claims in lists:
                if row < len(claims):
                    yield row + 1, event, *claims[row]

    def _claim(self, pathway: str, event: Event, noc: str, qualifier: int, rank: int) -> None:
        kind, figures = self._blocked(event, noc)
        if kind is None:
            self._give(event, noc)
            kind, figures = "ranked", {"number": self.taken[event.identifier], "places": event.start_places}
        granted = kind == "ranked"
        self.decisions.append(
            Decision(
                pathway, event.identifier, noc, _gender(event), qualifier, granted, kind, {"rank": rank, **figures}
            )
        )

    def _blocked(self, event: Event, noc: str) -> tuple[str | None, Figures]:
        """What stands against one more place for an NOC, if anything."""
        identifier = event.identifier
        if self.held is not None and self.places[identifier].get(noc, 0) >= self.held.at_most.get(
            (identifier, noc), 99
        ):
            return "declined", {}
        if self.places[identifier].get(noc, 0) >= (most := self.scenario.noc_cap(event, noc)):
            return "noc-cap", {"cap": most}
        kept = self._host_lacks(identifier) and noc != self.scenario.host
        if self.taken[identifier] + kept >= event.start_places:
            if kept:
                return "host-kept", {"places": event.start_places, "host": self.scenario.host}
            return "event-full", {"places": event.start_places}
        gender = _gender(event)
        before, had = self.needs[gender].get(noc, 0), self._kept(noc, gender)
        after = self._need(self._with_one(event, noc))
        cap = self.caps_in_walk.get(gender)
        if after > before and cap is not None and self.needed[gender] + after - before > cap:
            return "gender-cap", {"needed": self.needed[gender], "more": after - before, "cap": cap}
        more = max(after, had) - max(before, had)
        if more > 0:
            cap = self.caps_afterwards.get(gender)
            if cap is not None and self.given_so_far[gender] + more > cap:
                return "gender-cap", {"needed": self.given_so_far[gender], "more": more, "cap": cap}
            needed = sum(self.given_so_far.values())
            if needed + more > self.rules.total:
                return "total-cap", {"needed": needed, "more": more, "cap": self.rules.total}
        return None, {}

    def _kept(self, noc: str, gender: Gender) -> int:
        return self.kept[gender].get(noc, 0)

    def _with_one(self, event: Event, noc: str) -> _Starts:
        """An NOC's start places after one more in an event; its first may be the one it was guaranteed."""
        gender = _gender(event)
        starts, number = self.starts[gender].get(noc, _Starts()), self.places[event.identifier].get(noc, 0) + 1
        return starts if number == self._counted(noc, event.identifier) else starts.with_one(event, number)

    def _give(self, event: Event, noc: str) -> None:
        starts, places = self._with_one(event, noc), self.places[event.identifier]
        places[noc] = places.get(noc, 0) + 1
        self.taken[event.identifier] += 1
        self._now(noc, _gender(event), starts)

    # P3: quota places ----------------------------------------

    def _quota_places(self, pathway: QuotaPlaces) -> None:
        asking: list[_Candidate] = []
        if self.held is not None:
            self._quota_places_after(pathway, self.held)
            return
        for gender in GENDERS:
            relay = self.relay[gender]
            for noc in sorted(self.needs[gender]):
                individual = self._individual(noc, gender)
                if relay is None or not self.places[relay].get(noc):
                    number, kind = self.needs[gender][noc], "largest"
                elif pathway.bonus_from is None or individual < pathway.bonus_from:
                    number, kind = pathway.relay_athletes, "relay"
                elif self.scenario.readings.fifth_in_walk == "yes":
                    number, kind = pathway.relay_athletes + 1, "relay-bonus"
                else:
                    number, kind = pathway.relay_athletes, "relay"
                    asking.append(_Candidate(noc, gender, self._rank(relay, noc), individual))
                if number:
                    figures: Figures = {
                        "athletes": number,
                        "base": pathway.relay_athletes,
                        "individual": individual,
                    }
                    self._award(pathway.identifier, noc, gender, number, kind, figures)
        self._in_line(pathway.identifier, asking, "bonus-granted")

    def _quota_places_after(self, pathway: QuotaPlaces, held: Held) -> None:
        """Quota places after a decline: what the start places give, and at least what is held."""
        for gender in GENDERS:
            for noc in sorted({*self.needs[gender], *self.kept[gender]}):
                own = [award for award in held.awards if (award.noc, award.gender) == (noc, gender)]
                by_pathway = sum(award.number for award in own if award.pathway == pathway.identifier)
                number = max(self.needs[gender].get(noc, 0), by_pathway)
                rest = max(0, self._kept(noc, gender) - number)
                if number:
                    self._stand(Award(pathway.identifier, noc, gender, number))
                    if number > by_pathway:
                        figures: Figures = {"athletes": number, "had": self._kept(noc, gender)}
                        identifier = reallocation(self.rules).identifier
                        kind = "needed" if number > self._kept(noc, gender) else "needed-had"
                        self.decisions.append(Decision(identifier, None, noc, gender, None, True, kind, figures))
                for award in own:
                    if award.pathway != pathway.identifier and rest:
                        self._stand(award._replace(number=min(rest, award.number)))
                        rest -= min(rest, award.number)

    def _stand(self, award: Award) -> None:
        self._count_award(award)

    def _individual(self, noc: str, gender: Gender) -> int:
        return sum(self.places[event].get(noc, 0) for event in self.individual[gender])

    def _rank(self, event: str | None, noc: str) -> int | None:
        """The rank of an NOC's best entry in an event."""
        if event is None:
            return None
        if event not in self.ranks:
            own = self.ranks[event] = {}
            for rank, (claimant, _) in enumerate(self.claims[event], 1):
                own.setdefault(claimant, rank)
        return self.ranks[event].get(noc)

    def _award(self, pathway: str, noc: str, gender: Gender, number: int, kind: str, figures: Figures) -> None:
        self._count_award(Award(pathway, noc, gender, number))
        self.decisions.append(Decision(pathway, None, noc, gender, None, True, kind, figures))

    def _count_award(self, award: Award) -> None:
        own = self.athletes[award.gender]
        own[award.noc] = own.get(award.noc, 0) + award.number
        self.given[award.gender] += award.number
        self.awards.append(award)

    def _given(self, gender: Gender | None = None) -> int:
        return self.given["men"] + self.given["women"] if gender is None else self.given[gender]

    # P4: mixed relay ----------------------------------------

    def _top_up(self, pathway: TeamTopUp) -> None:
        event = self.rules.event(pathway.event)
        team = dict(zip(GENDERS, event.team or (0, 0), strict=True))
        ranking = [noc for noc, _ in self.claims[event.identifier]]
        everyone = sorted({noc for gender in GENDERS for noc in self.athletes[gender]})
        ranked = set(ranking)
        in_order = ranking + [noc for noc in everyone if noc not in ranked]
        lacking = {noc: self._lacking(noc, team) for noc in in_order}
        teams = [noc for noc in in_order if not lacking[noc] and not self._gave_back(event.identifier, noc)]
        for rank, noc in enumerate(in_order, 1):
            if not lacking[noc] or self._gave_back(event.identifier, noc):
                continue
            numbers: Figures = {gender: self.athletes[gender].get(noc, 0) for gender in GENDERS}
            numbers |= {"rank": rank if rank <= len(ranking) else None}
            if sum(lacking[noc].values()) > 1:
                if numbers["men"] or numbers["women"]:
                    self._refuse(pathway.identifier, noc, None, "lacks-more", numbers, event.identifier)
                continue
            gender = next(iter(lacking[noc]))
            numbers |= {"lacking": gender}
            room, figures = self._room(gender)
            if rank > len(ranking):
                self._refuse(pathway.identifier, noc, gender, "top-up-unranked", numbers, event.identifier)
            elif len(teams) >= event.start_places:
                numbers |= {"teams": len(teams), "places": event.start_places}
                self._refuse(pathway.identifier, noc, gender, "teams-full", numbers, event.identifier)
            elif room is not None:
                self._refuse(pathway.identifier, noc, gender, room, {**numbers, **figures}, event.identifier)
            else:
                figures = {**numbers, "event": event.identifier}
                self._award(pathway.identifier, noc, gender, 1, "top-up", figures)
                teams.append(noc)
        turn = {noc: place for place, noc in enumerate(in_order)}
        self._enter_teams(pathway.identifier, event, sorted(teams, key=turn.__getitem__))

    def _gave_back(self, event: str, noc: str) -> bool:
        if (event, noc) in self.scenario.abstains:
            return True
        return self.held is not None and self.held.at_most.get((event, noc), 1) < 1

    def _lacking(self, noc: str, team: dict[Gender, int]) -> dict[Gender, int]:
        """Athletes an NOC lacks for a team, by gender; empty if none."""
        missing = {gender: team[gender] - self.athletes[gender].get(noc, 0) for gender in GENDERS}
        return {gender: number for gender, number in missing.items() if number > 0}

    def _refuse(
        self,
        pathway: str,
        noc: str,
        gender: Gender | None,
        kind: str,
        figures: Figures,
        event: str | None = None,
    ) -> None:
        # A refused quota place names the event in its figures: as `event` of the decision it would be a start place.
        figures = {**figures, "event": event} if event else figures
        self.decisions.append(Decision(pathway, None, noc, gender, None, False, kind, figures))

    def _room(self, gender: Gender) -> tuple[str | None, Figures]:
        """What stands against one more quota place, if anything."""
        if self._given() >= self.rules.total:
            return "no-quota-place", {"total": self._given(), "cap": self.rules.total}
        cap = self.caps_afterwards.get(gender)
        if cap is not None and self._given(gender) >= cap:
            return "gender-full", {"total": self._given(gender), "cap": cap}
        return None, {}

    def _enter_teams(self, pathway: str, event: Event, teams: list[str]) -> None:
        """All teams enter, or the best of the ranking with one place kept for the host."""
        crowded = len(teams) > event.start_places
        if crowded:
            self._refuse_unranked_tie(pathway, event, teams)
        for noc in teams:
            if self.places[event.identifier].get(noc):
                continue
            numbers: Figures = {gender: self.athletes[gender][noc] for gender in GENDERS}
            numbers |= {"rank": self._rank(event.identifier, noc), "places": event.start_places}
            host = noc == self.scenario.host and event.identifier in self.guaranteed
            kept = not host and self._host_lacks(event.identifier)
            if self.taken[event.identifier] + kept >= event.start_places:
                granted, kind = False, "not-best"
            else:
                granted, kind = True, "enters-host" if host else "enters-best" if crowded else "enters"
                self.places[event.identifier][noc] = 1
                self.taken[event.identifier] += 1
            self.decisions.append(Decision(pathway, event.identifier, noc, None, 1, granted, kind, numbers))

    def _refuse_unranked_tie(self, pathway: str, event: Event, teams: list[str]) -> None:
        """Teams outside the ranking share one rank; stop if some but not all of them would enter."""
        host = self.scenario.host if event.identifier in self.guaranteed else None
        entered = self.places[event.identifier]
        absent = [noc for noc in teams if self._rank(event.identifier, noc) is None]
        unranked = [noc for noc in absent if noc != host and noc not in entered]
        ranked = len(teams) - len(unranked)
        if ranked < event.start_places < len(teams):
            self.tied = [Tied(pathway, event.identifier, noc, None, None) for noc in unranked]
            raise _TieError

    # P5 and P6: what is left over ----------------------------------------

    def _remainder(self, pathway: Remainder) -> None:
        candidates: list[_Candidate] = []
        for gender in GENDERS:
            relay = self.relay[gender]
            for noc, number in sorted(self.athletes[gender].items()):
                individual = self._individual(noc, gender)
                has_relay = relay is not None and noc in self.places[relay]
                if number != pathway.quota_places or (pathway.relay_only and not has_relay):
                    continue
                if pathway.individual_places in (None, individual):
                    candidates.append(_Candidate(noc, gender, self._rank(relay, noc), individual))
        self._in_line(pathway.identifier, candidates, "next")

    def _in_line(self, pathway: str, candidates: Iterable[_Candidate], kind: str) -> None:
        """One quota place each, by relay rank, while any are left; equal ranks as the reading `remaining-ties` says."""
        for group in self._groups(candidates):
            open_to = self._undecided(group)
            if open_to:
                for candidate in open_to:
                    others = ", ".join(f"{c.noc} {c.gender}" for c in open_to if c is not candidate)
                    figures: Figures = {"rank": candidate.rank, "others": others}
                    self._refuse(pathway, candidate.noc, candidate.gender, "tie", figures)
                    self.tied.append(
                        Tied(pathway, self.relay[candidate.gender], candidate.noc, candidate.gender, candidate.rank)
                    )
                raise _TieError
            # Who shares a place in line is judged by what was left before all of them, so no order among them shows.
            rooms = [self._room(candidate.gender) for candidate in group]
            for candidate, (room, numbers) in zip(group, rooms, strict=True):
                figures = {
                    "rank": candidate.rank,
                    "relay": self.relay[candidate.gender],
                    "individual": candidate.individual,
                }
                if room is None:
                    self._award(pathway, candidate.noc, candidate.gender, 1, kind, figures)
                else:
                    self._refuse(pathway, candidate.noc, candidate.gender, room, {**figures, **numbers})

    def _undecided(self, group: Sequence[_Candidate]) -> list[_Candidate]:
        """Those of a shared place in line among whom a choice is left: more of them than there is room for.

        If the total leaves too little, that is everybody with room; otherwise those of a gender whose hard cap does.
        """
        able = [candidate for candidate in group if self._room(candidate.gender)[0] is None]
        room = {
            gender: self.caps_afterwards[gender] - self._given(gender)
            for gender in GENDERS
            if gender in self.caps_afterwards
        }
        asking = {gender: sum(candidate.gender == gender for candidate in able) for gender in GENDERS}
        fitting = sum(min(number, room.get(gender, number)) for gender, number in asking.items())
        if fitting > self.rules.total - self._given():
            return able
        return [c for c in able if c.gender in room and asking[c.gender] > room[c.gender]]

    def _groups(self, candidates: Iterable[_Candidate]) -> list[list[_Candidate]]:
        """Candidates that share a place in line, best first."""
        first = {"men-first": "men", "women-first": "women"}.get(self.scenario.readings.remaining_ties)
        groups: dict[tuple[int, bool], list[_Candidate]] = {}
        for candidate in candidates:
            key = (candidate.order, first is not None and candidate.gender != first)
            groups.setdefault(key, []).append(candidate)
        return [groups[key] for key in sorted(groups)]


def _gender(event: Event) -> Gender:
    if event.gender == "mixed":
        raise ValueError(f"{event.identifier} has no single gender")
    return event.gender
