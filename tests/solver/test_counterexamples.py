"""The counterexamples that ship as scenarios show what their SOURCES.md says, in both engines."""

from __future__ import annotations

import pytest

from quotaproof.model.changes import parse_decline, parse_move
from quotaproof.model.standings.rankings import Ranking, Standings
from quotaproof.scenarios import FOLDER, identifiers, load_scenario
from quotaproof.solver.whatif.whatif import whatif

ENGINES = ("greedy", "cp-sat")
SYNTHETIC = ("synthetic-decline-pays", "synthetic-rerun-takes", "synthetic-worse-rank-pays")


@pytest.mark.parametrize("identifier", SYNTHETIC)
def test_a_counterexample_says_that_it_is_synthetic_and_how_to_see_it(identifier: str) -> None:
    assert identifier in identifiers()
    scenario = load_scenario(identifier)
    assert scenario.title.startswith("Synthetic: ")
    assert scenario.published is None
    sources = (FOLDER / identifier / "SOURCES.md").read_text(encoding="utf-8")
    assert sources.startswith("# Sources: synthetic")
    assert f"quotaproof whatif {identifier} " in sources
    scenario.require_complete()


@pytest.mark.parametrize("mode", ["sequential", "rerun"])
@pytest.mark.parametrize("engine", ENGINES)
def test_giving_one_start_place_back_can_bring_two(engine: str, mode: str) -> None:
    scenario = load_scenario("synthetic-decline-pays")
    result = whatif(scenario, [parse_decline("AAA:men-relay", scenario.rules)], mode, engine)
    assert result.before.athletes == {"AAA": (3, 0)}
    assert result.after.athletes == {"AAA": (1, 1)}
    assert result.net_effect == {"AAA": {"men-relay": -1, "women-500": 1, "mixed-relay": 1, "men": -2, "women": 1}}


@pytest.mark.parametrize("engine", ENGINES)
def test_losing_a_rank_can_bring_a_start_place(engine: str) -> None:
    scenario = load_scenario("synthetic-worse-rank-pays")
    result = whatif(scenario, [parse_move("CCC:men-500=2", scenario.rules)], engine=engine)
    assert result.net_effect["CCC"] == {"men-1000": 1}
    assert result.net_effect["BBB"] == {"men-1000": -1, "men": -1}
    assert result.net_effect["DDD"] == {"men-500": 1, "men": 1}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_rerun_can_take_a_place_from_an_noc_that_has_nothing_to_do_with_the_decline(engine: str) -> None:
    scenario = load_scenario("synthetic-rerun-takes")
    decline = parse_decline("AAA:men-500", scenario.rules)
    result = whatif(scenario, [decline], "rerun", engine)
    assert result.net_effect == {
        "AAA": {"men-500": -1},
        "BBB": {"men-500": 1, "men": 1},
        "CCC": {"men-1000": -1, "men": -1},
    }
    assert {(d.noc, d.column, d.sequential, d.rerun) for d in result.differences} == {
        ("BBB", "men-500", 0, 1),
        ("BBB", "men", 0, 1),
        ("CCC", "men-1000", 1, 0),
        ("CCC", "men", 1, 0),
    }
    kept = whatif(scenario, [decline], "sequential", engine)
    assert kept.net_effect == {"AAA": {"men-500": -1}}


@pytest.mark.parametrize("identifier", SYNTHETIC)
def test_no_entry_of_a_counterexample_can_be_left_out(identifier: str) -> None:
    """Without any one of its entries the effect is gone: the example is as small as entries go."""
    scenario = load_scenario(identifier)
    text = {
        "synthetic-decline-pays": "AAA:men-relay",
        "synthetic-rerun-takes": "AAA:men-500",
        "synthetic-worse-rank-pays": "CCC:men-500=2",
    }[identifier]
    for event, ranking in scenario.standings.rankings.items():
        for left_out in range(len(ranking.entries)):
            entries = tuple(entry for number, entry in enumerate(ranking.entries) if number != left_out)
            rankings = {**scenario.standings.rankings, event: Ranking(entries)}
            assert not _shows(identifier, text, Standings(rankings))


def _shows(identifier: str, text: str, standings: Standings) -> bool:
    from dataclasses import replace

    from quotaproof.model.errors import InputError

    scenario = replace(load_scenario(identifier), standings=standings)
    moves = "=" in text
    change = parse_move(text, scenario.rules) if moves else parse_decline(text, scenario.rules)
    try:
        effect = whatif(scenario, [change], "rerun", "greedy", compare=False).net_effect
    except InputError:
        return False
    if identifier == "synthetic-rerun-takes":
        return any(number < 0 for noc, row in effect.items() if noc != "AAA" for number in row.values())
    noc = text[:3]
    places = {column: n for column, n in effect.get(noc, {}).items() if column not in ("men", "women")}
    return sum(places.values()) > 0
