"""Borders on paper: few entries, and a figure that meets a border exactly, with what the rules then give."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from certified import problems
from folders import save

from quotaproof import checker
from quotaproof.importing.lists import ListRow, ReadList, read_lists
from quotaproof.importing.nocs import Named
from quotaproof.importing.outcome import Remarks
from quotaproof.importing.rankings import Found, add_list
from quotaproof.model.allocation import Award
from quotaproof.model.kept import hold
from quotaproof.model.pathways import (
    ParallelWalk,
    Pathway,
    QuotaPlaces,
    RankingPlaces,
    Reallocation,
    RelayPlaces,
    Remainder,
    TeamTopUp,
)
from quotaproof.model.results.classifications import Classifications, Result
from quotaproof.model.results.scoring import standings_of
from quotaproof.model.results.soqc import Soqc
from quotaproof.model.rules import Event, Readings, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.facts import Fact
from quotaproof.model.standings.rankings import Standings
from quotaproof.model.validation import violations
from quotaproof.pages.page import Cell, Grid
from quotaproof.solver.certificate import certificate, to_text, translated
from quotaproof.solver.engines import greedy
from quotaproof.solver.engines.cpsat import engine as cp_sat
from quotaproof.solver.engines.greedy import line
from quotaproof.solver.explain import explain
from quotaproof.solver.explain.known import Known
from quotaproof.solver.explain.more_quota_places import further_quota_places
from quotaproof.solver.explain.nearest import distances
from quotaproof.solver.explain.points import points_at_one_meet
from quotaproof.solver.explain.replay import TriedOrders
from quotaproof.solver.explain.swaps import Fewest, nearest
from quotaproof.solver.explain.target import Target
from quotaproof.solver.infer import infer
from quotaproof.solver.unknown.reachability import Reach
from quotaproof.solver.verify.verify import verify
from tests.listed import ranked
from tests.listed import scenario as ranked_scenario
from tests.listed_folders import save as save_lists

RELAY = Event("men-relay", "men", "relay", 2, 1)


def scenario(
    orders: dict[str, str], *events: Event, left: tuple[Pathway, ...] = (), men: int = 30, total: int = 30
) -> Scenario:
    """Men only; relays with two athletes; an order such as `AABB` has AAA first and BBB second."""
    individual = tuple(event.identifier for event in events if event.kind == "individual")
    relays = tuple(event.identifier for event in events if event.kind == "relay" and not event.team)
    rules = Rules(
        title="on paper",
        events=events,
        total=total,
        gender_caps={"men": men, "women": 30},
        host_events=(),
        host_clause="host",
        pathways=(
            *((RelayPlaces("P1", "relays", "one", relays),) if relays else ()),
            ParallelWalk("P2", "walk", "two", individual),
            QuotaPlaces("P3", "quota", "three", 2, None),
            *left,
        ),
    )
    standings = Standings.of(
        {
            event: [(letter * 3, order[: row + 1].count(letter)) for row, letter in enumerate(order)]
            for event, order in orders.items()
        }
    )
    return Scenario("on-paper", "on paper", "none", None, rules, Readings("hard", "refuse", "yes"), standings=standings)


# The checker ----------------------------------------------------------------------------------------------------------


def shared_place_in_line(men: int) -> Scenario:
    """AAA has a relay of two, CCC and DDD a man each and no rank in the relay, so they share the last place in line."""
    return scenario(
        {"men-relay": "A", "men-500": "CD"},
        RELAY,
        Event("men-500", "men", "individual", 4, 1),
        left=(Remainder("P6", "any", "six", 1, None, relay_only=False),),
        men=men,
    )


def test_the_checker_accepts_no_six_men_under_a_hard_cap_of_five(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CCC and DDD would have one more each, for each of whom there is room but not for both."""
    tight = save(shared_place_in_line(5), tmp_path / "five")
    assert greedy.allocate(tight).status == "tie"
    monkeypatch.setattr(line, "_undecided", lambda state, group: [])
    both = greedy.allocate(tight)
    assert both.totals == (6, 0)
    forged = translated(tight, both, tmp_path / "five")
    found = problems(forged, tmp_path / "five")
    assert any("no room for all who share a place in line" in one for one in found)
    assert any("6 quota places (men); the cap is 5" in one for one in found)
    monkeypatch.setattr(checker._Walk, "_against", lambda walk, claim: [])  # the sums are judged by themselves
    assert problems(forged, tmp_path / "five") == ["6 quota places (men); the cap is 5"]
    for caps in ({"men": 6, "total": 6}, {"men": 7}):
        loose = shared_place_in_line(6)
        folder = tmp_path / f"{caps}"
        loose = save(replace(loose, rules=loose.rules.with_caps(caps)), folder)
        assert problems(certificate(loose, greedy.allocate(loose)), folder) == []


