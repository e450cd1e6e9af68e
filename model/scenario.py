"""A scenario: rules, host, standings, facts, published table and what is on record after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from quotaproof.model.results.classifications import Classifications
from quotaproof.model.results.scoring import standings_of
from quotaproof.model.standings.facts import ABOUT_ENTRIES, Fact, Remark
from quotaproof.model.standings.rankings import Standings

from .aliases import Alias, alias_of, holder, noc_cap
from .criteria import Criterion
from .entries import EnteredOne
from .errors import IncompleteError, InputError
from .later_changes import DeclinedEntry, DeclineRow, Invitation, ReturnedPlaces
from .pathways import AnyPathway
from .published import Published
from .results.race_results import RaceResults
from .results.ranked_lists import RankedList
from .rules import REDUCTION, SOQC_READINGS, Event, Reading, Readings, Rules
from .scenario_folder import CLASSIFICATIONS, RULES, STANDINGS


@dataclass(frozen=True, slots=True)
class PublishedListFile:
    """A ranked list that somebody published: its file, what it is, where it comes from, what is to be said of it."""

    file: str
    title: str
    source: str
    note: str = ""


@dataclass(frozen=True)
class MeetAhead:
    """What is known of a qualifying meet before it is held.

    Attributes
    ----------
    races
        Event -> number of races; empty where the programme is not known.
    pace
        How many times as long a distance takes on its ice as on the fastest; None where nothing is known of it.
    """

    meet: str
    source: str
    races: Mapping[str, int] = field(default_factory=dict)
    pace: float | None = None


@dataclass(frozen=True)
class Scenario:
    """Everything one allocation question is asked of.

    Attributes
    ----------
    host
        The NOC with the host places, or None.
    aliases
        Codes under which federations start. A federation is an NOC of its own, by its own code.
    remarks
        What `known.csv` says that no engine uses; it is shown, and nothing follows from it.
    readings
        How open clauses are read.
    published, partial
        The published table if all its cells are known; if some are not, `published` is None and `partial` is the table.
    classifications
        Results at meets, if there are any. Standings that have no file of their own are computed from them.
    listed
        The ranking that a standings.csv gives, if there is one. It is the ranking under `own_readings`; under another
        reading of how results are ranked the standings are computed from the results.
    own_readings
        The readings that the scenario's files take; None where `readings` are these.
    declines, invitations
        What happened to the allocation afterwards, as it is on record.
    criteria
        Relay tables by criterion as they are printed, for comparison; nothing is computed from them.
    results, lists
        Results of races and the ranked lists they give (or those of a standings.csv), where places go by lists.
    entered
        Who entered at the Games.
    published_lists
        Ranked lists that somebody published, in files of the folder.
    meets_ahead
        What is known of meets before they are held; only odds use it.
    folder, rules_name
        Where it was loaded from, if from a folder, and its rule file there.
    waived
        Events in which the host has given its guaranteed place back.
    abstains
        (event, NOC) of teams that will not enter though they may, because they gave their place back.
    excluded
        NOCs that are out, as if they had never been ranked.
    memo
        What has been computed of this very scenario, so that it need not be computed again: by what it is, and all
        that it depends on besides the scenario, such as a solver's settings. Never carried over to a changed copy.
    """

    identifier: str
    title: str
    games: str
    host: str | None
    rules: Rules
    readings: Readings = field(default_factory=Readings)
    standings: Standings = field(default_factory=Standings)
    facts: tuple[Fact, ...] = ()
    remarks: tuple[Remark, ...] = ()
    published: Published | None = None
    partial: Published | None = None
    declines: tuple[DeclineRow, ...] = ()
    invitations: tuple[Invitation, ...] = ()
    classifications: Classifications | None = None
    listed: Standings | None = None
    own_readings: Readings | None = None
    dates: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    results: RaceResults | None = None
    lists: Mapping[tuple[str, str], RankedList] = field(default_factory=dict)
    entered: tuple[EnteredOne, ...] = ()
    published_lists: tuple[PublishedListFile, ...] = ()
    aliases: tuple[Alias, ...] = ()
    meets_ahead: tuple[MeetAhead, ...] = ()
    folder: Path | None = None
    rules_name: str = RULES.name
    waived: frozenset[str] = frozenset()
    abstains: frozenset[tuple[str, str]] = frozenset()
    excluded: frozenset[str] = frozenset()
    memo: dict[tuple[object, ...], Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __getstate__(self) -> dict[str, Any]:
        """Return what is pickled and copied: everything but what has been computed, which may hold a solver's state."""
        return {**self.__dict__, "memo": {}}

    @property
    def nocs(self) -> tuple[str, ...]:
        """All NOCs the scenario names, sorted."""
        named = set(self.standings.nocs)
        named.update(entry.noc for one in self.lists.values() for entry in one.entries)
        for table in (self.published, self.partial):
            named.update(set(table.nocs) - set(table.unnamed) if table else ())
        named.update(noc for fact in self.facts for noc in (fact.noc, fact.other) if noc)
        named.update(noc for one in self.declined_entries for noc in (one.noc, one.taken_by) if noc)
        named.update(one.noc for one in self.returned)
        named.update(invitation.noc for invitation in self.invitations)
        if self.host:
            named.add(self.host)
        named -= self.excluded
        return tuple(sorted(named))

    @property
    def declined_entries(self) -> tuple[DeclinedEntry, ...]:
        """The start places that are on record to have been given back."""
        return tuple(one for one in self.declines if isinstance(one, DeclinedEntry))

    @property
    def returned(self) -> tuple[ReturnedPlaces, ...]:
        """The quota places that are on record to have been given back alone."""
        return tuple(one for one in self.declines if isinstance(one, ReturnedPlaces))

    @property
    def acts_in_turn(self) -> bool:
        """Whether the record is answered row by row: it has quota places, or places given back after the deadline."""
        return bool(self.returned) or any(self.rules.too_late(one.date) for one in self.declines)

    @property
    def pathways(self) -> tuple[AnyPathway, ...]:
        """The pathways of the rules that apply under the readings chosen."""
        return self.rules.pathways_under(self.readings)

    def noc_cap(self, event: Event, noc: str | None) -> int:
        """Return the most start places an NOC may have in an event; a federation under an alias may have fewer."""
        return noc_cap(event.noc_cap, noc, self.aliases) if self.aliases else event.noc_cap

    def holder(self, noc: str) -> str:
        """Return whom an NOC's cap on start places is about: `an NOC`, or `a federation under AIN`."""
        return holder(self.aliases, noc)

    def shown(self, noc: str) -> str:
        """Return what tables call an NOC: its code, or `AIN (RUS)` for a federation that starts under another."""
        alias = alias_of(self.aliases, noc)
        return noc if alias is None else alias.shown(noc)

    def with_readings(self, values: Mapping[str, str]) -> Scenario:
        """Return the scenario with some readings chosen; where they say how results are ranked, ranked anew by them.

        Raises
        ------
        InputError
            If a name or value is unknown, or if a reading of how results are ranked is changed that cannot bear on the
            scenario.
        """
        chosen = self.readings.with_values(values)
        if self.rules.by_lists:
            for name in values:
                if not self.rules.leaves_open(name):
                    left = ", ".join(reading.name for reading in self.rules.readings) or "none"
                    problem = (
                        f"reading {name} has no bearing on places down ranked lists; the rule file leaves open: {left}"
                    )
                    raise InputError(problem)
        elif REDUCTION in values:
            self.require_open([REDUCTION])
        if chosen.ranks_like(self.readings):
            return replace(self, readings=chosen)
        changed = chosen.ranked_otherwise(self.readings)
        self.require_open(changed)
        return replace(self, readings=chosen, own_readings=self.filed_readings, standings=self._ranked(chosen))

    def with_results(self, classifications: Classifications, listed: Standings | None) -> Scenario:
        """Return the scenario with other results, and the rankings that the standings file would have with them."""
        changed = replace(self, classifications=classifications, listed=listed)
        return replace(changed, standings=changed._ranked(self.readings))

    @property
    def filed_readings(self) -> Readings:
        """The readings that the scenario's files take."""
        return self.own_readings or self.readings

    @property
    def open_readings(self) -> tuple[Reading, ...]:
        """The readings of the rule file that can bear on this scenario."""
        return tuple(reading for reading in self.rules.readings if self.why_closed(reading.name) is None)

    def chosen_readings(self) -> dict[str, str]:
        """Return reading -> value, without those that cannot bear on this scenario."""
        return {name: value for name, value in self.readings.to_dict().items() if self.why_closed(name) is None}

    def ranking_readings(self, readings: Readings | None = None) -> dict[str, str]:
        """Return the open readings of how results are ranked, as this scenario or other readings take them."""
        values = (readings or self.readings).to_dict()
        return {name: values[name] for name in SOQC_READINGS if self.why_closed(name) is None}

    def why_closed(self, name: str) -> str | None:
        """Return why a reading cannot bear on this scenario, or None if it can.

        Only those of how results are ranked, and `reduction`, are looked at. The former need results, rules that leave
        them open, and standings that have not been changed since the results were ranked.
        """
        if name == REDUCTION and not self.rules.leaves_open(name):
            return f"the rule file does not leave reading {name} open"
        if name not in SOQC_READINGS:
            return None
        soqc = self.rules.soqc
        if self.classifications is None:
            given = "standings.csv gives the order as it is" if self.listed is not None else "there are no results"
            return f"reading {name} says how results are ranked, and {given}: there is no classifications.csv"
        if soqc is None or not self.rules.leaves_open(name):
            return f"the rule file does not leave reading {name} open"
        if name == "tie-positions" and all(soqc.counted(e) == len(soqc.held(e)) for e in self.classifications.by_event):
            return "all meets count, so reading tie-positions makes no difference"
        key = ("standings", "as ranked")
        if key not in self.memo:
            self.memo[key] = self.standings.rankings == self._ranked(self.readings).rankings
        if not self.memo[key]:
            return (
                f"reading {name} says how results are ranked, and these standings have been changed since; choose the "
                "reading before any other change"
            )
        return None

    def require_open(self, names: Iterable[str]) -> None:
        """Raise InputError if one of these readings cannot bear on this scenario."""
        for name in names:
            if (reason := self.why_closed(name)) is not None:
                raise InputError(reason)

    def _ranked(self, readings: Readings) -> Standings:
        """The standings under some readings: those of the file under its own, otherwise computed from the results."""
        values = readings.to_dict()
        key = ("ranked", *(values[name] for name in SOQC_READINGS))
        if key not in self.memo:
            self.memo[key] = self._ranked_afresh(readings)
        ranked: Standings = self.memo[key]
        return ranked

    def _ranked_afresh(self, readings: Readings) -> Standings:
        if self.listed is not None and readings.ranks_like(self.filed_readings):
            found = self.listed
        elif self.classifications is None:
            found = self.standings
        else:
            computed = standings_of(self.classifications, self.rules, readings, self.filed_readings).rankings
            listed = self.listed.rankings if self.listed is not None else computed
            for event in listed:
                if event not in computed:
                    raise InputError(
                        f"standings.csv has {event}, and the results do not give its ranking under another reading: "
                        f"{self.classifications.why_open(event, self.rules)}",
                        file="classifications.csv",
                    )
            found = Standings({event: computed[event] for event in listed})
        return found if not self.excluded else found.without(found.of_nocs(self.excluded))

    def is_host_event(self, event: str) -> bool:
        """Return whether the host has a start place in this event in any case.

        A mixed relay is entered by who has its athletes, and only guaranteed relays bring the host any. Where they do
        not bring enough, no place in the mixed relay is guaranteed, and the host enters it as any other NOC does.
        """
        if self.host is None or not self.rules.is_hosted(event) or event in self.waived:
            return False
        team = self.rules.event(event).team
        return not team or all(
            (relay := self.rules.relay(gender)) is not None
            and self.is_host_event(relay.identifier)
            and self.rules.quota_places.relay_athletes >= athletes
            for gender, athletes in team.items()
        )

    @property
    def is_partly_known(self) -> bool:
        """Whether there is no full table, standings are missing, and some number of the table is known.

        Facts on who stands where or qualified are about single entries: of those alone there is no table to verify,
        and `infer` says what follows.
        """
        return (
            self.published is None
            and not self.rules.by_lists
            and (self.partial is not None or any(fact.kind not in ABOUT_ENTRIES for fact in self.facts))
            and bool(self.standings.incomplete_events(self.rules))
        )

    @property
    def remedy_for_unknown_standings(self) -> str:
        """What answers or helps where standings are unknown, as the end of a sentence that refuses (see `remedies`).

        With a published table, known in full or in part, that is `verify`, and so with facts on its numbers. Without
        one nothing can be judged: `report` shows what there is, and what is lacking is named.
        """
        if self.published is not None or self.partial is not None:
            return "use verify, which works with unknown ones"
        if self.classifications is not None:
            return "use standings, which shows what the results give, or complete them"
        if any(fact.kind not in ABOUT_ENTRIES for fact in self.facts):
            return "use verify or infer, which work with single facts, or add the standings"
        if self.facts:
            return "use infer, which says what follows from the facts that are known, or add the standings"
        return "use report, which shows what is known, or add the standings or a published table"

    def require_complete(self) -> None:
        """Raise IncompleteError unless every event's ranking is known in full."""
        for event in self.standings.incomplete_events(self.rules):
            ranking = self.standings.rankings.get(event)
            file = STANDINGS
            if ranking is not None:
                rank = next(r for r, entry in enumerate(ranking.entries, 1) if None in (entry.noc, entry.qualifier))
                what = f"rank {rank} of {event} is unknown"
            elif self.classifications is not None and event in self.classifications.by_event:
                what = f"the ranking of {event} is unknown, since {self.classifications.why_open(event, self.rules)}"
                file = CLASSIFICATIONS
            else:
                what = f"the ranking of {event} is unknown"
            raise IncompleteError(
                f"{what}, and an allocation needs complete standings; {self.remedy_for_unknown_standings}",
                file=file.name,
            )
