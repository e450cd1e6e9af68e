"""The search of the declines that explain a table: against every order tried, and what is said at its limit."""

from __future__ import annotations

import importlib
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from click.testing import CliRunner
from tiny import READINGS, tiny

from bench.instances import beijing_size
from quotaproof.cli import cli
from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Decline
from quotaproof.model.errors import InputError, LimitError
from quotaproof.model.pathways import Reallocation
from quotaproof.model.published import Published
from quotaproof.model.scenario import Scenario
from quotaproof.scenarios import load_scenario
from quotaproof.solver.declines import Course, answered
from quotaproof.solver.engines import engine, greedy
from quotaproof.solver.verify import decline_orders
from quotaproof.solver.verify.decline_orders import SearchEffort, same_places, shortest_order
from quotaproof.solver.verify.explanation import explained_by_changes
from quotaproof.solver.verify.verify import verify
from quotaproof.text import verification

GREEDY = engine("greedy")
SOCHI = load_scenario("sochi-2014")


def with_reallocation(seed: int) -> Scenario:
    """A tiny scenario whose rules say what becomes of declined places."""
    drawn = tiny(seed, READINGS[seed % len(READINGS)])
    again = Reallocation("P7", "again", "seven", ("P4", "P5", "P6"))
    return replace(drawn, rules=replace(drawn.rules, pathways=(*drawn.rules.pathways, again)))


def after_random_declines(scenario: Scenario, first: Allocation, number: int, rng: random.Random) -> Published:
    """The table after some NOCs gave back a start place each."""
    course = Course(scenario, first)
    for _ in range(number):
        held = sorted((noc, event) for event, row in course.present.places.items() for noc, has in row.items() if has)
        if not held or course.present.status == "tie":
            break
        noc, event = rng.choice(held)
        course = answered(course, Decline(noc, event, 1), GREEDY, "sequential")
    return course.present.to_published()


def every_order(scenario: Scenario, first: Allocation, table: Published) -> set[frozenset[tuple[str, str]]]:
    """The smallest sets of (NOC, event) that give back what they have beyond the table, of all orders that lead to it.

    Who was offered a place and gave it back is in a set only if somebody behind it has one more in the end.
    """
    level = [Course(scenario, first)]
    while level:
        ends = {
            frozenset((one.noc, str(one.event)) for one in course.declines)
            for course in level
            if same_places(course.present, table) and not _in_vain(scenario, first, table, course)
        }
        if ends:
            return ends
        following = [answered(course, one, GREEDY, "sequential") for course in level for one in _beyond(course, table)]
        level = [course for course in following if course.present.status != "tie"]
    return set()


def _beyond(course: Course, table: Published) -> Iterator[Decline]:
    for event, row in course.present.places.items():
        for noc, has in row.items():
            if has > table.number(noc, event):
                yield Decline(noc, event, has - table.number(noc, event))


def _in_vain(scenario: Scenario, first: Allocation, table: Published, course: Course) -> bool:
    for step in course.steps:
        assert isinstance(step.decline, Decline)
        noc, event = step.decline.noc, str(step.decline.event)
        claims = list(scenario.standings.rankings[event].claims()) if event in scenario.standings.rankings else []
        had, wanted = first.places[event].get(noc, 0), table.number(noc, event)
        gave = step.before.places[event][noc]
        offered = [n for n, (own, k) in enumerate(claims) if own == noc and max(had, wanted) < k <= gave]
        taken = [
            n for n, (own, k) in enumerate(claims) if first.places[event].get(own, 0) < k <= table.number(own, event)
        ]
        if offered and max(offered) > max(taken, default=-1):
            return True
    return False


@pytest.mark.parametrize("seed", range(120))
def test_the_declines_of_small_tables_are_those_of_every_order(seed: int) -> None:
    scenario = with_reallocation(seed)
    try:
        first = greedy.allocate(scenario)
    except InputError as error:
        pytest.skip(str(error))
    if first.status == "tie":
        pytest.skip("a tie leaves the first allocation open")
    rng = random.Random(f"orders {seed}")
    for number in (1, 2, 3):
        table = after_random_declines(scenario, first, number, rng)
        expected = every_order(scenario, first, table)
        found, proved = shortest_order(scenario, first, table, GREEDY, proof=True)
        assert (found is not None) is bool(expected)
        if found is not None:
            assert frozenset((one.noc, str(one.event)) for one in found) in expected
            assert not proved or len(expected) == 1


