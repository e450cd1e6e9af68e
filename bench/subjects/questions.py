"""The questions that are asked of a scenario, as in the README."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec

import quotaproof
from bench.instances import beijing_size
from bench.registry import Effort, Section, milliseconds, subject
from bench.timing import in_turns, medians
from quotaproof.model.scenario import Scenario
from quotaproof.scenarios import load_scenario


def _verify(scenario: Scenario) -> object:
    scenario.memo.clear()
    return quotaproof.verify(scenario)


def _whatif(scenario: Scenario, decline: str) -> object:
    scenario.memo.clear()
    return quotaproof.whatif(scenario, [decline])


def questions() -> dict[str, Callable[[], object]]:
    """Return every question that this version answers."""
    beijing, sochi, season = load_scenario("altered-beijing-2022"), load_scenario("sochi-2014"), beijing_size(0)
    right = quotaproof.allocate(season, engine="greedy")
    noc = next(noc for noc, (men, _) in right.athletes.items() if men == 4 and right.places["men-500"].get(noc))
    asked: dict[str, Callable[[], object]] = {
        "verify altered-beijing-2022 (standings unknown, one repair)": partial(_verify, beijing),
        "verify sochi-2014 (standings known)": partial(_verify, sochi),
        "whatif sochi-2014, a decline": partial(_whatif, sochi, "KAZ:men-1000"),
        "whatif altered-beijing-2022, a decline (standings unknown)": partial(_whatif, beijing, "KAZ:men-1000"),
        "whatif of a synthetic season, a decline": partial(_whatif, season, f"{noc}:men-500"),
    }
    if hasattr(quotaproof, "explain"):
        asked["explain a synthetic season, an NOC"] = partial(quotaproof.explain, season, noc)
        asked["explain a synthetic season, why not"] = partial(quotaproof.explain, season, noc, "men", "men>=5")
    if find_spec("quotaproof.checker") is not None:
        from quotaproof.checker import check
        from quotaproof.solver.certificate import certificate

        folder = sochi.folder
        assert folder is not None  # it is loaded
        allocation = quotaproof.allocate(sochi)
        document = json.dumps(certificate(sochi, allocation))
        asked["certificate of sochi-2014, written"] = partial(certificate, sochi, allocation)
        asked["certificate of sochi-2014, checked"] = partial(check, document, folder)
    return asked


@subject("questions", turn=30)
def run(effort: Effort) -> Sequence[Section]:
    middle = medians(in_turns(questions(), effort.rounds(7, 1), most=120, warm=not effort.quick))
    rows = [[name, milliseconds(seconds)] for name, seconds in middle.items()]
    return [Section("Questions", ("question", "ms"), rows)]
