"""Repair: the fewest published cells to change so that the table becomes reachable, all such sets, and the proof.

Every cell becomes a variable, printed totals must be the sums of their columns, and exactly k cells change: first
k = 1, then 2, and so on until there is a repair (many small proofs are faster here than one minimisation). The rankings
of individual events and the moment at which a cap on athletes is reached are left out of that model, which can only
make more tables reachable: sizes it refutes are refuted. Each candidate is then judged exactly; one that fails is
excluded, and when a size is exhausted the next is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

from quotaproof.model.errors import InputError, LimitError
from quotaproof.model.published import ATHLETES, TOTAL, CellName, Published
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines.cpsat.status import DEFAULT, Settings, new_solver, solve
from quotaproof.solver.unknown.priority import PriorityModel
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
        search.require_a_table(scenario)
        while len(found) < MOST_REPAIRS and excluded < MOST_CANDIDATES:
            candidate = search.next_candidate()
            if candidate is None:
                if found:
                    break
                search.enlarge()
                continue
            changes = {(change.noc, change.column): change.repaired for change in candidate}
            try:
                if judge(table.with_cells(changes)):
                    found.append(candidate)
                else:
                    excluded += 1
            except InputError:
                not_judged = not_judged or search.size
                excluded += 1
            search.exclude(candidate)
        else:
            exhausted = False
    except LimitError:
        exhausted = False
    at_least = not_judged or search.size
    return Repairs(tuple(sorted(found, key=_order(table))), exhausted and not_judged is None, at_least, excluded)


def _order(table: Published) -> Callable[[tuple[RepairedCell, ...]], list[tuple[int, int, int]]]:
    rows = {noc: number for number, noc in enumerate((*table.nocs, TOTAL))}
    return lambda changes: [(rows[c.noc], table.columns.index(c.column), c.repaired) for c in changes]


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


class _RepairSearch:
    """The model with every cell a variable."""

    def __init__(self, scenario: Scenario, table: Published, settings: Settings, effort: float) -> None:
        self.left = effort
        self.table = table
        self.settings = settings
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
        priority.state_rules()
        naming.close(priority.completion)
        for column in table.totals:
            self.model.add(sum(self.cells[noc, column] for noc in table.nocs) == self.cells[TOTAL, column])
        self.number = sum(self.changed.values())
        self.size = 1

    def require_a_table(self, scenario: Scenario) -> None:
        """Raise InputError if no numbers of these rows follow the rules, so that no search for a repair can end."""
        if not self._solved(self.model):
            why = "; ".join(_without_a_row(scenario, self.table))
            problem = "no table of these NOCs follows the rules, whatever its numbers"
            raise InputError(f"{problem}: {why}" if why else problem, file="published.csv")

    def enlarge(self) -> None:
        """Go on to sets with one more cell."""
        self.size += 1

    def _cell(self, cell: CellName, value: int, most: int) -> None:
        variable = self.cells[cell] = self.model.new_int_var(0, most, f"{cell[0]} {cell[1]}")
        changed = self.changed[cell] = self.model.new_bool_var(f"changed {cell[0]} {cell[1]}")
        self.model.add(variable == value).only_enforce_if(~changed)
        self.model.add(variable != value).only_enforce_if(changed)

    def next_candidate(self) -> tuple[RepairedCell, ...] | None:
        """Return a set of changes of the present size that is not excluded yet, or None if there is none (proved)."""
        sized = self.model.clone()
        sized.add(self.number == self.size)
        solver = self._solved(sized)
        if solver is None:
            return None
        return tuple(
            RepairedCell(noc, column, value, int(solver.value(self.cells[noc, column])))
            for noc, column, value in self.table.all_cells()
            if solver.value(self.changed[noc, column])
        )

    def _solved(self, model: cp_model.CpModel) -> cp_model.CpSolver | None:
        """Return the solver with an answer, or None if there is none (proved)."""
        if self.left <= 0:
            raise LimitError("the effort for the search of a repair is used up")
        solver = new_solver(replace(self.settings, limit=min(self.settings.limit, self.left)))
        possible = solve(model, solver)
        self.left -= solver.response_proto.deterministic_time
        return solver if possible else None

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
