"""What a refusal points to answers: every command on every scenario, and every hint at a draw or a reading."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import draw
import pytest
from tiny import READINGS, tiny

from quotaproof import api, cli, text
from quotaproof.model.allocation import Tied
from quotaproof.model.changes import parse_decline
from quotaproof.model.errors import IncompleteError, InputError, LimitError
from quotaproof.model.remedies import unsettled_tie
from quotaproof.model.scenario import Scenario
from quotaproof.model.scenario_loading import load_folder
from quotaproof.model.standings.rankings import Ranking, Standings
from quotaproof.scenarios import FOLDER, identifiers, load_scenario
from quotaproof.solver.engines import ties
from quotaproof.solver.whatif.consequences import WhatIf

NAMES = "allocate|verify|infer|whatif|explain|reserve|standings|sweep|report|check"
POINTS_TO = re.compile(rf"\b(?:use|see|with|only) ({NAMES})\b(?: and ({NAMES})\b)?(?! (?:row|file|rank))")

UNFINISHED = ("unfinished-with-table", "unfinished-without-table")
"""Folders made of Sochi: one of its two meets is held."""

COMMANDS = {
    "allocate": ["allocate", "{folder}", "--engine", "greedy"],
    "allocate-certificate": ["allocate", "{folder}", "--certificate", "{tmp}/certificate.json"],
    "verify": ["verify", "{folder}"],
    "whatif": ["whatif", "{folder}", "--decline", "{noc}:{event}"],
    "whatif-rerun": ["whatif", "{folder}", "--decline", "{noc}:{event}", "--mode", "rerun"],
    "whatif-exclude": ["whatif", "{folder}", "--exclude", "{noc}"],
    "explain": ["explain", "{folder}", "{noc}"],
    "explain-why-not": ["explain", "{folder}", "{noc}", "{event}", "--why-not", "{event}>=1", "--no-how-close"],
    "explain-total": ["explain", "{folder}", "TOTAL"],
    "explain-total-event": ["explain", "{folder}", "TOTAL", "{event}"],
    "reserve": ["reserve", "{folder}", "{event}"],
    "reserve-relay": ["reserve", "{folder}", "{relay}"],
    "reserve-last": ["reserve", "{folder}", "{last}"],
    "standings": ["standings", "{folder}"],
    "sweep": ["sweep", "{folder}", "--singles", "--noc", "{noc}", "--of", "{event}", "--jobs", "1"],
    "sweep-grid": ["sweep", "{folder}", "--grid", "{event}=31..32", "--jobs", "1"],
    "sweep-samples": ["sweep", "{folder}", "--samples", "5", "--engine", "greedy", "--jobs", "1"],
    "report": ["report", "{folder}"],
    "check": ["check", "{tmp}/certificate.json", "{folder}"],
}


@pytest.fixture(scope="module")
def folder_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    @cache
    def made(name: str) -> Path:
        if name not in UNFINISHED:
            return FOLDER / name
        folder = tmp_path_factory.mktemp("unfinished") / name
        shutil.copytree(FOLDER / "sochi-2014", folder)
        (folder / "standings.csv").unlink()
        if name == "unfinished-without-table":
            (folder / "published.csv").unlink()
        results = folder / "classifications.csv"
        rows = results.read_text(encoding="utf-8").splitlines()
        results.write_text("\n".join(row for row in rows if not row.startswith("kolomna")) + "\n", encoding="utf-8")
        file = folder / "scenario.toml"
        words = re.sub(r"(?s)complete = \[.*?\]", "complete = []", file.read_text(encoding="utf-8"), count=1)
        file.write_text(words, encoding="utf-8")
        return folder

    return made


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    folder_of: Callable[[str], Path],
    tmp_path: Path,
) -> Callable[[str, str], tuple[int, str]]:
    def run(command: str, name: str) -> tuple[int, str]:
        folder = folder_of(name)
        scenario = load_folder(folder)
        table = scenario.published
        event = scenario.rules.events[0].identifier
        held = {noc: row.get(event, 0) for noc, row in table.cells.items()} if table else {}
        others = [noc for noc in scenario.nocs if noc != scenario.host]
        relays = [one.identifier for one in scenario.rules.events if one.kind == "relay"]
        words = {
            "folder": str(folder),
            "tmp": str(tmp_path),
            "noc": next((noc for noc in others if held.get(noc)), next(iter(others), "CAN")),
            "event": event,
            "relay": relays[0] if relays else event,
            "last": relays[-1] if relays else event,
        }
        monkeypatch.setattr(sys, "argv", ["quotaproof", *(word.format(**words) for word in COMMANDS[command])])
        code: int | str | None = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = stop.code
        captured = capsys.readouterr()
        assert isinstance(code, int)
        return code, captured.err

    return run


def test_the_walk_has_every_kind_of_scenario() -> None:
    scenarios = [load_scenario(name) for name in identifiers()]
    kinds = {(s.published is not None, bool(s.standings.incomplete_events(s.rules))) for s in scenarios}
    assert kinds == {(True, True), (True, False), (False, True), (False, False)}
    assert {"milano-cortina-2026", "pyeongchang-2018"} <= set(identifiers())


@pytest.mark.parametrize("name", [*identifiers(), *UNFINISHED])
def test_a_command_answers_or_points_to_one_that_does(name: str, run: Callable[[str, str], tuple[int, str]]) -> None:
    refused: dict[str, str] = {}
    for command in COMMANDS:
        code, said = run(command, name)
        if code not in (0, 1):
            assert code == 2, (command, said)
            refused[command] = said
    for command, said in refused.items():
        named = {word for match in POINTS_TO.finditer(said) for word in match.groups() if word}
        assert not named & set(refused), (command, said)
        if "standings" in command or command.endswith("rerun"):
            continue  # no other command has these answers
        if "unknown" in said or "not known" in said or "no published table" in said:
            assert named, (command, said)


def test_the_pattern_finds_what_sentences_point_to() -> None:
    assert POINTS_TO.findall("needs them; use verify, which works with unknown ones.") == [("verify", "")]
    assert POINTS_TO.findall("has no NOC; only verify and report work with such rows") == [("verify", "report")]
    assert POINTS_TO.findall("an allocation needs complete standings") == []


@pytest.mark.parametrize("name", ["milano-cortina-2026", "beijing-2022"])
def test_no_season_is_drawn_of_the_nocs_that_happen_to_be_named(name: str) -> None:
    with pytest.raises(IncompleteError, match="cannot be drawn from the NOCs that happen to be named; use "):
        api.sweep(load_scenario(name), samples=5, jobs=1)


def test_no_season_is_drawn_of_results_that_are_not_finished(folder_of: Callable[[str], Path]) -> None:
    for name, instead in zip(UNFINISHED, ("use verify", "use standings"), strict=True):
        with pytest.raises(IncompleteError, match=f"happen to be named; {instead}"):
            api.sweep(load_folder(folder_of(name)), samples=5, jobs=1)


# Ties ----------------------------------------------------------------------------------------------------------------

IN_A_RANKING = Tied(None, "men-500", "KOR", None, 4)
BETWEEN_RELAYS = Tied("P5", "men-relay", "KOR", "men", 4)
UNRANKED = Tied("P4", "mixed-relay", "KOR", None, None)
UNRANKED_RELAY = Tied("P6", "men-relay", "KOR", "men", None)

IN_STANDINGS = "record a draw in the column draw of standings.csv"
IN_DRAWS = "record a draw in draws.csv"
READING = "choose the reading remaining-ties"
NOTHING = "neither these rules nor a draw on record can settle it"


def computed(tmp_path: Path, *, has_draw: bool = True, name: str = "sochi-2014") -> Scenario:
    """A scenario whose standings are computed from its results."""
    folder = tmp_path / "computed"
    shutil.copytree(FOLDER / name, folder)
    (folder / "standings.csv").unlink()
    if not has_draw:
        rules = folder / "rules.toml"
        words = rules.read_text(encoding="utf-8")
        assert ', "draw"]' in words
        rules.write_text(words.replace(', "draw"]', "]"), encoding="utf-8")
    file = folder / "scenario.toml"
    words = re.sub(r"(?s)complete = \[.*?\]", "complete = []", file.read_text(encoding="utf-8"), count=1)
    file.write_text(words, encoding="utf-8")
    return load_folder(folder)


def without_reading(scenario: Scenario) -> Scenario:
    own = tuple(reading for reading in scenario.rules.readings if reading.name != "remaining-ties")
    return replace(scenario, rules=replace(scenario.rules, readings=own))


def test_a_hint_names_what_the_scenario_has(tmp_path: Path) -> None:
    stored = load_scenario("synthetic-beijing-like")
    assert unsettled_tie(stored, [IN_A_RANKING]) == IN_STANDINGS
    assert unsettled_tie(stored, [BETWEEN_RELAYS]) == READING
    assert unsettled_tie(stored, [IN_A_RANKING, BETWEEN_RELAYS, IN_A_RANKING]) == f"{IN_STANDINGS} or {READING}"
    assert unsettled_tie(stored, [UNRANKED]) == "rank the NOCs that the ranking of mixed-relay lacks"
    assert unsettled_tie(stored, [UNRANKED_RELAY]) == "rank the NOCs that the ranking of men-relay lacks"
    assert unsettled_tie(without_reading(stored), [BETWEEN_RELAYS]) == NOTHING
    assert unsettled_tie(without_reading(stored), [IN_A_RANKING]) == IN_STANDINGS
    assert unsettled_tie(load_scenario("sochi-2014"), [IN_A_RANKING]) == IN_STANDINGS
    assert unsettled_tie(computed(tmp_path), [IN_A_RANKING]) == IN_DRAWS
    assert unsettled_tie(computed(tmp_path / "other", has_draw=False), [IN_A_RANKING]) == NOTHING


def tied_at_the_cut() -> Scenario:
    """Standings of a file with a tie that matters."""
    scenario = draw.realistic(1)
    event = scenario.rules.events[0]
    ranking = scenario.standings.rankings[event.identifier]
    cut = event.start_places
    while ranking.entries[cut - 1].noc == ranking.entries[cut].noc or greedy_same(scenario, event.identifier, cut):
        cut -= 1
    rankings = {**scenario.standings.rankings, event.identifier: Ranking(ranking.entries, ((cut, cut + 1),))}
    return replace(scenario, standings=Standings(rankings), folder=None)


def greedy_same(scenario: Scenario, event: str, cut: int) -> bool:
    ranking = scenario.standings.rankings[event]
    other = ranking.reordered((cut, cut + 1), (cut + 1, cut))
    rankings = {**scenario.standings.rankings, event: other}
    changed = replace(scenario, standings=Standings(rankings))
    return api.allocate(changed, "greedy").same_places(api.allocate(scenario, "greedy"))


def test_every_sentence_on_a_tie_has_the_hint_of_its_kind(capsys: pytest.CaptureFixture[str]) -> None:
    scenario = tied_at_the_cut()
    allocation = api.allocate(scenario, "greedy")
    assert allocation.status == "tie"
    with pytest.raises(InputError, match=f"nothing definite to explain; {IN_STANDINGS}"):
        api.explain(scenario, "CAN", engine="greedy")
    giver = sorted(allocation.places["women-1500"])[0]
    answer = api.whatif(scenario, [parse_decline(f"{giver}:women-1500=1", scenario.rules)], engine="greedy")
    assert isinstance(answer, WhatIf)
    shown = " ".join(text.whatif(answer, scenario, "table").split())
    assert f"holds only what is certain; {IN_STANDINGS}." in shown
    assert READING not in shown


def test_too_many_orders_point_to_a_draw_that_can_be_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ties, "MOST_ORDERS", 1)
    with pytest.raises(LimitError, match=f"more than 1 ways; {IN_STANDINGS}"):
        api.allocate(tied_at_the_cut(), "greedy")
    own = tied_at_the_cut()
    results = computed(tmp_path, has_draw=False)
    bound = replace(own, classifications=results.classifications, rules=replace(own.rules, soqc=results.rules.soqc))
    with pytest.raises(LimitError, match=r"more than 1 ways\.?$"):
        api.allocate(bound, "greedy")


def test_the_reading_is_offered_for_a_tie_between_the_relays_and_no_draw() -> None:
    """Where the engines meet one, its hint is a reading if the rules have it, and settles it."""
    seen = 0
    for seed in range(700):
        scenario = tiny(seed, READINGS[0])
        try:
            allocation = api.allocate(scenario, "greedy")
        except InputError:
            continue
        ranked = [one for one in allocation.tied if one.pathway is not None and one.rank is not None]
        if not ranked or len(ranked) < len(allocation.tied):
            continue
        seen += 1
        stored = load_scenario("synthetic-beijing-like")
        offered = replace(scenario, rules=replace(scenario.rules, readings=stored.rules.readings))
        assert unsettled_tie(scenario, allocation.tied) == NOTHING
        assert unsettled_tie(offered, allocation.tied) == READING
        settled = api.allocate(offered.with_readings({"remaining-ties": "men-first"}), "greedy")
        assert set(settled.tied) != set(allocation.tied)
    assert seen > 3


@pytest.mark.parametrize("name", ["milano-cortina-2026", "beijing-2022"])
def test_who_is_next_where_that_is_not_known_points_to_who_may_gain(name: str) -> None:
    scenario = load_scenario(name)
    with pytest.raises(
        IncompleteError, match=r"who is next in line is unknown; use verify.*whatif.*\(--decline NOC:men-1000\)"
    ):
        api.reserve(scenario, "men-1000")
    assert api.whatif(scenario, ["CAN:men-1000"]) is not None
