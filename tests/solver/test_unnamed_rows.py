"""Tables with rows whose NOC is unknown: each is some NOC, and the host can be one of them."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import draw
import pytest

from quotaproof import api
from quotaproof.model.errors import InputError
from quotaproof.model.published import Published, is_unnamed, load_published, row_name
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.facts import Fact
from quotaproof.model.standings.rankings import Entry, Ranking, Standings
from quotaproof.solver.engines import greedy
from quotaproof.solver.unknown.precedences import implied
from quotaproof.solver.unknown.reachability import Reach
from quotaproof.solver.unknown.row_names import host_namings, nameless, possible_hosts
from quotaproof.solver.verify.findings import cap_findings, repair_finding, row_findings, why_only_here
from quotaproof.solver.verify.repair import RepairedCell, repair
from quotaproof.solver.verify.verify import verify

BEIJING = draw.BEIJING
assert BEIJING.published is not None
RIGHT: Published = BEIJING.published
TABLE = RIGHT.with_cells({("KAZ", "men-relay"): 1})
"""The table with one cell altered."""
FULL_ROWS = ("?3", "?4", "?13", "?17", "?19", "?20")
"""The rows of Beijing's table with a start place in every event: CAN, CHN, ITA, NED, ROC and KOR."""


def blanked(table: Published, nocs: set[str] | None = None) -> Published:
    """The table with some NOCs, or all, made illegible."""
    return table.renamed({noc: f"?{number}" for number, noc in enumerate(table.nocs, 1) if nocs is None or noc in nocs})


def nameless_beijing(table: Published) -> Scenario:
    """Only the table is known, and it names nobody."""
    return replace(BEIJING, published=blanked(table), facts=())


# The file ----------------------------------------


def test_unnamed_rows_go_by_their_place_and_are_written_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "published.csv"
    path.write_text(blanked(TABLE, {"CHN", "KAZ"}).to_csv())
    assert path.read_text().count("\n?,") == 2
    table = load_published(path, BEIJING.rules)
    assert table == blanked(TABLE, {"CHN", "KAZ"})
    assert table.unnamed == ("?4", "?15")
    assert [row_name(noc) for noc in table.nocs[3:5]] == ["row 4 of the table", "CRO"]


def test_an_unnamed_row_is_no_noc_of_the_scenario() -> None:
    scenario = nameless_beijing(TABLE)
    assert scenario.nocs == ("CHN",)
    with pytest.raises(InputError, match=r"published.csv: row 1 of the table has no NOC"):
        api.whatif(scenario, ["CHN:men-500"])
    with pytest.raises(InputError, match=r"published.csv: row 1 of the table has no NOC; only verify and report"):
        api.explain(scenario, "KAZ")


# The host ----------------------------------------


def test_the_host_is_some_row_that_has_everything() -> None:
    scenario = nameless_beijing(RIGHT)
    assert scenario.published is not None
    assert possible_hosts(scenario, scenario.published) == FULL_ROWS
    assert host_namings(scenario, scenario.published) == tuple({row: "CHN"} for row in FULL_ROWS)
    assert Reach(scenario, scenario.published).completion() is not None


def test_without_a_row_for_the_host_no_standings_give_the_table() -> None:
    full = {"CAN", "ITA", "NED", "ROC", "KOR", "SUI"}
    other = RIGHT.renamed({"CHN": "SUI"})
    table = blanked(other, set(other.nocs) - full)
    scenario = replace(BEIJING, published=table, facts=())
    assert possible_hosts(scenario, table) == ()
    assert Reach(scenario, table).completion() is None
    assert Reach(replace(scenario, host="SUI"), table).completion() is not None
    messages = [finding.message for finding in cap_findings(scenario, table)]
    assert messages == ["CHN: no row can be the host's; none has a start place wherever one is guaranteed to the host"]


def test_a_wrong_mark_is_found_by_its_row_and_no_other_cell_will_do() -> None:
    scenario, table = nameless_beijing(TABLE), blanked(TABLE)
    reach = Reach(scenario, table)
    found = repair(scenario, table, lambda other: reach.of(other).completion() is not None)
    assert found.repairs == ((RepairedCell("?15", "men-relay", 1, 0),),)
    assert found.complete
    messages = [finding.message for finding in row_findings(scenario, table)]
    assert len(messages) == 1
    assert messages[0].startswith("row 15 of the table: its start places come to")
    only = found.repairs[0][0]
    words = "row 15 of the table, men's relay: the table says 1; it must be 0"
    assert repair_finding(scenario, only).message == words
    assert set(why_only_here(scenario, table, only)) == {*FULL_ROWS, "?11", "?14"}
    # Not by the search for repairs, but one by one.
    for noc, row in table.cells.items():
        if row["men-relay"]:
            less = table.with_cells({(noc, "men-relay"): 0})
            assert (reach.of(less).completion() is not None) is (noc == "?15")


def test_what_a_table_without_names_implies_holds_whoever_is_the_host() -> None:
    found = {(p.event, p.before, p.after) for p in implied(nameless_beijing(RIGHT), blanked(RIGHT))}
    # ITA and ROC before JPN, POL and KAZ before GBR: as with the names.
    assert {("men-relay", "?13", "?14"), ("men-relay", "?19", "?14")} <= found
    assert {("mixed-relay", "?18", "?9"), ("mixed-relay", "?15", "?9")} <= found
    # Whoever is the host need not be ranked, and nobody knows which of them it is.
    assert not any(before in FULL_ROWS and after == "?16" for _, before, after in found)


