"""The command `allocate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .common import (
    INCONSISTENT,
    chosen,
    engine_option,
    format_option,
    load,
    out_option,
    reading_option,
    scenario_argument,
    to_json,
    wants_color,
    write,
)

if TYPE_CHECKING:
    pass


@click.command()
@scenario_argument
@engine_option
@reading_option
@format_option
@out_option
def allocate(scenario: str, engine: Any, readings: tuple[str, ...], form: str, out: Path | None) -> None:
    """Allocate start places and quota places from complete standings."""
    from quotaproof.api import allocate as solve

    allocation = solve(load(scenario), engine=engine, readings=chosen(readings))
    if form == "json":
        document = to_json(allocation.to_dict())
    else:
        from quotaproof import text

        document = text.allocation(allocation, form, color=wants_color(out))
    write(document, out)
    if allocation.status == "tie":
        click.echo(f"quotaproof: {_tie_sentence(allocation.tied)}", err=True)
        raise SystemExit(INCONSISTENT)


def _tie_sentence(tied: Any) -> str:
    names = ", ".join(
        f"{one.noc}{f' {one.gender}' if one.gender else ''}"
        + (f" (rank {one.rank} of {one.event})" if one.event and one.rank else f" ({one.event})" if one.event else "")
        for one in tied
    )
    return (
        f"an unsettled tie matters and is not broken here: {names}; "
        "record a draw in standings.csv or choose the reading remaining-ties."
    )
