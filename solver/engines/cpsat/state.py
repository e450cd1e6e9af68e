r"""What is decided so far, and a line for quota places as one tier.

Pathways are solved one after the other: what a pathway proved to be the only optimum is a fact for the next. A(a,g) is
the number of quota places of NOC a in gender g so far. A pathway that goes by a line has a 0/1 variable x[a,g] for each
NOC that its condition on A(a, .), relay and individual places lets ask:

    sum of A + sum of x  <=  total        and per gender where the reading makes the cap a hard one

Its tier is the vector of x in the order of the ranking that the clause names. NOCs that share a place in line are one
position of it; if its optimum leaves a choice, the rules do not say who gets the place. Where there is room for nobody
or for everybody, all of x is 0 or 1, and there is nothing to solve.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from quotaproof.model.allocation import Award, Tied, TierValue
from quotaproof.model.kept import Held, reallocation
from quotaproof.model.pathways import Pathway
from quotaproof.model.rules import GENDERS, Gender, NocGender
from quotaproof.model.scenario import Scenario

from .status import Settings
from .tiers import Stages, packed

BEHIND_ALL = sys.maxsize
PlacesSoFar = dict[str, dict[str, int]]
Entries = Mapping[str, Sequence[tuple[str, int]]]


class TieError(Exception):
    """The rules leave a choice."""


class State:
    """What the pathways have given so far, and what they proved."""

    def __init__(self, scenario: Scenario, settings: Settings, held: Held | None = None) -> None:
        self.scenario = scenario
        self.held = held
        self.rules = scenario.rules
        self.entries: Entries = {event: ranking.claims() for event, ranking in scenario.standings.rankings.items()}
        kept = held.places if held else {}
        self.places: PlacesSoFar = {
            event.identifier: dict(kept.get(event.identifier, {})) for event in self.rules.events
        }
        self.settings = settings
        self.hard = dict(self.rules.gender_caps) if scenario.readings.gender_cap == "hard" else {}
        self.athletes: dict[NocGender, int] = {}
        self.awards: list[Award] = []
        self.tied: list[Tied] = []
        self.optima: list[TierValue] = []
        self.individual: dict[NocGender, int] = {}
        self.largest: dict[NocGender, int] = {}
        self.ranks: dict[str, dict[str, int]] = {}
        for event, claims in self.entries.items():
            ranks = self.ranks[event] = {}
            for rank, (noc, _) in enumerate(claims, 1):
                ranks.setdefault(noc, rank)
        self.later = scenario.readings.later_gender
        self.relay = {gender: self.rules.relay(gender) for gender in GENDERS}

    def count_start_places(self) -> None:
        """Count the individual start places, from which quota places follow."""
        for gender in GENDERS:
            for one in self.rules.individual(gender):
                for noc, number in self.places[one.identifier].items():
                    self.individual[noc, gender] = self.individual.get((noc, gender), 0) + number
                    self.largest[noc, gender] = max(self.largest.get((noc, gender), 0), number)

    def repeated(self, pathway: Pathway) -> bool:
        """Return whether a pathway for quota places left over is gone through."""
        return self.held is None or pathway.identifier in reallocation(self.rules).repeats

    def has_relay(self, noc: str, gender: Gender) -> bool:
        """Return whether an NOC has a start place in the relay of a gender."""
        relay = self.relay[gender]
        return relay is not None and bool(self.places[relay.identifier].get(noc))

    def _order(self, noc: str, gender: Gender) -> tuple[int, int]:
        """Place in line: rank in the gender's relay, then what the reading `remaining-ties` adds."""
        relay = self.relay[gender]
        rank = self.ranks.get(relay.identifier, {}).get(noc, BEHIND_ALL) if relay else BEHIND_ALL
        return rank, int(gender == self.later)

    def _room(self, seats: int | None) -> int:
        """What is left of the total and of a pathway's seats."""
        left = self.rules.total - sum(self.athletes.values())
        return left if seats is None else min(left, seats)

    def _room_of(self) -> dict[Gender, int]:
        """What is left of hard caps."""
        return {
            gender: cap - sum(number for (_, g), number in self.athletes.items() if g == gender)
            for gender, cap in self.hard.items()
        }

    def in_line(self, name: str, pathway: str, line: Sequence[Sequence[NocGender]], seats: int | None = None) -> None:
        """One quota place each in the order of the line, while there is room."""
        keys = [key for position in line for key in position]
        if not keys:
            return
        room, room_of = self._room(seats), self._room_of()
        if room <= 0:
            self.optima.append(TierValue(name, len(keys), 0))
            return
        asking = Counter(gender for _, gender in keys)
        if len(keys) <= room and all(asking[gender] <= left for gender, left in room_of.items()):
            self.optima += packed(name, [1] * len(keys))
            for key in keys:
                self._award(pathway, key)
            return
        stages = Stages(self.settings)
        asked = dict(zip(keys, stages.model.booleans(len(keys)), strict=True))
        stages.model.at_most(list(asked.values()), room)
        for gender, left in room_of.items():
            stages.model.at_most([variable for (_, g), variable in asked.items() if g == gender], left)
        chosen, open_ones = stages.maximise_line([[asked[key] for key in position] for position in line], name)
        self.optima += stages.optima
        for position, values in zip(line, chosen, strict=False):
            for key, value in zip(position, values, strict=True):
                if value:
                    self._award(pathway, key)
        if open_ones:
            for number in open_ones:
                noc, gender = line[len(chosen)][number]
                relay, rank = self.relay[gender], self._order(noc, gender)[0]
                event = relay.identifier if relay else None
                self.tied.append(Tied(pathway, event, noc, gender, None if rank == BEHIND_ALL else rank))
            raise TieError

    def _award(self, pathway: str, key: NocGender) -> None:
        self.awards.append(Award(pathway, *key, 1))
        self.athletes[key] = self.athletes.get(key, 0) + 1

    def by_order(self, keys: Collection[NocGender]) -> list[list[NocGender]]:
        """The line of a pathway that goes by the relay rankings; those who share a place in it together."""
        positions: dict[tuple[int, int], list[NocGender]] = {}
        for key in sorted(keys):
            positions.setdefault(self._order(*key), []).append(key)
        return [position for _, position in sorted(positions.items())]
