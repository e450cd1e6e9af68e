"""The executable specification: every violation of the rules by an allocation, found without a solver.

The rules are read here as constraints, not as steps: an allocation is right if and only if every claim that was
granted could be granted, and every claim that was refused could not, given the places of all claims before it. The
engines share none of this code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from .allocation import Allocation
from .decisions import Decision
from .rules import (
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
from .scenario import Scenario

LAST = 10**9


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which an allocation breaks the rules.

    `pathway` is None for caps and host places, which stand above all pathways.
    """

    pathway: str | None
    noc: str | None
    column: str
    message: str

    def __str__(self) -> str:
        return f"{self.pathway or 'caps'}, {self.noc or 'all'}, {self.column}: {self.message}"


def violations(scenario: Scenario, allocation: Allocation) -> list[Violation]:
    """Return every violation of the scenario's rules and readings, in the order of the pathways; empty if right.

    An allocation with status `tie` is partial: then only what comes before the tie is judged.

    Raises
    ------
    IncompleteError
        If the standings are not complete.
    """
    scenario.require_complete()
    return Judge(scenario, allocation).judge()


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
    """Compares an allocation with what the rules say of each claim.

    `account` reads the same facts to put the decisions of an allocation into words.
    """

    def __init__(self, scenario: Scenario, allocation: Allocation) -> None:
        self.scenario = scenario
        self.rules = scenario.rules
        self.allocation = allocation
        self.found: list[Violation] = []
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
        self.nocs = sorted(set(scenario.nocs) | set(allocation.nocs))
        self.said: dict[tuple[str, str, int | None], Decision] = {
            (d.event, d.noc, d.qualifier): d for d in allocation.decisions if d.event is not None
        }

    def judge(self) -> list[Violation]:
        """Return every violation, caps first, then pathway by pathway."""
        self._caps()
        tie_pathways = {tied.pathway for tied in self.allocation.tied}
        if None in tie_pathways:
            return self.found
        judged: dict[type[Pathway], Callable[..., None]] = {
            RelayPlaces: self._start_places,
            ParallelWalk: self._start_places,
            QuotaPlaces: self._quota_places,
            TeamTopUp: self._top_up,
            Remainder: self._remainder,
        }
        known = {pathway.identifier for pathway in self.rules.pathways}
        for name, noc, gender in self.got:
            if name not in known:
                self._add(None, noc, gender, f"quota places by a pathway {name!r} that the rules do not have")
        for pathway in self.rules.pathways:
            if pathway.identifier in tie_pathways:
                break
            check = judged.get(type(pathway))
            if check is not None:
                check(pathway)
        return self.found

    def _add(self, pathway: str | None, noc: str | None, column: str, message: str) -> None:
        self.found.append(Violation(pathway, noc, column, message))

    # Caps and host places ----------------------------------------

    def _places(self, event: str, noc: str) -> int:
        return self.allocation.places.get(event, {}).get(noc, 0)

    def _caps(self) -> None:
        for event in self.rules.events:
            places = self.allocation.places.get(event.identifier, {})
            if sum(places.values()) > event.start_places:
                message = f"{sum(places.values())} start places; the cap is {event.start_places}"
                self._add(None, None, event.identifier, message)
            for noc, number in places.items():
                if number > event.noc_cap:
                    self._add(None, noc, event.identifier, f"{number} start places; the cap per NOC is {event.noc_cap}")
                entries = sum(entry == noc for entry, _ in self.entries.get(event.identifier, ()))
                allowed = max(entries, 1 if self.guaranteed(event.identifier, noc) else 0)
                if event.gender != "mixed" and number > allowed:
                    self._add(None, noc, event.identifier, f"{number} start places, but {entries} ranked entries")
            if self.guaranteed(event.identifier, self.scenario.host) and not self.allocation.tied:
                host = str(self.scenario.host)
                if not places.get(host):
                    self._add(None, host, event.identifier, "the host has no start place")
        totals = dict(zip(GENDERS, self.allocation.totals, strict=True))
        if sum(totals.values()) > self.rules.total:
            self._add(None, None, "total", f"{sum(totals.values())} quota places; the cap is {self.rules.total}")
        if self.scenario.readings.gender_cap == "hard":
            for gender, cap in self.rules.gender_caps.items():
                if totals[gender] > cap:
                    self._add(None, None, gender, f"{totals[gender]} quota places; the cap is read as a hard {cap}")

    def guaranteed(self, event: str, noc: str | None) -> bool:
        """Return whether this NOC is the host and has a start place in this event in any case."""
        return noc is not None and noc == self.scenario.host and self.scenario.is_host_event(event)

    # P1 and P2: a claim is granted exactly if nothing stands against it ----------------------------------------

    def _start_places(self, pathway: RelayPlaces | ParallelWalk) -> None:
        for claim in self.claims(pathway):
            where = (pathway.identifier, claim.noc, claim.event)
            if claim.granted and claim.obstacles:
                self._add(*where, f"qualifier {claim.qualifier} has a start place although {claim.words()}")
            if not claim.granted and not claim.obstacles:
                self._add(*where, f"qualifier {claim.qualifier} has no start place although nothing stands against it")
            self._check_said(pathway.identifier, claim)

    def claims(self, pathway: RelayPlaces | ParallelWalk) -> Iterator[Claim]:
        """Yield the claims of a pathway in its order, each with all that stood against it when its turn came."""
        ordered = sorted(
            (rank, column, event, noc, qualifier)
            for column, event in enumerate(pathway.events)
            for rank, (noc, qualifier) in enumerate(self.entries.get(event, ()), 1)
        )
        counts = {event: dict(places) for event, places in self._earlier(pathway).items()}
        need = _Needs(self, counts)
        passed: dict[tuple[str, str], int] = {}
        for rank, _, event, noc, qualifier in ordered:
            passed[event, noc] = passed.get((event, noc), 0) + 1
            granted = passed[event, noc] <= self._places(event, noc)
            obstacles = self._obstacles(self.rules.event(event), noc, counts, need)
            number = sum(counts.get(event, {}).values()) + 1
            yield Claim(event, noc, qualifier, rank, number, granted, obstacles)
            if granted:
                need.give(event, noc)

    def _earlier(self, pathway: Pathway) -> dict[str, Mapping[str, int]]:
        given: dict[str, Mapping[str, int]] = {}
        for other in self.rules.pathways:
            if other.identifier == pathway.identifier:
                break
            given.update({event: self.allocation.places.get(event, {}) for event in getattr(other, "events", ())})
        return given

    def _obstacles(
        self, event: Event, noc: str, counts: Mapping[str, Mapping[str, int]], need: _Needs
    ) -> dict[str, Figures]:
        """Return everything that stands against one more place: kind -> figures."""
        found: dict[str, Figures] = {}
        here = counts.get(event.identifier, {})
        if here.get(noc, 0) + 1 > event.noc_cap:
            found["noc-cap"] = {"cap": event.noc_cap}
        taken, host = sum(here.values()), self.scenario.host
        waits = self.guaranteed(event.identifier, host) and noc != host and not here.get(str(host))
        if waits and taken + 2 > event.start_places:
            found["host-kept"] = {"places": event.start_places, "host": host}
        elif taken + 1 > event.start_places:
            found["event-full"] = {"places": event.start_places}
        return found | need.exceeded(event, noc)

    def _check_said(self, pathway: str, claim: Claim) -> None:
        """The recorded decision, if there is a record, must agree and give a true reason."""
        if not self.allocation.decisions:
            return
        decision = self.said.get((claim.event, claim.noc, claim.qualifier))
        if decision is None or decision.granted != claim.granted:
            message = f"the decision on qualifier {claim.qualifier} does not agree with the places"
            self._add(pathway, claim.noc, claim.event, message)
        elif not claim.granted and decision.kind not in claim.obstacles:
            message = f"the reason {decision.kind!r} against qualifier {claim.qualifier} is not true"
            self._add(pathway, claim.noc, claim.event, message)

    # P3: quota places ----------------------------------------

    def individual(self, noc: str, gender: Gender) -> int:
        """Return an NOC's individual start places in a gender."""
        return sum(self._places(event.identifier, noc) for event in self.rules.individual(gender))

    def has_relay(self, noc: str, gender: Gender) -> bool:
        """Return whether an NOC has a start place in the relay of a gender."""
        relay = self.rules.relay(gender)
        return relay is not None and self._places(relay.identifier, noc) > 0

    def _relay_rank(self, noc: str, gender: Gender) -> int:
        relay = self.rules.relay(gender)
        return LAST if relay is None else self.ranks.get(relay.identifier, {}).get(noc, LAST)

    def _quota_places(self, pathway: QuotaPlaces) -> None:
        waiting: list[Waiting] = []
        for gender in GENDERS:
            for noc in self.nocs:
                number = self.got.get((pathway.identifier, noc, gender), 0)
                expected = max((self._places(e.identifier, noc) for e in self.rules.individual(gender)), default=0)
                if self.has_relay(noc, gender):
                    expected = pathway.relay_athletes
                    bonus = pathway.bonus_from is not None and self.individual(noc, gender) >= pathway.bonus_from
                    if bonus and self.scenario.readings.fifth_in_walk == "yes":
                        expected += 1
                    elif bonus:
                        waiting.append(Waiting(self.order(noc, gender), noc, gender, number > expected))
                        expected += number > expected
                if number != expected:
                    message = f"{number} quota places; the start places give {expected}"
                    self._add(pathway.identifier, noc, gender, message)
        before = {gender: self.sum_until(pathway, gender) for gender in GENDERS}
        for one in waiting:
            before[one.gender] -= one.granted
        before = {gender: number + self._sum(pathway.identifier, gender) for gender, number in before.items()}
        self._line(pathway.identifier, waiting, before)

    def _sum(self, pathway: str, gender: Gender) -> int:
        return sum(number for (p, _, g), number in self.got.items() if (p, g) == (pathway, gender))

    def sum_until(self, pathway: Pathway, gender: Gender) -> int:
        """Quota places in a gender by all pathways before this one."""
        total = 0
        for other in self.rules.pathways:
            if other.identifier == pathway.identifier:
                break
            total += self._sum(other.identifier, gender)
        return total

    def athletes_until(self, pathway: Pathway, noc: str, gender: Gender) -> int:
        """Return an NOC's quota places in a gender by all pathways before this one."""
        total = 0
        for other in self.rules.pathways:
            if other.identifier == pathway.identifier:
                break
            total += self.got.get((other.identifier, noc, gender), 0)
        return total

    def order(self, noc: str, gender: Gender) -> tuple[int, int]:
        """Place in line for a quota place: relay rank, then the gender where the reading says so."""
        ties = self.scenario.readings.remaining_ties
        behind = (ties == "men-first" and gender == "women") or (ties == "women-first" and gender == "men")
        return self._relay_rank(noc, gender), int(behind)

    # P4: mixed relay ----------------------------------------

    def _top_up(self, pathway: TeamTopUp) -> None:
        event = self.rules.event(pathway.event)
        team = dict(zip(GENDERS, event.team or (0, 0), strict=True))
        ranks = self.ranks.get(event.identifier, {})
        waiting: list[Waiting] = []
        ready = 0
        teams: set[str] = set()
        for noc in self.nocs:
            had = {gender: self.athletes_until(pathway, noc, gender) for gender in GENDERS}
            lacks = [gender for gender in GENDERS for _ in range(max(0, team[gender] - had[gender]))]
            gifts = {gender: self.got.get((pathway.identifier, noc, gender), 0) for gender in GENDERS}
            got = sum(gifts.values())
            if not lacks:
                ready += 1
                teams.add(noc)
            if len(lacks) == 1 and noc in ranks:
                waiting.append(Waiting((ranks[noc], 0), noc, lacks[0], got > 0))
            if got and (len(lacks) != 1 or noc not in ranks or got != 1 or not gifts[lacks[0]]):
                self._add(pathway.identifier, noc, event.identifier, "a quota place although it does not lack just one")
            elif got:
                teams.add(noc)
        before = {gender: self.sum_until(pathway, gender) for gender in GENDERS}
        self._line(pathway.identifier, waiting, before, seats=max(0, event.start_places - ready))
        self._entries(pathway, event, teams, ranks)

    def _entries(self, pathway: TeamTopUp, event: Event, teams: set[str], ranks: Mapping[str, int]) -> None:
        entered = {noc for noc in self.nocs if self._places(event.identifier, noc)}
        for noc in sorted(entered - teams):
            self._add(pathway.identifier, noc, event.identifier, "a start place without enough athletes for a team")
        host = self.scenario.host
        for noc in sorted(teams - entered):
            better = [
                other
                for other in entered
                if self.guaranteed(event.identifier, other) or ranks.get(other, LAST) < ranks.get(noc, LAST)
            ]
            full = len(entered) >= event.start_places or (
                self.guaranteed(event.identifier, host)
                and host not in entered
                and len(entered) + 1 >= event.start_places
            )
            if not full or len(better) < len(entered):
                message = "no start place although it has a team and no better ones fill the event"
                self._add(pathway.identifier, noc, event.identifier, message)

    # P5 and P6: what is left over ----------------------------------------

    def _remainder(self, pathway: Remainder) -> None:
        waiting: list[Waiting] = []
        for gender in GENDERS:
            for noc in self.nocs:
                got = self.got.get((pathway.identifier, noc, gender), 0)
                fits = (
                    self.athletes_until(pathway, noc, gender) == pathway.quota_places
                    and (self.has_relay(noc, gender) or not pathway.relay_only)
                    and pathway.individual_places in (None, self.individual(noc, gender))
                )
                if fits:
                    waiting.append(Waiting(self.order(noc, gender), noc, gender, got > 0))
                if got > fits:
                    self._add(pathway.identifier, noc, gender, f"{got} quota places that the condition does not give")
        before = {gender: self.sum_until(pathway, gender) for gender in GENDERS}
        self._line(pathway.identifier, waiting, before)

    def _line(
        self, pathway: str, waiting: list[Waiting], before: Mapping[Gender, int], seats: int | None = None
    ) -> None:
        """Nobody in line is refused while there is room, nor passed by somebody behind or beside it.

        Room: the total, the seats of a pathway if given, and the gender's cap where it is read as hard.
        """
        granted = [one for one in waiting if one.granted]
        hard = self.rules.gender_caps if self.scenario.readings.gender_cap == "hard" else {}
        for one in waiting:
            ahead = [other for other in granted if other.order < one.order]
            peers = [other for other in ahead if other.gender == one.gender]
            full = (
                sum(before.values()) + len(ahead) >= self.rules.total
                or (seats is not None and len(ahead) >= seats)
                or (one.gender in hard and before[one.gender] + len(peers) >= hard[one.gender])
            )
            if one.granted and full:
                self._add(pathway, one.noc, one.gender, "a quota place although none was left for it")
            if not one.granted and not full:
                self._add(pathway, one.noc, one.gender, "no quota place although it is next in line and one is left")


class _Needs:
    """Athletes needed for start places given so far, the host's guaranteed ones among them."""

    def __init__(self, judge: Judge, counts: dict[str, dict[str, int]]) -> None:
        self.judge = judge
        self.counts = counts
        self.by_noc: dict[tuple[str, Gender], int] = {}
        self.sums: dict[Gender, int] = dict.fromkeys(GENDERS, 0)
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
        rise = self._of(noc, gender, event.identifier) - self.by_noc.get((noc, gender), 0)
        if rise <= 0:
            return {}
        found: dict[str, Figures] = {}
        rules = self.judge.rules
        everybody = sum(self.sums.values())
        if self.judge.scenario.readings.gender_cap != "nominal" and (
            self.sums[gender] + rise > rules.gender_caps[gender]
        ):
            found["gender-cap"] = {"needed": self.sums[gender], "cap": rules.gender_caps[gender]}
        if everybody + rise > rules.total:
            found["total-cap"] = {"needed": everybody, "cap": rules.total}
        return found

    def _recount(self, noc: str, gender: Gender) -> None:
        need = self._of(noc, gender, None)
        self.sums[gender] += need - self.by_noc.get((noc, gender), 0)
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
