"""The executable specification: every violation of the rules by an allocation, found without a solver.

An allocation is right if and only if every claim that was granted could be granted, every claim that was refused could
not, given the places of all claims before it, and every decision on record says so with a true reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .account import told_by
from .allocation import Allocation
from .decisions import Decision
from .held import Held
from .judge import LAST, Judge, Waiting
from .rules import GENDERS, Event, Gender, ParallelWalk, Pathway, QuotaPlaces, RelayPlaces, Remainder, TeamTopUp
from .scenario import Scenario


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which an allocation breaks the rules.

    `pathway` is None for caps, host places and what the rules do not know at all.
    """

    pathway: str | None
    noc: str | None
    column: str
    message: str

    def __str__(self) -> str:
        return f"{self.pathway or 'caps'}, {self.noc or 'all'}, {self.column}: {self.message}"


def violations(scenario: Scenario, allocation: Allocation, held: Held | None = None) -> list[Violation]:
    """Return every violation of the scenario's rules and readings, in the order of the pathways; empty if right.

    An allocation with status `tie` is partial: then only what comes before the tie is judged.

    Parameters
    ----------
    held
        What stood before, if the allocation fills holes after declines.

    Raises
    ------
    IncompleteError
        If the standings are not complete.
    """
    scenario.require_complete()
    return found_by(Judge(scenario, allocation, held))


def found_by(judge: Judge) -> list[Violation]:
    """Return what `violations` does, for an allocation that a judge has before it already."""
    return _Check(judge).check()


