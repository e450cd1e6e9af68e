"""The batch engine: many standings under the same rules at once, with the answers of the greedy reference.

`Batch` holds the standings, `allocate_batch` allocates them, `after_declines` answers declines. `program` has the rules
as numbers, and `loops` goes through them, compiled by numba; where there is no numba the same loops are plain Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quotaproof.model.stated_types import typed

from .rankings import Batch
from .result import BatchHeld, BatchResult

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Batch", "BatchResult", "allocate_batch", "fill_batch", "settled_by_chance"]


@typed
def allocate_batch(batch: Batch) -> BatchResult:
    """Return the allocation of every element of a batch.

    Raises
    ------
    InputError
        If the caps leave no room for the host's guaranteed places.
    """
    from . import compiled

    batch.require_room_for_host()
    return compiled.allocate(batch)


def fill_batch(batch: Batch, held: BatchHeld) -> BatchResult:
    """Return the allocation of every element after the holes around what is held are filled."""
    from . import compiled

    return compiled.allocate(batch, held)


def settled_by_chance(result: BatchResult, rng: np.random.Generator) -> BatchResult:
    """Return a result whose ties between a man's and a woman's place in line are drawn by lot; see `chance`."""
    from . import chance

    return chance.settled_by_chance(result, rng)
