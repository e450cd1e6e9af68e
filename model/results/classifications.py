"""Classifications: the positions of each NOC's qualifiers at the qualifying meets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from quotaproof.model.files import Row, read_rows, shown
from quotaproof.model.rules import Rules
from quotaproof.model.scenario_folder import CLASSIFICATIONS, DRAWS

MEET_PATTERN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Result:
    """An NOC's k-th best position in an event at a meet; `noc` is None where nobody published it.

    `certain` is False where the source does not record the order to which the position belongs.
    """

    meet: str
    event: str
    noc: str | None
    qualifier: int | None
    position: int
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Draw:
    """A recorded draw: the tied entries of an event are drawn 1, 2, ...; `row` is its place."""

    event: str
    noc: str
    qualifier: int
    number: int
    row: Row = field(compare=False, repr=False)


@dataclass(frozen=True)
class Classifications:
    """Results at meets, and draws that settled ties of the standings they give."""

    results: tuple[Result, ...] = ()
    draws: tuple[Draw, ...] = ()

    @cached_property
    def by_event(self) -> Mapping[str, tuple[Result, ...]]:
        """Event -> its results, in their order."""
        by_event: dict[str, list[Result]] = {}
        for result in self.results:
            by_event.setdefault(result.event, []).append(result)
        return {event: tuple(results) for event, results in by_event.items()}

    def why_open(self, event: str, rules: Rules) -> str | None:
        """Return why the event's ranking is not known from these results, or None if it is.

        It is open if a result is of an unknown NOC, whose results elsewhere would have to be added to it, or if a meet
        at which the event is held has no results yet.
        """
        results = self.by_event.get(event, ())
        if not results:
            return f"there are no results of {event}"
        if rules.soqc is None:
            return "the rule file does not say how standings are computed; it has no table [soqc]"
        for result in results:
            if result.noc is None:
                return f"position {result.position} of {event} at {result.meet} is of an unknown NOC"
        missing = [meet for meet in rules.soqc.held(event) if all(result.meet != meet for result in results)]
        return f"there are no results of {event} at {', '.join(missing)}" if missing else None


def load_classifications(path: Path, rules: Rules, draws: Path | None = None) -> Classifications:
    """Return the results of a CSV file with the columns meet, event, noc, qualifier, position[, certain].

    Parameters
    ----------
    draws
        A CSV file with the columns event, noc, qualifier, draw[, date][, source], if draws are recorded.

    Raises
    ------
    InputError
        With file, line and field; also where an NOC's second qualifier at a meet has no first, or is in front of it.
    """
    return classifications_of(
        read_rows(path, CLASSIFICATIONS.required, CLASSIFICATIONS.optional),
        rules,
        read_rows(draws, DRAWS.required, DRAWS.optional) if draws else (),
    )


def classifications_of(rows: Iterable[Row], rules: Rules, draws: Iterable[Row] = ()) -> Classifications:
    """Return the results of rows with the columns of a `classifications.csv`; errors as in `load_classifications`."""
    events = [event.identifier for event in rules.events]
    results: list[Result] = []
    by_noc: dict[tuple[str, str, str], list[tuple[Result, Row]]] = {}
    unnamed: set[str] = set()
    for row in rows:
        result = _result(row, rules, events)
        results.append(result)
        if result.noc is None:
            unnamed.add(result.event)
        else:
            by_noc.setdefault((result.meet, result.event, result.noc), []).append((result, row))
    for (_, event, _), own in by_noc.items():
        _check_qualifiers(own, may_miss=event in unnamed)
    return Classifications(tuple(results), _draws(draws, rules, events))


def _result(row: Row, rules: Rules, events: list[str]) -> Result:
    event = row.choice("event", events)
    meet = _meet(row, event, rules)
    noc = row.noc_or_unknown()
    qualifier: int | None = None
    if noc is not None or row.text("qualifier") not in ("?", ""):
        qualifier = _qualifier(row, rules, event)
    position = row.integer("position", least=1)
    if rules.soqc is not None and position >= rules.soqc.missed_position:
        raise row.error(
            "position",
            f"{position} is not better than what a meet missed counts by the rule file, {rules.soqc.missed_position}",
        )
    certain = row.choice("certain", ("1", "0", "")) if "certain" in row.values else "1"
    return Result(meet, event, noc, qualifier, position, certain != "0")


def _meet(row: Row, event: str, rules: Rules) -> str:
    if rules.soqc is not None:
        meet = row.choice("meet", rules.soqc.meets)
        if meet not in rules.soqc.held(event):
            raise row.error("meet", f"by the rule file {event} is not held at {meet}")
        return meet
    text = row.text("meet")
    if len(text) > 60 or not MEET_PATTERN.fullmatch(text):
        raise row.error("meet", f"{shown(text)} is not the name of a meet; write one such as torino-2013")
    return text


def _qualifier(row: Row, rules: Rules, event: str) -> int:
    qualifier = row.integer("qualifier", least=1, most=999)
    if rules.event(event).kind == "relay" and qualifier != 1:
        raise row.error("qualifier", f"a relay has one team per NOC, so the qualifier must be 1, not {qualifier}")
    return qualifier


def _check_qualifiers(own: list[tuple[Result, Row]], *, may_miss: bool) -> None:
    """An NOC's qualifiers at a meet are its results there, numbered from the best."""
    own.sort(key=lambda item: (item[0].qualifier or 0, item[1].line))
    before: Result | None = None
    for result, row in own:
        noc, qualifier, where = result.noc, result.qualifier or 0, f"in {result.event} at {result.meet}"
        last = (before.qualifier or 0) if before else 0
        if before and qualifier == last:
            raise row.error("qualifier", f"{noc}'s qualifier {qualifier} {where} appears twice")
        if qualifier != last + 1 and not may_miss:
            raise row.error(
                "qualifier",
                f"{noc} has a qualifier {qualifier} {where}, but no qualifier {last + 1}; "
                "number its results from the best",
            )
        if before and result.position < before.position:
            raise row.error(
                "position",
                f"{noc}'s qualifier {qualifier} {where} has position {result.position}, better than its qualifier "
                f"{last} with {before.position}; an NOC's best result counts for qualifier 1",
            )
        before = result


def _draws(rows: Iterable[Row], rules: Rules, events: list[str]) -> tuple[Draw, ...]:
    draws: dict[tuple[str, str, int], Draw] = {}
    for row in rows:
        event, noc = row.choice("event", events), row.noc()
        if rules.soqc is not None and "draw" not in rules.soqc.ties:
            raise row.error("draw", "by the rule file no draw settles a tie; the list ties of [soqc] has none")
        key = (event, noc, _qualifier(row, rules, event))
        if key in draws:
            raise row.error("qualifier", f"{noc}'s qualifier {key[2]} in {event} is drawn twice")
        draws[key] = Draw(*key, row.integer("draw", least=1, most=999), row)
    return tuple(draws.values())
