"""The question: what is explained, of which NOC, and with what is known of the standings."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import require_noc
from quotaproof.model.errors import InputError
from quotaproof.model.pathways import require_known
from quotaproof.model.published import ATHLETES, TOTAL, Published
from quotaproof.model.quantities import spelled
from quotaproof.model.remedies import unsettled_tie
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.solver.declines import allocate_with_declines
from quotaproof.solver.effort import Effort
from quotaproof.solver.engines import engine as engine_of
from quotaproof.solver.engines.cpsat.status import QUICK, Settings
from quotaproof.solver.verify.explained_table import as_counted, explained_table, require_names

from . import known as unknown_standings
from . import why as on_record
from .answer import Explanation, WhyNot
from .column import ColumnTheory
from .differing import differences_from_allocation, differences_from_repair
from .listed import explain_lists
from .more_quota_places import further_quota_places
from .nearest import distances
from .phrases import column_words
from .places import PlacesTheory
from .reasons import one_reason, reasons
from .starts import StartTheory, start_pathway
from .target import Target, next_least, parse_target
from .theory import Theory


def explain(
    scenario: Scenario,
    noc: str,
    column: str | None = None,
    why_not: str | None = None,
    *,
    all_reasons: bool = False,
    how_close: bool = True,
    engine: str = "cp-sat",
    settings: Settings = QUICK,
    limit: float | None = None,
) -> Explanation:
    """Return why an NOC has what it has, and, if a target is given, why not more and how close it was.

    Parameters as of `explain` in Python. If the published table cannot be right and has exactly one smallest repair,
    the repaired table is explained.

    Raises
    ------
    InputError
        If the NOC or the column is unknown, the target is none or impossible, the allocation ends in a tie, or there is
        neither an allocation nor a table to explain.
    LimitError
        If a limit of effort was reached, but for the search for reasons: its answer says so.
    """
    require_known("explain", scenario.rules.pathways, by_lists=True)
    if scenario.rules.by_lists:
        return explain_lists(
            scenario, noc, column, why_not, all_reasons=all_reasons, how_close=how_close, engine=engine
        )
    unknown = scenario.published is not None and bool(scenario.standings.incomplete_events(scenario.rules))
    if scenario.published is not None and unknown:
        require_names(scenario.published)
    if noc != TOTAL:
        require_noc(scenario, noc)
    elif why_not is not None:
        raise InputError("a target belongs to an NOC, not to TOTAL")
    if column is not None and column not in GENDERS:
        column = scenario.rules.event(column).identifier
        if noc == TOTAL:
            if not unknown:
                scenario.require_complete()
            see = "verify" if unknown else "allocate"
            raise InputError(f"TOTAL is explained for men and women, not for an event; see {see}")
    target = parse_target(why_not, noc, scenario.rules) if why_not is not None else None
    effort = Effort(math.inf if limit is None else limit)
    if unknown:
        return _from_table(scenario, noc, column, target, all_reasons, how_close, settings, effort)
    return _from_record(scenario, noc, column, target, all_reasons, how_close, engine, settings, effort)


# Complete standings ---------------------------------------


def _from_record(
    scenario: Scenario,
    noc: str,
    column: str | None,
    target: Target | None,
    all_reasons: bool,
    how_close: bool,
    engine: str,
    settings: Settings,
    effort: Effort,
) -> Explanation:
    outcome = allocate_with_declines(scenario, engine_of(engine))
    first = outcome.steps[0].before if outcome.steps else outcome.allocation
    if outcome.allocation.status == "tie" or first.status == "tie":
        names = ", ".join(sorted({tied.noc for tied in (*first.tied, *outcome.allocation.tied)}))
        raise InputError(
            f"an unsettled tie of {names} matters, so there is nothing definite to explain; "
            f"{unsettled_tie(scenario, (*first.tied, *outcome.allocation.tied))}"
        )
    answer = None
    if target is not None:
        has = outcome.allocation.number(noc, target.column)
        if has >= target.least:
            answer = WhyNot(target, True, (), True, note=_so(target, has, scenario))
        else:
            before = first.number(noc, target.column)
            if before >= target.least:
                note = "It was so before the recorded declines."
                answer = WhyNot(target, True, (), True, note=f"{_so(target, has, scenario)} {note}")
            else:
                theory = _theory(scenario, first, target, settings)
                note = "Asked of the allocation before the recorded declines." if outcome.steps else ""
                answer = _answer(theory, target, all_reasons, note, effort)
                if all_reasons:
                    answer = _or_one(answer, effort, partial(_answer, theory, target, False, note))
                if how_close:
                    answer = replace(answer, distances=distances(scenario, target, settings))
    statements = on_record.why(on_record.Record(scenario, outcome), noc, column)
    now = outcome.allocation.number(noc, column) if column is not None and noc != TOTAL else None
    return Explanation(
        scenario.identifier,
        scenario.title,
        noc,
        column,
        "allocation",
        statements,
        answer,
        differences_from_allocation(scenario, outcome.allocation, noc, column),
        next_least(scenario.rules, column, now),
    )


def _so(target: Target, has: int, scenario: Scenario) -> str:
    where = column_words(scenario.rules, target.column)
    if where.startswith("the "):
        number = spelled(has, "start place") if has else "no start place"
        return f"{target.noc} has {number} in {where}" + (f", so {target} holds." if has >= target.least else ".")
    return f"{target.noc} has {has} {where}" + (f", so {target} holds." if has >= target.least else ".")


def _theory(scenario: Scenario, allocation: Allocation, target: Target, settings: Settings) -> Theory:
    if target.column not in (*GENDERS, ATHLETES) and start_pathway(scenario.rules, target.column) is not None:
        return StartTheory(scenario, allocation, target, settings)
    return PlacesTheory(scenario, allocation.to_published(), target, published=False, settings=settings)


def _answer(theory: Theory, target: Target, all_reasons: bool, note: str, effort: Effort) -> WhyNot:
    """What excludes a target, as far as the effort goes; asked of targets that are not so, whatever becomes of it."""
    theory.effort = effort
    found = reasons(theory) if all_reasons else one_reason(theory)
    possible = found.complete and not found.reasons
    complete = all_reasons and found.complete
    return WhyNot(target, possible, found.reasons, complete, note=note, limit_reached=found.limit_reached)


def _or_one(answer: WhyNot, effort: Effort, one: Callable[[Effort], WhyNot]) -> WhyNot:
    """Return the answer, with one reason where the effort ended before any of all was found.

    One that is minimal, but perhaps not the smallest, is found much sooner; it is looked for with as much effort again.
    """
    if not answer.limit_reached or answer.reasons:
        return answer
    found = one(replace(effort, spent=0.0))
    return replace(answer, reasons=found.reasons, note=found.note)


# Unknown standings ---------------------------------------


def _from_table(
    scenario: Scenario,
    noc: str,
    column: str | None,
    target: Target | None,
    all_reasons: bool,
    how_close: bool,
    settings: Settings,
    effort: Effort,
) -> Explanation:
    scenario = as_counted(scenario, settings)
    table, repaired = explained_table(scenario, settings)
    known = unknown_standings.Known(scenario, table, settings)
    answer = None
    if target is not None:
        answer = _answer_from_table(scenario, table, known, target, all_reasons, settings, effort)
        if all_reasons:
            asked = partial(_answer_from_table, scenario, table, known, target, False, settings)
            answer = _or_one(answer, effort, asked)
        if how_close and not answer.possible:
            answer = replace(answer, distances=further_quota_places(known, target))
    statements = unknown_standings.why(known, noc, column)
    most = known.range(known.stated.number(noc, column))[1] if column is not None and noc != TOTAL else None
    return Explanation(
        scenario.identifier,
        scenario.title,
        noc,
        column,
        "repaired" if repaired else "published",
        statements,
        answer,
        differences_from_repair(scenario, table, noc, column) if repaired else (),
        next_least(scenario.rules, column, most),
    )


def _answer_from_table(
    scenario: Scenario,
    table: Published,
    known: unknown_standings.Known,
    target: Target,
    all_reasons: bool,
    settings: Settings,
    effort: Effort,
) -> WhyNot:
    low, high = known.range(known.stated.number(target.noc, target.column))
    if low >= target.least:
        return WhyNot(target, True, (), True, note=_so(target, low, scenario))
    if high >= target.least:
        note = "In some rankings that give the table it is so, in others it is not."
        return WhyNot(target, True, (), True, note=note)
    if target.column not in (*GENDERS, ATHLETES) and start_pathway(scenario.rules, target.column) is not None:
        return _answer(ColumnTheory(scenario, table, target, settings), target, all_reasons, "", effort)
    # The clause of the relays is rarely needed, and a reason that is minimal without it is minimal with it.
    for relays in (True,) if all_reasons else (False, True):
        theory = PlacesTheory(scenario, table, target, published=True, relays=relays, settings=settings)
        answer = _answer(theory, target, all_reasons, "", effort)
        if not answer.possible:
            return answer
    theory = PlacesTheory(scenario, table, target, published=True, own_cell=True, settings=settings)
    note = f"Only what the table says of {target.noc} itself excludes it; the rest of the table leaves it open."
    return _answer(theory, target, all_reasons, note, effort)
