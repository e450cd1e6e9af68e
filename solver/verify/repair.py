"""Repair: the fewest published cells to change so that the table becomes reachable, all such sets, and the proof.

Every cell becomes a variable, printed totals must be the sums of their columns, and exactly k cells change: first
as many as are above a cap, or one, then one more, and so on until there is a repair (many small proofs are faster here
than one minimisation). The rankings of individual events and the moment at which a cap on athletes is reached are left
out of that model at first, which can only make more tables reachable: sizes it refutes are refuted. Each candidate is
then judged exactly. One that fails is excluded, and what was left out is stated: first the rankings of which something
is known, then, if a candidate fails still, all rankings with the moment at which a cap is reached. When a size is
exhausted the next is tried.

Where one candidate has been found, all numbers that its cells may change to are gone through before other cells are:
the model in which only these cells are open is small, and many repairs differ in the numbers alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

from quotaproof.model.errors import InputError, LimitError
from quotaproof.model.published import ATHLETES, TOTAL, CellName, Published
from quotaproof.model.quantities import spelled
from quotaproof.model.scenario import Scenario
from quotaproof.solver import cp_model
from quotaproof.solver.engines.cpsat.status import (
    DEFAULT,
    PLAIN_LIMIT,
    Linear,
    Settings,
    copied,
    new_solver,
    plain_solver,
    solve,
)
from quotaproof.solver.telling import tell
from quotaproof.solver.unknown.priority import PriorityModel
from quotaproof.solver.unknown.reachability import WITHOUT_PRESOLVE, bound_events, walk_events
from quotaproof.solver.unknown.row_names import Naming

MOST_REPAIRS = 50
MOST_CANDIDATES = 500
EFFORT = 0.6
"""Deterministic seconds for the whole search (one is about two to three seconds of a present-day core)."""

REFUSED = 0.09
"""What a candidate that turns out to be none costs of it: a model of its cells and a judgement, not counted else."""

GLANCE = 0.03
"""Deterministic seconds for a model of all cells as it stands, which settle most; simplifying one takes more."""

LINEARIZATIONS = (0, 2)
"""Of a model in its linear relaxation: all refutes where a cap on athletes is lowered, nothing where a relay's is."""

MORE = 4
"""How many times longer attempts become as none of them answers."""


@dataclass(frozen=True, slots=True)
class RepairedCell:
    """One cell of a repair; `noc` is TOTAL for a printed total, and for an unnamed row its place, such as `?15`."""

    noc: str
    column: str
    published: int
    repaired: int


@dataclass(frozen=True, slots=True)
class Repairs:
    """All repairs of the smallest size, each a set of cells in table order.

    Attributes
    ----------
    complete
        Whether the list is proved complete (and so the size proved smallest).
    at_least
        Cells that must change at least (proved): every smaller number has been refuted.
    excluded
        Candidates of a size up to the smallest that the exact judgement refuted, or could not judge.
    """

    repairs: tuple[tuple[RepairedCell, ...], ...]
    complete: bool
    at_least: int = 1
    excluded: int = 0

    @property
    def size(self) -> int | None:
        """Cells to change, or None if no repair was found."""
        return len(self.repairs[0]) if self.repairs else None


