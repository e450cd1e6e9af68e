"""Places kept after one was given back, where places go down ranked lists.

This is the bookkeeping before anybody is offered anything: which entries give their places back, who replaces an
athlete that withdraws, and what everybody else keeps. An engine fills the holes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from .allocation import Allocation, InReserve, Placed
from .kept import Held, reallocation
from .pathways import HostPlaces, RankingPlaces, ReserveList
from .scenario import Scenario


def hold_entries(
    scenario: Scenario,
    before: Allocation,
    gone: Collection[tuple[str, str]],
    numbers: Mapping[tuple[str, str], int],
    at_most: Mapping[tuple[str, str], int],
    replaced: Mapping[tuple[str, str], Placed] | None = None,
) -> Held:
    """Return what is kept after some places are given back.

    Parameters
    ----------
    gone
        (event, athlete) of entries that are out of the event, with a place or on its reserve list.
    numbers
        (event, NOC) -> places given back, where they are of NOCs and not of named entries.
    at_most
        As in `Held`, those of earlier declines included.
    replaced
        (event, athlete) -> who has its place instead; then the place is not given back.
    """
    replaced = replaced or {}
    places = {event: dict(own) for event, own in before.places.items()}
    entries: dict[str, tuple[Placed, ...]] = {}
    reserve: dict[str, tuple[InReserve, ...]] = {}
    holes: dict[str, tuple[str, ...]] = {}
    on_top = [
        one.identifier for one in scenario.rules.pathways if isinstance(one, HostPlaces) and one.mode == "additional"
    ]
    for event, placed in before.entries.items():
        if not scenario.rules.names_entries(event):
            out = {noc for (own, noc), number in numbers.items() if own == event and number == places[event][noc]}
            entries[event] = tuple(one for one in placed if one.noc not in out)
            continue
        kept: list[Placed] = []
        free: list[str] = []
        for one in placed:
            if (event, one.athlete) not in gone:
                kept.append(one)
            elif (event, one.athlete) in replaced:
                kept.append(replaced[event, one.athlete])
            elif one.pathway not in on_top:  # a place beside the event's own start places is nobody else's
                free.append(one.noc)
        entries[event], holes[event] = tuple(kept), tuple(free)
        places[event] = dict(Counter(one.noc for one in kept))
    instead = {(event, one.athlete) for (event, _), one in replaced.items()}
    for event, line in before.reserve.items():
        reserve[event] = tuple(one for one in line if (event, one.athlete) not in {*gone, *instead})
    for (event, noc), number in numbers.items():
        places[event][noc] -= number
        if not places[event][noc]:
            del places[event][noc]
        holes[event] = (*holes.get(event, ()), *[noc] * number)
    kept_places = {event: dict(sorted(own.items())) for event, own in places.items()}
    return Held(kept_places, (), dict(at_most), entries, reserve, holes)


def replacement(
    scenario: Scenario, present: Allocation, event: str, athlete: str, out: Collection[str]
) -> Placed | None:
    """Return who of its NOC takes the place of an athlete that withdraws; None if nobody can, or it goes on.

    It is the NOC's first on the reserve list, or the next of it in the lists of the event. The place stays one of the
    pathway that gave it.

    Parameters
    ----------
    out
        Athletes who want no place in the event.
    """
    if reallocation(scenario.rules).withdrawn != "noc-replaces":
        return None
    placed = {one.athlete: one for one in present.entries.get(event, ())}
    own = placed[athlete]
    line = [one.athlete for one in present.reserve.get(event, ()) if one.noc == own.noc]
    lists = [one for one in scenario.rules.pathways if isinstance(one, ReserveList) and event in one.ranking]
    names = [one.ranking[event] for one in lists]
    names += [o.ranking for o in scenario.rules.pathways if isinstance(o, RankingPlaces) and event in o.places]
    for name in names:
        found = scenario.lists.get((event, name))
        line += [entry.athlete for entry in found.entries if entry.noc == own.noc] if found else []
    for other in line:
        if other not in placed and other not in out and other != athlete:
            return Placed(own.noc, other, own.pathway)
    return None
