"""What a report shows: the allocation of complete standings, or the published table with its repair if it has one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from quotaproof.model.allocation import Allocation
from quotaproof.model.criteria import athletes_of
from quotaproof.model.errors import InputError, LimitError
from quotaproof.model.later_changes import overlay
from quotaproof.model.published import ATHLETES, TOTAL, Published
from quotaproof.model.quantities import counted
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.model.start import Start

Shown = Literal["published", "rules"]
KNOWN_IN_PART = "as published, known in part"
SHOWN: tuple[Shown, ...] = get_args(Shown)


@dataclass(frozen=True, slots=True)
class MarkedCell:
    """A cell in which the published table is not what the rules give, or is repaired.

    `published` is None if that table has no such row or total, or its cell is `unknown`; `here` is the number that is
    shown. Where the published number is shown, `instead` is the other one.
    """

    noc: str
    column: str
    published: int | None
    here: int
    why: str
    instead: int | None = None
    unknown: bool = False


@dataclass(frozen=True)
class Basis:
    """The table that is shown, and how it came about.

    Attributes
    ----------
    table
        Its totals are the sums of its columns; None if there is neither complete standings nor a published table. One
        that is known in part has the totals that are printed.
    printed
        Columns whose total the published table prints.
    athletes
        NOC -> (men, women), None where the table does not tell.
    allocation
        With complete standings.
    sentences
        What a reader must know of the table.
    caption
        Which table it is, in a few words.
    taken_for
        Row of the published table -> the NOC it is taken for, where it has none.
    start
        The table before the places of the ranked lists that come free: the table shown, if declines explain it.
    """

    table: Published | None
    printed: frozenset[str]
    athletes: Mapping[str, tuple[int, int] | None]
    differences: tuple[MarkedCell, ...]
    allocation: Allocation | None
    sentences: tuple[str, ...]
    caption: str = "by the rules"
    start: Start = "rules"
    taken_for: Mapping[str, str] = field(default_factory=dict)

    def difference(self, noc: str, column: str) -> MarkedCell | None:
        """Return the difference in a cell, if there is one."""
        return next((d for d in self.differences if (d.noc, d.column) == (noc, column)), None)


def basis_of(scenario: Scenario, shown: Shown | None = None) -> Basis:
    """Return what a report on a scenario shows.

    Parameters
    ----------
    shown
        The published table, cell by cell, or what the rules give. If not said: what the rules give where the standings
        are complete, otherwise the published table with its one smallest repair, if it has one.

    Raises
    ------
    InputError
        If there is no such table.
    LimitError
        If a solver limit was reached with complete standings.
    """
    complete = not scenario.standings.incomplete_events(scenario.rules)
    if shown is not None and shown not in SHOWN:
        raise InputError(f"{shown!r} is not a table of a report; use {' or '.join(SHOWN)}")
    if scenario.partial is not None and (shown == "published" or not complete) and shown != "rules":
        return _known_in_part(scenario.partial)
    if shown == "published" and scenario.published is None:
        raise InputError("no table was published; a report can show what the rules give", file="published.csv")
    if shown == "rules" and not complete:
        raise InputError(
            "the standings are not known in full, so there is no table by the rules; show the published one"
        )
    if shown == "published" and scenario.published is not None:
        own = _allocated(scenario) if complete else _published(scenario, scenario.published)
        return _as_published(scenario, scenario.published, own)
    if complete:
        return (_with_changes(scenario) if shown is None else None) or _allocated(scenario)
    if scenario.published is None:
        words = "The standings are not complete and no table was published, so there is no quota table to show."
        return Basis(None, frozenset(), {}, (), None, (words,))
    return _published(scenario, scenario.published)


def _as_published(scenario: Scenario, published: Published, own: Basis) -> Basis:
    """The published table itself; what the rules or its repair give instead becomes notes on its cells."""
    sums = {column: published.totals.get(column, published.column_sum(column)) for column in published.columns}
    rows = {noc: row for row, noc in own.taken_for.items()}
    differences = tuple(
        replace(one, noc=rows.get(one.noc, one.noc), here=one.published or 0, instead=one.here)
        for one in own.differences
    )
    sentences = ["The quota table is the published one, cell by cell."]
    number = sum(one.noc != TOTAL for one in differences)
    if number:
        what = "The rules give" if own.allocation is not None else "Its one smallest repair has"
        sentences.append(f"{what} other numbers in {counted(number, 'cell')}, marked and listed below.")
    elif own.allocation is None:
        sentences += own.sentences
    elif own.allocation.status != "tie":
        sentences.append("The rules give the same for the complete standings.")
    start, told = _start(scenario, own)
    sentences += told
    table, athletes = Published(published.columns, published.cells, sums), _athletes(scenario, published)
    printed = frozenset(published.totals)
    return Basis(table, printed, athletes, differences, own.allocation, tuple(sentences), "as published", start)


def _start(scenario: Scenario, own: Basis) -> tuple[Start, tuple[str, ...]]:
    """What the ranked lists beside the published table start from, and what a reader must know of that."""
    from quotaproof.solver.engines import engine
    from quotaproof.solver.whatif.starting_table import starting_table

    unanswered = own.allocation is None or own.allocation.status == "tie" or scenario.rules.by_lists
    if unanswered or not own.differences:
        return "rules", ()
    try:
        return "published", (
            f"Who is next in line: {starting_table(scenario, engine('cp-sat'), 'published').sentence}",
        )
    except InputError:
        words = "No declines turn what the rules give into it, so who is next in line is said by the rules."
        return "rules", (words,)


def _allocated(scenario: Scenario) -> Basis:
    """What the rules give, and the declines on record if they name who declined."""
    from quotaproof.solver.declines import allocate_with_declines, undone_first
    from quotaproof.solver.engines import engine

    allocation = allocate_with_declines(scenario, engine("cp-sat")).allocation
    sentences = ["The quota table is what the rules give for the complete standings."]
    if allocation.status == "tie":
        sentences = ["An unsettled tie matters, so the quota table holds only what is certain."]
    if undone_first(scenario) is not None:
        sentences.append("Declines on record are not counted in, since they leave open who declined.")
    return _given(scenario, allocation, sentences)


def _with_changes(scenario: Scenario) -> Basis | None:
    """What the rules and later changes give, if the record leaves open who declined and the standings tell."""
    from quotaproof.solver.declines import undone_first
    from quotaproof.solver.verify.explanation import explained_by_changes
    from quotaproof.text.changes import change_lines

    if undone_first(scenario) is None:
        return None
    try:
        found = explained_by_changes(scenario)
    except LimitError:
        return None
    if found is None or found.contradictions:
        return None
    sentences = ["The quota table is what the rules give for the complete standings, with these later changes:"]
    sentences += change_lines(found.changes, scenario, complete=True)
    basis = _given(scenario, found.final, sentences)
    return replace(basis, caption="by the rules, with later changes", start="published")


def _given(scenario: Scenario, allocation: Allocation, sentences: list[str]) -> Basis:
    """The table of an allocation with places by invitation, and where the published one is another."""
    from quotaproof.solver.verify.row_matching import best_names

    given = allocation.to_published()
    published = scenario.published or scenario.partial
    taken_for = best_names(published, allocation) if published is not None else {}
    if published is not None:
        published = published.renamed(taken_for)
        if not scenario.rules.gives_quota_places and ATHLETES in published.columns:
            given = _with_athletes(given, published)
            sentences.append("The athletes are those of the published table, since the rules do not give them.")
    table = _with_invitations(scenario, given, published.nocs if published else ())
    if scenario.invitations:
        sentences.append("Places added or withheld by invitation are counted in.")
    athletes: dict[str, tuple[int, int] | None] = {
        noc: _plus(scenario, noc, allocation.athletes.get(noc, (0, 0)))
        for noc in (table.cells if scenario.rules.gives_quota_places else ())
    }
    if published is None:
        return Basis(table, frozenset(), athletes, (), allocation, (*sentences, "No table was published."))
    differences = _differences(table, published, "what the rules give for the complete standings")
    number = sum(difference.noc != TOTAL for difference in differences)
    open_cells = sum(difference.unknown for difference in differences)
    if number > open_cells:
        what = counted(number - open_cells, "cell")
        sentences.append(f"The published table has other numbers in {what}, marked and listed below.")
    if open_cells:
        what = counted(open_cells, "cell")
        sentences.append(f"The published table is known in part: {what} of it, listed below, cannot be told from it.")
    if not number:
        sentences.append("The published table is the same.")
    printed = frozenset(published.totals)
    return Basis(table, printed, athletes, differences, allocation, tuple(sentences), taken_for=taken_for)


def _with_athletes(given: Published, published: Published) -> Published:
    """An allocation's table with the published column of athletes."""
    nocs = dict.fromkeys((*given.nocs, *published.nocs))
    cells = {noc: {**{c: given.number(noc, c) for c in given.columns}, ATHLETES: published.number(noc, ATHLETES)}
             for noc in nocs}  # fmt: skip
    sums = {**given.totals, ATHLETES: sum(row[ATHLETES] for row in cells.values())}
    return Published((*given.columns, ATHLETES), cells, sums)


