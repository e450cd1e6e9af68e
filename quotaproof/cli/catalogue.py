"""Commands that say what there is: the scenarios, and the schemas of their files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import common
from .choices import Word

if TYPE_CHECKING:
    from quotaproof.model.scenario import Scenario

SCHEMAS = ("rules", "scenario")


@click.command("list", epilog=common.examples("list"))
@common.format_option
@common.out_option
def list_(form: str, out: Path | None) -> None:
    """List the scenarios that come with quotaproof, those with invented or altered data last."""
    from quotaproof.scenarios import identifiers

    rows = [_summary(common.load(identifier)) for identifier in identifiers()]
    common.answer(form, out, lambda: rows, lambda text, color: text.scenarios(rows, form, color=color))


def _summary(scenario: Scenario) -> dict[str, object]:
    from quotaproof.scenarios import kind_of_data

    missing = scenario.standings.incomplete_events(scenario.rules)
    known = len(scenario.rules.events) - len(missing)
    return {
        "scenario": scenario.identifier,
        "title": scenario.title,
        "host": scenario.host,
        "quota_places": scenario.rules.total,
        "events": len(scenario.rules.events),
        "complete_standings": known,
        "published": scenario.published is not None,
        "data": kind_of_data(scenario.identifier),
    }


@click.command(epilog=common.examples("schema"))
@click.argument("name", type=Word(SCHEMAS), default="rules")
@common.out_option
def schema(name: str, out: Path | None) -> None:
    """Print the JSON Schema of a rule file (rules) or a scenario file (scenario)."""
    from quotaproof.model.rules_file import rules_schema
    from quotaproof.model.scenario_loading import scenario_schema

    document = {"rules": rules_schema, "scenario": scenario_schema}[name]()
    common.write(common.to_json(document), out)
