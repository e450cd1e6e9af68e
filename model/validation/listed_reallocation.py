"""Checks of an allocation by ranked lists after places were given back, as a priority statement.

Who keeps a place has it as before. A place that was given back is somebody's who was on the reserve list, or nobody's;
whoever was on it, could take one and has none is behind all who took one. Quota places are counted again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from quotaproof.model.allocation import Allocation, InReserve
from quotaproof.model.kept import Held
from quotaproof.model.pathways import NocQuota, Reallocation
from quotaproof.model.scenario import Scenario

from .check import Violation
from .listed_check import ListedCheck
from .listed_nocs import by_noc
from .listed_quota import noc_quota
from .listed_return_record import check_return_record


def violations_after(scenario: Scenario, allocation: Allocation, held: Held) -> list[Violation]:
    """Return every violation by an allocation that fills holes around what is held; empty if it is right."""
    check = ListedCheck(scenario, allocation)
    pathway = next(one for one in check.rules.pathways if isinstance(one, Reallocation))
    events = {event.identifier for event in check.rules.events}
    for unknown in sorted({*allocation.places, *allocation.entries, *allocation.reserve} - events):
        check.add(None, None, unknown, "the rules have no such event")
    for event in sorted(allocation.taken_back):
        check.add(None, None, event, "places are taken back, and nothing does so when a place is given back")
    for by, of in check.torn:
        if by != pathway.identifier or of not in events:
            check.add(by, None, of or "table", "the tie is not one that the rules leave open")
    for own in check.rules.events:
        name = own.identifier
        if check.rules.names_entries(name):
            _entries(check, pathway, held, name)
        else:
            _nocs(check, pathway, held, name)
    for one in check.rules.pathways:
        if isinstance(one, NocQuota):
            noc_quota(check, one)
    if not check.found and allocation.decisions:
        check_return_record(check, pathway, held)
    return check.found


def _entries(check: ListedCheck, pathway: Reallocation, held: Held, event: str) -> None:
    kept, now = held.entries.get(event, ()), check.allocation.entries.get(event, ())
    new, line = now[len(kept) :], held.reserve.get(event, ())
    if now[: len(kept)] != kept:
        check.add(pathway.identifier, None, event, "somebody has lost a place that was not given back")
        return
    if dict(Counter(one.noc for one in now)) != dict(check.allocation.places.get(event, {})):
        check.add(None, None, event, "the places of NOCs are not those of their entries")
    if len(new) > len(held.holes.get(event, ())):
        check.add(pathway.identifier, None, event, f"{len(new)} places are handed on, and fewer were given back")
    by_athlete = {one.athlete: one for one in line}
    for one in new:
        listed = by_athlete.get(one.athlete)
        if listed is None or listed.noc != one.noc or one.pathway != pathway.identifier:
            check.add(pathway.identifier, one.noc, event, f"{one.athlete} has a place and was not on the reserve list")
            return
    taken = [by_athlete[one.athlete] for one in new]
    if check.allocation.reserve.get(event, ()) != tuple(one for one in line if one not in taken):
        check.add(pathway.identifier, None, event, "the reserve list is not what is left of it")
    _order(check, pathway, held, event, taken)


def _order(check: ListedCheck, pathway: Reallocation, held: Held, event: str, taken: Sequence[InReserve]) -> None:
    """One place after the other: nobody who could take it and has none at that time comes before its taker."""
    lists = check.reserve_list_of(event)
    line = list(held.reserve.get(event, ())) if lists is not None else []
    first = lists is not None and lists.first_without_places
    numbers = Counter(one.noc for one in held.entries.get(event, ()))
    torn = check.torn.get((pathway.identifier, event))

    def most(noc: str) -> int:
        cap = check.most(event, noc)
        return min(cap, held.at_most.get((event, noc), cap))

    def can(one: InReserve) -> bool:
        return numbers[one.noc] < most(one.noc)

    def place(one: InReserve) -> tuple[bool, int]:
        return first and numbers[one.noc] > 0, line.index(one)

    def equal(one: InReserve) -> list[InReserve]:
        """Those in line with whom nothing settles the order, the entry itself among them."""
        rank = _rank(check, event, one) if one.tied else None
        same = [
            o for o in line if can(o) and o.tied and place(o)[0] == place(one)[0] and _rank(check, event, o) == rank
        ]
        return same if one.tied and rank is not None else [one]

    for one in taken:
        if not can(one):
            check.add(pathway.identifier, one.noc, event, f"{one.athlete} has a place beyond what its NOC may have")
            return
        for other in line:
            if can(other) and place(other) < place(one) and other not in equal(one):
                check.add(pathway.identifier, other.noc, event, f"{other.athlete} comes before {one.athlete}")
        for other in equal(one):
            if other not in taken:
                check.add(pathway.identifier, other.noc, event, f"a tie with {one.athlete} is decided in silence")
        line.remove(one)
        numbers[one.noc] += 1
    left = len(held.holes.get(event, ())) - len(taken)
    waiting = sorted((one for one in line if can(one)), key=place)
    if torn is None:
        if left > 0 and waiting:
            check.add(pathway.identifier, waiting[0].noc, event, f"{waiting[0].athlete} could take a free place")
        return
    group = equal(waiting[0]) if waiting else []
    asking = Counter(one.noc for one in group)
    # Once an NOC without a place has one, its others wait for those that have none.
    room = {noc: 1 if first and not numbers[noc] else most(noc) - numbers[noc] for noc in asking}
    crowded = {noc for noc, number in asking.items() if number > room[noc]}
    fitting = sum(min(number, room[noc]) for noc, number in asking.items())
    due = {(one.noc, _rank(check, event, one)) for one in group if fitting > left or one.noc in crowded}
    if left <= 0 or set(torn) != due:
        check.add(pathway.identifier, None, event, "the tie is not one that the rules leave open")


def _rank(check: ListedCheck, event: str, one: InReserve) -> int | None:
    lists = check.reserve_list_of(event)
    entries = check.ranked(event, lists.ranking[event]) if lists is not None else ()
    return next((entry.rank for entry in entries if entry.athlete == one.athlete), None)


def _nocs(check: ListedCheck, pathway: Reallocation, held: Held, event: str) -> None:
    """NOCs keep what they did not give back; a place goes to an NOC without one, the best ranked first."""
    kept, now = held.places.get(event, {}), check.allocation.places.get(event, {})
    holes = len(held.holes.get(event, ()))
    best = {noc: entries[0].rank for noc, entries in by_noc(check, event, pathway.ranking).items()}
    able = {n: rank for n, rank in best.items() if not kept.get(n) and held.at_most.get((event, n)) != 0}
    new = {noc: number for noc, number in now.items() if number != kept.get(noc, 0)}
    if any(noc not in now for noc in kept) or any(noc not in able or number != 1 for noc, number in new.items()):
        check.add(pathway.identifier, None, event, "the places of NOCs are not those kept and one each to others")
        return
    waiting = [rank for noc, rank in able.items() if noc not in new]
    torn = check.torn.get((pathway.identifier, event))
    if len(new) > holes:
        check.add(pathway.identifier, None, event, f"{len(new)} places are handed on, and {holes} were given back")
    if any(rank < able[noc] for rank in waiting for noc in new):
        check.add(pathway.identifier, None, event, "an NOC without a place is passed over")
    if torn is not None:
        end = min(waiting, default=0)
        due = {(noc, rank) for noc, rank in able.items() if rank == end}
        if set(torn) != due or any(able[noc] == end for noc in new) or not 0 < holes - len(new) < len(due):
            check.add(pathway.identifier, None, event, "the tie is not one that the rules leave open")
    elif waiting and (len(new) < holes or any(rank in waiting for rank in (able[noc] for noc in new))):
        check.add(
            pathway.identifier, None, event, "an NOC without a place could take one, or a tie is decided in silence"
        )
