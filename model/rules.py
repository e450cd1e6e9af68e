"""Rules of an allocation: events, caps, host places, ordered pathways and readings.

These are plain frozen values without a solver and without a file format; `rules_file` reads them from TOML.
Nothing here knows a particular Games.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeGuard, get_args

from quotaproof.model.results.soqc import Soqc, SoqcTies, TieCriterion, TiePositions

from .dates import is_after
from .errors import InputError, UnsupportedError
from .files import not_among, shown
from .pathways import (
    LISTED,
    AnyPathway,
    ListedPathway,
    NocQuota,
    QuotaPlaces,
    RankingPlaces,
    Reallocation,
    ReduceToTotal,
    ReserveList,
)
from .results.ranking_rules import RankingRule, ResultRules

Gender = Literal["men", "women"]
GENDERS: tuple[Gender, Gender] = ("men", "women")
NocGender = tuple[str, Gender]


def is_gender(column: str | None) -> TypeGuard[Gender]:
    """Return whether a column is one of quota places of men or of women, and not an event's."""
    return column in GENDERS


EventKind = Literal["individual", "relay", "couple"]
GenderCap = Literal["nominal", "walk", "hard"]
RemainingTies = Literal["refuse", "men-first", "women-first"]
FifthInWalk = Literal["yes", "no"]
Declines = Literal["sequential", "rerun"]
ReductionMode = Literal["none", "press-cycle"]
AthletesCounted = Literal["largest", "sum", "between", "unchecked"]
"""How a published table counts an NOC's athletes: as the pathway of kind quota-places does (with its largest number of
start places over the events), as the sum of its start places (ranked lists only), as any number between the two, or in
a way nobody checks."""

READING_VALUES: dict[str, tuple[str, ...]] = {
    "gender-cap": get_args(GenderCap),
    "remaining-ties": get_args(RemainingTies),
    "fifth-in-walk": get_args(FifthInWalk),
    "declines": get_args(Declines),
    "soqc-ties": get_args(SoqcTies),
    "tie-positions": get_args(TiePositions),
    "reduction": get_args(ReductionMode),
}
"""Every reading that is understood, with its values."""

CAP_LIMIT = 10_000
"""The largest cap that a rule file or a question may state: what an answer costs grows with it."""

SOQC_READINGS = ("soqc-ties", "tie-positions")
"""The readings that say how results at meets are ranked; all others say what a ranking gives."""

REDUCTION = "reduction"
"""The reading that says whether places are taken back for the total; the only one of rules with ranked lists."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event and its caps.

    Attributes
    ----------
    identifier
        For example `men-500`.
    gender
        `men`, `women`, or `mixed` for a relay of both.
    kind
        `individual` (a start place enters one athlete), `relay` (one team) or `couple` (one man and one woman).
    start_places
        The event's cap.
    noc_cap
        The cap per NOC in this event.
    team
        For a mixed relay and a couple: athletes per gender that one start place enters; empty for other events.
    athletes
        Athletes that an NOC must send for a start place to be used: one, or those of a team, where the rule file says.
    rsc
        Its code in the Olympic Data Feed, if the rule file has it; only printed.
    """

    identifier: str
    gender: Literal["men", "women", "mixed"]
    kind: EventKind
    start_places: int
    noc_cap: int
    team: Mapping[Gender, int] = field(default_factory=dict, hash=False)
    athletes: int = 1
    rsc: str = ""

    @property
    def own_gender(self) -> Gender:
        """The gender of an event that is not mixed."""
        if self.gender == "mixed":
            raise ValueError(f"{self.identifier} has no single gender")
        return self.gender

    @property
    def label(self) -> str:
        """The event in words, such as "men's 500 m", "mixed relay", "pairs", or "men" where it has no other name."""
        rest = self.identifier.removeprefix(f"{self.gender}-").replace("-", " ")
        rest = f"{rest} m" if rest.isdecimal() else rest
        if self.kind == "couple" or rest == self.gender:
            return rest
        return f"mixed {rest}" if self.gender == "mixed" else f"{self.gender}'s {rest}"


@dataclass(frozen=True, slots=True)
class Reading:
    """A clause that is open, the ways to read it, and the one taken unless told otherwise."""

    name: str
    question: str
    clause: str
    values: tuple[str, ...]
    default: str


