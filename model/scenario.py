"""A scenario: rules, host, standings, facts, published table and declines, loaded from a folder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from .errors import IncompleteError, InputError
from .facts import Fact, load_facts
from .files import NOC_PATTERN, read_rows, read_toml, toml_line
from .published import Published, load_published
from .rules import GENDERS, Readings, Rules
from .rules_file import load_rules
from .standings import Standings, load_standings
from .tables import Identifier, Table, Words, parse_table

Noc = Annotated[str, Field(pattern=rf"^{NOC_PATTERN.pattern}$")]


class DatesTable(Table):
    """When the allocation was made; dates as ISO text."""

    announced: str | None = None
    final: str | None = None


class ScenarioTable(Table):
    """The file `scenario.toml`."""

    title: Words
    games: Words
    host: Noc | None = None
    rules: Annotated[str, Field(pattern=r"^[\w-]+\.toml$")] = "rules.toml"
    dates: DatesTable = Field(default_factory=DatesTable)
    complete: list[Identifier] = Field(default_factory=list)
    readings: dict[str, str] = Field(default_factory=dict)
    sources: list[Words] = Field(default_factory=list)


def scenario_schema() -> dict[str, Any]:
    """Return the JSON Schema of a `scenario.toml`."""
    return ScenarioTable.model_json_schema(by_alias=True)


@dataclass(frozen=True, slots=True)
class DeclinedEntry:
    """A start place an NOC gave back: its qualifier's entry in an event."""

    event: str
    noc: str
    qualifier: int
    date: str = ""
    source: str = ""


