"""Why an NOC cannot have more quota places, or a mixed relay team: the theory of what follows from start places.

The pathways from quota places on are stated by the priority form, each instance of a clause (a pathway, an NOC and a
gender) under a literal of its own. Facts are the start places of each NOC in a gender, the ranks in the relays'
rankings and, where these are not known, known facts and the cells of the published table. What is not among the chosen
facts is open: other start places, other ranks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from quotaproof.model.pathways import (
    AnyPathway,
    ParallelWalk,
    QuotaPlaces,
    Reallocation,
    RelayPlaces,
    Remainder,
    TeamTopUp,
    refuse,
)
from quotaproof.model.published import ATHLETES, Published
from quotaproof.model.quantities import in_words, spelled
from quotaproof.model.rules import GENDERS, Gender, is_gender
from quotaproof.model.scenario import Scenario
from quotaproof.solver import cp_model
from quotaproof.solver.engines.cpsat.status import QUICK, Linear, Settings, Truth
from quotaproof.solver.unknown.priority import PriorityModel
from quotaproof.solver.unknown.priority.base import MOST_ATHLETES

from .phrases import follows, remainder_words
from .rankings import AnyRelays, OpenRankings
from .target import Target
from .theory import Element, Theory

PREFERENCE = {"cap": 0, "clause": 1, "places": 2, "rank": 3, "known": 4, "published": 5}


class PlacesTheory(Theory):
    """Quota places and mixed relay teams, given start places; the outcome is a target.

    Parameters
    ----------
    table
        Start places of all NOCs: of an allocation, or as published. Athletes are a fact only where `published` is true
        (then the standings are not known in full, and the table tells about them).
    relays
        Whether, where `published` is true, the clause of the relays is stated as well: it ties the start places of
        relays to ranks that are not known. That makes each solve several times as long, and is rarely needed.
    own_cell
        Whether what the table says of the very NOC's athletes (and of the column that is asked about) is a fact as
        well: it excludes every other outcome, and explains nothing.
    """

    def __init__(
        self,
        scenario: Scenario,
        table: Published,
        target: Target,
        *,
        published: bool,
        relays: bool = True,
        own_cell: bool = False,
        settings: Settings = QUICK,
    ) -> None:
        super().__init__(settings)
        self.scenario = scenario
        self.rules = scenario.rules
        self.table = table
        self.target = target
        self.published = published
        self.relays = relays and published
        self.own_cell = own_cell
        self.nocs = tuple(sorted({*table.nocs, *scenario.nocs}))
        columns = [ATHLETES, *(event.identifier for event in self.rules.events if event.team)]
        cells = {(noc, column): self._cell(noc, column) for noc in self.nocs for column in columns}
        self.stated = _Stated(self, scenario, cells)
        self._start_places()
        self.stated.state()
        if published:
            self._published(cells)
        self.model.add(self.stated.number(target.noc, target.column) >= target.least)
        self.prefer(PREFERENCE)

    def _cell(self, noc: str, column: str) -> cp_model.IntVar:
        most = self.rules.total if column == ATHLETES else self.scenario.noc_cap(self.rules.event(column), noc)
        return self.model.new_int_var(0, most, f"{noc} {column}")

    def _start_places(self) -> None:
        quota = self.rules.quota_places
        for gender in GENDERS:
            for noc in sorted(self.nocs, key=lambda noc: noc != self.target.noc):
                row = self.table.cells.get(noc, {})
                text, number = follows(self.scenario, row, noc, gender)
                data: dict[str, int | str] = {"noc": noc, "gender": gender, "quota_places": number}
                key = ("places", noc, gender)
                literal = self.literal(Element("places", key, text, quota.identifier, quota.clause, data))
                numbers, has_relay = self.rules.starts_in(gender, row)
                relay = self.rules.relay(gender)
                own = self.stated.start[noc, gender]
                self.model.add(own.individual == sum(numbers)).only_enforce_if(literal)
                self.model.add(own.largest == max(numbers, default=0)).only_enforce_if(literal)
                if relay is not None:
                    self.model.add(own.relay == int(has_relay)).only_enforce_if(literal)

    def _published(self, cells: Mapping[tuple[str, str], cp_model.IntVar]) -> None:
        """Cells of the published table; the one that is asked about last, so that no reason needs it without need."""
        teams = [event.identifier for event in self.rules.events if event.team]
        for column in (*teams, ATHLETES):
            for noc in sorted(self.nocs, key=lambda noc: noc == self.target.noc):
                value = self.table.number(noc, column)
                asked = (self.target.column, ATHLETES) if column == ATHLETES else (self.target.column,)
                if noc == self.target.noc and column in asked and not self.own_cell:
                    continue
                if column == ATHLETES:
                    text = f"{noc} has {spelled(value, 'athlete')} in the table"
                else:
                    mixed = self.rules.event(column).label
                    text = f"{noc} {'enters' if value else 'does not enter'} the {mixed} in the table"
                data: dict[str, int | str] = {"noc": noc, "column": column, "number": value}
                literal = self.literal(Element("published", ("published", noc, column), text, data=data))
                self.model.add(cells[noc, column] == value).only_enforce_if(literal)

    # The words of clause instances ---------------------------------------

    def clause(self, instance: Sequence[str]) -> cp_model.IntVar:
        """Return the literal of a clause instance: a cap, or a pathway with an NOC and a gender or event."""
        if len(instance) == 1:
            return self.literal(self._cap(instance[0]))
        identifier, noc, where = instance
        pathway = next(p for p in self.rules.pathways if p.identifier == identifier)
        text = self._instance_words(pathway, noc, where)
        data: dict[str, int | str] = {"noc": noc, "where": where}
        return self.literal(Element("clause", tuple(instance), text, identifier, pathway.clause, data))

    def _cap(self, name: str) -> Element:
        rules = self.rules
        if name == "total":
            text, cap = f"there are {rules.total} quota places in all", rules.total
        elif is_gender(name):
            cap = rules.gender_caps[name]
            text = f"there are {cap} quota places for {name}, and the cap is read as a hard one"
        else:
            event = rules.event(name)
            cap, text = event.start_places, f"the {event.label} has {spelled(event.start_places, 'start place')}"
            if self.scenario.is_host_event(name):
                text += f", one of them for the host {self.scenario.host} in any case"
        return Element("cap", (name,), text, data={"cap": cap})

    def _instance_words(self, pathway: AnyPathway, noc: str, where: str) -> str:
        match pathway:
            case QuotaPlaces():
                return (
                    f"{noc}'s {where} get one more than {in_words(pathway.relay_athletes)} with a relay and "
                    f"{in_words(pathway.bonus_from or 0)} individual start places, in the order of the relay ranking"
                )
            case TeamTopUp():
                label = self.rules.event(pathway.event).label
                if where == pathway.event:
                    return f"{noc} enters the {label} if it has the athletes and no better-ranked teams fill it"
                return (
                    f"{noc}'s {where} get one more if just that one is lacking for a team in the {label}, in the order "
                    "of its ranking, while there are places"
                )
            case Remainder():
                return (
                    f"{noc}'s {where} get one more if they have {remainder_words(pathway)}, in the order of the relay "
                    "ranking, while there are places"
                )
            case RelayPlaces() | ParallelWalk() | Reallocation():
                event, host = self.rules.event(where), ""
                if self.scenario.is_host_event(where):
                    host = f", one of them to the host {self.scenario.host} in any case"
                places = spelled(event.start_places, "place")
                return f"the {places} of the {event.label} go to the best of its ranking{host}"
            case _:
                return refuse("explain", pathway)


@dataclass(frozen=True, slots=True)
class _Start:
    """What matters of an NOC's start places in a gender: all in individual events, most in one, and the relay."""

    individual: cp_model.IntVar
    largest: cp_model.IntVar
    relay: cp_model.IntVar


