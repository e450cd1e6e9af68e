"""Who gains when the standings are unknown: Beijing 2022, and the enumeration of all completions on tiny rules."""

from __future__ import annotations

import itertools
import os
import random
from collections.abc import Iterable
from dataclasses import replace

import gains
import pytest

from quotaproof.model.changes import Change, ChooseReading, Decline, Exclude, SetCap, parse_decline
from quotaproof.model.errors import InputError
from quotaproof.model.pathways import ParallelWalk, Pathway, QuotaPlaces, Reallocation, RelayPlaces, TeamTopUp
from quotaproof.model.published import Published
from quotaproof.model.rules import Event, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.facts import Fact, FactKind
from quotaproof.model.standings.rankings import Entry, Ranking, Standings
from quotaproof.scenarios import load_scenario
from quotaproof.solver.whatif.recipient_search import recipients
from quotaproof.solver.whatif.recipients import Recipient, Recipients
from quotaproof.solver.whatif.whatif import whatif

BEIJING = load_scenario("beijing-2022")
assert BEIJING.published is not None
TABLE = BEIJING.published

Cell = tuple[str | None, str]


def cells(claims: Iterable[Recipient]) -> set[Cell]:
    return {(claim.noc, claim.column) for claim in claims}


def asked(*changes: str | Change) -> Recipients:
    typed = [parse_decline(change, BEIJING.rules) if isinstance(change, str) else change for change in changes]
    result = recipients(BEIJING, typed, TABLE)
    assert_shown(BEIJING, result, [Decline(c.noc) if isinstance(c, Exclude) else c for c in typed])
    return result


def assert_shown(scenario: Scenario, result: Recipients, declines: Iterable[Change]) -> None:
    """Every witness gives the table and, replayed as a what-if, the gains that it is said to show; and all agree."""
    for number, witness in enumerate(result.witnesses):
        complete = replace(scenario, standings=witness.standings, facts=(), published=None)
        replayed = whatif(complete, list(declines), "sequential", "greedy", compare=False)
        table = replayed.before.to_published()
        assert table.cells == {noc: row for noc, row in result.table.cells.items() if any(row.values())}
        gained = {(gain.noc, gain.column): gain.number for gain in replayed.gains}
        unnamed = {column for noc, column in gained if noc not in {*scenario.nocs, *result.table.nocs}}
        for claim in result.possible:
            if claim.witness == number:
                assert claim.column in unnamed if claim.noc is None else gained[claim.noc, claim.column] >= claim.number
        for claim in result.necessary:
            assert claim.noc is not None
            assert gained[claim.noc, claim.column] >= claim.number
        assert cells(result.possible) >= {(noc, c) for noc, c in gained if noc in {*scenario.nocs, *result.table.nocs}}
    assert cells(result.necessary) <= cells(result.possible)
    assert all(claim.witness is not None for claim in result.possible)


# Beijing 2022 ---------------------------------------------------------------------------------------------------------


def test_without_japan_the_mens_relay_goes_to_kazakhstan_or_a_fifth_woman_to_poland() -> None:
    """JPN keeps three men for its individual places, so one quota place comes free, the only one of 112.

    A men's relay needs four men. Who takes the place in it must therefore lack one man at most, and only KAZ has three;
    for everybody else quota places are short. If KAZ is in the ranking, it takes the place with a fourth man. If
    nobody can take the relay, the quota place goes by P5 to a relay NOC with seven individual start places and four
    athletes: POL's women are the only ones left, as ITA's and ROC's men have their fifth. Neither is certain.
    """
    result = asked("JPN:men-relay")
    assert result.freed == {"men-relay": (1, 1), "men": (1, 1)}
    assert result.necessary == ()
    assert cells(result.possible) == {("KAZ", "men-relay"), ("KAZ", "men"), ("POL", "women")}
    assert not result.repaired
    for witness in result.witnesses:
        takes_relay = witness.after.places["men-relay"].get("KAZ", 0)
        assert witness.after.athletes["KAZ"][0] == 3 + takes_relay
        assert witness.after.athletes["POL"][1] == 5 - takes_relay


