"""The ranked lists of a report: second and third qualifiers, the cut, and the next six in line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from quotaproof.model.published import UNNAMED
from quotaproof.model.rules import Event
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Entry, Ranking

from .basis import Basis
from .document import Item, Line, ReportTable, Section, noc_item, plain_table

IN_LINE = 6
"""How many of those in line a list shows."""

HEADINGS = {"men": "Men's", "women": "Women's", "mixed": "Mixed"}


@dataclass(frozen=True, slots=True)
class _Places:
    """What became of each rank: the words to print, the first rank behind the cut, the last rank to show."""

    words: Mapping[int, str]
    behind: int | None
    last: int


def list_sections(scenario: Scenario, basis: Basis, *, full: bool) -> tuple[Section, ...]:
    """Return the sections with the ranked lists; those of relays only in full or where there is no table to sort them.

    Rankings that are unknown altogether are named in a sentence.
    """
    rules = scenario.rules
    unknown = [event for event in rules.events if event.identifier not in scenario.standings.rankings]
    paragraphs = ["Marked (2) and (3): an NOC's second and third best qualifier."]
    if len(unknown) == len(rules.events):
        paragraphs = ["The rankings are unknown: they were not published, and nothing is filled in."]
    elif unknown:
        names = ", ".join(event.label for event in unknown)
        paragraphs.append(f"Unknown are the rankings of: {names}.")
    if not full and len(unknown) < len(rules.events) and basis.allocation is not None:
        paragraphs.append(f"Each list ends with the {IN_LINE} who are next in line for a start place.")
    if basis.allocation is not None and basis.allocation.status != "tie":
        paragraphs.append("An entry without a remark has a start place; the line is the cut.")
    if any(None in (e.noc, e.qualifier) for r in scenario.standings.rankings.values() for e in r.entries):
        paragraphs.append("What nobody published is written ?.")
    sections = [Section("Rankings", 2, tuple(paragraphs))]
    for gender, heading in HEADINGS.items():
        tables = tuple(
            _table(scenario, basis, event, scenario.standings.rankings[event.identifier], full=full)
            for event in rules.events
            if event.gender == gender
            and event.identifier in scenario.standings.rankings
            and (full or event.kind == "individual" or basis.allocation is None)
        )
        if tables:
            sections.append(Section(heading, 3, (), tables))
    return tuple(sections)


def _table(scenario: Scenario, basis: Basis, event: Event, ranking: Ranking, *, full: bool) -> ReportTable:
    places = _places(scenario, basis, event, ranking)
    tied = {rank: group[0] for group in ranking.tied for rank in group}
    with_points = any(entry.points is not None for entry in ranking.entries)
    with_places = any(places.words.values())
    struck = _struck(scenario, event, ranking)
    lines: list[Line] = []
    for rank, entry in enumerate(ranking.entries, 1):
        if rank > places.last and not full:
            break
        shown = f"{tied[rank]}=" if rank in tied else str(rank)
        items = [
            Item(shown, number=True),
            _entry(scenario, event, entry, struck=rank in struck, gaps=not ranking.complete),
        ]
        if with_points:
            items.append(Item("" if entry.points is None else str(entry.points), number=True))
        if with_places:
            items.append(Item(places.words.get(rank, "")))
        lines.append(Line(tuple(items), "behind-cut" if rank == places.behind else "row"))
    names = ["Rank", "NOC", *(["Points"] if with_points else []), *(["Remark"] if with_places else [])]
    return plain_table(names, lines, event.label.capitalize(), "list")


def _entry(scenario: Scenario, event: Event, entry: Entry, *, struck: bool, gaps: bool) -> Item:
    """An entry with the mark of its qualifier; a first one needs none unless unknown entries leave it open."""
    qualifier = entry.qualifier
    if event.kind == "relay" or (qualifier == 1 and not gaps):
        qualifier = None
    elif qualifier is None and entry.noc is not None:
        qualifier = 0
    return noc_item(scenario, entry.noc or UNNAMED, qualifier=qualifier, struck=struck)


def _struck(scenario: Scenario, event: Event, ranking: Ranking) -> set[int]:
    """Ranks whose entry was declined."""
    gone = {(one.noc, one.qualifier) for one in scenario.declined_entries if one.event == event.identifier}
    ranks = {rank for rank, entry in enumerate(ranking.entries, 1) if (entry.noc, entry.qualifier) in gone}
    facts = {f.value for f in scenario.facts if f.event == event.identifier and f.kind == "declined-rank"}
    return ranks | {rank for rank in facts if rank <= len(ranking.entries)}


def _places(scenario: Scenario, basis: Basis, event: Event, ranking: Ranking) -> _Places:
    length = len(ranking.entries)
    allocation = basis.allocation
    if allocation is None or allocation.status == "tie" or event.gender == "mixed":
        came = {f.value: "came in" for f in scenario.facts if f.event == event.identifier and f.kind == "came-in-rank"}
        cut = event.start_places + 1 if length > event.start_places else None
        return _Places(came, cut if not came else None, length)
    from quotaproof.solver.engines import engine
    from quotaproof.solver.whatif.starting_table import reserves

    waiting = {entry.rank: entry for entry in reserves(scenario, event.identifier, engine("cp-sat"), basis.start)}
    words: dict[int, str] = {}
    cut = last = 0
    for rank, entry in enumerate(ranking.entries, 1):
        reserve = waiting.get(rank)
        if reserve is None:
            passed = any(other.turn is not None for other in waiting.values() if other.rank < rank)
            host = entry.noc == scenario.host and entry.qualifier == 1 and scenario.is_host_event(event.identifier)
            words[rank] = "host place" if host and passed else ""
            cut = rank if not (host and passed) else cut
        elif reserve.turn is not None:
            words[rank] = f"in line: {reserve.turn}"
            if reserve.turn <= IN_LINE:
                last = rank
        else:
            words[rank] = "; ".join(reserve.blocked_by)
    behind = cut + 1 if cut < length else None
    in_line = any(text.startswith("in line") for text in words.values())
    return _Places(words, behind, max(last, cut) if last or not in_line else length)
