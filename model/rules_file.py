"""The rule file: its schema (pydantic, JSON Schema) and the reading of it into `Rules`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from quotaproof.model.results.soqc_file import SoqcTable, soqc_of

from .errors import InputError
from .files import not_among, read_toml, shown, toml_line
from .near_words import asked
from .pathways import (
    ENTITLED,
    LEFT_OVER,
    REALLOCATION,
    AnyPathway,
    AnyPathwayTable,
    ListedPathway,
    QuotaPlaces,
    Reallocation,
    ReallocationTable,
    TeamTopUp,
)
from .results.ranking_tables import RankingTable, ResultsTable, ranking_rules_of, result_rules_of
from .rules import (
    CAP_LIMIT,
    GENDERS,
    READING_VALUES,
    REDUCTION,
    SOQC_READINGS,
    AthletesCounted,
    Event,
    EventKind,
    Reading,
    Rules,
)
from .rules_by_lists import check_lists
from .schema_words import described
from .toml_schema import Identifier, TomlTable, Words, field_of, parse_table, refuse_repeated

Cap = Annotated[int, Field(ge=0, le=CAP_LIMIT)]


Rsc = Annotated[str, Field(pattern=r"^[A-Z]{3}[MWX][A-Z0-9][A-Z0-9+-]{17}-{12}$")]
"""Discipline (3), gender (1), event (18), phase (4) and unit (8); those of an event have no phase and no unit."""
RSC_GENDERS = {"men": "M", "women": "W", "mixed": "X"}


class EventTable(TomlTable):
    """An event: gender, kind and caps; `athletes` of a gender's relay is how many a team must have."""

    identifier: Identifier = Field(alias="id")
    """Such as `men-500`."""
    gender: Literal["men", "women", "mixed"]
    """Whose it is."""
    kind: EventKind
    """`individual`, `relay` (a team of one NOC) or `couple` (one man and one woman; the gender is `mixed`)."""
    start_places: Cap
    """How many start places it has."""
    per_noc: Cap = 1
    """How many of them an NOC may have."""
    team: dict[Literal["men", "women"], Annotated[int, Field(ge=1, le=10)]] | None = None
    """Of a mixed relay: how many men and women an NOC needs to enter."""
    athletes: Annotated[int, Field(ge=1, le=10)] | None = None
    """Of a relay of men or of women: how many athletes a team must have; only `reduce` looks at it."""
    rsc: Rsc | None = None
    """Its code in the Olympic Data Feed, such as `STKW500M` and 26 hyphens; it is only printed."""


class HostTable(TomlTable):
    """Events in which the host, named in the scenario file, has one start place in any case."""

    events: list[Identifier]
    clause: Words


class TotalTable(TomlTable):
    """Quota places in all, and per gender (how binding is the reading `gender-cap`).

    `athletes-counted` says how published tables count an NOC's athletes. Only `verify` looks at it.
    """

    athletes: Cap
    men: Cap
    women: Cap
    athletes_counted: AthletesCounted | None = None


class ReadingTable(TomlTable):
    """A clause that is open: the question, the clause, the values and the default."""

    name: Literal[
        "gender-cap", "remaining-ties", "fifth-in-walk", "declines", "soqc-ties", "tie-positions", "reduction"
    ]
    question: Words
    clause: Words
    values: Annotated[list[str], Field(min_length=1)]
    default: str


class RulesTable(TomlTable):
    """The rules of one Games' allocation, as a file."""

    title: Words
    total: TotalTable
    host: HostTable
    events: Annotated[list[EventTable], Field(min_length=1)]
    pathways: list[AnyPathwayTable] = Field(default_factory=list)
    results: ResultsTable | None = None
    rankings: list[RankingTable] = Field(default_factory=list)
    soqc: SoqcTable | None = None
    readings: list[ReadingTable] = Field(default_factory=list)


def rules_schema() -> dict[str, Any]:
    """Return the JSON Schema of a rule file."""
    return described(RulesTable)


