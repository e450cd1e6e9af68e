"""The answers of a chunk of points, by the batch engine, greedy or CP-SAT, and whether they agree."""

from __future__ import annotations

import numpy as np

from quotaproof.model.errors import SolverError
from quotaproof.solver.engines import engine as engine_of
from quotaproof.solver.engines.batch.rankings import Numbers

from .by_batch import ByBatch
from .by_engine import ByEngine
from .context import Ground
from .plan import Plan
from .results import OPTIMAL, STATUSES, UNKNOWN, Answers


class Worker:
    """Answers the points of a plan, chunk by chunk."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.ground = Ground(plan)
        self.by_engine = ByEngine(self.ground)
        self.by_batch = ByBatch(self.ground, self.by_engine)

    def answer(self, numbers: range) -> Answers:
        """Return the answers of consecutive points, those chosen for it proved by CP-SAT as well.

        Raises
        ------
        SolverError
            If two engines disagree; the sentence names the point.
        InputError
            If the caps leave no room for the host with nothing changed.
        """
        plan, points = self.plan, self.plan.points(numbers)
        rows = self.ground.draw(points)
        status = np.full(len(points), OPTIMAL, dtype=np.int8)
        proved = np.zeros(len(points), dtype=np.bool_)
        none = np.zeros((len(points), len(self.ground.columns), len(self.ground.nocs)), dtype=np.int16)
        answers = Answers(points, none, none.copy(), status, proved, {})
        if plan.engine == "batch":
            self.by_batch.answer(answers, rows)
        else:
            by = engine_of(plan.engine)
            for place, number in enumerate(numbers):
                answers.before[place] = self.ground.cells_of(self.by_engine.before(by, plan.point(number)))
                answers.put(place, self.by_engine.told(by, plan.point(number)))
            proved[:] = (plan.engine == "cp-sat") & (status != UNKNOWN)
        if plan.engine != "cp-sat":
            for place, number in enumerate(numbers):
                if plan.is_proved(number):
                    self._prove(answers, place)
        return answers

    def _prove(self, answers: Answers, place: int) -> None:
        """Solve a point with CP-SAT as well, and compare.

        Raises
        ------
        SolverError
            If CP-SAT has another answer.
        """
        point, by = self.plan.point(answers.points.numbers[place]), engine_of("cp-sat")
        told = self.by_engine.told(by, point)
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
        wrong = wrong or self._difference(answers.before[place], self.ground.cells_of(self.by_engine.before(by, point)))
        if wrong:
            raise SolverError(f"the engines disagree at {self.plan.words(point)}: {wrong}")
        answers.proved[place] = True

    def _difference(self, one: Numbers, other: Numbers) -> str | None:
        where = np.argwhere(one != other)
        if not len(where):
            return None
        column, noc = where[0]
        return (
            f"{self.ground.nocs[noc]}:{self.ground.columns[column]} is {one[column, noc]} by {self.plan.engine} and "
            f"{other[column, noc]} by cp-sat"
        )
