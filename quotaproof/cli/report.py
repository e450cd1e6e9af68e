"""The command `report`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .choices import Word
from .common import chosen, examples, load, out_option, reading_option, require_shown, scenario_argument, write

REPORT_FORMATS = ("markdown", "html", "wikitext", "latex", "xlsx", "json", "json-ld")
LANGUAGES = ("en", "de", "fr", "it", "nl")


@click.command(
    epilog=examples("report beijing-2022 --format html --out beijing.html", "report sochi-2014 --table published")
)
@scenario_argument
@reading_option
@click.option(
    "--table",
    type=Word(["published", "rules"]),
    help="The quota table shown: as published, or what the rules give (the default with complete standings).",
)
@click.option("--full", is_flag=True, help="List rankings to their end, and those of relays too.")
@click.option(
    "--language",
    type=Word(LANGUAGES),
    default="en",
    show_default=True,
    help="Of headings and names of nations; sentences stay in English.",
)
@click.option("--format", "form", type=Word(REPORT_FORMATS), default="markdown", show_default=True)
@out_option
def report(
    scenario: str, readings: tuple[str, ...], table: Any, full: bool, language: str, form: Any, out: Path | None
) -> None:
    """Print the tables people publish: quota table, relays by criterion, ranked lists with the next in line.

    Without --table the quota table is what the rules give where the standings are complete, otherwise the published
    one; if that is not what the rules give and has one smallest repair, it is shown repaired. The first sentence says
    which table it is.
    """
    from quotaproof.api import report as make

    require_shown(form, out)
    write(make(load(scenario).with_readings(chosen(readings)), form, full=full, table=table, language=language), out)
