"""The ranked lists of a scenario, for the checker of certificates: those of standings.csv, or what results.csv gives.

Like `checker.py` and `checker_lists.py`, which use it, it needs the standard library and no more.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Any, NamedTuple

LAST = 10**9

Toml = dict[str, Any]


class ListEntry(NamedTuple):
    """One who is ranked; `best` and `division` are of its best rank in a race, `number` its NOC's how-manieth it is."""

    rank: int
    noc: str
    athlete: str
    tied: bool
    number: int
    best: int
    division: str | None


ByEvent = dict[tuple[str, str], list[ListEntry]]  # by event and list


def lists_of(rules: Toml, rows: Sequence[Toml], *, of_results: bool) -> ByEvent:
    """Return the lists of the rows of a results.csv or a standings.csv, in the order in which the rules name them."""
    return _from_results(rules, rows) if of_results else _from_standings(rules, rows)


def readings_of(rules: Toml, chosen: Toml) -> Toml:
    """Return the readings that the rule file leaves open, each with a value that it states."""
    stated = {reading["name"]: reading["values"] for reading in rules.get("readings", ())}
    if set(stated) - {"reduction"} or any(set(values) - {"none", "press-cycle"} for values in stated.values()):
        raise ValueError("the rules have a reading or a value of one that is not known")
    return {name: values[values.index(chosen[name])] for name, values in stated.items()}


def _made_before(rankings: Sequence[Toml]) -> list[Toml]:
    """The lists, each after those that its ties ask."""
    ordered: list[Toml] = []

    def visit(table: Toml, depth: int = 0) -> None:
        if depth > len(rankings):
            raise ValueError("lists break their ties by each other, in a circle")
        asked = [tie.removeprefix("ranking:") for tie in table.get("ties", ()) if tie.startswith("ranking:")]
        for name in asked:
            for event in table["events"]:
                for other in (one for one in rankings if one["id"] == name and event in one["events"]):
                    visit(other, depth + 1)
        if table not in ordered:
            ordered.append(table)

    for table in rankings:
        visit(table)
    return ordered


def _from_standings(rules: Toml, rows: Sequence[Toml]) -> ByEvent:
    """The lists of a standings.csv."""
    relays = {event["id"] for event in rules["events"] if event["kind"] == "relay"}
    only = {event: table["id"] for table in rules["rankings"] for event in table["events"]}
    lists: ByEvent = {(e, t["id"]): [] for t in _made_before(rules["rankings"]) for e in t["events"]}
    order = {
        id(row): (int(row["rank"].rstrip("=")), int(row.get("draw") or 0), row["noc"], row["athlete"]) for row in rows
    }
    numbers = Counter[tuple[tuple[str, str], str]]()
    place = Counter[tuple[str, str]]()
    for row in sorted(rows, key=lambda row: order[id(row)]):
        key, drawn = (row["event"], row.get("ranking") or only[row["event"]]), bool(row.get("draw"))
        place[key] += 1
        numbers[key, row["noc"]] += 1
        rank = place[key] if drawn else order[id(row)][0]
        athlete = row["athlete"] or (row["noc"].lower() if row["event"] in relays else "")
        tied, number = "=" in row["rank"] and not drawn, numbers[key, row["noc"]]
        lists[key].append(ListEntry(rank, row["noc"], athlete, tied, number, rank, row.get("division") or None))
    return lists


def _from_results(rules: Toml, rows: Sequence[Toml]) -> ByEvent:
    """The lists that a results.csv gives."""
    meets = rules["results"]["meets"]
    relays = {event["id"] for event in rules["events"] if event["kind"] == "relay"}
    races: list[Toml] = []
    for row in rows:
        race = {"meet": meets.index(row["meet"]), "event": row["event"], "race": int(row.get("race") or 1)}
        race |= {"division": row.get("division") or None, "rank": int(row["rank"]) if row["rank"] else None}
        race |= {"time": _hundredths(row.get("time") or ""), "noc": row["noc"]}
        race["athlete"] = row.get("athlete") or (row["noc"].lower() if row["event"] in relays else "")
        race["points"] = _points(rules["results"], race, int(row.get("points") or 0), row["meet"])
        races.append(race)
    lists: ByEvent = {}
    for table in _made_before(rules["rankings"]):
        for event in table["events"]:
            lists[event, table["id"]] = _ranked(event, table, races, lists, len(meets))
    return lists


