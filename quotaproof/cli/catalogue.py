"""Commands that say what there is: the scenarios, and the schemas of their files."""

from __future__ import annotations

from pathlib import Path

import click

from .choices import Word
from .common import (
    examples,
    format_option,
    in_form,
    out_option,
    to_json,
    wants_color,
    write,
)

SCHEMAS = ("rules", "scenario")


@click.command("list", epilog=examples("list"))
@format_option
@out_option
def list_(form: str, out: Path | None) -> None:
    """List the scenarios that come with quotaproof, those with invented or altered data last."""
    from quotaproof.scenarios.summaries import summaries

    rows = summaries()
    write(in_form(form, lambda: rows, lambda text: text.scenarios(rows, form, color=wants_color(out))), out)


@click.command(epilog=examples("schema"))
@click.argument("name", type=Word(SCHEMAS), default="rules")
@out_option
def schema(name: str, out: Path | None) -> None:
    """Print the JSON Schema of a rule file (rules) or a scenario file (scenario)."""
    from quotaproof.model.rules_file import rules_schema
    from quotaproof.model.scenario_loading import scenario_schema

    document = {"rules": rules_schema, "scenario": scenario_schema}[name]()
    write(to_json(document), out)
