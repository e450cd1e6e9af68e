"""The command line. It reads words and writes documents; every question is answered by `quotaproof.api`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quotaproof import __version__

if TYPE_CHECKING:
    from quotaproof.model.scenario import Scenario

FORMATS = ("table", "json", "csv", "markdown")
SCHEMAS = ("rules", "scenario")
CONSISTENT, INCONSISTENT, BAD_INPUT, LIMIT = 0, 1, 2, 3


scenario_argument = click.argument("scenario")
reading_option = click.option(
    "--reading", "readings", multiple=True, metavar="NAME=VALUE", help="Choose a reading of an open clause."
)
format_option = click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)
out_option = click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file instead of stdout."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="quotaproof")
def cli() -> None:
    """Prove Olympic quota allocations.

    SCENARIO is an id (see `quotaproof list`) or the path of a scenario folder. Exit codes: 0 done and consistent,
    1 done and inconsistent, 2 bad input, 3 a limit was reached and the result is unknown.
    """


@cli.command("list")
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)
@out_option
def list_(form: str, out: Path | None) -> None:
    """List the scenarios that come with quotaproof."""
    from quotaproof.scenarios import identifiers

    rows = [_summary(_load(identifier)) for identifier in identifiers()]
    if form == "json":
        _write(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", out)
        return
    from quotaproof import text

    _write(text.scenarios(rows, form, color=_color(out)), out)


def _summary(scenario: Scenario) -> dict[str, object]:
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
    }


@cli.command()
@click.argument("name", type=click.Choice(SCHEMAS), default="rules")
@out_option
def schema(name: str, out: Path | None) -> None:
    """Print the JSON Schema of a rule file (rules) or a scenario file (scenario)."""
    from quotaproof.model.rules_file import rules_schema
    from quotaproof.model.scenario import scenario_schema

    document = {"rules": rules_schema, "scenario": scenario_schema}[name]()
    _write(json.dumps(document, indent=2, ensure_ascii=False) + "\n", out)


@cli.command()
@scenario_argument
@click.option("--engine", type=click.Choice(["cp-sat", "greedy"]), default="cp-sat", show_default=True)
@reading_option
@format_option
@out_option
def allocate(scenario: str, engine: Any, readings: tuple[str, ...], form: str, out: Path | None) -> None:
    """Allocate start places and quota places from complete standings."""
    from quotaproof.api import allocate as solve

    allocation = solve(_load(scenario), engine=engine, readings=_chosen(readings))
    if form == "json":
        document = json.dumps(allocation.to_dict(), indent=2, ensure_ascii=False) + "\n"
    else:
        from quotaproof import text

        document = text.allocation(allocation, form, color=_color(out))
    _write(document, out)
    if allocation.status == "tie":
        click.echo(f"quotaproof: {_tie_sentence(allocation.tied)}", err=True)
        raise SystemExit(INCONSISTENT)


def _tie_sentence(tied: Any) -> str:
    names = ", ".join(
        f"{one.noc}{f' {one.gender}' if one.gender else ''}"
        + (f" (rank {one.rank} of {one.event})" if one.event and one.rank else f" ({one.event})" if one.event else "")
        for one in tied
    )
    return (
        f"an unsettled tie matters and is not broken here: {names}; "
        "record a draw in standings.csv or choose the reading remaining-ties."
    )


@cli.command()
@scenario_argument
@reading_option
@format_option
@out_option
def verify(scenario: str, readings: tuple[str, ...], form: str, out: Path | None) -> None:
    """Verify the published table: whether it is what the rules give, and if not, which cells are wrong."""
    from quotaproof.api import verify as solve

    loaded = _load(scenario)
    result = solve(loaded, readings=_chosen(readings))
    if form == "json":
        document = json.dumps(result.to_dict(), indent=2, ensure_ascii=False) + "\n"
    else:
        from quotaproof import text

        document = text.verification(result, loaded, form, color=_color(out))
    _write(document, out)
    raise SystemExit(CONSISTENT if result.consistent else INCONSISTENT)


def _load(scenario: str) -> Scenario:
    from quotaproof.scenarios import load_scenario

    return load_scenario(scenario)


def _chosen(readings: tuple[str, ...]) -> Mapping[str, str]:
    from quotaproof.model.errors import InputError

    chosen: dict[str, str] = {}
    for text in readings:
        name, equals, value = text.partition("=")
        if not equals:
            raise InputError(f"{text!r} is not a reading; write NAME=VALUE, such as gender-cap=hard")
        if chosen.setdefault(name, value) != value:
            raise InputError(f"reading {name} is chosen twice, as {chosen[name]} and as {value}")
    return chosen


def _color(out: Path | None) -> bool:
    return out is None and sys.stdout.isatty()


def _write(document: str, out: Path | None) -> None:
    """Write a finished document to a file (whole or not at all) or to stdout."""
    if out is not None:
        from quotaproof.model.files import write_text

        write_text(out, document)
        return
    try:
        sys.stdout.write(document)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (head, less) has seen enough.
        sys.stderr.close()


def main() -> None:
    """Run the command line; every error becomes one sentence on stderr and an exit code."""
    from quotaproof.model.errors import InputError, LimitError, QuotaError

    try:
        cli(prog_name="quotaproof", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        raise SystemExit(BAD_INPUT) from error
    except click.ClickException as error:
        raise SystemExit(_say(error.format_message(), BAD_INPUT)) from error
    except click.Abort as error:
        raise SystemExit(_say("stopped.", LIMIT)) from error
    except InputError as error:
        raise SystemExit(_say(str(error), BAD_INPUT)) from error
    except LimitError as error:
        raise SystemExit(_say(f"{error}.", LIMIT)) from error
    except QuotaError as error:
        raise SystemExit(_say(f"internal error, please report it: {error}.", LIMIT)) from error


def _say(sentence: str, code: int) -> int:
    click.echo(f"quotaproof: {' '.join(sentence.split())}", err=True)
    return code