def _hundredths(text: str) -> int | None:
    """A time such as 33.79 or 1:05.66; None for DNF and the like."""
    if not text[:1].isdecimal():
        return None
    *larger, seconds = text.split(":")
    whole, part = seconds.split(".")
    minutes = 0
    for number in larger:
        minutes = minutes * 60 + int(number)
    return (minutes * 60 + int(whole)) * 100 + int(part.ljust(2, "0"))


def _points(results: Toml, race: Toml, printed: int, meet: str) -> int:
    """By the first table that applies, otherwise as printed."""
    asked = {"events": race["event"], "divisions": race["division"], "meets": meet}
    for table in results.get("points", ()):
        if all(not table.get(name) or value in table[name] for name, value in asked.items()):
            return (
                int(table["points"][race["rank"] - 1]) if race["rank"] and race["rank"] <= len(table["points"]) else 0
            )
    return printed


def _ranked(event: str, table: Toml, races: Sequence[Toml], lists: ByEvent, meets: int) -> list[ListEntry]:
    """One list: what each athlete's results come to, sorted by the measure and then by each criterion for ties."""
    sources, measure = table.get("results") or [event], table["measure"]
    own: dict[str, list[Toml]] = {}
    for race in races:
        if race["event"] in sources:
            own.setdefault(race["athlete"], []).append(race)
    sorted_: list[tuple[list[Any], Toml, list[Toml]]] = []
    for results in own.values():
        results.sort(key=lambda race: (race["meet"], race["event"], race["race"]))
        times = [race["time"] for race in results if race["event"] == event and race["time"] is not None]
        ranks = [race["rank"] for race in results if race["rank"] is not None]
        if not (times if measure == "time" else ranks):
            continue
        points = _counting(table, results)
        time = min(times, default=LAST)
        key: list[Any] = [
            {"points": -sum(map(sum, points.values())), "time": time, "rank": min(ranks, default=0)}[measure]
        ]
        for tie in table.get("ties", ()):
            if tie == "best-results":
                key.append([*sorted(-p for meet in points.values() for p in meet if p), 0])
            elif tie == "best-time":
                key.append(time)
            elif tie == "latest-meet":
                key.append([-sum(points.get(meet, ())) for meet in reversed(range(meets))])
            elif tie.startswith("ranking:"):
                other = lists[event, tie.removeprefix("ranking:")]
                key.append(next((o.rank for o in other if o.athlete == results[-1]["athlete"]), LAST))
            elif tie != "shared-rank":
                raise ValueError(f"ties are broken by {tie}, which is not known")
        sorted_.append((key, results[-1], results))
    sorted_.sort(key=lambda one: (one[0], one[1]["noc"], one[1]["athlete"]))
    entries: list[ListEntry] = []
    numbers = Counter[str]()
    for _, group in groupby(sorted_, key=lambda one: one[0]):
        same = list(group)
        rank, tied = len(entries) + 1, len(same) > 1 and "shared-rank" not in table.get("ties", ())
        for _, last, results in same:
            numbers[last["noc"]] += 1
            best = min((race for race in results if race["rank"]), key=lambda race: race["rank"], default=None)
            place, division = (best["rank"], best["division"]) if best else (rank, None)
            entries.append(ListEntry(rank, last["noc"], last["athlete"], tied, numbers[last["noc"]], place, division))
    return entries


def _counting(table: Toml, results: Sequence[Toml]) -> dict[int, list[int]]:
    """The points that count, by meet."""
    points: dict[int, list[int]] = {}
    for race in results:
        points.setdefault(race["meet"], []).append(race["points"])
    if table.get("per-meet", "sum") == "best":
        points = {meet: [max(own)] for meet, own in points.items()}
    kept = sorted(points, key=lambda meet: (-sum(points[meet]), meet))[: table.get("counting-meets", LAST)]
    return {meet: points[meet] for meet in kept}
