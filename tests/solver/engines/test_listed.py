"""Rules whose places go down ranked lists: engines, validator and brute force on small seasons that are drawn."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from quotaproof import checker
from quotaproof.model.aliases import Alias
from quotaproof.model.allocation import Allocation, Placed
from quotaproof.model.errors import InputError
from quotaproof.model.files import Row
from quotaproof.model.pathways import (
    EntryTier,
    FillByRank,
    HostPlaces,
    KthEntryTiers,
    NocQuota,
    QuotaCap,
    RankingPlaces,
    RankTiers,
    ReduceToTotal,
    ReserveList,
    SumOfBest,
    Tier,
)
from quotaproof.model.pathways.sum_of_best import Worth
from quotaproof.model.results.race_results import RaceResult
from quotaproof.model.results.ranked_lists import Counted, ListedEntry, RankedList
from quotaproof.model.scenario import Scenario
from quotaproof.model.validation import violations
from quotaproof.scenarios import load_scenario
from quotaproof.solver.certificate import to_text, translated
from quotaproof.solver.engines import greedy
from quotaproof.solver.engines.cpsat import engine as cp_sat
from tests.listed import (
    DRAWS,
    NOCS,
    drawn_names,
    drawn_ranks,
    event,
    figure_skating_like,
    long_track_like,
    long_track_twin,
    ranked,
    scenario,
    shape,
    tiers_like,
    without_ties,
)
from tests.listed_folders import save
from tests.listed_twins import noc_places, number_of_orders, orders, same

SEASONS = int(os.environ.get("QUOTAPROOF_SEASONS", "40"))


@pytest.mark.parametrize("ties", [False, True], ids=["settled", "tied"])
@pytest.mark.parametrize("draw", DRAWS)
def test_engines_and_validator_agree_on_drawn_seasons(draw: str, ties: bool) -> None:
    undecided = 0
    for seed in range(SEASONS):
        given = DRAWS[draw](random.Random(seed), ties=ties)
        one, other = greedy.allocate(given), cp_sat.allocate(given)
        assert shape(one) == shape(other), seed
        assert one.decisions == other.decisions or one.status == "tie", seed
        assert violations(given, one) == [], seed
        undecided += one.status == "tie"
    # Equal sums may leave a choice where no rank is shared.
    assert bool(undecided) == ties or draw == "figure-skating"


def test_long_track_is_what_trying_every_choice_gives() -> None:
    for seed in range(SEASONS):
        given = long_track_like(random.Random(seed), ties=False)
        found = greedy.allocate(given)
        entries, reserve, quota = long_track_twin(given)
        assert {name: [one.athlete for one in found.entries.get(name, ())] for name in entries} == entries, seed
        assert {name: [one.athlete for one in line] for name, line in found.reserve.items()} == reserve, seed
        assert {(one.noc, one.gender): one.number for one in found.awards if one.number} == quota, seed


@pytest.mark.parametrize("draw", ["long-track", "tiers"])  # where a rank is not itself a value that is added up
def test_what_a_tie_leaves_certain_holds_in_every_order_of_the_tied(draw: str) -> None:
    for seed in range(SEASONS):
        rng = random.Random(seed)
        given = DRAWS[draw](rng, ties=True)
        if any(pathway.kind == "reduce-to-total" for pathway in given.rules.pathways):
            continue
        certain = greedy.allocate(given)
        for _ in range(3):
            settled = greedy.allocate(without_ties(given, rng))
            for name, numbers in certain.places.items():
                assert all(settled.places[name].get(noc, 0) >= number for noc, number in numbers.items()), seed


@pytest.mark.parametrize("draw", DRAWS)
def test_the_validator_rejects_an_allocation_of_other_lists(draw: str) -> None:
    rejected = differ = 0
    for seed in range(SEASONS):
        rng = random.Random(seed)
        given, other = DRAWS[draw](rng, ties=False), DRAWS[draw](rng, ties=False)
        other = replace(other, rules=given.rules, host=given.host)
        one, its = greedy.allocate(given), greedy.allocate(other)
        if shape(one) != shape(its):
            differ += 1
            rejected += bool(violations(given, replace(its, rules=given.rules)))
    assert rejected == differ > SEASONS // 2


# Twins that try every allocation ------------------------------------------------------------------------------------


def fill_alone(rng: random.Random, *, ties: bool) -> Scenario:
    """One place each, down a list, and nothing before it."""
    own = drawn_names(rng, 10)
    ranks = drawn_ranks(rng, len(own)) if ties else None
    pathway = FillByRank("P1", "fill", "c", "list", {"men-luge": rng.randint(1, 5)})
    return scenario([event("men-luge", 30, 1)], [pathway], [ranked("men-luge", "list", own, ranks)])


@pytest.mark.parametrize("draw", [figure_skating_like, tiers_like, fill_alone], ids=lambda draw: str(draw.__name__))
def test_places_of_nocs_are_what_trying_every_allocation_gives(draw: Callable[..., Scenario]) -> None:
    """By the text of the clauses; where equal sums allow several allocations, engines leave the event open."""
    open_ = 0
    for seed in range(SEASONS):
        given = draw(random.Random(seed), ties=False)
        for engine in (greedy.allocate, cp_sat.allocate):
            found = engine(given)
            for name, allowed in noc_places(given).items():
                undecided = any(tied.event == name for tied in found.tied)
                assert allowed, (seed, name)
                assert undecided == (len(allowed) > 1), (seed, name)
                if not undecided:
                    assert same(found.places[name], allowed[0]), (seed, name)
                open_ += undecided
    assert bool(open_) == (draw is figure_skating_like)


@pytest.mark.parametrize("draw", [tiers_like, fill_alone], ids=lambda draw: str(draw.__name__))
def test_a_shared_rank_leaves_open_just_what_depends_on_the_order(draw: Callable[..., Scenario]) -> None:
    """Under every order of those who share ranks, by the twins: an event is open if two orders differ in places."""
    tried = open_ = 0
    for seed in range(SEASONS):
        given = draw(random.Random(seed), ties=True)
        found = greedy.allocate(given)
        for key in given.lists:
            if number_of_orders(given, key) > 50:
                continue
            name, ways = key[0], []
            for names in orders(given, key):
                settled = replace(given, lists={**given.lists, key: ranked(*key, names)})
                ways.append(noc_places(settled)[name][0])
            undecided = any(tied.event == name for tied in found.tied)
            assert undecided == any(not same(way, ways[0]) for way in ways), (seed, name)
            # What is certain is what every order gives.
            for noc, number in found.places[name].items():
                assert all(way.get(noc, 0) == number for way in ways), (seed, name, noc)
            tried, open_ = tried + 1, open_ + undecided
    assert tried > open_ > 0


def test_worth_of_a_rank_is_bounded_by_its_division_as_the_clause_says() -> None:
    """The rules of figure skating with divisions of the races, drawn."""
    rules = load_scenario("figure-skating-2018").rules
    [sums] = [one for one in rules.pathways if isinstance(one, SumOfBest)]
    for seed in range(SEASONS):
        rng = random.Random(seed)
        names = drawn_names(rng, 10)
        free = rng.randint(1, len(names))
        entries = [
            replace(entry, results=(Counted(race("men", entry, place <= free), 0, True),))
            for place, entry in enumerate(ranked("men", "worlds", names).entries, 1)
        ]
        places = {"men": rng.randint(2, 9)}
        tiers = (Tier(rng.randint(5, 13), 3), Tier(28, 2))
        pathway = replace(sums, places=places, sums=tiers, worth=(Worth("free", 6), Worth("short", 8, fixed=True)))
        fill = FillByRank("P2", "fill", "c", "worlds", places)
        one = RankedList("men", "worlds", tuple(entries))
        given = scenario([replace(rules.event("men"), identifier="men")], [pathway, fill], [one])
        found, allowed = greedy.allocate(given), noc_places(given)["men"]
        assert (found.status == "tie") == (len(allowed) > 1), seed
        assert found.status == "tie" or same(found.places["men"], allowed[0]), seed
        assert shape(found) == shape(cp_sat.allocate(given)), seed


def race(name: str, entry: ListedEntry, free: bool) -> RaceResult:
    """The result of an entry at a World Championships."""
    division = "free" if free else "short"
    row = Row(Path("results.csv"), 2, {})
    return RaceResult("worlds", name, 1, division, entry.rank, entry.noc, entry.athlete, "", None, None, "", row)


# By hand ------------------------------------------------------------------------------------------------------------


def test_places_by_points_then_by_times_and_who_is_next() -> None:
    """Two by points and one by times, two per NOC: AAA's third is passed over, and who has a place is too."""
    given = scenario(
        [event("men-500", 3, 2)],
        [
            RankingPlaces("P1", "points", "c", "points", {"men-500": 2}),
            RankingPlaces("P2", "times", "c", "times", {"men-500": 1}),
            ReserveList("P3", "reserve", "c", {"men-500": "times"}, {"men-500": 2}),
        ],
        [
            ranked("men-500", "points", ["aaa-1", "aaa-2", "aaa-3", "bbb-1"]),
            ranked("men-500", "times", ["aaa-3", "aaa-1", "ccc-1", "bbb-1", "aaa-4", "ccc-2", "bbb-2"]),
        ],
    )
    for engine in (greedy.allocate, cp_sat.allocate):
        found = engine(given)
        assert [one.athlete for one in found.entries["men-500"]] == ["aaa-1", "aaa-2", "ccc-1"]
        assert [one.athlete for one in found.reserve["men-500"]] == ["bbb-1", "ccc-2"]
        told = {(one.pathway, one.figures.get("athlete")): one.kind for one in found.decisions}
        assert told["P2", "aaa-3"] == "listed-noc-cap"
        assert told["P2", "aaa-1"] == "listed-has-place"
        assert told["P2", "bbb-1"] == "listed-full"


