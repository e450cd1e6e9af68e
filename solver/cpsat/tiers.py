"""The lexicographic driver: optimise a tier, fix its value, go on.

A tier is a list of 0/1 variables in order of priority; better means lexicographically larger. A list is packed into
powers of two, at most `CHUNK` variables at a time, so that every objective is exact (see there); because two
different 0/1 vectors never have the same packed value, fixing the value is fixing the variables. Variables that share
a place in line (`maximise_class`) have equal weight: there the same value can belong to several solutions, and that is
what an unsettled tie is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from quotaproof.model.errors import SolverError

from .status import DEFAULT, Settings, new_solver, solve, values

CHUNK = 50
"""Variables per objective. The sum of all weights, 2**50 - 1, must stay under 2**53: CP-SAT 9.15 counts in 64-bit
integers but compares its bound with its best value as floats, and so calls solutions optimal that are not once the
low bits drop out (seen with 60 variables; tests/solver/test_tiers.py keeps the case)."""


@dataclass(frozen=True, slots=True)
class TierValue:
    """The proved optimum of one objective: which tier, how many variables, and the packed value."""

    name: str
    size: int
    value: int


class Stages:
    """A model that is optimised tier after tier.

    Raises
    ------
    SolverError
        From every method, if the model has no solution (a pathway can always refuse, so there must be one).
    """

    def __init__(self, settings: Settings = DEFAULT) -> None:
        self.model = cp_model.CpModel()
        self.settings = settings
        self.solver = new_solver(settings)
        self.optima: list[TierValue] = []

    def maximise(self, variables: Sequence[cp_model.IntVar], name: str) -> list[int]:
        """Make the variables lexicographically largest, fix them, and return their values."""
        fixed: list[int] = []
        for start in range(0, len(variables), CHUNK):
            chunk = variables[start : start + CHUNK]
            weights = [1 << (len(chunk) - 1 - number) for number in range(len(chunk))]
            chosen = self._optimise(chunk, weights, f"{name}/{start // CHUNK + 1}")
            for variable, value in zip(chunk, chosen, strict=True):
                self.model.add(variable == value)
            fixed += chosen
        return fixed

    def maximise_class(self, variables: Sequence[cp_model.IntVar], name: str) -> tuple[list[int], list[int]]:
        """Make as many of the variables 1 as can be.

        Returns
        -------
        values, open_ones
            The values of one best solution, fixed if it is the only one; and the positions of the variables that
            differ between best solutions (none if the solution is unique).
        """
        chosen = self._optimise(variables, [1] * len(variables), name)
        self.model.add(sum(variables) == sum(chosen))
        # All or none of them: nothing is left to choose.
        everything = sum(chosen) in (0, len(chosen))
        open_ones = (
            []
            if everything
            else [number for number, value in enumerate(chosen) if self._can_be(variables[number], 1 - value)]
        )
        if not open_ones:
            for variable, value in zip(variables, chosen, strict=True):
                self.model.add(variable == value)
        return chosen, open_ones

    def other_solution(self, variables: Sequence[cp_model.IntVar], solution: Sequence[int]) -> list[int] | None:
        """Return values other than `solution` with the same value in every tier so far, or None if it is unique."""
        probe = self._without_objective()
        probe.add_bool_or(~variable if value else variable for variable, value in zip(variables, solution, strict=True))
        return values(self.solver, variables) if solve(probe, self.solver) else None

    def _without_objective(self) -> cp_model.CpModel:
        copy = self.model.clone()
        copy.clear_objective()  # type: ignore[no-untyped-call]
        return copy

    def _can_be(self, variable: cp_model.IntVar, value: int) -> bool:
        probe = self._without_objective()
        probe.add(variable == value)
        return solve(probe, self.solver)

    def _optimise(self, variables: Sequence[cp_model.IntVar], weights: Sequence[int], name: str) -> list[int]:
        self.model.maximize(cp_model.LinearExpr.weighted_sum(list(variables), list(weights)))
        if not solve(self.model, self.solver):
            raise SolverError(f"tier {name} has no solution at all, which the rules never allow")
        chosen = values(self.solver, variables)
        # The objective value CP-SAT reports is a float; the exact one is counted here.
        self.optima.append(TierValue(name, len(chosen), sum(w * v for w, v in zip(weights, chosen, strict=True))))
        return chosen
