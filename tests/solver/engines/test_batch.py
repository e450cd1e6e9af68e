"""The batch engine gives what the greedy reference gives, in both of its forms, whatever the rules and standings.

The full number of standings is compared with

    QUOTAPROOF_STANDINGS=100000 python -m pytest tests/solver/engines/test_batch.py -k same_on_random
"""

from __future__ import annotations

import errno
import itertools
import os
import random
import runpy
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import draw
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import READINGS, tiny, tiny_rules

from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Decline
from quotaproof.model.errors import IncompleteError, InputError
from quotaproof.model.pathways import Reallocation
from quotaproof.model.rules import Declines, Readings
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.scenarios import load_scenario
from quotaproof.solver.declines import after_declines as one_by_one
from quotaproof.solver.engines import engine, greedy
from quotaproof.solver.engines.batch import Batch, BatchResult, allocate_batch, loops, settled_by_chance
from quotaproof.solver.engines.batch.declines import NOTHING, after_declines
from quotaproof.solver.engines.batch.result import NO_ROOM

STANDINGS = int(os.environ.get("QUOTAPROOF_STANDINGS", "2000"))
MODES: tuple[Declines, Declines] = ("sequential", "rerun")
GREEDY = engine("greedy")
CHUNK = 250


def told(allocation: Allocation) -> tuple[object, ...]:
    """Everything that a batch says as well: places, quota places by pathway, status, who is tied."""
    awards: Counter[tuple[str, str, str]] = Counter()
    for award in allocation.awards:
        awards[award.pathway, award.noc, award.gender] += award.number
    return allocation.status, allocation.unique, allocation.places, awards, set(allocation.tied)


def by_greedy(scenario: Scenario) -> Allocation | str:
    try:
        return greedy.allocate(scenario)
    except InputError as error:
        return str(error)


def by_batch(scenarios: Sequence[Scenario]) -> list[Allocation | str]:
    batch = Batch.of(scenarios)
    try:
        result = allocate_batch(batch)
    except InputError as error:
        return [str(error)] * len(scenarios)
    return [result.allocation(number) for number in range(len(batch))]


def assert_same(scenarios: Sequence[Scenario]) -> Counter[str]:
    """The batch engine on scenarios that differ in standings only; returns what was met."""
    met: Counter[str] = Counter()
    expected = [by_greedy(scenario) for scenario in scenarios]
    for scenario, one, other in zip(scenarios, expected, by_batch(scenarios), strict=True):
        if isinstance(one, str) or isinstance(other, str):
            assert one == other
            met["no room"] += 1
            continue
        assert told(one) == told(other), scenario.identifier
        met |= {award.pathway: 1 for award in one.awards}
        met[one.status] += 1
    return met


