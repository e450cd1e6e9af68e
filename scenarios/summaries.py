"""What the list of scenarios says of each, without reading it whole.

What a scenario has follows from all of its files, and for a season that is some thousand results. So the answers for
those that come with quotaproof are kept in `summaries.json`, each with the checksum of the files that it was found
from. A folder whose checksum is another one is read whole. `make summaries` renews the file.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from typing_extensions import TypedDict  # pydantic reads that of `typing` from Python 3.12 on only

from . import FOLDER, identifiers, kind_of_data, load_scenario

KEPT = FOLDER / "summaries.json"


class SummaryDocument(TypedDict):
    """A scenario in the list; `complete_standings` counts the events whose standings are known in full."""

    scenario: str
    title: str
    host: str | None
    quota_places: int
    events: int
    complete_standings: int
    published: bool
    data: Literal["real", "altered", "invented"]


def summaries() -> list[dict[str, object]]:
    """Return the summary of each scenario that comes with quotaproof, in the order of `identifiers`.

    Raises
    ------
    InputError
        If one of their files has a fault.
    """
    kept = _kept()
    found: list[dict[str, object]] = []
    for identifier in identifiers():
        one = kept.get(identifier)
        is_true = isinstance(one, dict) and one.get("files") == checksum(FOLDER / identifier)
        found.append(dict(one["summary"]) if isinstance(one, dict) and is_true else summary(identifier))
    return found


def summary(identifier: str) -> dict[str, object]:
    """Return what the list says of a scenario, which is read whole for it.

    Raises
    ------
    InputError
        If its files have a fault.
    """
    scenario = load_scenario(identifier)
    missing = scenario.standings.incomplete_events(scenario.rules)
    return {
        "scenario": scenario.identifier,
        "title": scenario.title,
        "host": scenario.host,
        "quota_places": scenario.rules.total,
        "events": len(scenario.rules.events),
        "complete_standings": len(scenario.rules.events) - len(missing),
        "published": scenario.published is not None,
        "data": kind_of_data(scenario.identifier),
    }


def checksum(folder: Path) -> int:
    """Return a number that changes with the name or the content of any file of a scenario folder."""
    found = 0
    for path in sorted(folder.glob("*.*")):
        if path.suffix in (".toml", ".csv"):
            found = zlib.crc32(path.read_bytes(), zlib.crc32(path.name.encode(), found))
    return found


def document() -> str:
    """Return the text of `summaries.json` as it should be.

    Raises
    ------
    InputError
        If the files of a scenario have a fault.
    """
    kept = {name: {"files": checksum(FOLDER / name), "summary": summary(name)} for name in identifiers()}
    return json.dumps(kept, indent=2, ensure_ascii=False) + "\n"


def _kept() -> Mapping[str, object]:
    """What is kept; nothing, if the file is not there or somebody has spoilt it."""
    try:
        kept = json.loads(KEPT.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}
