"""Scenario data, one folder per Games, found by id.

What reads a scenario is imported when one is read: the list and the completion of ids need none of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from quotaproof.model.errors import InputError
from quotaproof.model.stated_types import typed

if TYPE_CHECKING:
    from quotaproof.model.scenario import Scenario

FOLDER = Path(__file__).parent

SYNTHETIC = "synthetic-"
"""What the ids of scenarios with invented data begin with."""

ALTERED = "altered-"
"""What the ids of scenarios begin with whose data we changed on purpose."""


def kind_of_data(identifier: str) -> str:
    """Return what the data of a scenario that comes with quotaproof is, by its id: `real`, `altered` or `invented`.

    >>> [kind_of_data(name) for name in ("sochi-2014", "altered-beijing-2022", "synthetic-beijing-like")]
    ['real', 'altered', 'invented']
    """
    if identifier.startswith(SYNTHETIC):
        return "invented"
    return "altered" if identifier.startswith(ALTERED) else "real"


def identifiers() -> tuple[str, ...]:
    """Return the ids of the scenarios that come with quotaproof: those with real data first, in each part sorted."""
    names = (path.parent.name for path in FOLDER.glob("*/scenario.toml"))
    return tuple(sorted(names, key=lambda name: (kind_of_data(name) != "real", name)))


def real_identifiers() -> tuple[str, ...]:
    """Return the ids of the scenarios whose data is neither invented nor altered."""
    return tuple(name for name in identifiers() if kind_of_data(name) == "real")


@typed
def load_scenario(scenario: str | Path, *, contradictions: bool = False) -> Scenario:
    """Return a scenario by its id (such as `beijing-2022`) or by the path of its folder.

    The prefix `synthetic-` of an id may be left out where no other scenario has the rest as its id. With
    `contradictions` facts of known.csv may contradict each other, for `infer` to say which do.

    Raises
    ------
    InputError
        If there is none, or its files have a fault (one sentence with file, line and field).
    """
    from quotaproof.model.scenario_loading import load_folder

    known = identifiers()
    if not str(scenario):
        raise InputError(f"a scenario must be named, by the path of its folder or its id; ids are {', '.join(known)}")
    try:
        str(scenario).encode()
    except UnicodeEncodeError as error:
        raise InputError(f"the name {str(scenario)[:100]!r} is not UTF-8; rename the folder") from error
    if isinstance(scenario, str) and scenario in known:
        return load_folder(FOLDER / scenario, contradictions=contradictions)
    path = Path(scenario)
    try:
        found = path.is_dir()
    except OSError:  # a name that no file can have
        found = False
    if not found and isinstance(scenario, str) and f"{SYNTHETIC}{scenario}" in known:
        return load_folder(FOLDER / f"{SYNTHETIC}{scenario}", contradictions=contradictions)
    if not found:
        name, ids = str(scenario)[:100], ", ".join(known)
        raise InputError(f"{name!r} is neither the path of a scenario folder nor an id; ids are {ids}")
    return load_folder(path, contradictions=contradictions)
