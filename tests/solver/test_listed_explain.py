"""Explanations where places go down ranked lists: a twin that tries every set and every rank, and real scenarios."""

from __future__ import annotations

import itertools
import os
import random
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import pytest

from quotaproof.model.errors import InputError
from quotaproof.model.pathways import HostPlaces, RankingPlaces, ReduceToTotal
from quotaproof.model.results.ranked_lists import ListedEntry
from quotaproof.model.scenario import Scenario
from quotaproof.scenarios import load_scenario
from quotaproof.solver.engines import greedy
from quotaproof.solver.explain import explain
from tests.listed import DRAWS, NOCS, long_track_like, long_track_twin, ranked

SEASONS = int(os.environ.get("QUOTAPROOF_LISTED_EXPLANATIONS", "20"))
SKATING, FIGURE = load_scenario("speed-skating-2026"), load_scenario("figure-skating-2018")


def drawn(seed: int) -> tuple[Scenario, random.Random]:
    """A settled small season without places taken back."""
    rng = random.Random(seed)
    given = long_track_like(rng, ties=False)
    pathways = tuple(one for one in given.rules.pathways if not isinstance(one, ReduceToTotal))
    return replace(given, rules=replace(given.rules, pathways=pathways)), rng


def without(given: Scenario, event: str, left_open: Collection[tuple[str, ...]]) -> Scenario:
    """The season with facts and clauses left out, written a second time."""
    pathways: list[Any] = []
    for one in given.rules.pathways:
        changed: Any = one
        if isinstance(one, RankingPlaces) and ("full", one.identifier) in left_open and event in one.places:
            changed = replace(one, places={**one.places, event: 50})
        if isinstance(one, HostPlaces) and ("host",) in left_open:
            changed = replace(one, events=tuple(other for other in one.events if other != event))
        pathways.append(changed)
    return replace(given, rules=replace(given.rules, pathways=tuple(pathways)))


def number(given: Scenario, event: str, noc: str) -> int:
    entries, _, _ = long_track_twin(given)
    return sum(athlete[:3].upper() == noc for athlete in entries[event])


def test_the_reasons_are_all_minimal_sets_that_trying_every_set_finds() -> None:
    seen: Counter[int] = Counter()
    for seed in range(SEASONS):
        given, _ = drawn(seed)
        found = greedy.allocate(given)
        for event, noc in itertools.product(("men-500", "women-500"), NOCS):
            has = found.number(noc, event)
            if has >= given.rules.event(event).noc_cap:
                continue
            answer = explain(given, noc, event, f"{event}>={has + 1}", all_reasons=True, how_close=False).why_not
            assert answer is not None
            assert not answer.possible
            assert answer.complete
            keys = [("full", "P1"), ("full", "P2")] + ([("host",)] if noc != given.host else [])
            excluding = [
                set(kept)
                for size in range(len(keys) + 1)
                for kept in itertools.combinations(keys, size)
                if number(without(given, event, [key for key in keys if key not in kept]), event, noc) <= has
            ]
            minimal = [own for own in excluding if not any(other < own for other in excluding)]
            reasons = [{element.key for element in reason.elements} for reason in answer.reasons]
            if minimal == [set()]:
                assert reasons == [{("lists",)}], (seed, event, noc)
            else:
                assert sorted(map(sorted, reasons)) == sorted(map(sorted, minimal)), (seed, event, noc)
            seen[len(reasons[0])] += 1
    assert seen[1]
    assert seen[2]


