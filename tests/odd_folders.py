"""Scenario folders in which every optional file is there, is not there, or is odd. All of it is synthetic.

Most load, since a folder that is refused says nothing of what comes after. What is odd: NOCs in one file and not in
another, invitations and declines of what is not there, several unnamed rows, `?` everywhere, two walks, relays only,
one gender, empty tables, athletes counted in any way, facts that contradict each other, results without meets.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import folders
import seasons
import tomli_w
from tiny import tiny_rules

from quotaproof.model.aliases import Alias
from quotaproof.model.pathways import AnyPathway, ParallelWalk, QuotaPlaces, Reallocation, RelayPlaces, TeamTopUp
from quotaproof.model.results.scoring import standings_of
from quotaproof.model.rules import READING_VALUES, Rules
from quotaproof.model.scenario_folder import scenario_text
from quotaproof.solver.engines import greedy
from tests import listed, listed_folders

NOCS = ("AAA", "BBB", "CCC", "DDD")
STRANGERS = ("ZZZ", "YYY")
Cells = Sequence[object]


@dataclass(frozen=True)
class Odd:
    """A folder that was drawn, and words that a question may be about: some are there, some are not."""

    folder: Path
    rng: random.Random
    nocs: tuple[str, ...]
    events: tuple[str, ...]
    columns: tuple[str, ...]
    by_lists: bool

    def noc(self) -> str:
        """An NOC, mostly of the scenario."""
        return self.rng.choice([*self.nocs, *self.nocs, self.rng.choice(STRANGERS), "?", "TOTAL"])

    def event(self) -> str:
        """An event, mostly of the scenario."""
        return self.rng.choice([*self.events, *self.events, "men-9000"])

    def column(self) -> str:
        """A column, mostly of the scenario."""
        return self.rng.choice([*self.columns, *self.columns, "athletes", "men", "women"])


def odd(seed: int, root: Path) -> Odd:
    """Write a folder, and return it; every third goes by ranked lists."""
    rng = random.Random(f"odd {seed}")
    folder = root / f"synthetic-odd-{seed}"
    folder.mkdir(parents=True)
    return _by_lists(rng, folder) if seed % 3 == 2 else _by_qualifiers(rng, folder)


def _csv(folder: Path, name: str, header: str, rows: Iterable[Cells]) -> None:
    lines = [header, *(",".join(map(str, row)) for row in rows)]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


# Qualifiers -----------------------------------------------------------------------------------------------------------


def _rules(rng: random.Random) -> Rules:
    """Rules of Beijing's kind, and what is left of them: relays only, distances only, one gender, a walk per gender."""
    rules = tiny_rules(rng)
    what = rng.choice(["all", "all", "relays", "one-gender", "two-walks", "distances"])
    keep = {event.identifier for event in rules.events}
    if what == "relays":
        keep = {event.identifier for event in rules.events if event.kind == "relay"}
    elif what == "distances":
        keep = {event.identifier for event in rules.events if event.kind != "relay"}
    elif what == "one-gender":
        gender = rng.choice(["men", "men", "women"])
        keep = {event.identifier for event in rules.events if event.gender == gender}
    pathways: list[AnyPathway] = []
    for pathway in rules.pathways:
        if isinstance(pathway, RelayPlaces | ParallelWalk):
            own = tuple(event for event in pathway.events if event in keep)
            if what == "two-walks" and isinstance(pathway, ParallelWalk):
                for gender in ("men", "women"):
                    half = tuple(event for event in own if event.startswith(f"{gender}-"))
                    pathways.append(replace(pathway, identifier=f"{pathway.identifier}.{gender}", events=half))
            elif own:
                pathways.append(replace(pathway, events=own))
        elif isinstance(pathway, TeamTopUp):
            pathways += [pathway] if pathway.event in keep else []
        elif isinstance(pathway, QuotaPlaces) or rng.random() < 0.5:
            pathways.append(pathway)
    if rng.random() < 0.5:
        again = tuple(p.identifier for p in pathways if p.kind in ("team-top-up", "remainder"))
        pathways.append(Reallocation("P9", "again", "nine", again))
    events = tuple(
        replace(event, noc_cap=min(event.noc_cap, rules.quota_places.relay_athletes))
        for event in rules.events
        if event.identifier in keep
    )
    host_events = tuple(event for event in rules.host_events if event in keep)
    return replace(rules, events=events, pathways=tuple(pathways), host_events=host_events)


