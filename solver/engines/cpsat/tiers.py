r"""The lexicographic driver: make a tier as good as it can be, prove it, go on.

A tier is a line of positions in order of priority. A position is one 0/1 variable, or several that share a place in
line and count alike; better means lexicographically more variables at 1 per position. There are two proofs that
values v are the best, both of them CP-SAT's and neither trusting the other:

Refutation. A fixed search that sets the variables to 1 in the order of the line proposes v. Then the model is solved
once more, with the demand that a rival come out: as good as v up to some position, and there better or, with the same
number, another choice.

    rival(0) = false
    rival(p) => rival(p-1) or [more than v at position p] or [another choice than v within position p]
    rival(p-1) or [at least v at position p]                 for every p
    rival(last)

If that is infeasible, v is the optimum of every position, and the only one. There is no objective and so no large
weight. If a better rival comes out, it is the next proposal; v need not be trusted to be good.

Objectives. The variables are packed into powers of two, at most `CHUNK` at a time so that each objective is exact (see
there), maximised, and fixed. Two 0/1 vectors never have the same packed value, so fixing the value fixes them.
Positions of several variables are objectives of their own, with equal weights.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from quotaproof.model.allocation import TierValue
from quotaproof.model.errors import LimitError, SolverError

from .proto_builder import Draft
from .status import DEFAULT, Settings, as_it_stands, bare_solver, quick_solver, solution, solve

__all__ = ["CHUNK", "Stages", "TierValue", "packed"]

CHUNK = 50
"""Variables per packed value. The sum of all weights, 2**50 - 1, must stay under 2**53: CP-SAT 9.15 counts in 64-bit
integers but compares its bound with its best value as floats, and so calls solutions optimal that are not once the
low bits drop out (seen with 60 variables; tests/solver/engines/test_tiers.py keeps the case)."""

Position = Sequence[int]
"""Variables that share a place in line, by number."""


class _Block(NamedTuple):
    """Part of a line: consecutive positions of one variable each (`alone`), or one position of several."""

    variables: Sequence[int]
    alone: bool


class Stages:
    """A model that is optimised tier after tier.

    Raises
    ------
    SolverError
        From every method, if the model has no solution (a pathway can always refuse, so there must be one).
    """

    def __init__(self, settings: Settings = DEFAULT, model: Draft | None = None) -> None:
        self.model = model or Draft()
        self.settings = settings
        self.optima: list[TierValue] = []
        self._decided: list[tuple[_Block, Sequence[int]]] = []

    def maximise(self, variables: Sequence[int], name: str) -> list[int]:
        """Make the variables lexicographically largest, fix them, and return their values."""
        if self.settings.proof == "objectives":
            return self._by_objectives(variables, name)
        (chosen,), _ = self._by_refutation([_Block(variables, alone=True)], name)
        return chosen

    def maximise_line(self, line: Sequence[Position], name: str) -> tuple[list[list[int]], list[int]]:
        """Make the line lexicographically best.

        Returns
        -------
        values, open_ones
            The values of the variables, position by position, up to the first position in which best solutions differ;
            and which of its variables differ between them (none if the solution is unique; then all positions are
            there and fixed).
        """
        blocks = list(_blocks(line))
        chosen: list[list[int]] = []
        if self.settings.proof == "refutation":
            chosen, unique = self._by_refutation(blocks, name)
            if unique:
                return _by_position(blocks, chosen), []
        # With more than one best solution it is to be found where they begin to differ.
        chosen = []
        for block in blocks:
            if block.alone:
                chosen.append(self._by_objectives(block.variables, name))
                continue
            values, open_ones = self.maximise_class(block.variables, f"{name}/shared")
            if open_ones:
                return _by_position(blocks[: len(chosen)], chosen), open_ones
            chosen.append(values)
        return _by_position(blocks, chosen), []

    def maximise_class(self, variables: Sequence[int], name: str) -> tuple[list[int], list[int]]:
        """Make as many of the variables 1 as can be.

        Returns
        -------
        values, open_ones
            The values of one best solution, fixed if it is the only one; and the positions of the variables that
            differ between best solutions (none if the solution is unique).
        """
        chosen = self._optimise(variables, [1] * len(variables), name)
        self.model.linear(variables, [1] * len(variables), sum(chosen), len(variables))
        # All or none of them: nothing is left to choose.
        everything = sum(chosen) in (0, len(chosen))
        open_ones = (
            []
            if everything
            else [place for place, value in enumerate(chosen) if self._can_be(variables[place], 1 - value)]
        )
        if not open_ones:
            self._decided.append((_Block(variables, alone=False), chosen))
        return chosen, open_ones

    # Refutation ----------------------------------------

    def _by_refutation(self, line: Sequence[_Block], name: str) -> tuple[list[list[int]], bool]:
        """Return the best values, block by block, and whether they are the only ones; fix them if so.

        If they are not, the values need not be the best.
        """
        self._fix()
        best = self._proposal(line, name)
        while (rival := self._rival(line, best)) is not None:
            if _goodness(line, rival) <= _goodness(line, best):
                return best, False
            best = rival
        for block, values in zip(line, best, strict=True):
            if not block.alone:
                self._record(f"{name}/shared", values, [1] * len(values))
                continue
            self.optima += packed(name, values)
        self._decided += zip(line, best, strict=True)
        return best, True

    def _proposal(self, line: Sequence[_Block], name: str) -> list[list[int]]:
        """Return a solution that is likely to be the best: the first that a search in the order of the line finds.

        Branching goes only upwards and only on the first open variable, so a variable at 0 is one that could not be 1
        after the choices before it. Presolve would take away the variables that the search is to branch on.
        """
        solver = quick_solver(replace(self.settings, presolve=False))
        self.model.branch_up([variable for block in line for variable in block.variables])
        if not solve(self.model, solver):
            raise SolverError(f"tier {name}/1 has no solution at all, which the rules never allow")
        return _read(line, solution(solver))

    def _rival(self, line: Sequence[_Block], best: Sequence[Sequence[int]]) -> list[list[int]] | None:
        """Return a rival of `best`; None if it is proved that there is none.

        In the formula of the module, consecutive variables that are 1 in `best` have one constraint together until the
        next that is not, and so have those that are 0. The model is searched as it stands first: propagation all but
        refutes it, and simplifying it took longer than that.
        """
        if all(0 not in values for values in best):
            return None
        model = self.model.copy()
        rival: list[int] = []  # the literal rival(p), or nothing while it is false

        def one_now(literals: Iterable[int]) -> None:
            (now,) = model.booleans(1)
            model.one_of([~now, *rival, *literals])
            rival[:] = [now]

        for block, values in zip(line, best, strict=True):
            if block.alone or len(set(values)) == 1:
                for value, run in groupby(zip(values, block.variables, strict=True), itemgetter(0)):
                    variables = [variable for _, variable in run]
                    if value:
                        model.all_of(variables, [~literal for literal in rival])
                    else:
                        one_now(variables)
                continue
            weights, ones = [1] * len(values), sum(values)
            model.linear(block.variables, weights, ones, len(values), [~literal for literal in rival])
            (exceeds,) = model.booleans(1)
            model.linear(block.variables, weights, ones + 1, len(values), [exceeds])
            one_now([exceeds, *(~variable for variable, value in zip(block.variables, values, strict=True) if value)])
        model.one_of(rival)
        try:
            solver = quick_solver(as_it_stands(self.settings))
            found = solve(model, solver)
        except LimitError:
            solver = quick_solver(self.settings)
            found = solve(model, solver)
        return _read(line, solution(solver)) if found else None

    # Objectives ----------------------------------------

    def _by_objectives(self, numbers: Sequence[int], name: str) -> list[int]:
        chosen: list[int] = []
        for start in range(0, len(numbers), CHUNK):
            chunk = numbers[start : start + CHUNK]
            values = self._optimise(chunk, _powers(len(chunk)), f"{name}/{start // CHUNK + 1}")
            self._decided.append((_Block(chunk, alone=True), values))
            chosen += values
        return chosen

    def _optimise(self, numbers: Sequence[int], weights: Sequence[int], name: str) -> list[int]:
        self._fix()
        self.model.maximise(numbers, weights)
        solver = bare_solver(self.settings)
        solved = solve(self.model, solver)
        self.model.clear_objective()
        if not solved:
            raise SolverError(f"tier {name} has no solution at all, which the rules never allow")
        found = solution(solver)
        chosen = [found[number] for number in numbers]
        self._record(name, chosen, weights)
        return chosen

    # Both ----------------------------------------

    def _record(self, name: str, values: Sequence[int], weights: Sequence[int]) -> None:
        """Record an optimum; its exact value is counted here, since CP-SAT reports objective values as floats."""
        self.optima.append(TierValue(name, len(values), sum(w * v for w, v in zip(weights, values, strict=True))))

    def _fix(self) -> None:
        """Fix what has been decided; only now, since the last tier of a model needs no fixing."""
        for block, values in self._decided:
            for variable, value in zip(block.variables, values, strict=True):
                self.model.linear([variable], [1], value, value)
        self._decided.clear()

    def _can_be(self, variable: int, value: int) -> bool:
        probe = self.model.copy()
        probe.linear([variable], [1], value, value)
        return solve(probe, bare_solver(self.settings))


def packed(name: str, values: Sequence[int]) -> list[TierValue]:
    """Return the values of a tier of positions of one variable each as they are recorded, `CHUNK` at a time."""
    chunks = [values[start : start + CHUNK] for start in range(0, len(values), CHUNK)]
    return [
        TierValue(f"{name}/{number}", len(chunk), int("".join(map(str, chunk)), 2))
        for number, chunk in enumerate(chunks, 1)
    ]


def _powers(number: int) -> list[int]:
    return [1 << power for power in range(number - 1, -1, -1)]


def _blocks(line: Sequence[Position]) -> Iterator[_Block]:
    alone: list[int] = []
    for position in line:
        if len(position) == 1:
            alone += position
            continue
        if alone:
            yield _Block(alone, alone=True)
            alone = []
        yield _Block(position, alone=False)
    if alone:
        yield _Block(alone, alone=True)


def _by_position(blocks: Sequence[_Block], values: Sequence[list[int]]) -> list[list[int]]:
    positions: list[list[int]] = []
    for block, own in zip(blocks, values, strict=True):
        positions += [[value] for value in own] if block.alone else [own]
    return positions


def _read(line: Sequence[_Block], found: Sequence[int]) -> list[list[int]]:
    return [[found[variable] for variable in block.variables] for block in line]


def _goodness(line: Sequence[_Block], values: Sequence[list[int]]) -> list[list[int]]:
    """Values that are larger where the solution is better."""
    return [own if block.alone else [sum(own)] for block, own in zip(line, values, strict=True)]
