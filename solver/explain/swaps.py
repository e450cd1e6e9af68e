"""The fewest adjacent swaps, over all rankings, that make a target true, with a proof that fewer do not.

Positions are variables, within reach of so many swaps; the number of swaps between two orders is the number of pairs
whose order differs (Kendall). The rules are the priority form, exact in the moment at which a cap on athletes is
reached.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ortools.sat.python import cp_model

from quotaproof.model.published import ATHLETES
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings import Ranking, Standings
from quotaproof.solver.completion import Completion, EventRanking
from quotaproof.solver.cpsat.status import DEFAULT, Linear, Settings, new_solver, solve
from quotaproof.solver.priority import Cell, PriorityModel
from quotaproof.solver.reach import WITHOUT_PRESOLVE, walk_events

from .target import Target


class _Near(Completion):
    """Rankings that so many adjacent swaps can make of the scenario's."""

    def __init__(self, model: cp_model.CpModel, scenario: Scenario, nocs: tuple[str, ...], swaps: int) -> None:
        super().__init__(model, scenario, nocs)
        self.swaps = swaps
        self.inversions: list[cp_model.IntVar] = []

    def add(self, identifier: str) -> EventRanking:
        if identifier in self.rankings:
            return self.rankings[identifier]
        event = self.scenario.rules.event(identifier)
        claims = self.scenario.standings.rankings[identifier].claims()
        ranking = EventRanking(event, len(claims), len(claims), ())
        self.rankings[identifier] = ranking
        everybody = [*claims, *((noc, 1) for noc in self.nocs if (noc, 1) not in claims)]
        for rank, claim in enumerate(everybody, 1):
            here = rank <= len(claims)
            low, high = (max(1, rank - self.swaps), min(len(claims), rank + self.swaps)) if here else (rank, rank)
            ranking.present[claim] = self.model.new_int_var(int(here), int(here), "")
            ranking.position[claim] = self.model.new_int_var(low, high, "")
        for noc in self.nocs:
            if (noc, 1) in claims:
                ranking.key[noc] = ranking.position[noc, 1]
            else:
                ranking.key[noc] = self.model.new_int_var(ranking.behind_all, ranking.behind_all, "")
        self.model.add_all_different(ranking.position[claim] for claim in claims)
        for before, claim in enumerate(claims):
            for other in claims[before + 1 : before + 2 * self.swaps + 1]:
                ahead, behind = ranking.position[claim], ranking.position[other]
                if claim[0] == other[0]:
                    self.model.add(ahead < behind)
                    continue
                inverted = self.model.new_bool_var("")
                self.model.add(ahead < behind).only_enforce_if(~inverted)
                self.model.add(ahead > behind).only_enforce_if(inverted)
                self.inversions.append(inverted)
        return ranking


def nearest(
    scenario: Scenario, target: Target, most: int, settings: Settings = DEFAULT
) -> tuple[int, Standings | None]:
    """Return the smallest number of adjacent swaps up to `most` that makes a target true, and standings that do.

    If none does, the number is `most` + 1 and the standings are None: more than `most` are needed (proved).

    Raises
    ------
    InputError
        If the caps on athletes can refuse a relay: then the priority form is not stated.
    LimitError
        If the solver's effort limit was reached.
    """
    model = cp_model.CpModel()
    cells = dict(_cells(model, scenario))
    priority = PriorityModel(model, scenario, cells)
    near = _Near(model, scenario, priority.nocs, most)
    priority.completion = near
    priority.state_rules(walk_events(scenario.rules), timing=True)
    for event in scenario.rules.events:
        near.add(event.identifier)
    swaps = cp_model.LinearExpr.sum(near.inversions)
    model.add(_number(priority, target) >= target.least)
    model.add(swaps <= most)
    model.minimize(swaps)
    solver = new_solver(replace(settings, **WITHOUT_PRESOLVE))
    if not solve(model, solver):
        return most + 1, None
    return int(solver.value(swaps)), _standings(scenario, near, solver)


def _cells(model: cp_model.CpModel, scenario: Scenario) -> Iterator[tuple[Cell, Linear]]:
    for noc in scenario.nocs:
        for event in scenario.rules.events:
            yield (noc, event.identifier), model.new_int_var(0, event.noc_cap, "")
        yield (noc, ATHLETES), model.new_int_var(0, scenario.rules.total, "")


def _number(priority: PriorityModel, target: Target) -> Linear:
    if target.column == ATHLETES:
        return sum(priority.athletes_so_far(target.noc, gender) for gender in GENDERS)
    for gender in GENDERS:
        if target.column == gender:
            return priority.athletes_so_far(target.noc, gender)
    return priority.cell(target.noc, target.column)


def _standings(scenario: Scenario, near: _Near, solver: cp_model.CpSolver) -> Standings:
    rankings: dict[str, Ranking] = {}
    for identifier, ranking in scenario.standings.rankings.items():
        position = near.rankings[identifier].position
        entries = {(entry.noc, entry.qualifier): entry for entry in ranking.entries}
        order = sorted(ranking.claims(), key=lambda claim: int(solver.value(position[claim])))
        rankings[identifier] = Ranking(tuple(entries[claim] for claim in order))
    return Standings(rankings)
