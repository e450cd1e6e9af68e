"""A theory: clause instances and facts, each under a literal of its own, in one CP-SAT model with an outcome.

An element is true only where its literal is. A set of elements *excludes* the outcome if no solution of the model has
all of them; what is not in the set is left open. Leaving elements out can only add solutions, so "excludes" is upward
closed, and a minimal excluding set is a reason.

Assumption literals are used for one thing, a first set to begin with: CP-SAT 9.15 has open reports of cores with
literals that were never assumed (#5141) and of wrong answers under assumptions (#4109). Every answer that counts is
solved anew with the literals fixed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ortools.sat.python import cp_model

from quotaproof.solver.engines.cpsat.status import QUICK, Settings, attempt, new_solver, solve

ReasonKind = Literal["cap", "clause", "places", "rank", "known", "record", "published"]


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
    """

    def __init__(self, settings: Settings = QUICK) -> None:
        self.model = cp_model.CpModel()
        self.settings = settings
        self.elements: list[Element] = []
        self.literals: list[cp_model.IntVar] = []
        self._numbers: dict[tuple[str, ...], int] = {}
        self.checks = 0

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
        self.checks += 1
        model = self._with(chosen)
        # A literal that is false says nothing, so this is what leaving it open comes to, and quicker.
        model.add_bool_and(~literal for number, literal in enumerate(self.literals) if number not in set(chosen))
        return solve(model, new_solver(self.settings))

    def largest(self, chosen: Collection[int]) -> frozenset[int] | None:
        """Return a largest set of elements around `chosen` with which the outcome is possible, or None if none is."""
        self.checks += 1
        model = self._with(chosen)
        model.maximize(cp_model.LinearExpr.sum(self.literals))
        solver = new_solver(self.settings)
        if not solve(model, solver):
            return None
        return frozenset(n for n, literal in enumerate(self.literals) if solver.boolean_value(literal))

    def seed(self) -> tuple[int, ...] | None:
        """Return elements that exclude the outcome, in order of preference, not minimal; None if all together do not.

        Raises
        ------
        SolverError
            If the solver contradicts itself.
        """
        model = self.model.clone()
        model.add_assumptions(self.literals)
        solver = new_solver(self.settings)
        if attempt(model, solver) == cp_model.INFEASIBLE:
            named = set(solver.sufficient_assumptions_for_infeasibility())
            core = tuple(n for n, literal in enumerate(self.literals) if literal.index in named)
            if not self.possible(core):
                return core
        everything = tuple(range(len(self.elements)))
        return None if self.possible(everything) else everything

    def _with(self, chosen: Collection[int]) -> cp_model.CpModel:
        model = self.model.clone()
        for number in chosen:
            model.add_bool_and(self.literals[number])
        return model