# Against every naming, one by one ----------------------------------------


def namings(scenario: Scenario, table: Published) -> Iterator[Published]:
    """The table with every way to name its rows; a row that is none of the scenario's NOCs gets a code of its own."""
    fresh = {
        row: f"X{number:02}".replace("0", "A").replace("1", "B").replace("2", "C")
        for number, row in enumerate(table.unnamed)
    }
    nocs = nameless(scenario, table)
    for choice in itertools.product((None, *nocs), repeat=len(table.unnamed)):
        chosen = [noc for noc in choice if noc is not None]
        if len(chosen) == len(set(chosen)):
            yield table.renamed({row: noc or fresh[row] for row, noc in zip(table.unnamed, choice, strict=True)})


def holed(seed: int) -> tuple[Scenario, Published]:
    """Standings known in part, their table, with some NOCs of the table illegible; sometimes a cell is wrong."""
    rng = random.Random(seed)
    scenario = draw.realistic(seed)
    roomy = scenario.rules.with_caps({"total": 200, "men": 100, "women": 100})  # caps that bind take long to model
    scenario = replace(scenario, rules=roomy)
    table = greedy.allocate(scenario).to_published()
    rankings: dict[str, Ranking] = {}
    for event in rng.sample(["men-500", "women-1500", "men-relay", "mixed-relay"], 2):
        entries = []
        for entry in scenario.standings.rankings[event].entries:
            noc = entry.noc if entry.noc in table.cells and rng.random() < 0.5 else None
            known = entry.qualifier if rng.random() < 0.5 or scenario.rules.event(event).kind == "relay" else None
            entries.append(Entry(noc, known))
        rankings[event] = Ranking(tuple(entries))
    host = rng.choice([noc for noc in table.nocs if table.cells[noc]["athletes"] == 10] + ["CHN"])
    illegible = {rng.choice(table.nocs), rng.choice([host, table.nocs[0]])}
    if seed % 2:
        noc = rng.choice(sorted(illegible))
        column = rng.choice(list(rankings))
        number = table.cells[noc][column]
        table = table.with_cells({(noc, column): number - 1 if number else 1})
    table = blanked(table, illegible)
    partial = replace(scenario, standings=Standings(rankings), host=host, published=table)
    named = set(partial.standings.nocs) - set(table.cells)
    if seed % 3 == 0 and len(named) > 1:
        first, second = sorted(named)[:2]
        partial = replace(partial, facts=(Fact("women-relay", "ahead-of", first, 0, "drawn", other=second),))
    return partial, table


@pytest.mark.parametrize("seed", range(7))
def test_a_table_is_reachable_exactly_if_it_is_under_some_naming(seed: int) -> None:
    scenario, table = holed(seed)
    one_by_one = any(Reach(scenario, named).completion() is not None for named in namings(scenario, table))
    found = Reach(scenario, table).completion()
    assert (found is not None) is one_by_one
    if found is not None:
        nocs = {entry.noc for ranking in found.rankings.values() for entry in ranking.entries if entry.noc}
        assert all(noc in table.unnamed for noc in nocs if is_unnamed(noc))


def test_the_truth_is_always_reachable() -> None:
    """Standings that lose names and qualifiers still give the table that came of them."""
    for seed in range(0, 7, 2):
        scenario, table = holed(seed)
        drawn = draw.realistic(seed)
        if scenario.host == drawn.host and not scenario.facts:
            assert Reach(scenario, table).completion() is not None


# Known NOCs of unknown qualifier ----------------------------------------


def test_a_named_entry_of_unknown_qualifier_is_its_nocs() -> None:
    rows = [Entry(None, None), Entry("CAN", None), Entry("ITA", 1), Entry("CAN", None)]
    scenario = replace(
        BEIJING, published=None, facts=(), host=None, standings=Standings({"men-500": Ranking(tuple(rows))})
    )
    table = Published(
        (*(e.identifier for e in BEIJING.rules.events), "athletes"),
        {
            noc: {**dict.fromkeys((e.identifier for e in BEIJING.rules.events), 0), "athletes": n, "men-500": n}
            for noc, n in (("CAN", 2), ("ITA", 1), ("NED", 1))
        },
        {},
    )
    assert Reach(scenario, table).completion() is not None
    for noc, number in (("CAN", 1), ("NED", 0), ("ITA", 2), ("NED", 2)):
        changed = table.with_cells({(noc, "men-500"): number, (noc, "athletes"): number})
        assert Reach(scenario, changed).completion() is None
    can = table.with_cells(
        {("CAN", "men-500"): 3, ("CAN", "athletes"): 3, ("NED", "men-500"): 0, ("NED", "athletes"): 0}
    )
    assert Reach(scenario, can).completion() is not None


# Complete standings ----------------------------------------


def test_with_complete_standings_the_rows_are_named_so_that_they_fit_best() -> None:
    scenario = draw.realistic(3)
    table = greedy.allocate(scenario).to_published()
    found = verify(replace(scenario, published=blanked(table)))
    assert found.consistent
    same = [noc for row, noc in found.named.items() if table.cells[noc] == blanked(table).cells[row]]
    assert len(same) == len(table.nocs)
    noc = next(noc for noc, row in table.cells.items() if row["men-relay"])
    row = blanked(table).nocs[table.nocs.index(noc)]
    wrong = blanked(table).with_cells({(row, "men-relay"): 0})
    other = verify(replace(scenario, published=wrong))
    assert not other.consistent
    assert [f.kind for f in other.findings] == ["column-total", "cell"]
    assert not other.repairs_complete
