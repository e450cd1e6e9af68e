"""A CP-SAT model written straight into its protocol buffer.

OR-Tools' modelling layer makes Python objects for every variable and expression. For models of a few hundred variables
that take a millisecond to solve, this costs more than the solve; and loading it loads numpy and pandas, which takes
longer than an allocation and everything before it. A draft is the buffer without that layer: whole lists of variables
and constraints are added to it by number, and a literal is a variable's number, or its complement `~number`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ortools.sat.python import cp_model_helper

LOWEST = -(2**31)
"""Means no lower limit of a linear constraint."""

STRATEGY = cp_model_helper.DecisionStrategyProto


class Draft:
    """A CP-SAT model that can be extended in bulk and copied quickly."""

    def __init__(self) -> None:
        self._into: Any = cp_model_helper.CpModelProto()

    @property
    def model_proto(self) -> Any:
        """What the solver reads."""
        return self._into

    def copy(self) -> Draft:
        """Return a copy that shares nothing with this model."""
        copy = Draft()
        copy._into.copy_from(self._into)
        return copy

    def booleans(self, number: int) -> range:
        """Add 0/1 variables; return their numbers."""
        variables = self._into.variables
        first = len(variables)
        for _ in range(number):
            variables.add().domain.extend((0, 1))
        return range(first, first + number)

    def integer(self, least: int, most: int) -> int:
        """Add an integer variable; return its number."""
        variables = self._into.variables
        variables.add().domain.extend((least, most))
        return len(variables) - 1

    def limit(self, variable: int, least: int, most: int) -> None:
        """Give a variable another domain."""
        domain = self._into.variables[variable].domain
        domain[0], domain[1] = least, most

    def linear(
        self, variables: Sequence[int], weights: Sequence[int], least: int, most: int, when: Sequence[int] = ()
    ) -> int:
        """Add least <= sum of weights * variables <= most, where all literals of `when` hold; return its number."""
        constraints = self._into.constraints
        constraint = constraints.add()
        linear = constraint.linear
        linear.vars.extend(variables)
        linear.coeffs.extend(weights)
        linear.domain.extend((least, most))
        if when:
            constraint.enforcement_literal.extend(when)
        return len(constraints) - 1

    def at_most(self, variables: Sequence[int], most: int) -> int:
        """Add sum of variables <= most; return its number."""
        return self.linear(variables, [1] * len(variables), LOWEST, most)

    def set_most(self, constraint: int, most: int) -> None:
        """Give a linear constraint another upper limit."""
        self._into.constraints[constraint].linear.domain[1] = most

    def one_of(self, literals: Iterable[int]) -> None:
        """Add that at least one of the literals holds."""
        self._into.constraints.add().bool_or.literals.extend(literals)

    def all_of(self, literals: Iterable[int], when: Sequence[int] = ()) -> None:
        """Add that all of the literals hold, where all of `when` do."""
        constraint = self._into.constraints.add()
        constraint.bool_and.literals.extend(literals)
        if when:
            constraint.enforcement_literal.extend(when)

    def branch_up(self, variables: Iterable[int]) -> None:
        """Let a fixed search branch on these variables only, in this order, trying the largest value first."""
        strategies = self._into.search_strategy
        strategies.clear()
        strategy = strategies.add()
        strategy.variables.extend(variables)
        strategy.variable_selection_strategy = STRATEGY.VariableSelectionStrategy.CHOOSE_FIRST
        strategy.domain_reduction_strategy = STRATEGY.DomainReductionStrategy.SELECT_MAX_VALUE

    def maximise(self, variables: Sequence[int], weights: Sequence[int]) -> None:
        """Let a search make the sum of weights * variables as large as can be; the buffer has what is minimised."""
        self.clear_objective()
        objective = self._into.objective
        objective.vars.extend(variables)
        objective.coeffs.extend(-weight for weight in weights)
        objective.scaling_factor = -1.0

    def clear_objective(self) -> None:
        """Let any solution do."""
        self._into.clear_objective()
