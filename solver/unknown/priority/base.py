"""What all parts of the priority form share: table cells, facts on places, and literals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from quotaproof.model.errors import InputError
from quotaproof.model.pathways import require_known
from quotaproof.model.published import ATHLETES, CellName
from quotaproof.model.rules import GENDERS, Gender, is_gender
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.facts import ABOUT_QUOTA, ABOUT_RANKINGS, EVERYTHING, Fact
from quotaproof.solver import cp_model
from quotaproof.solver.engines.cpsat.status import Linear, Truth
from quotaproof.solver.unknown.unknown_rankings import Completion

MOST_ATHLETES = 99
"""More athletes than an NOC can have in a gender under any rules that make sense."""

MOST = 10**6
"""More than any number of a table."""


class PriorityBase:
    """The cells of one allocation under a scenario's rules, in a CP-SAT model.

    Parameters
    ----------
    cells
        (NOC, column) -> a number or a variable; columns are events and `athletes`. NOCs without cells have no place.
    unnamed
        Codes that stand for NOCs the scenario does not name, if these may be in a ranking by themselves.
    """

    def __init__(
        self, model: cp_model.CpModel, scenario: Scenario, cells: Mapping[CellName, Linear], unnamed: Iterable[str] = ()
    ) -> None:
        require_known("the priority form", scenario.rules.pathways)
        self.model = model
        self.scenario = scenario
        self.rules = scenario.rules
        self.cells = cells
        self.nocs = tuple(sorted({noc for noc, _ in cells} | set(scenario.nocs) | set(unnamed)))
        self.completion = Completion(model, scenario, self.nocs)
        self.granted: dict[tuple[str, str, int], Truth] = {}
        self.athletes: dict[tuple[str, Gender], Linear] = {}
        self.needs: dict[tuple[str, Gender], Linear] = {}
        self.bonus: dict[tuple[str, Gender], Truth] = {}
        self.caps_afterwards = dict(self.rules.gender_caps) if scenario.readings.gender_cap == "hard" else {}

    # Table cells ----------------------------------------

    def cell(self, noc: str, column: str) -> Linear:
        """Return the number in a cell; 0 for an NOC without a row."""
        return self.cells.get((noc, column), 0)

    def athletes_so_far(self, noc: str, gender: Gender) -> Linear:
        """Return an NOC's quota places in a gender on the pathways stated so far."""
        return self.athletes.get((noc, gender), 0)

    def number(self, noc: str, column: str) -> Linear:
        """Return what an NOC has in an event, or, on the pathways stated so far, for `men`, `women` or `athletes`."""
        if column == ATHLETES:
            return sum(self.athletes_so_far(noc, gender) for gender in GENDERS)
        return self.athletes_so_far(noc, column) if is_gender(column) else self.cell(noc, column)

    def _host(self, event: str) -> str | None:
        """The host, if it is guaranteed a place in this event."""
        return self.scenario.host if self.scenario.is_host_event(event) else None

    def _require_room_for_relays(self) -> None:
        quota, rules = self.rules.quota_places, self.rules
        most: dict[Gender, int] = {}
        for gender in GENDERS:
            relay = rules.relay(gender)
            extra = 1 if quota.bonus_from is not None else 0
            most[gender] = quota.relay_athletes * (relay.start_places if relay else 0) + extra + 3
            cap = rules.gender_caps[gender]
            if self.scenario.readings.gender_cap != "nominal" and most[gender] > cap:
                raise InputError(
                    f"with unknown standings the cap of {cap} {gender} is too small to be judged; "
                    f"the relays alone may need {most[gender]}"
                )
        if sum(most.values()) > rules.total:
            raise InputError(
                f"with unknown standings the cap of {rules.total} athletes is too small to be judged; "
                f"the relays alone may need {sum(most.values())}"
            )

    def _facts(self) -> None:
        """What is known of start places."""
        for fact in self.scenario.facts:
            genders = [gender for gender in GENDERS if fact.event in (gender, EVERYTHING)]
            if fact.kind == "column-total" and not genders:
                self._state_number(fact, sum(self.cell(noc, fact.event) for noc in self.nocs))
            elif fact.kind == "start-places-in-all":
                events = [e.identifier for gender in genders for e in self.rules.individual(gender)]
                self._state_number(fact, sum(self.cell(str(fact.noc), event) for event in events))
            elif fact.noc is not None and fact.kind not in (*ABOUT_RANKINGS, *ABOUT_QUOTA):
                self._state_number(fact, self.cell(fact.noc, fact.event))

    def _facts_on_athletes(self) -> None:
        """What is known of quota places, when all pathways are stated."""
        for fact in self.scenario.facts:
            genders = [gender for gender in GENDERS if fact.event in (gender, EVERYTHING)]
            of_everybody = fact.kind == "column-total"
            if not genders or (fact.kind not in ABOUT_QUOTA and not of_everybody):
                continue
            nocs = self.nocs if of_everybody else (str(fact.noc),)
            self._state_number(fact, sum(self.athletes_so_far(noc, gender) for noc in nocs for gender in genders))

    def _state_number(self, fact: Fact, number: Linear) -> None:
        """A number of the table is what a fact says it is."""
        exactly = fact.kind in ("start-places", "start-places-in-all", "athletes", "column-total")
        if exactly or (fact.kind == "qualified" and not fact.value):
            low, high = fact.value, fact.value
        else:
            low, high = (0, fact.value) if fact.kind.endswith("at-most") else (fact.value, MOST)
        if isinstance(number, int):
            number += self.model.new_constant(0)
        self.model.add_linear_constraint(number, low, high).only_enforce_if(*self.completion.under_fact(fact))

    def under(self, *instance: str) -> tuple[cp_model.IntVar, ...]:
        """Return the literals under which one instance of a clause holds; none, as here: it always does.

        `instance` is what it is about: a cap, or a pathway, an NOC and a gender. Explanations assume each by a literal
        of its own, and so find out which of them exclude an outcome.
        """
        del instance
        return ()

    # Literals ----------------------------------------

    def between(self, expression: Linear, least: int, most: int = MOST) -> Truth:
        """A literal that is true exactly if least <= expression <= most."""
        if isinstance(expression, int):
            return least <= expression <= most
        literal = self.model.new_bool_var("")
        self.model.add_linear_constraint(expression, least, most).only_enforce_if(literal)
        outside = cp_model.Domain(least, most).complement()
        self.model.add_linear_expression_in_domain(expression, outside).only_enforce_if(~literal)
        return literal

    @staticmethod
    def negation(literal: Truth) -> Truth:
        """Return the opposite of a literal, which may be a constant."""
        return not literal if isinstance(literal, bool) else ~literal

    def _both(self, *literals: Truth) -> Truth:
        """A literal that is true exactly if all are."""
        open_ones = [literal for literal in literals if not isinstance(literal, bool)]
        if len(open_ones) < len(literals) and not all(x for x in literals if isinstance(x, bool)):
            return False
        if len(open_ones) <= 1:
            return open_ones[0] if open_ones else True
        both = self.model.new_bool_var("")
        self.model.add_bool_and(open_ones).only_enforce_if(both)
        self.model.add_bool_or([~literal for literal in open_ones] + [both])
        return both

    def _new(self, most: int, least: int = 0) -> cp_model.IntVar:
        return self.model.new_int_var(least, most, "")
