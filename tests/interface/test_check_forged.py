"""A certificate that is consistent in itself, but of something else, is rejected."""

from __future__ import annotations

import hashlib
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from certified import Certified, meaning, problems

from quotaproof.model.errors import InputError
from quotaproof.model.rules import READING_VALUES
from quotaproof.model.scenario import Scenario
from quotaproof.solver.certificate import READINGS, translated
from quotaproof.solver.engines import greedy
from quotaproof.solver.engines.greedy import start_places
from quotaproof.solver.engines.greedy.state import State


def others(scenario: Scenario, rng: random.Random) -> Iterator[Scenario]:
    """The scenario with a rank swapped, an entry gone, a cap changed, another host, or another reading."""
    for event, ranking in scenario.standings.rankings.items():
        first, *rest = ranking.entries
        gone = rng.randrange(len(ranking.entries))
        for entries in ([*rest[:1], first, *rest[1:]], [e for n, e in enumerate(ranking.entries) if n != gone]):
            rankings = {**scenario.standings.rankings, event: replace(ranking, entries=tuple(entries), tied=())}
            yield replace(scenario, standings=replace(scenario.standings, rankings=rankings))
    caps: dict[str, int] = {"total": scenario.rules.total, "men": 0, "women": 0}
    caps |= {str(gender): cap for gender, cap in scenario.rules.gender_caps.items()}
    caps |= {event.identifier: event.start_places for event in scenario.rules.events}
    for name, cap in caps.items():
        yield replace(scenario, rules=scenario.rules.with_caps({name: max(1, cap + rng.choice([-1, 1]))}))
    yield replace(scenario, host=None if scenario.host else "AAA")
    for name in READINGS:
        for value in READING_VALUES[name]:
            yield scenario.with_readings({name: value})


def test_the_allocation_of_other_standings_rules_or_readings_is_rejected(pool: list[Certified]) -> None:
    """Digests, readings and host are those of the scenario it is presented for."""
    seen: Counter[bool] = Counter()
    for one in pool:
        for other in others(one.scenario, random.Random(one.scenario.identifier)):
            try:
                allocation = greedy.allocate(other)
            except InputError:
                continue  # no room for the host
            if allocation.status == "tie":
                continue
            document = translated(other, allocation, one.folder)
            document |= {key: one.document[key] for key in ("readings", "digests", "host", "ties")}
            same = meaning(document) == meaning(one.document)
            seen[same] += 1
            if not same:
                assert problems(document, one.folder) != []
    assert seen[False] >= 300
    assert seen[True] > 0  # such as a cap that never binds


def test_a_rank_swapped_in_the_standings_is_rejected(pool: list[Certified], tmp_path: Path) -> None:
    """With the digest of the file as it was, and with that of the file as it is."""
    number = 0
    for one in pool:
        lines = (one.folder / "standings.csv").read_text().splitlines()
        cells = [line.split(",") for line in lines]
        rows = [
            row
            for row in range(1, len(lines) - 1)
            if cells[row][0] == cells[row + 1][0] and cells[row][2] != cells[row + 1][2] and "=" not in cells[row][1]
        ]
        rng = random.Random(one.scenario.identifier)
        for row in rng.sample(rows, min(3, len(rows))):
            folder = tmp_path / str(number)
            shutil.copytree(one.folder, folder)
            upper = [*cells[row][:2], *cells[row + 1][2:]]
            lower = [*cells[row + 1][:2], *cells[row][2:]]
            text = "\n".join([*lines[:row], ",".join(upper), ",".join(lower), *lines[row + 2 :]]) + "\n"
            (folder / "standings.csv").write_text(text)
            document = one.copy()
            assert any("digests must be" in problem for problem in problems(document, folder))
            document["digests"]["standings"] = hashlib.sha256(text.encode()).hexdigest()
            assert any("instead of the claim" in problem for problem in problems(document, folder))
            number += 1
    assert number >= 2 * len(pool)


class Liar:
    """Makes the greedy engine lie once: when it asks for the k-th time what stands in the way. `claims` counts that."""

    def __init__(self, patch: pytest.MonkeyPatch, owner: Any, name: str, turn: int) -> None:
        self.claims = 0
        honest = getattr(owner, name)

        def answer(*words: Any) -> Any:
            kind, figures = honest(*words)
            self.claims += 1
            if self.claims != turn:
                return kind, figures
            if kind is not None:
                return None, {}
            return ("noc-cap", {"cap": 1}) if name == "_blocked" else ("no-quota-place", {"total": 1, "cap": 1})

        patch.setattr(owner, name, answer)


@pytest.mark.parametrize(("owner", "name", "turns"), [(start_places, "_blocked", 16), (State, "room", 10)])
def test_an_engine_that_lies_once_is_found_out(owner: Any, name: str, turns: int, pool: list[Certified]) -> None:
    number = 0
    for one in (one for one in pool if one.tiny and not one.document["ties"]):
        for turn in range(1, turns + 1):
            with pytest.MonkeyPatch.context() as patch:
                liar = Liar(patch, owner, name, turn)
                allocation = greedy.allocate(one.scenario)
            if liar.claims < turn:
                break
            if allocation.status == "tie":
                continue
            document = translated(one.scenario, allocation, one.folder)
            if meaning(document) != meaning(one.document):
                assert problems(document, one.folder) != []
                number += 1
    assert number >= 30
