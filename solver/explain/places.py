"""Why an NOC cannot have more quota places, or a mixed relay team: the theory of what follows from start places.

The pathways from quota places on are stated by the priority form, each instance of a clause (a pathway, an NOC and a
gender) under a literal of its own. Facts are the start places of each NOC in a gender, the ranks in the relays'
rankings and, where these are not known, known facts and the cells of the published table. What is not among the chosen
facts is open: other start places, other ranks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from quotaproof.model.facts import Fact
from quotaproof.model.published import ATHLETES, Published
from quotaproof.model.rules import (
    GENDERS,
    Gender,
    ParallelWalk,
    QuotaPlaces,
    RelayPlaces,
    Remainder,
    TeamTopUp,
)
from quotaproof.model.scenario import Scenario
from quotaproof.solver.completion import Completion, EventRanking
from quotaproof.solver.cpsat.status import DEFAULT, Linear, Settings, Truth
from quotaproof.solver.findings import in_words
from quotaproof.solver.priority import PriorityModel
from quotaproof.solver.priority.base import MOST_ATHLETES

from .target import Target
from .theory import Element, Theory
from .words import counted, joined, rank_words

PREFERENCE = {"cap": 0, "clause": 1, "places": 2, "rank": 3, "known": 4, "published": 5}


class PlacesTheory(Theory):
    """Quota places and mixed relay teams, given start places; the outcome is a target.

    Parameters
    ----------
    table
        Start places of all NOCs: of an allocation, or as published. Athletes are a fact only where `published` is true
        (then the standings are not known in full, and the table tells about them).
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
        own_cell: bool = False,
        settings: Settings = DEFAULT,
    ) -> None:
        super().__init__(settings)
        self.scenario = scenario
        self.rules = scenario.rules
        self.table = table
        self.target = target
        self.published = published
        self.own_cell = own_cell
        self.nocs = tuple(sorted({*table.nocs, *scenario.nocs}))
        columns = [ATHLETES, *(event.identifier for event in self.rules.events if event.team is not None)]
        cells = {(noc, column): self._cell(noc, column) for noc in self.nocs for column in columns}
        self.stated = _Stated(self, scenario, cells)
        self._start_places()
        self.stated.state()
        if published:
            self._published(cells)
        self.model.add(self._number(cells) >= target.least)
        self.prefer(PREFERENCE)

    def _cell(self, noc: str, column: str) -> cp_model.IntVar:
        most = self.rules.total if column == ATHLETES else self.rules.event(column).noc_cap
        return self.model.new_int_var(0, most, f"{noc} {column}")

    def _number(self, cells: Mapping[tuple[str, str], cp_model.IntVar]) -> Linear:
        noc, column = self.target.noc, self.target.column
        if column == ATHLETES:
            return sum(self.stated.athletes_so_far(noc, gender) for gender in GENDERS)
        for gender in GENDERS:
            if column == gender:
                return self.stated.athletes_so_far(noc, gender)
        return cells[noc, column]

    def _start_places(self) -> None:
        quota = self.rules.quota_places
        for gender in GENDERS:
            for noc in sorted(self.nocs, key=lambda noc: noc != self.target.noc):
                row = self.table.cells.get(noc, {})
                text, number = follows(self.scenario, row, noc, gender)
                data: dict[str, int | str] = {"noc": noc, "gender": gender, "quota_places": number}
                key = ("places", noc, gender)
                literal = self.literal(Element("places", key, text, quota.identifier, quota.clause, data))
                numbers = [row.get(event.identifier, 0) for event in self.rules.individual(gender)]
                relay = self.rules.relay(gender)
                own = self.stated.start[noc, gender]
                self.model.add(own.individual == sum(numbers)).only_enforce_if(literal)
                self.model.add(own.largest == max(numbers, default=0)).only_enforce_if(literal)
                if relay is not None:
                    self.model.add(own.relay == row.get(relay.identifier, 0)).only_enforce_if(literal)

    def _published(self, cells: Mapping[tuple[str, str], cp_model.IntVar]) -> None:
        """Cells of the published table; the one that is asked about last, so that no reason needs it without need."""
        teams = [event.identifier for event in self.rules.events if event.team is not None]
        for column in (*teams, ATHLETES):
            for noc in sorted(self.nocs, key=lambda noc: noc == self.target.noc):
                value = self.table.cells.get(noc, {}).get(column, 0)
                asked = (self.target.column, ATHLETES) if column == ATHLETES else (self.target.column,)
                if noc == self.target.noc and column in asked and not self.own_cell:
                    continue
                if column == ATHLETES:
                    text = f"{noc} has {counted(value, 'athlete')} in the table"
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
        elif name in ("men", "women"):
            cap = rules.gender_caps["men" if name == "men" else "women"]
            text = f"there are {cap} quota places for {name}, and the cap is read as a hard one"
        else:
            event = rules.event(name)
            cap, text = event.start_places, f"the {event.label} has {counted(event.start_places, 'start place')}"
            if self.scenario.is_host_event(name):
                text += f", one of them for the host {self.scenario.host} in any case"
        return Element("cap", (name,), text, data={"cap": cap})

    def _instance_words(self, pathway: object, noc: str, where: str) -> str:
        if isinstance(pathway, QuotaPlaces):
            return (
                f"{noc}'s {where} get one more than {in_words(pathway.relay_athletes)} with a relay and "
                f"{in_words(pathway.bonus_from or 0)} individual start places, in the order of the relay ranking"
            )
        if isinstance(pathway, TeamTopUp):
            label = self.rules.event(pathway.event).label
            if where == pathway.event:
                return f"{noc} enters the {label} if it has the athletes and no better-ranked teams fill it"
            return (
                f"{noc}'s {where} get one more if just that one is lacking for a team in the {label}, in the order of "
                "its ranking, while there are places"
            )
        if isinstance(pathway, Remainder):
            return (
                f"{noc}'s {where} get one more if they have {remainder_words(pathway)}, in the order of the relay "
                "ranking, while there are places"
            )
        return f"relay places go to the best of the {self.rules.event(where).label} ranking"