class _Check:
    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.scenario = judge.scenario
        self.rules = judge.rules
        self.allocation = judge.allocation
        self.found: list[Violation] = []

    def check(self) -> list[Violation]:
        self._known()
        self._caps()
        tie_pathways = {tied.pathway for tied in self.allocation.tied}
        if None in tie_pathways:
            self._tied_in_standings()
            return self.found
        checks: dict[type[Pathway], Callable[..., None]] = {
            RelayPlaces: self._start_places,
            ParallelWalk: self._start_places,
            QuotaPlaces: self._quota_places,
            TeamTopUp: self._top_up,
            Remainder: self._remainder,
        }
        for pathway in self.rules.pathways:
            if pathway.identifier in tie_pathways:
                self._tie(pathway)
                break
            check = checks.get(type(pathway))
            if check is not None:
                check(pathway)
        if not self.found and self.allocation.decisions:
            self._decisions()
        return self.found

    def _add(self, pathway: str | None, noc: str | None, column: str, message: str) -> None:
        self.found.append(Violation(pathway, noc, column, message))

    # What the rules do not know, caps and host places ----------------------------------------

    def _known(self) -> None:
        gives = {p.identifier for p in self.rules.pathways if isinstance(p, QuotaPlaces | TeamTopUp | Remainder)}
        for award in self.allocation.awards:
            if award.pathway not in gives or award.number < 0:
                message = f"{award.number} quota places by pathway {award.pathway!r}, which gives none in these rules"
                self._add(None, award.noc, award.gender, message)
        events = {event.identifier for event in self.rules.events}
        for event, places in self.allocation.places.items():
            for noc, number in places.items():
                if event not in events or number < 0:
                    self._add(None, noc, event, f"{number} start places, which the rules do not know")

    def _caps(self) -> None:
        for event in self.rules.events:
            places = self.allocation.places.get(event.identifier, {})
            if sum(places.values()) > event.start_places:
                message = f"{sum(places.values())} start places; the cap is {event.start_places}"
                self._add(None, None, event.identifier, message)
            for noc, number in places.items():
                if number > (cap := self.scenario.noc_cap(event, noc)):
                    self._add(None, noc, event.identifier, f"{number} start places; the cap per NOC is {cap}")
                entries = self.judge.number_of_entries.get(event.identifier, {}).get(noc, 0)
                allowed = max(
                    entries,
                    self.judge.held_number(event.identifier, noc),
                    1 if self.judge.guaranteed(event.identifier, noc) else 0,
                )
                if event.gender != "mixed" and number > allowed:
                    self._add(None, noc, event.identifier, f"{number} start places, but {entries} ranked entries")
            if self.judge.guaranteed(event.identifier, self.scenario.host) and not self.allocation.tied:
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

    # P1 and P2: a claim is granted exactly if nothing stands against it ----------------------------------------

    def _start_places(self, pathway: RelayPlaces | ParallelWalk) -> None:
        for claim in self.judge.claims(pathway):
            if claim.granted != bool(claim.obstacles):
                continue
            where = (self.judge.granting(pathway), claim.noc, claim.event)
            if claim.granted:
                self._add(*where, f"qualifier {claim.qualifier} has a start place although {claim.words()}")
            else:
                self._add(*where, f"qualifier {claim.qualifier} has no start place although nothing stands against it")
        for event in pathway.events:
            for noc, number in (self.judge.held.places.get(event, {}) if self.judge.held else {}).items():
                if self.judge.places(event, noc) < number:
                    self._add(None, noc, event, f"it had {number} start places and lost one that it did not give back")

    # P3: quota places ----------------------------------------

    def _quota_places(self, pathway: QuotaPlaces) -> None:
        waiting = self._in_line(pathway)
        extra = {(one.noc, one.gender) for one in waiting if one.granted}
        now = self.judge.now(pathway.identifier)
        for gender in GENDERS:
            for noc in self.judge.nocs:
                number = now.get((noc, gender), 0)
                expected = self.judge.largest(noc, gender)
                if self.judge.has_relay(noc, gender):
                    bonus = pathway.bonus_from is not None and self.judge.individual(noc, gender) >= pathway.bonus_from
                    counted = bonus and self.scenario.readings.fifth_in_walk == "yes"
                    expected = pathway.relay_athletes + int(counted or (noc, gender) in extra)
                if self.judge.held is not None:
                    own = self.judge.held.awards
                    who = (pathway.identifier, noc, gender)
                    expected = max(expected, sum(a.number for a in own if (a.pathway, a.noc, a.gender) == who))
                if number != expected:
                    message = f"{number} quota places; the start places give {expected}"
                    self._add(pathway.identifier, noc, gender, message)
        self._line(pathway.identifier, waiting, {gender: self._before_line(pathway, gender) for gender in GENDERS})

    # P4: mixed relay ----------------------------------------

    def _top_up(self, pathway: TeamTopUp) -> None:
        event = self.rules.event(pathway.event)
        team = dict(zip(GENDERS, event.team or (0, 0), strict=True))
        ranks = self.judge.ranks.get(event.identifier, {})
        if self._only_standing(pathway):
            return
        waiting: list[Waiting] = []
        ready = 0
        teams: set[str] = set()
        until, now = self.judge.until(pathway), self.judge.now(pathway.identifier)
        for noc in self.judge.nocs:
            had = {gender: until.get((noc, gender), 0) for gender in GENDERS}
            lacks = [gender for gender in GENDERS for _ in range(max(0, team[gender] - had[gender]))]
            gifts = {gender: now.get((noc, gender), 0) for gender in GENDERS}
            got = sum(gifts.values())
            wants = not self.judge.gave_back(event.identifier, noc)
            if not lacks and (wants or self.judge.places(event.identifier, noc)):
                ready += 1
                teams.add(noc)
            if len(lacks) == 1 and noc in ranks and wants:
                waiting.append(Waiting((ranks[noc], 0), noc, lacks[0], got > 0))
            if got and (len(lacks) != 1 or noc not in ranks or not wants or got != 1 or not gifts[lacks[0]]):
                self._add(pathway.identifier, noc, event.identifier, "a quota place although it does not lack just one")
            elif got:
                teams.add(noc)
        before = {gender: self.judge.sum_until(pathway, gender) for gender in GENDERS}
        self._line(pathway.identifier, waiting, before, seats=max(0, event.start_places - ready))
        self._entries(pathway, event, teams, ranks)

    def _entries(self, pathway: TeamTopUp, event: Event, teams: set[str], ranks: Mapping[str, int]) -> None:
        entered = {noc for noc in self.judge.nocs if self.judge.places(event.identifier, noc)}
        for noc in sorted(entered - teams):
            self._add(pathway.identifier, noc, event.identifier, "a start place without enough athletes for a team")
        host = self.scenario.host
        for noc in sorted(teams - entered):
            better = [
                other
                for other in entered
                if self.judge.held_number(event.identifier, other)
                or self.judge.guaranteed(event.identifier, other)
                or ranks.get(other, LAST) < ranks.get(noc, LAST)
            ]
            full = len(entered) >= event.start_places or (
                self.judge.guaranteed(event.identifier, host)
                and host not in entered
                and len(entered) + 1 >= event.start_places
            )
            if not full or len(better) < len(entered):
                message = "no start place although it has a team and no better ones fill the event"
                self._add(pathway.identifier, noc, event.identifier, message)

    # P5 and P6: what is left over ----------------------------------------

    def _only_standing(self, pathway: Pathway) -> bool:
        """Whether a pathway is not repeated after declines; then it may have given nothing new."""
        if self.judge.repeated(pathway):
            return False
        for noc in self.judge.nocs:
            for gender in GENDERS:
                if self.judge.new(pathway.identifier, noc, gender):
                    self._add(pathway.identifier, noc, gender, "a quota place by a pathway that is not repeated")
        return True

    def _remainder(self, pathway: Remainder) -> None:
        if self._only_standing(pathway):
            return
        waiting = self._in_line(pathway)
        asking = {(one.noc, one.gender) for one in waiting}
        for (noc, gender), got in self.judge.now(pathway.identifier).items():
            if got > ((noc, gender) in asking):
                self._add(pathway.identifier, noc, gender, f"{got} quota places that the condition does not give")
        self._line(pathway.identifier, waiting, {gender: self._before_line(pathway, gender) for gender in GENDERS})

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

    # Ties ----------------------------------------

    def _tied_in_standings(self) -> None:
        """Whoever is said to be tied in a ranking must be marked as tied there."""
        groups = {event: set(ranking.tied) for event, ranking in self.scenario.standings.rankings.items()}
        for one in self.allocation.tied:
            ranks = next((g for g in groups.get(one.event or "", ()) if one.rank is not None and g[0] == one.rank), ())
            entries = self.scenario.standings.rankings[one.event].entries if one.event in groups else ()
            if one.noc not in {entries[rank - 1].noc for rank in ranks}:
                self._add(
                    one.pathway, one.noc, one.event or "table", "it is said to be tied, but the ranking has no tie"
                )

    def _tie(self, pathway: Pathway) -> None:
        """A tie must be one: more NOCs in a place of the line than there is room for, and nobody decided behind it."""
        said = {(one.noc, one.gender) for one in self.allocation.tied}
        real: set[tuple[str, Gender | None]] = set()
        if isinstance(pathway, Remainder | QuotaPlaces):
            waiting = self._in_line(pathway)
            before = {gender: self._before_line(pathway, gender) for gender in GENDERS}
            groups = sorted({one.order for one in waiting if (one.noc, one.gender) in said})
            if len(groups) == 1:
                real = self._open(waiting, before, groups[0])
        elif isinstance(pathway, TeamTopUp):
            event = self.rules.event(pathway.event)
            ready = {noc for noc in self.judge.nocs if self._has_team(pathway, event, noc)}
            last = {
                noc
                for noc in ready
                if noc not in self.judge.ranks.get(event.identifier, {})
                and not self.judge.guaranteed(event.identifier, noc)
                and not self.judge.held_number(event.identifier, noc)
            }
            if len(ready) - len(last) < event.start_places < len(ready):
                real = {(noc, None) for noc in last}
        if said != real:
            names = ", ".join(sorted(f"{noc} {gender or ''}".strip() for noc, gender in said))
            self._add(pathway.identifier, None, "table", f"the tie of {names} is not one that the rules leave open")

    def _open(
        self, waiting: list[Waiting], before: Mapping[Gender, int], order: tuple[int, int]
    ) -> set[tuple[str, Gender | None]]:
        """Those of one place in line among whom the rules leave a choice."""
        ahead = [one for one in waiting if one.granted and one.order < order]
        total = self.rules.total - sum(before.values()) - len(ahead)
        hard = self.rules.gender_caps if self.scenario.readings.gender_cap == "hard" else {}
        room = {g: cap - before[g] - sum(one.gender == g for one in ahead) for g, cap in hard.items()}
        able = [one for one in waiting if one.order == order and room.get(one.gender, 1) > 0 and total > 0]
        number = {gender: sum(one.gender == gender for one in able) for gender in GENDERS}
        if sum(min(n, room.get(gender, n)) for gender, n in number.items()) > total:
            return {(one.noc, one.gender) for one in able}
        return {(one.noc, one.gender) for one in able if one.gender in room and number[one.gender] > room[one.gender]}

    def _in_line(self, pathway: Remainder | QuotaPlaces) -> list[Waiting]:
        """Everybody who may ask for a quota place of a pathway that goes by the relay rankings."""
        waiting: list[Waiting] = []
        until, now = self.judge.until(pathway), self.judge.now(pathway.identifier)
        for gender in GENDERS:
            for noc in self.judge.nocs:
                got = now.get((noc, gender), 0)
                if isinstance(pathway, Remainder):
                    fits = (
                        until.get((noc, gender), 0) == pathway.quota_places
                        and (self.judge.has_relay(noc, gender) or not pathway.relay_only)
                        and pathway.individual_places in (None, self.judge.individual(noc, gender))
                    )
                else:
                    fits = (
                        self.scenario.readings.fifth_in_walk == "no"
                        and self.judge.held is None
                        and self.judge.has_relay(noc, gender)
                        and pathway.bonus_from is not None
                        and self.judge.individual(noc, gender) >= pathway.bonus_from
                    )
                    got -= pathway.relay_athletes
                if fits:
                    waiting.append(Waiting(self.judge.order(noc, gender), noc, gender, got > 0))
        return waiting

    def _before_line(self, pathway: Remainder | QuotaPlaces, gender: Gender) -> int:
        """Quota places in a gender when the line of a pathway begins."""
        before = self.judge.sum_until(pathway, gender)
        if isinstance(pathway, QuotaPlaces):
            granted = sum(one.granted and one.gender == gender for one in self._in_line(pathway))
            before += self.judge.sum_of(pathway, gender) - granted
        return before

    def _has_team(self, pathway: TeamTopUp, event: Event, noc: str) -> bool:
        """Whether an NOC has the athletes for a team after a top-up, and would enter it."""
        team = dict(zip(GENDERS, event.team or (0, 0), strict=True))
        return (
            bool(self.judge.places(event.identifier, noc)) or not self.judge.gave_back(event.identifier, noc)
        ) and all(
            self.judge.athletes_until(pathway, noc, gender) + self.judge.new(pathway.identifier, noc, gender)
            >= team[gender]
            for gender in GENDERS
        )

    # The record ----------------------------------------

    def _decisions(self) -> None:
        """The record must hold every decision, with the fact that decides it, and no other."""
        right = told_by(self.judge)
        said: dict[object, Decision] = {_subject(decision): decision for decision in self.allocation.decisions}
        for decision in right:
            where = (decision.pathway, decision.noc, decision.event or decision.gender or "athletes")
            other = said.pop(_subject(decision), None)
            if other is None:
                self._add(*where, "the decision is not on record")
            elif other.granted != decision.granted:
                self._add(*where, "the recorded decision does not agree with the places")
            elif not self._true(other, decision):
                self._add(*where, f"the recorded reason {other.kind!r} is not the one that decides")
        for decision in said.values():
            where = (decision.pathway, decision.noc, decision.event or decision.gender or "athletes")
            self._add(*where, "a decision is on record that nobody had to take")

    def _true(self, said: Decision, right: Decision) -> bool:
        """Whether a reason is true; of several obstacles to a start place any may be named."""
        if said.kind == right.kind:
            return dict(said.figures) == dict(right.figures)
        if said.event is None or said.granted or said.qualifier is None:
            return False
        for pathway in self.rules.pathways:
            if isinstance(pathway, RelayPlaces | ParallelWalk) and said.event in pathway.events:
                for claim in self.judge.claims(pathway):
                    if (claim.event, claim.noc, claim.qualifier) == (said.event, said.noc, said.qualifier):
                        figures = claim.obstacles.get(said.kind)
                        return figures is not None and {"rank": claim.rank, **figures} == dict(said.figures)
        return False


def _subject(decision: Decision) -> tuple[object, ...]:
    """What a decision is about; what start places give and one more on the same pathway are two decisions."""
    follows = decision.kind in ("relay", "relay-bonus", "largest")
    return (decision.pathway, decision.event, decision.noc, decision.gender, decision.qualifier, follows)
