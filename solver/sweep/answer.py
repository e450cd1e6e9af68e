"""The answers of a chunk of points, by the batch engine, greedy or CP-SAT, and whether they agree."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Change, Decline, Exclude, apply
from quotaproof.model.errors import InputError, LimitError, SolverError
from quotaproof.model.rules import GENDERS, Declines
from quotaproof.model.scenario import Scenario
from quotaproof.solver.batch import Batch, BatchResult, allocate_batch
from quotaproof.solver.batch.declines import NOTHING, after_declines
from quotaproof.solver.batch.rankings import Numbers, closed_up
from quotaproof.solver.batch.result import NO_ROOM
from quotaproof.solver.batch.result import TIE as TIE_IN_BATCH
from quotaproof.solver.reallocate import (
    Course,
    Engine,
    allocate_with_declines,
    answered,
    cannot_decline,
    nothing_to_decline,
)
from quotaproof.solver.reallocate import engine as engine_of

from .draw import Sampler, settled
from .plan import Indices, Plan, Point, Points, unit

STATUSES = ("optimal", "tie", "impossible", "unknown")
OPTIMAL, TIE, IMPOSSIBLE, UNKNOWN = range(4)
"""How a point ended: with an allocation; with an unsettled tie (what is certain is given); not at all because the rules
or what an NOC has do not allow the question; or not at all because a limit was reached."""

KEPT = 256
"""Answers that a worker keeps for points that share all but their last decline."""


@dataclass
class Answers:
    """The answers of consecutive points.

    Attributes
    ----------
    before, cells
        (P, E + 2, N) start places of each event, then quota places of men and women: what the standings give with
        nothing changed, and what they give at the point (nothing changed where there is no answer).
    status
        (P,) a place in `STATUSES`.
    proved
        (P,) whether CP-SAT has proved it.
    problems
        Place of a point in the chunk -> in one sentence, why there is no answer or no proof.
    """

    points: Points
    before: Numbers
    cells: Numbers
    status: npt.NDArray[np.int8]
    proved: npt.NDArray[np.bool_]
    problems: dict[int, str]


@dataclass(frozen=True)
class _Told:
    """What an engine says of one point: status and cells, or why there are none."""

    status: int
    cells: Numbers | None
    problem: str = ""


class Worker:
    """Answers chunks of one plan, and remembers what points have in common.

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
        self._cells: OrderedDict[int, Scenario] = OrderedDict()
        self._courses: OrderedDict[tuple[object, ...], Course | _Told] = OrderedDict()
        self._entries: Numbers | None = None

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

    def answer(self, numbers: range) -> Answers:
        """Return the answers of consecutive points, those chosen for it proved by CP-SAT as well.

        Raises
        ------
        SolverError
            If two engines disagree; the sentence names the point.
        InputError
            If the caps leave no room for the host with nothing changed, or hardly any drawing fits the facts.
        """
        plan, points = self.plan, self.plan.points(numbers)
        rows = self._draw(points)
        status = np.full(len(points), OPTIMAL, dtype=np.int8)
        proved = np.zeros(len(points), dtype=np.bool_)
        none = np.zeros((len(points), len(self.columns), len(self.nocs)), dtype=np.int16)
        answers = Answers(points, none, none.copy(), status, proved, {})
        if plan.engine == "batch":
            self._by_batch(answers, rows)
        else:
            by = engine_of(plan.engine)
            for place, number in enumerate(numbers):
                answers.before[place] = self._cells_of(self._before(by, plan.point(number)))
                self._put(answers, place, self._told(by, plan.point(number)))
            proved[:] = (plan.engine == "cp-sat") & (status != UNKNOWN)
        if plan.engine != "cp-sat":
            for place, number in enumerate(numbers):
                if plan.is_proved(number):
                    self._prove(answers, place)
        self._entries = None
        return answers

    # Standings and scenarios ----------------------------------------

    def _draw(self, points: Points) -> Indices:
        """Draw the standings that points need; returns the row of each point in them."""
        if self.sampler is None:
            return np.zeros(len(points), dtype=np.intp)
        samples, rows = np.unique(points.sample, return_inverse=True)
        self._samples = {int(sample): row for row, sample in enumerate(samples)}
        self._entries = self.sampler.rows(samples)
        return np.asarray(rows, dtype=np.intp)

    def _batch(self, scenario: Scenario) -> Batch:
        """The standings of the chunk as a batch under the rules of a scenario."""
        if self._entries is not None:
            return Batch.from_array(scenario, self._entries, self.nocs)
        batch = Batch.of([scenario])
        number = np.array([*(self.number[noc] for noc in batch.nocs), -1], dtype=np.int16)
        return Batch.from_array(scenario, number[batch.entries], self.nocs)

    def _scenario(self, cell: int) -> Scenario:
        """The scenario in a cell of the grid."""
        if cell not in self._cells:
            self._cells[cell] = apply(self.scenario, self.plan.changes(cell)) if self.plan.grid else self.scenario
            while len(self._cells) > KEPT:
                self._cells.popitem(last=False)
        return self._cells[cell]

    # By batch ----------------------------------------

    def _by_batch(self, answers: Answers, rows: Indices) -> None:
        points = answers.points
        before = allocate_batch(self._batch(self.scenario))
        answers.before = before.cells()[rows]
        # Points with the same rules, mode and host are one batch.
        keys = np.stack([points.cell, points.mode, self.host_is_out[points.action]])
        groups, group_of = np.unique(keys, axis=1, return_inverse=True)
        for group, (cell, mode, out) in enumerate(groups.T):
            own = np.flatnonzero(group_of.reshape(-1) == group)
            scenario = self._scenario(int(cell))
            if out:
                scenario = replace(scenario, host=None)
            first = before if scenario is self.scenario and not self.excludes else None
            way = self.plan.modes[mode] if mode >= 0 else None
            try:
                self._group(answers, first, scenario, way, own, rows[own])
            except InputError as error:
                for place in own:
                    self._put(answers, int(place), _Told(IMPOSSIBLE, None, str(error)))

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
            batch = self._batch(scenario)
            if self.excludes:
                batch, rows = self._without(batch.take(rows), action), np.arange(len(own))
            first = allocate_batch(batch)
        lengths = np.zeros(len(own), dtype=np.intp) if self.excludes else self.lengths[action]
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
        for units in self.action_units[action].T:
            # No entry has the number -2.
            who = np.where(units >= 0, self.unit_nocs[units], -2)
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
            problem = nothing_to_decline(decline)
            if decline.event is not None:
                number = has if decline.number is None else decline.number
                problem = cannot_decline(decline.noc, self.rules.event(decline.event), has, number)
            self._put(answers, int(own[one]), _Told(IMPOSSIBLE, None, f"{problem}."))
        for one in np.flatnonzero(after.status == NO_ROOM):
            # The reference has the words for it.
            place = int(own[one])
            self._put(answers, place, self._told(engine_of("greedy"), self._point(answers, place)))

    def _point(self, answers: Answers, place: int) -> Point:
        return self.plan.point(answers.points.numbers[place])

    # By greedy or CP-SAT ----------------------------------------

    def _told(self, by: Engine, point: Point) -> _Told:
        """What an engine makes of a point."""
        found = self._course(by, point, self.plan.actions[point.action])
        return found if isinstance(found, _Told) else self._of(found.present)

    def _course(self, by: Engine, point: Point, action: tuple[Change, ...]) -> Course | _Told:
        """The course of some declines, after those before the last, which other points share."""
        key = (by.name, point.sample, point.cell, point.mode if action else None, action)
        if key in self._courses:
            self._courses.move_to_end(key)
            return self._courses[key]
        last = action[-1] if action else None
        if isinstance(last, Decline):
            before = self._course(by, point, action[:-1])
            if isinstance(before, _Told):
                return before
            found = _tried(lambda: answered(before, last, by, point.mode or "sequential"))
        else:
            found = _tried(lambda: self._base(by, point, action))
        if isinstance(found, Course):
            found = replace(found, steps=())
        if len(action) < self.plan.depth or not isinstance(last, Decline):
            self._courses[key] = found
            while len(self._courses) > KEPT:
                self._courses.popitem(last=False)
        return found

    def _base(self, by: Engine, point: Point, exclusions: tuple[Change, ...]) -> Course:
        changed = apply(self._standings(point, self._scenario(point.cell)), exclusions)
        outcome = allocate_with_declines(changed, by)
        return Course(outcome.scenario, outcome.allocation)

    def _standings(self, point: Point, scenario: Scenario) -> Scenario:
        """A scenario with the drawn standings of a point, if it has any."""
        if self._entries is None or point.sample is None:
            return scenario
        return Batch.from_array(scenario, self._entries, self.nocs).scenario(
            self._samples[point.sample], f"{scenario.identifier}-sample-{point.sample}"
        )

    def _before(self, by: Engine, point: Point) -> Allocation:
        """What the standings of a point give with nothing changed."""
        key = (by.name, point.sample, "before")
        if key not in self._courses:
            outcome = allocate_with_declines(self._standings(point, self.scenario), by)
            self._courses[key] = Course(outcome.scenario, outcome.allocation)
        found = self._courses[key]
        if isinstance(found, _Told):
            raise TypeError(f"{key} holds no allocation")
        return found.present

    def _of(self, allocation: Allocation) -> _Told:
        return _Told(TIE if allocation.status == "tie" else OPTIMAL, self._cells_of(allocation))

    def _cells_of(self, allocation: Allocation) -> Numbers:
        """(E + 2, N): the places and quota places of an allocation."""
        cells = np.zeros((len(self.columns), len(self.nocs)), dtype=np.int16)
        for row, event in zip(cells, self.rules.events, strict=False):
            for noc, number in allocation.places[event.identifier].items():
                row[self.number[noc]] = number
        for noc, athletes in allocation.athletes.items():
            cells[-len(GENDERS) :, self.number[noc]] = athletes
        return cells

    def _put(self, answers: Answers, place: int, told: _Told) -> None:
        answers.status[place] = told.status
        answers.cells[place] = answers.before[place] if told.cells is None else told.cells
        if told.problem:
            answers.problems[place] = told.problem

    # Proof ----------------------------------------

    def _prove(self, answers: Answers, place: int) -> None:
        """Solve a point with CP-SAT as well, and compare.

        Raises
        ------
        SolverError
            If CP-SAT has another answer.
        """
        point, by = self._point(answers, place), engine_of("cp-sat")
        told = self._told(by, point)
        if told.status == UNKNOWN:
            answers.problems.setdefault(place, f"Not proved: {told.problem}")
            return
        wrong: str | None = None
        if told.status != answers.status[place]:
            wrong = (
                f"it is {STATUSES[answers.status[place]]} by {self.plan.engine} and {STATUSES[told.status]} by cp-sat"
            )
        elif told.cells is None and told.problem != answers.problems.get(place):
            wrong = f"{self.plan.engine} says {answers.problems.get(place)!r} and cp-sat {told.problem!r}"
        elif told.cells is not None:
            wrong = self._difference(answers.cells[place], told.cells)
        wrong = wrong or self._difference(answers.before[place], self._cells_of(self._before(by, point)))
        if wrong:
            raise SolverError(f"the engines disagree at {self.plan.words(point)}: {wrong}")
        answers.proved[place] = True

    def _difference(self, one: Numbers, other: Numbers) -> str | None:
        where = np.argwhere(one != other)
        if not len(where):
            return None
        column, noc = where[0]
        return (
            f"{self.nocs[noc]}:{self.columns[column]} is {one[column, noc]} by {self.plan.engine} and "
            f"{other[column, noc]} by cp-sat"
        )


def _tried(course: Callable[[], Course]) -> Course | _Told:
    """A course, or why there is none."""
    try:
        return course()
    except InputError as error:
        return _Told(IMPOSSIBLE, None, str(error))
    except LimitError as error:
        return _Told(UNKNOWN, None, str(error))
