"""The fewest adjacent swaps, over all rankings, that make a target true, with a proof that fewer do not.

Positions are variables, within reach of so many swaps; the number of swaps between two orders is the number of pairs
whose order differs (Kendall). A position is the rank, plus the pairs with entries behind that are turned round, less
those with entries before. Where two are turned round, each between them is so with one of the two, so pairs further
apart than the swaps keep their order. The rules are the priority form, exact in the moment at which a cap on athletes
is reached.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Literal, NamedTuple

from quotaproof.model.errors import InputError, SolverError
from quotaproof.model.pathways import (
    AnyPathway,
    ParallelWalk,
    QuotaPlaces,
    Reallocation,
    RelayPlaces,
    Remainder,
    TeamTopUp,
    refuse,
)
from quotaproof.model.published import ATHLETES, CellName
from quotaproof.model.quantities import spelled
from quotaproof.model.rules import Event
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Claim, Ranking, Standings
from quotaproof.solver import cp_model
from quotaproof.solver.engines.cpsat.status import DEFAULT, STATUS, Linear, Settings, attempt, new_solver
from quotaproof.solver.telling import tell
from quotaproof.solver.unknown.priority import PriorityModel
from quotaproof.solver.unknown.reachability import walk_events
from quotaproof.solver.unknown.unknown_rankings import Completion, EventRanking

from .answer import Distance
from .replay import holds
from .starts import start_pathway
from .target import Target

TieTreatment = Literal["refused", "open"]


class Search(NamedTuple):
    """A search for the fewest adjacent swaps."""

    swaps: int
    """As many are allowed at most."""
    effort: float
    """Deterministic seconds."""
    simplified: bool
    """Whether the model is simplified first; if not, reasons why fewer swaps fail raise their number step by step."""


SEARCHES = (Search(6, 0.05, simplified=False), Search(5, 0.2, simplified=True), Search(3, 0.1, simplified=False))
"""Where no single move does. Most questions are answered by the first, the harder ones by the others."""


class Fewest(NamedTuple):
    """What a search for the fewest adjacent swaps found.

    Attributes
    ----------
    at_least
        As many are needed (proved); one more than was looked for if none of those is enough.
    swaps
        As many make the target true, in `standings`; None if no such order was found.
    """

    at_least: int
    swaps: int | None = None
    standings: Standings | None = None


class _Near(Completion):
    """Rankings that so many adjacent swaps can make of the scenario's."""

    def __init__(self, model: cp_model.CpModel, scenario: Scenario, nocs: tuple[str, ...], swaps: int) -> None:
        super().__init__(model, scenario, nocs)
        self.swaps = swaps
        self.inversions: list[cp_model.IntVar] = []

    def _new(self, event: Event) -> EventRanking:
        claims = self.scenario.standings.rankings[event.identifier].claims()
        ranking = EventRanking(event, len(claims), len(claims), ())
        everybody = [*claims, *((noc, 1) for noc in self.nocs if (noc, 1) not in claims)]
        for rank, claim in enumerate(everybody, 1):
            here = rank <= len(claims)
            low, high = (max(1, rank - self.swaps), min(len(claims), rank + self.swaps)) if here else (rank, rank)
            ranking.present[claim] = self.model.new_int_var(int(here), int(here), "")
            ranking.position[claim] = self.model.new_int_var(low, high, "")
        for noc in self.nocs:
            if (noc, 1) in claims:
                ranking.key[noc] = ranking.position[noc, 1]
            else:
                ranking.key[noc] = self.model.new_int_var(ranking.behind_all, ranking.behind_all, "")
        self.model.add_all_different(ranking.position[claim] for claim in claims)
        moved: dict[Claim, Linear] = dict.fromkeys(claims, 0)
        for before, claim in enumerate(claims):
            for other in claims[before + 1 : before + self.swaps + 1]:
                ahead, behind = ranking.position[claim], ranking.position[other]
                if claim[0] == other[0]:
                    self.model.add(ahead < behind)
                    continue
                inverted = self.model.new_bool_var("")
                self.model.add(ahead < behind).only_enforce_if(~inverted)
                self.model.add(ahead > behind).only_enforce_if(inverted)
                self.inversions.append(inverted)
                moved[claim] += inverted
                moved[other] -= inverted
        for rank, claim in enumerate(claims, 1):
            self.model.add(ranking.position[claim] == rank + moved[claim])
        return ranking


