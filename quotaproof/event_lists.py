"""The ranked lists of a scenario's events: who is in, where the cut is, who is next, and by how much.

With complete standings every entry has a remark. A list starts from the published table where declines explain it, so
that who is next in line is who would be asked today; otherwise from what the rules give.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from typing_extensions import TypedDict

from quotaproof.model.allocation import Allocation
from quotaproof.model.errors import InputError
from quotaproof.model.quantities import counted, in_words
from quotaproof.model.reserve import Reserve, reserve_list
from quotaproof.model.results.race_results import time_text
from quotaproof.model.results.ranking_rules import OTHER_RANKING
from quotaproof.model.rules import Event
from quotaproof.model.scenario import Scenario
from quotaproof.text.standings import CRITERIA, ORDINALS

Fate = Literal["in", "host", "next", "blocked", "out", "gone", "unknown"]
"""What an entry has: a start place, one as host, a turn in the reserve list, something that blocks it, nothing, a place
that it gave back, or nobody can say."""

_KEY = ("table of the ranked lists",)
TIES = {name: words.removeprefix("the ").removeprefix("a ") for name, words in CRITERIA.items()} | {
    "best-results": "better best results",
    "best-time": "better time",
    "latest-meet": "better at the latest meet",
}


class EntryDocument(TypedDict):
    """An entry of a list; `behind` is how far it is from the last that has a place, in words."""

    rank: str
    noc: str
    name: str
    points: int | None
    time: str | None
    standing: Fate
    turn: int | None
    words: str
    tie: str
    behind: str


class ListDocument(TypedDict):
    """One list of an event; `cut` counts its entries down to the last that has a place by it."""

    ranking: str
    cut: int | None
    entries: list[EntryDocument]


class EventListsDocument(TypedDict):
    """All lists of an event; `next` are the entries in line, in order."""

    event: str
    label: str
    gender: str
    places: int
    lists: list[ListDocument]
    next: list[EntryDocument]
    note: str


@dataclass(frozen=True)
class _Table:
    """The table that the lists belong to."""

    scenario: Scenario
    allocation: Allocation
    at_most: Mapping[tuple[str, str], int]
    declined: frozenset[tuple[str, str]]


def event_lists(scenario: Scenario, events: Sequence[str] = ()) -> list[EventListsDocument]:
    """Return the ranked lists of events; of all if none is named.

    Raises
    ------
    InputError
        If an event is unknown.
    """
    chosen = [scenario.rules.event(event) for event in events] or list(scenario.rules.events)
    complete = not scenario.standings.incomplete_events(scenario.rules)
    table = _table(scenario) if complete else None
    if scenario.rules.by_lists:
        return [_listed(scenario, table, event) for event in chosen]
    ties = _ties(scenario)
    return [_ranked(scenario, table, event, ties.get(event.identifier, {})) for event in chosen]


def _table(scenario: Scenario) -> _Table | None:
    """The table, found once for a scenario: every list, nation and explanation of it asks."""
    if _KEY not in scenario.memo:
        scenario.memo[_KEY] = _found_table(scenario)
    found: _Table | None = scenario.memo[_KEY]
    return found


def _found_table(scenario: Scenario) -> _Table | None:
    from quotaproof.solver.engines import engine
    from quotaproof.solver.whatif.starting_table import starting_table

    by = engine("greedy")
    if scenario.rules.by_lists:
        return _Table(scenario, by.allocate(scenario), {}, frozenset())
    try:
        start = starting_table(scenario, by, "published")
    except InputError:
        start = starting_table(scenario, by)
    if start.base.allocation.status == "tie":
        return None
    declined = {(one.event, one.noc) for one in start.declines if one.event is not None}
    return _Table(start.base.scenario, start.base.allocation, start.base.at_most, frozenset(declined))


def _ties(scenario: Scenario) -> dict[str, dict[tuple[str, int], str]]:
    """Event -> entry -> what told it from others with the same points, where results say it."""
    if scenario.classifications is None:
        return {}
    from quotaproof.api import standings_from

    computed = standings_from(scenario)
    return {
        event: {
            (score.noc, score.qualifier): "nothing" if score.tied else TIES.get(score.tie_broken_by or "", "")
            for score in scores
        }
        for event, scores in computed.scores.items()
    }


def _head(event: Event) -> EventListsDocument:
    return {
        "event": event.identifier,
        "label": event.label,
        "gender": event.gender,
        "places": event.start_places,
        "lists": [],
        "next": [],
        "note": "",
    }


# Rankings of qualifiers ----------------------------------------------------------------------------------------------


def _ranked(
    scenario: Scenario, table: _Table | None, event: Event, ties: Mapping[tuple[str, int], str]
) -> EventListsDocument:
    ranking = scenario.standings.rankings.get(event.identifier)
    head = _head(event)
    if ranking is None:
        head["note"] = "Nobody published this ranking."
        return head
    tied = {rank: group[0] for group in ranking.tied for rank in group}
    waiting, note = _waiting(table, event)
    entries: list[EntryDocument] = []
    for rank, entry in enumerate(ranking.entries, 1):
        name = ORDINALS[entry.qualifier] if entry.qualifier in (2, 3) else ""
        reserve = waiting.get(rank) if waiting is not None else None
        standing: Fate = "unknown"
        words, turn = "", None
        if waiting is not None and reserve is None:
            standing = "in"
        elif reserve is not None and table is not None:
            turn = reserve.turn
            gone = (event.identifier, reserve.noc) in table.declined and turn is None
            standing = "gone" if gone else "next" if turn is not None else "blocked"
            words = (
                f"{reserve.noc} gave its place back"
                if gone
                else f"in line: {turn}"
                if turn
                else "; ".join(reserve.blocked_by)
            )
        entries.append(
            {
                "rank": f"{tied[rank]}=" if rank in tied else str(rank),
                "noc": entry.noc or "?",
                "name": name if event.kind != "relay" else "",
                "points": entry.points,
                "time": None,
                "standing": standing,
                "turn": turn,
                "words": words,
                "tie": ties.get((entry.noc or "", entry.qualifier or 0), ""),
                "behind": "",
            }
        )
    cut = _cut(entries, scenario.host if event.identifier in scenario.rules.host_events else None)
    if cut is not None:
        _measure(entries, cut)
    head["lists"] = [{"ranking": "", "cut": cut, "entries": entries}]
    head["next"] = sorted((one for one in entries if one["turn"]), key=lambda one: one["turn"] or 0)
    head["note"] = note
    return head


def _waiting(table: _Table | None, event: Event) -> tuple[dict[int, Reserve] | None, str]:
    if table is None:
        return None, "The standings are not known in full, so who is in is not known."
    try:
        found = reserve_list(table.scenario, table.allocation, event.identifier, table.at_most)
    except InputError:
        return None, f"The places of the {event.label} go to NOCs with enough athletes, in the order of this ranking."
    return {one.rank: one for one in found}, ""


def _cut(entries: Sequence[EntryDocument], host: str | None) -> int | None:
    """The last that has a place in the order of the list; a host that is far down has it as host."""
    first_out = next((n for n, one in enumerate(entries) if one["standing"] == "next"), len(entries))
    cut = None
    for number, one in enumerate(entries):
        if one["standing"] == "in" and number > first_out and one["noc"] == host:
            one["standing"], one["words"] = "host", "host place"
        elif one["standing"] == "in":
            cut = number + 1
    return cut


def _measure(entries: Sequence[EntryDocument], cut: int) -> None:
    """Say how far each is from the cut: those behind from the last that is in, those in from the first behind.

    What is held up with more points than the last that is in has no distance: not its points keep it out.
    """
    last = entries[cut - 1]["points"]
    out = next((one for one in entries[cut:] if one["standing"] in ("next", "blocked")), None)
    for one in entries:
        if one["points"] is None or last is None:
            continue
        if one["standing"] in ("next", "blocked"):
            one["behind"] = _distance(last - one["points"], "behind")
        elif one["standing"] == "in" and out is not None and out["points"] is not None:
            one["behind"] = _distance(one["points"] - out["points"], "ahead")


def _distance(points: int, which: str) -> str:
    """Return a distance in words; empty for one of the other direction."""
    return f"{counted(points, 'point')} {which}" if points > 0 else "level on points" if points == 0 else ""


# Ranked lists of athletes, teams and NOCs -----------------------------------------------------------------------------


def _listed(scenario: Scenario, table: _Table | None, event: Event) -> EventListsDocument:
    allocation = table.allocation if table is not None else None
    placed = {one.athlete: one.pathway for one in allocation.entries.get(event.identifier, ())} if allocation else {}
    line: dict[str, Reserve] = {}
    if allocation is not None and event.identifier in scenario.rules.reserve_events:
        line = {one.athlete or "": one for one in reserve_list(scenario, allocation, event.identifier)}
    clauses = {one.identifier: one for one in scenario.rules.pathways}
    lists: list[ListDocument] = []
    for (own, name), ranked in scenario.lists.items():
        if own != event.identifier:
            continue
        entries: list[EntryDocument] = []
        for entry in ranked.entries:
            by = placed.get(entry.athlete)
            reserve = line.get(entry.athlete)
            standing: Fate = "out" if allocation is not None and allocation.entries else "unknown"
            words, turn = "", None
            if by is not None:
                pathway = clauses[by]
                standing = "host" if pathway.kind == "host-places" else "in"
                words = pathway.title
            elif reserve is not None:
                turn, standing = reserve.turn, "next" if reserve.turn is not None else "blocked"
                words = f"in line: {turn}" if turn else "; ".join(reserve.blocked_by)
            entries.append(
                {
                    "rank": f"{entry.rank}=" if entry.tied else str(entry.rank),
                    "noc": entry.noc,
                    "name": entry.label,
                    "points": entry.points or None,
                    "time": None if entry.time is None else time_text(entry.time),
                    "standing": standing,
                    "turn": turn,
                    "words": words,
                    "tie": "nothing" if entry.tied else _told_apart(entry.tie_broken_by or ""),
                    "behind": "",
                }
            )
        own_pathway = {p.identifier for p in clauses.values() if getattr(p, "ranking", None) == name}
        cut = max(
            (n for n, entry in enumerate(ranked.entries, 1) if placed.get(entry.athlete) in own_pathway), default=None
        )
        if cut is not None:
            _behind_listed(entries, cut, times=[e.time for e in ranked.entries] if name == "times" else None)
            _held_up_by_cap(scenario, event, entries[:cut], allocation)
        lists.append({"ranking": name, "cut": cut, "entries": entries})
    next_: dict[str, EntryDocument] = {}
    for shown in lists:
        for one in shown["entries"]:
            if one["turn"]:
                next_.setdefault(one["name"], one)
    return {**_head(event), "lists": lists, "next": sorted(next_.values(), key=lambda one: one["turn"] or 0)}


def _told_apart(tie: str) -> str:
    """What tells entries of a ranked list apart, in words; that may be another list of the event."""
    other = tie.removeprefix(OTHER_RANKING)
    return f"rank by {other}" if other != tie else TIES.get(tie, tie)


def _behind_listed(entries: Sequence[EntryDocument], cut: int, times: Sequence[int | None] | None) -> None:
    """Say how far each without a place is from the last that has one by this list, in points or seconds."""
    last = entries[cut - 1]
    for number, one in enumerate(entries):
        if one["standing"] in ("in", "host"):
            continue
        if times is not None:
            own, least = times[number], times[cut - 1]
            if own is not None and least is not None:
                short = own - least
                one["behind"] = f"{short / 100:.2f} s behind" if short > 0 else "" if short else "level on time"
        elif one["points"] is not None and last["points"] is not None:
            one["behind"] = _distance(last["points"] - one["points"], "behind")


def _held_up_by_cap(
    scenario: Scenario, event: Event, before: Sequence[EntryDocument], allocation: Allocation | None
) -> None:
    """Say of those before the cut without a place whose NOC has as many as it may that this is why."""
    has = Counter(one.noc for one in allocation.entries.get(event.identifier, ())) if allocation is not None else {}
    for one in before:
        cap = scenario.noc_cap(event, one["noc"])
        if one["standing"] == "out" and has.get(one["noc"], 0) >= cap:
            one["words"] = f"{scenario.shown(one['noc'])} already has {in_words(cap)}, the most it may have"
