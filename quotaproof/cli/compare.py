"""The command `compare`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from quotaproof.model.files import is_file

from . import completion
from .choices import Word
from .common import CONSISTENT, INCONSISTENT, LIMIT, answer, answer_options, examples
from .stated import refuse
from .words import scenario_meant

TABLES = Word(["published", "rules"])


@click.command(epilog=examples("compare sochi-2014 sochi-2014"))
@click.argument("a", shell_complete=completion.scenarios_or_files)
@click.argument("b", shell_complete=completion.scenarios_or_files)
@click.option("--table-a", type=TABLES, help="Of A: the published table, or what the rules give.")
@click.option("--table-b", type=TABLES, help="Of B: the published table, or what the rules give.")
@click.option("--rules", metavar="ID|FILE", help="Whose rules hold for files: a scenario's, or a rule file.")
@click.option(
    "--columns", metavar="ROLE=HEADER,...", help="Which column of a file is which, such as men-500=Herren 500 m."
)
@answer_options
def compare(a: str, b: str, form: str, out: Path | None, **words: Any) -> None:
    """Compare two quota tables: the cells that differ, and the fewest changes that lead from A to B.

    A and B are scenarios (id or folder) or files with a quota table, read as `import` reads them. Of a scenario it is
    the published table, or what the rules give where none is published; of the same scenario twice, with complete
    standings, what the rules give beside what is published. Exit codes: 0 the same, 1 different, 2 bad input, 3 the
    search of changes ended at its limit without any.
    """
    from quotaproof.api import compare as solve

    words["rules"] = _meant(words["rules"]) if words["rules"] is not None else None
    first, second = _meant(a), _meant(b)
    if not any(map(_is_table, (a, b))):
        refuse({"rules": "--rules", "columns": "--columns"}, "is for files, and A and B are scenarios; leave it out")
    result = solve(first, second, **words)
    answer(form, out, result.to_dict, lambda text, color: text.comparison(result, form, color=color))
    if result.limit_reached and not result.explanations:
        raise SystemExit(LIMIT)
    raise SystemExit(CONSISTENT if result.same else INCONSISTENT)


def _meant(text: str) -> str:
    """A scenario by what is meant, or a file as it is."""
    return text if _is_table(text) else scenario_meant(text)


def _is_table(text: str) -> bool:
    """Whether it is the path of a file, or standard input."""
    return text == "-" or is_file(text)
