"""Whether some statements can all be true: asked of models with NOCs enough for them, under each reading."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from quotaproof.model.published import CellName
from quotaproof.model.standings.facts import Fact
from quotaproof.solver import cp_model
from quotaproof.solver.effort import Effort
from quotaproof.solver.engines.cpsat.status import Settings

from .allocated import Allocated
from .counts import NumbersModel, RuleInForce
from .explaining_sets import all_minimal_sets
from .question import Question, athletes_certain
from .theory import AssumptionModel

STEP = 8
"""Models are made for numbers of other NOCs in steps of so many."""

FROM_NUMBERS = 15
"""Conflicts at most that are looked for in the numbers alone; a table of many cells can have very many."""


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
    patience
        Deterministic seconds for one answer, where many are asked for; None for as many as there are.
    """

    def __init__(self, question: Question, settings: Settings, effort: Effort) -> None:
        self.question = question
        self.settings = settings
        self.effort = effort
        self.counts = NumbersModel(question, replace(settings, presolve=False), effort)
        self.patience: float | None = None
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
            made: list[AssumptionModel] = []
            for number, readings in enumerate(self.question.readings, 1):
                rows = len(self.question.nocs) + others
                self.effort.tell(f"stating the rules for {rows} NOCs, model {number} of {len(self.question.readings)}")
                made.append(Allocated(self.question, readings, others, self.settings, self.effort))
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
        if self._numbers_exclude(statements, other):
            return False
        held = self.with_rules(statements)
        return any(self._answers(theory, held, other) for theory in self.theories(statements))

    def _numbers_exclude(self, statements: Iterable[Hashable], other: Instead | None) -> bool:
        """Whether the numbers alone say that an allocation is impossible, which is known soonest."""
        if self.question.state == "final":
            return False
        return not self.by_counts((*self.rules, *statements), other)

    def _answers(self, theory: AssumptionModel, held: Collection[Hashable], other: Instead | None) -> bool:
        """Whether a theory has a solution: of one that takes long, a wider one is asked first."""
        wider = theory.wider()
        if wider is None:
            return self._solves(theory, held, other)
        base = wider.holding(held)
        if other is not None:
            base = otherwise(wider, base, other)
        narrowed = wider.narrowed(base)
        for model in (base,) if narrowed is None else (narrowed, base):
            if not wider.solves(model, self.patience):
                if model is base:
                    return False
            elif wider.replayed():
                return True
        return self._solves(theory, held, other)

    def by_counts(self, held: Sequence[Hashable], other: Instead | None) -> bool:
        """Return the same by the numbers alone, where the rules are among what is held or left out."""
        return self._solves(self.counts, held, other)

    def conflicts_of_numbers(self) -> tuple[tuple[Fact, ...], ...]:
        """Return minimal sets of statements that the numbers alone exclude, `FROM_NUMBERS` at most."""
        rules, facts = self.rules, self.question.statements

        def largest(seed: Collection[Fact]) -> list[Fact] | None:
            found = self.counts.most(seed, rules)
            return None if found is None else [fact for fact in facts if fact in found]

        def used(seed: Sequence[Fact]) -> Sequence[Fact]:
            found = self.counts.core(self.counts.model, frozenset((*rules, *seed)))
            return seed if found is None else [fact for fact in seed if fact in found]

        def told(number: int) -> None:
            self.effort.tell(f"{number} sets of facts that the numbers exclude")

        found = all_minimal_sets(
            facts, largest, lambda held: self.by_counts((*rules, *held), None), FROM_NUMBERS, told=told, used=used
        )
        return tuple(tuple(fact for fact in facts if fact in one) for one in found.sets)

    def used_by_counts(self, held: Sequence[Hashable], other: Instead) -> frozenset[Hashable] | None:
        """Return statements and rules that fix a cell by the numbers alone, perhaps too many; None if they do not."""
        return self.counts.core(otherwise(self.counts, self.counts.model, other), held)

    def _solves(self, theory: AssumptionModel, held: Collection[Hashable], other: Instead | None) -> bool:
        model = theory.holding(held)
        return theory.solves(otherwise(theory, model, other) if other else model, self.patience)

    def largest(self, seed: Collection[Fact]) -> frozenset[Fact] | None:
        """Return a largest consistent set of statements that holds some, or None if they are inconsistent."""
        background = self.with_rules(())
        if self._numbers_exclude(seed, None):
            return None
        for theory in self.theories(seed):
            wider = theory.wider()
            found = None if wider is None else wider.most(seed, background)
            if wider is not None and found is None:
                continue
            if wider is None or not wider.replayed():
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