def remainder_words(pathway: Remainder) -> str:
    """Return the condition of a pathway for quota places left over, in words."""
    parts = [f"exactly {counted(pathway.quota_places, 'quota place')}"]
    if pathway.individual_places is not None:
        parts.append(f"exactly {counted(pathway.individual_places, 'individual start place')}")
    if pathway.relay_only:
        parts.append("a relay place")
    return joined(parts)


def follows(scenario: Scenario, row: Mapping[str, int], noc: str, gender: Gender) -> tuple[str, int]:
    """Return what an NOC's start places in a gender are and give, in words, and the quota places that follow."""
    rules, quota = scenario.rules, scenario.rules.quota_places
    numbers = [row.get(event.identifier, 0) for event in rules.individual(gender)]
    relay = rules.relay(gender)
    places = counted(sum(numbers), "individual start place")
    if relay is not None and row.get(relay.identifier):
        bonus = quota.bonus_from is not None and sum(numbers) >= quota.bonus_from
        number = quota.relay_athletes + int(bonus and scenario.readings.fifth_in_walk == "yes")
        less = f", fewer than {in_words(quota.bonus_from)}" if quota.bonus_from and not bonus else ""
        return f"{noc}'s {gender} have the relay and {places}{less}: {counted(number, 'quota place')}", number
    number = max(numbers, default=0)
    if not number:
        return f"{noc}'s {gender} have no start place", 0
    without = "no relay and " if relay is not None else ""
    most = f"at most {in_words(number)} in one event: {counted(number, 'quota place')}"
    return f"{noc}'s {gender} have {without}{places}, {most}", number


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
        self.completion = _OpenRankings(theory, scenario, self.nocs)
        self.start = {(noc, gender): self._new_start(noc, gender) for noc in self.nocs for gender in GENDERS}

    def _new_start(self, noc: str, gender: Gender) -> _Start:
        """Numbers of start places that some row of a table can have; few are tried first where they are open."""
        caps = [event.noc_cap for event in self.rules.individual(gender)]
        own = _Start(
            self.model.new_int_var(0, sum(caps), f"individual {noc} {gender}"),
            self.model.new_int_var(0, max(caps, default=0), f"largest {noc} {gender}"),
            self.model.new_int_var(0, int(self.rules.relay(gender) is not None), f"relay {noc} {gender}"),
        )
        self.model.add(own.individual >= own.largest)
        self.model.add(own.individual <= len(caps) * own.largest)
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
                case RelayPlaces() if self.theory.published:
                    self._best_of_relays(pathway)
                case ParallelWalk():
                    pass
                case QuotaPlaces():
                    self._count_needs()
                    self._quota_places(pathway)
                case TeamTopUp():
                    self._top_up(pathway)
                case Remainder():
                    self._remainder(pathway)
        for noc in self.nocs:
            athletes = sum(self.athletes_so_far(noc, gender) for gender in GENDERS)
            self.model.add(athletes == self.cell(noc, ATHLETES))

    def _best_of_relays(self, pathway: RelayPlaces) -> None:
        """Who has a relay place ranks before who has none, but for the host (where standings are not known)."""
        declined = {fact.event for fact in self.scenario.facts if fact.kind == "declined-rank"}
        declined |= {decline.event for decline in self.scenario.declines}
        for identifier in pathway.events:
            if identifier in declined:
                continue
            ranking = self.completion.add(identifier)
            literal = self.under(pathway.identifier, "", identifier)
            cut = self._new(ranking.behind_all)
            for noc in self.nocs:
                if noc == self._host(identifier):
                    continue
                has = self.start[noc, "women" if self.rules.event(identifier).gender == "women" else "men"].relay
                self.model.add(cut >= ranking.key[noc]).only_enforce_if(has, *literal)
                self.model.add(ranking.present[noc, 1] == 1).only_enforce_if(has, *literal)
                self.model.add(ranking.key[noc] > cut).only_enforce_if(~has, *literal)


