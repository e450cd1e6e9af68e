"""The summary of a sweep as text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from quotaproof.model.published import ATHLETES

from .grid import grid, label, names_below, wrap

if TYPE_CHECKING:
    from quotaproof.model.scenario import Scenario
    from quotaproof.solver.sweep.summary import Summary

SHOWN = 12
"""Rows of a table that the formats `table` and `markdown` show."""

Rows = Sequence[dict[str, Any]]
Heading = tuple[str, str]

GAINS = (
    ("noc", "NOC"),
    ("gains", "gains at"),
    ("loses", "loses at"),
    ("points", "of points"),
    ("start_places", "start places"),
    ("quota_places", "quota places"),
)
DECLINES = (("change", "declined"), ("points", "points"), ("moved", "places moved"), ("mean", "per point"))
CELLS = (("noc", "NOC"), ("column", "column"), ("points", "changes at"))
QUOTA = (("noc", "NOC"), ("mean", "mean"), ("least", "least"), ("most", "most"), ("any", "share with any"))


ANSWERED = {
    "batch": "answered all together, without a solver",
    "greedy": "answered place by place, without a solver",
    "cp-sat": "answered by CP-SAT",
}
"""An engine -> how it answers."""


def sweep(summary: Summary, scenario: Scenario, form: str, *, color: bool = False) -> str:
    """Return the summary; as CSV its main table: who gains or, where nothing but standings differs, quota places."""
    document = summary.to_dict()
    if form == "csv":
        main = ("gains", GAINS) if "gains" in document else ("quota_places", QUOTA)
        return _table(document[main[0]], main[1], form, color=color, most=None)
    parts = [_counts(summary, scenario, document)]
    nocs: dict[str, None] = {}

    def add(title: str, rows: Rows, columns: Sequence[Heading]) -> None:
        if rows:
            more = f" (the first {SHOWN} of {len(rows)})" if len(rows) > SHOWN else ""
            heading = f"**{title}**{more}" if form == "markdown" else f"{title}{more}:"
            heading = heading if form == "markdown" else wrap(heading)
            rows = [_in_words(row, scenario) for row in rows[:SHOWN]]
            nocs.update(dict.fromkeys(noc for row in rows for noc in _nocs(row)))
            parts.append(f"{heading}\n\n{_table(rows, columns, form, color=color, most=SHOWN)}".rstrip("\n"))

    if "gains" in document:
        mostly = [row for row in document["gains"] if row["gains"] or row["loses"]]
        add("Who gains, where others decline" if summary.units else "Who gains", mostly, GAINS)
    if "declines" in document:
        add("Which declines matter: places of other NOCs that move", document["declines"], DECLINES)
    if "gains" in document:
        add("Cells that change", document["cells"], CELLS)
    if "grid" in document:
        names = [(name, name) for name in summary.grid_names]
        add("The grid: quota places, summed over its points", document["grid"], [
            *names, ("points", "points"), ("men", "men"), ("women", "women")
        ])  # fmt: skip
    if summary.samples:
        add("Quota places over all points", document["quota_places"], QUOTA)
    below = names_below(sorted(nocs), scenario.shown)
    if below:
        parts.append(below if form == "markdown" else wrap(below))
    return "\n\n".join(parts) + "\n"


def _column(column: str, scenario: Scenario) -> str:
    return column if column == ATHLETES else label(scenario, column)


def change_words(change: str, scenario: Scenario) -> str:
    """Return a decline such as `KAZ:men-500` in words."""
    return re.sub(r"(?<=[A-Z]{3}):([a-z0-9-]+)", lambda found: f" {_column(found[1], scenario)}", change)


def _in_words(row: dict[str, Any], scenario: Scenario) -> dict[str, Any]:
    """A row with its events in words."""
    told = dict(row)
    if "column" in row:
        told["column"] = _column(row["column"], scenario)
    if "change" in row:
        told["change"] = change_words(row["change"], scenario)
    return told


def _nocs(row: dict[str, Any]) -> list[str]:
    """The codes of NOCs in a row."""
    return re.findall(r"\b[A-Z]{3}\b", f"{row.get('noc', '')} {row.get('change', '')}")


def _counts(summary: Summary, scenario: Scenario, document: dict[str, Any]) -> str:
    statuses, proved = document["status"], document["proved"]
    points = f"{summary.points:,} {'point' if summary.points == 1 else 'points'}"
    lines = [f"{scenario.title}: {points}, {ANSWERED[summary.engine]}."]
    if proved:
        every = "all" if proved == summary.points else f"{proved:,}"
        lines.append(f"CP-SAT has proved {every} of them.")
    words = {
        "tie": "ended in a tie that the readings do not break (their rows hold what is certain)",
        "impossible": "without an answer, because the rules or what an NOC has do not allow the question",
        "unknown": "without a known result, because a limit was reached",
    }
    lines += [f"{statuses[name]:,} {word}." for name, word in words.items() if statuses[name]]
    if len(summary.modes) > 1:
        compared, differ = document["modes"].values()
        if compared:
            lines.append(
                "Filling the holes (sequential) and allocating everything again (rerun) differ at "
                f"{differ:,} of {compared:,} declines that have an answer in both."
            )
    if summary.samples:
        number = f"{summary.samples:,} invented ones" if summary.samples != 1 else "invented"
        lines.append(f"The standings are {number}.")
    return wrap(" ".join(lines))


def _table(rows: Rows, columns: Sequence[Heading], form: str, *, color: bool, most: int | None) -> str:
    header = [key if form == "csv" else name for key, name in columns]
    lines = [[str(row[key]) for key, _ in columns] for row in rows[:most]]
    return grid(header, lines, form, color=color)
