"""What changes make of a scenario whose places go down ranked lists."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from quotaproof.model.results.listed_file import standings_of_lists

from .errors import InputError
from .pathways import ReduceToTotal
from .rules import Rules, is_gender
from .scenario import Scenario


def without_entries(
    scenario: Scenario, athletes: Collection[tuple[str, str]] = (), nocs: Collection[str] = ()
) -> Scenario:
    """Return the scenario without some entries of its ranked lists; the ranks of all others stay as they are.

    Parameters
    ----------
    athletes
        (event, athlete) of those who are out.
    nocs
        NOCs that are out in all events.
    """
    lists = {
        (event, name): replace(
            one,
            entries=tuple(e for e in one.entries if e.noc not in nocs and (event, e.athlete) not in athletes),
        )
        for (event, name), one in scenario.lists.items()
    }
    return replace(scenario, lists=lists, standings=standings_of_lists(lists))


def with_cap(scenario: Scenario, name: str, value: int) -> Rules:
    """Return the rules with a cap that a pathway goes by: the cap per NOC of named entries, or a gender's for a total.

    Raises
    ------
    InputError
        If the cap is none, or no pathway goes by it.
    """
    rules = scenario.rules
    changed = rules.with_caps({name: value})  # what is no cap at all is named first
    event, colon, _ = name.partition(":")
    if is_gender(name) and any(isinstance(pathway, ReduceToTotal) for pathway in scenario.pathways):
        return changed
    if colon and rules.names_entries(event):
        if value < 1:
            raise InputError(f"cap {name} cannot be {value}; use 1 or more")
        return changed
    caps = [f"{one.identifier}:noc" for one in rules.events if rules.names_entries(one.identifier)]
    known = f"caps that one goes by are {', '.join(caps)}" if caps else "leave it out"
    raise InputError(f"no pathway of these rules goes by the cap {name}; {known}")
