"""Why NOCs have start places where these are not of named entries: by sums of results, by rank, by tiers."""

from __future__ import annotations

from quotaproof.model.allocation import Allocation
from quotaproof.model.pathways import FillByRank, SumOfBest
from quotaproof.model.quantities import in_words, joined, spelled
from quotaproof.model.rules import Event
from quotaproof.model.scenario import Scenario
from quotaproof.solver.explain.answer import Statement

from .sums import NocSum, sums


def noc_statement(scenario: Scenario, allocation: Allocation, noc: str, event: Event) -> Statement:
    """Return why an NOC has the start places it has in an event, and what the next would have needed."""
    name = event.identifier
    number = allocation.number(noc, name)
    where = "among the " + event.label if event.label in ("men", "women") else f"in the {event.label}"
    first = f"{noc} has {spelled(number, 'start place') if number else 'no start place'} {where}"
    parts: list[str] = []
    clauses: dict[str, str] = {}
    for pathway in scenario.rules.pathways:
        if isinstance(pathway, SumOfBest) and name in pathway.places:
            found = sums(scenario, pathway, name)
            if noc in found:
                parts.append(f"{_by_sum(found, found[noc], number, pathway, name)} ({pathway.identifier})")
                clauses[pathway.identifier] = pathway.clause
        elif isinstance(pathway, FillByRank) and name in pathway.places and number < 2:
            words = _by_rank(allocation, noc, pathway, name)
            if words:
                parts.append(f"{words} ({pathway.identifier})")
                clauses[pathway.identifier] = pathway.clause
        else:
            told = [d for d in allocation.decisions if (d.pathway, d.event, d.noc) == (pathway.identifier, name, noc)]
            parts += [f"{one.reason} ({one.pathway})" for one in told]
            clauses |= {one.pathway: pathway.clause for one in told}
    text = f"{first}: {'; '.join(parts)}." if parts else f"{first}: it has no entry in the lists."
    return Statement(name, text, clauses)


def _by_sum(found: dict[str, NocSum], own: NocSum, number: int, pathway: SumOfBest, event: str) -> str:
    """What its results come to, what that is worth, what the next tier asks, and why it lost a place."""
    if own.single:
        words = f"its only {'result is' if len(own.values) == 1 else 'results begin with'} rank {own.reached}"
    else:
        counted = " and ".join(map(str, own.values)) if len(own.values) == 2 else joined(map(str, own.values))
        words = f"its {in_words(len(own.values))} best results count {counted}, together {own.sum}"
    words += _tier_words(own)
    if own.wanted > 1 and number < own.wanted:
        words += f"; {cut_words(found, own, pathway, event)}, so it has {in_words(number) if number else 'none'}"
    return words


def _tier_words(own: NocSum) -> str:
    """What a number is worth, and what one more place would ask."""
    better = [tier for tier in own.tiers if tier.places > own.wanted]
    worth = next((tier for tier in own.tiers if own.reached <= tier.at_most), None)
    words = f", and {worth.at_most} or less {_is(own)} {in_words(worth.places)}" if worth is not None else ""
    if better:
        tier = better[-1]
        words += f"; {in_words(tier.places)} would ask for {tier.at_most} or less, {own.reached - tier.at_most} less"
    return words


def _is(own: NocSum) -> str:
    return "is worth" if own.single else "are worth"


def cut_words(found: dict[str, NocSum], own: NocSum, pathway: SumOfBest, event: str) -> str:
    """Return why an NOC lost a place: more were won than there are, and its sum is among the highest."""
    several = [one for one in found.values() if one.wanted > 1]
    won = sum(one.wanted for one in several)
    higher = [one.noc for one in several if one.sum > own.sum]
    rank = f"the highest but for {joined(higher)}" if higher else "the highest"
    equal = [one.noc for one in several if one.sum == own.sum and one is not own]
    rank += f" with {joined(equal)}" if equal else ""
    who = joined(f"{one.noc} {one.wanted}" for one in sorted(several, key=lambda one: (one.sum, one.noc)))
    return (
        f"the NOCs with more than one had won {won} places for {pathway.places[event]} ({who}), and its sum of "
        f"{own.sum} is {rank} among them"
    )


def _by_rank(allocation: Allocation, noc: str, pathway: FillByRank, event: str) -> str:
    """How far an NOC's best entry is inside or outside the places that go one each to other NOCs."""
    told = {d.noc: d for d in allocation.decisions if (d.pathway, d.event) == (pathway.identifier, event)}
    own = told.get(noc)
    if own is None:
        return ""
    rank = int(own.figures["rank"] or 0)
    inside = [d for d in told.values() if d.granted]
    if own.granted:
        outside = [d for d in told.values() if not d.granted]
        margin = ""
        if outside:
            ahead = int(outside[0].figures["rank"] or 0) - rank
            margin = f", {spelled(ahead, 'rank')} ahead of {outside[0].noc}, the first without one"
        last = ", the last" if inside[-1] is own else ""
        return (
            f"its best entry is at rank {rank}, place {own.figures['number']} of {pathway.places[event]}{last}{margin}"
        )
    if not inside:
        return f"its best entry is at rank {rank}, and all {pathway.places[event]} places are given"
    behind = rank - int(inside[-1].figures["rank"] or 0)
    return (
        f"its best entry is at rank {rank}, {spelled(behind, 'rank')} behind {inside[-1].noc}, the last NOC with one "
        f"of {pathway.places[event]} places"
    )
