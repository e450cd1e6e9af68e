"""What becomes of a published table under each way to read the rules, where the standings are complete."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product

from quotaproof.model.allocation import Allocation
from quotaproof.model.errors import LimitError
from quotaproof.model.published import Published
from quotaproof.model.rules import SOQC_READINGS
from quotaproof.model.scenario import Scenario
from quotaproof.model.stated_types import typed
from quotaproof.solver.engines import engine
from quotaproof.solver.engines.cpsat.status import DEFAULT, Settings
from quotaproof.solver.telling import tell
from quotaproof.solver.unknown.reachability import Reach

from .decline_orders import SearchEffort
from .explanation import explained_as_counted
from .findings import cell_findings, counting_findings
from .later_changes import without_invitations
from .needed_changes import Explained, undone
from .row_matching import best_names
from .verification import UnderReadings

NAMED_WAYS = 2
"""Undecided ways to read the rules that are named; all others than those that have an answer are undecided too."""


def under(
    scenario: Scenario,
    readings: Mapping[str, str],
    table: Published,
    settings: Settings,
    effort: SearchEffort | None = None,
) -> UnderReadings:
    """Return what becomes of a table that is free of invitations where some readings are chosen.

    Raises
    ------
    LimitError
        If that is not known within the effort for the search of declines, or within the solver's.
    """
    scenario = scenario.with_readings(readings)
    by = engine("cp-sat", settings)
    first = by.allocate(undone(scenario))
    if first.status == "tie":
        return UnderReadings(readings, Reach(scenario, table, settings).completion() is not None, None, None)
    table = table.renamed(best_names(table, first))
    return as_read(
        scenario, readings, table, first, explained_as_counted(scenario, first, table, by, proof=False, effort=effort)
    )


def as_read(
    scenario: Scenario, readings: Mapping[str, str], table: Published, first: Allocation, found: Explained | None
) -> UnderReadings:
    """Return what `under` does, from what the rules alone give, without a tie, and what leads from there to the table.

    The table has the names that its rows have best.
    """
    differences = len(list(cell_findings(scenario, table, first)))
    if found is None or any(counting_findings(scenario, table)):
        return UnderReadings(readings, False, differences, None)
    further = sum(one.number for one in found.changes if (one.kind, one.status) == ("decline", "no-record"))
    return UnderReadings(readings, found.from_record, differences, further)


@typed
def table_under_readings(scenario: Scenario, settings: Settings = DEFAULT) -> tuple[UnderReadings, ...]:
    """Return what becomes of a scenario's published table under each way to rank its results, other readings as chosen.

    Empty if there is no published table, if the rules leave no such reading open or it cannot bear on the scenario, or
    if standings are missing.

    Raises
    ------
    LimitError
        If a solver limit was reached before the answer was known.
    """
    names = [reading.name for reading in scenario.open_readings if reading.name in SOQC_READINGS]
    if scenario.published is None or not names or scenario.standings.incomplete_events(scenario.rules):
        return ()
    base = without_invitations(scenario, scenario.published)
    effort = SearchEffort()
    return tuple(under(scenario, values, base, settings, effort) for values in combinations(scenario, names))


def under_each(
    scenario: Scenario,
    ways: Iterable[Mapping[str, str]],
    table: Published,
    settings: Settings,
    effort: SearchEffort,
    chosen: UnderReadings | None = None,
) -> tuple[tuple[UnderReadings, ...], tuple[str, ...]]:
    """Return what becomes of a table under each way to read the rules, and what is not known of it, as clauses.

    `chosen` is what becomes of it under the scenario's own readings, where that is known already.
    """
    found: list[UnderReadings] = []
    undecided: list[str] = []
    for number, values in enumerate(ways, 1):
        tell(f"way {number} to read the rules")
        if chosen is not None and scenario.readings.with_values(values) == scenario.readings:
            found.append(replace(chosen, readings=values))
            continue
        try:
            found.append(under(scenario, values, table, settings, effort))
        except LimitError:
            # Rules that leave nothing open are read in one way, and that is unknown as it is.
            undecided += [", ".join(f"{name}={value}" for name, value in values.items())] if values else []
    if len(undecided) > NAMED_WAYS:
        undecided[NAMED_WAYS:] = [f"{len(undecided) - NAMED_WAYS} other combinations of readings"]
    unknown = f"whether the table can come out with {'; with '.join(undecided)}"
    return tuple(found), (unknown,) if undecided else ()


def combinations(scenario: Scenario, names: Collection[str] | None = None) -> Iterator[dict[str, str]]:
    """Yield every combination of the readings that the rule file leaves open and that bear on a first allocation."""
    tried = [one for one in scenario.open_readings if (one.name in names if names else one.name != "declines")]
    for values in product(*(reading.values for reading in tried)):
        yield dict(zip((reading.name for reading in tried), values, strict=True))
