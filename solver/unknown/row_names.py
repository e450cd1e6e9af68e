"""Unnamed rows of a table: which NOC each of them is, as decision variables.

A row `?` is one NOC. It may be any NOC that the scenario names elsewhere (the host, NOCs of the standings and of the
facts) and that has no row under its own name, or one that nothing names. No two rows are the same NOC. What is known of
an NOC then holds for the row that is it, so the host's guarantee says: some row, or a named one, is the host's.
"""

from __future__ import annotations

from collections.abc import Mapping

from quotaproof.model.published import TOTAL, CellName, Published
from quotaproof.model.scenario import Scenario
from quotaproof.solver import cp_model
from quotaproof.solver.engines.cpsat.status import Linear

from .unknown_rankings import Completion


def nameless(scenario: Scenario, table: Published) -> tuple[str, ...]:
    """Return the NOCs that the scenario names and that an unnamed row of the table may be."""
    return tuple(noc for noc in scenario.nocs if noc not in table.cells) if table.unnamed else ()


class Naming:
    """The cells of NOCs, where some rows of the table may be one NOC or another.

    Every unnamed row keeps a code of its own for the case that it is none of `nameless`; then that code has the row's
    cells, otherwise it has none.

    Parameters
    ----------
    cells
        (row, column) -> a number or a variable.

    Attributes
    ----------
    cells
        (NOC, column) -> a number or a variable, for the rules to be stated on.
    """

    def __init__(
        self, model: cp_model.CpModel, scenario: Scenario, table: Published, cells: Mapping[CellName, Linear]
    ) -> None:
        self.model = model
        self.rows = table.unnamed
        self.nocs = nameless(scenario, table)
        self.cells: dict[CellName, Linear] = {cell: value for cell, value in cells.items() if cell[0] != TOTAL}
        self._is: dict[CellName, cp_model.IntVar] = {
            (row, noc): model.new_bool_var(f"{row} is {noc}") for row in self.rows for noc in self.nocs
        }
        if not self._is:
            return
        for row in self.rows:
            model.add_at_most_one(self._is[row, noc] for noc in self.nocs)
        for noc in self.nocs:
            model.add_at_most_one(self._is[row, noc] for row in self.rows)
        for column in table.columns:
            self._column(column, {row: cells[row, column] for row in self.rows}, scenario.rules.total)

    def _column(self, column: str, numbers: Mapping[str, Linear], most: int) -> None:
        for noc in self.nocs:
            self.cells[noc, column] = self._number({row: self._is[row, noc] for row in self.rows}, numbers, most)
        for row in self.rows:
            self.cells[row, column] = self._number({row: self._none_of(row)}, numbers, most)

    def _none_of(self, row: str) -> cp_model.IntVar:
        """A literal that is true exactly if a row is none of the named NOCs."""
        literal = self._is.get((row, row))
        if literal is None:
            literal = self._is[row, row] = self.model.new_bool_var(f"{row} is none of the named")
            self.model.add_exactly_one(literal, *(self._is[row, noc] for noc in self.nocs))
        return literal

    def _number(
        self, choices: Mapping[str, cp_model.IntVar], numbers: Mapping[str, Linear], most: int
    ) -> cp_model.IntVar:
        """The number of the row that is chosen, 0 if none is."""
        found = self.model.new_int_var(0, most, "")
        fixed = {row: number for row in choices if isinstance(number := numbers[row], int)}
        if len(fixed) == len(choices):
            self.model.add(found == sum(number * choices[row] for row, number in fixed.items()))
            return found
        for row, literal in choices.items():
            self.model.add(found == numbers[row]).only_enforce_if(literal)
        self.model.add(found == 0).only_enforce_if(*(~literal for literal in choices.values()))
        return found

    def close(self, completion: Completion) -> None:
        """Keep the code of a row that is a named NOC out of the rankings; to be called when all are stated."""
        for ranking in completion.rankings.values() if self._is else ():
            for (noc, _), present in ranking.present.items():
                if noc in self.rows:
                    self.model.add_implication(present, self._none_of(noc))

    def found(self, solver: cp_model.CpSolver) -> dict[str, str]:
        """Return row -> NOC for the rows that the solution names."""
        return {row: noc for row in self.rows for noc in self.nocs if solver.boolean_value(self._is[row, noc])}


def possible_hosts(scenario: Scenario, table: Published) -> tuple[str, ...]:
    """Return the unnamed rows that have a start place wherever one is guaranteed to the host.

    Empty if the host has a row of its own name, or none is guaranteed anything.
    """
    host = scenario.host
    events = [event.identifier for event in scenario.rules.events if scenario.is_host_event(event.identifier)]
    if host is None or host in table.cells or not events:
        return ()
    return tuple(row for row in table.unnamed if all(table.cells[row][event] for event in events))


def host_namings(scenario: Scenario, table: Published) -> tuple[dict[str, str], ...] | None:
    """Return every way to name the rows, if only the host can be one of them; None if others can be as well."""
    nocs = nameless(scenario, table)
    if not nocs:
        return ({},)
    hosts = possible_hosts(scenario, table)
    return tuple({row: nocs[0]} for row in hosts) if nocs == (scenario.host,) and hosts else None
