"""The command `standings`."""

from __future__ import annotations

from pathlib import Path

import click

from . import completion
from .common import (
    INCONSISTENT,
    format_option,
    load,
    out_option,
    scenario_argument,
    to_json,
    wants_color,
    write,
)


@click.command()
@scenario_argument
@click.option(
    "--event",
    "events",
    multiple=True,
    metavar="EVENT",
    shell_complete=completion.events,
    help="Show this event only (may be repeated).",
)
@format_option
@out_option
def standings(scenario: str, events: tuple[str, ...], form: str, out: Path | None) -> None:
    """Compute the standings from results at meets, and say what broke each tie.

    Exit code 1 if a standings.csv beside the results does not agree, or an unsettled tie matters for the allocation.
    """
    from quotaproof.api import standings_from, ties_that_matter
    from quotaproof.model.differences import differences
    from quotaproof.model.remedies import draw

    loaded = load(scenario)
    shown = {loaded.rules.event(event).identifier for event in events}
    computed, ties = standings_from(loaded), ties_that_matter(loaded)
    found = differences(computed, loaded.standings)
    if form == "json":
        document = to_json(
            {
                "scenario": loaded.identifier,
                "status": ties.status,
                "rows": [row for row in computed.to_dict() if not shown or row["event"] in shown],
                "ties_at_a_cut": [tie.to_dict() for tie in ties.at_a_cut],
                "unsettled": [tie.to_dict() for tie in ties.unsettled],
                "unknown": ties.unknown,
                "open": dict(computed.open),
                "differences": [difference.to_dict() for difference in found],
            }
        )
    else:
        from quotaproof import text

        document = text.standings(computed, ties, found, loaded, form, events=shown, color=wants_color(out))
    write(document, out)
    if found:
        click.echo(
            f"quotaproof: standings.csv does not agree with what classifications.csv gives, in {len(found)} rows.",
            err=True,
        )
    if any(tie.matters for tie in ties.unsettled):
        settle = " or ".join(draw(loaded)) or "these rules have no draw that would settle it"
        click.echo(f"quotaproof: a tie that nothing breaks matters; {settle}.", err=True)
    if found or ties.status == "tie":
        raise SystemExit(INCONSISTENT)
