"""Standings: each event's SOQC as a ranking of qualifiers, with unknown entries and ties."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from quotaproof.model.errors import InputError
from quotaproof.model.files import Row, read_rows
from quotaproof.model.published import is_unnamed
from quotaproof.model.rules import Rules
from quotaproof.model.scenario_folder import STANDINGS

Claim = tuple[str, int]
"""(NOC, qualifier): an entry of a ranking, which claims a start place."""

MOST_ORDERS = 5040
"""Largest number of orders of tied entries that are tried before the answer is called unknown."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A qualifier: an NOC's k-th best result in an event; NOC and k are None where nobody published them.

    An NOC is known and k is not where a list names the NOC, but entries of unknown NOCs are above it.
    """

    noc: str | None
    qualifier: int | None
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """One event's SOQC, best first.

    Attributes
    ----------
    entries
        The entry at rank r is `entries[r - 1]`.
    tied
        Groups of ranks (from 1, consecutive) whose order is not settled, neither by the rules nor by a recorded draw.
    """

    entries: tuple[Entry, ...]
    tied: tuple[tuple[int, ...], ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every entry is known (ties may remain)."""
        return all(entry.noc is not None and entry.qualifier is not None for entry in self.entries)

    def claims(self) -> tuple[tuple[str, int], ...]:
        """Return the entries as (NOC, qualifier), best first.

        Raises
        ------
        InputError
            If one of them is unknown.
        """
        claims: list[tuple[str, int]] = []
        for rank, entry in enumerate(self.entries, 1):
            if entry.noc is None or entry.qualifier is None:
                raise InputError(f"the entry at rank {rank} is unknown")
            claims.append((entry.noc, entry.qualifier))
        return tuple(claims)

    def reordered(self, ranks: Sequence[int], order: Sequence[int]) -> Ranking:
        """Return the ranking with the entries of `order` put on `ranks`, which are then no longer tied."""
        entries = list(self.entries)
        for rank, source in zip(ranks, order, strict=True):
            entries[rank - 1] = self.entries[source - 1]
        return Ranking(tuple(entries), tuple(group for group in self.tied if group != tuple(ranks)))


