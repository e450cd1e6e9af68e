"""The questions as functions: each imports its engine when it is called."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quotaproof.model.allocation import Allocation, Engine
from quotaproof.model.errors import InputError
from quotaproof.model.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from quotaproof.model.changes import Change
    from quotaproof.model.reserve import Reserve
    from quotaproof.model.results.classified import Classified
    from quotaproof.model.rules import Declines, Rules
    from quotaproof.model.start import Start
    from quotaproof.reporting.basis import Shown
    from quotaproof.reporting.render import Format
    from quotaproof.solver.explain import Explanation
    from quotaproof.solver.sweep.plan import Draw, Mode
    from quotaproof.solver.ties_at_cuts import Ties
    from quotaproof.solver.verify.verification import UnderReadings, Verification
    from quotaproof.solver.whatif.consequences import WhatIf
    from quotaproof.solver.whatif.recipients import Recipients
    from quotaproof.solver.whatif.starting_table import StartingTable

CERTIFICATE_LIMIT = 50_000_000
"""Largest certificate in bytes that is read; one of Beijing's size has about 100,000."""


def allocate(scenario: Scenario, engine: Engine = "cp-sat", readings: Mapping[str, str] | None = None) -> Allocation:
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


def certificate(scenario: Scenario, allocation: Allocation) -> dict[str, Any]:
    """Return a document that lets anybody check an allocation without an engine (docs/certificate.md), for JSON.

    Parameters
    ----------
    scenario
        As its folder has it; readings may have been chosen.
    allocation
        What an engine gives for this scenario and its readings.

    Raises
    ------
    InputError
        If the allocation has a tie or is not what the scenario's rules give; if the scenario records declines, or
        differs from its folder.
    """
    from quotaproof.solver.certificate import certificate as write

    return write(scenario, allocation)


def check(certificate: Mapping[str, Any] | str | Path, scenario: str | Path) -> tuple[str, ...]:
    """Return why a certificate is rejected for a scenario, one sentence each; empty if it is accepted.

    The scenario's files are read twice: by `load_scenario`, which says what is wrong with them, and by the independent
    checker (`quotaproof.checker`), whose word alone counts.

    Parameters
    ----------
    certificate
        The document, or the path of its file.
    scenario
        The id of a scenario, or the path of its folder.

    Raises
    ------
    InputError
        If the certificate or the scenario cannot be read.
    IncompleteError
        If the scenario's standings are not complete.
    """
    from quotaproof.checker import check as independent_check
    from quotaproof.model.files import read_text
    from quotaproof.scenarios import load_scenario
    from quotaproof.solver.certificate import require_standings_file

    file = certificate if isinstance(certificate, str | Path) else None
    try:
        text = read_text(Path(file), CERTIFICATE_LIMIT) if file is not None else json.dumps(certificate)
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"the certificate is no JSON document ({error})") from error
    loaded = load_scenario(scenario)
    loaded.require_complete()
    if loaded.folder is None:
        raise InputError("the scenario was loaded from no folder")
    require_standings_file(loaded.folder)
    try:
        return tuple(independent_check(text, loaded.folder))
    except ValueError as error:
        raise InputError(str(error), file=file) from error


