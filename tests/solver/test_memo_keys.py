"""What is kept is kept by all it depends on: whatever one scenario was asked before, it answers as one just loaded.

Every `memo[...]` of the packages has its question here, and a test fails where one has none.
"""

from __future__ import annotations

import ast
import copy
import itertools
import random
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import seasons
import test_verdict

from quotaproof.event_lists import event_lists
from quotaproof.model.errors import QuotaError
from quotaproof.model.later_changes import Invitation
from quotaproof.model.rules import READING_VALUES, SOQC_READINGS
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.scenarios import load_scenario
from quotaproof.solver.declines import allocate_with_declines
from quotaproof.solver.engines import Engine, engine, greedy
from quotaproof.solver.engines.cpsat.status import DEFAULT, Settings
from quotaproof.solver.season.open_event import OpenEvent
from quotaproof.solver.season.outcomes import Memo, SeasonOutcome, completed
from quotaproof.solver.season.season import Season
from quotaproof.solver.unknown.completions import stated
from quotaproof.solver.unknown.reachability import Reach
from quotaproof.solver.verify.explained_table import as_counted, explained_table
from quotaproof.solver.verify.explanation import explained_by_changes

ROOT = Path(__file__).parents[2]
SETTINGS = (DEFAULT, replace(DEFAULT, seed=7), replace(DEFAULT, limit=0.0))
"""As results do not depend on settings, one of them is an effort in which nothing is found: what was kept must not be
given instead of saying so, nor a limit that was reached instead of what the next effort finds."""

RANKED = [
    dict(zip(SOQC_READINGS, values, strict=True))
    for values in itertools.product(*(READING_VALUES[name] for name in SOQC_READINGS))
]
READINGS = [{name: value} for name in ("gender-cap", "declines") for value in READING_VALUES[name]]

Question = Callable[[Scenario], object]


def pyeongchang() -> Scenario:
    return load_scenario("pyeongchang-2018")


def sochi() -> Scenario:
    return load_scenario("sochi-2014")


def beijing() -> Scenario:
    return load_scenario("beijing-2022")


def invited() -> Scenario:
    """Beijing's table with a start place that was added outside the rules, on record."""
    drawn = load_scenario("beijing-2022")
    assert drawn.published is not None
    table = drawn.published
    one = table.with_cells({("CRO", "men-500"): table.cells["CRO"]["men-500"] + 1})
    return replace(drawn, published=one, invitations=(Invitation("men-500", "CRO", 1),))


