"""Declines on record in priority form: who gave a place back, and who took it.

Without caps on athletes the first allocation of an event is simple: its places went to the best of all entries, those
that gave theirs back among them. `first_cut` is the last rank that had a place then. Whoever declined was up to it, and
every place that was given back went to the next behind it. So as many of those with a place rank behind `first_cut` as
places were taken, and an NOC that is on record to have taken one is among them.

Of an unknown decliner all that is known is that it is one: a claim of a named NOC, or of one that the scenario does not
name (then it is a rank that nobody named holds).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ortools.sat.python import cp_model

from quotaproof.solver.completion import Claim, EventRanking
from quotaproof.solver.cpsat.status import Linear, Truth

from .base import PriorityBase


@dataclass(frozen=True, slots=True)
class GaveBack:
    """Who gave a place of an event back.

    Attributes
    ----------
    claims
        Claim -> whether it is one of a place given back, or behind one of the same NOC, by the declines on record.
    at_known_rank
        Claim -> whether it is at a rank that is known to have been declined.
    declined
        Claim -> whether it is either.
    unnamed
        Ranks up to the cut that NOCs which the scenario does not name gave back.
    """

    claims: Mapping[Claim, Truth]
    at_known_rank: Mapping[Claim, Truth]
    declined: Mapping[Claim, Truth]
    unnamed: Linear = 0


class DeclinePriority(PriorityBase):
    """Adds what is on record of declines to an event."""

    def _gave_back(self, ranking: EventRanking, host: str | None) -> GaveBack:
        """Literals for the claims given back; an unknown decliner's is not the place that the host is guaranteed."""
        claims: dict[Claim, Truth] = {}
        for claim in ranking.present:
            claims[claim] = claim in ranking.declined_claims
            if claims[claim] is False and ranking.unknown_declines and claim != (host, 1):
                claims[claim] = self.model.new_bool_var(f"given back {ranking.event.identifier} {claim}")
        for (noc, k), literal in claims.items():
            if k > 1:
                # Who gives a place back gives those of worse qualifiers back too, and does not get them again.
                self.model.add_bool_or([self.negation(claims[noc, k - 1]), literal])
        at_known_rank = {claim: self._at_declined_rank(ranking, claim) for claim in ranking.present}
        declined = {claim: self._either(literal, at_known_rank[claim]) for claim, literal in claims.items()}
        unnamed = self._new(ranking.unknown_declines) if ranking.unknown_declines else 0
        return GaveBack(claims, at_known_rank, declined, unnamed)

    def _at_declined_rank(self, ranking: EventRanking, claim: Claim) -> Truth:
        if not ranking.declined_ranks:
            return False
        literal = self.model.new_bool_var("")
        ranks = cp_model.Domain.from_values(list(ranking.declined_ranks))
        position = ranking.position[claim]
        self.model.add_implication(literal, ranking.present[claim])
        self.model.add_linear_expression_in_domain(position, ranks).only_enforce_if(literal)
        outside = ranks.complement()
        self.model.add_linear_expression_in_domain(position, outside).only_enforce_if(~literal, ranking.present[claim])
        return literal

    def _either(self, one: Truth, other: Truth) -> Truth:
        """A literal that is true exactly if one of two is."""
        return self.negation(self._both(self.negation(one), self.negation(other)))

    def _first_allocation(
        self,
        ranking: EventRanking,
        granted: Mapping[Claim, Truth],
        gave_back: GaveBack,
        used: Linear,
        capacity: int,
        host: str | None,
    ) -> None:
        """State that the declines on record follow from a first allocation by the same ranking."""
        if not ranking.on_record:
            return
        model = self.model
        first_cut = self._new(ranking.most)
        taken = {
            claim: self._taken(ranking, claim, has_place, first_cut)
            for claim, has_place in granted.items()
            if claim != (host, 1)
        }
        freed = {
            claim: self._freed(ranking, claim, literal, first_cut)
            for claim, literal in gave_back.claims.items()
            if literal is not False and claim[1] <= ranking.event.noc_cap
        }
        for claim in ranking.declined:
            if claim not in freed:
                model.add_bool_or([False])
            else:
                model.add(freed[claim] == 1)
        for (noc, k), literal in gave_back.claims.items():
            if not isinstance(literal, bool):
                model.add_bool_or([~literal, freed.get((noc, k), False), gave_back.claims.get((noc, k - 1), False)])
        unnamed = self._new(ranking.unknown_declines)
        unknown = sum(literal for claim, literal in freed.items() if claim not in ranking.declined_claims)
        model.add(unknown + unnamed == ranking.unknown_declines)
        passed = sum(self.between(first_cut, rank) for rank in ranking.declined_ranks)
        places = sum(freed.values()) + unnamed + passed
        number = self._new(ranking.most)
        model.add_max_equality(number, [used + places - capacity, 0])
        model.add(sum(taken.values()) == number)
        model.add(gave_back.unnamed <= unnamed)
        full = self.between(number, 1)
        if full is not False:
            model.add(gave_back.unnamed == unnamed).only_enforce_if(full)
        for noc, least in sorted(ranking.takers.items()):
            model.add(sum(literal for claim, literal in taken.items() if claim[0] == noc) >= least)

    def _taken(
        self, ranking: EventRanking, claim: Claim, has_place: Truth, first_cut: cp_model.IntVar
    ) -> cp_model.IntVar:
        """A literal for a place that was given back by another: its claim is behind the first cut."""
        taken = self.model.new_bool_var("")
        position = ranking.position[claim]
        self.model.add_implication(taken, has_place)
        self.model.add(position > first_cut).only_enforce_if(taken)
        self.model.add(position <= first_cut).only_enforce_if(~taken, has_place)
        return taken

    def _freed(
        self, ranking: EventRanking, claim: Claim, given_back: Truth, first_cut: cp_model.IntVar
    ) -> cp_model.IntVar:
        """A literal for a place that came free: its claim was given back and is up to the first cut."""
        freed, behind = self.model.new_bool_var(""), self.model.new_bool_var("")
        present, position = ranking.present[claim], ranking.position[claim]
        self.model.add_bool_or([~freed, given_back])
        self.model.add_implication(freed, present)
        self.model.add(position <= first_cut).only_enforce_if(freed)
        self.model.add(position > first_cut).only_enforce_if(behind)
        self.model.add_bool_or([self.negation(given_back), ~present, behind, freed])
        return freed
