"""What can be said before the last meets of a season, and how good that would have been."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from quotaproof.model.scenario import Scenario
from quotaproof.model.stated_types import typed

if TYPE_CHECKING:
    from quotaproof.solver.season.answer import SeasonAnswer
    from quotaproof.solver.season.backtest import Backtest


@typed
def season(
    scenario: Scenario,
    after: str | int | None = None,
    *,
    nocs: Collection[str] = (),
    events: Collection[str] = (),
    samples: int | None = None,
    seed: int = 0,
    readings: Mapping[str, str] | None = None,
    seconds: float | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> SeasonAnswer:
    """Return what is certain, what is possible and what is likely before the last meets of a season.

    Parameters
    ----------
    scenario
        With results of some meets, or of all.
    after
        The last meet whose results are taken, by its id or its number from 1; all there are results of if not given.
    nocs, events
        Those that are asked about; all if empty. For one NOC the answer says what it needs at the next meet, too.
    samples
        Seasons to draw for the odds; 0 for none. By default 20,000 where what draws them is installed.
    seed
        Where drawing begins.
    readings
        Readings to choose; others stay as the scenario has them.
    seconds
        Time for proofs; what is not proved by then is answered with what the caps say.
    tell
        Is told how many steps of the proofs are done, and how many there are.

    Raises
    ------
    IncompleteError
        If there are no results, or some of a meet that was held are missing.
    InputError
        If there is no such meet, NOC or event, a reading is unknown, or samples cannot be drawn.
    """
    from quotaproof.solver.season.answer import answer
    from quotaproof.solver.season.season import cut_off

    cut = cut_off(scenario.with_readings(readings or {}), after)
    return answer(cut, nocs, events, samples, seed, seconds, tell)


@typed
def backtest(
    seasons: Sequence[Scenario | tuple[Scenario, str | int]] = (),
    *,
    samples: int = 20_000,
    seed: int = 0,
    jobs: int = 1,
    tell: Callable[[int, int], None] | None = None,
) -> Backtest:
    """Compare the odds of seasons that are over with what came.

    Parameters
    ----------
    seasons
        Scenarios with the results of all their meets, each alone (forecast after every meet but the last) or with the
        meet after which it is forecast, by id or number from 1. The five rows of the documentation if there are none.
    samples
        Seasons drawn per row.
    seed
        Where drawing begins.
    jobs
        Processes; -1 for one per core.
    tell
        Is told how many drawn seasons are done, and how many there are.

    Returns
    -------
    Backtest
        For each season the scores of the odds and of two simple forecasts, and over all how often what was given some
        chance came. `to_dict` has the keys of the command line's JSON.

    Raises
    ------
    IncompleteError
        If results are missing.
    InputError
        If a season is not over, is forecast after its last meet, or what draws seasons is not installed.
    """
    from quotaproof.scenarios import load_scenario
    from quotaproof.scenarios.backtest import seasons_over
    from quotaproof.solver.season.backtest import backtest as compare
    from quotaproof.solver.season.backtest import cut_offs
    from quotaproof.solver.season.odds import require

    require()
    asked: list[tuple[Scenario, str | int]] = []
    for one in seasons:
        asked += [(one, meet) for meet in cut_offs(one)] if isinstance(one, Scenario) else [one]
    if not asked:
        over = seasons_over()
        loaded = {name: load_scenario(name) for name in dict.fromkeys(name for name, _ in over)}
        asked = [(loaded[name], meets) for name, meets in over]
    return compare(asked, samples, seed, jobs, tell)
