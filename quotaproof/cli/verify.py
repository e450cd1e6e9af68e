"""The command `verify`."""

from __future__ import annotations

from pathlib import Path

import click

from . import common


@click.command(epilog=common.examples("verify beijing-2022", "verify altered-beijing-2022 --format json"))
@common.scenario_argument
@click.option(
    "--published",
    type=common.FILE,
    help="Verify this ranked list: a file, or one that the scenario names. For rules with ranked lists.",
)
@common.set_option
@common.reading_option
@common.answer_options
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

    loaded = common.with_caps(common.load_with_conflicts(scenario), caps)
    result = solve(loaded, readings=common.chosen(readings), published=published)
    common.answer(form, out, result.to_dict, lambda text, color: text.verification(result, loaded, form, color=color))
    if isinstance(result, Verification) and result.unknown:
        raise SystemExit(common.LIMIT)
    raise SystemExit(common.CONSISTENT if result.consistent else common.INCONSISTENT)
