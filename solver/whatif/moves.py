"""Places that change hands between two allocations, in the order of the rankings, with the clause that moves them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from quotaproof.model.allocation import Allocation
from quotaproof.model.athletes import Athlete
from quotaproof.model.changes import Decline
from quotaproof.model.decisions import Decision
from quotaproof.model.documents import document_of
from quotaproof.model.kept import reallocation
from quotaproof.model.rules import GENDERS, Declines, Rules
from quotaproof.solver.declines import AnsweredDecline
from quotaproof.solver.documents import MoveDocument


@dataclass(frozen=True, slots=True)
class Move:
    """One place that goes from one NOC to another.

    `kind` is `start-place` (then `event` is an event) or `quota-place` (then `event` is `men` or `women`). `giver` is
    None for a place that was free before, `taker` None for one that is free now. `rank` is the taker's rank in the
    ranking that the clause follows, if there is one. `giver_entry` and `taker_entry` are whose place it was and is,
    where places are of named entries.
    """

    kind: str
    event: str
    giver: str | None
    taker: str | None
    clause: str
    reason: str = ""
    rank: int | None = None
    giver_entry: Athlete | None = None
    taker_entry: Athlete | None = None

    def to_dict(self) -> MoveDocument:
        """Return the move with the JSON keys of the command line."""
        giver, taker = self.giver_entry, self.taker_entry
        named = {
            "from": self.giver,
            "to": self.taker,
            "from_athlete": giver.identifier if giver is not None else None,
            "from_name": giver.name if giver is not None else None,
            "to_athlete": taker.identifier if taker is not None else None,
            "to_name": taker.name if taker is not None else None,
        }
        return document_of(MoveDocument, self, **named)


def moves_between(rules: Rules, before: Allocation, after: Allocation) -> list[Move]:
    """Return the places that change hands between two allocations: column by column, in the order of the rankings."""
    moves: list[Move] = []
    cells = list(before.differing(after))
    columns = list(dict.fromkeys([*(event.identifier for event in rules.events), *GENDERS]))
    for column in columns:
        givers = [noc for noc, c, old, new in cells if c == column for _ in range(old - new)]
        takers = [noc for noc, c, old, new in cells if c == column for _ in range(new - old)]
        moves += _pair(rules, column, givers, _in_order(rules, column, takers, after))
    return moves


def _in_order(rules: Rules, column: str, takers: list[str], after: Allocation) -> list[tuple[str, Decision | None]]:
    """Takers with the decision that gave them the place, best rank first.

    An NOC's last grants are the new ones: its places are taken from the best claim on.
    """
    wanted = {noc: takers.count(noc) for noc in takers}
    grants: list[tuple[str, Decision | None]] = []
    for decision in reversed(after.decisions):
        own = (
            decision.event is None and decision.gender == column
            if rules.is_quota_column(column)
            else decision.event == column
        )
        if own and decision.granted and wanted.get(decision.noc, 0) > 0:
            wanted[decision.noc] -= 1
            grants.append((decision.noc, decision))
    grants.reverse()
    # One decision may give several quota places.
    by_noc = dict(grants)
    return grants + [(noc, by_noc.get(noc)) for noc, number in wanted.items() for _ in range(number)]


def _pair(
    rules: Rules, column: str, givers: Sequence[str], takers: Sequence[tuple[str, Decision | None]]
) -> list[Move]:
    kind = "quota-place" if rules.is_quota_column(column) else "start-place"
    moves: list[Move] = []
    for giver, taker in zip_longest(givers, takers):
        noc, decision = taker or (None, None)
        moves.append(Move(kind, column, giver, noc, *grounds(rules, decision)))
    return moves


def grounds(rules: Rules, decision: Decision | None) -> tuple[str, str, int | None]:
    """Return the clause, reason and rank by which a decision gave a place; nothing without one."""
    if decision is None:
        return "", "", None
    clauses = {pathway.identifier: pathway.clause for pathway in rules.pathways}
    rank = decision.figures.get("rank")
    clause = f"{decision.pathway}: {clauses.get(decision.pathway, '')}"
    return clause, decision.reason, rank if isinstance(rank, int) else None


def moves_of_decline(step: AnsweredDecline, rules: Rules, mode: Declines) -> list[Move]:
    """Return the moves of one decline; what was given back and found no taker is a move to nobody."""
    moves = moves_between(rules, step.before, step.after)
    pathway = reallocation(rules)
    default = f"{pathway.identifier}: {pathway.clause}"
    if isinstance(step.decline, Decline) and rules.too_late(step.decline.date):
        reason = f"given back after {pathway.until}, the last day on which places are given on"
        return [replace(move, clause=default, reason=reason) for move in moves]
    return [move if move.clause or mode == "rerun" else replace(move, clause=default) for move in moves]
