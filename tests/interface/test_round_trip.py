"""The import of a report is the scenario again: of every sport, in every format that is read, in every language.

`QUOTAPROOF_ROUND_TRIPS=500 pytest tests/interface/test_round_trip.py -k drawn` tries as many scenarios of each sport.
"""

from __future__ import annotations

import csv
import functools
import io
import os
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import draw
import pytest
from listed_seasons import write_season

import quotaproof
from quotaproof.importing.run import import_contents
from quotaproof.model.later_changes import DeclinedEntry, DeclineRow, Invitation, ReturnedPlaces
from quotaproof.model.published import ATHLETES, Published, unnamed_row
from quotaproof.model.rules import GENDERS, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.scenario_loading import load_folder
from quotaproof.model.standings.facts import ABOUT_QUOTA, ABOUT_RANKINGS, Fact, FactKind, Remark
from quotaproof.model.standings.rankings import Entry, Ranking, Standings
from quotaproof.nations import codes
from quotaproof.pages import Page, guarded
from quotaproof.reporting import Document, build, render
from quotaproof.reporting.document import words_of
from quotaproof.reporting.language import LANGUAGES, translated
from quotaproof.scenarios import load_scenario

load = functools.cache(load_scenario)
NUMBER = int(os.environ.get("QUOTAPROOF_ROUND_TRIPS", "3"))
SUFFIXES = {"markdown": "md", "html": "html", "wikitext": "wiki", "xlsx": "xlsx"}
SHORT_TRACK = ("beijing-2022", "sochi-2014", "pyeongchang-2018", "milano-cortina-2026")
LONG_TRACK = ("speed-skating-2026", "speed-skating-2026-after-two")
FIGURE = ("figure-skating-2014", "figure-skating-2018")
OF_TABLES = (
    "title", "games", "host", "rules", "readings", "facts", "remarks", "published", "declines", "invitations",
    "dates", "sources", "aliases", "partial",
)  # fmt: skip
"""What a report of any sport gives back; of SOQCs the standings too, which `full` lists to their end."""

SOURCES = ("press", "a list | of 20 January; page 3", "„Zeitung“, 4–5", "x=1, y=[2] {z} <w> & *s*", "-3", "?")
TEXTS = ("Drawn", "Drawn | in part", "Tableau « provisoire »", "=1+1", "2014: the ~~first~~ **list**", "短道速滑")


def table_drawn(rng: random.Random, rules: Rules, nocs: Sequence[str]) -> Published:
    """Any table as printed: right or wrong, with all totals or some, with rows whose NOC nobody can read."""
    columns = (*(event.identifier for event in rules.events), ATHLETES)
    width = rng.randint(1, min(len(nocs), rng.choice([5, 25, 25, 25, 100])))
    rows: dict[str, dict[str, int]] = {}
    for number, noc in enumerate(rng.sample(list(nocs), width), 1):
        row = {
            event.identifier: rng.choice([0, 0, 1]) if event.kind == "relay" else rng.choice([0, 0, 1, 1, 2, 3])
            for event in rules.events
        }
        if rng.random() < 0.1:
            row[rng.choice(columns[:-1])] = rng.choice([2, 4, 10, 31, 99])
        if rng.random() < 0.05:
            row = dict.fromkeys(row, 0)
        athletes = rng.randint(0, 12) if rng.random() < 0.1 else max(row.values()) + rng.randint(0, 3)
        rows[unnamed_row(number) if rng.random() < 0.08 else noc] = {**row, ATHLETES: athletes}
    printed = rng.choice([columns, columns[:-1], (), tuple(c for c in columns if rng.random() < 0.6)])
    sums = {column: sum(row[column] for row in rows.values()) for column in printed}
    if sums and rng.random() < 0.3:
        column = rng.choice(list(sums))
        sums[column] = max(0, sums[column] + rng.choice([-1, 1, 7]))
    return Published(columns, rows, sums)


