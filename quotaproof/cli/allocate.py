"""The command `allocate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quotaproof.model.errors import InputError, SolverError

from .common import (
    FILE,
    INCONSISTENT,
    chosen,
    engine_option,
    examples,
    format_option,
    load,
    out_option,
    reading_option,
    say,
    scenario_argument,
    to_json,
    wants_color,
    with_note,
    write,
)

if TYPE_CHECKING:
    from quotaproof.model.allocation import Allocation
    from quotaproof.model.scenario import Scenario


@click.command(epilog=examples("allocate sochi-2014", "allocate sochi-2014 --format csv --out sochi.csv"))
@scenario_argument
@engine_option
@reading_option
@click.option(
    "--certificate",
    type=FILE,
    help="Also write a document that `quotaproof check` checks without an engine.",
)
@format_option
@out_option
def allocate(
    scenario: str, engine: Any, readings: tuple[str, ...], certificate: Path | None, form: str, out: Path | None
) -> None:
    """Allocate start places and quota places from complete standings."""
    from quotaproof.api import allocate as solve

    loaded = load(scenario).with_readings(chosen(readings))
    if certificate is not None:
        _require_certificate(loaded, certificate, out)
    allocation = solve(loaded, engine=engine)
    if certificate is not None and allocation.status != "tie":
        _write_certificate(loaded, allocation, certificate)
    if form == "json":
        document = to_json(allocation.to_dict())
    else:
        from quotaproof import text

        if loaded.rules.by_lists:
            document = text.listed_allocation(allocation, loaded, form, color=wants_color(out))
        else:
            document = text.allocation(allocation, form, shown=loaded.shown, color=wants_color(out))
    write(with_note(document, loaded, form), out)
    if allocation.status == "tie":
        say(_tie_sentence(loaded, allocation.tied))
        if certificate is not None:
            say(f"a tie has no certificate, so {certificate} is not written.")
        raise SystemExit(INCONSISTENT)


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
    write(text, file)


def _tie_sentence(scenario: Scenario, tied: Any) -> str:
    from quotaproof.model.remedies import unsettled_tie

    names = ", ".join(
        f"{one.noc}{f' {one.gender}' if one.gender else ''}"
        + (f" (rank {one.rank} of {one.event})" if one.event and one.rank else f" ({one.event})" if one.event else "")
        for one in tied
    )
    return f"an unsettled tie matters and is not broken here: {names}; {unsettled_tie(scenario, tied)}."
