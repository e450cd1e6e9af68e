r"""Quota places (what follows from start places, the mixed relay, the remainder) with CP-SAT.

Start places are given, and pathways are solved one after the other: what a pathway proved to be the only optimum is a
fact for the next. A(a,g) is the number of quota places of NOC a in gender g so far. A pathway has a 0/1 variable x[a,g]
for each NOC that its condition on A(a, .), relay and individual places lets ask:

    sum of A + sum of x  <=  total        and per gender where the reading makes the cap a hard one
    sum of x  <=  teams wanted - NOCs that have one already          (mixed relay)

Its tier is the vector of x in the order of the ranking that the clause names. NOCs that share a place in line are one
position of it; if its optimum leaves a choice, the rules do not say who gets the place.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from quotaproof.model.allocation import Award, Tied, TierValue
from quotaproof.model.kept import Held, reallocation
from quotaproof.model.pathways import (
    ParallelWalk,
    Pathway,
    QuotaPlaces,
    Reallocation,
    RelayPlaces,
    Remainder,
    TeamTopUp,
    refuse,
)
from quotaproof.model.rules import GENDERS, Gender
from quotaproof.model.scenario import Scenario

from .starts import Entries, Places
from .status import Settings
from .tiers import Stages

BEHIND_ALL = 10**9
Key = tuple[str, Gender]


@dataclass
class QuotaResult:
    """Awards, the mixed relay's start places, ties that the readings refuse to break, and the proved optima."""

    awards: list[Award] = field(default_factory=list)
    places: Places = field(default_factory=dict)
    tied: list[Tied] = field(default_factory=list)
    optima: list[TierValue] = field(default_factory=list)


class _TieError(Exception):
    """The rules leave a choice."""


