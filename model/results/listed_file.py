"""Ranked lists as a file: `standings.csv` with the columns event, ranking, rank, noc, athlete, and perhaps more."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from quotaproof.model.errors import InputError
from quotaproof.model.files import Row, read_rows, shown
from quotaproof.model.pathways import SumOfBest
from quotaproof.model.rules import Rules
from quotaproof.model.scenario_folder import RANKED_LISTS
from quotaproof.model.standings.rankings import Entry, Ranking, Standings

from .race_results import ATHLETE_PATTERN, RaceResults, hundredths, load_race_results, time_text
from .ranked_lists import ListedEntry, RankedList, ranked_lists

Lists = Mapping[tuple[str, str], RankedList]


class _Line(NamedTuple):
    row: Row
    shared: bool
    draw: int | None
    entry: ListedEntry


def load_ranked_lists(path: Path, rules: Rules) -> dict[tuple[str, str], RankedList]:
    """Return the ranked lists of a CSV file: (event, ranking) -> list; a tie is `4=` on each row, as in standings.

    Raises
    ------
    InputError
        With file, line and field: an unknown event or list, none where the event has several, an athlete twice in a
        list, ranks with a gap, no division where a rank counts differently by it.
    """
    rows = read_rows(path, RANKED_LISTS.asked, RANKED_LISTS.allowed)
    return ranked_lists_of(rows, rules)


def ranked_lists_of(rows: Iterable[Row], rules: Rules) -> dict[tuple[str, str], RankedList]:
    """Return the lists of rows with the columns of such a file; errors as in `load_ranked_lists`."""
    known = [(event, rule.identifier) for rule in rules.rankings for event in rule.events]
    found: dict[tuple[str, str], list[_Line]] = {}
    for row in rows:
        event = row.choice("event", [one.identifier for one in rules.events])
        ranking = _ranking(row, event, [name for own, name in known if own == event])
        line = _line(row, team=rules.event(event).kind == "relay")
        _check_division(line, rules, event, ranking)
        found.setdefault((event, ranking), []).append(line)
    return {key: _list(*key, found.get(key, [])) for key in known}


def _ranking(row: Row, event: str, names: list[str]) -> str:
    """The list of a row; an event's only one need not be named."""
    if row.text("ranking") or not names:
        return row.choice("ranking", names)
    if len(names) > 1:
        raise row.error("ranking", f"{event} has several lists, and none is named; use one of {', '.join(names)}")
    return names[0]


def _check_division(line: _Line, rules: Rules, event: str, ranking: str) -> None:
    """Refuse a division that the rules do not name, and none for a rank that counts differently by it."""
    by_best = [one for one in rules.pathways if isinstance(one, SumOfBest) and one.ranking == ranking]
    worth = [bound for one in by_best if event in one.places for bound in one.worth]
    division, rank = line.entry.division, line.entry.rank
    if not worth or division in {bound.division for bound in worth}:
        return
    known = ", ".join(dict.fromkeys(bound.division for bound in worth))
    if division:
        raise line.row.error("division", f"{shown(division)} is not one that counts by the rules; use one of {known}")
    if rank > min(bound.most for bound in worth):
        raise line.row.error(
            "division", f"rank {rank} counts differently by division, and none is given; use one of {known}"
        )


def _line(row: Row, *, team: bool) -> _Line:
    text = row.text("rank")
    shared = re.fullmatch(r"([1-9][0-9]{0,5})=", text)
    rank = int(shared[1]) if shared else row.integer("rank", least=1)
    noc = row.noc()
    athlete = row.text("athlete") or (noc.lower() if team else "")
    if not ATHLETE_PATTERN.fullmatch(athlete):
        problem = f"{shown(athlete)} is not an athlete's id; write lower-case words with hyphens such as can-jane-doe"
        raise row.error("athlete", problem)
    time = hundredths(row.text("time"))
    if time is None and row.text("time"):
        raise row.error("time", f"{shown(row.text('time'))} is not a time; write it such as 33.79 or 1:05.66")
    points = row.integer("points") if row.text("points") else 0
    draw = row.integer("draw", least=1) if row.text("draw") else None
    division = row.text("division") or None
    entry = ListedEntry(rank, noc, athlete, row.text("name"), 0, points, time, (), stated_division=division)
    return _Line(row, shared is not None, draw, entry)


