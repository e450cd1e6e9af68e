"""Ranked lists as standings: gaps, ties and qualifiers, declines and those that came in."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from quotaproof.model.errors import InputError
from quotaproof.model.later_changes import DeclinedEntry
from quotaproof.model.quantities import counted
from quotaproof.model.rules import Event, Rules
from quotaproof.model.standings.facts import Fact
from quotaproof.model.standings.rankings import Entry, Ranking, Standings

from .lists import ListRow, ReadList
from .outcome import Remarks


@dataclass(slots=True)
class Found:
    """What the ranked lists of a page come to."""

    rankings: dict[str, Ranking] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    declines: list[DeclinedEntry] = field(default_factory=list)


def add_list(found: Found, ranked: ReadList, source: str, remarks: Remarks) -> None:
    """Add a list to what is found; a second list of an event is left out.

    Raises
    ------
    InputError
        If its ranks contradict each other.
    """
    event, place = ranked.event, ranked.place
    if event.identifier in found.rankings:
        remarks.add("ignored", place, f"a second list of {event.label}")
        return
    if not ranked.rows:
        remarks.add("ignored", place, "the list has no rows")
        return
    entries: list[Entry] = []
    tied: list[tuple[int, ...]] = []
    struck: list[tuple[int, Entry]] = []
    bold: list[tuple[int, Entry]] = []
    for rank, group in itertools.groupby(ranked.rows, key=lambda row: row.rank):
        rows = list(group)
        if rank <= len(entries):
            raise InputError(f"{place}: rank {rank} comes behind {counted(len(entries), 'entry')}")
        if rank > len(entries) + 1:
            missing = rank - len(entries) - 1
            remarks.add("missing", place, f"{counted(missing, 'rank')} before {rank}; written ?")
            entries += [_unknown(event)] * missing
        if len(rows) > 1:
            tied.append(tuple(range(rank, rank + len(rows))))
        for row in rows:
            entry = _entry(event, row, entries)
            entries.append(entry)
            if row.named.struck:
                struck.append((len(entries), entry))
            elif row.named.bold:
                bold.append((len(entries), entry))
    found.rankings[event.identifier] = Ranking(tuple(entries), tuple(tied))
    _declined(found, event, struck, source, place, remarks)
    _came_in(found, event, bold, len(struck), source, place, remarks)
    _report(event, entries, tied, place, remarks)


def as_facts(found: Found, rules: Rules, remarks: Remarks) -> None:
    """Where standings are not complete, turn declines into known facts on the rankings: ranks that gave places back.

    Declines on record are answered place by place, which needs to know everybody's rank.
    """
    if not found.declines or not Standings(found.rankings).incomplete_events(rules):
        return
    for decline in found.declines:
        entries = found.rankings[decline.event].entries
        rank = next(n for n, e in enumerate(entries, 1) if (e.noc, e.qualifier) == (decline.noc, decline.qualifier))
        source = f"{decline.source}: struck out"
        found.facts.append(
            Fact(decline.event, "declined-rank", decline.noc, rank, source, qualifier=decline.qualifier or 1)
        )
    remarks.add("read", "declines", "as known facts, since the standings are not complete")
    found.declines.clear()


def _unknown(event: Event) -> Entry:
    return Entry(None, 1 if event.kind == "relay" else None)


def _entry(event: Event, row: ListRow, above: Sequence[Entry]) -> Entry:
    """An entry with its qualifier: as marked, or by counting if no unknown entry above can be the NOC's."""
    noc = row.named.noc
    if event.kind == "relay":
        return Entry(noc, 1, row.points)
    if row.named.qualifier is not None or row.named.open or noc is None:
        return Entry(noc, row.named.qualifier, row.points)
    if any(entry.noc is None for entry in above):
        return Entry(noc, None, row.points)
    return Entry(noc, 1 + sum(entry.noc == noc for entry in above), row.points)


def _declined(
    found: Found, event: Event, struck: Sequence[tuple[int, Entry]], source: str, place: str, remarks: Remarks
) -> None:
    for rank, entry in struck:
        if entry.noc is not None and entry.qualifier is not None:
            found.declines.append(DeclinedEntry(event.identifier, entry.noc, entry.qualifier, "", source))
            remarks.add("read", place, f"rank {rank} is struck out: {entry.noc} declined")
        else:
            found.facts.append(Fact(event.identifier, "declined-rank", None, rank, f"{source}: struck out"))
            remarks.add("read", place, f"rank {rank} is struck out: declined, by an NOC or qualifier that is unknown")


def _came_in(
    found: Found,
    event: Event,
    bold: Sequence[tuple[int, Entry]],
    declines: int,
    source: str,
    place: str,
    remarks: Remarks,
) -> None:
    """Entries in bold behind the last start place, in a list with as many that are struck out, came in their stead."""
    behind = [(rank, entry) for rank, entry in bold if rank > event.start_places]
    if not behind or len(behind) > declines:
        return
    for rank, entry in behind:
        known = entry.noc is not None and entry.qualifier is not None
        noc, qualifier = (entry.noc, entry.qualifier or 1) if known else (None, 1)
        found.facts.append(
            Fact(event.identifier, "came-in-rank", noc, rank, f"{source}: marked in bold", qualifier=qualifier)
        )
        remarks.add("guessed", place, f"rank {rank} is in bold behind the cut: it came in for one that is struck out")


def _report(
    event: Event, entries: Sequence[Entry], tied: Sequence[tuple[int, ...]], place: str, remarks: Remarks
) -> None:
    remarks.add("read", place, counted(len(entries), "rank"))
    unknown = sum(entry.noc is None for entry in entries)
    if unknown:
        remarks.add("missing", place, f"the NOC at {unknown} of {counted(len(entries), 'rank')}; written ?")
    numberless = sum(entry.noc is not None and entry.qualifier is None for entry in entries)
    if numberless:
        remarks.add(
            "missing", place, f"the qualifier at {counted(numberless, 'rank')}: unknown entries are above; written ?"
        )
    if tied:
        remarks.add("read", place, f"{counted(len(tied), 'tie')}, not settled")
    if len(entries) > event.start_places:
        remarks.add(
            "guessed", place, f"the list is taken for the whole ranking; nobody is known to rank behind {len(entries)}"
        )
