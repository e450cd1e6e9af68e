"""The command `sweep`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from quotaproof.model.errors import InputError
from quotaproof.model.quantities import counted

from . import common
from .choices import Word
from .progress import progress
from .stated import one_mode, refuse
from .waiting import ending_in_order
from .words import column_meant, grid_meant, noc_meant


@click.command(epilog=common.examples("sweep beijing-like --pairs"))
@common.scenario_argument
@click.option("--singles", is_flag=True, help="Each decline alone.")
@click.option("--pairs", is_flag=True, help="Every two declines.")
@click.option("--triples", is_flag=True, help="Every three declines.")
@click.option("--exclusions", is_flag=True, help="Exclude the NOCs instead, as if never ranked.")
@click.option("--of", multiple=True, metavar="EVENT|men|women", help="What is declined; everything if not said.")
@click.option("--noc", "nocs", multiple=True, metavar="NOC", help="Who declines; everybody with a place if not said.")
@click.option("--grid", multiple=True, metavar="NAME=VALUES", help="A cap (28..36, 28,32) or reading (walk,hard).")
@click.option("--samples", type=click.IntRange(0), default=0, metavar="N", help="Draw so many standings.")
@common.seed_option
@click.option("--draw", type=Word(["noise", "uniform"]), default="noise", help="How standings are drawn.")
@click.option("--noise", type=float, default=3.0, show_default=True, help="Ranks by which an entry is typically moved.")
@click.option("--mode", type=Word(["sequential", "rerun", "both"]), default="both", show_default=True)
@click.option("--engine", type=Word(["auto", "batch", "greedy", "cp-sat"]), default="auto", show_default=True)
@click.option("--prove", default="none", metavar="all|none|N", help="Points that CP-SAT proves as well.")
@common.reading_option
@click.option("--jobs", type=int, default=-1, metavar="N", help="Processes; one per core if not said.")
@click.option("--scheduler", metavar="ADDRESS", help="Work on a Dask cluster, such as tcp://host:8786.")
@click.option("--out", type=common.FILE, help="Write all rows to a .parquet or .csv file.")
@click.option("--plot", type=common.FILE, help="Draw a heat map (.svg or .png).")
@common.format_option
@common.wide_option
def sweep(scenario: str, readings: tuple[str, ...], form: str, out: Path | None, **words: Any) -> None:
    """Ask the same question at many points: declines, caps, readings, drawn standings.

    Rows go to --out as they come; run the same command again after an interrupt to go on. A summary goes to stdout.
    """
    from quotaproof import figure, heatmap
    from quotaproof.solver.sweep.request import Request, planned
    from quotaproof.solver.sweep.run import sweep as solve

    plot: Path | None = words["plot"]
    if plot is not None:
        figure.require_name(plot.name, "a heat map")
    sizes = tuple(size for size, name in enumerate(("singles", "pairs", "triples"), 1) if words[name])
    names = ("exclusions", "of", "nocs", "grid", "samples", "seed", "draw", "noise", "mode", "engine", "prove")
    asked: dict[str, Any] = {name: words[name] for name in names}
    values = common.chosen(readings)
    loaded = common.load(scenario).with_readings(values)
    asked["of"] = tuple(column_meant(loaded, text) for text in words["of"])
    asked["nocs"] = tuple(noc_meant(loaded, text) for text in words["nocs"])
    asked["grid"] = tuple(grid_meant(loaded, text) for text in words["grid"])
    _require_bearing(asked, sizes, values)
    plan = planned(loaded, Request(sizes=sizes, **asked))
    with ending_in_order(), progress("sweep", plan.size, "points") as report:
        summary, _ = solve(plan, out=out, jobs=words["jobs"], scheduler=words["scheduler"], report=report)
    if plot is not None:
        common.write(heatmap.draw(summary, plot.suffix[1:], loaded), plot)
    common.answer(form, None, summary.to_dict, lambda text, color: text.sweep(summary, loaded, form, color=color))
    if summary.unknown:
        common.say(f"a limit was reached at {counted(summary.unknown, 'point')}; the result there is unknown.")
        raise SystemExit(common.LIMIT)


def _require_bearing(asked: dict[str, Any], sizes: tuple[int, ...], readings: Mapping[str, str]) -> None:
    """Refuse what would have no effect: how standings are drawn or declines answered where there are none.

    Raises
    ------
    InputError
        Also where two options say different things.
    """
    if not asked["samples"]:
        names = {"seed": "--seed", "draw": "--draw", "noise": "--noise"}
        refuse(names, "is for standings that are drawn; say how many with --samples, or leave it out")
    if asked["draw"] == "uniform":
        refuse({"noise": "--noise"}, "is for --draw noise, and --draw uniform gives any order; leave one of them out")
    if asked["exclusions"] or not sizes:
        why = "they are excluded" if sizes else "nobody declines"
        refuse({"mode": "--mode"}, f"says how declines are answered, and here {why}; leave it out")
    one_mode(asked["mode"] if asked["mode"] != "both" else None, readings)
    for text in asked["grid"]:
        name = text.partition("=")[0].strip()
        if name in readings:
            raise InputError(f"--grid and --reading both choose {name}; leave one of them out")