def test_a_host_on_the_reserve_list_takes_the_last_place() -> None:
    """HHH is second on the reserve list: it takes bbb-2's place, who then heads the list."""
    given = scenario(
        [event("men-500", 3, 2)],
        [
            RankingPlaces("P1", "points", "c", "points", {"men-500": 3}),
            ReserveList("P3", "reserve", "c", {"men-500": "points"}, {"men-500": 3}),
            HostPlaces("P4", "host", "c", "replace-last", ("men-500",), True),
        ],
        [ranked("men-500", "points", ["aaa-1", "bbb-1", "bbb-2", "ccc-1", "hhh-1", "hhh-2"])],
        host="HHH",
    )
    for engine in (greedy.allocate, cp_sat.allocate):
        found = engine(given)
        assert [one.athlete for one in found.entries["men-500"]] == ["aaa-1", "bbb-1", "hhh-1"]
        assert [one.athlete for one in found.reserve["men-500"]] == ["bbb-2", "ccc-1", "hhh-2"]
    assert not any(one.pathway == "P4" for one in greedy.allocate(replace(given, host="BBB")).entries["men-500"])


def test_ranks_of_nocs_give_six_five_and_four_places_as_in_biathlon_2022() -> None:
    """Ranks 1 to 3 six, 4 to 10 five, 11 to 20 four, and none behind: 18 + 35 + 40."""
    names = [f"{chr(97 + number)}aa-1" for number in range(22)]
    tiers = (Tier(3, 6), Tier(10, 5), Tier(20, 4))
    given = scenario(
        [event("men-sprint", 110, 6)],
        [RankTiers("P1", "nations", "c", "nations", ("men-sprint",), tiers)],
        [ranked("men-sprint", "nations", names)],
    )
    for engine in (greedy.allocate, cp_sat.allocate):
        places = engine(given).places["men-sprint"]
        assert [places.get(name[:3].upper(), 0) for name in names] == [6] * 3 + [5] * 7 + [4] * 10 + [0] * 2
        assert sum(places.values()) == 93


