"""The command `explain`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from quotaproof.model.errors import InputError

from . import common, completion
from .choices import Seconds, Word
from .stated import engine_allocates, refuse
from .words import column_meant, noc_meant, target_meant

FORMATS = ("table", "json", "markdown")


@click.command(epilog=common.examples("explain sochi-2014 JPN men", "explain sochi-2014 Japan men --why-not 4"))
@common.scenario_argument
@click.argument("noc", shell_complete=completion.nocs)
@click.argument("column", required=False, metavar="[EVENT|men|women]", shell_complete=completion.columns)
@click.option(
    "--why-not",
    metavar="TARGET",
    help="Say what excludes a target such as 'men>=5' or 'women-500>=2'; a number alone is one of COLUMN.",
)
@click.option("--all-reasons", is_flag=True, help="Look for all minimal reasons, the smallest first.")
@click.option(
    "--limit",
    type=Seconds(0, 86_400, min_open=True),
    metavar="SECONDS",
    help="Effort for the search for reasons, in deterministic seconds.",
)
@click.option("--how-close/--no-how-close", default=True, help="Look for the least changes that make it true.")
@click.option(
    "--witness",
    type=common.PATH,
    help="Save changed standings (swaps, points) in a new folder, for whatif --standings.",
)
@common.engine_option
@common.reading_option
@click.option("--format", "form", type=Word(FORMATS), default="table", show_default=True)
@common.out_option
def explain(
    scenario: str,
    noc: str,
    column: str | None,
    why_not: str | None,
    all_reasons: bool,
    limit: float | None,
    how_close: bool,
    witness: Path | None,
    engine: Any,
    readings: tuple[str, ...],
    form: str,
    out: Path | None,
) -> None:
    """Say why an NOC has what it has and, with --why-not, why not more and how close it was.

    NOC may be TOTAL: then the numbers of men and women are explained. Where places go down ranked lists of athletes,
    it may be an athlete, by id or name.

    Exit code 3 if a limit ended the search for reasons: those found by then are said, and that there may be more.
    """
    from quotaproof.api import explain as solve

    if why_not is None:
        how = "--how-close" if how_close else "--no-how-close"
        names = {"all_reasons": "--all-reasons", "limit": "--limit", "how_close": how}
        refuse(names, "belongs to --why-not; name a target with it, such as --why-not 'men>=5'")
    values = common.chosen(readings)
    loaded = common.load(scenario).with_readings(values)
    engine_allocates(engine, loaded)
    noc = noc_meant(loaded, noc, athletes=True)
    column = column_meant(loaded, column) if column is not None else None
    why_not = target_meant(loaded, why_not, column) if why_not is not None else None
    result = solve(
        loaded,
        noc,
        column,
        why_not,
        all_reasons=all_reasons,
        how_close=how_close,
        engine=engine,
        readings=values,
        limit=limit,
    )
    if witness is not None and loaded.rules.by_lists:
        raise InputError(
            "ranked lists follow from results, so there are no changed standings to save; leave --witness out"
        )
    if witness is not None:
        from quotaproof.witness import save_distances

        save_distances(result, witness)
    document = common.in_form(
        form, result.to_dict, lambda text: text.explanation(result, form, loaded, how_close=how_close)
    )
    common.write(common.with_note(document, loaded, form), out)
    if result.why_not is not None and result.why_not.limit_reached:
        raise SystemExit(common.LIMIT)