def drawn(number: int) -> Iterator[list[Scenario]]:
    """Lists of scenarios that differ in standings only, so many in all: realistic, roomy, anything, tiny."""
    for start in range(0, number // 4, CHUNK):
        own = [draw.realistic(10_000 + seed) for seed in range(start, min(start + CHUNK, number // 4))]
        yield [replace(scenario, identifier="synthetic") for scenario in own]
    for seed in range(number // 8):
        yield [draw.roomy(10_000 + seed)]
    for seed in range(number // 8):
        yield [draw.wild(10_000 + seed)]
    for seed in range(number // 2):
        yield [tiny(10_000 + seed, READINGS[seed % len(READINGS)])]


def test_the_batch_is_the_same_on_random_standings() -> None:
    met: Counter[str] = Counter()
    number = 0
    for scenarios in drawn(STANDINGS):
        met += assert_same(scenarios)
        number += len(scenarios)
    assert number >= STANDINGS - 4
    assert set(met) >= {"optimal", "tie", "no room", "P3", "P4", "P5", "P6"}


@pytest.mark.parametrize("readings", READINGS, ids=lambda readings: "-".join(readings.values()))
def test_the_batch_is_the_same_where_all_caps_bind(readings: dict[str, str]) -> None:
    for seed in range(25):
        assert_same([tiny(seed, readings)])


@settings(max_examples=80)
@given(st.data())
def test_the_batch_is_the_same_for_any_shape_of_rankings(data: st.DataObject) -> None:
    """Empty events, one NOC, rankings of any length, a host that is ranked nowhere: in one batch, under tiny rules."""
    rules = tiny_rules(random.Random(data.draw(st.integers(0, 300))))
    readings = Readings.of(data.draw(st.sampled_from(READINGS)))
    nocs = ("AAA", "BBB", "CCC", "DDD")[: data.draw(st.integers(1, 4))]
    host = data.draw(st.sampled_from([None, *nocs, "HHH"]))

    def ranking(kind: str) -> st.SearchStrategy[list[str]]:
        if kind == "relay":
            return st.lists(st.sampled_from(nocs), unique=True, max_size=4)
        return st.lists(st.sampled_from(nocs), max_size=6)

    orders = [
        {event.identifier: data.draw(ranking(event.kind)) for event in rules.events}
        for _ in range(data.draw(st.integers(1, 4)))
    ]
    template = Scenario(identifier="batch", title="batch", games="", host=host, rules=rules, readings=readings)
    known = {noc for own in orders for ranked in own.values() for noc in ranked} | (
        {host} if host is not None else set()
    )
    batch = Batch.from_rankings(template, [list(own.values()) for own in orders], tuple(sorted(known)))
    assert len(batch) == len(orders)
    assert_same([batch.scenario(number) for number in range(len(batch))])


def drawn_declines(rng: random.Random, scenario: Scenario, first: Allocation) -> list[Decline]:
    """One to three declines, some of them of what the NOC does not have."""
    holders = sorted({noc for places in first.places.values() for noc in places})
    found: list[Decline] = []
    for noc in rng.sample(holders, min(len(holders), rng.randint(1, 3))):
        event = rng.choice([event for event, places in first.places.items() if places.get(noc)])
        gender = scenario.rules.event(event).gender
        number = rng.randint(1, first.places[event][noc] + (rng.random() < 0.15))
        options = [Decline(noc), Decline(noc, event), Decline(noc, event, number)]
        options += [Decline(noc, gender=gender)] if gender != "mixed" else []
        found.append(rng.choice(options))
    if rng.random() < 0.2:
        found.append(rng.choice(found))
    return found


def with_reallocation(scenario: Scenario, rng: random.Random) -> Scenario:
    repeats = tuple(pathway for pathway in ("P4", "P5", "P6") if rng.random() < 0.8)
    pathways = (*scenario.rules.pathways, Reallocation("P7", "again", "seven", repeats))
    return replace(scenario, rules=replace(scenario.rules, pathways=pathways))


def scenarios_with_declines() -> Iterator[tuple[Scenario, random.Random]]:
    for function, number in ((draw.realistic, 15), (draw.wild, 60), (draw.roomy, 20)):
        for seed in range(number):
            yield function(seed), random.Random(f"declines of {function.__name__} {seed}")
    for readings in READINGS:
        for seed in range(30):
            rng = random.Random(f"declines of {seed}")
            yield with_reallocation(tiny(seed, readings), rng), rng


def test_declines_have_the_same_answer_in_both_modes() -> None:
    met: Counter[str] = Counter()
    for scenario, rng in scenarios_with_declines():
        first = by_greedy(scenario)
        if isinstance(first, str) or not first.nocs:
            continue
        batch = Batch.of([scenario])
        start = allocate_batch(batch)
        declines = drawn_declines(rng, scenario, first) if any(first.places.values()) else []
        for mode in MODES if declines else ():
            after = after_declines(batch, start, [declines], mode)
            words = (scenario.identifier, [str(one) for one in declines], mode)
            try:
                expected = one_by_one(scenario, first, declines, GREEDY, mode).allocation
            except InputError as error:
                assert after.status[0] in (NOTHING, NO_ROOM), words
                met["no room" if "guaranteed" in str(error) else "nothing"] += 1
                continue
            result = BatchResult(batch, after.state, after.status, start.tied, start.tie_step)
            assert after.status[0] == (expected.status == "tie"), words
            # Who is tied after declines is not kept; the places are.
            bare = replace(result, tied=np.zeros_like(start.tied))
            assert told(bare.allocation(0))[2:4] == told(expected)[2:4], words
            met[f"{mode} {expected.status}"] += 1
    assert set(met) >= {"nothing", "sequential optimal", "rerun optimal", "sequential tie", "rerun tie"}


def test_elements_of_a_batch_may_decline_different_things() -> None:
    scenario = load_scenario("synthetic-beijing-like")
    first = greedy.allocate(scenario)
    declines = [
        [Decline("CCC"), Decline("AAA", "men-500", 1)],
        [Decline("BBB", gender="women"), Decline("CCC", "men-relay")],
        [Decline("MMM", "mixed-relay"), Decline("MMM")],
        [Decline("WWW"), Decline("WWW")],
    ]
    batch = Batch.of([scenario] * len(declines))
    start = allocate_batch(batch)
    for mode in MODES:
        after = after_declines(batch, start, declines, mode)
        assert list(after.status) == [0, 0, 0, NOTHING]
        assert (after.failed[3], after.has[3]) == (1, 0)
        for number, own in enumerate(declines[:3]):
            expected = one_by_one(scenario, first, own, GREEDY, mode).allocation
            result = BatchResult(batch, after.state, after.status, start.tied, start.tie_step)
            assert result.allocation(number).same_places(expected)


def test_an_element_is_the_scenario_it_was_made_of_and_its_allocation_has_the_published_layout() -> None:
    scenarios = [draw.realistic(seed) for seed in range(3)]
    batch = Batch.of(scenarios)
    result = allocate_batch(batch)
    for number, scenario in enumerate(scenarios):
        assert batch.scenario(number).standings.to_csv() == scenario.standings.to_csv()
        expected = greedy.allocate(scenario)
        allocation = result.allocation(number)
        assert allocation.engine == "batch"
        assert allocation.to_frame().equals(expected.to_frame())
    frame = result.to_frame()
    assert list(frame.columns[:3]) == ["status", f"{batch.nocs[0]}:men-500", f"{batch.nocs[0]}:men-1000"]
    assert frame.loc[1, "ITA:men"] == greedy.allocate(scenarios[1]).athletes.get("ITA", (0, 0))[0]


def test_the_loops_say_the_same_when_they_are_plain_python() -> None:
    """As they are without numba: what is compiled is what is written."""
    code = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "import test_batch as t\n"
        "from quotaproof.solver.engines.batch import compiled, loops\n"
        "assert not hasattr(loops.allocate_all, 'py_func') and not loops.AVAILABLE\n"
        "drawn = [t.tiny(seed, readings) for readings in t.READINGS for seed in range(3)]\n"
        "for scenario in [t.draw.realistic(1), t.draw.roomy(2), *drawn]:\n"
        "    expected = t.by_greedy(scenario)\n"
        "    if not isinstance(expected, str):\n"
        "        found = compiled.allocate(t.Batch.of([scenario])).allocation(0)\n"
        "        assert t.told(found) == t.told(expected)\n"
    )
    here = Path(__file__).parent
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    subprocess.run([sys.executable, "-c", code, str(here), str(here.parent.parent)], env=environment, check=True)


DOUBLED = """
import numba
from quotaproof.solver.engines.batch.kept_code import or_anew
def plain(number):
    return 2 * number
kept = numba.njit(cache=True)(plain)
doubled = or_anew(kept, lambda: numba.njit(plain))
"""


@pytest.mark.skipif(not loops.AVAILABLE, reason="there is no numba")
def test_compiled_code_that_was_kept_and_is_of_no_use_is_compiled_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept files are cut short by a crash, are those of something else, or cannot be written to a full disk."""
    (tmp_path / "doubling.py").write_text(DOUBLED, encoding="utf-8")

    def asked() -> Any:
        found = runpy.run_path(str(tmp_path / "doubling.py"), run_name="doubling")
        assert found["doubled"](21) == 42
        return found["kept"].stats

    assert asked().cache_misses
    assert asked().cache_hits
    for kind, wrong in itertools.product(("nbi", "nbc"), (b"", b"something else", None)):
        (file,) = tmp_path.rglob(f"*.{kind}")
        file.write_bytes(file.read_bytes()[:-30] if wrong is None else wrong)
        asked()
        assert not list(tmp_path.rglob(f"*.{kind}"))
        asked()
        assert asked().cache_hits

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    for file in tmp_path.rglob("*.nb?"):
        file.unlink()
    caching = pytest.importorskip("numba.core.caching")
    monkeypatch.setattr(caching.IndexDataCacheFile, "save", full)
    asked()


TIED = Standings.of({event.identifier: ["ITA", "NED"] for event in draw.BEIJING.rules.events})
TIED = replace(TIED, rankings={**TIED.rankings, "men-500": replace(TIED.rankings["men-500"], tied=((1, 2),))})
ONE = draw.realistic(1)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Batch.of([]), "at least one scenario"),
        (lambda: Batch.of([ONE, replace(ONE, host="ITA")]), "the same host"),
        (lambda: Batch.of([ONE, ONE.with_readings({"gender-cap": "hard"})]), "the same readings"),
        (lambda: Batch.of([ONE, replace(ONE, rules=ONE.rules.with_caps({"total": 9}))]), "the same rules"),
        (lambda: Batch.of([replace(ONE, standings=TIED)]), "ranks 1 to 2 of men-500 are tied"),
        (lambda: Batch.from_array(ONE, np.zeros((1, 9, 3), dtype=np.int64), ("CHN",)), "an int16 array of shape"),
        (lambda: Batch.from_array(ONE, np.zeros((1, 2, 3), dtype=np.int16), ("CHN",)), "an int16 array of shape"),
        (lambda: Batch.from_array(ONE, np.ones((1, 9, 3), dtype=np.int16), ("CHN",)), "a number that is no NOC"),
        (lambda: Batch.from_array(ONE, np.zeros((1, 9, 3), dtype=np.int16), ("ITA",)), "host CHN is not among"),
        (lambda: Batch.from_array(ONE, np.zeros((1, 9, 3), dtype=np.int16), ("ITA", "CHN")), "must be sorted"),
    ],
)
def test_what_is_no_batch_is_refused_in_one_sentence(make: Callable[[], object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        make()


def test_unknown_standings_are_no_batch() -> None:
    with pytest.raises(IncompleteError, match="the ranking of men-500 is unknown"):
        Batch.of([load_scenario("beijing-2022")])


def test_ties_settled_by_chance_are_men_first_or_women_first_by_lot() -> None:
    """An element that ends in a tie becomes either of the two allocations that a reading gives, half of the time."""
    settled: Counter[str] = Counter()
    for seed in range(40):
        scenario = tiny(seed, {"remaining-ties": "refuse"})
        if isinstance(by_greedy(scenario), str):
            continue
        batch = Batch.of([scenario] * 60)
        result = allocate_batch(batch)
        again = settled_by_chance(result, np.random.default_rng(seed))
        if not result.status.any():
            assert again is result
            continue
        ways = {}
        for name in ("men-first", "women-first"):
            read = replace(scenario, readings=replace(scenario.readings, remaining_ties=name))
            one = allocate_batch(Batch.of([read]))
            ways[name] = (one.cells()[0].tobytes(), int(one.status[0]))
        cells = again.cells()
        for element in range(60):
            own = (cells[element].tobytes(), int(again.status[element]))
            names = [name for name, way in ways.items() if way == own]
            assert names
            if len(set(ways.values())) == 2:
                settled[names[0]] += 1
        assert (allocate_batch(batch).status == result.status).all()
    assert min(settled["men-first"], settled["women-first"]) > 0.35 * sum(settled.values()) >= 21