def _with_invitations(scenario: Scenario, given: Published, first: tuple[str, ...]) -> Published:
    """An allocation's table with places by invitation; NOCs of the published table come first, in its order."""
    extra = overlay(scenario.invitations)
    order = dict.fromkeys([*first, *given.nocs, *(noc for noc, _ in extra)])
    cells = {noc: {c: max(0, given.number(noc, c) + extra.get((noc, c), 0)) for c in given.columns} for noc in order}
    return Published(given.columns, cells, {c: sum(row[c] for row in cells.values()) for c in given.columns})


def _plus(scenario: Scenario, noc: str, both: tuple[int, int]) -> tuple[int, int]:
    """Men and women with those added or withheld by invitation."""
    men, women = (
        max(0, number + sum(one.number for one in scenario.invitations if (one.noc, one.column) == (noc, gender)))
        for number, gender in zip(both, GENDERS, strict=True)
    )
    return men, women


def _published(scenario: Scenario, published: Published) -> Basis:
    table, why, sentences = _explained(scenario, published)
    sums = {column: table.column_sum(column) for column in table.columns}
    shown = Published(table.columns, table.cells, sums)
    differences = _differences(shown, published, why or "the sum of the column")
    caption = "as published" if not why else "as published, with its one smallest repair"
    athletes = _athletes(scenario, table)
    return Basis(shown, frozenset(published.totals), athletes, differences, None, sentences, caption)


