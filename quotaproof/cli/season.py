"""The command `season`."""

from __future__ import annotations

from pathlib import Path

import click

from quotaproof.model.errors import InputError

from . import common, completion
from .choices import Seconds
from .progress import progress
from .stated import refuse
from .waiting import ending_in_order
from .words import event_meant, meet_meant, noc_meant


@click.command(
    epilog=common.examples(
        "season pyeongchang-2018 --after 3 --for GBR", "season sochi-2014 --after 1 --plot sochi.svg"
    )
)
@common.scenario_argument
@click.option("--after", metavar="MEET", help="Take the results up to this meet, by id or number; all if not said.")
@common.repeated(
    "--for",
    "nocs",
    "NOC",
    "Ask about this NOC only (may be repeated); for one, what it needs is said, too.",
    completion.nocs,
)
@common.repeated("--event", "events", "EVENT", "Ask about this event only (may be repeated).", completion.events)
@click.option(
    "--samples",
    type=click.IntRange(0, 10_000_000),
    metavar="N",
    help="Seasons drawn for the odds, 20,000 if not said; 0 for none.",
)
@common.seed_option
@click.option("--limit", type=Seconds(0.1, 86_400), metavar="SECONDS", help="Time for proofs; no limit if not said.")
@click.option(
    "--witness", type=common.PATH, help="Save the outcomes that attain what is proved as scenarios in a new folder."
)
@click.option(
    "--plot",
    type=common.FILE,
    help="Draw the odds (.svg or .png): the open places around each event's cut, or with --for the page of that NOC.",
)
@common.reading_option
@common.answer_options
def season(
    scenario: str,
    after: str | None,
    nocs: tuple[str, ...],
    events: tuple[str, ...],
    samples: int | None,
    seed: int,
    limit: float | None,
    witness: Path | None,
    plot: Path | None,
    readings: tuple[str, ...],
    form: str,
    out: Path | None,
) -> None:
    """Say what is certain, possible and likely before the last meets.

    Certain: an NOC has these start places in every outcome of the meets to come. Possible: it can still reach these.
    Each number is proved; marked with ~ are those of which no outcome is known that gives them.

    Exit code 3 if --limit ended the proofs.
    """
    from quotaproof import figure, season_figures
    from quotaproof.api import season as solve

    loaded = common.load(scenario)
    after = meet_meant(loaded, after) if after is not None else None
    nocs = tuple(noc_meant(loaded, noc) for noc in nocs)
    events = tuple(event_meant(loaded, event) for event in events)
    if samples == 0:
        refuse(
            {"seed": "--seed"}, "is for seasons that are drawn, and --samples 0 asks for none; leave one of them out"
        )
    if plot is not None:
        figure.require_name(plot.name, "a picture")
        if len(nocs) > 1:
            raise InputError("a picture is of one NOC, or of all; name one with --for, or none")
        if samples == 0:
            raise InputError("a picture is of the odds, and --samples 0 asks for none; name another number")
    with ending_in_order(), progress("season", 1000, "") as report:
        told = None if report is None else lambda done, of: report(1000 * done // max(of, 1), 0)
        found = solve(
            loaded,
            after,
            nocs=nocs,
            events=events,
            samples=samples,
            seed=seed,
            readings=common.chosen(readings),
            seconds=limit,
            tell=told,
        )
    if witness is not None:
        if found.bounds is None:
            raise InputError(f"there are no outcomes to save, since {found.unproved}")
        from quotaproof.witness import save_outcomes

        save_outcomes(found.bounds, witness)
    if plot is not None:
        common.write(season_figures.season(found, plot.suffix[1:]), plot)
    document = common.in_form(form, found.to_dict, lambda text: text.season(found, form, color=common.wants_color(out)))
    common.tell_aside(found.unproved, form)
    common.write(document, out)
    if found.bounds is not None and found.bounds.ended:
        common.say(
            f"the limit of {limit:g} seconds ended the proofs; what was not proved by then is what caps alone say."
        )
        raise SystemExit(common.LIMIT)
