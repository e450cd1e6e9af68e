"""What a sweep says as a whole: who gains how often, which declines matter, which cells change.

Everything is a sum over points, so that the parts of a sweep can be counted apart and added up in any order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from quotaproof.model.rules import GENDERS
from quotaproof.model.same_values import WithArrays

from .context import Ground
from .plan import Indices
from .results import IMPOSSIBLE, STATUSES, UNKNOWN, Answers

Sums = dict[str, Any]
Truths = npt.NDArray[np.bool_]

MOST_QUOTA_PLACES = 64
"""Quota places of an NOC that are counted apart; more are counted as so many."""

MOST_CELLS = 2000
"""Cells of a grid that are counted apart."""


def count(ground: Ground, answers: Answers) -> Sums:
    """Return the sums of a chunk of points, as whole numbers in lists."""
    plan, nocs = ground.plan, len(ground.nocs)
    answered = (answers.status != IMPOSSIBLE) & (answers.status != UNKNOWN)
    differences = (answers.cells - answers.before)[answered].astype(np.int64)
    involved, acts = _who_acts(ground, answers.points.action[answered])
    others = np.where(involved[:, None], 0, differences)
    start = others[:, : -len(GENDERS)].sum(axis=1)
    quota = others[:, -len(GENDERS) :].sum(axis=1)
    changed = others != 0
    sums: Sums = {
        "points": len(answers.points),
        "status": [int((answers.status == number).sum()) for number in range(len(STATUSES))],
        "proved": int(answers.proved.sum()),
        "uninvolved": (~involved).sum(axis=0),
        "gains": (others > 0).any(axis=1).sum(axis=0),
        "loses": (others < 0).any(axis=1).sum(axis=0),
        "start_places": start.sum(axis=0),
        "quota_places": quota.sum(axis=0),
        "cells": changed.sum(axis=0),
        "acts": acts.sum(axis=0),
        "moved": acts.T.astype(np.int64) @ np.abs(others).sum(axis=(1, 2)),
        "start_matrix": acts.T.astype(np.int64) @ start,
        "quota_matrix": acts.T.astype(np.int64) @ quota,
    }
    total = answers.cells[answered][:, -len(GENDERS) :].sum(axis=1)
    kinds = np.minimum(total, MOST_QUOTA_PLACES - 1)
    sums["quota_counts"] = np.stack([np.bincount(row, minlength=MOST_QUOTA_PLACES) for row in kinds.T]) if nocs else []
    if plan.modes and len(plan.modes) > 1:
        pairs = answers.cells.reshape(-1, len(plan.modes), *answers.cells.shape[1:])
        both = answered.reshape(-1, len(plan.modes)).all(axis=1)
        sums["modes_compared"] = int(both.sum())
        sums["modes_differ"] = int((pairs[both, 0] != pairs[both, 1]).any(axis=(1, 2)).sum())
    if plan.grid and plan.cells <= MOST_CELLS:
        sums |= _by_cell(ground, answers, answered)
    return {name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in sums.items()}


def _who_acts(ground: Ground, action: Indices) -> tuple[Truths, Truths]:
    """(P, N) whether an NOC declines or is excluded at a point, and (P, U) whether that very thing is."""
    involved = np.zeros((len(action), len(ground.nocs) + 1), dtype=np.bool_)
    acts = np.zeros((len(action), len(ground.units) + 1), dtype=np.bool_)
    every = np.arange(len(action))
    # What is not there counts in a last column, which is then left out.
    nocs = np.array([*ground.unit_nocs, -1], dtype=np.intp)
    for units in ground.action_units[action].T:
        acts[every, units] = True
        involved[every, nocs[units]] = True
    return involved[:, :-1], acts[:, :-1]


def _by_cell(ground: Ground, answers: Answers, answered: npt.NDArray[np.bool_]) -> Sums:
    """Sums for each cell of the grid: points with an answer, men, women, and the change of each NOC's quota places."""
    cells = answers.points.cell[answered]
    own = np.zeros((ground.plan.cells, 3), dtype=np.int64)
    change = np.zeros((ground.plan.cells, len(ground.nocs)), dtype=np.int64)
    quota = answers.cells[answered][:, -len(GENDERS) :].astype(np.int64)
    before = answers.before[answered][:, -len(GENDERS) :].astype(np.int64)
    np.add.at(own, cells, np.column_stack([np.ones(len(cells), dtype=np.int64), quota.sum(axis=2)]))
    np.add.at(change, cells, (quota - before).sum(axis=1))
    return {"grid": own, "grid_change": change}


def added(parts: list[Sums]) -> Sums:
    """Return the sum of the sums of some chunks."""
    if not parts:
        return {}
    return {
        name: np.sum([np.asarray(part[name], dtype=np.int64) for part in parts], axis=0).tolist() for name in parts[0]
    }


@dataclass(frozen=True, eq=False)
class Matrix(WithArrays):
    """Numbers to be drawn: rows and columns with names, and what the numbers are."""

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    numbers: npt.NDArray[np.float64]
    row_name: str
    column_name: str


