"""Borders of places by ranked lists: the validator accepts what greedy gives, and nothing that differs a little."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from quotaproof.model.allocation import Allocation, InReserve, Placed, Tied
from quotaproof.model.files import Row
from quotaproof.model.pathways import (
    AnyPathway,
    EntryTier,
    FillByRank,
    HostPlaces,
    KthEntryTiers,
    NocQuota,
    RankingPlaces,
    RankTiers,
    ReserveList,
    SumOfBest,
    Tier,
    Worth,
)
from quotaproof.model.results.race_results import RaceResult
from quotaproof.model.results.ranked_lists import Counted, ListedEntry
from quotaproof.model.scenario import Scenario
from quotaproof.model.validation import violations
from quotaproof.solver.certificate import certificate
from quotaproof.solver.engines import greedy
from quotaproof.solver.engines.cpsat import engine as cp_sat
from tests.certified import problems
from tests.listed import drawn_ranks, event, long_track_like, ranked, scenario, shape, without_ties
from tests.listed_folders import save

NOCS = ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF")
STRANGER = "XXX"


def said(given: Scenario, allocation: Allocation) -> list[str]:
    return [str(one) for one in violations(given, allocation)]


def drawn_names(rng: random.Random) -> list[str]:
    names = [f"{noc.lower()}-{number}" for noc in NOCS for number in range(1, rng.choice([1, 1, 2, 3]) + 1)]
    return rng.sample(names, len(names))


def drawn(rng: random.Random, pathways: Sequence[AnyPathway], ties: bool) -> Scenario:
    names = drawn_names(rng)
    one = ranked("men-free", "worlds", names, drawn_ranks(rng, len(names)) if ties else None)
    entries = []
    for entry in one.entries:
        programme = "free" if entry.rank <= 6 else "short"
        row = Row(Path("results.csv"), 1, {})
        raced = RaceResult("w", "men-free", 1, programme, entry.rank, entry.noc, entry.athlete, "", None, None, "", row)
        entries.append(replace(entry, results=(Counted(raced, 0, counts=True),)))
    return scenario([event("men-free", 99, 9)], pathways, [replace(one, entries=tuple(entries))])


def by_sums(rng: random.Random, ties: bool) -> Scenario:
    """Sums of two, so tight that many lose places, and perhaps what is left for those with none."""
    places = {"men-free": rng.randint(2, 9)}
    worth = (Worth("free", 5), Worth("short", 7, fixed=rng.random() < 0.5)) if rng.random() < 0.5 else ()
    sums = SumOfBest(
        "P1",
        "sums",
        "c",
        "worlds",
        places,
        2,
        (Tier(rng.randint(3, 8), 3), Tier(rng.randint(9, 14), 2)),
        (Tier(rng.randint(1, 3), 3), Tier(4, 2)),
        worth,
    )
    fill = FillByRank("P2", "fill", "c", "worlds", places)
    pathways = (sums, fill) if rng.random() < 0.7 else (sums,)
    return drawn(rng, pathways, ties)


def by_rank(rng: random.Random, ties: bool) -> Scenario:
    """One each down the ranking."""
    return drawn(rng, (FillByRank("P1", "fill", "c", "worlds", {"men-free": rng.randint(1, 6)}),), ties)


def by_tiers_of_ranks(rng: random.Random, ties: bool) -> Scenario:
    first = rng.randint(1, 2)
    tiers = (Tier(first, 3), Tier(first + rng.randint(1, 2), 2), Tier(5, 1))
    return drawn(rng, (RankTiers("P1", "ranks", "c", "worlds", ("men-free",), tiers[: rng.randint(1, 3)]),), ties)


def by_tiers_of_entries(rng: random.Random, ties: bool) -> Scenario:
    tiers = (EntryTier(3, rng.randint(1, 2)), EntryTier(2, rng.randint(1, 2)), EntryTier(1, rng.randint(1, 3)))
    return drawn(rng, (KthEntryTiers("P1", "entries", "c", "worlds", ("men-free",), tiers),), ties)


KINDS = {
    "sum-of-best": by_sums,
    "fill-by-rank": by_rank,
    "rank-tiers": by_tiers_of_ranks,
    "kth-entry-tiers": by_tiers_of_entries,
}


def other_places(right: Allocation) -> Iterator[Allocation]:
    """One place more or less, or one that another NOC has."""
    has = right.places.get("men-free", {})
    changes = [{noc: more} for noc in (*NOCS, STRANGER) for more in (-1, 1)]
    changes += [{noc: -1, other: 1} for noc, other in itertools.permutations((*NOCS, STRANGER), 2)]
    for change in changes:
        numbers = {noc: has.get(noc, 0) + change.get(noc, 0) for noc in (*NOCS, STRANGER)}
        if min(numbers.values()) >= 0:
            places = {noc: number for noc, number in numbers.items() if number}
            yield replace(right, places={"men-free": places}, decisions=())


def other_ties(given: Scenario, right: Allocation) -> Iterator[Allocation]:
    """Another pair or three said to be tied on some pathway, and a tie with one more, one fewer or another rank."""
    ranks: dict[str, int] = {}
    for entry in given.lists["men-free", "worlds"].entries:
        ranks.setdefault(entry.noc, entry.rank)
    for pathway in given.rules.pathways:
        for number in (1, 2, 3, 4):
            for nocs in itertools.combinations(sorted(ranks), number):
                for rank in {ranks[noc] for noc in nocs}:
                    tied = tuple(Tied(pathway.identifier, "men-free", noc, None, rank) for noc in nocs)
                    if {one.noc for one in right.tied if one.pathway == pathway.identifier} != set(nocs):
                        yield replace(right, status="tie", unique=False, tied=tied, decisions=())


def decided(given: Scenario, right: Allocation) -> Iterator[Allocation]:
    """What the tie leaves certain as if that were all, and what any order of the tied would give."""
    yield replace(right, status="optimal", unique=True, tied=(), decisions=())
    for seed in range(4):
        settled = greedy.allocate(without_ties(given, random.Random(seed)))
        if settled.status == "optimal":
            yield replace(settled, decisions=())


@pytest.mark.parametrize("kind", KINDS)
def test_the_validator_accepts_the_places_of_nocs_that_follow_and_no_others(kind: str) -> None:
    rejected = 0
    for seed in range(25):
        given = KINDS[kind](random.Random(seed), False)
        right = greedy.allocate(given)
        assert shape(cp_sat.allocate(given)) == shape(right), seed
        if right.status != "optimal":
            continue
        assert said(given, right) == said(given, replace(right, decisions=())) == [], seed
        for wrong in other_places(right):
            assert said(given, wrong), (seed, wrong.places)
            rejected += 1
        for wrong in other_ties(given, right):
            assert said(given, wrong), (seed, wrong.tied)
    assert rejected > 400


@pytest.mark.parametrize("kind", KINDS)
def test_the_validator_accepts_the_tie_that_is_left_open_and_no_other(kind: str) -> None:
    ties = 0
    for seed in range(60):
        given = KINDS[kind](random.Random(seed), True)
        right, proved = greedy.allocate(given), cp_sat.allocate(given)
        assert shape(proved) == shape(right), seed
        assert proved.optima == () or right.status == "optimal", seed
        assert said(given, right) == said(given, replace(right, decisions=())) == [], seed
        if right.status != "tie":
            continue
        ties += 1
        for wrong in itertools.chain(other_places(right), other_ties(given, right)):
            assert said(given, wrong), (seed, wrong.places, wrong.tied)
        for wrong in decided(given, right):
            assert said(given, wrong), (seed, wrong.places)
    assert ties > 6


# Places of entries ----------------------------------------------------------------------------------------------------

OTHER_WAY_ROUND = {"P1": "Z", "P2": "Y", "P3": "X", "P4": "W", "P5": "V", "P6": "U"}


def renamed(given: Scenario) -> Scenario:
    """The same with names of pathways that are not in their order."""
    pathways: list[AnyPathway] = []
    for one in given.rules.pathways:
        pathway = replace(one, identifier=OTHER_WAY_ROUND[one.identifier])
        if isinstance(pathway, NocQuota):
            caps = tuple(replace(cap, by=tuple(OTHER_WAY_ROUND[name] for name in cap.by)) for cap in pathway.caps)
            pathway = replace(pathway, caps=caps)
        pathways.append(pathway)
    return replace(given, rules=replace(given.rules, pathways=tuple(pathways)))


def in_places(
    has: tuple[Placed, ...], listed: Sequence[ListedEntry], pathways: Sequence[str]
) -> Iterator[list[Placed]]:
    """Without one, two the other way round, by another pathway, an entry in place of another, and one more."""
    more = [e for e in listed if e.athlete not in {one.athlete for one in has}]
    for n, one in enumerate(has):
        yield [*has[:n], *has[n + 1 :]]
        yield from ([*has[:n], one._replace(pathway=name), *has[n + 1 :]] for name in pathways if name != one.pathway)
        yield from ([*has[:n], Placed(e.noc, e.athlete, one.pathway), *has[n + 1 :]] for e in more)
        if n and has[n - 1].pathway == one.pathway:
            yield [*has[: n - 1], one, has[n - 1], *has[n + 1 :]]
    for e in more:
        yield from ([*has, Placed(e.noc, e.athlete, name)] for name in pathways)


def in_reserve(has: tuple[InReserve, ...], listed: Sequence[ListedEntry]) -> Iterator[list[InReserve]]:
    more = [e for e in listed if e.athlete not in {one.athlete for one in has}]
    for n in range(len(has)):
        yield [*has[:n], *has[n + 1 :]]
        yield from ([*has[:n], InReserve(e.noc, e.athlete), *has[n + 1 :]] for e in more)
        if n:
            yield [*has[: n - 1], has[n], has[n - 1], *has[n + 1 :]]
    yield from ([*has, InReserve(e.noc, e.athlete)] for e in more)


def other_entries(given: Scenario, right: Allocation) -> Iterator[tuple[str, Allocation]]:
    names = [one.identifier for one in given.rules.pathways if one.hands_out or isinstance(one, HostPlaces)]
    for one in given.rules.events:
        name = one.identifier
        listed = list(
            {e.athlete: e for (own, _), found in given.lists.items() if own == name for e in found.entries}.values()
        )
        for changed in in_places(right.entries.get(name, ()), listed, names):
            numbers = dict(Counter(placed.noc for placed in changed))
            places = {**right.places, name: numbers}
            entries = {**right.entries, name: tuple(changed)}
            yield f"{name} {changed}", replace(right, entries=entries, places=places, decisions=())
        for line in in_reserve(right.reserve.get(name, ()), listed):
            yield f"{name} {line}", replace(right, reserve={**right.reserve, name: tuple(line)}, decisions=())
    for one in given.rules.pathways:
        for name in one.places if isinstance(one, RankingPlaces) else ():
            entries_of = given.lists[name, one.ranking].entries
            for first, second in itertools.combinations(entries_of, 2):
                tied = tuple(Tied(one.identifier, name, e.noc, None, first.rank) for e in (first, second))
                others = tuple(t for t in right.tied if (t.pathway, t.event) != (one.identifier, name))
                if {*others, *tied} != set(right.tied):
                    what = f"{first.athlete} and {second.athlete} tied in {name}"
                    yield what, replace(right, status="tie", unique=False, tied=(*others, *tied), decisions=())
    for award in right.awards:
        others = tuple(one for one in right.awards if one != award)
        for more in (-1, 1):
            changed = award._replace(number=award.number + more)
            yield f"{changed}", replace(right, awards=(*others, changed), decisions=())


@pytest.mark.parametrize("ties", [False, True], ids=["settled", "tied"])
def test_the_validator_accepts_the_entries_that_follow_and_no_others(ties: bool) -> None:
    rejected = 0
    for seed in range(12):
        for given in (
            long_track_like(random.Random(seed), ties=ties),
            renamed(long_track_like(random.Random(seed), ties=ties)),
        ):
            right = greedy.allocate(given)
            assert shape(cp_sat.allocate(given)) == shape(right), seed
            assert said(given, right) == said(given, replace(right, decisions=())) == [], seed
            accepted = [what for what, wrong in other_entries(given, right) if not said(given, wrong)]
            assert accepted == [], seed
            rejected += len(list(other_entries(given, right)))
            for wrong in decided(given, right) if right.status == "tie" else ():
                assert said(given, wrong), (seed, wrong.entries)
    assert rejected > 1000


@pytest.mark.parametrize("names", [("P1", "P2"), ("P2", "P1")])
def test_the_last_place_that_the_host_takes_is_of_the_pathway_that_gave_it(names: tuple[str, str]) -> None:
    """Both who have places by points are in the list of times, too, which gives none; HHH takes the second's."""
    first, second = names
    given = scenario(
        [event("men-500", 3, 2)],
        [
            RankingPlaces(first, "points", "c", "points", {"men-500": 2}),
            RankingPlaces(second, "times", "c", "times", {"men-500": 1}),
            ReserveList("P3", "reserve", "c", {"men-500": "points"}, {"men-500": 1}),
            HostPlaces("P4", "host", "c", "replace-last", ("men-500",), True),
        ],
        [ranked("men-500", "points", ["aaa-1", "bbb-1", "hhh-1"]), ranked("men-500", "times", ["bbb-1", "aaa-1"])],
        host="HHH",
    )
    right = greedy.allocate(given)
    assert [one.athlete for one in right.entries["men-500"]] == ["aaa-1", "hhh-1"]
    assert said(given, right) == []
    other = Placed("AAA", "aaa-1", second)
    wrong = replace(right, entries={"men-500": (other, right.entries["men-500"][1])}, decisions=())
    assert said(given, wrong)