def repair(
    scenario: Scenario,
    table: Published,
    judge: Callable[[Published], bool],
    settings: Settings = DEFAULT,
    effort: float = EFFORT,
) -> Repairs:
    """Return all smallest repairs of a published table.

    Parameters
    ----------
    judge
        Whether a table (with consistent totals) is exactly reachable. It may raise InputError for a table that it
        cannot judge (some records of declines and unknown standings do not go together); then the list of repairs is
        not complete.
    effort
        Deterministic seconds after which the search ends; then the result is not complete.

    Raises
    ------
    InputError
        If no table of these NOCs can follow the rules at all.
    """
    search = _RepairSearch(scenario, table, settings, effort)
    found: list[tuple[RepairedCell, ...]] = []
    exhausted = True
    excluded = 0
    not_judged: int | None = None  # the smallest size at which a candidate could not be judged
    try:
        while len(found) < MOST_REPAIRS and excluded < MOST_CANDIDATES:
            tell(f"repairs of {spelled(search.size, 'cell')}, {len(found)} found, {excluded} refused")
            candidate = search.next_candidate()
            if candidate is None:
                if found:
                    break
                if not search.enlarge():
                    if not_judged is None:
                        raise _no_table(scenario, table)
                    break
                continue
            changes = {(change.noc, change.column): change.repaired for change in candidate}
            search.exclude(candidate)
            try:
                if judge(table.with_cells(changes)):
                    found.append(candidate)
                    continue
                search.state_more()
            except InputError:
                not_judged = not_judged or search.size
            excluded += 1
            search.left -= REFUSED
        else:
            exhausted = False
    except LimitError:
        exhausted = False
    at_least = not_judged or search.size
    return Repairs(tuple(sorted(found, key=_order(table))), exhausted and not_judged is None, at_least, excluded)


def _order(table: Published) -> Callable[[tuple[RepairedCell, ...]], list[tuple[int, int, int]]]:
    rows = {noc: number for number, noc in enumerate((*table.nocs, TOTAL))}
    return lambda changes: [(rows[c.noc], table.columns.index(c.column), c.repaired) for c in changes]


def _no_table(scenario: Scenario, table: Published) -> InputError:
    why = "; ".join(_without_a_row(scenario, table))
    problem = "no table of these NOCs follows the rules, whatever its numbers"
    return InputError(f"{problem}: {why}" if why else problem, file="published.csv")


def _without_a_row(scenario: Scenario, table: Published) -> Iterator[str]:
    """Yield who must have a place, or may have to, and has no row; a row of an unknown NOC may be anybody's."""
    if table.unnamed:
        return
    host = scenario.host
    if host is not None and scenario.rules.host_events and host not in table.cells:
        yield f"{host}, the host, has places in any case, and there is no such row"
    named = sorted({fact.noc for fact in scenario.facts if fact.noc is not None} - {*table.cells, host})
    if named:
        yield f"known.csv tells of {', '.join(named)}, and there is no such row"


@dataclass(frozen=True, slots=True)
class _Detail:
    """What a model states of individual events: whose rankings it has, and whether refusals for caps are exact."""

    events: tuple[str, ...] = ()
    timing: bool = False


def _details(scenario: Scenario) -> tuple[_Detail, ...]:
    """Return how much of the rules is stated, from the least on; the last is exact, except beside declines on record.

    With those it is judged table by table whether anything can be said, so nothing more is stated then.
    """
    known = bound_events(scenario)
    if not known or scenario.declines:
        return (_Detail(),)
    return _Detail(), _Detail(known), _Detail(walk_events(scenario.rules), timing=True)


