"""Reasons: minimal sets of elements that exclude an outcome, one by deletion or all of them, the smallest first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from quotaproof.model.errors import LimitError, SolverError
from quotaproof.solver import cp_model
from quotaproof.solver.effort import Effort
from quotaproof.solver.engines.cpsat.status import QUICK, Settings, solved

from .theory import Element, Theory

MOST_REASONS = 10
MOST_CHECKS = 3000
"""Solves after which the search for further reasons ends."""

WITHOUT_ANY = 2.0
"""Deterministic seconds after which the search for the smallest reason ends without one.

Where any 33 of 38 ranks are enough, a smallest set proves itself only after as many corrections as there are sets of
six ranks. Of the entries at Sochi 2014 each that had an answer had it within 0.5.
"""

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


@dataclass(frozen=True, slots=True)
class FoundReasons:
    """Minimal reasons that were found.

    Attributes
    ----------
    complete
        Whether these are all there are (proved); if none is found, the outcome is possible then.
    limit_reached
        Whether a limit of effort ended the search.
    """

    reasons: tuple[Reason, ...]
    complete: bool
    limit_reached: bool = False


def one_reason(theory: Theory) -> FoundReasons:
    """Return one minimal reason; none if the outcome is possible, or if the effort ended before there was one."""
    try:
        found = reason(theory)
    except LimitError:
        return FoundReasons((), False, limit_reached=True)
    return FoundReasons((), True) if found is None else FoundReasons((found,), False)


def reasons(theory: Theory, most: int = MOST_REASONS) -> FoundReasons:
    """Return minimal reasons, the smallest first, as far as the effort goes; none if the first is too far to find."""
    found: list[Reason] = []
    effort = theory.effort
    whole = effort.limit
    effort.limit = min(whole, effort.spent + WITHOUT_ANY)
    try:
        for numbers in smallest_first(len(theory.elements), theory.largest, theory.settings, theory.effort):
            if numbers is not None:
                if len(found) == most:
                    return FoundReasons(tuple(found), False)
                found.append(Reason(tuple(theory.elements[number] for number in numbers)))
                effort.limit = whole
            if theory.checks > MOST_CHECKS:
                return FoundReasons(tuple(found), False, limit_reached=not found)
    except LimitError:
        return FoundReasons(tuple(found), False, limit_reached=True)
    finally:
        effort.limit = whole
    return FoundReasons(tuple(found), True)


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


def smallest_first(
    number: int, largest: Largest, settings: Settings = QUICK, effort: Effort | None = None
) -> Iterator[tuple[int, ...] | None]:
    """Yield every minimal excluding set of the elements 0 ... number - 1, smaller ones before larger ones.

    An excluding set has an element in common with every *correction* (a set without which the outcome becomes
    possible), and a smallest set that meets all corrections known so far is either excluding, and then minimal, or
    shows a new correction (the duality behind MARCO; smallest first as in Ignatiev et al., CP 2015). Yields None for
    each new correction, so that a caller can stop.

    Raises
    ------
    LimitError
        If the effort is spent; a search for the smallest set takes of it, too.
    """
    model = cp_model.CpModel()
    chosen = [model.new_bool_var("") for _ in range(number)]
    model.minimize(cp_model.LinearExpr.sum(chosen) if chosen else 0)
    while True:
        limit = settings.limit if effort is None else effort.next_limit(settings.limit)
        solver = solved(model, replace(settings, limit=limit))
        if solver is None:
            return
        if effort is not None:
            effort.spend(solver.response_proto.deterministic_time, len(model.proto.constraints))
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
