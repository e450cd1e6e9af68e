"""Two quota tables compared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from quotaproof.model.errors import InputError
from quotaproof.model.files import is_file
from quotaproof.model.remedies import no_table
from quotaproof.model.scenario import Scenario
from quotaproof.model.stated_types import typed

if TYPE_CHECKING:
    from quotaproof.solver.compare.comparison import Comparison, Side
    from quotaproof.solver.compare.documents import Shows

ToCompare = Scenario | str | Path


@typed
def compare(
    a: ToCompare,
    b: ToCompare,
    *,
    table_a: Shows | None = None,
    table_b: Shows | None = None,
    rules: str | None = None,
    columns: str | None = None,
) -> Comparison:
    """Return where two quota tables differ, and the fewest changes that lead from the first to the second.

    Parameters
    ----------
    a, b
        Scenarios, their ids or folders, or files with a quota table, read as `import_scenario` reads them.
    table_a, table_b
        Which table of a scenario: `published`, or `rules`, what the rules alone give. If not given, the published one
        where there is one; of one and the same scenario, if its standings are complete, what the rules give is
        compared with what is published.
    rules
        The id or path of a scenario whose rules hold for files, or a rule file; if not given those of the scenario
        that a file is compared with, and guessed from the file where two files are compared.
    columns
        Which column of a file is which, such as `men-500=Herren 500 m,noc=Land`.

    Returns
    -------
    Comparison
        The cells that differ, and with complete standings all explanations with the fewest changes; otherwise a
        sentence why none can be computed.

    Raises
    ------
    InputError
        If a scenario or file cannot be read or has no such table, or the tables have nothing in common.
    LimitError
        If a solver limit was reached.
    """
    from quotaproof.solver.compare import compare as solve

    loaded = [_loaded(one) for one in (a, b)]
    twice = None not in loaded and loaded[0] == loaded[1]
    for number, one in enumerate((a, b)):
        if loaded[number] is None and not isinstance(one, Scenario):
            other = loaded[1 - number]
            loaded[number] = _read(one, _rules_of(rules, other, (b, a)[number]), columns)
    first, second = loaded
    if first is None or second is None:
        raise InputError("a table to compare is a scenario, its id or folder, or a file")
    if twice and first.published is not None and not first.standings.incomplete_events(first.rules):
        table_a, table_b = table_a or "rules", table_b or "published"
    return solve(_side(a, first, table_a), _side(b, second, table_b))


def _loaded(one: ToCompare) -> Scenario | None:
    """A scenario, or None for the name of a file."""
    from quotaproof.scenarios import load_scenario

    if isinstance(one, Scenario):
        return one
    return None if str(one) == "-" or is_file(one) else load_scenario(one)


def _rules_of(rules: str | None, other: Scenario | None, name: ToCompare) -> str | None:
    """Whose rules a file is read by: those named, or those of the scenario that it is compared with."""
    if rules is not None or other is None:
        return rules
    return str(name) if not isinstance(name, Scenario) else str(other.folder or other.identifier)


def _read(file: str | Path, rules: str | None, columns: str | None) -> Scenario:
    from quotaproof.importing import import_scenario

    found = import_scenario(file, rules=rules, columns=columns)
    unclear = found.report.of("unclear")
    if unclear:
        told = "; ".join(f"{one.subject}: {one.message}" for one in unclear[:3])
        raise InputError(f"not all of it is understood ({told}); import it first, and mend the scenario", file=file)
    return found.scenario


def _side(one: ToCompare, scenario: Scenario, shows: Shows | None) -> Side:
    from quotaproof.solver.compare import Side
    from quotaproof.solver.engines import engine
    from quotaproof.solver.verify.needed_changes import undone

    name = scenario.identifier if isinstance(one, Scenario) else str(one)
    if shows not in (None, "published", "rules"):
        raise InputError(f"{shows!r} is no table of a scenario; write published or rules")
    if shows is None:
        shows = "published" if scenario.published is not None else "rules"
    if shows == "published":
        if scenario.published is None:
            raise InputError(f"{name} has no published table; {no_table(scenario)}")
        return Side(f"{name} (published)", scenario, shows, scenario.published)
    scenario.require_complete()
    given = engine("cp-sat").allocate(undone(scenario))
    if given.status == "tie":
        raise InputError(f"{name}: a tie that nothing settles leaves open what the rules give")
    return Side(f"{name} (what the rules give)", scenario, shows, given.to_published())