def test_without_france_two_places_come_free_in_every_individual_event() -> None:
    result = asked("FRA")
    events = [event.identifier for event in BEIJING.rules.events if event.kind == "individual"]
    freed = dict.fromkeys(events, (2, 2)) | {"mixed-relay": (1, 1), "men": (2, 2), "women": (2, 2)}
    assert result.freed == freed
    assert "FRA" not in {claim.noc for claim in result.possible}
    full = {(noc, event) for noc, row in TABLE.cells.items() for event in events if row[event] == 3}
    assert cells(result.possible).isdisjoint(full)
    assert {column for _, column in cells(result.possible)} <= set(freed)


def test_declining_the_men_may_bring_the_same_noc_a_fifth_woman() -> None:
    """POL's men leave two quota places, and POL's women are next in line for one by P5."""
    result = asked("POL:men")
    assert result.freed == {"men-1500": (1, 1), "mixed-relay": (1, 1), "men": (2, 2)}
    assert {claim.noc for claim in result.possible if claim.column == "women"} == {"BEL", "GBR", "POL"}
    assert {claim.noc for claim in result.possible if claim.column == "mixed-relay"} == {"BEL", "GBR"}
    assert result.necessary == ()


def test_an_excluded_noc_gives_everything_back() -> None:
    result = asked(Exclude("ROC"))
    assert result.freed == {
        "men-500": (2, 2),
        "men-1000": (2, 2),
        "men-1500": (3, 3),
        "men-relay": (1, 1),
        "women-500": (3, 3),
        "women-1000": (3, 3),
        "women-1500": (3, 3),
        "women-relay": (1, 1),
        "mixed-relay": (1, 1),
        "men": (5, 5),
        "women": (5, 5),
    }
    assert result.changes == ("exclude ROC",)
    assert "ROC" not in {claim.noc for claim in result.possible}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ([Decline("KAZ", "men-relay")], "KAZ has "),
        ([Decline("KAZ", "men-500", 4)], "KAZ has 3 start places in the men's 500 m, so it cannot decline 4"),
        ([Decline("HKG", gender="women")], "HKG has no start place among the women to decline"),
        ([SetCap("total", 120)], "one decline or exclusion at a time can be asked about"),
        ([ChooseReading("fifth-in-walk", "no"), Decline("FRA")], "modelled for fifth-in-walk=yes only"),
        ([SetCap("total", 108), Decline("FRA")], "uses up a cap on athletes"),
    ],
)
def test_what_is_not_there_or_not_modelled_is_refused(changes: list[Change], says: str) -> None:
    with pytest.raises(InputError) as caught:
        recipients(BEIJING, changes, TABLE)
    assert says in str(caught.value)


@pytest.mark.parametrize("kind", ["ranked", "ahead-of", "rank"])
def test_facts_about_an_individual_reserve_list_are_refused(kind: str) -> None:
    fact = {
        "ranked": Fact("men-500", "ranked", "GBR", 1, "told"),
        "ahead-of": Fact("men-500", "ahead-of", "GBR", 0, "told", 1, "GER"),
        "rank": Fact("men-500", "rank", "GBR", 33, "told"),
    }[kind]
    with pytest.raises(InputError, match="is about the reserve list"):
        recipients(replace(BEIJING, facts=(*BEIJING.facts, fact)), [Decline("FRA")], TABLE)


def test_individual_rankings_that_are_known_in_part_are_refused() -> None:
    standings = Standings({"men-500": Ranking((Entry("CHN", 1), Entry(None, None)))})
    with pytest.raises(InputError, match="part of the ranking of men-500 is known"):
        recipients(replace(BEIJING, standings=standings, facts=()), [Decline("FRA")], TABLE)


# Every completion of tiny scenarios -----------------------------------------------------------------------------------

