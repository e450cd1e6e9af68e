"""clingo on unknown standings, with the rules written down once more (bench/peers/completions.lp): the same answers.

Tiny scenarios, drawn at random: which cells of a table must change, and who may or must gain by a decline. clingo
searches rankings of a bounded length, which is generous for scenarios of this size; ours have no bound.
"""

from __future__ import annotations

import os
import random
from collections import Counter

import gains
import pytest
import unknowns

from bench.peers import unknown_standings as peer
from quotaproof.model.errors import InputError
from quotaproof.model.published import Published
from quotaproof.model.scenario import Scenario
from quotaproof.solver.explain.known import Known
from quotaproof.solver.unknown.reachability import Reach
from quotaproof.solver.verify.repair import repair
from quotaproof.solver.whatif.recipient_search import recipients

pytest.importorskip("clingo")

DRAWS = int(os.environ.get("QUOTAPROOF_PEER_DRAWS", "20"))
"""Scenarios of each kind; 200 were drawn, once, without a difference (for repairs 1,500, 803 of them unreachable)."""

EFFORT, TOO_LITTLE = 0.4, 0.01
"""Deterministic seconds for our repairs: enough for all of them, and not for all."""


GUARANTEE_LOST = 188
"""A draw in which the host gives its men's relay back, and with it the guarantee of the mixed relay."""


def drawn(seed: int) -> tuple[Scenario, Published]:
    """A scenario with unknown standings, and a table that they give or, mostly, one a step from it."""
    rng = random.Random(f"peer {seed}")
    true = unknowns.truth(rng)
    scenario = unknowns.masked(rng, true)
    right = unknowns.key_of(true.table)
    near = unknowns.neighbours([right], scenario.rules)
    key = right if rng.random() < 0.2 else rng.choice(near)
    return scenario, unknowns.table_with(key, scenario.rules, true.nocs)


@pytest.mark.parametrize("effort", [EFFORT, TOO_LITTLE])
def test_repairs_are_those_with_the_fewest_cells_by_clingo_as_well(effort: float) -> None:
    judged: Counter[str] = Counter()
    for seed in range(DRAWS):
        scenario, table = drawn(seed)
        if scenario.readings.fifth_in_walk != "yes":
            continue
        theirs = peer.repairs(scenario, table)
        reach = Reach(scenario, table)
        given = reach.completion() is not None
        assert given == (theirs == {frozenset()}), seed
        if given:
            judged["reachable"] += 1
            continue
        try:
            ours = repair(scenario, table, lambda other: reach.of(other).completion() is not None, effort=effort)  # noqa: B023
        except InputError:
            # No table of these NOCs follows the rules and facts: clingo has no answer set.
            assert not theirs, seed
            judged["none"] += 1
            continue
        found = {frozenset((cell.noc, cell.column, cell.repaired) for cell in cells) for cells in ours.repairs}
        size = min((len(cells) for cells in theirs), default=None)
        if ours.complete:
            assert found == theirs, seed
            judged["repaired"] += 1
        else:
            assert effort == TOO_LITTLE, seed
            judged["open"] += 1
            assert found <= theirs, seed
            assert size is None or ours.at_least <= size, seed
    assert judged["reachable"] >= DRAWS // 20
    assert judged["repaired"] >= DRAWS // 10
    assert judged["open"] >= (DRAWS // 20 if effort == TOO_LITTLE else 0)


def test_numbers_that_no_completion_gives_are_those_that_clingo_excludes() -> None:
    """Men and women of an NOC, of whom the table has the sum only: unsatisfiability under an assumption."""
    judged = 0
    for seed in range(DRAWS // 2):
        rng = random.Random(f"peer numbers {seed}")
        true = unknowns.truth(rng)
        scenario = unknowns.masked(rng, true)
        if scenario.readings.fifth_in_walk != "yes" or not peer.reachable(scenario, true.table):
            continue
        known = Known(scenario, true.table)
        for noc in true.nocs:
            high = known.range(known.stated.number(noc, "men"))[1]
            judged += 1
            assert peer.excluded(scenario, true.table, noc, "men", high + 1), (seed, noc)
            assert not high or not peer.excluded(scenario, true.table, noc, "men", high), (seed, noc)
    assert judged >= DRAWS // 2


def test_recipients_of_a_decline_are_those_by_clingo_as_well() -> None:
    """Brave consequences are the possible gains, cautious ones the necessary; unnamed NOCs are both of None."""
    necessary = 0
    for seed in range(DRAWS):
        question = gains.question(seed)
        ours = recipients(question.scenario, list(question.declines), question.table)
        theirs = peer.gains(question.scenario, question.table, question.declines[0])
        assert theirs is not None
        assert {(c.noc, c.column) for c in ours.possible} == theirs.possible, seed
        assert {(c.noc, c.column): c.number for c in ours.necessary} == theirs.necessary, seed
        necessary += bool(theirs.necessary)
    assert necessary >= DRAWS // 10


def test_recipients_where_caps_bind_are_those_by_clingo_as_well() -> None:
    """Caps that refuse places after the decline, and relays that are known in part."""
    judged = 0
    for seed in (*range(2 * DRAWS), GUARANTEE_LOST):
        question = gains.bound_question(seed)
        if question is None or question.scenario.readings.fifth_in_walk != "yes":
            continue
        try:
            ours = recipients(question.scenario, list(question.declines), question.table)
        except InputError:
            continue
        theirs = peer.gains(question.scenario, question.table, question.declines[0])
        assert theirs is not None, seed
        assert {(c.noc, c.column) for c in ours.possible} == theirs.possible, seed
        assert {(c.noc, c.column): c.number for c in ours.necessary} == theirs.necessary, seed
        judged += 1
    assert judged >= DRAWS // 5


def test_what_the_peer_does_not_model_is_refused() -> None:
    scenario, table = next(one for one in map(drawn, range(100)) if one[0].readings.fifth_in_walk == "no")
    with pytest.raises(ValueError, match="fifth-in-walk"):
        peer.repairs(scenario, table)
