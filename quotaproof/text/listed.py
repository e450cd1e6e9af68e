"""Allocations and standings by ranked lists as text."""

from __future__ import annotations

from collections.abc import Sequence

from quotaproof.model.allocation import Allocation
from quotaproof.model.quantities import counted, meet_words, men_and_women
from quotaproof.model.results.listed_file import lists_csv
from quotaproof.model.results.race_results import time_text
from quotaproof.model.results.ranked_lists import Counted, ListedEntry, PointsDifference
from quotaproof.model.scenario import Scenario

from .grid import bullet_of, grid, names_below, wrap
from .tables import allocated_by, below, quota_table

LISTED = ["NOC", "name"]
"""The columns of a list that stay longest."""


def listed_allocation(result: Allocation, scenario: Scenario, form: str, *, color: bool = False) -> str:
    """Return an allocation as a quota table; as text and Markdown also who has the places, and the reserve lists."""
    table = quota_table(result.to_published(), form, color=color)
    if form == "csv":
        return table
    names = _names(scenario)
    summary = _summary(result)
    parts = [f"{table}\n{below(summary, result, form)}"]
    titles = {pathway.identifier: pathway.title for pathway in result.rules.pathways}
    for event, placed in result.entries.items():
        rows = [
            [str(number), one.noc, names.get((event, one.athlete), one.athlete), titles[one.pathway]]
            for number, one in enumerate(placed, 1)
        ]
        line = [
            [f"r{number}", one.noc, names.get((event, one.athlete), one.athlete) + " (tied)" * one.tied, "reserve"]
            for number, one in enumerate(result.reserve.get(event, ()), 1)
        ]
        back = [
            ["-", one.noc, names.get((event, one.athlete), one.athlete), "taken back"]
            for one in result.taken_back.get(event, ())
        ]
        label = result.rules.event(event).label
        heading = f"## {label[:1].upper()}{label[1:]}\n" if form == "markdown" else f"{label[:1].upper()}{label[1:]}"
        header, lines = ["place", "NOC", "name", "by"], [*rows, *line, *back]
        parts.append(f"{heading}\n{grid(header, lines, form, color=color, matter=LISTED)}")
    return "\n".join(parts)


def _summary(result: Allocation) -> str:
    men, women = result.totals
    lines = [f"{counted(sum(sum(numbers.values()) for numbers in result.places.values()), 'start place')}."]
    if result.rules.gives_quota_places and result.status != "tie":
        caps = result.rules.gender_caps
        follow = "follows" if men + women == 1 else "follow"
        lines.append(f"{counted(men + women, 'quota place')} {follow}, {men_and_women((men, women))}.")
        if men > caps["men"] or women > caps["women"]:
            lines.append(f"That is more than may start: {men_and_women((caps['men'], caps['women']))}.")
    return " ".join([*lines, allocated_by(result)])


def _names(scenario: Scenario) -> dict[tuple[str, str], str]:
    return {(event, entry.athlete): entry.label for (event, _), one in scenario.lists.items() for entry in one.entries}


def counted_words(one: Counted) -> str:
    """Return a result and what it counts for, such as `60 Salt Lake City A1`."""
    result = one.result
    rank = f"{result.division or ''}{'-' if result.rank is None else result.rank}".strip()
    short = rank if result.division is None or len(result.division) < 3 else f"{result.division} {result.rank or '-'}"
    points = f"{one.points} " if result.points is not None or one.points else ""
    return f"{points}{meet_words(result.meet)} {short}"


def listed_standings(
    scenario: Scenario,
    differences: Sequence[PointsDifference],
    form: str,
    *,
    events: frozenset[str] = frozenset(),
    color: bool = False,
) -> str:
    """Return the ranked lists: each entry's counting results, and what broke its tie; then printed points that differ.

    Parameters
    ----------
    events
        The events shown; all if empty.
    """
    lists = {key: one for key, one in scenario.lists.items() if not events or key[0] in events}
    if form == "csv":
        return lists_csv(lists)
    parts: list[str] = [] if lists else ["No list has an entry.\n"]
    for (event, ranking), one in lists.items():
        label = scenario.rules.event(event).label
        several = sum(of == event for of, _ in scenario.lists) > 1
        heading = f"{label[:1].upper()}{label[1:]}{f', {ranking}' if several else ''}"
        heading = f"## {heading}\n" if form == "markdown" else heading
        if not one.entries:
            parts.append(f"{heading}\nNobody has a result that counts.\n")
            continue
        rule = next(r for r in scenario.rules.rankings if r.identifier == ranking and event in r.events)
        header = ["rank", "NOC", "name", "points", "time", "results", "tie broken by"]
        rows = [_row(entry, by_time=rule.measure == "time") for entry in one.entries]
        if rule.measure == "rank":  # neither points nor times are in such results
            idle = {
                n for n, name in enumerate(header) if name in ("points", "time") and {r[n] for r in rows} <= {"", "0"}
            }
            header, *rows = [[cell for n, cell in enumerate(row) if n not in idle] for row in (header, *rows)]
        parts.append(f"{heading}\n{grid(header, rows, form, color=color, matter=LISTED)}")
    if differences:
        bullet = bullet_of(form)
        lines = "\n".join(
            f"{bullet}{one.message(scenario.rules.event(one.result.event).label)}." for one in differences
        )
        lines = f"{lines if form == 'markdown' else wrap(lines)}\n"
        parts.append(f"Printed points that are not those of the rules' tables:\n\n{lines}")
    elif scenario.results is not None and scenario.rules.results is not None and scenario.rules.results.tables:
        parts.append("All printed points are those of the rules' tables.\n")
    names = names_below(sorted({entry.noc for one in lists.values() for entry in one.entries}), scenario.shown)
    if names:
        parts.append(f"{names if form == 'markdown' else wrap(names)}\n")
    return "\n".join(parts)


def _row(entry: ListedEntry, *, by_time: bool) -> list[str]:
    results = [one for one in entry.results if one.result.time == entry.time] if by_time else entry.results
    shown = ", ".join(f"({counted_words(one)})" if not one.counts else counted_words(one) for one in results)
    return [
        f"{entry.rank}=" if entry.tied else str(entry.rank),
        entry.noc,
        entry.label,
        str(entry.points),
        "" if entry.time is None else time_text(entry.time),
        shown,
        "nothing" if entry.tied else entry.tie_broken_by or "",
    ]
