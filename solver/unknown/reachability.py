"""Reachability: whether some completion of the standings gives a table under the rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from quotaproof.model.errors import InputError, LimitError
from quotaproof.model.kept import entitled
from quotaproof.model.pathways import LEFT_OVER, ParallelWalk, require_known
from quotaproof.model.published import ATHLETES, Published
from quotaproof.model.row_consistency import possible_athletes
from quotaproof.model.rules import GENDERS, Gender, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Claim, Standings
from quotaproof.solver import cp_model
from quotaproof.solver.engines.cpsat.status import DEFAULT, Settings, solved

from .completions import cells_of, stated
from .priority import PriorityModel
from .replaying import gives, holders
from .row_names import Naming, nameless

NO_CHANGE: Mapping[str, Any] = {}
WITHOUT_PRESOLVE: Mapping[str, Any] = {"presolve": False}
"""For models with the moment at which a cap is reached: on some of them CP-SAT 9.15's presolve aborts the process with
"Check failed: context_->VarToConstraints(var).empty()"."""

EXACT_LIMIT = 4.0
"""Deterministic seconds (about 25 seconds) for a model of all rankings with the moment at which a cap is reached."""

_UNDECIDED = (
    "the table uses up a cap on athletes and something is known of individual rankings; whether any standings give it "
    "was not decided within the solver's effort limit, so that is unknown"
)


def bound_events(scenario: Scenario) -> tuple[str, ...]:
    """Return the individual events on whose ranking something is known: a row, a fact or a decline."""
    known = {
        *scenario.standings.rankings,
        *(f.event for f in scenario.facts),
        *(d.event for d in scenario.declined_entries),
    }
    return tuple(e.identifier for e in scenario.rules.events if e.kind == "individual" and e.identifier in known)


def walk_events(rules: Rules) -> tuple[str, ...]:
    """Return the events that are handed out in a parallel walk."""
    return tuple(e for pathway in rules.pathways if isinstance(pathway, ParallelWalk) for e in pathway.events)


def cap_binds(scenario: Scenario, table: Published) -> bool:
    """Return whether the table's start places use up a cap on athletes in the walk."""
    needs = {gender: sum(_need(scenario, row, gender) for row in table.cells.values()) for gender in GENDERS}
    return _used_up(scenario, needs)


def _used_up(scenario: Scenario, needs: Mapping[Gender, int]) -> bool:
    caps = {} if scenario.readings.gender_cap == "nominal" else scenario.rules.gender_caps
    return sum(needs.values()) >= scenario.rules.total or any(needs[gender] >= cap for gender, cap in caps.items())


def _need(scenario: Scenario, row: Mapping[str, int], gender: Gender) -> int:
    """Athletes that an NOC's start places need in the walk."""
    return entitled(scenario.rules, row, gender, counts_bonus=scenario.readings.fifth_in_walk == "yes")


def require_room_for_declines(scenario: Scenario, table: Published) -> bool:
    """Raise InputError unless declines on record can be judged with unknown standings.

    Returns whether there is only room if each row is one start place: an NOC that gives the entry of a qualifier back
    gives those of its worse ones back too, and if it had some, a cap may have been used up. That they had no place is
    then an assumption: a completion under it is one, but where there is none nothing is known.

    They can where neither the table nor any allocation that may have held before the declines uses up a cap on
    athletes (then holes are filled by the order of the ranking alone), and where all quota places follow from start
    places (then what an NOC has does not depend on when it got it).
    """
    if not scenario.declines:
        return False
    if scenario.acts_in_turn:
        what = "where quota places went that are" if scenario.returned else "which places stayed free that are"
        how = "alone" if scenario.returned else "after the deadline"
        raise InputError(
            f"with unknown standings it cannot be judged {what} on record to have been given back {how}",
            file="declines.csv",
        )
    rules = scenario.rules
    in_line = any(pathway.stage == LEFT_OVER for pathway in rules.pathways)
    if in_line or (rules.quota_places.bonus_from is not None and scenario.readings.fifth_in_walk == "no"):
        raise InputError(
            "with unknown standings declines on record are judged only under rules whose quota places all follow from "
            "start places",
            file="declines.csv",
        )
    for one_each in (False, True):
        needs = {gender: _needed_before(scenario, table, gender, one_each=one_each) for gender in GENDERS}
        if not cap_binds(scenario, table) and not _used_up(scenario, needs):
            return one_each
    raise _no_room()