def over_all_rankings(
    scenario: Scenario, target: Target, single: Distance | None, settings: Settings = DEFAULT
) -> Iterator[Distance]:
    """Yield the fewest adjacent swaps over all rankings; one entry that gains n ranks is n swaps, and fewer may do.

    A search raises the number that is needed while its effort lasts, so less may be proved than what is enough.

    Parameters
    ----------
    single
        The fewest ranks that a single entry must gain, if that is known to be enough.
    """
    enough = single.amount if single is not None else None
    changes = single.changes if single is not None else ()
    found = Fewest(1)
    # Ties that matter have no explanation at all, and others may be in the order of the file.
    scenario = replace(scenario, standings=next(scenario.standings.settled(())))
    for search in SEARCHES:
        most = search.swaps if enough is None else min(search.swaps, enough - 1)
        if found.standings is not None or found.at_least > most:
            break
        tell(f"how close: {spelled(most, 'adjacent swap')} over all rankings")
        effort = min(settings.limit, search.effort)
        with suppress(InputError):  # not modelled
            more = _with_swaps(scenario, target, most, replace(settings, presolve=search.simplified, limit=effort))
            found = more._replace(at_least=max(found.at_least, more.at_least))
    if found.standings is not None:
        enough, changes = found.swaps, _moves(scenario.standings, found.standings)
    refuted = found.at_least - 1
    if enough is not None:
        all_smaller = found.at_least == enough
        short = "" if not refuted else "; no smaller number is" if all_smaller else f"; {refuted} or fewer are not"
        are = "is" if enough == 1 else "are"
        text = f"{spelled(enough, 'adjacent swap')} over all rankings {are} enough{short}"
        yield Distance("swaps", "all", enough, found.at_least, text, changes, found.standings)
    elif refuted:
        text = f"{spelled(refuted, 'adjacent swap')} over all rankings, or fewer, are not enough (proved)"
        yield Distance("swaps", "all", None, found.at_least, text)


def _with_swaps(scenario: Scenario, target: Target, most: int, settings: Settings) -> Fewest:
    """Return how many swaps up to `most` are needed, and standings that make the target true when they are replayed."""
    found = nearest(scenario, target, most, settings, ties="open")
    if found.swaps is None or _true_in(scenario, target, found):
        return found
    # It depends on a tie. Perhaps other orders do not.
    other = nearest(scenario, target, found.swaps, settings)
    if other.swaps is not None and not _true_in(scenario, target, other):
        raise SolverError(f"{other.swaps} swaps that should make {target} true for {target.noc} do not")
    return other._replace(at_least=found.at_least)


def _true_in(scenario: Scenario, target: Target, found: Fewest) -> bool:
    return found.standings is not None and holds(replace(scenario, standings=found.standings), target)


def _moves(before: Standings, after: Standings) -> tuple[str, ...]:
    """Return the moves of `whatif` that turn one order into the other, best rank first."""
    moves: list[str] = []
    for event, ranking in before.rankings.items():
        order = list(ranking.claims())
        for rank, claim in enumerate(after.rankings[event].claims(), 1):
            if order[rank - 1] != claim:
                order.remove(claim)
                order.insert(rank - 1, claim)
                moves.append(f"--move {claim[0]}:{event}:{claim[1]}={rank}")
    return tuple(moves)


