"""Scenario data, one folder per Games, found by id."""

from __future__ import annotations

from pathlib import Path

from quotaproof.model.errors import InputError
from quotaproof.model.scenario import Scenario, load_folder

FOLDER = Path(__file__).parent


def identifiers() -> tuple[str, ...]:
    """Return the ids of the scenarios that come with quotaproof, sorted."""
    return tuple(sorted(path.parent.name for path in FOLDER.glob("*/scenario.toml")))


def load_scenario(scenario: str | Path) -> Scenario:
    """Return a scenario by its id (such as `beijing-2022`) or by the path of its folder.

    Raises
    ------
    InputError
        If there is none, or its files have a fault (one sentence with file, line and field).
    """
    if isinstance(scenario, str) and scenario in identifiers():
        return load_folder(FOLDER / scenario)
    path = Path(scenario)
    try:
        found = path.is_dir()
    except OSError:  # a name that no file can have
        found = False
    if not found:
        name, known = str(scenario)[:100], ", ".join(identifiers())
        raise InputError(f"{name!r} is neither the path of a scenario folder nor an id; ids are {known}")
    return load_folder(path)
