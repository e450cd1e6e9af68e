"""How time grows with the NOCs, the events and the entries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from bench.instances import long_ranking, number_of_entries, results_of, scaled
from bench.registry import Check, Effort, Section, milliseconds, subject
from bench.timing import exponent, in_turns, medians
from quotaproof.model.errors import LimitError
from quotaproof.model.results.scoring import standings_of
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines import greedy
from quotaproof.solver.engines.cpsat import engine

from . import batch

MOST_EXPONENT = 1.1
"""Time of greedy, batch and standings may grow like entries to this power; CP-SAT's curve is shown as it is."""

LONGEST = 60.0
"""Seconds of one allocation beyond which a competitor is not asked for more."""

NAMES = ("greedy", "batch", "standings", "CP-SAT")

RANKED = (1_200, 4_800, 19_200)
"""Rows of one ranking."""

ELEMENTS = 20
"""Copies of a scenario in a batch."""


def competitors(scenario: Scenario) -> dict[str, Callable[[], object]]:
    runs: dict[str, Callable[[], object]] = {
        "greedy": partial(greedy.allocate, scenario),
        "CP-SAT": partial(engine.allocate, scenario),
        "standings": partial(standings_of, results_of(scenario), scenario.rules, scenario.readings),
    }
    if batch.AVAILABLE:
        from quotaproof.solver.engines.batch import Batch, allocate_batch

        runs["batch"] = partial(allocate_batch, Batch.of([scenario] * ELEMENTS))
    return runs


@subject("growth", turn=40)
def run(effort: Effort) -> Sequence[Section]:
    factors = (1, 4) if effort.quick else (1, 4, 16, 64)
    return [*(_along(axis, factors, effort) for axis in ("nocs", "events", "entries")), _one_ranking(effort)]


def _one_ranking(effort: Effort) -> Section:
    """One long ranking: an upload may have one of so many rows, of which the rules look at a few."""
    seconds: dict[str, list[float]] = {"greedy": [], "CP-SAT": []}
    rows: list[list[str]] = []
    for size in RANKED:
        scenario = long_ranking(0, size)
        runs = {"greedy": partial(greedy.allocate, scenario), "CP-SAT": partial(engine.allocate, scenario)}
        middle = medians(in_turns(runs, effort.rounds(5, 3)))
        for name, own in middle.items():
            seconds[name].append(own)
        rows.append([f"{size:,}", *(milliseconds(middle[name]) for name in seconds)])
    fitted = {name: exponent(RANKED, own) for name, own in seconds.items()}
    rows.append(["exponent", *(f"{own:.2f}" for own in fitted.values())])
    checks = [
        Check(f"{name} grows like rows^{own:.2f} of one ranking, at most {MOST_EXPONENT}", own <= MOST_EXPONENT)
        for name, own in fitted.items()
    ]
    return Section("Growth with the rows of one ranking", ("rows", "greedy, ms", "CP-SAT, ms"), rows, (), checks)


def _along(axis: str, factors: Sequence[int], effort: Effort) -> Section:
    sizes: list[int] = []
    seconds: dict[str, list[float]] = {}
    rows: list[list[str]] = []
    tired: set[str] = set()
    for factor in factors:
        scenario = scaled(0, **{axis: factor})
        sizes.append(number_of_entries(scenario))
        runs = {name: run for name, run in competitors(scenario).items() if name not in tired}
        rounds = max(1, effort.rounds(9, 3) // factor)
        try:
            middle = medians(in_turns(runs, rounds))
        except LimitError:
            tired.add("CP-SAT")
            middle = medians(in_turns({name: run for name, run in runs.items() if name not in tired}, rounds))
        middle = {name: own / (ELEMENTS if name == "batch" else 1) for name, own in middle.items()}
        tired |= {name for name, own in middle.items() if own > LONGEST}
        for name, own in middle.items():
            seconds.setdefault(name, []).append(own)
        shown = [milliseconds(middle[name]) if name in middle else "" for name in NAMES]
        rows.append([f"x{factor}", f"{sizes[-1]:,}", *shown])
    fitted = {name: exponent(sizes[: len(own)], own) for name, own in seconds.items() if len(own) > 1}
    rows.append(["exponent", "", *(f"{fitted[name]:.2f}" if name in fitted else "" for name in NAMES)])
    checks = [
        Check(
            f"{name} grows like entries^{fitted[name]:.2f} along {axis}, at most {MOST_EXPONENT}",
            fitted[name] <= MOST_EXPONENT,
        )
        for name in NAMES
        if name in fitted and name != "CP-SAT"
    ]
    columns = (
        axis if axis != "nocs" else "NOCs",
        "ranked entries",
        "greedy, ms",
        "batch, ms per element",
        "standings, ms",
        "CP-SAT, ms",
    )
    return Section(f"Growth with the {columns[0]}", columns, rows, (), checks)
