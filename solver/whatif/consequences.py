"""What if: changes to a scenario, and who gains and loses by them.

Declines are answered in one of two modes, and compared with the other; every other change alters the scenario and
allocates again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations, zip_longest
from typing import TYPE_CHECKING, Any

from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Change, ChooseReading, Decline, apply
from quotaproof.model.decisions import Decision
from quotaproof.model.errors import InputError
from quotaproof.model.kept import reallocation
from quotaproof.model.pathways import require_known
from quotaproof.model.rules import GENDERS, Declines, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.start import Start, start_sentence
from quotaproof.solver.declines import Outcome, Step, continued
from quotaproof.solver.documents import GainDocument, MoveDocument, TableDocument, WhatIfDocument
from quotaproof.solver.engines import Engine
from quotaproof.solver.engines import engine as engine_of

from .starting_table import starting_table

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

MOST_ORDERED = 6
"""Largest number of declines of which every order is tried."""


@dataclass(frozen=True, slots=True)
class Move:
    """One place that goes from one NOC to another.

    `kind` is `start-place` (then `event` is an event) or `quota-place` (then `event` is `men` or `women`). `giver` is
    None for a place that was free before, `taker` None for one that is free now. `rank` is the taker's rank in the
    ranking that the clause follows, if there is one.
    """

    kind: str
    event: str
    giver: str | None
    taker: str | None
    clause: str
    reason: str = ""
    rank: int | None = None

    def to_dict(self) -> MoveDocument:
        """Return the move with the JSON keys of the command line."""
        return {
            "kind": self.kind,
            "event": self.event,
            "from": self.giver,
            "to": self.taker,
            "clause": self.clause,
            "reason": self.reason,
            "rank": self.rank,
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that the two modes fill differently, and why."""

    noc: str
    column: str
    sequential: int
    rerun: int
    why: str


@dataclass(frozen=True, slots=True)
class Gain:
    """What an NOC gains in a column (an event, `men` or `women`)."""

    noc: str
    column: str
    number: int


@dataclass(frozen=True, slots=True)
class OrderDifference:
    """A cell that another order of the declines fills differently: its number in this order, and in the other."""

    noc: str
    column: str
    here: int
    there: int


@dataclass(frozen=True, slots=True)
class Orders:
    """Whether the order of the declines matters.

    Attributes
    ----------
    matters
        None if it was not tried (less than two declines, or more than six).
    other
        The declines in an order that has another result, or in which one of them is not possible.
    differences
        Where that result differs; empty if there is none.
    refused
        Why that order is not possible; empty if it is.
    """

    matters: bool | None = None
    other: tuple[str, ...] = ()
    differences: tuple[OrderDifference, ...] = ()
    refused: str = ""


