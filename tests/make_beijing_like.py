"""Make the standings of scenarios/synthetic-beijing-like: invented, of the size of Beijing 2022, from a fixed seed.

    python tests/make_beijing_like.py

The NOCs have a strength that falls from AAA to WWW. Each entry's result is its NOC's strength with noise; an NOC's
further qualifiers come behind its first. Seeds are gone through from 0 until one gives standings that are easy to work
with: each of the 23 NOCs has at least one start place, and a tie ends neither the allocation nor any answer to two NOCs
that give everything back, in either mode.
"""

from __future__ import annotations

import random
import string
from dataclasses import replace
from itertools import combinations
from pathlib import Path

from quotaproof.model.changes import Decline
from quotaproof.model.files import write_text
from quotaproof.model.rules import Declines
from quotaproof.model.scenario import Scenario
from quotaproof.model.scenario_loading import load_folder
from quotaproof.model.standings.rankings import Standings
from quotaproof.solver.engines.batch import Batch, allocate_batch
from quotaproof.solver.engines.batch.declines import after_declines

FOLDER = Path(__file__).parent.parent / "scenarios" / "synthetic-beijing-like"
NOCS = tuple(3 * letter for letter in string.ascii_uppercase[:23])
MODES: tuple[Declines, Declines] = ("sequential", "rerun")


def standings(scenario: Scenario, seed: int) -> Standings:
    """Return standings drawn with a seed."""
    rng = random.Random(seed)
    orders: dict[str, list[tuple[str, int]]] = {}
    for event in scenario.rules.events:
        scored: list[tuple[float, str]] = []
        for place, noc in enumerate(NOCS):
            level = 1.5 - 3 * place / (len(NOCS) - 1) + rng.gauss(0, 0.6)
            if event.kind == "relay":
                if level > -1.2:
                    scored.append((level, noc))
                continue
            for _ in range(sum(rng.random() < 0.75 + 0.2 * level for _ in range(3))):
                level -= abs(rng.gauss(0, 0.7))
                scored.append((level, noc))
        ranked = [noc for _, noc in sorted(scored, reverse=True)]
        orders[event.identifier] = [(noc, ranked[: row + 1].count(noc)) for row, noc in enumerate(ranked)]
    return Standings.of(orders)


def fits(scenario: Scenario) -> bool:
    """Return whether all NOCs have a place, and no tie ends what becomes of any two declines."""
    first = allocate_batch(Batch.of([scenario]))
    if first.status.any() or not first.places.sum(axis=1).all() or first.places.shape[2] < len(NOCS):
        return False
    pairs = [[Decline(one), Decline(other)] for one, other in combinations(NOCS, 2)]
    batch = Batch.of([scenario] * len(pairs))
    answers = [after_declines(batch, allocate_batch(batch), pairs, mode) for mode in MODES]
    return not any(answer.status.any() for answer in answers)


def make() -> str:
    """Return the text of standings.csv."""
    bare = replace(load_folder(FOLDER), standings=Standings())
    seed = 0
    while not fits(replace(bare, standings=standings(bare, seed))):
        seed += 1
    return f"# Invented by tests/make_beijing_like.py, seed {seed}.\n{standings(bare, seed).to_csv()}"


if __name__ == "__main__":
    write_text(FOLDER / "standings.csv", make())
