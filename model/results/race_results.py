"""Race results, row by row: who was where in which race, with time and points as they are printed.

Unlike classifications, which number an NOC's results, these name who raced: an athlete, or a team of an NOC.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from quotaproof.model.errors import InputError
from quotaproof.model.files import Row, read_rows, shown
from quotaproof.model.near_words import asked
from quotaproof.model.pathways import SumOfBest
from quotaproof.model.scenario_folder import RESULTS

if TYPE_CHECKING:
    from quotaproof.model.rules import Rules

ATHLETE_PATTERN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""An athlete's id: lower-case words with hyphens, under which all spellings of a name fall together."""

RESULT_CODES = ("DNF", "DNS", "DQ", "DSQ", "WDR")
"""What may be written in place of a time, by the Olympic Data Feed and the federation's lists: who has no result."""

_TIME = re.compile(r"(?:([0-9]{1,2}):)?([0-9]{1,2}):([0-9]{2})\.([0-9]{1,2})|([0-9]{1,3})\.([0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class RaceResult:
    """A row of `results.csv`.

    Attributes
    ----------
    race
        The number of the race where a meet has several over one distance, from 1.
    division
        The division it was raced in, or None where there is none.
    rank
        The rank in this race and division; None for who was not ranked (disqualified, not finished, not started).
    athlete
        The athlete's id; for a team, the NOC's code in lower case.
    time
        Hundredths of a second, or None.
    points
        As printed; None where none are.
    row
        Its place, for messages.
    """

    meet: str
    event: str
    race: int
    division: str | None
    rank: int | None
    noc: str
    athlete: str
    name: str
    time: int | None
    points: int | None
    note: str
    row: Row = field(compare=False, repr=False)


@dataclass(frozen=True)
class RaceResults:
    """All rows of a `results.csv`, in file order."""

    rows: tuple[RaceResult, ...]

    @property
    def meets(self) -> tuple[str, ...]:
        """Meets with results, in the order of the rows."""
        return tuple(dict.fromkeys(result.meet for result in self.rows))

    @property
    def events(self) -> tuple[str, ...]:
        """Events with results, in the order of the rows."""
        return tuple(dict.fromkeys(result.event for result in self.rows))

    def until(self, meet: str) -> RaceResults:
        """Return the results up to and with a meet.

        Raises
        ------
        InputError
            If there are no results of this meet.
        """
        meets = self.meets
        if meet not in meets:
            raise InputError(f"{shown(meet)} is not a meet with results; those are {', '.join(meets)}")
        kept = set(meets[: meets.index(meet) + 1])
        return RaceResults(tuple(result for result in self.rows if result.meet in kept))


def hundredths(text: str) -> int | None:
    """Return a time such as `33.79`, `1:05.66` or `1:01:05.66` in hundredths of a second; None if it is not one.

    Examples
    --------
    >>> hundredths("1:05.66")
    6566
    """
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds, _, plain, _ = (int(part or 0) for part in match.groups())
    if seconds >= 60 or (hours and minutes >= 60):
        return None
    return ((hours * 60 + minutes) * 60 + seconds + plain) * 100 + int((match[4] or match[6]).ljust(2, "0"))


def time_text(time: int) -> str:
    """Return hundredths of a second as results lists print them, such as `1:05.66`."""
    minutes, rest = divmod(time, 6000)
    seconds, part = divmod(rest, 100)
    return f"{minutes}:{seconds:02}.{part:02}" if minutes else f"{seconds}.{part:02}"


def load_race_results(path: Path, rules: Rules) -> RaceResults:
    """Return the results of a CSV file with the columns meet, event[, race][, division], rank, noc[, athlete][, ...].

    Raises
    ------
    InputError
        With file, line and field: an unknown event, a time or rank that is none, an athlete twice in one race, one id
        under two NOCs.
    """
    return race_results_of(read_rows(path, RESULTS.required, RESULTS.optional), rules)


def race_results_of(rows: Iterable[Row], rules: Rules) -> RaceResults:
    """Return the results of rows with the columns of a `results.csv`; errors as in `load_race_results`."""
    events = [event.identifier for event in rules.events]
    divisions = {event: _divisions(rules, event) for event in events}
    results: list[RaceResult] = []
    ids: dict[tuple[str, str], RaceResult] = {}
    nocs: dict[str, RaceResult] = {}
    seen: dict[tuple[str, str, int, str | None, str], RaceResult] = {}
    for row in rows:
        result = _result(row, rules, events)
        first = nocs.setdefault(result.athlete, result)
        if first.noc != result.noc:
            raise row.error(
                "noc",
                f"{result.athlete} is of {result.noc} here and of {first.noc} on line {first.row.line}; "
                "an athlete starts for one NOC",
            )
        team = rules.event(result.event).kind == "relay"
        same = ids.setdefault((result.noc, result.name.casefold()), result) if result.name and not team else result
        if same.athlete != result.athlete:
            raise row.error(
                "athlete",
                f"{result.name} is {result.athlete} here and {same.athlete} on line {same.row.line}; "
                "write one id of one athlete, and names that tell two athletes apart",
            )
        if divisions[result.event] and result.division not in divisions[result.event]:
            known = divisions[result.event]
            what = f"{shown(result.division)} is" if result.division else "no division is"
            raise row.error(
                "division",
                f"{what} not one that counts by the rules{asked(result.division or '', known)}; use one of "
                f"{', '.join(known)}",
            )
        key = (result.meet, result.event, result.race, result.division, result.athlete)
        if key in seen:
            raise row.error(
                "athlete",
                f"{result.athlete} is in race {result.race} of {result.event} at {result.meet} already, "
                f"on line {seen[key].row.line}",
            )
        seen[key] = result
        results.append(result)
    return RaceResults(tuple(results))


def _divisions(rules: Rules, event: str) -> tuple[str, ...]:
    """The divisions that a result of an event may be of; none where the rules count every division."""
    tables = rules.results.tables if rules.results is not None else ()
    own = [table.divisions for table in tables if not table.events or event in table.events]
    if not all(own):
        own = []
    worth = [one.worth for one in rules.pathways if isinstance(one, SumOfBest) and event in one.places]
    own += [tuple(one.division for one in bounds) for bounds in worth]
    return tuple(dict.fromkeys(division for divisions in own for division in divisions))


def _result(row: Row, rules: Rules, events: Sequence[str]) -> RaceResult:
    event = row.choice("event", events)
    noc, athlete = row.noc(), row.text("athlete")
    if rules.event(event).kind == "relay" and not athlete:
        athlete = noc.lower()
    elif not ATHLETE_PATTERN.fullmatch(athlete):
        raise row.error(
            "athlete",
            f"{shown(athlete)} is not an athlete's id; write lower-case words with hyphens such as can-jane-doe",
        )
    time = hundredths(row.text("time"))
    if time is None and row.text("time") not in ("", *RESULT_CODES):
        known = ", ".join(RESULT_CODES)
        raise row.error(
            "time",
            f"{shown(row.text('time'))} is not a time; write it such as 33.79 or 1:05.66, nothing, or one of {known}",
        )
    meet = row.text("meet")
    if not meet:
        raise row.error("meet", "the meet is missing; write a name such as salt-lake-city-2025")
    return RaceResult(
        meet=meet,
        event=event,
        race=row.integer("race", least=1, most=99) if row.text("race") else 1,
        division=row.text("division") or None,
        rank=row.integer("rank", least=1) if row.text("rank") else None,
        noc=noc,
        athlete=athlete,
        name=row.text("name"),
        time=time,
        points=row.integer("points") if row.text("points") else None,
        note=row.text("note"),
        row=row,
    )
