"""Start places in priority form: relays, the walk and its caps on athletes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from quotaproof.model.pathways import ParallelWalk, RelayPlaces
from quotaproof.model.rules import GENDERS, Gender
from quotaproof.model.standings.rankings import Claim
from quotaproof.solver import cp_model
from quotaproof.solver.engines.cpsat.status import Linear, Truth
from quotaproof.solver.unknown.unknown_rankings import EventRanking

from .base import MOST_ATHLETES
from .declines import DeclinePriority, GaveBack


@dataclass(slots=True)
class AthleteCap:
    """A cap on athletes in the walk: its genders, its size, whether it is used up, and when that happened."""

    genders: tuple[Gender, ...]
    cap: int
    full: cp_model.IntVar
    reached: cp_model.IntVar | None


class StartPriority(DeclinePriority):
    """Adds the pathways that hand out start places."""

    # P1: relays ----------------------------------------

    def _relays(self, pathway: RelayPlaces) -> None:
        for identifier in pathway.events:
            ranking = self.completion.add(identifier)
            for noc in self.nocs:
                granted = self.model.new_bool_var(f"{identifier} {noc}")
                self.model.add(granted == self.cell(noc, identifier))
                self.granted[identifier, noc, 1] = granted
            self._event(ranking, ())

    # P2: individual start places ----------------------------------------

    def _walk(self, pathway: ParallelWalk, model_events: frozenset[str], timing: bool) -> None:
        modelled = [event for event in pathway.events if event in model_events]
        for identifier in pathway.events:
            event = self.rules.event(identifier)
            column = [self.cell(noc, identifier) for noc in self.nocs]
            self.model.add(sum(column) <= event.start_places)
            host = self._host(identifier)
            if host is not None:
                self.model.add(self.cell(host, identifier) >= 1)
            for noc in self.nocs:
                self.model.add(self.cell(noc, identifier) <= self.scenario.noc_cap(event, noc))
        caps = self._athlete_caps()
        for identifier in modelled:
            ranking = self.completion.add(identifier)
            for claim in ranking.present:
                self.granted[(identifier, *claim)] = self.model.new_bool_var(f"{identifier} {claim}")
        if timing:
            for cap in caps:
                self._reached(cap, pathway)
        for identifier in modelled:
            self._event(self.completion.rankings[identifier], caps, pathway.events)

    def _individual(self, noc: str, gender: Gender) -> Linear:
        return sum(self.cell(noc, event.identifier) for event in self.rules.individual(gender))

    def _relay(self, noc: str, gender: Gender) -> Linear:
        relay = self.rules.relay(gender)
        return self.cell(noc, relay.identifier) if relay else 0

    def _count_needs(self) -> None:
        """Athletes needed for start places, per NOC and gender."""
        quota = self.rules.quota_places
        counts_bonus = self.scenario.readings.fifth_in_walk == "yes" and quota.bonus_from is not None
        for gender in GENDERS:
            for noc in self.nocs:
                numbers = [self.cell(noc, event.identifier) for event in self.rules.individual(gender)]
                relay = self.between(self._relay(noc, gender), 1)
                bonus = (
                    self._both(relay, self.between(sum(numbers), quota.bonus_from))
                    if quota.bonus_from is not None
                    else False
                )
                self.bonus[noc, gender] = bonus
                largest: Linear = max((n for n in numbers if isinstance(n, int)), default=0)
                if any(not isinstance(number, int) for number in numbers):
                    largest = self._new(max(event.noc_cap for event in self.rules.individual(gender)))
                    self.model.add_max_equality(largest, numbers)
                if relay is False:
                    self.needs[noc, gender] = largest
                elif relay is True:
                    self.needs[noc, gender] = quota.relay_athletes + (bonus if counts_bonus else 0)
                else:
                    need = self.needs[noc, gender] = self._new(MOST_ATHLETES)
                    with_relay = quota.relay_athletes + (bonus if counts_bonus else 0)
                    self.model.add(need == with_relay).only_enforce_if(relay)
                    self.model.add(need == largest).only_enforce_if(~relay)

    def _athlete_caps(self) -> list[AthleteCap]:
        """Athletes needed for start places, and the caps on them."""
        self._count_needs()
        caps: list[AthleteCap] = []
        sizes: list[tuple[tuple[Gender, ...], int]] = [(GENDERS, self.rules.total)]
        if self.scenario.readings.gender_cap != "nominal":
            sizes += [((gender,), self.rules.gender_caps[gender]) for gender in GENDERS]
        for genders, size in sizes:
            needed = sum(self.needs[noc, gender] for noc in self.nocs for gender in genders)
            self.model.add(needed <= size)
            full = self.model.new_bool_var(f"full {genders}")
            self.model.add(needed == size).only_enforce_if(full)
            self.model.add(needed <= size - 1).only_enforce_if(~full)
            caps.append(AthleteCap(genders, size, full, None))
        return caps

    def _time(self, ranking: EventRanking, claim: Claim, order: Sequence[str]) -> Linear:
        """When in the walk a claim's turn comes: 1 for rank 1 of the first event, then event by event, row by row."""
        return (ranking.position[claim] - 1) * len(order) + order.index(ranking.event.identifier) + 1

    def _last_time(self, order: Sequence[str]) -> int:
        rankings = self.completion.rankings
        return max(rankings[event].most + len(rankings[event].present) for event in order) * len(order)

    def _reached(self, cap: AthleteCap, pathway: ParallelWalk) -> None:
        """By the time `reached`, every athlete that is ever needed is needed."""
        quota = self.rules.quota_places
        cap.reached = self._new(self._last_time(pathway.events))
        for gender in cap.genders:
            own = [event.identifier for event in self.rules.individual(gender) if event.identifier in pathway.events]
            for noc in self.nocs:
                so_far: dict[str, Linear] = {}
                for identifier in own:
                    ranking = self.completion.rankings[identifier]
                    early = []
                    for claim in ranking.present:
                        if claim[0] != noc:
                            continue
                        literal = self.model.new_bool_var("")
                        self.model.add_implication(literal, self.granted[(identifier, *claim)])
                        time = self._time(ranking, claim, pathway.events)
                        self.model.add(time <= cap.reached).only_enforce_if(literal)
                        early.append(literal)
                    so_far[identifier] = sum(early)
                    if noc == self._host(identifier):
                        guaranteed = self.model.new_bool_var("")
                        self.model.add(so_far[identifier] == 0).only_enforce_if(guaranteed)
                        so_far[identifier] = so_far[identifier] + guaranteed
                relay = self.between(self._relay(noc, gender), 1)
                enough = [self.model.new_bool_var("") for _ in own]
                for literal, identifier in zip(enough, own, strict=True):
                    self.model.add(so_far[identifier] >= self.needs[noc, gender]).only_enforce_if(literal)
                bonus = self.bonus[noc, gender]
                if quota.bonus_from is not None and self.scenario.readings.fifth_in_walk == "yes":
                    total = sum(so_far.values())
                    self.model.add(total >= quota.bonus_from).only_enforce_if(cap.full, bonus)
                self.model.add_bool_or([*enough, relay, ~cap.full])

    # Events: who is granted, who is refused and why ----------------------------------------

    def _event(self, ranking: EventRanking, caps: Sequence[AthleteCap], order: Sequence[str] = ()) -> None:
        """Grants and refusals of one ranking; every rank that is passed over has a reason."""
        event, model = ranking.event, self.model
        host = self._host(event.identifier)
        capacity = event.start_places - (host is not None)
        granted = {claim: self.granted[(event.identifier, *claim)] for claim in ranking.present}
        gave_back = self._gave_back(ranking, host)
        declined = gave_back.declined
        # The host's first place is outside the competition: it is given in any case.
        competing = [claim for claim in granted if claim != (host, 1)]
        self._numbers(ranking, granted, declined, host)
        self._came_in(ranking, granted)
        used = sum(granted[claim] for claim in competing)
        model.add(used <= capacity)
        full = self.between(used, capacity)
        cut = self._new(ranking.most)
        for claim in competing:
            model.add(cut >= ranking.position[claim]).only_enforce_if(granted[claim])
        first_refusal = self._first_refusal(ranking, caps, order)
        # An NOC's better qualifiers come first, so its cap can only exclude those behind as many as it allows.
        at_cap = {
            claim: self.between(self.cell(claim[0], event.identifier), cap)
            for claim in granted
            if claim[1] > (cap := self.scenario.noc_cap(event, claim[0]))
        }
        for claim, has_place in granted.items():
            model.add_bool_or([self.negation(has_place), self.negation(declined[claim])])
            if claim == (host, 1):
                continue
            model.add_implication(has_place, ranking.present[claim])
            reasons: list[Truth] = [has_place, declined[claim], ~ranking.present[claim]]
            late = model.new_bool_var("")
            model.add_implication(late, full)
            model.add(ranking.position[claim] > cut).only_enforce_if(late)
            reasons.append(late)
            if claim in at_cap:
                reasons.append(at_cap[claim])
            reasons += [self._refused_by_cap(ranking, claim, cap, order) for cap in caps if event.gender in cap.genders]
            model.add_bool_or(reasons)
        self._no_gaps(ranking, granted, gave_back, at_cap, cut, full, first_refusal)
        self._history(ranking, granted, gave_back, used, capacity, host)

    def _numbers(
        self,
        ranking: EventRanking,
        granted: Mapping[Claim, Truth],
        declined: Mapping[Claim, Truth],
        host: str | None,
    ) -> None:
        """An NOC's number is the number of its granted claims; better qualifiers come first."""
        for noc in self.nocs:
            own = [claim for claim in granted if claim[0] == noc]
            self.model.add(sum(granted[claim] for claim in own) == self.cell(noc, ranking.event.identifier))
            for better, claim in pairwise(own):
                self.model.add_bool_or([self.negation(granted[claim]), granted[better], declined[better]])
            if noc == host and declined[own[0]] is False:
                self.model.add(granted[own[0]] == 1)

    def _came_in(self, ranking: EventRanking, granted: Mapping[Claim, Truth]) -> None:
        """Who is known to have come in for an entry that was given back has a place; of `?` whoever is at that rank."""
        for fact in self.scenario.facts:
            if fact.event != ranking.event.identifier or fact.kind != "came-in-rank":
                continue
            untrue = [~literal for literal in self.completion.under_fact(fact)]
            if fact.noc is not None:
                self.model.add_bool_or([granted[fact.noc, fact.qualifier], *untrue])
                continue
            somebody = []
            for claim, position in ranking.position.items():
                literal = self.model.new_bool_var("")
                for truth in (granted[claim], ranking.present[claim]):
                    self.model.add_bool_or([~literal, truth])
                self.model.add(position == fact.value).only_enforce_if(literal)
                somebody.append(literal)
            self.model.add_bool_or([*somebody, *untrue])

    def _first_refusal(
        self, ranking: EventRanking, caps: Sequence[AthleteCap], order: Sequence[str]
    ) -> cp_model.IntVar | None:
        """The first rank of this event at which a cap on athletes may have refused an NOC that has nothing."""
        own = [cap for cap in caps if ranking.event.gender in cap.genders]
        if not own:
            return None
        first = self._new(ranking.most + 1, 1)
        reasons: list[Truth] = [self.between(first, ranking.most + 1)]
        for cap in own:
            literal = self.model.new_bool_var("")
            self.model.add_implication(literal, cap.full)
            if cap.reached is not None:
                time = (first - 1) * len(order) + order.index(ranking.event.identifier) + 1
                self.model.add(time > cap.reached).only_enforce_if(literal)
            reasons.append(literal)
        self.model.add_bool_or(reasons)
        return first

    def _refused_by_cap(
        self, ranking: EventRanking, claim: Claim, cap: AthleteCap, order: Sequence[str]
    ) -> cp_model.IntVar:
        """A literal that implies: the cap was used up when the claim's turn came, and it needed one more athlete."""
        noc = claim[0]
        gender = ranking.event.own_gender
        quota, model = self.rules.quota_places, self.model
        refused = model.new_bool_var("")
        model.add_implication(refused, cap.full)
        if cap.reached is not None:
            model.add(self._time(ranking, claim, order) > cap.reached).only_enforce_if(refused)
        relay = self.between(self._relay(noc, gender), 1)
        here = self.cell(noc, ranking.event.identifier)
        if relay is not True:
            enforce = [refused] if relay is False else [refused, ~relay]
            model.add(here >= self.needs[noc, gender]).only_enforce_if(*enforce)
        if relay is not False:
            both: list[Truth] = [refused, relay]
            if quota.bonus_from is None or self.scenario.readings.fifth_in_walk == "no":
                model.add_bool_or([self.negation(literal) for literal in both])
            else:
                model.add(self._individual(noc, gender) == quota.bonus_from - 1).only_enforce_if(*both)
                if cap.reached is not None:
                    self._all_before(ranking, claim, gender, order, both)
        return refused

    def _all_before(
        self, ranking: EventRanking, claim: Claim, gender: Gender, order: Sequence[str], enforce: Sequence[Truth]
    ) -> None:
        """All places of the claim's NOC in this gender were given before its turn."""
        for event in self.rules.individual(gender):
            other = self.completion.rankings[event.identifier]
            for mine in other.present:
                if mine[0] == claim[0] and (event.identifier, mine) != (ranking.event.identifier, claim):
                    earlier = self._time(other, mine, order) < self._time(ranking, claim, order)
                    self.model.add(earlier).only_enforce_if(*enforce, self.granted[(event.identifier, *mine)])

    def _no_gaps(
        self,
        ranking: EventRanking,
        granted: Mapping[Claim, Truth],
        gave_back: GaveBack,
        at_cap: Mapping[Claim, Truth],
        cut: cp_model.IntVar,
        full: Truth,
        first_refusal: cp_model.IntVar | None,
    ) -> None:
        """Up to the cut (the end, if the event is not full) or the first refusal, every rank is accounted for.

        It is granted, declined, or refused because its NOC has all it may have. Any other rank would be a claim (of a
        named NOC or of OTHER) refused without reason.
        """
        model = self.model
        end = self._new(ranking.most)
        if ranking.length is None:
            model.add(end == cut)
            if full is not True:
                # Whatever ranks are taken in an event that is not full, none of them was refused for want of a place.
                for claim, position in ranking.position.items():
                    literals = [ranking.present[claim]] if full is False else [~full, ranking.present[claim]]
                    model.add(position <= end).only_enforce_if(*literals)
        else:
            for literal, value in ((full, cut), (self.negation(full), ranking.length)):
                if literal is True:
                    model.add(end == value)
                elif literal is not False:
                    model.add(end == value).only_enforce_if(literal)
        prefix: cp_model.IntVar = end
        if first_refusal is not None:
            prefix = self._new(ranking.most)
            model.add_min_equality(prefix, [end, first_refusal - 1])
        inside: list[Truth] = []
        for claim, position in ranking.position.items():
            counts = model.new_bool_var("")
            model.add(position <= prefix).only_enforce_if(counts)
            model.add_implication(counts, ranking.present[claim])
            given_back = gave_back.claims[claim]
            if given_back is not True:
                model.add_bool_or([~counts, granted[claim], at_cap.get(claim, False), given_back])
            if ranking.declined_ranks and given_back is not True:
                # A declined rank counts once below, whoever holds it.
                model.add_bool_or([~counts, self.negation(gave_back.at_known_rank[claim])])
            inside.append(counts)
            if not isinstance(gave_back.unnamed, int):
                # A rank that an unnamed decliner holds is held by nobody named.
                behind = model.new_bool_var("")
                model.add(position > prefix).only_enforce_if(behind)
                reasons: list[Truth] = [counts, behind, ~ranking.present[claim], gave_back.at_known_rank[claim]]
                model.add_bool_or(reasons)
        passed = [self.between(prefix, rank) for rank in ranking.declined_ranks]
        model.add(sum(inside) + sum(passed) + gave_back.unnamed == prefix)
