"""Where a question about complete standings starts: from what the rules give, or from the published table.

A published table is not always what the rules give. Then the two beginnings have different answers: who is next in line
after the declines that explain the table is not who was next before them. The published table is reached from what the
rules alone give by the fewest declines that explain it (those of `verify`), whether they are on record or not, so that
what is kept, and who wants nothing more, is known as after any decline. Places by invitation are outside the rules and
left out; a quota place that was given back alone went to nobody, and still counts as the NOC's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from quotaproof.model.changes import Change, Decline, Exclude, apply
from quotaproof.model.errors import InputError
from quotaproof.model.quantities import spelled
from quotaproof.model.reserve import Reserve, reserve_list
from quotaproof.model.scenario import Scenario
from quotaproof.model.start import STARTS, Start, start_sentence
from quotaproof.solver.declines import Outcome, allocate_with_declines, continued, undone_first
from quotaproof.solver.engines import Engine
from quotaproof.solver.verify.explanation import explained_by_changes
from quotaproof.solver.verify.findings import cell_findings
from quotaproof.solver.verify.later_changes import without_invitations
from quotaproof.solver.verify.needed_changes import Explained, NeededChange, undone
from quotaproof.solver.verify.row_matching import best_names


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
    returns
        Quota places that were given back alone, as the published table has it and no record does; they still count as
        the NOC's own.
    differs
        Cells in which the published table is not what the rules give; None if there is none, or a tie matters.
    undone
        That the record is undone first, in a sentence, if it leaves open who declined.
    invited
        Whether places were added or withheld by invitation.
    """

    start: Start
    before: Outcome
    base: Outcome
    declines: tuple[Decline, ...]
    returns: tuple[NeededChange, ...]
    differs: int | None
    undone: str | None
    invited: bool

    @property
    def changes(self) -> tuple[str, ...]:
        """The declines and returns, in words."""
        return (*map(str, self.declines), *map(return_words, self.returns))

    @property
    def sentence(self) -> str:
        """What it starts from, in words; empty if there is no published table to tell it from."""
        return start_sentence(self.start, self.changes, self.differs, self.undone, invited=self.invited)


def return_words(one: NeededChange) -> str:
    """Return in words that quota places were given back alone."""
    return f"a return of {spelled(one.number, 'quota place')} by {one.noc} (still counted as its own)"


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
    if start == "published" and scenario.rules.by_lists:
        raise InputError("where places go down ranked lists a question starts from what the rules give")
    given = allocate_with_declines(scenario, by)
    differs = _differing(scenario, given)
    found = explaining(scenario, given, by) if start == "published" else None
    table = partial(
        StartingTable, start, differs=differs, undone=undone_first(scenario), invited=bool(scenario.invitations)
    )
    changed = apply(scenario, [change for change in changes if not isinstance(change, Decline)])
    if found is None:
        base = given if changed == scenario else allocate_with_declines(changed, by)
        return table(given, base, (), ())
    returns = tuple(one for one in found.changes if one.kind == "return" and one.status != "on-record")
    reached = _after(scenario, found.declines, by)
    if changed == scenario:
        return table(reached, reached, found.declines, returns)
    out = {change.noc for change in changes if isinstance(change, Exclude)}
    try:
        base = _after(changed, [one for one in found.declines if one.noc not in out], by)
    except InputError as error:
        raise InputError(
            f"after these changes the published table is no beginning ({error.problem}); start from the rules"
        ) from error
    return table(reached, base, found.declines, returns)


def reserves(
    scenario: Scenario, event: str, by: Engine, start: Start = "rules", changes: Sequence[Change] = ()
) -> tuple[Reserve, ...]:
    """Return the reserve list of an event behind what a question starts from.

    Errors as `starting_table` and `reserve_list`.
    """
    base = starting_table(scenario, by, start, changes).base
    return reserve_list(base.scenario, base.allocation, event, base.at_most)


def _after(scenario: Scenario, declines: Sequence[Decline], by: Engine) -> Outcome:
    """What the rules alone give, and declines make of it."""
    plain = undone(scenario)
    first = allocate_with_declines(plain, by)
    return continued(first, declines, by, "sequential") if declines else first


def explaining(scenario: Scenario, outcome: Outcome, by: Engine) -> Explained | None:
    """Return what turns what the rules alone give into the published table; None if `outcome` is that table.

    Raises
    ------
    InputError
        If there is no published table, a tie matters, declines do not explain the table, or the record contradicts it.
    """
    if scenario.published is None:
        raise InputError("no table was published, so nothing can start from it; start from the rules")
    differs = _differing(scenario, outcome)
    if differs is None:
        raise InputError("an unsettled tie matters, so nothing can start from the published table; record a draw")
    if not differs:
        return None
    found = explained_by_changes(scenario, by)
    if found is None:
        raise InputError(
            "no declines turn what the rules give into the published table, so nothing can start from it; start from "
            "the rules"
        )
    if found.contradictions:
        raise InputError(
            "the published table and the later changes on record contradict each other (see verify), so nothing can "
            "start from it; start from the rules"
        )
    return found


def _differing(scenario: Scenario, outcome: Outcome) -> int | None:
    """Cells in which the published table, without invitations, is not the allocation; None if that cannot be said."""
    if scenario.published is None or outcome.allocation.status == "tie":
        return None
    table = without_invitations(scenario, scenario.published)
    table = table.renamed(best_names(table, outcome.allocation))
    return len(list(cell_findings(scenario, table, outcome.allocation)))
