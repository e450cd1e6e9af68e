"""Where a question about complete standings starts: from what the rules give, or from the published table.

A published table is not always what the rules give. Then the two beginnings have different answers: who is next in line
after the declines that explain the table is not who was next before them. The published table is reached by those
declines (`verify` finds them), so that what stands, and who wants nothing more, is known as after any decline.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quotaproof.model.changes import Change, Decline, Exclude, apply
from quotaproof.model.errors import InputError
from quotaproof.model.published import Published
from quotaproof.model.scenario import Scenario
from quotaproof.model.start import STARTS, Start, start_sentence

from .findings import cell_findings
from .matching import best_names
from .reallocate import Engine, Outcome, allocate_with_declines, continued
from .recorded import without_invitations
from .verify import explaining_declines


@dataclass(frozen=True)
class StartingTable:
    """What a question starts from.

    Attributes
    ----------
    before
        The table before any change.
    base
        The table with all changes made but the declines that are asked about.
    declines
        Those that turn what the rules give into the published table; empty if it starts from the rules.
    differs
        Cells in which the published table is not what the rules give; None if there is none, or a tie matters.
    """

    start: Start
    before: Outcome
    base: Outcome
    declines: tuple[Decline, ...]
    differs: int | None

    @property
    def sentence(self) -> str:
        """What it starts from, in one sentence; empty if there is no published table to tell it from."""
        return start_sentence(self.start, tuple(map(str, self.declines)), self.differs)


def starting_table(
    scenario: Scenario, by: Engine, start: Start = "rules", changes: Sequence[Change] = ()
) -> StartingTable:
    """Return what a question about a scenario with complete standings starts from.

    Parameters
    ----------
    changes
        Those that alter the scenario; declines among them are passed over. The declines that explain the published
        table are those of the unaltered scenario, and are answered in the altered one too.

    Raises
    ------
    InputError
        If it is to start from the published table, and there is none, declines do not explain it, or they are not
        possible after the changes.
    IncompleteError
        If the standings are not complete.
    """
    if start not in STARTS:
        raise InputError(f"{start!r} is not where a question can start; write {' or '.join(STARTS)}")
    before = allocate_with_declines(scenario, by)
    differs = _differing(scenario, before)
    declines = explaining(scenario, before, by) if start == "published" else ()
    changed = apply(scenario, [change for change in changes if not isinstance(change, Decline)])
    base = before if changed == scenario else allocate_with_declines(changed, by)
    if not declines:
        return StartingTable(start, before, base, (), differs)
    out = {change.noc for change in changes if isinstance(change, Exclude)}
    reached = continued(before, declines, by, "sequential")
    if changed == scenario:
        return StartingTable(start, reached, reached, declines, differs)
    try:
        after = continued(base, [one for one in declines if one.noc not in out], by, "sequential")
    except InputError as error:
        raise InputError(
            f"after these changes the published table is no beginning ({error.problem}); start from the rules"
        ) from error
    return StartingTable(start, reached, after, declines, differs)


def explaining(scenario: Scenario, outcome: Outcome, by: Engine) -> tuple[Decline, ...]:
    """Return the declines that turn an allocation into the published table; empty if it is that table.

    Raises
    ------
    InputError
        If there is no published table, a tie matters, or declines do not explain the table.
    """
    if scenario.published is None:
        raise InputError("no table was published, so nothing can start from it; start from the rules")
    differs = _differing(scenario, outcome)
    if differs is None:
        raise InputError("an unsettled tie matters, so nothing can start from the published table; record a draw")
    if not differs:
        return ()
    declines = explaining_declines(outcome, _named(scenario, scenario.published, outcome), by)
    if not declines:
        raise InputError(
            "no declines turn what the rules give into the published table, so nothing can start from it; start from "
            "the rules"
        )
    return declines


def _named(scenario: Scenario, published: Published, outcome: Outcome) -> Published:
    """The published table without invitations, its unnamed rows named as fits best."""
    table = without_invitations(scenario, published)
    return table.renamed(best_names(table, outcome.allocation))


def _differing(scenario: Scenario, outcome: Outcome) -> int | None:
    """Cells in which the published table, without invitations, is not the allocation; None if that cannot be said."""
    if scenario.published is None or outcome.allocation.status == "tie":
        return None
    table = _named(scenario, scenario.published, outcome)
    return len(list(cell_findings(scenario, table, outcome.allocation)))
