"""Known facts on unknown standings: ranks, membership, precedence, declines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from .files import NOC_PATTERN, Row, read_rows
from .rules import Rules

FactKind = Literal["rank", "ranked", "qualified", "ahead-of", "declined-rank", "came-in-rank"]
COLUMNS = ("event", "fact", "noc", "value", "source")


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
    ranks: dict[tuple[str, int], Fact] = {}
    entries: dict[tuple[str, str | None, int], Fact] = {}
    for row in read_rows(path, COLUMNS, ("qualifier",)):
        fact = _fact(row, rules)
        facts.append(fact)
        if fact.kind not in ("rank", "declined-rank", "came-in-rank"):
            continue
        twin = ranks.setdefault((fact.event, fact.value), fact)
        if None not in (twin.noc, fact.noc) and (twin.noc, twin.qualifier) != (fact.noc, fact.qualifier):
            raise row.error("value", f"rank {fact.value} of {fact.event} is given to {twin.noc} and to {fact.noc}")
        if fact.noc is not None:
            same = entries.setdefault((fact.event, fact.noc, fact.qualifier), fact)
            if same.value != fact.value:
                raise row.error("value", f"{fact.noc} is put at rank {same.value} and at rank {fact.value} of {fact.event}")
    return tuple(facts)


def _fact(row: Row, rules: Rules) -> Fact:
    event = row.choice("event", [event.identifier for event in rules.events])
    kind: FactKind = row.choice("fact", get_args(FactKind))  # type: ignore[assignment]
    noc = row.noc(unknown=kind in ("declined-rank", "came-in-rank"))
    source = row.values["source"].strip()
    if not source:
        raise row.error("source", "a fact needs a source")
    qualifier = row.integer("qualifier", least=1) if row.values.get("qualifier", "").strip() else 1
    if rules.event(event).kind == "relay" and qualifier != 1:
        raise row.error("qualifier", f"a relay has one team per NOC, so the qualifier must be 1, not {qualifier}")
    if kind == "ahead-of":
        other = row.values["value"].strip()
        if not NOC_PATTERN.fullmatch(other) or other == noc:
            raise row.error("value", f"{other!r} is not the code of another NOC")
        return Fact(event, kind, noc, 0, source, qualifier, other)
    value = row.integer("value", least=0 if kind in ("ranked", "qualified") else 1)
    if kind == "ranked" and value > 1:
        raise row.error("value", f"{value} is neither 1 (in the ranking) nor 0 (not in it)")
    return Fact(event, kind, noc, value, source, qualifier)
