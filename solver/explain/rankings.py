"""Rankings of relays that are open but for the chosen facts, in a theory.

`OpenRankings` puts every rank, and who is not ranked, under a literal of its own. `AnyRelays` states the clause of the
relays under any rankings whatever; where its literal holds, the open rankings and the relay places are such as it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from quotaproof.model.pathways import RelayPlaces
from quotaproof.model.quantities import spelled
from quotaproof.model.rules import Event
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.facts import ABOUT_RANKINGS, Fact
from quotaproof.model.standings.rankings import Claim, Ranking, Standings
from quotaproof.solver import cp_model
from quotaproof.solver.unknown.priority import PriorityModel
from quotaproof.solver.unknown.unknown_rankings import Completion, EventRanking

from .phrases import rank_words
from .theory import Element, Theory


class OpenRankings(Completion):
    """Rankings of relays in which every rank, and who is not ranked, is a fact under a literal of a theory."""

    def __init__(self, theory: Theory, scenario: Scenario, nocs: tuple[str, ...]) -> None:
        super().__init__(theory.model, scenario, nocs)
        self.theory = theory
        self.length: dict[str, cp_model.IntVar] = {}

    def _new(self, event: Event) -> EventRanking:
        known = self.scenario.standings.rankings.get(event.identifier)
        facts = [fact for fact in self.scenario.facts if fact.event == event.identifier]
        ranking = EventRanking(event, longest(self.scenario, event.identifier, self.nocs), None, ())
        self._any_order(ranking)
        if known is not None:
            self._rows_as_facts(ranking, known)
        for fact in facts:
            self._as_fact(ranking, fact)
        return ranking

    def _any_order(self, ranking: EventRanking) -> None:
        """One rank for each that is in the ranking, those that are not behind all."""
        for noc in self.nocs:
            claim = (noc, 1)
            present = ranking.present[claim] = self.model.new_bool_var(f"in {ranking.event.identifier} {noc}")
            position = ranking.position[claim] = self.model.new_int_var(1, ranking.most + len(self.nocs), "")
            key = ranking.key[noc] = self.model.new_int_var(1, ranking.behind_all, "")
            self.model.add(key == position).only_enforce_if(present)
            self.model.add(key == ranking.behind_all).only_enforce_if(~present)
            self.model.add(position >= ranking.behind_all).only_enforce_if(~present)
        self.model.add_all_different(ranking.position.values())

    def _told(self, ranking: EventRanking, key: tuple[str, ...], text: str, **data: int | str) -> cp_model.IntVar:
        element = Element(
            "rank" if key[0] == "rank" else "known", key, text, data={"event": ranking.event.identifier, **data}
        )
        return self.theory.literal(element)

    def _rows_as_facts(self, ranking: EventRanking, known: Ranking) -> None:
        """Each named row; of everybody else that it is not ranked or, with unknown rows, how long the ranking is."""
        identifier, where = ranking.event.identifier, f"in the {ranking.event.label} ranking"
        tied = {rank: group for group in known.tied for rank in group}
        named: set[str] = set()
        for rank, entry in enumerate(known.entries, 1):
            if entry.noc is None:
                continue
            named.add(entry.noc)
            ranks = tied.get(rank, (rank,))
            shares = f"shares the {rank_words(ranks[0])} place" if len(ranks) > 1 else f"is {rank_words(rank)}"
            text = f"{entry.noc} {shares} {where}"
            literal = self._told(ranking, ("rank", identifier, entry.noc), text, noc=entry.noc, rank=ranks[0])
            position = ranking.position[entry.noc, 1]
            self.model.add(ranking.present[entry.noc, 1] == 1).only_enforce_if(literal)
            self.model.add_linear_constraint(position, ranks[0], ranks[-1]).only_enforce_if(literal)
        if known.complete:
            for noc in (noc for noc in self.nocs if noc not in named):
                literal = self._told(ranking, ("rank", identifier, noc), f"{noc} is not {where}", noc=noc)
                self.model.add(ranking.present[noc, 1] == 0).only_enforce_if(literal)
            return
        ranks_in_all = len(known.entries)
        text = f"there are {spelled(ranks_in_all, 'entry')} {where}"
        literal = self._told(ranking, ("rank", identifier, ""), text, entries=ranks_in_all)
        self.length[identifier] = literal
        for claim, position in ranking.position.items():
            self.model.add(position <= ranks_in_all).only_enforce_if(ranking.present[claim], literal)

    def _as_fact(self, ranking: EventRanking, fact: Fact) -> None:
        if fact.noc is None or fact.kind not in ABOUT_RANKINGS:
            return
        where, claim = f"in the {ranking.event.label} ranking", (fact.noc, 1)
        key = ("known", ranking.event.identifier, fact.noc, fact.kind, fact.other or "")

        def literal(text: str, **data: int | str) -> cp_model.IntVar:
            return self._told(ranking, key, text, noc=str(fact.noc), **data, source=fact.source)

        if fact.kind == "ranked":
            is_or_not = "is" if fact.value else "is not"
            known = literal(f"{fact.noc} {is_or_not} {where}, as is known")
            self.model.add(ranking.present[claim] == fact.value).only_enforce_if(known)
        elif fact.kind != "ahead-of":
            known = literal(f"{fact.noc} is known to be {rank_words(fact.value)} {where}", rank=fact.value)
            self.model.add(ranking.present[claim] == 1).only_enforce_if(known)
            self.model.add(ranking.position[claim] == fact.value).only_enforce_if(known)
        elif fact.other in ranking.key:
            known = literal(f"{fact.noc} is known to be ahead of {fact.other} {where}")
            self.model.add(ranking.present[claim] == 1).only_enforce_if(known)
            self.model.add(ranking.key[fact.noc] < ranking.key[str(fact.other)]).only_enforce_if(known)


def longest(scenario: Scenario, identifier: str, nocs: tuple[str, ...]) -> int:
    """Return the last rank that is looked at in a relay's ranking: behind all rows and facts there is room for all."""
    known = scenario.standings.rankings.get(identifier)
    pinned = [fact.value for fact in scenario.facts if fact.event == identifier and fact.kind.endswith("rank")]
    return max([len(known.entries) if known else 0, *pinned]) + len(nocs)