@dataclass(frozen=True, slots=True)
class Readings:
    """One value for each reading that is understood."""

    gender_cap: GenderCap = "walk"
    remaining_ties: RemainingTies = "refuse"
    fifth_in_walk: FifthInWalk = "yes"
    declines: Declines = "sequential"
    soqc_ties: SoqcTies = "best-result"
    tie_positions: TiePositions = "counting"
    reduction: ReductionMode = "none"

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Readings:
        """Return readings from names as users write them; what is not named keeps its default.

        Raises
        ------
        InputError
            If a name or value is unknown.
        """
        for name, value in values.items():
            if name not in READING_VALUES:
                raise InputError(not_among(name, READING_VALUES, "not a reading; readings are"))
            if value not in READING_VALUES[name]:
                raise InputError(not_among(value, READING_VALUES[name], f"no value of reading {name}; use"))
        return cls(**{name.replace("-", "_"): value for name, value in values.items()})  # type: ignore[arg-type]

    @property
    def later_gender(self) -> Gender | None:
        """The gender that comes second where a man's and a woman's place in line are equal; None if neither does."""
        later: dict[RemainingTies, Gender] = {"men-first": "women", "women-first": "men"}
        return later.get(self.remaining_ties)

    def with_values(self, values: Mapping[str, str]) -> Readings:
        """Return these readings with some values replaced; errors as in `of`."""
        return Readings.of({**self.to_dict(), **values})

    def ranked_otherwise(self, other: Readings) -> tuple[str, ...]:
        """Return the names of the readings of how results are ranked that have another value there."""
        own, its = self.to_dict(), other.to_dict()
        return tuple(name for name in SOQC_READINGS if own[name] != its[name])

    def ranks_like(self, other: Readings) -> bool:
        """Return whether results at meets are ranked in the same way under other readings."""
        return not self.ranked_otherwise(other)

    def to_dict(self) -> dict[str, str]:
        """Return name -> value, in the order of `READING_VALUES`."""
        return {name: str(getattr(self, name.replace("-", "_"))) for name in READING_VALUES}


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything an allocation must follow.

    Attributes
    ----------
    total
        Quota places in all.
    gender_caps
        Quota places per gender; whether they bind is the reading `gender-cap`.
    host_events
        Events in which the host has one start place in any case.
    pathways
        In order of priority.
    soqc
        How standings are computed from classifications, if the rule file says so.
    athletes_counted
        How published tables count athletes; None if the rule file does not say.
    results, rankings
        How ranked lists are made from results, each list after those that its ties ask; nothing where places go by
        SOQCs of qualifiers.
    """

    title: str
    events: tuple[Event, ...]
    total: int
    gender_caps: Mapping[Gender, int]
    host_events: tuple[str, ...]
    host_clause: str
    pathways: tuple[AnyPathway, ...]
    readings: tuple[Reading, ...] = ()
    soqc: Soqc | None = None
    athletes_counted: AthletesCounted | None = None
    results: ResultRules | None = None
    rankings: tuple[RankingRule, ...] = ()
    _by_identifier: dict[str, Event] = field(init=False, repr=False, compare=False, hash=False)
    _individual: dict[Gender, tuple[Event, ...]] = field(init=False, repr=False, compare=False, hash=False)
    _relay: dict[Gender, Event | None] = field(init=False, repr=False, compare=False, hash=False)
    _hosted: frozenset[str] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_identifier", {event.identifier: event for event in self.events})
        individual = {
            gender: tuple(event for event in self.events if event.kind == "individual" and event.gender == gender)
            for gender in GENDERS
        }
        object.__setattr__(self, "_individual", individual)
        relay = {
            gender: next((event for event in self.events if event.kind == "relay" and event.gender == gender), None)
            for gender in GENDERS
        }
        object.__setattr__(self, "_relay", relay)
        object.__setattr__(self, "_hosted", frozenset(self.host_events))

    def event(self, identifier: str) -> Event:
        """Return the event with this identifier.

        Raises
        ------
        InputError
            If there is none.
        """
        try:
            return self._by_identifier[identifier]
        except KeyError:
            known = ", ".join(self._by_identifier)
            raise InputError(f"{identifier!r} is not an event; events are {known}") from None

    def is_quota_column(self, column: str | None) -> TypeGuard[Gender]:
        """Return whether a column is one of quota places; an event may have the name of a gender."""
        return is_gender(column) and column not in self._by_identifier

    def relay(self, gender: Gender) -> Event | None:
        """Return the relay of this gender, if the rules have one."""
        return self._relay[gender]

    def individual(self, gender: Gender) -> tuple[Event, ...]:
        """Return the individual events of this gender, in file order."""
        return self._individual[gender]

    def starts_in(self, gender: Gender, row: Mapping[str, int]) -> tuple[list[int], bool]:
        """Return an NOC's start places in each individual event of a gender, and whether it has the relay.

        Parameters
        ----------
        row
            Event -> start places of the NOC; an event that it lacks counts as none.
        """
        relay = self._relay[gender]
        numbers = [row.get(event.identifier, 0) for event in self._individual[gender]]
        return numbers, relay is not None and row.get(relay.identifier, 0) > 0

    @property
    def reserve_events(self) -> tuple[str, ...]:
        """The events that have a reserve list: with ranked lists those of its pathway, otherwise all."""
        if not self.by_lists:
            return tuple(event.identifier for event in self.events)
        return tuple(
            event for pathway in self.pathways if isinstance(pathway, ReserveList) for event in pathway.lengths
        )

    def is_hosted(self, event: str) -> bool:
        """Return whether an event is one of `host_events`."""
        return event in self._hosted

    @property
    def fixes_athletes(self) -> bool:
        """Whether a table's athletes are what the pathways give; otherwise that column says less, or nothing."""
        return self.athletes_counted in (None, "largest")

    @property
    def leaves_counting_open(self) -> bool:
        """Whether nothing says how athletes are counted: neither the rule file nor a relay, which brings its own."""
        return self.athletes_counted is None and all(event.kind == "individual" for event in self.events)

    @property
    def quota_places(self) -> QuotaPlaces:
        """The pathway that turns the start places of qualifiers into quota places.

        Raises
        ------
        UnsupportedError
            If there is none: the places go by ranked lists.
        """
        for pathway in self.pathways:
            if isinstance(pathway, QuotaPlaces):
                return pathway
        raise UnsupportedError(f"the rules have no pathway of kind quota-places: {LISTED}")

    @property
    def by_lists(self) -> bool:
        """Whether places go down ranked lists of athletes, teams or NOCs, and not by SOQCs of qualifiers."""
        return bool(self.rankings) or any(isinstance(pathway, ListedPathway) for pathway in self.pathways)

    @property
    def given_on_until(self) -> str:
        """The last day on which a place given back is given on; empty if the rules name none."""
        return next((pathway.until for pathway in self.pathways if isinstance(pathway, Reallocation)), "")

    def too_late(self, date: str) -> bool:
        """Return whether what is given back on a day (empty: in time) stays free; errors as in `is_after`."""
        return bool(self.given_on_until) and is_after(date, self.given_on_until)

    @property
    def gives_quota_places(self) -> bool:
        """Whether quota places follow from the start places; otherwise the rules say nothing of an NOC's athletes."""
        return any(isinstance(pathway, QuotaPlaces | NocQuota) for pathway in self.pathways)

    def names_entries(self, event: str) -> bool:
        """Return whether the start places of an event are of named entries of ranked lists, and not of NOCs."""
        return any(isinstance(pathway, RankingPlaces) and event in pathway.places for pathway in self.pathways)

    def require_qualifiers(self, who: str) -> None:
        """Raise UnsupportedError if places go by ranked lists, of which `who` knows nothing."""
        if self.by_lists:
            raise UnsupportedError(f"{who} does not support these rules: {LISTED}")

    @property
    def default_readings(self) -> Readings:
        """What the rule file takes unless told otherwise."""
        return Readings.of({reading.name: reading.default for reading in self.readings})

    def leaves_open(self, name: str) -> bool:
        """Return whether the rule file states a reading of this name."""
        return any(reading.name == name for reading in self.readings)

    def tie_criteria(self, readings: Readings) -> tuple[TieCriterion, ...]:
        """Return what tells equal points of an SOQC apart, in order; nothing if the rules do not compute one.

        The reading `soqc-ties` names the criterion that comes first, the others follow as in `[soqc]`. A rule file that
        does not leave it open has the criteria of `[soqc]` as they are.
        """
        if self.soqc is None:
            return ()
        if not self.leaves_open("soqc-ties"):
            return self.soqc.ties
        first = readings.soqc_ties
        return (first, *(criterion for criterion in self.soqc.ties if criterion != first))

    def tie_positions(self, readings: Readings) -> TiePositions:
        """Return the meets whose positions tell equal points apart: those that count, unless it is left open."""
        return readings.tie_positions if self.leaves_open("tie-positions") else "counting"

    def pathways_under(self, readings: Readings) -> tuple[AnyPathway, ...]:
        """Return the pathways that apply: where the rules leave `reduction` open, its value decides on one kind."""
        if not self.leaves_open(REDUCTION) or readings.reduction == "press-cycle":
            return self.pathways
        return tuple(pathway for pathway in self.pathways if not isinstance(pathway, ReduceToTotal))

    def with_caps(self, caps: Mapping[str, int]) -> Rules:
        """Return the rules with some caps set: `total`, `men`, `women`, an event, or `EVENT:noc`.

        Raises
        ------
        InputError
            If a name is no cap, or a value is not one that a rule file may have.
        """
        total, genders, events = self.total, dict(self.gender_caps), dict(self._by_identifier)
        for name, value in caps.items():
            event = name.partition(":")[0]
            if not 0 <= value <= CAP_LIMIT:
                raise InputError(f"cap {name} cannot be {shown(value)}; use a whole number from 0 to {CAP_LIMIT:,}")
            if name == "total":
                total = value
            elif name in GENDERS:
                genders[name] = value
            elif event in events and name == f"{event}:noc":
                events[event] = replace(events[event], noc_cap=value)
            elif name in events:
                events[event] = replace(events[event], start_places=value)
            else:
                known = ", ".join(("total", *GENDERS, *events))
                raise InputError(f"{name!r} is not a cap; caps are {known}, and EVENT:noc for the cap per NOC")
        return replace(self, total=total, gender_caps=genders, events=tuple(events.values()))
