"""The command `sweep`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from quotaproof.model.quantities import counted

from .choices import Word
from .common import (
    FILE,
    LIMIT,
    chosen,
    examples,
    format_option,
    in_form,
    load,
    reading_option,
    say,
    scenario_argument,
    seed_option,
    wants_color,
    wide_option,
    write,
)
from .progress import progress, terminable
from .words import column_meant, grid_meant, noc_meant


@click.command(epilog=examples("sweep beijing-like --pairs"))
@scenario_argument
@click.option("--singles", is_flag=True, help="Each decline alone.")
@click.option("--pairs", is_flag=True, help="Every two declines.")
@click.option("--triples", is_flag=True, help="Every three declines.")
@click.option("--exclusions", is_flag=True, help="Exclude the NOCs instead, as if never ranked.")
@click.option("--of", multiple=True, metavar="EVENT|men|women", help="What is declined; everything if not said.")
@click.option("--noc", "nocs", multiple=True, metavar="NOC", help="Who declines; everybody with a place if not said.")
@click.option("--grid", multiple=True, metavar="NAME=VALUES", help="A cap (28..36, 28,32) or reading (walk,hard).")
@click.option("--samples", type=click.IntRange(0), default=0, metavar="N", help="Draw so many standings.")
@seed_option
@click.option("--draw", type=Word(["noise", "uniform"]), default="noise", help="How standings are drawn.")
@click.option("--noise", type=float, default=3.0, show_default=True, help="Ranks by which an entry is typically moved.")
@click.option("--mode", type=Word(["sequential", "rerun", "both"]), default="both", show_default=True)
@click.option("--engine", type=Word(["auto", "batch", "greedy", "cp-sat"]), default="auto", show_default=True)
@click.option("--prove", default="none", metavar="all|none|N", help="Points that CP-SAT proves as well.")
@reading_option
@click.option("--jobs", type=int, default=-1, metavar="N", help="Processes; one per core if not said.")
@click.option("--scheduler", metavar="ADDRESS", help="Work on a Dask cluster, such as tcp://host:8786.")
@click.option("--out", type=FILE, help="Write all rows to a .parquet or .csv file.")
@click.option("--plot", type=FILE, help="Draw a heat map (.svg or .png).")
@format_option
@wide_option
def sweep(scenario: str, readings: tuple[str, ...], form: str, out: Path | None, **words: Any) -> None:
    """Ask the same question at many points: declines, caps, readings, drawn standings.

    Rows go to --out as they come; run the same command again after an interrupt to go on. A summary goes to stdout.
    """
    from quotaproof import heatmap
    from quotaproof.solver.sweep.request import Request, planned
    from quotaproof.solver.sweep.run import sweep as solve

    plot: Path | None = words["plot"]
    if plot is not None:
        heatmap.require(plot.name)
    sizes = tuple(size for size, name in enumerate(("singles", "pairs", "triples"), 1) if words[name])
    names = ("exclusions", "of", "nocs", "grid", "samples", "seed", "draw", "noise", "mode", "engine", "prove")
    asked: dict[str, Any] = {name: words[name] for name in names}
    loaded = load(scenario).with_readings(chosen(readings))
    asked["of"] = tuple(column_meant(loaded, text) for text in words["of"])
    asked["nocs"] = tuple(noc_meant(loaded, text) for text in words["nocs"])
    asked["grid"] = tuple(grid_meant(loaded, text) for text in words["grid"])
    plan = planned(loaded, Request(sizes=sizes, **asked))
    with terminable(), progress("sweep", plan.size, "points") as report:
        summary, _ = solve(plan, out=out, jobs=words["jobs"], scheduler=words["scheduler"], report=report)
    if plot is not None:
        write(heatmap.draw(summary, plot.suffix[1:], loaded.title), plot)
    document = in_form(form, summary.to_dict, lambda text: text.sweep(summary, form, color=wants_color(None)))
    write(document, None)
    if summary.unknown:
        say(f"a limit was reached at {counted(summary.unknown, 'point')}; the result there is unknown.")
        raise SystemExit(LIMIT)