def facts_drawn(rng: random.Random, scenario: Scenario) -> tuple[Fact, ...]:
    """One fact of each of some kinds, each of an NOC of its own, so that none contradicts another."""
    events = [event for event in scenario.rules.events if event.kind != "relay"]
    nocs = iter(rng.sample(list(draw.NOCS), 15))
    facts = []
    kinds: list[FactKind] = [
        "qualified", "start-places", "start-places-at-least", "start-places-at-most", "start-places-in-all",
        *ABOUT_QUOTA, "column-total", "rank", "ranked", "ahead-of", "declined-rank", "came-in-rank",
    ]  # fmt: skip
    for kind in sorted(rng.sample(kinds, rng.randint(0, 6))):
        event = rng.choice(events).identifier
        if kind in (*ABOUT_QUOTA, "start-places-in-all"):
            event = rng.choice(["men", "women", "all"])
        if kind == "column-total":
            event = rng.choice([event, "men", "women", "all"])
        noc = None if kind == "column-total" or (kind.endswith("d-rank") and rng.random() < 0.5) else next(nocs)
        about = kind in ABOUT_RANKINGS or kind == "qualified"
        qualifier = rng.choice([1, 1, 2]) if about and noc is not None and kind not in ("ahead-of",) else 1
        value = 0 if kind == "ahead-of" else rng.randint(0, 1) if kind == "ranked" else rng.randint(3, 30)
        if kind in ("start-places", "qualified", "start-places-at-least", "start-places-at-most"):
            value = rng.randint(0, 3)
        other = next(nocs) if kind == "ahead-of" else None
        facts.append(Fact(event, kind, noc, value, rng.choice(SOURCES), qualifier, other))
    return tuple(facts)


def remarks_drawn(rng: random.Random, scenario: Scenario) -> tuple[Remark, ...]:
    event = rng.choice(scenario.rules.events).identifier
    found = [
        Remark("all", "published", None, "2022-01-05", rng.choice(SOURCES)),
        Remark("all", "quota-not-filled", "GBR", "1", rng.choice(SOURCES)),
        Remark(event, "start-places-december", "CAN", "3", rng.choice(SOURCES)),
        Remark(event, "raced", "JPN", rng.choice(["2", "two of them"]), rng.choice(SOURCES)),
        Remark(event, "starters-at-games", None, "34", rng.choice(SOURCES)),
    ]
    return tuple(rng.sample(found, rng.randint(0, len(found))))


def partly_known(rng: random.Random, scenario: Scenario) -> Standings:
    """The rankings without some events, some ends and some entries."""
    rankings: dict[str, Ranking] = {}
    for event, ranking in scenario.standings.rankings.items():
        if rng.random() < 0.4:
            continue
        kept = []
        # An NOC's qualifiers are numbered in their order, so what is not known is one or the other.
        named = rng.random() < 0.5
        for entry in ranking.entries[: rng.randint(1, 50)]:
            relay = scenario.rules.event(event).kind == "relay"
            noc = entry.noc if not named or rng.random() < 0.7 else None
            kept.append(Entry(noc, entry.qualifier if named or relay or rng.random() < 0.6 else None))
        rankings[event] = Ranking(tuple(kept))
    return Standings(rankings)


def later_changes(
    rng: random.Random, scenario: Scenario, ranked: set[str]
) -> tuple[tuple[DeclineRow, ...], tuple[Invitation, ...]]:
    events = [event.identifier for event in scenario.rules.events if event.kind != "relay"]
    declines: tuple[DeclineRow, ...] = tuple(
        DeclinedEntry(event, noc, None if noc is None else rng.choice([1, 2]), rng.choice(["", "2022-01-20"]),
                      rng.choice(SOURCES), rng.choice([None, "EST" if noc == "LAT" else "LAT"]))
        for event, noc in zip(rng.sample(events, 2), rng.choices([None, *draw.NOCS], k=2), strict=True)
        if rng.random() < 0.4 and event not in ranked  # who is in no ranking cannot have declined
    )  # fmt: skip
    if rng.random() < 0.4 and all(one.noc is not None for one in declines):
        gender, number = rng.choice(GENDERS), rng.choice([1, 2])
        declines += (ReturnedPlaces(gender, rng.choice(draw.NOCS), number, "2022-01-21", rng.choice(SOURCES)),)
    invitations = tuple(
        Invitation(column, noc, rng.choice([-1, 1, 2]), rng.choice(["", "2022-01-20"]), rng.choice(SOURCES))
        for column, noc in zip(rng.sample([*events, "men"], 2), rng.sample(list(draw.NOCS), 2), strict=True)
        if rng.random() < 0.2
    )
    return declines, invitations


