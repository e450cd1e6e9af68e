"""How close, where the standings are not known: how many more quota places would do, in some or in all rankings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from quotaproof.model.pathways import (
    ParallelWalk,
    QuotaPlaces,
    Reallocation,
    RelayPlaces,
    Remainder,
    TeamTopUp,
    refuse,
)
from quotaproof.model.published import ATHLETES
from quotaproof.model.quantities import spelled
from quotaproof.model.rules import GENDERS
from quotaproof.solver import cp_model
from quotaproof.solver.engines.cpsat.status import Linear, solved
from quotaproof.solver.unknown.priority import PriorityModel, QuotaClaim
from quotaproof.solver.unknown.priority.quota import Resource

from .answer import Distance
from .known import Known
from .swaps import TieTreatment
from .target import Target

MOST = 12
"""Further quota places that are tried at most."""


class _More(PriorityModel):
    """The pathways from quota places on with `more` in all; start places and rankings are those of `known`."""

    def __init__(self, known: Known, model: cp_model.CpModel) -> None:
        cells = {cell: number for cell, number in known.stated.cells.items() if cell[1] != ATHLETES}
        teams = [event.identifier for event in known.rules.events if event.team]
        cells |= {(noc, team): model.new_int_var(0, 1, "") for noc in known.stated.nocs for team in teams}
        super().__init__(model, known.scenario, cells)
        self.completion = known.stated.completion
        self.needs, self.bonus = dict(known.stated.needs), dict(known.stated.bonus)
        self.more = self.model.new_int_var(1, MOST, "more")

    def state(self) -> None:
        """State what follows from start places, the mixed relay and what is left over."""
        self._quota_places(self.rules.quota_places)
        for pathway in self.rules.pathways:
            match pathway:
                case TeamTopUp():
                    self._top_up(pathway)
                case Remainder():
                    self._remainder(pathway)
                case RelayPlaces() | ParallelWalk() | QuotaPlaces() | Reallocation():
                    pass
                case _:
                    refuse("explain", pathway)

    def _resource(self, cap: str, users: Sequence[QuotaClaim], capacity: Linear) -> Resource:
        return super()._resource(cap, users, capacity + self.more if cap == "total" else capacity)


def further_quota_places(known: Known, target: Target) -> tuple[Distance, ...]:
    """Return how many more quota places in all make the target true in some, and in all, rankings that give the table.

    Start places stay as they are in the table. Nothing for a target that start places alone decide. A quota place that
    depends on an unsettled tie does not count.
    """
    teams = [event.identifier for event in known.rules.events if event.team]
    if target.column not in (*GENDERS, ATHLETES, *teams):
        return ()
    total = known.rules.total
    found: list[Distance] = []

    def add(name: str, amount: int, where: str) -> None:
        fewer = "" if amount == 1 else f" ({amount - 1} would not be enough)"
        text = f"{spelled(amount, 'more quota place')} in all{fewer}, in {where} the table"
        found.append(Distance(name, "total", amount, amount, text, (f"--set total={total + amount}",)))

    in_some = _in_some_ranking(known, target)
    if in_some is not None:
        add("quota-places", in_some, "some rankings that give")
        in_all = _in_all_rankings(known, target, in_some)
        if in_all is not None:
            add("quota-places-in-all-rankings", in_all, "every ranking that gives")
    return tuple(found)


def _stated(known: Known, ties: TieTreatment) -> tuple[cp_model.CpModel, _More]:
    more = _More(known, known.model.clone())
    more.ties = ties
    more.state()
    return more.model, more


def _in_some_ranking(known: Known, target: Target) -> int | None:
    model, more = _stated(known, "refused")
    model.add(more.number(target.noc, target.column) >= target.least)
    return _least(model, more.more, known, range(1, MOST + 1))


def _in_all_rankings(known: Known, target: Target, least: int) -> int | None:
    """The smallest number, from `least` on, with which the target is true whatever the ranking."""
    model, more = _stated(known, "open")
    model.add(more.number(target.noc, target.column) < target.least)
    enough = set(range(least, MOST + 1))
    while enough:
        too_few = _least(model, more.more, known, enough)
        if too_few is None:
            break
        enough.discard(too_few)
    return min(enough, default=None)


def _least(model: cp_model.CpModel, more: cp_model.IntVar, known: Known, among: Iterable[int]) -> int | None:
    """The least of some numbers with which the model has a solution."""
    attempt = model.clone()
    attempt.add_linear_expression_in_domain(more, cp_model.Domain.from_values(sorted(among)))
    attempt.minimize(more)
    solver = solved(attempt, known.settings)
    return None if solver is None else int(solver.value(more))
