r"""Priority form: the rules as constraints without an objective, over unknown standings.

"No justified claim": a claim without a place is explained by a resource that better-ranked claims have used up. For a
resource with capacity C and users U (claims with a 0/1 variable x and a key, lower is better):

    sum of x over U  <=  C
    not x[i]   =>   for one of i's resources:  sum of x over U = C   and   key[i] > key[j] for all j in U with x[j]

The second line is written with one variable `cut` per resource, at least the key of each user that has a place.
For complete standings exactly one allocation satisfies this, the one the engines give (docs/model.md has the proof);
for unknown standings the satisfying assignments are the pairs of a completion and its allocation.

Refusals because of a cap on athletes depend on when in the walk the cap was reached. That is the variable `reached`:
by then all athletes that are ever needed are needed, and nobody before it is refused for the cap. It costs more, so it
is left out (`timing=False`) where a relaxation serves; then a refusal for a cap only needs the cap to be used up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ortools.sat.python import cp_model

from quotaproof.model.errors import InputError
from quotaproof.model.published import ATHLETES
from quotaproof.model.rules import (
    GENDERS,
    Event,
    Gender,
    ParallelWalk,
    QuotaPlaces,
    RelayPlaces,
    Remainder,
    TeamTopUp,
)
from quotaproof.model.scenario import Scenario

from .completion import Claim, Completion, EventRanking
from .cpsat.status import Linear, Truth

Cell = tuple[str, str]
MOST_ATHLETES = 99


@dataclass(frozen=True, slots=True)
class Waiting:
    """A claim to a quota place: who, whether the condition holds, whether it is granted, and the place in line."""

    noc: str
    gender: Gender
    asks: Truth
    granted: cp_model.IntVar
    key: Linear


@dataclass(slots=True)
class Resource:
    """What claims use up: how much there is, how much is used, and the worst key of a user."""

    capacity: Linear
    used: Linear
    cut: Linear


@dataclass(slots=True)
class AthleteCap:
    """A cap on athletes in the walk: its genders, its size, whether it is used up, and when that happened."""

    genders: tuple[Gender, ...]
    cap: int
    full: cp_model.IntVar
    reached: cp_model.IntVar | None


class PriorityModel:
    """One allocation under a scenario's rules, as constraints on table cells and unknown standings.

    Nothing is stated until `state_rules` or `state_event` is called.

    Parameters
    ----------
    cells
        (NOC, column) -> a number or a variable; columns are events and `athletes`. NOCs without cells have no place.
    unnamed
        Codes that stand for NOCs the scenario does not name, if these may be in a ranking by themselves.
    """

    def __init__(
        self, model: cp_model.CpModel, scenario: Scenario, cells: Mapping[Cell, Linear], unnamed: Iterable[str] = ()
    ) -> None:
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
        self.in_line: dict[str, list[Waiting]] = {}
        self.grants: dict[tuple[str, str, Gender], cp_model.IntVar] = {}
        self.caps_afterwards = dict(self.rules.gender_caps) if scenario.readings.gender_cap == "hard" else {}

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
        self._require_room_for_relays()
        self._facts()
        for pathway in self.rules.pathways:
            match pathway:
                case RelayPlaces():
                    self._relays(pathway)
                case ParallelWalk():
                    self._walk(pathway, frozenset(model_events), timing)
                case QuotaPlaces():
                    self._quota_places(pathway)
                case TeamTopUp():
                    self._top_up(pathway)
                case Remainder():
                    self._remainder(pathway)
        for noc in self.nocs:
            self.model.add(sum(self._athletes(noc, gender) for gender in GENDERS) == self.cell(noc, ATHLETES))

    def state_event(self, identifier: str) -> None:
        """State one individual event's ranking alone; exact where no cap on athletes is used up."""
        ranking = self.completion.add(identifier)
        for claim in ranking.present:
            self.granted[(identifier, *claim)] = self.model.new_bool_var(f"{identifier} {claim}")
        self._event(ranking, ())

    # Table cells ----------------------------------------

    def cell(self, noc: str, column: str) -> Linear:
        """Return the number in a cell; 0 for an NOC without a row."""
        return self.cells.get((noc, column), 0)

    def _athletes(self, noc: str, gender: Gender) -> Linear:
        return self.athletes.get((noc, gender), 0)

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
        for fact in self.scenario.facts:
            if fact.kind == "qualified" and fact.noc is not None:
                number = self.cell(fact.noc, fact.event)
                self.model.add(number >= fact.value if fact.value else number == 0)

    # Literals ----------------------------------------

    def _is(self, expression: Linear, least: int, most: int = 10**6) -> Truth:
        """A literal that is true exactly if least <= expression <= most."""
        if isinstance(expression, int):
            return least <= expression <= most
        literal = self.model.new_bool_var("")
        self.model.add_linear_constraint(expression, least, most).only_enforce_if(literal)
        outside = cp_model.Domain(least, most).complement()
        self.model.add_linear_expression_in_domain(expression, outside).only_enforce_if(~literal)
        return literal

    @staticmethod
    def _not(literal: Truth) -> Truth:
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
                self.model.add(sum(column) - self.cell(host, identifier) <= event.start_places - 1)
            for noc in self.nocs:
                self.model.add(self.cell(noc, identifier) <= event.noc_cap)
        caps = self._athlete_caps(pathway)
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

    def _athlete_caps(self, pathway: ParallelWalk) -> list[AthleteCap]:
        """Athletes needed for start places, and the caps on them."""
        quota = self.rules.quota_places
        counts_bonus = self.scenario.readings.fifth_in_walk == "yes" and quota.bonus_from is not None
        for gender in GENDERS:
            for noc in self.nocs:
                numbers = [self.cell(noc, event.identifier) for event in self.rules.individual(gender)]
                relay = self._is(self._relay(noc, gender), 1)
                bonus = (
                    self._both(relay, self._is(sum(numbers), quota.bonus_from))
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
        return max((rankings[e].most + len(rankings[e].present) for e in order if e in rankings), default=1) * len(
            order
        )

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
                relay = self._is(self._relay(noc, gender), 1)
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
        declined = {claim: self._declined(ranking, claim) for claim in granted}
        # The host's first place stands outside the competition: it is given in any case.
        competing = [claim for claim in granted if claim != (host, 1)]
        self._numbers(ranking, granted, declined, host)
        used = sum(granted[claim] for claim in competing)
        model.add(used <= capacity)
        full = self._is(used, capacity)
        cut = self._new(ranking.most)
        for claim in competing:
            model.add(cut >= ranking.position[claim]).only_enforce_if(granted[claim])
        first_refusal = self._first_refusal(ranking, caps, order)
        for claim, has_place in granted.items():
            model.add_bool_or([self._not(has_place), self._not(declined[claim])])
            if claim == (host, 1):
                continue
            model.add_implication(has_place, ranking.present[claim])
            reasons: list[Truth] = [has_place, declined[claim], ~ranking.present[claim]]
            late = model.new_bool_var("")
            model.add_implication(late, full)
            model.add(ranking.position[claim] > cut).only_enforce_if(late)
            reasons.append(late)
            if claim[1] > event.noc_cap:
                reasons.append(self._is(self.cell(claim[0], event.identifier), event.noc_cap))
            reasons += [self._refused_by_cap(ranking, claim, cap, order) for cap in caps if event.gender in cap.genders]
            model.add_bool_or(reasons)
        self._no_gaps(ranking, granted, declined, host, cut, full, first_refusal)

    def _declined(self, ranking: EventRanking, claim: Claim) -> Truth:
        if claim in ranking.declined_claims:
            return True
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
                self.model.add_bool_or([self._not(granted[claim]), granted[better], declined[better]])
            if noc == host and declined[own[0]] is False:
                self.model.add(granted[own[0]] == 1)

    def _first_refusal(
        self, ranking: EventRanking, caps: Sequence[AthleteCap], order: Sequence[str]
    ) -> cp_model.IntVar | None:
        """The first rank of this event at which a cap on athletes may have refused an NOC that has nothing."""
        own = [cap for cap in caps if ranking.event.gender in cap.genders]
        if not own:
            return None
        first = self._new(ranking.most + 1, 1)
        reasons: list[Truth] = [self._is(first, ranking.most + 1)]
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
        gender: Gender = "men" if ranking.event.gender == "men" else "women"
        quota, model = self.rules.quota_places, self.model
        refused = model.new_bool_var("")
        model.add_implication(refused, cap.full)
        if cap.reached is not None:
            model.add(self._time(ranking, claim, order) > cap.reached).only_enforce_if(refused)
        relay = self._is(self._relay(noc, gender), 1)
        here = self.cell(noc, ranking.event.identifier)
        if relay is not True:
            enforce = [refused] if relay is False else [refused, ~relay]
            model.add(here >= self.needs[noc, gender]).only_enforce_if(*enforce)
        if relay is not False:
            enforce = [refused] if relay is True else [refused, relay]
            if quota.bonus_from is None or self.scenario.readings.fifth_in_walk == "no":
                model.add_bool_or([self._not(literal) for literal in enforce])
            else:
                model.add(self._individual(noc, gender) == quota.bonus_from - 1).only_enforce_if(*enforce)
                if cap.reached is not None:
                    self._all_before(ranking, claim, gender, order, enforce)
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
        declined: Mapping[Claim, Truth],
        host: str | None,
        cut: cp_model.IntVar,
        full: Truth,
        first_refusal: cp_model.IntVar | None,
    ) -> None:
        """Up to the cut (the end, if the event is not full) or the first refusal, every rank is granted or declined.

        Any other rank would be a claim (of a named NOC or of OTHER) refused without reason.
        """
        model = self.model
        end = self._new(ranking.most)
        if ranking.length is None:
            model.add(end == cut)
        else:
            for literal, value in ((full, cut), (self._not(full), ranking.length)):
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
            if claim in ranking.declined_claims:
                pass
            elif ranking.declined_ranks:
                # A declined rank counts once below, whoever holds it.
                model.add_implication(counts, granted[claim])
                model.add_bool_or([~counts, self._not(declined[claim])])
            else:
                model.add_implication(counts, granted[claim])
            inside.append(counts)
        passed = [self._is(prefix, rank) for rank in ranking.declined_ranks]
        model.add(sum(inside) + sum(passed) == prefix)

    # P3: quota places ----------------------------------------

    def _quota_places(self, pathway: QuotaPlaces) -> None:
        waiting: list[Waiting] = []
        for gender in GENDERS:
            for noc in self.nocs:
                self.athletes[noc, gender] = self.needs[noc, gender]
                bonus = self.bonus[noc, gender]
                if pathway.bonus_from is not None and self.scenario.readings.fifth_in_walk == "no":
                    waiting += self._ask(noc, gender, bonus)
        self._line(waiting)

    def _ask(self, noc: str, gender: Gender, asks: Truth) -> list[Waiting]:
        if asks is False:
            return []
        granted = self.model.new_bool_var("")
        if asks is not True:
            self.model.add_implication(granted, asks)
        return [Waiting(noc, gender, asks, granted, self._key(noc, gender))]

    def _key(self, noc: str, gender: Gender) -> Linear:
        """Place in line for a quota place: the relay rank, then the gender where the reading says so."""
        relay = self.rules.relay(gender)
        later = {"men-first": "women", "women-first": "men"}.get(self.scenario.readings.remaining_ties)
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

    def _line(self, waiting: Sequence[Waiting], seats: Linear | None = None) -> None:
        """Grants by place in line, within the total, hard caps per gender and, if given, a number of seats."""
        everybody = sum(self._athletes(noc, gender) for noc in self.nocs for gender in GENDERS)
        resources = {"total": self._resource(waiting, self.rules.total - everybody)}
        for gender, cap in self.caps_afterwards.items():
            given = sum(self._athletes(noc, gender) for noc in self.nocs)
            resources[gender] = self._resource([w for w in waiting if w.gender == gender], cap - given)
        if seats is not None:
            resources["seats"] = self._resource(waiting, seats)
        for one in waiting:
            reasons: list[Truth] = [one.granted]
            if one.asks is not True:
                reasons.append(self._not(one.asks))
            for name, resource in resources.items():
                if name in GENDERS and name != one.gender:
                    continue
                used_up = self.model.new_bool_var("")
                self.model.add(resource.used == resource.capacity).only_enforce_if(used_up)
                self.model.add(one.key > resource.cut).only_enforce_if(used_up)
                reasons.append(used_up)
            self.model.add_bool_or(reasons)
        for one in waiting:
            self.athletes[one.noc, one.gender] = self._athletes(one.noc, one.gender) + one.granted

    def _resource(self, users: Sequence[Waiting], capacity: Linear) -> Resource:
        used: Linear = sum(user.granted for user in users)
        self.model.add(used <= capacity)
        cut = self._new(10**6)
        for user in users:
            self.model.add(cut >= user.key).only_enforce_if(user.granted)
        return Resource(capacity, used, cut)

    # P4: mixed relay ----------------------------------------

    def _top_up(self, pathway: TeamTopUp) -> None:
        event = self.rules.event(pathway.event)
        team = dict(zip(GENDERS, event.team or (0, 0), strict=True))
        ranking = self.completion.add(event.identifier)
        other: dict[Gender, Gender] = {"men": "women", "women": "men"}
        enough = {(n, g): self._is(self._athletes(n, g), team[g]) for n in self.nocs for g in GENDERS}
        short = {(n, g): self._is(self._athletes(n, g), team[g] - 1, team[g] - 1) for n in self.nocs for g in GENDERS}
        ready = {
            noc: self._both(self._may_enter(event.identifier, noc), *(enough[noc, gender] for gender in GENDERS))
            for noc in self.nocs
        }
        number = sum(ready.values())
        seats = self._new(event.start_places)
        self.model.add_max_equality(seats, [event.start_places - number, 0])
        waiting: list[Waiting] = []
        for noc in self.nocs:
            for gender in GENDERS:
                wants = self._may_enter(event.identifier, noc)
                asks = self._both(wants, short[noc, gender], enough[noc, other[gender]], ranking.present[noc, 1])
                if asks is not False:
                    granted = self.model.new_bool_var("")
                    if asks is not True:
                        self.model.add_implication(granted, asks)
                    waiting.append(Waiting(noc, gender, asks, granted, ranking.key[noc]))
        self._line(waiting, seats)
        self.grants |= {(pathway.identifier, one.noc, one.gender): one.granted for one in waiting}
        teams = {noc: ready[noc] + sum(w.granted for w in waiting if w.noc == noc) for noc in self.nocs}
        self._enter(event, teams, ranking)

    def _may_enter(self, event: str, noc: str) -> bool:
        """Whether an NOC would enter a team; false where it gave its place back."""
        return (event, noc) not in self.scenario.abstains

    def _stood(self, event: str, noc: str) -> Truth:
        """Whether an NOC's team was entered before and stays so."""
        return False

    def _enter(self, event: Event, teams: Mapping[str, Linear], ranking: EventRanking) -> None:
        """Every team enters, or the best of the ranking (those not ranked behind all, and equal) and the host."""
        host = self._host(event.identifier)
        capacity = event.start_places - (host is not None)
        others = [noc for noc in self.nocs if noc != host]
        used = sum(self.cell(noc, event.identifier) for noc in others)
        self.model.add(used <= capacity)
        cut = self._new(ranking.behind_all)
        for noc in self.nocs:
            entered = self._is(self.cell(noc, event.identifier), 1)
            team = self._is(teams[noc], 1)
            self.model.add(self.cell(noc, event.identifier) <= teams[noc])
            if noc == host:
                self.model.add(self.cell(noc, event.identifier) == teams[noc])
                continue
            stood = self._stood(event.identifier, noc)
            self.model.add(self.cell(noc, event.identifier) >= stood)
            newly = self._both(entered, self._not(stood))
            if newly is not False:
                enforce = [] if newly is True else [newly]
                self.model.add(cut >= ranking.key[noc]).only_enforce_if(*enforce)
            crowded_out = self.model.new_bool_var("")
            self.model.add(used == capacity).only_enforce_if(crowded_out)
            self.model.add(ranking.key[noc] > cut).only_enforce_if(crowded_out)
            reasons = [entered, crowded_out, self._not(team)]
            reasons.append(not self._may_enter(event.identifier, noc))
            self.model.add_bool_or(reasons)

    # P5 and P6: what is left over ----------------------------------------

    def _remainder(self, pathway: Remainder) -> None:
        waiting: list[Waiting] = []
        for gender in GENDERS:
            for noc in self.nocs:
                conditions = [
                    self._is(self._athletes(noc, gender), pathway.quota_places, pathway.quota_places),
                    self._is(self._relay(noc, gender), 1) if pathway.relay_only else True,
                ]
                if pathway.individual_places is not None:
                    wanted = pathway.individual_places
                    conditions.append(self._is(self._individual(noc, gender), wanted, wanted))
                waiting += self._ask(noc, gender, self._both(*conditions))
        self.in_line[pathway.identifier] = waiting
        self.grants |= {(pathway.identifier, one.noc, one.gender): one.granted for one in waiting}
        self._line(waiting)