def named(rng: random.Random, scenario: Scenario) -> Scenario:
    """The scenario with a title, sources and dates that were drawn."""
    dates = {"announced": "2021-12-09", "final": "2022-01-24"} if rng.random() < 0.5 else {}
    return replace(
        scenario, title=f"{rng.choice(TEXTS)} {rng.randint(1, 999)}", dates=dates,
        remarks=() if scenario.rules.by_lists else remarks_drawn(rng, scenario),
        sources=tuple(rng.sample(SOURCES, rng.randint(1, 3))),
        host=rng.choice([scenario.host, None, "KOR", "ITA"]),
    )  # fmt: skip


def short_track(seed: int) -> Scenario:
    """A scenario of one of four Games, with standings known in full, in part or not at all."""
    rng = random.Random(f"short track {seed}")
    base = load(SHORT_TRACK[seed % 4])
    scenario = named(rng, draw.realistic(seed, replace(base, declines=(), invitations=())))
    kind = rng.choice(["complete", "part", "part", "none"])
    if kind == "complete":
        given = quotaproof.allocate(scenario, engine="greedy").to_published()
        rows = list(given.cells)
        rng.shuffle(rows)
        changes = {
            (noc, rng.choice(given.columns)): rng.randint(0, 3) for noc in rng.sample(rows, min(2, rng.randint(0, 9)))
        }
        table = replace(given, cells={noc: given.cells[noc] for noc in rows}).with_cells(changes)
        if rng.random() < 0.3:
            table = table.renamed({table.nocs[0]: "?1", table.nocs[-1]: unnamed_row(len(table.nocs))})
        return replace(scenario, published=rng.choice([None, table, table, table]))
    standings = partly_known(rng, scenario) if kind == "part" else Standings({})
    declines, invitations = later_changes(rng, scenario, set(standings.rankings))
    facts = () if kind == "part" else facts_drawn(rng, scenario)
    nocs = rng.choice([draw.NOCS, sorted(codes() - federations(scenario)), ["ZZZ", "XQX", "ROC", "AIN", "PRK", "KOR"]])
    table = table_drawn(rng, scenario.rules, [noc for noc in nocs if noc not in aliases(scenario)])
    return replace(
        scenario, standings=standings, facts=facts, declines=declines, invitations=invitations, published=table
    )


def aliases(scenario: Scenario) -> set[str]:
    return {alias.code for alias in scenario.aliases}


def federations(scenario: Scenario) -> set[str]:
    return {one for alias in scenario.aliases for one in alias.federations}


def by_lists(names: Sequence[str], seed: int, folder: Path) -> Scenario:
    """A scenario whose places go down ranked lists: a drawn season, or a table beside lists that nobody knows."""
    rng = random.Random(f"lists {names} {seed}")
    name = names[seed % len(names)]
    if seed % 10 == 0:
        season = load_folder(write_season(names[-1] if names is FIGURE else names[0], seed, folder / "season"))
        scenario = named(rng, season)
        nocs = [*quotaproof.allocate(season, engine="greedy").nocs, "MGL", "LTU"]
    else:
        base = load(name)
        unknown = replace(base, lists={}, results=None, standings=Standings({}))
        scenario = named(rng, unknown)
        nocs = rng.choice([draw.NOCS, sorted(codes())])
    nocs = [noc for noc in nocs if noc not in aliases(scenario)]
    return replace(scenario, published=table_drawn(rng, scenario.rules, nocs))


def document_of(scenario: Scenario, shown: str | None) -> Document:
    return build(scenario, full=True, table=shown)  # type: ignore[arg-type]


def differing(scenario: Scenario, document: Document, form: str, language: str) -> list[str]:
    """What is otherwise in the scenario that a report gives back."""
    shown = render(translated(document, scenario.rules, language), form)  # type: ignore[arg-type]
    data = shown.encode() if isinstance(shown, str) else shown
    imported = import_contents([(f"report.{SUFFIXES[form]}", data)])
    names = (*OF_TABLES, *(() if scenario.rules.by_lists else ("standings",)))
    found = [name for name in names if getattr(imported.scenario, name) != getattr(scenario, name)]
    return [*found, *(f"{remark.subject}: {remark.message}" for remark in imported.report.of("unclear"))]


def sheet(document: Document, language: str, rules: Rules) -> bytes:
    """The quota table as a spreadsheet's sheet is saved as CSV."""
    table = translated(document, rules, language).sections[0].tables[0]
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";" if language in ("de", "fr", "it", "nl") else ",")
    writer.writerow(table.flat_header())
    writer.writerows([words_of(item) for item in line.items] for line in table.lines)
    return file.getvalue().encode()


