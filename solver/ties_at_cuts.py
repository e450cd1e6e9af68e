"""Ties in computed standings that matter for the allocation: those that were broken at a cut, and those nothing breaks.

A broken tie matters if the other order of two neighbours with equal points gives another allocation; that is tried with
the greedy reference. An unsettled one matters if the allocation stops with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from operator import attrgetter

from quotaproof.model.allocation import Allocation
from quotaproof.model.errors import IncompleteError, InputError, LimitError
from quotaproof.model.results.classified import OWN, Classified, Score
from quotaproof.model.results.soqc import TieCriterion
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Ranking, Standings

from .declines import allocate_with_declines
from .engines import engine

MOST_TRIED = 60
"""Pairs of neighbours whose other order is tried before the answer is called unknown; each costs 0.1 seconds."""


@dataclass(frozen=True, slots=True)
class BrokenTie:
    """Two neighbours with equal points whose order decides who gets something, and the criterion that gave it."""

    event: str
    ahead: Score
    behind: Score
    criterion: str

    @property
    def figures(self) -> tuple[int | None, int | None]:
        """What the criterion compares, of the one ahead and of the one behind."""
        compared = attrgetter(self.criterion.replace("-", "_"))
        return compared(self.ahead), compared(self.behind)

    def to_dict(self) -> dict[str, object]:
        """Return the tie with the JSON keys of the command line."""
        return {
            "event": self.event,
            "points": self.ahead.points,
            "broken_by": self.criterion,
            "entries": [
                {"rank": one.rank, "noc": one.noc, "qualifier": one.qualifier, "figure": figure}
                for one, figure in zip((self.ahead, self.behind), self.figures, strict=True)
            ],
        }


@dataclass(frozen=True, slots=True)
class OpenTie:
    """A tie that nothing settles; `matters` is None where no allocation can tell."""

    event: str
    entries: tuple[Score, ...]
    matters: bool | None

    def to_dict(self) -> dict[str, object]:
        """Return the tie with the JSON keys of the command line."""
        return {
            "event": self.event,
            "place": self.entries[0].place,
            "points": self.entries[0].points,
            "entries": [{"noc": one.noc, "qualifier": one.qualifier} for one in self.entries],
            "matters": self.matters,
        }


@dataclass(frozen=True)
class Ties:
    """The ties of computed standings.

    Attributes
    ----------
    at_a_cut
        Broken ties whose order decides who gets something.
    unsettled
        Ties that nothing breaks.
    unknown
        Why it cannot be said which ties matter, or None.
    before_declines
        Whether that is asked of the allocation before the declines on record, because of one it is not known whose it
        was.
    """

    at_a_cut: tuple[BrokenTie, ...]
    unsettled: tuple[OpenTie, ...]
    unknown: str | None = None
    before_declines: bool = False

    @property
    def status(self) -> str:
        """`settled` if no unsettled tie matters, `tie` if one does, `unknown` if that cannot be said."""
        if any(tie.matters for tie in self.unsettled):
            return "tie"
        return "unknown" if self.unknown is not None else "settled"


def ties(scenario: Scenario, classified: Classified) -> Ties:
    """Return which ties of computed standings matter for the scenario's allocation from them."""
    scenario = replace(scenario, standings=Standings(classified.rankings))
    before_declines = any(decline.noc is None for decline in scenario.declined_entries)
    if before_declines:
        scenario = replace(scenario, declines=())
    try:
        decisions, final = _allocations(scenario)
        tied = {(tied.event, tied.rank) for allocation in (decisions, final) for tied in allocation.tied}
        broken = tuple(_broken(scenario, classified, decisions, final))
        unknown = None
    except IncompleteError as error:
        tied, broken, unknown = None, (), error.problem
    except (InputError, LimitError) as error:
        tied, broken, unknown = None, (), str(error).rstrip(".")
    unsettled = tuple(
        OpenTie(event, group, None if tied is None else (event, group[0].rank) in tied)
        for event, group in _groups(classified)
    )
    return Ties(broken, unsettled, unknown, before_declines)


def _allocations(scenario: Scenario) -> tuple[Allocation, Allocation]:
    """The first allocation, and the one that the declines on record leave."""
    outcome = allocate_with_declines(scenario, engine("greedy"))
    return outcome.steps[0].before if outcome.steps else outcome.allocation, outcome.allocation


def _groups(classified: Classified) -> Iterator[tuple[str, tuple[Score, ...]]]:
    for event in classified.rankings:
        tied = [score for score in classified.scores[event] if score.tied]
        for _, group in groupby(tied, key=lambda score: score.shared):
            yield event, tuple(group)


def _broken(scenario: Scenario, classified: Classified, first: Allocation, final: Allocation) -> Iterator[BrokenTie]:
    """Yield neighbours with equal points that fare differently and would change the allocation in the other order."""
    tried = 0
    criteria = scenario.rules.tie_criteria(scenario.readings)
    for event, ranking in classified.rankings.items():
        for _, group in groupby(classified.scores[event], key=lambda score: score.points):
            for ahead, behind in pairwise(group):
                criterion = _criterion(ahead, behind, criteria)
                if criterion is None or ahead.noc == behind.noc:
                    continue
                if _fate(first, final, event, ahead) == _fate(first, final, event, behind):
                    continue
                tried += 1
                if tried > MOST_TRIED:
                    raise LimitError(f"more than {MOST_TRIED} ties on points may matter")
                if _order_matters(scenario, event, ranking, (ahead.rank, behind.rank), final):
                    yield BrokenTie(event, ahead, behind, criterion)


def _order_matters(scenario: Scenario, event: str, ranking: Ranking, ranks: tuple[int, int], final: Allocation) -> bool:
    """Whether two neighbours in the other order give another allocation than `final`; their ties are as listed."""

    def allocated(order: Ranking) -> Allocation:
        return _allocations(replace(scenario, standings=Standings({**scenario.standings.rankings, event: order})))[1]

    plain = replace(ranking, tied=tuple(group for group in ranking.tied if not set(group) & set(ranks)))
    listed = final if plain == ranking else allocated(plain)
    other = allocated(plain.reordered(ranks, ranks[::-1]))
    return not listed.same_places(other) or listed.status != other.status


def _criterion(ahead: Score, behind: Score, criteria: Sequence[TieCriterion]) -> str | None:
    """The first criterion that tells two entries with equal points apart; None if nothing does."""
    figures: dict[TieCriterion, tuple[int | None, int | None]] = {
        "sum-of-positions": (ahead.sum_of_positions, behind.sum_of_positions),
        "best-result": (ahead.best_result, behind.best_result),
        "best-position": (ahead.best_position, behind.best_position),
        "draw": (ahead.draw, behind.draw),
    }
    if ahead.tie_broken_by == OWN == behind.tie_broken_by:
        return None
    return next((criterion for criterion in criteria if figures[criterion][0] != figures[criterion][1]), None)


def _fate(first: Allocation, final: Allocation, event: str, score: Score) -> frozenset[tuple[object, ...]]:
    """What an entry got or did not get in its event, and its NOC on the pathways that go by the ranking of a relay."""
    rules = first.rules
    own, relay = rules.event(event), rules.event(event).kind == "relay"
    fate: set[tuple[object, ...]] = set()
    for decision in (*first.decisions, *final.decisions):
        if decision.noc != score.noc:
            continue
        start_place = decision.event == event and decision.qualifier == score.qualifier
        quota_place = relay and decision.event is None and own.gender in ("mixed", decision.gender)
        if start_place or quota_place:
            fate.add((decision.pathway, decision.event, decision.granted))
    return frozenset(fate)
