"""What follows from single ranks of an individual event, without a variable for every rank.

Some entry is at rank r. If fewer entries are ahead of it than the event has places, it has one, unless its NOC has all
it may have or a cap on athletes is used up. Everybody ahead of it has a place under the same conditions, so that many
places are given. No rank is held twice, and an NOC's better qualifiers rank before its others. All of this is true of
every ranking with that rank; a ranking that fits must still be found, and `order` tries one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from quotaproof.model.rules import GENDERS, Event, Gender
from quotaproof.model.standings.facts import Fact
from quotaproof.model.standings.rankings import Claim
from quotaproof.solver import cp_model
from quotaproof.solver.engines.cpsat.status import Linear
from quotaproof.solver.unknown.priority import PriorityModel

Literals = Mapping[Fact, "cp_model.IntVar"]


class LooseRanks:
    """Facts on the ranks of individual events, by what they say of the numbers.

    Parameters
    ----------
    events
        The events that go by this; nothing else is known of their rankings.
    """

    def __init__(self, priority: PriorityModel, events: Sequence[str], literals: Literals) -> None:
        self.priority = priority
        self.model = priority.model
        self.literals = literals
        self.facts: dict[str, list[Fact]] = {event: [] for event in events}
        self.others: list[Fact] = []
        self.caps: list[cp_model.IntVar] = []
        self.simplest: list[tuple[Linear, int, tuple[cp_model.BoolVarT, ...]]] = []
        for fact in priority.scenario.facts:
            if fact.event in self.facts and fact.kind == "rank":
                self.facts[fact.event].append(fact)
            elif fact.event in self.facts and fact.kind in ("ranked", "ahead-of", "declined-rank", "came-in-rank"):
                self.others.append(fact)
        for event, facts in self.facts.items():
            if facts:
                self._event(priority.rules.event(event), facts)

    def _event(self, event: Event, facts: Sequence[Fact]) -> None:
        model, scenario = self.model, self.priority.scenario
        for one, other in combinations(facts, 2):
            if self._exclude(one, other):
                model.add_bool_or([~self.literals[one], ~self.literals[other]])
        if any(fact.event == event.identifier for fact in self.others):
            # A declined rank changes what the others give; nothing is said of the numbers then.
            return
        used_up = self._used_up(event)
        host = scenario.host if scenario.is_host_event(event.identifier) else None
        competing = event.start_places - (host is not None)
        passed_over = self._passed_over(event, facts)
        given = sum(self.priority.cell(noc, event.identifier) for noc in self.priority.nocs)
        for fact in facts:
            noc, literal = str(fact.noc), self.literals[fact]
            cap = scenario.noc_cap(event, noc)
            number = self.priority.cell(noc, event.identifier)
            # Enough, though not needed: all of its places are ahead of an entry, the host's among them.
            if fact.value <= event.start_places:
                self.simplest.append((number, min(fact.qualifier, cap), (literal,)))
            self.simplest.append((given, min(fact.value, event.start_places), (literal,)))
            if fact.value <= competing:
                model.add(number >= min(fact.qualifier, cap)).only_enforce_if(literal, ~used_up)
            further = self.priority.between(number, fact.qualifier + 1)
            if further is not False:
                # With places behind this entry, everybody up to it has one, and these come on top.
                enforce = [] if further is True else [further]
                behind = given - number
                model.add(behind >= fact.value - passed_over - fact.qualifier).only_enforce_if(
                    literal, ~used_up, *enforce
                )
                self.simplest.append((behind, fact.value - fact.qualifier, (literal, *enforce)))
            least = min(fact.value, competing) - passed_over
            if least > 0:
                model.add(given >= least).only_enforce_if(literal, ~used_up)

    @staticmethod
    def _exclude(one: Fact, other: Fact) -> bool:
        """Whether two ranks cannot both be right."""
        if one.noc != other.noc:
            return one.value == other.value
        if one.qualifier == other.qualifier:
            return one.value != other.value
        better, worse = sorted((one, other), key=lambda fact: fact.qualifier)
        return worse.value - better.value < worse.qualifier - better.qualifier

    def _passed_over(self, event: Event, facts: Sequence[Fact]) -> int:
        """Entries that may be without a place because their NOC has all it may have."""
        qualifiers = max(3, event.noc_cap)
        said: dict[str, int] = {}
        for fact in facts:
            said[str(fact.noc)] = max(said.get(str(fact.noc), qualifiers), fact.qualifier)
        return sum(said.get(noc, qualifiers) - self.priority.scenario.noc_cap(event, noc) for noc in self.priority.nocs)

    def _used_up(self, event: Event) -> cp_model.IntVar:
        """A literal that is false only if no cap on athletes is used up; it may then be true or false."""
        scenario, priority = self.priority.scenario, self.priority
        literal = self.model.new_bool_var("")
        self.caps.append(literal)
        reasons = []
        sizes: list[tuple[tuple[Gender, ...], int]] = [(GENDERS, scenario.rules.total)]
        if scenario.readings.gender_cap != "nominal":
            sizes.append(((event.own_gender,), scenario.rules.gender_caps[event.own_gender]))
        for genders, size in sizes:
            full = self.model.new_bool_var("")
            needed = sum(priority.needs[noc, gender] for noc in priority.nocs for gender in genders)
            self.model.add(needed >= size).only_enforce_if(full)
            reasons.append(full)
        self.model.add_bool_or([~literal, *reasons])
        return literal

    def narrow(self, model: cp_model.CpModel) -> None:
        """TableState in a copy of the model what makes `order` find a ranking, in nearly every case.

        No cap on athletes refuses anybody, and an event has places enough for all ranks that are known.
        """
        model.add_bool_and([~literal for literal in self.caps])
        for number, least, enforce in self.simplest:
            model.add(number >= least).only_enforce_if(*enforce)

    def all_ranks(self, solver: cp_model.CpSolver) -> bool:
        """Return whether what a solution assumes of these events is all in the order that is tried."""
        return not any(fact not in self.literals or solver.boolean_value(self.literals[fact]) for fact in self.others)

    def order(self, event: str, held: Mapping[str, int], solver: cp_model.CpSolver) -> list[Claim]:
        """Return a ranking of those who hold places, and of entries whose rank is known at that rank.

        Where there are too few to fill the ranks before one that is known, NOCs that have nothing are put there.
        """
        facts = [fact for fact in self.facts.get(event, ()) if solver.boolean_value(self.literals[fact])]
        fixed: dict[int, Claim] = {fact.value: (str(fact.noc), fact.qualifier) for fact in facts}
        most = dict(held)
        for noc, qualifier in fixed.values():
            most[noc] = max(most.get(noc, 0), qualifier)
        due = {claim: rank for rank, claim in fixed.items()}
        waiting = {(noc, k) for noc, number in most.items() for k in range(1, number + 1)} - set(due)
        order: list[Claim] = []
        while waiting or len(order) < max(fixed, default=0):
            rank = len(order) + 1
            if rank in fixed:
                order.append(fixed[rank])
                continue
            ready = [(noc, k) for noc, k in waiting if k == 1 or (noc, k - 1) in order]
            if not ready:
                order.append((f"NOBODY{rank}", 1))
                if rank > max(fixed, default=0):
                    break
                continue
            deadline = {
                (noc, k): min([due[noc, j] - j + k for j in range(k + 1, most[noc] + 1) if (noc, j) in due] + [10**6])
                for noc, k in ready
            }
            chosen = min(ready, key=lambda claim: (deadline[claim], claim[1] > held.get(claim[0], 0), claim))
            order.append(chosen)
            waiting.discard(chosen)
        return order
