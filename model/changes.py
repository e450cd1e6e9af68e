"""Changes to a scenario, as typed values: what a "what if" is made of.

Declines act on an allocation, in their order; all other changes alter the scenario before anything is allocated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from quotaproof.model.standings.rankings import Entry, Ranking, Standings, load_standings

from .disqualification import without_result
from .errors import InputError
from .files import NOC_PATTERN
from .listed_changes import with_cap, without_entries
from .quantities import counted
from .rules import Gender, Rules
from .scenario import Scenario


@dataclass(frozen=True, slots=True)
class Decline:
    """An NOC gives start places back: all, those of a gender, of an event, or a number (its last ones) of an event.

    With `qualifier` instead of `number`: those of this qualifier and all behind it. With a gender and a number: that
    many quota places, and the start places that it cannot fill without them.
    """

    noc: str
    event: str | None = None
    number: int | None = None
    gender: Gender | None = None
    qualifier: int | None = None
    date: str = ""

    @property
    def of_quota_places(self) -> bool:
        """Whether quota places are given back, and not start places."""
        return self.gender is not None and self.number is not None

    def __str__(self) -> str:
        what = self.event or self.gender
        number = f"={self.number}" if self.number is not None else ""
        return f"decline {self.noc}{f':{what}' if what else ''}{number}"


@dataclass(frozen=True, slots=True)
class Withdraw:
    """An athlete wants no place any more, in one event or in all; `athlete` is an id or a name of a ranked list."""

    athlete: str
    event: str | None = None

    def __str__(self) -> str:
        return f"withdraw {self.athlete}{f':{self.event}' if self.event else ''}"


@dataclass(frozen=True, slots=True)
class Exclude:
    """An NOC is out, as if it had never been ranked."""

    noc: str

    def __str__(self) -> str:
        return f"exclude {self.noc}"


@dataclass(frozen=True, slots=True)
class HostTo:
    """The host places go to another NOC, or to none."""

    noc: str | None

    def __str__(self) -> str:
        return f"host {self.noc or 'none'}"


@dataclass(frozen=True, slots=True)
class SetCap:
    """A cap has another value; names as in `Rules.with_caps`."""

    name: str
    value: int

    def __str__(self) -> str:
        return f"set {self.name}={self.value}"


@dataclass(frozen=True, slots=True)
class ChooseReading:
    """An open clause is read this way."""

    name: str
    value: str

    def __str__(self) -> str:
        return f"reading {self.name}={self.value}"


@dataclass(frozen=True, slots=True)
class ReplaceStandings:
    """Other standings, read from a file."""

    file: Path

    def __str__(self) -> str:
        return f"standings {self.file}"


@dataclass(frozen=True, slots=True)
class MoveEntry:
    """A qualifier moves to another rank; those between move by one."""

    noc: str
    event: str
    rank: int
    qualifier: int = 1

    def __str__(self) -> str:
        return f"move {self.noc}:{self.event}:{self.qualifier}={self.rank}"


@dataclass(frozen=True, slots=True)
class Disqualify:
    """A result at a meet no longer counts: the NOC's `qualifier`-th best there; those behind it move up."""

    noc: str
    event: str
    qualifier: int
    meet: str

    def __str__(self) -> str:
        return f"disqualify {self.noc}:{self.event}:{self.qualifier}@{self.meet}"


Change = Decline | Withdraw | Exclude | HostTo | SetCap | ChooseReading | ReplaceStandings | MoveEntry | Disqualify
GivingBack = Decline | Withdraw
"""The changes that act on an allocation, in their order."""


def apply(scenario: Scenario, changes: Iterable[Change]) -> Scenario:
    """Return the scenario with all changes but declines and withdrawals made, in their order.

    Readings come first, then results.

    A reading says how the results are ranked and a disqualification which count, so what is changed of the ranking is
    changed of that one.

    Raises
    ------
    InputError
        If a change names an NOC, event, cap, reading, rank or result that the scenario does not have.
    """
    changes = list(changes)
    if scenario.rules.by_lists:
        return apply_to_lists(scenario, changes)
    results_first = (ChooseReading, Disqualify)
    for change in sorted(
        changes, key=lambda change: results_first.index(type(change)) if isinstance(change, results_first) else 2
    ):
        match change:
            case Exclude(noc):
                scenario = _without(scenario, noc)
            case HostTo(noc):
                scenario = replace(scenario, host=noc)
            case SetCap(name, value):
                scenario = replace(scenario, rules=scenario.rules.with_caps({name: value}))
            case ChooseReading(name, value):
                scenario = scenario.with_readings({name: value})
            case ReplaceStandings(file):
                scenario = _with_standings(scenario, file)
            case MoveEntry():
                scenario = _moved(scenario, change)
            case Disqualify(noc, event, qualifier, meet):
                scenario = without_result(scenario, noc, event, qualifier, meet)
            case Withdraw(athlete):
                raise InputError(
                    f"{athlete} cannot withdraw: these places go by qualifiers of NOCs, which are no named athletes; "
                    "write --decline NOC:EVENT"
                )
    return scenario