def slow() -> Scenario:
    """A table of Beijing's size, 14 declines from what the rules give, but for a place that no decline explains."""
    scenario = beijing_size(1)
    first = greedy.allocate(scenario)
    table = after_random_declines(scenario, first, 14, random.Random(1014))
    claims = list(scenario.standings.rankings["men-1500"].claims())
    entries = Counter(noc for noc, _ in claims)
    last = next(noc for noc, number in entries.items() if table.number(noc, "men-1500") == number)
    loser = max({*table.nocs} - {last}, key=lambda noc: (table.number(noc, "men-1500"), noc))
    cells = {(noc, "men-1500"): table.number(noc, "men-1500") + more for noc, more in ((last, 1), (loser, -1))}
    return replace(scenario, published=table.with_cells(cells))


def test_declines_that_are_all_due_at_once_are_proved_without_trying_their_orders() -> None:
    scenario = beijing_size(0)
    first = greedy.allocate(scenario)
    table = after_random_declines(scenario, first, 6, random.Random(6))
    effort = SearchEffort(6)
    found, proved = shortest_order(scenario, first, table, GREEDY, proof=True, effort=effort)
    assert (found is not None and len(found), proved, effort.left) == (6, True, 0)


def test_a_column_with_more_places_than_the_event_has_is_refuted_without_effort() -> None:
    assert SOCHI.published is not None
    first = greedy.allocate(SOCHI)
    cells = {(noc, "men-500"): 3 for noc in SOCHI.published.nocs}
    table = SOCHI.published.with_cells(cells)
    assert shortest_order(SOCHI, first, table, GREEDY, proof=True, effort=SearchEffort(0)) == (None, True)


def test_at_the_limit_what_is_found_is_said_and_the_rest_is_said_to_be_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decline_orders, "EFFORT", 60)
    scenario = slow()
    found = verify(scenario)
    assert (found.verdict, found.declines_unknown, found.repairs_complete) == ("not", True, False)
    assert found.unknown[0] == "whether declines lead from what the rules give to the table"
    fixed = replace(scenario, rules=replace(scenario.rules, readings=()))
    assert verify(fixed).unknown == found.unknown[:1]
    assert found.findings and found.explanation == () and found.explanation_unique is None
    document = found.to_dict()
    assert document["declines_unknown"] and document["unknown"] == list(found.unknown)
    text = " ".join(verification(found, scenario, "table").split())
    assert "is not what the rules alone give; whether it is with declines is not known." in text
    assert "neither declines nor places" not in text and "Repair:" not in text
    assert "If nothing explains the table as it is, change" in text
    assert "Not decided within the effort of the solver, so unknown: whether declines lead from" in text
    with pytest.raises(LimitError):
        explained_by_changes(scenario)


def test_an_order_that_is_found_is_told_though_the_proof_ends_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decline_orders, "EFFORT", 1)
    found = verify(SOCHI)
    assert (found.verdict, found.explanation_unique, found.declines_unknown) == ("with-changes", False, False)
    text = " ".join(verification(found, SOCHI, "table").split())
    assert "These changes lead to the table; that no fewer and no others do is not proved." in text


def test_the_command_ends_with_the_exit_code_of_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decline_orders, "EFFORT", 60)
    monkeypatch.setattr(importlib.import_module("quotaproof.cli.common"), "load_with_conflicts", lambda _: slow())
    ended = CliRunner().invoke(cli, ["verify", "slow", "--format", "json"])
    document = json.loads(ended.stdout)
    assert ended.exit_code == 3 and document["declines_unknown"] is True
    assert document["explanation_unique"] is None and document["repairs_complete"] is False


def test_a_team_that_is_lost_with_other_places_need_not_be_declined() -> None:
    scenario = with_reallocation(94)
    first = greedy.allocate(scenario)
    # The host gives a man back; BBB is offered a second woman and so a team, and gives the woman back, hence the team.
    table = first.to_published().with_cells({("HHH", "men-500"): 0, ("AAA", "women-500"): 1})
    found, proved = shortest_order(scenario, first, table, GREEDY, proof=True)
    assert found is not None and proved
    assert [(one.noc, one.event) for one in found] == [("HHH", "men-500"), ("BBB", "women-500")]