MOST_COMPLETIONS = 8000
SEEDS = range(160)
MIXED = (182, 190, 261, 293, 310, 461, 484, 790)
"""Further seeds, in which places of the mixed relay change hands."""
TAIL = 2
LONG_TAIL = 4


def claimed(result: Recipients) -> tuple[dict[Cell, int], set[Cell]]:
    return {(c.noc, c.column): c.number for c in result.necessary}, cells(result.possible)


def assert_exact(question: gains.Question) -> gains.Answer:
    """Necessary and possible gains are those of the enumeration; longer rankings, drawn at random, add nothing."""
    result = recipients(question.scenario, list(question.declines), question.table)
    expected = gains.answer(question, TAIL)
    assert expected is not None
    assert claimed(result) == (dict(expected.necessary), set(expected.possible))
    longer = gains.answer(question, LONG_TAIL, (random.Random(question.scenario.identifier), 60))
    if longer is not None:
        assert longer.possible <= expected.possible
        assert all(longer.necessary.get(cell, 0) >= number for cell, number in expected.necessary.items())
    assert_shown(question.scenario, result, question.declines)
    return expected


@pytest.mark.parametrize("seeds", [SEEDS[start : start + 16] for start in range(0, len(SEEDS), 16)] + [MIXED], ids=str)
def test_necessary_and_possible_are_exactly_those_of_all_completions(seeds: Iterable[int]) -> None:
    for seed in seeds:
        question = gains.question(seed)
        if gains.number_of_completions(question, TAIL) <= MOST_COMPLETIONS:
            assert_exact(question)


def test_the_tiny_draws_have_certain_possible_and_unnamed_recipients_and_some_without_any() -> None:
    """Agreement says little about what is never drawn."""
    seen: set[str] = set()
    columns: set[str] = set()
    for seed in (*SEEDS, *MIXED):
        question = gains.question(seed)
        if gains.number_of_completions(question, TAIL) > MOST_COMPLETIONS // 8:
            continue
        expected = gains.answer(question, TAIL)
        assert expected is not None
        seen.add("necessary" if expected.necessary else "not necessary")
        seen.add("possible" if expected.possible else "nobody")
        seen |= {"unnamed" if noc is None else "named" for noc, _ in expected.possible}
        columns |= {column for _, column in expected.possible}
    assert seen == {"necessary", "not necessary", "possible", "nobody", "unnamed", "named"}
    assert columns >= {"men-500", "men-relay", "women-relay", "mixed-relay", "men", "women"}


# Single cases ---------------------------------------------------------------------------------------------------------


def single(
    events: tuple[Event, ...],
    pathways: tuple[Pathway, ...],
    rows: dict[str, dict[str, int]],
    declines: tuple[Decline, ...],
    facts: tuple[Fact, ...] = (),
    known: dict[str, Ranking] | None = None,
) -> gains.Question:
    """A question of few events, with room for thirty athletes."""
    rules = Rules("single", events, 30, {"men": 15, "women": 15}, (), "host", pathways)
    columns = (*(event.identifier for event in events), "athletes")
    table = Published(columns, {noc: {c: rows.get(noc, {}).get(c, 0) for c in columns} for noc in gains.NOCS}, {})
    scenario = Scenario("single", "single", "none", None, rules, standings=Standings(known or {}), facts=facts)
    return gains.Question(replace(scenario, published=table), table, declines)


WALK = ParallelWalk("P2", "walk", "two", events=("men-500",))
QUOTA = QuotaPlaces("P3", "quota", "three", 1)
NOTHING_REPEATED = Reallocation("P7", "declines", "seven", ())


