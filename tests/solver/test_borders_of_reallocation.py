"""Borders of places by ranked lists that are given back: a few entries, whom the rules then name, and nobody else.

Engines and validator must agree on each case with what the rules say on paper, and the validator must refuse every
other way to hand the places on, and every other tie.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pytest

from quotaproof.model.allocation import Allocation, Award, InReserve, Placed, Tied
from quotaproof.model.kept import Held
from quotaproof.model.kept_entries import hold_entries
from quotaproof.model.pathways import (
    FillByRank,
    HostPlaces,
    NocQuota,
    QuotaCap,
    RankingPlaces,
    Reallocation,
    ReduceToTotal,
    ReserveList,
    SumOfBest,
    Tier,
)
from quotaproof.model.scenario import Scenario
from quotaproof.model.validation import violations
from quotaproof.solver.engines import greedy
from quotaproof.solver.engines.cpsat import engine as cp_sat
from tests.listed import drawn_ranks, event, long_track_like, other_records, ranked, scenario, shape

NAME, AGAIN = "men-500", "P9"


def said(given: Scenario, allocation: Allocation, held: Held) -> list[str]:
    return [str(one) for one in violations(given, allocation, held)]


def filled(given: Scenario, held: Held) -> Allocation:
    """What both engines make of it, which the validator accepts."""
    one, other = greedy.fill(given, held), cp_sat.fill(given, held)
    assert shape(one) == shape(other)
    assert one.decisions == other.decisions
    assert said(given, one, held) == []
    return one


# A few entries --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """Who has a place, who is on the reserve list, who gives a place back, and who takes one by the rules.

    Attributes
    ----------
    most
        NOC -> the places that it wants at most.
    first
        Whether NOCs without a place come first.
    takers
        Those who take a place, in turn, before a tie leaves all open.
    torn
        The NOCs between which nothing decides.
    told
        The kinds of the decisions, in turn.
    """

    has: str
    line: str
    gone: str
    takers: str
    ranks: Sequence[int] | None = None
    most: Mapping[str, int] | None = None
    first: bool = False
    cap: int = 3
    torn: str = ""
    told: str = ""


@dataclass(frozen=True)
class NocCase:
    """The results of the qualifying competition, NOC -> places it gives back, and who has one then; as in `Case`."""

    line: str
    gone: Mapping[str, int]
    takers: str
    ranks: Sequence[int] | None = None
    most: Mapping[str, int] | None = None
    torn: str = ""
    told: str = ""


CASES = {
    "the next": Case("a1 b1", "c1 d1", "a1", "c1", told="reallocated"),
    "the next two": Case("a1 b1", "c1 d1 e1", "a1 b1", "c1 d1", cap=1, told="reallocated reallocated"),
    "nobody is left for the second": Case("a1 b1", "c1", "a1 b1", "c1", told="reallocated reallocated-none"),
    "nobody is left for either": Case("a1 b1", "", "a1 b1", "", told="reallocated-none reallocated-none"),
    "not who gave it back": Case("a1 b1", "a2 c1", "a1", "c1", most={"AAA": 0}),
    "nobody but who gave it back": Case("a1 b1", "a2", "a1", "", most={"AAA": 0}, told="reallocated-none"),
    "no more than an NOC wants": Case("a1 b1", "c1 c2 d1", "a1 b1", "c1 d1", most={"CCC": 1}),
    "as many as an NOC wants": Case("a1 b1", "c1 c2 d1", "a1 b1", "c1 c2", most={"CCC": 2}),
    "an NOC with a place, where none comes first": Case("a1 b1", "b2 c1", "a1", "b2", told="reallocated"),
    "an NOC without a place first": Case("a1 b1", "b2 c1", "a1", "c1", first=True, told="reallocated-first"),
    "an NOC whose only place goes is one without": Case("a1 b1", "a2 b2 c1", "a1", "a2", first=True),
    "then those with a place": Case(
        *("a1 b1 b2", "b3 c1 c2", "a1 b1 b2", "b3 c1 c2"),
        first=True,
        told="reallocated-first reallocated-first reallocated",
    ),
    "those with a place in the order of the list": Case("a1 b1 c1 d1", "b2 c2 e1", "a1 d1", "e1 b2", first=True),
    "an NOC's second behind others without": Case("a1 b1", "c1 c2 d1", "a1 b1", "c1 d1", first=True),
    "two more of an NOC that has a place": Case(
        *("a1 b1 c1", "b2 b3", "a1 c1", "b2 b3"), first=True, told="reallocated reallocated"
    ),
    "a tie for one place": Case(
        *("a1 b1", "c1 d1 e1", "a1", ""), (1, 1, 3), torn="CCC DDD", told="reallocated-tie reallocated-tie"
    ),
    "a tie behind the next": Case("a1 b1", "c1 d1 e1", "a1 b1", "c1", (1, 2, 2), torn="DDD EEE"),
    "a tie of three for two places": Case("a1 b1", "c1 d1 e1", "a1 b1", "", (1, 1, 1), torn="CCC DDD EEE"),
    "a tie of two for two places": Case(
        *("a1 b1", "c1 d1 e1", "a1 b1", "c1 d1"), (1, 1, 3), told="reallocated reallocated"
    ),
    "a tie of an NOC's two for two places": Case("a1 b1", "c1 c2 d1", "a1 b1", "c1 c2", (1, 1, 3)),
    "a tie of an NOC's two for one place": Case("a1 b1", "c1 c2 d1", "a1", "", (1, 1, 3), torn="CCC"),
    "a tie of an NOC's two, of whom it wants one": Case(
        *("a1 b1", "c1 c2 d1", "a1 b1", ""), (1, 1, 3), most={"CCC": 1}, torn="CCC"
    ),
    "a tie of two, and one who has a place in any case": Case(
        *("a1 b1", "c1 c2 d1", "a1 b1", ""), (1, 1, 1), most={"CCC": 1}, torn="CCC"
    ),
    "a tie of two, and one who has none in any case": Case(
        *("a1 b1", "c1 c2 d1", "a1", ""), (1, 1, 1), most={"CCC": 1}, torn="CCC DDD"
    ),
    "a tie of an NOC's two, before another without": Case(
        *("a1 b1", "c1 c2 d1", "a1 b1", ""), (1, 1, 3), first=True, torn="CCC"
    ),
    "a tie of an NOC's two and another without, for two places": Case(
        *("a1 b1", "c1 c2 d1", "a1 b1", ""), (1, 1, 1), first=True, torn="CCC"
    ),
    "a tie of an NOC's two and another without, for one place": Case(
        *("a1 b1", "c1 c2 d1", "a1", ""), (1, 1, 1), first=True, torn="CCC DDD"
    ),
    "a tie with who gave it back": Case("a1 b1", "a2 c1 d1", "a1", "c1", (1, 1, 3), most={"AAA": 0}),
    "a tie with who has a place, where none comes first": Case("a1 b1", "b2 c1", "a1", "", (1, 1), torn="BBB CCC"),
    "no tie with who has a place, where others come first": Case("a1 b1", "b2 c1", "a1", "c1", (1, 1), first=True),
    "a tie of those with a place, after the first": Case(
        *("a1 b1 c1", "d1 b2 c2", "a1", "d1"), (1, 2, 2), first=True, told="reallocated-first"
    ),
    "a tie of those with a place, for the second": Case(
        *("a1 b1 c1 e1", "d1 b2 c2", "a1 e1", "d1"),
        (1, 2, 2),
        first=True,
        torn="BBB CCC",
        told="reallocated-first reallocated-tie reallocated-tie",
    ),
    "two ties one after the other": Case("a1 b1", "c1 d1 e1 f1", "a1 b1", "c1 d1", (1, 1, 3, 3)),
    "the second of two ties": Case("a1 b1 g1", "c1 d1 e1 f1", "a1 b1 g1", "c1 d1", (1, 1, 3, 3), torn="EEE FFF"),
}


def names(text: str) -> list[str]:
    """`a1 b1` are `aaa-1` and `bbb-1`."""
    return [f"{one[0] * 3}-{one[1:]}" for one in text.split()]


def season(case: Case) -> tuple[Scenario, Held]:
    """The rules and lists of a case, and what is held when the places are given back."""
    has, line = names(case.has), names(case.line)
    lists = [ranked(NAME, "points", has)]
    if line:
        lists.append(ranked(NAME, "times", line, case.ranks))
    given = scenario(
        [event(NAME, 9, case.cap)],
        [
            RankingPlaces("P1", "points", "c", "points", {NAME: len(has)}),
            ReserveList("P2", "reserve", "c", {NAME: "times"}, {NAME: 9}, case.first),
            Reallocation(AGAIN, "again", "c"),
        ],
        lists,
    )
    before = greedy.allocate(given)
    assert [one.athlete for one in before.entries[NAME]] == has
    assert [one.athlete for one in before.reserve[NAME]] == line
    most = {(NAME, noc): number for noc, number in (case.most or {}).items()}
    return given, hold_entries(given, before, {(NAME, one) for one in names(case.gone)}, {}, most)


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_a_place_given_back_goes_to_whom_the_rules_name_and_to_nobody_else(case: Case) -> None:
    given, held = season(case)
    right = filled(given, held)
    kept = [name for name in names(case.has) if name not in names(case.gone)]
    takers = names(case.takers)
    new = [one.athlete for one in right.entries[NAME][len(kept) :]]
    assert [one.athlete for one in right.entries[NAME][: len(kept)]] == kept
    # Those who share a rank have their places together, in no order among them.
    assert (sorted(new) if case.ranks else new) == (sorted(takers) if case.ranks else takers)
    assert [one.athlete for one in right.reserve[NAME]] == [one for one in names(case.line) if one not in takers]
    assert right.places[NAME] == Counter(name[:3].upper() for name in (*kept, *takers))
    assert {one.noc for one in right.tied} == set(case.torn.split())
    if case.told:
        assert [one.kind for one in right.decisions] == case.told.split()
    assert accepted(given, held, right) == []


def another(right: Allocation, held: Held, takers: Sequence[InReserve], tied: Collection[Tied] = ()) -> Allocation:
    """The allocation in which these take the places, and the reserve list is what is left of it."""
    new = [Placed(one.noc, one.athlete, AGAIN) for one in takers]
    entries = (*held.entries[NAME], *new)
    return replace(
        right,
        status="tie" if tied else "optimal",
        unique=not tied,
        entries={**right.entries, NAME: entries},
        places={**right.places, NAME: dict(Counter(one.noc for one in entries))},
        reserve={**right.reserve, NAME: tuple(one for one in held.reserve[NAME] if one not in takers)},
        tied=tuple(tied),
        decisions=(),
    )


def others(given: Scenario, held: Held, right: Allocation) -> Iterator[Allocation]:
    """Every other way to hand the places on, and every other tie of up to three NOCs, also after other places."""
    line, holes = held.reserve[NAME], len(held.holes[NAME])
    found = given.lists.get((NAME, "times"))
    ranks = {entry.athlete: entry.rank for entry in found.entries} if found else {}
    taken = [one.athlete for one in right.entries[NAME][len(held.entries[NAME]) :]]
    claims = set(itertools.product({one.noc for one in line} | {"AAA"}, {*ranks.values(), 1}))
    ties: list[frozenset[tuple[str, int]]] = [frozenset()]
    for number in (1, 2, 3):
        ties += [frozenset(tie) for tie in itertools.combinations(sorted(claims), number)]
    said_tied = {(one.noc, one.rank) for one in right.tied}
    for size in range(min(holes + 1, len(line)) + 1):
        for chosen in itertools.permutations(line, size):
            names_ = [one.athlete for one in chosen]
            same = set(names_) == set(taken) and [ranks.get(n) for n in names_] == [ranks.get(n) for n in taken]
            for tie in ties:
                if not same or tie != said_tied:
                    yield another(right, held, chosen, [Tied(AGAIN, NAME, noc, None, rank) for noc, rank in tie])


def accepted(given: Scenario, held: Held, right: Allocation) -> list[tuple[object, object]]:
    """What the validator takes for right and is not."""
    return [
        ([one.athlete for one in wrong.entries[NAME]], wrong.tied)
        for wrong in others(given, held, right)
        if not said(given, wrong, held)
    ]


TOLD = {name: case for name, case in CASES.items() if case.told}


@pytest.mark.parametrize("case", TOLD.values(), ids=list(TOLD))
def test_the_record_of_places_handed_on_is_the_one_that_is_true_and_no_other(case: Case) -> None:
    given, held = season(case)
    only_true(given, held, filled(given, held))


def only_true(given: Scenario, held: Held, right: Allocation) -> None:
    """The validator refuses every record but that of the allocation, and takes one that says nothing for none."""
    assert said(given, replace(right, decisions=()), held) == []
    for other in other_records(list(right.decisions)):
        assert not other or said(given, replace(right, decisions=tuple(other)), held), other


# By every order of those who share a rank -----------------------------------------------------------------------------


def drawn(rng: random.Random) -> tuple[Scenario, Held, Case]:
    """One event, a reserve list with shared ranks, one to three places given back, and NOCs that want no more."""
    letters = "abcd"
    everybody = [f"{letter}{number}" for letter in letters for number in (1, 2, 3)]
    rng.shuffle(everybody)
    number = rng.randint(2, 5)
    has, line = everybody[:number], everybody[number : number + rng.randint(1, 4)]
    gone = rng.sample(has, rng.randint(1, min(3, number)))
    most: dict[str, int] = {}
    for letter in letters:
        left = sum(one[0] == letter for one in has) - sum(one[0] == letter for one in gone)
        if rng.random() < 0.4:
            most[letter.upper() * 3] = left + rng.randint(0, 1)
    case = Case(
        " ".join(has), " ".join(line), " ".join(gone), "", drawn_ranks(rng, len(line)), most, rng.random() < 0.5, 6
    )
    return *season(case), case


def orders(given: Scenario, held: Held) -> Iterator[list[InReserve]]:
    """Yield the reserve list in every order of those who share a rank."""
    ranks = {entry.athlete: entry.rank for entry in given.lists[NAME, "times"].entries}
    groups = [list(own) for _, own in itertools.groupby(held.reserve[NAME], lambda one: ranks[one.athlete])]
    for order in itertools.product(*map(itertools.permutations, groups)):
        yield [one for group in order for one in group]


def handed_on(case: Case, held: Held, order: Sequence[InReserve]) -> set[str]:
    """Who takes the places, one after the other, where the reserve list is in this order."""
    numbers = Counter(one.noc for one in held.entries[NAME])
    takers: list[InReserve] = []
    for _ in held.holes[NAME]:
        able = [
            one for one in order if one not in takers and numbers[one.noc] < held.at_most.get((NAME, one.noc), case.cap)
        ]
        without = [one for one in able if not numbers[one.noc]] if case.first else []
        for one in (without or able)[:1]:
            takers.append(one)
            numbers[one.noc] += 1
    return {one.athlete for one in takers}


def test_a_tie_on_the_reserve_list_is_left_open_where_its_order_decides() -> None:
    """Under every order of those who share a rank: what all orders give is certain, and a tie is where two differ."""
    seen: Counter[str] = Counter()
    for seed in range(300):
        given, held, case = drawn(random.Random(seed))
        right = filled(given, held)
        ways = [handed_on(case, held, order) for order in orders(given, held)]
        taken = {one.athlete for one in right.entries[NAME][len(held.entries[NAME]) :]}
        if right.status == "tie":
            assert all(taken <= way for way in ways), seed
            own = len({one.noc for one in right.tied}) == 1  # of whom one is an NOC without a place's first
            assert own or any(way != ways[0] for way in ways), seed
        else:
            assert all(taken == way for way in ways), seed
        seen[right.status] += 1
    assert min(seen["tie"], seen["optimal"]) > 30


# Whom the host replaced -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("on_list", [True, False], ids=["in-the-list", "in-another-list"])
def test_whom_the_host_replaced_is_next_and_in_no_tie(on_list: bool) -> None:
    """HHH takes bbb-1's place, who heads the reserve list: before ccc-1, with whom it shares a rank of times or not."""
    times = ["bbb-1", "ccc-1", "hhh-1"] if on_list else ["ccc-1", "hhh-1"]
    given = scenario(
        [event(NAME, 2, 1)],
        [
            RankingPlaces("P1", "points", "c", "points", {NAME: 2}),
            ReserveList("P2", "reserve", "c", {NAME: "times"}, {NAME: 9}),
            HostPlaces("P3", "host", "c", "replace-last", (NAME,), True),
            Reallocation(AGAIN, "again", "c"),
        ],
        [ranked(NAME, "points", ["aaa-1", "bbb-1"]), ranked(NAME, "times", times, [1, 1, 3] if on_list else None)],
        host="HHH",
    )
    before = greedy.allocate(given)
    assert before.reserve[NAME] == (InReserve("BBB", "bbb-1", False), InReserve("CCC", "ccc-1", on_list))
    assert violations(given, before) == []
    held = hold_entries(given, before, {(NAME, "aaa-1")}, {}, {})
    right = filled(given, held)
    assert [one.athlete for one in right.entries[NAME]] == ["hhh-1", "bbb-1"]
    assert [(one.kind, one.figures["rank"], one.figures["number"]) for one in right.decisions] == [
        ("reallocated", 1 if on_list else 2, 1)
    ]
    assert accepted(given, held, right) == []
    only_true(given, held, right)


