"""Ties of a man's and a woman's place in line, drawn by lot where the readings refuse to break them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .compiled import allocate
from .program import MEN_FIRST, WOMEN_FIRST
from .result import TIE, BatchResult, BatchState


def settled_by_chance(result: BatchResult, rng: np.random.Generator) -> BatchResult:
    """Return a result in which elements that ended in a tie are allocated again with men or women first, by lot.

    A tie between NOCs that are in no ranking stays one: its elements keep the status `TIE`, and their arrays hold what
    was certain before.
    """
    tied = np.flatnonzero(result.status == TIE)
    if not tied.size:
        return result
    men_first = rng.random(tied.size) < 0.5
    state = BatchState(result.places.copy(), result.state.awards.copy(), result.state.stamps.copy())
    status, who, step = result.status.copy(), result.tied.copy(), result.tie_step.copy()
    for first, own in ((MEN_FIRST, tied[men_first]), (WOMEN_FIRST, tied[~men_first])):
        if own.size:
            batch = result.batch.take(own)
            again = allocate(replace(batch, program=replace(batch.program, first=first)))
            state.places[own], state.awards[own] = again.state.places, again.state.awards
            state.stamps[own] = again.state.stamps
            status[own], who[own], step[own] = again.status, again.tied, again.tie_step
    return BatchResult(result.batch, state, status, who, step)
