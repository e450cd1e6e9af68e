"""Entries of a ranking by name, and which of them have a place in one allocation and not in another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from quotaproof.model.scenario import Scenario


@dataclass(frozen=True, slots=True)
class RankedEntry:
    """An entry of an event's ranking; qualifier and rank are None where nobody published them."""

    noc: str
    qualifier: int | None = None
    rank: int | None = None


def ranks_of(scenario: Scenario) -> dict[tuple[str, str, int], int]:
    """Return (event, NOC, qualifier) -> rank."""
    return {
        (event, entry.noc, entry.qualifier): rank
        for event, ranking in scenario.standings.rankings.items()
        for rank, entry in enumerate(ranking.entries, 1)
        if entry.noc is not None and entry.qualifier is not None
    }


def gains(
    ranks: Mapping[tuple[str, str, int], int], before: Mapping[str, int], after: Mapping[str, int], event: str
) -> tuple[RankedEntry, ...]:
    """Return the entries that have a place in an event afterwards and had none before, best first."""
    found = [
        RankedEntry(noc, k, ranks.get((event, noc, k)))
        for noc, number in after.items()
        for k in range(before.get(noc, 0) + 1, number + 1)
    ]
    return tuple(sorted(found, key=lambda one: (one.rank or 0, one.noc)))