def test_quota_places_that_are_counted_again_have_the_reason_that_is_true() -> None:
    counted = 0
    for seed in range(4):
        drawn_ = long_track_like(random.Random(seed), ties=False)
        pathways = [one for one in drawn_.rules.pathways if not isinstance(one, ReduceToTotal)]
        given = replace(drawn_, rules=replace(drawn_.rules, pathways=(*pathways, Reallocation(AGAIN, "again", "c"))))
        before = greedy.allocate(given)
        last = before.entries[NAME][-1]
        held = hold_entries(given, before, {(NAME, last.athlete)}, {}, {(NAME, last.noc): 0})
        right = filled(given, held)
        only_true(given, held, right)
        counted += sum(one.kind.startswith("quota-") for one in right.decisions)
    assert counted > 10


# Places of NOCs -------------------------------------------------------------------------------------------------------

WORLDS = {"AAA": 2, "BBB": 1, "CCC": 1}

NOC_CASES = {
    "the next without a place": NocCase("b2 d1 e1", {"AAA": 1}, "DDD", told="returned-next"),
    "the next two": NocCase("d1 d2 e1 f1", {"AAA": 2}, "DDD EEE", told="returned-next returned-next"),
    "nobody is left for the second": NocCase("d1 b2", {"AAA": 2}, "DDD", told="returned-next returned-none"),
    "not who gave its only one back": NocCase("b2 d1", {"BBB": 1}, "DDD", most={"BBB": 0}),
    "nobody but who gave its only one back": NocCase("b2 a1", {"BBB": 1}, "", most={"BBB": 0}, told="returned-none"),
    "who would have one at most": NocCase("d1 e1", {"AAA": 1}, "DDD", most={"DDD": 1}),
    "a tie for one place": NocCase("d1 e1 f1", {"AAA": 1}, "", (1, 1, 3), torn="DDD EEE"),
    "a tie of two for two places": NocCase("d1 e1 f1", {"AAA": 2}, "DDD EEE", (1, 1, 3)),
    "a tie of three for two places": NocCase("d1 e1 f1", {"AAA": 2}, "", (1, 1, 1), torn="DDD EEE FFF"),
    "a tie behind the next": NocCase("d1 e1 f1", {"AAA": 2}, "DDD", (1, 2, 2), torn="EEE FFF"),
    "a tie with who has a place": NocCase("b2 d1 e1", {"AAA": 1}, "DDD", (1, 1, 3)),
    "a tie with who gave its only one back": NocCase("b2 d1", {"BBB": 1}, "DDD", (1, 1), most={"BBB": 0}),
    "a tie of an NOC's two": NocCase("d1 d2 e1", {"AAA": 1}, "DDD", (1, 1, 3)),
}


