"""Quota places on record to have been given back alone: every question answers as if it had been asked as a what-if."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import folders
import pytest
from engines.test_batch import with_reallocation
from test_returned_quota_places import small
from tiny import READINGS, tiny

import quotaproof
from quotaproof.importing import import_scenario
from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Decline
from quotaproof.model.errors import InputError
from quotaproof.model.later_changes import DeclinedEntry, DeclineRow, ReturnedPlaces
from quotaproof.model.rules import GENDERS, Gender
from quotaproof.model.scenario import Scenario
from quotaproof.scenarios import load_scenario
from quotaproof.solver.declines import allocate_with_declines
from quotaproof.solver.engines import engine
from quotaproof.solver.whatif.starting_table import starting_table

GREEDY, CP_SAT = engine("greedy"), engine("cp-sat")
SEEDS = 250
HEADER = "event,noc,qualifier,date,source,taken-by,number\n"


def drawn(seed: int) -> tuple[Scenario, Allocation] | None:
    """A tiny scenario that records a quota place given back, often with a decline of a start place before or after."""
    rng = random.Random(f"on record {seed}")
    scenario = with_reallocation(tiny(seed, READINGS[seed % len(READINGS)]), rng)
    try:
        first = GREEDY.allocate(scenario)
    except InputError:
        return None
    if first.status == "tie" or not first.athletes:
        return None
    noc = rng.choice(sorted(first.athletes))
    gender: Gender = rng.choice([g for g in GENDERS if first.number(noc, g)])
    rows: list[DeclineRow] = [ReturnedPlaces(gender, noc, 1, "2022-01-10", "drawn")]
    events = [e.identifier for e in scenario.rules.events if e.kind == "individual" and first.places[e.identifier]]
    if events and rng.random() < 0.6:
        event = rng.choice(events)
        giver = rng.choice(sorted(first.places[event]))
        date = rng.choice(["2022-01-05", "2022-01-20"])
        rows.append(DeclinedEntry(event, giver, first.places[event][giver], date, "drawn"))
    rng.shuffle(rows)
    return replace(scenario, declines=tuple(rows)), first


def in_turn(scenario: Scenario, by: str) -> Allocation:
    """The record asked as a what-if about the scenario without it, sorted here once more."""
    changes = [
        Decline(one.noc, gender=one.gender, number=one.number)
        if isinstance(one, ReturnedPlaces)
        else Decline(str(one.noc), one.event, qualifier=one.qualifier)
        for one in sorted(scenario.declines, key=lambda one: one.date)
    ]
    bare = replace(scenario, declines=())
    return quotaproof.whatif(bare, changes, engine=by).after


def test_the_record_gives_what_the_same_declines_give_as_a_what_if_in_both_engines() -> None:
    seen: Counter[str] = Counter()
    for seed in range(SEEDS):
        if (case := drawn(seed)) is None:
            continue
        scenario, first = case
        try:
            expected = in_turn(scenario, "greedy")
        except InputError as error:
            with pytest.raises(InputError) as found:
                quotaproof.allocate(scenario, engine="greedy")
            assert found.value.problem == error.problem
            seen["refused"] += 1
            continue
        for by in ("greedy", "cp-sat") if seed % 4 == 0 else ("greedy",):
            found_one = quotaproof.allocate(scenario, engine=by)
            assert found_one.status == expected.status
            assert found_one.same_places(expected)
        seen["somebody gains"] += any(new > old for _, _, old, new in first.differing(expected))
        seen["answered"] += 1
        seen["two rows"] += len(scenario.declines) > 1
    assert seen["answered"] > 120
    assert seen["two rows"] > 50
    assert seen["somebody gains"] > 60


def test_verify_takes_the_table_after_the_record_and_no_other() -> None:
    """The table that the record gives is consistent; with one athlete moved, and without the record, it is not."""
    seen: Counter[str] = Counter()
    for seed in range(0, SEEDS, 5):
        if (case := drawn(seed)) is None:
            continue
        scenario, first = case
        try:
            after = in_turn(scenario, "greedy")
        except InputError:
            continue
        if after.status == "tie" or not after.athletes:
            continue
        table = after.to_published()
        told = quotaproof.verify(replace(scenario, published=table))
        assert told.verdict == "with-changes"
        assert told.consistent
        assert {change.status for change in told.explanation} == {"on-record"}
        assert [change.kind for change in told.explanation].count("return") == 1
        assert told.explanation_unique is False
        cells = {(noc, c) for noc, c, old, new in table.differing(first.to_published())}
        assert {(one.noc, one.column) for one in told.deviations} == cells
        assert all(one.explained_by for one in told.deviations)
        if told.totals is not None:
            assert told.totals == after.totals
        noc = sorted(table.nocs)[0]
        wrong = table.with_cells({(noc, "athletes"): table.number(noc, "athletes") + 1})
        bad = quotaproof.verify(replace(scenario, published=wrong))
        assert not bad.consistent
        before = quotaproof.verify(replace(scenario, published=first.to_published()))
        assert before.consistent == first.same_places(after)
        seen["tables"] += 1
        seen["deviates"] += bool(cells)
    assert seen["tables"] > 20
    assert seen["deviates"] > 15


def on_record(*rows: DeclineRow, **changes: Any) -> Scenario:
    return small(declines=rows, **changes)


AAA = ReturnedPlaces("men", "AAA", 1, "2022-01-10", "a letter")


def test_on_paper_every_question_starts_after_the_record(tmp_path: Path) -> None:
    """AAA has three men, BBB and CCC two, of seven; AAA sends two, and BBB is next by relay rank."""
    scenario = on_record(AAA)
    table = quotaproof.allocate(scenario).to_published()
    assert table.cells["AAA"]["athletes"] == 2
    assert table.cells["BBB"]["athletes"] == 3
    scenario = replace(scenario, published=table)
    told = quotaproof.verify(scenario)
    assert [(one.noc, one.column, one.expected, one.published, one.explained_by) for one in told.deviations] == [
        ("AAA", "athletes", 3, 2, (1,)),
        ("BBB", "athletes", 2, 3, (1,)),
    ]
    assert told.to_dict()["changes"] == [
        {
            "kind": "return", "column": "men", "noc": "AAA", "number": 1, "date": "2022-01-10", "source": "a letter",
            "needed": True, "status": "on-record",
        }
    ]  # fmt: skip
    for start in ("rules", "published"):
        answer = quotaproof.whatif(scenario, ["BBB:men=1"], start=start)
        assert {(noc, column): (old, new) for noc, column, old, new in answer.before.differing(answer.after)} == {
            ("BBB", "men"): (3, 2),
            ("CCC", "men"): (2, 3),
        }
    said = quotaproof.explain(scenario, "AAA", "men").why[0].text
    assert said.startswith("AAA's men have two. Before the declines on record they had three")
    assert said.endswith("AAA gave back one quota place alone, as is on record.")
    said = quotaproof.explain(scenario, "BBB", "men").why[0].text
    assert said.startswith("BBB's men have three. Before the declines on record they had two")
    assert "After declines: " in said
    document = str(quotaproof.report(scenario, "markdown"))
    assert "| men | AAA | 1 | 2022-01-10 | a letter |" in document


def test_from_published_with_a_further_decline_that_no_record_has() -> None:
    """AAA gave a quota place back on record, and then CCC its 1000 m place, which BBB's second has."""
    scenario = on_record(AAA)
    after = quotaproof.whatif(scenario, ["CCC:men-1000"]).after
    scenario = replace(scenario, published=after.to_published())
    told = quotaproof.verify(scenario)
    assert told.verdict == "with-changes"
    assert not told.consistent
    kinds = [(c.kind, c.noc, c.event, c.status) for c in told.explanation]
    assert kinds == [("return", "AAA", "men", "on-record"), ("decline", "CCC", "men-1000", "no-record")]
    started = starting_table(scenario, GREEDY, "published")
    assert [str(one) for one in started.declines] == ["decline AAA:men=1", "decline CCC:men-1000=1"]
    assert started.base.allocation.same_places(after)
    assert started.returns == ()


