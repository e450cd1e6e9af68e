"""The command `infer`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from . import common
from .choices import Seconds, Word
from .stated import refuse
from .words import scenario_meant

EVERY = 5.0
"""Seconds between two lines of progress where stderr is no terminal; the first comes at once."""


@click.command(epilog=common.examples("infer milano-cortina-2026"))
@common.scenario_argument
@click.option(
    "--state",
    type=Word(["december", "final"]),
    help="Which table: as first allocated, or after reallocations that are on no record (the default where known.csv "
    "tells of some).",
)
@click.option("--next", "ask", is_flag=True, help="Also say which unknown number would determine most.")
@click.option("--why/--no-why", default=True, show_default=True, help="Say why a number is determined.")
@click.option(
    "--limit",
    type=Seconds(0, 86_400, min_open=True),
    metavar="SECONDS",
    default=120.0,
    show_default=True,
    help="Effort for each part of the answer, in deterministic seconds.",
)
@common.reading_option
@common.answer_options
def infer(
    scenario: str,
    state: str | None,
    ask: bool,
    why: bool,
    limit: float,
    readings: tuple[str, ...],
    form: str,
    out: Path | None,
) -> None:
    """Say what follows from single facts: what each number of the table can be, and which facts conflict.

    For published tables with cells that are not known, and for Games of which only reports are at hand.
    """
    from quotaproof.api import infer as solve
    from quotaproof.scenarios import load_scenario

    if form == "csv":
        refuse({"ask": "--next"}, "is answered beside the table, which is all that CSV has; take another --format")
    loaded = load_scenario(scenario_meant(scenario), contradictions=True)
    with _progress() as report:
        result = solve(loaded, state, common.chosen(readings), reasons=why, ask=ask, limit=limit, report=report)
    common.answer(form, out, result.to_dict, lambda text, color: text.inference(result, form, color=color))
    if not result.consistent:
        raise SystemExit(common.INCONSISTENT)
    if not result.proved:
        common.say("some ends of ranges are not proved to be reached; nothing lies outside the ranges.")
    raise SystemExit(common.CONSISTENT if result.proved else common.LIMIT)


@contextmanager
def _progress() -> Iterator[Callable[[str], None] | None]:
    """What is being done, on stderr: a line now and then where that is no terminal, which has one that changes."""
    started = time.monotonic()
    if common.is_terminal(sys.stderr):
        yield None
        return
    last = started - EVERY

    def tell(what: str) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= EVERY:
            last = now
            common.say(f"{now - started:.0f} s: {what}")

    yield tell