@pytest.mark.parametrize("case", NOC_CASES.values(), ids=list(NOC_CASES))
def test_a_place_of_an_noc_goes_to_the_next_without_one_and_to_nobody_else(case: NocCase) -> None:
    given = scenario(
        [event(NAME, 4, 3)],
        [
            SumOfBest("P1", "sums", "c", "worlds", {NAME: 4}, 2, (Tier(3, 2),), ()),
            FillByRank("P2", "fill", "c", "worlds", {NAME: 4}),
            Reallocation(AGAIN, "returned", "c", (), "noc-replaces", "qualifying", "the qualifying competition"),
        ],
        [
            ranked(NAME, "worlds", ["aaa-1", "aaa-2", "bbb-1", "ccc-1"]),
            ranked(NAME, "qualifying", names(case.line), case.ranks),
        ],
    )
    before = greedy.allocate(given)
    assert before.places[NAME] == WORLDS
    most = {(NAME, noc): number for noc, number in (case.most or {}).items()}
    held = hold_entries(given, before, (), {(NAME, noc): number for noc, number in case.gone.items()}, most)
    right = filled(given, held)
    kept = {noc: number - case.gone.get(noc, 0) for noc, number in WORLDS.items()}
    assert right.places[NAME] == {n: k for n, k in kept.items() if k} | dict.fromkeys(case.takers.split(), 1)
    assert {one.noc for one in right.tied} == set(case.torn.split())
    if case.told:
        assert [one.kind for one in right.decisions] == case.told.split()
    ranks = {entry.rank for entry in given.lists[NAME, "qualifying"].entries}
    said_tied = {(one.noc, one.rank) for one in right.tied}
    ties: list[frozenset[tuple[str, int]]] = [frozenset()]
    for number in (1, 2, 3):
        for nocs in itertools.combinations(("BBB", "DDD", "EEE", "FFF"), number):
            ties += [frozenset((noc, rank) for noc in nocs) for rank in ranks]
            ties += [frozenset(zip(nocs, own, strict=True)) for own in itertools.combinations(sorted(ranks), number)]
    for places in other_numbers(held.places[NAME], sum(case.gone.values())):
        for tie in ties:
            if places == right.places[NAME] and tie == said_tied:
                continue
            tied = tuple(Tied(AGAIN, NAME, noc, None, rank) for noc, rank in tie)
            open_ = {"status": "tie" if tied else "optimal", "unique": not tied, "tied": tied}
            wrong = replace(right, places={NAME: places}, decisions=(), **open_)
            assert said(given, wrong, held), (places, tie)
    only_true(given, held, right)


