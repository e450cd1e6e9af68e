"""Declines that a table needs, matched with those on record: named, computed from the record, or on no record.

A place given back goes to the next in line. Who ranks ahead of a taker and has no place was offered it and did not take
it. A hole that nobody behind takes is not explained by declines of everybody behind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Decline
from quotaproof.model.later_changes import DeclinedEntry
from quotaproof.model.scenario import Scenario

from .findings import Finding, label_of
from .needed_changes import NeededChange
from .ranked_entries import RankedEntry, gains, ranks_of


def with_status(
    scenario: Scenario, first: Allocation, final: Allocation, declines: Sequence[Decline]
) -> tuple[tuple[NeededChange, ...], tuple[Finding, ...]]:
    """Return the declines in the order of the events, each with what the record says of it; and what contradicts it."""
    found: list[NeededChange] = []
    contradictions: list[Finding] = []
    ranks = ranks_of(scenario)
    for event in (event.identifier for event in scenario.rules.events):
        own = [decline for decline in declines if decline.event == event]
        record = [entry for entry in scenario.declined_entries if entry.event == event]
        if not own and not record:
            continue
        takers = gains(ranks, first.places[event], final.places[event], event)
        changes = [_split(ranks, first, final, decline, takers) for decline in own]
        held = sorted((one for pair in changes for one in pair if not one.offered), key=_by_rank)
        passed = sorted((one for pair in changes for one in pair if one.offered), key=_by_rank)
        held, passed, wrong = _matched(scenario, event, record, held, passed, first)
        contradictions += [*wrong, *wrong_takers(scenario, event, record, takers)]
        found += [*held, *passed]
    return tuple(found), tuple(contradictions)


def _by_rank(change: NeededChange) -> tuple[int, str]:
    return min((entry.rank or 0 for entry in change.entries), default=0), change.noc or ""


def _split(
    ranks: Mapping[tuple[str, str, int], int],
    first: Allocation,
    final: Allocation,
    decline: Decline,
    takers: tuple[RankedEntry, ...],
) -> list[NeededChange]:
    """One decline as what the NOC had by the rules, and what it was only offered."""
    event, noc, number = str(decline.event), decline.noc, decline.number or 0
    wanted = final.places[event].get(noc, 0)
    had = max(0, first.places[event].get(noc, 0) - wanted)
    parts = [(min(had, number), wanted, False), (number - min(had, number), wanted + had, True)]
    changes: list[NeededChange] = []
    for some, kept, offered in parts:
        if some:
            own = tuple(RankedEntry(noc, k, ranks.get((event, noc, k))) for k in range(kept + 1, kept + some + 1))
            changes.append(NeededChange("decline", noc, event, some, "no-record", offered, own, takers))
    return changes


def _matched(
    scenario: Scenario,
    event: str,
    record: Sequence[DeclinedEntry],
    held: list[NeededChange],
    passed: list[NeededChange],
    first: Allocation,
) -> tuple[list[NeededChange], list[NeededChange], list[Finding]]:
    """An event's declines with their status: named rows first, then rows of which it is open who declined."""
    wrong: list[Finding] = []
    named: list[NeededChange] = []
    rows = sorted((one for one in record if one.noc is not None), key=lambda one: one.qualifier or 0)
    for entry in rows:
        matching = next((one for one in (*held, *passed) if one.noc == entry.noc), None)
        if matching is None:
            if any(one.noc == entry.noc for one in named):
                continue
            number = first.places[event].get(entry.noc or "", 0)
            message = (
                f"{entry.noc}, {label_of(scenario, event)}: it is on record to have given a start place back, but the "
                "table has it as the rules give it"
            )
            wrong.append(Finding("record", entry.noc, event, number, None, message))
            continue
        pool = passed if matching.offered else held
        pool.remove(matching)
        told = matching.number
        if entry.qualifier is not None and not matching.offered:
            told = first.places[event].get(matching.noc or "", 0) - entry.qualifier + 1
        if told > matching.number or told < 1:
            message = (
                f"{entry.noc}, {label_of(scenario, event)}: its qualifier {entry.qualifier} is on record to have given "
                "a start place back, which does not agree with the table"
            )
            wrong.append(Finding("record", entry.noc, event, None, None, message))
            told = matching.number
        mine = replace(matching, number=told, status="on-record", date=entry.date, source=entry.source)
        if told < matching.number:
            left = matching.number - told
            mine = replace(mine, entries=matching.entries[-told:])
            pool.append(replace(matching, number=left, entries=matching.entries[:left]))
        named.append(mine)
    unknown = [one for one in record if one.noc is None]
    if unknown:
        source = "; ".join(dict.fromkeys(one.source for one in unknown if one.source))
        places = sum(one.number for one in held)
        if places < len(unknown) and sum(one.number for one in passed) + places < len(unknown):
            message = (
                f"{label_of(scenario, event)}: more start places are on record to have been given back than the table "
                "shows"
            )
            wrong.append(Finding("record", None, event, len(unknown), places, message))
        elif places <= len(unknown):
            held = [replace(one, status="computed", source=source) for one in held]
    # Who ranks ahead of an NOC that is on record to have taken a place was passed over by the same record.
    on_record = {one.taken_by for one in record if one.taken_by}
    changes = (*named, *held, *passed)
    last = max((one.rank or 0 for c in changes for one in c.taken_by if one.noc in on_record), default=0)
    passed = [
        replace(one, status="computed")
        if one.status == "no-record" and all((entry.rank or last) < last for entry in one.entries)
        else one
        for one in passed
    ]
    own = [one for one in named if not one.offered]
    return [*own, *held], [*(one for one in named if one.offered), *passed], wrong


def wrong_takers(
    scenario: Scenario, event: str, record: Sequence[DeclinedEntry], takers: Sequence[RankedEntry]
) -> Iterator[Finding]:
    """Yield who is on record to have taken a place that by the rules and the standings went elsewhere."""
    left = Counter(one.noc for one in takers)
    for entry in record:
        if entry.taken_by is None:
            continue
        left[entry.taken_by] -= 1
        if left[entry.taken_by] < 0:
            told = " and ".join(dict.fromkeys(one.noc for one in takers)) or "nobody"
            whose = f"{entry.noc}'s place" if entry.noc else "a place given back"
            message = (
                f"{entry.taken_by}, {label_of(scenario, event)}: it is on record to have taken {whose}, but by the "
                f"rules {told} did"
            )
            yield Finding("record", entry.taken_by, event, None, None, message)