def _no_room() -> InputError:
    return InputError(
        "with unknown standings declines on record are judged only where no cap on athletes may have been used up "
        "before or after them",
        file="declines.csv",
    )


def _needed_before(scenario: Scenario, table: Published, gender: Gender, *, one_each: bool) -> int:
    """The most athletes that start places can have needed in a gender before the declines on record."""
    rules, quota = scenario.rules, scenario.rules.quota_places
    needs = {noc: _need(scenario, row, gender) for noc, row in table.cells.items()}
    most = sum(needs.values())
    with_relay = quota.relay_athletes + int(quota.bonus_from is not None)
    relay = rules.relay(gender)
    for decline in scenario.declined_entries:
        event = rules.event(decline.event)
        if event.gender != gender:
            continue
        if event.kind == "individual":
            # An entry that is given back takes those of worse qualifiers with it.
            alone, cap = one_each or decline.qualifier is None, scenario.noc_cap(event, decline.noc)
            most += 1 if alone else max(0, cap - (decline.qualifier or 1) + 1)
            continue
        most += with_relay - needs.get(decline.noc or "", 0)
        if relay is not None and table.column_sum(relay.identifier) == relay.start_places:
            # Somebody took it who had the athletes for its individual start places only.
            most -= min(
                needs[noc] - max(rules.starts_in(gender, row)[0], default=0)
                for noc, row in table.cells.items()
                if row[relay.identifier]
            )
    return most