def sleds() -> Scenario:
    """Unknown standings, and a table that counts athletes in a way that nothing states."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sleds"
        test_verdict.luge(path, {"GER": 4, "AUT": 3, "LAT": 2}, known=False)
        return load_scenario(path)


def answer(question: Question, scenario: Scenario) -> object:
    """What a question is answered, or why it is not."""
    try:
        return question(scenario)
    except QuotaError as error:
        return type(error), str(error)


def under(readings: Mapping[str, str], question: Question) -> Question:
    return lambda scenario: question(scenario.with_readings(readings))


def reached(cells: Mapping[tuple[str, str], int], settings: Settings) -> Question:
    """Whether some completion gives the published table with some cells changed."""

    def question(scenario: Scenario) -> object:
        assert scenario.published is not None
        return stated(scenario, scenario.published.with_cells(cells), settings).completions.any() is not None

    return question


def tables(by: Engine) -> Question:
    return lambda scenario: allocate_with_declines(scenario, by).allocation


def explained(settings: Settings, left_out: bool) -> Question:
    return lambda scenario: explained_table(scenario, settings, leaves_out_invited=left_out)


def way_to_count(settings: Settings) -> Question:
    return lambda scenario: as_counted(scenario, settings).rules.athletes_counted


def caused(by: Engine) -> Question:
    return lambda scenario: explained_by_changes(scenario, by)


def closed(scenario: Scenario) -> object:
    return {name: scenario.why_closed(name) for name in READING_VALUES}


def closed_without_standings(scenario: Scenario) -> object:
    return closed(replace(scenario, standings=Standings()))


def standings(scenario: Scenario) -> object:
    return scenario.standings.rankings


ENGINES = (engine("greedy"), *(engine("cp-sat", settings) for settings in SETTINGS))
FEWER = {("NED", "men-500"): 1, ("AUS", "men-500"): 3}
QUESTIONS: dict[str, tuple[Callable[[], Scenario], list[Question]]] = {
    "ranked": (pyeongchang, [under(readings, standings) for readings in RANKED]),
    "standings": (
        pyeongchang,
        [closed, under(RANKED[0], closed), closed_without_standings],
    ),
    "allocation": (
        pyeongchang,
        [tables(by) for by in ENGINES] + [under(readings, tables(ENGINES[0])) for readings in (*READINGS, *RANKED)],
    ),
    "explained": (sochi, [caused(by) for by in ENGINES[:2] + ENGINES[3:]]),
    "explained table": (
        invited,
        [explained(settings, left_out) for settings in SETTINGS for left_out in (False, True)],
    ),
    "as counted": (sleds, [way_to_count(settings) for settings in SETTINGS]),
    "stated table": (
        beijing,
        [reached(cells, settings) for settings in SETTINGS for cells in ({}, FEWER)],
    ),
    "table of the ranked lists": (
        sochi,
        [event_lists, *(under(readings, event_lists) for readings in RANKED)],
    ),
}
"""First word of a key -> a scenario, and questions that what is kept under it answers."""


@pytest.mark.parametrize("kept", QUESTIONS)
def test_a_scenario_asked_before_answers_as_one_just_loaded(kept: str) -> None:
    """Each question is asked before and after each other one, and once more when all that is kept is there."""
    load, questions = QUESTIONS[kept]
    afresh = {question: answer(question, load()) for question in questions}
    assert any(found != afresh[questions[0]] for found in afresh.values()), "all the same: nothing could be mixed up"
    for order in (questions, questions[::-1] * 2):
        asked = load()
        for question in order:
            assert answer(question, asked) == afresh[question]
        assert kept in {key[0] for key in asked.memo}


def test_rankings_differ_under_each_value_of_each_reading_and_are_never_mixed_up() -> None:
    """Every two ways to rank the results of PyeongChang, one after the other."""
    afresh = [standings(pyeongchang().with_readings(readings)) for readings in RANKED]
    assert all(one != other for one, other in itertools.combinations(afresh, 2))
    for first, second in itertools.permutations(range(len(RANKED)), 2):
        asked = pyeongchang()
        for number in (first, second):
            assert standings(asked.with_readings(RANKED[number])) == afresh[number]


def test_a_copy_keeps_nothing_of_what_was_computed() -> None:
    asked = pyeongchang()
    tables(ENGINES[0])(asked)
    copies = (replace(asked), replace(asked, excluded=frozenset({"KOR"})), copy.copy(asked), copy.deepcopy(asked))
    assert [one.memo for one in copies] == [{}] * len(copies)
    assert asked.memo


def where_ties_decide() -> Scenario:
    """PyeongChang without what came later, with as many places in an event as make the last a matter of a reading."""
    plain = replace(pyeongchang(), declines=(), invitations=(), partial=None)
    caps: dict[str, int] = {}
    for reading in reversed(SOQC_READINGS):
        ranked = [
            plain.with_readings({**RANKED[0], reading: value}).standings.rankings for value in READING_VALUES[reading]
        ]
        for event in sorted(set(ranked[0]) - set(caps)):
            pairs = zip(ranked[0][event].entries, ranked[1][event].entries, strict=True)
            places = next((rank for rank, (one, other) in enumerate(pairs, 1) if one.noc != other.noc), None)
            if places is not None:
                caps[event] = places
                break
    return replace(plain, rules=plain.rules.with_caps(caps))


def test_what_a_table_reaches_under_one_reading_is_not_said_of_another() -> None:
    """With standings that are known a table is reached under just the readings under which they give it."""
    plain = where_ties_decide()
    given = [greedy.allocate(plain.with_readings(readings)).to_published() for readings in RANKED]
    assert all(given[0].cells != other.cells for other in given[1:])
    for turn in (1, -1):
        asked = Reach(plain, given[0])
        found = [asked.completion(readings) is not None for readings in RANKED[::turn]]
        assert found == [readings == RANKED[0] for readings in RANKED[::turn]]
        # Other tables of the same rows share what was solved.
        found = [asked.of(other).completion(RANKED[0]) is not None for other in given[::turn]]
        assert found == [other is given[0] for other in given[::turn]]


def outcomes(season: Season) -> list[SeasonOutcome]:
    """Some outcomes of the meets to come, each drawn for and against each NOC."""
    rng = random.Random(1)
    found = []
    for _ in range(4):
        positions = {}
        for event in season.scenario.rules.events:
            for meet in season.left(event.identifier):
                positions[meet, event.identifier] = tuple(rng.sample(seasons.NOCS, rng.randint(1, len(seasons.NOCS))))
        found += [
            SeasonOutcome(positions, about, favoured) for about in (None, "AAA", "CCC") for favoured in (False, True)
        ]
    return found


def test_outcomes_of_a_season_are_ranked_each_by_its_own_results_and_draws() -> None:
    differing = 0
    for seed in range(12):
        season = seasons.season(random.Random(seed), capped=False, left=2)
        own = outcomes(season)
        afresh = [completed(season, outcome).standings for outcome in own]
        differing += len({repr(one) for one in afresh})
        for turn in (1, -1):
            memo: Memo = {}
            assert [completed(season, outcome, memo).standings for outcome in own[::turn]] == afresh[::turn]
    assert differing > 60


def test_orders_at_meets_to_come_are_each_by_their_own_entry_and_positions() -> None:
    for seed in range(6):
        season = seasons.season(random.Random(seed), left=2, relay=False, distances=1)
        [event] = season.scenario.rules.events
        positions = list(itertools.product((None, 1, 2, 3), repeat=len(season.left(event.identifier))))
        asked = [(claim, one) for claim in OpenEvent.of(season, event.identifier).ranked for one in positions]
        afresh = [OpenEvent.of(season, event.identifier).order(*one) for one in asked]
        for turn in (1, -1):
            race = OpenEvent.of(season, event.identifier)
            assert [race.order(*one) for one in asked[::turn]] == afresh[::turn]


OF_ONE_SEASON = {
    "solver/season/outcomes.py": "test_outcomes_of_a_season_are_ranked_each_by_its_own_results_and_draws",
    "solver/season/open_event.py": "test_orders_at_meets_to_come_are_each_by_their_own_entry_and_positions",
    # An answer to a question that is easier to prove may be taken, so it depends on what was asked before: what was
    # proved is true, and test_season_bounds has it beside enumeration.
    "solver/season/athlete_caps.py": "",
}
"""File -> the test of what it keeps in a dictionary of its own."""


def test_every_key_has_its_question() -> None:
    """A key of `memo` begins with a word, or its module keeps something of a season."""
    words: set[str] = set()
    others: set[str] = set()
    for path in sorted(path for folder in ("model", "solver", "quotaproof") for path in (ROOT / folder).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "memo[" not in text:
            continue
        tree = ast.parse(text)
        names = {ast.unparse(one.value) for one in ast.walk(tree) if isinstance(one, ast.Subscript)}
        if any(name.endswith(".memo") for name in names):
            keys = {
                ast.unparse(one.slice)
                for one in ast.walk(tree)
                if isinstance(one, ast.Subscript) and ast.unparse(one.value).endswith(".memo")
            }
            found = [
                one.value.elts[0].value
                for one in ast.walk(tree)
                if isinstance(one, ast.Assign)
                and ast.unparse(one.targets[0]) in keys
                and isinstance(one.value, ast.Tuple)
                and isinstance(one.value.elts[0], ast.Constant)
            ]
            assert found, f"{path} keeps something by a key that does not begin with a word"
            words |= set(found)
        elif any(name.endswith("memo") for name in names):
            others.add(str(path.relative_to(ROOT)))
    assert words == set(QUESTIONS)
    assert others == set(OF_ONE_SEASON)
    assert {name for name in OF_ONE_SEASON.values() if name} <= set(globals())
