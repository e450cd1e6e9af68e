"""The table as it was first allocated: the priority form, in which every number and every fact is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from quotaproof.model.published import ATHLETES, CellName
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.facts import ABOUT_RANKINGS, Fact
from quotaproof.model.standings.rankings import Entry, Ranking, Standings
from quotaproof.solver import cp_model
from quotaproof.solver.effort import Effort
from quotaproof.solver.engines import greedy
from quotaproof.solver.engines.cpsat.status import Linear, Settings
from quotaproof.solver.unknown.priority import PriorityModel
from quotaproof.solver.unknown.reachability import WITHOUT_PRESOLVE, walk_events
from quotaproof.solver.unknown.unknown_rankings import Completion

from .loose_ranks import LooseRanks
from .question import Question
from .theory import ANY_OTHER, AssumptionModel

MOST_CLAIMS = 450
"""Claims in the walk up to which refusals for a cap on athletes are modelled exactly."""


class AssumedRankings(Completion):
    """Rankings in which each fact holds under a literal of its own."""

    literals: Mapping[Fact, cp_model.IntVar]

    def under_fact(self, fact: Fact) -> tuple[cp_model.IntVar, ...]:
        """Return the literal of a statement; what is a record of changes has none."""
        literal = self.literals.get(fact)
        return () if literal is None else (literal,)


class AssumedFacts(PriorityModel):
    """The priority form with facts that may be assumed or not."""

    def __init__(
        self,
        model: cp_model.CpModel,
        scenario: Scenario,
        cells: Mapping[CellName, Linear],
        unnamed: tuple[str, ...],
        literals: Mapping[Fact, cp_model.IntVar],
    ) -> None:
        super().__init__(model, scenario, cells, unnamed)
        rankings = AssumedRankings(model, scenario, self.nocs)
        rankings.literals = literals
        self.completion = rankings


class Allocated(AssumptionModel):
    """Tables that the rules give, under one combination of readings.

    NOCs that nothing names are rows of their own, `others` of them; one is asked about. No more of them can have
    anything than there are quota places which the assumed facts leave.

    Where ranks of individual events are known and a cap on athletes may refuse somebody, when it does so is modelled
    exactly if there are few claims. Otherwise the model is wider than the rules: where single ranks are all that is
    known of an event, it has what follows from them (`LooseRanks`), and elsewhere a cap may refuse too early. Then a
    solution counts as a table of the rules only if the greedy reference gives it.

    Parameters
    ----------
    may_time
        Whether the moment at which a cap is reached may be modelled.
    """

    def __init__(
        self,
        question: Question,
        readings: Mapping[str, str],
        others: int,
        settings: Settings,
        effort: Effort,
        *,
        may_time: bool = True,
    ) -> None:
        self.scenario = question.scenario.with_readings(readings)
        rules = self.scenario.rules
        bound = bound_by_ranks(self.scenario)
        loose = tuple(event for event in bound if event not in self.scenario.standings.rankings)
        walk = walk_events(rules)
        nocs = len(question.nocs) + others
        timing = may_time and bool(bound) and nocs * sum(rules.event(e).noc_cap for e in walk) <= MOST_CLAIMS
        super().__init__(replace(settings, **WITHOUT_PRESOLVE) if timing else settings, effort)
        self.exact = timing or not bound
        self._wider = Allocated(question, readings, others, settings, effort, may_time=False) if timing else None
        self.columns = question.columns
        self.others = (ANY_OTHER, *(f"{ANY_OTHER}{number}" for number in range(2, others + 1)))[:others]
        self.modelled = walk if timing else tuple(event for event in bound if event not in loose)
        table: dict[CellName, Linear] = {}
        for noc in (*question.nocs, *self.others):
            for event in rules.events:
                cap = self.scenario.noc_cap(event, noc)
                table[noc, event.identifier] = self.model.new_int_var(0, cap, f"{noc} {event.identifier}")
            table[noc, ATHLETES] = self.model.new_int_var(0, rules.total, f"{noc} athletes")
        for fact in question.statements:
            self.literals[fact] = self.model.new_bool_var(f"{fact.kind} {fact.noc} {fact.event}")
        literals = {fact: literal for fact, literal in self.literals.items() if isinstance(fact, Fact)}
        self.priority = AssumedFacts(self.model, self.scenario, table, self.others, literals)
        self.priority.state_rules(self.modelled, timing=timing)
        rows = (*question.nocs, *self.others[:1])
        self.table = table
        self.loose = LooseRanks(self.priority, () if timing else loose, literals)
        self.cells = {(noc, column): table[noc, column] for noc in rows for column in (*self._events, ATHLETES)}
        for noc in rows:
            for gender in GENDERS:
                number = self.model.new_int_var(0, rules.total, f"{noc} {gender}")
                self.model.add(number == self.priority.athletes_so_far(noc, gender))
                self.cells[noc, gender] = number
        self.add_rows(question.together, question.columns)
        # Those that nothing names are alike, so their order says nothing; the one that is asked about is left free.
        for one, other in zip(self.others[1:], self.others[2:], strict=False):
            self.model.add(table[one, ATHLETES] >= table[other, ATHLETES])

    @property
    def _events(self) -> tuple[str, ...]:
        return tuple(event.identifier for event in self.scenario.rules.events)

    def wider(self) -> Allocated | None:
        """Return the model without the moment at which a cap is reached, where this one has it."""
        return self._wider

    def narrowed(self, base: cp_model.CpModel) -> cp_model.CpModel | None:
        """Return a copy in which no cap on athletes refuses an entry of an event that goes by single ranks."""
        if self.exact or not self.loose.caps:
            return None
        model = base.clone()
        self.loose.narrow(model)
        return model

    def numbers(self) -> dict[CellName, int]:
        """Return the cells of the solution found last; without other NOCs, one of them has nothing."""
        nothing = {} if self.others else {(ANY_OTHER, column): 0 for column in self.columns}
        return {**super().numbers(), **nothing}

    def witness(self) -> Standings:
        """Return full rankings for the solution found last.

        Ranks that nobody named holds are held by NOCs that have nothing; a ranking that is not modelled has those with
        places, and ends.
        """
        found = self.priority.completion.standings(self.solver)
        rankings = dict(found.rankings)
        for event in walk_events(self.scenario.rules):
            if event not in rankings or event not in self.modelled:
                held = {
                    noc: int(self.solver.value(self.table[noc, event])) for noc in sorted({n for n, _ in self.table})
                }
                claims = self.loose.order(event, held, self.solver)
                rankings[event] = Standings.of({event: claims}).rankings[event]
        for event, ranking in rankings.items():
            entries = tuple(
                entry if entry.noc is not None and entry.qualifier is not None else Entry(f"NOBODY{rank}", 1)
                for rank, entry in enumerate(ranking.entries, 1)
            )
            rankings[event] = Ranking(entries)
        return Standings(rankings)

    def replayed(self) -> bool:
        """Return whether the solution found last is shown to be a table of the rules."""
        return self.exact or self.given_by_greedy()

    def given_by_greedy(self) -> bool:
        """Return whether the greedy reference gives the solution's table for its rankings."""
        if not self.loose.all_ranks(self.solver):
            return False
        scenario = replace(self.scenario, standings=self.witness(), facts=())
        allocation = greedy.allocate(scenario)
        if allocation.status != "optimal":
            return False
        nocs = {noc for noc, _ in self.table} | set(allocation.nocs)
        return all(
            allocation.places[event].get(noc, 0) == int(self.solver.value(self.table.get((noc, event), 0)))
            for noc in nocs
            for event in self._events
        ) and all(
            dict(zip(GENDERS, allocation.athletes.get(noc, (0, 0)), strict=True))[gender]
            == int(self.solver.value(self.priority.athletes_so_far(noc, gender)))
            for noc in nocs
            for gender in GENDERS
        )


def bound_by_ranks(scenario: Scenario) -> tuple[str, ...]:
    """Return the individual events on whose ranking something is known: rows, or facts on ranks."""
    known = {*scenario.standings.rankings, *(f.event for f in scenario.facts if f.kind in ABOUT_RANKINGS)}
    return tuple(e.identifier for e in scenario.rules.events if e.kind == "individual" and e.identifier in known)
