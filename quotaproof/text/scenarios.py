"""The list of scenarios as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .grid import grid, noc_with_name

TITLE = 32
"""Characters that a title keeps: most are on two lines then."""


def scenarios(rows: Sequence[Mapping[str, object]], form: str, *, color: bool = False) -> str:
    """Return the list of scenarios."""
    header = ["scenario", "title", "host", "quota places", "standings known", "published table", "data"]
    lines = [
        [
            str(row["scenario"]),
            str(row["title"]),
            _host(row["host"], form),
            str(row["quota_places"]),
            f"{row['complete_standings']} of {row['events']}",
            "yes" if row["published"] else "no",
            str(row["data"]),
        ]
        for row in rows
    ]
    matter = ["title", "quota places", "data", "standings known", "published table"]
    return grid(header, lines, form, color=color, matter=matter, readable=TITLE)


def _host(noc: object, form: str) -> str:
    """The host with its name, and in a CSV its code."""
    return "-" if not noc else str(noc) if form == "csv" else noc_with_name(str(noc))