class _Stated(PriorityModel):
    """The priority form from quota places on, its clause instances and facts under literals of a theory."""

    def __init__(
        self, theory: PlacesTheory, scenario: Scenario, cells: Mapping[tuple[str, str], cp_model.IntVar]
    ) -> None:
        super().__init__(theory.model, scenario, cells)
        self.theory = theory
        self.completion = self.rankings = OpenRankings(theory, scenario, self.nocs)
        self.start = {(noc, gender): self._new_start(noc, gender) for noc in self.nocs for gender in GENDERS}

    def _new_start(self, noc: str, gender: Gender) -> _Start:
        """Numbers of start places that some row of a table can have; few are tried first where they are open."""
        caps = [self.scenario.noc_cap(event, noc) for event in self.rules.individual(gender)]
        own = _Start(
            self.model.new_int_var(0, sum(caps), f"individual {noc} {gender}"),
            self.model.new_int_var(0, max(caps, default=0), f"largest {noc} {gender}"),
            self.model.new_int_var(0, int(self.rules.relay(gender) is not None), f"relay {noc} {gender}"),
        )
        rows = [
            (number, largest)
            for largest in range(max(caps, default=0) + 1)
            for number in range(largest, sum(min(cap, largest) for cap in caps) + 1)
        ]
        self.model.add_allowed_assignments([own.individual, own.largest], rows)
        for variable in (own.individual, own.largest, own.relay):
            self.model.add_hint(variable, 0)
        return own

    def _individual(self, noc: str, gender: Gender) -> Linear:
        return self.start[noc, gender].individual

    def _relay(self, noc: str, gender: Gender) -> Linear:
        return self.start[noc, gender].relay

    def _count_needs(self) -> None:
        quota = self.rules.quota_places
        counts_bonus = self.scenario.readings.fifth_in_walk == "yes"
        for gender in GENDERS:
            for noc in self.nocs:
                own = self.start[noc, gender]
                bonus: Truth = False
                if quota.bonus_from is not None:
                    bonus = self._both(own.relay, self.between(own.individual, quota.bonus_from))
                self.bonus[noc, gender] = bonus
                need = self.needs[noc, gender] = self._new(MOST_ATHLETES)
                with_relay = quota.relay_athletes + (bonus if counts_bonus else 0)
                self.model.add(need == with_relay).only_enforce_if(own.relay)
                self.model.add(need == own.largest).only_enforce_if(~own.relay)

    def under(self, *instance: str) -> tuple[cp_model.IntVar, ...]:
        return (self.theory.clause(instance),)

    def state(self) -> None:
        """State the pathways from quota places on; start places are facts, and who is ranked where is open."""
        for pathway in self.rules.pathways:
            match pathway:
                case RelayPlaces():
                    if self.theory.relays:
                        self._best_of_relays(pathway)
                case ParallelWalk() | Reallocation():
                    pass
                case QuotaPlaces():
                    self._count_needs()
                    self._quota_places(pathway)
                case TeamTopUp():
                    self._top_up(pathway)
                case Remainder():
                    self._remainder(pathway)
                case _:
                    refuse("explain", pathway)
        for noc in self.nocs:
            self.model.add(self.number(noc, ATHLETES) == self.cell(noc, ATHLETES))

    def _best_of_relays(self, pathway: RelayPlaces) -> None:
        """Who has a relay place is among the best of the ranking (where standings are not known)."""
        any_relays = AnyRelays(self.model, self.scenario, self.nocs)
        any_relays.state(pathway)
        for identifier in pathway.events:
            gender = self.rules.event(identifier).own_gender
            ranking = self.rankings.add(identifier)
            (literal,) = self.under(pathway.identifier, "", identifier)
            has = {noc: self.start[noc, gender].relay for noc in self.nocs}
            any_relays.holds_of(literal, ranking, has, self.rankings.length.get(identifier))
