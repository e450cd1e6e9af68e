"""The answers of points by the batch engine: points with the same rules, mode and host are one batch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from quotaproof.model.changes import Decline
from quotaproof.model.errors import InputError
from quotaproof.model.rules import Declines
from quotaproof.model.scenario import Scenario
from quotaproof.solver.declines import cannot_decline, nothing_to_decline
from quotaproof.solver.engines import engine as engine_of
from quotaproof.solver.engines.batch import Batch, BatchResult, allocate_batch
from quotaproof.solver.engines.batch.declines import NOTHING, after_declines
from quotaproof.solver.engines.batch.rankings import closed_up
from quotaproof.solver.engines.batch.result import NO_ROOM
from quotaproof.solver.engines.batch.result import TIE as TIE_IN_BATCH

from .by_engine import ByEngine
from .context import Ground
from .plan import Indices
from .results import IMPOSSIBLE, OPTIMAL, TIE, Answers, Told


class ByBatch:
    """Answers the points of a chunk together; what the batch engine has no words for is asked of the reference."""

    def __init__(self, ground: Ground, by_engine: ByEngine) -> None:
        self.ground, self.by_engine, self.plan = ground, by_engine, ground.plan

    def answer(self, answers: Answers, rows: Indices) -> None:
        """Fill in the answers of a chunk; `rows` says which of the drawn standings each point has."""
        points = answers.points
        before = allocate_batch(self.ground.batch(self.ground.scenario))
        answers.before = before.cells()[rows]
        # Points with the same rules, mode and host are one batch.
        keys = np.stack([points.cell, points.mode, self.ground.host_is_out[points.action]])
        groups, group_of = np.unique(keys, axis=1, return_inverse=True)
        for group, (cell, mode, out) in enumerate(groups.T):
            own = np.flatnonzero(group_of.reshape(-1) == group)
            scenario = self.ground.scenario_of(int(cell))
            if out:
                scenario = replace(scenario, host=None)
            first = before if scenario is self.ground.scenario and not self.ground.excludes else None
            way = self.plan.modes[mode] if mode >= 0 else None
            try:
                self._group(answers, first, scenario, way, own, rows[own])
            except InputError as error:
                for place in own:
                    answers.put(int(place), Told(IMPOSSIBLE, None, str(error)))

    def _group(
        self,
        answers: Answers,
        first: BatchResult | None,
        scenario: Scenario,
        mode: Declines | None,
        own: Indices,
        rows: Indices,
    ) -> None:
        """Answer points that have rules, host and mode in common."""
        action = answers.points.action[own]
        if first is None:
            batch = self.ground.batch(scenario)
            if self.ground.excludes:
                batch, rows = self._without(batch.take(rows), action), np.arange(len(own))
            first = allocate_batch(batch)
        lengths = np.zeros(len(own), dtype=np.intp) if self.ground.excludes else self.ground.lengths[action]
        for length in np.unique(lengths):
            some = np.flatnonzero(lengths == length)
            result = first.take(rows[some])
            if length:
                declines = [[one for one in self.plan.actions[a] if isinstance(one, Decline)] for a in action[some]]
                self._declines(answers, result, declines, mode or "sequential", own[some])
            else:
                answers.cells[own[some]] = result.cells()
                answers.status[own[some]] = np.where(result.status == TIE_IN_BATCH, TIE, OPTIMAL)

    def _without(self, batch: Batch, action: Indices) -> Batch:
        """The batch without the entries of excluded NOCs."""
        gone = np.zeros(batch.entries.shape, dtype=np.bool_)
        for units in self.ground.action_units[action].T:
            # No entry has the number -2.
            who = np.where(units >= 0, self.ground.unit_nocs[units], -2)
            gone |= batch.entries == who[:, None, None]
        return batch.with_entries(closed_up(batch.entries, gone))

    def _declines(
        self, answers: Answers, first: BatchResult, declines: list[list[Decline]], mode: Declines, own: Indices
    ) -> None:
        after = after_declines(first.batch, first, declines, mode)
        answers.cells[own] = after.cells
        answers.status[own] = np.where(after.status == TIE_IN_BATCH, TIE, OPTIMAL)
        for one in np.flatnonzero(after.status == NOTHING):
            decline, has = declines[one][after.failed[one]], int(after.has[one])
            problem = nothing_to_decline(decline, self.ground.scenario)
            if decline.event is not None:
                number = has if decline.number is None else decline.number
                problem = cannot_decline(
                    decline.noc, self.ground.rules.event(decline.event), has, number, self.ground.scenario
                )
            answers.put(int(own[one]), Told(IMPOSSIBLE, None, f"{problem}."))
        for one in np.flatnonzero(after.status == NO_ROOM):
            # The reference has the words for it.
            place = int(own[one])
            answers.put(place, self.by_engine.told(engine_of("greedy"), self.plan.point(answers.points.numbers[place])))
