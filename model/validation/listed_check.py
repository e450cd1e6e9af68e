"""What the checks of an allocation by ranked lists have before them, and the violations they find."""

from __future__ import annotations

from collections.abc import Sequence

from quotaproof.model.allocation import Allocation, InReserve, Placed
from quotaproof.model.pathways import HostPlaces, Pathway, RankingPlaces, ReserveList
from quotaproof.model.results.ranked_lists import ListedEntry
from quotaproof.model.scenario import Scenario

from .check import Violation


class ListedCheck:
    """One allocation under examination, and what has been found.

    Attributes
    ----------
    before_host, reserve_before
        Event -> places and reserve list as they were before the host had a place and before any was taken back.
    reserve_or
        Event -> the reserve list as it may have been as well, where the host's entry may have been on it.
    judged_reserve
        Event -> athletes of the reserve list before the host had a place, as it was found right.
    unnamed
        Events with places that nothing names: a tie leaves open whose place the host has, and there is no record.
    """

    def __init__(self, scenario: Scenario, allocation: Allocation) -> None:
        self.scenario = scenario
        self.rules = scenario.rules
        self.allocation = allocation
        self.found: list[Violation] = []
        self.torn: dict[tuple[str | None, str | None], list[tuple[str, int | None]]] = {}
        for tied in allocation.tied:
            self.torn.setdefault((tied.pathway, tied.event), []).append((tied.noc, tied.rank))
        self.before_host: dict[str, list[Placed]] = {}
        self.reserve_before: dict[str, list[InReserve]] = {}
        self.reserve_or: dict[str, list[InReserve]] = {}
        self.judged_reserve: dict[str, list[str]] = {}
        self.unnamed: set[str] = set()
        for event in self.rules.events:
            name = event.identifier
            self.before_host[name] = self.whole(name)
            self.reserve_before[name] = list(allocation.reserve.get(name, ()))

    def add(self, pathway: str | None, noc: str | None, column: str, message: str) -> None:
        """Note a violation."""
        self.found.append(Violation(pathway, noc, column, message))

    def whole(self, event: str) -> list[Placed]:
        """Return the places in an event as they were before any was taken back."""
        taken = reversed(self.allocation.taken_back.get(event, ()))
        return [*self.allocation.entries.get(event, ()), *taken]

    def most(self, event: str, noc: str) -> int:
        """Return the most start places that an NOC may have in an event."""
        return self.scenario.noc_cap(self.rules.event(event), noc)

    def ranked(self, event: str, ranking: str) -> tuple[ListedEntry, ...]:
        """Return the entries of a list, best first."""
        found = self.scenario.lists.get((event, ranking))
        return found.entries if found is not None else ()

    def reserve_list_of(self, event: str) -> ReserveList | None:
        """Return the pathway that has a reserve list of an event, if any has."""
        return next((one for one in self.rules.pathways if isinstance(one, ReserveList) and event in one.lengths), None)

    def undecided(self, pathway: Pathway, event: str) -> bool:
        """Return whether a tie on an earlier pathway leaves the event open."""
        for earlier in self.rules.pathways:
            if earlier.identifier == pathway.identifier:
                return False
            if (earlier.identifier, event) in self.torn:
                return True
        return False

    def earlier(self, pathway: Pathway, event: str) -> list[Placed]:
        """Return the places in an event by pathways before this one."""
        names = [one.identifier for one in self.rules.pathways]
        before = set(names[: names.index(pathway.identifier)])
        return [one for one in self.before_host[event] if one.pathway in before]

    def undo_host(self, pathway: HostPlaces) -> None:
        """Put back what the host's places changed, so that the pathways before them can be judged.

        Whose place the host has is at the head of the reserve list; it was by the last pathway that has the event and
        whose list has it, unless that one's places do not come out right then.
        """
        for event in pathway.events:
            own = [one for one in self.before_host[event] if one.pathway == pathway.identifier]
            if not own:
                continue
            rest = [one for one in self.before_host[event] if one.pathway != pathway.identifier]
            line = self.reserve_before[event]
            if pathway.mode == "replace-last" and not line:
                self.add(pathway.identifier, own[0].noc, event, "nobody whose place it has heads the reserve list")
            elif pathway.mode == "replace-last":
                head, line = line[0], line[1:]
                rest.append(Placed(head.noc, head.athlete, self._gave(event, head.athlete, rest)))
            self.before_host[event] = rest
            listed = self._with_host(event, own, line)
            self.reserve_before[event] = listed if pathway.on_reserve_list else line
            if not pathway.on_reserve_list:
                self.reserve_or[event] = listed

    def recall(self, pathway: HostPlaces) -> None:
        """Name the places in events in which a tie leaves open whose place the host has: the record has them.

        Those who may have had the last place have none then; all others must have what the record gives them.
        """
        for event in pathway.events:
            if (pathway.identifier, event) not in self.torn:
                continue
            told = [
                Placed(one.noc, str(one.figures.get("athlete")), one.pathway)
                for one in self.allocation.decisions
                if one.event == event and one.kind == "listed" and one.granted
            ]
            if not self.allocation.decisions:
                self.unnamed.add(event)
                continue
            gone = {one.athlete for one in self.last_of(event, told)} if pathway.mode == "replace-last" else set()
            self.before_host[event] = told
            if list(self.allocation.entries.get(event, ())) != [one for one in told if one.athlete not in gone]:
                self.add(pathway.identifier, None, event, "the places are not those that the tie leaves certain")

    def last_of(self, event: str, placed: Sequence[Placed]) -> list[ListedEntry]:
        """Return who may have had the last of some places: whoever shares its rank, with a place by its pathway."""
        if not placed:
            return []
        by = next((one for one in self.rules.pathways if one.identifier == placed[-1].pathway), None)
        own = {one.athlete for one in placed if one.pathway == placed[-1].pathway}
        entries = self.ranked(event, by.ranking) if isinstance(by, RankingPlaces) else ()
        ranks = {entry.rank for entry in entries if entry.athlete == placed[-1].athlete}
        return [entry for entry in entries if entry.athlete in own and entry.rank in ranks]

    def _gave(self, event: str, athlete: str, rest: Sequence[Placed]) -> str:
        """The pathway that gave the last place: the last whose list has the athlete and that left it nothing else.

        With the place by a later pathway than those of all others in the event, or by the same.
        """
        pathways = [one for one in self.rules.pathways if isinstance(one, RankingPlaces) and event in one.places]
        for one in reversed(pathways):
            if not any(entry.athlete == athlete for entry in self.ranked(event, one.ranking)):
                continue
            by_it = [placed for placed in rest if placed.pathway == one.identifier]
            if by_it or not self._earlier_room(event, one, athlete, rest):
                return one.identifier
        return pathways[0].identifier if pathways else ""

    def _earlier_room(self, event: str, pathway: RankingPlaces, athlete: str, rest: Sequence[Placed]) -> bool:
        """Whether a pathway before this one has a place left that the athlete could have had."""
        for one in self.rules.pathways:
            if one.identifier == pathway.identifier:
                return False
            if isinstance(one, RankingPlaces) and event in one.places:
                number = sum(placed.pathway == one.identifier for placed in rest)
                listed = any(entry.athlete == athlete for entry in self.ranked(event, one.ranking))
                if listed and number < one.places[event]:
                    return True
        return False

    def _with_host(self, event: str, own: Sequence[Placed], line: Sequence[InReserve]) -> list[InReserve]:
        """A reserve list with the host's entry where its list has it."""
        lists = (one.ranking.get(event) for one in self.rules.pathways if isinstance(one, ReserveList))
        ranking = next(lists, None) or ""
        order = {entry.athlete: place for place, entry in enumerate(self.ranked(event, ranking))}
        both = [*line, *(InReserve(one.noc, one.athlete) for one in own)]
        return sorted(both, key=lambda one: order.get(one.athlete, len(order)))
