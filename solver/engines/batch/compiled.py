"""A batch element by element, by the compiled loops of `loops`."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import loops
from .program import NONE
from .rankings import Batch
from .result import FIRST_STAMP, BatchHeld, BatchResult, BatchState


def allocate(batch: Batch, held: BatchHeld | None = None) -> BatchResult:
    """Return the allocation of every element; with `held`, after the holes around it are filled."""
    program = batch.program
    size, events, nocs, pathways = len(batch), len(program.rules.events), len(batch.nocs), len(program.quota_pathways)
    result = BatchResult(
        batch,
        BatchState(
            np.zeros((size, events, nocs), dtype=np.int16),
            np.zeros((size, pathways, 2, nocs), dtype=np.int16),
            np.zeros((size, pathways, 2, nocs), dtype=np.int16),
        ),
        np.zeros(size, dtype=np.int8),
        np.zeros((size, 3, nocs), dtype=np.uint8),
        np.full(size, NONE, dtype=np.int8),
    )
    # Where nothing is held its arrays have one empty element; they are not read.
    empty = np.zeros((1, 1, 1), dtype=np.int16)
    nothing = BatchState(empty, empty[:, :, :, None], empty[:, :, :, None])
    loops.allocate_all(
        batch.entries,
        batch.guaranteed,
        batch.abstains,
        batch.host_number,
        held is not None,
        *_arrays(nothing if held is None else held.state),
        empty if held is None else held.at_most,
        FIRST_STAMP if held is None else held.stamp,
        program.gender,
        program.start_places,
        batch.noc_cap,
        program.individual,
        program.relay,
        program.steps,
        program.events_of,
        program.numbers,
        program.first,
        *_arrays(result.state),
        result.status,
        result.tied,
        result.tie_step,
    )
    return result


def _arrays(state: BatchState) -> tuple[Any, Any, Any]:
    return state.places, state.awards, state.stamps