def _by_qualifiers(rng: random.Random, folder: Path) -> Odd:
    rules = _rules(rng)
    season = None
    if rng.random() < 0.25:
        season = seasons.season(rng, capped=rng.random() < 0.5, left=rng.randint(0, 2))
        rules = season.scenario.rules
    # By a generator of its own, so that everything else is drawn as if this were not.
    counted = random.Random(f"counted {folder.name}").choice((None, None, "largest", "between", "unchecked"))
    rules = replace(rules, athletes_counted=counted)
    text = folders.rules_toml(rules)
    if rules.soqc is not None:
        table = {"clause": "sum", "meets": list(rules.soqc.meets), "points": list(rules.soqc.points)}
        text += "\n" + tomli_w.dumps({"soqc": {**table, "ties": list(rules.soqc.ties)}})
    (folder / "rules.toml").write_text(text, encoding="utf-8")
    events = tuple(event.identifier for event in rules.events)
    host = rng.choice([None, *NOCS, "HHH"])
    orders = _orders(rng, rules)
    complete: list[str] = []
    if season is not None and season.scenario.classifications is not None:
        known = season.scenario.classifications
        # The last rows are of meets that the rule file does not have, now and then.
        more = [("nowhere", events[0], "AAA", 1, 1)] if rng.random() < 0.1 else []
        results = [(r.meet, r.event, _noc(rng, r.noc, 0.03), r.qualifier, r.position) for r in known.results]
        shown = [] if rng.random() < 0.1 else [*results, *more]
        _csv(folder, "classifications.csv", "meet,event,noc,qualifier,position", shown)
        computed = standings_of(known, rules, season.scenario.readings)
        orders = {
            event: [(e.noc or "?", e.qualifier or 1) for e in r.entries] for event, r in computed.rankings.items()
        }
        if rng.random() < 0.3:
            _csv(folder, "draws.csv", "event,noc,qualifier,draw", [(events[0], "AAA", 1, 1), (events[0], "BBB", 1, 2)])
    if season is None or rng.random() < 0.2:
        complete = _standings(rng, folder, orders)
    _about(rng, folder, host, complete)
    table_nocs = _published(rng, folder, rules, orders, host)
    _further(rng, folder, events, orders, table_nocs)
    return Odd(folder, rng, NOCS, events, (*events, "men", "women"), by_lists=False)


def _noc(rng: random.Random, noc: str | None, unknown: float) -> str:
    return "?" if noc is None or rng.random() < unknown else noc