def whatif(
    scenario: Scenario,
    changes: Sequence[Change | str],
    mode: Declines | None = None,
    engine: Engine = "cp-sat",
    start: Start | None = None,
) -> WhatIf | Recipients:
    """Return who gains and loses by changes to a scenario.

    With complete standings that is one answer; with unknown ones it is who gains for certain and who may gain, each
    possible gain with a witness. If the published table cannot be right and has exactly one smallest repair, the
    repaired table is the table before the changes.

    Parameters
    ----------
    scenario
        With complete standings, or with a published table.
    changes
        Changes, or declines as text such as ``"KAZ:men-1000"``. Declines act in their order, all others first.
    mode
        `sequential` or `rerun`, for declines; the scenario's reading if not given.
    engine
        `cp-sat` or `greedy`.
    start
        The table before the changes. `rules` (the default with complete standings): what the rules give. `published`:
        the published table, reached by the declines that explain it; with unknown standings it is always that.

    Raises
    ------
    InputError
        If a change does not fit the scenario, such as declining what an NOC does not have, or goes beyond what is
        modelled for unknown standings; if no declines explain the table that it is to start from.
    LimitError
        If a solver limit was reached.
    """
    from quotaproof.model.changes import apply, parse_decline

    typed = [parse_decline(change, scenario.rules) if isinstance(change, str) else change for change in changes]
    if scenario.published is not None and apply(scenario, typed).standings.incomplete_events(scenario.rules):
        from quotaproof.solver.verify.verification import explained_table, require_names
        from quotaproof.solver.whatif.recipients import recipients

        require_names(scenario.published)
        if start == "rules":
            raise InputError(
                "the standings are not known in full, so what the rules give is not known; this starts from the "
                "published table"
            )
        if mode == "rerun":
            raise InputError("with unknown standings only the mode sequential is modelled; choose that")
        table, repaired = explained_table(scenario)
        return recipients(scenario, typed, table, repaired=repaired)
    from quotaproof.solver.whatif.consequences import whatif as solve

    return solve(scenario, typed, mode, engine, start=start or "rules")


def reserve(
    scenario: Scenario,
    event: str,
    engine: Engine = "cp-sat",
    start: Start = "rules",
    changes: Sequence[Change] = (),
) -> tuple[Reserve, ...]:
    """Return who is next in line in an event, and what still blocks each.

    Parameters
    ----------
    start
        `rules`: after what the rules give. `published`: after the published table, reached by the declines that explain
        it.
    changes
        Changes that alter the scenario; declines among them are passed over.

    Raises
    ------
    InputError
        If the event is unknown or has no reserve list, or no declines explain the table that it is to start from.
    IncompleteError
        If the standings are not complete.
    """
    from quotaproof.solver.engines import engine as engine_of
    from quotaproof.solver.whatif.starting_table import reserves

    scenario.require_complete()
    return reserves(scenario, event, engine_of(engine), start, changes)


def starts_from(scenario: Scenario, start: Start = "rules", engine: Engine = "cp-sat") -> StartingTable:
    """Return what a question about complete standings starts from; its `sentence` says it.

    Errors as `reserve`.
    """
    from quotaproof.solver.engines import engine as engine_of
    from quotaproof.solver.whatif.starting_table import starting_table

    scenario.require_complete()
    return starting_table(scenario, engine_of(engine), start)


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
    draw: Draw = "noise",
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
    from pathlib import Path

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


def report(
    scenario: Scenario, form: Format = "markdown", *, full: bool = False, table: Shown | None = None
) -> str | bytes:
    """Return the tables people publish of a scenario, as a document that says which quota table it shows.

    By default that is what the rules give where the standings are complete, otherwise the published table; if that is
    wrong and has exactly one smallest repair, it is shown repaired. Cells with another published number are marked.

    Parameters
    ----------
    form
        `markdown`, `html`, `wikitext`, `latex`, or `xlsx` (then the result is bytes).
    full
        Whether rankings are listed to their end, those of relays too; otherwise up to the sixth in line.
    table
        The quota table that is shown: `published`, every cell as published, or `rules`, what the rules give.

    Raises
    ------
    InputError
        If the format is unknown, a library that it needs is not installed, or there is no such table.
    LimitError
        If a solver limit was reached.
    """
    from quotaproof.reporting import FORMATS, build, render

    if form not in FORMATS:
        raise InputError(f"{form!r} is no format of a report; use one of {', '.join(FORMATS)}")
    return render(build(scenario, full=full, table=table), form)


def table_under_readings(scenario: Scenario) -> tuple[UnderReadings, ...]:
    """Return what becomes of a scenario's published table under each way to rank its results, other readings as chosen.

    Empty if there is no published table, if the rules leave no such reading open or it cannot bear on the scenario, or
    if standings are missing.

    Raises
    ------
    LimitError
        If a solver limit was reached before the answer was known.
    """
    from quotaproof.solver.verify.verification import under_ranking_readings

    return under_ranking_readings(scenario)