class _AnyRankings(Completion):
    """Rankings of which nothing is known but that some entries gave their place back."""

    def __init__(self, model: cp_model.CpModel, scenario: Scenario, nocs: tuple[str, ...]) -> None:
        super().__init__(model, replace(scenario, standings=Standings(), facts=()), nocs)
        self.told = scenario

    def _new(self, event: Event) -> EventRanking:
        facts = [fact for fact in self.told.facts if fact.event == event.identifier and fact.kind == "declined-rank"]
        declined = tuple(sorted(fact.value for fact in facts))
        ranking = EventRanking(event, longest(self.told, event.identifier, self.nocs), None, declined)
        self._positions(ranking, [(noc, 1) for noc in self.nocs])
        return ranking


class AnyRelays(PriorityModel):
    """Relay places as they come out of any ranking: what the clause of the relays alone says."""

    def __init__(self, model: cp_model.CpModel, scenario: Scenario, nocs: tuple[str, ...]) -> None:
        relays = [event.identifier for event in scenario.rules.events if event.kind == "relay" and not event.team]
        cells = {(noc, relay): model.new_bool_var("") for noc in nocs for relay in relays}
        super().__init__(model, scenario, cells)
        self.completion = _AnyRankings(model, scenario, self.nocs)

    def state(self, pathway: RelayPlaces) -> None:
        """State the pathway."""
        self._relays(pathway)

    def holds_of(
        self,
        literal: cp_model.IntVar,
        ranking: EventRanking,
        has: Mapping[str, cp_model.IntVar],
        length: cp_model.IntVar | None,
    ) -> None:
        """Where a literal is true, an open ranking and who has a relay place are such as the clause says."""
        identifier = ranking.event.identifier
        any_one = self.completion.rankings[identifier]
        for noc in self.nocs:
            claim: Claim = (noc, 1)
            self.model.add(has[noc] == self.cell(noc, identifier)).only_enforce_if(literal)
            self.model.add(ranking.present[claim] == any_one.present[claim]).only_enforce_if(literal)
            same = ranking.position[claim] == any_one.position[claim]
            self.model.add(same).only_enforce_if(literal, ranking.present[claim])
        if length is not None and not any_one.declined_ranks:
            # Unless the event is full there is nobody without a place, named or not.
            host = self._host(identifier)
            taken = sum(has[noc] for noc in self.nocs if noc != host)
            room = self.between(taken, 0, ranking.event.start_places - (host is not None) - 1)
            known = self.scenario.standings.rankings[identifier]
            if not isinstance(room, bool):
                everybody = cp_model.LinearExpr.sum(list(ranking.present.values()))
                self.model.add(everybody == len(known.entries)).only_enforce_if(literal, length, room)
