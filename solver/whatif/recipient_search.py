r"""Who gains when places are given back and the standings are not known: necessary and possible recipients.

One CP-SAT model holds two allocations under the same unknown standings: the one that was published, in priority form,
and the one after the declines, in which nobody else loses what it has (mode `sequential`). A gain is *possible* if some
completion that gives the published table leads to it, *necessary* if all do. Completions in which the allocation after
the declines would stop with a tie are left out.

The reserve list of an individual event is wholly unknown, and may end anywhere. So every distribution of its holes
that keeps within the caps comes out of some reserve list (those who take one come first, in any order, then it ends):
its ranks need no variables. Relay holes and quota places go by rankings whose ranks are variables. NOCs that the
scenario does not name may be in line too; there are as many of them in the model as places to give, and as rows and
facts put in front of somebody, so that each rank of a relay is somebody's.

Every possible gain comes with a witness: standings under which the greedy reference gives the published table and,
after the declines, exactly the allocation that the model found. A witness that fails this is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from quotaproof.model.changes import Change, Decline, Exclude, apply
from quotaproof.model.errors import InputError, SolverError
from quotaproof.model.kept import reallocation
from quotaproof.model.pathways import require_known
from quotaproof.model.published import ATHLETES, CellName, Published
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Entry, Ranking, Standings
from quotaproof.solver import cp_model
from quotaproof.solver.declines import (
    after_declines,
    at_most_after,
    given_back_of,
    nothing_to_decline,
    without_guarantee,
)
from quotaproof.solver.engines import engine, greedy
from quotaproof.solver.engines.cpsat.status import Linear, Settings, Truth
from quotaproof.solver.telling import tell
from quotaproof.solver.unknown.completions import Completions, cells_of
from quotaproof.solver.unknown.priority import PriorityModel
from quotaproof.solver.unknown.reachability import Reach, bound_events, cap_binds
from quotaproof.solver.unknown.replaying import UNNAMED_CODES, holders, named, unnamed_codes

from .after_declines import AfterModel
from .recipients import Recipient, Recipients, Witness, in_order

QUICK = Settings(probing=0)
"""These models are loose and solved often: trying variables in advance made each solve four times as long."""


def recipients(
    scenario: Scenario,
    changes: Sequence[Change],
    table: Published,
    settings: Settings = QUICK,
    *,
    repaired: bool = False,
) -> Recipients:
    """Return who gains for certain, and who may gain, by declines and exclusions.

    An exclusion gives everything back: what was published stands for all others.

    Parameters
    ----------
    table
        A table that the rules can give (the published one without invitations, or its repair).

    Raises
    ------
    InputError
        If an NOC declines what it does not have, or the question goes beyond what is modelled (the sentence says so).
    LimitError, SolverError
        As the solver and the replay of witnesses raise them.
    """
    changed, decline = asked_about(scenario, changes)
    require_modelled(changed, table)
    return RecipientSearch(changed, decline, table, settings).answer(tuple(map(str, changes)), repaired)


def asked_about(scenario: Scenario, changes: Sequence[Change]) -> tuple[Scenario, Decline]:
    """Return the scenario with all other changes made, and the one decline that is asked about.

    Raises
    ------
    InputError
        If it is not one decline or exclusion of start places, or another change does not fit the scenario.
    """
    declines = [Decline(c.noc) if isinstance(c, Exclude) else c for c in changes if isinstance(c, Decline | Exclude)]
    changed = apply(scenario, [c for c in changes if not isinstance(c, Decline | Exclude)])
    if len(declines) != 1:
        raise InputError(
            "with unknown standings one decline or exclusion at a time can be asked about, also where a cap is set; "
            "name one"
        )
    if declines[0].of_quota_places:
        raise InputError(
            "with unknown standings a quota place alone that is given back is not modelled; name start places, or the "
            f"gender without a number ({declines[0].noc}:{declines[0].gender})"
        )
    return changed, declines[0]


class RecipientSearch:
    """All necessary and possible gains of one question.

    Numbers of athletes may be unknown in the table (`Published.unknown`); start places may not.
    """

    def __init__(self, scenario: Scenario, decline: Decline, table: Published, settings: Settings) -> None:
        self.scenario = scenario
        self.decline = decline
        self.table = table
        self.settings = settings
        has = table.cells.get(decline.noc, {})
        self.given_back = given_back_of(scenario, decline, has)
        if not self.given_back:
            raise InputError(nothing_to_decline(decline, scenario))
        self.at_most = at_most_after(scenario, decline, has, self.given_back)
        # Each unnamed NOC with a place needs a hole and a quota place that is or comes free; athletes counted in
        # another way than by quota places do not say how many are.
        holes = free = sum(number for _, _, number in self.given_back)
        if scenario.rules.fixes_athletes:
            free = scenario.rules.total - table.column_sum(ATHLETES)
            free += sum(table.cells[noc][ATHLETES] for noc in {noc for _, noc, _ in self.given_back})
        self.unnamed = unnamed_codes(scenario, table, min(holes, free) + _unnamed_in_front(scenario, table))
        self.model = cp_model.CpModel()
        unknown = {cell: self.model.new_int_var(0, scenario.rules.total, "") for cell in sorted(table.unknown)}
        self.before = PriorityModel(self.model, scenario, cells_of(table) | unknown, self.unnamed)
        self.before.state_rules()
        self.after_scenario = without_guarantee(scenario, decline.noc, self.at_most)
        self.after = AfterModel(self.before, self.after_scenario, self.given_back, self.at_most)
        self.after.state()
        self.completions = Completions(self.model, settings)
        self.lists = Reach(scenario, table, settings)
        self.witnesses: list[Witness] = []
        self.columns = [event.identifier for event in scenario.rules.events] + list(GENDERS)
        self.gain: dict[CellName, Linear] = {}
        self.gains: dict[CellName, Truth] = {}
        for noc in self.before.nocs:
            for column in self.columns:
                gain = self.after.number(noc, column) - self.before.number(noc, column)
                self.gain[noc, column] = gain
                if not isinstance(gain, int) or gain > 0:
                    self.gains[noc, column] = self.after.between(gain, 1)

    def answer(self, changes: tuple[str, ...], repaired: bool) -> Recipients:
        """Return the whole answer."""
        if self.completions.any() is None:
            raise InputError("no standings give the table, or all end in a tie after the declines; see verify")
        possible = self._possible()
        return Recipients(
            scenario=self.scenario.identifier,
            changes=changes,
            table=self.table,
            repaired=repaired,
            freed=self._freed(),
            necessary=self._necessary(),
            possible=possible,
            witnesses=tuple(self.witnesses),
            invited=bool(self.scenario.invitations),
        )

    def _possible(self) -> tuple[Recipient, ...]:
        """Collect witnesses until no further gain is possible (proved)."""
        open_ones = dict(self.gains)
        found: dict[CellName, Recipient] = {}
        while open_ones:
            tell(f"{len(found)} gains shown by {len(self.witnesses)} standings, {len(open_ones)} open")
            solver = self.completions.with_one_of(open_ones.values())
            if solver is None:
                break
            self.witnesses.append(self._witness(solver))
            for (noc, column), _ in list(open_ones.items()):
                number = int(solver.value(self.gain[noc, column]))
                if number > 0:
                    open_ones.pop((noc, column), None)
                    name = None if noc in self.unnamed else noc
                    if not any((c.noc, c.column) == (name, column) for c in found.values()):
                        found[noc, column] = Recipient(name, column, 1, len(self.witnesses) - 1)
                    if name is None:
                        # One unnamed NOC is as good as another.
                        for other in self.unnamed:
                            open_ones.pop((other, column), None)
        return in_order(found.values(), self.columns)

    def _necessary(self) -> tuple[Recipient, ...]:
        """Return the gains that no completion lacks, each with the least number it has in all."""
        claims: list[Recipient] = []
        named = [(column, truth) for column, truth in self.gains.items() if column[0] not in self.unnamed]
        remaining = [(c, t) for c, t in named if all(self._gained(w, c) for w in self.witnesses)]
        while remaining:
            tell(f"which of {len(remaining)} gains are certain")
            solver = self.completions.with_one_of(self.after.negation(truth) for _, truth in remaining)
            if solver is None:
                break
            remaining = [(c, t) for c, t in remaining if solver.value(self.gain[c]) > 0]
        for (noc, column), _ in remaining:
            least = 1
            gain = self.gain[noc, column]
            while not isinstance(gain, int) and self.completions.some(gain <= least) is None:
                least += 1
            claims.append(Recipient(noc, column, least))
        return in_order(claims, self.columns)

    def _gained(self, witness: Witness, column: CellName) -> bool:
        return witness.after.number(*column) > witness.before.number(*column)

    def _freed(self) -> dict[str, tuple[int, int]]:
        """Places that come free: start places as given back; quota places as a range over all completions."""
        freed: dict[str, tuple[int, int]] = {}
        for event in self.scenario.rules.events:
            stood = [self.after.teams_stood[event.identifier, noc] for noc in self.after.nocs] if event.team else []
            lost = sum(number for e, _, number in self.given_back if e == event.identifier)
            lost += sum(
                self.after.held[event.identifier, noc] and stand is False
                for noc, stand in zip(self.after.nocs, stood, strict=False)
            )
            if lost:
                freed[event.identifier] = (lost, lost)
        decliners = sorted({noc for _, noc, _ in self.given_back})
        for gender in GENDERS:
            lost_quota = sum(self.before.athletes_so_far(n, gender) - self.after.kept[n, gender] for n in decliners)
            low, high = self.completions.range(lost_quota)
            if high:
                freed[gender] = (low, high)
        return freed

    # Witnesses ---------------------------------------

    def _witness(self, solver: cp_model.CpSolver) -> Witness:
        """Return the solution's standings, replayed by the greedy reference."""
        standings = self._standings(solver)
        scenario = replace(self.scenario, standings=standings, facts=())
        before = greedy.allocate(scenario)
        for noc, column, number, _ in self.table.differing(before.to_published()):
            if (noc, column) in self.table.unknown or (column == ATHLETES and not self.scenario.rules.fixes_athletes):
                continue
            raise SolverError(f"a witness does not give the table: {noc}, {column} is not {number}")
        after = after_declines(scenario, before, [self.decline], engine("greedy"), "sequential").allocation
        for (noc, column), gain in self.gain.items():
            old, new = (allocation.number(noc, column) for allocation in (before, after))
            if new - old != int(solver.value(gain)):
                raise SolverError(
                    f"a witness, replayed, gives {noc} {new - old:+d} in {column}, not {solver.value(gain):+d}"
                )
        return Witness(standings, before, after)

    def _standings(self, solver: cp_model.CpSolver) -> Standings:
        """Complete standings: relays as solved; individual events with the holders of places first, then the takers."""
        rankings: dict[str, Ranking] = {}
        solved = self.before.completion.standings(solver).rankings
        for event in self.scenario.rules.events:
            if event.kind == "relay":
                codes = unnamed_codes(self.scenario, self.table, UNNAMED_CODES)[::-1]
                rankings[event.identifier] = named(solved[event.identifier], codes)
                continue
            order = self._holders(event.identifier)
            for noc in self.after.nocs:
                had = sum(holder == noc for holder, _ in order)
                held = self.after.held[event.identifier, noc]
                new = int(solver.value(self.after.cell(noc, event.identifier))) - held
                order += [(noc, had + k) for k in range(1, new + 1)]
            rankings[event.identifier] = Ranking(tuple(Entry(noc, k) for noc, k in order))
        return Standings(rankings)

    def _holders(self, event: str) -> list[tuple[str, int]]:
        """Those with places in the published table, in an order that fits the known facts."""
        if event in bound_events(self.scenario):
            alone = self.lists.event_alone(self.scenario, event)
            if alone is None:
                raise SolverError(f"no ranking of {event} gives its column")
            order: list[tuple[str, int]] = []
            for entry in alone.rankings[event].entries:
                number = sum(noc == entry.noc for noc, _ in order)
                # Declined entries and those behind the cut are left out; behind it the reserve list is free.
                if entry.noc is not None and number < self.table.number(entry.noc, event):
                    order.append((entry.noc, number + 1))
            return order
        return holders(self.table, event)