def test_a_gain_is_enough_and_nothing_less_is() -> None:
    tried = 0
    for seed in range(SEASONS):
        given, _ = drawn(seed)
        found = greedy.allocate(given)
        for event, noc in itertools.product(("men-500", "women-500"), NOCS):
            has = found.number(noc, event)
            if has >= given.rules.event(event).noc_cap:
                continue
            answer = explain(given, noc, event, f"{event}>={has + 1}").why_not
            assert answer is not None
            told = {distance.where.rpartition(" by ")[2]: distance.amount for distance in answer.distances}
            placed = {one.athlete for one in found.entries.get(event, ())}
            for ranking in ("points", "times"):
                names = [entry.athlete for entry in given.lists[event, ranking].entries]
                gains = [
                    place - other
                    for place, name in enumerate(names)
                    if name[:3].upper() == noc and name not in placed
                    for other in range(place)
                    if number(with_list(given, event, ranking, moved(names, place, other)), event, noc) > has
                ]
                assert told.get(ranking) == min(gains, default=None), (seed, event, noc, ranking)
                tried += bool(gains)
    assert tried > SEASONS


def moved(names: Sequence[str], place: int, other: int) -> list[str]:
    rest = [name for name in names if name != names[place]]
    return [*rest[:other], names[place], *rest[other:]]


def with_list(given: Scenario, event: str, ranking: str, names: Sequence[str]) -> Scenario:
    return replace(given, lists={**given.lists, (event, ranking): ranked(event, ranking, names)})


def test_an_athlete_with_a_place_or_without_is_explained_by_what_is_so() -> None:
    for seed in range(SEASONS):
        given, rng = drawn(seed)
        found = greedy.allocate(given)
        entries = [e for (event, _), one in given.lists.items() if event == "men-500" for e in one.entries]
        entry: ListedEntry = rng.choice(entries)
        placed = any(one.athlete == entry.athlete for one in found.entries.get("men-500", ()))
        answer = explain(given, entry.athlete, "men-500", "men-500>=1")
        assert answer.why_not is not None
        assert answer.why_not.possible == placed
        assert answer.athlete is not None
        assert answer.athlete.identifier == entry.athlete
        has = "has a start place" if placed else "has no start place"
        assert has in answer.why[0].text
        if not placed:
            assert answer.why_not.reasons


@pytest.mark.parametrize("ties", [False, True], ids=["settled", "tied"])
@pytest.mark.parametrize("draw", DRAWS)
def test_everything_of_every_noc_has_an_explanation_or_a_sentence(draw: str, ties: bool) -> None:
    answered = 0
    for seed in range(SEASONS):
        given = DRAWS[draw](random.Random(seed), ties=ties)
        found = greedy.allocate(given)
        for noc in given.nocs:
            try:
                answer = explain(given, noc, engine="greedy")
            except InputError as error:
                assert "unsettled tie" in error.problem
                continue
            answered += 1
            texts = {statement.subject: statement.text for statement in answer.why}
            for event in given.rules.events:
                words = {0: "no start place", 1: "one start place"}.get(
                    found.number(noc, event.identifier), "start places"
                )
                assert f"{noc} has" in texts[event.identifier]
                assert words in texts[event.identifier], (seed, noc)
    assert answered


# Real scenarios ------------------------------------------------------------------------------------------------------


def words(subject: str, column: str | None = None, why_not: str | None = None, scenario: Scenario = SKATING) -> str:
    from quotaproof.text import explanation

    return " ".join(explanation(explain(scenario, subject, column, why_not), "markdown").split())


def test_the_replaced_skater_was_three_hundredths_behind_on_time() -> None:
    times = {entry.athlete: entry.time for entry in SKATING.lists["men-500", "times"].entries}
    own, last = times["kaz-altay-zhardembekuly"], times["nor-henrik-fagerli-rukke"]
    assert own is not None and last is not None and own - last == 3
    text = words("Altay Zhardembekuly")
    assert "0.03 s behind the last place by times, Henrik Fagerli RUKKE (NOR) (P2)" in text
    assert "it had the last place, which the host takes (P4); number 1 on the reserve list" in text
    answer = explain(SKATING, "KAZ", "men-500", "men-500>=2").why_not
    assert answer is not None
    assert [element.pathway for element in answer.reasons[0].elements] == ["P1", "P2", "P4"]
    assert [(d.measure, d.amount, d.at_least) for d in answer.distances] == [("points", 87, 86), ("hundredths", 4, 3)]