class QuotaModel:
    """Quota places of complete start places, pathway after pathway."""

    def __init__(
        self, scenario: Scenario, entries: Entries, places: Places, settings: Settings, held: Held | None = None
    ) -> None:
        self.scenario = scenario
        self.held = held
        self.rules = scenario.rules
        self.places = places
        self.settings = settings
        self.hard = dict(self.rules.gender_caps) if scenario.readings.gender_cap == "hard" else {}
        self.athletes: dict[Key, int] = {}
        self.result = QuotaResult()
        self.ranks: dict[str, dict[str, int]] = {}
        for event, claims in entries.items():
            ranks = self.ranks[event] = {}
            for rank, (noc, _) in enumerate(claims, 1):
                ranks.setdefault(noc, rank)
        self.later = {"men-first": "women", "women-first": "men"}.get(scenario.readings.remaining_ties)
        self.relay = {gender: self.rules.relay(gender) for gender in GENDERS}
        self.individual: dict[Key, int] = {}
        self.largest: dict[Key, int] = {}
        for gender in GENDERS:
            for one in self.rules.individual(gender):
                for noc, number in places[one.identifier].items():
                    self.individual[noc, gender] = self.individual.get((noc, gender), 0) + number
                    self.largest[noc, gender] = max(self.largest.get((noc, gender), 0), number)

    def solve(self) -> QuotaResult:
        """Return the lexicographically best quota places."""
        try:
            for pathway in self.rules.pathways:
                match pathway:
                    case QuotaPlaces():
                        self._quota_places(pathway)
                    case TeamTopUp():
                        if self._repeated(pathway):
                            self._top_up(pathway)
                    case Remainder():
                        if self._repeated(pathway):
                            self._remainder(pathway)
                    case RelayPlaces() | ParallelWalk() | Reallocation():
                        pass
                    case _:
                        refuse("engine cp-sat", pathway)
        except _TieError:
            pass
        return self.result

    def _repeated(self, pathway: Pathway) -> bool:
        return self.held is None or pathway.identifier in reallocation(self.rules).repeats

    # Helpers ----------------------------------------

    def _has_relay(self, noc: str, gender: Gender) -> bool:
        relay = self.relay[gender]
        return relay is not None and bool(self.places[relay.identifier].get(noc))

    def _order(self, noc: str, gender: Gender) -> tuple[int, int]:
        """Place in line: rank in the gender's relay, then what the reading `remaining-ties` adds."""
        relay = self.relay[gender]
        rank = self.ranks.get(relay.identifier, {}).get(noc, BEHIND_ALL) if relay else BEHIND_ALL
        return rank, int(gender == self.later)

    def _caps(self, stages: Stages, asked: Mapping[Key, int]) -> None:
        """What is left of the total and of hard caps."""
        stages.model.at_most(list(asked.values()), self.rules.total - sum(self.athletes.values()))
        for gender, cap in self.hard.items():
            given = sum(number for (_, g), number in self.athletes.items() if g == gender)
            stages.model.at_most([variable for (_, g), variable in asked.items() if g == gender], cap - given)

    def _in_line(self, name: str, pathway: str, line: Sequence[Sequence[Key]], seats: int | None = None) -> None:
        """One quota place each in the order of the line, while there is room."""
        keys = [key for position in line for key in position]
        if not keys:
            return
        if self._no_room(seats):
            self.result.optima.append(TierValue(name, len(keys), 0))
            return
        stages = Stages(self.settings)
        asked = dict(zip(keys, stages.model.booleans(len(keys)), strict=True))
        self._caps(stages, asked)
        if seats is not None:
            stages.model.at_most(list(asked.values()), seats)
        chosen, open_ones = stages.maximise_line([[asked[key] for key in position] for position in line], name)
        self.result.optima += stages.optima
        for position, values in zip(line, chosen, strict=False):
            for key, value in zip(position, values, strict=True):
                if value:
                    self.result.awards.append(Award(pathway, *key, 1))
                    self.athletes[key] = self.athletes.get(key, 0) + 1
        if open_ones:
            for number in open_ones:
                noc, gender = line[len(chosen)][number]
                relay, rank = self.relay[gender], self._order(noc, gender)[0]
                event = relay.identifier if relay else None
                self.result.tied.append(Tied(pathway, event, noc, gender, None if rank == BEHIND_ALL else rank))
            raise _TieError

    def _no_room(self, seats: int | None) -> bool:
        """Whether the total or the seats leave nothing, so that a whole tier is zero and there is nothing to solve."""
        return (seats is not None and seats <= 0) or sum(self.athletes.values()) >= self.rules.total

    def _by_order(self, keys: Collection[Key]) -> list[list[Key]]:
        """The line of a pathway that goes by the relay rankings; those who share a place in it together."""
        positions: dict[tuple[int, int], list[Key]] = {}
        for key in sorted(keys):
            positions.setdefault(self._order(*key), []).append(key)
        return [position for _, position in sorted(positions.items())]

    # Pathways ----------------------------------------

    def _quota_places(self, pathway: QuotaPlaces) -> None:
        asking: list[Key] = []
        nocs = sorted(set().union(*self.places.values()))
        for gender in GENDERS:
            for noc in nocs:
                number = self.largest.get((noc, gender), 0)
                if self._has_relay(noc, gender):
                    number = pathway.relay_athletes
                    individual = self.individual.get((noc, gender), 0)
                    if pathway.bonus_from is not None and individual >= pathway.bonus_from:
                        if self.scenario.readings.fifth_in_walk == "yes":
                            number += 1
                        elif self.held is None:
                            asking.append((noc, gender))
                self._entitled(pathway, noc, gender, number)
        self._in_line(f"{pathway.identifier}/line", pathway.identifier, self._by_order(asking))

    def _entitled(self, pathway: QuotaPlaces, noc: str, gender: Gender, number: int) -> None:
        """Quota places that follow from start places; after declines, at least what stands."""
        if self.held is None:
            if number:
                self.result.awards.append(Award(pathway.identifier, noc, gender, number))
                self.athletes[noc, gender] = number
            return
        own = [award for award in self.held.awards if (award.noc, award.gender) == (noc, gender)]
        number = max(number, sum(award.number for award in own if award.pathway == pathway.identifier))
        rest = max(0, sum(award.number for award in own) - number)
        if number:
            self.result.awards.append(Award(pathway.identifier, noc, gender, number))
        for award in own:
            if award.pathway != pathway.identifier and rest:
                self.result.awards.append(award._replace(number=min(rest, award.number)))
                rest -= min(rest, award.number)
                number += self.result.awards[-1].number
        if number:
            self.athletes[noc, gender] = number

    def _wants(self, event: str, noc: str) -> bool:
        """Whether an NOC would enter a team: not if it gave its place back."""
        if (event, noc) in self.scenario.abstains:
            return False
        return self.held is None or self.held.at_most.get((event, noc), 1) > 0

    def _lacking(self, noc: str, team: Mapping[Gender, int]) -> list[Gender]:
        """The genders in which an NOC lacks athletes for a team, once for each athlete."""
        return [g for g in GENDERS for _ in range(max(0, team[g] - self.athletes.get((noc, g), 0)))]

    def _top_up(self, pathway: TeamTopUp) -> None:
        event = self.rules.event(pathway.event)
        team = dict(zip(GENDERS, event.team or (0, 0), strict=True))
        ranks = self.ranks[event.identifier]
        nocs = sorted({noc for noc, _ in self.athletes if self._wants(event.identifier, noc)})
        lacking = {noc: self._lacking(noc, team) for noc in nocs}
        asking = sorted((ranks[noc], noc) for noc in nocs if len(lacking[noc]) == 1 and noc in ranks)
        line: list[list[Key]] = [[(noc, lacking[noc][0])] for _, noc in asking]
        seats = max(0, event.start_places - sum(not missing for missing in lacking.values()))
        self._in_line(f"{pathway.identifier}/top-up", pathway.identifier, line, seats)
        teams = [noc for noc in nocs if not self._lacking(noc, team)]
        ranking = sorted(ranks, key=ranks.__getitem__)
        self._enter(pathway.identifier, event.identifier, event.start_places, teams, ranking)

    def _enter(self, pathway: str, event: str, start_places: int, teams: Sequence[str], ranking: Sequence[str]) -> None:
        """Teams enter, the best of the ranking first, one place kept for the host; teams not ranked come last."""
        stand = set(self.held.places.get(event, {})) if self.held else set()
        host = self.scenario.host if self.scenario.is_host_event(event) else None
        stages = Stages(self.settings)
        nocs = sorted({*teams, *stand})
        entered = dict(zip(nocs, stages.model.booleans(len(nocs)), strict=True))
        for noc in (*stand, host):
            if noc in entered:
                stages.model.limit(entered[noc], 1, 1)
        others = [variable for noc, variable in entered.items() if noc != host]
        stages.model.at_most(others, start_places - (host is not None))
        first = [noc for noc in ranking if noc in entered]
        first += [host] if host is not None and host in entered and host not in first else []
        last = [noc for noc in nocs if noc not in first and noc not in stand]
        line = [[noc] for noc in first] + ([last] if last else [])
        if line:
            positions = [[entered[noc] for noc in position] for position in line]
            chosen, open_ones = stages.maximise_line(positions, f"{pathway}/teams")
            self.result.optima += stages.optima
            if open_ones:
                self.result.tied += [Tied(pathway, event, last[number], None, None) for number in open_ones]
                raise _TieError
            stand |= {
                noc
                for position, values in zip(line, chosen, strict=True)
                for noc, value in zip(position, values, strict=True)
                if value
            }
        self.result.places[event] = dict.fromkeys(sorted(stand), 1)

    def _remainder(self, pathway: Remainder) -> None:
        asking = [
            (noc, gender)
            for (noc, gender), number in self.athletes.items()
            if number == pathway.quota_places
            and (self._has_relay(noc, gender) or not pathway.relay_only)
            and pathway.individual_places in (None, self.individual.get((noc, gender), 0))
        ]
        self._in_line(f"{pathway.identifier}/line", pathway.identifier, self._by_order(asking))
