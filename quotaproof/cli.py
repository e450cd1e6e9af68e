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
WHATIF_FORMATS = (*FORMATS, "mermaid", "graphml", "svg", "png")
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


@cli.command()
@scenario_argument
@click.option(
    "--decline", "declines", multiple=True, metavar="NOC[:EVENT[=N]]", help="Give places back (also NOC:men)."
)
@click.option("--exclude", "excluded", multiple=True, metavar="NOC", help="Leave an NOC out, as if never ranked.")
@click.option("--host", metavar="NOC", help="Give the host places to another NOC, or to none.")
@click.option("--set", "caps", multiple=True, metavar="CAP=N", help="Set a cap: total, men, women, EVENT, EVENT:noc.")
@click.option("--move", "moved", multiple=True, metavar="NOC:EVENT[:K]=RANK", help="Move an entry in a ranking.")
@click.option("--standings", type=click.Path(path_type=Path), help="Replace the standings by a file.")
@click.option("--changes", "file", type=click.Path(path_type=Path), help="Read changes from a TOML file.")
@click.option(
    "--witness",
    type=click.Path(path_type=Path),
    help="Save the witnesses of possible gains as scenarios in a new folder.",
)
@click.option("--mode", type=click.Choice(["sequential", "rerun"]), help="How declines are answered.")
@click.option("--engine", type=click.Choice(["cp-sat", "greedy"]), default="cp-sat", show_default=True)
@reading_option
@click.option("--format", "form", type=click.Choice(WHATIF_FORMATS), default="table", show_default=True)
@out_option
def whatif(scenario: str, engine: Any, mode: Any, form: str, out: Path | None, **words: Any) -> None:
    """Say who gains and who loses by declines, exclusions and other changes.

    All changes but declines alter the scenario first; declines then act in their order.
    """
    from quotaproof.api import whatif as solve
    from quotaproof.model.errors import InputError
    from quotaproof.solver.recipients import Recipients

    loaded = _load(scenario)
    changes, file_mode = _changes(loaded, words)
    result = solve(loaded, changes, mode or file_mode, engine)
    if isinstance(result, Recipients):
        if form in ("mermaid", "graphml", "svg", "png"):
            raise InputError(f"with unknown standings no single set of moves is known, so there is no {form} of them")
        if words["witness"] is not None:
            from quotaproof.witness import save

            save(result, loaded, words["witness"])
    elif words["witness"] is not None:
        raise InputError("witness standings belong to unknown standings; these are complete")
    if form == "json":
        document: str | bytes = json.dumps(result.to_dict(), indent=2, ensure_ascii=False) + "\n"
    elif form not in FORMATS and not isinstance(result, Recipients):
        from quotaproof import graph

        document = graph.draw(result, loaded, form)
    else:
        from quotaproof import text

        show: Any = text.recipients if isinstance(result, Recipients) else text.whatif
        document = show(result, loaded, form, color=_color(out))
    _write(document, out)


def _changes(scenario: Scenario, words: Mapping[str, Any]) -> tuple[list[Any], Any]:
    """Return the changes that a file and the options state, and the mode if the file names one."""
    from quotaproof.model import changes as c

    stated: list[c.Change] = []
    mode = None
    if words["file"] is not None:
        stated, mode = c.load_changes(words["file"], scenario.rules)
    stated += [c.Exclude(noc) for noc in words["excluded"]]
    if words["host"] is not None:
        stated.append(c.parse_host(words["host"]))
    stated += [c.parse_cap(text) for text in words["caps"]]
    stated += [c.ChooseReading(name, value) for name, value in _chosen(words["readings"]).items()]
    if words["standings"] is not None:
        stated.append(c.ReplaceStandings(words["standings"]))
    stated += [c.parse_move(text, scenario.rules) for text in words["moved"]]
    stated += [c.parse_decline(text, scenario.rules) for text in words["declines"]]
    return stated, mode


@cli.command()
@scenario_argument
@click.argument("event")
@reading_option
@format_option
@out_option
def reserve(scenario: str, event: str, readings: tuple[str, ...], form: str, out: Path | None) -> None:
    """List who is next in line in an event, and what still stands against each."""
    from quotaproof.api import reserve as solve

    entries = solve(_load(scenario).with_readings(_chosen(readings)), event)
    if form == "json":
        document = json.dumps([entry.to_dict() for entry in entries], indent=2, ensure_ascii=False) + "\n"
    else:
        from quotaproof import text

        document = text.reserve(entries, form, color=_color(out))
    _write(document, out)


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


def _write(document: str | bytes, out: Path | None) -> None:
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
