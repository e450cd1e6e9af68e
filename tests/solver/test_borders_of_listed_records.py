"""Borders of the record of an allocation by ranked lists: the validator accepts what is true, and nothing that differs.

The places are right in all of them; one decision is missing, twice, out of its turn, about something else, or has
another reason.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from quotaproof.model.allocation import Allocation
from quotaproof.model.decisions import Decision, Figures
from quotaproof.model.pathways import (
    EntryTier,
    FillByRank,
    HostPlaces,
    KthEntryTiers,
    NocQuota,
    QuotaCap,
    RankingPlaces,
    RankTiers,
    ReserveList,
    SumOfBest,
    Tier,
)
from quotaproof.model.rules import Event
from quotaproof.model.scenario import Scenario
from quotaproof.model.validation import violations
from quotaproof.solver.engines import greedy
from tests.listed import event, figure_skating_like, long_track_like, other_records, ranked, scenario, tiers_like


def said(given: Scenario, right: Allocation, record: list[Decision]) -> list[str]:
    return [str(one) for one in violations(given, replace(right, decisions=tuple(record)))]


def mixed(name: str, start_places: int = 9, cap: int = 2) -> Event:
    """An event of couples."""
    return Event(name, "mixed", "couple", start_places, cap)


def couples() -> Scenario:
    """Places of couples by each kind of pathway: down a list, by sums, by ranks and by entries."""
    sums = SumOfBest("P3", "sums", "c", "list", {"pairs": 3}, 2, (Tier(5, 2),), ())
    return scenario(
        [mixed("doubles"), mixed("pairs", 3), mixed("ranks"), mixed("entries")],
        [
            RankingPlaces("P1", "list", "c", "list", {"doubles": 2}),
            ReserveList("P2", "reserve", "c", {"doubles": "list"}, {"doubles": 1}),
            sums,
            FillByRank("P4", "fill", "c", "list", {"pairs": 3}),
            RankTiers("P5", "ranks", "c", "list", ("ranks",), (Tier(1, 2), Tier(2, 1))),
            KthEntryTiers("P6", "entries", "c", "list", ("entries",), (EntryTier(2, 1), EntryTier(1, 1))),
        ],
        [
            ranked("doubles", "list", ["aaa-1", "aaa-2", "aaa-3", "bbb-1", "ccc-1"]),
            ranked("pairs", "list", ["aaa-1", "bbb-1", "aaa-2", "ccc-1"]),
            ranked("ranks", "list", ["aaa-1", "bbb-1", "ccc-1"]),
            ranked("entries", "list", ["aaa-1", "bbb-1", "aaa-2", "ccc-1"]),
        ],
    )


def replacing() -> Scenario:
    """A host that takes the last place, a second list, and quota places of both genders."""
    return scenario(
        [event("men-500", 3, 2), event("women-500", 2, 2)],
        [
            RankingPlaces("P1", "points", "c", "points", {"men-500": 2, "women-500": 2}),
            RankingPlaces("P2", "times", "c", "times", {"men-500": 1}),
            ReserveList("P3", "reserve", "c", {"men-500": "times"}, {"men-500": 2}),
            HostPlaces("P4", "host", "c", "replace-last", ("men-500",), True),
            NocQuota("P5", "quota", "c", (QuotaCap(1),)),
        ],
        [
            ranked("men-500", "points", ["aaa-1", "bbb-1", "bbb-2"]),
            ranked("men-500", "times", ["bbb-1", "ccc-1", "aaa-2", "hhh-1"]),
            ranked("women-500", "points", ["aaa-1", "aaa-2", "bbb-1"]),
        ],
        host="HHH",
    )


def on_paper() -> Iterator[Scenario]:
    yield couples()
    yield replacing()


def drawn(ties: bool) -> Iterator[Scenario]:
    for seed in range(2, 5):
        for draw in (long_track_like, figure_skating_like, tiers_like):
            yield draw(random.Random(seed), ties=ties)


@pytest.mark.parametrize("scenarios", [on_paper(), drawn(ties=False), drawn(ties=True)], ids=["paper", "drawn", "tied"])
def test_the_validator_accepts_the_record_that_is_true_and_no_other(scenarios: Iterator[Scenario]) -> None:
    refused = 0
    for given in scenarios:
        right = greedy.allocate(given)
        record = list(right.decisions)
        assert said(given, right, record) == []
        for other in other_records(record):
            if other:
                assert said(given, right, other), other
                refused += 1
    assert refused > 200


# Every reason that is true --------------------------------------------------------------------------------------------


def reasons(given: Scenario, right: Allocation, n: int) -> Mapping[str, Figures]:
    """Return what the n-th decision on record, a refusal down a list, may say, by what is granted before it."""
    one, before = right.decisions[n], right.decisions[:n]
    [pathway] = [p for p in given.rules.pathways if p.identifier == one.pathway]
    assert isinstance(pathway, RankingPlaces)
    assert one.event is not None
    listed = [other for other in before if other.event == one.event and other.kind == "listed"]
    base: Figures = {name: one.figures[name] for name in ("name", "rank", "ranking", "athlete")}
    cap, places = given.rules.event(one.event).noc_cap, pathway.places[one.event]
    true: dict[str, Figures] = {}
    for other in listed:
        if other.figures["athlete"] == base["athlete"] and other.pathway != one.pathway:
            true["listed-has-place"] = {**base, "by": other.pathway}
    if Counter(other.noc for other in listed)[one.noc] == cap:
        true["listed-noc-cap"] = {**base, "cap": cap}
    if sum(other.pathway == one.pathway for other in listed) == places:
        true["listed-full"] = {**base, "places": places}
    return true


def test_a_refusal_down_a_list_has_any_reason_that_is_true_and_no_other() -> None:
    kinds: Counter[tuple[str, bool]] = Counter()
    for given in (couples(), replacing(), *(long_track_like(random.Random(seed), ties=False) for seed in range(12))):
        right = greedy.allocate(given)
        record = list(right.decisions)
        for n, one in enumerate(record):
            if one.kind not in ("listed-has-place", "listed-noc-cap", "listed-full"):
                continue
            assert one.event is not None
            true = reasons(given, right, n)
            base: Figures = {name: one.figures[name] for name in ("name", "rank", "ranking", "athlete")}
            [places] = [p.places[one.event] for p in given.rules.pathways if p.identifier == one.pathway]  # type: ignore[union-attr]
            tried: dict[str, list[Figures]] = {
                "listed-has-place": [{**base, "by": p.identifier} for p in given.rules.pathways],
                "listed-noc-cap": [{**base, "cap": given.rules.event(one.event).noc_cap}],
                "listed-full": [{**base, "places": places}],
            }
            for kind, all_figures in tried.items():
                for figures in all_figures:
                    other = one._replace(kind=kind, figures=figures)
                    found = said(given, right, [*record[:n], other, *record[n + 1 :]])
                    assert (found == []) is (true.get(kind) == figures), (kind, figures, found)
                    kinds[kind, not found] += 1
    assert len(kinds) == 6
    assert min(kinds.values()) > 5


# What it says ---------------------------------------------------------------------------------------------------------


def test_the_validator_says_which_decision_is_wrong_and_why() -> None:
    """The column is the event of a start place, and the gender of a quota place."""
    given = replacing()
    right = greedy.allocate(given)
    record = list(right.decisions)
    places = {one.pathway: n for n, one in reversed(list(enumerate(record)))}
    start, quota = places["P2"], places["P5"]
    assert (record[start].noc, record[start].kind) == ("BBB", "listed-has-place")
    assert (record[quota].noc, record[quota].gender, record[quota].kind) == ("AAA", "men", "quota-sum")
    turn, true, agrees = "not on record, or not in its turn", "the record's reason is not true", "does not agree with"

    def words(n: int, *other: Decision) -> str:
        [one] = said(given, right, [*record[:n], *other, *record[n + 1 :]])
        return one

    assert words(start).startswith("P2, BBB, men-500: the decision is ") and turn in words(start)
    assert words(quota).startswith("P5, AAA, men: the decision is ") and turn in words(quota)
    assert agrees in words(start, record[start]._replace(granted=True))
    lie = record[start]._replace(kind="listed-full")
    assert words(start, lie).startswith(f"P2, BBB, men-500: {true}: listed-full, with athlete bbb-1, by P1, name ")
    last = len(record) - 1
    assert words(last, record[last], record[last]) == (
        f"P5, {record[last].noc}, table: the record has a decision that is not due"
    )
    assert words(last, record[last], record[start]) == "P2, BBB, men-500: the record has a decision that is not due"
