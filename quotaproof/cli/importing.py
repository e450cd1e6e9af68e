"""The command `import`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from quotaproof.pages.source import FORMS

from .common import format_option, out_option, to_json, wants_color, write


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--into", required=True, type=click.Path(path_type=Path), help="The scenario folder to write: new, or empty."
)
@click.option("--rules", metavar="ID|FILE", help="Whose rules hold: a scenario's, or a rule file; else guessed.")
@click.option("--from", "kind", type=click.Choice(FORMS), help="The file's format, if it is not found out.")
@click.option("--host", metavar="NOC", help="The host, or none; else that of the rules' scenario.")
@click.option("--title", help="The scenario's title; else the page's.")
@format_option
@out_option
def import_(file: Path, into: Path, rules: Any, kind: Any, form: str, out: Path | None, **words: Any) -> None:
    """Turn a page with quota tables and ranked lists into a scenario folder.

    FILE is a saved page (HTML, plain text, Markdown, wikitext), a CSV file or an Excel workbook. The result is a report
    of what was read, what was guessed and what is missing.
    """
    from quotaproof.importing import import_scenario

    report = import_scenario(file, into, rules=rules, form=kind, **words).report
    if form == "json":
        document = to_json(report.to_dict())
    else:
        from quotaproof import text

        document = text.import_report(report, form, color=wants_color(out))
    write(document, out)
