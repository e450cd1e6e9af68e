"""HiGHS: mixed-integer programs, optimised lexicographically.

Start places are one program in stages of `CHUNK` variables in powers of two; few, because HiGHS counts in floats. What
follows from them is a small program per pathway.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.timing import clock
from quotaproof.model.pathways import ParallelWalk, RelayPlaces, Remainder, TeamTopUp
from quotaproof.model.rules import GENDERS, Gender
from quotaproof.model.scenario import Scenario

from . import Answer, require_supported

CHUNK = 16
"""Binary variables in one objective: 2**16 is well within what a relative tolerance of 1e-6 tells apart."""


class _Program:
    """A program whose binary variables are made lexicographically largest, line after line."""

    def __init__(self) -> None:
        import highspy

        self.highs = highspy.Highs()
        self.highs.setOptionValue("output_flag", False)
        self.highs.setOptionValue("threads", 1)
        self.highs.setOptionValue("mip_rel_gap", 0.0)
        self.highs.setOptionValue("mip_abs_gap", 0.0)

    def binary(self) -> Any:
        return self.highs.addBinary()

    def at_most(self, expression: Any, most: float) -> None:
        self.highs.addConstr(expression <= most)

    def maximise(self, line: Sequence[Any]) -> list[int]:
        chosen: list[int] = []
        for start in range(0, len(line), CHUNK):
            chunk = line[start : start + CHUNK]
            weights = [float(1 << power) for power in range(len(chunk) - 1, -1, -1)]
            self.highs.maximize(sum(w * v for w, v in zip(weights, chunk, strict=True)))
            if self.highs.modelStatusToString(self.highs.getModelStatus()) != "Optimal":
                raise RuntimeError("HiGHS did not prove a stage")
            values = [round(value) for value in self.highs.vals(chunk)]
            for variable, value in zip(chunk, values, strict=True):
                self.highs.changeColBounds(variable.index, value, value)
            chosen += values
        return chosen


class _Solution:
    def __init__(self, scenario: Scenario) -> None:
        self.scenario, self.rules = scenario, scenario.rules
        self.claims = {event: ranking.claims() for event, ranking in scenario.standings.rankings.items()}
        self.places: dict[str, dict[str, int]] = {event.identifier: {} for event in scenario.rules.events}
        self.athletes: dict[tuple[str, Gender], int] = {}
        self.build = 0.0

    def start_places(self) -> None:
        begin = clock()
        program = _Program()
        granted: dict[str, list[Any]] = {}
        by_noc: dict[tuple[str, str], list[Any]] = {}
        host = self.scenario.host
        lines: list[list[tuple[str, str, Any]]] = []
        for pathway in self.rules.pathways:
            if not isinstance(pathway, RelayPlaces | ParallelWalk):
                continue
            for name in pathway.events:
                event = self.rules.event(name)
                own = granted[name] = [program.binary() for _ in self.claims[name]]
                for (noc, _), variable in zip(self.claims[name], own, strict=True):
                    by_noc.setdefault((name, noc), []).append(variable)
                guaranteed = self.scenario.is_host_event(name)
                extra = guaranteed and (name, host) not in by_noc
                if extra:
                    self.places[name][str(host)] = 1
                program.at_most(sum(own), event.start_places - extra)
                if guaranteed and not extra:
                    program.at_most(-1.0 * sum(by_noc[name, str(host)]), -1)
                for noc in self.scenario.nocs:
                    if len(by_noc.get((name, noc), ())) > event.noc_cap:
                        program.at_most(sum(by_noc[name, noc]), event.noc_cap)
            turns = sorted((r, c) for c, name in enumerate(pathway.events) for r in range(len(self.claims[name])))
            lines.append(
                [
                    (pathway.events[c], self.claims[pathway.events[c]][r][0], granted[pathway.events[c]][r])
                    for r, c in turns
                ]
            )
        self._caps_on_athletes(program, by_noc)
        self.build = clock() - begin
        for line in lines:
            for (event_, noc, _), value in zip(line, program.maximise([v for _, _, v in line]), strict=True):
                if value:
                    self.places[event_][noc] = self.places[event_].get(noc, 0) + 1

    def _caps_on_athletes(self, program: _Program, by_noc: Mapping[tuple[str, str], list[Any]]) -> None:
        quota = self.rules.quota_places
        everybody: list[Any] = []
        constant = 0.0
        for gender in GENDERS:
            relay = self.rules.relay(gender)
            needs: list[Any] = []
            for noc in self.scenario.nocs:
                groups = [by_noc.get((event.identifier, noc), []) for event in self.rules.individual(gender)]
                extra = [self.places[event.identifier].get(noc, 0) for event in self.rules.individual(gender)]
                team = by_noc.get((relay.identifier, noc), []) if relay else []
                certain = self.places[relay.identifier].get(noc, 0) if relay else 0
                most = [len(group) + number for group, number in zip(groups, extra, strict=True)]
                if not certain and any(most):
                    largest = program.highs.addVariable(lb=0, ub=max(most))
                    needs.append(1.0 * largest)
                    for group, number, limit in zip(groups, extra, most, strict=True):
                        if limit:
                            program.at_most(sum(group) - largest - sum(limit * t for t in team), -number)
                if not team and not certain:
                    continue
                needs += [float(quota.relay_athletes) * t for t in team] + [float(quota.relay_athletes)] * certain
                if quota.bonus_from is not None and sum(most) >= quota.bonus_from:
                    bonus, over = program.binary(), sum(most) - quota.bonus_from + 1
                    places = sum(v for group in groups for v in group)
                    waived = over * (1 - certain) - sum(over * t for t in team)
                    program.at_most(places - over * bonus - waived, quota.bonus_from - 1 - sum(extra))
                    needs.append(1.0 * bonus)
            constant += sum(need for need in needs if isinstance(need, float))
            variable = [need for need in needs if not isinstance(need, float)]
            if self.scenario.readings.gender_cap != "nominal" and variable:
                fixed = sum(need for need in needs if isinstance(need, float))
                program.at_most(sum(variable), self.rules.gender_caps[gender] - fixed)
            everybody += variable
        program.at_most(sum(everybody), self.rules.total - constant)

    def quota_places(self) -> None:
        quota = self.rules.quota_places
        for gender in GENDERS:
            relay = self.rules.relay(gender)
            for noc in self.scenario.nocs:
                numbers = [self.places[event.identifier].get(noc, 0) for event in self.rules.individual(gender)]
                number = max(numbers, default=0)
                if relay and self.places[relay.identifier].get(noc):
                    bonus = quota.bonus_from is not None and sum(numbers) >= quota.bonus_from
                    number = quota.relay_athletes + bonus
                if number:
                    self.athletes[noc, gender] = number
        for pathway in self.rules.pathways:
            if isinstance(pathway, TeamTopUp):
                self._top_up(pathway)
            elif isinstance(pathway, Remainder):
                self._remainder(pathway)

    def _give(self, line: Sequence[tuple[str, Gender]], seats: int | None = None) -> None:
        """One athlete each in the order of the line, while there is room."""
        program = _Program()
        variables = [program.binary() for _ in line]
        if not variables:
            return
        program.at_most(sum(variables), self.rules.total - sum(self.athletes.values()))
        if seats is not None:
            program.at_most(sum(variables), seats)
        if self.scenario.readings.gender_cap == "hard":
            for gender, cap in self.rules.gender_caps.items():
                own = [v for (_, g), v in zip(line, variables, strict=True) if g == gender]
                given = sum(number for (_, g), number in self.athletes.items() if g == gender)
                if own:
                    program.at_most(sum(own), cap - given)
        for key, value in zip(line, program.maximise(variables), strict=True):
            if value:
                self.athletes[key] = self.athletes.get(key, 0) + 1

    def _top_up(self, pathway: TeamTopUp) -> None:
        event = self.rules.event(pathway.event)
        team = event.team
        ranking = [noc for noc, _ in self.claims[event.identifier]]

        def lacks(noc: str) -> list[Gender]:
            return [g for g in GENDERS for _ in range(max(0, team[g] - self.athletes.get((noc, g), 0)))]

        nocs = sorted({noc for noc, _ in self.athletes})
        line = [(noc, lacks(noc)[0]) for noc in ranking if noc in nocs and len(lacks(noc)) == 1]
        self._give(line, max(0, event.start_places - sum(not lacks(noc) for noc in nocs)))
        host = self.scenario.host if self.scenario.is_host_event(event.identifier) else None
        teams = [noc for noc in (*ranking, *(n for n in nocs if n not in ranking)) if noc in nocs and not lacks(noc)]
        others = [noc for noc in teams if noc != host]
        program = _Program()
        variables = [program.binary() for _ in others]
        if variables:
            program.at_most(sum(variables), event.start_places - (host is not None))
            entered = [noc for noc, v in zip(others, program.maximise(variables), strict=True) if v]
            self.places[event.identifier] = dict.fromkeys(entered, 1)
        if host in teams:
            self.places[event.identifier][host] = 1

    def _remainder(self, pathway: Remainder) -> None:
        later = {"women-first": "men"}.get(self.scenario.readings.remaining_ties, "women")
        asking: list[tuple[int, bool, str, Gender]] = []
        for (noc, gender), number in self.athletes.items():
            relay = self.rules.relay(gender)
            ranking = [n for n, _ in self.claims[relay.identifier]] if relay else []
            has_relay = relay is not None and noc in self.places[relay.identifier]
            individual = sum(self.places[event.identifier].get(noc, 0) for event in self.rules.individual(gender))
            wanted = pathway.individual_places in (None, individual) and (has_relay or not pathway.relay_only)
            if number == pathway.quota_places and wanted:
                asking.append((ranking.index(noc) if noc in ranking else 10**6, gender == later, noc, gender))
        self._give([(noc, gender) for _, _, noc, gender in sorted(asking)])


def solve(scenario: Scenario) -> Answer:
    """Return the answer of HiGHS."""
    require_supported(scenario)
    begin = clock()
    solution = _Solution(scenario)
    solution.start_places()
    solution.quota_places()
    total = clock() - begin
    return Answer(solution.places, dict(solution.athletes), solution.build, total - solution.build)
