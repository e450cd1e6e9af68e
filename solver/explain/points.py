"""How close in points: the least gain at one meet that makes a target true, where results at meets are known."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence

from quotaproof.model.quantities import meet_words, spelled
from quotaproof.model.results.classifications import Result
from quotaproof.model.results.scoring import OwnPositions, ScoredEntries
from quotaproof.model.rules import Event
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Claim, Ranking, Standings
from quotaproof.solver.telling import tell

from .answer import Distance
from .phrases import ordinal
from .replay import TriedOrders
from .target import Target


def points_at_one_meet(
    scenario: Scenario, target: Target, events: Iterable[Event], tried: Mapping[str, TriedOrders]
) -> Iterator[Distance]:
    """Yield, for each event and meet, the fewest points that one result of the NOC would have to gain there.

    A result that becomes better takes a better position, and those that it passes are one position further back;
    nothing else changes. Every worse position is tried first. Nothing is yielded where the standings do not follow from
    results at meets.
    """
    if scenario.classifications is None or scenario.rules.soqc is None or scenario.classifications.draws:
        return
    for event in events:
        results = scenario.classifications.by_event.get(event.identifier, ())
        if scenario.classifications.why_open(event.identifier, scenario.rules) is not None:
            continue
        orders = tried[event.identifier]
        table = _Positions(scenario, event, results)
        for meet in scenario.rules.soqc.held(event.identifier):
            tell(f"how close in points at {meet_words(meet)} in the {event.label}")
            own = [result for result in table.at(meet) if result.noc == target.noc]
            found = [d for result in own if (d := _least(scenario, target, event, table, result, orders)) is not None]
            if found:
                yield min(found, key=lambda distance: distance.amount or 0)


class _Positions:
    """The positions of an event's entries at its meets, and the rankings that a better result at one meet gives."""

    def __init__(self, scenario: Scenario, event: Event, results: Iterable[Result]) -> None:
        self._held = scenario.rules.soqc.held(event.identifier) if scenario.rules.soqc is not None else ()
        self._rows = ScoredEntries(event.identifier, scenario.rules, scenario.readings)
        self._at: dict[str, list[Result]] = {}
        known: dict[Claim, dict[str, int]] = {}
        for result in results:
            self._at.setdefault(result.meet, []).append(result)
            if result.noc is not None and result.qualifier is not None:
                known.setdefault((result.noc, result.qualifier), {})[result.meet] = result.position
        self._known = {claim: tuple(own.get(meet) for meet in self._held) for claim, own in known.items()}

    def at(self, meet: str) -> Sequence[Result]:
        """Return the results at a meet."""
        return self._at.get(meet, ())

    def better(self, own: Result) -> Iterator[tuple[int, Ranking]]:
        """Yield each better position of a result, the worst first, and the ranking if it were there.

        Those that it passes are one position further back; with each step these are the ones at the next position.
        """
        meet = _Meet(self.at(own.meet), self._known, self._held.index(own.meet))
        rows = {claim: self._rows.row(*claim, positions) for claim, positions in meet.everybody().items()}
        in_order = sorted(rows.values())
        others = [result for result in self.at(own.meet) if result is not own]
        for position in range(own.position - 1, 0, -1):
            passed = [result for result in others if result.position == position]
            meet.position |= {id(result): position + 1 for result in passed} | {id(own): position}
            for noc in {result.noc for result in (own, *passed) if result.noc is not None}:
                for claim, positions in meet.numbered(noc):
                    del in_order[bisect_left(in_order, rows[claim])]
                    rows[claim] = self._rows.row(*claim, positions)
                    insort(in_order, rows[claim])
            yield position, self._rows.ranking(in_order)


class _Meet:
    """The results at one meet, whose positions may become others, beside what entries have at the other meets."""

    def __init__(self, results: Iterable[Result], known: Mapping[Claim, OwnPositions], column: int) -> None:
        self.position: dict[int, int] = {}
        self._known = known
        self._column = column
        self._of_noc: dict[str, list[Result]] = {}
        for result in results:
            self.position[id(result)] = result.position
            if result.noc is not None:
                self._of_noc.setdefault(result.noc, []).append(result)

    def numbered(self, noc: str) -> Iterator[tuple[Claim, OwnPositions]]:
        """Yield an NOC's entries that have results here, which are numbered from the best."""
        best_first = sorted(self._of_noc[noc], key=lambda result: (self.position[id(result)], result.qualifier or 0))
        for number, result in enumerate(best_first, 1):
            yield (noc, number), self._with((noc, number), self.position[id(result)])

    def everybody(self) -> dict[Claim, OwnPositions]:
        """Return the positions of all entries that have results, here or elsewhere."""
        found = {claim: self._with(claim, None) for claim in self._known}
        found |= {claim: positions for noc in self._of_noc for claim, positions in self.numbered(noc)}
        return {claim: positions for claim, positions in found.items() if any(positions)}

    def _with(self, claim: Claim, here: int | None) -> OwnPositions:
        elsewhere = self._known[claim]
        return (*elsewhere[: self._column], here, *elsewhere[self._column + 1 :])


def _least(
    scenario: Scenario, target: Target, event: Event, table: _Positions, own: Result, tried: TriedOrders
) -> Distance | None:
    """The least gain of one result that is enough."""
    soqc = scenario.rules.soqc
    if soqc is None:
        return None
    had = soqc.points_for(event.identifier, own.meet, own.position)
    for position, ranking in table.better(own):
        if not tried.suffices(ranking):
            continue
        standings = Standings({**scenario.standings.rankings, event.identifier: ranking})
        gain = soqc.points_for(event.identifier, own.meet, position) - had
        nth = "result" if event.kind == "relay" else f"{ordinal(own.qualifier or 1)} result"
        text = (
            f"{spelled(gain, 'point')} at {meet_words(own.meet)} in the {event.label}: {target.noc}'s {nth} there "
            f"at position {position} instead of {own.position} (position {position + 1} would not be enough)"
        )
        if position + 1 == own.position:
            text = text.partition(" (position")[0]
        return Distance("points", f"{event.identifier} at {own.meet}", gain, gain, text, (), standings)
    return None
