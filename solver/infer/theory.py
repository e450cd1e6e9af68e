"""What a table may be, as constraints in which each statement can be assumed or not."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import replace

from quotaproof.model.published import CellName
from quotaproof.model.standings.rankings import Standings
from quotaproof.solver import cp_model
from quotaproof.solver.effort import Effort
from quotaproof.solver.engines.cpsat.status import Linear, Settings, attempt, new_solver, solve

EASILY = 0.1
"""Deterministic seconds in which a solution is found that moves bounds without weighing them."""

ANY_OTHER = "OTHER"
"""The row of the answer for any one NOC that nothing names."""


GOOD_ENOUGH = 0.3
"""Deterministic seconds spent on a solution that moves many bounds at once."""


class AssumptionModel:
    """A model with a literal for each assumption; assumptions that are not held say nothing.

    Parameters
    ----------
    model
        Where it is stated, if beside something else.

    Attributes
    ----------
    cells
        (NOC, column) -> the number, for NOCs that are asked about and for one that nothing names.
    literals
        Assumption -> its literal.
    exact
        Whether each solution is a table that the rules give; otherwise it may be one that they do not.
    """

    exact = True

    def __init__(self, settings: Settings, effort: Effort, model: cp_model.CpModel | None = None) -> None:
        self.model = cp_model.CpModel() if model is None else model
        self.cells: dict[CellName, Linear] = {}
        self.literals: dict[Hashable, cp_model.IntVar] = {}
        self.settings = settings
        self.effort = effort
        self.solver = new_solver(settings)
        self._easily = True

    def add_rows(self, together: Mapping[str, Sequence[str]], columns: Sequence[str]) -> None:
        """Add rows that are the sums of others, by their names."""
        for name, rows in together.items():
            for column in columns:
                self.cells[name, column] = sum(self.cells[row, column] for row in rows)

    def holding(self, held: Collection[Hashable]) -> cp_model.CpModel:
        """Return a copy of the model in which exactly these assumptions hold."""
        model, true = self.model.clone(), frozenset(held)
        for assumption, literal in self.literals.items():
            model.add(literal == int(assumption in true))
        return model

    def core(self, model: cp_model.CpModel, held: Collection[Hashable]) -> frozenset[Hashable] | None:
        """Return assumptions of `held` that cannot all be true in a copy of the model, or None if all can.

        They are what the solver used, and so enough; there may be more of them than are needed.
        """
        model = model.clone()
        by_index, true = {}, frozenset(held)
        for assumption, literal in self.literals.items():
            if assumption in true:
                by_index[literal.index] = assumption
            else:
                model.add(literal == 0)
        model.add_assumptions([self.literals[assumption] for assumption in by_index.values()])
        if self.solves(model):
            return None
        return frozenset(by_index[index] for index in self.solver.sufficient_assumptions_for_infeasibility())

    def solves(self, model: cp_model.CpModel, most: float | None = None) -> bool:
        """Return whether a copy of the model has a solution, which the solver then has.

        Parameters
        ----------
        most
            Deterministic seconds for this, where they are fewer than usual.

        Raises
        ------
        LimitError
            If the effort is spent.
        """
        self.solver = new_solver(replace(self.settings, limit=self.effort.next_limit(most or self.settings.limit)))
        try:
            return solve(model, self.solver)
        finally:
            self.effort.spend(self.solver.response_proto.deterministic_time, len(model.proto.constraints))

    def finds_many(self, model: cp_model.CpModel, literals: Sequence[cp_model.IntVar]) -> bool:
        """Return whether a copy of the model has a solution; if it is easy, one in which many of the literals are true.

        A search that makes one after the other true as far as it can is over soon where little ties them to each other.
        Where it is not, a large number of them is searched for, and in this theory it is not tried again.

        Raises
        ------
        LimitError
            If the effort is spent.
        """
        if self._easily:
            easy = model.clone()
            easy.add_decision_strategy(literals, cp_model.CHOOSE_FIRST, cp_model.SELECT_MAX_VALUE)
            self.solver = new_solver(replace(self.settings, limit=self.effort.next_limit(EASILY)))
            self.solver.parameters.search_branching = cp_model.FIXED_SEARCH
            status = attempt(easy, self.solver)
            self.effort.spend(self.solver.response_proto.deterministic_time, len(easy.proto.constraints))
            if status in (cp_model.OPTIMAL, cp_model.INFEASIBLE):
                return bool(status == cp_model.OPTIMAL)
            self._easily = False
        model.maximize(sum(literals))
        return self.finds(model)

    def finds(self, model: cp_model.CpModel) -> bool:
        """Return whether a copy of the model with an objective has a solution; a good one will do.

        Raises
        ------
        LimitError
            If the effort is spent.
        """
        self.solver = new_solver(replace(self.settings, limit=self.effort.next_limit(GOOD_ENOUGH)))
        status = attempt(model, self.solver)
        self.effort.spend(self.solver.response_proto.deterministic_time, len(model.proto.constraints))
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return True
        if status == cp_model.INFEASIBLE:
            return False
        model.maximize(0)
        return self.solves(model)

    def most(self, seed: Collection[Hashable], background: Collection[Hashable]) -> frozenset[Hashable] | None:
        """Return a largest set of assumptions that holds some and can be true, or None if those cannot."""
        model, true = self.model.clone(), {*seed, *background}
        for assumption, literal in self.literals.items():
            if assumption in true:
                model.add(literal == 1)
        model.maximize(sum(self.literals.values()))
        if not self.solves(model):
            return None
        return frozenset(a for a, literal in self.literals.items() if self.solver.boolean_value(literal))

    def numbers(self) -> dict[CellName, int]:
        """Return the cells of the solution found last."""
        return {cell: int(self.solver.value(number)) for cell, number in self.cells.items()}

    def narrowed(self, base: cp_model.CpModel) -> cp_model.CpModel | None:
        """Return a copy with fewer tables, more of which are tables of the rules; None if there is no use for one."""
        return None

    def wider(self) -> AssumptionModel | None:
        """Return a theory that has all solutions of this one and perhaps more, and is solved sooner; None without."""
        return None

    def witness(self) -> Standings | None:
        """Return rankings for the solution found last, for a theory that goes by rankings."""
        return None

    def replayed(self) -> bool:
        """Return whether the solution found last is shown to be a table of the rules."""
        return self.exact

    def given_by_greedy(self) -> bool:
        """Return whether the greedy reference gives the solution's table for its rankings."""
        return False
