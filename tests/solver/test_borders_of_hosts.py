"""Borders of the host's place by ranked lists: a few entries, whether it has one, whose it is, and nothing else.

Places go down a list of points, the reserve list down a list of times; HHH is the host.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pytest

from quotaproof.model.allocation import Allocation, InReserve, Placed, Tied
from quotaproof.model.pathways import HostPlaces, RankingPlaces, ReserveList
from quotaproof.model.pathways.host_places import HostMode
from quotaproof.model.results.listed_file import standings_of_lists
from quotaproof.model.scenario import Scenario
from quotaproof.model.validation import violations
from quotaproof.solver.engines import greedy
from quotaproof.solver.engines.cpsat import engine as cp_sat
from tests.listed import drawn_ranks, event, ranked, scenario, shape
from tests.listed_twins import number_of_orders, orders

NAME, HOST = "men-500", "HHH"


def said(given: Scenario, allocation: Allocation) -> list[str]:
    return [str(one) for one in violations(given, allocation)]


def allocated(given: Scenario) -> Allocation:
    """What both engines make of it, which the validator accepts, with the record and without."""
    one, other = greedy.allocate(given), cp_sat.allocate(given)
    assert shape(one) == shape(other)
    assert one.decisions == other.decisions or one.status == "tie"
    assert said(given, one) == said(given, replace(one, decisions=())) == []
    return one


def names(text: str) -> list[str]:
    """`a1 b1` are `aaa-1` and `bbb-1`."""
    return [f"{one[0] * 3}-{one[1:]}" for one in text.split()]


@dataclass(frozen=True)
class Case:
    """The lists, and by the rules who has a place, who is on the reserve list, and between whom nothing decides.

    `times_ranks` and `points_ranks` are the ranks where some are shared; `open_` are `HHH:3` for the host at rank 3.
    """

    points: str
    times: str
    places: int
    has: str
    reserve: str
    times_ranks: Sequence[int] | None = None
    points_ranks: Sequence[int] | None = None
    mode: HostMode = "replace-last"
    on_list: bool = True
    length: int = 9
    cap: int = 2
    open_: str = ""


CASES = {
    "takes the last place": Case("a1 b1", "c1 h1", 2, "a1 h1", "b1 c1"),
    "comes on top": Case("a1 b1", "c1 h1", 2, "a1 b1 h1", "c1", mode="additional"),
    "has a place already": Case("a1 h1", "c1 h2", 2, "a1 h1", "c1 h2"),
    "its best of two": Case("a1 b1", "c1 h1 h2", 2, "a1 h1", "b1 c1 h2"),
    "is behind the end of the reserve list": Case("a1 b1", "c1 h1", 2, "a1 b1", "c1", length=1),
    "is the end of the reserve list": Case("a1 b1", "c1 h1 d1", 2, "a1 h1", "b1 c1", length=2),
    "finds nobody to replace": Case("", "c1 h1", 2, "", "c1 h1"),
    "comes on top of nobody": Case("", "c1 h1", 2, "h1", "c1", mode="additional"),
    "is on no list": Case("a1 b1", "c1", 2, "a1 b1", "c1"),
    "need not be on the reserve list": Case("a1 b1 h1", "c1 d1", 2, "a1 h1", "b1 c1 d1", on_list=False),
    "is in no place that is handed out first": Case("a1 b1 h2", "c1 h1", 2, "a1 h2", "b1 c1 h1", on_list=False),
    "the last place is one of two that share a rank": Case(
        *("a1 b1 c1", "h1", 3, "a1", "h1"), points_ranks=(1, 2, 2), open_="BBB:2 CCC:2"
    ),
    "the first two share a rank": Case("a1 b1 c1", "h1", 3, "a1 b1 h1", "c1", points_ranks=(1, 1, 3)),
    "nobody is replaced in a tie": Case(
        *("a1 b1 c1", "h1", 3, "a1 b1 c1 h1", ""), points_ranks=(1, 2, 2), mode="additional"
    ),
    "nobody replaces in a tie": Case("a1 b1 c1", "d1", 3, "a1 b1 c1", "d1", points_ranks=(1, 2, 2)),
    "is tied for the end of the reserve list and first in the file": Case(
        *("a1 b1", "h1 c1", 2, "a1", "h1"), times_ranks=(1, 1), length=1, open_="HHH:1"
    ),
    "is tied for the end of the reserve list and last in the file": Case(
        *("a1 b1", "c1 h1", 2, "a1", "c1"), times_ranks=(1, 1), length=1, open_="HHH:1"
    ),
    "is tied for the end and comes on top": Case(
        *("a1 b1", "c1 h1", 2, "a1 b1", "c1"), times_ranks=(1, 1), length=1, mode="additional", open_="HHH:1"
    ),
    "is tied where both are on the reserve list": Case(
        *("a1 b1", "h1 c1", 2, "a1 h1", "b1 c1"), times_ranks=(1, 1), length=2
    ),
    "others are tied for the end of the reserve list": Case(
        *("a1 b1", "c1 d1", 2, "a1 b1", "c1"), times_ranks=(1, 1), length=1
    ),
    "others are tied for the end, behind the host": Case(
        *("a1 b1", "h1 c1 d1", 2, "a1 h1", "b1 c1"), times_ranks=(1, 2, 2), length=2
    ),
    "two others of an NOC that may have one more are tied before the host is": Case(
        *("a1 b1", "c1 c2 h1 d1", 2, "a1", "c1 h1"), times_ranks=(1, 1, 3, 3), length=2, cap=1, open_="HHH:3"
    ),
    "two others of an NOC that may have one more are tied before the host, which is last in the file": Case(
        *("a1 b1", "c1 c2 d1 h1", 2, "a1", "c1 d1"), times_ranks=(1, 1, 3, 3), length=2, cap=1, open_="HHH:3"
    ),
    "two others of an NOC that may have one more are tied": Case(
        *("a1 b1", "c1 c2 d1 h1", 2, "a1 h1", "b1 c1 d1"), times_ranks=(1, 1, 3, 3), length=3, cap=1
    ),
    "its two share the best rank": Case(
        *("a1 b1", "h1 h2 c1", 2, "a1", "h1 h2 c1"), times_ranks=(1, 1, 3), open_="HHH:1"
    ),
    "its two share the best rank, of whom one may be on the list": Case(
        *("a1 b1", "h1 h2 c1", 2, "a1", "h1 c1"), times_ranks=(1, 1, 3), cap=1, open_="HHH:1"
    ),
    "its second and third share a rank": Case(
        *("a1 b1", "h1 h2 h3", 2, "a1 h1", "b1 h2 h3"), times_ranks=(1, 2, 2), cap=3
    ),
    "its two share the best rank and need not be on the reserve list": Case(
        *("a1 b1 h1 h2", "c1", 2, "a1", "c1"), points_ranks=(1, 2, 3, 3), on_list=False, open_="HHH:3"
    ),
}


def season(case: Case) -> Scenario:
    lists = [ranked(NAME, "times", names(case.times), case.times_ranks)]
    if case.points:
        lists.insert(0, ranked(NAME, "points", names(case.points), case.points_ranks))
    return scenario(
        [event(NAME, 9, case.cap)],
        [
            RankingPlaces("P1", "points", "c", "points", {NAME: case.places}),
            ReserveList("P2", "reserve", "c", {NAME: "times"}, {NAME: case.length}),
            HostPlaces("P3", "host", "c", case.mode, (NAME,), case.on_list),
        ],
        lists,
        host=HOST,
    )


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_the_host_has_the_place_that_the_rules_give_it_and_no_other(case: Case) -> None:
    given = season(case)
    right = allocated(given)
    assert [one.athlete for one in right.entries[NAME]] == names(case.has)
    assert [one.athlete for one in right.reserve[NAME]] == names(case.reserve)
    assert {f"{one.noc}:{one.rank}" for one in right.tied} == set(case.open_.split())
    assert accepted(given, right) == []


def accepted(given: Scenario, right: Allocation) -> list[tuple[object, object]]:
    """What the validator takes for right and is not."""
    return [(wrong.entries, wrong.tied) for wrong in others(given, right) if not said(given, wrong)]


def others(given: Scenario, right: Allocation) -> Iterator[Allocation]:
    """The host's place in every other way, every other tie, and what the tie leaves certain as if that were all.

    The record of the places of before names them where a tie leaves open whose the host's is.
    """
    hosts = given.rules.pathways[-1]
    assert isinstance(hosts, HostPlaces)
    before = greedy.allocate(replace(given, rules=replace(given.rules, pathways=given.rules.pathways[:-1])))
    placed, line = before.entries.get(NAME, ()), before.reserve[NAME]
    entries = {e.athlete: e for one in given.lists.values() for e in one.entries}
    ways: list[tuple[Sequence[Placed], Sequence[InReserve]]] = [(placed, line)]
    ways += [(placed[:-1], line), (right.entries[NAME], right.reserve[NAME])]
    free = [entry for entry in entries.values() if entry.athlete not in {one.athlete for one in placed}]
    for entry in free:
        own = Placed(entry.noc, entry.athlete, "P3")
        rest = [one for one in line if one.athlete != entry.athlete]
        ways.append(((*placed, own), rest))
        for n, gone in enumerate(placed):
            ways.append(((*placed[:n], *placed[n + 1 :], own), [InReserve(gone.noc, gone.athlete), *rest]))
    ranks = {entry.rank for entry in entries.values()}
    claims = sorted(itertools.product(sorted({entry.noc for entry in entries.values()}), ranks))
    ties = [frozenset(tie) for number in (0, 1, 2) for tie in itertools.combinations(claims, number)]
    right_tie = {(one.noc, one.rank) for one in right.tied}
    for has, waiting in ways:
        for tie in ties:
            if tuple(has) == right.entries[NAME] and tuple(waiting) == right.reserve[NAME] and tie == right_tie:
                continue
            yield replace(
                right,
                status="tie" if tie else "optimal",
                entries={NAME: tuple(has)},
                places={NAME: dict(Counter(one.noc for one in has))},
                reserve={NAME: tuple(waiting)},
                tied=tuple(Tied("P3", NAME, noc, None, rank) for noc, rank in sorted(tie)),
                decisions=before.decisions if tie else (),
            )


def test_the_host_hangs_on_a_tie_where_the_order_of_the_tied_decides() -> None:
    """Under every order of those who share a rank: what is certain is in all of them, and a tie is where two differ."""
    seen: Counter[str] = Counter()
    for seed in range(250):
        given = drawn(random.Random(seed))
        if sum(number_of_orders(given, key) for key in given.lists) > 30:
            continue
        right = allocated(given)
        has = {(one.noc, one.athlete) for one in right.entries.get(NAME, ())}
        ways = []
        for points, times in itertools.product(orders(given, (NAME, "points")), orders(given, (NAME, "times"))):
            lists = {(NAME, "points"): ranked(NAME, "points", points), (NAME, "times"): ranked(NAME, "times", times)}
            settled = greedy.allocate(replace(given, lists=lists, standings=standings_of_lists(lists)))
            ways.append({(one.noc, one.athlete) for one in settled.entries.get(NAME, ())})
        if any(one.pathway == "P3" for one in right.tied):
            seen["host"] += 1
            assert any(way != ways[0] for way in ways), seed
            assert all(has <= way for way in ways), seed
        elif right.status == "optimal":
            seen["certain"] += 1
            assert all(way == has for way in ways), seed
    assert seen["host"] > 10
    assert seen["certain"] > 50


def drawn(rng: random.Random) -> Scenario:
    """Two short lists with shared ranks, of three NOCs and the host."""
    everybody = [f"{letter * 3}-{number}" for letter in "abch" for number in (1, 2)]
    times = rng.sample(everybody, rng.randint(3, 6))
    points = rng.sample([name for name in everybody if name[0] != "h" or rng.random() < 0.2], rng.randint(2, 4))
    return scenario(
        [event(NAME, 9, rng.randint(1, 2))],
        [
            RankingPlaces("P1", "points", "c", "points", {NAME: rng.randint(1, 3)}),
            ReserveList("P2", "reserve", "c", {NAME: "times"}, {NAME: rng.randint(1, 4)}),
            HostPlaces("P3", "host", "c", rng.choice(["replace-last", "additional"]), (NAME,), rng.random() < 0.8),
        ],
        [
            ranked(NAME, "points", points, drawn_ranks(rng, len(points)) if rng.random() < 0.4 else None),
            ranked(NAME, "times", times, drawn_ranks(rng, len(times))),
        ],
        host=HOST,
    )


def test_each_event_has_its_own_lists() -> None:
    """HHH is in the points of the second event alone, and the reserve list of the first ends before the second's."""
    names_ = ("men-1000", "men-500", "women-500")
    given = scenario(
        [event(name, 9, 1) for name in names_],
        [
            RankingPlaces("P1", "points", "c", "points", dict.fromkeys(names_, 1)),
            ReserveList(
                "P2", "reserve", "c", dict.fromkeys(names_, "times"), {"men-1000": 1, "men-500": 2, names_[2]: 1}
            ),
            HostPlaces("P3", "host", "c", "additional", names_, False),
        ],
        [
            ranked("men-1000", "points", ["aaa-1"]),
            ranked("men-1000", "times", ["bbb-1", "ccc-1", "hhh-1"]),
            ranked("men-500", "points", ["bbb-1", "hhh-2"]),
            ranked("men-500", "times", ["aaa-1", "ccc-1", "ddd-1"]),
            ranked("women-500", "points", ["ccc-1"]),
            ranked("women-500", "times", ["aaa-1", "bbb-1"]),
        ],
        host=HOST,
    )
    right = allocated(given)
    assert {name: [one.athlete for one in right.entries[name]] for name in names_} == {
        "men-1000": ["aaa-1"],
        "men-500": ["bbb-1", "hhh-2"],
        "women-500": ["ccc-1"],
    }
    assert {name: [one.athlete for one in right.reserve[name]] for name in names_} == {
        "men-1000": ["bbb-1"],
        "men-500": ["aaa-1", "ccc-1"],
        "women-500": ["aaa-1"],
    }
