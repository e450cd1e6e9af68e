"""CP-SAT the plain way: one model of everything, optimised in stages (twelve for a scenario of Beijing's size).

Its default search with one worker; a stage is at most 50 variables in powers of two, fixed before the next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ortools.sat.python import cp_model

from bench.timing import clock
from quotaproof.model.pathways import ParallelWalk, RelayPlaces, Remainder, TeamTopUp
from quotaproof.model.rules import GENDERS, Gender
from quotaproof.model.scenario import Scenario

from . import Answer, require_supported

CHUNK = 50


class _Plain:
    def __init__(self, scenario: Scenario) -> None:
        self.scenario, self.rules = scenario, scenario.rules
        self.model = cp_model.CpModel()
        self.stages: list[list[Any]] = []
        self.claims = {event: ranking.claims() for event, ranking in scenario.standings.rankings.items()}
        self.nocs = scenario.nocs
        self.granted: dict[str, list[Any]] = {}
        self.number: dict[tuple[str, str], Any] = {}
        self.athletes: dict[tuple[str, Gender], Any] = {}
        self.entered: dict[str, Any] = {}
        self.mixed = ""
        for pathway in self.rules.pathways:
            if isinstance(pathway, RelayPlaces | ParallelWalk):
                self._start_places(pathway)
        self._need()
        for pathway in self.rules.pathways:
            if isinstance(pathway, TeamTopUp):
                self._top_up(pathway)
            elif isinstance(pathway, Remainder):
                self._remainder(pathway)

    def _literal(self, expression: Any, least: int, most: int) -> Any:
        literal = self.model.new_bool_var("")
        self.model.add_linear_constraint(expression, least, most).only_enforce_if(literal)
        outside = cp_model.Domain(least, most).complement()
        self.model.add_linear_expression_in_domain(expression, outside).only_enforce_if(~literal)
        return literal

    def _start_places(self, pathway: RelayPlaces | ParallelWalk) -> None:
        host = self.scenario.host
        for name in pathway.events:
            event = self.rules.event(name)
            own = self.granted[name] = [self.model.new_bool_var(f"{name}#{n}") for n in range(len(self.claims[name]))]
            by_noc: dict[str, list[Any]] = {}
            for (noc, _), variable in zip(self.claims[name], own, strict=True):
                by_noc.setdefault(noc, []).append(variable)
            extra = self.scenario.is_host_event(name) and host not in by_noc
            self.model.add(sum(own) <= event.start_places - extra)
            for noc in self.nocs:
                self.number[name, noc] = sum(by_noc.get(noc, [])) + (extra and noc == host)
                if by_noc.get(noc):
                    self.model.add(self.number[name, noc] <= event.noc_cap)
            if self.scenario.is_host_event(name) and not extra:
                self.model.add(self.number[name, str(host)] >= 1)
        turns = sorted(
            (row, column) for column, name in enumerate(pathway.events) for row in range(len(self.claims[name]))
        )
        self.stages.append([self.granted[pathway.events[column]][row] for row, column in turns])

    def _need(self) -> None:
        quota = self.rules.quota_places
        most = quota.relay_athletes + 1 + max(event.noc_cap for event in self.rules.events)
        for gender in GENDERS:
            relay = self.rules.relay(gender)
            for noc in self.nocs:
                need = self.athletes[noc, gender] = self.model.new_int_var(0, most, f"{noc} {gender}")
                numbers = [self.number[event.identifier, noc] for event in self.rules.individual(gender)]
                largest = self.model.new_int_var(0, most, "")
                self.model.add_max_equality(largest, numbers)
                team = self._literal(self.number[relay.identifier, noc], 1, 1) if relay else 0
                bonus = self._literal(sum(numbers), quota.bonus_from, 10**6) if quota.bonus_from else 0
                if relay:
                    self.model.add(need == quota.relay_athletes + bonus).only_enforce_if(team)
                    self.model.add(need == largest).only_enforce_if(~team)
                else:
                    self.model.add(need == largest)
            if self.scenario.readings.gender_cap != "nominal":
                self.model.add(sum(self.athletes[noc, gender] for noc in self.nocs) <= self.rules.gender_caps[gender])
        self.model.add(sum(self.athletes.values()) <= self.rules.total)

    def _ask(self, conditions: Mapping[tuple[str, Gender], Sequence[Any]]) -> dict[tuple[str, Gender], Any]:
        asked = {key: self.model.new_bool_var("") for key in conditions}
        for key, variable in asked.items():
            for literal in conditions[key]:
                self.model.add_implication(variable, literal)
            self.athletes[key] = self.athletes[key] + variable
        self.model.add(sum(self.athletes.values()) <= self.rules.total)
        if self.scenario.readings.gender_cap == "hard":
            for gender, cap in self.rules.gender_caps.items():
                self.model.add(sum(number for (_, g), number in self.athletes.items() if g == gender) <= cap)
        return asked

    def _top_up(self, pathway: TeamTopUp) -> None:
        event = self.rules.event(pathway.event)
        team = event.team
        ranking = [noc for noc, _ in self.claims[event.identifier]]
        enough = {key: self._literal(number, team[key[1]], 10**6) for key, number in self.athletes.items()}
        short = {key: self._literal(n, team[key[1]] - 1, team[key[1]] - 1) for key, n in self.athletes.items()}
        ready: dict[str, Any] = {}
        for noc in self.nocs:
            ready[noc] = self.model.new_bool_var("")
            self.model.add_bool_and([enough[noc, g] for g in GENDERS]).only_enforce_if(ready[noc])
            self.model.add_bool_or([ready[noc], *(~enough[noc, g] for g in GENDERS)])
        other: dict[Gender, Gender] = {"men": "women", "women": "men"}
        asked = self._ask({(noc, g): [short[noc, g], enough[noc, other[g]]] for noc in ranking for g in GENDERS})
        gifts, have = sum(asked.values()), sum(ready.values())
        crowded = self._literal(have, event.start_places, 10**6)
        self.model.add(gifts == 0).only_enforce_if(crowded)
        self.model.add(gifts + have <= event.start_places).only_enforce_if(~crowded)
        self.stages.append([asked[noc, g] for noc in ranking for g in GENDERS])
        self.mixed = event.identifier
        host = self.scenario.host if self.scenario.is_host_event(event.identifier) else None
        for noc in self.nocs:
            self.entered[noc] = self.model.new_bool_var("")
            side = ready[noc] + sum(asked.get((noc, g), 0) for g in GENDERS)
            self.model.add(self.entered[noc] == side if noc == host else self.entered[noc] <= side)
        self.model.add(
            sum(v for noc, v in self.entered.items() if noc != host) <= event.start_places - (host is not None)
        )
        self.stages.append([self.entered[noc] for noc in (*ranking, *(n for n in self.nocs if n not in ranking))])

    def _remainder(self, pathway: Remainder) -> None:
        relays = {gender: self.rules.relay(gender) for gender in GENDERS}
        conditions: dict[tuple[str, Gender], list[Any]] = {}
        for gender, relay in relays.items():
            individual = self.rules.individual(gender)
            for noc in self.nocs:
                if pathway.relay_only and relay is None:
                    continue
                own = [self._literal(self.athletes[noc, gender], pathway.quota_places, pathway.quota_places)]
                if pathway.relay_only and relay is not None:
                    own.append(self._literal(self.number[relay.identifier, noc], 1, 1))
                if (wanted := pathway.individual_places) is not None:
                    own.append(self._literal(sum(self.number[e.identifier, noc] for e in individual), wanted, wanted))
                conditions[noc, gender] = own
        asked = self._ask(conditions)
        later = {"women-first": "men"}.get(self.scenario.readings.remaining_ties, "women")

        def order(key: tuple[str, Gender]) -> tuple[int, bool, str]:
            relay = relays[key[1]]
            ranking = [noc for noc, _ in self.claims[relay.identifier]] if relay else []
            return ranking.index(key[0]) if key[0] in ranking else 10**6, key[1] == later, key[0]

        self.stages.append([asked[key] for key in sorted(asked, key=order)])


def solve(scenario: Scenario) -> Answer:
    """Return the answer of the plain model."""
    require_supported(scenario)
    begin = clock()
    plain = _Plain(scenario)
    built = clock()
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    for stage in plain.stages:
        for start in range(0, len(stage), CHUNK):
            chunk = stage[start : start + CHUNK]
            weights = [1 << power for power in range(len(chunk) - 1, -1, -1)]
            plain.model.maximize(cp_model.LinearExpr.weighted_sum(chunk, weights))
            if solver.solve(plain.model) != cp_model.OPTIMAL:
                raise RuntimeError("CP-SAT did not prove a stage")
            for variable in chunk:
                plain.model.add(variable == solver.value(variable))
    solved = clock()
    places: dict[str, dict[str, int]] = {event.identifier: {} for event in scenario.rules.events}
    for (event, noc), number in plain.number.items():
        places[event][noc] = int(solver.value(number))
    if plain.mixed:
        places[plain.mixed] = {noc: int(solver.value(variable)) for noc, variable in plain.entered.items()}
    athletes = {key: int(solver.value(number)) for key, number in plain.athletes.items()}
    return Answer(places, athletes, built - begin, solved - built)
