"""How close in points: the least gain at one meet that makes a target true, where results at meets are known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from quotaproof.model.quantities import meet_words, spelled
from quotaproof.model.results.classifications import Result
from quotaproof.model.results.scoring import OwnPositions, Summed, reranked
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
        self.scenario = scenario
        self.event = event.identifier
        self.held = scenario.rules.soqc.held(event.identifier) if scenario.rules.soqc is not None else ()
        self._at: dict[str, list[Result]] = {}
        self._sums: dict[OwnPositions, Summed] = {}
        known: dict[Claim, dict[str, int]] = {}
        for result in results:
            self._at.setdefault(result.meet, []).append(result)
            if result.noc is not None and result.qualifier is not None:
                known.setdefault((result.noc, result.qualifier), {})[result.meet] = result.position
        self._known = {claim: tuple(own.get(meet) for meet in self.held) for claim, own in known.items()}

    def at(self, meet: str) -> Sequence[Result]:
        """Return the results at a meet."""
        return self._at.get(meet, ())

    def ranking(self, own: Result, position: int) -> Ranking:
        """Return the ranking if a result is at a better position, and those it passes are one further back."""
        there: list[tuple[int, int, str | None]] = []
        for result in self.at(own.meet):
            passed = position <= result.position < own.position
            now = position if result is own else result.position + passed
            there.append((now, result.qualifier or 0, result.noc))
        column = self.held.index(own.meet)
        blank: OwnPositions = (None,) * len(self.held)
        changed = {claim: (*before[:column], None, *before[column + 1 :]) for claim, before in self._known.items()}
        # An NOC's results at a meet are numbered from the best.
        numbered: dict[str, int] = {}
        for now, _, noc in sorted(there, key=lambda one: one[:2]):
            if noc is not None:
                numbered[noc] = numbered.get(noc, 0) + 1
                claim = (noc, numbered[noc])
                before = changed.get(claim, blank)
                changed[claim] = (*before[:column], now, *before[column + 1 :])
        ranked = {claim: positions for claim, positions in changed.items() if positions != blank}
        return reranked(self.event, ranked, self.scenario.rules, self.scenario.readings, self._sums)


def _least(
    scenario: Scenario, target: Target, event: Event, table: _Positions, own: Result, tried: TriedOrders
) -> Distance | None:
    """The least gain of one result that is enough."""
    soqc = scenario.rules.soqc
    if soqc is None:
        return None
    had = soqc.points_for(event.identifier, own.meet, own.position)
    for position in range(own.position - 1, 0, -1):
        ranking = table.ranking(own, position)
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
