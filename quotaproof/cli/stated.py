"""Options that belong to others: what would have no effect is refused rather than passed over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from quotaproof.model.errors import InputError

if TYPE_CHECKING:
    from quotaproof.model.scenario import Scenario


def stated(name: str) -> bool:
    """Return whether whoever asks has stated a parameter, rather than left it to its default."""
    return click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE


def refuse(names: Mapping[str, str], why: str) -> None:
    """Refuse options that have nothing to act on.

    Parameters
    ----------
    names
        Parameter -> the option as it is written.
    why
        What they belong to, and what to do, as the rest of a sentence that begins with the option.

    Raises
    ------
    InputError
        If one of them is stated.
    """
    for name, option in names.items():
        if stated(name):
            raise InputError(f"{option} {why}")


def one_mode(mode: str | None, readings: Mapping[str, Any]) -> None:
    """Refuse two answers to how declines are answered; InputError if an option and a reading do not agree."""
    other = readings.get("declines")
    if stated("mode") and other is not None and mode is not None and other != mode:
        raise InputError(f"--mode {mode} and --reading declines={other} do not agree; state one of them")


def engine_allocates(engine: str, scenario: Scenario) -> None:
    """Refuse the engine without a solver where nothing is allocated, since standings are unknown.

    Raises
    ------
    InputError
        If it is stated.
    """
    if engine == "greedy" and scenario.standings.incomplete_events(scenario.rules):
        why = "allocates from complete standings, and these are not known; leave it out"
        refuse({"engine": "--engine greedy"}, why)
