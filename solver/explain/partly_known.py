"""Explain a table that is known in part: what an NOC has for certain and what it can have, by the models of `infer`."""

from __future__ import annotations

from collections.abc import Mapping

from quotaproof.model.errors import InputError
from quotaproof.model.published import TOTAL
from quotaproof.model.quantities import joined
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.solver.infer.certain_possible import CellQuestions, CertainPossible
from quotaproof.solver.infer.found_table import FoundTable
from quotaproof.solver.infer.oracle import Instead
from quotaproof.solver.infer.phrases import fact_words
from quotaproof.solver.infer.why import Why

from .answer import Explanation, Statement, WhyNot
from .phrases import column_words
from .reasons import Reason
from .target import Target, next_least, parse_target
from .theory import Element


def explain_partly_known(
    scenario: Scenario,
    noc: str,
    column: str | None = None,
    why_not: str | None = None,
    *,
    all_reasons: bool = False,
    readings: Mapping[str, str] | None = None,
    limit: float | None = None,
) -> Explanation:
    """Return what an NOC has at least and at most and why, and what excludes a target.

    Raises
    ------
    InputError
        If the NOC, column or target is unknown, all reasons or TOTAL are asked for, or the facts cannot all be true.
    LimitError
        If the effort is spent before it is known whether they can.
    """
    if all_reasons:
        raise InputError("of a table that is known in part one minimal reason is looked for; leave --all-reasons out")
    if noc == TOTAL:
        raise InputError("TOTAL is not explained of a table that is known in part; infer has the range of every number")
    if column is not None and column not in GENDERS:
        column = scenario.rules.event(column).identifier
    target = parse_target(why_not, noc, scenario.rules) if why_not is not None else None
    asked = CellQuestions(scenario, readings)
    asked.require(noc)
    cells = [asked.cell(noc, one) for one in asked.columns(column)]
    if limit is not None:
        asked.effort.limit = asked.effort.spent + limit
    highest = cells[0].range.highest if column is not None else None
    return Explanation(
        scenario.identifier,
        scenario.title,
        noc,
        column,
        "partly-known",
        tuple(_statement(scenario, asked, one) for one in cells),
        _answer(scenario, asked, target) if target is not None else None,
        (),
        next_least(scenario.rules, column, highest),
        partly_known=tuple(one.to_dict(asked.inference) for one in cells),
    )


def _statement(scenario: Scenario, asked: CellQuestions, one: CertainPossible) -> Statement:
    ends = one.range
    what = column_words(scenario.rules, one.column)
    where = f"in {what}" if what.startswith("the ") else what
    name = scenario.shown(one.noc)
    if ends.determined:
        parts = [f"{name} has {ends.lowest} {where}, for certain."]
    else:
        possible = f"at most {ends.highest} {'is' if ends.highest == 1 else 'are'} possible"
        parts = [f"{name} has at least {ends.lowest} {where} for certain, and {possible}."]
        if not ends.lowest:
            nothing = f"nothing {where}" if where != what else f"no {what}"
            parts = [f"{name} is certain of {nothing}; {possible}."]
    if ends.lowest:
        parts.append(f"Not fewer: {_why(scenario, asked, one.why_not_fewer)}.")
    parts.append(f"Not more: {_why(scenario, asked, one.why_not_more)}.")
    if one.most is not None:
        parts.append(f"That {ends.highest} can come out is proved: {_shown(one.most)}.")
    elif not ends.determined:
        parts.append(f"That {ends.highest} can come out is not proved; more cannot.")
    return Statement(one.column, " ".join(parts), {}, certain=ends.determined)


def _shown(found: FoundTable) -> str:
    if found.standings is None:
        return "the rules give such a table with all facts from some rankings"
    return "the rules, worked out step by step from rankings at hand, give such a table with all facts"


def _why(scenario: Scenario, asked: CellQuestions, why: Why | None) -> str:
    if why is None:
        return "the effort did not suffice to say why"
    facts = [f"{fact_words(scenario, fact)} ({_where(asked, why, number)})" for number, fact in enumerate(why.facts)]
    rules = ["all pathways in their order"] if why.in_full else [rule.words for rule in why.rules]
    return "; ".join([*facts, *rules]) or "the rules alone"


def _where(asked: CellQuestions, why: Why, number: int) -> str:
    sources = asked.inference.question.sources[why.facts[number]]
    return joined(dict.fromkeys(f"{one.file}, line {one.line}" for one in sources))


def _answer(scenario: Scenario, asked: CellQuestions, target: Target) -> WhyNot:
    ends = asked.inference.cells[target.noc][target.column]
    name = scenario.shown(target.noc)
    if ends.lowest >= target.least:
        return WhyNot(target, True, (), True, note=f"{name} has at least {ends.lowest}, so {target} is certain.")
    if ends.highest >= target.least:
        found = asked.table((target.noc, target.column), target.least)
        shown = f"proved: {_shown(found)}" if found is not None else "not excluded; no such table is at hand"
        return WhyNot(target, True, (), True, note=f"{target} is possible for {name}, not certain ({shown}).")
    why = asked.why_not(Instead((target.noc, target.column), target.least - 1, "more"))
    if why is None:
        note = "The facts that exclude it together are unknown."
        return WhyNot(target, False, (), False, note=note, limit_reached=True)
    # What is minimal for the numbers alone need not be so under all pathways.
    loose = asked.inference.state == "december" and not why.in_full
    note = "Minimal by the numbers alone: with the order of the pathways fewer facts may exclude it." if loose else ""
    return WhyNot(target, False, (Reason(tuple(_elements(scenario, asked, why))),), False, note=note)


def _elements(scenario: Scenario, asked: CellQuestions, why: Why) -> list[Element]:
    found = [
        Element(
            "known",
            (fact.kind, fact.event, str(fact.noc)),
            f"{fact_words(scenario, fact)} ({_where(asked, why, place)})",
        )
        for place, fact in enumerate(why.facts)
    ]
    found += [Element("cap", (rule.kind, *rule.about), rule.words) for rule in why.rules]
    if why.in_full:
        found += [
            Element("clause", (one.identifier,), "the places in the order of", one.identifier, one.clause)
            for one in scenario.rules.pathways
        ]
    return found
