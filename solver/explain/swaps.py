"""The fewest adjacent swaps, over all rankings, that make a target true, with a proof that fewer do not.

Positions are variables, within reach of so many swaps; the number of swaps between two orders is the number of pairs
whose order differs (Kendall). A position is the rank, plus the pairs with entries behind that are turned round, less
those with entries before. Where two are turned round, each between them is so with one of the two, so pairs further
apart than the swaps keep their order. The rules are the priority form, exact in the moment at which a cap on athletes
is reached.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from quotaproof.model.errors import InputError, LimitError, SolverError
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
from quotaproof.solver.engines.cpsat.status import DEFAULT, LEAST_EFFORT, Linear, Settings, new_solver, solve
from quotaproof.solver.telling import tell
from quotaproof.solver.unknown.priority import PriorityModel
from quotaproof.solver.unknown.reachability import WITHOUT_PRESOLVE, walk_events
from quotaproof.solver.unknown.unknown_rankings import Completion, EventRanking

from .answer import Distance
from .replay import holds
from .starts import start_pathway
from .target import Target

TieTreatment = Literal["refused", "open"]


MOST_SWAPS = 6
"""Adjacent swaps that are searched for at most, where no single move does."""

SWAP_EFFORT = 0.5
"""Deterministic seconds for all numbers of swaps together."""


@dataclass(slots=True)
class _Effort:
    """What is left of the deterministic seconds, and what the last two searches took."""

    left: float
    last: float = 0.0
    before: float = 0.0

    def spend(self, seconds: float) -> None:
        """Take off what a search took."""
        self.left -= seconds
        self.before, self.last = self.last, max(seconds, LEAST_EFFORT)

    def further(self, most: int) -> int:
        """Return how many swaps more the next search may allow: two at first, then more than one where that looks easy.

        A search that allows two takes hardly longer than one that allows one, and the next says how fast they grow.
        """
        if not self.last:
            return min(2, most)
        if not self.before or most <= 1:
            return 1
        growth = max(1.0, self.last / self.before)
        return next((more for more in range(most, 1, -1) if self.last * growth**more < self.left / 2), 1)


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

    Numbers are refuted one after the other while the effort lasts, so what is proved may be less than what is enough.

    Parameters
    ----------
    single
        The fewest ranks that a single entry must gain, if that is known to be enough.
    """
    enough = single.amount if single is not None else None
    changes = single.changes if single is not None else ()
    witness: Standings | None = None
    # Ties that matter have no explanation at all, and others may be in the order of the file.
    scenario = replace(scenario, standings=next(scenario.standings.settled(())))
    effort = _Effort(min(settings.limit, SWAP_EFFORT))
    refuted = 0
    most = MOST_SWAPS if enough is None else min(MOST_SWAPS, enough - 1)
    try:
        while refuted < most:
            tried = refuted + effort.further(most - refuted)
            tell(f"how close: {spelled(tried, 'adjacent swap')} over all rankings")
            number, standings = _with_swaps(scenario, target, tried, settings, effort)
            refuted = number - 1
            if standings is not None:
                enough, witness, changes = number, standings, _moves(scenario.standings, standings)
            if number <= tried:
                break
    except (LimitError, InputError):  # beyond the effort, or not modelled: what is proved so far holds
        pass
    if enough is not None:
        all_smaller = refuted + 1 == enough
        short = "" if enough == 1 else "; no smaller number is" if all_smaller else f"; {refuted} or fewer are not"
        are = "is" if enough == 1 else "are"
        text = f"{spelled(enough, 'adjacent swap')} over all rankings {are} enough{short}"
        yield Distance("swaps", "all", enough, refuted + 1, text, changes, witness)
    elif refuted:
        text = f"{spelled(refuted, 'adjacent swap')} over all rankings, or fewer, are not enough (proved)"
        yield Distance("swaps", "all", None, refuted + 1, text)


def _with_swaps(
    scenario: Scenario, target: Target, most: int, settings: Settings, effort: _Effort
) -> tuple[int, Standings | None]:
    """Return the smallest number of swaps that may make the target true, and standings where they do.

    It is `most` + 1 if none up to `most` does.
    """
    number, standings = nearest(scenario, target, most, settings, ties="open", effort=effort)
    if standings is not None and not holds(replace(scenario, standings=standings), target):
        # It depends on a tie. Perhaps other orders do not.
        try:
            _, standings = nearest(scenario, target, number, settings, effort=effort)
        except LimitError:  # that fewer are not enough is proved all the same
            return number, None
        if standings is not None and not holds(replace(scenario, standings=standings), target):
            raise SolverError(f"{number} swaps that should make {target} true for {target.noc} do not")
    return number, standings


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
    scenario: Scenario,
    target: Target,
    most: int,
    settings: Settings = DEFAULT,
    *,
    ties: TieTreatment = "refused",
    effort: _Effort | None = None,
) -> tuple[int, Standings | None]:
    """Return the smallest number of adjacent swaps up to `most` that makes a target true, and standings that do.

    If none does, the number is `most` + 1 and the standings are None: more than `most` are needed (proved).

    Parameters
    ----------
    ties
        With `refused`, orders that end in a tie for a quota place are left out, though the target may be true before
        it; with `open` they count if some way to settle it makes the target true. So what is refuted with `open` is
        refuted for good, and what is found must be replayed.
    effort
        What is left for the search; less is left after it.

    Raises
    ------
    InputError
        If the caps on athletes can refuse a relay: then the priority form is not stated.
    LimitError
        If the solver's effort limit was reached.
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
    limit = settings.limit if effort is None else max(effort.left, LEAST_EFFORT)
    # Propagation refutes most orders; preparing the search and the linear relaxation took longer than it.
    solver = new_solver(replace(settings, **WITHOUT_PRESOLVE, probing=0, symmetry=False, limit=limit))
    solver.parameters.linearization_level = 0
    solver.parameters.use_sat_inprocessing = False
    found = solve(model, solver)
    if effort is not None:
        effort.spend(solver.response_proto.deterministic_time)
    if not found:
        return most + 1, None
    return int(solver.value(swaps)), _standings(scenario, near, solver)


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
