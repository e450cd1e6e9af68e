"""The joint waiting list as text: how far each NOC is from one more athlete, and who is next for what."""

from __future__ import annotations

from collections.abc import Sequence

from quotaproof.model.files import csv_text
from quotaproof.model.published import ATHLETES
from quotaproof.model.quantities import counted
from quotaproof.model.scenario import Scenario
from quotaproof.solver.whatif.joint_reserve import JointReserve, NextAthlete, PlaceFree

from .grid import grid, label, noc_with_name, paragraphs

SHOWN = 3
"""Ways to one more athlete, and places of a line, that a text shows; JSON and CSV have all."""

EXPLAINED = (
    "A number says how many places must come free, one after the other and with nothing else changed, until the NOC "
    "has one more athlete: places of that event with the athletes that go with them, start places alone, or quota "
    "places alone."
)


def joint_reserve(found: JointReserve, scenario: Scenario, form: str, note: str = "", *, color: bool = False) -> str:
    """Return the joint waiting list; as CSV the ways of every NOC to one more athlete, otherwise two tables."""
    if form == "csv":
        header = ["noc", "gender", "places", "column", "with_athletes"]
        rows = [
            [noc, way.gender, str(way.places), way.column, "yes" if way.with_athletes else "no"]
            for noc, ways in found.next_athlete.items()
            for way in ways
        ]
        return csv_text(header, rows)
    by_distance = sorted(
        found.next_athlete.items(), key=lambda item: (item[1][0].places if item[1] else 10**9, item[0])
    )
    named = {noc: noc_with_name(noc, scenario.shown(noc)) for noc in found.next_athlete}
    nations = [
        [named[noc], ways[0].gender, *[_way(scenario, way) for way in ways[:SHOWN]], *[""] * (SHOWN - len(ways))]
        for noc, ways in by_distance
        if ways
    ]
    lines = [
        [_column(scenario, column), kind, *_takers(line), *[""] * (SHOWN - len(line))]
        for kind, all_lines in (("with athletes", found.lines_with_athletes), ("alone", found.lines))
        for column, line in all_lines.items()
        if line
    ]
    far = [named[noc] for noc, ways in found.next_athlete.items() if not ways]
    parts = [
        EXPLAINED,
        grid(["noc", "next", "nearest way", "then", "then"], nations, form, color=color),
        f"No number of places of one kind{_settled(found)} brings these one more athlete: {', '.join(far)}."
        if far
        else "",
        "Who takes the first places that come free:",
        grid(["place of", "comes free", "first", "second", "third"], lines, form, color=color),
        *(
            f"Nothing settles who takes place {place} of {_column(scenario, column)} that comes free"
            f"{' with its athletes' if with_athletes else ''}, so its line ends before."
            for (column, with_athletes), place in found.ties.items()
        ),
        note,
    ]
    return paragraphs([part for part in parts if part], form)


def _settled(found: JointReserve) -> str:
    """What to add where a tie ends a line, so that it is not known who comes behind."""
    return " before a tie that nothing settles" if found.ties else ""


def _column(scenario: Scenario, column: str) -> str:
    return "quota places" if column == ATHLETES else label(scenario, column)


def _way(scenario: Scenario, way: NextAthlete) -> str:
    alone = "" if way.with_athletes or way.column not in {e.identifier for e in scenario.rules.events} else " alone"
    if way.column == ATHLETES:
        return counted(way.places, "quota place")
    return f"{way.places} of {label(scenario, way.column)}{alone}"


def _takers(line: Sequence[PlaceFree]) -> list[str]:
    """Who gains by each of the first places, an NOC once."""
    return [" and ".join(dict.fromkeys(noc for noc, _, _ in one.gains)) or "nobody yet" for one in line[:SHOWN]]
