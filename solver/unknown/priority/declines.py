"""Declines on record in priority form: who gave a place back, and who took it.

Without caps on athletes the history of an event is simple. At first its C places went to the best C of all entries,
those that gave theirs back later among them; then every place that was given back went to the next behind. So before
the (j+1)-th decline the holders were among the best C + j entries, and whoever declined was one of them: if more than
C + j entries ever held a place, more than j of the best C + j gave theirs back. `cut` is the rank of the last of these
C + j. An NOC that is on record to have taken a place holds one behind the first cut.

Of an unknown decliner all that is known is that it is one: a claim of a named NOC, or of one that the scenario does not
name (then it is a rank that nobody named holds).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from quotaproof.model.standings.rankings import Claim
from quotaproof.solver import cp_model
from quotaproof.solver.engines.cpsat.status import Linear, Truth
from quotaproof.solver.unknown.unknown_rankings import EventRanking

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

    def _history(
        self,
        ranking: EventRanking,
        granted: Mapping[Claim, Truth],
        gave_back: GaveBack,
        used: Linear,
        capacity: int,
        host: str | None,
    ) -> None:
        """State that the declines on record follow, in some order, from a first allocation by the same ranking."""
        if not ranking.on_record:
            return
        model = self.model
        freed = {
            claim: self._freed(ranking, claim, literal)
            for claim, literal in gave_back.claims.items()
            if literal is not False and claim[1] <= self.scenario.noc_cap(ranking.event, claim[0])
        }
        for claim in ranking.declined:
            model.add_bool_or([freed[claim]] if claim in freed else [False])
        for (noc, k), literal in gave_back.claims.items():
            if not isinstance(literal, bool):
                model.add_bool_or([~literal, freed.get((noc, k), False), gave_back.claims.get((noc, k - 1), False)])
        unnamed = self._new(ranking.unknown_declines)
        unknown = sum(literal for claim, literal in freed.items() if claim not in ranking.declined_claims)
        model.add(unknown + unnamed == ranking.unknown_declines)
        most = ranking.unknown_declines + len(ranking.declined_ranks)
        most += sum(claim in ranking.declined_claims for claim in freed)
        others = unnamed + len(ranking.declined_ranks)
        holders = used + sum(freed.values()) + others
        everybody = (
            used
            + others
            + sum(
                self._both(literal, ranking.present[claim])
                for claim, literal in gave_back.claims.items()
                if claim in freed
            )
        )
        competing = {claim: has_place for claim, has_place in granted.items() if claim != (host, 1)}
        before: Linear = 0
        for stage in range(most):
            cut, so_far = self._new(ranking.most), self._new(ranking.unknown_declines)
            model.add(so_far <= unnamed)
            model.add(before <= so_far)
            before = so_far
            # Entries behind one that was given back are passed over, unless they had a place at first.
            exists = self.between(holders if stage else everybody, capacity + stage + 1)
            up_to = {claim: self._up_to(ranking, claim, cut) for claim in ranking.present}
            passed = [self.between(cut, rank) for rank in ranking.declined_ranks]
            gone = sum(self._both(literal, up_to[claim]) for claim, literal in freed.items()) + so_far + sum(passed)
            have = sum(self._both(has_place, up_to[claim]) for claim, has_place in competing.items())
            known = [self._both(literal, gave_back.at_known_rank[claim]) for claim, literal in up_to.items()]
            if exists is False:
                break
            enforce = [] if exists is True else [exists]
            model.add(have + gone == capacity + stage).only_enforce_if(*enforce)
            further = self.between(holders, capacity + stage + 1)
            if further is not False:
                model.add(gone >= stage + 1).only_enforce_if(*([] if further is True else [further]))
            model.add(sum(up_to.values()) - sum(known) + so_far + sum(passed) == cut).only_enforce_if(*enforce)
            if stage == 0:
                self._first_cut(ranking, competing, gave_back, freed, up_to, exists)
        model.add(gave_back.unnamed <= unnamed)
        if ranking.length is not None:
            model.add(gave_back.unnamed == unnamed)
        full = self.between(holders, capacity + 1)
        if full is not False:
            model.add(gave_back.unnamed == unnamed).only_enforce_if(*([] if full is True else [full]))

    def _first_cut(
        self,
        ranking: EventRanking,
        competing: Mapping[Claim, Truth],
        gave_back: GaveBack,
        freed: Mapping[Claim, cp_model.IntVar],
        up_to: Mapping[Claim, cp_model.IntVar],
        exists: Truth,
    ) -> None:
        """Who is up to the first cut had a place at first; who holds one behind it took it."""
        for claim, literal in freed.items():
            held = self._both(exists, up_to[claim], gave_back.claims[claim])
            self.model.add_bool_or([self.negation(held), literal])
            if exists is not True:
                # With room for all, everybody in the ranking had a place.
                present = ranking.present[claim]
                self.model.add_bool_or([exists, self.negation(gave_back.claims[claim]), ~present, literal])
        for noc, least in sorted(ranking.takers.items()):
            taken = [self._both(has_place, ~up_to[claim]) for claim, has_place in competing.items() if claim[0] == noc]
            self.model.add(sum(taken) >= least)
            self.model.add_bool_or([exists])

    def _up_to(self, ranking: EventRanking, claim: Claim, cut: cp_model.IntVar) -> cp_model.IntVar:
        """A literal that is true exactly if a claim is in the ranking, up to a cut."""
        up_to, behind = self.model.new_bool_var(""), self.model.new_bool_var("")
        present, position = ranking.present[claim], ranking.position[claim]
        self.model.add_implication(up_to, present)
        self.model.add(position <= cut).only_enforce_if(up_to)
        self.model.add(position > cut).only_enforce_if(behind)
        self.model.add_bool_or([up_to, behind, ~present])
        self.model.add_bool_or([~up_to, ~behind])
        return up_to

    def _freed(self, ranking: EventRanking, claim: Claim, given_back: Truth) -> cp_model.IntVar:
        """A literal for a place that came free; it implies that its claim was given back."""
        freed = self.model.new_bool_var("")
        self.model.add_bool_or([~freed, given_back])
        self.model.add_implication(freed, ranking.present[claim])
        return freed
