"""The batch engine: many standings under the same rules at once, with the answers of the greedy reference.

`Batch` holds the standings, `allocate_batch` allocates them, `after_declines` answers declines. There are two forms of
the engine: `compiled` (loops, compiled by numba, the extra `fast`) and `vectorised` (numpy). They give the same arrays.
"""

from __future__ import annotations

from typing import Literal

from quotaproof.model.errors import InputError

from .rankings import Batch, batch_of
from .result import BatchResult, Held

Form = Literal["auto", "compiled", "numpy"]

__all__ = ["Batch", "BatchResult", "Form", "allocate_batch", "batch_of", "fill_batch"]


def allocate_batch(batch: Batch, form: Form = "auto") -> BatchResult:
    """Return the allocation of every element of a batch.

    Parameters
    ----------
    form
        `compiled` (needs numba), `numpy`, or `auto`: the first that is installed. The result is the same.

    Raises
    ------
    InputError
        If the caps leave no room for the host's guaranteed places, or numba is wanted but not installed.
    """
    batch.require_room_for_host()
    return _run(batch, None, form)


def fill_batch(batch: Batch, held: Held, form: Form = "auto") -> BatchResult:
    """Return the allocation of every element after the holes around what is held are filled; errors as above."""
    return _run(batch, held, form)


def _run(batch: Batch, held: Held | None, form: Form) -> BatchResult:
    from . import compiled, loops, vectorised

    if form not in ("auto", "compiled", "numpy"):
        raise InputError(f"{form!r} is no form of the batch engine; use auto, compiled or numpy")
    if form == "compiled" and not loops.AVAILABLE:
        raise InputError("the compiled batch engine needs numba; install it with pip install 'quotaproof[fast]'")
    if form == "numpy" or not loops.AVAILABLE:
        return vectorised.allocate(batch, held)
    return compiled.allocate(batch, held)
