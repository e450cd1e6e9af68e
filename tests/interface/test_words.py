"""Words of the command line: case and names are taken, what is near is suggested."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from quotaproof.cli import cli, words
from quotaproof.model.errors import InputError
from quotaproof.scenarios import load_scenario


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Beijing-2022", "beijing-2022"),
        ("sochi 2014", "sochi-2014"),
        ("beijing-like", "beijing-like"),
        ("nothing-like-it-at-all-9", "nothing-like-it-at-all-9"),
        ("", ""),
        ("-", "-"),
    ],
)
def test_a_scenario_is_found_by_its_id_in_any_case(text: str, meant: str) -> None:
    assert words.scenario_meant(text) == meant


@pytest.mark.parametrize(
    ("text", "near"), [("beijing", "beijing-2022 or "), ("sochi", "sochi-2014?"), ("sohci-2014", "sochi")]
)
def test_a_near_scenario_is_suggested(text: str, near: str) -> None:
    with pytest.raises(InputError, match=f"do you mean {near.replace('?', '.')}"):
        words.scenario_meant(text)


def test_a_folder_comes_before_an_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Sochi-2014").mkdir()
    monkeypatch.chdir(tmp_path)
    assert words.scenario_meant("Sochi-2014") == "Sochi-2014"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("KAZ", "KAZ"),
        ("kaz", "KAZ"),
        ("Kazakhstan", "KAZ"),
        ("GREAT BRITAIN", "GBR"),
        ("TOTAL", "TOTAL"),
        ("XQJ", "XQJ"),
    ],
)
def test_an_noc_is_found_by_code_or_name(text: str, meant: str) -> None:
    assert words.noc_meant(load_scenario("sochi-2014"), text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("men1000", "men-1000"),
        ("Men's 1000 m", "men-1000"),
        ("MEN", "men"),
        ("women relay", "women-relay"),
        ("zzz", "zzz"),
    ],
)
def test_an_event_is_found_by_id_or_label(text: str, meant: str) -> None:
    assert words.column_meant(load_scenario("sochi-2014"), text) == meant


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["explain", "sochi-2014", "KZA"], "do you mean Kazakhstan (KAZ)?"),
        (["reserve", "sochi-2014", "1000m"], "do you mean men-1000 or women-1000?"),
        (["whatif", "sochi-2014", "--decline", "Kasakhstan:men-500"], "do you mean Kazakhstan (KAZ)?"),
        (["verify", "beijing"], "do you mean beijing-2022"),
    ],
)
def test_a_near_word_is_suggested_and_not_taken(command: list[str], says: str) -> None:
    run = CliRunner().invoke(cli, command)
    assert isinstance(run.exception, InputError)
    assert says in str(run.exception)


@pytest.mark.parametrize(
    ("loose", "strict"),
    [
        (["explain", "Sochi-2014", "japan", "Men"], ["explain", "sochi-2014", "JPN", "men"]),
        (
            ["explain", "sochi-2014", "JPN", "men", "--why-not", "4"],
            ["explain", "sochi-2014", "JPN", "men", "--why-not", "men>=4"],
        ),
        (
            ["whatif", "sochi-2014", "--decline", "kazakhstan:men1000=1"],
            ["whatif", "sochi-2014", "--decline", "KAZ:men-1000=1"],
        ),
        (["reserve", "sochi-2014", "men 1000"], ["reserve", "sochi-2014", "men-1000"]),
    ],
)
def test_what_is_meant_is_answered_as_what_is_written(loose: list[str], strict: list[str]) -> None:
    more = ["--no-how-close"] if "--why-not" in loose else []
    given, exact = (CliRunner().invoke(cli, [*command, *more], catch_exceptions=False) for command in (loose, strict))
    assert exact.exit_code == 0
    assert given.output == exact.output


def test_every_help_has_examples_that_the_command_line_takes() -> None:
    for name in cli.commands:
        printed = CliRunner().invoke(cli, [name, "--help"]).output
        _, _, shown = printed.partition("Examples:\n")
        lines = [line.strip() for line in shown.splitlines() if line.strip()]
        assert lines, f"the help of {name} has no examples"
        assert any(line.split()[1] == name for line in lines)
        for line in lines:
            program, named, *arguments = shlex.split(line)
            assert program == "quotaproof"
            context = cli.commands[named].make_context(named, arguments)
            scenario = context.params.get("scenario")
            if scenario is not None:
                load_scenario(scenario)