def _athletes(scenario: Scenario, table: Published) -> dict[str, tuple[int, int] | None]:
    """Men and women of each row, places by invitation counted in; None where the row does not tell."""
    found: dict[str, tuple[int, int] | None] = {}
    for noc, row in _without_invitations(scenario, table).cells.items():
        both = None if scenario.rules.by_lists else athletes_of(scenario.rules, scenario.readings, row)
        found[noc] = None if both is None else _plus(scenario, noc, both)
    return found


def _explained(scenario: Scenario, published: Published) -> tuple[Published, str, tuple[str, ...]]:
    """The table to show, why it is not the published one (empty if it is), and what a reader must know."""
    from quotaproof.solver.unknown.reachability import Reach
    from quotaproof.solver.verify.explained_table import as_counted, explained_table
    from quotaproof.solver.verify.later_changes import on_record

    first = "The standings are not known in full, so the quota table is the published one."
    if scenario.rules.by_lists:
        return published, "", (first, "Whether ranked lists can give it is a question for verify.")
    try:
        if on_record(scenario):
            if Reach(scenario, _without_invitations(scenario, published)).completion() is not None:
                given = "There are standings under which the rules and the later changes on record give it."
            else:
                given = "No standings give it under the rules and the later changes on record."
            return published, "", (first, given)
        table, repaired = explained_table(as_counted(scenario))
    except LimitError:
        return published, "", (first, "Whether it can be right was not settled within the limit of effort.")
    except InputError:
        given = "No standings give it under the rules as they are read here, or that cannot be judged; see verify."
        return published, "", (first, given)
    if not repaired:
        return table, "", (first, "There are standings that give it under the rules.")
    why = "the one smallest repair; no standings give the table as it was published"
    shown = (
        "No standings give it as it was published; it is shown with its one smallest repair, marked and listed below."
    )
    return table, why, (first, shown)


def _without_invitations(scenario: Scenario, table: Published) -> Published:
    from quotaproof.solver.verify.later_changes import without_invitations

    return without_invitations(scenario, table)


def _known_in_part(published: Published) -> Basis:
    """The published table with `?` in the cells that are not known."""
    words = (
        f"The quota table is the published one; not known, and shown as ?: {counted(len(published.unknown), 'cell')}."
    )
    return Basis(published, frozenset(published.totals), {}, (), None, (words,), KNOWN_IN_PART)


def _differences(table: Published, published: Published, why: str) -> tuple[MarkedCell, ...]:
    found = [
        MarkedCell(noc, column, old if noc in published.cells else None, here, why)
        for noc, column, here, old in table.differing(published)
        if (noc, column) not in published.unknown
    ]
    for noc, row in published.cells.items():
        for column in table.columns:
            if column in row and (noc, column) in published.unknown:
                found.append(MarkedCell(noc, column, None, table.number(noc, column), why, unknown=True))
    for column, total in published.totals.items():
        if table.totals[column] != total:
            found.append(MarkedCell(TOTAL, column, total, table.totals[column], "the sum of the column"))
    return tuple(found)


def sums(basis: Basis) -> tuple[int, int] | None:
    """Return men and women in all, if every row tells."""
    known = [both for both in basis.athletes.values() if both is not None]
    if len(known) != len(basis.athletes) or not known:
        return None
    men, women = (sum(both[index] for both in known) for index in range(len(GENDERS)))
    return men, women
