"""The command `verify`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .common import (
    CONSISTENT,
    INCONSISTENT,
    chosen,
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
@reading_option
@format_option
@out_option
def verify(scenario: str, readings: tuple[str, ...], form: str, out: Path | None) -> None:
    """Verify the published table: whether it is what the rules give, and if not, which cells differ."""
    from quotaproof.api import verify as solve

    loaded = load(scenario)
    result = solve(loaded, readings=chosen(readings))
    if form == "json":
        document = to_json(result.to_dict())
    else:
        from quotaproof import text

        document = text.verification(result, loaded, form, color=wants_color(out))
    write(document, out)
    raise SystemExit(CONSISTENT if result.consistent else INCONSISTENT)