def test_a_fact_in_front_of_everybody_makes_a_gain_certain() -> None:
    """BBB is second in the relay, behind the one place: it must be the next."""
    question = single(
        (Event("men-500", "men", "individual", 1, 1), Event("men-relay", "men", "relay", 1, 1)),
        (RelayPlaces("P1", "relays", "one", ("men-relay",)), WALK, QUOTA, NOTHING_REPEATED),
        {"AAA": {"men-500": 1, "men-relay": 1, "athletes": 1}},
        (Decline("AAA", "men-relay"),),
        (Fact("men-relay", "rank", "BBB", 2, "told"),),
    )
    assert assert_exact(question).necessary == {("BBB", "men-relay"): 1, ("BBB", "men"): 1}


def test_an_event_with_a_free_place_has_nobody_left_in_line() -> None:
    """AAA has one of two places and the other is free, so the ranking ended with AAA: nobody can gain."""
    question = single(
        (Event("men-500", "men", "individual", 2, 1),),
        (WALK, QUOTA, NOTHING_REPEATED),
        {"AAA": {"men-500": 1, "athletes": 1}},
        (Decline("AAA", "men-500"),),
    )
    assert assert_exact(question).possible == frozenset()


def test_a_mixed_relay_that_is_not_gone_through_again_stays_as_it_is() -> None:
    question = single(
        (
            Event("men-500", "men", "individual", 2, 1),
            Event("women-500", "women", "individual", 1, 1),
            Event("mixed-relay", "mixed", "relay", 1, 1, team={"men": 1, "women": 1}),
        ),
        (
            ParallelWalk("P2", "walk", "two", events=("men-500", "women-500")),
            QUOTA,
            TeamTopUp("P4", "mixed", "four", event="mixed-relay"),
            NOTHING_REPEATED,
        ),
        {"AAA": {"men-500": 1, "women-500": 1, "mixed-relay": 1, "athletes": 2}, "BBB": {"men-500": 1, "athletes": 1}},
        (Decline("BBB", "men-500"),),
        known={"mixed-relay": Ranking((Entry("BBB", 1), Entry("AAA", 1), Entry("CCC", 1)))},
    )
    expected = assert_exact(question)
    assert expected.possible == {("CCC", "men-500"), ("CCC", "men"), (None, "men-500"), (None, "men")}


FIRST_FOUR = (Event("men-500", "men", "individual", 1, 1), Event("men-relay", "men", "relay", 1, 1))


@pytest.mark.parametrize("told", ["fact", "rows"])
def test_unnamed_entries_that_must_be_ahead_in_a_relay_are_asked_first(told: str) -> None:
    """AAA is first and BBB fourth; CCC or an NOC that nobody names is second, so BBB gains nothing."""
    unknown = Entry(None, 1)
    question = single(
        FIRST_FOUR,
        (RelayPlaces("P1", "relays", "one", ("men-relay",)), WALK, QUOTA, NOTHING_REPEATED),
        {"AAA": {"men-500": 1, "men-relay": 1, "athletes": 1}},
        (Decline("AAA", "men-relay"),),
        (Fact("men-relay", "rank", "BBB", 4, "told"),) if told == "fact" else (),
        {"men-relay": Ranking((Entry("AAA", 1), unknown, unknown, Entry("BBB", 1)))} if told == "rows" else None,
    )
    expected = assert_exact(question)
    assert not expected.necessary
    assert expected.possible == {("CCC", "men-relay"), ("CCC", "men"), (None, "men-relay"), (None, "men")}


@pytest.mark.parametrize("rank", [3, 4, 5])
def test_whoever_stands_in_front_of_a_host_with_a_guaranteed_place_is_asked_first(rank: int) -> None:
    """AAA and the host CCC have the relay. If CCC is third, one of BBB and the unnamed is in front of it, and gains."""
    question = single(
        (Event("men-500", "men", "individual", 1, 1), Event("men-relay", "men", "relay", 2, 1)),
        (RelayPlaces("P1", "relays", "one", ("men-relay",)), WALK, QUOTA, NOTHING_REPEATED),
        {"AAA": {"men-500": 1, "men-relay": 1, "athletes": 1}, "CCC": {"men-relay": 1, "athletes": 1}},
        (Decline("AAA", "men-relay"),),
        (Fact("men-relay", "rank", "CCC", rank, "told"),),
    )
    rules = replace(question.scenario.rules, host_events=("men-relay",))
    scenario = replace(question.scenario, host="CCC", rules=rules)
    expected = assert_exact(replace(question, scenario=scenario))
    assert not expected.necessary
    assert expected.possible == {("BBB", "men-relay"), ("BBB", "men"), (None, "men-relay"), (None, "men")}


