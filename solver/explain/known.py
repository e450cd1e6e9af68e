"""Why, where the standings are not known: what holds in every ranking that gives the table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from quotaproof.model.decisions import ONE
from quotaproof.model.errors import InputError
from quotaproof.model.pathways import (
    ParallelWalk,
    QuotaPlaces,
    Reallocation,
    RelayPlaces,
    Remainder,
    TeamTopUp,
    refuse,
)
from quotaproof.model.published import TOTAL, Published
from quotaproof.model.quantities import in_words, joined, spelled
from quotaproof.model.rules import GENDERS, Event, Gender
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines.cpsat.status import QUICK, Linear, Settings
from quotaproof.solver.telling import tell
from quotaproof.solver.unknown.completions import stated

from .answer import Statement
from .phrases import follows, rank_words, remainder_words
from .why import have_words, total_words

NEVER, SOMETIMES, ALWAYS = range(3)
BOTH = (False, True)


class Known:
    """A table and the unknown standings that give it: what is the same in all of them.

    `table` is one that some standings give (see `verify.explained_table`): rankings of individual events, which
    change neither ranks in relays nor who gets a later quota place, are not looked at here.

    Raises
    ------
    InputError
        If no rankings of the relays give the table.
    """

    def __init__(self, scenario: Scenario, table: Published, settings: Settings = QUICK) -> None:
        self.scenario = scenario
        self.rules = scenario.rules
        self.table = table
        self.settings = settings
        whole = stated(scenario, table, settings)
        self.stated, self.completions = whole.priority, whole.completions
        self.model = self.completions.model
        self.clause = {pathway.identifier: pathway.clause for pathway in self.rules.pathways}
        if self.completions.any() is None:
            raise InputError("no standings give the table under the rules as they are read; see verify")

    def range(self, expression: Linear) -> tuple[int, int]:
        """Return the smallest and the largest value of an expression over all completions."""
        tell(f"what all rankings share that give the table, {len(self.completions.found)} seen")
        return self.completions.range(expression)

    @cached_property
    def _grants(self) -> dict[tuple[str, str, Gender], int]:
        """(pathway, NOC, gender) -> whether a later pathway gives a quota place: never, sometimes, or always."""
        both = {(key, given): grant if given else ~grant for key, grant in self.stated.grants.items() for given in BOTH}
        seen = self.completions.possible(both)
        return {
            key: NEVER if (key, True) not in seen else SOMETIMES if (key, False) in seen else ALWAYS
            for key in self.stated.grants
        }

    def granted(self, pathway: str, noc: str, gender: Gender) -> int:
        """Return whether a later pathway gives an NOC a quota place: NEVER, SOMETIMES or ALWAYS."""
        return self._grants.get((pathway, noc, gender), NEVER)

    # Words ---------------------------------------

    def rank(self, event: str, noc: str) -> str:
        """Return what is known of an NOC's rank in a relay's ranking, in words."""
        fact = next((f for f in self.scenario.facts if (f.event, f.noc, f.kind) == (event, noc, "rank")), None)
        if fact is not None:
            return f"known to be {rank_words(fact.value)} in the {self.rules.event(event).label} ranking"
        ranking = self.stated.completion.rankings[event]
        low, high = self.range(ranking.key[noc])
        where = f"in the {self.rules.event(event).label} ranking"
        if low == high:
            return f"{rank_words(low)} {where}" if low < ranking.behind_all else f"not {where}"
        if high >= ranking.behind_all:
            return f"{rank_words(low)} or later {where}, or not in it: its rank is not known"
        return f"{rank_words(low)} to {rank_words(high)} {where}: its rank is not known"

    def gender(self, noc: str, gender: Gender) -> Statement:
        """Return why an NOC has the quota places it has in a gender, as far as the table tells."""
        row = self.table.cells.get(noc, {})
        text, base = follows(self.scenario, row, noc, gender)
        low, high = self.range(self.stated.athletes_so_far(noc, gender))
        cited = [self.rules.quota_places.identifier]
        parts = [(base, self._base(row, gender))] if base else []
        later: list[str] = []
        passed_over: list[str] = []
        for pathway in self.rules.pathways:
            match pathway:
                case RelayPlaces() | ParallelWalk() | QuotaPlaces() | Reallocation():
                    continue
                case TeamTopUp() | Remainder():
                    pass
                case _:
                    refuse("explain", pathway)
            state = self.granted(pathway.identifier, noc, gender)
            words = self._later(pathway, noc, gender)
            if state != NEVER:
                cited.append(pathway.identifier)
            if state == ALWAYS:
                parts.append((1, f"because {words} ({pathway.identifier})"))
            elif state == SOMETIMES:
                later.append(f" In some rankings that give the table they get one more, as {words}.")
            elif isinstance(pathway, TeamTopUp) and (lacking := self._lacking(pathway, noc, gender)) is not None:
                later.append(f" {lacking}.")
                cited.append(pathway.identifier)
            elif isinstance(pathway, Remainder) and (left := self._passed_over(pathway, noc, gender)) is not None:
                passed_over.append(left)
                cited.append(pathway.identifier)
        if passed_over:
            relay = self.rules.relay(gender)
            where = f"; {noc} is {self.rank(relay.identifier, noc)}" if relay else ""
            later.append(f" No more: {noc} was in line, {'; then '.join(passed_over)}{where}.")
        if low == high:
            head = f"{noc}'s {gender} have {have_words(low, parts)}."
        else:
            head = f"{noc}'s {gender} have {in_words(low)} to {in_words(high)}, the table does not say which. {text}."
        clauses = {name: self.clause[name] for name in dict.fromkeys(cited)}
        return Statement(gender, head + "".join(later), clauses, low == high)

    def _base(self, row: Mapping[str, int], gender: Gender) -> str:
        quota, rules = self.rules.quota_places, self.rules
        numbers = {event: row.get(event.identifier, 0) for event in rules.individual(gender)}
        relay = rules.relay(gender)
        if relay is None or not row.get(relay.identifier):
            most = max(numbers.values(), default=0)
            events = joined(event.label for event, number in numbers.items() if number == most)
            return f"the most start places it has in one event ({events}; {quota.identifier})"
        places = spelled(sum(numbers.values()), "individual start place")
        if quota.bonus_from is None or self.scenario.readings.fifth_in_walk == "no":
            return f"for the relay ({quota.identifier})"
        if sum(numbers.values()) >= quota.bonus_from:
            return f"{in_words(quota.relay_athletes)} for the relay and one for {places} ({quota.identifier})"
        return f"for the relay, with {places} where one more needs {in_words(quota.bonus_from)} ({quota.identifier})"

    def _later(self, pathway: TeamTopUp | Remainder, noc: str, gender: Gender) -> str:
        if isinstance(pathway, TeamTopUp):
            one = ONE[gender]
            label = self.rules.event(pathway.event).label
            lacking = f"just one {one} was lacking for the {label}"
            return f"{lacking} and {noc} was next in line, {self.rank(pathway.event, noc)}"
        relay = self.rules.relay(gender)
        where = f", {self.rank(relay.identifier, noc)}" if relay else ""
        left = self._left(pathway)
        own = sum(self.rules.starts_in(gender, self.table.cells.get(noc, {}))[0])
        return f"{left} left and {noc}, with {spelled(own, 'individual start place')}, was in line for one{where}"

    def _left(self, pathway: TeamTopUp | Remainder) -> str:
        """The quota places that are left when a pathway begins, in words."""
        given: Linear = sum(self.stated.needs.values())
        for other in self.rules.pathways:
            if other.identifier == pathway.identifier:
                break
            given = given + sum(x for (name, _, _), x in self.stated.grants.items() if name == other.identifier)
        low, high = self.range(self.rules.total - given)
        if low == high:
            return spelled(low, "quota place was", "quota places were")
        return f"{in_words(low)} to {in_words(high)} quota places were"

    def _takers(self, pathway: TeamTopUp | Remainder) -> list[str]:
        """Who has a quota place by a pathway for certain."""
        return [
            f"{which} of {other}"
            for (name, other, which), state in self._grants.items()
            if name == pathway.identifier and state == ALWAYS
        ]

    def _lacking(self, pathway: TeamTopUp, noc: str, gender: Gender) -> str | None:
        """Why a pathway does not give an NOC the athlete that its team lacks; None if it does not lack just one."""
        team = self.rules.event(pathway.event).team
        lacks = {g: team[g] - self.range(self.stated.needs[noc, g])[1] for g in GENDERS}
        if lacks[gender] != 1 or sum(max(0, lack) for lack in lacks.values()) != 1:
            return None
        one, takers = ONE[gender], self._takers(pathway)
        label = self.rules.event(pathway.event).label
        went = f"went to {joined(takers)}" if takers else "were none"
        lacking = f"One {one} was lacking for the {label}, but the quota places given for it {went}"
        return f"{lacking} ({pathway.identifier}); {noc} is {self.rank(pathway.event, noc)}"

    def _passed_over(self, pathway: Remainder, noc: str, gender: Gender) -> str | None:
        """With what an NOC was in line for what was left over, and why it got none; None if it was not in line."""
        takers = self._takers(pathway)
        waiting = next((w for w in self.stated.in_line[pathway.identifier] if (w.noc, w.gender) == (noc, gender)), None)
        if waiting is None or not self.completions.possible({"asks": waiting.asks}):
            return None
        went = f", and these went to {joined(takers)}" if takers else ""
        return f"with {remainder_words(pathway)}, but {self._left(pathway)} left{went} ({pathway.identifier})"

    def event(self, noc: str, event: Event) -> Statement:
        """Return what the table says of an NOC in an event, and what is known of its ranking."""
        number = self.table.number(noc, event.identifier)
        has = spelled(number, "start place") if number else "no start place"
        text = f"{noc} has {has} in the {event.label}, by the table"
        if event.team:
            pathway = next(p for p in self.rules.pathways if isinstance(p, TeamTopUp) and p.event == event.identifier)
            numbers = {g: self.range(self.stated.athletes_so_far(noc, g)) for g in GENDERS}
            men, women = (_span(*numbers[gender], gender) for gender in GENDERS)
            lacks = [spelled(need - numbers[g][1], ONE[g]) for g, need in event.team.items() if numbers[g][1] < need]
            missed = f" It lacks {joined(lacks)} for a team." if lacks else ""
            text += f": it has {men} and {women} ({pathway.identifier})."
            text += f" It is {self.rank(event.identifier, noc)}."
            return Statement(event.identifier, text + missed, {pathway.identifier: pathway.clause})
        facts = [f for f in self.scenario.facts if f.event == event.identifier and f.noc == noc]
        known = "".join(f" Known: {fact.kind} {fact.value} ({fact.source})." for fact in facts)
        if event.kind == "relay":
            return Statement(event.identifier, f"{text}. It is {self.rank(event.identifier, noc)}.")
        return Statement(event.identifier, f"{text}; the ranking is not published.{known}")

    def totals(self, gender: Gender) -> Statement:
        """Return why there are as many quota places in a gender as there are, as far as the table tells."""
        base = {noc: self.range(self.stated.needs[noc, gender])[0] for noc in self.stated.nocs}
        pathways: dict[str, list[tuple[str, int]]] = {
            self.rules.quota_places.identifier: [(noc, number) for noc, number in base.items() if number]
        }
        open_ones = []
        for (pathway, noc, which), state in self._grants.items():
            if which == gender and state == ALWAYS:
                pathways.setdefault(pathway, []).append((noc, 1))
            elif which == gender and state == SOMETIMES:
                open_ones.append(f"{noc} ({pathway})")
        low, high = self.range(sum(self.stated.athletes_so_far(noc, gender) for noc in self.stated.nocs))
        text = total_words(self.scenario, gender, low, pathways)
        if open_ones:
            text += f" In some rankings that give the table there are more, up to {high}: {joined(open_ones)}."
        cited = {name: self.clause[name] for name in pathways}
        return Statement(gender, text, cited, low == high)


def _span(low: int, high: int, gender: Gender) -> str:
    return spelled(low, ONE[gender]) if low == high else f"{in_words(low)} to {in_words(high)} {gender}"


def why(known: Known, noc: str, column: str | None) -> tuple[Statement, ...]:
    """Return the statements on an NOC (or TOTAL) and a column; on everything if the column is None."""
    if noc == TOTAL:
        return tuple(known.totals(gender) for gender in GENDERS if column in (None, gender))
    events = [event for event in known.rules.events if column in (None, event.identifier)]
    found = [known.gender(noc, gender) for gender in GENDERS if column in (None, gender)]
    return (*found, *(known.event(noc, event) for event in events))
