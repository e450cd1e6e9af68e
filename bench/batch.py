"""The batch engine beside the greedy reference, in one run: time per allocation, ratio, and how both grow.

    python bench/batch.py

Times are CPU time of this process, so other work on the machine disturbs them little. Standings are those of the
synthetic season of Beijing's size with noise; x4, x16 and x64 have as many copies of every NOC, in one another's wake,
and caps to match.
"""

from __future__ import annotations

import itertools
import math
import platform
import statistics
import string
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from quotaproof.model.scenario import Scenario
from quotaproof.model.standings import Standings
from quotaproof.scenarios import load_scenario
from quotaproof.solver import greedy
from quotaproof.solver.batch import Batch, Form, allocate_batch, loops
from quotaproof.solver.sweep.draw import Sampler

SCALES = (1, 4, 16, 64)
ELEMENTS = {1: 8192, 4: 2048, 16: 1024, 64: 1024}
REFERENCE = {1: 100, 4: 20, 16: 5, 64: 3}


def scaled(scenario: Scenario, factor: int) -> Scenario:
    """Return a scenario with so many copies of every NOC, and so many times the places."""
    codes = map("".join, itertools.product(string.ascii_uppercase, repeat=3))
    copies = {noc: [next(codes) for _ in range(factor)] for noc in scenario.nocs}
    orders = {
        event: [(copy, entry.qualifier or 1) for entry in ranking.entries for copy in copies[str(entry.noc)]]
        for event, ranking in scenario.standings.rankings.items()
    }
    rules = scenario.rules
    caps = {"total": rules.total * factor} | {gender: cap * factor for gender, cap in rules.gender_caps.items()}
    caps |= {event.identifier: event.start_places * factor for event in rules.events}
    host = copies[str(scenario.host)][0]
    return replace(scenario, host=host, rules=rules.with_caps(caps), standings=Standings.of(orders))


def seconds(what: Callable[[], object], times: int) -> float:
    """Return the median CPU time of a call."""
    taken: list[float] = []
    for _ in range(times):
        start = time.process_time()
        what()
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def exponent(sizes: list[int], times: list[float]) -> float:
    """Return the slope of a line through the logarithms: time grows like size to this power."""
    return float(np.polyfit([math.log(size) for size in sizes], [math.log(taken) for taken in times], 1)[0])


def main() -> None:
    forms: list[Form] = ["compiled", "numpy"] if loops.AVAILABLE else ["numpy"]
    print(f"Python {platform.python_version()}, numpy {np.__version__}, {platform.machine()}, CPU time, medians\n")
    print("| size | entries | greedy | " + " | ".join(f"batch, {form} | ratio" for form in forms) + " |")
    print("| --- " * (3 + 2 * len(forms)) + "|")
    sizes: list[int] = []
    times: dict[str, list[float]] = {name: [] for name in ("greedy", *forms)}
    for factor in SCALES:
        scenario = scaled(load_scenario("beijing-like"), factor)
        sampler = Sampler(scenario, scenario.nocs, "noise", 3.0, 0)
        batch = Batch.from_array(scenario, sampler.rows(np.arange(ELEMENTS[factor])), scenario.nocs)
        seasons = iter([batch.scenario(number) for number in range(REFERENCE[factor])])
        sizes.append(sum(len(ranking.entries) for ranking in scenario.standings.rankings.values()))
        times["greedy"].append(seconds(lambda seasons=seasons: greedy.allocate(next(seasons)), REFERENCE[factor]))
        row = [f"x{factor}", str(sizes[-1]), f"{times['greedy'][-1] * 1e6:,.0f} us"]
        for form in forms:
            allocate_batch(batch.take(np.arange(2)), form)  # compiles
            each = seconds(lambda batch=batch, form=form: allocate_batch(batch, form), 5) / len(batch)
            times[form].append(each)
            row += [f"{each * 1e6:,.1f} us", f"{times['greedy'][-1] / each:,.0f}"]
        print(f"| {' | '.join(row)} |")
    grown = [f"{name} {exponent(sizes, own):.2f}" for name, own in times.items()]
    print(f"\nTime grows like entries to the power of: {', '.join(grown)}")


if __name__ == "__main__":
    main()
