r"""Why an NOC cannot have more start places in an event: the theory of one ranking.

Facts are the ranks of the event's ranking, one by one. A rank that is not among the chosen facts is open: nobody may
be there, somebody who takes a place or not, or one more entry of the NOC in question. For each rank r, with u[r] for
"an entry of the NOC is here", y[r] for its place and x[r] for a place of somebody else:

    rank r is somebody else's        =>  u[r] = 0  and, by the clause of the walk,  x[r] = 1  or one of
                                         places before r >= S (one less while the host's is kept),
                                         its NOC's cap is reached
    rank r is the NOC's              =>  u[r] = 1
    the NOC has n entries in all     =>  sum of u <= n
    the event's cap                  =>  sum of x + sum of y <= S
    the cap per NOC                  =>  sum of y <= c
    outcome                              sum of y >= least

Where the record has refusals for a cap on athletes, ranks alone do not say who got a place. Then the facts are taken
from the record: who has a place, and what each NOC needs when the turn comes of the claim that the cap refuses.
"""

from __future__ import annotations

from collections.abc import Sequence

from quotaproof.model.aliases import alias_of
from quotaproof.model.allocation import Allocation
from quotaproof.model.decisions import Decision
from quotaproof.model.kept import Places, entitled, row_of
from quotaproof.model.pathways import ParallelWalk, RelayPlaces
from quotaproof.model.quantities import in_words, spelled
from quotaproof.model.rules import GENDERS, Gender, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.solver import cp_model
from quotaproof.solver.engines.cpsat.status import QUICK, Settings

from .phrases import ordinal
from .target import Target
from .theory import Element, Theory

ATHLETE_CAPS = ("gender-cap", "total-cap")
PREFERENCE = {"cap": 0, "clause": 1, "record": 2, "rank": 3}


def start_pathway(rules: Rules, event: str) -> RelayPlaces | ParallelWalk | None:
    """Return the pathway that hands out an event's start places by its ranking; None for a mixed relay."""
    return next((p for p in rules.pathways if isinstance(p, RelayPlaces | ParallelWalk) and event in p.events), None)