def test_nocs_by_their_third_second_and_first_as_in_skeleton_2022() -> None:
    """One NOC with three by its third, two with two by their second, two with one by their first.

    Thirds: AAA at 6, BBB at 8. Seconds of others: BBB at 5, CCC at 7, DDD at 10. Firsts of others: DDD at 9, EEE at 11,
    FFF at 12.
    """
    names = ["aaa-1", "bbb-1", "ccc-1", "aaa-2", "bbb-2", "aaa-3", "ccc-2", "bbb-3", "ddd-1", "ddd-2", "eee-1", "fff-1"]
    given = scenario(
        [event("men-skeleton", 9, 3)],
        [KthEntryTiers("P1", "x", "c", "w", ("men-skeleton",), (EntryTier(3, 1), EntryTier(2, 2), EntryTier(1, 2)))],
        [ranked("men-skeleton", "w", names)],
    )
    for engine in (greedy.allocate, cp_sat.allocate):
        assert engine(given).places["men-skeleton"] == {"AAA": 3, "BBB": 2, "CCC": 2, "DDD": 1, "EEE": 1}


@pytest.mark.parametrize(
    ("places", "expected"), [(7, {"AAA": 3, "BBB": 2, "CCC": 2}), (5, {"AAA": 3, "BBB": 1, "CCC": 1})]
)
def test_the_highest_sums_lose_first(places: int, expected: dict[str, int]) -> None:
    """AAA 1 + 2 = 3: three; BBB 3 + 6 = 9 and CCC 4 + 7 = 11: two each. With five places CCC and then BBB lose one."""
    names = ["aaa-1", "aaa-2", "bbb-1", "ccc-1", "ddd-1", "bbb-2", "ccc-2"]
    given = scenario(
        [event("men-free", 30, 3)],
        [
            SumOfBest("P1", "s", "c", "w", {"men-free": places}, 2, (Tier(5, 3), Tier(11, 2)), ()),
            FillByRank("P2", "f", "c", "w", {"men-free": places}),
        ],
        [ranked("men-free", "w", names)],
    )
    for engine in (greedy.allocate, cp_sat.allocate):
        assert engine(given).places["men-free"] == expected


