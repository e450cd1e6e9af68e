"""How many entries of other NOCs can come ahead of an entry whose own results are fixed.

The entry is ranked by a known order T. At a meet to come an entry of another NOC overtakes it by a position up to its
deadline: the worst one with which it is ranked by T or better (equal in everything counts as ahead, since a draw may
decide so). A set of entries can keep their deadlines at a meet if, for every position t, at most t of them have one
up to t (less the positions that are taken): they are then placed by deadline (Hall's theorem for intervals that begin
at one place). An NOC's qualifier k is behind its qualifier k - 1, so to place k is to place those by the same deadline.

With one meet to come the deadlines are exact. With more, points are added up in the model, and an entry that only
reaches equal points counts as ahead: what is proved then is an upper bound, and an outcome shows whether it is reached.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from quotaproof.model.errors import SolverError
from quotaproof.model.standings.rankings import Claim
from quotaproof.solver import cp_model
from quotaproof.solver.engines.cpsat.status import DEFAULT, Linear, attempt, new_solver

from .open_event import OpenEvent, SortKey, worst_position

EFFORT = 2.0
"""CP-SAT's deterministic seconds for one question; with one meet to come a thousandth is enough."""

EFFORT_SEVERAL = 0.5
"""The same with several meets to come: where it is not enough, nothing is proved."""

Lineup = tuple[tuple[Claim, int], ...]
"""Entries at a meet, each with the last position at which it may be."""


@dataclass(frozen=True, slots=True)
class MostAhead:
    """How many entries of other NOCs can be ahead at most.

    Attributes
    ----------
    bound
        Proved: it is never more. Where a number was named, it is enough to know whether that can be reached.
    lineups
        For each meet to come, entries and their deadlines, for an outcome in which as many as the solver found are
        ahead.
    """

    bound: int
    lineups: tuple[Lineup, ...]