class StartTheory(Theory):
    """The ranking of one event, its clauses, and the outcome that an NOC has at least so many start places in it."""

    def __init__(self, scenario: Scenario, allocation: Allocation, target: Target, settings: Settings = QUICK) -> None:
        super().__init__(settings)
        self.scenario = scenario
        self.event = scenario.rules.event(target.column)
        self.noc = target.noc
        pathway = start_pathway(scenario.rules, target.column)
        if pathway is None:
            raise ValueError(f"the start places of {target.column} do not follow its ranking")
        self.pathway = pathway
        self.history = allocation.decisions
        self.record = [d for d in self.history if d.event in pathway.events and d.qualifier is not None]
        self.own = [d for d in self.record if d.event == target.column]
        self.guaranteed = scenario.host is not None and scenario.is_host_event(target.column)
        self.by_record = any(d.kind in ATHLETE_CAPS for d in self.record if d.gender == self.own_gender)
        # Behind the last rank there is room for entries that the NOC does not have.
        ranks = len(self.own) + target.least
        self.here = [self.model.new_bool_var(f"here {rank}") for rank in range(1, ranks + 1)]
        self.mine = [self.model.new_bool_var(f"mine {rank}") for rank in range(1, ranks + 1)]
        self.others = [self.model.new_bool_var(f"others {rank}") for rank in range(1, ranks + 1)]
        for here, mine, other in zip(self.here, self.mine, self.others, strict=True):
            self.model.add_implication(mine, here)
            self.model.add_at_most_one(here, other)
        self._caps()
        for decision in self.own:
            self._rank(decision)
        self._no_further_entry()
        if self.by_record:
            self._athletes()
        self.model.add(cp_model.LinearExpr.sum(self.mine) >= target.least)
        self.prefer(PREFERENCE)

    @property
    def own_gender(self) -> Gender:
        """The gender of the event."""
        return self.event.own_gender

    def _caps(self) -> None:
        event, rules = self.event, self.scenario.rules
        clause = self.pathway.clause
        text = f"the {event.label} has {spelled(event.start_places, 'start place')}"
        cap = self.literal(
            Element(
                "cap", ("places", event.identifier), text, self.pathway.identifier, clause, {"cap": event.start_places}
            )
        )
        taken = cp_model.LinearExpr.sum([*self.mine, *self.others])
        self.model.add(taken <= event.start_places).only_enforce_if(cap)
        host = self.scenario.host
        if self.guaranteed and host is not None and self.noc != host:
            text = f"one start place in the {event.label} is kept for the host {host}"
            self.kept = self.literal(Element("clause", ("host", event.identifier), text, "host", rules.host_clause))
            at_host = [self.others[row] for row in self._rows_of(host)]
            rest = taken - cp_model.LinearExpr.sum(at_host) if at_host else taken
            self.model.add(rest <= event.start_places - 1).only_enforce_if(cap, self.kept)
        own_cap = self.scenario.noc_cap(event, self.noc)
        text = f"{self.scenario.holder(self.noc)} may have {spelled(own_cap, 'start place')} in the {event.label}"
        alias = alias_of(self.scenario.aliases, self.noc)
        if alias is not None and alias.per_event is not None:
            text += f" ({alias.clause})"
        most = self.literal(
            Element("cap", ("per-noc", event.identifier), text, self.pathway.identifier, clause, {"cap": own_cap})
        )
        self.model.add(cp_model.LinearExpr.sum(self.mine) <= own_cap).only_enforce_if(most)
        if not self.by_record:
            text = (
                f"start places in the {event.label} go down its ranking: an entry gets one unless the event is full or "
                f"its NOC has {in_words(event.noc_cap)} already" + self._lower()
            )
            self.walk = self.literal(
                Element("clause", ("walk", event.identifier), text, self.pathway.identifier, clause)
            )
            text = f"no cap on athletes stands in the way of any of the {self.own_gender}'s entries"
            self.room = self.literal(
                Element("record", ("room", self.own_gender), text, self.pathway.identifier, clause)
            )

    def _lower(self) -> str:
        """What the clause of the walk adds for federations whose alias allows fewer places."""
        bound = [alias for alias in self.scenario.aliases if alias.per_event is not None]
        return "".join(f", a federation under {alias.code} {in_words(alias.per_event or 0)}" for alias in bound)

    def _rows_of(self, noc: str | None) -> list[int]:
        return [self._row(decision) for decision in self.own if decision.noc == noc]

    @staticmethod
    def _row(decision: Decision) -> int:
        return int(decision.figures["rank"] or 1) - 1

    def _nth(self, decision: Decision) -> str:
        return "entry" if self.event.kind == "relay" else f"{ordinal(decision.qualifier or 1)} entry"

    def _rank(self, decision: Decision) -> None:
        row, label = self._row(decision), self.event.label
        data: dict[str, int | str] = {"event": self.event.identifier, "rank": row + 1, "noc": decision.noc}
        data["qualifier"] = decision.qualifier or 1
        key = ("rank", self.event.identifier, str(row + 1))
        # Which of its NOC's entries it is depends on the ranks before, so that is no part of this fact.
        text = f"rank {row + 1} of the {label} is held by {decision.noc}"
        if decision.noc == self.noc:
            literal = self.literal(Element("rank", key, text, data=data))
            self.model.add(self.here[row] == 1).only_enforce_if(literal)
            return
        if self.by_record:
            text += ", with a start place" if decision.granted else ", without a start place"
            data["granted"] = int(decision.granted)
            literal = self.literal(Element("record", key, text, self.pathway.identifier, self.pathway.clause, data))
            self.model.add(self.here[row] == 0).only_enforce_if(literal)
            if decision.granted:
                self.model.add(self.others[row] == 1).only_enforce_if(literal)
            return
        literal = self.literal(Element("rank", key, text, data=data))
        self.model.add(self.here[row] == 0).only_enforce_if(literal)
        reasons = [self.others[row], self._full_before(row, decision.noc)]
        before = [self.others[r] for r in self._rows_of(decision.noc) if r < row]
        cap = self.scenario.noc_cap(self.event, decision.noc)
        if len(before) >= cap:
            at_cap = self.model.new_bool_var("")
            taken = cp_model.LinearExpr.sum(before)
            self.model.add(taken >= cap).only_enforce_if(at_cap)
            reasons.append(at_cap)
        self.model.add_bool_or(reasons).only_enforce_if(literal, self.walk, self.room)

    def _full_before(self, row: int, noc: str) -> cp_model.IntVar:
        """A literal that implies: when a rank's turn comes, no place is left but one kept for the host."""
        full = self.model.new_bool_var("")
        taken = cp_model.LinearExpr.sum([*self.mine[:row], *self.others[:row]]) if row else 0
        kept: cp_model.IntVar | int = 0
        host = self.scenario.host
        if self.guaranteed and noc != host:
            kept = self.model.new_bool_var("")
            at_host = self.mine[:row] if host == self.noc else [self.others[r] for r in self._rows_of(host) if r < row]
            for place in at_host:
                self.model.add_implication(kept, ~place)
        if self.guaranteed and noc == host and not any(r < row for r in self._rows_of(host)):
            # Its first place is kept for it, as long as that clause is among the reasons.
            self.model.add(full == 0).only_enforce_if(self.kept)
        self.model.add(taken + kept >= self.event.start_places).only_enforce_if(full)
        return full

    def _no_further_entry(self) -> None:
        number = sum(decision.noc == self.noc for decision in self.own)
        text = f"{self.noc} has {'no' if not number else 'no other'} entry in the {self.event.label}"
        data: dict[str, int | str] = {"event": self.event.identifier, "noc": self.noc, "entries": number}
        literal = self.literal(Element("rank", ("no-further", self.event.identifier), text, data=data))
        self.model.add(cp_model.LinearExpr.sum(self.here) <= number).only_enforce_if(literal)

    # Where a cap on athletes refuses ---------------------------------------

    def _athletes(self) -> None:
        """The first claim of the NOC here that a cap on athletes refuses: from its turn on the cap is used up."""
        refused = next((d for d in self.own if d.noc == self.noc and d.kind in ATHLETE_CAPS), None)
        if refused is None:
            return
        genders: Sequence[Gender] = (self.own_gender,) if refused.kind == "gender-cap" else GENDERS
        cap = int(refused.figures["cap"] or 0)
        clause = self.pathway.clause
        whose = self.own_gender if refused.kind == "gender-cap" else "athletes"
        text = f"start places may need {cap} {whose} at most"
        literal = self.literal(
            Element("cap", ("athletes", *genders), text, self.pathway.identifier, clause, {"cap": cap})
        )
        places = self._places_before(refused)
        needs = {(noc, gender): self._need(places, noc, gender) for noc in self._holders(places) for gender in genders}
        before = needs.pop((self.noc, self.own_gender), 0)
        own = places[self.event.identifier]
        own[self.noc] = own.get(self.noc, 0) + 1
        after = self._need(places, self.noc, self.own_gender)
        turn = f"when the turn of {self.noc}'s {self._nth(refused)} in the {self.event.label} comes"
        terms: list[tuple[cp_model.IntVar, int]] = []

        def needed(noc: str, gender: Gender, number: int, text: str) -> None:
            data: dict[str, int | str] = {"noc": noc, "gender": gender, "needs": number}
            element = Element("record", ("needs", noc, gender), text, self.pathway.identifier, clause, data)
            terms.append((self.literal(element), number))

        for (noc, gender), number in sorted(needs.items()):
            if number:
                needed(noc, gender, number, f"{noc} needs {number} {gender} {turn}")
        text = f"{self.noc} needs {before} {self.own_gender} {turn}, and with this place {after}"
        needed(self.noc, self.own_gender, after, text)
        athletes = cp_model.LinearExpr.weighted_sum([t for t, _ in terms], [n for _, n in terms])
        for row in range(self._row(refused), len(self.mine)):
            self.model.add(athletes <= cap).only_enforce_if(literal, self.mine[row])

    def _need(self, places: Places, noc: str, gender: Gender) -> int:
        counts_bonus = self.scenario.readings.fifth_in_walk == "yes"
        return entitled(self.scenario.rules, row_of(places, noc), gender, counts_bonus=counts_bonus)

    @staticmethod
    def _holders(places: Places) -> list[str]:
        return sorted({noc for own in places.values() for noc in own})

    def _places_before(self, turn: Decision) -> dict[str, dict[str, int]]:
        """Start places granted before a claim's turn, the host's guaranteed places too."""
        places: dict[str, dict[str, int]] = {event.identifier: {} for event in self.scenario.rules.events}
        for decision in self.history:
            if decision is turn:
                break
            if decision.granted and decision.event is not None:
                own = places[decision.event]
                own[decision.noc] = own.get(decision.noc, 0) + 1
        host = self.scenario.host
        for event in self.scenario.rules.events:
            if host is not None and self.scenario.is_host_event(event.identifier):
                places[event.identifier].setdefault(host, 1)
        return places
