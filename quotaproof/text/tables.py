"""Quota tables and allocations as text."""

from __future__ import annotations

from collections.abc import Callable

from quotaproof.model.allocation import Allocation
from quotaproof.model.published import ATHLETES, TOTAL, UNNAMED, Published, is_unnamed
from quotaproof.model.quantities import counted, men_and_women
from quotaproof.model.rules import GENDERS

from .grid import Marks, grid, names_below, wrap


def quota_table(
    published: Published,
    form: str,
    marks: Marks | None = None,
    *,
    shown: Callable[[str], str] = str,
    color: bool = False,
) -> str:
    """Return a quota table.

    Parameters
    ----------
    marks
        Text behind the number of a cell, named (NOC or TOTAL, column).
    shown
        What an NOC is called, such as `Scenario.shown`; a CSV has its code in any case, as a `published.csv` does.
    """
    marks = marks or {}

    def cell(noc: str, column: str, number: int | None) -> str:
        mark = marks.get((noc, column), "")
        # A zero is left out only where nothing stands beside it.
        empty = number is None or (number == 0 and form == "table" and noc != TOTAL and not mark)
        return mark if empty else f"{number}{mark}"

    def name(noc: str) -> str:
        if not is_unnamed(noc):
            return noc if form == "csv" else shown(noc)
        return UNNAMED if form == "csv" else f"{UNNAMED} (row {noc.removeprefix(UNNAMED)})"

    rows = [
        [name(noc), *(cell(noc, column, row[column]) for column in published.columns)]
        for noc, row in published.cells.items()
    ]
    if published.totals:
        totals = published.totals
        rows.append([TOTAL, *(cell(TOTAL, column, totals.get(column)) for column in published.columns)])
    header = ["noc", *published.columns]
    if form == "table":
        header = ["NOC", *(column.replace("-", " ") for column in published.columns)]
    matter = [name for name in (ATHLETES, *GENDERS) if name in header]
    return grid(header, rows, form, color=color, last_rule=bool(published.totals), matter=matter)


def allocated_by(result: Allocation) -> str:
    """Return who gave an allocation and what that proves; of one with an unsettled tie, what it holds."""
    if result.status == "tie":
        return "An unsettled tie matters: the table holds what is certain."
    if result.engine == "cp-sat":
        return "Proved optimal in every tier by CP-SAT and accepted by the validator; no other allocation is."
    return "Given place by place in plain Python, by the greedy engine; the solver was not asked."


def allocation(result: Allocation, form: str, *, shown: Callable[[str], str] = str, color: bool = False) -> str:
    """Return an allocation as a quota table, in the formats `table` and `markdown` with a line on its totals."""
    table = quota_table(result.to_published(), form, shown=shown, color=color)
    if form == "csv":
        return table
    number = sum(result.totals)
    given = f"{counted(number, 'quota place')} of {result.rules.total}: {men_and_women(result.totals)}."
    return f"{table}\n{below(f'{given} {allocated_by(result)}', result, form, shown)}"


def below(said: str, result: Allocation, form: str, shown: Callable[[str], str] = str) -> str:
    """Return what stands below the table of an allocation: a sentence, and as text the names of its NOCs.

    Those of its reserve lists and of places taken back are named too.
    """
    if form == "markdown":
        return f"{said}\n"
    listed = {one.noc for lines in (result.reserve, result.taken_back) for line in lines.values() for one in line}
    names = names_below([*result.to_published().cells, *sorted(listed)], shown)
    return f"{wrap(said)}\n" + (f"\n{wrap(names)}\n" if names else "")