@dataclass(slots=True)
class Overtaking:
    """Entries of other NOCs that may be ahead of an order, in a CP-SAT model.

    Attributes
    ----------
    without
        The NOC whose entry it is; it has no results at the meets to come but for `taken`.
    taken
        Positions at the next meet that are not free.
    ahead
        (NOC, qualifier) within its NOC's cap -> whether it is ahead; entries that cannot be are left out.
    """

    model: cp_model.CpModel
    race: OpenEvent
    order: SortKey | None
    without: str | None
    taken: tuple[int, ...] = ()
    ahead: dict[Claim, cp_model.IntVar | bool] = field(default_factory=dict)
    _deadlines: dict[tuple[Claim, int], list[tuple[int, cp_model.IntVar]]] = field(default_factory=dict)
    _single: dict[Claim, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for noc in self.race.nocs:
            if noc != self.without:
                self._already(noc)
        if len(self.race.left) == 1:
            self._one_meet()
        elif self.race.left:
            self._several_meets()

    def _beats(self, order: SortKey | None) -> bool:
        """Whether an entry ranked so is ahead, perhaps by a draw; with no order to beat, whoever is ranked is."""
        return order is not None and (self.order is None or order <= self.order)

    def _already(self, noc: str) -> None:
        """Entries that are ahead without further results."""
        for qualifier in range(1, self.race.cap(noc) + 1):
            if not self._beats(self.race.absent((noc, qualifier))):
                break
            self.ahead[noc, qualifier] = True

    def _open(self, noc: str) -> list[Claim]:
        """An NOC's entries within its cap that are not ahead already, best first."""
        return [
            (noc, qualifier)
            for qualifier in range(1, self.race.cap(noc) + 1)
            if (noc, qualifier) not in self.ahead and qualifier <= self.race.starters[noc]
        ]

    # One meet to come ----------------------------------------

    def _one_meet(self) -> None:
        terms: list[tuple[int, int, Linear]] = []  # deadline, entries placed by it, whether it is so
        for noc in self.race.nocs:
            if noc == self.without:
                continue
            found: list[tuple[int, int, cp_model.IntVar]] = []
            for claim in self._open(noc):
                deadline = self._deadline(claim)
                if deadline < 1:
                    break
                literal = self.model.new_bool_var(f"{self.race.identifier} {claim} ahead")
                if found:
                    self.model.add_implication(literal, found[-1][2])
                found.append((deadline, claim[1], literal))
                self.ahead[claim] = literal
                self._single[claim] = deadline
            for place, (deadline, number, literal) in enumerate(found):
                last = found[place + 1][2] if place + 1 < len(found) else 0
                terms.append((deadline, number, literal - last))
        for deadline in sorted({deadline for deadline, _, _ in terms}):
            needed = [number * chosen for other, number, chosen in terms if other <= deadline]
            self.model.add(sum(needed) <= self._free(deadline, 0))

    def _deadline(self, claim: Claim) -> int:
        """The worst position at the one meet to come by which an entry is ahead; 0 if none is good enough."""
        return worst_position(1, self.race.last, lambda at: self._beats(self.race.order(claim, (at,)))) or 0

    def _free(self, position: int, meet: int) -> int:
        """How many positions up to this one are not taken."""
        return position - sum(taken <= position for taken in self.taken if meet == 0)

    # Several meets to come ----------------------------------------

    def _several_meets(self) -> None:
        levels = [self._levels(meet) for meet in self.race.left]
        by_level: dict[tuple[int, int], list[cp_model.IntVar]] = {}
        for noc in self.race.nocs:
            if noc == self.without:
                continue
            # Entries that are ahead already may have to start, in front of those that are to overtake.
            front = [claim for claim in self.ahead if claim[0] == noc]
            if not (open_ := self._open(noc)):
                continue
            before: dict[tuple[int, int], cp_model.IntVar] = {}
            ahead_before: cp_model.IntVar | None = None
            for claim in [*front, *open_]:
                own: dict[tuple[int, int], cp_model.IntVar] = {}
                for meet, positions in enumerate(levels):
                    for place, position in enumerate(positions):
                        by = self.model.new_bool_var(f"{self.race.identifier} {claim} {meet} by {position}")
                        own[meet, position] = by
                        if place:
                            self.model.add_implication(own[meet, positions[place - 1]], by)
                        if (meet, position) in before:
                            self.model.add_implication(by, before[meet, position])
                        by_level.setdefault((meet, position), []).append(by)
                    self._deadlines[claim, meet] = [(position, own[meet, position]) for position in positions]
                before = own
                if claim in front:
                    continue
                literal = self.model.new_bool_var(f"{self.race.identifier} {claim} ahead")
                self._enough_points(claim, literal, levels, own)
                if ahead_before is not None:
                    self.model.add_implication(literal, ahead_before)
                self.ahead[claim] = ahead_before = literal
        for (meet, position), literals in by_level.items():
            self.model.add(sum(literals) <= self._free(position, meet))

    def _levels(self, meet: str) -> list[int]:
        """The last position of each number of points that is not zero; with nothing to reach, the last of all."""
        points = [self.race.points(meet, position) for position in range(1, self.race.last + 2)]
        if self.order is None:
            return [self.race.last]
        return [position for position in range(1, self.race.last + 1) if points[position - 1] > points[position]] or [
            self.race.last
        ]

    def _enough_points(
        self,
        claim: Claim,
        literal: cp_model.IntVar,
        levels: Sequence[Sequence[int]],
        own: Mapping[tuple[int, int], cp_model.IntVar],
    ) -> None:
        """An entry that is ahead has as many points, at meets of which no more are chosen than count."""
        race = self.race
        if self.order is None:
            self.model.add_bool_or([own[key] for key in own]).only_enforce_if(literal)
            return
        terms: list[Linear] = []
        chosen: list[cp_model.IntVar] = []
        for meet, at in race.history.get(claim, {}).items():
            used = self.model.new_bool_var("")
            chosen.append(used)
            terms.append(race.points(meet, at) * used)
        for number, meet in enumerate(race.left):
            used = self.model.new_bool_var("")
            chosen.append(used)
            most = race.points(meet, 1)
            gained = self.model.new_int_var(0, most, "")
            steps: Linear = 0
            positions = levels[number]
            for place, position in enumerate(positions):
                here = race.points(meet, position)
                below = race.points(meet, positions[place + 1]) if place + 1 < len(positions) else 0
                steps = steps + (here - below) * own[number, position]
            self.model.add(gained <= steps)
            self.model.add(gained <= most * used)
            terms.append(gained)
        self.model.add(sum(chosen) <= race.season.counted(race.identifier))
        self.model.add(sum(terms) >= -self.order[0]).only_enforce_if(literal)

    # What was found ----------------------------------------

    def lineups(self, solver: cp_model.CpSolver) -> tuple[Lineup, ...]:
        """Return who is placed at each meet to come, and by which position."""
        meets: list[Lineup] = []
        for meet in range(len(self.race.left)):
            placed: list[tuple[Claim, int]] = []
            if len(self.race.left) == 1:
                placed = self._placed_once(solver)
            else:
                for (claim, number), steps in self._deadlines.items():
                    reached = [position for position, by in steps if solver.boolean_value(by)]
                    if number == meet and reached:
                        placed.append((claim, min(reached)))
            meets.append(tuple(sorted(placed, key=lambda one: (one[1], one[0]))))
        return tuple(meets)

    def _placed_once(self, solver: cp_model.CpSolver) -> list[tuple[Claim, int]]:
        placed: list[tuple[Claim, int]] = []
        for noc in self.race.nocs:
            own = [claim for claim in self._single if claim[0] == noc and solver.boolean_value(self.ahead[claim])]
            if own:
                deadline = min(self._single[claim] for claim in own)
                placed += [((noc, qualifier), deadline) for qualifier in range(1, max(own)[1] + 1)]
        return placed


def most_ahead(
    race: OpenEvent,
    noc: str,
    order: SortKey,
    needed: int | None = None,
    taken: tuple[int, ...] = (),
    sparing: Mapping[str, int] | None = None,
) -> MostAhead:
    """Return how many eligible entries of other NOCs, the host's place among them, can be ahead of an order at most.

    Parameters
    ----------
    noc
        Whose entry it is.
    needed
        A number at which the answer is enough: where more are surely ahead already, or fewer can be, nothing is solved.
    taken
        Positions at the next meet that are taken by the NOC itself.
    sparing
        NOC -> how many of its entries cost nothing: the lineups then have `needed` entries ahead, or as many as can be,
        and of those that cost something as few as can be. So a cap on athletes is not reached before its time.
    """
    model = cp_model.CpModel()
    overtaking = Overtaking(model, race, order, noc, taken)
    first = (race.host, 1) if race.host is not None and race.host != noc else None
    fixed = sum(literal is True for claim, literal in overtaking.ahead.items() if claim != first) + (first is not None)
    open_ = [literal for claim, literal in overtaking.ahead.items() if not isinstance(literal, bool) and claim != first]
    nothing: tuple[Lineup, ...] = tuple(() for _ in race.left)
    if needed is not None and fixed >= needed:
        return MostAhead(fixed + len(open_), nothing)
    if not open_ or (needed is not None and fixed + len(open_) < needed):
        return MostAhead(fixed + len(open_), nothing)
    solver = new_solver(replace(DEFAULT, limit=EFFORT))
    if len(race.left) > 1:
        return _reach(model, overtaking, open_, fixed, needed)
    model.maximize(sum(open_))
    status = attempt(model, solver)
    if status == cp_model.UNKNOWN:
        return MostAhead(fixed + len(open_), nothing)
    if status == cp_model.INFEASIBLE:
        raise SolverError("CP-SAT found no line-up where nobody starting is one")
    bound, lineups = fixed + int(solver.best_objective_bound + 1e-6), overtaking.lineups(solver)
    if sparing is not None:
        reached = int(solver.objective_value + 1e-6)
        model.add(sum(open_) >= (reached if needed is None else min(reached, needed - fixed)))
        dear = [
            one for claim, one in overtaking.ahead.items() if claim[1] > sparing.get(claim[0], 0) and claim != first
        ]
        model.minimize(sum(dear))
        if attempt(model, solver) in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            lineups = overtaking.lineups(solver)
    return MostAhead(bound, lineups)


def _reach(
    model: cp_model.CpModel, overtaking: Overtaking, open_: Sequence[cp_model.IntVar], fixed: int, needed: int | None
) -> MostAhead:
    """With several meets to come: whether as many as needed can be ahead, which is found sooner than the most."""
    nothing: tuple[Lineup, ...] = tuple(() for _ in overtaking.race.left)
    if needed is None:
        return MostAhead(fixed + len(open_), nothing)
    model.add(sum(open_) >= needed - fixed)
    solver = new_solver(replace(DEFAULT, limit=EFFORT_SEVERAL))
    status = attempt(model, solver)
    if status == cp_model.INFEASIBLE:
        return MostAhead(needed - 1, nothing)
    found = status != cp_model.UNKNOWN
    return MostAhead(fixed + len(open_), overtaking.lineups(solver) if found else nothing)


def fewest_ahead(race: OpenEvent, noc: str, order: SortKey) -> int:
    """Return how many eligible entries of others, the host's place among them, are ahead of an order in any case.

    That is when no other NOC starts at a meet to come, since a result makes nobody's order worse. An entry that is
    equal in everything is not counted: a draw may put it behind.
    """
    found = {
        (other, qualifier)
        for other in race.nocs
        if other != noc
        for qualifier in range(1, race.cap(other) + 1)
        if (own := race.absent((other, qualifier))) is not None and own < order
    }
    if race.host is not None and race.host != noc:
        found.add((race.host, 1))
    return len(found)
