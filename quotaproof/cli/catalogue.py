"""Commands that say what there is: the scenarios, and the schemas of their files."""

from __future__ import annotations

from pathlib import Path

import click

from quotaproof.answer_schemas import ANSWERS, answer_schema

from . import common
from .choices import Word

SCHEMAS = ("rules", "scenario", *ANSWERS)


@click.command("list", epilog=common.examples("list"))
@common.answer_options
def list_(form: str, out: Path | None) -> None:
    """List the scenarios that come with quotaproof, those with invented or altered data last."""
    from quotaproof.scenarios.summaries import summaries

    rows = summaries()
    common.answer(form, out, lambda: rows, lambda text, color: text.scenarios(rows, form, color=color))


@click.command(epilog=common.examples("schema", "schema verify"))
@click.argument("name", type=Word(SCHEMAS), default="rules")
@common.out_option
def schema(name: str, out: Path | None) -> None:
    """Print the JSON Schema of a rule file (rules), a scenario file (scenario), or a command's answer as JSON."""
    if name in ANSWERS:
        common.write(common.to_json(answer_schema(name)), out)
        return
    from quotaproof.model.rules_file import rules_schema
    from quotaproof.model.scenario_loading import scenario_schema

    document = {"rules": rules_schema, "scenario": scenario_schema}[name]()
    common.write(common.to_json(document), out)