@pytest.mark.parametrize("most", [1, 2])
def test_the_checker_lets_an_noc_have_as_many_places_in_an_event_as_a_relay_has_athletes(
    most: int, tmp_path: Path
) -> None:
    """With more a relay could lower what an NOC needs, and then caps would not only bind harder."""
    event = Event("men-500", "men", "individual", 4, most)
    drawn = save(scenario({"men-relay": "AB", "men-500": "ABAC"}, RELAY, event), tmp_path / "drawn")
    document = certificate(drawn, greedy.allocate(drawn))
    assert problems(document, tmp_path / "drawn") == []
    rules = tmp_path / "drawn" / "rules.toml"
    rules.write_text(rules.read_text(encoding="utf-8").replace(f"per-noc = {most}", "per-noc = 3"), encoding="utf-8")
    assert "a relay could lower what an NOC needs" in str(problems(document, tmp_path / "drawn"))


@pytest.mark.parametrize("reading", ["yes", "no"])
@pytest.mark.parametrize(("order", "bonus"), [("AABAB", 1), ("ABABA", 1), ("AAB", 0)])
def test_the_checker_counts_the_athlete_for_as_many_places_as_bring_one_more(
    reading: str, order: str, bonus: int, tmp_path: Path
) -> None:
    """A relay of two, and one more athlete from three individual places on; AAA has three of them, or two."""
    events = (RELAY, Event("men-500", "men", "individual", 5, 2), Event("men-1000", "men", "individual", 1, 1))
    drawn = scenario({"men-relay": "A", "men-500": order, "men-1000": "A" if bonus else "B"}, *events)
    pathways = tuple(replace(p, bonus_from=3) if isinstance(p, QuotaPlaces) else p for p in drawn.rules.pathways)
    drawn = replace(drawn, rules=replace(drawn.rules, pathways=pathways)).with_readings({"fifth-in-walk": reading})
    drawn = save(drawn, tmp_path / "drawn")
    document = certificate(drawn, greedy.allocate(drawn))
    assert document["athletes"]["men"]["AAA"] == 2 + bonus
    assert problems(document, tmp_path / "drawn") == []


@pytest.mark.parametrize(("guaranteed", "taker"), [("men-relay women-relay mixed-relay", "AAA"), ("", "BBB")])
def test_the_checker_keeps_a_place_for_a_team_of_the_host_whose_relays_have_the_athletes_for_it(
    guaranteed: str, taker: str, tmp_path: Path
) -> None:
    """AAA's relays of two have just the athletes for a team of two men and two women.

    The one place is kept for it where it is the host of all relays; otherwise it is that of BBB, which ranks first.
    """
    events = (
        *(RELAY, Event("women-relay", "women", "relay", 2, 1), Event("men-500", "men", "individual", 2, 1)),
        Event("mixed-relay", "mixed", "relay", 1, 1, {"men": 2, "women": 2}),
    )
    drawn = scenario(
        {"men-relay": "BA", "women-relay": "BA", "men-500": "BA", "mixed-relay": "BA"},
        *events,
        left=(TeamTopUp("P4", "mixed", "four", "mixed-relay"),),
        men=4,
        total=8,
    )
    rules = replace(drawn.rules, host_events=tuple(guaranteed.split()))
    hosted = save(replace(drawn, host="AAA", rules=rules), tmp_path / "hosted")
    found = greedy.allocate(hosted)
    assert found.places["mixed-relay"] == {taker: 1}
    assert problems(certificate(hosted, found), tmp_path / "hosted") == []


