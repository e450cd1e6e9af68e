"""Quota places in priority form: what follows from start places, the mixed relay, what is left over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from quotaproof.model.pathways import (
    ParallelWalk,
    QuotaPlaces,
    Reallocation,
    RelayPlaces,
    Remainder,
    TeamTopUp,
    refuse,
)
from quotaproof.model.published import ATHLETES, CellName
from quotaproof.model.rules import GENDERS, Event, Gender
from quotaproof.model.scenario import Scenario
from quotaproof.solver import cp_model
from quotaproof.solver.engines.cpsat.status import Linear, Truth
from quotaproof.solver.unknown.unknown_rankings import EventRanking

from .starts import StartPriority


@dataclass(frozen=True, slots=True)
class QuotaClaim:
    """A claim to a quota place: who, whether the condition holds, whether it is granted, and the place in line."""

    noc: str
    gender: Gender
    asks: Truth
    granted: cp_model.IntVar
    key: Linear


@dataclass(slots=True)
class Resource:
    """What claims use up: a literal that implies that nothing of it is left, and the worst key of a user."""

    used_up: cp_model.IntVar
    cut: Linear


class PriorityModel(StartPriority):
    """One allocation under a scenario's rules, as constraints on table cells and unknown standings.

    Nothing is stated until `state_rules` or `state_event` is called.

    Attributes
    ----------
    in_line
        Pathway -> who may ask for a quota place left over.
    grants
        (pathway, NOC, gender) -> whether it gives a quota place.
    ties
        What becomes of candidates that share a place in line: with `refused` (as the rules say) no allocation in which
        some of them get a quota place and others do not; with `open` any of them may.
    """

    ties: Literal["refused", "open"] = "refused"

    def __init__(
        self, model: cp_model.CpModel, scenario: Scenario, cells: Mapping[CellName, Linear], unnamed: Iterable[str] = ()
    ) -> None:
        super().__init__(model, scenario, cells, unnamed)
        self.in_line: dict[str, list[QuotaClaim]] = {}
        self.grants: dict[tuple[str, str, Gender], cp_model.IntVar] = {}
        self._keys: dict[tuple[str, Gender], Linear] = {}

    def state_rules(self, model_events: Iterable[str] = (), *, timing: bool = False) -> None:
        """State all pathways, the facts on places, and that quota places add up to the athletes column.

        Parameters
        ----------
        model_events
            Individual events whose ranking is modelled. Any other event's ranking is taken to be wholly unknown: then
            every distribution within the caps is given by some ranking (those with places first, then the end of the
            list), so there is nothing to model.
        timing
            Whether refusals for a cap on athletes are exact (then every event of the walk must be modelled).

        Raises
        ------
        InputError
            If the caps on athletes can refuse a relay: with unknown standings this is not modelled.
        """
        self.state_start_places(model_events, timing=timing)
        for pathway in self.rules.pathways:
            match pathway:
                case QuotaPlaces():
                    self._quota_places(pathway)
                case TeamTopUp():
                    self._top_up(pathway)
                case Remainder():
                    self._remainder(pathway)
                case RelayPlaces() | ParallelWalk() | Reallocation():
                    pass
                case _:
                    refuse("the priority form", pathway)
        # A fact is on quota places, however the published table counts athletes.
        self._facts_on_athletes()
        if not self.rules.fixes_athletes:
            return
        for noc in self.nocs:
            self.model.add(self.number(noc, ATHLETES) == self.cell(noc, ATHLETES))

    def state_start_places(self, model_events: Iterable[str] = (), *, timing: bool = False) -> None:
        """State the pathways that hand out start places by rankings, and the facts on places, as `state_rules` does."""
        self._require_room_for_relays()
        self._facts()
        for pathway in self.rules.pathways:
            match pathway:
                case RelayPlaces():
                    self._relays(pathway)
                case ParallelWalk():
                    self._walk(pathway, frozenset(model_events), timing)
                case QuotaPlaces() | TeamTopUp() | Remainder() | Reallocation():
                    pass
                case _:
                    refuse("the priority form", pathway)
        if not any(isinstance(pathway, ParallelWalk) for pathway in self.rules.pathways):
            self._count_needs()  # of relays alone; a walk counts them with its own

    def state_event(self, identifier: str) -> None:
        """State one individual event's ranking alone; exact where no cap on athletes is used up."""
        ranking = self.completion.add(identifier)
        for claim in ranking.present:
            self.granted[(identifier, *claim)] = self.model.new_bool_var(f"{identifier} {claim}")
        self._event(ranking, ())

    # P3: quota places ----------------------------------------

    def _quota_places(self, pathway: QuotaPlaces) -> None:
        waiting: list[QuotaClaim] = []
        for gender in GENDERS:
            for noc in self.nocs:
                self.athletes[noc, gender] = self.needs[noc, gender]
                bonus = self.bonus[noc, gender]
                if pathway.bonus_from is not None and self.scenario.readings.fifth_in_walk == "no":
                    waiting += self._ask(pathway.identifier, noc, gender, bonus)
        self._line(pathway.identifier, waiting)

    def _ask(self, pathway: str, noc: str, gender: Gender, asks: Truth, key: Linear | None = None) -> list[QuotaClaim]:
        """A claim to a quota place of a pathway, granted only if its condition `asks` holds."""
        if asks is False:
            return []
        granted = self.model.new_bool_var("")
        if asks is not True:
            self.model.add_implication(granted, asks).only_enforce_if(*self.under(pathway, noc, gender))
        return [QuotaClaim(noc, gender, asks, granted, self._key(noc, gender) if key is None else key)]

    def _key(self, noc: str, gender: Gender) -> Linear:
        """Place in line for a quota place: the relay rank, then the gender where the reading says so."""
        if (noc, gender) not in self._keys:
            self._keys[noc, gender] = self._new_key(noc, gender)
        return self._keys[noc, gender]

    def _new_key(self, noc: str, gender: Gender) -> Linear:
        relay = self.rules.relay(gender)
        later = self.scenario.readings.later_gender
        behind = max(
            [self.completion.add(r.identifier).behind_all for g in GENDERS if (r := self.rules.relay(g))] + [1]
        )
        if relay is None:
            return 2 * behind + int(gender == later)
        ranking = self.completion.add(relay.identifier)
        key = self._new(behind, 1)
        first = (noc, 1)
        self.model.add(key == ranking.position[first]).only_enforce_if(ranking.present[first])
        self.model.add(key == behind).only_enforce_if(~ranking.present[first])
        return 2 * key + int(gender == later)

    def _line(
        self, pathway: str, waiting: Sequence[QuotaClaim], seats: Linear | None = None, event: str | None = None
    ) -> None:
        """Grants by place in line, within the total, hard caps per gender and, if given, an event's free seats."""
        everybody = sum(self.athletes_so_far(noc, gender) for noc in self.nocs for gender in GENDERS)
        resources = {"total": self._resource("total", waiting, self.rules.total - everybody)}
        for gender, cap in self.caps_afterwards.items():
            given = sum(self.athletes_so_far(noc, gender) for noc in self.nocs)
            resources[gender] = self._resource(gender, [w for w in waiting if w.gender == gender], cap - given)
        if seats is not None and event is not None:
            resources["seats"] = self._resource(event, waiting, seats)
        for one in waiting:
            reasons: list[Truth] = [one.granted, self.negation(one.asks)]
            for name, resource in resources.items():
                if name in GENDERS and name != one.gender:
                    continue
                too_late = self.model.new_bool_var("")
                self.model.add_implication(too_late, resource.used_up)
                self._behind(one.key, resource.cut, too_late)
                reasons.append(too_late)
            self.model.add_bool_or(reasons).only_enforce_if(*self.under(pathway, one.noc, one.gender))
        for one in waiting:
            self.athletes[one.noc, one.gender] = self.athletes_so_far(one.noc, one.gender) + one.granted

    def _behind(self, key: Linear, cut: Linear, literal: cp_model.IntVar) -> None:
        """Where a literal is true, a place in line is behind all that get something, or shared where ties are open."""
        self.model.add(key + (self.ties == "open") > cut).only_enforce_if(literal)

    def _resource(self, cap: str, users: Sequence[QuotaClaim], capacity: Linear) -> Resource:
        used: Linear = sum(user.granted for user in users)
        self.model.add(used <= capacity).only_enforce_if(*self.under(cap))
        cut = self._new(10**6)
        for user in users:
            self.model.add(cut >= user.key).only_enforce_if(user.granted)
        used_up = self.model.new_bool_var("")
        if users:
            self.model.add(used == capacity).only_enforce_if(used_up)
        return Resource(used_up, cut)

    # P4: mixed relay ----------------------------------------

    def _top_up(self, pathway: TeamTopUp) -> None:
        event = self.rules.event(pathway.event)
        team = event.team
        ranking = self.completion.add(event.identifier)
        other: dict[Gender, Gender] = {"men": "women", "women": "men"}
        enough = {(n, g): self.between(self.athletes_so_far(n, g), team[g]) for n in self.nocs for g in GENDERS}
        short = {
            (n, g): self.between(self.athletes_so_far(n, g), team[g] - 1, team[g] - 1)
            for n in self.nocs
            for g in GENDERS
        }
        ready = {
            noc: self._both(self._may_enter(event.identifier, noc), *(enough[noc, gender] for gender in GENDERS))
            for noc in self.nocs
        }
        number = sum(ready.values())
        seats = self._new(event.start_places)
        self.model.add_max_equality(seats, [event.start_places - number, 0])
        waiting: list[QuotaClaim] = []
        for noc in self.nocs:
            for gender in GENDERS:
                wants = self._may_enter(event.identifier, noc)
                asks = self._both(wants, short[noc, gender], enough[noc, other[gender]], ranking.present[noc, 1])
                waiting += self._ask(pathway.identifier, noc, gender, asks, ranking.key[noc])
        self._line(pathway.identifier, waiting, seats, event.identifier)
        self.grants |= {(pathway.identifier, one.noc, one.gender): one.granted for one in waiting}
        teams = {noc: ready[noc] + sum(w.granted for w in waiting if w.noc == noc) for noc in self.nocs}
        self._enter(pathway.identifier, event, teams, ranking)
        self._came_in(ranking, {(noc, 1): self.between(self.cell(noc, event.identifier), 1) for noc in self.nocs})

    def _may_enter(self, event: str, noc: str) -> bool:
        """Whether an NOC would enter a team; false where it gave its place back."""
        return (event, noc) not in self.scenario.abstains

    def _stood(self, event: str, noc: str) -> Truth:
        """Whether an NOC's team was entered before and stays so."""
        return False

    def _enter(self, pathway: str, event: Event, teams: Mapping[str, Linear], ranking: EventRanking) -> None:
        """Every team enters, or the best of the ranking (those not ranked behind all, and equal) and the host."""
        host = self._host(event.identifier)
        capacity = event.start_places - (host is not None)
        others = [noc for noc in self.nocs if noc != host]
        used = sum(self.cell(noc, event.identifier) for noc in others)
        self.model.add(used <= capacity).only_enforce_if(*self.under(event.identifier))
        cut = self._new(ranking.behind_all)
        full = self.model.new_bool_var("")
        self.model.add(used == capacity).only_enforce_if(full)
        for noc in self.nocs:
            own = self.under(pathway, noc, event.identifier)
            entered = self.between(self.cell(noc, event.identifier), 1)
            team = self.between(teams[noc], 1)
            self.model.add(self.cell(noc, event.identifier) <= teams[noc]).only_enforce_if(*own)
            if noc == host:
                self.model.add(self.cell(noc, event.identifier) == teams[noc]).only_enforce_if(*own)
                continue
            stood = self._stood(event.identifier, noc)
            self.model.add(self.cell(noc, event.identifier) >= stood)
            newly = self._both(entered, self.negation(stood))
            if newly is not False:
                enforce = [] if newly is True else [newly]
                self.model.add(cut >= ranking.key[noc]).only_enforce_if(*enforce)
            crowded_out = self.model.new_bool_var("")
            self.model.add_implication(crowded_out, full)
            self._behind(ranking.key[noc], cut, crowded_out)
            reasons = [entered, crowded_out, self.negation(team)]
            reasons.append(not self._may_enter(event.identifier, noc))
            self.model.add_bool_or(reasons).only_enforce_if(*own)

    # P5 and P6: what is left over ----------------------------------------

    def _remainder(self, pathway: Remainder) -> None:
        waiting: list[QuotaClaim] = []
        for gender in GENDERS:
            for noc in self.nocs:
                conditions = [
                    self.between(self.athletes_so_far(noc, gender), pathway.quota_places, pathway.quota_places),
                    self.between(self._relay(noc, gender), 1) if pathway.relay_only else True,
                ]
                if pathway.individual_places is not None:
                    wanted = pathway.individual_places
                    conditions.append(self.between(self._individual(noc, gender), wanted, wanted))
                waiting += self._ask(pathway.identifier, noc, gender, self._both(*conditions))
        self.in_line[pathway.identifier] = waiting
        self.grants |= {(pathway.identifier, one.noc, one.gender): one.granted for one in waiting}
        self._line(pathway.identifier, waiting)
