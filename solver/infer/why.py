"""Why a number is what it is: a minimal set of facts and rules that leave no other.

First by the numbers alone, where each rule is an assumption: then the rules that are needed come out too. What only the
order of the pathways settles is explained by the facts that are needed, and the pathways as a whole.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from quotaproof.model.standings.facts import Fact

from .counts import RuleInForce
from .explaining_sets import minimal_set
from .oracle import Instead, Oracle

EXACT = ("start-places", "athletes")
"""Facts that say one number of the table."""


@dataclass(frozen=True, slots=True)
class Why:
    """A minimal set of facts and rules.

    Attributes
    ----------
    rules
        Those that are needed, in words.
    in_full
        Whether all pathways in their order are needed, not these rules alone.
    """

    facts: tuple[Fact, ...]
    rules: tuple[RuleInForce, ...]
    in_full: bool = False


def why_by_numbers(oracle: Oracle, other: Instead) -> Why | None:
    """Return why a cell cannot be something else, or None if more than the numbers alone is needed to see it.

    Raises
    ------
    LimitError
        If the effort is spent.
    """
    for fact in oracle.question.statements:
        if (fact.noc, fact.column) == other.cell and fact.kind in EXACT:
            return Why((fact,), ())
    # Rules first: where there is a choice, fewer facts are needed.
    items: tuple[Hashable, ...] = (*oracle.rules, *oracle.question.statements)
    used = oracle.used_by_counts(items, other)
    if used is None:
        return None
    found = minimal_set([item for item in items if item in used], lambda held: oracle.by_counts(held, other))
    return Why(
        tuple(item for item in found if isinstance(item, Fact)),
        tuple(item for item in found if isinstance(item, RuleInForce)),
    )


def why_in_full(oracle: Oracle, other: Instead) -> Why:
    """Return why a cell cannot be something else by all pathways in their order; that must be excluded.

    Raises
    ------
    LimitError
        If the effort is spent.
    """
    facts = minimal_set(oracle.question.statements, lambda held: oracle.consistent(held, other))
    return Why(facts, (), in_full=True)


def rules_against(oracle: Oracle, facts: tuple[Fact, ...]) -> Why:
    """Return the rules that are needed for some facts to be in conflict."""
    if oracle.by_counts((*oracle.rules, *facts), None):
        return Why(facts, (), in_full=True)
    used = oracle.counts.core(oracle.counts.model, frozenset((*oracle.rules, *facts))) or frozenset(oracle.rules)
    held = minimal_set(
        [rule for rule in oracle.rules if rule in used], lambda rules: oracle.by_counts((*rules, *facts), None)
    )
    return Why(facts, held)