def test_the_checker_reads_certificates_of_ranked_lists_with_the_module_beside_it(tmp_path: Path) -> None:
    """As a part of the package and as a program alone: accepted, and rejected with one place too many."""
    drawn = ranked_scenario(
        [Event("men-500", "men", "individual", 1, 1)],
        [RankingPlaces("P1", "points", "c", "points", {"men-500": 1})],
        [ranked("men-500", "points", ["aaa-1", "bbb-1"])],
    )
    loaded = save_lists(drawn, tmp_path / "lists")
    document = certificate(loaded, greedy.allocate(loaded))
    assert problems(document, tmp_path / "lists") == []
    assert "checker_lists" not in sys.modules  # it is the package's own
    for places, code in (({"AAA": 1}, 0), ({"AAA": 2}, 1)):
        file = tmp_path / f"{code}.json"
        file.write_text(to_text(document | {"places": {"men-500": places}}), encoding="utf-8")
        words = [sys.executable, "-I", str(checker.__file__), str(file), str(tmp_path / "lists")]
        ended = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
        assert (ended.returncode, ended.stderr) == (code, "")
        assert (ended.stdout == "accepted\n") is (code == 0)


def test_the_checker_names_a_key_too_many_or_too_few(tmp_path: Path) -> None:
    """Such a certificate can be read, and is wrong."""
    drawn = save(scenario({"men-500": "AB"}, Event("men-500", "men", "individual", 2, 1)), tmp_path / "drawn")
    document = certificate(drawn, greedy.allocate(drawn))
    for key in ("places", "totals", "digests", "host"):
        [problem] = problems({name: value for name, value in document.items() if name != key}, tmp_path / "drawn")
        assert problem.startswith(f"{key} must be ")
    assert problems(document | {"more": 1}, tmp_path / "drawn") == ['more must be "absent"']


# The validator --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ranked", "tied"), [("C", True), ("A", False), ("BA", False)])
def test_the_validator_lets_nobody_choose_between_teams_that_share_a_rank(ranked: str, tied: bool) -> None:
    """One place for AAA's and BBB's teams: where neither is ranked, to give it to either is nobody's choice."""
    two = scenario(
        {"men-500": "AB", "women-500": "AB", "mixed-relay": ranked},
        Event("men-500", "men", "individual", 2, 1),
        Event("women-500", "women", "individual", 2, 1),
        Event("mixed-relay", "mixed", "relay", 1, 1, {"men": 1, "women": 1}),
        left=(TeamTopUp("P4", "mixed", "four", "mixed-relay"),),
    )
    right = greedy.allocate(two)
    assert (right.status == "tie") is tied
    assert violations(two, right) == []
    for noc in ("AAA", "BBB"):
        places = {**right.places, "mixed-relay": {noc: 1}}
        chosen = replace(right, status="optimal", unique=True, tied=(), places=places, decisions=())
        assert bool(violations(two, chosen)) is (tied or noc[0] != ranked[0])


@pytest.mark.parametrize(("women", "lacked"), [(1, 1), (2, 2)])
def test_the_validator_gives_a_woman_for_a_team_to_who_lacks_just_her(women: int, lacked: int) -> None:
    """A team is a man and a woman, or two. AAA has all of them, BBB a man and no woman, so it lacks one, or two."""
    drawn = scenario(
        {"men-500": "BA", "women-500": "AA", "mixed-relay": "AB"},
        Event("men-500", "men", "individual", 2, 1),
        Event("women-500", "women", "individual", 2, 2),
        Event("mixed-relay", "mixed", "relay", 2, 1, {"men": 1, "women": women}),
        left=(TeamTopUp("P4", "mixed", "four", "mixed-relay"),),
    )
    for engine in (greedy, cp_sat):
        found = engine.allocate(drawn)
        assert found.places["mixed-relay"] == ({"AAA": 1, "BBB": 1} if lacked == 1 else {"AAA": 1})
        assert found.athletes["BBB"] == (1, 1 if lacked == 1 else 0)
        assert violations(drawn, found) == []
        if lacked == 2:
            forged = replace(found, awards=(*found.awards, Award("P4", "BBB", "women", 1)), decisions=())
            assert [(one.noc, one.message) for one in violations(drawn, forged)] == [
                ("BBB", "a quota place although it does not lack just one")
            ]