class Reach:
    """Reachability of one table under several readings; what readings cannot change is solved once."""

    def __init__(self, scenario: Scenario, table: Published, settings: Settings = DEFAULT) -> None:
        self.scenario = scenario
        self.table = table
        self.settings = settings
        self._alone: dict[tuple[object, ...], Standings | None] = {}
        self._relays: list[Standings] = []  # completions that give the table under some readings
        self._one_each = False

    @property
    def one_place_each(self) -> bool:
        """Whether the last completion rests on each row of declines.csv being one start place."""
        return self._one_each

    def of(self, table: Published) -> Reach:
        """Return the reachability of another table of the same NOCs; columns they share are not solved again."""
        other = Reach(self.scenario, table, self.settings)
        other._alone = self._alone
        return other

    def completion(self, readings: Mapping[str, str] | None = None) -> Standings | None:
        """Return a completion under which the rules give the table's cells, or None if there is none (proved).

        Entries of NOCs that the scenario does not name stay unknown. Printed totals are not looked at. Where rows of
        the table have no NOC, it is enough that they can be named in one way; in the completion a row that is none of
        the NOCs which the scenario names goes by its place in the table.

        Raises
        ------
        LimitError
            If the solver's effort limit was reached.
        InputError
            If there are declines on record that cannot be judged with unknown standings.
        """
        self._one_each = False
        scenario = self.scenario.with_readings(readings) if readings else self.scenario
        require_known("the priority form", scenario.rules.pathways)
        if plainly_impossible(scenario, self.table):
            return None
        self._one_each = require_room_for_declines(scenario, self.table)
        found = self._completion(scenario)
        if found is None and self._one_each:
            raise _no_room()
        return found

    def _completion(self, scenario: Scenario) -> Standings | None:
        events = bound_events(scenario)
        whole = self._without_events(scenario)
        if whole is None:
            return None
        if events and cap_binds(scenario, self.table):
            try:
                return self._under_caps(scenario, events, *whole)
            except LimitError as error:
                raise LimitError(_UNDECIDED) from error
        found = self._with_events(scenario, events, *whole)
        if found is not None or not nameless(scenario, self.table):
            return found
        # Under this naming of the rows an event's ranking does not fit; another naming may do, so all in one model.
        together = self._solve(scenario, lambda priority: priority.state_rules(events))
        return together and together[0]

    def _with_events(
        self,
        scenario: Scenario,
        events: Sequence[str],
        standings: Standings,
        names: Mapping[str, str],
        changes: Mapping[str, Any] = NO_CHANGE,
    ) -> Standings | None:
        """Standings in which each of these events gives its column, no cap on athletes refusing anything, or None."""
        rankings = dict(standings.rankings)
        for event in events:
            alone = self.event_alone(scenario, event, names, changes)
            if alone is None:
                return None
            rankings[event] = alone.rankings[event]
        return Standings(rankings)

    def _under_caps(
        self, scenario: Scenario, events: Sequence[str], standings: Standings, names: Mapping[str, str]
    ) -> Standings | None:
        """A completion that gives a table which uses up a cap on athletes.

        What a cap admits in all it admits on the way there as well (docs/model.md), so rankings that give their columns
        without a refusal for a cap do so beside the cap. Only where there are none such a refusal is needed, and that
        ties the individual events to each other: one exact model of everything.
        """
        limit = {"limit": min(self.settings.limit, EXACT_LIMIT)}
        found = self._with_events(scenario, events, standings, names, limit)
        if found is not None:
            return found
        everything = walk_events(scenario.rules)
        changes = {**WITHOUT_PRESOLVE, **limit}
        exact = self._solve(scenario, lambda model: model.state_rules(everything, timing=True), changes)
        return exact and exact[0]

    def _without_events(self, scenario: Scenario) -> tuple[Standings, Mapping[str, str]] | None:
        """A completion of the relays' rankings with the names of unnamed rows, or None."""
        if self.table.unnamed or self._one_each:
            return self._solve(scenario, lambda priority: priority.state_rules())
        for relays in self._relays:
            if gives(scenario, self.table, relays):
                return relays, NO_CHANGE
        whole = stated(scenario, self.table, self.settings)
        solver = whole.completions.any()
        if solver is None:
            return None
        self._relays.append(whole.priority.completion.standings(solver))
        return self._relays[-1], NO_CHANGE

    def event_alone(
        self,
        scenario: Scenario,
        event: str,
        names: Mapping[str, str] = NO_CHANGE,
        changes: Mapping[str, Any] = NO_CHANGE,
    ) -> Standings | None:
        """Return rankings in which one event's gives its column, or None; where no cap on athletes refuses anything.

        `names` says which NOC an unnamed row is; rows that it leaves out are NOCs that nothing names.
        """
        named = self.table.renamed(names)
        cells = tuple((noc, row[event]) for noc, row in named.cells.items())
        key = (event, self._one_each, cells, scenario.readings.soqc_ties, scenario.readings.tie_positions)
        if key not in self._alone:
            model = cp_model.CpModel()
            priority = PriorityModel(model, scenario, cells_of(named))
            priority.state_event(event)
            self._restrict(priority)
            _hint_places(priority, event, named)
            solver = solved(model, replace(self.settings, **changes), hinted=True)
            self._alone[key] = None if solver is None else priority.completion.standings(solver)
        return self._alone[key]

    def _restrict(self, priority: PriorityModel) -> None:
        """Where each row of the record must be one start place: no worse entry of who declined had one."""
        if not self._one_each:
            return
        for entry in priority.scenario.declined_entries:
            ranking = priority.completion.rankings.get(entry.event)
            if entry.noc is None or entry.qualifier is None or ranking is None:
                continue
            told = {
                one.qualifier
                for one in priority.scenario.declined_entries
                if (one.event, one.noc) == (entry.event, entry.noc)
            }
            for (noc, k), present in ranking.present.items():
                if noc == entry.noc and k > entry.qualifier and k not in told:
                    priority.model.add_bool_or([~present])

    def _solve(
        self, scenario: Scenario, state: Callable[[PriorityModel], None], changes: Mapping[str, Any] = NO_CHANGE
    ) -> tuple[Standings, dict[str, str]] | None:
        """A completion and the names of unnamed rows, or None."""
        model = cp_model.CpModel()
        naming = Naming(model, scenario, self.table, cells_of(self.table))
        priority = PriorityModel(model, scenario, naming.cells)
        state(priority)
        naming.close(priority.completion)
        self._restrict(priority)
        solver = solved(model, replace(self.settings, **changes))
        if solver is None:
            return None
        return priority.completion.standings(solver), naming.found(solver)


