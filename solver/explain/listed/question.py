"""The question, where places go down ranked lists: of an NOC, an athlete, or all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from quotaproof.model.allocation import Allocation
from quotaproof.model.athletes import Athlete, find_athlete
from quotaproof.model.errors import InputError
from quotaproof.model.published import TOTAL
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.solver.declines import allocate_with_declines
from quotaproof.solver.engines import engine as engine_of
from quotaproof.solver.explain.answer import Explanation, Statement, WhyNot
from quotaproof.solver.explain.phrases import column_words
from quotaproof.solver.explain.target import Target, next_least, parse_target

from .barriers import barriers
from .entries import EntryWords
from .nearness import nearness
from .nocs import noc_statement
from .quota import quota_statement, total_statement


def explain_lists(
    scenario: Scenario,
    subject: str,
    column: str | None,
    why_not: str | None,
    *,
    all_reasons: bool,
    how_close: bool,
    engine: str,
) -> Explanation:
    """Return why an NOC or athlete has what it has and, with a target, why not more and how close it was.

    Parameters
    ----------
    subject
        An NOC, TOTAL, or the id or name of an athlete.

    Raises
    ------
    InputError
        If the subject or column is unknown, the target is none or impossible, or a tie leaves open what is asked.
    IncompleteError
        If the standings are not complete.
    """
    athlete = None if subject == TOTAL or subject in scenario.nocs else _athlete(scenario, subject)
    noc = athlete.noc if athlete is not None else subject
    if column is not None and not scenario.rules.is_quota_column(column):
        column = scenario.rules.event(column).identifier
        if noc == TOTAL:
            raise InputError("TOTAL is explained for men and women, not for an event; see allocate")
    if athlete is not None and scenario.rules.is_quota_column(column):
        raise InputError(f"quota places are an NOC's; ask about {noc}")
    if noc == TOTAL and why_not is not None:
        raise InputError("a target belongs to an NOC or athlete, not to TOTAL")
    target = parse_target(why_not, noc, scenario.rules) if why_not is not None else None
    if (
        athlete is not None
        and target is not None
        and (target.column not in allocated_by_name(scenario) or target.least > 1)
    ):
        raise InputError(
            f"{target} is no target of an athlete, who has at most one place, and that in an event whose places are of "
            "named entries; ask for EVENT>=1"
        )
    allocation = allocate_with_declines(scenario, engine_of(engine)).allocation
    _require_settled(allocation, column, target)
    answer = None
    if target is not None:
        answer = _why_not(scenario, allocation, target, athlete, all_reasons=all_reasons, how_close=how_close)
    has = allocation.number(noc, column) if column is not None and noc != TOTAL and athlete is None else None
    return Explanation(
        scenario.identifier,
        scenario.title,
        noc,
        column,
        "allocation",
        tuple(_statements(scenario, allocation, noc, column, athlete)),
        answer,
        next_least=next_least(scenario.rules, column, has),
        athlete=athlete,
    )


def allocated_by_name(scenario: Scenario) -> list[str]:
    """Return the events whose start places are of named entries."""
    return [e.identifier for e in scenario.rules.events if scenario.rules.names_entries(e.identifier)]


def _athlete(scenario: Scenario, subject: str) -> Athlete:
    if len(subject) == 3 and subject.isupper():
        raise InputError(f"{subject} is not an NOC of {scenario.identifier}; its NOCs are {', '.join(scenario.nocs)}")
    return find_athlete(scenario, subject)


def _require_settled(allocation: Allocation, column: str | None, target: Target | None) -> None:
    """What a tie leaves open has no explanation; other events have one."""
    open_events = {tied.event for tied in allocation.tied}
    asked = {column, target.column if target is not None else None} - {None}
    if open_events and (not asked or asked & (open_events | set(GENDERS))):
        names = ", ".join(sorted({tied.noc for tied in allocation.tied}))
        raise InputError(
            f"an unsettled tie of {names} matters, so there is nothing definite to explain; record a draw in the list"
        )


def _statements(
    scenario: Scenario, allocation: Allocation, noc: str, column: str | None, athlete: Athlete | None
) -> Iterable[Statement]:
    rules = scenario.rules
    genders = [g for g in GENDERS if column in (None, g) and rules.is_quota_column(g)]
    if noc == TOTAL:
        return [total_statement(scenario, allocation, gender) for gender in genders]
    found: list[Statement] = []
    if athlete is None and (rules.gives_quota_places or rules.is_quota_column(column)):
        found += [quota_statement(scenario, allocation, noc, gender) for gender in genders]
    for event in rules.events:
        if column not in (None, event.identifier):
            continue
        if not rules.names_entries(event.identifier):
            if athlete is None:
                found.append(noc_statement(scenario, allocation, noc, event))
            continue
        words = EntryWords(scenario, allocation, event)
        if athlete is None:
            found.append(words.of_noc(noc))
        elif words.lists(athlete.identifier) or column is not None:
            found.append(words.of_athlete(athlete.identifier, athlete.noc))
    if athlete is not None and not found:
        found.append(_of_noc_alone(scenario, allocation, athlete, column))
    return found


def _of_noc_alone(scenario: Scenario, allocation: Allocation, athlete: Athlete, column: str | None) -> Statement:
    """What there is to say of an athlete where places are NOCs'."""
    events = [event for event in scenario.rules.events if column in (None, event.identifier)]
    parts: list[str] = []
    for event in events:
        for (own, ranking), one in scenario.lists.items():
            for entry in one.entries if own == event.identifier else ():
                if entry.athlete == athlete.identifier:
                    number = allocation.number(athlete.noc, own)
                    parts.append(
                        f"rank {entry.best_rank} of {ranking} in the {event.label}, where the NOC has {number}"
                    )
    text = f"Places are the NOCs' here and not of who skated. {athlete.words}: {'; '.join(parts) or 'in no list'}."
    return Statement(events[0].identifier if column is None else column, text)


def _why_not(
    scenario: Scenario,
    allocation: Allocation,
    target: Target,
    athlete: Athlete | None,
    *,
    all_reasons: bool,
    how_close: bool,
) -> WhyNot:
    where = column_words(scenario.rules, target.column)
    if athlete is not None:
        placed = any(one.athlete == athlete.identifier for one in allocation.entries.get(target.column, ()))
        if placed:
            return WhyNot(target, True, (), True, note=f"{athlete.words} has a start place in {where}.")
    else:
        has = allocation.number(target.noc, target.column)
        if has >= target.least:
            return WhyNot(target, True, (), True, note=f"{target.noc} has {has} in {where}, so {target} holds.")
    found = barriers(scenario, allocation, target, athlete)
    chosen = found if all_reasons else found[:1]
    answer = WhyNot(target, not found, chosen, all_reasons)
    if how_close:
        answer = replace(answer, distances=nearness(scenario, allocation, target, athlete))
    return answer