def test_the_validator_counts_in_a_line_only_her_own_gender_against_a_hard_cap_of_women() -> None:
    """AAA's man comes first, and BBB's woman after him; each cap leaves one more, and so does the total two."""
    drawn = scenario(
        {"men-500": "A", "women-500": "B"},
        Event("men-500", "men", "individual", 1, 1),
        Event("women-500", "women", "individual", 1, 1),
        left=(Remainder("P6", "any", "six", 1, None, relay_only=False),),
        men=2,
        total=4,
    ).with_readings({"remaining-ties": "men-first"})
    drawn = replace(drawn, rules=drawn.rules.with_caps({"women": 2}))
    for engine in (greedy, cp_sat):
        found = engine.allocate(drawn)
        assert found.athletes == {"AAA": (2, 0), "BBB": (0, 2)}
        assert violations(drawn, found) == []
        for noc in ("AAA", "BBB"):
            fewer = tuple(award for award in found.awards if (award.pathway, award.noc) != ("P6", noc))
            assert [
                (one.noc, one.message) for one in violations(drawn, replace(found, awards=fewer, decisions=()))
            ] == [(noc, "no quota place although it is next in line and one is left")]


def test_the_validator_and_both_engines_have_one_man_of_the_host_in_two_events() -> None:
    """AAA is the host of two events and ranked nowhere; one man may enter both, and the cap is one man."""
    events = (Event("men-500", "men", "individual", 2, 1), Event("men-1000", "men", "individual", 2, 1))
    drawn = scenario({"men-500": "BC", "men-1000": "B"}, *events, men=1, total=1)
    hosted = replace(drawn, host="AAA", rules=replace(drawn.rules, host_events=("men-500", "men-1000")))
    for engine in (greedy, cp_sat):
        found = engine.allocate(hosted)
        assert found.places == {"men-500": {"AAA": 1}, "men-1000": {"AAA": 1}}
        assert found.totals == (1, 0)
        assert violations(hosted, found) == []


@pytest.mark.parametrize(("men", "others"), [(3, False), (4, True)])
def test_the_validator_and_both_engines_count_the_relay_of_the_host_before_it_is_handed_out(
    men: int, others: bool
) -> None:
    """The walk comes first. AAA is sure of a relay of two, and its third individual place brings a third man."""
    events = (RELAY, Event("men-500", "men", "individual", 3, 2), Event("men-1000", "men", "individual", 2, 1))
    drawn = scenario({"men-relay": "BA", "men-500": "AAC", "men-1000": "AC"}, *events, men=men, total=men)
    relays, walk, quota = drawn.rules.pathways
    assert isinstance(quota, QuotaPlaces)
    rules = replace(drawn.rules, pathways=(walk, relays, replace(quota, bonus_from=3)), host_events=("men-relay",))
    hosted = replace(drawn, host="AAA", rules=rules)
    for engine in (greedy, cp_sat):
        found = engine.allocate(hosted)
        assert found.places["men-500"] == {"AAA": 2} | ({"CCC": 1} if others else {})
        assert found.places["men-1000"] == {"AAA": 1} | ({"CCC": 1} if others else {})
        assert found.totals == (men, 0)
        assert violations(hosted, found) == []


@pytest.mark.parametrize(("most", "taker"), [(2, "AAA"), (3, None), (None, None)])
def test_the_validator_and_both_engines_count_no_athlete_that_an_noc_does_not_want(
    most: int | None, taker: str | None
) -> None:
    """Relays of two, a third athlete from three places on, and a hard cap of three men, which AAA's two and BBB fill.

    BBB gives its 1000 m back. AAA is next, and with a third place would have a third man, unless it gave him back.
    """
    events = (RELAY, Event("men-500", "men", "individual", 3, 2), Event("men-1000", "men", "individual", 1, 1))
    again = Reallocation("P7", "again", "seven")
    drawn = scenario({"men-relay": "A", "men-500": "AAB", "men-1000": "BAC"}, *events, left=(again,), men=3)
    pathways = tuple(replace(p, bonus_from=3) if isinstance(p, QuotaPlaces) else p for p in drawn.rules.pathways)
    drawn = replace(drawn, rules=replace(drawn.rules, pathways=pathways))
    before = greedy.allocate(drawn)
    assert before.places == {"men-relay": {"AAA": 1}, "men-500": {"AAA": 2, "BBB": 1}, "men-1000": {"BBB": 1}}
    at_most = {("men-1000", "BBB"): 0} | ({("men", "AAA"): most} if most is not None else {})
    held = hold(drawn.rules, before, [("men-1000", "BBB", 1)], at_most)
    for engine in (greedy, cp_sat):
        found = engine.fill(drawn, held)
        assert found.places["men-1000"] == ({taker: 1} if taker else {})
        assert found.totals == (3, 0)
        assert violations(drawn, found, held) == []