@pytest.mark.parametrize(
    ("noc", "gender", "said"),
    [
        ("NED", "men", "nine quota places, the most it may have with the men's team pursuit and the maximum in every"),
        ("USA", "men", "eight quota places, the most it may have with the men's team pursuit and a place in every"),
        ("POL", "men", "seven quota places, the most it may have where no condition for more is met, for eight"),
        ("KAZ", "men", "one quota place, one for each of one individual start place: men's 500 m 1 (P5)"),
        ("POL", "men", "Eight would ask for a place in the men's team pursuit, a place in the men's 5000 m and"),
        ("ITA", "women", "six quota places, one for each of six individual start places"),
    ],
)
def test_quota_places_name_the_condition_that_gives_them(noc: str, gender: str, said: str) -> None:
    assert said in words(noc, gender)


def test_what_one_more_quota_place_asks_for() -> None:
    answer = explain(SKATING, "ITA", "women", "women>=7").why_not
    assert answer is not None
    assert [d.text for d in answer.distances] == ["one start place more: then an NOC may have 7 women"]
    answer = explain(SKATING, "POL", "men", "men>=8", all_reasons=True).why_not
    assert answer is not None
    assert answer.complete
    lacks = {element.text for reason in answer.reasons for element in reason.elements}
    assert "POL has no place in the men's team pursuit" in lacks
    assert all(reason.elements[-1].pathway == "P5" for reason in answer.reasons)


def test_the_pair_that_the_usa_lost_is_explained() -> None:
    text = words("USA", "pairs", "pairs>=2", FIGURE)
    assert "had won 17 places for 16" in text
    assert "its sum of 28 is the highest among them, so it has one" in text
    assert "without it it would be possible" in text


def test_the_next_noc_of_a_discipline_is_so_many_ranks_behind() -> None:
    text = words("BEL", "men", "men>=1", FIGURE)
    answer = explain(FIGURE, "BEL", "men", "men>=1").why_not
    assert answer is not None
    assert [d.measure for d in answer.distances] == ["ranks"]
    assert "behind" in text
    ranks = {entry.noc: entry.rank for entry in reversed(FIGURE.lists["men", "worlds"].entries)}
    has = greedy.allocate(FIGURE).places["men"]
    last = max(rank for noc, rank in ranks.items() if has.get(noc) == 1)
    assert answer.distances[0].amount == ranks["BEL"] - last


def test_totals_say_what_is_more_than_may_start() -> None:
    text = words("TOTAL")
    assert "There are 105 men" in text
    assert "There are 111 women" in text
    assert text.count("That is more than the 82 that may start.") == 2


@pytest.mark.parametrize(
    ("subject", "column", "why_not", "said", "scenario"),
    [
        ("XXX", None, None, "is not an NOC of", SKATING),
        ("Jorden Stolz", None, None, "the nearest is Jordan STOLZ, usa-jordan-stolz", SKATING),
        ("usa-jordan-stolz", "men", None, "quota places are an NOC's; ask about USA", SKATING),
        ("usa-jordan-stolz", None, "men>=1", "is no target of an athlete", SKATING),
        ("usa-jordan-stolz", None, "men-500>=2", "is no target of an athlete", SKATING),
        ("NED", None, "men-500>=4", "at most 3", SKATING),
        ("NED", None, "men>=10", "at most 9", SKATING),
        ("POL", None, "athletes>=14", "for men and women apart", SKATING),
        ("TOTAL", "men-500", None, "TOTAL is explained for men and women", SKATING),
        ("TOTAL", None, "men>=3", "not to TOTAL", SKATING),
    ],
)
def test_what_has_no_explanation_is_refused_in_words(
    subject: str, column: str | None, why_not: str | None, said: str, scenario: Scenario
) -> None:
    with pytest.raises(InputError, match=said):
        explain(scenario, subject, column, why_not)
