"""Computed standings as text: the entries, the ties that matter, and where a file does not agree."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from quotaproof.model.classified import Classified, Score
from quotaproof.model.differences import Difference
from quotaproof.model.scenario import Scenario
from quotaproof.model.scenario_folder import STANDINGS
from quotaproof.solver.cuts import BrokenTie, Ties

from .grid import grid, joined, label, wrap

CRITERIA = {
    "sum-of-positions": "the lower sum of positions",
    "best-position": "the better best position",
    "draw": "a recorded draw",
    "qualifier": "the number of the qualifier",
}
ORDINALS = ("", "first", "second", "third")


def standings(
    computed: Classified,
    ties: Ties,
    differences: Sequence[Difference],
    scenario: Scenario,
    form: str,
    *,
    events: Collection[str] = (),
    color: bool = False,
) -> str:
    """Return computed standings: as CSV a `standings.csv`, otherwise a table and sentences.

    Parameters
    ----------
    events
        Events to show; all if empty.
    """
    if form == "csv":
        return computed.to_csv(events)
    header = ["event", "rank", "noc", "qualifier", "points", "sum", "best", "tie broken by"]
    rows = [
        [
            score.event,
            score.place,
            score.noc,
            str(score.qualifier),
            str(score.points),
            str(score.sum_of_positions),
            str(score.best_position),
            "nothing" if score.tied else CRITERIA.get(score.tie_broken_by or "", "").removeprefix("the "),
        ]
        for score in computed.rows()
        if not events or score.event in events
    ]
    markdown = form == "markdown"
    bullet = "- " if markdown else "  - "
    blocks = [
        *_cuts(ties, scenario, bullet),
        *_unsettled(ties, scenario, bullet),
        *_open(computed, scenario, bullet),
        *_compared(computed, differences, scenario, bullet),
    ]
    meets = list(dict.fromkeys(meet for held in computed.meets.values() for meet in held))
    title = f"{'## ' if markdown else ''}{scenario.title}: standings from {joined(meets)}"
    table = grid(header, rows, form, color=color).rstrip("\n")
    parts = [title, table, *(block if markdown else wrap(block) for block in blocks)]
    return "\n\n".join(parts) + "\n"


def entry(score: Score, scenario: Scenario) -> str:
    """Return an entry in words: `BLR`, or `BLR's second qualifier` in an individual event."""
    if scenario.rules.event(score.event).kind == "relay":
        return score.noc
    which = ORDINALS[score.qualifier] if score.qualifier < len(ORDINALS) else f"{score.qualifier}th"
    return f"{score.noc}'s {which} qualifier"


def _cuts(ties: Ties, scenario: Scenario, bullet: str) -> list[str]:
    if ties.unknown is not None:
        return [f"Which ties matter cannot be said: {ties.unknown}."]
    if not ties.at_a_cut:
        return ["No tie on points was broken at a cut: the order of equal points decides nothing."]
    lines = [f"{bullet}{_cut(tie, scenario)}." for tie in ties.at_a_cut]
    number = len(lines)
    summary = f"Tie{'s' if number > 1 else ''} on points at a cut, where the other order would give another allocation:"
    return [summary, "\n".join(lines)]


def _cut(tie: BrokenTie, scenario: Scenario) -> str:
    better, worse = tie.figures
    points = f"{tie.ahead.points} point{'s' if tie.ahead.points != 1 else ''} each"
    return (
        f"{label(scenario, tie.event)}: {entry(tie.ahead, scenario)} at rank {tie.ahead.rank} is ahead of "
        f"{entry(tie.behind, scenario)} at rank {tie.behind.rank}, with {points}, by {CRITERIA[tie.criterion]} "
        f"({better} against {worse})"
    )


def _unsettled(ties: Ties, scenario: Scenario, bullet: str) -> list[str]:
    if not ties.unsettled:
        return []
    words = {True: "it matters for the allocation", False: "it does not matter for the allocation", None: ""}
    lines = []
    for tie in ties.unsettled:
        names = joined([entry(score, scenario) for score in tie.entries])
        matters = words[tie.matters]
        lines.append(
            f"{bullet}{label(scenario, tie.event)}, {tie.entries[0].place}: {names}{f'; {matters}' if matters else ''}."
        )
    return ["Ties that nothing breaks (their order in the list means nothing):", "\n".join(lines)]


def _open(computed: Classified, scenario: Scenario, bullet: str) -> list[str]:
    if not computed.open:
        return []
    lines = [f"{bullet}{label(scenario, event)}: {reason}." for event, reason in computed.open.items()]
    return ["Not final; these rankings count as unknown:", "\n".join(lines)]


def _compared(computed: Classified, differences: Sequence[Difference], scenario: Scenario, bullet: str) -> list[str]:
    if scenario.folder is None or not (scenario.folder / STANDINGS.name).exists():
        return []
    if not differences:
        rows = sum(len(r.entries) for event, r in computed.rankings.items() if event in scenario.standings.rankings)
        return [f"standings.csv agrees in all {rows} rows." if rows else "standings.csv has none of these events."]
    lines = [
        f"{bullet}{label(scenario, one.event)}, {one.noc}'s qualifier {one.qualifier}: "
        f"{one.computed or 'not ranked'} by the results, {one.given or 'not ranked'} in the file."
        for one in differences
    ]
    return [f"standings.csv does not agree in {len(lines)} row{'s' if len(lines) > 1 else ''}:", "\n".join(lines)]
