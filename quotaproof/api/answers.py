"""What the rules give, whether the published table is that, and why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from quotaproof.model.allocation import Allocation, EngineName
from quotaproof.model.errors import InputError
from quotaproof.model.scenario import Scenario
from quotaproof.model.stated_types import typed
from quotaproof.solver.telling import LOADING, tell

if TYPE_CHECKING:
    from quotaproof.solver.explain import Explanation
    from quotaproof.solver.infer.partly_known import PartlyKnown
    from quotaproof.solver.verify.list_verification import ListVerification
    from quotaproof.solver.verify.verification import Verification


@typed
def allocate(
    scenario: Scenario, engine: EngineName = "cp-sat", readings: Mapping[str, str] | None = None
) -> Allocation:
    """Return the allocation that the scenario's rules give, its recorded declines answered as its reading says.

    Parameters
    ----------
    scenario
        With complete standings.
    engine
        `cp-sat` (proved optimal in every tier, then validated) or `greedy` (the reference in plain Python).
    readings
        Readings to choose, such as ``{"gender-cap": "hard"}``; others stay as the scenario has them.

    Raises
    ------
    IncompleteError
        If the standings are not complete.
    InputError
        If the engine or a reading is unknown, or the caps leave no room for the host.
    LimitError
        If a solver limit was reached.
    """
    chosen = scenario.with_readings(readings or {})
    from quotaproof.solver.declines import allocate_with_declines
    from quotaproof.solver.engines import engine as engine_of

    return allocate_with_declines(chosen, engine_of(engine)).allocation


@typed
def verify(
    scenario: Scenario, readings: Mapping[str, str] | None = None, *, published: str | Path | None = None
) -> Verification | ListVerification | PartlyKnown:
    """Return whether the scenario's published table follows from its rules, what is wrong with it, and the proof.

    Parameters
    ----------
    scenario
        With a published table; the standings may be unknown in part or altogether. Where they are, cells of the table
        may be unknown too, or facts be all there is: then the question is whether the facts and the rules allow a
        table (to load facts that contradict each other, use ``load_scenario(..., contradictions=True)``).
    readings
        Readings to choose; others stay as the scenario has them. Of a table that is known in part every value of the
        others is tried.
    published
        Where places go down ranked lists: a published list to verify, a file or the name of one that the scenario
        names. If not given, the published table, who entered, or the last published list of the scenario is verified.

    Raises
    ------
    InputError
        If there is no published table, or a reading is unknown.
    LimitError
        If a solver limit was reached before the answer was known.
    """
    tell(LOADING)
    if scenario.rules.by_lists:
        from quotaproof.solver.verify.published_lists import verify_lists

        return verify_lists(scenario.with_readings(readings or {}), Path(published) if published is not None else None)
    if published is not None:
        raise InputError("--published is for rules with ranked lists; a published table is published.csv of a scenario")
    if scenario.is_partly_known:
        from quotaproof.solver.infer.partly_known import verify_partly_known

        return verify_partly_known(scenario, readings)
    from quotaproof.solver.verify.verify import verify as solve

    return solve(scenario.with_readings(readings or {}))


@typed
def explain(
    scenario: Scenario,
    noc: str,
    column: str | None = None,
    why_not: str | None = None,
    *,
    all_reasons: bool = False,
    how_close: bool = True,
    engine: EngineName = "cp-sat",
    readings: Mapping[str, str] | None = None,
    limit: float | None = None,
) -> Explanation:
    """Return why an NOC has what it has and, if a target is given, why not more and how close it was.

    Parameters
    ----------
    scenario
        With complete standings, with a published table, or with facts: then what is certain and possible is explained.
    noc
        An NOC of the scenario, or TOTAL for the numbers of men and women; where places go down ranked lists also an
        athlete, by id or name.
    column
        An event, `men` or `women`; None for everything.
    why_not
        A target such as ``"men>=5"`` or ``"women-500>=2"``.
    all_reasons
        Whether all minimal reasons are looked for, the smallest first, instead of one.
    how_close
        Whether the least changes that make the target true are looked for.
    engine
        What allocates complete standings: `cp-sat`, or `greedy`, which gives the same.
    readings
        Readings to choose; others stay as the scenario has them. Of a table that is known in part every value of the
        others is tried.
    limit
        Effort for the search for reasons, in deterministic seconds. Those found by then are given, and
        ``why_not.limit_reached`` says that whether there are further ones is unknown.

    Raises
    ------
    InputError
        If the NOC or column is unknown, the target is none or cannot be reached under the rules at all, or a limit is
        given where no reasons are searched for.
    LimitError
        If a limit of effort was reached before it was known what holds.
    """
    if limit is not None and (why_not is None or scenario.rules.by_lists):
        searched = "--why-not names no target" if why_not is None else "places go down ranked lists"
        raise InputError(f"--limit is for the search for reasons, and there is none where {searched}; leave it out")
    if limit is not None and not limit > 0:
        raise InputError(f"a limit of {limit:g} is no time; name deterministic seconds, more than 0")
    tell(LOADING)
    from quotaproof.solver.explain import explain as solve

    if scenario.is_partly_known:
        from quotaproof.solver.explain.partly_known import explain_partly_known

        return explain_partly_known(
            scenario, noc, column, why_not, all_reasons=all_reasons, readings=readings, limit=limit
        )
    return solve(
        scenario.with_readings(readings or {}),
        noc,
        column,
        why_not,
        all_reasons=all_reasons,
        how_close=how_close,
        engine=engine,
        limit=limit,
    )