@pytest.mark.parametrize(
    ("again", "kind"),
    [
        (Reallocation(AGAIN, "a", "c"), "returned-open"),
        (Reallocation(AGAIN, "a", "c", (), "noc-replaces", "later", "another one"), "returned-elsewhere"),
    ],
)
def test_where_nothing_names_the_next_each_place_stays_free(again: Reallocation, kind: str) -> None:
    """Places of NOCs whose next no list has, and a place of an entry without a reserve list, given back together."""
    given = scenario(
        [event("men-free", 4, 3), event("women-500", 2, 1), event("men-500", 2, 1)],
        [
            FillByRank("P1", "fill", "c", "worlds", {"men-free": 4}),
            RankingPlaces("P2", "points", "c", "points", {"women-500": 2, "men-500": 2}),
            ReserveList("P3", "reserve", "c", {"men-500": "points"}, {"men-500": 1}),
            again,
        ],
        [
            ranked("men-free", "worlds", ["aaa-1", "bbb-1", "ccc-1"]),
            ranked("women-500", "points", ["aaa-1", "bbb-1", "ccc-1"]),
            ranked("men-500", "points", ["aaa-1", "bbb-1", "ccc-1"]),
        ],
    )
    before = greedy.allocate(given)
    gone = {("women-500", "aaa-1"), ("men-500", "aaa-1")}
    held = hold_entries(given, before, gone, {("men-free", "AAA"): 1, ("men-free", "CCC"): 1}, {})
    right = filled(given, held)
    assert [
        (one.event, one.noc, one.kind, one.granted) for one in sorted(right.decisions, key=lambda one: one[:3])
    ] == [
        ("men-500", "CCC", "reallocated", True),
        ("men-free", "AAA", kind, False),
        ("men-free", "CCC", kind, False),
        ("women-500", "AAA", "returned-open", False),
    ]
    only_true(given, held, right)
    assert right.places == {"men-free": {"BBB": 1}, "women-500": {"BBB": 1}, "men-500": {"BBB": 1, "CCC": 1}}


