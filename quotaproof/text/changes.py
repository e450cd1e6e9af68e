"""The changes that lead from what the rules give to a published table, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from quotaproof.model.published import ATHLETES
from quotaproof.model.quantities import joined, spelled
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.solver.verify.needed_changes import NeededChange
from quotaproof.solver.verify.ranked_entries import RankedEntry

from .grid import label

STATUS = {
    "on-record": "On record",
    "computed": "Computed (declines are on record, but not whose)",
    "no-record": "On no record",
}


def change_lines(changes: Iterable[NeededChange], scenario: Scenario, *, complete: bool) -> list[str]:
    """Return the changes as sentences: declines of an event together where the standings say who took what.

    With unknown standings it is a sentence for each change, in the order on record.
    """
    groups: dict[object, list[NeededChange]] = {}
    for number, change in enumerate(changes):
        together = complete and change.kind == "decline"
        groups.setdefault((change.status, change.event) if together else number, []).append(change)
    return [_line(group, scenario) for group in groups.values()]


def _line(group: Sequence[NeededChange], scenario: Scenario) -> str:
    first = group[0]
    said = _declines(group, scenario) if first.kind == "decline" else _single(first, scenario)
    head = STATUS[first.status] + (", outside the rules" if first.outside_the_rules else "")
    dates = "; ".join(dict.fromkeys(one.date for one in group if one.date))
    needed = {True: "; without it the table is impossible", False: "; the table alone does not show it", None: ""}
    line = f"{head}{f', {dates}' if dates else ''}: {said}{needed[first.needed]}."
    source = "; ".join(dict.fromkeys(one.source.rstrip(".") for one in group if one.source))
    return f"{line} Source: {source}." if source else line


def _declines(group: Sequence[NeededChange], scenario: Scenario) -> str:
    """Who gave places of an event back, who was passed over, and who has them."""
    givers = [one for one in group if not one.offered]
    passed = [one for one in group if one.offered]
    takers = group[0].taken_by
    parts: list[str] = []
    number = sum(one.number for one in givers)
    if givers:
        each = " each" if len(givers) > 1 and all(one.number == 1 for one in givers) else ""
        places = "a start place" if number == 1 or each else spelled(number, "start place")
        parts.append(f"{_who(givers)} gave back {places}{each}")
    if passed:
        parts.append(f"{_who(passed)}, next in line, did not take {'it' if number == 1 else 'one'}")
    if takers:
        names = [_entry(taker) for taker in takers]
        has = f"ha{'s' if len(names) == 1 else 've'} {'it' if len(names) == 1 else 'them'}"
        parts.append(f"{joined(names)} {has if number else 'took a place'}")
    else:
        parts.append("who took it is not known" if not group[0].entries else "nobody took it")
    return f"{label(scenario, group[0].event)}: {'; '.join(parts)}"


def _who(changes: Sequence[NeededChange]) -> str:
    names: list[str] = []
    for one in changes:
        names += [_entry(entry) for entry in one.entries] or [one.noc or "an NOC that is not known"]
    return joined(names)


def _entry(entry: RankedEntry) -> str:
    ordinals = {2: "second", 3: "third"}
    own = entry.noc
    if entry.qualifier is not None and entry.qualifier > 1:
        own = f"{own}'s {ordinals.get(entry.qualifier, f'qualifier {entry.qualifier}')}"
    return f"{own} (rank {entry.rank})" if entry.rank is not None else own


def _single(one: NeededChange, scenario: Scenario) -> str:
    quota = one.event in (*GENDERS, ATHLETES)
    what = spelled(one.number, "quota place" if quota else "start place")
    where = ""
    if one.event != ATHLETES:
        where = f" among the {one.event}" if one.event in GENDERS else f" in the {label(scenario, one.event)}"
    if one.kind == "return":
        return f"{one.noc} gave back {what}{where} and sent fewer athletes"
    verb = "was invited to" if one.kind == "invitation" else "was not invited for"
    return f"{one.noc} {verb} {what}{where}"
