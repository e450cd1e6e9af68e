"""Computed standings as text: the entries, the ties that matter, and where a file does not agree."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from quotaproof.model.differences import Difference, Moved
from quotaproof.model.quantities import counted, joined, meet_words
from quotaproof.model.results.classified import Classified, Score
from quotaproof.model.scenario import Scenario
from quotaproof.solver.ties_at_cuts import BrokenTie, Ties

from .grid import blocks_with_names, bullet_of, grid, label, names_below, paragraphs
from .reading_outcomes import under_words

if TYPE_CHECKING:
    from quotaproof.solver.verify.verification import UnderReadings

CRITERIA = {
    "sum-of-positions": "the lower sum of positions",
    "best-result": "the better best result",
    "best-position": "the better best position",
    "draw": "a recorded draw",
    "qualifier": "the number of the qualifier",
}
ORDINALS = ("", "first", "second", "third")


def standings(
    computed: Classified,
    ties: Ties,
    differences: Sequence[Difference],
    moved: Sequence[Moved],
    tables: Sequence[UnderReadings],
    scenario: Scenario,
    form: str,
    *,
    events: Collection[str] = (),
    color: bool = False,
) -> str:
    """Return computed standings: as CSV a `standings.csv`, otherwise a table and sentences.

    Parameters
    ----------
    differences
        Where a standings.csv does not agree with the results, under the readings that it has.
    moved
        Entries that have another rank than under those readings.
    tables
        What becomes of the published table under each way to rank the results.
    events
        Events to show; all if empty.
    """
    if form == "csv":
        return computed.to_csv(events)
    header = ["event", "rank", "noc", "qualifier", "points", "sum", "best", "best result", "tie broken by"]
    rows = [
        [
            label(scenario, score.event),
            score.place,
            score.noc,
            str(score.qualifier),
            str(score.points),
            str(score.sum_of_positions),
            str(score.best_position),
            str(score.best_result),
            "nothing" if score.tied else CRITERIA.get(score.tie_broken_by or "", "").removeprefix("the "),
        ]
        for score in computed.rows()
        if not events or score.event in events
    ]
    markdown = form == "markdown"
    bullet = bullet_of(form)
    blocks = [
        *_cuts(ties, scenario, bullet),
        *_unsettled(ties, scenario, bullet),
        *_open(computed, scenario, bullet),
        *_moved([one for one in moved if not events or one.event in events], scenario, bullet),
        *_compared(computed, differences, scenario, bullet),
        *_tables(tables, scenario, bullet),
    ]
    meets = dict.fromkeys(meet_words(meet) for held in computed.meets.values() for meet in held)
    title = f"{'## ' if markdown else ''}{scenario.title}: standings from {joined(meets) or 'no meet'}"
    matter = ["rank", "noc", "qualifier", "points", "tie broken by"]
    table = grid(header, rows, form, color=color, matter=matter)
    read = joined([f"{name} = {value}" for name, value in scenario.ranking_readings().items()])
    blocks = [*([f"Equal points are told apart with {read}."] if read else []), *blocks]
    blocks = blocks_with_names(blocks, scenario)
    names = names_below(sorted({row[2] for row in rows}), scenario.shown, " ".join(blocks))
    return paragraphs([title, table, *blocks, *([names] if names else [])], form)


def entry(score: Score | Moved, scenario: Scenario) -> str:
    """Return an entry in words: `BLR`, or `BLR's second qualifier` in an individual event."""
    if scenario.rules.event(score.event).kind == "relay":
        return score.noc
    which = ORDINALS[score.qualifier] if score.qualifier < len(ORDINALS) else f"{score.qualifier}th"
    return f"{score.noc}'s {which} qualifier"


def _cuts(ties: Ties, scenario: Scenario, bullet: str) -> list[str]:
    if ties.unknown is not None:
        return [f"Which ties matter cannot be said: {ties.unknown}."]
    before = " before the declines on record, one of which is of an unknown NOC" if ties.before_declines else ""
    if not ties.at_a_cut:
        return [f"No tie on points was broken at a cut: the order of equal points decides nothing{before}."]
    lines = [f"{bullet}{_cut(tie, scenario)}." for tie in ties.at_a_cut]
    number = len(lines)
    subject = "Ties" if number > 1 else "Tie"
    summary = f"{subject} on points at a cut, where the other order would give another allocation{before}:"
    return [summary, "\n".join(lines)]


def _cut(tie: BrokenTie, scenario: Scenario) -> str:
    better, worse = tie.figures
    unit = " points" if tie.criterion == "best-result" else ""
    points = f"{counted(tie.ahead.points, 'point')} each"
    return (
        f"{label(scenario, tie.event)}: {entry(tie.ahead, scenario)} at rank {tie.ahead.rank} is ahead of "
        f"{entry(tie.behind, scenario)} at rank {tie.behind.rank}, with {points}, by {CRITERIA[tie.criterion]} "
        f"({better} against {worse}{unit})"
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


def _moved(moved: Sequence[Moved], scenario: Scenario, bullet: str) -> list[str]:
    if not moved:
        return []
    own = joined([f"{name} = {value}" for name, value in scenario.ranking_readings(scenario.own_readings).items()])
    lines = [
        f"{bullet}{label(scenario, one.event)}, {entry(one, scenario)}: {one.rank} instead of {one.before}."
        for one in moved
    ]
    entries = f"{len(lines)} entr{'ies have' if len(lines) > 1 else 'y has'}"
    return [f"{entries} another rank than with {own}:", "\n".join(lines)]


def _tables(tables: Sequence[UnderReadings], scenario: Scenario, bullet: str) -> list[str]:
    if not tables:
        return []
    lines = []
    for one in tables:
        values = joined([f"{name} = {value}" for name, value in one.readings.items()])
        chosen = " (chosen)" if scenario.ranking_readings() == one.readings else ""
        lines.append(f"{bullet}{values}{chosen}: {under_words(one)}.")
    summary = (
        "Does the published table come out? A further decline is a start place that must have been given back, or not "
        "taken when offered, though nothing on record has it:"
    )
    return [summary, "\n".join(lines)]


def _all_rows(number: int) -> str:
    return "its one row" if number == 1 else f"all {number} rows"


def _compared(computed: Classified, differences: Sequence[Difference], scenario: Scenario, bullet: str) -> list[str]:
    if scenario.listed is None:
        return []
    if not differences:
        rows = sum(len(r.entries) for event, r in computed.rankings.items() if event in scenario.listed.rankings)
        if not rows:
            return ["standings.csv has none of these events."]
        own = scenario.filed_readings
        if scenario.readings.ranks_like(own):
            return [f"standings.csv agrees in {_all_rows(rows)}."]
        words = joined([f"{name} = {value}" for name, value in scenario.ranking_readings(own).items()])
        return [f"standings.csv is the ranking with {words}, and agrees with that in {_all_rows(rows)}."]
    lines = [
        f"{bullet}{label(scenario, one.event)}, {one.noc}'s qualifier {one.qualifier}: "
        f"{one.computed or 'not ranked'} by the results, {one.given or 'not ranked'} in the file."
        for one in differences
    ]
    return [f"standings.csv does not agree in {counted(len(lines), 'row')}:", "\n".join(lines)]