@dataclass(frozen=True)
class Standings:
    """The rankings of a scenario. An event that is not in `rankings` has an unknown ranking of unknown length."""

    rankings: Mapping[str, Ranking] = field(default_factory=dict)

    @classmethod
    def of(cls, orders: Mapping[str, Iterable[tuple[str, int] | str]]) -> Standings:
        """Return complete standings from event -> (NOC, qualifier) pairs (NOC alone in relays), best first."""
        return cls(
            {
                event: Ranking(
                    tuple(Entry(item, 1) if isinstance(item, str) else Entry(item[0], item[1]) for item in order)
                )
                for event, order in orders.items()
            }
        )

    def incomplete_events(self, rules: Rules) -> tuple[str, ...]:
        """Return the events whose ranking is unknown or has unknown entries."""
        return tuple(
            event.identifier
            for event in rules.events
            if event.identifier not in self.rankings or not self.rankings[event.identifier].complete
        )

    @property
    def nocs(self) -> set[str]:
        """NOCs that are named in any ranking."""
        return {entry.noc for ranking in self.rankings.values() for entry in ranking.entries if entry.noc is not None}

    def tied_groups(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """Return every unsettled tie as (event, ranks)."""
        return tuple((event, group) for event, ranking in self.rankings.items() for group in ranking.tied)

    def settled(self, groups: Iterable[tuple[str, tuple[int, ...]]]) -> Iterator[Standings]:
        """Yield the standings with these ties settled, in every order that keeps an NOC's qualifiers in sequence.

        Other ties keep their order in the file. The first one yielded keeps the file's order everywhere.
        """
        chosen = list(groups)
        orders = [self._orders(event, group) for event, group in chosen]
        for combination in itertools.product(*orders):
            rankings = dict(self.rankings)
            for (event, group), order in zip(chosen, combination, strict=True):
                rankings[event] = rankings[event].reordered(group, order)
            yield Standings(rankings)

    def number_of_orders(self, groups: Iterable[tuple[str, tuple[int, ...]]]) -> int:
        """Return an upper bound on how many standings `settled` yields for these ties."""
        return math.prod(math.factorial(len(group)) for _, group in groups)

    def _orders(self, event: str, group: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        entries = self.rankings[event].entries
        for order in itertools.permutations(group):
            sequence = [entries[rank - 1] for rank in order]
            positions: dict[str, int] = {}
            for entry in sequence:
                if entry.noc is not None and entry.qualifier is not None:
                    if positions.get(entry.noc, 0) > entry.qualifier:
                        break
                    positions[entry.noc] = entry.qualifier
            else:
                yield order

    def of_nocs(self, nocs: Collection[str]) -> list[tuple[str, str, int]]:
        """Return the entries of some NOCs whose qualifier is known, as (event, NOC, qualifier)."""
        return [
            (event, entry.noc, entry.qualifier)
            for event, ranking in self.rankings.items()
            for entry in ranking.entries
            if entry.noc is not None and entry.noc in nocs and entry.qualifier is not None
        ]

    def without(self, declined: Iterable[tuple[str, str, int]]) -> Standings:
        """Return the standings without some entries (event, NOC, qualifier); those behind move up."""
        gone = set(declined)
        rankings: dict[str, Ranking] = {}
        for event, ranking in self.rankings.items():
            kept = [
                rank
                for rank, entry in enumerate(ranking.entries, 1)
                if entry.noc is None or (event, entry.noc, entry.qualifier) not in gone
            ]
            if len(kept) == len(ranking.entries):
                rankings[event] = ranking
                continue
            place = {rank: number for number, rank in enumerate(kept, 1)}
            tied = (tuple(place[rank] for rank in group if rank in place) for group in ranking.tied)
            rankings[event] = Ranking(
                tuple(ranking.entries[rank - 1] for rank in kept), tuple(group for group in tied if len(group) > 1)
            )
        return Standings(rankings)

    def to_csv(self) -> str:
        """Return the standings as the text of a `standings.csv`."""
        rows: list[tuple[object, ...]] = []
        for event, ranking in self.rankings.items():
            tied = {rank: group for group in ranking.tied for rank in group}
            for rank, entry in enumerate(ranking.entries, 1):
                shown = f"{tied[rank][0]}=" if rank in tied else rank
                points = "" if entry.points is None else entry.points
                noc = "?" if entry.noc is None or is_unnamed(entry.noc) else entry.noc
                rows.append((event, shown, noc, entry.qualifier or "?", points))
        if all(row[4] == "" for row in rows):
            return STANDINGS.csv_text(row[:4] for row in rows)
        return STANDINGS.csv_text(rows, ("points",))


@dataclass(slots=True)
class _Line:
    row: Row
    rank: int
    shared: bool
    entry: Entry
    draw: int | None


def load_standings(path: Path, rules: Rules) -> Standings:
    """Return the standings of a CSV file with the columns event, rank, noc, qualifier[, points][, time][, draw].

    Rows of an event may be in any order. A tie is written as `4=` on every row that shares rank 4 (the next rank is
    then 4 plus their number); `draw` (1, 2, ...) records a draw that settled it. The columns `time` and
    `tie_broken_by`, as computed standings have it, are remarks and change nothing.

    Raises
    ------
    InputError
        With file, line and field.
    """
    by_event: dict[str, list[_Line]] = {}
    known = [event.identifier for event in rules.events]
    for row in read_rows(path, STANDINGS.required, STANDINGS.optional):
        event = row.choice("event", known)
        by_event.setdefault(event, []).append(_line(row, relay=rules.event(event).kind == "relay"))
    return Standings({event: _ranking(event, by_event[event]) for event in known if event in by_event})


def _line(row: Row, *, relay: bool) -> _Line:
    text = row.text("rank")
    shared = re.fullmatch(r"([0-9]{1,6})=", text)
    if shared:
        rank = int(shared[1])
        if rank < 1:
            raise row.error("rank", f"{text!r} is not a rank; ranks count from 1")
    else:
        rank = row.integer("rank", least=1)
    noc = row.noc_or_unknown()
    if row.text("qualifier") in (("?", "") if noc is None else ("?",)):
        qualifier = 1 if relay else None
    else:
        qualifier = row.integer("qualifier", least=1)
    if relay and qualifier != 1:
        raise row.error("qualifier", f"a relay has one team per NOC, so the qualifier must be 1, not {qualifier}")
    points = row.integer("points") if row.text("points") else None
    draw = row.integer("draw", least=1) if row.text("draw") else None
    return _Line(row, rank, shared is not None, Entry(noc, qualifier, points), draw)


def _ranking(event: str, lines: list[_Line]) -> Ranking:
    lines.sort(key=lambda line: (line.rank, line.draw or 0))
    tied: list[tuple[int, ...]] = []
    start = 0
    for _, lines_of_rank in itertools.groupby(lines, key=lambda line: line.rank):
        group = list(lines_of_rank)
        first = group[0]
        if first.rank != start + 1:
            raise first.row.error(
                "rank", f"rank {start + 1} of {event} is missing before rank {first.rank}; ranks must have no gap"
            )
        if len(group) > 1:
            _check_tie(event, group)
            if group[0].draw is None:
                tied.append(tuple(range(start + 1, start + 1 + len(group))))
        elif first.shared:
            raise first.row.error("rank", f"rank {first.rank}= of {event} is shared with no other row")
        elif first.draw is not None:
            raise first.row.error("draw", "a draw is recorded where there is no tie")
        start += len(group)
    _check_qualifiers(event, lines)
    return Ranking(tuple(line.entry for line in lines), tuple(tied))


def _check_tie(event: str, group: list[_Line]) -> None:
    for line in group:
        if not line.shared:
            raise group[-1].row.error(
                "rank", f"rank {line.rank} of {event} appears twice; write {line.rank}= on every row if they are tied"
            )
    draws = [line.draw for line in group]
    if any(draw is not None for draw in draws) and sorted(draw or 0 for draw in draws) != list(
        range(1, len(group) + 1)
    ):
        raise group[-1].row.error("draw", f"a draw of {len(group)} tied entries must number them 1 to {len(group)}")


def _check_qualifiers(event: str, lines: list[_Line]) -> None:
    seen: set[tuple[str, int]] = set()
    last: dict[str, int] = {}
    unknown = owed = 0  # entries so far of unknown NOCs, and qualifiers that only they can be
    numberless: dict[str, int] = {}  # an NOC's entries of unknown qualifier since its last known one
    for line in lines:
        noc, qualifier = line.entry.noc, line.entry.qualifier
        if noc is None:
            unknown += 1
            continue
        if qualifier is None:
            numberless[noc] = numberless.get(noc, 0) + 1
            continue
        above = numberless.pop(noc, 0)
        before = last.get(noc, 0) + above
        if (noc, qualifier) in seen:
            raise line.row.error("qualifier", f"{noc}'s qualifier {qualifier} appears twice in {event}")
        if before - above > qualifier:
            raise line.row.error(
                "qualifier", f"{noc}'s qualifier {qualifier} comes behind its qualifier {before - above} in {event}"
            )
        if above and before >= qualifier:
            raise line.row.error(
                "qualifier", f"{noc}'s qualifier {qualifier} comes behind {before} of its entries in {event}"
            )
        owed += qualifier - 1 - before
        if owed > unknown:
            why = "too few unknown entries are above" if unknown else "an NOC's best result counts for qualifier 1"
            raise line.row.error(
                "qualifier",
                f"{noc}'s qualifier {qualifier} comes before its qualifier {qualifier - 1} in {event}; {why}",
            )
        seen.add((noc, qualifier))
        last[noc] = qualifier