def load_rules(path: Path) -> Rules:
    """Return the rules that a TOML file states.

    Raises
    ------
    InputError
        If it does not follow the schema, names an event or pathway that is not there, has pathways that use each
        other in a cycle, or composes primitives in a way that has no meaning.
    """
    data, text = read_toml(path)
    table = parse_table(RulesTable, data, path, text)

    def wrong(problem: str, *location: str | int) -> InputError:
        return InputError(problem, file=path, line=toml_line(text, location), field=field_of(location))

    rules = _Checker(table, wrong).rules()
    refuse_repeated(data, path, text)
    return rules


class _Checker:
    """Turns a checked table into `Rules`, refusing what the schema alone cannot see."""

    def __init__(self, table: RulesTable, wrong: Any) -> None:
        self.table = table
        self.wrong = wrong
        self.events: dict[str, Event] = {}

    def rules(self) -> Rules:
        self._events()
        self._order()
        pathways = tuple(self._pathway(number) for number in range(len(self.table.pathways)))
        results = result_rules_of(self.table.results, self.events, self.wrong) if self.table.results else None
        rankings = ranking_rules_of(self.table.rankings, self.events, results, self.wrong)
        if rankings or any(isinstance(pathway, ListedPathway) for pathway in pathways):
            check_lists(self.table, pathways, rankings, self.events, self.wrong)
        elif self.table.total.athletes_counted == "sum":
            problem = "the sum of start places is a count of rules with ranked lists; use largest, between or unchecked"
            raise self.wrong(problem, "total", "athletes-counted")
        else:
            self._composition(pathways)
        self._host()
        return Rules(
            title=self.table.title,
            events=tuple(self.events.values()),
            total=self.table.total.athletes,
            gender_caps={"men": self.table.total.men, "women": self.table.total.women},
            host_events=tuple(self.table.host.events),
            host_clause=self.table.host.clause,
            pathways=pathways,
            readings=tuple(self._readings()),
            athletes_counted=self.table.total.athletes_counted,
            results=results,
            rankings=rankings,
            soqc=soqc_of(self.table.soqc, self.events, self.wrong) if self.table.soqc else None,
        )

    def _events(self) -> None:
        for number, event in enumerate(self.table.events):
            where = ("events", number)
            if event.identifier in self.events:
                raise self.wrong(f"event {event.identifier} is defined twice", *where, "id")
            if event.kind == "relay" and event.per_noc != 1:
                raise self.wrong("a relay has one team per NOC, so per-noc must be 1", *where, "per-noc")
            if event.kind == "individual" and event.gender == "mixed":
                raise self.wrong("an individual event is for men or for women", *where, "gender")
            if event.kind == "couple" and event.gender != "mixed":
                raise self.wrong("a couple is one man and one woman, so gender must be mixed", *where, "gender")
            if (event.gender == "mixed" and event.kind == "relay") != (event.team is not None):
                raise self.wrong(
                    "a mixed relay, and no other event, states team = {men = N, women = N}", *where, "team"
                )
            if event.athletes is not None and (event.kind != "relay" or event.gender == "mixed"):
                problem = "a relay of men or of women, and no other event, states how many athletes a team must have"
                raise self.wrong(problem, *where, "athletes")
            if event.team is not None and set(event.team) != set(GENDERS):
                raise self.wrong("team must state both men and women", *where, "team")
            if event.kind == "relay" and any(
                other.kind == "relay" and other.gender == event.gender for other in self.events.values()
            ):
                raise self.wrong(
                    f"there is a second relay for {event.gender}; one per gender is meant", *where, "gender"
                )
            if event.rsc is not None and event.rsc[3] != (letter := RSC_GENDERS[event.gender]):
                problem = f"the code of an event of gender {event.gender} has {letter} behind the discipline"
                raise self.wrong(problem, *where, "rsc")
            if event.rsc is not None and any(other.rsc == event.rsc for other in self.events.values()):
                raise self.wrong("another event has the same code", *where, "rsc")
            team = {gender: event.team[gender] for gender in GENDERS} if event.team else {}
            team = dict.fromkeys(GENDERS, 1) if event.kind == "couple" else team
            self.events[event.identifier] = Event(
                event.identifier,
                event.gender,
                event.kind,
                event.start_places,
                event.per_noc,
                team,
                event.athletes or 1,
                event.rsc or "",
            )

    def _order(self) -> None:
        """Pathways are in order of priority, so each may use only those above it."""
        identifiers = [pathway.identifier for pathway in self.table.pathways]
        for number, identifier in enumerate(identifiers):
            if identifier in identifiers[:number]:
                raise self.wrong(f"pathway {identifier} is defined twice", "pathways", number, "id")
        uses = {pathway.identifier: self._named(pathway) for pathway in self.table.pathways}
        for number, pathway in enumerate(self.table.pathways):
            for used in uses[pathway.identifier]:
                if used not in uses:
                    key = "uses" if used in pathway.uses else "repeats"
                    raise self.wrong(
                        f"pathway {used} is not defined{asked(used, identifiers)}", "pathways", number, key
                    )
        for number, pathway in enumerate(self.table.pathways):
            cycle = _cycle(uses, pathway.identifier)
            if cycle:
                raise self.wrong(
                    f"pathways use each other in a cycle, {' -> '.join(cycle)}", "pathways", number, "uses"
                )
            for used in uses[pathway.identifier]:
                if identifiers.index(used) > number:
                    key = "uses" if used in pathway.uses else "repeats"
                    raise self.wrong(
                        f"pathway {pathway.identifier} uses {used}, which comes after it; put {used} first",
                        "pathways",
                        number,
                        key,
                    )

    @staticmethod
    def _named(pathway: AnyPathwayTable) -> list[str]:
        return [*pathway.uses, *(pathway.repeats if isinstance(pathway, ReallocationTable) else ())]

    def _pathway(self, number: int) -> AnyPathway:
        def event(identifier: str, kind: str, key: str, *, mixed: bool = False) -> str:
            found = self.events.get(identifier)
            where = ("pathways", number, key)
            if found is None:
                raise self.wrong(not_among(identifier, self.events, "not an event; events are"), *where)
            if kind != "any" and (found.kind != kind or (found.gender == "mixed") != mixed):
                one_gender = "a relay of one gender" if kind == "relay" else "an individual event"
                wanted = "a mixed relay" if mixed else one_gender
                raise self.wrong(f"{identifier} does not fit; {wanted} is meant", *where)
            return identifier

        return self.table.pathways[number].to_pathway(event)

    def _composition(self, pathways: tuple[AnyPathway, ...]) -> None:
        """Start places, then what follows from them, then what is left over, then reallocation."""
        if not pathways:
            raise self.wrong("there must be a pathway, or a table [[rankings]] with pathways that go by it", "pathways")
        stages = [pathway.stage for pathway in pathways]
        for number in range(1, len(stages)):
            if stages[number] < stages[number - 1]:
                raise self.wrong(
                    "pathways must come in the order start places, quota-places, top-up and remainder, reallocation",
                    "pathways",
                    number,
                )
        if stages.count(ENTITLED) != 1:
            raise self.wrong(
                f"there must be one pathway of kind quota-places; there are {stages.count(ENTITLED)}", "pathways"
            )
        if stages.count(REALLOCATION) > 1:
            raise self.wrong("there is more than one pathway of kind reallocation", "pathways")
        given: dict[str, str] = {}
        for number, pathway in enumerate(pathways):
            if isinstance(pathway, Reallocation):
                table = self.table.pathways[number]
                for key in ("withdrawn", "ranking", "competition"):
                    if getattr(table, key) is not None:
                        raise self.wrong(
                            "this belongs to ranked lists, and these rules have none", "pathways", number, key
                        )
                for repeated in pathway.repeats:
                    if next(p for p in pathways if p.identifier == repeated).stage != LEFT_OVER:
                        raise self.wrong(
                            f"{repeated} does not hand out quota places, so it cannot be repeated",
                            "pathways",
                            number,
                            "repeats",
                        )
            key = "event" if isinstance(pathway, TeamTopUp) else "events"
            for event in pathway.hands_out:
                if event in given:
                    raise self.wrong(f"{event} is handed out twice, by {given[event]} too", "pathways", number, key)
                given[event] = pathway.identifier
        for event in self.events:
            if event not in given:
                raise self.wrong(f"no pathway hands out the start places of {event}", "pathways")
        quota = next(pathway for pathway in pathways if isinstance(pathway, QuotaPlaces))
        for number, identifier in enumerate(self.events):
            if max(self.events[identifier].team.values(), default=0) > quota.relay_athletes:
                raise self.wrong("a team needs more athletes than a relay brings", "events", number, "team")
            event_ = self.events[identifier]
            if event_.kind == "individual" and event_.noc_cap > quota.relay_athletes:
                raise self.wrong(
                    f"an NOC may have {event_.noc_cap} start places here, but a relay brings {quota.relay_athletes} "
                    "athletes; then a relay place could lower what an NOC needs",
                    "events",
                    number,
                    "per-noc",
                )

    def _host(self) -> None:
        host = self.table.host.events
        for identifier in host:
            if identifier not in self.events:
                raise self.wrong(f"{identifier!r} is not an event{asked(identifier, self.events)}", "host", "events")
            if host.count(identifier) > 1:
                raise self.wrong(f"{identifier} appears twice", "host", "events")
            if min(self.events[identifier].start_places, self.events[identifier].noc_cap) == 0:
                raise self.wrong(f"{identifier} has no start place to keep for the host", "host", "events")
        relays = {event.gender for event in self.events.values() if event.kind == "relay" and event.identifier in host}
        if "mixed" in relays and not relays >= set(GENDERS):
            raise self.wrong(
                "a host place in the mixed relay needs host places in both other relays, which bring its athletes",
                "host",
                "events",
            )

    def _readings(self) -> list[Reading]:
        readings: list[Reading] = []
        for number, table in enumerate(self.table.readings):
            where = ("readings", number)
            if any(reading.name == table.name for reading in readings):
                raise self.wrong(f"reading {table.name} is defined twice", *where, "name")
            for value in table.values:
                if value not in READING_VALUES[table.name]:
                    known = ", ".join(READING_VALUES[table.name])
                    meant = asked(value, READING_VALUES[table.name])
                    raise self.wrong(
                        f"{shown(value)} is no value of {table.name}{meant}; use {known}", *where, "values"
                    )
                if table.values.count(value) > 1:
                    raise self.wrong(f"{value} appears twice", *where, "values")
            if table.name in SOQC_READINGS and self.table.soqc is None:
                problem = f"{table.name} says how results are ranked, and the rule file has no table [soqc]"
                raise self.wrong(problem, *where, "name")
            if table.name == REDUCTION and all(one.kind != "reduce-to-total" for one in self.table.pathways):
                problem = "reduction says whether places are taken back, and no pathway of kind reduce-to-total does so"
                raise self.wrong(problem, *where, "name")
            if table.default not in table.values:
                known = ", ".join(table.values)
                problem = f"the default must be one of {known}, not {shown(table.default)}"
                raise self.wrong(f"{problem}{asked(table.default, table.values)}", *where, "default")
            readings.append(Reading(table.name, table.question, table.clause, tuple(table.values), table.default))
        return readings


def _cycle(uses: Mapping[str, list[str]], start: str) -> list[str]:
    """Return a path of uses from `start` back to itself, or an empty list."""
    stack: list[list[str]] = [[start]]
    seen: set[str] = set()
    while stack:
        path = stack.pop()
        for used in uses[path[-1]]:
            if used == start:
                return [*path, used]
            if used not in seen:
                seen.add(used)
                stack.append([*path, used])
    return []
