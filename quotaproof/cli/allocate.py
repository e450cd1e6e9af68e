"""The command `allocate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quotaproof.model.errors import InputError, SolverError

from . import common

if TYPE_CHECKING:
    from quotaproof.model.allocation import Allocation
    from quotaproof.model.scenario import Scenario


@click.command(epilog=common.examples("allocate sochi-2014", "allocate sochi-2014 --format csv --out sochi.csv"))
@common.scenario_argument
@common.engine_option
@common.reading_option
@click.option(
    "--certificate",
    type=common.FILE,
    help="Also write a document that `quotaproof check` checks without an engine.",
)
@common.answer_options
def allocate(
    scenario: str, engine: Any, readings: tuple[str, ...], certificate: Path | None, form: str, out: Path | None
) -> None:
    """Allocate start places and quota places from complete standings."""
    from quotaproof.api import allocate as solve

    loaded = common.load(scenario).with_readings(common.chosen(readings))
    if certificate is not None:
        _require_certificate(loaded, certificate, out)
    allocation = solve(loaded, engine=engine)
    if certificate is not None and allocation.status != "tie":
        _write_certificate(loaded, allocation, certificate)
    if form == "json":
        document = common.to_json(allocation.to_dict())
    else:
        from quotaproof import text

        if loaded.rules.by_lists:
            document = text.listed_allocation(allocation, loaded, form, color=common.wants_color(out))
        else:
            document = text.allocation(allocation, form, shown=loaded.shown, color=common.wants_color(out))
    common.write(common.with_note(document, loaded, form), out)
    if allocation.status == "tie":
        common.say(_tie_sentence(loaded, allocation.tied))
        if certificate is not None:
            common.say(f"a tie has no certificate, so {certificate} is not written.")
        raise SystemExit(common.INCONSISTENT)


def _require_certificate(scenario: Scenario, file: Path, out: Path | None) -> None:
    """Refuse what can have no certificate before anything is computed."""
    from quotaproof.solver.certificate import certifiable_folder

    certifiable_folder(scenario)
    if out is not None and out.resolve() == file.resolve():
        raise InputError("--out and --certificate name the same file", file=file)


def _write_certificate(scenario: Scenario, allocation: Allocation, file: Path) -> None:
    """Write a certificate, but only one that the checker accepts."""
    from quotaproof.checker import check
    from quotaproof.solver.certificate import certifiable_folder, certificate, to_text

    text = to_text(certificate(scenario, allocation))
    problems = check(text, certifiable_folder(scenario))
    if problems:
        raise SolverError(f"the checker rejects the certificate: {problems[0]}")
    common.write(text, file)


def _tie_sentence(scenario: Scenario, tied: Any) -> str:
    from quotaproof.model.remedies import unsettled_tie

    names = ", ".join(
        f"{one.noc}{f' {one.gender}' if one.gender else ''}"
        + (f" (rank {one.rank} of {one.event})" if one.event and one.rank else f" ({one.event})" if one.event else "")
        for one in tied
    )
    return f"an unsettled tie matters and is not broken here: {names}; {unsettled_tie(scenario, tied)}."
