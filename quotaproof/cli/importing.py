"""The command `import`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .choices import Word
from .common import answer, answer_options, examples
from .words import scenario_meant

FORMS = ("html", "text", "wikitext", "csv", "xlsx", "ods", "json")
"""Those of `quotaproof.pages.source`, which takes time to import."""


@click.command("import", epilog=examples("import page.html --into my-games"))
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--into", required=True, type=click.Path(path_type=Path), help="The scenario folder to write: new, or empty."
)
@click.option("--rules", metavar="ID|FILE", help="Whose rules hold: a scenario's, or a rule file; else guessed.")
@click.option("--from", "kind", type=Word(FORMS), help="The file's format, if it is not found out.")
@click.option("--host", metavar="NOC", help="The host, or none; else that of the rules' scenario.")
@click.option("--title", help="The scenario's title; else the page's.")
@click.option(
    "--columns", metavar="ROLE=HEADER,...", help="Which column is which, such as men-500=Herren 500 m,noc=Land."
)
@answer_options
def import_(
    files: tuple[Path, ...], into: Path, rules: Any, kind: Any, form: str, out: Path | None, **words: Any
) -> None:
    """Turn pages with quota tables, ranked lists or results into a scenario folder.

    FILE is a saved page (HTML, plain text, Markdown, wikitext), a CSV or JSON file, an Excel or OpenDocument workbook,
    or - for standard input; several files make one scenario. The result is a report of what was not understood,
    guessed, missing and read.
    """
    from quotaproof.importing import import_scenario
    from quotaproof.nations import noc_of

    if rules is not None and not Path(rules).is_file():
        rules = scenario_meant(rules)
    if words["host"] not in (None, "none"):
        words["host"] = noc_of(words["host"]) or words["host"]
    report = import_scenario(files[0] if len(files) == 1 else files, into, rules=rules, form=kind, **words).report
    answer(form, out, report.to_dict, lambda text, color: text.import_report(report, form, color=color))
