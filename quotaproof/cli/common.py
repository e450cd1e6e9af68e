"""What the commands share: options, exit codes, loading a scenario, writing a document."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import completion

if TYPE_CHECKING:
    from quotaproof.model.scenario import Scenario

FORMATS = ("table", "json", "csv", "markdown")
CONSISTENT, INCONSISTENT, BAD_INPUT, LIMIT = 0, 1, 2, 3

scenario_argument = click.argument("scenario", shell_complete=completion.scenarios)
reading_option = click.option(
    "--reading",
    "readings",
    multiple=True,
    metavar="NAME=VALUE",
    shell_complete=completion.readings,
    help="Choose a reading of an open clause.",
)
format_option = click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="How the result is written.",
)
out_option = click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file instead of stdout."
)
engine_option = click.option(
    "--engine",
    type=click.Choice(["cp-sat", "greedy"]),
    default="cp-sat",
    show_default=True,
    help="Who allocates: the solver, or the reference in plain Python.",
)


def load(scenario: str) -> Scenario:
    """Return a scenario by id or path; see `load_scenario`."""
    from quotaproof.scenarios import load_scenario

    return load_scenario(scenario)


def chosen(readings: tuple[str, ...]) -> Mapping[str, str]:
    """Return the readings that options such as `gender-cap=hard` choose."""
    from quotaproof.model.errors import InputError

    chosen: dict[str, str] = {}
    for text in readings:
        name, equals, value = text.partition("=")
        if not equals:
            raise InputError(f"{text!r} is not a reading; write NAME=VALUE, such as gender-cap=hard")
        if chosen.setdefault(name, value) != value:
            raise InputError(f"reading {name} is chosen twice, as {chosen[name]} and as {value}")
    return chosen


def wants_color(out: Path | None) -> bool:
    """Return whether a document goes to a terminal."""
    return out is None and sys.stdout.isatty()


def write(document: str | bytes, out: Path | None) -> None:
    """Write a finished document to a file (whole or not at all) or to stdout."""
    data = document.encode("utf-8") if isinstance(document, str) else document
    if out is not None:
        from quotaproof.model.files import write_bytes

        write_bytes(out, data)
        return
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (head, less) has seen enough.
        sys.stderr.close()


def with_note(document: str, scenario: Scenario, form: str) -> str:
    """Return a text that begins with the note that changes on record are undone; other formats have it on stderr."""
    from quotaproof.solver.declines import undone_first

    note = undone_first(scenario) if not scenario.standings.incomplete_events(scenario.rules) else None
    if note is None:
        return document
    if form == "markdown":
        return f"{note}\n\n{document}"
    if form != "table":
        tell_aside(note, form)
        return document
    from quotaproof.text.grid import wrap

    return f"{wrap(note)}\n\n{document}"


def tell_aside(note: str | None, form: str) -> None:
    """Say on stderr what a text says itself, with any other format."""
    if note and form not in ("table", "markdown"):
        click.echo(f"quotaproof: {note}", err=True)


def to_json(document: object) -> str:
    """Return a document as JSON text with a final line end."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