@dataclass(frozen=True)
class WhatIf:
    """The answer.

    Attributes
    ----------
    moves
        In the order in which places changed hands.
    steps
        (decline, its moves), for declines.
    differences
        Where the other mode gives another allocation.
    order
        Whether another order of the declines gives another allocation, and what one gives that does.
    start
        The table before the changes: what the rules give, or the published table.
    start_changes
        What turns what the rules give into the published table, if it starts from that: the declines, in their order.
    published_differs
        Cells in which the published table, without invitations, is not what the rules give; None if nothing was
        published.
    undone_first
        That later changes on record are undone first, in a sentence; None if they are not.
    invited
        Whether places were added or withheld by invitation; it starts without them.
    """

    scenario: str
    changes: tuple[str, ...]
    mode: Declines
    before: Allocation
    after: Allocation
    moves: tuple[Move, ...]
    steps: tuple[tuple[str, tuple[Move, ...]], ...] = ()
    differences: tuple[Difference, ...] = ()
    order: Orders = field(default_factory=Orders)
    gains: tuple[Gain, ...] = field(default=())
    start: Start = "rules"
    start_changes: tuple[str, ...] = ()
    published_differs: int | None = None
    undone_first: str | None = None
    invited: bool = False

    @property
    def starts_from(self) -> str:
        """What it starts from, in words; empty if nothing was published."""
        return start_sentence(
            self.start, self.start_changes, self.published_differs, self.undone_first, invited=self.invited
        )

    @property
    def net_effect(self) -> dict[str, dict[str, int]]:
        """NOC -> column -> places gained (or, negative, lost), for NOCs and columns with any."""
        effect: dict[str, dict[str, int]] = {}
        for noc, column, before, after in changed_cells(self.before, self.after):
            effect.setdefault(noc, {})[column] = after - before
        return effect

    def to_dict(self) -> WhatIfDocument:
        """Return the answer with the JSON keys of the command line."""

        def table(allocation: Allocation) -> TableDocument:
            document = allocation.to_dict()
            return {
                "status": document["status"],
                "places": document["places"],
                "athletes": document["athletes"],
                "totals": document["totals"],
                "tied": document["tied"],
            }

        gains: list[GainDocument] = [{"noc": g.noc, "column": g.column, "number": g.number} for g in self.gains]
        return {
            "scenario": self.scenario,
            "changes": list(self.changes),
            "mode": self.mode,
            "before": table(self.before),
            "after": table(self.after),
            "moves": [move.to_dict() for move in self.moves],
            "net_effect": self.net_effect,
            "necessary": gains,
            "possible": gains,
            "steps": [{"change": text, "moves": [move.to_dict() for move in moves]} for text, moves in self.steps],
            "mode_differences": [
                {"noc": d.noc, "column": d.column, "sequential": d.sequential, "rerun": d.rerun, "why": d.why}
                for d in self.differences
            ],
            "order_matters": self.order.matters,
            "other_order": list(self.order.other),
            "other_order_gives": [
                {"noc": d.noc, "column": d.column, "here": d.here, "there": d.there} for d in self.order.differences
            ],
            "other_order_refused": self.order.refused or None,
            "from": self.start,
            "from_changes": list(self.start_changes),
            "published_differs": self.published_differs,
            "undone_first": self.undone_first,
            "invited": self.invited,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return the moves as a frame with the columns kind, event, from, to, rank, clause, reason."""
        import pandas as pd

        columns = ["kind", "event", "from", "to", "rank", "clause", "reason"]
        frame = pd.DataFrame([move.to_dict() for move in self.moves], columns=columns)
        return frame.astype({"rank": "Int64"})

    def graph(self) -> nx.MultiDiGraph[Any]:
        """Return the moves as a graph: NOCs as nodes, a place that changes hands as an edge.

        Edges carry kind, event, rank, clause and reason. A place that was or becomes free has the node `free`.
        """
        import networkx as nx

        graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph(scenario=self.scenario, changes="; ".join(self.changes))
        for number, move in enumerate(self.moves, 1):
            graph.add_edge(
                move.giver or "free",
                move.taker or "free",
                key=number,
                kind=move.kind,
                event=move.event,
                rank=move.rank or 0,
                clause=move.clause,
                reason=move.reason,
            )
        for noc, effect in self.net_effect.items():
            graph.add_node(noc, net=", ".join(f"{column} {number:+d}" for column, number in effect.items()))
        return graph


def changed_cells(before: Allocation, after: Allocation) -> Iterator[tuple[str, str, int, int]]:
    """Yield (NOC, event or gender, number before, number after) where they differ, events first."""
    for event in before.places:
        for noc in sorted({*before.places[event], *after.places[event]}):
            old, new = before.places[event].get(noc, 0), after.places[event].get(noc, 0)
            if old != new:
                yield noc, event, old, new
    for index, gender in enumerate(GENDERS):
        for noc in sorted({*before.athletes, *after.athletes}):
            old, new = before.athletes.get(noc, (0, 0))[index], after.athletes.get(noc, (0, 0))[index]
            if old != new:
                yield noc, gender, old, new


def whatif(
    scenario: Scenario,
    changes: Sequence[Change],
    mode: Declines | None = None,
    engine: str = "cp-sat",
    *,
    compare: bool = True,
    start: Start = "rules",
) -> WhatIf:
    """Return what changes do to a scenario with complete standings.

    Parameters
    ----------
    changes
        Declines act in their order; all others alter the scenario first.
    mode
        How declines are answered; the scenario's reading `declines` if not given.
    compare
        Whether the other mode and, for two to six declines, every order are tried too.
    start
        `rules`: what the rules give. `published`: the published table, reached by the declines that explain it.

    Raises
    ------
    InputError
        If there is no change, or one that the scenario does not allow (such as declining what an NOC does not have), or
        it cannot start from the published table.
    IncompleteError
        If the standings are not complete.
    LimitError, SolverError
        As the engine raises them.
    """
    if not changes:
        raise InputError("there is nothing to change; name a decline, an exclusion or another change")
    require_known("whatif", scenario.rules.pathways)
    by = engine_of(engine)
    declines = [change for change in changes if isinstance(change, Decline)]
    changed = apply(scenario, changes)
    chosen: Declines = mode or changed.readings.declines
    started = starting_table(scenario, by, start, changes)
    before, base = started.before.allocation, started.base
    moves: list[Move] = []
    structural = [change for change in changes if not isinstance(change, Decline | ChooseReading)]
    if structural or any(isinstance(change, ChooseReading) for change in changes):
        moves += moves_between(scenario.rules, before, base.allocation)
    outcome = continued(base, declines, by, chosen) if declines else base
    steps = (
        tuple((str(step.decline), tuple(_moves_of(step, changed.rules, chosen))) for step in outcome.steps)
        if (declines)
        else ()
    )
    moves += [move for _, own in steps for move in own]
    differences: tuple[Difference, ...] = ()
    order = Orders()
    if declines and compare:
        differences = _compare_modes(base, declines, by, chosen, outcome)
        order = _orders(base, declines, by, chosen, outcome)
    return WhatIf(
        scenario=scenario.identifier,
        changes=tuple(map(str, changes)),
        mode=chosen,
        before=before,
        after=outcome.allocation,
        moves=tuple(moves),
        steps=steps,
        differences=differences,
        order=order,
        gains=tuple(
            Gain(noc, column, new - old)
            for noc, column, old, new in changed_cells(before, outcome.allocation)
            if new > old
        ),
        start=start,
        start_changes=started.changes,
        published_differs=started.differs,
        undone_first=started.undone if start == "rules" or not started.differs else None,
        invited=started.invited,
    )


# Moves -----------------------------------------


def moves_between(rules: Rules, before: Allocation, after: Allocation) -> list[Move]:
    """Return the places that change hands between two allocations: column by column, in the order of the rankings."""
    moves: list[Move] = []
    cells = list(changed_cells(before, after))
    columns = [event.identifier for event in rules.events] + list(GENDERS)
    for column in columns:
        givers = [noc for noc, c, old, new in cells if c == column for _ in range(old - new)]
        takers = [noc for noc, c, old, new in cells if c == column for _ in range(new - old)]
        moves += _pair(rules, column, givers, _in_order(column, takers, after), after)
    return moves


def _in_order(column: str, takers: list[str], after: Allocation) -> list[tuple[str, Decision | None]]:
    """Takers with the decision that gave them the place, best rank first.

    An NOC's last grants are the new ones: its places are taken from the best claim on.
    """
    wanted = {noc: takers.count(noc) for noc in takers}
    grants: list[tuple[str, Decision | None]] = []
    for decision in reversed(after.decisions):
        own = (
            decision.event == column if column not in GENDERS else decision.event is None and decision.gender == column
        )
        if own and decision.granted and wanted.get(decision.noc, 0) > 0:
            wanted[decision.noc] -= 1
            grants.append((decision.noc, decision))
    grants.reverse()
    # One decision may give several quota places.
    by_noc = dict(grants)
    return grants + [(noc, by_noc.get(noc)) for noc, number in wanted.items() for _ in range(number)]


def _pair(
    rules: Rules,
    column: str,
    givers: Sequence[str],
    takers: Sequence[tuple[str, Decision | None]],
    after: Allocation,
) -> list[Move]:
    kind = "quota-place" if column in GENDERS else "start-place"
    clauses = {pathway.identifier: pathway.clause for pathway in rules.pathways}
    moves: list[Move] = []
    for giver, taker in zip_longest(givers, takers):
        noc, decision = taker or (None, None)
        clause, reason, rank = "", "", None
        if decision is not None:
            clause = f"{decision.pathway}: {clauses.get(decision.pathway, '')}"
            reason = decision.reason
            found = decision.figures.get("rank")
            rank = found if isinstance(found, int) else None
        moves.append(Move(kind, column, giver, noc, clause, reason, rank))
    return moves


def _moves_of(step: Step, rules: Rules, mode: Declines) -> list[Move]:
    """The moves of one decline; what was given back and found no taker is a move to nobody."""
    moves = moves_between(rules, step.before, step.after)
    pathway = reallocation(rules)
    default = f"{pathway.identifier}: {pathway.clause}"
    return [move if move.clause or mode == "rerun" else replace(move, clause=default) for move in moves]


# Comparing modes and orders -----------------------------------------


def _compare_modes(
    base: Outcome, declines: Sequence[Decline], by: Engine, chosen: Declines, outcome: Outcome
) -> tuple[Difference, ...]:
    other_mode: Declines = "rerun" if chosen == "sequential" else "sequential"
    try:
        other = continued(base, declines, by, other_mode).allocation
    except InputError:
        # In the other mode an NOC may not have what a later decline gives back; then there is nothing to compare.
        return ()
    sequential, rerun = (outcome.allocation, other) if chosen == "sequential" else (other, outcome.allocation)
    return tuple(
        Difference(noc, column, old, new, _why_differs(noc, column, old, new, sequential, rerun))
        for noc, column, old, new in changed_cells(sequential, rerun)
    )


def _why_differs(noc: str, column: str, old: int, new: int, sequential: Allocation, rerun: Allocation) -> str:
    """Say why a rerun gives more or less than filling the holes one by one."""
    less, fewer = (rerun, "a rerun") if new < old else (sequential, "filling the holes")
    refusal = next(
        (
            decision
            for decision in less.decisions
            if decision.noc == noc
            and not decision.granted
            and (decision.event == column or (decision.event is None and decision.gender == column))
        ),
        None,
    )
    if refusal is not None:
        return f"in {fewer} it is refused: {refusal.reason}"
    if new < old:
        return "in a rerun it does not keep what it had; its start places give fewer"
    return "nobody loses what it has while holes are filled, so this place is not free"


def _orders(base: Outcome, declines: Sequence[Decline], by: Engine, mode: Declines, outcome: Outcome) -> Orders:
    """Whether another order of the declines has another result, and one that has; one that is possible is preferred."""
    if not 2 <= len(declines) <= MOST_ORDERED:
        return Orders()
    # The greedy reference tries the orders; the chosen engine then confirms the one that matters.
    quick = engine_of("greedy")
    refused: Orders | None = None
    for order in permutations(declines):
        if list(order) == list(declines):
            continue
        words = tuple(map(str, order))
        try:
            other = continued(base, order, quick, mode).allocation
        except InputError as error:
            refused = refused or Orders(True, words, refused=error.problem)
            continue
        if not other.same_places(outcome.allocation):
            confirmed = continued(base, order, by, mode).allocation
            cells = changed_cells(outcome.allocation, confirmed)
            found = tuple(OrderDifference(noc, column, here, there) for noc, column, here, there in cells)
            if not confirmed.same_places(outcome.allocation):
                return Orders(True, words, found)
    return refused or Orders(False)