class _OpenRankings(Completion):
    """Rankings of relays in which every rank, and who is not ranked, is a fact under a literal."""

    def __init__(self, theory: PlacesTheory, scenario: Scenario, nocs: tuple[str, ...]) -> None:
        super().__init__(theory.model, scenario, nocs)
        self.theory = theory

    def add(self, identifier: str) -> EventRanking:
        if identifier in self.rankings:
            return self.rankings[identifier]
        event = self.scenario.rules.event(identifier)
        known = self.scenario.standings.rankings.get(identifier)
        facts = [fact for fact in self.scenario.facts if fact.event == identifier]
        pinned = max([fact.value for fact in facts if fact.kind.endswith("rank")], default=0)
        longest = max(len(known.entries) if known else 0, pinned) + len(self.nocs)
        ranking = self.rankings[identifier] = EventRanking(event, longest, None, (), frozenset())
        self._any_order(ranking)
        if known is not None:
            for rank, entry in enumerate(known.entries, 1):
                if entry.noc is not None:
                    self._at(ranking, entry.noc, rank)
            if known.complete:
                named = {entry.noc for entry in known.entries}
                for noc in self.nocs:
                    if noc not in named:
                        self._not_ranked(ranking, noc)
        for fact in facts:
            self._known(ranking, fact)
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

    def _at(self, ranking: EventRanking, noc: str, rank: int) -> None:
        text = f"{noc} is {rank_words(rank)} in the {ranking.event.label} ranking"
        data: dict[str, int | str] = {"event": ranking.event.identifier, "noc": noc, "rank": rank}
        key = ("rank", ranking.event.identifier, noc)
        literal = self.theory.literal(Element("rank", key, text, data=data))
        self.model.add(ranking.present[noc, 1] == 1).only_enforce_if(literal)
        self.model.add(ranking.position[noc, 1] == rank).only_enforce_if(literal)

    def _not_ranked(self, ranking: EventRanking, noc: str) -> None:
        text = f"{noc} is not in the {ranking.event.label} ranking"
        data: dict[str, int | str] = {"event": ranking.event.identifier, "noc": noc}
        literal = self.theory.literal(Element("rank", ("rank", ranking.event.identifier, noc), text, data=data))
        self.model.add(ranking.present[noc, 1] == 0).only_enforce_if(literal)

    def _known(self, ranking: EventRanking, fact: Fact) -> None:
        label, claim = ranking.event.label, (fact.noc or "", 1)
        if fact.noc is None or fact.kind in ("declined-rank", "came-in-rank", "qualified"):
            return
        data: dict[str, int | str] = {"event": ranking.event.identifier, "noc": fact.noc, "source": fact.source}
        key = ("known", ranking.event.identifier, fact.noc, fact.kind, fact.other or "")

        def literal(text: str) -> cp_model.IntVar:
            return self.theory.literal(Element("known", key, text, data=data))

        if fact.kind == "rank":
            data["rank"] = fact.value
            known = literal(f"{fact.noc} is known to be {rank_words(fact.value)} in the {label} ranking")
            self.model.add(ranking.present[claim] == 1).only_enforce_if(known)
            self.model.add(ranking.position[claim] == fact.value).only_enforce_if(known)
        elif fact.kind == "ranked":
            is_or_not = "is" if fact.value else "is not"
            known = literal(f"{fact.noc} {is_or_not} in the {label} ranking, as is known")
            self.model.add(ranking.present[claim] == fact.value).only_enforce_if(known)
        elif fact.other in ranking.key:
            known = literal(f"{fact.noc} is known to be ahead of {fact.other} in the {label} ranking")
            self.model.add(ranking.present[claim] == 1).only_enforce_if(known)
            self.model.add(ranking.key[fact.noc] < ranking.key[str(fact.other)]).only_enforce_if(known)


class ColumnTheory(Theory):
    """Why an NOC cannot have more start places in an event whose ranking is not known: the column of the table."""

    def __init__(self, scenario: Scenario, table: Published, target: Target, settings: Settings = DEFAULT) -> None:
        super().__init__(settings)
        event = scenario.rules.event(target.column)
        cells = {noc: self.model.new_int_var(0, event.start_places, noc) for noc in table.nocs}
        text = f"the {event.label} has {counted(event.start_places, 'start place')}"
        cap = self.literal(Element("cap", (event.identifier,), text, data={"cap": event.start_places}))
        self.model.add(sum(cells.values()) <= event.start_places).only_enforce_if(cap)
        for noc in sorted(cells, key=lambda noc: (noc == target.noc, -table.cells[noc][event.identifier], noc)):
            value = table.cells[noc][event.identifier]
            text = f"{noc} has {counted(value, 'start place')} in the {event.label}, by the table"
            data: dict[str, int | str] = {"noc": noc, "column": event.identifier, "number": value}
            literal = self.literal(Element("published", ("published", noc, event.identifier), text, data=data))
            self.model.add(cells[noc] == value).only_enforce_if(literal)
        if target.noc not in cells:
            cells[target.noc] = self.model.new_int_var(0, 0, target.noc)
        self.model.add(cells[target.noc] >= target.least)
