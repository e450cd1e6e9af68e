"""Minimal sets of assumptions that exclude something: one by QuickXplain, all by MARCO.

Nothing here knows what an assumption is; whether some of them can be true together is asked of a function.

- QuickXplain: U. Junker, "QUICKXPLAIN: Preferred explanations and relaxations for over-constrained problems",
  AAAI 2004.
- MARCO: M. Liffiton, A. Previti, A. Malik, J. Marques-Silva, "Fast, flexible MUS enumeration", Constraints 21, 2016.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from quotaproof.model.errors import LimitError
from quotaproof.solver import cp_model
from quotaproof.solver.engines.cpsat.status import new_solver, solve

Assumed = TypeVar("Assumed", bound=Hashable)
Consistent = Callable[[Sequence[Assumed]], bool]
"""Whether some assumptions can all be true."""


def minimal_set(items: Sequence[Assumed], consistent: Consistent[Assumed]) -> tuple[Assumed, ...]:
    """Return a minimal inconsistent part of some items, in their order; earlier items are preferred.

    Minimal: without any one of them the rest can be true. The items together must be inconsistent.
    """
    if not consistent(()):
        return ()
    found = set(_needed((), list(items), False, consistent))
    return tuple(item for item in items if item in found)


def _needed(
    background: tuple[Assumed, ...], items: list[Assumed], grown: bool, consistent: Consistent[Assumed]
) -> tuple[Assumed, ...]:
    if grown and not consistent(background):
        return ()
    if len(items) == 1:
        return tuple(items)
    first, second = items[: len(items) // 2], items[len(items) // 2 :]
    of_second = _needed((*background, *first), second, bool(first), consistent)
    of_first = _needed((*background, *of_second), first, bool(of_second), consistent)
    return (*of_first, *of_second)


@dataclass(frozen=True)
class Conflicts:
    """Minimal sets that cannot be true together, and whether these are proved to be all."""

    sets: tuple[tuple[Hashable, ...], ...]
    complete: bool


def all_minimal_sets(
    items: Sequence[Assumed],
    largest: Callable[[Collection[Assumed]], Collection[Assumed] | None],
    consistent: Consistent[Assumed],
    most: int = 200,
    told: Callable[[int], None] = lambda number: None,
    known: Sequence[Sequence[Assumed]] = (),
    used: Callable[[Sequence[Assumed]], Sequence[Assumed]] = lambda items: items,
) -> Conflicts:
    """Return all minimal inconsistent sets of items, the shortest first, then by the order of the items.

    Parameters
    ----------
    largest
        A largest consistent set that holds the given ones, or None if these are inconsistent.
    most
        Sets after which the search ends, and is not complete.
    told
        Told how many there are so far.
    known
        Inconsistent sets that are known before. Each is made minimal; when the effort for that is spent, the others are
        returned as they are, and the search ends.
    used
        A part of an inconsistent set that is inconsistent, too, and found sooner than a minimal one.
    """
    open_sets = cp_model.CpModel()
    chosen = {item: open_sets.new_bool_var("") for item in items}
    open_sets.maximize(sum(chosen.values()))
    place = {item: number for number, item in enumerate(items)}
    sets: list[tuple[Assumed, ...]] = []
    complete = True
    try:
        for one in known:
            if any(set(conflict) <= set(one) for conflict in sets):
                continue
            conflict = tuple(one)
            try:
                conflict = minimal_set(one, consistent) if complete else conflict
            except LimitError:
                complete = False
            sets.append(conflict)
            told(len(sets))
            open_sets.add_bool_or([~chosen[item] for item in conflict])
        while complete:
            solver = new_solver()
            if not solve(open_sets, solver):
                break
            seed = [item for item in items if solver.boolean_value(chosen[item])]
            consistent_ones = largest(seed)
            if consistent_ones is None:
                if len(sets) == most:
                    complete = False
                    break
                conflict = minimal_set(used(seed), consistent)
                sets.append(conflict)
                told(len(sets))
                open_sets.add_bool_or([~chosen[item] for item in conflict])
            else:
                left_out = [chosen[item] for item in items if item not in consistent_ones]
                if not left_out:
                    break
                open_sets.add_bool_or(left_out)
    except LimitError:
        complete = False
    sets.sort(key=lambda one: (len(one), [place[item] for item in one]))
    return Conflicts(tuple(sets), complete)
