r"""What is decided so far of an allocation by ranked lists, and one list gone down as one tier.

Pathways are solved one after the other, and events one by one, since no cap reaches across them. x[i] is 1 where entry
i of a list has a place by the pathway; P(i) is 1 where it has one already, and A(n) the places of NOC n so far:

    sum of x  <=  places of the pathway
    x[i]  <=  1 - P(i)                                     for every i
    A(n) + sum of x[i] over entries of n  <=  cap per NOC  for every n

The tier is x in the order of the list; entries that share a rank are one position of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

from quotaproof.model.allocation import Award, InReserve, Placed, Tied, TierValue
from quotaproof.model.decisions import Decision, Figures
from quotaproof.model.results.ranked_lists import ListedEntry
from quotaproof.model.rules import Gender
from quotaproof.model.scenario import Scenario

from .status import Settings
from .tiers import Stages


def in_line(ranks: Sequence[int], variables: Sequence[int]) -> list[list[int]]:
    """Return variables as positions in line, one after the other: those that share a rank together."""
    pairs = zip(ranks, variables, strict=True)
    return [[variable for _, variable in group] for _, group in groupby(pairs, key=itemgetter(0))]


class ListedState:
    """What the pathways have given so far, and what they proved; `open` are events that a tie leaves open."""

    def __init__(self, scenario: Scenario, settings: Settings) -> None:
        self.scenario = scenario
        self.rules = scenario.rules
        self.settings = settings
        self.entries: dict[str, list[Placed]] = {}
        self.reserve: dict[str, list[InReserve]] = {}
        self.taken_back: dict[str, list[Placed]] = {}
        self.places: dict[str, dict[str, int]] = {event.identifier: {} for event in self.rules.events}
        self.awards: list[Award] = []
        self.decisions: list[Decision] = []
        self.tied: list[Tied] = []
        self.optima: list[TierValue] = []
        self.open: set[str] = set()
        self.torn_reserve: dict[str, list[ListedEntry]] = {}
        """Event -> entries of which a tie leaves open whether they are on the reserve list."""
        self.names = {
            (event, entry.athlete): entry.label
            for (event, _), one in reversed(list(scenario.lists.items()))
            for entry in one.entries
        }

    def ranked(self, event: str, ranking: str) -> tuple[ListedEntry, ...]:
        """Return the entries of a list, best first; none where nobody has a result."""
        found = self.scenario.lists.get((event, ranking))
        return found.entries if found is not None else ()

    def by_noc(self, event: str, ranking: str) -> dict[str, list[ListedEntry]]:
        """Return NOC -> its entries of a list, best first."""
        found: dict[str, list[ListedEntry]] = {}
        for entry in self.ranked(event, ranking):
            found.setdefault(entry.noc, []).append(entry)
        return found

    def placed(self, event: str) -> dict[str, str]:
        """Return athlete -> pathway, for those with a place in an event."""
        return {one.athlete: one.pathway for one in self.entries.get(event, ())}

    def within_caps(self, event: str, entries: Sequence[ListedEntry], most: int) -> tuple[Stages, Sequence[int]]:
        """Return a model in which so many entries have a place at most, within the caps per NOC, and its variables."""
        stages = Stages(self.settings)
        x = stages.model.booleans(len(entries))
        stages.model.at_most(x, most)
        for noc in sorted({entry.noc for entry in entries}):
            own = [variable for variable, entry in zip(x, entries, strict=True) if entry.noc == noc]
            stages.model.at_most(own, self.cap(event, noc) - self.places[event].get(noc, 0))
        return stages, x

    def best(
        self,
        name: str,
        pathway: str,
        event: str,
        stages: Stages,
        line: Sequence[Sequence[int]],
        who: Sequence[tuple[str, int]],
    ) -> tuple[list[int], list[int]]:
        """Return the values of the variables of a line up to a tie, and which behind them the tie leaves open.

        A tie is noted, and the event left open.

        Parameters
        ----------
        who
            Variable by variable, in the order of the line, the NOC that it stands for and its rank.
        """
        if not who:
            return [], []
        chosen, open_ones = stages.maximise_line(line, name)
        self.optima += stages.optima
        flat = [value for values in chosen for value in values]
        if open_ones:
            self.open.add(event)
            torn = dict.fromkeys(who[len(flat) + number] for number in open_ones)
            self.tied += [Tied(pathway, event, noc, None, rank) for noc, rank in torn]
        return flat, open_ones

    def cap(self, event: str, noc: str) -> int:
        """Return the cap per NOC of an event, for an NOC that may have a lower one."""
        return self.scenario.noc_cap(self.rules.event(event), noc)

    def give(self, event: str, noc: str, number: int = 1) -> None:
        """Count start places of an NOC."""
        self.places[event][noc] = self.places[event].get(noc, 0) + number

    def gender(self, event: str) -> Gender | None:
        """Return the gender of an event, None if both take part."""
        gender = self.rules.event(event).gender
        return gender if gender != "mixed" else None

    def tell(
        self, pathway: str, event: str, noc: str, number: int | None, kind: str, figures: Figures, *, granted: bool
    ) -> None:
        """Put a decision on a start place on record."""
        self.decisions.append(Decision(pathway, event, noc, self.gender(event), number, granted, kind, figures))
