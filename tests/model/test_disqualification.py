"""A result taken out after the fact gives what the meets would have given without it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

import quotaproof
from quotaproof.model.changes import ChooseReading, Disqualify, Exclude, apply, parse_disqualification
from quotaproof.model.changes_file import load_changes
from quotaproof.model.errors import InputError
from quotaproof.model.pathways import ParallelWalk, QuotaPlaces
from quotaproof.model.results.classifications import Classifications, Draw, Result
from quotaproof.model.results.scoring import standings_of
from quotaproof.model.results.soqc import Soqc
from quotaproof.model.rules import Event, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.scenarios import load_scenario
from quotaproof.solver.engines import greedy

SOCHI = load_scenario("sochi-2014")
MEETS = ("one", "two", "three")
RULES = Rules(
    title="tiny",
    events=(Event("men-500", "men", "individual", 3, 2), Event("men-1000", "men", "individual", 3, 2)),
    total=6,
    gender_caps={"men": 6},
    host_events=(),
    host_clause="host",
    pathways=(
        ParallelWalk("P2", "walk", "two", ("men-500", "men-1000")),
        QuotaPlaces("P3", "quota", "three", 4, None),
    ),
    soqc=Soqc("on paper", MEETS, (9, 6, 4, 3, 2, 1)),
)
Finishes = Mapping[tuple[str, str], list[str]]
"""(Meet, event) -> the NOCs as they finished."""


def scenario_of(finishes: Finishes) -> Scenario:
    """A scenario whose results are read off the finishing orders, and its standings computed."""
    results = [
        Result(meet, event, noc, nocs[: place + 1].count(noc), place + 1)
        for (meet, event), nocs in finishes.items()
        for place, noc in enumerate(nocs)
    ]
    plain = Scenario("tiny", "tiny", "tiny", None, RULES, classifications=Classifications(tuple(results)))
    assert plain.classifications is not None
    return replace(plain, standings=Standings(standings_of(plain.classifications, RULES, plain.readings).rankings))


def drawn(rng: random.Random) -> dict[tuple[str, str], list[str]]:
    return {
        (meet, event.identifier): rng.sample(["AAA"] * 3 + ["BBB"] * 3 + ["CCC"] * 2 + ["DDD"], rng.randint(4, 8))
        for meet in MEETS
        for event in RULES.events
    }


def test_a_result_taken_out_gives_what_the_finishing_order_without_it_gives() -> None:
    other_places = 0
    for seed in range(300):
        rng = random.Random(f"disqualified {seed}")
        finishes = drawn(rng)
        scenario = scenario_of(finishes)
        (meet, event), nocs = rng.choice(sorted(finishes.items()))
        place = rng.randrange(len(nocs))
        change = Disqualify(nocs[place], event, nocs[: place + 1].count(nocs[place]), meet)
        without = {**finishes, (meet, event): nocs[:place] + nocs[place + 1 :]}
        found, expected = apply(scenario, [change]), scenario_of(without)
        assert found.standings.rankings == expected.standings.rankings
        assert found.classifications is not None
        assert expected.classifications is not None
        assert set(found.classifications.results) == set(expected.classifications.results)
        after = greedy.allocate(found)
        assert after.same_places(greedy.allocate(expected))
        other_places += not after.same_places(greedy.allocate(scenario))
    assert other_places > 30


def test_several_act_one_after_the_other_and_before_an_exclusion() -> None:
    finishes = {("one", e.identifier): ["AAA", "BBB", "AAA", "CCC"] for e in RULES.events}
    finishes |= {(meet, e.identifier): ["BBB", "CCC"] for meet in MEETS[1:] for e in RULES.events}
    scenario = scenario_of(finishes)
    first = Disqualify("AAA", "men-500", 1, "one")
    both = apply(scenario, [Exclude("CCC"), first, first])
    without = {**finishes, ("one", "men-500"): ["BBB", "CCC"]}
    expected = apply(scenario_of(without), [Exclude("CCC")])
    assert both.standings.rankings == expected.standings.rankings


def test_those_with_the_same_position_stay_where_they_are() -> None:
    rows = [("AAA", 1), ("BBB", 2), ("CCC", 2), ("DDD", 4)]
    results = tuple(Result(m, e.identifier, noc, 1, n) for m in MEETS for e in RULES.events for noc, n in rows)
    scenario = replace(scenario_of({}), classifications=Classifications(results))
    left = apply(scenario, [Disqualify("BBB", "men-500", 1, "two")]).classifications
    assert left is not None
    assert [(r.noc, r.position) for r in left.by_event["men-500"] if r.meet == "two"] == [
        ("AAA", 1),
        ("CCC", 2),
        ("DDD", 3),
    ]


def test_a_draw_stands_between_those_who_were_drawn_together_and_are_still_equal() -> None:
    rows = {"one": ["AAA", "BBB", "DDD"], "two": ["BBB", "AAA", "DDD"], "three": ["CCC", "DDD"]}
    scenario = scenario_of({(meet, e.identifier): nocs for meet, nocs in rows.items() for e in RULES.events})
    assert scenario.standings.rankings["men-500"].tied == ((1, 2),)
    draws = tuple(Draw("men-500", noc, 1, number, None) for number, noc in ((1, "BBB"), (2, "AAA")))  # type: ignore[arg-type]
    assert scenario.classifications is not None
    with_draw = scenario.with_results(Classifications(scenario.classifications.results, draws), None)
    assert [noc for noc, _ in with_draw.standings.rankings["men-500"].claims()][:2] == ["BBB", "AAA"]
    kept = apply(with_draw, [Disqualify("DDD", "men-500", 1, "three")]).standings.rankings["men-500"]
    assert ([noc for noc, _ in kept.claims()][:2], kept.tied) == (["BBB", "AAA"], ())
    broken = apply(with_draw, [Disqualify("AAA", "men-500", 1, "one")]).standings.rankings["men-500"]
    assert broken.claims()[0] == ("BBB", 1)


def test_at_sochi_a_result_taken_out_moves_those_behind_it_up_and_no_other_event() -> None:
    found = apply(SOCHI, [Disqualify("KOR", "men-1500", 1, "torino-2013")])
    assert SOCHI.classifications is not None
    assert found.classifications is not None
    before = {(r.noc, r.qualifier): r for r in SOCHI.classifications.by_event["men-1500"] if r.meet == "torino-2013"}
    after = {(r.noc, r.qualifier): r for r in found.classifications.by_event["men-1500"] if r.meet == "torino-2013"}
    gone = before["KOR", 1].position
    for (noc, qualifier), result in after.items():
        own = before[noc, qualifier + 1 if noc == "KOR" and qualifier else qualifier]
        assert result.position == own.position - (own.position > gone)
    assert len(after) == len(before) - 1
    others = {
        event for event, ranking in found.standings.rankings.items() if ranking != SOCHI.standings.rankings[event]
    }
    assert others == {"men-1500"}
    assert found.listed is not None
    assert found.listed.rankings["men-1500"] == found.standings.rankings["men-1500"]


def test_it_is_asked_under_the_reading_that_is_chosen() -> None:
    change = Disqualify("KOR", "men-1500", 1, "torino-2013")
    reading = ChooseReading("soqc-ties", "sum-of-positions")
    one, other = apply(SOCHI, [change, reading]), apply(apply(SOCHI, [reading]), [change])
    assert one.standings.rankings == other.standings.rankings
    assert one.readings.soqc_ties == "sum-of-positions"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (
            "KOR:men-1500:1@oslo",
            "there are no results of men-1500 at oslo; the meets with results of it are torino-2013",
        ),
        ("KOR:men-1500:9@torino-2013", "KOR has no result 9 in men-1500 at torino-2013; it has"),
        ("XYZ:men-1500@torino-2013", "XYZ has no result 1 in men-1500 at torino-2013; it has none there"),
    ],
)
def test_a_result_that_is_not_there_is_refused(words: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        apply(SOCHI, [parse_disqualification(words, SOCHI.rules)])


def test_standings_that_are_not_what_the_results_give_are_refused() -> None:
    assert SOCHI.listed is not None
    ranking = SOCHI.listed.rankings["men-500"]
    file = Standings({**SOCHI.listed.rankings, "men-500": ranking.reordered((1, 2), (2, 1))})
    changed = replace(SOCHI, listed=file, standings=file)
    with pytest.raises(InputError, match="another ranking of men-500 than the results give"):
        apply(changed, [Disqualify("KOR", "men-500", 1, "torino-2013")])
    assert apply(changed, [Disqualify("KOR", "men-1500", 1, "torino-2013")]).standings.rankings["men-500"] != ranking


def test_a_change_in_a_file_or_in_words_is_the_same(tmp_path: Path) -> None:
    change = parse_disqualification("KOR:men-1500:2@torino-2013", SOCHI.rules)
    assert change == Disqualify("KOR", "men-1500", 2, "torino-2013")
    assert parse_disqualification(str(change).removeprefix("disqualify "), SOCHI.rules) == change
    file = tmp_path / "changes.toml"
    file.write_text('[[change]]\ndisqualify = "KOR:men-1500:2@torino-2013"\n')
    assert load_changes(file, SOCHI.rules) == ([change], None)
    answer = quotaproof.whatif(SOCHI, [change], engine="greedy").to_dict()
    assert answer["changes"] == ["disqualify KOR:men-1500:2@torino-2013"]