@dataclass(frozen=True)
class Summary:
    """The whole of a sweep.

    Attributes
    ----------
    scenario
        The scenario's identifier.
    sums
        As `count` gives them, of all points.
    units
        What is declined or excluded, sorted.
    columns
        Events, then `men` and `women`.
    """

    scenario: str
    engine: str
    nocs: tuple[str, ...]
    columns: tuple[str, ...]
    units: tuple[str, ...]
    grid: tuple[tuple[str, ...], ...]
    grid_names: tuple[str, ...]
    samples: int
    modes: tuple[str, ...]
    sums: Sums = field(repr=False)

    @classmethod
    def of(cls, ground: Ground, sums: Sums) -> Summary:
        """Return the summary of a plan's sums."""
        plan = ground.plan
        return cls(
            scenario=plan.scenario.identifier,
            engine=plan.engine,
            nocs=ground.nocs,
            columns=ground.columns,
            units=ground.units,
            grid=tuple(plan.values(cell) for cell in range(plan.cells)) if "grid" in sums else (),
            grid_names=tuple(dimension.name for dimension in plan.grid),
            samples=plan.samples,
            modes=plan.modes,
            sums=sums,
        )

    @property
    def points(self) -> int:
        """The number of points."""
        return int(self.sums["points"])

    @property
    def answered(self) -> int:
        """The number of points with an answer."""
        optimal, tie, *_ = self.sums["status"]
        return int(optimal + tie)

    @property
    def unknown(self) -> int:
        """The number of points without an answer because a limit was reached."""
        return int(self.sums["status"][UNKNOWN])

    def gainers(self) -> list[dict[str, Any]]:
        """Return who gains and loses: per NOC, over the points in which it does not itself decline."""
        rows = [
            {
                "noc": noc,
                "points": self.sums["uninvolved"][n],
                "gains": self.sums["gains"][n],
                "loses": self.sums["loses"][n],
                "start_places": self.sums["start_places"][n],
                "quota_places": self.sums["quota_places"][n],
            }
            for n, noc in enumerate(self.nocs)
        ]
        return sorted(rows, key=lambda row: (-row["gains"], -row["loses"], row["noc"]))

    def deciders(self) -> list[dict[str, Any]]:
        """Return which declines matter: per decline, the places of other NOCs that change at a point with it."""
        rows = [
            {
                "change": name,
                "points": self.sums["acts"][n],
                "moved": self.sums["moved"][n],
                "mean": round(self.sums["moved"][n] / max(1, self.sums["acts"][n]), 3),
            }
            for n, name in enumerate(self.units)
        ]
        return sorted(rows, key=lambda row: (-row["mean"], row["change"]))

    def cells(self) -> list[dict[str, Any]]:
        """Return the cells that change, most often first, where their NOC does not itself decline."""
        rows = [
            {"noc": noc, "column": column, "points": self.sums["cells"][c][n]}
            for c, column in enumerate(self.columns)
            for n, noc in enumerate(self.nocs)
            if self.sums["cells"][c][n]
        ]
        return sorted(rows, key=lambda row: (-row["points"], row["noc"], self.columns.index(row["column"])))

    def quota(self) -> list[dict[str, Any]]:
        """Return each NOC's quota places over all points with an answer: mean, least, most, share with any."""
        rows: list[dict[str, Any]] = []
        for noc, counts in zip(self.nocs, self.sums["quota_counts"], strict=True):
            total = max(1, sum(counts))
            some = [number for number, times in enumerate(counts) if times]
            rows.append(
                {
                    "noc": noc,
                    "mean": round(sum(number * times for number, times in enumerate(counts)) / total, 3),
                    "least": min(some, default=0),
                    "most": max(some, default=0),
                    "any": round(1 - counts[0] / total, 4),
                }
            )
        return sorted(rows, key=lambda row: (-row["mean"], row["noc"]))

    def to_dict(self) -> dict[str, Any]:
        """Return the summary with the JSON keys of the command line."""
        document: dict[str, Any] = {
            "scenario": self.scenario,
            "engine": self.engine,
            "points": self.points,
            "status": dict(zip(STATUSES, self.sums["status"], strict=True)),
            "proved": self.sums["proved"],
            "samples": self.samples,
        }
        if self.units or self.grid_names:
            document |= {"gains": self.gainers(), "cells": self.cells()}
        if self.units:
            document["declines"] = self.deciders()
        if len(self.modes) > 1:
            document["modes"] = {"compared": self.sums["modes_compared"], "differ": self.sums["modes_differ"]}
        if self.grid:
            document["grid"] = [
                {**dict(zip(self.grid_names, values, strict=True)), "points": n, "men": men, "women": women}
                for values, (n, men, women) in zip(self.grid, self.sums["grid"], strict=True)
            ]
        document["quota_places"] = self.quota()
        return document

    def matrices(self) -> tuple[Matrix, ...]:
        """Return what a heat map of the sweep shows.

        With declines: who gains what, on average, when an NOC declines; with a grid: how quota places change in each
        cell; otherwise how often an NOC has so many quota places.
        """
        if self.units:
            points = np.maximum(1, np.array(self.sums["acts"], dtype=np.float64))[:, None]
            return tuple(
                Matrix(
                    f"{kind} places gained, per point",
                    self.units,
                    self.nocs,
                    np.array(self.sums[name], dtype=np.float64) / points,
                    "declines",
                    "gains",
                )
                for kind, name in (("Start", "start_matrix"), ("Quota", "quota_matrix"))
            )
        if self.grid:
            points = np.maximum(1, np.array(self.sums["grid"], dtype=np.float64)[:, :1])
            change = np.array(self.sums["grid_change"], dtype=np.float64) / points
            rows = tuple(", ".join(values) for values in self.grid)
            return (Matrix("Quota places gained", rows, self.nocs, change, ", ".join(self.grid_names), "gains"),)
        counts = np.array(self.sums["quota_counts"], dtype=np.float64)
        most = int(np.flatnonzero(counts.any(axis=0)).max(initial=0))
        share = counts[:, : most + 1] / max(1, self.answered)
        columns = tuple(str(number) for number in range(most + 1))
        return (Matrix("Share of drawn standings", self.nocs, columns, share, "NOC", "quota places"),)
