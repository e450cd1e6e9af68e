"""Declines answered in the other mode, and in every other order: whether the result is another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import GivingBack
from quotaproof.model.errors import InputError
from quotaproof.model.rules import Declines
from quotaproof.solver.declines import Outcome, continued
from quotaproof.solver.engines import Engine
from quotaproof.solver.engines import engine as engine_of

MOST_ORDERED = 6
"""Largest number of declines of which every order is tried."""


@dataclass(frozen=True, slots=True)
class ModeDifference:
    """A cell that the two modes fill differently, and why."""

    noc: str
    column: str
    sequential: int
    rerun: int
    why: str


@dataclass(frozen=True, slots=True)
class OrderDifference:
    """A cell that another order of the declines fills differently: its number in this order, and in the other."""

    noc: str
    column: str
    here: int
    there: int


@dataclass(frozen=True, slots=True)
class Orders:
    """Whether the order of the declines matters.

    Attributes
    ----------
    matters
        None if it was not tried (less than two declines, or more than six).
    other
        The declines in an order that has another result, or in which one of them is not possible.
    differences
        Where that result differs; empty if there is none.
    refused
        Why that order is not possible; empty if it is.
    """

    matters: bool | None = None
    other: tuple[str, ...] = ()
    differences: tuple[OrderDifference, ...] = ()
    refused: str = ""


def compare_modes(
    base: Outcome, declines: Sequence[GivingBack], by: Engine, chosen: Declines, outcome: Outcome
) -> tuple[tuple[ModeDifference, ...], str]:
    """Return the cells that the other mode fills differently, or none and why it does not allow the declines."""
    other_mode: Declines = "rerun" if chosen == "sequential" else "sequential"
    try:
        other = continued(base, declines, by, other_mode).allocation
    except InputError as error:
        # In the other mode an NOC may not have what a later decline gives back; then there is nothing to compare.
        return (), error.problem
    sequential, rerun = (outcome.allocation, other) if chosen == "sequential" else (other, outcome.allocation)
    found = tuple(
        ModeDifference(noc, column, old, new, _why_differs(noc, column, old, new, sequential, rerun))
        for noc, column, old, new in sequential.differing(rerun)
    )
    return found, ""


def _why_differs(noc: str, column: str, old: int, new: int, sequential: Allocation, rerun: Allocation) -> str:
    """Say why a rerun gives more or less than filling the holes one by one."""
    less, fewer = (rerun, "a rerun") if new < old else (sequential, "filling the holes")
    refusal = next(
        (
            decision
            for decision in less.decisions
            if decision.noc == noc
            and not decision.granted
            and (decision.event == column or (decision.event is None and decision.gender == column))
        ),
        None,
    )
    if refusal is not None:
        return f"in {fewer} it is refused: {refusal.reason}"
    if new < old:
        return "in a rerun it does not keep what it had; its start places give fewer"
    return "nobody loses what it has while holes are filled, so this place is not free"


def compare_orders(
    base: Outcome, declines: Sequence[GivingBack], by: Engine, mode: Declines, outcome: Outcome
) -> Orders:
    """Return whether another order of the declines has another result, and one that has.

    One that is possible is preferred.
    """
    if not 2 <= len(declines) <= MOST_ORDERED:
        return Orders()
    # The greedy reference tries the orders; the chosen engine then confirms the one that matters.
    quick = engine_of("greedy")
    refused: Orders | None = None
    for order in permutations(declines):
        if list(order) == list(declines):
            continue
        words = tuple(map(str, order))
        try:
            other = continued(base, order, quick, mode).allocation
        except InputError as error:
            refused = refused or Orders(True, words, refused=error.problem)
            continue
        if not other.same_places(outcome.allocation):
            confirmed = continued(base, order, by, mode).allocation
            cells = outcome.allocation.differing(confirmed)
            found = tuple(OrderDifference(noc, column, here, there) for noc, column, here, there in cells)
            if not confirmed.same_places(outcome.allocation):
                return Orders(True, words, found)
    return refused or Orders(False)
