"""The command `check`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from .choices import Word
from .common import INCONSISTENT, examples, out_option, scenario_argument, to_json, write
from .words import scenario_meant

FORMATS = ("table", "json", "markdown")


@click.command(epilog=examples("allocate sochi-2014 --certificate sochi.json", "check sochi.json sochi-2014"))
@click.argument("file", type=click.Path(path_type=Path))
@scenario_argument
@click.option("--format", "form", type=Word(FORMATS), default="table", show_default=True)
@out_option
def check(file: Path, scenario: str, form: str, out: Path | None) -> None:
    """Check a certificate that `allocate --certificate` wrote, without an engine.

    Exit code 0: accepted; 1: rejected; 2: the certificate or the scenario cannot be read.
    """
    from quotaproof.api import check as solve

    scenario = scenario_meant(scenario)
    problems = solve(file, scenario)
    if form == "json":
        document = to_json(
            {"certificate": str(file), "scenario": scenario, "accepted": not problems, "problems": problems}
        )
    else:
        from quotaproof import text

        if problems:
            document = text.rejected(file, scenario, problems, form)
        else:
            document = text.accepted(file, scenario, json.loads(file.read_text(encoding="utf-8-sig")), form)
    write(document, out)
    if problems:
        raise SystemExit(INCONSISTENT)
