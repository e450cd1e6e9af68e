"""Solutions of one model of unknown standings, all kept: what holds in some of them, and between which numbers.

A question is answered from the solutions known so far as far as they decide it, and solved for the rest; so what one
question found is used by the next.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from quotaproof.model.published import CellName, Published
from quotaproof.model.scenario import Scenario
from quotaproof.solver import cp_model
from quotaproof.solver.engines.cpsat.status import DEFAULT, Linear, Settings, Truth, copied, solved

from .priority import PriorityModel

LiteralName = TypeVar("LiteralName", bound=Hashable)

MOST_EFFORT = 8.0
"""Deterministic seconds for one solution; a table of Beijing's size needs a hundredth of one."""

MOST_KEPT = 200
"""Solutions of a model that are kept."""


class Completions:
    """The solutions of a model.

    Parameters
    ----------
    model
        Stated in full; nothing is added to it, only to copies.

    Attributes
    ----------
    found
        Solutions so far, in the order of their discovery.
    """

    def __init__(self, model: cp_model.CpModel, settings: Settings = DEFAULT) -> None:
        self.model = model
        self.settings = replace(settings, limit=min(settings.limit, MOST_EFFORT))
        self.found: list[cp_model.CpSolver] = []

    def some(
        self, *conditions: cp_model.BoundedLinearExpression | bool, hints: Mapping[cp_model.IntVar, int] | None = None
    ) -> cp_model.CpSolver | None:
        """Return a solution that meets the conditions, or None if there is none (proved); it is kept.

        Raises
        ------
        LimitError
            If the solver's effort limit was reached.
        """
        attempt = copied(self.model)
        for condition in conditions:
            attempt.add(condition)
        for variable, value in (hints or {}).items():
            attempt.add_hint(variable, value)
        return self._kept(solved(attempt, self.settings, hinted=bool(hints)))

    def any(self) -> cp_model.CpSolver | None:
        """Return a solution, or None if there is none (proved)."""
        return self.found[0] if self.found else self.some()

    def with_one_of(self, wanted: Iterable[Truth], *, many: bool = True) -> cp_model.CpSolver | None:
        """Return a solution in which some of the literals hold, if `many` as many as come easily; None if none do."""
        attempt = copied(self.model)
        literals = list(wanted)
        attempt.add_bool_or(literals)
        for literal in literals if many else ():
            if not isinstance(literal, bool):
                attempt.add_hint(literal, True)
        return self._kept(solved(attempt, self.settings, hinted=many))

    def _kept(self, solver: cp_model.CpSolver | None) -> cp_model.CpSolver | None:
        if solver is not None and len(self.found) < MOST_KEPT:
            self.found.append(solver)
        return solver

    def possible(self, literals: Mapping[LiteralName, Truth]) -> set[LiteralName]:
        """Return those of the literals that are true in some solution."""
        open_ones = {key: literal for key, literal in literals.items() if not self._seen(literal)}
        while open_ones:
            solver = self.with_one_of(open_ones.values())
            if solver is None:
                break
            open_ones = {key: literal for key, literal in open_ones.items() if not _true(literal, solver)}
        return {key for key in literals if key not in open_ones}

    def _seen(self, literal: Truth) -> bool:
        return any(_true(literal, solver) for solver in self.found)

    def range(self, expression: Linear) -> tuple[int, int]:
        """Return the smallest and the largest value of an expression over all solutions; there must be some."""
        if isinstance(expression, int):
            return expression, expression
        self.any()
        ends = []
        for sense in (1, -1):
            best = min(sense * int(solver.value(expression)) for solver in self.found)
            if best > _least(sense, expression):
                attempt = copied(self.model)
                attempt.add(sense * expression <= best - 1)
                attempt.minimize(sense * expression)
                solver = self._kept(solved(attempt, self.settings))
                best = sense * int(solver.value(expression)) if solver is not None else best
            ends.append(sense * best)
        return ends[0], ends[1]


def _least(sense: int, expression: cp_model.LinearExpr) -> int:
    """The least that an expression times 1 or -1 can be, by the domains of its variables alone."""
    flat = cp_model.FlatIntExpr(sense * expression)
    least: int = flat.offset
    for coefficient, variable in zip(flat.coeffs, flat.vars, strict=True):
        domain = list(variable.proto.domain)  # in the buffer itself an index of -1 is not the last
        least += coefficient * (domain[0] if coefficient > 0 else domain[-1])
    return least


def _true(literal: Truth, solver: cp_model.CpSolver) -> bool:
    return literal if isinstance(literal, bool) else solver.boolean_value(literal)


@dataclass(frozen=True, slots=True)
class StatedTable:
    """The rules on the cells of one table in priority form, and the solutions: completions that give the table.

    Rankings of individual events, which change nothing else where no cap on athletes is used up, are not among them.
    """

    priority: PriorityModel
    completions: Completions


def stated(scenario: Scenario, table: Published, settings: Settings = DEFAULT) -> StatedTable:
    """Return the model of the completions that give a table, which is stated once for a scenario.

    Raises
    ------
    InputError
        If the rules go beyond what the priority form says of unknown standings.
    """
    key = ("stated table", tuple((noc, *row.items()) for noc, row in table.cells.items()), settings)
    if key not in scenario.memo:
        model = cp_model.CpModel()
        priority = PriorityModel(model, scenario, cells_of(table))
        priority.state_rules()
        scenario.memo[key] = StatedTable(priority, Completions(model, settings))
    found: StatedTable = scenario.memo[key]
    return found


def cells_of(table: Published) -> dict[CellName, Linear]:
    """Return the table's cells as the priority model takes them."""
    return {(noc, column): row[column] for noc, row in table.cells.items() for column in table.columns}