def in_here(form: str, data: bytes) -> Page:
    """A page read in this process, which is quicker for many; other tests read them in one of their own."""
    page = guarded._page(form, data)
    return replace(page, grids=tuple(guarded._grid(guarded._sent(grid)) for grid in page.grids))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quotaproof.pages.guarded.guarded_page", in_here)
    # Scenarios never change, so each is loaded once.
    monkeypatch.setattr("quotaproof.scenarios.load_scenario", load)
    monkeypatch.setattr("quotaproof.importing.template.load_scenario", load)
    # Whether the table can come out is another question, and takes long where the caps on athletes bind.
    monkeypatch.setattr("quotaproof.solver.verify.explained_table.explained_table", lambda s: (s.published, False))


def with_unknown_cells(scenario: Scenario, seed: int) -> Scenario:
    """The scenario with a table of which some cells, or all of a column or row, are not known."""
    table = scenario.published
    if table is None:
        return scenario
    rng = random.Random(f"unknown {seed}")
    cells = [(noc, column) for noc in table.nocs for column in table.columns]
    unknown = set(rng.sample(cells, rng.randint(1, min(9, len(cells)))))
    if rng.random() < 0.3:
        column = rng.choice([*table.columns, ATHLETES])
        unknown |= {cell for cell in cells if cell[1] == column}
    if rng.random() < 0.2:
        unknown |= {cell for cell in cells if cell[0] == rng.choice(table.nocs)}
    known = {n: {c: 0 if (n, c) in unknown else number for c, number in row.items()} for n, row in table.cells.items()}
    partial = replace(table, cells=known, unknown=frozenset(unknown))
    return replace(scenario, published=None, partial=partial)


def check(scenario: Scenario, seed: int) -> None:
    """Every format, each in another language; all pairs come in five seeds. The table shown changes too."""
    known = not scenario.standings.incomplete_events(scenario.rules)
    printed = scenario.published or scenario.partial
    choices = [None, *(["published"] if printed is not None else []), *(["rules"] if known else [])]
    shown = choices[seed // 5 % len(choices)]
    document = document_of(scenario, shown)
    for number, form in enumerate(SUFFIXES):
        language = LANGUAGES[(seed + number) % len(LANGUAGES)]
        assert differing(scenario, document, form, language) == [], (form, language, shown)
    if printed is not None:
        data = printed.to_csv().encode()
        own = import_contents([("published.csv", data)], rules=folder_of(scenario)).scenario
        assert (own.published, own.partial) == (scenario.published, scenario.partial)
    if scenario.published is not None and shown == "published":
        language = LANGUAGES[seed % len(LANGUAGES)]
        data = sheet(document, language, scenario.rules)
        own = import_contents([("table.csv", data)], rules=folder_of(scenario)).scenario
        assert own.published is not None
        assert own.published.cells == scenario.published.cells
        assert own.published.totals == scenario.published.totals


def folder_of(scenario: Scenario) -> str:
    """The id of the scenario whose rules these are."""
    known = (*SHORT_TRACK, *LONG_TRACK, *FIGURE)
    return next(name for name in known if load(name).rules == scenario.rules)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("seed", range(NUMBER))
def test_a_drawn_scenario_of_short_track_comes_back(seed: int) -> None:
    check(short_track(seed), seed)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("seed", range(NUMBER))
def test_a_drawn_scenario_of_long_track_comes_back(seed: int, tmp_path: Path) -> None:
    check(by_lists(LONG_TRACK, seed, tmp_path), seed)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("seed", range(NUMBER))
def test_a_drawn_scenario_of_figure_skating_comes_back(seed: int, tmp_path: Path) -> None:
    check(by_lists(FIGURE, seed, tmp_path), seed)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("seed", range(NUMBER))
@pytest.mark.parametrize("sport", ["short track", "long track", "figure skating"])
def test_a_drawn_scenario_with_a_table_known_in_part_comes_back(sport: str, seed: int, tmp_path: Path) -> None:
    if sport == "short track":
        drawn = short_track(seed)
    else:
        drawn = by_lists(LONG_TRACK if sport == "long track" else FIGURE, seed, tmp_path)
    check(with_unknown_cells(drawn, seed), seed)