def apply_to_lists(scenario: Scenario, changes: Iterable[Change]) -> Scenario:
    """Return what `apply` does, where places go down ranked lists; what has no meaning there is refused.

    Raises
    ------
    InputError
        As `apply`.
    """
    for change in changes:
        match change:
            case Exclude(noc):
                require_noc(scenario, noc)
                left = without_entries(scenario, nocs={noc})
                host = None if scenario.host == noc else scenario.host
                scenario = replace(left, host=host, excluded=scenario.excluded | {noc})
            case HostTo(noc):
                scenario = replace(scenario, host=noc)
            case SetCap(name, value):
                scenario = replace(scenario, rules=with_cap(scenario, name, value))
            case ChooseReading(name, value):
                scenario = scenario.with_readings({name: value})
            case ReplaceStandings() | MoveEntry() | Disqualify():
                raise InputError(
                    f"{change} does not fit: these places go down ranked lists, which follow from results; change the "
                    "results in a copy of the scenario's folder"
                )
            case Decline() | Withdraw():
                pass
    return scenario


def require_noc(scenario: Scenario, noc: str) -> str:
    """Return the NOC if the scenario names it; InputError otherwise."""
    if noc not in scenario.nocs:
        raise InputError(f"{noc} is not an NOC of {scenario.identifier}; its NOCs are {', '.join(scenario.nocs)}")
    return noc


def _without(scenario: Scenario, noc: str) -> Scenario:
    require_noc(scenario, noc)
    return replace(
        scenario,
        standings=scenario.standings.without(scenario.standings.of_nocs({noc})),
        host=None if scenario.host == noc else scenario.host,
        declines=tuple(decline for decline in scenario.declines if decline.noc != noc),
        excluded=scenario.excluded | {noc},
    )


def _with_standings(scenario: Scenario, file: Path) -> Scenario:
    """The scenario with the ranking of a file, which no results are behind."""
    if others := scenario.readings.ranked_otherwise(scenario.filed_readings):
        problem = f"{' and '.join(others)} says how results are ranked, and this file gives the order as it is"
        raise InputError(f"{problem}; leave the reading out", file=file)
    standings = load_standings(file, scenario.rules)
    return replace(scenario, standings=standings, listed=standings, classifications=None, facts=(), published=None)


def _moved(scenario: Scenario, change: MoveEntry) -> Scenario:
    ranking = scenario.standings.rankings.get(scenario.rules.event(change.event).identifier)
    entries = list(ranking.entries) if ranking else []
    place = next(
        (n for n, entry in enumerate(entries) if (entry.noc, entry.qualifier) == (change.noc, change.qualifier)), None
    )
    if not entries:
        raise InputError(f"the ranking of {change.event} is not known, so nobody can move in it")
    if place is None:
        held = sum(entry.noc == change.noc for entry in entries)
        last = f"it has {held} there" if held else "it is not in it"
        problem = f"{change.noc} has no qualifier {change.qualifier} in the ranking of {change.event}"
        raise InputError(f"{problem}; {last}")
    if not 1 <= change.rank <= len(entries):
        raise InputError(
            f"rank {change.rank} is not in the ranking of {change.event}, which has {counted(len(entries), 'rank')}"
        )
    entry = entries.pop(place)
    entries.insert(change.rank - 1, Entry(entry.noc, entry.qualifier))
    low, high = sorted((place + 1, change.rank))
    tied = tuple(group for group in (ranking.tied if ranking else ()) if group[-1] < low or group[0] > high)
    moved = Ranking(tuple(entries), tied)
    own = [e.qualifier for e in entries if e.noc == change.noc]
    if own != sorted(own, key=lambda k: k or 0):
        raise InputError(
            f"rank {change.rank} would put {change.noc}'s qualifiers in {change.event} out of order; "
            "an NOC's best result is its qualifier 1"
        )
    return replace(scenario, standings=Standings({**scenario.standings.rankings, change.event: moved}))


