"""Seasons of Beijing's size, drawn, ranked and allocated."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench.instances import BEIJING, beijing_size
from bench.registry import Check, Effort, Section, subject
from bench.timing import subprocess_memory
from quotaproof.model.results.classifications import Classifications, Result
from quotaproof.solver.season.season import Season, cut_off

SEASONS = 100_000
SECONDS = 30
"""A hundred thousand seasons on two cores take no longer."""

ROOT = Path(__file__).parent.parent.parent
DRAW = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from bench.subjects.season import after_two
from quotaproof.solver.season.odds import odds_of
odds_of(after_two(), %d)
"""


def after_two(seed: int = 0) -> Season:
    """Return a season of Beijing's rules and size after two of four meets, with invented results."""
    rng = random.Random(seed)
    rules = BEIJING.rules
    if rules.soqc is None:
        raise ValueError("the rules of Beijing 2022 say how standings are computed")
    strong = beijing_size(seed).standings.rankings
    results: list[Result] = []
    for meet in rules.soqc.meets[:2]:
        for event in rules.events:
            ranked = [
                (rank + rng.gauss(0, 5), entry.noc) for rank, entry in enumerate(strong[event.identifier].entries)
            ]
            seen: Counter[str] = Counter()
            for position, (_, noc) in enumerate(sorted(ranked, key=lambda one: one[0]), 1):
                if noc is not None:
                    seen[noc] += 1
                    results.append(Result(meet, event.identifier, noc, seen[noc], position))
    scenario = replace(
        BEIJING,
        identifier="synthetic-season",
        published=None,
        facts=(),
        classifications=Classifications(tuple(results)),
    )
    return cut_off(scenario)


@subject("season", turn=25)
def run(effort: Effort) -> Sequence[Section]:
    from quotaproof.solver.season.odds import odds_of, slow

    season = after_two()
    number = effort.rounds(SEASONS, 2000)
    if slow():
        return []
    odds_of(season, 500)
    start, begin = time.perf_counter(), time.process_time()
    tables = [odds_of(season, number, seed=1).tally]
    took = {"one process, its CPU time": time.process_time() - begin, "one process": time.perf_counter() - start}
    start = time.perf_counter()
    tables.append(odds_of(season, number, seed=1, jobs=2).tally)
    took["two processes"] = time.perf_counter() - start
    few, many = (subprocess_memory(DRAW % size) for size in (effort.rounds(2000, 500), effort.rounds(20_000, 2000)))
    rows = [
        [name, f"{seconds:.1f}", f"{number / seconds:,.0f}", f"{1e6 * seconds / number:.0f}"]
        for name, seconds in took.items()
    ]
    same = (tables[0].places == tables[1].places).all() and (tables[0].athletes == tables[1].athletes).all()
    checks = [
        Check("one process and two give the same numbers", bool(same)),
        Check(f"memory is flat: {many:,.0f} MB for ten times the seasons, {few:,.0f} MB before", many < 1.1 * few),
    ]
    if not effort.quick:
        seconds = took["one process, its CPU time"] / 2
        checks.append(
            Check(f"{number:,} seasons take {seconds:.1f} s of each of two cores <= {SECONDS} s", seconds <= SECONDS)
        )
    remark = (
        f"{number:,} seasons of {len(tables[0].places[0])} NOCs in nine events, two of four meets to come: strengths "
        "fitted, results drawn, standings computed, places and athletes allocated."
    )
    return [
        Section("A season before its last meets", ("odds", "s", "seasons per second", "us"), rows, [remark], checks)
    ]