@dataclass(frozen=True)
class Scenario:
    """Everything one allocation question is asked of.

    Attributes
    ----------
    host
        The NOC with the host places, or None.
    readings
        How open clauses are read.
    folder, rules_name
        Where it was loaded from, if from a folder, and its rule file there.
    waived
        Events in which the host has given its guaranteed place back.
    abstains
        (event, NOC) of teams that will not enter though they may, because they gave their place back.
    excluded
        NOCs that are out, as if they had never been ranked.
    memo
        What has been computed of this very scenario, so that it need not be computed again; never carried over to
        a changed copy.
    """

    identifier: str
    title: str
    games: str
    host: str | None
    rules: Rules
    readings: Readings = field(default_factory=Readings)
    standings: Standings = field(default_factory=Standings)
    facts: tuple[Fact, ...] = ()
    published: Published | None = None
    declines: tuple[DeclinedEntry, ...] = ()
    dates: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    folder: Path | None = None
    rules_name: str = "rules.toml"
    waived: frozenset[str] = frozenset()
    abstains: frozenset[tuple[str, str]] = frozenset()
    excluded: frozenset[str] = frozenset()
    memo: dict[tuple[str, str], Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    @property
    def nocs(self) -> tuple[str, ...]:
        """All NOCs the scenario names, sorted."""
        named = set(self.standings.nocs)
        named.update(self.published.nocs if self.published else ())
        named.update(noc for fact in self.facts for noc in (fact.noc, fact.other) if noc)
        named.update(decline.noc for decline in self.declines)
        if self.host:
            named.add(self.host)
        named -= self.excluded
        return tuple(sorted(named))

    def with_readings(self, values: Mapping[str, str]) -> Scenario:
        """Return the scenario with some readings chosen; InputError if a name or value is unknown."""
        return replace(self, readings=self.readings.with_values(values))

    def is_host_event(self, event: str) -> bool:
        """Return whether the host has a start place in this event in any case."""
        if self.host is None or event not in self.rules.host_events or event in self.waived:
            return False
        # The athletes for a guaranteed mixed relay come from the guaranteed relays (see rules_file).
        return self.rules.event(event).gender != "mixed" or all(
            self.is_host_event(relay.identifier) for gender in GENDERS if (relay := self.rules.relay(gender))
        )

    def require_complete(self) -> None:
        """Raise IncompleteError unless every event's ranking is known in full."""
        for event in self.standings.incomplete_events(self.rules):
            ranking = self.standings.rankings.get(event)
            if ranking is None:
                raise IncompleteError(
                    f"the ranking of {event} is unknown, and an allocation needs complete standings; "
                    "use verify, which works with unknown ones",
                    file="standings.csv",
                )
            rank = next(r for r, entry in enumerate(ranking.entries, 1) if None in (entry.noc, entry.qualifier))
            raise IncompleteError(
                f"rank {rank} of {event} is unknown, and an allocation needs complete standings; "
                "use verify, which works with unknown ones",
                file="standings.csv",
            )


def load_folder(folder: Path) -> Scenario:
    """Return the scenario in a folder (scenario.toml and rules.toml; the other files may be absent).

    Raises
    ------
    InputError
        In one sentence, with file, line and field, for whatever does not fit.
    """
    try:
        found = folder.is_dir()
    except OSError:  # a name that is too long, or a folder above that may not be read
        found = False
    if not found:
        raise InputError("there is no such scenario folder", file=folder)
    path = folder / "scenario.toml"
    data, text = read_toml(path)
    table = parse_table(ScenarioTable, data, path, text)
    rules = load_rules(folder / table.rules)

    def wrong(problem: str, name: str) -> InputError:
        return InputError(problem, file=path, line=toml_line(text, (name,)), field=name)

    try:
        defaults = {reading.name: reading.default for reading in rules.readings}
        readings = Readings.of({**defaults, **table.readings})
    except InputError as error:
        raise wrong(error.problem, "readings") from error

    def optional(name: str) -> Path | None:
        file = folder / name
        return file if file.exists() or file.is_symlink() else None

    standings_path, facts_path = optional("standings.csv"), optional("known.csv")
    published_path, declines_path = optional("published.csv"), optional("declines.csv")
    standings = load_standings(standings_path, rules) if standings_path else Standings()
    identifiers = {event.identifier for event in rules.events}
    for event in table.complete:
        if event not in identifiers:
            raise wrong(f"{event!r} is not an event; events are {', '.join(sorted(identifiers))}", "complete")
        if event in standings.incomplete_events(rules):
            raise wrong(f"{event} is said to be complete, but standings.csv does not have it in full", "complete")
    return Scenario(
        identifier=folder.resolve().name,
        title=table.title,
        games=table.games,
        host=table.host,
        rules=rules,
        readings=readings,
        standings=standings,
        facts=load_facts(facts_path, rules) if facts_path else (),
        published=load_published(published_path, rules) if published_path else None,
        declines=load_declines(declines_path, rules, standings) if declines_path else (),
        dates={name: value for name, value in table.dates.model_dump().items() if value},
        sources=tuple(table.sources),
        folder=folder,
        rules_name=table.rules,
    )


def load_declines(path: Path, rules: Rules, standings: Standings) -> tuple[DeclinedEntry, ...]:
    """Return the declines of a CSV file with the columns event, noc, qualifier, date, source.

    Raises
    ------
    InputError
        With file, line and field; also where a complete ranking has no such entry.
    """
    declines: dict[tuple[str, str, int], DeclinedEntry] = {}
    claims = {event: set(ranking.claims()) for event, ranking in standings.rankings.items() if ranking.complete}
    known = [event.identifier for event in rules.events]
    for row in read_rows(path, ("event", "noc", "qualifier", "date", "source")):
        event, noc, qualifier = row.choice("event", known), row.noc(), row.integer("qualifier", least=1, most=999)
        if noc is None:
            raise row.error("noc", "the NOC is missing")
        if rules.event(event).kind == "relay" and qualifier != 1:
            raise row.error("qualifier", f"a relay has one team per NOC, so the qualifier must be 1, not {qualifier}")
        if (event, noc, qualifier) in declines:
            raise row.error("qualifier", f"{noc}'s qualifier {qualifier} in {event} is declined twice")
        if event in claims and (noc, qualifier) not in claims[event]:
            raise row.error("qualifier", f"{noc} has no qualifier {qualifier} in {event} to decline")
        date, source = row.values["date"].strip(), row.values["source"].strip()
        if date and not re.fullmatch(r"[0-9]{4}-[01][0-9]-[0-3][0-9]", date):
            raise row.error("date", f"{date[:40]!r} is not a date; write YYYY-MM-DD or leave it empty")
        declines[event, noc, qualifier] = DeclinedEntry(event, noc, qualifier, date, source)
    return tuple(declines.values())
