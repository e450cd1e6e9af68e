"""Unnamed rows of a table against a known allocation: the naming with the fewest cells that differ."""

from __future__ import annotations

from collections.abc import Mapping

from quotaproof.model.allocation import Allocation
from quotaproof.model.errors import SolverError
from quotaproof.model.published import Published


def best_names(table: Published, allocation: Allocation) -> dict[str, str]:
    """Return row -> NOC for unnamed rows, so that as few cells as possible differ from the allocation.

    An NOC whose row the table has under its name is no candidate, and a row may be no NOC of the allocation: then it is
    left out. Deterministic; where several namings are equally good it is one of them.
    """
    rows = table.unnamed
    if not rows:
        return {}
    from ortools.graph.python import linear_sum_assignment

    given = allocation.to_published()
    nocs = [noc for noc in given.nocs if noc not in table.cells]
    columns = tuple(column for column in table.columns if column in given.columns)  # athletes may not be counted
    empty = dict.fromkeys(table.columns, 0)
    # Beyond the NOCs are columns for "no NOC of the allocation", beyond the rows those for "no row".
    size = len(rows) + len(nocs)
    task = linear_sum_assignment.SimpleLinearSumAssignment()
    for line in range(size):
        mine = table.cells[rows[line]] if line < len(rows) else empty
        for number in range(size):
            other = given.cells[nocs[number]] if number < len(nocs) else empty
            task.add_arc_with_cost(line, number, _different(mine, other, columns))
    if task.solve() != task.OPTIMAL:
        raise SolverError("the assignment of rows to NOCs was not solved")
    choices = {row: task.right_mate(line) for line, row in enumerate(rows)}
    return {row: nocs[number] for row, number in choices.items() if number < len(nocs)}


def _different(row: Mapping[str, int], other: Mapping[str, int], columns: tuple[str, ...]) -> int:
    return sum(row[column] != other[column] for column in columns)
