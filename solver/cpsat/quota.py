r"""Quota places (what follows from start places, the mixed relay, the remainder) as a CP-SAT model.

Start places are given. A(a,g) is the number of quota places of NOC a in gender g on all pathways so far, a constant
after the quota-places pathway and an expression once later pathways have added to it. Each later pathway adds a 0/1
variable x[a,g] per NOC that may ask:

    x[a,g]  <=  [the condition of the pathway on A(a, .), relay and individual places]
    sum of A + sum of x  <=  total        and per gender where the reading makes the cap a hard one
    sum of x  <=  teams wanted - NOCs that have one already          (mixed relay)

Its tier is the vector of x in the order of the ranking that the clause names. NOCs that share a place in line make one
tier together; if its optimum leaves a choice, the rules do not say who gets the place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from quotaproof.model.allocation import Award, Tied
from quotaproof.model.held import Held, reallocation
from quotaproof.model.rules import GENDERS, Gender, Pathway, QuotaPlaces, Remainder, TeamTopUp
from quotaproof.model.scenario import Scenario

from .starts import Entries, Places
from .status import Linear, Settings, Truth
from .tiers import Stages, TierValue

BEHIND_ALL = 10**9
Key = tuple[str, Gender]


@dataclass
class QuotaResult:
    """Awards, the mixed relay's start places, ties that the readings refuse to break, and the proved optima."""

    awards: list[Award] = field(default_factory=list)
    places: Places = field(default_factory=dict)
    tied: list[Tied] = field(default_factory=list)
    optima: tuple[TierValue, ...] = ()
    unique: bool = True


class _TieError(Exception):
    """The rules leave a choice."""


