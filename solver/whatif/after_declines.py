"""The allocation after declines as constraints, beside the one before them, under the same unknown standings.

What is kept is constant or follows from the allocation before; holes are variables. See `recipients` for what is left
out and why that changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from quotaproof.model.kept import entitled, reallocation, row_of
from quotaproof.model.pathways import (
    LEFT_OVER,
    AnyPathway,
    ParallelWalk,
    QuotaPlaces,
    Reallocation,
    RelayPlaces,
    Remainder,
    TeamTopUp,
    quota_places,
    refuse,
    remainder,
)
from quotaproof.model.rules import GENDERS, Gender
from quotaproof.model.scenario import Scenario
from quotaproof.solver import cp_model
from quotaproof.solver.declines import GivenBack
from quotaproof.solver.engines.cpsat.status import Linear, Truth
from quotaproof.solver.unknown.priority import PriorityModel
from quotaproof.solver.unknown.unknown_rankings import EventRanking


@dataclass(frozen=True, slots=True)
class RelayClaim:
    """A claim to a relay hole.

    `rise` is the quota places it would take from the total, `more_needed` what it adds to the athletes needed.
    """

    event: str
    noc: str
    gender: Gender
    time: Linear
    granted: cp_model.IntVar
    rise: Linear
    more_needed: int


class AfterModel(PriorityModel):
    """The allocation after the declines, under the same unknown standings as `before`."""

    def __init__(
        self,
        before: PriorityModel,
        scenario: Scenario,
        given_back: Iterable[GivenBack],
        at_most: Mapping[tuple[str, str], int],
    ) -> None:
        self.before = before
        super().__init__(before.model, scenario, {}, before.nocs)
        self.completion = before.completion
        self.at_most = at_most
        self.decliners = {noc for _, noc, _ in given_back}
        self.held: dict[tuple[str, str], int] = {}
        for event in self.rules.events:
            for noc in self.nocs:
                number = before.cell(noc, event.identifier)
                self.held[event.identifier, noc] = number if isinstance(number, int) else 0
        for identifier, noc, number in given_back:
            self.held[identifier, noc] -= number
        self.kept: dict[tuple[str, Gender], Linear] = {
            (noc, gender): self._kept(noc, gender) for noc in self.nocs for gender in GENDERS
        }
        self.teams_stood = {
            (event.identifier, noc): self._team_stands(event.identifier, event.team, noc)
            for event in self.rules.events
            if event.team
            for noc in self.nocs
        }
        self.cells = {
            (noc, event.identifier): self._after_cell(event.identifier, noc)
            for event in self.rules.events
            for noc in self.nocs
        }

    def state(self) -> None:
        """State what may happen: relay holes, individual holes, then what is left over."""
        repeats = reallocation(self.rules).repeats
        for pathway in self.rules.pathways:
            match pathway:
                case RelayPlaces():
                    self._relay_holes(pathway)
                case ParallelWalk():
                    self._individual_holes(pathway)
                case TeamTopUp():
                    if pathway.identifier in repeats:
                        self._top_up(pathway)
                case Remainder():
                    if pathway.identifier in repeats:
                        self._remainder(pathway)
                case QuotaPlaces() | Reallocation():
                    pass
                case _:
                    refuse("the priority form after declines", pathway)

    # What is kept ---------------------------------------

    def _kept(self, noc: str, gender: Gender) -> Linear:
        """Quota places that are kept: all of them; of a decliner, those whose reason still holds."""
        if noc not in self.decliners:
            return self.before.athletes_so_far(noc, gender)
        places = self._held_places()
        kept: dict[Gender, Linear] = {g: entitled(self.rules, row_of(places, noc), g) for g in GENDERS}
        for pathway in self.rules.pathways:
            for g in GENDERS if pathway.stage == LEFT_OVER else ():
                granted = self.before.grants.get((pathway.identifier, noc, g))
                if granted is not None:
                    kept[g] = kept[g] + self._both(granted, self._still(pathway, places, noc, g, kept))
        return kept[gender]

    def _held_places(self) -> dict[str, dict[str, int]]:
        places: dict[str, dict[str, int]] = {}
        for (event, noc), number in self.held.items():
            if number:
                places.setdefault(event, {})[noc] = number
        return places

    def _still(
        self,
        pathway: AnyPathway,
        places: Mapping[str, Mapping[str, int]],
        noc: str,
        gender: Gender,
        kept: Mapping[Gender, Linear],
    ) -> Truth:
        """Whether a pathway's condition still holds for a decliner."""
        match pathway:
            case TeamTopUp():
                team = self.rules.event(pathway.event).team
                other: Gender = "women" if gender == "men" else "men"
                one_less = team[gender] - 1
                return self._both(
                    self.between(kept[gender], one_less, one_less), self.between(kept[other], team[other])
                )
            case Remainder():
                number = pathway.quota_places
                numbers, has_relay = self.rules.starts_in(gender, row_of(places, noc))
                if not remainder.fits(pathway, number, sum(numbers), has_relay=has_relay):
                    return False
                return self.between(kept[gender], number, number)
            case RelayPlaces() | ParallelWalk() | QuotaPlaces() | Reallocation():
                return False
            case _:
                return refuse("the priority form after declines", pathway)

    def _team_stands(self, event: str, team: Mapping[Gender, int], noc: str) -> Truth:
        """Whether a mixed relay team stays entered: it was not given back, and there are athletes for it."""
        if not self.held[event, noc]:
            return False
        if noc not in self.decliners:
            return True
        return self._both(*(self.between(self.kept[noc, g], number) for g, number in team.items()))

    def _may_enter(self, event: str, noc: str) -> bool:
        return self.at_most.get((event, noc), 1) > 0

    def _stood(self, event: str, noc: str) -> Truth:
        return self.teams_stood[event, noc]

    def _after_cell(self, identifier: str, noc: str) -> Linear:
        event = self.rules.event(identifier)
        held = self.held[identifier, noc]
        if event.team:
            if not self._topped_up(identifier):
                stood = self.teams_stood[identifier, noc]
                return int(stood) if isinstance(stood, bool) else stood
            return self._new(1) if self._may_enter(identifier, noc) else 0
        total = sum(self.held[identifier, other] for other in self.nocs)
        if event.kind == "individual" and self._was_open(identifier):
            # The event had places nobody took, so its ranking has ended: there is nobody in line.
            return held
        cap = self.scenario.noc_cap(event, noc)
        most = min(cap, self.at_most.get((identifier, noc), cap))
        return held if total >= event.start_places or most <= held else self._new(most, held)

    def _was_open(self, identifier: str) -> bool:
        """Whether an event had free start places before anything was given back."""
        taken = sum(number for noc in self.nocs if isinstance(number := self.before.cell(noc, identifier), int))
        return taken < self.rules.event(identifier).start_places

    def _topped_up(self, identifier: str) -> bool:
        """Whether the pathway of this mixed relay is gone through again."""
        repeats = reallocation(self.rules).repeats
        return any(
            isinstance(pathway, TeamTopUp) and pathway.event == identifier and pathway.identifier in repeats
            for pathway in self.rules.pathways
        )

    # Holes ---------------------------------------

    def _relay_holes(self, pathway: RelayPlaces) -> None:
        """A relay hole goes to the next in the ranking whose athletes the caps still allow."""
        claims = [
            self._relay_claim(identifier, noc, number, len(pathway.events))
            for number, identifier in enumerate(pathway.events)
            for noc in self.nocs
            if not isinstance(self.cell(noc, identifier), int)
        ]
        for identifier in pathway.events:
            event, ranking = self.rules.event(identifier), self.completion.add(identifier)
            self._without_gaps(ranking)
            own = [claim for claim in claims if claim.event == identifier]
            used = sum(self.cell(noc, identifier) for noc in self.nocs)
            self.model.add(used <= event.start_places)
            full = self.between(used, event.start_places)
            cut = self._new(ranking.behind_all)
            for claim in own:
                self.model.add(cut >= ranking.key[claim.noc]).only_enforce_if(claim.granted)
            for claim in own:
                better = self.model.new_bool_var("")
                self.model.add_implication(better, full)
                self.model.add(ranking.key[claim.noc] > cut).only_enforce_if(better)
                reasons = [claim.granted, better, ~ranking.present[claim.noc, 1]]
                self.model.add_bool_or([*reasons, *self._too_many(claim, claims)])

    def _without_gaps(self, ranking: EventRanking) -> None:
        """Every rank is held by an NOC of the model: whoever else stood in front of a taker would be asked first."""
        number = sum(ranking.present.values())
        for claim, position in ranking.position.items():
            self.model.add(position <= number).only_enforce_if(ranking.present[claim])

    def _relay_claim(self, identifier: str, noc: str, number: int, width: int) -> RelayClaim:
        gender = self.rules.event(identifier).own_gender
        ranking = self.completion.add(identifier)
        granted = self.model.new_bool_var("")
        self.model.add(granted == self.cell(noc, identifier))
        self.model.add_implication(granted, ranking.present[noc, 1])
        need = self._relay_need(gender, noc)
        rise = self._new(need)
        self.model.add_max_equality(rise, [need - self.kept[noc, gender], 0])
        more_needed = need - self._need_held(gender, noc)
        return RelayClaim(identifier, noc, gender, ranking.key[noc] * width + number, granted, rise, more_needed)

    def _too_many(self, claim: RelayClaim, claims: Sequence[RelayClaim]) -> list[Truth]:
        """Literals that imply: when the claim's turn came, a cap on athletes left no room for it."""
        before = {
            number: self._granted_before(other, claim)
            for number, other in enumerate(claims)
            if other.event != claim.event or self._holes(claim.event) > 1
        }
        rises = [self._if(earlier, claims[number].rise) for number, earlier in before.items()]
        standing = {g: sum(self.kept[noc, g] for noc in self.nocs) for g in GENDERS}
        reasons = [self._over(sum(standing.values()) + sum(rises) + claim.rise, self.rules.total)]
        same = [number for number in before if claims[number].gender == claim.gender]
        cap = self.rules.gender_caps[claim.gender]
        if self.scenario.readings.gender_cap == "hard":
            own = [self._if(before[number], claims[number].rise) for number in same]
            reasons.append(self._over(standing[claim.gender] + sum(own) + claim.rise, cap))
        if self.scenario.readings.gender_cap != "nominal":
            needed = sum(self._need_held(claim.gender, noc) for noc in self.nocs) + claim.more_needed
            reasons.append(self._over(needed + sum(before[n] * claims[n].more_needed for n in same), cap))
        return reasons

    def _holes(self, identifier: str) -> int:
        return self.rules.event(identifier).start_places - sum(self.held[identifier, noc] for noc in self.nocs)

    def _granted_before(self, other: RelayClaim, claim: RelayClaim) -> cp_model.IntVar:
        earlier = self.model.new_bool_var("")
        if other is claim:
            self.model.add(earlier == 0)
        self.model.add_implication(earlier, other.granted)
        self.model.add(other.time < claim.time).only_enforce_if(earlier)
        return earlier

    def _if(self, literal: cp_model.IntVar, number: Linear) -> Linear:
        """A variable that is at most the number if the literal holds, and 0 otherwise."""
        share = self._new(99)
        self.model.add(share <= number)
        self.model.add(share == 0).only_enforce_if(~literal)
        return share

    def _over(self, athletes: Linear, cap: int) -> Truth:
        """A literal that implies that there are more athletes than the cap."""
        if isinstance(athletes, int):
            return athletes > cap
        literal = self.model.new_bool_var("")
        self.model.add(athletes > cap).only_enforce_if(literal)
        return literal

    def _need_held(self, gender: Gender, noc: str) -> int:
        return entitled(self.rules, row_of(self._held_places(), noc), gender)

    def _relay_need(self, gender: Gender, noc: str) -> int:
        """Athletes an NOC needs with a relay place beside what it holds."""
        individual = [self.held[e.identifier, noc] for e in self.rules.individual(gender)]
        return quota_places.entitled(self.rules.quota_places, individual, has_relay=True)

    def _individual_holes(self, pathway: ParallelWalk) -> None:
        for identifier in pathway.events:
            event = self.rules.event(identifier)
            self.model.add(sum(self.cell(noc, identifier) for noc in self.nocs) <= event.start_places)
        self._athlete_caps()
        for gender in GENDERS:
            for noc in self.nocs:
                need, kept = self.needs[noc, gender], self.kept[noc, gender]
                if isinstance(need, int) and isinstance(kept, int):
                    self.athletes[noc, gender] = max(need, kept)
                    continue
                given = self._new(99)
                self.model.add_max_equality(given, [need, kept])
                self.athletes[noc, gender] = given
        self.model.add(sum(self.athletes.values()) <= self.rules.total)
        for gender, cap in self.caps_afterwards.items():
            self.model.add(sum(number for (_, g), number in self.athletes.items() if g == gender) <= cap)
