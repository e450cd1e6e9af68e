"""Known facts on unknown standings: ranks, membership, precedence, declines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from .files import NOC_PATTERN, Row, read_rows, shown
from .rules import Rules
from .scenario_folder import KNOWN

FactKind = Literal["rank", "ranked", "qualified", "ahead-of", "declined-rank", "came-in-rank"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known of an event's ranking.

    ===============  ==============================================================================
    kind             meaning of `noc`, `qualifier` and `value`
    ===============  ==============================================================================
    rank             the NOC's qualifier is at rank `value`
    ranked           the NOC's qualifier is in the ranking (1) or is not (0)
    qualified        the NOC holds at least `value` start places in the event (0: none)
    ahead-of         the NOC's best entry ranks before that of `other`, which may be unranked
    declined-rank    the entry at rank `value` (of an NOC that may be unknown) was declined
    came-in-rank     the entry at rank `value` (of an NOC that may be unknown) got a place in its stead
    ===============  ==============================================================================
    """

    event: str
    kind: FactKind
    noc: str | None
    value: int
    source: str
    qualifier: int = 1
    other: str | None = None


def load_facts(path: Path, rules: Rules) -> tuple[Fact, ...]:
    """Return the facts of a CSV file with the columns event, fact, noc, value, source[, qualifier].

    Raises
    ------
    InputError
        With file, line and field; also where two facts plainly contradict each other.
    """
    facts: list[Fact] = []
    said: dict[tuple[object, ...], tuple[object, int, str]] = {}
    for row in read_rows(path, KNOWN.required, KNOWN.optional):
        fact = _fact(row, rules)
        facts.append(fact)
        for question, answer, words in _answers(fact):
            before, line, words_before = said.setdefault((fact.event, *question), (answer, row.line, words))
            if before != answer:
                raise row.error("value", f"{words}, but by line {line} {words_before}")
    return tuple(facts)


def _answers(fact: Fact) -> Iterator[tuple[tuple[object, ...], object, str]]:
    """Yield what a fact says as (question, answer, the answer in words); no question has two answers."""
    entry = (fact.noc, fact.qualifier)
    who = f"{fact.noc}'s qualifier {fact.qualifier}"
    if fact.kind in ("rank", "declined-rank", "came-in-rank"):
        if fact.noc is not None:
            words = f"{who} is at rank {fact.value} of {fact.event}"
            yield ("who is at", fact.value), entry, words
            yield ("where is", *entry), fact.value, words
            yield ("is in the ranking", *entry), True, words
    elif fact.kind == "ranked":
        words = f"{who} is {'' if fact.value else 'not '}in the ranking of {fact.event}"
        yield ("is in the ranking", *entry), fact.value == 1, words
    elif fact.kind == "qualified":
        words = f"{fact.noc} holds {fact.value or 'none'} of the start places of {fact.event}"
        yield ("holds any", fact.noc), fact.value > 0, words
    else:
        words = f"{fact.noc} is ahead of {fact.other} in {fact.event}"
        yield ("who is ahead", frozenset((fact.noc, fact.other))), fact.noc, words


def _fact(row: Row, rules: Rules) -> Fact:
    event = row.choice("event", [event.identifier for event in rules.events])
    kind: FactKind = row.choice("fact", get_args(FactKind))  # type: ignore[assignment]
    noc = row.noc(unknown=kind in ("declined-rank", "came-in-rank"))
    source = row.values["source"].strip()
    if not source:
        raise row.error("source", "a fact needs a source")
    qualifier = row.integer("qualifier", least=1, most=999) if row.values.get("qualifier", "").strip() else 1
    if rules.event(event).kind == "relay" and qualifier != 1:
        raise row.error("qualifier", f"a relay has one team per NOC, so the qualifier must be 1, not {qualifier}")
    if kind == "ahead-of":
        other = row.values["value"].strip()
        if not NOC_PATTERN.fullmatch(other) or other == noc:
            raise row.error("value", f"{shown(other)} is not the code of another NOC")
        return Fact(event, kind, noc, 0, source, qualifier, other)
    value = row.integer("value", least=0 if kind in ("ranked", "qualified") else 1, most=999)
    if kind == "ranked" and value > 1:
        raise row.error("value", f"{value} is neither 1 (in the ranking) nor 0 (not in it)")
    return Fact(event, kind, noc, value, source, qualifier)
