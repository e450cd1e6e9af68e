"""Whether some statements can all be true: asked of models with NOCs enough for them, under each reading."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ortools.sat.python import cp_model

from quotaproof.model.published import CellName
from quotaproof.model.standings.facts import Fact
from quotaproof.solver.engines.cpsat.status import Settings

from .allocated import Allocated
from .counts import NumbersModel, RuleInForce
from .effort import Effort
from .question import Question, athletes_certain
from .theory import AssumptionModel

STEP = 8
"""Models are made for numbers of other NOCs in steps of so many."""


@dataclass(frozen=True, slots=True)
class Instead:
    """What a cell is to be instead: another number than this one, fewer, or more."""

    cell: CellName
    number: int
    how: Literal["another", "fewer", "more"] = "another"


class Oracle:
    """Answers about one question; models are made when they are needed, and kept.

    Attributes
    ----------
    counts
        The numbers alone, with the rules as assumptions. Whatever it excludes, the rules exclude.
    """

    def __init__(self, question: Question, settings: Settings, effort: Effort) -> None:
        self.question = question
        self.settings = settings
        self.effort = effort
        self.counts = NumbersModel(question, replace(settings, presolve=False), effort)
        self._allocated: dict[int, tuple[AssumptionModel, ...]] = {}

    @property
    def rules(self) -> tuple[RuleInForce, ...]:
        """The rules that are assumptions."""
        return self.counts.rules_in_force

    def theories(self, statements: Collection[Hashable]) -> tuple[AssumptionModel, ...]:
        """Return the models for some statements, one for each way to read the rules."""
        if self.question.state == "final":
            return (self.counts,)
        others = 0
        if not self.question.lists_everybody:
            scenario = self.question.scenario
            certain = athletes_certain(scenario, {one for one in statements if isinstance(one, Fact)})
            others = -(-max(0, scenario.rules.total - certain) // STEP) * STEP
        if others not in self._allocated:
            made = [
                Allocated(self.question, readings, others, self.settings, self.effort)
                for readings in self.question.readings
            ]
            self._allocated[others] = tuple(made)
        return self._allocated[others]

    def with_rules(self, statements: Iterable[Hashable]) -> frozenset[Hashable]:
        """Return statements and, in the end, all rules as assumptions."""
        return frozenset(statements) | (set(self.rules) if self.question.state == "final" else set())

    def consistent(self, statements: Sequence[Hashable], other: Instead | None = None) -> bool:
        """Return whether statements can all be true, and a cell something else.

        Raises
        ------
        LimitError
            If the effort is spent before that is known.
        """
        held = self.with_rules(statements)
        return any(self._solves(theory, held, other) for theory in self.theories(statements))

    def by_counts(self, held: Sequence[Hashable], other: Instead | None) -> bool:
        """Return the same by the numbers alone, where the rules are among what is held or left out."""
        return self._solves(self.counts, held, other)

    def used_by_counts(self, held: Sequence[Hashable], other: Instead) -> frozenset[Hashable] | None:
        """Return statements and rules that fix a cell by the numbers alone, perhaps too many; None if they do not."""
        return self.counts.core(otherwise(self.counts, self.counts.model, other), held)

    def _solves(self, theory: AssumptionModel, held: Collection[Hashable], other: Instead | None) -> bool:
        model = theory.holding(held)
        return theory.solves(otherwise(theory, model, other) if other else model)

    def largest(self, seed: Collection[Fact]) -> frozenset[Fact] | None:
        """Return a largest consistent set of statements that holds some, or None if they are inconsistent."""
        background = self.with_rules(())
        for theory in self.theories(seed):
            found = theory.most(seed, background)
            if found is not None:
                return frozenset(one for one in found if isinstance(one, Fact))
        return None


def otherwise(theory: AssumptionModel, model: cp_model.CpModel, other: Instead) -> cp_model.CpModel:
    """Return a copy in which a cell is something else; a theory without the cell has no solution then."""
    model = model.clone()
    if other.cell not in theory.cells:
        model.add_bool_or([])
        return model
    number = theory.cells[other.cell]
    if other.how == "another":
        model.add(number != other.number)
    elif other.how == "fewer":
        model.add(number <= other.number - 1)
    else:
        model.add(number >= other.number + 1)
    return model
