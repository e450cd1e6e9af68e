"""The table in the end: what holds of its numbers whoever gave places back.

Nothing is said of rankings. What is left of the rules is what no decline and no reallocation can change:

- an event has no more start places than there are, an NOC no more than its cap;
- an NOC has at least the quota places that its largest event needs, four with a relay (what the rules say), and a
  mixed relay's team;
- it has no more than start places and pathways can give: without a relay its largest number of start places or a
  team for the mixed relay, with one the relay's athletes and one more (or what a pathway for the rest leads to);
- all NOCs together have no more quota places than there are.

That quota places stay in these bounds follows from what is kept (`model.kept`): who declines keeps what its remaining
start places give, and a place of a later pathway only while that pathway's condition holds; who takes a place has
what it needs, at least what it had.

NOCs that nothing names are one row for one of them, and one sum for all others.
"""

from __future__ import annotations

from dataclasses import dataclass

from quotaproof.model.pathways import Remainder, TeamTopUp
from quotaproof.model.published import ATHLETES
from quotaproof.model.rules import GENDERS, Event, Gender
from quotaproof.model.standings.facts import ABOUT_RANKINGS, EVERYTHING, Fact
from quotaproof.solver import cp_model
from quotaproof.solver.effort import Effort
from quotaproof.solver.engines.cpsat.status import Linear, Settings

from .question import Question
from .theory import ANY_OTHER, AssumptionModel

MANY = 999
OTHERS = "others"


@dataclass(frozen=True, slots=True, order=True)
class RuleInForce:
    """One thing that the rules say of the numbers, as an assumption."""

    kind: str
    about: tuple[str, ...]
    words: str


