"""Places that change hands where they go down ranked lists: from whom to whom, by name if they are of named entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import zip_longest

from quotaproof.model.allocation import Allocation, Placed
from quotaproof.model.athletes import Athlete
from quotaproof.model.decisions import TO_NOBODY, Decision
from quotaproof.model.kept import reallocation
from quotaproof.model.scenario import Scenario
from quotaproof.solver.declines import AnsweredDecline

from .moves import Move, grounds, moves_between


def listed_moves(
    scenario: Scenario,
    before: Allocation,
    after: Allocation,
    replaced: Mapping[tuple[str, str], Placed] | None = None,
) -> list[Move]:
    """Return the places that change hands between two allocations: entries event by event, then all else by NOC.

    Parameters
    ----------
    replaced
        (event, athlete) -> who of its NOC has its place instead, where an athlete withdraws.
    """
    moves: list[Move] = []
    named = [e.identifier for e in scenario.rules.events if scenario.rules.names_entries(e.identifier)]
    for event in named:
        was, now = before.entries.get(event, ()), after.entries.get(event, ())
        had, have = {one.athlete for one in was}, {one.athlete: one for one in now}
        givers = [one for one in was if one.athlete not in have]
        takers = [one for one in now if one.athlete not in had]
        for giver in list(givers):
            other = (replaced or {}).get((event, giver.athlete))
            if other is not None:
                givers.remove(giver)
                takers.remove(have[other.athlete])
                moves.append(_replacement(scenario, event, giver, other))
        moves += [_move(scenario, after, event, giver, taker) for giver, taker in zip_longest(givers, takers)]
    others = moves_between(scenario.rules, before, after)
    return moves + [move for move in others if move.event not in named]


def listed_moves_of(scenario: Scenario, step: AnsweredDecline) -> list[Move]:
    """Return the moves of one decline or withdrawal; of a place that nobody has now, the reason says why."""
    pathway = reallocation(scenario.rules)
    to_nobody = [one for one in step.after.decisions if one.kind in TO_NOBODY]
    moves = listed_moves(scenario, step.before, step.after, step.replaced)
    found: list[Move] = []
    for move in moves:
        own = [one.reason for one in to_nobody if (one.event, one.noc) == (move.event, move.giver)]
        reason = move.reason or (own[0] if own and move.taker is None else "")
        if move.kind == "quota-place" and move.taker is None:
            found.append(move)
        else:
            found.append(replace(move, clause=move.clause or f"{pathway.identifier}: {pathway.clause}", reason=reason))
    return found


def _move(scenario: Scenario, after: Allocation, event: str, giver: Placed | None, taker: Placed | None) -> Move:
    decision = None
    if taker is not None:
        decision = next((one for one in reversed(after.decisions) if _gave(one, event, taker)), None)
    return Move(
        "start-place",
        event,
        giver.noc if giver else None,
        taker.noc if taker else None,
        *grounds(scenario.rules, decision),
        entry_of(scenario, event, giver) if giver else None,
        entry_of(scenario, event, taker) if taker else None,
    )


def _gave(decision: Decision, event: str, taker: Placed) -> bool:
    """Whether a decision is the one that gave an entry its place; the host's names no id, but is one of an event."""
    if not decision.granted or decision.event != event or decision.pathway != taker.pathway:
        return False
    return decision.noc == taker.noc and decision.figures.get("athlete", taker.athlete) == taker.athlete


def _replacement(scenario: Scenario, event: str, giver: Placed, other: Placed) -> Move:
    pathway = reallocation(scenario.rules)
    who = entry_of(scenario, event, other)
    decision = Decision(
        pathway.identifier, event, other.noc, None, None, True, "withdrawn-replaced", {"name": who.name}
    )
    clause = f"{pathway.identifier}: {pathway.clause}"
    former = entry_of(scenario, event, giver)
    return Move("start-place", event, giver.noc, other.noc, clause, decision.reason, None, former, who)


def entry_of(scenario: Scenario, event: str, placed: Placed) -> Athlete:
    """Return who an entry is, by the first list of the event that has it."""
    for (own, _), one in scenario.lists.items():
        for entry in one.entries if own == event else ():
            if entry.athlete == placed.athlete:
                return Athlete(entry.athlete, entry.label, entry.noc)
    return Athlete(placed.athlete, placed.athlete, placed.noc)