class QuotaModel:
    """Quota places of complete start places, pathway after pathway in one model."""

    def __init__(
        self, scenario: Scenario, entries: Entries, places: Places, settings: Settings, held: Held | None = None
    ) -> None:
        self.scenario = scenario
        self.held = held
        self.rules = scenario.rules
        self.places = places
        self.entries = entries
        self.stages = Stages(settings)
        self.model = self.stages.model
        self.hard = dict(self.rules.gender_caps) if scenario.readings.gender_cap == "hard" else {}
        self.athletes: dict[Key, Linear] = {}
        self.variables: list[cp_model.IntVar] = []
        self.solution: list[int] = []
        self.result = QuotaResult()

    def solve(self) -> QuotaResult:
        """Return the lexicographically best quota places."""
        try:
            for pathway in self.rules.pathways:
                match pathway:
                    case QuotaPlaces():
                        self._quota_places(pathway)
                    case TeamTopUp() if self._repeated(pathway):
                        self._top_up(pathway)
                    case Remainder() if self._repeated(pathway):
                        self._remainder(pathway)
        except _TieError:
            self.result.unique = False
        else:
            if self.variables:
                self.result.unique = self.stages.other_solution(self.variables, self.solution) is None
        self.result.optima = tuple(self.stages.optima)
        return self.result

    def _repeated(self, pathway: Pathway) -> bool:
        return self.held is None or pathway.identifier in reallocation(self.rules).repeats

    # Helpers ----------------------------------------

    def _individual(self, noc: str, gender: Gender) -> int:
        return sum(self.places[event.identifier].get(noc, 0) for event in self.rules.individual(gender))

    def _has_relay(self, noc: str, gender: Gender) -> bool:
        relay = self.rules.relay(gender)
        return relay is not None and bool(self.places[relay.identifier].get(noc))

    def _order(self, noc: str, gender: Gender) -> tuple[int, int]:
        """Place in line: rank in the gender's relay, then what the reading `remaining-ties` adds."""
        relay = self.rules.relay(gender)
        ranking = [claimant for claimant, _ in self.entries[relay.identifier]] if relay else []
        rank = ranking.index(noc) + 1 if noc in ranking else BEHIND_ALL
        later = {"men-first": "women", "women-first": "men"}.get(self.scenario.readings.remaining_ties)
        return rank, int(gender == later)

    def _of(self, key: Key) -> Linear:
        return self.athletes.get(key, 0)

    def _is(self, expression: Linear, least: int, most: int | None = None) -> Truth:
        """A literal that is true exactly if least <= expression (<= most)."""
        if isinstance(expression, int):
            return expression >= least and (most is None or expression <= most)
        literal = self.model.new_bool_var("")
        top = 10**6 if most is None else most
        self.model.add_linear_constraint(expression, least, top).only_enforce_if(literal)
        outside = cp_model.Domain(least, top).complement()
        self.model.add_linear_expression_in_domain(expression, outside).only_enforce_if(~literal)
        return literal

    def _both(self, literals: Sequence[Truth]) -> Truth:
        """A literal that is true exactly if all are."""
        open_ones = [literal for literal in literals if not isinstance(literal, bool)]
        if any(literal is False for literal in literals):
            return False
        if not open_ones:
            return True
        both = self.model.new_bool_var("")
        self.model.add_bool_and(open_ones).only_enforce_if(both)
        self.model.add_bool_or([~literal for literal in open_ones] + [both])
        return both

    def _ask(self, conditions: Mapping[Key, Truth]) -> dict[Key, cp_model.IntVar]:
        """One variable for each NOC and gender whose condition can hold, within the total and hard caps."""
        asked: dict[Key, cp_model.IntVar] = {}
        for key, condition in sorted(conditions.items()):
            if condition is False:
                continue
            asked[key] = self.model.new_bool_var(f"{key[0]} {key[1]}")
            if condition is not True:
                self.model.add_implication(asked[key], condition)
        for key, variable in asked.items():
            self.athletes[key] = self._of(key) + variable
        self.model.add(sum(self.athletes.values()) <= self.rules.total)
        for gender, cap in self.hard.items():
            self.model.add(sum(number for (_, g), number in self.athletes.items() if g == gender) <= cap)
        return asked

    def _decided(self, pathway: str, asked: Mapping[Key, cp_model.IntVar], chosen: Mapping[Key, int]) -> None:
        for key, value in chosen.items():
            self.variables.append(asked[key])
            self.solution.append(value)
            if value:
                self.result.awards.append(Award(pathway, *key, 1))

    def _in_line(self, pathway: str, asked: Mapping[Key, cp_model.IntVar]) -> None:
        """Tiers by place in line; those alone in their place are packed, those who share it are one tier."""
        groups: dict[tuple[int, int], list[Key]] = {}
        for key in asked:
            groups.setdefault(self._order(*key), []).append(key)
        alone: list[Key] = []

        def settle_alone() -> None:
            if alone:
                chosen = self.stages.maximise([asked[key] for key in alone], f"{pathway}/line")
                self._decided(pathway, asked, dict(zip(alone, chosen, strict=True)))
                alone.clear()

        for _, group in sorted(groups.items()):
            if len(group) == 1:
                alone += group
                continue
            settle_alone()
            chosen, open_ones = self.stages.maximise_class([asked[key] for key in group], f"{pathway}/shared")
            if open_ones:
                for number in open_ones:
                    noc, gender = group[number]
                    relay = self.rules.relay(gender)
                    rank = self._order(noc, gender)[0]
                    event = relay.identifier if relay else None
                    self.result.tied.append(Tied(pathway, event, noc, gender, None if rank == BEHIND_ALL else rank))
                raise _TieError
            self._decided(pathway, asked, dict(zip(group, chosen, strict=True)))
        settle_alone()

    # Pathways ----------------------------------------

    def _quota_places(self, pathway: QuotaPlaces) -> None:
        conditions: dict[Key, Truth] = {}
        nocs = sorted({noc for numbers in self.places.values() for noc in numbers})
        for gender in GENDERS:
            for noc in nocs:
                number = max((self.places[e.identifier].get(noc, 0) for e in self.rules.individual(gender)), default=0)
                if self._has_relay(noc, gender):
                    number = pathway.relay_athletes
                    if pathway.bonus_from is not None and self._individual(noc, gender) >= pathway.bonus_from:
                        if self.scenario.readings.fifth_in_walk == "yes":
                            number += 1
                        elif self.held is None:
                            conditions[noc, gender] = True
                self._entitled(pathway, noc, gender, number)
        if conditions:
            self._in_line(pathway.identifier, self._ask(conditions))

    def _entitled(self, pathway: QuotaPlaces, noc: str, gender: Gender, number: int) -> None:
        """Quota places that follow from start places; after declines, at least what stands."""
        own = [a for a in self.held.awards if (a.noc, a.gender) == (noc, gender)] if self.held else []
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

    def _top_up(self, pathway: TeamTopUp) -> None:
        event = self.rules.event(pathway.event)
        team = dict(zip(GENDERS, event.team or (0, 0), strict=True))
        nocs = sorted({noc for noc, _ in self.athletes})
        ranking = [noc for noc, _ in self.entries[event.identifier]]
        enough = {(noc, g): self._is(self._of((noc, g)), team[g]) for noc in nocs for g in GENDERS}
        one_short = {(noc, g): self._is(self._of((noc, g)), team[g] - 1, team[g] - 1) for noc in nocs for g in GENDERS}
        ready = {noc: self._both([enough[noc, gender] for gender in GENDERS]) for noc in nocs}
        other: dict[Gender, Gender] = {"men": "women", "women": "men"}
        asked = self._ask(
            {
                (noc, gender): self._both([one_short[noc, gender], enough[noc, other[gender]]])
                for noc in nocs
                if noc in ranking and self._wants(event.identifier, noc)
                for gender in GENDERS
            }
        )
        for noc in nocs:
            if not self._wants(event.identifier, noc):
                ready[noc] = False
        have = sum(ready.values())
        crowded = self._is(have, event.start_places)
        gifts = sum(asked.values())
        if crowded is True or not asked:
            self.model.add(gifts == 0) if asked else None
        elif crowded is False:
            self.model.add(gifts + have <= event.start_places)
        else:
            self.model.add(gifts == 0).only_enforce_if(crowded)
            self.model.add(gifts + have <= event.start_places).only_enforce_if(~crowded)
        line = sorted(asked, key=lambda key: ranking.index(key[0]))
        chosen = self.stages.maximise([asked[key] for key in line], f"{pathway.identifier}/top-up") if line else []
        self._decided(pathway.identifier, asked, dict(zip(line, chosen, strict=True)))
        teams: dict[str, Linear] = {}
        for noc in nocs:
            teams[noc] = ready[noc] + sum(asked[key] for key in asked if key[0] == noc)
        self._enter(pathway.identifier, event.identifier, event.start_places, teams, ranking)

    def _enter(
        self,
        pathway: str,
        event: str,
        start_places: int,
        teams: Mapping[str, Linear],
        ranking: Sequence[str],
    ) -> None:
        """Teams enter, the best of the ranking first, one place kept for the host; teams not ranked come last."""
        entered = {noc: self.model.new_bool_var(f"{event} {noc}") for noc in teams}
        stand = set(self.held.places.get(event, {})) if self.held else set()
        for noc in stand:
            self.model.add(entered[noc] == 1)
        for noc, team in teams.items():
            self.model.add(entered[noc] <= team)
        host = self.scenario.host if self.scenario.is_host_event(event) else None
        others = [variable for noc, variable in entered.items() if noc != host]
        self.model.add(sum(others) <= start_places - (host is not None))
        if host in entered:
            self.model.add(entered[host] == teams[host])
        line = [noc for noc in ranking if noc in entered] + ([host] if host in entered and host not in ranking else [])
        chosen = dict(zip(line, self.stages.maximise([entered[noc] for noc in line], f"{pathway}/teams"), strict=True))
        chosen |= dict.fromkeys(stand - set(chosen), 1)
        unranked = [noc for noc in entered if noc not in chosen]
        if unranked:
            last, open_ones = self.stages.maximise_class([entered[noc] for noc in unranked], f"{pathway}/unranked")
            if open_ones:
                self.result.tied += [Tied(pathway, event, unranked[number], None, None) for number in open_ones]
                raise _TieError
            chosen |= dict(zip(unranked, last, strict=True))
        self.variables += [entered[noc] for noc in chosen]
        self.solution += list(chosen.values())
        self.result.places[event] = {noc: 1 for noc in sorted(chosen) if chosen[noc]}

    def _remainder(self, pathway: Remainder) -> None:
        conditions: dict[Key, Truth] = {}
        for (noc, gender), number in self.athletes.items():
            if pathway.relay_only and not self._has_relay(noc, gender):
                continue
            if pathway.individual_places in (None, self._individual(noc, gender)):
                conditions[noc, gender] = self._is(number, pathway.quota_places, pathway.quota_places)
        self._in_line(pathway.identifier, self._ask(conditions))
