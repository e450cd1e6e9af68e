"""How close, where the standings are not known: how many more quota places would do, in some or in all rankings."""

from __future__ import annotations

from dataclasses import replace

from ortools.sat.python import cp_model

from quotaproof.model.published import ATHLETES
from quotaproof.model.rules import GENDERS, Remainder, TeamTopUp
from quotaproof.model.scenario import Scenario
from quotaproof.solver.cpsat.status import Linear, new_solver, solve
from quotaproof.solver.priority import PriorityModel

from .answer import Distance
from .known import Known
from .target import Target
from .words import counted

MOST = 12
"""Further quota places that are tried at most."""


class _More(PriorityModel):
    """The pathways from quota places on with another total, start places and rankings being those of `known`."""

    def __init__(self, known: Known, scenario: Scenario) -> None:
        cells = {cell: number for cell, number in known.stated.cells.items() if cell[1] != ATHLETES}
        teams = [event.identifier for event in known.rules.events if event.team is not None]
        cells |= {(noc, team): known.model.new_int_var(0, 1, "") for noc in known.stated.nocs for team in teams}
        super().__init__(known.model, scenario, cells)
        self.completion = known.stated.completion
        self.needs, self.bonus = dict(known.stated.needs), dict(known.stated.bonus)

    def state(self) -> None:
        """State what follows from start places, the mixed relay and what is left over."""
        self._quota_places(self.rules.quota_places)
        for pathway in self.rules.pathways:
            match pathway:
                case TeamTopUp():
                    self._top_up(pathway)
                case Remainder():
                    self._remainder(pathway)

    def number(self, target: Target) -> Linear:
        """Return what the target is about."""
        if target.column in GENDERS:
            return self.athletes_so_far(target.noc, "men" if target.column == "men" else "women")
        if target.column == ATHLETES:
            return sum(self.athletes_so_far(target.noc, gender) for gender in GENDERS)
        return self.cell(target.noc, target.column)


def further_quota_places(known: Known, target: Target) -> tuple[Distance, ...]:
    """Return how many more quota places in all make the target true in some, and in all, rankings that give the table.

    Start places stay as they are in the table. Nothing for a target that start places alone decide.
    """
    teams = [event.identifier for event in known.rules.events if event.team is not None]
    if target.column not in (*GENDERS, ATHLETES, *teams):
        return ()
    found: list[Distance] = []
    total = known.rules.total
    for in_all in (False, True):
        for amount in range(1, MOST + 1):
            if _true(known, target, amount, in_all):
                where = "every ranking" if in_all else "some rankings"
                fewer = "" if amount == 1 else f" ({amount - 1} would not be enough)"
                text = (
                    f"{counted(amount, 'more quota place')} in all{fewer}, in {where} that give{'s' * in_all} the table"
                )
                name = "quota-places-in-all-rankings" if in_all else "quota-places"
                found.append(Distance(name, "total", amount, amount, text, (f"--set total={total + amount}",)))
                break
    return tuple(found)


def _true(known: Known, target: Target, amount: int, in_all: bool) -> bool:
    rules = known.rules.with_caps({"total": known.rules.total + amount})
    fresh = Known(known.scenario, known.table, known.settings)
    more = _More(fresh, replace(known.scenario, rules=rules))
    more.state()
    model: cp_model.CpModel = fresh.model
    number = more.number(target)
    if isinstance(number, int):
        return number >= target.least
    model.add(number < target.least if in_all else number >= target.least)
    solved = solve(model, new_solver(known.settings))
    return not solved if in_all else solved