def other_numbers(kept: Mapping[str, int], given_back: int) -> Iterator[dict[str, int]]:
    """Up to one place more than was given back, handed on to any NOCs, or one that was kept taken away."""
    nocs = ["AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "XXX"]
    for size in range(given_back + 2):
        for takers in itertools.combinations_with_replacement(nocs, size):
            yield dict(Counter(kept) + Counter(takers))
    for noc in kept:
        yield {other: number for other, number in (Counter(kept) - Counter([noc])).items() if number}


# What the validator says ----------------------------------------------------------------------------------------------

BORDER = Case("a1 a2 b1", "a3 c1 d1 d2", "a2 b1", "c1 d1", first=True)
"""AAA keeps one; CCC and DDD have none and come first."""


def in_place_of_c1(athlete: str, noc: str, pathway: str) -> dict[str, object]:
    entries = (Placed("AAA", "aaa-1", "P1"), Placed(noc, athlete, pathway), Placed("DDD", "ddd-1", AGAIN))
    return {"entries": {NAME: entries}, "places": {NAME: dict(Counter(one.noc for one in entries))}}


WRONG: dict[str, tuple[dict[str, object], list[str]]] = {
    "lost": (
        {"entries": {NAME: (Placed("CCC", "ccc-1", AGAIN), Placed("DDD", "ddd-1", AGAIN))}},
        [f"{AGAIN}, all, {NAME}: somebody has lost a place that was not given back"],
    ),
    "places": (
        {"places": {NAME: {"AAA": 1, "CCC": 2, "DDD": 1}}},
        [f"caps, all, {NAME}: the places of NOCs are not those of their entries"],
    ),
    "pathway": (
        in_place_of_c1("ccc-1", "CCC", "P1"),
        [f"{AGAIN}, CCC, {NAME}: ccc-1 has a place and was not on the reserve list"],
    ),
    "noc": (
        in_place_of_c1("ccc-1", "EEE", AGAIN),
        [f"{AGAIN}, EEE, {NAME}: ccc-1 has a place and was not on the reserve list"],
    ),
    "stranger": (
        in_place_of_c1("eee-1", "EEE", AGAIN),
        [f"{AGAIN}, EEE, {NAME}: eee-1 has a place and was not on the reserve list"],
    ),
    "reserve": (
        {"reserve": {NAME: (InReserve("DDD", "ddd-2"), InReserve("AAA", "aaa-3"))}},
        [f"{AGAIN}, all, {NAME}: the reserve list is not what is left of it"],
    ),
    "event": (
        {"reserve": {NAME: (InReserve("AAA", "aaa-3"), InReserve("DDD", "ddd-2")), "men-50": ()}},
        ["caps, all, men-50: the rules have no such event"],
    ),
    "taken back": (
        {"taken_back": {NAME: (Placed("BBB", "bbb-1", "P1"),)}},
        [f"caps, all, {NAME}: places are taken back, and nothing does so when a place is given back"],
    ),
    "tie on another pathway": (
        {"tied": (Tied("P1", NAME, "CCC", None, 2),)},
        [f"P1, all, {NAME}: the tie is not one that the rules leave open"],
    ),
    "tie in no event": (
        {"tied": (Tied(AGAIN, None, "CCC", None, 2),)},
        [f"{AGAIN}, all, table: the tie is not one that the rules leave open"],
    ),
    "quota places": (
        {"awards": (Award("P5", "AAA", "men", 1), Award("P5", "CCC", "men", 1))},
        ["P5, DDD, men: 0 quota places, and 1 follow"],
    ),
}


def bordering(ranks: Sequence[int] | None = None, most: Mapping[str, int] | None = None) -> tuple[Scenario, Held]:
    """The case, and quota places by the start places."""
    given, held = season(replace(BORDER, ranks=ranks, most=most))
    quota = NocQuota("P5", "quota", "c", (QuotaCap(3),))
    *others_, again = given.rules.pathways
    return replace(given, rules=replace(given.rules, pathways=(*others_, quota, again))), held


@pytest.mark.parametrize(("change", "words"), WRONG.values(), ids=list(WRONG))
def test_the_validator_says_what_is_wrong_with_places_handed_on(change: dict[str, object], words: list[str]) -> None:
    given, held = bordering()
    right = filled(given, held)
    assert [one.athlete for one in right.entries[NAME]] == ["aaa-1", "ccc-1", "ddd-1"]
    assert {(one.noc, one.number) for one in right.awards} == {("AAA", 1), ("CCC", 1), ("DDD", 1)}
    found = said(given, replace(right, **change), held)  # type: ignore[arg-type]
    assert [one for one in found if not one.startswith("P5") or "P5" in words[0]] == words


@pytest.mark.parametrize(
    ("takers", "ranks", "most", "words"),
    [
        ("c1 a3", None, None, ["DDD: ddd-1 comes before aaa-3", "DDD: ddd-2 comes before aaa-3"]),
        ("d1 c1", None, None, ["CCC: ccc-1 comes before ddd-1"]),
        (
            *("d1 d2", None, None),
            [
                "CCC: ccc-1 comes before ddd-1",
                "AAA: aaa-3 comes before ddd-2",
                "CCC: ccc-1 comes before ddd-2",
            ],
        ),
        ("c1", None, None, ["DDD: ddd-1 could take a free place"]),
        ("c1 d1 a3", None, None, ["all: 3 places are handed on, and fewer were given back"]),
        ("c1 d1", None, {"DDD": 0}, ["DDD: ddd-1 has a place beyond what its NOC may have"]),
        ("c1 a3", None, {"DDD": 0, "AAA": 1}, ["AAA: aaa-3 has a place beyond what its NOC may have"]),
        ("c1 d1", (1, 2, 3, 3), None, ["DDD: a tie with ddd-1 is decided in silence"]),
        ("c1 d2", (1, 2, 3, 3), None, ["DDD: a tie with ddd-2 is decided in silence"]),
    ],
)
def test_the_validator_says_who_is_passed_over(
    takers: str, ranks: Sequence[int] | None, most: Mapping[str, int] | None, words: list[str]
) -> None:
    given, held = season(replace(BORDER, ranks=ranks, most=most))
    line = {one.athlete: one for one in held.reserve[NAME]}
    wrong = another(filled(given, held), held, [line[one] for one in names(takers)])
    assert [one.removeprefix(f"{AGAIN}, ").replace(f", {NAME}", "") for one in said(given, wrong, held)] == words
