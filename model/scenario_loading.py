"""A scenario loaded from its folder: what `scenario.toml` may contain, and what must fit together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from quotaproof.model.results.classifications import load_classifications
from quotaproof.model.results.scoring import standings_of
from quotaproof.model.standings.facts import load_known, require_agreement
from quotaproof.model.standings.rankings import Standings, load_standings

from .aliases import Alias, check_aliases, require_federation
from .criteria import load_criteria
from .dates import Day
from .entries import load_entries
from .errors import InputError
from .files import NOC_PATTERN, not_among, read_rows, read_toml, toml_line
from .later_changes import load_declines, load_invitations
from .pathways import KthEntryTiers, RankTiers, SumOfBest
from .published import load_published
from .results.listed_file import lists_of_files, standings_of_lists
from .rules import Rules
from .rules_file import load_rules
from .scenario import MeetAhead, PublishedListFile, Scenario
from .scenario_folder import (
    CLASSIFICATIONS,
    CRITERIA,
    DECLINES,
    DRAWS,
    ENTRIES,
    INVITATIONS,
    KNOWN,
    PUBLISHED,
    RANKED_LISTS,
    RESULTS,
    RULES,
    SCENARIO,
    STANDINGS,
    ScenarioFile,
)
from .schema_words import described
from .toml_schema import Identifier, OneLine, TomlTable, Words, parse_table, refuse_repeated

Noc = Annotated[str, Field(pattern=rf"^{NOC_PATTERN.pattern}$")]


class DatesTable(TomlTable):
    """When the allocation was made."""

    announced: Day | None = None
    final: Day | None = None


class PublishedListTable(TomlTable):
    """A ranked list that somebody published, in a file of the folder, and what is to be known of it."""

    file: Annotated[str, Field(pattern=r"^[\w.-]+\.csv$")]
    title: Words
    source: Words
    note: OneLine = ""


class AliasTable(TomlTable):
    """One of `[[aliases]]`: a code under which federations start, and how many places each may have in an event."""

    code: Noc
    federations: Annotated[list[Noc], Field(min_length=1, max_length=20)]
    per_event: Annotated[int, Field(ge=1, le=99)] | None = None
    clause: Words
    source: Words


class MeetTable(TomlTable):
    """One of `[[meets]]`: a meet's races, event -> number, and its pace, the fastest ice being 1."""

    identifier: Identifier = Field(alias="id")
    races: dict[Identifier, Annotated[int, Field(ge=1, le=9)]] = Field(default_factory=dict)
    pace: Annotated[float, Field(ge=0.5, le=2)] | None = None
    source: Words


class ScenarioTable(TomlTable):
    """The file `scenario.toml`."""

    title: Words
    games: Words
    host: Noc | None = None
    rules: Annotated[str, Field(pattern=r"^[\w-]+\.toml$")] = RULES.name
    dates: DatesTable = Field(default_factory=DatesTable)
    complete: list[Identifier] = Field(default_factory=list)
    readings: dict[str, str] = Field(default_factory=dict)
    aliases: list[AliasTable] = Field(default_factory=list)
    sources: list[Words] = Field(default_factory=list)
    published_lists: list[PublishedListTable] = Field(default_factory=list)
    meets: list[MeetTable] = Field(default_factory=list)


def scenario_schema() -> dict[str, Any]:
    """Return the JSON Schema of a `scenario.toml`."""
    return described(ScenarioTable)


