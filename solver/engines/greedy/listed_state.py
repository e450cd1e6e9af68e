"""What an allocation by ranked lists has given so far: entries with a place, places of NOCs, reserve lists."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from quotaproof.model.allocation import Award, InReserve, Placed, Tied
from quotaproof.model.decisions import Decision, Figures
from quotaproof.model.results.ranked_lists import ListedEntry
from quotaproof.model.rules import Gender
from quotaproof.model.scenario import Scenario


@dataclass
class ListedState:
    """What one allocation has given so far.

    Attributes
    ----------
    entries, reserve, taken_back
        As in an allocation.
    places
        Event -> NOC -> start places.
    open
        Events in which a tie leaves open who has a place; nothing that builds on them is decided.
    torn_reserve
        Event -> athletes of whom a tie leaves open whether they are on the reserve list.
    """

    scenario: Scenario
    entries: dict[str, list[Placed]] = field(default_factory=dict)
    reserve: dict[str, list[InReserve]] = field(default_factory=dict)
    taken_back: dict[str, list[Placed]] = field(default_factory=dict)
    places: dict[str, dict[str, int]] = field(default_factory=dict)
    awards: list[Award] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    tied: list[Tied] = field(default_factory=list)
    open: set[str] = field(default_factory=set)
    torn_reserve: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rules = self.scenario.rules
        self.places = {event.identifier: {} for event in self.rules.events}

    def groups(self, event: str, ranking: str) -> Iterator[list[ListedEntry]]:
        """Yield the entries of a list, best first, those that share a rank together."""
        found = self.scenario.lists.get((event, ranking))
        for _, group in itertools.groupby(() if found is None else found.entries, key=lambda entry: entry.rank):
            yield list(group)

    def new_nocs(self, event: str, ranking: str) -> Iterator[tuple[int, list[str]]]:
        """Yield each rank of a list at which NOCs have their best entries, with these NOCs."""
        seen: set[str] = set()
        for group in self.groups(event, ranking):
            nocs = sorted({one.noc for one in group} - seen)
            seen |= set(nocs)
            if nocs:
                yield group[0].rank, nocs

    def by_noc(self, event: str, ranking: str) -> dict[str, list[ListedEntry]]:
        """Return NOC -> its entries of a list, best first."""
        found: dict[str, list[ListedEntry]] = {}
        for group in self.groups(event, ranking):
            for one in group:
                found.setdefault(one.noc, []).append(one)
        return found

    def name(self, event: str, athlete: str) -> str:
        """Return an athlete's name, as a list of the event has it."""
        for (own, _), one in self.scenario.lists.items():
            if own == event:
                for entry in one.entries:
                    if entry.athlete == athlete:
                        return entry.label
        return athlete

    def has(self, event: str, athlete: str) -> Placed | None:
        """Return the place of an athlete in an event, if it has one."""
        return next((one for one in self.entries.get(event, ()) if one.athlete == athlete), None)

    def number(self, event: str, noc: str) -> int:
        """Return the start places of an NOC in an event."""
        return self.places[event].get(noc, 0)

    def cap(self, event: str, noc: str) -> int:
        """Return the most start places that an NOC may have in an event."""
        return self.scenario.noc_cap(self.rules.event(event), noc)

    def room(self, event: str, noc: str) -> int:
        """Return how many more start places an NOC may have in an event."""
        return self.cap(event, noc) - self.number(event, noc)

    def give(self, event: str, noc: str, number: int = 1) -> None:
        """Give an NOC start places."""
        self.places[event][noc] = self.number(event, noc) + number

    def take(self, event: str, noc: str) -> None:
        """Take a start place from an NOC."""
        self.places[event][noc] -= 1
        if not self.places[event][noc]:
            del self.places[event][noc]

    def tell(
        self, pathway: str, event: str, noc: str, number: int | None, kind: str, figures: Figures, *, granted: bool
    ) -> None:
        """Put a decision on a start place on record."""
        self.decisions.append(Decision(pathway, event, noc, self.gender(event), number, granted, kind, figures))

    def gender(self, event: str) -> Gender | None:
        """Return the gender of an event, None if both take part."""
        gender = self.rules.event(event).gender
        return None if gender == "mixed" else gender

    def leave_open(self, pathway: str, event: str, tied: Sequence[tuple[str, int]]) -> None:
        """Leave open what becomes of an event: these NOCs share a rank and cannot all have what they ask for."""
        self.open.add(event)
        self.tied += [Tied(pathway, event, noc, None, rank) for noc, rank in tied]
