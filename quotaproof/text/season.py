"""What is certain, possible and likely before the last meets of a season, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quotaproof.model.pathways import RankingPlaces, ReduceToTotal
from quotaproof.model.quantities import joined, meet_words
from quotaproof.model.rules import GENDERS

from .grid import grid, label, names_below, noc_with_name, paragraphs

if TYPE_CHECKING:
    from quotaproof.solver.season.answer import SeasonAnswer
    from quotaproof.solver.season.bounds import Certainty
    from quotaproof.solver.season.needs import Need

ANY_ORDER = (
    "An outcome is any order of entries at the meets to come: of NOCs with a result so far and the host, each with as "
    "many entries as it may have start places (or had at a meet), or with fewer, or none."
)
ANY_RESULT = (
    "An outcome is any result of the races to come: of NOCs with a result so far and the host, whoever raced over the "
    "event so far and as many others of each as it may have start places."
)


def season(found: SeasonAnswer, form: str, *, color: bool = False) -> str:
    """Return the answer as tables and sentences; as CSV a row for each event or gender and NOC."""
    if form == "csv":
        return _csv(found)
    parts = [_title(found)]
    if found.bounds is not None:
        parts.append(_bounds(found, form, color=color))
        parts.append(_legend(found))
    if found.unproved is not None:
        parts.append(f"Nothing is proved: {found.unproved}.")
    if found.needs:
        parts += _needs(found, form, color=color)
    if found.odds is not None:
        parts += _odds(found, form, color=color)
    elif found.unforecast is not None:
        parts.append(f"There are no odds: {found.unforecast}.")
    names = names_below(_in_tables(found), found.season.scenario.shown, " ".join(parts))
    return paragraphs([*parts, *([names] if names else [])], form)


def _in_tables(found: SeasonAnswer) -> list[str]:
    """The NOCs that have a row in a table, in the order of the first."""
    certain = found.nocs_by_certainty() if found.bounds is not None else ()
    likely = [noc for noc, _ in _expected(found)] if found.odds is not None else ()
    return list(dict.fromkeys([*certain, *likely]))


def _title(found: SeasonAnswer) -> str:
    season = found.season
    held = joined([*map(meet_words, season.meets_held)]) if season.meets_held else "no meet"
    left = f"to come: {', '.join(map(meet_words, season.meets_left))}" if season.meets_left else "the season is over"
    return f"{season.scenario.title}, after {held}; {left}."


def _columns(found: SeasonAnswer) -> list[str]:
    """The events and genders of the tables that have anything."""
    if found.bounds is None:
        return []
    rules = found.season.scenario.rules
    events = list(dict.fromkeys(event for event, _ in found.bounds.places))
    genders = [gender for gender in GENDERS if rules.is_quota_column(gender)]
    return events + [gender for gender in genders if any(own == gender for _, own in found.bounds.athletes)]


def _cell(one: Certainty | None) -> str:
    """`2` where it is settled, `1-3` where it is not; a number that is a bound only has a ~."""
    if one is None or not one.possible.number:
        return ""
    low, high = str(one.certain.number), str(one.possible.number)
    low, high = ("" if one.certain.exact else "~") + low, ("" if one.possible.exact else "~") + high
    return low if low == high else f"{low}-{high}"


def _short(found: SeasonAnswer, column: str) -> str:
    quota = found.season.scenario.rules.is_quota_column(column)
    return f"{column} quota" if quota else column.replace("-", " ")


def _bounds(found: SeasonAnswer, form: str, *, color: bool) -> str:
    columns, nocs = _columns(found), found.nocs_by_certainty()
    rows = [[found.season.scenario.shown(noc), *(_cell(found.certainty(c, noc)) for c in columns)] for noc in nocs]
    alike = _without_certain(rows) if not found.nocs else []
    if len(alike) >= 3:
        rows = [*(row for row in rows if row not in alike), ["others", *alike[0][1:]]]
    return grid(["NOC", *(_short(found, c) for c in columns)], rows, form, color=color)


def _without_certain(rows: list[list[str]]) -> list[list[str]]:
    """The rows that are the same as most: those of NOCs of which nothing is certain and everything possible."""
    kinds: dict[tuple[str, ...], int] = {}
    for row in rows:
        kinds[tuple(row[1:])] = kinds.get(tuple(row[1:]), 0) + 1
    most = max(kinds, key=lambda kind: kinds[kind], default=())
    return (
        [row for row in rows if tuple(row[1:]) == most]
        if not any(c[:1].isdecimal() and c[0] != "0" for c in most)
        else []
    )


def _legend(found: SeasonAnswer) -> str:
    """What the table says, and of whom."""
    bounds = found.bounds
    sentences = [
        "2-3: two start places (or quota places) in every outcome of the meets to come, and three can still be reached."
    ]
    if bounds is not None and any(not (one.certain.exact and one.possible.exact) for one in bounds.places.values()):
        sentences.append("~: proved that it is never fewer (or more), but no outcome is known that gives this number.")
    others = found.nocs_by_certainty() if not found.nocs else []
    if bounds is not None and found.season.meets_left:
        columns = _columns(found)
        cells = {noc: tuple(_cell(found.certainty(column, noc)) for column in columns) for noc in others}
        rows = [[noc, *cells[noc]] for noc in others]
        alike = [row[0] for row in _without_certain(rows)]
        if len(alike) >= 3:
            sentences.append(f"Others are {joined([noc_with_name(noc) for noc in sorted(alike)])}.")
        sentences.append(_of_lists(found) if found.season.by_lists else ANY_ORDER)
    return " ".join(sentences)


def _of_lists(found: SeasonAnswer) -> str:
    """What an outcome is where places go down ranked lists, and what follows from that."""
    sentences = [ANY_RESULT]
    columns = {column for column in _columns(found) if not found.season.scenario.rules.is_quota_column(column)}
    paths = [one for one in found.season.scenario.pathways if isinstance(one, RankingPlaces)]
    timed = {rule.identifier for rule in found.season.scenario.rules.rankings if rule.measure == "time"}
    if any(one.ranking in timed and columns & set(one.places) for one in paths):
        sentences.append(
            "A time of a race to come may be any, so while there is one over an event every place by times is open."
        )
    if any(isinstance(one, ReduceToTotal) for one in found.season.scenario.pathways):
        sentences.append("Of the events in which places may be taken back nothing is certain.")
    return " ".join(sentences)


def _needs(found: SeasonAnswer, form: str, *, color: bool) -> list[str]:
    """For each event and start place of the NOC that was asked about, the worst positions that will do."""
    scenario = found.season.scenario
    if found.season.by_lists:
        return _needs_of_lists(found, form, color=color)
    noc = noc_with_name(found.needs[0].noc, scenario.shown(found.needs[0].noc))
    rows: list[list[str]] = []
    for one in found.needs:
        relay = scenario.rules.event(one.event).kind == "relay"
        rows.append(
            [
                label(scenario, one.event) + ("" if relay else f", place {one.qualifier}"),
                "certain" if one.certain_anyway else _at(one.certain_at, one, "not proved"),
                "certain" if one.certain_anyway else _at(one.by_ranking_at, one, "not proved"),
                "without" if one.possible_anyway else _at(one.possible_at, one, "out"),
            ]
        )
    meets = joined(list(dict.fromkeys(meet_words(one.meet) for one in found.needs)))
    note = (
        f"What {noc} needs at {meets}: the worst position there of its best entry for its first place, of its "
        "second-best for its second and so on. With the first number the place is certain in every outcome; with the "
        "second the ranking of the event gives it in every outcome, but a cap on athletes might still refuse it; with "
        "the third the ranking can still give it. any: any result there; without: even without one; out: with none."
    )
    head = [f"NOC {scenario.shown(found.needs[0].noc)}", "certain with", "by the ranking alone", "possible with"]
    return [note, grid(head, rows, form, color=color)]


def _needs_of_lists(found: SeasonAnswer, form: str, *, color: bool) -> list[str]:
    """The same down ranked lists: ranks in the first division, and sentences on what is refused."""
    scenario = found.season.scenario
    noc = noc_with_name(found.needs[0].noc, scenario.shown(found.needs[0].noc))
    rows: list[list[str]] = []
    refused: dict[tuple[str, str], list[str]] = {}
    for one in found.needs:
        relay = scenario.rules.event(one.event).kind == "relay"
        place = label(scenario, one.event) + ("" if relay else f", place {one.qualifier}")
        certain = "certain" if one.certain_anyway else _at(one.certain_at, one, "no rank")
        possible = "without" if one.possible_anyway else _at(one.possible_at, one, "a time" if one.by_time else "out")
        for side, why in (("certain", one.certain_refused), ("possible", one.possible_refused)):
            if why is not None:
                refused.setdefault((side, why), []).append(place)
        rows.append(
            [
                place,
                meet_words(one.meet),
                "refused" if one.certain_refused else certain,
                "refused" if one.possible_refused else possible,
            ]
        )
    note = (
        f"What {noc} needs at the next meet with a race that counts for the event: the worst rank in the first "
        "division there of its best entry by points for its first place, of its two best for its second and so on. "
        "With the first number the place is certain in every outcome, with the second it is possible though no others "
        "of the NOC race. no rank: not even with the best; any: any result there; without: even without one; a time: "
        "with a time that is quick enough; out: with none."
    )
    head = [f"NOC {scenario.shown(found.needs[0].noc)}", "next meet", "certain with", "possible with"]
    reasons = [
        f"Refused, {'what makes it certain' if side == 'certain' else 'what keeps it possible'}, since {why}: "
        f"{joined(places)}."
        for (side, why), places in refused.items()
    ]
    return [note, grid(head, rows, form, color=color), *([" ".join(reasons)] if reasons else [])]


def _at(position: int | None, one: Need, none: str) -> str:
    """A position as a cell."""
    if position is None:
        return none
    return "any" if position == one.last else str(position)


def _odds(found: SeasonAnswer, form: str, *, color: bool) -> list[str]:
    """The expected numbers of start places, or for one NOC the chance of each."""
    from quotaproof.solver.season.odds import percent

    odds = found.odds
    if odds is None:
        return []
    scenario = found.season.scenario
    events = _forecast(found)
    nocs = [noc for noc in odds.nocs if not found.nocs or noc in found.nocs]
    drawn = f"{odds.samples:,} season{'s' * (odds.samples != 1)} drawn, seed {odds.seed}"
    if len(nocs) == 1:
        most = max(len(odds.places(event, nocs[0])) for event in events)
        rows = []
        for event in events:
            chances = odds.places(event, nocs[0])
            cells = [percent(float(c)) for c in chances]
            rows.append(
                [label(scenario, event), *cells, *[""] * (most - len(cells)), f"{odds.expected(event, nocs[0]):.2f}"]
            )
        head = [f"NOC {nocs[0]}", *(str(number) for number in range(most)), "expected"]
        table = grid(head, rows, form, color=color)
        return [f"Chance of so many start places ({drawn}):", table]
    rows = [[scenario.shown(noc), *cells] for noc, cells in _expected(found)]
    table = grid(["NOC", *(event.replace("-", " ") for event in events)], rows, form, color=color)
    return [f"Expected start places ({drawn}); --for NOC and --format json have the chance of each number:", table]


def _expected(found: SeasonAnswer) -> list[tuple[str, list[str]]]:
    """The expected start places of each NOC that may have some, most first; empty for one that rounds to nothing."""
    odds = found.odds
    if odds is None:
        return []
    scenario = found.season.scenario
    rows: list[tuple[str, list[str]]] = []
    for noc in odds.nocs:
        if found.nocs and noc not in found.nocs:
            continue
        numbers = [odds.expected(event, noc) for event in _forecast(found)]
        if any(number >= 0.005 for number in numbers):
            rows.append((noc, ["" if n < 0.005 else f"{n:.2f}" for n in numbers]))
    return sorted(rows, key=lambda row: (-sum(float(cell or 0) for cell in row[1]), scenario.shown(row[0])))


def _forecast(found: SeasonAnswer) -> list[str]:
    """The events of the odds."""
    events = [event.identifier for event in found.season.scenario.rules.events]
    return [event for event in events if not found.events or event in found.events]


def _csv(found: SeasonAnswer) -> str:
    """The frame of the answer, a row for each event, or gender, and NOC."""
    frame = found.to_frame()
    exact = {name for name in frame.columns if name.endswith("_exact")}

    def text(name: str, value: object) -> str:
        if value is None:
            return ""
        if name in exact:
            return "yes" if value else "no"
        return f"{value:.8f}" if isinstance(value, float) else str(value)

    columns = {name: frame[name].astype(object).where(frame[name].notna(), None).tolist() for name in frame.columns}
    cells = [[text(name, value) for value in values] for name, values in columns.items()]
    return grid(list(columns), [list(row) for row in zip(*cells, strict=True)], "csv", color=False)
