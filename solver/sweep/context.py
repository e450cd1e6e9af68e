"""What the points of a sweep have in common: axes of the answers, actions as numbers, scenarios and drawn standings."""

from __future__ import annotations

import numpy as np
from cachetools import LRUCache

from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Exclude, apply
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines.batch import Batch
from quotaproof.solver.engines.batch.rankings import Numbers

from .draw import Sampler, settled
from .plan import Indices, Plan, Point, Points, unit

KEPT = 256
"""Scenarios of the grid that are kept."""


class Ground:
    """What all points of a plan have in common, and the drawn standings of the chunk at work.

    Attributes
    ----------
    nocs, columns
        The last two axes of the answers: NOCs, sorted; events, then `men` and `women`.
    units, unit_nocs
        What is declined or excluded (as the table names it), sorted, and the number of the NOC of each.
    action_units, lengths
        (A, most) the units of each action, filled up with -1, and their number.
    excludes
        Whether actions are exclusions.
    host_is_out
        (A,) whether the action excludes the host.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.rules = plan.scenario.rules
        named = set(plan.scenario.nocs) | ({plan.scenario.host} if plan.scenario.host else set())
        self.nocs = tuple(sorted(named))
        self.number = {noc: n for n, noc in enumerate(self.nocs)}
        self.columns = (*(event.identifier for event in self.rules.events), *GENDERS)
        # Without recorded declines and facts a drawn season is a season of its own.
        self.scenario = settled(plan.scenario) if plan.samples else plan.scenario
        self.sampler = Sampler(plan.scenario, self.nocs, plan.draw, plan.noise, plan.seed) if plan.samples else None
        self._index_actions()
        self._cells: LRUCache[int, Scenario] = LRUCache(KEPT)
        self._entries: Numbers | None = None
        self._samples: dict[int, int] = {}

    def _index_actions(self) -> None:
        actions = self.plan.actions
        nocs = {unit(one): self.number.get(one.noc, -2) for action in actions for one in action}
        self.units = tuple(sorted(nocs))
        self.unit_nocs = np.array([nocs[name] for name in self.units], dtype=np.int16)
        place = {name: number for number, name in enumerate(self.units)}
        self.action_units = np.full((len(actions), self.plan.depth), -1, dtype=np.intp)
        for row, action in zip(self.action_units, actions, strict=True):
            row[: len(action)] = [place[unit(one)] for one in action]
        self.lengths = (self.action_units >= 0).sum(axis=1)
        self.excludes = any(isinstance(one, Exclude) for action in actions for one in action)
        host = self.number.get(self.plan.scenario.host or "", -1)
        own = self.action_units
        self.host_is_out = (
            ((own >= 0) & (self.unit_nocs[own] == host)).any(axis=1) & self.excludes
            if self.units
            else (np.zeros(len(actions), dtype=np.bool_))
        )

    def draw(self, points: Points) -> Indices:
        """Draw the standings that points need, and return the row of each point in them."""
        if self.sampler is None:
            return np.zeros(len(points), dtype=np.intp)
        samples, rows = np.unique(points.sample, return_inverse=True)
        self._samples = {int(sample): row for row, sample in enumerate(samples)}
        self._entries = self.sampler.rows(samples)
        return np.asarray(rows, dtype=np.intp)

    def batch(self, scenario: Scenario) -> Batch:
        """Return the standings of the chunk as a batch under the rules of a scenario."""
        if self._entries is not None:
            return Batch.from_array(scenario, self._entries, self.nocs)
        batch = Batch.of([scenario])
        number = np.array([*(self.number[noc] for noc in batch.nocs), -1], dtype=np.int16)
        return Batch.from_array(scenario, number[batch.entries], self.nocs)

    def scenario_of(self, cell: int) -> Scenario:
        """Return the scenario in a cell of the grid."""
        if cell not in self._cells:
            self._cells[cell] = apply(self.scenario, self.plan.changes(cell)) if self.plan.grid else self.scenario
        return self._cells[cell]

    def standings(self, point: Point, scenario: Scenario) -> Scenario:
        """Return a scenario with the drawn standings of a point, if it has any."""
        if self._entries is None or point.sample is None:
            return scenario
        return Batch.from_array(scenario, self._entries, self.nocs).scenario(
            self._samples[point.sample], f"{scenario.identifier}-sample-{point.sample}"
        )

    def cells_of(self, allocation: Allocation) -> Numbers:
        """Return (E + 2, N) numbers: the places and quota places of an allocation."""
        cells = np.zeros((len(self.columns), len(self.nocs)), dtype=np.int16)
        for row, event in zip(cells, self.rules.events, strict=False):
            for noc, number in allocation.places[event.identifier].items():
                row[self.number[noc]] = number
        for noc, athletes in allocation.athletes.items():
            cells[-len(GENDERS) :, self.number[noc]] = athletes
        return cells
