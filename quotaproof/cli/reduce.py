"""The command `reduce`."""

from __future__ import annotations

from pathlib import Path

import click

from . import completion
from .common import answer, answer_options, examples, load, scenario_argument
from .words import event_meant


@click.command(epilog=examples("reduce speed-skating-2026"))
@scenario_argument
@click.option(
    "--men", type=click.IntRange(0), metavar="N", help="How many men may start; as the rules say if not said."
)
@click.option("--women", type=click.IntRange(0), metavar="N", help="How many women may start.")
@click.option(
    "--cycle",
    metavar="EVENT,EVENT,...",
    shell_complete=completion.events,
    help="Events whose lowest places go in turn; those of the rules if not said.",
)
@answer_options
def reduce(scenario: str, men: int | None, women: int | None, cycle: str | None, form: str, out: Path | None) -> None:
    """Explore what could become of more quota places than athletes may start.

    Whom a cycle of events would cut, step by step; how few athletes could fill all start places; and how many places
    stay empty at least. It is an exploration, and not what happened.
    """
    from quotaproof.solver.reduce import reduce as explore

    loaded = load(scenario)
    named = None if cycle is None else [name.strip() for name in cycle.split(",") if name.strip()]
    events = None if named is None else [event_meant(loaded, name) for name in named]
    result = explore(loaded, men, women, events)
    answer(form, out, result.to_dict, lambda text, color: text.reduction(result, form, color=color))
