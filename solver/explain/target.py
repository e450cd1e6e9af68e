"""Targets: an outcome somebody asks about, such as `men>=5`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from quotaproof.model.errors import InputError
from quotaproof.model.pathways import (
    ListedPathway,
    NocQuota,
    ParallelWalk,
    QuotaPlaces,
    Reallocation,
    RelayPlaces,
    Remainder,
    TeamTopUp,
    refuse,
)
from quotaproof.model.published import ATHLETES
from quotaproof.model.rules import GENDERS, Rules


@dataclass(frozen=True, slots=True)
class Target:
    """An NOC has at least so many places in a column: an event, `men`, `women` or `athletes`."""

    noc: str
    column: str
    least: int

    def __str__(self) -> str:
        return f"{self.column}>={self.least}"


def parse_target(text: str, noc: str, rules: Rules) -> Target:
    """Return the target that `COLUMN>=N` states for an NOC.

    Raises
    ------
    InputError
        If the text has another form, names no column, or asks for more than an NOC can ever have.
    """
    match = re.fullmatch(r"([a-z0-9-]+)\s*>=\s*([0-9]{1,4})", text.strip())
    if match is None:
        raise InputError(f"{text!r} is not a target; write COLUMN>=N, such as men>=5 or women-500>=2")
    column, least = match[1], int(match[2])
    columns = [*(event.identifier for event in rules.events), *GENDERS, ATHLETES]
    if column not in columns:
        raise InputError(f"{column!r} is not a column; columns are {', '.join(columns)}")
    most = most_places(rules, column)
    if least > most:
        raise InputError(f"{column}>={least} cannot be asked: under these rules an NOC has at most {most} there")
    if least < 1:
        raise InputError(f"{column}>={least} always holds; ask for 1 or more")
    return Target(noc, column, least)


def most_places(rules: Rules, column: str) -> int:
    """Return the most places that any NOC can have in a column under the rules, whatever the standings."""
    if column == ATHLETES:
        return min(rules.total, sum(_most_athletes(rules) for _ in GENDERS))
    if rules.is_quota_column(column):
        return min(rules.total, _most_athletes(rules))
    event = rules.event(column)
    return min(event.noc_cap, event.start_places)


def next_least(rules: Rules, column: str | None, has: int | None) -> int | None:
    """Return one more than an NOC has in a column; None without a column, or where no NOC can have more."""
    if column is None or has is None or has >= most_places(rules, column):
        return None
    return has + 1


def _most_athletes(rules: Rules) -> int:
    """The largest number of quota places in a gender; every pathway in turn, from every number it can begin with."""
    numbers = {0}
    for pathway in rules.pathways:
        match pathway:
            case QuotaPlaces():
                largest = max((event.noc_cap for event in rules.events if event.kind == "individual"), default=0)
                bonus = pathway.bonus_from is not None
                numbers = set(range(largest + 1)) | {pathway.relay_athletes, pathway.relay_athletes + bonus}
            case TeamTopUp():
                team = rules.event(pathway.event).team.values()
                numbers |= {number + 1 for number in numbers if number + 1 in team}
            case Remainder():
                numbers |= {number + 1 for number in numbers if number == pathway.quota_places}
            case RelayPlaces() | ParallelWalk() | Reallocation():
                pass
            case NocQuota():
                numbers |= {cap.athletes for cap in pathway.caps}
            case ListedPathway():
                pass
            case _:
                refuse("explain", pathway)
    return max(numbers)