class NumbersModel(AssumptionModel):
    """The numbers of a table after any reallocations; before them it holds as well."""

    exact = False

    def __init__(
        self, question: Question, settings: Settings, effort: Effort, model: cp_model.CpModel | None = None
    ) -> None:
        super().__init__(settings, effort, model)
        self.question = question
        self.scenario = question.scenario
        self.rules = question.scenario.rules
        self.nocs = (*question.nocs, *(() if question.lists_everybody else (ANY_OTHER, OTHERS)))
        for noc in self.nocs:
            for column in question.columns:
                self.cells[noc, column] = self.model.new_int_var(0, MANY, f"{noc} {column}")
            self.model.add(self.cells[noc, ATHLETES] == sum(self.cells[noc, gender] for gender in GENDERS))
        self._columns()
        for noc in self.nocs:
            for gender in GENDERS:
                if noc == OTHERS:
                    self._others(gender)
                else:
                    self._least(noc, gender)
                    self._most(noc, gender)
        self.add_rows(question.together, question.columns)
        for fact in question.statements:
            self._state(fact)

    def _rule(self, kind: str, about: tuple[str, ...], words: str) -> cp_model.IntVar:
        rule = RuleInForce(kind, about, words)
        if rule not in self.literals:
            self.literals[rule] = self.model.new_bool_var(f"{kind} {about}")
        return self.literals[rule]

    @property
    def rules_in_force(self) -> tuple[RuleInForce, ...]:
        """The rules among the assumptions."""
        return tuple(a for a in self.literals if isinstance(a, RuleInForce))

    def _columns(self) -> None:
        for event in self.rules.events:
            e, label = event.identifier, event.label
            literal = self._rule("places", (e,), f"{label}: {event.start_places} start places in all")
            self.model.add(sum(self.cells[n, e] for n in self.nocs) <= event.start_places).only_enforce_if(literal)
            for noc in self.nocs:
                if noc == OTHERS:
                    continue
                literal = self._rule("per-noc", *self._cap_words(event, noc))
                self.model.add(self.cells[noc, e] <= self.scenario.noc_cap(event, noc)).only_enforce_if(literal)
        total = self.rules.total
        literal = self._rule("total", (), f"{total} quota places in all")
        self.model.add(sum(self.cells[n, ATHLETES] for n in self.nocs) <= total).only_enforce_if(literal)
        for gender, cap in self.rules.gender_caps.items() if self.question.hard_cap else ():
            literal = self._rule("gender-cap", (gender,), f"{cap} {gender} at most")
            self.model.add(sum(self.cells[n, gender] for n in self.nocs) <= cap).only_enforce_if(literal)

    def _cap_words(self, event: Event, noc: str | None) -> tuple[tuple[str, ...], str]:
        """What a cap on an NOC's start places is about, and its words."""
        cap = event.noc_cap if noc is None else self.scenario.noc_cap(event, noc)
        who = "an NOC" if noc is None or cap == event.noc_cap else self.scenario.shown(noc)
        return (event.identifier, str(cap)), f"{event.label}: at most {cap} for {who}"

    def _least(self, noc: str, gender: Gender) -> None:
        """Enough athletes for the start places."""
        number, quota = self.cells[noc, gender], self.rules.quota_places
        literal = self._rule("needed", (gender,), _needed(gender))
        relay = self.rules.relay(gender)
        for event in self.rules.individual(gender):
            least = self.cells[noc, event.identifier]
            if relay is not None:
                # A relay NOC has the relay's athletes, though these may be fewer than its cap in an event.
                fewer = max(0, event.noc_cap - quota.relay_athletes)
                least = least - fewer * self.cells[noc, relay.identifier]
            self.model.add(number >= least).only_enforce_if(literal)
        if relay is not None:
            places = self.cells[noc, relay.identifier]
            self.model.add(number >= quota.relay_athletes * places).only_enforce_if(literal)
        for event in self.rules.events:
            if event.team:
                team = event.team.get(gender, 0)
                self.model.add(number >= team * self.cells[noc, event.identifier]).only_enforce_if(literal)

    def _most(self, noc: str, gender: Gender) -> None:
        """No more athletes than start places and pathways give."""
        with_relay, without, team = self._limits(gender)
        number = self.cells[noc, gender]
        relay = self.rules.relay(gender)
        individual = [self.cells[noc, event.identifier] for event in self.rules.individual(gender)]
        words = f"{gender}: without a relay no more quota places than an NOC's largest event or mixed team needs" + (
            f", with it {with_relay} at most" if relay else ""
        )
        literal = self._rule("given", (gender,), words)
        largest = self.model.new_int_var(0, MANY, "")
        self.model.add_max_equality(largest, [*individual, self.model.new_constant(team)])
        if relay is None:
            self.model.add(number <= largest + without).only_enforce_if(literal)
            return
        # A relay place is 0 or 1; where the cap on it is not assumed, a second one gives no more.
        has = self.model.new_bool_var("")
        self.model.add(self.cells[noc, relay.identifier] >= 1).only_enforce_if(has)
        self.model.add(self.cells[noc, relay.identifier] == 0).only_enforce_if(~has)
        self.model.add(number <= largest + without).only_enforce_if(literal, ~has)
        either = self.model.new_int_var(0, MANY, "")
        self.model.add_max_equality(either, [largest + without, self.model.new_constant(with_relay)])
        self.model.add(number <= either).only_enforce_if(literal, has)

    def _limits(self, gender: Gender) -> tuple[int, int, int]:
        """Most athletes with a relay; without one how many more than the largest event; a team's athletes."""
        quota = self.rules.quota_places
        with_relay = quota.relay_athletes + int(quota.bonus_from is not None)
        teams = [event.team.get(gender, 0) for event in self.rules.events if event.team]
        tops_up = any(isinstance(pathway, TeamTopUp) for pathway in self.rules.pathways)
        team = max(teams, default=0) if tops_up else 0
        largest = max([team, *(event.noc_cap for event in self.rules.individual(gender))])
        without = 0
        for pathway in self.rules.pathways:
            if isinstance(pathway, Remainder):
                with_relay = max(with_relay, pathway.quota_places + 1)
                if not pathway.relay_only and pathway.quota_places <= largest + without:
                    without += 1
        return max(with_relay, team), without, team

    def _others(self, gender: Gender) -> None:
        """All other NOCs together need at least what one NOC with all their places would need."""
        number, quota = self.cells[OTHERS, gender], self.rules.quota_places
        literal = self._rule("needed", (gender,), _needed(gender))
        relay = self.rules.relay(gender)
        teams: Linear = self.cells[OTHERS, relay.identifier] if relay else 0
        self.model.add(number >= quota.relay_athletes * teams).only_enforce_if(literal)
        for event in self.rules.individual(gender):
            places = self.cells[OTHERS, event.identifier]
            capped = self._rule("per-noc", *self._cap_words(event, None))
            more = places + (quota.relay_athletes - event.noc_cap) * teams
            self.model.add(number >= more).only_enforce_if(literal, capped)
            self.model.add(number >= places).only_enforce_if(literal)
        for event in self.rules.events:
            if event.team:
                team = event.team.get(gender, 0)
                self.model.add(number >= team * self.cells[OTHERS, event.identifier]).only_enforce_if(literal)

    def _state(self, fact: Fact) -> None:
        literal = self.literals[fact] = self.model.new_bool_var(f"{fact.kind} {fact.noc} {fact.event}")
        if fact.kind in ABOUT_RANKINGS:
            return
        genders = [gender for gender in GENDERS if fact.event in (gender, EVERYTHING)]
        nocs = self.nocs if fact.noc is None else (fact.noc,)
        columns: list[str] = [fact.event]
        if fact.kind == "start-places-in-all":
            columns = [event.identifier for gender in genders for event in self.rules.individual(gender)]
        elif genders:
            columns = list(genders)
        number = sum(self.cells[noc, column] for noc in nocs for column in columns)
        low = 0 if fact.kind.endswith("at-most") else fact.value
        at_least = fact.kind.endswith("at-least") or (fact.kind == "qualified" and fact.value > 0)
        self.model.add_linear_constraint(number, low, 10**6 if at_least else fact.value).only_enforce_if(literal)


def _needed(gender: Gender) -> str:
    return f"{gender}: a quota place for each start place of an NOC's largest event, enough for its teams"
