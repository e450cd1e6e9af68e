"""Sweeps where places go down ranked lists: each point is what one question at a time gives, or is refused in words."""

from __future__ import annotations

import itertools

import pytest

from quotaproof import Scenario, load_scenario, sweep
from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Decline, Exclude, SetCap, apply
from quotaproof.model.errors import InputError, UnsupportedError
from quotaproof.solver.declines import allocate_with_declines, continued
from quotaproof.solver.engines import engine

LONG_TRACK, FIGURE = load_scenario("speed-skating-2026"), load_scenario("figure-skating-2018")
GREEDY, CP_SAT = engine("greedy"), engine("cp-sat")


def same(row, given: Scenario, found: Allocation) -> bool:  # type: ignore[no-untyped-def]
    """Whether a row has the numbers of an allocation, in all its cells."""
    events = [one.identifier for one in given.rules.events]
    columns = [*events, *(("men", "women") if given.rules.gives_quota_places else ())]
    athletes = {noc: dict(zip(("men", "women"), both, strict=True)) for noc, both in found.athletes.items()}
    return all(
        row[f"{noc}:{column}"]
        == (found.places[column].get(noc, 0) if column in events else athletes.get(noc, {}).get(column, 0))
        for noc, column in itertools.product(given.nocs, columns)
    )


def test_each_decline_of_long_track_is_what_it_is_alone_and_proved() -> None:
    rows = sweep(LONG_TRACK, singles=True, of=["men-500", "women"], nocs=["ITA", "NED", "TPE"], prove="all", jobs=1)
    base = allocate_with_declines(LONG_TRACK, CP_SAT)
    answered = 0
    for _, row in rows.iterrows():
        noc, _, what = row["first"].partition(":")
        decline = Decline(noc, gender="women") if what == "women" else Decline(noc, what)
        try:
            found = continued(base, [decline], CP_SAT, row["mode"]).allocation
        except InputError as error:
            assert (row["status"], row["problem"]) == ("impossible", str(error))
            continue
        assert same(row, LONG_TRACK, found)
        answered += 1
    assert rows["proved"].all()
    assert answered > len(rows) / 2
    # A place of the men's 500 m goes to TPE, first of those without one there.
    italy = rows[(rows["first"] == "ITA:men-500") & (rows["mode"] == "sequential")].iloc[0]
    assert "TPE:men-500+1" in italy["effect"].split()


def test_pairs_are_answered_one_after_the_other() -> None:
    rows = sweep(LONG_TRACK, pairs=True, of=["men-500"], nocs=["CAN", "ITA", "USA"], mode="sequential", jobs=1)
    base = allocate_with_declines(LONG_TRACK, GREEDY)
    for _, row in rows.iterrows():
        declines = [Decline(row[place].partition(":")[0], "men-500") for place in ("first", "second")]
        assert same(row, LONG_TRACK, continued(base, declines, GREEDY, "sequential").allocation)


def test_caps_and_exclusions_are_what_the_changed_scenario_gives() -> None:
    rows = sweep(LONG_TRACK, grid={"women-1500:noc": [2, 3]}, jobs=1)
    for _, row in rows.iterrows():
        changed = apply(LONG_TRACK, [SetCap("women-1500:noc", int(row["women-1500:noc"]))])
        assert same(row, LONG_TRACK, GREEDY.allocate(changed))
    assert rows["changed"].tolist()[1] == 0 < rows["changed"].tolist()[0]
    out = sweep(LONG_TRACK, singles=True, exclusions=True, nocs=["NED"], jobs=1).iloc[0]
    assert same(out, LONG_TRACK, GREEDY.allocate(apply(LONG_TRACK, [Exclude("NED")])))
    assert out["NED:men-500"] == 0


def test_an_event_with_the_name_of_a_gender_is_the_event() -> None:
    rows = sweep(FIGURE, singles=True, of=["men"], nocs=["CAN", "USA"], mode="sequential", jobs=1)
    base = allocate_with_declines(FIGURE, GREEDY)
    for _, row in rows.iterrows():
        noc = row["first"].partition(":")[0]
        try:
            found = continued(base, [Decline(noc, "men")], GREEDY, "sequential").allocation
        except InputError as error:
            assert row["problem"] == str(error)
            continue
        assert same(row, FIGURE, found)
    assert list(rows.columns).count("CAN:men") == 1
    assert "TOTAL:men" not in rows.columns


def test_drawn_standings_and_the_batch_engine_are_refused_in_words() -> None:
    with pytest.raises(UnsupportedError, match="drawn for SOQCs of qualifiers"):
        sweep(LONG_TRACK, samples=5)
    with pytest.raises(InputError, match="use greedy or cp-sat"):
        sweep(LONG_TRACK, singles=True, engine="batch")
