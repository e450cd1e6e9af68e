"""Places given back after the deadline of the rules stay free, whatever is given back later."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import folders
import pytest
from test_returned_on_record import HEADER, drawn
from test_returned_quota_places import kept_places, small

import quotaproof
from quotaproof.model.changes import Decline
from quotaproof.model.changes_file import load_changes
from quotaproof.model.errors import InputError, UnsupportedError
from quotaproof.model.kept import hold
from quotaproof.model.later_changes import DeclinedEntry, ReturnedPlaces
from quotaproof.model.pathways import Reallocation
from quotaproof.model.rules import Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.validation import violations
from quotaproof.scenarios import load_scenario
from quotaproof.solver.declines import Course, answered
from quotaproof.solver.engines import engine
from quotaproof.solver.engines.batch import Batch, allocate_batch
from quotaproof.solver.engines.batch.declines import after_declines

GREEDY, CP_SAT = engine("greedy"), engine("cp-sat")
UNTIL, IN_TIME, LATE = "2022-01-17", "2022-01-17", "2022-01-18"
SEEDS = 250


def with_deadline(rules: Rules) -> Rules:
    pathways = tuple(replace(one, until=UNTIL) if isinstance(one, Reallocation) else one for one in rules.pathways)
    return replace(rules, pathways=pathways)


def closing(scenario: Scenario) -> Scenario:
    return replace(scenario, rules=with_deadline(scenario.rules))


def test_what_is_given_back_late_goes_to_nobody_and_does_not_come_up_again() -> None:
    """Others keep just what they had; a decline in time is answered as if the free places did not exist."""
    seen: Counter[str] = Counter()
    for seed in range(SEEDS):
        if (case := drawn(seed)) is None:
            continue
        scenario, first = case
        scenario = closing(replace(scenario, declines=()))
        rng = random.Random(f"late {seed}")
        noc = rng.choice(sorted(first.athletes))
        returned = rng.random() < 0.4
        if returned:
            gender = "men" if first.number(noc, "men") else "women"
            late = Decline(noc, gender=gender, number=1, date=LATE)
        else:
            late = Decline(noc, date=LATE)
            if not any(first.number(noc, event) for event in first.places):
                continue
        ends = []
        for by in (GREEDY, CP_SAT) if seed % 4 == 0 else (GREEDY,):
            for mode in ("sequential",) if returned else ("sequential", "rerun"):
                course = answered(Course(scenario, first), late, by, mode)
                after = course.present
                gone = {(n, column) for n, column, _, _ in first.differing(after)}
                assert {n for n, _ in gone} <= {noc}
                assert all(new < old for _, _, old, new in first.differing(after))
                if returned:
                    kept = kept_places(scenario, first, late)
                    assert all(after.number(noc, event) <= number for event, number in kept.items())
                else:
                    assert all(after.number(noc, column) == 0 for column in after.places)
                held = hold(
                    scenario.rules,
                    first,
                    course.steps[0].given_back,
                    course.at_most,
                    counts_bonus=scenario.readings.fifth_in_walk == "yes",
                    returning=noc if returned else None,
                )
                assert (held.places, held.awards) == (after.places, after.awards)
                if mode == "sequential":
                    ends.append(course)
        free = {e: sum(first.places[e].values()) - sum(ends[0].present.places[e].values()) for e in first.places}
        others = [(e, n) for e, row in ends[0].present.places.items() for n in row if n != noc]
        if others:
            event, giver = rng.choice(sorted(others))
            next_ones = []
            for course, by in zip(ends, (GREEDY, CP_SAT), strict=False):
                given = (event, giver, 1)
                most = {**course.at_most, (event, giver): course.present.number(giver, event) - 1}
                bonus = scenario.readings.fifth_in_walk == "yes"
                gone_on = answered(course, Decline(giver, event, 1, date=IN_TIME), by, "sequential")
                if gone_on.present.status == "tie":
                    break
                held = hold(scenario.rules, course.present, [given], most, counts_bonus=bonus)
                if giver != scenario.host:
                    assert violations(course.scenario, gone_on.present, held) == []
                for e, number in free.items():
                    assert sum(gone_on.present.places[e].values()) <= scenario.rules.event(e).start_places - number
                assert gone_on.present.number(noc, event) <= course.present.number(noc, event) or returned
                next_ones.append(gone_on.present)
            seen["both engines"] += len(next_ones) == 2
            assert len(next_ones) < 2 or next_ones[0].same_places(next_ones[1])
            seen["a next decline"] += bool(next_ones)
        seen["quota places" if returned else "start places"] += 1
    assert seen["quota places"] > 40
    assert seen["start places"] > 60
    assert seen["a next decline"] > 80
    assert seen["both engines"] > 20


def on_day(date: str, **changes: object) -> Scenario:
    scenario = closing(small())
    return replace(scenario, declines=(ReturnedPlaces("men", "AAA", 1, date, "a letter"),), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("by", ["greedy", "cp-sat"])
def test_on_paper_the_last_day_is_in_time_and_the_next_is_not(by: str) -> None:
    """AAA has three men of seven and sends two; BBB is next by relay rank, if it is in time."""
    assert quotaproof.allocate(on_day(IN_TIME), engine=by).athletes == {"AAA": (2, 0), "BBB": (3, 0), "CCC": (2, 0)}
    late = on_day(LATE)
    given = quotaproof.allocate(late, engine=by)
    assert given.athletes == {"AAA": (2, 0), "BBB": (2, 0), "CCC": (2, 0)}
    # BBB gives one back in time: that one goes to CCC, and AAA's stays free.
    after = quotaproof.whatif(late, ["BBB:men=1"], engine=by).after
    assert after.totals == (6, 0)
    assert after.athletes == {"AAA": (2, 0), "BBB": (1, 0), "CCC": (3, 0)}


def test_verify_explain_and_sweep_go_by_the_deadline() -> None:
    for date in (IN_TIME, LATE):
        scenario = on_day(date)
        table = quotaproof.allocate(scenario).to_published()
        other = quotaproof.allocate(on_day(LATE if date == IN_TIME else IN_TIME)).to_published()
        told = quotaproof.verify(replace(scenario, published=table))
        assert told.consistent
        assert told.verdict == "with-changes"
        assert not quotaproof.verify(replace(scenario, published=other)).consistent
    said = quotaproof.explain(on_day(LATE), "AAA", "men").why[0].text
    assert f"What AAA gave back on {LATE} stays free: places are given on until {UNTIL}." in said
    frame = quotaproof.sweep(on_day(LATE), singles=True, of=["men-500"], nocs=["BBB"], mode="sequential")
    after = quotaproof.whatif(on_day(LATE), ["BBB:men-500"]).after
    assert [int(frame.iloc[0][f"CCC:{c}"]) for c in ("men-500", "men")] == [
        after.number("CCC", "men-500"),
        after.number("CCC", "men"),
    ]


def test_a_start_place_given_back_late_is_not_held_against_a_table_in_which_nobody_took_it() -> None:
    scenario = closing(small())
    scenario = replace(scenario, rules=replace(scenario.rules, total=9))
    first = quotaproof.allocate(scenario)
    late = DeclinedEntry("men-1000", "CCC", 1, LATE, "a letter")
    scenario = replace(scenario, declines=(late,))
    given = quotaproof.allocate(scenario)
    assert given.places["men-1000"] == {"AAA": 2, "BBB": 1}
    assert {n for n, _, _, _ in first.differing(given)} == {"CCC"}
    told = quotaproof.verify(replace(scenario, published=given.to_published()))
    assert told.consistent
    assert told.explanation[0].taken_by == ()
    in_time = replace(scenario, declines=(replace(late, date=IN_TIME),))
    assert quotaproof.allocate(in_time).places["men-1000"] == {"AAA": 2, "BBB": 2}
    assert not quotaproof.verify(replace(in_time, published=given.to_published())).consistent
    moved = quotaproof.whatif(replace(scenario, declines=()), [Decline("CCC", "men-1000", 1, date=LATE)]).to_dict()
    assert [(m["from"], m["to"]) for m in moved["moves"] if m["event"] == "men-1000"] == [("CCC", None)]
    assert {m["reason"] for m in moved["moves"]} == {
        f"given back after {UNTIL}, the last day on which places are given on"
    }


def test_a_rule_file_names_the_day_and_each_row_then_needs_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    saved = folders.save(closing(small()), folder)
    assert saved.rules.given_on_until == UNTIL
    document = quotaproof.certificate(saved, quotaproof.allocate(saved))
    assert quotaproof.check(document, folder) == ()
    rules = folder / "rules.toml"
    text = rules.read_text()
    rules.write_text(text.replace(UNTIL, "2022-01-01"))
    assert any("rules" in one for one in quotaproof.check(document, folder))
    rules.write_text(text.replace(UNTIL, "17 January"))
    with pytest.raises(InputError) as error:
        load_scenario(folder)
    assert str(error.value.field).endswith("until")
    rules.write_text(text)
    (folder / "changes.toml").write_text(f'[[change]]\ndecline = "AAA:men=1"\ndate = "{LATE}"\n')
    changes, _ = load_changes(folder / "changes.toml", saved.rules)
    assert quotaproof.whatif(saved, changes).after.totals == (6, 0)
    (folder / "changes.toml").unlink()
    for row, says in (
        ("men,AAA,,,a letter,,1", "the rules give places on until 2022-01-17, so it must be known when this was"),
        ("men-500,AAA,1,,a letter,,", "so it must be known when this was"),
        (f"men-500,AAA,1,{LATE},a letter,,\nmen-1000,?,?,{IN_TIME},a letter,,", "which stays free depends on who"),
    ):
        (folder / "declines.csv").write_text(HEADER + row + "\n")
        with pytest.raises(InputError, match=says):
            load_scenario(folder)
    (folder / "declines.csv").write_text(HEADER + f"men,AAA,,{LATE},a letter,,1\n")
    assert quotaproof.allocate(load_scenario(folder)).totals == (6, 0)


def test_what_does_not_go_by_deadlines_refuses_them() -> None:
    scenario = closing(small())
    batch = Batch.of([scenario])
    with pytest.raises(UnsupportedError, match="given back too late"):
        after_declines(batch, allocate_batch(batch), [[Decline("AAA", "men-500", 1, date=LATE)]], "sequential")
    beijing = closing(load_scenario("beijing-2022"))
    late = replace(beijing, declines=(DeclinedEntry("men-500", "FRA", 1, LATE, "a letter"),))
    with pytest.raises(InputError, match="it cannot be judged which places stayed free"):
        quotaproof.verify(late)
