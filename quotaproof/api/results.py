"""Standings computed from results, and the ties that matter among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from quotaproof.model.errors import InputError
from quotaproof.model.rules import Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.stated_types import typed

if TYPE_CHECKING:
    import pandas as pd

    from quotaproof.model.results.classified import Classified
    from quotaproof.solver.ties_at_cuts import Ties


@typed
def standings_from(
    source: Scenario | pd.DataFrame,
    rules: Rules | None = None,
    draws: pd.DataFrame | None = None,
    readings: Mapping[str, str] | None = None,
) -> Classified:
    """Return the standings that classifications give, with what broke each tie.

    Parameters
    ----------
    source
        A scenario with classifications, or a frame with the columns meet, event, noc, qualifier, position and perhaps
        certain.
    rules
        With a frame: the rules, whose table `[soqc]` says how points are added and ties are broken. With a scenario:
        other rules than its own.
    draws
        With a frame: recorded draws, with the columns event, noc, qualifier, draw.
    readings
        Readings to choose, such as ``{"soqc-ties": "best-result"}``; others stay as the scenario has them or, with a
        frame, as the rule file takes them.

    Raises
    ------
    InputError
        If there are no classifications or no rule to compute standings by, a row does not fit, or a reading is unknown
        or not left open by the rules.
    """
    from dataclasses import replace

    from quotaproof.model.results.scoring import standings_from_frame, standings_of

    if isinstance(source, Scenario):
        if source.rules.by_lists:
            raise InputError("these standings are ranked lists; they are in the scenario's `lists`")
        if draws is not None:
            raise InputError("draws go with a frame; those of a scenario are in its draws.csv")
        if source.classifications is None:
            raise InputError(
                "the scenario has no results to compute standings from; add classifications.csv",
                file="classifications.csv",
            )
        chosen = source.readings.with_values(readings or {})
        replace(source, rules=rules or source.rules).require_open(chosen.ranked_otherwise(source.readings))
        return standings_of(source.classifications, rules or source.rules, chosen, source.own_readings)
    if rules is None:
        raise InputError("a frame of classifications needs rules, such as those of a scenario")
    chosen = rules.default_readings.with_values(readings or {})
    for name in chosen.ranked_otherwise(rules.default_readings):
        if not rules.leaves_open(name):
            raise InputError(f"the rule file does not leave reading {name} open")
    return standings_from_frame(source, rules, chosen, draws)


@typed
def ties_that_matter(scenario: Scenario, readings: Mapping[str, str] | None = None) -> Ties:
    """Return the ties of a scenario's computed standings: those broken at a cut, and those that nothing breaks.

    Parameters
    ----------
    readings
        Readings to choose; others stay as the scenario has them.

    Raises
    ------
    InputError
        As `standings_from` raises it.
    """
    from quotaproof.solver.ties_at_cuts import ties

    chosen = scenario.with_readings(readings or {})
    return ties(chosen, standings_from(chosen))