# The priority form ----------------------------------------------------------------------------------------------------


def test_the_priority_form_needs_no_relay() -> None:
    """AAA and BBB have a man each; under a cap of four with relays of two they would have none to themselves."""
    none = scenario({"men-500": "AABC"}, Event("men-500", "men", "individual", 4, 2), men=4, total=40)
    table = greedy.allocate(none).to_published()
    assert [table.cells[noc]["athletes"] for noc in ("AAA", "BBB", "CCC")] == [2, 1, 1]
    assert Reach(none, table).completion() is not None
    for noc, fewer in (("AAA", 1), ("CCC", 0)):
        assert Reach(none, table.with_cells({(noc, "men-500"): fewer, (noc, "athletes"): fewer})).completion() is None


def test_the_priority_form_repairs_the_one_cell_that_does_not_follow() -> None:
    """CCC has two places in an event and no relay, so two men; the printed totals leave no other single cell."""
    drawn = scenario({"men-relay": "AB", "men-500": "CCD"}, RELAY, Event("men-500", "men", "individual", 3, 2))
    table = greedy.allocate(drawn).to_published()
    for noc, wrong in (("CCC", 1), ("DDD", 2), ("AAA", 1)):
        right = table.cells[noc]["athletes"]
        found = verify(replace(drawn, standings=Standings(), published=table.with_cells({(noc, "athletes"): wrong})))
        changes = [[(one.noc, one.column, one.repaired) for one in repair] for repair in found.repairs]
        assert changes == [[(noc, "athletes", right)]]
        assert found.repairs_complete


@pytest.mark.parametrize(("reading", "gets", "not_"), [("men-first", "men", "women"), ("women-first", "women", "men")])
def test_the_priority_form_gives_the_last_quota_place_to_the_gender_that_the_reading_names(
    reading: str, gets: str, not_: str
) -> None:
    """AAA is the only one in either relay, with two men and two women, and one quota place is left over."""
    relays = (Event("men-relay", "men", "relay", 1, 1), Event("women-relay", "women", "relay", 1, 1))
    drawn = scenario(
        {"men-relay": "A", "women-relay": "A", "men-500": "BCDEF"},
        *(*relays, Event("men-500", "men", "individual", 5, 1)),
        left=(Remainder("P6", "any", "six", 2),),
        total=10,
    ).with_readings({"remaining-ties": reading})
    right = greedy.allocate(drawn)
    assert right.athletes["AAA"] == ((3, 2) if gets == "men" else (2, 3))
    for gender in (gets, not_):
        facts = (Fact(gender, "athletes", "AAA", 3, "told"),)
        told = replace(drawn, standings=Standings(), facts=facts)
        assert (Reach(told, right.to_published()).completion() is not None) is (gender == gets)


def no_relay_of_women() -> Scenario:
    """Two quota places are left, one of them AAA's, which has the men's relay; there is none of women.

    BBB has two men and is ranked in no relay, CCC two women: they share the last place in line but for a reading.
    """
    return scenario(
        {"men-relay": "A", "men-500": "BBDE", "women-500": "CC"},
        Event("men-relay", "men", "relay", 1, 1),
        Event("men-500", "men", "individual", 4, 2),
        Event("women-500", "women", "individual", 2, 2),
        left=(Remainder("P6", "any", "six", 2, None, relay_only=False),),
        total=10,
    )


@pytest.mark.parametrize("reading", ["men-first", "women-first"])
def test_the_priority_form_has_who_is_in_no_relay_beside_who_has_none_to_be_in(reading: str) -> None:
    drawn = no_relay_of_women().with_readings({"remaining-ties": reading})
    right = greedy.allocate(drawn)
    more = ("BBB", "men") if reading == "men-first" else ("CCC", "women")
    assert {(award.noc, award.gender) for award in right.awards if award.pathway == "P6"} == {("AAA", "men"), more}
    known = replace(drawn, standings=Standings({"men-relay": drawn.standings.rankings["men-relay"]}))
    for noc in ("BBB", "CCC"):
        cells = {(one, "athletes"): 2 + (one == noc) for one in ("BBB", "CCC")}
        table = right.to_published().with_cells(cells)
        assert (Reach(known, table).completion() is not None) is (noc == more[0])


