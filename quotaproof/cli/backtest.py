"""The command `backtest`."""

from __future__ import annotations

from pathlib import Path

import click

from quotaproof.model.errors import InputError

from . import common, completion
from .progress import progress
from .waiting import ending_in_order
from .words import meet_meant, scenario_meant


@click.command(epilog=common.examples("backtest --samples 300"))
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO]...", shell_complete=completion.scenarios)
@click.option(
    "--after", multiple=True, metavar="MEET", help="Forecast after this meet, by id or number; after each if not said."
)
@click.option(
    "--samples", type=click.IntRange(1, 10_000_000), default=20_000, show_default=True, help="Seasons drawn per row."
)
@common.seed_option
@click.option("--jobs", type=int, default=1, show_default=True, metavar="N", help="Processes; -1 for one per core.")
@click.option("--plot", type=common.FILE, help="Draw a reliability diagram (.svg or .png).")
@common.answer_options
def backtest(
    scenarios: tuple[str, ...],
    after: tuple[str, ...],
    samples: int,
    seed: int,
    jobs: int,
    plot: Path | None,
    form: str,
    out: Path | None,
) -> None:
    """Compare the odds of seasons that are over with what came.

    Each SCENARIO must have the results of all its meets; without any, the five rows of the documentation are computed.
    Scores are means over events and NOCs, and lower is better: those of the odds, of the allocation as things stood,
    and of each NOC's share of the points so far.

    Exit code 1 if the odds are not better than both in a row.
    """
    from quotaproof import figure, season_figures
    from quotaproof.api import backtest as compare
    from quotaproof.model.scenario import Scenario
    from quotaproof.scenarios import load_scenario
    from quotaproof.scenarios.backtest import seasons_over
    from quotaproof.solver.season.backtest import cut_offs
    from quotaproof.solver.season.odds import require

    if after and not scenarios:
        raise InputError("--after belongs to a scenario; name one before it")
    if plot is not None:
        figure.require_name(plot.name, "a picture")
    require()
    asked: list[Scenario | tuple[Scenario, str]] = []
    for one in [load_scenario(scenario_meant(text)) for text in scenarios]:
        asked += [(one, meet_meant(one, text)) for text in after] or [one]
    rows = sum(len(cut_offs(one)) if isinstance(one, Scenario) else 1 for one in asked) or len(seasons_over())
    with ending_in_order(), progress("backtest", samples * rows, "seasons") as report:
        told = None if report is None else lambda done, of: report(done, 0)
        found = compare(asked, samples=samples, seed=seed, jobs=jobs, tell=told)
    if plot is not None:
        common.write(season_figures.reliability(found, plot.suffix[1:]), plot)
    common.answer(form, out, found.to_dict, lambda text, color: text.backtest(found, form, color=color))
    if not all(row.beats_both for row in found.rows):
        common.say("the odds are not better than both other forecasts in every row.")
        raise SystemExit(common.INCONSISTENT)