@pytest.mark.parametrize("kind", ["declined-rank", "came-in-rank"])
def test_facts_about_earlier_declines_in_a_relay_are_refused(kind: FactKind) -> None:
    question = single(
        FIRST_FOUR,
        (RelayPlaces("P1", "relays", "one", ("men-relay",)), WALK, QUOTA, NOTHING_REPEATED),
        {"AAA": {"men-500": 1, "men-relay": 1, "athletes": 1}},
        (Decline("AAA", "men-relay"),),
        (Fact("men-relay", kind, None, 1, "told"),),
    )
    with pytest.raises(InputError, match="somebody gave a place back before"):
        recipients(question.scenario, list(question.declines), question.table)


WHAT_IFS = int(os.environ.get("QUOTAPROOF_WHAT_IFS", "60"))
"""How many questions are drawn; 3,000 were, once, without a difference."""


def test_where_caps_bind_and_relays_are_known_in_part_answers_are_those_of_completions() -> None:
    """All completions, where they are few; otherwise some, drawn at random. Every witness is replayed."""
    asked = enumerated = sampled = 0
    for seed in itertools.count():
        if asked == WHAT_IFS:
            break
        question = gains.bound_question(seed)
        if question is None:
            continue
        try:
            result = recipients(question.scenario, list(question.declines), question.table)
        except InputError:
            continue
        asked += 1
        assert_shown(question.scenario, result, question.declines)
        necessary, possible = claimed(result)
        few = gains.number_of_completions(question, TAIL) <= MOST_COMPLETIONS // 8
        expected = gains.answer(question, TAIL, None if few else (random.Random(seed), 20))
        if few:
            enumerated += 1
            assert expected is not None
            assert (necessary, possible) == (dict(expected.necessary), set(expected.possible)), seed
        elif expected is not None:
            sampled += 1
            assert expected.possible <= possible, seed
            assert all(expected.necessary.get(cell, 0) >= number for cell, number in necessary.items()), seed
    assert enumerated >= asked // 20
    assert sampled >= asked // 5


def test_several_declines_are_refused_because_a_later_one_may_give_back_what_an_earlier_one_brought() -> None:
    """AAA's two places may go to BBB, which then has three of them and gives one back: two, where it had one."""
    question = single(
        (Event("men-500", "men", "individual", 3, 3),),
        (WALK, replace(QUOTA, relay_athletes=4), NOTHING_REPEATED),
        {"AAA": {"men-500": 2, "athletes": 2}, "BBB": {"men-500": 1, "athletes": 1}},
        (Decline("AAA"), Decline("BBB", "men-500", 1)),
    )
    with pytest.raises(InputError, match="one decline or exclusion at a time"):
        recipients(question.scenario, list(question.declines), question.table)


def test_athletes_that_may_be_counted_otherwise_leave_more_open() -> None:
    """Where athletes are not said to be quota places nothing more is certain, and nothing more is excluded."""
    rules = replace(BEIJING.rules, athletes_counted="between")
    loose = replace(BEIJING, rules=rules)
    decline = parse_decline("JPN:men-relay", BEIJING.rules)
    strict, found = recipients(BEIJING, [decline], TABLE), recipients(loose, [decline], TABLE)
    assert cells(found.necessary) <= cells(strict.necessary)
    assert cells(found.possible) >= cells(strict.possible)
    events = [event.identifier for event in rules.events]
    for witness in found.witnesses:
        given = witness.before.to_published()
        assert all(given.number(noc, event) == TABLE.number(noc, event) for noc in TABLE.cells for event in events)