def verify(scenario: Scenario, readings: Mapping[str, str] | None = None) -> Verification:
    """Return whether the scenario's published table follows from its rules, what is wrong with it, and the proof.

    Parameters
    ----------
    scenario
        With a published table; the standings may be unknown in part or altogether.
    readings
        Readings to choose; others stay as the scenario has them.

    Raises
    ------
    InputError
        If there is no published table, or a reading is unknown.
    LimitError
        If a solver limit was reached before the answer was known.
    """
    from quotaproof.solver.verify.verification import verify as solve

    return solve(scenario.with_readings(readings or {}))


def explain(
    scenario: Scenario,
    noc: str,
    column: str | None = None,
    why_not: str | None = None,
    *,
    all_reasons: bool = False,
    how_close: bool = True,
    engine: Engine = "cp-sat",
) -> Explanation:
    """Return why an NOC has what it has and, if a target is given, why not more and how close it was.

    Parameters
    ----------
    scenario
        With complete standings, or with a published table.
    noc
        An NOC of the scenario, or TOTAL for the numbers of men and women.
    column
        An event, `men` or `women`; None for everything.
    why_not
        A target such as ``"men>=5"`` or ``"women-500>=2"``.
    all_reasons
        Whether all minimal reasons are looked for, the smallest first, instead of one.
    how_close
        Whether the least changes that make the target true are looked for.

    Raises
    ------
    InputError
        If the NOC or column is unknown, or the target is none or cannot be reached under the rules at all.
    LimitError
        If a limit of effort was reached.
    """
    from quotaproof.solver.explain import explain as solve

    return solve(scenario, noc, column, why_not, all_reasons=all_reasons, how_close=how_close, engine=engine)


def standings_from(
    source: Scenario | pd.DataFrame,
    rules: Rules | None = None,
    draws: pd.DataFrame | None = None,
    readings: Mapping[str, str] | None = None,
) -> Classified:
    """Return the standings that classifications give, with what broke each tie.

    Parameters
    ----------
    source
        A scenario with classifications, or a frame with the columns meet, event, noc, qualifier, position and perhaps
        certain.
    rules
        With a frame: the rules, whose table `[soqc]` says how points are added and ties are broken. With a scenario:
        other rules than its own.
    draws
        With a frame: recorded draws, with the columns event, noc, qualifier, draw.
    readings
        Readings to choose, such as ``{"soqc-ties": "best-result"}``; others stay as the scenario has them or, with a
        frame, as the rule file takes them.

    Raises
    ------
    InputError
        If there are no classifications or no rule to compute standings by, a row does not fit, or a reading is unknown
        or not left open by the rules.
    """
    from dataclasses import replace

    from quotaproof.model.results.scoring import standings_from_frame, standings_of

    if isinstance(source, Scenario):
        if draws is not None:
            raise InputError("draws go with a frame; those of a scenario are in its draws.csv")
        if source.classifications is None:
            raise InputError(
                "the scenario has no results to compute standings from; add classifications.csv",
                file="classifications.csv",
            )
        chosen = source.readings.with_values(readings or {})
        replace(source, rules=rules or source.rules).require_open(chosen.ranked_otherwise(source.readings))
        return standings_of(source.classifications, rules or source.rules, chosen, source.own_readings)
    if rules is None:
        raise InputError("a frame of classifications needs rules, such as those of a scenario")
    chosen = rules.default_readings.with_values(readings or {})
    for name in chosen.ranked_otherwise(rules.default_readings):
        if not rules.leaves_open(name):
            raise InputError(f"the rule file does not leave reading {name} open")
    return standings_from_frame(source, rules, chosen, draws)


def ties_that_matter(scenario: Scenario, readings: Mapping[str, str] | None = None) -> Ties:
    """Return the ties of a scenario's computed standings: those broken at a cut, and those that nothing breaks.

    Parameters
    ----------
    readings
        Readings to choose; others stay as the scenario has them.

    Raises
    ------
    InputError
        As `standings_from` raises it.
    """
    from quotaproof.solver.ties_at_cuts import ties

    chosen = scenario.with_readings(readings or {})
    return ties(chosen, standings_from(chosen))