def _hint_places(priority: PriorityModel, event: str, table: Published) -> None:
    """Hint that who has places comes first, and that nobody else is in the ranking unless a known rank needs it."""
    ranking, model = priority.completion.rankings[event], priority.model
    have = set(holders(table, event))
    likely = _likely_ranks(priority, event, holders(table, event))
    for claim, present in ranking.present.items():
        model.add_hint(present, claim in likely)
        granted = priority.granted[event, *claim]
        if not isinstance(granted, bool):
            model.add_hint(granted, claim in have)
        if claim in likely:
            model.add_hint(ranking.position[claim], likely[claim])


def _likely_ranks(priority: PriorityModel, event: str, have: Sequence[Claim]) -> dict[Claim, int]:
    """Return ranks for those who have places that are likely to fit what is known of the ranking.

    At a rank that came in for another is somebody who has a place, and nobody is at one that was given back. Where too
    few have places to fill the ranks before, the next entries of NOCs that have all they may have are there.
    """
    ranking, scenario = priority.completion.rankings[event], priority.scenario
    came_in = {
        fact.value
        for fact in scenario.facts
        if (fact.event, fact.kind, fact.noc) == (event, "came-in-rank", None) and fact.value <= ranking.most
    }
    number = max(0, len(have) - len(came_in))
    first, last = have[:number], have[number:]
    kept_back = {noc for noc, _ in last}
    passed_over = [
        (noc, k + 1)
        for noc, k in have
        if k == scenario.noc_cap(ranking.event, noc) and noc not in kept_back and (noc, k + 1) in ranking.present
    ]
    waiting, late = iter([*first, *passed_over]), iter(last)
    end = max(came_in, default=0)
    likely: dict[Claim, int] = {}
    for rank in range(1, ranking.most + 1):
        if rank in ranking.declined_ranks or (rank > end and len(likely) >= len(have)):
            continue
        claim = next(late if rank in came_in else waiting, None)
        if claim is not None:
            likely[claim] = rank
    return likely


def plainly_impossible(scenario: Scenario, table: Published) -> bool:
    """Return whether a cell, the sum of a column, or the athletes of a gender are more than the rules ever give."""
    if scenario.readings.gender_cap == "hard" and scenario.rules.fixes_athletes and not scenario.declines:
        caps = [scenario.rules.gender_caps[gender] for gender in GENDERS]
        if not any(men <= caps[0] and women <= caps[1] for men, women in possible_totals(scenario, table)):
            return True
    return any(
        table.column_sum(event.identifier) > event.start_places
        or any(row[event.identifier] > scenario.noc_cap(event, noc) for noc, row in table.cells.items())
        for event in scenario.rules.events
    )


def possible_totals(scenario: Scenario, table: Published) -> set[tuple[int, int]]:
    """Return the numbers of (men, women) in all that a table's rows leave possible, judged row by row."""
    totals = {(0, 0)}
    for row in table.cells.values():
        states = possible_athletes(scenario.rules, scenario.readings, row)
        fitting = [state for state in states if sum(state) == row[ATHLETES]]
        totals = {(men + m, women + w) for men, women in totals for m, w in fitting}
    return totals