def test_a_tie_at_the_last_place_is_left_open_and_named() -> None:
    given = scenario(
        [event("men-500", 2, 2)],
        [RankingPlaces("P1", "points", "c", "points", {"men-500": 2})],
        [ranked("men-500", "points", ["aaa-1", "bbb-1", "ccc-1"], [1, 2, 2])],
    )
    for engine in (greedy.allocate, cp_sat.allocate):
        found = engine(given)
        assert found.status == "tie"
        assert found.places["men-500"] == {"AAA": 1}
        assert {one.noc for one in found.tied} == {"BBB", "CCC"}


# The validator, on the real season ----------------------------------------------------------------------------------


def test_each_small_change_of_a_real_allocation_is_rejected() -> None:
    given = load_scenario("speed-skating-2026")
    right = greedy.allocate(given)
    assert violations(given, right) == []
    placed = right.entries["men-1500"]
    swapped = (placed[1], placed[0], *placed[2:])
    other = Placed("AUT", "aut-nobody", "P1")
    wrong = {
        "order": {"entries": {**right.entries, "men-1500": swapped}},
        "stranger": {"entries": {**right.entries, "men-1500": (*placed[:-1], other)}},
        "one less": {"entries": {**right.entries, "men-1500": placed[:-1]}},
        "reserve": {"reserve": {**right.reserve, "men-1500": right.reserve["men-1500"][1:]}},
        "host": {"entries": {**right.entries, "men-500": right.entries["men-500"][:-1]}},
        "quota": {"awards": (right.awards[0]._replace(number=right.awards[0].number + 1), *right.awards[1:])},
        "places": {"places": {**right.places, "men-1500": {**right.places["men-1500"], "AUT": 3}}},
        "record": {"decisions": tuple(one for one in right.decisions if one.kind != "listed-noc-cap")},
    }
    for name, change in wrong.items():
        assert violations(given, replace(right, **change)), name


def neutral(rng: random.Random, given: Scenario) -> Scenario:
    """Some NOCs start under an alias, with at most one place in an event."""
    federations = tuple(sorted(rng.sample(NOCS, 2)))
    return replace(given, aliases=(Alias("AIN", federations, 1, "one per event and federation", "a source"),))


def test_a_federation_under_an_alias_has_at_most_its_own_cap() -> None:
    """BBB and CCC start as neutrals, one each: their seconds are passed over, and are not on the reserve list."""
    given = scenario(
        [event("men-500", 4, 3)],
        [
            RankingPlaces("P1", "points", "c", "points", {"men-500": 4}),
            ReserveList("P3", "reserve", "c", {"men-500": "points"}, {"men-500": 3}),
        ],
        [
            ranked(
                "men-500", "points", ["bbb-1", "bbb-2", "aaa-1", "ccc-1", "ccc-2", "aaa-2", "bbb-3", "ddd-1", "aaa-3"]
            )
        ],
    )
    given = replace(given, aliases=(Alias("AIN", ("BBB", "CCC"), 1, "one each", "a source"),))
    for engine in (greedy.allocate, cp_sat.allocate):
        found = engine(given)
        assert [one.athlete for one in found.entries["men-500"]] == ["bbb-1", "aaa-1", "ccc-1", "aaa-2"]
        assert [one.athlete for one in found.reserve["men-500"]] == ["ddd-1", "aaa-3"]
        capped = {one.figures["athlete"]: one.figures["cap"] for one in found.decisions if one.kind == "listed-noc-cap"}
        assert capped == {"bbb-2": 1, "ccc-2": 1, "bbb-3": 1}
    freely = greedy.allocate(replace(given, aliases=()))
    assert violations(given, freely)
    assert violations(replace(given, aliases=()), greedy.allocate(given))