def load_folder(folder: Path, *, contradictions: bool = False) -> Scenario:
    """Return the scenario in a folder (scenario.toml and rules.toml; the other files may be absent).

    With `contradictions` facts of known.csv may contradict each other.

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
    path = folder / SCENARIO.name
    data, text = read_toml(path)
    table = parse_table(ScenarioTable, data, path, text)
    rules = load_rules(folder / table.rules)

    def wrong(problem: str, name: str) -> InputError:
        return InputError(problem, file=path, line=toml_line(text, (name,)), field=name)

    try:
        readings = rules.default_readings.with_values(table.readings)
    except InputError as error:
        raise wrong(error.problem, "readings") from error

    aliases = tuple(
        Alias(one.code, tuple(one.federations), one.per_event, one.clause, one.source) for one in table.aliases
    )
    try:
        check_aliases(aliases)
    except InputError as error:
        raise wrong(error.problem, "aliases") from error
    for pathway in rules.pathways if any(alias.per_event is not None for alias in aliases) else ():
        if isinstance(pathway, SumOfBest | RankTiers | KthEntryTiers):
            problem = (
                f"per-event has no meaning where NOCs have several places at once, by {pathway.kind} "
                f"({pathway.identifier} of {table.rules}); leave it out"
            )
            raise wrong(problem, "aliases")
    try:
        require_federation(aliases, table.host)
    except InputError as error:
        raise wrong(error.problem, "host") from error

    def optional(file: ScenarioFile) -> Path | None:
        path = folder / file.name
        return path if path.exists() or path.is_symlink() else None

    standings_path, facts_path = optional(STANDINGS), optional(KNOWN)
    published_path, declines_path = optional(PUBLISHED), optional(DECLINES)
    classified_path, draws_path = optional(CLASSIFICATIONS), optional(DRAWS)
    invitations_path = optional(INVITATIONS)
    if rules.by_lists:
        for file in (CLASSIFICATIONS, DRAWS, KNOWN, DECLINES, INVITATIONS, CRITERIA):
            if (given := optional(file)) is not None:
                problem = (
                    f"this file belongs to SOQCs of qualifiers, and the places of {table.rules} go down ranked lists"
                )
                raise InputError(problem, file=given)
    elif (given := optional(ENTRIES)) is not None:
        problem = f"entries are compared with places down ranked lists, and {table.rules} has none"
        raise InputError(problem, file=given)
    classifications = load_classifications(classified_path, rules, draws_path) if classified_path else None
    if draws_path and not classified_path:
        raise InputError(
            "draws settle ties of standings that are computed, so classifications.csv must be there too",
            file=draws_path,
        )
    standings = Standings()
    results_path = optional(RESULTS)
    results, lists = lists_of_files(rules, results_path, standings_path, table.rules)
    if rules.by_lists:
        standings = standings_of_lists(lists)
    elif standings_path:
        standings = load_standings(standings_path, rules)
    elif classified_path and classifications:
        if rules.soqc is None:
            raise InputError(
                f"standings are to be computed from these results, but {table.rules} has no table [soqc] that says how",
                file=classified_path,
            )
        standings = Standings(standings_of(classifications, rules, readings).rankings)
    criteria_path, entries_path = optional(CRITERIA), optional(ENTRIES)
    ranked = RANKED_LISTS if rules.by_lists else STANDINGS
    naming = (ranked, CLASSIFICATIONS, DRAWS, PUBLISHED, DECLINES, INVITATIONS, RESULTS, ENTRIES)
    for file in naming if aliases else ():
        if named := optional(file):
            _require_federations(named, file, aliases)
    known = load_known(facts_path, rules, aliases, contradictions=contradictions) if facts_path else ((), ())
    if facts_path and not contradictions:
        require_agreement(known[0], standings, facts_path)
    printed = load_published(published_path, rules) if published_path else None
    identifiers = {event.identifier for event in rules.events}
    for event in table.complete:
        if event not in identifiers:
            raise wrong(not_among(event, sorted(identifiers), "not an event; events are"), "complete")
        if event in standings.incomplete_events(rules):
            what = "standings.csv does" if standings_path or not classified_path else "its results do"
            raise wrong(f"{event} is said to be complete, but {what} not have it in full", "complete")
    ahead = _meets_ahead(table, rules, wrong)
    refuse_repeated(data, path, text)
    return Scenario(
        identifier=folder.resolve().name,
        title=table.title,
        games=table.games,
        host=table.host,
        rules=rules,
        readings=readings,
        standings=standings,
        facts=known[0],
        remarks=known[1],
        published=printed if printed is not None and not printed.unknown else None,
        partial=printed if printed is not None and printed.unknown else None,
        declines=load_declines(declines_path, rules, standings) if declines_path else (),
        invitations=load_invitations(invitations_path, rules) if invitations_path else (),
        classifications=classifications,
        listed=standings if standings_path and not rules.by_lists else None,
        own_readings=readings,
        dates={name: value for name, value in table.dates.model_dump().items() if value},
        sources=tuple(table.sources),
        criteria=load_criteria(criteria_path, rules) if criteria_path else (),
        results=results,
        lists=lists,
        entered=load_entries(entries_path, rules) if entries_path else (),
        published_lists=tuple(PublishedListFile(*one.model_dump().values()) for one in table.published_lists),
        aliases=aliases,
        meets_ahead=ahead,
        folder=folder,
        rules_name=table.rules,
    )


def _meets_ahead(table: ScenarioTable, rules: Rules, wrong: Callable[[str, str], InputError]) -> tuple[MeetAhead, ...]:
    """What is known of meets before they are held."""
    meets = rules.results.meets if rules.results is not None else rules.soqc.meets if rules.soqc is not None else ()
    events = [event.identifier for event in rules.events]
    found: dict[str, MeetAhead] = {}
    for one in table.meets:
        if one.identifier not in meets:
            says = f"not a meet of the rules; {'those are' if meets else 'the rules name none'}"
            raise wrong(not_among(one.identifier, meets, says).rstrip(), "meets")
        if one.identifier in found:
            raise wrong(f"{one.identifier} is there twice; state all that is known of a meet in one table", "meets")
        for event in one.races:
            if event not in events:
                raise wrong(not_among(event, sorted(events), "not an event; events are"), "meets")
        found[one.identifier] = MeetAhead(one.identifier, one.source, one.races, one.pace)
    return tuple(found.values())


def _require_federations(path: Path, file: ScenarioFile, aliases: tuple[Alias, ...]) -> None:
    """Raise InputError where a file has the code of an alias for a federation."""
    for row in read_rows(path, file.columns(), None):
        for field_ in ("noc", "taken-by"):
            try:
                require_federation(aliases, row.text(field_))
            except InputError as error:
                raise row.error(field_, error.problem) from error