def _list(event: str, ranking: str, lines: list[_Line]) -> RankedList:
    lines.sort(key=lambda line: (line.entry.rank, line.draw or 0, line.entry.noc, line.entry.athlete))
    seen: dict[str, Row] = {}
    numbers: dict[str, int] = {}
    entries: list[ListedEntry] = []
    for rank, same in itertools.groupby(lines, key=lambda line: line.entry.rank):
        group = list(same)
        if rank != len(entries) + 1:
            problem = f"rank {len(entries) + 1} of {event} is missing before rank {rank}; ranks must have no gap"
            raise group[0].row.error("rank", problem)
        if (len(group) > 1) != group[0].shared or len({line.shared for line in group}) > 1:
            raise group[-1].row.error("rank", f"write {rank}= on every row of a rank that is shared, and only there")
        draws = [line.draw for line in group]
        drawn = any(draw is not None for draw in draws)
        if drawn and (len(group) == 1 or draws != list(range(1, len(group) + 1))):
            raise group[-1].row.error("draw", f"a draw must number the rows that share a rank, 1 to {len(group)}")
        for place, line in enumerate(group):
            one = line.entry
            if one.athlete in seen:
                first = seen[one.athlete].line
                raise line.row.error("athlete", f"{one.athlete} is in this list already, on line {first}")
            seen[one.athlete] = line.row
            numbers[one.noc] = numbers.get(one.noc, 0) + 1
            own = rank + place if drawn else rank
            entries.append(replace(one, rank=own, number=numbers[one.noc], tied=len(group) > 1 and not drawn))
    return RankedList(event, ranking, tuple(entries))


def lists_csv(lists: Lists) -> str:
    """Return lists as the text of such a file; those that rank by ranks alone have the division of each."""
    by_rank = not any(entry.points or entry.time for one in lists.values() for entry in one.entries)
    divisions = by_rank and any(entry.division for one in lists.values() for entry in one.entries)
    rows = [
        (
            event,
            ranking,
            f"{entry.rank}=" if entry.tied else entry.rank,
            entry.noc,
            entry.athlete,
            entry.name,
            entry.points,
            "" if entry.time is None else time_text(entry.time),
            *([entry.division or ""] if divisions else []),
        )
        for (event, ranking), one in lists.items()
        for entry in one.entries
    ]
    return RANKED_LISTS.csv_text(rows, ("name", "points", "time", *(["division"] if divisions else [])))


def standings_of_lists(lists: Lists) -> Standings:
    """Return the first list of each event as a ranking of (NOC, number of its entry), for what asks no more."""
    rankings: dict[str, Ranking] = {}
    for (event, _), one in lists.items():
        if event in rankings or not one.entries:
            continue
        tied: dict[int, list[int]] = {}
        for place, entry in enumerate(one.entries, 1):
            if entry.tied:
                tied.setdefault(entry.rank, []).append(place)
        entries = tuple(Entry(entry.noc, entry.number, entry.points) for entry in one.entries)
        rankings[event] = Ranking(entries, tuple(map(tuple, tied.values())))
    return Standings(rankings)


def lists_of_files(
    rules: Rules, results_path: Path | None, standings_path: Path | None, rules_name: str
) -> tuple[RaceResults | None, dict[tuple[str, str], RankedList]]:
    """Return the results of races and the ranked lists: those of a standings.csv, or what the results give.

    Raises
    ------
    InputError
        If a file does not fit, or rules with ranked lists do not say which meets count.
    """
    results = load_race_results(results_path, rules) if results_path else None
    if not rules.by_lists:  # results are kept, and nothing is computed from them
        return results, {}
    if standings_path:
        return results, load_ranked_lists(standings_path, rules)
    if results is None:
        return None, {}
    if rules.results is None:
        raise InputError(f"{rules_name} has no table [results] that says which meets count", file=results_path)
    return results, ranked_lists(results, rules.results, rules.rankings)
