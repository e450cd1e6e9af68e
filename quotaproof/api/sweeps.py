"""The same question at many points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from quotaproof.model.scenario import Scenario
from quotaproof.model.stated_types import typed

if TYPE_CHECKING:
    import pandas as pd

    from quotaproof.solver.sweep.plan import DrawMethod, Mode


@typed
def sweep(
    scenario: Scenario,
    *,
    singles: bool = False,
    pairs: bool = False,
    triples: bool = False,
    exclusions: bool = False,
    of: Sequence[str] = (),
    nocs: Sequence[str] = (),
    grid: Sequence[str] | Mapping[str, str | Sequence[str | int]] = (),
    samples: int = 0,
    seed: int = 0,
    draw: DrawMethod = "noise",
    noise: float = 3.0,
    mode: Mode = "both",
    engine: str = "auto",
    prove: str | int = "none",
    jobs: int = -1,
    scheduler: str | None = None,
    out: str | Path | None = None,
) -> pd.DataFrame:
    """Return the answers at many points as a frame, one row each; its columns are those of the command's rows.

    Parameters
    ----------
    scenario
        With complete standings, or with any if standings are drawn.
    singles, pairs, triples
        Every so many declines.
    exclusions
        NOCs are excluded instead of declining.
    of, nocs
        What is declined (events, `men`, `women`; everything if empty), and by whom (everybody with a place if empty).
    grid
        Caps and readings, such as ``{"men-500": range(28, 37), "gender-cap": ["walk", "hard"]}``.
    samples, seed, draw, noise
        Drawn standings, invented: how many, where drawing begins, and how (see `docs/sweep.md`).
    mode
        `sequential`, `rerun` or `both`, for declines.
    engine
        `auto`, `batch`, `greedy` or `cp-sat`.
    prove
        `all`, `none` or how many points CP-SAT proves as well; if it disagrees anywhere, that is an error.
    jobs, scheduler
        Processes (-1: one per core), or the address of a Dask scheduler.
    out
        A .parquet or .csv file for the rows; what an interrupted call has left there unfinished is gone on with.

    Returns
    -------
    pandas.DataFrame
        With the summary of the command line in ``attrs["summary"]``.

    Raises
    ------
    InputError
        If there is nothing to sweep, or what is asked does not fit the scenario.
    SolverError
        If CP-SAT and the other engine disagree.
    """
    from quotaproof.solver.sweep.request import Request, planned
    from quotaproof.solver.sweep.run import sweep as solve

    sizes = tuple(size for size, wanted in enumerate((singles, pairs, triples), 1) if wanted)
    stated = grid.items() if isinstance(grid, Mapping) else ()
    texts = [f"{name}={v if isinstance(v, str) else ','.join(map(str, v))}" for name, v in stated]
    request = Request(
        sizes=sizes,
        exclusions=exclusions,
        of=tuple(of),
        nocs=tuple(nocs),
        grid=tuple(texts) if isinstance(grid, Mapping) else tuple(grid),
        samples=samples,
        seed=seed,
        draw=draw,
        noise=noise,
        mode=mode,
        engine=engine,
        prove=prove,
    )
    plan = planned(scenario, request)
    path = Path(out) if out is not None else None
    summary, rows = solve(plan, out=path, jobs=jobs, scheduler=scheduler, keep=True)
    if rows is None:
        raise ValueError("the rows of a sweep were not kept")
    rows.attrs["summary"] = summary.to_dict()
    return rows
