"""The list of scenarios as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .grid import grid


def scenarios(rows: Sequence[Mapping[str, object]], form: str, *, color: bool = False) -> str:
    """Return the list of scenarios."""
    header = ["scenario", "title", "host", "quota places", "standings", "published table", "data"]
    lines = [
        [
            str(row["scenario"]),
            str(row["title"]),
            str(row["host"] or "-"),
            str(row["quota_places"]),
            f"{row['complete_standings']} of {row['events']} events",
            "yes" if row["published"] else "no",
            str(row["data"]),
        ]
        for row in rows
    ]
    return grid(header, lines, form, color=color, matter=["title", "quota places", "data", "standings"])
