"""What can be said before the last meets of a season."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from quotaproof.model.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable

    from quotaproof.solver.season.answer import SeasonAnswer


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