def _orders(rng: random.Random, rules: Rules) -> dict[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for event in rules.events:
        nocs = [noc for noc in (*NOCS, *rng.choice([(), STRANGERS])) if rng.random() < 0.7]
        if event.kind == "individual":
            nocs = [noc for noc in nocs for _ in range(rng.choice([1, 1, 2, 3]))]
        rng.shuffle(nocs)
        found[event.identifier] = [(noc, nocs[: row + 1].count(noc)) for row, noc in enumerate(nocs)]
    return found


def _standings(rng: random.Random, folder: Path, orders: dict[str, list[tuple[str, int]]]) -> list[str]:
    """Rankings of all events, of some, of none, with ties and with `?`; return those said to be complete."""
    how = rng.choice(["all", "all", "some", "unknown", "empty", "absent"])
    if how == "absent":
        return []
    rows: list[Cells] = []
    complete = []
    for event, order in orders.items():
        if how == "empty" or (how == "some" and rng.random() < 0.5):
            continue
        tied = rng.randrange(len(order)) if len(order) > 2 and rng.random() < 0.3 else -1
        for place, (noc, qualifier) in enumerate(order):
            rank = f"{tied + 1}=" if 0 <= tied < len(order) - 1 and place in (tied, tied + 1) else str(place + 1)
            unknown = how == "unknown" and rng.random() < 0.4
            rows.append((event, rank, "?" if unknown else noc, "?" if unknown else qualifier))
        if how == "all" and order:
            complete.append(event)
    _csv(folder, "standings.csv", "event,rank,noc,qualifier", rows)
    return complete if rng.random() < 0.8 else []


def _about(rng: random.Random, folder: Path, host: str | None, complete: Sequence[str]) -> None:
    readings = {name: rng.choice(READING_VALUES[name]) for name in ("gender-cap", "remaining-ties", "fifth-in-walk")}
    aliases = [Alias("AIN", rng.choice([("AAA",), ("ZZZ", "BBB")]), rng.choice([1, 2, None]), "neutral", "nowhere")]
    text = scenario_text(
        title="Synthetic and odd",
        games="none",
        host=host,
        complete=complete,
        readings=readings,
        aliases=aliases if rng.random() < 0.2 else (),
        sources=["drawn"],
    )
    (folder / "scenario.toml").write_text(text, encoding="utf-8")
    if rng.random() < 0.8:
        (folder / "SOURCES.md").write_text("# Sources\n\nDrawn.\n", encoding="utf-8")


def _published(
    rng: random.Random, folder: Path, rules: Rules, orders: dict[str, list[tuple[str, int]]], host: str | None
) -> list[str]:
    """A table: what the rules give, altered, empty, of unnamed NOCs, or none; return the NOCs that have a row."""
    from quotaproof.model.errors import QuotaError
    from quotaproof.model.rules import Readings
    from quotaproof.model.scenario import Scenario
    from quotaproof.model.standings.rankings import Standings

    how = rng.choice(
        [
            "right",
            "right",
            "altered",
            "altered",
            "drawn",
            "absent",
            "unknown",
            "unknown",
            rng.choice(["empty", "right"]),
        ]
    )
    if how == "absent":
        return []
    columns = [event.identifier for event in rules.events]
    rows: dict[str, list[object]] = {}
    try:
        blank = Scenario("odd", "odd", "odd", host, rules, Readings(remaining_ties="men-first"))
        given = greedy.allocate(replace(blank, standings=Standings.of(orders)))
        for noc, own in given.to_published().cells.items():
            rows[noc] = [*(own.get(column, 0) for column in columns), own.get("athletes", 0)]
    except QuotaError:
        pass
    if how == "drawn" or not rows:
        rows = {noc: [rng.randint(0, 2) for _ in columns] + [rng.randint(0, 5)] for noc in (*NOCS, "ZZZ")}
    if how == "altered" and rows:
        for _ in range(rng.randint(1, 3)):
            rng.choice(list(rows.values()))[rng.randrange(len(columns))] = rng.randint(0, 3)
    if rows and rng.random() < 0.2:
        del rows[rng.choice(list(rows))]
    if how == "unknown":
        for own in rows.values():
            for place in range(len(own)):
                if rng.random() < 0.4:
                    own[place] = rng.choice(["?", ""])
    named = list(rows)
    unnamed = set(rng.sample(named, rng.randint(0, len(named)))) if rng.random() < 0.25 else set()
    shown: list[Cells] = [] if how == "empty" else [("?" if n in unnamed else n, *own) for n, own in rows.items()]
    athletes = rng.random() < 0.85
    if rng.random() < 0.3:
        totals = [rng.choice(["", "?", 3]) for _ in columns]
        shown = [*shown, ("TOTAL", *totals, "")]
    if not athletes:
        shown = [own[:-1] for own in shown]
    _csv(folder, "published.csv", ",".join(["noc", *columns, *(["athletes"] if athletes else [])]), shown)
    return [noc for noc in named if noc not in unnamed]


FACTS = ("rank", "ranked", "qualified", "ahead-of", "declined-rank", "came-in-rank", "start-places")
NUMBERS = ("start-places-at-least", "start-places-at-most")
WHOLE = ("start-places-in-all", "athletes", "athletes-at-least", "athletes-at-most", "column-total")


def _further(
    rng: random.Random,
    folder: Path,
    events: tuple[str, ...],
    orders: dict[str, list[tuple[str, int]]],
    table_nocs: list[str],
    *,
    by_lists: bool = False,
) -> None:
    """Facts, declines, invitations, entries and criteria: of what is there, and of what is not."""
    some = [*NOCS, *table_nocs, *STRANGERS[: rng.choice([0, 0, 1, 2])]]
    if rng.random() < 0.35:
        rows: list[Cells] = []
        for _ in range(rng.randint(0, 4)):
            kind = rng.choice([*FACTS, *NUMBERS, *WHOLE])
            noc, value = rng.choice(some), str(rng.randint(0, 5))
            event = rng.choice(["men", "women", "all"]) if kind in WHOLE else rng.choice(events)
            if kind == "ahead-of":
                value = rng.choice([other for other in [*NOCS, "ZZZ"] if other != noc])
            elif kind in ("rank", "declined-rank", "came-in-rank"):
                value = str(rng.randint(1, 6))
                noc = "?" if kind != "rank" and rng.random() < 0.5 else noc
            elif kind == "ranked":
                value = str(rng.randint(0, 1))
            elif kind == "column-total":
                noc, event = "", rng.choice([event, *events])
            rows.append((event, kind, noc, value, "drawn"))
        if rng.random() < 0.2:
            rows.append(("all", "all-places-held", rng.choice(some), len(events), "drawn"))
        if rng.random() < 0.2:
            rows.append(("all", "quota-not-filled", "AAA", "some words", "drawn"))
        _csv(folder, "known.csv", "event,fact,noc,value,source", rows)
    if rng.random() < 0.3:
        entries = [(event, noc, k) for event, own in orders.items() for noc, k in own] or [(events[0], "AAA", 1)]
        rows = []
        for event, noc, k in rng.sample(entries, min(len(entries), rng.randint(0, 2))):
            who = rng.choice([("?", "?"), (rng.choice(some), 1), (noc, 3)]) if rng.random() < 0.3 else (noc, k)
            date = rng.choice(["2022-01-20", "2022-01-21", ""])
            rows.append((event, *who, date, "drawn", rng.choice(["", "?", "BBB"])))
        if rng.random() < 0.3:
            rows = [(*row, "") for row in rows]
            gender, number = rng.choice(["men", "women"]), rng.choice([1, 1, 2])
            rows.append((gender, rng.choice(some), "", "2022-01-22", "drawn", "", number))
            _csv(folder, "declines.csv", "event,noc,qualifier,date,source,taken-by,number", rows)
        else:
            _csv(folder, "declines.csv", "event,noc,qualifier,date,source,taken-by", rows)
    if rng.random() < 0.3:
        own = [
            (rng.choice([*events, "men", "women"]), rng.choice(some), rng.choice([-2, -1, 1, 1, 2]), "", "drawn")
            for _ in range(rng.randint(0, 3))
        ]
        _csv(folder, "invitations.csv", "event,noc,number,date,source", own)
    if rng.random() < (0.5 if by_lists else 0.02):
        people = [(rng.choice(events), rng.choice(some), f"Person {n}") for n in range(rng.randint(0, 3))]
        _csv(folder, "entries.csv", "event,noc,name", people)
    relays = [event for event in events if "relay" in event] or list(events[: rng.randint(0, 1)])
    if relays and rng.random() < 0.2:
        row = (relays[0], "Top", 2, 4, "AAA BBB")
        _csv(folder, "criteria.csv", "event,criterion,athletes-per-noc,athletes,nocs", [row])


# Ranked lists ---------------------------------------------------------------------------------------------------------


def _by_lists(rng: random.Random, folder: Path) -> Odd:
    """Rules by lists: a list missing, empty, of strangers, tied everywhere, or none at all."""
    name = rng.choice(list(listed.DRAWS))
    given = listed.DRAWS[name](rng, ties=rng.random() < 0.4)
    rules = given.rules
    if rng.random() < 0.4:
        again = Reallocation("P9", "again", "nine", (), rng.choice(["noc-replaces", "goes-on"]))
        rules = replace(rules, pathways=(*(p for p in rules.pathways if p.kind != "reduce-to-total"), again))
    text = listed_folders.rules_toml(rules) if not any(p.kind == "reallocation" for p in rules.pathways) else ""
    if not text:
        text = listed_folders.rules_toml(replace(rules, pathways=rules.pathways[:-1]))
        again_ = {"id": "P9", "title": "again", "clause": "nine", "kind": "reallocation", "repeats": []}
        text += "\n" + tomli_w.dumps({"pathways": [{**again_, "withdrawn": rules.pathways[-1].withdrawn}]})  # type: ignore[union-attr]
    (folder / "rules.toml").write_text(text, encoding="utf-8")
    events = tuple(event.identifier for event in rules.events)
    how = rng.choice(["all", "all", "all", "some", "empty", "absent", "cut"])
    rows: list[Cells] = []
    for (event, ranking), one in given.lists.items():
        if how == "empty" or (how == "some" and rng.random() < 0.4):
            continue
        entries = one.entries[: rng.randint(1, len(one.entries))] if how == "cut" else one.entries
        for entry in entries:
            noc = "ZZZ" if rng.random() < 0.05 else entry.noc
            rows.append((event, ranking, f"{entry.rank}=" if entry.tied else entry.rank, noc, entry.athlete))
    if how != "absent":
        _csv(folder, "standings.csv", "event,ranking,rank,noc,athlete", rows)
    if rng.random() < 0.08:
        results = [("nowhere", events[0], 1, "AAA")] if rng.random() < 0.5 else []
        _csv(folder, "results.csv", "meet,event,rank,noc", results)
    readings: dict[str, str] = {}
    text = scenario_text(title="Synthetic and odd", games="none", host=given.host, readings=readings, sources=["drawn"])
    (folder / "scenario.toml").write_text(text, encoding="utf-8")
    table = rng.choice(["right", "right", "altered", "altered", "absent", rng.choice(["empty", "right"])])
    if table != "absent":
        cells = greedy.allocate(given).to_published().cells
        own = {noc: [row.get(event, 0) for event in events] + [row.get("athletes", 0)] for noc, row in cells.items()}
        if table == "altered" and own:
            rng.choice(list(own.values()))[rng.randrange(len(events))] = rng.randint(0, 3)
        shown: list[Cells] = [] if table == "empty" else [(_noc(rng, n, 0.05), *row) for n, row in own.items()]
        _csv(folder, "published.csv", ",".join(["noc", *events, "athletes"]), shown)
    orders = {event: [(noc, 1) for noc in NOCS] for event in events}
    if rng.random() < 0.1:
        _further(rng, folder, events, orders, [], by_lists=True)
    return Odd(folder, rng, NOCS, events, (*events, "men", "women"), by_lists=True)
