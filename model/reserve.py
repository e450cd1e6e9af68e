"""The reserve list of an event: who is next in line, and what still blocks each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .allocation import Allocation
from .decisions import Decision
from .documents import ReserveDocument, document_of
from .errors import InputError
from .kept import Held
from .obstacles import Obstacles
from .pathways import ParallelWalk, RelayPlaces, ReserveList, require_known
from .scenario import Scenario

NOBODY_DECLINED: Mapping[tuple[str, str], int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Reserve:
    """An entry without a place, and what would block it if one place of the event came free.

    `turn` counts those whom nothing else blocks: 1 is next in line; None is blocked by what `blocked_by` says. Where
    places go down ranked lists, `athlete` is who would have it (a team's id is its NOC), with the name.
    """

    rank: int
    noc: str
    qualifier: int
    turn: int | None
    blocked_by: tuple[str, ...]
    athlete: str | None = None
    name: str = ""

    def to_dict(self) -> ReserveDocument:
        """Return the entry with the JSON keys of the command line."""
        named = self.athlete is not None
        return document_of(ReserveDocument, self, name=self.name if named else None)


def reserve_list(
    scenario: Scenario,
    allocation: Allocation,
    event: str,
    at_most: Mapping[tuple[str, str], int] = NOBODY_DECLINED,
) -> tuple[Reserve, ...]:
    """Return the entries of an event that have no place, best rank first.

    Each is judged as if one place had come free and all else were as it is.

    Parameters
    ----------
    at_most
        (event, NOC) -> the places it wants there at most, where the allocation comes after declines.

    Raises
    ------
    InputError
        If the event is unknown, or its start places do not follow its ranking (the mixed relay's do in another way).
    IncompleteError
        If the standings are not complete.
    """
    scenario.require_complete()
    if scenario.rules.by_lists:
        return _listed(scenario, allocation, event)
    require_known("the reserve list", scenario.rules.pathways)
    found = scenario.rules.event(event)
    pathway = next(
        (p for p in scenario.rules.pathways if isinstance(p, RelayPlaces | ParallelWalk) and event in p.events), None
    )
    if pathway is None:
        raise InputError(
            f"{event} has no reserve list of its own; its places go to NOCs with enough athletes, "
            "see the decisions of allocate"
        )
    held = Held(allocation.places, allocation.awards, at_most)
    facts = Obstacles(scenario, allocation, held)
    reserves: list[Reserve] = []
    turn = 0
    for claim in facts.claims(pathway):
        if claim.event != event or claim.granted:
            continue
        # With one place free, that the event is full (or its last place kept for the host) is no obstacle.
        obstacles = {kind: f for kind, f in claim.obstacles.items() if kind not in ("event-full", "host-kept")}
        words = tuple(
            Decision(
                "", event, claim.noc, None, None, False, kind, {"gender": found.gender, "rank": claim.rank} | figures
            ).reason.partition("; ")[2]
            for kind, figures in obstacles.items()
        )
        turn += not obstacles
        reserves.append(Reserve(claim.rank, claim.noc, claim.qualifier, None if obstacles else turn, words))
    return tuple(reserves)


def _listed(scenario: Scenario, allocation: Allocation, event: str) -> tuple[Reserve, ...]:
    """The reserve list of an event whose places go down ranked lists, in the order in which places are offered."""
    pathway = next((one for one in scenario.rules.pathways if isinstance(one, ReserveList)), None)
    if pathway is None or event not in pathway.lengths:
        raise InputError(f"the rules have no reserve list of {event}; see the decisions of allocate")
    entries = {entry.athlete: entry for entry in scenario.lists[event, pathway.ranking[event]].entries}
    for (own, _), ranked in scenario.lists.items():  # who was replaced by the host may be in another list only
        entries = {**{entry.athlete: entry for entry in ranked.entries if own == event}, **entries}
    places = allocation.places.get(event, {})
    line = list(allocation.reserve.get(event, ()))
    if pathway.first_without_places:
        line.sort(key=lambda one: one.noc in places)
    reserves: list[Reserve] = []
    turn = 0
    for one in line:
        entry = entries[one.athlete]
        had = places.get(one.noc, 0)
        cap = scenario.noc_cap(scenario.rules.event(event), one.noc)
        words = (f"{one.noc} already has {cap}, the most {scenario.holder(one.noc)} may have",) if had >= cap else ()
        turn += not words
        own_turn = None if words else turn
        reserves.append(Reserve(entry.rank, one.noc, entry.number, own_turn, words, one.athlete, entry.label))
    return tuple(reserves)