class _RepairModel:
    """The rules on a table of which some cells are variables, all of them or those of one set of changes.

    Parameters
    ----------
    open_cells
        The cells that are variables, if not all are; all of these change.

    Attributes
    ----------
    too_large
        How many of them are above a cap, so that they must change.
    """

    def __init__(
        self, scenario: Scenario, table: Published, detail: _Detail, open_cells: Collection[CellName] | None = None
    ) -> None:
        self.detail = detail
        self.model = cp_model.CpModel()
        self.cells: dict[CellName, Linear] = {}
        self.changed: dict[CellName, cp_model.IntVar] = {}
        self.too_large = 0
        rules = scenario.rules
        most = {event.identifier: event.noc_cap for event in rules.events} | {ATHLETES: rules.total}
        for noc, column, value in table.all_cells():
            if open_cells is not None and (noc, column) not in open_cells:
                self.cells[noc, column] = value
                continue
            top = most[column]
            if noc == TOTAL:
                top = rules.total if column == ATHLETES else rules.event(column).start_places
            self._cell((noc, column), value, top)
            self.too_large += value > top
        naming = Naming(self.model, scenario, table, self.cells)
        priority = PriorityModel(self.model, scenario, naming.cells)
        priority.state_rules(detail.events, timing=detail.timing)
        naming.close(priority.completion)
        for column in table.totals:
            self.model.add(sum(self.cells[noc, column] for noc in table.nocs) == self.cells[TOTAL, column])
        self.number = sum(self.changed.values())

    def _cell(self, cell: CellName, value: int, most: int) -> None:
        variable = self.cells[cell] = self.model.new_int_var(0, most, f"{cell[0]} {cell[1]}")
        changed = self.changed[cell] = self.model.new_bool_var(f"changed {cell[0]} {cell[1]}")
        self.model.add(variable == value).only_enforce_if(~changed)
        self.model.add(variable != value).only_enforce_if(changed)

    def sized(self, least: int, most: int) -> cp_model.CpModel:
        """Return the model of the sets of changes of a size."""
        sized = copied(self.model)
        sized.add_linear_constraint(self.number, least, most)
        return sized

    def exclude(self, candidate: tuple[RepairedCell, ...]) -> None:
        """Exclude exactly this set of changes with these numbers, where all open cells change."""
        differs = []
        for change in candidate:
            literal = self.model.new_bool_var("")
            self.model.add(self.cells[change.noc, change.column] != change.repaired).only_enforce_if(literal)
            differs.append(literal)
        self.model.add_bool_or(differs)

    def exclude_cells(self, cells: Collection[CellName]) -> None:
        """Exclude that exactly these cells change, whatever to."""
        self.model.add_bool_or([~literal if cell in cells else literal for cell, literal in self.changed.items()])


class _Inside:
    """The numbers that one set of cells may change to, of which those seen are excluded."""

    def __init__(self, candidate: tuple[RepairedCell, ...]) -> None:
        self.cells = frozenset((change.noc, change.column) for change in candidate)
        self.columns = frozenset(column for _, column in self.cells)
        self.detail: _Detail | None = None
        self.seen: list[tuple[RepairedCell, ...]] = []
        self.stated: _RepairModel | None = None

    def see(self, candidate: tuple[RepairedCell, ...]) -> None:
        """Exclude a candidate."""
        self.seen.append(candidate)
        if self.stated is not None:
            self.stated.exclude(candidate)

    def under(self, scenario: Scenario, table: Published, detail: _Detail) -> _RepairModel:
        """Return the model of what is not excluded yet, with as much of the rules as `detail` says."""
        if self.stated is None or self.detail != detail:
            # Without refusals for a cap other events' rankings are what they are whatever these cells change to.
            own = detail if detail.timing else _Detail(tuple(e for e in detail.events if e in self.columns))
            self.stated, self.detail = _RepairModel(scenario, table, own, self.cells), detail
            for candidate in self.seen:
                self.stated.exclude(candidate)
        return self.stated


