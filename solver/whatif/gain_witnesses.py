"""Standings that show who may gain by a decline, where the table before it is known in part: guessed, and replayed.

A solver finds a table with all facts that the rules give, with rankings from which the greedy reference gives it. Where
nothing is known of the ranking of an event in which places come free, it may go on behind the places as one likes:
each NOC in turn is put next in line. What the greedy reference then makes of the decline is a gain that is possible.
A guess that does not give the table any more is dropped, so nothing is claimed that is not replayed; what is not found
need not be impossible.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Decline
from quotaproof.model.errors import InputError, LimitError
from quotaproof.model.published import CellName, Published
from quotaproof.model.rules import GENDERS
from quotaproof.model.standings.facts import ABOUT_RANKINGS
from quotaproof.model.standings.rankings import Entry, Ranking, Standings
from quotaproof.solver import cp_model
from quotaproof.solver.declines import after_declines
from quotaproof.solver.effort import Effort
from quotaproof.solver.engines import engine, greedy
from quotaproof.solver.infer.allocated import Allocated
from quotaproof.solver.infer.oracle import Oracle
from quotaproof.solver.unknown.replaying import UNNAMED_CODES, unnamed_codes

from .numbers_after import events_of
from .recipients import Witness

NEWCOMER = "NEWCOMER"
"""An NOC that nothing names, put next in line; its witnesses have a code for it."""


class GainWitnesses:
    """Witnesses of gains by one decline.

    Parameters
    ----------
    oracle
        Of a question about the table as first allocated.

    Attributes
    ----------
    witnesses
        Those found, each of which shows a gain that no earlier one does.
    shown
        Gain -> the witness that shows it; the NOC is None for one that nothing names.
    in_all
        Gains that all standings that were replayed have: no others can be certain. None if none was replayed.
    """

    def __init__(self, oracle: Oracle, decline: Decline, wanted: Iterable[CellName]) -> None:
        self.oracle, self.question, self.decline = oracle, oracle.question, decline
        self.effort: Effort = oracle.effort
        self.rules = self.question.scenario.rules
        self.given_back = events_of(decline, self.rules.events)
        self.wanted = set(wanted)
        self.witnesses: list[Witness] = []
        self.shown: dict[tuple[str | None, str], int] = {}
        self.in_all: set[tuple[str | None, str]] | None = None
        self.engine = engine("greedy")

    def search(self) -> None:
        """Look for a witness of every gain that is wanted, until all are found or the effort is spent."""
        try:
            held = self.oracle.with_rules(self.question.statements)
            for theory in self.oracle.theories(self.question.statements):
                if not isinstance(theory, Allocated):
                    continue
                base = self._having(theory, theory.holding(held))
                self._try(theory, self._with_much_room(theory, base), self.question.nocs, any_good=True)
                for noc, column in sorted(self.wanted):
                    if (noc, column) in self.wanted:
                        self.effort.tell(f"{len(self.shown)} gains shown by {len(self.witnesses)} standings")
                        for model in self._with_room(theory, base, noc, column):
                            self._try(theory, model, (noc, *sorted({one for one, _ in self.wanted} - {noc})))
                            if (noc, column) not in self.wanted:
                                break
        except LimitError:
            return

    def _having(self, theory: Allocated, model: cp_model.CpModel) -> cp_model.CpModel:
        """The model of tables in which the decliner has what it gives back."""
        model.add(sum(theory.cells[self.decline.noc, event] for event in self.given_back) >= (self.decline.number or 1))
        return model

    def _with_much_room(self, theory: Allocated, base: cp_model.CpModel) -> cp_model.CpModel:
        """The model of tables in which many NOCs can gain where places come free, without an athlete more."""
        model = base.clone()
        room = []
        for event in (event for event in self.rules.events if event.identifier in self.given_back):
            e = event.identifier
            for noc in self.question.nocs if not event.team else ():
                if (noc, e) not in self.wanted or noc == self.decline.noc:
                    continue
                literal = model.new_bool_var("")
                most = theory.scenario.noc_cap(event, noc) - 1
                model.add(theory.table[noc, e] <= most).only_enforce_if(literal)
                if event.kind == "individual":
                    at_hand = theory.priority.needs[noc, event.own_gender]
                    model.add(at_hand >= theory.table[noc, e] + 1).only_enforce_if(literal)
                room.append(literal)
            if not event.team:
                full = model.new_bool_var("")
                places = sum(theory.table[noc, e] for noc in self._rows(theory))
                model.add(places >= event.start_places).only_enforce_if(full)
                room.append(full)
        model.maximize(sum(room))
        return model

    def _with_room(
        self, theory: Allocated, base: cp_model.CpModel, noc: str, column: str
    ) -> Iterator[cp_model.CpModel]:
        """Yield models in which an NOC may be able to gain in a column."""
        scenario = theory.scenario
        if noc == "OTHER":
            yield from self._with_athletes_free(theory, base, column)
        if noc not in {one for one, _ in theory.table}:
            return
        for identifier in self.given_back:
            event = self.rules.event(identifier)
            number, cap = theory.table[noc, identifier], scenario.noc_cap(event, noc)
            if column not in (identifier, *event.team, event.gender) or noc == self.decline.noc:
                continue
            model = base.clone()
            model.add(number <= cap - 1)
            if not event.team:
                model.add(sum(theory.table[one, identifier] for one in self._rows(theory)) >= event.start_places)
            if event.kind != "individual":
                yield model
            elif column in GENDERS:
                model.add(theory.priority.needs[noc, column] <= number)
                yield model
            else:
                # First with an athlete for it already: no cap on athletes is in its way then.
                at_hand = model.clone()
                at_hand.add(theory.priority.needs[noc, event.own_gender] >= number + 1)
                yield at_hand
                yield model

    def _with_athletes_free(self, theory: Allocated, base: cp_model.CpModel, column: str) -> Iterator[cp_model.CpModel]:
        """Yield models in which a relay's place comes free with most of its athletes, as an NOC without any needs."""
        for event in (self.rules.event(identifier) for identifier in self.given_back):
            if event.kind == "relay" and column in (event.identifier, event.gender):
                own = (one.identifier for one in self.rules.events if one.gender == event.gender and one != event)
                model = base.clone()
                model.minimize(sum(theory.table[self.decline.noc, one] for one in own))
                yield model

    @staticmethod
    def _rows(theory: Allocated) -> tuple[str, ...]:
        return tuple(dict.fromkeys(noc for noc, _ in theory.table))

    def _try(self, theory: Allocated, base: cp_model.CpModel, takers: Sequence[str], *, any_good: bool = False) -> None:
        """Find a table, and let each taker be next in line; the first one in single events too.

        With `any_good` the model has an objective, and a good solution will do.
        """
        for model in (theory.narrowed(base), base):
            found = model is not None and (theory.finds(model) if any_good else theory.solves(model))
            if not found or not theory.given_by_greedy():
                continue
            before = replace(theory.scenario, standings=theory.witness(), facts=())
            table = greedy.allocate(before)
            free = [event for event in self.given_back if self._open(theory, event)]
            for standings in self._in_line(before.standings, table, (*takers, NEWCOMER), free):
                self._replay(theory, standings, table)
            return

    def _open(self, theory: Allocated, event: str) -> bool:
        """Whether nothing is known of an event's ranking, so that it may go on behind the places as one likes."""
        known = theory.scenario.standings.rankings
        return event not in known and not any(
            fact.event == event and fact.kind in ABOUT_RANKINGS for fact in theory.scenario.facts
        )

    def _in_line(
        self, standings: Standings, table: Allocation, takers: Sequence[str], free: Sequence[str]
    ) -> Iterator[Standings]:
        """Yield rankings that end behind the places, then those in which each taker is next."""
        yield standings
        yield self._ended(standings, table, free, None)
        for taker in takers:
            if taker == self.decline.noc:
                continue
            if not any((taker, event) in self.wanted for event in (*self.given_back, *GENDERS)) and taker != NEWCOMER:
                continue
            yield self._ended(standings, table, free, taker)
            if len(free) > 1 and taker in (takers[0], NEWCOMER):
                for event in free:
                    if ("OTHER" if taker == NEWCOMER else taker, event) in self.wanted:
                        yield self._ended(standings, table, free, taker, event)

    def _ended(
        self, standings: Standings, table: Allocation, free: Sequence[str], taker: str | None, only: str | None = None
    ) -> Standings:
        rankings = dict(standings.rankings)
        for event in free:
            relay = self.rules.event(event).kind == "relay"
            places, order = table.places[event], [(str(e.noc), e.qualifier or 1) for e in rankings[event].entries]
            last = max((n for n, (noc, k) in enumerate(order, 1) if k <= places.get(noc, 0)), default=0)
            front, behind = order[:last], order[last:]
            if taker is not None and only in (None, event):
                if relay and taker not in {noc for noc, _ in front}:
                    front, behind = [*front, (taker, 1)], [one for one in behind if one[0] != taker]
                elif not relay:
                    front.append((taker, 1 + sum(noc == taker for noc, _ in front)))
            # A relay's ranking also says who is in line for quota places.
            order = [*front, *behind] if relay else front
            rankings[event] = Ranking(tuple(Entry(noc, k) for noc, k in order))
        return Standings(rankings)

    def _replay(self, theory: Allocated, standings: Standings, table: Allocation) -> None:
        """Keep standings as a witness if they give the table and show a gain that none before them does."""
        standings = self._with_codes(standings)
        scenario = replace(theory.scenario, standings=standings, facts=(), published=None)
        before = greedy.allocate(scenario)
        if before.status != "optimal" or self._named(before) != self._named(table):
            return
        try:
            after = after_declines(scenario, before, [self.decline], self.engine, "sequential").allocation
        except InputError:
            return
        if after.status != "optimal":
            return
        known = set(self.question.nocs)
        gained: set[tuple[str | None, str]] = set()
        for noc, column, old, new in before.differing(after):
            if new > old and column in (*before.places, *GENDERS):
                gained.add((noc if noc in known else None, column))
        self.in_all = gained if self.in_all is None else self.in_all & gained
        if new_ones := gained - self.shown.keys():
            self.witnesses.append(Witness(standings, before, after))
            self.shown |= dict.fromkeys(new_ones, len(self.witnesses) - 1)
            self.wanted -= {(noc or "OTHER", column) for noc, column in new_ones}

    def _named(self, table: Allocation) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
        """What everybody has, with NOCs that nothing names by their numbers alone."""
        known = set(self.question.nocs)
        named: list[tuple[object, ...]] = []
        others: list[tuple[object, ...]] = []
        for noc in sorted(table.nocs):
            row = (*(places.get(noc, 0) for places in table.places.values()), *table.athletes.get(noc, (0, 0)))
            if any(row):
                (named if noc in known else others).append((noc, *row) if noc in known else row)
        return named, sorted(others, key=str)

    def _with_codes(self, standings: Standings) -> Standings:
        """The same rankings with codes for NOCs that nothing names."""
        known, names = set(self.question.nocs), dict[str, str]()
        empty = Published((), {noc: {} for noc in self.question.nocs}, {})
        codes = iter(unnamed_codes(self.question.scenario, empty, UNNAMED_CODES))
        rankings = {}
        for event, ranking in standings.rankings.items():
            entries = []
            for entry in ranking.entries:
                noc = str(entry.noc)
                if noc not in known and noc not in names:
                    names[noc] = next(codes)
                entries.append(Entry(names.get(noc, noc), entry.qualifier))
            rankings[event] = Ranking(tuple(entries), ranking.tied)
        return Standings(rankings)