@pytest.mark.parametrize(("ranks", "shared"), [((1, 2, 2, 4), {"BBB", "CCC"}), ((1, 1, 3, 4), set())])
def test_of_those_who_share_the_last_place_nobody_says_who_goes(ranks: tuple[int, ...], shared: set[str]) -> None:
    """HHH heads the reserve list and takes the last of three places."""
    given = scenario(
        [event("men-500", 3, 2)],
        [
            RankingPlaces("P1", "points", "c", "points", {"men-500": 3}),
            ReserveList("P3", "reserve", "c", {"men-500": "points"}, {"men-500": 1}),
            HostPlaces("P4", "host", "c", "replace-last", ("men-500",), True),
        ],
        [ranked("men-500", "points", ["aaa-1", "bbb-1", "ccc-1", "hhh-1"], ranks)],
        host="HHH",
    )
    for engine in (greedy, cp_sat):
        found = engine.allocate(given)
        assert {one.noc for one in found.tied} == shared
        assert found.places["men-500"] == ({"AAA": 1} if shared else {"AAA": 1, "BBB": 1, "HHH": 1})
        assert said(given, found) == []


# On paper -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("places", "gets"), [(6, "AABBCC"), (5, "AABBC"), (4, "AABC"), (3, "ABC"), (2, "AB"), (1, "A")]
)
def test_the_highest_sums_lose_their_second_places_before_any_loses_its_only_one(
    places: int, gets: str, tmp_path: Path
) -> None:
    """Three NOCs have two places each by the sums 5, 7 and 9, of which so many are left."""
    names = ["aaa-1", "bbb-1", "ccc-1", "aaa-2", "bbb-2", "ccc-2"]
    sums = SumOfBest("P1", "sums", "c", "worlds", {"men-free": places}, 2, (Tier(9, 2),))
    given = scenario([event("men-free", 9, 3)], [sums], [ranked("men-free", "worlds", names)])
    expected = {letter * 3: gets.count(letter) for letter in "ABC" if letter in gets}
    assert {noc: n for noc, n in accepted_by_all(given, tmp_path).places["men-free"].items() if n} == expected


