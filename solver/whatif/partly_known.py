"""Who gains by a decline where the table before it is known in part: certain, possible, or not excluded.

The question is asked of every table that the rules give with all facts. Where some cells of a published table are
unknown and these leave few tables, each is asked about by itself, and the answer is exact. Otherwise what can follow is
bounded by the numbers (`numbers_after`): what they exclude is excluded, and what they leave no other way is certain; of
the rest, standings that show it are looked for (`gain_witnesses`). What is then neither shown nor excluded is said to
be so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from quotaproof.model.changes import Change, Decline
from quotaproof.model.errors import InputError
from quotaproof.model.kept import reallocation
from quotaproof.model.pathways import require_known
from quotaproof.model.published import ATHLETES, CellName, Published
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.solver.effort import Effort
from quotaproof.solver.engines.cpsat.status import QUICK
from quotaproof.solver.infer.answer import Inference
from quotaproof.solver.infer.infer import EFFORT, inferred
from quotaproof.solver.infer.oracle import Oracle
from quotaproof.solver.infer.question import STATE_WORDS, Question, as_first_allocated, question
from quotaproof.solver.infer.theory import ANY_OTHER
from quotaproof.solver.telling import TellProgress

from .gain_witnesses import GainWitnesses
from .numbers_after import FREED, events_of, gain_bounds
from .open_cells import OfAllTables, of_all_tables
from .recipient_search import QUICK as LOOSE
from .recipient_search import asked_about
from .recipients import PartlyKnownStart, Recipient, Recipients, in_order

SEARCH = 4.0
"""Deterministic seconds for standings that show gains."""


def partly_known_recipients(
    scenario: Scenario, changes: Sequence[Change], *, limit: float = EFFORT, report: TellProgress | None = None
) -> Recipients:
    """Return who gains for certain, who may gain, and what is neither shown nor excluded, by a decline or exclusion.

    Parameters
    ----------
    scenario
        With unknown standings, and a table that is known in part or facts alone. Open clauses are read as it chooses.
    changes
        One decline or exclusion; all others alter the rules from the start.
    limit
        Effort for each part of the answer, in deterministic seconds.
    report
        Told what is being done.

    Raises
    ------
    InputError
        If the facts cannot all be true, no table with them has what is given back, or the question goes beyond what is
        modelled.
    LimitError
        If the effort is spent before it is known whether they can.
    """
    require_known("whatif", scenario.rules.pathways)
    reallocation(scenario.rules)
    changed, decline = asked_about(scenario, changes)
    asked = question(changed, None, changed.chosen_readings())
    _require_row(asked, decline)
    effort = Effort(limit, report=report)
    words = tuple(map(str, changes))
    oracle = Oracle(asked, QUICK, effort)
    if asked.state == "december" and changed.partial is not None and oracle.consistent(asked.statements):
        exact = of_all_tables(asked, changed.partial, decline, LOOSE, effort)
        if exact is not None:
            return _exactly(scenario, asked, decline, words, exact)
    inference = inferred(oracle, limit=limit)
    if not inference.consistent:
        raise InputError(
            "the facts cannot all be true as the rules are read here, so nobody can gain or lose; verify names those "
            "in conflict"
        )
    return _bounded(scenario, inference, decline, words, effort, limit)


def _require_row(asked: Question, decline: Decline) -> None:
    """Raise InputError for an NOC that has no row of its own."""
    if decline.noc in asked.together:
        federations = " and ".join(asked.together[decline.noc])
        raise InputError(f"{decline.noc} stands for {federations}, each with places of its own; name one of them")
    if decline.noc not in asked.nocs:
        raise InputError(
            f"{decline.noc} is named by no fact, so it is not known what it has; the NOCs are {', '.join(asked.nocs)}"
        )


def _bounded(
    scenario: Scenario, inference: Inference, decline: Decline, words: tuple[str, ...], effort: Effort, limit: float
) -> Recipients:
    """What the numbers leave, with standings for as much of it as is found."""
    asked = inference.question
    effort.tell("what the numbers leave")
    effort.limit = effort.spent + limit
    found = gain_bounds(inference, decline, QUICK, effort)
    columns = [*(event.identifier for event in asked.scenario.rules.events), *GENDERS]
    bounds = {
        cell: (0 if (cell, False) in found.unproved else low, found.unproved.get((cell, True), found.high[cell]))
        for cell, low in found.low.items()
    }
    freed = {column: bounds[FREED, column] for column in columns if bounds[FREED, column][1] > 0}
    gains = [cell for cell, (_, most) in bounds.items() if most > 0 and cell[0] != FREED]
    effort.tell("standings that show who may gain")
    effort.limit = effort.spent + min(limit, SEARCH)
    first = as_first_allocated(asked, frozenset(asked.scenario.chosen_readings()))
    shown = GainWitnesses(Oracle(first, QUICK, effort), decline, gains)
    shown.search()
    possible = [Recipient(noc, column, 1, witness) for (noc, column), witness in shown.shown.items()]
    known = {(one.noc, one.column) for one in possible}
    rest = [Recipient(None if noc == ANY_OTHER else noc, column, 1) for noc, column in gains]
    necessary = [Recipient(noc, column, bounds[noc, column][0]) for noc, column in gains if bounds[noc, column][0] > 0]
    least = {(noc, column): one.lowest for noc, row in inference.cells.items() for column, one in row.items()}
    table = _certain_table(asked, least)
    return Recipients(
        scenario=scenario.identifier,
        changes=words,
        table=table,
        repaired=False,
        freed=freed,
        necessary=in_order(necessary, columns),
        possible=in_order(possible, columns),
        witnesses=tuple(shown.witnesses),
        partly=PartlyKnownStart(
            asked.state,
            STATE_WORDS[asked.state],
            len(asked.statements),
            None,
            shown.in_all is not None and shown.in_all <= {(one.noc, one.column) for one in necessary},
            _certain_after(asked, table, decline, necessary),
            in_order([one for one in rest if (one.noc, one.column) not in known], columns),
        ),
    )


def _exactly(
    scenario: Scenario, asked: Question, decline: Decline, words: tuple[str, ...], found: OfAllTables
) -> Recipients:
    """What holds in every table, and what in one of them."""
    columns = [*(event.identifier for event in asked.scenario.rules.events), *GENDERS]
    least = {
        (noc, column): min(table.number(noc, column) for table in found.tables)
        for noc in asked.nocs
        for column in (*columns, ATHLETES)
    }
    table = _certain_table(asked, least)
    return Recipients(
        scenario=scenario.identifier,
        changes=words,
        table=table,
        repaired=False,
        freed={column: found.freed[column] for column in columns if column in found.freed},
        necessary=in_order(found.necessary, columns),
        possible=in_order(found.possible, columns),
        witnesses=found.witnesses,
        partly=PartlyKnownStart(
            asked.state,
            STATE_WORDS[asked.state],
            len(asked.statements),
            len(found.tables),
            True,
            _certain_after(asked, table, decline, found.necessary),
        ),
    )


def _certain_table(asked: Question, least: Mapping[CellName, int]) -> Published:
    """What everybody has for certain before the decline, as a table."""
    columns = (*(event.identifier for event in asked.scenario.rules.events), ATHLETES)
    return Published(columns, {noc: {c: least.get((noc, c), 0) for c in columns} for noc in asked.nocs}, {})


def _certain_after(
    asked: Question, table: Published, decline: Decline, necessary: Sequence[Recipient]
) -> dict[str, dict[str, int]]:
    """Event -> NOC -> start places that it has for certain after the decline."""
    gains = {(claim.noc, claim.column): claim.number for claim in necessary}
    given = events_of(decline, asked.scenario.rules.events)
    certain: dict[str, dict[str, int]] = {}
    for event in asked.scenario.rules.events:
        certain[event.identifier] = {}
        for noc in asked.nocs:
            number = table.number(noc, event.identifier)
            if noc == decline.noc and (event.identifier in given or event.team):
                # A team may be left without the athletes for it.
                less = decline.number if event.identifier in given else None
                number = max(0, number - less) if less is not None else 0
            number += gains.get((noc, event.identifier), 0)
            if number:
                certain[event.identifier][noc] = number
    return certain
