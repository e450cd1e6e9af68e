"""What a report shows: the allocation of complete standings, or the published table with its repair if it has one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from quotaproof.model.allocation import Allocation
from quotaproof.model.criteria import athletes_of
from quotaproof.model.errors import InputError, LimitError
from quotaproof.model.published import TOTAL, Published
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that is shown otherwise than published; `published` is None if that table has no such row or total."""

    noc: str
    column: str
    published: int | None
    here: int
    why: str


@dataclass(frozen=True)
class Basis:
    """The table that is shown, and how it came about.

    Attributes
    ----------
    table
        Its totals are the sums of its columns; None if there is neither complete standings nor a published table.
    printed
        Columns whose total the published table prints.
    athletes
        NOC -> (men, women), None where the table does not tell.
    allocation
        With complete standings.
    sentences
        What a reader must know of the table.
    """

    table: Published | None
    printed: frozenset[str]
    athletes: Mapping[str, tuple[int, int] | None]
    differences: tuple[Difference, ...]
    allocation: Allocation | None
    sentences: tuple[str, ...]

    def difference(self, noc: str, column: str) -> Difference | None:
        """Return the difference in a cell, if there is one."""
        return next((d for d in self.differences if (d.noc, d.column) == (noc, column)), None)


def basis_of(scenario: Scenario) -> Basis:
    """Return what a report on a scenario shows.

    Raises
    ------
    LimitError
        If a solver limit was reached with complete standings.
    """
    if not scenario.standings.incomplete_events(scenario.rules):
        return _allocated(scenario)
    if scenario.published is None:
        words = "The standings are not complete and no table was published, so there is no quota table to show."
        return Basis(None, frozenset(), {}, (), None, (words,))
    return _published(scenario, scenario.published)


def _allocated(scenario: Scenario) -> Basis:
    from quotaproof.api import allocate
    from quotaproof.solver.matching import best_names

    allocation = allocate(scenario)
    given = allocation.to_published()
    sentences = ["The quota table is what the rules give for the complete standings."]
    if allocation.status == "tie":
        sentences = ["An unsettled tie matters, so the quota table holds only what is certain."]
    published = scenario.published
    if published is None:
        athletes = {noc: allocation.athletes.get(noc, (0, 0)) for noc in given.nocs}
        return Basis(given, frozenset(), athletes, (), allocation, (*sentences, "No table was published."))
    published = published.renamed(best_names(published, allocation))
    order = dict.fromkeys([*published.nocs, *given.nocs])
    empty = dict.fromkeys(given.columns, 0)
    cells = {noc: given.cells.get(noc, empty) for noc in order}
    table = Published(given.columns, cells, given.totals)
    why = "what the rules give for the complete standings"
    differences = _differences(table, published, why)
    number = sum(difference.noc != TOTAL for difference in differences)
    if number:
        cells_word = "cell" if number == 1 else "cells"
        sentences.append(f"The published table has other numbers in {number} {cells_word}, marked and listed below.")
    else:
        sentences.append("The published table is the same.")
    athletes_known = {noc: allocation.athletes.get(noc, (0, 0)) for noc in order}
    return Basis(table, frozenset(published.totals), athletes_known, differences, allocation, tuple(sentences))


def _published(scenario: Scenario, published: Published) -> Basis:
    from quotaproof.solver.verify import explained_table

    table, why = published, ""
    sentences = ["The standings are not known in full, so the quota table is the published one."]
    try:
        table, repaired = explained_table(scenario)
    except InputError:
        sentences.append("No standings give it under the rules as they are read here, and its repair is not unique.")
    except LimitError:
        sentences.append("Whether it can be right was not settled within the limit of effort.")
    else:
        if repaired:
            why = "the one smallest repair; no standings give the table as it was published"
            sentences.append(
                "No standings give it as it was published; it is shown with its one smallest repair, marked and listed "
                "below."
            )
        else:
            sentences.append("There are standings that give it under the rules.")
    sums = {column: table.column_sum(column) for column in table.columns}
    shown = Published(table.columns, table.cells, sums)
    differences = _differences(shown, published, why or "the sum of the column")
    athletes = {noc: athletes_of(scenario.rules, scenario.readings, row) for noc, row in table.cells.items()}
    return Basis(shown, frozenset(published.totals), athletes, differences, None, tuple(sentences))


def _differences(table: Published, published: Published, why: str) -> tuple[Difference, ...]:
    found: list[Difference] = []
    for noc, row in table.cells.items():
        old = published.cells.get(noc)
        for column in table.columns:
            if old is None or old[column] != row[column]:
                found.append(Difference(noc, column, None if old is None else old[column], row[column], why))
    for column, total in published.totals.items():
        if table.totals[column] != total:
            found.append(Difference(TOTAL, column, total, table.totals[column], "the sum of the column"))
    return tuple(found)


def sums(basis: Basis) -> tuple[int, int] | None:
    """Return men and women in all, if every row tells."""
    known = [both for both in basis.athletes.values() if both is not None]
    if len(known) != len(basis.athletes) or not known:
        return None
    men, women = (sum(both[index] for both in known) for index in range(len(GENDERS)))
    return men, women
