"""The command `standings`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from quotaproof.model.errors import LimitError
from quotaproof.model.quantities import counted

from . import common, completion
from .words import event_meant

if TYPE_CHECKING:
    from quotaproof.model.scenario import Scenario
    from quotaproof.solver.verify.verification import UnderReadings


@click.command(epilog=common.examples("standings sochi-2014", "standings sochi-2014 --event men-1000"))
@common.scenario_argument
@common.repeated("--event", "events", "EVENT", "Show this event only (may be repeated).", completion.events)
@common.reading_option
@common.answer_options
def standings(scenario: str, events: tuple[str, ...], readings: tuple[str, ...], form: str, out: Path | None) -> None:
    """Compute the standings from results at meets, and say what broke each tie.

    A standings.csv beside the results is the ranking under the readings of the scenario's files, and is compared with
    them; under another reading (soqc-ties, tie-positions) the entries are named that have another rank.

    Where places go down ranked lists: each entry with the results that count and what broke its tie, and the printed
    points that differ from the tables of the rules.

    Exit code 1 if a standings.csv beside the results does not agree, or an unsettled tie matters for the allocation.
    """
    stored = common.load(scenario)
    events = tuple(event_meant(stored, event) for event in events)
    if stored.rules.by_lists:
        _lists(stored.with_readings(common.chosen(readings)), events, form, out)
        return
    from quotaproof.api import standings_from, ties_that_matter
    from quotaproof.model.differences import differences, moved
    from quotaproof.model.remedies import draw
    from quotaproof.solver.verify.under_readings import table_under_readings

    loaded = stored.with_readings(common.chosen(readings))
    shown = {loaded.rules.event(event).identifier for event in events}
    computed, ties = standings_from(loaded), ties_that_matter(loaded)
    own = computed if loaded.readings.ranks_like(stored.readings) else standings_from(stored)
    found, ranks_moved = differences(own, stored.standings), moved(own, computed)
    tables: tuple[UnderReadings, ...] = ()
    limit = ""
    try:
        tables = table_under_readings(loaded) if form != "csv" else ()
    except LimitError as error:
        limit = str(error)
    common.answer(
        form,
        out,
        lambda: {
            "scenario": loaded.identifier,
            "status": ties.status,
            "readings": loaded.ranking_readings(),
            "rows": [row for row in computed.to_dict() if not shown or row["event"] in shown],
            "published_under": [one.to_dict() for one in tables],
            "ties_at_a_cut": [tie.to_dict() for tie in ties.at_a_cut],
            "before_declines": ties.before_declines,
            "unsettled": [tie.to_dict() for tie in ties.unsettled],
            "unknown": ties.unknown,
            "open": dict(computed.open),
            "differences": [difference.to_dict() for difference in found],
            "moved": [one.to_dict() for one in ranks_moved if not shown or one.event in shown],
        },
        lambda text, color: text.standings(
            computed, ties, found, ranks_moved, tables, loaded, form, events=shown, color=color
        ),
    )
    if found:
        common.say(
            f"standings.csv does not agree with what classifications.csv gives, in {counted(len(found), 'row')}."
        )
    if any(tie.matters for tie in ties.unsettled):
        settle = " or ".join(draw(loaded)) or "these rules have no draw that would settle it"
        common.say(f"a tie that nothing breaks matters; {settle}.")
    if limit:
        common.say(f"how the published table fits other ways to rank the results is unknown: {limit}.")
    if found or ties.status == "tie":
        raise SystemExit(common.INCONSISTENT)
    if limit:
        raise SystemExit(common.LIMIT)


def _lists(scenario: Scenario, events: tuple[str, ...], form: str, out: Path | None) -> None:
    """Write the ranked lists of a scenario."""
    from quotaproof.model.results.ranked_lists import list_rows, points_differences

    shown = frozenset(scenario.rules.event(event).identifier for event in events)
    results, rules = scenario.results, scenario.rules.results
    found = points_differences(results, rules) if results is not None and rules is not None else ()
    lists = [one for (event, _), one in scenario.lists.items() if not shown or event in shown]
    common.answer(
        form,
        out,
        lambda: {
            "scenario": scenario.identifier,
            "rows": [row for one in lists for row in list_rows(one)],
            "points_differences": [one.message(scenario.rules.event(one.result.event).label) for one in found],
        },
        lambda text, color: text.listed_standings(scenario, found, form, events=shown, color=color),
    )
    if found:
        are = "is" if len(found) == 1 else "are"
        common.say(f"{counted(len(found), 'printed figure')} of points {are} not in the rules' tables.")
        raise SystemExit(common.INCONSISTENT)
