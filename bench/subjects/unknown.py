"""Questions of unknown standings: Beijing's table, beside the way each solve went before, and how they grow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import count

import quotaproof
from bench.instances import scaled
from bench.registry import Effort, Section, milliseconds, subject
from bench.timing import in_turns, medians
from quotaproof.model.changes import Exclude
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.scenarios import load_scenario
from quotaproof.solver.engines import greedy
from quotaproof.solver.engines.cpsat import status

AGAIN = "each model simplified first"


def _asked(ask: Callable[[Scenario], object], scenario: Scenario) -> object:
    scenario.memo.clear()
    return ask(scenario)


def _questions(scenario: Scenario, noc: str) -> dict[str, Callable[[], object]]:
    """What is asked of any table, from a scenario of which nothing has been computed."""
    asked: dict[str, Callable[[Scenario], object]] = {
        "verify": quotaproof.verify,
        "explain, why": lambda one: quotaproof.explain(one, noc, "men"),
    }
    return {name: partial(_asked, ask, scenario) for name, ask in asked.items()}


@contextmanager
def _simplified_first() -> Iterator[None]:
    """No search of models as they stand: each is simplified, then searched."""
    limit = status.PLAIN_LIMIT
    status.PLAIN_LIMIT = 0.0
    try:
        yield
    finally:
        status.PLAIN_LIMIT = limit


def _so(run: Callable[[], object]) -> object:
    with _simplified_first():
        return run()


def unknown_season(factor: int) -> Scenario:
    """Return a season with so many times the NOCs, of which only the table is known; the first without an open tie."""
    for seed in count():
        season = scaled(seed, nocs=factor).with_readings({"remaining-ties": "men-first", "gender-cap": "nominal"})
        allocation = greedy.allocate(season)
        if allocation.status == "optimal":
            return replace(season, published=allocation.to_published(), standings=Standings())
    raise AssertionError("seeds do not end")


@subject("unknown", turn=35)
def run(effort: Effort) -> Sequence[Section]:
    beijing = load_scenario("beijing-2022")
    now = _questions(beijing, "GBR")
    now["whatif, a decline"] = partial(_asked, lambda one: quotaproof.whatif(one, ["ITA:men-500"]), beijing)
    now["explain, why not and how close"] = partial(
        _asked, lambda one: quotaproof.explain(one, "GBR", "women", "women>=3"), beijing
    )
    now["whatif, an exclusion"] = partial(_asked, lambda one: quotaproof.whatif(one, [Exclude("ITA")]), beijing)
    runs = now | {f"{name}: {AGAIN}": partial(_so, ask) for name, ask in now.items()}
    middle = medians(in_turns(runs, effort.rounds(7, 1), most=60, warm=not effort.quick))
    rows = []
    for name in now:
        here, again = middle[name], middle[f"{name}: {AGAIN}"]
        rows.append([name, milliseconds(here), milliseconds(again), f"{here / again:.2f}"])
    beside = Section("Unknown standings, Beijing 2022", ("question", "ms", f"{AGAIN}, ms", "ratio"), rows)
    return [beside, _growth(effort)]


def _growth(effort: Effort) -> Section:
    names: list[str] = []
    rows: list[list[str]] = []
    for factor in (1, 2) if effort.quick else (1, 2, 4):
        season = unknown_season(factor)
        table = season.published
        assert table is not None
        noc = next(noc for noc, row in table.cells.items() if row["men-500"] and not row["men-relay"])
        asked = _questions(season, noc)
        middle = medians(in_turns(asked, effort.rounds(1 if factor == 4 else 3, 1), most=60, warm=False))
        names = list(asked)
        rows.append([f"x{factor}", str(len(table.nocs)), *(milliseconds(middle[name]) for name in names)])
    columns = ("NOCs", "rows of the table", *(f"{name}, ms" for name in names))
    return Section("Unknown standings, growth with the NOCs", columns, rows)
