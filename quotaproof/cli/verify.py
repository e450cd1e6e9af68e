"""The command `verify`."""

from __future__ import annotations

from pathlib import Path

import click

from .common import (
    CONSISTENT,
    FILE,
    INCONSISTENT,
    LIMIT,
    chosen,
    examples,
    format_option,
    in_form,
    load_with_conflicts,
    out_option,
    reading_option,
    scenario_argument,
    set_option,
    wants_color,
    with_caps,
    write,
)


@click.command(epilog=examples("verify beijing-2022", "verify altered-beijing-2022 --format json"))
@scenario_argument
@click.option(
    "--published",
    type=FILE,
    help="Verify this ranked list: a file, or one that the scenario names. For rules with ranked lists.",
)
@set_option
@reading_option
@format_option
@out_option
def verify(
    scenario: str,
    published: Path | None,
    caps: tuple[str, ...],
    readings: tuple[str, ...],
    form: str,
    out: Path | None,
) -> None:
    """Verify the published table: whether it is what the rules give, and if not, which cells differ.

    Where cells of the table are unknown, or single facts are all there is: whether the facts and the rules allow a
    table, what follows, and which facts conflict.

    Where places go down ranked lists: verify a published list (which sums and places are wrong, and the results that
    say so), or that those who entered had the places.
    """
    from quotaproof.api import verify as solve
    from quotaproof.solver.verify.verification import Verification

    loaded = with_caps(load_with_conflicts(scenario), caps)
    result = solve(loaded, readings=chosen(readings), published=published)
    write(
        in_form(form, result.to_dict, lambda text: text.verification(result, loaded, form, color=wants_color(out))), out
    )
    if isinstance(result, Verification) and result.unknown:
        raise SystemExit(LIMIT)
    raise SystemExit(CONSISTENT if result.consistent else INCONSISTENT)
