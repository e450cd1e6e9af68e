"""The answers of points one by one, by greedy or CP-SAT."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cachetools import LRUCache

from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Change, Decline, apply
from quotaproof.model.errors import InputError, LimitError
from quotaproof.solver.declines import Course, allocate_with_declines, answered
from quotaproof.solver.engines import Engine

from .context import Ground
from .plan import Point
from .results import IMPOSSIBLE, OPTIMAL, TIE, UNKNOWN, Told

KEPT = 256
"""Answers that are kept for points that share all but their last decline."""


class ByEngine:
    """Answers points by an engine, and remembers what points have in common."""

    def __init__(self, ground: Ground) -> None:
        self.ground, self.plan = ground, ground.plan
        self._courses: LRUCache[tuple[object, ...], Course | Told] = LRUCache(KEPT)

    def told(self, by: Engine, point: Point) -> Told:
        """Return what an engine makes of a point."""
        found = self._course(by, point, self.plan.actions[point.action])
        return found if isinstance(found, Told) else self._of(found.present)

    def _course(self, by: Engine, point: Point, action: tuple[Change, ...]) -> Course | Told:
        """The course of some declines, after those before the last, which other points share."""
        key = (by.name, point.sample, point.cell, point.mode if action else None, action)
        kept = self._courses.get(key)
        if kept is not None:
            return kept
        last = action[-1] if action else None
        if isinstance(last, Decline):
            before = self._course(by, point, action[:-1])
            if isinstance(before, Told):
                return before
            found = _tried(lambda: answered(before, last, by, point.mode or "sequential"))
        else:
            found = _tried(lambda: self._base(by, point, action))
        if isinstance(found, Course):
            found = replace(found, steps=())
        if len(action) < self.plan.depth or not isinstance(last, Decline):
            self._courses[key] = found
        return found

    def _base(self, by: Engine, point: Point, exclusions: tuple[Change, ...]) -> Course:
        changed = apply(self.ground.standings(point, self.ground.scenario_of(point.cell)), exclusions)
        outcome = allocate_with_declines(changed, by)
        return Course(outcome.scenario, outcome.allocation, at_most=outcome.at_most)

    def before(self, by: Engine, point: Point) -> Allocation:
        """Return what the standings of a point give with nothing changed."""
        key = (by.name, point.sample, "before")
        if key not in self._courses:
            outcome = allocate_with_declines(self.ground.standings(point, self.ground.scenario), by)
            self._courses[key] = Course(outcome.scenario, outcome.allocation, at_most=outcome.at_most)
        found = self._courses[key]
        if isinstance(found, Told):
            raise TypeError(f"{key} holds no allocation")
        return found.present

    def _of(self, allocation: Allocation) -> Told:
        return Told(TIE if allocation.status == "tie" else OPTIMAL, self.ground.cells_of(allocation))


def _tried(course: Callable[[], Course]) -> Course | Told:
    """A course, or why there is none."""
    try:
        return course()
    except InputError as error:
        return Told(IMPOSSIBLE, None, str(error))
    except LimitError as error:
        return Told(UNKNOWN, None, str(error))