def test_a_row_is_read_and_acts_by_its_date(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folders.save(small(), folder)
    (folder / "declines.csv").write_text(
        HEADER + "men,AAA,,2022-01-20,later,,1\nmen-500,BBB,1,2022-01-10,sooner,,\nmen,CCC,,,undated,?,\n"
    )
    scenario = load_scenario(folder)
    assert scenario.returned == (
        ReturnedPlaces("men", "AAA", 1, "2022-01-20", "later"),
        ReturnedPlaces("men", "CCC", 1, "", "undated"),
    )
    steps = allocate_with_declines(scenario, GREEDY).steps
    assert [str(step.decline) for step in steps] == ["decline CCC:men=1", "decline BBB:men-500", "decline AAA:men=1"]


def test_an_import_writes_the_row_and_reads_it_back(tmp_path: Path) -> None:
    """From the CSV file itself, and from the report of the scenario; both name a quota place and a start place."""
    scenario = load_scenario("synthetic-beijing-like")
    given = quotaproof.allocate(scenario, engine="greedy").to_published().to_csv()
    rows = (
        DeclinedEntry("men-500", "BBB", 3, "2022-01-04", "a letter"),
        ReturnedPlaces("women", "AAA", 2, "2022-01-05", "a letter"),
    )
    (tmp_path / "published.csv").write_text(given)
    own = HEADER + "men-500,BBB,3,2022-01-04,a letter,,\nwomen,AAA,,2022-01-05,a letter,,2\n"
    (tmp_path / "declines.csv").write_text(own)
    files = [tmp_path / "published.csv", tmp_path / "declines.csv"]
    made = import_scenario(files, tmp_path / "own", rules="synthetic-beijing-like")
    assert made.scenario.declines == rows
    assert load_scenario(tmp_path / "own").declines == rows
    report = str(quotaproof.report(replace(scenario, declines=rows), "markdown", full=True))
    (tmp_path / "report.md").write_text(report)
    again = import_scenario(tmp_path / "report.md", tmp_path / "again", rules="synthetic-beijing-like")
    assert again.scenario.declines == rows
    assert load_scenario(tmp_path / "again").declines == rows
    written = (tmp_path / "again" / "declines.csv").read_text().splitlines()
    assert written == [HEADER.strip(), "men-500,BBB,3,2022-01-04,a letter,?,", "women,AAA,,2022-01-05,a letter,,2"]


def test_what_cannot_be_answered_is_refused_in_a_sentence(tmp_path: Path) -> None:
    too_many = replace(on_record(replace(AAA, number=4)), published=small_table())
    with pytest.raises(InputError, match="AAA has 3 quota places among the men, so it cannot decline 4"):
        quotaproof.allocate(too_many)
    told = quotaproof.verify(too_many)
    assert not told.consistent
    assert [f.message for f in told.findings if f.kind == "record"] == [
        "the record in declines.csv is not possible: AAA has 3 quota places among the men, so it cannot decline 4"
    ]
    scenario = on_record(AAA)
    with pytest.raises(InputError, match="a quota place was given back alone before, and a rerun"):
        quotaproof.whatif(scenario, ["BBB:men-500"], mode="rerun")
    with pytest.raises(InputError, match="in the mode sequential only"):
        quotaproof.allocate(replace(scenario, readings=replace(scenario.readings, declines="rerun")))
    beijing = load_scenario("beijing-2022")
    unknown = replace(beijing, declines=(ReturnedPlaces("men", "FRA", 1),))
    with pytest.raises(InputError, match="it cannot be judged where quota places went"):
        quotaproof.verify(unknown)
    for ask in (lambda: quotaproof.whatif(unknown, ["JPN:men-relay"]), lambda: quotaproof.explain(unknown, "JPN")):
        with pytest.raises(InputError, match=r"declines on record|later changes"):
            ask()
    with pytest.raises(InputError, match="infer does not go by changes on record"):
        quotaproof.infer(unknown)


def small_table() -> Any:
    return quotaproof.allocate(small()).to_published()


def test_a_certificate_is_of_the_allocation_before_and_a_row_that_is_added_is_seen(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folders.save(small(), folder)
    scenario = load_scenario(folder)
    document = quotaproof.certificate(scenario, quotaproof.allocate(scenario))
    assert quotaproof.check(document, folder) == ()
    (folder / "declines.csv").write_text(HEADER + "men,AAA,,2022-01-10,a letter,,1\n")
    assert any("the scenario records declines" in one for one in quotaproof.check(document, folder))
    with pytest.raises(InputError, match="no certificate of an allocation after declines"):
        recorded = load_scenario(folder)
        quotaproof.certificate(recorded, quotaproof.allocate(recorded))


def test_a_sweep_answers_after_the_record() -> None:
    scenario = on_record(AAA)
    frame = quotaproof.sweep(scenario, singles=True, of=["men-500"], nocs=["BBB"], mode="both")
    assert sorted(set(frame["status"])) == ["impossible", "optimal"]
    answered = frame[frame["status"] == "optimal"]
    expected = quotaproof.whatif(scenario, ["BBB:men-500"])
    assert expected.before.athletes["AAA"] == (2, 0)
    assert not expected.before.same_places(expected.after)
    row = answered.iloc[0]
    columns = [f"{noc}:{c}" for noc in scenario.nocs for c in (*expected.before.places, *GENDERS)]
    assert {name: row[name] for name in columns} == {name: expected.after.number(*name.split(":")) for name in columns}
