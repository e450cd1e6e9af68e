"""Questions about unknown standings, of Beijing's size: ours beside clingo's with the same rules."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from bench.peers import unknown_standings as peer
from bench.registry import Check, Effort, Section, milliseconds, subject, times
from bench.timing import in_turns, medians, once
from quotaproof.model.changes import parse_decline
from quotaproof.model.published import Published
from quotaproof.model.rules import Gender
from quotaproof.model.scenario import Scenario
from quotaproof.scenarios import load_scenario
from quotaproof.solver.explain.known import Known
from quotaproof.solver.unknown.reachability import Reach
from quotaproof.solver.verify.repair import repair
from quotaproof.solver.whatif.recipient_search import recipients

LIMIT, QUICK_LIMIT = 60.0, 5.0
"""Seconds after which clingo is stopped."""

AGAINST_CLINGO = 0.5
"""What a question may take of clingo's time."""

Ask = Callable[[], object]
AskPeer = Callable[[Sequence[str], float], object]


@dataclass(frozen=True)
class Question:
    """One question: how we answer it, and how clingo does; the answers are compared as they are."""

    title: str
    ours: Ask
    theirs: AskPeer


def _reachable(scenario: Scenario, table: Published) -> bool:
    scenario.memo.clear()
    return Reach(scenario, table).completion() is not None


def _repairs(scenario: Scenario, table: Published) -> object:
    scenario.memo.clear()
    reach = Reach(scenario, table)
    found = repair(scenario, table, lambda other: reach.of(other).completion() is not None)
    if not found.complete:
        raise RuntimeError("the repairs were not proved to be all")
    return {frozenset((cell.noc, cell.column, cell.repaired) for cell in cells) for cells in found.repairs}


def _gains(scenario: Scenario, table: Published, decline: str) -> peer.Gains:
    scenario.memo.clear()
    found = recipients(scenario, [parse_decline(decline, scenario.rules)], table)
    return peer.Gains(
        frozenset((claim.noc, claim.column) for claim in found.possible),
        {(str(claim.noc), claim.column): claim.number for claim in found.necessary},
    )


def _excluded(scenario: Scenario, table: Published, noc: str, gender: Gender, least: int) -> bool:
    scenario.memo.clear()
    known = Known(scenario, table)
    return known.range(known.stated.number(noc, gender))[1] < least


def questions() -> list[Question]:
    """Return what is asked."""
    asked: list[Question] = []
    for name in ("beijing-2022", "altered-beijing-2022"):
        scenario, table = _loaded(name)
        asked.append(
            Question(
                f"is the table of {name} reachable?",
                partial(_reachable, scenario, table),
                partial(peer.reachable, scenario, table),
            )
        )
    asked.append(
        Question(
            f"what are all smallest repairs of {name}?",
            partial(_repairs, scenario, table),
            partial(peer.repairs, scenario, table),
        )
    )
    scenario, table = _loaded("beijing-2022")
    for noc, least in (("JPN", 5), ("ITA", 5)):
        asked.append(
            Question(
                f"can {noc} not have {least} men, if the table is right?",
                partial(_excluded, scenario, table, noc, "men", least),
                partial(peer.excluded, scenario, table, noc, "men", least),
            )
        )
    for decline in ("JPN:men-relay", "KAZ:men-1000", "FRA"):
        given = parse_decline(decline, scenario.rules)
        asked.append(
            Question(
                f"who may, and who must, gain if {decline} is given back?",
                partial(_gains, scenario, table, decline),
                partial(peer.gains, scenario, table, given),
            )
        )
    return asked


def _loaded(name: str) -> tuple[Scenario, Published]:
    scenario = load_scenario(name)
    if scenario.published is None:
        raise RuntimeError(f"{name} has no table")
    return scenario, scenario.published


@subject("unknown-peer", turn=36)
def run(effort: Effort) -> Sequence[Section]:
    rows: list[list[str]] = []
    checks: list[Check] = []
    remarks: list[str] = []
    for question in questions():
        limit = QUICK_LIMIT if effort.quick else LIMIT
        right = question.ours()
        seconds: dict[str, float] = {}
        agree = True
        for name, options in list(peer.OPTIONS.items())[: effort.rounds(len(peer.OPTIONS), 1)]:
            answers: list[object] = []
            try:
                seconds[name] = once(lambda: answers.append(question.theirs(options, limit)))  # noqa: B023
            except peer.TooSlowError:
                seconds[name] = math.inf
                continue
            agree = agree and answers == [right]
        best = min(seconds, key=seconds.__getitem__)
        own: dict[str, Ask] = {"quotaproof": question.ours}
        if seconds[best] < math.inf:
            own["clingo"] = partial(question.theirs, peer.OPTIONS[best], limit)
        middle = medians(in_turns(own, effort.rounds(5, 1), most=20 if effort.quick else 90, warm=False))
        answered = "clingo" in middle
        rows.append(
            [
                question.title,
                milliseconds(middle["quotaproof"]),
                milliseconds(middle["clingo"]) if answered else f"no answer in {limit:.0f} s",
                best if answered else "any",
                times(middle["quotaproof"] / middle["clingo"]) if answered else "",
            ]
        )
        others = "; ".join(
            f"{name} {f'{milliseconds(one)} ms' if one < math.inf else f'no answer in {limit:.0f} s'}"
            for name, one in seconds.items()
            if name != best
        )
        if others:
            remarks.append(f"{question.title} Other settings of clingo: {others}.")
        if answered:
            checks.append(Check(f"{question.title} clingo says the same", agree))
            ratio = middle["quotaproof"] / middle["clingo"]
            sentence = f"{question.title} quotaproof / clingo, {best} = {times(ratio)}, at most {AGAINST_CLINGO}"
            checks.append(Check(sentence, ratio <= AGAINST_CLINGO))
    columns = ("question, standings unknown", "quotaproof, ms", "clingo, ms", "its setting", "ratio")
    return [Section("Unknown standings", columns, rows, remarks, checks)]
