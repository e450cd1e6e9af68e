"""The checks of seasons: drawn rankings and proved bounds, against the scoring of one season and all outcomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import test_season_bounds as season_bounds
from season_draws import with_drawn

from quotaproof.model.results.scoring import standings_of
from quotaproof.solver.season.qualifiers import Positions, positions_of
from quotaproof.solver.season.rankings_of_draws import Scorer
from quotaproof.solver.season.season import Season

from .cases import Case, drawn_season
from .comparing import agree


@dataclass(frozen=True)
class Starts:
    """All orders at the meets to come are equally likely, of entries that start nine times in ten."""

    season: Season

    @property
    def nocs(self) -> tuple[str, ...]:
        """All NOCs, sorted."""
        known = self.season.scenario.classifications
        own = {result.noc for result in (known.results if known else ()) if result.noc}
        return tuple(sorted(own | ({self.season.scenario.host} if self.season.scenario.host else set())))

    @property
    def entries(self) -> Mapping[str, int]:
        """Entries of an NOC at most: as many as it had, and as it may have."""
        known = self.season.scenario.classifications
        had = {event: [r.qualifier or 1 for r in own] for event, own in (known.by_event if known else {}).items()}
        rules = self.season.scenario.rules
        return {one.identifier: max(one.noc_cap, *had.get(one.identifier, [1])) for one in rules.events}

    def draw(self, rng: np.random.Generator, number: int) -> dict[tuple[str, str], Positions]:
        """Draw orders."""
        found: dict[tuple[str, str], Positions] = {}
        for event, most in self.entries.items():
            for meet in self.season.left(event):
                starts = rng.integers(0, most + 1, size=(number, len(self.nocs)))
                started = np.arange(most) < starts[:, :, None]
                found[event, meet] = positions_of(rng.random(started.shape, dtype=np.float32), started)
        return found


def by_arrays(case: Case) -> str:
    """A season's rankings as arrays, against the scoring of one season; equal ones may come in any order."""
    season = drawn_season(case.seed)
    model, rng = Starts(season), np.random.default_rng(case.seed)
    drawn = model.draw(rng, 4)
    ranked = Scorer(season, model).rank(drawn, 4, rng)
    known = season.scenario.classifications
    for one in range(4):
        results = with_drawn(known, model.nocs, drawn, one)
        right = standings_of(results, season.scenario.rules, season.scenario.readings)
        for index, event in enumerate(season.scenario.rules.events):
            scores = right.scores[event.identifier]
            mine = [model.nocs[n] for n in ranked.entries[one, index] if n >= 0]
            agree(len(mine), len(scores), f"{event.identifier}: entries of a drawn ranking, and scored ones")
            groups: dict[int, list[int]] = {}
            for row, score in enumerate(scores):
                groups.setdefault(score.shared or score.rank, []).append(row)
            for rows in groups.values():
                agree(
                    Counter(mine[row] for row in rows),
                    Counter(scores[row].noc for row in rows),
                    f"{event.identifier}: who has rank {rows[0] + 1}, drawn, and scored",
                )
    return f"{len(season.meets_left)} meets to come"


def by_enumeration(case: Case) -> str:
    """What is proved to be certain and possible in a tiny season, against all its outcomes."""
    counted = season_bounds.compared(case.seed, capped=bool(case.seed % 2), left=case.seed // 2 % 2)
    return "too many outcomes, or no room" if counted is None else "enumerated"
