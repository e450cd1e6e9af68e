"""A result that no longer counts: the classification without it, and the standings that follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from .errors import InputError
from .quantities import counted
from .results.classifications import Classifications, Draw, Result
from .results.scoring import standings_of
from .scenario import Scenario
from .standings.rankings import Claim, Ranking, Standings


def without_result(scenario: Scenario, noc: str, event: str, qualifier: int, meet: str) -> Scenario:
    """Return the scenario as if a result did not count: an NOC's k-th best in an event at a meet.

    Whoever was behind it at the meet moves up by one position, the NOC's further results there become its next better,
    and the ranking of the event is computed anew. A recorded draw settles a tie that is left if all of the tied were
    drawn together; ties that come into being are settled by nothing.

    Raises
    ------
    InputError
        If there is no such result, or the ranking of the event does not follow from results.
    """
    found = scenario.classifications
    if found is None:
        raise InputError(
            f"{scenario.identifier} has no results at meets (classifications.csv), so none can be taken out; "
            "move or exclude an entry instead"
        )
    own = scenario.filed_readings
    _require_result(found, noc, event, qualifier, meet)
    if (reason := found.why_open(event, scenario.rules)) is not None:
        raise InputError(f"the ranking of {event} does not follow from the results, because {reason}")
    if scenario.listed is not None:
        computed = standings_of(found, scenario.rules, own).rankings[event]
        listed = scenario.listed.rankings.get(event)
        if listed is None or _order(listed) != _order(computed):
            raise InputError(
                f"standings.csv has another ranking of {event} than the results give, so what they give without one "
                "of them is not known; see standings"
            )
    results = tuple(_moved_up(found.results, noc, event, qualifier, meet))
    left = Classifications(results, tuple(_draws_left(scenario, results, noc, event)))
    if (reason := left.why_open(event, scenario.rules)) is not None:
        raise InputError(f"without this result there is no ranking of {event}, because {reason}")
    file = scenario.listed
    if file is not None:
        anew = standings_of(left, scenario.rules, own).rankings[event]
        file = Standings({**file.rankings, event: anew})
    return scenario.with_results(left, file)


def _order(ranking: Ranking) -> tuple[tuple[Claim, ...], tuple[tuple[int, ...], ...]]:
    return ranking.claims(), ranking.tied


def _require_result(found: Classifications, noc: str, event: str, qualifier: int, meet: str) -> None:
    meets = list(dict.fromkeys(result.meet for result in found.by_event.get(event, ())))
    if meet not in meets:
        held = f"the meets with results of it are {', '.join(meets)}" if meets else "there are none of it at all"
        raise InputError(f"there are no results of {event} at {meet}; {held}")
    own = [result for result in found.by_event[event] if (result.meet, result.noc) == (meet, noc)]
    if all(result.qualifier != qualifier for result in own):
        had = f"{counted(len(own), 'result')} there" if own else "none there"
        raise InputError(f"{noc} has no result {qualifier} in {event} at {meet}; it has {had}")


def _moved_up(results: Iterable[Result], noc: str, event: str, qualifier: int, meet: str) -> Iterator[Result]:
    """Yield the results without one; those behind it at that meet have a position less."""
    results = list(results)
    [gone] = [r for r in results if (r.meet, r.event, r.noc, r.qualifier) == (meet, event, noc, qualifier)]
    for result in results:
        if (result.meet, result.event) != (meet, event):
            yield result
        elif result != gone:
            position = result.position - (result.position > gone.position)
            number = result.qualifier
            if result.noc == noc and number is not None and number > qualifier:
                number -= 1
            yield replace(result, position=position, qualifier=number)


def _draws_left(scenario: Scenario, results: tuple[Result, ...], noc: str, event: str) -> Iterator[Draw]:
    """Yield the draws of other events, and those of this one whose tied were drawn together and still are."""
    found = scenario.classifications
    if found is None:
        return
    yield from (draw for draw in found.draws if draw.event != event)
    drawn = {(draw.noc, draw.qualifier): draw for draw in found.draws if draw.event == event}
    if not drawn:
        return
    ties = [
        [set(_members(ranking, group)) for group in ranking.tied]
        for ranking in (
            standings_of(Classifications(rows), scenario.rules, scenario.filed_readings).rankings[event]
            for rows in (found.results, results)
        )
    ]
    for group in ties[1]:
        together = any(group <= before for before in ties[0])
        if together and group <= set(drawn) and all(who != noc for who, _ in group):
            in_order = sorted((drawn[claim] for claim in group), key=lambda draw: draw.number)
            yield from (replace(draw, number=number) for number, draw in enumerate(in_order, 1))


def _members(ranking: Ranking, group: tuple[int, ...]) -> list[Claim]:
    claims = ranking.claims()
    return [claims[rank - 1] for rank in group]