def test_the_priority_form_shares_the_last_place_in_line_only_where_ties_are_open() -> None:
    """No reading says which of BBB and CCC is before the other."""
    tied = no_relay_of_women()
    assert greedy.allocate(tied).status == "tie"
    for target in (Target("BBB", "men", 3), Target("CCC", "women", 3)):
        assert nearest(tied, target, 0, ties="open").swaps == 0
        assert nearest(tied, target, 0) == Fewest(1)


def test_the_priority_form_counts_the_athlete_that_places_bring_to_a_relay_which_is_not_known() -> None:
    """Relays of two and one more man from three places on; AAA has three men, and at most two places in an event."""
    drawn = scenario(
        {},
        *(RELAY, Event("men-500", "men", "individual", 4, 2), Event("men-1000", "men", "individual", 4, 1)),
    )
    pathways = tuple(replace(p, bonus_from=3) if isinstance(p, QuotaPlaces) else p for p in drawn.rules.pathways)
    facts = (Fact("men", "athletes", "AAA", 3, "told"), Fact("men", "athletes", "BBB", 0, "told"))
    found = infer(replace(drawn, rules=replace(drawn.rules, pathways=pathways), facts=facts), reasons=False)
    assert found.consistent
    numbers = {column: (one.lowest, one.highest) for column, one in found.cells["AAA"].items()}
    assert numbers == {"men-relay": (1, 1), "men-500": (2, 2), "men-1000": (1, 1)} | {
        column: numbers[column] for column in ("men", "women", "athletes")
    }
    assert numbers["men"] == (3, 3)


@pytest.mark.parametrize(("other", "right"), [("BCDEFA", (2, 0)), ("BCDEA", (1, 1))])
def test_the_priority_form_refuses_for_one_more_athlete_only_who_had_all_others_before(
    other: str, right: tuple[int, int]
) -> None:
    """AAA has a relay of two, and a third place brings a third man; BBB to EEE fill the cap of six before its turns.

    Its second turn over 500 m is in the sixth row; over 1000 m it has one later in that row, or in the row before.
    """
    events = (
        Event("men-relay", "men", "relay", 1, 1),
        *(Event(name, "men", "individual", 8, 2) for name in ("men-500", "men-1000")),
    )
    drawn = scenario({"men-relay": "A", "men-500": "BCDEAA", "men-1000": other}, *events, men=6)
    pathways = tuple(replace(p, bonus_from=3) if isinstance(p, QuotaPlaces) else p for p in drawn.rules.pathways)
    drawn = replace(drawn, rules=replace(drawn.rules, pathways=pathways))
    found = greedy.allocate(drawn)
    assert found.totals == (6, 0)
    table = found.to_published()
    assert (table.cells["AAA"]["men-500"], table.cells["AAA"]["men-1000"]) == right
    for places in ((2, 0), (1, 1), (1, 0), (0, 1)):
        cells = {("AAA", "men-500"): places[0], ("AAA", "men-1000"): places[1]}
        assert (Reach(drawn, table.with_cells(cells)).completion() is not None) is (places == right)


@pytest.mark.parametrize(
    ("noc", "column", "least", "amounts"),
    [
        ("CCC", "men", 3, {"quota-places": 1, "quota-places-in-all-rankings": 2}),
        ("CCC", "athletes", 3, {"quota-places": 1, "quota-places-in-all-rankings": 2}),
        ("CCC", "men", 4, {}),
        ("CCC", "women", 1, {}),
        ("DDD", "men", 2, {}),
    ],
)
def test_the_priority_form_counts_the_further_quota_places_that_an_noc_needs(
    noc: str, column: str, least: int, amounts: dict[str, int]
) -> None:
    """Three relays of two, and one place left, which AAA has: CCC is second or third in line, and DDD in no relay."""
    drawn = scenario(
        {"men-relay": "ABC", "men-500": "DEFGH"},
        *(Event("men-relay", "men", "relay", 3, 1), Event("men-500", "men", "individual", 5, 1)),
        left=(Remainder("P6", "any", "six", 2),),
        total=12,
    )
    table = greedy.allocate(drawn).to_published()
    assert table.cells["AAA"]["athletes"] == 3
    known = Known(replace(drawn, standings=Standings(), published=table), table)
    found = further_quota_places(known, Target(noc, column, least))
    assert {one.measure: one.amount for one in found} == amounts


