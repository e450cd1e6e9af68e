"""The commands about changes: `whatif`, and `reserve` for who would be next."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quotaproof.model.errors import InputError

from . import common, completion
from .choices import Word
from .stated import engine_allocates, one_mode, refuse
from .words import (
    cap_meant,
    decline_meant,
    disqualification_meant,
    event_meant,
    move_meant,
    noc_meant,
    withdrawal_meant,
)

if TYPE_CHECKING:
    from quotaproof.model.scenario import Scenario

from_option = click.option(
    "--from",
    "start",
    type=Word(["rules", "published"]),
    help="Start from what the rules give (the default with complete standings) or from the published table.",
)
WHATIF_FORMATS = (*common.FORMATS, "mermaid", "graphml", "svg", "png")


@click.command(
    epilog=common.examples("whatif sochi-2014 --decline KAZ:men-1000", "whatif sochi-2014 --decline FRA --decline KAZ")
)
@common.scenario_argument
@common.repeated(
    "--decline",
    "declines",
    "NOC[:EVENT[=N]]",
    "Give places back (also NOC:men, and NOC:men=1 for one athlete fewer).",
    completion.nocs,
)
@common.repeated("--withdraw", "withdrawn", "ATHLETE[:EVENT]", "Let an athlete of a ranked list withdraw (id or name).")
@common.repeated("--exclude", "excluded", "NOC", "Leave an NOC out, as if never ranked.", completion.nocs)
@click.option(
    "--host", metavar="NOC", shell_complete=completion.nocs, help="Give the host places to another NOC, or to none."
)
@common.set_option
@common.repeated("--move", "moved", "NOC:EVENT[:K]=RANK", "Move an entry in a ranking.")
@common.repeated(
    "--disqualify",
    "disqualified",
    "NOC:EVENT[:K]@MEET",
    "Take a result at a meet out; those behind it move up, and the standings are computed anew.",
)
@click.option("--standings", type=common.PATH, help="Replace the standings by a file.")
@click.option("--changes", "file", type=common.PATH, help="Read changes from a TOML file.")
@click.option("--witness", type=common.PATH, help="Save the witnesses of possible gains as scenarios in a new folder.")
@click.option("--mode", type=Word(["sequential", "rerun"]), help="How declines are answered.")
@from_option
@common.engine_option
@common.reading_option
@click.option("--format", "form", type=Word(WHATIF_FORMATS), default="table", show_default=True)
@common.out_option
def whatif(scenario: str, engine: Any, mode: Any, start: Any, form: str, out: Path | None, **words: Any) -> None:
    """Say who gains and who loses by declines, exclusions and other changes.

    All changes but declines and withdrawals alter the scenario first; declines then act in their order, withdrawals
    after them (in a file of changes both as they come).

    With unknown standings it always starts from the published table, which may be known in part: then from every
    table that the facts allow.
    """
    from quotaproof.api import whatif as solve
    from quotaproof.model.changes import Decline, Withdraw
    from quotaproof.solver.whatif.recipients import Recipients

    common.require_shown(form, out)
    loaded = common.load(scenario)
    changes, file_mode = _changes(loaded, words)
    if changes and not any(isinstance(change, Decline | Withdraw) for change in changes):
        refuse({"mode": "--mode"}, "says how declines are answered, and nobody declines; leave it out")
    if words["standings"] is None and words["file"] is None:
        engine_allocates(engine, loaded)
    one_mode(mode, common.chosen(words["readings"]))
    result = solve(loaded, changes, mode or file_mode, engine, start)
    if isinstance(result, Recipients):
        if form in ("mermaid", "graphml", "svg", "png"):
            raise InputError(f"with unknown standings no single set of moves is known, so there is no {form} of them")
        if words["witness"] is not None:
            from quotaproof.witness import save

            save(result, _under_changes(loaded, changes), words["witness"])
    elif words["witness"] is not None:
        raise InputError("witness standings belong to unknown standings; these are complete")
    if form == "json":
        document: str | bytes = common.to_json(result.to_dict())
    elif form not in common.FORMATS and not isinstance(result, Recipients):
        from quotaproof import graph

        document = graph.draw(result, loaded, form)
    else:
        from quotaproof import text

        document = text.whatif(result, loaded, form, color=common.wants_color(out))
    if not isinstance(result, Recipients):
        common.tell_aside(result.undone_first, form)
    common.write(document, out)


def _under_changes(scenario: Scenario, changes: list[Any]) -> Scenario:
    """Return the scenario that witnesses belong to: with another host or reading, if the question has one.

    Raises
    ------
    InputError
        If a cap is set: witnesses are saved with the rule file, which has the cap as it was.
    """
    from quotaproof.model import changes as c

    if any(isinstance(change, c.SetCap) for change in changes):
        raise InputError(
            "witnesses are saved with the rule file as it is, which has the cap as it was; set the cap in a rule file "
            "of your own, or leave --witness out"
        )
    return c.apply(scenario, [change for change in changes if not isinstance(change, c.Decline | c.Exclude)])


def _changes(scenario: Scenario, words: Mapping[str, Any]) -> tuple[list[Any], Any]:
    """Return the changes that a file and the options state, and the mode if the file names one."""
    from quotaproof.model import changes as c
    from quotaproof.model.changes_file import load_changes
    from quotaproof.nations import is_known

    stated: list[c.Change] = []
    mode = None
    if words["file"] is not None:
        stated, mode = load_changes(words["file"], scenario.rules)
    stated += [c.Exclude(noc_meant(scenario, noc)) for noc in words["excluded"]]
    if words["host"] is not None:
        host = words["host"]
        stated.append(c.parse_host(host if is_known(host) else noc_meant(scenario, host)))
    stated += [c.parse_cap(cap_meant(scenario, text)) for text in words["caps"]]
    stated += [c.ChooseReading(name, value) for name, value in common.chosen(words["readings"]).items()]
    if words["standings"] is not None:
        stated.append(c.ReplaceStandings(words["standings"]))
    stated += [c.parse_move(move_meant(scenario, text), scenario.rules) for text in words["moved"]]
    stated += [
        c.parse_disqualification(disqualification_meant(scenario, text), scenario.rules)
        for text in words["disqualified"]
    ]
    # Options of one kind come together, so that withdrawals act after declines; a file of changes has any order.
    stated += [c.parse_decline(decline_meant(scenario, text), scenario.rules) for text in words["declines"]]
    stated += [c.parse_withdrawal(withdrawal_meant(scenario, text), scenario.rules) for text in words["withdrawn"]]
    return stated, mode


@click.command(epilog=common.examples("reserve sochi-2014 men-1000"))
@common.scenario_argument
@click.argument("event", required=False, shell_complete=completion.events)
@click.option(
    "--all", "joint", is_flag=True, help="Over all events and quota places: how far each NOC is from one more."
)
@from_option
@common.reading_option
@common.answer_options
def reserve(
    scenario: str, event: str | None, joint: bool, start: Any, readings: tuple[str, ...], form: str, out: Path | None
) -> None:
    """List who is next in line in an event, and what still blocks each.

    With --all, for every event and for quota places: who gets the next free place, and how many places must come free
    until each NOC has one more athlete, as in `quotaproof reserve sochi-2014 --all`.
    """
    from quotaproof.api import reserve as solve
    from quotaproof.api import starts_from
    from quotaproof.solver.whatif.joint_reserve import joint_reserve

    if joint == (event is not None):
        raise InputError("name an event, or --all for the joint waiting list of all events and quota places")
    loaded = common.load(scenario).with_readings(common.chosen(readings))
    if joint:
        found = joint_reserve(loaded, start or "rules")
        table = found.started
        document = common.to_json(found.to_dict()) if form == "json" else ""
    else:
        entries = solve(loaded, event_meant(loaded, str(event)), start=start or "rules")
        table = starts_from(loaded, start or "rules")
        document = common.to_json([entry.to_dict() for entry in entries]) if form == "json" else ""
    if form != "json":
        from quotaproof import text

        note, color = text.start_note(table), common.wants_color(out)
        if joint:
            document = text.joint_reserve(found, loaded, form, note, color=color)
        else:
            document = text.reserve(entries, form, note, color=color)
    if table.start == "rules":
        common.tell_aside(table.undone, form)
    common.write(document, out)
