"""Who gains by a decline where some cells of a published table are unknown: asked of each table that they leave.

Numbers of athletes may stay open in one model, since what is given back and kept follows from start places. So the
tables are those that differ in start places; each is asked about as if it were the published one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from quotaproof.model.changes import Decline
from quotaproof.model.errors import InputError
from quotaproof.model.published import ATHLETES, CellName, Published
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.facts import ABOUT_QUOTA, ABOUT_RANKINGS, EVERYTHING, Fact
from quotaproof.solver import cp_model
from quotaproof.solver.effort import Effort
from quotaproof.solver.engines.cpsat.status import Linear, Settings
from quotaproof.solver.infer.question import Question
from quotaproof.solver.unknown.completions import Completions
from quotaproof.solver.unknown.priority import PriorityModel
from quotaproof.solver.unknown.reachability import Reach, bound_events

from .recipient_search import RecipientSearch, require_modelled
from .recipients import Recipient, Recipients, Witness

MOST_TABLES = 24
"""Tables that are asked about one by one; of more, the numbers are bounded."""


@dataclass(frozen=True)
class OfAllTables:
    """The answers for all tables together.

    Attributes
    ----------
    tables
        Those in which the NOC has what it gives back.
    """

    tables: tuple[Published, ...]
    freed: dict[str, tuple[int, int]]
    necessary: tuple[Recipient, ...]
    possible: tuple[Recipient, ...]
    witnesses: tuple[Witness, ...]


def of_all_tables(
    question: Question, table: Published, decline: Decline, settings: Settings, effort: Effort
) -> OfAllTables | None:
    """Return who gains over all tables that the unknown cells leave; None if that is not modelled, or they are many.

    Raises
    ------
    InputError
        If in none of them the NOC has what it gives back, or all end in a tie after the decline.
    LimitError, SolverError
        As the solver and the replay of witnesses raise them.
    """
    scenario = replace(question.scenario, facts=tuple(_beyond_cells(question, table)))
    tables = list(_tables(scenario, table, settings, MOST_TABLES + 1))
    if len(tables) > MOST_TABLES:
        return None
    asked: list[tuple[Published, Recipients]] = []
    refusal = ""
    for number, one in enumerate(tables, 1):
        effort.tell(f"table {number} of {len(tables)}")
        own = replace(scenario, facts=tuple(fact for fact in scenario.facts if not _on_start_places(fact)))
        try:
            require_modelled(own, one)
        except InputError:
            return None
        reach = Reach(own, one, settings)
        if any(reach.event_alone(own, event) is None for event in bound_events(own)):
            continue
        try:
            search = RecipientSearch(own, decline, one, settings)
        except InputError as error:
            refusal = error.problem
            continue
        if search.completions.any() is not None:
            asked.append((one, search.answer((), repaired=False)))
    if not asked:
        raise InputError(refusal or "no standings give a table with these facts, or all end in a tie after the decline")
    return _together(asked)


def _beyond_cells(question: Question, table: Published) -> Iterator[Fact]:
    """The facts that the known cells of the table do not say."""
    for fact in question.scenario.facts:
        noc, column = fact.noc, fact.column
        said = fact.kind in ("start-places", "athletes") and column in table.columns and noc in table.cells
        if not (said and (noc, column) not in table.unknown and table.number(str(noc), column) == fact.value):
            yield fact


def _on_start_places(fact: Fact) -> bool:
    """Whether a fact is settled where all start places are known."""
    if fact.kind == "column-total":
        return fact.event not in (*GENDERS, EVERYTHING)
    return fact.kind not in (*ABOUT_RANKINGS, *ABOUT_QUOTA)


def _tables(scenario: Scenario, table: Published, settings: Settings, most: int) -> Iterator[Published]:
    """Yield tables without unknown start places that the rules give with the facts, as many as asked for."""
    model = cp_model.CpModel()
    cells: dict[CellName, Linear] = {}
    unknown: dict[CellName, cp_model.IntVar] = {}
    for noc, row in table.cells.items():
        for column in table.columns:
            cells[noc, column] = row[column]
            if (noc, column) in table.unknown:
                cap = scenario.rules.total
                if column != ATHLETES:
                    cap = scenario.noc_cap(scenario.rules.event(column), noc)
                cells[noc, column] = unknown[noc, column] = model.new_int_var(0, cap, f"{noc} {column}")
    priority = PriorityModel(model, scenario, cells)
    priority.state_rules()
    places = {cell: number for cell, number in unknown.items() if cell[1] != ATHLETES}
    completions = Completions(model, settings)
    athletes = frozenset(unknown) - frozenset(places)
    for _ in range(most):
        solver = completions.some()
        if solver is None:
            return
        found = {cell: int(solver.value(number)) for cell, number in places.items()}
        yield replace(table.with_cells(found), unknown=athletes)
        if not found:
            return
        model.add_bool_or([priority.negation(priority.between(places[c], n, n)) for c, n in found.items()])


def _together(asked: Sequence[tuple[Published, Recipients]]) -> OfAllTables:
    """What holds in all tables, and what in one of them at least."""
    answers = [answer for _, answer in asked]
    columns = list(dict.fromkeys(column for answer in answers for column in answer.freed))
    freed = {}
    for column in columns:
        ranges = [answer.freed.get(column, (0, 0)) for answer in answers]
        freed[column] = min(low for low, _ in ranges), max(high for _, high in ranges)
    numbers = [{(c.noc, c.column): c.number for c in answer.necessary} for answer in answers]
    necessary = [
        replace(c, number=min(own[c.noc, c.column] for own in numbers))
        for c in answers[0].necessary
        if all((c.noc, c.column) in own for own in numbers)
    ]
    possible: dict[tuple[str | None, str], Recipient] = {}
    witnesses: list[Witness] = []
    for answer in answers:
        for claim in answer.possible:
            if (claim.noc, claim.column) not in possible and claim.witness is not None:
                possible[claim.noc, claim.column] = replace(claim, witness=len(witnesses) + claim.witness)
        witnesses += answer.witnesses
    used = {witness: number for number, witness in enumerate(sorted({c.witness or 0 for c in possible.values()}))}
    return OfAllTables(
        tuple(table for table, _ in asked),
        freed,
        tuple(necessary),
        tuple(replace(claim, witness=used[claim.witness or 0]) for claim in possible.values()),
        tuple(witnesses[number] for number in used),
    )
