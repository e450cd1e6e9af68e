"""Many standings under the same rules: the batch engine per element, against the greedy reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from importlib.util import find_spec

import numpy as np

from bench.instances import beijing_size
from bench.registry import Check, Effort, Section, milliseconds, subject, times
from bench.timing import in_turns, medians
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines import greedy

AGAINST_GREEDY = 50
"""How many times as many allocations per second as the greedy reference."""

AVAILABLE = find_spec("quotaproof.solver.engines.batch") is not None


def draws(number: int) -> list[Scenario]:
    """Return seasons of the same NOCs under the same rules."""
    first = beijing_size(0)
    return [replace(beijing_size(seed), rules=first.rules) for seed in range(number)]


@subject("batch", turn=20)
def run(effort: Effort) -> Sequence[Section]:
    if not AVAILABLE:
        return []
    from quotaproof.solver.engines.batch import Batch, allocate_batch

    few = draws(effort.rounds(1000, 100))
    batch = Batch.of(few)
    copies = effort.rounds(20, 20)
    large = batch.take(np.tile(np.arange(len(few)), copies))
    result = allocate_batch(batch)
    wrong = sum(not _same(result, element, scenario) for element, scenario in enumerate(few))
    runs: dict[str, Callable[[], object]] = {"greedy": partial(greedy.allocate, few[0])}
    sizes = {"greedy": 1}
    runs["batch"] = partial(allocate_batch, large)
    sizes["batch"] = len(large)
    middle = medians(in_turns(runs, effort.rounds(15, 3)))
    each = {who: seconds / sizes[who] for who, seconds in middle.items()}
    rows = [
        [who, milliseconds(seconds * 1e3), f"{1 / seconds:,.0f}", times(each["greedy"] / seconds)]
        for who, seconds in sorted(each.items(), key=lambda item: item[1])
    ]
    best = min(each.values())
    checks = [
        Check(f"the batch engine gives the greedy allocation of {len(few) - wrong} of {len(few)} seasons", not wrong),
        Check(
            f"batch / greedy = {times(each['greedy'] / best)} >= {AGAINST_GREEDY} per core",
            each["greedy"] >= AGAINST_GREEDY * best,
        ),
    ]
    columns = ("per element", "us", "per second", "x greedy")
    remark = f"{len(large):,} elements at once, on one core."
    return [Section("Many standings at once", columns, rows, [remark], checks)]


def _same(result: object, element: int, scenario: Scenario) -> bool:
    right = greedy.allocate(scenario)
    own = result.places[element]  # type: ignore[attr-defined]
    nocs = result.batch.nocs  # type: ignore[attr-defined]
    return all(
        {noc: int(number) for noc, number in zip(nocs, row, strict=True) if number}
        == dict(right.places[event.identifier])
        for row, event in zip(own, scenario.rules.events, strict=True)
    )
