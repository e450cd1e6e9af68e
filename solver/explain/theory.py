"""A theory: clause instances and facts, each under a literal of its own, in one CP-SAT model with an outcome.

An element is true only where its literal is. A set of elements *excludes* the outcome if no solution of the model has
all of them; what is not in the set is left open. Leaving elements out can only add solutions, so "excludes" is upward
closed, and a minimal excluding set is a reason.

Assumption literals are used for one thing, a first set to begin with: CP-SAT 9.15 has open reports of cores with
literals that were never assumed (#5141) and of wrong answers under assumptions (#4109). Every answer that counts is
solved anew with the literals fixed.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from quotaproof.model.errors import LimitError
from quotaproof.model.quantities import counted
from quotaproof.solver import cp_model
from quotaproof.solver.effort import Effort
from quotaproof.solver.engines.cpsat.status import QUICK, Settings, attempt, copied, new_solver, plain_solver, solve
from quotaproof.solver.telling import tell

ReasonKind = Literal["cap", "clause", "places", "rank", "known", "record", "published"]


QUESTION_LIMIT = 0.008
"""Deterministic seconds (about 30 ms) for a question on the model as it stands: most take half of that, and simplifying
the model alone takes longer."""


MOST_PLAIN = 12
"""Elements of a core of the model as it stands. A larger one is looked for once more in the simplified model: each of
them is a solve."""


@dataclass(frozen=True, slots=True)
class Element:
    """One clause instance or one fact.

    Attributes
    ----------
    kind
        `cap` and `clause` come from the rules; `rank` and `known` from the standings; `places` are start places with
        what follows from them; `record` is what the record of decisions says; `published` is a cell of the table.
    key
        What it is about, unique in its theory.
    text
        In words, as a clause of a sentence.
    pathway
        The pathway (or `host`) whose clause it cites, if it cites one.
    clause
        That clause.
    data
        Its figures, for grouping and for JSON.
    """

    kind: ReasonKind
    key: tuple[str, ...]
    text: str
    pathway: str | None = None
    clause: str | None = None
    data: Mapping[str, int | str] = field(default_factory=dict)


class Theory:
    """Elements and their literals; subclasses state the model.

    The order of `elements` is the order of preference: a reason keeps what comes first where it has a choice.

    Attributes
    ----------
    effort
        What all questions asked of it may take together; LimitError says that it is spent.
    """

    def __init__(self, settings: Settings = QUICK) -> None:
        self.model = cp_model.CpModel()
        self.settings = settings
        self.elements: list[Element] = []
        self.literals: list[cp_model.IntVar] = []
        self._numbers: dict[tuple[str, ...], int] = {}
        self.checks = 0
        self.effort = Effort(math.inf)
        self._as_it_stands = True

    def literal(self, element: Element) -> cp_model.IntVar:
        """Return the literal of an element, which is added where its key is new."""
        if element.key not in self._numbers:
            self._numbers[element.key] = len(self.elements)
            self.elements.append(element)
            self.literals.append(self.model.new_bool_var(" ".join(element.key)))
        return self.literals[self._numbers[element.key]]

    def prefer(self, order: Mapping[str, int]) -> None:
        """Sort the elements by their kind's place in `order`; within a kind they keep their order."""
        ranked = sorted(range(len(self.elements)), key=lambda n: (order[self.elements[n].kind], n))
        self.elements = [self.elements[n] for n in ranked]
        self.literals = [self.literals[n] for n in ranked]
        self._numbers = {element.key: n for n, element in enumerate(self.elements)}

    def possible(self, chosen: Collection[int]) -> bool:
        """Return whether the outcome is possible with these elements, by number; all others are left open (proved)."""
        self._check()
        model = self._with(chosen)
        # A literal that is false says nothing, so this is what leaving it open comes to, and quicker.
        model.add_bool_and(~literal for number, literal in enumerate(self.literals) if number not in set(chosen))
        return self._solved(model) is not None

    def largest(self, chosen: Collection[int]) -> frozenset[int] | None:
        """Return a largest set of elements around `chosen` with which the outcome is possible, or None if none is."""
        self._check()
        model = self._with(chosen)
        model.maximize(cp_model.LinearExpr.sum(self.literals))
        solver = self._solved(model)
        if solver is None:
            return None
        return frozenset(n for n, literal in enumerate(self.literals) if solver.boolean_value(literal))

    def seed(self) -> tuple[int, ...] | None:
        """Return elements that exclude the outcome, in order of preference, not minimal; None if all together do not.

        Raises
        ------
        SolverError
            If the solver contradicts itself.
        """
        everything = tuple(range(len(self.elements)))
        core = self._core(plain_solver(self._settings(), QUESTION_LIMIT))
        if core is not None and len(core) > MOST_PLAIN:
            core = self._core(new_solver(self._settings()))
        if core is not None and core != everything and not self.possible(core):
            return core
        return None if self.possible(everything) else everything

    def _core(self, solver: cp_model.CpSolver) -> tuple[int, ...] | None:
        """Return elements that a solver says exclude the outcome, all where it does not know; None if none do."""
        model = copied(self.model)
        model.add_assumptions(self.literals)
        status = attempt(model, solver)
        self._spend(model, solver)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        everything = enumerate(self.literals)
        if status == cp_model.UNKNOWN:
            return tuple(number for number, _ in everything)
        named = set(solver.sufficient_assumptions_for_infeasibility())
        return tuple(number for number, literal in everything if literal.index in named)

    def _check(self) -> None:
        self.checks += 1
        tell(f"why not: {counted(self.checks, 'set')} of clauses and facts tried")

    def _solved(self, model: cp_model.CpModel) -> cp_model.CpSolver | None:
        """Return the solver with a solution or an optimum, or None if there is none (proved).

        The model is searched as it stands until that does not settle a question; the others are much like it.
        """
        if self._as_it_stands:
            plain = plain_solver(self._settings(), QUESTION_LIMIT)
            try:
                return plain if solve(model, plain) else None
            except LimitError:
                self._as_it_stands = False
            finally:
                self._spend(model, plain)
        solver = new_solver(self._settings())
        try:
            return solver if solve(model, solver) else None
        finally:
            self._spend(model, solver)

    def _settings(self) -> Settings:
        """The settings, with no more effort than is left."""
        return replace(self.settings, limit=self.effort.next_limit(self.settings.limit))

    def _spend(self, model: cp_model.CpModel, solver: cp_model.CpSolver) -> None:
        self.effort.spend(solver.response_proto.deterministic_time, len(model.proto.constraints))

    def _with(self, chosen: Collection[int]) -> cp_model.CpModel:
        model = copied(self.model)
        for number in chosen:
            model.add_bool_and(self.literals[number])
        return model
