"""Completions near one that is known: two NOCs exchange their ranks in a relay's ranking, and greedy replays it.

That takes a tenth of a solve, and where many NOCs are alike each of them can stand where one does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from quotaproof.model.published import Published
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Ranking, Standings

from .replaying import gives


class Exchanges:
    """Which NOCs can exchange their ranks so that the rules still give a table."""

    def __init__(self, scenario: Scenario, table: Published) -> None:
        self.scenario = scenario
        self.table = table
        self._bound = {(fact.event, noc) for fact in scenario.facts for noc in (fact.noc, fact.other)}

    def give(self, completion: Standings, exchanged: Mapping[str, tuple[str, str]]) -> bool:
        """Return whether a completion still is one if in some events two NOCs exchange ranks; False may be: not known.

        Parameters
        ----------
        completion
            One that gives the table.
        exchanged
            Event -> the two.
        """
        rankings = dict(completion.rankings)
        for event, (one, other) in exchanged.items():
            if event in self.scenario.standings.rankings or {(event, one), (event, other)} & self._bound:
                return False
            entries = list(rankings[event].entries)
            at = {entry.noc: rank for rank, entry in enumerate(entries)}
            if one not in at or other not in at:
                return False
            entries[at[one]] = replace(entries[at[one]], noc=other)
            entries[at[other]] = replace(entries[at[other]], noc=one)
            rankings[event] = Ranking(tuple(entries))
        return gives(self.scenario, self.table, Standings(rankings))
