"""The independent checker accepts every certificate of an engine; how it is called, what it is made of."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import draw
import pytest
from certified import Certified, first, problems
from folders import save

import quotaproof
from quotaproof import checker, cli, scenarios
from quotaproof.model.obstacles import Obstacles
from quotaproof.model.pathways import ParallelWalk, RelayPlaces
from quotaproof.model.rules import READING_VALUES
from quotaproof.solver.certificate import READINGS, certificate
from quotaproof.solver.engines import greedy
from quotaproof.solver.engines.cpsat import engine

MODULE = Path(checker.__file__)
PARTS, SIZE = 6, 50
"""How many certificates are checked: 300, in parts that workers share."""


# Accepted -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", range(PARTS))
def test_every_certificate_is_accepted(part: int, tmp_path: Path) -> None:
    for one in first(SIZE, tmp_path, start=part * 1000):
        assert checker.check(one.text, one.folder) == []


def test_the_draws_meet_every_tier_cap_and_reading(pool: list[Certified]) -> None:
    """Acceptance says little about what is never drawn."""
    claims = [claim for one in pool for claim in one.document["claims"]]
    tiers = {"start-places", "bonus", "top-up", "teams", "remainder"}
    assert {claim["tier"].partition("/")[2] for claim in claims} == tiers
    caps = {"noc-cap", "event-full", "host-kept", "gender-cap", "total-cap", "lacks-more", "unranked", "teams-full"}
    assert {claim["fact"]["kind"] for claim in claims if claim["fact"]} == caps
    for name in READINGS:
        assert {one.document["readings"][name] for one in pool} == set(READING_VALUES[name])
    assert any(claim.get("qualifier", 1) is None for claim in claims), "no host outside a ranking"
    assert any(one.document["ties"] for one in pool)


@pytest.mark.parametrize("name", ["sochi-2014", "synthetic-decline-pays", "synthetic-worse-rank-pays"])
@pytest.mark.parametrize("value", READING_VALUES["gender-cap"])
def test_scenarios_that_ship_are_certified(name: str, value: str) -> None:
    scenario = quotaproof.load_scenario(name).with_readings({"gender-cap": value})
    document = quotaproof.certificate(scenario, quotaproof.allocate(scenario, engine="greedy"))
    assert quotaproof.check(document, name) == ()


def test_unsettled_ties_are_listed_and_taken_in_the_order_of_the_file(tmp_path: Path) -> None:
    """The first two of a ranking are tied; both have a place whatever their order, so the tie does not matter."""
    scenario = draw.realistic(1)
    rankings = dict(scenario.standings.rankings)
    rankings["men-500"] = replace(rankings["men-500"], tied=((1, 2),))
    loaded = save(replace(scenario, standings=replace(scenario.standings, rankings=rankings)), tmp_path / "tied")
    document = certificate(loaded, greedy.allocate(loaded))
    assert document["ties"] == [["men-500", "1=", entry.noc] for entry in rankings["men-500"].entries[:2]]
    assert problems(document, tmp_path / "tied") == []
    assert problems({**document, "ties": []}, tmp_path / "tied") != []
    assert problems({**document, "ties": document["ties"][::-1]}, tmp_path / "tied") != []


def test_a_recorded_draw_decides_the_order(tmp_path: Path) -> None:
    loaded = save(draw.realistic(1), tmp_path / "drawn")
    header, one, other, *rest = (tmp_path / "drawn" / "standings.csv").read_text().splitlines()
    drawn = [row.replace(f",{rank},", ",1=,", 1) + f",{order}" for row, rank, order in ((one, 1, 2), (other, 2, 1))]
    text = [f"{header},draw", *drawn, *(f"{line}," for line in rest)]
    (tmp_path / "drawn" / "standings.csv").write_text("\n".join(text) + "\n")
    again = quotaproof.load_scenario(tmp_path / "drawn")
    entries = loaded.standings.rankings["men-500"].entries
    assert again.standings.rankings["men-500"].entries == (entries[1], entries[0], *entries[2:])
    document = certificate(again, greedy.allocate(again))
    assert document["ties"] == []
    assert problems(document, tmp_path / "drawn") == []


def test_comments_blank_lines_and_line_ends_of_another_system_change_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "windows"
    save(draw.realistic(1), folder)
    text = (folder / "standings.csv").read_text()
    commented = "\ufeff# synthetic\n" + text.replace("\n", "\n\n", 3).replace("\n", "\r\n")
    (folder / "standings.csv").write_bytes(commented.encode())
    loaded = quotaproof.load_scenario(folder)
    document = certificate(loaded, greedy.allocate(loaded))
    assert problems(document, folder) == []
    (folder / "standings.csv").write_bytes(commented.replace("\r\n", "\n").encode())
    assert problems(document, folder) == []


def test_any_of_several_caps_that_bind_may_be_named(pool: list[Certified]) -> None:
    """What binds is what the validator sees, which shares nothing with the checker."""
    number = 0
    for one in (one for one in pool if one.tiny):
        facts = Obstacles(one.scenario, one.allocation)
        walks = [pathway for pathway in one.scenario.rules.pathways if isinstance(pathway, RelayPlaces | ParallelWalk)]
        for last in (False, True):
            document = one.copy()
            said = {(claim.get("event"), claim["rank"]): claim for claim in document["claims"]}
            for claim in (claim for walk in walks for claim in facts.claims(walk) if len(claim.obstacles) > 1):
                kind, figures = list(claim.obstacles.items())[-last]
                cap = figures.get("cap", figures.get("places"))
                fact = {"kind": kind, "used": figures.get("needed", cap), "more": figures.get("more", 1), "cap": cap}
                number += fact != said[claim.event, claim.rank]["fact"]
                said[claim.event, claim.rank]["fact"] = fact
            assert problems(document, one.folder) == []
    assert number >= 10


# The module -----------------------------------------------------------------------------------------------------------


FILES = {"checker": 275, "checker_lists": 400, "checker_rankings": 190}
"""The files of the checker and the most lines of each. 250 of the first are for SOQCs of qualifiers. The others are for
ranked lists, nine kinds of pathway and lists from results, which do not fit into one page: they are for who checks such
rules."""


@pytest.mark.parametrize("name", FILES)
def test_the_checker_is_a_few_pages_that_need_the_standard_library_only(name: str) -> None:
    source = MODULE.with_name(f"{name}.py").read_text(encoding="utf-8")
    assert len(source.splitlines()) <= FILES[name]
    assert max(map(len, source.splitlines())) <= 120
    nodes = list(ast.walk(ast.parse(source)))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    froms = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    imported = {one.partition(".")[0] for one in [*names, *(str(node.module) for node in froms)]} - set(FILES)
    assert all(node.module in FILES for node in froms if node.level)
    assert imported <= sys.stdlib_module_names
    assert not imported & {"importlib", "subprocess", "runpy"}
    assert not {node.id for node in nodes if isinstance(node, ast.Name)} & {"exec", "eval", "__import__"}


def alone(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the module by itself, without site packages, so that the project cannot even be found."""
    command = [sys.executable, "-I", "-S", str(MODULE), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")


def test_it_runs_by_itself(pool: list[Certified], tmp_path: Path) -> None:
    one = pool[1]
    file = tmp_path / "certificate.json"
    file.write_text(one.text)
    done = alone(file, one.folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "accepted\n", "")
    file.write_text(one.text.replace('"unique": true', '"unique": false'))
    done = alone(file, one.folder)
    assert (done.returncode, done.stdout, done.stderr) == (1, "unique must be true\n", "")
    for words in ((file, tmp_path), (tmp_path / "none.json", one.folder), (MODULE, one.folder), ()):
        done = alone(*words)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("bad input: ")
        assert done.stderr.count("\n") == 1


def test_checking_takes_less_than_50_ms_for_the_size_of_beijing(tmp_path: Path) -> None:
    loaded = save(draw.realistic(7), tmp_path / "synthetic-beijing-size")
    text = json.dumps(certificate(loaded, greedy.allocate(loaded)))
    assert len(json.loads(text)["claims"]) > 300
    times = []
    for _ in range(10):
        start = time.process_time()  # not of the clock: other programs may be running
        assert checker.check(text, tmp_path / "synthetic-beijing-size") == []
        times.append(time.process_time() - start)
    assert min(times) < 0.05


# The command line and Python ------------------------------------------------------------------------------------------

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process; return exit code, stdout and stderr."""

    def run(*words: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["quotaproof", *map(str, words)])
        code = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = capfd.readouterr()
        return code, said.out, said.err

    return run


def test_a_certificate_is_written_beside_the_allocation_and_accepted(run: Run, tmp_path: Path) -> None:
    texts = []
    for name in ("cp-sat", "greedy"):
        file = tmp_path / f"{name}.json"
        code, out, _ = run("allocate", "sochi-2014", "--engine", name, "--certificate", file, "--format", "json")
        assert code == 0
        assert json.loads(out)["totals"] == json.loads(file.read_text())["totals"]
        texts.append(file.read_text())
        code, out, _ = run("check", file, "sochi-2014")
        assert code == 0
        assert "accepted" in out
    assert texts[0].replace('"engine": "cp-sat"', '"engine": "greedy"') == texts[1]
    assert {path.name for path in tmp_path.iterdir()} == {"cp-sat.json", "greedy.json"}


def test_readings_that_were_chosen_are_certified(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "nominal.json"
    words = ("allocate", "sochi-2014", "--engine", "greedy", "--reading", "gender-cap=nominal", "--certificate", file)
    assert run(*words)[0] == 0
    assert json.loads(file.read_text())["readings"]["gender-cap"] == "nominal"
    assert run("check", file, scenarios.FOLDER / "sochi-2014")[0] == 0


def test_what_is_wrong_is_said_in_a_sentence_each_of_which_so_many_are_shown(run: Run, tmp_path: Path) -> None:
    scenario = quotaproof.load_scenario("sochi-2014")
    document = quotaproof.certificate(scenario, quotaproof.allocate(scenario, engine="greedy"))
    document["totals"]["men"] += 1
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps(document))
    code, out, err = run("check", file, "sochi-2014")
    assert (code, err) == (1, "")
    assert "rejected for sochi-2014, 1 problem." in " ".join(out.split())
    assert out.splitlines()[-1:] == ['  - totals must be {"men": 60, "total": 116, "women": 56}.']
    document["claims"].reverse()
    file.write_text(json.dumps(document))
    code, out, _ = run("check", file, "sochi-2014", "--format", "markdown")
    assert code == 1
    assert len([line for line in out.splitlines() if line.startswith("- ")]) == 21
    code, out, _ = run("check", file, "sochi-2014", "--format", "json", "--out", tmp_path / "verdict.json")
    assert (code, out) == (1, "")
    verdict = json.loads((tmp_path / "verdict.json").read_text())
    assert set(verdict) == {"certificate", "scenario", "accepted", "problems"}
    assert verdict["accepted"] is False
    assert tuple(verdict["problems"]) == quotaproof.check(document, "sochi-2014")


@pytest.fixture
def sochi(tmp_path: Path) -> Path:
    """A copy of Sochi to be changed."""
    shutil.copytree(scenarios.FOLDER / "sochi-2014", tmp_path / "copy")
    return tmp_path / "copy"


def test_after_declines_there_is_no_certificate(run: Run, sochi: Path, tmp_path: Path) -> None:
    file = tmp_path / "certificate.json"
    words = ("allocate", sochi, "--engine", "greedy", "--certificate", file)
    assert run(*words)[0] == 0
    before = file.read_bytes()
    (sochi / "declines.csv").write_text("event,noc,qualifier,date,source\n")
    assert run("check", file, sochi)[0] == 0
    (sochi / "declines.csv").write_text("event,noc,qualifier,date,source\nmen-1000,KAZ,1,2014-01-10,synthetic\n")
    code, out, err = run(*words, "--out", tmp_path / "table.txt")
    assert (code, out) == (2, "")
    assert err == (
        "quotaproof: the scenario records declines, and there is no certificate of an allocation after declines.\n"
    )
    assert not (tmp_path / "table.txt").exists()
    assert file.read_bytes() == before
    code, out, _ = run("check", file, sochi)
    assert code == 1
    assert "the scenario records declines" in out


def test_standings_that_are_only_computed_have_no_certificate_until_they_are_in_a_file(
    run: Run, sochi: Path, tmp_path: Path
) -> None:
    file = tmp_path / "certificate.json"
    words = ("allocate", sochi, "--engine", "greedy", "--certificate", file)
    assert run(*words)[0] == 0
    (sochi / "standings.csv").unlink()
    assert run("allocate", sochi, "--engine", "greedy")[0] == 0
    for refused in (words, ("check", file, sochi)):
        code, out, err = run(*refused)
        assert (code, out) == (2, "")
        assert "has only results; write standings.csv first" in err
    run("standings", sochi, "--format", "csv", "--out", sochi / "standings.csv")
    assert run(*words)[0] == 0
    assert run("check", file, sochi)[0] == 0


def test_a_tie_has_no_certificate(run: Run, sochi: Path, tmp_path: Path) -> None:
    text = (sochi / "standings.csv").read_text()
    text = text.replace("men-500,32,KAZ,2,3", "men-500,32=,KAZ,2,3").replace("men-500,33,NZL", "men-500,32=,NZL")
    (sochi / "standings.csv").write_text(text)
    file = tmp_path / "certificate.json"
    code, out, err = run("allocate", sochi, "--engine", "greedy", "--certificate", file)
    assert code == 1
    assert out
    assert err.splitlines()[1:] == [f"quotaproof: a tie has no certificate, so {file} is not written."]
    assert not file.exists()


def test_bad_input_gets_one_sentence_and_exit_code_2(run: Run, sochi: Path, tmp_path: Path) -> None:
    file = tmp_path / "certificate.json"
    assert run("allocate", sochi, "--engine", "greedy", "--certificate", file)[0] == 0
    for words, phrase in (
        (("check", tmp_path / "none.json", sochi), "the file does not exist"),
        (("check", sochi / "standings.csv", sochi), "the certificate cannot be read"),
        (("check", file, "athens-1896"), "neither the path of a scenario folder nor an id"),
        (("check", file, "beijing-2022"), "the ranking of men-500 is unknown"),
        (("check", file), "Missing argument"),
        (("allocate", sochi, "--certificate", "/nowhere/at/all.json"), "cannot be written"),
        (("allocate", sochi, "--certificate", file, "--out", file), "name the same file"),
    ):
        code, out, err = run(*words)
        assert (code, out) == (2, "")
        assert phrase in err
        assert err.count("\n") == 1
    (sochi / "standings.csv").write_text("event,rank\n")
    code, _, err = run("check", file, sochi)
    assert code == 2
    assert "standings.csv, line 1" in err


def test_in_python_a_document_or_its_file_is_checked(tmp_path: Path) -> None:
    scenario = quotaproof.load_scenario("sochi-2014")
    document = quotaproof.certificate(scenario, quotaproof.allocate(scenario))
    file = tmp_path / "certificate.json"
    file.write_text(json.dumps(document))
    for given in (document, file, str(file)):
        assert quotaproof.check(given, "sochi-2014") == ()
    assert quotaproof.check({**document, "unique": False}, scenarios.FOLDER / "sochi-2014") == ("unique must be true",)
    with pytest.raises(quotaproof.InputError, match="no JSON document"):
        quotaproof.check({**document, "totals": {1, 2}}, "sochi-2014")
    with pytest.raises(quotaproof.InputError, match="cannot be read"):
        quotaproof.check({}, "sochi-2014")


def test_both_engines_give_the_same_certificate_but_for_the_name(pool: list[Certified]) -> None:
    for one in pool:
        other = certificate(one.scenario, engine.allocate(one.scenario))
        assert (one.document["engine"], other["engine"]) == ("greedy", "cp-sat")
        assert json.dumps({**other, "engine": "greedy"}) == one.text