def _unnamed_in_front(scenario: Scenario, table: Published) -> int:
    """The most NOCs that nobody names whom rows and facts put into the rankings of relays.

    Up to the last of those who took the places, the host aside, nobody else can be in between.
    """
    number = 0
    for event in scenario.rules.events:
        if event.kind != "relay" or event.team:
            continue
        known = scenario.standings.rankings.get(event.identifier)
        if known is not None:
            number += sum(entry.noc is None for entry in known.entries)
            continue
        others = sum(row[event.identifier] for noc, row in table.cells.items() if noc != scenario.host)
        pinned = [fact.value for fact in scenario.facts if fact.event == event.identifier and fact.kind == "rank"]
        number += max([0, *(value - 1 - others for value in pinned)])
    return number


ELSE = "use verify, which judges the table itself"
"""What can still be asked where a what-if is not modelled."""


def require_modelled(scenario: Scenario, table: Published) -> None:
    """Raise InputError for what a what-if with unknown standings does not model."""
    require_known("whatif", scenario.rules.pathways)
    reallocation(scenario.rules)
    if scenario.readings.fifth_in_walk == "no":
        raise InputError(f"with unknown standings what-if is modelled for fifth-in-walk=yes only; {ELSE}")
    if cap_binds(scenario, table):
        raise InputError(
            f"the table uses up a cap on athletes, and what-if with unknown standings does not model that; {ELSE}"
        )
    for event in scenario.rules.events:
        if event.kind == "individual" and event.identifier in scenario.standings.rankings:
            raise InputError(
                f"part of the ranking of {event.identifier} is known; what-if is modelled for complete standings, "
                f"or for individual rankings of which at most single facts are known; {ELSE}"
            )
    for fact in scenario.facts:
        if fact.event not in {event.identifier for event in scenario.rules.events}:
            continue
        held = table.number(fact.noc or "", fact.event)
        beyond = fact.kind in ("ranked", "ahead-of") or (fact.kind == "rank" and fact.qualifier > held)
        found = scenario.rules.event(fact.event)
        if found.kind == "relay" and fact.kind in ("declined-rank", "came-in-rank"):
            raise InputError(
                f"the fact {fact.kind} in {fact.event} says that somebody gave a place back before, and whose places "
                f"came free then is not modelled, so what-if with unknown standings cannot be answered; {ELSE}"
            )
        if found.kind == "individual" and beyond:
            raise InputError(
                f"the fact {fact.kind} of {fact.noc} in {fact.event} is about the reserve list, "
                f"which what-if with unknown standings takes to be wholly unknown; {ELSE}"
            )
