"""The lowest and the highest value of every number over all tables that the assumptions leave.

Every solution gives a value for every number, so the least and the greatest seen are kept, and only what lies beyond
them is asked for: all numbers at once, each below its least or above its greatest. A solution moves some; when there
is none, all are proved together.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from quotaproof.model.errors import LimitError
from quotaproof.model.published import CellName
from quotaproof.solver import cp_model

from .theory import AssumptionModel

MOST = 10**6


@dataclass(slots=True)
class CellBounds:
    """What is known of the numbers.

    Attributes
    ----------
    low, high
        The least and the greatest of all solutions.
    shown_low, shown_high
        The same over solutions that are shown to be tables of the rules.
    unproved
        (cell, whether it is the upper bound) -> the bound that is proved instead.
    """

    low: dict[CellName, int] = field(default_factory=dict)
    high: dict[CellName, int] = field(default_factory=dict)
    shown_low: dict[CellName, int] = field(default_factory=dict)
    shown_high: dict[CellName, int] = field(default_factory=dict)
    unproved: dict[tuple[CellName, bool], int] = field(default_factory=dict)
    pool: list[dict[CellName, int]] = field(default_factory=list)

    def see(self, numbers: Mapping[CellName, int], *, shown: bool) -> None:
        """Take the numbers of a solution into account."""
        self.pool.append(dict(numbers))
        for cell, number in numbers.items():
            self.low[cell] = min(number, self.low.get(cell, number))
            self.high[cell] = max(number, self.high.get(cell, number))
            if shown:
                self.shown_low[cell] = min(number, self.shown_low.get(cell, number))
                self.shown_high[cell] = max(number, self.shown_high.get(cell, number))


def bounds(
    theories: Sequence[AssumptionModel], held: Collection[Hashable], most: Mapping[str, int]
) -> CellBounds | None:
    """Return the bounds under all of the theories together, or None if the assumptions cannot all be true.

    Parameters
    ----------
    theories
        One for each way to read the rules; a value counts if one of them allows it.
    most
        Column -> a number that no cell of it exceeds, for bounds that cannot be proved within the effort.

    Raises
    ------
    LimitError
        If the effort is spent before it is known whether they can.
    """
    found = CellBounds()
    bases = [theory.holding(held) for theory in theories]
    narrowed = [theory.narrowed(base) for theory, base in zip(theories, bases, strict=True)]
    tried = [(t, m) for t, m in zip(theories, narrowed, strict=True) if m is not None]
    tried += list(zip(theories, bases, strict=True))
    try:
        for number, (theory, model) in enumerate(tried, 1):
            if not found.pool and not theory.solves(model):
                continue
            if not found.pool:
                found.see(theory.numbers(), shown=theory.replayed())
            while theory.finds_many(*_beyond(theory, model, found)):
                found.see(theory.numbers(), shown=theory.replayed())
                theory.effort.tell(f"model {number} of {len(tried)}, {len(found.pool)} tables seen")
    except LimitError:
        if not found.pool:
            raise
        _unproved(found, most)
    return found if found.pool else None


def _beyond(
    theory: AssumptionModel, base: cp_model.CpModel, found: CellBounds
) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    """The model with one number at least beyond what has been seen, and literals that say which."""
    model = base.clone()
    literals: list[cp_model.IntVar] = []
    for cell, number in theory.cells.items():
        lower = model.new_bool_var("")
        model.add(number <= found.low[cell] - 1).only_enforce_if(lower)
        higher = model.new_bool_var("")
        model.add(number >= found.high[cell] + 1).only_enforce_if(higher)
        literals += [lower, higher]
    model.add_bool_or(literals)
    return model, literals


def _unproved(found: CellBounds, most: Mapping[str, int]) -> None:
    for cell in found.low:
        found.unproved[cell, False] = 0
        found.unproved[cell, True] = most[cell[1]]