class _RepairSearch:
    """Sets of changes, size by size, in a model that states more of the rules as candidates fail.

    When a set of cells is known that may change, all numbers that they may change to are gone through, in a model in
    which only these cells are open: it is small, and then the whole set is excluded from the others.
    """

    def __init__(self, scenario: Scenario, table: Published, settings: Settings, effort: float) -> None:
        self.left = effort
        self.scenario = scenario
        self.table = table
        self.settings = settings
        least, *self.details = _details(scenario)
        self.models = [_RepairModel(scenario, table, least)]
        self.excluded: list[Collection[CellName]] = []
        self.size = max(1, self.models[0].too_large)
        self.linearizations = list(LINEARIZATIONS)
        self._inside: _Inside | None = None
        self._asked: int | None = None  # how many were excluded when a larger set was known

    def enlarge(self) -> bool:
        """Go on to sets with one more cell, if there are any with more; return whether there are."""
        if self._asked != len(self.excluded):
            if self._solved(self.size + 1, len(self.models[-1].changed)) is None:
                return False
            self._asked = len(self.excluded)
        self.size += 1
        return True

    def next_candidate(self) -> tuple[RepairedCell, ...] | None:
        """Return a set of changes of the present size that is not excluded yet, or None if there is none (proved)."""
        if self._inside is not None:
            if (found := self._solved(self.size, self.size, self._inside)) is not None:
                return self._changes(*found)
            self._exclude_cells(self._inside.cells)
            self._inside = None
        if (found := self._solved(self.size, self.size)) is None:
            return None
        candidate = self._changes(*found)
        self._inside = _Inside(candidate)
        return candidate

    def _changes(self, solver: cp_model.CpSolver, stated: _RepairModel) -> tuple[RepairedCell, ...]:
        return tuple(
            RepairedCell(noc, column, value, int(solver.value(stated.cells[noc, column])))
            for noc, column, value in self.table.all_cells()
            if (noc, column) in stated.changed and solver.value(stated.changed[noc, column])
        )

    def _solved(
        self, least: int, most: int, inside: _Inside | None = None
    ) -> tuple[cp_model.CpSolver, _RepairModel] | None:
        """Return a set of changes of a size with the model that it is of, or None if there is none (proved)."""
        while True:
            stated, hardest = self.models[-1], self.models[-1] is not self.models[0]
            if inside is not None:
                stated = inside.under(self.scenario, self.table, stated.detail)
            try:
                solver = self._search(stated.sized(least, most), self._ways(stated, self.left / 2 if hardest else 0))
                return None if solver is None else (solver, stated)
            except LimitError:
                if not hardest:
                    raise
                # What is stated beyond the last model makes this one too hard, so go on without it.
                self.models.pop()
                self.details.clear()

    def _ways(self, stated: _RepairModel, rest: float) -> Iterator[cp_model.CpSolver]:
        """Yield solvers that are tried one after the other, while more than so much of the effort is left."""
        limit = min(self.settings.limit, PLAIN_LIMIT)
        inside = len(stated.changed) < len(stated.cells)
        if (inside or not stated.detail.timing) and self.left > rest:
            yield plain_solver(replace(self.settings, limit=min(limit if inside else GLANCE, self.left - rest)))
        while self.left > rest:
            for level in (1,) if stated.detail.timing else tuple(self.linearizations):
                if self.left > rest:
                    settings = replace(self.settings, limit=min(limit, self.left - rest))
                    solver = new_solver(replace(settings, **WITHOUT_PRESOLVE) if stated.detail.timing else settings)
                    solver.parameters.linearization_level = level
                    yield solver
            limit = min(self.settings.limit, MORE * limit)

    def _search(self, model: cp_model.CpModel, solvers: Iterator[cp_model.CpSolver]) -> cp_model.CpSolver | None:
        """Return the first of the solvers that answers, with a solution, or None if there is none (proved)."""
        for solver in solvers:
            level, allowed = solver.parameters.linearization_level, solver.parameters.max_deterministic_time
            try:
                found = solve(model, solver)
            except LimitError:  # it costs what it was allowed, also if the solver gave up before
                self.left -= max(allowed, solver.response_proto.deterministic_time)
            else:
                self.left -= solver.response_proto.deterministic_time
                self.linearizations.sort(key=lambda other: other != level)
                return solver if found else None
        raise LimitError("the effort for the search of a repair is used up")

    def exclude(self, candidate: tuple[RepairedCell, ...]) -> None:
        """Exclude exactly this set of changes with these numbers."""
        if self._inside is not None:
            self._inside.see(candidate)

    def _exclude_cells(self, cells: Collection[CellName]) -> None:
        self.excluded.append(cells)
        for stated in self.models:
            stated.exclude_cells(cells)

    def state_more(self) -> None:
        """State more of the rules than those that a candidate met which turned out to be none."""
        if self.details:
            stated = _RepairModel(self.scenario, self.table, self.details.pop(0))
            for cells in self.excluded:
                stated.exclude_cells(cells)
            self.models.append(stated)