def nearest(
    scenario: Scenario, target: Target, most: int, settings: Settings = DEFAULT, *, ties: TieTreatment = "refused"
) -> Fewest:
    """Search for the smallest number of adjacent swaps up to `most` that makes a target true.

    Parameters
    ----------
    ties
        With `refused`, orders that end in a tie for a quota place are left out, though the target may be true before
        it; with `open` they count if some way to settle it makes the target true. So what is refuted with `open` is
        refuted for good, and what is found must be replayed.

    Raises
    ------
    InputError
        If the caps on athletes can refuse a relay: then the priority form is not stated.
    """
    starts = start_pathway(scenario.rules, target.column) is not None
    if starts:
        scenario = _of_one_gender(scenario, target.column)
    model = cp_model.CpModel()
    priority = PriorityModel(model, scenario, dict(_cells(model, scenario)))
    priority.ties = ties
    near = _Near(model, scenario, priority.nocs, most)
    priority.completion = near
    if starts:
        # Start places do not depend on what becomes of quota places.
        priority.state_start_places(walk_events(scenario.rules), timing=True)
    else:
        priority.state_rules(walk_events(scenario.rules), timing=True)
    for event in scenario.rules.events:
        near.add(event.identifier)
    swaps = cp_model.LinearExpr.sum(near.inversions)
    model.add(priority.number(target.noc, target.column) >= target.least)
    model.add(swaps <= most)
    model.minimize(swaps)
    # Probing, the linear relaxation, and making reasons smaller took longer than the search.
    solver = new_solver(replace(settings, probing=0, symmetry=False))
    solver.parameters.optimize_with_core = not settings.presolve
    solver.parameters.core_minimization_level = 0
    solver.parameters.linearization_level = 0
    solver.parameters.use_sat_inprocessing = False
    status = attempt(model, solver)
    if status == STATUS.INFEASIBLE:
        return Fewest(most + 1)
    at_least = min(max(0, math.ceil(solver.best_objective_bound - ROUNDING)), most + 1)
    if status == STATUS.UNKNOWN:
        return Fewest(at_least)
    return Fewest(at_least, int(solver.value(swaps)), _standings(scenario, near, solver))


ROUNDING = 1e-6
"""A bound on a whole number is a whole number but for so much."""


def _of_one_gender(scenario: Scenario, column: str) -> Scenario:
    """The scenario with the events of one gender only, if the other gender's start places cannot matter to its own."""
    rules = scenario.rules
    gender = rules.event(column).gender
    if scenario.readings.gender_cap == "nominal" or sum(rules.gender_caps.values()) > rules.total:
        return scenario
    events = tuple(event for event in rules.events if event.gender == gender)
    kept = {event.identifier for event in events}
    pathways: list[AnyPathway] = [rules.quota_places]
    for pathway in rules.pathways:
        match pathway:
            case RelayPlaces() | ParallelWalk():
                own = tuple(event for event in pathway.events if event in kept)
                pathways += [replace(pathway, events=own)] if own else []
            case QuotaPlaces() | TeamTopUp() | Remainder() | Reallocation():
                pass
            case _:
                refuse("explain", pathway)
    hosted = tuple(event for event in rules.host_events if event in kept)
    return replace(scenario, rules=replace(rules, events=events, host_events=hosted, pathways=tuple(pathways)))


def _cells(model: cp_model.CpModel, scenario: Scenario) -> Iterator[tuple[CellName, Linear]]:
    for noc in scenario.nocs:
        for event in scenario.rules.events:
            yield (noc, event.identifier), model.new_int_var(0, scenario.noc_cap(event, noc), "")
        yield (noc, ATHLETES), model.new_int_var(0, scenario.rules.total, "")


def _standings(scenario: Scenario, near: _Near, solver: cp_model.CpSolver) -> Standings:
    rankings: dict[str, Ranking] = {}
    for identifier, ranking in scenario.standings.rankings.items():
        if identifier not in near.rankings:
            rankings[identifier] = ranking
            continue
        position = near.rankings[identifier].position
        entries = {(entry.noc, entry.qualifier): entry for entry in ranking.entries}
        order = sorted(ranking.claims(), key=lambda claim: int(solver.value(position[claim])))
        rankings[identifier] = Ranking(tuple(entries[claim] for claim in order))
    return Standings(rankings)