@pytest.mark.parametrize(
    ("names", "gets"),
    [
        ("a a b c", {"AAA": 2, "BBB": 1, "CCC": 1}),
        ("a b c", {"AAA": 1, "BBB": 1}),
        ("a b b c a d", {"BBB": 2, "AAA": 1, "CCC": 1}),
    ],
)
def test_as_many_ask_as_a_tier_has_places_or_one_more(names: str, gets: dict[str, int], tmp_path: Path) -> None:
    """Two places for the NOC whose second entry ranks best, and one each for the two best of the others."""
    own = [f"{letter * 3}-{number}" for number, letter in enumerate(names.split(), 1)]
    tiers = KthEntryTiers("P1", "entries", "c", "worlds", ("men-free",), (EntryTier(2, 1), EntryTier(1, 2)))
    given = scenario([event("men-free", 9, 3)], [tiers], [ranked("men-free", "worlds", own)])
    assert accepted_by_all(given, tmp_path).places.get("men-free", {}) == gets


def accepted_by_all(given: Scenario, folder: Path) -> Allocation:
    """Return what greedy gives, which CP-SAT gives as well, the validator accepts, and the checker its certificate."""
    found = greedy.allocate(given)
    assert found.status == "optimal"
    assert shape(cp_sat.allocate(given)) == shape(found)
    assert violations(given, found) == []
    loaded = save(given, folder / "given")
    assert problems(certificate(loaded, greedy.allocate(loaded)), folder / "given") == []
    return found