# Explanations ---------------------------------------------------------------------------------------------------------


def test_further_places_that_others_fill_are_counted_on() -> None:
    """The only place is AAA's; a second would be BBB's, so that the event is full again, and a third is CCC's."""
    short = scenario({"men-500": "ABC"}, Event("men-500", "men", "individual", 1, 1))
    found = {(one.measure, one.where): one.amount for one in distances(short, Target("CCC", "men-500", 1))}
    assert found["start-places", "men-500"] == 2


def test_who_had_the_position_that_is_gained_goes_one_back() -> None:
    """5, 3 and 2 points for one place. CCC second has 3 behind AAA's 5; CCC first has 5, and AAA 3."""
    results = Classifications(
        tuple(Result("meet", "men-500", noc, 1, n) for n, noc in enumerate(("AAA", "BBB", "CCC"), 1))
    )
    blank = scenario({}, Event("men-500", "men", "individual", 1, 1))
    rules = replace(blank.rules, soqc=Soqc("on paper", ("meet",), (5, 3, 2)))
    one = replace(blank, rules=rules, classifications=results, standings=standings_of(results, rules, blank.readings))
    target = Target("CCC", "men-500", 1)
    [distance] = points_at_one_meet(one, target, rules.events, {"men-500": TriedOrders(one, target, "men-500")})
    assert distance.amount == 3
    assert distance.standings is not None
    assert [entry.noc for entry in distance.standings.rankings["men-500"].entries] == ["CCC", "AAA", "BBB"]
    assert distance.standings.rankings["men-500"].tied == ()


def test_nobody_stands_in_line_behind_itself() -> None:
    """Two relays of two under a total of five: the one place left is that of AAA, and BBB is behind AAA alone."""
    two = scenario(
        {"men-relay": "AB", "men-500": "AB"},
        RELAY,
        Event("men-500", "men", "individual", 2, 1),
        left=(Remainder("P6", "any", "six", 2),),
        total=5,
    )
    text = " ".join(statement.text for statement in explain(two, "BBB", "men", engine="greedy").why)
    assert (
        "No more: BBB was second in line behind AAA men, 2nd in the men's relay ranking, and all 5 quota places" in text
    )


# Imports --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("struck", "bold", "came_in"),
    [
        ({1}, {3}, [3]),
        ({1, 2}, {4}, [4]),
        ({1}, {3, 4}, []),
        ({1}, {2}, []),
        (set(), {3}, []),
    ],
)
def test_no_more_came_in_than_are_struck_out(struck: set[int], bold: set[int], came_in: list[int]) -> None:
    """Two start places; in bold behind them as many as are struck out, or fewer; more mean something else."""
    event = Event("men-500", "men", "individual", 2, 1)
    rows = tuple(
        ListRow(rank, Named(letter * 3, 1, struck=rank in struck, bold=rank in bold), None)
        for rank, letter in enumerate("ABCD", 1)
    )
    found = Found()
    add_list(found, ReadList(event, rows, "a list"), "a page", Remarks())
    assert [fact.value for fact in found.facts if fact.kind == "came-in-rank"] == came_in


def test_a_shorter_list_beside_a_longer_one_ends_and_a_list_alone_does_not(tmp_path: Path) -> None:
    """Where a column is the only one, an empty cell is an NOC that nobody can read."""
    rules = scenario(
        {}, Event("men-500", "men", "individual", 2, 1), Event("men-1000", "men", "individual", 2, 1)
    ).rules
    remarks = Remarks()

    def lengths(*rows: tuple[str, ...]) -> dict[str, int]:
        grid = Grid(tuple(tuple(Cell(text) for text in row) for row in rows), ("Men",), "")
        return {one.event.identifier: len(one.rows) for one in read_lists(grid, rules, {}, remarks)}

    beside = (("Rank", "500 m", "1000 m"), ("1", "Canada", "China"), ("2", "Italy", "Japan"), ("3", "", "Italy"))
    assert lengths(*beside) == {"men-500": 2, "men-1000": 3}
    assert lengths(*(row[:2] for row in beside)) == {"men-500": 3}
