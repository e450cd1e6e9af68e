"""What follows from changes to a scenario, and who is next in line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from quotaproof.model.allocation import EngineName
from quotaproof.model.changes import Change, HostTo
from quotaproof.model.errors import InputError
from quotaproof.model.remedies import require_line
from quotaproof.model.rules import Declines
from quotaproof.model.scenario import Scenario
from quotaproof.model.start import Start
from quotaproof.model.stated_types import typed
from quotaproof.solver.telling import LOADING, tell

if TYPE_CHECKING:
    from quotaproof.model.reserve import Reserve
    from quotaproof.solver.telling import TellProgress
    from quotaproof.solver.whatif.consequences import WhatIf
    from quotaproof.solver.whatif.recipients import Recipients
    from quotaproof.solver.whatif.starting_table import StartingTable


@typed
def whatif(
    scenario: Scenario,
    changes: Sequence[Change | str],
    mode: Declines | None = None,
    engine: EngineName = "cp-sat",
    start: Start | None = None,
    *,
    report: TellProgress | None = None,
) -> WhatIf | Recipients:
    """Return who gains and loses by changes to a scenario.

    With complete standings that is one answer; with unknown ones it is who gains for certain and who may gain, each
    possible gain with a witness. If the published table cannot be right and has exactly one smallest repair, the
    repaired table is the state before the changes. Where the table is known in part, it is who gains in every table
    with all facts, and who in one; what is neither shown nor proved impossible is `not_excluded`.

    Parameters
    ----------
    scenario
        With complete standings, with a published table (cells of it may be unknown), or with facts.
    changes
        Changes, or declines as text such as ``"KAZ:men-1000"``, withdrawals such as ``"withdraw Jordan Stolz"``. Both
        act in their order, all others first.
    mode
        `sequential` or `rerun`, for declines; the scenario's reading if not given.
    engine
        `cp-sat` or `greedy`.
    start
        The table before the changes. `rules` (the default with complete standings): what the rules give. `published`:
        the published table, reached by the declines that explain it; with unknown standings it is always that.
    report
        Told what is being done, where the table is known in part.

    Raises
    ------
    InputError
        If a change does not fit the scenario, such as declining what an NOC does not have, or goes beyond what is
        modelled for unknown standings; if no declines explain the table that it is to start from.
    LimitError
        If a solver limit was reached.
    """
    tell(LOADING)
    from quotaproof.model.changes import apply, parse_giving_back

    typed = [parse_giving_back(change, scenario.rules) if isinstance(change, str) else change for change in changes]
    typed = [checked_host(scenario, change) if isinstance(change, HostTo) else change for change in typed]
    if scenario.published is not None and apply(scenario, typed).standings.incomplete_events(scenario.rules):
        from quotaproof.solver.verify.explained_table import as_counted, explained_table, require_names
        from quotaproof.solver.whatif.recipient_search import recipients

        require_names(scenario.published)
        _require_possible(start, mode, "published table")
        scenario = as_counted(scenario)
        table, repaired = explained_table(scenario, leaves_out_invited=True)
        return recipients(scenario, typed, table, repaired=repaired)
    some_known = scenario.published is None and (scenario.partial is not None or scenario.facts)
    if some_known and apply(scenario, typed).is_partly_known:
        from quotaproof.solver.whatif.partly_known import partly_known_recipients

        _require_possible(start, mode, "table that is known in part")
        return partly_known_recipients(scenario, typed, report=report)
    from quotaproof.solver.whatif.whatif import whatif as solve

    return solve(scenario, typed, mode, engine, start=start or "rules")


def checked_host(scenario: Scenario, change: HostTo) -> HostTo:
    """Return a change of the host whose host is nobody, an NOC of the scenario, or any other that there is.

    Raises
    ------
    InputError
        If it is none of these.
    """
    from quotaproof.model.near_words import asked
    from quotaproof.nations import is_known

    noc, nocs = change.noc, scenario.nocs
    if noc is None or noc in nocs or is_known(noc):
        return change
    raise InputError(
        f"{noc} is neither an NOC of {scenario.identifier} nor the IOC code of another{asked(noc, nocs)}; its NOCs are "
        f"{', '.join(nocs)}"
    )


def _require_possible(start: Start | None, mode: Declines | None, table: str) -> None:
    """Refuse what can only be asked with complete standings; `table` is what is started from without them."""
    if start == "rules":
        raise InputError(
            f"the standings are not known in full, so what the rules give is not known; this starts from the {table}"
        )
    if mode == "rerun":
        raise InputError("with unknown standings only the mode sequential is modelled; choose that")


@typed
def reserve(
    scenario: Scenario,
    event: str,
    engine: EngineName = "cp-sat",
    start: Start = "rules",
    changes: Sequence[Change] = (),
) -> tuple[Reserve, ...]:
    """Return who is next in line in an event, and what still excludes each.

    Parameters
    ----------
    start
        `rules`: after what the rules give. `published`: after the published table, reached by the declines that explain
        it.
    changes
        Changes that alter the scenario; declines among them are passed over.

    Raises
    ------
    InputError
        If the event is unknown or has no reserve list, or no declines explain the table that it is to start from.
    IncompleteError
        If the standings are not complete.
    """
    from quotaproof.solver.engines import engine as engine_of
    from quotaproof.solver.whatif.starting_table import reserves

    require_line(scenario, event)
    return reserves(scenario, event, engine_of(engine), start, changes)


@typed
def starts_from(scenario: Scenario, start: Start = "rules", engine: EngineName = "cp-sat") -> StartingTable:
    """Return what a question about complete standings starts from; its `sentence` says it.

    Errors as `reserve`.
    """
    from quotaproof.solver.engines import engine as engine_of
    from quotaproof.solver.whatif.starting_table import starting_table

    scenario.require_complete()
    return starting_table(scenario, engine_of(engine), start)