@pytest.mark.parametrize("ties", [False, True], ids=["settled", "tied"])
def test_engines_and_validator_agree_where_some_nocs_have_a_lower_cap(ties: bool) -> None:
    lowered = 0
    for seed in range(SEASONS):
        rng = random.Random(seed)
        given = neutral(rng, long_track_like(rng, ties=ties))
        one = greedy.allocate(given)
        assert shape(one) == shape(cp_sat.allocate(given)), seed
        assert violations(given, one) == [], seed
        lowered += shape(one) != shape(greedy.allocate(replace(given, aliases=())))
        if not ties:
            entries, reserve, quota = long_track_twin(given)
            assert {name: [o.athlete for o in one.entries.get(name, ())] for name in entries} == entries, seed
            assert {name: [o.athlete for o in line] for name, line in one.reserve.items()} == reserve, seed
            assert {(o.noc, o.gender): o.number for o in one.awards if o.number} == quota, seed
    assert lowered > SEASONS // 10


# The reading of whether places are taken back ------------------------------------------------------------------------


def test_places_are_taken_back_under_one_reading_only() -> None:
    published = load_scenario("speed-skating-2026")
    cut = published.with_readings({"reduction": "press-cycle"})
    for engine in (greedy.allocate, cp_sat.allocate):
        assert engine(published).totals == (105, 111)
        assert engine(published).taken_back == {}
        assert engine(cut).totals == (82, 82)
    cut_, whole = greedy.allocate(cut), greedy.allocate(published)
    assert violations(published, cut_)
    assert violations(cut, whole)
    for name, gone in cut_.taken_back.items():
        assert [*cut_.entries[name], *reversed(gone)] == list(whole.entries[name])
    with pytest.raises(InputError, match="leaves open: reduction"):
        published.with_readings({"gender-cap": "hard"})
    with pytest.raises(InputError, match="does not leave reading reduction open"):
        load_scenario("sochi-2014").with_readings({"reduction": "none"})


@pytest.mark.parametrize("allocate", [greedy.allocate, cp_sat.allocate], ids=["greedy", "cp-sat"])
@pytest.mark.parametrize("ranks", [(1, 1), (1, 2)], ids=["tied", "settled"])
def test_no_place_is_taken_back_where_those_who_are_last_share_a_rank(
    allocate: Callable[[Scenario], Allocation], ranks: tuple[int, int]
) -> None:
    """Two have places and one athlete may start: of equal rank nothing says who, and the file's order is no answer."""
    one = event("women-500", 9, 1)
    quota = NocQuota("P2", "quota", "c", (QuotaCap(1),))
    pathways = [RankingPlaces("P1", "points", "c", "points", {"women-500": 2}), quota]
    lists = [ranked("women-500", "points", ["aaa-1", "bbb-1"], ranks)]
    given = scenario([one], [*pathways, ReduceToTotal("P3", "reduce", "c", ("women-500",))], lists, caps=(0, 1))
    if ranks == (1, 2):
        assert allocate(given).entries["women-500"] == (Placed("AAA", "aaa-1", "P1"),)
        assert violations(given, allocate(given)) == []
        return
    with pytest.raises(InputError, match=r"aaa-1 and bbb-1 share rank 1 in women's 500 m, .* so record a draw"):
        allocate(given)
    # The answer of before, in the order of the file, is an answer no more.
    settled = replace(given, lists={("women-500", "points"): ranked("women-500", "points", ["aaa-1", "bbb-1"])})
    found = [str(one) for one in violations(given, allocate(settled))]
    assert any("shares a rank, and its place is taken back" in one for one in found), found


def test_a_certificate_of_a_place_taken_back_from_a_tie_is_rejected(tmp_path: Path) -> None:
    """The folder of the test before, with the certificate that the order of the file would have."""
    lists = [ranked("women-500", "points", ["aaa-1", "bbb-1"], (1, 1))]
    pathways = [
        RankingPlaces("P1", "points", "c", "points", {"women-500": 2}),
        NocQuota("P2", "quota", "c", (QuotaCap(1),)),
        ReduceToTotal("P3", "reduce", "c", ("women-500",)),
    ]
    given = scenario([event("women-500", 9, 1)], pathways, lists, caps=(1, 1))
    loaded = save(given, tmp_path / "tied")
    settled = replace(loaded, lists={("women-500", "points"): ranked("women-500", "points", ["aaa-1", "bbb-1"])})
    document = translated(loaded, greedy.allocate(settled), tmp_path / "tied")
    found = checker.check(to_text(document), tmp_path / "tied")
    assert "nothing says whose place at rank 1 of women-500 is taken back first" in found