# Reading changes from text -----------------------------------------


def parse_decline(text: str, rules: Rules) -> Decline:
    """Return the decline that `NOC`, `NOC:EVENT`, `NOC:EVENT=N`, `NOC:men` or `NOC:men=N` states.

    Raises
    ------
    InputError
        If the text has another form, or names no event or gender.
    """
    match = re.fullmatch(r"([A-Z]{3})(?::([a-z0-9-]+)(?:=([0-9]{1,3}))?)?", text.strip())
    if match is None:
        raise InputError(f"{text!r} is not a decline; write NOC, NOC:EVENT, NOC:EVENT=N, NOC:men or NOC:men=N")
    noc, what, number = match[1], match[2], match[3]
    if number is not None and int(number) < 1:
        raise InputError(f"{text!r} declines nothing; the number must be 1 or more")
    if rules.is_quota_column(what):
        if number is not None and rules.by_lists:
            raise InputError(
                f"{text!r} gives back quota places alone, of which rules with ranked lists say nothing; name an event"
            )
        return Decline(noc, gender=what, number=int(number) if number is not None else None)
    event = rules.event(what).identifier if what else None
    return Decline(noc, event, int(number) if number is not None else None)


def parse_withdrawal(text: str, rules: Rules) -> Withdraw:
    """Return the withdrawal that `ATHLETE` or `ATHLETE:EVENT` states; InputError if it names no athlete or event."""
    athlete, colon, event = text.strip().partition(":")
    if not athlete or (colon and not event):
        raise InputError(f"{text!r} is not a withdrawal; write ATHLETE or ATHLETE:EVENT, the athlete's id or name")
    return Withdraw(athlete.strip(), rules.event(event.strip()).identifier if event else None)


def parse_giving_back(text: str, rules: Rules) -> GivingBack:
    """Return the withdrawal that a text beginning with `withdraw` states, or the decline; InputError if it is none."""
    kind, _, who = text.strip().partition(" ")
    return parse_withdrawal(who, rules) if kind == "withdraw" else parse_decline(text, rules)


def parse_cap(text: str) -> SetCap:
    """Return the change that `CAP=N` states; InputError if it has another form."""
    name, equals, value = text.partition("=")
    if not equals or not re.fullmatch(r"[0-9]{1,6}", value.strip()):
        raise InputError(f"{text!r} is not a cap; write CAP=N, such as total=120 or men-500=30")
    return SetCap(name.strip(), int(value))


def parse_move(text: str, rules: Rules) -> MoveEntry:
    """Return the change that `NOC:EVENT[:K]=RANK` states; InputError if it has another form."""
    match = re.fullmatch(r"([A-Z]{3}):([a-z0-9-]+)(?::([0-9]{1,2}))?=([0-9]{1,4})", text.strip())
    if match is None:
        raise InputError(f"{text!r} is not a move; write NOC:EVENT=RANK or NOC:EVENT:QUALIFIER=RANK")
    return MoveEntry(match[1], rules.event(match[2]).identifier, int(match[4]), int(match[3] or 1))


def parse_disqualification(text: str, rules: Rules) -> Disqualify:
    """Return the change that `NOC:EVENT[:K]@MEET` states; InputError if it has another form."""
    match = re.fullmatch(r"([A-Z]{3}):([a-z0-9-]+)(?::([0-9]{1,3}))?@([a-z0-9-]+)", text.strip())
    if match is None:
        raise InputError(f"{text!r} is not a result; write NOC:EVENT@MEET or NOC:EVENT:QUALIFIER@MEET")
    return Disqualify(match[1], rules.event(match[2]).identifier, int(match[3] or 1), match[4])


def parse_host(text: str) -> HostTo:
    """Return the change that an NOC's code or `none` states; InputError otherwise."""
    if text == "none":
        return HostTo(None)
    if not NOC_PATTERN.fullmatch(text):
        raise InputError(f"{text!r} is not a host; write an IOC code such as ITA, or none")
    return HostTo(text)


def parse_reading(text: str) -> ChooseReading:
    """Return the change that `NAME=VALUE` states; InputError if it has another form."""
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise InputError(f"{text!r} is not a reading; write NAME=VALUE, such as gender-cap=hard")
    return ChooseReading(name, value)
