"""Repair: the fewest published cells to change so that the table becomes reachable, all such sets, and the proof.

Every cell becomes a variable, printed totals must be the sums of their columns, and exactly k cells change: first
k = 1, then 2, and so on until there is a repair (many small proofs are faster here than one minimisation). The rankings
of individual events and the moment at which a cap on athletes is reached are left out of that model at first, which can
only make more tables reachable: sizes it refutes are refuted. Each candidate is then judged exactly. One that fails is
excluded, and what was left out is stated: first the rankings of which something is known, then, if a candidate fails
still, all rankings with the moment at which a cap is reached. When a size is exhausted the next is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from quotaproof.model.errors import InputError, LimitError
from quotaproof.model.published import ATHLETES, TOTAL, CellName, Published
from quotaproof.model.scenario import Scenario
from quotaproof.solver import cp_model
from quotaproof.solver.engines.cpsat.status import DEFAULT, Settings, new_solver, solve
from quotaproof.solver.unknown.priority import PriorityModel
from quotaproof.solver.unknown.reachability import WITHOUT_PRESOLVE, bound_events, walk_events
from quotaproof.solver.unknown.row_names import Naming

MOST_REPAIRS = 50
MOST_CANDIDATES = 500
EFFORT = 1.5
"""Deterministic seconds for the whole search (one is about two to three seconds of a present-day core)."""


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
    """The rules on a table of which every cell is a variable."""

    def __init__(self, scenario: Scenario, table: Published, detail: _Detail) -> None:
        self.detail = detail
        self.model = cp_model.CpModel()
        self.cells: dict[CellName, cp_model.IntVar] = {}
        self.changed: dict[CellName, cp_model.IntVar] = {}
        rules = scenario.rules
        most = {event.identifier: event.noc_cap for event in rules.events} | {ATHLETES: rules.total}
        for noc, column, value in table.all_cells():
            top = most[column]
            if noc == TOTAL:
                top = rules.total if column == ATHLETES else rules.event(column).start_places
            self._cell((noc, column), value, top)
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
        sized = self.model.clone()
        sized.add_linear_constraint(self.number, least, most)
        return sized

    def exclude(self, candidate: tuple[RepairedCell, ...]) -> None:
        """Exclude exactly this set of changes with these numbers."""
        differs = []
        for change in candidate:
            cell = (change.noc, change.column)
            literal = self.model.new_bool_var("")
            self.model.add(self.cells[cell] != change.repaired).only_enforce_if(literal)
            differs.append(literal)
        own = {(change.noc, change.column) for change in candidate}
        self.model.add_bool_or([*differs, *(c for cell, c in self.changed.items() if cell not in own)])


class _RepairSearch:
    """Sets of changes, size by size, in a model that states more of the rules as candidates fail."""

    def __init__(self, scenario: Scenario, table: Published, settings: Settings, effort: float) -> None:
        self.left = effort
        self.scenario = scenario
        self.table = table
        self.settings = settings
        least, *self.details = _details(scenario)
        self.models = [_RepairModel(scenario, table, least)]
        self.excluded: list[tuple[RepairedCell, ...]] = []
        self.size = 1
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
        found = self._solved(self.size, self.size)
        if found is None:
            return None
        solver, stated = found
        return tuple(
            RepairedCell(noc, column, value, int(solver.value(stated.cells[noc, column])))
            for noc, column, value in self.table.all_cells()
            if solver.value(stated.changed[noc, column])
        )

    def _solved(self, least: int, most: int) -> tuple[cp_model.CpSolver, _RepairModel] | None:
        """Return a set of changes of a size with the model that it is of, or None if there is none (proved)."""
        while True:
            if self.left <= 0:
                raise LimitError("the effort for the search of a repair is used up")
            stated = self.models[-1]
            share = self.left if stated is self.models[0] else self.left / 2
            settings = replace(self.settings, limit=min(self.settings.limit, share))
            solver = new_solver(replace(settings, **WITHOUT_PRESOLVE) if stated.detail.timing else settings)
            try:
                return (solver, stated) if solve(stated.sized(least, most), solver) else None
            except LimitError:
                if stated is self.models[0]:
                    raise
                # What is stated beyond the last model makes this one too hard, so go on without it.
                self.models.pop()
                self.details.clear()
            finally:
                self.left -= solver.response_proto.deterministic_time

    def exclude(self, candidate: tuple[RepairedCell, ...]) -> None:
        """Exclude exactly this set of changes with these numbers."""
        self.excluded.append(candidate)
        for stated in self.models:
            stated.exclude(candidate)

    def state_more(self) -> None:
        """State more of the rules than those that a candidate met which turned out to be none."""
        if self.details:
            stated = _RepairModel(self.scenario, self.table, self.details.pop(0))
            for candidate in self.excluded:
                stated.exclude(candidate)
            self.models.append(stated)
