"""Reasons: minimal sets of elements that exclude an outcome, one by deletion or all of them, the smallest first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from quotaproof.model.errors import SolverError
from quotaproof.solver import cp_model
from quotaproof.solver.engines.cpsat.status import QUICK, Settings, solved

from .theory import Element, Theory

MOST_REASONS = 10
MOST_CHECKS = 3000
"""Solves after which the search for further reasons ends."""

Possible = Callable[[Collection[int]], bool]
Largest = Callable[[Collection[int]], frozenset[int] | None]


@dataclass(frozen=True, slots=True)
class Reason:
    """A minimal set of elements that exclude an outcome together: without any one of them it is possible."""

    elements: tuple[Element, ...]

    @property
    def size(self) -> int:
        """The number of elements."""
        return len(self.elements)


def reason(theory: Theory) -> Reason | None:
    """Return one minimal reason, which keeps what the theory prefers; None if the outcome is possible.

    Raises
    ------
    LimitError, SolverError
        As the solver's status demands.
    """
    seed = theory.seed()
    if seed is None:
        return None
    return Reason(tuple(theory.elements[number] for number in shrink(seed, theory.possible, excludes=True)))


def reasons(theory: Theory, most: int = MOST_REASONS) -> tuple[tuple[Reason, ...], bool]:
    """Return minimal reasons, the smallest first, and whether these are all there are (proved)."""
    found: list[Reason] = []
    for numbers in smallest_first(len(theory.elements), theory.largest, theory.settings):
        if numbers is not None:
            if len(found) == most:
                return tuple(found), False
            found.append(Reason(tuple(theory.elements[number] for number in numbers)))
        if theory.checks > MOST_CHECKS:
            return tuple(found), False
    return tuple(found), True


def shrink(seed: Sequence[int], possible: Possible, *, excludes: bool = False) -> tuple[int, ...]:
    """Return a minimal subset of `seed` that still excludes the outcome, by trying to do without each, the last first.

    Parameters
    ----------
    excludes
        Whether it is proved already that all together exclude it.

    Raises
    ------
    SolverError
        If `seed` does not exclude it.
    """
    kept = list(seed)
    if not excludes and possible(kept):
        raise SolverError("the elements that were said to exclude an outcome do not")
    for number in reversed(seed):
        rest = [other for other in kept if other != number]
        if not possible(rest):
            kept = rest
    return tuple(kept)


def smallest_first(number: int, largest: Largest, settings: Settings = QUICK) -> Iterator[tuple[int, ...] | None]:
    """Yield every minimal excluding set of the elements 0 ... number - 1, smaller ones before larger ones.

    An excluding set has an element in common with every *correction* (a set without which the outcome becomes
    possible), and a smallest set that meets all corrections known so far is either excluding, and then minimal, or
    shows a new correction (the duality behind MARCO; smallest first as in Ignatiev et al., CP 2015). Yields None for
    each new correction, so that a caller can stop.
    """
    model = cp_model.CpModel()
    chosen = [model.new_bool_var("") for _ in range(number)]
    model.minimize(cp_model.LinearExpr.sum(chosen) if chosen else 0)
    while True:
        solver = solved(model, settings)
        if solver is None:
            return
        candidate = tuple(n for n, variable in enumerate(chosen) if solver.boolean_value(variable))
        around = largest(candidate)
        if around is None:
            yield candidate
            if not candidate:
                return
            model.add_bool_or(~chosen[n] for n in candidate)
            continue
        correction = _outside(number, around)
        if not correction:
            return
        model.add_bool_or(chosen[n] for n in correction)
        yield None


def _outside(number: int, inside: Iterable[int]) -> list[int]:
    held = set(inside)
    return [n for n in range(number) if n not in held]
